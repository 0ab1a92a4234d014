package simulation

import (
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/raft"
)

// logStore is a log in memory that always knows its true ends, whatever ranges
// are removed: raft.InmemStore computes them from the removed range, which is
// wrong where a snapshot left a gap in the log (after the entries behind the gap
// are removed it names a last index that it does not hold).
//
// Raft 1.7.3 can send in circles without a pause: a follower that lacks the entry
// before the sent ones answers NoRetryBackoff, the leader goes back until its own
// log ends, installs its snapshot, begins again right after it, and is refused
// again if the follower compacted that entry away and has others behind it. That
// takes a follower with more than TrailingLogs entries beyond the leader's
// snapshot which a later leader does not have. The stores of a real node
// (boltdb, wal) know their ends, and there TrailingLogs is 16384, while a deposed
// leader can append at most for one lease, some hundred entries: it cannot
// happen with the shipped defaults. With the 10 that are kept here it can, so
// every message takes time (network.way), and the circle ends when the leader
// takes its next snapshot.
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
