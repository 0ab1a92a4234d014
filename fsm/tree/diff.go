package tree

// What must always hold here: subtrees with one commitment are skipped whole, so
// the cost is that of what differs; keys come in order.

// Diff calls fn, in key order, for every record that differs between two
// versions: before is nil if the key is new, after is nil if it is gone. An
// empty value is not nil. The views may be of one tree or of two. It ends with
// the first error.
func Diff(from, to *View, fn func(key, before, after []byte) error) error {
	d := differ{a: from.t, b: to.t, fn: fn}
	return d.nodes(from.ver.root, to.ver.root)
}

type differ struct {
	a, b *Tree
	fn   func(key, before, after []byte) error
}

// all reports every leaf under h of tree t as new or gone.
func (d *differ) all(t *Tree, h handle, gone bool) error {
	if h == 0 {
		return nil
	}
	var failed error
	err := t.each([]handle{h}, func(key, value []byte) bool {
		if gone {
			failed = d.fn(key, value, nil)
		} else {
			failed = d.fn(key, nil, value)
		}
		return failed == nil
	})
	if failed != nil {
		return failed
	}
	return err
}

func (d *differ) nodes(x, y handle) error {
	if x == 0 || y == 0 {
		if err := d.all(d.a, x, true); err != nil {
			return err
		}
		return d.all(d.b, y, false)
	}
	if d.a == d.b && x == y || *d.a.commit(x) == *d.b.commit(y) {
		return nil
	}
	x, err := d.a.follow(x)
	if err != nil {
		return err
	}
	if y, err = d.b.follow(y); err != nil {
		return err
	}
	lx, ly := d.a.labelOf(x), d.b.labelOf(y)
	if lx == ly && lx < maxBits && d.share(x, y) {
		return d.kids(x, y)
	}
	p, err := d.a.leftmost(x)
	if err != nil {
		return err
	}
	q, err := d.b.leftmost(y)
	if err != nil {
		return err
	}
	s := p.split(q)
	switch {
	case s == maxBits && lx == maxBits && ly == maxBits && p[0] == q[0]:
		return d.fn(p.key(), p.value(), q.value())
	case s < min(lx, ly) || lx == maxBits && ly == maxBits:
		return d.apart(x, y, p.compare(q) < 0)
	case lx == ly:
		return d.kids(x, y)
	case lx < ly:
		return d.within(x, y, q.bit(uint8(lx)))
	default:
		return d.around(x, y, p.bit(uint8(ly)))
	}
}

// share says whether two branches of one label have a child in common, which
// shows that they agree before the label too.
func (d *differ) share(x, y handle) bool {
	a, b := d.a.nodes.at(x), d.b.nodes.at(y)
	return d.a == d.b && (a.kid[0] == b.kid[0] || a.kid[1] == b.kid[1])
}

func (d *differ) kids(x, y handle) error {
	a, b := d.a.nodes.at(x).kid, d.b.nodes.at(y).kid
	if err := d.nodes(a[0], b[0]); err != nil {
		return err
	}
	return d.nodes(a[1], b[1])
}

// apart reports two subtrees that have no key in common.
func (d *differ) apart(x, y handle, xFirst bool) error {
	if xFirst {
		if err := d.all(d.a, x, true); err != nil {
			return err
		}
		return d.all(d.b, y, false)
	}
	if err := d.all(d.b, y, false); err != nil {
		return err
	}
	return d.all(d.a, x, true)
}

// within: all of y belongs on side s of x.
func (d *differ) within(x, y handle, s uint8) error {
	kid := d.a.nodes.at(x).kid
	if s == 1 {
		if err := d.all(d.a, kid[0], true); err != nil {
			return err
		}
		return d.nodes(kid[1], y)
	}
	if err := d.nodes(kid[0], y); err != nil {
		return err
	}
	return d.all(d.a, kid[1], true)
}

// around: all of x belongs on side s of y.
func (d *differ) around(x, y handle, s uint8) error {
	kid := d.b.nodes.at(y).kid
	if s == 1 {
		if err := d.all(d.b, kid[0], false); err != nil {
			return err
		}
		return d.nodes(x, kid[1])
	}
	if err := d.nodes(x, kid[0]); err != nil {
		return err
	}
	return d.all(d.b, kid[1], false)
}

// labelOf is the label of a node that is not a stub, maxBits for a leaf.
func (t *Tree) labelOf(h handle) int {
	if h.isLeaf() {
		return maxBits
	}
	return int(t.nodes.at(h).label)
}
