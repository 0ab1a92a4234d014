package cursor_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

func hash(n uint64) cursor.Hash {
	return cursor.Hash{byte(n >> 8), byte(n), 0xAA}
}

// world drives a cursor by hand.
type world struct {
	t  testing.TB
	c  *cursor.Cursor
	at cursor.Context
}

func newWorld(tb testing.TB, batches uint64) *world {
	tb.Helper()
	w := &world{t: tb, c: cursor.New()}
	if err := w.c.Genesis([16]byte{1}, w.at); err != nil {
		tb.Fatal(err)
	}
	if n, err := w.c.NewEpoch(0, 1, hash(1), w.at); err != nil || n != 1 {
		tb.Fatalf("epoch %d, %v", n, err)
	}
	w.seal(batches)
	w.observe(100, 0, 0)
	return w
}

func (w *world) seal(n uint64) {
	for range n {
		k := w.c.Heads().Sealed + 1
		w.c.Seal(cursor.Batch{Number: k, HeaderHash: hash(1000 + k), Root: hash(2000 + k), FirstSequence: k, LastSequence: k})
		w.c.SetApplied(k)
	}
}

func (w *world) apply(ev cursor.Event) error {
	w.at.Index++
	w.at.TimeMs += 5
	return w.c.Apply(ev, w.at)
}

func (w *world) must(events ...cursor.Event) {
	w.t.Helper()
	for _, ev := range events {
		if err := w.apply(ev); err != nil {
			w.t.Fatal(err)
		}
	}
}

// refused checks the reason, that the refusal is counted, and that nothing else changed.
func (w *world) refused(ev cursor.Event, want error) {
	w.t.Helper()
	before, illegal := w.c.Clone(), w.c.Illegal()
	err := w.apply(ev)
	var typed *cursor.IllegalError
	if !errors.Is(err, want) || !errors.As(err, &typed) {
		w.t.Fatalf("%T: %v, want %v", ev, err, want)
	}
	if w.c.Illegal() != illegal+1 {
		w.t.Errorf("%T: the refusal was not counted", ev)
	}
	after := w.c.Clone()
	if !bytes.Equal(uncounted(after), uncounted(before)) {
		w.t.Errorf("%T: a refused event changed the cursor", ev)
	}
}

// uncounted is the encoding without the last field, the count of refusals.
func uncounted(c *cursor.Cursor) []byte {
	b := c.Append(nil)
	for n := c.Illegal(); ; n >>= 7 {
		b = b[:len(b)-1]
		if n < 128 {
			return b
		}
	}
}

func (w *world) heads(want cursor.Heads) {
	w.t.Helper()
	want.Applied = w.c.Heads().Applied
	if got := w.c.Heads(); got != want {
		w.t.Fatalf("heads %+v, want %+v", got, want)
	}
}

func block(n, fork uint64) cursor.BlockRef {
	return cursor.BlockRef{Number: n, Hash: hash(n + fork<<10), TimeMs: int64(n)}
}

// observe moves the follow point to a height of a branch, every block on the way.
func (w *world) observe(latest, safe, finalized uint64) {
	w.t.Helper()
	w.observeFork(latest, safe, finalized, 0)
}

func (w *world) observeFork(latest, safe, finalized, fork uint64) {
	w.t.Helper()
	from := w.c.Follow().Latest.Number
	if from == 0 {
		from = latest - 1
	}
	var ring []cursor.BlockRef
	for n := from + 1; n <= latest; n++ {
		ring = append(ring, block(n, fork))
	}
	ref := func(n uint64) cursor.BlockRef {
		if n == 0 {
			return cursor.BlockRef{}
		}
		if seen, ok := w.c.Block(n); ok {
			return seen
		}
		return block(n, fork)
	}
	ev := cursor.L1Observed{Latest: ref(latest), Safe: ref(safe), Finalized: ref(finalized), Ring: ring}
	if len(ring) > 0 {
		ev.Latest = ring[len(ring)-1]
	}
	w.must(ev)
}

func executed(n uint64) cursor.Executed {
	return cursor.Executed{Batch: n, Sealed: hash(1000 + n), Root: hash(2000 + n), HeaderHash: hash(1000 + n), JournalHash: hash(7), Node: "a"}
}

func published(n uint64) cursor.Published {
	return cursor.Published{Batch: n, Sealed: hash(1000 + n), Ref: cursor.Ref{Provider: 1, Commitment: hash(1000 + n), Bytes: 5}}
}

func intent(kind cursor.Kind, first, last, nonce uint64) cursor.Intent {
	in := cursor.Intent{Epoch: 1, Kind: kind, First: first, Last: last, Nonce: nonce, TxHash: tx(kind, nonce, 0), RawTx: []byte{1}}
	for n := first; n <= last; n++ {
		in.HeaderHashes = append(in.HeaderHashes, hash(1000+n))
	}
	return in
}

