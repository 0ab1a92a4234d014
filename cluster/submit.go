package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/session"
)

// Group commit: one dispatcher takes what is waiting, in order of arrival, and
// hands it to Raft as one entry. While Raft syncs its log the dispatcher is
// blocked and the next group grows, so the size of a group follows the disk.
// Several entries are in flight at once; none is handed over out of order.
//
// Every admitted call gets exactly one outcome. A call that has not been handed
// to Raft can still be withdrawn, and then is definitely not applied.

// Outcome is what became of one call.
type Outcome struct {
	Receipts []session.Receipt // one per submission, in order
	Position fsm.Position
	Err      error // nil, or of the kinds in the package comment
}

// States of a call. Only queued calls can be withdrawn.
const (
	callQueued int32 = iota
	callTaken
	callDone
)

type call struct {
	subs  []command.Submission
	acks  []command.Ack
	state atomic.Int32
	once  sync.Once
	done  func(Outcome)
	stop  func() bool // detaches from the caller's context
}

func (c *call) finish(o Outcome) {
	c.once.Do(func() {
		c.state.Store(callDone)
		c.done(o)
	})
}

// withdraw ends a call whose caller no longer waits.
func (c *call) withdraw(cause error) {
	if c.state.CompareAndSwap(callQueued, callDone) {
		c.finish(Outcome{Err: fmt.Errorf("%w: %w", ErrNotApplied, cause)})
		return
	}
	c.finish(Outcome{Err: &UnknownOutcomeError{Cause: cause}})
}

// committer is the group commit of one node.
type committer struct {
	node *Node

	mu       sync.Mutex // guards queue, queued and closed; nothing blocks under it
	queue    []*call
	queued   int  // submissions in queue
	closed   bool // nothing is queued any more
	wake     chan struct{}
	admitted atomic.Int64 // submissions without an outcome
	flying   atomic.Int64 // entries handed to Raft without an outcome
	landed   chan struct{}
	lastMs   int64        // newest timestamp handed out; dispatcher only
	latency  atomic.Int64 // smoothed nanoseconds from hand-over to outcome
}

func newCommitter(n *Node) *committer {
	return &committer{node: n, wake: make(chan struct{}, 1), landed: make(chan struct{}, 1)}
}

// Submit hands transitions to the state machine, together in one entry and in
// order. It returns one receipt per submission.
func (n *Node) Submit(ctx context.Context, subs []command.Submission, acks []command.Ack) ([]session.Receipt, fsm.Position, error) {
	out := make(chan Outcome, 1)
	if err := n.SubmitAsync(ctx, subs, acks, func(o Outcome) { out <- o }); err != nil {
		return nil, fsm.Position{}, err
	}
	o := <-out // exactly one comes, at the latest when ctx ends or the node closes
	return o.Receipts, o.Position, o.Err
}

// SubmitAsync is Submit for streams. A returned error is a refusal: nothing is
// applied and done is not called. Otherwise done is called exactly once, at the
// latest when ctx ends or the node closes; it must not block. Calls of one
// goroutine are applied in the order in which they were made, unless one of
// them fails. The slices belong to the node until done is called.
func (n *Node) SubmitAsync(ctx context.Context, subs []command.Submission, acks []command.Ack, done func(Outcome)) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrNotApplied, err)
	}
	if err := n.admit(len(subs), len(acks)); err != nil {
		return err
	}
	cm := n.commits
	weight := int64(len(subs))
	c := &call{subs: subs, acks: acks}
	c.done = func(o Outcome) {
		cm.admitted.Add(-weight)
		done(o)
	}
	cm.mu.Lock()
	if cm.closed {
		cm.mu.Unlock()
		cm.admitted.Add(-weight)
		return ErrClosed
	}
	c.stop = context.AfterFunc(ctx, func() { c.withdraw(context.Cause(ctx)) })
	cm.queue = append(cm.queue, c)
	cm.queued += len(subs)
	cm.mu.Unlock()
	signal(cm.wake)
	return nil
}

