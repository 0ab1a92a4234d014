package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// volume is a disk whose room a test sets.
type volume struct{ free atomic.Uint64 }

func (v *volume) space() (free, total uint64, err error) { return v.free.Load(), 100 << 30, nil }

const (
	testReserve = 1 << 30
	plenty      = 10 << 30
	scarce      = testReserve - 1
)

// volumes gives each replica of a group a disk of its own.
func volumes(vs map[string]*volume) func(*Config) {
	return func(c *Config) {
		v := &volume{}
		v.free.Store(plenty)
		vs[c.NodeID] = v
		c.Seams.Space, c.DiskReserve = v.space, testReserve
	}
}

// cluster.md "Storage": the three lines, against what they say: refused below the reserve, taken again
// from a quarter above it, and nothing written below its last quarter.
func TestDiskLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := &volume{}
		v.free.Store(plenty)
		g := newDiskGuard(Config{DiskReserve: testReserve, LogBudget: 1 << 30, Seams: Seams{Space: v.space}})
		refusing := false
		for range rapid.IntRange(1, 20).Draw(t, "looks") {
			free := rapid.Uint64Range(0, 2*testReserve).Draw(t, "free")
			v.free.Store(free)
			g.look()
			if free < testReserve || refusing && free < testReserve*5/4 {
				refusing = true
			} else {
				refusing = false
			}
			if got := g.short() != ""; got != refusing {
				t.Fatalf("%d free: refuses %v (%q), want %v", free, got, g.short(), refusing)
			}
			if err := g.take(1); errors.Is(err, ErrDiskFull) != (free < testReserve/4) {
				t.Fatalf("%d free: a write gets %v", free, err)
			}
		}
	})
}

// cluster.md "Storage": what is written between two looks is bounded, however seldom anybody looks.
func TestWritesLookAtTheDisk(t *testing.T) {
	v := &volume{}
	v.free.Store(plenty)
	g := newDiskGuard(Config{DiskReserve: testReserve, LogBudget: 1 << 30, Seams: Seams{Space: v.space}})
	v.free.Store(0)
	written := 0
	for g.take(1<<20) == nil {
		if written += 1 << 20; written > lookBytes {
			t.Fatalf("%d bytes were written to a full disk", written)
		}
	}
	v.free.Store(plenty)
	if err := g.take(1); err != nil {
		t.Fatalf("the disk has room again, and a write gets %v", err)
	}
}

// cluster.md "Storage": the budget is a disk of its own size, and what is below it counts.
func TestDiskBudget(t *testing.T) {
	dir := t.TempDir()
	g := newDiskGuard(Config{DataDir: dir, DiskReserve: 16 << 20, DiskBudget: 64 << 20, LogBudget: 1 << 30})
	if g.short() != "" || g.status().Free != 64<<20 {
		t.Fatalf("an empty directory: %+v", g.status())
	}
	ballast := filepath.Join(dir, damagedDir, "ballast")
	if err := os.Mkdir(filepath.Dir(ballast), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ballast, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		size    int64
		refuses string
		err     error
	}{
		{47 << 20, "", nil},
		{50 << 20, "14 MiB are free of disk.budget_bytes and 16 MiB are kept; it goes on by itself once 20 MiB are free", nil},
		{63 << 20, "1 MiB are free of disk.budget_bytes", ErrDiskFull},
		{200 << 20, "0 MiB are free of disk.budget_bytes", ErrDiskFull},
		{46 << 20, "18 MiB are free of disk.budget_bytes", nil},
		{40 << 20, "", nil},
	} {
		if err := os.Truncate(ballast, c.size); err != nil {
			t.Fatal(err)
		}
		g.look()
		if why := g.short(); !strings.HasPrefix(why, c.refuses) || (why == "") != (c.refuses == "") {
			t.Errorf("%d MiB used: refuses with %q, want %q", c.size>>20, why, c.refuses)
		}
		if err := g.take(1); !errors.Is(err, c.err) {
			t.Errorf("%d MiB used: a write gets %v, want %v", c.size>>20, err, c.err)
		}
	}
}

