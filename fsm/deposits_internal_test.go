package fsm

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// addressBook: what it finds is the lowest account that exists with the address, in whatever order accounts came and
// whichever of them rollbacks removed. An address may have very many accounts.
func TestAddressBookFindsTheLowest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book, store := newAddressBook(), state.NewNative(1)
		for range rapid.IntRange(0, 30).Draw(t, "accounts") {
			id := rapid.Uint64Range(1, 12).Draw(t, "id")
			address := command.Address{rapid.Byte().Draw(t, "address") % 3}
			book.add(address, id)
			if rapid.Bool().Draw(t, "there") { // or removed by a rollback, or there under another address
				store.PutAccount(id, state.Account{Address: address})
			}
		}
		for address := range byte(4) {
			lowest, there := uint64(0), false
			for id := uint64(1); id <= 12; id++ {
				if a, ok := store.Account(id); ok && a.Address == (command.Address{address}) {
					lowest, there = id, true
					break
				}
			}
			if id, found := book.find(store, command.Address{address}); found != there || found && id != lowest {
				t.Fatalf("address %d: %d, %t; want %d, %t", address, id, found, lowest, there)
			}
		}
	})
	book, store := newAddressBook(), state.NewNative(1)
	const many = 1 << 20
	for id := uint64(many); id > 0; id-- {
		book.add(command.Address{1}, id)
	}
	store.PutAccount(many, state.Account{Address: command.Address{1}})
	if id, found := book.find(store, command.Address{1}); id != many || !found {
		t.Errorf("%d, %t", id, found)
	}
}
