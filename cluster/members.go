package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/raft"
)

// A change of the membership names the configuration that whoever asked for it
// saw, and happens to that one or not at all. None that would leave the cluster
// without a majority that was heard of lately happens unless it is forced, and a
// replica that receives a snapshot is never removed. A replica gets a vote only
// when it has caught up.

// ErrMembership marks refusals of changes of the membership. Nothing was changed.
var ErrMembership = errors.New("cluster: the membership stays as it is")

// ConfigurationChangedError says that the membership is not what was seen.
type ConfigurationChangedError struct{ Seen, Newest uint64 }

func (e *ConfigurationChangedError) Error() string {
	return fmt.Sprintf("cluster: the configuration of index %d is not the newest one, which is of index %d: look at the members again", e.Seen, e.Newest)
}

// Is makes it a refusal.
func (e *ConfigurationChangedError) Is(target error) bool { return target == ErrMembership }

// QuorumError says that a change would leave too few voters that answer.
type QuorumError struct {
	Voters  []string // after the change
	Missing []string // of them, those not heard of lately
}

func (e *QuorumError) Error() string {
	return fmt.Sprintf("cluster: quorum would be lost: of the voters %s that would remain, %d must answer and %s would not",
		strings.Join(e.Voters, ", "), quorum(len(e.Voters)), strings.Join(e.Missing, ", "))
}

// Is makes it a refusal.
func (e *QuorumError) Is(target error) bool { return target == ErrMembership }

func noChange(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrMembership, fmt.Errorf(format, args...))
}

func quorum(voters int) int { return voters/2 + 1 }

// Member is one server of the configuration and how it is.
type Member struct {
	PeerStatus
	Healthy    bool   // heard of lately and keeping up
	Problem    string // why not
	Installing bool   // receiving or restoring a snapshot
	Version    uint32 // of its state machine; 0 if not heard of
}

// Membership is the configuration, as this node sees it.
type Membership struct {
	Index       uint64 // Raft index of the configuration
	Term        uint64
	CommitIndex uint64
	Leader      string
	Observer    string
	Members     []Member // by id
}

// Voters returns how many members vote, and how many of those are healthy.
func (m *Membership) Voters() (voters, healthy int) {
	for i := range m.Members {
		if m.Members[i].Voter {
			voters++
			if m.Members[i].Healthy {
				healthy++
			}
		}
	}
	return voters, healthy
}

// Tolerance is how many healthy voters may be lost before writes stop.
func (m *Membership) Tolerance() int {
	voters, healthy := m.Voters()
	return max(0, healthy-quorum(voters))
}

// Membership reports the members and their health. On a follower it is what that
// one knows, and only the leader hears of every member.
func (n *Node) Membership() Membership {
	m := Membership{
		Index: n.configurationIndex(), Term: n.raft.CurrentTerm(), CommitIndex: n.raft.CommitIndex(), Observer: n.cfg.NodeID,
	}
	m.Leader, _ = n.Leader()
	for _, s := range n.raft.GetConfiguration().Configuration().Servers {
		m.Members = append(m.Members, n.member(s, m.Leader))
	}
	slices.SortFunc(m.Members, func(a, b Member) int { return cmp.Compare(a.ID, b.ID) })
	return m
}

func (n *Node) member(s raft.Server, leader string) Member {
	p, _ := n.book.peer(string(s.ID))
	m := Member{PeerStatus: PeerStatus{Peer: p, Voter: s.Suffrage == raft.Voter, Leader: p.ID == leader}}
	m.Addr = string(s.Address)
	waiting, refilled := false, false
	if p.ID == n.cfg.NodeID {
		m.Heard, m.Term, m.LastIndex, m.AppliedIndex = true, n.raft.CurrentTerm(), n.raft.LastIndex(), n.machine.AppliedIndex()
		m.LastWrite = time.Duration(n.stores.watch.lastUs.Load()) * time.Microsecond
		m.Installing, m.Version = n.installing(), n.version()
		waiting, refilled = n.uninvited.Load(), n.refill.Load().wantsVote()
	} else if h, ok := n.peers.lastHeard(p.ID); ok {
		m.Heard, m.SinceContact = true, time.Since(h.at)
		m.Term, m.LastIndex, m.AppliedIndex = h.status.GetTerm(), h.status.GetLastIndex(), h.status.GetAppliedIndex()
		m.Lag = h.applied - min(h.applied, m.AppliedIndex)
		m.LastWrite = time.Duration(h.status.GetLastWriteUs()) * time.Microsecond
		m.Installing, m.Version = h.status.GetInstalling(), h.status.GetVersion()
		waiting, refilled = h.status.GetWaiting(), h.status.GetRefill()
	}
	switch {
	case !m.Heard:
		m.Problem = "never heard of by " + n.cfg.NodeID
	case m.SinceContact >= n.lately():
		m.Problem = "not heard of for " + m.SinceContact.Round(time.Millisecond).String()
	case waiting:
		m.Problem = "holds nothing and waits to be filled"
	case refilled:
		m.Problem = "is filled and has not its vote back yet"
	case m.Installing:
		m.Problem = "installs a snapshot"
	case m.Lag > n.cfg.MaxLag:
		m.Problem = fmt.Sprintf("%d entries behind", m.Lag)
	}
	m.Healthy = m.Problem == ""
	return m
}

