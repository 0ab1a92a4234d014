package layer1_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/counterpart"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// onChain asserts that the cursor holds nothing that the chain does not have: the
// follow point, the ring, and the block of every anchor and inclusion.
func (r *rig) onChain() {
	r.t.Helper()
	cur := r.rep.cursors()
	if cur.Follow().Latest.Hash != r.chain.Head().Hash {
		r.t.Errorf("follow point at block %d, head %d", cur.Follow().Latest.Number, r.chain.Head().Number)
	}
	canonical := func(what string, b cursor.BlockRef) {
		if b == (cursor.BlockRef{}) {
			return
		}
		if want, err := r.chain.BlockAt(b.Number); err != nil || want.Hash != b.Hash {
			r.t.Errorf("%s names block %d as %x, the chain as %x (%v)", what, b.Number, b.Hash, want.Hash, err)
		}
	}
	for _, b := range cur.Ring() {
		canonical("ring", b)
	}
	for _, a := range cur.InFlight() {
		canonical("anchor", a.Block)
	}
	h := cur.Heads()
	for n := h.Finalized + 1; n <= h.Sealed; n++ {
		if b, ok := cur.Batch(n); ok {
			for _, in := range []*cursor.Inclusion{b.Commit, b.Verify} {
				if in != nil {
					canonical("batch", in.Block)
				}
			}
		}
	}
}

// layers.md: reorganizations of every depth up to finality, to longer and to
// shorter branches, with the transactions dropped or included again elsewhere: one
// poll takes the cursor back, and everything comes again.
func TestReorgOfEveryDepth(t *testing.T) {
	const final = 12
	r := newRigOn(t, embedded.Config{SafeDepth: final / 2, FinalizedDepth: final})
	r.mine(final)
	for depth := uint64(1); depth <= final; depth++ {
		r.rep.seal(t, 2)
		for range depth {
			r.advance()
		}
		r.poll()
		length, fill := int(depth)+1, depth%2 == 0
		if depth%3 == 0 && depth > 3 {
			length = int(depth) - 1
		}
		if err := r.switchBranch(depth, length, fill); err != nil {
			t.Fatal(err)
		}
		if !fill {
			r.chain.DropPending()
		}
		before := r.rep.reorgs
		r.poll()
		if r.rep.reorgs != before+1 {
			t.Fatalf("depth %d: %d reorganizations recorded in one poll", depth, r.rep.reorgs-before)
		}
		r.onChain()
		r.finish()
	}
	if alarm, ok := alarmed[*layer1.DisagreementError](r); ok {
		t.Error(alarm)
	}
}

// switchBranch replaces the newest depth blocks by a branch, which was built from
// the pool beside them if fill says so and the L1 has side branches at all.
func (r *rig) switchBranch(depth uint64, length int, fill bool) error {
	if r.chain.Kind() == counterpart.Anvil {
		_, err := r.chain.Reorg(depth, length)
		return err
	}
	tip, err := r.chain.Fork(r.chain.Head().Number-depth, length, fill)
	if err != nil {
		return err
	}
	return r.chain.Adopt(tip.Hash)
}

// Issue 4: a reorganization of depth 30 is rewound within one poll, resubmission
// begins within three blocks, and everything is consistent again at the chain's
// own rate. The test reports what it saw.
func TestReorgOfDepth30(t *testing.T) {
	const depth = 30
	r := newRigOn(t, embedded.Config{SafeDepth: 32, FinalizedDepth: 40})
	r.mine(40)
	r.poll()
	start := r.chain.Head().Number
	for range depth {
		r.rep.seal(t, 1)
		r.advance()
	}
	r.poll()
	if h := r.rep.cursors().Heads(); h.Committed < depth/2 {
		t.Fatalf("heads %+v before the reorganization", h)
	}
	polls := r.proxy.count("eth_getBlockByNumber")
	if _, err := r.chain.Reorg(r.chain.Head().Number-start, depth+1); err != nil {
		t.Fatal(err)
	}
	r.chain.DropPending()
	r.poll()
	polls = r.proxy.count("eth_getBlockByNumber") - polls
	r.onChain()
	for _, a := range r.rep.cursors().InFlight() {
		if a.Status != cursor.StatusPending {
			t.Errorf("nonce %d has status %s after the rewind", a.Nonce, a.Status)
		}
	}
	if h := r.rep.cursors().Heads(); h.Committed != 0 || h.Proven != 0 {
		t.Errorf("heads %+v after the rewind", h)
	}
	began, done := 0, 0
	for blocks := 1; done == 0; blocks++ {
		if blocks > 60 {
			t.Fatalf("not committed again: heads %+v, %s", r.rep.cursors().Heads(), describe(r.rep.cursors()))
		}
		r.advance()
		r.poll()
		if began == 0 && r.nonce(submitterKey) > 0 {
			began = blocks
		}
		if r.rep.cursors().Heads().Committed == depth {
			done = blocks
		}
	}
	t.Logf("rewound in one poll (%d block reads); resubmission in block %d, all %d batches committed again after %d", polls, began, depth, done)
	if began > 3 {
		t.Errorf("resubmission began after %d blocks", began)
	}
	r.finish()
}

