package rangecoder

// What must hold here: a walk looks only at what was coded before, so that the decoder's takes the same steps; it
// believes nothing of what it reads, and ends in failure instead of leaving a column's bounds.

import (
	"math/bits"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Presence bits of a shape (fsm/batch); the bits above hasAmount belong to the columns behind the amounts'.
const (
	hasMarket = 1 << iota
	hasAccount
	hasOrder
	hasClientID
	hasPrice
	hasSize
	hasAmount
)

// shape is what a walk knows of a row by its number in the dictionary.
type shape struct {
	presence uint64
	side     uint8
	rests    bool // an order of this shape may rest
	cancels  bool
}

// walk codes the rows of a payload of transitions, one after another: value by value from their columns or into them.
type walk struct {
	*stream
	cursors [columnLimit]cursor
	models  [batch.ColumnTakerFee + 1]*model
	follows *model // whether an account is the one that came after its predecessor the last time
	older   *model // orders by their distance: of other batches, or not live
	failed  bool

	shapes     []shape
	shapeBits  int
	markets    [][2]uint64 // last price in units by side; number 0 is for rows without market
	marketBits int
	firstAge   uint64 // how many rows before the cancelling row an order at distance 0 was placed
	decimal    bool   // sizes are long: code the zeros that they end in apart

	history  uint64   // the shapes of the last rows, a byte each
	follower []uint32 // by an account's number: one more than the number that came after it last
	account  uint64   // the last number
	hits     uint64   // a bit for each of the last accounts: whether it was the follower
	newest   uint64   // the last new account
	live     *live
	lastRank uint64
}

// next is the next value of a column to encode; 0 when decoding.
func (w *walk) next(id batch.ColumnID) uint64 {
	if w.decoding {
		return 0
	}
	v, ok := w.cursors[id].take()
	w.failed = w.failed || !ok
	return v
}

// put takes what was coded into its column when decoding, and puts its cost down.
func (w *walk) put(id batch.ColumnID, v uint64) {
	if w.decoding && !w.cursors[id].put(v) {
		w.failed = true
	}
	w.charge(id)
}

// value codes the next value of a column.
func (w *walk) value(id batch.ColumnID, a, b uint64) {
	w.put(id, w.number(w.next(id), w.models[id], a, b))
}

// readShapes reads the dictionary of shapes from its column.
func (w *walk) readShapes(b []byte) bool {
	c := cursor{b: b}
	for len(c.b) > 0 {
		kind, ok := c.take()
		presence, also := c.take()
		if !ok || !also || kind > 255 || len(c.b) == 0 {
			return false
		}
		narrow := c.b[0]
		values := c.b[1:]
		if len(values) < bits.OnesCount8(narrow) || len(w.shapes) == 1<<maxSymbolBits {
			return false
		}
		var fields [8]byte
		for left := narrow; left != 0; left &= left - 1 {
			fields[bits.TrailingZeros8(left)], values = values[0], values[1:]
		}
		c.b = values
		k, kindOf, tif := command.Kind(kind), command.OrderType(fields[1]), command.TIF(fields[2])
		w.shapes = append(w.shapes, shape{
			presence: presence,
			side:     fields[0] & 1,
			rests: k == command.ImportOrder ||
				k == command.Place && kindOf == command.Limit && (tif == command.GTC || tif == command.PostOnly),
			cancels: k == command.Cancel,
		})
	}
	w.shapeBits = bits.Len(uint(max(len(w.shapes), 1) - 1))
	return true
}

// findFirstAge gives the age with which most of the orders named last are live rows of the batch. It is 1 if an order
// was cancelled right after it was placed, and not much more in any large batch.
func (w *walk) findFirstAge(rows int) uint64 {
	const looked, candidates = 512, 64
	numbers, distances := w.cursors[batch.ColumnRows], w.cursors[batch.ColumnOrder]
	rests := newLive(rows)
	var last [looked]uint64 // row less distance
	count := 0
	for i := range rows {
		number, ok := numbers.take()
		if !ok || number >= uint64(len(w.shapes)) {
			break // the walk will find out
		}
		rests.mark(i, w.shapes[number].rests)
		if w.shapes[number].presence&hasOrder != 0 {
			distance, _ := distances.take()
			last[count%looked] = uint64(i) - distance
			count++
		}
	}
	best, most := uint64(1), 0
	for age := uint64(1); age <= candidates; age++ {
		hits := 0
		for _, from := range last[:min(count, looked)] {
			if rests.has(from - age) {
				hits++
			}
		}
		if hits > most {
			best, most = age, hits
		}
	}
	return best
}

func (w *walk) rows(n int) {
	for i := 0; i < n && !w.failed && w.over == 0; i++ {
		w.row(i)
	}
}

func (w *walk) row(i int) {
	number := w.next(batch.ColumnRows)
	if number >= uint64(len(w.shapes)) {
		w.failed = true
		return
	}
	number = w.symbol(number, w.shapeBits, w.models[batch.ColumnRows], w.history&0xff, 1<<16|w.history&0xffff)
	w.put(batch.ColumnRows, number)
	if number >= uint64(len(w.shapes)) {
		w.failed = true
		return
	}
	w.history = w.history<<8 | number
	sh := &w.shapes[number]
	has, market, fresh := sh.presence, uint64(0), uint64(0)
	if has&hasMarket != 0 {
		market = w.market()
	}
	if has&hasAccount != 0 && w.accountNumber() == 0 {
		fresh = 1
	}
	if has&hasOrder != 0 {
		w.order(i, number, sh)
	}
	if has&hasClientID != 0 {
		w.clientID(number, fresh)
	}
	if has&hasPrice != 0 {
		w.price(market, uint64(sh.side))
	}
	if has&hasSize != 0 {
		w.size()
	}
	if sh.rests {
		w.live.add(i)
	}
	if has >= hasAmount {
		w.rare(has)
	}
}

func (w *walk) market() uint64 {
	m := w.models[batch.ColumnMarket]
	v := w.next(batch.ColumnMarket)
	if w.marketBits <= maxSymbolBits {
		if v>>w.marketBits != 0 {
			w.failed = true
			return 0
		}
		v = w.symbol(v, w.marketBits, m, 0, alone)
	} else {
		v = w.number(v, m, 0, alone)
	}
	w.put(batch.ColumnMarket, v)
	if v >= uint64(len(w.markets)-1) {
		w.failed = true
		return 0
	}
	return v + 1
}

// accountNumber codes an account's number, and its id if that is 0. Where orders come in turns, the account is the one
// that came after the account before it the last time.
func (w *walk) accountNumber() uint64 {
	v := w.next(batch.ColumnAccount)
	expected := uint64(w.follower[w.account])
	hit := w.symbol(truth(v+1 == expected), 1, w.follows, w.hits&0xf, 1<<8|min(expected, 1))
	w.hits = w.hits<<1 | hit
	if hit != 0 {
		v = expected - 1
	} else {
		v = w.number(v, w.models[batch.ColumnAccount], 0, alone)
	}
	w.put(batch.ColumnAccount, v)
	if v >= uint64(len(w.follower)) {
		w.failed = true
		return v
	}
	w.follower[w.account] = uint32(v) + 1
	w.account = v
	if v == 0 {
		w.newAccount()
	}
	return v
}

// newAccount codes the id of an account that the batch has not named before: the one after the last such, or any.
func (w *walk) newAccount() {
	id := w.newest + unzigzag(w.next(batch.ColumnNewAccount))
	m := w.models[batch.ColumnNewAccount]
	if w.symbol(truth(id == w.newest+1), 1, m, 1, alone) != 0 {
		id = w.newest + 1
	} else {
		id = w.fresh(id, m, 2)
	}
	w.put(batch.ColumnNewAccount, zigzag(id-w.newest))
	w.newest = id
}

// order codes which order is meant: by how many live ones are newer if it was placed in this batch and not cancelled
// in it, else by the column's distance.
func (w *walk) order(i int, shape uint64, sh *shape) {
	distance := w.next(batch.ColumnOrder)
	rank := uint64(0) // one more than the order's rank
	if row := uint64(i) - distance - w.firstAge; !w.decoding && w.live.has(row) {
		rank = uint64(w.live.rank(int(row))) + 1
	}
	rank = w.number(rank, w.models[batch.ColumnOrder], shape, 1<<16|uint64(bits.Len64(w.lastRank))<<8|shape)
	w.lastRank = rank
	switch {
	case rank == 0:
		distance = w.number(distance, w.older, 0, alone)
	case rank > uint64(w.live.size):
		w.failed = true
		return
	default:
		row := w.live.row(uint32(rank - 1))
		distance = uint64(i) - uint64(row) - w.firstAge
		if sh.cancels {
			w.live.remove(row)
		}
	}
	w.put(batch.ColumnOrder, distance)
}

func (w *walk) clientID(shape, fresh uint64) {
	m := w.models[batch.ColumnClientID]
	v := w.next(batch.ColumnClientID)
	if w.symbol(min(v, 1), 1, m, 4+fresh, 8+shape) != 0 {
		v = w.number(v, m, fresh, 2)
	} else {
		v = 0
	}
	w.put(batch.ColumnClientID, v)
}

// price codes a difference from the side's last price under how far away the other side's last price is: after an
// order far from the market the next one comes back.
func (w *walk) price(market, side uint64) {
	last := &w.markets[market]
	gap := int64(last[side^1] - last[side])
	distance := uint64(bits.Len64(uint64(max(gap, -gap))))
	m := w.models[batch.ColumnPrice]
	v := w.number(w.next(batch.ColumnPrice), m, market<<1|side, 1<<40|distance<<2|uint64(gap)>>63<<1|side)
	w.put(batch.ColumnPrice, v)
	from := last[side]
	if from == 0 {
		from = last[side^1]
	}
	last[side] = from + unzigzag(v)
}

// size codes a size; if sizes are long, the zeros that its decimal form ends in apart from the digits before them.
func (w *walk) size() {
	v := w.next(batch.ColumnSize)
	m := w.models[batch.ColumnSize]
	if w.decimal {
		zeros, digits := decimalZeros(v)
		zeros = w.symbol(zeros, 5, m, 1, alone)
		v = w.number(digits, m, 2+zeros, alone)
		for range zeros {
			v *= 10
		}
	} else {
		v = w.number(v, m, 0, alone)
	}
	w.put(batch.ColumnSize, v)
}

// decimalZeros splits v into the number of zeros that its decimal form ends in, and the digits before them.
func decimalZeros(v uint64) (zeros, digits uint64) {
	for v != 0 && v%10 == 0 {
		v /= 10
		zeros++
	}
	return zeros, v
}

// rare codes what orders do not have. Addresses are not among it: their column is coded as a whole.
func (w *walk) rare(has uint64) {
	for left := has &^ (hasAmount - 1); left != 0; left &= left - 1 {
		id := batch.ColumnAmount + batch.ColumnID(bits.TrailingZeros64(left/hasAmount))
		if id > batch.ColumnTakerFee {
			w.failed = true
			return
		}
		if id != batch.ColumnAddress {
			w.value(id, 0, alone)
		}
	}
}

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func zigzag(d uint64) uint64   { return d<<1 ^ uint64(int64(d)>>63) }
func unzigzag(z uint64) uint64 { return z>>1 ^ -(z & 1) }
