package cursor_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// deposit continues a queue at an L1 block.
func deposit(index uint64, previous cursor.Hash, at cursor.BlockRef) cursor.Deposit {
	d := cursor.Deposit{Index: index, Asset: 1, Token: command.Address{1}, Address: command.Address{byte(index), 1}, Amount: index + 1, Block: at}
	d.Hash = state.InboxHash(previous, index, d.Token, d.Address, d.Amount)
	return d
}

// queue makes deposits that continue the record, one for each block.
func (w *world) queue(blocks ...cursor.BlockRef) cursor.Deposited {
	in := w.c.Inbox()
	var ev cursor.Deposited
	hash := in.ToHash
	for i, at := range blocks {
		d := deposit(in.To+uint64(i), hash, at)
		ev.Deposits, hash = append(ev.Deposits, d), d.Hash
	}
	return ev
}

func (w *world) inbox(from, to uint64) {
	w.t.Helper()
	if got := w.c.Inbox(); got.From != from || got.To != to {
		w.t.Fatalf("record of %d to %d, want %d to %d", got.From, got.To, from, to)
	}
}

// layers.md, "Inbox": the record has no gaps, follows the contract's rolling hash, and names observed blocks alone.
func TestIllegalDeposits(t *testing.T) {
	w := newWorld(t, 1)
	good := w.queue(block(99, 0), block(100, 0))
	good.Deposits[0].Block = w.seen(100)
	good.Deposits[1].Block = w.seen(100)
	change := func(edit func(ds []cursor.Deposit)) cursor.Deposited {
		ds := append([]cursor.Deposit(nil), good.Deposits...)
		edit(ds)
		return cursor.Deposited{Deposits: ds}
	}
	w.refused(cursor.Deposited{}, cursor.ErrMalformed)
	w.refused(cursor.Deposited{Deposits: make([]cursor.Deposit, cursor.MaxDeposits+1)}, cursor.ErrMalformed)
	w.refused(change(func(ds []cursor.Deposit) { ds[1].Amount++ }), cursor.ErrInboxHash)
	w.refused(change(func(ds []cursor.Deposit) { ds[0].Hash[0] ^= 1 }), cursor.ErrInboxHash)
	w.refused(change(func(ds []cursor.Deposit) { ds[1].Index++ }), cursor.ErrInboxGap)
	w.refused(change(func(ds []cursor.Deposit) { ds[0].Asset = 0 }), cursor.ErrMalformed)
	w.refused(change(func(ds []cursor.Deposit) { ds[1].Block.Number++ }), cursor.ErrUnobserved)
	w.refused(change(func(ds []cursor.Deposit) { ds[0].Block.Hash[1] ^= 1 }), cursor.ErrBlockMismatch)
	w.refused(change(func(ds []cursor.Deposit) { ds[1].Block.Number-- }), cursor.ErrBlockMismatch)
	w.refused(cursor.Deposited{Deposits: good.Deposits[1:]}, cursor.ErrInboxGap)
	w.must(good)
	w.inbox(0, 2)
	before := w.c.Append(nil)
	w.must(good, cursor.Deposited{Deposits: good.Deposits[1:]}) // repetitions, as after a failover
	if !bytes.Equal(before, w.c.Append(nil)) {
		t.Error("a repetition changed the cursor")
	}
	w.refused(change(func(ds []cursor.Deposit) { ds[1].Amount++ }), cursor.ErrContradiction)
	w.refused(cursor.RevertedAcked{Rollback: 1}, cursor.ErrUnknownRollback)
}

// seen is the observed block of a height.
func (w *world) seen(n uint64) cursor.BlockRef {
	w.t.Helper()
	b, ok := w.c.Block(n)
	if !ok {
		w.t.Fatalf("block %d was not observed", n)
	}
	return b
}

// layers.md, "Inbox": credited once finalized, or at the depth that the genesis asks.
func TestCreditable(t *testing.T) {
	w := newWorld(t, 1)
	w.observe(104, 0, 0)
	w.must(w.queue(w.seen(101), w.seen(101), w.seen(103)))
	check := func(depth uint32, want uint64) {
		t.Helper()
		if got := w.c.Creditable(depth); got != want {
			t.Errorf("depth %d, finalized %d: up to %d, want %d", depth, w.c.Follow().Finalized.Number, got, want)
		}
	}
	check(0, 0)
	check(1, 3)
	check(2, 2)
	check(4, 0)
	w.observe(105, 101, 100)
	check(0, 0)
	w.observe(105, 102, 101)
	check(0, 2)
	check(9, 2)
	w.observe(105, 103, 103)
	check(0, 3)
}

