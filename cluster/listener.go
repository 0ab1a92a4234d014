package cluster

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
)

// No byte of Raft or of the peer service is exchanged before both ends know
// that they belong to the same cluster and, as far as known, to the same
// lineage.

const (
	helloVersion  = 1
	kindRaft      = 'R'
	kindGRPC      = 'G'
	kindVigil     = 'V'
	tlsHandshake  = 22 // what TLS begins with instead
	helloFixed    = 1 + 1 + 16 + 16 + 1
	helloDeadline = 3 * time.Second
	// maxHandshakes bounds connections that have not said who they are.
	maxHandshakes = 64
	// peerProtocol is what the listener is called in TLS, so that no connection meant for the API ends up here.
	peerProtocol = "holdfast-peer/1"
)

// Answers to a hello. Wire-stable.
const (
	helloAccept uint8 = iota
	helloOtherCluster
	helloOtherLineage
	helloNotMember
	helloOtherVersion
	helloNeedsTLS // sent in plaintext, to a hello in plaintext
)

var errListenerClosed = fmt.Errorf("cluster: listener: %w", net.ErrClosed)

type hello struct {
	kind    byte
	cluster [16]byte
	lineage [16]byte
	node    string
}

func clusterID(name string) [16]byte {
	sum := sha256.Sum256([]byte(name))
	return [16]byte(sum[:16])
}

func (h hello) encode() []byte {
	dst := []byte{h.kind, helloVersion}
	dst = append(dst, h.cluster[:]...)
	dst = append(dst, h.lineage[:]...)
	dst = append(dst, byte(len(h.node)))
	return append(dst, h.node...)
}

var errHelloVersion = errors.New("cluster: hello of another version")

func readHello(r io.Reader) (hello, error) {
	var fixed [helloFixed]byte
	if _, err := io.ReadFull(r, fixed[:]); err != nil {
		return hello{}, fmt.Errorf("cluster: read hello: %w", err)
	}
	h := hello{kind: fixed[0], cluster: [16]byte(fixed[2:18]), lineage: [16]byte(fixed[18:34])}
	if h.kind == tlsHandshake {
		return hello{}, errors.New("cluster: the peer speaks TLS and this node has no credentials")
	}
	if h.kind != kindRaft && h.kind != kindGRPC && h.kind != kindVigil {
		return hello{}, fmt.Errorf("cluster: connection begins with byte %#x, which is none of ours", h.kind)
	}
	if fixed[1] != helloVersion {
		return hello{}, fmt.Errorf("%w: %d", errHelloVersion, fixed[1])
	}
	if fixed[34] == 0 {
		return hello{}, errors.New("cluster: hello without a node id")
	}
	node := make([]byte, fixed[34])
	if _, err := io.ReadFull(r, node); err != nil {
		return hello{}, fmt.Errorf("cluster: read hello: %w", err)
	}
	h.node = string(node)
	return h, nil
}

// identity is what a node says and expects in a hello.
type identity struct {
	node    string
	cluster string
	lineage func() [16]byte
	member  func(id string) bool
	// uninvited nodes take no Raft connection.
	uninvited func() bool
	// at is the id of the member at an address, and tls the credentials; without them connections are plaintext.
	at  func(addr string) (id string, ok bool)
	tls *mtls.Store
	// foreign is told about each refusal because of another lineage, with the
	// peer's address or id.
	foreign func(peer string, err *ForeignError)
}

// judge returns the answer to a hello and, if it is a refusal, why.
func (id *identity) judge(h hello) (uint8, error) {
	ours := id.lineage()
	switch {
	case h.cluster != clusterID(id.cluster):
		return helloOtherCluster, &ForeignError{
			Where: "peer " + h.node, What: "cluster",
			Ours: id.cluster, Theirs: hex.EncodeToString(h.cluster[:]),
		}
	case !id.member(h.node):
		return helloNotMember, fmt.Errorf("cluster: peer %q is not a member", h.node)
	case h.kind == kindRaft && id.uninvited():
		return helloNotMember, errUninvited
	case ours != ([16]byte{}) && h.lineage != ([16]byte{}) && ours != h.lineage:
		return helloOtherLineage, &ForeignError{
			Where: "peer " + h.node, What: "lineage",
			Ours: hex.EncodeToString(ours[:]), Theirs: hex.EncodeToString(h.lineage[:]),
		}
	}
	return helloAccept, nil
}

