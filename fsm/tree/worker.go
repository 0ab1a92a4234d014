package tree

// What must always hold here: a branch that a sealed version can see is never
// written; on the path to a dirty branch every branch is dirty; a slot freed in
// the version it was born in is not used again while a hashing list may name it.

// A worker changes one subtree. Its path is a cursor: the next descent begins
// where the last key and the next one part.
type worker struct {
	t     *Tree
	root  handle // of its subtree
	floor int    // label above its subtree, -1 at the top
	delta int64  // leaves added less leaves removed

	path  []step
	owned int   // leading steps known to be dirty branches of this version
	last  block // the key that path leads to

	freeBranch, freeLeaf []handle
	lateBranch, lateLeaf []handle  // free once nothing is listed for hashing
	dead                 []deadRun // by index of the first kept version that sees them

	byLabel [maxBits][]handle // dirty branches
	highest int               // highest label listed, -1 if none
	leaves  []handle          // pending leaves
	scratch scratch
}

type step struct {
	b     *branch
	h     handle
	label uint8
	side  uint8
}

func newWorker(t *Tree) *worker {
	return &worker{t: t, floor: -1, highest: -1, path: make([]step, 0, maxBits)}
}

// borrow hands out a worker whose lists are empty.
func (t *Tree) borrow() *worker {
	t.spareMu.Lock()
	defer t.spareMu.Unlock()
	if n := len(t.spare); n > 0 {
		w := t.spare[n-1]
		t.spare = t.spare[:n-1]
		return w
	}
	return newWorker(t)
}

func (t *Tree) giveBack(w *worker) {
	t.spareMu.Lock()
	t.spare = append(t.spare, w)
	t.spareMu.Unlock()
}

// start aims the worker at a subtree and forgets the cursor.
func (w *worker) start(root handle, floor int) {
	w.root, w.floor = root, floor
	w.path, w.owned = w.path[:0], 0
}

// change makes one change. It reports deferred, and has done nothing, if the
// subtree would vanish: its parent is not the worker's to remove.
func (w *worker) change(c *block) (existed, deferred bool, err error) {
	if w.root == 0 {
		if c.deletes() {
			return false, false, nil
		}
		if err = w.reserve(); err != nil {
			return false, false, err
		}
		w.root = w.newLeaf(c)
		w.delta++
		return false, false, nil
	}
	h, err := w.seek(c)
	if err != nil {
		return false, false, err
	}
	if err := w.reserve(); err != nil {
		return false, false, err
	}
	old := w.t.blocks.at(h)
	d := old.split(c)
	switch {
	case d == maxBits && old[0] == c[0]:
		if c.deletes() {
			return true, !w.remove(h), nil
		}
		if *old != *c {
			w.replace(h, old, c)
		}
		return true, false, nil
	case c.deletes():
		return false, false, nil
	case !old.prefixFree(c, d):
		return false, false, ErrPrefixKey
	}
	w.insert(h, c, d)
	return false, false, nil
}

// reserve makes sure that one change finds the slots it needs.
func (w *worker) reserve() error {
	ok := true
	for len(w.freeBranch) <= maxBits && ok {
		w.freeBranch, ok = w.t.branchs.take(w.freeBranch)
	}
	for len(w.freeLeaf) == 0 && ok {
		w.freeLeaf, ok = w.t.leafs.take(w.freeLeaf)
	}
	if !ok {
		return ErrFull
	}
	return nil
}

// seek moves the cursor to the leaf that c's bits lead to.
func (w *worker) seek(c *block) (handle, error) {
	h := w.root
	if n := len(w.path); n > 0 {
		d := w.last.split(c)
		for n > 0 && int(w.path[n-1].label) >= d {
			n--
		}
		w.cut(n)
		if n > 0 {
			h = w.path[n-1].b.kid[w.path[n-1].side]
		}
	}
	w.last = *c
	for {
		for h.isBranch() {
			b := w.t.nodes.at(h)
			s := c.bit(b.label)
			w.path = append(w.path, step{b, h, b.label, s})
			h = b.kid[s]
		}
		if h.isLeaf() {
			return h, nil
		}
		var err error
		if h, err = w.t.resolve(h); err != nil {
			return 0, err
		}
	}
}

func (w *worker) cut(n int) {
	w.path = w.path[:n]
	w.owned = min(w.owned, n)
}

// own makes the first n steps of the path dirty branches of this version.
func (w *worker) own(n int) {
	for i := w.owned; i < n; i++ {
		s := &w.path[i]
		if h := w.ownBranch(s.h, s.b); h != s.h {
			s.h, s.b = h, w.t.nodes.at(h)
			w.link(i, h)
		}
	}
	w.owned = max(w.owned, n)
}

// ownBranch returns h if it was born in this version, else a copy that was.
func (w *worker) ownBranch(h handle, b *branch) handle {
	if b.birth == w.t.cur {
		if !b.dirty {
			b.dirty = true
			w.list(h, b.label)
		}
		return h
	}
	n := w.newBranch(b.label, b.kid)
	w.kill(h, b.birth)
	return n
}

