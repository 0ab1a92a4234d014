package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

type admin struct {
	pb.UnimplementedAdminServiceServer
	*Server
}

func (a *admin) Status(ctx context.Context, _ *pb.StatusRequest) (*pb.StatusResponse, error) {
	c, m := a.cfg.Cluster.Status(), a.cfg.Machine.Status()
	resp := &pb.StatusResponse{
		Id: a.cfg.NodeID, State: strings.ToLower(c.State), Term: c.Term, Leader: c.LeaderID, LeaderAddress: c.LeaderRPC,
		CommitIndex: c.CommitIndex, LastIndex: c.LastIndex, AppliedIndex: c.AppliedIndex, Ready: a.Ready(ctx),
		Heads: headsProto(m.Heads), Position: positionProto(m.Position), Sessions: uint64(max(m.Sessions, 0)),
		ProofPolicy: a.cfg.ProofPolicy, Version: a.cfg.Version, Versions: m.Versions,
		OpenBatch: &pb.OpenBatch{Number: m.Open.Number, Transitions: uint32(m.Open.Transitions), FirstTimeMs: m.Open.FirstTimeMs},
	}
	for i := range c.Peers {
		if c.Peers[i].ID != a.cfg.NodeID {
			resp.Peers = append(resp.Peers, peerProto(&c.Peers[i]))
		}
	}
	resp.Halts = a.halts()
	resp.Disk = diskProto(&c)
	return resp, nil
}

func (a *admin) halts() (out []string) {
	for _, h := range a.cfg.Machine.Cursor().Halts() {
		out = append(out, scopeName(h.Scope)+" halted: "+h.Reason+"; exit: "+h.Exit)
	}
	return out
}

// operatorReason begins the reason of every halt that somebody asked for: no reconciliation takes it for its own and ends it.
const operatorReason = "operator: "

// maxHaltReason bounds what an operator gives as a reason, in bytes.
const maxHaltReason = 512

func (a *admin) Halt(ctx context.Context, req *pb.HaltRequest) (*pb.HaltResponse, error) {
	scope, err := scopeIn(req.GetScope(), req.GetReason(), maxHaltReason)
	if err != nil {
		return nil, err
	}
	if !a.cfg.Cluster.IsLeader() {
		return forward(ctx, a.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.HaltResponse, error) {
			return pb.NewAdminServiceClient(c).Halt(ctx, req)
		})
	}
	halt := command.Halt{
		Scope: scope, Reason: operatorReason + req.GetReason(), Exit: "`holdfast resume --scope " + scopeName(scope) + "`", TimeMs: a.nowMs(),
	}
	r, err := a.cfg.Cluster.Propose(ctx, command.TypeHalt, halt.Append(nil))
	if err != nil {
		return nil, err
	}
	if r.Err != nil {
		return nil, refused(r.Err)
	}
	made := func(h cursor.HaltRecord) bool { return h.Scope == scope && h.Index == r.Index }
	return &pb.HaltResponse{
		Halted: slices.ContainsFunc(a.cfg.Machine.Cursor().Halts(), made), Position: positionProto(r.Position), Halts: a.halts(),
	}, nil
}

func (a *admin) Resume(ctx context.Context, req *pb.ResumeRequest) (*pb.ResumeResponse, error) {
	scope, err := scopeIn(req.GetScope(), req.GetReason(), command.MaxReason)
	if err != nil {
		return nil, err
	}
	if !a.cfg.Cluster.IsLeader() {
		return forward(ctx, a.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.ResumeResponse, error) {
			return pb.NewAdminServiceClient(c).Resume(ctx, req)
		})
	}
	resume := command.Resume{Scope: scope, Reason: req.GetReason(), TimeMs: a.nowMs()}
	r, err := a.cfg.Cluster.Propose(ctx, command.TypeResume, resume.Append(nil))
	if err != nil {
		return nil, err
	}
	if r.Err != nil && !errors.Is(r.Err, cursor.ErrNothingHalted) {
		return nil, refused(r.Err)
	}
	return &pb.ResumeResponse{Resumed: r.Err == nil, Position: positionProto(r.Position), Halts: a.halts()}, nil
}

// scopeIn checks what Halt and Resume are given.
func scopeIn(s pb.HaltScope, reason string, most int) (scope command.Scope, err error) {
	switch s {
	case pb.HaltScope_HALT_SCOPE_INTAKE:
		scope = command.ScopeIntake
	case pb.HaltScope_HALT_SCOPE_ANCHORING:
		scope = command.ScopeAnchoring
	case pb.HaltScope_HALT_SCOPE_UNSPECIFIED:
		return 0, &wire.FieldError{Field: "scope", Problem: "must be given"}
	default:
		return 0, &wire.FieldError{Field: "scope", Problem: "is unknown"}
	}
	if n := len(reason); n == 0 || n > most {
		return 0, &wire.FieldError{Field: "reason", Problem: fmt.Sprintf("has %d bytes; must have 1 to %d", n, most)}
	}
	return scope, nil
}

func scopeName(s command.Scope) string {
	switch s {
	case command.ScopeIntake:
		return "intake"
	case command.ScopeAnchoring:
		return "anchoring"
	default:
		return "intake and anchoring"
	}
}

func peerProto(p *cluster.PeerStatus) *pb.Peer {
	m := &pb.Peer{Id: p.ID, Address: p.Addr, RpcAddress: p.RPCAddr, Voter: p.Voter, LastIndex: p.LastIndex, LastContactMs: -1}
	if p.Heard {
		m.LastContactMs = int64(p.SinceContact / time.Millisecond)
	}
	return m
}

func (a *admin) TransferLeadership(ctx context.Context, req *pb.TransferLeadershipRequest) (*pb.TransferLeadershipResponse, error) {
	if to := req.GetTo(); to != "" && !a.knows(to) {
		return nil, &wire.FieldError{Field: "to", Problem: "no replica has this name"}
	}
	if !a.cfg.Cluster.IsLeader() {
		return forward(ctx, a.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.TransferLeadershipResponse, error) {
			return pb.NewAdminServiceClient(c).TransferLeadership(ctx, req)
		})
	}
	if err := a.cfg.Cluster.TransferLeadership(ctx, req.GetTo()); err != nil {
		return nil, err
	}
	return &pb.TransferLeadershipResponse{From: a.cfg.NodeID}, nil
}

func (a *admin) Config(context.Context, *pb.ConfigRequest) (*pb.ConfigResponse, error) {
	return &pb.ConfigResponse{Yaml: a.cfg.ConfigYAML}, nil
}
