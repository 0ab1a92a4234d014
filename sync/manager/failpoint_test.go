package manager_test

// Every place where a duty may die is walked, and a place that is not in these tables, or is in them and never reached,
// fails the walk: a new duty brings its places along.

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/reconcile"
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
	deaths int
}

// dieAt brings about that a duty gets to a place, and ends its leadership there: by a transfer, or, every third time, by
// ending the replica.
func (w *walk) dieAt(place string, bringAbout func()) {
	w.t.Helper()
	w.dieInTurn([]string{place}, bringAbout)
}

// dieInTurn is dieAt for places on one way: each leader goes on from where the one before it died.
func (w *walk) dieInTurn(places []string, bringAbout func()) {
	w.t.Helper()
	w.dieAlong(places, bringAbout, w.end)
}

// killInTurn is dieInTurn where each leader's replica ends.
func (r *rig) killInTurn(places []string, bringAbout func()) {
	r.t.Helper()
	r.dieAlong(places, bringAbout, r.failover)
}

func (r *rig) dieAlong(places []string, bringAbout, end func()) {
	r.t.Helper()
	r.death.arm(places[0])
	bringAbout()
	for i, place := range places {
		r.eventually("a duty at "+place, r.death.has)
		if i+1 < len(places) {
			r.death.arm(places[i+1])
		}
		end()
	}
}

// end ends a leadership.
func (w *walk) end() {
	w.t.Helper()
	w.deaths++
	if w.deaths%3 == 0 {
		w.failover()
		return
	}
	w.transfer(w.leader())
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

// whole checks that everything is final and anchored once, and that these places were reached and none that nobody
// knows.
func (w *walk) whole(places []string) {
	w.t.Helper()
	w.drain()
	w.consistent()
	for p := range w.death.seen {
		if !slices.Contains(allPlaces(), p) {
			w.t.Errorf("a duty was at %s, where none ever died: have the walk end a leadership there", p)
		}
	}
	for _, p := range places {
		if !w.death.seen[p] {
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
	placesOfProofs   = beside("proved")
	// In the order in which a foreign batch that an operator accepts gets there.
	placesOfHalts     = beside("halt")
	placesOfAdoptions = beside("planned", "stepped", "rollback", "adopt", "resume", "held")
	placesOfReverts   = beside("taken_back")
)

func allPlaces() []string {
	return slices.Concat(placesOfLoad, placesOfLeaders, placesOfOutages, placesOfReorgs, placesOfDeposits, placesOfOrders,
		placesOfRefusals, placesOfGaps, placesOfProofs, placesOfHalts, placesOfAdoptions, placesOfReverts)
}

func newWalk(t *testing.T, r *rig) *walk {
	t.Helper()
	r.t, r.death = t, &death{seen: map[string]bool{}}
	return &walk{rig: newRigFrom(r, nil)}
}

// layers.md, "atomic across layers": a crash between any two steps leaves the batch where the cursor says it is; the next
// leader goes on, and each batch becomes final once.
func TestLeadersDieAtEveryPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	for name, run := range map[string]func(t *testing.T){
		"load": walkLoad, "leaders and the chain": walkChain, "deposits": walkDeposits, "orders and gaps": walkOrders,
		"proofs": walkProofs, "adoption": walkAdoption, "guardian": walkRevert,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t)
		})
	}
}

func walkLoad(t *testing.T) {
	t.Helper()
	w := newWalk(t, &rig{})
	for _, p := range placesOfLoad {
		w.dieAt(p, func() { w.submit(40) })
	}
	w.whole(placesOfLoad)
	w.once()
}

func walkChain(t *testing.T) {
	t.Helper()
	w := newWalk(t, &rig{})
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
	// One reorganization: the second leader records what the first one saw.
	w.dieInTurn(placesOfReorgs, func() {
		w.submit(40)
		w.chain.Stall(true)
		head := w.chain.Head().Number
		w.eventually("the chain is followed", func() bool { return w.leader().machine.Cursor().Follow().Latest.Number >= head })
		_, err := w.chain.Reorg(2, 3)
		w.check(err)
		w.chain.Stall(false)
	})
	w.whole(slices.Concat(placesOfLeaders, placesOfOutages, placesOfReorgs))
	w.once()
}

func walkDeposits(t *testing.T) {
	t.Helper()
	w := newWalk(t, &rig{})
	b := newBridgeOn(w.rig)
	var last uint64
	for i, p := range placesOfDeposits {
		w.dieAt(p, func() { last, _ = b.deposit(aliceKey, ether, int64(i+1)*gwei) })
	}
	b.credited(last)
	if got := b.balance(aliceKey, ether); got != 10*gwei {
		t.Errorf("alice has %d, deposited 10 gwei in 4 deposits", got)
	}
	w.whole(placesOfDeposits)
	w.once()
	b.conserved()
}

