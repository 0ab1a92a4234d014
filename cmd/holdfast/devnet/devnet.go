package devnet

// A summary says what was audited, and Broken names every invariant that does not hold. A run that could not be audited
// is an error, never a summary.

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
)

// Options of a run.
type Options struct {
	Replicas int
	Dir      string // everything the run writes; empty for a temporary directory that is removed
	LogStore string // "boltdb" or "wal"
	// TLS is mutual TLS with an authority of this run's own, for a Cluster.
	TLS     bool
	Version string

	L1           string // URL of a development chain; empty for one in this process
	ChainID      uint64 // of the chain at L1
	SubmitterKey string // files of funded development keys on that chain
	ProverKey    string
	BlockTime    time.Duration // of the chain in this process

	DA     string // where payloads go beside the archive: "archive" (nowhere else), "blob", "calldata" or "altda"
	Beacon string // with L1 and blobs: URL of the Beacon API; empty for the L1's own
	// BeaconSlotIsBlock is for development nodes that call a block's number its slot, such as anvil.
	BeaconSlotIsBlock bool

	// Proofs is what finality rests on: "execution" (or empty), or "development" with a prover beside the replicas.
	Proofs string

	AltDA string // with altda: URL of a server; empty for one in this process

	Flow     string // as workload.Open has it
	Seed     uint64
	Accounts int
	Markets  int
	Speed    int           // transitions a second; 0 for as fast as they are taken
	Duration time.Duration // of the flow; 0 for until it ends or the context does
	Drain    time.Duration // limit for everything to become final after it
	BookOut  string        // CSV file for the final book of a recorded flow

	Processes       bool          // replicas as processes
	KillLeaderEvery time.Duration // with Processes; 0 for never
	Executable      string        // with Processes: the holdfast binary
	Executor        string        // for a Cluster: as zkvm.executor; empty for the default
	Profiles        bool          // replicas serve Go's profiles over HTTP

	Logger *slog.Logger
	View   func(Sample) // called twice a second; nil for none

	// Beginning is the order book that the history begins with, and that the flow trades on without a setup of its own; nil
	// for the empty state.
	Beginning *Beginning

	relays bool // the links between replicas can be cut
	budget bool // the replicas have a budget for their disks
}

// Beginning is an order book that exists already.
type Beginning struct {
	// Root is what the contract is created with.
	Root [32]byte
	// Write puts the book into the archive of a configuration and makes each data directory of it.
	Write func(ctx context.Context, c *config.Config, dataDirs []string) error
}

// root is that of the state before batch 1: zero for the empty one.
func (b *Beginning) root() [32]byte {
	if b == nil {
		return [32]byte{}
	}
	return b.Root
}

// Validate reports everything that is wrong.
func (o *Options) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if o.Replicas != 1 && o.Replicas != 3 && o.Replicas != 5 {
		bad("%d replicas: want 1, 3 or 5", o.Replicas)
	}
	if o.LogStore != "boltdb" && o.LogStore != "wal" {
		bad("log store %q: want boltdb or wal", o.LogStore)
	}
	if err := workload.ValidFlow(o.Flow); err != nil {
		errs = append(errs, err)
	}
	if o.Speed < 0 || o.Duration < 0 || o.BlockTime <= 0 && o.L1 == "" || o.Drain <= 0 {
		bad("speed and duration must not be negative; block time and drain must be positive")
	}
	if _, err := da.ParseProvider(o.DA); err != nil {
		errs = append(errs, err)
	}
	if o.Proofs != "" && o.Proofs != config.ProofsExecution && o.Proofs != config.ProofsDevelopment {
		bad("proofs %q: want %s or %s", o.Proofs, config.ProofsExecution, config.ProofsDevelopment)
	}
	if o.Beacon != "" && (o.L1 == "" || o.DA != da.ProviderBlob.String()) {
		bad("a Beacon API is for blobs on an L1 of your own")
	}
	if o.AltDA != "" && o.DA != da.ProviderAltDA.String() {
		bad("an alt-DA server is for altda")
	}
	if o.L1 != "" && (o.SubmitterKey == "" || o.ProverKey == "") {
		bad("an L1 of your own needs two funded development keys: --submitter-key and --prover-key")
	}
	if o.KillLeaderEvery > 0 && (!o.Processes || o.Replicas == 1) {
		bad("killing leaders needs replicas that are processes, and more than one")
	}
	if o.BookOut != "" && o.Flow == workload.FlowMarket {
		bad("the final book is written for a recorded flow only (bitstamp:FILE)")
	}
	return errors.Join(errs...)
}

