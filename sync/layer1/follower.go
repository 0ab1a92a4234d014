package layer1

// The follower turns what the chain shows into cursor events, each with its
// evidence. It decides nothing and keeps nothing that matters: the follow point
// and its ring are in the cursor, so any replica goes on from there.
//
// The chain is polled by number. A new block must name the one before as its
// parent; a follow point that is no longer canonical is taken back to the newest
// block of the ring that still is. An endpoint whose head lies behind the follow
// point on the same chain lags, which is no reorganization.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Record commits an event through Raft and returns when it is applied here.
type Record func(ctx context.Context, ev cursor.Event) error

// Cursors returns the newest local cursor, an immutable copy.
type Cursors func() *cursor.Cursor

// FollowerConfig of a follower.
type FollowerConfig struct {
	// Contract whose state must agree before an anchor counts as included.
	Contract [20]byte
	// Interval between polls; 0 means 1 s.
	Interval time.Duration
	// Depth is how many blocks must follow an anchor's block before it counts.
	Depth uint64
	// MaxBlocks per poll; 0 means 64. A larger gap restarts the ring.
	MaxBlocks uint64
	// StallAfter is how long the head may stand still before the alarm; 0
	// means one minute.
	StallAfter time.Duration
	// Readable, if set, is asked before a commit counts as at depth: it fetches and
	// decodes what the transaction carried. An error leaves the commit included,
	// with an alarm, and is asked again at the next poll.
	Readable func(ctx context.Context, a cursor.Anchor) error
	// Counters are added to; nil makes some.
	Counters *Counters
	// Failpoint is called at each step; for tests.
	Failpoint Failpoint
	// Alarm is called with every condition that an operator must see; it must
	// not block. nil: logged only.
	Alarm func(error)
	// Now is the clock of the watchdog; nil means time.Now.
	Now func() time.Time
	// Logger; nil discards.
	Logger *slog.Logger
}

// Validate reports everything that is wrong with the configuration.
func (c *FollowerConfig) Validate() error {
	var errs []error
	if c.Contract == ([20]byte{}) {
		errs = append(errs, errors.New("no contract address"))
	}
	if c.Interval < 0 || c.StallAfter < 0 {
		errs = append(errs, errors.New("interval and stall limit must not be negative"))
	}
	if c.MaxBlocks > cursor.MaxRing {
		errs = append(errs, fmt.Errorf("%d blocks per poll, the ring holds %d", c.MaxBlocks, cursor.MaxRing))
	}
	return errors.Join(errs...)
}

// StalledError is a chain whose head has not moved for longer than allowed.
type StalledError struct {
	Block uint64
	For   time.Duration
}

func (e *StalledError) Error() string {
	return fmt.Sprintf("L1 head stands at block %d for %s", e.Block, e.For)
}

// DisagreementError is a receipt that says success while the contract's state
// does not.
type DisagreementError struct {
	TxHash [32]byte
	Batch  uint64
}

func (e *DisagreementError) Error() string {
	return fmt.Sprintf("L1 receipt of %x says success, but the contract does not hold batch %d as it should", e.TxHash, e.Batch)
}

// FollowerStatus is what a follower last saw.
type FollowerStatus struct {
	Latest   Block     // of the last poll that was answered
	Progress time.Time // when the head last moved
	Stalled  bool
	Err      error // of the last poll
}

// Follower follows the chain for one contract. Poll and Run are for one
// goroutine; Status may be called from any.
type Follower struct {
	cfg      FollowerConfig
	client   *Client
	contract *Contract
	cursors  Cursors
	record   Record
	log      *slog.Logger

	inboxRead cursor.BlockRef // up to which the cursor has the whole L1 queue; of Poll alone

	mu      sync.Mutex // guards what follows
	status  FollowerStatus
	alarmed time.Time // when the stall was last alarmed of
}