func walkOrders(t *testing.T) {
	t.Helper()
	w := newWalk(t, &rig{finalized: 8})
	for _, p := range placesOfOrders {
		w.cancelAt(p)
	}
	for _, p := range placesOfRefusals {
		w.refuseAt(p)
	}
	for _, p := range placesOfGaps {
		w.gapAt(p)
	}
	w.whole(slices.Concat(placesOfOrders, placesOfRefusals, placesOfGaps))
	w.once()
}

func walkProofs(t *testing.T) {
	t.Helper()
	w := newWalk(t, &rig{proofs: true})
	for i, p := range placesOfProofs {
		w.submit(40)
		ctx, cancel := context.WithCancel(t.Context())
		w.dieAt(p, func() {
			x, a := w.lease("mortal", byte(10+i))
			proof := w.proves(a)
			go func() { _, _, _ = x.manager.SubmitProof(ctx, a.ID, proof) }() // dies with its leader
		})
		cancel()
	}
	w.proveAll()
	w.whole(placesOfProofs)
	w.once()
}

// walkAdoption has leaders die on the whole way from a foreign batch to its adoption by an operator's order.
func walkAdoption(t *testing.T) {
	t.Helper()
	w := newWalk(t, &rig{strategy: consistency.L1Wins})
	w.committed(100)
	before := w.secede(60)
	v := w.rival(before)
	foreign := []*fsm.SealedBatch{v.seal(50), v.seal(50)}
	w.dieInTurn(placesOfHalts, func() { w.commit(foreign...) })
	w.halted(command.ScopeIntake | command.ScopeAnchoring)
	w.dieAt(placesOfAdoptions[0], w.accept) // nothing is recorded: the operator has to say it again
	w.dieInTurn(placesOfAdoptions[1:], w.accept)
	w.submitter.down.Store(false)
	w.settled()
	for _, b := range foreign {
		if mine, err := w.leader().machine.SealedHeader(b.Header.Number); err != nil || mine.Hash != b.Hash {
			t.Errorf("batch %d is %+v, %v", b.Header.Number, mine, err)
		}
	}
	if got := len(w.leader().machine.Cursor().Rollbacks()); got != 1 {
		t.Errorf("%d rollbacks", got)
	}
	w.accepted = 0 // some of it was rolled back
	w.submit(50)
	w.whole(slices.Concat(placesOfHalts, placesOfAdoptions))
	w.once()
}

// accept has an operator accept what L1 holds; whether the leader lives to answer is not waited for.
func (w *walk) accept() { w.orderOnce(reconcile.Order{Who: "walk", AcceptForeign: true}) }

func (w *walk) orderOnce(o reconcile.Order) {
	leader := w.leader().manager
	go func() { _, _ = leader.Reconcile(w.t.Context(), o, false, nil) }()
}

// walkRevert has leaders die while what the guardian took back is recorded and sent again.
func walkRevert(t *testing.T) {
	t.Helper()
	w := newWalk(t, &rig{strategy: consistency.L1Wins, proofs: true})
	w.committed(100)
	w.committed(60)
	keep := w.leader().machine.Cursor().Heads().Sealed - 1
	parent, err := w.leader().machine.SealedHeader(keep)
	w.check(err)
	w.guardianReverts(keep+1, &parent.Header)
	w.halted(command.ScopeAnchoring)
	w.dieInTurn(placesOfReverts, func() { w.orderOnce(reconcile.Order{Who: "walk", Reanchor: true}) })
	w.settled()
	w.submit(50)
	w.proveAll()
	w.whole(placesOfReverts)
}

// resume ends halts as an operator does.
func (r *rig) resume(scopes command.Scope) {
	r.t.Helper()
	r.eventually("resumed", func() bool {
		body := command.Resume{Scope: scopes, Reason: "mended", TimeMs: time.Now().UnixMilli()}.Append(nil)
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

// standing stops the chain and has one transaction of an account mined: it is in the newest block however slow the machine
// is, and a reorganization that takes it back is not as deep as finality.
func (r *rig) standing(key int, send func() error) {
	r.t.Helper()
	r.chain.Stall(true)
	done := make(chan error, 1)
	go func() { done <- send() }()
	next := func(at layer1.Tag) uint64 {
		n, err := r.client.Nonce(r.t.Context(), embedded.DevAddress(key), at)
		r.check(err)
		return n
	}
	r.eventually("a transaction in a block", func() bool {
		if next("pending") > next(layer1.Latest) {
			_, err := r.chain.Mine(1)
			r.check(err)
		}
		select {
		case err := <-done:
			r.check(err)
			return true
		default:
			return false
		}
	})
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
	w.standing(3, func() error {
		_, err := bank.Send(w.t.Context(), w.signer(3), bank.PauseOrder())
		return err
	})
	paused := w.chain.Head()
	_, err := w.chain.Reorg(1, 2)
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
	w.standing(1, func() error {
		_, err := layer1.Transact(w.t.Context(), w.client, w.signer(1), &self, nil, nil)
		return err
	})
	_, err := w.chain.Mine(2)
	w.check(err)
	w.submit(40)
	w.pending()
	_, err = w.chain.Reorg(3, 4)
	w.check(err)
	w.chain.DropPending()
	w.dieAt(place, func() { w.chain.Stall(false) })
}
