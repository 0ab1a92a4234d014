package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// A leader that is worse placed than another voter says so and hands leadership over; it
// never does when no other voter is better placed, so two of them do not pass it to and fro.

const (
	diskInterval = 500 * time.Millisecond
	// slowLooks in a row make a disk slow.
	slowLooks = 4
	// shortLooks in a row without room have a leader hand over: by then it has heard whether the others have some.
	shortLooks = 4
	// slowMemory is how many looks the slowest write is remembered.
	slowMemory = 10
	// yieldAgain is how long after an attempt to hand over the next one is made.
	yieldAgain = 10 * time.Second
	yieldLimit = 3 * time.Second
	// trimAgain is how long after a snapshot that the log's size called for the next one is taken.
	trimAgain   = 10 * time.Second
	minTrailing = 128
	diskRetry   = time.Second
)

// diskWatch is what the loop that looks at the disk remembers; nobody else uses it.
type diskWatch struct {
	peaks   []time.Duration // slowest writes, of the newest looks
	slow    int             // looks in a row at which the disk was slow
	short   int             // looks in a row at which there was no room
	yielded time.Time       // newest attempt
	trimmed time.Time
	cutting atomic.Bool // a snapshot is taken with less kept behind it
	refused bool        // what was said last
	stalled stall
}

// watchDisk looks at the disk until the node closes.
func (n *Node) watchDisk() {
	tick := time.NewTicker(diskInterval)
	defer tick.Stop()
	var w diskWatch
	for {
		n.lookAtDisk(&w, time.Now())
		select {
		case <-tick.C:
		case <-n.done:
			return
		}
	}
}

func (n *Node) lookAtDisk(w *diskWatch, now time.Time) {
	d := n.disk.look()
	if w.short++; d.Refuses == "" {
		w.short = 0
	}
	if refuses := d.Refuses != ""; refuses != w.refused { // the words change with every byte
		if w.refused = refuses; refuses {
			n.logger.Error("no transitions are taken for want of room", slog.String("why", d.Refuses))
		} else {
			n.logger.Info("there is room for transitions again", slog.Uint64("free_bytes", d.Free))
		}
	}
	n.measure(w)
	n.trimLog(w, d, now)
	n.noRoom.Store(n.judgeRoom(d.Refuses))
	if why := n.unfit(w, d, now); why != "" && now.Sub(w.yielded) >= yieldAgain {
		err := n.Yield(n.life, why)
		if !errors.Is(err, errNobodyBetter) {
			w.yielded = now
			if err != nil {
				n.logger.Warn("leadership stays here", slog.String("why", why), slog.Any("error", err))
			}
		}
	}
}

// measure takes the slowest write since the last look.
func (n *Node) measure(w *diskWatch) {
	ended := n.stores.watch.peak()
	peak := max(ended, n.stores.watch.running())
	switch {
	case ended >= n.cfg.DiskSlowLimit:
		w.slow++
	case ended > 0: // a write that runs keeps Raft from handing over, too
		w.slow = 0
	}
	w.peaks = append(w.peaks, peak)
	if len(w.peaks) > slowMemory {
		w.peaks = slices.Delete(w.peaks, 0, 1)
	}
	n.slowestUs.Store(uint64(slices.Max(w.peaks).Microseconds()))
}

// unfit says why this leader should not lead; empty if it should, or does not.
func (n *Node) unfit(w *diskWatch, d Disk, now time.Time) string {
	if n.raft.State() != raft.Leader {
		w.stalled = stall{}
		n.stalledFor.Store(0)
		return ""
	}
	idle := w.stalled.look(n.raft.CurrentTerm(), n.raft.CommitIndex(), n.raft.LastIndex(), now)
	n.stalledFor.Store(int64(idle))
	switch {
	case w.short >= shortLooks:
		return d.Refuses
	case w.slow >= slowLooks:
		return fmt.Sprintf("writes to its log take %v", slices.Max(w.peaks))
	case idle >= n.cfg.StallLimit:
		return fmt.Sprintf("nothing was committed for %v", idle)
	}
	return ""
}

// stall knows since when a leader has entries and commits none of them.
type stall struct {
	term, commit uint64
	since        time.Time // zero if nothing waits
}

func (s *stall) look(term, commit, last uint64, now time.Time) time.Duration {
	if last <= commit {
		*s = stall{term: term, commit: commit}
		return 0
	}
	if s.since.IsZero() || s.term != term || s.commit != commit {
		*s = stall{term: term, commit: commit, since: now}
	}
	return now.Sub(s.since)
}