// cluster.md "Storage": a write that failed stops intake whatever the file system says of its room, and a trial ends that.
func TestFailedWriteStopsIntakeUntilATrialSucceeds(t *testing.T) {
	dir := t.TempDir()
	g := newDiskGuard(Config{DataDir: dir, DiskReserve: 1, LogBudget: 1 << 30})
	trial := filepath.Join(dir, trialFile)
	if err := os.Mkdir(trial, 0o750); err != nil { // no trial can succeed
		t.Fatal(err)
	}
	log := &guardedLog{LogLayer: LogLayer{brokenLog{}}, guard: g}
	if err := log.StoreLog(&raft.Log{Index: 1}); !errors.Is(err, errBroken) {
		t.Fatal(err)
	}
	if why := g.look().Refuses; !strings.Contains(why, errBroken.Error()) {
		t.Fatalf("refuses with %q", why)
	}
	if err := os.Remove(trial); err != nil {
		t.Fatal(err)
	}
	if why := g.look().Refuses; why != "" {
		t.Fatalf("still refuses with %q", why)
	}
	if _, err := os.Stat(trial); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the trial stayed: %v", err)
	}
}

var errBroken = errors.New("input/output error")

type brokenLog struct{ raft.LogStore }

func (brokenLog) StoreLogs([]*raft.Log) error { return errBroken }

// facts raft.md 14: a snapshot that cannot be written leaves nothing behind, and none is begun that would not fit.
func TestSnapshotsOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	v := &volume{}
	v.free.Store(plenty)
	g := newDiskGuard(Config{DataDir: dir, DiskReserve: testReserve, LogBudget: 1 << 30, Seams: Seams{Space: v.space}})
	store := &guardedSnapshots{SnapshotStore: &bigSnapshots{dir: dir, size: plenty}, guard: g}
	if _, err := store.Create(1, 1, 1, raft.Configuration{}, 1, nil); !errors.Is(err, ErrDiskFull) {
		t.Fatalf("a snapshot that does not fit is begun: %v", err)
	}
	store.SnapshotStore.(*bigSnapshots).size = 1
	sink, err := store.Create(1, 1, 1, raft.Configuration{}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	v.free.Store(0)
	g.look()
	if _, err = sink.Write([]byte("state")); !errors.Is(err, ErrDiskFull) {
		t.Fatalf("written to a full disk: %v", err)
	}
	if err = sink.Cancel(); !errors.Is(err, errBroken) {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, snapshotsDir)); err != nil || len(left) != 0 {
		t.Fatalf("left over: %v %v", left, err)
	}
}

// bigSnapshots is a store whose newest snapshot has a size, and whose sinks leave their directory at Cancel.
type bigSnapshots struct {
	raft.SnapshotStore
	dir  string
	size int64
}

func (s *bigSnapshots) List() ([]*raft.SnapshotMeta, error) {
	return []*raft.SnapshotMeta{{Size: s.size}}, nil
}

func (s *bigSnapshots) Create(raft.SnapshotVersion, uint64, uint64, raft.Configuration, uint64, raft.Transport) (raft.SnapshotSink, error) {
	return leavingSink{}, os.MkdirAll(filepath.Join(s.dir, snapshotsDir, leavingSink{}.ID()+durable.Suffix), 0o750)
}

type leavingSink struct{ raft.SnapshotSink }

func (leavingSink) ID() string                  { return "1-1-1" }
func (leavingSink) Cancel() error               { return errBroken }
func (leavingSink) Write(p []byte) (int, error) { return len(p), nil }

// cluster.md "Storage": a leader without room hands over to a voter that has some, and stays follower until it is asked.
func TestLeaderWithoutRoomHandsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vs := map[string]*volume{}
		g := newMeshGroup(t, 3, volumes(vs))
		first := g.leader()
		c := &client{g: g, session: 1}
		if _, err := c.next(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second) // the others' status arrives
		vs[first.id].free.Store(scarce)
		second := g.leader(first)
		if _, err := c.next(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.equal() // the first one still follows
		vs[first.id].free.Store(plenty)
		time.Sleep(time.Minute)
		if now := g.leader(); now != second {
			t.Errorf("leadership went on to %s without a reason", now.id)
		}
		if c.unknown != 0 {
			t.Errorf("%d outcomes are unknown", c.unknown)
		}
	})
}

