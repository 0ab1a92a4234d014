package state

// An order that rests is in six places at once: its slot, its level's queue,
// its account's list, two tables, and the level's sum. All change together.

import (
	"math/bits"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// resting is an order's slot: one cache line. A free one links the next.
type resting struct {
	id, account, remaining, clientID uint64

	level    uint32
	owner    uint32 // account slot
	links    [lists]links
	mark     uint32 // place in Native.touched + 1; 0 while as it was
	feeCap   uint16
	postOnly bool
	fresh    bool // rests since this batch
}

// list is one of the two that an order stands in, both by id.
type list int

const (
	inQueue   list = iota // its level's
	inAccount             // its account's
	lists
)

// links are an order's neighbours in a list, ends a list's; 0 where there is none.
type (
	links struct{ prev, next uint32 }
	ends  struct{ first, last uint32 }
)

// touchedOrder is an order that is new in this batch or had another size
// before. Of one that no longer rests the slot is 0.
type touchedOrder struct {
	slot      uint32
	remaining uint64 // before the batch
}

// placed is an order with its place.
type placed struct {
	key   OrderKey
	order Order
}

// order returns the slot of an order, or 0.
func (n *Native) order(id uint64) uint32 {
	if n.err != nil {
		return 0
	}
	tag := n.hash.tag(id, 0)
	s := n.byID.of(tag)
	for i := tag; ; i++ {
		e := s.entries[i%segmentLen]
		if e == 0 {
			return 0
		}
		if uint32(e>>32) == tag && n.orders.at(uint32(e)).id == id {
			return uint32(e)
		}
	}
}

// client returns the slot of an account's order by its client id, or 0.
func (n *Native) client(account, clientID uint64) uint32 {
	if n.err != nil || clientID == 0 {
		return 0
	}
	tag := n.hash.tag(account, clientID)
	s := n.byClient.of(tag)
	for i := tag; ; i++ {
		e := s.entries[i%segmentLen]
		if e == 0 {
			return 0
		}
		if uint32(e>>32) == tag {
			if o := n.orders.at(uint32(e)); o.clientID == clientID && o.account == account {
				return uint32(e)
			}
		}
	}
}

func (n *Native) resting(i uint32) (OrderKey, Order, bool) {
	o := n.orders.at(i)
	v := n.levels.at(o.level)
	b := n.books.at(v.book)
	return OrderKey{Market: b.market, Side: command.Side(b.side), Price: v.price, ID: o.id},
		Order{Account: o.account, Remaining: o.remaining, PostOnly: o.postOnly, ClientID: o.clientID, FeeCap: o.feeCap},
		true
}

// InsertOrder lets an order rest. Its id exceeds that of every order before it.
func (n *Native) InsertOrder(k OrderKey, o Order) {
	i := n.occupy(k, o)
	if i == 0 {
		return
	}
	s := n.orders.at(i)
	for in := range lists {
		if last := n.ends(in, s).last; last != 0 && n.orders.at(last).id >= k.ID {
			n.corrupt("order %d rests behind a later one", k.ID)
			return
		}
	}
	n.enlist(inQueue, i, 0)
	n.enlist(inAccount, i, 0)
	s.fresh = true
	n.touch(i, s)
}

// occupy gives an order a slot, a level and its entries in the tables. On
// failure it returns 0.
func (n *Native) occupy(k OrderKey, o Order) uint32 {
	market := n.markets.find(uint64(k.Market), 0)
	owner := n.accounts.find(o.Account)
	if n.err != nil || market == 0 || k.Side > command.Ask || owner == 0 || !n.accounts.slab.at(owner).present {
		n.corrupt("order %d of account %d rests in market %d", k.ID, o.Account, k.Market)
		return 0
	}
	side := market*2 + uint32(k.Side)
	key, ok := n.books.at(side).key(k.Price)
	if !ok {
		n.corrupt("order %d rests at %d", k.ID, k.Price)
		return 0
	}
	i := n.freeOrder
	if i != 0 {
		n.freeOrder = n.orders.at(i).links[inQueue].next
	} else {
		i = n.orders.extend()
	}
	at := n.open(side, key, k.Price)
	v := n.levels.at(at)
	v.orders++
	var carry uint64
	v.size, carry = bits.Add64(v.size, o.Remaining, 0)
	v.carry += carry
	*n.orders.at(i) = resting{
		id: k.ID, account: o.Account, remaining: o.Remaining, clientID: o.ClientID,
		level: at, owner: owner, feeCap: o.FeeCap, postOnly: o.PostOnly,
	}
	n.byID.insert(n.hash.tag(k.ID, 0), i)
	if o.ClientID != 0 {
		n.byClient.insert(n.hash.tag(o.Account, o.ClientID), i)
	}
	return i
}

// touch lists an order whose record will differ.
func (n *Native) touch(i uint32, o *resting) {
	if o.mark == 0 {
		n.touched = append(n.touched, touchedOrder{i, o.remaining})
		o.mark = uint32(len(n.touched))
	}
}

// UpdateOrder writes an order whose remaining size changed.
func (n *Native) UpdateOrder(k OrderKey, o Order) {
	i := n.order(k.ID)
	if i == 0 {
		n.corrupt("order %d does not rest", k.ID)
		return
	}
	s := n.orders.at(i)
	n.touch(i, s)
	n.resize(s, o.Remaining)
}

func (n *Native) resize(o *resting, remaining uint64) {
	v := n.levels.at(o.level)
	size, borrow := bits.Sub64(v.size, o.remaining, 0)
	size, carry := bits.Add64(size, remaining, 0)
	v.size = size
	v.carry += carry - borrow
	o.remaining = remaining
}

// RemoveOrder removes an order that no longer rests.
func (n *Native) RemoveOrder(k OrderKey, _ Order) {
	i := n.order(k.ID)
	if i == 0 {
		n.corrupt("order %d does not rest", k.ID)
		return
	}
	o := n.orders.at(i)
	if !o.fresh {
		key, order, _ := n.resting(i)
		if o.mark != 0 {
			order.Remaining = n.touched[o.mark-1].remaining
		}
		n.gone = append(n.gone, placed{key, order})
	}
	if last := uint32(len(n.touched)); o.mark == last && last > 0 {
		n.touched = n.touched[:last-1]
	} else if o.mark != 0 {
		n.touched[o.mark-1].slot = 0
	}
	n.vacate(i, o)
}

// vacate takes an order out of all its places.
func (n *Native) vacate(i uint32, o *resting) {
	n.byID.remove(n.hash.tag(o.id, 0), i)
	if o.clientID != 0 {
		n.byClient.remove(n.hash.tag(o.account, o.clientID), i)
	}
	n.delist(inQueue, o)
	n.delist(inAccount, o)
	v := n.levels.at(o.level)
	if v.orders--; v.orders == 0 {
		n.close(o.level)
	} else {
		n.resize(o, 0)
	}
	*o = resting{links: [lists]links{inQueue: {next: n.freeOrder}}}
	n.freeOrder = i
}

// ends are those of an order's list.
func (n *Native) ends(in list, o *resting) *ends {
	if in == inQueue {
		return &n.levels.at(o.level).queue
	}
	return &n.accounts.slab.at(o.owner).list
}

// enlist puts an order into a list by its id. The walk begins behind cursor (0:
// at the head) and at the tail, and ends where the nearer one finds the place.
func (n *Native) enlist(in list, i, cursor uint32) {
	o := n.orders.at(i)
	l, e := &o.links[in], n.ends(in, o)
	front, rear := e.first, e.last
	if cursor != 0 {
		front = n.orders.at(cursor).links[in].next
	}
	for {
		if rear == 0 || n.orders.at(rear).id < o.id {
			l.prev = rear
			break
		}
		f := n.orders.at(front)
		if f.id > o.id {
			l.prev = f.links[in].prev
			break
		}
		front = f.links[in].next
		rear = n.orders.at(rear).links[in].prev
	}
	if l.prev == 0 {
		l.next, e.first = e.first, i
	} else {
		p := &n.orders.at(l.prev).links[in]
		l.next, p.next = p.next, i
	}
	if l.next == 0 {
		e.last = i
	} else {
		n.orders.at(l.next).links[in].prev = i
	}
}

// delist takes an order out of a list.
func (n *Native) delist(in list, o *resting) {
	l, e := o.links[in], n.ends(in, o)
	if l.prev == 0 {
		e.first = l.next
	} else {
		n.orders.at(l.prev).links[in].next = l.next
	}
	if l.next == 0 {
		e.last = l.prev
	} else {
		n.orders.at(l.next).links[in].prev = l.prev
	}
}
