package fsm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// The running state is replaced whole, after the last byte was checked, or not at
// all.

// Restore replaces the state by a snapshot's. On error the old state stands. It
// closes the reader.
//
// Raft also brings snapshots that are older than the state: a leader's replication
// to a member that was removed and added again sends one last time. What is applied
// is committed, so the state stands: ErrOlderSnapshot. Raft then keeps its place too;
// if it went back, it would miss the entries in between, which may be compacted.
func (m *Machine) Restore(in io.ReadCloser) error {
	r, err := m.load(in)
	err = errors.Join(err, closeSnapshot(in))
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if now := m.Position(); now.Lineage == r.genesis.Lineage && r.index < now.Index {
		return fmt.Errorf("restore at index %d, applied %d: %w", r.index, now.Index, ErrOlderSnapshot)
	}
	if r.sealing != nil {
		r.startSealing(true)
	}
	m.mu.Lock()
	old := m.r
	m.r = r
	m.publish()
	m.mu.Unlock()
	_ = old.waitSealing() // of a batch that nobody will seal here
	m.stats.Restores.Add(1)
	m.config.Logger.Info("state restored from a snapshot",
		"index", r.index, "batch", r.newest.batch, "open_transitions", len(r.open.transitions), "versions", len(r.versions))
	m.hub.send(Restored{Position: m.Position()})
	m.progress.reach(r.index)
	return nil
}

func closeSnapshot(in io.Closer) error {
	if err := in.Close(); err != nil {
		return &SnapshotError{Section: "end", Err: err}
	}
	return nil
}

func (m *Machine) load(in io.Reader) (*replica, error) {
	if err := m.Fatal(); err != nil {
		return nil, err
	}
	l := &loader{in: newFrameReader(in), r: bareReplica(&m.config)}
	steps := []struct {
		section string
		read    func() error
	}{
		{"head", l.head},
		{"versions", l.versions},
		{"open", l.open},
		{"sessions", l.sessions},
		{"cursor", l.cursor},
		{"batches", l.batches},
		{"reverted", l.reverted},
		{"adoption", l.adoption},
		{"trailer", l.trailer},
	}
	for _, s := range steps {
		if err := s.read(); err != nil {
			return nil, &SnapshotError{Section: s.section, Err: err}
		}
	}
	return l.r, nil
}

// loader builds a replica from frames.
type loader struct {
	in *frameReader
	r  *replica
}

func (l *loader) head() error {
	body, err := l.in.want(frameHead)
	if err != nil {
		return err
	}
	return l.readHead(body)
}

func (l *loader) readHead(body []byte) error {
	in := command.NewReader(body)
	magic := make([]byte, len(snapshotMagic))
	in.Fixed(magic)
	if format := in.U16(); string(magic) != snapshotMagic || format != snapshotFormat {
		return fmt.Errorf("magic %q, format %d: %w", magic, format, errForeignFmt)
	}
	l.r.readMeta(in)
	if err := in.Done(); err != nil {
		return err
	}
	if l.r.minVersion > Version {
		return fmt.Errorf("minimum %d, this binary %d: %w", l.r.minVersion, Version, ErrMinVersion)
	}
	return nil
}

// versions loads the newest version, whose root is recomputed, and takes the older ones folded as they are: each is compared
// with its root when it is unfolded.
func (l *loader) versions() error {
	for {
		body, err := l.in.want(frameVersion)
		if err != nil {
			return err
		}
		v, err := readVersion(body)
		if err != nil {
			return err
		}
		if k := len(l.r.versions); k > 0 && v.batch >= l.r.versions[k-1].batch {
			return fmt.Errorf("version of batch %d after %d: %w", v.batch, l.r.versions[k-1].batch, errInconsist)
		}
		if len(l.r.versions) == 0 {
			v, err = l.leaves(v)
		} else {
			v, err = l.fold(v)
		}
		if err != nil {
			return fmt.Errorf("version of batch %d: %w", v.batch, err)
		}
		l.r.versions = append(l.r.versions, v)
		kind, err := l.in.peek()
		if err != nil {
			return err
		}
		if kind != frameVersion {
			break
		}
	}
	l.r.newest = l.r.versions[0]
	slices.Reverse(l.r.versions)
	if l.r.folded > l.r.newest.batch {
		return fmt.Errorf("versions below batch %d are folded, the newest is %d: %w", l.r.folded, l.r.newest.batch, errInconsist)
	}
	l.r.size = l.r.tree.Stats()
	return l.r.readBase()
}

