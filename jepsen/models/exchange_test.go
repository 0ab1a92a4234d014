package models_test

import (
	"bytes"
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
)

const market = 1

func exchange(tb testing.TB) *models.Exchange {
	tb.Helper()
	x := models.NewExchange()
	must(tb, x, command.Transition{Kind: command.CreateMarket, Market: market, Tick: 10, Lot: 5})
	return x
}

func must(tb testing.TB, x *models.Exchange, t command.Transition) models.Outcome {
	tb.Helper()
	o := x.Apply(&t)
	if !o.Accepted() {
		tb.Fatalf("%+v: %s", t, o.Reason)
	}
	return o
}

func refuse(tb testing.TB, x *models.Exchange, want models.Reason, t command.Transition) {
	tb.Helper()
	before, sequence := x.Book(market), x.Sequence()
	if o := x.Apply(&t); o.Reason != want || len(o.Payload) > 0 {
		tb.Fatalf("%+v: %q, want %q", t, o.Reason, want)
	}
	if !slices.Equal(before, x.Book(market)) || sequence != x.Sequence() {
		tb.Fatalf("%+v was rejected and changed something", t)
	}
}

func limit(account, client uint64, side command.Side, price, size uint64) command.Transition {
	return command.Transition{Kind: command.Place, Market: market, Account: account, ClientID: client, Side: side, Price: price, Size: size}
}

func with(t command.Transition, change func(*command.Transition)) command.Transition {
	change(&t)
	return t
}

// state.md: strict price-time priority, fills at the maker's price.
func TestPriceTimePriority(t *testing.T) {
	x := exchange(t)
	a := must(t, x, limit(1, 1, command.Ask, 100, 10)).Order
	b := must(t, x, limit(2, 1, command.Ask, 90, 10)).Order
	c := must(t, x, limit(3, 1, command.Ask, 90, 10)).Order
	o := must(t, x, limit(4, 1, command.Bid, 110, 25))
	want := []models.Fill{{Maker: b, Taker: o.Order, Price: 90, Size: 10}, {Maker: c, Taker: o.Order, Price: 90, Size: 10}, {Maker: a, Taker: o.Order, Price: 100, Size: 5}}
	if !slices.Equal(o.Fills, want) || o.Filled != 25 || o.Remaining != 0 {
		t.Errorf("got %+v, want fills %+v", o, want)
	}
	if book := x.Book(market); len(book) != 1 || book[0].ID != a || book[0].Remaining != 5 {
		t.Errorf("book %+v", book)
	}
}

// state.md: times in force, and what is rejected changes nothing.
func TestTimesInForce(t *testing.T) {
	x := exchange(t)
	must(t, x, limit(1, 1, command.Ask, 100, 10))
	tif := func(v command.TIF) func(*command.Transition) {
		return func(t *command.Transition) { t.TIF = v }
	}
	refuse(t, x, models.WouldTrade, with(limit(2, 1, command.Bid, 100, 5), tif(command.PostOnly)))
	refuse(t, x, models.NotWhole, with(limit(2, 1, command.Bid, 100, 15), tif(command.FOK)))
	refuse(t, x, models.NothingLeft, with(limit(2, 1, command.Bid, 90, 15), tif(command.IOC)))
	refuse(t, x, models.NothingLeft, command.Transition{Kind: command.Place, Type: command.Market, Market: market, Account: 2, Side: command.Ask, Size: 5})
	refuse(t, x, models.BadTIF, command.Transition{Kind: command.Place, Type: command.Market, TIF: command.PostOnly, Market: market, Account: 2, Size: 5})
	refuse(t, x, models.BadPrice, limit(2, 1, command.Bid, 95, 15))
	refuse(t, x, models.BadSize, limit(2, 1, command.Bid, 90, 12))
	refuse(t, x, models.NoMarket, with(limit(2, 1, command.Bid, 90, 15), func(t *command.Transition) { t.Market = 9 }))
	refuse(t, x, models.Duplicate, limit(1, 1, command.Ask, 120, 10))
	if o := must(t, x, with(limit(2, 1, command.Bid, 100, 15), tif(command.IOC))); o.Filled != 10 || o.Remaining != 0 {
		t.Errorf("IOC: %+v", o)
	}
	must(t, x, with(limit(2, 1, command.Bid, 100, 15), tif(command.PostOnly)))
	if o := must(t, x, with(limit(3, 1, command.Ask, 100, 15), tif(command.FOK))); o.Filled != 15 {
		t.Errorf("FOK: %+v", o)
	}
	if len(x.Book(market)) != 0 {
		t.Errorf("book %+v", x.Book(market))
	}
}

