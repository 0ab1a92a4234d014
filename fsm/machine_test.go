package fsm_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/hashicorp/raft"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// script drives a machine with random commands of every kind and keeps the log.
func script(tb testing.TB, t *rapid.T, steps int) (*harness, []*fsm.Result) {
	tb.Helper()
	kind := rapid.SampledFrom([]batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff}).Draw(t, "kind")
	h, f := begin(tb, testLimits(), kind)
	var results []*fsm.Result
	note := func(r *fsm.Result) { results = append(results, r) }
	for range steps {
		heads := h.m.Cursor().Heads()
		switch rapid.IntRange(0, 12).Draw(t, "step") {
		case 0, 1, 2:
			seed := rapid.Uint64().Draw(t, "seed")
			note(h.trade(f, seed, rapid.IntRange(1, 20).Draw(t, "count")))
		case 3, 4:
			n := h.m.Position().Batch + 1
			note(h.apply(command.TypeSeal, command.Seal{Number: n, TimeMs: h.now(), ProgramVersion: 1}.Append(nil)))
		case 5:
			if b, err := h.m.SealedHeader(heads.Executed + 1); err == nil {
				note(h.event(cursor.Executed{Batch: b.Header.Number, Sealed: b.Hash, Root: b.Header.PostRoot, HeaderHash: b.Hash, Node: "n1"}))
			}
		case 6:
			if b, err := h.m.SealedHeader(heads.Published + 1); err == nil {
				note(h.event(cursor.Published{Batch: b.Header.Number, Sealed: b.Hash, Ref: cursor.Ref{Provider: 1, Commitment: cursor.Hash{9}}}))
			}
		case 7:
			if rapid.IntRange(0, 3).Draw(t, "roll back") == 0 {
				note(h.rollback(rapid.Uint64Range(heads.Finalized, heads.Sealed).Draw(t, "to")))
			}
		case 8: // a retry of something that took effect
			if f.next > 0 {
				seq := rapid.Uint64Range(1, f.next).Draw(t, "retry")
				note(h.submit(command.Submission{Session: f.session, Sequence: seq, Transition: f.transition(7)}))
			}
		case 9:
			note(h.apply(command.TypeHalt, command.Halt{Scope: command.ScopeAnchoring, Reason: "r", Exit: "e", TimeMs: h.now()}.Append(nil)))
			note(h.apply(command.TypeResume, command.Resume{Scope: command.ScopeAnchoring, Reason: "r", TimeMs: h.now()}.Append(nil)))
		case 10:
			note(h.apply(command.TypeEpoch, command.Epoch{ContractCounter: 1, TimeMs: h.now()}.Append(nil)))
		case 11: // entries that carry no command reach a BatchingFSM too (facts of raft)
			h.index++
			note(h.commit(&raft.Log{Index: h.index, Type: raft.LogConfiguration, Data: []byte("configuration")}))
		case 12:
			note(h.cut())
		}
	}
	return h, results
}

// README invariant 1, verification.md: the same log with other groupings, snapshot moments and restarts gives the
// same results, seals, roots and digests.
func TestSameLogSameState(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, _ := script(t, rt, rapid.IntRange(1, 60).Draw(rt, "steps"))
		want := replay(a.log, newHarness(t, testConfig()), nil)
		restarts := map[int]bool{}
		for range rapid.IntRange(1, 4).Draw(rt, "restarts") {
			restarts[rapid.IntRange(0, len(a.log)).Draw(rt, "restart")] = true
		}
		b := newHarness(t, testConfig())
		got := replay(a.log, b, restarts)
		if !reflect.DeepEqual(want.results, got.results) {
			for i := range want.results {
				if !reflect.DeepEqual(want.results[i], got.results[i]) {
					rt.Fatalf("log %d: results differ:\n%+v\n%+v", i, want.results[i], got.results[i])
				}
			}
		}
		if !reflect.DeepEqual(want.seals, got.seals) {
			rt.Fatalf("seals differ:\n%+v\n%+v", want.seals, got.seals)
		}
		if x, y := want.m.Cursor().Digest(), got.m.Cursor().Digest(); x != y {
			rt.Fatal("cursor digests differ")
		}
	})
}

type outcome struct {
	results []*fsm.Result
	seals   []fsm.SealInfo
	m       *fsm.Machine
}

