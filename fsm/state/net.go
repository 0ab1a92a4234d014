package state

// Between two calls of Changes a Native knows what every changed record was
// before: that is the batch's net change, and the way back.

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// changeBytes is the most that one record's key and value take.
const changeBytes = orderKeyBytes + marketBytes

// Changes appends to dst the net changes since the last call, with distinct
// keys, in no order of keys (tree.Sort makes one), and begins the next batch.
// A record that is again what it was does not appear, nor does an order placed
// and removed in between. Keys and values stand in memory appended to buf,
// which is the caller's, as is dst. The cost is proportional to what was
// touched.
func (n *Native) Changes(dst []tree.Change, buf []byte) ([]tree.Change, []byte) {
	if n.err != nil {
		return dst, buf
	}
	most := len(n.touched) + len(n.gone) + len(n.withdrawals) + len(n.assets.marks) + len(n.markets.marks) +
		len(n.accounts.born) + len(n.accounts.moved) + len(n.accounts.spill.marks) + 3
	w := changeWriter{out: slices.Grow(dst, most), buf: slices.Grow(buf, most*changeBytes)}
	n.changedOrders(&w)
	n.changedAccounts(&w)
	n.assets.changed(func(r *shelved[Asset]) {
		w.key(AppendAssetKey(w.buf, uint32(r.a)))
		w.value(r.value.Append(w.buf))
	})
	n.markets.changed(func(r *shelved[Market]) {
		w.key(AppendMarketKey(w.buf, uint32(r.a)))
		w.value(r.value.Append(w.buf))
	})
	for _, x := range n.withdrawals {
		w.key(AppendWithdrawalKey(w.buf, x.Index, x.Asset))
		w.value(x.Append(w.buf))
	}
	if n.inbox != n.sealed.inbox {
		w.key(AppendInboxHeadKey(w.buf))
		w.value(n.inbox.AppendHead(w.buf))
		w.key(AppendInboxTailKey(w.buf))
		w.value(n.inbox.AppendTail(w.buf))
	}
	if n.counters != n.sealed.counters {
		w.key(AppendCountersKey(w.buf))
		w.value(n.counters.Append(w.buf))
	}
	n.settle()
	return w.out, w.buf
}

// changeWriter writes changes; what has a key and no value is a deletion.
type changeWriter struct {
	out []tree.Change
	buf []byte
}

func (w *changeWriter) key(grown []byte) {
	from := len(w.buf)
	w.buf = grown
	w.out = append(w.out, tree.Change{Key: grown[from:len(grown):len(grown)], Delete: true})
}

func (w *changeWriter) value(grown []byte) {
	from := len(w.buf)
	w.buf = grown
	c := &w.out[len(w.out)-1]
	c.Value, c.Delete = grown[from:len(grown):len(grown)], false
}

func (n *Native) changedOrders(w *changeWriter) {
	for _, g := range n.gone {
		w.key(AppendOrderKey(w.buf, g.key))
	}
	for _, t := range n.touched {
		if t.slot == 0 {
			continue
		}
		if o := n.orders.at(t.slot); !o.fresh && o.remaining == t.remaining {
			continue
		}
		k, o, _ := n.resting(t.slot)
		w.key(AppendOrderKey(w.buf, k))
		w.value(o.Append(w.buf))
	}
}

func (n *Native) changedAccounts(w *changeWriter) {
	for i := range n.accounts.born {
		m := &n.accounts.born[i]
		a := n.accounts.slab.at(m.slot)
		if a.present == m.present && a.address == m.address {
			continue
		}
		w.key(AppendAccountKey(w.buf, a.id))
		if a.present {
			w.value(Account{Address: a.address}.Append(w.buf))
		}
	}
	for i := range n.accounts.moved {
		m := &n.accounts.moved[i]
		a := n.accounts.slab.at(m.slot)
		if b := a.balances[m.place]; b != m.balance {
			w.balance(a.id, a.assets[m.place], b)
		}
	}
	n.accounts.spill.changed(func(r *shelved[Balance]) { w.balance(r.a, r.b, r.value) })
}

func (w *changeWriter) balance(account uint64, asset uint32, b Balance) {
	w.key(AppendBalanceKey(w.buf, account, asset))
	if b != (Balance{}) {
		w.value(b.Append(w.buf))
	}
}

