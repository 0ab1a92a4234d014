package layer1

// What the contract emitted, in the chain's order. Nothing follows the chain by events: they are evidence for audits,
// and tell of older batches what the contract does not store. What is read of them is checked against what it stores.

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

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// eventSpan is how many blocks one query of events covers: endpoints refuse wide ones.
const eventSpan = 5_000

// ErrNoEvent means that the chain shows no commit event of a batch that the contract holds: the endpoint has pruned it.
var ErrNoEvent = errors.New("L1: no commit event of the batch")

// CommitEvent is one batch that a commit transaction put on L1.
type CommitEvent struct {
	Number               uint64
	PostRoot, HeaderHash [32]byte
	Ref                  cursor.Ref
	TxHash               [32]byte
	Block                uint64
}

// Commits returns every BatchCommitted event in blocks from to to, inclusive, in the chain's order.
func (c *Contract) Commits(ctx context.Context, from, to uint64) ([]CommitEvent, error) {
	return c.commits(ctx, from, to, nil)
}

// CommitOf returns the event of the commit that an inspected batch stands on: the newest with its header hash. It
// searches backwards from the inspected block; a batch that is not committed is an error.
func (c *Contract) CommitOf(ctx context.Context, seen Inspection) (CommitEvent, error) {
	if !seen.Committed() {
		return CommitEvent{}, fmt.Errorf("commit of batch %d: L1 is at %d", seen.Number, seen.State.LastCommitted)
	}
	return backwards(ctx, c, seen, "commit", func(ctx context.Context, from, to uint64, seen Inspection) (CommitEvent, error) {
		events, err := c.commits(ctx, from, to, &seen.Number)
		if err != nil {
			return CommitEvent{}, err
		}
		for _, e := range slices.Backward(events) {
			if e.HeaderHash == seen.HeaderHash {
				return e, nil
			}
		}
		return CommitEvent{}, fmt.Errorf("batch %d, header %x: %w", seen.Number, seen.HeaderHash, ErrNoEvent)
	})
}

// backwards searches for an event of an inspected batch from its block down to the contract's first, a span at a time.
func backwards[E any](
	ctx context.Context, c *Contract, seen Inspection, what string,
	search func(ctx context.Context, from, to uint64, seen Inspection) (E, error),
) (E, error) {
	created, err := c.createdBlock(ctx, seen.Block)
	if err != nil {
		var none E
		return none, fmt.Errorf("%s of batch %d: %w", what, seen.Number, err)
	}
	for to := seen.Block.Number; ; to -= eventSpan {
		from := created
		if to >= created+eventSpan {
			from = to - eventSpan + 1
		}
		event, err := search(ctx, from, to, seen)
		if err == nil || !errors.Is(err, ErrNoEvent) || from == created {
			return event, err
		}
	}
}

// PostRoot is the root that an inspected batch ends at; number 0 is not one.
func (c *Contract) PostRoot(ctx context.Context, seen Inspection) ([32]byte, error) {
	if seen.Number != 0 && seen.Number == seen.State.LastCommitted {
		return seen.State.LastRoot, nil
	}
	e, err := c.CommitOf(ctx, seen)
	return e.PostRoot, err
}

func (c *Contract) createdBlock(ctx context.Context, at Block) (uint64, error) {
	out, err := c.client.Call(ctx, c.address, c.binding.PackCreatedBlock(), AtNumber(at.Number))
	if err != nil {
		return 0, err
	}
	created, err := c.binding.UnpackCreatedBlock(out)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNoContract, err)
	}
	return min(created, at.Number), nil
}

// GenesisRoot is the pre-root of batch 1: zero of the empty state, else of a book that the history began with.
func (c *Contract) GenesisRoot(ctx context.Context, at Block) ([32]byte, error) {
	out, err := c.client.Call(ctx, c.address, c.binding.PackGenesisRoot(), AtNumber(at.Number))
	if err != nil {
		return [32]byte{}, fmt.Errorf("genesis root: %w", err)
	}
	root, err := c.binding.UnpackGenesisRoot(out)
	if err != nil {
		return [32]byte{}, fmt.Errorf("genesis root: %w: %w", ErrNoContract, err)
	}
	return root, nil
}

// commits reads BatchCommitted events, of one batch if a number is given.
func (c *Contract) commits(ctx context.Context, from, to uint64, number *uint64) ([]CommitEvent, error) {
	filter := struct {
		Address   common.Address `json:"address"`
		FromBlock hexutil.Uint64 `json:"fromBlock"`
		ToBlock   hexutil.Uint64 `json:"toBlock"`
		Topics    []*common.Hash `json:"topics,omitempty"`
	}{Address: common.Address(c.address), FromBlock: hexutil.Uint64(from), ToBlock: hexutil.Uint64(to)}
	if number != nil {
		topic := common.BigToHash(new(big.Int).SetUint64(*number))
		filter.Topics = []*common.Hash{nil, &topic}
	}
	var logs []types.Log
	if err := c.client.call(ctx, &logs, "eth_getLogs", filter); err != nil {
		return nil, fmt.Errorf("read commits of blocks %d to %d: %w", from, to, err)
	}
	var out []CommitEvent
	for i := range logs {
		if logs[i].Removed {
			continue
		}
		e, err := c.binding.UnpackBatchCommittedEvent(&logs[i])
		if errors.Is(err, bind.ErrEventSignatureMismatch) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read commits of blocks %d to %d: %w", from, to, err)
		}
		out = append(out, CommitEvent{
			Number: e.Number, PostRoot: e.PostRoot, HeaderHash: e.HeaderHash,
			Ref: cursor.Ref{
				Provider: e.Ref.Provider, Codec: e.Ref.Codec, Commitment: e.Ref.Commitment,
				Bytes: e.Ref.Size, Extra: e.Ref.Extra,
			},
			TxHash: logs[i].TxHash, Block: logs[i].BlockNumber,
		})
	}
	return out, nil
}
