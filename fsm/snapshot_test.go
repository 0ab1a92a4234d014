package fsm_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

func reader(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }

// facts of raft: an empty state's snapshot must persist and restore.
func TestEmptySnapshot(t *testing.T) {
	h := newHarness(t, testConfig())
	other := h.restart(testConfig())
	if other.m.Position() != h.m.Position() {
		t.Errorf("positions %+v and %+v", other.m.Position(), h.m.Position())
	}
	other.genesis(batch.PayloadTransitions)
	v, err := other.m.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if v.Len() != 0 || v.Root() != [32]byte{} {
		t.Errorf("batch 0 has %d leaves, root %x", v.Len(), v.Root())
	}
}

// A replica that restarts can still state the seals that nobody may have recorded yet.
func TestRestoredReplicaStandsForItsSeals(t *testing.T) {
	h, _ := full(t)
	want := slices.Concat(h.seals[:3], h.seals[4:]) // the fourth was rolled back and sealed anew
	if got := h.restart(testConfig()).m.Unfinalized(); !slices.Equal(got, want) {
		t.Fatalf("states %+v, before the restart %+v", got, want)
	}
}

// full has sealed batches, thinned versions, an open batch, receipts, a rollback and cursor evidence.
func full(tb testing.TB) (*harness, *flow) {
	tb.Helper()
	h, f := begin(tb, testLimits(), batch.PayloadTransitions)
	for i := range uint64(4) {
		h.trade(f, i, 4)
		h.seal()
	}
	if r := h.rollback(3); r.Err != nil {
		tb.Fatal(r.Err)
	}
	h.trade(f, 9, 4)
	h.seal()
	h.trade(f, 10, 3)
	h.executed(1)
	return h, f
}

// recovery.md, tampering: a flipped bit anywhere in a snapshot is found and named, and the old state stands.
func TestEveryFlippedBitIsRefused(t *testing.T) {
	h, _ := full(t)
	good := h.snapshot()
	victim, vf := begin(t, testLimits(), batch.PayloadTransitions)
	before := victim.m.Position()
	const step = 13 // reaches every bit position and at least every second byte
	t.Logf("snapshot of %d bytes", len(good))
	for bit := 0; bit < len(good)*8; bit += step {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		err := victim.m.Restore(reader(bad))
		var named *fsm.SnapshotError
		if !errors.As(err, &named) || named.Section == "" || !errors.Is(err, fsm.ErrSnapshot) {
			t.Fatalf("bit %d of byte %d: %v", bit%8, bit/8, err)
		}
	}
	if victim.m.Position() != before {
		t.Fatal("a refused snapshot moved the state")
	}
	victim.trade(vf, 1, 5) // still at work
	if err := victim.m.Restore(reader(good)); err != nil {
		t.Fatalf("the untouched snapshot: %v", err)
	}
}

// state.md: Restore recomputes the root. A snapshot whose leaves were changed and whose SHA-256 was made to fit is
// refused all the same.
func TestForgedLeavesAreRefused(t *testing.T) {
	h, _ := full(t)
	good := h.snapshot()
	balance := state.Balance{Available: 1_000_000}.Append(nil)
	at := bytes.Index(good, balance)
	if at < 0 {
		t.Fatal("found no balance to change")
	}
	bad := bytes.Clone(good)
	bad[at+7]++
	err := newHarness(t, testConfig()).m.Restore(reader(refit(bad)))
	var named *fsm.SnapshotError
	if !errors.As(err, &named) || named.Section != "versions" {
		t.Fatalf("forged leaf: %v", err)
	}
}

// Activations survive a restore: the program version switches at the same batch.
func TestActivationSurvivesRestore(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	h.must(command.TypeActivate, command.Activate{MinVersion: 1, ProgramVersion: 2, AtBatch: 2, TimeMs: h.now()}.Append(nil))
	h.seal()
	other := h.restart(testConfig())
	other.trade(f, 1, 3)
	if got := other.m.Status().ProgramVersion; got != 2 {
		t.Fatalf("program version %d after restore", got)
	}
	other.must(command.TypeSeal, command.Seal{Number: 2, TimeMs: other.now(), ProgramVersion: 2}.Append(nil))
	b, err := other.m.Sealed(2)
	if err != nil || b.Header.ProgramVersion != 2 {
		t.Errorf("batch 2: %v", err)
	}
	if r := other.apply(command.TypeActivate, command.Activate{MinVersion: 1, ProgramVersion: 3, AtBatch: 2}.Append(nil)); !errors.Is(r.Err, fsm.ErrActivation) {
		t.Errorf("activation in the past: %v", r.Err)
	}
}

