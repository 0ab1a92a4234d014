package fsm

import (
	"fmt"
	"io"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// What is said of a snapshot here was read of its bytes. Inspecting checks the
// stream's digest and its sections' order; verifying builds the state as a restore
// does, and compares every root and digest.

// SnapshotVersion is a version of the state in a snapshot.
type SnapshotVersion struct {
	Batch uint64
	Root  [32]byte
}

// SnapshotSection is one kind of frames.
type SnapshotSection struct {
	Kind   string
	Frames uint64
	Bytes  uint64 // of the frames' content
}

// SnapshotSummary is what a snapshot holds.
type SnapshotSummary struct {
	Format   uint16
	Position Position
	Genesis  command.Genesis
	ClockMs  int64
	// Versions are the kept versions, oldest first.
	Versions []SnapshotVersion
	Heads    cursor.Heads
	// HeaderHash is the newest sealed batch's; zero before the first.
	HeaderHash [32]byte
	// Sections are the kinds of frames in the order of their first.
	Sections []SnapshotSection
	Bytes    uint64 // of the stream
	// SHA256 is the digest at the stream's end: over everything before it.
	SHA256 [32]byte
	// Of VerifySnapshot alone:
	Leaves   uint64 // in all versions
	Sessions int
	Open     int // transitions accepted and not sealed
}

// InspectSnapshot reads a snapshot to its end and checks its digest, in constant
// memory. A damaged one is a [*SnapshotError].
func InspectSnapshot(in io.Reader) (SnapshotSummary, error) {
	s := &skimmer{in: newFrameReader(in), out: SnapshotSummary{Bytes: 32}}
	for {
		kind, body, err := s.in.next()
		if err == nil {
			s.count(kind, len(body))
			err = s.read(kind, body)
		}
		if err != nil {
			return s.out, &SnapshotError{Section: kind.String(), Err: err}
		}
		if kind == frameTrailer {
			break
		}
	}
	copy(s.out.SHA256[:], s.in.digest.Sum(nil))
	if err := s.in.finish(); err != nil {
		return s.out, &SnapshotError{Section: "end", Err: err}
	}
	return s.out, nil
}

type skimmer struct {
	in  *frameReader
	out SnapshotSummary
}

func (s *skimmer) count(kind frameKind, size int) {
	s.out.Bytes += uint64(frameHeaderSize + size)
	name := kind.String()
	for i := range s.out.Sections {
		if s.out.Sections[i].Kind == name {
			s.out.Sections[i].Frames++
			s.out.Sections[i].Bytes += uint64(size)
			return
		}
	}
	s.out.Sections = append(s.out.Sections, SnapshotSection{Kind: name, Frames: 1, Bytes: uint64(size)})
}

func (s *skimmer) read(kind frameKind, body []byte) error {
	if len(s.out.Sections) == 1 && kind != frameHead {
		return fmt.Errorf("%s where %s belongs: %w", kind, frameHead, errFrameKind)
	}
	switch kind { //nolint:exhaustive // the others are counted
	case frameHead:
		r := &replica{}
		l := &loader{r: r}
		if err := l.readHead(body); err != nil {
			return err
		}
		s.out.Format, s.out.Genesis, s.out.ClockMs = snapshotFormat, r.genesis, r.clockMs
		s.out.Position = Position{Lineage: r.genesis.Lineage, Index: r.index}
	case frameVersion:
		v, err := readVersion(body)
		if err != nil {
			return err
		}
		if len(s.out.Versions) == 0 {
			s.out.Position.Batch, s.out.Position.Root = v.batch, v.root
		}
		s.out.Versions = slices.Insert(s.out.Versions, 0, SnapshotVersion{Batch: v.batch, Root: v.root})
	case frameBatch:
		if len(body) < batch.HeaderSize {
			return errTruncated
		}
		h, err := batch.DecodeHeader(body[:batch.HeaderSize])
		if err != nil {
			return err
		}
		s.out.HeaderHash = h.Hash()
	case frameCursor:
		c, err := cursor.Decode(body)
		if err != nil {
			return err
		}
		s.out.Heads = c.Heads()
	}
	return nil
}

// VerifySnapshot builds the state of a snapshot as a restore does and compares every
// root and digest. It takes the memory of one state. A snapshot that is refused is a
// [*SnapshotError].
func VerifySnapshot(config Config, in io.Reader) (SnapshotSummary, error) {
	m := New(config)
	counted := &countingReader{in: in}
	r, err := m.load(counted)
	if err != nil {
		return SnapshotSummary{}, err
	}
	out := SnapshotSummary{
		Format:   snapshotFormat,
		Position: Position{Lineage: r.genesis.Lineage, Index: r.index, Batch: r.newest.batch, Root: r.newest.root},
		Genesis:  r.genesis, ClockMs: r.clockMs, Heads: r.cursor.Heads(), Bytes: counted.bytes,
		Leaves: r.size.Leaves, Sessions: r.sessions.Len(), Open: len(r.open.transitions),
	}
	if r.sealing != nil {
		out.Open += len(r.sealing.open.transitions)
	}
	if n := len(r.sealed); n > 0 {
		out.HeaderHash = r.sealed[n-1].Hash
	}
	for _, v := range r.versions {
		out.Versions = append(out.Versions, SnapshotVersion{Batch: v.batch, Root: v.root})
	}
	return out, nil
}

type countingReader struct {
	in    io.Reader
	bytes uint64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.bytes += uint64(n)
	return n, err
}
