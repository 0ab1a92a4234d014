package node

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/sync/aside"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/evidence"
)

// What stops a replica is either its context (a clean end) or a fatal error of
// one part; the first one decides, and everything ends.

// dutyLimit is how long a duty may outlive its leadership before the process goes down.
const dutyLimit = 10 * time.Second

// Options are what a replica is made of.
type Options struct {
	Config  *config.Config
	Version string
	Logger  *slog.Logger
	// RPC and HTTP, if set, are used instead of listening on the configured addresses.
	RPC, HTTP net.Listener
	// Raft, if set, is used instead of listening on raft.bind.
	Raft net.Listener
	// ExecutorCommand, if set, is the program that batches are executed in, with its first arguments; see
	// zkvm.OpenProcesses. Without one they are executed in this process.
	ExecutorCommand []string
	// Ready, if set, is called once, when the replica serves its API.
	Ready func(*Replica)
	// Failpoint is the manager's; tests alone set one.
	Failpoint manager.Failpoint
}

// Replica is a running replica, for the process that runs it.
type Replica struct {
	Machine *fsm.Machine
	Cluster *cluster.Node
	Manager *manager.Manager
	// RPCAddr and HTTPAddr are where it serves; HTTPAddr is empty without HTTP.
	RPCAddr, HTTPAddr string
}

// Run runs one replica until ctx ends (nil) or a part of it fails.
func Run(ctx context.Context, o Options) error {
	aside.MakeRoom()
	defer runtime.KeepAlive(reserveHeap())
	return run(ctx, o)
}

func run(ctx context.Context, o Options) (err error) {
	cfg, log := o.Config, o.Logger.With("node", o.Config.Node.ID)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	fatal := breaker(log, stop)

	// The sockets first: a port in use is the operator's commonest mistake.
	sockets, err := listen(ctx, o)
	if err != nil {
		return err
	}
	defer sockets.close()

	// Who this replica is.
	credentials, err := openCredentials(cfg)
	if err != nil {
		return err
	}

	// The state, and what it is told about seals.
	feed := cluster.NewSealFeed()
	machine := newMachine(log, feed, fatal)
	metrics := newMetrics(o.Version)

	// The layers, before the log is opened: a wrong key or archive ends here.
	layers, err := openLayers(ctx, o, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, layers.close()) }()

	// The log. From here on the replica votes and applies.
	clusterCfg := clusterConfig(cfg, sockets, credentials, feed, fatal)
	clusterCfg.Begin = (&beginner{cfg: cfg, layers: layers, log: log}).begin
	raft, err := cluster.Open(ctx, clusterCfg, machine, o.Logger) // names the node itself
	if err != nil {
		return fmt.Errorf("open cluster: %w", inUse("raft.bind", cfg.Raft.Bind, err))
	}
	closeCluster := sync.OnceValue(func() error { return shutDown(raft, cfg.Node.ShutdownTimeout) })
	defer func() { err = errors.Join(err, closeCluster()) }()

	// The duties, which run while this replica leads, and the checker, which always runs.
	mgr, err := startManager(o, layers, metrics, machine, raft, log)
	if err != nil {
		return err
	}
	metrics.observe(source{
		machine: machine, cluster: raft, manager: mgr, anchoring: cfg.Anchoring(), policy: cfg.ZKVM.Proofs, credentials: credentials,
	})

	p := &parts{
		machine: machine, cluster: raft, layers: layers, manager: mgr, metrics: metrics, credentials: credentials, sockets: sockets, log: log,
	}
	return p.serve(ctx, o, closeCluster)
}

// parts are what a replica serves with.
type parts struct {
	machine     *fsm.Machine
	cluster     *cluster.Node
	layers      *layers
	manager     *manager.Manager
	metrics     *metrics
	credentials *mtls.Store
	sockets     *sockets
	log         *slog.Logger
}

// serve answers at the API and over HTTP until ctx or a part ends, and then drains.
func (p *parts) serve(ctx context.Context, o Options, closeCluster func() error) error {
	cfg, machine, sockets, log := o.Config, p.machine, p.sockets, p.log
	api, err := p.newServer(o)
	if err != nil {
		return err
	}
	grpcServer := grpc.NewServer(api.Options()...)
	api.Register(grpcServer)

	g, gctx := errgroup.WithContext(context.WithoutCancel(ctx))
	work, stopWork := context.WithCancel(gctx) // ends after the drain, not with ctx
	defer stopWork()
	g.Go(func() error { return api.Run(work) })
	g.Go(func() error { return watch(work, p.manager, p.layers, log) })
	g.Go(func() error { return compareGenesis(work, machine, cfg, log) })
	g.Go(func() error {
		if err := grpcServer.Serve(sockets.rpc); !errors.Is(err, grpc.ErrServerStopped) { // which is how it ends that never began
			return err
		}
		return nil
	})
	g.Go(func() error { return keepCredentials(work, p.credentials, cfg, log) })
	g.Go(func() error {
		return newSite(cfg, p.metrics.registry, machine, api, p.credentials).serve(work, sockets.http)
	})
	log.Info("replica serves", "rpc", sockets.rpc.Addr().String(), "raft", cfg.Raft.Bind, "tls", cfg.TLS.Given(), "anchoring", cfg.Anchoring(), "executor", cfg.ZKVM.Executor)
	o.ready(&Replica{Machine: machine, Cluster: p.cluster, Manager: p.manager, RPCAddr: sockets.rpc.Addr().String(), HTTPAddr: sockets.httpAddr()})

	select {
	case <-ctx.Done():
	case <-gctx.Done():
	}
	log.Info("replica stops", "cause", cmp.Or(context.Cause(ctx), context.Cause(gctx)))
	stopErr := closeCluster() // hands leadership over; calls under way get their outcome
	machine.Close()
	drain(grpcServer, cfg.Node.ShutdownTimeout)
	stopWork()
	return errors.Join(fatalCause(ctx), stopErr, g.Wait())
}

