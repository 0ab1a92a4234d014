package tree

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// again is a fold as a reader of its frames gets it.
func again(t failer, f *Fold) *Fold {
	out := &Fold{}
	for _, frame := range f.Frames() {
		if err := out.Add(frame); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// changeSome makes random changes, and in them records that come, go and change.
func changeSome(r *rapid.T, x *Tree, m twin) {
	for range rapid.IntRange(0, 12).Draw(r, "changes") {
		key := rapid.SliceOfN(rapid.ByteRange(0, 3), 4, 4).Draw(r, "key")
		if rapid.Bool().Draw(r, "delete") {
			if _, err := x.Delete(key); err != nil && !errors.Is(err, ErrPrefixKey) {
				r.Fatal(err)
			}
			delete(m, string(key))
			continue
		}
		value := rapid.SliceOfN(rapid.Byte(), 0, MaxValue).Draw(r, "value")
		if err := x.Put(key, value); err != nil {
			r.Fatal(err)
		}
		m[string(key)] = string(value)
	}
}

// state.md: reverse diffs to the older versions. Whatever was folded onto what, and joined with what, unfolds to the older
// version's root and records, in the newer one's tree and above another one.
func TestFoldUnfolds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x, m := New(Options{}), twin{}
		var views []*View
		var twins []twin
		for range rapid.IntRange(2, 7).Draw(r, "versions") {
			changeSome(r, x, m)
			views, twins = append(views, sealed(r, x)), append(twins, maps.Clone(m))
		}
		last := len(views) - 1
		var folds []*Fold // from the newest to older ones
		for i := last; i > 0; i-- {
			f, err := NewFold(views[i], views[i-1])
			if err != nil {
				r.Fatal(err)
			}
			folds = append(folds, again(r, f))
		}
		to := rapid.IntRange(0, last).Draw(r, "unfold")
		chain := folds[:last-to]
		if cut := rapid.IntRange(0, len(chain)).Draw(r, "joined"); cut > 0 {
			chain = append([]*Fold{again(r, Join(chain[:cut]...))}, chain[cut:]...)
		}
		base, err := x.View(views[last].Version())
		if err != nil {
			r.Fatal(err)
		}
		got, err := base.Unfold(Options{}, views[to].Root(), chain...)
		if err != nil {
			r.Fatal(err)
		}
		if got.Len() != uint64(len(twins[to])) {
			r.Fatalf("%d records of %d", got.Len(), len(twins[to]))
		}
		checkAgainst(r, got, twins[to], nil, nil)
		if p, err := got.Prove([]byte{1, 2, 3, 0}); err != nil {
			r.Fatal(err)
		} else if _, _, err = Verify(views[to].Root(), []byte{1, 2, 3, 0}, p); err != nil {
			r.Fatal(err)
		}
		got.Close()
		for _, v := range views {
			v.Close()
		}
		for _, v := range x.kept {
			if v.pins != 0 {
				r.Fatalf("version %d stays pinned", v.num)
			}
		}
	})
}

// A fold that leads elsewhere gives no view, and the view that it was to lie above is closed.
func TestUnfoldChecksTheRoot(t *testing.T) {
	v, _ := fuzzTree(t)
	f := &Fold{}
	if err := f.Add([]byte{3, 2, 4, 0, 0, 'x'}); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Unfold(Options{}, v.Root(), f); !errors.Is(err, ErrEncoding) {
		t.Fatalf("a fold to another root: %v", err)
	}
	if v.ver.pins != 0 {
		t.Error("the view is still open")
	}
}

// What is no frame of a fold is refused; what is one comes out as it came.
func FuzzFold(f *testing.F) {
	f.Add([]byte{1, 0, 7}, []byte{1, 3, 8, 'a', 'b'})
	f.Add([]byte{2, 1, 7, 7}, []byte{2, 0, 7, 7})
	f.Add([]byte{0, 0}, []byte{1, 255, 1})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var got Fold
		for _, frame := range [][]byte{first, second} {
			if err := got.Add(slices.Clone(frame)); err != nil {
				if !errors.Is(err, ErrEncoding) {
					t.Fatal(err)
				}
				return
			}
		}
		if !slices.EqualFunc(got.Frames(), [][]byte{first, second}, bytes.Equal) {
			t.Fatal("the frames came out otherwise")
		}
		var last []byte
		for at := (foldCursor{frames: got.Frames()}); at.next(); last = at.key {
			if bytes.Compare(last, at.key) >= 0 {
				t.Fatalf("key %x after %x", at.key, last)
			}
		}
		whole := slices.Concat(Join(&got, &Fold{}).Frames()...)
		if !bytes.Equal(whole, slices.Concat(first, second)) {
			t.Fatal("joined with nothing it is another")
		}
	})
}
