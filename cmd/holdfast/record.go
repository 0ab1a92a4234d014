package main

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// recordHelp says how records are named on the command line.
const recordHelp = `A RECORD is one of
  asset/ID  market/ID  account/ID  balance/ACCOUNT/ASSET
  order/MARKET/bid|ask/PRICE/ID  raw/HEX`

// recordKey is the raw key of a record named on the command line.
func recordKey(name string) ([]byte, error) {
	parts := strings.Split(name, "/")
	bad := func() ([]byte, error) { return nil, usage("%q is not a record\n%s", name, recordHelp) }
	kind, rest := parts[0], parts[1:]
	if kind == "raw" && len(rest) == 1 {
		key, err := hex.DecodeString(rest[0])
		if err != nil || len(key) == 0 || len(key) > 31 {
			return nil, usage("%q is not a key of 1 to 31 bytes in hexadecimal digits", rest[0])
		}
		return key, nil
	}
	var side command.Side
	if kind == "order" && len(rest) == 4 {
		switch rest[1] {
		case "bid":
			side = command.Bid
		case "ask":
			side = command.Ask
		default:
			return bad()
		}
		rest = []string{rest[0], rest[2], rest[3]}
	}
	n := make([]uint64, len(rest))
	for i, r := range rest {
		bits := 64
		if i == 0 && kind != "account" && kind != "balance" || i == 1 && kind == "balance" {
			bits = 32
		}
		var err error
		if n[i], err = strconv.ParseUint(r, 10, bits); err != nil {
			return bad()
		}
	}
	switch {
	case kind == "asset" && len(n) == 1:
		return state.AppendAssetKey(nil, uint32(n[0])), nil
	case kind == "market" && len(n) == 1:
		return state.AppendMarketKey(nil, uint32(n[0])), nil
	case kind == "account" && len(n) == 1:
		return state.AppendAccountKey(nil, n[0]), nil
	case kind == "balance" && len(n) == 2:
		return state.AppendBalanceKey(nil, n[0], uint32(n[1])), nil
	case kind == "order" && len(n) == 3:
		return state.AppendOrderKey(nil, state.OrderKey{Market: uint32(n[0]), Side: side, Price: n[1], ID: n[2]}), nil
	default:
		return bad()
	}
}

// describeRecord decodes a record for people; what it cannot decode it shows in hexadecimal digits.
func describeRecord(key, value []byte) string {
	if id, err := state.DecodeAccountKey(key); err == nil {
		if v, err := state.DecodeAccount(value); err == nil {
			return fmt.Sprintf("account %d: address 0x%x", id, v.Address)
		}
	}
	if account, asset, err := state.DecodeBalanceKey(key); err == nil {
		if v, err := state.DecodeBalance(value); err == nil {
			return fmt.Sprintf("balance of account %d, asset %d: available %d, locked %d", account, asset, v.Available, v.Locked)
		}
	}
	if k, err := state.DecodeOrderKey(key); err == nil {
		if v, err := state.DecodeOrder(value); err == nil {
			return fmt.Sprintf("order %d: market %d, %s at %d, account %d, remaining %d", k.ID, k.Market, k.Side, k.Price, v.Account, v.Remaining)
		}
	}
	if id, err := state.DecodeMarketKey(key); err == nil {
		if v, err := state.DecodeMarket(value); err == nil {
			return fmt.Sprintf("market %d: base %d, quote %d, tick %d, lot %d", id, v.Base, v.Quote, v.Tick, v.Lot)
		}
	}
	if id, err := state.DecodeAssetKey(key); err == nil {
		if v, err := state.DecodeAsset(value); err == nil {
			return fmt.Sprintf("asset %d: %d decimals, supply %d", id, v.Decimals, v.Supply)
		}
	}
	return hex.EncodeToString(value)
}
