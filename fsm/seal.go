package fsm

import (
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// Every header is computed by every replica from its own state; the commands say
// only when: Cut closes the batch, Seal makes its header known. A header that does
// not follow its parent poisons the replica.

// applyCut closes the open batch and has it sealed: beside what follows, or at once.
func (m *Machine) applyCut(c command.Cut, beside bool, result *Result) error {
	r := m.r
	if result.Err = r.cuttable(c); result.Err != nil {
		return nil //nolint:nilerr // the refusal stands in the result
	}
	r.clamp(c.TimeMs)
	r.adopting = nil // its number is taken
	r.cut(r.clockMs)
	r.startSealing(beside)
	return nil
}

// cuttable says whether the open batch may be closed now.
func (r *replica) cuttable(c command.Cut) error {
	switch {
	case !r.hasGenesis():
		return ErrNoLineage
	case r.sealing != nil:
		return fmt.Errorf("cut of %d, batch %d is not sealed: %w", c.Number, r.sealing.number, ErrStaleSeal)
	case c.Number != r.openNumber():
		return fmt.Errorf("seal of %d, next is %d: %w", c.Number, r.openNumber(), ErrStaleSeal)
	case len(r.open.transitions) == 0:
		return ErrEmptyBatch
	case c.ProgramVersion != r.programVersion(c.Number):
		return fmt.Errorf("seal names %d, active is %d: %w", c.ProgramVersion, r.programVersion(c.Number), ErrProgramVersion)
	}
	return nil
}

// sealable says whether a batch was cut that the seal names.
func (r *replica) sealable(c command.Seal) error {
	switch {
	case c.Number != r.sealing.number:
		return fmt.Errorf("seal of %d, next is %d: %w", c.Number, r.sealing.number, ErrStaleSeal)
	case c.ProgramVersion != r.sealing.program:
		return fmt.Errorf("seal names %d, cut under %d: %w", c.ProgramVersion, r.sealing.program, ErrProgramVersion)
	}
	return nil
}

func (m *Machine) applySeal(c command.Seal, result *Result) error {
	r := m.r
	if r.sealing == nil {
		if err := m.applyCut(command.Cut(c), false, result); err != nil || result.Err != nil {
			return err
		}
	} else if result.Err = r.sealable(c); result.Err != nil {
		return nil //nolint:nilerr // the refusal stands in the result
	}
	r.clamp(c.TimeMs)
	if err := r.waitSealing(); err != nil {
		return err
	}
	m.settled(r.settle())
	return nil
}

// settled makes a batch known that became part of the state.
func (m *Machine) settled(b *SealedBatch) {
	r := m.r
	r.cursor.Seal(recordOf(b))
	r.sessions.Sweep(r.clockMs)
	r.retain()
	m.stats.Seals.Add(1)
	m.stats.PayloadBytes.Add(uint64(len(b.Payload)))
	b.Digest = r.digest()
	info := r.stated(b)
	m.effects.seal = &info
	m.effects.events = append(m.effects.events, Sealed{SealInfo: info})
}

// stated is what this replica states of a sealed batch.
func (r *replica) stated(b *SealedBatch) SealInfo {
	return SealInfo{
		Lineage: r.genesis.Lineage, Index: b.Index, Batch: b.Header.Number,
		Root: b.Header.PostRoot, HeaderHash: b.Hash, Digest: b.Digest,
	}
}

// recordOf is what the cursor records of a batch at its seal.
func recordOf(b *SealedBatch) cursor.Batch {
	h := &b.Header
	return cursor.Batch{
		Number: h.Number, HeaderHash: b.Hash, Root: h.PostRoot, FirstSequence: h.FirstSequence, LastSequence: h.LastSequence,
		SealedMs: h.SealTimeMs, InboxTo: h.InboxTo,
	}
}

// settle makes the batch part of the state whose sealing was waited for.
func (r *replica) settle() *SealedBatch {
	s := r.sealing
	r.forgetSealing()
	r.foldedBy(s)
	r.newest, r.base = s.version, s.after
	r.versions = append(slices.Clip(r.versions), r.newest)
	s.sealed.Index = r.index
	r.sealed = append(slices.Clip(r.sealed), s.sealed)
	return s.sealed
}

// forgetSealing ends a sealing that was waited for. Its memory serves the next.
func (r *replica) forgetSealing() {
	r.beside = false
	r.changes, r.changeBytes, r.size = r.sealing.changes, r.sealing.bytes, r.sealing.size
	r.sealing = nil
}

// applyRollback takes the state back to the end of a batch.
func (m *Machine) applyRollback(c command.Rollback, result *Result) (err error) {
	result.Err, err = m.rollBack(c)
	return err
}

// rollBack takes the state back, or says why it is refused; err poisons.
func (m *Machine) rollBack(c command.Rollback) (refusal, err error) {
	r := m.r
	if refusal = r.cursor.CanRollBackTo(c.ToBatch); refusal != nil {
		return refusal, nil
	}
	from, ok := r.findVersion(c.ToBatch)
	if ok && from.batch < c.ToBatch {
		ok = r.replayable(from.batch+1, c.ToBatch)
	}
	if !ok {
		return fmt.Errorf("roll back to batch %d: %w", c.ToBatch, ErrVersionReleased), nil
	}
	r.clamp(c.TimeMs)
	if err = r.waitSealing(); err != nil {
		return nil, err
	}
	r.adopting = nil
	removed := r.removedBy(c.ToBatch)
	number := uint64(len(r.cursor.Rollbacks())) + 1
	r.reverted = append(slices.Clip(r.reverted), r.removedBatches(number, c.ToBatch)...)
	if err = r.rewind(from, c.ToBatch); err != nil {
		return nil, fmt.Errorf("roll back to batch %d: %w", c.ToBatch, err)
	}
	for _, o := range removed {
		r.sessions.Revert(o.Session, session.Range{From: o.From, To: o.To})
	}
	record, err := r.cursor.RollbackTo(c.ToBatch, r.base.counters.Sequence, c.Reason, c.Evidence, r.at())
	if err != nil {
		return nil, err
	}
	m.stats.Rollbacks.Add(1)
	m.config.Logger.Warn("state rolled back",
		"to_batch", record.To, "from_batch", record.From, "removed_transitions", record.AppliedFrom-record.AppliedTo, "reason", c.Reason)
	m.effects.events = append(m.effects.events, RolledBack{Record: record})
	r.retain()
	return nil, nil
}

// replayable says whether the payloads of a run of batches are all retained.
func (r *replica) replayable(first, last uint64) bool {
	for n := first; n <= last; n++ {
		if b, err := r.findSealed(n); err != nil || b.Payload == nil {
			return false
		}
	}
	return true
}

// removedBy lists every submission that a rollback to n removes.
func (r *replica) removedBy(n uint64) []Origin {
	removed := slices.Clone(r.open.origins)
	if r.sealing != nil {
		removed = append(removed, r.sealing.open.origins...)
	}
	for _, b := range r.sealed {
		if b.Header.Number > n {
			removed = append(removed, b.Origins...)
		}
	}
	return sortedOrigins(removed)
}

// rewind makes tree and store what they were at the end of batch n: back to a kept
// version, forward by payloads, each root checked against its header. The caller
// has waited for the sealing.
func (r *replica) rewind(from keptVersion, n uint64) error {
	if r.sealing != nil {
		r.forgetSealing()
	}
	if err := freeVersions(r.tree, r.releases); err != nil {
		return err
	}
	r.releases = nil
	folded := from.folded()
	from, undone, err := r.toVersion(from)
	if err != nil {
		return err
	}
	if folded {
		err = r.reload()
	} else {
		err = r.store.Rewind(undone)
	}
	if err != nil {
		return fmt.Errorf("rewind the native store: %w", err)
	}
	r.newest = from
	for k := from.batch + 1; k <= n; k++ {
		if err := r.replay(r.sealed[k-r.sealed[0].Header.Number]); err != nil {
			return fmt.Errorf("replay batch %d: %w", k, err)
		}
	}
	r.sealed = slices.DeleteFunc(slices.Clone(r.sealed), func(b *SealedBatch) bool { return b.Header.Number > n })
	r.open = openBatch{}
	r.size = r.tree.Stats()
	return r.readBase()
}

// replay applies a retained batch's payload to the state at its parent's end.
func (r *replica) replay(b *SealedBatch) error {
	transitions, err := batch.DecodePayload(b.Payload, batch.DefaultLimits())
	if err != nil {
		return fmt.Errorf("decode the payload: %w", err)
	}
	if err = state.Replay(r.store, transitions); err != nil {
		return err
	}
	r.changes, r.changeBytes = r.store.Changes(r.changes[:0], r.changeBytes[:0])
	if err = r.tree.ApplyAny(r.changes); err != nil {
		return err
	}
	version, root := r.tree.Seal()
	if root != b.Header.PostRoot {
		return errReplayedRoot
	}
	r.newest = keptVersion{batch: b.Header.Number, version: version, root: root}
	r.versions = append(r.versions, r.newest)
	return nil
}

var errReplayedRoot = errors.New("the replayed batch has another root than its header")
