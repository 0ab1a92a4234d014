package manager

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// layers.md: every halt has an exit. A plan whose last common batch is gone, because a reorganization took back what that
// had consumed, stops: until it ends no other one can be made.
func TestAPlanWhoseCommonBatchIsGoneStops(t *testing.T) {
	a, m := newAlone(t)
	a.sealedTo(3)
	plan := cursor.Plan{Action: cursor.ActionAdopt, To: 3, Adopts: []cursor.Hash{{9}}, Who: "test", Reason: "L1 holds another batch"}
	for _, ev := range []cursor.Event{cursor.Planned{Plan: plan}, cursor.Stepped{Digest: plan.Digest(), Step: stepHalted, Outcome: cursor.UnderWay}} {
		if err := a.cursor.Apply(ev, cursor.Context{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.cursor.RollbackTo(2, 2, "an L1 reorganization", nil, cursor.Context{}); err != nil {
		t.Fatal(err)
	}
	if progress, err := m.reconcileStep(t.Context()); err != nil || !progress {
		t.Fatalf("%v, %v", progress, err)
	}
	if r, _ := a.cursor.Reconciliation(); r.Outcome != cursor.Stopped || r.Detail != errWentBack.Error() {
		t.Errorf("%+v", r)
	}
}

// A batch that L1 does not hold yet is in no census: there is nothing that L1 names as its payload.
func TestWhatIsNotCommittedIsInNoCensus(t *testing.T) {
	a, m := newAlone(t)
	a.sealedTo(3)
	if progress, err := m.censusStep(t.Context()); err != nil || progress || m.sampled != 0 {
		t.Errorf("%v, %v, batch %d sampled", progress, err, m.sampled)
	}
}
