package reconcile

// What must hold here: a decision to act is never wider than layers.md allows, whatever the strategy or the order; one
// that does not act names the operation that ends it.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
)

// Held is a batch that L1 holds and the local history does not.
type Held struct {
	Number           uint64
	HeaderHash, Root cursor.Hash
	Submitter        [20]byte // account that sent the commit
	Verified         bool     // L1 holds it as verified
	// Missing says why header and content could not be fetched; nil if both are at hand and hash to what L1 states.
	Missing error
	// Refused says in what the content, executed on the batch before, does not come out as its header states.
	Refused error
}

// L1 is what the contract holds at a block at depth.
type L1 struct {
	Last  uint64          // newest batch that it holds
	Block cursor.BlockRef // as of which
	// Settled says that the newest block shows the same.
	Settled bool
	// Above are the batches from the first on that the local history has not, in order; none if it has them all.
	Above []Held
	// Verifies says that the contract's verifier checks proofs.
	Verifies bool
}

// Order is what an operator wants. At most one of the choices is made.
type Order struct {
	Who, Reason   string
	AcceptForeign bool    // adopt what L1 holds although nobody vouches for it
	Reanchor      bool    // send again what L1 took back, as it is
	To            *uint64 // go back to this batch
}

// Input is everything that a decision rests on.
type Input struct {
	Cursor   *cursor.Cursor
	Kind     batch.PayloadKind
	Strategy consistency.Strategy
	L1       L1
	Allowed  [][20]byte // submitters of foreign batches that are adopted without an order
	Order    *Order     // nil: the duty decides by the strategy
}

// Verb is what is to be done.
type Verb uint8

// Verbs.
const (
	Nothing Verb = iota // the layers agree, or lag
	Wait                // what is needed is not there yet
	Stop                // until somebody decides
	Act                 // on the plan
)

func (v Verb) String() string {
	return [...]string{"nothing", "wait", "stop", "act"}[v&3]
}

// Decision is what follows from an Input.
type Decision struct {
	Verb    Verb
	Finding cursor.Finding // Consistent, Foreign, Divergent (our own, elsewhere than here), Reverted
	First   uint64         // first batch that it is about; 0 if none
	Plan    cursor.Plan    // of Act
	Halts   command.Scope  // what may not go on meanwhile
	Reason  string
	Exit    string   // of Wait and Stop: what ends it
	Steps   []string // of Act, in words
	// Unsettled says that nothing but blocks is waited for: L1 has moved on since the block at depth.
	Unsettled bool
}

// Exits of what a duty may not decide.
const (
	exitForeign  = "have the contract's guardian take it back (`holdfast contract revert --from %d`), or `holdfast reconcile --accept-foreign`"
	exitRevert   = "have the contract's guardian take it back: `holdfast contract revert --from %d`"
	exitReverted = "`holdfast reconcile --re-anchor` sends the same batches again, `holdfast reconcile --to BATCH` takes the state back to one that L1 holds or a later one"
	exitChoose   = "`holdfast reconcile --dry-run` shows the plan, `holdfast reconcile` carries it out"
	exitFinal    = "L1 contradicts what it had finalized: stop the cluster and recover it from L1 (`holdfast recover l1`)"
	exitMissing  = "make the payload readable again (archive, blobs or the alt-DA server), or have the contract's guardian take the batch back: `holdfast contract revert --from %d`"
)

// MaxAdopted is how many batches one plan adopts; what L1 holds beyond them is the next plan's.
const MaxAdopted = cursor.MaxRange

// Owned says whether this history sealed a batch with this header: one that an anchor in flight carries, or one that a
// rollback removed.
func Owned(c *cursor.Cursor, header cursor.Hash) bool {
	if slices.ContainsFunc(c.InFlight(), func(a cursor.Anchor) bool { return slices.Contains(a.HeaderHashes, header) }) {
		return true
	}
	return slices.ContainsFunc(c.Rollbacks(), func(r cursor.RollbackRecord) bool { return slices.Contains(r.RemovedHashes, header) })
}

// Decide says what is to be done.
func Decide(in Input) Decision {
	heads := in.Cursor.Heads()
	switch {
	case len(in.L1.Above) > 0:
		return in.adopt(heads)
	case in.L1.Last < landed(in.Cursor):
		return in.takenBack(heads)
	case !in.L1.Settled:
		return Decision{Finding: cursor.Consistent}.unsettled("L1 holds what this history holds, as of the block at depth")
	case in.Order != nil && in.Order.To != nil:
		return in.backTo(heads)
	}
	return Decision{Verb: Nothing, Finding: cursor.Consistent, Reason: "L1 holds what this history holds, as far as it has come"}
}

// landed is the newest batch that is recorded as at depth on L1.
func landed(c *cursor.Cursor) uint64 { return c.Heads().Committed }

