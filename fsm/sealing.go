package fsm

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// What a sealing makes is a function of what was taken at the cut: when it is
// done shows nowhere but in time. While it is under way the tree's writer is its
// goroutine; the FSM goroutine writes the tree only with no sealing under way.

// sealing is a batch that was cut and is not sealed yet.
type sealing struct {
	// Taken at the cut.
	number   uint64
	open     openBatch
	changes  []tree.Change // the batch's net changes, in bytes
	bytes    []byte
	clockMs  int64 // header's time of sealing
	program  uint32
	lineage  [16]byte
	kind     batch.PayloadKind
	before   sealedState
	after    sealedState
	previous keptVersion
	parent   *SealedBatch   // nil for the first batch
	releases []tree.Version // nobody's any more: freed first
	derived  bool           // from a payload of somebody else's, which may be wrong (rederive.go)
	diffOnly bool           // of which the transitions are not known

	folds     []*folding // of older versions
	foldBelow uint64     // what r.folded becomes, taken at the cut

	done chan struct{} // closed once what follows is set

	sealed  *SealedBatch // whole but for the index of its seal
	version keptVersion
	size    tree.Stats
	err     error
}

// cut takes the open batch and opens the next. The caller starts the sealing.
func (r *replica) cut(clockMs int64) {
	number := r.openNumber()
	changes, bytes := r.store.Changes(r.changes[:0], r.changeBytes[:0])
	r.sealing = &sealing{
		number: number, open: r.open, changes: changes, bytes: bytes, clockMs: clockMs,
		program: r.programVersion(number), lineage: r.genesis.Lineage, kind: batch.PayloadKind(r.genesis.PayloadKind),
		before: r.base, after: sealedState{counters: r.store.Counters(), inbox: r.store.Inbox()}, previous: r.newest,
		foldBelow: r.foldBelow(), done: make(chan struct{}),
	}
	r.changes, r.changeBytes = nil, nil
	r.open = openBatch{transitions: make([]command.Transition, 0, len(r.open.transitions))}
}

// startSealing lets the sealing run, beside Apply or while somebody waits.
func (r *replica) startSealing(beside bool) {
	s := r.sealing
	r.beside = beside
	if n := len(r.sealed); n > 0 {
		s.parent = r.sealed[n-1]
	}
	s.releases, r.releases = r.releases, nil
	s.folds = r.foldable(s.foldBelow)
	go s.run(r.tree, &r.encoder)
}

// wait returns when nothing of the sealing runs any more.
func (s *sealing) wait() error {
	<-s.done
	return s.err
}

// waitSealing is wait for whatever sealing there is: the tree is the caller's then.
func (r *replica) waitSealing() error {
	if r.sealing == nil {
		return nil
	}
	if err := r.sealing.wait(); err != nil {
		return fmt.Errorf("seal batch %d: %w", r.sealing.number, err)
	}
	return nil
}

// run does what a seal takes longest for. A panic becomes an error, which
// whoever joins returns: it poisons the machine.
func (s *sealing) run(t *tree.Tree, encoder *batch.Encoder) {
	defer close(s.done)
	defer func() {
		if v := recover(); v != nil {
			s.err = &panicError{value: v, stack: string(debug.Stack())}
		}
	}()
	s.err = s.seal(t, encoder)
}

