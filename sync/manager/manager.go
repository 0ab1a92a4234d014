package manager

// What must hold here: only facts that were observed are recorded, each with its evidence, and nothing is sent to L1
// that the cursor does not already hold as an intent.

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// Machine is the local replica: *fsm.Machine.
type Machine interface {
	Cursor() *cursor.Cursor
	Status() fsm.Status
	Sealed(batch uint64) (*fsm.SealedBatch, error)
	SealedHeader(batch uint64) (*fsm.SealedBatch, error)
	View(batch uint64) (*tree.View, error)
	WaitSealing(ctx context.Context) error
	Creditable() fsm.Creditable
	Suits(h batch.Header) error
	Subscribe(buffer int) *fsm.Subscription
}

// Cluster is the Raft node: *cluster.Node.
type Cluster interface {
	Propose(ctx context.Context, t command.Type, body []byte) (*fsm.Result, error)
	ConfirmLeadership(ctx context.Context) (term uint64, err error)
	ReadBarrier(ctx context.Context) (index uint64, err error)
	Roots(batch uint64) map[string]cluster.Root
	MajorityRoot(batch uint64) (cluster.Root, bool)
	Reachable() []string
	Execute(ctx context.Context, node string, batch uint64, sealed [32]byte) (cluster.Execution, error)
	IsLeader() bool
	SetAudit(a *cluster.Audit)
	Audits(term uint64) []cluster.Audit
	Replicas() int
	Yield(ctx context.Context, why string) error
}

// Executor is the zkVM layer: *zkvm.Executor.
type Executor interface {
	Execute(ctx context.Context, input []byte) (*zkvm.Result, error)
}

// SealPolicy says when the open batch is sealed: whichever limit comes first.
type SealPolicy struct {
	MaxTransitions int
	MaxBytes       int // of the payload, estimated
	MaxAge         time.Duration
}

// Config of a Manager.
type Config struct {
	NodeID string
	Seal   SealPolicy
	// Interval is the time between two checks of all layers (verification_interval).
	Interval time.Duration
	// Tolerance is how much lag is called consistent (tolerance_threshold).
	Tolerance consistency.Tolerance
	// Strategy is what follows a divergence (reconciliation_strategy).
	Strategy consistency.Strategy
	// ExecutionPatience is how long one replica is waited for before another is asked to execute the batch as well; 0
	// for 10 s.
	ExecutionPatience time.Duration
	// Submitters are the accounts whose foreign batches are adopted without an operator once L1 has verified them.
	Submitters [][20]byte
	// ExecutorPaused leaves out the execute duty, and with it whatever needs an execution.
	ExecutorPaused bool
	// SealOnly leaves out every duty but to seal, and the checker: what the others cost is measured against it.
	SealOnly bool
	// CensusInterval is how often the leader asks every DA provider for one of the newest committed batches; 0 for never.
	CensusInterval time.Duration
	// Proofs is nil where finality needs none: it then rests on the execution.
	Proofs *ProofsConfig
	// Checkpoints says when the leader makes one.
	Checkpoints CheckpointPolicy
	// L1 is nil without an L1: batches are then sealed, published and executed, and not anchored.
	L1 *L1Config
}

// Parts are what a Manager wires together.
type Parts struct {
	Machine  Machine
	Cluster  Cluster
	Executor Executor
	Evidence Evidence // nil: none is kept
	DA       *da.Set
	// Snapshots takes those that become checkpoints; nil: none is made, and no high-water mark is written.
	Snapshots Snapshots
	Logger    *slog.Logger
	// Failpoint is called between any two steps of every duty; nil in production.
	Failpoint Failpoint
}

// Manager runs the duties and the checker. Its methods may be called concurrently; Duties runs once at a time.
type Manager struct {
	config Config
	parts  Parts
	log    *slog.Logger
	l1     *l1     // nil without an L1
	prover *prover // nil where finality needs no proofs
	keeper *keeper
	board  board
	term   atomic.Uint64 // of the duties that run
	// leading is the duties' context while they run.
	leading atomic.Pointer[context.Context]
	report  atomic.Pointer[consistency.Report]
	checks  atomic.Uint64
	audits  audits
	// reported is nudged when there is a new report.
	reported chan struct{}
	// room is nudged when inputs are kept again after they had reached their limit.
	room chan struct{}

	tally   da.Tally // batches that one DA provider alone has
	sampled uint64   // of the census duty alone: the batch of the last census

	verdicts   verdicts   // of the verdict duty alone
	reconciler reconciler // of the reconcile duty, but for its orders
}

