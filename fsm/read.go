package fsm

import (
	"cmp"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Readers never see half a command: they hold the read lock, or a picture that
// was published whole.

// Status is a small picture of the machine, for the leader's duties and status
// pages. It is immutable.
type Status struct {
	Position
	Genesis        command.Genesis // zero before genesis
	Heads          cursor.Heads
	Open           OpenBatch
	Cut            CutBatch
	MinVersion     uint32
	ProgramVersion uint32             // of the next batch
	Activations    []command.Activate // by their batch
	ClockMs        int64              // clamped log time
	IntakeHalted   bool
	Sessions       int
	Deposits       uint64   // entries of the L1 queue that are credited
	Versions       []uint64 // batches whose version is kept, ascending
	RetainedBytes  int64    // of payloads
}

// AllSealed says that nothing is left to seal: between a cut and its seal a batch is neither open nor sealed.
func (s Status) AllSealed() bool { return s.Open.Transitions == 0 && s.Cut.Number == 0 }

// OpenBatch says how full the open batch is.
type OpenBatch struct {
	Number        uint64
	Transitions   int
	FirstTimeMs   int64 // log time of its first transition; 0 when empty
	EstimateBytes int   // of its payload, at estimateBytes a transition
}

// CutBatch is the batch that was cut and is not sealed. It is zero when there is none.
type CutBatch struct {
	Number         uint64
	ProgramVersion uint32
}

// estimateBytes is what a transition takes in a payload at most on real flows,
// which measure 5 to 7 bytes; it errs on the side of sealing early.
const estimateBytes = 16

func (r *replica) status() Status {
	var cut CutBatch
	if r.sealing != nil {
		cut = CutBatch{Number: r.sealing.number, ProgramVersion: r.sealing.program}
	}
	return Status{
		Cut:      cut,
		Position: Position{Lineage: r.genesis.Lineage, Index: r.index, Batch: r.newest.batch, Root: r.newest.root},
		Genesis:  r.genesis,
		Heads:    r.cursor.Heads(),
		Open: OpenBatch{
			Number: r.openNumber(), Transitions: len(r.open.transitions), FirstTimeMs: r.open.firstTimeMs,
			EstimateBytes: len(r.open.transitions) * estimateBytes,
		},
		MinVersion: r.minVersion, ProgramVersion: r.programVersion(r.openNumber()), Activations: r.activations, ClockMs: r.clockMs,
		IntakeHalted: r.cursor.Halted(cursor.ScopeIntake), Sessions: r.sessions.Len(), Deposits: r.store.Inbox().Next,
		Versions: r.kept, RetainedBytes: r.retainedBytes,
	}
}

// Sealed returns a retained batch. Errors: ErrUnknownBatch, ErrVersionReleased
// (its payload is gone).
func (m *Machine) Sealed(n uint64) (*SealedBatch, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	b, err := m.r.findSealed(n)
	if err != nil {
		return nil, err
	}
	if b.Payload == nil {
		return nil, fmt.Errorf("payload of batch %d: %w", n, ErrVersionReleased)
	}
	return b, nil
}

// SealedHeader is Sealed for those who need no payload: the record may lack it.
func (m *Machine) SealedHeader(n uint64) (*SealedBatch, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.r.findSealed(n)
}

// Unfinalized returns what this replica states of the batches that are sealed and not final, in order: what it may have
// stated before a restart to nobody who still knows.
func (m *Machine) Unfinalized() (stated []SealInfo) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	finalized := m.r.cursor.Heads().Finalized
	for _, b := range m.r.sealed {
		if b.Header.Number > finalized {
			stated = append(stated, m.r.stated(b))
		}
	}
	return stated
}

// Read calls fn with access to the open state, which does not change meanwhile:
// Apply waits, so fn must be short and must not call the machine. What the reader
// returns may be kept.
func (m *Machine) Read(fn func(r *Reader) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return fn(&Reader{r: m.r, picture: m.published.Load()})
}

// Getter reads and scans a state: the open one, or a version (*tree.View).
type Getter interface {
	state.Getter
	state.Ascender
}

// Reader gives typed access inside Machine.Read.
type Reader struct {
	r       *replica
	picture *picture
}

// Position returns the position of what is read.
func (r *Reader) Position() Position { return r.picture.position }

// Status returns the machine's status.
func (r *Reader) Status() Status { return r.picture.status }

// Cursor returns the cursor. The caller must not mutate it.
func (r *Reader) Cursor() *cursor.Cursor { return r.picture.cursor }

// Records gives access by key. Withdrawals are read from a version (state.ErrNotHeld).
func (r *Reader) Records() Getter { return r.r.store }

// Counters reads the counters.
func (r *Reader) Counters() state.Counters { return r.r.store.Counters() }

// Inbox reads the inbox position.
func (r *Reader) Inbox() state.Inbox { return r.r.store.Inbox() }

