package simulation

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/bits"

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
		moved, err := c.moved(number, sealed)
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
		return b.consistent(moved)
	}()
	if err != nil {
		c.fail("%s, batch %d: %w", id, number, err)
	}
}

// arrival is a deposit as a payload has it.
type arrival struct {
	command.Transition

	sequence uint64
}

// departures are a batch's withdrawals, by their indices, half-open.
type departures struct {
	number   uint64
	from, to int
}

// moved returns, per asset, what was deposited and imported less what was
// withdrawn up to a batch, by the payloads.
func (c *checks) moved(number uint64, sealed *fsm.SealedBatch) (map[uint32]uint64, error) {
	ts, err := batch.DecodePayload(sealed.Payload, batch.DefaultLimits())
	if err != nil {
		return nil, err
	}
	queue := c.queue()
	c.mu.Lock()
	defer c.mu.Unlock()
	if again, ok := c.supplies[number]; ok {
		return again, nil // of the same payload: invariant 1
	}
	before, ok := c.supplies[number-1]
	if !ok && number > 1 {
		return nil, fmt.Errorf("batch %d was sealed before %d was", number, number-1)
	}
	after := map[uint32]uint64{}
	maps.Copy(after, before)
	first := len(c.withdrawals)
	for i, t := range ts {
		switch t.Kind { //nolint:exhaustive // the others move no money across the border
		case command.ImportBalance:
			after[t.Asset] += t.Amount
		case command.Deposit:
			after[t.Asset] += t.Amount
			if err := queuedAs(&t, uint64(len(c.arrivals)), queue); err != nil {
				return nil, err
			}
			c.arrivals = append(c.arrivals, arrival{t, sealed.Header.FirstSequence + uint64(i)})
		case command.Withdraw:
			after[t.Asset] -= t.Amount
			c.withdrawals = append(c.withdrawals, withdrawalOf(&t, uint64(len(c.withdrawals))))
		}
	}
	c.departures = append(c.departures, departures{number, first, len(c.withdrawals)})
	c.supplies[number] = after
	return after, nil
}

func withdrawalOf(t *command.Transition, index uint64) batch.Withdrawal {
	return batch.Withdrawal{Index: index, Asset: t.Asset, Address: t.Address, Amount: t.Amount}
}

// queuedAs checks that a deposit is the one that L1 has at its place in the queue, and cannot take back any more.
func queuedAs(t *command.Transition, place uint64, queue []cursor.Deposit) error {
	if t.Inbox != place {
		return fmt.Errorf("invariant 7: deposit %d is credited, the next is %d", t.Inbox, place)
	}
	if place >= uint64(len(queue)) {
		return fmt.Errorf("invariant 7: deposit %d is credited, of %d that are final on L1", place, len(queue))
	}
	if q := &queue[place]; t.Asset != q.Asset || t.Address != q.Address || t.Amount != q.Amount {
		return fmt.Errorf("invariant 7: deposit %d is credited as %+v, L1 queued %+v", place, t, q)
	}
	return nil
}

// came returns the deposits that are credited.
func (c *checks) came() []arrival {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.arrivals
}

// owed makes claims of the withdrawals up to a batch that are not paid.
func (c *checks) owed(verified uint64, paid map[uint64]batch.Withdrawal) (claims []*claim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range c.departures {
		ws := c.withdrawals[d.from:d.to]
		for i, w := range ws {
			if _, is := paid[w.Index]; is || d.number > verified {
				continue
			}
			proof, err := batch.ProveWithdrawal(ws, i)
			if err != nil {
				panic(err) // i is one of them
			}
			claims = append(claims, &claim{d.number, w, proof})
		}
	}
	return claims
}

// promised checks a withdrawal's receipt: its index is the one under which L1 pays it.
func (c *checks) promised(t *command.Transition, index uint64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Kind == command.Withdraw && (index >= uint64(len(c.withdrawals)) || c.withdrawals[index] != withdrawalOf(t, index)) {
		return fmt.Errorf("invariant 7: no payload has withdrawal %d of %d of asset %d to %x", index, t.Amount, t.Asset, t.Address)
	}
	return nil
}

// paidOut compares what L1 has paid with what the payloads withdrew.
func (c *checks) paidOut(b *bank) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(b.paid) != len(c.withdrawals) {
		return fmt.Errorf("invariant 7: L1 paid %d withdrawals of %d", len(b.paid), len(c.withdrawals))
	}
	for i, w := range c.withdrawals {
		if got := b.paid[uint64(i)]; got != w {
			return fmt.Errorf("invariant 7: L1 paid %+v, withdrawn was %+v", got, w)
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
