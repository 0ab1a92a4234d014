package layer1_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/counterpart"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// Observations carry latest, safe and finalized, and the ring continues without
// gaps.
func TestFollow(t *testing.T) {
	r := newRig(t)
	for range 4 {
		r.mine(3)
		r.poll()
	}
	head := r.chain.Head()
	f := r.rep.cursors().Follow()
	if f.Latest.Hash != head.Hash || f.Safe.Number != head.Number-safeDepth || f.Finalized.Number != head.Number-finalizedDepth {
		t.Errorf("follow point %+v at head %d", f, head.Number)
	}
	ring := r.rep.cursors().Ring()
	for i, b := range ring {
		want, err := r.chain.BlockAt(b.Number)
		if err != nil || want.Hash != b.Hash || want.TimeMs != b.TimeMs {
			t.Errorf("ring holds %+v, the chain %+v (%v)", b, want, err)
		}
		if i > 0 && b.Number != ring[i-1].Number+1 {
			t.Errorf("ring has a gap before %d", b.Number)
		}
	}
	if len(ring) < 12 {
		t.Errorf("ring of %d blocks after 12", len(ring))
	}
	before := r.rep.index
	r.poll()
	if r.rep.index != before {
		t.Error("a poll without news recorded something")
	}
}

// "finalized" answered by an error before first finality is no failure.
func TestFollowBeforeFinality(t *testing.T) {
	chain := startChain(t, embedded.Config{SafeDepth: 50, FinalizedDepth: 100})
	unlike(t, chain, counterpart.Anvil, "anvil's genesis is final from the start")
	r := &rig{t: t, chain: chain, client: newClient(t, chain.ChainID(), chain.URL()), contract: [20]byte{1}}
	r.reset()
	r.mine(3)
	r.poll()
	f := r.rep.cursors().Follow()
	if f.Latest.Number != 3 || f.Finalized != (cursor.BlockRef{}) {
		t.Errorf("follow point %+v", f)
	}
	r.mine(2)
	r.poll()
	if f := r.rep.cursors().Follow(); f.Latest.Number != 5 {
		t.Errorf("follow point %+v", f)
	}
}

// A gap beyond one poll's blocks restarts the ring at the head.
func TestFollowAfterLongGap(t *testing.T) {
	r := newRig(t)
	r.poll()
	r.mine(100)
	r.poll()
	ring := r.rep.cursors().Ring()
	if len(ring) != 64 || ring[63].Hash != r.chain.Head().Hash {
		t.Errorf("ring of %d blocks", len(ring))
	}
}

// layers.md: a reorg drops the transaction; the anchor returns to pending, is
// sent again at the same nonce and is included again.
func TestReorgDropsTheTransaction(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 2)
	r.mustCommit(1, 1)
	r.mustCommit(2, 2)
	r.mine(1)
	r.poll()
	if a := r.anchorAt(0); a.Status != cursor.StatusIncluded {
		t.Fatalf("status %d", a.Status)
	}
	was := r.anchorAt(0).Block
	if _, err := r.chain.Reorg(1, 2); err != nil {
		t.Fatal(err)
	}
	r.chain.DropPending()
	r.poll()
	if r.rep.reorgs != 1 || r.anchorAt(0).Status != cursor.StatusPending || r.anchorAt(1).Status != cursor.StatusPending {
		t.Fatalf("%d reorgs recorded, %s", r.rep.reorgs, describe(r.rep.cursors()))
	}
	r.maintain()
	r.mine(1)
	r.poll()
	if a := r.anchorAt(0); a.Status != cursor.StatusIncluded || a.Block.Hash == was.Hash || len(a.Attempts) != 1 {
		t.Fatalf("after the reorg: %s", describe(r.rep.cursors()))
	}
	r.settle("committed", committed(2))
	r.checkContract(2)
	if r.nonce(submitterKey) != 2 || r.rep.intents != 2 {
		t.Errorf("%d transactions of %d intents", r.nonce(submitterKey), r.rep.intents)
	}
	r.noAlarms()
}

