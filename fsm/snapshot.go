package fsm

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// A capture shares everything with the running machine and writes nothing: tree
// versions are pinned, slices are append-only prefixes, records immutable.

// capture is the state at one index. It implements raft.FSMSnapshot.
type capture struct {
	meta     []byte
	versions []keptVersion
	views    []*tree.View // of those that are not folded; as long as versions
	cut      *openBatch   // nil when no batch is being sealed
	cutMs    int64        // its header's time of sealing
	cutFold  uint64       // its sealing's foldBelow
	open     openBatch
	sessions *session.Capture
	cursor   *cursor.Cursor
	sealed   []*SealedBatch
	reverted []*RevertedBatch
	adopting *adoption
	trailer  trailer
}

// trailer binds the snapshot's parts to each other.
type trailer struct {
	lineage    [16]byte
	index      uint64
	clockMs    int64
	minVersion uint32
	sessions   [32]byte
	cursor     [32]byte
	cut        [32]byte // zero when no batch is being sealed
	open       [32]byte
	reverted   [32]byte
	adopting   [32]byte // zero when no batch is being adopted
	root       [32]byte // of the newest version
}

// trailer leaves out the digests of cursor, batches, rollbacks and adoption, which complete adds:
// they are made beside Apply.
func (r *replica) trailer() trailer {
	return trailer{
		lineage: r.genesis.Lineage, index: r.index, clockMs: r.clockMs, minVersion: r.minVersion,
		sessions: r.sessions.Digest(), root: r.newest.root,
	}
}

func (t trailer) complete(c *cursor.Cursor, cut, open *openBatch, reverted []*RevertedBatch, adopting *adoption) trailer {
	t.cursor, t.open, t.reverted = c.Digest(), open.digest(), digestReverted(reverted)
	if cut != nil {
		t.cut = cut.digest()
	}
	if adopting != nil {
		t.adopting = adopting.digest()
	}
	return t
}

func (t trailer) append(dst []byte) []byte {
	w := command.Writer{Buf: dst}
	w.Fixed(t.lineage[:])
	w.U64(t.index)
	w.I64(t.clockMs)
	w.U32(t.minVersion)
	for _, d := range [][32]byte{t.sessions, t.cursor, t.cut, t.open, t.reverted, t.adopting, t.root} {
		w.Fixed(d[:])
	}
	return w.Buf
}

// Snapshot captures the state. Apply waits meanwhile; the cost is that of the
// sessions that changed since the last seal, and of pinning the kept versions.
func (m *Machine) Snapshot() (raft.FSMSnapshot, error) {
	if err := m.Fatal(); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats.Snapshots.Add(1)
	return m.r.capture()
}

func (r *replica) capture() (*capture, error) {
	w := command.Writer{}
	r.writeMeta(&w)
	c := &capture{
		meta: w.Buf, versions: slices.Clone(r.versions),
		open: openBatch{
			transitions: slices.Clip(r.open.transitions), origins: slices.Clone(r.open.origins), firstTimeMs: r.open.firstTimeMs,
		},
		cursor: r.cursor.Clone(), sealed: r.sealed, reverted: r.reverted, adopting: r.adopting, trailer: r.trailer(),
	}
	if r.sealing != nil { // its batch is captured as it was cut: nobody waits for the sealing
		c.cut, c.cutMs, c.cutFold = &r.sealing.open, r.sealing.clockMs, r.sealing.foldBelow
	}
	c.sessions = r.sessions.Capture()
	c.views = make([]*tree.View, len(c.versions))
	for i, v := range c.versions {
		if v.folded() {
			continue
		}
		view, err := r.tree.View(v.version)
		if err != nil {
			c.Release()
			return nil, fmt.Errorf("pin version of batch %d: %w", v.batch, err)
		}
		c.views[i] = view
	}
	return c, nil
}

// Release unpins the versions.
func (c *capture) Release() {
	for _, v := range c.views {
		if v != nil {
			v.Close()
		}
	}
	c.views = nil
}

// Persist streams the capture; Apply goes on beside it.
func (c *capture) Persist(sink raft.SnapshotSink) error {
	if err := c.write(sink); err != nil {
		return errors.Join(fmt.Errorf("write snapshot: %w", err), sink.Cancel())
	}
	return sink.Close()
}

