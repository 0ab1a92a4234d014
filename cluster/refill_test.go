package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/cluster/proto/holdfast/peer/v1"
)

// damageSnapshots flips a bit in each snapshot of a replica that is down.
func damageSnapshots(t *testing.T, r *replica) {
	t.Helper()
	for _, path := range glob(t, filepath.Join(r.cfg.DataDir, snapshotsDir, "*", "state.bin")) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)/2] ^= 1
		if err = os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// damageRecord flips a bit in the newest record of the log of a replica that is down.
func damageRecord(t *testing.T, r *replica) {
	t.Helper()
	o, err := OpenOffline(r.cfg.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	_, last, err := o.Range()
	if err != nil {
		t.Fatal(err)
	}
	record, err := o.Record(last)
	if err = errors.Join(err, o.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.cfg.DataDir, stableFile)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(raw, record.Extensions)
	if at < 0 {
		t.Fatalf("%s does not hold the checksum of record %d", path, last)
	}
	for ; at >= 0; at = bytes.Index(raw, record.Extensions) { // also where a page was copied
		raw[at+1] ^= 1
	}
	if err = os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// short is small with a log that a replica can follow under load: what is written while it installs a snapshot is in it.
func short(c *Config) {
	small(c)
	c.TrailingLogs = 64
}

// filled waits until a replica is again the voter that it was, and whole.
func (g *group) filled(t *testing.T, victim *replica) {
	t.Helper()
	defer func() {
		for _, r := range g.replicas {
			if t.Failed() && r.node != nil {
				t.Logf("%s: refill %+v, uninvited %t, %d fatal, members %+v", r.id, r.node.refill.Load(), r.node.uninvited.Load(), len(r.fatals), r.node.Membership())
			}
		}
	}()
	eventually(t, victim.id+" to be filled", func() bool {
		_, err := os.Stat(filepath.Join(victim.cfg.DataDir, refillFile))
		m := g.leader().node.Membership()
		voters, healthy := m.Voters()
		return errors.Is(err, os.ErrNotExist) && victim.node.refill.Load() == nil && voters == len(g.replicas) && healthy == voters
	})
}

// Rule: recovery.md, 1 and 2, no operator: whatever is damaged on a replica's disk, it sets the stores aside, kept and
// named, and is filled by the others under load; its vote counts again afterwards. A disk that does it again and again
// is somebody's to look at.
func TestADamagedReplicaIsFilledByItsPeers(t *testing.T) {
	g := newTCP(t, 3, short)
	victim := g.followers(g.leader())[0]
	f := g.flow(t)
	for i, damage := range []func(){
		func() { damageRecord(t, victim) },
		func() { damageSnapshots(t, victim) },
		func() { remove(t, filepath.Join(victim.cfg.DataDir, stableFile)) },
	} {
		f.more(t)
		eventually(t, "a snapshot", func() bool {
			list, err := victim.node.stores.snapshots.List()
			return err == nil && len(list) > 0
		})
		g.crash(victim)
		damage()
		g.open(victim)
		aside := filepath.Join(victim.cfg.DataDir, damagedDir, "refill-"+string(rune('1'+i)))
		if got := victim.node.Damaged(); !slices.Equal(got, []string{aside}) {
			t.Fatalf("set aside %q, want %q", got, aside)
		}
		if kept, err := filepath.Glob(filepath.Join(aside, "*")); err != nil || len(kept) == 0 {
			t.Errorf("nothing is kept in %s: %v", aside, err)
		}
		g.filled(t, victim)
		other := g.followers(victim)[0]
		g.crash(other) // from here on nothing commits without the one that was filled
		f.more(t)
		g.open(other)
		f.more(t)
	}
	g.crash(victim)
	damageRecord(t, victim)
	if err := mustFail(t, g, victim); !errors.Is(err, ErrDamagedLog) || !strings.Contains(err.Error(), "look at the disk") {
		t.Errorf("damaged for the fourth time: %v", err)
	}
	f.stop()
	remove(t, filepath.Join(victim.cfg.DataDir, damagedDir))
	g.open(victim)
	g.filled(t, victim)
	g.equal()
	leader := g.leader().ledger
	leader.mu.Lock()
	defer leader.mu.Unlock()
	if leader.Actions < 4 {
		t.Errorf("%d refills in the audit trail", leader.Actions)
	}
}

// knock asks for Raft connections to a replica without a pause, in another's name, and returns how many were let in.
func knock(t *testing.T, from, to *replica) func() int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	let, id := make(chan int, 1), &identity{node: from.id, cluster: "holdfast", lineage: func() [16]byte { return [16]byte{} }}
	go func() {
		in := 0
		for ctx.Err() == nil {
			if conn, err := id.dial(ctx, kindRaft, to.cfg.Bind); err == nil {
				in++
				_ = conn.Close()
			}
		}
		let <- in
	}()
	return func() int { cancel(); return <-let }
}

// Rule: recovery.md: two of three that lost everything elect nobody beside the one that holds what was acknowledged,
// whether it is there or not, and whether they know that they lost something or not.
func TestEmptiedReplicasElectNobody(t *testing.T) {
	g := newTCP(t, 3, short)
	f := g.flow(t)
	f.more(t)
	f.stop()
	holder := g.leader()
	wiped, damaged := g.followers(holder)[0], g.followers(holder)[1]
	for _, r := range g.replicas {
		waitLineage(t, r)
		g.crash(r)
	}
	remove(t, wiped.cfg.DataDir)
	remove(t, filepath.Join(damaged.cfg.DataDir, stableFile))
	knocked := knock(t, holder, damaged)
	g.open(wiped)
	g.open(damaged)
	if in := knocked(); in > 0 {
		t.Errorf("%d Raft connections were let in while the stores were opened", in)
	}
	waits := func(r, of *replica) func() bool {
		return func() bool {
			h, ok := r.node.peers.lastHeard(of.id)
			return ok && h.status.GetWaiting() && h.status.GetLastIndex() == 0
		}
	}
	nobody := func() {
		t.Helper()
		for _, r := range []*replica{wiped, damaged} {
			if term, last := r.node.Term(), r.node.raft.LastIndex(); term != 0 || last != 0 || !r.node.uninvited.Load() {
				t.Fatalf("%s is at term %d and index %d", r.id, term, last)
			}
		}
	}
	eventually(t, "the two to hear of each other", waits(wiped, damaged))
	eventually(t, "the two to hear of each other", waits(damaged, wiped))
	nobody()
	before := holder.ledger.count()
	g.open(holder)
	eventually(t, "the holder to hear of both", func() bool { return waits(holder, wiped)() && waits(holder, damaged)() })
	eventually(t, "the wiped one to hear of the holder", func() bool { h, ok := wiped.node.peers.lastHeard(holder.id); return ok && h.status.GetLastIndex() > 0 })
	nobody()
	if _, err := wiped.node.PeerServer().ConfirmTerm(t.Context(), &peerv1.ConfirmTermRequest{Node: holder.id, Term: 9}); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("a replica that may have forgotten a vote confirms a term: %v", err)
	}
	first, err := holder.node.stores.log.FirstIndex()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.node.stores.snapshots.List(); err != nil || first == 0 || before == 0 || holder.node.IsLeader() {
		t.Errorf("the holder's log begins at %d (%v), it knew %d, leads %t", first, err, before, holder.node.IsLeader())
	}
}

