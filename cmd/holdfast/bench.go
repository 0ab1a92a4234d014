package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/latency"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/rpc/client"
)

// The flow depends on its order, so one session submits it.

type benchFlags struct {
	duration time.Duration
	group    int
	window   int
	rate     int
	seed     uint64
	accounts int
	markets  int
	setup    bool
}

func newBench(a *app) *cobra.Command {
	return group("bench", "Put load on a cluster and measure", newBenchSubmit(a))
}

func newBenchSubmit(a *app) *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use: "submit", Short: "Submit a generated order flow and measure throughput and latency", Args: noArgs,
		Long: "Submit runs the seeded order flow through one session of the cluster at --endpoints.\n" +
			"The cluster must be new (assets, markets and accounts are imported first), or --setup=false given.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.benchSubmit(cmd.Context(), f) },
	}
	c.Flags().DurationVar(&f.duration, "duration", 10*time.Second, "how long to submit")
	c.Flags().IntVar(&f.group, "group", 256, "transitions in one request")
	c.Flags().IntVar(&f.window, "window", 32, "requests without an answer")
	c.Flags().IntVar(&f.rate, "rate", 0, "transitions per second at most; 0 for as fast as the cluster takes them")
	c.Flags().Uint64Var(&f.seed, "seed", 1, "seed of the flow")
	c.Flags().IntVar(&f.accounts, "accounts", 1000, "accounts that trade")
	c.Flags().IntVar(&f.markets, "markets", 4, "markets")
	c.Flags().BoolVar(&f.setup, "setup", true, "import assets, markets and accounts first")
	return c
}

// benchReport is the JSON of bench submit.
type benchReport struct {
	Seconds              float64     `json:"seconds"`
	Acknowledged         uint64      `json:"transitions_acknowledged"`
	Accepted             uint64      `json:"transitions_accepted"`
	Rejected             uint64      `json:"transitions_rejected"`
	TransitionsPerSecond float64     `json:"transitions_per_second"`
	Latency              percentiles `json:"latency_ms"`
	Reconnects           int         `json:"reconnects"`
	Group                int         `json:"group"`
	Window               int         `json:"window"`
	Seed                 uint64      `json:"seed"`
}

type percentiles struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// tally counts results; it has one writer and readers of the counters.
type tally struct {
	accepted, rejected atomic.Uint64

	mu        sync.Mutex // guards latencies
	latencies latency.Histogram
}

func (t *tally) add(r client.Result) {
	for _, receipt := range r.Receipts {
		if client.Accepted(receipt) {
			t.accepted.Add(1)
		} else {
			t.rejected.Add(1)
		}
	}
	t.mu.Lock()
	t.latencies.Add(r.Latency)
	t.mu.Unlock()
}

func (t *tally) percentiles() percentiles {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.latencies.Percentile
	return percentiles{P50: at(50), P90: at(90), P99: at(99), Max: at(100)}
}

func (a *app) benchSubmit(ctx context.Context, f benchFlags) (err error) {
	flow, err := workload.Generator(f.seed, workload.Options{Accounts: f.accounts, Markets: f.markets})
	if err != nil {
		return usage("%v", err)
	}
	if f.group < 1 || f.group > 2048 || f.window < 1 {
		return usage("--group must be 1 to 2048 and --window at least 1")
	}
	c, err := client.New(client.Config{Endpoints: a.endpoints})
	if err != nil {
		return usage("%v", err)
	}
	defer func() { _ = c.Close() }()
	openCtx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	if _, _, err = c.FindLeader(openCtx); err != nil {
		return err
	}
	session, err := c.OpenSession(openCtx, "holdfast bench")
	if err != nil {
		return err
	}
	if f.setup {
		a.progress("importing %d markets and %d accounts", f.markets, f.accounts)
		if err = a.submitAll(ctx, session, f, flow.Setup()); err != nil {
			return err
		}
	}
	report, err := a.runFlow(ctx, session, f, flow)
	if err != nil {
		return err
	}
	return a.print(report, func(w io.Writer) {
		row(w, "acknowledged", report.Acknowledged, fmt.Sprintf("%.0f/s", report.TransitionsPerSecond))
		row(w, "accepted", report.Accepted)
		row(w, "rejected", report.Rejected)
		row(w, "latency p50/p90/p99/max", fmt.Sprintf("%.1f / %.1f / %.1f / %.1f ms", report.Latency.P50, report.Latency.P90, report.Latency.P99, report.Latency.Max))
		row(w, "reconnects", report.Reconnects)
	})
}

