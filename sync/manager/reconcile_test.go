package manager_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/reconcile"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// newReconcilingRig is a rig whose leader acts by the default strategy.
func newReconcilingRig(t *testing.T, proofs bool) *rig {
	t.Helper()
	return newRigFrom(&rig{t: t, strategy: consistency.L1Wins, proofs: proofs}, nil)
}

// committed submits and waits until all of it is on L1 at depth.
func (r *rig) committed(n int) {
	r.t.Helper()
	r.submit(n)
	r.settled()
}

// secede has the cluster seal what it cannot anchor, and returns the batch before.
func (r *rig) secede(n int) uint64 {
	r.t.Helper()
	r.submitter.down.Store(true)
	before := r.leader().machine.Cursor().Heads().Sealed
	r.submit(n)
	r.eventually("sealed and not anchored", func() bool {
		status := r.leader().machine.Status()
		return status.AllSealed() && status.Heads.Sealed > before && status.Heads.Executed == status.Heads.Sealed
	})
	return before
}

func (r *rig) halted(scopes command.Scope) {
	r.t.Helper()
	r.eventually("halted", func() bool {
		for _, s := range []command.Scope{command.ScopeIntake, command.ScopeAnchoring} {
			if scopes&s != 0 && !r.leader().machine.Cursor().Halted(s) {
				return false
			}
		}
		return true
	})
	for _, h := range r.leader().machine.Cursor().Halts() {
		if h.Exit == "" || h.Reason == "" {
			r.t.Errorf("a halt without an exit: %+v", h)
		}
	}
}

// order has the leader reconcile, or say how it would.
func (r *rig) order(o reconcile.Order, dryRun bool) manager.Reconciled {
	r.t.Helper()
	o.Who = "test"
	got, err := r.leader().manager.Reconcile(r.t.Context(), o, dryRun, nil)
	r.check(err)
	return got
}

// layers.md: a foreign batch that nobody vouches for stops intake and anchoring; an operator's acceptance adopts it, from
// DA, with every root proved, and what the cluster had sealed instead is in the Reverted stream.
func TestForeignBatchesAreAdoptedOnAnOrder(t *testing.T) {
	t.Parallel()
	r := newReconcilingRig(t, false)
	r.committed(300)
	n := r.secede(250)
	v := r.rival(n)
	foreign := []*fsm.SealedBatch{v.seal(150), v.seal(90), v.seal(40)}
	r.commit(foreign...)
	r.halted(command.ScopeIntake | command.ScopeAnchoring)
	if got := r.order(reconcile.Order{}, true); got.Decision.Verb != reconcile.Stop || !strings.Contains(got.Decision.Exit, "--accept-foreign") {
		t.Fatalf("without a word: %+v", got.Decision)
	}
	before := r.leader().machine.Position()
	plan := r.order(reconcile.Order{AcceptForeign: true}, true)
	if plan.Decision.Verb != reconcile.Act || plan.Decision.First != n+1 || len(plan.Decision.Plan.Adopts) != 3 || plan.Difference == nil || plan.Difference.Total == 0 {
		t.Fatalf("dry run: %+v, difference %+v", plan.Decision, plan.Difference)
	}
	if after := r.leader().machine.Position(); after.Root != before.Root || len(r.leader().machine.Cursor().Rollbacks()) != 0 {
		t.Fatal("a dry run changed something")
	}
	if got := r.order(reconcile.Order{AcceptForeign: true}, false); got.Record.Outcome != cursor.Done {
		t.Fatalf("%+v", got.Record)
	}
	r.submitter.down.Store(false)
	r.settled()
	for _, b := range foreign {
		if mine, err := r.leader().machine.SealedHeader(b.Header.Number); err != nil || mine.Hash != b.Hash {
			t.Errorf("batch %d is %+v, %v", b.Header.Number, mine, err)
		}
	}
	for _, x := range r.replicas {
		removed, err := x.machine.Reverted(1)
		if err != nil || len(removed.Batches) == 0 || removed.Record.To != n {
			t.Errorf("%s: the Reverted stream has %+v, %v", x.id, removed.Record, err)
		}
	}
	r.accepted = 0 // some of it was rolled back
	r.submit(200)
	r.drain()
	r.consistent()
}

