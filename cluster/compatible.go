package cluster

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// Replicas whose state machines are more than one version apart do not work
// together. Which commands are in use is not decided here but by the replicated
// minimum version (command.Activate), which no older program serves under.

// VersionError says that two replicas are too far apart.
type VersionError struct {
	Peer         string
	Ours, Theirs uint32
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("cluster: %s runs version %d of the state machine and this replica version %d: upgrade by one version at a time", e.Peer, e.Theirs, e.Ours)
}

// Is makes it a refusal.
func (e *VersionError) Is(target error) bool { return target == ErrMembership }

// compatible refuses a version that is further away than an upgrade leads.
func (n *Node) compatible(id string, version uint32) error {
	ours := n.version()
	if version == 0 || (version <= ours+1 && ours <= version+1) {
		return nil
	}
	return &VersionError{Peer: id, Ours: ours, Theirs: version}
}

// hear takes a peer's status. A replica that the leader's version leaves behind,
// or that is ahead of it, ends.
func (n *Node) hear(s *peerv1.NodeStatus) {
	n.peers.hear(s, n.machine.AppliedIndex())
	n.book.hear(s.GetNode(), s.GetRpcAddress())
	if err := n.compatible(s.GetNode(), s.GetVersion()); err != nil && s.GetLeader() {
		n.fatal(err)
	}
}