// New returns a Manager. It speaks to nobody yet.
func New(config Config, parts Parts) (*Manager, error) {
	m := &Manager{
		config: config, parts: parts, log: parts.Logger,
		board: board{statuses: map[string]DutyStatus{}}, reported: make(chan struct{}, 1), room: make(chan struct{}, 1),
		reconciler: reconciler{orders: make(chan reconcileOrder)},
		keeper:     newKeeper(),
	}
	if config.Proofs != nil {
		m.prover = m.newProver(*config.Proofs)
	}
	if config.L1 != nil {
		var err error
		if m.l1, err = newL1(m, *config.L1); err != nil {
			return nil, fmt.Errorf("manager: %w", err)
		}
	}
	return m, nil
}

// Duties runs the leader's duties until ctx ends. It has the form that cluster.Node.RunDuties wants.
func (m *Manager) Duties(ctx context.Context, term uint64) error {
	m.log.InfoContext(ctx, "duties begin", slog.Uint64("term", term))
	defer m.log.InfoContext(ctx, "duties have ended", slog.Uint64("term", term))
	m.term.Store(term)
	m.leading.Store(&ctx)
	defer m.leading.Store(nil)
	if m.prover != nil {
		m.prover.queue.Begin(term)
		defer m.prover.queue.End()
	}
	var group sync.WaitGroup
	for _, d := range m.duties() {
		group.Go(func() { m.run(ctx, d) })
	}
	group.Go(func() { m.watchSteps(ctx) })
	group.Wait()
	return nil
}

func (m *Manager) duties() []duty {
	executions := newExecutions(m)
	ds := []duty{
		{name: "seal", idle: 10 * time.Millisecond, step: m.sealStep},
		{name: "publish", idle: 50 * time.Millisecond, step: m.publishStep},
		{name: "execute", idle: 50 * time.Millisecond, limit: maxExecuteDelay, wake: m.room, step: executions.step, end: executions.wait},
		{name: "report", idle: 50 * time.Millisecond, step: m.reportStep},
		{name: "verdict", idle: m.config.Interval, wake: m.reported, step: m.verdictStep},
	}
	if m.config.SealOnly {
		return ds[:1]
	}
	if m.config.ExecutorPaused {
		ds = slices.DeleteFunc(ds, func(d duty) bool { return d.name == "execute" })
	}
	if m.l1 != nil {
		// However long L1 was away, it is asked at the same pace, so that anchoring goes on within two polls of its return.
		poll := m.l1.config.PollInterval
		ds = append(ds,
			duty{name: "follow", idle: poll, limit: poll, step: m.followStep},
			duty{name: "reconcile", idle: poll, limit: poll, step: m.reconcileStep},
			duty{name: "credit", idle: 50 * time.Millisecond, step: m.creditStep},
			duty{name: "anchor", idle: 50 * time.Millisecond, limit: poll, step: m.anchorStep},
		)
		// With one provider alone there is nobody to compare it with.
		if m.config.CensusInterval > 0 && m.parts.DA.PrimaryID() != da.ProviderArchive {
			ds = append(ds, duty{name: "census", idle: m.config.CensusInterval, step: m.censusStep})
		}
	}
	return append(ds, m.keeperDuties()...)
}

// Report returns the newest result of this replica's checker; false before the first.
func (m *Manager) Report() (consistency.Report, bool) {
	if r := m.report.Load(); r != nil {
		return *r, true
	}
	return consistency.Report{}, false
}

// Checks returns how many checks this replica has made.
func (m *Manager) Checks() uint64 { return m.checks.Load() }

// Alarms returns how many conditions that an operator must see the L1 side has raised; the log names each.
func (m *Manager) Alarms() uint64 {
	if m.l1 == nil {
		return 0
	}
	return m.l1.alarms.Load()
}

// L1Counters returns what this replica did and saw on L1 since it started; nil without an L1.
func (m *Manager) L1Counters() *layer1.Counters {
	if m.l1 == nil {
		return nil
	}
	return &m.l1.counters
}

// Status returns how the duties fare on this replica, by name; after leadership, how they last did.
func (m *Manager) Status() []DutyStatus { return m.board.all() }

// record commits one fact about a layer. An event that the cursor refuses is an error.
func (m *Manager) record(ctx context.Context, event cursor.Event) error {
	if e, ok := event.(cursor.Failed); ok {
		e.Reason = clip(e.Reason, cursor.MaxText)
		event = e
	}
	return m.commit(ctx, cursor.Name(event), command.TypeCursor, cursor.Append(nil, event))
}

func (m *Manager) propose(ctx context.Context, t command.Type, body []byte) error {
	return m.commit(ctx, t.String(), t, body)
}

