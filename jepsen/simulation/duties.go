package simulation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// The duties are a small sync/manager: each pass looks at the cursor and the
// chain and does the next thing. Every effect on the chain is fenced, and
// promised in the log before.

const dutyPause = 150 * time.Millisecond

var submitters = map[cursor.Kind]cursor.Account{cursor.Commit: {1}, cursor.Verify: {2}}

type leaderDuties struct {
	node    *cluster.Node
	machine *fsm.Machine
	chain   *l1
	dice    *dice
	fail    func(format string, args ...any)

	orphaned *atomic.Int64 // deposits
}

// run is one leadership. Without L1 batches are sealed and executed, and
// anchoring waits: the epoch is taken when L1 answers.
func (d *leaderDuties) run(ctx context.Context, _ uint64) error {
	epoch := false
	for ctx.Err() == nil {
		err := d.pass(ctx)
		if err == nil && !epoch {
			err = d.takeEpoch(ctx)
			epoch = err == nil
		}
		if err == nil {
			err = d.anchoring(ctx)
		}
		if err != nil && !retryable(err) {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(dutyPause):
		}
	}
	return ctx.Err()
}

// retryable errors are looked at again in the next pass.
func retryable(err error) bool {
	var not *cluster.NotLeaderError
	var unknown *cluster.UnknownOutcomeError
	var over *cluster.OverloadError
	return errors.As(err, &not) || errors.As(err, &unknown) || errors.As(err, &over) || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, cluster.ErrClosed) || errors.Is(err, cluster.ErrNotApplied) ||
		errors.Is(err, errAway)
}

func (d *leaderDuties) propose(ctx context.Context, t command.Type, body []byte) error {
	r, err := d.node.Propose(ctx, t, body)
	if err != nil {
		return err
	}
	if r.Err != nil {
		return fmt.Errorf("%v refused: %w", t, r.Err)
	}
	return nil
}

func (d *leaderDuties) event(ctx context.Context, ev cursor.Event) error {
	return d.propose(ctx, command.TypeCursor, cursor.Append(nil, ev))
}

func (d *leaderDuties) takeEpoch(ctx context.Context) error {
	v, err := d.chain.read()
	if err != nil {
		return err
	}
	e := command.Epoch{ContractCounter: v.state.epoch, L1Block: v.back(0).Number, L1Hash: v.back(0).Hash, TimeMs: time.Now().UnixMilli()}
	return d.propose(ctx, command.TypeEpoch, e.Append(nil))
}

// pass is what needs no L1.
func (d *leaderDuties) pass(ctx context.Context) error {
	if s := d.machine.Status(); s.Cut.Number != 0 {
		if err := d.machine.WaitSealing(ctx); err != nil {
			return err
		}
		seal := command.Seal{Number: s.Cut.Number, ProgramVersion: s.Cut.ProgramVersion, TimeMs: time.Now().UnixMilli()}
		if err := d.propose(ctx, command.TypeSeal, seal.Append(nil)); err != nil {
			return err
		}
	} else if s.Open.Transitions >= 8 || s.Open.Transitions > 0 && time.Now().UnixMilli()-s.Open.FirstTimeMs > 700 {
		cut := command.Cut{Number: s.Open.Number, ProgramVersion: s.ProgramVersion, TimeMs: time.Now().UnixMilli()}
		if err := d.propose(ctx, command.TypeCut, cut.Append(nil)); err != nil {
			return err
		}
	}
	return d.prove(ctx)
}

