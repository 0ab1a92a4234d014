package fsm

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// A batch that somebody else sealed becomes part of a state only if executing its
// payload here gives every field of its header. Otherwise the state is what it was
// before, whatever the payload holds.

// ErrNotDerived is wrapped by every refusal of a batch whose payload does not give
// what its header states. No waiting heals it.
var ErrNotDerived = errors.New("fsm: the payload does not give what the header states")

// DerivationError says in what a batch differs from its header. It wraps ErrNotDerived.
type DerivationError struct {
	Batch  uint64
	Field  string // first that differs, in the header's order; "payload" for its bytes or an execution that ends early
	Detail string
	Reason error // behind it, nil if there is none
}

func (e *DerivationError) Error() string {
	s := fmt.Sprintf("%v: batch %d, %s: %s", ErrNotDerived, e.Batch, e.Field, e.Detail)
	if e.Reason != nil {
		s += ": " + e.Reason.Error()
	}
	return s
}

func (e *DerivationError) Unwrap() []error { return []error{ErrNotDerived, e.Reason} }

// rederive executes the content of a batch on the newest sealed state and seals it
// as header says. Nothing is open or being sealed. After a refusal the state is what
// it was; err poisons. The batch then waits in r.sealing to be settled.
func (r *replica) rederive(header *batch.Header, content []byte) (refusal, err error) {
	if refusal = r.joins(header, content); refusal != nil {
		return refusal, nil
	}
	if header.PayloadKind == batch.PayloadDiff {
		refusal = r.cutDiff(header, content)
	} else {
		refusal, err = r.cutTransitions(header, content)
	}
	if refusal != nil || err != nil {
		return refusal, err
	}
	r.sealing.program, r.sealing.lineage, r.sealing.kind = header.ProgramVersion, header.Lineage, header.PayloadKind
	r.startSealing(false)
	if err = r.sealing.wait(); err != nil && !errors.Is(err, ErrNotDerived) {
		return nil, fmt.Errorf("seal batch %d: %w", header.Number, err)
	}
	if refusal = err; refusal == nil {
		refusal = differs(header, &r.sealing.sealed.Header)
	}
	if refusal != nil {
		return refusal, r.unseal()
	}
	return nil, nil
}

// joins checks what needs no execution.
func (r *replica) joins(h *batch.Header, content []byte) error {
	parent := r.parent()
	fail := func(field, format string, args ...any) error {
		return &DerivationError{Batch: h.Number, Field: field, Detail: fmt.Sprintf(format, args...)}
	}
	switch {
	case h.Number != r.newest.batch+1:
		return fail("number", "the next batch is %d", r.newest.batch+1)
	case h.ParentHash != parent.hash:
		return fail("parent hash", "%x, the batch before is %x", h.ParentHash, parent.hash)
	case h.PreRoot != r.newest.root:
		return fail("pre-root", "%x, the state's is %x", h.PreRoot, r.newest.root)
	case sha256.Sum256(content) != h.PayloadHash:
		return fail("payload hash", "%x, the %d bytes have %x", h.PayloadHash, len(content), sha256.Sum256(content))
	case h.FirstSequence != r.base.counters.Sequence+1:
		return fail("first sequence", "%d, the state's next is %d", h.FirstSequence, r.base.counters.Sequence+1)
	case h.InboxFrom != r.base.inbox.Next:
		return fail("inbox from", "%d, the state has consumed %d", h.InboxFrom, r.base.inbox.Next)
	case h.SealTimeMs < parent.sealTimeMs:
		return fail("seal time", "%d, the batch before was sealed at %d", h.SealTimeMs, parent.sealTimeMs)
	}
	return nil
}

type parentOf struct {
	hash       [32]byte
	sealTimeMs int64
}

// parent is the newest sealed batch; zero before the first.
func (r *replica) parent() (p parentOf) {
	if n := len(r.sealed); n > 0 {
		p.hash, p.sealTimeMs = r.sealed[n-1].Hash, r.sealed[n-1].Header.SealTimeMs
	}
	return p
}

