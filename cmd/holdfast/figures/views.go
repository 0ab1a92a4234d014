package figures

// What must hold here: one state and all views are measured in one process and one order: the state alone, then the same
// state with everything that unfinalized batches add to it.

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// ViewsOptions of Views.
type ViewsOptions struct {
	Batches     int // unfinalized
	Transitions int // in each
	Accounts    int
	Markets     int
	Recent      int // versions in the tree (versions.recent); older ones are folded
	Seed        uint64
}

// DefaultViews is what `holdfast bench views` measures without flags: about a million leaves.
func DefaultViews() ViewsOptions {
	return ViewsOptions{Batches: 64, Transitions: 20_000, Accounts: 165_000, Markets: 4, Recent: 8, Seed: 1}
}

// Validate reports every option that is out of range.
func (o ViewsOptions) Validate() error {
	return errors.Join(
		within("batches", o.Batches, 1, 1000), within("transitions", o.Transitions, 1, 1_000_000),
		within("accounts", o.Accounts, 1, 1_000_000), within("markets", o.Markets, 1, 1000), within("recent", o.Recent, 1, 1000),
	)
}

// ViewsReport is what unfinalized batches take beside the state.
type ViewsReport struct {
	Leaves      uint64  `json:"leaves"`
	Batches     int     `json:"batches"`
	Transitions int     `json:"transitions_per_batch"`
	OneState    uint64  `json:"one_state_bytes"` // native store and one version of the tree
	AllViews    uint64  `json:"all_views_bytes"` // with every batch's version, payload and record
	Payloads    uint64  `json:"payload_bytes"`
	Versions    int     `json:"versions"`     // that are kept; any other is derived from payloads
	Folded      uint64  `json:"folded_bytes"` // of those that are kept as differences
	Ratio       float64 `json:"all_views_by_one_state"`
}

// WriteTable writes the report for people.
func (r *ViewsReport) WriteTable(w io.Writer) {
	mib := func(n uint64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
	line(w, "leaves", fmt.Sprint(r.Leaves))
	line(w, "one state", mib(r.OneState))
	line(w, "all layers' views", mib(r.AllViews), fmt.Sprintf("%d batches of %d transitions", r.Batches, r.Transitions))
	line(w, "of that payloads", mib(r.Payloads))
	line(w, "and folded versions", mib(r.Folded))
	line(w, "versions kept", fmt.Sprint(r.Versions))
	line(w, "all views/one state", fmt.Sprintf("%.2f", r.Ratio))
}

// view is what a replica keeps of one unfinalized batch beside the tree's version.
type view struct {
	payload []byte
	record  cursor.Batch
}

// Views measures the memory of one state, and of the same state at the same batch with the versions, payloads and records
// of unfinalized batches: what the local layer, the zkVM's input, DA and L1 speak of at once.
func Views(ctx context.Context, o ViewsOptions, say Progress) (*ViewsReport, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	r := &ViewsReport{Batches: o.Batches, Transitions: o.Transitions}
	say("one state")
	if err := r.measure(ctx, o, false); err != nil {
		return nil, err
	}
	say("the same state with all views")
	if err := r.measure(ctx, o, true); err != nil {
		return nil, err
	}
	r.Ratio = float64(r.AllViews) / float64(r.OneState)
	return r, nil
}

// measure executes everything anew, and keeps one version or what a replica keeps.
func (r *ViewsReport) measure(ctx context.Context, o ViewsOptions, all bool) error {
	before := held()
	flow, err := workload.Generator(o.Seed, workload.Options{Accounts: o.Accounts, Markets: o.Markets})
	if err != nil {
		return err
	}
	b := newBook("native", o.Seed)
	if err := fill(ctx, b, flow.Setup(), o.Transitions); err != nil {
		return err
	}
	ts := make([]command.Transition, o.Transitions)
	kept := &versions{tree: b.tree, recent: o.Recent, live: []tree.Version{b.tree.Versions()[len(b.tree.Versions())-1].Version}}
	var views []view
	var encoder batch.Encoder
	for n := uint64(1); n <= uint64(o.Batches); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := range ts {
			flow.Next(&ts[i])
		}
		accepted, err := b.accept(ts)
		if err != nil {
			return err
		}
		if !all {
			if _, err := b.seal(); err != nil {
				return err
			}
			continue
		}
		b.changes, b.buf = b.net.Changes(b.changes[:0], b.buf[:0])
		if err := b.tree.ApplyAny(b.changes); err != nil {
			return err
		}
		version, root := b.tree.Seal()
		if err := kept.seal(version); err != nil {
			return err
		}
		v := view{payload: slices.Clip(encoder.Payload(nil, accepted)), record: cursor.Batch{Number: n, Root: root, HeaderHash: sha256.Sum256(root[:])}}
		r.Payloads += uint64(len(v.payload))
		views = append(views, v)
	}
	flow, ts = nil, nil
	took := held() - before
	if all {
		r.AllViews, r.Versions = took, len(kept.live)+len(kept.kept)
		for _, f := range kept.folds {
			r.Folded += f.Bytes()
		}
	} else {
		r.OneState, r.Leaves = took, b.tree.Stats().Leaves
	}
	runtime.KeepAlive(b)
	runtime.KeepAlive(views)
	runtime.KeepAlive(kept)
	return nil
}

// versions are those that a replica keeps (fsm): the newest few in the tree, the others of unfinalized batches folded, of
// old ones fewer and fewer.
type versions struct {
	tree   *tree.Tree
	recent int
	live   []tree.Version // the newest
	kept   []uint64       // batches that are folded, ascending
	folds  []*tree.Fold   // of each, onto the next
	first  uint64         // batch of live[0]
}

// seal takes a new batch's version in.
func (v *versions) seal(version tree.Version) error {
	v.live = append(v.live, version)
	if len(v.live) <= v.recent {
		return nil
	}
	newer, err := v.tree.View(v.live[1])
	if err != nil {
		return err
	}
	defer newer.Close()
	older, err := v.tree.View(v.live[0])
	if err != nil {
		return err
	}
	fold, err := tree.NewFold(newer, older)
	older.Close()
	if err != nil {
		return err
	}
	v.kept, v.folds = append(v.kept, v.first), append(v.folds, fold)
	oldest := func(n uint64) bool { return n == 0 }
	for _, n := range tree.Retain(slices.Clone(v.kept), v.first+uint64(v.recent), oldest, max(v.recent, 32)) {
		i := slices.Index(v.kept, n)
		v.folds[i-1] = tree.Join(v.folds[i], v.folds[i-1])
		v.kept, v.folds = slices.Delete(v.kept, i, i+1), slices.Delete(v.folds, i, i+1)
	}
	err = v.tree.Release(v.live[0])
	v.live, v.first = slices.Delete(v.live, 0, 1), v.first+1
	return err
}

// accept executes transitions and returns the accepted ones in their normalised form.
func (b *book) accept(ts []command.Transition) ([]command.Transition, error) {
	var accepted []command.Transition
	for i := range ts {
		accepted = state.Apply(b.store, &ts[i], &b.receipt, accepted)
	}
	return accepted, b.store.Err()
}

// fill executes transitions and keeps one version.
func fill(ctx context.Context, b *book, ts []command.Transition, size int) error {
	for len(ts) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := ts[:min(size, len(ts))]
		ts = ts[len(part):]
		if err := b.apply(part); err != nil {
			return err
		}
		if _, err := b.seal(); err != nil {
			return err
		}
	}
	return nil
}

// held is what the process holds: its heap, in which the tree's tables are, after a collection.
func held() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
