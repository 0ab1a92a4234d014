package manager_test

// The fault matrix (sync/README.md): each row is a fault on a running cluster, what must be found, what must be done about
// it, and the same end for all: equal roots on every replica, L1 and the archive hold what the replicas hold, and nothing
// that was acknowledged is missing unless a rollback reports it. In the middle of each the leader dies.

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// world is the cluster of a row.
type world struct {
	*rig
	executor *faulty

	takenBack int // commits on L1 that did not stand

	mu    sync.Mutex       // guards ended
	ended map[string]error // replicas that ended themselves, and why
}

func newWorld(t *testing.T, row row) *world {
	t.Helper()
	w := &world{executor: &faulty{answer: row.answer}, ended: map[string]error{}}
	w.executor.mended.Store(row.answer == nil)
	w.rig = newRigFrom(&rig{t: t, fatal: w.note, tune: row.tune}, func(working manager.Executor) manager.Executor {
		w.executor.Executor = working
		return w.executor
	})
	return w
}

// snapshots has replicas write them soon and keep the log behind them, so that an older one serves too.
func snapshots(c *cluster.Config) {
	c.SnapshotThreshold, c.SnapshotInterval = 20, 200*time.Millisecond
}

func (w *world) note(id string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended[id] = err
}

// forgive takes a replica that ended itself for what the row wants.
func (w *world) forgive(x *replica) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.ended, x.id)
}

func (w *world) why(x *replica) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ended[x.id]
}

// halted waits until anchoring is halted, and checks that the halt names its exit.
func (w *world) halted() {
	w.t.Helper()
	var found cursor.HaltRecord
	w.eventually("anchoring halted", func() bool {
		for _, h := range w.leader().machine.Cursor().Halts() {
			if h.Scope&command.ScopeAnchoring != 0 {
				found = h
				return true
			}
		}
		return false
	})
	if found.Exit == "" || found.Reason == "" {
		w.t.Errorf("the halt names no reason or exit: %+v", found)
	}
}

// found waits until the leader's cursor holds this verdict.
func (w *world) found(pair cursor.Pair, finding cursor.Finding) {
	w.t.Helper()
	w.eventually("the verdict "+finding.String()+" of "+pair.String(), func() bool {
		v, ok := w.leader().machine.Cursor().LastVerdict(pair)
		return ok && v.Finding == finding
	})
}

// goesOn checks that transitions are taken.
func (w *world) goesOn() {
	w.t.Helper()
	sealed := w.leader().machine.Status().Heads.Sealed
	w.submit(50)
	w.eventually("sealing goes on", func() bool { return w.leader().machine.Status().Heads.Sealed > sealed })
}

// end is the state in which every row must leave the cluster.
func (w *world) end() {
	w.t.Helper()
	for id, err := range w.ended {
		w.t.Errorf("%s ended itself: %v", id, err)
	}
	w.submit(50)
	w.drain()
	w.consistent()
	w.held()
}

// held reads every batch that L1 holds back from the archive: it must be the replicas' chain, each batch committed once,
// and hold every transition that was acknowledged and is not reported as reverted.
func (w *world) held() {
	w.t.Helper()
	ctx := w.t.Context()
	head, err := w.client.Block(ctx, layer1.Latest)
	w.check(err)
	events, err := layer1.NewContract(w.client, w.contract).Commits(ctx, 0, head.Number)
	w.check(err)
	standing := map[uint64]layer1.CommitEvent{} // a batch may be committed anew after a revert
	for _, e := range events {
		standing[e.Number] = e
	}
	sealed := w.leader().machine.Cursor().Heads().Sealed
	if uint64(len(standing)) != sealed || len(events) != len(standing)+w.takenBack {
		w.t.Errorf("%d batches, %d of them stand on L1 by %d commits, of which %d were taken back", sealed, len(standing), len(events), w.takenBack)
	}
	transitions := uint64(0)
	for n := uint64(1); n <= uint64(len(standing)); n++ {
		object, err := w.da.Archive().Load(ctx, standing[n].HeaderHash)
		w.check(err)
		ts, err := batch.DecodePayload(object.Payload, batch.DefaultLimits())
		w.check(err)
		transitions += uint64(len(ts))
		for _, x := range w.replicas {
			if own, err := x.machine.SealedHeader(n); err == nil && own.Hash != standing[n].HeaderHash {
				w.t.Errorf("%s: batch %d is %x, on L1 %x", x.id, n, own.Hash, standing[n].HeaderHash)
			}
		}
	}
	if reverted := w.reverted(); transitions+reverted < w.accepted {
		w.t.Errorf("%d transitions were acknowledged, L1 and the archive hold %d, %d are reported reverted", w.accepted, transitions, reverted)
	}
}

