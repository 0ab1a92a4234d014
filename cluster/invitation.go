package cluster

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// A replica with an empty disk may bear the name of a voter and has forgotten what
// that one promised. It takes no Raft message, and so gives no vote, before the
// leader has said that its name is that of a member without one: then the change
// that took the vote is committed, and no majority needs what was forgotten.

var errUninvited = errors.New("cluster: this node waits for its invitation")

// invitationPause is between two rounds of questions.
const invitationPause = 500 * time.Millisecond

// awaitInvitation asks those that this node was configured with whether it is invited.
func (n *Node) awaitInvitation() {
	if !n.uninvited.Load() {
		return
	}
	n.logger.Info("waiting for an invitation: add this node to the cluster, or replace a member by it")
	for n.life.Err() == nil {
		for _, p := range n.cfg.Peers {
			if p.ID != n.cfg.NodeID && n.invitedBy(p.ID) {
				n.logger.Info("invited", slog.String("leader", p.ID))
				n.uninvited.Store(false)
				return
			}
		}
		sleep(n.life, invitationPause)
	}
}

func (n *Node) invitedBy(id string) bool {
	ctx, cancel := context.WithTimeout(n.life, exchangeTimeout)
	defer cancel()
	client, err := n.peers.client(id)
	if err != nil {
		return false
	}
	resp, err := client.Exchange(ctx, &peerv1.ExchangeRequest{Status: n.nodeStatus()})
	if err != nil {
		n.peers.forget(id) // or it would go on dialling a peer that does not know this node yet
		return false
	}
	n.hear(resp.GetStatus())
	return resp.GetInvited()
}

// invites reports whether this node leads and a replica is a member without a vote.
func (n *Node) invites(id string) bool {
	s, ok := n.servers()[id]
	return ok && s.Suffrage == raft.Nonvoter && n.IsLeader()
}
