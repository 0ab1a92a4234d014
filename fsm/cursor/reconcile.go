package cursor

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// A reconciliation is recorded before its first step and after each: the next
// leader finds the plan here and goes on from where the cursor's heads say that it
// stands. What L1 holds or no longer holds enters like any other fact, with the
// block that shows it.

// Reasons for which these events are illegal.
var (
	ErrReconciling = errors.New("another reconciliation is under way")
	ErrNoPlan      = errors.New("no such reconciliation is under way")
	ErrStillHeld   = errors.New("L1 holds no less than is recorded")
)

// Held states that L1 holds a batch of this history by a transaction that none of
// our anchors sent, at depth: an adopted batch.
type Held struct {
	Kind       Kind
	Batch      uint64
	HeaderHash Hash
	TxHash     Hash
	Block      BlockRef
}

// TakenBack states that L1 holds batches up to To alone, although more had landed,
// and that the block that shows it is at depth. What had landed of the others has
// no effect any more.
type TakenBack struct {
	To    uint64
	Block BlockRef
}

// ReasonTakenBack is the reason of an anchor whose batches were taken back.
const ReasonTakenBack = "taken back by the contract's guardian"

// Action is what a reconciliation does. Wire-stable.
type Action uint8

// Actions of a reconciliation.
const (
	ActionAdopt    Action = 1 + iota // the state goes back to batch To and adopts what L1 holds above it
	ActionRollBack                   // the state goes back to batch To, which is the newest that L1 holds or later
	ActionReanchor                   // what L1 took back goes out again as it is
)

// Plan is what a reconciliation was chosen to do.
type Plan struct {
	Action Action
	To     uint64        // newest batch that stays
	Adopts []Hash        // header hashes of the batches To+1 on that are adopted; ActionAdopt alone
	Ends   command.Scope // halts that its end ends; 0 for none
	Who    string        // who chose it: an operator, or the strategy
	Reason string
}

// Digest identifies the plan.
func (p Plan) Digest() Hash {
	c := encoder(nil)
	c.plan(&p)
	return sha256.Sum256(c.w.Buf)
}

// Steps is how many batches the plan adopts.
func (p Plan) Steps() int { return len(p.Adopts) }

// Planned begins a reconciliation. It is refused while another one is under way.
type Planned struct{ Plan Plan }

// Outcome is where a reconciliation stands. Wire-stable.
type Outcome uint8

// Outcomes of a reconciliation.
const (
	UnderWay Outcome = 1 + iota
	Done
	Stopped // it cannot go on; what it halted stays halted
)

// Stepped states that a step of the reconciliation under way was done, or that it
// ended.
type Stepped struct {
	Digest  Hash // of the plan
	Step    string
	Outcome Outcome
	Detail  string
}

// Reconciliation is the newest one.
type Reconciliation struct {
	Number  uint64 // from 1
	Plan    Plan
	Step    string // newest that was done
	Outcome Outcome
	Detail  string
	BeganMs int64
	Index   uint64 // of the newest step
	TimeMs  int64
}

const (
	typeHeld      eventType = 67
	typeTakenBack eventType = 68
	typePlanned   eventType = 69
	typeStepped   eventType = 70
)

func (Held) eventType() eventType      { return typeHeld }
func (TakenBack) eventType() eventType { return typeTakenBack }
func (Planned) eventType() eventType   { return typePlanned }
func (Stepped) eventType() eventType   { return typeStepped }

func (a Action) String() string {
	return nameFrom([]string{"", "adopt", "roll_back", "reanchor"}, uint8(a))
}

func (o Outcome) String() string {
	return nameFrom([]string{"", "under_way", "done", "stopped"}, uint8(o))
}

// Reconciliation returns the newest reconciliation; false if there never was one.
func (c *Cursor) Reconciliation() (Reconciliation, bool) {
	if c.reconciliation == nil {
		return Reconciliation{}, false
	}
	return *c.reconciliation, true
}

// Reconciling returns the plan that is under way.
func (c *Cursor) Reconciling() (Plan, bool) {
	if r := c.reconciliation; r != nil && r.Outcome == UnderWay {
		return r.Plan, true
	}
	return Plan{}, false
}

func (c *Cursor) held(e Held) error {
	b, err := c.open(e.Batch)
	if err != nil {
		return err
	}
	in := *b.inclusion(e.Kind)
	switch {
	case b.HeaderHash != e.HeaderHash:
		return ErrHeaderMismatch
	case in != nil && in.TxHash == e.TxHash && in.AtDepth:
		return errRepeat
	case in != nil:
		return fmt.Errorf("recorded by transaction %x: %w", in.TxHash, ErrContradiction)
	case e.TxHash == Hash{}:
		return ErrMalformed
	case e.Batch > c.heads.Executed:
		return ErrNotExecuted
	case e.Batch > c.heads.Published:
		return ErrNotPublished
	case e.Kind == Commit && e.Batch != c.heads.Committed+1, e.Kind == Verify && e.Batch != c.heads.Proven+1:
		return ErrOutOfOrder
	case e.Kind == Verify && e.Batch > c.heads.Committed:
		return ErrNotCommitted
	}
	if err := c.onChain(e.Block); err != nil {
		return err
	}
	c.editBatch(e.Batch, func(b *Batch) {
		*b.inclusion(e.Kind) = &Inclusion{TxHash: e.TxHash, Block: e.Block, AtDepth: true}
	})
	return nil
}

