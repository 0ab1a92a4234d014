package layer1_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// README invariant 5, under random schedules of blocks, empty blocks, reorgs
// above finality, forgotten pools, crashes at every step, lost sends, outages,
// failovers, rollbacks, lies about nonces, foreign uses of the account, fee spikes
// and a signer that is down: each batch takes effect once with our content, every
// transaction of the accounts but the foreign ones had an intent, and all is
// proven in the end. The one other end is the halt that rolled-back content which
// has landed brings.
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
	honest(r.proxy)
	r.setFence(nil)
	r.failover(nil)
	for round := 0; r.rep.cursors().Heads().Proven < batches; round++ {
		if r.oldContentLanded(rt) {
			return
		}
		if round > 80 {
			rt.Fatalf("does not finish: contract %+v, heads %+v, %s, alarms %v", r.inspect(0).State, r.rep.cursors().Heads(), describe(r.rep.cursors()), r.alarms)
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
		"reorg", "drop", "failover", "crash", "crash", "lost send", "outage", "rollback", "lie", "truth", "foreign", "spike", "signer down",
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
		r.upkeep(rt)
	case "reorg":
		depth := rapid.Uint64Range(1, finalizedDepth-1).Draw(rt, "depth")
		if _, err := r.chain.Reorg(depth, rapid.IntRange(int(depth), int(depth)+2).Draw(rt, "length")); err != nil {
			rt.Fatal(err)
		}
	case "drop":
		r.chain.DropPending()
	case "failover":
		r.failover(nil)
	case "crash":
		step := rapid.SampledFrom(managerSteps).Draw(rt, "at")
		r.failover(with(once(step, func() error { return errCrash })))
		r.commitNext(rt)
		r.upkeep(rt)
		r.verifyNext(rt)
		r.failover(nil)
	case "rollback":
		h := r.rep.cursors().Heads()
		to := rapid.Uint64Range(h.Committed, h.Sealed).Draw(rt, "to")
		if to < h.Sealed {
			r.rollBack(to)
			r.rep.seal(r.t, int(h.Sealed-to))
		}
	case "lie":
		by := rapid.Uint64Range(0, 3).Draw(rt, "by")
		lie(r.proxy, func(at string, n uint64) uint64 {
			if by == 0 {
				return 0
			}
			return n + by
		})
	case "truth":
		honest(r.proxy)
	case "spike":
		spike(r.proxy, 100)
	case "foreign":
		r.foreignUses(rapid.SampledFrom([]int{submitterKey, proverKey}).Draw(rt, "account"))
	case "signer down":
		down := down{signer(r.t, submitterKey)}
		commits := r.commits
		r.commits = r.newManagerWith(down, cursor.Commit, nil)
		r.commitNext(rt)
		r.upkeep(rt)
		r.commits = commits
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

// down is a signer that does not answer.
type down struct{ *layer1.KeySigner }

func (down) Sign(context.Context, *types.Transaction, uint64) (*types.Transaction, error) {
	return nil, errCrash
}

// foreignUses spends from an account behind the manager's back, at the nonce that
// the chain waits for.
func (r *rig) foreignUses(key int) {
	next := r.used(key)
	if raw := r.signForeign(key, next, embedded.DevAddress(ownerKey), nil); r.truth.SendRaw(r.t.Context(), raw) == nil {
		r.foreigns++ // else the pool holds ours, and it pays more
	}
}

// oldContentLanded says whether rolled-back content reached L1 before the rollback
// or before its cancellation: then reconciliation decides, and if the follower saw
// it land, anchoring is halted.
func (r *rig) oldContentLanded(rt *rapid.T) bool {
	cur := r.rep.cursors()
	if cur.Halted(cursor.ScopeAnchoring) {
		if v, ok := cur.LastVerdict(cursor.LocalL1); !ok || v.Finding != cursor.Foreign {
			rt.Fatalf("halted for another reason: %+v", cur.Halts())
		}
	}
	old := map[cursor.Hash]bool{}
	for _, b := range cur.Rollbacks() {
		for _, h := range b.RemovedHashes {
			old[h] = true
		}
	}
	for n := uint64(1); n <= r.inspect(0).State.LastCommitted; n++ {
		switch seen := r.inspect(n); {
		case seen.HeaderHash == r.rep.headers[n-1].Hash():
		case old[seen.HeaderHash]:
			return true
		default:
			rt.Fatalf("L1 holds a batch %d that never was ours", n)
		}
	}
	if cur.Halted(cursor.ScopeAnchoring) { // a reorganization took it back: the halt's exit
		r.rep.mu.Lock()
		err := r.rep.cur.Resume(cursor.ScopeAnchoring, "L1 holds our batches alone", r.rep.context())
		r.rep.mu.Unlock()
		if err != nil {
			rt.Fatal(err)
		}
	}
	return false
}

func (r *rig) upkeep(rt *rapid.T) {
	for _, m := range []*layer1.TxManager{r.commits, r.verifies} {
		if err := m.Maintain(r.t.Context()); err != nil && !expected(err) {
			rt.Fatalf("maintain: %v", err)
		}
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
	var foreign *layer1.ForeignNonceError
	var signer *layer1.SignerError
	var illegal *cursor.IllegalError // the cursor refuses what a halt or an open nonce forbids
	return errors.As(err, &silent) || errors.As(err, &answer) || errors.As(err, &foreign) || errors.As(err, &signer) || errors.As(err, &illegal) ||
		errors.Is(err, layer1.ErrFenced) || errors.Is(err, layer1.ErrPipelineFull) || errors.Is(err, layer1.ErrFeeCap) || errors.Is(err, errCrash)
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
	if used, intents := r.used(submitterKey)+r.used(proverKey), uint64(r.rep.intents+r.foreigns); used > intents {
		rt.Fatalf("%d transactions on L1, %d intents and foreign ones", used, intents)
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
