package tree

// What must always hold here: a slot is free, or reachable from the working
// version or a kept one, or it waits in limbo for a reader; never two of these.
//
// Versions are kept as ZFS keeps snapshots. A node carries the version it was
// born in. When the working version stops using a node that a kept version can
// see, the node goes on the working version's dead list, under the first kept
// version that sees it. Versions see a node over one unbroken stretch of
// versions, from its birth to its death, so what only version i uses is what
// died between i and the next kept version and was first seen by i: those runs
// of the next version's dead list, and nothing else.

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"unsafe"
)

type version struct {
	num    uint32
	root   handle
	hash   Hash
	leaves uint64
	dead   deadSet // what died after the version kept before this one, and up to this one
	// pins counts open views and limbo entries that stand on this version.
	pins int
	// released: no longer there for anybody, freed when the last pin goes.
	released bool
}

// A limbo holds what rolled-back versions used while readers still pin them.
type limbo struct {
	versions []*version
	base     *version // pinned: the versions share its nodes
	slots    []handle
}

// firstSeeing is the index of the first kept version that saw a node born then.
func (t *Tree) firstSeeing(birth uint32) int {
	if len(t.kept) > 0 && birth <= t.kept[0].num {
		return 0
	}
	return sort.Search(len(t.kept), func(i int) bool { return t.kept[i].num >= birth })
}

// Seal hashes, freezes and keeps the working version, and begins the next. It
// panics while the working version is half changed, and when the 2^32 versions
// of a tree are used up.
func (t *Tree) Seal() (Version, Hash) {
	if t.cur == math.MaxUint32 {
		panic("tree: version numbers are used up")
	}
	root := t.Root()
	t.used = true
	t.collect()
	v := &version{num: t.cur, root: t.root, hash: root, leaves: t.leaves, dead: t.dead}
	t.mu.Lock()
	t.dead = nil
	t.kept = append(t.kept, v)
	t.mu.Unlock()
	t.cur++
	t.main.owned = 0
	t.reap()
	return Version(v.num), root
}

// collect moves what the workers saw die to t.dead. Kept versions may change
// only after it: workers count by their index.
func (t *Tree) collect() {
	for _, w := range t.workers() {
		var s deadSet
		for i, r := range w.dead {
			if r.head != nil {
				s = append(s, keyedRun{t.kept[i].num, r})
			}
		}
		t.dead.merge(s)
		clear(w.dead)
		w.dead = w.dead[:0]
	}
}

// find is the index of a kept version that is not released, -1 if there is none.
func (t *Tree) find(v Version) int {
	if v == 0 || v > math.MaxUint32 {
		return -1
	}
	i := t.firstSeeing(uint32(v))
	if i == len(t.kept) || t.kept[i].num != uint32(v) || t.kept[i].released {
		return -1
	}
	return i
}

func errReleased(v Version) error { return fmt.Errorf("%w: %d", ErrVersionReleased, v) }

// Versions lists the kept versions, oldest first.
func (t *Tree) Versions() []VersionInfo {
	out := make([]VersionInfo, 0, len(t.kept))
	for _, v := range t.kept {
		if !v.released {
			out = append(out, VersionInfo{Version(v.num), v.hash, v.leaves})
		}
	}
	return out
}

// Release forgets a kept version and frees what only it used, at a cost that is
// proportional to that. If a view pins it, the memory follows at the first Seal,
// Release or Rollback after the view was closed.
func (t *Tree) Release(v Version) error {
	i := t.find(v)
	if i < 0 {
		return errReleased(v)
	}
	t.mu.Lock()
	t.kept[i].released = true
	t.mu.Unlock()
	t.reap()
	return nil
}

// reap frees released versions and limbo entries that nobody pins.
func (t *Tree) reap() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.limbo = slices.DeleteFunc(t.limbo, func(l limbo) bool {
		if slices.ContainsFunc(l.versions, func(v *version) bool { return v.pins > 0 }) {
			return false
		}
		t.free(l.slots)
		l.base.pins--
		return true
	})
	for i := 0; i < len(t.kept); {
		if v := t.kept[i]; v.released && v.pins == 0 {
			t.drop(i)
			continue
		}
		i++
	}
}