func (c *capture) write(out io.Writer) error {
	w := newFrameWriter(out)
	head := command.Writer{}
	head.Fixed([]byte(snapshotMagic))
	head.U16(snapshotFormat)
	head.Fixed(c.meta)
	steps := []func(*frameWriter) error{
		func(w *frameWriter) error { return w.frame(frameHead, head.Buf) },
		c.writeVersions,
		c.writeCut,
		func(w *frameWriter) error { return writeOpen(w, &c.open) },
		func(w *frameWriter) error {
			return c.sessions.Records(func(b []byte) error { return w.frame(frameSession, b) })
		},
		func(w *frameWriter) error { return w.frame(frameCursor, c.cursor.Append(nil)) },
		c.writeBatches,
		c.writeReverted,
		c.writeAdoption,
		func(w *frameWriter) error {
			return w.frame(frameTrailer, c.trailer.complete(c.cursor, c.cut, &c.open, c.reverted, c.adopting).append(nil))
		},
	}
	for _, step := range steps {
		if err := step(w); err != nil {
			return err
		}
	}
	return w.finish()
}

// writeVersions writes the newest version whole, and each older one folded onto the one before.
func (c *capture) writeVersions(w *frameWriter) error {
	newest := len(c.versions) - 1
	for i := newest; i >= 0; i-- {
		v := c.versions[i]
		mark := command.Writer{}
		writeVersion(&mark, v)
		err := w.frame(frameVersion, mark.Buf)
		switch {
		case err != nil:
			return err
		case i == newest:
			leaves := w.chunks(frameLeaves)
			if _, err = c.views[i].WriteTo(leaves); err == nil {
				err = leaves.done()
			}
		default:
			err = c.writeFold(w, i)
		}
		if err != nil {
			return fmt.Errorf("version of batch %d: %w", v.batch, err)
		}
	}
	return nil
}

func (c *capture) writeFold(w *frameWriter, i int) (err error) {
	fold := tree.Join(c.versions[i].folds...)
	if !c.versions[i].folded() {
		if fold, err = tree.NewFold(c.views[i+1], c.views[i]); err != nil {
			return err
		}
	}
	for _, frame := range fold.Frames() {
		if err := w.frame(frameFold, frame); err != nil {
			return err
		}
	}
	return w.frame(frameFold, nil)
}

// writeCut writes the batch that is being sealed, if there is one.
func (c *capture) writeCut(w *frameWriter) error {
	if c.cut == nil {
		return nil
	}
	body := command.Writer{}
	body.I64(c.cutMs)
	body.U64(c.cutFold)
	if err := w.frame(frameCut, body.Buf); err != nil {
		return err
	}
	return writeOpen(w, c.cut)
}

func writeOpen(w *frameWriter, o *openBatch) error {
	var encoder batch.Encoder
	for chunk := range slices.Chunk(o.transitions, openChunk) {
		if err := w.frame(frameOpen, encoder.Payload(nil, chunk)); err != nil {
			return err
		}
	}
	if err := w.frame(frameOpen, nil); err != nil {
		return err
	}
	body := command.Writer{}
	body.I64(o.firstTimeMs)
	writeOrigins(&body, o.origins)
	return w.frame(frameOrigins, body.Buf)
}

func (c *capture) writeBatches(w *frameWriter) error {
	for _, b := range c.sealed {
		body := command.Writer{}
		writeSealed(&body, b)
		if err := w.frame(frameBatch, body.Buf); err != nil {
			return err
		}
	}
	return nil
}

func (c *capture) writeReverted(w *frameWriter) error {
	for _, b := range c.reverted {
		body := command.Writer{}
		writeReverted(&body, b)
		if err := w.frame(frameReverted, body.Buf); err != nil {
			return err
		}
	}
	return nil
}

// writeAdoption writes the batch that is being adopted, if there is one.
func (c *capture) writeAdoption(w *frameWriter) error {
	if c.adopting == nil {
		return nil
	}
	return w.frame(frameAdoption, c.adopting.append(nil))
}
