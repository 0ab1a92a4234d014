package layer1_test

import (
	"context"
	"errors"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// The steps at which a transaction manager may die, and a follower.
var (
	managerSteps  = []layer1.Step{layer1.StepChosen, layer1.StepSigned, layer1.StepRecorded, layer1.StepFenced, layer1.StepSent}
	followerSteps = []layer1.Step{layer1.StepObserved, layer1.StepFound}
)

// once calls do at the first arrival at a step.
func once(step layer1.Step, do func() error) layer1.Failpoint {
	done := false
	return func(s layer1.Step) error {
		if s != step || done {
			return nil
		}
		done = true
		return do()
	}
}

func with(f layer1.Failpoint) func(*layer1.TxConfig) {
	return func(c *layer1.TxConfig) { c.Failpoint = f }
}

// advance does one round of everything that a leader does, and a block.
func (r *rig) advance() {
	r.t.Helper()
	r.poll()
	r.maintain()
	cur := r.rep.cursors()
	if first, limit := cur.NextAnchor(cursor.Commit); first <= cur.Heads().Published && r.commits.Free() > 0 {
		r.mustCommit(first, min(cur.Heads().Published, limit))
	}
	if first, limit := cur.NextAnchor(cursor.Verify); first <= cur.Heads().Committed && r.verifies.Free() > 0 {
		if err := r.verify(first, min(cur.Heads().Committed, limit)); err != nil {
			r.t.Fatalf("verify: %v", err)
		}
	}
	r.mine(1)
}

// finish drives a healthy leader until every batch is proven, and then checks
// that each batch took effect once, with our content, and that no transaction of
// the accounts was without an intent.
func (r *rig) finish() {
	r.t.Helper()
	last := uint64(len(r.rep.headers))
	for round := 0; r.rep.cursors().Heads().Proven < last; round++ {
		if round > 60 {
			r.t.Fatalf("does not finish: heads %+v, in flight %s, alarms %v", r.rep.cursors().Heads(), describe(r.rep.cursors()), r.alarms)
		}
		r.advance()
	}
	r.poll()
	r.exactlyOnce()
}

func (r *rig) exactlyOnce() {
	r.t.Helper()
	last := uint64(len(r.rep.headers))
	r.checkContract(last)
	events, err := layer1.NewContract(r.client, r.contract).Commits(r.t.Context(), 0, r.chain.Head().Number)
	if err != nil {
		r.t.Fatal(err)
	}
	if uint64(len(events)) != last {
		r.t.Errorf("%d commits on L1 for %d batches", len(events), last)
	}
	for i, e := range events {
		if e.Number != uint64(i)+1 || e.HeaderHash != r.rep.headers[i].Hash() {
			r.t.Errorf("commit %d on L1 is of batch %d, header %x", i+1, e.Number, e.HeaderHash)
		}
	}
	if used := r.nonce(submitterKey) + r.nonce(proverKey); used > uint64(r.rep.intents) {
		r.t.Errorf("%d transactions on L1, %d intents", used, r.rep.intents)
	}
}

// operations are what a transaction manager does, each prepared up to the call
// that goes through all steps.
var operations = []struct {
	name string
	// prepare brings the rig to where act is due.
	prepare func(r *rig)
	act     func(r *rig) error
}{
	{
		"commit", func(*rig) {},
		func(r *rig) error {
			first, _ := r.rep.cursors().NextAnchor(cursor.Commit)
			return r.commit(first, uint64(len(r.rep.headers)))
		},
	},
	{
		"verify",
		func(r *rig) {
			n := uint64(len(r.rep.headers))
			r.mustCommit(r.rep.cursors().Heads().Committed+1, n)
			r.settle("committed", committed(n))
		},
		func(r *rig) error {
			first, _ := r.rep.cursors().NextAnchor(cursor.Verify)
			return r.verify(first, uint64(len(r.rep.headers)))
		},
	},
	{
		"replacement",
		func(r *rig) {
			r.mustCommit(r.rep.cursors().Heads().Committed+1, uint64(len(r.rep.headers)))
		},
		func(r *rig) error { return r.commits.Maintain(r.t.Context()) },
	},
	{
		"cancellation",
		func(r *rig) {
			n := uint64(len(r.rep.headers))
			r.mustCommit(r.rep.cursors().Heads().Committed+1, n)
			r.rollBack(n - 1)
			r.rep.seal(r.t, 1)
		},
		func(r *rig) error { return r.commits.Maintain(r.t.Context()) },
	},
}

// layers.md: a crash at every step between intent and record leaves what the next
// leader finishes, exactly once.
func TestCrashAtEveryStep(t *testing.T) {
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			r := newRig(t)
			for _, step := range managerSteps {
				r.rep.seal(t, 2)
				op.prepare(r)
				crash := with(once(step, func() error { return errCrash }))
				r.failover(crash)
				if op.name == "replacement" {
					r.impatient(crash)
				}
				if err := op.act(r); !errors.Is(err, errCrash) {
					t.Fatalf("%s: %v, want the crash", step, err)
				}
				r.failover(nil)
				r.finish()
			}
		})
	}
}

