package simulation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// Every goroutine of a run ends before Run returns.

// Summary says what a run did, to see that it did anything.
type Summary struct {
	Acknowledged, Unknown, Batches, Crashes, Faults, Reorgs, Outages, Seals int
	Deposits, Withdrawals                                                   int
	Orphaned, Rollbacks, Reverted                                           int // recorded deposits; what giving them back took; acknowledged transitions
}

const (
	clientCount = 3
	perClient   = 80 // calls of one to four transitions
	faultPeriod = 500 * time.Millisecond
	runLimit    = 10 * time.Minute // of simulated time
	// stragglers is how long messages and Raft's timers may outlive a node.
	stragglers = 30 * time.Second
)

type replica struct {
	id        string
	log       *logStore
	stable    *raft.InmemStore
	snapshots *raft.InmemSnapshotStore

	mu      sync.Mutex // guards machine, node
	machine *fsm.Machine
	node    *cluster.Node
}

type simulation struct {
	dice     *dice
	net      *network
	chain    *l1
	ids      []string
	replicas []*replica
	acked    acknowledged
	checks   *checks
	summary  Summary
	log      *slog.Logger
	flowMu   sync.Mutex // guards flow
	flow     workload.Flow
	shallow  bool // deposits are credited after one block, not at finality
	setup    []command.Transition
	traders  traders
	orphaned atomic.Int64 // deposits that a reorganization took out of the record
}

// Run simulates one seed and returns the first broken invariant.
func Run(ctx context.Context, seed uint64, log *slog.Logger) (Summary, error) {
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	defer cancel()
	d := newDice(seed)
	flow, err := workload.Generator(seed, workload.Options{Accounts: 12, Markets: 2, Live: 40})
	if err != nil {
		return Summary{}, err
	}
	s := &simulation{dice: d, net: newNetwork(d), ids: []string{"a", "b", "c"}, log: log, flow: flow, setup: flow.Setup()}
	s.traders = newTraders(s.setup)
	s.shallow = seed%3 == 0
	s.chain = newL1(d, s.shallow, s.traders.funds)
	s.checks = newChecks(s.chain.queue)
	for _, id := range s.ids {
		s.replicas = append(s.replicas, &replica{id: id, log: newLogStore(), stable: raft.NewInmemStore(), snapshots: raft.NewInmemSnapshotStore()})
	}
	for _, r := range s.replicas {
		if err = s.open(r); err != nil {
			return Summary{}, err
		}
	}
	err = errors.Join(s.play(ctx, cancel), s.checks.err())
	for _, r := range s.replicas {
		err = errors.Join(err, s.crash(r))
	}
	time.Sleep(stragglers)
	return s.summary, err
}

// limits keep few versions, so that runs see them go.
func limits() command.Limits {
	l := command.DefaultLimits()
	l.RecentVersions = 4
	return l
}

func (s *simulation) genesis() command.Genesis {
	g := command.Genesis{ChainID: 1337, ProgramVersion: 1, PayloadKind: 1, Limits: limits()}
	if s.shallow {
		g.DepositDepth = 1
	}
	return g
}

