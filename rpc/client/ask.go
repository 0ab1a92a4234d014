package client

import (
	"context"

	"google.golang.org/grpc"
)

// A call of one method with one answer is written once, whichever way it takes to a replica.

// Method is a method of a service with one answer, as the expression pb.AuditServiceClient.Audit gives it.
type Method[S, Q, A any] = func(service S, ctx context.Context, req *Q, opts ...grpc.CallOption) (*A, error)

// Ask calls a method on some replica and tries others on failure: the method must be safe to repeat. For example
//
//	client.Ask(ctx, c, pb.NewAuditServiceClient, pb.AuditServiceClient.Audit, &pb.AuditRequest{})
func Ask[S, Q, A any](ctx context.Context, c *Client, service func(grpc.ClientConnInterface) S, method Method[S, Q, A], req *Q) (*A, error) {
	return ask(ctx, c.Read, service, method, req)
}

// AskAt calls a method once, on exactly the replica at addr.
func AskAt[S, Q, A any](ctx context.Context, c *Client, addr string, service func(grpc.ClientConnInterface) S, method Method[S, Q, A], req *Q) (*A, error) {
	at := func(ctx context.Context, fn func(context.Context, grpc.ClientConnInterface) error) error {
		return c.At(ctx, addr, fn)
	}
	return ask(ctx, at, service, method, req)
}

// ask calls a method by Read, At or write. The answer is nil beside an error.
func ask[S, Q, A any](ctx context.Context, by func(context.Context, func(context.Context, grpc.ClientConnInterface) error) error,
	service func(grpc.ClientConnInterface) S, method Method[S, Q, A], req *Q,
) (resp *A, err error) {
	err = by(ctx, func(ctx context.Context, conn grpc.ClientConnInterface) (err error) {
		resp, err = method(service(conn), ctx, req)
		return err
	})
	return resp, err
}
