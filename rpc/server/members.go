package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// The leader alone changes the membership, and it alone hears of every member.

// Members is who belongs to the cluster; *cluster.Node keeps it.
type Members interface {
	Membership() cluster.Membership
	AddNonvoter(ctx context.Context, id, addr string, seen uint64) (uint64, error)
	Promote(ctx context.Context, id string, seen uint64, force bool, progress func(cluster.CatchUp)) (uint64, error)
	Demote(ctx context.Context, id string, seen uint64, force bool) (uint64, error)
	Remove(ctx context.Context, id string, seen uint64, force bool) (uint64, error)
	Replace(ctx context.Context, r cluster.Replacement, progress func(cluster.CatchUp)) (uint64, error)
}

type members struct {
	pb.UnimplementedMembersServiceServer
	*Server
}

// memberError gives errors of changes the form in which they leave.
func memberError(err error) error {
	if errors.Is(err, cluster.ErrMembership) {
		return &RefusedError{Err: err}
	}
	return err
}

// ListMembers implements pb.MembersServiceServer.
func (m *members) ListMembers(ctx context.Context, req *pb.ListMembersRequest) (*pb.ListMembersResponse, error) {
	if leader, _ := m.cfg.Cluster.Leader(); !m.cfg.Cluster.IsLeader() && leader != "" && leader != m.cfg.NodeID {
		return forward(ctx, m.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.ListMembersResponse, error) {
			return pb.NewMembersServiceClient(c).ListMembers(ctx, req)
		})
	}
	seen := m.cfg.Cluster.Membership()
	voters, healthy := seen.Voters()
	resp := &pb.ListMembersResponse{
		ConfigurationIndex: seen.Index, Leader: seen.Leader, Term: seen.Term, CommitIndex: seen.CommitIndex, Observer: seen.Observer,
		Voters: uint32(voters), HealthyVoters: uint32(healthy), FailureTolerance: uint32(seen.Tolerance()),
	}
	for i := range seen.Members {
		resp.Members = append(resp.Members, memberProto(&seen.Members[i]))
	}
	return resp, nil
}

func memberProto(s *cluster.Member) *pb.Member {
	m := &pb.Member{
		Id: s.ID, Address: s.Addr, RpcAddress: s.RPCAddr, Voter: s.Voter, Leader: s.Leader, Healthy: s.Healthy, Problem: s.Problem,
		LastContactMs: -1, Term: s.Term, LastIndex: s.LastIndex, AppliedIndex: s.AppliedIndex, Lag: s.Lag,
		LastWriteUs: uint64(s.LastWrite / time.Microsecond), Installing: s.Installing, Version: s.Version,
	}
	if s.Heard {
		m.LastContactMs = s.SinceContact.Milliseconds()
	}
	return m
}

// maxMemberName is what the hello between replicas has room for.
const maxMemberName = 255

func memberName(field, id string) error {
	if n := len(id); n == 0 || n > maxMemberName {
		return &wire.FieldError{Field: field, Problem: fmt.Sprintf("has %d bytes; must have 1 to %d", n, maxMemberName)}
	}
	return nil
}

func memberAddress(field, addr string) error {
	if host, port, err := net.SplitHostPort(addr); err != nil || host == "" || port == "" {
		return &wire.FieldError{Field: field, Problem: fmt.Sprintf("%q is not host:port", addr)}
	}
	return nil
}

// AddMember implements pb.MembersServiceServer.
func (m *members) AddMember(ctx context.Context, req *pb.AddMemberRequest) (*pb.AddMemberResponse, error) {
	if err := memberName("id", req.GetId()); err != nil {
		return nil, err
	}
	if err := memberAddress("address", req.GetAddress()); err != nil {
		return nil, err
	}
	if !m.cfg.Cluster.IsLeader() {
		return forward(ctx, m.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.AddMemberResponse, error) {
			return pb.NewMembersServiceClient(c).AddMember(ctx, req)
		})
	}
	index, err := m.cfg.Cluster.AddNonvoter(ctx, req.GetId(), req.GetAddress(), req.GetConfigurationIndex())
	if err != nil {
		return nil, memberError(err)
	}
	return &pb.AddMemberResponse{ConfigurationIndex: index}, nil
}

// DemoteMember implements pb.MembersServiceServer.
func (m *members) DemoteMember(ctx context.Context, req *pb.DemoteMemberRequest) (*pb.DemoteMemberResponse, error) {
	if err := memberName("id", req.GetId()); err != nil {
		return nil, err
	}
	if !m.cfg.Cluster.IsLeader() {
		return forward(ctx, m.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.DemoteMemberResponse, error) {
			return pb.NewMembersServiceClient(c).DemoteMember(ctx, req)
		})
	}
	index, err := m.cfg.Cluster.Demote(ctx, req.GetId(), req.GetConfigurationIndex(), req.GetForce())
	if err != nil {
		return nil, memberError(err)
	}
	return &pb.DemoteMemberResponse{ConfigurationIndex: index}, nil
}