// replay applies a log; before the marked entries the machine is restarted from its own snapshot. Between restarts
// entries come in one group.
func replay(log []*raft.Log, h *harness, restarts map[int]bool) outcome {
	var out outcome
	from := 0
	flush := func(to int) {
		for _, r := range h.m.ApplyBatch(log[from:to]) {
			result := r.(*fsm.Result)
			if result.Err != nil { // errors compare by text
				copied := *result
				copied.Err = errors.New(result.Err.Error())
				result = &copied
			}
			out.results = append(out.results, result)
		}
		from = to
	}
	for i := range log {
		if restarts[i] {
			flush(i)
			out.seals = append(out.seals, h.seals...)
			h = h.restart(testConfig())
		}
	}
	flush(len(log))
	out.seals = append(out.seals, h.seals...)
	out.m = h.m
	return out
}

// verification.md: the same transitions cut into other batches give the same root and the same receipts.
func TestBatchCutsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seeds := rapid.SliceOfN(rapid.Uint64(), 2, 12).Draw(rt, "seeds")
		run := func(cuts []bool) (root [32]byte, receipts []state.Receipt) {
			h, f := begin(t, testLimits(), batch.PayloadTransitions)
			for i, seed := range seeds {
				for _, r := range h.trade(f, seed, 10).Receipts {
					receipts = append(receipts, r.Receipt)
				}
				if cuts[i] && h.m.Status().Open.Transitions > 0 {
					h.seal()
				}
			}
			if h.m.Status().Open.Transitions > 0 {
				h.seal()
			}
			return h.m.Position().Root, receipts
		}
		cuts := rapid.SliceOfN(rapid.Bool(), len(seeds), len(seeds)).Draw(rt, "cuts")
		rootA, receiptsA := run(make([]bool, len(seeds)))
		rootB, receiptsB := run(cuts)
		if rootA != rootB {
			rt.Fatalf("roots %x and %x", rootA, rootB)
		}
		if !reflect.DeepEqual(receiptsA, receiptsB) {
			rt.Fatal("receipts differ")
		}
	})
}

// README invariant 3: numbers, parents and roots of headers run on without gaps; the state keeps its own invariants.
func TestHeadersFollow(t *testing.T) {
	for _, kind := range []batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff} {
		h, f := begin(t, command.DefaultLimits(), kind)
		for i := range uint64(8) {
			h.trade(f, i, 50)
			h.seal()
		}
		var parent *fsm.SealedBatch
		for n := uint64(1); n <= 8; n++ {
			b, err := h.m.Sealed(n)
			if err != nil {
				t.Fatal(err)
			}
			if parent != nil {
				if err = b.Header.Follows(parent.Header); err != nil {
					t.Error(err)
				}
			}
			if h.seals[n-1].HeaderHash != b.Hash || h.seals[n-1].Root != b.Header.PostRoot {
				t.Errorf("batch %d: seal info %+v does not match", n, h.seals[n-1])
			}
			view, err := h.m.View(n)
			if err != nil {
				t.Fatal(err)
			}
			if view.Root() != b.Header.PostRoot {
				t.Errorf("batch %d: view has another root", n)
			}
			if err := state.Check(view); err != nil {
				t.Errorf("batch %d: %v", n, err)
			}
			view.Close()
			parent = b
		}
	}
}

// README invariant 8: a retry gets the first receipt; what is unknown or out of order is refused and changes nothing.
func TestSubmissionsTakeEffectOnce(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	sub := f.submission(f.transition(3))
	first := h.submit(sub).Receipts[0]
	if first.Status != session.Executed || first.Index != h.index || first.Batch != 1 {
		t.Fatalf("first receipt %+v", first)
	}
	h.seal()
	again := h.submit(sub).Receipts[0]
	if again.Status != session.Duplicate {
		t.Fatalf("retry answered %s", again.Status)
	}
	again.Status = session.Executed
	if !reflect.DeepEqual(first, again) {
		t.Errorf("retry got %+v, first was %+v", again, first)
	}
	for _, c := range []struct {
		name string
		sub  command.Submission
		want session.Status
	}{
		{"a sequence beyond the next", command.Submission{Session: f.session, Sequence: f.next + 2}, session.Gap},
		{"sequence zero", command.Submission{Session: f.session}, session.Gap},
		{"a session that never was", command.Submission{Session: 99, Sequence: 1}, session.UnknownSession},
		{"session zero", command.Submission{Sequence: 1}, session.UnknownSession},
	} {
		if got := h.submit(c.sub).Receipts[0]; got.Status != c.want {
			t.Errorf("%s: answered %s, want %s", c.name, got.Status, c.want)
		}
	}
	if n := h.m.Status().Open.Transitions; n != 0 {
		t.Errorf("refused submissions left %d transitions", n)
	}
}

