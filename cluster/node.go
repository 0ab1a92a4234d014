package cluster

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// A node accepts writes exactly while ready holds the current term: from the
// term marker's application to the end of leadership.

// Machine is the state machine as the node uses it; *fsm.Machine is one.
type Machine interface {
	raft.BatchingFSM
	AppliedIndex() uint64
	WaitApplied(ctx context.Context, index uint64) error
	Position() fsm.Position
	Cursor() *cursor.Cursor
	Unfinalized() []fsm.SealInfo
	Fatal() error
}

const notifyBuffer = 1024

// Node is one open replica.
type Node struct {
	cfg     Config
	logger  *slog.Logger
	machine Machine
	dir     *directory // nil without a data directory
	stores  *stores
	raft    *raft.Raft
	book    *book
	id      *identity
	mux     *mux // nil with a transport of the caller's
	grpc    *grpc.Server
	network raft.Transport
	peers   *peerSet
	commits *committer
	intake  *intake
	disk    *diskGuard // nil in memory
	roots   *rootBook
	confirm *rounds[readIndex] // rounds of this node as leader
	remote  *rounds[readIndex] // rounds asked of the leader

	notify      chan bool
	duties      chan dutySpec
	dutyLimit   atomic.Int64
	hasDuties   atomic.Bool
	execute     atomic.Pointer[ExecuteFunc]
	ready       atomic.Uint64 // term in which writes are taken, 0 if none
	quarantined atomic.Bool
	uninvited   atomic.Bool   // no Raft message is taken, see awaitInvitation
	empty       atomic.Uint64 // number of the directory while a history may begin with it, else 0
	refill      atomic.Pointer[refillRecord]
	greeted     chan struct{}             // a replica has said something of itself
	remembered  []Peer                    // what the MEMBERS file says; of followMembers alone
	unnoted     bool                      // it was said that the file cannot be written; of followMembers alone
	audit       atomic.Pointer[Audit]     // what this replica last found of the leader's record of L1
	succeeding  atomic.Bool               // a succession is being looked into
	noRoom      atomic.Pointer[DiskError] // why transitions are refused for want of room, if they are
	slowestUs   atomic.Uint64             // of the latest writes to the log
	stalledFor  atomic.Int64              // how long this leader has committed nothing of what waits, in nanoseconds

	damaged []string // what was set aside at open

	life      context.Context //nolint:containedctx // the node's own, ends with Close
	end       context.CancelFunc
	done      chan struct{} // closed when everything must stop
	abandoned chan struct{} // closed when futures are no longer waited for
	closeOnce sync.Once
	closeErr  error
	isClosing atomic.Bool

	linking sync.Mutex       // guards links; nothing blocks under it
	links   map[string]*link // by id

	mu      sync.Mutex // guards the fields below; nothing blocks under it
	stopped bool       // no more goroutines are counted
	wg      sync.WaitGroup
	acted   map[string]bool // what weigh has started
	foreign map[string]bool // peers that refused our lineage
}

// Open starts a replica. It returns before there is a leader. The caller must
// Close the node; the machine must be fresh and belongs to the node until then.
func Open(ctx context.Context, cfg Config, machine Machine, logger *slog.Logger) (_ *Node, err error) {
	if err = cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	n := &Node{
		cfg: cfg, machine: machine, logger: logger.With(slog.String("node", cfg.NodeID)),
		book: newBook(cfg), roots: newRootBook(), notify: make(chan bool, notifyBuffer), greeted: make(chan struct{}, 1), duties: make(chan dutySpec, 1),
		done: make(chan struct{}), abandoned: make(chan struct{}),
		acted: map[string]bool{}, foreign: map[string]bool{},
	}
	n.life, n.end = context.WithCancel(context.WithoutCancel(ctx))
	n.commits, n.intake = newCommitter(n), newIntake(cfg)
	n.confirm = &rounds[readIndex]{run: n.runConfirm, timeout: cfg.ReadRoundTimeout, spawn: n.spawn}
	n.remote = &rounds[readIndex]{run: n.runRemote, timeout: cfg.ReadRoundTimeout, spawn: n.spawn}
	defer func() {
		if err != nil {
			n.end()
			err = errors.Join(err, n.release())
		}
	}()
	if err := n.open(ctx); err != nil {
		return nil, err
	}
	n.start()
	return n, nil
}