func tx(kind cursor.Kind, nonce, attempt uint64) cursor.Hash {
	return cursor.Hash{byte(kind), byte(nonce), byte(attempt), 0xBB}
}

func (w *world) ready(n uint64) {
	w.t.Helper()
	for k := w.c.Heads().Executed + 1; k <= n; k++ {
		w.must(executed(k), published(k))
	}
}

// anchor takes an intent of one kind into a block and to depth.
func (w *world) anchor(kind cursor.Kind, first, last, nonce, at uint64) {
	w.t.Helper()
	b, ok := w.c.Block(at)
	if !ok {
		b = block(at, 0)
	}
	w.must(intent(kind, first, last, nonce),
		cursor.Included{Kind: kind, Nonce: nonce, TxHash: tx(kind, nonce, 0), Block: b},
		cursor.AtDepth{Kind: kind, Nonce: nonce})
}

// README, heads: a batch passes all layers, each by one event with its evidence.
func TestBatchPassesAllLayers(t *testing.T) {
	w := newWorld(t, 3)
	w.heads(cursor.Heads{Sealed: 3})
	w.must(executed(2))
	w.heads(cursor.Heads{Sealed: 3}) // 1 is missing
	w.must(executed(1), published(1), published(2))
	w.heads(cursor.Heads{Sealed: 3, Executed: 2, Published: 2})
	w.must(intent(cursor.Commit, 1, 2, 7))
	w.heads(cursor.Heads{Sealed: 3, Executed: 2, Published: 2})
	w.must(cursor.Included{Kind: cursor.Commit, Nonce: 7, TxHash: tx(cursor.Commit, 7, 0), Block: block(100, 0)})
	w.heads(cursor.Heads{Sealed: 3, Executed: 2, Published: 2})
	w.must(cursor.AtDepth{Kind: cursor.Commit, Nonce: 7})
	w.heads(cursor.Heads{Sealed: 3, Executed: 2, Published: 2, Committed: 2})
	w.anchor(cursor.Verify, 1, 1, 3, 100)
	w.heads(cursor.Heads{Sealed: 3, Executed: 2, Published: 2, Committed: 2, Proven: 1})
	w.observe(110, 105, 99)
	w.heads(cursor.Heads{Sealed: 3, Executed: 2, Published: 2, Committed: 2, Proven: 1})
	w.observe(111, 105, 100)
	w.heads(cursor.Heads{Sealed: 3, Executed: 2, Published: 2, Committed: 2, Proven: 1, Finalized: 1})
	if got := w.c.InFlight(); len(got) != 0 {
		t.Errorf("final anchors are still in flight: %+v", got)
	}
	if _, ok := w.c.Batch(1); !ok {
		t.Error("the newest finalized batch has no record")
	}
	w.anchor(cursor.Verify, 2, 2, 4, 111)
	w.observe(112, 112, 112)
	if _, ok := w.c.Batch(1); ok {
		t.Error("an older finalized batch still has a record")
	}
	if b, ok := w.c.Batch(2); !ok || b.Commit == nil || b.Commit.TxHash != tx(cursor.Commit, 7, 0) || !b.Verify.AtDepth {
		t.Errorf("evidence of batch 2: %+v", b)
	}
}

