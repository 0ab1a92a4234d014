package state

// An index is derived from the orders that rest in the tree and never trusted:
// a wrong answer can make the transition function look at a place where there
// is no order, it can never make one up.

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Location is where in the book an order rests.
type Location struct {
	Market uint32
	Side   command.Side
	Price  uint64
}

// Index answers what the tree's key order cannot. It has one user at a time.
type Index interface {
	Locate(order uint64) (Location, bool)
	ByClient(account, clientID uint64) (order uint64, ok bool)
	Orders(account uint64, dst []uint64) []uint64 // appends ids, ascending
	Insert(k OrderKey, account, clientID uint64)
	Remove(order, account, clientID uint64)
}

// Ascender is what a tree and a view offer for scans.
type Ascender interface {
	Ascend(prefix, from []byte, fn func(key, value []byte) bool) error
}

// MapIndex is the index of a TreeStore whose tree is whole, which the native
// store is compared with. Its orders stand in a slab without
// pointers, linked per account in order of id, so that the collector has
// nothing to scan and removal takes constant time.
type MapIndex struct {
	slots    []indexSlot
	free     []uint32
	byOrder  map[uint64]uint32
	byClient map[clientKey]uint64
	accounts map[uint64]indexList
}

type indexSlot struct {
	id, price  uint64
	market     uint32
	prev, next uint32
	side       command.Side
}

// indexList is an account's first and last slot.
type indexList struct{ head, tail uint32 }

type clientKey struct{ account, clientID uint64 }

const noSlot = ^uint32(0)

var _ Index = (*MapIndex)(nil)

// NewMapIndex returns the index of a state without orders.
func NewMapIndex() *MapIndex {
	return &MapIndex{
		byOrder:  map[uint64]uint32{},
		byClient: map[clientKey]uint64{},
		accounts: map[uint64]indexList{},
	}
}

// RebuildIndex derives the index from the orders that rest in v: for a tree store
// over a state that was loaded or rolled back.
func RebuildIndex(v Ascender) (*MapIndex, error) {
	type resting struct {
		key               OrderKey
		account, clientID uint64
	}
	var orders []resting
	err := AscendOrders(v, func(k OrderKey, o Order) bool {
		orders = append(orders, resting{k, o.Account, o.ClientID})
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("rebuild the index: %w", err)
	}
	slices.SortFunc(orders, func(a, b resting) int { return cmp.Compare(a.key.ID, b.key.ID) })
	x := NewMapIndex()
	for _, o := range orders {
		x.Insert(o.key, o.account, o.clientID)
	}
	return x, nil
}

// Len returns how many orders rest.
func (x *MapIndex) Len() int { return len(x.byOrder) }

// Locate finds an order.
func (x *MapIndex) Locate(order uint64) (Location, bool) {
	i, ok := x.byOrder[order]
	if !ok {
		return Location{}, false
	}
	s := &x.slots[i]
	return Location{Market: s.market, Side: s.side, Price: s.price}, true
}

// ByClient finds an account's live order by its client id.
func (x *MapIndex) ByClient(account, clientID uint64) (uint64, bool) {
	id, ok := x.byClient[clientKey{account, clientID}]
	return id, ok
}

// Orders appends the ids of an account's live orders, ascending.
func (x *MapIndex) Orders(account uint64, dst []uint64) []uint64 {
	l, ok := x.accounts[account]
	if !ok {
		return dst
	}
	for i := l.head; i != noSlot; i = x.slots[i].next {
		dst = append(dst, x.slots[i].id)
	}
	return dst
}

// Insert adds an order; its id exceeds that of every order inserted before.
func (x *MapIndex) Insert(k OrderKey, account, clientID uint64) {
	l, ok := x.accounts[account]
	if !ok {
		l = indexList{head: noSlot, tail: noSlot}
	}
	slot := indexSlot{id: k.ID, price: k.Price, market: k.Market, side: k.Side, prev: l.tail, next: noSlot}
	var i uint32
	if n := len(x.free); n > 0 {
		i, x.free = x.free[n-1], x.free[:n-1]
		x.slots[i] = slot
	} else {
		i = uint32(len(x.slots))
		x.slots = append(x.slots, slot)
	}
	if l.tail == noSlot {
		l.head = i
	} else {
		x.slots[l.tail].next = i
	}
	l.tail = i
	x.accounts[account] = l
	x.byOrder[k.ID] = i
	if clientID != 0 {
		x.byClient[clientKey{account, clientID}] = k.ID
	}
}

// Remove removes an order.
func (x *MapIndex) Remove(order, account, clientID uint64) {
	i, ok := x.byOrder[order]
	if !ok {
		return
	}
	delete(x.byOrder, order)
	if clientID != 0 && x.byClient[clientKey{account, clientID}] == order {
		delete(x.byClient, clientKey{account, clientID})
	}
	s, l := x.slots[i], x.accounts[account]
	if s.prev == noSlot {
		l.head = s.next
	} else {
		x.slots[s.prev].next = s.next
	}
	if s.next == noSlot {
		l.tail = s.prev
	} else {
		x.slots[s.next].prev = s.prev
	}
	if l.head == noSlot {
		delete(x.accounts, account)
	} else {
		x.accounts[account] = l
	}
	x.free = append(x.free, i)
}