// Latency of commits: from handing a group to the client until its receipts, failovers included, in milliseconds.
type Latency struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

// Summary of a run. Batches are counted by their heads.
type Summary struct {
	Replicas               int               `json:"replicas"`
	Flow                   string            `json:"flow"`
	DA                     string            `json:"da"`         // what L1 names as the place of payloads
	DABatches              map[string]uint64 `json:"da_batches"` // batches that the audit read, by the provider that L1 names
	Seconds                float64           `json:"seconds"`
	TransitionsSubmitted   uint64            `json:"transitions_submitted"`
	TransitionsAcked       uint64            `json:"transitions_acknowledged"`
	TransitionsAccepted    uint64            `json:"transitions_accepted"`
	TransitionsRejected    uint64            `json:"transitions_rejected"`
	TransitionsPerSecond   float64           `json:"transitions_per_second"`
	CommitLatencyMs        Latency           `json:"commit_latency_ms"`
	BatchesSealed          uint64            `json:"batches_sealed"`
	BatchesExecuted        uint64            `json:"batches_executed"`
	BatchesPublished       uint64            `json:"batches_published"`
	BatchesCommitted       uint64            `json:"batches_committed"`
	BatchesProven          uint64            `json:"batches_proven"`
	BatchesFinalized       uint64            `json:"batches_finalized"`
	ProofPolicy            string            `json:"proof_policy"`
	ExecutedLag            uint64            `json:"executed_lag"`         // batches, when the flow ended
	ExecutedLagHalfway     uint64            `json:"executed_lag_halfway"` // batches, at half of the flow's time
	RootsEqual             bool              `json:"roots_equal"`
	Root                   string            `json:"root"`
	GenesisRoot            string            `json:"genesis_root,omitempty"` // on L1: that of the book that the history began with
	Divergences            int               `json:"divergences"`
	AcknowledgedLost       uint64            `json:"acknowledged_lost"`
	AnchorsDuplicated      uint64            `json:"anchors_duplicated"`
	BytesPerTransition     float64           `json:"bytes_per_transition"`         // envelopes
	PayloadBytesTransition float64           `json:"payload_bytes_per_transition"` // columns, before the envelope
	Lineage                string            `json:"lineage"`
	L1Contract             string            `json:"l1_contract"`
	LeaderKills            int               `json:"leader_kills"`
	TimeToFirstWriteMs     *Failovers        `json:"time_to_first_write_ms,omitempty"`
	Recording              *workload.Mapping `json:"recording,omitempty"`
	Drained                bool              `json:"drained"`
	Broken                 []string          `json:"broken"`
}

