package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// A Config is never repaired silently: zero values have documented defaults,
// everything else that does not fit is reported by Validate, all at once.

// Log stores.
const (
	StoreBoltDB = "boltdb"
	StoreWAL    = "wal"
)

// Peer is one member of the static configuration.
type Peer struct {
	ID      string
	Addr    string // Raft and peer service, host:port
	RPCAddr string // public API, handed out by Leader
}

// Config says how a node runs. Zero durations and limits mean the default.
type Config struct {
	NodeID  string
	Cluster string // name of the cluster; a directory of another name is refused; default "holdfast"
	DataDir string
	// Bind is the address of the one listener for Raft and the peer service.
	// Advertise, if set, is what the other members dial; it must equal this
	// node's address in Peers.
	Bind      string
	Advertise string
	// Peers is the bootstrap configuration, this node included: 1, 3 or 5. With Join it is
	// this node and the members that may invite it.
	Peers []Peer
	// Join has a node without a state wait until the leader invites it, see
	// [Node.AddNonvoter] and [Node.Replace], instead of beginning the cluster that Peers describes.
	Join bool
	// BeginWithoutSilent has empty replicas begin a history, or bring back one that L1 holds, though
	// some are silent and may hold what nobody else does: a majority that says that it is empty is enough.
	BeginWithoutSilent bool
	// CleanUpAfter is how long a voter may be silent before the leader removes it by
	// itself; 0 for never. Fewer than CleanUpVoters voters it never leaves; default 3.
	CleanUpAfter  time.Duration
	CleanUpVoters int
	// TLS are this node's credentials. Without them the listener is plaintext.
	TLS *mtls.Store
	// Insecure allows plaintext beyond loopback.
	Insecure bool
	// Lineage, if not zero, is what the data directory must hold, and what a
	// first leader's genesis uses instead of a random one.
	Lineage [16]byte
	// Genesis is what the first leader commits; its lineage and time are set by
	// the node. Limits that are all 0 take command.DefaultLimits.
	Genesis command.Genesis

	// Begin, if set, is asked by a leader that finds no history before it begins one.
	// It returns nil for a new one, a function that writes a recovered one, or why
	// neither: ErrWaitForVoters is asked again, ErrHistoryExists ends the process, and
	// anything else ends this leadership's attempt.
	Begin func(ctx context.Context, b Beginning) (write func(io.Writer) error, err error)

	LogStore string // StoreBoltDB (default) or StoreWAL

	HeartbeatTimeout   time.Duration // default 300 ms, see the package comment
	ElectionTimeout    time.Duration // default 300 ms; also bounds a leadership transfer
	LeaderLeaseTimeout time.Duration // default 300 ms, at most HeartbeatTimeout
	TransportTimeout   time.Duration // default 2 s, for one Raft RPC
	EnqueueTimeout     time.Duration // default 5 s, then a write is refused as overload

	MaxInFlight int    // admitted transitions without an outcome; default 65536
	MaxLag      uint64 // entries between commit and state machine; default 1024
	// While so many transitions are sealed and not executed, or not committed, intake is slowed to SlowRate transitions per
	// second; 0 for no limit.
	MaxUnexecuted, MaxUncommitted uint64
	SlowRate                      int // default 1000

	MaxEntryCount int           // transitions in one entry; default 4096
	MaxEntryBytes int           // default and maximum: raft.SuggestedMaxDataSize
	EntryGap      time.Duration // least time from one entry to the next one, unless it is full or complete (submit.go); default 1 ms

	MaxAppendEntries  int           // default 256
	SnapshotThreshold uint64        // entries; default 8192
	SnapshotInterval  time.Duration // default 30 s
	SnapshotRetain    int           // default 2
	TrailingLogs      uint64        // default 16384

	ReadRoundTimeout time.Duration // default 1 s, for one confirmation round
	ExchangeInterval time.Duration // default 500 ms, status between peers
	DiskHangLimit    time.Duration // default 3 s
	WedgeLimit       time.Duration // default 5 s without a write because of a transfer
	CloseTimeout     time.Duration // default 3 s, for the leadership transfer at Close
	// TransferIdleLimit is how long nothing may move of a snapshot, or of any message of Raft's, that is
	// being transferred; default 30 s.
	TransferIdleLimit time.Duration
	StallLimit        time.Duration // default 10 s in which a leader commits nothing of what waits; it then hands over
	DiskSlowLimit     time.Duration // default 1 s for a write to the log; if all take longer, a leader hands over

	// DiskReserve is the free space in bytes below which no transitions are taken; default 256 MiB.
	// The last quarter of it is kept for votes and terms.
	DiskReserve uint64
	// DiskBudget is how much the log, the stable store and snapshots may take together, as far as files
	// that never shrink allow; 0 for what the file system has.
	DiskBudget uint64
	// LogBudget is for the bytes of the entries in the log; default 1 GiB. At half of it a snapshot is
	// taken and the log cut; at the whole, transitions are refused.
	LogBudget uint64

	// Seals carries what the state machine sealed; nil switches root exchange
	// off.
	Seals *SealFeed
	// OnFatal must end the process. It must not be nil.
	OnFatal func(error)

	// Listener, if set, is used instead of listening on Bind.
	Listener net.Listener
	Seams    Seams
}

