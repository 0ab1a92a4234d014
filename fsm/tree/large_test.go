package tree

import (
	"bytes"
	"math"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// longestPause is the upper end of the highest class in which a collection stopped the world since before was read.
func longestPause(before []uint64, now *metrics.Float64Histogram) time.Duration {
	for i, n := range slices.Backward(now.Counts) {
		if n > before[i] {
			return time.Duration(math.Min(now.Buckets[i+1], 1e9) * 1e9)
		}
	}
	return 0
}

func pauses() *metrics.Float64Histogram {
	sample := []metrics.Sample{{Name: "/sched/pauses/total/gc:seconds"}}
	metrics.Read(sample)
	return sample[0].Value.Float64Histogram()
}

// BenchmarkLarge measures a tree of as many leaves as HOLDFAST_TREE_LEAVES says: changes a second with eight versions
// kept, the rollback of one, bytes a leaf, and the longest pause of collections that run beside it all the time.
//
//	HOLDFAST_TREE_LEAVES=10000000 go test ./fsm/tree -run xxx -bench Large -benchtime 41x -timeout 30m
func BenchmarkLarge(b *testing.B) {
	leaves, err := strconv.Atoi(os.Getenv("HOLDFAST_TREE_LEAVES"))
	if err != nil {
		b.Skip("HOLDFAST_TREE_LEAVES is not set")
	}
	l := workload.NewLeaves(3, leaves)
	batches := make([][]Change, 64)
	for i := range batches {
		batches[i] = changesOf(l, l.Pick(benchChanges))
	}
	slices.SortFunc(l.Keys, bytes.Compare)
	x := New(fastOptions(new(fast.Memory)))
	for part := range slices.Chunk(l.Keys, 100_000) {
		if err := x.Apply(changesOf(l, part)); err != nil {
			b.Fatal(err)
		}
	}
	l = nil
	x.Seal()
	loaded := x.Stats().Bytes
	runtime.GC()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	before := slices.Clone(pauses().Counts)
	var apply, undo []time.Duration
	for n := 0; b.Loop(); n++ {
		start := time.Now()
		if err := x.ApplyAny(batches[n%len(batches)]); err != nil {
			b.Fatal(err)
		}
		x.Seal()
		vs := x.Versions()
		if len(vs) > benchKept {
			if err := x.Release(vs[0].Version); err != nil {
				b.Fatal(err)
			}
		}
		apply = append(apply, time.Since(start))
		if len(vs) > benchKept && n%2 == 1 {
			start = time.Now()
			if _, err := x.Undo(vs[len(vs)-2].Version); err != nil {
				b.Fatal(err)
			}
			undo = append(undo, time.Since(start))
		}
	}
	longest := longestPause(before, pauses())
	close(stop)
	<-stopped
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(benchChanges/median(apply), "changes/s")
	if len(undo) > 0 {
		b.ReportMetric(median(undo)*1e3, "ms-undo")
	}
	b.ReportMetric(float64(loaded)/float64(leaves), "B/leaf-loaded")
	b.ReportMetric(float64(x.Stats().Bytes)/float64(leaves), "B/leaf")
	b.ReportMetric(longest.Seconds()*1e3, "ms-longest-pause")
	runtime.KeepAlive(x)
}