// judgeRoom says whether transitions are refused here, which a leader also does for voters without
// room if the others are no majority: what it then took would stand in their logs and not be committed.
// Silent voters count for neither.
func (n *Node) judgeRoom(own string) *DiskError {
	if own != "" {
		return &DiskError{Node: n.cfg.NodeID, Reason: own, RetryAfter: diskRetry}
	}
	if n.raft.State() != raft.Leader {
		return nil
	}
	voters, roomy, short := n.voters(), 0, ""
	for _, id := range voters {
		if id == n.cfg.NodeID {
			roomy++
		} else if h, ok := n.heardLately(id); ok && h.GetDiskRefuses() == "" {
			roomy++
		} else if ok {
			short = fmt.Sprintf("%s has none: %s", id, h.GetDiskRefuses())
		}
	}
	if short == "" || roomy >= quorum(len(voters)) {
		return nil
	}
	return &DiskError{
		Node: n.cfg.NodeID, RetryAfter: diskRetry,
		Reason: fmt.Sprintf("%d of %d voters have room on their disks; %s", roomy, len(voters), short),
	}
}

// room is why transitions are refused for want of it; nil if they are not. The disk may have filled since
// the loop looked.
func (n *Node) room() *DiskError {
	if own := n.disk.short(); own != "" {
		return n.judgeRoom(own)
	}
	return n.noRoom.Load()
}

func (n *Node) heardLately(id string) (*peerv1.NodeStatus, bool) {
	h, ok := n.peers.lastHeard(id)
	if !ok || time.Since(h.at) > heardOfLate {
		return nil, false
	}
	return h.status, true
}

// betterPlaced is the voter with the longest log that has room, a disk that is not slow, and nothing
// to install; empty if there is none, or if it would refuse transitions as well.
func (n *Node) betterPlaced() (best string) {
	voters := n.voters()
	fit, longest := 0, uint64(0)
	for _, id := range voters {
		h, ok := n.heardLately(id)
		if id == n.cfg.NodeID || !ok || h.GetDiskRefuses() != "" {
			continue
		}
		fit++
		slow := time.Duration(h.GetSlowestWriteUs())*time.Microsecond >= n.cfg.DiskSlowLimit/2
		if !slow && !h.GetInstalling() && h.GetLastIndex() >= longest {
			best, longest = id, h.GetLastIndex()
		}
	}
	if fit < quorum(len(voters)) {
		return ""
	}
	return best
}

// errNobodyBetter says that leadership stays where it is.
var errNobodyBetter = errors.New("cluster: no other voter was heard of that has room and a disk that is not slow")

// Yield hands leadership to the voter that is best placed. Why is for the log.
func (n *Node) Yield(ctx context.Context, why string) error {
	to := n.betterPlaced()
	if to == "" {
		return errNobodyBetter
	}
	n.logger.WarnContext(ctx, "handing leadership over", slog.String("to", to), slog.String("why", why))
	ctx, cancel := context.WithTimeout(ctx, yieldLimit)
	defer cancel()
	return n.TransferLeadership(ctx, to)
}

// trimLog has a snapshot taken before the log reaches its budget, and keeps as many of the newest
// entries behind it as fit into a quarter of it.
func (n *Node) trimLog(w *diskWatch, d Disk, now time.Time) {
	if d.Log < d.LogBudget/2 || now.Sub(w.trimmed) < trimAgain || n.disk == nil {
		return
	}
	if !w.cutting.CompareAndSwap(false, true) {
		return // what is configured now is not the usual
	}
	w.trimmed = now
	usual := n.raft.ReloadableConfig()
	short := usual
	short.TrailingLogs = min(n.cfg.TrailingLogs, max(minTrailing, n.disk.log.fit(d.LogBudget/4)))
	if err := n.raft.ReloadConfig(short); err != nil {
		w.cutting.Store(false)
		n.logger.Error("the log's length was not changed", slog.Any("error", err))
		return
	}
	n.logger.Info("the log is cut to its budget", slog.Uint64("log_bytes", d.Log), slog.Uint64("trailing_entries", short.TrailingLogs))
	future := n.raft.Snapshot()
	go func() { // Raft drops futures at its end: nobody waits for this one
		defer w.cutting.Store(false)
		err := future.Error()
		if errors.Is(err, raft.ErrNothingNewToSnapshot) {
			err = nil
		}
		if err = errors.Join(err, n.raft.ReloadConfig(usual)); err != nil && !n.closing() {
			n.logger.Error("the log stays as long as it is", slog.Any("error", err))
		}
	}()
}
