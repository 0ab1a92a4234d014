package queue

// What must hold here: no two leases are of one batch, none outlives its term, and every lease that was given ends in
// exactly one way, which is counted.

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Defaults of Config.
const (
	DefaultLease        = time.Minute
	DefaultMaxHold      = 12 * time.Hour
	DefaultFirstBackoff = time.Second
	DefaultMaxBackoff   = 10 * time.Minute
	DefaultMaxLeases    = 16
	DefaultMaxProvers   = 1024

	idle     = time.Second // how long to wait when there is nothing to prove
	keptEnds = 1 << 12     // ended leases of which the end is remembered
)

// Job is a batch that wants a proof.
type Job struct {
	Batch      uint64
	HeaderHash [32]byte
	SealedMs   int64
	// Ready says that it may be handed out. One that L1 took back for a while is not, and whoever holds it keeps it.
	Ready bool
}

// Worker tells the workers of one prover apart: 16 random bytes, chosen once. Nobody else knows them: who does not name
// the worker that a lease was given to neither extends nor ends it.
type Worker [16]byte

// ID names a lease.
type ID struct {
	Term, Number uint64
	Worker       Worker
}

func (id ID) String() string { return fmt.Sprintf("%d-%d", id.Term, id.Number) }

// Lease is a batch in somebody's hands.
type Lease struct {
	ID      ID
	Job     Job
	Prover  string
	Began   time.Time
	Expires time.Time

	verifying bool
}

// Assignment is a lease with what its proof must be about.
type Assignment struct {
	Lease
	System         cursor.ProofSystem
	Program        [32]byte // that must have run
	ProgramVersion uint32
	Public         []byte // what the program must have written
}

// Config of a Queue; zeros take the defaults.
type Config struct {
	// Waiting gives the batches that want a proof, the oldest first. It must not call the queue.
	Waiting func() []Job

	Lease                    time.Duration // without a word
	MaxHold                  time.Duration // however often it is extended
	FirstBackoff, MaxBackoff time.Duration
	MaxLeases                int // of one prover
	MaxProvers               int
}

func (c Config) withDefaults() Config {
	c.Lease = cmp.Or(c.Lease, DefaultLease)
	c.MaxHold = cmp.Or(c.MaxHold, DefaultMaxHold)
	c.FirstBackoff = cmp.Or(c.FirstBackoff, DefaultFirstBackoff)
	c.MaxBackoff = cmp.Or(c.MaxBackoff, DefaultMaxBackoff)
	c.MaxLeases = cmp.Or(c.MaxLeases, DefaultMaxLeases)
	c.MaxProvers = cmp.Or(c.MaxProvers, DefaultMaxProvers)
	return c
}

// prover is what is known of one prover.
type prover struct {
	counts  Counts
	backoff time.Duration // the last one since a proof was recorded
	until   time.Time     // no job before
	heard   time.Time
}

// Queue hands out jobs. See the package comment.
type Queue struct {
	config Config

	mu       sync.Mutex // guards what follows; only Waiting is called while it is held
	term     uint64     // 0 while this replica does not lead
	number   uint64     // of the last lease of this term
	leases   map[[32]byte]*Lease
	byID     map[uint64]*Lease
	ends     map[uint64]End
	ended    []uint64       // the keys of ends, oldest first
	recorded map[uint64]Job // leases that ended with their proof; their keys are in ended too
	provers  map[string]*prover
	failures map[[32]byte]uint32 // leases on a batch that ended without a proof
	totals   Counts              // of the process, over all terms
}

// New makes a queue that hands out nothing yet.
func New(config Config) *Queue {
	q := &Queue{config: config.withDefaults()}
	q.reset(0)
	return q
}

func (q *Queue) reset(term uint64) {
	q.term, q.number = term, 0
	q.leases, q.byID = map[[32]byte]*Lease{}, map[uint64]*Lease{}
	q.ends, q.ended, q.recorded = map[uint64]End{}, nil, map[uint64]Job{}
	q.provers, q.failures = map[string]*prover{}, map[[32]byte]uint32{}
}

// Begin opens the queue for one leadership; the leases of any other are stale from here on.
func (q *Queue) Begin(term uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.reset(term)
}

// End closes the queue.
func (q *Queue) End() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.reset(0)
}