func (s *simulation) open(r *replica) error {
	feed := cluster.NewSealFeed()
	var machine *fsm.Machine
	machine = fsm.New(fsm.Config{
		NodeID: r.id,
		OnSeal: func(info fsm.SealInfo) {
			s.checks.sealed(r.id, info)
			s.checks.conserved(r.id, machine, info.Batch)
			feed.Add(info)
		},
		OnFatal: func(err error) { s.checks.fail("%s: machine: %w", r.id, err) },
	})
	cfg := cluster.Config{
		NodeID: r.id, Seals: feed,
		SnapshotThreshold: 40, SnapshotInterval: 500 * time.Millisecond, TrailingLogs: 10, CloseTimeout: 200 * time.Millisecond,
		Genesis: s.genesis(),
		OnFatal: func(err error) {
			if !errors.Is(err, cluster.ErrTransferWedged) { // a process may die of that, and is crashed soon anyway
				s.checks.fail("%s: node: %w", r.id, err)
			}
		},
		Seams: cluster.Seams{
			Transport: s.net.transport(r.id), LogStore: r.log, Stable: r.stable, Snapshots: r.snapshots,
			DialPeer: func(id, _ string) (peerv1.PeerServiceClient, error) { return peer{s.net, r.id, id}, nil },
		},
	}
	for _, id := range s.ids {
		cfg.Peers = append(cfg.Peers, cluster.Peer{ID: id, Addr: id})
	}
	node, err := cluster.Open(context.Background(), cfg, machine, s.log)
	if err != nil {
		return fmt.Errorf("open %s: %w", r.id, err)
	}
	node.RunDuties((&leaderDuties{node: node, machine: machine, chain: s.chain, dice: s.dice, fail: s.checks.fail, orphaned: &s.orphaned}).run, 10*time.Second)
	r.mu.Lock()
	r.machine, r.node = machine, node
	r.mu.Unlock()
	s.net.join(r.id, node)
	return nil
}

// crash stops a replica without a word to the others. What is durable stays.
func (s *simulation) crash(r *replica) error {
	s.net.isolate(r.id, true, true, s.ids)
	s.net.join(r.id, nil)
	r.mu.Lock()
	node := r.node
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := node.Close(ctx); err != nil {
		return fmt.Errorf("close %s: %w", r.id, err)
	}
	return nil
}

// play runs clients, chain and faults to the end and checks the end.
func (s *simulation) play(ctx context.Context, cancel context.CancelFunc) error {
	calm, stopFaults := context.WithCancel(ctx)
	var background, clients, faults sync.WaitGroup
	defer background.Wait()
	defer cancel()
	defer stopFaults()
	background.Go(func() { s.mine(ctx, calm) })
	background.Go(func() { s.watch(ctx) })
	errs := make(chan error, clientCount)
	first := &client{sim: s}
	if err := errors.Join(first.setup(ctx), s.setUp(ctx)); err != nil {
		return err
	}
	background.Go(func() { s.take(ctx) })
	faults.Go(func() { s.inflict(calm) })
	faults.Go(func() { s.bring(calm) })
	for i := range clientCount {
		clients.Go(func() { errs <- s.trade(ctx, byte(i+2)) })
	}
	clients.Wait()
	stopFaults()
	faults.Wait()
	var err error
	for range clientCount {
		err = errors.Join(err, <-errs)
	}
	if err != nil {
		return err
	}
	s.net.mu.Lock()
	s.net.lossy = false
	clear(s.net.cut)
	s.net.mu.Unlock()
	return s.finish(ctx)
}

func (c *client) setup(ctx context.Context) error {
	if err := c.open(ctx, 1); err != nil {
		return err
	}
	for chunk := range slices.Chunk(c.sim.setup, 25) {
		if err := c.submit(ctx, chunk); err != nil {
			return err
		}
	}
	return nil
}

// setUp waits until what was imported is sealed: no deposit is in one batch with it, whose orphaning would take it back.
func (s *simulation) setUp(ctx context.Context) error {
	for !slices.ContainsFunc(s.replicas, func(r *replica) bool {
		return r.machine.Cursor().Heads().Applied >= uint64(len(s.setup)) && r.machine.Status().AllSealed()
	}) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the import is not sealed: %s", s.describe())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// trade is one client's life.
func (s *simulation) trade(ctx context.Context, nonce byte) error {
	c := &client{sim: s}
	if err := c.open(ctx, nonce); err != nil {
		return err
	}
	for range perClient {
		ts := make([]command.Transition, 1+s.dice.below(4))
		s.flowMu.Lock()
		for i := range ts {
			s.flow.Next(&ts[i])
			s.withdrawal(&ts[i])
		}
		s.flowMu.Unlock()
		if err := c.submit(ctx, ts); err != nil {
			return err
		}
		time.Sleep(s.dice.upTo(150 * time.Millisecond))
	}
	return nil
}

func (s *simulation) mine(ctx, calm context.Context) {
	tick := time.NewTicker(blockTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.chain.mine(calm.Err() == nil)
		}
	}
}

