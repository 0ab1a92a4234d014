package state

// Place, cancel, cancel-all and amend. All checks come before the first write;
// an order that would neither trade, nor rest, nor remove anything is
// rejected, so that what is accepted always leaves a trace in the book.

import "github.com/holdfast-rollup/holdfast/fsm/command"

// terms checks what Place and ImportOrder have in common and returns the market.
func (e *engine) terms() (Market, Code) {
	t := e.t
	if t.Side > command.Ask {
		return Market{}, Malformed
	}
	m, ok := e.s.Market(t.Market)
	if !ok {
		return m, UnknownMarket
	}
	if _, ok := e.s.Account(t.Account); !ok {
		return m, UnknownAccount
	}
	if t.Size == 0 || t.Size%m.Lot != 0 {
		return m, InvalidSize
	}
	return m, Accepted
}

// duplicate reports whether an account's live order has a client id.
func (e *engine) duplicate(account, clientID uint64) bool {
	if clientID == 0 {
		return false
	}
	_, ok := e.s.ClientOrder(account, clientID)
	return ok
}

func validPrice(m *Market, price uint64) bool { return price != 0 && price%m.Tick == 0 }

func placeable(m *Market) Code {
	switch m.Status {
	case command.Open:
		return Accepted
	case command.Halted:
		return MarketHalted
	case command.CancelOnly:
		return MarketCancelOnly
	}
	return MarketHalted
}

func (e *engine) place() Code {
	t := e.t
	if t.Type > command.Market || t.TIF > command.PostOnly || t.STP > command.STPDecrement {
		return Malformed
	}
	m, code := e.terms()
	if code != Accepted {
		return code
	}
	if code := placeable(&m); code != Accepted {
		return code
	}
	n := command.Transition{
		Kind: command.Place, Side: t.Side, Type: t.Type, TIF: t.TIF, STP: t.STP,
		Market: t.Market, Account: t.Account, ClientID: t.ClientID, Price: t.Price, Size: t.Size,
	}
	if t.Type == command.Market {
		if t.TIF == command.PostOnly {
			return InvalidTIF
		}
		n.Price = 0
		if n.TIF == command.GTC {
			n.TIF = command.IOC
		}
	} else if !validPrice(&m, t.Price) {
		return InvalidPrice
	}
	if n.TIF == command.IOC || n.TIF == command.FOK {
		n.ClientID = 0 // it never rests, so the state never holds it
	}
	if e.duplicate(n.Account, n.ClientID) {
		return DuplicateClientID
	}
	o := entry{
		market: &m, id: t.Market, side: t.Side, account: t.Account, clientID: n.ClientID,
		price: n.Price, size: t.Size, isMarket: t.Type == command.Market,
		stp: t.STP, tif: n.TIF, order: e.c.Sequence + 1,
	}
	if code := e.enter(&o, 0, nil); code != Accepted {
		return code
	}
	e.record(n)
	return Accepted
}

func (e *engine) importOrder() Code {
	t := e.t
	m, code := e.terms()
	if code != Accepted {
		return code
	}
	if !validPrice(&m, t.Price) {
		return InvalidPrice
	}
	if e.duplicate(t.Account, t.ClientID) {
		return DuplicateClientID
	}
	o := entry{
		market: &m, id: t.Market, side: t.Side, account: t.Account, clientID: t.ClientID,
		price: t.Price, size: t.Size, tif: command.PostOnly, order: e.c.Sequence + 1, imported: true,
	}
	if code := e.enter(&o, 0, nil); code != Accepted {
		return code
	}
	e.record(command.Transition{
		Kind: command.ImportOrder, Side: t.Side, Market: t.Market, Account: t.Account,
		ClientID: t.ClientID, Price: t.Price, Size: t.Size,
	})
	return Accepted
}

// resting finds the order that a cancel or an amend names.
func (e *engine) resting() (OrderKey, Order, bool) {
	t := e.t
	id := t.Order
	if id == 0 && t.ClientID != 0 && !e.replay {
		id, _ = e.s.ClientOrder(t.Account, t.ClientID)
	}
	if id == 0 {
		return OrderKey{}, Order{}, false
	}
	k, o, ok := e.s.Order(id)
	if !ok || (!e.replay && o.Account != t.Account) {
		return OrderKey{}, Order{}, false
	}
	return k, o, true
}

// marketOf reads the market of a resting order, which must exist.
func (e *engine) marketOf(k OrderKey) (Market, bool) {
	m, ok := e.s.Market(k.Market)
	if !ok {
		e.corrupt("an order rests in no market")
	}
	return m, ok
}

func (e *engine) cancel() Code {
	k, o, ok := e.resting()
	if !ok {
		return UnknownOrder
	}
	m, ok := e.marketOf(k)
	if !ok {
		return StoreFailed
	}
	if m.Status == command.Halted {
		return MarketHalted
	}
	e.reduce(&m, k, o, o.Remaining)
	e.r.Order = k.ID
	e.record(command.Transition{Kind: command.Cancel, Order: k.ID})
	return Accepted
}