// panicError is a panic beside Apply.
type panicError struct {
	value any
	stack string
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

func (e *panicError) Unwrap() error {
	err, _ := e.value.(error)
	return err
}

func (s *sealing) seal(t *tree.Tree, encoder *batch.Encoder) error {
	if err := freeVersions(t, s.releases); err != nil {
		return err
	}
	for _, f := range s.folds {
		if err := f.run(t); err != nil {
			return err
		}
	}
	if err := t.ApplyAny(s.changes); err != nil {
		return s.blame(err)
	}
	version, root := t.Seal()
	s.version = keptVersion{batch: s.number, version: version, root: root}
	s.size = t.Stats()
	s.sealed = &SealedBatch{Origins: sortedOrigins(s.open.origins), FirstWithdrawal: s.before.counters.Withdrawals}
	if s.diffOnly {
		if err := s.reach(t); err != nil {
			return err
		}
	} else {
		s.sealed.Payload = encoder.Payload(nil, s.open.transitions)
	}
	if s.kind == batch.PayloadDiff {
		changes, err := diff(t, s.previous.version, version)
		if err != nil {
			return err
		}
		s.sealed.Diff = batch.EncodeDiff(nil, changes)
	}
	header, err := s.header(t)
	if err != nil {
		return err
	}
	s.sealed.Header, s.sealed.Hash = header, header.Hash()
	return nil
}

// freeVersions releases what retention let go.
func freeVersions(t *tree.Tree, versions []tree.Version) error {
	for _, v := range versions {
		if err := t.Release(v); err != nil {
			return fmt.Errorf("release a version: %w", err)
		}
	}
	return nil
}

// header computes the header, checks it, that it follows its parent (README
// invariant 3), and that the tree holds what the store gave.
func (s *sealing) header(t *tree.Tree) (batch.Header, error) {
	if err := s.agrees(t); err != nil {
		return batch.Header{}, err
	}
	withdrawals, err := s.withdrawals(t)
	if err != nil {
		return batch.Header{}, err
	}
	h := batch.Header{
		Lineage: s.lineage, Number: s.number, PreRoot: s.previous.root, PostRoot: s.version.root,
		PayloadKind: s.kind, PayloadHash: sha256.Sum256(s.sealed.Payload), Transitions: uint32(s.after.counters.Sequence - s.before.counters.Sequence),
		FirstSequence: s.before.counters.Sequence + 1, LastSequence: s.after.counters.Sequence,
		InboxFrom: s.before.inbox.Next, InboxTo: s.after.inbox.Next, InboxHash: s.after.inbox.Hash,
		WithdrawalsRoot: batch.WithdrawalsRoot(withdrawals),
		FirstTimeMs:     s.open.firstTimeMs, SealTimeMs: s.clockMs, ProgramVersion: s.program,
	}
	if h.PayloadKind == batch.PayloadDiff {
		h.PayloadHash = sha256.Sum256(s.sealed.Diff)
	}
	if s.parent != nil {
		h.ParentHash = s.parent.Hash
		if err := h.Continues(s.parent.Header); err != nil {
			return batch.Header{}, s.blame(fmt.Errorf("assert that the header follows: %w", err))
		}
	}
	if err := h.Validate(); err != nil {
		return batch.Header{}, s.blame(fmt.Errorf("assert the header: %w", err))
	}
	return h, nil
}

// blame says of what a wrong payload leads to that it is the payload's fault, and of anything else that it is a defect.
func (s *sealing) blame(err error) error {
	if !s.derived {
		return err
	}
	return &DerivationError{Batch: s.number, Field: "payload", Detail: "what it leads to", Reason: err}
}

var errStoresDiffer = errors.New("the tree and the native store differ")

// agrees asserts that what the native store held at the cut reached the tree.
func (s *sealing) agrees(t *tree.Tree) error {
	counters, err := state.ReadCounters(t)
	if err != nil {
		return fmt.Errorf("read counters: %w", err)
	}
	inbox, err := state.ReadInbox(t)
	if err != nil {
		return fmt.Errorf("read inbox: %w", err)
	}
	if (sealedState{counters: counters, inbox: inbox}) != s.after {
		return fmt.Errorf("assert the counters of batch %d: %w", s.number, errStoresDiffer)
	}
	return nil
}

// withdrawals lists what the batch withdrew.
func (s *sealing) withdrawals(t *tree.Tree) ([]batch.Withdrawal, error) {
	var out []batch.Withdrawal
	if s.after.counters.Withdrawals == s.before.counters.Withdrawals {
		return nil, nil
	}
	err := state.AscendWithdrawals(t, s.before.counters.Withdrawals, func(w state.Withdrawal) bool {
		out = append(out, batch.Withdrawal{Index: w.Index, Asset: w.Asset, Address: w.Address, Amount: w.Amount})
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read withdrawals: %w", err)
	}
	return out, nil
}

// diff lists the net changes between two kept versions.
func diff(t *tree.Tree, from, to tree.Version) (changes []tree.Change, err error) {
	a, err := t.View(from)
	if err != nil {
		return nil, fmt.Errorf("view of the pre-version: %w", err)
	}
	defer a.Close()
	b, err := t.View(to)
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