// open acquires everything; release gives back whatever was acquired.
func (n *Node) open(ctx context.Context) (err error) {
	cfg := n.cfg
	if cfg.DataDir != "" {
		if n.dir, err = openDirectory(cfg); err != nil {
			return err
		}
		for _, left := range n.dir.swept {
			n.logger.Info("left-over file removed", slog.String("path", left))
		}
		r, rerr := n.dir.refillRecord()
		if rerr != nil {
			return rerr
		}
		n.refill.Store(r)
		if err = n.book.recall(n.dir); err != nil {
			return err
		}
	}
	n.id = &identity{
		node: cfg.NodeID, cluster: cfg.Cluster, lineage: n.lineage, foreign: n.sawForeign,
		member: func(id string) bool { _, ok := n.book.peer(id); return ok },
		at:     n.book.idAt, tls: cfg.TLS, uninvited: n.uninvited.Load,
	}
	n.uninvited.Store(true) // until the stores are read: a connection that is let in before stays
	n.peers = newPeerSet(cfg, n.book, n.id)
	hlog := newRaftLogger(n.logger)
	if err = n.openNetwork(ctx, hlog); err != nil {
		return err
	}
	if err = n.openRaft(hlog); err != nil && n.refillable(err) {
		return n.startOver(hlog, err)
	}
	return err
}

// openRaft opens the stores and starts Raft on them.
func (n *Node) openRaft(hlog *raftLogger) (err error) {
	cfg := n.cfg
	n.disk = newDiskGuard(cfg)
	if n.stores, err = openStores(cfg, n.dir, n.disk, hlog); err != nil {
		return err
	}
	n.stores.stable = &voteGate{StableStore: n.stores.stable, mayVote: n.mayVote}
	if err = n.stores.checkLog(n.dir.initialized()); err != nil {
		return err
	}
	rc := cfg.raftConfig()
	rc.Logger, rc.NotifyCh = hlog, n.notify
	remembers, err := n.bootstrap(rc)
	if err != nil {
		return err
	}
	n.raft, err = raft.NewRaft(rc, n.machine, n.stores.log, n.stores.stable, n.stores.snapshots, n.network)
	if err != nil {
		return fmt.Errorf("cluster: start Raft: %w", errors.Join(err, n.stores.damagedSnapshot(cfg.DataDir)))
	}
	n.book.configure(n.raft.GetConfiguration().Configuration().Servers)
	if n.damaged, err = n.stores.setAside(cfg.DataDir); err != nil {
		return err
	}
	n.uninvited.Store(!remembers)
	for _, path := range n.damaged {
		n.logger.Error("snapshot could not be restored, it is set aside and an older one was taken", slog.String("path", path))
	}
	return nil
}

func (n *Node) openNetwork(ctx context.Context, hlog *raftLogger) error {
	if n.network = n.cfg.Seams.Transport; n.network != nil {
		return nil
	}
	listener := n.cfg.Listener
	if listener == nil {
		var err error
		if listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", n.cfg.Bind); err != nil {
			return fmt.Errorf("cluster: listen for Raft and the peer service on %s: %w", n.cfg.Bind, err)
		}
	}
	n.mux = newMux(listener, n.id, func(remote string, err error) {
		if !n.closing() {
			n.logger.Warn("connection refused", slog.String("remote", remote), slog.Any("error", err))
		}
	})
	n.network = &transport{NetworkTransport: raft.NewNetworkTransportWithConfig(&raft.NetworkTransportConfig{
		Stream:  &streamLayer{muxListener: newMuxListener(n.mux, n.mux.raft), advertise: n.self().Addr, patience: n.cfg.TransferIdleLimit},
		MaxPool: 3, Timeout: n.cfg.TransportTimeout, Logger: hlog,
		MsgpackUseNewTimeFormat: true, // fixed for the life of a cluster
	})}
	n.grpc = grpc.NewServer(peerOptions()...)
	peerv1.RegisterPeerServiceServer(n.grpc, n.PeerServer())
	return nil
}