// A snapshot that was cut, or goes on after its end, is refused.
func TestTruncatedSnapshot(t *testing.T) {
	h, _ := full(t)
	good := h.snapshot()
	for n := 0; n < len(good); n += max(1, len(good)/400) {
		if err := newHarness(t, testConfig()).m.Restore(reader(good[:n])); !errors.Is(err, fsm.ErrSnapshot) {
			t.Fatalf("%d of %d bytes: %v", n, len(good), err)
		}
	}
	if err := newHarness(t, testConfig()).m.Restore(reader(append(bytes.Clone(good), 0))); !errors.Is(err, fsm.ErrSnapshot) {
		t.Fatalf("one byte more: %v", err)
	}
}

// A restored replica snapshots to the very same bytes, and so does one that was never restored.
func TestSnapshotIsCanonical(t *testing.T) {
	h, _ := full(t)
	good := h.snapshot()
	if !bytes.Equal(good, h.snapshot()) {
		t.Error("two snapshots of one state differ")
	}
	if !bytes.Equal(good, h.restart(testConfig()).snapshot()) {
		t.Error("a restored replica's snapshot differs")
	}
}

// state.md: Persist streams while Apply goes on; what it writes is the state at the capture.
func TestPersistBesideApply(t *testing.T) {
	h, f := full(t)
	want := h.snapshot()
	s, err := h.m.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan []byte)
	go func() { got <- persist(t, s) }()
	for i := range uint64(20) {
		h.trade(f, i, 10)
		h.seal()
		if i == 10 {
			h.rollback(h.m.Position().Batch - 1)
		}
	}
	if !bytes.Equal(want, <-got) {
		t.Error("the capture changed under Apply")
	}
	s.Release()
}

// A sink that fails is cancelled, and the error comes back.
func TestPersistFailure(t *testing.T) {
	h, _ := full(t)
	s, err := h.m.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	bad := &sink{limit: 100}
	if err := s.Persist(bad); err == nil || !bad.cancelled || bad.closed {
		t.Errorf("error %v, cancelled %t, closed %t", err, bad.cancelled, bad.closed)
	}
}

// state.md: after Restore a replica can do all that the others can: roll back to any unfinalized batch, build the
// witness of any unexecuted one, answer retries.
func TestRestoredReplicaCanDoAll(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	for i := range uint64(12) {
		h.trade(f, i, 10)
		h.seal()
	}
	heads := h.m.Cursor().Heads()
	for n := heads.Executed; n <= heads.Sealed; n++ {
		other := h.restart(testConfig())
		view, err := other.m.View(n)
		if err != nil {
			t.Fatalf("pre-version of batch %d: %v", n+1, err)
		}
		root := view.Root()
		view.Close()
		if n > 0 {
			b, err := other.m.Sealed(n)
			if err != nil {
				t.Fatalf("batch %d: %v", n, err)
			}
			if b.Header.PostRoot != root {
				t.Errorf("batch %d: the view is of another root", n)
			}
		}
		a, b := h.restart(testConfig()), other
		ra, rb := a.rollback(n), b.rollback(n)
		if ra.Err != nil || rb.Err != nil || ra.Position != rb.Position || ra.Root != root {
			t.Fatalf("roll back to %d: %+v, %+v, want root %x", n, ra, rb, root)
		}
		if !bytes.Equal(a.snapshot(), b.snapshot()) {
			t.Errorf("after rolling back to %d the replicas differ", n)
		}
	}
}

