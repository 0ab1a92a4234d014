package zkvm

// Invariant of this file: an input is made of sealed versions alone, so every replica that keeps them makes the same
// bytes.

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// Source gives what a replica keeps of its sealed batches; *fsm.Machine is one.
type Source interface {
	Sealed(n uint64) (*fsm.SealedBatch, error)
	View(n uint64) (*tree.View, error) // version after batch n, 0 = the empty state; the caller closes it
}

// InputOf makes the guest's input for batch n out of what source keeps, for a prover. It fails with source's error when
// the batch or one of its two versions was released.
func InputOf(source Source, n uint64, deployment guest.Deployment) ([]byte, error) {
	var input []byte
	err := between(source, n, func(sealed *fsm.SealedBatch, pre, post *tree.View) (err error) {
		input, err = Input(pre, post, sealed.Header, sealed.Payload, deployment)
		return err
	})
	return input, err
}

// between calls fn with batch n and the versions before and after it, which it holds meanwhile.
func between(source Source, n uint64, fn func(sealed *fsm.SealedBatch, pre, post *tree.View) error) error {
	if n == 0 {
		return errors.New("zkvm: there is no batch 0")
	}
	sealed, err := source.Sealed(n)
	if err != nil {
		return fmt.Errorf("zkvm: batch %d: %w", n, err)
	}
	pre, err := source.View(n - 1)
	if err != nil {
		return fmt.Errorf("zkvm: version before batch %d: %w", n, err)
	}
	defer pre.Close()
	post, err := source.View(n)
	if err != nil {
		return fmt.Errorf("zkvm: version of batch %d: %w", n, err)
	}
	defer post.Close()
	if err := fn(sealed, pre, post); err != nil {
		return fmt.Errorf("zkvm: input of batch %d: %w", n, err)
	}
	return nil
}

// Input makes the guest's input for the batch between pre and post. transitions is their encoded payload
// (batch.EncodePayload), whatever the header's payload kind. post serves to find the hints at a cost proportional to
// the batch; if it is nil, the pre-version's whole book is searched.
func Input(pre, post *tree.View, header batch.Header, transitions []byte, deployment guest.Deployment) ([]byte, error) {
	decoded, err := batch.DecodePayload(transitions, batch.DefaultLimits())
	if err != nil {
		return nil, err
	}
	hints, err := findHints(pre, post, decoded)
	if err != nil {
		return nil, fmt.Errorf("hints: %w", err)
	}
	fork := pre.Fork(tree.Options{Hasher: fast.Hash})
	if _, err := guest.Execute(fork, state.NewHintIndex(hints), decoded, nil); err != nil {
		return nil, fmt.Errorf("record the witness: %w", err)
	}
	in := guest.Input{
		Deployment:  deployment,
		Header:      header.Append(nil),
		Transitions: transitions,
		Hints:       state.AppendHints(nil, hints),
		Witness:     fork.Witness(),
	}
	size := len(in.Header) + len(in.Transitions) + len(in.Hints) + len(in.Witness)
	return in.Append(make([]byte, 0, size+64)), nil
}

// findHints locates the orders of the pre-version that the payload names. Cancelling or amending an order changes its
// leaf, so the net diff has nearly all of them; what it lacks is searched for.
func findHints(pre, post *tree.View, payload []command.Transition) ([]state.Hint, error) {
	if post == nil {
		return state.CollectHints(pre, payload)
	}
	counters, err := state.ReadCounters(pre)
	if err != nil {
		return nil, err
	}
	var named []uint64
	for i := range payload {
		t := &payload[i]
		if (t.Kind == command.Cancel || t.Kind == command.Amend) && t.Order <= counters.Sequence {
			named = append(named, t.Order)
		}
	}
	slices.Sort(named)
	named = slices.Compact(named)

	hints := make([]state.Hint, 0, len(named))
	err = tree.Diff(pre, post, func(key, before, _ []byte) error {
		k, failed := state.DecodeOrderKey(key)
		if failed == nil && before != nil { // neither a key of another kind nor a new order
			if _, ok := slices.BinarySearch(named, k.ID); ok {
				hints = append(hints, state.Hint{Order: k.ID, Location: state.Location{Market: k.Market, Side: k.Side, Price: k.Price}})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(hints) != len(named) {
		return state.CollectHints(pre, payload)
	}
	slices.SortFunc(hints, func(a, b state.Hint) int { return cmp.Compare(a.Order, b.Order) })
	return hints, nil
}
