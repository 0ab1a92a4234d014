package manager_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// faulty is an executor that gives wrong answers until it is mended.
type faulty struct {
	manager.Executor

	answer func(*zkvm.Result) (*zkvm.Result, error)
	mended atomic.Bool
	calls  atomic.Int64 // before it was mended
}

func (f *faulty) Execute(ctx context.Context, input []byte) (*zkvm.Result, error) {
	result, err := f.Executor.Execute(ctx, input)
	if err != nil || f.mended.Load() {
		return result, err
	}
	f.calls.Add(1)
	return f.answer(result)
}

func newFaulty(t *testing.T, answer func(*zkvm.Result) (*zkvm.Result, error)) (*rig, *faulty) {
	t.Helper()
	f := &faulty{answer: answer}
	r := newRigWith(t, func(working manager.Executor) manager.Executor {
		f.Executor = working
		return f
	})
	return r, f
}

// layers.md: a zkVM mismatch is never anchored; the batch is executed once more, and if it stays, anchoring halts with
// a named exit. A refusal is the same. The halt ends the executions, and what ends the halt begins them again.
func TestZKVMMismatchHaltsAnchoringUntilItIsMended(t *testing.T) {
	cases := map[string]func(*zkvm.Result) (*zkvm.Result, error){
		"another root": func(result *zkvm.Result) (*zkvm.Result, error) {
			wrong := *result
			wrong.Journal.PostRoot[0] ^= 1
			return &wrong, &zkvm.DivergenceError{Batch: wrong.Journal.Batch, Fields: []string{"post_root"}, Journal: wrong.Journal}
		},
		"refusal": func(*zkvm.Result) (*zkvm.Result, error) {
			return nil, &zkvm.RefusalError{Code: guest.CodeTransition, Message: "not accepted"}
		},
	}
	for name, answer := range cases {
		t.Run(name, func(t *testing.T) {
			r, executor := newFaulty(t, answer)
			r.submit(300)
			halted := func() bool { return r.leader().machine.Cursor().Halted(command.ScopeAnchoring) }
			r.eventually("anchoring halted", halted)
			if halts := r.leader().machine.Cursor().Halts(); halts[0].Exit == "" {
				t.Errorf("the halt names no exit: %+v", halts)
			}
			before := r.leader().manager.Checks()
			r.eventually("some checks later", func() bool { return r.leader().manager.Checks() > before+5 })
			// Two per leadership; one change of leadership is allowed for on a slow machine.
			if n := executor.calls.Load(); n < 2 || n > 4 {
				t.Errorf("executed %d times, want it executed once more and then no more", n)
			}
			if h := r.leader().machine.Cursor().Heads(); h.Executed != 0 || h.Committed != 0 {
				t.Errorf("heads moved: %+v", h)
			}
			executor.mended.Store(true)
			resume := command.Resume{Scope: command.ScopeAnchoring, Reason: "mended", TimeMs: time.Now().UnixMilli()}
			result, err := r.leader().node.Propose(t.Context(), command.TypeResume, resume.Append(nil))
			r.check(err)
			r.check(result.Err)
			r.drain()
			r.consistent()
		})
	}
}

// A crash of the executor says nothing about the batch: it is tried again and halts nothing.
func TestExecutorCrashesAreTriedAgain(t *testing.T) {
	r, executor := newFaulty(t, func(*zkvm.Result) (*zkvm.Result, error) { return nil, zkvm.ErrCrashed })
	r.submit(300)
	r.eventually("three tries", func() bool { return executor.calls.Load() >= 3 })
	if r.leader().machine.Cursor().Halted(command.ScopeAnchoring) {
		t.Error("anchoring is halted by a crash")
	}
	executor.mended.Store(true)
	r.drain()
	r.consistent()
}
