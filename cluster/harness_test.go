package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
)

func testLogger(tb testing.TB) *slog.Logger {
	tb.Helper()
	if os.Getenv("CLUSTER_TEST_LOG") == "" {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// replica is one member of a test cluster.
type replica struct {
	id     string
	cfg    Config
	ledger *ledger
	fatals chan error

	mu   sync.Mutex // guards node against clients beside the test, which alone changes it
	node *Node      // nil while it is down
}

func (r *replica) setNode(n *Node) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.node = n
}

// current is node, for clients beside the test.
func (r *replica) current() *Node {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.node
}

// group is a test cluster, over TCP or over a simulated network.
type group struct {
	t        testing.TB
	replicas []*replica
	net      *mesh // nil over TCP

	mu sync.Mutex // guards replicas where a test changes them beside clients
}

// become changes who the replicas are.
func (g *group) become(replicas ...*replica) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.replicas = replicas
}

func (g *group) members() []*replica {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.replicas
}

func ids(n int) []string { return []string{"a", "b", "c", "d", "e"}[:n] }

// newTCP opens n replicas on loopback with real disks.
func newTCP(tb testing.TB, n int, tune func(*Config)) *group {
	tb.Helper()
	g := &group{t: tb}
	var peers []Peer
	var listeners []net.Listener
	for _, id := range ids(n) {
		l, err := loopback.Listen()
		if err != nil {
			tb.Fatal(err)
		}
		listeners = append(listeners, l)
		peers = append(peers, Peer{ID: id, Addr: l.Addr().String(), RPCAddr: "rpc-" + id})
	}
	for i, id := range ids(n) {
		r := &replica{id: id}
		r.cfg = Config{NodeID: id, DataDir: tb.TempDir(), Bind: peers[i].Addr, Peers: peers, Listener: listeners[i]}
		// A leader stays one on a machine that runs much beside, whose disk is slow and not hung.
		r.cfg.HeartbeatTimeout, r.cfg.DiskHangLimit = 600*time.Millisecond, time.Minute
		if tune != nil {
			tune(&r.cfg)
		}
		g.replicas = append(g.replicas, r)
	}
	g.openAll()
	for _, r := range g.replicas { // all were empty, so they begin
		if err := deadlineDo(tb, func() bool { return !r.node.uninvited.Load() }); err != nil {
			tb.Fatal(err)
		}
	}
	return g
}

func (g *group) openAll() {
	g.t.Helper()
	for _, r := range g.replicas {
		g.open(r)
	}
	g.t.Cleanup(func() {
		if g.net != nil { // in a bubble, where a proposal that a crash makes Raft forget would wait beyond the test's end
			time.Sleep(time.Second)
		}
		for _, r := range g.replicas {
			g.crash(r)
		}
	})
}

func (g *group) open(r *replica) {
	g.t.Helper()
	if err := g.tryOpen(r); err != nil {
		g.t.Fatalf("open %s: %v", r.id, err)
	}
}

func (g *group) tryOpen(r *replica) error {
	fatals := make(chan error, 64)
	r.fatals = fatals
	r.ledger = newLedger()
	r.cfg.Seals = NewSealFeed()
	r.ledger.onSeal = r.cfg.Seals.Add
	r.cfg.OnFatal = func(err error) {
		select {
		case fatals <- err:
		default:
		}
	}
	node, err := Open(context.Background(), r.cfg, r.ledger, testLogger(g.t))
	if err != nil {
		return err
	}
	r.setNode(node)
	r.cfg.Listener = nil // a restart binds anew
	if g.net != nil {
		g.net.join(r.id, node)
	}
	return nil
}

// crash stops a replica without any farewell.
func (g *group) crash(r *replica) {
	n := r.node
	if n == nil {
		return
	}
	n.isClosing.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	n.closeOnce.Do(func() { n.closeErr = n.stop(ctx) })
	if n.closeErr != nil {
		g.t.Errorf("crash %s: %v", r.id, n.closeErr)
	}
	r.setNode(nil)
}

func (g *group) restart(r *replica) {
	g.t.Helper()
	g.crash(r)
	g.open(r)
}

// leader waits for a replica that takes writes and is none of those.
func (g *group) leader(not ...*replica) *replica {
	g.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		for _, r := range g.replicas {
			if r.node != nil && !slices.Contains(not, r) && r.node.IsLeader() {
				return r
			}
		}
		time.Sleep(time.Millisecond)
	}
	g.t.Fatal("no leader")
	return nil
}

