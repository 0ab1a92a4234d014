package state

// Of a record that is marked, the shelf knows what it was when the batch began.

// entry of a shelf: a keyed record. A free one links the next by a.
type shelved[V comparable] struct {
	a       uint64
	b       uint32
	marked  bool // stands in shelf.marks
	present bool
	value   V
}

// mark is a record's state before the batch.
type mark[V comparable] struct {
	index   uint32
	present bool
	value   V
}

// shelf holds the records of one kind by a key of two words, and what changed
// in this batch.
type shelf[V comparable] struct {
	hash  *hashKey
	index table
	slab  slab[shelved[V]]
	free  uint32
	marks []mark[V]
}

func newShelf[V comparable](hash *hashKey) shelf[V] { return shelf[V]{hash: hash, index: newTable()} }

// find returns the index of a record, which may be absent by now, or 0.
func (s *shelf[V]) find(a uint64, b uint32) uint32 {
	tag := s.hash.tag(a, uint64(b))
	seg := s.index.of(tag)
	for i := tag; ; i++ {
		e := seg.entries[i%segmentLen]
		if e == 0 {
			return 0
		}
		if uint32(e>>32) == tag {
			if r := s.slab.at(uint32(e)); r.a == a && r.b == b {
				return uint32(e)
			}
		}
	}
}

func (s *shelf[V]) get(a uint64, b uint32) (value V, ok bool) {
	i := s.find(a, b)
	if i == 0 {
		return value, false
	}
	r := s.slab.at(i)
	return r.value, r.present
}

// obtain returns the index of a record, a new and absent one if need be.
func (s *shelf[V]) obtain(a uint64, b uint32) uint32 {
	if i := s.find(a, b); i != 0 {
		return i
	}
	return s.add(a, b)
}

// add gives a record that has none a place.
func (s *shelf[V]) add(a uint64, b uint32) uint32 {
	i := s.free
	if i != 0 {
		s.free = uint32(s.slab.at(i).a)
	} else {
		i = s.slab.extend()
	}
	*s.slab.at(i) = shelved[V]{a: a, b: b}
	s.index.insert(s.hash.tag(a, uint64(b)), i)
	return i
}

// load writes a record that was there before the batch.
func (s *shelf[V]) load(a uint64, b uint32, value V) {
	r := s.slab.at(s.add(a, b))
	r.present, r.value = true, value
}

func (s *shelf[V]) mark(i uint32, r *shelved[V]) {
	if !r.marked {
		r.marked = true
		s.marks = append(s.marks, mark[V]{i, r.present, r.value})
	}
}

// put writes a record and returns its index.
func (s *shelf[V]) put(a uint64, b uint32, value V) uint32 {
	i := s.obtain(a, b)
	r := s.slab.at(i)
	s.mark(i, r)
	r.present, r.value = true, value
	return i
}

// remove makes a record absent. Its place is given back at the batch's end.
func (s *shelf[V]) remove(a uint64, b uint32) {
	if i := s.find(a, b); i != 0 {
		var none V
		r := s.slab.at(i)
		s.mark(i, r)
		r.present, r.value = false, none
	}
}

// settle ends the batch: what is now is what was.
func (s *shelf[V]) settle() {
	for _, m := range s.marks {
		s.unmark(m.index, s.slab.at(m.index))
	}
	s.marks = s.marks[:0]
}

// discard ends the batch: what was is what is now.
func (s *shelf[V]) discard() {
	for _, m := range s.marks {
		r := s.slab.at(m.index)
		r.present, r.value = m.present, m.value
		s.unmark(m.index, r)
	}
	s.marks = s.marks[:0]
}

func (s *shelf[V]) unmark(i uint32, r *shelved[V]) {
	r.marked = false
	if r.present {
		return
	}
	s.index.remove(s.hash.tag(r.a, uint64(r.b)), i)
	*r = shelved[V]{a: uint64(s.free)}
	s.free = i
}

// changed calls fn for each record that is not what it was.
func (s *shelf[V]) changed(fn func(r *shelved[V])) {
	for i := range s.marks {
		m := &s.marks[i]
		if r := s.slab.at(m.index); r.present != m.present || r.value != m.value {
			fn(r)
		}
	}
}