// admit counts the submissions in or says why not.
func (n *Node) admit(subs, acks int) error {
	if n.closing() {
		return ErrClosed
	}
	if subs+acks > n.cfg.MaxEntryCount {
		return &TooLargeError{What: "transitions", Size: subs + acks, Limit: n.cfg.MaxEntryCount}
	}
	if !n.accepting() {
		return n.notLeader()
	}
	if lag := n.lag(); lag > n.cfg.MaxLag {
		return &OverloadError{RetryAfter: n.commits.retryAfter(), Reason: "the state machine lags behind the log"}
	}
	if n.commits.admitted.Add(int64(subs)) > int64(n.cfg.MaxInFlight) {
		n.commits.admitted.Add(-int64(subs))
		return &OverloadError{RetryAfter: n.commits.retryAfter(), Reason: "too many transitions in flight"}
	}
	return nil
}

// lag is how many entries are committed and not applied here.
func (n *Node) lag() uint64 {
	commit, applied := n.raft.CommitIndex(), n.machine.AppliedIndex()
	return commit - min(commit, applied)
}

func (cm *committer) retryAfter() time.Duration {
	return min(max(time.Duration(cm.latency.Load()), 5*time.Millisecond), time.Second)
}

// run dispatches until the node closes, then refuses what is left.
func (cm *committer) run() {
	for {
		select {
		case <-cm.wake:
		case <-cm.node.done:
			cm.refuse(ErrClosed)
			return
		}
		for cm.gather() {
			group := cm.take()
			if len(group) > 0 {
				cm.dispatch(group)
			}
		}
	}
}

// gather waits for a group to grow while others are in flight, and reports
// whether there is anything to take.
func (cm *committer) gather() bool {
	cm.mu.Lock()
	calls, subs := len(cm.queue), cm.queued
	cm.mu.Unlock()
	if calls == 0 {
		return false
	}
	if cm.flying.Load() == 0 || subs >= cm.node.cfg.MaxEntryCount {
		return true
	}
	age := time.NewTimer(cm.node.cfg.MaxEntryAge)
	defer age.Stop()
	for {
		select {
		case <-age.C:
			return true
		case <-cm.landed:
			if cm.flying.Load() == 0 {
				return true
			}
		case <-cm.wake:
			cm.mu.Lock()
			full := cm.queued >= cm.node.cfg.MaxEntryCount
			cm.mu.Unlock()
			if full {
				return true
			}
		case <-cm.node.done:
			return true
		}
	}
}

// take removes one group from the queue.
func (cm *committer) take() []*call {
	cm.mu.Lock()
	defer cm.mu.Unlock()
	var group []*call
	count, used := 0, 0
	for _, c := range cm.queue {
		size := len(c.subs) + len(c.acks)
		if count+size > cm.node.cfg.MaxEntryCount && count > 0 {
			break
		}
		used++
		cm.queued -= len(c.subs)
		if !c.state.CompareAndSwap(callQueued, callTaken) {
			continue // withdrawn
		}
		count += size
		group = append(group, c)
	}
	clear(cm.queue[:used])
	cm.queue = cm.queue[used:]
	return group
}

// dispatch encodes one group, in halves if it is too large, and hands it over.
func (cm *committer) dispatch(group []*call) {
	if !cm.node.accepting() {
		finishAll(group, cm.node.refusal())
		return
	}
	var e command.Entry
	for _, c := range group {
		e.Submissions = append(e.Submissions, c.subs...)
		e.Acks = append(e.Acks, c.acks...)
	}
	cm.lastMs = max(cm.lastMs, time.Now().UnixMilli())
	e.TimeMs = cm.lastMs
	frame := command.EncodeFrame(nil, command.TypeEntry, batch.EncodeEntry(nil, &e))
	if len(frame) > cm.node.cfg.MaxEntryBytes {
		if len(group) == 1 {
			finishAll(group, &TooLargeError{What: "bytes", Size: len(frame), Limit: cm.node.cfg.MaxEntryBytes})
			return
		}
		cm.dispatch(group[:len(group)/2])
		cm.dispatch(group[len(group)/2:])
		return
	}
	cm.flying.Add(1)
	start := time.Now()
	future := cm.node.raft.Apply(frame, cm.node.cfg.EnqueueTimeout)
	cm.node.spawn(func() {
		result, err := cm.node.await(context.Background(), future)
		cm.flying.Add(-1)
		signal(cm.landed)
		cm.observe(time.Since(start))
		settle(group, result, err)
	})
}

func (cm *committer) observe(d time.Duration) {
	old := cm.latency.Load()
	cm.latency.Store(old + (int64(d)-old)/8)
}