// anchoring is what needs L1.
func (d *leaderDuties) anchoring(ctx context.Context) error {
	for _, step := range []func(context.Context) error{d.follow, d.queue, d.credit, d.land, d.cancel, d.anchor, d.resend} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// follow tells the log what the chain looks like.
func (d *leaderDuties) follow(ctx context.Context) error {
	v, err := d.chain.read()
	if err != nil {
		return err
	}
	c := d.machine.Cursor()
	at := c.Follow()
	if at.Latest != (cursor.BlockRef{}) && !v.has(at.Latest) {
		ring := c.Ring()
		ancestor := at.Finalized
		for _, seen := range slices.Backward(ring) {
			if v.has(seen) {
				ancestor = seen
				break
			}
		}
		if err = d.event(ctx, cursor.L1Reorg{Ancestor: ancestor, Head: v.back(0)}); err != nil {
			return err
		}
		d.orphaned.Add(int64(c.Inbox().To - d.machine.Cursor().Inbox().To))
		at = d.machine.Cursor().Follow()
	}
	seen := cursor.L1Observed{Latest: v.back(0), Safe: v.back(safeDepth), Finalized: v.back(finalityDepth)}
	from := at.Latest.Number + 1
	if at.Latest == (cursor.BlockRef{}) {
		from = 0
	}
	for _, b := range v.blocks[min(from, uint64(len(v.blocks))):] {
		seen.Ring = append(seen.Ring, b.ref)
	}
	if len(seen.Ring) == 0 && at.Safe == seen.Safe && at.Finalized == seen.Finalized {
		return nil
	}
	return d.event(ctx, seen)
}

// queue tells the log what the contract has queued up to the follow point.
func (d *leaderDuties) queue(ctx context.Context) error {
	v, err := d.chain.read()
	if err != nil {
		return err
	}
	c := d.machine.Cursor()
	head := c.Follow().Latest
	if !v.has(head) {
		return nil // the next pass follows
	}
	var news []cursor.Deposit
	for _, q := range v.state.bank.queue[min(c.Inbox().To, uint64(len(v.state.bank.queue))):] {
		if q.Block.Number <= head.Number && len(news) < cursor.MaxDeposits {
			news = append(news, q)
		}
	}
	if len(news) == 0 {
		return nil
	}
	return d.event(ctx, cursor.Deposited{Deposits: news})
}

// credit has the state take what is final.
func (d *leaderDuties) credit(ctx context.Context) error {
	next := d.machine.Creditable()
	if next.Blocked != nil {
		d.fail("invariant 7: a deposit cannot be credited: %w", next.Blocked)
	}
	if next.From == next.To {
		return nil
	}
	return d.propose(ctx, command.TypeCredit, command.Credit{From: next.From, To: next.To, TimeMs: time.Now().UnixMilli()}.Append(nil))
}

// land tells the log what became of anchors.
func (d *leaderDuties) land(ctx context.Context) error {
	v, err := d.chain.read()
	if err != nil {
		return err
	}
	c := d.machine.Cursor()
	for _, a := range c.InFlight() {
		tx, at, ok := v.find(a.Kind, a.Account, a.Nonce)
		if !ok || at.Number > c.Follow().Latest.Number {
			continue
		}
		err = nil
		switch {
		case a.Status == cursor.StatusPending && tx.ok:
			err = d.event(ctx, cursor.Included{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: tx.tx, Block: at})
		case a.Status == cursor.StatusPending:
			err = d.event(ctx, cursor.Failed{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: tx.tx, Block: at, Reason: "status 0"})
		case a.Status == cursor.StatusIncluded && a.Block.Number+anchorDepth <= c.Follow().Latest.Number:
			err = d.event(ctx, cursor.AtDepth{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce})
		}
		if err != nil && !retryable(err) {
			// The chain moved between the view and the event; the next pass sees it.
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// prove states execution and publication of the next batches.
func (d *leaderDuties) prove(ctx context.Context) error {
	c := d.machine.Cursor()
	h := c.Heads()
	for n := h.Executed + 1; n <= h.Sealed; n++ {
		b, _ := c.Batch(n)
		if d.dice.chance(3) && len(b.Mismatches) == 0 {
			if err := d.mismatch(ctx, b); err != nil {
				return err
			}
		}
		if err := d.event(ctx, cursor.Executed{Batch: n, Sealed: b.HeaderHash, Root: b.Root, HeaderHash: b.HeaderHash, JournalHash: b.HeaderHash, Node: "sim"}); err != nil {
			return err
		}
	}
	for n := h.Published + 1; n <= h.Sealed; n++ {
		b, _ := c.Batch(n)
		if err := d.event(ctx, cursor.Published{Batch: n, Sealed: b.HeaderHash, Ref: cursor.Ref{Provider: 1, Codec: 1, Commitment: b.HeaderHash, Bytes: 1}}); err != nil {
			return err
		}
	}
	return nil
}

// mismatch states another root, once: executing again states the right one.
// README invariant 4: the executed head does not move by it.
func (d *leaderDuties) mismatch(ctx context.Context, b cursor.Batch) error {
	wrong := b.Root
	wrong[0] ^= 1
	if err := d.event(ctx, cursor.Executed{Batch: b.Number, Sealed: b.HeaderHash, Root: wrong, HeaderHash: b.HeaderHash, JournalHash: b.HeaderHash, Node: "sim"}); err != nil {
		return err
	}
	c := d.machine.Cursor()
	v, ok := c.LastVerdict(cursor.LocalZKVM)
	if h := c.Heads(); h.Executed >= b.Number || !ok || v.Finding != cursor.Divergent {
		d.fail("invariant 4: batch %d has another root in the zkVM, heads %+v, verdict %+v", b.Number, h, v)
	}
	return nil
}

// anchor promises the next anchors and sends them.
func (d *leaderDuties) anchor(ctx context.Context) error {
	for _, kind := range []cursor.Kind{cursor.Commit, cursor.Verify} {
		c := d.machine.Cursor()
		h := c.Heads()
		first, limit := c.NextAnchor(kind)
		last := min(h.Executed, h.Published, limit)
		if kind == cursor.Verify {
			last = min(h.Committed, limit)
		}
		if first > last {
			continue
		}
		last = min(last, first+2)
		a := anchor{epoch: c.Epoch().Counter, kind: kind, account: submitters[kind], first: first, last: last}
		a.nonce = nextNonce(c, kind)
		var hashes []cursor.Hash
		for n := first; n <= last; n++ {
			sealed, err := d.machine.SealedHeader(n)
			if err != nil {
				return err
			}
			a.headers, hashes = append(a.headers, sealed.Header), append(hashes, sealed.Hash)
		}
		err := d.event(ctx, cursor.Intent{
			Epoch: a.epoch, Kind: kind, First: first, Last: last, HeaderHashes: hashes,
			Account: a.account, Nonce: a.nonce, TxHash: a.hash(), RawTx: a.raw(),
		})
		if errors.Is(err, cursor.ErrNonceOpen) {
			continue // used by what a rollback removed, and not final yet
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nextNonce is the lowest that stands open for what a rollback removed, or one that nothing has used.
func nextNonce(c *cursor.Cursor, kind cursor.Kind) uint64 {
	for _, a := range c.InFlight() {
		if a.Kind == kind && a.Stale && a.Status == cursor.StatusPending {
			return a.Nonce
		}
	}
	next, _ := c.NextNonce(kind, submitters[kind])
	return next
}

// cancel has some nonces used by nothing whose content a rollback removed. The others wait for new content.
func (d *leaderDuties) cancel(ctx context.Context) error {
	for _, a := range d.machine.Cursor().InFlight() {
		if !a.Stale || a.Status != cursor.StatusPending || a.Attempts[len(a.Attempts)-1].Cancel || d.dice.chance(50) {
			continue
		}
		nothing := anchor{kind: a.Kind, account: a.Account, nonce: a.Nonce, epoch: uint64(len(a.Attempts))} // another one each time
		err := d.event(ctx, cursor.Replaced{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: nothing.hash(), RawTx: nothing.raw(), Cancel: true})
		if err != nil {
			return err
		}
	}
	return nil
}

// resend sends every pending anchor, behind the fence, but for content that a
// rollback removed.
func (d *leaderDuties) resend(ctx context.Context) error {
	c := d.machine.Cursor()
	for _, a := range c.InFlight() {
		if a.Status != cursor.StatusPending {
			continue
		}
		if _, err := d.node.ConfirmLeadership(ctx); err != nil {
			return nil //nolint:nilerr // not the leader any more, or not for sure
		}
		for _, attempt := range a.Attempts {
			if attempt.Stale {
				continue
			}
			tx, err := parseAnchor(attempt.RawTx)
			if err != nil {
				return err
			}
			for _, h := range tx.headers {
				if b, ok := c.Batch(h.Number); !ok || b.HeaderHash != h.Hash() {
					d.fail("invariant 5: batch %d is sent at nonce %d as header %x, the cluster stands by %x", h.Number, a.Nonce, h.Hash(), b.HeaderHash)
				}
			}
			d.chain.send(tx)
		}
	}
	return nil
}
