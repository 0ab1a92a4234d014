package state_test

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/state/internal/flow"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// market returns a native store with one market of tick 1 and accounts from 1 on.
func market(accounts uint64) *state.Native {
	n := state.NewNative(7)
	n.PutAsset(1, state.Asset{})
	n.PutMarket(1, state.Market{Base: 1, Quote: 2, Tick: 1, Lot: 1})
	for a := range accounts {
		n.PutAccount(a+1, state.Account{})
	}
	return n
}

func ask(id, price uint64) (state.OrderKey, state.Order) {
	return state.OrderKey{Market: 1, Side: command.Ask, Price: price, ID: id}, state.Order{Account: 1, Remaining: 1}
}

// state.md: bounded whatever prices come. A side's trie never has more nodes than levels, nothing grows
// by prices that came and went, and the best is the best, for runs, powers of two, digits that share as
// little as they can, and prices from everywhere.
func TestPricesCannotInflateTheLadder(t *testing.T) {
	const levels = 1 << 12
	for name, price := range map[string]func(i uint64) uint64{
		"run":        func(i uint64) uint64 { return 1 + i },
		"far apart":  func(i uint64) uint64 { return 1 + i<<50 },
		"two kids":   func(i uint64) uint64 { return 1 + spread(i, 6) },
		"anywhere":   func(i uint64) uint64 { return 1 + i*0x9E3779B97F4A7C15>>1 },
		"both ends":  func(i uint64) uint64 { return 1 + i/2 + i%2*(^uint64(0)-levels) },
		"descending": func(i uint64) uint64 { return levels - i },
	} {
		t.Run(name, func(t *testing.T) {
			n := market(1)
			var slots int
			for round := range uint64(3) {
				lowest := ^uint64(0)
				for i := range uint64(levels) {
					k, o := ask(1+round*levels+i, price(i))
					n.InsertOrder(k, o)
					lowest = min(lowest, k.Price)
					if best, _, ok := n.Best(1, command.Ask); !ok || best.Price != lowest {
						t.Fatalf("best %+v, want price %d", best, lowest)
					}
				}
				if err := n.Audit(); err != nil { // which counts nodes
					t.Fatal(err)
				}
				if round == 0 {
					slots = n.LadderSlots()
				} else if got := n.LadderSlots(); got != slots {
					t.Fatalf("%d slots of levels and nodes, %d before: they are not used again", got, slots)
				}
				last := uint64(0)
				for k, o, ok := n.Best(1, command.Ask); ok; k, o, ok = n.Best(1, command.Ask) {
					if k.Price <= last {
						t.Fatalf("price %d after %d", k.Price, last)
					}
					last = k.Price
					n.RemoveOrder(k, o)
				}
				if n.Len() != 0 || n.Audit() != nil {
					t.Fatalf("%d orders rest (%v)", n.Len(), n.Audit())
				}
			}
		})
	}
}

// spread puts the bits of i so far apart that every digit of the trie has two values: the most nodes for
// the levels.
func spread(i uint64, digit int) (out uint64) {
	for b := 0; i>>b != 0; b++ {
		out |= i >> b & 1 << (b * digit % 64)
	}
	return out
}

// Ids that somebody chose must not meet: whatever their pattern, a probe stays short, because the
// tables are keyed. What collides under one seed does not under another.
func TestChosenIdsDoNotCollide(t *testing.T) {
	const count = 1 << 14
	met := state.Colliding(1, 2000)
	for name, id := range map[string]func(i uint64) uint64{
		"run":               func(i uint64) uint64 { return 1 + i },
		"high bits":         func(i uint64) uint64 { return (1 + i) << 48 },
		"stride":            func(i uint64) uint64 { return (1 + i) * 0x1000_0001 },
		"one bit of many":   func(i uint64) uint64 { return 1 << (i % 64) * (1 + i/64) },
		"meet under seed 1": func(i uint64) uint64 { return met(i % 2000) },
	} {
		t.Run(name, func(t *testing.T) {
			n := market(1)
			seen := map[uint64]bool{}
			for i := range uint64(count) {
				client := id(i)
				if seen[client] || client == 0 {
					continue
				}
				seen[client] = true
				k, o := ask(1+i, 1)
				o.ClientID = client
				n.InsertOrder(k, o)
				n.PutBalance(client, 1, state.Balance{Available: 1})
			}
			if err := n.Audit(); err != nil {
				t.Fatal(err)
			}
			if longest := n.Probes(); longest > 100 {
				t.Errorf("a probe takes %d steps", longest)
			}
		})
	}
	n := state.NewNative(1)
	for i := range uint64(500) {
		n.PutBalance(met(i), 1, state.Balance{Available: 1})
	}
	if longest := n.Probes(); longest < 400 {
		t.Errorf("ids that meet under the store's own seed probe %d steps: the test shows nothing", longest)
	}
}

