package server

import (
	"sync"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// WatchHeads: a mark that is held is resumed exactly behind, one that is not is answered with the heads now and a gap, and
// a watcher that fell behind is told so. A head that stands lower without a rollback is a reorganization's.
func TestHeadLog(t *testing.T) {
	l := newHeadLog(3)
	add := func(index, sealed, committed uint64, rolledBack bool) {
		l.add(fsm.HeadsMoved{Position: fsm.Position{Index: index}, Heads: cursor.Heads{Sealed: sealed, Committed: committed}}, rolledBack)
	}
	at := func(index uint64) *uint64 { return &index }
	follow := func(next uint64, want ...uint64) {
		t.Helper()
		got, _, err := l.read(next, make([]headChange, 0, 10))
		if err != nil || len(got) != len(want) {
			t.Fatalf("from %d: %v, %v; want %v", next, got, err, want)
		}
		for i := range want {
			if got[i].position.Index != want[i] {
				t.Errorf("from %d: %v, want %v", next, got, want)
			}
		}
	}
	add(10, 1, 0, false)
	add(20, 2, 1, false)
	add(30, 2, 0, false)
	for mark, want := range map[uint64][]uint64{0: {10, 20, 30}, 10: {20, 30}, 15: {20, 30}, 20: {30}, 30: {}, 99: {}} {
		next, first, gap := l.start(at(mark))
		if first != nil || gap {
			t.Errorf("mark %d is held: %v, %v", mark, first, gap)
		}
		follow(next, want...)
	}
	if l.now.move != pb.HeadsMove_HEADS_MOVE_REORGANIZED || l.now.rollbacks != 0 {
		t.Errorf("committed moved back: %+v", l.now)
	}
	slow, _, _ := l.start(at(0))
	add(40, 1, 0, true)
	add(50, 3, 0, false)
	if l.now.rollbacks != 1 || l.changes[len(l.changes)-2].move != pb.HeadsMove_HEADS_MOVE_ROLLED_BACK {
		t.Errorf("rolled back: %+v", l.changes)
	}
	if _, _, err := l.read(slow, make([]headChange, 0, 10)); wire.ErrorDetails(statusError(err)).Reason != wire.ReasonTooSlow {
		t.Errorf("a slow watcher: %v", err)
	}
	next, first, gap := l.start(at(10))
	if !gap || first == nil || first.heads.Sealed != 3 || first.move != pb.HeadsMove_HEADS_MOVE_CURRENT || first.rollbacks != 1 {
		t.Errorf("behind a gap: %+v, %v", first, gap)
	}
	follow(next)
	next, first, gap = l.start(nil)
	if gap || first == nil {
		t.Errorf("no mark: %+v, %v", first, gap)
	}
	woken := l.changed()
	add(60, 4, 0, false)
	select {
	case <-woken:
	default:
		t.Error("a change wakes nobody")
	}
	follow(next, 60)
}

// moving is a machine that goes on while somebody looks at it.
type moving struct {
	*fsm.Machine
	on func()
}

func (m moving) Status() fsm.Status {
	defer m.on()
	return m.Machine.Status()
}

// The history begins at one moment: a rollback that comes while it does is either part of that state or told by its event,
// and counted once.
func TestHeadLogBeginsAtOneMoment(t *testing.T) {
	ledger := newLedger(t)
	ledger.trade(1)
	ledger.trade(2)
	feed := ledger.machine.Subscribe(64)
	defer feed.Close()
	back := sync.OnceFunc(func() {
		ledger.apply(command.TypeRollback, command.Rollback{ToBatch: 1, Reason: "test", Evidence: []byte{1}, TimeMs: 9}.Append(nil))
	})
	l := newHeadLog(4)
	l.reset(moving{ledger.machine, back})
	back()
	var rolledBack uint64
	for range 3 {
		switch e := (<-feed.C()).(type) {
		case fsm.RolledBack:
			rolledBack = e.Index
		case fsm.HeadsMoved:
			l.add(e, e.Index == rolledBack)
		}
		if l.now.move == pb.HeadsMove_HEADS_MOVE_ROLLED_BACK || l.now.rollbacks > 1 {
			break
		}
	}
	if l.now.rollbacks != 1 || l.now.heads.Sealed != 1 {
		t.Errorf("%d rollbacks, sealed %d", l.now.rollbacks, l.now.heads.Sealed)
	}
}
