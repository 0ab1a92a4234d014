package server

import (
	"context"
	"runtime/debug"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Every call enters and leaves through here: who calls may, within limits, and
// what changes the cluster is recorded first; its error is a status of the table,
// its time is measured, and a panic in a handler costs the call, not the replica.

func (s *Server) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
	start := time.Now()
	defer func() { err = s.leave(ctx, info.FullMethod, start, err, recover()) }()
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.cfg.CallTimeout)
		defer cancel()
	}
	e, err := s.enter(ctx, info.FullMethod)
	if err != nil {
		return nil, err
	}
	if err := e.message(ctx, req, (*share).take); err != nil {
		return nil, err
	}
	return handler(e.context(ctx), req)
}

func (s *Server) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
	start := time.Now()
	defer func() { err = s.leave(ss.Context(), info.FullMethod, start, err, recover()) }()
	e, err := s.enter(ss.Context(), info.FullMethod)
	if err != nil {
		return err
	}
	if e.free() {
		return handler(srv, ss)
	}
	return handler(srv, &guardedStream{ServerStream: ss, ctx: e.context(ss.Context()), entry: e})
}

func (s *Server) leave(ctx context.Context, method string, start time.Time, err error, panicked any) error {
	if panicked != nil {
		s.log.ErrorContext(ctx, "handler panicked", "method", method, "panic", panicked, "stack", string(debug.Stack()))
		err = status.Error(codes.Internal, "internal error; the replica's log has the details")
	}
	err = statusError(err)
	if status.Code(err) == codes.Internal && panicked == nil {
		s.log.ErrorContext(ctx, "call failed unexpectedly", "method", method, "error", err)
	}
	if s.cfg.Observe != nil {
		s.cfg.Observe.Call(method, status.Code(err).String(), time.Since(start))
	}
	return err
}