// RemoveMember implements pb.MembersServiceServer.
func (m *members) RemoveMember(ctx context.Context, req *pb.RemoveMemberRequest) (*pb.RemoveMemberResponse, error) {
	if err := memberName("id", req.GetId()); err != nil {
		return nil, err
	}
	if !m.cfg.Cluster.IsLeader() {
		return forward(ctx, m.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.RemoveMemberResponse, error) {
			return pb.NewMembersServiceClient(c).RemoveMember(ctx, req)
		})
	}
	index, err := m.cfg.Cluster.Remove(ctx, req.GetId(), req.GetConfigurationIndex(), req.GetForce())
	if err != nil {
		return nil, memberError(err)
	}
	return &pb.RemoveMemberResponse{ConfigurationIndex: index}, nil
}

// PromoteMember implements pb.MembersServiceServer.
func (m *members) PromoteMember(req *pb.PromoteMemberRequest, out grpc.ServerStreamingServer[pb.PromoteMemberResponse]) error {
	if err := memberName("id", req.GetId()); err != nil {
		return err
	}
	if !m.cfg.Cluster.IsLeader() {
		return relay(out.Context(), m.Server, func(ctx context.Context, c *grpc.ClientConn) (grpc.ServerStreamingClient[pb.PromoteMemberResponse], error) {
			return pb.NewMembersServiceClient(c).PromoteMember(ctx, req)
		}, out.Send)
	}
	index, err := m.cfg.Cluster.Promote(out.Context(), req.GetId(), req.GetConfigurationIndex(), req.GetForce(), catchingUp(req.GetId(), func(c *pb.CatchUp) error {
		return out.Send(&pb.PromoteMemberResponse{Progress: c})
	}))
	if err != nil {
		return memberError(err)
	}
	return out.Send(&pb.PromoteMemberResponse{ConfigurationIndex: index})
}

// ReplaceMember implements pb.MembersServiceServer.
func (m *members) ReplaceMember(req *pb.ReplaceMemberRequest, out grpc.ServerStreamingServer[pb.ReplaceMemberResponse]) error {
	if err := memberName("id", req.GetId()); err != nil {
		return err
	}
	next := req.GetId()
	if req.GetNewId() != "" {
		next = req.GetNewId()
		if err := memberName("new_id", next); err != nil {
			return err
		}
	}
	if next != req.GetId() || req.GetNewAddress() != "" {
		if err := memberAddress("new_address", req.GetNewAddress()); err != nil {
			return err
		}
	}
	if !m.cfg.Cluster.IsLeader() {
		return relay(out.Context(), m.Server, func(ctx context.Context, c *grpc.ClientConn) (grpc.ServerStreamingClient[pb.ReplaceMemberResponse], error) {
			return pb.NewMembersServiceClient(c).ReplaceMember(ctx, req)
		}, out.Send)
	}
	index, err := m.cfg.Cluster.Replace(out.Context(), cluster.Replacement{
		ID: req.GetId(), NewID: req.GetNewId(), NewAddr: req.GetNewAddress(), Seen: req.GetConfigurationIndex(), Force: req.GetForce(),
	}, catchingUp(next, func(c *pb.CatchUp) error { return out.Send(&pb.ReplaceMemberResponse{Progress: c}) }))
	if err != nil {
		return memberError(err)
	}
	return out.Send(&pb.ReplaceMemberResponse{ConfigurationIndex: index})
}

// catchingUp sends what changed. What cannot be sent ends with the stream's context.
func catchingUp(id string, send func(*pb.CatchUp) error) func(cluster.CatchUp) {
	var told cluster.CatchUp
	first := true
	return func(c cluster.CatchUp) {
		if !first && c == told {
			return
		}
		told, first = c, false
		p := &pb.CatchUp{AppliedIndex: c.Applied, TargetIndex: c.Target, Installing: c.Installing}
		switch {
		case !c.Heard:
			p.Text = fmt.Sprintf("waiting to hear from %s: start it with an empty data directory and raft.join: true", id)
		case c.Installing:
			p.Text = id + " installs a snapshot"
		default:
			p.Text = fmt.Sprintf("%s has applied %d of %d", id, c.Applied, c.Target)
		}
		_ = send(p)
	}
}