// state.md: a rejection is a receipt and changes nothing inside the root.
func TestRejectionIsAReceipt(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	r := h.submit(f.submission(command.Transition{Kind: command.Cancel, Account: 1, Order: 12345})).Receipts[0]
	if r.Status != session.Executed || r.Code != state.UnknownOrder {
		t.Fatalf("receipt %+v", r)
	}
	if r := h.submit(f.submission(command.Transition{Kind: 200})).Receipts[0]; r.Code != state.Malformed {
		t.Fatalf("receipt %+v", r)
	}
}

// The seal command says when, nothing else: stale, early, empty and wrong-version seals are refused with a type.
func TestSealRefusals(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	seal := func(n uint64, version uint32) error {
		return h.apply(command.TypeSeal, command.Seal{Number: n, TimeMs: h.now(), ProgramVersion: version}.Append(nil)).Err
	}
	for _, c := range []struct {
		name    string
		n       uint64
		version uint32
		want    error
	}{
		{"number 0", 0, 1, fsm.ErrStaleSeal},
		{"number 2 before 1", 2, 1, fsm.ErrStaleSeal},
		{"another program version", 1, 2, fsm.ErrProgramVersion},
	} {
		if err := seal(c.n, c.version); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	begun := command.Activate{MinVersion: 1, ProgramVersion: 2, AtBatch: 1, TimeMs: h.now()}
	if r := h.apply(command.TypeActivate, begun.Append(nil)); !errors.Is(r.Err, fsm.ErrActivation) {
		t.Errorf("a batch of two versions: %v", r.Err)
	}
	h.seal()
	if err := seal(2, 1); !errors.Is(err, fsm.ErrEmptyBatch) {
		t.Errorf("empty batch: %v", err)
	}
	if err := seal(1, 1); !errors.Is(err, fsm.ErrStaleSeal) {
		t.Errorf("sealed before: %v", err)
	}
	h.must(command.TypeActivate, command.Activate{MinVersion: 1, ProgramVersion: 2, AtBatch: 2, TimeMs: h.now()}.Append(nil))
	h.trade(f, 1, 5)
	if err := seal(2, 1); !errors.Is(err, fsm.ErrProgramVersion) {
		t.Errorf("after activation: %v", err)
	}
	if err := seal(2, 2); err != nil {
		t.Errorf("after activation: %v", err)
	}
}

// The genesis's limits rule, and a restored replica goes on under them: no replica brings its own.
func TestGenesisLimitsRule(t *testing.T) {
	h := newHarness(t, testConfig())
	h.limits.Sessions, h.limits.SessionInFlight = 2, 3
	h.genesis(batch.PayloadTransitions)
	first := h.openSession(1)
	h.openSession(2)
	for name, x := range map[string]*harness{"running": h, "restored": h.restart(testConfig())} {
		if got := x.m.Status().Genesis.Limits; got != h.limits {
			t.Errorf("%s: limits %+v, the genesis says %+v", name, got, h.limits)
		}
		open := command.SessionOpen{Nonce: [16]byte{3}, TimeMs: x.now()}
		if r := x.apply(command.TypeSessionOpen, open.Append(nil)); !errors.Is(r.Err, session.ErrTooManySessions) {
			t.Errorf("%s: third session: %v", name, r.Err)
		}
		var statuses []session.Status
		for n := uint64(1); n <= 5; n++ {
			r := x.submit(command.Submission{Session: first, Sequence: n, Transition: command.Transition{Kind: command.CancelAll}})
			statuses = append(statuses, r.Receipts[0].Status)
		}
		if statuses[2] != session.Executed || statuses[4] != session.WindowFull && statuses[4] != session.Gap {
			t.Errorf("%s: a window of 3 receipts answered %v", name, statuses)
		}
	}
}

// Nothing is accepted before genesis, and the lineage is set once.
func TestGenesis(t *testing.T) {
	h := newHarness(t, testConfig())
	entry := batch.EncodeEntry(nil, &command.Entry{TimeMs: 5, Submissions: []command.Submission{{Session: 1, Sequence: 1}}})
	for _, kind := range []struct {
		t    command.Type
		body []byte
	}{
		{command.TypeEntry, entry},
		{command.TypeSessionOpen, command.SessionOpen{TimeMs: 5}.Append(nil)},
		{command.TypeEpoch, command.Epoch{TimeMs: 5}.Append(nil)},
		{command.TypeSeal, command.Seal{Number: 1, TimeMs: 5}.Append(nil)},
	} {
		if r := h.apply(kind.t, kind.body); !errors.Is(r.Err, fsm.ErrNoLineage) {
			t.Errorf("%s before genesis: %v", kind.t, r.Err)
		}
	}
	if r := h.apply(command.TypeGenesis, command.Genesis{PayloadKind: 1}.Append(nil)); !errors.Is(r.Err, fsm.ErrGenesis) {
		t.Errorf("genesis without lineage: %v", r.Err)
	}
	unlimited := testLimits()
	unlimited.Sessions = 0
	if r := h.apply(command.TypeGenesis, command.Genesis{Lineage: lineage, PayloadKind: 1, Limits: unlimited}.Append(nil)); !errors.Is(r.Err, fsm.ErrGenesis) {
		t.Errorf("genesis with a limit of 0: %v", r.Err)
	}
	h.genesis(batch.PayloadTransitions)
	r := h.apply(command.TypeGenesis, command.Genesis{Lineage: [16]byte{7}, PayloadKind: 1}.Append(nil))
	if !errors.Is(r.Err, fsm.ErrLineageExists) {
		t.Errorf("second genesis: %v", r.Err)
	}
	if h.m.Position().Lineage != lineage {
		t.Errorf("lineage %x", h.m.Position().Lineage)
	}
}

// state.md: each command's time is clamped to be no earlier than the one before.
func TestClockNeverGoesBack(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	before := h.m.Status().ClockMs
	h.must(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{TimeMs: 1, Submissions: []command.Submission{f.submission(f.transition(3))}}))
	if got := h.m.Status().ClockMs; got != before {
		t.Errorf("clock went from %d to %d", before, got)
	}
}

