package recovery

// Without an L1 a history is what the archive's headers say by their parents: whose hash is known, the payload and all
// before it are known. Whether L1 anchors it, nobody says, and so what is recovered begins halted.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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
	tips, err := findRoot(ctx, c.Set.Archive(), root)
	if err != nil {
		return nil, err
	}
	var tip batch.Header
	var failed error
	for _, tip = range tips {
		if p.wanted, p.genesis, err = walk(ctx, c.Set.Archive(), tip); err == nil {
			break
		}
		if ctx.Err() != nil {
			return nil, err
		}
		r.refuse(fmt.Sprintf("batch %d, header %x", tip.Number, tip.Hash()), err)
		failed = errors.Join(failed, err)
	}
	if p.wanted == nil {
		return nil, failed
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

// findRoot finds the batches in the archive that end at a root, the newest first. It reads no payload. Whose headers they
// are, nobody says: one without a history behind it is passed over for the next.
func findRoot(ctx context.Context, archive *da.Archive, root [32]byte) ([]batch.Header, error) {
	var found []batch.Header
	err := archive.Entries(ctx, "", func(e da.Entry) error {
		if !strings.HasSuffix(e.Name, ".batch") {
			return nil
		}
		head, err := archive.Head(ctx, e.Name, int64(da.ObjectHead))
		if err != nil {
			return err
		}
		h, err := da.DecodeObjectHead(head)
		if err != nil || h.PostRoot != root || h.Number == 0 {
			return nil //nolint:nilerr // a damaged object is none that ends at this root
		}
		if hash := h.Hash(); strings.HasPrefix(e.Name, fmt.Sprintf("%x", hash[:])) && !slices.Contains(found, h) {
			found = append(found, h) // once, however many copies there are
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: %x", ErrNoRoot, root)
	}
	slices.SortStableFunc(found, func(a, b batch.Header) int { return cmp.Compare(b.Number, a.Number) })
	return found, nil
}

// walk follows the parents of a header down to the first batch. What it holds grows with what is there, not with what
// the header says. genesis is the root that the first batch follows.
func walk(ctx context.Context, archive *da.Archive, tip batch.Header) (wanted []Wanted, genesis [32]byte, err error) {
	for h := tip; ; {
		wanted = append(wanted, Wanted{Number: h.Number, HeaderHash: h.Hash()})
		if h.Number == 1 {
			slices.Reverse(wanted)
			return wanted, h.PreRoot, nil
		}
		parent, err := headerAt(ctx, archive, h.ParentHash)
		if err != nil {
			return nil, genesis, fmt.Errorf("batch %d, which batch %d names: %w", h.Number-1, h.Number, err)
		}
		if parent.Number != h.Number-1 {
			return nil, genesis, fmt.Errorf("%w: batch %d names batch %d as its parent", ErrDamaged, h.Number, parent.Number)
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
