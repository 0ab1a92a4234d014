package state

// What must always hold here: records come in order of keys, each once, so nothing that is loaded is looked for, and what
// is loaded is what was: no record is marked as changed.

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// LoadNative returns the store of a version or of a tree that stands at a
// seal. Errors: ErrCorrupt, or the tree's.
func LoadNative(seed uint64, v Ascender) (*Native, error) {
	n := NewNative(seed)
	l := nativeLoader{n: n}
	err := v.Ascend(nil, nil, func(key, value []byte) bool {
		l.record(key, value)
		return n.err == nil
	})
	if err == nil {
		err = n.err
	}
	if err != nil {
		return nil, fmt.Errorf("load the native store: %w", err)
	}
	n.enlistAll()
	n.settle()
	n.seats = nil // of no use to a batch
	return n, nil
}

// A nativeLoader fills an empty store. Accounts come before balances, both by id: the slots of the ones are walked beside
// the others.
type nativeLoader struct {
	n    *Native
	at   uint32 // slot of the account whose balances come
	last uint32 // slot of the last account that has a record
}

func (l *nativeLoader) record(key, value []byte) {
	var err error
	switch key[0] {
	case prefixAccount:
		err = install(&tree.Change{Key: key, Value: value}, DecodeAccountKey, DecodeAccount, l.account, nil)
	case prefixBalance:
		err = l.balance(key, value)
	case prefixOrder:
		var k OrderKey
		var o Order
		if k, o, err = decodeResting(key, value); err == nil {
			l.n.reseat(k, o)
		}
	default:
		l.n.install(&tree.Change{Key: key, Value: value})
	}
	if err != nil {
		l.n.Fail(fmt.Errorf("record %x: %w", key, err))
	}
}

func (l *nativeLoader) account(id uint64, a Account) {
	l.last = l.n.accounts.add(id)
	slot := l.n.accounts.slab.at(l.last)
	slot.present, slot.address = true, a.Address
}

func (l *nativeLoader) balance(key, value []byte) error {
	id, asset, err := DecodeBalanceKey(key)
	if err != nil {
		return err
	}
	b, err := DecodeBalance(value)
	if err != nil {
		return err
	}
	if b == (Balance{}) {
		return ErrCorrupt // no store writes it
	}
	s := &l.n.accounts
	if l.at == 0 && l.last > 0 {
		l.at = 1
	}
	for l.at < l.last && s.slab.at(l.at).id < id {
		l.at++
	}
	i := l.at
	if i == 0 || s.slab.at(i).id != id {
		i = s.obtain(id) // of an account without a record
	}
	if slot := s.slab.at(i); asset != 0 {
		if p := slot.place(0); p >= 0 {
			slot.assets[p], slot.balances[p] = asset, b
			return nil
		}
	}
	s.spill.load(id, asset, b)
	return nil
}