// ready tells whoever waits for it.
func (o Options) ready(r *Replica) {
	if o.Ready != nil {
		o.Ready(r)
	}
}

// breaker is what a part calls that cannot go on: the first one is logged, and everything ends.
func breaker(log *slog.Logger, stop context.CancelCauseFunc) func(error) {
	var once sync.Once
	return func(err error) {
		once.Do(func() { log.Error("replica is broken and stops", "error", err) })
		stop(&fatalError{err})
	}
}

// startManager gives the cluster its duties.
func startManager(o Options, l *layers, metrics *metrics, machine *fsm.Machine, raft *cluster.Node, log *slog.Logger) (*manager.Manager, error) {
	mgr, err := manager.New(managerConfig(o.Config, l, metrics), manager.Parts{
		Machine: machine, Cluster: raft, Executor: l.executor, DA: l.da, Snapshots: raft, Logger: log,
		Evidence: evidence.NewStore(o.Config.EvidenceDir(), evidence.Limits{}), Failpoint: o.Failpoint,
	})
	if err != nil {
		return nil, fmt.Errorf("make manager: %w", err)
	}
	raft.RunDuties(mgr.Duties, dutyLimit)
	raft.ServeExecutions(mgr.Execute)
	return mgr, nil
}

// watch runs the checker, and reads the trusted setup of blobs beside it.
func watch(ctx context.Context, mgr *manager.Manager, l *layers, log *slog.Logger) error {
	var g errgroup.Group
	g.Go(func() error { l.warm(log); return nil })
	mgr.Watch(ctx)
	return g.Wait()
}

// fatalError is a cause that is no clean end.
type fatalError struct{ err error }

func (e *fatalError) Error() string { return e.err.Error() }
func (e *fatalError) Unwrap() error { return e.err }

func fatalCause(ctx context.Context) error {
	if f, ok := errors.AsType[*fatalError](context.Cause(ctx)); ok {
		return f.err
	}
	return nil
}

func newMachine(log *slog.Logger, feed *cluster.SealFeed, fatal func(error)) *fsm.Machine {
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	return fsm.New(fsm.Config{
		Seed: binary.BigEndian.Uint64(seed[:]), Hasher: fast.Hash, Parallel: fast.Parallel,
		Memory: new(fast.Memory).Take, Logger: log, // names the node already
		OnSeal: feed.Add, OnFatal: fatal,
	})
}

