package simulation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
)

// Money is counted from the leaves as the normative layout of fsm/state says
// they are, by code of its own: a defect there cannot hide itself here.

// Key prefixes and lengths of the layout.
const (
	keyAsset   = 0x01
	keyMarket  = 0x02
	keyBalance = 0x04
	keyOrder   = 0x05

	balanceKeyBytes = 1 + 8 + 4
	orderKeyBytes   = 1 + 4 + 1 + 8 + 8
	feeUnit         = 1_000_000
)

// holding names a balance.
type holding = models.Holding

// books is what the leaves of one state say.
type books struct {
	supply  map[uint32]uint64 // as the asset's record states it
	sums    map[uint32]uint64 // of all balances
	totals  map[holding]uint64
	locked  map[holding]uint64 // as the balances state it
	bound   map[holding]uint64 // as the resting orders demand it
	resting map[uint32][]models.Order
}

type terms struct {
	base, quote uint32
	lot, scale  uint64
}

// readBooks reads a whole state.
func readBooks(v *tree.View) (*books, error) {
	b := &books{
		supply: map[uint32]uint64{}, sums: map[uint32]uint64{}, totals: map[holding]uint64{},
		locked: map[holding]uint64{}, bound: map[holding]uint64{}, resting: map[uint32][]models.Order{},
	}
	markets := map[uint32]terms{}
	var wrong error
	err := v.Ascend(nil, nil, func(key, value []byte) bool {
		switch key[0] {
		case keyAsset:
			b.supply[binary.BigEndian.Uint32(key[1:])] = binary.BigEndian.Uint64(value[21:])
		case keyMarket:
			t := terms{base: binary.BigEndian.Uint32(value), quote: binary.BigEndian.Uint32(value[4:]), lot: binary.BigEndian.Uint64(value[16:]), scale: 1}
			for range value[29] {
				t.scale *= 10
			}
			id := binary.BigEndian.Uint32(key[1:])
			markets[id], b.resting[id] = t, nil
		case keyBalance:
			wrong = b.balance(key, value)
		case keyOrder:
			wrong = b.order(key, value, markets)
		}
		return wrong == nil
	})
	if err == nil {
		err = wrong
	}
	return b, err
}

func (b *books) balance(key, value []byte) error {
	if len(key) != balanceKeyBytes || len(value) != 16 {
		return fmt.Errorf("invariant 7: balance %x = %x is malformed", key, value)
	}
	h := holding{Account: binary.BigEndian.Uint64(key[1:]), Asset: binary.BigEndian.Uint32(key[9:])}
	available, locked := binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[8:])
	total, carry := bits.Add64(available, locked, 0)
	sum, more := bits.Add64(b.sums[h.Asset], total, 0)
	if carry+more != 0 {
		return fmt.Errorf("invariant 7: balances of asset %d exceed 64 bits", h.Asset)
	}
	b.totals[h], b.sums[h.Asset] = total, sum
	if locked != 0 {
		b.locked[h] = locked
	}
	return nil
}

// order adds what a resting order must have locked: markets sort before orders.
func (b *books) order(key, value []byte, markets map[uint32]terms) error {
	if len(key) != orderKeyBytes || len(value) != 27 {
		return fmt.Errorf("invariant 7: order %x = %x is malformed", key, value)
	}
	id := binary.BigEndian.Uint32(key[1:])
	m, ok := markets[id]
	if !ok {
		return fmt.Errorf("invariant 7: order %x rests in no market", key)
	}
	o := models.Order{
		ID: binary.BigEndian.Uint64(key[14:]), Side: command.Side(key[5]), Price: binary.BigEndian.Uint64(key[6:]),
		Account: binary.BigEndian.Uint64(value), Remaining: binary.BigEndian.Uint64(value[8:]),
		PostOnly: value[16]&1 != 0, ClientID: binary.BigEndian.Uint64(value[17:]),
	}
	if o.Side == command.Ask {
		b.bound[holding{Account: o.Account, Asset: m.base}] += o.Remaining
	} else {
		o.Price = ^o.Price
		hi, lo := bits.Mul64(o.Price, m.lot)
		each, _ := bits.Div64(hi, lo, m.scale)
		fee := (each*uint64(binary.BigEndian.Uint16(value[25:])) + feeUnit - 1) / feeUnit // the flow's lots are small
		b.bound[holding{Account: o.Account, Asset: m.quote}] += (each + fee) * (o.Remaining / m.lot)
	}
	b.resting[id] = append(b.resting[id], o)
	return nil
}

