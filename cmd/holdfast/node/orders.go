package node

import (
	"context"
	"errors"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/sync/manager"
)

// orders passes operators' orders about anchors to the manager.
type orders struct{ manager *manager.Manager }

// RetryAnchor implements server.Anchors.
func (o orders) RetryAnchor(ctx context.Context, kind cursor.Kind, nonce uint64, reason string) error {
	return answer(o.manager.RetryAnchor(ctx, kind, nonce, reason))
}

// CancelAnchor implements server.Anchors.
func (o orders) CancelAnchor(ctx context.Context, kind cursor.Kind, nonce uint64, reason string) error {
	return answer(o.manager.CancelAnchor(ctx, kind, nonce, reason))
}

// answer gives an error of the manager the form that the API knows.
func answer(err error) error {
	if refused, ok := errors.AsType[*manager.OrderRefusedError](err); ok {
		return &server.RefusedError{Err: refused}
	}
	if errors.Is(err, manager.ErrNotAnchoring) {
		return &cluster.NotLeaderError{} // its duties have ended, or not begun
	}
	return err
}