// README invariants 4 and 5 and layers.md: what an intent needs.
func TestIllegalIntents(t *testing.T) {
	w := newWorld(t, 4)
	w.must(executed(1), executed(2), published(1))
	in := intent(cursor.Commit, 1, 1, 5)
	change := func(f func(*cursor.Intent)) cursor.Intent { x := in; f(&x); return x }
	w.refused(change(func(x *cursor.Intent) { x.Kind = 9 }), cursor.ErrMalformed)
	w.refused(change(func(x *cursor.Intent) { x.First = 0 }), cursor.ErrMalformed)
	w.refused(change(func(x *cursor.Intent) { x.HeaderHashes = nil }), cursor.ErrMalformed)
	w.refused(change(func(x *cursor.Intent) { x.RawTx = nil }), cursor.ErrMalformed)
	w.refused(change(func(x *cursor.Intent) { x.Epoch = 2 }), cursor.ErrStaleEpoch)
	w.refused(change(func(x *cursor.Intent) { x.HeaderHashes = []cursor.Hash{hash(4)} }), cursor.ErrHeaderMismatch)
	w.refused(intent(cursor.Commit, 2, 2, 5), cursor.ErrOutOfOrder)
	w.refused(intent(cursor.Commit, 1, 2, 5), cursor.ErrNotPublished)
	w.refused(intent(cursor.Commit, 1, 3, 5), cursor.ErrNotExecuted)
	w.refused(intent(cursor.Commit, 1, 9, 5), cursor.ErrUnknownBatch)
	w.refused(intent(cursor.Verify, 1, 1, 5), cursor.ErrNotCommitted)
	w.must(in, in) // a repeat is no error
	w.refused(change(func(x *cursor.Intent) { x.Nonce, x.TxHash = 6, hash(9) }), cursor.ErrOutOfOrder)
	w.must(published(2))
	w.refused(intent(cursor.Commit, 2, 2, 5), cursor.ErrNonceUsed)
	w.refused(intent(cursor.Commit, 2, 2, 4), cursor.ErrNonceUsed)
	w.must(intent(cursor.Commit, 2, 2, 6)) // pipelined
	w.c.Halt(cursor.ScopeAnchoring, "why", "exit", w.at)
	w.refused(intent(cursor.Commit, 3, 3, 7), cursor.ErrAnchoringHalted)
	if err := w.c.Resume(cursor.ScopeAnchoring, "done", w.at); err != nil {
		t.Fatal(err)
	}
	w.ready(3)
	w.must(cursor.ReplicaRoot{Node: "a", Batch: 3, Sealed: hash(1003), Root: hash(2003)}, cursor.ReplicaRoot{Node: "b", Batch: 3, Sealed: hash(1003), Root: hash(1)})
	w.refused(intent(cursor.Commit, 3, 3, 7), cursor.ErrReplicasDisagree)
	w.refused(cursor.ReplicaRoot{Node: "a", Batch: 3, Sealed: hash(1003), Root: hash(1)}, cursor.ErrContradiction) // a majority may rest on it
	w.must(cursor.ReplicaRoot{Node: "b", Batch: 3, Sealed: hash(1003), Root: hash(2)})                             // it never did on that
	w.refused(intent(cursor.Commit, 3, 3, 7), cursor.ErrReplicasDisagree)
	if err := w.c.Quarantine("b", 3, []byte("roots"), w.at); err != nil {
		t.Fatal(err)
	}
	w.must(intent(cursor.Commit, 3, 3, 7))
	if n, err := w.c.NewEpoch(4, 9, hash(9), w.at); err != nil || n != 5 {
		t.Fatalf("epoch %d, %v", n, err)
	}
	w.ready(4)
	w.refused(intent(cursor.Commit, 4, 4, 8), cursor.ErrStaleEpoch)
}

// layers.md: the receipt may belong to any earlier attempt; a consumed nonce with status 0 frees the batch.
func TestReplacementAndFailure(t *testing.T) {
	w := newWorld(t, 2)
	w.ready(2)
	w.must(intent(cursor.Commit, 1, 1, 5))
	bump := cursor.Replaced{Kind: cursor.Commit, Nonce: 5, TxHash: tx(cursor.Commit, 5, 1), RawTx: []byte{2}}
	w.must(bump, bump)
	w.refused(cursor.Replaced{Kind: cursor.Commit, Nonce: 6, TxHash: hash(1), RawTx: []byte{2}}, cursor.ErrUnknownAnchor)
	w.refused(cursor.Included{Kind: cursor.Commit, Nonce: 5, TxHash: hash(1), Block: block(100, 0)}, cursor.ErrUnknownTx)
	w.refused(cursor.Included{Kind: cursor.Commit, Nonce: 5, TxHash: bump.TxHash, Block: block(101, 0)}, cursor.ErrUnobserved)
	w.refused(cursor.Included{Kind: cursor.Commit, Nonce: 5, TxHash: bump.TxHash, Block: block(100, 1)}, cursor.ErrBlockMismatch)
	w.refused(cursor.AtDepth{Kind: cursor.Commit, Nonce: 5}, cursor.ErrStatus)
	failed := cursor.Failed{Kind: cursor.Commit, Nonce: 5, TxHash: tx(cursor.Commit, 5, 0), Block: block(100, 0), Reason: "reverted"}
	w.must(failed, failed)
	w.refused(cursor.Included{Kind: cursor.Commit, Nonce: 5, TxHash: bump.TxHash, Block: block(100, 0)}, cursor.ErrStatus)
	w.refused(cursor.Replaced{Kind: cursor.Commit, Nonce: 5, TxHash: hash(1), RawTx: []byte{2}}, cursor.ErrStatus)
	if next, _ := w.c.NextAnchor(cursor.Commit); next != 1 {
		t.Errorf("a failed anchor still covers its batch: next is %d", next)
	}
	w.must(intent(cursor.Commit, 1, 1, 6), intent(cursor.Commit, 2, 2, 7))
	w.must(cursor.Failed{Kind: cursor.Commit, Nonce: 6, TxHash: tx(cursor.Commit, 6, 0), Block: block(100, 0)})
	w.refused(intent(cursor.Commit, 1, 2, 8), cursor.ErrCovered)
	if first, last := w.c.NextAnchor(cursor.Commit); first != 1 || last != 1 {
		t.Errorf("next anchor is %d to %d, batch 2 still has a live one", first, last)
	}
	w.must(cursor.Failed{Kind: cursor.Commit, Nonce: 7, TxHash: tx(cursor.Commit, 7, 0), Block: block(100, 0)})
	w.must(intent(cursor.Commit, 1, 2, 8))
	in := cursor.Included{Kind: cursor.Commit, Nonce: 8, TxHash: tx(cursor.Commit, 8, 0), Block: block(100, 0)}
	w.must(in, in, cursor.AtDepth{Kind: cursor.Commit, Nonce: 8}, cursor.AtDepth{Kind: cursor.Commit, Nonce: 8})
	w.heads(cursor.Heads{Sealed: 2, Executed: 2, Published: 2, Committed: 2})
}