// consistent checks a state against what came in and went out by payloads.
func (b *books) consistent(moved map[uint32]uint64) error {
	for asset, supply := range b.supply {
		if b.sums[asset] != supply || moved[asset] != supply {
			return fmt.Errorf("invariant 7: of asset %d the record says %d, balances sum to %d, payloads brought %d",
				asset, supply, b.sums[asset], moved[asset])
		}
	}
	for h, amount := range b.locked {
		if b.bound[h] != amount {
			return fmt.Errorf("invariant 7: %+v has %d locked, its orders demand %d", h, amount, b.bound[h])
		}
	}
	for h, amount := range b.bound {
		if b.locked[h] != amount {
			return fmt.Errorf("invariant 7: %+v has %d locked, its orders demand %d", h, b.locked[h], amount)
		}
	}
	return nil
}

// conserved checks invariant 7 for a batch that a replica has just sealed.
func (c *checks) conserved(id string, m *fsm.Machine, number uint64) {
	err := func() error {
		sealed, err := m.Sealed(number)
		if err != nil {
			return err
		}
		x, err := c.cross(sealed)
		if err != nil {
			return err
		}
		view, err := m.View(number)
		if err != nil {
			return err
		}
		defer view.Close()
		b, err := readBooks(view)
		if err != nil {
			return err
		}
		return b.consistent(x.moved)
	}()
	if err != nil {
		c.fail("%s, batch %d: %w", id, number, err)
	}
}

// crossing is what crosses the border between L1 and the state in one batch, by its payload.
type crossing struct {
	before      *crossing         // nil for the first batch
	moved       map[uint32]uint64 // by asset, up to here: deposited and imported less withdrawn
	deposits    []deposit
	withdrawals []batch.Withdrawal
	left        uint64 // withdrawals up to here
}

// deposit is one as a payload has it.
type deposit struct {
	command.Transition

	sequence uint64
}

// cross reads a batch's payload, which must follow one that was read.
func (c *checks) cross(sealed *fsm.SealedBatch) (*crossing, error) {
	ts, err := batch.DecodePayload(sealed.Payload, batch.DefaultLimits())
	if err != nil {
		return nil, err
	}
	queue := c.queue()
	c.mu.Lock()
	defer c.mu.Unlock()
	if again, ok := c.crossings[sealed.Hash]; ok {
		return again, nil
	}
	x := &crossing{before: c.crossings[sealed.Header.ParentHash], moved: map[uint32]uint64{}}
	if x.before != nil {
		maps.Copy(x.moved, x.before.moved)
		x.left = x.before.left
	} else if sealed.Header.Number > 1 {
		return nil, fmt.Errorf("it was sealed before its parent %x was", sealed.Header.ParentHash)
	}
	for i, t := range ts {
		switch t.Kind { //nolint:exhaustive // the others move no money across the border
		case command.ImportBalance:
			x.moved[t.Asset] += t.Amount
		case command.Deposit:
			x.moved[t.Asset] += t.Amount
			x.deposits = append(x.deposits, deposit{t, sealed.Header.FirstSequence + uint64(i)})
			c.created = append(c.created, t.Account)
			if queue != nil {
				err = errors.Join(err, queuedAs(&t, queue))
			}
		case command.Withdraw:
			x.moved[t.Asset] -= t.Amount
			x.withdrawals = append(x.withdrawals, withdrawalOf(&t, x.left))
			x.left++
		}
	}
	c.crossings[sealed.Hash] = x
	return x, err
}

func withdrawalOf(t *command.Transition, index uint64) batch.Withdrawal {
	return batch.Withdrawal{Index: index, Asset: t.Asset, Address: t.Address, Amount: t.Amount}
}

