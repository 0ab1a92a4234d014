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
	l := NewNativeLoader(seed, nil)
	if err := v.Ascend(nil, nil, func(key, value []byte) bool { return l.Add(key, value) == nil }); err != nil {
		return nil, fmt.Errorf("load the native store: %w", err)
	}
	return l.Finish()
}

// A NativeLoader fills an empty store. Accounts come before balances, both by id: the slots of the ones are walked beside
// the others.
type NativeLoader struct {
	n    *Native
	at   uint32 // slot of the account whose balances come
	last uint32 // slot of the last account that has a record

	accounts func(id uint64, a Account)
}

// NewNativeLoader begins a store. accounts, if not nil, is called for every account as it comes.
func NewNativeLoader(seed uint64, accounts func(id uint64, a Account)) *NativeLoader {
	return &NativeLoader{n: NewNative(seed), accounts: accounts}
}

// Finish returns the store of the records that were added, or why it failed.
func (l *NativeLoader) Finish() (*Native, error) {
	n := l.n
	if n.err != nil {
		return nil, fmt.Errorf("load the native store: %w", n.err)
	}
	n.enlistAll()
	n.settle()
	n.seats = nil // of no use to a batch
	return n, nil
}

// Add takes the next record; records come in order of keys, each once. After an error no more can be added. Errors:
// ErrCorrupt.
func (l *NativeLoader) Add(key, value []byte) error {
	if len(key) == 0 {
		l.n.Fail(ErrCorrupt)
		return l.n.err
	}
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
	return l.n.err
}

func (l *NativeLoader) account(id uint64, a Account) {
	l.last = l.n.accounts.add(id)
	slot := l.n.accounts.slab.at(l.last)
	slot.present, slot.address = true, a.Address
	if l.accounts != nil {
		l.accounts(id, a)
	}
}

func (l *NativeLoader) balance(key, value []byte) error {
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
