package server

import (
	"context"
	"errors"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// fillsAt is an entry with n fills whose sizes count on.
func fillsAt(index uint64, n int) fsm.Fills {
	f := fsm.Fills{Position: fsm.Position{Index: index}}
	for i := range n {
		f.Fills = append(f.Fills, state.Fill{Size: index*100 + uint64(i)})
	}
	return f
}

func sizes(t *testing.T, l *fillLog, after *mark) []uint64 {
	t.Helper()
	next, _, err := l.start(after, 0)
	if err != nil {
		t.Fatal(err)
	}
	fills, _, err := l.read(next, make([]markedFill, 0, 100))
	if err != nil {
		t.Fatal(err)
	}
	var out []uint64
	for _, f := range fills {
		out = append(out, f.message.GetSize())
	}
	return out
}

func reasonOf(err error) wire.Reason { return wire.ErrorDetails(statusError(err)).Reason }

// fills.go: everything after the floor is held without a hole, and a mark before it is refused.
func TestFillLogResumes(t *testing.T) {
	l := newFillLog(8)
	l.reset(10)
	l.add(fillsAt(9, 1)) // of before the history: left out
	l.add(fillsAt(11, 2))
	l.add(fillsAt(13, 1))
	for _, c := range []struct {
		after mark
		want  []uint64
	}{
		{mark{11, 0}, []uint64{1101, 1300}},
		{mark{11, 1}, []uint64{1300}},
		{mark{12, 5}, []uint64{1300}},
		{mark{13, 0}, nil},
		{mark{99, 0}, nil},
		{mark{10, ^uint32(0)}, []uint64{1100, 1101, 1300}},
	} {
		got := sizes(t, l, &c.after)
		if len(got) != len(c.want) {
			t.Errorf("after %v: %v, want %v", c.after, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("after %v: %v, want %v", c.after, got, c.want)
			}
		}
	}
	for _, m := range []mark{{9, 0}, {10, 0}} {
		if _, _, err := l.start(&m, 0); reasonOf(err) != wire.ReasonMarkReleased {
			t.Errorf("mark %v: %v", m, err)
		}
	}
	for applied, want := range map[uint64]struct {
		from  mark
		fills int
	}{9: {behind(10), 3}, 11: {behind(11), 1}, 13: {behind(13), 0}, 20: {behind(20), 0}} { // without a mark: from now on
		next, from, err := l.start(nil, applied)
		if err != nil {
			t.Fatal(err)
		}
		fills, _, err := l.read(next, make([]markedFill, 0, 100))
		if err != nil || from != want.from || len(fills) != want.fills {
			t.Errorf("behind %d: from %v, %d fills, %v; want %+v", applied, from, len(fills), err, want)
		}
	}
}

// A watcher that falls behind the held fills is told so, never given a hole.
func TestSlowWatcherIsTold(t *testing.T) {
	l := newFillLog(4)
	next, _, err := l.start(nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint64(20) {
		l.add(fillsAt(i+1, 1))
	}
	if _, _, err := l.read(next, make([]markedFill, 0, 8)); reasonOf(err) != wire.ReasonTooSlow {
		t.Errorf("got %v", err)
	}
	if m := (mark{5, 0}); true {
		if _, _, err := l.start(&m, 0); reasonOf(err) != wire.ReasonMarkReleased {
			t.Errorf("an old mark: %v", err)
		}
	}
	if len(l.fills) > 5 {
		t.Errorf("%d fills are held, capacity is 4", len(l.fills))
	}
}

// fills.go: whoever watches while the history begins anew, after an interruption or a snapshot, is woken and told, and never
// given a hole.
func TestInterruptedWatcherIsTold(t *testing.T) {
	for name, interrupt := range map[string]func(*fillLog){
		"a slow subscription": func(l *fillLog) { l.reset(20) },
		"a snapshot":          func(l *fillLog) { l.see(fsm.Restored{Position: fsm.Position{Index: 20}}) },
	} {
		l := newFillLog(8)
		l.reset(10)
		l.see(fillsAt(11, 1))
		next, _, err := l.start(nil, 11) // at the tip
		if err != nil {
			t.Fatal(err)
		}
		_, wake, err := l.read(next, make([]markedFill, 0, 8))
		if err != nil {
			t.Fatal(err)
		}
		interrupt(l)
		select {
		case <-wake:
		default:
			t.Errorf("%s wakes nobody", name)
		}
		l.see(fillsAt(21, 1))
		if fills, _, err := l.read(next, make([]markedFill, 0, 8)); reasonOf(err) != wire.ReasonTooSlow {
			t.Errorf("behind %s: %v, %v", name, fills, err)
		}
	}
}

// sent is a stream that a watch sends on. The watch has begun when it first does.
type sent[M any] struct {
	grpc.ServerStream
	ctx      context.Context
	messages chan *M
	began    func()
}

func (s *sent[M]) Context() context.Context { return s.ctx }

func (s *sent[M]) SendHeader(metadata.MD) error {
	s.began()
	return nil
}

func (s *sent[M]) Send(m *M) error {
	s.began()
	s.messages <- m
	return nil
}

// watched runs a watch until it has sent some messages, and gives the last one; began is called once it has begun.
func watched[M any](t *testing.T, began func(), n int, watch func(grpc.ServerStreamingServer[M]) error) (m *M) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &sent[M]{ctx: ctx, messages: make(chan *M, 8), began: sync.OnceFunc(began)}
	done := make(chan error, 1)
	go func() { done <- watch(s) }()
	for range n {
		m = <-s.messages
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	return m
}

// fills.go, heads.go: a mark that another replica gave, which was ahead of this one, is not answered with what came before it.
func TestAWatchResumesAtAReplicaThatIsBehind(t *testing.T) {
	s, err := New(Config{NodeID: "n1", Cluster: followerOnly{}, Machine: fsm.New(fsm.Config{NodeID: "n1"})})
	if err != nil {
		t.Fatal(err)
	}
	q := &sequencer{Server: s}
	s.fills.reset(10)
	s.heads.reset(s.cfg.Machine)
	fills := func() {
		for index := uint64(11); index <= 14; index++ {
			s.fills.add(fillsAt(index, 2))
		}
	}
	fill := watched(t, fills, 2, func(out grpc.ServerStreamingServer[pb.WatchFillsResponse]) error { // the first says where it begins
		return q.WatchFills(&pb.WatchFillsRequest{After: &pb.FillMark{Lineage: make([]byte, 16), Index: 13}}, out)
	})
	if m := fill.GetMark(); fill.GetFill() == nil || m.GetIndex() != 13 || m.GetOffset() != 1 {
		t.Errorf("behind fill 0 of 13 came %v", fill)
	}
	heads := func() {
		for index := uint64(11); index <= 14; index++ {
			s.heads.add(fsm.HeadsMoved{Position: fsm.Position{Index: index}, Heads: cursor.Heads{Sealed: index}}, false)
		}
	}
	change := watched(t, heads, 1, func(out grpc.ServerStreamingServer[pb.WatchHeadsResponse]) error {
		return q.WatchHeads(&pb.WatchHeadsRequest{After: &pb.HeadsMark{Lineage: make([]byte, 16), Index: 13}}, out)
	})
	if change.GetMark().GetIndex() != 14 || change.GetGap() {
		t.Errorf("behind the heads of 13 came %v", change)
	}
	if err := s.peers.close(); err != nil {
		t.Error(err)
	}
}

// followerOnly is a cluster whose leader is always another.
type followerOnly struct{ *cluster.Node }

func (followerOnly) IsLeader() bool           { return false }
func (followerOnly) Leader() (string, string) { return "n2", "127.0.0.1:1" }

// forward.go: a call is forwarded at most once.
func TestForwardedCallIsNotForwardedAgain(t *testing.T) {
	s, err := New(Config{NodeID: "n1", Cluster: followerOnly{}, Machine: fsm.New(fsm.Config{NodeID: "n1"})})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.passOn(t.Context()); err != nil {
		t.Errorf("the first time: %v", err)
	}
	again := metadata.NewIncomingContext(t.Context(), metadata.Pairs(forwardedKey, "n3"))
	if _, _, err := s.passOn(again); reasonOf(err) != wire.ReasonNotLeader {
		t.Errorf("the second time: %v", err)
	}
	if err := s.peers.close(); err != nil {
		t.Error(err)
	}
}
