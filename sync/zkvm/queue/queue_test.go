package queue_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/queue"
)

// bench is a queue over jobs that a test sets.
type bench struct {
	*queue.Queue
	t    *testing.T
	jobs []queue.Job
}

func job(n uint64) queue.Job {
	return queue.Job{Batch: n, HeaderHash: [32]byte{byte(n >> 8), byte(n), 1}, Ready: true}
}

func newBench(t *testing.T, config queue.Config, batches ...uint64) *bench {
	t.Helper()
	b := &bench{t: t}
	for _, n := range batches {
		b.jobs = append(b.jobs, job(n))
	}
	config.Waiting = func() []queue.Job { return b.jobs }
	b.Queue = queue.New(config)
	b.Begin(7)
	return b
}

func worker(n byte) queue.Worker { return queue.Worker{n} }

func (b *bench) take(name string, w byte) queue.Lease {
	b.t.Helper()
	l, err := b.Take(name, worker(w), 0)
	if err != nil {
		b.t.Fatal(err)
	}
	return l
}

func (b *bench) waits(name string, w byte) time.Duration {
	b.t.Helper()
	l, err := b.Take(name, worker(w), 0)
	wait, ok := errors.AsType[*queue.WaitError](err)
	if !ok {
		b.t.Fatalf("%s got %+v, %v; should wait", name, l, err)
	}
	return wait.After
}

func (b *bench) submit(l queue.Lease, outcome queue.Outcome) {
	b.t.Helper()
	claimed, err := b.Claim(l.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	if outcome == queue.Recorded {
		b.jobs = slices.DeleteFunc(slices.Clone(b.jobs), func(j queue.Job) bool { return j.HeaderHash == l.Job.HeaderHash })
	}
	b.Finish(claimed, outcome)
}

func (b *bench) ended(id queue.ID, want queue.End) {
	b.t.Helper()
	_, err := b.Extend(id)
	lease, ok := errors.AsType[*queue.LeaseError](err)
	if !ok || lease.End != want {
		b.t.Fatalf("lease %s: %v, want %s", id, err, want)
	}
}

// Issue 5: oldest first, and two provers never hold one job.
func TestOldestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{}, 3, 4, 5)
		for i, name := range []string{"a", "b", "a"} {
			if l := b.take(name, byte(i)); l.Job.Batch != uint64(3+i) {
				t.Errorf("%s got batch %d", name, l.Job.Batch)
			}
		}
		b.waits("c", 9)
	})
}

// A lost answer costs nothing: a worker that asks again gets its lease again, whatever it names.
func TestTakeIsIdempotent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{}, 1, 2)
		first := b.take("a", 1)
		if again, err := b.Take("a", worker(1), 2); err != nil || again.ID != first.ID {
			t.Errorf("got %+v, %v", again, err)
		}
		if other := b.take("b", 1); other.Job.Batch != 2 {
			t.Errorf("another prover's worker with the same number got batch %d", other.Job.Batch)
		}
	})
}

// Issue 5: a slow or dead prover loses its lease by expiry, heartbeats extend it, and the job goes to the next one.
func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{Lease: time.Minute}, 1)
		l := b.take("slow", 1)
		for range 5 {
			time.Sleep(50 * time.Second)
			if _, err := b.Extend(l.ID); err != nil {
				t.Fatal(err)
			}
			b.waits("next", 2)
		}
		time.Sleep(time.Minute)
		next := b.take("next", 2)
		if next.Job.Batch != 1 || next.ID == l.ID {
			t.Errorf("got %+v", next)
		}
		b.ended(l.ID, queue.Expired)
		if _, err := b.Claim(l.ID); err == nil {
			t.Error("an expired lease took a proof")
		}
		s := b.State()
		if s.Waiting[0].Failures != 1 || s.Provers[1].Expired != 1 || s.Provers[1].Backoff == 0 || s.Totals.Expired != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// Who keeps a batch for ever without proving it loses it, heartbeats or not.
func TestNoLeaseOutlivesMaxHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{Lease: time.Minute, MaxHold: 10 * time.Minute}, 1)
		l := b.take("sitter", 1)
		for range 19 {
			time.Sleep(30 * time.Second)
			if _, err := b.Extend(l.ID); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(30 * time.Second)
		b.ended(l.ID, queue.Expired)
		if got := b.take("next", 2); got.Job.Batch != 1 {
			t.Errorf("got %+v", got)
		}
	})
}

// Issue 5: a wrong proof ends the lease and the prover waits, longer each time; others get the batch at once; a proof that
// is recorded ends the waiting.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{FirstBackoff: time.Second, MaxBackoff: 10 * time.Second}, 1)
		for i, seconds := range []int{1, 2, 4, 8, 10, 10} {
			want := time.Duration(seconds) * time.Second
			l := b.take("liar", 1)
			outcome := queue.Invalid
			if i%2 == 1 {
				outcome = queue.Malformed
			}
			b.submit(l, outcome)
			b.ended(l.ID, queue.Refused)
			if got := b.waits("liar", 1); got != want {
				t.Errorf("after %d wrong proofs the prover waits %v, want %v", i+1, got, want)
			}
			honest := b.take("honest", 2)
			if err := b.Release(honest.ID); err != nil {
				t.Fatal(err)
			}
			time.Sleep(want)
		}
		p := b.State().Provers[1]
		if p.Name != "liar" || p.Invalid != 3 || p.Malformed != 3 || b.State().Waiting[0].Failures != 6 {
			t.Errorf("%+v", p)
		}
		b.submit(b.take("liar", 1), queue.Recorded)
		b.jobs = []queue.Job{job(2)}
		b.submit(b.take("liar", 1), queue.Invalid)
		if got := b.waits("liar", 1); got != time.Second {
			t.Errorf("after a proof that holds the prover waits %v", got)
		}
	})
}

// Issue 5: lease ids name the term, so a stale one after a failover gets a clear refusal; a worker that has the proof
// already gets its batch under the new leader, not the oldest one.
func TestFailover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{}, 1, 2, 3)
		b.take("a", 1)
		l := b.take("b", 2)
		b.End()
		if _, err := b.Take("b", worker(2), 0); !errors.Is(err, queue.ErrNotLeading) {
			t.Errorf("a replica that does not lead answers %v", err)
		}
		if _, err := b.Claim(l.ID); !errors.Is(err, queue.ErrNotLeading) {
			t.Errorf("a replica that does not lead answers %v", err)
		}
		b.Begin(8)
		b.ended(l.ID, queue.Stale)
		again, err := b.Take("b", worker(2), l.Job.Batch)
		if err != nil || again.Job.Batch != 2 || again.ID.Term != 8 {
			t.Errorf("got %+v, %v", again, err)
		}
		b.Finish(l, queue.Recorded) // of the old leadership: of no effect
		if got := b.State(); got.Waiting[1].Lease == nil || got.Totals.Proved != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// A lease is its worker's: who guesses its number neither extends nor ends it, and costs its prover nothing.
func TestLeasesAreTheirWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{}, 1)
		l := b.take("a", 1)
		guessed := l.ID
		guessed.Worker = worker(2)
		b.ended(guessed, queue.Unknown)
		if _, err := b.Claim(guessed); err == nil {
			t.Error("a submission under a guessed lease was taken")
		}
		if err := b.Release(guessed); err == nil {
			t.Error("a guessed lease was released")
		}
		if _, err := b.Extend(l.ID); err != nil {
			t.Error(err)
		}
	})
}

