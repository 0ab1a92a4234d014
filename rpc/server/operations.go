package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/reconcile"
)

// An operation's last message is its result; whatever came before is progress.

// Operations are what an operator may ask of the layers; *manager.Manager is one. Synchronize, and Reconcile unless it is a
// dry run, answer on the leader alone.
type Operations interface {
	Synchronize(ctx context.Context, until manager.Head, progress manager.Progress) (cursor.Heads, error)
	Verify(ctx context.Context, progress manager.Progress) (consistency.Report, error)
	Reconcile(ctx context.Context, order reconcile.Order, dryRun bool, progress manager.Progress) (manager.Reconciled, error)
	RecoverStatus(ctx context.Context, progress manager.Progress) (manager.Recoverable, error)
	MayActivate(ctx context.Context, version uint32) error
}

type operations struct {
	pb.UnimplementedOperationsServiceServer
	*Server
}

// operator is who is asked here.
func (o *operations) operator() (Operations, error) {
	if o.cfg.Operations == nil {
		return nil, fail(wire.ReasonRefused, "this replica has no layers beside its own state")
	}
	return o.cfg.Operations, nil
}

// telling makes progress of what an operation tells. What cannot be sent ends with the stream's context.
func telling(send func(*pb.Progress) error) manager.Progress {
	return func(stage string, done, total uint64, text string) {
		_ = send(&pb.Progress{Stage: stage, Done: done, Total: total, Text: text})
	}
}

