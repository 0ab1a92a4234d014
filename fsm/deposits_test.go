package fsm_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// l1 is a chain of which the harness's cursor is told.
type l1 struct {
	h      *harness
	fork   byte
	latest uint64
	queue  []cursor.Deposit
}

func (c *l1) block(n uint64) cursor.BlockRef {
	if seen, ok := c.h.m.Cursor().Block(n); ok {
		return seen
	}
	return cursor.BlockRef{Number: n, Hash: [32]byte{byte(n), c.fork, 1}, TimeMs: int64(n)}
}

// mine adds a block with deposits of asset 1 to addresses, and records both.
func (c *l1) mine(finalized uint64, addresses ...byte) {
	c.h.t.Helper()
	c.latest++
	now := c.block(c.latest)
	ev := cursor.L1Observed{Latest: now, Ring: []cursor.BlockRef{now}}
	if finalized > 0 {
		ev.Safe, ev.Finalized = c.block(finalized), c.block(finalized)
	}
	c.must(ev)
	var added []cursor.Deposit
	for _, a := range addresses {
		d := cursor.Deposit{Index: uint64(len(c.queue)), Asset: 1, Token: command.Address{1}, Address: command.Address{a}, Amount: 100 + uint64(a), Block: now}
		var previous [32]byte
		if n := len(c.queue); n > 0 {
			previous = c.queue[n-1].Hash
		}
		d.Hash = state.InboxHash(previous, d.Index, d.Token, d.Address, d.Amount)
		c.queue, added = append(c.queue, d), append(added, d)
	}
	if len(added) > 0 {
		c.must(cursor.Deposited{Deposits: added})
	}
}

func (c *l1) must(ev cursor.Event) {
	c.h.t.Helper()
	if r := c.h.event(ev); r.Err != nil {
		c.h.t.Fatalf("%T: %v", ev, r.Err)
	}
}

// reorg takes back every block above n.
func (c *l1) reorg(n uint64) {
	c.h.t.Helper()
	c.fork++
	c.must(cursor.L1Reorg{Ancestor: c.block(n), Head: cursor.BlockRef{Number: n + 1, Hash: [32]byte{9}}})
	c.latest = n
	c.queue = slices.DeleteFunc(c.queue, func(d cursor.Deposit) bool { return d.Block.Number > n })
}

func (h *harness) credit(from, to uint64) error {
	return h.apply(command.TypeCredit, command.Credit{From: from, To: to, TimeMs: h.now()}.Append(nil)).Err
}

func (h *harness) balance(account uint64) (have uint64) {
	h.t.Helper()
	if err := h.m.Read(func(r *fsm.Reader) error { have = r.Balance(account, 1).Available; return nil }); err != nil {
		h.t.Fatal(err)
	}
	return have
}

// beginAt is begin under a genesis with a deposit depth.
func beginAt(tb testing.TB, depth uint32) (*harness, *flow, *l1) {
	tb.Helper()
	h := newHarness(tb, testConfig())
	h.depositDepth = depth
	f := h.begin(batch.PayloadTransitions)
	return h, f, &l1{h: h}
}

// layers.md, "Inbox": a deposit is credited as the replicated record of the L1 queue has it, once, at finality; what
// does not match the record is refused.
func TestCreditFollowsTheRecord(t *testing.T) {
	h, f, chain := beginAt(t, 0)
	if r := h.submit(f.submission(command.Transition{Kind: command.Deposit, Account: 1, Asset: 1, Amount: 5, Address: command.Address{1}})).Receipts[0]; r.Code != state.NotSubmittable || r.Status != session.Executed {
		t.Errorf("a client's deposit: %+v", r)
	}
	refused := func(from, to uint64, want error) {
		t.Helper()
		before := h.m.Status().Deposits
		if err := h.credit(from, to); !errors.Is(err, want) {
			t.Errorf("credit of %d to %d: %v, want %v", from, to, err, want)
		}
		if now := h.m.Status().Deposits; now != before {
			t.Errorf("a refused credit took %d deposits", now-before)
		}
	}
	refused(0, 1, fsm.ErrDepositUnknown)
	chain.mine(0, 1, 77, 77)
	refused(0, 1, fsm.ErrDepositShallow)
	chain.mine(1, 78)
	refused(1, 2, fsm.ErrStaleCredit)
	refused(0, 4, fsm.ErrDepositShallow)
	refused(0, 5, fsm.ErrDepositUnknown)
	if c := h.m.Creditable(); c.From != 0 || c.To != 3 || c.Blocked != nil {
		t.Errorf("creditable %+v", c)
	}
	had := h.balance(1)
	if err := h.credit(0, 3); err != nil {
		t.Fatal(err)
	}
	refused(0, 3, fsm.ErrStaleCredit) // a second leader's, or a retry
	if got := h.balance(1); got != had+101 {
		t.Errorf("the imported account with the address has %d, had %d", got, had)
	}
	if got := h.balance(1<<32 + 1); got != 2*177 {
		t.Errorf("the new account has %d", got)
	}
	h.seal()
	sealed, err := h.m.Sealed(h.m.Position().Batch)
	if err != nil {
		t.Fatal(err)
	}
	if header := sealed.Header; header.InboxFrom != 0 || header.InboxTo != 3 || header.InboxHash != chain.queue[2].Hash {
		t.Errorf("header consumes %d to %d, hash %x", header.InboxFrom, header.InboxTo, header.InboxHash)
	}
	h.must(command.TypeHalt, command.Halt{Scope: command.ScopeIntake, Reason: "r", Exit: "e", TimeMs: h.now()}.Append(nil))
	chain.mine(2)
	refused(3, 4, fsm.ErrIntakeHalted)
}

