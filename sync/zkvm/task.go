package zkvm

// Invariant of this file: what is held against an execution is what this replica sealed, never what the execution or
// its executor says of it.

import (
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/aside"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// Task is one sealed batch as a replica has it executed.
type Task struct {
	Header     batch.Header // as this replica sealed it
	Deployment guest.Deployment
	Input      []byte // the guest's
	Diff       []byte // the net diff between this replica's two versions, as batch.EncodeDiff lays it out
}

// Prepare makes the task of batch n out of what source keeps. It fails with source's error when the batch or one of
// its two versions was released.
func Prepare(source Source, n uint64, deployment guest.Deployment) (*Task, error) {
	var task *Task
	err := between(source, n, func(sealed *fsm.SealedBatch, pre, post *tree.View) error {
		task = &Task{Header: sealed.Header, Deployment: deployment}
		return aside.Do(func() (err error) {
			if task.Input, err = Input(pre, post, sealed.Header, sealed.Payload, deployment); err == nil {
				task.Diff, err = localDiff(pre, post)
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return task, nil
}

func localDiff(pre, post *tree.View) ([]byte, error) {
	var changes []tree.Change
	err := tree.Diff(pre, post, func(key, _, after []byte) error {
		changes = append(changes, tree.Change{Key: slices.Clone(key), Value: slices.Clone(after), Delete: after == nil})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("diff of the two versions: %w", err)
	}
	return batch.EncodeDiff(nil, changes), nil
}

// Judge holds what an executor answered against the task: nil if the result is this replica's in the journal and in
// every key; a *DivergenceError, which names the fields and the first keys that differ; a *RefusalError; or what else
// kept the executor from an answer. A divergence that err states is looked for again, and not believed.
func (t *Task) Judge(result *Result, err error) error {
	if _, diverged := errors.AsType[*DivergenceError](err); err != nil && (!diverged || result == nil) {
		return err
	}
	divergence, _ := errors.AsType[*DivergenceError](Compare(&result.Journal, t.Header, t.Deployment))
	differ, malformed := Differences(t.Diff, result.Diff)
	if divergence == nil && len(differ) == 0 && malformed == nil {
		return nil
	}
	if divergence == nil {
		divergence = &DivergenceError{Batch: t.Header.Number, Header: t.Header, Journal: result.Journal}
	}
	if len(differ) > 0 || malformed != nil {
		divergence.Fields = append(divergence.Fields, "diff")
	}
	divergence.Differing = len(differ)
	divergence.Keys = differ[:min(len(differ), MaxDifferences)]
	return divergence
}
