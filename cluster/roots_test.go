package cluster

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// flip makes a replica state a wrong root while bad names it.
func flip(bad map[string]*atomic.Bool) func(*Config) {
	return func(c *Config) {
		on := &atomic.Bool{}
		bad[c.NodeID] = on
		mark := byte(len(bad)) // each replica is wrong in its own way
		c.Seams.MutateRoot = func(r *Root) {
			if on.Load() {
				r.Root[0] ^= mark
			}
		}
	}
}

func seal(tb testing.TB, r *replica) {
	tb.Helper()
	_, err := r.node.Propose(tb.Context(), command.TypeSeal, command.Seal{Number: r.ledger.Position().Batch + 1, ProgramVersion: 1}.Append(nil))
	if err != nil {
		tb.Fatal(err)
	}
}

// README.md, invariant 1: replicas exchange roots after each seal.
func TestRootsAreExchanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, nil)
		l := g.leader()
		seal(t, l)
		time.Sleep(time.Second)
		for _, r := range g.replicas {
			if roots := r.node.Roots(1); len(roots) != 3 {
				t.Fatalf("%s knows %d roots of batch 1", r.id, len(roots))
			}
			if m, ok := r.node.MajorityRoot(1); !ok || m.Root != l.ledger.Position().Root {
				t.Fatalf("%s: majority %v %v", r.id, m, ok)
			}
			if _, ok := r.node.MajorityRoot(2); ok {
				t.Fatal("a majority for a batch that was never sealed")
			}
		}
	})
}

// README.md, invariant 1: a minority replica quarantines itself, on record, and
// a minority leader first hands leadership over.
func TestMinorityIsQuarantined(t *testing.T) {
	for _, who := range []string{"follower", "leader"} {
		t.Run(who, func(t *testing.T) {
			bad := map[string]*atomic.Bool{}
			g := newTCP(t, 3, flip(bad))
			l := g.leader()
			victim := l
			if who == "follower" {
				victim = g.followers(l)[0]
			}
			bad[victim.id].Store(true)
			seal(t, l)
			var q *QuarantinedError
			select {
			case err := <-victim.fatals:
				if !errors.As(err, &q) || q.Batch != 1 {
					t.Fatalf("fatal: %v", err)
				}
			case <-time.After(time.Minute):
				t.Fatal("the minority replica goes on")
			}
			if victim.node.IsLeader() {
				t.Fatal("the minority replica still leads")
			}
			next := g.leader(victim)
			if err := deadlineDo(t, func() bool { return read(next.ledger, func(s *ledgerState) int { return s.Quarantines }) == 1 }); err != nil {
				t.Fatalf("quarantine on record: %v", err)
			}
			g.crash(victim)
			err := g.tryOpen(victim)
			if !errors.As(err, &q) || !strings.Contains(err.Error(), "empty data directory") {
				t.Fatalf("open a quarantined directory: %v", err)
			}
			// The exit it names.
			bad[victim.id].Store(false)
			if err := os.Rename(victim.cfg.DataDir, filepath.Join(t.TempDir(), "aside")); err != nil {
				t.Fatal(err)
			}
			g.open(victim)
			g.equal()
			for _, r := range g.followers(victim) {
				select {
				case err := <-r.fatals:
					t.Fatalf("%s, of the majority: %v", r.id, err)
				default:
				}
			}
		})
	}
}

// README.md, invariant 1: no majority halts intake and anchoring, and nobody is
// quarantined.
func TestNoMajorityHalts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := map[string]*atomic.Bool{}
		g := newMeshGroup(t, 3, flip(bad))
		l := g.leader()
		for _, f := range g.followers(l) {
			bad[f.id].Store(true)
		}
		bad[l.id].Store(false)
		seal(t, l)
		time.Sleep(2 * time.Second)
		for _, r := range g.replicas {
			if n := read(r.ledger, func(s *ledgerState) int { return s.Halts }); n != 1 {
				t.Errorf("%s applied %d halts", r.id, n)
			}
			if _, ok := r.node.MajorityRoot(1); ok {
				t.Errorf("%s sees a majority", r.id)
			}
			select {
			case err := <-r.fatals:
				t.Errorf("%s: %v", r.id, err)
			default:
			}
		}
	})
}

// A replica that was away learns the others' roots of what it replays.
func TestRootsReachAReplicaThatWasAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, nil)
		l := g.leader()
		away := g.followers(l)[0]
		for _, o := range g.followers(away) {
			g.net.separate(away.id, o.id, true)
		}
		for range 3 {
			seal(t, l)
		}
		time.Sleep(5 * time.Second)
		for _, o := range g.followers(away) {
			g.net.separate(away.id, o.id, false)
		}
		time.Sleep(5 * time.Second)
		for b := uint64(1); b <= 3; b++ {
			if n := len(away.node.Roots(b)); n != 3 {
				t.Errorf("batch %d: %d roots", b, n)
			}
		}
	})
}

