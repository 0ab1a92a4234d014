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
// However small, an entry costs every replica a message and a sync. So a group
// waits until EntryGap after the one before, unless that one is answered and as
// many calls wait as were in the largest group of late: then all have come back
// that are likely to. Thus a caller alone waits for nothing, callers that wait
// for each other's answers go together as soon as they are complete, and calls
// that come at their own times share what an entry costs. (PostgreSQL's
// commit_delay does this above a fixed number of commit_siblings.)
//
// Every admitted call gets exactly one outcome. A call that has not been handed
// to Raft can still be withdrawn, and then is definitely not applied.

// Outcome is what became of one call.
type Outcome struct {
	Receipts []session.Receipt // one per submission, in order
	Position fsm.Position
	Err      error // nil, or of the kinds in the package comment
}

// States of a call. Whoever moves it away from queued owes its outcome.
const (
	callQueued int32 = iota
	callTaken
)

type call struct {
	ctx   context.Context //nolint:containedctx // the caller's, looked at when the call is taken from the queue
	subs  []command.Submission
	acks  []command.Ack
	state atomic.Int32
	done  func(Outcome)
}

// claim reports whether the call is now the claimant's to finish.
func (c *call) claim() bool { return c.state.CompareAndSwap(callQueued, callTaken) }

// committer is the group commit of one node.
type committer struct {
	node *Node

	mu       sync.Mutex // guards what follows up to closed; nothing blocks under it
	queue    []*call
	spare    []*call // an empty queue's memory
	queued   int     // submissions and acks in queue
	usual    float64 // calls of the largest group of late
	closed   bool    // nothing is queued any more
	wake     chan struct{}
	grown    chan struct{} // the queue has come to the usual or to a whole entry
	admitted atomic.Int64  // submissions without an outcome
	flying   atomic.Int64  // entries handed to Raft without an outcome
	latency  atomic.Int64  // smoothed nanoseconds from hand-over to outcome
	flights  chan *flight  // handed over, in order

	// Dispatcher only: working memory.
	last    time.Time // when the last entry was handed over
	lastMs  int64     // newest timestamp handed out
	entry   command.Entry
	encoder batch.Encoder
}

// flight is one entry on its way through Raft.
type flight struct {
	group  []*call
	future raft.ApplyFuture
	start  time.Time
}

// usualKept is what one group leaves of a larger one's count. Two groups in a row differ by chance when calls come at their
// own times; forgotten at once, the usual would be the smaller ones.
const usualKept = 63. / 64

// maxFlying bounds the entries in flight. Raft takes them from its channel one by one.
const maxFlying = 256

func newCommitter(n *Node) *committer {
	return &committer{
		node: n, wake: make(chan struct{}, 1), grown: make(chan struct{}, 1),
		flights: make(chan *flight, maxFlying),
	}
}

// Submit hands transitions to the state machine, together in one entry and in
// order. It returns one receipt per submission.
func (n *Node) Submit(ctx context.Context, subs []command.Submission, acks []command.Ack) ([]session.Receipt, fsm.Position, error) {
	out := make(chan Outcome, 1)
	c := &call{ctx: ctx, subs: subs, acks: acks, done: func(o Outcome) { out <- o }}
	if err := n.submit(c); err != nil {
		return nil, fsm.Position{}, err
	}
	var o Outcome
	select {
	case o = <-out: // exactly one comes, at the latest when the node closes
	case <-ctx.Done():
		err := context.Cause(ctx)
		if c.claim() {
			n.commits.finish(c, Outcome{})
			return nil, fsm.Position{}, fmt.Errorf("%w: %w", ErrNotApplied, err)
		}
		return nil, fsm.Position{}, &UnknownOutcomeError{Cause: err}
	}
	return o.Receipts, o.Position, o.Err
}

// SubmitAsync is Submit for callers with many transitions in flight. A returned
// error is a refusal: nothing is applied and done is not called. Otherwise done
// is called exactly once, at the latest when the node closes; it must not block.
// When ctx ends first, a call that is still queued is not applied; one that is
// under way goes on, so that whoever must not wait watches ctx as well. Calls of
// one goroutine are applied in the order in which they were made, unless one of
// them fails. The slices belong to the node until done is called.
func (n *Node) SubmitAsync(ctx context.Context, subs []command.Submission, acks []command.Ack, done func(Outcome)) error {
	return n.submit(&call{ctx: ctx, subs: subs, acks: acks, done: done})
}

