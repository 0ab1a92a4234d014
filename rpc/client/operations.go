package client

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// Synchronize calls fn for each message of an operation, until it ends. Repeating it is harmless.
func (c *Client) Synchronize(ctx context.Context, req *pb.SynchronizeRequest, fn func(*pb.SynchronizeResponse) error) error {
	return operate(ctx, c, true, fn, func(ctx context.Context, o pb.OperationsServiceClient) (grpc.ServerStreamingClient[pb.SynchronizeResponse], error) {
		return o.Synchronize(ctx, req)
	})
}

// Verify has whichever replica answers compare all layers.
func (c *Client) Verify(ctx context.Context, fn func(*pb.VerifyResponse) error) error {
	return operate(ctx, c, true, fn, func(ctx context.Context, o pb.OperationsServiceClient) (grpc.ServerStreamingClient[pb.VerifyResponse], error) {
		return o.Verify(ctx, &pb.VerifyRequest{})
	})
}

// Reconcile removes a divergence from L1, or with dry_run says how. Without dry_run it is asked of one replica, once: what
// became of a call that was cut off, `holdfast status` says.
func (c *Client) Reconcile(ctx context.Context, req *pb.ReconcileRequest, fn func(*pb.ReconcileResponse) error) error {
	return operate(ctx, c, req.GetDryRun(), fn, func(ctx context.Context, o pb.OperationsServiceClient) (grpc.ServerStreamingClient[pb.ReconcileResponse], error) {
		return o.Reconcile(ctx, req)
	})
}

// RecoverStatus asks whichever replica answers from what the history could be recovered.
func (c *Client) RecoverStatus(ctx context.Context, fn func(*pb.RecoverStatusResponse) error) error {
	return operate(ctx, c, true, fn, func(ctx context.Context, o pb.OperationsServiceClient) (grpc.ServerStreamingClient[pb.RecoverStatusResponse], error) {
		return o.RecoverStatus(ctx, &pb.RecoverStatusRequest{})
	})
}

// operate is stream for operations.
func operate[T any](ctx context.Context, c *Client, again bool, fn func(*T) error,
	call func(context.Context, pb.OperationsServiceClient) (grpc.ServerStreamingClient[T], error),
) error {
	return stream(ctx, c, again, fn, func(ctx context.Context, conn grpc.ClientConnInterface) (grpc.ServerStreamingClient[T], error) {
		return call(ctx, pb.NewOperationsServiceClient(conn))
	})
}

// stream reads a call's messages. Until the first one it may be begun again at another replica.
func stream[T any](ctx context.Context, c *Client, again bool, fn func(*T) error,
	call func(context.Context, grpc.ClientConnInterface) (grpc.ServerStreamingClient[T], error),
) error {
	for n := 0; ; n++ {
		addr := c.target(false)
		conn, err := c.conn(addr)
		began := false
		if err == nil {
			began, err = streamOnce(ctx, conn, fn, call)
		}
		if err == nil || began || !again || !retryable(err) {
			return err
		}
		c.failed(addr, err)
		if werr := c.wait(ctx, n, err); werr != nil {
			return werr
		}
	}
}

func streamOnce[T any](ctx context.Context, conn grpc.ClientConnInterface, fn func(*T) error,
	call func(context.Context, grpc.ClientConnInterface) (grpc.ServerStreamingClient[T], error),
) (began bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	messages, err := call(ctx, conn)
	for err == nil {
		var m *T
		if m, err = messages.Recv(); err == nil {
			began = true
			err = fn(m)
		}
	}
	if errors.Is(err, io.EOF) {
		return began, nil
	}
	return began, asUnavailable(err)
}
