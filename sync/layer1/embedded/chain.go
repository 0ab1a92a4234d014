package embedded

// The chain's head only moves under Chain.mu: by the block loop, by Mine, or by
// Adopt. A stalled chain still answers. A faulty endpoint still builds blocks.

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/miner"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"
)

// DefaultChainID is the chain id of development chains; the contract's
// execution-only adapter accepts it.
const DefaultChainID = 1337

// DevKeys is how many development accounts the genesis funds.
const DevKeys = 8

// genesisTime is the timestamp of the genesis block, in seconds.
const genesisTime = 1_700_000_000

// ErrClosed is returned by operations on a closed chain.
var ErrClosed = errors.New("embedded L1: closed")

// ErrUnknownBlock is returned when an operation names a block that the chain
// does not have.
var ErrUnknownBlock = errors.New("embedded L1: unknown block")

// Config of an embedded chain. The zero value gives a chain in memory, on a
// free port, without a block loop.
type Config struct {
	// Port of the JSON-RPC endpoint on 127.0.0.1; 0 takes a free one.
	Port int
	// ChainID; 0 means DefaultChainID.
	ChainID uint64
	// Interval between blocks; 0 means that blocks come by Mine alone.
	Interval time.Duration
	// SafeDepth and FinalizedDepth: how many blocks the tags trail the head.
	SafeDepth, FinalizedDepth uint64
	// BlobRetention is for how many blocks the blobs of a block are served;
	// 0 means 512.
	BlobRetention uint64
	// AllStates has the chain answer for the state of every block; otherwise, as an L1 node that is no archive, for that of the
	// newest 128, which at short intervals are gone while somebody still reads what happened in one of them.
	AllStates bool
	// DataDir keeps the chain on disk; empty keeps it in memory.
	DataDir string
	// Fund lists further accounts that the genesis gives 10,000 ether each.
	Fund [][20]byte
	// Logger; nil discards.
	Logger *slog.Logger
}

// Validate reports everything that is wrong with the configuration.
func (c *Config) Validate() error {
	var errs []error
	if c.Port < 0 || c.Port > 65535 {
		errs = append(errs, fmt.Errorf("port %d is not a TCP port", c.Port))
	}
	if c.Interval < 0 {
		errs = append(errs, fmt.Errorf("interval %s is negative", c.Interval))
	}
	if c.FinalizedDepth < c.SafeDepth {
		errs = append(errs, fmt.Errorf("finalized depth %d is smaller than safe depth %d", c.FinalizedDepth, c.SafeDepth))
	}
	return errors.Join(errs...)
}

// Block names a block of the chain. TimeMs is its timestamp in milliseconds
// since the Unix epoch.
type Block struct {
	Number uint64
	Hash   [32]byte
	TimeMs int64
	// Transactions is how many the block holds.
	Transactions int
}

// Chain is a running L1.
type Chain struct {
	cfg     Config
	log     *slog.Logger
	stack   *node.Node
	backend *eth.Ethereum
	gate    *Gate // of JSON-RPC
	blobs   *Gate // of the Beacon API
	server  *http.Server
	url     string

	stop func()
	wg   sync.WaitGroup

	mu      sync.Mutex // guards the head and the fields below; nothing is called out while it is held
	stalled bool
	closed  bool
	salt    uint64 // makes blocks of different branches differ
}

// Start brings the chain up. The context bounds the start only; Close ends it.
func Start(ctx context.Context, cfg Config) (*Chain, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("embedded L1 configuration: %w", err)
	}
	if cfg.ChainID == 0 {
		cfg.ChainID = DefaultChainID
	}
	if cfg.BlobRetention == 0 {
		cfg.BlobRetention = 512
	}
	c := &Chain{cfg: cfg, log: cfg.Logger}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(cfg.Port)))
	if err != nil {
		return nil, fmt.Errorf("embedded L1: listen: %w", err)
	}
	if err = c.startNode(); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	server, err := c.rpcServer()
	if err != nil {
		return nil, errors.Join(err, c.stack.Close(), ln.Close())
	}
	c.gate, c.blobs = NewGate(server), NewGate(BeaconAPI(c))
	mux := http.NewServeMux()
	mux.Handle("/", c.gate)
	mux.Handle("/eth/v1/", c.blobs)
	c.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	c.url = "http://" + ln.Addr().String()
	runCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.stop = stop
	c.wg.Go(func() {
		if err := c.server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			c.log.Error("embedded L1 endpoint ended", "error", err)
		}
	})
	if cfg.Interval > 0 {
		c.wg.Go(func() { c.loop(runCtx) })
	}
	return c, nil
}

