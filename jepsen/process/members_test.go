//go:build linux

package process_test

// The runbooks' own commands are run, while the flow goes on.

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

// Rule: cluster.md, deploy/runbooks/replace-node.md: a member is replaced by a replica of another name under load; the new
// one votes before the old one goes.
func TestReplaceByAnother(t *testing.T) {
	booksDrill(t)
	c, l := underLoad(t, options{env: []string{"HOLDFAST_RAFT_SNAPSHOT_ENTRIES=200", "HOLDFAST_RAFT_TRAILING_ENTRIES=50"}})
	c.awaitCommit()
	leader := c.awaitLeader()
	victim, other := c.followersOf(leader)[0], c.followersOf(leader)[1]
	heir, address := c.heirOf(victim)
	c.start(heir)
	c.follow([]string{"holdfast members replace " + victim.id + " --with node4 --address " + address + " --endpoints " + other.rpc + " --wait 5m"})
	victim.process.signal(t, syscall.SIGTERM)
	<-victim.process.ended
	c.replicas = append(slices.DeleteFunc(c.replicas, func(r *replica) bool { return r == victim }), heir)
	l.awaitProgress()
	c.follow([]string{"holdfast members list --wait 5m --endpoints " + other.rpc})
	killed(c, l, other, 0) // the load goes on with the new one's vote
	c.conclude(l)
}

// heirOf gives a replica of another name on ports of its own the configuration of a member, and its Raft address.
func (c *cluster) heirOf(r *replica) (heir *replica, address string) {
	c.t.Helper()
	heir = &replica{id: "node4", dir: filepath.Join(filepath.Dir(r.dir), "node4"), program: r.program}
	heir.env = append(slices.Clone(r.env), "HOLDFAST_RAFT_JOIN=true")
	heir.config = filepath.Join(heir.dir, filepath.Base(r.config))
	text, err := os.ReadFile(r.config)
	must(c.t, err)
	_, port, err := net.SplitHostPort(r.rpc)
	must(c.t, err)
	old, err := strconv.Atoi(port) // ends in 1, 2 or 3, as those of Raft and HTTP do
	must(c.t, err)
	next := old - old%10 + 4
	at := func(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }
	address, heir.rpc = at(next-100), at(next)
	for _, change := range [][2]string{
		{"  id: " + r.id, "  id: node4"},
		{"  bind: " + at(old-100), "  bind: " + address},
		{"  bind: " + at(old), "  bind: " + heir.rpc},
		{"  bind: " + at(old+100), "  bind: " + at(next+100)},
		{"  peers:\n", "  peers:\n  - id: node4\n    address: " + address + "\n    rpc_address: " + heir.rpc + "\n"},
	} {
		before := string(text)
		if text = []byte(strings.Replace(before, change[0], change[1], 1)); string(text) == before {
			c.t.Fatalf("%s has no %q", r.config, change[0])
		}
	}
	must(c.t, os.MkdirAll(heir.dir, 0o750))
	must(c.t, os.WriteFile(heir.config, text, 0o600))
	return heir, address
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
