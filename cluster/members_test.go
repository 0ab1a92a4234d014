package cluster

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
)

// small makes logs short, so that whoever comes later gets a snapshot.
func small(c *Config) {
	c.SnapshotThreshold, c.TrailingLogs, c.SnapshotInterval = 16, 8, 50*time.Millisecond
	c.ExchangeInterval = 50 * time.Millisecond
}

func bounded60(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// flow submits until it is stopped, and counts what was acknowledged.
type flow struct {
	acknowledged atomic.Int64
	stop         func()
}

func (g *group) flow(t *testing.T) *flow {
	t.Helper()
	f, ctx := &flow{}, context.WithoutCancel(t.Context())
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for session := range uint64(2) {
		c := &client{g: g, session: session + 1}
		wg.Go(func() {
			for ctx.Err() == nil {
				if _, err := c.next(ctx); err == nil {
					f.acknowledged.Add(1)
				}
			}
		})
	}
	f.stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	t.Cleanup(f.stop)
	return f
}

// more waits until 50 more were acknowledged.
func (f *flow) more(t *testing.T) {
	t.Helper()
	until := f.acknowledged.Load() + 50
	eventually(t, "the flow to go on", func() bool { return f.acknowledged.Load() >= until })
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// joiner makes a replica that waits for its invitation, with an empty directory.
func (g *group) joiner(id string, members []Peer, tune func(*Config)) *replica {
	g.t.Helper()
	l, err := loopback.Listen()
	if err != nil {
		g.t.Fatal(err)
	}
	self := Peer{ID: id, Addr: l.Addr().String(), RPCAddr: "rpc-" + id}
	r := &replica{id: id, cfg: Config{
		NodeID: id, DataDir: g.t.TempDir(), Bind: self.Addr, Listener: l, Peers: append(slices.Clone(members), self), Join: true,
	}}
	tune(&r.cfg)
	g.open(r)
	g.t.Cleanup(func() { g.crash(r) })
	return r
}

// Rule: cluster.md, membership: a member whose disk is gone is replaced under load: its vote goes first, it comes back as a
// new member, catches up by a snapshot, and only then votes again; then the cluster stands on its vote.
func TestReplaceAnEmptiedMember(t *testing.T) {
	g := newTCP(t, 3, small)
	leader := g.leader()
	victim, other := g.followers(leader)[0], g.followers(leader)[1]
	f := g.flow(t)
	f.more(t)
	g.crash(victim)
	if err := os.RemoveAll(victim.cfg.DataDir); err != nil {
		t.Fatal(err)
	}
	victim.cfg.Join = true
	g.open(victim)
	f.more(t)
	if index, term := victim.ledger.AppliedIndex(), victim.node.Term(); index != 0 || term != 0 {
		t.Fatalf("%s applied %d and is at term %d before it was invited: it may vote", victim.id, index, term)
	}
	seen := leader.node.Membership().Index
	var told []CatchUp
	index, err := leader.node.Replace(bounded60(t), Replacement{ID: victim.id, Seen: seen}, func(c CatchUp) { told = append(told, c) })
	if err != nil {
		t.Fatal(err)
	}
	if len(told) == 0 || !told[len(told)-1].Heard {
		t.Errorf("progress was %+v", told)
	}
	if m := leader.node.Membership(); m.Index != index || index <= seen {
		t.Errorf("configuration %d, was %d, replaced by %d", m.Index, seen, index)
	}
	f.more(t)
	g.crash(other) // from here on nothing commits without the replaced one
	f.more(t)
	g.open(other)
	f.stop()
	g.equal()
	eventually(t, "everybody to be well", func() bool {
		m := leader.node.Membership()
		voters, healthy := m.Voters()
		return voters == 3 && healthy == 3 && m.Tolerance() == 1
	})
	if first, err := victim.node.stores.log.FirstIndex(); err != nil || first <= 1 {
		t.Errorf("the log of %s begins at %d (%v): it did not come by a snapshot", victim.id, first, err)
	}
	g.restart(victim) // with join still configured: it has a state now
	eventually(t, "the restarted one to follow", func() bool { return victim.ledger.AppliedIndex() >= leader.ledger.AppliedIndex() })
}

// Rule: cluster.md: add as non-voter, wait until caught up, promote; the others learn where it is, it may lead, and it can go again.
func TestAddPromoteLeadRemove(t *testing.T) {
	g := newTCP(t, 3, small)
	leader := g.leader()
	f := g.flow(t)
	f.more(t)
	d := g.joiner("d", leader.cfg.Peers, small)
	addr := d.cfg.Bind
	ctx := bounded60(t)
	seen := leader.node.Membership().Index
	index, err := leader.node.AddNonvoter(ctx, "d", addr, seen)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := leader.node.AddNonvoter(ctx, "d", addr, 0); err != nil || again != index {
		t.Errorf("added again: %d, %v", again, err)
	}
	var changed *ConfigurationChangedError
	if _, err := leader.node.AddNonvoter(ctx, "e", "127.0.0.1:1", seen); !errors.As(err, &changed) || changed.Newest != index || !errors.Is(err, ErrMembership) {
		t.Errorf("a change of a configuration that is gone: %v", err)
	}
	for _, wrong := range [][2]string{{"d", "127.0.0.1:1"}, {"e", addr}, {"a", "127.0.0.1:1"}, {"", addr}} {
		if _, err := leader.node.AddNonvoter(ctx, wrong[0], wrong[1], 0); !errors.Is(err, ErrMembership) {
			t.Errorf("add %v: %v", wrong, err)
		}
	}
	if _, err := leader.node.Promote(ctx, "d", index, false, nil); err != nil {
		t.Fatal(err)
	}
	g.become(append(slices.Clip(g.replicas), d)...)
	for _, r := range g.replicas {
		eventually(t, r.id+" to know d", func() bool {
			p, ok := r.node.book.peer("d")
			return ok && p.RPCAddr == "rpc-d" && len(r.node.voters()) == 4
		})
	}
	if err := leader.node.TransferLeadership(ctx, "d"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "d to lead", d.node.IsLeader)
	f.more(t)
	if id, rpc := leader.node.Leader(); id != "d" || rpc != "rpc-d" {
		t.Errorf("the leader is %s at %q", id, rpc)
	}
	if _, err := d.node.Remove(ctx, "d", 0, true); !errors.Is(err, ErrMembership) {
		t.Errorf("the leader removed itself: %v", err)
	}
	if err := d.node.TransferLeadership(ctx, leader.id); err != nil {
		t.Fatal(err)
	}
	eventually(t, leader.id+" to lead again", leader.node.IsLeader)
	if _, err := leader.node.Demote(ctx, "d", 0, false); err != nil {
		t.Fatal(err)
	}
	if got := leader.node.Replicas(); got != 3 {
		t.Errorf("%d voters", got)
	}
	if _, err := leader.node.Remove(ctx, "d", 0, false); err != nil {
		t.Fatal(err)
	}
	g.become(g.replicas[:3]...)
	f.more(t)
	f.stop()
	g.equal()
	if m := leader.node.Membership(); len(m.Members) != 3 {
		t.Errorf("members %+v", m.Members)
	}
	if _, err := leader.node.Remove(ctx, "d", 0, false); !errors.Is(err, ErrMembership) {
		t.Errorf("removed twice: %v", err)
	}
}

// Rule: cluster.md: a member is replaced by one of another name and address, which votes before the old one goes.
func TestReplaceByAnother(t *testing.T) {
	g := newTCP(t, 3, small)
	leader := g.leader()
	old := g.followers(leader)[0]
	f := g.flow(t)
	f.more(t)
	d := g.joiner("d", leader.cfg.Peers, small)
	g.crash(old)
	if _, err := leader.node.Replace(bounded60(t), Replacement{ID: old.id, NewID: "d", NewAddr: d.cfg.Bind}, nil); err != nil {
		t.Fatal(err)
	}
	servers := leader.node.servers()
	if _, still := servers[old.id]; still || len(servers) != 3 || servers["d"].Suffrage != raft.Voter {
		t.Errorf("the servers are %v", servers)
	}
	g.become(leader, g.followers(leader)[1], d)
	f.more(t)
	f.stop()
	g.equal()
}

// Rule: cluster.md: refuses what would lose quorum unless forced, and names what is missing.
func TestNoChangeLosesQuorum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, small)
		leader := g.leader()
		well, dead := g.followers(leader)[0], g.followers(leader)[1]
		g.crash(dead)
		ctx := bounded60(t)
		eventually(t, "the dead one to be missed", func() bool {
			m := leader.node.Membership()
			_, healthy := m.Voters()
			return healthy == 2 && m.Tolerance() == 0
		})
		for what, change := range map[string]func() (uint64, error){
			"demote": func() (uint64, error) { return leader.node.Demote(ctx, well.id, 0, false) },
			"remove": func() (uint64, error) { return leader.node.Remove(ctx, well.id, 0, false) },
			"replace": func() (uint64, error) {
				return leader.node.Replace(ctx, Replacement{ID: well.id}, nil)
			},
		} {
			var lost *QuorumError
			if _, err := change(); !errors.As(err, &lost) || !slices.Equal(lost.Missing, []string{dead.id}) || len(lost.Voters) != 2 || !errors.Is(err, ErrMembership) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if got := leader.node.Replicas(); got != 3 {
			t.Fatalf("%d voters after refusals", got)
		}
		if _, err := leader.node.Demote(ctx, dead.id, 0, false); err != nil {
			t.Fatalf("the dead one could go: %v", err)
		}
		short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		if _, err := leader.node.Promote(short, dead.id, 0, true, nil); !errors.Is(err, ErrNotApplied) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a dead one was promoted: %v", err)
		}
		if _, err := leader.node.Promote(ctx, "nobody", 0, true, nil); !errors.Is(err, ErrMembership) {
			t.Errorf("nobody was promoted: %v", err)
		}
		var notLeader *NotLeaderError
		if _, err := well.node.Demote(ctx, leader.id, 0, true); !errors.As(err, &notLeader) {
			t.Errorf("a follower changed the membership: %v", err)
		}
	})
}

