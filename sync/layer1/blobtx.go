package layer1

// The cursor holds a blob transaction without its blobs; what is sent is the same
// transaction with a sidecar that is built again from the batches' payloads. The
// transaction names its blobs by hash, so a sidecar either fits or is refused
// here. Which form of proofs the chain's fork wants is no part of the hash.

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// Blobs gives back the blobs of the batches first to last as one transaction
// carries them, given their versioned hashes.
type Blobs func(ctx context.Context, first, last uint64, hashes [][32]byte) ([]da.Blob, error)

// ErrPoolConflict means that blob and plain transactions of one account exclude
// each other in the pools, so one kind waits until the other has landed.
var ErrPoolConflict = errors.New("L1: the account has transactions of the other pool in flight")

// SidecarError means that the blobs which a recorded transaction names cannot be
// had, so it cannot be sent again.
type SidecarError struct {
	TxHash [32]byte
	Err    error
}

func (e *SidecarError) Error() string {
	return fmt.Sprintf("L1 blob transaction %x cannot be sent without its blobs: %v", e.TxHash, e.Err)
}

func (e *SidecarError) Unwrap() error { return e.Err }

var errOtherBlobs = errors.New("the payloads give other blobs than the transaction names")

// content is what a transaction does, without nonce, fees and signature.
type content struct {
	to     common.Address
	data   []byte
	gas    uint64
	hashes []common.Hash // of its blobs; none for a plain transaction
}

func contentOf(tx *types.Transaction) content {
	c := content{data: tx.Data(), gas: tx.Gas(), hashes: tx.BlobHashes()}
	if tx.To() != nil {
		c.to = *tx.To()
	}
	return c
}

// blobs says whether the content goes to the blob pool.
func (c content) blobs() bool { return len(c.hashes) > 0 }

// transaction is the unsigned transaction.
func (c content) transaction(chainID *big.Int, nonce uint64, f fees) *types.Transaction {
	if !c.blobs() {
		return types.NewTx(&types.DynamicFeeTx{
			ChainID: chainID, Nonce: nonce, GasTipCap: f.tip, GasFeeCap: f.fee, Gas: c.gas, To: &c.to, Data: c.data,
		})
	}
	return types.NewTx(&types.BlobTx{
		ChainID: uint256.MustFromBig(chainID), Nonce: nonce, GasTipCap: uint256.MustFromBig(f.tip),
		GasFeeCap: uint256.MustFromBig(f.fee), Gas: c.gas, To: c.to, Data: c.data,
		BlobFeeCap: uint256.MustFromBig(f.blob), BlobHashes: c.hashes,
	})
}

// samePool refuses content of the other pool than that of the pending anchors.
func (m *TxManager) samePool(pending []cursor.Anchor, blobs bool) error {
	for _, a := range pending {
		if a.Account != m.signer.Address() {
			continue
		}
		tx, err := decodeAttempt(a.Attempts[len(a.Attempts)-1])
		if err != nil {
			return err
		}
		if contentOf(tx).blobs() != blobs {
			return fmt.Errorf("account %x, nonce %d: %w", a.Account, a.Nonce, ErrPoolConflict)
		}
	}
	return nil
}

// withSidecar is the transaction as the pool takes it. blobs may be nil: they are
// built again then.
func (m *TxManager) withSidecar(ctx context.Context, a cursor.Anchor, cancel bool, tx *types.Transaction, blobs []da.Blob) (*types.Transaction, error) {
	want := tx.BlobHashes()
	hashes := make([][32]byte, len(want))
	for i := range want {
		hashes[i] = want[i]
	}
	var err error
	switch {
	case cancel:
		blobs = make([]da.Blob, 1)
	case blobs == nil && m.cfg.Blobs == nil:
		return nil, &SidecarError{TxHash: tx.Hash(), Err: errors.New("no source of blobs is configured")}
	case blobs == nil:
		if blobs, err = m.cfg.Blobs(ctx, a.First, a.Last, hashes); err != nil {
			return nil, &SidecarError{TxHash: tx.Hash(), Err: err}
		}
	}
	version, err := m.client.SidecarVersion(ctx)
	if err != nil {
		return nil, err
	}
	side, err := m.cfg.Prover.Sidecar(ctx, version, blobs)
	if err != nil {
		return nil, &SidecarError{TxHash: tx.Hash(), Err: err}
	}
	if !slices.Equal(side.BlobHashes(), want) {
		return nil, &SidecarError{TxHash: tx.Hash(), Err: errOtherBlobs}
	}
	return tx.WithBlobTxSidecar(side), nil
}

// nothing is the content that only uses a nonce, for the pool that the replaced
// transaction is in: there a blob transaction gives way to another one alone.
func (m *TxManager) nothing(blobs bool) (content, error) {
	c := content{to: m.signer.Address(), gas: gasCancel}
	if blobs {
		var empty da.Blob
		hash, err := m.cfg.Prover.Hash(&empty)
		if err != nil {
			return content{}, err
		}
		c.hashes = []common.Hash{hash}
	}
	return c, nil
}
