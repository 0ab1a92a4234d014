package state

// Readers of the open state ask a Native what they ask a version: by key, or a
// stretch of keys in order. Nothing here writes.

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// ErrNotHeld reports a read of withdrawals, of which the native store holds
// only those that no version has yet (Native.Withdrawals).
var ErrNotHeld = errors.New("withdrawals are read from a version")

var (
	_ Getter   = (*Native)(nil)
	_ Ascender = (*Native)(nil)
)

// Get returns a copy of the record at key. Errors: ErrNotHeld, or what made
// the store fail.
func (n *Native) Get(key []byte) (value []byte, ok bool, err error) {
	if len(key) > 0 && key[0] == prefixWithdrawal {
		return nil, false, fmt.Errorf("get %x: %w", key, ErrNotHeld)
	}
	at := keyRange{prefix: key, exact: true}
	err = n.ascend(at, func(_, v []byte) bool {
		value, ok = v, true
		return false
	})
	return value, ok, err
}

// Ascend calls fn for every record whose key has the prefix and is not below
// from, in order of key, until fn returns false. The bytes are fn's to keep.
// The orders of a book and the balances of an account cost as much as there
// are of them; other stretches are collected and sorted. Errors: ErrNotHeld
// where withdrawals would have to be among them, or what made the store fail.
func (n *Native) Ascend(prefix, from []byte, fn func(key, value []byte) bool) error {
	return n.ascend(keyRange{prefix: prefix, from: from}, fn)
}

// keyRange is what a read asks for.
type keyRange struct {
	prefix, from []byte
	exact        bool // prefix is the key
}

// kind reports whether records under a first byte can be meant.
func (r *keyRange) kind(first byte) bool {
	if len(r.prefix) == 0 {
		return !r.exact
	}
	return r.prefix[0] == first
}

func (r *keyRange) holds(key []byte) bool {
	if r.exact {
		return bytes.Equal(key, r.prefix)
	}
	return bytes.HasPrefix(key, r.prefix) && bytes.Compare(key, r.from) >= 0
}

func (n *Native) ascend(r keyRange, fn func(key, value []byte) bool) error {
	if n.err != nil {
		return fmt.Errorf("read the native store: %w", n.err)
	}
	emit := func(key, value []byte) bool { return !r.holds(key) || fn(key, value) }
	kinds := [...]struct {
		first byte
		visit func(r keyRange, emit func(key, value []byte) bool) (more bool)
	}{
		{prefixAsset, n.ascendAssets},
		{prefixMarket, n.ascendMarkets},
		{prefixAccount, n.ascendAccounts},
		{prefixBalance, n.ascendBalances},
		{prefixOrder, n.ascendOrders},
		{prefixWithdrawal, nil},
		{prefixInbox, n.ascendInbox},
		{prefixCounters, n.ascendCounters},
	}
	for _, k := range kinds {
		switch {
		case !r.kind(k.first):
		case k.visit == nil:
			return fmt.Errorf("ascend %x: %w", r.prefix, ErrNotHeld)
		case !k.visit(r, emit):
			return nil
		}
	}
	return nil
}

