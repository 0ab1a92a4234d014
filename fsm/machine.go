package fsm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// A reply acknowledges only what was applied whole. Replicated state is written
// by Raft's FSM goroutine alone, under the write lock.

// MaxOpenTransitions bounds the open batch, should nobody seal it: beyond it
// submissions are answered with session.Halted. One cancel-all may exceed it by
// state.MaxTouched; the payload still decodes under batch.DefaultLimits,
// whatever the transitions.
const MaxOpenTransitions = 1 << 18

// Config is what a replica brings along. Nothing of it decides replicated state:
// the limits that do are the genesis's.
type Config struct {
	Hasher   tree.Hasher    // nil: crypto/sha256
	Parallel tree.Parallel  // nil: serial
	Memory   tree.Memory    // nil: Go's, in small pages
	Seed     uint64         // of hash tables; random and secret, so that no client can choose ids that collide
	Logger   *slog.Logger   // nil: discards
	NodeID   string         // for the log alone
	OnSeal   func(SealInfo) // on the FSM goroutine; must not block
	OnFatal  func(error)    // once, when the machine poisons itself; must not block
}

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.NodeID != "" {
		c.Logger = c.Logger.With("node", c.NodeID)
	}
	return c
}

// SealInfo is what replicas exchange after each seal.
type SealInfo struct {
	Lineage    [16]byte
	Index      uint64 // of the seal command
	Batch      uint64
	Root       [32]byte
	HeaderHash [32]byte
	Digest     [32]byte // of everything replicated outside the root
}

// Position says which state a reply speaks of.
type Position struct {
	Lineage [16]byte
	Index   uint64   // newest applied Raft index
	Batch   uint64   // newest sealed batch
	Root    [32]byte // its root
}

// Result is the response of every applied command.
type Result struct {
	Position
	Receipts []session.Receipt // one per submission of an entry, in order
	Session  uint64            // of a session-open command
	Epoch    uint64            // of an epoch command: the new counter
	Err      error             // typed refusal of a command, or ErrPoisoned
}

// PoisonError says what poisoned the machine. It wraps ErrPoisoned and, where
// there is one, the error behind it.
type PoisonError struct {
	Index uint64 // Raft index of the entry that did it
	Cause error
	Stack string // of a panic
}

func (e *PoisonError) Error() string {
	return fmt.Sprintf("%v at index %d: %v", ErrPoisoned, e.Index, e.Cause)
}

func (e *PoisonError) Unwrap() []error { return []error{ErrPoisoned, e.Cause} }

// Machine is the replicated state machine. See the package comment.
type Machine struct {
	config Config

	// mu guards r and everything behind it. Apply holds it for one command,
	// readers inside Read. Callbacks run without it.
	mu sync.RWMutex
	r  *replica

	published atomic.Pointer[picture] // what lock-free readers see
	poison    atomic.Pointer[PoisonError]
	progress  progress
	hub       hub
	stats     counters

	// FSM goroutine only: working memory.
	decoder batch.Decoder
	entry   command.Entry
	fills   fillSlab
	effects effects
}

// picture is replaced after every command.
type picture struct {
	position Position
	cursor   *cursor.Cursor
	status   Status
}

// effects are what a command makes known after the lock is released.
type effects struct {
	seal   *SealInfo
	events []Event
}

var _ raft.BatchingFSM = (*Machine)(nil)

// New returns a machine with the empty state.
func New(config Config) *Machine {
	m := &Machine{config: config.withDefaults()}
	m.r = newReplica(&m.config)
	m.publish()
	return m
}

// Apply applies one committed entry. It returns a *Result.
func (m *Machine) Apply(log *raft.Log) any {
	if p := m.poison.Load(); p != nil {
		return &Result{Err: p}
	}
	m.effects = effects{}
	result, err := m.guarded(log)
	if err != nil {
		m.fail(err)
		return &Result{Err: err}
	}
	if m.effects.seal != nil && m.config.OnSeal != nil {
		m.config.OnSeal(*m.effects.seal)
	}
	for _, ev := range m.effects.events {
		m.hub.send(ev)
	}
	m.progress.reach(m.AppliedIndex())
	return result
}

// ApplyBatch applies committed entries in order.
func (m *Machine) ApplyBatch(logs []*raft.Log) []any {
	out := make([]any, len(logs))
	for i, log := range logs {
		out[i] = m.Apply(log)
	}
	return out
}