// queuedAs checks that a deposit is the one that a queue has at its place.
func queuedAs(t *command.Transition, queue []cursor.Deposit) error {
	if t.Inbox >= uint64(len(queue)) {
		return fmt.Errorf("invariant 7: deposit %d is credited, L1 has %d", t.Inbox, len(queue))
	}
	if q := &queue[t.Inbox]; t.Asset != q.Asset || t.Address != q.Address || t.Amount != q.Amount {
		return fmt.Errorf("invariant 7: deposit %d is credited as %+v, L1 queued %+v", t.Inbox, t, q)
	}
	return nil
}

// credited returns accounts that a deposit went to, also such as are taken back.
func (c *checks) credited() []uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.created
}

// owed makes claims of what was withdrawn in the verified batches of the contract and is not paid.
func (c *checks) owed(at *contract) (claims []*claim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := uint64(1); n <= at.verified; n++ {
		x := c.crossings[at.committed[n].hash]
		if x == nil {
			continue // invariant 5 is broken, and said to be
		}
		for i, w := range x.withdrawals {
			if _, is := at.bank.paid[w.Index]; is {
				continue
			}
			proof, err := batch.ProveWithdrawal(x.withdrawals, i)
			if err != nil {
				panic(err) // i is one of them
			}
			claims = append(claims, &claim{n, w, proof})
		}
	}
	return claims
}

// history is everything that has crossed the border and stands.
type history struct {
	deposits    []deposit
	withdrawals []batch.Withdrawal
}

// history is that of the first replica's newest sealed batch.
func (s *simulation) history() history {
	cur := s.replicas[0].machine.Cursor()
	newest, _ := cur.Batch(cur.Heads().Sealed)
	s.checks.mu.Lock()
	defer s.checks.mu.Unlock()
	var all []*crossing
	for x := s.checks.crossings[newest.HeaderHash]; x != nil; x = x.before {
		all = append(all, x)
	}
	var h history
	for _, x := range slices.Backward(all) {
		h.deposits = append(h.deposits, x.deposits...)
		h.withdrawals = append(h.withdrawals, x.withdrawals...)
	}
	return h
}

// promised checks a withdrawal's receipt: its index is the one under which L1 pays it.
func (h *history) promised(t *command.Transition, index uint64) error {
	if t.Kind == command.Withdraw && (index >= uint64(len(h.withdrawals)) || h.withdrawals[index] != withdrawalOf(t, index)) {
		return fmt.Errorf("invariant 7: no payload has withdrawal %d of %d of asset %d to %x", index, t.Amount, t.Asset, t.Address)
	}
	return nil
}

// as compares it with what L1 has queued and paid.
func (h *history) as(b *bank) error {
	if len(b.paid) != len(h.withdrawals) || len(b.queue) != len(h.deposits) {
		return fmt.Errorf("invariant 7: L1 paid %d withdrawals of %d, %d deposits are credited of %d",
			len(b.paid), len(h.withdrawals), len(h.deposits), len(b.queue))
	}
	for i, w := range h.withdrawals {
		if got := b.paid[uint64(i)]; got != w {
			return fmt.Errorf("invariant 7: L1 paid %+v, withdrawn was %+v", got, w)
		}
	}
	for i := range h.deposits {
		if t := &h.deposits[i].Transition; t.Inbox != uint64(i) {
			return fmt.Errorf("invariant 7: deposit %d is credited, the next is %d", t.Inbox, i)
		} else if err := queuedAs(t, b.queue); err != nil {
			return err
		}
	}
	return nil
}

// balances compares a replica's newest sealed state with what clients were told:
// every balance with the ledger of the receipts, every book with the model's; and
// with what L1 holds, once nothing is on its way.
func balances(m *fsm.Machine, ledger *models.Ledger, x *models.Exchange, held map[uint32]uint64) error {
	view, err := m.View(m.Position().Batch)
	if err != nil {
		return err
	}
	defer view.Close()
	b, err := readBooks(view)
	if err != nil {
		return err
	}
	if err := ledger.Compare(b.totals); err != nil {
		return fmt.Errorf("invariant 7: %w", err)
	}
	for asset, sum := range b.sums {
		if held[asset] != sum {
			return fmt.Errorf("invariant 7: of asset %d L1 holds %d, balances sum to %d", asset, held[asset], sum)
		}
	}
	for market, got := range b.resting {
		if err := models.SameOrders(got, x.Book(market)); err != nil {
			return fmt.Errorf("invariant 7: book %d: %w", market, err)
		}
	}
	return nil
}
