package tree

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// script runs random reads and changes and logs every answer.
type script []func(x *Tree) (string, error)

func genScript(r *rapid.T, n int) (s script) {
	for range rapid.IntRange(0, n).Draw(r, "steps") {
		k, v, p := genKey(r), genValue(r), genKey(r)[:1]
		show := func(k, v []byte, ok bool, err error) (string, error) { return fmt.Sprintf("%x %x %v", k, v, ok), err }
		switch rapid.IntRange(0, 6).Draw(r, "op") {
		case 0:
			s = append(s, func(x *Tree) (string, error) { return "", x.Put(k, v) })
		case 1:
			s = append(s, func(x *Tree) (string, error) {
				ok, err := x.Delete(k)
				return fmt.Sprint(ok), err
			})
		case 2:
			s = append(s, func(x *Tree) (string, error) { got, ok, err := x.Get(k); return show(nil, got, ok, err) })
		case 3:
			s = append(s, func(x *Tree) (string, error) { return show(x.First(p)) })
		case 4:
			s = append(s, func(x *Tree) (string, error) { return show(x.Next(p, k)) })
		case 5:
			s = append(s, func(x *Tree) (string, error) {
				batch := []Change{{Key: k, Value: v}, {Key: p, Value: v, Delete: true}}
				if bytes.Equal(k, p) {
					batch = batch[:1]
				}
				Sort(batch)
				return "", x.Apply(batch)
			})
		case 6:
			s = append(s, func(x *Tree) (string, error) { _, root := x.Seal(); return fmt.Sprintf("%x", root), nil })
		}
	}
	return s
}

// state.md, "Partial tree": a guest with the recorded witness gets every answer
// and every root that the fork got, and beyond the witness ErrPruned or the
// right answer, never a wrong one.
func TestForkAndWitness(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x, m := randomTree(r)
		view := sealed(r, x)
		// The writer goes on: the fork must not see it.
		if err := x.Put([]byte{1}, []byte("later")); err != nil {
			r.Fatal(err)
		}
		fork := view.Fork(Options{})
		s := genScript(r, 12)
		var want []string
		for _, step := range s {
			out, err := step(fork)
			if err != nil {
				r.Fatal(err)
			}
			want = append(want, out)
		}
		witness := fork.Witness()
		guest, root, err := FromWitness(witness, Options{})
		if err != nil || root != view.Root() {
			r.Fatalf("witness: %v", err)
		}
		for i, step := range s {
			if out, err := step(guest); err != nil || out != want[i] {
				r.Fatalf("step %d: %q %v, want %q", i, out, err, want[i])
			}
		}
		if guest.Root() != fork.Root() {
			r.Fatal("roots differ")
		}
		if !bytes.Equal(fork.Witness(), witness) {
			r.Fatal("hashing resolved something")
		}
		checkSlots(r, guest)
		checkSlots(r, fork)
		// Beyond the witness, against a full tree that did the same.
		full := New(Options{})
		for _, k := range m.keys() {
			if err := full.Put([]byte(k), []byte(m[k])); err != nil {
				r.Fatal(err)
			}
		}
		full.Seal()
		for _, step := range append(slices.Clone(s), genScript(r, 5)...) {
			if len(s) > 0 {
				s = s[1:]
				if _, err := step(full); err != nil {
					r.Fatal(err)
				}
				continue
			}
			got, err := step(guest)
			if errors.Is(err, ErrPruned) {
				break // the guest stops here
			}
			if want, e := step(full); e != nil || err != nil || got != want {
				r.Fatalf("%q %v, want %q %v", got, err, want, e)
			}
		}
		view.Close()
	})
}

// A fork can roll back to its pre-version, and the diff it made is the diff.
func TestForkRollbackAndDiff(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x, m := randomTree(r)
		view := sealed(r, x)
		fork := view.Fork(Options{})
		after := maps.Clone(m)
		for range 5 {
			k, v := genKey(r), genValue(r)
			if err := fork.Put(k, v); err != nil {
				r.Fatal(err)
			}
			after[string(k)] = string(v)
		}
		v := sealed(r, fork)
		base, err := fork.View(baseVersion)
		if err != nil {
			r.Fatal(err)
		}
		checkDiff(r, base, v, m, after)
		checkDiff(r, view, v, m, after)
		v.Close()
		base.Close()
		if err := fork.Rollback(baseVersion); err != nil {
			r.Fatal(err)
		}
		checkAgainst(r, fork, m, nil, nil)
		checkSlots(r, fork)
	})
}

func TestWitnessOfNothing(t *testing.T) {
	x := New(Options{})
	empty := sealed(t, x)
	if w := empty.Fork(Options{}).Witness(); w == nil || len(w) != 0 {
		t.Fatalf("witness of the empty tree: %x", w)
	}
	guest, root, err := FromWitness(nil, Options{})
	if err != nil || root != (Hash{}) {
		t.Fatal(root, err)
	}
	if err = guest.Put([]byte("k"), nil); err != nil || guest.Root() == (Hash{}) {
		t.Fatal(err)
	}
	if err = x.Put([]byte("k"), nil); err != nil {
		t.Fatal(err)
	}
	full := sealed(t, x)
	w := full.Fork(Options{}).Witness()
	if want := full.Root(); !bytes.Equal(w, want[:]) {
		t.Fatalf("untouched fork: %x", w)
	}
	guest, root, err = FromWitness(w, Options{})
	if err != nil || root != full.Root() {
		t.Fatal(root, err)
	}
	for name, f := range map[string]func() error{
		"Get":    func() error { _, _, err := guest.Get([]byte("k")); return err },
		"Put":    func() error { return guest.Put([]byte("k"), nil) },
		"Delete": func() error { _, err := guest.Delete([]byte("k")); return err },
		"First":  func() error { _, _, _, err := guest.First(nil); return err },
		"Next":   func() error { _, _, _, err := guest.Next(nil, []byte("a")); return err },
		"Ascend": func() error { return guest.Ascend(nil, nil, func(_, _ []byte) bool { return true }) },
		"View":   func() error { v, _ := guest.View(baseVersion); _, err := v.Prove([]byte("k")); return err },
		"Apply":  func() error { return guest.Apply([]Change{{Key: []byte("k")}}) },
	} {
		if err := f(); !errors.Is(err, ErrPruned) {
			t.Errorf("%s of an unknown subtree: %v", name, err)
		}
	}
	if _, _, err := guest.Get([]byte("k")); !errors.Is(err, ErrBroken) || !errors.Is(err, ErrPruned) {
		t.Errorf("after a half applied batch: %v", err)
	}
	if err := guest.Rollback(baseVersion); err != nil || guest.Root() != full.Root() {
		t.Error(err)
	}
}
