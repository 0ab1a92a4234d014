package fsm_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/raft"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// gate is a hasher that waits while the gate is shut: a sealing that takes as long as a test wants.
type gate struct{ shut atomic.Pointer[chan struct{}] }

func (g *gate) hash(digests, blocks []byte) {
	if shut := g.shut.Load(); shut != nil {
		<-*shut
	}
	hashAll(digests, blocks)
}

func (g *gate) close() {
	shut := make(chan struct{})
	g.shut.Store(&shut)
}

func (g *gate) open() {
	if shut := g.shut.Swap(nil); shut != nil {
		close(*shut)
	}
}

func gated(tb testing.TB) (*harness, *gate) {
	tb.Helper()
	g := &gate{}
	config := testConfig()
	config.Hasher = g.hash
	tb.Cleanup(g.open)
	return newHarness(tb, config), g
}

// overlap runs one random schedule on two machines: one cuts and seals later, with its sealing held back, the other
// seals where the first cuts. Where the first seals, the other's log has an entry without a command.
type overlap struct {
	t       *rapid.T
	a, b    *harness
	fa, fb  *flow
	gate    *gate
	pending uint64 // batch that a has cut

	activated uint64 // batch of the last activation
	program   uint32
}

func (o *overlap) trade() {
	seed, n := rapid.Uint64().Draw(o.t, "seed"), rapid.IntRange(1, 20).Draw(o.t, "count")
	ra, rb := o.a.trade(o.fa, seed, n), o.b.trade(o.fb, seed, n)
	if !reflect.DeepEqual(ra.Receipts, rb.Receipts) {
		o.t.Fatalf("receipts differ at index %d", o.a.index)
	}
}

func (o *overlap) cut() {
	if o.pending != 0 || o.a.m.Status().Open.Transitions == 0 {
		return
	}
	if rapid.Bool().Draw(o.t, "hold back") {
		o.gate.close()
	}
	o.pending = o.a.m.Status().Open.Number
	body := command.Cut{Number: o.pending, TimeMs: o.a.now(), ProgramVersion: o.a.m.Status().ProgramVersion}.Append(nil)
	o.b.now()
	if r := o.a.apply(command.TypeCut, body); r.Err != nil {
		o.t.Fatal(r.Err)
	}
	if r := o.b.apply(command.TypeSeal, body); r.Err != nil {
		o.t.Fatal(r.Err)
	}
}

func (o *overlap) seal() {
	if o.pending == 0 {
		o.cut()
	}
	if o.pending == 0 { // nothing is open
		return
	}
	o.gate.open()
	seal := command.Seal{Number: o.pending, TimeMs: o.a.now(), ProgramVersion: o.a.m.Status().Cut.ProgramVersion}
	o.b.now()
	if r := o.a.apply(command.TypeSeal, seal.Append(nil)); r.Err != nil {
		o.t.Fatal(r.Err)
	}
	o.b.index++
	o.b.commit(&raft.Log{Index: o.b.index, Type: raft.LogConfiguration, Data: []byte("none")})
	o.pending = 0
	o.agree()
}

// agree compares what is sealed.
func (o *overlap) agree() {
	pa, pb := o.a.m.Position(), o.b.m.Position()
	if pa != pb {
		o.t.Fatalf("positions %+v and %+v", pa, pb)
	}
	for n := uint64(1); n <= pa.Batch; n++ {
		x, errX := o.a.m.Sealed(n)
		y, errY := o.b.m.Sealed(n)
		if errX != nil || errY != nil {
			o.t.Fatal(errX, errY)
		}
		if x.Header != y.Header || !bytes.Equal(x.Payload, y.Payload) || !bytes.Equal(x.Diff, y.Diff) || !slices.Equal(x.Origins, y.Origins) {
			o.t.Fatalf("batch %d differs:\n%+v\n%+v", n, x.Header, y.Header)
		}
	}
}

