package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// cluster.md: after a crash of the leader nothing acknowledged is lost, and an
// unknown outcome is resolved by a retry with the same session and sequence.
func TestFailoverLosesNothing(t *testing.T) {
	for _, store := range []string{StoreBoltDB, StoreWAL} {
		t.Run(store, func(t *testing.T) {
			g := newTCP(t, 3, func(c *Config) { c.LogStore = store })
			g.leader()
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
			defer cancel()
			const clients, each = 8, 40
			acked := make([][]uint64, clients)
			var wg sync.WaitGroup
			var progress sync.WaitGroup
			progress.Add(clients)
			unknown := make([]int, clients)
			for i := range clients {
				wg.Go(func() {
					c := &client{g: g, session: uint64(i + 1)}
					for k := range each {
						index, err := c.next(ctx)
						if err != nil {
							t.Error(err)
							return
						}
						acked[i] = append(acked[i], index)
						if k == each/4 {
							progress.Done()
						}
					}
					unknown[i] = c.unknown
				})
			}
			progress.Wait()
			old := g.leader()
			crashed := time.Now()
			g.crash(old)
			g.leader(old)
			t.Logf("new leader after %v", time.Since(crashed))
			wg.Wait()
			g.open(old)
			g.equal()
			for i := range acked {
				for k, index := range acked[i] {
					for _, r := range g.replicas {
						if at, ok := r.ledger.has(uint64(i+1), uint64(k+1)); !ok || at != index {
							t.Fatalf("%s: session %d sequence %d acknowledged at %d, is at %d", r.id, i+1, k+1, index, at)
						}
					}
				}
			}
			t.Logf("unknown outcomes resolved by retry: %v", unknown)

			// A crash of all of them.
			before := g.replicas[0].ledger.Position()
			for _, r := range g.replicas {
				g.crash(r)
			}
			for _, r := range g.replicas {
				g.open(r)
			}
			g.leader()
			g.equal()
			if after := g.replicas[0].ledger.Position(); after.Root != before.Root || after.Lineage != before.Lineage {
				t.Fatalf("state after a crash of all: %+v, before %+v", after, before)
			}
		})
	}
}

// cluster.md: graceful shutdown transfers leadership, and what was admitted has
// an outcome.
func TestCloseTransfersLeadership(t *testing.T) {
	g := newTCP(t, 3, nil)
	old := g.leader()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	outcomes := make(chan Outcome, 100)
	for i := range 100 {
		if err := old.node.SubmitAsync(ctx, []command.Submission{submission(1, uint64(i+1))}, nil, func(o Outcome) { outcomes <- o }); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	if err := old.node.Close(ctx); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		var unknown *UnknownOutcomeError
		o := <-outcomes
		if o.Err != nil && errors.As(o.Err, &unknown) {
			t.Errorf("unknown outcome at a graceful close: %v", o.Err)
		}
	}
	next := g.leader(old)
	t.Logf("next leader %v after close began", time.Since(start))
	if _, _, err := next.node.Submit(ctx, []command.Submission{submission(2, 1)}, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := old.node.Submit(ctx, []command.Submission{submission(2, 2)}, nil); !errors.Is(err, ErrClosed) {
		t.Fatalf("submit after close: %v", err)
	}
	if err := old.node.Close(ctx); err != nil {
		t.Fatal(err)
	}
	old.setNode(nil)
}

// cluster.md: transfer on request, to a chosen node; a follower names the
// leader.
func TestTransferToAChosenNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 5, nil)
		from := g.leader()
		to := g.followers(from)[2]
		if err := from.node.TransferLeadership(t.Context(), to.id); err != nil {
			t.Fatal(err)
		}
		if got := g.leader(from); got != to {
			t.Fatalf("leader is %s, want %s", got.id, to.id)
		}
		time.Sleep(time.Second)
		var not *NotLeaderError
		_, _, err := from.node.Submit(t.Context(), []command.Submission{submission(1, 1)}, nil)
		if !errors.As(err, &not) || not.LeaderID != to.id || not.LeaderRPC != "rpc-"+to.id {
			t.Fatalf("submit on a follower: %v", err)
		}
		if err := from.node.TransferLeadership(t.Context(), to.id); !errors.As(err, &not) {
			t.Fatalf("transfer on a follower: %v", err)
		}
		if err := to.node.TransferLeadership(t.Context(), "nobody"); err == nil {
			t.Fatal("transfer to a stranger")
		}
	})
}

