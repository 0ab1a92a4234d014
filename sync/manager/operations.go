package manager

// What must hold here: an operation reports what the cursor and the layers say, and changes them through the duties
// alone.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/reconcile"
)

// watchInterval is how often an operation that waits looks at the cursor.
const watchInterval = 50 * time.Millisecond

// Verify compares all layers now, on this replica.
func (m *Manager) Verify(ctx context.Context, progress Progress) (consistency.Report, error) {
	progress.tell("verify", 0, 1, "comparing the layers")
	checker := consistency.New(m.comparisons())
	report := checker.Check(ctx)
	if err := ctx.Err(); err != nil {
		return report, err
	}
	for i, v := range report.Verdicts {
		progress.tell("verify", uint64(i)+1, uint64(len(report.Verdicts)), "%s: %s at batch %d %s", v.Pair, v.Finding, v.Batch, v.Detail)
	}
	return report, nil
}

// Head names how far a layer has come.
type Head string

// Heads that Synchronize can wait for.
const (
	HeadSealed    Head = "sealed"
	HeadExecuted  Head = "executed"
	HeadPublished Head = "published"
	HeadCommitted Head = "committed"
	HeadProven    Head = "proven"
	HeadFinalized Head = "finalized"
)

func (h Head) of(heads cursor.Heads) (uint64, error) {
	switch h {
	case HeadSealed:
		return heads.Sealed, nil
	case HeadExecuted:
		return heads.Executed, nil
	case HeadPublished:
		return heads.Published, nil
	case HeadCommitted:
		return heads.Committed, nil
	case HeadProven:
		return heads.Proven, nil
	case HeadFinalized:
		return heads.Finalized, nil
	}
	return 0, fmt.Errorf("%q is no head", h)
}

// BlockedError says that a layer cannot come further until somebody acts.
type BlockedError struct {
	Heads cursor.Heads
	Halts []cursor.HaltRecord
}

func (e *BlockedError) Error() string {
	parts := []string{fmt.Sprintf("the layers cannot come further (sealed %d, committed %d)", e.Heads.Sealed, e.Heads.Committed)}
	for _, h := range e.Halts {
		parts = append(parts, h.Reason, "exit: "+h.Exit)
	}
	return strings.Join(parts, "; ")
}

// ErrNotLeading says that this replica runs no duties.
var ErrNotLeading = errors.New("this replica does not lead")

// Synchronize seals what is open and waits until a head has reached everything that was accepted before the call. It is the
// duties that bring the layers there. A *BlockedError says that a halt stands in the way.
func (m *Manager) Synchronize(ctx context.Context, until Head, progress Progress) (cursor.Heads, error) {
	if _, err := until.of(cursor.Heads{}); err != nil {
		return cursor.Heads{}, err
	}
	if m.leading.Load() == nil {
		return cursor.Heads{}, ErrNotLeading
	}
	target, err := m.sealNow(ctx)
	if err != nil {
		return cursor.Heads{}, err
	}
	var told cursor.Heads
	for {
		cur := m.parts.Machine.Cursor()
		heads := cur.Heads()
		at, err := until.of(heads)
		if err != nil || at >= target {
			progress.tell(string(until), target, target, "every layer up to %s has batch %d", until, target)
			return heads, err
		}
		if heads != told {
			told = heads
			progress.tell(string(until), at, target, "sealed %d, executed %d, published %d, committed %d, proven %d, finalized %d",
				heads.Sealed, heads.Executed, heads.Published, heads.Committed, heads.Proven, heads.Finalized)
		}
		if blocked(cur, until, target) {
			return heads, &BlockedError{Heads: heads, Halts: cur.Halts()}
		}
		if pause(ctx, watchInterval, nil); ctx.Err() != nil {
			return heads, context.Cause(ctx)
		}
	}
}

// blocked says whether a head cannot come to a batch before somebody acts.
func blocked(cur *cursor.Cursor, until Head, target uint64) bool {
	heads := cur.Heads()
	switch {
	case heads.Sealed < target: // rolled back
		return true
	case until == HeadPublished:
		return false
	case until == HeadExecuted:
		next, _ := cur.Batch(heads.Executed + 1)
		return givenUp(cur, next)
	}
	return cur.Halted(command.ScopeAnchoring)
}

