package cluster

import (
	"context"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// A call between replicas speaks for the node that said hello on its
// connection, and for no other. With TLS that node has proven who it is.

// Limits of the peer service. What is exchanged is small.
const (
	maxPeerMessage = 1 << 20
	maxPeerHeader  = 8 << 10
	maxPeerStreams = 256
)

// peerOptions are those of the peer service's server.
func peerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.Creds(helloCredentials{}),
		grpc.MaxRecvMsgSize(maxPeerMessage), grpc.MaxHeaderListSize(maxPeerHeader), grpc.MaxConcurrentStreams(maxPeerStreams),
		grpc.ConnectionTimeout(helloDeadline),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 10 * time.Second, Timeout: 5 * time.Second}),
		grpc.UnaryInterceptor(checkClaim),
	}
}

// claimed is the node that a message of the peer service says it is of. A
// message without a row here is refused.
func claimed(req any) (node string, ok bool) {
	switch m := req.(type) {
	case *peerv1.ConfirmTermRequest:
		return m.GetNode(), true
	case *peerv1.ReadIndexRequest:
		return m.GetNode(), true
	case *peerv1.ReportRootRequest:
		return m.GetRoot().GetNode(), true
	case *peerv1.LeaderGoneRequest:
		return m.GetNode(), true
	case *peerv1.ExchangeRequest:
		return m.GetStatus().GetNode(), true
	case *peerv1.ExecuteRequest:
		return m.GetNode(), true
	default:
		return "", false
	}
}

// checkClaim refuses calls that speak for another node than the connection's.
func checkClaim(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	from, ok := peer.FromContext(ctx)
	if !ok {
		return nil, status.Error(codes.Unauthenticated, "no connection")
	}
	said, ok := from.AuthInfo.(helloInfo)
	if !ok {
		return nil, status.Error(codes.Unauthenticated, "the connection has no hello")
	}
	claim, ok := claimed(req)
	if !ok {
		return nil, status.Errorf(codes.Unimplemented, "nobody has said for whom %s speaks", info.FullMethod)
	}
	if claim != said.node {
		return nil, status.Error(codes.PermissionDenied, fmt.Errorf("%w: node %q speaks for %q", mtls.ErrIdentity, said.node, claim).Error())
	}
	return handler(ctx, req)
}

// helloInfo is what a connection's hello said.
type helloInfo struct{ node string }

// AuthType implements credentials.AuthInfo.
func (helloInfo) AuthType() string { return "holdfast-hello" }

// helloCredentials hand what the hello said to the calls of the connection. The
// hello, and TLS below it, are done by then.
type helloCredentials struct{}

func (helloCredentials) ServerHandshake(c net.Conn) (net.Conn, credentials.AuthInfo, error) {
	named, ok := c.(*namedConn)
	if !ok {
		return nil, nil, fmt.Errorf("cluster: %w: a connection without a hello", mtls.ErrIdentity)
	}
	return c, helloInfo{named.node}, nil
}

func (helloCredentials) ClientHandshake(context.Context, string, net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, fmt.Errorf("cluster: %w: these credentials are a server's", mtls.ErrIdentity)
}

func (helloCredentials) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "hello"}
}

func (c helloCredentials) Clone() credentials.TransportCredentials { return c }

func (helloCredentials) OverrideServerName(string) error { return nil }
