package session

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// A sequence number is let through once. Records that a capture may still read
// are never written: edit copies them first.

// Errors of Open and Close.
var (
	ErrTooManySessions = errors.New("session: too many open sessions")
	ErrNonceTaken      = errors.New("session: the nonce belongs to another owner's session")
	ErrUnknown         = errors.New("session: no such session")
)

// Status is what became of one submission.
type Status uint8

// Statuses. Only Executed and Duplicate carry a state receipt that counts.
const (
	Executed       Status = 1 + iota // took effect now; the receipt's code says how
	Duplicate                        // took effect before: this is the first receipt
	Gap                              // the sequence is beyond the next one; not executed
	UnknownSession                   // no such session was ever opened here
	Expired                          // the session expired or was closed; not executed now
	Reverted                         // was removed by a rollback, never executed again
	Halted                           // intake is halted; not executed, retry later
	Acknowledged                     // took effect, but the client acknowledged the receipt away
	WindowFull                       // too many unacknowledged receipts; not executed
)

func (s Status) String() string {
	names := [...]string{
		"", "executed", "duplicate", "gap", "unknown_session", "expired", "reverted", "halted", "acknowledged", "window_full",
	}
	if s == 0 || int(s) >= len(names) {
		return fmt.Sprintf("status_%d", uint8(s))
	}
	return names[s]
}

// Receipt is the answer to one submission. Its Fills must not be changed.
type Receipt struct {
	state.Receipt
	Session, Sequence uint64 // the session's; Receipt.Sequence is the root's
	Index             uint64 // Raft index at which it took effect
	Batch             uint64 // batch that holds it, or will (the open batch's number)
	Status            Status
}

// Info describes one session.
type Info struct {
	ID           uint64
	Owner        string
	Next         uint64 // next sequence number
	Low          uint64 // newest acknowledged sequence number
	LastActiveMs int64
}

// Limits bounds a table. They must be the same on every replica.
type Limits struct {
	MaxInFlight int   // unacknowledged receipts per session
	MaxSessions int   // open sessions
	ExpiryMs    int64 // idle log time after which a session is gone
}

// Range is a run of sequence numbers, inclusive.
type Range struct{ From, To uint64 }

type revertedRanges struct {
	session uint64
	ranges  []Range // sorted, disjoint
}

type stored struct {
	Receipt
	hash   [32]byte
	hashed bool
}

type record struct {
	id       uint64
	nonce    [16]byte
	owner    string
	next     uint64
	low      uint64
	lastMs   int64
	receipts []stored // of sequences next-len(receipts) to next-1

	written uint64   // generation of the last write
	digest  [32]byte // what it contributes to the table's sum
	dirty   bool     // digest is out of date; its id stands in the table's list
}

// Table is all sessions. One writer.
type Table struct {
	limits   Limits
	next     uint64 // next id
	sessions []*record
	byNonce  map[[16]byte]uint64 // looked up, never ranged over
	reverted []revertedRanges    // sorted by session

	generation     uint64 // grows with each capture
	shared         bool   // the slice of sessions is shared with a capture
	sum            sum
	dirty          []uint64
	revertedDigest [32]byte
	revertedFresh  bool
}

// New returns an empty table.
func New(limits Limits) *Table {
	return &Table{limits: limits, next: 1, byNonce: map[[16]byte]uint64{}}
}

// NewFrom returns an empty table whose ids begin at next: those below it answer as
// expired. A lineage that goes on without the sessions of the one before so gives
// none of their ids again.
func NewFrom(limits Limits, next uint64) *Table {
	t := New(limits)
	t.Skip(next)
	return t
}

// Skip gives no id below next to a session from now on; those that there are go on.
func (t *Table) Skip(next uint64) { t.next = max(t.next, next) }

// Len returns how many sessions are open.
func (t *Table) Len() int { return len(t.sessions) }

// Info describes a session.
func (t *Table) Info(id uint64) (Info, bool) {
	i, ok := t.find(id)
	if !ok {
		return Info{}, false
	}
	r := t.sessions[i]
	return Info{ID: r.id, Owner: r.owner, Next: r.next, Low: r.low, LastActiveMs: r.lastMs}, true
}