// sealNow has what is open sealed, and returns the newest batch then. Behind a batch that was cut before, another may be
// open: it is cut when that one is sealed.
func (m *Manager) sealNow(ctx context.Context) (uint64, error) {
	status := m.parts.Machine.Status()
	target := max(status.Heads.Sealed, status.Cut.Number)
	if status.Open.Transitions > 0 {
		target = status.Open.Number
	}
	for {
		if status.Cut.Number == 0 {
			if status.Heads.Sealed >= target || status.Open.Transitions == 0 { // or rolled back
				return target, nil
			}
			cut := command.Cut{Number: status.Open.Number, TimeMs: time.Now().UnixMilli(), ProgramVersion: status.ProgramVersion}
			// Refused if the seal duty was faster; what is open is then cut too.
			if _, err := m.parts.Cluster.Propose(ctx, command.TypeCut, cut.Append(nil)); err != nil {
				return 0, err
			}
		}
		if pause(ctx, watchInterval, nil); ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		status = m.parts.Machine.Status()
	}
}

// reconcileOrder is what an operator wants done about a divergence.
type reconcileOrder struct {
	ctx      context.Context //nolint:containedctx // of the caller, who waits for done
	order    reconcile.Order
	progress Progress
	done     chan reconcileAnswer // has room for the answer
}

type reconcileAnswer struct {
	decision   reconcile.Decision
	difference *reconcile.Difference
	err        error
}

// Reconciled is what became of a Reconcile.
type Reconciled struct {
	Decision   reconcile.Decision
	Difference *reconcile.Difference // where the first batch that differs differs; nil if unknown
	Record     cursor.Reconciliation // of a plan that was carried out
}

// ErrReconcileStopped says that a reconciliation could not go on.
var ErrReconcileStopped = errors.New("the reconciliation stopped")

// Reconcile decides about a divergence from L1 as an operator orders, and has the plan carried out; it returns when that is
// done or has stopped. With dryRun it only says what it would do, on any replica.
func (m *Manager) Reconcile(ctx context.Context, order reconcile.Order, dryRun bool, progress Progress) (Reconciled, error) {
	if m.l1 == nil {
		return Reconciled{}, ErrNotAnchoring
	}
	if dryRun {
		s := m.newSurvey(progress)
		decision, err := s.decide(ctx, &order)
		return Reconciled{Decision: decision, Difference: s.difference}, err
	}
	answer, err := m.giveOrder(reconcileOrder{ctx: ctx, order: order, progress: progress})
	for err == nil && answer.decision.Unsettled { // it is a matter of blocks
		progress.tell("wait", 0, 0, "%s", answer.decision.Reason)
		if pause(ctx, m.l1.config.PollInterval, nil); ctx.Err() != nil {
			return Reconciled{Decision: answer.decision}, context.Cause(ctx)
		}
		answer, err = m.giveOrder(reconcileOrder{ctx: ctx, order: order, progress: progress})
	}
	out := Reconciled{Decision: answer.decision, Difference: answer.difference}
	if err != nil || answer.decision.Verb != reconcile.Act {
		return out, err
	}
	out.Record, err = m.awaitPlan(ctx, answer.decision.Plan, progress)
	return out, err
}

func (m *Manager) giveOrder(o reconcileOrder) (reconcileAnswer, error) {
	leading := m.leading.Load()
	if leading == nil {
		return reconcileAnswer{}, ErrNotLeading
	}
	o.done = make(chan reconcileAnswer, 1)
	// The duty tells the caller's goroutine, which may be gone by then: what it has no time to hear is left out.
	told, tell := make(chan func(), 64), o.progress
	o.progress = func(stage string, done, total uint64, text string) {
		select {
		case told <- func() { tell.tell(stage, done, total, "%s", text) }:
		default:
		}
	}
	select {
	case m.reconciler.orders <- o:
	case <-(*leading).Done():
		return reconcileAnswer{}, ErrNotLeading
	case <-o.ctx.Done():
		return reconcileAnswer{}, context.Cause(o.ctx)
	}
	for {
		select {
		case say := <-told:
			say()
		case answer := <-o.done:
			for len(told) > 0 {
				(<-told)()
			}
			return answer, answer.err
		case <-o.ctx.Done():
			return reconcileAnswer{}, context.Cause(o.ctx)
		}
	}
}

// takeOrder decides by an operator's order, if somebody waits with one.
func (m *Manager) takeOrder(ctx context.Context, cur *cursor.Cursor) bool {
	select {
	case o := <-m.reconciler.orders:
		o.done <- m.decideBy(ctx, cur, o)
		return true
	default:
		return false
	}
}