// cluster.md: one replica alone serves.
func TestOneReplica(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 1, nil)
		l := g.leader()
		if _, p, err := l.node.Submit(t.Context(), []command.Submission{submission(1, 1)}, nil); err != nil || p.Index == 0 {
			t.Fatal(p, err)
		}
		if _, err := l.node.ReadBarrier(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := l.node.ConfirmLeadership(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// cluster.md: admission is bounded, and overload is typed with a hint.
func TestOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, func(c *Config) { c.MaxInFlight, c.MaxEntryCount = 16, 4 })
		l := g.leader()
		gate := make(chan struct{})
		l.ledger.mu.Lock()
		l.ledger.gate = gate
		l.ledger.mu.Unlock()
		outcomes := make(chan Outcome, 16)
		submit := func(seq uint64) error {
			return l.node.SubmitAsync(t.Context(), []command.Submission{submission(1, seq)}, nil, func(o Outcome) { outcomes <- o })
		}
		for i := range 16 {
			if err := submit(uint64(i + 1)); err != nil {
				t.Fatal(err)
			}
		}
		var over *OverloadError
		if err := submit(17); !errors.As(err, &over) || over.RetryAfter <= 0 {
			t.Fatalf("beyond the limit: %v", err)
		}
		var large *TooLargeError
		many := make([]command.Submission, 5)
		if _, _, err := l.node.Submit(t.Context(), many, nil); !errors.As(err, &large) {
			t.Fatalf("beyond one entry: %v", err)
		}
		close(gate)
		var order []uint64
		for range 16 {
			o := <-outcomes
			if o.Err != nil {
				t.Fatal(o.Err)
			}
			order = append(order, o.Receipts[0].Index)
		}
		if l.node.commits.admitted.Load() != 0 {
			t.Fatal("admission leaks")
		}
		if err := submit(17); err != nil {
			t.Fatalf("after the load: %v", err)
		}
		<-outcomes
		slices.Sort(order)
		if n := len(slices.Compact(order)); n > 8 {
			t.Fatalf("16 calls in %d entries: no group commit", n)
		}
	})
}

// submit.go: entries keep their distance, unless whoever is likely to come has come.
func TestDistanceOfEntries(t *testing.T) {
	const gap = time.Second
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, func(c *Config) { c.EntryGap = gap })
		l := g.leader()
		outcomes := make(chan Outcome, 16)
		var seq uint64
		submit := func(calls int) {
			t.Helper()
			for range calls {
				seq++
				if err := l.node.SubmitAsync(t.Context(), []command.Submission{submission(1, seq)}, nil, func(o Outcome) { outcomes <- o }); err != nil {
					t.Fatal(err)
				}
			}
		}
		entries := func(calls int) int { // of the next outcomes
			t.Helper()
			var order []uint64
			for range calls {
				o := <-outcomes
				if o.Err != nil {
					t.Fatal(o.Err)
				}
				order = append(order, o.Receipts[0].Index)
			}
			return len(slices.Compact(order))
		}
		took := func(what string, atLeast, below time.Duration, f func()) {
			t.Helper()
			start := time.Now()
			if f(); time.Since(start) < atLeast || time.Since(start) >= below {
				t.Fatalf("%s: %v, must be from %v to %v", what, time.Since(start), atLeast, below)
			}
		}
		took("one caller alone", 0, gap, func() {
			for range 5 {
				submit(1)
				entries(1)
			}
		})
		took("eight that come while one is in flight", gap, 2*gap, func() {
			gate := make(chan struct{})
			l.ledger.mu.Lock()
			l.ledger.gate = gate
			l.ledger.mu.Unlock()
			submit(1)
			synctest.Wait()
			submit(8)
			synctest.Wait()
			close(gate)
			if n := entries(9); n != 2 {
				t.Fatalf("%d entries", n)
			}
		})
		took("the eight again, five times", 0, gap, func() {
			for range 5 {
				submit(4)
				synctest.Wait()
				submit(4)
				if n := entries(8); n != 1 {
					t.Fatalf("%d entries", n)
				}
			}
		})
		took("three of them, twice", 2*gap, 3*gap, func() {
			for range 2 {
				submit(3)
				if n := entries(3); n != 1 {
					t.Fatalf("%d entries", n)
				}
			}
		})
		for range 200 { // until the eight are forgotten
			submit(1)
			entries(1)
		}
		took("one alone again", 0, gap/10, func() {
			submit(1)
			entries(1)
		})
	})
}

