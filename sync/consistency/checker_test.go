package consistency_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// world is a cluster of one whose layers the test sets by hand.
type world struct {
	cursor  *cursor.Cursor
	sealed  map[uint64]*fsm.SealedBatch
	l1      map[uint64]consistency.Anchored
	last    uint64
	block   uint64
	l1Err   error
	absent  map[uint64]error
	fetches int
	roots   map[uint64]map[string][32]byte
	calls   int
	barrier func() error
	hashes  map[uint64][32]byte                // of canonical blocks
	said    map[uint64][]consistency.Committed // by block: what its commits say
	fetched []cursor.Ref
	final   uint64 // newest finalized block of the own view

	mu sync.Mutex // guards cursor, l1 and roots where a test changes them beside a check
}

// change changes the world beside a check.
func (w *world) change(edit func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	edit()
}

func newWorld(batches uint64) *world {
	w := &world{
		cursor: cursor.New(), sealed: map[uint64]*fsm.SealedBatch{}, l1: map[uint64]consistency.Anchored{},
		absent: map[uint64]error{}, roots: map[uint64]map[string][32]byte{}, block: 1000, said: map[uint64][]consistency.Committed{},
		barrier: func() error { return nil },
	}
	for n := uint64(1); n <= batches; n++ {
		w.seal(n)
	}
	return w
}

func (w *world) seal(n uint64) {
	h := batch.Header{Number: n, PostRoot: digest("root", n)}
	w.sealed[n] = &fsm.SealedBatch{Header: h, Hash: digest("header", n)}
	w.cursor.Seal(cursor.Batch{Number: n, HeaderHash: digest("header", n), Root: h.PostRoot, FirstSequence: n, LastSequence: n})
}

func (w *world) apply(t *testing.T, events ...cursor.Event) {
	t.Helper()
	for _, e := range events {
		if err := w.cursor.Apply(e, cursor.Context{Index: 1, TimeMs: 1}); err != nil {
			t.Fatalf("apply %T: %v", e, err)
		}
	}
}

func (w *world) publish(t *testing.T, to uint64) {
	t.Helper()
	for n := w.cursor.Heads().Published + 1; n <= to; n++ {
		record, _ := w.cursor.Batch(n)
		w.apply(t, cursor.Published{Batch: n, Sealed: record.HeaderHash, Ref: cursor.Ref{Provider: 1, Commitment: digest("payload", n)}})
	}
}

// anchor has L1 hold the cluster's own batches up to n.
func (w *world) anchor(n uint64) {
	for i := uint64(1); i <= n; i++ {
		w.l1[i] = consistency.Anchored{HeaderHash: digest("header", i), Root: digest("root", i)}
	}
	w.last = n
}

func (w *world) Cursor() *cursor.Cursor {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cursor.Clone()
}

func (w *world) Sealed(n uint64) (*fsm.SealedBatch, error) {
	if s, ok := w.sealed[n]; ok {
		return s, nil
	}
	return nil, errors.New("released")
}

func (w *world) reported(n uint64, sealed cursor.Hash) map[string][32]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now, ok := w.sealed[n]; ok && now.Hash != sealed {
		return nil
	}
	return w.roots[n]
}

func (w *world) LastCommitted(context.Context) (uint64, uint64, error) {
	w.calls++
	return w.last, w.block, w.l1Err
}

func (w *world) Anchored(_ context.Context, n uint64) (consistency.Anchored, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	return w.l1[n], w.l1Err
}

func (w *world) BlockHash(_ context.Context, n uint64) ([32]byte, error) {
	if h, ok := w.hashes[n]; ok {
		return h, w.l1Err
	}
	return digest("block", n), w.l1Err
}

