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
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// Committal is a batch that the contract holds, and how it came there.
type Committal struct {
	Number     uint64
	HeaderHash [32]byte
	Root       [32]byte
	// Header is what the transaction's call data hold; nil if the contract was called by another contract, whose call
	// data say nothing. The archive may have it.
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
	if tx.to != nil && *tx.to == c.address {
		out.Header = headerIn(tx.input, seen.HeaderHash)
	}
	return out, nil
}

// headerIn finds the header with a hash in a commit's call data.
func headerIn(input []byte, hash [32]byte) *batch.Header {
	parsed, err := contract.HoldfastMetaData.ParseABI()
	if err != nil || len(input) < 4 {
		return nil
	}
	method := parsed.Methods["commitBatches"]
	if string(input[:4]) != string(method.ID) {
		return nil
	}
	args, err := method.Inputs.Unpack(input[4:])
	if err != nil || len(args) < 2 {
		return nil
	}
	headers, ok := args[1].([][]byte)
	if !ok {
		return nil
	}
	for _, b := range headers {
		if h, err := batch.DecodeHeader(b); err == nil && h.Hash() == hash {
			return &h
		}
	}
	return nil
}

// RealVerifier says whether the verifier of a program version checks proofs: one that accepts an empty proof of an empty
// journal checks nothing.
func (c *Contract) RealVerifier(ctx context.Context, version uint32) (bool, error) {
	out, err := c.client.Call(ctx, c.address, c.binding.PackPrograms(version), Latest)
	if err != nil {
		return false, fmt.Errorf("verifier of program %d: %w", version, err)
	}
	program, err := c.binding.UnpackPrograms(out)
	if err != nil {
		return false, fmt.Errorf("verifier of program %d: %w: %w", version, ErrNoContract, err)
	}
	if program.Verifier == (common.Address{}) {
		return false, nil
	}
	_, err = c.client.Call(ctx, program.Verifier, contract.NewExecutionOnlyVerifier().PackVerify(nil, nil), Latest)
	// Adapters refuse with an error of their own; an endpoint that refuses to answer says nothing.
	if refusal, ok := errors.AsType[*AnswerError](err); ok && len(refusal.Data) >= 4 {
		return true, nil
	}
	return false, err
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
	created, err := c.createdBlock(ctx, seen.Block)
	if err != nil {
		return VerifyEvent{}, fmt.Errorf("verification of batch %d: %w", seen.Number, err)
	}
	for to := seen.Block.Number; ; to -= eventSpan {
		from := created
		if to >= created+eventSpan {
			from = to - eventSpan + 1
		}
		event, err := c.verification(ctx, from, to, seen)
		if err == nil || !errors.Is(err, ErrNoEvent) || from == created {
			return event, err
		}
	}
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