// bootstrap writes the static configuration into empty stores where nobody else can
// hold a history; otherwise it leaves them empty, and awaitInvitation decides. It
// reports whether this replica remembers what it promised, or never promised anything.
func (n *Node) bootstrap(rc *raft.Config) (remembers bool, err error) {
	exists, err := raft.HasExistingState(n.stores.log, n.stores.stable, n.stores.snapshots)
	if err != nil {
		return false, fmt.Errorf("%w: read state: %w", ErrDamagedLog, err)
	}
	if !exists {
		if n.dir.initialized() {
			return false, fmt.Errorf("%w: %s was in use and its stores are empty", ErrDamagedLog, n.dir.path)
		}
		if n.cfg.Join || n.refill.Load() != nil {
			return false, nil
		}
		if n.mux != nil && len(n.cfg.Peers) > 1 { // a transport of the caller's has no gate: its replicas begin at once
			number, failed := n.dir.number()
			if failed != nil {
				return false, failed
			}
			n.empty.Store(number)
			return false, nil
		}
		if err = raft.BootstrapCluster(rc, n.stores.log, n.stores.stable, n.stores.snapshots, n.network, n.founders()); err != nil {
			return false, fmt.Errorf("cluster: bootstrap: %w", err)
		}
	}
	reach, err := n.stores.reach()
	if err != nil {
		return false, err
	}
	if reach == 0 { // it was invited and got no further
		return !n.cfg.Join && n.refill.Load() == nil, nil
	}
	return true, n.dir.setInitialized()
}

// start begins everything that runs beside Raft.
func (n *Node) start() {
	if n.grpc != nil {
		n.spawn(func() {
			if err := n.grpc.Serve(newMuxListener(n.mux, n.mux.grpc)); err != nil && !n.closing() {
				n.fatal(fmt.Errorf("cluster: peer service: %w", err))
			}
		})
	}
	n.spawn(n.watchLeadership)
	n.spawn(n.commits.run)
	n.spawn(n.commits.settle)
	n.spawn(n.learnLineage)
	n.spawn(func() { n.stores.watch.run(n.life, n.cfg.DiskHangLimit, n.fatal) })
	n.spawn(n.watchDisk)
	n.spawn(func() {
		if err := n.stores.markLog(n.life, n.raft.CommitIndex); err != nil {
			n.fatal(err)
		}
	})
	if n.cfg.Seals != nil {
		n.spawn(n.feedRoots)
	}
	n.refresh()
	n.spawn(n.followMembers)
	if n.mux != nil {
		n.spawn(n.greetConfigured)
		n.spawn(n.awaitInvitation)
	}
}

// spawn starts a goroutine that Close waits for.
func (n *Node) spawn(fn func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stopped {
		go fn() // finds everything ended, and so ends
		return
	}
	n.wg.Go(fn)
}

// learnLineage records the lineage once the state machine knows it.
func (n *Node) learnLineage() {
	for n.life.Err() == nil {
		index := n.machine.AppliedIndex()
		if lineage := n.machine.Position().Lineage; lineage != ([16]byte{}) {
			err := errors.Join(n.dir.setInitialized(), n.dir.setLineage(lineage))
			if err == nil && n.cfg.Lineage != ([16]byte{}) && n.cfg.Lineage != lineage {
				err = &ForeignError{
					Where: "state", What: "lineage",
					Ours: hex.EncodeToString(n.cfg.Lineage[:]), Theirs: hex.EncodeToString(lineage[:]),
				}
			}
			if err != nil {
				n.fatal(err)
			}
			return
		}
		if err := n.machine.WaitApplied(n.life, index+1); err != nil {
			return // the node closes, or the machine has called its own OnFatal
		}
	}
}

// lineage is what this node says in a hello.
func (n *Node) lineage() [16]byte {
	if l := n.machine.Position().Lineage; l != ([16]byte{}) {
		return l
	}
	if l, err := n.dir.lineage(); err == nil && l != ([16]byte{}) {
		return l
	}
	return n.cfg.Lineage
}

// sawForeign is called when a peer refused our lineage. If a majority does, it
// is this directory that belongs elsewhere.
func (n *Node) sawForeign(peer string, err *ForeignError) {
	n.mu.Lock()
	n.foreign[peer] = true
	count := len(n.foreign)
	n.mu.Unlock()
	n.logger.Error("peer has another lineage", slog.String("peer", peer), slog.Any("error", err))
	if count > len(n.book.peers())/2 {
		n.fatal(err)
	}
}

