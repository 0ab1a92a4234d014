package queue

import (
	"slices"
	"strings"
	"time"
)

// Counts are how leases ended.
type Counts struct {
	Proved    uint64 // with a proof that was recorded
	Invalid   uint64 // with one that does not hold
	Malformed uint64 // with what is no proof
	Expired   uint64
	Released  uint64
}

// Waiting is a batch that waits, and who has it.
type Waiting struct {
	Job
	Lease    *Lease // nil if nobody holds it
	Failures uint32 // leases on it that ended without a proof
}

// Prover is what a prover did in this term.
type Prover struct {
	Name    string
	Leases  int
	Backoff time.Duration // until its next job; 0 for none
	Counts
}

// State is the queue at one moment.
type State struct {
	Term    uint64 // 0 if this replica does not lead: the rest is empty then
	Waiting []Waiting
	Provers []Prover // by name
	Totals  Counts   // of this process, over all terms
}

// State shows the queue.
func (q *Queue) State() State {
	q.mu.Lock()
	defer q.mu.Unlock()
	jobs := q.config.Waiting()
	s := State{Term: q.term, Totals: q.totals}
	if q.term == 0 {
		return s
	}
	now := time.Now()
	q.sweep(now, jobs)
	s.Totals = q.totals
	held := map[string]int{}
	for _, j := range jobs {
		w := Waiting{Job: j, Failures: q.failures[j.HeaderHash]}
		if l := q.leases[j.HeaderHash]; l != nil {
			shown := *l
			w.Lease = &shown
			held[l.Prover]++
		}
		if j.Ready || w.Lease != nil {
			s.Waiting = append(s.Waiting, w)
		}
	}
	for name, p := range q.provers {
		s.Provers = append(s.Provers, Prover{Name: name, Leases: held[name], Backoff: max(0, p.until.Sub(now)), Counts: p.counts})
	}
	slices.SortFunc(s.Provers, func(a, b Prover) int { return strings.Compare(a.Name, b.Name) })
	return s
}
