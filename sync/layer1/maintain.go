package layer1

// What is in flight is looked after from the cursor alone. Content that was rolled
// back is never sent again: its nonce goes to new content or to nothing. A gap
// below what is in flight is closed, or nothing above it would ever be mined.

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Maintain looks after everything in flight once: it sends again what the node
// does not have (also what an earlier leader recorded and never sent), replaces
// what waits for too long, cancels what a rollback removed, and closes gaps in
// the nonces. Call it at every poll interval, and first of all after a failover.
func (m *TxManager) Maintain(ctx context.Context) error {
	if len(m.unsettled(m.cursors())) == 0 {
		return nil
	}
	head, err := m.client.Block(ctx, Latest)
	if err != nil {
		return err
	}
	if err = m.CancelStale(ctx); err != nil {
		return err
	}
	open, err := m.unconfirmed(ctx, m.unsettled(m.cursors()))
	if err != nil {
		return err
	}
	if err = m.closeGap(ctx, open, head.Number); err != nil {
		return err
	}
	late := m.late(open, head.Number)
	var blobFee *big.Int // of the market, where it matters
	for i, a := range open {
		if stale(a) {
			continue // could not be cancelled now
		}
		last, err := decodeAttempt(a.Attempts[len(a.Attempts)-1])
		if err != nil {
			return err
		}
		if late && blobFee == nil && contentOf(last).blobs() {
			if blobFee, err = m.client.BlobBaseFee(ctx); err != nil {
				return err
			}
		}
		// Once the oldest is late, everything that the market left behind is too.
		if late && (i == 0 || leftBehind(last, head.BaseFee, blobFee)) {
			err = m.replace(ctx, a, last)
		} else {
			err = m.resend(ctx, a)
		}
		if err != nil {
			return fmt.Errorf("anchor of batches %d to %d at nonce %d: %w", a.First, a.Last, a.Nonce, err)
		}
	}
	return nil
}

// leftBehind says whether a transaction pays less than the market asks, of gas or of blobs.
func leftBehind(tx *types.Transaction, baseFee, blobFee *big.Int) bool {
	return tx.GasFeeCap().Cmp(baseFee) < 0 || contentOf(tx).blobs() && tx.BlobGasFeeCap().Cmp(blobFee) < 0
}

// stale says whether what would be sent for an anchor was rolled back.
func stale(a cursor.Anchor) bool {
	return a.Stale && !a.Attempts[len(a.Attempts)-1].Cancel
}

// CancelStale replaces every pending transaction whose content a rollback removed
// by one that only uses its nonce, at once: each block may bring the old content
// to L1. New content for the nonce outbids the cancellation if it comes in time.
// It sends no content, so it may be called while anchoring is halted.
func (m *TxManager) CancelStale(ctx context.Context) error {
	old := slices.DeleteFunc(m.unsettled(m.cursors()), func(a cursor.Anchor) bool { return !stale(a) })
	if slices.ContainsFunc(old, lost) {
		var err error
		if old, err = m.unconfirmed(ctx, old); err != nil {
			return err
		}
	}
	for _, a := range old {
		err := m.cancel(ctx, a)
		if cannotReplace(err) {
			m.alarm(fmt.Errorf("rolled-back content at nonce %d is not cancelled: %w", a.Nonce, err))
			continue
		}
		if err != nil {
			return fmt.Errorf("cancel rolled-back batches %d to %d at nonce %d: %w", a.First, a.Last, a.Nonce, err)
		}
	}
	return nil
}

// lost says whether an anchor's nonce was taken for consumed by somebody else.
func lost(a cursor.Anchor) bool {
	return a.Status == cursor.StatusFailed && a.TxHash == cursor.Hash{}
}

// unsettled are this kind's anchors that may have to be sent: the pending ones,
// and those that were taken for lost, because a reorganization or the end of a lie
// can make the chain wait for their nonces again.
func (m *TxManager) unsettled(cur *cursor.Cursor) []cursor.Anchor {
	return slices.DeleteFunc(cur.InFlight(), func(a cursor.Anchor) bool {
		return a.Kind != m.cfg.Kind || a.Status != cursor.StatusPending && !lost(a)
	})
}

// unconfirmed drops the anchors whose nonce is consumed: the follower finds out
// by which attempt.
func (m *TxManager) unconfirmed(ctx context.Context, pending []cursor.Anchor) ([]cursor.Anchor, error) {
	var open []cursor.Anchor
	confirmed := map[cursor.Account]uint64{}
	for _, a := range pending {
		next, ok := confirmed[a.Account]
		if !ok {
			var err error
			if next, err = m.client.Nonce(ctx, a.Account, Latest); err != nil {
				return nil, err
			}
			confirmed[a.Account] = next
		}
		if a.Nonce >= next {
			open = append(open, a)
		}
	}
	return open, nil
}

