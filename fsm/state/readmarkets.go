package state

// AscendMarkets calls fn for every market, by id.
func AscendMarkets(v Ascender, fn func(id uint32, m Market) bool) error {
	return ascend(v, []byte{prefixMarket}, nil, func(key, value []byte) (bool, error) {
		id, err := DecodeMarketKey(key)
		if err != nil {
			return false, err
		}
		m, err := DecodeMarket(value)
		if err != nil {
			return false, err
		}
		return fn(id, m), nil
	})
}