func (o *overlap) rollback() {
	o.gate.open()
	heads := o.a.m.Cursor().Heads()
	to := rapid.Uint64Range(heads.Finalized, heads.Sealed).Draw(o.t, "to")
	if ra, rb := o.a.rollback(to), o.b.rollback(to); ra.Err != nil || rb.Err != nil || ra.Position != rb.Position {
		o.t.Fatalf("roll back to %d: %+v, %+v", to, ra, rb)
	}
	o.pending = 0
	o.agree()
}

// both has both machines apply a command that neither refuses.
func (o *overlap) both(kind command.Type, body []byte) {
	if ra, rb := o.a.apply(kind, body), o.b.apply(kind, body); ra.Err != nil || rb.Err != nil {
		o.t.Fatalf("%s: %v, %v", kind, ra.Err, rb.Err)
	}
}

func (o *overlap) event(ev cursor.Event) { o.both(command.TypeCursor, cursor.Append(nil, ev)) }

// execute moves the executed head, so that versions are let go while the tree is the sealing's.
func (o *overlap) execute() {
	for range rapid.IntRange(1, 4).Draw(o.t, "batches") {
		b, err := o.a.m.SealedHeader(o.a.m.Cursor().Heads().Executed + 1)
		if err != nil {
			return
		}
		o.event(cursor.Executed{Batch: b.Header.Number, Sealed: b.Hash, Root: b.Header.PostRoot, HeaderHash: b.Hash, Node: "n1"})
	}
}

// deposit has L1 queue a deposit, and credits it.
func (o *overlap) deposit() {
	block := cursor.BlockRef{Number: o.a.index, Hash: cursor.Hash{1, byte(o.a.index), byte(o.a.index >> 8)}}
	o.event(cursor.L1Observed{Latest: block, Safe: block, Finalized: block, Ring: []cursor.BlockRef{block}})
	in := o.a.m.Cursor().Inbox()
	d := cursor.Deposit{
		Index: in.To, Asset: 1, Token: command.Address{1}, Amount: 5, Block: block,
		Address: command.Address{rapid.ByteRange(1, 2*accounts).Draw(o.t, "depositor")},
	}
	d.Hash = state.InboxHash(in.ToHash, d.Index, d.Token, d.Address, d.Amount)
	o.event(cursor.Deposited{Deposits: []cursor.Deposit{d}})
	c := o.a.m.Creditable()
	if c.To == c.From { // the asset went with a rollback
		return
	}
	credit := command.Credit{From: c.From, To: c.To, TimeMs: o.a.now()}
	o.b.now()
	o.both(command.TypeCredit, credit.Append(nil))
}

// activate schedules a program version.
func (o *overlap) activate() {
	open := o.a.m.Status().Open
	at := open.Number + rapid.Uint64Range(0, 2).Draw(o.t, "ahead")
	if at <= o.activated || at == open.Number && open.Transitions > 0 {
		return
	}
	o.activated, o.program = at, o.program+1
	o.both(command.TypeActivate, command.Activate{MinVersion: 1, ProgramVersion: o.program, AtBatch: at, TimeMs: o.a.ms}.Append(nil))
}

// halt has a submission refused.
func (o *overlap) halt() {
	o.both(command.TypeHalt, command.Halt{Scope: command.ScopeIntake, Reason: "r", Exit: "e", TimeMs: o.a.ms}.Append(nil))
	sub := o.fa.submission(o.fa.transition(1))
	o.fa.next--
	if ra, rb := o.a.submit(sub), o.b.submit(sub); ra.Receipts[0].Status != session.Halted || !reflect.DeepEqual(ra.Receipts, rb.Receipts) {
		o.t.Fatalf("halted: %+v, %+v", ra.Receipts, rb.Receipts)
	}
	o.fb.orders++
	o.both(command.TypeResume, command.Resume{Scope: command.ScopeIntake, Reason: "r", TimeMs: o.a.ms}.Append(nil))
}