// A nonce that was taken for lost, because no attempt had a receipt, is corrected
// by a receipt, however late; a receipt is not corrected by anything.
func TestLostNonceIsCorrected(t *testing.T) {
	w := newWorld(t, 2)
	w.ready(2)
	w.must(intent(cursor.Commit, 1, 1, 5), intent(cursor.Commit, 2, 2, 6))
	lost := cursor.Failed{Kind: cursor.Commit, Nonce: 5, Block: block(99, 0), Reason: "foreign"}
	w.must(lost, lost)
	if next, _ := w.c.NextAnchor(cursor.Commit); next != 1 {
		t.Errorf("a lost nonce still covers its batch: next is %d", next)
	}
	w.must(cursor.Replaced{Kind: cursor.Commit, Nonce: 5, TxHash: tx(cursor.Commit, 5, 1), RawTx: []byte{2}})
	w.must(intent(cursor.Commit, 1, 1, 7))
	in := cursor.Included{Kind: cursor.Commit, Nonce: 5, TxHash: tx(cursor.Commit, 5, 0), Block: block(100, 0)}
	w.must(in, in)
	w.refused(lost, cursor.ErrStatus)
	w.refused(cursor.Included{Kind: cursor.Commit, Nonce: 7, TxHash: tx(cursor.Commit, 7, 0), Block: block(100, 0)}, cursor.ErrStatus)
	w.must(cursor.Failed{Kind: cursor.Commit, Nonce: 6, Block: block(100, 0)})
	w.observe(110, 110, 110)
	zero := cursor.Failed{Kind: cursor.Commit, Nonce: 6, TxHash: tx(cursor.Commit, 6, 0), Block: block(100, 0), Reason: "status 0"}
	w.must(zero)
	if left := w.c.InFlight(); len(left) == 0 || left[len(left)-1].Nonce != 7 {
		t.Errorf("in flight: %+v", left)
	}
	w.refused(cursor.Included{Kind: cursor.Commit, Nonce: 6, TxHash: zero.TxHash, Block: block(100, 0)}, cursor.ErrUnknownAnchor)
}

// A filler stands only in a gap below the next nonce; it carries no batches, may
// be replaced, and is done when it has landed.
func TestFiller(t *testing.T) {
	w := newWorld(t, 2)
	w.ready(2)
	fill := func(n uint64) cursor.Filler {
		return cursor.Filler{Kind: cursor.Commit, Nonce: n, TxHash: tx(cursor.Commit, n, 9), RawTx: []byte{1}}
	}
	w.refused(fill(0), cursor.ErrNoGap)
	w.must(intent(cursor.Commit, 1, 1, 5))
	w.refused(fill(5), cursor.ErrNonceUsed)
	w.refused(fill(6), cursor.ErrNoGap)
	w.must(fill(4), fill(4))
	w.refused(cursor.Filler{Kind: cursor.Commit, Nonce: 4, TxHash: hash(77), RawTx: []byte{1}}, cursor.ErrNonceUsed)
	w.must(cursor.Replaced{Kind: cursor.Commit, Nonce: 4, TxHash: hash(78), RawTx: []byte{2}, Cancel: true})
	if next, _ := w.c.NextAnchor(cursor.Commit); next != 2 {
		t.Errorf("next anchor begins at %d", next)
	}
	if _, err := cursor.Decode(w.c.Append(nil)); err != nil {
		t.Errorf("a cursor with a filler: %v", err)
	}
	w.must(cursor.Included{Kind: cursor.Commit, Nonce: 4, TxHash: hash(78), Block: block(100, 0)})
	w.observe(101, 101, 101)
	if left := w.c.InFlight(); len(left) != 1 || left[0].Nonce != 5 {
		t.Errorf("in flight after the filler is final: %+v", left)
	}
	if _, err := w.c.RollbackTo(0, 0, "r", nil, w.at); err != nil {
		t.Fatal(err)
	}
}

