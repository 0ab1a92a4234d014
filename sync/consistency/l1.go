package consistency

// What must hold here: what was read of another chain than the cursor's says nothing about the cursor's batches.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Anchored is what the contract holds of a batch.
type Anchored struct {
	HeaderHash cursor.Hash
	Root       cursor.Hash
}

// Committed is what a commit transaction says of a batch.
type Committed struct {
	Number     uint64
	HeaderHash cursor.Hash
	Ref        cursor.Ref // where the payload is
}

// L1 is the contract, asked now.
type L1 interface {
	// LastCommitted returns the newest batch number that the contract holds, 0 for none, and the block that was asked.
	LastCommitted(ctx context.Context) (batch, block uint64, err error)
	// Anchored returns what it holds of a batch; nothing (zero) of one that it has not.
	Anchored(ctx context.Context, batch uint64) (Anchored, error)
	// BlockHash returns the hash of the canonical block at a height.
	BlockHash(ctx context.Context, number uint64) (cursor.Hash, error)
	// Commits returns what the commit transactions of a block say.
	Commits(ctx context.Context, block uint64) ([]Committed, error)
	// Commit returns what the commit says that a batch stands on, whatever its block.
	Commit(ctx context.Context, batch uint64) (Committed, error)
}

// errMoved says that what was read of L1 is of another chain than the cursor's: a reorganization that is not followed
// yet, or one that came while it was read.
var errMoved = errors.New("the chain has moved, the follower has yet to follow")

// checkL1 compares local headers with the contract's.
func (c *Checker) checkL1(ctx context.Context, cur *cursor.Cursor) cursor.Verdict {
	last, block, err := c.config.L1.LastCommitted(ctx)
	if err != nil {
		return unknown(cursor.LocalL1, 0, cursor.CauseUnreachable, err)
	}
	if last > cur.Heads().Sealed {
		if err = c.config.Barrier(ctx); err != nil {
			err = fmt.Errorf("L1 holds batch %d, beyond this replica, which may be behind: %w", last, err)
			return unknown(cursor.LocalL1, 0, cursor.CauseBehind, err)
		}
		cur = c.config.Local.Cursor()
	}
	if followed := cur.Follow().Latest.Number; block < followed {
		return unknown(cursor.LocalL1, 0, cursor.CauseMoving,
			fmt.Errorf("the L1 endpoint is at block %d, the cursor has followed it to %d", block, followed))
	}
	first, anchored, err := c.firstDifference(ctx, cur, min(last, cur.Heads().Sealed))
	if err != nil {
		return unknown(cursor.LocalL1, 0, causeOf(err), err)
	}
	verdict := c.compareHeads(cur, last)
	if first != 0 {
		verdict = differing(cur, first, anchored)
	}
	if verdict.Finding.Stops() {
		if err := c.sameChain(ctx, cur); err != nil {
			return unknown(cursor.LocalL1, 0, causeOf(err), err)
		}
	}
	return verdict
}

// causeOf keeps a chain that moves apart from one that does not answer.
func causeOf(err error) cursor.Cause {
	if errors.Is(err, errMoved) {
		return cursor.CauseMoving
	}
	return cursor.CauseUnreachable
}

// sameChain says whether the follow point is still canonical. If not, nothing that was read of the contract can be
// held against the cursor.
func (c *Checker) sameChain(ctx context.Context, cur *cursor.Cursor) error {
	followed := cur.Follow().Latest
	if followed == (cursor.BlockRef{}) {
		return nil
	}
	hash, err := c.config.L1.BlockHash(ctx, followed.Number)
	if err != nil {
		return err
	}
	if hash != followed.Hash {
		return fmt.Errorf("block %d is %x, was followed as %x: %w", followed.Number, hash, followed.Hash, errMoved)
	}
	return nil
}

// differing judges a batch that the contract holds under another header.
func differing(cur *cursor.Cursor, number uint64, anchored Anchored) cursor.Verdict {
	finding := cursor.Foreign
	if intended(cur, anchored.HeaderHash) {
		finding = cursor.Divergent
	}
	record, _ := cur.Batch(number)
	return cursor.Verdict{
		Pair: cursor.LocalL1, Batch: number, Finding: finding, Cause: cursor.CauseContradiction,
		Detail: fmt.Sprintf("local header %x root %x, L1 header %x root %x",
			record.HeaderHash, record.Root, anchored.HeaderHash, anchored.Root),
	}
}

// compareHeads judges how far the contract has come where both hold the same.
func (c *Checker) compareHeads(cur *cursor.Cursor, last uint64) cursor.Verdict {
	heads := cur.Heads()
	switch {
	case last > heads.Sealed:
		return cursor.Verdict{
			Pair: cursor.LocalL1, Batch: heads.Sealed + 1, Finding: cursor.Foreign, Cause: cursor.CauseContradiction,
			Detail: fmt.Sprintf("L1 holds batch %d, the newest sealed here is %d", last, heads.Sealed),
		}
	case last < heads.Committed:
		return cursor.Verdict{
			Pair: cursor.LocalL1, Batch: last + 1, Finding: cursor.Reverted, Cause: cursor.CauseWithdrawn,
			Detail: fmt.Sprintf("batch %d was committed at depth, L1 now holds %d", heads.Committed, last),
		}
	}
	return c.lag(cursor.LocalL1, "committed", heads.Committed, heads.Sealed)
}

// firstDifference returns the first batch up to newest whose header hash in the contract is not the local one, and
// what the contract holds of it; 0 if there is none. Batches that the cursor no longer records are final.
func (c *Checker) firstDifference(ctx context.Context, cur *cursor.Cursor, newest uint64) (uint64, Anchored, error) {
	var found Anchored
	differs := func(n uint64) (bool, error) {
		record, ok := cur.Batch(n)
		if !ok {
			return false, nil
		}
		anchored, err := c.config.L1.Anchored(ctx, n)
		if err != nil {
			return false, err
		}
		if anchored == (Anchored{}) {
			return false, fmt.Errorf("batch %d is gone while it was read: %w", n, errMoved)
		}
		if anchored.HeaderHash == record.HeaderHash && anchored.Root == record.Root {
			return false, nil
		}
		found = anchored
		return true, nil
	}
	if wrong, err := differs(newest); err != nil || !wrong {
		return 0, Anchored{}, err
	}
	low := max(cur.Heads().Finalized, 1)
	var failed error
	at := low + uint64(sort.Search(int(newest-low), func(i int) bool {
		wrong, err := differs(low + uint64(i))
		failed = cmp.Or(failed, err)
		return wrong
	}))
	if failed != nil {
		return 0, Anchored{}, failed
	}
	_, err := differs(at) // the last probe may have been another batch
	return at, found, err
}

// intended says whether an in-flight anchor of this cluster carries the header.
func intended(cur *cursor.Cursor, headerHash cursor.Hash) bool {
	return slices.ContainsFunc(cur.InFlight(), func(a cursor.Anchor) bool {
		return slices.Contains(a.HeaderHashes, headerHash)
	})
}
