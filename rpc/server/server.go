package server

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Cluster is the replica's part in the cluster; *cluster.Node is one.
type Cluster interface {
	SubmitAsync(ctx context.Context, subs []command.Submission, acks []command.Ack, done func(cluster.Outcome)) error
	Propose(ctx context.Context, t command.Type, body []byte) (*fsm.Result, error)
	ReadBarrier(ctx context.Context) (index uint64, err error)
	Leader() (id, rpcAddr string)
	IsLeader() bool
	Status() cluster.Status
	TransferLeadership(ctx context.Context, to string) error
	Members
}

// Machine is the replica's state; *fsm.Machine is one.
type Machine interface {
	WaitApplied(ctx context.Context, index uint64) error
	Position() fsm.Position
	Read(fn func(r *fsm.Reader) error) error
	Sealed(n uint64) (*fsm.SealedBatch, error)
	SealedHeader(n uint64) (*fsm.SealedBatch, error)
	Reverted(rollback uint64) (fsm.Reverted, error)
	View(n uint64) (*tree.View, error)
	Cursor() *cursor.Cursor
	Status() fsm.Status
	Subscribe(buffer int) *fsm.Subscription
	Fatal() error
}

// Anchored is what L1 holds for a batch.
type Anchored struct {
	Committed, Verified, Finalized bool
	HeaderHash, Root               [32]byte
	Block                          uint64 // the L1 block that was asked
}

// L1 asks the chain now.
type L1 interface {
	Anchored(ctx context.Context, batch uint64) (Anchored, error)
}

// Anchors carries out what operators order about pending anchors; it does so on the leader alone.
type Anchors interface {
	RetryAnchor(ctx context.Context, kind cursor.Kind, nonce uint64, reason string) error
	CancelAnchor(ctx context.Context, kind cursor.Kind, nonce uint64, reason string) error
}

// RefusedError is what a replica could do and does not; it says why, and what to do instead.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

// Observer takes measurements; it must not block.
type Observer interface {
	// Call is one call that ended; code is the gRPC code's name.
	Call(method, code string, took time.Duration)
	// Submitted is one group of transitions that got its receipts or failed.
	Submitted(transitions int, ok bool, took time.Duration)
}

// Config is what a Server serves, and its limits.
type Config struct {
	NodeID     string
	Cluster    Cluster
	Machine    Machine
	L1         L1         // nil if this replica has none
	Archive    Archive    // nil for none: older batches are not served then
	Anchors    Anchors    // nil if this replica does not anchor
	Operations Operations // nil for none
	Prover     Prover     // nil for none: nothing is proved then
	Recovery   Recovery   // nil for none: no checkpoints are made then
	Observe    Observer   // nil for none
	Logger     *slog.Logger

	// ConfigYAML is the configuration in force, secrets masked.
	ConfigYAML string
	// Credentials are this replica's; nil for plaintext, where everybody may do everything.
	Credentials *mtls.Store
	// Roles are those of identities such as "client/alice", in place of those that their certificates name.
	Roles map[string][]Role
	// Rate is what one identity may take.
	Rate    Rate
	Version string
	// ProofPolicy is what the proven head rests on.
	ProofPolicy string

	MaxMessageBytes   int
	MaxStreams        uint32
	StreamWindow      int // unanswered requests of one Submit stream
	FillHistory       int // fills kept for watchers
	CallTimeout       time.Duration
	KeepaliveInterval time.Duration
	KeepaliveTimeout  time.Duration

	// Now is the clock; nil for time.Now.
	Now func() time.Time
}

// Server adapts one replica to the protocol.
type Server struct {
	cfg    Config
	log    *slog.Logger
	fills  *fillLog
	heads  *headLog
	peers  *forwarder
	health *health.Server
	// services are the names of what Register registered; health speaks of each.
	services []string
	codec    *wire.Codec
	rules    map[string]rule // by method; never changed
	shares   *shares
}

