package client_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// interfaces.md, security: identities map to roles, least privilege per method,
// rate and size limits per identity, a replicated trail of administrative calls.

// vault issues credentials of one authority.
type vault struct {
	t         testing.TB
	authority *mtls.Authority
	dir       string
}

func newVault(tb testing.TB) *vault {
	tb.Helper()
	a, err := mtls.NewAuthority("holdfast", time.Now(), time.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	return &vault{t: tb, authority: a, dir: tb.TempDir()}
}

func (v *vault) of(kind mtls.Kind, name string, life time.Duration, units ...string) *mtls.Store {
	v.t.Helper()
	cert, key, err := v.authority.Issue(mtls.Request{
		Identity: mtls.Identity{Cluster: "holdfast", Kind: kind, Name: name}, Units: units,
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(life),
	})
	if err != nil {
		v.t.Fatal(err)
	}
	dir := filepath.Join(v.dir, string(kind), name)
	if err = mtls.WriteCredentials(dir, cert, key, v.authority.Certificate()); err != nil {
		v.t.Fatal(err)
	}
	s, err := mtls.Open(dir)
	if err != nil {
		v.t.Fatal(err)
	}
	return s
}

// guarded is a group with TLS, and its vault.
type guarded struct {
	*group
	vault *vault
}

func startGuarded(t *testing.T, replicas int, tune func(*server.Config)) *guarded {
	t.Helper()
	v := newVault(t)
	nodes := map[string]*mtls.Store{}
	of := func(id string) *mtls.Store {
		if nodes[id] == nil {
			nodes[id] = v.of(mtls.Node, id, time.Hour)
		}
		return nodes[id]
	}
	return &guarded{vault: v, group: startGroup(t, options{
		replicas: replicas,
		cluster:  func(c *cluster.Config) { c.TLS = of(c.NodeID) },
		server: func(c *server.Config) {
			c.Credentials = of(c.NodeID)
			if tune != nil {
				tune(c)
			}
		},
	})}
}

// as is a client with a certificate; its calls are tried once.
func (g *guarded) as(own *mtls.Store, at ...string) *client.Client {
	g.t.Helper()
	if len(at) == 0 {
		at = g.endpoints()
	}
	c, err := client.New(client.Config{Endpoints: at, TryTimeout: 5 * time.Second, DialOptions: []grpc.DialOption{
		grpc.WithTransportCredentials(own.ClientCredentials(mtls.IsAnyNode)),
	}})
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = c.Close() })
	return c
}

// once calls one replica, once.
func once[Resp any](t *testing.T, c *client.Client, at string, call func(ctx context.Context, conn grpc.ClientConnInterface) (Resp, error), headers ...string) (resp Resp, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = c.At(metadata.AppendToOutgoingContext(ctx, headers...), at, func(ctx context.Context, conn grpc.ClientConnInterface) (err error) {
		resp, err = call(ctx, conn)
		return err
	})
	return resp, err
}

func statusCall(ctx context.Context, conn grpc.ClientConnInterface) (*pb.StatusResponse, error) {
	return pb.NewAdminServiceClient(conn).Status(ctx, &pb.StatusRequest{})
}

func resumeCall(ctx context.Context, conn grpc.ClientConnInterface) (*pb.ResumeResponse, error) {
	return pb.NewAdminServiceClient(conn).Resume(ctx, &pb.ResumeRequest{Scope: pb.HaltScope_HALT_SCOPE_INTAKE, Reason: "test"})
}

func configCall(ctx context.Context, conn grpc.ClientConnInterface) (*pb.ConfigResponse, error) {
	return pb.NewAdminServiceClient(conn).Config(ctx, &pb.ConfigRequest{})
}

func sessionCall(ctx context.Context, conn grpc.ClientConnInterface) (*pb.OpenSessionResponse, error) {
	return pb.NewSequencerServiceClient(conn).OpenSession(ctx, &pb.OpenSessionRequest{Nonce: bytes.Repeat([]byte{7}, 16), Owner: "me"})
}

