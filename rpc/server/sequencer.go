package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A stream's groups are handed to the cluster in the order they came, by one
// goroutine, and answered in that order. The first failure ends the stream. A
// group behind a failed one may have been handed over by then; it is committed
// as a gap of its session, which does nothing, so that a later group never runs
// before an earlier one.

// maxOwner is the longest owner of a session, in bytes.
const maxOwner = 64

type sequencer struct {
	pb.UnimplementedSequencerServiceServer
	*Server
}

// forward runs call at the leader.
func forward[Resp any](ctx context.Context, s *Server, call func(context.Context, grpc.ClientConnInterface) (Resp, error)) (Resp, error) {
	fctx, conn, err := s.leaderConn(ctx)
	if err != nil {
		var none Resp
		return none, err
	}
	resp, err := call(fctx, conn)
	return resp, forwardError(err)
}

func (q *sequencer) OpenSession(ctx context.Context, req *pb.OpenSessionRequest) (*pb.OpenSessionResponse, error) {
	if len(req.GetNonce()) != 16 {
		return nil, &wire.FieldError{Field: "nonce", Problem: fmt.Sprintf("has %d bytes; must be 16 random bytes", len(req.GetNonce()))}
	}
	if len(req.GetOwner()) > maxOwner {
		return nil, &wire.FieldError{Field: "owner", Problem: fmt.Sprintf("has %d bytes; at most %d", len(req.GetOwner()), maxOwner)}
	}
	if !q.cfg.Cluster.IsLeader() {
		return forward(ctx, q.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.OpenSessionResponse, error) {
			return pb.NewSequencerServiceClient(c).OpenSession(ctx, req)
		})
	}
	open := command.SessionOpen{Nonce: [16]byte(req.GetNonce()), Owner: req.GetOwner(), TimeMs: q.nowMs()}
	r, err := q.propose(ctx, command.TypeSessionOpen, open.Append(nil))
	if err != nil {
		return nil, err
	}
	return &pb.OpenSessionResponse{
		Session: r.Session, Position: positionProto(r.Position),
		MaxInFlight: q.cfg.Machine.Status().Genesis.Limits.SessionInFlight, Leader: q.cfg.NodeID,
	}, nil
}

func (q *sequencer) CloseSession(ctx context.Context, req *pb.CloseSessionRequest) (*pb.CloseSessionResponse, error) {
	if req.GetSession() == 0 {
		return nil, &wire.FieldError{Field: "session", Problem: "must not be 0"}
	}
	if !q.cfg.Cluster.IsLeader() {
		return forward(ctx, q.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.CloseSessionResponse, error) {
			return pb.NewSequencerServiceClient(c).CloseSession(ctx, req)
		})
	}
	cl := command.SessionClose{Session: req.GetSession(), TimeMs: q.nowMs()}
	r, err := q.propose(ctx, command.TypeSessionClose, cl.Append(nil))
	if err != nil {
		return nil, err
	}
	return &pb.CloseSessionResponse{Position: positionProto(r.Position), Leader: q.cfg.NodeID}, nil
}

func (s *Server) nowMs() int64 { return s.cfg.Now().UnixMilli() }

func (s *Server) propose(ctx context.Context, t command.Type, body []byte) (*fsm.Result, error) {
	r, err := s.cfg.Cluster.Propose(ctx, t, body)
	if err != nil {
		return nil, err
	}
	if r.Err != nil {
		return nil, refused(r.Err)
	}
	return r, nil
}

func (q *sequencer) SubmitOne(ctx context.Context, req *pb.SubmitOneRequest) (*pb.SubmitOneResponse, error) {
	g, err := newGroup(&pb.SubmitRequest{
		Session: req.GetSession(), Submissions: []*pb.Submission{req.GetSubmission()}, Acknowledged: req.GetAcknowledged(),
	})
	if err != nil {
		return nil, err
	}
	if !q.cfg.Cluster.IsLeader() {
		return forward(ctx, q.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.SubmitOneResponse, error) {
			return pb.NewSequencerServiceClient(c).SubmitOne(ctx, req)
		})
	}
	q.submit(ctx, g)
	resp, err := q.answer(ctx, g)
	if err != nil {
		return nil, err
	}
	return &pb.SubmitOneResponse{Receipt: resp.GetReceipts()[0], Position: resp.GetPosition(), Leader: resp.GetLeader()}, nil
}

// group is one request of a stream on its way through the cluster.
type group struct {
	subs    []command.Submission
	acks    []command.Ack
	started time.Time
	outcome chan cluster.Outcome // gets exactly one
}

