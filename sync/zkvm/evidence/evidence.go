package evidence

// Invariant of this file: what Decode accepts, Append writes again byte by byte.

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

const (
	magic   = "HFEV"
	version = 1

	maxNode    = 255
	maxMessage = 4 << 10
	maxPart    = 1<<31 - 1
	// MaxFile is the size in bytes of the largest file that is read.
	MaxFile = 1 << 30
)

var (
	// ErrMalformed says that it is not an evidence file of a known version, or a damaged one.
	ErrMalformed = errors.New("evidence: malformed")
	// ErrTooLarge says that a mismatch takes more than the store may hold.
	ErrTooLarge = errors.New("evidence: above the limit")
)

// Mismatch is one execution whose result was not the replica's. Its slices are not copied.
type Mismatch struct {
	Node    string   // replica that executed
	TimeMs  int64    // when, by its own clock
	Program [32]byte // id of the guest that it ran
	Input   []byte   // the guest's
	Local   []byte   // the replica's own net diff
	// Refusal is why the guest gave no result, with its code; if it is nil, Journal and Diff are the result.
	Refusal *zkvm.RefusalError
	Journal guest.Journal
	Diff    []byte
}

// Of is the mismatch of a task with what came out: a result, or a refusal.
func Of(task *zkvm.Task, result *zkvm.Result, refusal *zkvm.RefusalError, node string, timeMs int64) *Mismatch {
	m := &Mismatch{Node: clip(node, maxNode), TimeMs: timeMs, Program: programID(task.Header.ProgramVersion), Input: task.Input, Local: task.Diff}
	if refusal != nil {
		m.Refusal = &zkvm.RefusalError{Code: refusal.Code, Message: clip(refusal.Message, maxMessage)}
		return m
	}
	m.Journal, m.Diff = result.Journal, result.Diff
	return m
}

// programID is the id of the guest of a version, as its manifest has it; zero if there is none, and then nothing was
// executed.
func programID(version uint32) [32]byte {
	id, _ := zkvm.ID(version) // zero beside an error
	return id
}

func clip(s string, limit int) string { return s[:min(len(s), limit)] }

// Append appends m's encoding to dst.
func (m *Mismatch) Append(dst []byte) []byte {
	w := command.Writer{Buf: dst}
	start := len(dst)
	w.Fixed([]byte(magic))
	w.U8(version)
	w.Fixed(m.Program[:])
	w.String(m.Node, maxNode)
	w.I64(m.TimeMs)
	w.Bytes(m.Input, maxPart)
	w.Bytes(m.Local, maxPart)
	w.Bool(m.Refusal != nil)
	if m.Refusal != nil {
		w.U32(uint32(m.Refusal.Code))
		w.String(m.Refusal.Message, maxMessage)
	} else {
		w.Fixed(m.Journal.Append(nil))
		w.Bytes(m.Diff, maxPart)
	}
	sum := sha256.Sum256(w.Buf[start:])
	w.Fixed(sum[:])
	return w.Buf
}

// Decode reads a file's content, which fills b exactly. The parts share b's memory.
func Decode(b []byte) (*Mismatch, error) {
	if len(b) < len(magic)+1+sha256.Size || string(b[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: no evidence file", ErrMalformed)
	}
	body := b[:len(b)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], b[len(body):]) {
		return nil, fmt.Errorf("%w: the checksum is not that of the content", ErrMalformed)
	}
	r := command.NewReader(body[len(magic):])
	if v := r.U8(); v != version {
		return nil, fmt.Errorf("%w: version %d, this program reads %d", ErrMalformed, v, version)
	}
	m := &Mismatch{}
	r.Fixed(m.Program[:])
	m.Node = r.String(maxNode)
	m.TimeMs = r.I64()
	m.Input = r.Bytes(maxPart)
	m.Local = r.Bytes(maxPart)
	if r.Bool() {
		m.Refusal = &zkvm.RefusalError{Code: guest.Code(r.U32()), Message: r.String(maxMessage)}
	} else {
		journal := make([]byte, guest.JournalSize)
		r.Fixed(journal)
		m.Journal, _ = guest.DecodeJournal(journal) // any bytes of this length are one
		m.Diff = r.Bytes(maxPart)
	}
	if err := r.Done(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return m, nil
}

// Task is what the replica had executed. It fails where the input has no header, which no replica would have written.
func (m *Mismatch) Task() (*zkvm.Task, error) {
	in, err := guest.DecodeInput(m.Input)
	if err != nil {
		return nil, fmt.Errorf("%w: input: %w", ErrMalformed, err)
	}
	header, err := batch.DecodeHeader(in.Header)
	if err != nil {
		return nil, fmt.Errorf("%w: header: %w", ErrMalformed, err)
	}
	return &zkvm.Task{Header: header, Deployment: in.Deployment, Input: m.Input, Diff: m.Local}, nil
}

// Stated is what the executor answered, in the form that zkvm.Task.Judge takes.
func (m *Mismatch) Stated() (*zkvm.Result, error) {
	if m.Refusal != nil {
		return nil, m.Refusal
	}
	return &zkvm.Result{Journal: m.Journal, Diff: m.Diff}, nil
}
