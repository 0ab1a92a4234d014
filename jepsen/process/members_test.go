//go:build linux

package process_test

// The runbooks' own commands are run, while the flow goes on.

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func membersDrill(t *testing.T) {
	t.Helper()
	if os.Getenv("HOLDFAST_MEMBERS_DRILL") == "" {
		t.Skip("set HOLDFAST_MEMBERS_DRILL=1: half a minute")
	}
}

// from is a block with another replica to ask, and other names than the page's.
func from(r *replica, commands []string, names ...string) []string {
	var out []string
	for _, c := range commands {
		out = append(out, strings.NewReplacer(append(names, "127.0.0.1:7101", r.rpc)...).Replace(c))
	}
	return out
}

// Rule: cluster.md, membership: a replica is killed and its disk is gone; deploy/runbooks/replace-node.md brings it back
// under load: it waits for its invitation, gets a snapshot, and votes again. Then the cluster stands on its vote. Nothing
// acknowledged is lost, and all roots are equal.
func TestReplaceAMember(t *testing.T) {
	membersDrill(t)
	c := newCluster(t, options{env: []string{
		"HOLDFAST_RAFT_SNAPSHOT_ENTRIES=200", "HOLDFAST_RAFT_TRAILING_ENTRIES=50", "HOLDFAST_RAFT_SNAPSHOT_INTERVAL=500ms",
	}})
	l := newLoad(c, 1)
	l.awaitProgress()
	c.awaitCommit()
	leader := c.awaitLeader()
	victim, other := c.followersOf(leader)[0], c.followersOf(leader)[1]
	c.kill(victim)
	must(t, os.RemoveAll(filepath.Join(victim.dir, "data")))
	l.awaitProgress()
	victim.env = append(victim.env, "HOLDFAST_RAFT_JOIN=true")
	c.start(victim)
	for _, commands := range blocks(t, "replace-node.md") {
		c.follow(from(other, commands, "node3", victim.id))
		l.awaitProgress()
	}
	if log, err := os.ReadFile(victim.logPath()); err != nil || !strings.Contains(strings.ToLower(string(log)), "installed remote snapshot") {
		t.Errorf("%s did not get a snapshot (%v)", victim.id, err)
	}
	killed(c, l, other, 0) // the load goes on with the replaced one's vote
	c.awaitTogether()
	l.awaitProgress()
	l.finish()
	c.awaitDrained()
	c.verify(l)
}

// Rule: cluster.md: a rolling restart by deploy/runbooks/rolling-upgrade.md, the leader last, loses nothing.
func TestRollingRestart(t *testing.T) {
	membersDrill(t)
	c := newCluster(t, options{})
	l := newLoad(c, 1)
	l.awaitProgress()
	page := blocks(t, "rolling-upgrade.md")
	if len(page) != 4 {
		t.Fatalf("the page has %d blocks of commands, and had 4", len(page))
	}
	before, handOver, healthy, after := page[0], page[1], page[2], page[3]
	leader := c.awaitLeader()
	order := append(c.followersOf(leader), leader)
	c.follow(from(leader, before))
	for _, r := range order {
		asked := c.followersOf(r)[0]
		if r == leader {
			c.follow(from(asked, handOver, "node1", asked.id))
		}
		r.process.signal(t, syscall.SIGTERM)
		<-r.process.ended
		if r.process.code != 0 {
			t.Errorf("%s ended with status %d:\n%s", r.id, r.process.code, r.logged())
		}
		l.awaitProgress()
		c.start(r)
		c.follow(from(asked, healthy))
	}
	c.follow(from(leader, after))
	c.awaitTogether()
	l.awaitProgress()
	l.finish()
	c.awaitDrained()
	c.verify(l)
}

func (c *cluster) followersOf(leader *replica) []*replica {
	var out []*replica
	for _, r := range c.replicas {
		if r != leader {
			out = append(out, r)
		}
	}
	return out
}
