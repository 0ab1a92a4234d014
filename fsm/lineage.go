package fsm

import (
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// A recovered state goes on under a lineage of its own, so that nobody of the old
// one exchanges a message with it or anchors beside it. What L1 holds keeps its
// headers; what was sealed beyond gets headers of the new lineage, over the same
// transitions and roots.

// ErrStanding says that a state cannot go on from where L1 stands.
var ErrStanding = errors.New("fsm: the state does not hold what L1 does")

// Standing is where a new lineage begins: what L1 holds of the history before.
type Standing struct {
	Lineage [16]byte
	// Committed is the newest batch that L1 holds, HeaderHash its identity there.
	Committed  uint64
	HeaderHash [32]byte
	// Proven and Finalized are how far L1 has verified, and how much of that stands in
	// finalized blocks.
	Proven, Finalized uint64
	// Commits is the evidence for each batch above Finalized up to Committed, in order.
	Commits []Commit
	// Verified is where the batches above Finalized up to Proven are verified.
	Verified cursor.Inclusion
	// FirstSession is the lowest id that the new lineage gives to a session: above
	// every id that the old one may have given, also where nobody here knows of it.
	FirstSession uint64
	KeepSessions bool   // those that there are go on; else none does
	Witness      string // who executed the committed batches
	TimeMs       int64  // of the log; never back
	// Halt, if not empty, is why intake and anchoring begin halted, and Exit what ends
	// that.
	Halt, Exit string
}

// Commit is the evidence for one batch on L1.
type Commit struct {
	Number     uint64
	HeaderHash [32]byte
	Ref        cursor.Ref
	Inclusion  cursor.Inclusion
}

// Renew makes the state that of a new lineage. Nothing may be applied beside it,
// and nothing of the old lineage afterwards: it is for a machine without Raft,
// whose snapshot a new cluster begins with.
func (m *Machine) Renew(s Standing) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.r.renew(s); err != nil {
		return fmt.Errorf("renew the lineage: %w", err)
	}
	m.publish()
	return nil
}

func (r *replica) renew(s Standing) error {
	if err := r.standsOn(s); err != nil {
		return err
	}
	if r.sealing != nil { // cut by the old lineage
		r.clamp(s.TimeMs)
		if err := r.waitSealing(); err != nil {
			return err
		}
		r.settle()
	}
	r.clamp(s.TimeMs)
	if err := r.reachVersion(s.Committed); err != nil {
		return err
	}
	r.genesis.Lineage, r.adopting = s.Lineage, nil
	r.rehead(s)
	records, err := r.records(s)
	if err != nil {
		return err
	}
	inbox := r.store.Inbox()
	err = r.cursor.Renew(cursor.Standing{
		Lineage: s.Lineage, Batches: records, Applied: r.store.Counters().Sequence,
		Committed: s.Committed, Proven: s.Proven, Finalized: s.Finalized,
		InboxNext: inbox.Next, InboxHash: inbox.Hash,
		Detail: fmt.Sprintf("batch %d, header %x, is the newest on L1; newest sealed is %d", s.Committed, s.HeaderHash, r.newest.batch),
	}, r.at())
	if err != nil {
		return err
	}
	if s.Halt != "" {
		r.cursor.Halt(cursor.ScopeIntake|cursor.ScopeAnchoring, s.Halt, s.Exit, r.at())
	}
	if s.KeepSessions {
		r.sessions.Skip(s.FirstSession)
	} else {
		r.sessions = session.NewFrom(sessionLimits(r.genesis.Limits), s.FirstSession)
		r.open.origins = nil
	}
	r.retain()
	return nil
}

// standsOn checks that the newest batch on L1 is one of this history.
func (r *replica) standsOn(s Standing) error {
	switch {
	case !r.hasGenesis():
		return ErrNoLineage
	case s.Finalized > s.Proven || s.Proven > s.Committed:
		return fmt.Errorf("committed %d, proven %d, finalized %d: %w", s.Committed, s.Proven, s.Finalized, ErrStanding)
	case s.Committed > r.newest.batch:
		return fmt.Errorf("L1 holds batch %d, the newest here is %d: %w", s.Committed, r.newest.batch, ErrStanding)
	case uint64(len(s.Commits)) != s.Committed-s.Finalized:
		return fmt.Errorf("%d commits for batches %d to %d: %w", len(s.Commits), s.Finalized+1, s.Committed, ErrStanding)
	case s.Committed == 0:
		return nil
	}
	b, err := r.findSealed(s.Committed)
	if err != nil {
		return err
	}
	if b.Hash != s.HeaderHash {
		return fmt.Errorf("batch %d has header %x, L1 holds %x: %w", s.Committed, b.Hash, s.HeaderHash, ErrStanding)
	}
	return nil
}

// reachVersion makes sure that the version at the end of batch n is kept, from which
// the batches above it are executed: where retention let it go, by replaying them.
func (r *replica) reachVersion(n uint64) error {
	from, ok := r.findVersion(n)
	switch {
	case ok && from.batch == n:
		return nil
	case !ok || !r.replayable(from.batch+1, r.newest.batch):
		return fmt.Errorf("version of batch %d: %w", n, ErrVersionReleased)
	}
	open := r.open
	if err := r.rewind(from, r.newest.batch); err != nil {
		return err
	}
	if err := state.Replay(r.store, open.transitions); err != nil {
		return fmt.Errorf("replay the open batch: %w", err)
	}
	r.open = open
	return nil
}

// rehead gives the batches above the newest on L1 headers of the new lineage.
func (r *replica) rehead(s Standing) {
	r.sealed = slices.Clone(r.sealed)
	for i, b := range r.sealed {
		if b.Header.Number <= s.Committed {
			continue
		}
		renewed := *b
		renewed.Header.Lineage = s.Lineage
		if i > 0 {
			renewed.Header.ParentHash = r.sealed[i-1].Hash
		}
		renewed.Hash = renewed.Header.Hash()
		r.sealed[i] = &renewed
	}
}

// records makes the cursor's records of the sealed batches.
func (r *replica) records(s Standing) ([]cursor.Batch, error) {
	var out []cursor.Batch
	for n := max(s.Finalized, 1); n <= r.newest.batch; n++ {
		b, err := r.findSealed(n)
		if err != nil {
			return nil, fmt.Errorf("batch %d is needed from the finalized head on: %w", n, err)
		}
		record := recordOf(b)
		if n > s.Finalized && n <= s.Committed {
			c := s.Commits[n-s.Finalized-1]
			if c.Number != n || c.HeaderHash != b.Hash {
				return nil, fmt.Errorf("commit of batch %d, header %x, where %d, header %x, belongs: %w", c.Number, c.HeaderHash, n, b.Hash, ErrStanding)
			}
			record.Execution = &cursor.Execution{Root: b.Header.PostRoot, HeaderHash: b.Hash, Node: s.Witness}
			record.Refs, record.Commit = []cursor.Ref{c.Ref}, &c.Inclusion
			if n <= s.Proven {
				verified := s.Verified
				record.Verify = &verified
			}
		}
		out = append(out, record)
	}
	return out, nil
}