// sorted lists the records of a shelf that are there, by key; with a = &key
// only the one of that first word and of second word 0.
func sorted[V comparable](s *shelf[V], a *uint64) []*shelved[V] {
	if a != nil {
		if i := s.find(*a, 0); i != 0 && s.slab.at(i).present {
			return []*shelved[V]{s.slab.at(i)}
		}
		return nil
	}
	var out []*shelved[V]
	for i := uint32(1); i < s.slab.n; i++ {
		if r := s.slab.at(i); r.present {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(x, y *shelved[V]) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return out
}

func (n *Native) ascendAssets(r keyRange, emit func(key, value []byte) bool) bool {
	var only *uint64
	if id, err := DecodeAssetKey(r.prefix); err == nil {
		a := uint64(id)
		only = &a
	}
	for _, s := range sorted(&n.assets, only) {
		if !emit(AppendAssetKey(nil, uint32(s.a)), s.value.Append(nil)) {
			return false
		}
	}
	return true
}

func (n *Native) ascendMarkets(r keyRange, emit func(key, value []byte) bool) bool {
	var only *uint64
	if id, err := DecodeMarketKey(r.prefix); err == nil {
		a := uint64(id)
		only = &a
	}
	for _, s := range sorted(&n.markets, only) {
		if !emit(AppendMarketKey(nil, uint32(s.a)), s.value.Append(nil)) {
			return false
		}
	}
	return true
}

func (n *Native) ascendAccounts(r keyRange, emit func(key, value []byte) bool) bool {
	var ids []uint64
	if id, err := DecodeAccountKey(r.prefix); err == nil {
		ids = append(ids, id)
	} else {
		for i := uint32(1); i < n.accounts.slab.n; i++ {
			if a := n.accounts.slab.at(i); a.present {
				ids = append(ids, a.id)
			}
		}
		slices.Sort(ids)
	}
	for _, id := range ids {
		if a, ok := n.Account(id); ok && !emit(AppendAccountKey(nil, id), a.Append(nil)) {
			return false
		}
	}
	return true
}

func (n *Native) ascendBalances(r keyRange, emit func(key, value []byte) bool) bool {
	const account = 1 + 8
	var keys []balanceKey
	if id, asset, err := DecodeBalanceKey(r.prefix); err == nil {
		keys = append(keys, balanceKey{id, asset})
	} else if len(r.prefix) >= account {
		id, _ := DecodeAccountKey(append([]byte{prefixAccount}, r.prefix[1:account]...))
		for _, a := range sorted(&n.assets, nil) {
			keys = append(keys, balanceKey{id, uint32(a.a)})
		}
	} else {
		keys = n.balanceKeys()
	}
	for _, k := range keys {
		b := n.Balance(k.account, k.asset)
		if b != (Balance{}) && !emit(AppendBalanceKey(nil, k.account, k.asset), b.Append(nil)) {
			return false
		}
	}
	return true
}

// balanceKeys lists every balance's key, in order.
func (n *Native) balanceKeys() (keys []balanceKey) {
	for i := uint32(1); i < n.accounts.slab.n; i++ {
		a := n.accounts.slab.at(i)
		for _, asset := range a.assets {
			if asset != 0 {
				keys = append(keys, balanceKey{a.id, asset})
			}
		}
	}
	for _, r := range sorted(&n.accounts.spill, nil) {
		keys = append(keys, balanceKey{r.a, r.b})
	}
	slices.SortFunc(keys, func(x, y balanceKey) int {
		return cmp.Or(cmp.Compare(x.account, y.account), cmp.Compare(x.asset, y.asset))
	})
	return keys
}

func (n *Native) ascendOrders(r keyRange, emit func(key, value []byte) bool) bool {
	if r.exact {
		k, err := DecodeOrderKey(r.prefix)
		if err != nil {
			return true
		}
		at, o, ok := n.Order(k.ID)
		return !ok || at != k || emit(AppendOrderKey(nil, k), o.Append(nil))
	}
	for _, m := range sorted(&n.markets, nil) {
		for side := range command.Ask + 1 {
			id := uint32(m.a)
			book := AppendBookPrefix(nil, id, side)
			if c := min(len(book), len(r.prefix)); !bytes.Equal(book[:c], r.prefix[:c]) {
				continue
			}
			for k, o, ok := n.Best(id, side); ok; k, o, ok = n.After(k) {
				if !emit(AppendOrderKey(nil, k), o.Append(nil)) {
					return false
				}
			}
		}
	}
	return true
}

func (n *Native) ascendInbox(_ keyRange, emit func(key, value []byte) bool) bool {
	return n.inbox == Inbox{} ||
		emit(AppendInboxHeadKey(nil), n.inbox.AppendHead(nil)) && emit(AppendInboxTailKey(nil), n.inbox.AppendTail(nil))
}

func (n *Native) ascendCounters(_ keyRange, emit func(key, value []byte) bool) bool {
	return n.counters == Counters{} || emit(AppendCountersKey(nil), n.counters.Append(nil))
}

func (n *Native) depth(market uint32, side command.Side, limit int) ([]Level, error) {
	if n.err != nil {
		return nil, fmt.Errorf("read the native store: %w", n.err)
	}
	b := n.book(market, side)
	if b == nil {
		return nil, nil
	}
	var levels []Level
	for i := b.best; i != 0 && len(levels) < limit; {
		v := n.levels.at(i)
		size := v.size
		if v.carry != 0 {
			size = ^uint64(0)
		}
		levels = append(levels, Level{Price: v.price, Size: size, Orders: int(v.orders)})
		i = v.next
	}
	return levels, nil
}
