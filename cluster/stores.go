package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	raftwal "github.com/hashicorp/raft-wal"
	"go.etcd.io/bbolt"
)

// Every write to the log and to the stable store passes the watchdog, because
// a write that never returns keeps heartbeats going and so keeps leadership.

const logCacheEntries = 256

type stores struct {
	log       raft.LogStore
	stable    raft.StableStore
	snapshots raft.SnapshotStore
	files     *reachable // snapshots, if they are this directory's
	watch     *writeWatch
	config    *configWatch
	guard     *diskGuard
	closers   []func() error
}

func openStores(cfg Config, dir *directory, guard *diskGuard, logger hclog.Logger) (_ *stores, err error) {
	s := &stores{watch: &writeWatch{}, config: &configWatch{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	s.log, s.stable, s.snapshots = cfg.Seams.LogStore, cfg.Seams.Stable, cfg.Seams.Snapshots
	if s.log == nil || s.stable == nil {
		if err = s.openDisk(cfg, dir, logger); err != nil {
			return nil, err
		}
	}
	if s.snapshots == nil {
		files, failed := raft.NewFileSnapshotStoreWithLogger(cfg.DataDir, cfg.SnapshotRetain, logger)
		if failed != nil {
			return nil, fmt.Errorf("cluster: open snapshots: %w", failed)
		}
		s.files = &reachable{SnapshotStore: files, log: s.log}
		s.snapshots = s.files
	}
	s.snapshots = &watchedSnapshots{SnapshotStore: &guardedSnapshots{SnapshotStore: s.snapshots, guard: guard}, watch: s.config}
	if cfg.Seams.WrapLogStore != nil {
		s.log = cfg.Seams.WrapLogStore(s.log)
	}
	s.log = &summedLog{LogLayer{s.log}}
	cache, err := raft.NewLogCache(logCacheEntries, &watchedLog{LogLayer: LogLayer{s.log}, watch: s.watch, config: s.config})
	if err != nil {
		return nil, fmt.Errorf("cluster: log cache: %w", err)
	}
	s.log, s.guard = &guardedLog{LogLayer: LogLayer{cache}, guard: guard}, guard
	s.stable = &watchedStable{StableStore: s.stable, watch: s.watch}
	return s, nil
}

func (s *stores) openDisk(cfg Config, dir *directory, logger hclog.Logger) error {
	path := filepath.Join(cfg.DataDir, stableFile)
	if err := checkStable(path, dir.initialized()); err != nil {
		return err
	}
	bolt, err := raftboltdb.New(raftboltdb.Options{
		Path:                    path,
		BoltOptions:             &bbolt.Options{Timeout: time.Second, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType},
		NoSync:                  false,
		MsgpackUseNewTimeFormat: true, // fixed for the life of a cluster
	})
	if err != nil {
		return fmt.Errorf("cluster: open Raft store: %w", err)
	}
	s.closers = append(s.closers, bolt.Close)
	if s.stable == nil {
		s.stable = bolt
	}
	if s.log != nil {
		return nil
	}
	if cfg.LogStore == StoreBoltDB {
		s.log = bolt
		return nil
	}
	wal := filepath.Join(cfg.DataDir, walDir)
	if err = checkWAL(wal, dir.initialized()); err != nil {
		return err
	}
	if err = os.MkdirAll(wal, 0o750); err != nil {
		return fmt.Errorf("cluster: create log directory: %w", err)
	}
	log, err := raftwal.Open(wal, raftwal.WithLogger(logger))
	if err != nil {
		return fmt.Errorf("%w: open log: %w", ErrDamagedLog, err)
	}
	s.closers = append(s.closers, log.Close)
	s.log = log
	return nil
}

func (s *stores) close() error {
	var errs []error
	for _, v := range slices.Backward(s.closers) {
		errs = append(errs, v())
	}
	return errors.Join(errs...)
}

// reachable shows the newest snapshot, and of the older ones only those that
// the log goes on from: Raft falls back to an older one when the newest is
// damaged, and would go on behind a gap.
type reachable struct {
	raft.SnapshotStore
	log raft.LogStore

	mu     sync.Mutex
	opened []string // ids, in the order in which Raft tried them at its start
}

// Open implements raft.SnapshotStore.
func (r *reachable) Open(id string) (*raft.SnapshotMeta, io.ReadCloser, error) {
	r.mu.Lock()
	r.opened = append(r.opened, id)
	r.mu.Unlock()
	return r.SnapshotStore.Open(id)
}

// refused are the snapshots that Raft tried at its start before the one that it took.
func (r *reachable) refused() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.opened) == 0 {
		return nil
	}
	return slices.Clone(r.opened[:len(r.opened)-1])
}

