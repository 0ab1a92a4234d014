package tree

// What must always hold here: tasks of one batch have disjoint subtrees, and the
// branches above them belong to the main worker; no list names a node of a
// task's subtree when the task begins.

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync/atomic"
	"unsafe"
)

const (
	// stretch is how many changes are warmed, applied and hashed before the
	// next ones, so that what they touch is still in the second-level cache.
	stretch = 128
	// lanes is how many descents go side by side, so that their cache misses
	// overlap.
	lanes = 32
	// fresh is about how many branches a change replaces.
	fresh = 8
	// tasksPerBatch is how finely a batch is divided.
	tasksPerBatch = 16
)

// A task is a subtree and the changes that lead into it.
type task struct {
	at    *handle // where the subtree hangs
	root  handle
	floor int
	batch []block
	later []block // what has to wait for the rest of the batch
	err   error
}

// Apply makes many changes, in strictly increasing order of keys, and hashes
// most of what they touch. Disjoint subtrees go to different calls of Parallel.
// The outcome is that of the changes made one by one in an order in which no key
// is ever a prefix of another, if there is one. A batch with a bad length or out
// of order is refused and changes nothing; after any other error the working
// version is half changed and everything but Rollback fails.
func (t *Tree) Apply(changes []Change) error {
	if err := t.check(); err != nil {
		return err
	}
	if err := t.pack(changes, true); err != nil {
		return err
	}
	return t.applyPacked()
}

// ApplyAny is Apply for changes in any order, whose keys must be distinct
// (ErrUnsorted). It is faster than Sort and Apply.
func (t *Tree) ApplyAny(changes []Change) error {
	if err := t.check(); err != nil {
		return err
	}
	if err := t.pack(changes, false); err != nil {
		return err
	}
	if err := t.sortPacked(); err != nil {
		return err
	}
	return t.applyPacked()
}

func (t *Tree) applyPacked() error {
	if len(t.packed) == 0 {
		return nil
	}
	t.used = true
	t.settleAll()
	tasks, later, err := t.divide(t.packed)
	if err != nil {
		t.broken = err
		return fmt.Errorf("tree: batch of %d changes: %w", len(t.packed), err)
	}
	t.runTasks(tasks)
	for i := range tasks {
		k := &tasks[i]
		*k.at = k.root
		later = append(later, k.later...)
		if t.broken == nil {
			t.broken = k.err
		}
	}
	t.main.start(t.root, -1)
	for i := 0; i < len(later) && t.broken == nil; i++ {
		if _, _, err := t.main.change(&later[i]); err != nil {
			t.broken = fmt.Errorf("key %x: %w", later[i].key(), err)
		}
	}
	t.root = t.main.root
	for _, w := range t.workers() {
		t.leaves = uint64(int64(t.leaves) + w.delta)
		w.delta = 0
	}
	if t.broken != nil {
		return fmt.Errorf("tree: batch of %d changes: %w", len(t.packed), t.broken)
	}
	return nil
}

// pack checks the changes, their order if it is asked to, and copies them into
// blocks.
func (t *Tree) pack(changes []Change, ordered bool) error {
	t.packed = slices.Grow(t.packed[:0], len(changes))[:len(changes)]
	parts := t.partsOf(len(changes))
	var bad atomic.Pointer[error]
	t.run(parts, func(i int) {
		lo, hi := i*len(changes)/parts, (i+1)*len(changes)/parts
		for j := lo; j < hi; j++ {
			err := t.packed[j].setChange(&changes[j])
			if err == nil && ordered && j > lo && t.packed[j-1].compare(&t.packed[j]) >= 0 {
				err = ErrUnsorted
			}
			if err == nil && ordered && j == lo && j > 0 && bytes.Compare(changes[j-1].Key, changes[j].Key) >= 0 {
				err = ErrUnsorted
			}
			if err != nil {
				err = fmt.Errorf("change %d of %d: %w", j, len(changes), err)
				bad.CompareAndSwap(nil, &err)
				return
			}
		}
	})
	if err := bad.Load(); err != nil {
		return *err
	}
	return nil
}

// partsOf is into how many parts work on n changes is divided: a power of two.
func (t *Tree) partsOf(n int) int {
	if t.parallel == nil || n < wide {
		return 1
	}
	return tasksPerBatch
}

func (t *Tree) run(n int, fn func(i int)) {
	if n > 1 && t.parallel != nil {
		t.parallel(n, fn)
		return
	}
	for i := range n {
		fn(i)
	}
}

func (t *Tree) runTasks(tasks []task) {
	if len(tasks) == 1 {
		t.main.run(&tasks[0])
		return
	}
	t.run(len(tasks), func(i int) {
		w := t.borrow()
		defer t.giveBack(w)
		w.run(&tasks[i])
	})
}

// divide cuts the batch at the top of the tree into tasks. Changes that belong
// to no subtree, because they part from it above its top, come back as later.
func (t *Tree) divide(batch []block) (tasks []task, later []block, err error) {
	if t.parallel == nil || t.part != nil || t.root == 0 || len(batch) < 2*stretch {
		return []task{{at: &t.root, root: t.root, floor: -1, batch: batch}}, nil, nil
	}
	d := divider{t: t, most: max(stretch, len(batch)/tasksPerBatch)}
	err = d.cut(&t.root, -1, batch)
	return d.tasks, d.later, err
}