// Replicas that all restart from snapshots still have a majority for what none of them recorded.
func TestRootsAreStatedAgainAfterARestart(t *testing.T) {
	g := newTCP(t, 3, nil)
	known := func() {
		t.Helper()
		for _, r := range g.replicas {
			eventually(t, r.id+" to know a majority", func() bool {
				_, ok := r.node.MajorityRoot(1)
				return ok
			})
		}
	}
	seal(t, g.leader())
	known()
	for _, r := range g.replicas {
		if err := r.node.raft.Snapshot().Error(); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range g.replicas {
		g.crash(r)
	}
	for _, r := range g.replicas {
		g.open(r)
	}
	known()
}

// README.md, invariant 1, as a property: a quorum that agrees wins whatever the
// others say and in whatever order claims arrive; no verdict is taken back while nobody takes back a claim.
func TestJudgeNeverContradictsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 3, 5}).Draw(t, "voters")
		voters := ids(n)
		order := rapid.Permutation(voters).Draw(t, "order")
		b := newRootBook()
		k := sealKey{7, 70}
		counts := map[byte]int{}
		var last verdict
		var lastMajority claim
		for _, id := range order {
			root := rapid.ByteRange(1, 3).Draw(t, "root")
			counts[root]++
			b.add(Root{Node: id, Batch: 7, Index: 70, Root: [32]byte{9}}) // the newest claim counts
			b.add(Root{Node: id, Batch: 7, Index: 70, Root: [32]byte{root}})
			b.add(Root{Node: id, Batch: 7, Index: 71, Root: [32]byte{8}})  // nor one about another seal
			b.add(Root{Node: "x", Batch: 7, Index: 70, Root: [32]byte{6}}) // nor a stranger's
			v, majority, minority := b.judge(k, voters)
			if last != undecided && (v != last || majority != lastMajority) {
				t.Fatalf("verdict %d became %d", last, v)
			}
			last, lastMajority = v, majority
			for _, m := range minority {
				if m.claim() == majority {
					t.Fatal("the majority is in the minority")
				}
			}
		}
		best := max(counts[1], counts[2], counts[3])
		want := noMajority
		if best > n/2 {
			want = agreed
		}
		if last != want {
			t.Fatalf("%v of %d: verdict %d, want %d", counts, n, last, want)
		}
	})
}

// The claims about a batch are those about its newest seal, whatever order they came in and however many seals were
// forgotten for newer ones: those that a look at every kept seal finds.
func TestNewestClaims(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newRootBook()
		first := rapid.Uint64Range(1, 50).Draw(t, "first")
		for n := range uint64(keptSeals) { // the book is full
			b.add(Root{Node: "a", Batch: first + n, Index: 1000 + n})
		}
		for range rapid.IntRange(1, 200).Draw(t, "claims") {
			b.add(Root{
				Node:  rapid.SampledFrom([]string{"a", "b"}).Draw(t, "node"),
				Batch: rapid.Uint64Range(1, 60).Draw(t, "batch"), Index: rapid.Uint64Range(1, 9).Draw(t, "index"),
			})
		}
		for batch := range uint64(70) {
			var newest sealKey
			for k := range b.seals {
				if k.batch == batch && k.index > newest.index {
					newest = k
				}
			}
			if got := b.newest(batch); !maps.Equal(got, b.seals[newest]) {
				t.Fatalf("batch %d: %v, want %v", batch, got, b.seals[newest])
			}
		}
		if len(b.seals) != keptSeals || len(b.order) != keptSeals {
			t.Fatalf("%d seals are kept in an order of %d", len(b.seals), len(b.order))
		}
	})
}

// A peer may state roots only for itself, of our lineage, and well formed.
func TestRootsOfOthersAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, nil)
		l := g.leader()
		good := Root{Node: "b", Lineage: l.ledger.Position().Lineage, Batch: 5, Index: 50}
		if l.id == "b" {
			good.Node = "c"
		}
		if err := l.node.takeRoot(good.proto(), good.Node); err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(*Root){
			"ours":            func(r *Root) { r.Node = l.id },
			"a stranger's":    func(r *Root) { r.Node = "z" },
			"another lineage": func(r *Root) { r.Lineage[0]++ },
		} {
			r := good
			change(&r)
			if err := l.node.takeRoot(r.proto(), r.Node); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		short := good.proto()
		short.Root = short.Root[:31]
		if err := l.node.takeRoot(short, good.Node); err == nil {
			t.Error("a short root was taken")
		}
	})
}

// deadlineDo polls real replicas, whose clocks are real.
func deadlineDo(tb testing.TB, ok func() bool) error {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}
