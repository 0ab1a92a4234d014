package state_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ulikunitz/xz"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// recording opens the recorded flow, or skips; in CI it must be there.
func recording(tb testing.TB) io.Reader {
	tb.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	packed, err := os.ReadFile(filepath.Join(shared, "orderflow", "orders.csv.xz"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatal(err)
		}
		tb.Skipf("the recorded order flow is not beside the checkout: %v", err)
	}
	r, err := xz.NewReader(bytes.NewReader(packed))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// sideBySide gives blocks of transitions to a native store and to a tree store, both timed, and seals
// outside the timer.
type sideBySide struct {
	b                           *testing.B
	ref                         *world
	native                      *state.Native
	receipt                     state.Receipt
	out                         []command.Transition
	changes                     []tree.Change
	buf                         []byte
	perNative, perTree, perSeal []time.Duration // per transition; per seal
	ratio                       []int           // in hundredths
	changed                     int
}

func newSideBySide(b *testing.B) *sideBySide {
	b.Helper()
	return &sideBySide{b: b, ref: newWorld(), native: state.NewNative(1)}
}

// fresh begins with the empty state again, outside the timer.
func (s *sideBySide) fresh(setup []command.Transition) {
	s.ref, s.native = newWorld(), state.NewNative(1)
	s.warm(setup)
}

func (s *sideBySide) warm(ts []command.Transition) {
	for i := range ts {
		s.out = state.Apply(s.native, &ts[i], &s.receipt, s.out[:0])
		s.ref.payload = state.Apply(s.ref.store, &ts[i], &s.ref.receipt, s.ref.payload[:0])
	}
	s.seal()
}

func (s *sideBySide) seal() {
	s.changes, s.buf = s.native.Changes(s.changes[:0], s.buf[:0])
	v, _ := s.ref.tree.Seal()
	for _, kept := range s.ref.tree.Versions() {
		if kept.Version < v {
			if err := s.ref.tree.Release(kept.Version); err != nil {
				s.b.Fatal(err)
			}
		}
	}
}

// block runs with the timer stopped before and after.
func (s *sideBySide) block(ts []command.Transition) {
	s.b.StartTimer()
	start := s.b.Elapsed()
	for i := range ts {
		s.out = state.Apply(s.native, &ts[i], &s.receipt, s.out[:0])
	}
	native := s.b.Elapsed()
	for i := range ts {
		s.ref.payload = state.Apply(s.ref.store, &ts[i], &s.ref.receipt, s.ref.payload[:0])
	}
	ref := s.b.Elapsed()
	s.changes, s.buf = s.native.Changes(s.changes[:0], s.buf[:0])
	sealed := s.b.Elapsed()
	s.b.StopTimer()
	s.changed = len(s.changes)
	s.seal()
	n := time.Duration(len(ts))
	s.perNative = append(s.perNative, (native-start)/n)
	s.perTree = append(s.perTree, (ref-native)/n)
	s.perSeal = append(s.perSeal, sealed-ref)
	s.ratio = append(s.ratio, int(100*(ref-native)/max(1, native-start)))
}

func median[T int | time.Duration](all []T) float64 {
	return float64(slices.Sorted(slices.Values(all))[len(all)/2])
}

func (s *sideBySide) report() {
	if s.native.Err() != nil || s.ref.store.Err() != nil || s.native.Counters() != s.ref.store.Counters() {
		s.b.Fatalf("the stores differ: %v, %v", s.native.Err(), s.ref.store.Err())
	}
	s.b.ReportMetric(0, "ns/op")
	s.b.ReportMetric(median(s.perNative), "native-ns/transition")
	s.b.ReportMetric(median(s.perTree), "tree-ns/transition")
	s.b.ReportMetric(median(s.ratio)/100, "tree/native")
	s.b.ReportMetric(median(s.perSeal)/1000, "changes-us")
	s.b.ReportMetric(float64(s.changed), "changes/batch")
}

// BenchmarkStores measures one transition with balances on the native store and on the tree store, in
// turn on the same blocks of 20,000, and the taking of a block's net changes; medians over the blocks.
// Neither the tree's hashing nor a session is in it.
func BenchmarkStores(b *testing.B) {
	for _, c := range []struct {
		name    string
		options workload.Options
	}{
		{"generated", workload.Options{}},
		{"accounts=200k", workload.Options{Accounts: 200_000, Markets: 2, Live: 500_000}},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkGenerated(b, c.options) })
	}
	b.Run("recorded", benchmarkRecorded)
}

const blockLen = 20_000

func benchmarkGenerated(b *testing.B, o workload.Options) {
	b.StopTimer()
	f, err := workload.Generator(1, o)
	if err != nil {
		b.Fatal(err)
	}
	s := newSideBySide(b)
	s.warm(f.Setup())
	block := make([]command.Transition, blockLen)
	next := func() []command.Transition {
		for i := range block {
			f.Next(&block[i])
		}
		return block
	}
	for range max(5, 3*o.Live/blockLen) { // until as many orders rest as the flow keeps
		s.warm(next())
	}
	b.ResetTimer()
	for range b.N {
		s.block(next())
	}
	s.report()
	b.ReportMetric(float64(s.native.Len()), "resting")
}

func benchmarkRecorded(b *testing.B) {
	b.StopTimer()
	f, err := workload.Bitstamp(recording(b))
	if err != nil {
		b.Fatal(err)
	}
	setup := slices.Clone(f.Setup())
	var ts []command.Transition
	for t := (command.Transition{}); f.Next(&t); {
		ts = append(ts, t)
	}
	if err := f.Err(); err != nil {
		b.Fatal(err)
	}
	s := newSideBySide(b)
	b.ResetTimer()
	for range b.N {
		s.fresh(setup)
		s.block(ts)
	}
	s.report()
	b.ReportMetric(float64(len(ts)), "transitions")
}

// BenchmarkNative measures one transition of the generated flow on the native store alone, with what a
// batch of 20,000 costs at its end spread over it.
func BenchmarkNative(b *testing.B) {
	f, err := workload.Generator(1, workload.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var (
		native  = state.NewNative(1)
		receipt state.Receipt
		out     []command.Transition
		changes []tree.Change
		buf     []byte
		block   = make([]command.Transition, blockLen)
	)
	run := func(ts []command.Transition) {
		for i := range ts {
			out = state.Apply(native, &ts[i], &receipt, out[:0])
		}
	}
	run(f.Setup())
	for range 20 {
		for i := range block {
			f.Next(&block[i])
		}
		run(block)
		changes, buf = native.Changes(changes[:0], buf[:0])
	}
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= blockLen {
		b.StopTimer()
		for i := range block {
			f.Next(&block[i])
		}
		b.StartTimer()
		run(block[:min(left, blockLen)])
		changes, buf = native.Changes(changes[:0], buf[:0])
	}
	if err := native.Err(); err != nil {
		b.Fatal(err)
	}
}