// README invariant 2: a reorganization moves committed and proven back, with evidence; finalized never.
func TestReorg(t *testing.T) {
	w := newWorld(t, 3)
	w.ready(3)
	w.anchor(cursor.Commit, 1, 1, 1, 100)
	w.anchor(cursor.Verify, 1, 1, 1, 100)
	w.observe(101, 100, 100)
	w.heads(cursor.Heads{Sealed: 3, Executed: 3, Published: 3, Committed: 1, Proven: 1, Finalized: 1})
	w.anchor(cursor.Commit, 2, 2, 2, 101)
	w.observe(105, 101, 100)
	w.anchor(cursor.Commit, 3, 3, 3, 104)
	w.anchor(cursor.Verify, 2, 2, 2, 105)
	w.heads(cursor.Heads{Sealed: 3, Executed: 3, Published: 3, Committed: 3, Proven: 2, Finalized: 1})
	w.refused(cursor.L1Reorg{Ancestor: block(99, 0)}, cursor.ErrFinalityViolation)
	w.refused(cursor.L1Reorg{Ancestor: block(100, 5)}, cursor.ErrFinalityViolation)
	w.refused(cursor.L1Reorg{Ancestor: block(102, 5)}, cursor.ErrBlockMismatch)
	w.refused(cursor.L1Reorg{Ancestor: block(106, 0)}, cursor.ErrUnobserved)
	_, notes, digest := w.c.Audit()
	w.must(cursor.L1Reorg{Ancestor: block(102, 0), Head: block(106, 1)})
	w.heads(cursor.Heads{Sealed: 3, Executed: 3, Published: 3, Committed: 2, Proven: 1, Finalized: 1})
	entries, count, after := w.c.Audit()
	if count != notes+1 || after == digest || entries[len(entries)-1].Kind != cursor.AuditReorg {
		t.Errorf("the reorganization left no audit entry: %+v", entries)
	}
	pending := 0
	for _, a := range w.c.InFlight() {
		if a.Status == cursor.StatusPending {
			pending++
		}
	}
	if pending != 2 {
		t.Errorf("%d anchors returned to pending, want 2", pending)
	}
	w.observeFork(106, 102, 100, 1)
	w.refused(cursor.Included{Kind: cursor.Commit, Nonce: 3, TxHash: tx(cursor.Commit, 3, 0), Block: block(104, 0)}, cursor.ErrBlockMismatch)
	w.must(cursor.Included{Kind: cursor.Commit, Nonce: 3, TxHash: tx(cursor.Commit, 3, 0), Block: block(106, 1)},
		cursor.AtDepth{Kind: cursor.Commit, Nonce: 3})
	w.heads(cursor.Heads{Sealed: 3, Executed: 3, Published: 3, Committed: 3, Proven: 1, Finalized: 1})
}

// The follow point moves forward along one chain; finalized blocks do not change.
func TestFollowPoint(t *testing.T) {
	w := newWorld(t, 0)
	w.observe(103, 101, 100)
	at := w.c.Follow()
	obs := func(latest, safe, finalized cursor.BlockRef, ring ...cursor.BlockRef) cursor.L1Observed {
		return cursor.L1Observed{Latest: latest, Safe: safe, Finalized: finalized, Ring: ring}
	}
	w.must(obs(at.Latest, at.Safe, at.Finalized)) // a repeat
	w.refused(obs(block(104, 0), at.Safe, at.Finalized), cursor.ErrMalformed)
	w.refused(obs(block(104, 0), at.Safe, at.Finalized, block(103, 0), block(104, 0)), cursor.ErrBlockMismatch)
	w.refused(obs(block(105, 0), at.Safe, at.Finalized, block(104, 0)), cursor.ErrMalformed)
	w.refused(obs(block(106, 0), at.Safe, at.Finalized, block(104, 0), block(106, 0)), cursor.ErrMalformed)
	w.refused(obs(block(104, 0), at.Finalized, at.Safe, block(104, 0)), cursor.ErrMalformed)
	w.refused(obs(block(104, 0), at.Safe, block(99, 0), block(104, 0)), cursor.ErrOutOfOrder)
	w.refused(obs(block(104, 0), at.Safe, block(100, 3), block(104, 0)), cursor.ErrFinalityViolation)
	w.refused(obs(block(104, 0), block(102, 3), at.Finalized, block(104, 0)), cursor.ErrBlockMismatch)
	w.must(obs(block(500, 0), block(110, 0), block(105, 0), block(499, 0), block(500, 0))) // after an outage
	if ring := w.c.Ring(); len(ring) != 2 || ring[0].Number != 499 {
		t.Errorf("the ring did not start again: %+v", ring)
	}
	for n := uint64(501); n < 501+2*cursor.MaxRing; n++ {
		w.observe(n, 110, 105)
	}
	if ring := w.c.Ring(); len(ring) != cursor.MaxRing {
		t.Errorf("the ring has %d blocks", len(ring))
	}
}