// state.md: amend reducing size keeps priority, anything else queues again under a new id.
func TestAmend(t *testing.T) {
	x := exchange(t)
	first := must(t, x, limit(1, 1, command.Bid, 100, 20)).Order
	second := must(t, x, limit(2, 1, command.Bid, 100, 20)).Order
	amend := func(account, price, size uint64) command.Transition {
		return command.Transition{Kind: command.Amend, Account: account, ClientID: 1, Price: price, Size: size}
	}
	refuse(t, x, models.NoDifference, amend(1, 0, 20))
	refuse(t, x, models.NoOrder, amend(3, 0, 20))
	refuse(t, x, models.BadSize, amend(1, 0, 0))
	if o := must(t, x, amend(1, 0, 10)); o.Order != first {
		t.Errorf("shrunk: %+v", o)
	}
	if ids := ids(x); !slices.Equal(ids, []uint64{first, second}) {
		t.Errorf("order of the book %v", ids)
	}
	grown := must(t, x, amend(1, 0, 15))
	if ids := ids(x); grown.Order <= second || !slices.Equal(ids, []uint64{second, grown.Order}) {
		t.Errorf("order of the book %v after %+v", ids, grown)
	}
	must(t, x, limit(3, 1, command.Ask, 110, 5))
	if o := must(t, x, amend(2, 110, 20)); o.Filled != 5 || o.Remaining != 15 {
		t.Errorf("moved across: %+v", o)
	}
}

func ids(x *models.Exchange) []uint64 {
	var out []uint64
	for _, o := range x.Book(market) {
		out = append(out, o.ID)
	}
	return out
}

// command: what each self-trade prevention mode does when an account meets its own order behind a stranger's.
func TestSelfTradePrevention(t *testing.T) {
	for _, c := range []struct {
		stp               command.STP
		filled, remaining uint64
		resting           int
	}{
		{command.STPOff, 20, 0, 1},
		{command.STPCancelNewest, 10, 0, 2},
		{command.STPCancelOldest, 20, 0, 1},
		{command.STPCancelBoth, 10, 0, 1},
		{command.STPDecrement, 10, 0, 1},
	} {
		x := exchange(t)
		must(t, x, limit(2, 1, command.Ask, 100, 10))
		must(t, x, limit(1, 1, command.Ask, 100, 10))
		must(t, x, limit(2, 2, command.Ask, 100, 20))
		o := must(t, x, with(limit(1, 2, command.Bid, 100, 20), func(t *command.Transition) { t.STP = c.stp }))
		if o.Filled != c.filled || o.Remaining != c.remaining || len(x.Book(market)) != c.resting {
			t.Errorf("%v: %+v, book %+v", c.stp, o, x.Book(market))
		}
	}
}

// state.md: a normalised cancel-all is one cancel per order, by order id; each is an accepted transition.
func TestCancelAll(t *testing.T) {
	x := exchange(t)
	a := must(t, x, limit(1, 1, command.Ask, 110, 10)).Order
	must(t, x, limit(2, 1, command.Ask, 110, 10))
	b := must(t, x, limit(1, 2, command.Bid, 100, 10)).Order
	o := must(t, x, command.Transition{Kind: command.CancelAll, Account: 1})
	want := []command.Transition{{Kind: command.Cancel, Order: a}, {Kind: command.Cancel, Order: b}}
	if !slices.Equal(o.Payload, want) || x.Sequence() != b+2 {
		t.Errorf("payload %+v, sequence %d", o.Payload, x.Sequence())
	}
	refuse(t, x, models.NoOrder, command.Transition{Kind: command.CancelAll, Account: 1})
}

