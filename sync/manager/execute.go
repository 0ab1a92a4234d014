package manager

// What must hold here: a batch counts as executed only by a statement that names it by its header's hash; one that
// states another result is asked for once more, of another replica if there is one, before anchoring halts; and no
// replica that is silent, the leader included, holds a batch up for longer than the patience while another executes.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/evidence"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
)

const (
	// maxExecutions is how many batches are being executed at a time, by all replicas together.
	maxExecutions = 4
	// executionPatience is how long one replica is waited for before the next is asked as well.
	executionPatience = 10 * time.Second
	// executionLimit is how long another replica may take in all.
	executionLimit = time.Minute
	// ownExecutionLimit is how long the leader's own may take. It comes last; the others are asked again meanwhile.
	ownExecutionLimit = 10 * time.Minute
)

var (
	errPaused   = errors.New("manager: this replica's executor is paused")
	errOtherOne = errors.New("manager: this replica sealed another header under that number")
)

// Evidence keeps what a mismatch can be looked into with: *evidence.Store.
type Evidence interface {
	// Write returns the name of the file.
	Write(m *evidence.Mismatch) (name string, err error)
}

// Execute executes a batch on this replica and states the result. It is what the other replicas' leader asks for
// (cluster.Node.ServeExecutions). A result that differs from what this replica sealed is no error but a statement with
// a detail; an error says that there is no statement.
func (m *Manager) Execute(ctx context.Context, n uint64, sealed [32]byte) (cluster.Execution, error) {
	if m.config.ExecutorPaused || m.config.SealOnly {
		return cluster.Execution{}, errPaused
	}
	if err := m.roomFor(inputs.Key{Batch: n, HeaderHash: sealed}); err != nil {
		return cluster.Execution{}, err
	}
	genesis := m.parts.Machine.Status().Genesis
	task, err := zkvm.Prepare(m.parts.Machine, n, guest.Deployment{ChainID: genesis.ChainID, Contract: genesis.Contract})
	if err != nil {
		return cluster.Execution{}, err
	}
	if task.Header.Hash() != sealed {
		return cluster.Execution{}, fmt.Errorf("%w: batch %d", errOtherOne, n)
	}
	if err = m.keepExecuted(inputs.Key{Batch: n, HeaderHash: sealed}, task.Input); err != nil {
		return cluster.Execution{}, err
	}
	stated := cluster.Execution{Node: m.config.NodeID, Batch: n, Sealed: sealed}
	result, err := m.parts.Executor.Execute(ctx, task.Input)
	err = task.Judge(result, err)
	divergence, diverged := errors.AsType[*zkvm.DivergenceError](err)
	refusal, refused := errors.AsType[*zkvm.RefusalError](err)
	switch {
	case refused:
		stated.Detail = refusal.Error()
	case diverged:
		stated.Detail = divergence.Detail()
	case err != nil:
		return cluster.Execution{}, err
	}
	if !refused {
		stated.Root, stated.HeaderHash, stated.JournalHash = result.Journal.PostRoot, result.Journal.HeaderHash, result.Journal.Hash()
	}
	if err != nil {
		stated.Detail = m.keepEvidence(ctx, task, result, refusal, stated.Detail)
	}
	return stated, nil
}

// keepEvidence writes what a mismatch can be looked into with and returns the detail with the name of the file.
func (m *Manager) keepEvidence(ctx context.Context, task *zkvm.Task, result *zkvm.Result, refusal *zkvm.RefusalError, detail string) string {
	m.log.ErrorContext(ctx, "zkVM states another result", slog.Uint64("batch", task.Header.Number), slog.String("detail", detail))
	if m.parts.Evidence == nil {
		return clip(detail, cursor.MaxDetail)
	}
	name, err := m.parts.Evidence.Write(evidence.Of(task, result, refusal, m.config.NodeID, time.Now().UnixMilli()))
	if err != nil {
		m.log.ErrorContext(ctx, "evidence of a mismatch not kept", slog.Uint64("batch", task.Header.Number), slog.Any("error", err))
		return clip(detail, cursor.MaxDetail)
	}
	suffix := "; evidence: " + name
	return clip(detail, cursor.MaxDetail-len(suffix)) + suffix
}

// executions are the batches of one leadership that are being executed. The duty's goroutine alone uses it; a job only
// sends its end.
type executions struct {
	m       *Manager
	running map[uint64]bool
	ended   chan executionEnd
	jobs    sync.WaitGroup
}

type executionEnd struct {
	batch uint64
	err   error
}

func newExecutions(m *Manager) *executions {
	return &executions{m: m, running: map[uint64]bool{}, ended: make(chan executionEnd, maxExecutions)}
}

// step begins the execution of the next batches, and takes note of those that have ended.
func (x *executions) step(ctx context.Context) (progress bool, err error) {
	for len(x.ended) > 0 {
		end := <-x.ended
		delete(x.running, end.batch)
		progress = true
		if end.err != nil {
			err = errors.Join(err, fmt.Errorf("execute batch %d: %w", end.batch, end.err))
		}
	}
	cur := x.m.parts.Machine.Cursor()
	heads := cur.Heads()
	for n := heads.Executed + 1; n <= heads.Sealed && len(x.running) < maxExecutions; n++ {
		record, ok := cur.Batch(n)
		if !ok || record.Execution != nil || x.running[n] {
			continue
		}
		if givenUp(cur, record) {
			continue
		}
		x.running[n] = true
		x.jobs.Go(func() { x.ended <- executionEnd{n, x.m.executeBatch(ctx, record)} })
	}
	return progress && err == nil, err
}

