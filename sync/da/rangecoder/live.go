package rangecoder

// What must hold here: ranks count the members above a row, so that rank and row determine each other.

import "math/bits"

// live is the set of a batch's rows whose orders may rest, by age: a bitmap with a Fenwick tree over its words ("A new
// data structure for cumulative frequency tables", Fenwick, 1994).
type live struct {
	words []uint64
	sums  []uint32 // sums[i]: members in the words (i - i&-i, i], counted from 1
	size  uint32
}

func newLive(rows int) *live {
	words := (rows + 63) / 64
	return &live{words: make([]uint64, words), sums: make([]uint32, words+1)}
}

func (l *live) has(row uint64) bool {
	return row/64 < uint64(len(l.words)) && l.words[row/64]>>(row%64)&1 != 0
}

// mark sets or leaves a bit of the bitmap alone: has knows of it, ranks do not.
func (l *live) mark(row int, set bool) { l.words[row/64] |= truth(set) << (row % 64) }

func (l *live) add(row int) {
	l.words[row/64] |= 1 << (row % 64)
	l.size++
	for i := row/64 + 1; i < len(l.sums); i += i & -i {
		l.sums[i]++
	}
}

func (l *live) remove(row int) {
	l.words[row/64] &^= 1 << (row % 64)
	l.size--
	for i := row/64 + 1; i < len(l.sums); i += i & -i {
		l.sums[i]--
	}
}

// rank is how many members are newer than row, which is one.
func (l *live) rank(row int) uint32 {
	upTo := uint32(bits.OnesCount64(l.words[row/64] << (63 - row%64)))
	for i := row / 64; i > 0; i -= i & -i {
		upTo += l.sums[i]
	}
	return l.size - upTo
}

// row is the inverse of rank; rank is below size.
func (l *live) row(rank uint32) int {
	left := l.size - rank // members up to and with the one wanted
	at := 0
	for step := 1 << bits.Len(uint(len(l.words))); step > 0; step >>= 1 {
		if next := at + step; next < len(l.sums) && l.sums[next] < left {
			at = next
			left -= l.sums[next]
		}
	}
	word := l.words[at]
	for ; left > 1; left-- {
		word &= word - 1
	}
	return at*64 + bits.TrailingZeros64(word)
}