// submit.go: a call whose caller leaves while it waits for its group is definitely not applied.
func TestCallerLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, func(c *Config) { c.EntryGap = time.Second })
		l := g.leader()
		gate := make(chan struct{})
		l.ledger.mu.Lock()
		l.ledger.gate = gate
		l.ledger.mu.Unlock()
		outcomes := make(chan Outcome, 2)
		submit := func(ctx context.Context, seq uint64) {
			t.Helper()
			if err := l.node.SubmitAsync(ctx, []command.Submission{submission(1, seq)}, nil, func(o Outcome) { outcomes <- o }); err != nil {
				t.Fatal(err)
			}
		}
		submit(t.Context(), 1) // in flight until the gate opens
		synctest.Wait()
		ctx, leave := context.WithCancel(t.Context())
		submit(ctx, 2)
		leave()
		select {
		case o := <-outcomes:
			if !errors.Is(o.Err, ErrNotApplied) || !errors.Is(o.Err, context.Canceled) {
				t.Fatalf("left the queue: %v", o.Err)
			}
		case <-time.After(time.Minute):
			t.Fatal("no outcome")
		}
		close(gate)
		if o := <-outcomes; o.Err != nil {
			t.Fatal(o.Err)
		}
		if _, ok := l.ledger.has(1, 2); ok || l.node.commits.admitted.Load() != 0 {
			t.Fatal("applied all the same, or still counted as admitted")
		}
	})
}

// facts, "Outcome of Apply": a call that was not handed over is definitely not
// applied when its caller leaves; one that was is unknown.
func TestOutcomeOfACallerThatLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, nil)
		l := g.leader()
		for _, f := range g.followers(l) {
			g.net.separate(l.id, f.id, true)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		var unknown *UnknownOutcomeError
		_, _, err := l.node.Submit(ctx, []command.Submission{submission(1, 1)}, nil)
		if !errors.As(err, &unknown) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("handed over and not committed: %v", err)
		}
		ended, cancelEnded := context.WithCancel(t.Context())
		cancelEnded()
		_, _, err = l.node.Submit(ended, []command.Submission{submission(1, 2)}, nil)
		if !errors.Is(err, ErrNotApplied) || errors.As(err, &unknown) {
			t.Fatalf("never handed over: %v", err)
		}
		// Cut off, the leader steps down by its lease; what it had is unknown or
		// definitely refused, never applied silently.
		_, _, err = l.node.Submit(t.Context(), []command.Submission{submission(1, 3)}, nil)
		var not *NotLeaderError
		if !errors.As(err, &unknown) && !errors.As(err, &not) {
			t.Fatalf("leadership lost: %v", err)
		}
		for _, f := range g.followers(l) {
			g.net.separate(l.id, f.id, false)
		}
		g.leader()
		time.Sleep(time.Second)
		if _, ok := g.leader().ledger.has(1, 2); ok {
			t.Fatal("a definitely refused transition was applied")
		}
	})
}

// facts 7: the duties' context ends with leadership, and duties never overlap
// across terms, whichever way leadership goes.
func TestDutiesNeverOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, nil)
		var mu sync.Mutex
		running := map[string]uint64{}
		var log []string
		for _, r := range g.replicas {
			r.node.RunDuties(func(ctx context.Context, term uint64) error {
				mu.Lock()
				if running[r.id] != 0 {
					t.Errorf("%s: duties of terms %d and %d overlap", r.id, running[r.id], term)
				}
				running[r.id] = term
				log = append(log, fmt.Sprintf("%s/%d", r.id, term))
				mu.Unlock()
				marked := read(r.ledger, func(s *ledgerState) bool { return slices.Contains(s.Markers, term) })
				if !marked || r.ledger.Position().Lineage == ([16]byte{}) {
					t.Errorf("%s: duties of term %d run before marker and genesis", r.id, term)
				}
				<-ctx.Done()
				time.Sleep(50 * time.Millisecond) // a duty that takes its time to return
				mu.Lock()
				running[r.id] = 0
				mu.Unlock()
				return ctx.Err()
			}, time.Second)
		}
		for range 10 {
			l := g.leader()
			if err := l.node.TransferLeadership(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
			// And back at once, while the old duties still return.
			next := g.leader(l)
			if err := next.node.TransferLeadership(t.Context(), l.id); err != nil {
				t.Fatal(err)
			}
		}
		g.leader()
		time.Sleep(time.Second)
		mu.Lock()
		defer mu.Unlock()
		if len(log) < 10 {
			t.Fatalf("duties ran only %d times: %v", len(log), log)
		}
	})
}

