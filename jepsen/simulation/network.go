package simulation

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/hashicorp/raft"
	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// A message may be lost on its way there or back: an error never says whether
// the other side acted.

var errLost = errors.New("simulation: message lost")

// dice is the seeded source of every choice.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func newDice(seed uint64) *dice {
	return &dice{r: rand.New(rand.NewPCG(seed, 0x686f6c6466617374))} //nolint:gosec // reproducible on purpose
}

func (d *dice) below(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.IntN(n)
}

func (d *dice) chance(percent int) bool { return d.below(100) < percent }

func (d *dice) upTo(limit time.Duration) time.Duration {
	return time.Duration(d.below(int(limit/time.Microsecond)+1)) * time.Microsecond
}

type network struct {
	dice *dice

	mu         sync.Mutex // guards what follows
	lossy      bool
	cut        map[[2]string]bool // from, to
	nodes      map[string]*cluster.Node
	transports map[string]*raft.InmemTransport
}

func newNetwork(d *dice) *network {
	return &network{
		dice: d, lossy: true, cut: map[[2]string]bool{},
		nodes: map[string]*cluster.Node{}, transports: map[string]*raft.InmemTransport{},
	}
}

// way is one direction of a message.
func (n *network) way(from, to string) error {
	n.mu.Lock()
	cut, lossy := n.cut[[2]string{from, to}], n.lossy
	n.mu.Unlock()
	delay := 100 * time.Microsecond
	if lossy {
		delay += n.dice.upTo(8 * time.Millisecond)
	}
	time.Sleep(delay) // never nothing: what goes round in circles must take time
	if cut || lossy && n.dice.chance(2) {
		time.Sleep(30 * time.Millisecond)
		return errLost
	}
	return nil
}

// carry brings a call there and its answer back, sometimes twice.
func (n *network) carry(from, to string, call func() error, again func()) error {
	if err := n.way(from, to); err != nil {
		return err
	}
	if again != nil && n.isLossy() && n.dice.chance(3) {
		again()
	}
	if err := call(); err != nil {
		return err
	}
	return n.way(to, from)
}

func (n *network) isLossy() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lossy
}

// isolate cuts a node off, in one or both directions.
func (n *network) isolate(id string, in, out bool, all []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, o := range all {
		if o != id {
			n.cut[[2]string{o, id}], n.cut[[2]string{id, o}] = in, out
		}
	}
}

func (n *network) join(id string, node *cluster.Node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.nodes[id] = node
}

func (n *network) node(id string) *cluster.Node {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.nodes[id]
}

func (n *network) transport(id string) *transport {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, t := raft.NewInmemTransport(raft.ServerAddress(id))
	for other, o := range n.transports {
		if other != id {
			o.Connect(raft.ServerAddress(id), t)
			t.Connect(raft.ServerAddress(other), o)
		}
	}
	n.transports[id] = t
	return &transport{InmemTransport: t, net: n, id: id}
}

// transport is Raft's side.
type transport struct {
	*raft.InmemTransport
	net *network
	id  string
}

func (t *transport) AppendEntriesPipeline(raft.ServerID, raft.ServerAddress) (raft.AppendPipeline, error) {
	return nil, raft.ErrPipelineReplicationNotSupported
}

func (t *transport) AppendEntries(id raft.ServerID, a raft.ServerAddress, q *raft.AppendEntriesRequest, p *raft.AppendEntriesResponse) error {
	return t.net.carry(t.id, string(id),
		func() error { return t.InmemTransport.AppendEntries(id, a, q, p) },
		func() { _ = t.InmemTransport.AppendEntries(id, a, q, &raft.AppendEntriesResponse{}) })
}

func (t *transport) RequestVote(id raft.ServerID, a raft.ServerAddress, q *raft.RequestVoteRequest, p *raft.RequestVoteResponse) error {
	return t.net.carry(t.id, string(id),
		func() error { return t.InmemTransport.RequestVote(id, a, q, p) },
		func() { _ = t.InmemTransport.RequestVote(id, a, q, &raft.RequestVoteResponse{}) })
}

func (t *transport) RequestPreVote(id raft.ServerID, a raft.ServerAddress, q *raft.RequestPreVoteRequest, p *raft.RequestPreVoteResponse) error {
	return t.net.carry(t.id, string(id), func() error { return t.InmemTransport.RequestPreVote(id, a, q, p) }, nil)
}

func (t *transport) InstallSnapshot(id raft.ServerID, a raft.ServerAddress, q *raft.InstallSnapshotRequest, p *raft.InstallSnapshotResponse, r io.Reader) error {
	return t.net.carry(t.id, string(id), func() error { return t.InmemTransport.InstallSnapshot(id, a, q, p, r) }, nil)
}

func (t *transport) TimeoutNow(id raft.ServerID, a raft.ServerAddress, q *raft.TimeoutNowRequest, p *raft.TimeoutNowResponse) error {
	return t.net.carry(t.id, string(id), func() error { return t.InmemTransport.TimeoutNow(id, a, q, p) }, nil)
}

// peer is the peer service's side.
type peer struct {
	net      *network
	from, to string
}

func ask[Q, P any](ctx context.Context, c peer, q Q, call func(peerv1.PeerServiceServer, context.Context, Q) (P, error)) (p P, err error) {
	err = c.net.carry(c.from, c.to, func() error {
		node := c.net.node(c.to)
		if node == nil {
			return errLost
		}
		p, err = call(node.PeerServer(), ctx, q)
		return err
	}, nil)
	return p, err
}

func (c peer) ConfirmTerm(ctx context.Context, q *peerv1.ConfirmTermRequest, _ ...grpc.CallOption) (*peerv1.ConfirmTermResponse, error) {
	return ask(ctx, c, q, peerv1.PeerServiceServer.ConfirmTerm)
}

func (c peer) ReadIndex(ctx context.Context, q *peerv1.ReadIndexRequest, _ ...grpc.CallOption) (*peerv1.ReadIndexResponse, error) {
	return ask(ctx, c, q, peerv1.PeerServiceServer.ReadIndex)
}

func (c peer) ReportRoot(ctx context.Context, q *peerv1.ReportRootRequest, _ ...grpc.CallOption) (*peerv1.ReportRootResponse, error) {
	return ask(ctx, c, q, peerv1.PeerServiceServer.ReportRoot)
}

func (c peer) Exchange(ctx context.Context, q *peerv1.ExchangeRequest, _ ...grpc.CallOption) (*peerv1.ExchangeResponse, error) {
	return ask(ctx, c, q, peerv1.PeerServiceServer.Exchange)
}

func (c peer) LeaderGone(ctx context.Context, q *peerv1.LeaderGoneRequest, _ ...grpc.CallOption) (*peerv1.LeaderGoneResponse, error) {
	return ask(ctx, c, q, peerv1.PeerServiceServer.LeaderGone)
}

func (c peer) Execute(ctx context.Context, q *peerv1.ExecuteRequest, _ ...grpc.CallOption) (*peerv1.ExecuteResponse, error) {
	return ask(ctx, c, q, peerv1.PeerServiceServer.Execute)
}
