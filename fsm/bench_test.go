package fsm_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	"github.com/prysmaticlabs/gohashtree"
	"golang.org/x/sys/unix"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// benchConfig is what a replica runs with.
func benchConfig() fsm.Config {
	return fsm.Config{
		Hasher: func(digests, blocks []byte) {
			if err := gohashtree.HashByteSlice(digests, blocks); err != nil {
				panic(err)
			}
		},
		Parallel: func(n int, fn func(i int)) {
			var wg sync.WaitGroup
			for i := 1; i < n; i++ {
				wg.Go(func() { fn(i) })
			}
			fn(0)
			wg.Wait()
		},
		Memory: new(fast.Memory).Take,
	}
}

// exchange is a machine under the generator's flow, from several sessions.
type exchange struct {
	*harness
	flow     workload.Flow
	sessions []uint64
	next     []uint64 // sequence of each session
	turn     int
}

// trading sets up accounts with six records each, and live orders.
func trading(b *testing.B, accounts, live int) *exchange {
	b.Helper()
	flow, err := workload.Generator(7, workload.Options{Accounts: accounts, Live: live})
	if err != nil {
		b.Fatal(err)
	}
	x := &exchange{harness: newHarness(b, benchConfig()), flow: flow}
	x.limits = command.DefaultLimits()
	x.genesis(batch.PayloadTransitions)
	for n := range byte(16) {
		x.sessions, x.next = append(x.sessions, x.openSession(n+1)), append(x.next, 0)
	}
	for part := range slices.Chunk(flow.Setup(), 1024) {
		x.commitEntry(x.entry(part))
		if x.m.Status().Open.Transitions > 100_000 {
			x.seal()
		}
	}
	for range live/1024 + 1 {
		x.commitEntry(x.trades(2 * 1024))
		if x.m.Status().Open.Transitions > 100_000 {
			x.seal()
		}
	}
	x.seal()
	return x
}

// entry encodes one entry of a session, in turns. Older receipts are acknowledged.
func (x *exchange) entry(transitions []command.Transition) []byte {
	i := x.turn % len(x.sessions)
	x.turn++
	e := command.Entry{TimeMs: x.now(), Acks: []command.Ack{{Session: x.sessions[i], Low: x.next[i]}}}
	for _, t := range transitions {
		x.next[i]++
		e.Submissions = append(e.Submissions, command.Submission{Session: x.sessions[i], Sequence: x.next[i], Transition: t})
	}
	return command.EncodeFrame(nil, command.TypeEntry, batch.EncodeEntry(nil, &e))
}

func (x *exchange) trades(n int) []byte {
	transitions := make([]command.Transition, n)
	for i := range transitions {
		x.flow.Next(&transitions[i])
	}
	return x.entry(transitions)
}

// commitEntry applies an encoded entry and says how long that took.
func (x *exchange) commitEntry(frame []byte) time.Duration {
	x.index++
	log := &raft.Log{Index: x.index, Type: raft.LogCommand, Data: frame}
	start := time.Now()
	r := x.m.Apply(log).(*fsm.Result)
	took := time.Since(start)
	if r.Err != nil {
		x.t.Fatal(r.Err)
	}
	return took
}

// span is what a command took: by the clock, and of this thread's processor time, which neighbours disturb less.
type span struct{ wall, cpu []time.Duration }

func (s *span) time(fn func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start, cpu := time.Now(), threadTime()
	fn()
	s.wall, s.cpu = append(s.wall, time.Since(start)), append(s.cpu, threadTime()-cpu)
}

func (s *span) report(b *testing.B, what string) {
	b.Helper()
	report(b, middle(s.wall), "ms-"+what)
	report(b, middle(s.cpu), "cpu-ms-"+what)
}

// threadTime is 0 where the system does not say.
func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// command applies a command and lets go of the log.
func (x *exchange) command(kind command.Type, body []byte) {
	x.log = nil
	x.must(kind, body)
}

func middle(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func report(b *testing.B, d time.Duration, unit string) {
	b.Helper()
	b.ReportMetric(float64(d.Microseconds())/1000, unit)
}

// BenchmarkApply measures Machine.Apply of entries of 1,024 transitions: decoding, sessions, receipts and the state;
// ns/op is one transition, seals apart.
//
//	go test ./fsm -run '^$' -bench 'Apply$' -benchtime 300000x
func BenchmarkApply(b *testing.B) {
	x := trading(b, 10_000, 20_000)
	const size = 1024
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var took, cpu time.Duration
	var before, after runtime.MemStats
	mallocs, n := uint64(0), 0
	for ; n < b.N; n += size {
		frame := x.trades(size)
		runtime.ReadMemStats(&before)
		at := threadTime()
		took += x.commitEntry(frame)
		cpu += threadTime() - at
		runtime.ReadMemStats(&after)
		mallocs += after.Mallocs - before.Mallocs
		if x.m.Status().Open.Transitions >= 16_384 {
			x.seal()
		}
	}
	b.ReportMetric(float64(took.Nanoseconds())/float64(n), "ns/op")
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(n), "cpu-ns/transition")
	b.ReportMetric(float64(mallocs)/float64(n), "allocs/transition")
}

