package tree

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// genKey draws from a small space of prefix-free keys (the first byte fixes the
// length), with long shared prefixes and long skips.
func genKey(r *rapid.T) []byte {
	n := rapid.SampledFrom([]int{1, 2, 3, 13, 22, 31}).Draw(r, "len")
	k := make([]byte, n)
	k[0] = byte(n)
	for range min(n-1, 2) {
		i := rapid.SampledFrom([]int{1, 2, n / 2, n - 1}).Draw(r, "at")
		if i > 0 && i < n {
			k[i] = rapid.SampledFrom([]byte{0, 1, 2, 0x80, 0xFF}).Draw(r, "byte")
		}
	}
	return k
}

func genValue(r *rapid.T) []byte {
	return rapid.SliceOfN(rapid.Byte(), 0, MaxValue).Draw(r, "value")
}

type pinned struct {
	view *View
	m    twin
}

// machine drives a tree and the twin. state.md: versions share structure, any is
// released at the cost of what only it used, rollback to a kept one, numbers are
// never used again, a reader's pin only delays freeing.
type machine struct {
	x      *Tree
	now    twin
	kept   map[Version]twin
	views  []pinned
	newest Version
	batch  int
}

func (s *machine) version(r *rapid.T) Version {
	vs := slices.Sorted(maps.Keys(s.kept))
	if len(vs) == 0 {
		r.Skip("nothing sealed")
	}
	return rapid.SampledFrom(vs).Draw(r, "version")
}

func (s *machine) Put(r *rapid.T) {
	k, v := genKey(r), genValue(r)
	if err := s.x.Put(k, v); err != nil {
		r.Fatal(err)
	}
	s.now[string(k)] = string(v)
}

func (s *machine) Delete(r *rapid.T) {
	k := genKey(r)
	_, want := s.now[string(k)]
	if got, err := s.x.Delete(k); err != nil || got != want {
		r.Fatalf("Delete(%x) = %v %v, want %v", k, got, err, want)
	}
	delete(s.now, string(k))
}

func (s *machine) Apply(r *rapid.T) {
	changes := map[string]Change{}
	for range rapid.IntRange(0, s.batch).Draw(r, "size") {
		c := Change{Key: genKey(r), Value: genValue(r), Delete: rapid.IntRange(0, 2).Draw(r, "del") == 0}
		changes[string(c.Key)] = c
	}
	list := slices.Collect(maps.Values(changes))
	apply := s.x.ApplyAny
	if rapid.Bool().Draw(r, "sorted") {
		Sort(list)
		apply = s.x.Apply
	}
	if err := apply(list); err != nil {
		r.Fatal(err)
	}
	for k, c := range changes {
		if c.Delete {
			delete(s.now, k)
		} else {
			s.now[k] = string(c.Value)
		}
	}
}

func (s *machine) Root(r *rapid.T) {
	if s.x.Root() != s.now.root() {
		r.Fatal("root")
	}
}

func (s *machine) Seal(r *rapid.T) {
	v, root := s.x.Seal()
	if v <= s.newest {
		r.Fatalf("version %d after %d", v, s.newest)
	}
	if root != s.now.root() {
		r.Fatal("sealed root")
	}
	s.newest = v
	s.kept[v] = maps.Clone(s.now)
}

func (s *machine) Release(r *rapid.T) {
	v := s.version(r)
	if err := s.x.Release(v); err != nil {
		r.Fatal(err)
	}
	delete(s.kept, v)
	s.gone(r, v)
}

func (s *machine) gone(r *rapid.T, v Version) {
	_, err := s.x.View(v)
	if !errors.Is(err, ErrVersionReleased) || !errors.Is(s.x.Release(v), ErrVersionReleased) || !errors.Is(s.x.Rollback(v), ErrVersionReleased) {
		r.Fatalf("version %d answers after it was released: %v", v, err)
	}
}

func (s *machine) Rollback(r *rapid.T) {
	v := s.version(r)
	if rapid.Bool().Draw(r, "undo") {
		s.undo(r, v)
	} else if err := s.x.Rollback(v); err != nil {
		r.Fatal(err)
	}
	for k := range s.kept {
		if k > v {
			delete(s.kept, k)
			s.gone(r, k)
		}
	}
	s.now = maps.Clone(s.kept[v])
}

