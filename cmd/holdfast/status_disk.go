package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// disksTable shows how much room each replica has, and which take no transitions for want of it.
func disksTable(w io.Writer, r *statusReport) {
	if !slices.ContainsFunc(r.Replicas, func(rs *replicaStatus) bool { return rs.reply.GetDisk() != nil }) {
		return
	}
	_, _ = fmt.Fprintln(w)
	row(w, "DISK", "FREE", "RESERVE", "RAFT STORE", "LOG", "SLOWEST WRITE", "TRANSITIONS")
	for _, rs := range r.Replicas {
		d := rs.reply.GetDisk()
		if d == nil {
			continue
		}
		taken := "taken"
		if d.GetRefuses() != "" {
			taken = "refused: " + d.GetRefuses()
		}
		row(w, rs.reply.GetId(), mebibytes(d.GetFreeBytes()), mebibytes(d.GetReserveBytes()), mebibytes(d.GetUsedBytes()),
			mebibytes(d.GetLogBytes()), (time.Duration(d.GetSlowestWriteUs()) * time.Microsecond).Round(10*time.Microsecond), taken)
	}
}

func mebibytes(n uint64) string { return fmt.Sprintf("%d MiB", n>>20) }