// layers.md: a foreign batch that L1 verified by a proof, from an allow-listed submitter, is adopted without anybody.
func TestVerifiedForeignBatchIsAdoptedByTheStrategy(t *testing.T) {
	t.Parallel()
	r := newReconcilingRig(t, true)
	r.committed(200)
	n := r.secede(100)
	v := r.rival(n)
	b := v.seal(120)
	r.commit(b)
	r.halted(command.ScopeIntake | command.ScopeAnchoring) // not verified yet
	v.verify(1)
	r.failover()
	r.eventually("adopted", func() bool {
		mine, err := r.leader().machine.SealedHeader(n + 1)
		return err == nil && mine.Hash == b.Hash
	})
	r.submitter.down.Store(false)
	r.eventually("intake goes on", func() bool { return !r.leader().machine.Cursor().Halted(command.ScopeIntake) })
	r.submit(50)
	r.settled()
	if heads := r.leader().machine.Cursor().Heads(); heads.Proven < n+1 {
		t.Errorf("L1 verified batch %d, heads %+v", n+1, heads)
	}
	record, _ := r.leader().machine.Cursor().Reconciliation()
	if record.Plan.Who != "strategy l1_wins" || record.Outcome != cursor.Done {
		t.Errorf("%+v", record)
	}
}

// layers.md: an L1 payload whose execution does not give the anchored root is never adopted, whoever orders it; when the
// guardian has taken it back, the cluster goes on by itself.
func TestWrongPayloadIsNeverAdopted(t *testing.T) {
	t.Run("another root", func(t *testing.T) {
		testNeverAdopted(t, "post-root", func(_ *rival, forged *fsm.SealedBatch) { forged.Header.PostRoot[5] ^= 1 })
	})
	// What the contract takes and no state of this lineage can: nothing may go back for it.
	t.Run("net diffs", func(t *testing.T) {
		testNeverAdopted(t, "payload kind", func(v *rival, forged *fsm.SealedBatch) {
			n := forged.Header.Number
			before, err := v.m.View(n - 1)
			v.r.check(err)
			defer before.Close()
			after, err := v.m.View(n)
			v.r.check(err)
			defer after.Close()
			var changes []tree.Change
			v.r.check(tree.Diff(before, after, func(key, _, value []byte) error {
				changes = append(changes, tree.Change{Key: slices.Clone(key), Value: slices.Clone(value), Delete: value == nil})
				return nil
			}))
			forged.Payload = batch.EncodeDiff(nil, changes)
			forged.Header.PayloadKind, forged.Header.PayloadHash = batch.PayloadDiff, sha256.Sum256(forged.Payload)
		})
	})
}

func testNeverAdopted(t *testing.T, why string, forge func(v *rival, forged *fsm.SealedBatch)) {
	t.Helper()
	t.Parallel()
	r := newReconcilingRig(t, false)
	r.committed(200)
	r.drain()
	heads := r.leader().machine.Cursor().Heads()
	parent, err := r.leader().machine.SealedHeader(heads.Sealed)
	r.check(err)
	v := r.rival(heads.Sealed)
	forged := *v.seal(50)
	forge(v, &forged)
	_, err = r.da.Archive().Publish(t.Context(), forged.Header, forged.Payload)
	r.check(err)
	r.commit(&forged)
	r.halted(command.ScopeIntake | command.ScopeAnchoring)
	r.failover()
	got := r.order(reconcile.Order{AcceptForeign: true}, false)
	if got.Decision.Verb != reconcile.Stop || !strings.Contains(got.Decision.Exit, "revert") || !strings.Contains(got.Decision.Reason, why) {
		t.Fatalf("%+v", got.Decision)
	}
	if now := r.leader().machine.Position(); now.Root != parent.Header.PostRoot || len(r.leader().machine.Cursor().Rollbacks()) != 0 {
		t.Errorf("something was taken back for it: %+v", now)
	}
	r.guardianReverts(heads.Sealed+1, &parent.Header)
	r.settled() // the cause is gone: the halts end by themselves
	r.submit(100)
	r.drain()
	r.consistent()
}

// layers.md: the duties never undo a guardian; both of the operator's exits lead on.
func TestGuardianRevertsAreNotUndoneByDuties(t *testing.T) {
	t.Parallel()
	r := newReconcilingRig(t, true)
	r.committed(200)
	for range 3 {
		r.committed(120)
	}
	heads := r.leader().machine.Cursor().Heads()
	keep := heads.Sealed - 2
	parent, err := r.leader().machine.SealedHeader(keep)
	r.check(err)

	r.guardianReverts(keep+1, &parent.Header)
	r.halted(command.ScopeAnchoring)
	height := r.leader().machine.Cursor().Follow().Latest.Number
	r.eventually("some blocks later", func() bool { return r.leader().machine.Cursor().Follow().Latest.Number > height+5 })
	if last := r.onL1(0).State.LastCommitted; last != keep {
		t.Fatalf("a duty sent again what the guardian took back: L1 is at %d", last)
	}
	r.failover()
	if got := r.order(reconcile.Order{}, false); got.Decision.Verb != reconcile.Stop || !strings.Contains(got.Decision.Exit, "--re-anchor") {
		t.Fatalf("%+v", got.Decision)
	}
	if got := r.order(reconcile.Order{Reanchor: true}, false); got.Record.Outcome != cursor.Done {
		t.Fatalf("%+v", got.Record)
	}
	r.settled()
	if now := r.leader().machine.Cursor().Heads(); now.Sealed != heads.Sealed || len(r.leader().machine.Cursor().Rollbacks()) != 0 {
		t.Errorf("re-anchored as it is: heads %+v", now)
	}

	r.guardianReverts(keep+1, &parent.Header)
	r.halted(command.ScopeAnchoring)
	if got := r.order(reconcile.Order{To: &keep}, false); got.Record.Outcome != cursor.Done {
		t.Fatalf("%+v", got.Record)
	}
	r.settled()
	if now := r.leader().machine.Cursor().Heads(); now.Sealed != keep {
		t.Errorf("back to %d: heads %+v", keep, now)
	}
	r.committed(100)
}

