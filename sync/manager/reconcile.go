package manager

// What must hold here: nothing is done that the cursor does not already hold as a plan; each step is one command, and
// what is left to do follows from the cursor alone, so that any leader goes on from there.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/reconcile"
)

// Steps of a plan, as the cursor records them.
const (
	stepHalted     = "halted"
	stepTakenBack  = "taken_back"
	stepRolledBack = "rolled_back"
	stepAdopted    = "adopted"
	stepHeld       = "held"
	stepDone       = "done"
)

// reconciler is the reconcile duty's own.
type reconciler struct {
	survey *survey // of the divergence that it is about; nil while there is none
	said   string  // what was last logged
	orders chan reconcileOrder
}

// reconcileStep decides about a divergence from L1, and carries out one step of the plan that was chosen.
func (m *Manager) reconcileStep(ctx context.Context) (bool, error) {
	cur := m.parts.Machine.Cursor()
	if m.takeOrder(ctx, cur) {
		return true, nil
	}
	if plan, ok := cur.Reconciling(); ok {
		return m.pursue(ctx, cur, plan)
	}
	if m.config.Strategy == "" || !suspicious(cur) {
		m.reconciler.survey, m.reconciler.said = nil, ""
		return false, nil
	}
	decision, err := m.duteousSurvey().decide(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("decide about what L1 holds: %w", err)
	}
	return m.enact(ctx, cur, decision)
}

// duteousSurvey is the survey that lasts from step to step.
func (m *Manager) duteousSurvey() *survey {
	if m.reconciler.survey == nil {
		m.reconciler.survey = m.newSurvey(nil)
	}
	return m.reconciler.survey
}

// suspicious says whether there is anything to decide: a verdict about L1, or a halt that one left behind.
func suspicious(cur *cursor.Cursor) bool {
	if v, ok := cur.LastVerdict(cursor.LocalL1); ok && v.Finding.Stops() {
		return true
	}
	return slices.ContainsFunc(cur.Halts(), reconcile.Ours)
}

// enact does what was decided.
func (m *Manager) enact(ctx context.Context, cur *cursor.Cursor, d reconcile.Decision) (bool, error) {
	if said := d.Verb.String() + d.Reason; said != m.reconciler.said {
		m.reconciler.said = said
		m.log.WarnContext(ctx, "reconciliation decided", slog.String("verb", d.Verb.String()), slog.String("finding", d.Finding.String()),
			slog.Uint64("first", d.First), slog.String("reason", d.Reason), slog.String("exit", d.Exit))
	}
	switch d.Verb {
	case reconcile.Act:
		return true, m.record(ctx, cursor.Planned{Plan: d.Plan})
	case reconcile.Wait, reconcile.Stop:
		return false, m.haltFor(ctx, cur, d.Halts, d.Reason, d.Exit)
	case reconcile.Nothing:
		if m.config.Strategy == consistency.L1Wins { // the cause is gone: a reorganization or the guardian removed it
			return false, m.endHalts(ctx, cur, "L1 holds what this history holds")
		}
	}
	return false, nil
}

// haltFor halts what is not halted yet.
func (m *Manager) haltFor(ctx context.Context, cur *cursor.Cursor, scopes command.Scope, reason, exit string) error {
	var missing command.Scope
	for _, s := range []command.Scope{command.ScopeIntake, command.ScopeAnchoring} {
		if scopes&s != 0 && !cur.Halted(s) {
			missing |= s
		}
	}
	if missing == 0 {
		return nil
	}
	m.log.ErrorContext(ctx, "halted for a reconciliation", slog.String("reason", reason), slog.String("exit", exit))
	h := command.Halt{
		Scope: missing, Reason: clip(reconcile.HaltReason+reason, command.MaxReason), Exit: clip(exit, command.MaxReason),
		TimeMs: time.Now().UnixMilli(),
	}
	return m.propose(ctx, command.TypeHalt, h.Append(nil))
}

// endHalts ends the halts that a divergence from L1 made.
func (m *Manager) endHalts(ctx context.Context, cur *cursor.Cursor, reason string) error {
	if ends := reconcile.Ends(cur, 0); ends != 0 {
		return m.resume(ctx, cur, ends, reason)
	}
	return nil
}

// resume ends those of the scopes that are halted for a divergence from L1.
func (m *Manager) resume(ctx context.Context, cur *cursor.Cursor, scopes command.Scope, reason string) error {
	scopes &= reconcile.Ends(cur, 0)
	if scopes == 0 {
		return nil
	}
	r := command.Resume{Scope: scopes, Reason: clip(reconcile.HaltReason+reason, command.MaxReason), TimeMs: time.Now().UnixMilli()}
	return m.propose(ctx, command.TypeResume, r.Append(nil))
}

// failingExit is the exit of the halts that a plan makes.
const failingExit = "it ends with the reconciliation; should that stop, `holdfast reconcile --dry-run` says why and what can be done"

