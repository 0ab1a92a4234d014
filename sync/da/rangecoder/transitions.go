package rangecoder

// What must hold here: what a walk takes memory for is bounded by the rows, and those by maxRows and by the size of
// their column.

import (
	"math/bits"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
)

// maxRows is the most that a walk goes through: what fsm/batch decodes by default. Payloads of more are coded as
// columns of bytes.
const maxRows = 1 << 20

// wholeColumns are coded as bytes before the rows: the dictionaries, and what has no structure.
func wholeColumns() [3]batch.ColumnID {
	return [3]batch.ColumnID{batch.ColumnShapes, batch.ColumnMarkets, batch.ColumnAddress}
}

// transitions codes the columns in b row by row. When encoding, false means that they are not what a walk can follow;
// when decoding, that nothing was encoded so.
func transitions(s *stream, d *directory, b []byte) bool {
	if d.version != transitionsVersion || batch.Schema(d.schema) != batch.SchemaTransitions ||
		d.present>>(batch.ColumnTakerFee+1) != 0 || d.rows > min(d.size[batch.ColumnRows], maxRows) {
		return false
	}
	var columns [columnLimit][]byte
	d.cut(b, &columns)
	n := int(d.rows)
	whole := 0
	for _, id := range wholeColumns() {
		whole += len(columns[id])
	}
	m := newBytesModel(whole)
	w := &walk{stream: s}
	for id, column := range columns {
		w.cursors[id].b = column
	}
	for _, id := range wholeColumns() {
		m.code(s, columns[id], uint64(id)+1)
		s.charge(id)
		w.cursors[id].b = nil
	}
	if s.over > 0 || !w.readShapes(columns[batch.ColumnShapes]) {
		return false
	}
	w.open(d, n, columns[batch.ColumnMarkets])
	if d.size[batch.ColumnOrder] > 0 {
		w.value(batch.ColumnOrder, 1<<32, alone) // the base
		if !s.decoding {
			w.firstAge = w.findFirstAge(n)
		}
		w.firstAge = w.number(w.firstAge, w.older, 1, alone)
	}
	w.rows(n)
	for id := range w.cursors {
		w.failed = w.failed || len(w.cursors[id].b) > 0
	}
	return !w.failed
}

// open takes the memory of a walk over n rows.
func (w *walk) open(d *directory, n int, markets []byte) {
	// A market has three numbers in its dictionary, rows without market two.
	number := min(max(varints(markets)-2, 0)/3, n)
	w.markets = make([][2]uint64, 1+number)
	w.marketBits = bits.Len(uint(max(number, 1) - 1))
	w.follower = make([]uint32, 2+min(d.size[batch.ColumnNewAccount], d.rows))
	w.live = newLive(n)
	w.decimal = d.size[batch.ColumnSize] > 3*d.rows/2
	w.follows = newModel(6)
	for id := range w.models {
		w.models[id] = w.follows // of a column that is not there, though a shape may name it: no canonical one does
		if d.size[id] > 0 {
			w.models[id] = newModel(tableBits(batch.ColumnID(id), d.size[id]))
		}
	}
	w.older = newModel(10)
}

// tableBits gives a column's model about as many groups as it has use for. More cost more misses of the processor's
// caches than they save in bytes.
func tableBits(id batch.ColumnID, size uint64) int {
	most := 12
	switch id {
	case batch.ColumnRows, batch.ColumnMarket, batch.ColumnClientID:
		most = 9
	case batch.ColumnNewAccount, batch.ColumnOrder:
		most = 11
	default:
	}
	return min(max(bits.Len64(size)-1, 6), most)
}

func varints(b []byte) int {
	n := 0
	for _, c := range b {
		if c < 0x80 {
			n++
		}
	}
	return n
}
