package tree

// What must always hold here: a stub's commitment is the one the pre-version has
// at its place; what was resolved is recorded before it is used, so a witness
// lets FromWitness answer whatever the fork answered.

import (
	"fmt"
)

// A partial is what a fork, or a tree made from a witness, has beside its nodes.
type partial struct {
	view  *View // nil if made from a witness
	stubs []stub
	recs  []record // what was resolved; the first is the pre-version's root
	empty bool     // the pre-version is the empty tree
}

// A stub is a subtree of the pre-version that is known by its commitment. Its
// handle stays where it hangs when it is resolved: got then says what it is.
type stub struct {
	src    handle // in the view's tree
	got    handle // 0 until resolved
	parent uint32 // index into recs, and the side it hangs on
	side   uint8
	isRoot bool
}

// A record is a resolved node and which of its children are.
type record struct {
	src handle
	kid [2]uint32 // 0 is none: the root is nobody's child
}

// baseVersion is the sealed pre-version of a fork or of a tree from a witness.
const baseVersion = 1

func newPartial(o Options) *Tree {
	t := New(o)
	t.used = true
	t.part = &partial{}
	return t
}

// sealBase keeps the pre-version.
func (t *Tree) sealBase(root handle, hash Hash, leaves uint64) {
	t.root, t.leaves = root, leaves
	t.main.start(root, -1)
	t.kept = []*version{{num: baseVersion, root: root, hash: hash, leaves: leaves}}
	t.cur = baseVersion + 1
}

// Fork makes a scratch tree whose working version begins as the view's. It reads
// nodes from the view when they are first needed, records them for Witness, and
// keeps the pre-version as Version 1. The view must stay open while the fork is
// used. The fork and its own views belong to one goroutine.
func (v *View) Fork(o Options) *Tree {
	t := newPartial(o)
	t.part.view = v
	if v.ver.root == 0 {
		t.part.empty = true
		t.sealBase(0, Hash{}, 0)
		return t
	}
	root, err := t.newStub(v.ver.hash, stub{src: v.ver.root, isRoot: true})
	if err != nil {
		panic(err) // the first stub of an arena
	}
	t.sealBase(root, v.ver.hash, v.ver.leaves)
	return t
}

func (t *Tree) newStub(c Hash, s stub) (handle, error) {
	i := handle(len(t.part.stubs))
	if i>>chunkBits >= dirLen {
		return 0, ErrFull
	}
	t.commits[stubKind].grow(i>>chunkBits, t.memory)
	*t.commits[stubKind].at(i) = c
	t.part.stubs = append(t.part.stubs, s)
	return stubBit | i, nil
}

// follow resolves h if it is a stub.
func (t *Tree) follow(h handle) (handle, error) {
	if h.isBranch() || h.isLeaf() {
		return h, nil
	}
	return t.resolve(h)
}

// resolve returns the node that a stub stands for.
func (t *Tree) resolve(h handle) (handle, error) {
	i := h.index()
	s := t.part.stubs[i]
	if s.got != 0 {
		return s.got, nil
	}
	if t.part.view == nil {
		return 0, fmt.Errorf("%w: %x", ErrPruned, *t.commit(h))
	}
	src := t.part.view.t
	from, err := src.follow(s.src)
	if err != nil {
		return 0, err
	}
	if err = t.main.reserve(); err != nil {
		return 0, err
	}
	rec := uint32(len(t.part.recs))
	var got handle
	if from.isLeaf() {
		got = t.baseLeaf(src.blocks.at(from))
	} else {
		b := *src.nodes.at(from)
		var kid [2]handle
		for side, k := range b.kid {
			kid[side], err = t.newStub(*src.commit(k), stub{src: k, parent: rec, side: uint8(side)})
			if err != nil {
				return 0, err
			}
		}
		got = t.baseBranch(b.label, kid)
	}
	*t.commit(got) = *t.commit(h)
	t.part.recs = append(t.part.recs, record{src: from})
	if !s.isRoot {
		t.part.recs[s.parent].kid[s.side] = rec
	}
	t.part.stubs[i].got = got
	return got, nil
}

