package figures

// The records are the ones that the comparison with other trees uses (workload.Leaves).

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// TreeOptions of Tree.
type TreeOptions struct {
	Rounds   int
	Leaves   int
	Changes  int // in a batch
	Versions int // kept
	Seed     uint64
}

// DefaultTree is what `holdfast bench tree` measures without flags.
func DefaultTree() TreeOptions {
	return TreeOptions{Rounds: 21, Leaves: 1_000_000, Changes: 10_000, Versions: 8, Seed: 3}
}

// Validate reports every option that is out of range.
func (o TreeOptions) Validate() error {
	return errors.Join(
		within("rounds", o.Rounds, 1, 1000), within("leaves", o.Leaves, 1, 30_000_000),
		within("changes", o.Changes, 1, max(o.Leaves, 1)), within("versions", o.Versions, 2, 1000),
	)
}

// TreeReport is what a batch, an undo and a proof cost.
type TreeReport struct {
	Rounds       int     `json:"rounds"`
	Leaves       int     `json:"leaves"`
	Changes      int     `json:"changes_per_batch"`
	Versions     int     `json:"versions_kept"`
	BuildSeconds float64 `json:"build_seconds"`
	Updates      float64 `json:"changes_per_second"` // apply, seal and release
	ApplyNanos   float64 `json:"apply_ns_per_change"`
	SealNanos    float64 `json:"seal_ns_per_change"`
	ReleaseNanos float64 `json:"release_ns_per_change"`
	UndoMs       float64 `json:"undo_ms_per_batch"`
	ProveNanos   float64 `json:"prove_ns"`
	VerifyNanos  float64 `json:"verify_ns"`
	ProofBytes   float64 `json:"proof_bytes"`
	BytesPerLeaf float64 `json:"bytes_per_leaf"`
	GCPauseMaxMs float64 `json:"gc_pause_max_ms"`
	Collections  int64   `json:"collections"` // that the maximum is of
}

// treeRun is one run of Tree.
type treeRun struct {
	options                    TreeOptions
	leaves                     *workload.Leaves
	tree                       *tree.Tree
	memory                     fast.Memory // of the tree
	apply, seal, release, undo []float64   // nanoseconds
	prove, verify, size        []float64
}

// Tree measures batches of changes with their root, taking a batch back, and proofs of one record.
func Tree(ctx context.Context, o TreeOptions, say Progress) (*TreeReport, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	say("building a tree of %d leaves", o.Leaves)
	r := &treeRun{options: o, leaves: workload.NewLeaves(o.Seed, o.Leaves)}
	r.tree = tree.New(tree.Options{Hasher: fast.Hash, Parallel: fast.Parallel, Memory: r.memory.Take})
	build, err := each(1, func() error { return r.build(ctx) })
	if err != nil {
		return nil, err
	}
	var before, after debug.GCStats
	debug.ReadGCStats(&before)
	if err := rounds(ctx, o.Rounds, say, r.round); err != nil {
		return nil, err
	}
	runtime.GC() // one at least, with everything in place
	debug.ReadGCStats(&after)
	all := make([]float64, len(r.apply))
	for i := range all {
		all[i] = r.apply[i] + r.seal[i] + r.release[i]
	}
	n := float64(o.Changes)
	report := &TreeReport{
		Rounds: o.Rounds, Leaves: o.Leaves, Changes: o.Changes, Versions: o.Versions, BuildSeconds: build / 1e9,
		Updates: n / (Median(all) / 1e9), ApplyNanos: Median(r.apply) / n, SealNanos: Median(r.seal) / n, ReleaseNanos: Median(r.release) / n,
		UndoMs: Median(r.undo) / 1e6, ProveNanos: Median(r.prove), VerifyNanos: Median(r.verify), ProofBytes: Median(r.size),
		BytesPerLeaf: float64(r.tree.Stats().Bytes+uint64(r.memory.Spare())) / float64(o.Leaves), Collections: after.NumGC - before.NumGC,
	}
	var worst time.Duration
	for _, pause := range after.Pause[:min(int64(len(after.Pause)), report.Collections)] {
		worst = max(worst, pause)
	}
	report.GCPauseMaxMs = float64(worst.Nanoseconds()) / 1e6
	return report, nil
}

