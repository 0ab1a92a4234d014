package cluster

import (
	"sync"
	"sync/atomic"

	"github.com/hashicorp/raft"
)

// Raft does not tell the index of its newest configuration, nor that it installs
// a snapshot; both pass through the stores.

// configWatch follows the index of the newest configuration in the log or below it.
type configWatch struct {
	mu      sync.Mutex // guards the fields below
	floor   uint64     // of the newest snapshot
	indexes []uint64   // in the log, ascending

	snapshot atomic.Uint64 // index of the snapshot that is being written or was written last
}

// index is that of the newest configuration, committed or not.
func (w *configWatch) index() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.indexes); n > 0 {
		return max(w.floor, w.indexes[n-1])
	}
	return w.floor
}

// saw takes a configuration's entry.
func (w *configWatch) saw(index uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.indexes = append(w.indexes, index)
}

// below takes the index of the configuration in a snapshot.
func (w *configWatch) below(index uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.floor = max(w.floor, index)
	for len(w.indexes) > 0 && w.indexes[0] <= w.floor {
		w.indexes = w.indexes[1:]
	}
}

// cut forgets the entries that Raft takes back from the log's end.
func (w *configWatch) cut(from uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := len(w.indexes); n > 0 && w.indexes[n-1] >= from; n-- {
		w.indexes = w.indexes[:n-1]
	}
}

// watchedSnapshots tells the watch of every snapshot that is begun, taken here or received.
type watchedSnapshots struct {
	raft.SnapshotStore
	watch *configWatch
}

// Create implements raft.SnapshotStore.
func (s *watchedSnapshots) Create(version raft.SnapshotVersion, index, term uint64, configuration raft.Configuration, configurationIndex uint64, trans raft.Transport) (raft.SnapshotSink, error) {
	sink, err := s.SnapshotStore.Create(version, index, term, configuration, configurationIndex, trans)
	if err != nil {
		return nil, err
	}
	s.watch.snapshot.Store(index)
	return &watchedSink{SnapshotSink: sink, watch: s.watch, configuration: configurationIndex}, nil
}

type watchedSink struct {
	raft.SnapshotSink
	watch         *configWatch
	configuration uint64
}

// Close implements raft.SnapshotSink.
func (s *watchedSink) Close() error {
	err := s.SnapshotSink.Close()
	if err == nil {
		s.watch.below(s.configuration)
	}
	return err
}

// Cancel implements raft.SnapshotSink.
func (s *watchedSink) Cancel() error {
	s.watch.snapshot.Store(0)
	return s.SnapshotSink.Cancel()
}

// configurationIndex is the Raft index of the newest configuration.
func (n *Node) configurationIndex() uint64 { return n.stores.config.index() }

// installing reports whether a snapshot from the leader is being received or
// restored: one of the node's own is never beyond what it has applied.
func (n *Node) installing() bool { return n.raft.AppliedIndex() < n.stores.config.snapshot.Load() }
