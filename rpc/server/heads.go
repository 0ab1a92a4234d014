package server

// What must hold here: every change of the heads between floor and now is held, in the order of the log, once for each
// command; a mark is the Raft index of the command, so that a watcher may resume at another replica.

import (
	"context"
	"slices"
	"sync"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// headHistory is how many changes are kept for watchers that resume: hours of batches of a second.
const headHistory = 1 << 15

// headChange is what one command did to the heads.
type headChange struct {
	heads     cursor.Heads
	position  fsm.Position
	move      pb.HeadsMove
	rollbacks uint64 // of this history, this one included
}

// headLog keeps the newest changes of the heads, and wakes those who wait for one.
type headLog struct {
	capacity int

	mu      sync.Mutex // guards what follows; held for copying only
	changes []headChange
	base    uint64     // number of changes that were ever dropped, and of interruptions
	floor   uint64     // Raft index: changes up to here are not held
	now     headChange // the newest, or the state at the start
	wake    chan struct{}
}

func newHeadLog(capacity int) *headLog {
	return &headLog{capacity: capacity, wake: make(chan struct{})}
}

// run follows the machine until ctx ends. After an interruption the history starts anew.
func (l *headLog) run(ctx context.Context, m Machine) error {
	var rolledBack uint64 // index of the command, whose HeadsMoved follows
	return follow(ctx, m, func() { l.reset(m) }, func(ev fsm.Event) {
		switch e := ev.(type) {
		case fsm.RolledBack:
			rolledBack = e.Index
		case fsm.HeadsMoved:
			l.add(e, rolledBack == e.Index)
		case fsm.Restored:
			l.reset(m)
		}
	})
}

// reset begins the history at the state of now.
func (l *headLog) reset(m Machine) {
	now := headChange{move: pb.HeadsMove_HEADS_MOVE_CURRENT}
	_ = m.Read(func(r *fsm.Reader) error { // of one moment: a rollback right after it is told by its event
		now.heads, now.position, now.rollbacks = r.Status().Heads, r.Position(), uint64(len(r.Cursor().Rollbacks()))
		return nil
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.base += uint64(len(l.changes)) + 1 // whoever watches has missed something, perhaps
	l.changes, l.floor, l.now = nil, now.position.Index, now
	l.awake()
}

func (l *headLog) awake() {
	close(l.wake)
	l.wake = make(chan struct{})
}

func (l *headLog) add(e fsm.HeadsMoved, rolledBack bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Index <= l.floor {
		return // already part of the state that the history starts at
	}
	c := headChange{heads: e.Heads, position: e.Position, move: pb.HeadsMove_HEADS_MOVE_ADVANCED, rollbacks: l.now.rollbacks}
	switch {
	case rolledBack:
		c.move = pb.HeadsMove_HEADS_MOVE_ROLLED_BACK
		c.rollbacks++
	case lower(e.Heads, l.now.heads):
		c.move = pb.HeadsMove_HEADS_MOVE_REORGANIZED
	}
	l.now = c
	l.changes = append(l.changes, c)
	if drop := len(l.changes) - l.capacity; drop > l.capacity/4 || drop > 0 && l.capacity < 4 {
		l.floor = l.changes[drop-1].position.Index
		l.changes = slices.Delete(l.changes, 0, drop)
		l.base += uint64(drop)
	}
	l.awake()
}

// lower says whether some head stands lower than before.
func lower(now, before cursor.Heads) bool {
	return now.Sealed < before.Sealed || now.Executed < before.Executed || now.Published < before.Published ||
		now.Committed < before.Committed || now.Proven < before.Proven || now.Finalized < before.Finalized
}

// start is where a watcher begins: behind its mark if that is held, else with the heads now. gap says whether changes
// since its mark are not held.
func (l *headLog) start(after *uint64) (next uint64, first *headChange, gap bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if after != nil && *after >= l.floor {
		i, _ := slices.BinarySearchFunc(l.changes, *after, func(c headChange, index uint64) int {
			if c.position.Index <= index {
				return -1
			}
			return 1
		})
		return l.base + uint64(i), nil, false
	}
	now := l.now
	now.move = pb.HeadsMove_HEADS_MOVE_CURRENT
	return l.base + uint64(len(l.changes)), &now, after != nil
}

// read copies what is held from next on, or gives the channel that wakes when there is more.
func (l *headLog) read(next uint64, into []headChange) (changes []headChange, wake <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if next < l.base {
		return nil, nil, fail(wire.ReasonTooSlow, "the watcher fell behind the changes held here; resume from the last mark")
	}
	i := int(next - l.base)
	return append(into[:0], l.changes[i:min(len(l.changes), i+cap(into))]...), l.wake, nil
}

// changed is closed when something happens to the heads after the call.
func (l *headLog) changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wake
}

func (q *sequencer) WatchHeads(req *pb.WatchHeadsRequest, stream grpc.ServerStreamingServer[pb.WatchHeadsResponse]) error {
	ctx := stream.Context()
	after, err := q.headsMark(req.GetAfter())
	if err != nil {
		return err
	}
	next, first, gap := q.heads.start(after)
	if err := stream.SendHeader(nil); err != nil { // tells the caller that it is watching now
		return err
	}
	if first != nil {
		m := first.proto(q.cfg.Machine.Position().Lineage)
		m.Gap = gap
		if err := stream.Send(m); err != nil {
			return err
		}
	}
	buffer := make([]headChange, 0, 64)
	for {
		changes, wake, err := q.heads.read(next, buffer)
		if err != nil {
			return err
		}
		next += uint64(len(changes))
		for i := range changes {
			if after != nil && changes[i].position.Index <= *after {
				continue // the mark is of a replica that was ahead of this one
			}
			if err := stream.Send(changes[i].proto(q.cfg.Machine.Position().Lineage)); err != nil {
				return err
			}
		}
		if len(changes) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-wake:
		}
	}
}

// proto is the change as it is told; the history may have begun before the lineage had its name.
func (c *headChange) proto(lineage [16]byte) *pb.WatchHeadsResponse {
	p := positionProto(c.position)
	p.Lineage = lineage[:]
	return &pb.WatchHeadsResponse{
		Heads: headsProto(c.heads), Position: p, Mark: &pb.HeadsMark{Lineage: p.GetLineage(), Index: p.GetIndex()},
		Move: c.move, Rollbacks: c.rollbacks,
	}
}

func (q *sequencer) headsMark(m *pb.HeadsMark) (*uint64, error) {
	if m == nil {
		return nil, nil //nolint:nilnil // no mark is a choice, not a fault
	}
	lineage := q.cfg.Machine.Position().Lineage
	if len(m.GetLineage()) != len(lineage) {
		return nil, &wire.FieldError{Field: "after.lineage", Problem: "must have 16 bytes"}
	}
	if [16]byte(m.GetLineage()) != lineage {
		return nil, fail(wire.ReasonLineageChanged, "the mark is of lineage %x; this cluster's is %x", m.GetLineage(), lineage)
	}
	index := m.GetIndex()
	return &index, nil
}
