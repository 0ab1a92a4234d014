package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Every try has its own deadline, so that a replica that hangs costs one try, not the call.

// ErrUnknownOutcome says that a write may or may not have taken effect. Repeat it with the same sequence.
var ErrUnknownOutcome = errors.New("outcome unknown")

// ErrSessionLost says that the cluster does not know the session any more (expired, closed, or another lineage).
var ErrSessionLost = errors.New("session lost")

// Config says whom to ask.
type Config struct {
	// Endpoints are addresses of replicas, host:port; at least one.
	Endpoints []string
	// TryTimeout bounds one try at one replica; 0 for 5 s.
	TryTimeout time.Duration
	// MinBackoff and MaxBackoff bound the wait between tries; 0 for 5 ms and 500 ms.
	MinBackoff, MaxBackoff time.Duration
	// MaxMessageBytes bounds one message; 0 for 4 MiB.
	MaxMessageBytes int
	// DialOptions are added to the connection's; without credentials among them, it is plaintext. The default service
	// config is the client's own.
	DialOptions []grpc.DialOption
	// L1 is the client's own view of L1; nil if it has none, and then nothing can be verified.
	L1 AnchorReader
	// Logger gets failovers at debug level; nil for none.
	Logger *slog.Logger
}

// Client speaks to a cluster. See the package comment.
type Client struct {
	cfg   Config
	log   *slog.Logger
	codec grpc.CallOption // lets encoded messages pass

	mu     sync.Mutex // guards what follows; never held during a call
	conns  map[string]*grpc.ClientConn
	order  []string // endpoints, the preferred first
	leader string   // address of the leader as last heard; empty if not known
	closed bool
}

// New makes a client. It connects when it is first used.
func New(cfg Config) (*Client, error) {
	if len(cfg.Endpoints) == 0 {
		return nil, errors.New("make client: no endpoints given")
	}
	cfg.TryTimeout = orDefault(cfg.TryTimeout, 5*time.Second)
	cfg.MinBackoff = orDefault(cfg.MinBackoff, 5*time.Millisecond)
	cfg.MaxBackoff = orDefault(cfg.MaxBackoff, 500*time.Millisecond)
	cfg.MaxMessageBytes = orDefault(cfg.MaxMessageBytes, 4<<20)
	log := cfg.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Client{cfg: cfg, log: log, codec: grpc.ForceCodecV2(wire.NewCodec()), conns: map[string]*grpc.ClientConn{}, order: slices.Clone(cfg.Endpoints)}, nil
}

func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

// Close ends all connections. Calls under way fail.
func (c *Client) Close() error {
	c.mu.Lock()
	conns := c.conns
	c.conns, c.closed = nil, true
	c.mu.Unlock()
	var errs []error
	for _, conn := range conns {
		errs = append(errs, conn.Close())
	}
	return errors.Join(errs...)
}

var errClosed = status.Error(codes.Canceled, "the client is closed")

func (c *Client) conn(addr string) (*grpc.ClientConn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errClosed
	}
	if conn := c.conns[addr]; conn != nil {
		return conn, nil
	}
	opts := append([]grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 5 * time.Second}),
		grpc.WithDefaultCallOptions(
			grpc.MaxCallRecvMsgSize(c.cfg.MaxMessageBytes), grpc.MaxCallSendMsgSize(c.cfg.MaxMessageBytes)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: grpcBackoff(c.cfg), MinConnectTimeout: c.cfg.TryTimeout,
		}),
		grpc.WithInitialWindowSize(wire.StreamWindow), grpc.WithInitialConnWindowSize(wire.ConnWindow),
	}, c.cfg.DialOptions...)
	opts = append(opts, grpc.WithDefaultServiceConfig(serviceConfig(c.cfg.TryTimeout)))
	conn, err := grpc.NewClient("passthrough:///"+addr, opts...)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", addr, err)
	}
	c.conns[addr] = conn
	return conn, nil
}

// serviceConfig bounds a try of SubmitOne, which gRPC does for less than a context of our own.
func serviceConfig(try time.Duration) string {
	service, method, _ := strings.Cut(strings.TrimPrefix(pb.SequencerService_SubmitOne_FullMethodName, "/"), "/")
	return fmt.Sprintf(`{"methodConfig":[{"name":[{"service":%q,"method":%q}],"timeout":"%.9fs"}]}`, service, method, try.Seconds())
}

// target is where the next try goes: writes to the leader if it is known.
func (c *Client) target(write bool) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if write && c.leader != "" {
		return c.leader
	}
	return c.order[0]
}