// Asset reads an asset.
func (r *Reader) Asset(id uint32) (state.Asset, bool) {
	return r.r.store.Asset(id)
}

// Market reads a market.
func (r *Reader) Market(id uint32) (state.Market, bool) {
	return r.r.store.Market(id)
}

// Account reads an account.
func (r *Reader) Account(id uint64) (state.Account, bool) {
	return r.r.store.Account(id)
}

// Balance reads an account's balance of an asset, zero when it has none.
func (r *Reader) Balance(account uint64, asset uint32) state.Balance {
	return r.r.store.Balance(account, asset)
}

// Order finds a resting order by its id.
func (r *Reader) Order(id uint64) (state.OrderKey, state.Order, bool) { return r.r.store.Order(id) }

// ClientOrder finds an account's live order by its client id.
func (r *Reader) ClientOrder(account, client uint64) (uint64, bool) {
	return r.r.store.ClientOrder(account, client)
}

// AccountOrders lists the ids of an account's live orders, ascending.
func (r *Reader) AccountOrders(account uint64) []uint64 { return r.r.store.AppendOrders(account, nil) }

// Depth returns the best levels of one side of a market.
func (r *Reader) Depth(market uint32, side command.Side, limit int) ([]state.Level, error) {
	return state.Depth(r.r.store, market, side, limit)
}

// Session describes an open session.
func (r *Reader) Session(id uint64) (session.Info, bool) { return r.r.sessions.Info(id) }

// RevertedRanges returns which of a session's sequences rollbacks removed.
func (r *Reader) RevertedRanges(id uint64) []session.Range { return r.r.sessions.RevertedRanges(id) }

// Stats counts what happened since the process started. Nothing of it is
// replicated.
type Stats struct {
	Entries, Submissions, Accepted, Rejected, Duplicates, Refused uint64
	Seals, Rollbacks, CursorEvents, IllegalEvents, Deposits       uint64
	Adoptions                                                     uint64
	Snapshots, Restores, SubscribersDropped                       uint64
	PayloadBytes                                                  uint64
	OrdersResting                                                 uint64
	Tree                                                          tree.Stats // at the newest seal
	FoldedBytes                                                   uint64     // of the versions that are folded
}

type counters struct {
	Entries, Submissions, Accepted, Rejected, Duplicates, Refused atomic.Uint64
	Seals, Rollbacks, CursorEvents, IllegalEvents                 atomic.Uint64
	Snapshots, Restores, PayloadBytes, Deposits, Adoptions        atomic.Uint64
}

// Stats returns the counters now. It takes the read lock for a moment.
func (m *Machine) Stats() Stats {
	m.mu.RLock()
	size, folded, resting := m.r.size, m.r.foldedBytes, m.r.store.Len()
	m.mu.RUnlock()
	c := &m.stats
	return Stats{
		Entries: c.Entries.Load(), Submissions: c.Submissions.Load(), Accepted: c.Accepted.Load(),
		Rejected: c.Rejected.Load(), Duplicates: c.Duplicates.Load(), Refused: c.Refused.Load(),
		Seals: c.Seals.Load(), Rollbacks: c.Rollbacks.Load(), CursorEvents: c.CursorEvents.Load(),
		IllegalEvents: c.IllegalEvents.Load(), Snapshots: c.Snapshots.Load(), Restores: c.Restores.Load(),
		Deposits:           c.Deposits.Load(),
		Adoptions:          c.Adoptions.Load(),
		SubscribersDropped: m.hub.dropped.Load(), PayloadBytes: c.PayloadBytes.Load(),
		OrdersResting: uint64(resting), Tree: size, FoldedBytes: folded,
	}
}

// Receipt is what a retry of a session's sequence number would be answered; it
// changes nothing.
func (r *Reader) Receipt(id, sequence uint64) session.Receipt {
	return r.r.sessions.Receipt(id, sequence)
}

// BatchOf finds the batch that holds a submission, rejected ones included: one that is not finalized, sealed or not, or a
// finalized one that is retained. What a rollback removed is in none.
func (r *Reader) BatchOf(id, sequence uint64) (batch uint64, found bool) {
	holds := func(o Origin) bool { return o.Session == id && o.From <= sequence && sequence <= o.To }
	if slices.ContainsFunc(r.r.open.origins, holds) {
		return r.r.openNumber(), true
	}
	if s := r.r.sealing; s != nil && slices.ContainsFunc(s.open.origins, holds) {
		return s.number, true
	}
	for _, b := range slices.Backward(r.r.sealed) {
		i, exact := slices.BinarySearchFunc(b.Origins, Origin{Session: id, From: sequence}, func(a, b Origin) int {
			return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.From, b.From))
		})
		if exact || i > 0 && holds(b.Origins[i-1]) {
			return b.Header.Number, true
		}
	}
	return 0, false
}
