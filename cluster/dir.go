package cluster

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// A directory is used by one process, belongs to one node of one cluster, and
// to one lineage from the moment it is known. Its VERSION file is replaced
// whole, never edited.

const (
	layoutVersion  = 1
	lockFile       = "LOCK"
	versionFile    = "VERSION"
	quarantineFile = "QUARANTINED"
	stableFile     = "raft.db"
	walDir         = "wal"
	snapshotsDir   = "snapshots"
	damagedDir     = "damaged"
)

type versionRecord struct {
	Layout   int    `json:"layout"`
	NodeID   string `json:"node_id"`
	Cluster  string `json:"cluster"`
	Lineage  string `json:"lineage,omitempty"` // hex, once known
	LogStore string `json:"log_store"`
	// Initialized is set after the first bootstrap: from then on the stores
	// must exist.
	Initialized bool `json:"initialized"`
	// Number identifies the directory, once it was asked for; Began are those that
	// were empty with it when its history began.
	Number uint64   `json:"number,omitempty"`
	Began  []uint64 `json:"began,omitempty"`
}

// directory is the locked data directory. A nil directory keeps nothing.
type directory struct {
	path  string
	lock  *flock.Flock
	swept []string // left over by the process before, and removed

	mu     sync.Mutex // guards record and the VERSION file
	record versionRecord
}

// openDirectory locks and checks the directory. On error nothing stays locked.
func openDirectory(cfg Config) (_ *directory, err error) {
	if err = os.MkdirAll(cfg.DataDir, 0o750); err != nil {
		return nil, fmt.Errorf("cluster: create data directory: %w", err)
	}
	d := &directory{path: cfg.DataDir, lock: flock.New(filepath.Join(cfg.DataDir, lockFile))}
	held, err := d.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("cluster: lock data directory: %w", err)
	}
	if !held {
		return nil, fmt.Errorf("%w: %s%s", ErrLocked, cfg.DataDir, holder(d.lock.Path()))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.lock.Unlock())
		}
	}()
	if err := d.checkQuarantine(); err != nil {
		return nil, err
	}
	if err := d.checkVersion(cfg); err != nil {
		return nil, err
	}
	if err := d.sweep(); err != nil {
		return nil, err
	}
	// For whoever finds it held. A disk without room for it may be why this node is started.
	_ = os.WriteFile(d.lock.Path(), fmt.Appendf(nil, lockText, os.Getpid()), 0o600)
	return d, nil
}

// lockText is what a lock's holder writes into it.
const lockText = "process %d\n"

// holder says who holds a lock, as far as that one wrote it.
func holder(path string) string {
	raw, err := os.ReadFile(path)
	var pid int
	if n, _ := fmt.Sscanf(string(raw), lockText, &pid); err != nil || n != 1 {
		return ""
	}
	return fmt.Sprintf(", held by process %d", pid)
}

// decodeVersion reads a VERSION file. Of another layout it gives the number alone.
func decodeVersion(raw []byte) (versionRecord, error) {
	var r versionRecord
	if err := json.Unmarshal(raw, &r); err != nil {
		return r, fmt.Errorf("%w: %w", ErrVersionFile, err)
	}
	if r.Layout != layoutVersion {
		return versionRecord{Layout: r.Layout}, nil
	}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&r); err != nil {
		return r, fmt.Errorf("%w: %w", ErrVersionFile, err)
	}
	if lineage, err := hex.DecodeString(r.Lineage); err != nil || r.Lineage != "" && len(lineage) != 16 {
		return r, fmt.Errorf("%w: lineage %q is not 16 bytes of hex", ErrVersionFile, r.Lineage)
	}
	if r.LogStore != StoreBoltDB && r.LogStore != StoreWAL {
		return r, fmt.Errorf("%w: log store %q is neither %q nor %q", ErrVersionFile, r.LogStore, StoreBoltDB, StoreWAL)
	}
	return r, nil
}

