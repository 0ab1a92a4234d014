package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// A replica with an empty disk may bear the name of a voter and has forgotten what
// that one promised. It takes no Raft message, and so gives no vote, before one of two
// things is so. The leader has said that its name is that of a member without a vote:
// then the change that took the vote is committed, and no majority needs what was
// forgotten. Or every replica that it is configured with was empty at one and the same
// moment: then nobody holds anything that somebody could have promised.

var errUninvited = errors.New("cluster: this node waits for its invitation")

// What is between two rounds of questions: little after something was heard, then
// twice as much each time.
const (
	askPauseMin = 10 * time.Millisecond
	askPauseMax = 500 * time.Millisecond
)

// awaitInvitation asks the other replicas until this one may take part.
func (n *Node) awaitInvitation() {
	if !n.uninvited.Load() {
		return
	}
	g := &gathering{own: n.empty.Load(), others: n.configuredOthers(), without: n.cfg.BeginWithoutSilent}
	said, pause := "", askPauseMin
	for n.life.Err() == nil {
		heard, invited, err := n.askOthers()
		if err != nil {
			n.fatal(err)
			return
		}
		if invited != "" {
			n.logger.Info("invited", slog.String("leader", invited))
			if err := n.enter(heard[invited].GetCommitIndex()); err != nil {
				n.fatal(err)
			}
			return
		}
		if n.empty.Load() != 0 {
			if with := g.add(heard, time.Now()); with != nil {
				if err := n.beginWith(with); err != nil && !n.closing() {
					n.fatal(err)
				}
				return
			}
		}
		if why := n.whyWaiting(g); why != said {
			said, pause = why, askPauseMin
			n.logger.Info("holds nothing and waits", slog.String("for", why))
		}
		select {
		case <-n.life.Done():
		case <-n.greeted:
		case <-time.After(pause):
		}
		pause = min(2*pause, askPauseMax)
	}
}

// whyWaiting says what would end the wait.
func (n *Node) whyWaiting(g *gathering) string {
	switch r := n.refill.Load(); {
	case n.empty.Load() != 0:
		return "the other replicas to say that they hold nothing either, or to fill it: " + g.missing()
	case r != nil:
		return "a leader to invite it and fill it"
	default:
		return "its invitation: add this node to the cluster, or replace a member by it"
	}
}