// NewFollower makes a follower; it sends nothing yet.
func NewFollower(cfg FollowerConfig, client *Client, cursors Cursors, record Record) (*Follower, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("L1 follower configuration: %w", err)
	}
	if cfg.Interval == 0 {
		cfg.Interval = time.Second
	}
	if cfg.MaxBlocks == 0 {
		cfg.MaxBlocks = 64
	}
	if cfg.StallAfter == 0 {
		cfg.StallAfter = time.Minute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Counters == nil {
		cfg.Counters = &Counters{}
	}
	f := &Follower{cfg: cfg, client: client, contract: NewContract(client, cfg.Contract), cursors: cursors, record: record, log: cfg.Logger}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	f.status.Progress = cfg.Now()
	return f, nil
}

// Status returns what the last poll saw.
func (f *Follower) Status() FollowerStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status
}

// Run polls until the context ends. An L1 that cannot be read, or that serves a
// wrong chain, is waited for. It returns early only on what no waiting heals: a
// reorganization below finality or beyond the ring.
func (f *Follower) Run(ctx context.Context) error {
	return poll(ctx, f.cfg.Interval, func(ctx context.Context) (bool, error) {
		err := f.Poll(ctx)
		switch {
		case err == nil:
			return false, nil
		case ctx.Err() != nil:
			return true, ctx.Err()
		case errors.Is(err, ErrFinalityReorg), errors.Is(err, ErrDeepReorg):
			return true, err
		default:
			f.log.Warn("L1 poll failed, will be repeated", "error", err)
			return false, nil
		}
	})
}

// Poll looks at the chain once and records what is new.
func (f *Follower) Poll(ctx context.Context) error {
	head, err := f.client.Block(ctx, Latest)
	f.watch(head, err)
	if err != nil {
		if split, ok := errors.AsType[*QuorumError](err); ok && split.Split {
			f.alarm(split)
		}
		return err
	}
	if err := f.follow(ctx, head); err != nil {
		if wait, ok := errors.AsType[*waitError](err); ok {
			f.log.Debug("L1 poll ends early", "reason", wait.reason)
			if wait.lags {
				f.client.turn()
			}
			return nil
		}
		f.alarmIf(err, ErrFinalityReorg, ErrDeepReorg)
		return err
	}
	return errors.Join(f.inbox(ctx), f.anchors(ctx))
}

// waitError ends a poll that cannot go on now and is no failure.
type waitError struct {
	reason string
	lags   bool // the endpoint is behind: another one may not be
}

func (e *waitError) Error() string { return e.reason }

// watch is the watchdog on progress. For as long as the head stands still it alarms once per limit, and each time
// another endpoint is asked: the next one may stand still too.
func (f *Follower) watch(head Block, err error) {
	now := f.cfg.Now()
	f.mu.Lock()
	s := &f.status
	s.Err = err
	if err == nil && head.Hash != s.Latest.Hash {
		if s.Stalled {
			f.log.Info("L1 head moves again", "block", head.Number)
		}
		s.Latest, s.Progress, s.Stalled = head, now, false
	}
	still := now.Sub(s.Progress)
	alarm := still > f.cfg.StallAfter && (!s.Stalled || now.Sub(f.alarmed) > f.cfg.StallAfter)
	if alarm {
		s.Stalled, f.alarmed = true, now
	}
	block := s.Latest.Number
	f.mu.Unlock()
	if alarm {
		f.alarm(&StalledError{Block: block, For: still})
		f.client.turn()
	}
}

func (f *Follower) alarm(err error) {
	f.log.Error("L1 alarm", "error", err)
	if f.cfg.Alarm != nil {
		f.cfg.Alarm(err)
	}
}

func (f *Follower) alarmIf(err error, targets ...error) {
	for _, t := range targets {
		if errors.Is(err, t) {
			f.alarm(err)
			return
		}
	}
}

