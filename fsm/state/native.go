package state

// Whatever is asked here is answered as the tree store would answer it. A read
// writes nothing, so that readers may run side by side while nobody writes.

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Native is the store of a replica: everything in slabs, every question a
// lookup. It touches no tree; Changes hands over what a batch changed. It has
// one user at a time; methods that only read may run side by side while nobody
// writes.
type Native struct {
	err  error
	hash *hashKey

	counters Counters
	inbox    Inbox
	sealed   struct { // as of the last Changes
		counters Counters
		inbox    Inbox
	}
	withdrawals []Withdrawal // since the last Changes

	assets   shelf[Asset]
	markets  shelf[Market]
	accounts accounts

	ladders
	orders    slab[resting]
	freeOrder uint32
	byID      table
	byClient  table
	touched   []touchedOrder
	gone      []placed
	back      []placed // working memory of Rewind
	seats     []seat   // working memory of restore
	ids       []uint64 // what AccountOrders returned
}

var _ Store = (*Native)(nil)

// NewNative returns the empty state. The seed keys the hash tables and decides
// no result: each replica takes a random one and tells nobody, so that clients
// cannot choose ids that collide.
func NewNative(seed uint64) *Native {
	key := newHashKey(seed)
	return &Native{
		hash:     &key,
		assets:   newShelf[Asset](&key),
		markets:  newShelf[Market](&key),
		accounts: newAccounts(&key),
		byID:     newTable(),
		byClient: newTable(),
	}
}

// Err returns the first error.
func (n *Native) Err() error { return n.err }

// Fail records err unless an error is recorded already.
func (n *Native) Fail(err error) {
	if n.err == nil {
		n.err = err
	}
}

func (n *Native) corrupt(format string, args ...any) {
	n.Fail(fmt.Errorf(format+": %w", append(args, ErrCorrupt)...))
}

// Len returns how many orders rest.
func (n *Native) Len() int { return n.byID.count }

// Counters reads the counters.
func (n *Native) Counters() Counters {
	if n.err != nil {
		return Counters{}
	}
	return n.counters
}

// PutCounters writes the counters.
func (n *Native) PutCounters(c Counters) {
	if n.err == nil {
		n.counters = c
	}
}

// Inbox reads the inbox position.
func (n *Native) Inbox() Inbox {
	if n.err != nil {
		return Inbox{}
	}
	return n.inbox
}

// PutInbox writes the inbox position.
func (n *Native) PutInbox(i Inbox) {
	if n.err == nil {
		n.inbox = i
	}
}

// Asset reads an asset.
func (n *Native) Asset(id uint32) (Asset, bool) {
	if n.err != nil {
		return Asset{}, false
	}
	return n.assets.get(uint64(id), 0)
}

// PutAsset writes an asset.
func (n *Native) PutAsset(id uint32, a Asset) {
	if n.err == nil {
		n.assets.put(uint64(id), 0, a)
	}
}

// Market reads a market.
func (n *Native) Market(id uint32) (Market, bool) {
	if n.err != nil {
		return Market{}, false
	}
	return n.markets.get(uint64(id), 0)
}

// PutMarket writes a market. Its tick never changes.
func (n *Native) PutMarket(id uint32, m Market) {
	if n.err != nil {
		return
	}
	i := n.markets.put(uint64(id), 0, m)
	for n.books.n <= i*2+1 {
		n.books.extend()
	}
	for side := range command.Ask + 1 {
		b := n.books.at(i*2 + uint32(side))
		if b.root != 0 && (b.tick != m.Tick || b.market != id) {
			n.corrupt("market %d changes its tick", id)
			return
		}
		b.tick, b.market, b.side = m.Tick, id, uint8(side)
	}
}

// Account reads an account.
func (n *Native) Account(id uint64) (Account, bool) {
	if n.err != nil {
		return Account{}, false
	}
	if i := n.accounts.find(id); i != 0 {
		a := n.accounts.slab.at(i)
		return Account{Address: a.address}, a.present
	}
	return Account{}, false
}

// PutAccount writes an account.
func (n *Native) PutAccount(id uint64, a Account) {
	if n.err == nil {
		n.accounts.set(id, true, a.Address)
	}
}

// Balance reads a balance, zero when absent.
func (n *Native) Balance(account uint64, asset uint32) Balance {
	if n.err != nil {
		return Balance{}
	}
	return n.accounts.balance(account, asset)
}

// PutBalance writes a balance; zero removes its record.
func (n *Native) PutBalance(account uint64, asset uint32, b Balance) {
	if n.err == nil {
		n.accounts.setBalance(account, asset, b)
	}
}

// PutWithdrawal records a withdrawal.
func (n *Native) PutWithdrawal(w Withdrawal) {
	if n.err == nil {
		n.withdrawals = append(n.withdrawals, w)
	}
}

// Withdrawals returns what was withdrawn since the last Changes, by index.
// Earlier ones are in the versions alone. The caller must not keep it over a
// write.
func (n *Native) Withdrawals() []Withdrawal { return n.withdrawals }

// Best returns the first order of a side in price-time priority.
func (n *Native) Best(market uint32, side command.Side) (OrderKey, Order, bool) {
	b := n.book(market, side)
	if b == nil || b.best == 0 {
		return OrderKey{}, Order{}, false
	}
	return n.resting(n.levels.at(b.best).queue.first)
}

// book returns one side of a market, nil where there is no such market.
func (n *Native) book(market uint32, side command.Side) *book {
	if n.err != nil || side > command.Ask {
		return nil
	}
	i := n.markets.find(uint64(market), 0)
	if i == 0 {
		return nil
	}
	return n.books.at(i*2 + uint32(side))
}

// After returns the order that follows k on its side of the book.
func (n *Native) After(k OrderKey) (OrderKey, Order, bool) {
	i := n.order(k.ID)
	if i == 0 {
		return OrderKey{}, Order{}, false
	}
	o := n.orders.at(i)
	if next := o.links[inQueue].next; next != 0 {
		return n.resting(next)
	}
	if worse := n.levels.at(o.level).next; worse != 0 {
		return n.resting(n.levels.at(worse).queue.first)
	}
	return OrderKey{}, Order{}, false
}

// Order finds a resting order by its id.
func (n *Native) Order(id uint64) (OrderKey, Order, bool) {
	i := n.order(id)
	if i == 0 {
		return OrderKey{}, Order{}, false
	}
	return n.resting(i)
}

// ClientOrder finds the id of an account's live order by its client id.
func (n *Native) ClientOrder(account, clientID uint64) (uint64, bool) {
	if i := n.client(account, clientID); i != 0 {
		return n.orders.at(i).id, true
	}
	return 0, false
}

// AccountOrders lists the ids of an account's live orders, ascending. Unlike
// other reads it has one user at a time; AppendOrders is for readers.
func (n *Native) AccountOrders(account uint64) []uint64 {
	n.ids = n.AppendOrders(account, n.ids[:0])
	return n.ids
}

// AppendOrders appends the ids of an account's live orders, ascending.
func (n *Native) AppendOrders(account uint64, dst []uint64) []uint64 {
	if n.err != nil {
		return dst
	}
	owner := n.accounts.find(account)
	if owner == 0 {
		return dst
	}
	for i := n.accounts.slab.at(owner).list.first; i != 0; {
		o := n.orders.at(i)
		dst = append(dst, o.id)
		i = o.links[inAccount].next
	}
	return dst
}