// Run does one run. Whatever ends the flow, also the end of ctx, the run is drained and audited.
func Run(ctx context.Context, o Options) (_ *Summary, err error) {
	if err = o.Validate(); err != nil {
		return nil, err
	}
	dir, remove, err := directory(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	r := newRun(o)
	defer func() { err = errors.Join(err, r.close()) }()
	// What is set up outlives ctx: the drain and the audit need it.
	life := context.WithoutCancel(ctx)
	if err = r.start(life, dir); err != nil {
		return nil, err
	}
	if err = r.submit(ctx); err != nil {
		return nil, err
	}
	drained, err := r.drain(life)
	if err != nil {
		return nil, err
	}
	return r.summarize(life, drained)
}

// directory makes the run's directory; an existing one must be empty, because a cluster never starts over another's.
func directory(dir string) (path string, remove func() error, err error) {
	if dir == "" {
		dir, err = os.MkdirTemp("", "holdfast-devnet-")
		return dir, func() error { return os.RemoveAll(dir) }, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", nil, fmt.Errorf("make the directory: %w", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		return "", nil, cmp.Or(err, fmt.Errorf("%s is not empty: a devnet starts anew, name another directory", dir))
	}
	return dir, func() error { return nil }, nil
}

// run is one run's parts, in the order in which they start.
type run struct {
	o         Options
	log       *slog.Logger
	chain     *l1
	replicas  *replicas
	anchors   *anchor.Reader
	client    *client.Client
	flow      workload.Flow
	closeFlow func() error
	load      *load
	killer    *killer
	prover    *worker // nil under the execution policy
	drill     *drill  // ends the flow; nil for none

	diverged     map[divergence]bool // everything a checker found during the run
	began, ended time.Time           // of the flow
	halfway      uint64              // executed lag then
	atEnd        uint64
}

func newRun(o Options) *run { return &run{o: o, log: o.Logger, diverged: map[divergence]bool{}} }

func (r *run) close() error {
	var errs []error
	if r.prover != nil {
		errs = append(errs, r.prover.close())
	}
	if r.client != nil {
		errs = append(errs, r.client.Close())
	}
	if r.anchors != nil {
		r.anchors.Close()
	}
	if r.replicas != nil {
		errs = append(errs, r.replicas.close())
	}
	if r.chain != nil {
		errs = append(errs, r.chain.close())
	}
	if r.closeFlow != nil {
		errs = append(errs, r.closeFlow())
	}
	return errors.Join(errs...)
}

// startLimit bounds the first election.
const startLimit = 2 * time.Minute

func (r *run) start(ctx context.Context, dir string) (err error) {
	if r.flow, r.closeFlow, err = workload.Open(r.o.Flow, r.o.Seed, workload.Options{Accounts: r.o.Accounts, Markets: r.o.Markets}); err != nil {
		return err
	}
	if r.chain, err = startL1(ctx, r.o, dir, r.log); err != nil {
		return err
	}
	if r.replicas, err = newReplicas(r.o, dir, r.chain, r.log); err != nil {
		return err
	}
	if err = r.replicas.begin(ctx); err != nil {
		return err
	}
	if err = r.replicas.startAll(); err != nil {
		return err
	}
	r.anchors, err = anchor.Open(anchor.Config{Endpoints: []string{r.chain.url}, ChainID: r.chain.chainID, Contract: r.chain.contract})
	if err != nil {
		return err
	}
	if r.client, err = client.New(client.Config{Endpoints: r.replicas.endpoints(), L1: r.anchors, Logger: r.log}); err != nil {
		return err
	}
	if r.o.Proofs == config.ProofsDevelopment {
		r.prover = startWorker(ctx, r.client, r.log)
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if _, _, err = r.client.FindLeader(ctx); err != nil {
		return errors.Join(fmt.Errorf("no leader after %v: %w", startLimit, err), r.failure())
	}
	return nil
}

// failure is why a replica has ended by itself, if one has.
func (r *run) failure() error {
	select {
	case err := <-r.replicas.failed:
		return err
	default:
		return nil
	}
}

// submit runs setup and flow, the leader's killer and the view beside it.
func (r *run) submit(ctx context.Context) error {
	session, err := r.client.OpenSession(ctx, "devnet")
	if err != nil {
		return errors.Join(interrupted(ctx, err), r.failure())
	}
	r.load = newLoad(r.flow)
	life := context.WithoutCancel(ctx) // what was sent gets its receipts
	if r.o.Beginning == nil {
		r.load.open(life, session)
		if err = errors.Join(r.load.setup(ctx), r.closeStream(life)); err != nil {
			return errors.Join(interrupted(ctx, err), r.failure())
		}
	}
	r.load.open(life, session)
	r.began = time.Now()
	flowErr := r.runFlow(ctx)
	heads, err := r.heads(life)
	if err == nil {
		r.atEnd = heads.GetSealed() - heads.GetExecuted()
	}
	err = errors.Join(flowErr, err, r.closeStream(life), r.failure())
	r.ended = time.Now()
	return err
}

// ErrInterrupted says that a run ended before its flow began: there is nothing to audit.
var ErrInterrupted = errors.New("interrupted before the flow began")

// interrupted is err, or ErrInterrupted if that is why.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	return err
}

// closeStream waits for the receipts of everything that was sent.
func (r *run) closeStream(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.o.Drain)
	defer cancel()
	err := r.load.stream.Close(ctx)
	if r.load.renew != nil && errors.Is(err, client.ErrSessionLost) {
		return nil // what was in flight is not acknowledged
	}
	return err
}

