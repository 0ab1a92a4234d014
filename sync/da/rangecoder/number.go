package rangecoder

// What must hold here: every value of 64 bits can be coded under every context, whatever was coded before.

import "math/bits"

// stream is a coder with the tables that its models share.
type stream struct {
	coder
	tables *tables
	meter  *meter // nil unless somebody asked where the bytes go
}

// A group has the slots of a binary tree over up to four bits, in one cache line; 0 is not used.
type group [1 << groupBits]slot

const groupBits = 4

// model predicts the values of one column under two contexts at a time. Contexts share a table of groups by their
// hash: two that fall together spoil each other's predictions, never the coding.
type model struct {
	groups []group
	shift  uint8
	mixers [1 + maxChunks]mixer // of the length's bits, then by chunk of the bits behind the leading one
	tails  []tail               // taken when the first long value comes
}

// Of the bits behind the leading one, those of maxChunks chunks are predicted. What is left of a long value is its
// tail: the one that was seen last behind the same bits, or as good as random.
const maxChunks = 4

type tail struct {
	value uint64 // with what is before the tail
	again uint8  // how often it came again, up to 3
}

// newModel gives a model with 2^tableBits groups.
func newModel(tableBits int) *model {
	m := &model{groups: make([]group, 1<<tableBits), shift: uint8(64 - tableBits)}
	for i := range m.mixers {
		m.mixers[i] = newMixer()
	}
	return m
}

// spread is Fibonacci hashing: 2^64 divided by the golden ratio.
const spread = 0x9E3779B97F4A7C15

func combine(a, b uint64) uint64 { return (a^b*spread)*spread ^ a>>29 }

func (m *model) group(context uint64) *group { return &m.groups[context*spread>>m.shift] }

// alone is the second context of values for which there is no more than one.
const alone = 0

// bits codes the lowest n bits of v, at most groupBits, behind a leading one.
func (s *stream) bits(v uint64, n int, m *model, mixer int, a, b uint64) uint64 {
	if b == alone {
		return s.plain(v, n, m.group(a))
	}
	return s.chunk(v, n, &m.mixers[mixer], m.group(a), m.group(b))
}

func under(context, what uint64) uint64 {
	if context == alone {
		return alone
	}
	return combine(context, what)
}

// Lengths up to shortLength stand in the first group; it stands for the longer ones, whose excess comes in two chunks.
const shortLength = 15

// length codes how many bits v has.
func (s *stream) length(v uint64, m *model, a, b uint64) int {
	length := bits.Len64(v)
	got := int(s.bits(uint64(min(length, shortLength)), groupBits, m, 0, a, b)) - 1<<groupBits
	if got < shortLength {
		return got
	}
	a, b = combine(a, 1), under(b, 1)
	high := s.bits(uint64(length-shortLength)>>groupBits, 2, m, 0, a, b)
	a, b = combine(a, high), under(b, high)
	low := s.bits(uint64(length-shortLength), groupBits, m, 0, a, b)
	got += int(high-1<<2)<<groupBits + int(low-1<<groupBits)
	if got > 64 {
		s.over++ // no encoder says this
		return 64
	}
	return got
}

// number codes v as the length of its binary form, then the bits behind the leading one, each chunk of bits under all
// that is before it: a value that came before under one of the contexts is cheap, and so are its neighbours.
func (s *stream) number(v uint64, m *model, a, b uint64) uint64 {
	got := s.length(v, m, a, b)
	if got == 0 {
		return 0
	}
	prefix := uint64(1)
	left := got - 1
	for at := 1; left > 0 && at <= maxChunks; at++ {
		n := min(left, groupBits)
		left -= n
		before := prefix<<7 | uint64(got)
		next := s.bits(v>>left, n, m, at, combine(a, before), under(b, before))
		prefix = prefix<<n | next&(1<<n-1)
	}
	if left == 0 {
		return prefix
	}
	return s.tail(v, prefix, left, m)
}

// fresh codes a value that is not expected to come again: what follows its first chunk is taken for random.
func (s *stream) fresh(v uint64, m *model, a uint64) uint64 {
	got := s.length(v, m, a, alone)
	if got == 0 {
		return 0
	}
	left := got - 1
	n := min(left, groupBits)
	left -= n
	first := s.bits(v>>left, n, m, 1, combine(a, uint64(got)), alone)
	return s.random(v, first, left)
}

// random codes the lowest left bits of a value whose others are prefix, each of them as likely set as not.
func (s *stream) random(v, prefix uint64, left int) uint64 {
	for left > 0 {
		n := min(left, 8)
		left -= n
		prefix = prefix<<n | uint64(s.even(uint32(v>>left)&(1<<n-1), n))
	}
	return prefix
}

// tail codes the lowest left bits of a value whose others are prefix.
func (s *stream) tail(v, prefix uint64, left int, m *model) uint64 {
	if m.tails == nil {
		m.tails = make([]tail, len(m.groups))
	}
	last := &m.tails[combine(prefix, uint64(left))>>m.shift]
	if last.value>>left == prefix {
		context := combine(tailContext, uint64(last.again))
		if s.symbol(truth(v == last.value), 1, m, context, combine(context, prefix)) != 0 {
			last.again = min(last.again+1, 3)
			return last.value
		}
	}
	v = s.random(v, prefix, left)
	*last = tail{value: v}
	return v
}

const tailContext = 1 << 40 // apart from contexts that columns use

// maxSymbolBits bounds a symbol.
const maxSymbolBits = 8

// symbol codes v < 2^n, n at most maxSymbolBits, by its bits alone.
func (s *stream) symbol(v uint64, n int, m *model, a, b uint64) uint64 {
	if n <= groupBits {
		return s.bits(v, n, m, 0, a, b) - 1<<n
	}
	high := s.bits(v>>groupBits, n-groupBits, m, 0, a, b)
	a, b = combine(a, high), under(b, high)
	low := s.bits(v, groupBits, m, 1, a, b)
	return (high-1<<(n-groupBits))<<groupBits | (low - 1<<groupBits)
}
