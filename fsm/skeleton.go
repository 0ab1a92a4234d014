package fsm

import (
	"context"
	"io"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Machine is the replicated state machine (skeleton: bodies follow).
type Machine struct{ config Config }

var _ raft.BatchingFSM = (*Machine)(nil)

func New(config Config) *Machine                        { return &Machine{config: config} }
func (m *Machine) Apply(log *raft.Log) any              { panic("skeleton") }
func (m *Machine) ApplyBatch(logs []*raft.Log) []any    { panic("skeleton") }
func (m *Machine) Snapshot() (raft.FSMSnapshot, error)  { panic("skeleton") }
func (m *Machine) Restore(snapshot io.ReadCloser) error { panic("skeleton") }

func (m *Machine) AppliedIndex() uint64                                { panic("skeleton") }
func (m *Machine) WaitApplied(ctx context.Context, index uint64) error { panic("skeleton") }
func (m *Machine) Position() Position                                  { panic("skeleton") }
func (m *Machine) Fatal() error                                        { panic("skeleton") }
func (m *Machine) Read(fn func(r *Reader) error) error                 { panic("skeleton") }
func (m *Machine) Sealed(n uint64) (*SealedBatch, error)               { panic("skeleton") }
func (m *Machine) View(n uint64) (*tree.View, error)                   { panic("skeleton") }
func (m *Machine) Cursor() *cursor.Cursor                              { panic("skeleton") }
func (m *Machine) Status() Status                                      { panic("skeleton") }
func (m *Machine) Stats() Stats                                        { panic("skeleton") }
func (m *Machine) Subscribe(buffer int) *Subscription                  { panic("skeleton") }

// Status is a small picture of the machine, for the leader's duties and status pages.
type Status struct {
	Position
	Genesis        command.Genesis // zero before genesis
	Heads          cursor.Heads
	Open           OpenBatch
	MinVersion     uint32
	ProgramVersion uint32 // of the next batch
	ClockMs        int64  // clamped log time
	IntakeHalted   bool
	Sessions       int
	Versions       []uint64 // batches whose version is kept, ascending
	RetainedBytes  int64
}

// OpenBatch says how full the open batch is.
type OpenBatch struct {
	Number        uint64
	Transitions   int
	FirstTimeMs   int64 // of its first transition; 0 when empty
	EstimateBytes int   // an estimate of its payload's size, from the row encoding
}

// Stats counts what happened since the process started.
type Stats struct {
	Entries, Submissions, Accepted, Rejected, Duplicates, Refused uint64
	Seals, Rollbacks, CursorEvents, IllegalEvents                 uint64
	Snapshots, Restores, SubscribersDropped                       uint64
	PayloadBytes                                                  uint64
}

// Reader gives access to the open state inside Machine.Read.
type Reader struct{}

func (r *Reader) Position() Position                             { panic("skeleton") }
func (r *Reader) Tree() Getter                                   { panic("skeleton") }
func (r *Reader) Counters() (state.Counters, error)              { panic("skeleton") }
func (r *Reader) Asset(id uint32) (state.Asset, bool, error)     { panic("skeleton") }
func (r *Reader) Market(id uint32) (state.Market, bool, error)   { panic("skeleton") }
func (r *Reader) Account(id uint64) (state.Account, bool, error) { panic("skeleton") }
func (r *Reader) Balance(account uint64, asset uint32) (state.Balance, bool, error) {
	panic("skeleton")
}
func (r *Reader) Order(id uint64) (state.OrderKey, state.Order, bool, error) { panic("skeleton") }
func (r *Reader) ClientOrder(account, client uint64) (uint64, bool)          { panic("skeleton") }
func (r *Reader) AccountOrders(account uint64) []uint64                      { panic("skeleton") }
func (r *Reader) Depth(market uint32, side command.Side, limit int) ([]state.Level, error) {
	panic("skeleton")
}
func (r *Reader) Session(id uint64) (session.Info, bool) { panic("skeleton") }
func (r *Reader) Cursor() *cursor.Cursor                 { panic("skeleton") }
func (r *Reader) Status() Status                         { panic("skeleton") }

// Getter reads and scans the open state.
type Getter interface {
	state.Getter
	state.Ascender
}

// Event is what a subscription delivers. The set is closed: Sealed, Fills, HeadsMoved, RolledBack, Halted.
type Event interface{ event() }

type (
	// Sealed: a batch was sealed.
	Sealed struct{ SealInfo }
	// Fills: trades of one entry, in order.
	Fills struct {
		Position
		Fills []state.Fill
	}
	// HeadsMoved: the cursor's heads changed.
	HeadsMoved struct {
		Position
		Heads cursor.Heads
	}
	// RolledBack: batches above To were removed.
	RolledBack struct {
		Position
		Record cursor.RollbackRecord
	}
	// Halted: a scope was halted or resumed; Halts are those that stand.
	Halted struct {
		Position
		Halts []cursor.HaltRecord
	}
)

func (Sealed) event()     {}
func (Fills) event()      {}
func (HeadsMoved) event() {}
func (RolledBack) event() {}
func (Halted) event()     {}

// Subscription is a bounded stream of events.
type Subscription struct{}

// C delivers the events in order; it is closed when the subscription ends.
func (s *Subscription) C() <-chan Event { panic("skeleton") }

// Err says why the stream ended: ErrSlowSubscriber, ErrPoisoned, or nil after Close.
func (s *Subscription) Err() error { panic("skeleton") }
func (s *Subscription) Close()     { panic("skeleton") }
