package tree

// What must always hold here: a slot never moves and holds no pointer, so the
// garbage collector has nothing to scan and readers need no lock; an entry of a
// directory is written once, before any handle into its chunk is published.

import (
	"sync"
	"unsafe"
)

// A handle names a node: 0 is none, the top bit marks a leaf, the one below it
// a stub (a subtree known by commitment alone, see partial.go). The rest is an
// index, counted separately for each kind.
type handle uint32

const (
	leafBit handle = 1 << 31
	stubBit handle = 1 << 30
)

func (h handle) isBranch() bool { return h < stubBit }
func (h handle) isLeaf() bool   { return h >= leafBit }
func (h handle) index() handle  { return h & (stubBit - 1) }

// kind indexes Tree.commits, so that finding a commitment needs no branch that
// would be mispredicted.
func (h handle) kind() int { return int(h>>30) & 3 }

const (
	branchKind = 0
	stubKind   = 1
	leafKind   = 2
)

// A branch is what a descent touches, four to a cache line. Commitments lie
// elsewhere, because only hashing and proving read them.
type branch struct {
	kid   [2]handle
	birth uint32
	label uint8
	dirty bool // listed for hashing
	_     uint16
}

const (
	chunkBits = 13
	chunkLen  = 1 << chunkBits
	dirLen    = 1 << 12 // 33.5 million nodes of a kind
	refill    = 512     // handles that a worker takes at a time; divides chunkLen
)

// A table is an array that grows chunk by chunk.
type table[T any] struct {
	dir [dirLen]*[chunkLen]T
}

func (t *table[T]) at(h handle) *T {
	return &t.dir[(h>>chunkBits)&(dirLen-1)][h&(chunkLen-1)]
}

// grow makes room for a chunk, in memory that m gives if it is set. T has no pointers.
func (t *table[T]) grow(chunk handle, m Memory) {
	switch {
	case t.dir[chunk] != nil:
	case m == nil:
		t.dir[chunk] = new([chunkLen]T)
	default:
		t.dir[chunk] = (*[chunkLen]T)(given(m, int(unsafe.Sizeof([chunkLen]T{})), unsafe.Alignof(*new(T))))
	}
}

// given is n bytes of the caller's memory; what is too short or askew would break every invariant of a table.
func given(m Memory, n int, align uintptr) unsafe.Pointer {
	b := m(n)
	p := unsafe.Pointer(unsafe.SliceData(b))
	if len(b) < n || uintptr(p)%align != 0 {
		panic("tree: Options.Memory gave too little, or unaligned, memory")
	}
	return p
}

// A pool hands out indices of one kind. Workers share it.
type pool struct {
	mu   sync.Mutex // guards all below; nothing else is called while it is held, but grow
	next handle     // lowest index never handed out
	free []handle
	grow func(chunk handle)
}

// take appends free indices to dst, the lowest of a fresh run last, and says
// whether there were any.
func (p *pool) take(dst []handle) ([]handle, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		k := max(0, n-refill)
		dst = append(dst, p.free[k:]...)
		p.free = p.free[:k]
		return dst, true
	}
	if p.next>>chunkBits >= dirLen {
		return dst, false
	}
	p.grow(p.next >> chunkBits)
	for h := p.next + refill - 1; h >= p.next; h-- {
		dst = append(dst, h)
	}
	p.next += refill
	return dst, true
}

func (p *pool) give(h []handle) {
	p.mu.Lock()
	p.free = append(p.free, h...)
	p.mu.Unlock()
}

// chunks is how many chunks the pool's tables hold.
func (p *pool) chunks() int { return int(p.next+chunkLen-1) >> chunkBits }