// A halt of intake refuses new transitions by receipt and does not consume their sequence; retries of old ones are
// still answered.
func TestHaltedIntake(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	old := f.submission(f.transition(3))
	h.submit(old)
	h.must(command.TypeHalt, command.Halt{Scope: command.ScopeIntake, Reason: "no majority", Exit: "resume", TimeMs: h.now()}.Append(nil))
	sub := f.submission(f.transition(5))
	if r := h.submit(sub).Receipts[0]; r.Status != session.Halted {
		t.Fatalf("halted intake answered %s", r.Status)
	}
	if r := h.submit(old).Receipts[0]; r.Status != session.Duplicate {
		t.Errorf("retry under halt answered %s", r.Status)
	}
	h.must(command.TypeResume, command.Resume{Scope: command.ScopeIntake, Reason: "over", TimeMs: h.now()}.Append(nil))
	if r := h.submit(sub).Receipts[0]; r.Status != session.Executed {
		t.Errorf("after resume answered %s", r.Status)
	}
}

// The anchor epoch is one above the own and the contract's counter; who asked for another is told.
func TestEpoch(t *testing.T) {
	h, _ := begin(t, testLimits(), batch.PayloadTransitions)
	epoch := func(want, contract uint64) *fsm.Result {
		return h.apply(command.TypeEpoch, command.Epoch{Counter: want, ContractCounter: contract, TimeMs: h.now()}.Append(nil))
	}
	if r := epoch(0, 0); r.Err != nil || r.Epoch != 1 {
		t.Fatalf("first epoch %+v", r)
	}
	if r := epoch(0, 7); r.Err != nil || r.Epoch != 8 {
		t.Fatalf("epoch after the contract's 7: %+v", r)
	}
	if r := epoch(8, 7); !errors.Is(r.Err, fsm.ErrStaleEpoch) {
		t.Errorf("asked for a counter that is taken: %v", r.Err)
	}
	if r := epoch(9, 3); r.Err != nil || r.Epoch != 9 {
		t.Errorf("asked for the next: %+v", r)
	}
}
