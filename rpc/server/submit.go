package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A stream's groups are handed to the cluster in the order they came, by one
// goroutine, and answered in that order. The first failure ends the stream. A
// group behind a failed one may have been handed over by then; it is committed
// as a gap of its session, which does nothing, so that a later group never runs
// before an earlier one.

// streamPatience is how long a stream waits for room before its caller is told of the overload. Until then nothing more
// is read from it, so that HTTP/2's flow control slows the caller down.
const (
	streamPatience = 2 * time.Second
	streamPoll     = 20 * time.Millisecond
)

// serviceDesc is the generated description with the busy calls decoded and encoded by hand (package wire).
func (q *sequencer) serviceDesc() *grpc.ServiceDesc {
	d := pb.SequencerService_ServiceDesc
	d.Methods, d.Streams = slices.Clone(d.Methods), slices.Clone(d.Streams)
	info := &grpc.UnaryServerInfo{Server: q, FullMethod: pb.SequencerService_SubmitOne_FullMethodName}
	one := func(ctx context.Context, req any) (any, error) { return q.submitOne(ctx, req.(*wire.Raw)) }
	for i := range d.Methods {
		if info.FullMethod == "/"+d.ServiceName+"/"+d.Methods[i].MethodName {
			d.Methods[i].Handler = func(_ any, ctx context.Context, decode func(any) error, interceptor grpc.UnaryServerInterceptor) (any, error) {
				raw := new(wire.Raw)
				if err := decode(raw); err != nil {
					return nil, err
				}
				if interceptor == nil {
					return one(ctx, raw)
				}
				return interceptor(ctx, raw, info, one)
			}
		}
	}
	for i := range d.Streams {
		if pb.SequencerService_Submit_FullMethodName == "/"+d.ServiceName+"/"+d.Streams[i].StreamName {
			d.Streams[i].Handler = func(_ any, stream grpc.ServerStream) error { return q.submitStream(stream) }
		}
	}
	return &d
}

func (q *sequencer) submitOne(ctx context.Context, raw *wire.Raw) (*wire.Raw, error) {
	req, err := wire.DecodeSubmitOne(*raw)
	if err != nil {
		return nil, err
	}
	g, err := newGroup(req)
	if err != nil {
		return nil, err
	}
	if !q.cfg.Cluster.IsLeader() {
		return forward(ctx, q.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*wire.Raw, error) {
			reply := new(wire.Raw)
			return reply, c.Invoke(ctx, pb.SequencerService_SubmitOne_FullMethodName, raw, reply, grpc.ForceCodecV2(q.codec))
		})
	}
	if err := q.mine(ctx, req.Session); err != nil {
		return nil, err
	}
	g.started = time.Now()
	if err := q.submit(ctx, g); err != nil {
		g.outcome <- cluster.Outcome{Err: err}
	}
	return q.answer(ctx, g)
}

// group is one request on its way through the cluster.
type group struct {
	subs    []command.Submission
	acks    []command.Ack
	ack     [1]command.Ack
	started time.Time
	outcome chan cluster.Outcome // gets exactly one
	waitFor pb.Head              // before it is answered
	waitMs  int64
}

// newGroup checks what belongs to no single submission; the error is a *wire.FieldError.
func newGroup(req wire.Request) (*group, error) {
	subs := req.Submissions
	if req.Session == 0 {
		return nil, &wire.FieldError{Field: "session", Problem: "must not be 0; open one with OpenSession"}
	}
	if len(subs) == 0 {
		return nil, &wire.FieldError{Field: "submissions", Problem: fmt.Sprintf("has 0; must be 1 to %d", wire.MaxGroup)}
	}
	for i := range subs {
		if subs[i].Transition.Kind == command.Deposit {
			return nil, &wire.FieldError{
				Field:   fmt.Sprintf("submissions[%d].transition.deposit", i),
				Problem: "comes from L1 alone, never from a client; accounts are funded by import",
			}
		}
		if i > 0 && subs[i].Sequence <= subs[i-1].Sequence {
			return nil, &wire.FieldError{
				Field:   fmt.Sprintf("submissions[%d].sequence", i),
				Problem: fmt.Sprintf("is %d after %d; must rise within a request", subs[i].Sequence, subs[i-1].Sequence),
			}
		}
	}
	g := &group{subs: subs, outcome: make(chan cluster.Outcome, 1), waitFor: req.WaitFor, waitMs: req.WaitMs}
	if req.Acknowledged > 0 {
		if req.Acknowledged >= subs[0].Sequence {
			return nil, &wire.FieldError{Field: "acknowledged", Problem: "must be below the first sequence of the request"}
		}
		g.ack[0] = command.Ack{Session: req.Session, Low: req.Acknowledged}
		g.acks = g.ack[:]
	}
	return g, nil
}

// submit hands g to the cluster. Unless it is refused, its outcome comes.
func (q *sequencer) submit(ctx context.Context, g *group) error {
	return q.cfg.Cluster.SubmitAsync(ctx, g.subs, g.acks, func(o cluster.Outcome) { g.outcome <- o })
}