// No transition touches more than MaxTouched orders: the rest of a taker goes, a cancel-all takes the oldest.
func TestMaxTouched(t *testing.T) {
	x := exchange(t)
	for range models.MaxTouched + 2 {
		must(t, x, limit(1, 0, command.Bid, 100, 10))
	}
	if o := must(t, x, limit(2, 0, command.Ask, 100, 10*models.MaxTouched+20)); len(o.Fills) != models.MaxTouched || o.Remaining != 0 {
		t.Errorf("%d fills, %d remaining", len(o.Fills), o.Remaining)
	}
	for range models.MaxTouched {
		must(t, x, limit(1, 0, command.Bid, 100, 10))
	}
	for _, want := range []int{models.MaxTouched, 2} {
		if o := must(t, x, command.Transition{Kind: command.CancelAll, Account: 1}); len(o.Payload) != want {
			t.Errorf("%d cancels, want %d", len(o.Payload), want)
		}
	}
}

// Whatever happens: the book is sorted and not crossed, no order is empty, and size is neither made nor lost.
func TestBookInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := models.NewExchange()
		x.Apply(&command.Transition{Kind: command.CreateMarket, Market: market, Tick: 1, Lot: 1})
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			tr := command.Transition{
				Kind:   rapid.SampledFrom([]command.Kind{command.Place, command.Place, command.Place, command.Cancel, command.Amend, command.CancelAll}).Draw(t, "kind"),
				Market: market, Account: rapid.Uint64Range(1, 3).Draw(t, "account"), ClientID: rapid.Uint64Range(1, 6).Draw(t, "client"),
				Side: command.Side(rapid.IntRange(0, 1).Draw(t, "side")), Type: command.OrderType(rapid.IntRange(0, 1).Draw(t, "type")),
				TIF: command.TIF(rapid.IntRange(0, 3).Draw(t, "tif")), STP: command.STP(rapid.IntRange(0, 4).Draw(t, "stp")),
				Price: rapid.Uint64Range(1, 6).Draw(t, "price"), Size: rapid.Uint64Range(1, 9).Draw(t, "size"),
			}
			before := resting(x)
			o := x.Apply(&tr)
			after := resting(x)
			if tr.Kind == command.Place && tr.STP == command.STPOff && o.Accepted() && after != before-o.Filled+o.Remaining {
				t.Fatalf("resting %d, then %d after %+v", before, after, o)
			}
			if !o.Accepted() && before != after {
				t.Fatalf("a rejection changed the book: %+v", o)
			}
			checkBook(t, x.Book(market))
		}
	})
}

func resting(x *models.Exchange) uint64 {
	total := uint64(0)
	for _, o := range x.Book(market) {
		total += o.Remaining
	}
	return total
}

func checkBook(t *rapid.T, book []models.Order) {
	var bids, asks []models.Order
	for _, o := range book {
		if o.Remaining == 0 {
			t.Fatalf("empty order %+v", o)
		}
		if o.Side == command.Bid {
			bids = append(bids, o)
		} else {
			asks = append(asks, o)
		}
	}
	sorted := slices.IsSortedFunc(bids, func(a, b models.Order) int { return cmp.Or(cmp.Compare(b.Price, a.Price), cmp.Compare(a.ID, b.ID)) }) &&
		slices.IsSortedFunc(asks, func(a, b models.Order) int { return cmp.Or(cmp.Compare(a.Price, b.Price), cmp.Compare(a.ID, b.ID)) })
	if !sorted || (len(bids) > 0 && len(asks) > 0 && bids[0].Price >= asks[0].Price) {
		t.Fatalf("unsorted or crossed: %+v", book)
	}
}

// issue: order id of the file, side, price, remaining size in 1e-8 BTC.
func TestWriteCSV(t *testing.T) {
	var b bytes.Buffer
	rows := []models.Row{{ID: 7, Side: command.Bid, Cents: 23605, Remaining: 1}, {ID: 8, Side: command.Ask, Cents: 90000, Remaining: 20}}
	if err := models.WriteCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	if want := "id,side,price,remaining\n7,bid,236.05,1\n8,ask,900.00,20\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