func (d *directory) checkVersion(cfg Config) error {
	raw, err := os.ReadFile(filepath.Join(d.path, versionFile))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err = os.Stat(filepath.Join(d.path, stableFile)); err == nil {
			return fmt.Errorf("%w: %s holds a Raft store but no %s file", ErrDamagedLog, d.path, versionFile)
		}
		d.record = versionRecord{Layout: layoutVersion, NodeID: cfg.NodeID, Cluster: cfg.Cluster, LogStore: cfg.LogStore}
		return d.write()
	}
	if err != nil {
		return fmt.Errorf("cluster: read version file: %w", err)
	}
	if d.record, err = decodeVersion(raw); err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	r := d.record
	switch {
	case r.Layout != layoutVersion:
		return &LayoutError{Dir: d.path, Found: r.Layout, Known: layoutVersion}
	case r.NodeID != cfg.NodeID && r.NodeID != "": // a recovered directory is nobody's yet
		return &ForeignError{Where: d.path, What: "node id", Ours: cfg.NodeID, Theirs: r.NodeID}
	case r.Cluster != cfg.Cluster:
		return &ForeignError{Where: d.path, What: "cluster", Ours: cfg.Cluster, Theirs: r.Cluster}
	case r.LogStore != cfg.LogStore:
		return fmt.Errorf("cluster: %s was written with log store %q, configured is %q", d.path, r.LogStore, cfg.LogStore)
	}
	theirs, err := d.lineage()
	if err != nil {
		return err
	}
	if cfg.Lineage != ([16]byte{}) && theirs != ([16]byte{}) && theirs != cfg.Lineage {
		return &ForeignError{Where: d.path, What: "lineage", Ours: hex.EncodeToString(cfg.Lineage[:]), Theirs: r.Lineage}
	}
	if r.NodeID == "" {
		d.record.NodeID = cfg.NodeID
		return d.write()
	}
	return nil
}

// lineage returns the recorded lineage, zero while it is not known.
func (d *directory) lineage() ([16]byte, error) {
	var l [16]byte
	if d == nil {
		return l, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.record.Lineage == "" {
		return l, nil
	}
	b, err := hex.DecodeString(d.record.Lineage)
	if err != nil || len(b) != len(l) {
		return l, fmt.Errorf("cluster: version file of %s: lineage %q is not 16 bytes of hex", d.path, d.record.Lineage)
	}
	return [16]byte(b), nil
}

// setLineage records the lineage, or refuses another one than the recorded.
func (d *directory) setLineage(l [16]byte) error {
	known, err := d.lineage()
	if err != nil || d == nil {
		return err
	}
	if known == l {
		return nil
	}
	if known != ([16]byte{}) {
		return &ForeignError{Where: d.path, What: "lineage", Ours: hex.EncodeToString(l[:]), Theirs: hex.EncodeToString(known[:])}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.record.Lineage = hex.EncodeToString(l[:])
	return d.write()
}

func (d *directory) initialized() bool {
	if d == nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.record.Initialized
}

func (d *directory) setInitialized() error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.record.Initialized {
		return nil
	}
	d.record.Initialized = true
	return d.write()
}

// write replaces the VERSION file; mu is held or the directory not shared yet.
func (d *directory) write() error {
	raw, err := json.MarshalIndent(d.record, "", "  ")
	if err != nil {
		return fmt.Errorf("cluster: encode version file: %w", err)
	}
	if err := durable.WriteFile(filepath.Join(d.path, versionFile), append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("cluster: write version file: %w", err)
	}
	return nil
}

// sweep removes what a crash or a full disk left unfinished: snapshots, and files that were to replace others.
func (d *directory) sweep() error {
	for _, dir := range []string{d.path, filepath.Join(d.path, snapshotsDir)} {
		swept, err := durable.Sweep(dir)
		d.swept = append(d.swept, swept...)
		if err != nil {
			return fmt.Errorf("cluster: sweep: %w", err)
		}
	}
	return nil
}

type quarantineRecord struct {
	Batch    uint64 `json:"batch"`
	Root     string `json:"root"`
	Majority string `json:"majority"`
	Exit     string `json:"exit"`
}

func (d *directory) checkQuarantine() error {
	raw, err := os.ReadFile(filepath.Join(d.path, quarantineFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cluster: read quarantine file: %w", err)
	}
	var r quarantineRecord
	if err := json.Unmarshal(raw, &r); err != nil {
		return errors.Join(&QuarantinedError{Dir: d.path}, fmt.Errorf("cluster: quarantine file: %w", err))
	}
	return &QuarantinedError{Dir: d.path, Batch: r.Batch, Root: r.Root, Majority: r.Majority}
}

// quarantine makes every later open of the directory fail with q.
func (d *directory) quarantine(q *QuarantinedError) error {
	if d == nil {
		return nil
	}
	raw, err := json.MarshalIndent(quarantineRecord{
		Batch: q.Batch, Root: q.Root, Majority: q.Majority,
		Exit: "stop the replica, move this directory away; " + refillExit,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("cluster: encode quarantine file: %w", err)
	}
	if err := durable.WriteFile(filepath.Join(d.path, quarantineFile), append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("cluster: write quarantine file: %w", err)
	}
	return nil
}

func (d *directory) close() error {
	if d == nil {
		return nil
	}
	return d.lock.Unlock()
}
