package node

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// Empty replicas whose contract holds a history are what is left of a cluster, not a new one. A silent voter may hold
// what L1 does not: it is waited for.

// beginLimit is how long L1 is given to answer. Without an answer a new cluster begins only where nothing speaks of an
// old one: every other voter has said that it is empty, and so is the archive.
const beginLimit = 5 * time.Second

// beginner decides for a leader that finds no history.
type beginner struct {
	cfg    *config.Config
	layers *layers
	log    *slog.Logger
}

// begin is cluster.Config.Begin.
func (b *beginner) begin(ctx context.Context, of cluster.Beginning) (func(io.Writer) error, error) {
	if len(of.Holding) > 0 { // whatever L1 says: it may not have heard of that history yet
		return nil, fmt.Errorf("%w that hold a history to lead: %s", cluster.ErrWaitForVoters, strings.Join(of.Holding, ", "))
	}
	if b.layers.l1 == nil {
		return nil, nil
	}
	contract := layer1.NewContract(b.layers.l1.Client, b.layers.l1.Contract)
	limited, cancel := context.WithTimeout(ctx, beginLimit)
	defer cancel()
	seen, err := contract.Inspect(limited, 0, layer1.Latest)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err = withoutL1(ctx, of, b.layers.da.Archive(), err); err == nil {
			b.log.Warn("L1 does not answer; every voter and the archive are empty: a new history begins")
		}
		return nil, err
	}
	if seen.State.LastCommitted == 0 && seen.State.LastRoot == ([32]byte{}) {
		return nil, nil // not even a book to begin with
	}
	if err = b.may(of, seen.State.LastCommitted); err != nil {
		return nil, err
	}
	b.log.Warn("every voter is empty: the state comes back from L1 and DA", "l1_batch", seen.State.LastCommitted, "silent", strings.Join(of.Silent, ","))
	plan, err := recovery.PlanL1(ctx, recovery.Config{
		Contract: contract, Client: b.layers.l1.Client, Set: b.layers.da,
		Directory: b.cfg.Node.DataDir, Work: filepath.Join(b.cfg.Node.DataDir, "recovery"), // all that a node may surely write
		Machine: fsm.Config{Hasher: fast.Hash, Parallel: fast.Parallel, Memory: new(fast.Memory).Take},
		Genesis: Genesis(b.cfg), Logger: b.log,
	}, recovery.Target{Kind: recovery.ToLatest}, "")
	if err != nil {
		return nil, err
	}
	return plan.Restore(ctx, of.Index)
}

// withoutL1 says why no history begins while L1 does not say whether there is one.
func withoutL1(ctx context.Context, of cluster.Beginning, archive *da.Archive, silence error) error {
	if len(of.Silent) > 0 {
		return fmt.Errorf("%w that are silent (%s), or for L1 to say whether there is a history: %w",
			cluster.ErrWaitForVoters, strings.Join(of.Silent, ", "), silence)
	}
	err := archive.Entries(ctx, "", func(e da.Entry) error {
		return fmt.Errorf("the archive is not empty (%s)", e.Name)
	})
	if err != nil {
		return fmt.Errorf("%w and for L1 to say whether there is a history: %w: %w", cluster.ErrWaitForVoters, err, silence)
	}
	return nil
}

// may says why the state is not brought back now.
func (b *beginner) may(of cluster.Beginning, batch uint64) error {
	switch {
	case !b.cfg.Recovery.Automatic:
		return fmt.Errorf("%w: the contract holds batch %d (0 is the book that it was created with); start the nodes that hold the rest, or `holdfast recover l1`, or set recovery.automatic: true",
			cluster.ErrHistoryExists, batch)
	case len(of.Silent) > 0 && !b.cfg.Recovery.AcceptDataLoss:
		return fmt.Errorf("%w that are silent and may hold what L1 does not: %s; if they are lost for good, set recovery.accept_data_loss: true",
			cluster.ErrWaitForVoters, strings.Join(of.Silent, ", "))
	}
	return nil
}
