package cluster

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	raftwal "github.com/hashicorp/raft-wal"
	"go.etcd.io/bbolt"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// An offline directory is read under its lock, so that no node writes beside it, and
// nothing in it is changed.

// Offline is the data directory of a node that does not run. One goroutine uses it.
type Offline struct {
	Path string
	// What the VERSION file says.
	NodeID, Cluster, LogStore string
	Lineage                   [16]byte // zero while it is not known

	lock    *flock.Flock
	log     raft.LogStore // checks every record
	stable  raft.StableStore
	files   *raft.FileSnapshotStore
	closers []func() error
}

// OpenOffline opens the directory of a node that does not run. Errors: fs.ErrNotExist
// (no such directory, or none of a node), ErrLocked, ErrDamagedLog. raft-wal's log is
// read from a copy: opening it repairs its tail.
func OpenOffline(path string) (_ *Offline, err error) {
	o := &Offline{Path: path}
	raw, err := os.ReadFile(filepath.Join(path, versionFile))
	if err != nil {
		return nil, fmt.Errorf("cluster: read version file: %w", err)
	}
	record, err := decodeVersion(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if record.Layout != layoutVersion {
		return nil, &LayoutError{Dir: path, Found: record.Layout, Known: layoutVersion}
	}
	o.NodeID, o.Cluster, o.LogStore = record.NodeID, record.Cluster, record.LogStore
	if o.Lineage, err = (&directory{path: path, record: record}).lineage(); err != nil {
		return nil, err
	}
	o.lock = flock.New(filepath.Join(path, lockFile))
	held, err := o.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("cluster: lock data directory: %w", err)
	}
	if !held {
		return nil, fmt.Errorf("%w: %s%s", ErrLocked, path, holder(o.lock.Path()))
	}
	o.closers = append(o.closers, o.lock.Unlock)
	defer func() {
		if err != nil {
			err = errors.Join(err, o.Close())
		}
	}()
	if err = o.openStores(); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *Offline) openStores() error {
	stable := filepath.Join(o.Path, stableFile)
	if err := checkStable(stable, true); err != nil {
		return err
	}
	bolt, err := raftboltdb.New(raftboltdb.Options{
		Path: stable, MsgpackUseNewTimeFormat: true,
		BoltOptions: &bbolt.Options{Timeout: time.Second, ReadOnly: true},
	})
	if err != nil {
		return fmt.Errorf("%w: open Raft store: %w", ErrDamagedLog, err)
	}
	o.closers = append(o.closers, bolt.Close)
	o.stable, o.log = bolt, &summedLog{LogLayer{bolt}}
	if o.LogStore == StoreWAL {
		if err = o.openWAL(); err != nil {
			return err
		}
	}
	if _, err = os.Stat(filepath.Join(o.Path, snapshotsDir)); err != nil {
		return nil //nolint:nilerr // none was ever taken, and none is made
	}
	logger := hclog.NewNullLogger()
	if o.files, err = raft.NewFileSnapshotStoreWithLogger(o.Path, math.MaxInt, logger); err != nil {
		return fmt.Errorf("cluster: open snapshots: %w", err)
	}
	return nil
}

func (o *Offline) openWAL() error {
	from := filepath.Join(o.Path, walDir)
	if err := checkWAL(from, true); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "holdfast-log-")
	if err != nil {
		return fmt.Errorf("cluster: copy the log: %w", err)
	}
	o.closers = append(o.closers, func() error { return os.RemoveAll(scratch) })
	if err = os.CopyFS(scratch, os.DirFS(from)); err != nil {
		return fmt.Errorf("cluster: copy the log: %w", err)
	}
	log, err := raftwal.Open(scratch, raftwal.WithLogger(hclog.NewNullLogger()))
	if err != nil {
		return fmt.Errorf("%w: open log: %w", ErrDamagedLog, err)
	}
	o.closers = append(o.closers, log.Close)
	o.log = &summedLog{LogLayer{log}}
	return nil
}

// Close lets go of the directory.
func (o *Offline) Close() error {
	var errs []error
	for _, c := range slices.Backward(o.closers) {
		errs = append(errs, c())
	}
	o.closers = nil
	return errors.Join(errs...)
}

// Vote is what the stable store holds.
type Vote struct {
	Term      uint64 // Raft's current term
	Committed uint64 // index that was known to be committed
}

// Vote reads the stable store.
func (o *Offline) Vote() Vote {
	var v Vote
	v.Term, _ = o.stable.GetUint64([]byte("CurrentTerm")) // "not found" is an error of each store's own
	v.Committed, _ = o.stable.GetUint64(logMarkKey)
	return v
}

// Range returns the first and the last index of the log, both 0 if it is empty.
func (o *Offline) Range() (first, last uint64, err error) {
	if first, err = o.log.FirstIndex(); err == nil {
		last, err = o.log.LastIndex()
	}
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", ErrDamagedLog, err)
	}
	return first, last, nil
}

// Record reads and checks one record of the log. What does not match its checksum is
// a [*RecordError].
func (o *Offline) Record(index uint64) (*raft.Log, error) {
	var l raft.Log
	if err := o.log.GetLog(index, &l); err != nil {
		if errors.Is(err, ErrDamagedLog) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: record %d: %w", ErrDamagedLog, index, err)
	}
	return &l, nil
}

