package cursor

import (
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// The record of the L1 queue has no gaps, and each entry continues the rolling
// hash that the contract keeps: what stands here is what L1 queued, or no batch
// that consumed it fits the contract. Entries go with the blocks they stood in
// (a reorganization) or with the finality of the batch that consumed them.

// Bounds of the record.
const (
	MaxInbox    = 1 << 14 // entries that no finalized batch has consumed
	MaxDeposits = 1 << 8  // entries in one event
)

// Deposit is one entry of the L1 queue as the chain shows it.
type Deposit struct {
	Index   uint64          // from 0, without gaps
	Asset   uint32          // under which the contract lists the token
	Token   command.Address // zero is ether
	Address command.Address // the account's
	Amount  uint64          // in listed units
	Hash    Hash            // the queue's rolling hash after it
	Block   BlockRef        // whose event it is
}

// Inbox is what is recorded of the L1 queue: entries From to To, half-open, and
// the rolling hash at either end. Entries below From are consumed for good.
type Inbox struct {
	From, To         uint64
	FromHash, ToHash Hash
}

// Inbox returns the extent of the record.
func (c *Cursor) Inbox() Inbox {
	in := Inbox{From: c.inboxFrom, FromHash: c.inboxHash, To: c.inboxFrom + uint64(len(c.inbox)), ToHash: c.inboxHash}
	if n := len(c.inbox); n > 0 {
		in.ToHash = c.inbox[n-1].Hash
	}
	return in
}

// Deposit returns a recorded entry of the L1 queue.
func (c *Cursor) Deposit(index uint64) (Deposit, bool) {
	if index < c.inboxFrom || index-c.inboxFrom >= uint64(len(c.inbox)) {
		return Deposit{}, false
	}
	return *c.inbox[index-c.inboxFrom], true
}

// Creditable returns the index up to which, exclusive, recorded entries stand deep
// enough on L1 to be credited: in finalized blocks if depth is 0, else in blocks
// that at least depth blocks follow.
func (c *Cursor) Creditable(depth uint32) uint64 {
	i, _ := slices.BinarySearchFunc(c.inbox, depth, func(d *Deposit, depth uint32) int {
		deep := c.follow.Finalized != BlockRef{} && d.Block.Number <= c.follow.Finalized.Number
		if depth > 0 { // what is finalized is deep enough in any case
			deep = deep || c.follow.Latest.Number-min(c.follow.Latest.Number, d.Block.Number) >= uint64(depth)
		}
		if deep {
			return -1
		}
		return 1
	})
	return c.inboxFrom + uint64(i)
}

// ConsumedWithin returns the newest batch that consumed the L1 queue no further
// than to.
func (c *Cursor) ConsumedWithin(to uint64) uint64 {
	for _, b := range slices.Backward(c.batches) {
		if b.InboxTo <= to {
			return b.Number
		}
	}
	return 0
}

// deposited takes entries that continue the record.
func (c *Cursor) deposited(e Deposited) error {
	if len(e.Deposits) == 0 || len(e.Deposits) > MaxDeposits {
		return fmt.Errorf("%d deposits: %w", len(e.Deposits), ErrMalformed)
	}
	in := c.Inbox()
	if first := e.Deposits[0].Index; first < in.To {
		return c.recorded(e.Deposits)
	} else if first > in.To {
		return fmt.Errorf("deposit %d, next is %d: %w", first, in.To, ErrInboxGap)
	}
	if len(c.inbox)+len(e.Deposits) > MaxInbox {
		return fmt.Errorf("%d entries: %w", len(c.inbox), ErrInboxFull)
	}
	hash, last := in.ToHash, BlockRef{}
	if n := len(c.inbox); n > 0 {
		last = c.inbox[n-1].Block
	}
	for i := range e.Deposits {
		d := &e.Deposits[i]
		if err := c.continues(d, in.To+uint64(i), hash, last); err != nil {
			return fmt.Errorf("deposit %d: %w", d.Index, err)
		}
		hash, last = d.Hash, d.Block
	}
	for _, d := range e.Deposits {
		c.inbox = append(c.inbox, &d)
	}
	return nil
}

// continues says whether an entry may stand at index, after the rolling hash and the block of the one before.
func (c *Cursor) continues(d *Deposit, index uint64, hash Hash, last BlockRef) error {
	switch {
	case d.Index != index:
		return fmt.Errorf("next is %d: %w", index, ErrInboxGap)
	case d.Asset == 0 || d.Address == (command.Address{}):
		return ErrMalformed
	case state.InboxHash(hash, d.Index, d.Token, d.Address, d.Amount) != d.Hash:
		return ErrInboxHash
	case d.Block.Number < last.Number, d.Block.Number == last.Number && last != (BlockRef{}) && d.Block.Hash != last.Hash:
		return fmt.Errorf("block %d after %d: %w", d.Block.Number, last.Number, ErrBlockMismatch)
	}
	return c.onChain(d.Block)
}

// recorded is a repetition of entries that stand in the record, or a contradiction.
func (c *Cursor) recorded(ds []Deposit) error {
	for i := range ds {
		seen, ok := c.Deposit(ds[i].Index)
		switch {
		case !ok && ds[i].Index < c.inboxFrom: // consumed for good
		case !ok:
			return fmt.Errorf("deposit %d, next is %d: %w", ds[i].Index, c.Inbox().To, ErrInboxGap)
		case seen != ds[i]:
			return fmt.Errorf("deposit %d: %w", ds[i].Index, ErrContradiction)
		}
	}
	return errRepeat
}

// orphanDeposits forgets the entries of blocks above a block.
func (c *Cursor) orphanDeposits(above uint64) (orphaned int) {
	keep := len(c.inbox)
	for keep > 0 && c.inbox[keep-1].Block.Number > above {
		keep--
	}
	orphaned = len(c.inbox) - keep
	c.inbox = c.inbox[:keep:keep]
	return orphaned
}

// settleInbox forgets the entries that the newest finalized batch has consumed.
func (c *Cursor) settleInbox() {
	b := c.record(c.heads.Finalized)
	if b == nil || b.InboxTo <= c.inboxFrom {
		return
	}
	n := min(b.InboxTo-c.inboxFrom, uint64(len(c.inbox)))
	if n == 0 {
		return
	}
	c.inboxHash = c.inbox[n-1].Hash
	c.inboxFrom += n
	c.inbox = slices.Clone(c.inbox[n:])
}

// revertedAcked notes that nobody needs the content of the first rollbacks any more.
func (c *Cursor) revertedAcked(e RevertedAcked) error {
	switch {
	case e.Rollback == 0 || e.Rollback > uint64(len(c.rollbacks)):
		return fmt.Errorf("rollback %d of %d: %w", e.Rollback, len(c.rollbacks), ErrUnknownRollback)
	case e.Rollback <= c.revertedAck:
		return errRepeat
	}
	c.revertedAck = e.Rollback
	return nil
}

// RevertedAcknowledged returns the newest rollback whose removed transitions the
// sequencer has acknowledged, with all before it; 0 if none.
func (c *Cursor) RevertedAcknowledged() uint64 { return c.revertedAck }

func (c *codec) deposit(d *Deposit) {
	c.uint(&d.Index)
	c.u32(&d.Asset)
	c.fixed(d.Token[:])
	c.fixed(d.Address[:])
	c.uint(&d.Amount)
	c.hash(&d.Hash)
	c.block(&d.Block)
}

// depositBytes is the least that an encoded entry takes.
const depositBytes = 1 + 4 + 20 + 20 + 1 + 32 + 41

func (c *codec) depositedEvent(e *Deposited) {
	list(c, &e.Deposits, MaxDeposits, depositBytes, (*codec).deposit)
}

func (c *codec) revertedAckedEvent(e *RevertedAcked) { c.uint(&e.Rollback) }

func (c *codec) inboxRecord(x *Cursor) {
	c.uint(&x.inboxFrom)
	c.hash(&x.inboxHash)
	pointers(c, &x.inbox, MaxInbox, depositBytes, (*codec).deposit)
	c.uint(&x.revertedAck)
}

// inboxWellFormed checks what decoding alone cannot.
func (c *Cursor) inboxWellFormed() error {
	hash, last := c.inboxHash, BlockRef{}
	for i, d := range c.inbox {
		if d.Index != c.inboxFrom+uint64(i) || d.Index < c.inboxFrom || d.Asset == 0 || d.Block.Number < last.Number ||
			d.Block.Number > c.follow.Latest.Number || state.InboxHash(hash, d.Index, d.Token, d.Address, d.Amount) != d.Hash {
			return fmt.Errorf("inbox entry %d does not continue the one before: %w", d.Index, command.ErrValue)
		}
		hash, last = d.Hash, d.Block
	}
	if c.revertedAck > uint64(len(c.rollbacks)) {
		return fmt.Errorf("acknowledged rollback %d of %d: %w", c.revertedAck, len(c.rollbacks), command.ErrValue)
	}
	return nil
}