// submitPatiently waits for room, for a while.
func (q *sequencer) submitPatiently(ctx context.Context, g *group) error {
	for {
		err := q.submit(ctx, g)
		full, ok := errors.AsType[*cluster.OverloadError](err)
		left := streamPatience - time.Since(g.started)
		if !ok || left <= 0 {
			return err
		}
		timer := time.NewTimer(min(full.RetryAfter, left, streamPoll))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}

// answer waits for g's outcome and encodes it: a SubmitResponse, or with one receipt a SubmitOneResponse.
func (q *sequencer) answer(ctx context.Context, g *group) (*wire.Raw, error) {
	var o cluster.Outcome
	select {
	case o = <-g.outcome:
	case <-ctx.Done():
		return nil, &cluster.UnknownOutcomeError{Cause: context.Cause(ctx)}
	}
	if q.cfg.Observe != nil {
		q.cfg.Observe.Submitted(len(g.subs), o.Err == nil, time.Since(g.started))
	}
	if o.Err != nil {
		return nil, o.Err
	}
	if len(o.Receipts) != len(g.subs) {
		return nil, &cluster.UnknownOutcomeError{Cause: fmt.Errorf("%d receipts for %d submissions", len(o.Receipts), len(g.subs))}
	}
	raw := wire.Raw(appendResponse(make([]byte, 0, responseSize(o.Receipts)), o.Receipts, o.Position, q.cfg.NodeID))
	if waits, _ := g.waits(ctx); waits {
		reached, err := q.waitForGroup(ctx, g, o.Receipts)
		if err != nil {
			return nil, err
		}
		raw = wire.AppendBytes(raw, responseFinality, reached)
	}
	return &raw, nil
}

func (q *sequencer) submitStream(stream grpc.ServerStream) error {
	if q.cfg.Cluster.IsLeader() {
		return q.serveStream(stream)
	}
	return q.passStream(stream)
}

// serveStream answers a stream on the leader. Its receiving goroutine ends when
// the handler has returned, because that ends the stream's context.
func (q *sequencer) serveStream(stream grpc.ServerStream) error {
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel() // withdraws what was not yet handed to Raft
	window := make(chan *group, q.cfg.StreamWindow)
	ended := make(chan error, 1)
	go func() {
		defer close(window)
		ended <- q.receive(ctx, stream, window)
	}()
	for g := range window {
		resp, err := q.answer(ctx, g)
		if err != nil {
			return err
		}
		if err := stream.SendMsg(resp); err != nil {
			return err
		}
	}
	return <-ended
}

// receive reads requests and hands them over while the window has room: a full
// window stops the reading, and with it, by HTTP/2's flow control, the sender.
func (q *sequencer) receive(ctx context.Context, stream grpc.ServerStream, window chan<- *group) error {
	var session uint64
	for {
		var raw wire.Raw
		err := stream.RecvMsg(&raw)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		req, err := wire.DecodeSubmit(raw)
		if err != nil {
			return err
		}
		g, err := newGroup(req)
		if err != nil {
			return err
		}
		if session != 0 && req.Session != session {
			return &wire.FieldError{Field: "session", Problem: "must be the same in all requests of a stream"}
		}
		if session == 0 {
			if err := q.mine(ctx, req.Session); err != nil {
				return err
			}
		}
		if _, err := g.waits(ctx); err != nil {
			return err
		}
		session = req.Session
		g.started = time.Now()
		select {
		case window <- g:
			if err := q.submitPatiently(ctx, g); err != nil {
				g.outcome <- cluster.Outcome{Err: err}
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// passStream joins a stream that came to a follower with one to the leader.
func (q *sequencer) passStream(stream grpc.ServerStream) error {
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	fctx, conn, err := q.passOn(ctx)
	if err != nil {
		return err
	}
	desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	up, err := conn.NewStream(fctx, desc, pb.SequencerService_Submit_FullMethodName, grpc.ForceCodecV2(q.codec))
	if err != nil {
		return forwardError(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- passRequests(stream, up) }()
	for {
		resp := new(wire.Raw)
		err := up.RecvMsg(resp)
		if errors.Is(err, io.EOF) {
			return <-ended
		}
		if err != nil {
			return forwardError(err)
		}
		if err := stream.SendMsg(resp); err != nil {
			return err
		}
	}
}

// passRequests hands requests on until there are no more, or one cannot be taken: what was handed on before is answered
// in either case. Where the leader takes no more, whoever receives the answers learns why.
func passRequests(stream grpc.ServerStream, up grpc.ClientStream) error {
	for {
		req := new(wire.Raw)
		err := stream.RecvMsg(req)
		if err != nil {
			_ = up.CloseSend() // the answers still come
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := up.SendMsg(req); err != nil {
			return &cluster.UnknownOutcomeError{Cause: err}
		}
	}
}
