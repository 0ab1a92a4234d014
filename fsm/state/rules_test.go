package state_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// The numbers in this file are worked out by hand.

const (
	alice, bob, carol = 1, 2, 3
	btc, usd          = 1, 2
)

// exchange is one market: price in cents per whole coin of 100 units, tick 100 and lot 1, so that one
// unit at price p costs p/100; maker fee 0.1 %, taker fee 0.2 %. Everybody owns 1,000 and 1,000,000.
// It consumed the sequence numbers 1 to 12.
func exchange(t *testing.T) *world {
	t.Helper()
	w := newWorld()
	accept(t, w, command.Transition{Kind: command.RegisterAsset, Asset: btc, Decimals: 2, Address: command.Address{1}})
	accept(t, w, command.Transition{Kind: command.RegisterAsset, Asset: usd, Decimals: 2, Address: command.Address{2}})
	accept(t, w, command.Transition{
		Kind: command.CreateMarket, Market: 1, Asset: btc, Quote: usd, Tick: 100, Lot: 1, MakerFee: 1000, TakerFee: 2000,
	})
	for a := range uint64(3) {
		accept(t, w, command.Transition{Kind: command.ImportAccount, Account: a + 1, Address: command.Address{9, byte(a)}})
		accept(t, w, command.Transition{Kind: command.ImportBalance, Account: a + 1, Asset: btc, Amount: 1000})
		accept(t, w, command.Transition{Kind: command.ImportBalance, Account: a + 1, Asset: usd, Amount: 1_000_000})
	}
	return w
}

func expect(t *testing.T, w *world, in command.Transition, code state.Code) *state.Receipt {
	t.Helper()
	before := w.tree.Root()
	r := w.apply(in)
	if r.Code != code || w.store.Err() != nil {
		t.Fatalf("%+v: %s (%v), want %s", in, r.Code, w.store.Err(), code)
	}
	if code != state.Accepted && w.tree.Root() != before {
		t.Fatalf("%+v: rejected, yet the root changed", in)
	}
	if err := state.Check(w.tree); err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	return r
}

func accept(t *testing.T, w *world, in command.Transition) *state.Receipt {
	t.Helper()
	return expect(t, w, in, state.Accepted)
}

func order(account uint64, side command.Side, price, size uint64) command.Transition {
	return command.Transition{
		Kind: command.Place, Market: 1, Account: account, Side: side, Price: price, Size: size,
	}
}

func owns(t *testing.T, w *world, account uint64, asset uint32, available, locked uint64) {
	t.Helper()
	b, _, err := state.ReadBalance(w.tree, account, asset)
	if want := (state.Balance{Available: available, Locked: locked}); err != nil || b != want {
		t.Errorf("account %d, asset %d: %+v (%v), want %+v", account, asset, b, err, want)
	}
}

func bookIs(t *testing.T, w *world, side command.Side, want ...[2]uint64) {
	t.Helper()
	var got [][2]uint64
	if err := state.AscendBook(w.tree, 1, side, func(k state.OrderKey, o state.Order) bool {
		got = append(got, [2]uint64{k.ID, o.Remaining})
		return true
	}); err != nil || !slices.Equal(got, want) {
		t.Errorf("%s side: (id, remaining) %v (%v), want %v", side, got, err, want)
	}
}

