package state

// A table maps hashes to indexes of a slab; the record tells whether it is the
// one. Two things are bounded whatever the keys: a growth step rehashes one
// segment, never the table, and nobody who does not know the seed can choose
// keys that meet.

import "math/bits"

const (
	segmentBits = 10
	segmentLen  = 1 << segmentBits
	segmentMax  = segmentLen / 2 // fuller, and probes of uneven length cost mispredicted branches
	maxDepth    = 32 - segmentBits
)

// hashKey is what a replica keeps to itself, so that ids cannot be chosen to
// collide. No result depends on it.
type hashKey [4]uint64

// newHashKey spreads a seed over the key (SplitMix64).
func newHashKey(seed uint64) hashKey {
	var k hashKey
	for i := range k {
		seed += 0x9E3779B97F4A7C15
		z := seed
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		k[i] = z ^ z>>31
	}
	k[1] |= 1
	k[3] |= 1
	return k
}

// tag hashes a key of two words: two folded multiplications, as in wyhash.
func (k *hashKey) tag(a, b uint64) uint32 {
	hi, lo := bits.Mul64(a^k[0], b^k[1])
	hi, lo = bits.Mul64(hi^lo^k[2], k[3])
	return uint32((hi ^ lo) >> 32)
}

// segment is a piece of open addressing with linear probing. An entry is
// tag<<32 | index; 0 is empty. It is never full.
type segment struct {
	entries [segmentLen]uint64
	used    int
	depth   uint8 // how many upper bits its tags share
}

// table is an extendible hash table: a directory of segments by the upper bits
// of the tag; the lower bits say where in a segment a probe begins.
type table struct {
	dir   []*segment
	depth uint8
	count int
}

func newTable() table { return table{dir: []*segment{{}}} }

// of returns the segment of a tag. A lookup walks its entries from the tag on,
// modulo segmentLen, until an empty one.
func (t *table) of(tag uint32) *segment { return t.dir[tag>>(32-t.depth)] }

// insert adds an entry that is not there yet.
func (t *table) insert(tag, index uint32) {
	s := t.of(tag)
	for s.used >= segmentMax {
		t.split(s, tag)
		s = t.of(tag)
	}
	s.put(uint64(tag)<<32 | uint64(index))
	t.count++
}

func (s *segment) put(entry uint64) {
	for i := uint32(entry >> 32); ; i++ {
		if e := &s.entries[i%segmentLen]; *e == 0 {
			*e = entry
			s.used++
			return
		}
	}
}

// split halves a segment by the next bit of the tags.
func (t *table) split(s *segment, tag uint32) {
	if s.depth == t.depth {
		t.double()
	}
	old := s.entries
	half := &segment{depth: s.depth + 1}
	*s = segment{depth: s.depth + 1}
	for _, e := range old {
		switch {
		case e == 0:
		case e>>(64-s.depth)&1 == 1:
			half.put(e)
		default:
			s.put(e)
		}
	}
	run := uint32(1) << (t.depth - s.depth)
	first := (tag>>(32-s.depth) | 1) * run
	for i := range run {
		t.dir[first+i] = half
	}
}

func (t *table) double() {
	if t.depth == maxDepth {
		panic("state: a table is full")
	}
	dir := make([]*segment, 2*len(t.dir))
	for i, s := range t.dir {
		dir[2*i], dir[2*i+1] = s, s
	}
	t.dir = dir
	t.depth++
}

// remove takes out an entry that is there and closes the gap.
func (t *table) remove(tag, index uint32) {
	s := t.of(tag)
	entry := uint64(tag)<<32 | uint64(index)
	hole := tag % segmentLen
	for s.entries[hole] != entry {
		if s.entries[hole] == 0 {
			panic("state: a table lacks an entry")
		}
		hole = (hole + 1) % segmentLen
	}
	for i := hole; ; {
		i = (i + 1) % segmentLen
		e := s.entries[i]
		if e == 0 {
			break
		}
		if home := uint32(e >> 32); (i-home)%segmentLen >= (i-hole)%segmentLen {
			s.entries[hole] = e
			hole = i
		}
	}
	s.entries[hole] = 0
	s.used--
	t.count--
}
