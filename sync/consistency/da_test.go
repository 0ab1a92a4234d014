package consistency_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// l1DA has a checker say what it finds of what L1 names.
func l1DA(t *testing.T, c *consistency.Checker) cursor.Verdict {
	t.Helper()
	for _, v := range c.Check(t.Context()).Verdicts {
		if v.Pair == cursor.L1DA {
			return v
		}
	}
	t.Fatal("no verdict")
	return cursor.Verdict{}
}

// layers.md, consistency: what L1 names as a payload is read back from exactly there, once for each batch and each block
// that says so.
func TestWhatL1NamesIsReadBackOnce(t *testing.T) {
	w := newWorld(1)
	committed(t, w)
	w.anchor(1)
	checker := w.checker()
	for range 3 {
		if v := l1DA(t, checker); v.Finding != cursor.Consistent || v.Batch != 1 {
			t.Fatalf("%+v", v)
		}
	}
	count := 0
	for _, ref := range w.fetched {
		if ref.Provider == named(1).Provider && ref.Commitment == named(1).Commitment {
			count++
		}
	}
	if count != 1 {
		t.Errorf("read %d times from where L1 says, of %d fetches", count, len(w.fetched))
	}
}

// Each way in which what L1 names is not there has its finding and its cause; none of them is a divergence.
func TestWhatL1NamesIsNotThere(t *testing.T) {
	for _, c := range []struct {
		name    string
		set     func(w *world)
		finding cursor.Finding
		cause   cursor.Cause
	}{
		{"nobody has it", func(w *world) { w.absent[1] = da.ErrAbsent }, cursor.Missing, cursor.CauseAbsent},
		{"somebody has other bytes", func(w *world) { w.absent[1] = &da.WrongBytesError{Provider: "blob"} }, cursor.Missing, cursor.CauseWrongBytes},
		{"a provider is silent", func(w *world) { w.absent[1] = errors.New("no answer") }, cursor.Unknown, cursor.CauseUnreachable},
		{"L1 is silent", func(w *world) { w.l1Err = errors.New("no answer") }, cursor.Unknown, cursor.CauseUnreachable},
		{"L1 names another header's payload", func(w *world) { w.said[10][0].HeaderHash = digest("other", 1) }, cursor.Unknown, cursor.CauseMoving},
		{"the block does not say it and the contract does", func(w *world) { w.said[10] = nil }, cursor.Consistent, cursor.CauseNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(1)
			committed(t, w)
			w.anchor(1)
			c.set(w)
			if v := l1DA(t, w.checker()); v.Finding != c.finding || v.Cause != c.cause {
				t.Errorf("%v for %v: %s", v.Finding, v.Cause, v.Detail)
			}
		})
	}
}

// layers.md, consistency: DA content is sampled for old batches, all of them in time, and one that is missing stays a
// finding until it is there again.
func TestOldBatchesAreSampled(t *testing.T) {
	const old = 5
	w := newWorld(0)
	w.finalize(t, old)
	var asked []uint64
	lost := uint64(3)
	config := w.config()
	config.Seed = 7
	config.Headers = func(_ context.Context, hash cursor.Hash) (batch.Header, cursor.Ref, error) {
		for n := uint64(1); n <= old; n++ {
			if hash == digest("header", n) {
				asked = append(asked, n)
				if n == lost {
					return batch.Header{}, cursor.Ref{}, da.ErrAbsent
				}
				return batch.Header{Number: n}, cursor.Ref{Provider: 1, Commitment: hash}, nil
			}
		}
		return batch.Header{}, cursor.Ref{}, errors.New("no such header")
	}
	checker := consistency.New(config)
	found := cursor.Verdict{}
	for i := 0; i < 1000 && found.Finding != cursor.Missing; i++ {
		found = l1DA(t, checker)
	}
	if found.Finding != cursor.Missing || found.Batch != lost || found.Cause != cursor.CauseAbsent {
		t.Fatalf("a lost batch among %d: %+v after %v", old, found, asked)
	}
	for range 100 { // it stands between the samples
		if v := l1DA(t, checker); v.Finding != cursor.Missing || v.Batch != lost {
			t.Fatalf("the finding is gone and the batch is not back: %+v", v)
		}
	}
	lost = 0
	back := false
	for range 100 {
		back = back || l1DA(t, checker).Finding == cursor.Consistent
	}
	if !back {
		t.Error("the batch is back and the finding stands")
	}
	for range 2000 {
		checker.Check(t.Context())
	}
	for n := uint64(1); n <= old; n++ {
		if !slices.Contains(asked, n) {
			t.Errorf("batch %d was never sampled", n)
		}
	}
	if len(asked) > 3300/16+1 {
		t.Errorf("%d samples in 3300 checks", len(asked))
	}
}