// state.md: a bid locks price x remaining plus its highest fee; a fill is at the maker's price, fees round
// up per fill, and what a bid locked beyond its cost is available again.
func TestFillMovesExactAmounts(t *testing.T) {
	w := exchange(t)
	// 10 units at 50.00: each costs 5000/100 = 50, fee cap 0.2 % of 50 = 0.1 -> 1; locks 10 x 51.
	bid := accept(t, w, order(alice, command.Bid, 5000, 10)).Order
	owns(t, w, alice, usd, 999_490, 510)
	// 4 units sold into it: quote 200, maker fee 0.2 -> 1, taker fee 0.4 -> 1; of 4 x 51 locked, 3 return.
	r := accept(t, w, order(bob, command.Ask, 4000, 4))
	want := state.Fill{
		Maker: bid, Taker: bid + 1, MakerAccount: alice, TakerAccount: bob, Market: 1, Price: 5000, Size: 4,
		Quote: 200, MakerFee: 1, TakerFee: 1, TakerSide: command.Ask,
	}
	if len(r.Fills) != 1 || r.Fills[0] != want || r.Filled != 4 || r.QuoteFilled != 200 || r.Remaining != 0 {
		t.Errorf("receipt %+v, want one fill %+v", r, want)
	}
	owns(t, w, alice, usd, 999_493, 306)
	owns(t, w, alice, btc, 1004, 0)
	owns(t, w, bob, usd, 1_000_199, 0)
	owns(t, w, bob, btc, 996, 0)
	owns(t, w, state.FeeAccount, usd, 2, 0)
	// README: fees paid out are withdrawals of account 0.
	accept(t, w, command.Transition{
		Kind: command.Withdraw, Account: state.FeeAccount, Asset: usd, Amount: 2, Address: command.Address{7},
	})
	owns(t, w, state.FeeAccount, usd, 0, 0)
}

// state.md: strict price-time priority, on both sides.
func TestPriceThenTime(t *testing.T) {
	for _, side := range []command.Side{command.Bid, command.Ask} {
		w := exchange(t)
		prices := []uint64{5100, 5000, 5100, 5200}
		best, crossing := uint64(5200), uint64(5000)
		if side == command.Ask {
			best, crossing = 5000, 5200
		}
		for _, p := range prices {
			accept(t, w, order(alice, side, p, 1))
		}
		r := accept(t, w, order(bob, side.Opposite(), crossing, 4))
		var got []uint64
		for _, f := range r.Fills {
			got = append(got, f.Maker-12)
		}
		want := []uint64{4, 1, 3, 2}
		if side == command.Ask {
			want = []uint64{2, 1, 3, 4}
		}
		if !slices.Equal(got, want) || r.Fills[0].Price != best {
			t.Errorf("%s: makers in order %v, want %v", side, got, want)
		}
	}
}

func TestTimeInForce(t *testing.T) {
	tif := func(o command.Transition, f command.TIF) command.Transition { o.TIF = f; return o }
	w := exchange(t)
	accept(t, w, order(alice, command.Ask, 5000, 10)) // 13
	expect(t, w, tif(order(bob, command.Bid, 5000, 1), command.PostOnly), state.WouldCross)
	expect(t, w, tif(order(bob, command.Bid, 5000, 11), command.FOK), state.Unfillable)
	expect(t, w, tif(order(bob, command.Bid, 4900, 1), command.IOC), state.NoLiquidity)
	if r := accept(t, w, tif(order(bob, command.Bid, 5000, 12), command.IOC)); r.Filled != 10 || r.Remaining != 0 {
		t.Errorf("IOC: %+v", r)
	}
	bookIs(t, w, command.Bid)
	bookIs(t, w, command.Ask)
	accept(t, w, tif(order(bob, command.Bid, 4900, 5), command.PostOnly)) // 15
	if r := accept(t, w, tif(order(alice, command.Ask, 4900, 5), command.FOK)); r.Filled != 5 {
		t.Errorf("FOK: %+v", r)
	}
	post := accept(t, w, tif(order(bob, command.Bid, 4900, 5), command.PostOnly)).Order
	accept(t, w, order(alice, command.Ask, 5000, 5))
	// Post-only stays with an order that is amended, and a refused amend leaves it as it was.
	expect(t, w, command.Transition{Kind: command.Amend, Account: bob, Order: post, Price: 5000, Size: 5}, state.WouldCross)
	bookIs(t, w, command.Bid, [2]uint64{post, 5})
}