// lately is how old the last word of a replica that answers can be.
func (n *Node) lately() time.Duration { return 2*n.cfg.ExchangeInterval + exchangeTimeout }

// servers are the members by id.
func (n *Node) servers() map[string]raft.Server {
	out := map[string]raft.Server{}
	for _, s := range n.raft.GetConfiguration().Configuration().Servers {
		out[string(s.ID)] = s
	}
	return out
}

// AddNonvoter invites a replica: it gets a copy of everything and does not vote.
// seen is the index of the configuration that the caller saw, 0 for the newest.
// It returns the index of the new one, as the other changes do.
func (n *Node) AddNonvoter(ctx context.Context, id, addr string, seen uint64) (uint64, error) {
	if id == "" || addr == "" {
		return 0, noChange("a member needs a name and an address")
	}
	for _, s := range n.servers() {
		switch {
		case string(s.ID) == id && string(s.Address) == addr && s.Suffrage != raft.Voter:
			return n.configurationIndex(), nil // what was asked for
		case string(s.ID) == id:
			return 0, noChange("%s is a member already, at %s: replace it, or remove it first", id, s.Address)
		case string(s.Address) == addr:
			return 0, noChange("%s is the address of %s", addr, s.ID)
		}
	}
	return n.change(ctx, seen, func(prev uint64) raft.IndexFuture {
		return n.raft.AddNonvoter(raft.ServerID(id), raft.ServerAddress(addr), prev, n.cfg.EnqueueTimeout)
	})
}

// CatchUp is how far a member is on its way to a vote.
type CatchUp struct {
	Heard           bool // since the wait began
	Applied, Target uint64
	Installing      bool
}

// Promote gives a member its vote once it has caught up, for which it waits.
// progress is told now and then; it may be nil.
func (n *Node) Promote(ctx context.Context, id string, seen uint64, force bool, progress func(CatchUp)) (uint64, error) {
	s, ok := n.servers()[id]
	if !ok {
		return 0, noChange("%s is not a member: add it first", id)
	}
	if s.Suffrage == raft.Voter {
		return n.configurationIndex(), nil
	}
	if err := n.expect(seen); err != nil {
		return 0, err
	}
	if err := n.awaitCaughtUp(ctx, id, progress); err != nil {
		return 0, err
	}
	if err := n.checkQuorum(append(n.voters(), id)); err != nil && !force {
		return 0, err
	}
	return n.change(ctx, seen, func(prev uint64) raft.IndexFuture {
		return n.raft.AddVoter(s.ID, s.Address, prev, n.cfg.EnqueueTimeout)
	})
}

// caughtUpRounds is within how many exchanges a round must end for its member to
// have caught up (Ongaro's thesis, section 4.2.1: rounds, until one is short).
const caughtUpRounds = 4

// awaitCaughtUp waits until a member applies what this leader had applied shortly
// before. Only what was heard after it began counts: the name may be of a replica
// that is gone and of one that takes its place.
func (n *Node) awaitCaughtUp(ctx context.Context, id string, progress func(CatchUp)) error {
	for {
		began, c := time.Now(), CatchUp{Target: n.machine.AppliedIndex()}
		for c.Applied < c.Target || c.Installing || !c.Heard {
			if !n.IsLeader() {
				return n.notLeader()
			}
			sleep(ctx, n.cfg.ExchangeInterval/caughtUpRounds)
			if ctx.Err() != nil {
				return fmt.Errorf("%w: waiting for %s to catch up, which has applied %d of %d: %w", ErrNotApplied, id, c.Applied, c.Target, context.Cause(ctx))
			}
			if h, ok := n.peers.lastHeard(id); ok && h.at.After(began) {
				c.Heard, c.Applied, c.Installing = true, h.status.GetAppliedIndex(), h.status.GetInstalling()
				if err := n.compatible(id, h.status.GetVersion()); err != nil {
					return err
				}
			}
			if progress != nil {
				progress(c)
			}
		}
		if time.Since(began) <= caughtUpRounds*n.cfg.ExchangeInterval {
			return nil
		}
	}
}

// Demote takes a member's vote.
func (n *Node) Demote(ctx context.Context, id string, seen uint64, force bool) (uint64, error) {
	s, ok := n.servers()[id]
	switch {
	case !ok:
		return 0, noChange("%s is not a member", id)
	case s.Suffrage != raft.Voter:
		return n.configurationIndex(), nil
	}
	if err := n.checkWithout(id, force); err != nil {
		return 0, err
	}
	return n.change(ctx, seen, func(prev uint64) raft.IndexFuture {
		return n.raft.DemoteVoter(s.ID, prev, n.cfg.EnqueueTimeout)
	})
}

