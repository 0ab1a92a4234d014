package main

// The bare stores' interface: one gRPC service, without generated code, that clients and members agree on.
//
//	/holdfast.peers.Store/Put    BytesValue (key, 16 bytes, and value) -> Empty, once the put is applied
//	/holdfast.peers.Store/Leads  Empty -> BoolValue: whether this member leads
//
// The module in dragonboat/ has the server's side again: its dependencies and these exclude each other.

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	storeService = "holdfast.peers.Store"
	keySize      = 16
)

// store is what a member serves.
type store interface {
	Put(ctx context.Context, pair []byte) error
	Leads() bool
}

func registerStore(s *grpc.Server, member store) {
	put := func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var in wrapperspb.BytesValue
		if err := decode(&in); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, member.Put(ctx, in.GetValue())
	}
	leads := func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var in emptypb.Empty
		if err := decode(&in); err != nil {
			return nil, err
		}
		return wrapperspb.Bool(member.Leads()), nil
	}
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: storeService, HandlerType: (*store)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Put", Handler: put}, {MethodName: "Leads", Handler: leads}},
	}, member)
}

func callPut(ctx context.Context, conn grpc.ClientConnInterface, pair []byte) error {
	return conn.Invoke(ctx, "/"+storeService+"/Put", wrapperspb.Bytes(pair), &emptypb.Empty{})
}

func callLeads(ctx context.Context, conn grpc.ClientConnInterface) (bool, error) {
	var out wrapperspb.BoolValue
	err := conn.Invoke(ctx, "/"+storeService+"/Leads", &emptypb.Empty{}, &out)
	return out.GetValue(), err
}
