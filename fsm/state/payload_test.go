package state_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/state/internal/flow"
)

// state.md: nothing is stored in a payload that the state implies, and a payload is enough to rebuild
// the post-state: the codec's columns carry every field of every normalised transition.
func TestPayloadColumnsCarryTheNormalisedForm(t *testing.T) {
	for seed := range uint64(20) {
		w, f := newWorld(), flow.New(seed)
		for range 600 {
			in := f.Next()
			f.Observe(&in, w.apply(in))
		}
		columns := batch.EncodePayload(nil, w.payload)
		limits := batch.Limits{Bytes: len(columns), Transitions: len(w.payload)}
		decoded, err := batch.DecodePayload(columns, limits)
		if err != nil {
			t.Fatalf("seed %d: decode: %v", seed, err)
		}
		if !slices.Equal(decoded, w.payload) {
			for i := range min(len(decoded), len(w.payload)) {
				if decoded[i] != w.payload[i] {
					t.Fatalf("seed %d: transition %d: %+v decodes to %+v", seed, i, w.payload[i], decoded[i])
				}
			}
			t.Fatalf("seed %d: %d transitions decode to %d", seed, len(w.payload), len(decoded))
		}
		again := newWorld()
		if err := state.Replay(again.store, decoded); err != nil || again.tree.Root() != w.tree.Root() {
			t.Fatalf("seed %d: replay: %v", seed, err)
		}
	}
}

// recovery.md: a rollback to a kept version and a rebuilt index leave nothing of what was undone: the
// same transitions afterwards lead to the same receipts and root.
func TestRollbackLeavesNothingBehind(t *testing.T) {
	w, f := newWorld(), flow.New(5)
	var inputs []command.Transition
	var receipts []string
	for range 500 {
		in := f.Next()
		f.Observe(&in, w.apply(in))
	}
	kept, _ := w.tree.Seal()
	for i := range 500 {
		in := f.Next()
		r := w.apply(in)
		f.Observe(&in, r)
		inputs, receipts = append(inputs, in), append(receipts, fmt.Sprint(*r))
		if i == 250 {
			w.tree.Seal()
		}
	}
	want := w.tree.Root()
	if err := w.tree.Rollback(kept); err != nil {
		t.Fatalf("rollback: %v", err)
	}
	index, err := state.RebuildIndex(w.tree)
	if err != nil {
		t.Fatalf("rebuild: %v", err)
	}
	w.store = state.NewTreeStore(w.tree, index)
	for i, in := range inputs {
		if got := fmt.Sprint(*w.apply(in)); got != receipts[i] {
			t.Fatalf("transition %d: %+v: %s, before %s", i, in, got, receipts[i])
		}
	}
	if got := w.tree.Root(); got != want {
		t.Errorf("root %x, want %x", got, want)
	}
}
