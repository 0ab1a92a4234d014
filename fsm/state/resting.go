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

	level         uint32
	prev, next    uint32 // in the level's queue
	owner         uint32 // account slot
	before, after uint32 // in the account's list
	mark          uint32 // place in Native.touched + 1; 0 while as it was
	feeCap        uint16
	postOnly      bool
	fresh         bool // rests since this batch
}

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
	v, own := n.levels.at(s.level), n.accounts.slab.at(s.owner)
	if v.tail != 0 && n.orders.at(v.tail).id >= k.ID || own.last != 0 && n.orders.at(own.last).id >= k.ID {
		n.corrupt("order %d rests behind a later one", k.ID)
		return
	}
	if s.prev = v.tail; s.prev == 0 {
		v.head = i
	} else {
		n.orders.at(s.prev).next = i
	}
	v.tail = i
	if s.before = own.last; s.before == 0 {
		own.first = i
	} else {
		n.orders.at(s.before).after = i
	}
	own.last = i
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
		n.freeOrder = n.orders.at(i).next
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
	v, own := n.levels.at(o.level), n.accounts.slab.at(o.owner)
	if o.prev == 0 {
		v.head = o.next
	} else {
		n.orders.at(o.prev).next = o.next
	}
	if o.next == 0 {
		v.tail = o.prev
	} else {
		n.orders.at(o.next).prev = o.prev
	}
	if o.before == 0 {
		own.first = o.after
	} else {
		n.orders.at(o.before).after = o.after
	}
	if o.after == 0 {
		own.last = o.before
	} else {
		n.orders.at(o.after).before = o.before
	}
	if v.orders--; v.orders == 0 {
		n.close(o.level)
	} else {
		n.resize(o, 0)
	}
	*o = resting{next: n.freeOrder}
	n.freeOrder = i
}

// queue puts an order into its level's queue by its id. The walk begins behind
// cursor (0: at the head) and at the tail, and ends where the nearer one finds
// the place.
func (n *Native) queue(i, cursor uint32) {
	o := n.orders.at(i)
	v := n.levels.at(o.level)
	front, rear := v.head, v.tail
	if cursor != 0 {
		front = n.orders.at(cursor).next
	}
	for {
		if rear == 0 || n.orders.at(rear).id < o.id {
			o.prev = rear
			break
		}
		f := n.orders.at(front)
		if f.id > o.id {
			o.prev = f.prev
			break
		}
		front = f.next
		rear = n.orders.at(rear).prev
	}
	if o.prev == 0 {
		o.next, v.head = v.head, i
	} else {
		p := n.orders.at(o.prev)
		o.next, p.next = p.next, i
	}
	if o.next == 0 {
		v.tail = i
	} else {
		n.orders.at(o.next).prev = i
	}
}

// enlist is queue for the account's list.
func (n *Native) enlist(i, cursor uint32) {
	o := n.orders.at(i)
	own := n.accounts.slab.at(o.owner)
	front, rear := own.first, own.last
	if cursor != 0 {
		front = n.orders.at(cursor).after
	}
	for {
		if rear == 0 || n.orders.at(rear).id < o.id {
			o.before = rear
			break
		}
		f := n.orders.at(front)
		if f.id > o.id {
			o.before = f.before
			break
		}
		front = f.after
		rear = n.orders.at(rear).before
	}
	if o.before == 0 {
		o.after, own.first = own.first, i
	} else {
		p := n.orders.at(o.before)
		o.after, p.after = p.after, i
	}
	if o.after == 0 {
		own.last = i
	} else {
		n.orders.at(o.after).before = i
	}
}
