package layer1_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// README invariant 5, under random schedules of blocks, empty blocks, reorgs
// above finality, forgotten pools, crashes before sends, lost sends, outages and
// failovers: each batch takes effect once with our content, every transaction of
// the accounts had an intent, and all is proven in the end.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many chains")
	}
	rapid.Check(t, func(rt *rapid.T) { newRig(t).chaos(rt) })
}

func (r *rig) chaos(rt *rapid.T) {
	defer r.close()
	const batches = 8
	r.rep.seal(r.t, batches)
	r.mine(int(finalizedDepth))
	r.poll()
	for range rapid.IntRange(5, 30).Draw(rt, "steps") {
		r.chaosStep(rt)
		r.invariants(rt)
	}
	r.chain.SetFault(embedded.FaultNone)
	r.setFence(nil)
	for round := 0; r.rep.cursors().Heads().Proven < batches; round++ {
		if round > 80 {
			rt.Fatalf("does not finish: heads %+v, %s, alarms %v", r.rep.cursors().Heads(), describe(r.rep.cursors()), r.alarms)
		}
		r.poll()
		r.maintain()
		r.commitNext(rt)
		r.verifyNext(rt)
		r.mine(1)
		r.invariants(rt)
	}
	for n := uint64(1); n <= batches; n++ {
		seen := r.inspect(n)
		if h := r.rep.headers[n-1]; seen.HeaderHash != h.Hash() || !seen.Verified() {
			rt.Fatalf("L1 holds another batch %d, or did not verify it", n)
		}
	}
}

func (r *rig) close() {
	r.client.Close()
	if err := r.chain.Close(); err != nil {
		r.t.Error(err)
	}
}

// chaosStep does one thing that can happen. Errors of the managers and the
// follower are part of it; only panics and broken invariants are not.
func (r *rig) chaosStep(rt *rapid.T) {
	step := rapid.SampledFrom([]string{
		"commit", "commit", "commit", "verify", "verify", "mine", "mine", "poll", "poll", "maintain", "maintain", "empty",
		"reorg", "drop", "failover", "crash before send", "lost send", "outage",
	}).Draw(rt, "step")
	switch step {
	case "commit":
		r.commitNext(rt)
	case "verify":
		r.verifyNext(rt)
	case "mine":
		r.mine(1)
	case "empty":
		r.mineEmpty(rapid.IntRange(1, 3).Draw(rt, "blocks"))
	case "poll":
		r.follow(rt)
	case "maintain":
		for _, m := range []*layer1.TxManager{r.commits, r.verifies} {
			if err := m.Maintain(r.t.Context()); err != nil && !expected(err) {
				rt.Fatalf("maintain: %v", err)
			}
		}
	case "reorg":
		depth := rapid.Uint64Range(1, finalizedDepth-1).Draw(rt, "depth")
		if _, err := r.chain.Reorg(depth, rapid.IntRange(int(depth), int(depth)+2).Draw(rt, "length")); err != nil {
			rt.Fatal(err)
		}
	case "drop":
		r.chain.DropPending()
	case "failover":
		r.failover(nil)
	case "crash before send":
		r.setFence(func() error { return errCrash })
		r.commitNext(rt)
		r.setFence(nil)
	case "lost send":
		r.setFence(func() error { r.chain.SetFault(embedded.FaultUnavailable); return nil })
		r.commitNext(rt)
		r.setFence(nil)
		r.chain.SetFault(embedded.FaultNone)
	case "outage":
		r.chain.SetFault(embedded.FaultRefuse)
		r.follow(rt)
		r.commitNext(rt)
		r.chain.SetFault(embedded.FaultNone)
	}
}

func (r *rig) follow(rt *rapid.T) {
	if err := r.follower.Poll(r.t.Context()); err != nil && !expected(err) {
		rt.Fatalf("poll: %v", err)
	}
}

func (r *rig) commitNext(rt *rapid.T) {
	cur := r.rep.cursors()
	first, limit := cur.NextAnchor(cursor.Commit)
	if first > cur.Heads().Published {
		return
	}
	last := min(cur.Heads().Published, limit, first+rapid.Uint64Range(0, 2).Draw(rt, "more"))
	if err := r.commit(first, last); err != nil && !expected(err) {
		rt.Fatalf("commit %d to %d: %v", first, last, err)
	}
}

func (r *rig) verifyNext(rt *rapid.T) {
	cur := r.rep.cursors()
	first, limit := cur.NextAnchor(cursor.Verify)
	if first > cur.Heads().Committed {
		return
	}
	last := min(cur.Heads().Committed, limit, first+rapid.Uint64Range(0, 2).Draw(rt, "more"))
	if err := r.verify(first, last); err != nil && !expected(err) {
		rt.Fatalf("verify %d to %d: %v", first, last, err)
	}
}

// expected are the errors that faults bring; the next round goes on.
func expected(err error) bool {
	var silent *layer1.TransportError
	var answer *layer1.AnswerError // a rehearsal on a chain that was reorganized meanwhile, or a node that is indexing
	return errors.As(err, &silent) || errors.As(err, &answer) || errors.Is(err, layer1.ErrFenced) || errors.Is(err, layer1.ErrPipelineFull)
}

// invariants that hold at each step.
func (r *rig) invariants(rt *rapid.T) {
	seen := map[string]bool{}
	for _, a := range r.rep.cursors().InFlight() {
		key := fmt.Sprintf("%d/%x/%d", a.Kind, a.Account, a.Nonce)
		if seen[key] {
			rt.Fatalf("two anchors at %s", key)
		}
		seen[key] = true
	}
	if used, intents := r.nonce(submitterKey)+r.nonce(proverKey), uint64(r.rep.intents); used > intents {
		rt.Fatalf("%d transactions on L1, %d intents", used, intents)
	}
}

// Two leaders that both believe they lead share the account: only what is in the
// cursor can land, and nothing lands twice.
func TestTwoSelfBelievedLeaders(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 4)
	other := r.newManager(cursor.Commit, submitterKey, nil)
	for range 3 {
		for _, m := range []*layer1.TxManager{r.commits, other} {
			r.commits, other = m, r.commits
			next, _ := r.rep.cursors().NextAnchor(cursor.Commit)
			if next <= 4 {
				r.mustCommit(next, next)
			}
			for _, x := range []*layer1.TxManager{r.commits, other} {
				if err := x.Maintain(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	r.settle("committed", committed(4))
	r.checkContract(4)
	if r.nonce(submitterKey) != 4 || r.rep.intents != 4 {
		t.Errorf("%d transactions of %d intents for 4 batches", r.nonce(submitterKey), r.rep.intents)
	}
}
