package manager_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/da/altserver"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/evidence"
)

const poll = 50 * time.Millisecond

const (
	// sideBySide is how many rigs run at a time: they wait more than they work.
	sideBySide = 4
	// patience is how long a rig waits for anything: much longer than a machine takes that has other things to do.
	patience = slow * 4 * time.Minute
)

// TestMain lets more tests run at a time than there are processors, unless somebody says otherwise.
func TestMain(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		if err := flag.Set("test.parallel", strconv.Itoa(sideBySide)); err != nil {
			panic(err)
		}
	}
	m.Run()
}

// flowOwner owns the session of the flow.
const flowOwner = "owner of the flow"

// replica is one node with everything it has in production but the API.
type replica struct {
	id      string
	dir     string
	machine *fsm.Machine
	node    *cluster.Node
	manager *manager.Manager
	stop    context.CancelFunc
	watched chan struct{}
}

// rig is three replicas on real disks and TCP, an archive, an executor, and a chain with real RPC.
type rig struct {
	t         *testing.T
	chain     *embedded.Chain
	client    *layer1.Client
	contract  [20]byte
	da        *da.Set
	primary   da.ProviderID // 0: the archive
	finalized uint64        // depth at which L1's blocks are final; 0: 4
	// clientOf gives a replica an L1 client of its own; nil: all share one.
	clientOf   func(id string) *layer1.Client
	depth      uint32 // at which deposits are credited; 0: at finality
	archiveDir string
	prover     *kzg.Prover
	alt        *switched // the alt-DA server, if that is the primary
	// submitter signs the commits of every replica.
	submitter *moody
	proofs    bool                        // finality wants development proofs
	held      time.Duration               // how long a prover keeps a job without a word; 0: longer than a test takes
	inputs    int64                       // bytes of what waits for provers; 0: no limit
	interval  time.Duration               // between checks; 0: 100 ms
	silence   time.Duration               // of a replica that executes, until another is asked; 0: the manager's own
	strategy  consistency.Strategy        // what follows a divergence; empty: nothing
	failing   atomic.Pointer[string]      // place at which a duty's steps end; nil for none
	executor  manager.Executor            // an *zkvm.Executor unless the test says otherwise
	executors map[string]manager.Executor // of single replicas instead
	death     *death                      // of leaders, by place; nil for none
	fatal     func(id string, err error)  // of a replica that ends itself; nil: the test fails
	tune      func(*cluster.Config)       // nil for none
	peers     []cluster.Peer
	replicas  []*replica

	session  uint64
	sequence uint64
	flow     workload.Flow
	accepted uint64
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigWith(t, nil)
}

// newRigAt is newRig with deposits credited at a depth.
func newRigAt(t *testing.T, depth uint32) *rig {
	t.Helper()
	return newRigFrom(&rig{t: t, depth: depth}, nil)
}

// newRigWith is newRig with an executor that wrap makes of the real one.
func newRigWith(t *testing.T, wrap func(manager.Executor) manager.Executor) *rig {
	t.Helper()
	return newRigFrom(&rig{t: t}, wrap)
}

// newRigOn is newRig with a primary DA provider.
func newRigOn(t *testing.T, primary da.ProviderID) *rig {
	t.Helper()
	return newRigFrom(&rig{t: t, primary: primary}, nil)
}

