package server

import (
	"context"
	"fmt"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// maxOwner is the longest owner of a session, in bytes.
const maxOwner = 64

// sequencer has no method for the two busy calls: serviceDesc has.
type sequencer struct {
	pb.UnimplementedSequencerServiceServer
	*Server
}

// forward runs call at the leader.
func forward[Resp any](ctx context.Context, s *Server, call func(context.Context, grpc.ClientConnInterface) (Resp, error)) (Resp, error) {
	fctx, conn, err := s.passOn(ctx)
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
	owner := req.GetOwner()
	if c := callerOf(ctx); c.proven {
		owner = c.who // nobody's word but the certificate's
	}
	open := command.SessionOpen{Nonce: [16]byte(req.GetNonce()), Owner: owner, TimeMs: q.nowMs()}
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
	if err := q.mine(ctx, req.GetSession()); err != nil {
		return nil, err
	}
	cl := command.SessionClose{Session: req.GetSession(), TimeMs: q.nowMs()}
	r, err := q.propose(ctx, command.TypeSessionClose, cl.Append(nil))
	if err != nil {
		return nil, err
	}
	return &pb.CloseSessionResponse{Position: positionProto(r.Position), Leader: q.cfg.NodeID}, nil
}

// mine refuses another identity's session: it could not be replayed with effect, but it could be used up or closed. A
// session that is not known passes; the state machine says so.
func (q *sequencer) mine(ctx context.Context, session uint64) error {
	c := callerOf(ctx)
	if !c.proven {
		return nil
	}
	return q.cfg.Machine.Read(func(r *fsm.Reader) error {
		if info, ok := r.Session(session); ok && info.Owner != c.who {
			return fail(wire.ReasonDenied, "session %d is another identity's than %s", session, c.who)
		}
		return nil
	})
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
