package consistency_test

import (
	"context"
	"errors"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
)

// Tip is the replica's own L1: w.block is its head.
func (w *world) Tip(context.Context) (latest, finalized cursor.BlockRef, err error) {
	hash, _ := w.BlockHash(context.Background(), w.block)
	return cursor.BlockRef{Number: w.block, Hash: hash}, cursor.BlockRef{Number: w.final}, w.l1Err
}

func audits(t *testing.T, a *consistency.Auditor, own ...cursor.Verdict) *consistency.Disagreement {
	t.Helper()
	d, err := a.Audit(t.Context(), consistency.Report{Verdicts: own})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// layers.md, follower audit: what the replica's own endpoints contradict is said once its own chain has grown by a block
// and the contradiction stands; a finalized block of another hash at once.
func TestAuditFindsWhatIsContradicted(t *testing.T) {
	foreign := cursor.Verdict{Pair: cursor.LocalL1, Batch: 1, Finding: cursor.Foreign, Cause: cursor.CauseContradiction}
	for _, c := range []struct {
		name string
		set  func(*testing.T, *world) []cursor.Verdict
		what consistency.Record
		// blocks that the own chain must grow by before it is said
		blocks uint64
	}{
		{"the follow point is on another branch", func(_ *testing.T, w *world) []cursor.Verdict {
			w.hashes = map[uint64][32]byte{12: digest("mine", 12)}
			return nil
		}, consistency.RecordFollowPoint, 1},
		{"an anchor stands in another block", func(_ *testing.T, w *world) []cursor.Verdict {
			w.hashes = map[uint64][32]byte{10: digest("mine", 10)}
			return nil
		}, consistency.RecordInclusion, 1},
		{"the contract holds something else", func(*testing.T, *world) []cursor.Verdict {
			return []cursor.Verdict{foreign}
		}, consistency.RecordContract, 2},
		{"a block is not final yet", func(t *testing.T, w *world) []cursor.Verdict {
			t.Helper()
			w.finalizeBlock(t, 9)
			w.final = 5
			return nil
		}, consistency.RecordFinalized, 1},
		{"a final block is another", func(t *testing.T, w *world) []cursor.Verdict {
			t.Helper()
			w.finalizeBlock(t, 9)
			w.final = 9
			w.hashes = map[uint64][32]byte{9: digest("mine", 9)}
			return nil
		}, consistency.RecordFinalized, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(1)
			committed(t, w) // in block 10
			w.anchor(1)
			w.observe(t, 12)
			w.block = 12
			auditor := consistency.NewAuditor(w, w)
			if d := audits(t, auditor); d != nil {
				t.Fatalf("an honest leader: %+v", d)
			}
			own := c.set(t, w)
			for range 5 { // however often it is asked at one block
				if d := audits(t, auditor, own...); (d != nil) != (c.blocks == 0) {
					t.Fatalf("at once: %+v", d)
				}
			}
			for i := uint64(1); i <= c.blocks; i++ {
				w.block++
				if d := audits(t, auditor, own...); (d != nil) != (i == c.blocks) {
					t.Fatalf("%d blocks later: %+v", i, d)
				}
			}
			if d := audits(t, auditor, own...); d == nil || d.What != c.what || d.Detail == "" {
				t.Fatalf("%+v, want %s", d, c.what)
			}
			w.hashes, w.final = nil, 9 // healed
			if d := audits(t, auditor); d != nil {
				t.Errorf("healed: %+v", d)
			}
		})
	}
}

// What only took time is no disagreement: a reorganization that is followed within a block, an endpoint that is a little
// behind or has no finality tags, a leader that cannot read L1, and an own L1 that does not answer.
func TestAuditAllowsForTime(t *testing.T) {
	w := newWorld(1)
	committed(t, w)
	w.anchor(1)
	w.observe(t, 12)
	w.block = 12
	auditor := consistency.NewAuditor(w, w)
	w.hashes = map[uint64][32]byte{12: digest("mine", 12)}
	if d := audits(t, auditor); d != nil {
		t.Fatalf("a reorganization: %+v", d)
	}
	w.hashes = nil // followed
	w.block = 13
	if d := audits(t, auditor); d != nil {
		t.Fatalf("followed: %+v", d)
	}
	w.finalizeBlock(t, 9)
	for w.block = 8; w.block < 12; w.block++ { // behind, without tags
		if d := audits(t, auditor); d != nil {
			t.Fatalf("%d blocks behind: %+v", 12-w.block, d)
		}
	}
	silent := cursor.Verdict{Pair: cursor.LocalL1, Finding: cursor.Unknown, Cause: cursor.CauseUnreachable}
	for w.block = 13; w.block < 18; w.block++ {
		if d := audits(t, auditor, silent); d != nil {
			t.Fatalf("silence: %+v", d)
		}
	}
	w.observe(t, 40)
	for w.block = 20; w.block < 24; w.block++ { // far behind, and it grows: one of the two is on no chain
		if d := audits(t, auditor); (d != nil) != (w.block > 20) {
			t.Fatalf("at %d of 40: %+v", w.block, d)
		}
	}
	w.observe(t, 50)
	foreign := cursor.Verdict{Pair: cursor.LocalL1, Batch: 1, Finding: cursor.Foreign, Cause: cursor.CauseContradiction}
	for w.block = 50; w.block < 60; w.block++ { // at 53 another leader begins, who has not compared the contract yet
		if w.block == 53 {
			if _, err := w.cursor.NewEpoch(0, 50, digest("block", 50), cursor.Context{}); err != nil {
				t.Fatal(err)
			}
		}
		if d := audits(t, auditor, foreign); (d != nil) != (w.block >= 56) {
			t.Fatalf("at %d: %+v", w.block, d)
		}
	}
	w.l1Err = errors.New("no answer")
	if _, err := auditor.Audit(t.Context(), consistency.Report{}); err == nil {
		t.Error("an L1 that does not answer says something")
	}
}

// finalizeBlock has the leader record a block as finalized.
func (w *world) finalizeBlock(t *testing.T, n uint64) {
	t.Helper()
	at := cursor.BlockRef{Number: n, Hash: digest("block", n)}
	w.apply(t, cursor.L1Observed{Latest: w.cursor.Follow().Latest, Safe: at, Finalized: at})
}