// reverted counts the transitions that rollbacks report.
func (w *world) reverted() (n uint64) {
	w.t.Helper()
	m := w.leader().machine
	for _, record := range m.Cursor().Rollbacks() {
		kept, err := m.Reverted(record.Number)
		w.check(err)
		for _, b := range kept.Batches {
			n += b.Transitions
		}
	}
	return n
}

// wrongRoot is an execution that states another root.
func wrongRoot(result *zkvm.Result) (*zkvm.Result, error) {
	wrong := *result
	wrong.Journal.PostRoot[0] ^= 1
	return &wrong, &zkvm.DivergenceError{Batch: wrong.Journal.Batch, Fields: []string{"post_root"}, Journal: wrong.Journal}
}

// row is a fault.
type row struct {
	name   string
	answer func(*zkvm.Result) (*zkvm.Result, error) // of the executor, until it is mended; nil for none
	tune   func(*cluster.Config)                    // nil for none
	run    func(w *world)
}

// rows of the matrix, by the names that sync/README.md has.
var rows = []row{
	{"zkVM root wrong once", wrongRoot, nil, func(w *world) {
		w.executor.answer = func(result *zkvm.Result) (*zkvm.Result, error) { // nothing is executed yet
			w.executor.mended.Store(true)
			return wrongRoot(result)
		}
		w.submit(100)
		w.eventually("a wrong execution", w.executor.mended.Load)
		w.failover()
		w.drain()
		if h := w.leader().machine.Cursor().Halts(); len(h) != 0 {
			w.t.Errorf("halts %+v", h)
		}
	}},
	{"zkVM root wrong for ever", wrongRoot, nil, func(w *world) {
		w.submit(100)
		w.halted()
		w.failover()
		w.found(cursor.LocalZKVM, cursor.Divergent)
		w.goesOn()
		if h := w.leader().machine.Cursor().Heads(); h.Executed != 0 || h.Committed != 0 {
			w.t.Errorf("heads moved: %+v", h)
		}
		w.executor.mended.Store(true)
		w.resume(command.ScopeAnchoring)
	}},
	{"memory of a follower corrupted", nil, nil, func(w *world) { w.corrupt(false) }},
	{"memory of the leader corrupted", nil, nil, func(w *world) { w.corrupt(true) }},
	{"memory of two replicas corrupted", nil, nil, (*world).corruptTwo},
	{"Raft log of a replica corrupted", nil, nil, (*world).corruptLog},
	{"snapshot of a replica corrupted", nil, snapshots, (*world).corruptSnapshot},
	{"foreign batch on L1, invalid", nil, nil, func(w *world) {
		w.submit(100)
		w.drain()
		w.foreignCommit()
		w.takenBack++
		w.found(cursor.LocalL1, cursor.Foreign)
		w.halted()
		w.failover()
		w.goesOn()
		leader := w.leader()
		last := leader.machine.Cursor().Heads().Committed
		parent, err := leader.machine.SealedHeader(last)
		w.check(err)
		w.guardianReverts(last+1, &parent.Header)
		w.found(cursor.LocalL1, cursor.Consistent)
		w.resume(command.ScopeAnchoring)
	}},
	{"L1 reorganization", nil, nil, func(w *world) {
		w.submit(100)
		w.eventually("an anchor in a block", func() bool {
			for _, a := range w.leader().machine.Cursor().InFlight() {
				if a.Status == cursor.StatusIncluded {
					return true
				}
			}
			return false
		})
		_, err := w.chain.Reorg(3, 4)
		w.check(err)
		w.failover()
	}},
	{"L1 unreachable", nil, nil, func(w *world) {
		w.chain.SetFault(embedded.FaultRefuse)
		w.submit(100)
		w.found(cursor.LocalL1, cursor.Unknown)
		w.failover()
		w.goesOn()
		w.chain.SetFault(embedded.FaultNone)
	}},
	{"L1 unreachable while every replica restarts from a snapshot", nil, snapshots, func(w *world) {
		w.chain.SetFault(embedded.FaultRefuse)
		var snapshot int
		w.eventually("snapshots that hold batches without an anchor", func() bool {
			w.submit(50)
			for _, x := range w.replicas {
				if found, _ := filepath.Glob(filepath.Join(x.dir, "snapshots", "*", "state.bin")); len(found) < 2 {
					return false
				}
			}
			snapshot++
			return snapshot > 1
		})
		for _, x := range w.replicas {
			w.close(x)
		}
		for _, x := range w.replicas {
			w.open(x, nil)
		}
		w.chain.SetFault(embedded.FaultNone)
	}},
	{"DA missing", nil, nil, func(w *world) {
		w.withoutFinality(func() {
			path, whole := w.object()
			w.check(os.Remove(path))
			w.unreadable()
			w.failover()
			w.unreadable()
			w.check(os.WriteFile(path, whole, 0o600)) // late
		})
	}},
	{"DA wrong", nil, nil, func(w *world) {
		w.withoutFinality(func() {
			path, whole := w.object()
			wrong := bytes.Clone(whole)
			wrong[len(wrong)/2] ^= 1
			w.check(os.WriteFile(path, wrong, 0o600))
			w.unreadable()
			w.failover()
			w.unreadable()
			w.check(os.WriteFile(path, whole, 0o600))
		})
	}},
}

