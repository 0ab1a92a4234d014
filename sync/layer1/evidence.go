package layer1

// An anchor is where its evidence says: a receipt of any of its attempts in a
// canonical block that was observed, and the contract's own state. A nonce that an
// endpoint states is a hint where to look. What the evidence is missing for waits;
// what contradicts it is an alarm.

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// anchors looks for evidence about every in-flight anchor. What is wrong with
// one does not keep the others waiting; a chain that does not answer does.
func (f *Follower) anchors(ctx context.Context) error {
	var errs []error
	cur := f.cursors()
	latest := cur.Follow().Latest
	nonces := accountNonces{} // next nonce at the follow point
	for _, a := range cur.InFlight() {
		err := f.anchor(ctx, a, latest, nonces)
		if err == nil {
			continue
		}
		errs = append(errs, fmt.Errorf("anchor of batches %d to %d at nonce %d: %w", a.First, a.Last, a.Nonce, err))
		var silent *TransportError
		if errors.As(err, &silent) || errors.Is(err, errMoved) || ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// accountNonces is what an endpoint states at one block. One nonce further is
// looked at all the same: a nonce that lies low must not hide what has landed.
type accountNonces map[cursor.Account]*struct {
	next   uint64
	looked bool
}

func (f *Follower) anchor(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef, nonces accountNonces) error {
	switch a.Status {
	case cursor.StatusPending:
		n := nonces[a.Account]
		if n == nil {
			next, err := f.client.Nonce(ctx, a.Account, AtNumber(latest.Number))
			if err != nil {
				return err
			}
			n = &struct {
				next   uint64
				looked bool
			}{next: next}
			nonces[a.Account] = n
		}
		if a.Nonce < n.next {
			return f.consumed(ctx, a, latest, true)
		}
		if n.looked {
			return nil
		}
		n.looked = true
		err := f.consumed(ctx, a, latest, false)
		if now, ok := f.find(a); ok && now.Status != cursor.StatusPending {
			n.looked = false // it had landed: look one further
		}
		return err
	case cursor.StatusIncluded:
		if err := f.orphaned(ctx, a, latest); err != nil {
			return err
		}
		return f.deepen(ctx, a, latest)
	case cursor.StatusAtDepth:
		return f.orphaned(ctx, a, latest)
	case cursor.StatusFailed:
		if a.TxHash == (cursor.Hash{}) {
			return f.recovered(ctx, a, latest)
		}
		return f.orphaned(ctx, a, latest)
	}
	return nil
}

// find is the newest record of an anchor.
func (f *Follower) find(a cursor.Anchor) (cursor.Anchor, bool) {
	for _, x := range f.cursors().InFlight() {
		if x.Kind == a.Kind && x.Account == a.Account && x.Nonce == a.Nonce {
			return x, true
		}
	}
	return cursor.Anchor{}, false
}

// orphaned checks an anchor's block that the ring does not hold any more: a chain
// that was reorganized during a long outage shows nowhere else. Everything above
// the finalized block is taken back then, and the answer is errMoved.
func (f *Follower) orphaned(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef) error {
	cur := f.cursors()
	final := cur.Follow().Finalized
	if _, ok := cur.Block(a.Block.Number); ok || a.Block.Number <= final.Number || a.Block.Number > latest.Number {
		return nil
	}
	b, err := f.client.Block(ctx, AtNumber(a.Block.Number))
	switch {
	case pruned(err):
		return nil
	case err != nil:
		return err
	case b.Hash == a.Block.Hash:
		return nil
	case final == (cursor.BlockRef{}):
		return fmt.Errorf("block %d of an anchor is not canonical: %w", a.Block.Number, ErrDeepReorg)
	}
	return errors.Join(errMoved, f.takeBack(ctx, final, b))
}

// consumed finds out which transaction used a pending anchor's nonce. The
// receipt may belong to any attempt. Unless the nonce is known to be consumed,
// no receipt means nothing.
func (f *Follower) consumed(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef, known bool) error {
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
	if !known {
		return nil
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
		agrees, err := f.agrees(ctx, a, block)
		if err != nil && (answered(err) || errors.Is(err, ErrNoContract)) { // the node does not keep the state of that block
			agrees, err = f.agrees(ctx, a, latest)
		}
		if err != nil {
			return err
		}
		if !agrees {
			f.alarm(&DisagreementError{TxHash: attempt.TxHash, Batch: a.Last})
			return nil
		}
	}
	if err := f.cfg.Failpoint.at(StepFound); err != nil {
		return err
	}
	if err := f.record(ctx, cursor.Included{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: attempt.TxHash, Block: block}); err != nil {
		return err
	}
	if !attempt.Cancel {
		f.cfg.Counters.Included.Add(1)
	}
	return nil
}

// agrees asks the contract itself whether an anchor has taken effect as of a
// block. A filler has no effect.
func (f *Follower) agrees(ctx context.Context, a cursor.Anchor, at cursor.BlockRef) (bool, error) {
	if a.First == 0 {
		return false, nil
	}
	seen, err := f.contract.Inspect(ctx, a.Last, AtNumber(at.Number))
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
	if err := f.cfg.Failpoint.at(StepFound); err != nil {
		return err
	}
	reason := f.whyFailed(ctx, attempt, a.Account, block)
	f.log.Error("L1 anchor failed", "kind", uint8(a.Kind), "first", a.First, "last", a.Last, "nonce", a.Nonce, "reason", reason)
	ev := cursor.Failed{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: attempt.TxHash, Block: block, Reason: reason}
	if err := f.record(ctx, ev); err != nil {
		return err
	}
	f.cfg.Counters.Reverted.Add(1)
	return nil
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
	_, err := f.client.callWith(ctx, callArgs{From: &from, To: tx.To(), Data: tx.Data(), BlobHashes: tx.BlobHashes()}, AtNumber(block.Number-1))
	if err == nil {
		return unknown
	}
	if revert, ok := errors.AsType[*RevertError](f.contract.reason(err)); ok {
		return unknown + ": " + revert.Error()
	}
	return unknown
}

// foreign handles a nonce that is consumed although none of our attempts has a
// receipt. At depth, from every endpoint: if the contract holds the batches, the
// anchor did land and its receipt is not kept; otherwise the nonce is lost to a
// transaction that is not ours, and the batches are freed.
func (f *Follower) foreign(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef) error {
	if latest.Number < f.cfg.Depth {
		return nil
	}
	deep := latest.Number - f.cfg.Depth
	confirmed, _, err := f.client.NonceRange(ctx, a.Account, AtNumber(deep))
	if err != nil || confirmed <= a.Nonce {
		return err
	}
	block, err := f.client.Block(ctx, AtNumber(deep))
	if err != nil {
		return err
	}
	agrees, err := f.agrees(ctx, a, block.Ref())
	if err != nil {
		return err
	}
	if agrees && !a.Stale && !f.elsewhere(a) {
		return f.unreceipted(ctx, a, block.Ref())
	}
	f.cfg.Counters.ForeignNonce.Add(1)
	f.alarm(&ForeignNonceError{Account: a.Account, Nonce: a.Nonce, Confirmed: confirmed})
	return f.record(ctx, cursor.Failed{
		Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, Block: block.Ref(),
		Reason: "the nonce was used by a transaction without an intent",
	})
}

// recovered looks again at an anchor that was taken for lost: a receipt may turn
// up, or the contract may hold its batches and no other anchor brought them.
func (f *Follower) recovered(ctx context.Context, a cursor.Anchor, latest cursor.BlockRef) error {
	if err := f.consumed(ctx, a, latest, false); err != nil {
		return err
	}
	now, ok := f.find(a)
	if !ok || now.Status != cursor.StatusFailed || a.Stale || latest.Number < f.cfg.Depth || f.elsewhere(a) {
		return nil
	}
	block, err := f.client.Block(ctx, AtNumber(latest.Number-f.cfg.Depth))
	if err != nil {
		return err
	}
	agrees, err := f.agrees(ctx, a, block.Ref())
	if err != nil || !agrees {
		return err
	}
	return f.unreceipted(ctx, a, block.Ref())
}

// elsewhere says whether another anchor brought this one's batches to L1.
func (f *Follower) elsewhere(a cursor.Anchor) bool {
	b, ok := f.cursors().Batch(a.First)
	if !ok {
		return true // final already
	}
	in := b.Commit
	if a.Kind == cursor.Verify {
		in = b.Verify
	}
	return in != nil && (in.Nonce != a.Nonce || in.Account != a.Account)
}

// unreceipted records an anchor that landed and whose receipts no endpoint keeps:
// the contract's state at depth is the evidence. Which attempt it was is unknown,
// and all carry the same content, so the newest one stands for it.
func (f *Follower) unreceipted(ctx context.Context, a cursor.Anchor, block cursor.BlockRef) error {
	for _, at := range slices.Backward(a.Attempts) {
		if !at.Cancel && !at.Stale {
			f.log.Warn("L1 holds an anchor's batches but no receipt", "first", a.First, "last", a.Last, "nonce", a.Nonce)
			f.cfg.Counters.Included.Add(1)
			return f.record(ctx, cursor.Included{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: at.TxHash, Block: block})
		}
	}
	return nil
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
	if a.Kind == cursor.Commit && f.cfg.Readable != nil {
		if err = f.cfg.Readable(ctx, a); err != nil {
			f.alarm(fmt.Errorf("batches %d to %d do not count as committed: %w", a.First, a.Last, err))
			return nil
		}
	}
	if err = f.cfg.Failpoint.at(StepFound); err != nil {
		return err
	}
	return f.record(ctx, cursor.AtDepth{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce})
}