// failed notes that addr could not help, and whom it named instead.
func (c *Client) failed(addr string, err error) {
	d := wire.ErrorDetails(err)
	hint := d.Metadata[wire.MetaLeaderAddress]
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.leader == addr {
		c.leader = ""
	}
	if hint != "" && hint != addr {
		c.leader = hint
	}
	if d.Reason != wire.ReasonOverloaded && d.Reason != wire.ReasonDiskFull && c.order[0] == addr {
		c.order = append(c.order[1:], addr)
	}
}

// retryable reports whether another try, perhaps elsewhere, may do better.
func retryable(err error) bool {
	switch wire.ErrorDetails(err).Reason {
	case wire.ReasonNotLeader, wire.ReasonOverloaded, wire.ReasonDiskFull, wire.ReasonUnknownOutcome, wire.ReasonNotApplied,
		wire.ReasonShuttingDown, wire.ReasonStale, wire.ReasonBroken:
		return true
	case "":
	default:
		return false
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Aborted:
		return true
	default:
		return false
	}
}

// call tries until fn succeeds, fails definitely, or ctx ends.
func (c *Client) call(ctx context.Context, write bool, fn func(ctx context.Context, conn grpc.ClientConnInterface) error) error {
	return c.repeat(ctx, write, func(ctx context.Context, conn grpc.ClientConnInterface) error { return c.try(ctx, conn, fn) })
}

// repeat is call for tries that have a deadline of their own.
func (c *Client) repeat(ctx context.Context, write bool, try func(ctx context.Context, conn grpc.ClientConnInterface) error) error {
	for n := 0; ; n++ {
		addr := c.target(write)
		conn, err := c.conn(addr)
		if err != nil {
			return err
		}
		err = try(ctx, conn)
		if err == nil {
			return nil
		}
		if !retryable(err) && ctx.Err() == nil {
			return err
		}
		c.failed(addr, err)
		c.log.DebugContext(ctx, "try failed", "address", addr, "try", n+1, "error", err)
		if werr := c.wait(ctx, n, err); werr != nil {
			return gaveUp(write, err, werr)
		}
	}
}

// gaveUp keeps apart what a caller's deadline means for a read and for a write.
func gaveUp(write bool, last, ctxErr error) error {
	if write {
		return fmt.Errorf("%w: %w (last try: %w)", ErrUnknownOutcome, ctxErr, last)
	}
	return fmt.Errorf("%w (last try: %w)", ctxErr, last)
}

func (c *Client) try(ctx context.Context, conn grpc.ClientConnInterface, fn func(context.Context, grpc.ClientConnInterface) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.TryTimeout)
	defer cancel()
	return fn(ctx, conn)
}

// wait sleeps before try n+1: what the server asked for, or exponential with jitter.
func (c *Client) wait(ctx context.Context, n int, err error) error {
	d := wire.ErrorDetails(err).RetryAfter
	if d <= 0 {
		d = min(c.cfg.MinBackoff<<min(n, 16), c.cfg.MaxBackoff)
		d = d/2 + time.Duration(rand.Int64N(int64(d/2)+1))
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// FindLeader asks the replicas who leads and remembers it.
func (c *Client) FindLeader(ctx context.Context) (id, address string, err error) {
	err = c.Read(ctx, func(ctx context.Context, conn grpc.ClientConnInterface) error {
		r, callErr := pb.NewAdminServiceClient(conn).Status(ctx, &pb.StatusRequest{})
		if callErr != nil {
			return callErr
		}
		if r.GetLeaderAddress() == "" {
			return status.Error(codes.Unavailable, "no leader is known")
		}
		id, address = r.GetLeader(), r.GetLeaderAddress()
		return nil
	})
	if err != nil {
		return "", "", fmt.Errorf("find leader: %w", err)
	}
	c.mu.Lock()
	c.leader = address
	c.mu.Unlock()
	return id, address, nil
}

// write is call at the leader.
func (c *Client) write(ctx context.Context, fn func(ctx context.Context, conn grpc.ClientConnInterface) error) error {
	return c.call(ctx, true, fn)
}

// Read calls fn with a connection to some replica and tries others on failure.
// fn must be safe to repeat; it uses the generated clients of package holdfastv1. For one method with one answer there is Ask.
func (c *Client) Read(ctx context.Context, fn func(ctx context.Context, conn grpc.ClientConnInterface) error) error {
	return c.call(ctx, false, fn)
}

// At calls fn once with a connection to exactly the replica at addr.
func (c *Client) At(ctx context.Context, addr string, fn func(ctx context.Context, conn grpc.ClientConnInterface) error) error {
	conn, err := c.conn(addr)
	if err != nil {
		return err
	}
	return c.try(ctx, conn, fn)
}

// Endpoints are the addresses that the client was made with.
func (c *Client) Endpoints() []string { return slices.Clone(c.cfg.Endpoints) }
