package state_test

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// BenchmarkApply measures one transition on the tree store, hashing apart: a flow of 55 % limit orders
// (a third of which cross), 40 % cancels and 5 % amends over 1,000 accounts in one market, 20,000
// orders resting; a batch is sealed every 10,000 transitions, outside the timer.
func BenchmarkApply(b *testing.B) {
	w := newWorld()
	rng := uint64(88172645463325252)
	draw := func(n uint64) uint64 {
		rng ^= rng << 13
		rng ^= rng >> 7
		rng ^= rng << 17
		return (rng >> 11) % n
	}
	setup := []command.Transition{
		{Kind: command.RegisterAsset, Asset: 1, Decimals: 8},
		{Kind: command.RegisterAsset, Asset: 2, Decimals: 6},
		{Kind: command.CreateMarket, Market: 1, Asset: 1, Quote: 2, Tick: 10_000, Lot: 10_000, MakerFee: 100, TakerFee: 500},
	}
	for a := range uint64(1000) {
		setup = append(
			setup,
			command.Transition{Kind: command.ImportAccount, Account: a + 1},
			command.Transition{Kind: command.ImportBalance, Account: a + 1, Asset: 1, Amount: 1 << 50},
			command.Transition{Kind: command.ImportBalance, Account: a + 1, Asset: 2, Amount: 1 << 50},
		)
	}
	for _, t := range setup {
		if r := w.apply(t); r.Code != state.Accepted {
			b.Fatalf("%+v: %s", t, r.Code)
		}
	}
	var live []struct{ id, account uint64 }
	place := func() command.Transition {
		side := command.Side(draw(2))
		price := 30_000 + draw(200)
		if draw(3) > 0 && side == command.Bid {
			price -= 300
		} else if side == command.Ask {
			price += 150
		}
		return command.Transition{
			Kind: command.Place, Market: 1, Account: 1 + draw(1000), Side: side,
			Price: price * 10_000, Size: (1 + draw(50)) * 10_000,
		}
	}
	var t command.Transition
	step := func() *state.Receipt {
		n := draw(100)
		if len(live) < 20_000 || n < 55 {
			t = place()
		} else {
			i := draw(uint64(len(live)))
			o := live[i]
			live[i] = live[len(live)-1]
			live = live[:len(live)-1]
			t = command.Transition{Kind: command.Cancel, Account: o.account, Order: o.id}
			if n >= 95 {
				t.Kind, t.Size = command.Amend, 10_000
			}
		}
		w.payload = state.Apply(w.store, &t, &w.receipt, w.payload[:0])
		if r := &w.receipt; r.Remaining > 0 && t.Kind == command.Place {
			live = append(live, struct{ id, account uint64 }{r.Order, t.Account})
		}
		return &w.receipt
	}
	for len(live) < 20_000 {
		step()
	}
	w.tree.Seal()
	b.ReportAllocs()
	fills, accepted := 0, 0
	i := 0
	for b.Loop() {
		if i++; i%10_000 == 0 {
			b.StopTimer()
			v, _ := w.tree.Seal()
			for _, kept := range w.tree.Versions() {
				if kept.Version < v {
					if err := w.tree.Release(kept.Version); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.StartTimer()
		}
		r := step()
		fills += len(r.Fills)
		if r.Code == state.Accepted {
			accepted++
		}
	}
	if err := w.store.Err(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(fills)/float64(b.N), "fills/op")
	b.ReportMetric(float64(accepted)/float64(b.N), "accepted/op")
}