// self is this node as the others know it.
func (n *Node) self() Peer {
	p, _ := n.cfg.peer(n.cfg.NodeID)
	return p
}

// version is that of this replica's state machine.
func (n *Node) version() uint32 { return n.cfg.Seams.Version }

func (n *Node) fatal(err error) { n.cfg.OnFatal(err) }

func (n *Node) closing() bool { return n.isClosing.Load() }

// accepting reports whether writes are taken.
func (n *Node) accepting() bool {
	return n.ready.Load() != 0 && !n.closing() && !n.quarantined.Load()
}

func (n *Node) notLeader() error {
	id, rpc := n.Leader()
	return &NotLeaderError{LeaderID: id, LeaderRPC: rpc}
}

// Leader returns the leader's id and public address, empty if none is known.
func (n *Node) Leader() (id, rpcAddr string) {
	_, server := n.raft.LeaderWithID()
	peer, _ := n.book.peer(string(server))
	return string(server), peer.RPCAddr
}

// IsLeader reports whether this node leads and takes writes. It may be wrong by
// the time it returns; ConfirmLeadership is not.
func (n *Node) IsLeader() bool { return n.accepting() && n.raft.State() == raft.Leader }

// Term returns Raft's current term.
func (n *Node) Term() uint64 { return n.raft.CurrentTerm() }

// Close hands leadership over, stops and releases everything. If ctx ends
// before, it returns with goroutines running and the stores open; only the end
// of the process helps then. Later calls return the first one's result.
func (n *Node) Close(ctx context.Context) error {
	n.closeOnce.Do(func() { n.closeErr = n.close(ctx) })
	return n.closeErr
}

func (n *Node) close(ctx context.Context) error {
	n.isClosing.Store(true)
	signal(n.commits.wake)
	if n.raft.State() == raft.Leader && len(n.voters()) > 1 {
		transfer, cancel := context.WithTimeout(ctx, n.cfg.CloseTimeout)
		if err := n.TransferLeadership(transfer, ""); err != nil {
			n.logger.Warn("leadership not handed over at close", slog.Any("error", err))
		}
		cancel()
	}
	n.drain(ctx)
	return n.stop(ctx)
}

// stop ends everything where it stands.
func (n *Node) stop(ctx context.Context) error {
	shutdown := make(chan error, 1)
	go func() { shutdown <- n.raft.Shutdown().Error() }()
	var err error
	select {
	case err = <-shutdown:
	case <-ctx.Done():
		err = fmt.Errorf("cluster: close: %w", context.Cause(ctx))
	}
	close(n.done)
	n.end()
	close(n.abandoned)
	if n.grpc != nil {
		n.grpc.Stop()
	}
	n.mu.Lock()
	n.stopped = true
	n.mu.Unlock()
	idle := make(chan struct{})
	go func() { n.wg.Wait(); close(idle) }()
	select {
	case <-idle:
	case <-ctx.Done():
		return errors.Join(err, fmt.Errorf("cluster: close: %w", context.Cause(ctx)))
	}
	if err != nil {
		return err // Raft still runs on the stores
	}
	return n.release()
}

// drain waits for the entries that Raft has, as long as they get outcomes.
func (n *Node) drain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, n.cfg.CloseTimeout)
	defer cancel()
	for n.commits.flying.Load() > 0 && ctx.Err() == nil {
		sleep(ctx, time.Millisecond)
	}
}

// release closes what open acquired.
func (n *Node) release() error {
	var errs []error
	if n.peers != nil {
		errs = append(errs, n.peers.close())
	}
	if t, ok := n.network.(raft.WithClose); ok && n.cfg.Seams.Transport == nil && n.network != nil {
		errs = append(errs, t.Close())
	}
	if n.mux != nil {
		errs = append(errs, n.mux.close())
	} else if n.cfg.Listener != nil {
		errs = append(errs, n.cfg.Listener.Close())
	}
	if n.stores != nil {
		errs = append(errs, n.stores.close())
	}
	return errors.Join(append(errs, n.dir.close())...)
}
