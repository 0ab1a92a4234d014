package client

import (
	"context"
	"crypto/rand"
	"fmt"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A sequence number is given out once. It is repeated until its fate is known,
// and only then is the next one used.

// Session is an open session: an identity for retries. It has one user at a time.
type Session struct {
	client *Client
	state  SessionState
	window int // unacknowledged receipts that the cluster allows

	unsettled *command.Submission // submitted, fate not known
	leader    string              // who answered last
}

// SessionState is all there is to a session; keep it to go on after a restart.
type SessionState struct {
	// ID is the session's id in the cluster.
	ID uint64
	// Next is the next sequence number.
	Next uint64
	// Lineage is the history that the session belongs to.
	Lineage [16]byte
}

// OpenSession opens a session; owner is a name for people and logs.
func (c *Client) OpenSession(ctx context.Context, owner string) (*Session, error) {
	nonce := make([]byte, 16)
	rand.Read(nonce)
	req := &pb.OpenSessionRequest{Nonce: nonce, Owner: owner}
	resp, err := ask(ctx, c.write, pb.NewSequencerServiceClient, pb.SequencerServiceClient.OpenSession, req)
	if err != nil {
		return nil, fmt.Errorf("open session: %w", err)
	}
	s := &Session{client: c, window: int(resp.GetMaxInFlight()), state: SessionState{ID: resp.GetSession(), Next: 1}}
	copy(s.state.Lineage[:], resp.GetPosition().GetLineage())
	return s, nil
}

// ResumeSession goes on with a session that was opened before. If the last
// submission's fate was unknown, state.Next must be its sequence and the same
// transition must be submitted first.
func (c *Client) ResumeSession(state SessionState) *Session {
	return &Session{client: c, state: state}
}

// State is what ResumeSession needs.
func (s *Session) State() SessionState { return s.state }

// Close closes the session in the cluster.
func (s *Session) Close(ctx context.Context) error {
	err := s.client.write(ctx, func(ctx context.Context, conn grpc.ClientConnInterface) error {
		_, err := pb.NewSequencerServiceClient(conn).CloseSession(ctx, &pb.CloseSessionRequest{Session: s.state.ID})
		if wire.ErrorDetails(err).Reason == wire.ReasonNotFound {
			return nil // closed before: by an earlier try, or by its expiry
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("close session %d: %w", s.state.ID, err)
	}
	return nil
}

// Submit submits one transition and returns its receipt, accepted or rejected.
// After an error that matches ErrUnknownOutcome the next Submit must be of the
// same transition: it asks for the fate of that one.
func (s *Session) Submit(ctx context.Context, t command.Transition) (*pb.Receipt, error) {
	sub := command.Submission{Session: s.state.ID, Sequence: s.state.Next, Transition: t}
	if s.unsettled != nil && *s.unsettled != sub {
		return nil, fmt.Errorf("submit: the fate of sequence %d is unknown: submit the same transition again first", s.unsettled.Sequence)
	}
	one, err := wire.AppendSubmission(make([]byte, 0, 96), &sub)
	if err != nil {
		return nil, fmt.Errorf("submit: %w", err)
	}
	s.unsettled = &sub
	req := wire.Raw(wire.AppendRequest(make([]byte, 0, len(one)+24), s.state.ID, one, s.state.Next-1))
	var r *pb.Receipt
	err = s.client.repeat(ctx, true, func(ctx context.Context, conn grpc.ClientConnInterface) (err error) {
		if r, err = s.submitOne(ctx, conn, &req); err != nil {
			return err
		}
		return freeStatus(r)
	})
	if err != nil {
		if !isUnknown(err) {
			s.unsettled = nil
		}
		return nil, fmt.Errorf("submit sequence %d: %w", sub.Sequence, err)
	}
	s.unsettled = nil
	if err := settled(r); err != nil {
		return nil, err
	}
	s.state.Next++
	return r, nil
}

// submitOne asks one replica.
func (s *Session) submitOne(ctx context.Context, conn grpc.ClientConnInterface, req *wire.Raw) (*pb.Receipt, error) {
	var reply wire.Raw
	err := conn.Invoke(ctx, pb.SequencerService_SubmitOne_FullMethodName, req, &reply, s.client.codec, grpc.StaticMethod())
	if err != nil {
		return nil, err
	}
	resp, err := decodeResponse(reply, 1, s.leader)
	if err != nil {
		return nil, err
	}
	s.leader = resp.GetLeader()
	if n := len(resp.GetReceipts()); n != 1 {
		return nil, fmt.Errorf("the server gave %d receipts for one submission", n)
	}
	return resp.GetReceipts()[0], nil
}