// A deposit of an asset that is not registered with its token keeps the queue waiting, and says so.
func TestDepositOfAnUnknownAsset(t *testing.T) {
	h, f, chain := beginAt(t, 1)
	chain.mine(0, 1)
	now := chain.block(1)
	d := cursor.Deposit{Index: 1, Asset: 9, Token: command.Address{9}, Address: command.Address{1}, Amount: 3, Block: now}
	d.Hash = state.InboxHash(chain.queue[0].Hash, 1, d.Token, d.Address, d.Amount)
	chain.must(cursor.Deposited{Deposits: []cursor.Deposit{d}})
	chain.mine(0)
	c := h.m.Creditable()
	blocked, ok := errors.AsType[*fsm.DepositError](c.Blocked)
	if c.To != 1 || !ok || blocked.Index != 1 || !errors.Is(c.Blocked, fsm.ErrDepositAsset) {
		t.Errorf("creditable %+v", c)
	}
	if err := h.credit(0, 2); !errors.Is(err, fsm.ErrDepositAsset) || h.m.Status().Deposits != 0 {
		t.Errorf("credited %d: %v", h.m.Status().Deposits, err)
	}
	h.submit(f.submission(command.Transition{Kind: command.RegisterAsset, Asset: 9, Address: command.Address{9}}))
	if err := h.credit(0, 2); err != nil {
		t.Error(err)
	}
}

// layers.md, "Follower": batches that consumed orphaned deposits roll back with the local state, on every replica alike,
// also on one that was restored in between; what they held is kept until it is acknowledged.
func TestOrphanedDepositsRollBackInTheSameCommand(t *testing.T) {
	h, f, chain := beginAt(t, 1)
	h.seal()
	chain.mine(0, 50)
	chain.mine(0)
	if err := h.credit(0, 1); err != nil {
		t.Fatal(err)
	}
	h.seal() // batch 2: stays
	stays := h.m.Position()
	chain.mine(0, 51)
	chain.mine(0)
	if err := h.credit(1, 2); err != nil {
		t.Fatal(err)
	}
	h.submit(f.submission(f.transition(1)))
	h.cut() // batch 3 is being sealed
	lost := f.submission(f.transition(5))
	h.submit(lost)
	twin := h.restart(testConfig())
	for _, x := range []*harness{h, twin} {
		c := &l1{h: x, fork: chain.fork, latest: chain.latest, queue: slices.Clone(chain.queue)}
		c.reorg(2)
		if p := x.m.Position(); p.Batch != stays.Batch || p.Root != stays.Root || x.m.Status().Deposits != 1 || x.m.Status().Open.Transitions != 0 {
			t.Fatalf("batch %d, %d deposits, %d open", p.Batch, x.m.Status().Deposits, x.m.Status().Open.Transitions)
		}
		if r := x.submit(lost).Receipts[0]; r.Status != session.Reverted {
			t.Errorf("a removed submission answers %v", r.Status)
		}
		record := x.m.Cursor().Rollbacks()[0]
		if ev, err := cursor.DecodeEvent(record.Evidence); err != nil || record.To != stays.Batch {
			t.Errorf("record %+v: %v, %v", record, ev, err)
		}
		c.mine(0, 60, 51) // other deposits at the same indices
		c.mine(0)
		if err := x.credit(1, 3); err != nil {
			t.Error(err)
		}
		if got := x.balance(1<<32 + 2); got != 151 { // a new account again, under its index of now
			t.Errorf("the account has %d", got)
		}
		x.seal()
	}
	if a, b := h.m.Position(), twin.m.Position(); a.Root != b.Root {
		t.Errorf("roots %x and %x", a.Root, b.Root)
	}
	if a, b := h.seals[len(h.seals)-1], twin.seals[len(twin.seals)-1]; a.Digest != b.Digest || a.HeaderHash != b.HeaderHash {
		t.Errorf("seals %+v and %+v", a, b)
	}
	third := h.restart(testConfig())
	for _, x := range []*harness{h, twin, third} {
		kept, err := x.m.Reverted(1)
		if err != nil || len(kept.Batches) != 2 || kept.Batches[0].Number != 3 || kept.Batches[1].Number != 4 {
			t.Fatalf("kept %+v: %v", kept, err)
		}
		if ts, err := kept.Batches[0].Decode(); err != nil || ts[0].Kind != command.Deposit || ts[0].Inbox != 1 {
			t.Errorf("batch 3 held %+v, %v", ts, err)
		}
	}
	chain.h = third
	chain.must(cursor.RevertedAcked{Rollback: 1})
	if _, err := third.m.Reverted(1); !errors.Is(err, fsm.ErrRevertedReleased) {
		t.Errorf("kept after the acknowledgement: %v", err)
	}
	if _, err := third.restart(testConfig()).m.Reverted(1); !errors.Is(err, fsm.ErrRevertedReleased) {
		t.Errorf("back after a restart: %v", err)
	}
}
