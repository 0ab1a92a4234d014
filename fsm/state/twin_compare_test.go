package state_test

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/state/internal/flow"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// world is a tree store with what a test wants to know about it.
type world struct {
	tree    *tree.Tree
	index   *state.MapIndex
	store   *state.TreeStore
	receipt state.Receipt
	payload []command.Transition
}

func newWorld() *world {
	w := &world{tree: tree.New(tree.Options{}), index: state.NewMapIndex()}
	w.store = state.NewTreeStore(w.tree, w.index)
	return w
}

func (w *world) apply(t command.Transition) *state.Receipt {
	w.payload = state.Apply(w.store, &t, &w.receipt, w.payload)
	return &w.receipt
}

// The rules of the transition function, stated twice: receipts, balances, books, withdrawals and the
// inbox agree with the slow twin after every transition of a random flow, and state.md's "a rejection
// changes nothing inside" holds by comparison of roots.
func TestAgreesWithTheTwin(t *testing.T) {
	seeds, steps := 60, 700
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			compareWithTwin(t, uint64(seed), steps)
		})
	}
}

func compareWithTwin(t *testing.T, seed uint64, steps int) {
	t.Helper()
	w, dumb, f := newWorld(), newTwin(), flow.New(seed)
	for i := range steps {
		in := f.Next()
		before, recorded := w.tree.Root(), len(w.payload)
		got := w.apply(in)
		want := dumb.apply(in)
		if err := w.store.Err(); err != nil {
			t.Fatalf("step %d: %+v: %v", i, in, err)
		}
		if diff := gocmp.Diff(&want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("step %d: %+v: receipt (-twin +got):\n%s", i, in, diff)
		}
		if got.Code != state.Accepted {
			if w.tree.Root() != before || len(w.payload) != recorded {
				t.Fatalf("step %d: %+v: rejected with %s, yet something changed", i, in, got.Code)
			}
		} else if uint64(len(w.payload)) != got.Sequence {
			t.Fatalf("step %d: %d transitions recorded at sequence %d", i, len(w.payload), got.Sequence)
		}
		f.Observe(&in, got)
		if i%10 == 0 || i == steps-1 {
			compareStates(t, w, dumb)
		}
	}
}

func compareStates(t *testing.T, w *world, dumb *twin) {
	t.Helper()
	if err := state.Check(w.tree); err != nil {
		t.Fatalf("check: %v", err)
	}
	for at, owned := range dumb.owned {
		b, _, err := state.ReadBalance(w.tree, at.account, at.asset)
		if err != nil {
			t.Fatalf("read balance: %v", err)
		}
		locked := dumb.locked(at.account, at.asset)
		if num(b.Locked).Cmp(locked) != 0 || new(big.Int).Add(num(b.Available), num(b.Locked)).Cmp(owned) != 0 {
			t.Fatalf("account %d, asset %d: %+v, twin owns %s and locks %s", at.account, at.asset, b, owned, locked)
		}
	}
	var got []twinOrder
	if err := state.AscendOrders(w.tree, func(k state.OrderKey, o state.Order) bool {
		got = append(got, twinOrder{
			id: k.ID, account: o.Account, client: o.ClientID, price: k.Price, left: o.Remaining, market: k.Market,
			side: k.Side, postOnly: o.PostOnly, rate: o.FeeCap,
		})
		return true
	}); err != nil {
		t.Fatalf("orders: %v", err)
	}
	var want []twinOrder
	for market := range uint32(flow.Markets + 3) {
		for side := range command.Ask + 1 {
			for _, o := range dumb.book(market, side) {
				want = append(want, *o)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("books in key order:\n%+v\ntwin, by price and time:\n%+v", got, want)
	}
	compareRest(t, w, dumb)
}

func compareRest(t *testing.T, w *world, dumb *twin) {
	t.Helper()
	counters, err := state.ReadCounters(w.tree)
	if err != nil {
		t.Fatalf("counters: %v", err)
	}
	want := state.Counters{Sequence: dumb.seq, Withdrawals: uint64(len(dumb.out)), ImportEnded: dumb.closed}
	if counters != want {
		t.Fatalf("counters %+v, twin %+v", counters, want)
	}
	inbox, err := state.ReadInbox(w.tree)
	if err != nil || inbox != (state.Inbox{Next: dumb.inbox, Hash: dumb.inboxHash}) {
		t.Fatalf("inbox %+v (%v), twin %d %x", inbox, err, dumb.inbox, dumb.inboxHash)
	}
	var out []state.Withdrawal
	if err = state.AscendWithdrawals(w.tree, 0, func(x state.Withdrawal) bool {
		out = append(out, x)
		return true
	}); err != nil || !slices.Equal(out, dumb.out) {
		t.Fatalf("withdrawals %+v (%v), twin %+v", out, err, dumb.out)
	}
	rebuilt, err := state.RebuildIndex(w.tree)
	if err != nil || rebuilt.Len() != len(dumb.orders) || w.index.Len() != len(dumb.orders) {
		t.Fatalf("index of %d orders, rebuilt of %d (%v), twin %d", w.index.Len(), rebuilt.Len(), err, len(dumb.orders))
	}
	for _, x := range []*state.MapIndex{w.index, rebuilt} {
		compareIndex(t, x, dumb)
	}
}

func compareIndex(t *testing.T, x *state.MapIndex, dumb *twin) {
	t.Helper()
	mine := map[uint64][]uint64{}
	orders := slices.Clone(dumb.orders)
	slices.SortFunc(orders, func(a, b *twinOrder) int { return cmp.Compare(a.id, b.id) })
	for _, o := range orders {
		mine[o.account] = append(mine[o.account], o.id)
		if loc, ok := x.Locate(o.id); !ok || loc != (state.Location{Market: o.market, Side: o.side, Price: o.price}) {
			t.Fatalf("order %d located at %+v, %t", o.id, loc, ok)
		}
		if id, ok := x.ByClient(o.account, o.client); o.client != 0 && (!ok || id != o.id) {
			t.Fatalf("client id %d of account %d is order %d, %t; want %d", o.client, o.account, id, ok, o.id)
		}
	}
	for account, want := range mine {
		if got := x.Orders(account, nil); !slices.Equal(got, want) {
			t.Fatalf("orders of account %d: %v, want %v", account, got, want)
		}
	}
}

// README: determinism; state.md: the payload is enough to rebuild the post-state. The normalised
// payload, cut into batches anywhere, replays to the same root; so do the same transitions again.
func TestReplayIsTheSameForAnyBatchCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		w, f := newWorld(), flow.New(seed)
		for range rapid.IntRange(1, 400).Draw(t, "steps") {
			in := f.Next()
			f.Observe(&in, w.apply(in))
		}
		want := w.tree.Root()
		again := newWorld()
		for rest := w.payload; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "batch")
			if err := state.Replay(again.store, rest[:n]); err != nil {
				t.Fatalf("replay: %v", err)
			}
			again.tree.Seal()
			rest = rest[n:]
		}
		if got := again.tree.Root(); got != want {
			t.Fatalf("replayed root %x, want %x", got, want)
		}
	})
}