// baseLeaf and baseBranch make nodes of the pre-version; reserve was called.
func (t *Tree) baseLeaf(l *block) handle {
	n := len(t.main.freeLeaf) - 1
	h := t.main.freeLeaf[n] | leafBit
	t.main.freeLeaf = t.main.freeLeaf[:n]
	*t.blocks.at(h) = *l
	*t.born.at(h) = baseVersion
	return h
}

func (t *Tree) baseBranch(label uint8, kid [2]handle) handle {
	n := len(t.main.freeBranch) - 1
	h := t.main.freeBranch[n]
	t.main.freeBranch = t.main.freeBranch[:n]
	*t.nodes.at(h) = branch{kid: kid, birth: baseVersion, label: label}
	return h
}

// Witness encodes what a fork has resolved of its pre-version so far, in the
// node encoding of the package comment. It is empty for the empty pre-version
// and nil for a tree that is no fork.
func (t *Tree) Witness() []byte {
	p := t.part
	if p == nil || p.view == nil {
		return nil
	}
	if p.empty {
		return []byte{}
	}
	if len(p.recs) == 0 {
		root := p.view.Root()
		return root[:]
	}
	return p.append(nil, 0)
}

func (p *partial) append(dst []byte, i uint32) []byte {
	src, r := p.view.t, p.recs[i]
	if r.src.isLeaf() {
		return appendLeaf(dst, src.blocks.at(r.src))
	}
	b := src.nodes.at(r.src)
	dst = append(dst, nodeBranch, b.label)
	for side, k := range b.kid {
		if r.kid[side] != 0 {
			dst = p.append(dst, r.kid[side])
			continue
		}
		dst = append(dst, src.commit(k)[:]...)
	}
	return dst
}

// FromWitness makes the tree that a witness shows, and its root, which the
// caller must compare with the one it trusts. Running into a subtree that the
// witness does not show is ErrPruned. The pre-version is kept as Version 1. The
// tree and its views belong to one goroutine.
func FromWitness(w []byte, o Options) (*Tree, Hash, error) {
	t := newPartial(o)
	if len(w) == 0 {
		t.part.empty = true
		t.sealBase(0, Hash{}, 0)
		return t, Hash{}, nil
	}
	d := decoder{b: w}
	t.cur = baseVersion
	p := planter{t: t, d: &d}
	root, _, err := p.plant(-1)
	if err == nil {
		err = d.end()
	}
	if err != nil {
		return nil, Hash{}, fmt.Errorf("tree: witness: %w", err)
	}
	t.main.settle()
	hash := *t.commit(root)
	t.sealBase(root, hash, p.leaves)
	return t, hash, nil
}

// A planter builds a partial tree from the node encoding.
type planter struct {
	t      *Tree
	d      *decoder
	leaves uint64
}

// plant reads one node below a branch of the given label and returns a revealed
// leaf under it, if there is one.
func (p *planter) plant(above int) (handle, *block, error) {
	n, err := p.d.node(above)
	if err != nil {
		return 0, nil, err
	}
	t := p.t
	switch n.kind {
	case nodePruned:
		h, failed := t.newStub(n.commit, stub{})
		return h, nil, failed
	case nodeLeaf:
		if err = t.main.reserve(); err != nil {
			return 0, nil, err
		}
		p.leaves++
		h := t.main.newLeaf(&n.leaf)
		return h, t.blocks.at(h), nil
	}
	var kid [2]handle
	var some [2]*block
	for s := range kid {
		if kid[s], some[s], err = p.plant(int(n.label)); err != nil {
			return 0, nil, err
		}
	}
	l, err := agree(n.label, some[0], some[1])
	if err != nil {
		return 0, nil, err
	}
	if err := t.main.reserve(); err != nil {
		return 0, nil, err
	}
	return t.main.newBranch(n.label, kid), l, nil
}