// dial connects and shakes hands; the deadline of ctx bounds both.
func (id *identity) dial(ctx context.Context, kind byte, addr string) (_ net.Conn, err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, conn.Close())
		}
	}()
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(helloDeadline)
	}
	if err = conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	if conn, err = id.prove(ctx, conn, addr); err != nil {
		return nil, err
	}
	ours := id.lineage()
	h := hello{kind: kind, cluster: clusterID(id.cluster), lineage: ours, node: id.node}
	if _, err := conn.Write(h.encode()); err != nil {
		return nil, err
	}
	var answer [17]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return nil, fmt.Errorf("cluster: peer %s did not answer the hello: %w", addr, err)
	}
	switch answer[0] {
	case helloAccept:
		return conn, conn.SetDeadline(time.Time{})
	case helloOtherLineage:
		foreign := &ForeignError{Where: "peer " + addr, What: "lineage", Ours: hex.EncodeToString(ours[:]), Theirs: hex.EncodeToString(answer[1:])}
		id.foreign(addr, foreign)
		return nil, foreign
	case helloOtherCluster:
		return nil, &ForeignError{Where: "peer " + addr, What: "cluster", Ours: id.cluster, Theirs: "another name"}
	case helloNeedsTLS:
		return nil, fmt.Errorf("%w: peer %s speaks TLS and this node has no credentials", ErrPlaintext, addr)
	default:
		return nil, fmt.Errorf("cluster: peer %s refused the connection with status %d", addr, answer[0])
	}
}

// prove has both ends show who they are, where there are credentials. What it
// returns beside an error is what is left to close.
func (id *identity) prove(ctx context.Context, raw net.Conn, addr string) (net.Conn, error) {
	if id.tls == nil {
		return raw, nil
	}
	want, ok := id.at(addr)
	if !ok {
		return raw, fmt.Errorf("cluster: no member has the address %s", addr)
	}
	conn, _, err := id.tls.Dial(ctx, raw, peerProtocol, mtls.IsNode(want))
	if err != nil {
		return raw, fmt.Errorf("cluster: peer %s: %w", addr, err)
	}
	return conn, nil
}

// meet is prove at the other end; it says who came, as its certificate does.
func (id *identity) meet(ctx context.Context, raw net.Conn) (net.Conn, string, error) {
	conn, peer, err := id.tls.Accept(ctx, raw, peerProtocol, mtls.IsAnyNode)
	if err != nil {
		return raw, "", fmt.Errorf("cluster: %w", err)
	}
	return conn, peer.Name, nil
}

// mux accepts on one listener and hands connections over by their kind.
type mux struct {
	inner  net.Listener
	id     *identity
	refuse func(remote string, err error)
	raft   chan net.Conn
	grpc   chan net.Conn
	lobby  *mtls.Lobby
	done   chan struct{}
	once   sync.Once
	wg     sync.WaitGroup
}

func newMux(inner net.Listener, id *identity, refuse func(string, error)) *mux {
	m := &mux{
		inner: inner, id: id, refuse: refuse, raft: make(chan net.Conn), grpc: make(chan net.Conn),
		lobby: mtls.NewLobby(maxHandshakes), done: make(chan struct{}),
	}
	m.wg.Go(m.run)
	return m
}

