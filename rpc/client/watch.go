package client

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A watch is resumed at any replica behind the last fill that was handed over, or where it began if there was none yet,
// so that none is missed and none comes twice.

// WatchFills calls fn for each fill of an account (0: of all) after the mark,
// or from now on if it is nil, until ctx ends or fn fails. ready, if not nil, is
// called once, when fills from then on will be seen.
func (c *Client) WatchFills(ctx context.Context, account uint64, after *pb.FillMark, ready func(), fn func(*pb.FillMark, *pb.Fill) error) error {
	for n, released := 0, 0; ; n++ {
		addr := c.target(false)
		seen := after
		err := c.watchOnce(ctx, addr, &pb.WatchFillsRequest{Account: account, After: after}, func(m *pb.WatchFillsResponse) error {
			if m.GetFill() != nil {
				if err := fn(m.GetMark(), m.GetFill()); err != nil {
					return &callbackError{err}
				}
			} else if ready != nil { // where the watch begins
				ready()
				ready = nil
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
		if !proto.Equal(after, seen) {
			n, released = 0, 0
		}
		reason := wire.ErrorDetails(err).Reason
		if reason == wire.ReasonMarkReleased && released < len(c.cfg.Endpoints) {
			released++ // another replica may still hold it
		} else if !retryable(err) && reason != wire.ReasonTooSlow {
			return fmt.Errorf("watch fills: %w", err)
		}
		c.failed(addr, err)
		if werr := c.wait(ctx, n, err); werr != nil {
			return werr
		}
	}
}

type callbackError struct{ err error }

func (e *callbackError) Error() string { return e.err.Error() }

func (c *Client) watchOnce(ctx context.Context, addr string, req *pb.WatchFillsRequest, fn func(*pb.WatchFillsResponse) error) error {
	conn, err := c.conn(addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := pb.NewSequencerServiceClient(conn).WatchFills(ctx, req)
	if err != nil {
		return err
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

// asUnavailable makes a clean end, which a watch never has, one to go on from.
func asUnavailable(err error) error {
	if status.Code(err) == codes.Unknown || status.Code(err) == codes.Canceled {
		return status.Error(codes.Unavailable, err.Error())
	}
	return err
}

// WatchHeads calls fn with the heads now, or with the changes since a mark, and with each change from then on, until ctx
// ends or fn fails. It goes on at any replica behind the last change, so that none is missed and none comes twice; where
// no replica that it finds holds the changes since then, an answer says that there is a gap. ready, if not nil, is called
// once, when changes from then on will be seen.
func (c *Client) WatchHeads(ctx context.Context, after *pb.HeadsMark, ready func(), fn func(*pb.WatchHeadsResponse) error) error {
	for n := 0; ; n++ {
		addr := c.target(false)
		err := c.headsOnce(ctx, addr, after, func() {
			if ready != nil {
				ready()
				ready = nil
			}
		}, func(m *pb.WatchHeadsResponse) error {
			n = 0
			if m.GetGap() && m.GetMark().GetIndex() <= after.GetIndex() {
				return nil // a replica that is behind, and says nothing new
			}
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
		if !retryable(err) && wire.ErrorDetails(err).Reason != wire.ReasonTooSlow {
			return fmt.Errorf("watch heads: %w", err)
		}
		c.failed(addr, err)
		if werr := c.wait(ctx, n, err); werr != nil {
			return werr
		}
	}
}

func (c *Client) headsOnce(ctx context.Context, addr string, after *pb.HeadsMark, ready func(), fn func(*pb.WatchHeadsResponse) error) error {
	conn, err := c.conn(addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := pb.NewSequencerServiceClient(conn).WatchHeads(ctx, &pb.WatchHeadsRequest{After: after})
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
