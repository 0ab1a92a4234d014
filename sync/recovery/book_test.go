package recovery_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/book"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// aBook is the setup and so many bids, as a book.
func aBook(t *testing.T, bids int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := book.NewWriter(&out)
	write := func(r book.Record) {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	supplies := map[uint32]uint64{1: 4_000_000, 2: 4_000_000_000}
	ts := setup()
	for _, tr := range ts[:len(ts)-1] {
		write(book.Record{Transition: tr, Supply: supplies[tr.Asset]})
	}
	for i := range bids {
		write(book.Record{Transition: command.Transition{
			Kind: command.ImportOrder, Market: 1, Account: uint64(i)%4 + 1, Side: command.Bid, Price: uint64(500 + 10*(i%30)), Size: 10,
		}})
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// newBookWorld is a world whose history began with a book, which the contract was created with.
func newBookWorld(t *testing.T, primary da.ProviderID, kind batch.PayloadKind) (*world, fsm.Imported) {
	t.Helper()
	p, what, err := fsm.ImportBook(fsm.Config{}, bytes.NewReader(aBook(t, 100)))
	if err != nil {
		t.Fatal(err)
	}
	w := newContract(t, primary, what.Root)
	genesis := w.genesis()
	genesis.Lineage, genesis.PayloadKind, genesis.TimeMs = firstLineage, uint8(kind), w.now()
	var snapshot bytes.Buffer
	w.check(p.WriteGenesis(&snapshot, genesis))
	w.check(w.m.Restore(io.NopCloser(bytes.NewReader(snapshot.Bytes()))))
	w.index = 1
	w.openSession()
	_, _, err = recovery.NewCheckpoints(w.set.Archive()).Create(t.Context(), recovery.Source{Snapshot: &snapshot, Term: 1, Node: "init", NowMs: w.ms})
	w.check(err)
	return w, what
}

// issue: an existing order book imported at genesis with its root anchored. L1 takes batches that follow the book, and
// every way back from batch 0 begins with the book in the archive: from L1 by any target, before a batch is anchored too,
// from the archive alone, and for a span of time.
func TestRecoverWhatBeganWithABook(t *testing.T) {
	for _, kind := range []batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff} {
		t.Run(kind.String(), func(t *testing.T) {
			w, what := newBookWorld(t, da.ProviderArchive, kind)
			seen, err := w.contract.Inspect(t.Context(), 0, layer1.Latest)
			w.check(err)
			if seen.State.LastRoot != what.Root {
				t.Fatalf("the contract holds root %x, the book has %x", seen.State.LastRoot, what.Root)
			}
			r, dir, err := w.run("latest", "", func(c *recovery.Config) { c.TakeOver = nil })
			w.check(err)
			if r.Batch != 0 || r.Root != hex.EncodeToString(what.Root[:]) || r.Sequence != what.Records+1 || !strings.HasPrefix(r.From, "checkpoint ") {
				t.Errorf("before the first batch: %+v", r)
			}
			if p := w.recovered(dir).Position(); p.Batch != 0 || p.Root != what.Root {
				t.Errorf("before the first batch: %+v", p)
			}
			for range 3 {
				w.batch(30)
			}
			w.anchor(3)
			w.verify(1, 1)
			want := w.m.Position()
			r, dir, err = w.run("latest", "genesis", nil)
			w.check(err)
			if p := w.recovered(dir).Position(); p.Root != want.Root || p.Batch != 3 || r.FromBatch != 0 || r.Batches != 3 {
				t.Errorf("to the newest batch: %+v, %+v", p, r)
			}
			plan, err := recovery.PlanL1(t.Context(), w.config(t.TempDir()), recovery.Target{Kind: recovery.ToRoot, Root: what.Root}, "genesis")
			w.check(err)
			if plan.Report.Batch != 0 || plan.Report.L1Last != 3 {
				t.Errorf("to the book's root: %+v", plan.Report)
			}
			w.goesOn(w.recovered(dir))
			w.spanOfAll()
		})
	}
}

// A cluster that is lost before its first batch comes back as the book, takes the contract over and goes on from it, under
// the kind of payload that the book's genesis has.
func TestRecoverBeforeTheFirstBatch(t *testing.T) {
	for _, kind := range []batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff} {
		t.Run(kind.String(), func(t *testing.T) {
			w, what := newBookWorld(t, da.ProviderArchive, kind)
			_, dir, err := w.run("latest", "", nil)
			w.check(err)
			seen, err := w.contract.Inspect(t.Context(), 0, layer1.Latest)
			w.check(err)
			m := w.recovered(dir)
			if s := m.Status(); s.Batch != 0 || s.Root != what.Root || seen.State.Lineage != s.Lineage || s.Genesis.PayloadKind != uint8(kind) || s.Genesis.ProgramVersion != 1 {
				t.Errorf("recovered %+v, L1 is of lineage %x", s, seen.State.Lineage)
			}
			w.goesOn(m)
		})
	}
}

// spanOfAll recovers every batch as a span of time, whose first state is the book.
func (w *world) spanOfAll() {
	w.t.Helper()
	out := filepath.Join(w.t.TempDir(), "range")
	span, err := recovery.PlanSpan(w.t.Context(), w.config(""), 1, time.Now().UnixMilli()+1_000_000, out)
	w.check(err)
	r, err := span.Run(w.t.Context())
	w.check(err)
	if r.First != 1 || r.FromBatch != 0 {
		w.t.Errorf("span %+v", r)
	}
	if _, err = os.Stat(filepath.Join(out, "0.state")); err != nil {
		w.t.Errorf("the book as the span's first state: %v", err)
	}
	plan, err := recovery.PlanDA(w.t.Context(), w.config(filepath.Join(w.t.TempDir(), "da")), w.m.Position().Root, "")
	w.check(err)
	alone, err := plan.Run(w.t.Context())
	w.check(err)
	if alone.Batch != r.Last || alone.FromBatch != 0 {
		w.t.Errorf("from the archive alone: %+v", alone)
	}
}

// Without the book nothing is recovered from batch 0, and the error says what to do; another book in its place is named
// and not used; retention never takes it away.
func TestTheBookIsNeeded(t *testing.T) {
	w, what := newBookWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(20)
	w.anchor(1)
	c := recovery.NewCheckpoints(w.set.Archive())
	w.checkpoint()
	w.batch(20)
	w.checkpoint()
	if _, err := c.Prune(t.Context(), recovery.Retention{Keep: 1}, time.Now().Add(time.Hour), false); err != nil {
		t.Fatal(err)
	}
	list, err := c.List(t.Context())
	w.check(err)
	if len(list) != 2 || list[1].Manifest.Batch != 0 || list[1].Manifest.Root != recovery.Digest(what.Root) {
		t.Fatalf("after pruning: %+v", list)
	}
	if _, err = c.Verify(t.Context(), list[1].Manifest, fsm.Config{}); err != nil {
		t.Errorf("the book after pruning: %v", err)
	}
	w.check(w.set.Archive().Remove(t.Context(), "checkpoints/"+list[1].Name+".json"))
	other, _, err := fsm.ImportBook(fsm.Config{}, bytes.NewReader(aBook(t, 99)))
	w.check(err)
	var snapshot bytes.Buffer
	genesis := w.genesis()
	genesis.Lineage, genesis.PayloadKind = [16]byte{5}, 1
	w.check(other.WriteGenesis(&snapshot, genesis))
	_, _, err = c.Create(t.Context(), recovery.Source{Snapshot: &snapshot, Term: 1, Node: "init", NowMs: w.ms})
	w.check(err)
	_, _, err = w.run("latest", "genesis", nil)
	if !errors.Is(err, recovery.ErrNoBook) || !strings.Contains(err.Error(), "holdfast book archive") {
		t.Errorf("without the book: %v", err)
	}
}
