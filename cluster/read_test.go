package cluster

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// raft.md, fact 8: answers to heartbeats that were sent before the call satisfy
// VerifyLeader after a newer leader has committed. The same schedule must not
// satisfy our own confirmation.
func TestConfirmationSurvivesTheStaleReadSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, func(c *Config) {
			// The schedule needs a lease that outlives it.
			c.HeartbeatTimeout, c.ElectionTimeout, c.LeaderLeaseTimeout = time.Second, time.Second, 500*time.Millisecond
		})
		a := g.leader()
		rest := g.followers(a)
		b, c := rest[0], rest[1]
		ctx := t.Context()
		if _, _, err := a.node.Submit(ctx, []command.Submission{submission(1, 1)}, nil); err != nil {
			t.Fatal(err)
		}
		g.equal()
		term, err := a.node.ConfirmLeadership(ctx)
		if err != nil {
			t.Fatalf("undisturbed leader: %v", err)
		}

		// b has answered, but its answers do not arrive yet: one heartbeat, one
		// of the replication stream.
		release, never := make(chan struct{}), make(chan struct{})
		free := sync.OnceFunc(func() { close(release) })
		defer close(never)
		defer free()
		hold := func(to string, until chan struct{}) {
			g.net.mu.Lock()
			defer g.net.mu.Unlock()
			g.net.hold[[2]string{a.id, to}] = until
		}
		hold(b.id, release)
		<-g.net.held
		<-g.net.held
		hold(c.id, never) // nothing that c answers comes back
		g.net.mu.Lock()
		g.net.cut[[2]string{c.id, a.id}] = true
		g.net.mu.Unlock()
		transfer := a.node.raft.LeadershipTransferToServer(raft.ServerID(c.id), raft.ServerAddress(c.id))
		if g.leader(a) != c {
			t.Fatal("leadership went elsewhere")
		}
		g.net.separate(a.id, c.id, true)
		if _, _, err := c.node.Submit(ctx, []command.Submission{submission(1, 2)}, nil); err != nil {
			t.Fatal(err)
		}
		if a.node.raft.State() != raft.Leader {
			t.Fatal("the schedule needs a leader that does not know better")
		}

		verify := a.node.raft.VerifyLeader()
		time.Sleep(5 * time.Millisecond)
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		_, confirmErr := a.node.ConfirmLeadership(short)
		_, readErr := a.node.ReadBarrier(short)
		free()
		if err := verify.Error(); err != nil {
			t.Fatalf("VerifyLeader was not fooled (%v): the schedule no longer shows anything", err)
		}
		if _, ok := a.ledger.has(1, 2); ok {
			t.Fatal("the old leader has the new write: the schedule no longer shows anything")
		}
		if confirmErr == nil || readErr == nil {
			t.Fatalf("stale: term %d confirmed=%v read=%v", term, confirmErr, readErr)
		}
		_ = transfer.Error()
		g.net.separate(a.id, c.id, false)
		g.net.mu.Lock()
		clear(g.net.hold)
		g.net.mu.Unlock()
		if _, err := a.node.ReadBarrier(ctx); err != nil {
			t.Fatalf("after the network mended: %v", err)
		}
		if _, ok := a.ledger.has(1, 2); !ok {
			t.Fatal("a read after the barrier misses an acknowledged write")
		}
	})
}

// README.md: concurrent reads share a round, and a read never takes part in a
// round that began before it.
func TestRoundsBeginAfterTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var began atomic.Int64
		gate := make(chan struct{})
		r := &rounds[int64]{timeout: time.Second, spawn: func(f func()) { go f() }}
		r.run = func(context.Context) (int64, error) {
			v := began.Add(1)
			<-gate
			return v, nil
		}
		got := make(chan int64, 101)
		ask := func() {
			v, err := r.do(t.Context())
			if err != nil {
				t.Error(err)
			}
			got <- v
		}
		go ask()
		synctest.Wait()
		for range 100 {
			go ask()
		}
		synctest.Wait()
		close(gate)
		counts := map[int64]int{}
		for range 101 {
			counts[<-got]++
		}
		if counts[1] != 1 || counts[2] != 100 || began.Load() != 2 {
			t.Fatalf("rounds %v, %d begun", counts, began.Load())
		}
	})
}

// cluster.md: linearizable reads on followers, while leadership moves. What a
// read sees must include every write that was acknowledged, and everything that
// any read saw, before it began.
func TestReadsAreLinearizableWhileLeadershipMoves(t *testing.T) {
	g := newTCP(t, 3, nil)
	g.leader()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	var floor atomic.Int64 // what every later read must see
	stop := make(chan struct{})
	errs := make(chan error, 8)
	raise := func(v int64) {
		for old := floor.Load(); v > old && !floor.CompareAndSwap(old, v); old = floor.Load() {
		}
	}
	var reads atomic.Int64
	for _, r := range g.replicas {
		node, l := r.node, r.ledger
		go func() {
			for {
				select {
				case <-stop:
					errs <- nil
					return
				default:
				}
				before := floor.Load()
				if _, err := node.ReadBarrier(ctx); err != nil {
					errs <- err
					return
				}
				saw := int64(l.count())
				if saw < before {
					errs <- errors.New("a read is older than what was known before it began")
					return
				}
				raise(saw)
				reads.Add(1)
			}
		}()
	}
	c := &client{g: g, session: 1}
	for i := range 60 {
		if _, err := c.next(ctx); err != nil {
			t.Fatal(err)
		}
		raise(int64(i + 1))
		if i%15 == 7 {
			for g.leader().node.TransferLeadership(ctx, "") != nil { // it may have moved by itself
				if ctx.Err() != nil {
					t.Fatal(ctx.Err())
				}
			}
		}
	}
	close(stop)
	for range g.replicas {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d reads", reads.Load())
}