// state.md: no allocation in steady state. An order placed and cancelled within a batch leaves no change.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	f, err := workload.Generator(3, workload.Options{Accounts: 500, Live: 2000})
	if err != nil {
		t.Fatal(err)
	}
	var (
		n       = state.NewNative(3)
		r       state.Receipt
		out     []command.Transition
		changes []tree.Change
		buf     []byte
		in      command.Transition
	)
	apply := func() { out = state.Apply(n, &in, &r, out[:0]) }
	for _, in = range f.Setup() {
		apply()
	}
	batch := func() {
		for range 2000 {
			f.Next(&in)
			apply()
		}
		changes, buf = n.Changes(changes[:0], buf[:0])
	}
	for range 60 {
		batch()
	}
	if got := testing.AllocsPerRun(20, batch); got != 0 {
		t.Errorf("a batch of 2,000 transitions allocates %.0f times", got)
	}
	if n.Err() != nil {
		t.Fatal(n.Err())
	}
	before := n.Counters()
	for range 100 {
		in = command.Transition{Kind: command.Place, Market: 1, Account: 1, ClientID: 1 << 40, Price: 10_000, Size: 10_000}
		apply()
		in = command.Transition{Kind: command.Cancel, Account: 1, ClientID: 1 << 40}
		apply()
	}
	if now := n.Counters(); now.Sequence != before.Sequence+200 {
		t.Fatalf("%d of 200 transitions were accepted", now.Sequence-before.Sequence)
	}
	changes, _ = n.Changes(changes[:0], buf[:0])
	if len(changes) != 1 || !bytes.Equal(changes[0].Key, state.AppendCountersKey(nil)) {
		t.Errorf("orders placed and cancelled changed %d records", len(changes))
	}
}