// late reports whether the oldest attempt has waited for too many L1 blocks. A
// chain that stands still makes nobody late.
func (m *TxManager) late(open []cursor.Anchor, head uint64) bool {
	if len(open) == 0 {
		return false
	}
	last := open[0].Attempts[len(open[0].Attempts)-1].TxHash
	if m.oldest.tx != last || head < m.oldest.block {
		m.oldest.tx, m.oldest.block = last, head
	}
	return head-m.oldest.block >= m.cfg.ReplaceAfter
}

// resend sends an anchor's newest attempt if the node does not have it.
func (m *TxManager) resend(ctx context.Context, a cursor.Anchor) error {
	last := a.Attempts[len(a.Attempts)-1]
	known, err := m.client.Known(ctx, last.TxHash)
	if err != nil || known {
		return err
	}
	return m.send(ctx, a, last, nil)
}

// replace sends the same content at the same nonce with higher fees. Where that
// is not possible the newest attempt is kept alive.
func (m *TxManager) replace(ctx context.Context, a cursor.Anchor, last *types.Transaction) error {
	cancel := a.Attempts[len(a.Attempts)-1].Cancel
	err := m.substitute(ctx, a, contentOf(last), cancel)
	if cannotReplace(err) {
		m.alarm(err)
		m.oldest.tx = [32]byte{} // patience starts anew, the alarm is repeated then
		return m.resend(ctx, a)
	}
	return err
}

// cannotReplace are the reasons to leave an anchor as it is for now: the others
// must not wait for it.
func cannotReplace(err error) bool {
	var account *AccountError
	var signer *SignerError
	return errors.Is(err, ErrFeeCap) || errors.As(err, &account) || errors.As(err, &signer)
}

// Retry replaces a pending anchor by the same content with higher fees, without waiting until it is late. What a rollback
// removed, and what only uses a nonce, is not retried.
func (m *TxManager) Retry(ctx context.Context, nonce uint64) error {
	a, err := m.own(nonce)
	if err != nil {
		return fmt.Errorf("retry nonce %d: %w", nonce, err)
	}
	newest := a.Attempts[len(a.Attempts)-1]
	if newest.Cancel || a.Stale {
		return fmt.Errorf("retry nonce %d: it is being cancelled: %w", nonce, ErrNotFound)
	}
	last, err := decodeAttempt(newest)
	if err != nil {
		return err
	}
	return m.substitute(ctx, a, contentOf(last), false)
}

// own finds a pending anchor of this manager's account.
func (m *TxManager) own(nonce uint64) (cursor.Anchor, error) {
	pending := m.pending(m.cursors())
	i := slices.IndexFunc(pending, func(a cursor.Anchor) bool { return a.Nonce == nonce && a.Account == m.signer.Address() })
	if i < 0 {
		return cursor.Anchor{}, ErrNotFound
	}
	return pending[i], nil
}

// Cancel replaces a pending anchor by a transaction that only uses its nonce.
func (m *TxManager) Cancel(ctx context.Context, nonce uint64) error {
	a, err := m.own(nonce)
	if err != nil {
		return fmt.Errorf("cancel nonce %d: %w", nonce, err)
	}
	return m.cancel(ctx, a)
}

func (m *TxManager) cancel(ctx context.Context, a cursor.Anchor) error {
	last, err := decodeAttempt(a.Attempts[len(a.Attempts)-1])
	if err != nil {
		return err
	}
	c, err := m.nothing(contentOf(last).blobs())
	if err != nil {
		return err
	}
	return m.substitute(ctx, a, c, true)
}

