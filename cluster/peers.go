package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// Calls between replicas fail fast and are bounded by their caller's context; a
// peer that is down or paused never holds anything but its own goroutine.

const exchangeTimeout = time.Second

// peerServer serves the peer service for its node.
type peerServer struct {
	peerv1.UnimplementedPeerServiceServer
	node *Node
}

// PeerServer returns the node's side of the peer service, for simulated
// networks.
func (n *Node) PeerServer() peerv1.PeerServiceServer { return &peerServer{node: n} }

// peerSet keeps one client per peer.
type peerSet struct {
	dial func(id, addr string) (peerv1.PeerServiceClient, error)
	addr func(id string) (string, bool)

	mu      sync.Mutex // guards the maps
	clients map[string]peerv1.PeerServiceClient
	conns   map[string]*grpc.ClientConn
	last    map[string]heard
}

// heard is a peer's last status, when it came, and what this node had applied by then.
type heard struct {
	status  *peerv1.NodeStatus
	at      time.Time
	applied uint64
}

func newPeerSet(cfg Config, members *book, id *identity) *peerSet {
	p := &peerSet{clients: map[string]peerv1.PeerServiceClient{}, conns: map[string]*grpc.ClientConn{}, last: map[string]heard{}, dial: cfg.Seams.DialPeer}
	p.addr = func(node string) (string, bool) {
		peer, ok := members.peer(node)
		return peer.Addr, ok
	}
	if p.dial == nil {
		p.dial = func(node, addr string) (peerv1.PeerServiceClient, error) { return p.dialTCP(id, node, addr) }
	}
	return p
}

// client returns the peer's client; connecting happens in the background.
func (p *peerSet) client(id string) (peerv1.PeerServiceClient, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.clients[id]; c != nil {
		return c, nil
	}
	addr, ok := p.addr(id)
	if !ok {
		return nil, fmt.Errorf("cluster: no address for peer %q", id)
	}
	c, err := p.dial(id, addr)
	if err != nil {
		return nil, fmt.Errorf("cluster: dial peer %s: %w", id, err)
	}
	p.clients[id] = c
	return c, nil
}

// dialTCP is called with mu held.
func (p *peerSet) dialTCP(id *identity, node, addr string) (peerv1.PeerServiceClient, error) {
	conn, err := grpc.NewClient("passthrough:///"+addr,
		// Encryption, where there is any, is below the hello.
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, target string) (net.Conn, error) {
			return id.dial(ctx, kindGRPC, target)
		}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 20 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 250 * time.Millisecond},
			MinConnectTimeout: time.Second,
		}),
	)
	if err != nil {
		return nil, err
	}
	p.conns[node] = conn
	return peerv1.NewPeerServiceClient(conn), nil
}

// forget drops what belongs to a peer that is no member any more, or elsewhere.
func (p *peerSet) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.clients, id)
	delete(p.last, id)
	if c := p.conns[id]; c != nil {
		_ = c.Close()
		delete(p.conns, id)
	}
}

func (p *peerSet) hear(s *peerv1.NodeStatus, applied uint64) {
	if s.GetNode() == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, member := p.addr(s.GetNode()); member {
		p.last[s.GetNode()] = heard{status: s, at: time.Now(), applied: applied}
	}
}

func (p *peerSet) lastHeard(id string) (heard, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h, ok := p.last[id]
	return h, ok
}

func (p *peerSet) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, c := range p.conns {
		errs = append(errs, c.Close())
	}
	clear(p.conns)
	return errors.Join(errs...)
}

// exchange keeps one peer's status fresh until ctx ends.
func (n *Node) exchange(life context.Context, id string) {
	tick := time.NewTicker(n.cfg.ExchangeInterval)
	defer tick.Stop()
	for {
		ctx, cancel := context.WithTimeout(life, exchangeTimeout)
		if client, err := n.peers.client(id); err == nil {
			if resp, err := client.Exchange(ctx, &peerv1.ExchangeRequest{Status: n.nodeStatus()}); err == nil {
				n.hear(resp.GetStatus())
			}
		}
		cancel()
		select {
		case <-tick.C:
		case <-life.Done():
			return
		}
	}
}

// Exchange serves the peer service.
func (s *peerServer) Exchange(ctx context.Context, req *peerv1.ExchangeRequest) (*peerv1.ExchangeResponse, error) {
	n, said := s.node, req.GetStatus()
	before, known := n.peers.lastHeard(said.GetNode())
	if n.hear(said); !known || saysOther(before.status, said) {
		signal(n.greeted) // not each time: two that wait would ask each other in turns without a pause
	}
	resp := &peerv1.ExchangeResponse{}
	resp.Invited, resp.Voter = n.invites(said.GetNode())
	if resp.Invited && said.GetWaiting() { // a leader of before knows of no vote that was given back since
		_, err := n.ConfirmLeadership(ctx)
		resp.Invited = err == nil
	}
	resp.Status = n.nodeStatus() // last: the change that an invitation stands on is committed in it
	return resp, nil
}

// saysOther reports whether something changed that one who waits goes by.
func saysOther(before, now *peerv1.NodeStatus) bool {
	return before.GetLeader() != now.GetLeader() || before.GetWaiting() != now.GetWaiting() ||
		before.GetEmptyDirectory() != now.GetEmptyDirectory() || !slices.Equal(before.GetBeganWith(), now.GetBeganWith())
}

func (n *Node) nodeStatus() *peerv1.NodeStatus {
	position := n.machine.Position()
	return &peerv1.NodeStatus{
		Node:           n.cfg.NodeID,
		Lineage:        position.Lineage[:],
		Term:           n.raft.CurrentTerm(),
		LastIndex:      n.raft.LastIndex(),
		CommitIndex:    n.raft.CommitIndex(),
		AppliedIndex:   n.machine.AppliedIndex(),
		Leader:         n.IsLeader(),
		LastWriteUs:    n.stores.watch.lastUs.Load(),
		Audit:          n.audit.Load().proto(),
		RpcAddress:     n.self().RPCAddr,
		Installing:     n.installing(),
		Version:        n.version(),
		Waiting:        n.uninvited.Load(),
		Refill:         n.refill.Load().wantsVote(),
		EmptyDirectory: n.empty.Load(),
		BeganWith:      n.dir.began(),
		DiskRefuses:    n.disk.short(), SlowestWriteUs: n.slowestUs.Load(),
	}
}