// cutTransitions executes a payload on the native store and closes it as a batch.
func (r *replica) cutTransitions(h *batch.Header, payload []byte) (refusal, err error) {
	transitions, err := batch.DecodePayload(payload, batch.DefaultLimits())
	if err != nil {
		return &DerivationError{Batch: h.Number, Field: "payload", Detail: "its columns", Reason: err}, nil
	}
	if err = state.Replay(r.store, transitions); err != nil {
		refusal = &DerivationError{Batch: h.Number, Field: "payload", Detail: "its execution", Reason: err}
		return refusal, r.discard()
	}
	r.open = openBatch{transitions: transitions, firstTimeMs: h.FirstTimeMs}
	r.cut(h.SealTimeMs)
	r.sealing.derived = true
	r.open = openBatch{}
	r.addresses.apply(transitions)
	return nil, nil
}

// discard makes the native store what it was at the newest seal. A payload may have
// failed it: then it is loaded anew from the tree.
func (r *replica) discard() error {
	if r.store.Err() == nil {
		r.store.Discard()
		return nil
	}
	return r.reload()
}

// reload makes the native store of the newest sealed version.
func (r *replica) reload() error {
	store, err := state.LoadNative(r.config.Seed, r.tree)
	if err != nil {
		return err
	}
	r.store = store
	return nil
}

// unseal takes back a sealing that was waited for.
func (r *replica) unseal() error {
	previous, diffOnly := r.sealing.previous, r.sealing.diffOnly
	r.forgetSealing()
	undone, err := r.tree.Undo(previous.version)
	if err != nil {
		return err
	}
	if !diffOnly {
		err = r.store.Rewind(undone)
	}
	r.size = r.tree.Stats()
	return err
}

// cutDiff closes a batch of which the net changes alone are known. The native store
// stays behind: whoever needs it reloads it.
func (r *replica) cutDiff(h *batch.Header, content []byte) error {
	changes, err := batch.DecodeDiff(content, batch.DefaultLimits())
	if err != nil {
		return &DerivationError{Batch: h.Number, Field: "payload", Detail: "its columns", Reason: err}
	}
	r.sealing = &sealing{
		number: h.Number, changes: changes, clockMs: h.SealTimeMs, derived: true, diffOnly: true,
		open: openBatch{firstTimeMs: h.FirstTimeMs}, before: r.base, previous: r.newest, foldBelow: r.folded,
		done: make(chan struct{}),
	}
	return nil
}

// reach reads what a diff led to, in place of what the native store would say.
func (s *sealing) reach(t *tree.Tree) error {
	counters, err := state.ReadCounters(t)
	if err == nil {
		s.after.counters = counters
		s.after.inbox, err = state.ReadInbox(t)
	}
	if err != nil {
		return &DerivationError{Batch: s.number, Field: "payload", Detail: "the state that its changes lead to", Reason: err}
	}
	return nil
}

// differs names the first field in which a header is not the computed one.
func differs(stated, computed *batch.Header) error {
	fail := func(field string, s, c any) error {
		return &DerivationError{Batch: stated.Number, Field: field, Detail: fmt.Sprintf("stated %v, computed %v", s, c)}
	}
	hash := func(field string, s, c [32]byte) error {
		return fail(field, fmt.Sprintf("%x", s), fmt.Sprintf("%x", c))
	}
	switch {
	case *stated == *computed:
		return nil
	case stated.PostRoot != computed.PostRoot:
		return hash("post-root", stated.PostRoot, computed.PostRoot)
	case stated.PayloadHash != computed.PayloadHash:
		return hash("payload hash", stated.PayloadHash, computed.PayloadHash)
	case stated.Transitions != computed.Transitions:
		return fail("transitions", stated.Transitions, computed.Transitions)
	case stated.LastSequence != computed.LastSequence:
		return fail("last sequence", stated.LastSequence, computed.LastSequence)
	case stated.InboxTo != computed.InboxTo:
		return fail("inbox to", stated.InboxTo, computed.InboxTo)
	case stated.InboxHash != computed.InboxHash:
		return hash("inbox hash", stated.InboxHash, computed.InboxHash)
	case stated.WithdrawalsRoot != computed.WithdrawalsRoot:
		return hash("withdrawals root", stated.WithdrawalsRoot, computed.WithdrawalsRoot)
	default:
		return fail("header", fmt.Sprintf("%+v", *stated), fmt.Sprintf("%+v", *computed))
	}
}
