package tree

// The dumb twin: a sorted map, hashed from scratch, that shares no code with the
// tree. And the leak check that every property runs after every step.

import (
	"bytes"
	"crypto/sha256"
	"maps"
	"slices"
	"sync"
)

// A failer is a testing.TB or a rapid.T.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

type twin map[string]string

func (m twin) keys() []string { return slices.Sorted(maps.Keys(m)) }

func twinBit(k string, i int) int {
	if i/8 >= len(k) {
		return 0
	}
	return int(k[i/8]>>(7-i%8)) & 1
}

func (m twin) root() Hash {
	if len(m) == 0 {
		return Hash{}
	}
	return m.hash(m.keys())
}

func (m twin) hash(keys []string) (c Hash) {
	var in []byte
	label := 0xFFFF
	if len(keys) == 1 {
		k, v := keys[0], m[keys[0]]
		in = append(in, byte(len(k)))
		in = append(append(in, k...), make([]byte, 31-len(k))...)
		in = append(in, 1, byte(len(v)))
		in = append(append(in, v...), make([]byte, 30-len(v))...)
	} else {
		label = 0
		for twinBit(keys[0], label) == twinBit(keys[len(keys)-1], label) {
			label++
		}
		n := 0
		for twinBit(keys[n], label) == 0 {
			n++
		}
		l, r := m.hash(keys[:n]), m.hash(keys[n:])
		in = append(append(in, l[:]...), r[:]...)
	}
	if len(in) != 64 {
		panic("twin: input is not 64 bytes")
	}
	sum := sha256.Sum256(in)
	c[0], c[1] = byte(label>>8), byte(label)
	copy(c[2:], sum[:30])
	return c
}

// pad is how range ends and Next compare.
func pad(k []byte) string { return string(k) + string(make([]byte, 31-len(k))) }

func (m twin) ascend(prefix, from []byte) (out []KV) {
	for _, k := range m.keys() {
		if bytes.HasPrefix([]byte(k), prefix) && pad([]byte(k)) >= pad(from) {
			out = append(out, KV{[]byte(k), []byte(m[k])})
		}
	}
	return out
}

// goroutines is a Parallel for tests.
func goroutines(n int, fn func(int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { fn(i) })
	}
	wg.Wait()
}

// checkSlots fails unless every slot is in exactly one place: free, or in use by
// the working version or a kept one, or in limbo; and unless each kept version's
// dead list holds exactly what it and its predecessors saw last.
func checkSlots(t failer, x *Tree) {
	t.Helper()
	x.collect()
	where := map[handle]string{}
	put := func(h handle, s string) {
		if old, ok := where[h]; ok {
			t.Fatalf("slot %x is %s and %s", h, old, s)
		}
		where[h] = s
	}
	reach := func(h handle, into map[handle]bool) {
		var walk func(h handle)
		walk = func(h handle) {
			if h.kind() == stubKind {
				h = x.part.stubs[h.index()].got
			}
			if h == 0 || into[h] {
				return
			}
			into[h] = true
			if h.isBranch() {
				walk(x.nodes.at(h).kid[0])
				walk(x.nodes.at(h).kid[1])
			}
		}
		walk(h)
	}
	used := map[handle]bool{}
	reach(x.root, used)
	working := maps.Clone(used)
	later := maps.Clone(working)
	sets := []deadSet{x.dead}
	for _, v := range slices.Backward(x.kept) {
		seen := map[handle]bool{}
		reach(v.root, seen)
		maps.Copy(used, seen)
		// What dies between kept[i] and the next one is on the next one's list.
		gone := 0
		for h := range seen {
			if !later[h] {
				gone++
			}
		}
		listed := 0
		for _, r := range sets[len(sets)-1] {
			for c := r.head; c != nil; c = c.next {
				listed += len(c.h)
				for _, h := range c.h {
					if !seen[h] || later[h] {
						t.Fatalf("dead list after version %d names %x wrongly", v.num, h)
					}
				}
			}
		}
		if gone != listed {
			t.Fatalf("after version %d: %d nodes died, %d are listed", v.num, gone, listed)
		}
		later = seen
		sets = append(sets, v.dead)
	}
	if n := sets[len(sets)-1].room(); n != 0 {
		t.Fatalf("the oldest kept version has a dead list")
	}
	for h := range used {
		put(h, "used")
	}
	for _, l := range x.limbo {
		for _, h := range l.slots {
			put(h, "in limbo")
		}
	}
	for _, h := range x.branchs.free {
		put(h, "free in the pool")
	}
	for _, h := range x.leafs.free {
		put(h|leafBit, "free in the pool")
	}
	for _, w := range x.workers() {
		for _, h := range slices.Concat(w.freeBranch, w.lateBranch) {
			put(h, "free at a worker")
		}
		for _, h := range slices.Concat(w.freeLeaf, w.lateLeaf) {
			put(h|leafBit, "free at a worker")
		}
	}
	if want := int(x.branchs.next+x.leafs.next) - 2*refill; x.part == nil && len(where) != want {
		t.Fatalf("%d slots are accounted for of %d", len(where), want)
	}
}

// checkAgainst compares all reading with the twin.
func checkAgainst(t failer, read reader, m twin, prefix, from []byte) {
	t.Helper()
	var got []KV
	if err := read.Ascend(prefix, from, func(k, v []byte) bool {
		got = append(got, KV{bytes.Clone(k), bytes.Clone(v)})
		return true
	}); err != nil {
		t.Fatal(err)
	}
	want := m.ascend(prefix, from)
	if !slices.EqualFunc(got, want, func(a, b KV) bool { return bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value) }) {
		t.Fatalf("Ascend(%x, %x) = %x, want %x", prefix, from, got, want)
	}
	k, v, ok, err := read.First(prefix)
	if all := m.ascend(prefix, nil); err != nil || ok != (len(all) > 0) || ok && (!bytes.Equal(k, all[0].Key) || !bytes.Equal(v, all[0].Value)) {
		t.Fatalf("First(%x) = %x %x %v %v", prefix, k, v, ok, err)
	}
	after := slices.DeleteFunc(slices.Clone(want), func(kv KV) bool { return len(from) > 0 && pad(kv.Key) == pad(from) })
	k, v, ok, err = read.Next(prefix, from)
	if err != nil || ok != (len(after) > 0) || ok && (!bytes.Equal(k, after[0].Key) || !bytes.Equal(v, after[0].Value)) {
		t.Fatalf("Next(%x, %x) = %x %x %v %v, want %x", prefix, from, k, v, ok, err, after)
	}
	if len(from) > 0 {
		v, ok, err = read.Get(from)
		if w, there := m[string(from)]; err != nil || ok != there || string(v) != w {
			t.Fatalf("Get(%x) = %x %v %v, want %x %v", from, v, ok, err, w, there)
		}
	}
	if read.Root() != m.root() {
		t.Fatalf("root of %d records differs", len(m))
	}
	if read.Len() != uint64(len(m)) {
		t.Fatalf("Len %d, want %d", read.Len(), len(m))
	}
}

type reader interface {
	Get(key []byte) ([]byte, bool, error)
	First(prefix []byte) (k, v []byte, ok bool, err error)
	Next(prefix, after []byte) (k, v []byte, ok bool, err error)
	Ascend(prefix, from []byte, fn func(k, v []byte) bool) error
	Root() Hash
	Len() uint64
}