func newRigFrom(r *rig, wrap func(manager.Executor) manager.Executor) *rig {
	t := r.t
	t.Helper()
	r.archiveDir, r.primary = t.TempDir(), cmp.Or(r.primary, da.ProviderArchive)
	r.submitter = &moody{Signer: r.signer(1)}
	r.finalized = cmp.Or(r.finalized, 4)
	if r.depth > 0 { // deposits are credited long before they are final
		r.finalized = 24
	}
	ctx := t.Context()
	var err error
	r.chain, err = embedded.Start(ctx, embedded.Config{Interval: slow * 150 * time.Millisecond, SafeDepth: 2, FinalizedDepth: r.finalized, AllStates: true})
	r.check(err)
	t.Cleanup(func() { r.check(r.chain.Close()) })
	r.client, err = layer1.NewClient(layer1.ClientConfig{Endpoints: []string{r.chain.URL()}, ChainID: r.chain.ChainID(), Timeout: 5 * time.Second})
	r.check(err)
	t.Cleanup(r.client.Close)
	params := layer1.DeployParams{
		Owner: embedded.DevAddress(0), Submitter: embedded.DevAddress(1), Prover: embedded.DevAddress(2),
		Guardian: embedded.DevAddress(3), ProgramVersion: 1,
	}
	if r.proofs {
		params.Verifier, err = layer1.DeployDevelopmentVerifier(ctx, r.client, r.signer(0), developmentProgram)
		r.check(err)
	}
	deployed, err := layer1.Deploy(ctx, r.client, r.signer(0), params)
	r.check(err)
	r.contract = deployed.Contract
	config := da.Config{Primary: r.primary, Codec: da.CodecZstd, ArchiveURL: "file://" + r.archiveDir}
	config.Beacon.Endpoints = []string{r.chain.URL()}
	if r.primary == da.ProviderAltDA {
		config.AltDA.URL = r.altURL()
	}
	r.prover = kzg.NewProver()
	r.da, err = da.Open(ctx, config, layer1.NewContract(r.client, r.contract), r.prover.Hash)
	r.check(err)
	t.Cleanup(func() { r.check(r.da.Close()) })
	executor, err := compiled()
	r.check(err)
	r.executor = executor
	if wrap != nil {
		r.executor = wrap(executor)
	}

	var listeners []net.Listener
	host := ownHost()
	for _, id := range []string{"a", "b", "c"} {
		l, failed := net.Listen("tcp", net.JoinHostPort(host, "0"))
		r.check(failed)
		listeners = append(listeners, l)
		r.peers = append(r.peers, cluster.Peer{ID: id, Addr: l.Addr().String(), RPCAddr: "rpc-" + id})
		r.replicas = append(r.replicas, &replica{id: id, dir: t.TempDir()})
	}
	t.Cleanup(func() {
		for _, x := range r.replicas {
			r.close(x)
		}
	})
	for i, x := range r.replicas {
		r.open(x, listeners[i])
	}
	r.flow, err = workload.Generator(1, workload.Options{Accounts: 50, Markets: 2, Live: 400})
	r.check(err)
	return r
}

// compiled is the executor of all rigs: to compile the guest takes longer than all else that a short test does. It is
// released with the process.
var compiled = sync.OnceValues(func() (*zkvm.Executor, error) { //nolint:gochecknoglobals // made once
	return zkvm.Open(context.Background(), zkvm.Config{Concurrency: sideBySide})
})

// rigs counts those of this process.
var rigs atomic.Uint32 //nolint:gochecknoglobals // a counter

// ownHost is a loopback address that no other rig has, where there are such: the port of a replica that is closed is
// then nobody else's before it is back.
func ownHost() string {
	id, n := os.Getpid(), rigs.Add(1)
	host := net.IPv4(127, byte(1+id>>8%128), byte(id), byte(1+n%254)).String()
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "127.0.0.1"
	}
	_ = l.Close() // it was made to see whether it can be
	return host
}