func (m *Manager) decideBy(ctx context.Context, cur *cursor.Cursor, o reconcileOrder) (a reconcileAnswer) {
	if r, ok := cur.Reconciliation(); ok && r.Outcome == cursor.UnderWay {
		a.err = fmt.Errorf("reconciliation %d: %w", r.Number, cursor.ErrReconciling)
		return a
	}
	m.reconciler.survey = m.newSurvey(o.progress)
	a.decision, a.err = m.reconciler.survey.decide(ctx, &o.order)
	a.difference = m.reconciler.survey.difference
	m.reconciler.survey.progress = nil
	if a.err != nil {
		return a
	}
	switch a.decision.Verb {
	case reconcile.Act:
		a.err = m.record(ctx, cursor.Planned{Plan: a.decision.Plan})
	case reconcile.Nothing:
		a.err = m.endHalts(ctx, cur, "an operator had it checked: "+a.decision.Reason)
	case reconcile.Wait, reconcile.Stop: // the duty halts what the strategy wants halted
	}
	return a
}

// awaitPlan waits for the end of a plan.
func (m *Manager) awaitPlan(ctx context.Context, plan cursor.Plan, progress Progress) (cursor.Reconciliation, error) {
	total := uint64(len(plan.Adopts))
	var told string
	for {
		cur := m.parts.Machine.Cursor()
		r, ok := cur.Reconciliation()
		switch {
		case ok && r.Plan.Digest() == plan.Digest():
			done := adoptedOf(cur, plan)
			if now := fmt.Sprintf("%s %d", r.Step, done); now != told {
				told = now
				progress.tell("reconcile", done, total, "step %q is done, %d of %d batches are adopted", r.Step, done, total)
			}
			switch r.Outcome {
			case cursor.Done:
				return r, nil
			case cursor.Stopped:
				return r, fmt.Errorf("%w: %s", ErrReconcileStopped, r.Detail)
			case cursor.UnderWay:
			}
		case ok: // it was recorded before the first look: another one followed it between two
			return r, fmt.Errorf("%w: reconciliation %d followed it; the audit trail says how it ended", ErrReconcileStopped, r.Number)
		}
		if pause(ctx, watchInterval, nil); ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
	}
}

// Recoverable says from what this history could be recovered now, as far as that was asked.
type Recoverable struct {
	Finalized, Committed uint64   // as L1 holds this history
	Checked              uint64   // newest committed batches of which every provider was asked
	Missing              []uint64 // of those, the ones that nobody has
	Alone                []uint64 // the ones that one provider alone has
	Reconciliation       *cursor.Reconciliation
}

// recoverWindow is how many of the newest committed batches RecoverStatus asks for.
const recoverWindow = 64

// RecoverStatus asks the DA providers for the newest committed batches, without which nothing that is kept elsewhere can
// be completed.
func (m *Manager) RecoverStatus(ctx context.Context, progress Progress) (Recoverable, error) {
	cur := m.parts.Machine.Cursor()
	heads := cur.Heads()
	out := Recoverable{Finalized: heads.Finalized, Committed: heads.Committed}
	if r, ok := cur.Reconciliation(); ok {
		out.Reconciliation = &r
	}
	if m.parts.DA == nil {
		return out, nil
	}
	first := heads.Committed - min(heads.Committed, recoverWindow) + 1
	for n := first; n <= heads.Committed; n++ {
		sealed, err := m.parts.Machine.SealedHeader(n)
		if err != nil {
			continue // this replica does not keep it any more
		}
		refs := []cursor.Ref{da.ArchiveRef(sealed.Header)}
		if m.l1 != nil {
			if refs, err = m.places(ctx, sealed.Header); err != nil {
				return out, fmt.Errorf("batch %d: %w", n, err)
			}
		}
		census := m.parts.DA.Reader.Census(ctx, sealed.Header, refs)
		if err = ctx.Err(); err != nil {
			return out, err
		}
		out.Checked++
		switch {
		case len(census.Holders) == 0:
			out.Missing = append(out.Missing, n)
		case census.Alone():
			out.Alone = append(out.Alone, n)
		}
		progress.tell("recover_status", n-first+1, heads.Committed-first+1, "batch %d is held by %d providers", n, len(census.Holders))
	}
	return out, nil
}
