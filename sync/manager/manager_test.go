package manager_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/manager"
)

// design README, "a batch": sealed, published, executed, committed, verified and finalized, each with its evidence, and
// all layers state the same root.
func TestBatchesReachFinality(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(2000)
	r.drain()
	r.consistent()
	cur := r.leader().machine.Cursor()
	if got := len(cur.InFlight()); got != 0 {
		t.Errorf("%d anchors in flight after everything is final", got)
	}
	if cur.Illegal() != 0 {
		t.Errorf("%d events were refused on a quiet run", cur.Illegal())
	}
}

// design README, "a failover": the next leader goes on from the cursor with a higher epoch, and nothing is anchored
// twice.
func TestAnchoringGoesOnUnderTheNextLeader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(600)
	r.eventually("a commit on L1", func() bool { return len(r.leader().machine.Cursor().InFlight()) > 0 })
	epoch := r.leader().machine.Cursor().Epoch().Counter
	old := r.leader()
	r.close(old)
	r.submit(600)
	r.open(old, nil)
	r.drain()
	r.consistent()
	if now := r.leader().machine.Cursor().Epoch().Counter; now <= epoch {
		t.Errorf("epoch %d after the failover, %d before", now, epoch)
	}
}

// layers.md: a voter that cannot sign does not lead duties: it promises nothing, batches wait executed, and
// anchoring begins once it can.
func TestVoterThatCannotSignDoesNotAnchor(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submitter.down.Store(true)
	r.submit(600)
	r.eventually("executed, and the anchor duty names the signer", func() bool {
		h := r.leader().machine.Cursor().Heads()
		var down *layer1.SignerError
		refused := slices.ContainsFunc(r.leader().manager.Status(), func(d manager.DutyStatus) bool {
			return d.Name == "anchor" && errors.As(d.Err, &down)
		})
		return refused && h.Sealed > 0 && h.Executed == h.Sealed && h.Published == h.Sealed
	})
	if got := len(r.leader().machine.Cursor().InFlight()); got != 0 {
		t.Fatalf("%d intents without a signature", got)
	}
	r.submitter.down.Store(false)
	r.drain()
	r.consistent()
}

// recovery.md, "L1 unreachable": writes run, batches are sealed, published and executed, and anchoring resumes by
// itself.
func TestL1DownAtStartAndInBetween(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.chain.SetFault(embedded.FaultRefuse)
	r.submit(600)
	r.eventually("executed without L1", func() bool {
		h := r.leader().machine.Cursor().Heads()
		return h.Sealed > 0 && h.Executed == h.Sealed && h.Published == h.Sealed
	})
	if h := r.leader().machine.Cursor().Heads(); h.Committed != 0 {
		t.Fatalf("committed %d batches without L1", h.Committed)
	}
	r.chain.SetFault(embedded.FaultNone)
	r.drain()
	r.chain.SetFault(embedded.FaultHang)
	r.submit(600)
	r.eventually("sealed without L1", func() bool { return r.leader().machine.Status().AllSealed() })
	r.chain.SetFault(embedded.FaultNone)
	r.drain()
	r.consistent()
}

// layers.md, follower: after a reorganization anchors are resent and everything is finalized on the new branch.
func TestReorgOfUnfinalizedAnchors(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		r.submit(300)
		r.eventually("an anchor in a block", func() bool {
			for _, a := range r.leader().machine.Cursor().InFlight() {
				if a.Status == cursor.StatusIncluded || a.Status == cursor.StatusAtDepth {
					return true
				}
			}
			return false
		})
		if _, err := r.chain.Reorg(2, 3); err != nil {
			t.Fatal(err)
		}
	}
	r.drain()
	r.consistent()
}

// layers.md: an L1 batch without our intent is foreign; it stops anchoring, and the halt names its exit.
func TestForeignBatchHaltsAnchoring(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(300)
	r.drain()
	r.foreignCommit()
	r.eventually("anchoring halted", func() bool { return r.leader().machine.Cursor().Halted(command.ScopeAnchoring) })
	halts := r.leader().machine.Cursor().Halts()
	if len(halts) != 1 || halts[0].Exit == "" || halts[0].Reason == "" {
		t.Errorf("halts %+v", halts)
	}
	r.submit(300)
	r.eventually("intake goes on", func() bool { return r.leader().machine.Status().AllSealed() })
}
