package server

import (
	"context"
	"math"
	"slices"
	"sync"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A fill's mark is (Raft index, number within the command): the same on every
// replica, so that a watcher may resume at another one. Everything after floor
// and up to the newest mark is held, without a hole.

type mark struct {
	index  uint64
	offset uint32
}

func (m mark) before(o mark) bool {
	return m.index < o.index || m.index == o.index && m.offset < o.offset
}

func (m mark) proto(lineage [16]byte) *pb.FillMark {
	return &pb.FillMark{Lineage: lineage[:], Index: m.index, Offset: m.offset}
}

type markedFill struct {
	mark
	message *pb.Fill
}

// fillLog keeps the newest fills for watchers. They are made messages once, and
// shared: nobody changes a message after it is in.
type fillLog struct {
	capacity int

	mu    sync.Mutex // guards what follows; held for copying only
	fills []markedFill
	base  uint64 // number of fills that were ever dropped, and of interruptions
	floor mark   // fills up to here are not held
	wake  chan struct{}
}

func newFillLog(capacity int) *fillLog {
	return &fillLog{capacity: capacity, wake: make(chan struct{})}
}

// subscriptionBuffer lets a burst of entries pass while a log is busy.
const subscriptionBuffer = 4096

// follow keeps a log of the machine's events until ctx ends.
func follow(ctx context.Context, m Machine, begin func(), each func(fsm.Event)) error {
	if fsm.Follow(ctx, m.Subscribe, subscriptionBuffer, begin, each) != nil {
		<-ctx.Done() // a poisoned replica: its process is about to end
	}
	return nil
}

// run follows the machine until ctx ends. After an interruption the history
// starts anew, at the state of then.
func (l *fillLog) run(ctx context.Context, m Machine) error {
	return follow(ctx, m, func() { l.reset(m.Position().Index) }, l.see)
}

// see takes what there is to take of an event. The fills that a snapshot stands for nobody tells.
func (l *fillLog) see(ev fsm.Event) {
	switch e := ev.(type) {
	case fsm.Fills:
		l.add(e)
	case fsm.Restored:
		l.reset(e.Index)
	}
}

// reset begins the history behind an index.
func (l *fillLog) reset(index uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.base += uint64(len(l.fills)) + 1 // whoever watches has missed something, perhaps
	l.fills = nil
	l.floor = behind(index)
	l.awake()
}

func (l *fillLog) awake() {
	close(l.wake)
	l.wake = make(chan struct{})
}

func (l *fillLog) add(f fsm.Fills) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.floor.before(mark{index: f.Index}) {
		return // already part of the state that the history starts at
	}
	for i := range f.Fills {
		l.fills = append(l.fills, markedFill{mark{f.Index, uint32(i)}, fillProto(&f.Fills[i])})
	}
	if drop := len(l.fills) - l.capacity; drop > l.capacity/4 || drop > 0 && l.capacity < 4 {
		l.floor = l.fills[drop-1].mark
		l.fills = slices.Delete(l.fills, 0, drop)
		l.base += uint64(drop)
	}
	l.awake()
}

// behind is the mark behind everything of a command.
func behind(index uint64) mark { return mark{index: index, offset: math.MaxUint32} }

// start is where a watcher begins: after the mark, or, without one, behind what is applied now.
func (l *fillLog) start(after *mark, applied uint64) (next uint64, from mark, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case after == nil:
		if from = behind(applied); from.before(l.floor) {
			from = l.floor
		}
	case after.before(l.floor):
		return 0, from, fail(wire.ReasonMarkReleased, "fills after mark (%d, %d) are no longer held here; the oldest held are after (%d, %d)",
			after.index, after.offset, l.floor.index, l.floor.offset)
	default:
		from = *after
	}
	i, _ := slices.BinarySearchFunc(l.fills, from, func(f markedFill, m mark) int {
		if m.before(f.mark) {
			return 1
		}
		return -1
	})
	return l.base + uint64(i), from, nil
}

// read copies what is held from next on, or gives the channel that wakes when there is more.
func (l *fillLog) read(next uint64, into []markedFill) (fills []markedFill, wake <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if next < l.base {
		return nil, nil, fail(wire.ReasonTooSlow, "the watcher fell behind the %d fills held here; resume from the last mark elsewhere, or read the state", l.capacity)
	}
	i := int(next - l.base)
	return append(into[:0], l.fills[i:min(len(l.fills), i+cap(into))]...), l.wake, nil
}

func (q *sequencer) WatchFills(req *pb.WatchFillsRequest, stream grpc.ServerStreamingServer[pb.WatchFillsResponse]) error {
	ctx := stream.Context()
	after, err := q.resumeMark(req.GetAfter())
	if err != nil {
		return err
	}
	next, from, err := q.fills.start(after, q.cfg.Machine.Position().Index)
	if err != nil {
		return err
	}
	lineage := q.cfg.Machine.Position().Lineage
	if err := stream.Send(&pb.WatchFillsResponse{Mark: from.proto(lineage)}); err != nil { // tells the caller that it is watching now
		return err
	}
	buffer := make([]markedFill, 0, 256)
	for {
		fills, wake, err := q.fills.read(next, buffer)
		if err != nil {
			return err
		}
		next += uint64(len(fills))
		for _, f := range fills {
			if !from.before(f.mark) {
				continue // the mark is of a replica that was ahead of this one
			}
			if a := req.GetAccount(); a != 0 && f.message.GetMakerAccount() != a && f.message.GetTakerAccount() != a {
				continue
			}
			if err := stream.Send(&pb.WatchFillsResponse{Mark: f.proto(lineage), Fill: f.message}); err != nil {
				return err
			}
		}
		if len(fills) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-wake:
		}
	}
}

func (q *sequencer) resumeMark(m *pb.FillMark) (*mark, error) {
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
	return &mark{index: m.GetIndex(), offset: m.GetOffset()}, nil
}