// Rule: recovery.md: a member whose whole directory is gone is filled without an operator, and not as the voter that it
// was, though nothing there says that there was something.
func TestAWipedReplicaIsFilled(t *testing.T) {
	g := newTCP(t, 3, short)
	victim := g.followers(g.leader())[0]
	f := g.flow(t)
	f.more(t)
	g.crash(victim)
	remove(t, victim.cfg.DataDir)
	g.open(victim)
	g.filled(t, victim)
	f.more(t)
	f.stop()
	g.equal()
}

// withoutVote takes the vote of one of three and stops that one.
func (g *group) withoutVote(t *testing.T) (victim *replica) {
	t.Helper()
	eventually(t, "a vote to be taken", func() bool {
		leader := g.leader()
		victim = g.followers(leader)[0]
		_, err := leader.node.Demote(bounded60(t), victim.id, 0, false)
		return err == nil
	})
	g.crash(victim)
	return victim
}

// Rule: the package comment: a leader that lost its place unheard invites nobody. By a later leader's change the asker may
// have a vote again, and have forgotten what it promised with it.
func TestOnlyAConfirmedLeaderInvites(t *testing.T) {
	g := newTCP(t, 3, small)
	victim := g.withoutVote(t)
	var leader *replica
	invited := func() bool {
		resp, err := leader.node.PeerServer().Exchange(bounded60(t), &peerv1.ExchangeRequest{Status: &peerv1.NodeStatus{Node: victim.id, Waiting: true}})
		if err != nil {
			t.Fatal(err)
		}
		return resp.GetInvited() && resp.GetStatus().GetCommitIndex() >= leader.node.configurationIndex()
	}
	eventually(t, "the invitation", func() bool { leader = g.leader(); return invited() })
	for _, r := range g.replicas {
		if r != leader {
			g.crash(r) // of two voters one is left, which takes itself for the leader for a while
		}
	}
	if invited() {
		t.Error("a leader whom nobody confirms invites")
	}
}

