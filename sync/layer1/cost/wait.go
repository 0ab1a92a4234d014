package cost

// Invariants of this file: at either limit of lag the answer is to send, whatever blobs cost; more lag or cheaper blobs
// never turn an answer to send into one to wait.

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Lag is how far committing is behind sealing: whole batches, and the age of the oldest of them.
type Lag struct {
	Batches uint64
	AgeMs   int64
}

// Limits of the wait for cheaper blobs. A limit of 0 does not count; with both 0 nothing ever waits.
type Limits struct {
	Batches uint64 // batches that may wait
	AgeMs   int64  // for how long the oldest may
	// Patience is, without any lag, the share of recent blocks, in thousandths, whose blobs were cheaper than what is
	// still accepted: 250 waits for the cheapest quarter. It rises to 1000 at a limit.
	Patience uint64
}

// Validate reports everything that is wrong with the limits.
func (l *Limits) Validate() error {
	var errs []error
	if l.AgeMs < 0 {
		errs = append(errs, fmt.Errorf("age limit of %d ms", l.AgeMs))
	}
	if l.Patience > 1000 {
		errs = append(errs, fmt.Errorf("patience of %d thousandths", l.Patience))
	}
	return errors.Join(errs...)
}

// smallPart is the part of a commit's cost below which its blobs are not worth a wait: one tenth of the rest.
const smallPart = 10

// Decision says whether to send a commit now.
type Decision struct {
	Send bool
	// Accept is the highest blob fee at which this lag sends, in wei per blob gas; nil if any does.
	Accept *big.Int
}

// Decide says whether a commit that is estimated as e goes out at the prices of the next block, given the blob fees of
// recent blocks, in any order.
func Decide(e Estimate, next Prices, recent []*big.Int, lag Lag, limits Limits) Decision {
	used := limits.used(lag)
	if e.BlobGas == 0 || next.BlobFee == nil || len(recent) == 0 || used >= 1000 {
		return Decision{Send: true}
	}
	share := limits.Patience + (1000-limits.Patience)*used/1000
	sorted := slices.SortedFunc(slices.Values(recent), (*big.Int).Cmp)
	accept := sorted[share*uint64(len(sorted)-1)/1000]
	if rest := worthless(e, next); rest.Cmp(accept) > 0 {
		accept = rest
	}
	return Decision{Send: next.BlobFee.Cmp(accept) <= 0, Accept: accept}
}

// used is how much of the limits a lag has used up, in thousandths, at most 1000.
func (l Limits) used(lag Lag) uint64 {
	if l.Batches == 0 && l.AgeMs <= 0 {
		return 1000
	}
	part := func(have, limit uint64) uint64 {
		if limit == 0 {
			return 0
		}
		if have >= limit {
			return 1000
		}
		share := new(big.Int).Mul(new(big.Int).SetUint64(have), big.NewInt(1000))
		return share.Div(share, new(big.Int).SetUint64(limit)).Uint64()
	}
	return max(part(lag.Batches, l.Batches), part(uint64(max(lag.AgeMs, 0)), uint64(max(l.AgeMs, 0))))
}

// worthless is the blob fee at which the blobs of e are a small part of its cost.
func worthless(e Estimate, p Prices) *big.Int {
	rest := Estimate{Gas: e.Gas}.Wei(p)
	return rest.Div(rest, new(big.Int).Mul(new(big.Int).SetUint64(e.BlobGas), big.NewInt(smallPart)))
}
