package state

// The levels of one side of a market hang in order of key, the price in ticks
// (complemented for bids, so that the best comes first), in a list and under a
// trie over the keys' digits. Every trie node has at least two kids: there are
// fewer nodes than levels, whatever the prices, and a descent takes at most one
// step for each digit.

import "math/bits"

const (
	digitBits = 6
	digits    = 1 << digitBits
	levelRef  = 1 << 31 // in a reference: the rest is a level, not a node
)

// level is a price at which orders rest, in order of id.
type level struct {
	key, price  uint64
	size, carry uint64 // sum of remaining sizes, 128 bits
	queue       ends   // of its orders
	prev, next  uint32 // levels: better, worse
	node        uint32 // the trie node that it hangs under
	book        uint32
	orders      uint32
	_           uint32
}

// node is where keys part: they agree on all digits above shift.
type node struct {
	set    uint64 // which kids there are
	parent uint32
	shift  uint8
	kids   [digits]uint32
}

// book is one side of a market.
type book struct {
	tick   uint64
	root   uint32 // a reference; 0 when empty
	best   uint32
	market uint32
	side   uint8
}

// ladders holds every book. A book's index is market slot*2 + side.
type ladders struct {
	books     slab[book]
	levels    slab[level]
	nodes     slab[node]
	freeLevel uint32
	freeNode  uint32
}

func digit(key uint64, shift uint8) uint { return uint(key>>shift) % digits }

// key returns the place of a price on a book; ok is false off the tick.
func (b *book) key(price uint64) (key uint64, ok bool) {
	key = price / b.tick
	ok = key*b.tick == price
	if b.side == 0 {
		key = ^key
	}
	return key, ok
}

// find returns the level of a key, or 0.
func (l *ladders) find(b *book, key uint64) uint32 {
	ref := b.root
	for ref != 0 && ref&levelRef == 0 {
		n := l.nodes.at(ref)
		ref = n.kids[digit(key, n.shift)] // zero where there is none
	}
	if i := ref &^ levelRef; i != 0 && l.levels.at(i).key == key {
		return i
	}
	return 0
}

// open returns the level of a price, a new and empty one if need be.
func (l *ladders) open(at uint32, key, price uint64) uint32 {
	b := l.books.at(at)
	if i := l.find(b, key); i != 0 {
		return i
	}
	i := l.freeLevel
	if i != 0 {
		l.freeLevel = l.levels.at(i).next
	} else {
		i = l.levels.extend()
	}
	v := l.levels.at(i)
	*v = level{key: key, price: price, book: at}
	if b.root == 0 {
		b.root, b.best = i|levelRef, i
		return i
	}
	l.hang(b, i, v)
	return i
}

// hang puts a level under the trie and into the list.
func (l *ladders) hang(b *book, i uint32, v *level) {
	near := b.root
	for near&levelRef == 0 {
		n := l.nodes.at(near)
		d := digit(v.key, n.shift)
		if n.kids[d] == 0 {
			d = uint(bits.TrailingZeros64(n.set))
		}
		near = n.kids[d]
	}
	other := l.levels.at(near &^ levelRef).key
	shift := uint8(bits.Len64(v.key^other)-1) / digitBits * digitBits
	parent, ref := uint32(0), b.root
	for ref&levelRef == 0 && l.nodes.at(ref).shift > shift {
		parent = ref
		n := l.nodes.at(ref)
		ref = n.kids[digit(v.key, n.shift)]
	}
	if ref&levelRef != 0 || l.nodes.at(ref).shift != shift {
		ref = l.part(b, parent, ref, other, shift)
	}
	n := l.nodes.at(ref)
	d := digit(v.key, shift)
	n.set |= 1 << d
	n.kids[d] = i | levelRef
	v.node = ref
	l.chain(b, i, v, n, d)
}

// part puts a new node between parent and what ref names.
func (l *ladders) part(b *book, parent, ref uint32, key uint64, shift uint8) uint32 {
	i := l.freeNode
	if i != 0 {
		l.freeNode = l.nodes.at(i).parent
	} else {
		i = l.nodes.extend()
	}
	n := l.nodes.at(i)
	d := digit(key, shift)
	n.set, n.parent, n.shift = 1<<d, parent, shift
	n.kids[d] = ref
	l.adopt(ref, i)
	l.replace(b, parent, key, i)
	return i
}

func (l *ladders) adopt(ref, parent uint32) {
	if ref&levelRef != 0 {
		l.levels.at(ref &^ levelRef).node = parent
	} else {
		l.nodes.at(ref).parent = parent
	}
}

// replace makes ref the kid of parent on the way to key; no parent is the root.
func (l *ladders) replace(b *book, parent uint32, key uint64, ref uint32) {
	if parent == 0 {
		b.root = ref
		return
	}
	p := l.nodes.at(parent)
	p.kids[digit(key, p.shift)] = ref
}

// chain puts a level into the list, next to its nearest neighbour under n.
func (l *ladders) chain(b *book, i uint32, v *level, n *node, d uint) {
	if above := n.set >> d >> 1; above != 0 {
		ref := n.kids[d+1+uint(bits.TrailingZeros64(above))]
		for ref&levelRef == 0 {
			k := l.nodes.at(ref)
			ref = k.kids[bits.TrailingZeros64(k.set)]
		}
		v.next = ref &^ levelRef
		w := l.levels.at(v.next)
		v.prev, w.prev = w.prev, i
	} else {
		ref := n.kids[bits.Len64(n.set&(1<<d-1))-1]
		for ref&levelRef == 0 {
			k := l.nodes.at(ref)
			ref = k.kids[bits.Len64(k.set)-1]
		}
		v.prev = ref &^ levelRef
		w := l.levels.at(v.prev)
		v.next, w.next = w.next, i
		if v.next != 0 {
			l.levels.at(v.next).prev = i
		}
		return
	}
	if v.prev != 0 {
		l.levels.at(v.prev).next = i
	} else {
		b.best = i
	}
}

// close takes an empty level out.
func (l *ladders) close(i uint32) {
	v := l.levels.at(i)
	b := l.books.at(v.book)
	if v.prev != 0 {
		l.levels.at(v.prev).next = v.next
	} else {
		b.best = v.next
	}
	if v.next != 0 {
		l.levels.at(v.next).prev = v.prev
	}
	if v.node == 0 {
		b.root = 0
	} else {
		l.cut(b, v)
	}
	*v = level{next: l.freeLevel}
	l.freeLevel = i
}

// cut takes a level off its node, and the node away if one kid is left.
func (l *ladders) cut(b *book, v *level) {
	i := v.node
	n := l.nodes.at(i)
	d := digit(v.key, n.shift)
	n.set &^= 1 << d
	n.kids[d] = 0
	if n.set&(n.set-1) != 0 {
		return
	}
	last := bits.TrailingZeros64(n.set)
	ref := n.kids[last]
	n.kids[last], n.set = 0, 0
	l.adopt(ref, n.parent)
	l.replace(b, n.parent, v.key, ref)
	n.parent = l.freeNode
	l.freeNode = i
}
