package simulation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
)

// The checks know nothing of the rules in fsm/state; the models have their own.

type checks struct {
	queue func() []cursor.Deposit // l1.queue

	mu        sync.Mutex // guards what follows; queue is not called while it is held
	broken    []error
	seals     map[uint64]fsm.SealInfo // by Raft index
	batches   map[uint64]fsm.SealInfo // by number
	finalized uint64
	lives     map[*fsm.Machine]seen   // newest of each life of a replica
	crossings map[tree.Hash]*crossing // by header hash
	created   []uint64                // accounts that were credited a deposit
}

// seen is what a replica showed.
type seen struct {
	heads     cursor.Heads
	rollbacks int
}

func newChecks(queue func() []cursor.Deposit) *checks {
	return &checks{
		queue: queue, seals: map[uint64]fsm.SealInfo{}, batches: map[uint64]fsm.SealInfo{},
		lives: map[*fsm.Machine]seen{}, crossings: map[tree.Hash]*crossing{},
	}
}

func (c *checks) fail(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.broken) < 5 {
		c.broken = append(c.broken, fmt.Errorf(format, args...))
	}
}

func (c *checks) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.broken...)
}

func (c *checks) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seals)
}

// sealed checks invariant 1: the same index gives the same root on every
// replica, in every life of it.
func (c *checks) sealed(id string, info fsm.SealInfo) {
	c.mu.Lock()
	known, again := c.seals[info.Index]
	c.seals[info.Index] = info
	if info.Index >= c.batches[info.Batch].Index { // else it is the past of a life that begins
		c.batches[info.Batch] = info
	}
	c.mu.Unlock()
	if again && known != info {
		c.fail("invariant 1: %s sealed %+v, before it was %+v", id, info, known)
	}
}

// heads checks invariant 2. A replica that starts again may begin further back;
// within a life only a reorganization takes heads back, and these only if it takes
// deposits with it that were consumed.
func (c *checks) heads(id string, m *fsm.Machine) {
	cur := m.Cursor()
	h, rollbacks := cur.Heads(), len(cur.Rollbacks())
	if h.Sealed < h.Executed || h.Executed < h.Committed || h.Committed < h.Proven || h.Proven < h.Finalized ||
		h.Published > h.Sealed || h.Committed > h.Published {
		c.fail("invariant 2: %s has heads out of order: %+v", id, h)
	}
	c.mu.Lock()
	c.finalized = max(c.finalized, h.Finalized)
	before := c.lives[m]
	c.lives[m] = seen{h, rollbacks}
	c.mu.Unlock()
	last := before.heads
	if h.Finalized < last.Finalized || rollbacks <= before.rollbacks &&
		(h.Sealed < last.Sealed || h.Executed < last.Executed || h.Published < last.Published) {
		c.fail("invariant 2: heads of %s moved back from %+v to %+v", id, last, h)
	}
	if halts := cur.Halts(); len(halts) > 0 {
		c.fail("%s halts: %+v", id, halts)
	}
}

// chain checks invariant 5: what the contract holds is the cluster's.
func (c *checks) chain(v view) {
	c.mu.Lock()
	wrong := ""
	for n, held := range v.state.committed {
		if b, ok := c.batches[n]; ok && b.HeaderHash != held.hash {
			wrong = fmt.Sprintf("invariant 5: L1 holds header %x for batch %d, the cluster %x", held.hash, n, b.HeaderHash)
		} else if !ok {
			wrong = fmt.Sprintf("invariant 5: L1 holds batch %d, which nobody sealed", n)
		}
	}
	c.mu.Unlock()
	if wrong != "" {
		c.fail("%s", wrong)
	}
	if short := v.state.bank.short; short != nil {
		c.fail("%w", short)
	}
}

// final checks the chain's whole history.
func (c *checks) final(l *l1) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs []error
	for _, f := range l.failed {
		errs = append(errs, fmt.Errorf("invariant 5: a commit took no effect, so it was sent for nothing or twice: %s", f))
	}
	times := map[uint64]int{}
	for _, b := range l.blocks {
		for _, tx := range b.txs {
			for _, h := range tx.headers {
				if tx.kind == cursor.Commit && tx.ok {
					times[h.Number]++
				}
			}
		}
	}
	for n, k := range times {
		if k != 1 {
			errs = append(errs, fmt.Errorf("invariant 5: batch %d was committed %d times", n, k))
		}
	}
	c.mu.Lock()
	finalized := c.finalized
	c.mu.Unlock()
	if uint64(len(times)) < finalized {
		errs = append(errs, fmt.Errorf("%d batches finalized, %d on L1", finalized, len(times)))
	}
	return errors.Join(errs...)
}