func (c *Chain) startNode() error {
	nc := node.DefaultConfig
	nc.DataDir = c.cfg.DataDir
	nc.P2P = p2p.Config{NoDiscovery: true, NoDial: true, MaxPeers: 0}
	nc.IPCPath = ""
	stack, err := node.New(&nc)
	if err != nil {
		return fmt.Errorf("embedded L1: create node: %w", err)
	}
	ec := ethconfig.Defaults
	ec.Genesis = Genesis(c.cfg)
	ec.SyncMode = ethconfig.FullSync
	ec.NetworkId = c.cfg.ChainID
	ec.DatabaseCache, ec.TrieCleanCache, ec.TrieDirtyCache, ec.SnapshotCache = 16, 16, 16, 16
	ec.LogNoHistory = true
	ec.TxPool.NoLocals = true // or the node itself sends again, now and then, what it was sent once: DropPending would not hold
	if c.cfg.AllStates {
		ec.NoPruning, ec.StateScheme = true, rawdb.HashScheme
	}
	backend, err := eth.New(stack, &ec)
	if err != nil {
		return errors.Join(fmt.Errorf("embedded L1: create chain: %w", err), stack.Close())
	}
	if err := stack.Start(); err != nil {
		return errors.Join(fmt.Errorf("embedded L1: start node: %w", err), stack.Close())
	}
	backend.SetSynced()
	c.stack, c.backend = stack, backend
	return nil
}

// Genesis is the first block of a chain of this configuration, for nodes of
// other makes too. It has every fork up to the newest that the library can build with
// ordinary payloads; BogotaTime is nil because blocks of that fork need
// attributes that no consensus client sends yet.
func Genesis(cfg Config) *core.Genesis {
	chain := *params.AllDevChainProtocolChanges
	chain.ChainID = new(big.Int).SetUint64(cfg.ChainID)
	chain.BogotaTime = nil
	alloc := core.SystemContractAllocs()
	wealth := new(big.Int).Mul(big.NewInt(10_000), big.NewInt(params.Ether))
	for i := range DevKeys {
		alloc[common.Address(DevAddress(i))] = types.Account{Balance: wealth}
	}
	for _, a := range cfg.Fund {
		alloc[common.Address(a)] = types.Account{Balance: wealth}
	}
	return &core.Genesis{
		Config:     &chain,
		GasLimit:   60_000_000,
		Difficulty: big.NewInt(0),
		BaseFee:    big.NewInt(params.GWei),
		Alloc:      alloc,
		// A fixed time keeps the genesis block the same at every start on
		// one data directory.
		Timestamp: genesisTime,
	}
}

// rpcServer serves what a public endpoint serves, and nothing else.
func (c *Chain) rpcServer() (*rpc.Server, error) {
	server := rpc.NewServer()
	server.SetBatchLimits(1000, 25_000_000)
	apis := append(c.backend.APIs(), rpc.API{
		Namespace: "eth",
		Service:   filters.NewFilterAPI(filters.NewFilterSystem(c.backend.APIBackend, filters.Config{})),
	})
	for _, api := range apis {
		if api.Namespace != "eth" && api.Namespace != "net" {
			continue
		}
		if err := server.RegisterName(api.Namespace, api.Service); err != nil {
			return nil, fmt.Errorf("embedded L1: register %s methods: %w", api.Namespace, err)
		}
	}
	return server, nil
}