func (r *rig) check(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// moody is a signer that can be down.
type moody struct {
	layer1.Signer
	down atomic.Bool
}

func (s *moody) Sign(ctx context.Context, tx *types.Transaction, chainID uint64) (*types.Transaction, error) {
	if s.down.Load() {
		return nil, errors.New("the signer is down")
	}
	return s.Signer.Sign(ctx, tx, chainID)
}

// switched is an alt-DA server that can be taken down and loses its memory.
type switched struct {
	server atomic.Pointer[altserver.Server]
	down   atomic.Bool
}

func (s *switched) forget() { s.server.Store(altserver.New(altserver.Options{})) }

func (s *switched) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if s.down.Load() {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	s.server.Load().ServeHTTP(w, q)
}

func (r *rig) altURL() string {
	r.alt = &switched{}
	r.alt.forget()
	server := httptest.NewServer(r.alt)
	r.t.Cleanup(server.Close)
	return server.URL
}

func (r *rig) signer(key int) layer1.Signer {
	s, err := layer1.NewKeySigner(embedded.DevKey(key))
	r.check(err)
	return s
}

func (r *rig) open(x *replica, listener net.Listener) {
	r.t.Helper()
	r.check(r.tryOpen(x, listener))
}

// tryOpen is open for a replica that may refuse its disk.
func (r *rig) tryOpen(x *replica, listener net.Listener) error {
	r.t.Helper()
	out := io.Discard
	if os.Getenv("MANAGER_TEST_LOG") != "" {
		out = r.t.Output()
	}
	logger := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelInfo})).With("node", x.id)
	fatal := func(err error) {
		if r.fatal != nil {
			r.fatal(x.id, err)
			return
		}
		r.t.Errorf("%s: %v", x.id, err)
	}
	seals := cluster.NewSealFeed()
	x.machine = fsm.New(fsm.Config{NodeID: x.id, Logger: logger, OnSeal: seals.Add, OnFatal: fatal})
	ctx, stop := context.WithCancel(context.Background())
	x.stop = stop
	config := cluster.Config{
		NodeID: x.id, DataDir: x.dir, Bind: r.peer(x.id).Addr, Peers: r.peers, Seals: seals, OnFatal: fatal, Listener: listener,
		HeartbeatTimeout: slow * time.Second, // no elections because a machine is busy; a replica that is closed hands over
		DiskHangLimit:    patience,           // nor is a disk that is hung
		Genesis: command.Genesis{
			ChainID: r.chain.ChainID(), Contract: r.contract, ProgramVersion: 1, PayloadKind: uint8(batch.PayloadTransitions),
			DepositDepth: r.depth,
		},
	}
	if r.tune != nil {
		r.tune(&config)
	}
	node, err := cluster.Open(ctx, config, x.machine, logger)
	if err != nil {
		stop()
		return err
	}
	x.node = node
	client := r.client
	if r.clientOf != nil {
		client = r.clientOf(x.id)
	}
	x.manager, err = manager.New(manager.Config{
		NodeID:   x.id,
		Seal:     manager.SealPolicy{MaxTransitions: 200, MaxBytes: 1 << 20, MaxAge: 200 * time.Millisecond},
		Interval: cmp.Or(r.interval, 100*time.Millisecond), CensusInterval: 20 * time.Millisecond, ExecutionPatience: r.silence,
		Proofs: r.proofsConfig(x), Strategy: r.strategy, Submitters: allowed,
		L1: &manager.L1Config{
			Client: client, Contract: r.contract, Submitter: r.submitter, Prover: r.signer(2),
			PollInterval: poll, Depth: 1, BatchesPerAnchor: 4, Sidecars: r.prover,
			Wait: cost.Limits{Batches: 64, AgeMs: 60_000, Patience: 250},
		},
	}, manager.Parts{
		Machine: x.machine, Cluster: x.node, Executor: cmp.Or(r.executors[x.id], r.executor),
		Evidence: evidence.NewStore(filepath.Join(x.dir, "evidence"), evidence.Limits{}),
		DA:       r.da, Logger: logger, Failpoint: r.failpoint,
	})
	r.check(err)
	x.node.RunDuties(x.manager.Duties, patience)
	x.node.ServeExecutions(x.manager.Execute)
	x.watched = make(chan struct{})
	go func() {
		defer close(x.watched)
		x.manager.Watch(ctx)
	}()
	return nil
}

// failpoint ends the steps of every duty at the place that the test names.
func (r *rig) failpoint(ctx context.Context, place string) error {
	if at := r.failing.Load(); at != nil && *at == place {
		return errors.New("the test ends this step: " + place)
	}
	if r.death != nil {
		return r.death.at(ctx, place)
	}
	return nil
}

func (r *rig) peer(id string) cluster.Peer {
	for _, p := range r.peers {
		if p.ID == id {
			return p
		}
	}
	panic("no peer " + id)
}

