package recovery

// Without an L1 a history is what the archive's headers say by their parents: whose hash is known, the payload and all
// before it are known. Whether L1 anchors it, nobody says, and so what is recovered begins halted.

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// ErrNoRoot says that the archive holds no batch that ends at the root.
var ErrNoRoot = errors.New("recovery: the archive holds no batch that ends at this root")

// PlanDA plans the recovery of the state with a root from the archive alone.
func PlanDA(ctx context.Context, c Config, root [32]byte, from string) (*Plan, error) {
	c.Contract, c.Client, c.TakeOver = nil, nil, nil
	p := &Plan{config: c.withDefaults()}
	r := &p.Report
	r.Way, r.Target, r.Directory = "da", Target{Kind: ToRoot, Root: root}.String(), c.Directory
	r.Refused, r.Sources, r.Next = []Refusal{}, []string{}, []string{}
	p.config.Progress(Progress{Stage: StageAnchors})
	tip, err := findRoot(ctx, c.Set.Archive(), root)
	if err != nil {
		return nil, err
	}
	if p.wanted, err = walk(ctx, c.Set.Archive(), tip); err != nil {
		return nil, err
	}
	hash := tip.Hash()
	p.keep, p.lineage = tip.Number, tip.Lineage
	r.Batch, r.HeaderHash, r.Root, r.OldLineage = tip.Number, hexOf(hash[:]), hexOf(tip.PostRoot[:]), hexOf(tip.Lineage[:])
	if err := p.chooseStarts(ctx, from); err != nil {
		return nil, err
	}
	p.describe(ctx)
	reason, exit := unconfirmed(c)
	r.Next = append(r.Next, "the cluster begins read-only: "+reason+"; "+exit)
	return p, nil
}

// findRoot finds the newest batch in the archive that ends at a root. It reads no payload.
func findRoot(ctx context.Context, archive *da.Archive, root [32]byte) (batch.Header, error) {
	var found batch.Header
	err := archive.Entries(ctx, "", func(e da.Entry) error {
		if !strings.HasSuffix(e.Name, ".batch") {
			return nil
		}
		head, err := archive.Head(ctx, e.Name, int64(da.ObjectHead))
		if err != nil {
			return err
		}
		h, err := da.DecodeObjectHead(head)
		if err != nil || h.PostRoot != root || h.Number <= found.Number {
			return nil //nolint:nilerr // a damaged object is none that ends at this root
		}
		if hash := h.Hash(); strings.HasPrefix(e.Name, fmt.Sprintf("%x", hash[:])) {
			found = h
		}
		return nil
	})
	if err != nil {
		return found, err
	}
	if found.Number == 0 {
		return found, fmt.Errorf("%w: %x", ErrNoRoot, root)
	}
	return found, nil
}

// walk follows the parents of a header down to the first batch.
func walk(ctx context.Context, archive *da.Archive, tip batch.Header) ([]Wanted, error) {
	wanted := make([]Wanted, tip.Number)
	for h := tip; ; {
		wanted[h.Number-1] = Wanted{Number: h.Number, HeaderHash: h.Hash()}
		if h.Number == 1 {
			return wanted, nil
		}
		parent, err := headerAt(ctx, archive, h.ParentHash)
		if err != nil {
			return nil, fmt.Errorf("batch %d, which batch %d names: %w", h.Number-1, h.Number, err)
		}
		if parent.Number != h.Number-1 {
			return nil, fmt.Errorf("%w: batch %d names batch %d as its parent", ErrDamaged, h.Number, parent.Number)
		}
		h = parent
	}
}

// headerAt reads a header of the archive by its hash; the payload only if its first copy is damaged.
func headerAt(ctx context.Context, archive *da.Archive, hash [32]byte) (batch.Header, error) {
	head, err := archive.Head(ctx, da.ObjectName(hash), int64(da.ObjectHead))
	if err == nil {
		if h, derr := da.DecodeObjectHead(head); derr == nil && h.Hash() == hash {
			return h, nil
		}
	}
	object, err := archive.Load(ctx, hash)
	return object.Header, err
}
