package reconcile

// What must hold here: nothing is asked of a batch twice, and a list of keys never grows beyond its limit.

import (
	"errors"
	"fmt"
	"sort"

	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// First returns the first of the batches from low to high that differs, 0 if none does. Whatever follows one that differs
// differs too. same is asked of about log2(high-low) batches.
func First(low, high uint64, same func(batch uint64) (bool, error)) (uint64, error) {
	if low > high {
		return 0, nil
	}
	var failed error
	at := low + uint64(sort.Search(int(high-low+1), func(i int) bool {
		if failed != nil {
			return true
		}
		equal, err := same(low + uint64(i))
		failed = err
		return !equal
	}))
	if failed != nil || at > high {
		return 0, failed
	}
	return at, nil
}

// Difference is where two versions of the state differ.
type Difference struct {
	Keys   []string // the first of them, in words, in the order of the keys
	Total  int      // how many differ, counted up to a limit
	More   bool     // more than were counted
	Ranges []Range  // by kind of record
}

// Range is a kind of record and how many of it differ.
type Range struct {
	Kind  string
	First string // lowest key, in words
	Last  string // highest
	Count int
}

var errEnough = errors.New("enough")

// Keys compares two versions. It names at most keys of them, and counts at most limit.
func Keys(here, there *tree.View, keys, limit int) (Difference, error) {
	var d Difference
	err := tree.Diff(here, there, func(key, _, _ []byte) error {
		if d.Total == limit {
			d.More = true
			return errEnough
		}
		d.Total++
		name, kind := Name(key)
		if len(d.Keys) < keys {
			d.Keys = append(d.Keys, name)
		}
		if n := len(d.Ranges); n == 0 || d.Ranges[n-1].Kind != kind {
			d.Ranges = append(d.Ranges, Range{Kind: kind, First: name})
		}
		r := &d.Ranges[len(d.Ranges)-1]
		r.Last = name
		r.Count++
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return d, err
}

// Name says in words which record a key is of, and of which kind.
func Name(key []byte) (name, kind string) {
	if k, err := state.DecodeOrderKey(key); err == nil {
		side := "bid"
		if k.Side != 0 {
			side = "ask"
		}
		return fmt.Sprintf("order %d (market %d, %s, price %d)", k.ID, k.Market, side, k.Price), "order"
	}
	if account, asset, err := state.DecodeBalanceKey(key); err == nil {
		return fmt.Sprintf("balance of account %d, asset %d", account, asset), "balance"
	}
	if id, err := state.DecodeAccountKey(key); err == nil {
		return fmt.Sprintf("account %d", id), "account"
	}
	if id, err := state.DecodeAssetKey(key); err == nil {
		return fmt.Sprintf("asset %d", id), "asset"
	}
	if id, err := state.DecodeMarketKey(key); err == nil {
		return fmt.Sprintf("market %d", id), "market"
	}
	if string(key) == string(state.AppendCountersKey(nil)) {
		return "counters", "counters"
	}
	if string(key) == string(state.AppendInboxHeadKey(nil)) || string(key) == string(state.AppendInboxTailKey(nil)) {
		return "inbox", "inbox"
	}
	return fmt.Sprintf("key %x", key), "withdrawal"
}