func (r *rig) close(x *replica) {
	if x.node == nil {
		return
	}
	x.stop()
	<-x.watched
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := x.node.Close(ctx); err != nil {
		r.t.Errorf("close %s: %v", x.id, err)
	}
	x.node = nil
}

// failover ends the leader's replica and brings it back under another leader.
func (r *rig) failover() {
	r.t.Helper()
	r.restart(r.leader())
}

// restart ends a replica and brings it back once there is a leader without it.
func (r *rig) restart(x *replica) {
	r.t.Helper()
	r.close(x)
	r.leader()
	r.open(x, nil)
}

// restartWith gives a replica an executor of its own.
func (r *rig) restartWith(x *replica, executor manager.Executor) {
	r.t.Helper()
	r.close(x)
	if r.executors == nil {
		r.executors = map[string]manager.Executor{}
	}
	r.executors[x.id] = executor
	r.open(x, nil)
}

func (r *rig) leader() *replica {
	r.t.Helper()
	var found *replica
	r.eventually("a leader", func() bool {
		for _, x := range r.replicas {
			if x.node != nil && x.node.IsLeader() {
				found = x
				return true
			}
		}
		return false
	})
	return found
}

// eventually waits for the outside world: chains, disks and sockets have no fake clock.
func (r *rig) eventually(what string, ok func() bool) {
	r.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			for _, x := range r.replicas {
				if x.node != nil {
					r.t.Logf("%s: leader %v heads %+v duties %+v halts %+v", x.id, x.node.IsLeader(), x.machine.Cursor().Heads(), x.manager.Status(), x.machine.Cursor().Halts())
				}
			}
			r.t.Fatalf("timed out: %s", what)
		}
	}
}

// submit sends n transitions of the flow, the setup first, through one session.
func (r *rig) submit(n int) {
	r.t.Helper()
	if r.session == 0 {
		r.openSession()
		r.send(r.flow.Setup())
	}
	ts := make([]command.Transition, 0, n)
	for range n {
		var t command.Transition
		if r.flow.Next(&t) {
			ts = append(ts, t)
		}
	}
	r.send(ts)
}

func (r *rig) openSession() {
	r.t.Helper()
	body := command.SessionOpen{Nonce: [16]byte{1}, Owner: flowOwner, TimeMs: time.Now().UnixMilli()}.Append(nil)
	result, err := r.leader().node.Propose(r.t.Context(), command.TypeSessionOpen, body)
	r.check(err)
	r.check(result.Err)
	r.session = result.Session
}

func (r *rig) send(ts []command.Transition) {
	r.t.Helper()
	for len(ts) > 0 {
		group := ts[:min(len(ts), 100)]
		ts = ts[len(group):]
		subs := make([]command.Submission, len(group))
		for i := range group {
			r.sequence++
			subs[i] = command.Submission{Session: r.session, Sequence: r.sequence, Transition: group[i]}
		}
		receipts := r.sendGroup(subs)
		for _, receipt := range receipts {
			if receipt.Code == 0 {
				r.accepted++
			}
		}
	}
}

// sendGroup retries the same sequences until they are answered.
func (r *rig) sendGroup(subs []command.Submission) []session.Receipt {
	r.t.Helper()
	acks := []command.Ack{{Session: r.session, Low: subs[0].Sequence - 1}}
	var receipts []session.Receipt
	r.eventually("receipts", func() bool {
		ctx, cancel := context.WithTimeout(r.t.Context(), 2*time.Second)
		defer cancel()
		var err error
		receipts, _, err = r.leader().node.Submit(ctx, subs, acks)
		return err == nil
	})
	for _, receipt := range receipts {
		if receipt.Status != session.Executed && receipt.Status != session.Duplicate {
			r.t.Fatalf("sequence %d: status %v", receipt.Sequence, receipt.Status)
		}
	}
	return receipts
}

