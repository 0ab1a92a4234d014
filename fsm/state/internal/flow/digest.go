package flow

import (
	"crypto/sha256"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Digest runs the flow of a seed for some transitions, sealing every `every`,
// and returns the SHA-256 over all receipts, all normalised transitions and
// all roots: what two builds must agree on.
func Digest(seed uint64, transitions, every int) ([32]byte, error) {
	var (
		t    = tree.New(tree.Options{})
		s    = state.NewTreeStore(t, state.NewMapIndex())
		f    = New(seed)
		sum  = sha256.New()
		r    state.Receipt
		norm []command.Transition
	)
	for i := range transitions {
		in := f.Next()
		norm = state.Apply(s, &in, &r, norm[:0])
		if err := s.Err(); err != nil {
			return [32]byte{}, fmt.Errorf("transition %d: %w", i, err)
		}
		f.Observe(&in, &r)
		if _, err := fmt.Fprintf(sum, "%v%v", r, norm); err != nil {
			return [32]byte{}, fmt.Errorf("digest: %w", err)
		}
		if i%every == every-1 {
			_, root := t.Seal()
			sum.Write(root[:])
		}
	}
	return [32]byte(sum.Sum(nil)), nil
}