// Rule: cluster.md: never one that is still installing a snapshot, not even by force.
func TestNoneIsRemovedWhileItInstalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, func(c *Config) { c.ExchangeInterval = time.Hour }) // only the test speaks
		leader := g.leader()
		busy, ctx := g.followers(leader)[0], bounded60(t)
		for _, r := range g.followers(leader) {
			leader.node.hear(&peerv1.NodeStatus{Node: r.id, Version: 1, Installing: r == busy})
		}
		if _, err := leader.node.Remove(ctx, busy.id, 0, true); !errors.Is(err, ErrMembership) {
			t.Fatalf("it was removed: %v", err)
		}
		leader.node.hear(&peerv1.NodeStatus{Node: busy.id, Version: 1})
		if _, err := leader.node.Remove(ctx, busy.id, 0, false); err != nil {
			t.Fatal(err)
		}
	})
}

// Rule: cluster.md, rolling upgrades: one version of difference is supported, more is refused at join.
func TestOneVersionOfDifference(t *testing.T) {
	versioned := func(v uint32) func(*Config) {
		return func(c *Config) { small(c); c.Seams.Version = v }
	}
	g := newTCP(t, 3, versioned(2))
	leader, ctx := g.leader(), bounded60(t)
	for i, v := range []uint32{1, 3, 4} {
		id := []string{"p", "q", "r"}[i]
		d := g.joiner(id, leader.cfg.Peers, versioned(v))
		if _, err := leader.node.AddNonvoter(ctx, id, d.cfg.Bind, 0); err != nil {
			t.Fatal(err)
		}
		_, err := leader.node.Promote(ctx, id, 0, true, nil)
		var refused *VersionError
		if v == 4 {
			if !errors.As(err, &refused) || refused.Theirs != 4 || refused.Ours != 2 {
				t.Errorf("version 4 in a cluster of version 2: %v", err)
			}
			select {
			case fatal := <-d.fatals:
				if !errors.As(fatal, &refused) {
					t.Errorf("it ends by %v", fatal)
				}
			case <-ctx.Done():
				t.Error("a replica of version 4 goes on beside a leader of version 2")
			}
		} else if err != nil {
			t.Errorf("version %d in a cluster of version 2: %v", v, err)
		}
	}
}

