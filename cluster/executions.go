package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// The leader asks, one replica executes and answers, and what it says is a
// statement by that replica and nothing more: the leader's cursor judges it. An
// execution ends with the call that asked for it, and with its node.

// Execution is one replica's statement of what the zkVM layer makes of a sealed
// batch.
type Execution struct {
	Node   string // that executed
	Batch  uint64
	Sealed [32]byte // hash of the header of what was executed
	// Root, HeaderHash and JournalHash are what came out; zero if the guest
	// refused the batch.
	Root, HeaderHash, JournalHash [32]byte
	// Detail says where that differs from what the replica had sealed, in at most
	// cursor.MaxDetail bytes; empty if nowhere.
	Detail string
}

func (e Execution) proto() *peerv1.Execution {
	return &peerv1.Execution{
		Node: e.Node, Batch: e.Batch, Sealed: e.Sealed[:],
		Root: e.Root[:], HeaderHash: e.HeaderHash[:], JournalHash: e.JournalHash[:], Detail: e.Detail,
	}
}

func executionFromProto(p *peerv1.Execution) (Execution, error) {
	for _, b := range [][]byte{p.GetSealed(), p.GetRoot(), p.GetHeaderHash(), p.GetJournalHash()} {
		if len(b) != 32 {
			return Execution{}, fmt.Errorf("cluster: execution of batch %d by %q has a hash of %d bytes", p.GetBatch(), p.GetNode(), len(b))
		}
	}
	if len(p.GetDetail()) > cursor.MaxDetail {
		return Execution{}, fmt.Errorf("cluster: execution of batch %d by %q has a detail of %d bytes", p.GetBatch(), p.GetNode(), len(p.GetDetail()))
	}
	return Execution{
		Node: p.GetNode(), Batch: p.GetBatch(), Sealed: [32]byte(p.GetSealed()), Root: [32]byte(p.GetRoot()),
		HeaderHash: [32]byte(p.GetHeaderHash()), JournalHash: [32]byte(p.GetJournalHash()), Detail: p.GetDetail(),
	}, nil
}

// ExecuteFunc executes a batch that this replica has sealed under a header with
// this hash. It must return soon after ctx ends, and may be called concurrently.
type ExecuteFunc func(ctx context.Context, batch uint64, sealed [32]byte) (Execution, error)

var errNoExecutor = errors.New("cluster: this replica executes nothing")

// ServeExecutions registers what this replica does when the leader asks it to
// execute a batch. Without it, it refuses.
func (n *Node) ServeExecutions(execute ExecuteFunc) { n.execute.Store(&execute) }

// Execute asks another replica to execute a batch and returns its statement,
// which may be wrong but speaks of that batch. An error says that it gave none.
func (n *Node) Execute(ctx context.Context, node string, batch uint64, sealed [32]byte) (Execution, error) {
	client, err := n.peers.client(node)
	if err != nil {
		return Execution{}, err
	}
	resp, err := client.Execute(ctx, &peerv1.ExecuteRequest{
		Node: n.cfg.NodeID, Batch: batch, Sealed: sealed[:], Index: n.machine.AppliedIndex(),
	})
	if err != nil {
		return Execution{}, fmt.Errorf("cluster: have %s execute batch %d: %w", node, batch, err)
	}
	e, err := executionFromProto(resp.GetExecution())
	if err == nil && (e.Node != node || e.Batch != batch || e.Sealed != sealed) {
		err = fmt.Errorf("cluster: asked %s for batch %d, it speaks of batch %d by %q", node, batch, e.Batch, e.Node)
	}
	return e, err
}

// Reachable returns the other voters that were heard of lately, in the order of
// their ids.
func (n *Node) Reachable() []string {
	var out []string
	for _, id := range n.voters() {
		if h, ok := n.peers.lastHeard(id); ok && time.Since(h.at) < n.lately() {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// Execute serves the peer service.
func (s *peerServer) Execute(ctx context.Context, req *peerv1.ExecuteRequest) (*peerv1.ExecuteResponse, error) {
	if len(req.GetSealed()) != 32 {
		return nil, status.Error(codes.InvalidArgument, "cluster: a batch is named by its number and a hash of 32 bytes")
	}
	e, err := s.node.serveExecution(ctx, req.GetIndex(), req.GetBatch(), [32]byte(req.GetSealed()))
	if err != nil {
		return nil, status.Error(codes.FailedPrecondition, err.Error())
	}
	return &peerv1.ExecuteResponse{Execution: e.proto()}, nil
}

// serveExecution executes in a goroutine that Close waits for: the executor
// belongs to somebody who closes it after the node.
func (n *Node) serveExecution(ctx context.Context, index, batch uint64, sealed [32]byte) (e Execution, err error) {
	execute := n.execute.Load()
	if execute == nil {
		return Execution{}, errNoExecutor
	}
	ctx, cancel := context.WithCancel(ctx)
	defer context.AfterFunc(n.life, cancel)()
	defer cancel()
	done := make(chan struct{})
	n.spawn(func() {
		defer close(done)
		if n.life.Err() != nil {
			err = ErrClosed
			return
		}
		if err = n.machine.WaitApplied(ctx, index); err == nil {
			e, err = (*execute)(ctx, batch, sealed)
		}
	})
	<-done
	return e, err
}
