package cursor_test

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

func adoption(to uint64) cursor.Plan {
	return cursor.Plan{
		Action: cursor.ActionAdopt, To: to, Adopts: []cursor.Hash{hash(1), hash(2)}, Ends: cursor.ScopeIntake,
		Who: "strategy l1_wins", Reason: "foreign",
	}
}

func held(kind cursor.Kind, n, at uint64) cursor.Held {
	return cursor.Held{Kind: kind, Batch: n, HeaderHash: hash(1000 + n), TxHash: tx(kind, n, 9), Block: block(at, 0)}
}

// layers.md: an adopted batch passes the layers like any other, each by one event; that L1 holds it is one of them.
func TestHeldBatchesAdvanceInOrder(t *testing.T) {
	w := newWorld(t, 3)
	w.refused(held(cursor.Commit, 1, 100), cursor.ErrNotExecuted)
	w.must(executed(1))
	w.refused(held(cursor.Commit, 1, 100), cursor.ErrNotPublished)
	w.must(published(1))
	w.ready(3)
	w.refused(held(cursor.Commit, 2, 100), cursor.ErrOutOfOrder)
	w.refused(held(cursor.Verify, 1, 100), cursor.ErrNotCommitted)
	w.refused(held(cursor.Commit, 1, 200), cursor.ErrUnobserved)
	wrong := held(cursor.Commit, 1, 100)
	wrong.HeaderHash = hash(7)
	w.refused(wrong, cursor.ErrHeaderMismatch)
	w.must(held(cursor.Commit, 1, 100), held(cursor.Commit, 1, 100), held(cursor.Commit, 2, 100), held(cursor.Verify, 1, 100))
	w.heads(cursor.Heads{Sealed: 3, Executed: 3, Published: 3, Committed: 2, Proven: 1})
	other := held(cursor.Commit, 1, 100)
	other.TxHash = hash(8)
	w.refused(other, cursor.ErrContradiction)
	if first, _ := w.c.NextAnchor(cursor.Commit); first != 3 {
		t.Errorf("the next commit begins at %d: what L1 holds goes out again", first)
	}
	w.observe(110, 105, 100)
	w.heads(cursor.Heads{Sealed: 3, Executed: 3, Published: 3, Committed: 2, Proven: 1, Finalized: 1})
}

// layers.md: a guardian's revert is a fact with evidence; what it took back may go out again at new nonces, what it left
// stays, and a reorganization that removes the revert brings the anchors back.
func TestTakenBackFreesBatches(t *testing.T) {
	w := newWorld(t, 4)
	w.ready(4)
	w.anchor(cursor.Commit, 1, 1, 1, 100)
	w.anchor(cursor.Commit, 2, 3, 2, 100)
	w.observe(103, 0, 0)
	w.refused(cursor.TakenBack{To: 3, Block: block(102, 0)}, cursor.ErrStillHeld)
	w.refused(cursor.TakenBack{To: 2, Block: block(104, 0)}, cursor.ErrUnobserved)
	w.must(cursor.TakenBack{To: 2, Block: block(102, 0)})
	w.heads(cursor.Heads{Sealed: 4, Executed: 4, Published: 4, Committed: 2})
	w.refused(cursor.TakenBack{To: 2, Block: block(102, 0)}, cursor.ErrStillHeld)
	if first, _ := w.c.NextAnchor(cursor.Commit); first != 3 {
		t.Fatalf("the next commit begins at %d", first)
	}
	w.must(intent(cursor.Commit, 3, 4, 3))
	w.must(cursor.L1Reorg{Ancestor: block(101, 0), Head: block(102, 1)})
	for _, a := range w.c.InFlight() {
		if a.Nonce == 2 && a.Status != cursor.StatusPending {
			t.Errorf("the revert is gone, the anchor at nonce 2 is %s", a.Status)
		}
	}
	w = newWorld(t, 1)
	w.ready(1)
	w.anchor(cursor.Commit, 1, 1, 1, 100)
	w.anchor(cursor.Verify, 1, 1, 1, 100)
	w.observe(110, 110, 110)
	w.refused(cursor.TakenBack{To: 0, Block: block(110, 0)}, cursor.ErrFinalized)
}