// BenchmarkMillion measures what a replica with a million records does seldom: 150,000 accounts with six records and
// 100,000 orders. Times are medians, in milliseconds.
//
//	go test ./fsm -run '^$' -bench Million -benchtime 9x
func BenchmarkMillion(b *testing.B) {
	x := trading(b, 150_000, 100_000)
	b.Run("Seal", func(b *testing.B) { x.t = b; x.benchSeal(b) })
	b.Run("Undo", func(b *testing.B) { x.t = b; x.benchUndo(b) })
	b.Run("Snapshot", func(b *testing.B) { x.t = b; x.benchSnapshot(b) })
	b.Run("Restore", func(b *testing.B) { x.t = b; x.benchRestore(b) })
}

// changes is how many records the newest batch changed.
func (x *exchange) changes(b *testing.B) (n int) {
	b.Helper()
	newest := x.m.Position().Batch
	from, err := x.m.View(newest - 1)
	if err != nil {
		b.Fatal(err)
	}
	defer from.Close()
	to, err := x.m.View(newest)
	if err != nil {
		b.Fatal(err)
	}
	defer to.Close()
	if err := tree.Diff(from, to, func(_, _, _ []byte) error { n++; return nil }); err != nil {
		b.Fatal(err)
	}
	return n
}

// benchSeal: for how long Apply stops at a cut and at a seal, how long an entry of 64 takes at the most beside the
// sealing, and how long the sealing is under way.
func (x *exchange) benchSeal(b *testing.B) {
	b.Helper()
	var cut, seal span
	var beside, sealing []time.Duration
	changed := 0
	for b.Loop() {
		for x.m.Status().Open.Transitions < 36_000 {
			x.commitEntry(x.trades(1024))
		}
		n := x.m.Status().Open.Number
		body := command.Cut{Number: n, TimeMs: x.now(), ProgramVersion: 1}.Append(nil)
		start := time.Now()
		cut.time(func() { x.command(command.TypeCut, body) })
		done := make(chan time.Duration, 1)
		go func() {
			_ = x.m.WaitSealing(b.Context())
			done <- time.Since(start)
		}()
		longest := time.Duration(0)
		for len(done) == 0 {
			longest = max(longest, x.commitEntry(x.trades(64)))
		}
		sealing, beside = append(sealing, <-done), append(beside, longest)
		body = command.Seal{Number: n, TimeMs: x.now(), ProgramVersion: 1}.Append(nil)
		seal.time(func() { x.command(command.TypeSeal, body) })
		changed = x.changes(b)
	}
	b.ReportMetric(0, "ns/op")
	cut.report(b, "cut")
	seal.report(b, "seal")
	report(b, middle(beside), "ms-longest-entry")
	report(b, middle(sealing), "ms-sealing")
	b.ReportMetric(float64(changed), "changes")
}

// benchUndo: a rollback of one batch, the native store included.
func (x *exchange) benchUndo(b *testing.B) {
	b.Helper()
	var undo span
	changed := 0
	for b.Loop() {
		for x.m.Status().Open.Transitions < 18_000 {
			x.commitEntry(x.trades(1024))
		}
		x.seal()
		changed = x.changes(b)
		to := command.Rollback{ToBatch: x.m.Position().Batch - 1, Reason: "bench", TimeMs: x.now()}
		undo.time(func() { x.command(command.TypeRollback, to.Append(nil)) })
		for i, id := range x.sessions { // the removed sequences stay used up: the next one is what the session says
			x.next[i] = x.last(id)
		}
	}
	b.ReportMetric(0, "ns/op")
	undo.report(b, "undo")
	b.ReportMetric(float64(changed), "changes")
}

// last is a session's newest sequence.
func (x *exchange) last(id uint64) (sequence uint64) {
	_ = x.m.Read(func(r *fsm.Reader) error {
		info, _ := r.Session(id)
		sequence = info.Next - 1
		return nil
	})
	return sequence
}

// A waiting reads for how long the system let this thread wait for a core, in all.
type waiting struct{ schedstat *os.File }

// newWaiting locks the thread, until the benchmark ends; it reads zeros where the system does not say.
func newWaiting(b *testing.B) waiting {
	b.Helper()
	runtime.LockOSThread()
	b.Cleanup(runtime.UnlockOSThread)
	f, err := os.Open("/proc/thread-self/schedstat")
	if err != nil {
		return waiting{}
	}
	b.Cleanup(func() { _ = f.Close() })
	return waiting{f}
}

