package fsm_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/book"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// existing is the setup as a book, with so many orders that do not cross: bids below 1000, asks from there on.
func existing(seed uint64, orders int) (ts []command.Transition) {
	ts = setup()
	ts = ts[:len(ts)-1]
	for i := range orders {
		x := number(seed, uint64(i))
		t := command.Transition{
			Kind: command.ImportOrder, Market: 1, Account: x%accounts + 1, Side: command.Side(x / 8 % 2),
			Price: 1000 + 10*(x/16%20), Size: 10 * (1 + x/512%9), ClientID: uint64(i % 2 * (i + 1)),
		}
		if t.Side == command.Bid {
			t.Price -= 200 + 10
		}
		ts = append(ts, t)
	}
	return ts
}

// bookOf writes records, with the supplies that the balances sum up to.
func bookOf(tb rapid.TB, ts []command.Transition) []byte {
	tb.Helper()
	supply := map[uint32]uint64{}
	for _, t := range ts {
		if t.Kind == command.ImportBalance {
			supply[t.Asset] += t.Amount
		}
	}
	var out bytes.Buffer
	w := book.NewWriter(&out)
	for _, t := range ts {
		r := book.Record{Transition: t}
		if t.Kind == command.RegisterAsset {
			r.Supply = supply[t.Asset]
		}
		if err := w.Write(r); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func imported(tb rapid.TB, ts []command.Transition) (*fsm.Replayer, fsm.Imported) {
	tb.Helper()
	p, what, err := fsm.ImportBook(testConfig(), bytes.NewReader(bookOf(tb, ts)))
	if err != nil {
		tb.Fatal(err)
	}
	return p, what
}

// state.md: a genesis import is nothing but its transitions. A book at batch 0 has the root of the history that submitted
// them one by one, and its orders the same ids.
func TestImportIsItsTransitions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ts := existing(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(0, 60).Draw(rt, "orders"))
		p, what := imported(rt, ts)
		h := newHarness(t, testConfig())
		h.limits.SessionInFlight = 1000
		h.genesis(batch.PayloadTransitions)
		session := h.openSession(1)
		for i, tr := range append(ts, command.Transition{Kind: command.EndImport}) {
			r := h.submit(command.Submission{Session: session, Sequence: uint64(i) + 1, Transition: tr})
			if r.Receipts[0].Code != 0 {
				rt.Fatalf("transition %d: %s", i, r.Receipts[0].Code)
			}
		}
		h.seal()
		n, root := p.Newest()
		if n != 0 || root != h.m.Position().Root || what.Root != root || p.Sequence() != uint64(len(ts))+1 {
			rt.Fatalf("batch %d, root %x, sequence %d; the twin has %x after %d", n, root, p.Sequence(), h.m.Position().Root, len(ts)+1)
		}
		if what.Accounts != accounts || what.Markets != 1 || what.Records != uint64(len(ts)) || what.Orders != uint64(len(ts)-15) || len(what.Assets) != 2 {
			rt.Fatalf("counted %+v", what)
		}
	})
}

