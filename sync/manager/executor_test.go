package manager_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/evidence"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// faulty is an executor that gives wrong answers until it is mended.
type faulty struct {
	manager.Executor

	answer func(*zkvm.Result) (*zkvm.Result, error)
	mended atomic.Bool
	calls  atomic.Int64 // before it was mended

	mu      sync.Mutex
	batches map[uint64]int // how often each was executed before it was mended
}

func (f *faulty) Execute(ctx context.Context, input []byte) (*zkvm.Result, error) {
	result, err := f.Executor.Execute(ctx, input)
	if err != nil || f.mended.Load() {
		return result, err
	}
	f.calls.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.batches == nil {
		f.batches = map[uint64]int{}
	}
	f.batches[result.Journal.Batch]++
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
			t.Parallel()
			r, executor := newFaulty(t, answer)
			r.submit(300)
			halted := func() bool { return r.leader().machine.Cursor().Halted(command.ScopeAnchoring) }
			r.eventually("anchoring halted", halted)
			if halts := r.leader().machine.Cursor().Halts(); halts[0].Exit == "" {
				t.Errorf("the halt names no exit: %+v", halts)
			}
			r.eventually("who waits for the execution is told what stands in the way", func() bool {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, err := r.leader().manager.Synchronize(ctx, manager.HeadExecuted, nil)
				blocked, ok := errors.AsType[*manager.BlockedError](err)
				return ok && len(blocked.Halts) > 0
			})
			before := r.leader().manager.Checks()
			r.eventually("some checks later", func() bool { return r.leader().manager.Checks() > before+5 })
			most := 2 * int(r.leader().node.Term()) // two per leadership, of which a slow machine has more than one
			executor.mu.Lock()
			for n, times := range executor.batches {
				if n == 1 && times < 2 || times > most {
					t.Errorf("batch %d executed %d times, want it executed once more and then no more", n, times)
				}
			}
			executor.mu.Unlock()
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
	t.Parallel()
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

// wrong spoils what an executor gives: the root and one key of the diff, as long as it is not mended.
func wrong(working manager.Executor) *faulty {
	return &faulty{Executor: working, answer: func(result *zkvm.Result) (*zkvm.Result, error) {
		spoilt := *result
		spoilt.Journal.PostRoot[0] ^= 1
		changes, err := batch.DecodeDiff(result.Diff, batch.DefaultLimits())
		if err != nil {
			return nil, err
		}
		spoilt.Diff = batch.EncodeDiff(nil, changes[1:])
		return &spoilt, nil
	}}
}

// silent is an executor that gives no answer before its context ends.
type silent struct{ asked atomic.Int64 }

func (s *silent) Execute(ctx context.Context, _ []byte) (*zkvm.Result, error) {
	s.asked.Add(1)
	<-ctx.Done()
	return nil, ctx.Err()
}

// Issue 5.1, layers.md: a follower states a wrong result: the batch is executed once more elsewhere, and that is right.
// The record names the follower and the keys, the follower keeps the evidence, nothing halts, and it says offline that
// the replica was right.
func TestAWrongFollowerIsNamedAndHaltsNothing(t *testing.T) {
	t.Parallel()
	r := newRigAt(t, 1) // records stay for a while
	leader := r.leader()
	liar := r.replicas[0]
	if liar == leader {
		liar = r.replicas[1]
	}
	r.restartWith(liar, wrong(r.executor))
	var mismatch cursor.Execution
	r.eventually("a mismatch on record, and the batch executed", func() bool {
		if r.leader() == liar { // a slow machine elects as it likes, and a leader executes what nobody else does
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_ = liar.node.TransferLeadership(ctx, "")
			return false
		}
		r.submit(100)
		cur := r.leader().machine.Cursor()
		for n := cur.Heads().Finalized; n <= cur.Heads().Sealed; n++ {
			if record, _ := cur.Batch(n); len(record.Mismatches) > 0 && record.Execution != nil {
				mismatch = record.Mismatches[0]
				return record.Execution.Node != liar.id
			}
		}
		return false
	})
	if mismatch.Node != liar.id || !strings.Contains(mismatch.Detail, "1 keys: ") || !strings.Contains(mismatch.Detail, "post_root") {
		t.Errorf("recorded: %+v", mismatch)
	}
	files, err := evidence.List(filepath.Join(liar.dir, "evidence"))
	r.check(err)
	at := slices.IndexFunc(files, func(f evidence.Info) bool { return strings.Contains(mismatch.Detail, "evidence: "+f.Name) })
	if at < 0 { // there may be others: it is wrong about each batch that it executes
		t.Fatalf("%d evidence files; recorded: %+v", len(files), mismatch)
	}
	m, err := evidence.Read(files[at].Path)
	r.check(err)
	replayed, err := evidence.Replay(t.Context(), r.executor.(*zkvm.Executor), m)
	r.check(err)
	if replayed.Right != evidence.SideReplica || m.Node != liar.id {
		t.Errorf("replayed: %+v", replayed)
	}
	r.submit(100)
	r.failover() // also to the one that is wrong: others execute for it
	r.drain()
	if r.leader().machine.Cursor().Halted(command.ScopeAnchoring) {
		t.Error("anchoring is halted although the second execution agreed")
	}
}

// A follower that is silent holds no batch up: another replica is asked after the patience. The only replica that executes
// dies in the middle of that, and when it is back the next leader, whose own executor is silent too, asks it.
func TestASilentFollowerHoldsNothingUp(t *testing.T) {
	t.Parallel()
	r := newRigFrom(&rig{t: t, silence: 300 * time.Millisecond}, nil)
	leader := r.leader()
	mute := &silent{}
	for _, x := range r.replicas {
		if x != leader {
			r.restartWith(x, mute)
		}
	}
	r.submit(600)
	r.eventually("a follower is asked", func() bool { return mute.asked.Load() > 0 })
	r.restart(leader)
	r.submit(100)
	r.drain()
	r.consistent()
}

// Executions are the followers' while they answer: the leader has more to do.
func TestFollowersExecute(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.eventually("a batch that a follower executed", func() bool {
		r.submit(100)
		leader := r.leader()
		cur := leader.machine.Cursor()
		record, _ := cur.Batch(cur.Heads().Finalized)
		return record.Execution != nil && record.Execution.Node != leader.id
	})
}
