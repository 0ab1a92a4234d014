package mtls

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// A connection lives no longer than the certificate that opened it.

// ErrProtocol says that the peer's certificate is good and it speaks another protocol.
var ErrProtocol = errors.New("mtls: protocol")

// conn is a verified connection. It is in its store until it is closed.
type conn struct {
	net.Conn
	raw   net.Conn // below TLS, whose own Close may wait for the other end
	store *Store
	peer  Peer
	certs []*x509.Certificate
	usage x509.ExtKeyUsage
	timer *time.Timer
	once  sync.Once
}

func (c *conn) Close() error {
	c.once.Do(func() {
		c.timer.Stop()
		c.store.mu.Lock()
		delete(c.store.conns, c)
		c.store.mu.Unlock()
	})
	return c.Conn.Close()
}

// keep puts a connection under the store's watch.
func (s *Store) keep(t *tls.Conn, usage x509.ExtKeyUsage) (*conn, error) {
	c := &conn{Conn: t, raw: t.NetConn(), store: s, certs: t.ConnectionState().PeerCertificates, usage: usage}
	s.mu.Lock()
	defer s.mu.Unlock()
	// Again, under the lock: a reload since the handshake may have taken the authority away.
	var err error
	if c.peer, err = s.current.Load().chain(c.certs, usage); err != nil {
		return nil, err
	}
	s.conns[c] = struct{}{}
	c.timer = time.AfterFunc(time.Until(c.peer.NotAfter), func() { _ = c.raw.Close() }) // whoever reads then closes c
	return c, nil
}

// config is what both ends have in common. The peer's whole verification is VerifyConnection: it runs in every handshake.
func (s *Store) config(protocol string, usage x509.ExtKeyUsage, accept func(Peer) error) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, NextProtos: []string{protocol}, SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if state.NegotiatedProtocol != protocol {
				return fmt.Errorf("%w: the peer offers %q, not %q", ErrProtocol, state.NegotiatedProtocol, protocol)
			}
			p, err := s.current.Load().chain(state.PeerCertificates, usage)
			if err != nil {
				return err
			}
			return accept(p)
		},
	}
}

func (s *Store) serverConfig(protocol string, accept func(Peer) error) *tls.Config {
	c := s.config(protocol, x509.ExtKeyUsageClientAuth, accept)
	c.ClientAuth = tls.RequireAnyClientCert
	c.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &s.current.Load().cert, nil }
	return c
}

func (s *Store) clientConfig(protocol string, accept func(Peer) error) *tls.Config {
	c := s.config(protocol, x509.ExtKeyUsageServerAuth, accept)
	c.InsecureSkipVerify = true // host names play no part: VerifyConnection verifies the chain and the identity
	c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &s.current.Load().cert, nil }
	return c
}

// Accept shakes hands as the server. It does not close raw when it fails.
func (s *Store) Accept(ctx context.Context, raw net.Conn, protocol string, accept func(Peer) error) (net.Conn, Peer, error) {
	t := tls.Server(raw, s.serverConfig(protocol, accept))
	return s.shake(ctx, t, x509.ExtKeyUsageClientAuth)
}

// Dial shakes hands as the client. It does not close raw when it fails. A TLS 1.3
// server refuses after the client is done: the first read says so.
func (s *Store) Dial(ctx context.Context, raw net.Conn, protocol string, accept func(Peer) error) (net.Conn, Peer, error) {
	t := tls.Client(raw, s.clientConfig(protocol, accept))
	return s.shake(ctx, t, x509.ExtKeyUsageServerAuth)
}

func (s *Store) shake(ctx context.Context, t *tls.Conn, usage x509.ExtKeyUsage) (net.Conn, Peer, error) {
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, Peer{}, fmt.Errorf("mtls: handshake: %w", err)
	}
	c, err := s.keep(t, usage)
	if err != nil {
		return nil, Peer{}, err
	}
	return c, c.peer, nil
}
