package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/figures"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// One cluster has its duties and the other has none, and both get the same load in turn. A report says what was
// compared: it exists only if the one finalized everything that it sealed, and the other did nothing but seal.

type dutiesFlags struct {
	load   benchFlags // of one slice
	slices int
	settle time.Duration
}

func newBenchDuties(a *app) *cobra.Command {
	f := dutiesFlags{load: benchFlags{clients: 256, conns: 16, mode: modeUnary, warmup: 2 * time.Second}}
	f.load.start.executor = config.ExecutorRun
	c := &cobra.Command{
		Use: "duties", Short: "Measure what the leader's duties cost a submission", Args: noArgs,
		Long: `Duties starts two new clusters on this machine that differ in one thing, and
submits to them in turn, at the same rate, slice by slice.

on:  everything as in production: the leader publishes to an archive, executes,
     anchors on an L1 in this process, verifies and reports, and every replica
     checks the layers (zkvm.executor: run).
off: the leader seals and does nothing else; nothing is published, executed or
     checked, and there is no L1 (zkvm.executor: none).

Both clusters stay up during the whole run, so that the heartbeats of the idle
one burden both alike. Before each slice the run waits until everything sealed
is final, so that no duty of one slice falls into the next. A slice gives the
latencies of its requests; the result is the ratio of the medians of the slices.
Look at the rate as well: a cluster that did not take it was measured at less.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.benchDuties(cmd.Context(), f) },
	}
	flags, start := c.Flags(), &f.load.start
	flags.IntVar(&f.slices, "slices", 10, "slices of both clusters together, with and without duties in turn; an even number")
	flags.DurationVar(&f.load.duration, "slice", 20*time.Second, "how long a slice is measured")
	flags.IntVar(&f.load.rate, "rate", 5000, "transitions per second of all clients")
	flags.DurationVar(&f.settle, "settle", 5*time.Minute, "how long everything sealed may take to become final, before each slice")
	f.load.registerLoad(c)
	flags.IntVar(&start.replicas, "replicas", 3, "replicas of each cluster: 1, 3 or 5")
	flags.StringVar(&start.logStore, "log-store", "boltdb", "boltdb or wal")
	flags.DurationVar(&start.blockTime, "block-time", time.Second, "time between blocks of the L1")
	flags.StringVar(&start.dir, "dir", "", "directory for what the clusters write, in on and off; kept afterwards (default: temporary ones, removed)")
	flags.StringVar(&start.profile, "profile", "", "directory for profiles (CPU, mutex, block) of the last slice of each cluster, in on and off")
	return c
}

func (f *dutiesFlags) validate() error {
	switch {
	case f.slices < 2 || f.slices%2 != 0:
		return usage("--slices is %d; must be even, and at least 2", f.slices)
	case f.load.duration <= 0:
		return usage("--slice is %v; must be positive", f.load.duration)
	case f.load.rate < 1:
		return usage("--rate is %d; must be at least 1: what is compared is latency at one rate", f.load.rate)
	case f.load.start.blockTime <= 0 || f.settle <= 0:
		return usage("--block-time and --settle must be positive")
	case f.load.start.replicas == 0:
		return usage("--replicas is 0; must be 1, 3 or 5")
	}
	return f.load.validate()
}

// dutiesSlice is one turn of one cluster.
type dutiesSlice struct {
	Duties               string       `json:"duties"` // on or off
	Acknowledged         uint64       `json:"transitions_acknowledged"`
	Rejected             uint64       `json:"transitions_rejected"`
	TransitionsPerSecond float64      `json:"transitions_per_second"`
	Latency              percentiles  `json:"latency_ms"` // of a request
	CPU                  *cpuPerShare `json:"cpu_us_per_transition,omitempty"`
}

// dutiesSide is one cluster's result: medians of its slices, and where its batches got to.
type dutiesSide struct {
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Sealed    uint64  `json:"batches_sealed"`
	Executed  uint64  `json:"batches_executed"`
	Finalized uint64  `json:"batches_finalized"`
}

// dutiesReport is the JSON of bench duties.
type dutiesReport struct {
	Rate     int           `json:"rate"` // that was asked for
	Seconds  float64       `json:"slice_seconds"`
	Mode     string        `json:"mode"`
	Clients  int           `json:"clients"`
	Seed     uint64        `json:"seed"`
	Cluster  *benchRig     `json:"cluster"` // each of the two; the executor is that of on
	Slices   []dutiesSlice `json:"slices"`
	On       dutiesSide    `json:"on"`
	Off      dutiesSide    `json:"off"`
	RatioP50 float64       `json:"p50_on_by_off"`
	RatioP99 float64       `json:"p99_on_by_off"`
}

func (r *dutiesReport) table(w io.Writer) {
	row(w, "SLICE", "DUTIES", "RATE", "REJECTED", "P50 ms", "P99 ms", "MAX ms")
	for i, s := range r.Slices {
		row(w, i+1, s.Duties, fmt.Sprintf("%.0f/s", s.TransitionsPerSecond), s.Rejected,
			fmt.Sprintf("%.2f", s.Latency.P50), fmt.Sprintf("%.2f", s.Latency.P99), fmt.Sprintf("%.2f", s.Latency.Max))
	}
	row(w, "median", "on", "", "", fmt.Sprintf("%.2f", r.On.P50), fmt.Sprintf("%.2f", r.On.P99))
	row(w, "median", "off", "", "", fmt.Sprintf("%.2f", r.Off.P50), fmt.Sprintf("%.2f", r.Off.P99))
	row(w, "ratio", "on/off", "", "", fmt.Sprintf("%.2f", r.RatioP50), fmt.Sprintf("%.2f", r.RatioP99))
	row(w, "batches", "on", fmt.Sprintf("%d sealed, %d finalized", r.On.Sealed, r.On.Finalized))
	row(w, "batches", "off", fmt.Sprintf("%d sealed, %d executed", r.Off.Sealed, r.Off.Executed))
}

// contender is one of the two clusters, with its clients.
type contender struct {
	*bench

	name  string
	flows []*workload.Market
}

func (a *app) benchDuties(ctx context.Context, f dutiesFlags) (err error) {
	if err = f.validate(); err != nil {
		return err
	}
	// Neither the clients' garbage is measured nor how they wait for the L1, which works in their process.
	defer debug.SetGCPercent(debug.SetGCPercent(benchGCPercent))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2 * runtime.GOMAXPROCS(0)))
	with, without := f.load, f.load
	without.start.executor, without.start.blockTime = config.ExecutorNone, 0
	on, err := a.contend(ctx, "on", with)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, on.end()) }()
	off, err := a.contend(ctx, "off", without)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, off.end()) }()
	r := &dutiesReport{
		Rate: f.load.rate, Seconds: f.load.duration.Seconds(), Mode: f.load.mode, Clients: f.load.clients, Seed: f.load.seed,
		Cluster: on.rig.report(),
	}
	for i := range f.slices {
		turn := []*contender{on, off}[i%2]
		if err = on.settle(ctx, f.settle); err != nil {
			return err
		}
		a.progress("slice %d of %d: duties %s", i+1, f.slices, turn.name)
		if err = r.add(ctx, turn); err != nil {
			return err
		}
	}
	if err = on.settle(ctx, f.settle); err != nil {
		return err
	}
	if err = r.conclude(ctx, on, off); err != nil {
		return err
	}
	return a.print(r, r.table)
}

// contend starts a cluster and imports what its flow needs.
func (a *app) contend(ctx context.Context, name string, f benchFlags) (_ *contender, err error) {
	setup, flows, err := workload.Split(f.seed, workload.Options{Accounts: f.accounts, Markets: f.markets}, f.clients)
	if err != nil {
		return nil, usage("%v", err)
	}
	for _, dir := range []*string{&f.start.dir, &f.start.profile} {
		if *dir != "" {
			*dir = filepath.Join(*dir, name)
		}
	}
	a.progress("duties %s:", name)
	rig, err := a.startRig(ctx, f.start)
	if err != nil {
		return nil, err
	}
	c := &contender{bench: &bench{app: a, flags: f, rig: rig}, name: name, flows: flows}
	if err = c.connect(ctx); err == nil {
		err = c.submitAll(ctx, setup)
	}
	if err != nil {
		return nil, errors.Join(err, rig.failure(), c.end())
	}
	return c, nil
}

func (c *contender) end() error { return errors.Join(c.close(), c.rig.close()) }

// settle waits until everything is sealed, which age alone may have to bring about, and everything sealed is final.
func (c *contender) settle(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not everything was final after %v (--settle)", limit))
	defer cancel()
	age := config.Default().Batches.MaxAge
	pause(ctx, 2*age)
	for {
		heads, err := c.heads(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return errors.Join(err, c.rig.failure())
		}
		if heads.GetSealed() > 0 && heads.GetFinalized() == heads.GetSealed() {
			return nil
		}
		pause(ctx, age)
	}
}

func (c *contender) heads(ctx context.Context) (*pb.Heads, error) {
	resp, err := client.Ask(ctx, c.conns[0], pb.NewAdminServiceClient, pb.AdminServiceClient.Status, &pb.StatusRequest{})
	return resp.GetHeads(), err
}

// add measures one slice.
func (r *dutiesReport) add(ctx context.Context, c *contender) error {
	s, err := c.run(ctx, c.flows)
	if err != nil {
		return errors.Join(err, c.rig.failure())
	}
	if s.Acknowledged == 0 {
		return fmt.Errorf("duties %s: nothing was acknowledged in a slice of %v", c.name, c.flags.duration)
	}
	r.Slices = append(r.Slices, dutiesSlice{
		Duties: c.name, Acknowledged: s.Acknowledged, Rejected: s.Rejected,
		TransitionsPerSecond: s.TransitionsPerSecond, Latency: s.Latency, CPU: s.CPU,
	})
	return ctx.Err()
}

// conclude takes the medians, and refuses a comparison that was none.
func (r *dutiesReport) conclude(ctx context.Context, on, off *contender) error {
	for _, c := range []struct {
		*contender

		side *dutiesSide
	}{{on, &r.On}, {off, &r.Off}} {
		heads, err := c.heads(ctx)
		if err != nil {
			return errors.Join(err, c.rig.failure())
		}
		c.side.Sealed, c.side.Executed, c.side.Finalized = heads.GetSealed(), heads.GetExecuted(), heads.GetFinalized()
		if c.contender == off && (heads.GetSealed() == 0 || heads.GetPublished() > 0 || heads.GetExecuted() > 0) {
			return fmt.Errorf("duties off: %d batches sealed, %d published, %d executed: it had to seal, and nothing else",
				heads.GetSealed(), heads.GetPublished(), heads.GetExecuted())
		}
		var p50, p99 []float64
		for _, s := range r.Slices {
			if s.Duties == c.name {
				p50, p99 = append(p50, s.Latency.P50), append(p99, s.Latency.P99)
			}
		}
		c.side.P50, c.side.P99 = figures.Median(p50), figures.Median(p99)
	}
	r.RatioP50, r.RatioP99 = r.On.P50/r.Off.P50, r.On.P99/r.Off.P99
	return nil
}