// layers.md, "Follower": a reorganization rewinds the inbox; what a finalized batch consumed is let go.
func TestInboxRewindsAndSettles(t *testing.T) {
	w := newWorld(t, 0)
	w.observe(106, 0, 0)
	w.must(w.queue(w.seen(101), w.seen(103), w.seen(103), w.seen(105)))
	w.c.Seal(cursor.Batch{Number: 1, HeaderHash: hash(1001), Root: hash(2001), FirstSequence: 1, LastSequence: 1, InboxTo: 2})
	w.c.Seal(cursor.Batch{Number: 2, HeaderHash: hash(1002), Root: hash(2002), FirstSequence: 2, LastSequence: 2, InboxTo: 4})
	if n := w.c.ConsumedWithin(4); n != 2 {
		t.Errorf("batch %d", n)
	}
	hashes := w.c.Inbox()
	w.must(cursor.L1Reorg{Ancestor: w.seen(104), Head: block(105, 1)})
	w.inbox(0, 3)
	if n := w.c.ConsumedWithin(3); n != 1 {
		t.Errorf("batch %d consumed 3 entries at most", n)
	}
	w.observeFork(106, 0, 0, 1)
	w.must(w.queue(w.seen(106)))
	if in := w.c.Inbox(); in.To != 4 || in.ToHash != hashes.ToHash {
		t.Errorf("the same deposit in another block gives %+v, was %+v", in, hashes)
	}
	w.ready(2)
	w.anchor(cursor.Commit, 1, 1, 1, 106)
	w.anchor(cursor.Verify, 1, 1, 1, 106)
	w.observeFork(107, 106, 106, 1)
	if w.c.Heads().Finalized != 1 {
		t.Fatalf("heads %+v", w.c.Heads())
	}
	w.inbox(2, 4)
	if _, ok := w.c.Deposit(1); ok {
		t.Error("an entry stays that a finalized batch consumed")
	}
	again, err := cursor.Decode(w.c.Append(nil))
	if err != nil || !bytes.Equal(again.Append(nil), w.c.Append(nil)) {
		t.Errorf("the record does not survive its encoding: %v", err)
	}
}

// The record is bounded; a clone keeps what it had.
func TestInboxIsBounded(t *testing.T) {
	w := newWorld(t, 1)
	at := w.seen(100)
	blocks := make([]cursor.BlockRef, cursor.MaxDeposits)
	for i := range blocks {
		blocks[i] = at
	}
	w.must(w.queue(at))
	clone := w.c.Clone()
	for w.c.Inbox().To+cursor.MaxDeposits <= cursor.MaxInbox {
		w.must(w.queue(blocks...))
	}
	w.refused(w.queue(blocks...), cursor.ErrInboxFull)
	if n := clone.Inbox().To; n != 1 {
		t.Errorf("a clone grew to %d entries", n)
	}
}

// The record against a dumb model, a list: whatever blocks come and go, it is the prefix of the queue that canonical
// blocks hold, and its rolling hash is the queue's.
func TestInboxAgainstModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, 0)
		var model []cursor.Deposit
		fork := uint64(0)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			latest := w.c.Follow().Latest.Number
			switch rapid.IntRange(0, 3).Draw(rt, "step") {
			case 0:
				w.observeFork(latest+1, 0, 0, fork)
			case 1, 2:
				ev := w.queue(w.seen(latest))
				w.must(ev)
				model = append(model, ev.Deposits...)
			default:
				back := latest - rapid.Uint64Range(0, min(3, latest-100)).Draw(rt, "depth")
				if back == latest {
					continue
				}
				fork++
				w.must(cursor.L1Reorg{Ancestor: w.seen(back), Head: block(back+1, fork)})
				for len(model) > 0 && model[len(model)-1].Block.Number > back {
					model = model[:len(model)-1]
				}
				w.observeFork(back+1, 0, 0, fork)
			}
			in, want := w.c.Inbox(), cursor.Hash{}
			for i := range model {
				want = model[i].Hash
				if d, ok := w.c.Deposit(uint64(i)); !ok || d != model[i] {
					rt.Fatalf("entry %d is %+v, want %+v", i, d, model[i])
				}
			}
			if in.From != 0 || in.To != uint64(len(model)) || in.ToHash != want {
				rt.Fatalf("record %+v, want %d entries", in, len(model))
			}
		}
	})
}
