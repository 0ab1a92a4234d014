package anchor_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

var lineage = [16]byte{7}

// world is a chain with the contract, and managers whose intents go nowhere.
type world struct {
	t        *testing.T
	chain    *embedded.Chain
	client   *layer1.Client
	contract [20]byte
	cur      *cursor.Cursor
	header   batch.Header
}

func newWorld(t *testing.T) *world {
	t.Helper()
	chain, err := embedded.Start(t.Context(), embedded.Config{SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	client, err := layer1.NewClient(layer1.ClientConfig{Endpoints: []string{chain.URL()}, ChainID: chain.ChainID()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		if cerr := chain.Close(); cerr != nil {
			t.Error(cerr)
		}
	})
	w := &world{t: t, chain: chain, client: client, cur: cursor.New()}
	w.contract = w.deploy()
	w.header = batch.Header{
		Lineage: lineage, Number: 1, PostRoot: [32]byte{5}, PayloadKind: batch.PayloadTransitions, Transitions: 1,
		FirstSequence: 1, LastSequence: 1, FirstTimeMs: 1, SealTimeMs: 2, ProgramVersion: 1,
	}
	at := cursor.Context{Index: 1}
	_, err = w.cur.NewEpoch(0, 0, [32]byte{}, at)
	if gerr := w.cur.Genesis(lineage, at); gerr != nil || err == nil {
		t.Fatal("an epoch before genesis")
	}
	if _, err := w.cur.NewEpoch(0, 0, [32]byte{}, at); err != nil {
		t.Fatal(err)
	}
	w.cur.Seal(cursor.Batch{Number: 1, HeaderHash: w.header.Hash(), Root: w.header.PostRoot})
	return w
}

func (w *world) deploy() [20]byte {
	w.t.Helper()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				w.mine(1)
			}
		}
	})
	defer wg.Wait()
	defer close(stop)
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	d, err := layer1.Deploy(ctx, w.client, w.signer(0), layer1.DeployParams{
		Owner: embedded.DevAddress(0), Submitter: embedded.DevAddress(1), Prover: embedded.DevAddress(2),
		Guardian: embedded.DevAddress(3), ProgramVersion: 1,
	})
	if err != nil {
		w.t.Error(err)
	}
	return d.Contract
}

func (w *world) signer(i int) *layer1.KeySigner {
	s, err := layer1.NewKeySigner(embedded.DevKey(i))
	if err != nil {
		w.t.Error(err)
	}
	return s
}

func (w *world) mine(n int) {
	if _, err := w.chain.Mine(n); err != nil {
		w.t.Error(err)
	}
}

