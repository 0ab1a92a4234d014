package recovery

// A mark says how far a history had come by the word of its leader: what lies between it and what could be recovered is
// lost, and about a second's work beyond. It is no state: nothing is ever recovered from it.

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// Mark is a high-water mark.
type Mark struct {
	Lineage  [16]byte
	Term     uint64 // in which its writer led
	Index    uint64 // newest applied Raft index
	Sequence uint64 // newest accepted transition
	Batch    uint64 // newest sealed
	TimeMs   int64  // by the writer's clock
	Node     string
}

const (
	markMagic   = "HFHW"
	markVersion = 1
	markPrefix  = "marks/"
	maxMark     = 8 << 10 // bytes of a signed one
	maxNode     = 255
)

// ErrMark is wrapped by everything that is wrong with a mark.
var ErrMark = errors.New("recovery: not a high-water mark")

// Append appends the encoding, integers big-endian:
//
//	"HFHW" | version u8 (=1) | lineage 16 | term u64 | index u64 | sequence u64 | batch u64 | time i64 | node string
func (m Mark) Append(dst []byte) []byte {
	w := command.Writer{Buf: dst}
	w.Fixed([]byte(markMagic))
	w.U8(markVersion)
	w.Fixed(m.Lineage[:])
	for _, v := range []uint64{m.Term, m.Index, m.Sequence, m.Batch} {
		w.U64(v)
	}
	w.I64(m.TimeMs)
	w.String(m.Node, maxNode)
	return w.Buf
}

// DecodeMark is the inverse of Append.
func DecodeMark(b []byte) (Mark, error) {
	r := command.NewReader(b)
	magic := make([]byte, len(markMagic))
	r.Fixed(magic)
	version := r.U8()
	var m Mark
	r.Fixed(m.Lineage[:])
	m.Term, m.Index, m.Sequence, m.Batch, m.TimeMs = r.U64(), r.U64(), r.U64(), r.U64(), r.I64()
	m.Node = r.String(maxNode)
	if err := r.Done(); err != nil {
		return Mark{}, fmt.Errorf("%w: %w", ErrMark, err)
	}
	if string(magic) != markMagic || version != markVersion {
		return Mark{}, fmt.Errorf("%w: magic %q, version %d", ErrMark, magic, version)
	}
	return m, nil
}

// markName is one name for each term: it has one leader, which alone replaces it.
func markName(lineage [16]byte, term uint64) string {
	return fmt.Sprintf("%s%x/%016x", markPrefix, lineage, term)
}

// Authority is by whom a mark must be signed: an account of the contract.
type Authority struct {
	ChainID  uint64
	Contract [20]byte
}

// WriteMark has a mark signed and puts it into the archive in place of the one before of its term.
func WriteMark(ctx context.Context, archive *da.Archive, signer layer1.Signer, by Authority, m Mark) error {
	signed, err := layer1.SignStatement(ctx, signer, by.ChainID, by.Contract, m.Append(nil))
	if err != nil {
		return fmt.Errorf("recovery: high-water mark: %w", err)
	}
	return archive.Put(ctx, markName(m.Lineage, m.Term), signed)
}

// Marks is what an archive says about how far a history had come.
type Marks struct {
	Newest Mark // of the highest sequence; zero if there is none
	By     [20]byte
	Found  int
	// Refused are marks that are damaged, or not signed by the submitter, and why.
	Refused map[string]string
}

// ReadMarks reads the marks of a lineage. Only those that submitter signed count; a zero submitter takes any signature,
// and Marks.By says whose it was.
func ReadMarks(ctx context.Context, archive *da.Archive, lineage [16]byte, by Authority, submitter [20]byte) (Marks, error) {
	out := Marks{Refused: map[string]string{}}
	err := archive.Entries(ctx, markPrefix+hex.EncodeToString(lineage[:])+"/", func(e da.Entry) error {
		if strings.Contains(e.Name, ".") { // a temporary file of a crash
			return nil
		}
		out.Found++
		m, who, err := readMark(ctx, archive, e.Name, by)
		switch {
		case err == nil && m.Lineage != lineage:
			err = fmt.Errorf("%w of lineage %x", ErrMark, m.Lineage)
		case err == nil && submitter != ([20]byte{}) && who != submitter:
			err = fmt.Errorf("%w of the submitter: %x signed it", ErrMark, who)
		}
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			out.Refused[e.Name] = err.Error()
			return nil
		}
		if m.Sequence >= out.Newest.Sequence {
			out.Newest, out.By = m, who
		}
		return nil
	})
	return out, err
}

func readMark(ctx context.Context, archive *da.Archive, name string, by Authority) (Mark, [20]byte, error) {
	raw, err := archive.Get(ctx, name, maxMark)
	if err != nil {
		return Mark{}, [20]byte{}, err
	}
	statement, who, err := layer1.OpenStatement(raw, by.ChainID, by.Contract)
	if err != nil {
		return Mark{}, who, err
	}
	m, err := DecodeMark(statement)
	return m, who, err
}