// Rule: cluster.md: optional cleanup of dead servers with a minimum quorum.
func TestDeadVotersAreCleanedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 5, func(c *Config) { small(c); c.CleanUpAfter = 20 * time.Second })
		leader := g.leader()
		rest := g.followers(leader)
		for i, dead := range rest[:2] {
			g.crash(dead)
			eventually(t, dead.id+" to be removed", func() bool {
				_, still := leader.node.servers()[dead.id]
				return !still
			})
			if got := leader.node.Replicas(); got != 4-i {
				t.Fatalf("%d voters", got)
			}
		}
		leader.ledger.mu.Lock()
		if leader.ledger.Actions != 2 {
			t.Errorf("%d removals in the audit trail", leader.ledger.Actions)
		}
		leader.ledger.mu.Unlock()
		g.crash(rest[2])
		eventually(t, "it to be missed for long", func() bool {
			m := leader.node.Membership()
			i := slices.IndexFunc(m.Members, func(m Member) bool { return m.ID == rest[2].id })
			return i < 0 || m.Members[i].SinceContact > 2*leader.cfg.CleanUpAfter
		})
		if got := leader.node.Replicas(); got != 3 {
			t.Errorf("%d voters, never fewer than 3", got)
		}
	})
}

// The index of the newest configuration is that of Raft, whatever goes from either end of the log.
func TestConfigurationIndex(t *testing.T) {
	w := &configWatch{}
	for _, step := range []struct {
		do   func()
		want uint64
	}{
		{func() {}, 0},
		{func() { w.saw(1) }, 1},
		{func() { w.saw(7) }, 7},
		{func() { w.cut(8) }, 7},
		{func() { w.cut(7) }, 1},
		{func() { w.saw(9) }, 9},
		{func() { w.below(1) }, 9},
		{func() { w.cut(2) }, 1},
		{func() { w.below(12) }, 12},
		{func() { w.cut(1) }, 12},
		{func() { w.saw(20); w.below(12) }, 20},
	} {
		if step.do(); w.index() != step.want {
			t.Errorf("index %d, want %d", w.index(), step.want)
		}
	}
}
