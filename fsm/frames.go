package fsm

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Everything before the final digest goes through it, in both directions.

const (
	snapshotMagic   = "HOLDFAST"
	snapshotFormat  = 5
	maxFrame        = 1 << 30
	frameChunk      = 64 << 10 // aimed-at size of chunked frames
	openChunk       = 1 << 14  // transitions per frame of the open batch
	maxOrigins      = 1 << 24
	maxActivations  = 1 << 16
	frameHeaderSize = 5
)

type frameKind uint8

const (
	frameHead frameKind = 1 + iota
	frameVersion
	frameLeaves
	frameFold
	frameOpen
	frameOrigins
	frameSession
	frameCursor
	frameBatch
	frameTrailer
	frameCut
	frameReverted
	frameAdoption
)

func (k frameKind) String() string {
	names := [...]string{
		"", "head", "version", "leaves", "fold", "open", "origins", "session", "cursor", "batch", "trailer", "cut", "reverted", "adoption",
	}
	if k == 0 || int(k) >= len(names) {
		return fmt.Sprintf("frame_%d", uint8(k))
	}
	return names[k]
}

var (
	errFrameKind  = errors.New("unexpected frame")
	errFrameSize  = errors.New("frame is too large")
	errTrailing   = errors.New("bytes after the end")
	errDigest     = errors.New("SHA-256 of the snapshot differs")
	errTruncated  = errors.New("snapshot ends early")
	errWrongRoot  = errors.New("recomputed root differs")
	errInconsist  = errors.New("sections contradict each other")
	errForeignFmt = errors.New("not a snapshot of a known format")
)

// frameWriter writes frames and digests them.
type frameWriter struct {
	out    *bufio.Writer
	digest hash.Hash
	err    error
}

func newFrameWriter(w io.Writer) *frameWriter {
	return &frameWriter{out: bufio.NewWriterSize(w, 1<<18), digest: sha256.New()}
}

func (w *frameWriter) frame(kind frameKind, body []byte) error {
	if len(body) > maxFrame {
		w.err = errors.Join(w.err, fmt.Errorf("%s of %d bytes: %w", kind, len(body), errFrameSize))
	}
	var head [frameHeaderSize]byte
	head[0] = byte(kind)
	binary.BigEndian.PutUint32(head[1:], uint32(len(body)))
	w.write(head[:])
	w.write(body)
	return w.err
}

func (w *frameWriter) write(b []byte) {
	if w.err != nil {
		return
	}
	w.digest.Write(b)
	_, w.err = w.out.Write(b)
}

// finish appends the digest.
func (w *frameWriter) finish() error {
	if w.err == nil {
		_, w.err = w.out.Write(w.digest.Sum(nil))
	}
	if w.err == nil {
		w.err = w.out.Flush()
	}
	return w.err
}

// chunks returns a writer whose bytes become frames of a kind; done ends them with
// an empty one.
func (w *frameWriter) chunks(kind frameKind) *chunkWriter { return &chunkWriter{w: w, kind: kind} }

type chunkWriter struct {
	w    *frameWriter
	kind frameKind
	buf  []byte
}

func (c *chunkWriter) Write(b []byte) (int, error) {
	c.buf = append(c.buf, b...)
	if len(c.buf) >= frameChunk {
		if err := c.flush(); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

func (c *chunkWriter) flush() error {
	if len(c.buf) == 0 {
		return c.w.err
	}
	err := c.w.frame(c.kind, c.buf)
	c.buf = c.buf[:0]
	return err
}

func (c *chunkWriter) done() error {
	if err := c.flush(); err != nil {
		return err
	}
	return c.w.frame(c.kind, nil)
}

// frameReader reads what frameWriter wrote. A frame's bytes are valid until the
// next one is read.
type frameReader struct {
	in     *bufio.Reader
	digest hash.Hash
	body   bytes.Buffer
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{in: bufio.NewReaderSize(r, 1<<18), digest: sha256.New()}
}

// next reads a frame.
func (r *frameReader) next() (frameKind, []byte, error) {
	var head [frameHeaderSize]byte
	if err := r.full(head[:]); err != nil {
		return 0, nil, err
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size > maxFrame {
		return 0, nil, fmt.Errorf("%d bytes: %w", size, errFrameSize)
	}
	r.body.Reset()
	n, err := io.CopyN(&r.body, r.in, int64(size)) // grows with what is really there
	r.digest.Write(r.body.Bytes())
	if err != nil {
		return 0, nil, fmt.Errorf("%d of %d bytes: %w", n, size, truncated(err))
	}
	return frameKind(head[0]), r.body.Bytes(), nil
}

// want reads a frame that must be of a kind.
func (r *frameReader) want(kind frameKind) ([]byte, error) {
	got, body, err := r.next()
	if err != nil {
		return nil, err
	}
	if got != kind {
		return nil, fmt.Errorf("%s where %s belongs: %w", got, kind, errFrameKind)
	}
	return body, nil
}

// peek returns the kind of the next frame without taking it.
func (r *frameReader) peek() (frameKind, error) {
	b, err := r.in.Peek(1)
	if err != nil {
		return 0, truncated(err)
	}
	return frameKind(b[0]), nil
}

func (r *frameReader) full(b []byte) error {
	if _, err := io.ReadFull(r.in, b); err != nil {
		return truncated(err)
	}
	r.digest.Write(b)
	return nil
}

// finish compares the digest and that nothing follows.
func (r *frameReader) finish() error {
	want := r.digest.Sum(nil)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r.in, got); err != nil {
		return truncated(err)
	}
	if !bytes.Equal(got, want) {
		return errDigest
	}
	if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) {
		return errTrailing
	}
	return nil
}

func truncated(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTruncated
	}
	return err
}

