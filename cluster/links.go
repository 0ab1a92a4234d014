package cluster

import (
	"context"
	"time"
)

// What runs for another member runs exactly while it is one, at the address that
// the newest configuration gives it.

// linkInterval is how often the configuration is looked at. A replica learns of
// a change from its log, and Raft tells nobody but the leader.
const linkInterval = 100 * time.Millisecond

// link is what runs for one other member.
type link struct {
	addr  string
	roots chan Root
	end   context.CancelFunc
}

// refresh makes the links those of Raft's newest configuration.
func (n *Node) refresh() {
	n.linking.Lock()
	defer n.linking.Unlock()
	if !n.book.configure(n.raft.GetConfiguration().Configuration().Servers) && n.links != nil {
		return
	}
	if n.links == nil {
		n.links = map[string]*link{}
	}
	now := map[string]Peer{}
	for _, p := range n.book.members() {
		if p.ID != n.cfg.NodeID {
			now[p.ID] = p
		}
	}
	for id, l := range n.links {
		if now[id].Addr != l.addr {
			l.end()
			n.peers.forget(id)
			delete(n.links, id)
		}
	}
	for id, p := range now {
		if n.links[id] == nil {
			n.links[id] = n.connect(p)
		}
	}
}

func (n *Node) connect(p Peer) *link {
	ctx, cancel := context.WithCancel(n.life)
	l := &link{addr: p.Addr, roots: make(chan Root, pushQueue), end: cancel}
	n.spawn(func() { n.exchange(ctx, p.ID) })
	if n.cfg.Seals != nil {
		n.spawn(func() { n.pushRoots(ctx, p.ID, l.roots) })
	}
	if n.mux != nil {
		n.spawn(func() { n.keepVigil(ctx, p) })
	}
	return l
}

// followMembers keeps the links until the node closes.
func (n *Node) followMembers() {
	tick := time.NewTicker(linkInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			n.refresh()
			n.regain()
			n.rememberMembers()
		case <-n.done:
			return
		}
	}
}

// offerRoot queues a claim for every other member.
func (n *Node) offerRoot(r Root) {
	n.linking.Lock()
	defer n.linking.Unlock()
	for _, l := range n.links {
		offer(l.roots, r)
	}
}

// greetPause is between two attempts to reach who is configured.
const greetPause = 250 * time.Millisecond

// greetConfigured asks those that this node was configured with for their lineage,
// as long as no leader is known: the members that its log names may be those of
// another cluster, whose directory this is.
func (n *Node) greetConfigured() {
	for n.life.Err() == nil && !n.uninvited.Load() {
		for _, p := range n.cfg.Peers {
			if member, _ := n.book.peer(p.ID); p.ID == n.cfg.NodeID || member.Addr == p.Addr {
				continue // a link does it
			}
			ctx, cancel := context.WithTimeout(n.life, vigilDial)
			if conn, err := n.id.dial(ctx, kindVigil, p.Addr); err == nil {
				_ = conn.Close()
			}
			cancel()
		}
		sleep(n.life, greetPause)
		if id, _ := n.Leader(); id != "" {
			return
		}
	}
}
