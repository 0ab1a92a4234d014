package cluster

import (
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
)

// A status is a snapshot for people and metrics; nothing decides by it.

// PeerStatus is what this node knows of another.
type PeerStatus struct {
	Peer
	Voter        bool
	Leader       bool
	Heard        bool          // ever, since this node started
	SinceContact time.Duration // meaningless if not heard
	Term         uint64
	LastIndex    uint64
	AppliedIndex uint64
	Lag          uint64 // entries behind this node's commit index
	LastWrite    time.Duration
}

// Status is the state of this node.
type Status struct {
	NodeID       string
	State        string // Raft's word: Follower, Candidate, Leader, Shutdown
	Accepting    bool   // takes writes
	Term         uint64
	LeaderID     string
	LeaderRPC    string
	LastIndex    uint64
	CommitIndex  uint64
	AppliedIndex uint64
	SinceLeader  time.Duration // since the last contact with a leader, 0 on the leader
	LastWrite    time.Duration // of the last write to the log
	Disk         Disk
	NoRoom       string        // why no transitions are taken here for want of room on this disk or others; empty if they are
	Stalled      time.Duration // how long this leader has committed nothing of what waits
	Quarantined  bool
	InFlight     int64  // admitted transitions without an outcome
	Slowed       string // why this node, which leads, slows intake; empty if it does not
	SlowedTotal  uint64 // transitions refused for that, since the start
	Position     fsm.Position
	Peers        []PeerStatus
}

// Status returns the node's state.
func (n *Node) Status() Status {
	s := Status{
		NodeID: n.cfg.NodeID, State: n.raft.State().String(), Accepting: n.accepting(), Term: n.raft.CurrentTerm(),
		LastIndex: n.raft.LastIndex(), CommitIndex: n.raft.CommitIndex(), AppliedIndex: n.machine.AppliedIndex(),
		LastWrite:   time.Duration(n.stores.watch.lastUs.Load()) * time.Microsecond,
		Quarantined: n.quarantined.Load(), InFlight: n.commits.admitted.Load(), Position: n.machine.Position(),
	}
	s.Disk, s.Stalled = n.disk.status(), time.Duration(n.stalledFor.Load())
	s.Disk.SlowestWrite = time.Duration(n.slowestUs.Load()) * time.Microsecond
	if e := n.room(); e != nil {
		s.NoRoom = e.Reason
	}
	if s.SlowedTotal = n.intake.refused.Load(); s.Accepting {
		s.Slowed = n.intake.behind(backlogOf(n.machine.Cursor()))
	}
	s.LeaderID, s.LeaderRPC = n.Leader()
	if at := n.raft.LastContact(); n.raft.State() != raft.Leader && !at.IsZero() {
		s.SinceLeader = time.Since(at)
	}
	voters := map[string]bool{}
	for _, id := range n.voters() {
		voters[id] = true
	}
	for _, p := range n.book.peers() {
		if p.ID == n.cfg.NodeID {
			continue
		}
		ps := PeerStatus{Peer: p, Voter: voters[p.ID], Leader: p.ID == s.LeaderID}
		if h, ok := n.peers.lastHeard(p.ID); ok {
			ps.Heard, ps.SinceContact = true, time.Since(h.at)
			ps.Term, ps.LastIndex, ps.AppliedIndex = h.status.GetTerm(), h.status.GetLastIndex(), h.status.GetAppliedIndex()
			ps.Lag = s.CommitIndex - min(s.CommitIndex, ps.AppliedIndex)
			ps.LastWrite = time.Duration(h.status.GetLastWriteUs()) * time.Microsecond
		}
		s.Peers = append(s.Peers, ps)
	}
	return s
}
