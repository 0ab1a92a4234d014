package manager_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/manager"
)

// layers.md, DA: archived before the commit, and fetched and decoded from the primary after inclusion, in every mode.
func TestEveryPrimaryCarriesBatchesToFinality(t *testing.T) {
	for _, primary := range []da.ProviderID{da.ProviderBlob, da.ProviderCalldata, da.ProviderAltDA} {
		t.Run(primary.String(), func(t *testing.T) {
			t.Parallel()
			r := newRigOn(t, primary)
			r.submit(1200)
			r.drain()
			r.consistent()
			leader := r.leader()
			head, err := r.client.Block(t.Context(), layer1.Latest)
			r.check(err)
			events, err := layer1.NewContract(r.client, r.contract).Commits(t.Context(), 0, head.Number)
			r.check(err)
			for _, e := range events {
				if da.ProviderID(e.Ref.Provider) != primary {
					t.Errorf("batch %d is committed by a reference of provider %d", e.Number, e.Ref.Provider)
				}
				sealed, err := leader.machine.SealedHeader(e.Number)
				r.check(err)
				if _, err = r.da.Primary.Fetch(t.Context(), sealed.Header, []cursor.Ref{e.Ref}); err != nil {
					t.Errorf("batch %d: %v", e.Number, err)
				}
				if _, err = r.da.Archive().Load(t.Context(), e.HeaderHash); err != nil {
					t.Errorf("batch %d: %v", e.Number, err)
				}
			}
			if leader.machine.Cursor().Illegal() != 0 {
				t.Errorf("%d events were refused", leader.machine.Cursor().Illegal())
			}
			r.estimatedWell()
		})
	}
}

// layers.md, DA: a blob is fetched and decoded after inclusion before its batch counts as committed.
func TestUnreadableBlobsDoNotCountAsCommitted(t *testing.T) {
	t.Parallel()
	r := newRigOn(t, da.ProviderBlob)
	r.chain.SetBeaconFault(embedded.FaultRefuse)
	r.submit(300)
	r.eventually("a commit in a block", func() bool {
		for _, a := range r.leader().machine.Cursor().InFlight() {
			if a.Kind == cursor.Commit && a.Status == cursor.StatusIncluded {
				return r.leader().manager.Alarms() > 0
			}
		}
		return false
	})
	if h := r.leader().machine.Cursor().Heads(); h.Committed != 0 {
		t.Fatalf("committed %d batches whose blobs nobody can read", h.Committed)
	}
	r.failover()
	r.submit(50)
	r.chain.SetBeaconFault(embedded.FaultNone)
	r.drain()
	r.consistent()
}

// sync/da README: an alt-DA server that is down keeps nothing from being archived, and nothing is committed before it
// holds the batch.
func TestNothingIsCommittedWhileTheAltDAServerIsDown(t *testing.T) {
	t.Parallel()
	r := newRigOn(t, da.ProviderAltDA)
	r.alt.down.Store(true)
	r.submit(300)
	r.eventually("archived and executed", func() bool {
		h := r.leader().machine.Cursor().Heads()
		return h.Sealed > 0 && h.Published > 0 && h.Executed == h.Sealed
	})
	if a := r.leader().machine.Cursor().InFlight(); len(a) != 0 {
		t.Fatalf("%d anchors in flight", len(a))
	}
	r.failover()
	r.submit(50)
	r.alt.down.Store(false)
	r.drain()
	r.consistent()
}

// layers.md, DA: what one provider alone still has is counted, and what the archive lost is archived again.
func TestCensusArchivesAgain(t *testing.T) {
	t.Parallel()
	r := newRigOn(t, da.ProviderCalldata)
	r.submit(300)
	r.drain()
	objects, err := filepath.Glob(filepath.Join(r.archiveDir, "*.batch"))
	r.check(err)
	if len(objects) == 0 {
		t.Fatal("nothing is archived")
	}
	r.check(os.Remove(objects[0]))
	r.eventually("archived again", func() bool {
		_, err := os.Stat(objects[0])
		return err == nil
	})
	r.eventually("nothing stands alone", func() bool { return r.leader().manager.Alone() == 0 })
}

// A store that cannot be written to leaves what it lost in one place, and that is counted.
func TestCensusCountsWhatStandsAlone(t *testing.T) {
	t.Parallel()
	r := newRigOn(t, da.ProviderAltDA)
	r.submit(300)
	r.drain()
	r.alt.forget()
	committed := int(r.leader().machine.Cursor().Heads().Committed)
	r.eventually("found in one place", func() bool { return r.leader().manager.Alone() >= committed })
}

// interfaces.md, Admin: an operator's orders about anchors are audited, and what is refused says why and what to do.
func TestOrdersAboutAnchors(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(300)
	r.drain()
	r.chain.Stall(true) // no blocks: what is sent stays pending
	r.submit(300)
	var pending cursor.Anchor
	r.eventually("a pending commit", func() bool {
		for _, a := range r.leader().machine.Cursor().InFlight() {
			if a.Kind == cursor.Commit && a.Status == cursor.StatusPending {
				pending = a
				return true
			}
		}
		return false
	})
	leader := r.leader()
	r.check(leader.manager.RetryAnchor(t.Context(), cursor.Commit, pending.Nonce, "stuck"))
	r.check(leader.manager.CancelAnchor(t.Context(), cursor.Commit, pending.Nonce, "wrong"))
	for what, err := range map[string]error{
		"cancelled": leader.manager.CancelAnchor(t.Context(), cursor.Commit, pending.Nonce, "again"),
		"never":     leader.manager.RetryAnchor(t.Context(), cursor.Commit, pending.Nonce, "after the cancellation"),
		"in flight": leader.manager.RetryAnchor(t.Context(), cursor.Commit, 1<<20, "unknown"),
	} {
		var refused *manager.OrderRefusedError
		if !errors.As(err, &refused) || refused.Exit == "" || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, x := range r.replicas {
		if x == leader {
			continue
		}
		if err := x.manager.CancelAnchor(t.Context(), cursor.Commit, pending.Nonce, "follower"); !errors.Is(err, manager.ErrNotAnchoring) {
			t.Errorf("%s does not lead: %v", x.id, err)
		}
	}
	entries, _, _ := leader.machine.Cursor().Audit()
	var details []string
	for _, e := range entries {
		if e.Kind == cursor.AuditOrder {
			details = append(details, e.Detail)
		}
	}
	if len(details) != 2 || !strings.Contains(details[0], "retry") || !strings.Contains(details[1], "cancel") || !strings.Contains(details[1], "wrong") {
		t.Errorf("audit trail %q", details)
	}
	r.chain.Stall(false)
	r.drain()
	r.consistent()
}
