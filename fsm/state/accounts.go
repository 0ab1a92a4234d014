package state

// An account stands in two cache lines: who it is and its orders in the first,
// its first few balances in the second. Balances beyond these are on a shelf.
// An entry of a list of marks says what was before the batch.

import "github.com/holdfast-rollup/holdfast/fsm/command"

// inlineBalances is how many balances an account's slot holds.
const inlineBalances = 4

// account is a slot. The fee account has one without a record. A free slot
// links the next by id.
type account struct {
	id       uint64
	address  command.Address
	used     bool                   // not free
	present  bool                   // has a record
	marked   bool                   // its record stands in accounts.born
	marks    uint8                  // which balances stand in accounts.moved
	list     ends                   // of its orders
	assets   [inlineBalances]uint32 // 0: none
	_        [8]byte
	balances [inlineBalances]Balance
}

// accountMark is an account's record before the batch.
type accountMark struct {
	slot    uint32
	present bool
	address command.Address
}

// balanceMark is a balance before the batch.
type balanceMark struct {
	slot    uint32
	place   uint8
	balance Balance
}

// accounts holds accounts and balances by id.
type accounts struct {
	hash  *hashKey
	index table
	slab  slab[account]
	free  uint32
	born  []accountMark
	moved []balanceMark
	spill shelf[Balance]
}

func newAccounts(hash *hashKey) accounts {
	return accounts{hash: hash, index: newTable(), spill: newShelf[Balance](hash)}
}

// find returns the slot of an account, or 0.
func (s *accounts) find(id uint64) uint32 {
	tag := s.hash.tag(id, 0)
	seg := s.index.of(tag)
	for i := tag; ; i++ {
		e := seg.entries[i%segmentLen]
		if e == 0 {
			return 0
		}
		if uint32(e>>32) == tag && s.slab.at(uint32(e)).id == id {
			return uint32(e)
		}
	}
}

func (s *accounts) obtain(id uint64) uint32 {
	if i := s.find(id); i != 0 {
		return i
	}
	return s.add(id)
}

// add gives an account that has none a slot.
func (s *accounts) add(id uint64) uint32 {
	i := s.free
	if i != 0 {
		s.free = uint32(s.slab.at(i).id)
	} else {
		i = s.slab.extend()
	}
	*s.slab.at(i) = account{id: id, used: true}
	s.index.insert(s.hash.tag(id, 0), i)
	return i
}

// reap frees a slot that holds nothing any more.
func (s *accounts) reap(i uint32) {
	a := s.slab.at(i)
	if !a.used || a.present || a.list.first != 0 || a.assets != [inlineBalances]uint32{} {
		return
	}
	s.index.remove(s.hash.tag(a.id, 0), i)
	*a = account{id: uint64(s.free)}
	s.free = i
}

// set gives an account its record, or takes it.
func (s *accounts) set(id uint64, present bool, address command.Address) {
	i := s.obtain(id)
	a := s.slab.at(i)
	if !a.marked {
		a.marked = true
		s.born = append(s.born, accountMark{i, a.present, a.address})
	}
	a.present, a.address = present, address
}

// place returns where an account's slot holds an asset, or -1.
func (a *account) place(asset uint32) int {
	for i, x := range &a.assets {
		if x == asset {
			return i
		}
	}
	return -1
}

func (s *accounts) balance(id uint64, asset uint32) Balance {
	if i := s.find(id); i != 0 && asset != 0 {
		a := s.slab.at(i)
		if p := a.place(asset); p >= 0 {
			return a.balances[p]
		}
	}
	b, _ := s.spill.get(id, asset)
	return b
}

// setBalance writes a balance where it stands, or in the first free place.
func (s *accounts) setBalance(id uint64, asset uint32, b Balance) {
	i := s.find(id)
	if asset == 0 || i == 0 && b == (Balance{}) {
		s.spillBalance(id, asset, b)
		return
	}
	if i == 0 {
		i = s.obtain(id)
	}
	a := s.slab.at(i)
	p := a.place(asset)
	if p < 0 {
		if p = a.place(0); p < 0 || b == (Balance{}) || s.spill.find(id, asset) != 0 {
			s.spillBalance(id, asset, b)
			return
		}
		a.assets[p] = asset
	}
	if bit := uint8(1) << p; a.marks&bit == 0 {
		a.marks |= bit
		s.moved = append(s.moved, balanceMark{i, uint8(p), a.balances[p]})
	}
	a.balances[p] = b
}

func (s *accounts) spillBalance(id uint64, asset uint32, b Balance) {
	if b == (Balance{}) {
		s.spill.remove(id, asset)
		return
	}
	s.spill.put(id, asset, b)
}

// settle ends the batch: what is now is what was.
func (s *accounts) settle() {
	for i := range s.moved {
		m := &s.moved[i]
		a := s.slab.at(m.slot)
		a.marks = 0
		if a.balances[m.place] == (Balance{}) {
			a.assets[m.place] = 0
		}
	}
	for i := range s.born {
		s.slab.at(s.born[i].slot).marked = false
	}
	s.clear()
	s.spill.settle()
}

// discard ends the batch: what was is what is now.
func (s *accounts) discard() {
	for i := range s.moved {
		m := &s.moved[i]
		s.slab.at(m.slot).balances[m.place] = m.balance
	}
	for i := range s.born {
		m := &s.born[i]
		a := s.slab.at(m.slot)
		a.present, a.address = m.present, m.address
	}
	s.spill.discard()
	s.settle()
}

// clear frees the slots that lost their last content and empties the lists.
func (s *accounts) clear() {
	for i := range s.moved {
		s.reap(s.moved[i].slot)
	}
	for i := range s.born {
		s.reap(s.born[i].slot)
	}
	s.moved, s.born = s.moved[:0], s.born[:0]
}