func (r *run) runFlow(ctx context.Context) error {
	if r.o.Duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.o.Duration)
		defer cancel()
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	beside, stop := context.WithCancel(ctx)
	defer stop()
	var g errgroup.Group
	g.Go(func() error {
		defer stop()
		return r.load.run(ctx, r.o.Speed)
	})
	if r.o.KillLeaderEvery > 0 {
		r.killer = &killer{replicas: r.replicas, load: r.load, client: r.client, log: r.log}
		g.Go(func() error { return r.killer.run(beside, r.o.KillLeaderEvery) })
	}
	if r.drill != nil {
		g.Go(func() error {
			defer end()
			return r.drill.rounds(beside)
		})
	}
	g.Go(func() error { r.watch(beside); return nil })
	g.Go(func() error {
		select {
		case err := <-r.replicas.failed:
			stop()
			return err
		case <-beside.Done():
			return nil
		}
	})
	return g.Wait()
}

// summarize audits the run.
func (r *run) summarize(ctx context.Context, drained bool) (*Summary, error) {
	s := &Summary{
		Replicas: r.o.Replicas, Flow: r.o.Flow, DA: r.o.DA, Seconds: r.ended.Sub(r.began).Seconds(), Drained: drained,
		ExecutedLag: r.atEnd, ExecutedLagHalfway: r.halfway, CommitLatencyMs: r.load.latency(),
		L1Contract: "0x" + hex.EncodeToString(r.chain.contract[:]),
	}
	accepted, rejected, refused := r.load.counts()
	s.TransitionsAccepted, s.TransitionsRejected = accepted, rejected
	s.TransitionsAcked = accepted + rejected
	s.TransitionsSubmitted = s.TransitionsAcked + refused
	s.TransitionsPerSecond = float64(r.load.measured()) / s.Seconds
	if f, ok := r.flow.(*workload.Recorded); ok {
		m := f.Mapping()
		s.Recording = &m
		if err := f.Err(); err != nil {
			return nil, err
		}
	}
	if r.killer != nil {
		s.LeaderKills, s.TimeToFirstWriteMs = len(r.killer.times), r.killer.failovers()
	}
	status, err := r.statuses(ctx)
	if err != nil {
		return nil, err
	}
	heads := status[0].GetHeads()
	s.BatchesSealed, s.BatchesExecuted, s.BatchesPublished = heads.GetSealed(), heads.GetExecuted(), heads.GetPublished()
	s.BatchesCommitted, s.BatchesProven, s.BatchesFinalized = heads.GetCommitted(), heads.GetProven(), heads.GetFinalized()
	s.ProofPolicy, s.Lineage = status[0].GetProofPolicy(), hex.EncodeToString(status[0].GetPosition().GetLineage())
	found, err := audit(ctx, r.chain, r.replicas.members[0].config, r.load)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	if s.RootsEqual, err = rootsEqual(ctx, r.client, found.committed, found.root); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	s.RootsEqual = s.RootsEqual && s.BatchesExecuted == s.BatchesSealed && found.committed == s.BatchesSealed
	s.Root = hex.EncodeToString(found.root[:])
	if begun := found.genesis; begun != ([32]byte{}) {
		s.GenesisRoot = hex.EncodeToString(begun[:])
	}
	s.RootsEqual = s.RootsEqual && found.genesis == r.o.Beginning.root()
	s.AcknowledgedLost, s.AnchorsDuplicated, s.DABatches = found.lost, found.duplicated, found.byProvider
	if found.transitions > 0 {
		s.BytesPerTransition = float64(found.envelopeBytes) / float64(found.transitions)
		s.PayloadBytesTransition = float64(found.payloadBytes) / float64(found.transitions)
	}
	if _, err := r.consistency(ctx); err != nil {
		return nil, fmt.Errorf("ask for the verdicts: %w", err)
	}
	s.Divergences = len(r.diverged)
	if r.o.BookOut != "" {
		if err := writeBook(ctx, r.client, found.committed, r.o.BookOut); err != nil {
			return nil, err
		}
	}
	s.Broken = broken(s, refused)
	return s, nil
}

