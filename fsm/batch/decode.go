package batch

// Decoding accepts exactly what the encoder writes. Each row costs at least one byte of the rows column, and that
// is checked before memory for rows is taken; dictionaries grow one element per encoded byte at most.

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Decoder decodes; it keeps its working memory from one call to the next. The zero value is ready. Not for
// concurrent use.
type Decoder struct {
	cols [columnCount]column

	shapes   index
	markets  index
	accounts index
	sessions index

	market  []decodedMarket
	client  []uint64 // last client id by account number, 0 = rows without account
	expect  []uint64 // next sequence by session number
	inbox   uint64
	newest  uint64 // last new account
	orders  orderColumn
	seen    struct{ shapes, markets, sessions int } // how many of a dictionary's elements have appeared
	problem string
}

// decodedMarket adds to a market what proves that its units are the greatest.
type decodedMarket struct {
	market
	prices, sizes uint64 // greatest common divisors of the values in units
}

// orderColumn checks that the base is the one that the encoder chooses: some row has distance 0, and the distances
// differ from the first by no more than a signed difference can say.
type orderColumn struct {
	base, first uint64
	any, zero   bool
}

func (o *orderColumn) accept(d uint64) bool {
	if !o.any {
		o.any, o.first = true, d
	}
	o.zero = o.zero || d == 0
	return o.first <= math.MaxInt64 && (d <= o.first || d-o.first <= 1<<63)
}

func (d *Decoder) fail(problem string) {
	if d.problem == "" {
		d.problem = problem
	}
}

// open splits b and readies the dictionaries.
func (d *Decoder) open(b []byte, want Schema, limits Limits) (int, error) {
	var cols [columnCount][]byte
	schema, rows, err := split(b, limits, &cols)
	if err != nil {
		return 0, err
	}
	if schema != want {
		return 0, fmt.Errorf("%w: schema %d, want %d", ErrVersion, schema, want)
	}
	// A row takes at least a byte of its column: a count above that is a bomb.
	if rows > len(cols[ColumnRows]) {
		return 0, fmt.Errorf("%w: %d rows in %d bytes", ErrMalformed, rows, len(cols[ColumnRows]))
	}
	for id := range cols {
		d.cols[id] = column{b: cols[id]}
	}
	d.shapes.reset()
	d.markets.reset()
	d.accounts.reset()
	d.sessions.reset()
	d.market = d.market[:0]
	d.client = append(d.client[:0], 0)
	d.expect = d.expect[:0]
	d.inbox, d.newest = 0, 0
	d.orders = orderColumn{}
	d.seen.shapes, d.seen.markets, d.seen.sessions = 0, 0, 0
	d.problem = ""
	return rows, nil
}

// readShapes reads the dictionary of shapes.
func (d *Decoder) readShapes() {
	c := &d.cols[ColumnShapes]
	for len(c.b) > 0 {
		kind, presence := c.uvarint(), c.uvarint()
		flags := c.take(1)
		if c.bad || kind > math.MaxUint8 || presence > math.MaxUint16 || flags[0] >= 1<<narrowFields {
			d.fail("shape")
			return
		}
		word := kind | presence<<presenceShift
		for left := flags[0]; left != 0; left &= left - 1 {
			v := c.take(1)
			if c.bad || v[0] == 0 {
				d.fail("narrow field of a shape")
				return
			}
			word |= uint64(v[0]) << (8 + 8*bits.TrailingZeros8(left))
		}
		if _, fresh := d.shapes.add(word); !fresh {
			d.fail("shape listed twice")
			return
		}
	}
}

// readMarkets reads the dictionary of markets with their units.
func (d *Decoder) readMarkets() {
	c := &d.cols[ColumnMarkets]
	id := uint64(0)
	for first := true; first || len(c.b) > 0; first = false {
		if !first {
			id += unzigzag(c.uvarint())
			if _, fresh := d.markets.add(id); !fresh || id == 0 || id > math.MaxUint32 {
				d.fail("market")
				return
			}
		}
		var m decodedMarket
		m.priceUnit, m.sizeUnit = c.uvarint(), c.uvarint()
		if c.bad {
			d.fail("units of a market")
			return
		}
		d.market = append(d.market, m)
	}
}

