package layer1

// A history is what the contract stands on at one block: of each batch the commit that counts, which a later revert or
// another commit of its number did not take away. Its newest header hash is the contract's own; what lies below, the
// headers bind to it by their parents.

import (
	"context"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// History is the commits of batches 1 to State.LastCommitted at a block.
type History struct {
	Block Block
	State State
	// GenesisRoot is what batch 1 follows: zero for the empty state, else a book's.
	GenesisRoot [32]byte
	Commits     []CommitEvent // of batch i+1 at i
}

// History reads every batch that the contract holds at a block, by its events. ErrNoEvent says that the endpoint has
// pruned some.
func (c *Contract) History(ctx context.Context, at Tag) (History, error) {
	seen, err := c.Inspect(ctx, 0, at)
	if err != nil {
		return History{}, err
	}
	h := History{Block: seen.Block, State: seen.State, Commits: make([]CommitEvent, seen.State.LastCommitted)}
	if h.GenesisRoot, err = c.GenesisRoot(ctx, seen.Block); err != nil {
		return History{}, err
	}
	if len(h.Commits) == 0 {
		return h, nil
	}
	created, err := c.createdBlock(ctx, seen.Block)
	if err != nil {
		return History{}, err
	}
	for from := created; from <= seen.Block.Number; from += eventSpan {
		events, err := c.commits(ctx, from, min(from+eventSpan-1, seen.Block.Number), nil)
		if err != nil {
			return History{}, err
		}
		for _, e := range events {
			if e.Number >= 1 && e.Number <= seen.State.LastCommitted {
				h.Commits[e.Number-1] = e // the newest of a number is the one that stands
			}
		}
	}
	for i, e := range h.Commits {
		if e.Number != uint64(i)+1 {
			return History{}, fmt.Errorf("batch %d of %d: %w", i+1, len(h.Commits), ErrNoEvent)
		}
	}
	if last := h.Commits[len(h.Commits)-1]; last.HeaderHash != seen.State.LastHash {
		return History{}, fmt.Errorf("batch %d: newest event has header %x, the contract %x: %w", last.Number, last.HeaderHash, seen.State.LastHash, ErrNoEvent)
	}
	return h, nil
}

// Headers reads the headers in a commit transaction's call data: for a batch that neither the archive nor a replica has
// any more.
func (c *Contract) Headers(ctx context.Context, txHash [32]byte) ([]batch.Header, error) {
	tx, err := c.client.transaction(ctx, txHash)
	if err != nil {
		return nil, err
	}
	raw, err := listArgument("commitBatches", 1, tx.input)
	if err != nil {
		return nil, fmt.Errorf("transaction %x: %w", txHash, err)
	}
	headers := make([]batch.Header, len(raw))
	for i := range raw {
		if headers[i], err = batch.DecodeHeader(raw[i]); err != nil {
			return nil, fmt.Errorf("transaction %x, header %d: %w", txHash, i, err)
		}
	}
	return headers, nil
}

// listArgument gives an argument that is a list of bytes out of a call of one of the contract's methods.
func listArgument(method string, argument int, data []byte) ([][]byte, error) {
	abi, err := contract.HoldfastMetaData.ParseABI()
	if err != nil {
		return nil, fmt.Errorf("contract's ABI: %w", err)
	}
	m := abi.Methods[method]
	if len(data) < len(m.ID) || string(data[:len(m.ID)]) != string(m.ID) {
		return nil, fmt.Errorf("%s: %w", method, errOtherCall)
	}
	args, err := m.Inputs.Unpack(data[len(m.ID):])
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", method, errOtherCall, err)
	}
	list, ok := args[argument].([][]byte)
	if !ok {
		return nil, fmt.Errorf("%s: %w", method, errOtherCall)
	}
	return list, nil
}

var errOtherCall = errors.New("L1: the transaction is no such call by this contract's interface")