// A market bid spends no more than is available, fees included, and drops what is left.
func TestMarketOrders(t *testing.T) {
	market := func(account uint64, side command.Side, size uint64) command.Transition {
		return command.Transition{
			Kind: command.Place, Type: command.Market, Market: 1, Account: account, Side: side, Size: size,
		}
	}
	w := exchange(t)
	expect(t, w, market(bob, command.Bid, 1), state.NoLiquidity)
	accept(t, w, order(alice, command.Ask, 300_000, 100))   // 3,000 each
	accept(t, w, order(alice, command.Ask, 1_000_000, 900)) // 10,000 each
	// 100 x 3,000 + 0.2 % = 300,600; 699,400 are left; 69 x 10,000 + 0.2 % = 691,380, 70 would be 701,400.
	r := accept(t, w, market(bob, command.Bid, 500))
	if r.Filled != 169 || r.QuoteFilled != 990_000 || r.Remaining != 0 {
		t.Errorf("market bid: %+v", r)
	}
	owns(t, w, bob, usd, 1_000_000-300_600-691_380, 0)
	expect(t, w, market(bob, command.Bid, 500), state.InsufficientBalance)
	expect(t, w, market(bob, command.Ask, 1170), state.InsufficientBalance)
	fok := market(carol, command.Bid, 100)
	fok.TIF = command.FOK
	expect(t, w, fok, state.Unfillable)
	fok.TIF = command.PostOnly
	expect(t, w, fok, state.InvalidTIF)
}

func TestSelfTradePrevention(t *testing.T) {
	for _, c := range []struct {
		mode      command.STP
		code      state.Code
		filled    uint64
		remaining uint64
		asks      [][2]uint64 // after
	}{
		// Alice rests 5 (13), Bob 5 (14), Alice 5 (15) at one price; Alice buys 12.
		{command.STPOff, state.Accepted, 12, 0, [][2]uint64{{15, 3}}},
		{command.STPCancelNewest, state.SelfTrade, 0, 0, [][2]uint64{{13, 5}, {14, 5}, {15, 5}}},
		{command.STPCancelOldest, state.Accepted, 5, 7, nil},
		{command.STPCancelBoth, state.Accepted, 0, 0, [][2]uint64{{14, 5}, {15, 5}}},
		{command.STPDecrement, state.Accepted, 5, 0, [][2]uint64{{15, 3}}},
	} {
		w := exchange(t)
		for _, account := range []uint64{alice, bob, alice} {
			accept(t, w, order(account, command.Ask, 5000, 5))
		}
		in := order(alice, command.Bid, 5000, 12)
		in.STP = c.mode
		r := expect(t, w, in, c.code)
		if r.Filled != c.filled || r.Remaining != c.remaining {
			t.Errorf("%s: %+v", c.mode, r)
		}
		bookIs(t, w, command.Ask, c.asks...)
	}
}

// contracts: same price and smaller size keeps id and priority; otherwise the order is queued anew.
func TestAmend(t *testing.T) {
	amend := func(id, price, size uint64) command.Transition {
		return command.Transition{Kind: command.Amend, Account: alice, Order: id, Price: price, Size: size}
	}
	w := exchange(t)
	first := accept(t, w, order(alice, command.Bid, 5000, 10)).Order
	second := accept(t, w, order(bob, command.Bid, 5000, 10)).Order
	if r := accept(t, w, amend(first, 0, 6)); r.Order != first || r.Remaining != 6 {
		t.Errorf("reduced: %+v", r)
	}
	bookIs(t, w, command.Bid, [2]uint64{first, 6}, [2]uint64{second, 10})
	owns(t, w, alice, usd, 1_000_000-6*51, 6*51)
	expect(t, w, amend(first, 5000, 6), state.NoChange)
	expect(t, w, amend(second, 0, 5), state.UnknownOrder)
	expect(t, w, amend(first, 5000, 30_000), state.InsufficientBalance)
	expect(t, w, amend(first, 5001, 6), state.InvalidPrice)
	expect(t, w, amend(first, 5000, 0), state.InvalidSize)
	larger := accept(t, w, amend(first, 0, 7)).Order
	bookIs(t, w, command.Bid, [2]uint64{second, 10}, [2]uint64{larger, 7})
	accept(t, w, order(carol, command.Ask, 6000, 3))
	if r := accept(t, w, amend(larger, 6000, 7)); r.Filled != 3 || r.Remaining != 4 || r.Order != larger+2 {
		t.Errorf("amended into the other side: %+v", r)
	}
}

