package devnet

// At most one replica is down at a time, and only by this file's hand.

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/latency"
	"github.com/holdfast-rollup/holdfast/rpc/client"
)

// Failovers are the times from the leader's death to the first write that another replica acknowledged.
type Failovers struct {
	Rounds    int     `json:"rounds"`
	MedianMs  float64 `json:"median"`
	P90Ms     float64 `json:"p90"`
	MaximumMs float64 `json:"maximum"`
}

// down is how long a killed replica stays away after another one has taken over.
const down = time.Second

// killer kills the leader again and again.
type killer struct {
	replicas *replicas
	load     *load
	client   *client.Client
	log      *slog.Logger
	times    []time.Duration
}

func (k *killer) run(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := k.round(ctx); err != nil {
			return err
		}
	}
}

// round kills the leader, waits for the first acknowledgement by another, and starts the replica again.
func (k *killer) round(ctx context.Context) error {
	id, _, err := k.client.FindLeader(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("find the leader to kill: %w", err)
	}
	victim := k.replicas.byID(id)
	killed := time.Now()
	first, stop := k.load.firstWrite(func(r client.Result) bool { return r.Leader != "" && r.Leader != id })
	defer stop()
	if err := k.replicas.kill(victim); err != nil {
		return err
	}
	k.log.InfoContext(ctx, "leader killed", slog.String("node", id))
	select {
	case at := <-first:
		k.times = append(k.times, at.Sub(killed))
	case <-ctx.Done(): // the flow has ended: nobody writes any more
	}
	wait := time.NewTimer(down)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
	return k.replicas.start(victim)
}

func (k *killer) failovers() *Failovers { return failovers(k.times) }

func failovers(times []time.Duration) *Failovers {
	var h latency.Histogram
	for _, d := range times {
		h.Add(d)
	}
	return &Failovers{Rounds: len(times), MedianMs: h.Percentile(50), P90Ms: h.Percentile(90), MaximumMs: h.Percentile(100)}
}