// drain waits until everything that was submitted is finalized on every replica, and all layers state the same.
func (r *rig) drain() {
	r.t.Helper()
	r.eventually("everything finalized", func() bool {
		for _, x := range r.replicas {
			if x.node == nil {
				continue
			}
			status := x.machine.Status()
			if h := status.Heads; !status.AllSealed() || h.Finalized == 0 || h.Finalized != h.Sealed || h.Sealed != r.leader().machine.Cursor().Heads().Sealed {
				return false
			}
		}
		return true
	})
	first := r.leader()
	heads := first.machine.Cursor().Heads()
	held, err := layer1.NewContract(r.client, r.contract).Inspect(r.t.Context(), heads.Sealed, layer1.Finalized)
	r.check(err)
	if held.State.LastCommitted != heads.Sealed || held.State.LastVerified != heads.Sealed {
		r.t.Fatalf("sealed %d, L1 committed %d, verified %d", heads.Sealed, held.State.LastCommitted, held.State.LastVerified)
	}
	for _, x := range r.replicas {
		if x.node != nil && x.machine.Position().Root != held.State.LastRoot {
			r.t.Fatalf("%s: root %x, L1 %x", x.id, x.machine.Position().Root, held.State.LastRoot)
		}
	}
	if heads.Applied < r.accepted {
		r.t.Fatalf("%d transitions accepted, %d applied", r.accepted, heads.Applied)
	}
}

func (r *rig) consistent() {
	r.t.Helper()
	for _, x := range r.replicas {
		if x.node == nil {
			continue
		}
		before := x.manager.Checks()
		r.eventually("a whole check", func() bool { return x.manager.Checks() >= before+2 })
		report, _ := x.manager.Report()
		for _, v := range report.Verdicts {
			if v.Finding != cursor.Consistent {
				r.t.Errorf("%s: %v is %v at batch %d: %s", x.id, v.Pair, v.Finding, v.Batch, v.Detail)
			}
		}
		if len(report.Verdicts) != 5 || report.Worst().Finding.Stops() {
			r.t.Errorf("%s: verdicts %+v", x.id, report.Verdicts)
		}
	}
}

// estimatedWell checks issue 4.6: what anchors of either kind were estimated to use is within a tenth of what they used.
func (r *rig) estimatedWell() {
	r.t.Helper()
	sums := map[cursor.Kind]manager.Cost{}
	for _, x := range r.replicas { // each measures what landed while it led
		for _, c := range x.manager.Costs() {
			sum := sums[c.Kind]
			sum.Receipts, sum.EstimatedGas, sum.Gas = sum.Receipts+c.Receipts, sum.EstimatedGas+c.EstimatedGas, sum.Gas+c.Gas
			sums[c.Kind] = sum
		}
	}
	for _, kind := range []cursor.Kind{cursor.Commit, cursor.Verify} {
		c := sums[kind]
		if c.Receipts == 0 || c.EstimatedGas*10 < c.Gas*9 || c.EstimatedGas*10 > c.Gas*11 {
			r.t.Errorf("%s: estimated %d gas, used %d in %d receipts", kind, c.EstimatedGas, c.Gas, c.Receipts)
		}
	}
}

// foreignCommit commits one more batch on L1 that this cluster knows nothing of, with the submitter's key.
func (r *rig) foreignCommit() {
	r.t.Helper()
	leader := r.leader()
	heads := leader.machine.Cursor().Heads()
	last, err := leader.machine.Sealed(heads.Sealed)
	r.check(err)
	h := last.Header
	h.Number, h.ParentHash, h.PreRoot = h.Number+1, last.Hash, h.PostRoot
	h.PostRoot[31] ^= 1
	h.FirstSequence, h.LastSequence = h.LastSequence+1, h.LastSequence+uint64(h.Transitions)
	foreign := cursor.New()
	record := func(context.Context, cursor.Event) error { return nil }
	m, err := layer1.NewTxManager(layer1.TxConfig{Kind: cursor.Commit, Contract: r.contract}, r.client, r.signer(1),
		func() *cursor.Cursor { return foreign }, record, func(context.Context) error { return nil })
	r.check(err)
	r.check(m.Commit(r.t.Context(), leader.machine.Cursor().Epoch().Counter,
		[]batch.Header{h}, da.Cargo{Refs: []cursor.Ref{{Provider: uint8(da.ProviderArchive), Commitment: h.PayloadHash}}}))
}