func (g *group) followers(of *replica) []*replica {
	var out []*replica
	for _, r := range g.replicas {
		if r != of {
			out = append(out, r)
		}
	}
	return out
}

// client submits with retries until it has a receipt.
type client struct {
	g        *group
	session  uint64
	sequence uint64
	unknown  int
}

// next submits the client's next transition and returns the index at which it
// took effect.
func (c *client) next(ctx context.Context) (uint64, error) {
	c.sequence++
	for {
		for _, r := range c.g.members() {
			node := r.current()
			if node == nil || !node.IsLeader() {
				continue
			}
			receipts, _, err := node.Submit(ctx, []command.Submission{submission(c.session, c.sequence)}, nil)
			if err == nil {
				return receipts[0].Index, nil
			}
			if _, ok := errors.AsType[*UnknownOutcomeError](err); ok {
				c.unknown++
			}
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

// equal waits until all replicas hold the same.
func (g *group) equal() {
	g.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		same := true
		first := g.replicas[0].ledger.Position()
		for _, r := range g.replicas[1:] {
			p := r.ledger.Position()
			same = same && p.Index == first.Index && p.Root == first.Root && p.Lineage == first.Lineage
		}
		if same {
			return
		}
		if time.Now().After(deadline) {
			for _, r := range g.replicas {
				g.t.Logf("%s: %+v", r.id, r.ledger.Position())
			}
			g.t.Fatal("replicas did not become equal")
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// mesh is a simulated network for Raft and the peer service.
type mesh struct {
	mu         sync.Mutex
	nodes      map[string]*Node
	transports map[string]*meshTransport
	cut        map[[2]string]bool          // from, to
	hold       map[[2]string]chan struct{} // answers wait for the channel
	held       chan struct{}
	hang       chan struct{} // TimeoutNow waits for it, if set
}

func newMesh() *mesh {
	return &mesh{
		nodes: map[string]*Node{}, transports: map[string]*meshTransport{}, cut: map[[2]string]bool{},
		hold: map[[2]string]chan struct{}{}, held: make(chan struct{}, 16),
	}
}

func (m *mesh) join(id string, n *Node) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.nodes[id] = n
}

// separate cuts or mends both directions between two members.
func (m *mesh) separate(a, b string, cut bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cut[[2]string{a, b}], m.cut[[2]string{b, a}] = cut, cut
}

func (m *mesh) isCut(from, to string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cut[[2]string{from, to}]
}

// transport returns a new transport for a member, connected with all others.
func (m *mesh) transport(id string) *meshTransport {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, inner := raft.NewInmemTransport(raft.ServerAddress(id))
	t := &meshTransport{InmemTransport: inner, mesh: m, id: id}
	for other, o := range m.transports {
		if other != id {
			o.Connect(raft.ServerAddress(id), inner)
			inner.Connect(raft.ServerAddress(other), o.InmemTransport)
		}
	}
	m.transports[id] = t
	return t
}

var errCut = errors.New("link is cut")

type meshTransport struct {
	*raft.InmemTransport
	mesh *mesh
	id   string
}

func (t *meshTransport) pass(to raft.ServerID) error {
	if t.mesh.isCut(t.id, string(to)) {
		time.Sleep(20 * time.Millisecond)
		return errCut
	}
	return nil
}

func (t *meshTransport) AppendEntriesPipeline(raft.ServerID, raft.ServerAddress) (raft.AppendPipeline, error) {
	return nil, raft.ErrPipelineReplicationNotSupported
}

func (t *meshTransport) AppendEntries(id raft.ServerID, a raft.ServerAddress, q *raft.AppendEntriesRequest, p *raft.AppendEntriesResponse) error {
	if err := t.pass(id); err != nil {
		return err
	}
	err := t.InmemTransport.AppendEntries(id, a, q, p)
	t.mesh.mu.Lock()
	hold := t.mesh.hold[[2]string{t.id, string(id)}]
	t.mesh.mu.Unlock()
	if hold != nil {
		select {
		case t.mesh.held <- struct{}{}:
		default:
		}
		<-hold
	}
	return err
}

func (t *meshTransport) RequestVote(id raft.ServerID, a raft.ServerAddress, q *raft.RequestVoteRequest, p *raft.RequestVoteResponse) error {
	if err := t.pass(id); err != nil {
		return err
	}
	return t.InmemTransport.RequestVote(id, a, q, p)
}

func (t *meshTransport) RequestPreVote(id raft.ServerID, a raft.ServerAddress, q *raft.RequestPreVoteRequest, p *raft.RequestPreVoteResponse) error {
	if err := t.pass(id); err != nil {
		return err
	}
	return t.InmemTransport.RequestPreVote(id, a, q, p)
}

func (t *meshTransport) InstallSnapshot(id raft.ServerID, a raft.ServerAddress, q *raft.InstallSnapshotRequest, p *raft.InstallSnapshotResponse, r io.Reader) error {
	if err := t.pass(id); err != nil {
		return err
	}
	return t.InmemTransport.InstallSnapshot(id, a, q, p, r)
}

func (t *meshTransport) TimeoutNow(id raft.ServerID, a raft.ServerAddress, q *raft.TimeoutNowRequest, p *raft.TimeoutNowResponse) error {
	if err := t.pass(id); err != nil {
		return err
	}
	t.mesh.mu.Lock()
	hang := t.mesh.hang
	t.mesh.mu.Unlock()
	if hang != nil {
		<-hang
		return errCut
	}
	return t.InmemTransport.TimeoutNow(id, a, q, p)
}

// meshClient is the peer service over the mesh.
type meshClient struct {
	mesh     *mesh
	from, to string
}

func meshCall[Q, P any](ctx context.Context, c meshClient, q Q, call func(peerv1.PeerServiceServer, context.Context, Q) (P, error)) (P, error) {
	var zero P
	c.mesh.mu.Lock()
	node := c.mesh.nodes[c.to]
	c.mesh.mu.Unlock()
	if node == nil || node.closing() || c.mesh.isCut(c.from, c.to) {
		return zero, errCut
	}
	p, err := call(node.PeerServer(), ctx, q)
	if c.mesh.isCut(c.to, c.from) {
		return zero, errCut
	}
	return p, err
}

func (c meshClient) ConfirmTerm(ctx context.Context, q *peerv1.ConfirmTermRequest, _ ...grpc.CallOption) (*peerv1.ConfirmTermResponse, error) {
	return meshCall(ctx, c, q, peerv1.PeerServiceServer.ConfirmTerm)
}

func (c meshClient) ReadIndex(ctx context.Context, q *peerv1.ReadIndexRequest, _ ...grpc.CallOption) (*peerv1.ReadIndexResponse, error) {
	return meshCall(ctx, c, q, peerv1.PeerServiceServer.ReadIndex)
}

func (c meshClient) ReportRoot(ctx context.Context, q *peerv1.ReportRootRequest, _ ...grpc.CallOption) (*peerv1.ReportRootResponse, error) {
	return meshCall(ctx, c, q, peerv1.PeerServiceServer.ReportRoot)
}

func (c meshClient) Exchange(ctx context.Context, q *peerv1.ExchangeRequest, _ ...grpc.CallOption) (*peerv1.ExchangeResponse, error) {
	return meshCall(ctx, c, q, peerv1.PeerServiceServer.Exchange)
}

func (c meshClient) LeaderGone(ctx context.Context, q *peerv1.LeaderGoneRequest, _ ...grpc.CallOption) (*peerv1.LeaderGoneResponse, error) {
	return meshCall(ctx, c, q, peerv1.PeerServiceServer.LeaderGone)
}

func (c meshClient) Execute(ctx context.Context, q *peerv1.ExecuteRequest, _ ...grpc.CallOption) (*peerv1.ExecuteResponse, error) {
	return meshCall(ctx, c, q, peerv1.PeerServiceServer.Execute)
}

// newMeshGroup opens n replicas over a mesh, in memory.
func newMeshGroup(tb testing.TB, n int, tune func(*Config)) *group {
	tb.Helper()
	g := &group{t: tb, net: newMesh()}
	var peers []Peer
	for _, id := range ids(n) {
		peers = append(peers, Peer{ID: id, Addr: id, RPCAddr: "rpc-" + id})
	}
	for _, id := range ids(n) {
		store := raft.NewInmemStore()
		r := &replica{id: id, cfg: Config{NodeID: id, Peers: peers}}
		r.cfg.Seams = Seams{
			Transport: g.net.transport(id), LogStore: store, Stable: store, Snapshots: raft.NewInmemSnapshotStore(),
			DialPeer: func(to, _ string) (peerv1.PeerServiceClient, error) { return meshClient{g.net, id, to}, nil },
		}
		if tune != nil {
			tune(&r.cfg)
		}
		g.replicas = append(g.replicas, r)
	}
	g.openAll()
	return g
}

func (g *group) String() string { return fmt.Sprintf("%d replicas", len(g.replicas)) }
