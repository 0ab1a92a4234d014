package batch

// The container of every schema: a directory of columns, then the columns. No size in it is believed before the
// bytes that it speaks of were seen, an empty column does not stand in the directory, and nothing follows the last.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// formatVersion is the first byte of everything that this package's codec writes.
const formatVersion = 1

// Schema is the second byte: which columns there are and what they mean.
type Schema uint8

// The schemas; wire-stable.
const (
	SchemaEntry       Schema = 1 // what Raft carries
	SchemaTransitions Schema = 2 // a payload of transitions
	SchemaDiff        Schema = 3 // a payload of net changes
)

// ColumnID names a column; it is the column's bit in the directory. Wire-stable.
type ColumnID uint8

// The columns. The package comment says what each holds.
const (
	ColumnShapes ColumnID = iota
	ColumnRows
	ColumnMarkets
	ColumnMarket
	ColumnAccount
	ColumnNewAccount
	ColumnOrder
	ColumnClientID
	ColumnPrice
	ColumnSize
	ColumnAmount
	ColumnAsset
	ColumnQuote
	ColumnTick
	ColumnLot
	ColumnInbox
	ColumnAddress
	ColumnDecimals
	ColumnMakerFee
	ColumnTakerFee
	ColumnTime
	ColumnSessions
	ColumnSessionRuns
	ColumnSequenceBreaks
	ColumnAckSession
	ColumnAckLow
	ColumnDiffShared
	ColumnDiffSuffixSize
	ColumnDiffSuffix
	ColumnDiffValueSize
	ColumnDiffValue
	columnCount
)

const (
	transitionColumns = 1<<ColumnTime - 1
	entryColumns      = 1<<ColumnDiffShared - 1
	diffColumns       = 1<<columnCount - 1<<ColumnDiffShared
)

// Errors of the decoders. A decoder accepts exactly what its encoder writes: for every accepted b, encoding the
// decoded value gives b again.
var (
	ErrMalformed = errors.New("batch: malformed bytes")
	ErrLimit     = errors.New("batch: declared size above the limit")
	ErrVersion   = errors.New("batch: unknown format version or schema")
)

// Limits bounds what a decoder accepts. A decoder's memory is at most a small multiple (one decoded element per
// encoded byte) of what both the limit and the length of the bytes allow.
type Limits struct {
	Bytes       int // encoded length
	Transitions int // transitions of an entry or a payload
	Acks        int // acks of an entry
	Changes     int // changes of a diff
}

// DefaultLimits are far above what a cluster seals or proposes: 16 MiB, a million transitions or changes.
func DefaultLimits() Limits {
	return Limits{Bytes: 16 << 20, Transitions: 1 << 20, Acks: 1 << 16, Changes: 1 << 20}
}

// Column is one column's bytes inside an encoding.
type Column struct {
	ID   ColumnID
	Data []byte
}

// Columns splits an encoding at its columns' boundaries, in ascending order of id, without looking into them: what an
// entropy coder with a model per column stands on. The data shares b's memory.
func Columns(b []byte, limits Limits) (Schema, []Column, error) {
	var cols [columnCount][]byte
	schema, _, err := split(b, limits, &cols)
	if err != nil {
		return 0, nil, err
	}
	var out []Column
	for id, data := range cols {
		if len(data) > 0 {
			out = append(out, Column{ID: ColumnID(id), Data: data})
		}
	}
	return schema, out, nil
}

// join appends the container around cols: version, schema, rows, directory, columns.
func join(dst []byte, schema Schema, rows int, cols *[columnCount][]byte) []byte {
	dst = append(dst, formatVersion, byte(schema))
	dst = binary.AppendUvarint(dst, uint64(rows))
	var present uint64
	for id := range cols {
		if len(cols[id]) > 0 {
			present |= 1 << id
		}
	}
	dst = binary.AppendUvarint(dst, present)
	for left := present; left != 0; left &= left - 1 {
		dst = binary.AppendUvarint(dst, uint64(len(cols[bits.TrailingZeros64(left)])))
	}
	for left := present; left != 0; left &= left - 1 {
		dst = append(dst, cols[bits.TrailingZeros64(left)]...)
	}
	return dst
}

