package manager

// What must hold here: what an operator orders is done by the anchor duty, between two of its steps, and is in the audit
// trail before it is done.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// OrderRefusedError says why an anchor is not retried or cancelled, and what to do instead.
type OrderRefusedError struct{ Reason, Exit string }

func (e *OrderRefusedError) Error() string { return e.Reason + "; " + e.Exit }

// ErrNotAnchoring says that this replica runs no anchor duty: it does not lead, or has no L1.
var ErrNotAnchoring = errors.New("this replica does not anchor")

// order is what an operator wants done with an anchor.
type order struct {
	ctx    context.Context //nolint:containedctx // of the caller, who waits for done
	kind   cursor.Kind
	nonce  uint64
	cancel bool
	reason string
	done   chan error // has room for the answer
}

// RetryAnchor has a pending anchor sent again at once, at its nonce and with higher fees.
func (m *Manager) RetryAnchor(ctx context.Context, kind cursor.Kind, nonce uint64, reason string) error {
	return m.order(order{ctx: ctx, kind: kind, nonce: nonce, reason: reason})
}

// CancelAnchor has a pending anchor replaced by a transaction that only uses its nonce. Its batches go out again at a
// later nonce, unless anchoring is halted.
func (m *Manager) CancelAnchor(ctx context.Context, kind cursor.Kind, nonce uint64, reason string) error {
	return m.order(order{ctx: ctx, kind: kind, nonce: nonce, cancel: true, reason: reason})
}

func (m *Manager) order(o order) error {
	if m.l1 == nil {
		return ErrNotAnchoring
	}
	leading := m.leading.Load()
	if leading == nil {
		return ErrNotAnchoring
	}
	o.done = make(chan error, 1)
	select {
	case m.l1.orders <- o:
	case <-(*leading).Done():
		return ErrNotAnchoring
	case <-o.ctx.Done():
		return o.ctx.Err()
	}
	select {
	case err := <-o.done:
		return err
	case <-o.ctx.Done():
		return o.ctx.Err()
	}
}

// obey does one order, if somebody waits with one.
func (m *Manager) obey(ctx context.Context) bool {
	select {
	case o := <-m.l1.orders:
		o.done <- m.carryOut(ctx, o)
		return true
	default:
		return false
	}
}

func (m *Manager) carryOut(ctx context.Context, o order) error {
	cur := m.parts.Machine.Cursor()
	a, err := orderable(cur, o)
	if err != nil {
		return err
	}
	what, act := "retry", m.l1.commits.Retry
	if o.cancel {
		what, act = "cancel", m.l1.commits.Cancel
	}
	if o.kind == cursor.Verify {
		act = m.l1.verifies.Retry
		if o.cancel {
			act = m.l1.verifies.Cancel
		}
	}
	m.log.WarnContext(ctx, "an operator orders an anchor", slog.String("what", what), slog.String("kind", o.kind.String()),
		slog.Uint64("nonce", o.nonce), slog.String("reason", o.reason))
	err = m.record(ctx, cursor.Ordered{Kind: o.kind, Account: a.Account, Nonce: o.nonce, Cancel: o.cancel, Reason: clip(o.reason, cursor.MaxText)})
	if err != nil {
		return fmt.Errorf("record the order: %w", err)
	}
	err = act(ctx, o.nonce)
	if errors.Is(err, layer1.ErrFeeCap) {
		return &OrderRefusedError{Reason: err.Error(), Exit: "raise l1.max_fee_gwei and l1.max_blob_fee_gwei, or wait for the market"}
	}
	return err
}

// orderable finds the anchor that an order is about, or says why nothing can be done with it.
func orderable(cur *cursor.Cursor, o order) (cursor.Anchor, error) {
	anchors := cur.InFlight()
	i := slices.IndexFunc(anchors, func(a cursor.Anchor) bool {
		return a.Kind == o.kind && a.Nonce == o.nonce && a.Status == cursor.StatusPending
	})
	if i < 0 {
		if i = slices.IndexFunc(anchors, func(a cursor.Anchor) bool { return a.Kind == o.kind && a.Nonce == o.nonce }); i < 0 {
			return cursor.Anchor{}, &OrderRefusedError{
				Reason: fmt.Sprintf("no %s anchor in flight has nonce %d", o.kind, o.nonce), Exit: "see `holdfast anchor list` for those that are",
			}
		}
		return cursor.Anchor{}, settled(anchors[i])
	}
	a := anchors[i]
	cancelled := a.Attempts[len(a.Attempts)-1].Cancel
	switch {
	case o.cancel && cancelled:
		return a, &OrderRefusedError{
			Reason: fmt.Sprintf("nonce %d is being cancelled already", o.nonce), Exit: "wait for a block, or see `holdfast anchor show` for its attempts",
		}
	case !o.cancel && (cancelled || a.Stale):
		return a, &OrderRefusedError{
			Reason: fmt.Sprintf("the content at nonce %d was rolled back or cancelled and never goes out again", o.nonce),
			Exit:   "its batches, if they stand, are anchored again by themselves",
		}
	case !o.cancel && cur.Halted(command.ScopeAnchoring):
		return a, &OrderRefusedError{Reason: "anchoring is halted", Exit: "`holdfast status` says why, `holdfast resume --scope anchoring` ends it"}
	}
	return a, nil
}

// settled says why an anchor that L1 has decided about is left alone.
func settled(a cursor.Anchor) error {
	if a.Status == cursor.StatusFailed {
		return &OrderRefusedError{
			Reason: fmt.Sprintf("nonce %d is used, and the anchor failed: %s", a.Nonce, a.Reason), Exit: "its batches are anchored again by themselves",
		}
	}
	return &OrderRefusedError{
		Reason: fmt.Sprintf("nonce %d is %s in L1 block %d", a.Nonce, a.Status, a.Block.Number),
		Exit:   "only the contract's guardian can undo it, before it is verified: `holdfast contract revert`",
	}
}