// proverName keeps names fit for logs and tables; identities are among them.
var proverName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$`)

// ErrName says that a prover's name is not one.
var ErrName = errors.New("a prover's name is 1 to 128 of letters, digits, '-', '.', '_' and '/', beginning with a letter or digit")

// Take hands out a job, or the one that the worker holds. resume names a batch that the worker has proved already; 0 for
// none. The error is ErrName, ErrNotLeading or a *WaitError.
func (q *Queue) Take(name string, worker Worker, resume uint64) (Lease, error) {
	if !proverName.MatchString(name) {
		return Lease{}, ErrName
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	jobs := q.config.Waiting()
	if q.term == 0 {
		return Lease{}, ErrNotLeading
	}
	now := time.Now()
	q.sweep(now, jobs)
	p, err := q.known(name, now)
	if err != nil {
		return Lease{}, err
	}
	held := 0
	for _, l := range q.leases {
		if l.Prover != name {
			continue
		}
		if l.ID.Worker == worker {
			return *l, nil
		}
		held++
	}
	switch {
	case now.Before(p.until):
		return Lease{}, &WaitError{After: p.until.Sub(now), Reason: "the prover's last leases brought no proof that holds"}
	case held >= q.config.MaxLeases:
		return Lease{}, &WaitError{After: idle, Reason: fmt.Sprintf("the prover holds %d batches already", held)}
	}
	free := func(j Job) bool { return j.Ready && q.leases[j.HeaderHash] == nil }
	i := slices.IndexFunc(jobs, func(j Job) bool { return j.Batch == resume && free(j) })
	if i < 0 {
		i = slices.IndexFunc(jobs, free)
	}
	if i < 0 {
		return Lease{}, &WaitError{After: idle, Reason: "no batch waits for a prover"}
	}
	q.number++
	l := &Lease{
		ID: ID{Term: q.term, Number: q.number, Worker: worker}, Job: jobs[i], Prover: name,
		Began: now, Expires: now.Add(q.config.Lease),
	}
	q.leases[l.Job.HeaderHash], q.byID[l.ID.Number] = l, l
	return *l, nil
}

// known finds or adds a prover, and forgets one for it if there are too many.
func (q *Queue) known(name string, now time.Time) (*prover, error) {
	if p := q.provers[name]; p != nil {
		p.heard = now
		return p, nil
	}
	if len(q.provers) >= q.config.MaxProvers {
		holds := map[string]bool{}
		for _, l := range q.leases {
			holds[l.Prover] = true
		}
		oldest := ""
		for n, p := range q.provers {
			if !holds[n] && !now.Before(p.until) && (oldest == "" || p.heard.Before(q.provers[oldest].heard)) {
				oldest = n
			}
		}
		if oldest == "" {
			return nil, &WaitError{After: idle, Reason: fmt.Sprintf("%d provers are known, all with a batch or in back-off", len(q.provers))}
		}
		delete(q.provers, oldest)
	}
	p := &prover{heard: now}
	q.provers[name] = p
	return p, nil
}

// sweep ends the leases that expired, and those whose batch waits no longer.
func (q *Queue) sweep(now time.Time, jobs []Job) {
	waiting := make(map[[32]byte]bool, len(jobs))
	for _, j := range jobs {
		waiting[j.HeaderHash] = true
	}
	for hash, l := range q.leases {
		switch {
		case l.verifying:
		case !waiting[hash]:
			q.end(l, Gone, now)
		case !now.Before(l.Expires):
			q.end(l, Expired, now)
		}
	}
	for hash := range q.failures {
		if !waiting[hash] {
			delete(q.failures, hash)
		}
	}
}

// end removes a lease and counts how it ended.
func (q *Queue) end(l *Lease, how End, now time.Time) {
	delete(q.leases, l.Job.HeaderHash)
	delete(q.byID, l.ID.Number)
	q.remember(l.ID.Number, how)
	switch how {
	case Expired:
		q.count(l.Prover, func(c *Counts) { c.Expired++ })
	case Refused: // counted by its kind, by Finish
	case Released:
		q.count(l.Prover, func(c *Counts) { c.Released++ })
		return
	case Gone, Stale, Unknown:
		return
	}
	q.failures[l.Job.HeaderHash]++
	if p := q.provers[l.Prover]; p != nil {
		p.backoff = min(max(2*p.backoff, q.config.FirstBackoff), q.config.MaxBackoff)
		p.until = now.Add(p.backoff)
	}
}

func (q *Queue) remember(number uint64, how End) {
	if len(q.ended) >= keptEnds {
		delete(q.ends, q.ended[0])
		delete(q.recorded, q.ended[0])
		q.ended = q.ended[1:]
	}
	q.ends[number] = how
	q.ended = append(q.ended, number)
}

func (q *Queue) count(name string, add func(*Counts)) {
	add(&q.totals)
	if p := q.provers[name]; p != nil {
		add(&p.counts)
	}
}

// find gives the lease of an id, or why there is none.
func (q *Queue) find(id ID, now time.Time, jobs []Job) (*Lease, error) {
	if q.term == 0 {
		return nil, ErrNotLeading
	}
	if id.Term != q.term {
		return nil, &LeaseError{ID: id, End: Stale, Term: q.term}
	}
	q.sweep(now, jobs)
	l := q.byID[id.Number]
	if l != nil && l.ID != id {
		return nil, &LeaseError{ID: id, End: Unknown, Term: q.term}
	}
	if l != nil {
		if p := q.provers[l.Prover]; p != nil {
			p.heard = now
		}
		return l, nil
	}
	if _, done := q.recorded[id.Number]; done {
		return nil, ErrRecorded
	}
	how, ok := q.ends[id.Number]
	if !ok {
		how = Unknown
	}
	return nil, &LeaseError{ID: id, End: how, Term: q.term}
}

// Extend says that a worker is alive. The error is ErrNotLeading, ErrRecorded or a *LeaseError.
func (q *Queue) Extend(id ID) (Lease, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	jobs := q.config.Waiting()
	now := time.Now()
	l, err := q.find(id, now, jobs)
	if err != nil {
		return Lease{}, err
	}
	l.Expires = now.Add(q.config.Lease)
	if last := l.Began.Add(q.config.MaxHold); l.Expires.After(last) {
		l.Expires = last
	}
	return *l, nil
}

// Release gives a job back. Errors are those of Extend, and ErrBusy.
func (q *Queue) Release(id ID) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	jobs := q.config.Waiting()
	now := time.Now()
	l, err := q.find(id, now, jobs)
	if err != nil {
		return err
	}
	if l.verifying {
		return ErrBusy
	}
	q.end(l, Released, now)
	return nil
}

// Claim begins a submission. The caller must call Finish with the lease, whatever happens. Errors are those of Extend,
// and ErrBusy; with ErrRecorded the lease names the batch.
func (q *Queue) Claim(id ID) (Lease, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	jobs := q.config.Waiting()
	l, err := q.find(id, time.Now(), jobs)
	if errors.Is(err, ErrRecorded) {
		return Lease{ID: id, Job: q.recorded[id.Number]}, err
	}
	if err != nil {
		return Lease{}, err
	}
	if l.verifying {
		return Lease{}, ErrBusy
	}
	l.verifying = true
	return *l, nil
}

// Outcome is what became of a submission.
type Outcome uint8

// Outcomes of a submission.
const (
	Recorded  Outcome = 1 + iota // the proof is in the replicated record
	Invalid                      // a proof that does not hold
	Malformed                    // no proof at all
	Failed                       // nothing was learnt of the proof; the lease stays
)

// Finish ends a submission that Claim began. Of a leadership that has ended nothing is kept.
func (q *Queue) Finish(l Lease, outcome Outcome) {
	q.mu.Lock()
	defer q.mu.Unlock()
	held := q.byID[l.ID.Number]
	if l.ID.Term != q.term || held == nil {
		return
	}
	now := time.Now()
	held.verifying = false
	switch outcome {
	case Recorded:
		q.count(l.Prover, func(c *Counts) { c.Proved++ })
		if p := q.provers[l.Prover]; p != nil {
			p.backoff, p.until = 0, time.Time{}
		}
		q.recorded[l.ID.Number] = l.Job
		q.end(held, Gone, now)
	case Invalid:
		q.count(l.Prover, func(c *Counts) { c.Invalid++ })
		q.end(held, Refused, now)
	case Malformed:
		q.count(l.Prover, func(c *Counts) { c.Malformed++ })
		q.end(held, Refused, now)
	case Failed:
	}
}
