package consistency_test

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// BenchmarkCheck is one check of a window of 64 unfinalized batches that are read already, with L1 and DA answering from
// memory: at an interval of one second a nanosecond here is a billionth of a core. What the clients of L1 and DA cost is
// in the figures of a running cluster (holdfast bench checks).
func BenchmarkCheck(b *testing.B) {
	w := newWorld(64)
	w.anchor(64)
	for n := uint64(1); n <= 64; n++ {
		w.roots[n] = map[string][32]byte{"a": digest("root", n), "b": digest("root", n), "c": digest("root", n)}
		record, _ := w.cursor.Batch(n)
		ev := cursor.Published{Batch: n, Sealed: record.HeaderHash, Ref: cursor.Ref{Provider: 1, Commitment: digest("payload", n)}}
		if err := w.cursor.Apply(ev, cursor.Context{Index: 1, TimeMs: 1}); err != nil {
			b.Fatal(err)
		}
	}
	checker := w.checker()
	for range 10 {
		checker.Check(b.Context())
	}
	b.ReportAllocs()
	for b.Loop() {
		checker.Check(b.Context())
	}
}