// leaves builds the tree of the newest version, proves its root, and makes what is derived from its records beside.
func (l *loader) leaves(v keptVersion) (keptVersion, error) {
	chunks := &chunkReader{r: l.in, kind: frameLeaves}
	records := newTwin()
	var beside sync.WaitGroup
	var failed error
	beside.Go(func() {
		failed = l.derive(records)
		_, _ = io.Copy(io.Discard, records) // what is wrong with the records the tree says first
	})
	err := l.r.tree.Load(io.TeeReader(chunks, records))
	records.end()
	if err != nil {
		beside.Wait()
		return v, err
	}
	version, root := l.r.tree.Seal()
	beside.Wait()
	if root != v.root {
		return v, fmt.Errorf("root %x, computed %x: %w", v.root, root, errWrongRoot)
	}
	v.version = version
	return v, errors.Join(failed, chunks.drained())
}

// derive makes the stores out of a tree's stream. Nothing has proved the records yet, so that a panic is theirs.
func (l *loader) derive(records io.Reader) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{value: v, stack: string(debug.Stack())}
		}
	}()
	l.r.addresses = newAddressBook()
	stores := state.NewNativeLoader(l.r.config.Seed, func(id uint64, a state.Account) { l.r.addresses.add(a.Address, id) })
	if err = tree.Records(records, stores.Add); err == nil {
		l.r.store, err = stores.Finish()
	}
	return err
}

func (l *loader) fold(v keptVersion) (keptVersion, error) {
	fold := &tree.Fold{}
	v.folds = []*tree.Fold{fold}
	for {
		body, err := l.in.want(frameFold)
		if err != nil || len(body) == 0 {
			return v, err
		}
		if err := fold.Add(body); err != nil {
			return v, err
		}
	}
}

// open re-applies the batch that was being sealed, if there was one, and the open
// batch to the newest version. The sealing begins when all is checked.
func (l *loader) open() error {
	kind, err := l.in.peek()
	if err != nil {
		return err
	}
	if kind == frameCut {
		if err = l.cut(); err != nil {
			return err
		}
	}
	return l.batch()
}

func (l *loader) cut() error {
	body, err := l.in.want(frameCut)
	if err != nil {
		return err
	}
	in := command.NewReader(body)
	clockMs, foldBelow := in.I64(), in.U64()
	if err := in.Done(); err != nil {
		return err
	}
	if err := l.batch(); err != nil {
		return err
	}
	if foldBelow < l.r.folded || foldBelow > l.r.newest.batch || len(l.r.open.transitions) == 0 || clockMs > l.r.clockMs || !l.r.hasGenesis() {
		return fmt.Errorf("batch %d was cut: %w", l.r.openNumber(), errInconsist)
	}
	l.r.cut(clockMs)
	l.r.sealing.foldBelow = foldBelow
	return nil
}

// batch re-applies a batch that has no header yet, as the open one.
func (l *loader) batch() error {
	for {
		body, err := l.in.want(frameOpen)
		if err != nil {
			return err
		}
		if len(body) == 0 {
			break
		}
		transitions, err := batch.DecodePayload(body, batch.DefaultLimits())
		if err != nil {
			return err
		}
		if err := state.Replay(l.r.store, transitions); err != nil {
			return err
		}
		l.r.addresses.apply(transitions)
		l.r.open.transitions = append(l.r.open.transitions, transitions...)
	}
	body, err := l.in.want(frameOrigins)
	if err != nil {
		return err
	}
	in := command.NewReader(body)
	l.r.open.firstTimeMs = in.I64()
	l.r.open.origins = readOrigins(in)
	return in.Done()
}

