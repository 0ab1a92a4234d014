package cost_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
)

func wei(ns ...int64) []*big.Int {
	var out []*big.Int
	for _, n := range ns {
		out = append(out, big.NewInt(n))
	}
	return out
}

// issue 4.6: a policy that waits for cheaper blobs up to a limit of lag.
func TestDecide(t *testing.T) {
	e := cost.Estimate{Gas: 100_000, BlobGas: 2 << 17}
	limits := cost.Limits{Batches: 100, AgeMs: 600_000, Patience: 250}
	recent := wei(1000, 2000, 3000, 4000, 5000)
	for name, test := range map[string]struct {
		fee    int64
		base   int64
		recent []*big.Int
		lag    cost.Lag
		limits cost.Limits
		send   bool
		accept int64 // 0: any
	}{
		"cheap":                       {fee: 2000, recent: recent, limits: limits, send: true, accept: 2000},
		"dear":                        {fee: 2001, recent: recent, limits: limits, accept: 2000},
		"less dear with lag":          {fee: 3000, recent: recent, lag: cost.Lag{Batches: 50}, limits: limits, send: true, accept: 3000},
		"as old as allowed":           {fee: 1 << 60, recent: recent, lag: cost.Lag{AgeMs: 600_000}, limits: limits, send: true},
		"as far behind as allowed":    {fee: 1 << 60, recent: recent, lag: cost.Lag{Batches: 100}, limits: limits, send: true},
		"a market that stands":        {fee: 7, recent: wei(7, 7, 7), limits: limits, send: true, accept: 7},
		"no history":                  {fee: 1 << 60, limits: limits, send: true},
		"no limits":                   {fee: 1 << 60, recent: recent, send: true},
		"one limit alone":             {fee: 4000, recent: recent, lag: cost.Lag{AgeMs: 1 << 50}, limits: cost.Limits{Batches: 10}, accept: 1000},
		"blobs are a tenth of it all": {fee: 3814, base: 100_000, recent: recent, limits: limits, send: true, accept: 3814},
	} {
		t.Run(name, func(t *testing.T) {
			got := cost.Decide(e, cost.Prices{BaseFee: big.NewInt(test.base), BlobFee: big.NewInt(test.fee)}, test.recent, test.lag, test.limits)
			if got.Send != test.send || (got.Accept == nil) != (test.accept == 0) || got.Accept != nil && got.Accept.Int64() != test.accept {
				t.Fatalf("send %v, accepts %v", got.Send, got.Accept)
			}
		})
	}
	if !cost.Decide(cost.Estimate{Gas: 1}, cost.Prices{BlobFee: big.NewInt(1 << 60)}, recent, cost.Lag{}, limits).Send {
		t.Error("a commit without blobs waits for blobs")
	}
}

// issue 4.6: no lag beyond the limit, and neither more lag nor cheaper blobs make anybody wait.
func TestDecideIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fee := rapid.Int64Range(0, 10_000)
		recent := wei(rapid.SliceOfN(fee, 0, 20).Draw(t, "recent")...)
		limits := cost.Limits{
			Batches: rapid.Uint64Range(0, 50).Draw(t, "batches"), AgeMs: rapid.Int64Range(0, 5000).Draw(t, "age"),
			Patience: rapid.Uint64Range(0, 1000).Draw(t, "patience"),
		}
		lag := cost.Lag{Batches: rapid.Uint64Range(0, 60).Draw(t, "lag"), AgeMs: rapid.Int64Range(0, 6000).Draw(t, "lagAge")}
		e := cost.Estimate{Gas: rapid.Uint64Range(21_000, 1e6).Draw(t, "gas"), BlobGas: rapid.Uint64Range(0, 6).Draw(t, "blobs") << 17}
		prices := cost.Prices{BaseFee: big.NewInt(fee.Draw(t, "base")), Tip: big.NewInt(1), BlobFee: big.NewInt(fee.Draw(t, "fee"))}
		before := cost.Decide(e, prices, recent, lag, limits)
		if (limits.Batches > 0 && lag.Batches >= limits.Batches || limits.AgeMs > 0 && lag.AgeMs >= limits.AgeMs) && !before.Send {
			t.Fatal("waits beyond its limit")
		}
		if !before.Send {
			if before.Accept == nil || prices.BlobFee.Cmp(before.Accept) <= 0 {
				t.Fatalf("waits at %v and accepts %v", prices.BlobFee, before.Accept)
			}
			return
		}
		lag.Batches += rapid.Uint64Range(0, 60).Draw(t, "more")
		lag.AgeMs += rapid.Int64Range(0, 6000).Draw(t, "older")
		prices.BlobFee = big.NewInt(rapid.Int64Range(0, prices.BlobFee.Int64()).Draw(t, "cheaper"))
		if !cost.Decide(e, prices, recent, lag, limits).Send {
			t.Fatal("more lag or a lower fee makes it wait")
		}
	})
}

func TestLimitsReportEverything(t *testing.T) {
	bad := cost.Limits{AgeMs: -1, Patience: 1001}
	if err := bad.Validate(); err == nil || len(err.(interface{ Unwrap() []error }).Unwrap()) != 2 {
		t.Fatalf("got %v", err)
	}
	if err := (&cost.Limits{}).Validate(); err != nil {
		t.Fatal(err)
	}
}

// EIP-7623: no transaction pays less than 10 gas per token of its call data.
func TestTransactionPaysTheFloor(t *testing.T) {
	data := append(make([]byte, 1000), 1, 2, 3)
	if got, want := cost.Transaction(data, 0, 0).Gas, uint64(21_000+10*(1000+4*3)); got != want {
		t.Errorf("without execution %d, want %d", got, want)
	}
	if got, want := cost.Transaction(data, 3, 1e6), (cost.Estimate{Gas: 21_000 + 4*1000 + 16*3 + 1e6, BlobGas: 3 << 17}); got != want {
		t.Errorf("with execution %+v, want %+v", got, want)
	}
}

func TestWei(t *testing.T) {
	got := cost.Estimate{Gas: 10, BlobGas: 100}.Wei(cost.Prices{BaseFee: big.NewInt(3), Tip: big.NewInt(2), BlobFee: big.NewInt(7)})
	if got.Int64() != 10*5+700 {
		t.Fatalf("%v wei", got)
	}
	if cost.PerMille(110, 100) != 1100 || cost.PerMille(1, 0) != 0 {
		t.Fatal("per mille")
	}
}
