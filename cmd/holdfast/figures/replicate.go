package figures

// Each round of each log store is a new cluster with new directories; every replica has ended before the next begins.

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
	"golang.org/x/sync/errgroup"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/floor"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/latency"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// ReplicateOptions of Replicate.
type ReplicateOptions struct {
	Rounds    int
	Replicas  int
	LogStores []string
	Callers   []int
	Duration  time.Duration // of each load
	Dir       string        // where the clusters write; empty for the directory of temporary files
	Seed      uint64
}

// DefaultReplicate is what `holdfast bench replicate` measures without flags.
func DefaultReplicate() ReplicateOptions {
	return ReplicateOptions{
		Rounds: 5, Replicas: 3, LogStores: []string{cluster.StoreBoltDB, cluster.StoreWAL}, Callers: []int{1, 64, 1024},
		Duration: time.Second, Seed: 1,
	}
}

// Validate reports every option that is out of range.
func (o ReplicateOptions) Validate() error {
	errs := []error{within("rounds", o.Rounds, 1, 1000)}
	if !slices.Contains([]int{1, 3, 5}, o.Replicas) {
		errs = append(errs, &OptionError{"replicas", o.Replicas, "1, 3 or 5"})
	}
	for _, name := range o.LogStores {
		if name != cluster.StoreBoltDB && name != cluster.StoreWAL {
			errs = append(errs, &OptionError{"log-store", name, "boltdb or wal"})
		}
	}
	for _, n := range o.Callers {
		errs = append(errs, within("callers", n, 1, 10_000))
	}
	if len(o.LogStores) == 0 || len(o.Callers) == 0 {
		errs = append(errs, errors.New("--log-store and --callers need at least one value each"))
	}
	if o.Duration <= 0 {
		errs = append(errs, &OptionError{"duration", o.Duration, "positive"})
	}
	return errors.Join(errs...)
}

// ReplicateReport is what commits cost, below the API.
type ReplicateReport struct {
	Rounds      int            `json:"rounds"`
	Replicas    int            `json:"replicas"`
	Seconds     float64        `json:"seconds_per_load"`
	FdatasyncMs float64        `json:"fdatasync_ms"`
	RoundTripMs float64        `json:"round_trip_ms"`
	Loads       []CommitReport `json:"loads"`
}

// CommitReport is one log store at one number of callers, each with one transition outstanding.
type CommitReport struct {
	LogStore  string  `json:"log_store"`
	Callers   int     `json:"callers"`
	PerSecond float64 `json:"transitions_per_second"`
	P50Ms     float64 `json:"p50_ms"`
	P99Ms     float64 `json:"p99_ms"`
	ByFloor   float64 `json:"p50_by_floor"` // p50 / (2 fdatasync + round trip)

	perSecond, p50, p99 []float64
}

