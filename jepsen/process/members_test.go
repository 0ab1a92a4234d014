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

// Rule: cluster.md, membership: a replica is killed and its disk is gone; deploy/runbooks/replace-node.md brings it back
// under load: it waits for its invitation, gets a snapshot, and votes again. Then the cluster stands on its vote. Nothing
// acknowledged is lost, and all roots are equal.
func TestReplaceAMember(t *testing.T) {
	booksDrill(t)
	c, l := underLoad(t, options{env: []string{
		"HOLDFAST_RAFT_SNAPSHOT_ENTRIES=200", "HOLDFAST_RAFT_TRAILING_ENTRIES=50", "HOLDFAST_RAFT_SNAPSHOT_INTERVAL=500ms",
	}})
	c.awaitCommit()
	leader := c.awaitLeader()
	victim, other := c.followersOf(leader)[0], c.followersOf(leader)[1]
	c.kill(victim)
	must(t, os.RemoveAll(filepath.Join(victim.dir, "data")))
	l.awaitProgress()
	for _, commands := range blocks(t, "replace-node.md") {
		c.follow(from(other, commands, "node3", victim.id))
		l.awaitProgress()
	}
	if log, err := os.ReadFile(victim.logPath()); err != nil || !strings.Contains(strings.ToLower(string(log)), "installed remote snapshot") {
		t.Errorf("%s did not get a snapshot (%v)", victim.id, err)
	}
	killed(c, l, other, 0) // the load goes on with the replaced one's vote
	c.conclude(l)
}

// Rule: cluster.md: a rolling restart by deploy/runbooks/rolling-upgrade.md, the leader last, loses nothing.
func TestRollingRestart(t *testing.T) {
	booksDrill(t)
	c, l := underLoad(t, options{})
	page := rollingPage(t)
	before, handOver, healthy, after := page[0], page[1], page[2], page[4]
	leader := c.awaitLeader()
	c.follow(from(leader, before))
	c.restartEach(l, leader, handOver, healthy, binary)
	c.follow(from(leader, after))
	c.conclude(l)
}

// rollingPage is what to do before, to hand over, until a node is healthy, to bring a version into use, and at the end.
func rollingPage(t *testing.T) [][]string {
	t.Helper()
	return pageOf(t, "rolling-upgrade.md", 5)
}

// restartEach restarts every replica under load with a program, the leader last after it handed over, and waits after each.
func (c *cluster) restartEach(l *load, leader *replica, handOver, healthy []string, program string) {
	c.t.Helper()
	for _, r := range append(c.followersOf(leader), leader) {
		asked := c.followersOf(r)[0]
		if r == leader {
			c.follow(from(asked, handOver, "node1", asked.id))
		}
		c.restart(l, r, program)
		c.follow(from(asked, healthy))
	}
}

// restart ends a replica as an operator does, and starts it again with a program.
func (c *cluster) restart(l *load, r *replica, program string) {
	c.t.Helper()
	r.process.signal(c.t, syscall.SIGTERM)
	<-r.process.ended
	if r.process.code != 0 {
		c.t.Errorf("%s ended with status %d:\n%s", r.id, r.process.code, r.logged())
	}
	l.awaitProgress()
	r.program = program
	c.start(r)
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