// layers.md: l1_wins is automatic for our own: what a rollback removed and L1 holds all the same is adopted again.
func TestOwnContentOnL1IsAdoptedAgain(t *testing.T) {
	t.Parallel()
	r := newReconcilingRig(t, true)
	r.committed(200)
	r.committed(150)
	heads := r.leader().machine.Cursor().Heads()
	b, err := r.leader().machine.SealedHeader(heads.Sealed)
	r.check(err)
	r.rollBackTo(heads.Sealed - 1)
	r.failover()
	r.eventually("adopted again", func() bool {
		mine, err := r.leader().machine.SealedHeader(heads.Sealed)
		return err == nil && mine.Hash == b.Hash
	})
	r.settled()
	r.committed(100)
}

func (r *rig) rollBackTo(n uint64) {
	r.t.Helper()
	result, err := r.leader().node.Propose(r.t.Context(), command.TypeRollback, command.Rollback{ToBatch: n, Reason: "test", TimeMs: now()}.Append(nil))
	r.check(err)
	r.check(result.Err)
}

// The next leader goes on with a plan from wherever the one before died: here in the middle of the adoption.
func TestNextLeaderGoesOnWithAPlan(t *testing.T) {
	t.Parallel()
	r := newReconcilingRig(t, false)
	r.committed(200)
	n := r.secede(100)
	v := r.rival(n)
	foreign := []*fsm.SealedBatch{v.seal(60), v.seal(60), v.seal(60)}
	r.commit(foreign...)
	r.halted(command.ScopeIntake | command.ScopeAnchoring)
	r.failing.Store(new("adopt" + manager.Unrecorded)) // the leader gets no further
	old := r.leader()
	done := make(chan error, 1)
	go func() {
		_, err := old.manager.Reconcile(t.Context(), reconcile.Order{Who: "test", AcceptForeign: true}, false, nil)
		done <- err
	}()
	r.eventually("rolled back", func() bool { return len(old.machine.Cursor().Rollbacks()) == 1 })
	r.transfer(old)
	r.failing.Store(nil)
	r.eventually("another leader", func() bool { return r.leader() != old })
	r.eventually("adopted by the next leader", func() bool {
		mine, err := r.leader().machine.SealedHeader(n + 3)
		return err == nil && mine.Hash == foreign[2].Hash
	})
	t.Logf("the old leader's caller was told: %v", <-done)
	r.submitter.down.Store(false)
	r.settled()
	if got := len(r.leader().machine.Cursor().Rollbacks()); got != 1 {
		t.Errorf("%d rollbacks", got)
	}
}

// layers.md: after any sequence of reconciliations local, L1 and DA hold the same.
func TestAfterAnyReconciliationsTheLayersAgree(t *testing.T) {
	steps, _ := strconv.Atoi(os.Getenv("HOLDFAST_RECONCILIATIONS"))
	if steps == 0 {
		t.Skip("HOLDFAST_RECONCILIATIONS says how many; .ci/test-full sets it")
	}
	t.Parallel()
	r := newReconcilingRig(t, true)
	r.committed(150)
	r.committed(50) // two batches at least: one can be reverted and one stays
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for step := range steps {
		heads := r.leader().machine.Cursor().Heads()
		keep := heads.Sealed - min(heads.Sealed-heads.Finalized-1, uint64(random.IntN(2)))
		what := random.IntN(4)
		t.Logf("step %d: %d at batch %d", step, what, keep)
		switch what {
		case 0:
			n := r.secede(60)
			v := r.rival(n)
			r.commit(v.seal(50), v.seal(30))
			r.halted(command.ScopeIntake | command.ScopeAnchoring)
			r.order(reconcile.Order{AcceptForeign: true}, false)
			r.submitter.down.Store(false)
		case 1, 2:
			if keep == heads.Sealed {
				keep--
			}
			parent, err := r.leader().machine.SealedHeader(keep)
			r.check(err)
			r.guardianReverts(keep+1, &parent.Header)
			r.halted(command.ScopeAnchoring)
			order := reconcile.Order{Reanchor: true}
			if what == 2 {
				order = reconcile.Order{To: &keep}
			}
			r.order(order, false)
		default:
			r.rollBackTo(keep)
		}
		r.settled()
		r.committed(60)
	}
}

