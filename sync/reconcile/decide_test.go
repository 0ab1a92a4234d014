package reconcile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/reconcile"
)

func hash(n uint64) cursor.Hash { return cursor.Hash{byte(n >> 8), byte(n), 0xAA} }

func block(n uint64) cursor.BlockRef { return cursor.BlockRef{Number: n, Hash: hash(7000 + n)} }

// world is a cursor with batches 1 to 5, of which 1 to committed are on L1 and 1 to finalized are final. Header
// hashes are 1000+n.
func world(t *testing.T, committed, finalized uint64) *cursor.Cursor {
	t.Helper()
	const sealed = 5
	c := cursor.New()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := cursor.Context{Index: 1, TimeMs: 1}
	apply := func(ev cursor.Event) { t.Helper(); must(c.Apply(ev, at)) }
	must(c.Genesis([16]byte{1}, at))
	_, err := c.NewEpoch(0, 1, hash(1), at)
	must(err)
	ring := []cursor.BlockRef{block(1), block(2), block(3)}
	apply(cursor.L1Observed{Latest: block(3), Ring: ring})
	for n := uint64(1); n <= sealed; n++ {
		c.Seal(cursor.Batch{Number: n, HeaderHash: hash(1000 + n), Root: hash(2000 + n), FirstSequence: n, LastSequence: n})
		apply(cursor.Executed{Batch: n, Sealed: hash(1000 + n), Root: hash(2000 + n), HeaderHash: hash(1000 + n), Node: "a"})
		apply(cursor.Published{Batch: n, Sealed: hash(1000 + n), Ref: cursor.Ref{Provider: 1, Commitment: hash(n)}})
	}
	for n := uint64(1); n <= committed; n++ {
		in := uint64(2)
		if n <= finalized {
			in = 1
		}
		for _, kind := range []cursor.Kind{cursor.Commit, cursor.Verify} {
			if kind == cursor.Verify && n > finalized {
				continue
			}
			tx := cursor.Hash{byte(kind), byte(n)}
			apply(cursor.Intent{Epoch: 1, Kind: kind, First: n, Last: n, HeaderHashes: []cursor.Hash{hash(1000 + n)}, Nonce: n, TxHash: tx, RawTx: []byte{1}})
			apply(cursor.Included{Kind: kind, Nonce: n, TxHash: tx, Block: block(in)})
			apply(cursor.AtDepth{Kind: kind, Nonce: n})
		}
	}
	if finalized > 0 {
		apply(cursor.L1Observed{Latest: block(3), Safe: block(1), Finalized: block(1)})
	}
	return c
}

var submitter = [20]byte{5}

// above are batches from first to last that L1 holds under foreign headers (5000+n).
func above(first, last uint64, edit func(*reconcile.Held)) (out []reconcile.Held) {
	for n := first; n <= last; n++ {
		h := reconcile.Held{Number: n, HeaderHash: hash(5000 + n), Root: hash(6000 + n), Submitter: submitter, Verified: true}
		if edit != nil {
			edit(&h)
		}
		out = append(out, h)
	}
	return out
}

// layers.md, limits: what is done about what L1 holds, for every strategy, ownership, verification, order.
func TestForeignBatches(t *testing.T) {
	strategies := []consistency.Strategy{consistency.L1Wins, consistency.Halt, consistency.AlertOnly}
	orders := map[string]*reconcile.Order{"nobody": nil, "reconcile": {Who: "x"}, "accept-foreign": {Who: "x", AcceptForeign: true}}
	for _, strategy := range strategies {
		for orderName, order := range orders {
			for _, own := range []bool{true, false} {
				for _, verified := range []bool{true, false} {
					for _, verifies := range []bool{true, false} {
						for _, allowed := range []bool{true, false} {
							name := fmt.Sprintf("%s/%s/own=%t/verified=%t/by_proof=%t/allowed=%t", strategy, orderName, own, verified, verifies, allowed)
							t.Run(name, func(t *testing.T) {
								c := world(t, 3, 1)
								held := above(4, 5, func(h *reconcile.Held) { h.Verified = verified })
								if own { // sealed here before a rollback
									if _, err := c.RollbackTo(3, 3, "r", nil, cursor.Context{}); err != nil {
										t.Fatal(err)
									}
									held = above(4, 5, func(h *reconcile.Held) { h.HeaderHash = hash(1000 + h.Number); h.Verified = verified })
								}
								in := reconcile.Input{
									Cursor: c, Kind: batch.PayloadTransitions, Strategy: strategy, Order: order,
									L1: reconcile.L1{Last: 5, Block: block(2), Settled: true, Above: held, Verifies: verifies},
								}
								if allowed {
									in.Allowed = [][20]byte{submitter}
								}
								d := reconcile.Decide(in)
								vouched := own || verified && verifies && allowed || order != nil && order.AcceptForeign
								automatic := order != nil || strategy == consistency.L1Wins
								act := vouched && automatic
								if (d.Verb == reconcile.Act) != act {
									t.Fatalf("%s: %s", d.Verb, d.Reason)
								}
								switch {
								case act && (d.Plan.Action != cursor.ActionAdopt || d.Plan.To != 3 || len(d.Plan.Adopts) != 2 || len(d.Steps) == 0 || d.Plan.Who == ""):
									t.Errorf("plan %+v, steps %q", d.Plan, d.Steps)
								case !act && (d.Verb != reconcile.Stop || d.Exit == ""):
									t.Errorf("%s without an exit", d.Verb)
								case !act && !vouched && (!strings.Contains(d.Exit, "contract revert --from 4") || !strings.Contains(d.Exit, "--accept-foreign")):
									t.Errorf("exit %q", d.Exit)
								}
								wantHalts := command.ScopeIntake | command.ScopeAnchoring
								if strategy == consistency.AlertOnly && order == nil {
									wantHalts = 0
								}
								if d.Halts != wantHalts {
									t.Errorf("halts %b, want %b", d.Halts, wantHalts)
								}
								if want := map[bool]cursor.Finding{true: cursor.Divergent, false: cursor.Foreign}[own]; d.Finding != want {
									t.Errorf("finding %s, want %s", d.Finding, want)
								}
							})
						}
					}
				}
			}
		}
	}
}

