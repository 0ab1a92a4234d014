package devnet

// A drill does one fault at a time, heals it, and waits until all layers agree again before the next. What it measured
// counts only if the audit of its run holds.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// DrillOptions say what is drilled.
type DrillOptions struct {
	Name       string // one of Drills
	Rounds     int
	Replicas   int
	LogStore   string // "boltdb" or "wal"
	Dir        string // everything the drill writes; empty for a temporary directory that is removed
	Executable string // the holdfast binary
	Version    string
	BlockTime  time.Duration // of the L1
	Speed      int           // transitions a second while the faults are done
	// Settle limits how long the layers may take to agree again after a fault, and to become final at the end.
	Settle time.Duration
	Logger *slog.Logger
	Event  func(DrillEvent) // told of each event as it happens; nil for none
}

// Validate reports everything that is wrong.
func (o *DrillOptions) Validate() error {
	var errs []error
	if _, ok := drillNamed(o.Name); !ok {
		errs = append(errs, fmt.Errorf("drill %q: want one of %s", o.Name, strings.Join(Drills(), ", ")))
	}
	if o.Rounds < 1 {
		errs = append(errs, fmt.Errorf("%d rounds: want 1 or more", o.Rounds))
	}
	if o.Replicas != 3 && o.Replicas != 5 {
		errs = append(errs, fmt.Errorf("%d replicas: want 3 or 5, of which one can fail", o.Replicas))
	}
	if o.Speed < 1 || o.Settle <= 0 || o.BlockTime <= 0 {
		errs = append(errs, errors.New("speed, settle and block time must be positive"))
	}
	return errors.Join(errs...)
}

// DrillEvent is one entry of a drill's timeline.
type DrillEvent struct {
	AtMs  int64  `json:"at_ms"` // since the flow began
	Round int    `json:"round"` // from 1
	Event string `json:"event"`
}

// DrillReport is what a drill measured. Times are of rounds, in milliseconds.
type DrillReport struct {
	Drill    string `json:"drill"`
	Rounds   int    `json:"rounds"`
	Replicas int    `json:"replicas"`
	// TimeToFirstWriteMs is from the fault to the first receipt of a write: of one that another replica answered, where the
	// fault takes the leader, else of one that was submitted after the fault.
	TimeToFirstWriteMs *Failovers `json:"time_to_first_write_ms"`
	// TimeToConsistentMs is from the end of the fault until every replica states as final what was sealed then, and no
	// checker finds anything.
	TimeToConsistentMs *Failovers `json:"time_to_consistent_ms"`
	// AcknowledgedLost are those that L1 and the archive do not hold, and LostBeyondL1 those of them that were newer than the
	// newest batch on L1 when every disk was lost: nothing can bring these back, and they break no invariant.
	AcknowledgedLost uint64 `json:"acknowledged_lost"`
	LostBeyondL1     uint64 `json:"lost_beyond_l1"`
	AnchorsDoubled   uint64 `json:"anchors_doubled"`
	// Audited says what the two counts above rest on.
	Audited  string       `json:"audited"`
	Timeline []DrillEvent `json:"timeline"`
	Broken   []string     `json:"broken"`
}

