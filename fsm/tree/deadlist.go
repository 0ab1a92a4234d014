package tree

// What must always hold here: a deadSet's runs are sorted by key, one run a key;
// a run's key is the number of the first kept version that saw its handles.

import "sort"

// A deadRun is a list of handles that joins another in constant time.
type deadRun struct {
	head, tail *deadChunk
}

// Chunks of a run double up to a limit, so that short runs stay small.
type deadChunk struct {
	h    []handle
	next *deadChunk
}

const maxDeadChunk = 1 << 12

func (r *deadRun) add(h handle) {
	if r.tail == nil {
		r.tail = &deadChunk{h: make([]handle, 0, 16)}
		r.head = r.tail
	} else if n := cap(r.tail.h); len(r.tail.h) == n {
		r.tail.next = &deadChunk{h: make([]handle, 0, min(2*n, maxDeadChunk))}
		r.tail = r.tail.next
	}
	r.tail.h = append(r.tail.h, h)
}

func (r *deadRun) join(o deadRun) {
	switch {
	case o.head == nil:
	case r.head == nil:
		*r = o
	default:
		r.tail.next, r.tail = o.head, o.tail
	}
}

func (r *deadRun) room() (n int) {
	for c := r.head; c != nil; c = c.next {
		n += cap(c.h)
	}
	return n
}

type keyedRun struct {
	first uint32
	deadRun
}

// A deadSet is what one version stopped using, by who saw it first.
type deadSet []keyedRun

// above is the index of the first run whose key is above num.
func (s deadSet) above(num uint32) int {
	return sort.Search(len(s), func(i int) bool { return s[i].first > num })
}

// merge adds the runs of o, which is not used afterwards.
func (s *deadSet) merge(o deadSet) {
	if len(o) == 0 {
		return
	}
	a := *s
	out := make(deadSet, 0, len(a)+len(o))
	for len(a) > 0 && len(o) > 0 {
		switch {
		case a[0].first < o[0].first:
			out, a = append(out, a[0]), a[1:]
		case a[0].first > o[0].first:
			out, o = append(out, o[0]), o[1:]
		default:
			a[0].join(o[0].deadRun)
			out, a, o = append(out, a[0]), a[1:], o[1:]
		}
	}
	*s = append(append(out, a...), o...)
}

func (s deadSet) room() (n int) {
	for i := range s {
		n += s[i].room() + 8
	}
	return n
}
