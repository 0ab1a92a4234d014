package recovery_test

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// opener opens the archive in a directory for itself, as another process would: the locks of two processes and of two
// openers are the same.
func opener(t *testing.T, dir string) *recovery.Checkpoints {
	t.Helper()
	archive, err := da.OpenArchive(t.Context(), "file://"+filepath.ToSlash(dir), da.ArchiveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	})
	return recovery.NewCheckpoints(archive)
}

// snapshots are of states that grow, so that one shares chunks with the next.
func snapshots(t *testing.T, n int) (out [][]byte) {
	t.Helper()
	for i := range n {
		out = append(out, imported(t, 10_000+5_000*i, func(k int) uint64 { return uint64(k) + 1 }))
	}
	return out
}

// prune removes all but the newest, and every chunk that is not its, however new.
func prune(t *testing.T, c *recovery.Checkpoints) (recovery.Pruned, error) {
	t.Helper()
	return c.Prune(t.Context(), recovery.Retention{Keep: 1}, time.Now().Add(time.Hour), false)
}

// Retention, when two processes have the archive: none that is being read or written is pruned.
func TestWhatIsInUseIsNotPruned(t *testing.T) {
	dir := t.TempDir()
	ours, theirs := opener(t, dir), opener(t, dir)
	all := snapshots(t, 2)
	old, _ := create(t, ours, all[0], 1)
	create(t, ours, all[1], 2)
	refused := func(when string) {
		t.Helper()
		if p, err := prune(t, theirs); !errors.Is(err, da.ErrInUse) {
			t.Errorf("%s: %+v, %v", when, p, err)
		}
		if _, err := theirs.Prune(t.Context(), recovery.Retention{Keep: 1}, time.Now(), true); err != nil {
			t.Errorf("%s: a dry run: %v", when, err)
		}
	}

	content, err := ours.Open(t.Context(), old)
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 100)
	if _, err = io.ReadFull(content, head); err != nil {
		t.Fatal(err)
	}
	refused("while one is read")
	rest, err := io.ReadAll(content)
	if err != nil || !bytes.Equal(append(head, rest...), all[0]) {
		t.Errorf("%d bytes, %v", len(rest), err)
	}
	if err = errors.Join(content.Close(), content.Close()); err != nil {
		t.Fatal(err)
	}

	// All its chunks are there already, old enough to go, and named by a checkpoint that is beyond the retention.
	looked := 0
	_, _, err = ours.Create(t.Context(), recovery.Source{
		Snapshot: bytes.NewReader(all[0]), Term: 1, Node: "a", NowMs: 3,
		Progress: func(int64) { looked++; refused("while one is written") },
		Anchor:   func(uint64, [32]byte) *recovery.Anchor { looked++; refused("before its manifest"); return nil },
	})
	if err != nil || looked < 2 {
		t.Fatalf("%d looks, %v", looked, err)
	}
	if _, err = ours.Verify(t.Context(), old, fsm.Config{}); err != nil {
		t.Error(err)
	}

	if p, perr := prune(t, theirs); perr != nil || len(p.Checkpoints) != 1 || p.Checkpoints[0] != old.Name() {
		t.Errorf("%+v, %v", p, perr)
	}
	if _, err = ours.Verify(t.Context(), old, fsm.Config{}); !errors.Is(err, recovery.ErrNoCheckpoint) || errors.Is(err, recovery.ErrDamaged) {
		t.Errorf("one that was pruned: %v", err)
	}
	if _, err = ours.Export(t.Context(), old, filepath.Join(t.TempDir(), "out")); !errors.Is(err, recovery.ErrNoCheckpoint) {
		t.Errorf("one that was pruned: %v", err)
	}
}

// Two make checkpoints of the same states and two prune, each for itself: whoever reads one that is listed finds it
// whole or gone, never half, and the newest stays.
func TestPruneAndCreateAtTheSameTime(t *testing.T) {
	dir := t.TempDir()
	all := snapshots(t, 3)
	made := make(chan struct{}, 100)
	var makers, others sync.WaitGroup
	for range 2 {
		c := opener(t, dir)
		makers.Go(func() {
			for i := range 6 {
				if _, _, err := c.Create(t.Context(), recovery.Source{Snapshot: bytes.NewReader(all[i%len(all)]), Term: 1, Node: "a"}); err != nil {
					t.Error(err)
				}
				made <- struct{}{}
				made <- struct{}{}
			}
		})
	}
	go func() { makers.Wait(); close(made) }()
	for range 2 {
		c := opener(t, dir)
		others.Go(func() {
			for range made {
				if _, err := prune(t, c); err != nil && !errors.Is(err, da.ErrInUse) {
					t.Error(err)
				}
				readListed(t, c)
			}
		})
	}
	others.Wait()
	c := opener(t, dir)
	if _, err := prune(t, c); err != nil {
		t.Fatal(err)
	}
	list, err := c.List(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if got, err := readAll(t, c, list[0].Manifest); err != nil || !bytes.Equal(got, all[2]) {
		t.Errorf("the newest: %d bytes, %v", len(got), err)
	}
}

// readListed reads every checkpoint that is listed.
func readListed(t *testing.T, c *recovery.Checkpoints) {
	t.Helper()
	list, err := c.List(t.Context())
	if err != nil {
		t.Error(err)
	}
	for _, l := range list {
		if l.Err != nil {
			t.Errorf("%s: %v", l.Name, l.Err)
			continue
		}
		if _, err := readAll(t, c, l.Manifest); err != nil && !errors.Is(err, recovery.ErrNoCheckpoint) {
			t.Errorf("%s: %v", l.Name, err)
		}
	}
}
