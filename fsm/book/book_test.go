package book_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/book"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

const small = `holdfast book 1
asset,1,2,0x0000000000000000000000000000000000000000,100
asset,2,2,0x00000000000000000000000000000000000000ff,18446744073709551615
market,7,1,2,10,20,30,65535,cancel_only
account,9,0x0102030405060708090a0b0c0d0e0f1011121314
balance,9,1,100
order,7,9,ask,10,20,0
order,7,9,bid,10,20,5
end,7
`

func records(in io.Reader) (out []book.Record, err error) {
	r := book.NewReader(in)
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, record)
	}
}

func written(tb rapid.TB, rs []book.Record) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := book.NewWriter(&out)
	for _, r := range rs {
		if err := w.Write(r); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// doc.go "Form": every field of every kind, and the numbers of records.
func TestRead(t *testing.T) {
	got, err := records(iotest.OneByteReader(strings.NewReader(small)))
	if err != nil {
		t.Fatal(err)
	}
	want := []book.Record{
		{1, command.Transition{Kind: command.RegisterAsset, Asset: 1, Decimals: 2}, 100},
		{2, command.Transition{Kind: command.RegisterAsset, Asset: 2, Decimals: 2, Address: command.Address{19: 0xff}}, 1<<64 - 1},
		{3, command.Transition{
			Kind: command.CreateMarket, Market: 7, Asset: 1, Quote: 2, Tick: 10, Lot: 20, MakerFee: 30, TakerFee: 65535, Status: command.CancelOnly,
		}, 0},
		{4, command.Transition{
			Kind: command.ImportAccount, Account: 9, Address: command.Address{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20},
		}, 0},
		{5, command.Transition{Kind: command.ImportBalance, Account: 9, Asset: 1, Amount: 100}, 0},
		{6, command.Transition{Kind: command.ImportOrder, Market: 7, Account: 9, Side: command.Ask, Price: 10, Size: 20}, 0},
		{7, command.Transition{Kind: command.ImportOrder, Market: 7, Account: 9, Side: command.Bid, Price: 10, Size: 20, ClientID: 5}, 0},
	}
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] || got[i].Line() != uint64(i)+2 {
			t.Errorf("record %d: %+v at line %d", i, got[i], got[i].Line())
		}
	}
	if text := written(t, got); string(text) != small {
		t.Errorf("written again:\n%s", text)
	}
}

