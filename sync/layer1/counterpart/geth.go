package counterpart

// Nobody but the driver moves geth's head, so the driver's copy of the head is the
// head. A branch is handed over whole before it is adopted.

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/beacon/engine"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// poolTip is geth's least tip in wei, by default and here.
const poolTip = 1_000_000

// settleFor is how long the pool may take to see what it was given: it does so
// beside the answers that it gives.
const settleFor = 5 * time.Second

// returnFor is how long the pool may take to have back what was reorganized away:
// not long, because it does not take everything back.
const returnFor = time.Second

type geth struct {
	driver
	engine *rpc.Client

	head embedded.Block // guarded by driver.mu

	shelf sync.Mutex // guards packed; nothing is called out while it is held
	// packed are the blobs of every block that was built, canonical or not.
	packed map[[32]byte][]byte
}

var (
	_ Chain               = (*geth)(nil)
	_ embedded.BlobSource = (*geth)(nil)
)

func startGeth(ctx context.Context, cfg embedded.Config) (Chain, error) {
	path, err := find(GethEnv, "geth")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "holdfast-geth-")
	if err != nil {
		return nil, fmt.Errorf("counterpart: %w", err)
	}
	var secret [32]byte
	rand.Read(secret[:])
	genesis, err := json.Marshal(embedded.Genesis(cfg))
	if err == nil {
		err = errors.Join(
			os.WriteFile(filepath.Join(dir, "genesis.json"), genesis, 0o600),
			os.WriteFile(filepath.Join(dir, "jwt"), []byte(hexutil.Encode(secret[:])), 0o600),
		)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("counterpart: %w", err), os.RemoveAll(dir))
	}
	store := []string{"--datadir", dir, "--state.scheme", "hash"}
	if out, ierr := exec.CommandContext(ctx, path, append([]string{"init"}, append(store, filepath.Join(dir, "genesis.json"))...)...).CombinedOutput(); ierr != nil {
		return nil, errors.Join(fmt.Errorf("counterpart: geth init: %w: %s", ierr, out), os.RemoveAll(dir))
	}
	g, err := launchGeth(path, dir, store, secret, cfg)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err = g.begin(ctx); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

func launchGeth(path, dir string, store []string, secret [32]byte, cfg embedded.Config) (*geth, error) {
	plain, err := freePort()
	if err != nil {
		return nil, err
	}
	auth, err := freePort()
	if err != nil {
		return nil, err
	}
	p, err := launch(dir, path, append(store,
		"--cache", "32", "--networkid", fmt.Sprint(cfg.ChainID), "--syncmode", "full", "--gcmode", "archive", "--engine.maxreorgdepth", "0",
		"--http", "--http.port", plain, "--http.api", "eth,net,web3,txpool,miner,testing",
		"--authrpc.port", auth, "--authrpc.jwtsecret", filepath.Join(dir, "jwt"),
		"--nodiscover", "--maxpeers", "0", "--port", "0", "--ipcdisable", "--nat", "none",
		"--txpool.nolocals", "--txpool.journal", "", "--miner.gasprice", fmt.Sprint(poolTip))...)
	if err != nil {
		return nil, err
	}
	g := &geth{driver: driver{cfg: cfg, program: p}, packed: map[[32]byte][]byte{}}
	if g.node, err = rpc.Dial("http://127.0.0.1:" + plain); err == nil {
		g.engine, err = rpc.DialOptions(context.Background(), "http://127.0.0.1:"+auth, rpc.WithHTTPAuth(node.NewJWTAuth(secret)))
	}
	if err == nil {
		err = g.serve("http://127.0.0.1:"+plain, embedded.BeaconAPI(g))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("counterpart: geth: %w", err), g.Close())
	}
	return g, nil
}

func (g *geth) begin(ctx context.Context) error {
	for _, server := range []*rpc.Client{g.node, g.engine} { // the second listens a moment after the first
		if err := g.ready(ctx, server); err != nil {
			return err
		}
	}
	var err error
	if g.head, err = g.BlockAt(0); err != nil {
		return err
	}
	if err = g.choose(g.head); err != nil { // geth takes transactions once it was told a head
		return err
	}
	g.loop(g.Mine)
	return nil
}

// Close ends the chain and its program.
func (g *geth) Close() error {
	err := g.driver.Close()
	if g.engine != nil {
		g.engine.Close()
	}
	return err
}

// Kind of L1.
func (*geth) Kind() Kind { return Geth }

// Head is the newest canonical block.
func (g *geth) Head() embedded.Block {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.head
}

// BlockAt is the canonical block of a number.
func (g *geth) BlockAt(number uint64) (embedded.Block, error) {
	return blockAt(g.call, "eth_getBlockByNumber", hexutil.EncodeUint64(number))
}

