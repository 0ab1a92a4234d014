package client

import (
	"context"
	"fmt"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// WatchReverted calls fn for each entry of what rollbacks removed after the mark, or
// from the oldest rollback that is not acknowledged if it is nil, until ctx ends or
// fn fails. It goes on at any replica, so that no entry is missed and none comes
// twice. ready, if not nil, is called once, when the watch has begun.
func (c *Client) WatchReverted(ctx context.Context, after *pb.RevertedMark, ready func(), fn func(*pb.WatchRevertedResponse) error) error {
	for n := 0; ; n++ {
		addr := c.target(false)
		seen := after
		err := c.revertedOnce(ctx, addr, after, func() {
			if ready != nil {
				ready()
				ready = nil
			}
		}, func(m *pb.WatchRevertedResponse) error {
			if err := fn(m); err != nil {
				return &callbackError{err}
			}
			after = m.GetMark()
			return nil
		})
		if cb, ok := err.(*callbackError); ok { //nolint:errorlint // made a few lines above, never wrapped
			return cb.err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if after != seen {
			n = 0
		}
		if !retryable(err) && wire.ErrorDetails(err).Reason != wire.ReasonTooSlow {
			return fmt.Errorf("watch what was reverted: %w", err)
		}
		c.failed(addr, err)
		if werr := c.wait(ctx, n, err); werr != nil {
			return werr
		}
	}
}

func (c *Client) revertedOnce(ctx context.Context, addr string, after *pb.RevertedMark, ready func(), fn func(*pb.WatchRevertedResponse) error) error {
	conn, err := c.conn(addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := pb.NewSequencerServiceClient(conn).WatchReverted(ctx, &pb.WatchRevertedRequest{After: after})
	if err != nil {
		return err
	}
	if _, err := stream.Header(); err == nil {
		ready()
	}
	for {
		m, err := stream.Recv()
		if err != nil {
			return asUnavailable(err)
		}
		if err := fn(m); err != nil {
			return err
		}
	}
}

// AcknowledgeReverted says that everything which rollbacks up to this one removed
// was read. Repeating it is harmless.
func (c *Client) AcknowledgeReverted(ctx context.Context, rollback uint64) error {
	req := &pb.AcknowledgeRevertedRequest{Rollback: rollback}
	_, err := ask(ctx, c.write, pb.NewSequencerServiceClient, pb.SequencerServiceClient.AcknowledgeReverted, req)
	return err
}