// Seams replace what touches the outside, for simulation and fault injection.
// The zero value replaces nothing. The fields are independent of each other.
type Seams struct {
	Transport raft.Transport // instead of TCP; closed with the node
	LogStore  raft.LogStore  // instead of the store in DataDir
	Stable    raft.StableStore
	Snapshots raft.SnapshotStore
	// DialPeer gives the client for a peer; it must not block.
	DialPeer func(id, addr string) (peerv1.PeerServiceClient, error)
	// WrapLogStore puts a faulty layer around the log store.
	WrapLogStore func(raft.LogStore) raft.LogStore
	// Space says how much room there is, instead of DataDir's file system.
	Space func() (free, total uint64, err error)
	// Version is this replica's version of the state machine; 0 for fsm.Version.
	Version uint32
	// MutateRoot may change what this replica reports about a seal.
	MutateRoot func(*Root)
}

// anyStore reports whether a store is not the directory's.
func (s Seams) anyStore() bool { return s.LogStore != nil || s.Stable != nil || s.Snapshots != nil }

func (s Seams) inMemory() bool { return s.LogStore != nil && s.Stable != nil && s.Snapshots != nil }

func orDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

func (c Config) withDefaults() Config {
	orDefault(&c.Cluster, "holdfast")
	orDefault(&c.Genesis.Limits, command.DefaultLimits())
	orDefault(&c.LogStore, StoreBoltDB)
	orDefault(&c.HeartbeatTimeout, 300*time.Millisecond)
	orDefault(&c.ElectionTimeout, max(300*time.Millisecond, c.HeartbeatTimeout))
	orDefault(&c.LeaderLeaseTimeout, c.HeartbeatTimeout)
	orDefault(&c.TransportTimeout, 2*time.Second)
	orDefault(&c.EnqueueTimeout, 5*time.Second)
	orDefault(&c.CleanUpVoters, 3)
	orDefault(&c.Seams.Version, fsm.Version)
	orDefault(&c.MaxInFlight, 65536)
	orDefault(&c.MaxLag, 1024)
	orDefault(&c.SlowRate, 1000)
	orDefault(&c.MaxEntryCount, 4096)
	orDefault(&c.MaxEntryBytes, raft.SuggestedMaxDataSize)
	orDefault(&c.EntryGap, time.Millisecond)
	orDefault(&c.MaxAppendEntries, 256)
	orDefault(&c.SnapshotThreshold, 8192)
	orDefault(&c.SnapshotInterval, 30*time.Second)
	orDefault(&c.SnapshotRetain, 2)
	orDefault(&c.TrailingLogs, 16384)
	orDefault(&c.ReadRoundTimeout, time.Second)
	orDefault(&c.ExchangeInterval, 500*time.Millisecond)
	orDefault(&c.DiskHangLimit, 3*time.Second)
	orDefault(&c.WedgeLimit, 5*time.Second)
	orDefault(&c.TransferIdleLimit, 30*time.Second)
	orDefault(&c.StallLimit, 10*time.Second)
	orDefault(&c.DiskSlowLimit, time.Second)
	orDefault(&c.DiskReserve, 256<<20)
	orDefault(&c.LogBudget, 1<<30)
	orDefault(&c.CloseTimeout, 3*time.Second)
	return c
}

