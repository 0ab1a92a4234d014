package client

import (
	"context"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// A wait goes on at any replica: what is waited for is named by the submission, which means the same everywhere.

var (
	// ErrRejected says that what was waited for was rejected: it is in no batch.
	ErrRejected = errors.New("the transition was rejected")
	// ErrUnknownTransition says that the cluster knows nothing of what was waited for.
	ErrUnknownTransition = errors.New("the cluster knows nothing of it")
)

// RevertedError says that a rollback removed what was waited for. The same submission never runs again; whoever still
// wants it submits it under a new sequence.
type RevertedError struct{ Subject string }

func (e *RevertedError) Error() string { return e.Subject + " was reverted by a rollback" }

// OfReceipt names a receipt's submission. The wait begins where the receipt's own state has come to.
func OfReceipt(r *pb.Receipt) *pb.FinalityRequest {
	q := OfSubmission(r.GetSession(), r.GetSequence())
	q.MinIndex = r.GetIndex()
	return q
}

// OfSubmission names a submission.
func OfSubmission(session, sequence uint64) *pb.FinalityRequest {
	return &pb.FinalityRequest{Subject: &pb.FinalityRequest_Submission{Submission: &pb.SubmissionKey{Session: session, Sequence: sequence}}}
}

// OfAccepted names an accepted transition by its number in the history.
func OfAccepted(n uint64) *pb.FinalityRequest {
	return &pb.FinalityRequest{Subject: &pb.FinalityRequest_AcceptedSequence{AcceptedSequence: n}}
}

// OfBatch names a batch.
func OfBatch(n uint64) *pb.FinalityRequest {
	return &pb.FinalityRequest{Subject: &pb.FinalityRequest_Batch{Batch: n}}
}

// Finality asks some replica how far something has come. With wait_ms 0 it answers at once.
func (c *Client) Finality(ctx context.Context, req *pb.FinalityRequest) (*pb.FinalityResponse, error) {
	resp, err := Ask(ctx, c, pb.NewFinalityServiceClient, pb.FinalityServiceClient.Finality, req)
	if err != nil {
		return nil, fmt.Errorf("ask for finality: %w", err)
	}
	return resp, nil
}

// WaitFor waits until what of names has reached the head, at any replica and across failovers. The error is a
// *RevertedError, ErrRejected, ErrUnknownTransition, or that of ctx; what was last known comes with each.
func (c *Client) WaitFor(ctx context.Context, of *pb.FinalityRequest, head pb.Head) (*pb.FinalityResponse, error) {
	req := &pb.FinalityRequest{
		Subject: of.GetSubject(), MinIndex: of.GetMinIndex(), WaitFor: head, WaitMs: (c.cfg.TryTimeout / 2).Milliseconds(),
	}
	var last *pb.FinalityResponse
	for {
		resp, err := c.Finality(ctx, req)
		if err != nil {
			return last, err
		}
		last = resp
		switch resp.GetFinality().GetOutcome() {
		case pb.FinalityOutcome_FINALITY_OUTCOME_REACHED:
			return resp, nil
		case pb.FinalityOutcome_FINALITY_OUTCOME_REVERTED:
			return resp, &RevertedError{Subject: subject(of)}
		case pb.FinalityOutcome_FINALITY_OUTCOME_REJECTED:
			return resp, fmt.Errorf("%s: %w", subject(of), ErrRejected)
		case pb.FinalityOutcome_FINALITY_OUTCOME_UNKNOWN:
			return resp, fmt.Errorf("%s: %w", subject(of), ErrUnknownTransition)
		case pb.FinalityOutcome_FINALITY_OUTCOME_PENDING, pb.FinalityOutcome_FINALITY_OUTCOME_UNSPECIFIED: // ask again
		}
		if ctx.Err() != nil {
			return resp, context.Cause(ctx)
		}
	}
}

func subject(of *pb.FinalityRequest) string {
	switch x := of.GetSubject().(type) {
	case *pb.FinalityRequest_Submission:
		return fmt.Sprintf("sequence %d of session %d", x.Submission.GetSequence(), x.Submission.GetSession())
	case *pb.FinalityRequest_AcceptedSequence:
		return fmt.Sprintf("accepted transition %d", x.AcceptedSequence)
	case *pb.FinalityRequest_Batch:
		return fmt.Sprintf("batch %d", x.Batch)
	default:
		return "nothing"
	}
}

// SubmitAndWait submits one transition and waits until it has reached a head. The receipt comes also with an error of the
// wait: the transition was then executed, and only its finality is not known (WaitFor asks again) or denied.
func (s *Session) SubmitAndWait(ctx context.Context, t command.Transition, head pb.Head) (*pb.Receipt, *pb.FinalityResponse, error) {
	r, err := s.Submit(ctx, t)
	if err != nil {
		return nil, nil, err
	}
	f, err := s.client.WaitFor(ctx, OfReceipt(r), head)
	return r, f, err
}

// AtHead has a read speak of the newest batch at a head, with a proof of every record that it gives if withProof.
func AtHead(head pb.Head, withProof bool) *pb.ReadOptions {
	return &pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_ANCHORED, Head: head, WithProof: withProof}
}
