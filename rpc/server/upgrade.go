package server

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// An activation stops every program that is older: it is proposed only when no member is known to be, and none is unknown.

type upgrades struct {
	pb.UnimplementedUpgradeServiceServer
	*Server
}

// Versions implements pb.UpgradeServiceServer.
func (u *upgrades) Versions(context.Context, *pb.VersionsRequest) (*pb.VersionsResponse, error) {
	s := u.cfg.Machine.Status()
	resp := &pb.VersionsResponse{
		Id: u.cfg.NodeID, Version: fsm.Version, Programs: zkvm.Versions(), MinimumVersion: s.MinVersion,
		ProgramVersion: s.ProgramVersion, OpenBatch: s.Open.Number,
	}
	for _, a := range s.Activations {
		resp.Activations = append(resp.Activations, activationProto(a))
	}
	return resp, nil
}

func activationProto(a command.Activate) *pb.Activation {
	return &pb.Activation{ProgramVersion: a.ProgramVersion, AtBatch: a.AtBatch, MinimumVersion: a.MinVersion}
}

// Activate implements pb.UpgradeServiceServer.
func (u *upgrades) Activate(ctx context.Context, req *pb.ActivateRequest) (*pb.ActivateResponse, error) {
	if !u.cfg.Cluster.IsLeader() {
		return forward(ctx, u.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.ActivateResponse, error) {
			return pb.NewUpgradeServiceClient(c).Activate(ctx, req)
		})
	}
	s := u.cfg.Machine.Status()
	last := s.Genesis.ProgramVersion
	if n := len(s.Activations); n > 0 {
		last = s.Activations[n-1].ProgramVersion
	}
	a := command.Activate{MinVersion: req.GetMinimumVersion(), ProgramVersion: req.GetProgramVersion(), AtBatch: req.GetAtBatch(), TimeMs: u.nowMs()}
	if a.MinVersion == 0 {
		a.MinVersion = fsm.Version
	}
	if a.AtBatch == 0 {
		a.AtBatch = s.Open.Number + 1
	}
	if a.ProgramVersion == 0 {
		a.ProgramVersion = last
	}
	if err := everyMember(u.cfg.Cluster.Membership(), a.MinVersion); err != nil {
		return nil, err
	}
	if a.ProgramVersion != last {
		if err := u.mayExecute(ctx, a); err != nil {
			return nil, err
		}
	}
	r, err := u.cfg.Cluster.Propose(ctx, command.TypeActivate, a.Append(nil))
	if err != nil {
		return nil, err
	}
	if r.Err != nil {
		return nil, refused(r.Err)
	}
	return &pb.ActivateResponse{Activation: activationProto(a)}, nil
}

// mayExecute says whether a new program version can come into use: this program has it, which as a new one is of its own
// version, and L1 verifies it.
func (u *upgrades) mayExecute(ctx context.Context, a command.Activate) error {
	if a.MinVersion != fsm.Version {
		return &wire.FieldError{Field: "minimum_version", Problem: fmt.Sprintf("is %d; with a new program version it must be the leader's own, %d: older programs cannot execute it", a.MinVersion, fsm.Version)}
	}
	op, err := (&operations{Server: u.Server}).operator()
	if err != nil {
		return err
	}
	if err = op.MayActivate(ctx, a.ProgramVersion); err != nil {
		return refused(err)
	}
	return nil
}

// everyMember refuses a minimum that not every member is known to reach.
func everyMember(m cluster.Membership, minimum uint32) error {
	var behind []string
	for i := range m.Members {
		switch s := &m.Members[i]; {
		case !s.Healthy:
			behind = append(behind, s.ID+" ("+s.Problem+")")
		case s.Version < minimum:
			behind = append(behind, fmt.Sprintf("%s (version %d)", s.ID, s.Version))
		}
	}
	if len(behind) > 0 {
		return fail(wire.ReasonRefused, "a minimum version of %d would stop members that are older or not heard of: %s; upgrade them first, or remove them from the cluster",
			minimum, strings.Join(behind, ", "))
	}
	return nil
}