// configuredOthers are the ids of the replicas that would begin a history with this one.
func (n *Node) configuredOthers() []string {
	var ids []string
	for _, p := range n.cfg.Peers {
		if p.ID != n.cfg.NodeID {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// askOthers asks every replica that this one knows of, once. It returns what they
// said of themselves, and which of them leads and invites this one.
func (n *Node) askOthers() (heard map[string]*peerv1.NodeStatus, invited string, err error) {
	heard = map[string]*peerv1.NodeStatus{}
	var mu sync.Mutex // guards what is returned
	var asked sync.WaitGroup
	voter := false
	for _, p := range n.book.others() {
		asked.Go(func() {
			resp := n.ask(p.ID)
			mu.Lock()
			defer mu.Unlock()
			if resp == nil {
				return
			}
			heard[p.ID] = resp.GetStatus()
			voter = voter || resp.GetVoter()
			if resp.GetInvited() {
				invited = p.ID
			}
		})
	}
	asked.Wait()
	if voter && invited == "" && (!n.cfg.Join || n.refill.Load() != nil) { // else whoever set Join calls Replace
		err = n.forgot()
	}
	return heard, invited, err
}

// ask exchanges the status with one replica; nil without an answer.
func (n *Node) ask(id string) *peerv1.ExchangeResponse {
	ctx, cancel := context.WithTimeout(n.life, exchangeTimeout)
	defer cancel()
	client, err := n.peers.client(id)
	if err != nil {
		return nil
	}
	resp, err := client.Exchange(ctx, &peerv1.ExchangeRequest{Status: n.nodeStatus()})
	if err != nil {
		n.peers.forget(id) // or it would go on dialling a peer that does not know this node yet
		return nil
	}
	n.hear(resp.GetStatus())
	return resp
}

// invites reports whether this node leads and a replica is a member without a vote,
// by a change that no other leader can take back; voter whether it leads and the
// replica has a vote.
func (n *Node) invites(id string) (invited, voter bool) {
	s, ok := n.servers()[id]
	if !ok || !n.IsLeader() {
		return false, false
	}
	return s.Suffrage != raft.Voter && n.configurationIndex() <= n.raft.CommitIndex(), s.Suffrage == raft.Voter
}

// gathering finds the moment at which all replicas were empty. A directory that is
// empty in two rounds of questions, and the same one, was empty in between; so if all
// were in the same two rounds, all were empty when the first one ended.
type gathering struct {
	own     uint64   // number of this replica's directory
	others  []string // ids
	without bool     // do not wait for silent ones for ever

	last   map[string]uint64 // empty directories of the round before, by replica
	silent []string          // in the round before
	since  time.Time         // when both became what they are
}

// add takes what was heard in one round. It returns the numbers of the directories
// that a history begins with, this one among them, or nil.
func (g *gathering) add(heard map[string]*peerv1.NodeStatus, now time.Time) []uint64 {
	empty, silent := map[string]uint64{}, []string(nil)
	for _, id := range g.others {
		s, ok := heard[id]
		switch {
		case !ok:
			silent = append(silent, id)
		case slices.Contains(s.GetBeganWith(), g.own): // it found that moment, and this directory was empty at it
			return s.GetBeganWith()
		case s.GetEmptyDirectory() != 0:
			empty[id] = s.GetEmptyDirectory()
		}
	}
	again := g.last != nil && maps.Equal(empty, g.last) && slices.Equal(silent, g.silent)
	if !again {
		g.last, g.silent, g.since = empty, silent, now
		return nil
	}
	all := len(empty) == len(g.others)
	enough := g.without && len(empty)+len(silent) == len(g.others) && len(empty)+1 >= quorum(len(g.others)+1) && now.Sub(g.since) >= heardOfLate
	if !all && !enough {
		return nil
	}
	return slices.Sorted(maps.Values(merge(empty, g.own)))
}

func merge(empty map[string]uint64, own uint64) map[string]uint64 {
	out := maps.Clone(empty)
	out[""] = own
	return out
}

// missing names the replicas that have not said that they are empty.
func (g *gathering) missing() string {
	var out []string
	for _, id := range g.others {
		switch _, empty := g.last[id]; {
		case slices.Contains(g.silent, id):
			out = append(out, id+" is silent")
		case !empty:
			out = append(out, id+" holds something or lost it")
		}
	}
	return fmt.Sprint(out)
}

// beginWith makes this replica a voter of a new group, of which it knows that nobody
// has a history. What it began with is durable before its first promise.
func (n *Node) beginWith(directories []uint64) error {
	if err := n.dir.setBegan(directories); err != nil {
		return err
	}
	bootstrapped := make(chan error, 1)
	go func() { bootstrapped <- n.raft.BootstrapCluster(n.founders()).Error() }()
	select {
	case err := <-bootstrapped:
		if err != nil {
			return fmt.Errorf("cluster: bootstrap: %w", err)
		}
	case <-n.done:
		return ErrClosed
	}
	if err := n.dir.setInitialized(); err != nil {
		return err
	}
	n.empty.Store(0)
	n.uninvited.Store(false)
	n.refresh()
	n.logger.Info("every replica is empty: a history may begin", slog.Int("directories", len(directories)))
	return nil
}

// founders are who a new group begins with.
func (n *Node) founders() raft.Configuration {
	var c raft.Configuration
	for _, p := range n.cfg.Peers {
		c.Servers = append(c.Servers, raft.Server{ID: raft.ServerID(p.ID), Address: raft.ServerAddress(p.Addr)})
	}
	return c
}
