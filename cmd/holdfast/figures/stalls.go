package figures

// What must hold here: a stall is in the disk's place, inside the write that Raft waits for, and nothing else stalls; an
// election is counted whoever calls it.

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
	"golang.org/x/sync/errgroup"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/latency"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// StallsOptions of Stalls.
type StallsOptions struct {
	Replicas int
	LogStore string
	Callers  int           // each with one transition outstanding
	Duration time.Duration // of the load
	Stall    time.Duration // how long a write to a log stalls
	Every    time.Duration // how often one does on each replica, on average
	Dir      string
	Seed     uint64
}

// DefaultStalls is what `holdfast bench stalls` measures without flags.
func DefaultStalls() StallsOptions {
	return StallsOptions{
		Replicas: 3, LogStore: cluster.StoreWAL, Callers: 1024, Duration: 10 * time.Minute, Stall: 200 * time.Millisecond, Every: 2 * time.Second, Seed: 1,
	}
}

// Validate reports every option that is out of range.
func (o StallsOptions) Validate() error {
	r := ReplicateOptions{Rounds: 1, Replicas: o.Replicas, LogStores: []string{o.LogStore}, Callers: []int{o.Callers}, Duration: o.Duration}
	errs := []error{r.Validate()}
	if o.Stall <= 0 || o.Every <= 0 {
		errs = append(errs, &OptionError{"stall", o.Stall, "positive, as must --every"})
	}
	return errors.Join(errs...)
}

// StallsReport says whether disks that stall cost a leadership.
type StallsReport struct {
	Seconds   float64 `json:"seconds"`
	Stalls    int64   `json:"stalls"`
	StallMs   float64 `json:"stall_ms"`
	Elections uint64  `json:"unplanned_elections"` // terms that began during the load
	PerSecond float64 `json:"transitions_per_second"`
	Unknown   int64   `json:"outcomes_unknown"` // submissions that ended in an error
	P50Ms     float64 `json:"p50_ms"`
	P99Ms     float64 `json:"p99_ms"`
	MaximumMs float64 `json:"maximum_ms"`
}

// WriteTable writes the report for people.
func (r *StallsReport) WriteTable(w io.Writer) {
	line(w, "load", fmt.Sprintf("%.0f s", r.Seconds), fmt.Sprintf("%.0f transitions/s", r.PerSecond))
	line(w, "stalls", fmt.Sprint(r.Stalls), fmt.Sprintf("of %.0f ms", r.StallMs))
	line(w, "unplanned elections", fmt.Sprint(r.Elections), fmt.Sprintf("%d submissions without an outcome", r.Unknown))
	line(w, "latency", fmt.Sprintf("p50 %.1f ms, p99 %.1f ms, maximum %.1f ms", r.P50Ms, r.P99Ms, r.MaximumMs))
}