// guarded applies an entry and turns whatever goes wrong into a poison error.
func (m *Machine) guarded(log *raft.Log) (result *Result, poison *PoisonError) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			cause, ok := v.(error)
			if !ok {
				cause = fmt.Errorf("panic: %v", v)
			}
			result, poison = nil, &PoisonError{Index: log.Index, Cause: cause, Stack: string(debug.Stack())}
		}
	}()
	if log.Index <= m.r.index {
		return nil, &PoisonError{Index: log.Index, Cause: fmt.Errorf("raft gave index %d after %d", log.Index, m.r.index)}
	}
	m.r.index = log.Index
	before := m.r.cursor.Heads()
	result = &Result{}
	if log.Type == raft.LogCommand {
		if err := m.command(log.Data, result); err != nil {
			poison = &PoisonError{Index: log.Index, Cause: err}
			if p, ok := errors.AsType[*panicError](err); ok {
				poison.Stack = p.stack
			}
			return nil, poison
		}
	}
	m.publish()
	result.Position = m.published.Load().position
	if after := m.r.cursor.Heads(); headsMoved(before, after) {
		m.effects.events = append(m.effects.events, HeadsMoved{Heads: after})
	}
	for i := range m.effects.events {
		m.effects.events[i] = at(m.effects.events[i], result.Position)
	}
	return result, nil
}

// headsMoved says whether a command moved a head. Transitions that are applied are told by their receipts: it counts only
// that some are gone.
func headsMoved(before, after cursor.Heads) bool {
	gone := after.Applied < before.Applied
	before.Applied = after.Applied
	return gone || before != after
}

// fail poisons the machine. Only the first cause counts.
func (m *Machine) fail(err *PoisonError) {
	if !m.poison.CompareAndSwap(nil, err) {
		return
	}
	m.progress.fail(err)
	m.hub.closeAll(err)
	if m.config.OnFatal != nil {
		m.config.OnFatal(err)
	}
}

// Fatal returns what poisoned the machine, or nil.
func (m *Machine) Fatal() error {
	if p := m.poison.Load(); p != nil {
		return p
	}
	return nil
}

// AppliedIndex returns the newest Raft index that this machine has applied. No-op
// and barrier entries do not reach it: wait for an index that a command has.
func (m *Machine) AppliedIndex() uint64 { return m.published.Load().position.Index }

// WaitSealing returns when the batch that was cut, if there is one, can be sealed
// without anybody waiting, or when ctx ends.
func (m *Machine) WaitSealing(ctx context.Context) error {
	m.mu.RLock()
	s := m.r.sealing
	m.mu.RUnlock()
	if s == nil {
		return nil
	}
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the sealing of batch %d: %w", s.number, context.Cause(ctx))
	}
}

// Close returns when nothing of the machine runs any more. Nothing may be applied
// afterwards.
func (m *Machine) Close() {
	m.mu.RLock()
	defer m.mu.RUnlock()
	_ = m.r.waitSealing() // whose outcome nobody is told any more
}

// WaitApplied returns when the index is applied, the machine is poisoned, or ctx
// ends.
func (m *Machine) WaitApplied(ctx context.Context, index uint64) error {
	return m.progress.wait(ctx, index)
}

// Position returns the newest applied position.
func (m *Machine) Position() Position { return m.published.Load().position }

// Cursor returns an immutable copy of the cursor. The caller must not mutate it.
func (m *Machine) Cursor() *cursor.Cursor { return m.published.Load().cursor }

// Status returns a small picture of the machine.
func (m *Machine) Status() Status { return m.published.Load().status }

// publish makes the state as it is now visible to lock-free readers. Caller holds
// the write lock (or owns the machine).
func (m *Machine) publish() {
	p := &picture{cursor: m.r.cursor.Clone(), status: m.r.status()}
	p.position = p.status.Position
	m.published.Store(p)
}

// progress lets goroutines wait for an applied index.
type progress struct {
	mu      sync.Mutex
	index   uint64
	err     error
	changed chan struct{} // closed when index or err changes; nil while nobody waits
}

func (p *progress) reach(index uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.index = index
	p.wake()
}

func (p *progress) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	p.wake()
}

func (p *progress) wake() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

func (p *progress) wait(ctx context.Context, index uint64) error {
	for {
		p.mu.Lock()
		if p.changed == nil {
			p.changed = make(chan struct{})
		}
		reached, err, changed := p.index >= index, p.err, p.changed
		p.mu.Unlock()
		switch {
		case err != nil:
			return err
		case reached:
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for applied index %d: %w", index, context.Cause(ctx))
		case <-changed:
		}
	}
}
