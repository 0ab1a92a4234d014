package batch

// Encoding never fails and loses nothing: any value of any field comes back. Every choice (order of the dictionaries,
// units, bases) is a function of the rows alone, so that equal rows are equal bytes.

import (
	"encoding/binary"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Presence bits of a shape: which of a transition's wide fields are not zero. The commonest come first, so that the
// varint of the usual shapes is one byte.
const (
	hasMarket = 1 << iota
	hasAccount
	hasOrder
	hasClientID
	hasPrice
	hasSize
	hasAmount
	hasAsset
	hasQuote
	hasTick
	hasLot
	hasInbox
	hasAddress
	hasDecimals
	hasMakerFee
	hasTakerFee
)

// A shape word is kind, the five narrow fields, a byte each, and sixteen presence bits on top.
const (
	narrowFields  = 5
	presenceShift = 8 * (1 + narrowFields)
)

func shapeOf(t *command.Transition) uint64 {
	word := uint64(t.Kind) | uint64(t.Side)<<8 | uint64(t.Type)<<16 | uint64(t.TIF)<<24 | uint64(t.STP)<<32 | uint64(t.Status)<<40
	var p uint64
	bit := func(set bool, mask uint64) {
		if set {
			p |= mask
		}
	}
	bit(t.Market != 0, hasMarket)
	bit(t.Account != 0, hasAccount)
	bit(t.Order != 0, hasOrder)
	bit(t.ClientID != 0, hasClientID)
	bit(t.Price != 0, hasPrice)
	bit(t.Size != 0, hasSize)
	bit(t.Amount != 0, hasAmount)
	bit(t.Asset != 0, hasAsset)
	bit(t.Quote != 0, hasQuote)
	bit(t.Tick != 0, hasTick)
	bit(t.Lot != 0, hasLot)
	bit(t.Inbox != 0, hasInbox)
	bit(t.Address != command.Address{}, hasAddress)
	bit(t.Decimals != 0, hasDecimals)
	bit(t.MakerFee != 0, hasMakerFee)
	bit(t.TakerFee != 0, hasTakerFee)
	return word | p<<presenceShift
}

// market is what the codec knows of one market while it runs; number 0 is for rows that name none.
type market struct {
	priceUnit, sizeUnit uint64    // greatest common divisors of all prices and sizes; 0 = there are none
	last                [2]uint64 // last price per side, in units; 0 = none yet
}

// predict is what the next price on a side is taken relative to.
func (m *market) predict(side command.Side) uint64 {
	if last := m.last[side&1]; last != 0 {
		return last
	}
	return m.last[side&1^1]
}

// Encoder encodes; it keeps its working memory from one call to the next. The zero value is ready. Not for
// concurrent use.
type Encoder struct {
	cols     [columnCount][]byte
	shapes   index
	markets  index
	accounts index
	sessions index

	market  []market // by market number
	client  []uint64 // last client id by account number, 0 = rows without account
	numbers []uint32 // market number per row
	expect  []uint64 // next sequence by session number
	inbox   uint64
	base    uint64 // of the order column
}

func (e *Encoder) put(id ColumnID, v uint64) {
	if v < 0x80 {
		e.cols[id] = append(e.cols[id], byte(v))
		return
	}
	e.cols[id] = binary.AppendUvarint(e.cols[id], v)
}

func (e *Encoder) reset() {
	for id := range e.cols {
		e.cols[id] = e.cols[id][:0]
	}
	e.shapes.reset()
	e.markets.reset()
	e.accounts.reset()
	e.sessions.reset()
	e.market = append(e.market[:0], market{})
	e.client = append(e.client[:0], 0)
	e.numbers = e.numbers[:0]
	e.expect = e.expect[:0]
	e.inbox = 0
}

// survey is the first pass: markets with their units, and the base of the order column.
func (e *Encoder) survey(n int, at func(int) *command.Transition) {
	var first uint64
	most, orders := int64(0), false
	for i := range n {
		t := at(i)
		number := 0
		if t.Market != 0 {
			found, fresh := e.markets.add(uint64(t.Market))
			if fresh {
				e.market = append(e.market, market{})
			}
			number = found + 1
		}
		e.numbers = append(e.numbers, uint32(number))
		m := &e.market[number]
		m.priceUnit = widen(m.priceUnit, t.Price)
		m.sizeUnit = widen(m.sizeUnit, t.Size)
		if t.Order != 0 {
			key := t.Order - uint64(i)
			if !orders {
				first, orders = key, true
			}
			most = max(most, int64(key-first))
		}
	}
	e.base = first + uint64(most)
	if orders {
		e.put(ColumnOrder, e.base)
	}
	previous := uint64(0)
	for number := range e.market {
		if number > 0 {
			id := e.markets.keys[number-1]
			e.put(ColumnMarkets, zigzag(id-previous))
			previous = id
		}
		e.put(ColumnMarkets, e.market[number].priceUnit)
		e.put(ColumnMarkets, e.market[number].sizeUnit)
	}
}

// widen takes v into a common divisor; zero stands for no value.
func widen(unit, v uint64) uint64 {
	if v == 0 || (unit != 0 && v%unit == 0) {
		return unit
	}
	return gcd(v, unit)
}

func (e *Encoder) transitions(n int, at func(int) *command.Transition) {
	e.survey(n, at)
	newest := uint64(0)
	for i := range n {
		t := at(i)
		shape := shapeOf(t)
		number, fresh := e.shapes.add(shape)
		if fresh {
			e.shape(shape)
		}
		e.put(ColumnRows, uint64(number))

		m := &e.market[e.numbers[i]]
		if e.numbers[i] != 0 {
			e.put(ColumnMarket, uint64(e.numbers[i]-1))
		}
		account := 0
		if t.Account != 0 {
			known, first := e.accounts.add(t.Account)
			account = known + 1
			if first {
				e.put(ColumnAccount, 0)
				e.put(ColumnNewAccount, zigzag(t.Account-newest))
				newest = t.Account
				e.client = append(e.client, 0)
			} else {
				e.put(ColumnAccount, uint64(account))
			}
		}
		if t.Order != 0 {
			e.put(ColumnOrder, e.base+uint64(i)-t.Order)
		}
		if t.ClientID != 0 {
			e.put(ColumnClientID, clientDistance(t.Kind, &e.client[account], t.ClientID))
		}
		if t.Price != 0 {
			price := t.Price / m.priceUnit
			e.put(ColumnPrice, zigzag(price-m.predict(t.Side)))
			m.last[t.Side&1] = price
		}
		if t.Size != 0 {
			e.put(ColumnSize, t.Size/m.sizeUnit)
		}
		if shape>>presenceShift >= hasAmount {
			e.rare(t)
		}
	}
}

// clientDistance encodes a client id relative to the account's last: orders count up, everything else looks back.
func clientDistance(kind command.Kind, last *uint64, id uint64) uint64 {
	if kind == command.Place {
		d := zigzag(id - (*last + 1))
		*last = id
		return d
	}
	d := zigzag(*last - id)
	if *last == 0 {
		*last = id
	}
	return d
}

// clientID is the inverse of clientDistance.
func clientID(kind command.Kind, last *uint64, d uint64) uint64 {
	if kind == command.Place {
		*last += 1 + unzigzag(d)
		return *last
	}
	id := *last - unzigzag(d)
	if *last == 0 {
		*last = id
	}
	return id
}

// shape writes a shape's description: kind, presence, which narrow fields are not zero, and those.
func (e *Encoder) shape(word uint64) {
	e.put(ColumnShapes, word&0xff)
	e.put(ColumnShapes, word>>presenceShift)
	at := len(e.cols[ColumnShapes])
	out := append(e.cols[ColumnShapes], 0)
	for field := range narrowFields {
		if v := byte(word >> (8 + 8*field)); v != 0 {
			out[at] |= 1 << field
			out = append(out, v)
		}
	}
	e.cols[ColumnShapes] = out
}

// rare writes the fields that orders do not have.
func (e *Encoder) rare(t *command.Transition) {
	plain := func(id ColumnID, v uint64) {
		if v != 0 {
			e.put(id, v)
		}
	}
	plain(ColumnAmount, t.Amount)
	plain(ColumnAsset, uint64(t.Asset))
	plain(ColumnQuote, uint64(t.Quote))
	plain(ColumnTick, t.Tick)
	plain(ColumnLot, t.Lot)
	if t.Inbox != 0 {
		e.put(ColumnInbox, zigzag(t.Inbox-(e.inbox+1)))
		e.inbox = t.Inbox
	}
	if t.Address != (command.Address{}) {
		e.cols[ColumnAddress] = append(e.cols[ColumnAddress], t.Address[:]...)
	}
	plain(ColumnDecimals, uint64(t.Decimals))
	plain(ColumnMakerFee, uint64(t.MakerFee))
	plain(ColumnTakerFee, uint64(t.TakerFee))
}

// Payload appends the canonical columns of ts to dst.
func (e *Encoder) Payload(dst []byte, ts []command.Transition) []byte {
	e.reset()
	e.transitions(len(ts), func(i int) *command.Transition { return &ts[i] })
	return join(dst, SchemaTransitions, len(ts), &e.cols)
}

// Entry appends the columns of entry to dst: those of its transitions, and time, sessions, sequences and acks.
func (e *Encoder) Entry(dst []byte, entry *command.Entry) []byte {
	e.reset()
	subs := entry.Submissions
	e.transitions(len(subs), func(i int) *command.Transition { return &subs[i].Transition })
	e.put(ColumnTime, zigzag(uint64(entry.TimeMs)))
	e.sequences(subs)
	previous := uint64(0)
	for _, ack := range entry.Acks {
		e.put(ColumnAckSession, zigzag(ack.Session-previous))
		e.put(ColumnAckLow, ack.Low)
		previous = ack.Session
	}
	return join(dst, SchemaEntry, len(subs), &e.cols)
}

// sequences writes who submitted: sessions in order of appearance with their first sequence, runs of rows of one
// session, and the rows whose sequence is not the one after the session's last.
func (e *Encoder) sequences(subs []command.Submission) {
	previous := uint64(0)
	run, length := 0, 0
	lastBreak := -1
	for i := range subs {
		s := &subs[i]
		number, fresh := e.sessions.add(s.Session)
		if fresh {
			e.put(ColumnSessions, zigzag(s.Session-previous))
			e.put(ColumnSessions, s.Sequence)
			previous = s.Session
			e.expect = append(e.expect, s.Sequence)
		}
		if d := s.Sequence - e.expect[number]; d != 0 {
			e.put(ColumnSequenceBreaks, uint64(i-lastBreak-1))
			e.put(ColumnSequenceBreaks, zigzag(d))
			lastBreak = i
		}
		e.expect[number] = s.Sequence + 1
		if number != run && length > 0 {
			e.run(run, length)
			length = 0
		}
		run = number
		length++
	}
	if length > 0 {
		e.run(run, length)
	}
}

// run writes one run of rows of a session: twice the session's number for a single row, else one more and the
// length beyond two.
func (e *Encoder) run(session, length int) {
	if length == 1 {
		e.put(ColumnSessionRuns, uint64(session)<<1)
		return
	}
	e.put(ColumnSessionRuns, uint64(session)<<1|1)
	e.put(ColumnSessionRuns, uint64(length-2))
}

// EncodePayload appends the canonical columns of ts to dst. See Encoder.Payload.
func EncodePayload(dst []byte, ts []command.Transition) []byte {
	return new(Encoder).Payload(dst, ts)
}

// EncodeEntry appends the columns of e to dst. See Encoder.Entry.
func EncodeEntry(dst []byte, e *command.Entry) []byte {
	return new(Encoder).Entry(dst, e)
}
