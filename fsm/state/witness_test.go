package state_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/state/internal/flow"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// batch is a sealed batch with what a guest needs to execute it.
type sealed struct {
	payload []command.Transition
	pre     tree.Version
	post    tree.Hash
}

// runBatches applies a flow and seals it in batches.
func runBatches(seed uint64, sizes []int) (*world, []sealed) {
	w, f := newWorld(), flow.New(seed)
	pre, _ := w.tree.Seal()
	var batches []sealed
	for _, size := range sizes {
		w.payload = nil
		for range size {
			in := f.Next()
			f.Observe(&in, w.apply(in))
		}
		b := sealed{payload: w.payload, pre: pre}
		pre, b.post = w.tree.Seal()
		batches = append(batches, b)
	}
	return w, batches
}

// prove executes a batch over a fork of its pre-version, as a witness is recorded.
func prove(view *tree.View, b sealed, hints []state.Hint) (witness []byte, root tree.Hash, err error) {
	fork := view.Fork(tree.Options{})
	err = state.Replay(state.NewTreeStore(fork, state.NewHintIndex(hints)), b.payload)
	return fork.Witness(), fork.Root(), err
}

// execute is the guest: witness and hints as bytes, nothing else.
func execute(witness, hints []byte, payload []command.Transition) (pre, post tree.Hash, err error) {
	partial, pre, err := tree.FromWitness(witness, tree.Options{})
	if err != nil {
		return pre, post, err
	}
	decoded, err := state.DecodeHints(hints, len(payload)+64)
	if err != nil {
		return pre, post, err
	}
	err = state.Replay(state.NewTreeStore(partial, state.NewHintIndex(decoded)), payload)
	return pre, partial.Root(), err
}

// state.md, partial tree: the guest's tree store on a partial tree states the same root as the replica
// did, with hints collected from the pre-version.
func TestGuestStatesTheSameRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		sizes := rapid.SliceOfN(rapid.IntRange(0, 120), 1, 5).Draw(t, "sizes")
		w, batches := runBatches(seed, sizes)
		for i, b := range batches {
			view, err := w.tree.View(b.pre)
			if err != nil {
				t.Fatalf("view: %v", err)
			}
			hints, err := state.CollectHints(view, b.payload)
			if err != nil {
				t.Fatalf("batch %d: collect hints: %v", i, err)
			}
			witness, root, err := prove(view, b, hints)
			if err != nil || root != b.post {
				t.Fatalf("batch %d: fork states %x (%v), want %x", i, root, err, b.post)
			}
			pre, post, err := execute(witness, state.AppendHints(nil, hints), b.payload)
			if err != nil || pre != view.Root() || post != b.post {
				t.Fatalf("batch %d: guest states %x -> %x (%v), want %x -> %x", i, pre, post, err, view.Root(), b.post)
			}
			view.Close()
		}
	})
}

// state.md: hints are checked, never trusted. A missing or false hint ends the replay; it never leads
// to another root.
func TestFalseHintsNeverChangeARoot(t *testing.T) {
	w, batches := runBatches(7, []int{300, 600})
	b := batches[1]
	view, err := w.tree.View(b.pre)
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	defer view.Close()
	needed, err := state.CollectHints(view, b.payload)
	if err != nil || len(needed) < 5 {
		t.Fatalf("only %d hints in this flow (%v)", len(needed), err)
	}
	witness, _, err := prove(view, b, needed)
	if err != nil {
		t.Fatalf("prove: %v", err)
	}
	for i := range needed {
		lies := map[string]func(h []state.Hint) []state.Hint{
			"missing":      func(h []state.Hint) []state.Hint { return slices.Delete(h, i, i+1) },
			"other price":  func(h []state.Hint) []state.Hint { h[i].Price++; return h },
			"other side":   func(h []state.Hint) []state.Hint { h[i].Side = h[i].Side.Opposite(); return h },
			"other market": func(h []state.Hint) []state.Hint { h[i].Market++; return h },
		}
		for _, name := range []string{"missing", "other price", "other side", "other market"} {
			hints := lies[name](slices.Clone(needed))
			_, root, err := prove(view, b, hints)
			if err == nil {
				t.Errorf("hint %d, %s: the fork went through, root %x", i, name, root)
			}
			_, root, err = execute(witness, state.AppendHints(nil, hints), b.payload)
			if _, refused := errors.AsType[*state.ReplayError](err); !refused {
				t.Errorf("hint %d, %s: the guest states %x, error %v", i, name, root, err)
			}
		}
	}
}