// layers.md: after a rollback new content goes out at the recorded nonces, lowest first; old content that lands beside
// stops anchoring; a consumed nonce must be final before its batches go out again.
func TestRollbackAndNonces(t *testing.T) {
	w := newWorld(t, 4)
	w.ready(4)
	w.anchor(cursor.Commit, 1, 1, 1, 100)
	w.must(intent(cursor.Commit, 2, 3, 2), intent(cursor.Commit, 4, 4, 3))
	rec, err := w.c.RollbackTo(1, 1, "why", []byte("evidence"), w.at)
	if err != nil || rec.To != 1 || rec.From != 4 || len(rec.RemovedHashes) != 3 || rec.AppliedFrom != 4 {
		t.Fatalf("record %+v, %v", rec, err)
	}
	w.heads(cursor.Heads{Sealed: 1, Executed: 1, Published: 1, Committed: 1})
	w.seal(3)
	w.ready(4)
	w.refused(intent(cursor.Commit, 2, 2, 4), cursor.ErrNonceOpen)
	w.refused(intent(cursor.Commit, 2, 2, 3), cursor.ErrNonceOpen)
	w.refused(cursor.Replaced{Kind: cursor.Commit, Nonce: 2, TxHash: hash(8), RawTx: []byte{1}}, cursor.ErrStatus)
	fresh := intent(cursor.Commit, 2, 2, 2)
	fresh.TxHash = tx(cursor.Commit, 2, 1)
	w.must(fresh)
	w.refused(intent(cursor.Commit, 3, 3, 4), cursor.ErrNonceOpen)
	w.must(cursor.Replaced{Kind: cursor.Commit, Nonce: 3, TxHash: tx(cursor.Commit, 3, 1), RawTx: []byte{1}, Cancel: true})
	before := w.c.Clone()

	w.must(cursor.Included{Kind: cursor.Commit, Nonce: 2, TxHash: fresh.TxHash, Block: block(100, 0)}, cursor.AtDepth{Kind: cursor.Commit, Nonce: 2})
	w.heads(cursor.Heads{Sealed: 4, Executed: 4, Published: 4, Committed: 2})
	w.must(cursor.Included{Kind: cursor.Commit, Nonce: 3, TxHash: tx(cursor.Commit, 3, 1), Block: block(100, 0)})
	w.refused(intent(cursor.Commit, 3, 3, 4), cursor.ErrNonceOpen) // consumed, not final
	w.observe(101, 100, 100)
	w.must(intent(cursor.Commit, 3, 3, 4))

	w.c = before // the other way: the old content lands
	w.must(cursor.Included{Kind: cursor.Commit, Nonce: 2, TxHash: tx(cursor.Commit, 2, 0), Block: block(100, 0)})
	if v, ok := w.c.LastVerdict(cursor.LocalL1); !ok || v.Finding != cursor.Foreign || !w.c.Halted(cursor.ScopeAnchoring) {
		t.Errorf("old content landed unnoticed: %+v", v)
	}
	w.heads(cursor.Heads{Sealed: 4, Executed: 4, Published: 4, Committed: 1})
}

// A rollback into the middle of an anchor that is at depth leaves the evidence of the batches that stay; a
// reorganization takes it back all the same.
func TestReorgAfterRollbackIntoAnAnchor(t *testing.T) {
	w := newWorld(t, 3)
	w.observe(102, 0, 0)
	w.ready(3)
	w.anchor(cursor.Commit, 1, 3, 1, 102)
	if _, err := w.c.RollbackTo(2, 2, "why", nil, w.at); err != nil {
		t.Fatal(err)
	}
	w.heads(cursor.Heads{Sealed: 2, Executed: 2, Published: 2, Committed: 2})
	w.must(cursor.L1Reorg{Ancestor: block(101, 0), Head: block(102, 1)})
	w.heads(cursor.Heads{Sealed: 2, Executed: 2, Published: 2})
	fresh := intent(cursor.Commit, 1, 2, 1) // at the recorded nonce
	fresh.TxHash = tx(cursor.Commit, 1, 1)
	w.must(fresh)
}