// Stalls puts load on replicas in this process, with the shipped timeouts, whose logs stall now and then, and counts
// elections.
func Stalls(ctx context.Context, o StallsOptions, say Progress) (report *StallsReport, err error) {
	if err = o.Validate(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(o.Dir, "holdfast-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the replicas: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s := &stallRun{o: o, g: &replicas{}}
	s.g.wrap = func(log raft.LogStore) raft.LogStore {
		return &stallingLog{LogLayer: cluster.LogLayer{LogStore: log}, run: s}
	}
	defer func() { err = errors.Join(err, s.g.close()) }()
	say("starting %d replicas", o.Replicas)
	if err = s.g.open(ctx, dir, o.Replicas, o.LogStore); err != nil {
		return nil, err
	}
	setup, flows, err := workload.Split(o.Seed, workload.Options{Accounts: o.Callers, Markets: 4}, o.Callers)
	if err != nil {
		return nil, err
	}
	sessions, err := s.g.sessions(ctx, 1)
	if err == nil {
		err = s.g.submitAll(ctx, sessions[0], setup)
	}
	if err != nil {
		return nil, err
	}
	say("%d callers for %v, each log stalls for %v every %v or so", o.Callers, o.Duration, o.Stall, o.Every)
	return s.load(ctx, flows)
}

type stallRun struct {
	o       StallsOptions
	g       *replicas
	on      atomic.Bool
	stalls  atomic.Int64
	unknown atomic.Int64
}

func (s *stallRun) load(ctx context.Context, flows []*workload.Market) (*StallsReport, error) {
	before := s.term()
	s.on.Store(true)
	defer s.on.Store(false)
	start := time.Now()
	latencies, counts := make([]latency.Histogram, s.o.Callers), make([]int, s.o.Callers)
	eg, callers := errgroup.WithContext(ctx)
	for i := range s.o.Callers {
		eg.Go(func() (err error) {
			counts[i], err = s.call(callers, i, flows[i], &latencies[i], start.Add(s.o.Duration))
			return err
		})
	}
	sealing, stop := context.WithCancel(ctx)
	sealed := make(chan struct{})
	go func() { defer close(sealed); s.seal(sealing) }()
	err := eg.Wait()
	stop()
	<-sealed
	if err != nil {
		return nil, errors.Join(err, s.g.broken())
	}
	took := time.Since(start)
	var all latency.Histogram
	total := 0
	for i := range latencies {
		all.Merge(&latencies[i])
		total += counts[i]
	}
	return &StallsReport{
		Seconds: took.Seconds(), Stalls: s.stalls.Load(), StallMs: float64(s.o.Stall.Milliseconds()), Elections: s.term() - before,
		PerSecond: float64(total) / took.Seconds(), Unknown: s.unknown.Load(),
		P50Ms: all.Percentile(50), P99Ms: all.Percentile(99), MaximumMs: all.Percentile(100),
	}, nil
}

// call submits one transition after the other until the time is up. After an error it goes on with the leader that there is
// then, in a new session.
func (s *stallRun) call(ctx context.Context, i int, flow *workload.Market, took *latency.Histogram, until time.Time) (n int, err error) {
	one := make([]command.Transition, 1)
	for attempt := uint64(0); ; attempt++ {
		node, c, failed := s.session(ctx, uint64(i)<<32|attempt)
		for began := time.Now(); failed == nil; began = time.Now() {
			if !began.Before(until) || !flow.Next(&one[0]) {
				return n, nil
			}
			g := replicas{leader: node}
			if failed = g.submit(ctx, c, one, false); failed == nil {
				took.Add(time.Since(began))
				n++
			}
		}
		if ctx.Err() != nil {
			return n, context.Cause(ctx)
		}
		if !time.Now().Before(until) {
			return n, nil
		}
		s.unknown.Add(1)
	}
}

// seal keeps the open batch below its bound.
func (s *stallRun) seal(ctx context.Context) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for i, n := range s.g.nodes {
			status := s.g.machines[i].Status()
			if !n.IsLeader() || status.Open.Transitions < 50_000 {
				continue
			}
			c := command.Cut{Number: status.Cut.Number, TimeMs: time.Now().UnixMilli(), ProgramVersion: zkvm.ProgramVersion}
			if c.Number == 0 {
				c.Number = status.Open.Number
				if _, err := n.Propose(ctx, command.TypeCut, c.Append(nil)); err != nil {
					continue // tried again, by whoever leads then
				}
			}
			if s.g.machines[i].WaitSealing(ctx) == nil {
				_, _ = n.Propose(ctx, command.TypeSeal, command.Seal(c).Append(nil)) // the same
			}
		}
	}
}

// session opens a session with whoever leads.
func (s *stallRun) session(ctx context.Context, nonce uint64) (*cluster.Node, *caller, error) {
	g := replicas{nodes: s.g.nodes}
	if err := g.elect(ctx); err != nil {
		return nil, nil, err
	}
	open := command.SessionOpen{Owner: "holdfast bench", TimeMs: time.Now().UnixMilli()}
	binary.BigEndian.PutUint64(open.Nonce[8:], nonce)
	result, err := g.leader.Propose(ctx, command.TypeSessionOpen, open.Append(nil))
	if err == nil {
		err = result.Err
	}
	if err != nil {
		return nil, nil, err
	}
	return g.leader, &caller{session: result.Session, next: 1}, nil
}

// term is the highest that a replica knows.
func (s *stallRun) term() (term uint64) {
	for _, n := range s.g.nodes {
		term = max(term, n.Term())
	}
	return term
}

// stallingLog lets a write wait now and then.
type stallingLog struct {
	cluster.LogLayer
	run  *stallRun
	next time.Time // Raft writes from one goroutine at a time
}

func (l *stallingLog) StoreLog(entry *raft.Log) error { return l.StoreLogs([]*raft.Log{entry}) }

func (l *stallingLog) StoreLogs(entries []*raft.Log) error {
	if now := time.Now(); l.run.on.Load() && !now.Before(l.next) {
		if !l.next.IsZero() {
			l.run.stalls.Add(1)
			time.Sleep(l.run.o.Stall)
		}
		every := l.run.o.Every
		l.next = now.Add(every/2 + time.Duration(rand.Int64N(int64(every)))) //nolint:gosec // when is of no consequence
	}
	return l.LogStore.StoreLogs(entries)
}
