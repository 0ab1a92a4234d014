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
	b.Helper()
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

// largeState is a tree and the native store of its newest version: 100,000 accounts with three balances
// each, and so many orders of theirs, in two markets, that there are a million leaves.
func largeState(b *testing.B) (*tree.Tree, *state.Native, tree.Version) {
	b.Helper()
	const accounts, orders = 100_000, 600_000
	n, t := state.NewNative(5), tree.New(tree.Options{})
	for a := range uint32(3) {
		n.PutAsset(a+1, state.Asset{})
	}
	for m := range uint32(2) {
		n.PutMarket(m+1, state.Market{Base: m + 1, Quote: 3, Tick: 10, Lot: 1})
	}
	for a := range uint64(accounts) {
		n.PutAccount(a+1, state.Account{Address: command.Address{byte(a)}})
		for asset := range uint32(3) {
			n.PutBalance(a+1, asset+1, state.Balance{Available: a + 1})
		}
	}
	for i := range uint64(orders) {
		place(n, i+1, accounts)
	}
	n.PutCounters(state.Counters{Sequence: orders})
	return t, n, commit(b, t, n)
}

func mix(i uint64) uint64 {
	i = (i ^ i>>30) * 0xBF58476D1CE4E5B9
	i = (i ^ i>>27) * 0x94D049BB133111EB
	return i ^ i>>31
}

// place lets order id rest at one of 4,000 prices.
func place(n *state.Native, id, accounts uint64) {
	r := mix(id)
	k := state.OrderKey{Market: 1 + uint32(r&1), Side: command.Side(r >> 1 & 1), Price: (100_000 + r>>2%4000) * 10, ID: id}
	n.InsertOrder(k, state.Order{Account: 1 + r>>20%accounts, Remaining: 1 + r>>40, ClientID: id})
}

func commit(b *testing.B, t *tree.Tree, n *state.Native) tree.Version {
	b.Helper()
	changes, _ := n.Changes(nil, nil)
	tree.Sort(changes)
	if err := t.Apply(changes); err != nil {
		b.Fatal(err)
	}
	v, _ := t.Seal()
	return v
}

// BenchmarkNativeAtAMillion measures what is done once, on a state of a million leaves: the load from a
// version, taking 20,000 net changes, and the way back over a batch of 10,000.
func BenchmarkNativeAtAMillion(b *testing.B) {
	t, n, base := largeState(b)
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if _, err := state.LoadNative(6, t); err != nil {
				b.Fatal(err)
			}
		}
	})
	var changes []tree.Change
	var buf []byte
	id := uint64(1 << 40)
	b.Run("changes=20k", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			for i := range uint64(20_000) {
				id++
				n.PutBalance(1+mix(id)%100_000, 1, state.Balance{Available: id + i})
			}
			b.StartTimer()
			changes, buf = n.Changes(changes[:0], buf[:0])
		}
		b.ReportMetric(float64(len(changes)), "changes")
	})
	n, err := state.LoadNative(7, t)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("rewind=10k", func(b *testing.B) {
		var size int
		for b.Loop() {
			b.StopTimer()
			for range 3_000 {
				id++
				place(n, id, 100_000)
				if k, o, ok := n.Order(1 + mix(id)%600_000); ok {
					n.RemoveOrder(k, o)
				}
				n.PutBalance(1+mix(id)%100_000, 2, state.Balance{Available: id})
			}
			post := commit(b, t, n)
			diff := difference(b, t, post, base)
			size = len(diff)
			b.StartTimer()
			if err := n.Rewind(diff); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if err := t.Rollback(base); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		b.ReportMetric(float64(size), "records")
	})
}