func (l *loader) sessions() error {
	table := session.NewLoader(sessionLimits(l.r.genesis.Limits))
	for {
		kind, err := l.in.peek()
		if err != nil {
			return err
		}
		if kind != frameSession {
			break
		}
		body, err := l.in.want(frameSession)
		if err != nil {
			return err
		}
		if err := table.Add(body); err != nil {
			return err
		}
	}
	sessions, err := table.Finish()
	l.r.sessions = sessions
	return err
}

func (l *loader) cursor() error {
	body, err := l.in.want(frameCursor)
	if err != nil {
		return err
	}
	c, err := cursor.Decode(body)
	if err != nil {
		return err
	}
	if h := c.Heads(); h.Sealed != l.r.newest.batch || h.Applied != l.r.store.Counters().Sequence || c.Epoch().Lineage != l.r.genesis.Lineage {
		return fmt.Errorf("heads %+v: %w", h, errInconsist)
	}
	l.r.cursor = c
	return nil
}

func (l *loader) batches() error {
	for {
		kind, err := l.in.peek()
		if err != nil {
			return err
		}
		if kind != frameBatch {
			break
		}
		body, err := l.in.want(frameBatch)
		if err != nil {
			return err
		}
		b, err := readSealed(body)
		if err != nil {
			return err
		}
		if err := l.fits(b); err != nil {
			return err
		}
		l.r.sealed = append(l.r.sealed, b)
	}
	if n := len(l.r.sealed); n == 0 && l.r.newest.batch != 0 || n > 0 && l.r.sealed[n-1].Header.Number != l.r.newest.batch {
		return fmt.Errorf("retained batches do not end at batch %d: %w", l.r.newest.batch, errInconsist)
	}
	l.r.summarize()
	return nil
}

// fits checks a retained batch against its parent, the kept versions and the
// cursor.
func (l *loader) fits(b *SealedBatch) error {
	n := b.Header.Number
	if k := len(l.r.sealed); k > 0 {
		if err := b.Header.Continues(l.r.sealed[k-1].Header); err != nil {
			return err
		}
	}
	i := slices.IndexFunc(l.r.versions, func(v keptVersion) bool { return v.batch == n })
	if i >= 0 && l.r.versions[i].root != b.Header.PostRoot {
		return fmt.Errorf("batch %d: %w", n, errWrongRoot)
	}
	if rec, ok := l.r.cursor.Batch(n); ok && rec.HeaderHash != b.Hash {
		return fmt.Errorf("batch %d, header: %w", n, errInconsist)
	}
	return nil
}

// reverted reads what is kept of rollbacks.
func (l *loader) reverted() error {
	for {
		kind, err := l.in.peek()
		if err != nil {
			return err
		}
		if kind != frameReverted {
			return nil
		}
		body, err := l.in.want(frameReverted)
		if err != nil {
			return err
		}
		b, err := readReverted(body)
		if err != nil {
			return err
		}
		last := l.r.cursor.RevertedAcknowledged() + 1
		if k := len(l.r.reverted); k > 0 {
			last = l.r.reverted[k-1].Rollback
		}
		if b.Rollback < last || b.Rollback > uint64(len(l.r.cursor.Rollbacks())) {
			return fmt.Errorf("content of rollback %d: %w", b.Rollback, errInconsist)
		}
		l.r.reverted = append(l.r.reverted, b)
	}
}

// adoption reads the batch that is being adopted, if there is one.
func (l *loader) adoption() error {
	kind, err := l.in.peek()
	if err != nil || kind != frameAdoption {
		return err
	}
	body, err := l.in.want(frameAdoption)
	if err != nil {
		return err
	}
	l.r.adopting, err = readAdoption(body)
	return err
}

// trailer compares every digest with what was built, then the whole stream's.
func (l *loader) trailer() error {
	body, err := l.in.want(frameTrailer)
	if err != nil {
		return err
	}
	var cut *openBatch
	if l.r.sealing != nil {
		cut = &l.r.sealing.open
	}
	built := l.r.trailer().complete(l.r.cursor, cut, &l.r.open, l.r.reverted, l.r.adopting)
	if !bytes.Equal(body, built.append(nil)) {
		return fmt.Errorf("digests: %w", errInconsist)
	}
	return l.in.finish()
}
