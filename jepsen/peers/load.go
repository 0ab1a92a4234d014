package main

// What is counted was acknowledged between the end of the warm-up and the end of the run.

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// rates are the figures of one load.
type rates struct {
	perSecond, p50, p99 float64 // milliseconds
}

// span is how long a load runs.
type span struct{ warmup, measured time.Duration }

// rows are values: transitions of the generated flow, 96 bytes each.
func rows(n int) ([][]byte, error) {
	flow, err := workload.Generator(1, workload.Options{})
	if err != nil {
		return nil, err
	}
	out := make([][]byte, n)
	var t command.Transition
	for i := range out {
		if !flow.Next(&t) {
			return nil, fmt.Errorf("the flow ended after %d transitions", i)
		}
		out[i] = batch.AppendRow(nil, 0, uint64(i), &t)
	}
	return out, nil
}

// drive has clients put row after row, one outstanding each.
func drive(ctx context.Context, clients int, s span, values [][]byte, put func(ctx context.Context, client int, key, value []byte) error) (rates, error) {
	var measuring, ended atomic.Bool
	latencies := make([][]time.Duration, clients)
	g, ctx := errgroup.WithContext(ctx)
	for i := range clients {
		g.Go(func() error {
			key := make([]byte, keySize)
			binary.BigEndian.PutUint64(key, uint64(i))
			for seq := i; !ended.Load(); seq++ {
				binary.BigEndian.PutUint64(key[8:], uint64(seq))
				start := time.Now()
				if err := put(ctx, i, key, values[seq%len(values)]); err != nil {
					return fmt.Errorf("client %d: %w", i, err)
				}
				if took := time.Since(start); measuring.Load() && !ended.Load() {
					latencies[i] = append(latencies[i], took)
				}
			}
			return nil
		})
	}
	wait(ctx, s.warmup)
	start := time.Now()
	measuring.Store(true)
	wait(ctx, s.measured)
	took := time.Since(start)
	ended.Store(true)
	if err := g.Wait(); err != nil {
		return rates{}, err
	}
	all := slices.Sorted(slices.Values(slices.Concat(latencies...)))
	if len(all) == 0 {
		return rates{}, fmt.Errorf("nothing was acknowledged in %v", took.Round(time.Millisecond))
	}
	at := func(percent int) float64 { return float64(all[(len(all)-1)*percent/100].Microseconds()) / 1000 }
	return rates{perSecond: float64(len(all)) / took.Seconds(), p50: at(50), p99: at(99)}, nil
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
