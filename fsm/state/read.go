package state

// Readers for whoever holds a view, a tree or a verified proof: the same
// decoders as the store's, without an index and without a transition function.

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Getter is what a tree and a view offer for reads.
type Getter interface {
	Get(key []byte) (value []byte, ok bool, err error)
}

func read[T any](g Getter, key []byte, decode func([]byte) (T, error)) (value T, ok bool, err error) {
	v, ok, err := g.Get(key)
	if err != nil {
		return value, false, fmt.Errorf("read %x: %w", key, err)
	}
	if !ok {
		return value, false, nil
	}
	value, err = decode(v)
	return value, err == nil, err
}

// ReadAsset reads an asset.
func ReadAsset(g Getter, id uint32) (Asset, bool, error) {
	return read(g, AppendAssetKey(nil, id), DecodeAsset)
}

// ReadMarket reads a market.
func ReadMarket(g Getter, id uint32) (Market, bool, error) {
	return read(g, AppendMarketKey(nil, id), DecodeMarket)
}

// ReadAccount reads an account.
func ReadAccount(g Getter, id uint64) (Account, bool, error) {
	return read(g, AppendAccountKey(nil, id), DecodeAccount)
}

// ReadBalance reads a balance; ok is false for a zero one, which has no record.
func ReadBalance(g Getter, account uint64, asset uint32) (Balance, bool, error) {
	return read(g, AppendBalanceKey(nil, account, asset), DecodeBalance)
}

// ReadOrder reads the order that rests at k.
func ReadOrder(g Getter, k OrderKey) (Order, bool, error) {
	return read(g, AppendOrderKey(nil, k), DecodeOrder)
}

// ReadCounters reads the counters.
func ReadCounters(g Getter) (Counters, error) {
	c, _, err := read(g, AppendCountersKey(nil), DecodeCounters)
	return c, err
}

// ReadInbox reads the inbox position.
func ReadInbox(g Getter) (Inbox, error) {
	same := func(v []byte) ([]byte, error) { return append([]byte(nil), v...), nil }
	head, _, err := read(g, AppendInboxHeadKey(nil), same)
	if err != nil {
		return Inbox{}, err
	}
	tail, _, err := read(g, AppendInboxTailKey(nil), same)
	if err != nil {
		return Inbox{}, err
	}
	return DecodeInbox(head, tail)
}

func ascend(v Ascender, prefix, from []byte, fn func(key, value []byte) (bool, error)) error {
	var failed error
	err := v.Ascend(prefix, from, func(key, value []byte) bool {
		more, err := fn(key, value)
		failed = err
		return more && err == nil
	})
	if err != nil {
		return fmt.Errorf("ascend %x: %w", prefix, err)
	}
	return failed
}

// AscendOrders calls fn for every resting order: by market, side, priority.
func AscendOrders(v Ascender, fn func(k OrderKey, o Order) bool) error {
	return ascendOrders(v, []byte{prefixOrder}, fn)
}

// AscendBook calls fn for the orders of one side of a market, best first.
func AscendBook(v Ascender, market uint32, side command.Side, fn func(k OrderKey, o Order) bool) error {
	return ascendOrders(v, AppendBookPrefix(nil, market, side), fn)
}

func ascendOrders(v Ascender, prefix []byte, fn func(k OrderKey, o Order) bool) error {
	return ascend(v, prefix, nil, func(key, value []byte) (bool, error) {
		k, err := DecodeOrderKey(key)
		if err != nil {
			return false, err
		}
		o, err := DecodeOrder(value)
		if err != nil {
			return false, err
		}
		return fn(k, o), nil
	})
}

// Level is a price of the book with what rests there.
type Level struct {
	Price  uint64
	Size   uint64 // 2^64-1 stands for that much or more
	Orders int
}

// Depth returns the best levels of one side of a market, at most limit. A
// Native has their sums; elsewhere every order of theirs is read.
func Depth(v Ascender, market uint32, side command.Side, limit int) ([]Level, error) {
	if n, ok := v.(*Native); ok {
		return n.depth(market, side, limit)
	}
	var levels []Level
	if limit <= 0 {
		return nil, nil
	}
	err := AscendBook(v, market, side, func(k OrderKey, o Order) bool {
		last := len(levels) - 1
		if last < 0 || levels[last].Price != k.Price {
			if len(levels) == limit {
				return false
			}
			levels = append(levels, Level{Price: k.Price})
			last++
		}
		l := &levels[last]
		l.Size, l.Orders = saturatingAdd(l.Size, o.Remaining), l.Orders+1
		return true
	})
	return levels, err
}

// AscendBalances calls fn for every balance of an account, by asset.
func AscendBalances(v Ascender, account uint64, fn func(asset uint32, b Balance) bool) error {
	return ascend(v, AppendBalancePrefix(nil, account), nil, func(key, value []byte) (bool, error) {
		_, asset, err := DecodeBalanceKey(key)
		if err != nil {
			return false, err
		}
		b, err := DecodeBalance(value)
		if err != nil {
			return false, err
		}
		return fn(asset, b), nil
	})
}

// AscendAssets calls fn for every asset, by id.
func AscendAssets(v Ascender, fn func(id uint32, a Asset) bool) error {
	return ascend(v, []byte{prefixAsset}, nil, func(key, value []byte) (bool, error) {
		id, err := DecodeAssetKey(key)
		if err != nil {
			return false, err
		}
		a, err := DecodeAsset(value)
		if err != nil {
			return false, err
		}
		return fn(id, a), nil
	})
}

// AscendWithdrawals calls fn for every withdrawal from index first on.
func AscendWithdrawals(v Ascender, first uint64, fn func(w Withdrawal) bool) error {
	from := AppendWithdrawalKey(nil, first, 0)
	return ascend(v, []byte{prefixWithdrawal}, from, func(key, value []byte) (bool, error) {
		w, err := DecodeWithdrawal(key, value)
		if err != nil {
			return false, err
		}
		return fn(w), nil
	})
}
