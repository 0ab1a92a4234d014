package state

// AscendAccounts calls fn for every account that has a record, by id.
func AscendAccounts(v Ascender, fn func(id uint64, a Account) bool) error {
	return ascend(v, []byte{prefixAccount}, nil, func(key, value []byte) (bool, error) {
		id, err := DecodeAccountKey(key)
		if err != nil {
			return false, err
		}
		a, err := DecodeAccount(value)
		if err != nil {
			return false, err
		}
		return fn(id, a), nil
	})
}
