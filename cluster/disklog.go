package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// Whatever grows asks the guard before it grows, and tells it when a write failed.

// guardedLog is Raft's log, which takes nothing for which there is no room.
type guardedLog struct {
	LogLayer
	guard *diskGuard
}

func (l *guardedLog) StoreLog(entry *raft.Log) error { return l.StoreLogs([]*raft.Log{entry}) }

func (l *guardedLog) StoreLogs(entries []*raft.Log) error {
	sum := 0
	for _, e := range entries {
		sum += len(e.Data)
	}
	if err := l.guard.take(sum); err != nil {
		return err
	}
	if err := l.LogStore.StoreLogs(entries); err != nil {
		l.guard.failed(err)
		return err
	}
	for _, e := range entries {
		l.guard.holds(e.Index, len(e.Data))
	}
	return nil
}

func (l *guardedLog) DeleteRange(first, last uint64) error {
	err := l.LogStore.DeleteRange(first, last)
	if err == nil && l.guard != nil {
		l.guard.log.cut(first, last)
	}
	return err
}

// guardedSnapshots begins no snapshot that would not fit, going by the newest one, and
// leaves nothing of one that failed.
type guardedSnapshots struct {
	raft.SnapshotStore
	guard *diskGuard
}

// Create implements raft.SnapshotStore.
func (s *guardedSnapshots) Create(version raft.SnapshotVersion, index, term uint64, configuration raft.Configuration, configurationIndex uint64, trans raft.Transport) (raft.SnapshotSink, error) {
	var size uint64
	if list, err := s.List(); err == nil && len(list) > 0 {
		size = uint64(max(list[0].Size, 0))
	}
	if err := s.guard.fits(size); err != nil {
		return nil, err
	}
	sink, err := s.SnapshotStore.Create(version, index, term, configuration, configurationIndex, trans)
	if err != nil {
		s.guard.failed(err)
		return nil, err
	}
	return &guardedSink{SnapshotSink: sink, guard: s.guard}, nil
}

type guardedSink struct {
	raft.SnapshotSink
	guard *diskGuard
	once  sync.Once
}

func (s *guardedSink) Write(p []byte) (int, error) {
	if err := s.guard.take(len(p)); err != nil {
		return 0, err
	}
	n, err := s.SnapshotSink.Write(p)
	if err != nil {
		s.guard.failed(err)
	}
	return n, err
}

// Cancel removes what the file store leaves behind when it cannot write out its buffers.
func (s *guardedSink) Cancel() error {
	err := s.SnapshotSink.Cancel()
	if err != nil && s.guard != nil && s.guard.dir != "" {
		s.once.Do(func() {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.guard.dir, snapshotsDir, s.ID()+durable.Suffix)))
		})
	}
	return err
}
