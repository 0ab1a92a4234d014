package cluster

import (
	"slices"
	"strings"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// An audit is one replica's word about the leader's record of L1. It travels with the replica's status, and speaks of
// the term that it was made in alone.

// maxAuditText bounds each text of an audit, in bytes.
const maxAuditText = 1024

// auditAge is how old a replica's word may be: a few exchanges, so that one that is gone does not speak on.
const auditAge = 10 * time.Second

// Audit is what a replica found when it compared what the leader recorded of L1 with its own endpoints.
type Audit struct {
	Node   string // whose it is
	Term   uint64 // in which it was made
	Leader string // of that term, as the replica knew it
	Agrees bool
	What   string // which record does not agree
	Batch  uint64 // that it concerns, 0 if none
	Block  uint64 // of L1 that it concerns, 0 if none
	Detail string // both sides
}

// SetAudit makes this replica's newest audit known to the others; nil takes it back. The node fills in whose it is, and
// in which term and under which leader.
func (n *Node) SetAudit(a *Audit) {
	if a != nil {
		mine := *a
		mine.Node, mine.Term = n.cfg.NodeID, n.raft.CurrentTerm()
		mine.Leader, _ = n.Leader()
		a = &mine
	}
	n.audit.Store(a)
}

// Audits returns what the other replicas found in a term, as far as it was heard lately, sorted by node.
func (n *Node) Audits(term uint64) []Audit {
	var out []Audit
	for _, p := range n.book.peers() {
		h, ok := n.peers.lastHeard(p.ID)
		if !ok || time.Since(h.at) > auditAge {
			continue
		}
		if a := h.status.GetAudit(); a != nil && a.GetTerm() == term {
			out = append(out, auditFromProto(p.ID, a))
		}
	}
	slices.SortFunc(out, func(a, b Audit) int { return strings.Compare(a.Node, b.Node) })
	return out
}

func (a *Audit) proto() *peerv1.Audit {
	if a == nil {
		return nil
	}
	return &peerv1.Audit{
		Term: a.Term, Leader: a.Leader, Agrees: a.Agrees, What: bounded(a.What), Batch: a.Batch, Block: a.Block, Detail: bounded(a.Detail),
	}
}

func auditFromProto(node string, p *peerv1.Audit) Audit {
	return Audit{
		Node: node, Term: p.GetTerm(), Leader: bounded(p.GetLeader()), Agrees: p.GetAgrees(), What: bounded(p.GetWhat()),
		Batch: p.GetBatch(), Block: p.GetBlock(), Detail: bounded(p.GetDetail()),
	}
}

// bounded is s as far as it is valid text that fits.
func bounded(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) > maxAuditText {
		s = strings.ToValidUTF8(s[:maxAuditText], "")
	}
	return s
}

// Replicas returns how many replicas vote.
func (n *Node) Replicas() int { return len(n.voters()) }