// impatient makes a manager whose patience is over.
func (r *rig) impatient(edit func(*layer1.TxConfig)) {
	r.t.Helper()
	r.commits = r.newManager(cursor.Commit, submitterKey, func(c *layer1.TxConfig) { c.ReplaceAfter = 1; edit(c) })
	f := r.fence
	r.setFence(func() error { return errCrash }) // sees the oldest attempt, sends nothing
	if err := r.commits.Maintain(r.t.Context()); err != nil && !errors.Is(err, layer1.ErrFenced) {
		r.t.Fatal(err)
	}
	r.setFence(f)
	r.mineEmpty(1)
}

// layers.md: leadership changes at every step, and the old leader goes on as if
// nothing had happened: the new one has done all its work meanwhile.
func TestLeaderChangeAtEveryStep(t *testing.T) {
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			r := newRig(t)
			for _, step := range managerSteps {
				r.rep.seal(t, 2)
				op.prepare(r)
				takeover := with(once(step, func() error {
					commits, verifies := r.commits, r.verifies
					r.rep.mu.Lock()
					r.rep.newEpoch(0)
					r.rep.mu.Unlock()
					r.failover(nil)
					r.advance()
					r.advance()
					r.commits, r.verifies = commits, verifies
					return nil
				}))
				r.failover(takeover)
				if op.name == "replacement" {
					r.impatient(takeover)
				}
				var illegal *cursor.IllegalError
				if err := op.act(r); err != nil && !errors.As(err, &illegal) {
					t.Fatalf("%s: %v", step, err)
				}
				r.failover(nil)
				r.finish()
			}
		})
	}
}

// A follower that dies between two records leaves what the next one finishes.
func TestFollowerCrashAtEveryStep(t *testing.T) {
	r := newRig(t)
	dying := func(step layer1.Step) {
		t.Helper()
		healthy := r.follower
		defer func() { r.follower = healthy }()
		r.follower = r.newFollowerWith(func(c *layer1.FollowerConfig) {
			c.Failpoint = once(step, func() error { return errCrash })
		})
		if err := r.follower.Poll(t.Context()); !errors.Is(err, errCrash) {
			t.Fatalf("%s: %v, want the crash", step, err)
		}
	}
	for _, step := range followerSteps {
		r.rep.seal(t, 1)
		n := uint64(len(r.rep.headers))
		r.mustCommit(n, n)
		r.mine(1)
		dying(step) // included
		r.poll()
		r.mine(depth)
		dying(step) // at depth
		r.finish()
	}
	r.rep.seal(t, 1)
	n := uint64(len(r.rep.headers))
	r.mustCommit(n, n)
	r.mine(1)
	r.poll()
	if _, err := r.chain.Reorg(1, 2); err != nil {
		t.Fatal(err)
	}
	dying(layer1.StepReorged)
	if got := r.rep.reorgs; got != 1 {
		t.Errorf("%d reorganizations recorded", got)
	}
	r.finish()
}

// Two leaders that both believe they lead, at every step of each other.
func TestTwoLeadersInterleaved(t *testing.T) {
	r := newRig(t)
	for _, step := range managerSteps {
		r.rep.seal(t, 2)
		other := r.newManager(cursor.Commit, submitterKey, nil)
		first, _ := r.rep.cursors().NextAnchor(cursor.Commit)
		r.failover(with(once(step, func() error {
			err := other.Maintain(context.WithoutCancel(t.Context()))
			mine := r.commits
			r.commits = other
			next, _ := r.rep.cursors().NextAnchor(cursor.Commit)
			if next <= uint64(len(r.rep.headers)) {
				err = errors.Join(err, r.commit(next, next))
			}
			r.commits = mine
			return err
		})))
		var illegal *cursor.IllegalError
		if err := r.commit(first, first); err != nil && !errors.As(err, &illegal) {
			t.Fatalf("%s: %v", step, err)
		}
		r.failover(nil)
		r.finish()
	}
}
