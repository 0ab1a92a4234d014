package fsm_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// records are a version's, in its stream's bytes.
func records(tb testing.TB, m *fsm.Machine, n uint64) (out []byte, root tree.Hash) {
	tb.Helper()
	v, err := m.View(n)
	if err != nil {
		tb.Fatalf("view of batch %d: %v", n, err)
	}
	defer v.Close()
	var b bytes.Buffer
	if _, err := v.WriteTo(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes(), v.Root()
}

// state.md, versions: every batch from the finalized one on can be read and rolled back to, whether its version is in the
// tree, was folded, or came with a snapshot.
func TestFoldedVersions(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	type version struct {
		records []byte
		root    tree.Hash
	}
	var was []version
	keep := func() {
		r, root := records(t, h.m, h.m.Position().Batch)
		was = append(was, version{r, root})
	}
	keep()
	for i := range uint64(20) {
		h.trade(f, i, 5)
		h.seal()
		keep()
		if i >= 3 {
			h.executed(h.m.Position().Batch - 3)
		}
	}
	stats := h.m.Stats()
	if stats.FoldedBytes == 0 || stats.Tree.Versions > 6 {
		t.Fatalf("%d bytes are folded, %d versions in the tree", stats.FoldedBytes, stats.Tree.Versions)
	}
	restored := h.restart(testConfig())
	for n, want := range was {
		for name, m := range map[string]*fsm.Machine{"folded here": h.m, "from a snapshot": restored.m} {
			if got, root := records(t, m, uint64(n)); root != want.root || !bytes.Equal(got, want.records) {
				t.Fatalf("%s: batch %d is another", name, n)
			}
		}
	}
	for n := len(was) - 1; n >= 0; n -= 3 { // ever further back, in both
		for name, x := range map[string]*harness{"folded here": h, "from a snapshot": restored} {
			if r := x.rollback(uint64(n)); r.Err != nil || r.Root != was[n].root {
				t.Fatalf("%s: roll back to %d: %v", name, n, r.Err)
			}
			if got, _ := records(t, x.m, uint64(n)); !bytes.Equal(got, was[n].records) {
				t.Fatalf("%s: after the rollback batch %d is another", name, n)
			}
			if fatal := x.m.Fatal(); fatal != nil {
				t.Fatal(fatal)
			}
		}
	}
	if !bytes.Equal(h.snapshot(), restored.snapshot()) {
		t.Error("the replicas differ in the end")
	}
}

// README invariant 1 and state.md, retention is a function of replicated state: replicas that were restored at any time
// keep, fold and thin out the same versions as one that never was, and write the same snapshot.
func TestRestoredReplicasKeepTheSameVersions(t *testing.T) {
	thinned := 0
	for seed := range uint64(12) {
		limits := testLimits()
		limits.RecentVersions = 1 + uint32(seed%4)
		a, f := begin(t, limits, batch.PayloadTransitions)
		b := a.restart(testConfig())
		for step := range uint64(70) {
			draw := func(of, n uint64) uint64 { return number(seed<<32|step, of) % n }
			from := len(a.log)
			a.someStep(f, draw)
			for _, log := range a.log[from:] {
				b.commit(&raft.Log{Index: log.Index, Type: log.Type, Data: log.Data})
			}
			b.index, b.ms = a.index, a.ms
			if i, j := len(a.seals), len(b.seals); j > 0 && a.seals[i-1] != b.seals[j-1] {
				t.Fatalf("seed %d: seals %+v and %+v", seed, a.seals[i-1], b.seals[j-1])
			}
			if draw(9, 6) == 0 {
				b = b.restart(testConfig())
			}
		}
		if a.m.Fatal() != nil || b.m.Fatal() != nil {
			t.Fatalf("seed %d: %v, %v", seed, a.m.Fatal(), b.m.Fatal())
		}
		kept := a.m.Status().Versions
		if other := b.m.Status().Versions; !slices.Equal(kept, other) {
			t.Fatalf("seed %d: versions %v and %v", seed, kept, other)
		}
		if !bytes.Equal(a.snapshot(), b.snapshot()) {
			t.Fatalf("seed %d: snapshots differ", seed)
		}
		for i, n := range kept {
			if i > 0 && n > kept[i-1]+1 {
				thinned++
			}
			if want, err := a.m.SealedHeader(n); n > 0 && err == nil {
				if _, root := records(t, b.m, n); root != want.Header.PostRoot {
					t.Fatalf("seed %d: batch %d unfolds to another root", seed, n)
				}
			}
		}
	}
	if thinned == 0 {
		t.Error("no version was ever thinned out")
	}
}

// someStep seals a few batches, or lets another layer go on, or rolls back.
func (h *harness) someStep(f *flow, draw func(of, n uint64) uint64) {
	heads := h.m.Cursor().Heads()
	switch kind := draw(1, 10); {
	case kind < 5:
		for range draw(2, 4) + 1 {
			h.trade(f, uint64(len(h.log)), 3)
			if h.m.Status().Open.Transitions > 0 && h.m.Status().Cut.Number == 0 {
				h.seal()
			}
		}
	case kind == 5: // a batch stays cut while other layers go on, and is sealed later
		h.trade(f, uint64(len(h.log)), 3)
		if cut := h.m.Status().Cut.Number; cut != 0 {
			h.must(command.TypeSeal, command.Seal{Number: cut, TimeMs: h.now(), ProgramVersion: 1}.Append(nil))
		} else if h.m.Status().Open.Transitions > 0 {
			if r := h.cut(); r.Err != nil {
				h.t.Fatal(r.Err)
			}
		}
	case kind < 8:
		for n := heads.Executed + 1; n <= heads.Executed+draw(3, heads.Sealed-heads.Executed+1); n++ {
			h.executed(n)
		}
	case kind == 8 && heads.Finalized < heads.Sealed:
		h.anchor(heads.Finalized + 1)
	case kind == 9:
		back := min(draw(4, 12), heads.Sealed-heads.Finalized)
		if r := h.rollback(heads.Sealed - back); r.Err != nil && !errors.Is(r.Err, fsm.ErrVersionReleased) {
			h.t.Fatal(r.Err)
		}
	}
}

// state.md, retention: a rollback to the finalized batch is possible whenever it became final. Where its own version was
// thinned out before, the payloads from the kept one below it on stay, in a snapshot too.
func TestRollbackToAFinalizedBatchWithoutAVersion(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	const late, finalized = 80, 7
	roots := []tree.Hash{h.m.Position().Root}
	for i := range uint64(late) {
		h.trade(f, i, 8)
		h.seal()
		roots = append(roots, h.m.Position().Root)
		h.executed(h.m.Position().Batch)
	}
	for n := uint64(1); n <= finalized; n++ {
		h.anchor(n)
	}
	h.trade(f, late, 8)
	h.seal()
	if slices.Contains(h.m.Status().Versions, finalized) || slices.Contains(h.m.Status().Versions, finalized-1) {
		t.Fatalf("versions %v: the replay was not tested", h.m.Status().Versions)
	}
	for name, x := range map[string]*harness{"here": h, "from a snapshot": h.restart(testConfig())} {
		if r := x.rollback(finalized); r.Err != nil || r.Root != roots[h.m.Status().Heads.Finalized] {
			t.Errorf("%s: roll back to the finalized batch: %v", name, r.Err)
		}
	}
}
