package server

// What must hold here: a head is said to be reached only of what is in the history now. What a rollback removed is told
// as reverted, to those who wait and to those who ask later, whatever took its number since.

import (
	"context"
	"math"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

type finality struct {
	pb.UnimplementedFinalityServiceServer
	*Server
}

// subject is what somebody asks about: a submission (session is not 0), an accepted transition, or a batch.
type subject struct {
	session, sequence uint64
	accepted          uint64
	batch             uint64
	removals          uint32 // when the wait began, for those that have a number alone
}

// shares of a call's remaining time, and at most so much, that are left to bring the answer home.
const (
	homeShare = 10
	homeLimit = 250 * time.Millisecond
)

func (f *finality) Finality(ctx context.Context, req *pb.FinalityRequest) (*pb.FinalityResponse, error) {
	s, err := finalitySubject(req)
	if err != nil {
		return nil, err
	}
	head := req.GetWaitFor()
	switch {
	case pb.Head_name[int32(head)] == "":
		return nil, &wire.FieldError{Field: "wait_for", Problem: "must be a known head"}
	case req.GetWaitMs() < 0:
		return nil, &wire.FieldError{Field: "wait_ms", Problem: "must not be negative"}
	case head == pb.Head_HEAD_UNSPECIFIED:
		head = pb.Head_HEAD_APPLIED
	}
	if i := req.GetMinIndex(); i > 0 {
		if err = f.cfg.Machine.WaitApplied(ctx, i); err != nil {
			return nil, err
		}
	}
	resp := &pb.FinalityResponse{}
	err = f.await(ctx, s, head, duration(req.GetWaitMs()), resp)
	return resp, err
}

func finalitySubject(req *pb.FinalityRequest) (*subject, error) {
	switch x := req.GetSubject().(type) {
	case *pb.FinalityRequest_Submission:
		if x.Submission.GetSession() == 0 || x.Submission.GetSequence() == 0 {
			return nil, &wire.FieldError{Field: "submission", Problem: "session and sequence must not be 0"}
		}
		return &subject{session: x.Submission.GetSession(), sequence: x.Submission.GetSequence()}, nil
	case *pb.FinalityRequest_AcceptedSequence:
		if x.AcceptedSequence == 0 {
			return nil, &wire.FieldError{Field: "accepted_sequence", Problem: "must not be 0"}
		}
		return &subject{accepted: x.AcceptedSequence}, nil
	case *pb.FinalityRequest_Batch:
		if x.Batch == 0 {
			return nil, &wire.FieldError{Field: "batch", Problem: "must not be 0"}
		}
		return &subject{batch: x.Batch}, nil
	default:
		return nil, &wire.FieldError{Field: "subject", Problem: "must be a submission, an accepted sequence or a batch"}
	}
}

// await answers when the head is reached, when nothing is to be waited for any more, after limit, or shortly before the
// end of ctx. Only a replica that cannot be read is an error.
func (s *Server) await(ctx context.Context, what *subject, head pb.Head, limit time.Duration, into *pb.FinalityResponse) error {
	limit = homeward(ctx, limit)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for first, last := true, limit <= 0; ; first = false {
		moved := s.heads.changed() // before the look, so that nothing falls between
		err := s.cfg.Machine.Read(func(r *fsm.Reader) error {
			into.Finality = look(r, what, head, first)
			into.Heads, into.Position = headsProto(r.Status().Heads), positionProto(r.Position())
			return nil
		})
		if err != nil {
			return err
		}
		if last || into.GetFinality().GetOutcome() != pb.FinalityOutcome_FINALITY_OUTCOME_PENDING {
			return nil
		}
		select {
		case <-moved:
		case <-timer.C:
			last = true // what is applied moves no head: the last look finds it
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// duration is a time that a caller names in milliseconds; one that is too long to be a Duration is the longest there is.
func duration(ms int64) time.Duration {
	return time.Duration(min(ms, int64(math.MaxInt64/time.Millisecond))) * time.Millisecond
}

// homeward is how long may be waited so that the answer still reaches the caller.
func homeward(ctx context.Context, limit time.Duration) time.Duration {
	end, ok := ctx.Deadline()
	if !ok {
		return limit
	}
	left := time.Until(end)
	return min(limit, left-min(left/homeShare, homeLimit))
}

// look says how far the subject has come.
func look(r *fsm.Reader, what *subject, head pb.Head, first bool) *pb.Finality {
	var f *pb.Finality
	switch {
	case what.session != 0:
		f = submitted(r, what)
	case what.accepted != 0:
		f = numbered(r, what.accepted)
	default:
		f = sealed(r, what.batch)
	}
	if first {
		what.removals = f.GetRemovals()
	} else if what.session == 0 && f.GetRemovals() > what.removals {
		f = &pb.Finality{Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_REVERTED, Removals: f.GetRemovals()}
	}
	if f.GetOutcome() != pb.FinalityOutcome_FINALITY_OUTCOME_PENDING {
		return f
	}
	c := r.Cursor()
	if rec, ok := c.Batch(f.GetBatch()); ok {
		f.HeaderHash = hashBytes(rec.HeaderHash)
	}
	if reached(c.Heads(), head, f) {
		f.Outcome = pb.FinalityOutcome_FINALITY_OUTCOME_REACHED
	}
	return f
}

// submitted looks a submission up: by its receipt, or where the session has that no more, by the batches' own record of
// whose submissions they hold, which goes back to the finalized ones. Only a session's own word says that one was reverted.
func submitted(r *fsm.Reader, what *subject) *pb.Finality {
	receipt := r.Receipt(what.session, what.sequence)
	switch receipt.Status {
	case session.Reverted:
		return &pb.Finality{Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_REVERTED}
	case session.Duplicate, session.Executed:
		if receipt.Code != state.Accepted {
			return &pb.Finality{Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_REJECTED}
		}
		return placed(r, receipt.Batch, receipt.Receipt.Sequence)
	case session.Acknowledged, session.Expired:
		if n, found := r.BatchOf(what.session, what.sequence); found {
			return placed(r, n, 0)
		}
		if receipt.Status == session.Acknowledged { // it took effect, and nothing that is not final holds it
			return &pb.Finality{Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_PENDING, Head: pb.Head_HEAD_FINALIZED}
		}
	case session.UnknownSession, session.Gap, session.Halted, session.WindowFull: // nothing took effect
	}
	return &pb.Finality{Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_UNKNOWN}
}

// placed is what is in a batch, sealed or not.
func placed(r *fsm.Reader, n, accepted uint64) *pb.Finality {
	return &pb.Finality{
		Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_PENDING, Head: furthestHead(r.Cursor().Heads(), n), Batch: n, AcceptedSequence: accepted,
	}
}

// numbered looks an accepted transition up by its number.
func numbered(r *fsm.Reader, accepted uint64) *pb.Finality {
	c := r.Cursor()
	heads := c.Heads()
	removals := count(c, func(x *cursor.RollbackRecord) bool { return x.AppliedTo < accepted && accepted <= x.AppliedFrom })
	if accepted > heads.Applied {
		f := &pb.Finality{Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_PENDING, AcceptedSequence: accepted, Removals: removals}
		if removals > 0 {
			f.Outcome = pb.FinalityOutcome_FINALITY_OUTCOME_REVERTED
		}
		return f
	}
	f := placed(r, heads.Sealed+1, accepted) // unless a record says otherwise
	if r.Status().Cut.Number != 0 {
		f.Batch = 0 // in the one that was cut or in the open one
	}
	for n := heads.Sealed; n >= max(heads.Finalized, 1); n-- {
		rec, ok := c.Batch(n)
		if !ok || accepted > rec.LastSequence {
			break
		}
		f = placed(r, n, accepted)
		if accepted >= rec.FirstSequence {
			break
		}
		if n == heads.Finalized { // in an older one, whose number nobody keeps
			f.Batch = 0
		}
	}
	f.Removals = removals
	return f
}

// sealed looks a batch up by its number.
func sealed(r *fsm.Reader, n uint64) *pb.Finality {
	c := r.Cursor()
	f := placed(r, n, 0)
	f.Removals = count(c, func(x *cursor.RollbackRecord) bool { return x.To < n && n <= x.From })
	if n > c.Heads().Sealed {
		f.Head = pb.Head_HEAD_UNSPECIFIED
		if f.GetRemovals() > 0 {
			f.Outcome = pb.FinalityOutcome_FINALITY_OUTCOME_REVERTED
		}
	}
	return f
}

func count(c *cursor.Cursor, hit func(*cursor.RollbackRecord) bool) (n uint32) {
	for _, x := range c.Rollbacks() {
		if hit(&x) {
			n++
		}
	}
	return n
}

// batchHeads are the heads that batches reach, the furthest last.
func batchHeads() []pb.Head {
	return []pb.Head{
		pb.Head_HEAD_SEALED, pb.Head_HEAD_EXECUTED, pb.Head_HEAD_PUBLISHED, pb.Head_HEAD_COMMITTED, pb.Head_HEAD_PROVEN, pb.Head_HEAD_FINALIZED,
	}
}

// furthestHead is the furthest head that has reached batch n, APPLIED if none has.
func furthestHead(h cursor.Heads, n uint64) pb.Head {
	for _, head := range slices.Backward(batchHeads()) {
		if at, _ := headBatch(h, head); at >= n {
			return head
		}
	}
	return pb.Head_HEAD_APPLIED
}

// reached says whether a head has come to what f says. What is in a finalized batch of unknown number has passed all.
func reached(h cursor.Heads, head pb.Head, f *pb.Finality) bool {
	if head == pb.Head_HEAD_APPLIED || f.GetHead() == pb.Head_HEAD_FINALIZED {
		return f.GetHead() != pb.Head_HEAD_UNSPECIFIED
	}
	at, _ := headBatch(h, head)
	return f.GetBatch() != 0 && at >= f.GetBatch()
}

// waitForGroup waits for the head that a group of submissions was sent with, and encodes the answer as a field of its
// response. A rollback takes the newest first, so the last accepted one speaks for all.
func (s *Server) waitForGroup(ctx context.Context, g *group, receipts []session.Receipt) ([]byte, error) {
	answer := &pb.FinalityResponse{Finality: unplaced(receipts)}
	for i := range slices.Backward(receipts) {
		r := &receipts[i]
		if (r.Status != session.Executed && r.Status != session.Duplicate) || r.Code != state.Accepted {
			continue
		}
		limit := duration(g.waitMs)
		if limit == 0 {
			limit = forEver
		}
		what := &subject{session: r.Session, sequence: r.Sequence}
		if err := s.await(ctx, what, g.waitFor, limit, answer); err != nil {
			return nil, err
		}
		break
	}
	return proto.Marshal(answer.GetFinality())
}

// waits says whether g is to wait, and refuses what would wait for ever.
func (g *group) waits(ctx context.Context) (bool, error) {
	if g.waitFor == pb.Head_HEAD_UNSPECIFIED {
		return false, nil
	}
	if _, ok := ctx.Deadline(); !ok && g.waitMs == 0 {
		return true, &wire.FieldError{Field: "wait_ms", Problem: "must be above 0 where the call has no deadline"}
	}
	return true, nil
}

// forEver is longer than any call.
const forEver = 24 * time.Hour

// unplaced is the answer for a group of which nothing was accepted.
func unplaced(receipts []session.Receipt) *pb.Finality {
	f := &pb.Finality{Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_REJECTED}
	for i := range receipts {
		switch receipts[i].Status {
		case session.Executed, session.Duplicate:
		case session.Reverted:
			return &pb.Finality{Outcome: pb.FinalityOutcome_FINALITY_OUTCOME_REVERTED}
		default:
			f.Outcome = pb.FinalityOutcome_FINALITY_OUTCOME_UNKNOWN
		}
	}
	return f
}