// setAside moves the snapshots that could not be restored out of Raft's sight, and
// keeps them. It is called once, when Raft has started from another one.
func (s *stores) setAside(dir string) (damaged []string, err error) {
	if s.files == nil {
		return nil, nil
	}
	for _, id := range s.files.refused() {
		if err := os.MkdirAll(filepath.Join(dir, damagedDir), 0o750); err != nil {
			return damaged, fmt.Errorf("cluster: set a damaged snapshot aside: %w", err)
		}
		to := filepath.Join(dir, damagedDir, id)
		if err := os.Rename(filepath.Join(dir, snapshotsDir, id), to); err != nil {
			return damaged, fmt.Errorf("cluster: set a damaged snapshot aside: %w", err)
		}
		damaged = append(damaged, to)
	}
	return damaged, nil
}

// List implements raft.SnapshotStore.
func (r *reachable) List() ([]*raft.SnapshotMeta, error) {
	all, err := r.SnapshotStore.List()
	if err != nil || len(all) < 2 {
		return all, err
	}
	first, err := r.log.FirstIndex()
	if err != nil {
		return nil, err
	}
	kept := all[:1:1]
	for _, m := range all[1:] {
		if first > 0 && first <= m.Index+1 {
			kept = append(kept, m)
		}
	}
	return kept, nil
}

// damagedSnapshot says what is wrong with the snapshots after Raft could not
// start from them; nil if there are none.
func (s *stores) damagedSnapshot(dir string) error {
	list, err := s.snapshots.List()
	if err != nil || len(list) == 0 {
		return err
	}
	var errs []error
	for _, m := range list {
		_, content, err := s.snapshots.Open(m.ID)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", filepath.Join(dir, snapshotsDir, m.ID), err))
			continue
		}
		_ = content.Close()
		errs = append(errs, fmt.Errorf("%s: the state machine refuses it", filepath.Join(dir, snapshotsDir, m.ID)))
	}
	return fmt.Errorf("%w: %w; exit: move %s away; %s", ErrDamagedSnapshot, errors.Join(errs...), dir, refillExit)
}

// logMarkKey holds a commit index in the stable store, so that a log whose end
// was lost is noticed: raft-wal, for one, takes an empty last segment for one
// that was just created.
var logMarkKey = []byte("HoldfastLogMark")

const logMarkInterval = time.Second

// checkLog refuses a log with a record that is not what was written, that lacks one
// which no snapshot has, or that ends before what it once had committed. Below the
// newest snapshot records may be missing: a follower that took it from the leader
// keeps some from before its gap, and goes on behind it.
func (s *stores) checkLog(initialized bool) error {
	first, err := s.log.FirstIndex()
	if err != nil {
		return fmt.Errorf("%w: first index: %w", ErrDamagedLog, err)
	}
	last, err := s.log.LastIndex()
	if err != nil {
		return fmt.Errorf("%w: last index: %w", ErrDamagedLog, err)
	}
	snapshots, err := s.snapshots.List()
	if err != nil {
		return fmt.Errorf("cluster: list snapshots: %w", err)
	}
	var snapshot uint64
	if len(snapshots) > 0 {
		snapshot = snapshots[0].Index
	}
	for index := max(first, 1); index <= last; index++ { // Raft ends the process at one that it cannot read
		var l raft.Log
		if err = s.log.GetLog(index, &l); errors.Is(err, raft.ErrLogNotFound) && index <= snapshot {
			continue
		}
		if err != nil {
			return fmt.Errorf("%w: entry %d of %d to %d: %w", ErrDamagedLog, index, first, last, err)
		}
		if l.Type == raft.LogConfiguration {
			s.config.saw(index)
		}
		s.guard.holds(index, len(l.Data))
	}
	if len(snapshots) > 0 {
		s.config.below(snapshots[0].ConfigurationIndex)
	}
	reach := max(last, snapshot)
	mark, err := s.stable.GetUint64(logMarkKey)
	if err != nil {
		mark = 0 // stores answer "not found" with errors of their own
	}
	if initialized {
		mark = max(mark, 1) // the bootstrap configuration
	}
	if reach < mark {
		return fmt.Errorf("%w: it ends at %d, %d was committed", ErrDamagedLog, reach, mark)
	}
	return nil
}

// reach is the last index that an entry or a snapshot has; 0 if there is not more than a term.
func (s *stores) reach() (uint64, error) {
	last, err := s.log.LastIndex()
	if err != nil {
		return 0, fmt.Errorf("%w: last index: %w", ErrDamagedLog, err)
	}
	snapshots, err := s.snapshots.List()
	if err != nil {
		return 0, fmt.Errorf("cluster: list snapshots: %w", err)
	}
	if len(snapshots) > 0 {
		last = max(last, snapshots[0].Index)
	}
	return last, nil
}

