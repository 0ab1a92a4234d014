package tree

// What must always hold here: reading allocates nothing, and a subtree that is
// not known ends in ErrPruned, never in an answer.

// descend follows q's bits from h, which is not 0, to a leaf.
func (t *Tree) descend(h handle, q *block) (handle, error) {
	for {
		for h.isBranch() {
			b := t.nodes.at(h)
			h = b.kid[q.bit(b.label)]
		}
		if h.isLeaf() {
			return h, nil
		}
		var err error
		if h, err = t.resolve(h); err != nil {
			return 0, err
		}
	}
}

// leftmost is the first leaf under h, which is not 0.
func (t *Tree) leftmost(h handle) (*block, error) {
	for {
		for h.isBranch() {
			h = t.nodes.at(h).kid[0]
		}
		if h.isLeaf() {
			return t.blocks.at(h), nil
		}
		var err error
		if h, err = t.resolve(h); err != nil {
			return nil, err
		}
	}
}

// seek walks from h along q's bits while labels are below end. It returns where
// it stopped and the last right-hand subtree it passed by, 0 if none.
func (t *Tree) seek(h handle, q *block, end int) (stop, right handle, err error) {
	for {
		for h.isBranch() {
			b := t.nodes.at(h)
			if int(b.label) >= end {
				return h, right, nil
			}
			s := q.bit(b.label)
			if s == 0 {
				right = b.kid[1]
			}
			h = b.kid[s]
		}
		if h.isLeaf() {
			return h, right, nil
		}
		if h, err = t.resolve(h); err != nil {
			return 0, 0, err
		}
	}
}

func (t *Tree) get(root handle, key []byte) ([]byte, bool, error) {
	var q block
	if err := q.setKey(key); err != nil {
		return nil, false, err
	}
	if root == 0 {
		return nil, false, nil
	}
	h, err := t.descend(root, &q)
	if err != nil {
		return nil, false, err
	}
	l := t.blocks.at(h)
	if !l.sameKey(&q) {
		return nil, false, nil
	}
	return l.value(), true, nil
}

// top is the subtree of all keys that may begin with the prefix q was set to.
func (t *Tree) top(root handle, q *block) (handle, error) {
	h, _, err := t.seek(root, q, 8*int(q[0]))
	return h, err
}

func (t *Tree) first(root handle, prefix []byte) (key, value []byte, ok bool, err error) {
	if root == 0 || len(prefix) > MaxKey {
		return nil, nil, false, nil
	}
	var q block
	q.setPrefix(prefix)
	h, err := t.top(root, &q)
	if err != nil {
		return nil, nil, false, err
	}
	l, err := t.leftmost(h)
	if err != nil || !l.under(&q) {
		return nil, nil, false, err
	}
	return l.key(), l.value(), true, nil
}

func (t *Tree) next(root handle, prefix, after []byte) (key, value []byte, ok bool, err error) {
	if root == 0 || len(prefix) > MaxKey {
		return nil, nil, false, nil
	}
	if len(after) > MaxKey {
		return nil, nil, false, ErrKeyLength
	}
	var p, q block
	p.setPrefix(prefix)
	q.setPrefix(after)
	if len(after) == 0 || q.order(&p) < 0 {
		return t.first(root, prefix)
	}
	h, right, err := t.seek(root, &q, maxBits)
	if err != nil {
		return nil, nil, false, err
	}
	if d := t.blocks.at(h).split(&q); d < maxBits {
		// The key is not there: its place is where it splits from what is.
		if h, right, err = t.seek(root, &q, d); err != nil {
			return nil, nil, false, err
		}
		if q.bit(uint8(d)) == 0 {
			right = h
		}
	}
	if right == 0 {
		return nil, nil, false, nil
	}
	l, err := t.leftmost(right)
	if err != nil || !l.under(&p) {
		return nil, nil, false, err
	}
	return l.key(), l.value(), true, nil
}

func (t *Tree) ascend(root handle, prefix, from []byte, fn func(key, value []byte) bool) error {
	if root == 0 || len(prefix) > MaxKey {
		return nil
	}
	if len(from) > MaxKey {
		return ErrKeyLength
	}
	var p, q block
	p.setPrefix(prefix)
	q.setPrefix(from)
	h, err := t.top(root, &p)
	if err != nil {
		return err
	}
	l, err := t.leftmost(h)
	if err != nil || !l.under(&p) {
		return err
	}
	stack := make([]handle, 0, 64)
	if q.order(l) > 0 {
		if stack, err = t.startAt(stack, h, &q); err != nil {
			return err
		}
	} else {
		stack = append(stack, h)
	}
	return t.each(stack, fn)
}

// startAt appends the subtrees under h that lie at or after q, the first last.
func (t *Tree) startAt(stack []handle, h handle, q *block) ([]handle, error) {
	l, err := t.descend(h, q)
	if err != nil {
		return nil, err
	}
	d := t.blocks.at(l).split(q)
	for {
		if h, err = t.follow(h); err != nil {
			return nil, err
		}
		if h.isLeaf() {
			break
		}
		b := t.nodes.at(h)
		if int(b.label) >= d {
			break
		}
		s := q.bit(b.label)
		if s == 0 {
			stack = append(stack, b.kid[1])
		}
		h = b.kid[s]
	}
	if d == maxBits || q.bit(uint8(d)) == 0 {
		stack = append(stack, h)
	}
	return stack, nil
}

// each calls fn for the leaves of the subtrees on the stack, the last first.
func (t *Tree) each(stack []handle, fn func(key, value []byte) bool) error {
	for len(stack) > 0 {
		h := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		var err error
		for !h.isLeaf() {
			if h, err = t.follow(h); err != nil {
				return err
			}
			if h.isLeaf() {
				break
			}
			b := t.nodes.at(h)
			t.touch(b.kid[1])
			stack = append(stack, b.kid[1])
			h = b.kid[0]
		}
		l := t.blocks.at(h)
		if !fn(l.key(), l.value()) {
			return nil
		}
	}
	return nil
}
