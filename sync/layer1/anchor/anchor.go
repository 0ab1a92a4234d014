// Package anchor reads from L1 what it holds of a batch: header hash, post-root,
// lineage, and how final that is.
//
// It is the client's half of verification: whoever holds an L1 endpoint and the
// contract's address needs no node of the cluster to be told the truth. It
// assumes that the endpoint is honest about the chain; it checks the chain id
// before anything else. A Reader may be used concurrently.
package anchor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// ErrNotAnchored means that the contract does not hold the batch at the asked level.
var ErrNotAnchored = errors.New("anchor: batch is not on L1 at this level")

// Level says how settled a fact is on L1.
type Level uint8

// Levels, from the weakest to the strongest.
const (
	None Level = iota
	Latest
	Safe
	Finalized
)

// String names the level as JSON-RPC does.
func (l Level) String() string {
	switch l {
	case None:
		return "none"
	case Latest:
		return "latest"
	case Safe:
		return "safe"
	case Finalized:
		return "finalized"
	}
	return fmt.Sprintf("level %d", uint8(l))
}

// Config says which contract to read and where.
type Config struct {
	Endpoints []string // JSON-RPC URLs
	ChainID   uint64
	Contract  [20]byte
	Timeout   time.Duration // of one request; 0 means a default
}

// Batch is what L1 holds of one batch at one level.
type Batch struct {
	Number      uint64
	HeaderHash  [32]byte
	PostRoot    [32]byte
	Lineage     [16]byte
	Verified    bool // verifyBatches took it; by which verifier is the contract's matter
	Level       Level
	BlockNumber uint64 // the L1 block that was read
	BlockHash   [32]byte
	BlockTimeMs int64
}

// Head is the contract's state at one level.
type Head struct {
	Lineage       [16]byte
	Epoch         uint64
	LastCommitted uint64
	LastVerified  uint64
	BlockNumber   uint64
	BlockHash     [32]byte
	BlockTimeMs   int64
}

// Finality says how settled a batch's commit and verification are.
type Finality struct {
	Committed, Verified Level
}

// Reader reads one contract.
type Reader struct {
	client   *layer1.Client
	contract *layer1.Contract
}

// Open makes a reader; it sends nothing yet.
func Open(cfg Config) (*Reader, error) {
	client, err := layer1.NewClient(layer1.ClientConfig{Endpoints: cfg.Endpoints, ChainID: cfg.ChainID, Timeout: cfg.Timeout})
	if err != nil {
		return nil, fmt.Errorf("anchor: %w", err)
	}
	return &Reader{client: client, contract: layer1.NewContract(client, cfg.Contract)}, nil
}

// Close releases the connections.
func (r *Reader) Close() { r.client.Close() }

// Batch reads batch n at a level. ErrNotAnchored says that the contract does not
// have it there, also because the chain has no such level yet.
func (r *Reader) Batch(ctx context.Context, n uint64, level Level) (Batch, error) {
	seen, err := r.inspect(ctx, n, level)
	if err != nil {
		return Batch{}, err
	}
	if !seen.Committed() {
		return Batch{}, fmt.Errorf("batch %d at %s: %w", n, level, ErrNotAnchored)
	}
	root, err := r.contract.PostRoot(ctx, seen)
	if err != nil {
		return Batch{}, fmt.Errorf("batch %d at %s: %w", n, level, err)
	}
	return Batch{
		Number: n, HeaderHash: seen.HeaderHash, PostRoot: root,
		Lineage: seen.State.Lineage, Verified: seen.Verified(), Level: level,
		BlockNumber: seen.Block.Number, BlockHash: seen.Block.Hash, BlockTimeMs: seen.Block.TimeMs,
	}, nil
}

// Head reads the contract's state at a level.
func (r *Reader) Head(ctx context.Context, level Level) (Head, error) {
	seen, err := r.inspect(ctx, 0, level)
	if err != nil {
		return Head{}, err
	}
	return Head{
		Lineage: seen.State.Lineage, Epoch: seen.State.Epoch,
		LastCommitted: seen.State.LastCommitted, LastVerified: seen.State.LastVerified,
		BlockNumber: seen.Block.Number, BlockHash: seen.Block.Hash, BlockTimeMs: seen.Block.TimeMs,
	}, nil
}

// Finality finds the strongest level at which batch n is committed, and
// verified. Only a batch with the header hash that latest shows counts.
func (r *Reader) Finality(ctx context.Context, n uint64) (Finality, error) {
	var f Finality
	var hash [32]byte
	for _, level := range []Level{Latest, Safe, Finalized} {
		seen, err := r.inspect(ctx, n, level)
		if errors.Is(err, ErrNotAnchored) {
			return f, nil
		}
		if err != nil {
			return Finality{}, err
		}
		if level == Latest {
			hash = seen.HeaderHash
		}
		if !seen.Committed() || seen.HeaderHash != hash {
			return f, nil
		}
		f.Committed = level
		if seen.Verified() {
			f.Verified = level
		}
	}
	return f, nil
}

func (r *Reader) inspect(ctx context.Context, n uint64, level Level) (layer1.Inspection, error) {
	tag := layer1.Latest
	switch level {
	case Latest:
	case Safe:
		tag = layer1.Safe
	case Finalized:
		tag = layer1.Finalized
	case None:
		return layer1.Inspection{}, errors.New("anchor: level none cannot be read")
	default:
		return layer1.Inspection{}, fmt.Errorf("anchor: unknown %s", level)
	}
	seen, err := r.contract.Inspect(ctx, n, tag)
	// Before the deployment is safe or final there is nothing at those levels.
	if errors.Is(err, layer1.ErrNoFinality) || (level > Latest && errors.Is(err, layer1.ErrNoContract)) {
		return layer1.Inspection{}, fmt.Errorf("batch %d at %s: %w", n, level, ErrNotAnchored)
	}
	return seen, err
}