func clusterConfig(cfg *config.Config, s *sockets, credentials *mtls.Store, feed *cluster.SealFeed, fatal func(error)) cluster.Config {
	c := cluster.Config{
		NodeID: cfg.Node.ID, Cluster: cfg.Node.Cluster, DataDir: cfg.Node.DataDir,
		Bind: cfg.Raft.Bind, Advertise: cfg.Raft.Advertise, Insecure: cfg.Raft.Insecure, TLS: credentials, Listener: s.raft,
		LogStore: cfg.Raft.LogStore, HeartbeatTimeout: cfg.Raft.HeartbeatTimeout, ElectionTimeout: cfg.Raft.ElectionTimeout,
		SnapshotThreshold: cfg.Raft.SnapshotEntries, SnapshotInterval: cfg.Raft.SnapshotInterval, TrailingLogs: cfg.Raft.TrailingEntries,
		Join: cfg.Raft.Join, CleanUpAfter: cfg.Raft.CleanUpAfter, CleanUpVoters: cfg.Raft.CleanUpVoters,
		BeginWithoutSilent: cfg.Recovery.AcceptDataLoss,
		MaxInFlight:        cfg.Raft.MaxInFlight, MaxEntryBytes: cfg.Raft.MaxEntryBytes,
		DiskReserve: cfg.Disk.ReserveBytes, DiskBudget: cfg.Disk.BudgetBytes, LogBudget: cfg.Disk.LogBudgetBytes,
		DiskSlowLimit: cfg.Disk.SlowLimit, DiskHangLimit: cfg.Disk.HangLimit,
		StallLimit: cfg.Raft.StallLimit, TransferIdleLimit: cfg.Raft.TransferIdleLimit,
		CloseTimeout: cfg.Node.ShutdownTimeout / 2, Seals: feed, OnFatal: fatal,
		Genesis: Genesis(cfg), SlowRate: cfg.Intake.SlowRate,
	}
	if cfg.ZKVM.Executor == config.ExecutorRun {
		c.MaxUnexecuted = cfg.Intake.MaxUnexecuted
	}
	if cfg.Anchoring() {
		c.MaxUncommitted = cfg.Intake.MaxUncommitted
	}
	for _, p := range cfg.Raft.Peers {
		c.Peers = append(c.Peers, cluster.Peer{ID: p.ID, Addr: p.Address, RPCAddr: p.RPCAddress})
	}
	if len(c.Peers) == 0 {
		addr := orElse(cfg.Raft.Advertise, orElse(s.raftAddr(), cfg.Raft.Bind))
		c.Peers = []cluster.Peer{{ID: cfg.Node.ID, Addr: addr, RPCAddr: orElse(cfg.RPC.Advertise, s.rpc.Addr().String())}}
	}
	return c
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func managerConfig(cfg *config.Config, l *layers, m *metrics) manager.Config {
	if l.proofs != nil {
		l.proofs.Proved = m.proved
	}
	return manager.Config{
		NodeID: cfg.Node.ID,
		Seal: manager.SealPolicy{
			MaxTransitions: cfg.Batches.MaxTransitions, MaxBytes: cfg.Batches.MaxBytes, MaxAge: cfg.Batches.MaxAge,
		},
		Interval:  cfg.Consistency.VerificationInterval,
		Tolerance: consistency.Tolerance(cfg.Consistency.ToleranceThreshold),
		Strategy:  consistency.Strategy(cfg.Consistency.ReconciliationStrategy),
		L1:        l.l1,
		Proofs:    l.proofs,

		Submitters: acceptedSubmitters(cfg.Consistency.AcceptedSubmitters),

		CensusInterval: cfg.DA.CensusInterval,
		Checkpoints: manager.CheckpointPolicy{
			Interval: cfg.Checkpoints.Interval, Batches: cfg.Checkpoints.Batches, Keep: cfg.Checkpoints.Keep,
		},

		ExecutorPaused: cfg.ZKVM.Executor == config.ExecutorPaused,
		SealOnly:       cfg.ZKVM.Executor == config.ExecutorNone,
	}
}

// acceptedSubmitters reads addresses that the configuration has checked.
func acceptedSubmitters(texts []string) (out [][20]byte) {
	for _, text := range texts {
		if a, err := config.ParseAddress(text); err == nil {
			out = append(out, a)
		}
	}
	return out
}

func (p *parts) newServer(o Options) (*server.Server, error) {
	cfg, l := o.Config, p.layers
	yaml, err := cfg.YAML()
	if err != nil {
		return nil, err
	}
	sc := server.Config{
		NodeID: cfg.Node.ID, Cluster: p.cluster, Machine: p.machine, Observe: p.metrics, Logger: p.log,
		ConfigYAML: yaml, Version: o.Version, ProofPolicy: cfg.ZKVM.Proofs,
		MaxMessageBytes: cfg.RPC.MaxMessageBytes, MaxStreams: cfg.RPC.MaxStreams, StreamWindow: cfg.RPC.StreamWindow,
		FillHistory: cfg.RPC.FillHistory, CallTimeout: cfg.RPC.CallTimeout,
		KeepaliveInterval: cfg.RPC.KeepaliveInterval, KeepaliveTimeout: cfg.RPC.KeepaliveTimeout,
		Credentials: p.credentials, Roles: cfg.RolesOf(), Rate: server.Rate{Messages: cfg.RPC.MaxRate, Bytes: cfg.RPC.MaxByteRate},
	}
	sc.Prover, sc.Operations, sc.Recovery = p.manager, p.manager, p.manager
	if l.da != nil {
		sc.Archive = archived{l.da.Archive()}
	}
	if l.anchors != nil {
		sc.L1, sc.Anchors = l.anchors, orders{p.manager}
	}
	return server.New(sc)
}

// shutDown closes the cluster with a limit of its own: the caller's context has ended by then.
func shutDown(c *cluster.Node, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := c.Close(ctx); err != nil {
		return fmt.Errorf("close cluster: %w", err)
	}
	return nil
}

// drain lets calls end, and cuts off what does not: watches never end by themselves.
func drain(s *grpc.Server, limit time.Duration) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.GracefulStop()
	}()
	timer := time.NewTimer(min(limit, drainLimit))
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		s.Stop()
		<-done
	}
}

// drainLimit is short, because the cluster is closed by then and every write has its outcome.
const drainLimit = 500 * time.Millisecond
