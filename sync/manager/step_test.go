package manager

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
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

// sealing takes a second to seal what was cut.
type sealing struct {
	*alone
	status fsm.Status
	due    time.Time
	cuts   []uint64
}

func (s *sealing) Status() fsm.Status {
	if s.status.Cut.Number != 0 && !time.Now().Before(s.due) {
		s.status.Heads.Sealed, s.status.Cut.Number = s.status.Cut.Number, 0
	}
	return s.status
}

func (s *sealing) Propose(_ context.Context, _ command.Type, body []byte) (*fsm.Result, error) {
	cut, err := command.DecodeCut(body)
	s.cuts = append(s.cuts, cut.Number)
	s.status.Cut.Number, s.status.Open.Transitions, s.due = cut.Number, 0, time.Now().Add(time.Second)
	return &fsm.Result{}, err
}

// Synchronize is about everything that was accepted before it, also what came in behind a batch that was being sealed.
func TestWhatIsOpenBehindACutIsSealedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, m := newAlone(t)
		s := &sealing{alone: a, due: time.Now().Add(time.Second)}
		s.status.Heads.Sealed, s.status.Cut.Number = 1, 2
		s.status.Open = fsm.OpenBatch{Number: 3, Transitions: 5}
		m.parts.Machine, m.parts.Cluster = s, s
		target, err := m.sealNow(t.Context())
		if err != nil || target != 3 || s.status.Heads.Sealed != 3 || !slices.Equal(s.cuts, []uint64{3}) {
			t.Errorf("batch %d of %+v, cut %v: %v", target, s.status, s.cuts, err)
		}
	})
}
