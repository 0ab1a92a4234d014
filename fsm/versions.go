package fsm

import (
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Which versions are kept is a function of the log. Those that are folded come before those in the tree, the newest is in
// the tree, and a fold leads from the next kept version to its own.

// foldsRecent is how many of the newest versions are all kept, folded or not. Older ones are thinned out.
const foldsRecent = 32

// retain lets go of versions and payloads that nothing needs any more: those older than the version that a rollback to the
// finalized batch begins at, and more and more of the versions far behind the newest. It runs at fixed points of the log, so
// that every replica keeps the same.
func (r *replica) retain() {
	heads := r.cursor.Heads()
	recent := uint64(r.genesis.Limits.RecentVersions)
	kept, base := make([]uint64, len(r.versions)), heads.Finalized
	for i, v := range r.versions {
		kept[i] = v.batch
		if v.batch <= heads.Finalized {
			base = v.batch
		}
	}
	needed := func(n uint64) bool { return n >= min(heads.Executed, r.folded) || n == base }
	thinned := tree.Retain(kept, r.newest.batch, needed, int(max(recent, foldsRecent)))
	r.versions = slices.Clone(r.versions)
	for _, n := range kept {
		if old := n < base && n+recent <= r.newest.batch && !needed(n); old || slices.Contains(thinned, n) {
			r.forgetVersion(n)
		}
	}
	r.retainPayloads(base, heads.Committed)
	r.summarize()
}

// forgetVersion takes a folded version out of r.versions, which is the caller's.
func (r *replica) forgetVersion(n uint64) {
	i := slices.IndexFunc(r.versions, func(v keptVersion) bool { return v.batch == n })
	v := r.versions[i]
	if !v.folded() {
		panic(fmt.Sprintf("fsm: version of batch %d is let go and not folded", n))
	}
	if i > 0 {
		before := &r.versions[i-1]
		before.folds = slices.Concat(v.folds, before.folds)
	}
	r.versions = slices.Delete(r.versions, i, i+1)
}

// A folding is what a sealing does for an older version: fold it, or join its folds.
type folding struct {
	batch         uint64
	version, next tree.Version // to be folded, onto next
	chain         []*tree.Fold // to be joined
	fold          *tree.Fold   // the outcome
}

// foldBelow is what r.folded becomes with the seal of a batch that is cut now: replicas that restore the cut batch later are
// told, as their heads may have moved.
func (r *replica) foldBelow() uint64 {
	recent := uint64(r.genesis.Limits.RecentVersions)
	return max(r.folded, min(r.cursor.Heads().Executed, r.newest.batch+1-min(recent, r.newest.batch+1)))
}

// foldable lists what a sealing does so that all versions below a batch are folded, each by one fold.
func (r *replica) foldable(below uint64) (work []*folding) {
	for i, v := range r.versions {
		switch {
		case v.folded() && len(v.folds) > 1:
			work = append(work, &folding{batch: v.batch, chain: v.folds})
		case !v.folded() && v.batch < below:
			work = append(work, &folding{batch: v.batch, version: v.version, next: r.versions[i+1].version})
		}
	}
	return work
}

func (f *folding) run(t *tree.Tree) error {
	if f.chain != nil {
		f.fold = tree.Join(f.chain...)
		return nil
	}
	newer, err := t.View(f.next)
	if err != nil {
		return fmt.Errorf("fold the version of batch %d: %w", f.batch, err)
	}
	defer newer.Close()
	older, err := t.View(f.version)
	if err != nil {
		return fmt.Errorf("fold the version of batch %d: %w", f.batch, err)
	}
	defer older.Close()
	f.fold, err = tree.NewFold(newer, older)
	return err
}

// foldedBy takes over what a sealing folded.
func (r *replica) foldedBy(s *sealing) {
	r.versions = slices.Clone(r.versions)
	for _, f := range s.folds {
		i := slices.IndexFunc(r.versions, func(v keptVersion) bool { return v.batch == f.batch })
		if i < 0 {
			continue
		}
		v := &r.versions[i]
		if !v.folded() {
			r.releases = append(r.releases, v.version)
			v.version, v.folds = 0, []*tree.Fold{f.fold}
			continue
		}
		more := v.folds[:len(v.folds)-len(f.chain)] // what joined it meanwhile
		v.folds = append(slices.Clone(more), f.fold)
	}
	r.folded = s.foldBelow
}

// chainTo finds the oldest version in the tree at or above version i, and the folds that lead from there.
func (r *replica) chainTo(i int) (live keptVersion, folds []*tree.Fold) {
	k := i
	for r.versions[k].folded() {
		k++
	}
	live = r.versions[k]
	for k--; k >= i; k-- {
		folds = append(folds, r.versions[k].folds...)
	}
	return live, folds
}

// toVersion makes the tree what it was at a kept version, which is in the tree then, and says what that undid where the
// version was in the tree before.
func (r *replica) toVersion(from keptVersion) (at keptVersion, undone []tree.Change, err error) {
	i := slices.IndexFunc(r.versions, func(v keptVersion) bool { return v.batch == from.batch })
	live, folds := r.chainTo(i)
	if undone, err = r.tree.Undo(live.version); err != nil {
		return at, nil, err
	}
	at = live
	if from.folded() {
		if err = r.tree.ApplyFold(tree.Join(folds...)); err != nil {
			return at, nil, err
		}
		version, root := r.tree.Seal()
		if root != from.root {
			return at, nil, fmt.Errorf("unfold the version of batch %d: %w", from.batch, errWrongRoot)
		}
		at, undone = keptVersion{batch: from.batch, version: version, root: root}, nil
		if err = r.tree.Release(live.version); err != nil {
			return at, nil, err
		}
	}
	r.versions = append(slices.Clone(r.versions[:i]), at)
	r.folded = min(r.folded, from.batch)
	return at, undone, nil
}

// View pins the version of batch n; 0 is what the history began with. The caller closes it. It belongs to one goroutine: of
// an older batch it is unfolded, which takes time and memory in proportion to what changed since. Errors: ErrUnknownBatch,
// ErrVersionReleased.
func (m *Machine) View(n uint64) (*tree.View, error) {
	live, root, folds, err := m.viewOf(n)
	if err != nil || len(folds) == 0 {
		return live, err
	}
	view, err := live.Unfold(tree.Options{Hasher: m.config.Hasher}, root, folds...)
	if err != nil {
		return nil, fmt.Errorf("version of batch %d: %w", n, err)
	}
	return view, nil
}

func (m *Machine) viewOf(n uint64) (live *tree.View, root tree.Hash, folds []*tree.Fold, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	r := m.r
	if n > r.newest.batch {
		return nil, root, nil, fmt.Errorf("batch %d of %d: %w", n, r.newest.batch, ErrUnknownBatch)
	}
	i := slices.IndexFunc(r.versions, func(v keptVersion) bool { return v.batch == n })
	if i < 0 {
		return nil, root, nil, fmt.Errorf("version of batch %d: %w", n, ErrVersionReleased)
	}
	version, folds := r.chainTo(i)
	live, err = r.tree.View(version.version)
	return live, r.versions[i].root, folds, err
}
