package layer1

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// BlobTransactionForTest is an unsigned transaction as the manager makes it: of
// the blob pool if it has hashes.
func BlobTransactionForTest(chainID, nonce uint64, hashes []common.Hash, data []byte) *types.Transaction {
	c := content{to: common.Address{1}, data: data, gas: 100_000, hashes: hashes}
	return c.transaction(new(big.Int).SetUint64(chainID), nonce, fees{tip: big.NewInt(2), fee: big.NewInt(3), blob: big.NewInt(4)})
}

// ParseSignature is parseSignature.
var ParseSignature = parseSignature
