package guest

// Invariants of this file: nothing that a journal states is copied from the header if it can be computed; and the
// recording of a witness runs the same Execute as the guest, so that the witness holds what the guest will need.

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// pulseEvery is after how many transitions the host gets a word in.
const pulseEvery = 256

// Host is what the guest needs from where it runs.
type Host struct {
	Hasher tree.Hasher // nil: crypto/sha256
	Pulse  func()      // called now and then, so that the host can stop the guest; may be nil
}

// Outcome is everything that executing a batch's transitions determines.
type Outcome struct {
	PostRoot        tree.Hash
	FirstSequence   uint64
	LastSequence    uint64
	InboxFrom       uint64
	InboxTo         uint64
	InboxHash       tree.Hash
	WithdrawalsRoot tree.Hash
	Diff            []byte // batch.EncodeDiff of the net diff between pre- and post-version
}

// Run executes an encoded Input and gives the encoded Journal followed by the post-state diff (batch.EncodeDiff).
// An error carries a Code.
func Run(input []byte, host Host) ([]byte, error) {
	in, err := DecodeInput(input)
	if err != nil {
		return nil, refuse(CodeInput, err)
	}
	header, err := batch.DecodeHeader(in.Header)
	if err != nil {
		return nil, refuse(CodeInput, err)
	}
	limits := batch.DefaultLimits()
	transitions, err := batch.DecodePayload(in.Transitions, limits)
	if err != nil {
		return nil, refuse(CodeInput, err)
	}
	hints, err := state.DecodeHints(in.Hints, limits.Transitions)
	if err != nil {
		return nil, refuse(CodeInput, err)
	}
	t, root, err := tree.FromWitness(in.Witness, tree.Options{Hasher: host.Hasher})
	if err != nil {
		return nil, refuse(CodeWitness, err)
	}
	if root != header.PreRoot {
		return nil, refuse(CodePreRoot, fmt.Errorf("witness has root %x, the header's pre-root is %x", root, header.PreRoot))
	}
	outcome, err := Execute(t, state.NewHintIndex(hints), transitions, host.Pulse)
	if err != nil {
		return nil, err
	}
	journal := outcome.journal(header, in, root, len(transitions))
	return append(journal.Append(make([]byte, 0, JournalSize+len(outcome.Diff))), outcome.Diff...), nil
}

// journal composes the header that follows from the outcome, with the sealed header's word only for what no
// execution determines (lineage, number, parent, times, payload kind), and states its hash.
func (o *Outcome) journal(sealed batch.Header, in Input, preRoot tree.Hash, transitions int) Journal {
	payload := in.Transitions
	if sealed.PayloadKind == batch.PayloadDiff {
		payload = o.Diff
	}
	own := sealed
	own.PreRoot = preRoot
	own.PostRoot = o.PostRoot
	own.PayloadHash = sha256.Sum256(payload)
	own.Transitions = uint32(transitions)
	own.FirstSequence, own.LastSequence = o.FirstSequence, o.LastSequence
	own.InboxFrom, own.InboxTo, own.InboxHash = o.InboxFrom, o.InboxTo, o.InboxHash
	own.WithdrawalsRoot = o.WithdrawalsRoot
	own.ProgramVersion = min(sealed.ProgramVersion, ProgramVersion)
	return Journal{
		HeaderHash:      own.Hash(),
		PreRoot:         own.PreRoot,
		PostRoot:        own.PostRoot,
		PayloadKind:     uint8(own.PayloadKind),
		PayloadHash:     own.PayloadHash,
		InboxFrom:       own.InboxFrom,
		InboxTo:         own.InboxTo,
		InboxHash:       own.InboxHash,
		WithdrawalsRoot: own.WithdrawalsRoot,
		Batch:           own.Number,
		ChainID:         in.Deployment.ChainID,
		Contract:        in.Deployment.Contract,
		ProgramVersion:  own.ProgramVersion,
	}
}

// Execute runs the transitions over t's working version, which must be freshly made: a partial tree in the guest, a
// fork of the pre-version where its witness is recorded. It reads the same nodes in both.
func Execute(t *tree.Tree, index state.Index, transitions []command.Transition, pulse func()) (*Outcome, error) {
	before, inbox, err := readPosition(t)
	if err != nil {
		return nil, refuse(CodeState, err)
	}
	pre := t.Versions()[0].Version // what the witness or the fork was made of
	store := state.NewTreeStore(t, index)
	for rest := transitions; len(rest) > 0; {
		n := min(len(rest), pulseEvery)
		if err = errors.Join(state.Replay(store, rest[:n]), store.Err()); err != nil {
			return nil, refuse(CodeTransition, fmt.Errorf("after %d transitions: %w", len(transitions)-len(rest), err))
		}
		rest = rest[n:]
		if pulse != nil {
			pulse()
		}
	}
	after, consumed, err := readPosition(t)
	if err != nil {
		return nil, refuse(CodeState, err)
	}
	outcome := &Outcome{
		FirstSequence: before.Sequence + 1,
		LastSequence:  after.Sequence,
		InboxFrom:     inbox.Next,
		InboxTo:       consumed.Next,
		InboxHash:     consumed.Hash,
	}
	if outcome.WithdrawalsRoot, err = withdrawalsRoot(t, before, after); err != nil {
		return nil, refuse(CodeState, err)
	}
	post, root := t.Seal()
	outcome.PostRoot = root
	if outcome.Diff, err = encodeDiff(t, pre, post); err != nil {
		return nil, refuse(CodeState, err)
	}
	return outcome, nil
}

func readPosition(t *tree.Tree) (state.Counters, state.Inbox, error) {
	counters, err := state.ReadCounters(t)
	if err != nil {
		return state.Counters{}, state.Inbox{}, err
	}
	inbox, err := state.ReadInbox(t)
	return counters, inbox, err
}

// withdrawalsRoot commits to the withdrawals that lie between the two counters.
func withdrawalsRoot(t *tree.Tree, before, after state.Counters) (tree.Hash, error) {
	withdrawals := make([]batch.Withdrawal, 0, after.Withdrawals-before.Withdrawals)
	if len(withdrawals) < cap(withdrawals) {
		err := state.AscendWithdrawals(t, before.Withdrawals, func(w state.Withdrawal) bool {
			withdrawals = append(withdrawals, batch.Withdrawal(w))
			return true
		})
		if err != nil {
			return tree.Hash{}, err
		}
	}
	if uint64(len(withdrawals)) != after.Withdrawals-before.Withdrawals {
		return tree.Hash{}, fmt.Errorf("%d withdrawals between counters %d and %d", len(withdrawals), before.Withdrawals, after.Withdrawals)
	}
	return batch.WithdrawalsRoot(withdrawals), nil
}

func encodeDiff(t *tree.Tree, pre, post tree.Version) ([]byte, error) {
	from, err := t.View(pre)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	to, err := t.View(post)
	if err != nil {
		return nil, err
	}
	defer to.Close()
	var changes []tree.Change
	err = tree.Diff(from, to, func(key, _, after []byte) error {
		if n := len(changes); n > 0 && bytes.Compare(changes[n-1].Key, key) >= 0 {
			return fmt.Errorf("key %x after %x: the witness is of no tree", key, changes[n-1].Key)
		}
		changes = append(changes, tree.Change{Key: bytes.Clone(key), Value: bytes.Clone(after), Delete: after == nil})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return batch.EncodeDiff(nil, changes), nil
}