// A difference that no version has, or a write that no transition makes, fails the store for good, with
// ErrCorrupt, and never panics.
func TestNativeRefusesWhatCannotBe(t *testing.T) {
	k, o := ask(5, 9)
	order := func(k state.OrderKey, o state.Order) tree.Change {
		return tree.Change{Key: state.AppendOrderKey(nil, k), Value: o.Append(nil)}
	}
	gone := func(key []byte) tree.Change { return tree.Change{Key: key, Delete: true} }
	elsewhere, stranger, odd := k, o, k
	elsewhere.Market = 9
	stranger.Account = 77
	odd.ID = 8
	for name, diff := range map[string][]tree.Change{
		"empty key":             {{}},
		"unknown prefix":        {gone([]byte{9})},
		"short key":             {gone([]byte{prefixOfOrders})},
		"short account key":     {gone([]byte{3, 1})},
		"bad value":             {{Key: state.AppendAssetKey(nil, 1), Value: []byte{1}}},
		"bad order":             {{Key: state.AppendOrderKey(nil, k), Value: []byte{1}}},
		"bad balance":           {{Key: state.AppendBalanceKey(nil, 1, 1), Value: make([]byte, 16)}},
		"bad inbox":             {{Key: state.AppendInboxHeadKey(nil), Value: []byte{1}}},
		"bad counters":          {{Key: state.AppendCountersKey(nil), Value: []byte{1}}},
		"order that is not":     {gone(state.AppendOrderKey(nil, k))},
		"order gone elsewhere":  {gone(state.AppendOrderKey(nil, state.OrderKey{Market: 1, Side: command.Ask, Price: 4, ID: 1}))},
		"order rests elsewhere": {order(state.OrderKey{Market: 1, Side: command.Ask, Price: 4, ID: 1}, o)},
		"order in no market":    {order(elsewhere, o)},
		"order of no account":   {order(k, stranger)},
		"one client id twice":   {order(k, state.Order{Account: 1, Remaining: 1, ClientID: 3}), order(odd, state.Order{Account: 1, Remaining: 1, ClientID: 3})},
		"market with orders":    {gone(state.AppendMarketKey(nil, 1))},
		"account with orders":   {gone(state.AppendAccountKey(nil, 1))},
		"order off the tick":    {order(state.OrderKey{Market: 2, Price: 7, ID: 8}, o)},
		"tick of another price": {{Key: state.AppendMarketKey(nil, 1), Value: state.Market{Tick: 2, Lot: 1}.Append(nil)}},
	} {
		n := market(2)
		n.PutMarket(2, state.Market{Tick: 10, Lot: 1})
		rests, one := ask(1, 3)
		n.InsertOrder(rests, one)
		n.Changes(nil, nil)
		if err := n.Rewind(diff); !errors.Is(err, state.ErrCorrupt) || !errors.Is(n.Err(), state.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, ok := n.Market(1); ok || n.Len() != 0 && n.Balance(1, 1) != (state.Balance{}) {
			t.Errorf("%s: a failed store answers", name)
		}
		changes, _ := n.Changes(nil, nil)
		if _, _, err := n.Get(state.AppendCountersKey(nil)); err == nil || len(changes) > 0 {
			t.Errorf("%s: a failed store gives records", name)
		}
	}
	for name, write := range map[string]func(n *state.Native){
		"an older order":          func(n *state.Native) { a, b := ask(1, 3); n.InsertOrder(a, b) },
		"an update of none":       func(n *state.Native) { n.UpdateOrder(k, o) },
		"a removal of none":       func(n *state.Native) { n.RemoveOrder(k, o) },
		"an order off the tick":   func(n *state.Native) { n.InsertOrder(state.OrderKey{Market: 2, Price: 7, ID: 8}, o) },
		"an order of a new owner": func(n *state.Native) { n.InsertOrder(k, stranger) },
	} {
		n := market(2)
		n.PutMarket(2, state.Market{Tick: 10, Lot: 1})
		a, b := ask(2, 3)
		n.InsertOrder(a, b)
		if write(n); !errors.Is(n.Err(), state.ErrCorrupt) {
			t.Errorf("%s: %v", name, n.Err())
		}
	}
}

const prefixOfOrders = 5

// Large books: 40,000 orders at prices near and far, a rewind over most of them, a reload: the same
// roots, and the same content as a store that is made from the version.
func TestNativeWithLargeBooks(t *testing.T) {
	const count = 40_000
	n, kept := state.NewNative(11), tree.New(tree.Options{})
	n.PutAsset(1, state.Asset{})
	n.PutMarket(1, state.Market{Base: 1, Quote: 2, Tick: 3, Lot: 1})
	var versions []tree.Version
	seal := func() {
		changes, _ := n.Changes(nil, nil)
		tree.Sort(changes)
		if err := kept.Apply(changes); err != nil {
			t.Fatal(err)
		}
		v, _ := kept.Seal()
		versions = append(versions, v)
	}
	draw := uint64(1)
	next := func(below uint64) uint64 {
		draw = draw*6364136223846793005 + 1442695040888963407
		return (draw >> 20) % below
	}
	for a := range uint64(50) {
		n.PutAccount(a+1, state.Account{})
	}
	for i := range uint64(count) {
		price := 1 + next(200)
		if i%3 == 0 {
			price = 1 + next(1<<40)
		}
		if i%7 == 0 {
			price = 100 // one long queue on either side
		}
		k := state.OrderKey{Market: 1, Side: command.Side(i % 2), Price: price * 3, ID: i + 1}
		n.InsertOrder(k, state.Order{Account: 1 + next(50), Remaining: 1 + next(9), ClientID: i % 2 * (i + 1)})
		if i == count/10 {
			seal()
		}
	}
	seal()
	for i := range uint64(count) {
		if k, v, ok := n.Order(i + 1); ok && next(10) > 0 {
			n.RemoveOrder(k, v)
		} else if ok {
			v.Remaining++
			n.UpdateOrder(k, v)
		}
	}
	seal()
	if err := n.Audit(); err != nil {
		t.Fatal(err)
	}
	at := 2
	for _, to := range []int{1, 0, 2, 1} { // a difference leads forward as well as back
		if err := n.Rewind(difference(t, kept, versions[at], versions[to])); err != nil {
			t.Fatal(err)
		}
		at = to
		if err := n.Audit(); err != nil {
			t.Fatalf("version %d: %v", to, err)
		}
		view, err := kept.View(versions[to])
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := state.LoadNative(12, view)
		if err != nil || loaded.Audit() != nil {
			t.Fatalf("load version %d: %v, %v", to, err, loaded.Audit())
		}
		for _, prefix := range [][]byte{{3}, {5}} {
			want := records(t, view, prefix, nil)
			for _, s := range []*state.Native{n, loaded} {
				if got := records(t, s, prefix, nil); !slices.EqualFunc(got, want, sameRecord) {
					t.Fatalf("version %d: %d records under %x, want %d", to, len(got), prefix, len(want))
				}
			}
		}
		view.Close()
	}
}

// native.go: methods that only read may run side by side while nobody writes. The race detector sees it
// if one of them writes.
func TestReadersOfANativeShareIt(t *testing.T) {
	p, source := newPair(9), flow.New(9)
	for range 400 {
		in := source.Next()
		source.Observe(&in, p.apply(t, in))
	}
	n, counters := p.native, p.ref.store.Counters()
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for id := range uint64(20) {
				n.Account(id)
				n.Balance(id, 1)
				n.ClientOrder(id, id)
				for _, order := range n.AppendOrders(id, nil) {
					n.Order(order)
				}
				n.Asset(uint32(id))
				n.Market(uint32(id))
				for k, _, ok := n.Best(uint32(id), command.Ask); ok; k, _, ok = n.After(k) {
				}
			}
			records(t, n, []byte{4}, nil)
			records(t, n, []byte{prefixOfOrders}, nil)
			if _, err := state.Depth(n, 1, command.Bid, 3); err != nil || n.Err() != nil || n.Counters() != counters {
				t.Errorf("depth: %v, store: %v", err, n.Err())
			}
		})
	}
	readers.Wait()
}
