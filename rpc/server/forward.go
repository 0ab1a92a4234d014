package server

import (
	"context"
	"errors"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A call is forwarded at most once.

// forwardedKey marks a call that a follower passed on; its value is the follower's name.
const forwardedKey = "holdfast-forwarded-by"

// forwarder keeps one connection per leader that was ever forwarded to.
type forwarder struct {
	maxBytes    int
	credentials *mtls.Store // nil for plaintext

	mu     sync.Mutex // guards conns
	conns  map[replicaAt]*grpc.ClientConn
	closed bool
}

// replicaAt is a replica and where it serves: a connection is to exactly that one.
type replicaAt struct{ id, addr string }

func newForwarder(maxBytes int, own *mtls.Store) *forwarder {
	return &forwarder{maxBytes: maxBytes, credentials: own, conns: map[replicaAt]*grpc.ClientConn{}}
}

func (f *forwarder) conn(id, addr string) (*grpc.ClientConn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, cluster.ErrClosed
	}
	at := replicaAt{id, addr}
	if c := f.conns[at]; c != nil {
		return c, nil
	}
	transport := insecure.NewCredentials()
	if f.credentials != nil {
		transport = f.credentials.ClientCredentials(mtls.IsNode(id))
	}
	c, err := grpc.NewClient("passthrough:///"+addr,
		grpc.WithTransportCredentials(transport),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 5 * time.Second}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(f.maxBytes), grpc.MaxCallSendMsgSize(f.maxBytes)),
		grpc.WithInitialWindowSize(wire.StreamWindow), grpc.WithInitialConnWindowSize(wire.ConnWindow),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 10 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
			MinConnectTimeout: time.Second,
		}))
	if err != nil {
		return nil, err
	}
	f.conns[at] = c
	return c, nil
}

func (f *forwarder) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	var errs []error
	for _, c := range f.conns {
		errs = append(errs, c.Close())
	}
	f.conns = nil
	return errors.Join(errs...)
}

// passOn is the connection to the leader, and a context for the caller's call
// there. It fails with NOT_LEADER if there is no leader to forward to.
func (s *Server) passOn(ctx context.Context) (context.Context, *grpc.ClientConn, error) {
	if len(metadata.ValueFromIncomingContext(ctx, forwardedKey)) > 0 {
		id, addr := s.cfg.Cluster.Leader()
		return nil, nil, &cluster.NotLeaderError{LeaderID: id, LeaderRPC: addr}
	}
	conn, err := s.leaderConn()
	if err != nil {
		return nil, nil, err
	}
	if ctx, err = s.outgoing(ctx); err != nil {
		return nil, nil, err
	}
	return ctx, conn, nil
}

// leaderConn is the connection to the leader, if that is another replica.
func (s *Server) leaderConn() (*grpc.ClientConn, error) {
	id, addr := s.cfg.Cluster.Leader()
	if addr == "" || id == s.cfg.NodeID {
		return nil, &cluster.NotLeaderError{LeaderID: id, LeaderRPC: addr}
	}
	return s.peers.conn(id, addr)
}

// forwardError is what a failed forward means for the caller: unless the leader
// itself said so, nobody knows whether it took the write.
func forwardError(err error) error {
	if err == nil || wire.ErrorDetails(err).Reason != "" {
		return err
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled, codes.Unknown, codes.Internal:
		return &cluster.UnknownOutcomeError{Cause: err}
	default:
		return err
	}
}
