package server

import (
	"context"
	"fmt"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// No handler runs, and no message reaches one, before everything here agreed.

// entry is a call that may run.
type entry struct {
	server *Server
	method string
	rule   rule
	caller caller
	share  *share // nil where there is no limit
}

// enter decides whether a call may run.
func (s *Server) enter(ctx context.Context, method string) (entry, error) {
	row, known := s.rules[method]
	e := entry{server: s, method: method, rule: row}
	if s.cfg.Credentials == nil && !row.audited {
		return e, nil // who calls makes no difference
	}
	var err error
	if e.caller, err = s.identify(ctx); err != nil {
		return entry{}, err
	}
	if err = s.authorize(e.caller, method, row, known); err != nil {
		s.log.WarnContext(ctx, "call refused", "method", method, "who", e.caller.who, "error", err)
		return entry{}, err
	}
	if e.caller.proven && !e.caller.node() {
		e.share = s.shares.share(e.caller.who, s.cfg.Now())
	}
	return e, nil
}

// context carries the caller, for calls that are passed on.
func (e entry) context(ctx context.Context) context.Context {
	if !e.caller.proven {
		return ctx
	}
	return context.WithValue(ctx, callerKey{}, e.caller)
}

// free reports whether nothing needs to be looked at in a stream's messages.
func (e entry) free() bool { return e.rule.large && !e.rule.audited && !e.caller.proven }

// message admits a message that came, and records what changes the cluster.
func (e entry) message(ctx context.Context, req any, take func(b *share, ctx context.Context, who string, bytes int) error) error {
	if e.free() {
		return nil
	}
	size := sizeOf(req)
	if limit := smallRequest; !e.rule.large && size > limit {
		return &wire.FieldError{Field: "(request)", Problem: fmt.Sprintf("has %d bytes; this method takes %d", size, limit)}
	}
	if e.share != nil {
		if err := take(e.share, ctx, e.caller.who, size); err != nil {
			return err
		}
	}
	if e.rule.audited {
		return e.server.record(ctx, e.caller, e.method, req)
	}
	return nil
}

// guardedStream looks at every message that a stream receives.
type guardedStream struct {
	grpc.ServerStream
	ctx   context.Context //nolint:containedctx // the stream's own, with its caller
	entry entry
}

func (g *guardedStream) Context() context.Context { return g.ctx }

func (g *guardedStream) RecvMsg(req any) error {
	if err := g.ServerStream.RecvMsg(req); err != nil {
		return err
	}
	return g.entry.message(g.ctx, req, (*share).wait)
}