// Drill runs the rounds of one drill on a devnet of its own, whose replicas are processes.
func Drill(ctx context.Context, o DrillOptions) (_ *DrillReport, err error) {
	if err = o.Validate(); err != nil {
		return nil, err
	}
	dir, remove, err := directory(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	kind, _ := drillNamed(o.Name)
	r := newRun(Options{
		Replicas: o.Replicas, LogStore: o.LogStore, Version: o.Version, BlockTime: o.BlockTime, DA: da.ProviderArchive.String(),
		Flow: workload.FlowMarket, Seed: 1, Accounts: drillAccounts, Markets: 2, Speed: o.Speed, Drain: o.Settle,
		Processes: true, Executable: o.Executable, Logger: o.Logger, relays: kind.relays, budget: kind.budget,
	})
	d := &drill{run: r, kind: kind, o: o}
	r.drill = d
	defer func() { err = errors.Join(err, r.close()) }()
	life := context.WithoutCancel(ctx)
	if err = r.start(life, dir); err != nil {
		return nil, err
	}
	if err = r.submit(ctx); err != nil {
		return nil, err
	}
	drained, err := r.drain(life)
	if err != nil {
		return nil, err
	}
	s, err := r.summarize(life, drained)
	if err != nil {
		return nil, err
	}
	return d.report(s), nil
}

// drillAccounts is the size of the flow of a drill.
const drillAccounts = 100

// drill is one drill's run.
type drill struct {
	*run
	kind drillKind
	o    DrillOptions

	round      int
	faulted    time.Time // when the fault began that a write is to outlive
	timeline   []DrillEvent
	firsts     []time.Duration
	consistent []time.Duration

	// Of a loss of the cluster:
	anchored   uint64   // newest batch that was final on L1 before it
	lost       uint64   // acknowledged, and newer than what came back
	unanchored []string // what should have come back and did not
}

func (d *drill) report(s *Summary) *DrillReport {
	rep := &DrillReport{
		Drill: d.kind.name, Rounds: len(d.consistent), Replicas: d.o.Replicas,
		TimeToFirstWriteMs: failovers(d.firsts), TimeToConsistentMs: failovers(d.consistent),
		AcknowledgedLost: s.AcknowledgedLost + d.lost, LostBeyondL1: d.lost, AnchorsDoubled: s.AnchorsDuplicated,
		Audited:  fmt.Sprintf("%d acknowledged transitions against %d batches on L1 and in the archive", s.TransitionsAcked, s.BatchesCommitted),
		Timeline: d.timeline, Broken: append(s.Broken, d.unanchored...),
	}
	if rep.Rounds < d.o.Rounds {
		rep.Broken = append(rep.Broken, fmt.Sprintf("%d of %d rounds were done", rep.Rounds, d.o.Rounds))
	}
	return rep
}

func (d *drill) event(format string, args ...any) {
	e := DrillEvent{AtMs: time.Since(d.began).Milliseconds(), Round: d.round, Event: fmt.Sprintf(format, args...)}
	d.timeline = append(d.timeline, e)
	if d.o.Event != nil {
		d.o.Event(e)
	}
}

// rounds does all rounds, or as many as ctx allows.
func (d *drill) rounds(ctx context.Context) error {
	for d.round = 1; d.round <= d.o.Rounds; d.round++ {
		err := d.once(ctx)
		if err != nil && ctx.Err() != nil {
			return nil //nolint:nilerr // interrupted: the report says how many rounds were done
		}
		if err != nil {
			return fmt.Errorf("round %d of drill %s: %w", d.round, d.kind.name, err)
		}
	}
	d.round = d.o.Rounds
	return nil
}

// once does one fault, from a steady cluster to a consistent one.
func (d *drill) once(ctx context.Context) error {
	leader, err := d.steady(ctx)
	if err != nil {
		return fmt.Errorf("before the fault: %w", err)
	}
	if d.kind.fatal {
		if err = d.outlives(ctx); err != nil {
			return fmt.Errorf("before the fault: %w", err)
		}
	}
	d.faulted = time.Now()
	first, stop := d.load.firstWrite(func(r client.Result) bool {
		if d.kind.moves {
			return r.Leader != "" && r.Leader != leader.config.Node.ID
		}
		return time.Since(d.faulted) >= r.Latency
	})
	defer stop()
	heal, what, err := d.kind.inject(ctx, d, leader)
	if heal != nil {
		defer func() { _ = heal() }() // when what follows fails; a second call does nothing
	}
	if err != nil {
		return err
	}
	d.event("%s", what)
	limit, cancel := context.WithTimeout(ctx, d.o.Settle)
	defer cancel()
	if !d.kind.fatal {
		if err = d.written(limit, first); err != nil {
			return err
		}
	}
	if err = sleep(ctx, d.kind.hold); err != nil {
		return err
	}
	healed := time.Now()
	if heal != nil {
		if err = heal(); err != nil {
			return fmt.Errorf("end the fault: %w", err)
		}
		d.event("%s", d.kind.healed)
	}
	if d.kind.fatal {
		if err = d.written(limit, first); err != nil {
			return err
		}
	}
	if err = d.settle(limit); err != nil {
		return fmt.Errorf("after the fault: %w", err)
	}
	d.consistent = append(d.consistent, time.Since(healed))
	d.event("consistent after %v", time.Since(healed).Round(time.Millisecond))
	return nil
}

// written waits for the first write after the fault.
func (d *drill) written(ctx context.Context, first <-chan time.Time) error {
	select {
	case at := <-first:
		d.firsts = append(d.firsts, at.Sub(d.faulted))
		d.event("first write acknowledged after %v", at.Sub(d.faulted).Round(time.Millisecond))
		return nil
	case <-ctx.Done():
		return fmt.Errorf("no write was acknowledged within %v of the fault", d.o.Settle)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// steady waits until a leader leads replicas that all follow, and something is on its way to L1.
func (d *drill) steady(ctx context.Context) (*member, error) {
	limit, cancel := context.WithTimeout(ctx, d.o.Settle)
	defer cancel()
	if err := d.settle(limit); err != nil {
		return nil, err
	}
	id, _, err := d.client.FindLeader(limit)
	if err != nil {
		return nil, fmt.Errorf("find the leader: %w", err)
	}
	return d.replicas.byID(id), nil
}

// settle waits until what is sealed when it begins is final on every replica, and all verdicts are consistent.
func (d *drill) settle(ctx context.Context) error {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	var goal uint64
	for {
		err := d.settled(ctx, &goal)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not consistent within %v: %w", d.o.Settle, err)
		case <-tick.C:
		}
	}
}

const settleEvery = 20 * time.Millisecond

func (d *drill) settled(ctx context.Context, goal *uint64) error {
	status, err := d.statuses(ctx)
	if err != nil {
		return err
	}
	if *goal == 0 {
		for _, st := range status {
			*goal = max(*goal, st.GetHeads().GetSealed(), 1)
		}
	}
	for _, st := range status {
		if !st.GetReady() || st.GetHeads().GetFinalized() < *goal || len(st.GetHalts()) > 0 {
			return fmt.Errorf("%s: ready %v, batch %d of %d is final, halts %v", st.GetId(), st.GetReady(), st.GetHeads().GetFinalized(), *goal, st.GetHalts())
		}
	}
	resp, err := d.consistency(ctx)
	if err != nil {
		return err
	}
	for _, v := range resp.GetVerdicts() {
		if k := v.GetKind(); k != pb.VerdictKind_VERDICT_KIND_CONSISTENT && k != pb.VerdictKind_VERDICT_KIND_LAGGING {
			return fmt.Errorf("%s: %s at batch %d: %s", v.GetLayers(), k, v.GetBatch(), v.GetDetail())
		}
	}
	return nil
}

// WriteTable prints the report for people.
func (r *DrillReport) WriteTable(w io.Writer) {
	row := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	times := func(name string, f *Failovers) {
		row(name, "median %.0f ms, p90 %.0f ms, maximum %.0f ms", f.MedianMs, f.P90Ms, f.MaximumMs)
	}
	row("drill", "%s, %d rounds, %d replicas", r.Drill, r.Rounds, r.Replicas)
	times("time to first write", r.TimeToFirstWriteMs)
	times("time to consistent", r.TimeToConsistentMs)
	row("acknowledged lost", "%d, of which %d had not reached L1 when all disks were lost", r.AcknowledgedLost, r.LostBeyondL1)
	row("anchors doubled", "%d", r.AnchorsDoubled)
	row("audited", "%s", r.Audited)
	for _, b := range r.Broken {
		row("BROKEN", "%s", b)
	}
	row("timeline", "")
	for _, e := range r.Timeline {
		row(fmt.Sprintf("  %8.3f s", float64(e.AtMs)/1000), "round %d: %s", e.Round, e.Event)
	}
}

// Drills are the names of the drills on a devnet.
func Drills() []string {
	var out []string
	for _, k := range drillKinds() {
		out = append(out, k.name)
	}
	return out
}

func drillNamed(name string) (drillKind, bool) {
	kinds := drillKinds()
	i := slices.IndexFunc(kinds, func(k drillKind) bool { return k.name == name })
	if i < 0 {
		return drillKind{}, false
	}
	return kinds[i], true
}

// transfer asks the leader to hand leadership over.
func transfer(ctx context.Context, c *client.Client) error {
	_, err := client.Ask(ctx, c, pb.NewAdminServiceClient, pb.AdminServiceClient.TransferLeadership, &pb.TransferLeadershipRequest{})
	return err
}
