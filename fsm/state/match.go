package state

// Matching: an incoming order trades with the best resting order of the other
// side, at that order's price, until it is filled or prices no longer cross.
// The book is never crossed afterwards. The taker's own balances are read
// before and written after; in between only makers' balances change, which can
// but raise what the taker has available (when it trades with itself).

import "github.com/holdfast-rollup/holdfast/fsm/command"

// MaxTouched is how many resting orders one transition may trade with, shrink
// or remove, so that neither its receipt nor its part of a payload grows with
// the book.
const MaxTouched = 4096

// entry is an order on its way into the book.
type entry struct {
	market   *Market
	id       uint32 // the market's
	side     command.Side
	account  uint64
	clientID uint64
	price    uint64 // limit; 0 for a market order
	size     uint64
	isMarket bool
	imported bool
	stp      command.STP
	tif      command.TIF
	order    uint64 // its id

	left    uint64 // of size: neither filled nor taken off
	budget  uint64 // market bid: quote units not spent yet
	changed bool   // the state is no longer the one before
	stopped bool   // self-trade prevention or MaxTouched ended it
	spent   uint64 // bid: quote and fees; ask: base
	gained  uint64 // bid: base; ask: quote less fees
	fees    uint64 // both sides', for the fee account
}

// enter runs an order through the book and lets the rest of it rest. freed is
// what removing an order first, by remove, will make available again.
func (e *engine) enter(o *entry, freed uint64, remove func()) Code {
	o.left = o.size
	available, ok := add(e.s.Balance(o.account, o.market.lockedAsset(o.side)).Available, freed)
	if !ok {
		e.corrupt("balances exceed the supply")
		return StoreFailed
	}
	if code := o.funded(available); code != Accepted {
		return code
	}
	if o.tif == command.PostOnly {
		if k, _, ok := e.s.Best(o.id, o.side.Opposite()); ok && o.crosses(k.Price) {
			return WouldCross
		}
	}
	if o.tif == command.FOK && !e.fillable(o) {
		return Unfillable
	}
	if remove != nil {
		remove()
		o.changed = true
	}
	code := e.match(o)
	rests := o.left > 0 && !o.stopped && (o.tif == command.GTC || o.tif == command.PostOnly)
	if !o.changed && !rests {
		return code
	}
	if !rests {
		o.left = 0
	}
	e.settle(o)
	e.r.Order, e.r.Remaining = o.order, o.left
	return Accepted
}

// funded checks that the account can pay for whatever the order may become.
func (o *entry) funded(available uint64) Code {
	need := o.size
	switch {
	case o.side == command.Ask && !o.isMarket:
		// What nobody could ever pay in whole is refused now.
		if _, ok := o.market.bidLock(o.price, o.size, o.market.feeCap()); !ok {
			return Overflow
		}
	case o.side == command.Bid && o.isMarket:
		o.budget = available
		return Accepted
	case o.side == command.Bid:
		lock, ok := o.market.bidLock(o.price, o.size, o.market.feeCap())
		if !ok {
			return Overflow
		}
		need = lock
	}
	if available < need {
		return InsufficientBalance
	}
	return Accepted
}

func (o *entry) crosses(price uint64) bool {
	switch {
	case o.isMarket:
		return true
	case o.side == command.Bid:
		return price <= o.price
	default:
		return price >= o.price
	}
}

// fillable reports whether the whole order would fill at once.
func (e *engine) fillable(o *entry) bool {
	left, budget := o.left, o.budget
	k, maker, ok := e.s.Best(o.id, o.side.Opposite())
	for touched := 0; ok && o.crosses(k.Price) && touched < MaxTouched; touched++ {
		if own := maker.Account == o.account && o.stp != command.STPOff; own && o.stp != command.STPCancelOldest {
			return false
		} else if !own {
			size := min(left, maker.Remaining)
			if o.isMarket && o.side == command.Bid {
				if o.market.affordable(k.Price, budget) < size {
					return false
				}
				q, _ := o.market.quote(k.Price, size)
				budget -= q + fee(q, o.market.TakerFee)
			}
			left -= size
			if left == 0 {
				return true
			}
		}
		k, maker, ok = e.s.After(k)
	}
	return false
}