// undo rolls back and checks that the changes lead from what was to what is.
func (s *machine) undo(r *rapid.T, v Version) {
	changes, err := s.x.Undo(v)
	if err != nil {
		r.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range changes {
		last := string(c.Key)
		if seen[last] {
			r.Fatalf("undo changes %x twice", c.Key)
		}
		seen[last] = true
		if _, was := s.now[last]; c.Delete && !was {
			r.Fatalf("undo deletes %x, which was not there", c.Key)
		}
		if c.Delete {
			delete(s.now, last)
		} else {
			s.now[last] = string(c.Value)
		}
	}
	if !maps.Equal(s.now, s.kept[v]) {
		r.Fatal("the undone changes do not lead back to the version")
	}
}

func (s *machine) Pin(r *rapid.T) {
	v := s.version(r)
	view, err := s.x.View(v)
	if err != nil {
		r.Fatal(err)
	}
	s.views = append(s.views, pinned{view, s.kept[v]})
}

func (s *machine) Unpin(r *rapid.T) {
	if len(s.views) == 0 {
		r.Skip("no view")
	}
	i := rapid.IntRange(0, len(s.views)-1).Draw(r, "view")
	s.views[i].view.Close()
	s.views = slices.Delete(s.views, i, i+1)
}

func (s *machine) Diff(r *rapid.T) {
	if len(s.views) == 0 {
		r.Skip("no view")
	}
	a := rapid.SampledFrom(s.views).Draw(r, "from")
	b := rapid.SampledFrom(s.views).Draw(r, "to")
	checkDiff(r, a.view, b.view, a.m, b.m)
}

func checkDiff(t failer, a, b *View, ma, mb twin) {
	got := maps.Clone(ma)
	if got == nil {
		got = twin{}
	}
	last := ""
	if err := Diff(a, b, func(k, before, after []byte) error {
		if string(k) <= last {
			t.Fatalf("diff out of order at %x", k)
		}
		last = string(k)
		old, was := ma[last]
		if was != (before != nil) || old != string(before) || (before == nil && after == nil) || bytes.Equal(before, after) && (before == nil) == (after == nil) {
			t.Fatalf("diff of %x: %x to %x", k, before, after)
		}
		if after == nil {
			delete(got, last)
		} else {
			got[last] = string(after)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got, mb) {
		t.Fatal("diff does not lead from one version to the other")
	}
}

func (s *machine) Check(r *rapid.T) {
	n := rapid.IntRange(0, 3).Draw(r, "prefix")
	k := genKey(r)
	prefix := k[:min(n, len(k))]
	from := genKey(r)
	checkAgainst(r, s.x, s.now, prefix, from)
	for _, p := range s.views {
		checkAgainst(r, p.view, p.m, prefix, from)
	}
}

func (s *machine) check(r *rapid.T) {
	checkSlots(r, s.x)
	vs := s.x.Versions()
	if len(vs) != len(s.kept) {
		r.Fatalf("%d versions, want %d", len(vs), len(s.kept))
	}
	for _, v := range vs {
		if v.Root != s.kept[v.Version].root() || v.Leaves != uint64(len(s.kept[v.Version])) {
			r.Fatalf("version %d", v.Version)
		}
	}
}

func runMachine(r *rapid.T, o Options, batch int) {
	s := &machine{x: New(o), now: twin{}, kept: map[Version]twin{}, batch: batch}
	r.Repeat(map[string]func(*rapid.T){
		"": s.check, "put": s.Put, "delete": s.Delete, "apply": s.Apply, "root": s.Root, "seal": s.Seal,
		"release": s.Release, "rollback": s.Rollback, "pin": s.Pin, "unpin": s.Unpin, "diff": s.Diff, "read": s.Check,
	})
	for _, p := range s.views {
		checkAgainst(r, p.view, p.m, nil, nil)
		p.view.Close()
	}
	s.Seal(r)
	s.check(r)
	if len(s.x.limbo) != 0 || len(s.x.kept) != len(s.kept) {
		r.Fatal("something outlives its last reader")
	}
}

func TestMachineSerial(tt *testing.T) {
	rapid.Check(tt, func(r *rapid.T) { runMachine(r, Options{}, 40) })
}

// Small thresholds cannot be set, so the batches are large enough to be divided.
func TestMachineParallel(tt *testing.T) {
	rapid.Check(tt, func(r *rapid.T) { runMachine(r, Options{Parallel: goroutines}, 700) })
}
