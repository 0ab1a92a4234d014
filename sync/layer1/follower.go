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

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

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

	mu     sync.Mutex // guards status
	status FollowerStatus
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
		return err
	}
	if err := f.follow(ctx, head); err != nil {
		if wait, ok := errors.AsType[*waitError](err); ok {
			f.log.Debug("L1 poll ends early", "reason", wait.reason)
			return nil
		}
		f.alarmIf(err, ErrFinalityReorg, ErrDeepReorg)
		return err
	}
	return f.anchors(ctx)
}

// waitError ends a poll that cannot go on now and is no failure.
type waitError struct{ reason string }

func (e *waitError) Error() string { return e.reason }

// watch is the watchdog on progress.
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
	alarm := still > f.cfg.StallAfter && !s.Stalled
	s.Stalled = s.Stalled || alarm
	block := s.Latest.Number
	f.mu.Unlock()
	if alarm {
		f.alarm(&StalledError{Block: block, For: still})
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
	if err := f.checkFinalized(ctx, cur.Follow().Finalized, head); err != nil {
		return err
	}
	ancestor, err := f.ancestor(ctx, cur, head)
	if err != nil {
		return err
	}
	if tip := cur.Follow().Latest; ancestor != tip {
		f.log.Warn("L1 reorganization", "ancestor", ancestor.Number, "taken_back", tip.Number-ancestor.Number, "head", head.Number)
		if err = f.record(ctx, cursor.L1Reorg{Ancestor: ancestor, Head: head.Ref()}); err != nil {
			return fmt.Errorf("record reorganization: %w", err)
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
	return nil
}

// checkFinalized refuses a chain that contradicts what was final.
func (f *Follower) checkFinalized(ctx context.Context, final cursor.BlockRef, head Block) error {
	if final == (cursor.BlockRef{}) || head.Number < final.Number {
		return nil // nothing final yet, or the endpoint lags
	}
	b, err := f.client.Block(ctx, AtNumber(final.Number))
	if err != nil {
		return err
	}
	if b.Hash != final.Hash {
		return fmt.Errorf("block %d is %x, was finalized as %x: %w", final.Number, b.Hash, final.Hash, ErrFinalityReorg)
	}
	return nil
}

// ancestor is the newest observed block that is still canonical.
func (f *Follower) ancestor(ctx context.Context, cur *cursor.Cursor, head Block) (cursor.BlockRef, error) {
	ring := cur.Ring()
	if len(ring) == 0 {
		return cur.Follow().Latest, nil
	}
	oldest, newest := ring[0], ring[len(ring)-1]
	if head.Number < newest.Number {
		seen, ok := cur.Block(head.Number)
		if ok && seen.Hash == head.Hash || !ok && head.Number < oldest.Number {
			return cursor.BlockRef{}, &waitError{fmt.Sprintf("the endpoint's head %d lies behind the follow point %d", head.Number, newest.Number)}
		}
	}
	for _, r := range slices.Backward(ring) {
		if r.Number > head.Number {
			continue
		}
		hash := head.Hash
		if r.Number < head.Number {
			b, err := f.client.Block(ctx, AtNumber(r.Number))
			if err != nil {
				return cursor.BlockRef{}, err
			}
			hash = b.Hash
		}
		if hash == r.Hash {
			return r, nil
		}
	}
	return cursor.BlockRef{}, fmt.Errorf("none of blocks %d to %d is canonical: %w", oldest.Number, newest.Number, ErrDeepReorg)
}

// newBlocks reads the blocks above ancestor up to head, linked by parent hashes.
func (f *Follower) newBlocks(ctx context.Context, ancestor cursor.BlockRef, head Block) ([]cursor.BlockRef, error) {
	if head.Number == 0 {
		return nil, &waitError{"the chain has no block but its genesis"}
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
			return nil, &waitError{fmt.Sprintf("block %d does not follow block %d: the chain moves while it is read", n, parent.Number)}
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
		return cursor.BlockRef{}, &waitError{fmt.Sprintf("%s block %d has another hash: the chain moves while it is read", tag, b.Number)}
	case b.Number == head.Number && b.Hash != head.Hash:
		return cursor.BlockRef{}, &waitError{fmt.Sprintf("%s block %d is not the head that was read", tag, b.Number)}
	}
	return b.Ref(), nil
}

// anchors looks for evidence about every in-flight anchor. What is wrong with
// one does not keep the others waiting; a chain that does not answer does.
func (f *Follower) anchors(ctx context.Context) error {
	var errs []error
	cur := f.cursors()
	latest := cur.Follow().Latest
	confirmed := map[cursor.Account]uint64{} // next nonce at the follow point
	for _, a := range cur.InFlight() {
		var err error
		switch a.Status {
		case cursor.StatusPending:
			next, ok := confirmed[a.Account]
			if !ok {
				if next, err = f.client.Nonce(ctx, a.Account, AtNumber(latest.Number)); err != nil {
					return errors.Join(append(errs, err)...)
				}
				confirmed[a.Account] = next
			}
			if a.Nonce < next {
				err = f.consumed(ctx, a, latest)
			}
		case cursor.StatusIncluded:
			err = f.deepen(ctx, a, latest)
		case cursor.StatusAtDepth, cursor.StatusFailed:
		}
		if err == nil {
			continue
		}
		errs = append(errs, fmt.Errorf("anchor of batches %d to %d at nonce %d: %w", a.First, a.Last, a.Nonce, err))
		var silent *TransportError
		if errors.As(err, &silent) || ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// consumed finds out which transaction used a pending anchor's nonce. The
// receipt may belong to any attempt.
func (f *Follower) consumed(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef) error {
	for _, attempt := range a.Attempts {
		r, err := f.client.Receipt(ctx, attempt.TxHash)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		block, ok, err := f.observed(ctx, r.Block, r.Hash, latest)
		if err != nil || !ok {
			return err
		}
		if !r.Success {
			return f.failed(ctx, a, attempt, block, latest)
		}
		return f.included(ctx, a, attempt, block, latest)
	}
	return f.foreign(ctx, a, latest)
}

// observed turns a receipt's block into a reference, if it is canonical and not
// above the follow point.
func (f *Follower) observed(ctx context.Context, number uint64, hash [32]byte, latest cursor.BlockRef) (cursor.BlockRef, bool, error) {
	if number > latest.Number {
		return cursor.BlockRef{}, false, nil
	}
	b, err := f.client.Block(ctx, AtNumber(number))
	if err != nil {
		return cursor.BlockRef{}, false, err
	}
	return b.Ref(), b.Hash == hash, nil
}

func (f *Follower) included(ctx context.Context, a cursor.Anchor, attempt cursor.Attempt, block, latest cursor.BlockRef) error {
	if !attempt.Cancel && !attempt.Stale {
		agrees, err := f.agrees(ctx, a, latest)
		if err != nil {
			return err
		}
		if !agrees {
			f.alarm(&DisagreementError{TxHash: attempt.TxHash, Batch: a.Last})
			return nil
		}
	}
	return f.record(ctx, cursor.Included{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: attempt.TxHash, Block: block})
}

// agrees asks the contract itself whether an anchor took effect.
func (f *Follower) agrees(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef) (bool, error) {
	seen, err := f.contract.Inspect(ctx, a.Last, AtNumber(latest.Number))
	if err != nil {
		return false, err
	}
	if seen.HeaderHash != a.HeaderHashes[len(a.HeaderHashes)-1] {
		return false, nil
	}
	return a.Kind == cursor.Commit && seen.Committed() || a.Kind == cursor.Verify && seen.Verified(), nil
}

// failed records a status-0 receipt once it is deep: the nonce is then consumed
// for good, and the batch is free to go out again.
func (f *Follower) failed(ctx context.Context, a cursor.Anchor, attempt cursor.Attempt, block, latest cursor.BlockRef) error {
	if latest.Number < block.Number+f.cfg.Depth {
		return nil
	}
	reason := f.whyFailed(ctx, attempt, a.Account, block)
	f.log.Error("L1 anchor failed", "kind", uint8(a.Kind), "first", a.First, "last", a.Last, "nonce", a.Nonce, "reason", reason)
	return f.record(ctx, cursor.Failed{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: attempt.TxHash, Block: block, Reason: reason})
}

// whyFailed repeats a failed transaction as a call on the block before its own:
// the contract's custom error is in no receipt. It is a hint and nothing more.
func (f *Follower) whyFailed(ctx context.Context, attempt cursor.Attempt, account [20]byte, block cursor.BlockRef) string {
	const unknown = "status 0"
	var tx types.Transaction
	if err := tx.UnmarshalBinary(attempt.RawTx); err != nil || tx.To() == nil || block.Number == 0 {
		return unknown
	}
	from := common.Address(account)
	_, err := f.client.callAs(ctx, &from, *tx.To(), tx.Data(), AtNumber(block.Number-1))
	if err == nil {
		return unknown
	}
	if revert, ok := errors.AsType[*RevertError](f.contract.reason(err)); ok {
		return unknown + ": " + revert.Error()
	}
	return unknown
}

// foreign handles a nonce that is consumed although none of our attempts has a
// receipt. At depth, and if the contract does not hold the batch, the nonce is
// lost to a transaction that is not ours and the batch is freed.
func (f *Follower) foreign(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef) error {
	if latest.Number < f.cfg.Depth {
		return nil
	}
	deep := latest.Number - f.cfg.Depth
	confirmed, err := f.client.Nonce(ctx, a.Account, AtNumber(deep))
	if err != nil || confirmed <= a.Nonce {
		return err
	}
	agrees, err := f.agrees(ctx, a, latest)
	if err != nil {
		return err
	}
	if agrees {
		// It did land: a node that serves no receipts for old transactions.
		f.log.Warn("L1 holds an anchor's batches but no receipt", "first", a.First, "last", a.Last, "nonce", a.Nonce)
		return nil
	}
	f.alarm(&ForeignNonceError{Account: a.Account, Nonce: a.Nonce, Confirmed: confirmed})
	block, err := f.client.Block(ctx, AtNumber(deep))
	if err != nil {
		return err
	}
	last := a.Attempts[len(a.Attempts)-1]
	return f.record(ctx, cursor.Failed{
		Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: last.TxHash, Block: block.Ref(),
		Reason: "the nonce was used by a transaction without an intent",
	})
}

// deepen moves an included anchor to depth, if its block still is canonical.
func (f *Follower) deepen(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef) error {
	if latest.Number < a.Block.Number+f.cfg.Depth {
		return nil
	}
	_, canonical, err := f.observed(ctx, a.Block.Number, a.Block.Hash, latest)
	if err != nil || !canonical {
		return err
	}
	return f.record(ctx, cursor.AtDepth{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce})
}