// layers.md, consistency: every fault of the matrix.
func TestFaultMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, row)
			row.run(w)
			w.end()
		})
	}
}

// withoutFinality does something while no batch becomes final: the chain stands still.
func (w *world) withoutFinality(do func()) {
	w.t.Helper()
	w.submit(50)
	w.drain()
	w.chain.Stall(true)
	w.submit(50)
	w.eventually("published", func() bool {
		h := w.leader().machine.Cursor().Heads()
		return h.Published == h.Sealed && h.Sealed > h.Finalized && w.leader().machine.Status().AllSealed()
	})
	do()
	w.found(cursor.LocalDA, cursor.Consistent)
	w.chain.Stall(false)
}

// object is the newest batch's file in the archive.
func (w *world) object() (path string, content []byte) {
	w.t.Helper()
	leader := w.leader()
	sealed, err := leader.machine.SealedHeader(leader.machine.Cursor().Heads().Published)
	w.check(err)
	found, err := filepath.Glob(filepath.Join(w.archiveDir, "*"+hex.EncodeToString(sealed.Hash[:])+"*"))
	w.check(err)
	if len(found) == 0 {
		w.t.Fatalf("no object of batch %d in the archive", sealed.Header.Number)
	}
	content, err = os.ReadFile(found[0])
	w.check(err)
	return found[0], content
}

// unreadable waits until a leader that has not read the newest batch yet calls it missing. Leadership moves on where the
// leader had read it in time: a checker does not read again what it has read.
func (w *world) unreadable() {
	w.t.Helper()
	looks := 0
	w.eventually("a missing payload is found", func() bool {
		if looks++; looks%500 == 0 {
			w.failover()
		}
		for _, x := range w.replicas {
			if report, ok := x.manager.Report(); ok {
				for _, v := range report.Verdicts {
					if v.Pair == cursor.LocalDA && v.Finding == cursor.Missing {
						return true
					}
				}
			}
		}
		return false
	})
}

// corrupt flips a bit of a balance in a replica's memory and has the account change until its root says so.
func (w *world) corrupt(leader bool) {
	w.t.Helper()
	w.submit(100)
	w.drain()
	victim := w.leader()
	if !leader {
		for _, x := range w.replicas {
			if x != victim {
				victim = x
				break
			}
		}
	}
	flipBalances(w.t, victim.machine, 1)
	w.eventually("the replica finds itself in the minority", func() bool {
		w.submit(20)
		return w.why(victim) != nil
	})
	w.quarantined(victim)
	w.goesOn() // the others are a majority
	w.replace(victim)
	w.failover()
}

// quarantined checks that a replica ended itself because it is in the minority, and that the others have that on record.
func (w *world) quarantined(x *replica) {
	w.t.Helper()
	if _, ok := errors.AsType[*cluster.QuarantinedError](w.why(x)); !ok {
		w.t.Errorf("%s ended with %v", x.id, w.why(x))
	}
	w.close(x)
	w.eventually("the quarantine is on record", func() bool { return w.leader().machine.Cursor().Quarantined(x.id) })
}