func (w waiting) total() (d time.Duration) {
	if w.schedstat == nil {
		return 0
	}
	var buf [64]byte
	n, _ := w.schedstat.ReadAt(buf[:], 0)
	var ran int64
	_, _ = fmt.Sscan(string(buf[:n]), &ran, (*int64)(&d))
	return d
}

// gaps are the times between entries of 64: by the clock, and less what the thread waited for a core.
type gaps struct{ wall, own []time.Duration }

// between commits entries until it is told to stop. Seals are left out.
func (x *exchange) between(w waiting, until func() bool) (g gaps) {
	last, waited := time.Now(), w.total()
	for !until() {
		x.commitEntry(x.trades(64))
		if x.m.Status().Open.Transitions > 100_000 {
			x.seal()
			last, waited = time.Now(), w.total()
			continue
		}
		now, total := time.Now(), w.total()
		g.wall, g.own = append(g.wall, now.Sub(last)), append(g.own, now.Sub(last)-(total-waited))
		last, waited = now, total
	}
	return g
}

// A stall is the longest of gaps, and what one in a hundred exceeds, one value for each stretch.
type stall struct{ wall, own, wall99, own99 []time.Duration }

func (s *stall) add(g gaps) {
	if len(g.wall) == 0 {
		return
	}
	at := func(d []time.Duration, q int) time.Duration {
		slices.Sort(d)
		return d[(len(d)-1)*q/100]
	}
	s.wall, s.wall99 = append(s.wall, at(g.wall, 100)), append(s.wall99, at(g.wall, 99))
	s.own, s.own99 = append(s.own, at(g.own, 100)), append(s.own99, at(g.own, 99))
}

func (s *stall) report(b *testing.B, what string) {
	b.Helper()
	report(b, middle(s.wall), "ms-longest-gap-"+what)
	report(b, middle(s.own), "ms-longest-own-gap-"+what)
	report(b, middle(s.wall99), "ms-p99-gap-"+what)
	report(b, middle(s.own99), "ms-p99-own-gap-"+what)
}

// benchSnapshot: the capture, and the gaps between entries of 64 while it is written, beside those in a stretch as long
// without a snapshot. A thread's wait for a core is the neighbours' doing as well: own gaps leave it out.
func (x *exchange) benchSnapshot(b *testing.B) {
	b.Helper()
	var capture, persist []time.Duration
	var beside, without stall
	w := newWaiting(b)
	for b.Loop() {
		start := time.Now()
		s, err := x.m.Snapshot()
		if err != nil {
			b.Fatal(err)
		}
		capture = append(capture, time.Since(start))
		done := make(chan error, 1)
		go func() { done <- s.Persist(discard{}) }()
		beside.add(x.between(w, func() bool { return len(done) > 0 }))
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		s.Release()
		took := time.Since(start)
		persist = append(persist, took)
		end := time.Now().Add(took)
		without.add(x.between(w, func() bool { return time.Now().After(end) }))
	}
	b.ReportMetric(0, "ns/op")
	report(b, middle(capture), "ms-capture")
	report(b, middle(persist), "ms-persist")
	beside.report(b, "beside")
	without.report(b, "without")
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) ID() string                  { return "discard" }
func (discard) Close() error                { return nil }
func (discard) Cancel() error               { return nil }

// benchRestore: the whole snapshot, roots recomputed and the native store rebuilt.
func (x *exchange) benchRestore(b *testing.B) {
	b.Helper()
	snapshot := x.snapshot()
	leaves := x.m.Stats().Tree.Leaves
	b.SetBytes(int64(len(snapshot)))
	var took []time.Duration
	for b.Loop() {
		m := fsm.New(benchConfig())
		runtime.GC()
		start := time.Now()
		if err := m.Restore(io.NopCloser(reader(snapshot))); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	b.ReportMetric(0, "ns/op")
	report(b, middle(took), "ms-restore")
	b.ReportMetric(float64(leaves)/middle(took).Seconds(), "leaves/s")
}

// BenchmarkReplay: recovery.md wants 100,000 transitions/s on two cores with every root checked.
func BenchmarkReplay(b *testing.B) {
	x := trading(b, 100_000, 50_000)
	for range 10 {
		for range 5 {
			x.commitEntry(x.trades(4096))
		}
		x.seal()
	}
	var all []*fsm.SealedBatch
	transitions := 0
	for n := uint64(1); n <= x.m.Position().Batch; n++ {
		sealed, err := x.m.Sealed(n)
		if err != nil {
			b.Fatal(err)
		}
		all, transitions = append(all, sealed), transitions+int(sealed.Header.Transitions)
	}
	for b.Loop() {
		p := fsm.NewReplayer(benchConfig())
		for _, sealed := range all {
			if _, err := p.Add(sealed.Header, sealed.Content()); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(transitions)*float64(b.N)/b.Elapsed().Seconds(), "transitions/s")
}