func (c *Chain) loop(ctx context.Context) {
	ticker := time.NewTicker(c.cfg.Interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		c.mu.Lock()
		if !c.stalled && !c.closed {
			if _, err := c.extend(); err != nil {
				c.log.Error("embedded L1 failed to build a block", "error", err)
			}
		}
		c.mu.Unlock()
	}
}

// BeaconURL is the base URL of the Beacon API, which serves this chain's own
// blobs.
func (c *Chain) BeaconURL() string { return c.url }

// SetBeaconFault is SetFault for the Beacon API alone.
func (c *Chain) SetBeaconFault(f Fault) { c.blobs.Set(f) }

// URL of the JSON-RPC endpoint.
func (c *Chain) URL() string { return c.url }

// ChainID of the chain.
func (c *Chain) ChainID() uint64 { return c.cfg.ChainID }

// Head returns the newest canonical block.
func (c *Chain) Head() Block { return c.block(c.backend.BlockChain().CurrentBlock().Hash()) }

// BlockAt returns the canonical block of a number.
func (c *Chain) BlockAt(number uint64) (Block, error) {
	h := c.backend.BlockChain().GetHeaderByNumber(number)
	if h == nil {
		return Block{}, fmt.Errorf("block %d: %w", number, ErrUnknownBlock)
	}
	return c.block(h.Hash()), nil
}

func (c *Chain) block(hash common.Hash) Block {
	b := c.backend.BlockChain().GetBlockByHash(hash)
	if b == nil {
		return Block{}
	}
	return Block{Number: b.NumberU64(), Hash: hash, TimeMs: int64(b.Time()) * 1000, Transactions: len(b.Transactions())}
}

// Mine builds n blocks on the head now, from the transaction pool, and returns
// the last. It works on a stalled chain too.
func (c *Chain) Mine(n int) (Block, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.Head()
	for range n {
		if c.closed {
			return Block{}, ErrClosed
		}
		b, err := c.extend()
		if err != nil {
			return Block{}, err
		}
		last = b
	}
	return last, nil
}

// Stall stops (true) or resumes (false) the block loop; the endpoint goes on
// answering with the old head.
func (c *Chain) Stall(on bool) {
	c.mu.Lock()
	c.stalled = on
	c.mu.Unlock()
}

// Fork builds a side branch of length blocks on the canonical block number
// parent, without making it canonical, and returns its tip. With fill the
// branch takes transactions from the pool, otherwise its blocks are empty.
func (c *Chain) Fork(parent uint64, length int, fill bool) (Block, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return Block{}, ErrClosed
	}
	return c.fork(parent, length, fill)
}

// Adopt makes a block (with its branch) the canonical head. Going below
// finalized is allowed: that is a fault worth drilling. Transactions that only
// the abandoned branch held return to the pool.
func (c *Chain) Adopt(tip [32]byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	return c.setHead(tip)
}

// Reorg replaces the newest depth blocks by length empty ones and returns the
// new head. A length of depth or less gives a chain that is not longer than
// the abandoned one, as proof of stake allows.
func (c *Chain) Reorg(depth uint64, length int) (Block, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return Block{}, ErrClosed
	}
	head := c.Head().Number
	if depth > head {
		return Block{}, fmt.Errorf("reorg of %d blocks at height %d: %w", depth, head, ErrUnknownBlock)
	}
	tip, err := c.fork(head-depth, length, false)
	if err != nil {
		return Block{}, err
	}
	return tip, c.setHead(tip.Hash)
}

// DropPending forgets every transaction of the pool, as a node does that was
// restarted or that reorged away a blob transaction.
func (c *Chain) DropPending() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.backend.TxPool().Clear()
	}
}

// SetFault puts the endpoint into a fault, or heals it with FaultNone.
func (c *Chain) SetFault(f Fault) { c.gate.Set(f) }

// Close ends the chain; further calls do nothing.
func (c *Chain) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	c.mu.Unlock()
	c.stop()
	c.gate.Set(FaultRefuse)
	c.blobs.Set(FaultRefuse)
	err := c.server.Close()
	c.wg.Wait()
	return errors.Join(err, c.stack.Close())
}

