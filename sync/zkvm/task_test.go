package zkvm_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// Issue 5.1: the extracted post-state diff is compared with the local diff, so that a mismatch names the keys.
func TestMismatchNamesTheKeys(t *testing.T) {
	l, n := sample(t)
	task, err := zkvm.Prepare(l, n, deployment)
	if err != nil {
		t.Fatal(err)
	}
	result, err := executor(t, zkvm.Config{}).Execute(t.Context(), task.Input)
	if err = task.Judge(result, err); err != nil {
		t.Fatal(err)
	}
	changes := must(batch.DecodeDiff(result.Diff, batch.DefaultLimits()))
	i := slices.IndexFunc(changes, func(c tree.Change) bool { return strings.HasPrefix(state.KeyName(c.Key), "balance/") && !c.Delete })
	wrong := slices.Clone(changes)
	wrong[i].Value = bytes.Clone(wrong[i].Value)
	wrong[i].Value[7] ^= 1
	wrong = slices.Delete(wrong, i+1, i+2)
	want := []string{state.KeyName(changes[i].Key), state.KeyName(changes[i+1].Key)}

	t.Run("the diff alone", func(t *testing.T) {
		stated := *result
		stated.Diff = batch.EncodeDiff(nil, wrong)
		checkNames(t, task.Judge(&stated, nil), []string{"diff"}, want)
	})
	t.Run("root and diff", func(t *testing.T) {
		stated := *result
		stated.Diff = batch.EncodeDiff(nil, wrong)
		stated.Journal.PostRoot[3] ^= 1
		// Whatever the executor itself says of it.
		checkNames(t, task.Judge(&stated, nil), []string{"post_root", "diff"}, want)
		checkNames(t, task.Judge(&stated, &zkvm.DivergenceError{Fields: []string{"nothing"}}), []string{"post_root", "diff"}, want)
	})
	t.Run("no diff at all", func(t *testing.T) {
		stated := *result
		stated.Diff = []byte("no diff")
		checkNames(t, task.Judge(&stated, nil), []string{"diff"}, nil)
	})
	t.Run("an executor that cries wolf", func(t *testing.T) {
		if err := task.Judge(result, &zkvm.DivergenceError{Fields: []string{"post_root"}}); err != nil {
			t.Errorf("a result that agrees: %v", err)
		}
	})
	t.Run("all keys", func(t *testing.T) {
		stated := *result
		stated.Diff = batch.EncodeDiff(nil, nil)
		err := task.Judge(&stated, nil)
		divergence := (*zkvm.DivergenceError)(nil)
		if !errors.As(err, &divergence) || divergence.Differing != len(changes) || len(divergence.Keys) != zkvm.MaxDifferences {
			t.Fatalf("%v", err)
		}
		if text := divergence.Detail(); len(text) > 1536 || !strings.Contains(text, fmt.Sprintf("and %d more", len(changes)-zkvm.MaxDifferences)) {
			t.Errorf("detail of %d bytes: %s", len(text), text)
		}
	})
}

func checkNames(t *testing.T, err error, fields, names []string) {
	t.Helper()
	divergence := (*zkvm.DivergenceError)(nil)
	if !errors.As(err, &divergence) {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, k := range divergence.Keys {
		got = append(got, k.Name())
	}
	if !slices.Equal(divergence.Fields, fields) || !slices.Equal(got, names) || divergence.Differing != len(names) {
		t.Errorf("fields %v, keys %v (%d); want %v, %v", divergence.Fields, got, divergence.Differing, fields, names)
	}
}

// Property: what Differences finds is what a comparison of two maps finds.
func TestDifferencesAgainstMaps(t *testing.T) {
	change := rapid.Custom(func(t *rapid.T) tree.Change {
		c := tree.Change{Key: rapid.SliceOfN(rapid.ByteRange(0, 2), 1, 3).Draw(t, "key"), Delete: rapid.Bool().Draw(t, "delete")}
		if !c.Delete {
			c.Value = rapid.SliceOfN(rapid.ByteRange(0, 1), 0, 2).Draw(t, "value")
		}
		return c
	})
	side := rapid.Custom(func(t *rapid.T) map[string]tree.Change {
		m := map[string]tree.Change{}
		for _, c := range rapid.SliceOfN(change, 0, 12).Draw(t, "changes") {
			m[string(c.Key)] = c
		}
		return m
	})
	encode := func(m map[string]tree.Change) []byte {
		var list []tree.Change
		for _, c := range m {
			list = append(list, c)
		}
		slices.SortFunc(list, func(a, b tree.Change) int { return bytes.Compare(a.Key, b.Key) })
		return batch.EncodeDiff(nil, list)
	}
	text := func(m map[string]tree.Change, key string) string {
		c, ok := m[key]
		return fmt.Sprintf("%t %t %x", ok, c.Delete, c.Value)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := side.Draw(t, "local"), side.Draw(t, "guest")
		want := map[string]bool{}
		for _, m := range []map[string]tree.Change{a, b} {
			for key := range m {
				if text(a, key) != text(b, key) {
					want[key] = true
				}
			}
		}
		got, err := zkvm.Differences(encode(a), encode(b))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d differences (%v), want %d", len(got), err, len(want))
		}
		for i, d := range got {
			_, local := a[string(d.Key)]
			_, guest := b[string(d.Key)]
			if !want[string(d.Key)] || (d.Local != nil) != local || (d.Guest != nil) != guest || i > 0 && bytes.Compare(got[i-1].Key, d.Key) >= 0 {
				t.Fatalf("difference %d: %+v", i, d)
			}
		}
	})
}
