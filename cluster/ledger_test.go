package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
)

// ledger is a state machine that remembers each (session, sequence) and chains
// a hash over them: enough to see loss, doubling and disorder.
type ledger struct {
	onSeal func(fsm.SealInfo)
	gate   chan struct{} // if set, entries wait until it is closed

	cursor atomic.Pointer[cursor.Cursor] // what Cursor says, if set

	mu      sync.Mutex
	changed chan struct{}
	ledgerState
}

type ledgerState struct {
	Index, Batch, Term uint64
	Lineage            [16]byte
	Root               [32]byte
	Seals              []fsm.SealInfo
	Seen               map[[2]uint64]uint64 // (session, sequence) -> index
	Markers            []uint64             // term hints
	Halts, Quarantines int
	Actions            int // of the audit trail
}

func newLedger() *ledger {
	return &ledger{changed: make(chan struct{}), ledgerState: ledgerState{Seen: map[[2]uint64]uint64{}}}
}

func (l *ledger) Cursor() *cursor.Cursor {
	if c := l.cursor.Load(); c != nil {
		return c
	}
	return cursor.New()
}

func (l *ledger) Unfinalized() []fsm.SealInfo {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.Seals)
}

func (l *ledger) Apply(log *raft.Log) any { return l.ApplyBatch([]*raft.Log{log})[0] }

func (l *ledger) ApplyBatch(logs []*raft.Log) []any {
	out := make([]any, len(logs))
	for i, log := range logs {
		if log.Type == raft.LogCommand && l.gate != nil && command.Type(log.Data[1]) == command.TypeEntry {
			<-l.gate
		}
		l.mu.Lock()
		if log.Type == raft.LogCommand {
			out[i] = l.apply(log)
		}
		l.Index = log.Index
		close(l.changed)
		l.changed = make(chan struct{})
		l.mu.Unlock()
	}
	return out
}

func (l *ledger) apply(log *raft.Log) *fsm.Result {
	kind, body, err := command.DecodeFrame(log.Data)
	if err != nil {
		panic(err)
	}
	r := &fsm.Result{}
	switch kind {
	case command.TypeEntry:
		var e command.Entry
		if err := batch.DecodeEntry(body, &e, batch.DefaultLimits()); err != nil {
			panic(err)
		}
		for _, s := range e.Submissions {
			r.Receipts = append(r.Receipts, l.execute(s, log.Index))
		}
	case command.TypeGenesis:
		g, err := command.DecodeGenesis(body)
		if err != nil {
			panic(err)
		}
		l.Lineage = g.Lineage
	case command.TypeTermMarker:
		m, err := command.DecodeTermMarker(body)
		if err != nil {
			panic(err)
		}
		if m.TermHint != log.Term {
			panic(fmt.Sprintf("marker of term %d in an entry of term %d", m.TermHint, log.Term))
		}
		l.Markers = append(l.Markers, m.TermHint)
	case command.TypeSeal:
		l.Batch++
		l.Seals = append(l.Seals, fsm.SealInfo{Lineage: l.Lineage, Index: log.Index, Batch: l.Batch, Root: l.Root})
		if l.onSeal != nil {
			l.onSeal(l.Seals[len(l.Seals)-1])
		}
	case command.TypeCursor:
		l.Actions++
	case command.TypeHalt:
		l.Halts++
	case command.TypeQuarantine:
		l.Quarantines++
	default:
		panic(fmt.Sprintf("unexpected command %v", kind))
	}
	r.Position = fsm.Position{Lineage: l.Lineage, Index: log.Index, Batch: l.Batch, Root: l.Root}
	return r
}

func (l *ledger) execute(s command.Submission, index uint64) session.Receipt {
	k := [2]uint64{s.Session, s.Sequence}
	r := session.Receipt{Session: s.Session, Sequence: s.Sequence, Index: index, Status: session.Executed}
	if at, ok := l.Seen[k]; ok {
		r.Index, r.Status = at, session.Duplicate
		return r
	}
	l.Seen[k] = index
	h := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(l.Root[:], k[0]), k[1])
	l.Root = sha256.Sum256(h)
	return r
}

func (l *ledger) Snapshot() (raft.FSMSnapshot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(l.ledgerState)
	return ledgerSnapshot(b.Bytes()), err
}

func (l *ledger) Restore(r io.ReadCloser) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	state := ledgerState{Seen: map[[2]uint64]uint64{}}
	if err := gob.NewDecoder(r).Decode(&state); err != nil {
		return err
	}
	if state.Lineage == l.Lineage && state.Index < l.Index {
		return fsm.ErrOlderSnapshot
	}
	l.ledgerState = state
	close(l.changed)
	l.changed = make(chan struct{})
	return nil
}

type ledgerSnapshot []byte

func (s ledgerSnapshot) Persist(sink raft.SnapshotSink) error {
	if _, err := sink.Write(s); err != nil {
		return sink.Cancel()
	}
	return sink.Close()
}
func (ledgerSnapshot) Release() {}

func (l *ledger) AppliedIndex() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Index
}

func (l *ledger) WaitApplied(ctx context.Context, index uint64) error {
	for {
		l.mu.Lock()
		at, changed := l.Index, l.changed
		l.mu.Unlock()
		if at >= index {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *ledger) Position() fsm.Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fsm.Position{Lineage: l.Lineage, Index: l.Index, Batch: l.Batch, Root: l.Root}
}

func (l *ledger) Fatal() error { return nil }

// read returns what fn makes of the state.
func read[T any](l *ledger, fn func(s *ledgerState) T) T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fn(&l.ledgerState)
}

func (l *ledger) count() int { return read(l, func(s *ledgerState) int { return len(s.Seen) }) }

func (l *ledger) has(sess, seq uint64) (index uint64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	index, ok = l.Seen[[2]uint64{sess, seq}]
	return index, ok
}

func submission(sess, seq uint64) command.Submission {
	return command.Submission{Session: sess, Sequence: seq, Transition: command.Transition{
		Kind: command.Place, Market: 1, Account: sess, Price: 100 + seq%10, Size: 1,
	}}
}
