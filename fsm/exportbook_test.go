package fsm_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// A book that was imported is exported as it was, but for the places of its records: importing what was exported gives the
// bytes again.
func TestExportedBookIsTheImportedOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		first := bookOf(rt, existing(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(0, 60).Draw(rt, "orders")))
		once := exported(rt, first)
		if again := exported(rt, once); !bytes.Equal(again, once) {
			rt.Fatalf("exported again it is another book:\n%s\n%s", once, again)
		}
		if a, b := what(rt, first), what(rt, once); a.Records != b.Records || a.Accounts != b.Accounts || a.Orders != b.Orders || a.Markets != b.Markets || len(a.Assets) != len(b.Assets) {
			rt.Fatalf("imported %+v, exported %+v", a, b)
		}
	})
}

func what(tb rapid.TB, text []byte) fsm.Imported {
	tb.Helper()
	_, what, err := fsm.ImportBook(testConfig(), bytes.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	return what
}

// exported imports a book, and exports the snapshot that a history begins with.
func exported(tb rapid.TB, text []byte) []byte {
	tb.Helper()
	p, _, err := fsm.ImportBook(testConfig(), bytes.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	genesis := command.Genesis{Lineage: lineage, ChainID: 1337, ProgramVersion: 1, PayloadKind: uint8(batch.PayloadTransitions), Limits: testLimits(), TimeMs: 900}
	var snapshot, out bytes.Buffer
	if err := p.WriteGenesis(&snapshot, genesis); err != nil {
		tb.Fatal(err)
	}
	if _, err := fsm.ExportBook(testConfig(), &snapshot, 0, &out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// After any trading the book that is exported can be imported, whole: nobody loses anything that was not traded away.
func TestExportAfterTrading(t *testing.T) {
	h, f := full(t)
	h.trade(f, 1, 40)
	var out bytes.Buffer
	if _, err := fsm.ExportBook(testConfig(), bytes.NewReader(h.snapshot()), 1, &out); !errors.Is(err, fsm.ErrUnsealed) {
		t.Fatalf("a snapshot with an open batch: %v", err)
	}
	h.seal()
	if _, err := fsm.ExportBook(testConfig(), bytes.NewReader(h.snapshot()), 0, io.Discard); !errors.Is(err, fsm.ErrFees) {
		t.Fatalf("fees that nobody gets: %v", err)
	}
	out.Reset()
	at, err := fsm.ExportBook(testConfig(), bytes.NewReader(h.snapshot()), 1, &out)
	if err != nil {
		t.Fatal(err)
	}
	if at.Batch != h.m.Status().Batch || at.Root != h.m.Status().Root {
		t.Errorf("exported at %+v, the state is at %+v", at, h.m.Status().Position)
	}
	imported := what(t, out.Bytes())
	if imported.Orders == 0 || imported.Accounts == 0 {
		t.Errorf("exported %+v", imported)
	}
	for _, a := range imported.Assets {
		if held, _ := assetOf(t, h, a.ID); held.Supply != a.Supply {
			t.Errorf("asset %d: supply %d, exported %d", a.ID, held.Supply, a.Supply)
		}
	}
}

func assetOf(t *testing.T, h *harness, id uint32) (a state.Asset, ok bool) {
	t.Helper()
	err := h.m.Read(func(r *fsm.Reader) error {
		a, ok = r.Asset(id)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return a, ok
}
