package rangecoder

// What must hold here: a container that was split is joined again to the same bytes, and nothing is written beyond the
// size that the caller declared.

import (
	"encoding/binary"
	"math/bits"
)

// columnLimit is above every column id that a directory of 64 bits can name.
const columnLimit = 64

// cursor goes through one column: reading what is encoded, or writing what was decoded.
type cursor struct {
	b []byte // what is left of the column
}

// take reads a varint of minimal length.
func (c *cursor) take() (uint64, bool) {
	if len(c.b) > 0 && c.b[0] < 0x80 {
		v := uint64(c.b[0])
		c.b = c.b[1:]
		return v, true
	}
	v, n := binary.Uvarint(c.b)
	if n <= 0 || c.b[n-1] == 0 {
		return 0, false
	}
	c.b = c.b[n:]
	return v, true
}

// put writes a varint if the column has room for it.
func (c *cursor) put(v uint64) bool {
	if n := (bits.Len64(v|1) + 6) / 7; n > len(c.b) {
		return false
	}
	c.b = c.b[binary.PutUvarint(c.b, v):]
	return true
}

// directory says what the container's first bytes say: version, schema, rows, which columns there are, their sizes.
type directory struct {
	version, schema byte
	rows, present   uint64
	size            [columnLimit]uint64
}

// parse reads the directory of an encoding whose columns fill it exactly, and returns the columns' bytes.
func (d *directory) parse(b []byte) ([]byte, bool) {
	if len(b) < 2 {
		return nil, false
	}
	d.version, d.schema = b[0], b[1]
	c := cursor{b: b[2:]}
	var ok bool
	if d.rows, ok = c.take(); !ok {
		return nil, false
	}
	if d.present, ok = c.take(); !ok {
		return nil, false
	}
	total := uint64(0)
	for left := d.present; left != 0; left &= left - 1 {
		size, ok := c.take()
		if !ok || size > uint64(len(b)) {
			return nil, false
		}
		d.size[bits.TrailingZeros64(left)] = size
		total += size
	}
	return c.b, total == uint64(len(c.b))
}

// append writes the directory.
func (d *directory) append(dst []byte) []byte {
	dst = append(dst, d.version, d.schema)
	dst = binary.AppendUvarint(dst, d.rows)
	dst = binary.AppendUvarint(dst, d.present)
	for left := d.present; left != 0; left &= left - 1 {
		dst = binary.AppendUvarint(dst, d.size[bits.TrailingZeros64(left)])
	}
	return dst
}

// cut gives each column its part of b, which has the length of them all.
func (d *directory) cut(b []byte, columns *[columnLimit][]byte) {
	for id := range columns {
		columns[id], b = b[:d.size[id]:d.size[id]], b[d.size[id]:]
	}
}

// code codes the directory itself. It gives false if what was decoded does not fill size bytes exactly.
func (d *directory) code(s *stream, size int) bool {
	m := newModel(8)
	number := func(v uint64, what uint64) uint64 { return s.number(v, m, what, alone) }
	d.version = byte(number(uint64(d.version), 0))
	d.schema = byte(number(uint64(d.schema), 1))
	d.rows = number(d.rows, 2)
	d.present = number(d.present, 3)
	total := uint64(0)
	for left := d.present; left != 0; left &= left - 1 {
		id := bits.TrailingZeros64(left)
		d.size[id] = number(d.size[id], 4)
		if d.size[id] > uint64(size) {
			return false
		}
		total += d.size[id]
	}
	return total+uint64(len(d.append(nil))) == uint64(size)
}