// match trades until nothing crosses. The code is the reason to reject if
// nothing changed.
func (e *engine) match(o *entry) Code {
	for touched := 0; o.left > 0 && e.s.Err() == nil; touched++ {
		k, maker, ok := e.s.Best(o.id, o.side.Opposite())
		if !ok || !o.crosses(k.Price) {
			return NoLiquidity
		}
		if touched == MaxTouched {
			o.stopped = true
			return Accepted
		}
		if maker.Account == o.account && o.stp != command.STPOff {
			e.preventSelfTrade(o, k, maker)
			if o.stopped {
				return SelfTrade
			}
			continue
		}
		size := min(o.left, maker.Remaining)
		if o.isMarket && o.side == command.Bid {
			size = min(size, o.market.affordable(k.Price, o.budget))
			if size == 0 {
				return InsufficientBalance
			}
		}
		if !e.fill(o, k, maker, size) {
			return StoreFailed
		}
	}
	return Accepted
}

func (e *engine) preventSelfTrade(o *entry, k OrderKey, maker Order) {
	switch o.stp {
	case command.STPOff:
	case command.STPCancelNewest:
		o.stopped = true
	case command.STPCancelOldest:
		e.reduce(o.market, k, maker, maker.Remaining)
		o.changed = true
	case command.STPCancelBoth:
		e.reduce(o.market, k, maker, maker.Remaining)
		o.changed, o.stopped = true, true
	case command.STPDecrement:
		size := min(o.left, maker.Remaining)
		e.reduce(o.market, k, maker, size)
		o.left -= size
		o.changed = true
	}
}

// fill trades size between the entry and a resting order.
func (e *engine) fill(o *entry, k OrderKey, maker Order, size uint64) bool {
	m := o.market
	q, ok := m.quote(k.Price, size)
	lock, fits := m.lock(k, &maker, size)
	if !ok || !fits {
		e.corrupt("an order's lock overflows")
		return false
	}
	makerFee := fee(q, min(m.MakerFee, maker.FeeCap))
	takerFee := fee(q, m.TakerFee)
	if o.side == command.Bid {
		e.unlock(maker.Account, m.Base, size, 0)
		e.credit(maker.Account, m.Quote, q-makerFee)
		o.spent += q + takerFee
		o.gained += size
	} else {
		if lock < q+makerFee {
			e.corrupt("a bid locked less than it costs")
			return false
		}
		e.unlock(maker.Account, m.Quote, lock, lock-q-makerFee)
		e.credit(maker.Account, m.Base, size)
		o.spent += size
		o.gained += q - takerFee
	}
	if o.isMarket && o.side == command.Bid {
		o.budget -= q + takerFee
	}
	o.fees += makerFee + takerFee
	o.left -= size
	o.changed = true
	e.shrink(k, maker, size)
	e.r.Filled += size
	e.r.QuoteFilled += q
	e.r.Fills = append(e.r.Fills, Fill{
		Maker: k.ID, Taker: o.order, MakerAccount: maker.Account, TakerAccount: o.account,
		Market: o.id, Price: k.Price, Size: size, Quote: q,
		MakerFee: makerFee, TakerFee: takerFee, TakerSide: o.side,
	})
	return true
}

// settle writes the taker's balances, the fees, and the order if it rests.
func (e *engine) settle(o *entry) {
	m := o.market
	lock := o.left
	if o.side == command.Bid && o.left > 0 {
		lock, _ = m.bidLock(o.price, o.left, m.feeCap())
	}
	gain := m.Base
	if o.side == command.Ask {
		gain = m.Quote
	}
	e.debit(o.account, m.lockedAsset(o.side), o.spent, lock)
	e.credit(o.account, gain, o.gained)
	e.credit(FeeAccount, m.Quote, o.fees)
	if o.left == 0 {
		return
	}
	e.s.InsertOrder(
		OrderKey{Market: o.id, Side: o.side, Price: o.price, ID: o.order},
		Order{
			Account: o.account, Remaining: o.left, ClientID: o.clientID,
			PostOnly: o.tif == command.PostOnly && !o.imported, FeeCap: m.feeCap(),
		},
	)
}
