package fsm

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Every header is computed by every replica from its own state; the seal command
// says only when. A header that does not follow its parent poisons the replica.

func (m *Machine) applySeal(c command.Seal, result *Result) error {
	r := m.r
	switch {
	case !r.hasGenesis():
		result.Err = ErrNoLineage
	case c.Number != r.openNumber():
		result.Err = fmt.Errorf("seal of %d, next is %d: %w", c.Number, r.openNumber(), ErrStaleSeal)
	case len(r.open.transitions) == 0:
		result.Err = ErrEmptyBatch
	case c.ProgramVersion != r.programVersion(c.Number):
		result.Err = fmt.Errorf("seal names %d, active is %d: %w", c.ProgramVersion, r.programVersion(c.Number), ErrProgramVersion)
	}
	if result.Err != nil {
		return nil //nolint:nilerr // the refusal stands in the result
	}
	r.clamp(c.TimeMs)
	sealed, err := r.seal()
	if err != nil {
		return fmt.Errorf("seal batch %d: %w", c.Number, err)
	}
	r.sessions.Sweep(r.clockMs)
	if err := r.retain(); err != nil {
		return err
	}
	m.stats.Seals.Add(1)
	m.stats.PayloadBytes.Add(uint64(len(sealed.Payload)))
	info := SealInfo{
		Lineage: r.genesis.Lineage, Index: r.index, Batch: c.Number,
		Root: r.newest.root, HeaderHash: sealed.Hash, Digest: r.digest(),
	}
	m.effects.seal = &info
	m.effects.events = append(m.effects.events, Sealed{SealInfo: info})
	return nil
}

// seal closes the open batch.
func (r *replica) seal() (*SealedBatch, error) {
	previous := r.newest
	version, root := r.tree.Seal()
	r.newest = keptVersion{batch: previous.batch + 1, version: version, root: root}
	r.versions = append(slices.Clip(r.versions), r.newest)
	sealed := &SealedBatch{
		Payload: r.encoder.Payload(nil, r.open.transitions),
		Origins: sortedOrigins(r.open.origins),
		Index:   r.index,
	}
	if batch.PayloadKind(r.genesis.PayloadKind) == batch.PayloadDiff {
		changes, err := r.diff(previous.version, version)
		if err != nil {
			return nil, err
		}
		sealed.Diff = batch.EncodeDiff(nil, changes)
	}
	header, err := r.header(previous, sealed)
	if err != nil {
		return nil, err
	}
	sealed.Header, sealed.Hash = header, header.Hash()
	r.sealed = append(slices.Clip(r.sealed), sealed)
	r.cursor.Seal(cursor.Batch{
		Number: header.Number, HeaderHash: sealed.Hash, Root: header.PostRoot,
		FirstSequence: header.FirstSequence, LastSequence: header.LastSequence, SealedMs: header.SealTimeMs,
	})
	r.open = openBatch{}
	return sealed, r.readBase()
}

// header computes the header of the batch that was just sealed, checks it, and
// that it follows its parent (README invariant 3).
func (r *replica) header(previous keptVersion, sealed *SealedBatch) (batch.Header, error) {
	counters, err := state.ReadCounters(r.tree)
	if err != nil {
		return batch.Header{}, fmt.Errorf("read counters: %w", err)
	}
	inbox, err := state.ReadInbox(r.tree)
	if err != nil {
		return batch.Header{}, fmt.Errorf("read inbox: %w", err)
	}
	withdrawals, err := r.withdrawals(counters.Withdrawals)
	if err != nil {
		return batch.Header{}, err
	}
	h := batch.Header{
		Lineage: r.genesis.Lineage, Number: r.newest.batch, PreRoot: previous.root, PostRoot: r.newest.root,
		PayloadKind: batch.PayloadKind(r.genesis.PayloadKind), Transitions: uint32(len(r.open.transitions)),
		FirstSequence: r.base.counters.Sequence + 1, LastSequence: counters.Sequence,
		InboxFrom: r.base.inbox.Next, InboxTo: inbox.Next, InboxHash: inbox.Hash,
		WithdrawalsRoot: batch.WithdrawalsRoot(withdrawals),
		FirstTimeMs:     r.open.firstTimeMs, SealTimeMs: r.clockMs, ProgramVersion: r.programVersion(r.newest.batch),
	}
	if h.PayloadKind == batch.PayloadDiff {
		h.PayloadHash = sha256.Sum256(sealed.Diff)
	} else {
		h.PayloadHash = sha256.Sum256(sealed.Payload)
	}
	if len(r.sealed) > 0 {
		parent := r.sealed[len(r.sealed)-1]
		h.ParentHash = parent.Hash
		if err := h.Follows(parent.Header); err != nil {
			return batch.Header{}, fmt.Errorf("assert that the header follows: %w", err)
		}
	}
	if err := h.Validate(); err != nil {
		return batch.Header{}, fmt.Errorf("assert the header: %w", err)
	}
	return h, nil
}