// cancelAll cancels an account's orders, in one market or in all. Orders in
// halted markets stay, and so does what is beyond the MaxTouched oldest: the
// next cancel-all takes them.
func (e *engine) cancelAll() Code {
	t := e.t
	if e.replay {
		return Malformed // a payload records the cancels
	}
	if _, ok := e.s.Account(t.Account); !ok {
		return UnknownAccount
	}
	if t.Market != 0 {
		m, ok := e.s.Market(t.Market)
		if !ok {
			return UnknownMarket
		}
		if m.Status == command.Halted {
			return MarketHalted
		}
	}
	n := len(e.out)
	for _, id := range e.s.AccountOrders(t.Account) {
		k, o, ok := e.s.Order(id)
		if !ok {
			e.corrupt("the index names an order that does not rest")
			return StoreFailed
		}
		if t.Market != 0 && k.Market != t.Market {
			continue
		}
		m, ok := e.marketOf(k)
		if !ok {
			return StoreFailed
		}
		if m.Status == command.Halted {
			continue
		}
		if len(e.out)-n == MaxTouched {
			break
		}
		e.reduce(&m, k, o, o.Remaining)
		e.record(command.Transition{Kind: command.Cancel, Order: id})
	}
	if len(e.out) == n {
		return NothingToCancel
	}
	return Accepted
}

// amend changes an order's price and remaining size. The same price and a
// smaller size keep id and priority; anything else takes the order out and
// enters it anew, as a taker, under a new id.
func (e *engine) amend() Code {
	t := e.t
	if t.STP > command.STPDecrement {
		return Malformed
	}
	k, o, ok := e.resting()
	if !ok {
		return UnknownOrder
	}
	m, ok := e.marketOf(k)
	if !ok {
		return StoreFailed
	}
	if m.Status == command.Halted {
		return MarketHalted
	}
	price := t.Price
	if price == 0 {
		price = k.Price
	}
	if !validPrice(&m, price) {
		return InvalidPrice
	}
	if t.Size == 0 || t.Size%m.Lot != 0 {
		return InvalidSize
	}
	n := command.Transition{Kind: command.Amend, Order: k.ID, Size: t.Size}
	if price != k.Price {
		n.Price = price
	}
	if price == k.Price && t.Size == o.Remaining {
		return NoChange
	}
	if price == k.Price && t.Size < o.Remaining {
		e.reduce(&m, k, o, o.Remaining-t.Size)
		e.r.Order, e.r.Remaining = k.ID, t.Size
		e.record(n)
		return Accepted
	}
	return e.requeue(&m, k, o, n)
}

func (e *engine) requeue(m *Market, k OrderKey, o Order, n command.Transition) Code {
	if code := placeable(m); code != Accepted {
		return code
	}
	n.STP = e.t.STP
	price := n.Price
	if price == 0 {
		price = k.Price
	}
	anew := entry{
		market: m, id: k.Market, side: k.Side, account: o.Account, clientID: o.ClientID,
		price: price, size: n.Size, stp: n.STP, order: e.c.Sequence + 1,
	}
	if o.PostOnly {
		anew.tif = command.PostOnly
	}
	freed, ok := m.lock(k, &o, o.Remaining)
	if !ok {
		e.corrupt("an order's lock overflows")
		return StoreFailed
	}
	remove := func() { e.reduce(m, k, o, o.Remaining) }
	if code := e.enter(&anew, freed, remove); code != Accepted {
		return code
	}
	e.record(n)
	return Accepted
}

// lock returns what the order at k has locked for size of it: quote units for
// a bid, base units for an ask.
func (m *Market) lock(k OrderKey, o *Order, size uint64) (uint64, bool) {
	if k.Side == command.Ask {
		return size, true
	}
	return m.bidLock(k.Price, size, o.FeeCap)
}

func (m *Market) lockedAsset(side command.Side) uint32 {
	if side == command.Ask {
		return m.Base
	}
	return m.Quote
}

// reduce takes size off a resting order without a fill and frees what was
// locked for it. At zero the order is gone.
func (e *engine) reduce(m *Market, k OrderKey, o Order, size uint64) {
	freed, ok := m.lock(k, &o, size)
	if !ok || size > o.Remaining {
		e.corrupt("an order's lock overflows")
		return
	}
	e.unlock(o.Account, m.lockedAsset(k.Side), freed, freed)
	e.shrink(k, o, size)
}

func (e *engine) shrink(k OrderKey, o Order, size uint64) {
	o.Remaining -= size
	if o.Remaining == 0 {
		e.s.RemoveOrder(k, o)
		return
	}
	e.s.UpdateOrder(k, o)
}
