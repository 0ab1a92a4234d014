package recovery

// A checkpoint is a manifest and the chunks that it names by their content. The manifest is written last and removed
// first: whoever sees it finds every chunk. Who writes or reads one holds the archive, and who removes some holds it
// alone, in whatever process. No chunk leaves this file that does not hash to its name.

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

const (
	manifestFormat   = 1
	checkpointPrefix = "checkpoints/"
	chunkPrefix      = "chunks/"
	manifestSuffix   = ".json"
	maxManifest      = 64 << 20
	maxChunks        = 1 << 20
)

// Errors about checkpoints.
var (
	// ErrManifest is wrapped by everything that is wrong with a manifest.
	ErrManifest = errors.New("recovery: not a checkpoint's manifest")
	// ErrNoCheckpoint: the archive has none that fits.
	ErrNoCheckpoint = errors.New("recovery: no such checkpoint")
	// ErrDamaged is wrapped by everything that says that stored bytes are not what was written.
	ErrDamaged = errors.New("recovery: damaged")
)

// ChunkError names a chunk that is missing or not what was written. It wraps ErrDamaged.
type ChunkError struct {
	Checkpoint string
	Number     int    // in the manifest, from 0
	Object     string // in the archive
	Reason     error
}

func (e *ChunkError) Error() string {
	return fmt.Sprintf("%v: checkpoint %s, chunk %d (%s): %v", ErrDamaged, e.Checkpoint, e.Number, e.Object, e.Reason)
}

func (e *ChunkError) Unwrap() []error { return []error{ErrDamaged, e.Reason} }

// Digest is a SHA-256 in hexadecimal digits.
type Digest [32]byte

// MarshalText implements encoding.TextMarshaler.
func (d Digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(d)) {
		return fmt.Errorf("%w: digest of %d digits", ErrManifest, len(text))
	}
	if _, err := hex.Decode(d[:], text); err != nil {
		return fmt.Errorf("%w: %w", ErrManifest, err)
	}
	return nil
}

