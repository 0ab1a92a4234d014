package state

import (
	"encoding/hex"
	"fmt"
)

// KeyName names a key for people, in the form that the command line reads: account/ID, balance/ACCOUNT/ASSET,
// order/MARKET/SIDE/PRICE/ID, market/ID, asset/ID; any other key is raw/HEX.
func KeyName(key []byte) string {
	if id, err := DecodeAccountKey(key); err == nil {
		return fmt.Sprintf("account/%d", id)
	}
	if account, asset, err := DecodeBalanceKey(key); err == nil {
		return fmt.Sprintf("balance/%d/%d", account, asset)
	}
	if k, err := DecodeOrderKey(key); err == nil {
		return fmt.Sprintf("order/%d/%s/%d/%d", k.Market, k.Side, k.Price, k.ID)
	}
	if id, err := DecodeMarketKey(key); err == nil {
		return fmt.Sprintf("market/%d", id)
	}
	if id, err := DecodeAssetKey(key); err == nil {
		return fmt.Sprintf("asset/%d", id)
	}
	return "raw/" + hex.EncodeToString(key)
}
