package layer1

// A carrier is what the canonical chain holds now: the transaction is found through the contract's state and its event,
// and the block that it names is read again by number.

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// Carrier returns the transaction that committed the batch of this header; it makes a Contract a da.Chain.
// da.ErrAbsent if the contract does not hold this header at the latest block; ErrNoEvent if it does and the endpoint
// has pruned where.
func (c *Contract) Carrier(ctx context.Context, header batch.Header) (da.Carrier, error) {
	seen, err := c.Inspect(ctx, header.Number, Latest)
	if err != nil {
		return da.Carrier{}, err
	}
	if !seen.Committed() || seen.HeaderHash != header.Hash() {
		return da.Carrier{}, fmt.Errorf("%w: batch %d is not committed with header %x", da.ErrAbsent, header.Number, header.Hash())
	}
	event, err := c.CommitOf(ctx, seen)
	if err != nil {
		return da.Carrier{}, err
	}
	tx, err := c.client.transaction(ctx, event.TxHash)
	if err != nil {
		return da.Carrier{}, err
	}
	block, err := c.client.Block(ctx, AtNumber(event.Block))
	if err != nil {
		return da.Carrier{}, err
	}
	if block.Hash != tx.block {
		return da.Carrier{}, fmt.Errorf("transaction %x: block %d: %w", event.TxHash, event.Block, errMoved)
	}
	return da.Carrier{TxHash: event.TxHash, Block: block.Ref(), Hashes: tx.blobs, Input: tx.input}, nil
}

// mined is what is read of a mined transaction.
type mined struct {
	block [32]byte // its hash
	from  [20]byte
	input []byte
	blobs [][32]byte // versioned hashes
}

func (c *Client) transaction(ctx context.Context, hash [32]byte) (mined, error) {
	var raw *struct {
		Hash      common.Hash    `json:"hash"`
		From      common.Address `json:"from"`
		BlockHash *common.Hash   `json:"blockHash"`
		Input     *hexutil.Bytes `json:"input"`
		Blobs     []common.Hash  `json:"blobVersionedHashes"`
	}
	if err := c.call(ctx, &raw, "eth_getTransactionByHash", common.Hash(hash)); err != nil {
		return mined{}, fmt.Errorf("read transaction %x: %w", hash, err)
	}
	switch {
	case raw == nil || raw.BlockHash == nil:
		return mined{}, fmt.Errorf("read transaction %x: %w", hash, ErrNotFound)
	case raw.Input == nil || raw.Hash != hash:
		return mined{}, fmt.Errorf("read transaction %x: %w", hash, errMalformedAnswer)
	case len(raw.Blobs) > da.MaxBlobs:
		return mined{}, errors.Join(fmt.Errorf("read transaction %x: %d blobs", hash, len(raw.Blobs)), errMalformedAnswer)
	}
	tx := mined{block: *raw.BlockHash, from: raw.From, input: *raw.Input}
	for _, h := range raw.Blobs {
		tx.blobs = append(tx.blobs, h)
	}
	return tx, nil
}
