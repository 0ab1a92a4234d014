package state_test

import (
	"math/bits"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// ops drives both stores below the transition function, so that any price, size, id and number of
// assets occurs, not only what accounts can pay for.
type ops struct {
	*pair
	next  uint64 // id of the next order
	live  []state.OrderKey
	ticks []uint64 // by market, from 1
}

const (
	opsAssets   = 9
	opsAccounts = 5
)

func newOps(t *rapid.T) *ops {
	o := &ops{pair: newPair(rapid.Uint64().Draw(t, "hash seed")), ticks: []uint64{1, 7, 10_000, 1 << 40, 1<<63 + 1}}
	o.both(func(s state.Store) {
		for a := range uint32(opsAssets) {
			s.PutAsset(a+1, state.Asset{Supply: uint64(a)})
		}
		for i, tick := range o.ticks {
			s.PutMarket(uint32(i+1), state.Market{Base: 1, Quote: 2, Tick: tick, Lot: 1})
		}
	})
	o.seal(t, nil)
	return o
}

func (o *ops) both(fn func(s state.Store)) {
	fn(o.ref.store)
	fn(o.native)
}

// drawTick draws a price in ticks: near its neighbours, or anywhere, or next to a power of two, where
// keys part late or early.
func drawTicks(t *rapid.T) uint64 {
	switch rapid.IntRange(0, 3).Draw(t, "kind of price") {
	case 0:
		return rapid.Uint64().Draw(t, "price")
	case 1:
		return 1<<rapid.IntRange(0, 63).Draw(t, "power") + rapid.Uint64Range(0, 2).Draw(t, "above")
	default:
		return rapid.Uint64Range(1, 70).Draw(t, "price")
	}
}

func (o *ops) insert(t *rapid.T) {
	account := rapid.Uint64Range(1, opsAccounts).Draw(t, "account")
	if _, ok := o.native.Account(account); !ok {
		o.both(func(s state.Store) { s.PutAccount(account, state.Account{Address: command.Address{byte(account)}}) })
	}
	market := rapid.Uint32Range(1, uint32(len(o.ticks))).Draw(t, "market")
	hi, price := bits.Mul64(drawTicks(t), o.ticks[market-1])
	if hi != 0 || price == 0 {
		price = o.ticks[market-1]
	}
	o.next++
	k := state.OrderKey{Market: market, Side: command.Side(rapid.IntRange(0, 1).Draw(t, "side")), Price: price, ID: o.next}
	v := state.Order{
		Account: account, Remaining: rapid.Uint64Range(1, ^uint64(0)).Draw(t, "size"),
		PostOnly: rapid.Bool().Draw(t, "post-only"), FeeCap: rapid.Uint16().Draw(t, "fee cap"),
	}
	if rapid.Bool().Draw(t, "has a client id") {
		v.ClientID = rapid.Uint64Range(1, 1<<20).Draw(t, "client id")
		if _, taken := o.native.ClientOrder(account, v.ClientID); taken {
			v.ClientID = 0
		}
	}
	o.both(func(s state.Store) { s.InsertOrder(k, v) })
	o.live = append(o.live, k)
}

// one draws an order that rests.
func (o *ops) one(t *rapid.T) (int, state.OrderKey, state.Order) {
	i := rapid.IntRange(0, len(o.live)-1).Draw(t, "order")
	k, v, ok := o.native.Order(o.live[i].ID)
	if !ok || k != o.live[i] {
		t.Fatalf("order %+v is at %+v", o.live[i], k)
	}
	return i, k, v
}

func (o *ops) step(t *rapid.T) {
	switch rapid.IntRange(0, 9).Draw(t, "op") {
	case 0, 1, 2, 3:
		o.insert(t)
	case 4, 5:
		if len(o.live) == 0 {
			return
		}
		i, k, v := o.one(t)
		v.Remaining = 0
		o.both(func(s state.Store) { s.RemoveOrder(k, v) })
		o.live[i] = o.live[len(o.live)-1]
		o.live = o.live[:len(o.live)-1]
	case 6:
		if len(o.live) == 0 {
			return
		}
		_, k, v := o.one(t)
		v.Remaining = rapid.Uint64Range(1, ^uint64(0)).Draw(t, "left")
		o.both(func(s state.Store) { s.UpdateOrder(k, v) })
	default:
		account, asset := rapid.Uint64Range(0, opsAccounts).Draw(t, "owner"), rapid.Uint32Range(1, opsAssets).Draw(t, "asset")
		var b state.Balance
		if rapid.IntRange(0, 3).Draw(t, "zero") > 0 {
			b = state.Balance{Available: rapid.Uint64Range(0, 3).Draw(t, "available"), Locked: rapid.Uint64Range(0, 1).Draw(t, "locked")}
		}
		o.both(func(s state.Store) { s.PutBalance(account, asset, b) })
	}
}

// relist finds again which orders rest, after a way back.
func (o *ops) relist(t *rapid.T) {
	o.live = o.live[:0]
	if err := state.AscendOrders(o.ref.tree, func(k state.OrderKey, _ state.Order) bool {
		o.live = append(o.live, k)
		return true
	}); err != nil {
		t.Fatalf("orders: %v", err)
	}
}

func nativeOperations(t *rapid.T) {
	o := newOps(t)
	for range rapid.IntRange(1, 10).Draw(t, "batches") {
		for range rapid.IntRange(0, 60).Draw(t, "ops") {
			o.step(t)
		}
		switch rapid.IntRange(0, 5).Draw(t, "then") {
		case 0:
			o.rewind(t, rapid.IntRange(0, len(o.versions)-1).Draw(t, "to"))
			o.relist(t)
		case 1:
			o.seal(t, nil)
			o.reload(t)
		case 2:
			o.discard(t)
			o.relist(t)
		default:
			o.seal(t, nil)
		}
		o.compareReads(t)
	}
	o.seal(t, nil)
}

// state.md: the native store is the tree store for any prices, sizes and balances whatever, in and out
// of the places that an account has for its first balances.
func TestNativeOperations(t *testing.T) { rapid.Check(t, nativeOperations) }

func FuzzNativeOperations(f *testing.F) { f.Fuzz(rapid.MakeFuzz(nativeOperations)) }