// doc.go "Form": anything else is refused, by the number of its line.
func TestMalformed(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		line           uint64
		says           string
	}{
		{"title", "book 1", "book 2", 1, `want "holdfast book 1"`},
		{"no line feed at the end", "end,7\n", "end,7", 9, "ends before"},
		{"cut off", "order,7,9,bid,10,20,5\nend,7\n", "", 8, "ends before"},
		{"a record missing", "balance,9,1,100\n", "", 8, `6 records stand above, the last line says "7"`},
		{"last line with more", "end,7", "end,7,7", 9, "the last line says"},
		{"behind the last line", "end,7\n", "end,7\n\n", 10, "follows"},
		{"empty line", "account,9", "\naccount,9", 5, `"" is none of`},
		{"carriage return", "balance,9,1,100\n", "balance,9,1,100\r\n", 6, "amount"},
		{"unknown kind", "balance", "Balance", 6, `"Balance" is none of`},
		{"field missing", "bid,10,20,5", "bid,10,20", 8, "there is no client id"},
		{"field too many", "bid,10,20,5", "bid,10,20,5,", 8, "follows the last field"},
		{"empty number", "balance,9,1,100", "balance,9,,100", 6, "asset"},
		{"space", "balance,9,1,100", "balance,9, 1,100", 6, `asset " 1"`},
		{"sign", "balance,9,1,100", "balance,9,+1,100", 6, "asset"},
		{"leading zero", "balance,9,1,100", "balance,9,01,100", 6, "asset"},
		{"not decimal", "balance,9,1,100", "balance,9,0x1,100", 6, "asset"},
		{"a fraction", "balance,9,1,100", "balance,9,1,100.5", 6, "amount"},
		{"33 bits", "balance,9,1,100", "balance,9,4294967296,100", 6, "32 bits"},
		{"65 bits", ",18446744073709551615", ",18446744073709551616", 3, "supply"},
		{"fee of 17 bits", "65535", "65536", 4, "taker fee"},
		{"decimals of 9 bits", "asset,1,2", "asset,1,256", 2, "decimals"},
		{"status", "cancel_only", "closed", 4, "open, halted, cancel_only"},
		{"side", "bid", "buy", 8, "bid, ask"},
		{"address without prefix", "account,9,0x", "account,9,", 5, "40 hexadecimal"},
		{"short address", "1314\n", "13\n", 5, "40 hexadecimal"},
		{"long address", "1314\n", "131415\n", 5, "40 hexadecimal"},
		{"capital address", "0a0b", "0A0b", 5, "lower case"},
		{"long line", "bid,10,20,5", "bid,10,20,5" + strings.Repeat("0", 300), 8, "longer than"},
		{"endless line", "bid,10,20,5", "bid,10,20,5" + strings.Repeat("0", 1<<17), 8, "longer than"},
	} {
		text := strings.Replace(small, c.from, c.to, 1)
		if text == small {
			t.Fatalf("%s changes nothing", c.name)
		}
		_, err := records(strings.NewReader(text))
		wrong, ok := errors.AsType[*book.LineError](err)
		if !ok || !errors.Is(err, book.ErrMalformed) || wrong.Line != c.line || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	broken := errors.New("broken disk")
	if _, err := records(io.MultiReader(strings.NewReader(small[:50]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("an error of the reader: %v", err)
	}
}

// What no book holds is not written.
func TestWriteRefuses(t *testing.T) {
	w := book.NewWriter(io.Discard)
	for _, tr := range []command.Transition{
		{Kind: command.Place}, {Kind: command.EndImport}, {}, {Kind: command.CreateMarket, Market: 1, Status: 3},
	} {
		if err := w.Write(book.Record{Transition: tr}); !errors.Is(err, book.ErrMalformed) {
			t.Errorf("%v: %v", tr.Kind, err)
		}
	}
}

// doc.go "Form": whatever a record holds, it is read as it was written.
func TestRoundTrip(t *testing.T) {
	n64, n32 := rapid.Uint64(), rapid.Uint32()
	address := rapid.Custom(func(t *rapid.T) (a command.Address) {
		copy(a[:], rapid.SliceOfN(rapid.Byte(), len(a), len(a)).Draw(t, "address"))
		return a
	})
	record := rapid.Custom(func(t *rapid.T) (r book.Record) {
		tr := &r.Transition
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			tr.Kind, tr.Asset, tr.Decimals, tr.Address = command.RegisterAsset, n32.Draw(t, "id"), rapid.Uint8().Draw(t, "decimals"), address.Draw(t, "token")
			r.Supply = n64.Draw(t, "supply")
		case 1:
			tr.Kind, tr.Market, tr.Asset, tr.Quote = command.CreateMarket, n32.Draw(t, "id"), n32.Draw(t, "base"), n32.Draw(t, "quote")
			tr.Tick, tr.Lot = n64.Draw(t, "tick"), n64.Draw(t, "lot")
			tr.MakerFee, tr.TakerFee = rapid.Uint16().Draw(t, "maker"), rapid.Uint16().Draw(t, "taker")
			tr.Status = command.MarketStatus(rapid.IntRange(0, 2).Draw(t, "status"))
		case 2:
			tr.Kind, tr.Account, tr.Address = command.ImportAccount, n64.Draw(t, "id"), address.Draw(t, "address")
		case 3:
			tr.Kind, tr.Account, tr.Asset, tr.Amount = command.ImportBalance, n64.Draw(t, "account"), n32.Draw(t, "asset"), n64.Draw(t, "amount")
		case 4:
			tr.Kind, tr.Market, tr.Account = command.ImportOrder, n32.Draw(t, "market"), n64.Draw(t, "account")
			tr.Side = command.Side(rapid.IntRange(0, 1).Draw(t, "side"))
			tr.Price, tr.Size, tr.ClientID = n64.Draw(t, "price"), n64.Draw(t, "size"), n64.Draw(t, "client")
		}
		return r
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(record).Draw(t, "records")
		got, err := records(bytes.NewReader(written(t, want)))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d of %d records: %v", len(got), len(want), err)
		}
		for i := range want {
			want[i].Number = uint64(i) + 1
			if got[i] != want[i] {
				t.Fatalf("record %d: %+v, wrote %+v", i, got[i], want[i])
			}
		}
	})
}

// doc.go "Form": what is taken is written again as the same bytes.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("holdfast book 1\nend,0\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rs, err := records(bytes.NewReader(text))
		if err != nil {
			if _, ok := errors.AsType[*book.LineError](err); !ok {
				t.Fatalf("an error without a line: %v", err)
			}
			return
		}
		if again := written(t, rs); !bytes.Equal(again, text) {
			t.Errorf("%q is written again as %q", text, again)
		}
	})
}