// inOrder accepts number as the next use of a dictionary of which seen elements have appeared.
func inOrder(number uint64, seen *int, size int) bool {
	if number >= uint64(size) || number > uint64(*seen) {
		return false
	}
	if number == uint64(*seen) {
		*seen++
	}
	return true
}

// transitions decodes n rows into what at gives.
func (d *Decoder) transitions(n int, at func(int) *command.Transition) {
	d.readShapes()
	d.readMarkets()
	if d.problem != "" {
		return
	}
	if len(d.cols[ColumnOrder].b) > 0 {
		d.orders.base = d.cols[ColumnOrder].uvarint()
	}
	for i := range n {
		number := d.cols[ColumnRows].uvarint()
		if !inOrder(number, &d.seen.shapes, len(d.shapes.keys)) {
			d.fail("number of a shape")
			return
		}
		word := d.shapes.keys[number]
		t := at(i)
		*t = command.Transition{}
		shapeFields(t, word)
		if d.row(t, i, word>>presenceShift); d.problem != "" {
			return
		}
	}
	d.settle()
}

// shapeFields sets kind and narrow fields of t from a shape word.
func shapeFields(t *command.Transition, word uint64) {
	t.Kind = command.Kind(word)
	t.Side = command.Side(word >> 8)
	t.Type = command.OrderType(word >> 16)
	t.TIF = command.TIF(word >> 24)
	t.STP = command.STP(word >> 32)
	t.Status = command.MarketStatus(word >> 40)
}

// row reads the wide fields that has names.
func (d *Decoder) row(t *command.Transition, i int, has uint64) {
	m := &d.market[0]
	if has&hasMarket != 0 {
		number := d.cols[ColumnMarket].uvarint()
		if !inOrder(number, &d.seen.markets, len(d.markets.keys)) {
			d.fail("number of a market")
			return
		}
		t.Market = uint32(d.markets.keys[number])
		m = &d.market[number+1]
	}
	account := uint64(0)
	if has&hasAccount != 0 {
		if account = d.account(); account == 0 {
			return
		}
		t.Account = d.accounts.keys[account-1]
	}
	if has&hasOrder != 0 {
		distance := d.cols[ColumnOrder].uvarint()
		t.Order = d.orders.base + uint64(i) - distance
		if !d.orders.accept(distance) || t.Order == 0 {
			d.fail("order")
		}
	}
	if has&hasClientID != 0 {
		t.ClientID = clientID(t.Kind, &d.client[account], d.cols[ColumnClientID].uvarint())
		if t.ClientID == 0 {
			d.fail("client id")
		}
	}
	if has&hasPrice != 0 {
		price := m.predict(t.Side) + unzigzag(d.cols[ColumnPrice].uvarint())
		m.last[t.Side&1] = price
		t.Price = d.scaled(price, m.priceUnit, &m.prices)
	}
	if has&hasSize != 0 {
		t.Size = d.scaled(d.cols[ColumnSize].uvarint(), m.sizeUnit, &m.sizes)
	}
	if has >= hasAmount {
		d.rare(t, has)
	}
}

// account reads the number of an account, from 1; 0 is a failure.
func (d *Decoder) account() uint64 {
	number := d.cols[ColumnAccount].uvarint()
	if number == 0 {
		d.newest += unzigzag(d.cols[ColumnNewAccount].uvarint())
		known, fresh := d.accounts.add(d.newest)
		if !fresh || d.newest == 0 {
			d.fail("new account")
			return 0
		}
		d.client = append(d.client, 0)
		return uint64(known) + 1
	}
	if number > uint64(len(d.accounts.keys)) {
		d.fail("number of an account")
		return 0
	}
	return number
}

// scaled turns a value in units into the value, and takes it into the divisor of all such values.
func (d *Decoder) scaled(v, unit uint64, divisor *uint64) uint64 {
	high, low := bits.Mul64(v, unit)
	if high != 0 || low == 0 {
		d.fail("price or size")
	}
	if *divisor != 1 {
		*divisor = gcd(*divisor, v)
	}
	return low
}