// restart replaces the overlapping machine by one restored from its snapshot, taken while the sealing is under way.
func (o *overlap) restart() {
	snapshot := o.a.snapshot()
	o.gate.open()
	o.a.m.Close()
	next, g := gated(o.a.t)
	if err := next.m.Restore(reader(snapshot)); err != nil {
		o.t.Fatal(err)
	}
	if again := next.snapshot(); !bytes.Equal(snapshot, again) {
		o.t.Fatal("the restored machine's snapshot differs")
	}
	next.index, next.ms = o.a.index, o.a.ms
	o.a, o.gate = next, g
}

// design, README invariant 1: what is sealed is a function of the log, whenever the sealing is done; entries and
// snapshots do not wait for it, rollbacks and seals do.
func TestOverlappedSealIsTheSerialOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff}).Draw(rt, "kind")
		a, g := gated(t)
		b := newHarness(t, testConfig())
		a.limits.RecentVersions, b.limits.RecentVersions = 1, 1
		o := &overlap{t: rt, a: a, b: b, gate: g, fa: a.begin(kind), fb: b.begin(kind), program: 1}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			switch rapid.IntRange(0, 14).Draw(rt, "step") {
			case 0, 1, 2, 3:
				o.trade()
			case 4, 5:
				o.cut()
			case 6, 7:
				o.seal()
			case 8:
				o.restart()
			case 9:
				o.rollback()
			case 10, 11:
				o.execute()
			case 12:
				o.deposit()
			case 13:
				o.activate()
			case 14:
				o.halt()
			}
		}
		o.seal()
		o.gate.open()
		o.a.m.Close()
	})
}

// Between cut and seal the batch is nowhere to be seen, and a second cut is refused; a seal must name it.
func TestCutShowsNothing(t *testing.T) {
	h, g := gated(t)
	f := h.begin(batch.PayloadTransitions)
	next := command.Activate{MinVersion: 1, ProgramVersion: 2, AtBatch: 2, TimeMs: h.now()}
	h.must(command.TypeActivate, next.Append(nil)) // the cut batch is of the version before
	before := h.m.Position()
	g.close()
	if r := h.cut(); r.Err != nil {
		t.Fatal(r.Err)
	}
	h.trade(f, 1, 5)
	s := h.m.Status()
	if s.Batch != before.Batch || s.Root != before.Root || s.Heads.Sealed != 0 || s.Cut.Number != 1 || s.Open.Number != 2 {
		t.Errorf("status after the cut: %+v", s)
	}
	if _, err := h.m.Sealed(1); !errors.Is(err, fsm.ErrUnknownBatch) {
		t.Errorf("the cut batch: %v", err)
	}
	if r := h.cut(); !errors.Is(r.Err, fsm.ErrStaleSeal) {
		t.Errorf("second cut: %v", r.Err)
	}
	for _, c := range []struct {
		seal command.Seal
		want error
	}{
		{command.Seal{Number: 2, ProgramVersion: 1}, fsm.ErrStaleSeal},
		{command.Seal{Number: 1, ProgramVersion: 2}, fsm.ErrProgramVersion},
	} {
		if r := h.apply(command.TypeSeal, c.seal.Append(nil)); !errors.Is(r.Err, c.want) {
			t.Errorf("%+v: %v, want %v", c.seal, r.Err, c.want)
		}
	}
	early := command.Activate{MinVersion: 1, ProgramVersion: 2, AtBatch: 1, TimeMs: h.now()}
	if r := h.apply(command.TypeActivate, early.Append(nil)); !errors.Is(r.Err, fsm.ErrActivation) {
		t.Errorf("activation at the cut batch: %v", r.Err)
	}
	g.open()
	h.seal()
	if b, err := h.m.Sealed(1); err != nil || b.Header.ProgramVersion != 1 || b.Index != h.index {
		t.Errorf("sealed at index %d: %+v, %v", h.index, b, err)
	}
	if got := h.m.Position(); got.Batch != 1 || h.m.Status().Cut != (fsm.CutBatch{}) || len(h.seals) != 1 {
		t.Errorf("after the seal: %+v", got)
	}
}