// New makes a server. Zero limits take the defaults of a single node's configuration.
func New(cfg Config) (*Server, error) {
	if cfg.Cluster == nil || cfg.Machine == nil || cfg.NodeID == "" {
		return nil, errors.New("make server: node id, cluster and machine must be given")
	}
	cfg.MaxMessageBytes = orDefault(cfg.MaxMessageBytes, 4<<20)
	cfg.MaxStreams = orDefault(cfg.MaxStreams, 1024)
	cfg.StreamWindow = orDefault(cfg.StreamWindow, 64)
	cfg.FillHistory = orDefault(cfg.FillHistory, 65536)
	cfg.CallTimeout = orDefault(cfg.CallTimeout, 30*time.Second)
	cfg.KeepaliveInterval = orDefault(cfg.KeepaliveInterval, 20*time.Second)
	cfg.KeepaliveTimeout = orDefault(cfg.KeepaliveTimeout, 10*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Server{
		cfg: cfg, log: cfg.Logger,
		fills:  newFillLog(cfg.FillHistory),
		heads:  newHeadLog(headHistory),
		peers:  newForwarder(cfg.MaxMessageBytes, cfg.Credentials),
		rules:  rules(),
		shares: newShares(cfg.Rate, cfg.MaxMessageBytes),
		health: health.NewServer(),
		codec:  wire.NewCodec(),
	}, nil
}

func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

// streamWorkers is how many goroutines wait for calls: the stack of one grows once, not in each call. Calls beyond that get
// a goroutine of their own.
const streamWorkers = 1024

// Limits of connections that have not said what they want.
const (
	maxHandshakes  = 256
	handshakeLimit = 5 * time.Second
	maxHeaderBytes = 16 << 10
	// idleLimit ends connections without calls; clients open another when they need one.
	idleLimit = 15 * time.Minute
)

// Options are the gRPC server's credentials, limits and interceptors.
func (s *Server) Options() []grpc.ServerOption {
	options := s.limits()
	if s.cfg.Credentials != nil {
		options = append(options, grpc.Creds(s.cfg.Credentials.ServerCredentials(s.welcome, maxHandshakes, handshakeLimit)))
	}
	return options
}

func (s *Server) limits() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.ForceServerCodecV2(s.codec),
		grpc.MaxRecvMsgSize(s.cfg.MaxMessageBytes),
		grpc.MaxSendMsgSize(s.cfg.MaxMessageBytes),
		grpc.MaxConcurrentStreams(s.cfg.MaxStreams),
		grpc.InitialWindowSize(wire.StreamWindow), grpc.InitialConnWindowSize(wire.ConnWindow),
		grpc.NumStreamWorkers(streamWorkers),
		grpc.ConnectionTimeout(handshakeLimit), grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			Time: s.cfg.KeepaliveInterval, Timeout: s.cfg.KeepaliveTimeout, MaxConnectionIdle: idleLimit,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.ChainUnaryInterceptor(s.unary),
		grpc.ChainStreamInterceptor(s.stream),
	}
}

// Register puts all services, health and reflection on g.
func (s *Server) Register(g *grpc.Server) {
	q := &sequencer{Server: s}
	g.RegisterService(q.serviceDesc(), q)
	pb.RegisterStateServiceServer(g, &stateReads{Server: s})
	pb.RegisterVerifyServiceServer(g, &verifier{Server: s})
	pb.RegisterFinalityServiceServer(g, &finality{Server: s})
	pb.RegisterAdminServiceServer(g, &admin{Server: s})
	pb.RegisterMembersServiceServer(g, &members{Server: s})
	pb.RegisterProverServiceServer(g, newProver(s))
	pb.RegisterAuditServiceServer(g, &audit{Server: s})
	pb.RegisterOperationsServiceServer(g, &operations{Server: s})
	pb.RegisterRecoveryServiceServer(g, &recoveries{Server: s})
	pb.RegisterUpgradeServiceServer(g, &upgrades{Server: s})
	s.services = slices.Sorted(maps.Keys(g.GetServiceInfo()))
	healthpb.RegisterHealthServer(g, s.health)
	reflection.Register(g)
	s.setReady(false)
}

// Run keeps the fill history and the readiness until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.fills.run(ctx, s.cfg.Machine) })
	g.Go(func() error { return s.heads.run(ctx, s.cfg.Machine) })
	g.Go(func() error { return s.watchReadiness(ctx) })
	err := g.Wait()
	s.setReady(false)
	return errors.Join(err, s.peers.close())
}

// readinessInterval is how often a replica checks that it is caught up.
const readinessInterval = time.Second

// watchReadiness reports ready while a linearizable read would be answered here.
func (s *Server) watchReadiness(ctx context.Context) error {
	tick := time.NewTicker(readinessInterval)
	defer tick.Stop()
	for {
		s.setReady(s.caughtUp(ctx))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *Server) caughtUp(ctx context.Context) bool {
	if s.cfg.Machine.Fatal() != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, readinessInterval)
	defer cancel()
	_, err := s.cfg.Cluster.ReadBarrier(ctx)
	return err == nil
}

func (s *Server) setReady(ready bool) {
	st := healthpb.HealthCheckResponse_NOT_SERVING
	if ready {
		st = healthpb.HealthCheckResponse_SERVING
	}
	s.health.SetServingStatus("", st)
	for _, name := range s.services {
		s.health.SetServingStatus(name, st)
	}
}

// Ready reports whether the replica is caught up, as last seen.
func (s *Server) Ready(ctx context.Context) bool {
	r, err := s.health.Check(ctx, &healthpb.HealthCheckRequest{})
	return err == nil && r.GetStatus() == healthpb.HealthCheckResponse_SERVING
}
