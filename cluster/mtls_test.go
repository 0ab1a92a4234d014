package cluster

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// cluster.md, transport: mutual TLS; peer identity checked against membership.

// vault issues credentials of one authority.
type vault struct {
	t         testing.TB
	authority *mtls.Authority
	cluster   string
	dir       string
}

func newVault(tb testing.TB) *vault {
	tb.Helper()
	a, err := mtls.NewAuthority("holdfast", time.Now(), time.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	return &vault{t: tb, authority: a, cluster: "holdfast", dir: tb.TempDir()}
}

func (v *vault) of(kind mtls.Kind, name string) *mtls.Store {
	v.t.Helper()
	dir := filepath.Join(v.dir, string(kind), name)
	v.issue(dir, kind, name, time.Hour)
	s, err := mtls.Open(dir)
	if err != nil {
		v.t.Fatal(err)
	}
	return s
}

func (v *vault) issue(dir string, kind mtls.Kind, name string, life time.Duration) {
	v.t.Helper()
	cert, key, err := v.authority.Issue(mtls.Request{
		Identity:  mtls.Identity{Cluster: v.cluster, Kind: kind, Name: name},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(life),
	})
	if err != nil {
		v.t.Fatal(err)
	}
	if err := mtls.WriteCredentials(dir, cert, key, v.authority.Certificate()); err != nil {
		v.t.Fatal(err)
	}
}

func withTLS(v *vault) func(*Config) {
	return func(c *Config) { c.TLS = v.of(mtls.Node, c.NodeID) }
}

// commit commits one transition as the client, at whoever leads.
func (c *client) commit(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := c.next(ctx); err != nil {
		t.Fatal(err)
	}
}

// A cluster works over mutual TLS as without: it elects, commits, and a leader
// that is gone is replaced.
func TestClusterOverTLS(t *testing.T) {
	g := newTCP(t, 3, withTLS(newVault(t)))
	c := &client{g: g, session: 1}
	c.commit(t)
	g.crash(g.leader())
	c.commit(t)
}

// Config: a certificate of another node, or of another cluster, is not this node's.
func TestCertificateMustBeOfThisNode(t *testing.T) {
	v := newVault(t)
	c := Config{
		NodeID: "a", DataDir: t.TempDir(), Bind: "0.0.0.0:0", Peers: []Peer{{ID: "a", Addr: "127.0.0.1:1"}},
		OnFatal: func(error) {}, TLS: v.of(mtls.Node, "b"),
	}
	if err := c.Validate(); !errors.Is(err, mtls.ErrIdentity) {
		t.Errorf("another node's certificate: %v", err)
	}
	c.TLS = v.of(mtls.Node, "a")
	if err := c.Validate(); err != nil {
		t.Errorf("off loopback with TLS: %v", err)
	}
	c.Cluster = "other"
	if err := c.Validate(); !errors.Is(err, mtls.ErrIdentity) {
		t.Errorf("another cluster's certificate: %v", err)
	}
	c.Cluster, c.TLS = "", nil
	if err := c.Validate(); !errors.Is(err, ErrPlaintext) {
		t.Errorf("off loopback without TLS: %v", err)
	}
}

// gate is one listener with TLS and what dials it.
type gate struct {
	t       *testing.T
	vault   *vault
	mux     *mux
	addr    string
	refused chan error
}

func newGate(t *testing.T, members ...string) *gate {
	t.Helper()
	v := newVault(t)
	return v.gate(t, v.of(mtls.Node, "a"), members...)
}

// gate is a listener with the credentials, or without any.
func (v *vault) gate(t *testing.T, own *mtls.Store, members ...string) *gate {
	t.Helper()
	g := &gate{t: t, vault: v, refused: make(chan error, 256)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.addr = l.Addr().String()
	g.mux = newMux(l, g.identity("a", own, members...), func(_ string, err error) { g.refused <- err })
	t.Cleanup(func() { _ = g.mux.close() })
	return g
}

func (g *gate) identity(node string, own *mtls.Store, members ...string) *identity {
	return &identity{
		node: node, cluster: "holdfast", lineage: func() [16]byte { return [16]byte{1} }, tls: own,
		member:  func(id string) bool { return slices.Contains(members, id) },
		at:      func(string) (string, bool) { return "a", true },
		foreign: func(string, *ForeignError) {},
	}
}

// attempt dials as node with the credentials and says how both ends took it.
func (g *gate) attempt(node string, own *mtls.Store) (dialed, refused error) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), time.Minute)
	defer cancel()
	conn, err := g.identity(node, own, "a").dial(ctx, kindVigil, g.addr)
	if err == nil {
		_ = conn.Close()
		return nil, nil
	}
	select {
	case refused = <-g.refused:
	case <-ctx.Done():
	}
	return err, refused
}

func TestAttemptsAtTheRaftListener(t *testing.T) {
	g := newGate(t, "a", "b", "c")
	if dialed, refused := g.attempt("b", g.vault.of(mtls.Node, "b")); dialed != nil || refused != nil {
		t.Fatalf("a member: %v, %v", dialed, refused)
	}
	stranger := newVault(t)
	for _, c := range []struct {
		name, node string
		own        *mtls.Store
		refusal    error
		says       string
	}{
		{"a node that says hello as another", "c", g.vault.of(mtls.Node, "b"), mtls.ErrIdentity, `node "b" says hello as "c"`},
		{"a client's certificate", "b", g.vault.of(mtls.Client, "b"), mtls.ErrIdentity, "no replica"},
		{"a node that is no member", "z", g.vault.of(mtls.Node, "z"), nil, "not a member"},
		{"another authority", "b", stranger.of(mtls.Node, "b"), nil, ""},
		{"plaintext", "b", nil, ErrPlaintext, ""},
	} {
		dialed, refused := g.attempt(c.node, c.own)
		if dialed == nil || refused == nil && c.name != "another authority" {
			t.Errorf("%s: dialled %v, refused %v", c.name, dialed, refused)
			continue
		}
		if c.refusal != nil && !errors.Is(refused, c.refusal) || c.says != "" && !strings.Contains(refused.Error(), c.says) {
			t.Errorf("%s: refused with %v", c.name, refused)
		}
		if c.name == "plaintext" && !errors.Is(dialed, ErrPlaintext) {
			t.Errorf("plaintext: the dialler is told %v", dialed)
		}
	}
}