// A rollback removes the cut batch like the open one: its submissions answer REVERTED, its number is given again.
func TestRollbackRemovesTheCutBatch(t *testing.T) {
	h, g := gated(t)
	f := h.begin(batch.PayloadTransitions)
	h.seal()
	kept, keptLast := h.m.Position(), h.m.Cursor().Heads().Applied
	sub := f.submission(f.transition(5))
	h.submit(sub)
	g.close()
	h.cut()
	h.trade(f, 2, 3)
	g.open()
	if r := h.rollback(1); r.Err != nil || r.Root != kept.Root {
		t.Fatalf("rollback: %+v", r)
	}
	removed, err := h.m.Reverted(1)
	if err != nil || len(removed.Batches) != 2 {
		t.Fatalf("removed: %+v, %v", removed, err)
	}
	if cut, open := removed.Batches[0], removed.Batches[1]; cut.Number != 2 || open.Number != 3 ||
		cut.FirstSequence != keptLast+1 || open.FirstSequence != cut.FirstSequence+cut.Transitions {
		t.Errorf("removed: %+v, then %+v", cut, open)
	}
	if r := h.submit(sub).Receipts[0]; r.Status.String() != "reverted" {
		t.Errorf("a submission of the cut batch answers %s", r.Status)
	}
	h.trade(f, 3, 5)
	h.seal()
	if got := h.m.Position().Batch; got != 2 {
		t.Errorf("next batch is %d", got)
	}
}

// The tree's statistics are those of the newest seal, on a restored machine too, where the newest version alone is in it.
func TestTreeStatisticsAfterRestore(t *testing.T) {
	h := newHarness(t, testConfig())
	h.begin(batch.PayloadTransitions)
	h.seal()
	want := h.m.Stats().Tree
	if got := h.restart(testConfig()).m.Stats().Tree; got.Leaves == 0 || got.Leaves != want.Leaves || got.Versions != 1 {
		t.Errorf("restored: %+v, before: %+v", got, want)
	}
}

// state.md: what fails beside Apply acknowledges nobody either: the command that joins the sealing poisons.
func TestFailingSealingPoisons(t *testing.T) {
	for name, join := range map[string]func(h *harness) *fsm.Result{
		"seal": func(h *harness) *fsm.Result {
			return h.apply(command.TypeSeal, command.Seal{Number: 1, ProgramVersion: 1}.Append(nil))
		},
		"rollback": func(h *harness) *fsm.Result { return h.rollback(0) },
	} {
		t.Run(name, func(t *testing.T) {
			config := testConfig()
			var broken atomic.Bool
			config.Hasher = func(digests, blocks []byte) {
				if broken.Load() {
					panic("hasher broke")
				}
				hashAll(digests, blocks)
			}
			h := newHarness(t, config)
			f := h.begin(batch.PayloadTransitions)
			h.trade(f, 1, 5)
			broken.Store(true)
			if r := h.cut(); r.Err != nil {
				t.Fatal(r.Err)
			}
			h.trade(f, 2, 5)
			r := join(h)
			var p *fsm.PoisonError
			if !errors.As(r.Err, &p) || p.Stack == "" || p.Index != h.index || len(h.seals) != 0 || len(h.fatal) != 1 {
				t.Errorf("result %+v, seals %v, fatal %v", r, h.seals, h.fatal)
			}
		})
	}
}

// WaitSealing returns when a seal would not wait, and with the context's error; Close leaves nothing behind.
func TestWaitSealing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, g := gated(t)
		h.begin(batch.PayloadTransitions)
		if err := h.m.WaitSealing(t.Context()); err != nil {
			t.Fatalf("nothing is cut: %v", err)
		}
		g.close()
		h.cut()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := h.m.WaitSealing(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("wait with an ended context: %v", err)
		}
		done := make(chan error, 1)
		go func() { done <- h.m.WaitSealing(t.Context()) }()
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("returned before the sealing was done: %v", err)
		default:
		}
		g.open()
		if err := <-done; err != nil {
			t.Error(err)
		}
		h.m.Close()
	})
}