// layers.md: an L1 payload whose execution does not give the anchored root is never adopted; nothing is done by blocks
// that are not at depth, by data that are missing, below the finalized head, or about what cannot be executed.
func TestNothingIsAdoptedBlindly(t *testing.T) {
	accept := &reconcile.Order{Who: "x", AcceptForeign: true}
	input := func(edit func(*reconcile.Input)) reconcile.Input {
		in := reconcile.Input{
			Cursor: world(t, 3, 2), Kind: batch.PayloadTransitions, Strategy: consistency.L1Wins, Order: accept,
			L1: reconcile.L1{Last: 6, Block: block(2), Settled: true, Above: above(4, 6, nil), Verifies: true}, Allowed: [][20]byte{submitter},
		}
		edit(&in)
		return in
	}
	to := uint64(3)
	for name, c := range map[string]struct {
		edit func(*reconcile.Input)
		verb reconcile.Verb
		exit string
	}{
		"sound":               {func(*reconcile.Input) {}, reconcile.Act, ""},
		"wrong root":          {func(in *reconcile.Input) { in.L1.Above[1].Refused = errors.New("post-root") }, reconcile.Stop, "revert --from 5"},
		"wrong root, vouched": {func(in *reconcile.Input) { in.Order = nil; in.L1.Above[0].Refused = errors.New("x") }, reconcile.Stop, "revert --from 4"},
		"payload missing":     {func(in *reconcile.Input) { in.L1.Above[2].Missing = errors.New("gone") }, reconcile.Wait, "readable again"},
		"not at depth":        {func(in *reconcile.Input) { in.L1.Settled = false }, reconcile.Wait, "at depth"},
		"net diffs":           {func(in *reconcile.Input) { in.Kind = batch.PayloadDiff }, reconcile.Stop, "revert --from 4"},
		"below finality":      {func(in *reconcile.Input) { in.L1.Above = above(2, 6, nil) }, reconcile.Stop, "recover"},
		"re-anchor":           {func(in *reconcile.Input) { in.Order = &reconcile.Order{Who: "x", Reanchor: true} }, reconcile.Stop, "--accept-foreign"},
		"back":                {func(in *reconcile.Input) { in.Order = &reconcile.Order{Who: "x", To: &to} }, reconcile.Stop, "--accept-foreign"},
	} {
		t.Run(name, func(t *testing.T) {
			d := reconcile.Decide(input(c.edit))
			if d.Verb != c.verb || !strings.Contains(d.Exit, c.exit) {
				t.Errorf("%s, exit %q: %s", d.Verb, d.Exit, d.Reason)
			}
		})
	}
}

