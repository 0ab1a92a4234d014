package manager

// What must hold here: an estimate is made before the transaction is signed, from the same bytes; the receipt only
// measures it. No wait for cheaper blobs outlasts its limit of lag.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
)

// feeHistory is how many blocks the price of blobs is compared with: half an hour on a chain with slots of 12 s.
const feeHistory = 150

// worthIt says whether a commit goes out at the prices of the next block.
func (m *Manager) worthIt(ctx context.Context, cur *cursor.Cursor, headers []batch.Header, cargo da.Cargo) (bool, error) {
	estimate, err := m.l1.commits.EstimateCommit(cur.Epoch().Counter, headers, cargo)
	if err != nil {
		return false, err
	}
	if estimate.BlobGas == 0 || m.l1.config.Wait == (cost.Limits{}) {
		return true, nil
	}
	fees, err := m.l1.config.Client.Fees(ctx, feeHistory)
	if err != nil {
		return false, err
	}
	lag := cost.Lag{Batches: cur.Heads().Sealed - headers[0].Number + 1}
	if oldest, ok := cur.Batch(headers[0].Number); ok {
		lag.AgeMs = max(0, time.Now().UnixMilli()-oldest.SealedMs)
	}
	next := fees.Next()
	decision := cost.Decide(estimate, next, fees.Blob, lag, m.l1.config.Wait)
	m.l1.costs.waits(!decision.Send)
	if !decision.Send {
		m.l1.waiting = time.Now().Add(m.l1.config.PollInterval)
		m.log.DebugContext(ctx, "a commit waits for cheaper blobs", slog.Uint64("first_batch", headers[0].Number),
			slog.String("blob_fee_wei", next.BlobFee.String()), slog.String("accepted_wei", decision.Accept.String()))
		return false, nil
	}
	m.log.DebugContext(ctx, "commit estimated", slog.Uint64("first_batch", headers[0].Number), slog.Int("batches", len(headers)),
		slog.Uint64("gas", estimate.Gas), slog.Uint64("blob_gas", estimate.BlobGas), slog.String("wei", estimate.Wei(next).String()))
	return true, nil
}

// Cost compares what anchors of one kind were estimated to use with their receipts, as seen by this replica as leader.
type Cost struct {
	Kind                 cursor.Kind
	Receipts             uint64
	EstimatedGas, Gas    uint64 // sums
	BlobGas              uint64
	LastPerMille         uint64 // the newest estimate in thousandths of its receipt; 0 before the first
	WaitingForBlobs      bool   // commits only, while this replica leads
	WaitsForCheaperBlobs uint64 // looks at the market that ended with a wait
}

// costs are what was measured; the zero value is ready.
type costs struct {
	mu       sync.Mutex // guards the fields below
	sums     [2]Cost    // commits, verifications
	measured map[[32]byte]struct{}
}

func (c *costs) waits(waiting bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sums[0].WaitingForBlobs = waiting
	if waiting {
		c.sums[0].WaitsForCheaperBlobs++
	}
}

// begin keeps what was measured of the anchors that are in flight still, and returns those to be measured.
func (c *costs) begin(inFlight []cursor.Anchor) []cursor.Anchor {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := map[[32]byte]struct{}{}
	var fresh []cursor.Anchor
	for _, a := range inFlight {
		if a.First == 0 || a.Status != cursor.StatusIncluded && a.Status != cursor.StatusAtDepth {
			continue
		}
		if _, done := c.measured[a.TxHash]; done {
			kept[a.TxHash] = struct{}{}
		} else {
			fresh = append(fresh, a)
		}
	}
	c.measured = kept
	return fresh
}

func (c *costs) add(a cursor.Anchor, estimate cost.Estimate, receipt layer1.Receipt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.measured[a.TxHash] = struct{}{}
	s := &c.sums[0]
	if a.Kind == cursor.Verify {
		s = &c.sums[1]
	}
	s.Receipts++
	s.EstimatedGas += estimate.Gas
	s.Gas += receipt.GasUsed
	s.BlobGas += estimate.BlobGas
	s.LastPerMille = cost.PerMille(estimate.Gas, receipt.GasUsed)
}

// measure compares the estimates of anchors that landed with their receipts. One that no endpoint has is not measured.
func (m *Manager) measure(ctx context.Context) error {
	for _, a := range m.l1.costs.begin(m.parts.Machine.Cursor().InFlight()) {
		var raw []byte
		for _, at := range a.Attempts {
			if at.TxHash == a.TxHash {
				raw = at.RawTx
			}
		}
		estimate, err := layer1.EstimateAnchor(a.Kind, a.First, int(a.Last-a.First+1), raw)
		if err != nil {
			return err
		}
		receipt, err := m.l1.config.Client.Receipt(ctx, a.TxHash)
		if errors.Is(err, layer1.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("measure the estimate of transaction %x: %w", a.TxHash, err)
		}
		m.l1.costs.add(a, estimate, receipt)
	}
	return nil
}

// Costs returns estimates and receipts by kind of anchor; nil without an L1.
func (m *Manager) Costs() []Cost {
	if m.l1 == nil {
		return nil
	}
	c := &m.l1.costs
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.sums
	out[0].Kind, out[1].Kind = cursor.Commit, cursor.Verify
	out[0].WaitingForBlobs = out[0].WaitingForBlobs && m.leading.Load() != nil // who leads no more waits for nothing
	return out[:]
}