// cluster.md: 1, 3 or 5 nodes. Five go on without two, and stop without three.
func TestFiveReplicas(t *testing.T) {
	g := newTCP(t, 5, nil)
	c := &client{g: g, session: 1}
	next := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := c.next(ctx)
		return err
	}
	for range 2 {
		if err := next(); err != nil {
			t.Fatal(err)
		}
		g.crash(g.leader())
	}
	if err := next(); err != nil {
		t.Fatalf("three of five do not take a write: %v", err)
	}
	last := g.leader()
	for _, r := range g.replicas {
		if r.node != nil && r != last {
			g.crash(r)
			break
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, _, err := last.node.Submit(ctx, []command.Submission{submission(2, 1)}, nil); err == nil {
		t.Fatal("two of five took a write")
	}
	for _, r := range g.replicas {
		if r.node == nil {
			g.open(r)
		}
	}
	if err := next(); err != nil {
		t.Fatal(err)
	}
	g.equal()
}

// cluster.md: a duty that does not return within its limit takes the process
// down, and no other duty starts beside it.
func TestWedgedDutyIsFatal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, nil)
		release := make(chan struct{})
		l := g.leader()
		var started atomic.Int32
		l.node.RunDuties(func(context.Context, uint64) error { started.Add(1); <-release; return nil }, time.Second)
		time.Sleep(time.Millisecond)
		if err := l.node.TransferLeadership(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		if err := <-l.fatals; !errors.Is(err, ErrDutyWedged) {
			t.Fatalf("fatal: %v", err)
		}
		other := g.leader(l)
		if err := other.node.TransferLeadership(t.Context(), l.id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		if n := started.Load(); n != 1 || l.node.IsLeader() {
			t.Fatalf("%d duties started, taking writes: %v", n, l.node.IsLeader())
		}
		close(release)
	})
}

// facts 9: a transfer that never ends leaves a leader that refuses every write;
// the process must restart.
func TestWedgedTransferIsFatal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, nil)
		l := g.leader()
		hang := make(chan struct{})
		g.net.mu.Lock()
		g.net.hang = hang
		g.net.mu.Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := l.node.TransferLeadership(ctx, ""); err == nil {
			t.Fatal("the transfer succeeded")
		}
		if err := <-l.fatals; !errors.Is(err, ErrTransferWedged) {
			t.Fatalf("fatal: %v", err)
		}
		close(hang)
	})
}

// hangingStore blocks writes while hang is set.
type hangingStore struct {
	raft.LogStore
	mu   sync.Mutex
	hang chan struct{}
}

func (s *hangingStore) StoreLogs(l []*raft.Log) error {
	s.mu.Lock()
	hang := s.hang
	s.mu.Unlock()
	if hang != nil {
		<-hang
	}
	return s.LogStore.StoreLogs(l)
}

// facts 10: a log write that does not return keeps heartbeats going; the
// watchdog ends the process, and another replica takes over.
func TestHungDiskEndsLeadership(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disks := map[string]*hangingStore{}
		g := newMeshGroup(t, 3, func(c *Config) {
			c.Seams.WrapLogStore = func(s raft.LogStore) raft.LogStore {
				disks[c.NodeID] = &hangingStore{LogStore: s}
				return disks[c.NodeID]
			}
		})
		l := g.leader()
		hang := make(chan struct{})
		disk := disks[l.id]
		disk.mu.Lock()
		disk.hang = hang
		disk.mu.Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := l.node.Submit(ctx, []command.Submission{submission(1, 1)}, nil); err == nil {
			t.Fatal("a hung disk acknowledged")
		}
		if l.node.raft.State() != raft.Leader {
			t.Fatal("the test shows nothing: leadership went by itself")
		}
		var hung *DiskHungError
		if err := <-l.fatals; !errors.As(err, &hung) {
			t.Fatalf("fatal: %v", err)
		}
		for _, f := range g.followers(l) { // the process ends
			g.net.separate(l.id, f.id, true)
		}
		next := g.leader(l)
		if _, _, err := next.node.Submit(t.Context(), []command.Submission{submission(1, 1)}, nil); err != nil {
			t.Fatal(err)
		}
		close(hang)
	})
}
