package models

// A side of a book is sorted best first, and among equal prices by id: the id is the order's time. A rejected
// transition leaves everything as it was.

import (
	"cmp"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Order is a resting order.
type Order struct {
	ID        uint64
	Account   uint64
	ClientID  uint64
	Side      command.Side
	Price     uint64 // quote units for one whole base unit
	Remaining uint64 // base units
	PostOnly  bool   // placed so, and stays so when it is queued again
}

// Fill is one trade at the maker's price.
type Fill struct {
	Maker, Taker uint64
	Price, Size  uint64
}

// Reason says why a transition was rejected; it is empty for an accepted one.
type Reason string

// The reasons.
const (
	Malformed    Reason = "malformed"
	NoMarket     Reason = "no such market"
	Closed       Reason = "the market does not accept it"
	BadPrice     Reason = "price is no multiple of the tick"
	BadSize      Reason = "size is no multiple of the lot"
	BadTIF       Reason = "a market order cannot be post-only"
	Duplicate    Reason = "client id of a live order"
	WouldTrade   Reason = "a post-only order would trade"
	NotWhole     Reason = "a fill-or-kill order cannot fill whole"
	NothingLeft  Reason = "nothing to trade with, nothing to rest"
	NoOrder      Reason = "no such order"
	NoDifference Reason = "an amend to what is"
)

// Outcome is what one transition did. Payload is its normalised form: what a batch records of it.
type Outcome struct {
	Reason    Reason
	Order     uint64 // placed, cancelled or amended (the new id if it was queued again)
	Filled    uint64
	Remaining uint64
	Fills     []Fill
	Payload   []command.Transition
}

// Accepted says whether the transition took effect.
func (o *Outcome) Accepted() bool { return o.Reason == "" }

type book struct {
	tick, lot uint64
	status    command.MarketStatus
	sides     [2][]Order
}

// Exchange is a set of markets.
type Exchange struct {
	sequence uint64
	books    map[uint32]*book
}

// NewExchange returns an exchange without markets.
func NewExchange() *Exchange {
	return &Exchange{books: map[uint32]*book{}}
}

// Sequence is the number of the last accepted transition.
func (x *Exchange) Sequence() uint64 { return x.sequence }

// Book copies the resting orders of a market, bids first, each side best first.
func (x *Exchange) Book(market uint32) []Order {
	b, ok := x.books[market]
	if !ok {
		return nil
	}
	return slices.Concat(b.sides[command.Bid], b.sides[command.Ask])
}

// Resting finds an account's live order by its client id.
func (x *Exchange) Resting(account, clientID uint64) (Order, bool) {
	b, side, at := x.find(account, 0, clientID)
	if b == nil {
		return Order{}, false
	}
	return b.sides[side][at], true
}

// Apply executes one transition.
func (x *Exchange) Apply(t *command.Transition) Outcome {
	switch t.Kind {
	case command.Place, command.ImportOrder:
		return x.place(t)
	case command.Cancel:
		return x.cancel(t)
	case command.CancelAll:
		return x.cancelAll(t)
	case command.Amend:
		return x.amend(t)
	case command.CreateMarket:
		if _, ok := x.books[t.Market]; ok || t.Market == 0 || t.Tick == 0 || t.Lot == 0 {
			return Outcome{Reason: Malformed}
		}
		x.books[t.Market] = &book{tick: t.Tick, lot: t.Lot, status: t.Status}
	case command.UpdateMarket:
		b, ok := x.books[t.Market]
		if !ok {
			return Outcome{Reason: NoMarket}
		}
		b.status = t.Status
	case command.Deposit, command.Withdraw, command.RegisterAsset, command.ImportAccount, command.ImportBalance, command.EndImport:
		// Money and its registers are not modelled.
	default:
		return Outcome{Reason: Malformed}
	}
	return x.accept(Outcome{}, *t)
}

// accept counts and records one accepted transition.
func (x *Exchange) accept(o Outcome, t command.Transition) Outcome {
	x.sequence++
	o.Payload = append(o.Payload, t)
	return o
}

// find looks through every book for a live order, by id or, if that is 0, by the account's client id.
func (x *Exchange) find(account, id, clientID uint64) (*book, command.Side, int) {
	for _, b := range x.books {
		for side := range b.sides {
			at := slices.IndexFunc(b.sides[side], func(o Order) bool {
				return o.Account == account && ((id != 0 && o.ID == id) || (id == 0 && clientID != 0 && o.ClientID == clientID))
			})
			if at >= 0 {
				return b, command.Side(side), at
			}
		}
	}
	return nil, 0, 0
}

// before says whether a has priority over b; both are on one side.
func before(a, b Order) int {
	byPrice := cmp.Compare(a.Price, b.Price)
	if a.Side == command.Bid {
		byPrice = -byPrice
	}
	return cmp.Or(byPrice, cmp.Compare(a.ID, b.ID))
}

func (b *book) insert(o Order) {
	at, _ := slices.BinarySearchFunc(b.sides[o.Side], o, before)
	b.sides[o.Side] = slices.Insert(b.sides[o.Side], at, o)
}

// MaxTouched is how many resting orders one transition may trade with, shrink or remove.
const MaxTouched = 4096

// step is what a taker does to one resting order: trade, or self-trade prevention's shrinking or cancelling.
type step struct {
	size  uint64
	trade bool
}

// plan walks the opposite side from its best order on and says what would happen, without doing it. The steps are
// for the orders from the front, one each. left is what of the taker may rest.
func (b *book) plan(taker Order, priced bool, stp command.STP) (steps []step, filled, left uint64) {
	left = taker.Remaining
	for _, maker := range b.sides[taker.Side.Opposite()] {
		if left == 0 || (priced && !crosses(taker, maker)) {
			break
		}
		if len(steps) == MaxTouched {
			return steps, filled, 0
		}
		size := min(left, maker.Remaining)
		own := maker.Account == taker.Account
		switch {
		case !own || stp == command.STPOff:
			steps = append(steps, step{size: size, trade: true})
			filled += size
			left -= size
		case stp == command.STPCancelNewest:
			return steps, filled, 0
		case stp == command.STPCancelOldest:
			steps = append(steps, step{size: maker.Remaining})
		case stp == command.STPCancelBoth:
			return append(steps, step{size: maker.Remaining}), filled, 0
		default: // decrement
			steps = append(steps, step{size: size})
			left -= size
		}
	}
	return steps, filled, left
}

func crosses(taker, maker Order) bool {
	if taker.Side == command.Bid {
		return taker.Price >= maker.Price
	}
	return taker.Price <= maker.Price
}

// carry does what plan said.
func (b *book) carry(taker Order, steps []step) (fills []Fill) {
	makers := b.sides[taker.Side.Opposite()]
	gone := 0
	for i, s := range steps {
		m := &makers[i]
		m.Remaining -= s.size
		if s.trade {
			fills = append(fills, Fill{Maker: m.ID, Taker: taker.ID, Price: m.Price, Size: s.size})
		}
		if m.Remaining == 0 {
			gone++
		}
	}
	// Only the last order that a taker meets can survive it, so those that are gone stand in front.
	b.sides[taker.Side.Opposite()] = slices.Delete(makers, 0, gone)
	return fills
}

// usable checks market, price and size of an order.
func (x *Exchange) usable(market uint32, price, size uint64, priced bool) (*book, Reason) {
	b, ok := x.books[market]
	switch {
	case !ok:
		return nil, NoMarket
	case b.status != command.Open:
		return nil, Closed
	case priced && (price == 0 || price%b.tick != 0):
		return nil, BadPrice
	case size == 0 || size%b.lot != 0:
		return nil, BadSize
	}
	return b, ""
}

func (x *Exchange) place(t *command.Transition) Outcome {
	if t.Side > command.Ask || t.Type > command.Market || t.TIF > command.PostOnly || t.STP > command.STPDecrement {
		return Outcome{Reason: Malformed}
	}
	market := t.Kind == command.Place && t.Type == command.Market
	b, reason := x.usable(t.Market, t.Price, t.Size, !market)
	if reason != "" {
		return Outcome{Reason: reason}
	}
	if market && t.TIF == command.PostOnly {
		return Outcome{Reason: BadTIF}
	}
	payload := *t
	if market {
		payload.Price = 0
		if t.TIF == command.GTC {
			payload.TIF = command.IOC
		}
	}
	tif := payload.TIF
	if t.Kind == command.ImportOrder {
		tif = command.PostOnly
	}
	if tif == command.IOC || tif == command.FOK {
		payload.ClientID = 0 // nothing will rest under it
	}
	if duplicate, _, _ := x.find(t.Account, 0, payload.ClientID); duplicate != nil {
		return Outcome{Reason: Duplicate}
	}
	taker := Order{ID: x.sequence + 1, Account: t.Account, ClientID: payload.ClientID, Side: t.Side, Price: t.Price, Remaining: t.Size}
	taker.PostOnly = t.Kind == command.Place && t.TIF == command.PostOnly
	if o := b.refused(taker, !market, tif, t.STP); o != "" {
		return Outcome{Reason: o}
	}
	return x.enter(b, taker, !market, tif, t.STP, payload)
}

// refused says why an order may not enter: by its time in force, or because it would change nothing.
func (b *book) refused(taker Order, priced bool, tif command.TIF, stp command.STP) Reason {
	steps, filled, left := b.plan(taker, priced, stp)
	switch {
	case tif == command.PostOnly && b.meets(taker):
		return WouldTrade
	case tif == command.FOK && filled < taker.Remaining:
		return NotWhole
	case len(steps) == 0 && (left == 0 || !mayRest(tif)):
		return NothingLeft
	}
	return ""
}

func mayRest(tif command.TIF) bool {
	return tif == command.GTC || tif == command.PostOnly
}

// enter lets an order take what it crosses and rest with what is left.
func (x *Exchange) enter(b *book, taker Order, priced bool, tif command.TIF, stp command.STP, payload command.Transition) Outcome {
	steps, filled, left := b.plan(taker, priced, stp)
	rests := left > 0 && mayRest(tif)
	o := Outcome{Order: taker.ID, Filled: filled, Fills: b.carry(taker, steps)}
	if rests {
		taker.Remaining = left
		o.Remaining = left
		b.insert(taker)
	}
	return x.accept(o, payload)
}

// meets says whether the best order of the other side is within the taker's price.
func (b *book) meets(taker Order) bool {
	makers := b.sides[taker.Side.Opposite()]
	return len(makers) > 0 && crosses(taker, makers[0])
}

func (x *Exchange) cancel(t *command.Transition) Outcome {
	b, side, at := x.find(t.Account, t.Order, t.ClientID)
	switch {
	case b == nil:
		return Outcome{Reason: NoOrder}
	case b.status == command.Halted:
		return Outcome{Reason: Closed}
	}
	id := b.sides[side][at].ID
	b.sides[side] = slices.Delete(b.sides[side], at, at+1)
	return x.accept(Outcome{Order: id}, command.Transition{Kind: command.Cancel, Order: id})
}

func (x *Exchange) cancelAll(t *command.Transition) Outcome {
	var ids []uint64
	for market, b := range x.books {
		if (t.Market != 0 && t.Market != market) || b.status == command.Halted {
			continue
		}
		for _, o := range slices.Concat(b.sides[:]...) {
			if o.Account == t.Account {
				ids = append(ids, o.ID)
			}
		}
	}
	if len(ids) == 0 {
		return Outcome{Reason: NoOrder}
	}
	slices.Sort(ids)
	ids = ids[:min(len(ids), MaxTouched)]
	for _, b := range x.books {
		for side := range b.sides {
			b.sides[side] = slices.DeleteFunc(b.sides[side], func(o Order) bool { return slices.Contains(ids, o.ID) })
		}
	}
	var o Outcome
	for _, id := range ids {
		o = x.accept(o, command.Transition{Kind: command.Cancel, Order: id})
	}
	return o
}

// amend shrinks an order in place if nothing but its size goes down; any other change queues it again as a taker.
func (x *Exchange) amend(t *command.Transition) Outcome {
	b, side, at := x.find(t.Account, t.Order, t.ClientID)
	if b == nil {
		return Outcome{Reason: NoOrder}
	}
	order := b.sides[side][at]
	price := cmp.Or(t.Price, order.Price)
	switch {
	case b.status == command.Halted:
		return Outcome{Reason: Closed}
	case t.STP > command.STPDecrement:
		return Outcome{Reason: Malformed}
	case price%b.tick != 0:
		return Outcome{Reason: BadPrice}
	case t.Size == 0 || t.Size%b.lot != 0:
		return Outcome{Reason: BadSize}
	case price == order.Price && t.Size == order.Remaining:
		return Outcome{Reason: NoDifference}
	}
	payload := command.Transition{Kind: command.Amend, Order: order.ID, Size: t.Size}
	if price != order.Price {
		payload.Price = price
	}
	if price == order.Price && t.Size < order.Remaining {
		b.sides[side][at].Remaining = t.Size
		return x.accept(Outcome{Order: order.ID, Remaining: t.Size}, payload)
	}
	if b.status != command.Open {
		return Outcome{Reason: Closed}
	}
	payload.STP = t.STP
	taker := order
	taker.ID, taker.Price, taker.Remaining = x.sequence+1, price, t.Size
	tif := command.GTC
	if order.PostOnly {
		if tif = command.PostOnly; b.meets(taker) {
			return Outcome{Reason: WouldTrade}
		}
	}
	// Taking it out is a change of its own, so that self-trade prevention may leave nothing of it.
	b.sides[side] = slices.Delete(b.sides[side], at, at+1)
	return x.enter(b, taker, true, tif, t.STP, payload)
}