// settle gives each call of a group its part of the result.
func settle(group []*call, result *fsm.Result, err error) {
	total := 0
	for _, c := range group {
		total += len(c.subs)
	}
	if err == nil && result.Err != nil {
		err = &UnknownOutcomeError{Cause: result.Err}
	}
	if err == nil && len(result.Receipts) != total {
		err = &UnknownOutcomeError{Cause: fmt.Errorf("cluster: %d receipts for %d submissions", len(result.Receipts), total)}
	}
	if err != nil {
		finishAll(group, err)
		return
	}
	rest := result.Receipts
	for _, c := range group {
		k := len(c.subs)
		c.stop()
		c.finish(Outcome{Receipts: rest[:k:k], Position: result.Position})
		rest = rest[k:]
	}
}

func finishAll(group []*call, err error) {
	for _, c := range group {
		c.stop()
		c.finish(Outcome{Err: err})
	}
}

// refuse ends everything that was not handed over.
func (cm *committer) refuse(err error) {
	cm.mu.Lock()
	rest := cm.queue
	cm.queue, cm.queued, cm.closed = nil, 0, true
	cm.mu.Unlock()
	for _, c := range rest {
		if c.state.CompareAndSwap(callQueued, callTaken) {
			c.stop()
			c.finish(Outcome{Err: err})
		}
	}
}

// Propose commits one command other than an entry and returns what the state
// machine answered; a refusal by the state machine is in the result's Err.
func (n *Node) Propose(ctx context.Context, t command.Type, body []byte) (*fsm.Result, error) {
	if !n.accepting() {
		return nil, n.refusal()
	}
	return n.propose(ctx, t, body)
}

func (n *Node) propose(ctx context.Context, t command.Type, body []byte) (*fsm.Result, error) {
	frame := command.EncodeFrame(nil, t, body)
	if len(frame) > n.cfg.MaxEntryBytes {
		return nil, &TooLargeError{What: "bytes", Size: len(frame), Limit: n.cfg.MaxEntryBytes}
	}
	timeout := n.cfg.EnqueueTimeout
	if deadline, ok := ctx.Deadline(); ok {
		timeout = max(min(timeout, time.Until(deadline)), time.Nanosecond)
	}
	return n.await(ctx, n.raft.Apply(frame, timeout))
}

// await waits for a future with a context and the node's life, because Raft
// may never answer it.
func (n *Node) await(ctx context.Context, future raft.ApplyFuture) (*fsm.Result, error) {
	answered := make(chan error, 1)
	go func() { answered <- future.Error() }()
	select {
	case err := <-answered:
		if err != nil {
			return nil, n.classify(err)
		}
	case <-ctx.Done():
		return nil, &UnknownOutcomeError{Cause: context.Cause(ctx)}
	case <-n.abandoned:
		return nil, &UnknownOutcomeError{Cause: ErrClosed}
	}
	// A panicking state machine still answers; only its own result counts.
	result, ok := future.Response().(*fsm.Result)
	if !ok || result == nil {
		return nil, &UnknownOutcomeError{Cause: fmt.Errorf("cluster: the state machine answered %T", future.Response())}
	}
	if err := n.machine.Fatal(); err != nil {
		return nil, &UnknownOutcomeError{Cause: err}
	}
	return result, nil
}

// classify says what an error of Raft's Apply means for the caller.
func (n *Node) classify(err error) error {
	switch {
	case errors.Is(err, raft.ErrNotLeader), errors.Is(err, raft.ErrLeadershipTransferInProgress):
		return errors.Join(n.notLeader(), fmt.Errorf("%w: %w", ErrNotApplied, err))
	case errors.Is(err, raft.ErrEnqueueTimeout):
		return &OverloadError{RetryAfter: n.commits.retryAfter(), Reason: "the log does not take more"}
	case errors.Is(err, raft.ErrAbortedByRestore):
		return fmt.Errorf("%w: %w", ErrNotApplied, err)
	default:
		return &UnknownOutcomeError{Cause: err}
	}
}

// refusal is the definite error of a node that takes no writes.
func (n *Node) refusal() error {
	if n.closing() {
		return ErrClosed
	}
	return n.notLeader()
}

// signal wakes a receiver that has not been woken yet.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