// relay passes an operation on to the leader.
func relay[T any](ctx context.Context, s *Server, call func(context.Context, *grpc.ClientConn) (grpc.ServerStreamingClient[T], error), send func(*T) error) error {
	ctx, conn, err := s.passOn(ctx)
	if err != nil {
		return err
	}
	stream, err := call(ctx, conn)
	for err == nil {
		var m *T
		if m, err = stream.Recv(); err == nil {
			err = send(m)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return forwardError(err)
}

func (o *operations) Synchronize(req *pb.SynchronizeRequest, out grpc.ServerStreamingServer[pb.SynchronizeResponse]) error {
	until, err := layerOf(req.GetUntil())
	if err != nil {
		return err
	}
	op, err := o.operator()
	if err != nil {
		return err
	}
	if !o.cfg.Cluster.IsLeader() {
		return relay(out.Context(), o.Server, func(ctx context.Context, c *grpc.ClientConn) (grpc.ServerStreamingClient[pb.SynchronizeResponse], error) {
			return pb.NewOperationsServiceClient(c).Synchronize(ctx, req)
		}, out.Send)
	}
	heads, err := op.Synchronize(out.Context(), until, telling(func(p *pb.Progress) error {
		return out.Send(&pb.SynchronizeResponse{Progress: p})
	}))
	if err != nil {
		return operationError(err)
	}
	return out.Send(&pb.SynchronizeResponse{Heads: headsProto(heads)})
}

func layerOf(h pb.Head) (manager.Head, error) {
	switch h {
	case pb.Head_HEAD_UNSPECIFIED, pb.Head_HEAD_COMMITTED:
		return manager.HeadCommitted, nil
	case pb.Head_HEAD_SEALED:
		return manager.HeadSealed, nil
	case pb.Head_HEAD_EXECUTED:
		return manager.HeadExecuted, nil
	case pb.Head_HEAD_PUBLISHED:
		return manager.HeadPublished, nil
	case pb.Head_HEAD_PROVEN:
		return manager.HeadProven, nil
	case pb.Head_HEAD_FINALIZED:
		return manager.HeadFinalized, nil
	case pb.Head_HEAD_APPLIED:
		return "", &wire.FieldError{Field: "until", Problem: "what is accepted is applied: name a layer from SEALED on"}
	default:
		return "", &wire.FieldError{Field: "until", Problem: "is unknown"}
	}
}

// operationError gives errors of operations the form in which they leave.
func operationError(err error) error {
	_, blocked := errors.AsType[*manager.BlockedError](err)
	switch {
	case errors.Is(err, manager.ErrNotLeading):
		return fail(wire.ReasonNotLeader, "%v", err)
	case blocked, errors.Is(err, manager.ErrNotAnchoring), errors.Is(err, manager.ErrReconcileStopped), errors.Is(err, cursor.ErrReconciling),
		errors.Is(err, manager.ErrSuperseded):
		return fail(wire.ReasonRefused, "%v", err)
	default:
		return err
	}
}

func (o *operations) Verify(_ *pb.VerifyRequest, out grpc.ServerStreamingServer[pb.VerifyResponse]) error {
	op, err := o.operator()
	if err != nil {
		return err
	}
	report, err := op.Verify(out.Context(), telling(func(p *pb.Progress) error { return out.Send(&pb.VerifyResponse{Progress: p}) }))
	if err != nil {
		return operationError(err)
	}
	result := &pb.VerifyResult{Consistent: !report.Worst().Finding.Stops(), Heads: headsProto(report.Heads), TookMs: report.Took.Milliseconds()}
	for _, v := range report.Verdicts {
		result.Verdicts = append(result.Verdicts, &pb.Verdict{
			Layers: v.Pair.String(), Batch: v.Batch, Kind: pb.VerdictKind(v.Finding), Detail: v.Detail,
		})
	}
	return out.Send(&pb.VerifyResponse{Result: result})
}

func (o *operations) Reconcile(req *pb.ReconcileRequest, out grpc.ServerStreamingServer[pb.ReconcileResponse]) error {
	order, err := orderIn(out.Context(), req)
	if err != nil {
		return err
	}
	op, err := o.operator()
	if err != nil {
		return err
	}
	if !o.cfg.Cluster.IsLeader() {
		return relay(out.Context(), o.Server, func(ctx context.Context, c *grpc.ClientConn) (grpc.ServerStreamingClient[pb.ReconcileResponse], error) {
			return pb.NewOperationsServiceClient(c).Reconcile(ctx, req)
		}, out.Send)
	}
	done, err := op.Reconcile(out.Context(), order, req.GetDryRun(), telling(func(p *pb.Progress) error {
		return out.Send(&pb.ReconcileResponse{Progress: p})
	}))
	if err != nil {
		return operationError(err)
	}
	return out.Send(&pb.ReconcileResponse{Result: reconciledProto(done)})
}

// orderIn reads what an operator wants.
func orderIn(ctx context.Context, req *pb.ReconcileRequest) (reconcile.Order, error) {
	who := callerOf(ctx).who
	if who == "" {
		who = "operator"
	}
	order := reconcile.Order{
		Who: who, Reason: req.GetReason(), AcceptForeign: req.GetAcceptForeign(), Reanchor: req.GetReanchor(), To: req.To,
	}
	choices := 0
	for _, chosen := range []bool{order.AcceptForeign, order.Reanchor, order.To != nil} {
		if chosen {
			choices++
		}
	}
	if choices > 1 {
		return order, &wire.FieldError{Field: "to", Problem: "at most one of accept_foreign, reanchor and to can be given"}
	}
	if n := len(order.Reason); n > command.MaxReason {
		return order, &wire.FieldError{Field: "reason", Problem: fmt.Sprintf("has %d bytes; must have at most %d", n, command.MaxReason)}
	}
	return order, nil
}

func reconciledProto(r manager.Reconciled) *pb.ReconcileResult {
	d := r.Decision
	m := &pb.ReconcileResult{
		Verb: pb.ReconcileVerb(d.Verb) + 1, Finding: pb.VerdictKind(d.Finding), FirstBatch: d.First, Reason: d.Reason, Exit: d.Exit,
		Steps: d.Steps, Done: r.Record.Outcome == cursor.Done, Number: r.Record.Number,
	}
	if d.Verb == reconcile.Act {
		m.Action, m.ToBatch = d.Plan.Action.String(), d.Plan.To
		for _, h := range d.Plan.Adopts {
			m.Adopts = append(m.Adopts, hashBytes(h))
		}
	}
	if x := r.Difference; x != nil {
		m.Difference = &pb.StateDifference{Keys: x.Keys, Total: uint64(x.Total), More: x.More}
		for _, k := range x.Ranges {
			m.Difference.Ranges = append(m.Difference.Ranges, &pb.DifferingRange{Kind: k.Kind, First: k.First, Last: k.Last, Count: uint64(k.Count)})
		}
	}
	return m
}

func (o *operations) RecoverStatus(_ *pb.RecoverStatusRequest, out grpc.ServerStreamingServer[pb.RecoverStatusResponse]) error {
	op, err := o.operator()
	if err != nil {
		return err
	}
	found, err := op.RecoverStatus(out.Context(), telling(func(p *pb.Progress) error { return out.Send(&pb.RecoverStatusResponse{Progress: p}) }))
	if err != nil {
		return operationError(err)
	}
	result := &pb.RecoverStatusResult{
		Finalized: found.Finalized, Committed: found.Committed, Checked: found.Checked, Missing: found.Missing, Alone: found.Alone,
	}
	if r := found.Reconciliation; r != nil {
		result.Reconciliation, result.Outcome, result.Detail = r.Number, r.Outcome.String(), r.Step
		if r.Detail != "" {
			result.Detail = r.Detail
		}
	}
	return out.Send(&pb.RecoverStatusResponse{Result: result})
}