// The same proof submitted twice is idempotent, and two submissions of one lease are not verified side by side.
func TestSubmissions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{Lease: time.Minute}, 1)
		l := b.take("a", 1)
		claimed, err := b.Claim(l.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Claim(l.ID); !errors.Is(err, queue.ErrBusy) {
			t.Errorf("the second submission got %v", err)
		}
		if err := b.Release(l.ID); !errors.Is(err, queue.ErrBusy) {
			t.Errorf("a release got %v", err)
		}
		time.Sleep(2 * time.Minute) // a verification outlasts the lease
		b.waits("b", 2)
		b.jobs = nil
		b.Finish(claimed, queue.Recorded)
		if again, err := b.Claim(l.ID); !errors.Is(err, queue.ErrRecorded) || again.Job.Batch != 1 {
			t.Errorf("the repeat got %+v, %v", again, err)
		}
		if s := b.State(); s.Totals.Proved != 1 || s.Totals.Expired != 0 || s.Provers[0].Backoff != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// What nobody can help is no strike: a submission that could not be recorded keeps its lease, a batch that a rollback
// removed ends it.
func TestNoStrikeWithoutFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{}, 1, 2)
		l := b.take("a", 1)
		b.submit(l, queue.Failed)
		if _, err := b.Extend(l.ID); err != nil {
			t.Error(err)
		}
		b.jobs[0].Ready = false // L1 took the commit back: it will come again
		if _, err := b.Extend(l.ID); err != nil {
			t.Error(err)
		}
		b.jobs = b.jobs[1:] // a rollback
		b.ended(l.ID, queue.Gone)
		if got := b.take("a", 1); got.Job.Batch != 2 {
			t.Errorf("got %+v", got)
		}
		s := b.State()
		if p := s.Provers[0]; p.Backoff != 0 || p.Expired+p.Invalid+p.Malformed != 0 {
			t.Errorf("%+v", p)
		}
	})
}

// A batch whose commit L1 does not hold is not handed out.
func TestOnlyReadyBatchesAreHandedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{}, 1, 2)
		b.jobs[0].Ready = false
		if got := b.take("a", 1); got.Job.Batch != 2 {
			t.Errorf("got %+v", got)
		}
		if _, err := b.Take("b", worker(1), 1); err == nil {
			t.Error("naming a batch made it ready")
		}
		if s := b.State(); len(s.Waiting) != 1 {
			t.Errorf("%+v", s.Waiting)
		}
	})
}

// A malicious prover is bounded: in what it holds, and in what is remembered of it and its names.
func TestBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, queue.Config{MaxLeases: 2, MaxProvers: 3, Lease: time.Minute})
		for n := range uint64(20) {
			b.jobs = append(b.jobs, job(n+1))
		}
		b.take("greedy", 1)
		b.take("greedy", 2)
		b.waits("greedy", 3)
		for _, name := range []string{"", "-a", "a b", "a\n", strings.Repeat("a", 129), "ä"} {
			if _, err := b.Take(name, worker(1), 0); !errors.Is(err, queue.ErrName) {
				t.Errorf("the name %q gives %v", name, err)
			}
		}
		for i := range 10 { // names that hold nothing are forgotten, those that hold something are not
			l := b.take(fmt.Sprintf("name%d", i), 1)
			if err := b.Release(l.ID); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if s := b.State(); len(s.Provers) != 3 || s.Provers[0].Name != "greedy" || s.Provers[2].Name != "name9" {
			t.Errorf("%+v", s.Provers)
		}
		b.take("name8", 1)
		b.take("name9", 1)
		b.waits("name10", 1)

		var first queue.Lease
		for i := range 5000 {
			l := b.take("name9", 2)
			if i == 0 {
				first = l
			}
			if err := b.Release(l.ID); err != nil {
				t.Fatal(err)
			}
		}
		b.ended(first.ID, queue.Unknown)
	})
}

// step is one thing that happens to a queue; what its numbers mean depends on what it is.
type step struct{ what, name, worker, pick, resume int }

func drawStep(t *rapid.T) step {
	return step{
		what: rapid.IntRange(0, 9).Draw(t, "what"), name: rapid.IntRange(0, 4).Draw(t, "name"),
		worker: rapid.IntRange(1, 3).Draw(t, "worker"), pick: rapid.IntRange(0, 119).Draw(t, "pick"),
		resume: rapid.IntRange(0, 8).Draw(t, "resume"),
	}
}

