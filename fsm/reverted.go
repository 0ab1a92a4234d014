package fsm

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// What a rollback removed is kept, the same on every replica, until the sequencer
// has acknowledged that it read it. Records are immutable.

// RevertedBatch is a batch that a rollback removed: sealed, cut or open.
type RevertedBatch struct {
	Rollback      uint64   // which one, from 1
	Number        uint64   // the batch's number, which another batch may have by now
	FirstSequence uint64   // of its first transition
	Transitions   uint64   // how many it had
	Payload       []byte   // their columns; nil if retention had let them go
	Origins       []Origin // whose submissions they were, rejected ones included; sorted
}

// Reverted is what one rollback removed.
type Reverted struct {
	Record  cursor.RollbackRecord
	Batches []*RevertedBatch // in order
}

// Reverted returns what a rollback removed. Errors: ErrUnknownRollback;
// ErrRevertedReleased after the sequencer has acknowledged it.
func (m *Machine) Reverted(rollback uint64) (Reverted, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	records := m.r.cursor.Rollbacks()
	if rollback == 0 || rollback > uint64(len(records)) {
		return Reverted{}, fmt.Errorf("rollback %d of %d: %w", rollback, len(records), ErrUnknownRollback)
	}
	if ack := m.r.cursor.RevertedAcknowledged(); rollback <= ack {
		return Reverted{}, fmt.Errorf("rollback %d, acknowledged are %d: %w", rollback, ack, ErrRevertedReleased)
	}
	out := Reverted{Record: records[rollback-1]}
	for _, b := range m.r.reverted {
		if b.Rollback == rollback {
			out.Batches = append(out.Batches, b)
		}
	}
	return out, nil
}

// removedBatches lists what a rollback to n removes. Nothing is being sealed any more.
func (r *replica) removedBatches(rollback, n uint64) (removed []*RevertedBatch) {
	for _, b := range r.sealed {
		if b.Header.Number > n {
			removed = append(removed, &RevertedBatch{
				Rollback: rollback, Number: b.Header.Number, FirstSequence: b.Header.FirstSequence,
				Transitions: uint64(b.Header.Transitions), Payload: b.Payload, Origins: b.Origins,
			})
		}
	}
	first := r.base.counters.Sequence + 1
	unsealed := func(number uint64, o *openBatch) {
		if len(o.origins) == 0 && len(o.transitions) == 0 {
			return
		}
		removed = append(removed, &RevertedBatch{
			Rollback: rollback, Number: number, FirstSequence: first, Transitions: uint64(len(o.transitions)),
			Payload: r.encoder.Payload(nil, o.transitions), Origins: sortedOrigins(o.origins),
		})
		first += uint64(len(o.transitions))
	}
	if r.sealing != nil {
		unsealed(r.sealing.number, &r.sealing.open)
	}
	unsealed(r.openNumber(), &r.open)
	return removed
}

// releaseReverted lets go of what was acknowledged.
func (r *replica) releaseReverted() {
	ack := r.cursor.RevertedAcknowledged()
	r.reverted = slices.DeleteFunc(slices.Clone(r.reverted), func(b *RevertedBatch) bool { return b.Rollback <= ack })
}

func writeReverted(w *command.Writer, b *RevertedBatch) {
	w.U64(b.Rollback)
	w.U64(b.Number)
	w.U64(b.FirstSequence)
	w.U64(b.Transitions)
	w.Bool(b.Payload != nil)
	w.Bytes(b.Payload, maxFrame)
	writeOrigins(w, b.Origins)
}

func readReverted(body []byte) (*RevertedBatch, error) {
	r := command.NewReader(body)
	b := &RevertedBatch{Rollback: r.U64(), Number: r.U64(), FirstSequence: r.U64(), Transitions: r.U64()}
	there := r.Bool()
	if p := r.Bytes(maxFrame); there && p != nil {
		b.Payload = slices.Clone(p)
	} else if there || p != nil {
		r.Fail(command.ErrValue)
	}
	b.Origins = readOrigins(r)
	return b, r.Done()
}

// digestReverted is over all that is kept of rollbacks.
func digestReverted(reverted []*RevertedBatch) [32]byte {
	h := sha256.New()
	w := command.Writer{}
	for _, b := range reverted {
		w.Buf = w.Buf[:0]
		writeReverted(&w, b)
		_, _ = h.Write(w.Buf) // never fails
	}
	return [32]byte(h.Sum(nil))
}

// Decode returns the removed transitions, in order; none if retention had let them go.
func (b *RevertedBatch) Decode() ([]command.Transition, error) {
	if b.Payload == nil {
		return nil, nil
	}
	ts, err := batch.DecodePayload(b.Payload, batch.DefaultLimits())
	if err != nil {
		return nil, fmt.Errorf("decode reverted batch %d: %w", b.Number, err)
	}
	return ts, nil
}