// A history that begins with a book goes on from it: batch 1 begins at the book's root and the sequence after it, a
// rollback to batch 0 is the book again, a snapshot brings it back, and whoever has the book can replay the rest.
func TestHistoryFromABook(t *testing.T) {
	for _, kind := range []batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff} {
		t.Run(kind.String(), func(t *testing.T) {
			limits := testLimits()
			limits.RecentVersions = 64
			p, what := imported(t, existing(1, 200))
			genesis := command.Genesis{Lineage: lineage, ChainID: 1337, ProgramVersion: 1, PayloadKind: uint8(kind), Limits: limits, TimeMs: 900}
			var snapshot, again bytes.Buffer
			if err := errors.Join(p.WriteGenesis(&snapshot, genesis), p.WriteGenesis(&again, genesis)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(snapshot.Bytes(), again.Bytes()) {
				t.Error("the genesis is written differently a second time")
			}
			h := newHarness(t, testConfig())
			if err := h.m.Restore(io.NopCloser(bytes.NewReader(snapshot.Bytes()))); err != nil {
				t.Fatal(err)
			}
			s := h.m.Status()
			if s.Batch != 0 || s.Root != what.Root || s.Genesis != genesis || s.Heads.Applied != what.Records+1 || s.Heads.Sealed != 0 {
				t.Fatalf("began with %+v", s)
			}
			h.index = 1
			f := &flow{session: h.openSession(1), orders: what.Records}
			for i := range 4 {
				h.trade(f, uint64(i), 40)
				h.seal()
			}
			all := h.allSealed()
			if first := all[0].Header; first.PreRoot != what.Root || first.FirstSequence != what.Records+2 || first.ParentHash != ([32]byte{}) {
				t.Errorf("batch 1 begins at %+v", first)
			}
			h = h.restart(testConfig())
			q, err := fsm.ReplayFrom(testConfig(), bytes.NewReader(snapshot.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range all {
				if _, err := q.Add(b.Header, b.Content()); err != nil {
					t.Fatal(err)
				}
			}
			handOver(t, q, all[len(all)-1], kind)
			if r := h.rollback(0); r.Err != nil || r.Root != what.Root || h.m.Status().Heads.Applied != what.Records+1 {
				t.Errorf("rolled back to %+v, %v", r.Position, r.Err)
			}
			if _, err := fsm.NewReplayer(testConfig()).Add(all[0].Header, all[0].Content()); !errors.Is(err, fsm.ErrNotDerived) {
				t.Errorf("without the book: %v", err)
			}
		})
	}
}

// A book is taken whole or not at all, and the line that is wrong is named.
func TestBooksThatAreRefused(t *testing.T) {
	good := string(bookOf(t, existing(1, 20)))
	for _, c := range []struct {
		name, from, to string
		line           uint64
		says           string
	}{
		{"balances below the supply", "balance,1,1,1000000", "balance,1,1,999999", 2, "sum up to 3999999"},
		{"balances above the supply", "balance,1,1,1000000", "balance,1,1,1000001", 2, "sum up to 4000001"},
		{"supply too large", ",4000000\n", ",9223372036854775808\n", 2, "at most 9223372036854775807"},
		{"unknown asset", "balance,1,1,", "balance,1,7,", 6, "unknown_asset"},
		{"account twice", "account,2,", "account,1,", 8, "account_exists"},
		{"reserved id", "account,1,", "account,0,", 5, "invalid_id"},
		{"price off the tick", "end,35", "order,1,1,bid,11,10,0\nend,36", 37, "invalid_price"},
		{"a book that crosses", "end,35", "order,1,1,bid,5000,10,0\nend,36", 37, "would_cross"},
		{"an order that is not funded", "end,35", "order,1,1,bid,10,99999999999990,0\nend,36", 37, "insufficient_balance"},
		{"a client id twice", "end,35", "order,1,1,bid,10,10,77\norder,1,1,bid,10,10,77\nend,37", 38, "duplicate_client_id"},
	} {
		text := strings.Replace(good, c.from, c.to, 1)
		if text == good {
			t.Fatalf("%s changes nothing in\n%s", c.name, good)
		}
		_, _, err := fsm.ImportBook(testConfig(), strings.NewReader(text))
		wrong, ok := errors.AsType[*book.LineError](err)
		if !ok || !errors.Is(err, fsm.ErrBook) || wrong.Line != c.line || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, _, err := fsm.ImportBook(testConfig(), strings.NewReader(good[:len(good)-3])); !errors.Is(err, book.ErrMalformed) {
		t.Errorf("cut off: %v", err)
	}
	p, _ := imported(t, setup()[:2])
	if err := p.WriteGenesis(io.Discard, command.Genesis{Lineage: lineage, PayloadKind: 1}); !errors.Is(err, fsm.ErrGenesis) {
		t.Errorf("a genesis without limits: %v", err)
	}
	q, err := fsm.ReplayFrom(testConfig(), bytes.NewReader(func() []byte { h, _ := history(t, batch.PayloadTransitions, 5, 1); return h.snapshot() }()))
	if err != nil {
		t.Fatal(err)
	}
	if err := q.WriteGenesis(io.Discard, command.Genesis{Lineage: lineage, PayloadKind: 1, Limits: testLimits()}); err == nil {
		t.Error("a genesis after batch 0")
	}
}