// Snapshots lists the snapshots, newest first.
func (o *Offline) Snapshots() ([]*raft.SnapshotMeta, error) {
	if o.files == nil {
		return nil, nil
	}
	list, err := o.files.List()
	if err != nil {
		return nil, fmt.Errorf("cluster: list snapshots: %w", err)
	}
	return list, nil
}

// Open opens a snapshot of the list after its file's checksum was compared; it
// matches ErrDamagedSnapshot if that differs. The caller closes it.
func (o *Offline) Open(id string) (*raft.SnapshotMeta, io.ReadCloser, error) {
	if o.files == nil {
		return nil, nil, fmt.Errorf("cluster: snapshot %s: %w", id, os.ErrNotExist)
	}
	meta, content, err := o.files.Open(id)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s: %w", ErrDamagedSnapshot, id, err)
	}
	return meta, content, nil
}

// SeedConfig says what a recovered cluster begins with.
type SeedConfig struct {
	Cluster  string // name
	LogStore string // StoreBoltDB or StoreWAL
	Lineage  [16]byte
	Peers    []Peer // the voters
	// Index and Term are where the log goes on: those of the snapshot.
	Index, Term uint64
}

// seedFiles are what a node keeps in its directory.
var seedFiles = [...]string{stableFile, walDir, snapshotsDir}

// seedingFile stands in a directory while Seed is at work in it.
const seedingFile = "SEEDING"

// Seed makes the data directory that each node of a recovered cluster begins with:
// one snapshot, which write streams, and no log. It belongs to no node: each of the
// voters is given a copy, and the first to open a copy makes it its own. A directory
// that holds a node's state is refused with ErrNotEmpty; what an interrupted Seed
// left is begun again.
func Seed(dir string, c SeedConfig, write func(io.Writer) error) (err error) {
	if err = clearSeed(dir); err != nil {
		return fmt.Errorf("cluster: seed %s: %w", dir, err)
	}
	if err = durable.WriteFile(filepath.Join(dir, seedingFile), nil, 0o600); err != nil {
		return fmt.Errorf("cluster: seed %s: %w", dir, err)
	}
	if err = seedStores(dir, c); err == nil {
		err = seedSnapshot(dir, c, write)
	}
	if err != nil {
		return fmt.Errorf("cluster: seed %s: %w", dir, err)
	}
	// Last: without it the directory is no node's, and no node starts on it.
	d := &directory{path: dir, record: versionRecord{
		Layout: layoutVersion, Cluster: c.Cluster, Lineage: hex.EncodeToString(c.Lineage[:]), LogStore: c.LogStore, Initialized: true,
	}}
	if err = d.write(); err == nil {
		err = durable.SyncDirectory(filepath.Dir(filepath.Clean(dir))) // the directory itself may be new
	}
	if err != nil {
		return fmt.Errorf("cluster: seed %s: %w", dir, err)
	}
	return os.Remove(filepath.Join(dir, seedingFile))
}

// Vacant says whether a directory holds no node's state: nil, or ErrNotEmpty.
func Vacant(dir string) error {
	for _, name := range append([]string{versionFile}, seedFiles[:]...) {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(fmt.Errorf("%w: %s", ErrNotEmpty, filepath.Join(dir, name)), err)
		}
	}
	return nil
}

// clearSeed makes the directory vacant if it is new or an interrupted Seed's.
func clearSeed(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	_, versioned := os.Lstat(filepath.Join(dir, versionFile))
	if _, err := os.Lstat(filepath.Join(dir, seedingFile)); err != nil || versioned == nil {
		return Vacant(dir)
	}
	for _, name := range seedFiles {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func seedStores(dir string, c SeedConfig) error {
	bolt, err := raftboltdb.New(raftboltdb.Options{
		Path: filepath.Join(dir, stableFile), MsgpackUseNewTimeFormat: true,
		BoltOptions: &bbolt.Options{Timeout: time.Second, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType},
	})
	if err != nil {
		return err
	}
	if err = errors.Join(bolt.SetUint64([]byte("CurrentTerm"), c.Term), bolt.Close()); err != nil {
		return err
	}
	if c.LogStore != StoreWAL {
		return nil
	}
	wal := filepath.Join(dir, walDir)
	if err = os.MkdirAll(wal, 0o750); err != nil {
		return err
	}
	log, err := raftwal.Open(wal, raftwal.WithLogger(hclog.NewNullLogger()))
	if err != nil {
		return err
	}
	return log.Close()
}

func seedSnapshot(dir string, c SeedConfig, write func(io.Writer) error) error {
	files, err := raft.NewFileSnapshotStoreWithLogger(dir, 1, hclog.NewNullLogger())
	if err != nil {
		return err
	}
	var voters raft.Configuration
	for _, p := range c.Peers {
		voters.Servers = append(voters.Servers, raft.Server{ID: raft.ServerID(p.ID), Address: raft.ServerAddress(p.Addr)})
	}
	_, transport := raft.NewInmemTransport("")
	sink, err := files.Create(1, c.Index, c.Term, voters, c.Index, transport)
	if err != nil {
		return err
	}
	if err = write(sink); err != nil {
		return errors.Join(err, sink.Cancel())
	}
	return sink.Close()
}