// chunkReader gives the bytes of a chunked section, to its empty frame.
type chunkReader struct {
	r    *frameReader
	kind frameKind
	rest []byte
	done bool
}

func (c *chunkReader) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		if c.done {
			return 0, io.EOF
		}
		body, err := c.r.want(c.kind)
		if err != nil {
			return 0, err
		}
		c.rest, c.done = body, len(body) == 0
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// drained says whether the section was read to its end and not beyond.
func (c *chunkReader) drained() error {
	var one [1]byte
	if n, err := c.Read(one[:]); n != 0 || !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", c.kind, errors.Join(errTrailing, err))
	}
	return nil
}

func writeOrigins(w *command.Writer, origins []Origin) {
	w.Uvarint(uint64(len(origins)))
	for _, o := range origins {
		w.Uvarint(o.Session)
		w.Uvarint(o.From)
		w.Uvarint(o.To)
	}
}

func readOrigins(r *command.Reader) []Origin {
	n := r.Count(maxOrigins, 3)
	if n == 0 {
		return nil
	}
	out := make([]Origin, n)
	for i := range out {
		out[i] = Origin{Session: r.Uvarint(), From: r.Uvarint(), To: r.Uvarint()}
		if out[i].From == 0 || out[i].From > out[i].To {
			r.Fail(command.ErrValue)
		}
	}
	return out
}

// writeMeta writes what is replicated beside the big parts.
func (r *replica) writeMeta(w *command.Writer) {
	w.U64(r.index)
	w.I64(r.clockMs)
	w.U32(r.minVersion)
	w.U64(r.folded)
	w.Bytes(r.genesis.Append(nil), frameChunk)
	w.Uvarint(uint64(len(r.activations)))
	for _, a := range r.activations {
		w.Bytes(a.Append(nil), frameChunk)
	}
}

func (r *replica) readMeta(in *command.Reader) {
	r.index = in.U64()
	r.clockMs = in.I64()
	r.minVersion = in.U32()
	r.folded = in.U64()
	genesis, err := command.DecodeGenesis(in.Bytes(frameChunk))
	if err != nil {
		in.Fail(err)
	}
	r.genesis = genesis
	for range in.Count(maxActivations, 2) {
		a, err := command.DecodeActivate(in.Bytes(frameChunk))
		if err != nil {
			in.Fail(err)
			return
		}
		r.activations = append(r.activations, a)
	}
}

func writeVersion(w *command.Writer, v keptVersion) {
	w.Uvarint(v.batch)
	w.Fixed(v.root[:])
}

func readVersion(b []byte) (v keptVersion, err error) {
	r := command.NewReader(b)
	v.batch = r.Uvarint()
	r.Fixed(v.root[:])
	return v, r.Done()
}

func writeSealed(w *command.Writer, b *SealedBatch) {
	w.Buf = b.Header.Append(w.Buf)
	w.U64(b.Index)
	w.Bool(b.Payload != nil)
	w.Bytes(b.Payload, maxFrame)
	w.Bytes(b.Diff, maxFrame)
	w.U64(b.FirstWithdrawal)
	w.Fixed(b.Digest[:])
	writeOrigins(w, b.Origins)
}

func readSealed(body []byte) (*SealedBatch, error) {
	r := command.NewReader(body)
	header := make([]byte, batch.HeaderSize)
	r.Fixed(header)
	b := &SealedBatch{Index: r.U64()}
	there := r.Bool()
	if p := r.Bytes(maxFrame); there && p != nil {
		b.Payload = bytes.Clone(p)
	} else if there || p != nil {
		r.Fail(command.ErrValue)
	}
	b.Diff = bytes.Clone(r.Bytes(maxFrame))
	b.FirstWithdrawal = r.U64()
	r.Fixed(b.Digest[:])
	b.Origins = readOrigins(r)
	if err := r.Done(); err != nil {
		return nil, err
	}
	h, err := batch.DecodeHeader(header)
	if err != nil {
		return nil, err
	}
	b.Header, b.Hash = h, h.Hash()
	if b.Payload != nil && sha256.Sum256(b.Content()) != h.PayloadHash {
		return nil, fmt.Errorf("payload of batch %d: %w", h.Number, errInconsist)
	}
	return b, nil
}
