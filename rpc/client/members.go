package client

import (
	"context"

	"google.golang.org/grpc"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// Every change of the membership may be asked for again: it names the configuration that its caller saw.

// PromoteMember calls fn for each message until the member votes.
func (c *Client) PromoteMember(ctx context.Context, req *pb.PromoteMemberRequest, fn func(*pb.PromoteMemberResponse) error) error {
	return stream(ctx, c, true, fn, func(ctx context.Context, conn grpc.ClientConnInterface) (grpc.ServerStreamingClient[pb.PromoteMemberResponse], error) {
		return pb.NewMembersServiceClient(conn).PromoteMember(ctx, req)
	})
}

// ReplaceMember calls fn for each message until the new member votes.
func (c *Client) ReplaceMember(ctx context.Context, req *pb.ReplaceMemberRequest, fn func(*pb.ReplaceMemberResponse) error) error {
	return stream(ctx, c, true, fn, func(ctx context.Context, conn grpc.ClientConnInterface) (grpc.ServerStreamingClient[pb.ReplaceMemberResponse], error) {
		return pb.NewMembersServiceClient(conn).ReplaceMember(ctx, req)
	})
}