// drop takes the kept version i away.
func (t *Tree) drop(i int) {
	t.collect()
	v := t.kept[i]
	before := uint32(0)
	if i > 0 {
		before = t.kept[i-1].num
	}
	next := &t.dead
	if i+1 < len(t.kept) {
		next = &t.kept[i+1].dead
	}
	lo, hi := next.above(before), next.above(v.num)
	if hi != len(*next) {
		panic("tree: a dead list names a version that was not kept")
	}
	for _, r := range (*next)[lo:hi] {
		for c := r.head; c != nil; c = c.next {
			t.free(c.h)
		}
	}
	clear((*next)[lo:])
	*next = (*next)[:lo]
	next.merge(v.dead)
	t.kept = slices.Delete(t.kept, i, i+1)
}

// free returns slots to the pools; they keep their order within a kind.
func (t *Tree) free(list []handle) {
	var buf [refill]handle
	for len(list) > 0 {
		part := list[:min(len(buf), len(list))]
		list = list[len(part):]
		n, m := 0, len(buf)
		for _, h := range part {
			if h.isLeaf() {
				m--
				buf[m] = h.index()
				continue
			}
			buf[n] = h
			n++
		}
		slices.Reverse(buf[m:])
		t.branchs.give(buf[:n])
		t.leafs.give(buf[m:])
	}
}

// Rollback makes the working version what it was right after v was sealed and
// forgets every later version. It costs as much as what was born since. Version
// numbers go on from where they were.
func (t *Tree) Rollback(v Version) error {
	_, _, err := t.rollback(v)
	return err
}

// Undo is Rollback, and lists what it changed: applied to the records that the
// working version had, the changes give those it has now. They are in no order,
// their keys are distinct, and what is deleted was there. They may be read until
// the tree is changed again.
func (t *Tree) Undo(v Version) ([]Change, error) {
	gone, back, err := t.rollback(v)
	if err != nil {
		return nil, err
	}
	there := make(map[[tagAt]byte]struct{}, len(back)/4)
	out := make([]Change, 0, len(gone)/4+len(back)/4)
	t.eachLeaf(back, func(b *block) {
		there[[tagAt]byte(b[:])] = struct{}{}
		out = append(out, Change{Key: b.key(), Value: b.value()})
	})
	t.eachLeaf(gone, func(b *block) {
		if _, ok := there[[tagAt]byte(b[:])]; !ok {
			out = append(out, Change{Key: b.key(), Delete: true})
		}
	})
	return out, nil
}

// eachLeaf calls fn for the leaves of a list, which it fetches ahead.
func (t *Tree) eachLeaf(list []handle, fn func(b *block)) {
	for i, h := range list {
		if j := i + lanes; j < len(list) && list[j].isLeaf() {
			prefetch(unsafe.Pointer(t.blocks.at(list[j])))
		}
		if h.isLeaf() {
			fn(t.blocks.at(h))
		}
	}
}

// rollback returns the nodes that the working version loses, and those that died
// since v and are back.
func (t *Tree) rollback(v Version) (gone, back []handle, err error) {
	i := t.find(v)
	if i < 0 {
		return nil, nil, errReleased(v)
	}
	t.collect()
	base := t.kept[i]
	gone = t.bornAfter(t.root, base.num)
	t.mu.Lock()
	defer t.mu.Unlock()
	later := slices.Clone(t.kept[i+1:])
	sets := []deadSet{t.dead}
	for _, l := range later {
		sets = append(sets, l.dead)
	}
	free := gone
	for _, s := range sets {
		born := s.above(base.num)
		back, free = appendRuns(back, s[:born]), appendRuns(free, s[born:])
	}
	for _, w := range t.workers() {
		w.discard()
	}
	pinned := slices.DeleteFunc(later, func(l *version) bool { return l.pins == 0 })
	if len(pinned) > 0 {
		base.pins++
		t.limbo = append(t.limbo, limbo{slices.Clone(pinned), base, free})
	} else {
		t.free(free)
	}
	clear(t.kept[i+1:])
	t.kept = t.kept[:i+1]
	t.dead = nil
	t.root, t.leaves, t.broken = base.root, base.leaves, nil
	t.main.start(t.root, -1)
	t.cur++
	return gone, back, nil
}

