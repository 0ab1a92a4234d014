package manager_test

// Every place where a duty may die is walked, and a place that is not in these tables, or is in them and never reached,
// fails the walk: a new duty brings its places along.

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// death ends a leadership at a place: the first duty that gets there goes no further until its leadership has ended.
type death struct {
	mu    sync.Mutex // guards the fields below
	armed string
	died  chan struct{} // closed when a duty died
	seen  map[string]bool
}

func (d *death) at(ctx context.Context, place string) error {
	d.mu.Lock()
	d.seen[place] = true
	dies := place == d.armed
	if dies {
		d.armed = ""
		close(d.died)
	}
	d.mu.Unlock()
	if !dies {
		return nil
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

func (d *death) arm(place string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed, d.died = place, make(chan struct{})
}

func (d *death) has() bool {
	select {
	case <-d.died:
		return true
	default:
		return false
	}
}

// walk is a cluster whose leaders die, one at each place.
type walk struct {
	*rig
	*death
	deaths int
}

// dieAt brings about that a duty gets to a place, and ends its leadership there: by a transfer, or, every third time, by
// ending the replica.
func (w *walk) dieAt(place string, bringAbout func()) {
	w.t.Helper()
	w.arm(place)
	bringAbout()
	w.eventually("a duty at "+place, w.has)
	old := w.leader()
	w.deaths++
	if w.deaths%3 == 0 {
		w.close(old)
		w.leader()
		w.open(old, nil)
		return
	}
	w.transfer(old)
}

// transfer ends a leadership. It may have ended by itself.
func (r *rig) transfer(from *replica) {
	r.t.Helper()
	term := from.node.Term()
	r.eventually("the end of a leadership", func() bool {
		ctx, cancel := context.WithTimeout(r.t.Context(), 10*time.Second)
		defer cancel()
		return from.node.TransferLeadership(ctx, "") == nil || !from.node.IsLeader() || from.node.Term() > term
	})
}

// end checks that everything was anchored once and is final, and that exactly these places were reached.
func (w *walk) end(places []string) {
	w.t.Helper()
	w.drain()
	w.once()
	w.consistent()
	for _, p := range places {
		if !w.seen[p] {
			w.t.Errorf("nothing ever got to %s", p)
		}
	}
}

// once checks that L1 took each batch once, in order, with the replicas' headers.
func (r *rig) once() {
	r.t.Helper()
	head, err := r.client.Block(r.t.Context(), layer1.Latest)
	r.check(err)
	events, err := layer1.NewContract(r.client, r.contract).Commits(r.t.Context(), 0, head.Number)
	r.check(err)
	if sealed := r.leader().machine.Cursor().Heads().Sealed; uint64(len(events)) != sealed {
		r.t.Errorf("%d commits on L1 for %d batches", len(events), sealed)
	}
	for i, e := range events {
		if e.Number != uint64(i)+1 {
			r.t.Errorf("commit %d on L1 is of batch %d", i+1, e.Number)
		}
		for _, x := range r.replicas {
			if sealed, err := x.machine.SealedHeader(e.Number); err == nil && sealed.Hash != e.HeaderHash {
				r.t.Errorf("%s: batch %d is %x, on L1 %x", x.id, e.Number, sealed.Hash, e.HeaderHash)
			}
		}
	}
}

// beside are the two places beside a command.
func beside(facts ...string) (places []string) {
	for _, f := range facts {
		places = append(places, f+manager.Unrecorded, f+manager.Recorded)
	}
	return places
}

// Places by what gets a duty there.
var (
	placesOfLoad = slices.Concat(
		beside("cut", "seal", "published", "executed", "replica_root", "l1_observed", "intent", "included", "at_depth"),
		[]string{"commit/chosen", "commit/fenced", "commit/sent", "verify/chosen", "verify/fenced", "verify/sent"},
	)
	placesOfLeaders  = beside("epoch")
	placesOfOutages  = beside("verdict")
	placesOfReorgs   = beside("l1_reorg")
	placesOfDeposits = beside("deposited", "credit")
	placesOfOrders   = beside("ordered", "replaced")
	placesOfRefusals = beside("failed")
	placesOfGaps     = beside("filler")
	placesOfHalts    = beside("halt")
)

func newWalk(t *testing.T, r *rig, wrap func(manager.Executor) manager.Executor) *walk {
	t.Helper()
	d := &death{seen: map[string]bool{}}
	r.t, r.failpoint = t, d.at
	return &walk{rig: newRigFrom(r, wrap), death: d}
}

// layers.md, "atomic across layers": a crash between any two steps leaves the batch where the cursor says it is; the next
// leader goes on, and each batch becomes final once.
func TestLeadersDieAtEveryPlace(t *testing.T) {
	t.Run("load", func(t *testing.T) {
		t.Parallel()
		w := newWalk(t, &rig{}, nil)
		for _, p := range placesOfLoad {
			w.dieAt(p, func() { w.submit(40) })
		}
		w.end(placesOfLoad)
		w.onlyKnown()
	})
	t.Run("leaders and the chain", func(t *testing.T) {
		t.Parallel()
		w := newWalk(t, &rig{}, nil)
		for _, p := range placesOfLeaders {
			w.dieAt(p, func() { w.transfer(w.leader()) })
		}
		for _, p := range placesOfOutages {
			w.eventually("L1 and local agree", func() bool {
				v, ok := w.leader().machine.Cursor().LastVerdict(cursor.LocalL1)
				return ok && v.Finding == cursor.Consistent
			})
			w.dieAt(p, func() { w.chain.SetFault(embedded.FaultRefuse) })
			w.chain.SetFault(embedded.FaultNone)
		}
		for _, p := range placesOfReorgs {
			w.dieAt(p, func() {
				w.submit(40)
				_, err := w.chain.Reorg(2, 3)
				w.check(err)
			})
		}
		w.end(slices.Concat(placesOfLeaders, placesOfOutages, placesOfReorgs))
		w.onlyKnown()
	})
	t.Run("deposits", func(t *testing.T) {
		t.Parallel()
		w := newWalk(t, &rig{}, nil)
		b := newBridgeOn(w.rig)
		var last uint64
		for i, p := range placesOfDeposits {
			w.dieAt(p, func() { last, _ = b.deposit(aliceKey, ether, int64(i+1)*gwei) })
		}
		b.credited(last)
		if got := b.balance(aliceKey, ether); got != 10*gwei {
			t.Errorf("alice has %d, deposited 10 gwei in 4 deposits", got)
		}
		w.end(placesOfDeposits)
		b.conserved()
		w.onlyKnown()
	})
	t.Run("orders and halts", func(t *testing.T) {
		t.Parallel()
		executor := &faulty{answer: func(*zkvm.Result) (*zkvm.Result, error) {
			return nil, &zkvm.RefusalError{Code: guest.CodeTransition, Message: "not accepted"}
		}}
		executor.mended.Store(true)
		w := newWalk(t, &rig{finalized: 8}, func(working manager.Executor) manager.Executor {
			executor.Executor = working
			return executor
		})
		for _, p := range placesOfOrders {
			w.cancelAt(p)
		}
		for _, p := range placesOfRefusals {
			w.refuseAt(p)
		}
		for _, p := range placesOfGaps {
			w.gapAt(p)
		}
		for _, p := range placesOfHalts {
			w.dieAt(p, func() {
				executor.mended.Store(false)
				w.submit(40)
			})
			w.eventually("anchoring halted", func() bool { return w.leader().machine.Cursor().Halted(command.ScopeAnchoring) })
			executor.mended.Store(true)
			w.resume()
		}
		w.end(slices.Concat(placesOfOrders, placesOfRefusals, placesOfGaps, placesOfHalts))
		w.onlyKnown()
	})
}

// onlyKnown fails on a place that no table has.
func (w *walk) onlyKnown() {
	w.t.Helper()
	known := slices.Concat(placesOfLoad, placesOfLeaders, placesOfOutages, placesOfReorgs, placesOfDeposits, placesOfOrders, placesOfRefusals, placesOfGaps, placesOfHalts)
	for p := range w.seen {
		if !slices.Contains(known, p) {
			w.t.Errorf("a duty was at %s, where none ever died: have the walk end a leadership there", p)
		}
	}
}

// resume ends a halt of anchoring as an operator does.
func (r *rig) resume() {
	r.t.Helper()
	r.eventually("resumed", func() bool {
		body := command.Resume{Scope: command.ScopeAnchoring, Reason: "mended", TimeMs: time.Now().UnixMilli()}.Append(nil)
		result, err := r.leader().node.Propose(r.t.Context(), command.TypeResume, body)
		return err == nil && result.Err == nil
	})
}

// pending waits for a commit that no block holds, while the chain stands still.
func (r *rig) pending() (nonce uint64) {
	r.t.Helper()
	r.eventually("a pending commit", func() bool {
		for _, a := range r.leader().machine.Cursor().InFlight() {
			if a.Kind == cursor.Commit && a.Status == cursor.StatusPending {
				nonce = a.Nonce
				return true
			}
		}
		return false
	})
	return nonce
}

// cancelAt has an operator cancel a commit, and the leader die at a place of that.
func (w *walk) cancelAt(place string) {
	w.t.Helper()
	w.submit(40)
	w.drain()
	w.chain.Stall(true)
	w.submit(40)
	nonce := w.pending()
	ctx, cancel := context.WithCancel(w.t.Context())
	var ordering sync.WaitGroup
	w.dieAt(place, func() {
		leader := w.leader().manager
		ordering.Go(func() { _ = leader.CancelAnchor(ctx, cursor.Commit, nonce, "walk") }) // dies with its leader
	})
	cancel()
	ordering.Wait()
	w.chain.Stall(false)
}

// refuseAt has the contract refuse a commit that it would have taken when it was sent: on another branch it was paused
// before.
func (w *walk) refuseAt(place string) {
	w.t.Helper()
	w.submit(40)
	w.drain()
	bank := layer1.NewContract(w.client, w.contract)
	receipt, err := bank.Send(w.t.Context(), w.signer(3), bank.PauseOrder())
	w.check(err)
	w.chain.Stall(true)
	paused := w.chain.Head()
	deep := paused.Number - receipt.Block + 1
	_, err = w.chain.Reorg(deep, int(deep)+1)
	w.check(err)
	w.chain.DropPending()
	w.submit(40)
	w.pending()
	w.dieAt(place, func() {
		w.check(w.chain.Adopt(paused.Hash))
		w.chain.Stall(false)
	})
	_, err = bank.Send(w.t.Context(), w.signer(0), bank.UnpauseOrder())
	w.check(err)
}

// gapAt has somebody else use a nonce of the submitter, and takes that back by a reorganization once a commit stands
// above: the nonce must be filled.
func (w *walk) gapAt(place string) {
	w.t.Helper()
	w.drain()
	self := embedded.DevAddress(1)
	receipt, err := layer1.Transact(w.t.Context(), w.client, w.signer(1), &self, nil, nil)
	w.check(err)
	w.eventually("a block above", func() bool { return w.chain.Head().Number >= receipt.Block+2 })
	w.chain.Stall(true)
	w.submit(40)
	w.pending()
	deep := w.chain.Head().Number - receipt.Block + 1
	_, err = w.chain.Reorg(deep, int(deep)+1)
	w.check(err)
	w.chain.DropPending()
	w.dieAt(place, func() { w.chain.Stall(false) })
}