// The queue against what must always hold, whatever happens in which order.
func TestQueueProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(drawStep), 1, 120).Draw(rt, "steps")
		synctest.Test(t, func(t *testing.T) { // draws nothing: its goroutine is not rapid's
			x := &trial{bench: newBench(t, queue.Config{Lease: time.Minute, MaxHold: 10 * time.Minute, MaxLeases: 2, MaxProvers: 4}, 1, 2, 3), next: 4, term: 7}
			for _, s := range steps {
				x.do(s)
				x.holds()
			}
		})
	})
}

// trial is a queue under random steps.
type trial struct {
	*bench
	next, term uint64
	given      []queue.Lease
	claimed    []queue.Lease
}

func (x *trial) do(s step) {
	var l queue.Lease
	if len(x.given) > 0 {
		l = x.given[s.pick%len(x.given)]
	}
	switch s.what {
	case 0:
		x.jobs = append(slices.Clone(x.jobs), job(x.next))
		x.next++
	case 1:
		if len(x.jobs) > 0 {
			i := s.pick % len(x.jobs)
			x.jobs = slices.Delete(slices.Clone(x.jobs), i, i+1)
		}
	case 2:
		time.Sleep(time.Duration(s.pick) * time.Second)
	case 3:
		_, _ = x.Extend(l.ID)
	case 4:
		_ = x.Release(l.ID)
	case 5:
		if c, err := x.Claim(l.ID); err == nil {
			if slices.ContainsFunc(x.claimed, func(o queue.Lease) bool { return o.ID == c.ID }) {
				x.t.Fatalf("lease %s was claimed twice", c.ID)
			}
			x.claimed = append(x.claimed, c)
		}
	case 6:
		if len(x.claimed) > 0 {
			x.Finish(x.claimed[0], queue.Outcome(1+s.pick%4))
			x.claimed = x.claimed[1:]
		}
	case 7:
		if s.pick < 20 {
			x.term++
			x.Begin(x.term)
		}
	default:
		x.asks(s)
	}
}

func (x *trial) asks(s step) {
	name := string(rune('a' + s.name))
	l, err := x.Take(name, worker(byte(s.worker)), uint64(s.resume))
	if _, wait := errors.AsType[*queue.WaitError](err); wait {
		return
	}
	if err != nil || l.ID.Term != x.term || l.Prover != name {
		x.t.Fatalf("%s got %+v, %v in term %d", name, l, err, x.term)
	}
	if !slices.ContainsFunc(x.given, func(g queue.Lease) bool { return g.ID == l.ID }) {
		x.given = append(x.given, l)
	}
}

// holds checks what is visible of the queue.
func (x *trial) holds() {
	s := x.State()
	byProver := map[string]int{}
	seen := map[queue.ID]bool{}
	now := time.Now()
	for _, w := range s.Waiting {
		l := w.Lease
		if l == nil {
			continue
		}
		if seen[l.ID] || l.Job.HeaderHash != w.HeaderHash {
			x.t.Fatalf("lease %+v shown for %+v", l, w.Job)
		}
		seen[l.ID] = true
		byProver[l.Prover]++
		verifying := slices.ContainsFunc(x.claimed, func(c queue.Lease) bool { return c.ID == l.ID })
		if !verifying && !now.Before(l.Expires) {
			x.t.Fatalf("lease %s has expired and stands", l.ID)
		}
		if l.Expires.Sub(l.Began) > 10*time.Minute {
			x.t.Fatalf("lease %s lasts %v", l.ID, l.Expires.Sub(l.Began))
		}
	}
	for name, n := range byProver {
		if n > 2 {
			x.t.Fatalf("%s holds %d batches", name, n)
		}
	}
	if len(s.Provers) > 4 {
		x.t.Fatalf("%d provers are known", len(s.Provers))
	}
}