// Open opens a session, or finds the one that the same nonce and owner opened.
func (t *Table) Open(nonce [16]byte, owner string, nowMs int64) (uint64, error) {
	if id, ok := t.byNonce[nonce]; ok {
		if i, alive := t.live(id, nowMs); alive {
			if t.sessions[i].owner != owner {
				return 0, ErrNonceTaken
			}
			t.edit(i).lastMs = nowMs
			return id, nil
		}
	}
	if len(t.sessions) >= t.limits.MaxSessions {
		t.Sweep(nowMs)
	}
	if len(t.sessions) >= t.limits.MaxSessions {
		return 0, fmt.Errorf("%d sessions: %w", len(t.sessions), ErrTooManySessions)
	}
	id := t.next
	t.next++
	t.own()
	r := &record{id: id, nonce: nonce, owner: owner, next: 1, lastMs: nowMs, written: t.generation}
	t.sessions = append(t.sessions, r)
	t.byNonce[nonce] = id
	t.mark(r)
	return id, nil
}

// Close ends a session; from then on it answers like an expired one.
func (t *Table) Close(id uint64, nowMs int64) error {
	i, ok := t.live(id, nowMs)
	if !ok {
		return fmt.Errorf("session %d: %w", id, ErrUnknown)
	}
	t.remove(i)
	return nil
}

// Check decides about one submission. With execute the caller applies it and
// calls Record; else the receipt is the answer.
func (t *Table) Check(id, sequence uint64, nowMs int64) (answer Receipt, execute bool) {
	answer = Receipt{Session: id, Sequence: sequence}
	if t.Reverted(id, sequence) {
		answer.Status = Reverted
		return answer, false
	}
	i, ok := t.live(id, nowMs)
	if !ok {
		answer.Status = UnknownSession
		if id != 0 && id < t.next {
			answer.Status = Expired
		}
		return answer, false
	}
	r := t.edit(i)
	r.lastMs = nowMs
	switch {
	case sequence == 0 || sequence > r.next:
		answer.Status = Gap
	case sequence == r.next:
		if r.next-r.low > uint64(t.limits.MaxInFlight) {
			answer.Status = WindowFull
			return answer, false
		}
		return answer, true
	case sequence <= r.low:
		answer.Status = Acknowledged
	default:
		answer = r.receipts[sequence-r.base()].Receipt
		answer.Status = Duplicate
	}
	return answer, false
}

// Record stores the receipt of a submission that Check let through.
func (t *Table) Record(receipt Receipt) {
	i, ok := t.find(receipt.Session)
	if !ok || receipt.Sequence != t.sessions[i].next || receipt.Status != Executed {
		panic(fmt.Sprintf("session: receipt of session %d, sequence %d, %s was never let through",
			receipt.Session, receipt.Sequence, receipt.Status))
	}
	r := t.edit(i)
	r.next++
	r.receipts = append(r.receipts, stored{Receipt: receipt})
}

// Ack drops the receipts up to low. Beyond what was executed it means all.
func (t *Table) Ack(id, low uint64, nowMs int64) {
	i, ok := t.live(id, nowMs)
	if !ok {
		return
	}
	r := t.edit(i)
	r.lastMs = nowMs
	low = min(low, r.next-1)
	if low <= r.low {
		return
	}
	drop := low + 1 - r.base()
	r.low = low
	kept := r.receipts[drop:]
	if uint64(len(kept)) < drop { // let go of the dropped ones' memory
		kept = slices.Clone(kept)
	}
	r.receipts = kept
}

// Sweep removes every session that has expired.
func (t *Table) Sweep(nowMs int64) {
	for i, v := range slices.Backward(t.sessions) {
		if t.expired(v, nowMs) {
			t.remove(i)
		}
	}
}

