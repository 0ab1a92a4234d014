package client_test

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
)

// replica is one server over one real node, in this process.
type replica struct {
	id      string
	machine *fsm.Machine
	node    *cluster.Node
	rpc     string
	grpc    *grpc.Server
	stop    func()
}

// group is a real cluster with real TCP and real disks.
type group struct {
	t        testing.TB
	replicas []*replica
}

type options struct {
	replicas int
	limits   command.Limits
	server   func(*server.Config)
	cluster  func(*cluster.Config)
}

func listener(tb testing.TB) net.Listener {
	tb.Helper()
	l, err := loopback.Listen()
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// limits of a session's window, of how many there may be, and of their idle time.
func limits(window, sessions uint32, expiryMs int64) command.Limits {
	return command.Limits{
		SessionInFlight: window, Sessions: sessions, SessionExpiryMs: expiryMs, RecentVersions: 8, RetainedBytes: 1 << 26,
	}
}

func startGroup(tb testing.TB, o options) *group {
	tb.Helper()
	if o.limits == (command.Limits{}) {
		o.limits = limits(4096, 64, 3_600_000)
	}
	var rafts, rpcs []net.Listener
	var peers []cluster.Peer
	for i := range o.replicas {
		rafts, rpcs = append(rafts, listener(tb)), append(rpcs, listener(tb))
		peers = append(peers, cluster.Peer{
			ID: "n" + string(rune('1'+i)), Addr: rafts[i].Addr().String(), RPCAddr: rpcs[i].Addr().String(),
		})
	}
	g := &group{t: tb}
	for i := range o.replicas {
		g.replicas = append(g.replicas, startReplica(tb, o, peers, i, rafts[i], rpcs[i]))
	}
	g.leader()
	return g
}

func startReplica(tb testing.TB, o options, peers []cluster.Peer, i int, raft, rpc net.Listener) *replica {
	tb.Helper()
	fatal := func(err error) { tb.Errorf("replica %s: %v", peers[i].ID, err) }
	feed := cluster.NewSealFeed()
	r := &replica{id: peers[i].ID, rpc: peers[i].RPCAddr}
	r.machine = fsm.New(fsm.Config{
		NodeID: r.id, OnSeal: feed.Add, OnFatal: fatal,
	})
	cc := cluster.Config{
		NodeID: r.id, DataDir: tb.TempDir(), Peers: peers, Listener: raft, Seals: feed, OnFatal: fatal,
		HeartbeatTimeout: 300 * time.Millisecond, ElectionTimeout: 300 * time.Millisecond, DiskHangLimit: time.Minute, // two busy cores
		Genesis: command.Genesis{ChainID: 1337, ProgramVersion: 1, PayloadKind: uint8(batch.PayloadTransitions), Limits: o.limits},
	}
	if o.cluster != nil {
		o.cluster(&cc)
	}
	node, err := cluster.Open(tb.Context(), cc, r.machine, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	r.node = node
	sc := server.Config{NodeID: r.id, Cluster: node, Machine: r.machine, ProofPolicy: "execution", ConfigYAML: "node: {}\n", Version: "test"}
	if o.server != nil {
		o.server(&sc)
	}
	srv, err := server.New(sc)
	if err != nil {
		tb.Fatal(err)
	}
	r.grpc = grpc.NewServer(srv.Options()...)
	srv.Register(r.grpc)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = srv.Run(ctx) })
	wg.Go(func() { _ = r.grpc.Serve(rpc) })
	r.stop = sync.OnceFunc(func() {
		r.grpc.Stop()
		cancel()
		wg.Wait()
		closing, done := context.WithTimeout(context.Background(), time.Minute)
		defer done()
		if err := node.Close(closing); err != nil {
			tb.Errorf("close %s: %v", r.id, err)
		}
	})
	tb.Cleanup(r.stop)
	return r
}