// blockAt reads a block.
func blockAt(call func(any, string, ...any) error, method string, which any) (embedded.Block, error) {
	var b *struct {
		Number, Timestamp hexutil.Uint64
		Hash              common.Hash
		Transactions      []common.Hash
	}
	if err := call(&b, method, which, false); err != nil {
		return embedded.Block{}, err
	}
	if b == nil {
		return embedded.Block{}, fmt.Errorf("block %v: %w", which, embedded.ErrUnknownBlock)
	}
	return embedded.Block{Number: uint64(b.Number), Hash: b.Hash, TimeMs: int64(b.Timestamp) * 1000, Transactions: len(b.Transactions)}, nil
}

// Mine builds n blocks on the head from the pool.
func (g *geth) Mine(n int) (embedded.Block, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for range n {
		if g.closed {
			return embedded.Block{}, embedded.ErrClosed
		}
		if err := g.settle(); err != nil {
			return embedded.Block{}, err
		}
		b, err := g.build(true)
		if err != nil {
			return embedded.Block{}, err
		}
		if err = g.choose(b); err != nil {
			return embedded.Block{}, err
		}
	}
	return g.head, nil
}

// Fork builds a side branch. Geth orders blocks on its head alone, so the head goes
// along the branch and back.
func (g *geth) Fork(parent uint64, length int, fill bool) (embedded.Block, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return embedded.Block{}, embedded.ErrClosed
	}
	return g.fork(parent, length, fill)
}

func (g *geth) fork(parent uint64, length int, fill bool) (embedded.Block, error) {
	back := g.head
	tip, err := g.BlockAt(parent)
	if err != nil {
		return embedded.Block{}, err
	}
	g.salt++
	for range length {
		if err = g.move(tip); err != nil {
			break
		}
		if tip, err = g.build(fill); err != nil {
			break
		}
	}
	return tip, errors.Join(err, g.move(back))
}

// Adopt makes a block canonical.
func (g *geth) Adopt(tip [32]byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return embedded.ErrClosed
	}
	b, err := blockAt(g.call, "eth_getBlockByHash", common.Hash(tip))
	if err != nil {
		return err
	}
	return g.adopt(b)
}

// Reorg replaces the newest blocks by empty ones.
func (g *geth) Reorg(depth uint64, length int) (embedded.Block, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return embedded.Block{}, embedded.ErrClosed
	}
	if depth > g.head.Number {
		return embedded.Block{}, fmt.Errorf("reorg of %d blocks at height %d: %w", depth, g.head.Number, embedded.ErrUnknownBlock)
	}
	tip, err := g.fork(g.head.Number-depth, length, false)
	if err != nil {
		return embedded.Block{}, err
	}
	return tip, g.adopt(tip)
}

// adopt is choose for another branch: it waits until the pool has back what only
// the old branch held. What it never has back was dropped.
func (g *geth) adopt(tip embedded.Block) error {
	abandoned, err := g.recent()
	if err != nil {
		return err
	}
	if err = g.choose(tip); err != nil {
		return err
	}
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for began := time.Now(); len(abandoned) > 0 && time.Since(began) < returnFor; <-ticker.C {
		var tx *struct{ Hash common.Hash }
		if err = g.call(&tx, "eth_getTransactionByHash", abandoned[len(abandoned)-1]); err != nil {
			return err
		}
		if tx != nil { // pending, or in the new branch
			abandoned = abandoned[:len(abandoned)-1]
		}
	}
	return nil
}

// recent are the transactions since the finalized block.
func (g *geth) recent() ([]common.Hash, error) {
	var hashes []common.Hash
	first := g.head.Number - min(g.head.Number, max(g.cfg.FinalizedDepth, 1))
	for n := max(first, 1); n <= g.head.Number; n++ {
		var b struct{ Transactions []common.Hash }
		if err := g.call(&b, "eth_getBlockByNumber", hexutil.EncodeUint64(n), false); err != nil {
			return nil, err
		}
		hashes = append(hashes, b.Transactions...)
	}
	return hashes, nil
}

// DropPending forgets the pool: it drops what tips too little, and for a moment
// everything does.
func (g *geth) DropPending() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, tip := range []*big.Int{new(big.Int).Lsh(big.NewInt(1), 200), big.NewInt(poolTip)} {
		var ok bool
		if err := g.call(&ok, "miner_setGasPrice", (*hexutil.Big)(tip)); err != nil && g.cfg.Logger != nil {
			g.cfg.Logger.Error("counterpart cannot clear geth's pool", "error", err)
		}
	}
}

// settle waits until the pool has promoted what it can.
func (g *geth) settle() error {
	type sender map[common.Address]map[string]json.RawMessage
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for began := time.Now(); ; <-ticker.C {
		var pool struct{ Pending, Queued sender }
		if err := g.call(&pool, "txpool_content"); err != nil {
			return err
		}
		waits := false
		for account := range pool.Queued {
			var next hexutil.Uint64
			if err := g.call(&next, "eth_getTransactionCount", account, "pending"); err != nil {
				return err
			}
			_, promotable := pool.Queued[account][fmt.Sprint(uint64(next))]
			waits = waits || promotable
		}
		if !waits || time.Since(began) > settleFor {
			return nil
		}
	}
}

