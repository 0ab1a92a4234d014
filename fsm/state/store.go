package state

// A store never lets a failed read pass for an absent record unnoticed: the
// first error sticks, and whoever used the store asks Err before believing
// anything that was computed from it.

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Store is the state as the transition function sees it. It has one user at a
// time. After an error reads answer "absent" and writes do nothing.
type Store interface {
	Counters() Counters
	PutCounters(Counters)
	Inbox() Inbox
	PutInbox(Inbox)
	Asset(id uint32) (Asset, bool)
	PutAsset(id uint32, a Asset)
	Market(id uint32) (Market, bool)
	PutMarket(id uint32, m Market)
	Account(id uint64) (Account, bool)
	PutAccount(id uint64, a Account)
	Balance(account uint64, asset uint32) Balance       // zero when absent
	PutBalance(account uint64, asset uint32, b Balance) // zero removes the record
	PutWithdrawal(w Withdrawal)

	// Best returns the first order of a side in price-time priority, After the
	// one that follows k on its side.
	Best(market uint32, side command.Side) (OrderKey, Order, bool)
	After(k OrderKey) (OrderKey, Order, bool)
	// Order finds a resting order by its id.
	Order(id uint64) (OrderKey, Order, bool)
	// ClientOrder finds the id of an account's live order by its client id.
	ClientOrder(account, clientID uint64) (id uint64, ok bool)
	// AccountOrders lists the ids of an account's live orders, ascending; the
	// slice is valid until the next call.
	AccountOrders(account uint64) []uint64
	InsertOrder(k OrderKey, o Order)
	UpdateOrder(k OrderKey, o Order) // only Remaining changes
	RemoveOrder(k OrderKey, o Order)

	// Err returns the first error; Fail records one.
	Err() error
	Fail(err error)
}

// TreeStore keeps the state in a tree's working version, every write at once:
// the simple store and the reference. It works on a full tree, on a fork and
// on a partial tree alike; running into a pruned subtree makes Err
// tree.ErrPruned. After the tree was rolled back, make a new TreeStore.
type TreeStore struct {
	tree  *tree.Tree
	index Index
	err   error
	key   [tree.MaxKey]byte
	value [tree.MaxValue]byte
	ids   []uint64
}

var _ Store = (*TreeStore)(nil)

// NewTreeStore returns a store over t's working version. The index must
// describe the orders that rest in it.
func NewTreeStore(t *tree.Tree, index Index) *TreeStore {
	return &TreeStore{tree: t, index: index}
}

// Err returns the first error.
func (s *TreeStore) Err() error { return s.err }

// Fail records err unless an error is recorded already.
func (s *TreeStore) Fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *TreeStore) get(key []byte) []byte {
	if s.err != nil {
		return nil
	}
	v, ok, err := s.tree.Get(key)
	if err != nil {
		s.Fail(fmt.Errorf("read %x: %w", key, err))
		return nil
	}
	if !ok {
		return nil
	}
	return v
}

func (s *TreeStore) put(key, value []byte) {
	if s.err != nil {
		return
	}
	if err := s.tree.Put(key, value); err != nil {
		s.Fail(fmt.Errorf("write %x: %w", key, err))
	}
}

func (s *TreeStore) remove(key []byte) {
	if s.err != nil {
		return
	}
	if _, err := s.tree.Delete(key); err != nil {
		s.Fail(fmt.Errorf("delete %x: %w", key, err))
	}
}

// Counters reads the counters.
func (s *TreeStore) Counters() Counters {
	c, err := DecodeCounters(s.get(AppendCountersKey(s.key[:0])))
	if err != nil {
		s.Fail(err)
	}
	return c
}

// PutCounters writes the counters.
func (s *TreeStore) PutCounters(c Counters) {
	s.put(AppendCountersKey(s.key[:0]), c.Append(s.value[:0]))
}

// Inbox reads the inbox position.
func (s *TreeStore) Inbox() Inbox {
	// The head is copied: a tree may reuse what Get returned.
	var head [inboxHeadBytes]byte
	n := copy(head[:], s.get(AppendInboxHeadKey(s.key[:0])))
	i, err := DecodeInbox(head[:n], s.get(AppendInboxTailKey(s.key[:0])))
	if err != nil {
		s.Fail(err)
	}
	return i
}

// PutInbox writes the inbox position.
func (s *TreeStore) PutInbox(i Inbox) {
	s.put(AppendInboxHeadKey(s.key[:0]), i.AppendHead(s.value[:0]))
	s.put(AppendInboxTailKey(s.key[:0]), i.AppendTail(s.value[:0]))
}

// record decodes what get returned: absent, decoded, or a failure.
func record[T any](s *TreeStore, v []byte, decode func([]byte) (T, error)) (T, bool) {
	var none T
	if v == nil {
		return none, false
	}
	t, err := decode(v)
	if err != nil {
		s.Fail(err)
		return none, false
	}
	return t, true
}

