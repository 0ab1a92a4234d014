package layer1

// A statement is signed as the data of a transaction that no chain can take: every signer of anchors can sign it, and
// nobody can send it.

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// ErrStatement is wrapped by everything that is wrong with a signed statement.
var ErrStatement = errors.New("L1: not a signed statement")

// maxStatement bounds a signed statement in bytes.
const maxStatement = 4 << 10

// unsendable is the nonce that no transaction may have (EIP-2681).
const unsendable = ^uint64(0)

// SignStatement has an account sign a statement about a contract. It is encoded as an EIP-1559 transaction to the
// contract, with the statement as its data, the nonce that none may have and no gas.
func SignStatement(ctx context.Context, signer Signer, chainID uint64, contract [20]byte, statement []byte) ([]byte, error) {
	to := common.Address(contract)
	unsigned := types.NewTx(&types.DynamicFeeTx{
		ChainID: new(big.Int).SetUint64(chainID), Nonce: unsendable, GasTipCap: new(big.Int), GasFeeCap: new(big.Int),
		To: &to, Value: new(big.Int), Data: statement,
	})
	signed, err := signer.Sign(ctx, unsigned, chainID)
	if err != nil {
		return nil, &SignerError{Account: signer.Address(), Err: err}
	}
	raw, err := signed.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("encode statement: %w", err)
	}
	if _, by, err := OpenStatement(raw, chainID, contract); err != nil || by != signer.Address() {
		return nil, &SignerError{Account: signer.Address(), Err: errors.Join(errors.New("it signed something else"), err)}
	}
	return raw, nil
}

// OpenStatement returns a signed statement about a contract and the account that signed it.
func OpenStatement(raw []byte, chainID uint64, contract [20]byte) (statement []byte, by [20]byte, err error) {
	if len(raw) > maxStatement+1024 {
		return nil, by, fmt.Errorf("%w: %d bytes", ErrStatement, len(raw))
	}
	var tx types.Transaction
	if err = tx.UnmarshalBinary(raw); err != nil {
		return nil, by, fmt.Errorf("%w: %w", ErrStatement, err)
	}
	if tx.Type() != types.DynamicFeeTxType || tx.Nonce() != unsendable || tx.Gas() != 0 || tx.To() == nil ||
		*tx.To() != common.Address(contract) || !tx.ChainId().IsUint64() || tx.ChainId().Uint64() != chainID {
		return nil, by, fmt.Errorf("%w about contract %x on chain %d", ErrStatement, contract, chainID)
	}
	from, err := types.Sender(types.LatestSignerForChainID(tx.ChainId()), &tx)
	if err != nil {
		return nil, by, fmt.Errorf("%w: %w", ErrStatement, err)
	}
	return tx.Data(), from, nil
}