// cluster.md "Storage": without room on a majority writes are refused with a definite error and reads go on; when
// the room comes back, so do writes.
func TestNoRoomRefusesWritesAndReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vs := map[string]*volume{}
		g := newMeshGroup(t, 3, volumes(vs))
		leader := g.leader()
		if _, err := (&client{g: g, session: 1}).next(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, r := range g.followers(leader) {
			vs[r.id].free.Store(scarce)
		}
		time.Sleep(2 * time.Second)
		submit := func() error {
			_, _, err := leader.node.Submit(t.Context(), []command.Submission{submission(1, 2)}, nil)
			return err
		}
		full, ok := errors.AsType[*DiskError](submit())
		if !ok || full.RetryAfter <= 0 || !strings.Contains(full.Reason, "1 of 3 voters have room") {
			t.Fatalf("the followers have no room, and a write gets %v", full)
		}
		if _, err := leader.node.Propose(t.Context(), command.TypeSessionOpen, nil); !errors.Is(err, full) && !isDisk(err) {
			t.Fatalf("a session was opened: %v", err)
		}
		if _, err := leader.node.ReadBarrier(t.Context()); err != nil {
			t.Fatalf("no reads: %v", err)
		}
		vs[leader.id].free.Store(scarce)
		time.Sleep(time.Second)
		if full, ok = errors.AsType[*DiskError](submit()); !ok || !strings.Contains(full.Reason, "are kept") {
			t.Fatalf("nobody has room, and a write gets %v", full)
		}
		if leader.node.Status().NoRoom == "" {
			t.Error("the status does not say so")
		}
		for _, v := range vs {
			v.free.Store(plenty)
		}
		time.Sleep(2 * time.Second)
		if err := submit(); err != nil {
			t.Fatalf("there is room again, and a write gets %v", err)
		}
		g.equal()
	})
}

func isDisk(err error) bool {
	_, ok := errors.AsType[*DiskError](err)
	return ok
}

// cluster.md "Storage": below the floor the log takes nothing, terms and votes go on, and the cluster comes back whole.
func TestBelowTheFloorOnlyVotesAreWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vs := map[string]*volume{}
		g := newMeshGroup(t, 3, volumes(vs))
		leader := g.leader()
		c := &client{g: g, session: 1}
		if _, err := c.next(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.equal()
		before := leader.node.Status().LastIndex
		for _, v := range vs {
			v.free.Store(1)
		}
		time.Sleep(2 * time.Second)
		if _, err := leader.node.Propose(t.Context(), command.TypeCut, nil); !isDisk(err) {
			t.Fatalf("a command of the duties gets %v", err)
		}
		if s := leader.node.Status(); s.LastIndex != before {
			t.Errorf("the log went from %d to %d", before, s.LastIndex)
		}
		g.crash(leader) // the others vote, and cannot write an entry
		time.Sleep(5 * time.Second)
		for _, r := range g.followers(leader) {
			if s := r.node.Status(); s.Term < 2 || s.LastIndex != before {
				t.Errorf("%s: term %d, log to %d", r.id, s.Term, s.LastIndex)
			}
		}
		for _, v := range vs {
			v.free.Store(plenty)
		}
		if _, err := c.next(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.open(leader)
		g.equal()
	})
}

// cluster.md "Leadership": a leader whose disk is slow hands over to a voter whose is not, and none does if all are.
func TestSlowDiskHandsOver(t *testing.T) {
	for name, all := range map[string]bool{"one": false, "all": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				delays := map[string]*atomic.Int64{}
				g := newMeshGroup(t, 3, func(c *Config) {
					c.HeartbeatTimeout = 3 * time.Second // here a write delays heartbeats
					delay := &atomic.Int64{}
					delays[c.NodeID] = delay
					c.Seams.WrapLogStore = func(s raft.LogStore) raft.LogStore { return slowLog{s, delay} }
				})
				first := g.leader()
				c := &client{g: g, session: 1}
				time.Sleep(time.Second)
				for id, d := range delays {
					if all || id == first.id {
						d.Store(int64(1200 * time.Millisecond))
					}
				}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				for first.node.IsLeader() && ctx.Err() == nil {
					_, _ = c.next(ctx)
				}
				if moved := !first.node.IsLeader(); moved == all {
					t.Errorf("leadership moved: %v", moved)
				}
			})
		})
	}
}

// slowLog takes its time for each write.
type slowLog struct {
	raft.LogStore
	delay *atomic.Int64
}