// Between the ring's end and finality: a reorganization that the ring does not
// reach goes back to the finalized block.
func TestReorgBeyondTheRing(t *testing.T) {
	r := newRigOn(t, embedded.Config{SafeDepth: 80, FinalizedDepth: 90})
	r.mine(100)
	r.poll() // the ring holds 64 blocks, finality is below it
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	r.settle("committed", committed(1))
	if _, err := r.chain.Reorg(75, 76); err != nil {
		t.Fatal(err)
	}
	r.chain.DropPending()
	r.poll()
	r.onChain()
	if r.rep.reorgs != 1 || r.rep.cursors().Heads().Committed != 0 {
		t.Errorf("%d reorganizations, heads %+v", r.rep.reorgs, r.rep.cursors().Heads())
	}
	r.finish()
	if r.nonce(submitterKey) != 1 {
		t.Errorf("%d transactions for one batch", r.nonce(submitterKey))
	}
}

// A reorganization during an outage so long that the ring begins anew shows in no
// parent hash: an anchor's own block does.
func TestReorgDuringALongOutage(t *testing.T) {
	r := newRigOn(t, embedded.Config{SafeDepth: 150, FinalizedDepth: 150})
	r.mine(150)
	r.poll()
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	r.settle("committed", committed(1))
	if _, err := r.chain.Reorg(r.chain.Head().Number-r.anchorBlock(1)+1, 90); err != nil {
		t.Fatal(err)
	}
	r.chain.DropPending()
	head := r.chain.Head()
	var blind cursor.L1Observed // what a poll would record whose requests saw two branches in turn
	for n := head.Number - 63; n <= head.Number; n++ {
		b, err := r.chain.BlockAt(n)
		if err != nil {
			t.Fatal(err)
		}
		blind.Latest = cursor.BlockRef{Number: n, Hash: b.Hash, TimeMs: b.TimeMs}
		blind.Ring = append(blind.Ring, blind.Latest)
	}
	f := r.rep.cursors().Follow()
	blind.Safe, blind.Finalized = f.Safe, f.Finalized
	if err := r.rep.record(t.Context(), blind); err != nil {
		t.Fatal(err)
	}
	if r.rep.cursors().Heads().Committed != 1 {
		t.Fatal("the reorganization was not missed")
	}
	if err := r.follower.Poll(t.Context()); err == nil || r.rep.reorgs != 1 || r.rep.cursors().Heads().Committed != 0 {
		t.Fatalf("poll: %v, %d reorganizations, heads %+v", err, r.rep.reorgs, r.rep.cursors().Heads())
	}
	r.finish()
	r.onChain()
	if r.nonce(submitterKey) != 1 {
		t.Errorf("%d transactions for one batch", r.nonce(submitterKey))
	}
}

// layers.md: deeper than finality: a halt with a named exit; and an endpoint that
// merely lied is left by it.
func TestFinalityReorgNamesItsExit(t *testing.T) {
	r := newRig(t)
	r.mine(10)
	r.poll()
	liar := newRPCProxy(t, r.chain.URL())
	otherHashes(liar, 7)
	r.through(0, liar.url)
	if err := r.follower.Poll(t.Context()); !errors.Is(err, layer1.ErrFinalityReorg) {
		t.Fatalf("poll: %v", err)
	}
	if layer1.ReorgExit == "" {
		t.Error("no exit")
	}
	r.through(0, r.proxy.url) // the exit: the endpoint is taken out
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	r.finish()
}

