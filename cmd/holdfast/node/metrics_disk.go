package node

import "github.com/holdfast-rollup/holdfast/cluster"

// disk shows how much room there is, and whether it is enough.
func (w writer) disk(s *cluster.Status) {
	d := &s.Disk
	w.gauge("disk_free_bytes", "What may still be written: on the data directory's file system, or within disk.budget_bytes if that is less.", float64(d.Free))
	w.gauge("disk_total_bytes", "Size of the data directory's file system.", float64(d.Total))
	w.gauge("disk_reserve_bytes", "Free space below which no transitions are taken.", float64(d.Reserve))
	w.gauge("raft_store_bytes", "What the log, the stable store and snapshots take on the disk.", float64(d.Used))
	w.gauge("raft_log_bytes", "Entries in the log.", float64(d.Log))
	w.gauge("raft_log_budget_bytes", "How much that may be.", float64(d.LogBudget))
	w.gauge("raft_log_write_slowest_seconds", "Slowest of the latest synced writes to the log.", d.SlowestWrite.Seconds())
	w.gauge("raft_commit_stalled_seconds", "How long this leader has committed nothing of what waits; 0 when nothing does.", s.Stalled.Seconds())
	w.flag("disk_refusing", "Whether no transitions are taken for want of room, on this disk or, on a leader, on the voters'.", s.NoRoom != "")
}
