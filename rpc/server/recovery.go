package server

import (
	"context"
	"encoding/hex"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// Every replica holds the whole state, so each answers for itself: nothing here is forwarded.

// Recovery keeps the ways back; *manager.Manager is one.
type Recovery interface {
	CreateCheckpoint(ctx context.Context, progress func(done int64)) (*recovery.Manifest, recovery.Transfer, error)
	Checkpoints(ctx context.Context) ([]recovery.Listed, error)
	RecoveryStatus() manager.RecoveryStatus
}

// progressStep is how many bytes lie between two reports.
const progressStep = 64 << 20

type recoveries struct {
	pb.UnimplementedRecoveryServiceServer
	*Server
}

func (r *recoveries) keeper() (Recovery, error) {
	if r.cfg.Recovery == nil {
		return nil, status.Error(codes.FailedPrecondition, manager.ErrNoCheckpoints.Error())
	}
	return r.cfg.Recovery, nil
}

// CreateCheckpoint implements pb.RecoveryServiceServer.
func (r *recoveries) CreateCheckpoint(_ *pb.CreateCheckpointRequest, stream grpc.ServerStreamingServer[pb.CreateCheckpointResponse]) error {
	keeper, err := r.keeper()
	if err != nil {
		return err
	}
	var told int64
	var failed error
	made, moved, err := keeper.CreateCheckpoint(stream.Context(), func(done int64) {
		if failed == nil && done >= told+progressStep {
			told, failed = done, stream.Send(&pb.CreateCheckpointResponse{DoneBytes: done})
		}
	})
	if err != nil {
		return refused(err)
	}
	return stream.Send(&pb.CreateCheckpointResponse{
		DoneBytes: moved.Bytes, MovedBytes: moved.Moved, Checkpoint: checkpointOf(recovery.Listed{Name: made.Name(), Manifest: made}),
	})
}

// ListCheckpoints implements pb.RecoveryServiceServer.
func (r *recoveries) ListCheckpoints(ctx context.Context, _ *pb.ListCheckpointsRequest) (*pb.ListCheckpointsResponse, error) {
	keeper, err := r.keeper()
	if err != nil {
		return nil, err
	}
	list, err := keeper.Checkpoints(ctx)
	if err != nil {
		return nil, refused(err)
	}
	out := &pb.ListCheckpointsResponse{}
	for _, l := range list {
		out.Checkpoints = append(out.Checkpoints, checkpointOf(l))
	}
	return out, nil
}

// CheckpointStatus implements pb.RecoveryServiceServer.
func (r *recoveries) CheckpointStatus(context.Context, *pb.CheckpointStatusRequest) (*pb.CheckpointStatusResponse, error) {
	keeper, err := r.keeper()
	if err != nil {
		return nil, err
	}
	s := keeper.RecoveryStatus()
	out := &pb.CheckpointStatusResponse{Id: r.cfg.NodeID, MarkSequence: s.Mark.Sequence, MarkMs: s.Mark.TimeMs, DamagedSnapshots: s.Damaged}
	if s.Newest != nil {
		out.Newest = checkpointOf(recovery.Listed{Name: s.Newest.Name(), Manifest: s.Newest})
	}
	return out, nil
}

func checkpointOf(l recovery.Listed) *pb.Checkpoint {
	m := l.Manifest
	if m == nil {
		return &pb.Checkpoint{Name: l.Name, Error: l.Err.Error()}
	}
	lineage, _ := hex.DecodeString(m.Lineage) // checked when the manifest was read
	c := &pb.Checkpoint{
		Name: l.Name, Lineage: lineage, Batch: m.Batch, Root: m.Root[:], HeaderHash: m.HeaderHash[:], Index: m.Index,
		Sequence: m.Sequence, Node: m.Node, MadeMs: m.MadeMs, Bytes: m.Bytes, Chunks: uint64(len(m.Chunks)),
	}
	if m.L1 != nil {
		c.L1Block = m.L1.Block
	}
	return c
}