type divider struct {
	t     *Tree
	most  int
	tasks []task
	later []block
}

func (d *divider) cut(at *handle, floor int, batch []block) error {
	if len(batch) == 0 {
		return nil
	}
	h := *at
	if len(batch) <= d.most || h.isLeaf() {
		d.tasks = append(d.tasks, task{at: at, root: h, floor: floor, batch: batch})
		return nil
	}
	if err := d.t.main.reserve(); err != nil {
		return err
	}
	b := d.t.nodes.at(h)
	some, err := d.t.leftmost(h)
	if err != nil {
		panic("tree: a full tree has an unknown subtree")
	}
	// Keys in byte order are in bit order only where they agree up to the label.
	side := func(c *block) int {
		s := some.split(c)
		if s >= int(b.label) {
			return 0
		}
		return 2*int(c.bit(uint8(s))) - 1
	}
	lo := sort.Search(len(batch), func(i int) bool { return side(&batch[i]) >= 0 })
	hi := lo + sort.Search(len(batch)-lo, func(i int) bool { return side(&batch[lo+i]) > 0 })
	d.later = append(append(d.later, batch[:lo]...), batch[hi:]...)
	if batch = batch[lo:hi]; len(batch) <= d.most {
		return d.cut(at, floor, batch)
	}
	*at = d.t.main.ownBranch(h, b)
	b = d.t.nodes.at(*at)
	mid := sort.Search(len(batch), func(i int) bool { return batch[i].bit(b.label) == 1 })
	if err := d.cut(&b.kid[0], int(b.label), batch[:mid]); err != nil {
		return err
	}
	return d.cut(&b.kid[1], int(b.label), batch[mid:])
}

// run makes the task's changes and hashes what they touch, a stretch at a time.
func (w *worker) run(k *task) {
	w.start(k.root, k.floor)
	for len(k.batch) > 0 && k.err == nil {
		part := k.batch[:min(stretch, len(k.batch))]
		k.batch = k.batch[len(part):]
		w.warm(part)
		for i := range part {
			_, deferred, err := w.change(&part[i])
			if deferred || errors.Is(err, ErrPrefixKey) {
				k.later = append(k.later, part[i])
			} else if err != nil {
				k.err = fmt.Errorf("key %x: %w", part[i].key(), err)
				break
			}
		}
		w.settle()
	}
	k.root = w.root
}

// warm asks for what the sorted changes will read and write.
func (w *worker) warm(part []block) {
	t := w.t
	if w.root == 0 || t.part != nil || len(part) < lanes {
		return
	}
	// What all changes share is walked once.
	top := w.root
	for d := part[0].split(&part[len(part)-1]); top.isBranch(); {
		b := t.nodes.at(top)
		if int(b.label) >= d {
			break
		}
		top = b.kid[part[0].bit(b.label)]
	}
	for len(part) > 0 {
		n := min(lanes, len(part))
		w.warmLanes(top, part[:n])
		part = part[n:]
	}
	w.warmFree(stretch)
}

// warmLanes walks the tree for at most lanes changes at once.
func (w *worker) warmLanes(top handle, part []block) {
	t := w.t
	var at [lanes]handle
	var who [lanes]uint8
	live := 0
	if top.isBranch() {
		for i := range part {
			at[i], who[i] = top, uint8(i)
		}
		live = len(part)
	}
	for live > 0 {
		n := 0
		for i := range live {
			b := t.nodes.at(at[i])
			s := part[who[i]].bit(b.label)
			prefetch(unsafe.Pointer(t.commit(b.kid[s^1])))
			h := b.kid[s]
			if h.isLeaf() {
				prefetch(unsafe.Pointer(t.blocks.at(h)))
				prefetch(unsafe.Pointer(t.born.at(h)))
				continue
			}
			prefetch(unsafe.Pointer(t.nodes.at(h)))
			at[n], who[n] = h, who[i]
			n++
		}
		live = n
	}
}

// warmFree does the same for the slots that come next.
func (w *worker) warmFree(n int) {
	t := w.t
	for ok := true; ok && len(w.freeBranch) < fresh*n; {
		w.freeBranch, ok = t.branchs.take(w.freeBranch)
	}
	for ok := true; ok && len(w.freeLeaf) < n; {
		w.freeLeaf, ok = t.leafs.take(w.freeLeaf)
	}
	for _, h := range w.freeBranch[max(0, len(w.freeBranch)-fresh*n):] {
		prefetchWrite(unsafe.Pointer(t.nodes.at(h)))
		prefetchWrite(unsafe.Pointer(t.commits[branchKind].at(h)))
	}
	for _, h := range w.freeLeaf[max(0, len(w.freeLeaf)-n):] {
		prefetchWrite(unsafe.Pointer(t.blocks.at(h)))
		prefetchWrite(unsafe.Pointer(t.commits[leafKind].at(h)))
		prefetchWrite(unsafe.Pointer(t.born.at(h)))
	}
}