// link hangs h where step i of the path hangs.
func (w *worker) link(i int, h handle) {
	if i == 0 {
		w.root = h
		return
	}
	up := &w.path[i-1]
	up.b.kid[up.side] = h
}

func (w *worker) replace(h handle, old, c *block) {
	n := len(w.path)
	w.own(n)
	birth := *w.t.born.at(h)
	if birth == w.t.cur {
		if k := w.t.commit(h); k[0] != pending {
			k[0] = pending
			w.leaves = append(w.leaves, h)
		}
		*old = *c
		return
	}
	w.link(n, w.newLeaf(c))
	w.kill(h, birth)
}

// insert adds a leaf that parts at bit d from h, the leaf that its bits lead to.
func (w *worker) insert(h handle, c *block, d int) {
	n := len(w.path)
	for n > 0 && int(w.path[n-1].label) > d {
		n--
	}
	if n == 0 && d <= w.floor {
		panic("tree: a change lies outside its worker's subtree")
	}
	if n < len(w.path) {
		h = w.path[n].h
	}
	w.cut(n)
	w.own(n)
	s := c.bit(uint8(d))
	var kid [2]handle
	kid[s], kid[s^1] = w.newLeaf(c), h
	b := w.newBranch(uint8(d), kid)
	w.link(n, b)
	w.path = append(w.path, step{w.t.nodes.at(b), b, uint8(d), s})
	w.owned = n + 1
	w.delta++
}

func (w *worker) remove(h handle) bool {
	n := len(w.path)
	if n == 0 && w.floor >= 0 {
		return false
	}
	w.delta--
	w.kill(h, *w.t.born.at(h))
	if n == 0 {
		w.root = 0
		return true
	}
	w.own(n - 1)
	up := w.path[n-1]
	w.link(n-1, up.b.kid[up.side^1])
	w.kill(up.h, up.b.birth)
	w.cut(n - 1)
	return true
}

func (w *worker) newBranch(label uint8, kid [2]handle) handle {
	n := len(w.freeBranch) - 1
	h := w.freeBranch[n]
	w.freeBranch = w.freeBranch[:n]
	*w.t.nodes.at(h) = branch{kid: kid, birth: w.t.cur, label: label, dirty: true}
	w.list(h, label)
	return h
}

func (w *worker) newLeaf(c *block) handle {
	n := len(w.freeLeaf) - 1
	h := w.freeLeaf[n] | leafBit
	w.freeLeaf = w.freeLeaf[:n]
	*w.t.blocks.at(h) = *c
	*w.t.born.at(h) = w.t.cur
	w.t.commit(h)[0] = pending
	w.leaves = append(w.leaves, h)
	return h
}

// list marks a dirty branch for hashing.
func (w *worker) list(h handle, label uint8) {
	w.byLabel[label] = append(w.byLabel[label], h)
	w.highest = max(w.highest, int(label))
}

// kill takes a node out of the working version.
func (w *worker) kill(h handle, birth uint32) {
	t := w.t
	if n := len(t.kept); n > 0 && birth <= t.kept[n-1].num {
		i := t.firstSeeing(birth)
		for len(w.dead) <= i {
			w.dead = append(w.dead, deadRun{})
		}
		w.dead[i].add(h)
		return
	}
	switch {
	case birth == t.cur && h.isLeaf():
		t.commit(h)[0] = settled
		w.lateLeaf = append(w.lateLeaf, h.index())
	case birth == t.cur:
		t.nodes.at(h).dirty = false
		w.lateBranch = append(w.lateBranch, h)
	case h.isLeaf():
		w.freeLeaf = append(w.freeLeaf, h.index())
	default:
		w.freeBranch = append(w.freeBranch, h)
	}
}

// freeLate frees what died in the version it was born in. A worker keeps a
// stock of free slots; the pool gets the rest.
func (w *worker) freeLate() {
	w.freeBranch = append(w.freeBranch, w.lateBranch...)
	w.freeLeaf = append(w.freeLeaf, w.lateLeaf...)
	w.lateBranch, w.lateLeaf = w.lateBranch[:0], w.lateLeaf[:0]
	const stock = 4 * refill
	if n := len(w.freeBranch); n > stock {
		w.t.branchs.give(w.freeBranch[stock:])
		w.freeBranch = w.freeBranch[:stock]
	}
	if n := len(w.freeLeaf); n > stock {
		w.t.leafs.give(w.freeLeaf[stock:])
		w.freeLeaf = w.freeLeaf[:stock]
	}
}

// discard forgets what was to be hashed, and the cursor.
func (w *worker) discard() {
	w.leaves = w.leaves[:0]
	for l := range w.byLabel {
		w.byLabel[l] = w.byLabel[l][:0]
	}
	w.highest = -1
	w.delta = 0
	w.start(0, -1)
	w.freeLate()
}

// room is how many handles the worker's lists have room for.
func (w *worker) room() int {
	n := cap(w.freeBranch) + cap(w.freeLeaf) + cap(w.lateBranch) + cap(w.lateLeaf) + cap(w.leaves)
	for _, l := range w.byLabel {
		n += cap(l)
	}
	for i := range w.dead {
		n += w.dead[i].room()
	}
	return n
}
