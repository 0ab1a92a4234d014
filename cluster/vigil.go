package cluster

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// A vigil only ever makes an election earlier; it decides nothing about who may
// win it. It acts on refusals that a majority of the voters got themselves,
// never on silence.

const (
	vigilRedial  = 100 * time.Millisecond
	vigilDial    = time.Second
	refusalDial  = 250 * time.Millisecond
	refusalPause = 3 * time.Millisecond
	consultLimit = 500 * time.Millisecond
)

// keepVigil holds an idle connection to a peer and looks into its succession
// when it breaks.
func (n *Node) keepVigil(life context.Context, p Peer) {
	for life.Err() == nil {
		ctx, cancel := context.WithTimeout(life, vigilDial)
		conn, err := n.id.dial(ctx, kindVigil, p.Addr)
		cancel()
		if err == nil {
			stop := context.AfterFunc(life, func() { _ = conn.Close() })
			_, _ = io.Copy(io.Discard, conn)
			stop()
			_ = conn.Close()
		}
		if n.leads(p.ID) && refused(life, p.Addr) {
			n.succeed(p) // again at each redial for as long as nobody followed: a peer may have seen it too late
		}
		if err != nil {
			sleep(life, vigilRedial)
		}
	}
}

// leads reports whether this node takes the peer for the leader.
func (n *Node) leads(id string) bool {
	_, leader := n.raft.LeaderWithID()
	return string(leader) == id
}

// refused reports whether the address's host says that nobody listens there.
// The kernel of a dying process may close its connections before its listener,
// and until then it completes new ones: so an answer is doubted for a while.
func refused(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, refusalDial)
	defer cancel()
	for ctx.Err() == nil {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return true
		}
		if err == nil {
			_ = conn.Close()
		}
		sleep(ctx, refusalPause)
	}
	return false
}

// succeed makes this node a candidate if a majority finds the leader gone and
// nobody among it is better placed.
func (n *Node) succeed(gone Peer) {
	if !n.succeeding.CompareAndSwap(false, true) {
		return
	}
	defer n.succeeding.Store(false)
	ctx, cancel := context.WithTimeout(n.life, consultLimit)
	defer cancel()
	term, last := n.raft.CurrentTerm(), n.raft.LastIndex()
	voters := n.voters()
	type answer struct{ heard, gone, better bool }
	answers := make(chan answer, len(voters))
	asked, agree, best := 0, 1, true
	for _, id := range voters {
		if id == n.cfg.NodeID || id == gone.ID {
			continue
		}
		asked++
		n.spawn(func() {
			resp, err := n.askGone(ctx, id, gone.ID, term)
			answers <- answer{
				heard: err == nil, gone: resp.GetGone(),
				better: better(resp.GetLastIndex(), id, last, n.cfg.NodeID),
			}
		})
	}
	for range asked {
		a := <-answers // each comes, bounded by ctx
		if a.gone {
			agree++
		}
		if a.heard && a.better { // also if it does not agree: it may be a candidate already, and two would split the votes
			best = false
		}
	}
	if agree < len(voters)/2+1 || !best || n.raft.CurrentTerm() != term || !n.leads(gone.ID) {
		return
	}
	n.logger.Info("the leader's process is gone, standing for election", slog.String("leader", gone.ID), slog.Uint64("term", term))
	self := n.self()
	req := &raft.TimeoutNowRequest{RPCHeader: raft.RPCHeader{
		ProtocolVersion: raft.ProtocolVersionMax, ID: []byte(self.ID), Addr: []byte(self.Addr),
	}}
	if err := n.network.TimeoutNow(raft.ServerID(self.ID), raft.ServerAddress(self.Addr), req, &raft.TimeoutNowResponse{}); err != nil {
		n.logger.Warn("not standing for election", slog.Any("error", err))
	}
}

func (n *Node) askGone(ctx context.Context, id, leader string, term uint64) (*peerv1.LeaderGoneResponse, error) {
	client, err := n.peers.client(id)
	if err != nil {
		return nil, err
	}
	return client.LeaderGone(ctx, &peerv1.LeaderGoneRequest{Node: n.cfg.NodeID, Leader: leader, Term: term})
}

// better orders candidates: the longer log, then the smaller id.
func better(indexA uint64, idA string, indexB uint64, idB string) bool {
	if indexA != indexB {
		return indexA > indexB
	}
	return idA < idB
}

// LeaderGone serves the peer service. A callee that agrees and is better placed
// than the asker looks into the succession itself.
func (s *peerServer) LeaderGone(ctx context.Context, req *peerv1.LeaderGoneRequest) (*peerv1.LeaderGoneResponse, error) {
	n := s.node
	resp := &peerv1.LeaderGoneResponse{LastIndex: n.raft.LastIndex()}
	peer, member := n.book.peer(req.GetLeader())
	if !member || n.mux == nil || n.raft.CurrentTerm() != req.GetTerm() || !n.leads(peer.ID) {
		return resp, nil
	}
	if resp.Gone = refused(ctx, peer.Addr); resp.Gone {
		n.spawn(func() { n.succeed(peer) })
	}
	return resp, nil
}