// Rule: the package comment: two of five that are emptied one after the other, and are being filled, elect none that still
// takes them for voters: an emptied one votes for nobody before it holds the change that took its vote.
func TestAReplicaThatIsNotFilledGivesNoVote(t *testing.T) {
	g := newTCP(t, 3, small)
	from := g.leader()
	d := g.joiner("d", from.cfg.Peers, small)
	granted := func(term uint64) bool {
		t.Helper()
		self := from.node.self()
		req := &raft.RequestVoteRequest{
			RPCHeader: raft.RPCHeader{ProtocolVersion: raft.ProtocolVersionMax, ID: []byte(self.ID), Addr: []byte(self.Addr)}, Term: term, LastLogIndex: 1, LastLogTerm: 1,
		}
		var resp raft.RequestVoteResponse
		eventually(t, "an answer", func() bool {
			return from.node.network.RequestVote("d", raft.ServerAddress(d.cfg.Bind), req, &resp) == nil
		})
		return resp.Granted
	}
	if err := d.node.enter(1 << 40); err != nil {
		t.Fatal(err)
	}
	if granted(1 << 20) {
		t.Error("a vote of one that holds nothing")
	}
	if _, err := d.node.PeerServer().ConfirmTerm(t.Context(), &peerv1.ConfirmTermRequest{Node: from.id, Term: 1 << 21}); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("one that holds nothing confirms a term: %v", err)
	}
	if err := d.node.enter(0); err != nil { // as if it were filled
		t.Fatal(err)
	}
	if !granted(1<<20 + 1) {
		t.Error("no vote of one that is filled")
	}
}

// Rule: the package comment: who is filled is not empty. Others that are empty later would begin a history beside it.
func TestWhoIsInvitedIsNotEmpty(t *testing.T) {
	g := newTCP(t, 3, short)
	victim := g.withoutVote(t)
	remove(t, victim.cfg.DataDir)
	g.open(victim)
	eventually(t, "the invitation", func() bool { return !victim.node.uninvited.Load() })
	if s := victim.node.nodeStatus(); s.GetEmptyDirectory() != 0 || s.GetWaiting() {
		t.Errorf("it says of itself %v", s)
	}
	g.equal()
}

// Rule: cluster.md, membership with mutual TLS: a replica that is added while the cluster runs, whom nobody was
// configured with, catches up, votes and leads; and when both others of its beginning are gone and its disk is damaged,
// it still knows whom to ask.
func TestAMemberAddedAtRunTimeWithTLS(t *testing.T) {
	secured := withTLS(newVault(t))
	tune := func(c *Config) { short(c); secured(c) }
	g := newTCP(t, 3, tune)
	leader, ctx := g.leader(), bounded60(t)
	f := g.flow(t)
	f.more(t)
	old := g.followers(leader)
	added := []*replica{g.joiner("d", leader.cfg.Peers, tune), g.joiner("e", leader.cfg.Peers, tune)}
	for i, r := range added {
		if _, err := leader.node.Replace(ctx, Replacement{ID: old[i].id, NewID: r.id, NewAddr: r.cfg.Bind}, nil); err != nil {
			t.Fatal(err)
		}
		g.crash(old[i])
	}
	g.become(leader, added[0], added[1])
	f.more(t)
	if err := leader.node.TransferLeadership(ctx, "d"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "d to lead", added[0].node.IsLeader)
	f.more(t)
	for _, victim := range []*replica{leader, added[1]} { // one began with who is gone, one was added
		eventually(t, "the members to be noted", func() bool {
			var members []Peer
			raw, err := os.ReadFile(filepath.Join(victim.cfg.DataDir, membersFile))
			return err == nil && json.Unmarshal(raw, &members) == nil && slices.EqualFunc(members, g.replicas, func(p Peer, r *replica) bool { return p.ID == r.id })
		})
		g.crash(victim)
		damageRecord(t, victim)
		g.open(victim)
		g.filled(t, victim)
		f.more(t)
	}
	f.stop()
	g.equal()
	// Who has no certificate of the cluster's authority is not heard, whatever it says.
	stranger := newVault(t).of(mtls.Node, "f")
	id := &identity{node: "f", cluster: "holdfast", lineage: func() [16]byte { return [16]byte{} }, tls: stranger, at: func(string) (string, bool) { return "d", true }}
	if _, err := id.dial(ctx, kindGRPC, added[0].cfg.Bind); err == nil {
		t.Error("a stranger was let in")
	}
}