// bounded reads a value of 1 to most.
func (d *Decoder) bounded(id ColumnID, most uint64) uint64 {
	v := d.cols[id].uvarint()
	if v == 0 || v > most {
		d.fail("field")
	}
	return v
}

// rare reads the fields that orders do not have.
func (d *Decoder) rare(t *command.Transition, has uint64) {
	if has&hasAmount != 0 {
		t.Amount = d.bounded(ColumnAmount, math.MaxUint64)
	}
	if has&hasAsset != 0 {
		t.Asset = uint32(d.bounded(ColumnAsset, math.MaxUint32))
	}
	if has&hasQuote != 0 {
		t.Quote = uint32(d.bounded(ColumnQuote, math.MaxUint32))
	}
	if has&hasTick != 0 {
		t.Tick = d.bounded(ColumnTick, math.MaxUint64)
	}
	if has&hasLot != 0 {
		t.Lot = d.bounded(ColumnLot, math.MaxUint64)
	}
	if has&hasInbox != 0 {
		d.inbox += 1 + unzigzag(d.cols[ColumnInbox].uvarint())
		if t.Inbox = d.inbox; t.Inbox == 0 {
			d.fail("inbox")
		}
	}
	if has&hasAddress != 0 {
		copy(t.Address[:], d.cols[ColumnAddress].take(len(t.Address)))
		if t.Address == (command.Address{}) {
			d.fail("address")
		}
	}
	if has&hasDecimals != 0 {
		t.Decimals = uint8(d.bounded(ColumnDecimals, math.MaxUint8))
	}
	if has&hasMakerFee != 0 {
		t.MakerFee = uint16(d.bounded(ColumnMakerFee, math.MaxUint16))
	}
	if has&hasTakerFee != 0 {
		t.TakerFee = uint16(d.bounded(ColumnTakerFee, math.MaxUint16))
	}
}

// settle checks what only the end shows: dictionaries used up, units as large as they can be, the order base chosen
// by the rule.
func (d *Decoder) settle() {
	if d.seen.shapes != len(d.shapes.keys) || d.seen.markets != len(d.markets.keys) {
		d.fail("dictionary with unused elements")
	}
	for i := range d.market {
		m := &d.market[i]
		if !greatest(m.priceUnit, m.prices) || !greatest(m.sizeUnit, m.sizes) {
			d.fail("unit that is not the greatest")
		}
	}
	if d.orders.any != d.orders.zero || (!d.orders.any && d.orders.base != 0) {
		d.fail("order base")
	}
}

// greatest: no values have no unit, and values in the greatest unit have no common divisor.
func greatest(unit, divisor uint64) bool {
	return (unit == 0 && divisor == 0) || (unit != 0 && divisor == 1)
}

// close reports the first problem, a column that ended early or one that was not read to its end.
func (d *Decoder) close() error {
	if d.problem != "" {
		return fmt.Errorf("%w: %s", ErrMalformed, d.problem)
	}
	for id := range d.cols {
		if d.cols[id].bad {
			return fmt.Errorf("%w: column %d ends early or holds a long varint", ErrMalformed, id)
		}
		if len(d.cols[id].b) > 0 {
			return fmt.Errorf("%w: column %d has %d bytes too many", ErrMalformed, id, len(d.cols[id].b))
		}
	}
	return nil
}

// resize gives s length n, in its own memory if that suffices.
func resize[T any](s []T, n int) []T {
	return slices.Grow(s[:0], n)[:n]
}

// Payload appends to dst[:0] the transitions that Encoder.Payload encoded as b. On error dst's elements are undefined.
func (d *Decoder) Payload(dst []command.Transition, b []byte, limits Limits) ([]command.Transition, error) {
	n, err := d.open(b, SchemaTransitions, limits)
	if err != nil {
		return nil, err
	}
	dst = resize(dst, n)
	d.transitions(n, func(i int) *command.Transition { return &dst[i] })
	if err := d.close(); err != nil {
		return nil, err
	}
	return dst, nil
}

