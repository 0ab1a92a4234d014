package cluster

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/raft"
)

// Who is a member, and where, is what Raft's newest configuration says. Before
// there is one here, and for the hello of a replica that this one's log does not
// know of yet, it is what the members were when this directory was last in use, and
// what the node was configured with. Where a member serves the API it says itself;
// Raft does not know.

// book knows the other replicas' addresses.
type book struct {
	self       string
	static     map[string]Peer // as configured, by id; never changed
	remembered []Peer          // members of the last run; never changed after open

	mu      sync.RWMutex // guards the fields below
	servers []raft.Server
	rpc     map[string]string // by id, as heard
}

func newBook(cfg Config) *book {
	b := &book{self: cfg.NodeID, static: map[string]Peer{}, rpc: map[string]string{}}
	for _, p := range cfg.Peers {
		b.static[p.ID] = p
	}
	return b
}

// configure takes Raft's newest configuration and reports whether it is another one.
func (b *book) configure(servers []raft.Server) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if slices.Equal(b.servers, servers) {
		return false
	}
	b.servers = slices.Clone(servers)
	return true
}

// hear takes where a replica says that it serves the API.
func (b *book) hear(id, rpc string) {
	if rpc == "" {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rpc[id] = rpc
}

// peers are the members, or who is configured while there are none, this node
// included, by id.
func (b *book) peers() []Peer {
	if m := b.members(); len(m) > 0 {
		return m
	}
	return slices.SortedFunc(maps.Values(b.static), comparePeers)
}

// members are those of Raft's newest configuration, this node included, by id.
func (b *book) members() []Peer {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make([]Peer, 0, len(b.servers))
	for _, s := range b.servers {
		out = append(out, b.at(s))
	}
	slices.SortFunc(out, comparePeers)
	return out
}

func comparePeers(a, b Peer) int { return strings.Compare(a.ID, b.ID) }

// at is called with mu held.
func (b *book) at(s raft.Server) Peer {
	p := Peer{ID: string(s.ID), Addr: string(s.Address), RPCAddr: b.rpc[string(s.ID)]}
	if p.RPCAddr == "" && b.static[p.ID].Addr == p.Addr {
		p.RPCAddr = b.static[p.ID].RPCAddr
	}
	return p
}

// peer looks a replica up: among the members, then among those configured.
func (b *book) peer(id string) (Peer, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, s := range b.servers {
		if string(s.ID) == id {
			return b.at(s), true
		}
	}
	for _, p := range b.remembered {
		if p.ID == id {
			return p, true
		}
	}
	p, ok := b.static[id]
	return p, ok
}

// others are all replicas that this one knows of, members or not, itself excluded.
func (b *book) others() []Peer {
	b.mu.RLock()
	known := map[string]bool{}
	for _, s := range b.servers {
		known[string(s.ID)] = true
	}
	b.mu.RUnlock()
	for _, p := range b.remembered {
		known[p.ID] = true
	}
	for id := range b.static {
		known[id] = true
	}
	var out []Peer
	for id := range known {
		if p, ok := b.peer(id); ok && id != b.self {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, comparePeers)
	return out
}

// idAt is the replica at an address.
func (b *book) idAt(addr string) (id string, ok bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, s := range b.servers {
		if string(s.Address) == addr {
			return string(s.ID), true
		}
	}
	for _, p := range b.remembered {
		if p.Addr == addr {
			return p.ID, true
		}
	}
	for _, p := range b.static {
		if p.Addr == addr {
			return p.ID, true
		}
	}
	return "", false
}
