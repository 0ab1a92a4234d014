package state

import (
	"fmt"
	"math/bits"
)

// Audit checks the native store's structure against itself: every order is in all its places and
// nowhere else, lists run both ways, the trie and the list of levels agree, sums are sums, tables hold
// what exists, free lists and what is used make up each slab.
func (n *Native) Audit() error {
	if n.err != nil {
		return n.err
	}
	seen := map[uint32]uint32{} // order slot -> level
	levels, nodes := 0, 0
	for i := uint32(2); i < n.books.n; i++ {
		b := n.books.at(i)
		if b.root == 0 {
			if b.best != 0 {
				return fmt.Errorf("book %d is empty and has a best level", i)
			}
			continue
		}
		var inTrie []uint32
		k, err := n.auditTrie(b.root, 0, 64, &inTrie)
		if err != nil {
			return fmt.Errorf("book %d: %w", i, err)
		}
		nodes += k
		if err := n.auditBook(i, inTrie, seen); err != nil {
			return fmt.Errorf("book %d: %w", i, err)
		}
		levels += len(inTrie)
	}
	if err := n.auditOwners(seen); err != nil {
		return err
	}
	if len(seen) != n.Len() {
		return fmt.Errorf("%d orders in books, %d by id", len(seen), n.Len())
	}
	return n.auditFree(len(seen), levels, nodes)
}

// auditTrie lists the levels under a reference, by key, and counts nodes.
func (n *Native) auditTrie(ref, parent uint32, above uint8, out *[]uint32) (nodes int, err error) {
	if ref&levelRef != 0 {
		i := ref &^ levelRef
		v := n.levels.at(i)
		if v.node != parent {
			return 0, fmt.Errorf("level %d hangs under %d, not %d", i, v.node, parent)
		}
		if k := len(*out); k > 0 && n.levels.at((*out)[k-1]).key >= v.key {
			return 0, fmt.Errorf("keys out of order at level %d", i)
		}
		*out = append(*out, i)
		return 0, nil
	}
	v := n.nodes.at(ref)
	if v.parent != parent || v.shift >= above || v.shift%digitBits != 0 || bits.OnesCount64(v.set) < 2 {
		return 0, fmt.Errorf("node %d: parent %d, shift %d, kids %b", ref, v.parent, v.shift, v.set)
	}
	nodes = 1
	for d, kid := range v.kids {
		if (kid != 0) != (v.set>>d&1 == 1) {
			return 0, fmt.Errorf("node %d: kid %d and the bitmap disagree", ref, d)
		}
		if kid == 0 {
			continue
		}
		first := len(*out)
		k, err := n.auditTrie(kid, ref, v.shift, out)
		if err != nil {
			return 0, err
		}
		nodes += k
		for _, i := range (*out)[first:] {
			if digit(n.levels.at(i).key, v.shift) != uint(d) {
				return 0, fmt.Errorf("level %d is on the wrong side", i)
			}
		}
	}
	return nodes, nil
}

func (n *Native) auditBook(at uint32, inTrie []uint32, seen map[uint32]uint32) error {
	b := n.books.at(at)
	prev := uint32(0)
	for i, k := b.best, 0; i != 0 || k < len(inTrie); k++ {
		if k >= len(inTrie) || inTrie[k] != i {
			return fmt.Errorf("list and trie part at level %d", i)
		}
		v := n.levels.at(i)
		key, ok := b.key(v.price)
		if v.prev != prev || v.book != at || !ok || key != v.key {
			return fmt.Errorf("level %d: %+v", i, *v)
		}
		var size, carry uint64
		before, lastID, count := uint32(0), uint64(0), uint32(0)
		for j := v.queue.first; j != 0; j = n.orders.at(j).links[inQueue].next {
			o := n.orders.at(j)
			if o.links[inQueue].prev != before || o.level != i || o.id <= lastID || o.remaining == 0 || n.order(o.id) != j {
				return fmt.Errorf("order slot %d: %+v", j, *o)
			}
			if o.clientID != 0 && n.client(o.account, o.clientID) != j {
				return fmt.Errorf("order %d is not found by client id", o.id)
			}
			var c uint64
			size, c = bits.Add64(size, o.remaining, 0)
			carry += c
			seen[j] = i
			before, lastID = j, o.id
			count++
		}
		if v.queue.last != before || v.orders != count || v.size != size || v.carry != carry || count == 0 {
			return fmt.Errorf("level %d sums to %d orders, %d, %d: %+v", i, count, size, carry, *v)
		}
		prev, i = i, v.next
	}
	return nil
}