// substitute signs, records and sends another transaction at an anchor's nonce.
func (m *TxManager) substitute(ctx context.Context, a cursor.Anchor, c content, cancel bool) error {
	switch {
	case a.Account != m.signer.Address():
		return &AccountError{Nonce: a.Nonce, Have: m.signer.Address(), Want: a.Account}
	case len(a.Attempts) > maxReplacements:
		return fmt.Errorf("nonce %d has %d attempts: %w", a.Nonce, len(a.Attempts), ErrFeeCap)
	}
	f, err := m.fees(ctx, a.Attempts, c.blobs())
	if err != nil {
		return err
	}
	if err = m.cfg.Failpoint.at(StepChosen); err != nil {
		return err
	}
	attempt := cursor.Attempt{Cancel: cancel}
	attempt.TxHash, attempt.RawTx, err = m.sign(ctx, c.transaction(m.chainID(), a.Nonce, f))
	if err != nil {
		return err
	}
	if err = m.cfg.Failpoint.at(StepSigned); err != nil {
		return err
	}
	err = m.record(ctx, cursor.Replaced{
		Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: attempt.TxHash, RawTx: attempt.RawTx, Cancel: cancel,
	})
	if errors.Is(err, cursor.ErrStatus) {
		return nil // it has landed meanwhile, or its content was rolled back: the next round sees that
	}
	if err != nil {
		return fmt.Errorf("record replacement: %w", err)
	}
	count := &m.cfg.Counters.Replaced
	if cancel {
		count = &m.cfg.Counters.Cancelled
	}
	count.Add(1)
	m.log.Info("L1 anchor replaced", "nonce", a.Nonce, "attempt", len(a.Attempts)+1, "cancel", cancel, "fee_cap_wei", f.fee.String())
	if err = m.cfg.Failpoint.at(StepRecorded); err != nil {
		return err
	}
	return m.send(ctx, a, attempt, nil)
}

// closeGap fills the nonces below what is in flight that no anchor has and that
// the chain still waits for. It may be a reorganization that took back a foreign
// use of the account, or an endpoint that invented one. Because the chain may
// also be read from an endpoint that lags, a gap must stand for a while first.
func (m *TxManager) closeGap(ctx context.Context, open []cursor.Anchor, head uint64) error {
	account := m.signer.Address()
	i := slices.IndexFunc(open, func(a cursor.Anchor) bool { return a.Account == account })
	if i < 0 {
		m.gap.seen = false
		return nil
	}
	lowest := open[i].Nonce
	_, confirmed, err := m.client.NonceRange(ctx, account, Latest)
	if err != nil {
		return err
	}
	if confirmed >= lowest || m.held(confirmed) {
		m.gap.seen = false
		return nil
	}
	if !m.gap.seen || m.gap.nonce != confirmed || head < m.gap.block {
		m.gap.seen, m.gap.nonce, m.gap.block = true, confirmed, head
	}
	if head-m.gap.block < m.cfg.ReplaceAfter {
		return nil
	}
	for n := confirmed; n < min(lowest, confirmed+uint64(m.cfg.MaxInFlight)) && !m.held(n); n++ {
		err = m.fill(ctx, n, open[i])
		if cannotReplace(err) {
			m.alarm(fmt.Errorf("the gap at nonce %d is not closed: %w", n, err))
			return nil
		}
		if err != nil {
			return fmt.Errorf("close the gap at nonce %d: %w", n, err)
		}
	}
	return nil
}

// held says whether the cursor knows of a transaction of our account at a nonce.
func (m *TxManager) held(nonce uint64) bool {
	return slices.ContainsFunc(m.cursors().InFlight(), func(a cursor.Anchor) bool {
		return a.Kind == m.cfg.Kind && a.Account == m.signer.Address() && a.Nonce == nonce
	})
}

// fill sends a transaction that does nothing, to the pool that the anchor above
// the gap is in.
func (m *TxManager) fill(ctx context.Context, nonce uint64, above cursor.Anchor) error {
	tx, err := decodeAttempt(above.Attempts[len(above.Attempts)-1])
	if err != nil {
		return err
	}
	c, err := m.nothing(contentOf(tx).blobs())
	if err != nil {
		return err
	}
	f, err := m.fees(ctx, nil, c.blobs())
	if err != nil {
		return err
	}
	attempt := cursor.Attempt{Cancel: true}
	if attempt.TxHash, attempt.RawTx, err = m.sign(ctx, c.transaction(m.chainID(), nonce, f)); err != nil {
		return err
	}
	ev := cursor.Filler{Kind: m.cfg.Kind, Account: m.signer.Address(), Nonce: nonce, TxHash: attempt.TxHash, RawTx: attempt.RawTx}
	if err = m.record(ctx, ev); err != nil {
		return fmt.Errorf("record filler: %w", err)
	}
	m.cfg.Counters.Cancelled.Add(1)
	m.log.Warn("L1 nonce filled: nothing of ours stands there", "nonce", nonce)
	return m.send(ctx, cursor.Anchor{Kind: m.cfg.Kind, Account: ev.Account, Nonce: nonce}, attempt, nil)
}

func (m *TxManager) chainID() *big.Int { return new(big.Int).SetUint64(m.client.ChainID()) }