// Entry decodes b into e, in e's memory where that suffices. On error e is left without submissions and acks.
func (d *Decoder) Entry(b []byte, e *command.Entry, limits Limits) error {
	e.TimeMs, e.Submissions, e.Acks = 0, e.Submissions[:0], e.Acks[:0]
	n, err := d.open(b, SchemaEntry, limits)
	if err != nil {
		return err
	}
	subs := resize(e.Submissions, n)
	d.transitions(n, func(i int) *command.Transition { return &subs[i].Transition })
	if d.problem == "" {
		d.readSessions()
		d.sequences(subs)
	}
	time := int64(unzigzag(d.cols[ColumnTime].uvarint()))
	acks := e.Acks
	for id := uint64(0); d.problem == "" && len(d.cols[ColumnAckSession].b) > 0; {
		if len(acks) == limits.Acks {
			return fmt.Errorf("%w: more than %d acks", ErrLimit, limits.Acks)
		}
		id += unzigzag(d.cols[ColumnAckSession].uvarint())
		acks = append(acks, command.Ack{Session: id, Low: d.cols[ColumnAckLow].uvarint()})
	}
	if err := d.close(); err != nil {
		return err
	}
	e.TimeMs, e.Submissions, e.Acks = time, subs, acks
	return nil
}

// readSessions reads the dictionary of sessions.
func (d *Decoder) readSessions() {
	c := &d.cols[ColumnSessions]
	for id := uint64(0); len(c.b) > 0; {
		id += unzigzag(c.uvarint())
		if _, fresh := d.sessions.add(id); !fresh {
			d.fail("session listed twice")
			return
		}
		first := c.uvarint()
		d.expect = append(d.expect, first)
	}
}

// sequences sets session and sequence of every row.
func (d *Decoder) sequences(subs []command.Submission) {
	runs, breaks := &d.cols[ColumnSessionRuns], &d.cols[ColumnSequenceBreaks]
	nextBreak := breakAfter(-1, breaks)
	previous := uint64(math.MaxUint64)
	for i := 0; i < len(subs); {
		token := runs.uvarint()
		number, length := token>>1, uint64(1)
		if token&1 == 1 {
			length = runs.uvarint() + 2
		}
		before := d.seen.sessions
		if number == previous || length > uint64(len(subs)-i) || length < 1 ||
			!inOrder(number, &d.seen.sessions, len(d.expect)) {
			d.fail("run of a session")
			return
		}
		previous = number
		// The dictionary has the first sequence of a session, so that a break there would say it twice.
		if d.seen.sessions != before && nextBreak == uint64(i) {
			d.fail("break in a session's first sequence")
			return
		}
		for range length {
			s := &subs[i]
			s.Session, s.Sequence = d.sessions.keys[number], d.expect[number]
			if nextBreak == uint64(i) {
				z := breaks.uvarint()
				if z == 0 {
					d.fail("break without distance")
					return
				}
				s.Sequence += unzigzag(z)
				nextBreak = breakAfter(i, breaks)
			}
			d.expect[number] = s.Sequence + 1
			i++
		}
	}
	if d.seen.sessions != len(d.expect) || nextBreak != math.MaxUint64 {
		d.fail("session or break without rows")
	}
}

// breakAfter reads the row of the next break; there is none at or beyond the last row, where breaks must be empty.
func breakAfter(row int, breaks *column) uint64 {
	if len(breaks.b) == 0 {
		return math.MaxUint64
	}
	gap := breaks.uvarint()
	if gap > math.MaxInt32 {
		breaks.bad = true
		return math.MaxUint64
	}
	return uint64(row+1) + gap
}

// DecodePayload decodes a payload of transitions. See Decoder.Payload.
func DecodePayload(b []byte, limits Limits) ([]command.Transition, error) {
	return new(Decoder).Payload(nil, b, limits)
}

// DecodeEntry decodes b into e, in e's memory where that suffices. See Decoder.Entry.
func DecodeEntry(b []byte, e *command.Entry, limits Limits) error {
	return new(Decoder).Entry(b, e, limits)
}