func auditCall(ctx context.Context, conn grpc.ClientConnInterface) (*pb.AuditResponse, error) {
	return pb.NewAuditServiceClient(conn).Audit(ctx, &pb.AuditRequest{})
}

func recordCall(ctx context.Context, conn grpc.ClientConnInterface) (*pb.RecordActionResponse, error) {
	return pb.NewAuditServiceClient(conn).RecordAction(ctx, &pb.RecordActionRequest{Who: "client/bob", Method: "m"})
}

// erase makes calls of one kind.
func erase[Resp any](call func(context.Context, grpc.ClientConnInterface) (Resp, error)) func(context.Context, grpc.ClientConnInterface) (any, error) {
	return func(ctx context.Context, conn grpc.ClientConnInterface) (any, error) { return call(ctx, conn) }
}

// Each role may what it is for and nothing else, at the leader and through a follower alike.
func TestRolesAreEnforced(t *testing.T) {
	g := startGuarded(t, 3, func(c *server.Config) {
		c.Roles = map[string][]server.Role{"client/table": {server.RoleOperator}, "client/out": {}}
	})
	calls := map[string]func(context.Context, grpc.ClientConnInterface) (any, error){
		"status": erase(statusCall), "resume": erase(resumeCall), "config": erase(configCall), "session": erase(sessionCall),
		"audit": erase(auditCall), "record": erase(recordCall),
		"health": func(ctx context.Context, conn grpc.ClientConnInterface) (any, error) {
			return healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{})
		},
	}
	for _, c := range []struct {
		own *mtls.Store
		may string
	}{
		{g.vault.of(mtls.Client, "r", time.Hour, "reader"), "status health"},
		{g.vault.of(mtls.Client, "s", time.Hour, "sequencer"), "status health session"},
		{g.vault.of(mtls.Client, "p", time.Hour, "prover"), "status health"},
		{g.vault.of(mtls.Client, "g", time.Hour, "guardian"), "status health resume audit"},
		{g.vault.of(mtls.Client, "o", time.Hour, "operator"), "status health resume audit config"},
		{g.vault.of(mtls.Client, "none", time.Hour), "health"},
		{g.vault.of(mtls.Client, "king", time.Hour, "king", "OPERATOR", "node"), "health"},
		{g.vault.of(mtls.Client, "table", time.Hour, "reader"), "status health resume audit config"}, // the table, not the certificate
		{g.vault.of(mtls.Client, "out", time.Hour, "operator"), "health"},
	} {
		for _, at := range []*replica{g.leader(), g.follower()} {
			conn := g.as(c.own, at.rpc)
			for name, call := range calls {
				_, err := once(t, conn, at.rpc, call)
				allowed := strings.Contains(" "+c.may+" ", " "+name+" ")
				if denied := status.Code(err) == codes.PermissionDenied; denied == allowed || allowed && err != nil {
					t.Errorf("%s calls %s at %s: %v; may: %v", c.own.Identity(), name, at.id, err, allowed)
				}
			}
		}
	}
}