// Remove ends a membership.
func (n *Node) Remove(ctx context.Context, id string, seen uint64, force bool) (uint64, error) {
	s, ok := n.servers()[id]
	if !ok {
		return 0, noChange("%s is not a member", id)
	}
	if h, ok := n.peers.lastHeard(id); ok && time.Since(h.at) < n.lately() && h.status.GetInstalling() {
		return 0, noChange("%s installs a snapshot: wait until it is done, or stop the replica", id)
	}
	if s.Suffrage == raft.Voter {
		if err := n.checkWithout(id, force); err != nil {
			return 0, err
		}
	}
	return n.change(ctx, seen, func(prev uint64) raft.IndexFuture {
		return n.raft.RemoveServer(s.ID, prev, n.cfg.EnqueueTimeout)
	})
}

// Replacement says what takes a member's place: a replica of another name, or, with
// the same name, one with an empty disk.
type Replacement struct {
	ID      string // of the member
	NewID   string // empty for the same
	NewAddr string // empty for the same
	Seen    uint64
	Force   bool
}

// Replace removes a member, adds what takes its place, waits until that has caught
// up and gives it its vote; one of another name votes before the old one goes.
// Called again with the same arguments after an interruption, it goes on where it
// stopped. An emptied replica comes back as a new member and never with the vote
// of its name: it has forgotten what it had promised.
func (n *Node) Replace(ctx context.Context, r Replacement, progress func(CatchUp)) (uint64, error) {
	r.NewID = cmp.Or(r.NewID, r.ID)
	if err := n.expect(r.Seen); err != nil {
		return 0, err
	}
	old, member := n.servers()[r.ID]
	if r.NewAddr == "" {
		switch p, known := n.book.peer(r.ID); {
		case member:
			r.NewAddr = string(old.Address)
		case known:
			r.NewAddr = p.Addr
		default:
			return 0, noChange("%s is not a member", r.ID)
		}
	}
	if r.NewID != r.ID {
		return n.succession(ctx, r, member, progress)
	}
	if member && (old.Suffrage == raft.Voter || string(old.Address) != r.NewAddr) {
		if _, err := n.Remove(ctx, r.ID, 0, r.Force); err != nil {
			return 0, err
		}
	}
	if _, err := n.AddNonvoter(ctx, r.NewID, r.NewAddr, 0); err != nil {
		return 0, err
	}
	return n.Promote(ctx, r.NewID, 0, r.Force, progress)
}

// succession is Replace by a replica of another name.
func (n *Node) succession(ctx context.Context, r Replacement, member bool, progress func(CatchUp)) (uint64, error) {
	if next, ok := n.servers()[r.NewID]; !ok {
		if _, err := n.AddNonvoter(ctx, r.NewID, r.NewAddr, 0); err != nil {
			return 0, err
		}
	} else if string(next.Address) != r.NewAddr {
		return 0, noChange("%s is a member already, at %s", r.NewID, next.Address)
	}
	index, err := n.Promote(ctx, r.NewID, 0, r.Force, progress)
	if err != nil || !member {
		return index, err
	}
	return n.Remove(ctx, r.ID, 0, r.Force)
}

// expect refuses what was decided on another configuration than the newest.
func (n *Node) expect(seen uint64) error {
	if newest := n.configurationIndex(); seen != 0 && seen != newest {
		return &ConfigurationChangedError{Seen: seen, Newest: newest}
	}
	return nil
}

// checkWithout refuses to go on without a voter.
func (n *Node) checkWithout(id string, force bool) error {
	if id == n.cfg.NodeID {
		return noChange("%s leads: transfer leadership to another voter first", id)
	}
	rest := slices.DeleteFunc(n.voters(), func(v string) bool { return v == id })
	if err := n.checkQuorum(rest); err != nil && !force {
		return err
	}
	return nil
}

// checkQuorum refuses voters of which too few answer.
func (n *Node) checkQuorum(voters []string) error {
	var missing []string
	for _, id := range voters {
		h, ok := n.peers.lastHeard(id)
		if id != n.cfg.NodeID && (!ok || time.Since(h.at) >= n.lately() || h.status.GetWaiting()) {
			missing = append(missing, id)
		}
	}
	if len(voters)-len(missing) >= quorum(len(voters)) {
		return nil
	}
	slices.Sort(voters)
	return &QuorumError{Voters: voters, Missing: missing}
}

// change has Raft change the configuration that was seen, or none.
func (n *Node) change(ctx context.Context, seen uint64, begin func(prev uint64) raft.IndexFuture) (uint64, error) {
	if !n.IsLeader() {
		return 0, n.notLeader()
	}
	prev := n.configurationIndex()
	if err := n.expect(seen); err != nil {
		return 0, err
	}
	future := begin(prev)
	answered := make(chan error, 1)
	go func() { answered <- future.Error() }()
	select {
	case err := <-answered:
		if err == nil {
			n.refresh()
			return future.Index(), nil
		}
		if newest := n.configurationIndex(); newest != prev && n.IsLeader() {
			return 0, &ConfigurationChangedError{Seen: prev, Newest: newest}
		}
		return 0, n.classify(err)
	case <-ctx.Done():
		return 0, &UnknownOutcomeError{Cause: context.Cause(ctx)}
	case <-n.abandoned:
		return 0, &UnknownOutcomeError{Cause: ErrClosed}
	}
}