// broken names the invariants that do not hold.
func broken(s *Summary, refused uint64) []string {
	out := []string{}
	check := func(ok bool, what string) {
		if !ok {
			out = append(out, what)
		}
	}
	check(s.RootsEqual, "the layers or replicas state different roots")
	check(s.Divergences == 0, "a checker found a divergence")
	check(s.AcknowledgedLost == 0, "acknowledged transitions are lost")
	check(s.AnchorsDuplicated == 0, "a batch was anchored twice or out of order")
	check(refused == 0, "submissions of an open session were refused")
	check(s.Drained, "not everything sealed became final in time")
	return out
}

// WriteTable prints the summary for people.
func (s *Summary) WriteTable(w io.Writer) {
	row := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("replicas", "%d, lineage %s", s.Replicas, s.Lineage)
	row("flow", "%s, %.1f s", s.Flow, s.Seconds)
	row("transitions", "%d acknowledged, %d accepted, %d rejected", s.TransitionsAcked, s.TransitionsAccepted, s.TransitionsRejected)
	row("throughput", "%.0f transitions/s", s.TransitionsPerSecond)
	row("commit latency", "p50 %.1f ms, p99 %.1f ms", s.CommitLatencyMs.P50, s.CommitLatencyMs.P99)
	row("batches", "%d sealed, %d executed, %d published, %d committed, %d proven (%s), %d finalized",
		s.BatchesSealed, s.BatchesExecuted, s.BatchesPublished, s.BatchesCommitted, s.BatchesProven, cmp.Or(config.Caveat(s.ProofPolicy), s.ProofPolicy), s.BatchesFinalized)
	row("DA", "%s, audited: %s", s.DA, providersText(s.DABatches))
	row("executed lag", "%d batches at half time, %d at the end", s.ExecutedLagHalfway, s.ExecutedLag)
	row("size", "%.2f bytes/transition published, %.2f in columns", s.BytesPerTransition, s.PayloadBytesTransition)
	if s.TimeToFirstWriteMs != nil {
		row("leader kills", "%d, first write after median %.0f ms, p90 %.0f ms, maximum %.0f ms",
			s.LeaderKills, s.TimeToFirstWriteMs.MedianMs, s.TimeToFirstWriteMs.P90Ms, s.TimeToFirstWriteMs.MaximumMs)
	}
	if m := s.Recording; m != nil {
		row("recording", "%d messages: %d created, %d changed, %d deleted, %d of them for orders that do not rest, %d not submitted",
			m.Messages, m.Created, m.Changed, m.Deleted, m.Rejected, m.NotSubmitted)
	}
	row("audit", "roots equal %v, divergences %d, acknowledged lost %d, anchors duplicated %d",
		s.RootsEqual, s.Divergences, s.AcknowledgedLost, s.AnchorsDuplicated)
	row("root", "%s", s.Root)
	if s.GenesisRoot != "" {
		row("began with", "a book of root %s", s.GenesisRoot)
	}
	for _, b := range s.Broken {
		row("BROKEN", "%s", b)
	}
}

// providersText says how many batches the audit read from each provider.
func providersText(batches map[string]uint64) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(batches)) {
		out = append(out, fmt.Sprintf("%d from %s", batches[name], name))
	}
	return strings.Join(out, ", ")
}