// leader waits for one that takes writes.
func (g *group) leader() *replica {
	g.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		for _, r := range g.replicas {
			if r != nil && r.node.IsLeader() {
				return r
			}
		}
		time.Sleep(5 * time.Millisecond) // elections run on the real clock
	}
	g.t.Fatal("no leader")
	return nil
}

func (g *group) follower() *replica {
	g.t.Helper()
	l := g.leader()
	for _, r := range g.replicas {
		if r != nil && r != l {
			return r
		}
	}
	g.t.Fatal("no follower")
	return nil
}

// kill stops a replica without handing leadership over first: its API goes with it.
func (g *group) kill(r *replica) {
	for i := range g.replicas {
		if g.replicas[i] == r {
			g.replicas[i] = nil
		}
	}
	r.stop()
}

func (g *group) endpoints() []string {
	var out []string
	for _, r := range g.replicas {
		if r != nil {
			out = append(out, r.rpc)
		}
	}
	return out
}

func (g *group) client(l1 client.AnchorReader, endpoints ...string) *client.Client {
	g.t.Helper()
	if len(endpoints) == 0 {
		endpoints = g.endpoints()
	}
	c, err := client.New(client.Config{Endpoints: endpoints, L1: l1, TryTimeout: 2 * time.Second})
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = c.Close() })
	return c
}

// seal seals the open batch and gives it.
func (g *group) seal() *fsm.SealedBatch {
	g.t.Helper()
	l := g.leader()
	n := l.machine.Status().Open.Number
	body := command.Seal{Number: n, TimeMs: time.Now().UnixMilli(), ProgramVersion: 1}.Append(nil)
	r, err := l.node.Propose(g.t.Context(), command.TypeSeal, body)
	if err != nil || r.Err != nil {
		g.t.Fatalf("seal batch %d: %v %v", n, err, r)
	}
	b, err := l.machine.Sealed(n)
	if err != nil {
		g.t.Fatal(err)
	}
	return b
}

// setup is an exchange of one market and two rich accounts.
func setup() []command.Transition {
	return []command.Transition{
		{Kind: command.RegisterAsset, Asset: 1, Decimals: 6, Address: command.Address{1}},
		{Kind: command.RegisterAsset, Asset: 2, Decimals: 0, Address: command.Address{2}},
		{Kind: command.CreateMarket, Market: 1, Asset: 2, Quote: 1, Tick: 1, Lot: 1},
		{Kind: command.ImportAccount, Account: 1, Address: command.Address{0xa}},
		{Kind: command.ImportAccount, Account: 2, Address: command.Address{0xb}},
		{Kind: command.ImportBalance, Account: 1, Asset: 1, Amount: 1_000_000_000},
		{Kind: command.ImportBalance, Account: 2, Asset: 2, Amount: 1_000_000_000},
		{Kind: command.EndImport},
	}
}

func bid(price, size, clientID uint64) command.Transition {
	return command.Transition{Kind: command.Place, Market: 1, Account: 1, Side: command.Bid, Price: price, Size: size, ClientID: clientID}
}

func ask(price, size, clientID uint64) command.Transition {
	return command.Transition{Kind: command.Place, Market: 1, Account: 2, Side: command.Ask, Price: price, Size: size, ClientID: clientID}
}

// scriptedL1 is the client's own view of L1.
type scriptedL1 struct {
	mu      sync.Mutex // guards batches
	batches map[uint64]anchor.Batch
}

func (l *scriptedL1) put(b *fsm.SealedBatch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.batches == nil {
		l.batches = map[uint64]anchor.Batch{}
	}
	l.batches[b.Header.Number] = anchor.Batch{Number: b.Header.Number, HeaderHash: b.Hash, PostRoot: b.Header.PostRoot, Level: anchor.Latest, BlockNumber: 1}
}

func (l *scriptedL1) Batch(_ context.Context, n uint64, _ anchor.Level) (anchor.Batch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.batches[n]
	if !ok {
		return b, anchor.ErrNotAnchored
	}
	return b, nil
}