// settle begins the next batch with what is now.
func (n *Native) settle() {
	for _, t := range n.touched {
		if t.slot != 0 {
			o := n.orders.at(t.slot)
			o.mark, o.fresh = 0, false
		}
	}
	n.touched, n.gone, n.withdrawals = n.touched[:0], n.gone[:0], n.withdrawals[:0]
	n.assets.settle()
	n.markets.settle()
	n.accounts.settle()
	n.sealed.counters, n.sealed.inbox = n.counters, n.inbox
}

// Discard takes back everything since the last Changes.
func (n *Native) Discard() {
	if n.err != nil {
		return
	}
	for _, t := range n.touched {
		if t.slot == 0 {
			continue
		}
		o := n.orders.at(t.slot)
		if o.fresh {
			n.vacate(t.slot, o)
			continue
		}
		n.resize(o, t.remaining)
		o.mark = 0
	}
	n.touched, n.withdrawals = n.touched[:0], n.withdrawals[:0]
	n.restore(n.gone)
	n.gone = n.gone[:0]
	n.assets.discard()
	n.markets.discard()
	n.accounts.discard()
	n.counters, n.inbox = n.sealed.counters, n.sealed.inbox
}

// restore lets orders rest again, each at its place by id. It sorts them.
func (n *Native) restore(orders []placed) {
	slices.SortFunc(orders, func(a, b placed) int { return a.key.compare(b.key) })
	for i := range orders {
		n.reseat(orders[i].key, orders[i].order)
	}
	n.enlistAll()
}

// seat is an order that is in its book and not in its account's list yet.
type seat struct {
	id          uint64
	owner, slot uint32
}

// reseat lets an order rest again. The nearer it is behind the one before, the
// shorter the way to its place; enlistAll must follow.
func (n *Native) reseat(k OrderKey, o Order) {
	if n.order(k.ID) != 0 || n.client(o.Account, o.ClientID) != 0 {
		n.corrupt("order %d rests twice", k.ID)
		return
	}
	slot := n.occupy(k, o)
	if slot == 0 {
		return
	}
	s := n.orders.at(slot)
	cursor := uint32(0)
	if len(n.seats) > 0 {
		if last := n.seats[len(n.seats)-1].slot; n.orders.at(last).level == s.level && n.orders.at(last).id < k.ID {
			cursor = last
		}
	}
	n.enlist(inQueue, slot, cursor)
	n.seats = append(n.seats, seat{k.ID, s.owner, slot})
}

// enlistAll puts the orders that reseat placed into their accounts' lists.
func (n *Native) enlistAll() {
	slices.SortFunc(n.seats, func(a, b seat) int {
		if a.owner != b.owner {
			return cmp.Compare(a.owner, b.owner)
		}
		return cmp.Compare(a.id, b.id)
	})
	var last seat
	for _, s := range n.seats {
		if last.owner != s.owner {
			last.slot = 0
		}
		n.enlist(inAccount, s.slot, last.slot)
		last = s
	}
	n.seats = n.seats[:0]
}

// compare orders keys as the tree does.
func (k OrderKey) compare(o OrderKey) int {
	if c := cmp.Or(cmp.Compare(k.Market, o.Market), cmp.Compare(k.Side, o.Side)); c != 0 {
		return c
	}
	c := cmp.Compare(k.Price, o.Price)
	if k.Side == command.Bid {
		c = -c
	}
	return cmp.Or(c, cmp.Compare(k.ID, o.ID))
}

// Rewind takes back everything since the last Changes and then applies the
// difference from the version that Changes led to, to another one, with
// distinct keys in any order. On error (ErrCorrupt: it is no such difference)
// the store has failed.
func (n *Native) Rewind(diff []tree.Change) error {
	n.Discard()
	n.back = n.back[:0]
	for i := range diff {
		if c := &diff[i]; isOrder(c.Key) && c.Delete {
			n.unrest(c.Key)
		}
	}
	for i := range diff {
		if c := &diff[i]; !isOrder(c.Key) {
			n.install(c)
		}
	}
	for i := range diff {
		if c := &diff[i]; isOrder(c.Key) && !c.Delete {
			n.rest(c.Key, c.Value)
		}
	}
	n.restore(n.back)
	if n.err != nil {
		return fmt.Errorf("rewind: %w", n.err)
	}
	n.settle()
	return nil
}

func isOrder(key []byte) bool { return len(key) > 0 && key[0] == prefixOrder }

// unrest removes an order by its key.
func (n *Native) unrest(key []byte) {
	k, err := DecodeOrderKey(key)
	if err != nil {
		n.Fail(err)
		return
	}
	i := n.order(k.ID)
	if !n.restsAt(i, k) {
		n.corrupt("order %d does not rest", k.ID)
		return
	}
	n.vacate(i, n.orders.at(i))
}