// newGroup checks a request; the error is a *wire.FieldError.
func newGroup(req *pb.SubmitRequest) (*group, error) {
	session, subs := req.GetSession(), req.GetSubmissions()
	if session == 0 {
		return nil, &wire.FieldError{Field: "session", Problem: "must not be 0; open one with OpenSession"}
	}
	if len(subs) == 0 || len(subs) > wire.MaxGroup {
		return nil, &wire.FieldError{Field: "submissions", Problem: fmt.Sprintf("has %d; must be 1 to %d", len(subs), wire.MaxGroup)}
	}
	g := &group{subs: make([]command.Submission, len(subs)), outcome: make(chan cluster.Outcome, 1)}
	for i, m := range subs {
		s, err := wire.Submission(session, m)
		if err != nil {
			if fe, ok := errors.AsType[*wire.FieldError](err); ok {
				err = fe.Under(fmt.Sprintf("submissions[%d]", i))
			}
			return nil, err
		}
		if s.Transition.Kind == command.Deposit {
			return nil, &wire.FieldError{
				Field:   fmt.Sprintf("submissions[%d].transition.deposit", i),
				Problem: "comes from L1 alone, never from a client; accounts are funded by import",
			}
		}
		if i > 0 && s.Sequence <= g.subs[i-1].Sequence {
			return nil, &wire.FieldError{
				Field:   fmt.Sprintf("submissions[%d].sequence", i),
				Problem: fmt.Sprintf("is %d after %d; must rise within a request", s.Sequence, g.subs[i-1].Sequence),
			}
		}
		g.subs[i] = s
	}
	if low := req.GetAcknowledged(); low > 0 {
		if low >= g.subs[0].Sequence {
			return nil, &wire.FieldError{Field: "acknowledged", Problem: "must be below the first sequence of the request"}
		}
		g.acks = []command.Ack{{Session: session, Low: low}}
	}
	return g, nil
}

// submit hands g to the cluster; its outcome comes in any case.
func (q *sequencer) submit(ctx context.Context, g *group) {
	g.started = time.Now()
	done := func(o cluster.Outcome) { g.outcome <- o }
	if err := q.cfg.Cluster.SubmitAsync(ctx, g.subs, g.acks, done); err != nil {
		g.outcome <- cluster.Outcome{Err: err}
	}
}

// answer waits for g's outcome.
func (q *sequencer) answer(ctx context.Context, g *group) (*pb.SubmitResponse, error) {
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
	return &pb.SubmitResponse{Receipts: receiptsProto(o.Receipts), Position: positionProto(o.Position), Leader: q.cfg.NodeID}, nil
}

type submitStream = grpc.BidiStreamingServer[pb.SubmitRequest, pb.SubmitResponse]

func (q *sequencer) Submit(stream submitStream) error {
	if q.cfg.Cluster.IsLeader() {
		return q.serveStream(stream)
	}
	return q.passOn(stream)
}

// serveStream answers a stream on the leader. Its receiving goroutine ends when
// the handler has returned, because that ends the stream's context.
func (q *sequencer) serveStream(stream submitStream) error {
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
		if err := stream.Send(resp); err != nil {
			return err
		}
	}
	return <-ended
}

// receive reads requests and hands them over while the window has room: a full
// window stops the reading, and with it, by HTTP/2's flow control, the sender.
func (q *sequencer) receive(ctx context.Context, stream submitStream, window chan<- *group) error {
	var session uint64
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		g, err := newGroup(req)
		if err != nil {
			return err
		}
		if session != 0 && req.GetSession() != session {
			return &wire.FieldError{Field: "session", Problem: "must be the same in all requests of a stream"}
		}
		session = req.GetSession()
		select {
		case window <- g:
			q.submit(ctx, g)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// passOn joins a stream that came to a follower with one to the leader.
func (q *sequencer) passOn(stream submitStream) error {
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	fctx, conn, err := q.leaderConn(ctx)
	if err != nil {
		return err
	}
	up, err := pb.NewSequencerServiceClient(conn).Submit(fctx)
	if err != nil {
		return forwardError(err)
	}
	go func() {
		for {
			req, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				_ = up.CloseSend() // the answers still come
				return
			}
			if err != nil || up.Send(req) != nil {
				return // the receiving side below learns why
			}
		}
	}()
	for {
		resp, err := up.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return forwardError(err)
		}
		if err := stream.Send(resp); err != nil {
			return err
		}
	}
}