// layers.md: the duties never undo a guardian; an operator chooses to send again as it is, or to go back to a batch that
// L1 holds or a later one.
func TestGuardianReverts(t *testing.T) {
	batchNumber := func(n uint64) *uint64 { return &n }
	for name, c := range map[string]struct {
		order *reconcile.Order
		last  uint64
		verb  reconcile.Verb
		plan  cursor.Action
		to    uint64
		exit  string
	}{
		"nobody":              {nil, 2, reconcile.Stop, 0, 0, "--re-anchor"},
		"reconcile alone":     {&reconcile.Order{Who: "x"}, 2, reconcile.Stop, 0, 0, "--re-anchor"},
		"re-anchor":           {&reconcile.Order{Who: "x", Reanchor: true}, 2, reconcile.Act, cursor.ActionReanchor, 2, ""},
		"back to what L1 has": {&reconcile.Order{Who: "x", To: batchNumber(2)}, 2, reconcile.Act, cursor.ActionRollBack, 2, ""},
		"back to a later one": {&reconcile.Order{Who: "x", To: batchNumber(3)}, 2, reconcile.Act, cursor.ActionRollBack, 3, ""},
		"too far back":        {&reconcile.Order{Who: "x", To: batchNumber(1)}, 2, reconcile.Stop, 0, 0, "revert --from 2"},
		"beyond":              {&reconcile.Order{Who: "x", To: batchNumber(9)}, 2, reconcile.Stop, 0, 0, "exists"},
		"below finality":      {&reconcile.Order{Who: "x", Reanchor: true}, 0, reconcile.Stop, 0, 0, "recover"},
		"no revert, no order": {nil, 4, reconcile.Nothing, 0, 0, ""},
		"no revert, back":     {&reconcile.Order{Who: "x", To: batchNumber(4)}, 4, reconcile.Act, cursor.ActionRollBack, 4, ""},
	} {
		for _, strategy := range []consistency.Strategy{consistency.L1Wins, consistency.Halt, consistency.AlertOnly} {
			t.Run(name+"/"+string(strategy), func(t *testing.T) {
				d := reconcile.Decide(reconcile.Input{
					Cursor: world(t, 4, 1), Kind: batch.PayloadTransitions, Strategy: strategy, Order: c.order,
					L1: reconcile.L1{Last: c.last, Block: block(2), Settled: true},
				})
				if d.Verb != c.verb || d.Plan.Action != c.plan || d.Plan.To != c.to || !strings.Contains(d.Exit, c.exit) {
					t.Errorf("%s %s to %d, exit %q: %s", d.Verb, d.Plan.Action, d.Plan.To, d.Exit, d.Reason)
				}
			})
		}
	}
}

// A halt that somebody made for another reason stays when a reconciliation ends.
func TestReconciliationEndsItsOwnHaltsAlone(t *testing.T) {
	at := cursor.Context{}
	c := cursor.New()
	if got := reconcile.Ends(c, command.ScopeIntake|command.ScopeAnchoring); got != command.ScopeIntake|command.ScopeAnchoring {
		t.Errorf("nothing is halted: ends %b", got)
	}
	c.Halt(command.ScopeIntake, "an operator's maintenance", "x", at)
	if err := c.Apply(cursor.Verdict{Pair: cursor.LocalL1, Batch: 1, Finding: cursor.Foreign, Cause: cursor.CauseContradiction}, at); err != nil {
		t.Fatal(err)
	}
	if got := reconcile.Ends(c, command.ScopeIntake|command.ScopeAnchoring); got != command.ScopeAnchoring {
		t.Errorf("ends %b, want anchoring alone", got)
	}
	c = cursor.New()
	c.Halt(command.ScopeIntake, reconcile.HaltReason+"x", "x", at)
	if got := reconcile.Ends(c, 0); got != command.ScopeIntake {
		t.Errorf("ends %b, want intake", got)
	}
}

// layers.md: the first batch that differs is found by bisection.
func TestFirstDifference(t *testing.T) {
	for high := uint64(3); high <= 40; high++ {
		for wrong := uint64(3); wrong <= high+1; wrong++ {
			asked := map[uint64]int{}
			got, err := reconcile.First(3, high, func(n uint64) (bool, error) {
				asked[n]++
				return n < wrong, nil
			})
			want := wrong
			if wrong > high {
				want = 0
			}
			if err != nil || got != want || len(asked) > 7 {
				t.Fatalf("3 to %d, %d differs: %d, asked %d times, %v", high, wrong, got, len(asked), err)
			}
			for n, times := range asked {
				if times > 1 {
					t.Fatalf("batch %d was asked %d times", n, times)
				}
			}
		}
	}
	fault := errors.New("fault")
	if _, err := reconcile.First(1, 9, func(uint64) (bool, error) { return false, fault }); !errors.Is(err, fault) {
		t.Errorf("a failed read: %v", err)
	}
	if n, err := reconcile.First(2, 1, nil); n != 0 || err != nil {
		t.Errorf("nothing to compare: %d %v", n, err)
	}
}

// A plan that stopped is not tried again by the duty, over and over; an order tries it.
func TestStoppedPlanIsNotRepeated(t *testing.T) {
	c := world(t, 3, 1)
	in := reconcile.Input{
		Cursor: c, Kind: batch.PayloadTransitions, Strategy: consistency.L1Wins, Allowed: [][20]byte{submitter},
		L1: reconcile.L1{Last: 5, Block: block(2), Settled: true, Above: above(4, 5, nil), Verifies: true},
	}
	d := reconcile.Decide(in)
	for _, ev := range []cursor.Event{
		cursor.Planned{Plan: d.Plan}, cursor.Stepped{Digest: d.Plan.Digest(), Step: "stopped", Outcome: cursor.Stopped, Detail: "why"},
	} {
		if err := c.Apply(ev, cursor.Context{}); err != nil {
			t.Fatal(err)
		}
	}
	if again := reconcile.Decide(in); again.Verb != reconcile.Stop || !strings.Contains(again.Reason, "why") || again.Exit == "" {
		t.Errorf("%s: %s", again.Verb, again.Reason)
	}
	in.Order = &reconcile.Order{Who: "x"}
	if ordered := reconcile.Decide(in); ordered.Verb != reconcile.Act {
		t.Errorf("%s: %s", ordered.Verb, ordered.Reason)
	}
}