// A resting bid pays at most the rate it locked for, whatever the market's rates become.
func TestFeeCap(t *testing.T) {
	w := exchange(t)
	accept(t, w, order(alice, command.Bid, 100_000, 100)) // 1,000 each, cap 0.2 %
	accept(t, w, command.Transition{Kind: command.UpdateMarket, Market: 1, MakerFee: 50_000, TakerFee: 60_000})
	r := accept(t, w, order(bob, command.Ask, 100_000, 100))
	if r.Fills[0].MakerFee != 200 || r.Fills[0].TakerFee != 6000 {
		t.Errorf("fees %+v", r.Fills[0])
	}
}

func TestClientOrderIDs(t *testing.T) {
	w := exchange(t)
	in := order(alice, command.Bid, 5000, 10)
	in.ClientID = 77
	id := accept(t, w, in).Order
	expect(t, w, in, state.DuplicateClientID)
	other := in
	other.Account = bob
	accept(t, w, other)
	if r := accept(t, w, command.Transition{Kind: command.Cancel, Account: alice, ClientID: 77}); r.Order != id {
		t.Errorf("cancel by client id: %+v", r)
	}
	if last := w.payload[len(w.payload)-1]; last != (command.Transition{Kind: command.Cancel, Order: id}) {
		t.Errorf("recorded as %+v", last)
	}
	expect(t, w, command.Transition{Kind: command.Cancel, Account: alice, ClientID: 77}, state.UnknownOrder)
	expect(t, w, command.Transition{Kind: command.Cancel, Account: alice}, state.UnknownOrder)
	accept(t, w, in) // free again
}

// contracts: cancel-all is recorded as one cancel per order, sorted by id, one sequence number each.
func TestCancelAll(t *testing.T) {
	w := exchange(t)
	accept(t, w, order(alice, command.Ask, 7000, 1)) // 13
	accept(t, w, order(bob, command.Ask, 6000, 1))
	accept(t, w, order(alice, command.Bid, 5000, 1)) // 15
	accept(t, w, order(alice, command.Ask, 6000, 1)) // 16
	n := len(w.payload)
	r := accept(t, w, command.Transition{Kind: command.CancelAll, Account: alice})
	if r.Sequence != 19 {
		t.Errorf("sequence %d, want 19", r.Sequence)
	}
	want := []command.Transition{
		{Kind: command.Cancel, Order: 13}, {Kind: command.Cancel, Order: 15}, {Kind: command.Cancel, Order: 16},
	}
	if !slices.Equal(w.payload[n:], want) {
		t.Errorf("recorded %+v", w.payload[n:])
	}
	owns(t, w, alice, usd, 1_000_000, 0)
	expect(t, w, command.Transition{Kind: command.CancelAll, Account: alice}, state.NothingToCancel)
}

