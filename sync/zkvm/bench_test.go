package zkvm_test

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// The executor's target is 50,000 transitions/s per core (run with -cpu 1). A batch of 20,000 submitted transitions of
// the default generated flow, after 100,000 that filled the book; "execute" is what the target speaks of, "input" is
// what making the witness and the replica's own diff costs, "native" is the same guest without wasm. transitions/s counts
// accepted transitions, which are all that a payload holds.
func BenchmarkExecutor(b *testing.B) {
	l, f := newLedger(batch.PayloadTransitions), must(workload.Generator(1, workload.Options{}))
	l.applyAll(b, f.Setup())
	l.play(f, 100_000)
	l.seal(b)
	l.play(f, 20_000)
	n := l.seal(b).Header.Number
	task, err := zkvm.Prepare(l, n, deployment)
	if err != nil {
		b.Fatal(err)
	}
	input := task.Input
	transitions := float64(l.batches[n].Header.Transitions)
	// Per second of processor time too, which says what a core does on a machine that is busy with other things.
	perSecond := func(b *testing.B, begin time.Duration) {
		b.Helper()
		b.ReportMetric(transitions*float64(b.N)/b.Elapsed().Seconds(), "transitions/s")
		b.ReportMetric(transitions*float64(b.N)/(processorTime(b)-begin).Seconds(), "transitions/cpu-s")
	}

	b.Run("execute", func(b *testing.B) {
		e := executor(b, zkvm.Config{})
		begin := processorTime(b)
		for b.Loop() {
			result, err := e.Execute(b.Context(), input)
			if err = task.Judge(result, err); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(result.Stats.MemoryBytes)/(1<<20), "MiB")
			b.ReportMetric(float64(result.Stats.HashedBlocks)/transitions, "blocks/transition")
			b.ReportMetric(float64(len(input))/transitions, "input-B/transition")
		}
		perSecond(b, begin)
	})
	b.Run("input", func(b *testing.B) {
		begin := processorTime(b)
		for b.Loop() {
			if _, err := zkvm.Prepare(l, n, deployment); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, begin)
	})
	b.Run("native", func(b *testing.B) {
		begin := processorTime(b)
		for b.Loop() {
			if _, err := guest.Run(input, guest.Host{}); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, begin)
	})
}

// processorTime is what this process has used so far, on all cores.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