// A reorg that goes below an anchor at depth takes the committed head back,
// and it comes again. The new branch is shorter than the old one.
func TestReorgBelowDepth(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	r.settle("committed", committed(1))
	r.mine(1)
	r.poll()
	if _, err := r.chain.Reorg(depth+2, depth); err != nil {
		t.Fatal(err)
	}
	r.chain.DropPending()
	r.poll()
	if h := r.rep.cursors().Heads(); h.Committed != 0 {
		t.Fatalf("heads %+v after the commit was taken back", h)
	}
	r.settle("committed", committed(1))
	r.settle("finalized commit", func(cursor.Heads) bool {
		return r.rep.cursors().Follow().Finalized.Number > r.anchorBlock(1)
	})
	r.checkContract(1)
	if r.nonce(submitterKey) != 1 {
		t.Errorf("%d transactions for one batch", r.nonce(submitterKey))
	}
}

func (r *rig) anchorBlock(n uint64) uint64 {
	r.t.Helper()
	b, ok := r.rep.cursors().Batch(n)
	if !ok || b.Commit == nil {
		return 1 << 60
	}
	return b.Commit.Block.Number
}

// layers.md: an anchor counts only once enough blocks follow its own.
func TestDepth(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	r.mine(1)
	for blocks := range depth {
		r.poll()
		r.poll()
		if a := r.anchorAt(0); a.Status != cursor.StatusIncluded || r.rep.cursors().Heads().Committed != 0 {
			t.Fatalf("status %d with %d of %d blocks on top", a.Status, blocks, depth)
		}
		r.mine(1)
	}
	r.poll()
	if a := r.anchorAt(0); a.Status != cursor.StatusAtDepth || r.rep.cursors().Heads().Committed != 1 {
		t.Errorf("status %d at depth", a.Status)
	}
}

// A chain that is reorganized between two requests of one poll is not recorded
// as a mixture of both branches.
func TestReorgWhileReading(t *testing.T) {
	r := newRig(t)
	r.poll()
	before := r.rep.cursors().Follow().Latest
	reorg := sync.OnceFunc(func() {
		if _, err := r.chain.Reorg(3, 4); err != nil {
			t.Error(err)
		}
	})
	url := proxy(t, r.chain.URL(), func(body []byte) {
		if bytes.Contains(body, fmt.Appendf(nil, `"%s"`, layer1.AtNumber(before.Number+1))) {
			reorg()
		}
	})
	r.mine(3)
	r.client = newClient(t, r.chain.ChainID(), url)
	r.follower = r.newFollower()
	r.poll()
	if got := r.rep.cursors().Follow().Latest; got != before {
		t.Errorf("recorded block %d of a chain that moved while it was read", got.Number)
	}
	r.poll()
	for _, b := range r.rep.cursors().Ring() {
		if want, err := r.chain.BlockAt(b.Number); err != nil || want.Hash != b.Hash {
			t.Errorf("ring holds another block %d (%v)", b.Number, err)
		}
	}
	if r.rep.cursors().Follow().Latest.Hash != r.chain.Head().Hash || r.rep.reorgs != 0 {
		t.Errorf("follow point %d, %d reorgs", r.rep.cursors().Follow().Latest.Number, r.rep.reorgs)
	}
}

