package tree

// What must always hold here: a block is exactly a leaf's hash input, padding
// included, so two blocks are equal if and only if the records are.

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/bits"
)

const (
	blockLen = 64
	maxBits  = MaxKey * 8 // labels are below it
	tagAt    = 32
	sizeAt   = 33
	valueAt  = 34

	tagRecord = 1
	tagDelete = 0xFF // in a batch only, never hashed
)

// A block is a leaf's hash input: key length, key, zeros up to 32; then tag,
// value length, value, zeros up to 64.
type block [blockLen]byte

// setKey makes b the block of a search for key.
func (b *block) setKey(key []byte) error {
	if len(key) == 0 || len(key) > MaxKey {
		return fmt.Errorf("%w: %d bytes", ErrKeyLength, len(key))
	}
	b.setPrefix(key)
	return nil
}

// setPrefix is setKey for a string of at most MaxKey bytes that may be empty.
func (b *block) setPrefix(key []byte) {
	*b = block{}
	b[0] = byte(len(key))
	copy(b[1:tagAt], key)
}

func (b *block) set(key, value []byte) error {
	if err := b.setKey(key); err != nil {
		return err
	}
	if len(value) > MaxValue {
		return fmt.Errorf("%w: %d bytes", ErrValueLength, len(value))
	}
	b[tagAt], b[sizeAt] = tagRecord, byte(len(value))
	copy(b[valueAt:], value)
	return nil
}

func (b *block) setChange(c *Change) error {
	if c.Delete {
		err := b.setKey(c.Key)
		b[tagAt] = tagDelete
		return err
	}
	return b.set(c.Key, c.Value)
}

func (b *block) deletes() bool { return b[tagAt] == tagDelete }

// key and value are views into b, with no room to append.
func (b *block) key() []byte {
	n := 1 + int(b[0]&31)
	return b[1:n:n]
}

func (b *block) value() []byte {
	n := valueAt + int(b[sizeAt])
	return b[valueAt:n:n]
}

// bit is the key's bit i, 0 past its end.
func (b *block) bit(i uint8) uint8 { return b[(1+i>>3)&63] >> (^i & 7) & 1 }

// split is the first bit at which two keys, zero padded, differ; maxBits if none does.
func (b *block) split(o *block) int {
	if x := (binary.BigEndian.Uint64(b[:]) ^ binary.BigEndian.Uint64(o[:])) << 8; x != 0 {
		return bits.LeadingZeros64(x)
	}
	for i := 8; i < tagAt; i += 8 {
		if x := binary.BigEndian.Uint64(b[i:]) ^ binary.BigEndian.Uint64(o[i:]); x != 0 {
			return i*8 - 8 + bits.LeadingZeros64(x)
		}
	}
	return maxBits
}

// order compares keys, zero padded.
func (b *block) order(o *block) int {
	x, y := binary.BigEndian.Uint64(b[:])<<8, binary.BigEndian.Uint64(o[:])<<8
	for i := 8; x == y && i < tagAt; i += 8 {
		x, y = binary.BigEndian.Uint64(b[i:]), binary.BigEndian.Uint64(o[i:])
	}
	return cmp.Compare(x, y)
}

// compare is order, and a shorter key first if only the padding makes them equal:
// byte order.
func (b *block) compare(o *block) int {
	if c := b.order(o); c != 0 {
		return c
	}
	return cmp.Compare(b[0], o[0])
}

func (b *block) sameKey(o *block) bool { return b[0] == o[0] && b.split(o) == maxBits }

// prefixFree says whether keys that split at d may live in one tree.
func (b *block) prefixFree(o *block, d int) bool { return d < 8*int(min(b[0], o[0])) }

// under says whether b's key begins with the prefix that q was set to.
func (b *block) under(q *block) bool { return b[0] >= q[0] && b.split(q) >= 8*int(q[0]) }