// Validate reports everything that is wrong, joined.
func (c Config) Validate() error {
	d := c.withDefaults()
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("cluster: "+format, args...)) }
	if d.NodeID == "" || len(d.NodeID) > 255 {
		bad("node id must have 1 to 255 bytes")
	}
	errs = append(errs, d.validatePeers()...)
	if d.DataDir == "" && !d.Seams.inMemory() {
		bad("data directory is missing")
	}
	if d.Seams.Transport == nil && d.Listener == nil {
		if _, _, err := net.SplitHostPort(d.Bind); err != nil {
			bad("bind address %q: %w", d.Bind, err)
		} else if d.TLS == nil && !d.Insecure && !isLoopback(d.Bind) {
			errs = append(errs, fmt.Errorf("%w: bind to loopback or allow it explicitly (bind address %q)", ErrPlaintext, d.Bind))
		}
	}
	if d.TLS != nil {
		if id, want := d.TLS.Identity(), (mtls.Identity{Cluster: d.Cluster, Kind: mtls.Node, Name: d.NodeID}); id != want {
			errs = append(errs, fmt.Errorf("cluster: %w: the certificate is of %s and this node is %s", mtls.ErrIdentity, id.URI(), want.URI()))
		}
	}
	if d.LogStore != StoreBoltDB && d.LogStore != StoreWAL {
		bad("log store %q is neither %q nor %q", d.LogStore, StoreBoltDB, StoreWAL)
	}
	if d.LeaderLeaseTimeout > d.HeartbeatTimeout {
		bad("leader lease %v exceeds the heartbeat timeout %v", d.LeaderLeaseTimeout, d.HeartbeatTimeout)
	}
	if d.ElectionTimeout < d.HeartbeatTimeout {
		bad("election timeout %v is below the heartbeat timeout %v", d.ElectionTimeout, d.HeartbeatTimeout)
	}
	if d.MaxEntryBytes < 1024 || d.MaxEntryBytes > raft.SuggestedMaxDataSize {
		bad("entry limit of %d bytes is outside 1024 to %d", d.MaxEntryBytes, raft.SuggestedMaxDataSize)
	}
	if d.MaxEntryCount < 1 || d.MaxInFlight < d.MaxEntryCount {
		bad("entry count %d must be positive and at most the in-flight limit %d", d.MaxEntryCount, d.MaxInFlight)
	}
	if d.SlowRate < 1 || d.SlowRate > int(time.Second) {
		bad("slow rate %d is outside 1 to %d", d.SlowRate, int(time.Second))
	}
	if d.DiskBudget != 0 && d.DiskBudget < 2*d.DiskReserve {
		bad("disk budget of %d bytes is less than twice the reserve of %d", d.DiskBudget, d.DiskReserve)
	}
	if d.LogBudget < 1<<20 {
		bad("log budget of %d bytes is below 1 MiB", d.LogBudget)
	}
	if !d.Genesis.Limits.Complete() {
		bad("a limit of the genesis is 0: %+v", d.Genesis.Limits)
	}
	if d.OnFatal == nil {
		bad("OnFatal is missing")
	}
	return errors.Join(errs...)
}

func (c Config) validatePeers() []error {
	var errs []error
	switch n := len(c.Peers); {
	case c.Join && n < 2:
		errs = append(errs, errors.New("cluster: a node that joins must know a member beside itself"))
	case c.CleanUpAfter < 0 || c.CleanUpVoters < 1:
		errs = append(errs, fmt.Errorf("cluster: clean up after %v, down to %d voters: the time must not be negative, and a voter must stay", c.CleanUpAfter, c.CleanUpVoters))
	case !c.Join && n != 1 && n != 3 && n != 5:
		errs = append(errs, fmt.Errorf("cluster: %d peers, want 1, 3 or 5", n))
	}
	ids, addrs := map[string]bool{}, map[string]bool{}
	for _, p := range c.Peers {
		if p.ID == "" || p.Addr == "" {
			errs = append(errs, fmt.Errorf("cluster: peer %q at %q lacks an id or an address", p.ID, p.Addr))
		}
		if ids[p.ID] || addrs[p.Addr] {
			errs = append(errs, fmt.Errorf("cluster: peer %q at %q is listed twice", p.ID, p.Addr))
		}
		ids[p.ID], addrs[p.Addr] = true, true
		if p.ID == c.NodeID && c.Advertise != "" && c.Advertise != p.Addr {
			errs = append(errs, fmt.Errorf("cluster: advertised address %q differs from %q in the peers", c.Advertise, p.Addr))
		}
	}
	if !ids[c.NodeID] {
		errs = append(errs, fmt.Errorf("cluster: node %q is not among the peers", c.NodeID))
	}
	return errs
}

func (c Config) peer(id string) (Peer, bool) {
	for _, p := range c.Peers {
		if p.ID == id {
			return p, true
		}
	}
	return Peer{}, false
}

func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func (c Config) raftConfig() *raft.Config {
	rc := raft.DefaultConfig()
	rc.LocalID = raft.ServerID(c.NodeID)
	rc.HeartbeatTimeout = c.HeartbeatTimeout
	rc.ElectionTimeout = c.ElectionTimeout
	rc.LeaderLeaseTimeout = c.LeaderLeaseTimeout
	rc.CommitTimeout = min(rc.CommitTimeout, c.HeartbeatTimeout/4)
	rc.MaxAppendEntries = c.MaxAppendEntries
	rc.SnapshotThreshold = c.SnapshotThreshold
	rc.SnapshotInterval = c.SnapshotInterval
	rc.TrailingLogs = c.TrailingLogs
	rc.ShutdownOnRemove = false
	rc.NoLegacyTelemetry = true
	// BatchApplyCh stays off: one dispatcher hands over whole groups, and with
	// the buffer most futures issued around a shutdown never resolve.
	return rc
}