// follow brings the follow point to head.
func (f *Follower) follow(ctx context.Context, head Block) error {
	cur := f.cursors()
	if err := f.checkFinalized(ctx, cur, head); err != nil {
		return err
	}
	ancestor, err := f.ancestor(ctx, cur, head)
	if err != nil {
		return err
	}
	if ancestor != cur.Follow().Latest {
		if err = f.takeBack(ctx, ancestor, head); err != nil {
			return err
		}
		cur = f.cursors()
	}
	ring, err := f.newBlocks(ctx, ancestor, head)
	if err != nil {
		return err
	}
	safe, err := f.mark(ctx, Safe, cur.Follow().Safe, head)
	if err != nil {
		return err
	}
	finalized, err := f.mark(ctx, Finalized, cur.Follow().Finalized, head)
	if err != nil {
		return err
	}
	if finalized.Number > safe.Number {
		safe = finalized
	}
	ev := cursor.L1Observed{Latest: head.Ref(), Safe: safe, Finalized: finalized, Ring: ring}
	was := cur.Follow()
	if ev.Latest == was.Latest && ev.Safe == was.Safe && ev.Finalized == was.Finalized {
		return nil
	}
	if err := f.record(ctx, ev); err != nil {
		return fmt.Errorf("record observation: %w", err)
	}
	return f.cfg.Failpoint.at(StepObserved)
}

// takeBack records that every block above ancestor is gone: anchors return to
// pending, and so does whatever else the cursor keys by these blocks.
func (f *Follower) takeBack(ctx context.Context, ancestor cursor.BlockRef, head Block) error {
	tip := f.cursors().Follow().Latest
	f.log.Warn("L1 reorganization", "ancestor", ancestor.Number, "taken_back", tip.Number-ancestor.Number, "head", head.Number)
	if err := f.record(ctx, cursor.L1Reorg{Ancestor: ancestor, Head: head.Ref()}); err != nil {
		return fmt.Errorf("record reorganization: %w", err)
	}
	return f.cfg.Failpoint.at(StepReorged)
}

// checkFinalized refuses a chain that contradicts what was final.
func (f *Follower) checkFinalized(ctx context.Context, cur *cursor.Cursor, head Block) error {
	final := cur.Follow().Finalized
	if final == (cursor.BlockRef{}) || head.Number < final.Number {
		return nil // nothing final yet, or the endpoint lags
	}
	b, err := f.client.Block(ctx, AtNumber(final.Number))
	if pruned(err) {
		return f.sameHistory(ctx, cur, head)
	}
	if err != nil {
		return err
	}
	if b.Hash != final.Hash {
		return fmt.Errorf("block %d is %x, was finalized as %x: %w", final.Number, b.Hash, final.Hash, ErrFinalityReorg)
	}
	return nil
}

// sameHistory stands in for the hash of a finalized block that no endpoint has any
// more: the contract must hold the newest batch that was finalized.
func (f *Follower) sameHistory(ctx context.Context, cur *cursor.Cursor, head Block) error {
	n := cur.Heads().Finalized
	record, ok := cur.Batch(n)
	if !ok {
		return nil // nothing of ours was final
	}
	seen, err := f.contract.Inspect(ctx, n, AtNumber(head.Number))
	if err != nil {
		return err
	}
	if seen.HeaderHash != record.HeaderHash {
		return fmt.Errorf("the contract holds batch %d as %x, it was finalized as %x: %w", n, seen.HeaderHash, record.HeaderHash, ErrFinalityReorg)
	}
	return nil
}