// retryAll checks invariants 6 and 8: each acknowledged transition answers a
// retry with its first receipt.
func (s *simulation) retryAll(ctx context.Context) error {
	bySession := map[uint64][]record{}
	for _, r := range s.acked.records {
		bySession[r.submission.Session] = append(bySession[r.submission.Session], r)
	}
	for id, records := range bySession {
		c := &client{sim: s, session: id}
		for chunk := range slices.Chunk(records, 50) {
			var subs []command.Submission
			for _, r := range chunk {
				subs = append(subs, r.submission)
			}
			receipts, err := c.receipts(ctx, subs)
			if err != nil {
				return err
			}
			for i, again := range receipts {
				first := chunk[i].receipt
				if s.removed(first) {
					first.Status = session.Reverted
				}
				if !same(first, again) {
					return fmt.Errorf("invariants 6, 8: session %d, sequence %d: acknowledged %+v, a retry says %+v",
						id, first.Receipt.Sequence, first, again)
				}
			}
		}
	}
	return nil
}

// removed says whether a rollback removed what a receipt is of.
func (s *simulation) removed(r session.Receipt) bool {
	return slices.ContainsFunc(s.replicas[0].machine.Cursor().Rollbacks(), func(back cursor.RollbackRecord) bool {
		return r.Index < back.Index && r.Batch > back.To
	})
}

func same(a, b session.Receipt) bool {
	if a.Status == session.Reverted {
		return b.Status == session.Reverted && a.Session == b.Session && a.Sequence == b.Sequence
	}
	return b.Status == session.Duplicate && a.Index == b.Index && a.Batch == b.Batch && a.Code == b.Code &&
		a.Receipt.Sequence == b.Receipt.Sequence && a.Order == b.Order && a.Remaining == b.Remaining &&
		a.Filled == b.Filled && a.QuoteFilled == b.QuoteFilled && slices.Equal(a.Fills, b.Fills)
}

// againstModel checks invariants 7 and 8: replayed in order of acceptance, the
// model trades the same, and no number of an accepted transition is missing or
// given twice; a withdrawal's receipt names what L1 pays, and L1 holds what the
// balances sum to.
func (s *simulation) againstModel() error {
	var accepted []record
	for _, r := range s.acked.records {
		if r.receipt.Code == 0 && !s.removed(r.receipt) {
			accepted = append(accepted, r)
		}
	}
	h := s.history()
	for _, a := range h.deposits { // no client sent them
		r := record{submission: command.Submission{Transition: a.Transition}}
		r.receipt.Receipt.Sequence = a.sequence
		accepted = append(accepted, r)
	}
	slices.SortFunc(accepted, func(a, b record) int {
		return int(a.receipt.Receipt.Sequence) - int(b.receipt.Receipt.Sequence)
	})
	x, ledger := models.NewExchange(), models.NewLedger()
	for _, r := range accepted {
		t := r.submission.Transition
		if err := h.promised(&t, r.receipt.Order); err != nil {
			return err
		}
		ledger.Accept(&t)
		o := x.Apply(&t)
		got := r.receipt.Receipt
		if !o.Accepted() || x.Sequence() != got.Sequence {
			return fmt.Errorf("invariant 8: transition %d (%v) is number %d of the model: %q", got.Sequence, t.Kind, x.Sequence(), o.Reason)
		}
		if t.Kind != command.Place && t.Kind != command.Amend {
			continue
		}
		if o.Order != got.Order || o.Filled != got.Filled || o.Remaining != got.Remaining || len(o.Fills) != len(got.Fills) {
			return fmt.Errorf("invariant 7: transition %d: receipt %+v, model %+v", got.Sequence, got, o)
		}
		for i, f := range o.Fills {
			g := got.Fills[i]
			if f.Maker != g.Maker || f.Taker != g.Taker || f.Price != g.Price || f.Size != g.Size {
				return fmt.Errorf("invariant 7: transition %d, fill %d: receipt %+v, model %+v", got.Sequence, i, g, f)
			}
			ledger.Trade(models.Trade{
				Market: g.Market, Maker: g.MakerAccount, Taker: g.TakerAccount, TakerSide: g.TakerSide,
				Size: g.Size, Quote: g.Quote, MakerFee: g.MakerFee, TakerFee: g.TakerFee,
			})
		}
	}
	if at := s.replicas[0].machine.Cursor().Heads().Applied; at != x.Sequence() {
		return fmt.Errorf("invariant 8: the cluster accepted %d transitions, clients know of %d", at, x.Sequence())
	}
	held := s.chain.view().state.bank.held
	for _, r := range s.replicas {
		if err := balances(r.machine, ledger, x, held); err != nil {
			return fmt.Errorf("%s: %w", r.id, err)
		}
	}
	return nil
}