// No transition touches more than MaxTouched resting orders: what a taker has left is dropped and
// nothing crosses, a fill-or-kill order is rejected, a cancel-all takes the oldest and the next one the rest.
func TestMaxTouched(t *testing.T) {
	const n = state.MaxTouched
	rest := func() *world {
		w := exchange(t)
		for _, a := range []uint64{alice, bob} {
			accept(t, w, command.Transition{Kind: command.ImportBalance, Account: a, Asset: btc, Amount: 10 * n})
		}
		for range n + 2 {
			if r := w.apply(order(alice, command.Bid, 100, 1)); r.Code != state.Accepted {
				t.Fatal(r.Code)
			}
		}
		return w
	}
	w := rest()
	fok := order(bob, command.Ask, 100, n+1)
	fok.TIF = command.FOK
	expect(t, w, fok, state.Unfillable)
	r := accept(t, w, order(bob, command.Ask, 100, n+2))
	if len(r.Fills) != n || r.Filled != n || r.Remaining != 0 {
		t.Errorf("%d fills of %d, %d remaining", len(r.Fills), r.Filled, r.Remaining)
	}
	if r = accept(t, w, order(bob, command.Ask, 100, 3)); r.Filled != 2 || r.Remaining != 1 {
		t.Errorf("then filled %d, %d remaining", r.Filled, r.Remaining)
	}
	own := order(alice, command.Ask, 100, n+1)
	own.STP = command.STPCancelOldest
	w = rest()
	if r = accept(t, w, own); r.Filled != 0 || r.Remaining != 0 || w.index.Len() != 2 {
		t.Errorf("own orders: %+v, %d rest", r, w.index.Len())
	}
	w = rest()
	for _, want := range []int{n, 2} {
		before := len(w.payload)
		accept(t, w, command.Transition{Kind: command.CancelAll, Account: alice})
		if got := len(w.payload) - before; got != want {
			t.Errorf("%d cancels, want %d", got, want)
		}
	}
	if w.index.Len() != 0 {
		t.Errorf("%d orders rest", w.index.Len())
	}
}

func TestMarketStatus(t *testing.T) {
	w := exchange(t)
	id := accept(t, w, order(alice, command.Bid, 5000, 10)).Order
	status := func(s command.MarketStatus) {
		accept(t, w, command.Transition{Kind: command.UpdateMarket, Market: 1, Status: s, MakerFee: 1000, TakerFee: 2000})
	}
	reduce := command.Transition{Kind: command.Amend, Account: alice, Order: id, Size: 8}
	grow := command.Transition{Kind: command.Amend, Account: alice, Order: id, Size: 80}
	status(command.Halted)
	expect(t, w, order(bob, command.Bid, 5000, 1), state.MarketHalted)
	expect(t, w, reduce, state.MarketHalted)
	expect(t, w, command.Transition{Kind: command.Cancel, Account: alice, Order: id}, state.MarketHalted)
	expect(t, w, command.Transition{Kind: command.CancelAll, Account: alice, Market: 1}, state.MarketHalted)
	expect(t, w, command.Transition{Kind: command.CancelAll, Account: alice}, state.NothingToCancel)
	status(command.CancelOnly)
	expect(t, w, order(bob, command.Bid, 5000, 1), state.MarketCancelOnly)
	expect(t, w, grow, state.MarketCancelOnly)
	accept(t, w, reduce)
	accept(t, w, command.Transition{Kind: command.Cancel, Account: alice, Order: id})
}

// state.md: overflow rejects, never wraps; a market whose tick x lot is no whole quote amount is refused.
func TestAmountsAndMarkets(t *testing.T) {
	const most = ^uint64(0)
	w := exchange(t)
	for _, side := range []command.Side{command.Bid, command.Ask} {
		expect(t, w, order(alice, side, most/100*100, most), state.Overflow)
		expect(t, w, order(alice, side, 100, most), state.Overflow)
	}
	deposit := command.Transition{
		Kind: command.Deposit, Account: alice, Asset: usd, Amount: most - 3_000_000, Address: command.Address{9, 0},
	}
	deposit.Amount++
	expect(t, w, deposit, state.Overflow)
	deposit.Amount--
	accept(t, w, deposit)
	create := command.Transition{Kind: command.CreateMarket, Market: 2, Asset: btc, Quote: usd, Tick: 10, Lot: 9}
	expect(t, w, create, state.InvalidMarket)
	create.Lot = 0
	expect(t, w, create, state.InvalidMarket)
	create.Lot, create.Quote = 10, btc
	expect(t, w, create, state.InvalidMarket)
	create.Quote = usd
	accept(t, w, create)
	expect(t, w, create, state.MarketExists)
}