func (m *mux) run() {
	for {
		conn, err := m.inner.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			m.refuse(m.inner.Addr().String(), fmt.Errorf("cluster: accept: %w", err))
			select { // out of descriptors, most likely
			case <-m.done:
				return
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		leave := m.lobby.Enter(conn)
		m.wg.Go(func() { m.admit(conn, leave) })
	}
}

// admit answers the hello; every path hands the connection over or closes it.
// leave is called as soon as it is known who came.
func (m *mux) admit(raw net.Conn, leave func()) {
	stop := context.AfterFunc(m.context(), func() { _ = raw.Close() })
	defer stop()
	conn, h, err := m.greet(raw)
	leave()
	if err != nil {
		m.refuse(raw.RemoteAddr().String(), err)
		_ = conn.Close()
		return
	}
	if h.kind == kindVigil {
		m.wg.Go(func() { m.endure(conn) })
		return
	}
	to := m.raft
	if h.kind == kindGRPC {
		to, conn = m.grpc, &namedConn{Conn: conn, node: h.node}
	}
	select {
	case to <- conn:
	case <-m.done:
		_ = conn.Close()
	}
}

// greet learns who came and answers. The connection that it returns is the one
// to go on with, or to close.
func (m *mux) greet(raw net.Conn) (conn net.Conn, h hello, err error) {
	conn = raw
	if err = raw.SetDeadline(time.Now().Add(helloDeadline)); err != nil {
		return conn, h, err
	}
	var proven string
	if m.id.tls != nil {
		if conn, proven, err = m.id.meet(m.context(), raw); err != nil {
			if plain, ok := errors.AsType[tls.RecordHeaderError](err); ok && plain.Conn != nil {
				_, werr := raw.Write(append([]byte{helloNeedsTLS}, make([]byte, 16)...))
				err = errors.Join(fmt.Errorf("%w: the peer speaks none to a listener with TLS", ErrPlaintext), werr)
			}
			return conn, h, err
		}
	}
	if h, err = readHello(conn); err != nil && !errors.Is(err, errHelloVersion) {
		return conn, h, err
	}
	status := helloOtherVersion
	if err == nil {
		status, err = m.id.judge(h)
	}
	if err == nil && m.id.tls != nil && h.node != proven {
		status, err = helloNotMember, fmt.Errorf("cluster: %w: the certificate of node %q says hello as %q", mtls.ErrIdentity, proven, h.node)
	}
	lineage := m.id.lineage()
	_, werr := conn.Write(append([]byte{status}, lineage[:]...))
	return conn, h, errors.Join(err, werr, conn.SetDeadline(time.Time{}))
}

// namedConn is a connection whose hello was accepted: node is a member, and
// with TLS it has proven to be that one.
type namedConn struct {
	net.Conn
	node string
}

// endure keeps a vigil's connection open until either end goes.
func (m *mux) endure(conn net.Conn) {
	stop := context.AfterFunc(m.context(), func() { _ = conn.Close() })
	defer stop()
	_, _ = io.Copy(io.Discard, conn)
	_ = conn.Close()
}

// context ends when the mux closes.
func (m *mux) context() context.Context { return doneContext{context.Background(), m.done} }

type doneContext struct {
	context.Context //nolint:containedctx // adapts a channel
	done            <-chan struct{}
}

func (c doneContext) Done() <-chan struct{} { return c.done }

func (c doneContext) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

func (m *mux) close() error {
	var err error
	m.once.Do(func() {
		close(m.done)
		if err = m.inner.Close(); errors.Is(err, net.ErrClosed) {
			err = nil
		}
		m.wg.Wait()
	})
	return err
}

// muxListener is one kind's side of the mux.
type muxListener struct {
	mux    *mux
	from   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newMuxListener(m *mux, from chan net.Conn) *muxListener {
	return &muxListener{mux: m, from: from, closed: make(chan struct{})}
}

func (l *muxListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.from:
		return c, nil
	case <-l.closed:
		return nil, errListenerClosed
	case <-l.mux.done:
		return nil, errListenerClosed
	}
}

// Close leaves the shared listener open: its owner is the node.
func (l *muxListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *muxListener) Addr() net.Addr { return l.mux.inner.Addr() }

// streamLayer is Raft's side.
type streamLayer struct {
	*muxListener
	advertise string
	patience  time.Duration // how long nothing may move in the middle of a message
}

// Accept implements net.Listener.
func (s *streamLayer) Accept() (net.Conn, error) {
	conn, err := s.muxListener.Accept()
	if err != nil {
		return nil, err
	}
	return &incomingConn{Conn: conn, limit: s.patience}, nil
}

func (s *streamLayer) Dial(address raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(s.mux.context(), min(timeout, helloDeadline))
	defer cancel()
	conn, err := s.mux.id.dial(ctx, kindRaft, string(address))
	if err != nil {
		return nil, err
	}
	return &outgoingConn{Conn: conn, limit: s.patience}, nil
}

// Addr is what the members know this node by, not what it is bound to.
func (s *streamLayer) Addr() net.Addr { return staticAddr(s.advertise) }

type staticAddr string

func (staticAddr) Network() string  { return "tcp" }
func (a staticAddr) String() string { return string(a) }
