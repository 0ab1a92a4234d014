package evidence

// Invariant of this file: a replay decides by what it executes itself; what the file states is only compared.

import (
	"bytes"
	"context"
	"errors"

	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// Side is who was right about a batch.
type Side string

// Sides.
const (
	// SideReplica: the execution gives what the replica sealed. What was stated came of the executor or its machine.
	SideReplica Side = "replica"
	// SideGuest: the execution gives again what was stated. The replica's state was another, or its program is.
	SideGuest Side = "guest"
	// SideNeither: the execution gives a third result.
	SideNeither Side = "neither"
)

// Executor executes inputs: *zkvm.Executor.
type Executor interface {
	Execute(ctx context.Context, input []byte) (*zkvm.Result, error)
}

// Replayed is what came of executing a mismatch again.
type Replayed struct {
	Task  *zkvm.Task
	Right Side
	// Stated and Again are how the answer in the file, and the one of this execution, differ from what the replica sealed:
	// a *zkvm.DivergenceError, a *zkvm.RefusalError, or nil where they do not.
	Stated, Again error
	// SameProgram says whether the guest that ran is the file's. Another one may rightly give another result.
	SameProgram bool
	// Native says whether the guest gives the same answer outside the executor. If not, the executor is at fault.
	Native bool
}

// Replay executes a mismatch again, in the executor and natively. Errors are ctx's, ErrMalformed, and the executor's own
// that say nothing about the batch.
func Replay(ctx context.Context, executor Executor, m *Mismatch) (*Replayed, error) {
	task, err := m.Task()
	if err != nil {
		return nil, err
	}
	result, err := executor.Execute(ctx, m.Input)
	again := task.Judge(result, err)
	refusal, refused := errors.AsType[*zkvm.RefusalError](again)
	if _, diverged := errors.AsType[*zkvm.DivergenceError](again); again != nil && !diverged && !refused {
		return nil, again
	}
	r := &Replayed{Task: task, Again: again, Stated: task.Judge(m.Stated()), SameProgram: programID(task.Header.ProgramVersion) == m.Program}
	r.Right = SideNeither
	switch {
	case again == nil:
		r.Right = SideReplica
	case refused && m.Refusal != nil && refusal.Code == m.Refusal.Code:
		r.Right = SideGuest
	case !refused && m.Refusal == nil && result.Journal == m.Journal && bytes.Equal(result.Diff, m.Diff):
		r.Right = SideGuest
	}
	output, native := guest.Run(m.Input, guest.Host{Hasher: fast.Hash})
	if refused {
		r.Native = native != nil && guest.CodeOf(native) == refusal.Code
	} else {
		r.Native = native == nil && bytes.Equal(output, append(result.Journal.Append(nil), result.Diff...))
	}
	return r, nil
}