func (n *Native) auditOwners(seen map[uint32]uint32) error {
	listed := 0
	for i := uint32(1); i < n.accounts.slab.n; i++ {
		own := n.accounts.slab.at(i)
		if own.used != (n.accounts.find(own.id) == i) && (own.used || n.accounts.find(own.id) == i) {
			return fmt.Errorf("account slot %d is not found by id %d", i, own.id)
		}
		if !own.used {
			continue
		}
		if err := own.audit(); err != nil {
			return err
		}
		before, lastID := uint32(0), uint64(0)
		for j := own.list.first; j != 0; j = n.orders.at(j).links[inAccount].next {
			o := n.orders.at(j)
			if _, ok := seen[j]; !ok || o.links[inAccount].prev != before || o.owner != i || o.id <= lastID || o.account != own.id {
				return fmt.Errorf("order slot %d in the list of account %d: %+v", j, own.id, *o)
			}
			before, lastID = j, o.id
			listed++
		}
		if own.list.last != before {
			return fmt.Errorf("account %d: the list ends at %d", own.id, own.list.last)
		}
	}
	if listed != len(seen) {
		return fmt.Errorf("%d orders in accounts' lists, %d in books", listed, len(seen))
	}
	clients := 0
	for j := range n.orders.n {
		if _, ok := seen[j]; ok && n.orders.at(j).clientID != 0 {
			clients++
		}
	}
	if clients != n.byClient.count {
		return fmt.Errorf("%d client ids, %d in the table", clients, n.byClient.count)
	}
	return nil
}

// audit checks that a slot holds nothing that the batch's end should have let go.
func (a *account) audit() error {
	for p, asset := range a.assets {
		if zero := a.balances[p] == (Balance{}); zero != (asset == 0) && (a.marks>>p&1 == 0 || asset == 0) {
			return fmt.Errorf("account %d: asset %d, balance %+v, marks %b", a.id, asset, a.balances[p], a.marks)
		}
	}
	if !a.present && !a.marked && a.list.first == 0 && a.assets == [inlineBalances]uint32{} {
		return fmt.Errorf("account %d holds a slot for nothing", a.id)
	}
	return nil
}

func (n *Native) auditFree(orders, levels, nodes int) error {
	count := func(head uint32, next func(uint32) uint32) (k int) {
		for ; head != 0; head = next(head) {
			k++
		}
		return k
	}
	free := count(n.freeOrder, func(i uint32) uint32 { return n.orders.at(i).links[inQueue].next })
	if n.orders.n > 0 && free+orders+1 != int(n.orders.n) {
		return fmt.Errorf("orders: %d free, %d used of %d", free, orders, n.orders.n)
	}
	free = count(n.freeLevel, func(i uint32) uint32 { return n.levels.at(i).next })
	if n.levels.n > 0 && free+levels+1 != int(n.levels.n) {
		return fmt.Errorf("levels: %d free, %d used of %d", free, levels, n.levels.n)
	}
	free = count(n.freeNode, func(i uint32) uint32 { return n.nodes.at(i).parent })
	if n.nodes.n > 0 && free+nodes+1 != int(n.nodes.n) || nodes > max(0, levels-1) {
		return fmt.Errorf("nodes: %d free, %d used of %d, for %d levels", free, nodes, n.nodes.n, levels)
	}
	a := &n.accounts
	if free = count(a.free, func(i uint32) uint32 { return uint32(a.slab.at(i).id) }); a.slab.n > 0 &&
		free+a.index.count+1 != int(a.slab.n) {
		return fmt.Errorf("accounts: %d free, %d used of %d", free, a.index.count, a.slab.n)
	}
	if free = count(a.spill.free, func(i uint32) uint32 { return uint32(a.spill.slab.at(i).a) }); a.spill.slab.n > 0 &&
		free+a.spill.index.count+1 != int(a.spill.slab.n) {
		return fmt.Errorf("balances: %d free, %d used of %d", free, a.spill.index.count, a.spill.slab.n)
	}
	return nil
}

// Probes returns the longest probe over the tables that clients' ids go into.
func (n *Native) Probes() (longest int) {
	for _, t := range []*table{&n.byID, &n.byClient, &n.accounts.index, &n.accounts.spill.index} {
		for _, s := range t.dir {
			for i, e := range s.entries {
				if e != 0 {
					longest = max(longest, 1+int((uint32(i)-uint32(e>>32))%segmentLen))
				}
			}
		}
	}
	return longest
}

// LadderSlots counts the levels and nodes that were ever needed at once.
func (n *Native) LadderSlots() int { return int(n.levels.n + n.nodes.n) }

// Colliding returns ids that begin their probe at one place of one segment under a seed.
func Colliding(seed uint64, count int) func(i uint64) uint64 {
	key := newHashKey(seed)
	var ids []uint64
	for id := uint64(1); len(ids) < count; id++ {
		if key.tag(id, 0)%segmentLen == 0 {
			ids = append(ids, id)
		}
	}
	return func(i uint64) uint64 { return ids[i] }
}
