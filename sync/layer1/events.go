package layer1

// What the contract emitted, in the chain's order: evidence for audits. Nothing follows the chain by events.

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
)

// CommitEvent is one batch that a commit transaction put on L1.
type CommitEvent struct {
	Number               uint64
	PostRoot, HeaderHash [32]byte
	TxHash               [32]byte
	Block                uint64
}

// Commits returns every BatchCommitted event in blocks from to to, inclusive, in the chain's order.
func (c *Contract) Commits(ctx context.Context, from, to uint64) ([]CommitEvent, error) {
	filter := struct {
		Address   common.Address `json:"address"`
		FromBlock hexutil.Uint64 `json:"fromBlock"`
		ToBlock   hexutil.Uint64 `json:"toBlock"`
	}{common.Address(c.address), hexutil.Uint64(from), hexutil.Uint64(to)}
	var logs []types.Log
	if err := c.client.call(ctx, &logs, "eth_getLogs", filter); err != nil {
		return nil, fmt.Errorf("read commits of blocks %d to %d: %w", from, to, err)
	}
	var out []CommitEvent
	for i := range logs {
		e, err := c.binding.UnpackBatchCommittedEvent(&logs[i])
		if err != nil || logs[i].Removed {
			continue // another event
		}
		out = append(out, CommitEvent{
			Number: e.Number, PostRoot: e.PostRoot, HeaderHash: e.HeaderHash,
			TxHash: logs[i].TxHash, Block: logs[i].BlockNumber,
		})
	}
	return out, nil
}
