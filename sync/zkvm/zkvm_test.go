package zkvm_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// cacheDir saves every test but the first the compilation of the guest.
var cacheDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "holdfast-zkvm-")
	check(err)
	cacheDir = dir
	status := m.Run()
	check(os.RemoveAll(dir))
	os.Exit(status)
}

func executor(tb testing.TB, config zkvm.Config) *zkvm.Executor {
	tb.Helper()
	if config.CacheDir == "" {
		config.CacheDir = cacheDir
	}
	e, err := zkvm.Open(tb.Context(), config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			tb.Error(err)
		}
	})
	return e
}

// README, invariant 4: the zkVM layer states the same root, from a witness alone, for every batch of a flow.
func TestExecutorStatesTheLocalRoot(t *testing.T) {
	e := executor(t, zkvm.Config{})
	for _, kind := range []batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff} {
		t.Run(kind.String(), func(t *testing.T) {
			l, f := newLedger(kind), newTraders(1, 40, 2)
			l.applyAll(t, f.setup())
			l.seal(t)
			for range 6 {
				l.fill(f, 700)
				l.seal(t)
			}
			for n := uint64(1); n < uint64(len(l.batches)); n++ {
				input, err := zkvm.InputOf(l, n, deployment)
				if err != nil {
					t.Fatal(err)
				}
				result, err := e.Execute(t.Context(), input)
				if err != nil {
					t.Fatal(err)
				}
				if result.Journal.PostRoot != l.batches[n].Header.PostRoot || result.Journal.HeaderHash != l.batches[n].Hash {
					t.Fatalf("batch %d: journal %+v", n, result.Journal)
				}
				diffMatches(t, l, n, result.Diff)
			}
			if l.rejected == 0 {
				t.Fatal("the flow has no rejections, which a payload must leave out")
			}
		})
	}
}

// diffMatches checks that the extracted diff leads from one version to the next.
func diffMatches(t *testing.T, l *ledger, n uint64, encoded []byte) {
	t.Helper()
	got, err := batch.DecodeDiff(encoded, batch.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	pre, post := must(l.View(n-1)), must(l.View(n))
	defer pre.Close()
	defer post.Close()
	var want []tree.Change
	check(tree.Diff(pre, post, func(key, _, after []byte) error {
		want = append(want, tree.Change{Key: bytes.Clone(key), Value: bytes.Clone(after), Delete: after == nil})
		return nil
	}))
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("batch %d: extracted diff: %s", n, d)
	}
}
