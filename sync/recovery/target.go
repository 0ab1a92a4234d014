package recovery

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// Errors about targets.
var (
	// ErrTarget: the text names no target.
	ErrTarget = errors.New("recovery: want latest, finalized, batch N, block N or root 0x")
	// ErrNotOnL1: L1 holds no such batch.
	ErrNotOnL1 = errors.New("recovery: not on L1")
)

// TargetKind says what a Target goes by.
type TargetKind uint8

// Kinds of targets.
const (
	ToLatest    TargetKind = 1 + iota // newest batch that L1 holds
	ToFinalized                       // newest whose commit is in a finalized block
	ToBatch
	ToBlock // newest that was committed at or below an L1 block
	ToRoot  // the batch that ends at a root
)

// Target is the state that is wanted.
type Target struct {
	Kind   TargetKind
	Number uint64 // of the batch or the block
	Root   [32]byte
}

// ParseTarget reads "latest", "finalized", "batch N", "block N" or "root 0x…"; a colon may stand for the space.
func ParseTarget(text string) (Target, error) {
	word, rest, _ := strings.Cut(strings.ReplaceAll(text, ":", " "), " ")
	switch word {
	case "latest", "finalized":
		if rest != "" {
			break
		}
		if word == "latest" {
			return Target{Kind: ToLatest}, nil
		}
		return Target{Kind: ToFinalized}, nil
	case "batch", "block":
		n, err := strconv.ParseUint(rest, 10, 64)
		if err != nil {
			break
		}
		if word == "batch" {
			return Target{Kind: ToBatch, Number: n}, nil
		}
		return Target{Kind: ToBlock, Number: n}, nil
	case "root":
		b, err := hex.DecodeString(strings.TrimPrefix(rest, "0x"))
		if err != nil || len(b) != 32 {
			break
		}
		return Target{Kind: ToRoot, Root: [32]byte(b)}, nil
	}
	return Target{}, fmt.Errorf("%w; got %q", ErrTarget, text)
}

// String is what ParseTarget reads.
func (t Target) String() string {
	switch t.Kind {
	case ToLatest:
		return "latest"
	case ToFinalized:
		return "finalized"
	case ToBatch:
		return fmt.Sprintf("batch %d", t.Number)
	case ToBlock:
		return fmt.Sprintf("block %d", t.Number)
	case ToRoot:
		return fmt.Sprintf("root 0x%x", t.Root)
	}
	return "no target"
}

// choose finds the target's batch in a history; finalized is how many batches stand in finalized blocks.
func (t Target) choose(h layer1.History, finalized uint64) (uint64, error) {
	last := uint64(len(h.Commits))
	switch t.Kind {
	case ToLatest:
		return last, nil
	case ToFinalized:
		return min(finalized, last), nil
	case ToBatch:
		if t.Number > last {
			return 0, fmt.Errorf("%w: batch %d, the newest is %d", ErrNotOnL1, t.Number, last)
		}
		return t.Number, nil
	case ToBlock:
		if t.Number > h.Block.Number {
			return 0, fmt.Errorf("%w: block %d, the newest is %d", ErrNotOnL1, t.Number, h.Block.Number)
		}
		for n := last; n > 0; n-- {
			if h.Commits[n-1].Block <= t.Number {
				return n, nil
			}
		}
		return 0, nil
	case ToRoot:
		for n := last; n > 0; n-- { // a root may come again; the newest batch that ends at it counts
			if h.Commits[n-1].PostRoot == t.Root {
				return n, nil
			}
		}
		if t.Root == h.GenesisRoot && t.Root != ([32]byte{}) {
			return 0, nil // the book
		}
		return 0, fmt.Errorf("%w: no batch ends at root %x", ErrNotOnL1, t.Root)
	}
	return 0, ErrTarget
}

// anchors reads what L1 holds now, and as finalizedCount has it, and puts both into a report.
func anchors(ctx context.Context, c *layer1.Contract, r *Report) (h layer1.History, committed, verified uint64, err error) {
	if h, err = c.History(ctx, layer1.Latest); err != nil {
		return h, 0, 0, fmt.Errorf("recovery: read the anchors: %w", err)
	}
	if committed, verified, err = finalizedCount(ctx, c); err != nil {
		return h, 0, 0, fmt.Errorf("recovery: read finality: %w", err)
	}
	r.L1Block, r.L1Last, r.Verified, r.Finalized = h.Block.Number, h.State.LastCommitted, h.State.LastVerified, verified
	return h, committed, verified, nil
}

// finalizedCount is how many batches stand in finalized blocks, and how many of them are verified there; both 0 where
// the chain has no finality yet.
func finalizedCount(ctx context.Context, c *layer1.Contract) (committed, verified uint64, err error) {
	seen, err := c.Inspect(ctx, 0, layer1.Finalized)
	if errors.Is(err, layer1.ErrNoFinality) || errors.Is(err, layer1.ErrNoContract) {
		return 0, 0, nil
	}
	return seen.State.LastCommitted, seen.State.LastVerified, err
}