func (n *Node) submit(c *call) error {
	if c.ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ErrNotApplied, context.Cause(c.ctx))
	}
	if err := n.admit(len(c.subs), len(c.acks)); err != nil {
		return err
	}
	return n.commits.enqueue(c)
}

func (cm *committer) enqueue(c *call) error {
	size := len(c.subs) + len(c.acks)
	cm.mu.Lock()
	if cm.closed {
		cm.mu.Unlock()
		cm.admitted.Add(-int64(len(c.subs)))
		return ErrClosed
	}
	first := len(cm.queue) == 0
	cm.queue = append(cm.queue, c)
	cm.queued += size
	grown := cm.queued >= cm.node.cfg.MaxEntryCount || float64(len(cm.queue)) >= cm.usual
	cm.mu.Unlock()
	if first {
		signal(cm.wake)
	}
	if grown {
		signal(cm.grown)
	}
	return nil
}

// finish gives a claimed call its outcome.
func (cm *committer) finish(c *call, o Outcome) {
	cm.admitted.Add(-int64(len(c.subs)))
	c.done(o)
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
	if e := n.room(); e != nil {
		return e
	}
	if lag := n.lag(); lag > n.cfg.MaxLag {
		return &OverloadError{RetryAfter: n.commits.retryAfter(), Reason: "the state machine lags behind the log"}
	}
	if n.commits.admitted.Add(int64(subs)) > int64(n.cfg.MaxInFlight) {
		n.commits.admitted.Add(-int64(subs))
		return &OverloadError{RetryAfter: n.commits.retryAfter(), Reason: "too many transitions in flight"}
	}
	if err := n.intake.admit(backlogOf(n.machine.Cursor()), subs, time.Now()); err != nil {
		n.commits.admitted.Add(-int64(subs))
		return err
	}
	return nil
}

// lag is how many entries are committed and not applied here.
func (n *Node) lag() uint64 {
	commit, applied := n.raft.CommitIndex(), n.machine.AppliedIndex()
	return commit - min(commit, applied)
}

func (cm *committer) retryAfter() time.Duration {
	return min(max(time.Duration(cm.latency.Load()), minRetry), maxRetry)
}

// run dispatches until the node closes, then refuses what is left.
func (cm *committer) run() {
	defer close(cm.flights)
	for {
		select {
		case <-cm.wake:
		case <-cm.node.done:
			cm.refuse(ErrClosed)
			return
		}
		for cm.gather() {
			for _, group := range cm.take() {
				cm.dispatch(group)
			}
		}
	}
}

// gather waits for a group to grow and reports whether there is anything to
// take.
func (cm *committer) gather() bool {
	cm.mu.Lock()
	calls := len(cm.queue)
	cm.mu.Unlock()
	if calls == 0 {
		return false
	}
	wait := cm.node.cfg.EntryGap - time.Since(cm.last)
	if wait <= 0 || cm.complete() {
		return true
	}
	gap := time.NewTimer(wait)
	defer gap.Stop()
	for {
		select {
		case <-gap.C:
			return true
		case <-cm.grown:
			if cm.complete() {
				return true
			}
		case <-cm.node.done:
			return true
		}
	}
}

// complete reports whether the group in the queue has nobody to wait for: it
// fills an entry, or it is as large as usual and no other is in flight.
func (cm *committer) complete() bool {
	cm.mu.Lock()
	defer cm.mu.Unlock()
	return cm.queued >= cm.node.cfg.MaxEntryCount || float64(len(cm.queue)) >= cm.usual && cm.flying.Load() == 0
}