// Asset reads an asset.
func (s *TreeStore) Asset(id uint32) (Asset, bool) {
	return record(s, s.get(AppendAssetKey(s.key[:0], id)), DecodeAsset)
}

// PutAsset writes an asset.
func (s *TreeStore) PutAsset(id uint32, a Asset) {
	s.put(AppendAssetKey(s.key[:0], id), a.Append(s.value[:0]))
}

// Market reads a market.
func (s *TreeStore) Market(id uint32) (Market, bool) {
	return record(s, s.get(AppendMarketKey(s.key[:0], id)), DecodeMarket)
}

// PutMarket writes a market.
func (s *TreeStore) PutMarket(id uint32, m Market) {
	s.put(AppendMarketKey(s.key[:0], id), m.Append(s.value[:0]))
}

// Account reads an account.
func (s *TreeStore) Account(id uint64) (Account, bool) {
	return record(s, s.get(AppendAccountKey(s.key[:0], id)), DecodeAccount)
}

// PutAccount writes an account.
func (s *TreeStore) PutAccount(id uint64, a Account) {
	s.put(AppendAccountKey(s.key[:0], id), a.Append(s.value[:0]))
}

// Balance reads a balance, zero when absent.
func (s *TreeStore) Balance(account uint64, asset uint32) Balance {
	b, _ := record(s, s.get(AppendBalanceKey(s.key[:0], account, asset)), DecodeBalance)
	return b
}

// PutBalance writes a balance; zero removes its record.
func (s *TreeStore) PutBalance(account uint64, asset uint32, b Balance) {
	key := AppendBalanceKey(s.key[:0], account, asset)
	if b == (Balance{}) {
		s.remove(key)
		return
	}
	s.put(key, b.Append(s.value[:0]))
}

// PutWithdrawal writes a withdrawal.
func (s *TreeStore) PutWithdrawal(w Withdrawal) {
	s.put(AppendWithdrawalKey(s.key[:0], w.Index, w.Asset), w.Append(s.value[:0]))
}

func (s *TreeStore) found(key, value []byte, ok bool, err error) (OrderKey, Order, bool) {
	if err != nil {
		s.Fail(fmt.Errorf("read the book: %w", err))
		return OrderKey{}, Order{}, false
	}
	if !ok {
		return OrderKey{}, Order{}, false
	}
	k, err := DecodeOrderKey(key)
	if err != nil {
		s.Fail(err)
		return OrderKey{}, Order{}, false
	}
	o, ok := record(s, value, DecodeOrder)
	return k, o, ok
}

// Best returns the first order of a side in price-time priority.
func (s *TreeStore) Best(market uint32, side command.Side) (OrderKey, Order, bool) {
	if s.err != nil {
		return OrderKey{}, Order{}, false
	}
	return s.found(s.tree.First(AppendBookPrefix(s.key[:0], market, side)))
}

// After returns the order that follows k on its side of the book.
func (s *TreeStore) After(k OrderKey) (OrderKey, Order, bool) {
	if s.err != nil {
		return OrderKey{}, Order{}, false
	}
	key := AppendOrderKey(s.key[:0], k)
	return s.found(s.tree.Next(key[:bookPrefixBytes], key))
}

// Order finds a resting order by its id. The index only says where to look:
// an order exists if the tree holds it there.
func (s *TreeStore) Order(id uint64) (OrderKey, Order, bool) {
	loc, ok := s.index.Locate(id)
	if !ok {
		return OrderKey{}, Order{}, false
	}
	k := OrderKey{Market: loc.Market, Side: loc.Side, Price: loc.Price, ID: id}
	o, ok := record(s, s.get(AppendOrderKey(s.key[:0], k)), DecodeOrder)
	return k, o, ok
}

// ClientOrder finds the id of an account's live order by its client id.
func (s *TreeStore) ClientOrder(account, clientID uint64) (uint64, bool) {
	if s.err != nil {
		return 0, false
	}
	return s.index.ByClient(account, clientID)
}

// AccountOrders lists the ids of an account's live orders, ascending.
func (s *TreeStore) AccountOrders(account uint64) []uint64 {
	if s.err != nil {
		return nil
	}
	s.ids = s.index.Orders(account, s.ids[:0])
	return s.ids
}

// InsertOrder writes an order that rests from now on.
func (s *TreeStore) InsertOrder(k OrderKey, o Order) {
	s.put(AppendOrderKey(s.key[:0], k), o.Append(s.value[:0]))
	if s.err == nil {
		s.index.Insert(k, o.Account, o.ClientID)
	}
}

// UpdateOrder writes an order whose remaining size changed.
func (s *TreeStore) UpdateOrder(k OrderKey, o Order) {
	s.put(AppendOrderKey(s.key[:0], k), o.Append(s.value[:0]))
}

// RemoveOrder removes an order that no longer rests.
func (s *TreeStore) RemoveOrder(k OrderKey, o Order) {
	s.remove(AppendOrderKey(s.key[:0], k))
	if s.err == nil {
		s.index.Remove(k.ID, o.Account, o.ClientID)
	}
}
