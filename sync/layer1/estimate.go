package layer1

// What an anchor costs is estimated from what the cursor holds of it, so that every replica, before the send and after
// the receipt, has the same estimate.

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
)

// EstimateAnchor estimates the signed transaction raw that anchors so many batches from batch first on. Compare with a
// receipt by cost.PerMille.
func EstimateAnchor(kind cursor.Kind, first uint64, batches int, raw []byte) (cost.Estimate, error) {
	var tx types.Transaction
	if err := tx.UnmarshalBinary(raw); err != nil {
		return cost.Estimate{}, fmt.Errorf("estimate anchor: %w", err)
	}
	switch kind {
	case cursor.Commit:
		return cost.Commit(tx.Data(), batches, len(tx.BlobHashes()), first == 1), nil
	case cursor.Verify:
		proofs, err := listArgument("verifyBatches", 2, tx.Data())
		if err != nil {
			return cost.Estimate{}, fmt.Errorf("estimate anchor: %w", err)
		}
		return cost.Verify(tx.Data(), proofs), nil
	default:
		return cost.Estimate{}, fmt.Errorf("estimate anchor: unknown kind %d", kind)
	}
}

// EstimateCommit estimates what [TxManager.Commit] of the same arguments would send.
func (m *TxManager) EstimateCommit(epoch uint64, headers []batch.Header, cargo da.Cargo) (cost.Estimate, error) {
	data, err := m.contract.commitData(epoch, headers, cargo.Refs)
	if err != nil {
		return cost.Estimate{}, err
	}
	return cost.Commit(append(data, cargo.Tail...), len(headers), len(cargo.Hashes), headers[0].Number == 1), nil
}

// Fees are the prices that blocks had, the oldest first, and last those of the next block, in wei per gas.
type Fees struct {
	Base []*big.Int
	// Blob has only the next block's price where the node keeps no history of it.
	Blob []*big.Int
	Tip  *big.Int // what gets a transaction into the next blocks
}

// Next are the prices of the next block.
func (f Fees) Next() cost.Prices {
	return cost.Prices{BaseFee: f.Base[len(f.Base)-1], Tip: f.Tip, BlobFee: f.Blob[len(f.Blob)-1]}
}

// maxFeeBlocks is how many blocks of history nodes give at least.
const maxFeeBlocks = 1024

// Fees reads the prices of the newest blocks, 1 to 1024 of them, and of the next one.
func (c *Client) Fees(ctx context.Context, blocks int) (Fees, error) {
	if blocks < 1 || blocks > maxFeeBlocks {
		return Fees{}, fmt.Errorf("read fees of %d blocks, 1 to %d are possible", blocks, maxFeeBlocks)
	}
	var raw struct {
		Base []*hexutil.Big `json:"baseFeePerGas"`
		Blob []*hexutil.Big `json:"baseFeePerBlobGas"`
	}
	if err := c.call(ctx, &raw, "eth_feeHistory", hexutil.Uint64(blocks), string(Latest), []int{}); err != nil {
		return Fees{}, fmt.Errorf("read fees: %w", err)
	}
	if len(raw.Blob) == 0 {
		next, err := c.BlobBaseFee(ctx)
		if err != nil {
			return Fees{}, err
		}
		raw.Blob = []*hexutil.Big{(*hexutil.Big)(next)}
	}
	_, tip, err := c.market(ctx)
	if err != nil {
		return Fees{}, err
	}
	base, err := integers(raw.Base)
	if err != nil {
		return Fees{}, fmt.Errorf("read fees: %w", err)
	}
	blob, err := integers(raw.Blob)
	if err != nil {
		return Fees{}, fmt.Errorf("read fees: %w", err)
	}
	return Fees{Base: base, Blob: blob, Tip: tip}, nil
}

// integers checks a list of fees, which has one at least.
func integers(raw []*hexutil.Big) ([]*big.Int, error) {
	if len(raw) == 0 || len(raw) > maxFeeBlocks+1 {
		return nil, errors.Join(fmt.Errorf("%d fees", len(raw)), errMalformedAnswer)
	}
	out := make([]*big.Int, len(raw))
	for i, r := range raw {
		if r == nil {
			return nil, errMalformedAnswer
		}
		out[i] = r.ToInt()
	}
	return out, nil
}