// take empties the queue, in groups of at most one entry's count.
func (cm *committer) take() [][]*call {
	cm.mu.Lock()
	calls := cm.queue
	cm.usual = max(float64(len(calls)), cm.usual*usualKept)
	cm.queue, cm.spare, cm.queued = cm.spare[:0], nil, 0
	cm.mu.Unlock()
	var groups [][]*call
	var group []*call
	count := 0
	for _, c := range calls {
		if !c.claim() {
			continue // withdrawn
		}
		if c.ctx.Err() != nil {
			cm.finish(c, Outcome{Err: fmt.Errorf("%w: %w", ErrNotApplied, context.Cause(c.ctx))})
			continue
		}
		size := len(c.subs) + len(c.acks)
		if count+size > cm.node.cfg.MaxEntryCount && count > 0 {
			groups = append(groups, group)
			group, count = nil, 0
		}
		if group == nil {
			group = make([]*call, 0, len(calls))
		}
		group = append(group, c)
		count += size
	}
	if len(group) > 0 {
		groups = append(groups, group)
	}
	clear(calls)
	cm.mu.Lock()
	cm.spare = calls[:0]
	cm.mu.Unlock()
	return groups
}

// dispatch encodes one group, in halves if it is too large, and hands it over.
func (cm *committer) dispatch(group []*call) {
	if !cm.node.accepting() {
		cm.finishAll(group, cm.node.refusal())
		return
	}
	frame := cm.encode(group)
	if len(frame) > cm.node.cfg.MaxEntryBytes {
		if len(group) == 1 {
			cm.finishAll(group, &TooLargeError{What: "bytes", Size: len(frame), Limit: cm.node.cfg.MaxEntryBytes})
			return
		}
		cm.dispatch(group[:len(group)/2])
		cm.dispatch(group[len(group)/2:])
		return
	}
	cm.flying.Add(1)
	f := &flight{group: group, start: time.Now()}
	cm.last = f.start
	f.future = cm.node.raft.Apply(frame, cm.node.cfg.EnqueueTimeout)
	cm.flights <- f // settle takes it in any case
}

// encode makes the frame of a group. Raft and its log cache keep it.
func (cm *committer) encode(group []*call) []byte {
	e := &cm.entry
	e.Submissions, e.Acks = e.Submissions[:0], e.Acks[:0]
	for _, c := range group {
		e.Submissions = append(e.Submissions, c.subs...)
		e.Acks = append(e.Acks, c.acks...)
	}
	cm.lastMs = max(cm.lastMs, time.Now().UnixMilli())
	e.TimeMs = cm.lastMs
	const head, row = 128, 24 // about what an entry takes
	frame := command.EncodeFrame(make([]byte, 0, head+row*len(e.Submissions)), command.TypeEntry, nil)
	return cm.encoder.Entry(frame, e)
}

// settle gives the entries in flight their outcomes, in order. Raft answers them in that order too.
func (cm *committer) settle() {
	for f := range cm.flights {
		result, err := cm.node.await(context.Background(), f.future)
		cm.flying.Add(-1)
		cm.observe(time.Since(f.start))
		cm.share(f.group, result, err)
	}
}

func (cm *committer) observe(d time.Duration) {
	old := cm.latency.Load()
	cm.latency.Store(old + (int64(d)-old)/8)
}

// share gives each call of a group its part of the result.
func (cm *committer) share(group []*call, result *fsm.Result, err error) {
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
		cm.finishAll(group, err)
		return
	}
	rest := result.Receipts
	for _, c := range group {
		k := len(c.subs)
		cm.finish(c, Outcome{Receipts: rest[:k:k], Position: result.Position})
		rest = rest[k:]
	}
}

func (cm *committer) finishAll(group []*call, err error) {
	for _, c := range group {
		cm.finish(c, Outcome{Err: err})
	}
}

// refuse ends everything that was not handed over.
func (cm *committer) refuse(err error) {
	cm.mu.Lock()
	rest := cm.queue
	cm.queue, cm.queued, cm.closed = nil, 0, true
	cm.mu.Unlock()
	for _, c := range rest {
		if c.claim() {
			cm.finish(c, Outcome{Err: err})
		}
	}
}

// Propose commits one command other than an entry and returns what the state
// machine answered; a refusal by the state machine is in the result's Err.
func (n *Node) Propose(ctx context.Context, t command.Type, body []byte) (*fsm.Result, error) {
	if !n.accepting() {
		return nil, n.refusal()
	}
	if e := n.room(); e != nil && (t == command.TypeSessionOpen || n.disk.status().full) {
		return nil, e // the duties' small commands still have room until the floor
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
	case errors.Is(err, raft.ErrAbortedByRestore), errors.Is(err, ErrDiskFull):
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