func (s slowLog) StoreLog(e *raft.Log) error { return s.StoreLogs([]*raft.Log{e}) }

func (s slowLog) StoreLogs(es []*raft.Log) error {
	time.Sleep(time.Duration(s.delay.Load()))
	return s.LogStore.StoreLogs(es)
}

// cluster.md "Storage": the log stays within its budget, by a snapshot and a shorter tail, and all entries are counted.
func TestLogBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const budget = 1 << 20
		vs := map[string]*volume{}
		g := newMeshGroup(t, 3, func(c *Config) {
			volumes(vs)(c)
			c.LogBudget, c.SnapshotInterval = budget, 24*time.Hour
		})
		leader, most, sequence := g.leader(), uint64(0), uint64(0)
		for range 300 {
			subs := make([]command.Submission, 500)
			for i := range subs {
				sequence++
				subs[i] = submission(1, sequence)
			}
			if _, _, err := leader.node.Submit(t.Context(), subs, nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(diskInterval)
			most = max(most, leader.node.Status().Disk.Log)
		}
		for _, r := range g.replicas {
			d := r.node.disk.look()
			if d.Refuses != "" || d.Log == 0 || d.Log >= budget {
				t.Errorf("%s: %+v", r.id, d)
			}
		}
		if most < budget/2 {
			t.Errorf("the log never held more than %d bytes: nothing was tried", most)
		}
		g.equal()
	})
}

// slowSnapshots take a while to begin.
type slowSnapshots struct{ raft.SnapshotStore }

func (s slowSnapshots) Create(version raft.SnapshotVersion, index, term uint64, c raft.Configuration, configured uint64, trans raft.Transport) (raft.SnapshotSink, error) {
	time.Sleep(3 * trimAgain)
	return s.SnapshotStore.Create(version, index, term, c, configured, trans)
}

// cluster.md "Storage": however long a snapshot takes that cuts the log, behind it as many entries are kept as before.
func TestTheLogIsCutShortOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vs := map[string]*volume{}
		g := newMeshGroup(t, 1, func(c *Config) {
			volumes(vs)(c)
			c.LogBudget, c.SnapshotInterval = 1<<20, 24*time.Hour
			c.Seams.Snapshots = slowSnapshots{c.Seams.Snapshots}
		})
		node := g.leader().node
		usual := node.raft.ReloadableConfig()
		for sequence := uint64(0); node.raft.ReloadableConfig() == usual; time.Sleep(diskInterval) {
			subs := make([]command.Submission, 500)
			for i := range subs {
				sequence++
				subs[i] = submission(1, sequence)
			}
			if _, _, err := node.Submit(t.Context(), subs, nil); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(10 * trimAgain)
		if now := node.raft.ReloadableConfig(); now != usual {
			t.Errorf("%+v has become %+v", usual, now)
		}
	})
}

// The sizes of entries follow what is cut from either end of the log.
func TestLogSizes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l logSizes
		twin := map[uint64]int{}
		next := uint64(1)
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0: // from the beginning
				upTo := rapid.Uint64Range(0, next).Draw(t, "up to")
				l.cut(0, upTo)
				for i := uint64(0); i <= upTo; i++ {
					delete(twin, i)
				}
			case 1: // from the end
				from := rapid.Uint64Range(1, next).Draw(t, "from")
				l.cut(from, next)
				for i := from; i <= next; i++ {
					delete(twin, i)
				}
				next = from
			default:
				n := rapid.IntRange(0, 1000).Draw(t, "bytes")
				l.add(next, n)
				twin[next] = n
				next++
			}
			sum := 0
			for _, n := range twin {
				sum += n
			}
			if l.bytes() != uint64(sum) {
				t.Fatalf("%d bytes, want %d", l.bytes(), sum)
			}
			limit := rapid.Uint64Range(0, 5000).Draw(t, "limit")
			entries, left := uint64(0), int(limit)
			for i := next - 1; i > 0; i-- {
				n, ok := twin[i]
				if !ok {
					continue
				}
				if left -= n; left < 0 {
					break
				}
				entries++
			}
			if got := l.fit(limit); got != entries {
				t.Fatalf("%d entries fit into %d bytes, want %d", got, limit, entries)
			}
		}
	})
}