// commit brings one step of a duty into the replicated state. Everything that a duty does goes through here or through
// an anchor's steps, so these are the places where it may die.
func (m *Manager) commit(ctx context.Context, fact string, t command.Type, body []byte) error {
	if err := m.parts.Failpoint.at(ctx, fact+Unrecorded); err != nil {
		return err
	}
	result, err := m.parts.Cluster.Propose(ctx, t, body)
	if err != nil {
		return err
	}
	if result.Err != nil {
		return result.Err
	}
	return m.parts.Failpoint.at(ctx, fact+Recorded)
}

// haltAnchoring stops anchoring until somebody ends it, and says how.
func (m *Manager) haltAnchoring(ctx context.Context, reason, exit string) error {
	if m.parts.Machine.Cursor().Halted(command.ScopeAnchoring) {
		return nil
	}
	m.log.ErrorContext(ctx, "anchoring halted", slog.String("reason", reason), slog.String("exit", exit))
	h := command.Halt{Scope: command.ScopeAnchoring, Reason: clip(reason, command.MaxReason), Exit: clip(exit, command.MaxReason), TimeMs: time.Now().UnixMilli()}
	return m.propose(ctx, command.TypeHalt, h.Append(nil))
}

// clip makes what another program said fit to be recorded: at most limit bytes of valid UTF-8. An endpoint's error may
// hold a whole page.
func clip(s string, limit int) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") // a rune that the limit cuts in two goes
	}
	return s
}

// sealStep cuts the open batch when a limit is reached, and seals it once that takes no time any more. A batch that a
// leader before cut is sealed first.
func (m *Manager) sealStep(ctx context.Context) (bool, error) {
	status := m.parts.Machine.Status()
	if status.Cut.Number != 0 {
		return m.seal(ctx, status.Cut.Number, status.Cut.ProgramVersion)
	}
	open := status.Open
	now := time.Now().UnixMilli()
	p := m.config.Seal
	due := open.Transitions >= p.MaxTransitions || open.EstimateBytes >= p.MaxBytes ||
		now-open.FirstTimeMs >= p.MaxAge.Milliseconds()
	if open.Transitions == 0 || !due {
		return false, nil
	}
	cut := command.Cut{Number: open.Number, TimeMs: now, ProgramVersion: status.ProgramVersion}
	if err := m.propose(ctx, command.TypeCut, cut.Append(nil)); err != nil {
		return false, fmt.Errorf("cut batch %d: %w", open.Number, err)
	}
	return m.seal(ctx, open.Number, status.ProgramVersion)
}

// seal ends the sealing of a batch that was cut.
func (m *Manager) seal(ctx context.Context, number uint64, program uint32) (bool, error) {
	if err := m.parts.Machine.WaitSealing(ctx); err != nil {
		return false, err
	}
	seal := command.Seal{Number: number, TimeMs: time.Now().UnixMilli(), ProgramVersion: program}
	if err := m.propose(ctx, command.TypeSeal, seal.Append(nil)); err != nil {
		return false, fmt.Errorf("seal batch %d: %w", number, err)
	}
	return true, nil
}

// stated are the roots that replicas stated for the batch that is sealed here under a number, whose header hash is sealed:
// right after a seal those of a batch that a rollback removed may be the newest that were heard.
func (m *Manager) stated(n uint64) (roots map[string]cluster.Root, sealed [32]byte) {
	b, err := m.parts.Machine.SealedHeader(n)
	if err != nil {
		return nil, sealed
	}
	roots = m.parts.Cluster.Roots(n)
	maps.DeleteFunc(roots, func(_ string, r cluster.Root) bool { return r.Index != b.Index })
	return roots, b.Hash
}

// reportStep records the roots that replicas stated for the batches that have no majority yet.
func (m *Manager) reportStep(ctx context.Context) (bool, error) {
	cur := m.parts.Machine.Cursor()
	heads := cur.Heads()
	progress := false
	for n := heads.Committed + 1; n <= heads.Sealed; n++ {
		batch, ok := cur.Batch(n)
		if !ok {
			continue
		}
		roots, sealed := m.stated(n)
		for node, root := range roots {
			i := slices.IndexFunc(batch.Reports, func(r cursor.Report) bool { return r.Node == node })
			if i >= 0 && (batch.Reports[i].Root == batch.Root || batch.Reports[i].Root == root.Root && batch.Reports[i].Digest == root.Digest) {
				continue
			}
			if err := m.record(ctx, cursor.ReplicaRoot{Node: node, Batch: n, Sealed: sealed, Root: root.Root, Digest: root.Digest}); err != nil {
				return progress, fmt.Errorf("report root of batch %d by %s: %w", n, node, err)
			}
			progress = true
		}
	}
	return progress, nil
}