// Who is no client of the cluster gets nowhere.
func TestAttemptsAtTheAPI(t *testing.T) {
	g := startGuarded(t, 1, nil)
	at := g.leader().rpc
	refused := func(name string, c *client.Client) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := c.At(ctx, at, func(ctx context.Context, conn grpc.ClientConnInterface) error {
			_, err := statusCall(ctx, conn)
			return err
		})
		if status.Code(err) != codes.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	plain, err := client.New(client.Config{Endpoints: []string{at}, DialOptions: []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	refused("plaintext", plain)
	stranger := newVault(t)
	own := stranger.of(mtls.Client, "eve", time.Hour, "operator")
	if err := mtls.Trust(filepath.Join(stranger.dir, "client", "eve"), g.vault.authority.Certificate(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := own.Reload(); err != nil {
		t.Fatal(err)
	}
	refused("another authority", g.as(own, at))
	refused("a node that is no member", g.as(g.vault.of(mtls.Node, "n9", time.Hour), at))
	late := g.vault.of(mtls.Client, "late", 1500*time.Millisecond, "operator")
	timer := time.NewTimer(time.Until(late.Status().NotAfter) + 10*time.Millisecond)
	<-timer.C
	refused("an expired certificate", g.as(late, at))
	if _, err := once(t, g.as(g.vault.of(mtls.Client, "alice", time.Hour, "reader"), at), at, statusCall); err != nil {
		t.Errorf("a good one: %v", err)
	}
}

// A client with TLS does not take a replica for another's word: whoever answers must be a node.
func TestClientRefusesAServerThatIsNoNode(t *testing.T) {
	v := newVault(t)
	l := listener(t)
	eve := grpc.NewServer(grpc.Creds(v.of(mtls.Client, "eve", time.Hour, "operator").ServerCredentials(mtls.IsAnyone, 8, time.Minute)))
	go func() { _ = eve.Serve(l) }()
	defer eve.Stop()
	g := &guarded{vault: v, group: &group{t: t}}
	_, err := once(t, g.as(v.of(mtls.Client, "alice", time.Hour), l.Addr().String()), l.Addr().String(), statusCall)
	if status.Code(err) != codes.Unavailable {
		t.Errorf("a client's certificate served: %v", err)
	}
}

// The headers of a call that is passed on are a replica's alone, in its own name, for a client.
func TestForwardedIdentityCannotBeForged(t *testing.T) {
	g := startGuarded(t, 3, nil)
	l, f := g.leader(), g.follower()
	var third *replica
	for _, r := range g.replicas {
		if r != l && r != f {
			third = r
		}
	}
	reader := g.as(g.vault.of(mtls.Client, "eve", time.Hour, "reader"), l.rpc)
	node := g.as(g.vault.of(mtls.Node, f.id, time.Hour), l.rpc)                 // what a follower holds
	namesake := g.as(g.vault.of(mtls.Client, f.id, time.Hour, "reader"), l.rpc) // a client that is called as a replica
	const by, of, unit = "holdfast-forwarded-by", "holdfast-forwarded-identity", "holdfast-forwarded-unit"
	for _, c := range []struct {
		name    string
		conn    *client.Client
		headers []string
		may     bool
	}{
		{"a follower, for an operator", node, []string{by, f.id, of, "client/o", unit, "operator"}, true},
		{"a client that forges all headers", reader, []string{by, f.id, of, "client/o", unit, "operator"}, false},
		{"a replica's namesake that forges all headers", namesake, []string{by, f.id, of, "client/o", unit, "operator"}, false},
		{"a client that forges the identity", reader, []string{of, "client/o"}, false},
		{"a client that forges a unit", reader, []string{unit, "operator"}, false},
		{"a client that says it is a replica", reader, []string{by, f.id}, false},
		{"one replica's call replayed by another", node, []string{by, third.id, of, "client/o", unit, "operator"}, false},
		{"a replica for a replica", node, []string{by, f.id, of, "node/" + l.id, unit, "operator"}, false},
		{"a replica for nobody", node, []string{by, f.id, unit, "operator"}, false},
		{"a replica for two", node, []string{by, f.id, of, "client/o", of, "client/p", unit, "operator"}, false},
		{"a replica for a name that is none", node, []string{by, f.id, of, "client/..", unit, "operator"}, false},
		{"a follower, for a reader", node, []string{by, f.id, of, "client/r", unit, "reader"}, false},
		{"a replica in its own name", node, nil, false},
	} {
		_, err := once(t, c.conn, l.rpc, resumeCall, c.headers...)
		if c.may && err != nil || !c.may && status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Every administrative call is in the trail of every replica before it runs, in
// its caller's name, wherever it was made; what is refused is not.
func TestAdministrativeCallsAreRecorded(t *testing.T) {
	g := startGuarded(t, 3, nil)
	alice := g.vault.of(mtls.Client, "alice", time.Hour, "operator")
	eve := g.vault.of(mtls.Client, "eve", time.Hour, "reader")
	for _, at := range []*replica{g.leader(), g.follower()} {
		if _, err := once(t, g.as(alice, at.rpc), at.rpc, resumeCall); err != nil {
			t.Fatal(err)
		}
		if _, err := once(t, g.as(eve, at.rpc), at.rpc, resumeCall); status.Code(err) != codes.PermissionDenied {
			t.Fatal(err)
		}
	}
	want := `AdminService/Resume scope=HALT_SCOPE_INTAKE reason="test"`
	digests := map[string]bool{}
	for _, r := range g.replicas {
		if err := r.machine.WaitApplied(t.Context(), g.leader().machine.AppliedIndex()); err != nil {
			t.Fatal(err)
		}
		resp, err := once(t, g.as(alice, r.rpc), r.rpc, auditCall)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, e := range resp.GetEntries() {
			if e.GetKind() == "operator" {
				lines = append(lines, e.GetSubject()+" "+e.GetDetail())
			}
		}
		if fmt.Sprint(lines) != fmt.Sprint([]string{"client/alice " + want, "client/alice " + want}) {
			t.Errorf("%s: %q", r.id, lines)
		}
		digests[hex.EncodeToString(resp.GetDigest())] = true
		if page, err := once(t, g.as(alice, r.rpc), r.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.AuditResponse, error) {
			return pb.NewAuditServiceClient(conn).Audit(ctx, &pb.AuditRequest{After: 1, Limit: 1})
		}); err != nil || len(page.GetEntries()) != 1 || page.GetEntries()[0].GetNumber() != 2 {
			t.Errorf("a page: %v, %v", page, err)
		}
	}
	if len(digests) != 1 {
		t.Errorf("replicas have %d digests", len(digests))
	}
}

// Without TLS the trail says so, and calls are recorded all the same.
func TestPlaintextCallsAreRecorded(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c := g.client(nil)
	if _, err := once(t, c, g.leader().rpc, resumeCall); err != nil {
		t.Fatal(err)
	}
	resp, err := once(t, c, g.leader().rpc, auditCall)
	if err != nil {
		t.Fatal(err)
	}
	last := resp.GetEntries()[len(resp.GetEntries())-1]
	if last.GetSubject() != "plaintext 127.0.0.1" || !strings.HasPrefix(last.GetDetail(), "AdminService/Resume") {
		t.Errorf("the newest entry is %v", last)
	}
}

// A sequence that was used gets its first receipt, from its own identity; from
// another it gets nothing, and neither does a new one.
func TestReplays(t *testing.T) {
	g := startGuarded(t, 3, nil)
	alice := g.as(g.vault.of(mtls.Client, "alice", time.Hour, "sequencer"))
	mallory := g.as(g.vault.of(mtls.Client, "mallory", time.Hour, "sequencer"))
	s, err := alice.OpenSession(t.Context(), "alice's own name")
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Submit(t.Context(), setup()[0])
	if err != nil {
		t.Fatal(err)
	}
	req := &pb.SubmitOneRequest{Session: s.State().ID, Submission: &pb.Submission{Sequence: 1, Transition: &pb.Transition{Kind: &pb.Transition_EndImport{EndImport: &pb.EndImport{}}}}}
	replay := func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.SubmitOneResponse, error) {
		return pb.NewSequencerServiceClient(conn).SubmitOne(ctx, req)
	}
	for _, at := range []string{g.leader().rpc, g.follower().rpc} {
		again, err := once(t, alice, at, replay)
		if err != nil || again.GetReceipt().GetStatus() != pb.ReceiptStatus_RECEIPT_STATUS_DUPLICATE || again.GetReceipt().GetIndex() != first.GetIndex() {
			t.Errorf("her own: %v, %v; the first was at index %d", again, err, first.GetIndex())
		}
		if _, err := once(t, mallory, at, replay); status.Code(err) != codes.PermissionDenied {
			t.Errorf("another's, alone: %v", err)
		}
		stream := func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.SubmitResponse, error) {
			up, err := pb.NewSequencerServiceClient(conn).Submit(ctx)
			if err != nil {
				return nil, err
			}
			if err := up.Send(&pb.SubmitRequest{Session: s.State().ID, Submissions: []*pb.Submission{req.GetSubmission()}}); err != nil {
				return nil, err
			}
			return up.Recv()
		}
		if _, err := once(t, mallory, at, stream); status.Code(err) != codes.PermissionDenied {
			t.Errorf("another's, on a stream: %v", err)
		}
		if _, err := once(t, mallory, at, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.CloseSessionResponse, error) {
			return pb.NewSequencerServiceClient(conn).CloseSession(ctx, &pb.CloseSessionRequest{Session: s.State().ID})
		}); status.Code(err) != codes.PermissionDenied {
			t.Errorf("closed by another: %v", err)
		}
	}
	if _, err := s.Submit(t.Context(), setup()[1]); err != nil {
		t.Errorf("the session afterwards: %v", err)
	}
}

// An identity that takes more than its share waits or is told to; others do not.
func TestRateAndSizeLimits(t *testing.T) {
	g := startGuarded(t, 1, func(c *server.Config) { c.Rate = server.Rate{Messages: 20, Bytes: 1 << 20} })
	at := g.leader().rpc
	greedy := g.as(g.vault.of(mtls.Client, "greedy", time.Hour, "reader"), at)
	over := 0
	for range 200 {
		_, err := once(t, greedy, at, statusCall)
		if d := wire.ErrorDetails(err); d.Reason == wire.ReasonOverloaded {
			over++
			if status.Code(err) != codes.ResourceExhausted || d.RetryAfter <= 0 || !strings.Contains(err.Error(), "client/greedy") {
				t.Fatalf("refused with %v, retry after %v", err, d.RetryAfter)
			}
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if over == 0 {
		t.Error("200 calls at once were all taken, at 20 a second")
	}
	modest := g.as(g.vault.of(mtls.Client, "modest", time.Hour, "reader"), at)
	if _, err := once(t, modest, at, statusCall); err != nil {
		t.Errorf("another identity pays for it: %v", err)
	}
	large := func(bytes int) func(context.Context, grpc.ClientConnInterface) (*pb.OpenSessionResponse, error) {
		return func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.OpenSessionResponse, error) {
			return pb.NewSequencerServiceClient(conn).OpenSession(ctx, &pb.OpenSessionRequest{Owner: strings.Repeat("x", bytes)})
		}
	}
	trader := g.as(g.vault.of(mtls.Client, "trader", time.Hour, "sequencer"), at)
	if _, err := once(t, trader, at, large(65<<10)); status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "this method takes 65536") {
		t.Errorf("larger than the method takes: %v", err)
	}
	dial := grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(64 << 20))
	conn, err := grpc.NewClient("passthrough:///"+at, dial, grpc.WithTransportCredentials(g.vault.of(mtls.Client, "big", time.Hour, "sequencer").ClientCredentials(mtls.IsAnyNode)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := large(5<<20)(t.Context(), conn); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("larger than the server takes: %v", err)
	}
	headers := metadata.AppendToOutgoingContext(t.Context(), "x-large", strings.Repeat("x", 64<<10))
	if _, err := statusCall(headers, conn); err == nil {
		t.Error("headers of 64 KiB were taken")
	}
}

// Slow-loris: connections that never finish their handshake keep nobody out.
func TestSilentConnectionsKeepNobodyOut(t *testing.T) {
	g := startGuarded(t, 1, nil)
	at := g.leader().rpc
	for range 300 { // more than may wait
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	if _, err := once(t, g.as(g.vault.of(mtls.Client, "alice", time.Hour, "reader"), at), at, statusCall); err != nil {
		t.Errorf("a client that means it: %v", err)
	}
	slow, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	if _, err := slow.Write([]byte{22, 3, 1}); err != nil { // a handshake's beginning, and no more
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, slow) // returns because the server ends it
}