// build fills the tree and the kept versions.
func (r *treeRun) build(ctx context.Context) error {
	if err := r.tree.ApplyAny(r.changes(r.leaves.Keys)); err != nil {
		return err
	}
	r.tree.Seal()
	for range r.options.Versions {
		if err := errors.Join(ctx.Err(), r.tree.ApplyAny(r.changes(r.leaves.Pick(r.options.Changes)))); err != nil {
			return err
		}
		r.tree.Seal()
		if err := r.trim(); err != nil {
			return err
		}
	}
	return nil
}

func (r *treeRun) changes(keys [][]byte) []tree.Change {
	out := make([]tree.Change, len(keys))
	for i, k := range keys {
		out[i] = tree.Change{Key: k, Value: r.leaves.Value(k)}
	}
	return out
}

// trim releases the oldest version beyond those to keep.
func (r *treeRun) trim() error {
	if kept := r.tree.Versions(); len(kept) > r.options.Versions {
		return r.tree.Release(kept[0].Version)
	}
	return nil
}

// round makes a batch, proves some of it, makes another one and takes that back.
func (r *treeRun) round(int) error {
	keys := r.leaves.Pick(r.options.Changes)
	changes := r.changes(keys)
	times := make([]float64, 3)
	for i, step := range []func() error{
		func() error { return r.tree.ApplyAny(changes) },
		func() error { r.tree.Seal(); return nil },
		r.trim,
	} {
		var err error
		if times[i], err = each(1, step); err != nil {
			return err
		}
	}
	r.apply, r.seal, r.release = append(r.apply, times[0]), append(r.seal, times[1]), append(r.release, times[2])
	if err := r.proofs(keys[:min(len(keys), 256)]); err != nil {
		return err
	}
	kept := r.tree.Versions()
	last := kept[len(kept)-1]
	if err := r.tree.ApplyAny(r.changes(r.leaves.Pick(r.options.Changes))); err != nil {
		return err
	}
	r.tree.Seal()
	took, err := each(1, func() error { return r.tree.Rollback(last.Version) })
	r.undo = append(r.undo, took)
	if err == nil && r.tree.Root() != last.Root {
		err = errors.New("the tree has another root after the undo")
	}
	return err
}

// proofs proves keys under the newest version and verifies each.
func (r *treeRun) proofs(keys [][]byte) error {
	kept := r.tree.Versions()
	view, err := r.tree.View(kept[len(kept)-1].Version)
	if err != nil {
		return err
	}
	defer view.Close()
	proofs := make([]tree.Proof, len(keys))
	prove, err := each(len(keys), func() (err error) {
		for i, k := range keys {
			if proofs[i], err = view.Prove(k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	verify, err := each(len(keys), func() error {
		for i, k := range keys {
			if _, present, failed := tree.Verify(view.Root(), k, proofs[i]); failed != nil || !present {
				return fmt.Errorf("a proof of %x does not hold (present: %t): %w", k, present, failed)
			}
		}
		return nil
	})
	bytes := 0
	for _, p := range proofs {
		bytes += len(p.Marshal())
	}
	r.prove, r.verify, r.size = append(r.prove, prove), append(r.verify, verify), append(r.size, float64(bytes)/float64(len(keys)))
	return err
}

// WriteTable writes the report for people.
func (r *TreeReport) WriteTable(w io.Writer) {
	line(w, "leaves", fmt.Sprint(r.Leaves), fmt.Sprintf("%d versions kept, built in %.1f s", r.Versions, r.BuildSeconds))
	line(w, "root updates", fmt.Sprintf("%.0f/s", r.Updates), fmt.Sprintf("batches of %d: apply %.0f, seal %.0f, release %.0f ns/change", r.Changes, r.ApplyNanos, r.SealNanos, r.ReleaseNanos))
	line(w, "undo", fmt.Sprintf("%.2f ms", r.UndoMs), fmt.Sprintf("a batch of %d", r.Changes))
	line(w, "proof", fmt.Sprintf("%.1f us", r.ProveNanos/1000), fmt.Sprintf("%.0f bytes, verified in %.1f us", r.ProofBytes, r.VerifyNanos/1000))
	line(w, "memory", fmt.Sprintf("%.0f bytes/leaf", r.BytesPerLeaf), "all versions")
	line(w, "GC pause", fmt.Sprintf("%.3f ms", r.GCPauseMaxMs), fmt.Sprintf("longest of %d collections", r.Collections))
}
