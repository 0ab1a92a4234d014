package layer1

// What the cursor is told of the L1 queue is complete up to the block that was
// read, or it is not told: the contract's own length and rolling hash at that
// block decide, because an endpoint may leave logs out. Each deposit comes with the
// block whose event it is, which must be one that was observed.

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// maxInboxRead is how many deposits one poll reads at most; a longer queue takes
// several polls.
const maxInboxRead = 4 * cursor.MaxDeposits

// ErrInboxLogs means that the endpoint's logs lack deposits which the contract's
// state, asked of the same endpoint, says are there.
var ErrInboxLogs = errors.New("L1: the logs lack deposits that the contract has queued")

// InboxForkError is a contract whose queue is not the one that was recorded,
// although no reorganization was seen.
type InboxForkError struct {
	Length         uint64 // of the queue, at which the two were compared
	Recorded, Held [32]byte
}

func (e *InboxForkError) Error() string {
	return fmt.Sprintf("L1 contract holds %x after %d deposits, %x was recorded", e.Held, e.Length, e.Recorded)
}

// Inbox is the contract's queue at a block.
type Inbox struct {
	Length uint64
	Hash   [32]byte // rolling hash after that many deposits; zero after none
}

// InboxAt reads the length of the queue at a block, and the rolling hash after
// length deposits, or after all if it has fewer.
func (c *Contract) InboxAt(ctx context.Context, length uint64, at Tag) (Inbox, error) {
	out, err := c.client.Call(ctx, c.address, c.binding.PackInboxLength(), at)
	if err != nil {
		return Inbox{}, fmt.Errorf("read the L1 queue's length: %w", err)
	}
	if len(out) == 0 {
		return Inbox{}, fmt.Errorf("read the L1 queue's length: %w", ErrNoContract)
	}
	n, err := c.binding.UnpackInboxLength(out)
	if err != nil {
		return Inbox{}, fmt.Errorf("read the L1 queue's length: %w: %w", ErrNoContract, err)
	}
	in := Inbox{Length: n}
	if out, err = c.client.Call(ctx, c.address, c.binding.PackInboxHashes(min(length, n)), at); err != nil {
		return Inbox{}, fmt.Errorf("read the L1 queue's hash: %w", err)
	}
	if in.Hash, err = c.binding.UnpackInboxHashes(out); err != nil {
		return Inbox{}, fmt.Errorf("read the L1 queue's hash: %w: %w", ErrNoContract, err)
	}
	return in, nil
}

// AssetOf is the asset id under which the contract lists a token, for good; 0 if
// it does not.
func (c *Contract) AssetOf(ctx context.Context, token [20]byte, at Tag) (uint32, error) {
	out, err := c.client.Call(ctx, c.address, c.binding.PackAssetOf(token), at)
	if err != nil {
		return 0, fmt.Errorf("read the asset of token %x: %w", token, err)
	}
	asset, err := c.binding.UnpackAssetOf(out)
	if err != nil {
		return 0, fmt.Errorf("read the asset of token %x: %w: %w", token, ErrNoContract, err)
	}
	return asset, nil
}

// Deposits returns the queue's entries first to end, half-open, whose events stand
// in blocks floor to head, without their assets and their blocks' times. It
// searches backwards, because the newest are asked for. ErrInboxLogs if some are
// missing.
func (c *Contract) Deposits(ctx context.Context, first, end, floor, head uint64) ([]cursor.Deposit, error) {
	found := make([]cursor.Deposit, end-first)
	missing := end - first
	for to := head; missing > 0; to -= eventSpan {
		from := floor
		if to >= floor+eventSpan {
			from = to - eventSpan + 1
		}
		logs, err := c.depositLogs(ctx, from, to)
		if err != nil {
			return nil, err
		}
		for _, d := range logs {
			if d.Index >= first && d.Index < end && found[d.Index-first].Hash == ([32]byte{}) {
				found[d.Index-first] = d.Deposit
				missing--
			}
		}
		if from == floor {
			break
		}
	}
	if missing > 0 {
		return nil, fmt.Errorf("deposits %d to %d in blocks %d to %d, %d missing: %w", first, end-1, floor, head, missing, ErrInboxLogs)
	}
	return found, nil
}

// depositTopic is the first topic of a Deposited event.
func depositTopic() common.Hash {
	return crypto.Keccak256Hash([]byte("Deposited(uint64,address,address,uint64,bytes32)"))
}

// depositLog is a Deposited event.
type depositLog struct {
	cursor.Deposit
	tx common.Hash
}

