package cluster

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// BenchmarkSubmit: three replicas in one process, loopback TCP, fsync on; each
// caller has one transition in flight.
func BenchmarkSubmit(b *testing.B) {
	for _, store := range []string{StoreBoltDB, StoreWAL} {
		for _, callers := range []int{1, 64, 1024} {
			b.Run(fmt.Sprintf("%s/callers=%d", store, callers), func(b *testing.B) {
				g := newTCP(b, 3, func(c *Config) { c.LogStore = store })
				l := g.leader()
				before := l.node.raft.LastIndex()
				var next atomic.Int64
				var wg sync.WaitGroup
				b.ResetTimer()
				for i := range callers {
					wg.Go(func() {
						for seq := uint64(1); next.Add(1) <= int64(b.N); seq++ {
							if _, _, err := l.node.Submit(context.Background(), []command.Submission{submission(uint64(i+1), seq)}, nil); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				b.StopTimer()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "transitions/s")
				b.ReportMetric(float64(b.N)/float64(l.node.raft.LastIndex()-before), "transitions/entry")
			})
		}
	}
}

// BenchmarkReadBarrier: 64 readers on a follower.
func BenchmarkReadBarrier(b *testing.B) {
	g := newTCP(b, 3, nil)
	f := g.followers(g.leader())[0]
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := f.node.ReadBarrier(context.Background()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
}

// BenchmarkFailover: one iteration is one crash of the leader, up to the first
// accepted write, with the default timeouts.
func BenchmarkFailover(b *testing.B) {
	g := newTCP(b, 3, nil)
	g.leader()
	var times []float64
	c := &client{g: g, session: 1}
	for b.Loop() {
		l := g.leader()
		g.equal()
		stopped := l.node
		l.setNode(nil) // clients see a dead process at once
		start := time.Now()
		stopped.isClosing.Store(true)
		stopped.raft.Shutdown()
		if err := stopped.mux.close(); err != nil { // what the kernel does
			b.Fatal(err)
		}
		if _, err := c.next(context.Background()); err != nil {
			b.Fatal(err)
		}
		times = append(times, float64(time.Since(start).Milliseconds()))
		b.StopTimer()
		l.setNode(stopped)
		g.restart(l)
		b.StartTimer()
	}
	reportTimes(b, times)
}

func reportTimes(b *testing.B, ms []float64) {
	b.Helper()
	slices.Sort(ms)
	b.ReportMetric(ms[len(ms)/2], "median-ms")
	b.ReportMetric(ms[len(ms)*9/10], "p90-ms")
	b.ReportMetric(ms[len(ms)-1], "max-ms")
}
