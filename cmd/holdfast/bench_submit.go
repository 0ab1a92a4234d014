package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/latency"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// A flow depends on its order, so that each client has a session and a flow of its own. What is measured is what is
// acknowledged between the end of the warm-up and the end of the duration.

// benchGCPercent is the clients' GOGC: their heap is small and their garbage short-lived.
const benchGCPercent = 400

// Modes of bench submit.
const (
	modeStream = "stream" // groups on a pipelined stream
	modeUnary  = "unary"  // one transition at a time, one call each
)

type benchFlags struct {
	duration time.Duration
	warmup   time.Duration
	clients  int
	conns    int
	mode     string
	group    int
	window   int
	rate     int
	seed     uint64
	accounts int
	markets  int
	setup    bool
	start    startFlags
}

func newBenchSubmit(a *app) *cobra.Command {
	f := benchFlags{clients: 1, conns: 1, mode: modeStream}
	c := &cobra.Command{
		Use: "submit", Short: "Submit a generated order flow and measure throughput and latency", Args: noArgs,
		Long: `Submit runs the seeded order flow against the cluster at --endpoints, or
against one that it starts itself (--replicas). The flow is split among the
clients: each has a session and accounts of its own, and all trade on the same
markets. In mode stream a client sends groups and has --window of them
unanswered; in mode unary it has one transition outstanding, one call each.

The cluster must be new (assets, markets and accounts are imported first), or
--setup=false given. Where intake is halted and stays so, submit ends with the
halt's reason and how to end it.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.benchSubmit(cmd.Context(), f) },
	}
	c.Flags().DurationVar(&f.duration, "duration", 10*time.Second, "how long to measure")
	c.Flags().IntVar(&f.rate, "rate", 0, "transitions per second of all clients at most; 0 for as fast as the cluster takes them")
	f.registerLoad(c)
	c.Flags().BoolVar(&f.setup, "setup", true, "import assets, markets and accounts first")
	f.start.register(c)
	return c
}

// registerLoad names what every load has; the defaults of clients, connections, mode and warm-up are those of f.
func (f *benchFlags) registerLoad(c *cobra.Command) {
	flags := c.Flags()
	flags.DurationVar(&f.warmup, "warmup", f.warmup, "how long to submit before")
	flags.IntVar(&f.clients, "clients", f.clients, "sessions that submit side by side")
	flags.IntVar(&f.conns, "connections", f.conns, "connections that the clients share")
	flags.StringVar(&f.mode, "mode", f.mode, "stream or unary")
	flags.IntVar(&f.group, "group", 256, "mode stream: transitions in one request")
	flags.IntVar(&f.window, "window", 32, "mode stream: requests of a client without an answer")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of the flow")
	flags.IntVar(&f.accounts, "accounts", 1000, "accounts that trade, of all clients")
	flags.IntVar(&f.markets, "markets", 4, "markets")
}

func (f *benchFlags) validate() error {
	switch {
	case f.mode != modeStream && f.mode != modeUnary:
		return usage("--mode is %q; must be %s or %s", f.mode, modeStream, modeUnary)
	case f.clients < 1 || f.conns < 1 || f.conns > f.clients:
		return usage("--clients must be at least 1, and --connections 1 to --clients")
	case f.group < 1 || f.group > 2048 || f.window < 1:
		return usage("--group must be 1 to 2048 and --window at least 1")
	case f.duration <= 0 || f.warmup < 0 || f.rate < 0:
		return usage("--duration must be positive, --warmup and --rate not negative")
	}
	return f.start.validate()
}

// benchReport is the JSON of bench submit.
type benchReport struct {
	Mode                 string       `json:"mode"`
	Clients              int          `json:"clients"`
	Connections          int          `json:"connections"`
	Group                int          `json:"group"`  // transitions in a request
	Window               int          `json:"window"` // requests of a client without an answer
	Seed                 uint64       `json:"seed"`
	Seconds              float64      `json:"seconds"`
	Acknowledged         uint64       `json:"transitions_acknowledged"`
	Accepted             uint64       `json:"transitions_accepted"`
	Rejected             uint64       `json:"transitions_rejected"`
	TransitionsPerSecond float64      `json:"transitions_per_second"`
	Latency              percentiles  `json:"latency_ms"` // of a request
	Reconnects           int          `json:"reconnects"`
	Started              *benchRig    `json:"started,omitempty"` // what --replicas started
	CPU                  *cpuPerShare `json:"cpu_us_per_transition,omitempty"`
}

type percentiles struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// tally counts the results of one client; it has one writer and readers of the counters.
type tally struct {
	measuring          *atomic.Bool // nil: always
	accepted, rejected atomic.Uint64
	latencies          latency.Histogram // of the writer, until it has ended
}

func (t *tally) add(r client.Result) { t.count(r.Latency, r.Receipts...) }

func (t *tally) count(took time.Duration, receipts ...*pb.Receipt) {
	if t.measuring != nil && !t.measuring.Load() {
		return
	}
	accepted := uint64(0)
	for _, receipt := range receipts {
		if client.Accepted(receipt) {
			accepted++
		}
	}
	t.accepted.Add(accepted)
	t.rejected.Add(uint64(len(receipts)) - accepted)
	t.latencies.Add(took)
}

func (a *app) benchSubmit(ctx context.Context, f benchFlags) (err error) {
	if err = f.validate(); err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(benchGCPercent)) // the clients' garbage is not what is measured
	setup, flows, err := workload.Split(f.seed, workload.Options{Accounts: f.accounts, Markets: f.markets}, f.clients)
	if err != nil {
		return usage("%v", err)
	}
	rig, err := a.startRig(ctx, f.start)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rig.close()) }()
	b := &bench{app: a, flags: f, rig: rig}
	defer func() { err = errors.Join(err, b.close()) }()
	if err = b.connect(ctx); err != nil {
		return errors.Join(err, rig.failure())
	}
	if f.setup {
		a.progress("importing %d markets and at least %d accounts", f.markets, f.accounts)
		if err = b.submitAll(ctx, setup); err != nil {
			return err
		}
	}
	report, err := b.run(ctx, flows)
	if err != nil {
		return errors.Join(err, rig.failure())
	}
	return a.print(report, report.table)
}

func (r *benchReport) table(w io.Writer) {
	row(w, "mode", r.Mode, fmt.Sprintf("%d clients, %d connections", r.Clients, r.Connections))
	row(w, "acknowledged", r.Acknowledged, fmt.Sprintf("%.0f/s", r.TransitionsPerSecond))
	row(w, "accepted", r.Accepted)
	row(w, "rejected", r.Rejected)
	row(w, "latency p50/p90/p99/max", fmt.Sprintf("%.2f / %.2f / %.2f / %.2f ms", r.Latency.P50, r.Latency.P90, r.Latency.P99, r.Latency.Max))
	row(w, "reconnects", r.Reconnects)
	if s := r.Started; s != nil {
		row(w, "cluster", fmt.Sprintf("%d replicas as processes, log store %s, executor %s", s.Replicas, s.LogStore, s.Executor))
		row(w, "fdatasync, round trip", fmt.Sprintf("%.3f, %.3f ms", s.FdatasyncMs, s.RoundTripMs),
			fmt.Sprintf("p50 = %.1f x (2 fdatasync + round trip)", r.Latency.P50/(2*s.FdatasyncMs+s.RoundTripMs)))
	}
	if c := r.CPU; c != nil {
		row(w, "CPU per transition", fmt.Sprintf("client %.1f us, leader %.1f us, followers %.1f us", c.Client, c.Leader, c.Followers))
	}
}

// bench is one run's clients.
type bench struct {
	app      *app
	flags    benchFlags
	rig      *rig
	conns    []*client.Client
	sessions []*client.Session
	streams  []*client.Stream // mode stream
}

func (b *bench) close() error {
	var errs []error
	for _, c := range b.conns {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// connect finds the leader and opens a session for each client.
func (b *bench) connect(ctx context.Context) error {
	endpoints, limit := b.app.endpoints, b.app.timeout
	if b.rig != nil {
		endpoints, limit = b.rig.cluster.Endpoints(), max(limit, rigStartLimit)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if b.rig != nil {
		b.app.credentials = b.rig.cluster.Credentials()
	}
	dial, err := b.app.dialOptions()
	if err != nil {
		return err
	}
	for range b.flags.conns {
		c, err := client.New(client.Config{Endpoints: endpoints, DialOptions: dial})
		if err != nil {
			return usage("%v", err)
		}
		b.conns = append(b.conns, c)
		if _, _, err := c.FindLeader(ctx); err != nil {
			return err
		}
	}
	b.sessions = make([]*client.Session, b.flags.clients)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(64)
	for i := range b.sessions {
		g.Go(func() (err error) {
			b.sessions[i], err = b.conns[i%len(b.conns)].OpenSession(ctx, "holdfast bench")
			return err
		})
	}
	return g.Wait()
}

// submitAll submits the setup through the first session and wants all of it accepted.
func (b *bench) submitAll(ctx context.Context, ts []command.Transition) error {
	t := &tally{}
	err := b.untilHalted(ctx, []*tally{t}, func(ctx context.Context) error {
		st := b.sessions[0].Stream(ctx, client.StreamConfig{}, t.add)
		var sendErr error
		for chunk := range slices.Chunk(ts, 1024) {
			if sendErr = st.Send(ctx, chunk); sendErr != nil {
				break
			}
		}
		if err := st.Close(ctx); err != nil {
			return err
		}
		return sendErr
	})
	if err != nil {
		return err
	}
	if n := t.rejected.Load(); n > 0 {
		return fmt.Errorf("%d of %d transitions of the import were rejected: the cluster is not new; use --setup=false with the same --accounts, --clients and --markets", n, len(ts))
	}
	return nil
}

// run has all clients submit, and reports.
func (b *bench) run(ctx context.Context, flows []*workload.Market) (*benchReport, error) {
	var measuring atomic.Bool
	tallies := make([]*tally, len(flows))
	for i := range tallies {
		tallies[i] = &tally{measuring: &measuring}
	}
	var s *stage
	err := b.untilHalted(ctx, tallies, func(ctx context.Context) (err error) {
		s, err = b.load(ctx, flows, &measuring, tallies)
		return err
	})
	if err = errors.Join(err, b.rig.again()); err != nil {
		return nil, err
	}
	return b.report(s, tallies), nil
}

// load submits all flows until their time is over and everything sent is answered.
func (b *bench) load(ctx context.Context, flows []*workload.Market, measuring *atomic.Bool, tallies []*tally) (*stage, error) {
	b.streams = nil // those of an earlier run are closed
	if b.flags.mode == modeStream {
		for i, s := range b.sessions {
			b.streams = append(b.streams, s.Stream(ctx, client.StreamConfig{Window: b.flags.window}, tallies[i].add))
		}
	}
	sendCtx, stop := context.WithTimeout(ctx, b.flags.warmup+b.flags.duration)
	defer stop()
	pace := b.flags.pace()
	var g errgroup.Group
	for i, flow := range flows {
		g.Go(func() error {
			if b.flags.mode == modeUnary {
				return unaryFlow(ctx, sendCtx, b.sessions[i], flow, pace, tallies[i])
			}
			return errors.Join(streamFlow(sendCtx, b.streams[i], b.flags.group, flow, pace), b.streams[i].Close(ctx))
		})
	}
	s, err := b.measure(sendCtx, measuring, tallies)
	stop()
	return s, errors.Join(err, g.Wait())
}

// stage is what was measured beside the clients.
type stage struct {
	took     time.Duration
	accepted uint64
	rejected uint64
	cpu      *cpuPerShare
}

// measure lets the warm-up pass, and then watches until ctx ends.
func (b *bench) measure(ctx context.Context, measuring *atomic.Bool, tallies []*tally) (*stage, error) {
	pause(ctx, b.flags.warmup)
	before, err := b.rig.usage()
	if err != nil {
		return nil, err
	}
	profiles := b.rig.profile(ctx, b.flags.start.profile, b.flags.duration)
	start := time.Now()
	measuring.Store(true)
	b.app.watchProgress(ctx, tallies, start)
	measuring.Store(false)
	s := &stage{took: time.Since(start)}
	for _, t := range tallies {
		s.accepted += t.accepted.Load()
		s.rejected += t.rejected.Load()
	}
	after, err := b.rig.usage()
	if err != nil {
		return nil, err
	}
	s.cpu = after.since(before, s.accepted+s.rejected)
	return s, profiles()
}

func (b *bench) report(s *stage, tallies []*tally) *benchReport {
	f := b.flags
	var all latency.Histogram
	for _, t := range tallies {
		all.Merge(&t.latencies)
	}
	r := &benchReport{
		Mode: f.mode, Clients: f.clients, Connections: f.conns, Group: f.group, Window: f.window, Seed: f.seed,
		Seconds: s.took.Seconds(), Acknowledged: s.accepted + s.rejected, Accepted: s.accepted, Rejected: s.rejected,
		Latency: percentiles{P50: all.Percentile(50), P90: all.Percentile(90), P99: all.Percentile(99), Max: all.Percentile(100)},
		Started: b.rig.report(), CPU: s.cpu,
	}
	if f.mode == modeUnary {
		r.Group, r.Window = 1, 1
	}
	for _, st := range b.streams {
		r.Reconnects += st.Reconnects()
	}
	r.TransitionsPerSecond = float64(r.Acknowledged) / s.took.Seconds()
	return r
}

// unaryFlow submits one transition at a time until sendCtx ends or the flow does.
func unaryFlow(ctx, sendCtx context.Context, s *client.Session, flow workload.Flow, pace *rate.Limiter, t *tally) error {
	var next command.Transition
	for pace.Wait(sendCtx) == nil && flow.Next(&next) {
		start := time.Now()
		receipt, err := s.Submit(ctx, next)
		if err != nil {
			return err
		}
		t.count(time.Since(start), receipt)
	}
	return nil
}

// streamFlow sends groups until ctx ends or the flow does.
func streamFlow(ctx context.Context, st *client.Stream, size int, flow workload.Flow, pace *rate.Limiter) error {
	chunk := make([]command.Transition, size)
	for {
		n := 0
		for n < size && flow.Next(&chunk[n]) {
			n++
		}
		if n == 0 || pace.WaitN(ctx, n) != nil {
			return nil //nolint:nilerr // the flow or the time has ended
		}
		if err := st.Send(ctx, chunk[:n]); err != nil {
			if ctx.Err() != nil {
				return nil //nolint:nilerr // the time is up
			}
			return err
		}
	}
}

// pace spreads what all clients send over time; it has room for one request at once.
func (f *benchFlags) pace() *rate.Limiter {
	limit, burst := rate.Inf, f.group
	if f.rate > 0 {
		limit = rate.Limit(f.rate)
	}
	if f.mode == modeUnary {
		burst = 1
	}
	return rate.NewLimiter(limit, burst)
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

// watchProgress says every second how far it is, until ctx ends: one line that is rewritten on a terminal, plain lines
// elsewhere.
func (a *app) watchProgress(ctx context.Context, tallies []*tally, start time.Time) {
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
		n := acknowledgedBy(tallies)
		took := time.Since(start)
		line := fmt.Sprintf("%4.0fs  %d transitions  %.0f/s", took.Seconds(), n, float64(n)/took.Seconds())
		if live {
			_, _ = fmt.Fprintf(a.err, "\r%s", line)
		} else {
			a.progress("%s", line)
		}
	}
}