// Chunk is one piece of a checkpoint.
type Chunk struct {
	SHA256 Digest `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Anchor is where the batch of a checkpoint stood on L1 when it was made.
type Anchor struct {
	Transaction Digest `json:"transaction"`
	Block       uint64 `json:"block"`
	BlockHash   Digest `json:"block_hash"`
}

// Manifest describes a checkpoint: a Raft snapshot, cut into chunks.
type Manifest struct {
	Format     int     `json:"format"`
	Lineage    string  `json:"lineage"`
	Batch      uint64  `json:"batch"` // newest sealed
	Root       Digest  `json:"root"`
	HeaderHash Digest  `json:"header_hash"` // of that batch; zero before the first
	Index      uint64  `json:"index"`       // of the log
	Term       uint64  `json:"term"`
	Sequence   uint64  `json:"sequence"` // newest accepted transition, the open batch's included
	Node       string  `json:"node"`
	MadeMs     int64   `json:"made_ms"`
	L1         *Anchor `json:"l1,omitempty"` // nil if the batch was not on L1 then
	Bytes      int64   `json:"bytes"`
	SHA256     Digest  `json:"sha256"` // of the whole stream
	Chunks     []Chunk `json:"chunks"`
}

// Name is the checkpoint's name, unique in an archive.
func (m *Manifest) Name() string { return fmt.Sprintf("%s-%016x-%016x", m.Lineage, m.Batch, m.Index) }

// book says that the checkpoint is of what a history began with.
func (m *Manifest) book() bool { return m.Batch == 0 && m.Root != Digest{} }

func manifestName(name string) string { return checkpointPrefix + name + manifestSuffix }

func chunkName(d Digest) string { return fmt.Sprintf("%s%x/%x", chunkPrefix, d[:1], d[:]) }

// DecodeManifest reads a manifest and refuses one that contradicts itself.
func DecodeManifest(b []byte) (*Manifest, error) {
	var m Manifest
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if d.More() {
		return nil, fmt.Errorf("%w: something follows it", ErrManifest)
	}
	total := int64(0)
	for i, c := range m.Chunks {
		if c.Bytes <= 0 || c.Bytes > maxChunk {
			return nil, fmt.Errorf("%w: chunk %d of %d bytes", ErrManifest, i, c.Bytes)
		}
		total += c.Bytes
	}
	lineage, err := hex.DecodeString(m.Lineage)
	switch {
	case m.Format != manifestFormat:
		return nil, fmt.Errorf("%w: format %d", ErrManifest, m.Format)
	case err != nil || len(lineage) != 16:
		return nil, fmt.Errorf("%w: lineage %q", ErrManifest, m.Lineage)
	case total != m.Bytes || len(m.Chunks) > maxChunks:
		return nil, fmt.Errorf("%w: %d chunks of %d bytes in all, %d are stated", ErrManifest, len(m.Chunks), total, m.Bytes)
	}
	return &m, nil
}

// Checkpoints are those of an archive. It may be used concurrently.
type Checkpoints struct{ archive *da.Archive }

// NewCheckpoints gives the checkpoints of an archive.
func NewCheckpoints(archive *da.Archive) *Checkpoints { return &Checkpoints{archive: archive} }

// Transfer says what a transfer moved.
type Transfer struct {
	Bytes  int64 `json:"bytes"`  // of the checkpoint
	Moved  int64 `json:"moved"`  // that were not there yet
	Chunks int   `json:"chunks"` // of the checkpoint
	Fresh  int   `json:"fresh"`  // that were not there yet
}

// Source is a snapshot on its way into the archive.
type Source struct {
	Snapshot io.Reader
	Term     uint64
	Node     string
	NowMs    int64
	// Anchor, if not nil, says where a batch stands on L1.
	Anchor func(batch uint64, headerHash [32]byte) *Anchor
	// Progress, if not nil, is told how many bytes are done.
	Progress func(done int64)
}

// Create writes a snapshot into the archive. Chunks that are there already are not written again, whether another
// checkpoint has them or an interrupted transfer brought them. A snapshot whose digest is wrong leaves no manifest.
func (c *Checkpoints) Create(ctx context.Context, s Source) (_ *Manifest, t Transfer, err error) {
	release, err := c.archive.Hold(ctx)
	if err != nil {
		return nil, t, err
	}
	defer func() { err = errors.Join(err, release()) }()
	m := &Manifest{Format: manifestFormat, Term: s.Term, Node: s.Node, MadeMs: s.NowMs}
	pr, pw := io.Pipe()
	type skimmed struct {
		summary fsm.SnapshotSummary
		err     error
	}
	skim := make(chan skimmed, 1)
	go func() {
		summary, serr := fsm.InspectSnapshot(pr)
		_ = pr.CloseWithError(errors.Join(serr, errSkimmed))
		skim <- skimmed{summary, serr}
	}()
	t, shared, err := c.store(ctx, m, s, io.TeeReader(s.Snapshot, &lenient{pw}))
	_ = pw.CloseWithError(errors.Join(err, io.EOF))
	seen := <-skim
	if err != nil {
		return nil, t, err
	}
	if seen.err != nil {
		return nil, t, fmt.Errorf("%w: snapshot: %w", ErrDamaged, seen.err)
	}
	p := seen.summary.Position
	m.Lineage, m.Batch, m.Root, m.Index = hex.EncodeToString(p.Lineage[:]), p.Batch, p.Root, p.Index
	m.HeaderHash, m.Sequence = seen.summary.HeaderHash, seen.summary.Heads.Applied
	if s.Anchor != nil {
		m.L1 = s.Anchor(m.Batch, m.HeaderHash)
	}
	raw, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, t, fmt.Errorf("recovery: encode manifest: %w", err)
	}
	if err = c.archive.Put(ctx, manifestName(m.Name()), raw); err != nil {
		return nil, t, err
	}
	return m, t, c.settled(ctx, m, shared)
}

// settled takes a new manifest back if a chunk that it shares was pruned before the manifest was there to name it.
func (c *Checkpoints) settled(ctx context.Context, m *Manifest, shared []int) error {
	for _, i := range shared {
		chunk := m.Chunks[i]
		there, err := c.archive.Has(ctx, chunkName(chunk.SHA256), chunk.Bytes)
		if err != nil {
			return err
		}
		if !there {
			gone := &ChunkError{Checkpoint: m.Name(), Number: i, Object: chunkName(chunk.SHA256), Reason: errPruned}
			return errors.Join(gone, c.archive.Remove(ctx, manifestName(m.Name())))
		}
	}
	return nil
}

var errPruned = errors.New("it was pruned meanwhile; make the checkpoint again")

var errSkimmed = errors.New("recovery: the snapshot was read")

// lenient writes for as long as somebody reads.
type lenient struct{ w *io.PipeWriter }

func (l *lenient) Write(p []byte) (int, error) {
	_, _ = l.w.Write(p) // whoever reads has found an end or an error, and says so
	return len(p), nil
}

// store writes the chunks that are not there yet, and says which of the manifest's were.
func (c *Checkpoints) store(ctx context.Context, m *Manifest, s Source, in io.Reader) (t Transfer, shared []int, err error) {
	whole := sha256.New()
	chunks := newChunker(in)
	for {
		chunk, err := chunks.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, nil, fmt.Errorf("recovery: read snapshot: %w", err)
		}
		whole.Write(chunk)
		sum := sha256.Sum256(chunk)
		m.Chunks = append(m.Chunks, Chunk{SHA256: sum, Bytes: int64(len(chunk))})
		there, err := c.archive.Has(ctx, chunkName(sum), int64(len(chunk)))
		if err != nil {
			return t, nil, err
		}
		if !there {
			if err = c.archive.Put(ctx, chunkName(sum), chunk); err != nil {
				return t, nil, err
			}
			t.Moved += int64(len(chunk))
			t.Fresh++
		} else {
			shared = append(shared, t.Chunks)
		}
		t.Bytes += int64(len(chunk))
		t.Chunks++
		if s.Progress != nil {
			s.Progress(t.Bytes)
		}
	}
	m.Bytes = t.Bytes
	whole.Sum(m.SHA256[:0])
	return t, shared, nil
}

// Listed is a checkpoint of an archive, or what stands in place of one.
type Listed struct {
	Name     string
	Manifest *Manifest // nil if it cannot be read
	Err      error     // why
}

// List returns all checkpoints, newest first: by batch, then by index, over all lineages.
func (c *Checkpoints) List(ctx context.Context) ([]Listed, error) {
	var out []Listed
	err := c.archive.Entries(ctx, checkpointPrefix, func(e da.Entry) error {
		name, ok := strings.CutSuffix(strings.TrimPrefix(e.Name, checkpointPrefix), manifestSuffix)
		if !ok {
			return nil // a temporary file of a crash
		}
		m, err := c.Load(ctx, name)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, ErrNoCheckpoint) {
			return nil // removed meanwhile
		}
		out = append(out, Listed{Name: name, Manifest: m, Err: err})
		return nil
	})
	slices.SortStableFunc(out, func(a, b Listed) int { return compareNewest(a.Manifest, b.Manifest) })
	return out, err
}

// compareNewest puts newer ones first and unreadable ones last.
func compareNewest(a, b *Manifest) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	case a.Batch != b.Batch:
		return cmp.Compare(b.Batch, a.Batch)
	default:
		return cmp.Compare(b.Index, a.Index)
	}
}

// Load reads a manifest.
func (c *Checkpoints) Load(ctx context.Context, name string) (*Manifest, error) {
	raw, err := c.archive.Get(ctx, manifestName(name), maxManifest)
	if errors.Is(err, da.ErrAbsent) {
		return nil, fmt.Errorf("%w: %s", ErrNoCheckpoint, name)
	}
	if err != nil {
		return nil, err
	}
	m, err := DecodeManifest(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, manifestName(name), err)
	}
	if m.Name() != name {
		return nil, fmt.Errorf("%w: %s describes %s: %w", ErrDamaged, manifestName(name), m.Name(), ErrManifest)
	}
	return m, nil
}

// Open streams a checkpoint's snapshot. Each chunk is checked before a byte of it is given; a wrong one is a
// [*ChunkError]. Until it is closed nothing is pruned. ErrNoCheckpoint: it was pruned since the manifest was read.
func (c *Checkpoints) Open(ctx context.Context, m *Manifest) (io.ReadCloser, error) {
	release, err := c.hold(ctx, m)
	if err != nil {
		return nil, err
	}
	return &checkpointReader{ctx: ctx, archive: c.archive, m: m, whole: sha256.New(), release: release}, nil
}

// hold holds the archive for a reader of a checkpoint that is still there.
func (c *Checkpoints) hold(ctx context.Context, m *Manifest) (release func() error, err error) {
	if release, err = c.archive.Hold(ctx); err != nil {
		return nil, err
	}
	if _, err = c.Load(ctx, m.Name()); err != nil {
		return nil, errors.Join(err, release())
	}
	return release, nil
}

type checkpointReader struct {
	ctx     context.Context //nolint:containedctx // of the one stream
	archive *da.Archive
	m       *Manifest
	next    int
	rest    []byte
	whole   hash.Hash
	err     error
	release func() error // nil once it is closed
}

// Close implements io.Closer.
func (r *checkpointReader) Close() error {
	release := r.release
	if release == nil {
		return nil
	}
	r.release = nil
	return release()
}

func (r *checkpointReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 && r.err == nil {
		r.err = r.advance()
	}
	if len(r.rest) == 0 {
		return 0, r.err
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *checkpointReader) advance() error {
	if r.next == len(r.m.Chunks) {
		if Digest(r.whole.Sum(nil)) != r.m.SHA256 {
			return fmt.Errorf("%w: checkpoint %s: its chunks do not give its digest", ErrDamaged, r.m.Name())
		}
		return io.EOF
	}
	b, err := readChunk(r.ctx, r.archive, r.m, r.next)
	if err != nil {
		return err
	}
	r.whole.Write(b)
	r.rest = b
	r.next++
	return nil
}

func readChunk(ctx context.Context, archive *da.Archive, m *Manifest, i int) ([]byte, error) {
	c := m.Chunks[i]
	fail := &ChunkError{Checkpoint: m.Name(), Number: i, Object: chunkName(c.SHA256)}
	b, err := archive.Get(ctx, chunkName(c.SHA256), maxChunk)
	switch {
	case errors.Is(err, da.ErrAbsent), errors.Is(err, da.ErrTooLarge):
		fail.Reason = err
	case err != nil:
		return nil, err // the store's own: it says nothing about the chunk
	case int64(len(b)) != c.Bytes:
		fail.Reason = fmt.Errorf("%d bytes, want %d", len(b), c.Bytes)
	case sha256.Sum256(b) != c.SHA256:
		fail.Reason = fmt.Errorf("hashes to %x", sha256.Sum256(b))
	default:
		return b, nil
	}
	return nil, fail
}

// Verified is what verifying a checkpoint found.
type Verified struct {
	Summary fsm.SnapshotSummary
	Damaged []*ChunkError // all of them
}

// Verify reads every chunk and names each that is damaged; if none is, it builds the state and compares every root and
// digest with the manifest's.
func (c *Checkpoints) Verify(ctx context.Context, m *Manifest, config fsm.Config) (v Verified, err error) {
	content, err := c.Open(ctx, m)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	for i := range m.Chunks {
		_, cerr := readChunk(ctx, c.archive, m, i)
		if bad, ok := errors.AsType[*ChunkError](cerr); ok {
			v.Damaged = append(v.Damaged, bad)
		} else if cerr != nil {
			return v, cerr
		}
	}
	if len(v.Damaged) > 0 {
		return v, v.Damaged[0]
	}
	if v.Summary, err = fsm.VerifySnapshot(config, content); err != nil {
		return v, fmt.Errorf("%w: checkpoint %s: %w", ErrDamaged, m.Name(), err)
	}
	p := v.Summary.Position
	if p.Batch != m.Batch || p.Root != m.Root || hex.EncodeToString(p.Lineage[:]) != m.Lineage || p.Index != m.Index ||
		v.Summary.HeaderHash != m.HeaderHash {
		return v, fmt.Errorf("%w: checkpoint %s holds batch %d with root %x at index %d", ErrDamaged, m.Name(), p.Batch, p.Root, p.Index)
	}
	return v, nil
}

// Retention says which checkpoints stay.
type Retention struct {
	Keep int // newest of each lineage; at least 1
	// Grace is how old a chunk that no manifest names must be before it is removed: a transfer under way has written its
	// chunks and not yet its manifest.
	Grace time.Duration
}

// Pruned is what was removed.
type Pruned struct {
	Checkpoints []string `json:"checkpoints"`
	Chunks      int      `json:"chunks"`
	Bytes       int64    `json:"bytes"`
}

// Prune removes the checkpoints beyond the retention, and the chunks that none that stays names. What a history began
// with always stays. An unreadable manifest is kept, and with it every chunk: nobody knows which are its. While a
// checkpoint is made or read, in whatever process, nothing is removed: da.ErrInUse. A dry run only looks.
func (c *Checkpoints) Prune(ctx context.Context, r Retention, now time.Time, dryRun bool) (p Pruned, err error) {
	if !dryRun {
		var release func() error
		if release, err = c.archive.HoldAlone(); err != nil {
			return p, fmt.Errorf("prune checkpoints: %w; try again when that is done", err)
		}
		defer func() { err = errors.Join(err, release()) }()
	}
	list, err := c.List(ctx)
	if err != nil {
		return p, err
	}
	p.Checkpoints = []string{}
	kept, named, unreadable := map[string]int{}, map[string]bool{}, false
	var manifests, chunks []string
	for _, l := range list {
		if l.Manifest == nil {
			unreadable = true
			continue
		}
		beyond := false
		if !l.Manifest.book() { // which no payload holds
			kept[l.Manifest.Lineage]++
			beyond = kept[l.Manifest.Lineage] > max(r.Keep, 1)
		}
		if beyond {
			p.Checkpoints = append(p.Checkpoints, l.Name)
			manifests = append(manifests, manifestName(l.Name))
			continue
		}
		for _, chunk := range l.Manifest.Chunks {
			named[chunkName(chunk.SHA256)] = true
		}
	}
	if !unreadable {
		err = c.archive.Entries(ctx, chunkPrefix, func(e da.Entry) error {
			if !named[e.Name] && now.Sub(e.Modified) >= r.Grace {
				chunks = append(chunks, e.Name)
				p.Chunks++
				p.Bytes += e.Bytes
			}
			return nil
		})
	}
	if err != nil || dryRun {
		return p, err
	}
	if err = c.archive.Remove(ctx, manifests...); err == nil {
		err = c.archive.Remove(ctx, chunks...)
	}
	return p, err
}

// Export writes a checkpoint's snapshot into a new file; one that exists is fs.ErrExist. What an interrupted export left
// beside it is checked chunk by chunk and not read again.
func (c *Checkpoints) Export(ctx context.Context, m *Manifest, path string) (t Transfer, err error) {
	release, err := c.hold(ctx, m)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if _, err = os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return t, errors.Join(fmt.Errorf("recovery: export: %w: %s; nothing is written over it: name another file", fs.ErrExist, path), err)
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return t, fmt.Errorf("recovery: export: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	have, chunks, err := m.intact(f)
	if err != nil {
		return t, fmt.Errorf("recovery: export: %w", err)
	}
	if err = f.Truncate(have); err == nil {
		_, err = f.Seek(have, io.SeekStart)
	}
	if err != nil {
		return t, fmt.Errorf("recovery: export: %w", err)
	}
	t = Transfer{Bytes: m.Bytes, Moved: m.Bytes - have, Chunks: len(m.Chunks), Fresh: len(m.Chunks) - chunks}
	for i := chunks; i < len(m.Chunks); i++ {
		b, rerr := readChunk(ctx, c.archive, m, i)
		if rerr == nil {
			_, rerr = f.Write(b)
		}
		if rerr != nil {
			return t, rerr
		}
	}
	if err = f.Sync(); err != nil {
		return t, fmt.Errorf("recovery: export: %w", err)
	}
	if err = durable.Rename(part, path); err != nil {
		return t, fmt.Errorf("recovery: export: %w", err)
	}
	return t, nil
}

// intact is how much of a file is the beginning of the checkpoint: whole chunks.
func (m *Manifest) intact(f io.Reader) (bytes int64, chunks int, err error) {
	for _, c := range m.Chunks {
		b := make([]byte, c.Bytes)
		if _, err := io.ReadFull(f, b); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err == nil && sha256.Sum256(b) != c.SHA256 {
			return bytes, chunks, nil
		} else if err != nil {
			return bytes, chunks, err
		}
		bytes += c.Bytes
		chunks++
	}
	return bytes, chunks, nil
}
