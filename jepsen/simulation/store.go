package simulation

import (
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/raft"
)

// logStore is a log in memory that always knows its true ends, whatever ranges
// are removed: raft.InmemStore does not, once a snapshot has replaced a log.
type logStore struct {
	mu          sync.Mutex // guards everything
	logs        map[uint64]raft.Log
	first, last uint64
}

func newLogStore() *logStore { return &logStore{logs: map[uint64]raft.Log{}} }

func (s *logStore) FirstIndex() (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first, nil
}

func (s *logStore) LastIndex() (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last, nil
}

// ends computes both ends; mu is held.
func (s *logStore) ends() {
	s.first, s.last = 0, 0
	if indices := slices.Collect(maps.Keys(s.logs)); len(indices) > 0 {
		s.first, s.last = slices.Min(indices), slices.Max(indices)
	}
}

func (s *logStore) GetLog(index uint64, l *raft.Log) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, ok := s.logs[index]
	if !ok {
		return raft.ErrLogNotFound
	}
	*l = stored
	return nil
}

func (s *logStore) StoreLog(l *raft.Log) error { return s.StoreLogs([]*raft.Log{l}) }

func (s *logStore) StoreLogs(ls []*raft.Log) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range ls {
		s.logs[l.Index] = *l
		s.last = max(s.last, l.Index)
		if s.first == 0 || l.Index < s.first {
			s.first = l.Index
		}
	}
	return nil
}

func (s *logStore) DeleteRange(first, last uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.logs {
		if i >= first && i <= last {
			delete(s.logs, i)
		}
	}
	s.ends()
	return nil
}