// adopt decides about batches that L1 holds and this history does not.
func (in *Input) adopt(heads cursor.Heads) Decision {
	above := in.L1.Above[:min(len(in.L1.Above), MaxAdopted)]
	first := above[0].Number
	d := Decision{Finding: cursor.Foreign, First: first, Halts: in.stops()}
	foreign := slices.IndexFunc(above, func(h Held) bool { return !Owned(in.Cursor, h.HeaderHash) })
	if foreign != 0 {
		d.Finding = cursor.Divergent
	}
	where := fmt.Sprintf("L1 holds batches %d to %d that this history does not", first, above[len(above)-1].Number)
	switch refused := slices.IndexFunc(above, func(h Held) bool { return h.Refused != nil }); {
	case first-1 < heads.Finalized:
		return d.stop(where+fmt.Sprintf(", and %d is finalized", heads.Finalized), exitFinal)
	case in.Kind != batch.PayloadTransitions:
		return d.stop(where+"; L1's data hold net diffs, which no execution can prove", fmt.Sprintf(exitRevert, first))
	case refused >= 0:
		return d.stop(fmt.Sprintf("%s, and %v: it is never adopted", where, above[refused].Refused), fmt.Sprintf(exitRevert, above[refused].Number))
	case in.Order != nil && (in.Order.Reanchor || in.Order.To != nil):
		return d.stop(where+": going back or sending again does not remove them", fmt.Sprintf(exitForeign, first))
	}
	if foreign >= 0 {
		if h := above[foreign]; !in.vouched(h) {
			return d.stop(fmt.Sprintf("%s; nobody vouches for %d, header %x, which %x submitted (verified on L1: %t, by a verifier of proofs: %t, submitter allow-listed: %t)",
				where, h.Number, h.HeaderHash, h.Submitter, h.Verified, in.L1.Verifies, slices.Contains(in.Allowed, h.Submitter)), fmt.Sprintf(exitForeign, h.Number))
		}
	}
	if in.Order == nil && in.Strategy != consistency.L1Wins {
		return d.stop(where, exitChoose)
	}
	if i := slices.IndexFunc(above, func(h Held) bool { return h.Missing != nil }); i >= 0 {
		return d.wait(fmt.Sprintf("%s; batch %d cannot be read: %v", where, above[i].Number, above[i].Missing), fmt.Sprintf(exitMissing, above[i].Number))
	}
	if !in.L1.Settled {
		return d.unsettled(where)
	}
	plan := cursor.Plan{Action: cursor.ActionAdopt, To: first - 1}
	for _, h := range above {
		plan.Adopts = append(plan.Adopts, h.HeaderHash)
	}
	return in.act(d, plan, where)
}

// vouched says whether a foreign batch is adopted: on an operator's word, or because L1 verified it with a verifier that
// checks proofs and somebody who may submit did.
func (in *Input) vouched(h Held) bool {
	if in.Order != nil && in.Order.AcceptForeign {
		return true
	}
	return h.Verified && in.L1.Verifies && slices.Contains(in.Allowed, h.Submitter)
}

// takenBack decides about batches that had landed and that L1 holds no more.
func (in *Input) takenBack(heads cursor.Heads) Decision {
	d := Decision{Finding: cursor.Reverted, First: in.L1.Last + 1, Halts: command.ScopeAnchoring}
	if in.Strategy == consistency.Halt {
		d.Halts |= command.ScopeIntake
	}
	where := fmt.Sprintf("batches %d to %d had landed on L1 and are taken back", in.L1.Last+1, landed(in.Cursor))
	switch {
	case in.L1.Last < heads.Finalized:
		return d.stop(where+fmt.Sprintf(", and %d is finalized", heads.Finalized), exitFinal)
	case in.Order == nil || !in.Order.Reanchor && in.Order.To == nil:
		return d.stop(where, exitReverted)
	case !in.L1.Settled:
		return d.unsettled(where)
	case in.Order.To != nil:
		return in.goBack(d, heads, where)
	}
	return in.act(d, cursor.Plan{Action: cursor.ActionReanchor, To: in.L1.Last}, where)
}

// backTo is an order to go back although nothing differs.
func (in *Input) backTo(heads cursor.Heads) Decision {
	return in.goBack(Decision{Finding: cursor.Consistent, First: *in.Order.To + 1, Halts: in.stops()}, heads, "an operator takes the state back")
}

