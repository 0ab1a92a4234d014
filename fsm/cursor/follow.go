package cursor

import (
	"fmt"
	"slices"
)

// The follow point only moves forward along one chain; what a reorganization
// takes back is taken back by its event, and never below the finalized block.

func (c *Cursor) observed(e L1Observed) error {
	f := c.follow
	if e.Finalized.Number > e.Safe.Number || e.Safe.Number > e.Latest.Number {
		return fmt.Errorf("finalized %d, safe %d, latest %d: %w", e.Finalized.Number, e.Safe.Number, e.Latest.Number, ErrMalformed)
	}
	if e.Latest == f.Latest && e.Safe == f.Safe && e.Finalized == f.Finalized {
		return errRepeat
	}
	if e.Finalized.Number == f.Finalized.Number && f.Finalized != (BlockRef{}) && e.Finalized.Hash != f.Finalized.Hash {
		return fmt.Errorf("finalized block %d has another hash: %w", e.Finalized.Number, ErrFinalityViolation)
	}
	if e.Latest.Number < f.Latest.Number || e.Safe.Number < f.Safe.Number || e.Finalized.Number < f.Finalized.Number {
		return fmt.Errorf("latest %d after %d, safe %d after %d, finalized %d after %d: %w", e.Latest.Number, f.Latest.Number,
			e.Safe.Number, f.Safe.Number, e.Finalized.Number, f.Finalized.Number, ErrOutOfOrder) // an endpoint that lags
	}
	if err := c.joins(e); err != nil {
		return err
	}
	ring := c.ring
	if len(e.Ring) > 0 && (len(ring) == 0 || e.Ring[0].Number != ring[len(ring)-1].Number+1) {
		ring = nil // a gap: restart
	}
	ring = append(ring, e.Ring...)
	if over := len(ring) - MaxRing; over > 0 {
		ring = append([]BlockRef(nil), ring[over:]...)
	}
	c.ring = ring
	c.follow = Follow{Latest: e.Latest, Safe: e.Safe, Finalized: e.Finalized}
	return nil
}

// joins checks that the new blocks continue what was observed.
func (c *Cursor) joins(e L1Observed) error {
	if len(e.Ring) > MaxRing {
		return fmt.Errorf("%d blocks: %w", len(e.Ring), ErrMalformed)
	}
	for i, b := range e.Ring {
		if i > 0 && b.Number != e.Ring[i-1].Number+1 {
			return fmt.Errorf("block %d after %d: %w", b.Number, e.Ring[i-1].Number, ErrMalformed)
		}
	}
	if len(e.Ring) == 0 {
		if e.Latest.Number != c.follow.Latest.Number || e.Latest.Hash != c.follow.Latest.Hash {
			return fmt.Errorf("the follow point moves without its blocks: %w", ErrMalformed)
		}
	} else if last := e.Ring[len(e.Ring)-1]; last != e.Latest {
		return fmt.Errorf("the newest block is not the latest: %w", ErrMalformed)
	} else if first := e.Ring[0]; c.follow.Latest != (BlockRef{}) && first.Number <= c.follow.Latest.Number {
		return fmt.Errorf("block %d at or below the follow point %d: %w", first.Number, c.follow.Latest.Number, ErrBlockMismatch)
	}
	for _, b := range []BlockRef{e.Safe, e.Finalized} {
		for _, seen := range e.Ring {
			if seen.Number == b.Number && seen.Hash != b.Hash {
				return fmt.Errorf("block %d: %w", b.Number, ErrBlockMismatch)
			}
		}
		if seen, ok := c.Block(b.Number); ok && seen.Hash != b.Hash {
			return fmt.Errorf("block %d: %w", b.Number, ErrBlockMismatch)
		}
	}
	return nil
}

// takeBack forgets every inclusion above a block, whichever anchor brought it.
func (c *Cursor) takeBack(above uint64) {
	for _, b := range slices.Clone(c.batches) {
		for _, kind := range []Kind{Commit, Verify} {
			if in := *b.inclusion(kind); in != nil && in.Block.Number > above {
				c.editBatch(b.Number, func(b *Batch) { *b.inclusion(kind) = nil })
			}
		}
	}
}

func (c *Cursor) reorg(e L1Reorg, at Context) error {
	switch {
	case e.Ancestor.Number > c.follow.Latest.Number:
		return ErrUnobserved
	case e.Ancestor.Number < c.follow.Finalized.Number,
		e.Ancestor.Number == c.follow.Finalized.Number && c.follow.Finalized.Hash != e.Ancestor.Hash:
		return fmt.Errorf("ancestor %d, finalized %d: %w", e.Ancestor.Number, c.follow.Finalized.Number, ErrFinalityViolation)
	case e.Ancestor.Number == c.follow.Latest.Number && e.Ancestor.Hash == c.follow.Latest.Hash:
		return errRepeat // nothing above it was ever observed
	}
	if seen, ok := c.Block(e.Ancestor.Number); ok && seen.Hash != e.Ancestor.Hash {
		return fmt.Errorf("ancestor %d: %w", e.Ancestor.Number, ErrBlockMismatch)
	}
	from := c.follow.Latest
	for i, a := range c.anchors {
		if !a.landed() || a.Block.Number <= e.Ancestor.Number {
			continue
		}
		c.editAnchor(i, func(a *Anchor) { a.Status, a.TxHash, a.Block, a.Reason = StatusPending, Hash{}, BlockRef{}, "" })
	}
	c.takeBack(e.Ancestor.Number)
	orphaned := c.orphanDeposits(e.Ancestor.Number)
	for len(c.ring) > 0 && c.ring[len(c.ring)-1].Number > e.Ancestor.Number {
		c.ring = c.ring[:len(c.ring)-1]
	}
	c.follow.Latest = e.Ancestor
	if c.follow.Safe.Number > e.Ancestor.Number {
		c.follow.Safe = e.Ancestor
	}
	before := c.heads
	c.heads.Committed, c.heads.Proven = c.heads.Finalized, c.heads.Finalized
	c.advance()
	c.note(at, AuditReorg, c.heads.Committed, "", fmt.Sprintf(
		"blocks %d to %d taken back: committed %d to %d, proven %d to %d, %d deposits orphaned",
		e.Ancestor.Number+1, from.Number, before.Committed, c.heads.Committed, before.Proven, c.heads.Proven, orphaned))
	return nil
}