// givenUp says whether a batch was executed again and was wrong again: whoever ends the halt has it executed once more.
func givenUp(cur *cursor.Cursor, record cursor.Batch) bool {
	return len(record.Mismatches) > 1 && record.Execution == nil && cur.Halted(command.ScopeAnchoring)
}

// wait returns when no job is left.
func (x *executions) wait() { x.jobs.Wait() }

// executors gives the replicas that may execute batch n, those to be asked first at the beginning: the others in turn,
// and this one, which leads and has more to do, behind them. Whoever has stated another result of a batch that is not
// final comes last, so that a batch is executed again elsewhere if there is another replica.
func executors(self string, others []string, cur *cursor.Cursor, n uint64) []string {
	others = slices.DeleteFunc(slices.Clone(others), func(id string) bool { return id == self || cur.Quarantined(id) })
	var order []string
	if len(others) > 0 {
		first := int(n % uint64(len(others)))
		order = append(slices.Clone(others[first:]), others[:first]...)
	}
	order = append(order, self)
	suspects := map[string]int{}
	for i := cur.Heads().Finalized + 1; i <= cur.Heads().Sealed; i++ {
		record, _ := cur.Batch(i)
		for _, wrong := range record.Mismatches {
			suspects[wrong.Node] = max(suspects[wrong.Node], 1)
			if i == n {
				suspects[wrong.Node] = 2
			}
		}
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(suspects[a], suspects[b]) })
	return order
}

// executeBatch has a batch executed and records what was stated.
func (m *Manager) executeBatch(ctx context.Context, record cursor.Batch) error {
	stated, err := m.askExecution(ctx, record.Number, record.HeaderHash)
	if errors.Is(err, errUnwanted) {
		return nil
	}
	if err != nil {
		return err
	}
	if stated.Detail != "" || stated.Root != record.Root || stated.HeaderHash != record.HeaderHash {
		m.log.ErrorContext(ctx, "a replica states another result of the zkVM", slog.Uint64("batch", record.Number),
			slog.String("replica", stated.Node), slog.String("detail", stated.Detail))
	}
	return m.record(ctx, cursor.Executed{
		Batch: stated.Batch, Sealed: stated.Sealed, Root: stated.Root, HeaderHash: stated.HeaderHash,
		JournalHash: stated.JournalHash, Node: stated.Node, Detail: stated.Detail,
	})
}

// errUnwanted says that a batch needs no execution any more: a rollback removed it, or there is one.
var errUnwanted = errors.New("manager: the batch needs no execution any more")

// askExecution asks one replica after the other and gives the first statement. The next is asked when one fails, or has
// not answered within the patience; the others are not waited for any more. As long as this replica's own executor, the
// last, does not answer, whoever failed or was not there is asked again at each patience: this replica may lead because
// the others were down.
func (m *Manager) askExecution(ctx context.Context, n uint64, sealed [32]byte) (cluster.Execution, error) {
	type answer struct {
		node      string
		execution cluster.Execution
		err       error
	}
	patience := cmp.Or(m.config.ExecutionPatience, executionPatience)
	ctx, cancel := context.WithCancel(ctx)
	var asking sync.WaitGroup
	defer asking.Wait()
	defer cancel()
	answers := make(chan answer)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	asked, waiting, failed := map[string]int{}, map[string]bool{}, map[string]error{}
	ask := func(again bool) error {
		nodes, err := m.executorsOf(n, sealed)
		if err != nil {
			return err
		}
		timer.Reset(patience)
		nodes = slices.DeleteFunc(nodes, func(id string) bool { return waiting[id] || asked[id] > 0 && !again })
		if len(nodes) == 0 {
			return nil
		}
		node := slices.MinFunc(nodes, func(a, b string) int { return cmp.Compare(asked[a], asked[b]) })
		asked[node], waiting[node] = asked[node]+1, true
		asking.Go(func() {
			execution, err := m.executeOn(ctx, node, n, sealed)
			select {
			case answers <- answer{node, execution, err}:
			case <-ctx.Done():
			}
		})
		return nil
	}
	err := ask(false)
	for err == nil && len(waiting) > 0 {
		select {
		case a := <-answers:
			if a.err == nil {
				return a.execution, nil
			}
			m.log.InfoContext(ctx, "replica did not execute", slog.Uint64("batch", n), slog.String("replica", a.node), slog.Any("error", a.err))
			delete(waiting, a.node)
			failed[a.node] = a.err
			err = ask(false)
		case <-timer.C:
			err = ask(waiting[m.config.NodeID])
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	if err != nil {
		return cluster.Execution{}, err
	}
	var errs []error
	for _, node := range slices.Sorted(maps.Keys(failed)) {
		errs = append(errs, failed[node])
	}
	return cluster.Execution{}, errors.Join(errs...)
}

// executorsOf gives the replicas that may execute a batch now, in the order in which they are asked.
func (m *Manager) executorsOf(n uint64, sealed [32]byte) ([]string, error) {
	cur := m.parts.Machine.Cursor()
	if record, ok := cur.Batch(n); !ok || record.HeaderHash != sealed || record.Execution != nil {
		return nil, errUnwanted
	}
	return executors(m.config.NodeID, m.parts.Cluster.Reachable(), cur, n), nil
}

func (m *Manager) executeOn(ctx context.Context, node string, n uint64, sealed [32]byte) (cluster.Execution, error) {
	own := node == m.config.NodeID
	limit := executionLimit
	if own {
		limit = ownExecutionLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if own {
		return m.Execute(ctx, n, sealed)
	}
	return m.parts.Cluster.Execute(ctx, node, n, sealed)
}