// state.md: running into a pruned subtree is an error, never a wrong answer: a payload that the witness
// was not recorded for ends with tree.ErrPruned or a rejection, and what it reads is never invented.
func TestAnotherPayloadOnAWitnessIsRefusedOrRight(t *testing.T) {
	w, batches := runBatches(11, []int{400, 20, 60})
	view, err := w.tree.View(batches[1].pre)
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	defer view.Close()
	needed, err := state.CollectHints(view, batches[1].payload)
	if err != nil {
		t.Fatalf("collect hints: %v", err)
	}
	witness, _, err := prove(view, batches[1], needed)
	if err != nil {
		t.Fatalf("prove: %v", err)
	}
	pruned := 0
	for i, other := range batches[2].payload {
		payload := []command.Transition{other}
		hints, err := state.CollectHints(view, payload)
		if err != nil {
			continue
		}
		_, want, wantErr := prove(view, sealed{payload: payload}, hints)
		_, got, gotErr := execute(witness, state.AppendHints(nil, hints), payload)
		switch {
		case errors.Is(gotErr, tree.ErrPruned):
			pruned++
		case gotErr == nil && wantErr == nil && got == want:
		case gotErr != nil && wantErr != nil:
		default:
			t.Errorf("transition %d: guest %x (%v), full tree %x (%v)", i, got, gotErr, want, wantErr)
		}
	}
	if pruned == 0 {
		t.Error("no transition ran into a pruned subtree: the test shows nothing")
	}
}

// Replay accepts what Apply records and nothing else.
func TestReplayRefusesWhatApplyWouldNotRecord(t *testing.T) {
	w, _ := runBatches(3, []int{300})
	var mine []uint64
	var owner state.Order
	if err := state.AscendOrders(w.tree, func(k state.OrderKey, o state.Order) bool {
		mine, owner = append(mine, k.ID), o
		return true
	}); err != nil || len(mine) == 0 {
		t.Fatalf("no order rests (%v)", err)
	}
	last := mine[len(mine)-1]
	open := command.Transition{Kind: command.UpdateMarket, Market: 1}
	for name, bad := range map[string]command.Transition{
		"cancel-all":            {Kind: command.CancelAll, Account: owner.Account},
		"cancel with account":   {Kind: command.Cancel, Account: owner.Account, Order: last},
		"cancel by client id":   {Kind: command.Cancel, Account: owner.Account, ClientID: 1},
		"unknown order":         {Kind: command.Cancel, Order: 1},
		"unused field":          {Kind: command.UpdateMarket, Market: 1, Amount: 1},
		"rejected":              {Kind: command.UpdateMarket, Market: 99},
		"unknown kind":          {Kind: command.MaxKind + 1},
		"no kind":               {},
		"market order, GTC":     {Kind: command.Place, Type: command.Market, Market: 1, Account: 1, Size: 1},
		"unchanged amend price": {Kind: command.Amend, Order: last, Price: ^uint64(0), Size: 1},
	} {
		view, err := w.tree.View(w.tree.Versions()[len(w.tree.Versions())-1].Version)
		if err != nil {
			t.Fatalf("view: %v", err)
		}
		index, err := state.RebuildIndex(view)
		if err != nil {
			t.Fatalf("index: %v", err)
		}
		err = state.Replay(state.NewTreeStore(view.Fork(tree.Options{}), index), []command.Transition{open, bad})
		var refused *state.ReplayError
		if !errors.As(err, &refused) || refused.Index != 1 {
			t.Errorf("%s: %v", name, err)
		}
		view.Close()
	}
}

// A codec may be bounded: encoded hints decode to themselves, and nothing else decodes.
func TestHintsEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hints []state.Hint
		var id uint64
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			step := rapid.Uint64Range(1, 1<<40).Draw(t, "step")
			id += step
			hints = append(hints, state.Hint{Order: id, Location: state.Location{
				Market: rapid.Uint32().Draw(t, "market"), Side: command.Side(rapid.IntRange(0, 1).Draw(t, "side")),
				Price: rapid.Uint64().Draw(t, "price"),
			}})
		}
		b := state.AppendHints(nil, hints)
		got, err := state.DecodeHints(b, len(hints))
		if err != nil || !slices.Equal(got, hints) {
			t.Fatalf("%v decodes to %v (%v)", hints, got, err)
		}
		if _, err := state.DecodeHints(append(b, 0), len(hints)); !errors.Is(err, command.ErrTrailing) {
			t.Fatalf("trailing byte: %v", err)
		}
		if len(hints) > 0 {
			if _, err := state.DecodeHints(b, len(hints)-1); !errors.Is(err, command.ErrLimit) {
				t.Fatalf("beyond the limit: %v", err)
			}
			if _, err := state.DecodeHints(b[:len(b)-1], len(hints)); err == nil {
				t.Fatal("a cut encoding decodes")
			}
		}
	})
	for name, b := range map[string][]byte{
		"same order twice": {2, 1, 2, 5, 0, 2, 5},
		"order 0":          {1, 0, 2, 5},
		"long varint":      {1, 0x81, 0x00, 2, 5},
		"market too large": append(append([]byte{1, 1}, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), 5),
		"order overflows":  append(append([]byte{2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 2, 5}, 1), 2, 5),
		"count beyond":     {0xff, 0xff, 0x03},
	} {
		if got, err := state.DecodeHints(b, 1000); err == nil {
			t.Errorf("%s: decodes to %v", name, got)
		}
	}
}

func ExampleReplayError() {
	w := newWorld()
	err := state.Replay(w.store, []command.Transition{{Kind: command.Cancel, Order: 1}})
	fmt.Println(err)
	// Output: replay transition 0: rejected: unknown_order
}