// extend builds one block on the head and adopts it. Called with mu held.
func (c *Chain) extend() (Block, error) {
	parent := c.backend.BlockChain().CurrentBlock().Hash()
	tip, err := c.build(parent, true, c.salt)
	if err != nil {
		return Block{}, err
	}
	return c.block(tip), c.setHead(tip)
}

// fork is Fork with mu held.
func (c *Chain) fork(parent uint64, length int, fill bool) (Block, error) {
	h := c.backend.BlockChain().GetHeaderByNumber(parent)
	if h == nil {
		return Block{}, fmt.Errorf("fork at block %d: %w", parent, ErrUnknownBlock)
	}
	c.salt++
	tip := h.Hash()
	for range length {
		var err error
		if tip, err = c.build(tip, fill, c.salt); err != nil {
			return Block{}, err
		}
	}
	return c.block(tip), nil
}

func (c *Chain) build(parent common.Hash, fill bool, salt uint64) (common.Hash, error) {
	bc := c.backend.BlockChain()
	if fill {
		if err := c.backend.TxPool().Sync(); err != nil {
			return common.Hash{}, fmt.Errorf("embedded L1: settle the transaction pool: %w", err)
		}
	}
	ph := bc.GetHeaderByHash(parent)
	if ph == nil {
		return common.Hash{}, fmt.Errorf("build on %x: %w", parent, ErrUnknownBlock)
	}
	var random common.Hash
	binary.BigEndian.PutUint64(random[24:], salt)
	block, payload, err := c.backend.Miner().BuildTestingPayload(&miner.BuildPayloadArgs{
		Parent:      parent,
		Timestamp:   max(ph.Time+1, uint64(time.Now().Unix())),
		Random:      random,
		Withdrawals: types.Withdrawals{},
		BeaconRoot:  &common.Hash{},
	}, nil, !fill, nil)
	if err != nil {
		return common.Hash{}, fmt.Errorf("embedded L1: build block: %w", err)
	}
	if _, err := bc.InsertBlockWithoutSetHead(context.Background(), block, false); err != nil {
		return common.Hash{}, fmt.Errorf("embedded L1: insert block: %w", err)
	}
	if err := c.keepBlobs(block.NumberU64(), block.Hash(), payload.BlobsBundle); err != nil {
		return common.Hash{}, err
	}
	return block.Hash(), nil
}

func (c *Chain) setHead(tip common.Hash) error {
	bc := c.backend.BlockChain()
	b := bc.GetBlockByHash(tip)
	if b == nil {
		return fmt.Errorf("adopt %x: %w", tip, ErrUnknownBlock)
	}
	if _, err := bc.SetCanonical(b); err != nil {
		return fmt.Errorf("embedded L1: adopt block %d: %w", b.NumberU64(), err)
	}
	if n := b.NumberU64(); n >= c.cfg.SafeDepth {
		bc.SetSafe(bc.GetHeaderByNumber(n - c.cfg.SafeDepth))
	}
	if n := b.NumberU64(); n >= c.cfg.FinalizedDepth {
		bc.SetFinalized(bc.GetHeaderByNumber(n - c.cfg.FinalizedDepth))
	}
	if err := c.backend.TxPool().Sync(); err != nil {
		return fmt.Errorf("embedded L1: settle the transaction pool: %w", err)
	}
	return nil
}

// DevKey returns the private key of development account i (0 ≤ i < DevKeys).
func DevKey(i int) [32]byte {
	if i < 0 || i >= DevKeys {
		panic(fmt.Sprintf("embedded: development account %d does not exist", i))
	}
	return [32]byte(crypto.Keccak256([]byte("holdfast development account " + strconv.Itoa(i))))
}

// DevAddress returns the address of development account i.
func DevAddress(i int) [20]byte {
	key := DevKey(i)
	k, err := crypto.ToECDSA(key[:])
	if err != nil {
		panic(fmt.Sprintf("embedded: development key %d is not a key: %v", i, err))
	}
	return crypto.PubkeyToAddress(k.PublicKey)
}