// rest gives an order that rests another size, or lists a new one in n.back.
func (n *Native) rest(key, value []byte) {
	k, o, err := decodeResting(key, value)
	if err != nil {
		n.Fail(err)
		return
	}
	i := n.order(k.ID)
	switch {
	case i == 0:
		n.back = append(n.back, placed{k, o})
	case n.restsAt(i, k):
		n.resize(n.orders.at(i), o.Remaining)
	default:
		n.corrupt("order %d rests elsewhere", k.ID)
	}
}

func (n *Native) restsAt(slot uint32, k OrderKey) bool {
	if slot == 0 {
		return false
	}
	at, _, _ := n.resting(slot)
	return at == k
}

func decodeResting(key, value []byte) (k OrderKey, o Order, err error) {
	if k, err = DecodeOrderKey(key); err == nil {
		o, err = DecodeOrder(value)
	}
	return k, o, err
}

// install gives a record that is no order its content. Marks are settled later.
func (n *Native) install(c *tree.Change) {
	if n.err != nil {
		return
	}
	var err error
	switch {
	case len(c.Key) == 0:
		err = ErrCorrupt
	case c.Key[0] == prefixAsset:
		err = install(c, DecodeAssetKey, DecodeAsset, n.PutAsset, func(id uint32) { n.assets.remove(uint64(id), 0) })
	case c.Key[0] == prefixMarket:
		err = install(c, DecodeMarketKey, DecodeMarket, n.PutMarket, n.dropMarket)
	case c.Key[0] == prefixAccount:
		err = install(c, DecodeAccountKey, DecodeAccount, n.PutAccount, n.dropAccount)
	case c.Key[0] == prefixBalance:
		err = n.installBalance(c)
	case c.Key[0] == prefixWithdrawal:
	case c.Key[0] == prefixInbox:
		err = n.installInbox(c)
	case c.Key[0] == prefixCounters:
		n.counters, err = DecodeCounters(c.Value)
	default:
		err = ErrCorrupt
	}
	if err != nil {
		n.Fail(fmt.Errorf("record %x: %w", c.Key, err))
	}
}

func install[K, V any](c *tree.Change, key func([]byte) (K, error), value func([]byte) (V, error), put func(K, V), drop func(K)) error {
	k, err := key(c.Key)
	if err != nil {
		return err
	}
	if c.Delete {
		drop(k)
		return nil
	}
	v, err := value(c.Value)
	if err != nil {
		return err
	}
	put(k, v)
	return nil
}

func (n *Native) dropMarket(id uint32) {
	for side := range command.Ask + 1 {
		if b := n.book(id, side); b != nil && b.root != 0 {
			n.corrupt("market %d goes with its orders", id)
			return
		}
	}
	n.markets.remove(uint64(id), 0)
}

func (n *Native) dropAccount(id uint64) {
	if i := n.accounts.find(id); i != 0 && n.accounts.slab.at(i).list.first != 0 {
		n.corrupt("account %d goes with its orders", id)
		return
	}
	n.accounts.set(id, false, command.Address{})
}

func (n *Native) installBalance(c *tree.Change) error {
	account, asset, err := DecodeBalanceKey(c.Key)
	if err != nil {
		return err
	}
	var b Balance
	if !c.Delete {
		if b, err = DecodeBalance(c.Value); err != nil {
			return err
		}
	}
	n.PutBalance(account, asset, b)
	return nil
}

// installInbox takes one half of the inbox record.
func (n *Native) installInbox(c *tree.Change) error {
	half := Inbox{Next: n.inbox.Next, Hash: n.inbox.Hash}
	switch {
	case len(c.Key) != 2 || c.Key[1] > 1:
		return ErrCorrupt
	case c.Delete && c.Key[1] == 0:
		half.Next = 0
		clear(half.Hash[:16])
	case c.Delete:
		clear(half.Hash[16:])
	case c.Key[1] == 0 && len(c.Value) == inboxHeadBytes:
		i, err := DecodeInbox(c.Value, half.Hash[16:])
		if err != nil {
			return err
		}
		half = i
	case c.Key[1] == 1 && len(c.Value) == inboxTailBytes:
		copy(half.Hash[16:], c.Value)
	default:
		return ErrCorrupt
	}
	n.inbox = half
	return nil
}