// inflict breaks things until ctx ends, and never more than one replica at once
// for long.
func (s *simulation) inflict(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.dice.upTo(faultPeriod) + 100*time.Millisecond):
		}
		r := s.replicas[s.dice.below(len(s.replicas))]
		s.summary.Faults++
		switch s.dice.below(5) {
		case 0:
			s.summary.Crashes++
			if err := s.crash(r); err != nil {
				s.checks.fail("%w", err)
				return
			}
			time.Sleep(s.dice.upTo(2 * time.Second))
			s.net.isolate(r.id, false, false, s.ids)
			if err := s.open(r); err != nil {
				s.checks.fail("%w", err)
				return
			}
		case 1:
			in, out := s.dice.chance(70), s.dice.chance(70)
			s.net.isolate(r.id, in, out, s.ids)
			time.Sleep(s.dice.upTo(2 * time.Second))
			s.net.isolate(r.id, false, false, s.ids)
		case 2:
			transfer, cancel := context.WithTimeout(ctx, time.Second)
			_ = r.node.TransferLeadership(transfer, "") // a follower refuses
			cancel()
		case 3:
			s.summary.Outages++
			s.chain.outage(true)
			time.Sleep(s.dice.upTo(4 * time.Second))
			s.chain.outage(false)
		case 4: // a quiet while
		}
	}
}

// watch checks the invariants after each step.
func (s *simulation) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(20 * time.Millisecond):
		}
		for _, r := range s.replicas {
			r.mu.Lock()
			machine := r.machine
			r.mu.Unlock()
			s.checks.heads(r.id, machine)
		}
		s.checks.chain(s.chain.view())
	}
}

// finish waits until everything is final and compares.
func (s *simulation) finish(ctx context.Context) error {
	for !s.settled() {
		select {
		case <-ctx.Done():
			return errors.Join(s.checks.err(), fmt.Errorf("not settled: %s", s.describe()), s.balanced())
		case <-time.After(100 * time.Millisecond):
		}
	}
	s.summary.Acknowledged, s.summary.Unknown = len(s.acked.records), s.acked.unknown
	s.summary.Reorgs, s.summary.Batches = s.chain.reorgs, int(s.replicas[0].machine.Position().Batch)
	s.summary.Seals = s.checks.count()
	h := s.history()
	s.summary.Deposits, s.summary.Withdrawals = len(h.deposits), len(h.withdrawals)
	s.summary.Orphaned, s.summary.Rollbacks = int(s.orphaned.Load()), len(s.replicas[0].machine.Cursor().Rollbacks())
	for _, r := range s.acked.records {
		if s.removed(r.receipt) {
			s.summary.Reverted++
		}
	}
	return errors.Join(s.retryAll(ctx), s.againstModel(), s.checks.final(s.chain))
}

// balanced says what is still on its way between L1 and the state.
func (s *simulation) balanced() error {
	h, held := s.history(), s.chain.view().state
	return h.as(&held.bank)
}

func (s *simulation) settled() bool {
	first := s.replicas[0].machine.Position()
	if s.chain.depositing() || s.balanced() != nil {
		return false
	}
	for _, r := range s.replicas {
		h, p := r.machine.Cursor().Heads(), r.machine.Position()
		if !r.machine.Status().AllSealed() || h.Finalized != h.Sealed || p.Batch != first.Batch || p.Root != first.Root || h.Sealed == 0 {
			return false
		}
	}
	return true
}

func (s *simulation) describe() string {
	var text strings.Builder
	for _, r := range s.replicas {
		_, _ = fmt.Fprintf(&text, "%s %+v %+v %v open %d; ", r.id, r.machine.Cursor().Heads(), r.machine.Position().Index,
			r.node.Status().State, r.machine.Status().Open.Transitions)
	}
	return text.String()
}
