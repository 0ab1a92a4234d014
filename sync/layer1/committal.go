package layer1

// What is told of a batch that the contract holds is bound to the header hash that it stores; who sent it, to the
// transaction in the canonical block.

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Committal is a batch that the contract holds, and how it came there.
type Committal struct {
	Number     uint64
	HeaderHash [32]byte
	Root       [32]byte
	// Header stands in the transaction's call data; nil if another contract sent the commit. The archive may have it.
	Header    *batch.Header
	Ref       cursor.Ref
	Submitter [20]byte // who sent the transaction
	TxHash    [32]byte
	Block     cursor.BlockRef
	Verified  bool
}

// Committal returns how an inspected batch came to L1. Errors: ErrNoEvent if the endpoint has pruned where; one that is
// not committed is an error too.
func (c *Contract) Committal(ctx context.Context, seen Inspection) (Committal, error) {
	event, err := c.CommitOf(ctx, seen)
	if err != nil {
		return Committal{}, err
	}
	tx, err := c.client.transaction(ctx, event.TxHash)
	if err != nil {
		return Committal{}, err
	}
	block, err := c.client.Block(ctx, AtNumber(event.Block))
	if err != nil {
		return Committal{}, err
	}
	if block.Hash != tx.block {
		return Committal{}, fmt.Errorf("transaction %x: block %d: %w", event.TxHash, event.Block, errMoved)
	}
	out := Committal{
		Number: seen.Number, HeaderHash: seen.HeaderHash, Root: event.PostRoot, Ref: event.Ref, Submitter: tx.from,
		TxHash: event.TxHash, Block: block.Ref(), Verified: seen.Verified(),
	}
	headers, err := c.Headers(ctx, event.TxHash)
	if err != nil && !errors.Is(err, errOtherCall) {
		return Committal{}, err
	}
	if i := slices.IndexFunc(headers, func(h batch.Header) bool { return h.Hash() == seen.HeaderHash }); i >= 0 {
		out.Header = &headers[i]
	}
	return out, nil
}

// VerifyEvent is where a batch was verified.
type VerifyEvent struct {
	Number     uint64
	HeaderHash [32]byte
	TxHash     [32]byte
	Block      cursor.BlockRef
}

// VerificationOf returns where an inspected batch was verified: the newest event with its header hash.
func (c *Contract) VerificationOf(ctx context.Context, seen Inspection) (VerifyEvent, error) {
	if !seen.Verified() {
		return VerifyEvent{}, fmt.Errorf("verification of batch %d: L1 is at %d", seen.Number, seen.State.LastVerified)
	}
	return backwards(ctx, c, seen, "verification", c.verification)
}

// verification searches a range of blocks.
func (c *Contract) verification(ctx context.Context, from, to uint64, seen Inspection) (VerifyEvent, error) {
	topic := common.BigToHash(new(big.Int).SetUint64(seen.Number))
	filter := map[string]any{
		"address": common.Address(c.address), "fromBlock": hexutil.Uint64(from), "toBlock": hexutil.Uint64(to),
		"topics": []*common.Hash{nil, &topic},
	}
	var logs []types.Log
	if err := c.client.call(ctx, &logs, "eth_getLogs", filter); err != nil {
		return VerifyEvent{}, fmt.Errorf("read verifications of blocks %d to %d: %w", from, to, err)
	}
	for i := range slices.Backward(logs) {
		e, err := c.binding.UnpackBatchVerifiedEvent(&logs[i])
		if logs[i].Removed || errors.Is(err, bind.ErrEventSignatureMismatch) {
			continue
		}
		if err != nil {
			return VerifyEvent{}, fmt.Errorf("read verifications of blocks %d to %d: %w", from, to, err)
		}
		if e.HeaderHash != seen.HeaderHash {
			continue
		}
		block, err := c.client.Block(ctx, AtNumber(logs[i].BlockNumber))
		if err != nil {
			return VerifyEvent{}, err
		}
		if block.Hash != logs[i].BlockHash {
			return VerifyEvent{}, fmt.Errorf("block %d: %w", logs[i].BlockNumber, errMoved)
		}
		return VerifyEvent{Number: e.Number, HeaderHash: e.HeaderHash, TxHash: logs[i].TxHash, Block: block.Ref()}, nil
	}
	return VerifyEvent{}, fmt.Errorf("batch %d, header %x: %w", seen.Number, seen.HeaderHash, ErrNoEvent)
}