// Deposits are contiguous in the L1 queue's index and leave the rolling hash that the contract computes.
func TestInbox(t *testing.T) {
	w := exchange(t)
	in := command.Transition{Kind: command.Deposit, Account: 9, Asset: btc, Amount: 5, Address: command.Address{8}}
	in.Inbox = 1
	expect(t, w, in, state.InboxGap)
	in.Inbox = 0
	accept(t, w, in)
	expect(t, w, in, state.InboxGap)
	in.Inbox = 1
	other := in
	other.Address = command.Address{7}
	expect(t, w, other, state.AddressMismatch)
	in.Amount = 0 // what L1 queued is consumed
	accept(t, w, in)
	hash := state.InboxHash([32]byte{}, 0, command.Address{1}, command.Address{8}, 5)
	hash = state.InboxHash(hash, 1, command.Address{1}, command.Address{8}, 0)
	if got, err := state.ReadInbox(w.tree); err != nil || got != (state.Inbox{Next: 2, Hash: hash}) {
		t.Errorf("inbox %+v, %v", got, err)
	}
	owns(t, w, 9, btc, 5, 0)
	expect(t, w, command.Transition{Kind: command.ImportAccount, Account: 10}, state.ImportClosed)
	expect(t, w, command.Transition{Kind: command.EndImport}, state.ImportClosed)
}

// Check is only worth something if it can fail: each rule broken by hand is reported.
func TestCheckFindsBrokenStates(t *testing.T) {
	key := func(id, price uint64, side command.Side) []byte {
		return state.AppendOrderKey(nil, state.OrderKey{Market: 1, Side: side, Price: price, ID: id})
	}
	balance := func(available, locked uint64) []byte {
		return state.Balance{Available: available, Locked: locked}.Append(nil)
	}
	resting := state.Order{Account: alice, Remaining: 10, FeeCap: 2000}.Append(nil)
	aliceUSD := state.AppendBalanceKey(nil, alice, usd)
	for name, c := range map[string]struct{ key, value []byte }{
		"supply":              {state.AppendAssetKey(nil, usd), state.Asset{Decimals: 2, Supply: 1}.Append(nil)},
		"locked":              {aliceUSD, balance(999_491, 509)},
		"money made":          {aliceUSD, balance(999_491, 510)},
		"crossed book":        {key(1, 4900, command.Ask), resting},
		"order off the tick":  {key(1, 4901, command.Bid), resting},
		"order of the future": {key(99, 4900, command.Bid), resting},
		"order of nobody":     {key(1, 4900, command.Bid), state.Order{Account: 55, Remaining: 10}.Append(nil)},
		"order in no market":  {state.AppendOrderKey(nil, state.OrderKey{Market: 9, Price: 100, ID: 1}), resting},
		"withdrawal index":    {state.AppendWithdrawalKey(nil, 3, usd), state.Withdrawal{Amount: 1}.Append(nil)},
		"unlisted asset":      {state.AppendBalanceKey(nil, alice, 77), balance(1, 0)},
		"malformed balance":   {aliceUSD, []byte{1}},
		"malformed counters":  {state.AppendCountersKey(nil), make([]byte, 18)},
	} {
		w := exchange(t)
		accept(t, w, order(alice, command.Bid, 5000, 10))
		if err := w.tree.Put(c.key, c.value); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := state.Check(w.tree); !errors.Is(err, state.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A store's first error sticks, and nothing computed after it passes for a result.
func TestStoreErrorSticks(t *testing.T) {
	w := exchange(t)
	w.store.Fail(tree.ErrPruned)
	w.store.Fail(errors.New("a later one"))
	before := w.tree.Root()
	r := w.apply(order(alice, command.Bid, 5000, 10))
	if r.Code != state.StoreFailed || !errors.Is(w.store.Err(), tree.ErrPruned) || w.tree.Root() != before {
		t.Errorf("after a failure: %s, %v", r.Code, w.store.Err())
	}
}