// committed has the cluster commit batch 1 at depth, in block 10.
func committed(t *testing.T, w *world) {
	t.Helper()
	w.publish(t, 1)
	if err := w.cursor.Genesis([16]byte{1}, cursor.Context{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.cursor.NewEpoch(0, 1, digest("block", 1), cursor.Context{}); err != nil {
		t.Fatal(err)
	}
	at := cursor.BlockRef{Number: 10, Hash: digest("block", 10)}
	tx := digest("tx", 1)
	w.apply(t,
		cursor.Executed{Batch: 1, Sealed: digest("header", 1), Root: digest("root", 1), HeaderHash: digest("header", 1), Node: "a"},
		cursor.L1Observed{Latest: at, Ring: []cursor.BlockRef{at}},
		cursor.Intent{Epoch: 1, Kind: cursor.Commit, First: 1, Last: 1, HeaderHashes: []cursor.Hash{digest("header", 1)}, TxHash: tx, RawTx: []byte{1}},
		cursor.Included{Kind: cursor.Commit, TxHash: tx, Block: at},
		cursor.AtDepth{Kind: cursor.Commit},
	)
	w.said[10] = []consistency.Committed{{Number: 1, HeaderHash: digest("header", 1), Ref: named(1)}}
}

func (w *world) Fetch(_ context.Context, h batch.Header, refs []cursor.Ref) (da.Fetched, error) {
	w.fetches++
	w.fetched = append(w.fetched, refs...)
	return da.Fetched{}, w.absent[h.Number]
}

func (w *world) Commits(_ context.Context, block uint64) ([]consistency.Committed, error) {
	w.calls++
	return w.said[block], w.l1Err
}

func (w *world) Commit(_ context.Context, n uint64) (consistency.Committed, error) {
	w.calls++
	return consistency.Committed{Number: n, HeaderHash: digest("header", n), Ref: named(n)}, w.l1Err
}

// named is where L1 says that a payload is.
func named(n uint64) cursor.Ref { return cursor.Ref{Provider: 3, Commitment: digest("named", n)} }

func (w *world) checker() *consistency.Checker { return consistency.New(w.config()) }

func (w *world) config() consistency.Config {
	return consistency.Config{
		Local: w, L1: w, DA: w, Replicas: w.reported,
		Barrier:   func(context.Context) error { return w.barrier() },
		Tolerance: consistency.Tolerance{Batches: 4, Blocks: 5},
	}
}

// finalize seals batches up to n and has all of them finalized.
func (w *world) finalize(t *testing.T, n uint64) {
	t.Helper()
	if err := w.cursor.Genesis([16]byte{1}, cursor.Context{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.cursor.NewEpoch(0, 1, digest("block", 1), cursor.Context{}); err != nil {
		t.Fatal(err)
	}
	var hashes []cursor.Hash
	for i := uint64(1); i <= n; i++ {
		w.seal(i)
		hashes = append(hashes, digest("header", i))
		w.apply(t, cursor.Executed{Batch: i, Sealed: digest("header", i), Root: digest("root", i), HeaderHash: digest("header", i), Node: "a"})
	}
	w.publish(t, n)
	w.anchor(n)
	at := cursor.BlockRef{Number: 10, Hash: digest("block", 10)}
	w.apply(t, cursor.L1Observed{Latest: at, Ring: []cursor.BlockRef{at}})
	for i, kind := range []cursor.Kind{cursor.Commit, cursor.Verify} {
		tx := digest("tx", uint64(i))
		w.apply(t,
			cursor.Intent{Epoch: 1, Kind: kind, First: 1, Last: n, HeaderHashes: hashes, TxHash: tx, RawTx: []byte{1}},
			cursor.Included{Kind: kind, TxHash: tx, Block: at},
			cursor.AtDepth{Kind: kind},
		)
	}
	w.apply(t, cursor.L1Observed{Latest: at, Safe: at, Finalized: at})
	if f := w.cursor.Heads().Finalized; f != n {
		t.Fatalf("finalized %d of %d", f, n)
	}
}

func (w *world) find(t *testing.T, pair cursor.Pair) cursor.Verdict {
	t.Helper()
	for _, v := range w.checker().Check(t.Context()).Verdicts {
		if v.Pair == pair {
			return v
		}
	}
	t.Fatalf("no verdict for %v", pair)
	return cursor.Verdict{}
}

func digest(kind string, n uint64) [32]byte { return sha256.Sum256(fmt.Appendf(nil, "%s %d", kind, n)) }

// layers.md, consistency: each fault has its finding, at the first batch that shows it.
func TestFindings(t *testing.T) {
	behind := errors.New("no answer")
	cases := []struct {
		name    string
		batches uint64
		set     func(*testing.T, *world)
		pair    cursor.Pair
		finding cursor.Finding
		batch   uint64
	}{
		{"nothing sealed", 0, func(*testing.T, *world) {}, cursor.LocalL1, cursor.Consistent, 0},
		{"L1 holds all", 3, func(_ *testing.T, w *world) { w.anchor(3) }, cursor.LocalL1, cursor.Consistent, 0},
		{"lag within tolerance", 4, func(*testing.T, *world) {}, cursor.LocalL1, cursor.Consistent, 0},
		{"lag beyond tolerance", 5, func(*testing.T, *world) {}, cursor.LocalL1, cursor.Lagging, 0},
		{"zkVM behind", 5, func(*testing.T, *world) {}, cursor.LocalZKVM, cursor.Lagging, 0},
		{"zkVM states another root", 3, func(t *testing.T, w *world) {
			t.Helper()
			w.apply(t, cursor.Executed{Batch: 1, Sealed: digest("header", 1), Root: digest("wrong", 1), HeaderHash: digest("header", 1), Node: "a"})
		}, cursor.LocalZKVM, cursor.Divergent, 1},
		{"L1 holds another header with the same root", 9, func(_ *testing.T, w *world) {
			w.anchor(9)
			for n := uint64(6); n <= 9; n++ {
				w.l1[n] = consistency.Anchored{HeaderHash: digest("foreign", n), Root: digest("root", n)}
			}
		}, cursor.LocalL1, cursor.Foreign, 6},
		{"L1 holds the same header with another root", 2, func(_ *testing.T, w *world) {
			w.anchor(2)
			w.l1[2] = consistency.Anchored{HeaderHash: digest("header", 2), Root: digest("wrong", 2)}
		}, cursor.LocalL1, cursor.Foreign, 2},
		{"L1 is ahead of everything", 2, func(_ *testing.T, w *world) { w.anchor(3) }, cursor.LocalL1, cursor.Foreign, 3},
		{"L1 is ahead of a replica that is behind", 2, func(_ *testing.T, w *world) {
			w.anchor(3)
			w.barrier = func() error { w.seal(3); return nil }
		}, cursor.LocalL1, cursor.Consistent, 0},
		{"L1 is ahead and the replica cannot catch up", 2, func(_ *testing.T, w *world) {
			w.anchor(3)
			w.barrier = func() error { return behind }
		}, cursor.LocalL1, cursor.Unknown, 0},
		{"L1 does not answer", 2, func(_ *testing.T, w *world) { w.l1Err = behind }, cursor.LocalL1, cursor.Unknown, 0},
		{"the endpoint is behind the follow point", 1, func(t *testing.T, w *world) {
			t.Helper()
			at := cursor.BlockRef{Number: 1001, Hash: digest("block", 1001)}
			w.apply(t, cursor.L1Observed{Latest: at, Safe: at, Finalized: at, Ring: []cursor.BlockRef{at}})
		}, cursor.LocalL1, cursor.Unknown, 0},
		{"L1 took a committed batch back", 1, committed, cursor.LocalL1, cursor.Reverted, 1},
		{"a reorganization that is not followed yet", 1, func(t *testing.T, w *world) {
			t.Helper()
			committed(t, w)
			w.hashes = map[uint64][32]byte{10: digest("other branch", 10)}
		}, cursor.LocalL1, cursor.Unknown, 0},
		{"a batch is gone while it is read", 2, func(_ *testing.T, w *world) {
			w.anchor(2)
			delete(w.l1, 2)
		}, cursor.LocalL1, cursor.Unknown, 0},
		{"the zkVM agreed at the second execution", 1, func(t *testing.T, w *world) {
			t.Helper()
			w.apply(t, cursor.Executed{Batch: 1, Sealed: digest("header", 1), Root: digest("wrong", 1), HeaderHash: digest("header", 1), Node: "a"},
				cursor.Executed{Batch: 1, Sealed: digest("header", 1), Root: digest("root", 1), HeaderHash: digest("header", 1), Node: "a"})
		}, cursor.LocalZKVM, cursor.Consistent, 1},
		{"a payload is nowhere", 2, func(t *testing.T, w *world) {
			t.Helper()
			w.publish(t, 2)
			w.absent[2] = &da.WrongBytesError{Provider: "archive"}
		}, cursor.LocalDA, cursor.Missing, 2},
		{"a provider does not answer", 2, func(t *testing.T, w *world) {
			t.Helper()
			w.publish(t, 2)
			w.absent[1] = behind
		}, cursor.LocalDA, cursor.Unknown, 1},
		{"a replica reports another root", 3, func(_ *testing.T, w *world) {
			w.roots[2] = map[string][32]byte{"a": digest("root", 2), "b": digest("wrong", 2)}
		}, cursor.Replicas, cursor.Divergent, 2},
		{"a replica reports the root of another batch, which took the number during the check", 3, func(_ *testing.T, w *world) {
			w.sealed[2] = &fsm.SealedBatch{Hash: digest("header", 9)}
			w.roots[2] = map[string][32]byte{"a": digest("root", 9)}
		}, cursor.Replicas, cursor.Consistent, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(c.batches)
			c.set(t, w)
			if v := w.find(t, c.pair); v.Finding != c.finding || v.Batch != c.batch {
				t.Fatalf("got %v at batch %d (%s), want %v at %d", v.Finding, v.Batch, v.Detail, c.finding, c.batch)
			}
		})
	}
}

// layers.md, consistency: one call to L1 checks the whole window while nothing differs.
func TestOneCallChecksTheWindow(t *testing.T) {
	w := newWorld(500)
	w.anchor(500)
	w.checker().Check(t.Context())
	if w.calls > 2 {
		t.Fatalf("%d calls to L1 for 500 equal batches", w.calls)
	}
}

// A payload is read back once per header, not at every check.
func TestPayloadsAreFetchedOnce(t *testing.T) {
	w := newWorld(3)
	w.publish(t, 3)
	checker := w.checker()
	for range 5 {
		checker.Check(t.Context())
	}
	if w.fetches != 3 {
		t.Fatalf("%d fetches of 3 payloads", w.fetches)
	}
}

// layers.md, consistency: a head that stands still for so many L1 blocks while batches wait is stalled; one that moves
// is not, however long the checks go on.
func TestStalled(t *testing.T) {
	w := newWorld(2)
	checker := w.checker()
	says := func(when string, want cursor.Finding) {
		t.Helper()
		for range 3 { // checks are no measure of time
			if f := published(t, checker); f != want {
				t.Fatalf("%s: %v, want %v", when, f, want)
			}
		}
	}
	w.observe(t, 10)
	says("at first", cursor.Consistent)
	w.observe(t, 14)
	says("four blocks later", cursor.Consistent)
	w.publish(t, 1)
	says("after it moved", cursor.Consistent)
	w.observe(t, 18)
	says("four blocks after that", cursor.Consistent)
	w.observe(t, 19)
	says("five blocks at one batch", cursor.Stalled)
	w.publish(t, 2)
	says("level", cursor.Consistent)
	w.observe(t, 200)
	says("level for long", cursor.Consistent)
}

// tolerance_threshold: without an L1 a block counts as a slot.
func TestStalledWithoutL1(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(2)
		checker := consistency.New(consistency.Config{Local: w, DA: w, Tolerance: consistency.Tolerance{Batches: 4, Blocks: 5}})
		if f := published(t, checker); f != cursor.Consistent {
			t.Fatalf("at first: %v", f)
		}
		time.Sleep(59 * time.Second)
		if f := published(t, checker); f != cursor.Consistent {
			t.Fatalf("within five slots: %v", f)
		}
		time.Sleep(time.Second)
		if f := published(t, checker); f != cursor.Stalled {
			t.Fatalf("after five slots: %v", f)
		}
	})
}

func published(t *testing.T, checker *consistency.Checker) cursor.Finding {
	t.Helper()
	for _, v := range checker.Check(t.Context()).Verdicts {
		if v.Pair == cursor.LocalDA {
			return v.Finding
		}
	}
	return 0
}

// observe has the follower see L1 up to a block.
func (w *world) observe(t *testing.T, number uint64) {
	t.Helper()
	var ring []cursor.BlockRef
	for n := max(w.cursor.Follow().Latest.Number+1, number-min(number, 8)); n <= number; n++ {
		ring = append(ring, cursor.BlockRef{Number: n, Hash: digest("block", n)})
	}
	f := w.cursor.Follow()
	w.apply(t, cursor.L1Observed{Latest: ring[len(ring)-1], Safe: f.Safe, Finalized: f.Finalized, Ring: ring})
}

// layers.md: foreign, reverted and divergent stop anchoring; lag, missing data and silence do not.
func TestWhatStopsAnchoring(t *testing.T) {
	for f := cursor.Consistent; f <= cursor.Unknown; f++ {
		want := f == cursor.Divergent || f == cursor.Foreign || f == cursor.Reverted
		if f.Stops() != want {
			t.Errorf("%v: stops anchoring %v, want %v", f, !want, want)
		}
	}
}