// README invariant 6: what a rollback removed answers REVERTED for ever, also after a restore and after the session is
// gone; resubmission takes a new sequence and a new header reuses the number.
func TestRollbackAnswersReverted(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	h.seal()
	kept := f.next
	h.trade(f, 1, 6)
	h.seal()
	old, err := h.m.Sealed(2)
	if err != nil {
		t.Fatal(err)
	}
	h.trade(f, 2, 6) // stays open
	root := func() [32]byte { v, _ := h.m.View(1); defer v.Close(); return v.Root() }()
	r := h.rollback(1)
	if r.Err != nil || r.Batch != 1 || r.Root != root {
		t.Fatalf("rollback: %+v", r)
	}
	check := func(h *harness) {
		t.Helper()
		for seq := uint64(1); seq <= f.next; seq++ {
			got := h.submit(command.Submission{Session: f.session, Sequence: seq, Transition: f.transition(3)}).Receipts[0]
			if seq > kept && got.Status != session.Reverted || seq <= kept && got.Status == session.Reverted || got.Status == session.Executed {
				t.Fatalf("sequence %d (kept up to %d) answered %s", seq, kept, got.Status)
			}
		}
	}
	check(h)
	check(h.restart(testConfig()))
	if _, err = h.m.Sealed(2); !errors.Is(err, fsm.ErrUnknownBatch) {
		t.Errorf("the removed batch answers %v", err)
	}
	h.trade(f, 3, 6)
	h.seal()
	fresh, err := h.m.Sealed(2)
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Hash == old.Hash || fresh.Header.ParentHash != old.Header.ParentHash {
		t.Error("number 2 was not given again under a new header")
	}
	// A checkpoint with what a rollback removed is what a recovery may begin at: the state that it hands over restores.
	replay, err := fsm.ReplayFrom(testConfig(), bytes.NewReader(h.snapshot()))
	if err != nil {
		t.Fatal(err)
	}
	handOver(t, replay, fresh, batch.PayloadTransitions)
	last := f.next
	h.must(command.TypeSessionClose, command.SessionClose{Session: f.session, TimeMs: h.now()}.Append(nil))
	other := h.restart(testConfig())
	for seq, want := range map[uint64]session.Status{kept: session.Expired, kept + 1: session.Reverted, last: session.Expired} {
		if got := other.submit(command.Submission{Session: f.session, Sequence: seq}).Receipts[0]; got.Status != want {
			t.Errorf("closed session, sequence %d: %s, want %s", seq, got.Status, want)
		}
	}
	if recs := other.m.Cursor().Rollbacks(); len(recs) != 1 || recs[0].To != 1 || recs[0].From != 2 ||
		string(recs[0].Evidence) != "evidence" || recs[0].RemovedHashes[0] != old.Hash {
		t.Errorf("rollback records %+v", recs)
	}
}

// anchor takes batch n through all layers to finality.
func (h *harness) anchor(n uint64) {
	h.t.Helper()
	b, err := h.m.Sealed(n)
	if err != nil {
		h.t.Fatal(err)
	}
	if h.m.Cursor().Epoch().Counter == 0 {
		h.must(command.TypeEpoch, command.Epoch{TimeMs: h.now()}.Append(nil))
	}
	block := cursor.BlockRef{Number: 10 * n, Hash: cursor.Hash{byte(n)}}
	tx := cursor.Hash{byte(n), byte(n >> 8)}
	follow := h.m.Cursor().Follow()
	if h.m.Cursor().Heads().Executed < n {
		h.executed(n)
	}
	events := []cursor.Event{
		cursor.Published{Batch: n, Sealed: b.Hash, Ref: cursor.Ref{Provider: 1, Commitment: b.Hash}},
		cursor.L1Observed{Latest: block, Safe: follow.Safe, Finalized: follow.Finalized, Ring: []cursor.BlockRef{block}},
	}
	for _, kind := range []cursor.Kind{cursor.Commit, cursor.Verify} {
		events = append(events,
			cursor.Intent{Epoch: 1, Kind: kind, First: n, Last: n, HeaderHashes: []cursor.Hash{b.Hash}, Nonce: n, TxHash: tx, RawTx: []byte{1}},
			cursor.Included{Kind: kind, Nonce: n, TxHash: tx, Block: block},
			cursor.AtDepth{Kind: kind, Nonce: n})
	}
	for _, ev := range append(events, cursor.L1Observed{Latest: block, Safe: block, Finalized: block}) {
		if r := h.event(ev); r.Err != nil {
			h.t.Fatalf("batch %d: %T: %v", n, ev, r.Err)
		}
	}
	if heads := h.m.Cursor().Heads(); heads.Finalized != n {
		h.t.Fatalf("batch %d is not finalized: %+v", n, heads)
	}
}