// proxy forwards requests to an endpoint after before has seen them.
func proxy(t *testing.T, to string, before func(body []byte)) string {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		before(body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// What is wrong with one anchor does not keep the others waiting.
func TestOneBadAnchor(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 2)
	r.mustCommit(1, 1)
	r.mustCommit(2, 2)
	for r.nonce(submitterKey) < 2 {
		r.mine(1)
	}
	refusal := errors.New("refused")
	r.rep.refuse = func(ev cursor.Event) error {
		if e, ok := ev.(cursor.Included); ok && e.Nonce == 0 {
			return refusal
		}
		return nil
	}
	if err := r.follower.Poll(t.Context()); !errors.Is(err, refusal) {
		t.Errorf("poll: %v", err)
	}
	if a := r.anchorAt(1); a.Status != cursor.StatusIncluded {
		t.Errorf("nonce 1 has status %d", a.Status)
	}
	r.rep.refuse = nil
	r.settle("committed", committed(2))
}

// l1.md 3: a receipt is success only if the contract's own state agrees.
func TestReceiptWithoutEffect(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	r.contract = deploy(t, r.chain, r.client).Contract // mines; the anchor went to the first contract
	r.follower = r.newFollower()
	r.poll()
	e, ok := alarmed[*layer1.DisagreementError](r)
	if !ok || e.Batch != 1 || e.TxHash != r.anchorAt(0).Attempts[0].TxHash {
		t.Errorf("alarms: %v", r.alarms)
	}
	if a := r.anchorAt(0); a.Status != cursor.StatusPending {
		t.Errorf("status %d although the contract does not hold the batch", a.Status)
	}
}

// A failed anchor's failure can be reorganized away too.
func TestReorgOfAFailure(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.setFence(func() error { return errCrash })
	if err := r.commit(1, 1); !errors.Is(err, layer1.ErrFenced) {
		t.Fatal(err)
	}
	r.setFence(nil)
	r.pause(true)
	r.mine(1)
	r.maintain()
	r.mine(1 + depth)
	r.poll()
	if a := r.anchorAt(0); a.Status != cursor.StatusFailed {
		t.Fatalf("status %d", a.Status)
	}
	if _, err := r.chain.Reorg(2+depth, 3+depth); err != nil { // neither paused nor failed there
		t.Fatal(err)
	}
	r.chain.DropPending()
	r.poll()
	if a := r.anchorAt(0); a.Status != cursor.StatusPending {
		t.Fatalf("status %d after the reorg", a.Status)
	}
	r.settle("committed", committed(1))
	r.checkContract(1)
}

// An endpoint that lags on the same chain is no reorg, and what it says of
// finality never takes anything back.
func TestLaggingEndpointIsNoReorg(t *testing.T) {
	r := newRig(t)
	r.mine(5)
	r.poll()
	tip := r.chain.Head()
	behind, err := r.chain.BlockAt(tip.Number - 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.chain.Adopt(behind.Hash); err != nil {
		t.Fatal(err)
	}
	r.poll()
	if got := r.rep.cursors().Follow().Latest.Hash; got != tip.Hash || r.rep.reorgs != 0 {
		t.Errorf("a lagging endpoint moved the follow point to %x, %d reorgs", got, r.rep.reorgs)
	}
	if err := r.chain.Adopt(tip.Hash); err != nil {
		t.Fatal(err)
	}
	r.mine(1)
	r.poll()
	if got := r.rep.cursors().Follow().Latest.Number; got != tip.Number+1 || r.rep.reorgs != 0 {
		t.Errorf("follow point at %d, %d reorgs", got, r.rep.reorgs)
	}
}

// layers.md: a reorg deeper than finality halts and alarms.
func TestReorgBelowFinality(t *testing.T) {
	r := newRig(t)
	r.mine(10)
	r.poll()
	if _, err := r.chain.Reorg(finalizedDepth+2, finalizedDepth+4); err != nil {
		t.Fatal(err)
	}
	if err := r.follower.Run(t.Context()); !errors.Is(err, layer1.ErrFinalityReorg) {
		t.Fatalf("run: %v", err)
	}
	if len(r.alarms) == 0 || !errors.Is(r.alarms[0], layer1.ErrFinalityReorg) {
		t.Errorf("alarms: %v", r.alarms)
	}
	if r.rep.reorgs != 0 {
		t.Error("recorded a reorg below finality")
	}
}

// Without finality, a chain that shares nothing with the ring is named as such.
func TestDeepReorg(t *testing.T) {
	chain := startChain(t, embedded.Config{SafeDepth: 500, FinalizedDepth: 500})
	unlike(t, chain, counterpart.Anvil, "anvil's genesis is final from the start")
	r := &rig{t: t, chain: chain, client: newClient(t, chain.ChainID(), chain.URL()), contract: [20]byte{1}}
	r.reset()
	r.mine(70)
	r.poll() // the ring begins at block 7
	if _, err := chain.Reorg(68, 80); err != nil {
		t.Fatal(err)
	}
	if err := r.follower.Poll(t.Context()); !errors.Is(err, layer1.ErrDeepReorg) {
		t.Errorf("poll: %v", err)
	}
}

// layers.md: a watchdog alarms when the head stands still, once per stall, and
// an outage counts as standing still.
func TestWatchdog(t *testing.T) {
	r := newRig(t)
	r.mine(1)
	r.poll()
	later := func(d time.Duration) {
		r.mu.Lock()
		r.now = r.now.Add(d)
		r.mu.Unlock()
	}
	later(59 * time.Second)
	r.poll()
	r.noAlarms()
	later(2 * time.Second)
	r.poll()
	later(2 * time.Second)
	r.poll()
	e, ok := alarmed[*layer1.StalledError](r)
	if !ok || e.Block != r.chain.Head().Number || len(r.alarms) != 1 {
		t.Fatalf("alarms: %v", r.alarms)
	}
	if !r.follower.Status().Stalled {
		t.Error("status does not show the stall")
	}
	r.mine(1)
	r.poll()
	if r.follower.Status().Stalled {
		t.Error("status shows a stall on a chain that moves")
	}
	r.alarms = nil
	r.chain.SetFault(embedded.FaultRefuse)
	later(2 * time.Minute)
	if err := r.follower.Poll(t.Context()); err == nil {
		t.Fatal("polled a dead endpoint")
	}
	if _, ok := alarmed[*layer1.StalledError](r); !ok {
		t.Errorf("alarms in an outage: %v", r.alarms)
	}
	if r.follower.Status().Err == nil {
		t.Error("status hides the outage")
	}
}

// l1.md 9: an L1 that is down at start, or dies in between, is waited for; while
// it is down nothing is recorded, and afterwards everything goes on by itself.
func TestOutages(t *testing.T) {
	for _, fault := range []embedded.Fault{embedded.FaultRefuse, embedded.FaultHang, embedded.FaultUnavailable} {
		r := newRig(t)
		r.rep.seal(t, 3)
		r.chain.SetFault(fault) // down at start
		r.impatiently(func() { r.downAtStart(fault) })
		r.mustCommit(1, 1)
		r.chain.SetFault(fault) // dies in between
		r.impatiently(func() {
			var silent *layer1.TransportError
			if err := r.commits.Maintain(t.Context()); !errors.As(err, &silent) {
				t.Errorf("fault %d: maintain on a dead L1: %v", fault, err)
			}
		})
		r.chain.SetFault(embedded.FaultNone)
		r.mustCommit(2, 3)
		r.settle("committed", committed(3))
		r.checkContract(3)
		if r.nonce(submitterKey) != 2 {
			t.Errorf("fault %d: %d transactions for two anchors", fault, r.nonce(submitterKey))
		}
	}
}

// downAtStart checks what happens on an L1 with a fault, and that the follower
// goes on by itself once it is healed.
func (r *rig) downAtStart(fault embedded.Fault) {
	r.t.Helper()
	var silent *layer1.TransportError
	if err := r.commit(1, 1); !errors.As(err, &silent) {
		r.t.Errorf("fault %d: commit on a dead L1: %v", fault, err)
	}
	if err := r.commits.Check(r.t.Context()); !errors.As(err, &silent) {
		r.t.Errorf("fault %d: check on a dead L1: %v", fault, err)
	}
	if r.rep.intents != 0 {
		r.t.Errorf("fault %d: an intent for a dead L1", fault)
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.follower.Run(ctx) }() // waits
	r.chain.SetFault(embedded.FaultNone)
	r.mine(1)
	waitFor(r.t, func() bool { return r.rep.cursors().Follow().Latest.Number == r.chain.Head().Number })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		r.t.Errorf("run ended with %v", err)
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatal("timed out")
		case <-ticker.C:
		}
	}
}
