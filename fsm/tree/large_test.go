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

// What collections did: how often they stopped the world, from asking to going on, and of that until it stood. A thread
// that the system takes off its core meanwhile is in there, so neighbours are, whatever the heap.
const (
	pausesTotal    = "/sched/pauses/total/gc:seconds"
	pausesStopping = "/sched/pauses/stopping/gc:seconds"
	heapScanned    = "/gc/scan/heap:bytes" // by the last collection
)

// pauses is a histogram of the collections' stops.
type pauses struct {
	counts  []uint64
	buckets []float64
}

func readPauses(name string) pauses {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	h := sample[0].Value.Float64Histogram()
	return pauses{slices.Clone(h.Counts), h.Buckets}
}

// since leaves out what was before.
func (p pauses) since(before pauses) pauses {
	for i := range p.counts {
		p.counts[i] -= before.counts[i]
	}
	return p
}

func (p pauses) count() (n uint64) {
	for _, c := range p.counts {
		n += c
	}
	return n
}

// quantile is the upper end of the class in which a part q of the stops ends, in milliseconds.
func (p pauses) quantile(q float64) float64 {
	below, least := uint64(0), uint64(math.Ceil(q*float64(p.count())))
	for i, n := range p.counts {
		if below += n; below > 0 && below >= least {
			return math.Min(p.buckets[i+1], 1e3) * 1e3
		}
	}
	return 0
}

// collect makes collections until the function it returns is called.
func collect() (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			default:
				runtime.GC()
			}
		}
	}()
	return func() { close(done); <-stopped }
}

func scanned() uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: heapScanned}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// A load seals batches of a tree and takes every other one back, and notes what that took.
type load struct {
	x           *Tree
	batches     [][]Change
	n           int
	apply, undo []time.Duration
}

func (l *load) round(b *testing.B) {
	b.Helper()
	start := time.Now()
	if err := l.x.ApplyAny(l.batches[l.n%len(l.batches)]); err != nil {
		b.Fatal(err)
	}
	l.x.Seal()
	vs := l.x.Versions()
	if len(vs) > benchKept {
		if err := l.x.Release(vs[0].Version); err != nil {
			b.Fatal(err)
		}
	}
	l.apply = append(l.apply, time.Since(start))
	if len(vs) > benchKept && l.n%2 == 1 {
		start = time.Now()
		if _, err := l.x.Undo(vs[len(vs)-2].Version); err != nil {
			b.Fatal(err)
		}
		l.undo = append(l.undo, time.Since(start))
	}
	l.n++
}

// BenchmarkLarge measures a tree of as many leaves as HOLDFAST_TREE_LEAVES says: changes a second with eight versions
// kept, the rollback of one, bytes a leaf, and how long collections that run beside it all the time stop the world (ms,
// of them until it stood: -stopping), beside the same with a tree of 10,000 leaves in the same run. What the large tree
// adds to the memory that a collection scans is scan-B/leaf.
//
//	HOLDFAST_TREE_LEAVES=10000000 go test ./fsm/tree -run xxx -bench Large -benchtime 41x -timeout 30m
func BenchmarkLarge(b *testing.B) {
	leaves, err := strconv.Atoi(os.Getenv("HOLDFAST_TREE_LEAVES"))
	if err != nil {
		b.Skip("HOLDFAST_TREE_LEAVES is not set")
	}
	small := newLoad(b, benchChanges, new(fast.Memory))
	var memory fast.Memory
	large := newLoad(b, leaves, &memory)
	loaded := large.x.Stats().Bytes

	runtime.GC()
	var total, stopping [2]pauses // of the large tree, of the small one
	begin := func() [2]pauses { return [2]pauses{readPauses(pausesTotal), readPauses(pausesStopping)} }
	end := func(i int, was [2]pauses) {
		total[i], stopping[i] = readPauses(pausesTotal).since(was[0]), readPauses(pausesStopping).since(was[1])
	}
	was := begin()
	stop := collect()
	for b.Loop() {
		large.round(b)
	}
	end(0, was)
	stop()
	taken := large.x.Stats().Bytes + uint64(memory.Spare())
	with := scanned()
	large.x = nil
	without := scanned()

	was, stop = begin(), collect()
	for until := time.Now().Add(b.Elapsed()); time.Now().Before(until); {
		small.round(b)
	}
	end(1, was)
	stop()
	runtime.KeepAlive(small)
	runtime.KeepAlive(large)

	b.ReportMetric(0, "ns/op")
	b.ReportMetric(benchChanges/median(large.apply), "changes/s")
	if len(large.undo) > 0 {
		b.ReportMetric(median(large.undo)*1e3, "ms-undo")
	}
	b.ReportMetric(float64(loaded)/float64(leaves), "B/leaf-loaded")
	b.ReportMetric(float64(taken)/float64(leaves), "B/leaf")
	b.ReportMetric((float64(with)-float64(without))/float64(leaves), "scan-B/leaf")
	for i, tree := range []string{"large", "small"} {
		b.ReportMetric(float64(total[i].count()), "stops-"+tree)
		for _, q := range []struct {
			name string
			at   float64
		}{{"p50", 0.5}, {"p99", 0.99}, {"max", 1}} {
			b.ReportMetric(total[i].quantile(q.at), "ms-pause-"+tree+"-"+q.name)
			b.ReportMetric(stopping[i].quantile(q.at), "ms-stopping-"+tree+"-"+q.name)
		}
	}
}

func newLoad(b *testing.B, leaves int, memory *fast.Memory) *load {
	b.Helper()
	l := workload.NewLeaves(3, leaves)
	load := &load{x: New(fastOptions(memory))}
	for range 16 {
		load.batches = append(load.batches, changesOf(l, l.Pick(benchChanges)))
	}
	slices.SortFunc(l.Keys, bytes.Compare)
	for part := range slices.Chunk(l.Keys, 100_000) {
		if err := load.x.Apply(changesOf(l, part)); err != nil {
			b.Fatal(err)
		}
	}
	load.x.Seal()
	return load
}
