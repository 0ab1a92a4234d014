package server

import (
	"testing"

	"google.golang.org/grpc/metadata"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/state"
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
	next, err := l.start(after)
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
		if _, err := l.start(&m); reasonOf(err) != wire.ReasonMarkReleased {
			t.Errorf("mark %v: %v", m, err)
		}
	}
	if got := sizes(t, l, nil); got != nil {
		t.Errorf("from now on: %v", got)
	}
}

// A watcher that falls behind the held fills is told so, never given a hole.
func TestSlowWatcherIsTold(t *testing.T) {
	l := newFillLog(4)
	next, err := l.start(nil)
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
		if _, err := l.start(&m); reasonOf(err) != wire.ReasonMarkReleased {
			t.Errorf("an old mark: %v", err)
		}
	}
	if len(l.fills) > 5 {
		t.Errorf("%d fills are held, capacity is 4", len(l.fills))
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
