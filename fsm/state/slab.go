package state

// A record in a slab never moves and holds no pointer: the garbage collector
// has nothing to scan, and growing copies nothing but a directory.

const (
	slabBits = 10
	slabLen  = 1 << slabBits
)

// slab is an array that grows chunk by chunk. Index 0 is none.
type slab[T any] struct {
	chunks []*[slabLen]T
	n      uint32 // indexes given out so far, 0 included
}

func (s *slab[T]) at(i uint32) *T { return &s.chunks[i>>slabBits][i&(slabLen-1)] }

// extend returns an index that was never given out; its record is zero.
func (s *slab[T]) extend() uint32 {
	if s.n == 0 {
		s.n = 1
	}
	i := s.n
	if i == ^uint32(0) {
		panic("state: a slab is full")
	}
	for int(i>>slabBits) >= len(s.chunks) {
		s.chunks = append(s.chunks, new([slabLen]T))
	}
	s.n++
	return i
}
