package zkvm_test

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// Issue 2: executor >= 20,000 transitions/s per core. A batch of 10,000 transitions on 20,000 accounts with a book of
// some 30,000 orders; "execute" is what the figure speaks of, "input" is what making the witness costs, "native" is
// the same guest without wasm.
func BenchmarkExecutor(b *testing.B) {
	l, f := newLedger(batch.PayloadTransitions), newTraders(3, 20_000, 2)
	l.applyAll(b, f.setup())
	l.fill(f, 60_000)
	l.seal(b)
	l.fill(f, 10_000)
	n := l.seal(b).Header.Number
	input, err := zkvm.InputOf(l, n, deployment)
	if err != nil {
		b.Fatal(err)
	}
	transitions := float64(l.batches[n].Header.Transitions)
	perSecond := func(b *testing.B) {
		b.ReportMetric(transitions*float64(b.N)/b.Elapsed().Seconds(), "transitions/s")
	}

	b.Run("execute", func(b *testing.B) {
		e := executor(b, zkvm.Config{})
		for b.Loop() {
			result, err := e.Execute(b.Context(), input)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(result.Stats.MemoryBytes)/(1<<20), "MiB")
			b.ReportMetric(float64(result.Stats.HashedBlocks)/transitions, "blocks/transition")
			b.ReportMetric(float64(len(input))/transitions, "input-B/transition")
		}
		perSecond(b)
	})
	b.Run("input", func(b *testing.B) {
		for b.Loop() {
			if _, err := zkvm.InputOf(l, n, deployment); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
	b.Run("native", func(b *testing.B) {
		for b.Loop() {
			if _, err := guest.Run(input, guest.Host{}); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
}
