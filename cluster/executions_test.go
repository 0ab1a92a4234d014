package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// stating is an executor that gives one answer, made of what it is asked for.
func stating(node string, spoil func(*Execution)) ExecuteFunc {
	return func(_ context.Context, batch uint64, sealed [32]byte) (Execution, error) {
		e := Execution{Node: node, Batch: batch, Sealed: sealed, Root: [32]byte{1}, HeaderHash: [32]byte{2}, JournalHash: [32]byte{3}, Detail: "d"}
		if spoil != nil {
			spoil(&e)
		}
		return e, nil
	}
}

// Issue 5.1: execution on any replica. A statement comes back as it was made, and speaks of what was asked for; whoever
// has no executor says so.
func TestExecutionsAreAskedOfOthers(t *testing.T) {
	g := newTCP(t, 3, nil)
	l := g.leader()
	f := g.followers(l)
	if _, err := l.node.Execute(t.Context(), f[0].id, 1, [32]byte{9}); err == nil || !strings.Contains(err.Error(), "executes nothing") {
		t.Fatalf("without an executor: %v", err)
	}
	f[0].node.ServeExecutions(stating(f[0].id, nil))
	e, err := l.node.Execute(t.Context(), f[0].id, 7, [32]byte{9})
	want := Execution{Node: f[0].id, Batch: 7, Sealed: [32]byte{9}, Root: [32]byte{1}, HeaderHash: [32]byte{2}, JournalHash: [32]byte{3}, Detail: "d"}
	if err != nil || e != want {
		t.Fatalf("%v %+v", err, e)
	}
	for what, spoil := range map[string]func(*Execution){
		"another batch":  func(e *Execution) { e.Batch++ },
		"another header": func(e *Execution) { e.Sealed[0]++ },
		"another's name": func(e *Execution) { e.Node = f[1].id },
		"a long detail":  func(e *Execution) { e.Detail = strings.Repeat("x", cursor.MaxDetail+1) },
	} {
		f[1].node.ServeExecutions(stating(f[1].id, spoil))
		if what == "another's name" {
			f[1].node.ServeExecutions(stating(f[0].id, nil))
		}
		if _, err := l.node.Execute(t.Context(), f[1].id, 7, [32]byte{9}); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
	if _, err := executionFromProto(&peerv1.Execution{Node: "a", Sealed: make([]byte, 31)}); err == nil {
		t.Error("a hash of 31 bytes is one")
	}
	if _, err := executionFromProto(nil); err == nil {
		t.Error("nothing is a statement")
	}
}

// A follower that dies is not reachable any more; the others are, in the order of their names.
func TestReachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, nil)
		l := g.leader()
		f := g.followers(l)
		time.Sleep(2 * time.Second)
		want := []string{f[0].id, f[1].id}
		slices.Sort(want)
		if got := l.node.Reachable(); !slices.Equal(got, want) {
			t.Errorf("reachable: %v, want %v", got, want)
		}
		g.crash(f[1])
		time.Sleep(5 * time.Second)
		if got := l.node.Reachable(); !slices.Equal(got, []string{f[0].id}) {
			t.Errorf("reachable: %v, want %s", got, f[0].id)
		}
	})
}

// An execution ends with the call that asked for it, and with its node, whose Close waits for it.
func TestAnExecutionEndsWithItsCaller(t *testing.T) {
	g := newTCP(t, 3, nil)
	l := g.leader()
	f := g.followers(l)[0]
	ended := make(chan struct{}, 2)
	begun := make(chan struct{}, 2)
	f.node.ServeExecutions(func(ctx context.Context, _ uint64, _ [32]byte) (Execution, error) {
		begun <- struct{}{}
		<-ctx.Done()
		ended <- struct{}{}
		return Execution{}, ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan error, 1)
	ask := func(ctx context.Context) {
		_, err := l.node.Execute(ctx, f.id, 1, [32]byte{})
		answered <- err
	}
	go ask(ctx)
	<-begun
	cancel()
	<-ended
	if err := <-answered; err == nil {
		t.Error("an execution that was given up has an outcome")
	}
	go ask(t.Context())
	<-begun
	g.crash(f) // waits for what the node has spawned
	select {
	case <-ended:
	default:
		t.Error("the node has closed and an execution runs")
	}
	if err := <-answered; err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("asked of a node that closed: %v", err)
	}
}