// markLog keeps the mark near the commit index until ctx ends. Committed
// entries are in this replica's log and are never removed from its end.
func (s *stores) markLog(ctx context.Context, commit func() uint64) error {
	tick := time.NewTicker(logMarkInterval)
	defer tick.Stop()
	var marked uint64
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if now := commit(); now > marked {
			if err := s.stable.SetUint64(logMarkKey, now); err != nil {
				return fmt.Errorf("cluster: mark the log: %w", err)
			}
			marked = now
		}
	}
}

// writeWatch remembers since when a write is running. Raft writes from one
// goroutine; the heartbeat handler may write a term beside it, so the oldest
// start of the two is kept per slot.
type writeWatch struct {
	log, stable atomic.Int64 // start of the running write in Unix nanoseconds, 0 if none
	lastUs      atomic.Uint64
	peakNs      atomic.Int64 // longest write that ended since peak was called
}

func (w *writeWatch) begin(slot *atomic.Int64) func() {
	start := time.Now()
	slot.Store(start.UnixNano())
	return func() {
		slot.Store(0)
		took := time.Since(start)
		w.lastUs.Store(uint64(took.Microseconds()))
		for longest := w.peakNs.Load(); int64(took) > longest && !w.peakNs.CompareAndSwap(longest, int64(took)); {
			longest = w.peakNs.Load()
		}
	}
}

// peak returns how long the longest write took that ended since the last call; 0 if none did.
func (w *writeWatch) peak() time.Duration { return time.Duration(w.peakNs.Swap(0)) }

// running returns how long the oldest running write has taken.
func (w *writeWatch) running() time.Duration {
	var longest time.Duration
	for _, slot := range []*atomic.Int64{&w.log, &w.stable} {
		if at := slot.Load(); at != 0 {
			longest = max(longest, time.Since(time.Unix(0, at)))
		}
	}
	return longest
}

// hangTicks is how often within the limit a running write is looked at.
const hangTicks = 4

// run calls fatal once when a write has been running for longer than limit.
func (w *writeWatch) run(ctx context.Context, limit time.Duration, fatal func(error)) {
	tick := time.NewTicker(limit / hangTicks)
	defer tick.Stop()
	var hung hangObserver
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if hung.look(w) {
				fatal(&DiskHungError{Since: w.running()})
				return
			}
		}
	}
}

// hangObserver counts how often in a row it has found the same write running. It goes by looks and not by the clock: a
// process that was stopped for a while finds its clock advanced and its disk well.
type hangObserver struct {
	start [2]int64
	looks [2]int
}

// look reports whether a write has been running for hangTicks intervals.
func (o *hangObserver) look(w *writeWatch) bool {
	for i, slot := range []*atomic.Int64{&w.log, &w.stable} {
		at := slot.Load()
		if at == 0 || at != o.start[i] {
			o.start[i], o.looks[i] = at, 0
			continue
		}
		if o.looks[i]++; o.looks[i] >= hangTicks {
			return true
		}
	}
	return false
}

// LogLayer is what a layer over a log store embeds. The bare interface would hide that a store takes no gaps, as raft-wal
// does not, and Raft would not empty it for a snapshot that it restores and would then write behind one.
type LogLayer struct{ raft.LogStore }

// IsMonotonic implements raft.MonotonicLogStore.
func (l LogLayer) IsMonotonic() bool {
	m, ok := l.LogStore.(raft.MonotonicLogStore)
	return ok && m.IsMonotonic()
}

type watchedLog struct {
	LogLayer
	watch  *writeWatch
	config *configWatch
}

func (l *watchedLog) StoreLog(entry *raft.Log) error { return l.StoreLogs([]*raft.Log{entry}) }

func (l *watchedLog) StoreLogs(entries []*raft.Log) error {
	defer l.watch.begin(&l.watch.log)()
	err := l.LogStore.StoreLogs(entries)
	for _, e := range entries {
		if err == nil && e.Type == raft.LogConfiguration {
			l.config.saw(e.Index)
		}
	}
	return err
}

func (l *watchedLog) DeleteRange(first, last uint64) error {
	defer l.watch.begin(&l.watch.log)()
	begin, err := l.FirstIndex()
	if err == nil {
		err = l.LogStore.DeleteRange(first, last)
	}
	if err == nil && first > begin { // from the end; what goes from the beginning is in a snapshot
		l.config.cut(first)
	}
	return err
}

type watchedStable struct {
	raft.StableStore
	watch *writeWatch
}

func (s *watchedStable) Set(key, value []byte) error {
	defer s.watch.begin(&s.watch.stable)()
	return s.StableStore.Set(key, value)
}

func (s *watchedStable) SetUint64(key []byte, value uint64) error {
	defer s.watch.begin(&s.watch.stable)()
	return s.StableStore.SetUint64(key, value)
}