// A node that dials an address finds there the member of that address, or nobody.
func TestDialKnowsWhomItWants(t *testing.T) {
	g := newGate(t, "a", "b")
	id := g.identity("b", g.vault.of(mtls.Node, "b"), "a")
	id.at = func(string) (string, bool) { return "c", true }
	if _, err := id.dial(t.Context(), kindRaft, g.addr); !errors.Is(err, mtls.ErrIdentity) {
		t.Errorf("another node answers at the address: %v", err)
	}
	id.at = func(string) (string, bool) { return "", false }
	if _, err := id.dial(t.Context(), kindRaft, g.addr); err == nil {
		t.Error("an address that no member has was dialled")
	}
}

// A peer with TLS tells a listener without from one that does not answer.
func TestTLSToAPlaintextListener(t *testing.T) {
	g := newVault(t).gate(t, nil, "a", "b")
	_, refused := g.attempt("b", g.vault.of(mtls.Node, "b"))
	if refused == nil || !strings.Contains(refused.Error(), "speaks TLS and this node has no credentials") {
		t.Errorf("refused with %v", refused)
	}
}

// Slow-loris: connections that say nothing do not keep a member out.
func TestSilentConnectionsDoNotKeepMembersOut(t *testing.T) {
	g := newGate(t, "a", "b")
	var silent []net.Conn
	for range 2 * maxHandshakes {
		c, err := net.Dial("tcp", g.addr)
		if err != nil {
			t.Fatal(err)
		}
		silent = append(silent, c)
	}
	if dialed, _ := g.attempt("b", g.vault.of(mtls.Node, "b")); dialed != nil {
		t.Errorf("a member: %v", dialed)
	}
	// Those that had to make room are closed.
	if _, err := io.Copy(io.Discard, silent[0]); err == nil && g.mux.lobby.Evicted() == 0 {
		t.Error("nobody had to make room")
	}
	for _, c := range silent {
		_ = c.Close()
	}
}

// The peer service: a call speaks for the node of its connection alone.
func TestCallsSpeakForTheirConnection(t *testing.T) {
	g := newTCP(t, 3, withTLS(newVault(t)))
	a, b := g.replicas[0], g.replicas[1]
	conn, err := grpc.NewClient("passthrough:///"+a.cfg.Peers[0].Addr,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, addr string) (net.Conn, error) { return b.node.id.dial(ctx, kindGRPC, addr) }))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	client := peerv1.NewPeerServiceClient(conn)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := client.Exchange(ctx, &peerv1.ExchangeRequest{Status: &peerv1.NodeStatus{Node: b.id}}); err != nil {
		t.Fatalf("in its own name: %v", err)
	}
	for name, call := range map[string]func() error{
		"exchange": func() error {
			_, err := client.Exchange(ctx, &peerv1.ExchangeRequest{Status: &peerv1.NodeStatus{Node: "c"}})
			return err
		},
		"report root": func() error {
			_, err := client.ReportRoot(ctx, &peerv1.ReportRootRequest{Root: &peerv1.Root{Node: "c"}})
			return err
		},
		"confirm term": func() error { _, err := client.ConfirmTerm(ctx, &peerv1.ConfirmTermRequest{Node: "c"}); return err },
		"nobody":       func() error { _, err := client.LeaderGone(ctx, &peerv1.LeaderGoneRequest{}); return err },
	} {
		if err := call(); status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s in another's name: %v", name, err)
		}
	}
}

// Every message of the peer service says of whom it is.
func TestEveryPeerCallHasAClaim(t *testing.T) {
	d, err := protoregistry.GlobalFiles.FindDescriptorByName("holdfast.peer.v1.PeerService")
	if err != nil {
		t.Fatal(err)
	}
	methods := d.(protoreflect.ServiceDescriptor).Methods()
	for i := range methods.Len() {
		m := methods.Get(i)
		if m.IsStreamingClient() || m.IsStreamingServer() {
			t.Errorf("%s is a stream: the interceptor sees unary calls alone", m.FullName())
		}
		kind, err := protoregistry.GlobalTypes.FindMessageByName(m.Input().FullName())
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := claimed(kind.New().Interface()); !ok {
			t.Errorf("%s: claim.go does not know for whom a %s speaks", m.FullName(), m.Input().Name())
		}
	}
}

// A reload under way changes nobody's mind: a broken file keeps the old
// certificate, a good one is used from the next connection on.
func TestClusterGoesOnThroughReloads(t *testing.T) {
	v := newVault(t)
	g := newTCP(t, 3, withTLS(v))
	c := &client{g: g, session: 1}
	c.commit(t)
	for _, r := range g.replicas {
		v.issue(filepath.Join(v.dir, string(mtls.Node), r.id), mtls.Node, r.id, 2*time.Hour)
		if changed, err := r.cfg.TLS.Reload(); !changed || err != nil {
			t.Fatal(changed, err)
		}
	}
	g.crash(g.leader()) // what is left dials anew
	c.commit(t)
}