// Issue 4: after an L1 outage of any length anchoring resumes within two poll
// intervals.
func TestResumeAfterOutage(t *testing.T) {
	for _, blocks := range []int{0, 1, 63, 64, 65, 300} {
		r := newRigOn(t, embedded.Config{SafeDepth: 3, FinalizedDepth: 6})
		r.rep.seal(t, 4)
		r.mustCommit(1, 1)
		r.mine(1)
		r.poll()
		r.mustCommit(2, 2) // in flight when L1 goes away
		r.chain.SetFault(embedded.FaultUnavailable)
		for range 5 {
			var silent *layer1.TransportError
			if err := r.follower.Poll(t.Context()); !errors.As(err, &silent) {
				t.Fatalf("poll in an outage: %v", err)
			}
			if err := r.commits.Maintain(t.Context()); err == nil {
				t.Fatal("maintained in an outage")
			}
			if err := r.commit(3, 3); err == nil {
				t.Fatal("committed in an outage")
			}
		}
		r.chain.DropPending()
		if blocks > 0 {
			r.mine(blocks)
		}
		r.chain.SetFault(embedded.FaultNone)
		resumed := 0
		for intervals := 1; resumed == 0; intervals++ {
			if intervals > 2 {
				t.Fatalf("outage of %d blocks: nothing goes out after two intervals", blocks)
			}
			sent := r.counters.Sent.Load()
			r.poll()
			r.maintain()
			if r.commit(3, 3) == nil && r.counters.Sent.Load() > sent {
				resumed = intervals
			}
		}
		t.Logf("outage of %3d blocks: anchoring resumed after %d poll interval(s)", blocks, resumed)
		r.finish()
	}
}

// layers.md: a blob is fetched and decoded after inclusion before its batch counts
// as committed.
func TestUnreadableCommitDoesNotCount(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	unreadable, asked := errors.New("the blob is not there"), 0
	r.follower = r.newFollowerWith(func(c *layer1.FollowerConfig) {
		c.Readable = func(_ context.Context, a cursor.Anchor) error {
			asked++
			if a.First != 1 || a.Status != cursor.StatusIncluded {
				t.Errorf("asked about %+v", a)
			}
			return unreadable
		}
	})
	r.mustCommit(1, 1)
	for range depth + 3 {
		r.mine(1)
		r.poll()
	}
	if a := r.anchorAt(0); a.Status != cursor.StatusIncluded || r.rep.cursors().Heads().Committed != 0 {
		t.Fatalf("status %s, heads %+v", a.Status, r.rep.cursors().Heads())
	}
	if asked == 0 || len(r.alarms) != asked || !errors.Is(r.alarms[0], unreadable) {
		t.Errorf("asked %d times, alarms %v", asked, r.alarms)
	}
	unreadable = nil
	r.poll()
	if r.rep.cursors().Heads().Committed != 1 {
		t.Error("does not count although it can be read")
	}
}

// drain commits n batches one by one with so many waiting for a block at a time
// (one is stop-and-wait) and returns how many blocks that took. wait is called for each block.
func (r *rig) drain(n int, inFlight int, wait func()) (blocks int) {
	r.t.Helper()
	r.failover(func(c *layer1.TxConfig) { c.MaxInFlight = inFlight })
	r.rep.seal(r.t, n)
	last := uint64(len(r.rep.headers))
	start := r.chain.Head().Number
	for r.rep.cursors().Heads().Committed < last {
		r.poll()
		r.maintain()
		for r.commits.Free() > 0 {
			next, _ := r.rep.cursors().NextAnchor(cursor.Commit)
			if next > last {
				break
			}
			r.mustCommit(next, next)
		}
		wait()
	}
	return int(r.chain.Head().Number - start)
}

// Issue 4: with archive DA, 16 commits in flight give at least 4 times
// stop-and-wait. Blocks are the clock; with HOLDFAST_PIPELINE=1 they come by
// themselves each second.
func TestPipelineAgainstStopAndWait(t *testing.T) {
	cfg := embedded.Config{SafeDepth: safeDepth, FinalizedDepth: finalizedDepth}
	r := newRigOn(t, cfg)
	wait, batches := func() { r.mine(1) }, 16
	if os.Getenv("HOLDFAST_PIPELINE") != "" {
		cfg.Interval = time.Second
		r, batches = newRigOn(t, cfg), 8
		wait = func() {
			select {
			case <-time.After(250 * time.Millisecond):
			case <-t.Context().Done():
			}
		}
	}
	began := time.Now()
	single := r.drain(batches, 1, wait)
	singleTook := time.Since(began)
	began = time.Now()
	piped := r.drain(4*batches, 16, wait)
	took := time.Since(began)
	ratio := float64(4*single) / float64(piped)
	t.Logf("stop-and-wait: %d batches in %d blocks (%s); 16 in flight: %d batches in %d blocks (%s): %.1f times the rate in blocks, %.1f in time",
		batches, single, singleTook.Round(time.Millisecond), 4*batches, piped, took.Round(time.Millisecond),
		ratio, 4*singleTook.Seconds()/took.Seconds())
	if ratio < 4 {
		t.Errorf("16 in flight give %.1f times stop-and-wait, want 4", ratio)
	}
	r.checkContract(uint64(len(r.rep.headers)))
}