// README invariant 2: no rollback below the finalized head.
func TestRollbackLimits(t *testing.T) {
	w := newWorld(t, 3)
	w.ready(3)
	w.anchor(cursor.Commit, 1, 2, 1, 100)
	w.anchor(cursor.Verify, 1, 2, 1, 100)
	w.observe(101, 101, 100)
	for n, want := range map[uint64]error{1: cursor.ErrFinalized, 4: cursor.ErrUnknownBatch, 2: nil, 3: nil} {
		if err := w.c.CanRollBackTo(n); !errors.Is(err, want) {
			t.Errorf("to %d: %v, want %v", n, err, want)
		}
	}
}

// layers.md: a zkVM mismatch is never anchored; it is executed once more, and if it stays anchoring halts.
func TestZKVMMismatch(t *testing.T) {
	w := newWorld(t, 1)
	bad := executed(1)
	bad.Root = hash(1)
	w.must(bad)
	w.heads(cursor.Heads{Sealed: 1})
	if v, ok := w.c.LastVerdict(cursor.LocalZKVM); !ok || v.Finding != cursor.Divergent || w.c.Halted(cursor.ScopeAnchoring) {
		t.Fatalf("verdict %+v", v)
	}
	w.must(bad)
	if !w.c.Halted(cursor.ScopeAnchoring) {
		t.Error("a mismatch that stayed did not halt anchoring")
	}
	b, _ := w.c.Batch(1)
	if len(b.Mismatches) != 2 || b.Execution != nil {
		t.Errorf("evidence %+v", b)
	}
}

// layers.md: foreign and reverted stop anchoring until somebody chooses; lag does not. Every halt names its exit.
func TestVerdictsThatStopAnchoring(t *testing.T) {
	for finding, stops := range map[cursor.Finding]bool{
		cursor.Consistent: false, cursor.Lagging: false, cursor.Stalled: false, cursor.Missing: false, cursor.Unknown: false,
		cursor.Divergent: true, cursor.Foreign: true, cursor.Reverted: true,
	} {
		w := newWorld(t, 1)
		w.must(verdict(cursor.LocalL1, 1, finding, "d"))
		if got := w.c.Halted(cursor.ScopeAnchoring); got != stops {
			t.Errorf("%s: halted %t", finding, got)
		}
		for _, h := range w.c.Halts() {
			if h.Exit == "" || h.Reason == "" {
				t.Errorf("%s: halt without exit: %+v", finding, h)
			}
		}
	}
	w := newWorld(t, 1)
	for name, v := range map[string]cursor.Verdict{
		"of no pair":               {Pair: 99, Finding: cursor.Stalled, Cause: cursor.CauseLag},
		"without a cause":          {Pair: cursor.LocalL1, Finding: cursor.Stalled},
		"divergent by lag":         {Pair: cursor.LocalL1, Finding: cursor.Divergent, Cause: cursor.CauseLag},
		"consistent with a cause":  {Pair: cursor.LocalL1, Finding: cursor.Consistent, Cause: cursor.CauseMoving},
		"unknown for no cause":     {Pair: cursor.LocalL1, Finding: cursor.Unknown, Cause: cursor.CauseNone},
		"reverted as unreachable":  {Pair: cursor.LocalL1, Finding: cursor.Reverted, Cause: cursor.CauseUnreachable},
		"longer than texts may be": {Pair: cursor.LocalL1, Finding: cursor.Unknown, Cause: cursor.CauseMoving, Detail: strings.Repeat("x", cursor.MaxText+1)},
	} {
		t.Run(name, func(*testing.T) { w.refused(v, cursor.ErrMalformed) })
	}
	if err := w.c.Resume(cursor.ScopeIntake, "r", w.at); !errors.Is(err, cursor.ErrNothingHalted) {
		t.Errorf("resume of nothing: %v", err)
	}
}

