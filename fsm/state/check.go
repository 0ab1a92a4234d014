package state

// Check is the invariants' one statement in code: what must hold in every
// state that accepted transitions lead to.

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// InvariantError reports a state that breaks a rule. It matches ErrCorrupt.
type InvariantError struct{ Rule, Detail string }

func (e *InvariantError) Error() string { return "invariant broken: " + e.Rule + ": " + e.Detail }

// Unwrap makes an InvariantError match ErrCorrupt.
func (e *InvariantError) Unwrap() error { return ErrCorrupt }

func broken(rule, format string, args ...any) error {
	return &InvariantError{Rule: rule, Detail: fmt.Sprintf(format, args...)}
}

type balanceKey struct {
	account uint64
	asset   uint32
}

// Check reads the whole state and checks that every asset is conserved, that
// locked balances are the sums over open orders, that no book is crossed, and
// that every record is well formed and refers to what exists. It takes time
// and memory proportional to the state: for tests and drills.
func Check(v interface {
	Getter
	Ascender
},
) error {
	counters, err := ReadCounters(v)
	if err != nil {
		return err
	}
	if _, err = ReadInbox(v); err != nil {
		return err
	}
	locked, err := checkOrders(v, counters)
	if err != nil {
		return err
	}
	supply, err := checkBalances(v, locked)
	if err != nil {
		return err
	}
	if err := checkAssets(v, supply); err != nil {
		return err
	}
	return checkWithdrawals(v, counters)
}

// checkOrders returns what orders lock, by account and asset.
func checkOrders(v interface {
	Getter
	Ascender
}, counters Counters,
) (map[balanceKey]uint64, error) {
	locked := map[balanceKey]uint64{}
	var (
		market  Market
		current uint32
		bestBid uint64
		failed  error
	)
	err := AscendOrders(v, func(k OrderKey, o Order) bool {
		if k.Market != current || k.Market == 0 {
			m, ok, err := ReadMarket(v, k.Market)
			if err != nil || !ok || k.Market == 0 {
				failed = broken("orders rest in markets", "order %d in market %d: %v", k.ID, k.Market, err)
				return false
			}
			market, current, bestBid = m, k.Market, 0
		}
		if k.Side == command.Bid {
			bestBid = max(bestBid, k.Price)
		} else if k.Price <= bestBid {
			failed = broken("no crossed book", "market %d: bid %d, ask %d", k.Market, bestBid, k.Price)
			return false
		}
		failed = checkOrder(v, &market, k, o, counters)
		if failed != nil {
			return false
		}
		lock, _ := market.lock(k, &o, o.Remaining)
		key := balanceKey{o.Account, market.lockedAsset(k.Side)}
		sum, ok := add(locked[key], lock)
		if !ok {
			failed = broken("locked = sum over open orders", "account %d: overflow", o.Account)
			return false
		}
		locked[key] = sum
		return true
	})
	if err != nil {
		return nil, err
	}
	return locked, failed
}

func checkOrder(v Getter, m *Market, k OrderKey, o Order, c Counters) error {
	switch {
	case !validPrice(m, k.Price) || o.Remaining%m.Lot != 0:
		return broken("orders keep to tick and lot", "order %d: price %d, size %d", k.ID, k.Price, o.Remaining)
	case k.ID == 0 || k.ID > c.Sequence:
		return broken("order ids are sequence numbers", "order %d beyond %d", k.ID, c.Sequence)
	}
	if _, ok := m.bidLock(k.Price, o.Remaining, o.FeeCap); !ok {
		return broken("amounts fit 64 bits", "order %d", k.ID)
	}
	if _, ok, err := ReadAccount(v, o.Account); err != nil || !ok {
		return broken("orders belong to accounts", "order %d, account %d: %v", k.ID, o.Account, err)
	}
	return nil
}

// checkBalances consumes locked and returns the sum of balances by asset.
func checkBalances(v Ascender, locked map[balanceKey]uint64) (map[uint32]uint64, error) {
	supply := map[uint32]uint64{}
	err := ascend(v, []byte{prefixBalance}, nil, func(key, value []byte) (bool, error) {
		account, asset, err := DecodeBalanceKey(key)
		if err != nil {
			return false, err
		}
		b, err := DecodeBalance(value)
		if err != nil {
			return false, err
		}
		at := balanceKey{account, asset}
		if b.Locked != locked[at] {
			return false, broken("locked = sum over open orders",
				"account %d, asset %d: locked %d, orders %d", account, asset, b.Locked, locked[at])
		}
		delete(locked, at)
		sum, ok := add(supply[asset], b.Available)
		if ok {
			sum, ok = add(sum, b.Locked)
		}
		if !ok {
			return false, broken("conservation", "asset %d: the sum of balances overflows", asset)
		}
		supply[asset] = sum
		return true, nil
	})
	if err == nil && len(locked) > 0 {
		err = broken("locked = sum over open orders", "%d balances are missing", len(locked))
	}
	return supply, err
}

func checkAssets(v Ascender, supply map[uint32]uint64) error {
	var failed error
	err := AscendAssets(v, func(id uint32, a Asset) bool {
		if a.Supply != supply[id] {
			failed = broken("conservation", "asset %d: supply %d, sum of balances %d", id, a.Supply, supply[id])
		}
		delete(supply, id)
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	if err == nil && len(supply) > 0 {
		err = broken("conservation", "balances of %d assets that are not registered", len(supply))
	}
	return err
}

func checkWithdrawals(v Ascender, c Counters) error {
	var next uint64
	gap := false
	err := AscendWithdrawals(v, 0, func(w Withdrawal) bool {
		gap = w.Index != next
		next++
		return !gap
	})
	if err == nil && (gap || next != c.Withdrawals) {
		err = broken("withdrawals are numbered without gaps", "found %d, counted %d, gap %t", next, c.Withdrawals, gap)
	}
	return err
}