// withdrawals lists what the open batch withdrew.
func (r *replica) withdrawals(count uint64) ([]batch.Withdrawal, error) {
	var out []batch.Withdrawal
	if count == r.base.counters.Withdrawals {
		return nil, nil
	}
	err := state.AscendWithdrawals(r.tree, r.base.counters.Withdrawals, func(w state.Withdrawal) bool {
		out = append(out, batch.Withdrawal{Index: w.Index, Asset: w.Asset, Address: w.Address, Amount: w.Amount})
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read withdrawals: %w", err)
	}
	return out, nil
}

// diff lists the net changes between two kept versions.
func (r *replica) diff(from, to tree.Version) (changes []tree.Change, err error) {
	a, err := r.tree.View(from)
	if err != nil {
		return nil, fmt.Errorf("view of the pre-version: %w", err)
	}
	defer a.Close()
	b, err := r.tree.View(to)
	if err != nil {
		return nil, fmt.Errorf("view of the post-version: %w", err)
	}
	defer b.Close()
	err = tree.Diff(a, b, func(key, _, after []byte) error {
		changes = append(changes, tree.Change{Key: slices.Clone(key), Value: slices.Clone(after), Delete: after == nil})
		return nil
	})
	return changes, err
}

// applyRollback takes the state back to the end of a batch.
func (m *Machine) applyRollback(c command.Rollback, result *Result) error {
	r := m.r
	if result.Err = r.cursor.CanRollBackTo(c.ToBatch); result.Err != nil {
		return nil //nolint:nilerr // the refusal stands in the result
	}
	from, ok := r.findVersion(c.ToBatch)
	if ok && from.batch < c.ToBatch {
		ok = r.replayable(from.batch+1, c.ToBatch)
	}
	if !ok {
		result.Err = fmt.Errorf("roll back to batch %d: %w", c.ToBatch, ErrVersionReleased)
		return nil
	}
	r.clamp(c.TimeMs)
	removed := r.removedBy(c.ToBatch)
	if err := r.rewind(from, c.ToBatch); err != nil {
		return fmt.Errorf("roll back to batch %d: %w", c.ToBatch, err)
	}
	for _, o := range removed {
		r.sessions.Revert(o.Session, session.Range{From: o.From, To: o.To})
	}
	record, err := r.cursor.RollbackTo(c.ToBatch, r.base.counters.Sequence, c.Reason, c.Evidence, r.at())
	if err != nil {
		return err
	}
	m.stats.Rollbacks.Add(1)
	m.config.Logger.Warn("state rolled back",
		"to_batch", record.To, "from_batch", record.From, "removed_transitions", record.AppliedFrom-record.AppliedTo, "reason", c.Reason)
	m.effects.events = append(m.effects.events, RolledBack{Record: record}, HeadsMoved{Heads: r.cursor.Heads()})
	return r.retain()
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
	for _, b := range r.sealed {
		if b.Header.Number > n {
			removed = append(removed, b.Origins...)
		}
	}
	return sortedOrigins(removed)
}

// rewind makes the tree what it was at the end of batch n: back to a kept version,
// forward by payloads, each root checked against its header.
func (r *replica) rewind(from keptVersion, n uint64) error {
	if err := r.tree.Rollback(from.version); err != nil {
		return err
	}
	r.versions = slices.DeleteFunc(slices.Clone(r.versions), func(v keptVersion) bool { return v.batch > from.batch })
	r.newest = from
	if err := r.reindex(); err != nil {
		return err
	}
	for k := from.batch + 1; k <= n; k++ {
		b := r.sealed[k-r.sealed[0].Header.Number]
		transitions, err := batch.DecodePayload(b.Payload, batch.DefaultLimits())
		if err != nil {
			return fmt.Errorf("decode payload of batch %d: %w", k, err)
		}
		if err := state.Replay(r.store, transitions); err != nil {
			return fmt.Errorf("replay batch %d: %w", k, err)
		}
		version, root := r.tree.Seal()
		if root != b.Header.PostRoot {
			return fmt.Errorf("batch %d: %w", k, errReplayedRoot)
		}
		r.newest = keptVersion{batch: k, version: version, root: root}
		r.versions = append(r.versions, r.newest)
	}
	r.sealed = slices.DeleteFunc(slices.Clone(r.sealed), func(b *SealedBatch) bool { return b.Header.Number > n })
	r.open = openBatch{}
	return r.readBase()
}

var errReplayedRoot = errors.New("the replayed batch has another root than its header")

// reindex derives the order index from the tree and begins a new store.
func (r *replica) reindex() error {
	orders, err := state.RebuildIndex(r.tree)
	if err != nil {
		return fmt.Errorf("rebuild the order index: %w", err)
	}
	r.orders = orders
	r.store = state.NewTreeStore(r.tree, orders)
	return nil
}
