package tree

// What must always hold here: a branch is dirty if its commitment is stale, and
// then so are all branches above it; every dirty branch and pending leaf stands
// in exactly one worker's list, once.

import "crypto/sha256"

// group is how many blocks are hashed at once: enough for a vectorised hasher,
// few enough that inputs and outputs stay in the first-level cache.
const group = 128

const (
	leafLabel = 0xFFFF
	pending   = 0    // first byte of a leaf's commitment that is not known yet
	settled   = 0xFF // first byte of every other one
)

// SHA256 is the default Hasher: crypto/sha256, block by block.
func SHA256(digests, blocks []byte) {
	for i := 0; i < len(blocks)/blockLen; i++ {
		d := sha256.Sum256(blocks[i*blockLen : (i+1)*blockLen])
		copy(digests[i*32:], d[:])
	}
}

// commitment binds a label to a block's digest.
func commitment(label uint16, digest []byte) (c Hash) {
	c[0], c[1] = byte(label>>8), byte(label)
	copy(c[2:], digest[:30])
	return c
}

// A scratch holds one group of blocks on their way through the hasher.
type scratch struct {
	in    [group * blockLen]byte
	out   [group * 32]byte
	who   [group]handle
	count int
}

func (s *scratch) slot() *[blockLen]byte {
	return (*[blockLen]byte)(s.in[s.count*blockLen:])
}

func (w *worker) flush(label uint16) {
	s := &w.scratch
	n := s.count
	if n == 0 {
		return
	}
	w.t.hasher(s.out[:n*32], s.in[:n*blockLen])
	for i, h := range s.who[:n] {
		*w.t.commit(h) = commitment(label, s.out[i*32:(i+1)*32])
	}
	s.count = 0
}

func (w *worker) hashLeaves(list []handle) {
	s := &w.scratch
	for _, h := range list {
		c := w.t.commit(h)
		if c[0] != pending {
			continue
		}
		*s.slot() = *w.t.blocks.at(h)
		s.who[s.count] = h
		if s.count++; s.count == group {
			w.flush(leafLabel)
		}
	}
	w.flush(leafLabel)
}

func (w *worker) hashBranches(list []handle, label uint8) {
	s := &w.scratch
	for _, h := range list {
		b := w.t.nodes.at(h)
		if !b.dirty {
			continue
		}
		b.dirty = false
		in := s.slot()
		*(*Hash)(in[:32]) = *w.t.commit(b.kid[0])
		*(*Hash)(in[32:]) = *w.t.commit(b.kid[1])
		s.who[s.count] = h
		if s.count++; s.count == group {
			w.flush(uint16(label))
		}
	}
	w.flush(uint16(label))
}

// settle hashes what the worker has listed: leaves, then branches from the
// highest label down. Labels increase downward, so that is an order in which
// children come before their parents, found without a walk.
func (w *worker) settle() {
	w.hashLeaves(w.leaves)
	w.leaves = w.leaves[:0]
	for l := w.highest; l >= 0; l-- {
		if len(w.byLabel[l]) > 0 {
			w.hashBranches(w.byLabel[l], uint8(l))
			w.byLabel[l] = w.byLabel[l][:0]
		}
	}
	w.highest = -1
	w.owned = 0
}

// wide is the length from which a list is worth dividing.
const wide = 4 * group

// settleAll hashes all that is dirty. Task workers settle before they return,
// so only the main worker's lists can hold anything.
func (t *Tree) settleAll() {
	w := t.main
	if t.parallel == nil {
		w.settle()
	} else {
		t.share(w.leaves, (*worker).hashLeaves)
		w.leaves = w.leaves[:0]
		for l := w.highest; l >= 0; l-- {
			t.share(w.byLabel[l], func(w *worker, list []handle) { w.hashBranches(list, uint8(l)) })
			w.byLabel[l] = w.byLabel[l][:0]
		}
		w.highest = -1
		w.owned = 0
	}
	// Nothing is listed any more: slots freed since may be used again.
	for _, w := range t.workers() {
		w.freeLate()
	}
}

// share calls f for parts of the list, side by side.
func (t *Tree) share(list []handle, f func(*worker, []handle)) {
	if len(list) < wide {
		f(t.main, list)
		return
	}
	parts := min(16, len(list)/group)
	t.parallel(parts, func(i int) {
		w := t.borrow()
		defer t.giveBack(w)
		f(w, list[i*len(list)/parts:(i+1)*len(list)/parts])
	})
}

// Root is the working version's root. It hashes what is dirty and seals nothing.
// It panics while the working version is half changed.
func (t *Tree) Root() Hash {
	if err := t.check(); err != nil {
		panic(err)
	}
	t.settleAll()
	if t.root == 0 {
		return Hash{}
	}
	return *t.commit(t.root)
}