// ancestor is the newest observed block that is still canonical. Where the ring
// has none, or no endpoint has blocks that old, it is the finalized block, which
// was checked before: what stands above is found again by its receipts.
func (f *Follower) ancestor(ctx context.Context, cur *cursor.Cursor, head Block) (cursor.BlockRef, error) {
	ring := cur.Ring()
	if len(ring) == 0 {
		return cur.Follow().Latest, nil
	}
	oldest, newest := ring[0], ring[len(ring)-1]
	if head.Number < newest.Number {
		seen, ok := cur.Block(head.Number)
		if ok && seen.Hash == head.Hash || !ok && head.Number < oldest.Number {
			return cursor.BlockRef{}, &waitError{fmt.Sprintf("the endpoint's head %d lies behind the follow point %d", head.Number, newest.Number), true}
		}
	}
	missing := false
	for _, r := range slices.Backward(ring) {
		if r.Number > head.Number {
			continue
		}
		hash := head.Hash
		if r.Number < head.Number {
			b, err := f.client.Block(ctx, AtNumber(r.Number))
			if pruned(err) {
				missing = true
				continue
			}
			if err != nil {
				return cursor.BlockRef{}, err
			}
			hash = b.Hash
		}
		if missing {
			return cursor.BlockRef{}, &waitError{fmt.Sprintf("the endpoint has block %d and not the ones above: it lags", r.Number), true}
		}
		if hash == r.Hash {
			return r, nil
		}
	}
	if final := cur.Follow().Finalized; final != (cursor.BlockRef{}) && final.Number <= head.Number {
		return final, nil
	}
	return cursor.BlockRef{}, fmt.Errorf("none of blocks %d to %d is canonical: %w", oldest.Number, newest.Number, ErrDeepReorg)
}

// codePruned is the answer for history that a node does not keep (EIP-4444).
const codePruned = 4444

// pruned says that nobody has a block of a number below the head: some nodes
// answer null, others an error.
func pruned(err error) bool {
	var answer *AnswerError
	return errors.Is(err, ErrNotFound) || errors.As(err, &answer) && answer.Code == codePruned
}

// newBlocks reads the blocks above ancestor up to head, linked by parent hashes.
func (f *Follower) newBlocks(ctx context.Context, ancestor cursor.BlockRef, head Block) ([]cursor.BlockRef, error) {
	if head.Number == 0 {
		return nil, &waitError{reason: "the chain has no block but its genesis"}
	}
	from := ancestor.Number + 1 // the genesis block holds nothing to follow
	if head.Number >= f.cfg.MaxBlocks && from < head.Number-f.cfg.MaxBlocks+1 {
		from = head.Number - f.cfg.MaxBlocks + 1
	}
	var refs []cursor.BlockRef
	parent := ancestor
	for n := from; n <= head.Number; n++ {
		b := head
		if n < head.Number {
			var err error
			if b, err = f.client.Block(ctx, AtNumber(n)); err != nil {
				return nil, err
			}
		}
		if parent.Number+1 == n && parent != (cursor.BlockRef{}) && b.ParentHash != parent.Hash {
			return nil, &waitError{reason: fmt.Sprintf("block %d does not follow block %d: the chain moves while it is read", n, parent.Number)}
		}
		parent = b.Ref()
		refs = append(refs, parent)
	}
	return refs, nil
}

// mark reads a finality tag. It never moves back, and never above head.
func (f *Follower) mark(ctx context.Context, tag Tag, was cursor.BlockRef, head Block) (cursor.BlockRef, error) {
	b, err := f.client.Block(ctx, tag)
	switch {
	case errors.Is(err, ErrNoFinality):
		return was, nil
	case err != nil:
		return cursor.BlockRef{}, err
	case b.Number < was.Number || b.Number > head.Number:
		return was, nil
	case b.Number == was.Number && b.Hash != was.Hash && was != (cursor.BlockRef{}):
		return cursor.BlockRef{}, &waitError{reason: fmt.Sprintf("%s block %d has another hash: the chain moves while it is read", tag, b.Number)}
	case b.Number == head.Number && b.Hash != head.Hash:
		return cursor.BlockRef{}, &waitError{reason: fmt.Sprintf("%s block %d is not the head that was read", tag, b.Number)}
	}
	return b.Ref(), nil
}
