package workload

// The records are only shaped like a state's: no state ever holds them together. They serve trees, which see bytes.

import "encoding/binary"

// Leaves are records with the lengths and common prefixes of a state's, for measurements of trees: 60 % balances, 40 %
// orders whose prices crowd around a mid.
type Leaves struct {
	// Keys are distinct, no key is a prefix of another, and they are in random order.
	Keys   [][]byte
	random random
	picked []int // Keys' places, shuffled further by each Pick
}

// The first bytes of keys, and the lengths of values, as fsm/state has them.
const (
	balanceLeaf, balanceValue = 4, 16
	orderLeaf, orderValue     = 5, 25
)

// NewLeaves makes the keys of n records.
func NewLeaves(seed uint64, n int) *Leaves {
	l := &Leaves{Keys: make([][]byte, 0, n), random: random{state: seed}, picked: make([]int, n)}
	r := &l.random
	for i := range n {
		var k []byte
		if i < n*6/10 {
			k = binary.BigEndian.AppendUint64([]byte{balanceLeaf}, uint64(i/3))
			k = binary.BigEndian.AppendUint32(k, uint32(i%3))
		} else {
			const mid = 1_000_000
			side, price := byte(r.below(2)), mid+r.tail(5, 14)
			if side == 0 {
				price = ^(mid - r.tail(5, 14)) // bids are kept best first as well
			}
			k = binary.BigEndian.AppendUint32([]byte{orderLeaf}, uint32(r.tail(2, 6)))
			k = binary.BigEndian.AppendUint64(append(k, side), price)
			k = binary.BigEndian.AppendUint64(k, uint64(i))
		}
		l.picked[i] = i
		l.Keys = append(l.Keys, k)
	}
	for i := n - 1; i > 0; i-- {
		j := r.below(uint64(i + 1))
		l.Keys[i], l.Keys[j] = l.Keys[j], l.Keys[i]
	}
	return l
}

// Value draws a value for a key.
func (l *Leaves) Value(key []byte) []byte {
	v := make([]byte, balanceValue, orderValue)
	if key[0] == orderLeaf {
		v = v[:orderValue]
	}
	for i := range v {
		v[i] = byte(l.random.next() >> 56)
	}
	return v
}

// Pick draws n of the keys, each at most once, in random order. It panics if there are fewer.
func (l *Leaves) Pick(n int) [][]byte {
	keys := make([][]byte, n)
	for i := range keys {
		j := i + int(l.random.below(uint64(len(l.picked)-i)))
		l.picked[i], l.picked[j] = l.picked[j], l.picked[i]
		keys[i] = l.Keys[l.picked[i]]
	}
	return keys
}
