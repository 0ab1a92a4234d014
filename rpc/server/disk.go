package server

import (
	"github.com/holdfast-rollup/holdfast/cluster"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// diskProto is what a replica says of its disk; on a leader, the refusal may be for want of room on others'.
func diskProto(s *cluster.Status) *pb.Disk {
	d := &s.Disk
	return &pb.Disk{
		Path: d.Path, FreeBytes: d.Free, TotalBytes: d.Total, ReserveBytes: d.Reserve, UsedBytes: d.Used, BudgetBytes: d.Budget,
		LogBytes: d.Log, LogBudgetBytes: d.LogBudget, Refuses: s.NoRoom, SlowestWriteUs: uint64(max(d.SlowestWrite.Microseconds(), 0)),
	}
}