// Replicate measures replicas in this process over TCP on loopback, with the state machine that they run in earnest and
// with every write synced; nothing is sealed, executed or anchored.
func Replicate(ctx context.Context, o ReplicateOptions, say Progress) (*ReplicateReport, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	r := &ReplicateReport{Rounds: o.Rounds, Replicas: o.Replicas, Seconds: o.Duration.Seconds()}
	for _, name := range o.LogStores {
		for _, n := range o.Callers {
			r.Loads = append(r.Loads, CommitReport{LogStore: name, Callers: n})
		}
	}
	var syncs, trips []float64
	err := rounds(ctx, o.Rounds, say, func(round int) error {
		sync, err := floor.Fdatasync(o.Dir)
		if err != nil {
			return err
		}
		trip, err := floor.RoundTrip()
		if err != nil {
			return err
		}
		syncs, trips = append(syncs, sync), append(trips, trip)
		for i := range o.LogStores {
			at := (i + round) % len(o.LogStores)
			loads := r.Loads[at*len(o.Callers) : (at+1)*len(o.Callers)]
			if err := replicateRound(ctx, o, o.LogStores[at], loads); err != nil {
				return fmt.Errorf("log store %s: %w", o.LogStores[at], err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.FdatasyncMs, r.RoundTripMs = Median(syncs), Median(trips)
	for i := range r.Loads {
		l := &r.Loads[i]
		l.PerSecond, l.P50Ms, l.P99Ms = Median(l.perSecond), Median(l.p50), Median(l.p99)
		l.ByFloor = l.P50Ms / (2*r.FdatasyncMs + r.RoundTripMs)
	}
	return r, nil
}

// replicateRound runs all loads on one new cluster.
func replicateRound(ctx context.Context, o ReplicateOptions, logStore string, loads []CommitReport) (err error) {
	dir, err := os.MkdirTemp(o.Dir, "holdfast-bench-")
	if err != nil {
		return fmt.Errorf("make a directory for the replicas: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	g := &replicas{}
	defer func() { err = errors.Join(err, g.close()) }()
	if err = g.open(ctx, dir, o.Replicas, logStore); err != nil {
		return err
	}
	most := slices.Max(o.Callers)
	setup, flows, err := workload.Split(o.Seed, workload.Options{Accounts: most, Markets: 4}, most)
	if err != nil {
		return err
	}
	sessions, err := g.sessions(ctx, most)
	if err != nil {
		return err
	}
	if err := g.submitAll(ctx, sessions[0], setup); err != nil {
		return err
	}
	for i := range loads {
		if err := g.load(ctx, &loads[i], o.Duration, sessions, flows); err != nil {
			return fmt.Errorf("%d callers: %w", loads[i].Callers, err)
		}
	}
	return nil
}

// caller is a session with its next sequence number.
type caller struct{ session, next uint64 }

// replicas are one cluster in this process.
type replicas struct {
	nodes    []*cluster.Node
	machines []*fsm.Machine // of the nodes
	leader   *cluster.Node
	fatal    atomic.Pointer[error]
	wrap     func(raft.LogStore) raft.LogStore // nil for none
}

func (g *replicas) open(ctx context.Context, dir string, n int, logStore string) error {
	listeners := make([]net.Listener, n)
	peers := make([]cluster.Peer, n)
	for i := range listeners {
		var err error
		if listeners[i], err = new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
			closeAll(listeners)
			return fmt.Errorf("take a free port: %w", err)
		}
		peers[i] = cluster.Peer{ID: fmt.Sprintf("node%d", i+1), Addr: listeners[i].Addr().String()}
	}
	for i := range peers {
		if err := g.start(ctx, dir, logStore, i, peers, listeners[i]); err != nil {
			closeAll(listeners[i:])
			return err
		}
	}
	return g.elect(ctx)
}

// start opens replica i of the peers.
func (g *replicas) start(ctx context.Context, dir, logStore string, i int, peers []cluster.Peer, listener net.Listener) error {
	p := peers[i]
	broken := func(err error) { g.fatal.CompareAndSwap(nil, &err) }
	config := machineConfig(i)
	config.OnFatal, config.NodeID = broken, p.ID
	machine := fsm.New(config)
	opened, err := cluster.Open(ctx, cluster.Config{
		NodeID: p.ID, DataDir: filepath.Join(dir, p.ID), Bind: p.Addr, Peers: peers, Listener: listener,
		LogStore: logStore, OnFatal: broken, Seams: cluster.Seams{WrapLogStore: g.wrap},
		Genesis: command.Genesis{ProgramVersion: zkvm.ProgramVersion, PayloadKind: uint8(batch.PayloadTransitions), Limits: command.DefaultLimits()},
	}, machine, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("open %s: %w", p.ID, err)
	}
	g.nodes, g.machines = append(g.nodes, opened), append(g.machines, machine)
	return nil
}

// machineConfig is what a replica runs with.
func machineConfig(i int) fsm.Config {
	return fsm.Config{Hasher: fast.Hash, Parallel: fast.Parallel, Memory: new(fast.Memory).Take, Seed: uint64(i)}
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		if l != nil {
			_ = l.Close() // whoever had it may have closed it
		}
	}
}

// elect waits for a leader.
func (g *replicas) elect(outer context.Context) error {
	ctx, cancel := context.WithTimeout(outer, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, n := range g.nodes {
			if n.IsLeader() {
				g.leader = n
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errors.Join(errors.New("no replica became the leader before the wait ended"), context.Cause(outer), g.broken())
		case <-tick.C:
		}
	}
}

func (g *replicas) broken() error {
	if err := g.fatal.Load(); err != nil {
		return *err
	}
	return nil
}

func (g *replicas) close() error {
	var errs []error
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	slices.SortStableFunc(g.nodes, func(a, b *cluster.Node) int { // the leader at last, which then has nobody to hand over to
		switch {
		case a == g.leader:
			return 1
		case b == g.leader:
			return -1
		}
		return 0
	})
	for _, n := range g.nodes {
		errs = append(errs, n.Close(ctx))
	}
	return errors.Join(append(errs, g.broken())...)
}

// sessions opens n sessions.
func (g *replicas) sessions(ctx context.Context, n int) ([]*caller, error) {
	out := make([]*caller, n)
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(256)
	for i := range out {
		eg.Go(func() error {
			open := command.SessionOpen{Owner: "holdfast bench", TimeMs: time.Now().UnixMilli()}
			binary.BigEndian.PutUint64(open.Nonce[:], uint64(i+1))
			result, err := g.leader.Propose(ctx, command.TypeSessionOpen, open.Append(nil))
			if err == nil {
				err = result.Err
			}
			if err != nil {
				return fmt.Errorf("open a session: %w", err)
			}
			out[i] = &caller{session: result.Session, next: 1}
			return nil
		})
	}
	return out, eg.Wait()
}

// submitAll submits transitions that must all be accepted.
func (g *replicas) submitAll(ctx context.Context, c *caller, ts []command.Transition) error {
	for part := range slices.Chunk(ts, 1024) {
		if err := g.submit(ctx, c, part, true); err != nil {
			return fmt.Errorf("import accounts: %w", err)
		}
	}
	return nil
}

// submit returns when the transitions are executed.
func (g *replicas) submit(ctx context.Context, c *caller, ts []command.Transition, accepted bool) error {
	subs := make([]command.Submission, len(ts))
	first := c.next
	for i, t := range ts {
		subs[i] = command.Submission{Session: c.session, Sequence: c.next, Transition: t}
		c.next++
	}
	receipts, _, err := g.leader.Submit(ctx, subs, []command.Ack{{Session: c.session, Low: first}})
	if err != nil {
		return err
	}
	for _, r := range receipts {
		if r.Status != session.Executed || accepted && r.Code != state.Accepted {
			return fmt.Errorf("sequence %d: %s, %s", r.Sequence, r.Status, r.Code)
		}
	}
	return nil
}

// load has the first callers submit one transition at a time.
func (g *replicas) load(ctx context.Context, l *CommitReport, d time.Duration, callers []*caller, flows []*workload.Market) error {
	latencies := make([]latency.Histogram, l.Callers)
	counts := make([]int, l.Callers)
	start := time.Now()
	eg, loadCtx := errgroup.WithContext(ctx)
	for i := range l.Callers {
		eg.Go(func() error {
			one := make([]command.Transition, 1)
			for began := start; began.Sub(start) < d; {
				if !flows[i].Next(&one[0]) {
					return nil
				}
				if err := g.submit(loadCtx, callers[i], one, false); err != nil {
					return err
				}
				now := time.Now()
				latencies[i].Add(now.Sub(began))
				counts[i]++
				began = now
			}
			return nil
		})
	}
	if err := eg.Wait(); err != nil {
		return errors.Join(err, g.broken())
	}
	took := time.Since(start)
	var all latency.Histogram
	total := 0
	for i := range latencies {
		all.Merge(&latencies[i])
		total += counts[i]
	}
	l.perSecond = append(l.perSecond, float64(total)/took.Seconds())
	l.p50, l.p99 = append(l.p50, all.Percentile(50)), append(l.p99, all.Percentile(99))
	return nil
}

// WriteTable writes the report for people.
func (r *ReplicateReport) WriteTable(w io.Writer) {
	line(w, "log store", "callers", "transitions/s", "p50 ms", "p99 ms", "p50 / floor")
	for _, l := range r.Loads {
		line(w, l.LogStore, fmt.Sprint(l.Callers), fmt.Sprintf("%.0f", l.PerSecond), fmt.Sprintf("%.2f", l.P50Ms), fmt.Sprintf("%.2f", l.P99Ms), fmt.Sprintf("%.1f", l.ByFloor))
	}
	line(w, "floor", fmt.Sprintf("%.3f ms", 2*r.FdatasyncMs+r.RoundTripMs), fmt.Sprintf("2 fdatasync of %.3f ms + a round trip of %.3f ms", r.FdatasyncMs, r.RoundTripMs))
}