// Revert marks sequences of a session as removed by a rollback, for ever.
func (t *Table) Revert(id uint64, removed Range) {
	if removed.From == 0 || removed.From > removed.To {
		panic(fmt.Sprintf("session: reverted range %d to %d of session %d", removed.From, removed.To, id))
	}
	i, known := t.revertedIndex(id)
	if known {
		t.reverted[i].ranges = merge(t.reverted[i].ranges, removed)
	} else {
		t.reverted = slices.Insert(slices.Clone(t.reverted), i, revertedRanges{id, []Range{removed}})
	}
	t.revertedFresh = false
	if k, ok := t.find(id); ok {
		r := t.edit(k)
		base := r.base()
		for s := max(removed.From, base); s <= removed.To && s < r.next; s++ {
			r.receipts[s-base] = stored{Receipt: Receipt{Session: id, Sequence: s, Status: Reverted}}
		}
	}
}

// Reverted says whether a rollback removed this submission.
func (t *Table) Reverted(id, sequence uint64) bool {
	if len(t.reverted) == 0 {
		return false
	}
	i, known := t.revertedIndex(id)
	return known && slices.ContainsFunc(t.reverted[i].ranges, func(r Range) bool { return r.From <= sequence && sequence <= r.To })
}

// RevertedRanges returns what rollbacks removed of a session.
func (t *Table) RevertedRanges(id uint64) []Range {
	if i, known := t.revertedIndex(id); known {
		return slices.Clone(t.reverted[i].ranges)
	}
	return nil
}

// merge adds a range to sorted, disjoint ones; touching ranges become one. It
// never writes the old slice, which a capture may read.
func merge(ranges []Range, add Range) []Range {
	out := make([]Range, 0, len(ranges)+1)
	for _, r := range ranges {
		if r.To+1 >= add.From && add.To+1 >= r.From {
			add.From, add.To = min(add.From, r.From), max(add.To, r.To)
		} else {
			out = append(out, r)
		}
	}
	i, _ := slices.BinarySearchFunc(out, add.From, func(r Range, from uint64) int { return cmp.Compare(r.From, from) })
	return slices.Insert(out, i, add)
}

func (t *Table) revertedIndex(id uint64) (int, bool) {
	return slices.BinarySearchFunc(t.reverted, id, func(r revertedRanges, id uint64) int { return cmp.Compare(r.session, id) })
}

// find returns where a session is, or would be. Ids are given out in order, so that it stands where its distance from
// the first says, or before that if sessions between them have ended.
func (t *Table) find(id uint64) (int, bool) {
	if len(t.sessions) == 0 || id < t.sessions[0].id {
		return 0, false
	}
	last := min(id-t.sessions[0].id, uint64(len(t.sessions)-1))
	if t.sessions[last].id == id {
		return int(last), true
	}
	return slices.BinarySearchFunc(t.sessions[:last+1], id, func(r *record, id uint64) int { return cmp.Compare(r.id, id) })
}

// live finds a session that has not expired; one that has is removed.
func (t *Table) live(id uint64, nowMs int64) (int, bool) {
	i, ok := t.find(id)
	if ok && t.expired(t.sessions[i], nowMs) {
		t.remove(i)
		return 0, false
	}
	return i, ok
}

func (t *Table) expired(r *record, nowMs int64) bool { return nowMs-r.lastMs > t.limits.ExpiryMs }

func (t *Table) own() {
	if t.shared {
		t.sessions = slices.Clone(t.sessions)
		t.shared = false
	}
}

// edit returns a record that may be written, and marks it.
func (t *Table) edit(i int) *record {
	r := t.sessions[i]
	if r.written != t.generation {
		t.own()
		clone := *r
		clone.receipts = slices.Clone(r.receipts)
		clone.written = t.generation
		r = &clone
		t.sessions[i] = r
	}
	t.mark(r)
	return r
}

func (t *Table) mark(r *record) {
	if !r.dirty {
		r.dirty = true
		t.dirty = append(t.dirty, r.id)
	}
}

func (t *Table) remove(i int) {
	r := t.sessions[i]
	t.own()
	t.sum.sub(r.digest)
	if t.byNonce[r.nonce] == r.id {
		delete(t.byNonce, r.nonce)
	}
	t.sessions = slices.Delete(t.sessions, i, i+1)
}

// base returns the sequence of the first stored receipt.
func (r *record) base() uint64 { return r.next - uint64(len(r.receipts)) }