func (c *Cursor) takenBack(e TakenBack, at Context) error {
	if err := c.onChain(e.Block); err != nil {
		return err
	}
	switch {
	case e.To < c.heads.Finalized:
		return fmt.Errorf("finalized is %d: %w", c.heads.Finalized, ErrFinalized)
	case e.Block.Number == 0:
		return ErrMalformed
	}
	gone := func(in *Inclusion) bool { return in != nil && in.Block.Number <= e.Block.Number }
	if !slices.ContainsFunc(c.batches, func(b *Batch) bool { return b.Number > e.To && (gone(b.Commit) || gone(b.Verify)) }) {
		return ErrStillHeld
	}
	for i, a := range c.anchors {
		if a.Last <= e.To || a.Stale || a.Status != StatusIncluded && a.Status != StatusAtDepth || a.Block.Number > e.Block.Number {
			continue
		}
		c.settleKept(a, e.To)
		c.editAnchor(i, func(a *Anchor) { a.Status, a.Block, a.Reason = StatusFailed, e.Block, ReasonTakenBack })
	}
	for n := e.To + 1; n <= c.heads.Sealed; n++ {
		c.editBatch(n, func(b *Batch) {
			for _, kind := range []Kind{Commit, Verify} {
				if in := b.inclusion(kind); gone(*in) {
					*in = nil
				}
			}
		})
	}
	before := c.heads
	c.heads.Committed, c.heads.Proven = min(c.heads.Committed, e.To), min(c.heads.Proven, e.To)
	c.note(at, AuditTakenBack, e.To, "", fmt.Sprintf("as of L1 block %d %x: committed %d to %d, proven %d to %d",
		e.Block.Number, e.Block.Hash, before.Committed, c.heads.Committed, before.Proven, c.heads.Proven))
	return nil
}

// settleKept takes to depth the batches of a partly taken back anchor that stay:
// the block that shows it is later than theirs and at depth.
func (c *Cursor) settleKept(a *Anchor, to uint64) {
	for n := a.First; n <= min(a.Last, to); n++ {
		b := c.record(n)
		if b == nil {
			continue
		}
		if in := *b.inclusion(a.Kind); in != nil && !in.AtDepth {
			deep := *in
			deep.AtDepth = true
			c.editBatch(n, func(b *Batch) { *b.inclusion(a.Kind) = &deep })
		}
	}
}

func (c *Cursor) planned(e Planned, at Context) error {
	p := e.Plan
	if p.Action == 0 || p.Action > ActionReanchor || p.Who == "" || (p.Action == ActionAdopt) != (len(p.Adopts) > 0) {
		return ErrMalformed
	}
	if running, ok := c.Reconciling(); ok {
		if running.Digest() == p.Digest() {
			return errRepeat
		}
		return ErrReconciling
	}
	switch {
	case p.To < c.heads.Finalized:
		return fmt.Errorf("finalized is %d: %w", c.heads.Finalized, ErrFinalized)
	case p.To > c.heads.Sealed:
		return ErrUnknownBatch
	}
	number := uint64(1)
	if c.reconciliation != nil {
		number = c.reconciliation.Number + 1
	}
	c.reconciliation = &Reconciliation{
		Number: number, Plan: p, Outcome: UnderWay, BeganMs: at.TimeMs, Index: at.Index, TimeMs: at.TimeMs,
	}
	c.note(at, AuditReconciliation, p.To, p.Who, fmt.Sprintf("%s from batch %d, adopts %d: %s", p.Action, p.To, len(p.Adopts), p.Reason))
	return nil
}

func (c *Cursor) stepped(e Stepped, at Context) error {
	r := c.reconciliation
	switch {
	case r == nil || r.Plan.Digest() != e.Digest:
		return ErrNoPlan
	case r.Step == e.Step && r.Outcome == e.Outcome && r.Detail == e.Detail:
		return errRepeat
	case r.Outcome != UnderWay:
		return ErrNoPlan
	case e.Outcome == 0 || e.Outcome > Stopped || e.Step == "":
		return ErrMalformed
	}
	next := *r
	next.Step, next.Outcome, next.Detail, next.Index, next.TimeMs = e.Step, e.Outcome, e.Detail, at.Index, at.TimeMs
	c.reconciliation = &next
	if e.Outcome != UnderWay {
		c.note(at, AuditReconciliation, r.Plan.To, r.Plan.Who, fmt.Sprintf("%s %s at %s: %s", r.Plan.Action, e.Outcome, e.Step, e.Detail))
	}
	return nil
}

func (c *codec) heldEvent(e *Held) {
	enum(c, &e.Kind, Verify)
	c.uint(&e.Batch)
	c.hash(&e.HeaderHash)
	c.hash(&e.TxHash)
	c.block(&e.Block)
}

func (c *codec) takenBackEvent(e *TakenBack) {
	c.uint(&e.To)
	c.block(&e.Block)
}

func (c *codec) plan(p *Plan) {
	enum(c, &p.Action, ActionReanchor)
	c.uint(&p.To)
	list(c, &p.Adopts, MaxRange, 32, (*codec).hash)
	c.u8((*uint8)(&p.Ends))
	if c.r != nil && c.r.Err() == nil && p.Ends > ScopeIntake|ScopeAnchoring {
		c.r.Fail(command.ErrValue)
	}
	c.text(&p.Who)
	c.text(&p.Reason)
}

func (c *codec) plannedEvent(e *Planned) { c.plan(&e.Plan) }

func (c *codec) steppedEvent(e *Stepped) {
	c.hash(&e.Digest)
	c.text(&e.Step)
	enum(c, &e.Outcome, Stopped)
	c.text(&e.Detail)
}

func (c *codec) reconciliationRecord(r *Reconciliation) {
	c.uint(&r.Number)
	c.plan(&r.Plan)
	c.text(&r.Step)
	enum(c, &r.Outcome, Stopped)
	c.text(&r.Detail)
	c.ms(&r.BeganMs)
	c.uint(&r.Index)
	c.ms(&r.TimeMs)
}