// split is the inverse of join. It takes no memory; the columns share b's.
func split(b []byte, limits Limits, cols *[columnCount][]byte) (Schema, int, error) {
	if len(b) > limits.Bytes {
		return 0, 0, fmt.Errorf("%w: %d bytes, at most %d", ErrLimit, len(b), limits.Bytes)
	}
	if len(b) < 2 {
		return 0, 0, fmt.Errorf("%w: %d bytes", ErrMalformed, len(b))
	}
	schema := Schema(b[1])
	allowed, most := uint64(transitionColumns), limits.Transitions
	switch {
	case b[0] != formatVersion:
		return 0, 0, fmt.Errorf("%w: version %d", ErrVersion, b[0])
	case schema == SchemaEntry:
		allowed = entryColumns
	case schema == SchemaDiff:
		allowed, most = diffColumns, limits.Changes
	case schema != SchemaTransitions:
		return 0, 0, fmt.Errorf("%w: schema %d", ErrVersion, b[1])
	}
	c := column{b: b[2:]}
	rows, present := c.uvarint(), c.uvarint()
	if c.bad || present&^allowed != 0 {
		return 0, 0, fmt.Errorf("%w: directory of schema %d with columns %x", ErrMalformed, schema, present)
	}
	if rows > uint64(most) {
		return 0, 0, fmt.Errorf("%w: %d rows, at most %d", ErrLimit, rows, most)
	}
	var sizes [columnCount]uint64
	total := uint64(0)
	for left := present; left != 0; left &= left - 1 {
		size := c.uvarint()
		if size == 0 || size > uint64(len(b)) {
			return 0, 0, fmt.Errorf("%w: column %d of %d bytes", ErrMalformed, bits.TrailingZeros64(left), size)
		}
		sizes[bits.TrailingZeros64(left)] = size
		total += size
	}
	if c.bad || total != uint64(len(c.b)) {
		return 0, 0, fmt.Errorf("%w: columns of %d bytes in %d", ErrMalformed, total, len(c.b))
	}
	rest := c.b
	for id := range cols {
		cols[id], rest = rest[:sizes[id]:sizes[id]], rest[sizes[id]:]
	}
	return schema, int(rows), nil
}

// column reads one column from its front. After the first bad read it stays bad, reads give zero, and nothing that
// was read counts.
type column struct {
	b   []byte
	bad bool
}

// uvarint reads a varint of minimal length.
func (c *column) uvarint() uint64 {
	if len(c.b) > 0 && c.b[0] < 0x80 {
		v := c.b[0]
		c.b = c.b[1:]
		return uint64(v)
	}
	return c.longUvarint()
}

func (c *column) longUvarint() uint64 {
	if len(c.b) > 1 && c.b[1] < 0x80 && c.b[1] != 0 {
		v := uint64(c.b[0]&0x7f) | uint64(c.b[1])<<7
		c.b = c.b[2:]
		return v
	}
	v, n := binary.Uvarint(c.b)
	if n <= 0 || (n > 1 && c.b[n-1] == 0) {
		c.bad, c.b = true, nil
		return 0
	}
	c.b = c.b[n:]
	return v
}

// take reads n bytes.
func (c *column) take(n int) []byte {
	if n > len(c.b) {
		c.bad, c.b = true, nil
		return nil
	}
	v := c.b[:n]
	c.b = c.b[n:]
	return v
}

// zigzag maps small differences of either sign, taken modulo 2^64, to small numbers; unzigzag is its inverse.
func zigzag(d uint64) uint64   { return d<<1 ^ uint64(int64(d)>>63) }
func unzigzag(z uint64) uint64 { return z>>1 ^ -(z & 1) }

// index numbers distinct keys in order of first appearance.
type index struct {
	keys  []uint64
	slots []uint32 // position in keys + 1; a power of two of them, at most half used
}

func (x *index) reset() {
	x.keys = x.keys[:0]
	const small = 64
	if len(x.slots) < small {
		x.slots = make([]uint32, small)
	}
	x.slots = x.slots[:small]
	clear(x.slots)
}

// add returns the number of key and whether it is new.
func (x *index) add(key uint64) (int, bool) {
	at := x.find(key)
	if number := x.slots[at]; number != 0 {
		return int(number - 1), false
	}
	x.keys = append(x.keys, key)
	x.slots[at] = uint32(len(x.keys))
	if 2*len(x.keys) >= len(x.slots) {
		x.grow()
	}
	return len(x.keys) - 1, true
}

func (x *index) find(key uint64) uint64 {
	const odd = 0x9E3779B97F4A7C15 // 2^64 divided by the golden ratio spreads neighbouring keys
	mask := uint64(len(x.slots) - 1)
	at := (key * odd >> 32) & mask
	for x.slots[at] != 0 && x.keys[x.slots[at]-1] != key {
		at = (at + 1) & mask
	}
	return at
}

func (x *index) grow() {
	want := 2 * len(x.slots)
	if cap(x.slots) >= want {
		x.slots = x.slots[:want]
		clear(x.slots)
	} else {
		x.slots = make([]uint32, want)
	}
	for i, key := range x.keys {
		x.slots[x.find(key)] = uint32(i + 1)
	}
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
