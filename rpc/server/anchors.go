package server

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// What is shown of anchors is the replicated cursor's; only the leader changes one.

func (a *admin) ListAnchors(context.Context, *pb.ListAnchorsRequest) (*pb.ListAnchorsResponse, error) {
	resp := &pb.ListAnchorsResponse{Position: positionProto(a.cfg.Machine.Position())}
	for _, x := range a.cfg.Machine.Cursor().InFlight() {
		resp.Anchors = append(resp.Anchors, inFlightProto(x))
	}
	return resp, nil
}

func (a *admin) RetryAnchor(ctx context.Context, req *pb.RetryAnchorRequest) (*pb.RetryAnchorResponse, error) {
	kind, err := orderOf(req.GetKind(), req.GetReason())
	if err != nil {
		return nil, err
	}
	if !a.cfg.Cluster.IsLeader() {
		return forward(ctx, a.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.RetryAnchorResponse, error) {
			return pb.NewAdminServiceClient(c).RetryAnchor(ctx, req)
		})
	}
	if a.cfg.Anchors == nil {
		return nil, fail(wire.ReasonRefused, "nothing is anchored here: l1.endpoints is not configured")
	}
	if err := a.cfg.Anchors.RetryAnchor(ctx, kind, req.GetNonce(), req.GetReason()); err != nil {
		return nil, err
	}
	return &pb.RetryAnchorResponse{Anchor: a.anchorAt(kind, req.GetNonce())}, nil
}

func (a *admin) CancelAnchor(ctx context.Context, req *pb.CancelAnchorRequest) (*pb.CancelAnchorResponse, error) {
	kind, err := orderOf(req.GetKind(), req.GetReason())
	if err != nil {
		return nil, err
	}
	if !a.cfg.Cluster.IsLeader() {
		return forward(ctx, a.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.CancelAnchorResponse, error) {
			return pb.NewAdminServiceClient(c).CancelAnchor(ctx, req)
		})
	}
	if a.cfg.Anchors == nil {
		return nil, fail(wire.ReasonRefused, "nothing is anchored here: l1.endpoints is not configured")
	}
	if err := a.cfg.Anchors.CancelAnchor(ctx, kind, req.GetNonce(), req.GetReason()); err != nil {
		return nil, err
	}
	return &pb.CancelAnchorResponse{Anchor: a.anchorAt(kind, req.GetNonce())}, nil
}

// orderOf checks what an order names.
func orderOf(kind pb.AnchorKind, reason string) (cursor.Kind, error) {
	if n := len(reason); strings.TrimSpace(reason) == "" || n > command.MaxReason {
		return 0, &wire.FieldError{Field: "reason", Problem: fmt.Sprintf("has %d bytes; must have 1 to %d and say something", n, command.MaxReason)}
	}
	switch kind {
	case pb.AnchorKind_ANCHOR_KIND_COMMIT:
		return cursor.Commit, nil
	case pb.AnchorKind_ANCHOR_KIND_VERIFY:
		return cursor.Verify, nil
	case pb.AnchorKind_ANCHOR_KIND_UNSPECIFIED:
		return 0, &wire.FieldError{Field: "kind", Problem: "must be given"}
	default:
		return 0, &wire.FieldError{Field: "kind", Problem: "is unknown"}
	}
}

// anchorAt is the newest anchor of a nonce; nil if it is final by now.
func (a *admin) anchorAt(kind cursor.Kind, nonce uint64) *pb.InFlightAnchor {
	for _, x := range slices.Backward(a.cfg.Machine.Cursor().InFlight()) {
		if x.Kind == kind && x.Nonce == nonce {
			return inFlightProto(x)
		}
	}
	return nil
}

func inFlightProto(x cursor.Anchor) *pb.InFlightAnchor {
	m := &pb.InFlightAnchor{
		FirstBatch: x.First, LastBatch: x.Last, Epoch: x.Epoch, Account: x.Account[:], Nonce: x.Nonce, Stale: x.Stale,
		Reason: x.Reason, IntentTimeMs: x.IntentMs,
	}
	m.Kind = pb.AnchorKind_ANCHOR_KIND_COMMIT
	if x.Kind == cursor.Verify {
		m.Kind = pb.AnchorKind_ANCHOR_KIND_VERIFY
	}
	switch x.Status {
	case cursor.StatusPending:
		m.Status = pb.AnchorStatus_ANCHOR_STATUS_PENDING
	case cursor.StatusIncluded:
		m.Status = pb.AnchorStatus_ANCHOR_STATUS_INCLUDED
	case cursor.StatusAtDepth:
		m.Status = pb.AnchorStatus_ANCHOR_STATUS_AT_DEPTH
	case cursor.StatusFailed:
		m.Status = pb.AnchorStatus_ANCHOR_STATUS_FAILED
	}
	if x.TxHash != (cursor.Hash{}) {
		m.TxHash = hashBytes(x.TxHash)
	}
	if x.Block.Number > 0 {
		m.Block, m.BlockHash = x.Block.Number, hashBytes(x.Block.Hash)
	}
	for _, at := range x.Attempts {
		m.Attempts = append(m.Attempts, &pb.AnchorAttempt{TxHash: hashBytes(at.TxHash), Cancel: at.Cancel, Stale: at.Stale, RawTx: at.RawTx})
	}
	return m
}