func (w *world) manager(kind cursor.Kind, key int) *layer1.TxManager {
	w.t.Helper()
	nothing := func(context.Context, cursor.Event) error { return nil }
	m, err := layer1.NewTxManager(layer1.TxConfig{Kind: kind, Contract: w.contract}, w.client, w.signer(key),
		func() *cursor.Cursor { return w.cur }, nothing, func(context.Context) error { return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) commit() {
	w.t.Helper()
	if err := w.manager(cursor.Commit, 1).Commit(w.t.Context(), 3, []batch.Header{w.header}, da.Cargo{Refs: []cursor.Ref{{Provider: 1}}}); err != nil {
		w.t.Fatal(err)
	}
	w.mine(1)
}

func (w *world) verify() {
	w.t.Helper()
	if err := w.manager(cursor.Verify, 2).Verify(w.t.Context(), 3, []batch.Header{w.header}, [][]byte{{}}); err != nil {
		w.t.Fatal(err)
	}
	w.mine(1)
}

func (w *world) reader(edit func(*anchor.Config)) *anchor.Reader {
	w.t.Helper()
	cfg := anchor.Config{Endpoints: []string{w.chain.URL()}, ChainID: w.chain.ChainID(), Contract: w.contract}
	if edit != nil {
		edit(&cfg)
	}
	r, err := anchor.Open(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(r.Close)
	return r
}

// A batch is seen at each level only once it is there, with the header's own
// hash and root.
func TestLevels(t *testing.T) {
	w := newWorld(t)
	r := w.reader(nil)
	if _, err := r.Batch(t.Context(), 1, anchor.Latest); !errors.Is(err, anchor.ErrNotAnchored) {
		t.Fatalf("before the commit: %v", err)
	}
	w.commit()
	want := anchor.Finality{Committed: anchor.Latest}
	for range 8 {
		if f, err := r.Finality(t.Context(), 1); err != nil || f != want {
			t.Fatalf("finality %+v, %v; want %+v", f, err, want)
		}
		switch want.Committed {
		case anchor.Latest:
			w.mine(2)
			want.Committed = anchor.Safe
		case anchor.Safe:
			w.verify()
			want.Verified = anchor.Latest
			w.mine(1)
			want.Committed = anchor.Finalized
		case anchor.Finalized:
			w.mine(4)
			want.Verified = anchor.Finalized
		case anchor.None:
		}
	}
	b, err := r.Batch(t.Context(), 1, anchor.Finalized)
	if err != nil {
		t.Fatal(err)
	}
	if b.HeaderHash != w.header.Hash() || b.PostRoot != w.header.PostRoot || b.Lineage != lineage || !b.Verified {
		t.Errorf("got %+v", b)
	}
	h, err := r.Head(t.Context(), anchor.Safe)
	if err != nil || h.LastCommitted != 1 || h.LastVerified != 1 || h.Lineage != lineage {
		t.Errorf("head %+v, %v", h, err)
	}
	for _, n := range []uint64{0, 2, 1 << 63} {
		if _, err := r.Batch(t.Context(), n, anchor.Latest); !errors.Is(err, anchor.ErrNotAnchored) {
			t.Errorf("batch %d: %v", n, err)
		}
	}
}

// The contract stores a root of its newest batch alone: that of an older one is read from the commit's event, under
// the header hash that the contract does store.
func TestOlderBatch(t *testing.T) {
	w := newWorld(t)
	first := w.header
	w.commit()
	w.header.Number, w.header.ParentHash, w.header.PreRoot, w.header.PostRoot = 2, first.Hash(), first.PostRoot, [32]byte{6}
	w.header.FirstSequence, w.header.LastSequence = 2, 2
	w.cur.Seal(cursor.Batch{Number: 2, HeaderHash: w.header.Hash(), Root: w.header.PostRoot})
	w.commit()
	for _, h := range []batch.Header{first, w.header} {
		b, err := w.reader(nil).Batch(t.Context(), h.Number, anchor.Latest)
		if err != nil || b.PostRoot != h.PostRoot || b.HeaderHash != h.Hash() {
			t.Errorf("batch %d: %+v, %v", h.Number, b, err)
		}
	}
	c := layer1.NewContract(w.client, w.contract)
	seen, err := c.Inspect(t.Context(), 1, layer1.Latest)
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.CommitOf(t.Context(), seen)
	if err != nil || e.Number != 1 || e.HeaderHash != first.Hash() || e.Ref.Provider != 1 || e.TxHash == [32]byte{} {
		t.Errorf("commit %+v, %v", e, err)
	}
	seen.HeaderHash[0]++
	if _, err := c.CommitOf(t.Context(), seen); !errors.Is(err, layer1.ErrNoEvent) {
		t.Errorf("under another header hash: %v", err)
	}
}

// A reorg takes the anchor back: the reader tells what the chain holds now.
func TestReorg(t *testing.T) {
	w := newWorld(t)
	r := w.reader(nil)
	w.commit()
	if _, err := w.chain.Reorg(1, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Batch(t.Context(), 1, anchor.Latest); !errors.Is(err, anchor.ErrNotAnchored) {
		t.Errorf("after the reorg: %v", err)
	}
}

// Wrong chain, wrong address, dead endpoint: each is told apart.
func TestWrongConfiguration(t *testing.T) {
	w := newWorld(t)
	var wrong *layer1.WrongChainError
	if _, err := w.reader(func(c *anchor.Config) { c.ChainID = 1 }).Head(t.Context(), anchor.Latest); !errors.As(err, &wrong) {
		t.Errorf("wrong chain: %v", err)
	}
	if _, err := w.reader(func(c *anchor.Config) { c.Contract = [20]byte{1} }).Head(t.Context(), anchor.Latest); !errors.Is(err, layer1.ErrNoContract) {
		t.Errorf("no contract: %v", err)
	}
	w.chain.SetFault(embedded.FaultRefuse)
	var silent *layer1.TransportError
	if _, err := w.reader(nil).Head(t.Context(), anchor.Latest); !errors.As(err, &silent) || errors.Is(err, anchor.ErrNotAnchored) {
		t.Errorf("dead endpoint: %v", err)
	}
	if _, err := anchor.Open(anchor.Config{}); err == nil {
		t.Error("opened without an endpoint")
	}
}