func appendRuns(dst []handle, s deadSet) []handle {
	for _, r := range s {
		for c := r.head; c != nil; c = c.next {
			dst = append(dst, c.h...)
		}
	}
	return dst
}

// bornAfter lists the nodes under h that were born after num: breadth first, so
// that those next in line can be fetched ahead.
func (t *Tree) bornAfter(h handle, num uint32) []handle {
	var out []handle
	if h == 0 {
		return nil
	}
	queue := []handle{h}
	for i := 0; i < len(queue); i++ {
		if j := i + lanes; j < len(queue) {
			t.touch(queue[j])
		}
		h := queue[i]
		switch {
		case h.isLeaf():
			if *t.born.at(h) > num {
				out = append(out, h)
			}
		case h.isBranch():
			if b := t.nodes.at(h); b.birth > num {
				out = append(out, h)
				queue = append(queue, b.kid[0], b.kid[1])
			}
		}
	}
	return out
}

// touch asks for what tells a node's birth, and its content.
func (t *Tree) touch(h handle) {
	switch {
	case h.isBranch():
		prefetch(unsafe.Pointer(t.nodes.at(h)))
	case h.isLeaf():
		prefetch(unsafe.Pointer(t.blocks.at(h)))
		prefetch(unsafe.Pointer(t.born.at(h)))
	}
}

// A View is one sealed version, pinned until Close. Any number of goroutines may
// use it while the writer goes on. (A view of a fork or of a tree made from a
// witness belongs to that tree's goroutine instead.)
type View struct {
	t     *Tree
	ver   *version
	under *View // of the version that this one was unfolded above; nil if none
}

// View pins a kept version. It may be called from any goroutine.
func (t *Tree) View(v Version) (*View, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.find(v)
	if i < 0 {
		return nil, errReleased(v)
	}
	t.kept[i].pins++
	return &View{t: t, ver: t.kept[i]}, nil
}

// Close ends the use of the view and of everything it returned. It must be
// called once, after all use.
func (v *View) Close() {
	v.unpin()
	if v.under != nil {
		v.under.Close()
	}
}

func (v *View) unpin() {
	v.t.mu.Lock()
	defer v.t.mu.Unlock()
	if v.ver.pins--; v.ver.pins < 0 {
		panic("tree: view closed twice")
	}
}

// Version is the number of the version.
func (v *View) Version() Version { return Version(v.ver.num) }

// Root is the version's root.
func (v *View) Root() Hash { return v.ver.hash }

// Len is how many records the version has, as VersionInfo counts them.
func (v *View) Len() uint64 { return v.ver.leaves }

// Get returns key's value. It may be read until Close.
func (v *View) Get(key []byte) (value []byte, ok bool, err error) {
	return v.t.get(v.ver.root, key)
}

// First returns the first record whose key begins with prefix.
func (v *View) First(prefix []byte) (key, value []byte, ok bool, err error) {
	return v.t.first(v.ver.root, prefix)
}

// Next returns the first record whose key begins with prefix and comes after
// the given one.
func (v *View) Next(prefix, after []byte) (key, value []byte, ok bool, err error) {
	return v.t.next(v.ver.root, prefix, after)
}

// Ascend calls fn in key order for the records whose keys begin with prefix and
// are not before from, until fn says false.
func (v *View) Ascend(prefix, from []byte, fn func(key, value []byte) bool) error {
	return v.t.ascend(v.ver.root, prefix, from, fn)
}
