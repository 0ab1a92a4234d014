package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/hashicorp/raft"
)

// Checkpoint takes a snapshot now, or the newest one if nothing was applied since,
// and opens it. It goes into this node's directory as any other; Apply goes on beside
// it. The caller closes the content, which stays readable however many are taken
// after it.
func (n *Node) Checkpoint(ctx context.Context) (*raft.SnapshotMeta, io.ReadCloser, error) {
	if n.closing() {
		return nil, nil, ErrClosed
	}
	future := n.raft.Snapshot()
	taken := make(chan error, 1)
	go func() { taken <- future.Error() }() // Raft drops futures at its end: nobody waits for this one then
	select {
	case err := <-taken:
		if err != nil && !errors.Is(err, raft.ErrNothingNewToSnapshot) {
			return nil, nil, fmt.Errorf("cluster: take a snapshot: %w", err)
		}
	case <-ctx.Done():
		return nil, nil, fmt.Errorf("cluster: take a snapshot: %w", context.Cause(ctx))
	case <-n.done:
		return nil, nil, ErrClosed
	}
	list, err := n.stores.snapshots.List()
	if err != nil {
		return nil, nil, fmt.Errorf("cluster: list snapshots: %w", err)
	}
	if len(list) == 0 {
		return nil, nil, fmt.Errorf("cluster: take a snapshot: %w", raft.ErrNothingNewToSnapshot)
	}
	meta, content, err := n.stores.snapshots.Open(list[0].ID)
	if err != nil {
		return nil, nil, fmt.Errorf("cluster: open snapshot %s: %w", list[0].ID, err)
	}
	return meta, content, nil
}

// Damaged lists the snapshots that were set aside when this node started, by their
// paths.
func (n *Node) Damaged() []string { return n.damaged }
