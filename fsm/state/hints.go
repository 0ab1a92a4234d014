package state

// Hints tell the guest where the orders that a batch cancels or amends rest.
// They are a witness, not an input to trust: a wrong or missing hint makes the
// replay fail, it cannot change a root.

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Hint says where an order of the pre-version rests.
type Hint struct {
	Order uint64
	Location
}

// minHintBytes is the shortest encoding of one hint: three varints.
const minHintBytes = 3

// AppendHints appends the canonical encoding of hints, which must stand in
// strictly increasing order of id (doc.go has the layout).
func AppendHints(dst []byte, hints []Hint) []byte {
	w := command.Writer{Buf: dst}
	w.Uvarint(uint64(len(hints)))
	var last uint64
	for i, h := range hints {
		if i > 0 && h.Order <= last {
			panic("state: hints are not in order")
		}
		w.Uvarint(h.Order - last)
		w.Uvarint(uint64(h.Market)<<1 | uint64(h.Side))
		w.Uvarint(h.Price)
		last = h.Order
	}
	return w.Buf
}

// DecodeHints decodes at most limit hints. Every byte string but the
// canonical ones is refused.
func DecodeHints(b []byte, limit int) ([]Hint, error) {
	r := command.NewReader(b)
	n := r.Count(limit, minHintBytes)
	hints := make([]Hint, 0, n)
	var last uint64
	for i := 0; i < n && r.Err() == nil; i++ {
		step, place, price := r.Uvarint(), r.Uvarint(), r.Uvarint()
		if r.Err() != nil {
			break
		}
		if step == 0 || step > math.MaxUint64-last || place>>1 > math.MaxUint32 {
			r.Fail(command.ErrValue)
			break
		}
		last += step
		hints = append(hints, Hint{Order: last, Location: Location{
			Market: uint32(place >> 1), Side: command.Side(place & 1), Price: price,
		}})
	}
	if err := r.Done(); err != nil {
		return nil, fmt.Errorf("decode hints: %w", err)
	}
	return hints, nil
}

// HintIndex is the guest's index: the hints, and the orders that the batch
// itself lets rest. It knows no client ids and no account's orders, which a
// normalised payload does not ask for.
type HintIndex struct {
	hints []Hint
	own   map[uint64]Location
}

var _ Index = (*HintIndex)(nil)

// NewHintIndex returns an index over decoded hints.
func NewHintIndex(hints []Hint) *HintIndex {
	return &HintIndex{hints: hints, own: map[uint64]Location{}}
}

// Locate finds an order.
func (x *HintIndex) Locate(order uint64) (Location, bool) {
	if loc, ok := x.own[order]; ok {
		return loc, true
	}
	i, ok := slices.BinarySearchFunc(x.hints, order, func(h Hint, id uint64) int { return cmp.Compare(h.Order, id) })
	if !ok {
		return Location{}, false
	}
	return x.hints[i].Location, true
}

// ByClient finds nothing: client ids are unique by the replicas' care, which
// is no part of what a proof states.
func (x *HintIndex) ByClient(uint64, uint64) (uint64, bool) { return 0, false }

// Orders finds nothing.
func (x *HintIndex) Orders(_ uint64, dst []uint64) []uint64 { return dst }

// Insert adds an order that the batch lets rest.
func (x *HintIndex) Insert(k OrderKey, _, _ uint64) {
	x.own[k.ID] = Location{Market: k.Market, Side: k.Side, Price: k.Price}
}

// Remove removes an order. A hint may stay: the tree holds nothing there.
func (x *HintIndex) Remove(order, _, _ uint64) { delete(x.own, order) }

// ErrNoHint reports a payload that names an order which does not rest in the
// pre-version it is said to follow.
var ErrNoHint = errors.New("order does not rest in the pre-version")

// CollectHints finds the hints that a payload needs by one scan over the
// orders of its pre-version.
func CollectHints(pre interface {
	Getter
	Ascender
}, payload []command.Transition,
) ([]Hint, error) {
	c, err := ReadCounters(pre)
	if err != nil {
		return nil, err
	}
	var hints []Hint
	for i := range payload {
		t := &payload[i]
		if (t.Kind == command.Cancel || t.Kind == command.Amend) && t.Order <= c.Sequence {
			hints = append(hints, Hint{Order: t.Order})
		}
	}
	byOrder := func(a, b Hint) int { return cmp.Compare(a.Order, b.Order) }
	slices.SortFunc(hints, byOrder)
	hints = slices.CompactFunc(hints, func(a, b Hint) bool { return a.Order == b.Order })
	if len(hints) == 0 {
		return nil, nil
	}
	missing := len(hints)
	err = AscendOrders(pre, func(k OrderKey, _ Order) bool {
		if i, ok := slices.BinarySearchFunc(hints, Hint{Order: k.ID}, byOrder); ok {
			hints[i].Location = Location{Market: k.Market, Side: k.Side, Price: k.Price}
			missing--
		}
		return missing > 0
	})
	if err != nil {
		return nil, err
	}
	if missing > 0 {
		return nil, fmt.Errorf("%d orders: %w", missing, ErrNoHint)
	}
	return hints, nil
}