// layers.md: verdicts survive failover, with when the finding was first made and when it last changed; a halt is made by
// the pairs whose two sides cannot both go to L1.
func TestVerdictsKeepTheirBeginning(t *testing.T) {
	w := newWorld(t, 3)
	say := func(index uint64, v cursor.Verdict) {
		t.Helper()
		w.at = cursor.Context{Index: index - 1, TimeMs: int64(index)*10 - 5} // which the next event moves on
		w.must(v)
	}
	stands := func(first, changed uint64) {
		t.Helper()
		again, err := cursor.Decode(w.c.Append(nil)) // as the next leader has it
		if err != nil {
			t.Fatal(err)
		}
		v, _ := again.LastVerdict(cursor.Audit)
		if v.FirstIndex != first || v.FirstMs != int64(first)*10 || v.Index != changed || v.TimeMs != int64(changed)*10 {
			t.Errorf("%+v, want it since %d, changed at %d", v, first, changed)
		}
	}
	say(5, verdict(cursor.Audit, 1, cursor.Divergent, "d"))
	stands(5, 5)
	say(6, verdict(cursor.Audit, 1, cursor.Divergent, "d"))
	stands(5, 5)
	say(7, verdict(cursor.Audit, 2, cursor.Divergent, "d"))
	stands(5, 7)
	say(8, verdict(cursor.Audit, 2, cursor.Consistent, ""))
	stands(8, 8)
	say(9, verdict(cursor.Audit, 2, cursor.Divergent, "d"))
	stands(9, 9)
	if halts := w.c.Halts(); len(halts) != 0 {
		t.Errorf("one replica's endpoint halts the others: %+v", halts)
	}
	for pair, stops := range map[cursor.Pair]bool{
		cursor.LocalZKVM: false, cursor.LocalDA: true, cursor.LocalL1: true, cursor.L1DA: true, cursor.Replicas: false, cursor.Audit: false,
	} {
		w := newWorld(t, 1)
		w.must(verdict(pair, 1, cursor.Divergent, "d"))
		if w.c.Halted(cursor.ScopeAnchoring) != stops {
			t.Errorf("divergent %v: halted %t", pair, !stops)
		}
	}
}

// verdict is a verdict with a cause that goes with its finding.
func verdict(pair cursor.Pair, n uint64, f cursor.Finding, detail string) cursor.Verdict {
	cause := cursor.CauseUnreachable
	if f == cursor.Consistent {
		cause = cursor.CauseNone
	}
	if f.Stops() {
		cause = cursor.CauseContradiction
	}
	return cursor.Verdict{Pair: pair, Batch: n, Finding: f, Cause: cause, Detail: detail}
}

// The audit trail is bounded in memory; its digest covers what is gone.
func TestAuditIsBounded(t *testing.T) {
	w := newWorld(t, 0)
	seen := map[cursor.Hash]bool{}
	for range cursor.MaxAudit {
		w.c.Halt(cursor.ScopeIntake, "r", "e", w.at)
		if err := w.c.Resume(cursor.ScopeIntake, "r", w.at); err != nil {
			t.Fatal(err)
		}
		_, _, d := w.c.Audit()
		if seen[d] {
			t.Fatal("the digest repeats")
		}
		seen[d] = true
	}
	entries, count, _ := w.c.Audit()
	if len(entries) != cursor.MaxAudit || count != 2*cursor.MaxAudit+2 || entries[len(entries)-1].Number != count {
		t.Errorf("%d entries of %d", len(entries), count)
	}
}

// A broken invariant panics: it is a defect of the caller, and poisons the replica.
func TestAssertions(t *testing.T) {
	for name, f := range map[string]func(*world){
		"a gap in batch numbers":      func(w *world) { w.c.Seal(cursor.Batch{Number: 9}) },
		"applied moves back unasked":  func(w *world) { w.c.SetApplied(0) },
		"the same batch sealed twice": func(w *world) { w.c.Seal(cursor.Batch{Number: 2}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 2)
			defer func() {
				if _, ok := recover().(*cursor.InvariantError); !ok {
					t.Error("no assertion fired")
				}
			}()
			f(w)
		})
	}
}

// One lineage, once.
func TestGenesisOnce(t *testing.T) {
	w := newWorld(t, 0)
	if err := w.c.Genesis([16]byte{2}, w.at); !errors.Is(err, cursor.ErrLineage) {
		t.Errorf("second lineage: %v", err)
	}
	if _, err := cursor.New().NewEpoch(0, 0, cursor.Hash{}, w.at); err == nil {
		t.Error("an epoch without lineage")
	}
	if _, err := cursor.Decode([]byte{99}); !errors.Is(err, command.ErrValue) {
		t.Errorf("unknown version: %v", err)
	}
}

// A halt's reason is cut to what a cursor may hold: the longest verdict would else poison every replica at the next seal.
func TestLongestVerdictHaltsAndEncodes(t *testing.T) {
	w := newWorld(t, 1)
	w.must(verdict(cursor.LocalL1, 1, cursor.Foreign, strings.Repeat("x", cursor.MaxText)))
	if h := w.c.Halts(); len(h) != 1 || len(h[0].Reason) != cursor.MaxText {
		t.Fatalf("%d halts", len(h))
	}
	if _, err := cursor.Decode(w.c.Append(nil)); err != nil {
		t.Error(err)
	}
}