// README invariant 2: finalized never moves back; state.md: what retention let go answers VERSION_RELEASED, and a
// rollback to a thinned version replays from an older one.
func TestRetentionAndFinality(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	for i := range uint64(44) {
		h.trade(f, i, 3)
		h.seal()
	}
	for n := uint64(1); n <= 4; n++ {
		h.anchor(n)
	}
	if r := h.rollback(3); !errors.Is(r.Err, cursor.ErrFinalized) {
		t.Errorf("rollback below finality: %v", r.Err)
	}
	if r := h.rollback(45); !errors.Is(r.Err, cursor.ErrUnknownBatch) {
		t.Errorf("rollback above the newest batch: %v", r.Err)
	}
	if _, err := h.m.Sealed(1); !errors.Is(err, fsm.ErrVersionReleased) {
		t.Errorf("payload of a finalized, old batch: %v", err)
	}
	for n := uint64(5); n <= 43; n++ { // executed but not finalized: versions are thinned, payloads stay
		h.executed(n)
	}
	for i := range uint64(2) { // folded, then thinned
		h.trade(f, 50+i, 3)
		h.seal()
	}
	thinned := uint64(0)
	for n := uint64(5); n <= 11; n++ {
		want, err := h.m.SealedHeader(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.m.View(n); errors.Is(err, fsm.ErrVersionReleased) {
			thinned++
		}
		a, b := h.restart(testConfig()), h.restart(testConfig())
		r, again := a.rollback(n), b.rollback(n)
		if r.Err != nil || r.Root != want.Header.PostRoot || r.Position != again.Position {
			t.Errorf("roll back to %d: %+v, want root %x", n, r, want.Header.PostRoot)
		}
		a.trade(f, 77, 3)
		a.seal()
		f.next -= 3
	}
	if thinned == 0 {
		t.Error("no version was thinned: the replay was not tested")
	}
	if _, err := h.m.View(3); !errors.Is(err, fsm.ErrVersionReleased) {
		t.Errorf("view of a batch before the finalized one: %v", err)
	}
	if _, err := h.m.View(47); !errors.Is(err, fsm.ErrUnknownBatch) {
		t.Errorf("view of a batch that is not sealed: %v", err)
	}
}

// state.md: under the byte limit committed batches' payloads go first; uncommitted ones never do.
func TestRetentionUnderPressure(t *testing.T) {
	limits := testLimits()
	limits.RetainedBytes = 1
	h, f := begin(t, limits, batch.PayloadTransitions)
	for i := range uint64(6) {
		h.trade(f, i, 10)
		h.seal()
	}
	for n := uint64(1); n <= 6; n++ {
		if _, err := h.m.Sealed(n); err != nil {
			t.Fatalf("uncommitted batch %d: %v", n, err)
		}
	}
	h.anchor(1)
	h.anchor(2)
	if _, err := h.m.Sealed(2); !errors.Is(err, fsm.ErrVersionReleased) {
		t.Errorf("committed batch under pressure: %v", err)
	}
	if b, err := h.m.SealedHeader(2); err != nil || b.Header.Number != 2 {
		t.Errorf("its header: %v", err)
	}
	if _, err := h.m.Sealed(3); err != nil {
		t.Errorf("uncommitted batch: %v", err)
	}
	if !bytes.Equal(h.snapshot(), h.restart(testConfig()).snapshot()) {
		t.Error("thinned payloads do not survive a restore")
	}
}

// A changed snapshot whose SHA-256 was made to fit is refused, or it is the canonical snapshot of what it restores to.
func TestRefittedSnapshots(t *testing.T) {
	h, _ := full(t)
	good, accepted := h.snapshot(), 0
	for i := range uint64(1500) {
		bad := bytes.Clone(good)
		for k := range 1 + number(i, 99)%3 {
			x := number(i, k)
			bad[x%uint64(len(bad))] = byte(x >> 32)
		}
		bad = refit(bad)
		other := newHarness(t, testConfig())
		if err := other.m.Restore(reader(bad)); err != nil {
			if !errors.Is(err, fsm.ErrSnapshot) {
				t.Fatalf("input %d: %v", i, err)
			}
			continue
		}
		accepted++
		if !bytes.Equal(other.snapshot(), bad) {
			t.Errorf("input %d restores to a state with another snapshot", i)
		}
	}
	t.Logf("%d accepted", accepted)
}

// refit gives a snapshot the digest that its bytes have, so that a fuzzer gets past it.
func refit(b []byte) []byte {
	if len(b) < sha256.Size {
		return b
	}
	body := bytes.Clone(b[:len(b)-sha256.Size])
	sum := sha256.Sum256(body)
	return append(body, sum[:]...)
}

// README.md, invariant 2: Raft may bring a snapshot that is older than the state. The
// replica does not go back, says so, and goes on where it was.
func TestOlderSnapshotIsRefused(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	h.seal()
	old, at := h.snapshot(), h.index
	h.trade(f, 1, 20)
	h.seal()
	h.trade(f, 2, 10)
	before, seals := h.m.Position(), len(h.seals)
	sub := h.m.Subscribe(16)
	defer sub.Close()
	if err := h.m.Restore(reader(old)); !errors.Is(err, fsm.ErrOlderSnapshot) {
		t.Fatal(err)
	}
	if now := h.m.Position(); now != before || len(h.seals) != seals || len(sub.C()) != 0 {
		t.Fatalf("went back from %+v to %+v; %d seals after %d, %d events", before, now, len(h.seals), seals, len(sub.C()))
	}
	if err := h.m.Restore(reader(h.snapshot())); err != nil {
		t.Fatalf("the newest one: %v", err)
	}
	h.trade(f, 3, 10)
	h.seal()
	if again := h.restart(testConfig()); again.m.Position() != h.m.Position() {
		t.Errorf("%+v, restored %+v", h.m.Position(), again.m.Position())
	}
	if r := h.m.Apply(h.log[at]).(*fsm.Result); !errors.Is(r.Err, fsm.ErrPoisoned) {
		t.Errorf("an old index answered %+v", r)
	}
}
