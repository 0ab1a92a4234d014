package zkvm_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// cacheDir saves every test but the first the compilation of the guest.
var cacheDir string

func TestMain(m *testing.M) {
	if kind := os.Getenv(childEnv); kind != "" {
		os.Exit(child(kind))
	}
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

// The same on the flow that clusters are run with: market and fill-or-kill orders, self-trade prevention, several
// markets, client order ids.
func TestExecutorFollowsTheGeneratedFlow(t *testing.T) {
	e := executor(t, zkvm.Config{})
	l, f := newLedger(batch.PayloadTransitions), must(workload.Generator(11, workload.Options{Accounts: 300, Live: 1000}))
	l.applyAll(t, f.Setup())
	l.seal(t)
	for range 4 {
		l.play(f, 3000)
		n := l.seal(t).Header.Number
		input, err := zkvm.InputOf(l, n, deployment)
		if err != nil {
			t.Fatal(err)
		}
		result, err := e.Execute(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		if result.Stats.Transitions != l.batches[n].Header.Transitions || result.Stats.HashedBlocks == 0 {
			t.Fatalf("statistics %+v", result.Stats)
		}
	}
}

// Property: whatever the seed and wherever the batches end, the guest ends where the replica ended.
func TestGuestAgreesOnRandomFlows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLedger(rapid.SampledFrom([]batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff}).Draw(rt, "kind"))
		f := newTraders(rapid.Uint64().Draw(rt, "seed"), rapid.Uint64Range(1, 8).Draw(rt, "accounts"), rapid.Uint32Range(1, 3).Draw(rt, "markets"))
		l.applyAll(t, f.setup())
		for _, size := range rapid.SliceOfN(rapid.IntRange(1, 120), 1, 6).Draw(rt, "batches") {
			l.fill(f, size)
			if len(l.normalized) == 0 {
				continue
			}
			sealed := l.seal(t)
			output, err := guest.Run(must(zkvm.InputOf(l, sealed.Header.Number, deployment)), guest.Host{})
			if err != nil {
				rt.Fatal(err)
			}
			journal := must(guest.DecodeJournal(output[:guest.JournalSize]))
			if err := zkvm.Compare(&journal, sealed.Header, deployment); err != nil {
				rt.Fatal(err)
			}
		}
	})
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