// The four operations answer, and Synchronize says what stands in the way.
func TestOperations(t *testing.T) {
	t.Parallel()
	r := newReconcilingRig(t, false)
	r.submit(200)
	var told []string
	progress := func(stage string, _, _ uint64, text string) { told = append(told, stage+" "+text) }
	heads, err := r.leader().manager.Synchronize(t.Context(), manager.HeadFinalized, progress)
	r.check(err)
	if heads.Finalized == 0 || heads.Finalized != heads.Sealed || len(told) < 2 {
		t.Errorf("synchronized to %+v, told %q", heads, told)
	}
	report, err := r.leader().manager.Verify(t.Context(), progress)
	r.check(err)
	if len(report.Verdicts) < 4 || report.Worst().Finding.Stops() {
		t.Errorf("%+v", report)
	}
	status, err := r.leader().manager.RecoverStatus(t.Context(), progress)
	r.check(err)
	if status.Committed != heads.Committed || len(status.Missing) != 0 || status.Checked == 0 {
		t.Errorf("%+v", status)
	}
	halt := command.Halt{Scope: command.ScopeAnchoring, Reason: "maintenance", Exit: "the exit", TimeMs: now()}
	_, err = r.leader().node.Propose(t.Context(), command.TypeHalt, halt.Append(nil))
	r.check(err)
	r.submit(50)
	_, err = r.leader().manager.Synchronize(t.Context(), manager.HeadCommitted, nil)
	if err == nil || !strings.Contains(fmt.Sprint(err), "the exit") {
		t.Errorf("what stands in the way: %v", err)
	}
	if got := r.order(reconcile.Order{}, false); got.Decision.Verb != reconcile.Nothing {
		t.Errorf("%+v", got.Decision)
	}
	if !r.leader().machine.Cursor().Halted(command.ScopeAnchoring) {
		t.Error("a reconciliation ended a halt that somebody made for another reason")
	}
}

// clocked adds up what executing takes.
type clocked struct {
	manager.Executor
	took atomic.Int64 // nanoseconds
}

func (c *clocked) Execute(ctx context.Context, input []byte) (*zkvm.Result, error) {
	start := time.Now()
	defer func() { c.took.Add(int64(time.Since(start))) }()
	return c.Executor.Execute(ctx, input)
}

// The figure: a divergence of 10 batches with 20,000 transitions each, from the halt to consistent layers.
// HOLDFAST_FIGURES=1 go test ./sync/manager -run TestFigureOfADivergence -v -count 1
func TestFigureOfADivergence(t *testing.T) {
	if os.Getenv("HOLDFAST_FIGURES") == "" {
		t.Skip("HOLDFAST_FIGURES says that figures are wanted")
	}
	const batches, transitions = 10, 24_300 // of which some are rejected: 20,000 in each batch
	executor := &clocked{}
	r := newRigFrom(&rig{t: t, strategy: consistency.L1Wins}, func(e manager.Executor) manager.Executor {
		executor.Executor = e
		return executor
	})
	r.committed(200)
	n := r.secede(100)
	v := r.rival(n)
	var foreign []*fsm.SealedBatch
	var bytes, accepted int
	for range batches {
		b := v.seal(transitions)
		foreign = append(foreign, b)
		bytes, accepted = bytes+len(b.Payload), accepted+int(b.Header.Transitions)
	}
	r.commit(foreign...)
	r.halted(command.ScopeIntake | command.ScopeAnchoring)
	executor.took.Store(0)
	start := time.Now()
	var told []string
	got, err := r.leader().manager.Reconcile(t.Context(), reconcile.Order{Who: "test", AcceptForeign: true}, false, func(stage string, done, total uint64, text string) {
		told = append(told, fmt.Sprintf("%8s %s %d/%d %s", time.Since(start).Round(time.Millisecond), stage, done, total, text))
	})
	r.check(err)
	took := time.Since(start)
	for _, line := range told {
		t.Log(line)
	}
	executed := time.Duration(executor.took.Load())
	t.Logf("%d batches, %d transitions, %d bytes: %s from detection to %s; %s are the sum of the zkVM's executions, which run side by side",
		batches, accepted, bytes, took.Round(time.Millisecond), got.Record.Outcome, executed.Round(time.Millisecond))
}
