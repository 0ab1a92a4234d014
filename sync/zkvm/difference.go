package zkvm

// Invariant of this file: two net diffs of one batch that are not the same bytes differ in at least one key, and every
// key in which they differ is found.

import (
	"bytes"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// MaxDifferences is how many differing keys an error names.
const MaxDifferences = 16

// Difference is a key that two net diffs of a batch do not change in the same way. A side is nil where its diff leaves
// the key alone.
type Difference struct {
	Key          []byte
	Local, Guest *tree.Change
}

// Name names the key for people.
func (d Difference) Name() string { return state.KeyName(d.Key) }

// Differences gives the keys in which the replica's own net diff and the guest's differ, in key order. Both are as
// batch.EncodeDiff lays them out; one that is not is an error.
func Differences(local, guest []byte) ([]Difference, error) {
	if bytes.Equal(local, guest) {
		return nil, nil
	}
	ours, err := batch.DecodeDiff(local, batch.DefaultLimits())
	if err != nil {
		return nil, fmt.Errorf("zkvm: local diff: %w", err)
	}
	theirs, err := batch.DecodeDiff(guest, batch.DefaultLimits())
	if err != nil {
		return nil, fmt.Errorf("zkvm: extracted diff: %w", err)
	}
	var out []Difference
	for len(ours) > 0 || len(theirs) > 0 {
		switch order := compareFirst(ours, theirs); {
		case order < 0:
			out, ours = append(out, Difference{Key: ours[0].Key, Local: &ours[0]}), ours[1:]
		case order > 0:
			out, theirs = append(out, Difference{Key: theirs[0].Key, Guest: &theirs[0]}), theirs[1:]
		default:
			if ours[0].Delete != theirs[0].Delete || !bytes.Equal(ours[0].Value, theirs[0].Value) {
				out = append(out, Difference{Key: ours[0].Key, Local: &ours[0], Guest: &theirs[0]})
			}
			ours, theirs = ours[1:], theirs[1:]
		}
	}
	return out, nil
}

// compareFirst orders the first keys of two diffs; one that is at its end comes last.
func compareFirst(a, b []tree.Change) int {
	switch {
	case len(b) == 0:
		return -1
	case len(a) == 0:
		return 1
	}
	return bytes.Compare(a[0].Key, b[0].Key)
}