// A configuration from before the vote was taken, as an older snapshot or the beginning of the log has it, does not end a
// refill: the leader would never learn that the vote is still to be given back.
func TestAnOldConfigurationEndsNoRefill(t *testing.T) {
	g := newTCP(t, 3, func(c *Config) { short(c); c.ExchangeInterval = time.Hour }) // the leader hears nothing of it
	n := g.followers(g.leader())[0].node
	for _, r := range g.replicas {
		waitLineage(t, r)
	}
	for _, c := range []struct {
		record refillRecord
		ends   bool
	}{
		{refillRecord{Moved: true, Voter: true, Since: 1 << 40}, false},
		{refillRecord{Moved: true, Since: 1 << 40}, false},
		{refillRecord{Moved: true, Voter: true, Since: 1}, true},
	} {
		if err := n.dir.writeRefill(&c.record); err != nil {
			t.Fatal(err)
		}
		n.refill.Store(&c.record)
		if c.ends {
			eventually(t, "the refill to end", func() bool { return n.refill.Load() == nil })
		} else if n.regain(); n.refill.Load() == nil {
			t.Errorf("%+v has ended", c.record)
		}
	}
}

// A crash while the stores are set aside: the next open goes on, and nothing that is left is taken for a state.
func TestSettingAsideGoesOnAfterACrash(t *testing.T) {
	for _, torn := range []bool{false, true} {
		g := newTCP(t, 3, short)
		victim := g.followers(g.leader())[0]
		f := g.flow(t)
		f.more(t)
		g.crash(victim)
		dir := victim.cfg.DataDir
		raw := []byte(`{"reason": "test", "aside": "damaged/refill-1", "moved": false, "voter": false}`)
		if torn {
			raw = raw[:20]
		}
		if err := os.WriteFile(filepath.Join(dir, refillFile), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, damagedDir, "refill-1"), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, stableFile), filepath.Join(dir, damagedDir, "refill-1", stableFile)); err != nil {
			t.Fatal(err)
		}
		g.open(victim)
		if !victim.node.uninvited.Load() {
			t.Errorf("torn %t: it takes part with what is left", torn)
		}
		g.filled(t, victim)
		f.stop()
		g.equal()
		if kept, err := filepath.Glob(filepath.Join(dir, damagedDir, "*", snapshotsDir)); err != nil || len(kept) != 1 {
			t.Errorf("torn %t: snapshots kept at %q, %v", torn, kept, err)
		}
	}
}

// A disk that is full or not this process's is not damaged, and what others gave is not this directory's to move: the
// stores stay where they are.
func TestWhatIsNotDamage(t *testing.T) {
	peers := []Peer{{ID: "a", Addr: "a"}, {ID: "b", Addr: "b"}}
	for i, c := range []struct {
		err   error
		peers []Peer
		seams Seams
		want  bool
	}{
		{errors.Join(ErrDamagedLog, raft.ErrLogNotFound), peers, Seams{}, true},
		{ErrDamagedSnapshot, peers, Seams{}, true},
		{errors.Join(ErrDamagedLog, os.ErrPermission), peers, Seams{}, false},
		{errors.Join(ErrDamagedLog, syscall.ENOSPC), peers, Seams{}, false},
		{errors.New("in use"), peers, Seams{}, false},
		{ErrDamagedLog, peers[:1], Seams{}, false}, // nobody fills it
		{ErrDamagedLog, peers, Seams{LogStore: raft.NewInmemStore()}, false},
	} {
		cfg := Config{NodeID: "a", Peers: c.peers, Seams: c.seams}
		n := &Node{cfg: cfg, dir: &directory{}, mux: &mux{}, book: newBook(cfg), machine: newLedger()}
		if got := n.refillable(c.err); got != c.want {
			t.Errorf("case %d, %v: %t", i, c.err, got)
		}
	}
}

