//go:build linux

package process_test

// What is measured is a client's view: from the signal to the first receipt of
// a write that was submitted after it.

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/rpc/client"
)

// failoverEnv says how many rounds TestFailover has.
const failoverEnv = "HOLDFAST_FAILOVER_ROUNDS"

func failoverRounds(t *testing.T) int {
	t.Helper()
	s := os.Getenv(failoverEnv)
	if s == "" {
		return 3
	}
	n, err := strconv.Atoi(s)
	must(t, err)
	if n < 1 {
		t.Fatalf("%s is %d; must be 1 or more", failoverEnv, n)
	}
	return n
}

// Rule: cluster.md, failover target: kill -9 of the leader under load, with the
// shipped defaults; nothing acknowledged is lost and nothing is anchored twice.
func TestFailover(t *testing.T) {
	c := newCluster(t, options{shipped: true})
	l := newLoad(c, 7)
	writer := newWriter(c, l)
	l.awaitProgress()
	var took []time.Duration
	for range failoverRounds(t) {
		c.awaitCommit()
		leader := c.awaitLeader()
		writer.write(t) // the writer knows the leader, as a running client does
		began := time.Now()
		leader.process.signal(t, syscall.SIGKILL)
		writer.write(t)
		took = append(took, time.Since(began))
		t.Logf("%s killed at %s: %v", leader.id, began.UTC().Format("15:04:05.000"), took[len(took)-1].Round(time.Millisecond))
		<-leader.process.ended
		c.start(leader)
		c.awaitTogether()
		l.awaitProgress()
	}
	c.conclude(l) // fails on any loss or doubled anchor
	slices.Sort(took)
	fmt.Printf("failover after SIGKILL of the leader, %d rounds, to the first accepted write: median %v, p90 %v, p99 %v, max %v; acknowledged lost 0, anchors doubled 0\n",
		len(took), quantile(took, 50), quantile(took, 90), quantile(took, 99), took[len(took)-1].Round(time.Millisecond))
}

// quantile of sorted values, the nearest rank.
func quantile(sorted []time.Duration, percent int) time.Duration {
	rank := max(1, (len(sorted)*percent+99)/100)
	return sorted[rank-1].Round(time.Millisecond)
}

// writer submits one transition after the other, with a client that has the shipped defaults.
type writer struct {
	session *client.Session
	history *history
}

func newWriter(c *cluster, l *load) *writer {
	c.t.Helper()
	cl, err := client.New(client.Config{Endpoints: c.client.Endpoints(), DialOptions: c.dial})
	must(c.t, err)
	c.t.Cleanup(func() { _ = cl.Close() })
	s, err := cl.OpenSession(c.t.Context(), "writer")
	must(c.t, err)
	w := &writer{session: s, history: &history{session: s.State().ID}}
	l.others = append(l.others, w.history)
	return w
}

func (w *writer) write(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tr := command.Transition{Kind: command.Place, Market: probeMarket, Account: probeAccount, Price: probeTick, Size: probeTick}
	w.history.add(tr)
	r, err := w.session.Submit(ctx, tr)
	must(t, err)
	w.history.answer(r)
	if !client.Accepted(r) {
		t.Fatalf("rejected: %v", r)
	}
}
