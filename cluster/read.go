package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/raft"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// No read uses an index that was taken before the read began, and no index is
// handed out unless a majority confirmed, after it was taken, that it had not
// moved to a later term. See the package comment for the argument.

// readIndex is a confirmed commit index.
type readIndex struct {
	index, term uint64
}

const (
	readBackoffMin = 5 * time.Millisecond
	readBackoffMax = 50 * time.Millisecond
)

// ConfirmLeadership returns the term in which this node, after the call began,
// was the leader with every earlier write applied to its log. It is the fence
// before an effect outside the cluster.
func (n *Node) ConfirmLeadership(ctx context.Context) (term uint64, err error) {
	r, err := n.confirm.do(ctx)
	return r.term, err
}

// ReadBarrier returns once the local state machine holds everything that was
// acknowledged, or seen by any other linearizable read, before the call. It
// works on any node and waits for a leader until ctx ends.
func (n *Node) ReadBarrier(ctx context.Context) (index uint64, err error) {
	backoff := readBackoffMin
	for {
		r, err := n.askIndex(ctx)
		if err == nil {
			return r.index, n.waitApplied(ctx, r.index)
		}
		if n.closing() {
			return 0, ErrClosed
		}
		t := time.NewTimer(backoff)
		select {
		case <-t.C:
		case <-n.done:
			t.Stop()
			return 0, ErrClosed
		case <-ctx.Done():
			t.Stop()
			return 0, fmt.Errorf("cluster: read barrier: %w", errors.Join(context.Cause(ctx), err))
		}
		backoff = min(2*backoff, readBackoffMax)
	}
}

func (n *Node) waitApplied(ctx context.Context, index uint64) error {
	if err := n.machine.WaitApplied(ctx, index); err != nil {
		return fmt.Errorf("cluster: wait for index %d: %w", index, err)
	}
	return nil
}

func (n *Node) askIndex(ctx context.Context) (readIndex, error) {
	if n.raft.State() == raft.Leader {
		return n.confirm.do(ctx)
	}
	return n.remote.do(ctx)
}

// runRemote asks the leader for an index, once.
func (n *Node) runRemote(ctx context.Context) (readIndex, error) {
	_, id := n.raft.LeaderWithID()
	if id == "" || string(id) == n.cfg.NodeID {
		return readIndex{}, n.notLeader()
	}
	client, err := n.peers.client(string(id))
	if err != nil {
		return readIndex{}, err
	}
	resp, err := client.ReadIndex(ctx, &peerv1.ReadIndexRequest{Node: n.cfg.NodeID})
	if err != nil {
		return readIndex{}, fmt.Errorf("cluster: read index from %s: %w", id, err)
	}
	return readIndex{index: resp.GetIndex(), term: resp.GetTerm()}, nil
}

// runConfirm is one round on the leader.
func (n *Node) runConfirm(ctx context.Context) (readIndex, error) {
	term := n.ready.Load()
	if term == 0 || n.raft.State() != raft.Leader || n.raft.CurrentTerm() != term {
		return readIndex{}, n.notLeader()
	}
	// The index comes before the question: what was committed, and so could be
	// seen, before this round began is at or below it.
	r := readIndex{index: n.raft.CommitIndex(), term: term}
	voters := n.voters()
	need, left := len(voters)/2+1, len(voters)
	answers := make(chan error, len(voters))
	for _, id := range voters {
		if id == n.cfg.NodeID {
			need, left = need-1, left-1
			continue
		}
		n.spawn(func() { answers <- n.askTerm(ctx, id, term) })
	}
	var errs []error
	for need > 0 {
		if left < need {
			return readIndex{}, fmt.Errorf("cluster: leadership not confirmed: %w", errors.Join(append(errs, n.notLeader())...))
		}
		select {
		case err := <-answers:
			left--
			if err == nil {
				need--
			} else {
				errs = append(errs, err)
			}
		case <-ctx.Done():
			return readIndex{}, fmt.Errorf("cluster: leadership not confirmed: %w", errors.Join(append(errs, context.Cause(ctx))...))
		}
	}
	if n.raft.CurrentTerm() != term {
		return readIndex{}, n.notLeader()
	}
	return r, nil
}

// askTerm returns nil if the voter's term, after the question, is at most term.
func (n *Node) askTerm(ctx context.Context, id string, term uint64) error {
	client, err := n.peers.client(id)
	if err != nil {
		return err
	}
	resp, err := client.ConfirmTerm(ctx, &peerv1.ConfirmTermRequest{Node: n.cfg.NodeID, Term: term})
	if err != nil {
		return fmt.Errorf("cluster: confirm term with %s: %w", id, err)
	}
	if resp.GetTerm() > term {
		return fmt.Errorf("cluster: %s is at term %d, beyond %d", id, resp.GetTerm(), term)
	}
	return nil
}

// voters returns the ids of the voting members of the newest configuration.
func (n *Node) voters() []string {
	var ids []string
	f := n.raft.GetConfiguration()
	for _, s := range f.Configuration().Servers {
		if s.Suffrage == raft.Voter {
			ids = append(ids, string(s.ID))
		}
	}
	return ids
}

// ConfirmTerm serves the peer service.
// A replica that may have forgotten a vote does not say that it gave none.
func (s *peerServer) ConfirmTerm(context.Context, *peerv1.ConfirmTermRequest) (*peerv1.ConfirmTermResponse, error) {
	if s.node.uninvited.Load() {
		return nil, status.Error(codes.FailedPrecondition, errUninvited.Error())
	}
	if err := s.node.mayVote(); err != nil {
		return nil, status.Error(codes.FailedPrecondition, err.Error())
	}
	return &peerv1.ConfirmTermResponse{Term: s.node.raft.CurrentTerm()}, nil
}

// ReadIndex serves the peer service.
func (s *peerServer) ReadIndex(ctx context.Context, _ *peerv1.ReadIndexRequest) (*peerv1.ReadIndexResponse, error) {
	r, err := s.node.confirm.do(ctx)
	if err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	return &peerv1.ReadIndexResponse{Index: r.index, Term: r.term}, nil
}
