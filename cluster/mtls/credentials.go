package mtls

import (
	"context"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
)

// grpcProtocol is HTTP/2's name in the handshake.
const grpcProtocol = "h2"

// AuthInfo is what a gRPC connection knows of its peer.
type AuthInfo struct {
	credentials.CommonAuthInfo
	Peer Peer
}

// AuthType implements credentials.AuthInfo.
func (AuthInfo) AuthType() string { return "holdfast-mtls" }

// PeerOf is the verified peer of a call's connection; false without mutual TLS.
func PeerOf(ctx context.Context) (Peer, bool) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return Peer{}, false
	}
	info, ok := p.AuthInfo.(AuthInfo)
	return info.Peer, ok
}

// transport is gRPC's view of a store, for one end.
type transport struct {
	store  *Store
	accept func(Peer) error
	lobby  *Lobby        // nil for the client's end
	limit  time.Duration // of the server's handshake
}

// ServerCredentials are for a gRPC server. At most waiting connections are in their handshake at a time, none longer than limit.
func (s *Store) ServerCredentials(accept func(Peer) error, waiting int, limit time.Duration) credentials.TransportCredentials {
	return &transport{store: s, accept: accept, lobby: NewLobby(waiting), limit: limit}
}

// ClientCredentials are for a gRPC client.
func (s *Store) ClientCredentials(accept func(Peer) error) credentials.TransportCredentials {
	return &transport{store: s, accept: accept}
}

func (t *transport) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	defer t.lobby.Enter(raw)()
	ctx, cancel := context.WithTimeout(context.Background(), t.limit)
	defer cancel()
	c, p, err := t.store.Accept(ctx, raw, grpcProtocol, t.accept)
	return t.done(raw, c, p, err)
}

func (t *transport) ClientHandshake(ctx context.Context, _ string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	c, p, err := t.store.Dial(ctx, raw, grpcProtocol, t.accept)
	return t.done(raw, c, p, err)
}

func (t *transport) done(raw, c net.Conn, p Peer, err error) (net.Conn, credentials.AuthInfo, error) {
	if err != nil {
		_ = raw.Close()
		return nil, nil, fmt.Errorf("with %s: %w", raw.RemoteAddr(), err)
	}
	return c, AuthInfo{CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity}, Peer: p}, nil
}

func (t *transport) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls"}
}

func (t *transport) Clone() credentials.TransportCredentials {
	c := *t
	return &c
}

// OverrideServerName does nothing: names of hosts play no part.
func (t *transport) OverrideServerName(string) error { return nil }
