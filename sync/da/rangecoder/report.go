package rangecoder

// What must hold here: measuring changes nothing of what is coded.

import (
	"math/bits"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
)

// meter adds up what each column took, in the units of position.
type meter struct {
	at     uint64
	column [columnLimit]uint64
}

// positionBits says that positions are in 1/65536 of a bit.
const positionBits = 16

// position is how much was coded so far. The logarithm of width is taken by a straight line between powers of two:
// that is off by a tenth of a bit at most, at whatever position.
func (c *coder) position() uint64 {
	n := bits.Len32(c.width)
	fraction := uint64(c.width) << (32 - n) >> (31 - positionBits) & (1<<positionBits - 1)
	return uint64(len(c.out)+c.behind)<<(3+positionBits) + uint64(32-n)<<positionBits - fraction
}

// charge puts what was coded since the last call down to a column.
func (s *stream) charge(id batch.ColumnID) {
	if s.meter == nil {
		return
	}
	at := s.position()
	s.meter.column[id] += at - s.meter.at
	s.meter.at = at
}

// Cost is what a column takes in a payload and in what Encode makes of it, in bytes.
type Cost struct {
	Column       batch.ColumnID
	Bytes, Coded int
}

// Costs says where the bytes of a payload of transitions go; nil for anything else.
func Costs(payload []byte) []Cost {
	s := &stream{coder: encodeTo(nil), tables: newTables(), meter: &meter{}}
	var d directory
	columns, ok := d.parse(payload)
	if !ok || !d.code(s, len(payload)) {
		return nil
	}
	s.meter.at = s.position()
	if !transitions(s, &d, columns) {
		return nil
	}
	var costs []Cost
	for left := d.present; left != 0; left &= left - 1 {
		id := bits.TrailingZeros64(left)
		costs = append(costs, Cost{
			Column: batch.ColumnID(id), Bytes: int(d.size[id]), Coded: int(s.meter.column[id] >> (3 + positionBits)),
		})
	}
	return costs
}
