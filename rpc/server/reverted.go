package server

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Which entry stands at which offset follows from replicated state alone, so that
// a watcher may resume at any replica. Offset 0 of a rollback is the rollback
// itself; then, for each batch, its submissions and its transitions.

func (q *sequencer) WatchReverted(req *pb.WatchRevertedRequest, stream grpc.ServerStreamingServer[pb.WatchRevertedResponse]) error {
	ctx := stream.Context()
	sub := q.cfg.Machine.Subscribe(subscriptionBuffer)
	defer func() { sub.Close() }()
	next, offset, err := q.resumeReverted(req.GetAfter())
	if err != nil {
		return err
	}
	if err := stream.SendHeader(nil); err != nil { // tells the caller that it is watching now
		return err
	}
	for {
		for ; next <= uint64(len(q.cfg.Machine.Cursor().Rollbacks())); next, offset = next+1, 0 {
			reverted, err := q.cfg.Machine.Reverted(next)
			if errors.Is(err, fsm.ErrRevertedReleased) {
				continue // acknowledged: its reader has what it wants
			}
			if err != nil {
				return err
			}
			if err := q.sendReverted(stream, &reverted, offset); err != nil {
				return err
			}
		}
		if err := nextRollback(ctx, sub); errors.Is(err, fsm.ErrSlowSubscriber) {
			sub = q.cfg.Machine.Subscribe(subscriptionBuffer) // nothing is lost: the state has it all
		} else if err != nil {
			return err
		}
	}
}

// resumeReverted is the first entry behind a mark.
func (q *sequencer) resumeReverted(m *pb.RevertedMark) (rollback, offset uint64, err error) {
	c := q.cfg.Machine.Cursor()
	if m == nil {
		return c.RevertedAcknowledged() + 1, 0, nil
	}
	lineage := q.cfg.Machine.Position().Lineage
	if len(m.GetLineage()) != len(lineage) {
		return 0, 0, &wire.FieldError{Field: "after.lineage", Problem: "must have 16 bytes"}
	}
	if [16]byte(m.GetLineage()) != lineage {
		return 0, 0, fail(wire.ReasonLineageChanged, "the mark is of lineage %x; this cluster's is %x", m.GetLineage(), lineage)
	}
	if m.GetRollback() == 0 || m.GetOffset() == ^uint64(0) {
		return 0, 0, &wire.FieldError{Field: "after", Problem: "is no mark that was given"}
	}
	if known := uint64(len(c.Rollbacks())); m.GetRollback() > known {
		return 0, 0, fail(wire.ReasonStale, "this replica has applied %d rollbacks; the mark is of rollback %d", known, m.GetRollback())
	}
	return m.GetRollback(), m.GetOffset() + 1, nil
}

// nextRollback waits for a rollback, or for a state that may hold some.
func nextRollback(ctx context.Context, sub *fsm.Subscription) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case ev, ok := <-sub.C():
			if !ok {
				return sub.Err()
			}
			switch ev.(type) {
			case fsm.RolledBack, fsm.Restored:
				return nil
			}
		}
	}
}

// sendReverted sends the entries of a rollback from offset on.
func (q *sequencer) sendReverted(stream grpc.ServerStreamingServer[pb.WatchRevertedResponse], r *fsm.Reverted, offset uint64) error {
	lineage := q.cfg.Machine.Position().Lineage
	at := uint64(0)
	send := func(m *pb.WatchRevertedResponse) error {
		at++
		if at <= offset {
			return nil
		}
		m.Mark = &pb.RevertedMark{Lineage: lineage[:], Rollback: r.Record.Number, Offset: at - 1}
		return stream.Send(m)
	}
	head := rollbackProto(r)
	if err := send(&pb.WatchRevertedResponse{Entry: &pb.WatchRevertedResponse_Rollback{Rollback: head}}); err != nil {
		return err
	}
	for _, b := range r.Batches {
		for _, o := range b.Origins {
			m := &pb.RevertedSubmissions{Batch: b.Number, Session: o.Session, From: o.From, To: o.To}
			if err := send(&pb.WatchRevertedResponse{Entry: &pb.WatchRevertedResponse_Submissions{Submissions: m}}); err != nil {
				return err
			}
		}
		ts, err := b.Decode()
		if err != nil {
			return err
		}
		for i := range ts {
			t, err := wire.TransitionProto(&ts[i])
			if err != nil {
				return fmt.Errorf("reverted batch %d: %w", b.Number, err)
			}
			m := &pb.RevertedTransition{Batch: b.Number, AcceptedSequence: b.FirstSequence + uint64(i), Transition: t}
			if err := send(&pb.WatchRevertedResponse{Entry: &pb.WatchRevertedResponse_Transition{Transition: m}}); err != nil {
				return err
			}
		}
	}
	return nil
}

func rollbackProto(r *fsm.Reverted) *pb.Rollback {
	m := &pb.Rollback{
		ToBatch: r.Record.To, FromBatch: r.Record.From, ToSequence: r.Record.AppliedTo, FromSequence: r.Record.AppliedFrom,
		Reason: r.Record.Reason, TimeMs: r.Record.TimeMs,
	}
	for _, b := range r.Batches {
		m.Entries += uint64(len(b.Origins))
		if b.Payload != nil {
			m.Entries += b.Transitions
		}
	}
	return m
}

func (q *sequencer) AcknowledgeReverted(ctx context.Context, req *pb.AcknowledgeRevertedRequest) (*pb.AcknowledgeRevertedResponse, error) {
	if req.GetRollback() == 0 {
		return nil, &wire.FieldError{Field: "rollback", Problem: "must not be 0"}
	}
	if !q.cfg.Cluster.IsLeader() {
		return forward(ctx, q.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.AcknowledgeRevertedResponse, error) {
			return pb.NewSequencerServiceClient(c).AcknowledgeReverted(ctx, req)
		})
	}
	r, err := q.propose(ctx, command.TypeCursor, cursor.Append(nil, cursor.RevertedAcked{Rollback: req.GetRollback()}))
	if err != nil {
		return nil, err
	}
	return &pb.AcknowledgeRevertedResponse{Position: positionProto(r.Position), Leader: q.cfg.NodeID}, nil
}
