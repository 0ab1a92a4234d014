package rangecoder

// What must hold here: a prediction is a function of the bits coded so far, in integers alone, and it lies strictly
// between never and always.

import "math/bits"

// slot is an adaptive probability: 22 bits of it, relative to one half, over the number of bits that it has seen,
// which stops at the limit of the tables. Zero is the state before the first bit.
type slot uint32

const (
	countBits = 10
	countMask = 1<<countBits - 1
	half      = 1 << 21 // one half in 22 bits
	seenLimit = 255
)

func (s slot) probability() uint32 { return uint32(s)>>countBits ^ half } // in 22 bits

// The logistic domain: units of 1/256, clipped at 8.
const (
	logisticUnit = 256
	logisticClip = 8
)

// tables are functions that the mixing looks up.
type tables struct {
	squash  [2 * logisticUnit * logisticClip]uint16 // logistic function of an index less its middle, in 1/65536
	stretch [4096]int16                             // its inverse, of a probability in 1/4096
	seen    [seenLimit + 1]seen
}

// seen is what the number of bits that a slot has seen means.
type seen struct {
	rate  int32 // how far the next one moves it: 1/(n + 1.5), in 1/65536
	trust uint8 // its class of six: none, one, two, up to five, up to 20, more
	more  uint8 // 1 up to the limit
}

func newTables() *tables {
	t := new(tables)
	const middle = len(t.squash) / 2
	// e^(1/256) in 1/2^62; its powers are kept in 1/2^32.
	const step = 4629735647166717428
	power := uint64(1) << 32
	for x := range middle {
		q := power << probabilityBits / (power + 1<<32)
		t.squash[middle+x] = uint16(q)
		t.squash[middle-x] = uint16(1<<probabilityBits - q)
		high, low := bits.Mul64(power, step)
		power = high<<2 | low>>62
	}
	t.squash[0] = t.squash[1]
	x := 1
	for p := range t.stretch {
		for x < len(t.squash)-1 && int(t.squash[x]) < p<<4+8 {
			x++
		}
		t.stretch[p] = int16(x - middle)
	}
	for n := range t.seen {
		at := seen{rate: int32(2 << 16 / (2*n + 3)), more: 1}
		switch {
		case n < 3:
			at.trust = uint8(n)
		case n < 6:
			at.trust = 3
		case n <= 20:
			at.trust = 4
		default:
			at.trust = 5
		}
		t.seen[n] = at
	}
	t.seen[seenLimit].more = 0
	return t
}

// mixer weighs two predictions in the logistic domain, with weights of their own for each pair of trust classes.
type mixer struct {
	weight [64][2]int32 // in 1/65536
}

const (
	firstWeight   = 1 << 15
	learningShift = 14
)

func newMixer() mixer {
	var m mixer
	for i := range m.weight {
		m.weight[i] = [2]int32{firstWeight, firstWeight}
	}
	return m
}

// chunk codes the lowest n bits of v, the highest of them first, by the mixture of what the slots of a and b predict.
// It gives them behind a leading one. This is the inner loop of everything: it decides in place and without branches
// on what no branch predictor could know.
func (s *stream) chunk(v uint64, n int, m *mixer, a, b *group) uint64 {
	t := s.tables
	width := s.width
	node := uint32(1)
	for n--; n >= 0; n-- {
		at := node & (1<<groupBits - 1)
		va, vb := a[at], b[at]
		seenA, seenB := t.seen[va&seenLimit], t.seen[vb&seenLimit]
		w := &m.weight[(seenA.trust<<3|seenB.trust)&63]
		sa, sb := int(t.stretch[va>>20^2048]), int(t.stretch[vb>>20^2048])
		wa, wb := int(w[0]), int(w[1])
		x := (sa*wa+sb*wb)>>16 + len(t.squash)/2
		x = min(max(x, 0), len(t.squash)-1)
		p := uint32(t.squash[x&(len(t.squash)-1)])

		bound := (width >> probabilityBits) * p
		bit := uint32(v>>(uint(n)&63)) & 1
		if s.decoding {
			bit = uint32((uint64(s.code) - uint64(bound)) >> 63)
			s.code -= bound &^ -bit
		} else {
			s.low += uint64(bound &^ -bit)
		}
		width -= bound
		width ^= (width ^ bound) & -bit
		if width < 1<<24 {
			s.width = width
			s.normalize()
			width = s.width
		}

		miss := int(bit<<probabilityBits) - int(p)
		w[0] = int32(wa + (sa*miss+1<<(learningShift-1))>>learningShift)
		w[1] = int32(wb + (sb*miss+1<<(learningShift-1))>>learningShift)
		a[at] = va.learn(bit, seenA)
		b[at] = vb.learn(bit, seenB)
		node = node<<1 | bit
	}
	s.width = width
	return uint64(node)
}

// plain is chunk by the slots of one group alone.
func (s *stream) plain(v uint64, n int, a *group) uint64 {
	t := s.tables
	width := s.width
	node := uint32(1)
	for n--; n >= 0; n-- {
		at := &a[node&(1<<groupBits-1)]
		before := *at
		p := min(max(before.probability()>>6, leastProbability), 1<<probabilityBits-leastProbability)

		bound := (width >> probabilityBits) * p
		bit := uint32(v>>uint(n)) & 1
		if s.decoding {
			bit = uint32((uint64(s.code) - uint64(bound)) >> 63)
			s.code -= bound &^ -bit
		} else {
			s.low += uint64(bound &^ -bit)
		}
		width -= bound
		width ^= (width ^ bound) & -bit
		if width < 1<<24 {
			s.width = width
			s.normalize()
			width = s.width
		}

		*at = before.learn(bit, t.seen[before&seenLimit])
		node = node<<1 | bit
	}
	s.width = width
	return uint64(node)
}

const leastProbability = 64

// learn moves a slot towards bit.
func (s slot) learn(bit uint32, n seen) slot {
	p := int(s.probability())
	p += (int(-bit&(1<<22-1)) - p) * int(n.rate) >> 16
	return slot(uint32(p)^half)<<countBits | s&countMask + slot(n.more)
}