// build has a block built on the head and hands it over without adopting it.
func (g *geth) build(fill bool) (embedded.Block, error) {
	var random common.Hash
	binary.BigEndian.PutUint64(random[24:], g.salt)
	seconds := max(g.head.TimeMs/1000+1, time.Now().Unix())
	attributes := map[string]any{
		"timestamp": hexutil.Uint64(seconds), "prevRandao": random, "suggestedFeeRecipient": common.Address{},
		"withdrawals": []any{}, "parentBeaconBlockRoot": common.Hash{},
	}
	var transactions any // null: from the pool
	if !fill {
		transactions = []string{}
	}
	var built struct {
		Payload  json.RawMessage     `json:"executionPayload"`
		Bundle   *engine.BlobsBundle `json:"blobsBundle"`
		Requests []hexutil.Bytes     `json:"executionRequests"`
	}
	if err := g.call(&built, "testing_buildBlockV1", common.Hash(g.head.Hash), attributes, transactions, nil); err != nil {
		return embedded.Block{}, err
	}
	var payload engine.ExecutableData
	if err := json.Unmarshal(built.Payload, &payload); err != nil {
		return embedded.Block{}, fmt.Errorf("counterpart: geth's payload: %w", err)
	}
	hashes := []common.Hash{}
	packed := embedded.PackBlobs(built.Bundle)
	for at := 0; at < len(packed); at += embedded.PackedBlob {
		hashes = append(hashes, common.Hash(packed[at:at+32]))
	}
	if built.Requests == nil {
		built.Requests = []hexutil.Bytes{}
	}
	var status engine.PayloadStatusV1
	if err := g.order(&status, "engine_newPayloadV4", built.Payload, hashes, common.Hash{}, built.Requests); err != nil {
		return embedded.Block{}, err
	}
	if status.Status != engine.VALID {
		return embedded.Block{}, fmt.Errorf("counterpart: geth calls its own block %s", status.Status)
	}
	g.shelf.Lock()
	g.packed[payload.BlockHash] = packed
	g.shelf.Unlock()
	return embedded.Block{Number: payload.Number, Hash: payload.BlockHash, TimeMs: int64(payload.Timestamp) * 1000, Transactions: len(payload.Transactions)}, nil
}

func (g *geth) order(result any, method string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	if err := g.engine.CallContext(ctx, result, method, args...); err != nil {
		return fmt.Errorf("counterpart: %s: %w", method, err)
	}
	return nil
}

// move makes a block the head and leaves the marks.
func (g *geth) move(to embedded.Block) error { return g.forkchoice(to, common.Hash{}, common.Hash{}) }

// choose makes a block the head and moves the marks after it, as far as the
// configuration lets them trail.
func (g *geth) choose(to embedded.Block) error {
	if err := g.move(to); err != nil {
		return err
	}
	var marks [2]common.Hash
	for i, lag := range []uint64{g.cfg.SafeDepth, g.cfg.FinalizedDepth} {
		if to.Number < lag {
			continue
		}
		b, err := g.BlockAt(to.Number - lag)
		if err != nil {
			return err
		}
		marks[i] = b.Hash
	}
	if marks == [2]common.Hash{} {
		return nil
	}
	return g.forkchoice(to, marks[0], marks[1])
}

func (g *geth) forkchoice(head embedded.Block, safe, finalized common.Hash) error {
	var answer engine.ForkChoiceResponse
	state := engine.ForkchoiceStateV1{HeadBlockHash: head.Hash, SafeBlockHash: safe, FinalizedBlockHash: finalized}
	if err := g.order(&answer, "engine_forkchoiceUpdatedV3", state, nil); err != nil {
		return err
	}
	if answer.PayloadStatus.Status != engine.VALID {
		return fmt.Errorf("counterpart: geth calls head %d %s", head.Number, answer.PayloadStatus.Status)
	}
	var now hexutil.Uint64
	if err := g.call(&now, "eth_blockNumber"); err != nil {
		return err
	}
	if uint64(now) != head.Number {
		return fmt.Errorf("counterpart: geth stays at block %d and does not go to %d, which is below its finalized block: %w", now, head.Number, ErrCannot)
	}
	g.head = head
	return nil
}

// BlockOfSlot finds the canonical block of a slot.
func (g *geth) BlockOfSlot(slot uint64) (number uint64, hash [32]byte, ok bool) {
	seconds, ok := embedded.TimeOfSlot(slot)
	if !ok {
		return 0, hash, false
	}
	low, high := uint64(0), g.Head().Number
	for low <= high {
		n := low + (high-low)/2
		b, err := g.BlockAt(n)
		switch at := uint64(b.TimeMs / 1000); {
		case err != nil:
			return 0, hash, false
		case at == seconds:
			return n, b.Hash, true
		case at < seconds:
			low = n + 1
		case n == 0:
			return 0, hash, false
		default:
			high = n - 1
		}
	}
	return 0, hash, false
}

// PackedBlobs of a block that was built here.
func (g *geth) PackedBlobs(_ uint64, hash [32]byte) []byte {
	g.shelf.Lock()
	defer g.shelf.Unlock()
	return g.packed[hash]
}
