//go:build linux

package process_test

// Every fault is followed by its healing, also when the test fails in between:
// a stopped process would never end.

import (
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/jepsen/relay"
)

// faultLength is how long a pause or a partition lasts: many election timeouts.
const faultLength = 2 * time.Second

// fault makes a fault at one replica, waits until the others go on without it, and heals it.
type fault func(c *cluster, l *load, victim *replica, length time.Duration)

func killed(c *cluster, l *load, victim *replica, _ time.Duration) {
	c.kill(victim)
	c.awaitLeader(victim)
	l.awaitProgress()
	c.start(victim)
}

func paused(c *cluster, l *load, victim *replica, length time.Duration) {
	victim.process.signal(c.t, syscall.SIGSTOP)
	defer victim.process.signal(c.t, syscall.SIGCONT)
	c.awaitLeader(victim)
	l.awaitProgress()
	sleep(c.t, length)
}

func partitioned(c *cluster, l *load, victim *replica, length time.Duration) {
	c.without(l, victim, length, relay.Rule{Cut: true})
}

func silenced(c *cluster, l *load, victim *replica, length time.Duration) {
	c.without(l, victim, length, relay.Rule{Forward: relay.Flow{Hold: true}, Back: relay.Flow{Hold: true}})
}

func (c *cluster) without(l *load, victim *replica, length time.Duration, rule relay.Rule) {
	c.t.Helper()
	c.cut(victim, rule)
	defer c.cut(victim, relay.Rule{})
	c.awaitLeader(victim)
	l.awaitProgress()
	sleep(c.t, length)
}

// underLoad is a cluster that takes writes.
func underLoad(t *testing.T, o options) (*cluster, *load) {
	t.Helper()
	c := newCluster(t, o)
	l := newLoad(c, 1)
	l.awaitProgress()
	return c, l
}

// conclude ends the flow once the whole cluster takes part in it, and holds everything that was acknowledged against L1.
func (c *cluster) conclude(l *load) {
	c.t.Helper()
	c.awaitTogether()
	l.awaitProgress()
	l.finish()
	c.awaitDrained()
	c.verify(l)
}

// drill runs the flow, the faults one after the other at who leads then, and every check.
func drill(t *testing.T, o options, faults ...fault) {
	t.Helper()
	c, l := underLoad(t, o)
	if testing.Short() {
		faults = faults[:1]
	}
	for _, f := range faults {
		c.awaitCommit() // anchors are on their way when the fault comes
		f(c, l, c.awaitLeader(), faultLength)
		c.awaitTogether()
		l.awaitProgress()
	}
	c.conclude(l)
}

// Rule: cluster.md: after kill -9 of the leader nothing acknowledged is lost, nothing is executed or anchored twice.
func TestKillTheLeader(t *testing.T) { drill(t, options{}, killed, killed) }

// Rule: a leader that was stopped finds itself deposed; what it had not committed it has not acknowledged.
func TestPauseTheLeader(t *testing.T) { drill(t, options{}, paused) }

// Rule: a leader without its peers neither acknowledges nor serves linearizable reads, and follows when it is back.
func TestPartitionTheLeader(t *testing.T) {
	drill(t, options{relays: true}, partitioned, silenced)
}

// Rule: all of that in any order, at any replica.
func TestMixedFaults(t *testing.T) {
	steps := 5
	if testing.Short() {
		steps = 2
	}
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("HOLDFAST_PROCESS_SEED"); s != "" {
		var err error
		seed, err = strconv.ParseUint(s, 10, 64)
		must(t, err)
	}
	t.Logf("HOLDFAST_PROCESS_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	names := []string{"kill", "pause", "partition", "silence"}
	kinds := []fault{killed, paused, partitioned, silenced}
	c := newCluster(t, options{relays: true})
	l := newLoad(c, seed)
	l.awaitProgress()
	for range steps {
		kind := random.IntN(len(kinds))
		victim := c.awaitLeader()
		if random.IntN(3) == 0 {
			victim = c.replicas[random.IntN(len(c.replicas))]
		}
		length := time.Duration(200+random.IntN(1800)) * time.Millisecond
		t.Logf("%s %s for %v", names[kind], victim.id, length)
		kinds[kind](c, l, victim, length)
		if random.IntN(2) == 0 {
			c.awaitTogether() // else the next fault meets a cluster that is still catching up
		}
		c.awaitLeader()
	}
	c.conclude(l)
}