// submitAll submits a fixed list and wants all of it accepted.
func (a *app) submitAll(ctx context.Context, s *client.Session, f benchFlags, ts []command.Transition) error {
	t := &tally{}
	st := s.Stream(ctx, client.StreamConfig{Window: f.window}, t.add)
	var sendErr error
	for chunk := range slices.Chunk(ts, f.group) {
		if sendErr = st.Send(ctx, chunk); sendErr != nil {
			break
		}
	}
	if err := st.Close(ctx); err != nil {
		return err
	}
	if sendErr != nil {
		return sendErr
	}
	if n := t.rejected.Load(); n > 0 {
		return fmt.Errorf("%d of %d transitions of the import were rejected: the cluster is not new; use --setup=false with the same --accounts and --markets", n, len(ts))
	}
	return nil
}

func (a *app) runFlow(ctx context.Context, s *client.Session, f benchFlags, flow workload.Flow) (*benchReport, error) {
	t := &tally{}
	st := s.Stream(ctx, client.StreamConfig{Window: f.window}, t.add)
	sendCtx, stop := context.WithTimeout(ctx, f.duration)
	defer stop()
	start := time.Now()
	var g errgroup.Group
	g.Go(func() error { a.watchProgress(sendCtx, t, start); return nil })
	sendErr := sendFlow(sendCtx, st, f, flow, start)
	closeErr := st.Close(ctx)
	took := time.Since(start)
	stop()
	_ = g.Wait()
	if closeErr != nil {
		return nil, closeErr
	}
	if sendErr != nil {
		return nil, sendErr
	}
	r := &benchReport{
		Seconds: took.Seconds(), Accepted: t.accepted.Load(), Rejected: t.rejected.Load(), Latency: t.percentiles(),
		Reconnects: st.Reconnects(), Group: f.group, Window: f.window, Seed: f.seed,
	}
	r.Acknowledged = r.Accepted + r.Rejected
	r.TransitionsPerSecond = float64(r.Acknowledged) / took.Seconds()
	return r, nil
}

// sendFlow sends until ctx ends or the flow does.
func sendFlow(ctx context.Context, st *client.Stream, f benchFlags, flow workload.Flow, start time.Time) error {
	sent := 0
	for ctx.Err() == nil {
		chunk := make([]command.Transition, 0, f.group)
		for len(chunk) < f.group {
			var t command.Transition
			if !flow.Next(&t) {
				break
			}
			chunk = append(chunk, t)
		}
		if len(chunk) == 0 {
			return nil
		}
		if err := st.Send(ctx, chunk); err != nil {
			if ctx.Err() != nil {
				return nil //nolint:nilerr // the time is up
			}
			return err
		}
		sent += len(chunk)
		if f.rate > 0 {
			pause(ctx, time.Until(start.Add(time.Duration(sent)*time.Second/time.Duration(f.rate))))
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// watchProgress says every second how far it is: one line that is rewritten on a terminal, plain lines elsewhere.
func (a *app) watchProgress(ctx context.Context, t *tally, start time.Time) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	live := terminal(a.err)
	for {
		select {
		case <-ctx.Done():
			if live {
				a.progress("")
			}
			return
		case <-tick.C:
		}
		n := t.accepted.Load() + t.rejected.Load()
		took := time.Since(start)
		line := fmt.Sprintf("%4.0fs  %d transitions  %.0f/s", took.Seconds(), n, float64(n)/took.Seconds())
		if live {
			_, _ = fmt.Fprintf(a.err, "\r%s", line)
		} else {
			a.progress("%s", line)
		}
	}
}
