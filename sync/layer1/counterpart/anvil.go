package counterpart

// Nobody but the driver mines. A block that must take nothing from the pool has a
// gas limit below what any transaction needs.

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

const gasLimit = 60_000_000

type anvil struct{ driver }

var _ Chain = (*anvil)(nil)

func startAnvil(ctx context.Context, cfg embedded.Config) (Chain, error) {
	path, err := find(AnvilEnv, "anvil")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "holdfast-anvil-")
	if err != nil {
		return nil, fmt.Errorf("counterpart: %w", err)
	}
	p, err := launch(dir, path,
		"--port", port, "--chain-id", fmt.Sprint(cfg.ChainID), "--slots-in-an-epoch", fmt.Sprint(max(cfg.SafeDepth, 1)),
		"--no-mining", "--hardfork", "osaka", "--preserve-historical-states", "--cache-path", dir, "--accounts", "1",
		"--block-base-fee-per-gas", fmt.Sprint(int64(params.GWei)), "--gas-limit", fmt.Sprint(gasLimit))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	a := &anvil{driver{cfg: cfg, program: p}}
	if err = a.begin(ctx, "http://127.0.0.1:"+port); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *anvil) begin(ctx context.Context, url string) error {
	var err error
	if a.node, err = rpc.DialContext(ctx, url); err != nil {
		return fmt.Errorf("counterpart: anvil: %w", err)
	}
	if err = a.ready(ctx, a.node); err != nil {
		return err
	}
	wealth := new(big.Int).Mul(big.NewInt(10_000), big.NewInt(params.Ether))
	for i := range embedded.DevKeys {
		if err = a.call(nil, "anvil_setBalance", common.Address(embedded.DevAddress(i)), (*hexutil.Big)(wealth)); err != nil {
			return err
		}
	}
	for _, account := range a.cfg.Fund {
		if err = a.call(nil, "anvil_setBalance", common.Address(account), (*hexutil.Big)(wealth)); err != nil {
			return err
		}
	}
	if err = a.serve(url, nil); err != nil {
		return err
	}
	a.loop(a.Mine)
	return nil
}

// Kind of L1.
func (*anvil) Kind() Kind { return Anvil }

// Head is the newest block.
func (a *anvil) Head() embedded.Block {
	b, err := blockAt(a.call, "eth_getBlockByNumber", "latest")
	if err != nil && a.cfg.Logger != nil {
		a.cfg.Logger.Error("counterpart cannot read anvil's head", "error", err)
	}
	return b
}

// BlockAt is the block of a number.
func (a *anvil) BlockAt(number uint64) (embedded.Block, error) {
	return blockAt(a.call, "eth_getBlockByNumber", hexutil.EncodeUint64(number))
}

// Mine builds n blocks from the pool.
func (a *anvil) Mine(n int) (embedded.Block, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for range n {
		if a.closed {
			return embedded.Block{}, embedded.ErrClosed
		}
		if err := a.call(nil, "anvil_mine", "0x1"); err != nil {
			return embedded.Block{}, err
		}
	}
	return a.Head(), nil
}

// Fork is beyond anvil.
func (a *anvil) Fork(uint64, int, bool) (embedded.Block, error) {
	return embedded.Block{}, fmt.Errorf("counterpart: anvil builds no side branches: %w", ErrCannot)
}

// Adopt is beyond anvil.
func (a *anvil) Adopt([32]byte) error {
	return fmt.Errorf("counterpart: anvil has one branch: %w", ErrCannot)
}

// Reorg replaces the newest blocks by empty ones.
func (a *anvil) Reorg(depth uint64, length int) (embedded.Block, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return embedded.Block{}, embedded.ErrClosed
	}
	head := a.Head().Number
	if depth > head {
		return embedded.Block{}, fmt.Errorf("reorg of %d blocks at height %d: %w", depth, head, embedded.ErrUnknownBlock)
	}
	lost, err := a.transactions(head-depth+1, head)
	if err != nil {
		return embedded.Block{}, err
	}
	if err = a.replace(depth, uint64(length)); err != nil {
		return embedded.Block{}, err
	}
	for _, raw := range lost {
		// The new branch may not take it: then it is lost, as it would be elsewhere.
		var answer rpc.Error
		if err = a.call(nil, "eth_sendRawTransaction", raw); err != nil && !errors.As(err, &answer) {
			return embedded.Block{}, err
		}
	}
	return a.Head(), nil
}

// replace puts length empty blocks in the place of the newest depth ones.
// anvil_reorg keeps the chain's length and mines empty blocks of the usual gas limit;
// so the chain is first given its length, by blocks that are replaced at once.
func (a *anvil) replace(depth, length uint64) error {
	if length < depth {
		if err := a.call(nil, "anvil_rollback", depth-length); err != nil {
			return err
		}
	}
	if length > depth {
		if err := a.call(nil, "evm_setBlockGasLimit", hexutil.Uint64(params.TxGas-1)); err != nil {
			return err
		}
		if err := a.call(nil, "anvil_mine", hexutil.Uint64(length-depth)); err != nil {
			return err
		}
		if err := a.call(nil, "evm_setBlockGasLimit", hexutil.Uint64(gasLimit)); err != nil {
			return err
		}
	}
	if length == 0 {
		return nil
	}
	return a.call(nil, "anvil_reorg", length, []any{})
}

// transactions of blocks in their signed form; those with blobs are left out,
// because nobody has their blobs any more.
func (a *anvil) transactions(first, last uint64) ([]hexutil.Bytes, error) {
	var raws []hexutil.Bytes
	for n := first; n <= last; n++ {
		var b struct {
			Transactions []struct {
				Hash common.Hash
				Type string
			}
		}
		if err := a.call(&b, "eth_getBlockByNumber", hexutil.EncodeUint64(n), true); err != nil {
			return nil, err
		}
		for _, tx := range b.Transactions {
			if strings.TrimPrefix(tx.Type, "0x") == "3" {
				continue
			}
			var raw hexutil.Bytes
			if err := a.call(&raw, "eth_getRawTransactionByHash", tx.Hash); err != nil {
				return nil, err
			}
			raws = append(raws, raw)
		}
	}
	return raws, nil
}

// DropPending forgets the pool.
func (a *anvil) DropPending() {
	if err := a.call(nil, "anvil_dropAllTransactions"); err != nil && a.cfg.Logger != nil {
		a.cfg.Logger.Error("counterpart cannot clear anvil's pool", "error", err)
	}
}