// pursue does the next step of the plan under way.
func (m *Manager) pursue(ctx context.Context, cur *cursor.Cursor, plan cursor.Plan) (bool, error) {
	record, _ := cur.Reconciliation()
	var err error
	switch {
	case plan.Action != cursor.ActionReanchor && record.Step == "":
		if err = m.haltFor(ctx, cur, command.ScopeIntake|command.ScopeAnchoring, plan.Reason, failingExit); err == nil {
			err = m.stepped(ctx, plan, stepHalted)
		}
	case plan.Action == cursor.ActionAdopt:
		err = m.pursueAdoption(ctx, cur, plan, record.Step)
	default:
		err = m.pursueBack(ctx, cur, plan)
	}
	if errors.Is(err, errLayersBehind) {
		return false, nil
	}
	if hopeless(err) {
		m.log.ErrorContext(ctx, "reconciliation stopped", slog.Any("error", err))
		return true, m.record(ctx, cursor.Stepped{
			Digest: plan.Digest(), Step: "stopped", Outcome: cursor.Stopped, Detail: clip(err.Error(), cursor.MaxText),
		})
	}
	return err == nil, err
}

// hopeless says whether no waiting helps.
func hopeless(err error) bool {
	for _, target := range []error{
		fsm.ErrNotDerived, fsm.ErrNothingToExecute, fsm.ErrProgramVersion, fsm.ErrVersionReleased, cursor.ErrFinalized, errNotHeld, errWentBack,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

var (
	errNotHeld = errors.New("L1 does not hold any more what was to be adopted")
	// errWentBack: a reorganization took back deposits that the last common batch had consumed. What is to be done now
	// is decided anew.
	errWentBack = errors.New("the state went back behind the batch on which was to be adopted")
)

func (m *Manager) stepped(ctx context.Context, plan cursor.Plan, step string) error {
	outcome := cursor.UnderWay
	if step == stepDone {
		outcome = cursor.Done
	}
	return m.record(ctx, cursor.Stepped{Digest: plan.Digest(), Step: step, Outcome: outcome})
}

// pursueBack carries out a plan that adopts nothing: what L1 holds no more is recorded, the state goes back if the plan
// says so, and the halts end.
func (m *Manager) pursueBack(ctx context.Context, cur *cursor.Cursor, plan cursor.Plan) error {
	record, _ := cur.Reconciliation()
	switch {
	case record.Step != stepTakenBack && record.Step != stepRolledBack:
		if err := m.recordTakenBack(ctx, cur); err != nil {
			return err
		}
		return m.stepped(ctx, plan, stepTakenBack)
	case plan.Action == cursor.ActionRollBack && record.Step != stepRolledBack:
		if cur.Heads().Sealed > plan.To { // else a leader before did it, and died
			if err := m.rollBack(ctx, plan); err != nil {
				return err
			}
		}
		return m.stepped(ctx, plan, stepRolledBack) // before anything is traded on the state
	}
	if err := m.resume(ctx, cur, plan.Ends, plan.Reason); err != nil {
		return err
	}
	return m.stepped(ctx, plan, stepDone)
}

// recordTakenBack records how far L1 holds this history, if that is less than what is recorded.
func (m *Manager) recordTakenBack(ctx context.Context, cur *cursor.Cursor) error {
	latest := cur.Follow().Latest
	seen, err := m.l1.contract.Inspect(ctx, 0, layer1.AtNumber(latest.Number-min(m.l1.config.Depth, latest.Number)))
	if err != nil {
		return err
	}
	if seen.State.LastCommitted >= cur.Heads().Committed {
		return nil
	}
	return m.record(ctx, cursor.TakenBack{To: seen.State.LastCommitted, Block: seen.Block.Ref()})
}

// rollBack takes the state back to where a plan wants it.
func (m *Manager) rollBack(ctx context.Context, plan cursor.Plan) error {
	c := command.Rollback{
		ToBatch: plan.To, Reason: clip(reconcile.HaltReason+plan.Reason, command.MaxReason),
		Evidence: cursor.Append(nil, cursor.Planned{Plan: plan}), TimeMs: time.Now().UnixMilli(),
	}
	return m.propose(ctx, command.TypeRollback, c.Append(nil))
}

// pursueAdoption rolls back, adopts, and records what L1 holds.
func (m *Manager) pursueAdoption(ctx context.Context, cur *cursor.Cursor, plan cursor.Plan, step string) error {
	adopted := adoptedOf(cur, plan)
	switch {
	case step == stepHeld:
		if err := m.resume(ctx, cur, plan.Ends, plan.Reason); err != nil {
			return err
		}
		return m.stepped(ctx, plan, stepDone)
	case step == stepAdopted: // the state is L1's: it is traded on; anchoring waits until it is recorded what need not be sent
		if err := m.resume(ctx, cur, plan.Ends&command.ScopeIntake, plan.Reason); err != nil {
			return err
		}
		return m.recordHeld(ctx, cur, plan)
	case cur.Heads().Sealed < plan.To:
		return errWentBack
	case cur.Heads().Sealed > plan.To+adopted:
		if err := m.rollBack(ctx, plan); err != nil {
			return err
		}
		return m.stepped(ctx, plan, stepRolledBack)
	case adopted < uint64(len(plan.Adopts)):
		err := m.adopt(ctx, plan, plan.Adopts[adopted])
		if errors.Is(err, fsm.ErrBatchOpen) { // of what came before the halt
			return m.rollBack(ctx, plan)
		}
		return err
	default:
		return m.stepped(ctx, plan, stepAdopted)
	}
}

// adoptedOf is how many of a plan's batches are part of the state.
func adoptedOf(cur *cursor.Cursor, plan cursor.Plan) (count uint64) {
	for i, hash := range plan.Adopts {
		b, ok := cur.Batch(plan.To + 1 + uint64(i))
		if !ok || b.HeaderHash != hash {
			break
		}
		count++
	}
	return count
}

// adopt proposes one batch, in pieces.
func (m *Manager) adopt(ctx context.Context, plan cursor.Plan, hash cursor.Hash) error {
	s := m.duteousSurvey()
	c := s.known[hash]
	if c == nil || c.missing != nil { // another leader made the plan
		cur := m.parts.Machine.Cursor()
		if _, err := s.look(ctx, cur); err != nil {
			return err
		}
		if c = s.known[hash]; c == nil {
			return fmt.Errorf("header %x: %w", hash, errNotHeld)
		}
		if c.missing != nil {
			return c.missing
		}
	}
	header := [command.HeaderBytes]byte(c.header.Append(make([]byte, 0, batch.HeaderSize)))
	for _, piece := range command.Adoption(header, c.payload, clip(plan.Reason, command.MaxReason), time.Now().UnixMilli()) {
		if err := m.propose(ctx, command.TypeAdopt, piece.Append(nil)); err != nil {
			m.reconciler.survey = nil // what is refused for now may be gone from L1 before it is not
			return fmt.Errorf("adopt batch %d: %w", c.header.Number, err)
		}
	}
	return nil
}

// recordHeld records of the next adopted batch that L1 holds it, once the other layers have it. When all are recorded, or
// L1 holds them no more, the plan goes on: what L1 does not hold goes out like any batch.
func (m *Manager) recordHeld(ctx context.Context, cur *cursor.Cursor, plan cursor.Plan) error {
	heads := cur.Heads()
	last := plan.To + uint64(len(plan.Adopts))
	for _, kind := range []cursor.Kind{cursor.Commit, cursor.Verify} {
		n, seen, done, err := m.nextHeld(ctx, cur, kind, last)
		if err != nil {
			return err
		}
		if done {
			continue
		}
		if n > heads.Executed || n > heads.Published {
			return errLayersBehind
		}
		return m.recordHeldBatch(ctx, kind, seen)
	}
	return m.stepped(ctx, plan, stepHeld)
}

// errLayersBehind says that the zkVM or the archive do not have an adopted batch yet.
var errLayersBehind = errors.New("the adopted batches are being executed and published")

// nextHeld finds the next batch up to last of which it is to be recorded that L1 holds it; done if there is none.
func (m *Manager) nextHeld(ctx context.Context, cur *cursor.Cursor, kind cursor.Kind, last uint64) (n uint64, seen layer1.Inspection, done bool, err error) {
	heads := cur.Heads()
	n = heads.Committed + 1
	if kind == cursor.Verify {
		n = heads.Proven + 1
	}
	if n > last {
		return n, seen, true, nil
	}
	latest := cur.Follow().Latest
	seen, err = m.l1.contract.Inspect(ctx, n, layer1.AtNumber(latest.Number-min(m.l1.config.Depth, latest.Number)))
	if err != nil {
		return n, seen, false, err
	}
	record, ok := cur.Batch(n)
	done = !ok || seen.HeaderHash != record.HeaderHash || kind == cursor.Verify && !seen.Verified()
	return n, seen, done, nil
}

// recordHeldBatch records where L1 took a batch.
func (m *Manager) recordHeldBatch(ctx context.Context, kind cursor.Kind, seen layer1.Inspection) error {
	held := cursor.Held{Kind: kind, Batch: seen.Number, HeaderHash: seen.HeaderHash}
	if kind == cursor.Commit {
		c, err := m.l1.contract.Committal(ctx, seen)
		if err != nil {
			return err
		}
		held.TxHash, held.Block = c.TxHash, c.Block
	} else {
		v, err := m.l1.contract.VerificationOf(ctx, seen)
		if err != nil {
			return err
		}
		held.TxHash, held.Block = v.TxHash, v.Block
	}
	return m.record(ctx, held)
}