func (c *Contract) depositLogs(ctx context.Context, from, to uint64) ([]depositLog, error) {
	filter := struct {
		Address   common.Address `json:"address"`
		FromBlock hexutil.Uint64 `json:"fromBlock"`
		ToBlock   hexutil.Uint64 `json:"toBlock"`
		Topics    []common.Hash  `json:"topics"`
	}{common.Address(c.address), hexutil.Uint64(from), hexutil.Uint64(to), []common.Hash{depositTopic()}}
	var logs []types.Log
	if err := c.client.call(ctx, &logs, "eth_getLogs", filter); err != nil {
		return nil, fmt.Errorf("read deposits of blocks %d to %d: %w", from, to, err)
	}
	var out []depositLog
	for i := range logs {
		if logs[i].Removed || logs[i].Address != common.Address(c.address) {
			continue
		}
		e, err := c.binding.UnpackDepositedEvent(&logs[i])
		if errors.Is(err, bind.ErrEventSignatureMismatch) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read deposits of blocks %d to %d: %w", from, to, err)
		}
		out = append(out, depositLog{cursor.Deposit{
			Index: e.Index, Token: command.Address(e.Token), Address: command.Address(e.Account), Amount: e.Amount,
			Hash: e.InboxHash, Block: cursor.BlockRef{Number: logs[i].BlockNumber, Hash: logs[i].BlockHash},
		}, logs[i].TxHash})
	}
	return out, nil
}

// inbox records what the contract has queued up to the follow point.
func (f *Follower) inbox(ctx context.Context) error {
	cur := f.cursors()
	head, in := cur.Follow().Latest, cur.Inbox()
	if f.inboxRead == head {
		return nil
	}
	held, err := f.contract.InboxAt(ctx, in.To, AtNumber(head.Number))
	if errors.Is(err, ErrNoContract) && in.To == 0 {
		return nil // not deployed yet at this block
	}
	if err != nil {
		return err
	}
	if err = f.still(ctx, head); err != nil {
		return err
	}
	switch {
	case held.Length < in.To:
		return &InboxForkError{Length: held.Length, Recorded: in.ToHash, Held: held.Hash}
	case held.Hash != in.ToHash:
		return &InboxForkError{Length: in.To, Recorded: in.ToHash, Held: held.Hash}
	case held.Length == in.To:
		f.inboxRead = head
		return nil
	}
	room := cursor.MaxInbox - (in.To - in.From)
	end := min(held.Length, in.To+min(maxInboxRead, room))
	if end == in.To {
		return nil // no room before more batches are final
	}
	deposits, err := f.newDeposits(ctx, cur, in.To, end, head)
	if err != nil {
		return err
	}
	for len(deposits) > 0 {
		n := min(len(deposits), cursor.MaxDeposits)
		if err := f.record(ctx, cursor.Deposited{Deposits: deposits[:n]}); err != nil {
			return fmt.Errorf("record deposits from %d: %w", deposits[0].Index, err)
		}
		deposits = deposits[n:]
		if err := f.cfg.Failpoint.at(StepQueued); err != nil {
			return err
		}
	}
	return nil
}

// newDeposits reads entries of the queue with their assets and blocks.
func (f *Follower) newDeposits(ctx context.Context, cur *cursor.Cursor, first, end uint64, head cursor.BlockRef) ([]cursor.Deposit, error) {
	floor, err := f.inboxFloor(ctx, cur, first, head)
	if err != nil {
		return nil, err
	}
	deposits, err := f.contract.Deposits(ctx, first, end, floor, head.Number)
	if err != nil {
		return nil, err
	}
	blocks := map[uint64]cursor.BlockRef{head.Number: head}
	assets := map[command.Address]uint32{}
	for i := range deposits {
		d := &deposits[i]
		block, known := blocks[d.Block.Number]
		if !known {
			if block, known = cur.Block(d.Block.Number); !known {
				b, failed := f.client.Block(ctx, AtNumber(d.Block.Number))
				if failed != nil {
					return nil, failed
				}
				block = b.Ref()
			}
			blocks[d.Block.Number] = block
		}
		if block.Hash != d.Block.Hash {
			return nil, fmt.Errorf("deposit %d: block %d: %w", d.Index, block.Number, errMoved)
		}
		d.Block = block
		asset, known := assets[d.Token]
		if !known {
			if asset, err = f.contract.AssetOf(ctx, d.Token, AtNumber(head.Number)); err != nil {
				return nil, err
			}
			assets[d.Token] = asset
		}
		d.Asset = asset
	}
	return deposits, f.still(ctx, head)
}

// inboxFloor is the block at or above which the queue's next entry stands.
func (f *Follower) inboxFloor(ctx context.Context, cur *cursor.Cursor, next uint64, head cursor.BlockRef) (uint64, error) {
	if next > 0 {
		if last, ok := cur.Deposit(next - 1); ok {
			return last.Block.Number, nil
		}
	}
	return f.contract.createdBlock(ctx, Block{Number: head.Number})
}

// still checks that what was read by number was read of the block that was observed.
func (f *Follower) still(ctx context.Context, block cursor.BlockRef) error {
	b, err := f.client.Block(ctx, AtNumber(block.Number))
	if err != nil {
		return err
	}
	if b.Hash != block.Hash {
		return fmt.Errorf("block %d: %w", block.Number, errMoved)
	}
	return nil
}