// corruptTwo flips different bits in two replicas, so that no two state the same: nobody can say who is right until one of
// them has replayed its log.
func (w *world) corruptTwo() {
	w.t.Helper()
	w.submit(100)
	w.drain()
	leader := w.leader()
	victims := slices.Clone(w.replicas)
	if victims[2] == leader { // the one that stays whole follows
		victims[0], victims[2] = victims[2], victims[0]
	}
	victims = victims[:2]
	flipBalances(w.t, victims[0].machine, 1)
	flipBalances(w.t, victims[1].machine, 2)
	w.submit(100) // one entry: what comes later is refused
	w.halted()
	if !w.leader().machine.Cursor().Halted(command.ScopeIntake) {
		w.t.Error("intake goes on although nobody knows the state")
	}
	w.restart(leader)
	minority := func() *replica {
		i := slices.IndexFunc(victims, func(x *replica) bool { return w.why(x) != nil })
		if i < 0 {
			return nil
		}
		return victims[i]
	}
	w.eventually("the other one finds itself in the minority", func() bool { return minority() != nil })
	last := minority()
	w.quarantined(last)
	w.replace(last)
	w.resume(command.ScopeIntake | command.ScopeAnchoring)
}

// replace starts a replica with an empty directory, as its quarantine's exit says.
func (w *world) replace(x *replica) {
	w.t.Helper()
	w.forgive(x)
	w.check(os.RemoveAll(x.dir))
	w.check(os.MkdirAll(x.dir, 0o750))
	w.open(x, nil)
	w.votes(x)
}

// refills starts a replica on a damaged disk: the damage is found and set aside before anything is served, and the others
// fill what an older snapshot does not.
func (w *world) refills(x *replica) {
	w.t.Helper()
	w.open(x, nil)
	if len(x.node.Damaged()) == 0 {
		w.t.Errorf("%s found no damage", x.id)
	}
	w.votes(x)
}

// votes waits until a replica has its vote, if the others had to fill it.
func (w *world) votes(x *replica) {
	w.t.Helper()
	w.eventually(x.id+" has its vote", func() bool {
		seen, led := x.node.Membership(), w.leader().node.Membership()
		voters, _ := seen.Voters()
		return seen.Index == led.Index && voters == len(w.replicas)
	})
}

// flipBalances flips bits of every available balance that has more, in a machine's own state.
func flipBalances(t *testing.T, m *fsm.Machine, bits uint64) {
	t.Helper()
	err := m.Read(func(*fsm.Reader) error { // nothing is applied meanwhile
		chunks := private(reflect.ValueOf(m).Elem(), "r", "store", "accounts", "slab", "chunks")
		for i := range chunks.Len() {
			chunk := chunks.Index(i).Elem()
			for k := range chunk.Len() {
				balances := private(chunk.Index(k), "balances")
				for p := range balances.Len() {
					b := (*state.Balance)(unsafe.Pointer(balances.Index(p).UnsafeAddr()))
					if b.Available > bits {
						b.Available ^= bits
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// private walks to a field that is not exported.
func private(v reflect.Value, path ...string) reflect.Value {
	for _, name := range path {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		v = v.FieldByName(name)
	}
	return v
}

// corruptLog changes a letter in the Raft log of a replica that is down: it must be found before that replica's word counts.
func (w *world) corruptLog() {
	w.t.Helper()
	w.submit(100)
	w.drain()
	victim := w.leader()
	w.close(victim)
	path := filepath.Join(victim.dir, "raft.db")
	content, err := os.ReadFile(path)
	w.check(err)
	at := bytes.Index(content, []byte(flowOwner))
	if at < 0 {
		w.t.Fatalf("%s does not hold what was submitted", path)
	}
	for ; at >= 0; at = bytes.Index(content, []byte(flowOwner)) { // also where a page was copied
		content[at] ^= 1
	}
	w.check(os.WriteFile(path, content, 0o600))
	w.refills(victim)
	w.goesOn()
	w.failover()
}

// corruptSnapshot flips a bit in the newest snapshot of a replica that is down: it is set aside, and an older one or the
// other replicas serve.
func (w *world) corruptSnapshot() {
	w.t.Helper()
	victim := w.leader()
	list := func() []string {
		found, err := filepath.Glob(filepath.Join(victim.dir, "snapshots", "*", "state.bin"))
		w.check(err)
		return found
	}
	w.eventually("two snapshots", func() bool {
		w.submit(50)
		return len(list()) >= 2
	})
	w.close(victim)
	newest := slices.MaxFunc(list(), func(a, b string) int {
		one, err := os.Stat(a)
		w.check(err)
		other, err := os.Stat(b)
		w.check(err)
		return one.ModTime().Compare(other.ModTime())
	})
	content, err := os.ReadFile(newest)
	w.check(err)
	content[len(content)/2] ^= 1
	w.check(os.WriteFile(newest, content, 0o600))
	w.refills(victim)
	w.failover()
}