// Rule: the package comment: a history begins with directories that were all empty at one moment, whatever happens to
// them between two questions.
func TestAHistoryBeginsOnlyWhereAllWereEmptyAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		others := []string{"b", "c", "d", "e"}[:rapid.SampledFrom([]int{2, 4}).Draw(t, "others")]
		g := &gathering{own: 1, others: others}
		type directory struct {
			number uint64
			holds  bool
		}
		drawn, at, all := uint64(1), map[string]directory{}, false
		for _, id := range others {
			drawn++
			at[id] = directory{number: drawn, holds: rapid.Bool().Draw(t, "holds")}
		}
		look := func() {
			empty := true
			for _, d := range at {
				empty = empty && !d.holds
			}
			all = all || empty
		}
		look()
		for range 30 {
			heard := map[string]*peerv1.NodeStatus{}
			for _, id := range rapid.Permutation(others).Draw(t, "order") {
				if rapid.Bool().Draw(t, "event") { // something is filled, or loses everything
					who := rapid.SampledFrom(others).Draw(t, "who")
					if d := at[who]; d.holds {
						drawn++
						at[who] = directory{number: drawn}
					} else {
						at[who] = directory{number: d.number, holds: true}
					}
					look()
				}
				if s := (&peerv1.NodeStatus{Node: id}); rapid.IntRange(0, 9).Draw(t, "silent") > 0 {
					if !at[id].holds {
						s.EmptyDirectory = at[id].number
					}
					heard[id] = s
				}
			}
			if with := g.add(heard, time.Time{}); with != nil {
				if !all {
					t.Fatalf("begins with %v, and never were all empty at once", with)
				}
				if len(with) != len(others)+1 || !slices.Contains(with, g.own) {
					t.Fatalf("begins with %v", with)
				}
				return
			}
		}
	})
}

// Rule: recovery.md: silent replicas are waited for, or, where the operator accepts it, a majority of empty ones is enough
// after a while; never one that holds something.
func TestSilentReplicasAreWaitedFor(t *testing.T) {
	empty := func(n uint64) *peerv1.NodeStatus { return &peerv1.NodeStatus{EmptyDirectory: n} }
	now := time.Now()
	for i, c := range []struct {
		without bool
		heard   map[string]*peerv1.NodeStatus
		want    []uint64
	}{
		{heard: map[string]*peerv1.NodeStatus{"b": empty(2), "c": empty(3)}, want: []uint64{1, 2, 3}},
		{heard: map[string]*peerv1.NodeStatus{"b": empty(2)}},
		{heard: map[string]*peerv1.NodeStatus{"b": empty(2), "c": {LastIndex: 7}}},
		{heard: map[string]*peerv1.NodeStatus{"b": empty(2), "c": {Waiting: true, Refill: true}}},
		{without: true, heard: map[string]*peerv1.NodeStatus{"b": empty(2)}, want: []uint64{1, 2}},
		{without: true, heard: map[string]*peerv1.NodeStatus{"b": empty(2), "c": {LastIndex: 7}}},
		{without: true, heard: map[string]*peerv1.NodeStatus{}},
		{heard: map[string]*peerv1.NodeStatus{"b": {LastIndex: 7, BeganWith: []uint64{1, 2, 3}}}, want: []uint64{1, 2, 3}},
		{heard: map[string]*peerv1.NodeStatus{"b": {LastIndex: 7, BeganWith: []uint64{2, 3, 4}}}},
	} {
		g := &gathering{own: 1, others: []string{"b", "c"}, without: c.without}
		got := g.add(c.heard, now)
		if c.want != nil && got != nil && c.heard["b"].GetBeganWith() == nil {
			t.Errorf("case %d: one round is enough", i)
		}
		if got == nil {
			got = g.add(c.heard, now.Add(time.Minute))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("case %d: begins with %v, want %v", i, got, c.want)
		}
	}
}