// What was gathered about a batch is never taken for the one that has its number after a rollback.
func TestEvidenceIsOfTheBatchThatIsSealed(t *testing.T) {
	w := newWorld(t, 1)
	old := published(1)
	root := cursor.ReplicaRoot{Node: "a", Batch: 1, Sealed: old.Sealed, Root: hash(2001)}
	if _, err := w.c.RollbackTo(0, 0, "why", nil, w.at); err != nil {
		t.Fatal(err)
	}
	w.refused(old, cursor.ErrUnknownBatch)
	w.c.Seal(cursor.Batch{Number: 1, HeaderHash: hash(5), Root: hash(6), FirstSequence: 1, LastSequence: 1})
	w.refused(old, cursor.ErrHeaderMismatch)
	w.refused(root, cursor.ErrHeaderMismatch)
	w.refused(executed(1), cursor.ErrHeaderMismatch)
	if b, _ := w.c.Batch(1); len(b.Refs) != 0 || len(b.Reports) != 0 {
		t.Errorf("%+v", b)
	}
}

// Rolled-back content that landed is foreign, unless it was adopted before its anchor was settled.
func TestAdoptedContentOfAStaleAnchorIsNotForeign(t *testing.T) {
	for _, adopted := range []bool{true, false} {
		w := newWorld(t, 1)
		w.ready(1)
		w.must(intent(cursor.Commit, 1, 1, 1))
		if _, err := w.c.RollbackTo(0, 0, "why", nil, w.at); err != nil {
			t.Fatal(err)
		}
		w.seal(1) // under the same header
		w.ready(1)
		landed := held(cursor.Commit, 1, 100)
		landed.TxHash = tx(cursor.Commit, 1, 0)
		if adopted {
			w.must(landed)
		}
		w.must(cursor.Included{Kind: cursor.Commit, Nonce: 1, TxHash: landed.TxHash, Block: landed.Block})
		if w.c.Halted(cursor.ScopeAnchoring) == adopted {
			t.Errorf("adopted %t: halts %+v", adopted, w.c.Halts())
		}
	}
}

// One reconciliation at a time, its plan and its last step where the next leader finds them.
func TestReconciliationsAreRecorded(t *testing.T) {
	w := newWorld(t, 3)
	plan := adoption(2)
	w.refused(cursor.Stepped{Digest: plan.Digest(), Step: "x", Outcome: cursor.UnderWay}, cursor.ErrNoPlan)
	w.refused(cursor.Planned{Plan: cursor.Plan{Action: cursor.ActionAdopt, To: 2, Who: "w"}}, cursor.ErrMalformed)
	w.refused(cursor.Planned{Plan: adoption(4)}, cursor.ErrUnknownBatch)
	w.must(cursor.Planned{Plan: plan}, cursor.Planned{Plan: plan})
	w.refused(cursor.Planned{Plan: adoption(1)}, cursor.ErrReconciling)
	w.must(cursor.Stepped{Digest: plan.Digest(), Step: "rolled_back", Outcome: cursor.UnderWay})
	decoded, err := cursor.Decode(w.c.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := decoded.Reconciling(); !ok || got.Digest() != plan.Digest() {
		t.Errorf("the next leader finds %+v", got)
	}
	w.must(cursor.Stepped{Digest: plan.Digest(), Step: "adopted", Outcome: cursor.Done})
	w.refused(cursor.Stepped{Digest: plan.Digest(), Step: "more", Outcome: cursor.UnderWay}, cursor.ErrNoPlan)
	w.must(cursor.Planned{Plan: adoption(1)})
	if r, ok := w.c.Reconciliation(); !ok || r.Number != 2 || r.Outcome != cursor.UnderWay {
		t.Errorf("the second is %+v", r)
	}
}