// goBack decides about an order to go back to a batch: no further than L1 is, or L1 would hold what is not here.
func (in *Input) goBack(d Decision, heads cursor.Heads, where string) Decision {
	to := *in.Order.To
	switch {
	case to < in.L1.Last:
		return d.stop(fmt.Sprintf("L1 holds batch %d: going back to %d would leave it there alone", in.L1.Last, to), fmt.Sprintf(exitRevert, to+1))
	case to < heads.Finalized:
		return d.stop(fmt.Sprintf("batch %d is finalized", heads.Finalized), exitFinal)
	case to > heads.Sealed:
		return d.stop(fmt.Sprintf("the newest batch is %d", heads.Sealed), "name a batch that exists")
	}
	return in.act(d, cursor.Plan{Action: cursor.ActionRollBack, To: to}, where)
}

// stops are what has to stop while L1 holds what is not here.
func (in *Input) stops() command.Scope {
	if in.Strategy == consistency.AlertOnly && in.Order == nil {
		return 0 // the verdict stops anchoring
	}
	return command.ScopeIntake | command.ScopeAnchoring
}

// act completes a decision to act: who decided, which halts end with it, and what it does in words. What has stopped once
// stops again, unless somebody orders it.
func (in *Input) act(d Decision, plan cursor.Plan, where string) Decision {
	last, ok := in.Cursor.Reconciliation()
	if ok && in.Order == nil && last.Outcome == cursor.Stopped && last.Plan.Action == plan.Action && last.Plan.To == plan.To &&
		slices.Equal(last.Plan.Adopts, plan.Adopts) {
		return d.stop(fmt.Sprintf("%s; reconciliation %d stopped: %s", where, last.Number, last.Detail), exitChoose)
	}
	plan.Who, plan.Reason = "strategy "+string(in.Strategy), where
	if in.Order != nil {
		plan.Who = in.Order.Who
		if in.Order.Reason != "" {
			plan.Reason = in.Order.Reason + ": " + where
		}
	}
	if len(plan.Reason) > cursor.MaxText/4 {
		plan.Reason = strings.ToValidUTF8(plan.Reason[:cursor.MaxText/4], "")
	}
	plan.Ends = Ends(in.Cursor, d.Halts)
	d.Verb, d.Plan, d.Reason = Act, plan, where
	d.Steps = steps(in.Cursor.Heads(), plan, in.L1)
	return d
}

// HaltReason begins the reason of every halt that a reconciliation makes.
const HaltReason = "reconciliation: "

// Ends are the halts that go with a divergence from L1: those of scopes that are not halted yet, and those that the
// verdict or a reconciliation made. A halt for another reason stays.
func Ends(c *cursor.Cursor, scopes command.Scope) (ends command.Scope) {
	for _, s := range []command.Scope{command.ScopeIntake, command.ScopeAnchoring} {
		i := slices.IndexFunc(c.Halts(), func(h cursor.HaltRecord) bool { return h.Scope == s })
		if i < 0 && scopes&s != 0 || i >= 0 && Ours(c.Halts()[i]) {
			ends |= s
		}
	}
	return ends
}

// Ours says whether a halt was made because L1 holds something else.
func Ours(h cursor.HaltRecord) bool {
	return h.By(cursor.LocalL1) || len(h.Reason) >= len(HaltReason) && h.Reason[:len(HaltReason)] == HaltReason
}

// steps says in words what a plan does.
func steps(heads cursor.Heads, p cursor.Plan, l1 L1) (out []string) {
	if p.Action != cursor.ActionReanchor {
		out = append(out, "halt intake and anchoring")
	}
	if l1.Last < heads.Committed {
		out = append(out, fmt.Sprintf("record that L1 holds batches up to %d alone, as of block %d", l1.Last, l1.Block.Number))
	}
	switch p.Action {
	case cursor.ActionAdopt:
		out = append(out, fmt.Sprintf("roll back to batch %d: batches %d to %d and what is open go to the Reverted stream", p.To, p.To+1, heads.Sealed))
		for i, hash := range p.Adopts {
			out = append(out, fmt.Sprintf("adopt batch %d with header %x from DA: execute it, prove its root", p.To+1+uint64(i), hash))
		}
		out = append(out, "let the zkVM execute them and the archive keep them, then record that L1 holds them")
	case cursor.ActionRollBack:
		out = append(out, fmt.Sprintf("roll back to batch %d: batches %d to %d and what is open go to the Reverted stream", p.To, p.To+1, heads.Sealed))
	case cursor.ActionReanchor:
		out = append(out, fmt.Sprintf("send batches %d to %d again, as they are, at new nonces", p.To+1, heads.Sealed))
	}
	return append(out, "end the halts that go with the divergence")
}

func (d Decision) stop(reason, exit string) Decision {
	d.Verb, d.Reason, d.Exit = Stop, reason, exit
	return d
}

func (d Decision) unsettled(reason string) Decision {
	d.Unsettled = true
	return d.wait(reason+"; L1 has moved on since", "it ends by itself when the newest blocks are at depth")
}

func (d Decision) wait(reason, exit string) Decision {
	d.Verb, d.Reason, d.Exit = Wait, reason, exit
	return d
}
