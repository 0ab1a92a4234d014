package batch_test

import (
	"bytes"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Small limits, so that the fuzzer meets them.
func fuzzLimits() batch.Limits {
	return batch.Limits{Bytes: 1 << 16, Transitions: 500, Acks: 20, Changes: 500}
}

// Every decoder accepts exactly what its encoder writes: what is accepted encodes to the same bytes again.

func FuzzDecodePayload(f *testing.F) {
	_, accepted := generated(f, 400)
	f.Add(batch.EncodePayload(nil, accepted[:50]))
	f.Add(batch.EncodePayload(nil, accepted[:1]))
	f.Add(batch.EncodePayload(nil, wide()))
	f.Add(batch.EncodePayload(nil, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		ts, err := batch.DecodePayload(b, fuzzLimits())
		if err != nil {
			return
		}
		if again := batch.EncodePayload(nil, ts); !bytes.Equal(again, b) {
			t.Fatalf("%x decodes to %+v, which encodes to %x", b, ts, again)
		}
	})
}

func FuzzDecodeEntry(f *testing.F) {
	submitted, _ := generated(f, 400)
	for _, n := range []int{1, 7, 60} {
		e := flowEntry(submitted[:n])
		f.Add(batch.EncodeEntry(nil, &e))
	}
	f.Add(batch.EncodeEntry(nil, entryOf(wide())))
	f.Fuzz(func(t *testing.T, b []byte) {
		var e command.Entry
		if err := batch.DecodeEntry(b, &e, fuzzLimits()); err != nil {
			if len(e.Submissions)+len(e.Acks) > 0 {
				t.Fatal("a refused entry left something behind")
			}
			return
		}
		if again := batch.EncodeEntry(nil, &e); !bytes.Equal(again, b) {
			t.Fatalf("%x decodes to %+v, which encodes to %x", b, e, again)
		}
	})
}

func FuzzDecodeDiff(f *testing.F) {
	f.Add(batch.EncodeDiff(nil, someChanges()))
	f.Add(batch.EncodeDiff(nil, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		changes, err := batch.DecodeDiff(b, fuzzLimits())
		if err != nil {
			return
		}
		if again := batch.EncodeDiff(nil, changes); !bytes.Equal(again, b) {
			t.Fatalf("%x decodes to %+v, which encodes to %x", b, changes, again)
		}
	})
}

func FuzzDecodeHeader(f *testing.F) {
	h := someHeader()
	f.Add(h.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := batch.DecodeHeader(b)
		if err == nil && !bytes.Equal(got.Append(nil), b) {
			t.Fatalf("%x decodes to %+v", b, got)
		}
	})
}

func FuzzDecodeWithdrawalProof(f *testing.F) {
	p, err := batch.ProveWithdrawal(someWithdrawals(5), 4)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := batch.DecodeWithdrawalProof(b)
		if err == nil && !bytes.Equal(got.Append(nil), b) {
			t.Fatalf("%x decodes to %+v", b, got)
		}
	})
}

func FuzzDecodeRow(f *testing.F) {
	for _, t := range wide() {
		f.Add(batch.AppendRow(nil, 1, 2, &t))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		session, sequence, tr, err := batch.DecodeRow(b)
		if err == nil && !bytes.Equal(batch.AppendRow(nil, session, sequence, &tr), b) {
			t.Fatalf("%x decodes to %+v", b, tr)
		}
	})
}

// Columns finds the boundaries of whatever the decoders accept, and the columns are all of it but the directory.
func FuzzColumns(f *testing.F) {
	_, accepted := generated(f, 100)
	f.Add(batch.EncodePayload(nil, accepted[:20]))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, cols, err := batch.Columns(b, fuzzLimits())
		if err != nil {
			return
		}
		var all []byte
		for i, c := range cols {
			if len(c.Data) == 0 || (i > 0 && c.ID <= cols[i-1].ID) {
				t.Fatalf("column %d of %d bytes after %d", c.ID, len(c.Data), cols[max(i-1, 0)].ID)
			}
			all = append(all, c.Data...)
		}
		if !bytes.HasSuffix(b, all) {
			t.Fatal("the columns are not the end of the encoding")
		}
	})
}

// wide has a transition of each kind with each of its fields.
func wide() []command.Transition {
	a := command.Address{1, 2, 3, 19: 20}
	return []command.Transition{
		{Kind: command.RegisterAsset, Asset: 1, Decimals: 8, Address: a},
		{Kind: command.RegisterAsset, Asset: 2, Decimals: 6, Address: command.Address{19: 1}},
		{Kind: command.CreateMarket, Market: 1, Asset: 1, Quote: 2, Tick: 10_000, Lot: 10_000, MakerFee: 100, TakerFee: 500},
		{Kind: command.ImportAccount, Account: 1, Address: a},
		{Kind: command.ImportBalance, Account: 1, Asset: 2, Amount: 5_000_000},
		{Kind: command.ImportOrder, Account: 1, Market: 1, Side: command.Ask, ClientID: 1, Price: 20_000, Size: 30_000},
		{Kind: command.EndImport},
		{Kind: command.Deposit, Account: 2, Asset: 2, Amount: 1000, Inbox: 0, Address: a},
		{Kind: command.Deposit, Account: 2, Asset: 2, Amount: 1001, Inbox: 1, Address: a},
		{Kind: command.Place, Account: 2, Market: 1, ClientID: 1, Price: 10_000, Size: 10_000},
		{Kind: command.Place, Account: 2, Market: 1, ClientID: 2, Price: 30_000, Size: 20_000, Side: command.Ask, TIF: command.PostOnly, STP: command.STPDecrement},
		{Kind: command.Place, Account: 1, Market: 1, ClientID: 2, Size: 10_000, Type: command.Market, TIF: command.IOC},
		{Kind: command.Amend, Order: 10, Size: 5_000},
		{Kind: command.Amend, Account: 2, ClientID: 2, Size: 5_000, Price: 40_000, STP: command.STPCancelBoth},
		{Kind: command.Cancel, Order: 10},
		{Kind: command.Cancel, Order: 11},
		{Kind: command.CancelAll, Account: 1, Market: 1},
		{Kind: command.Withdraw, Account: 2, Asset: 2, Amount: 7, Address: a},
		{Kind: command.UpdateMarket, Market: 1, MakerFee: 1, TakerFee: 2, Status: command.CancelOnly},
	}
}

func entryOf(ts []command.Transition) *command.Entry {
	e := &command.Entry{TimeMs: 1_790_000_000_123, Acks: []command.Ack{{Session: 9, Low: 4}, {Session: 7, Low: 1}}}
	for i, t := range ts {
		s := command.Submission{Session: 7, Sequence: uint64(5 + i), Transition: t}
		if i%3 == 2 {
			s.Session, s.Sequence = 9, uint64(100+i) // with gaps
		}
		e.Submissions = append(e.Submissions, s)
	}
	return e
}

func someChanges() []tree.Change {
	return []tree.Change{
		{Key: []byte{1, 0, 0, 0, 1}, Value: []byte("value")},
		{Key: []byte{1, 0, 0, 0, 2}, Delete: true},
		{Key: []byte{1, 0, 1, 0, 2}, Value: []byte{}},
		{Key: bytes.Repeat([]byte{7}, tree.MaxKey), Value: bytes.Repeat([]byte{8}, tree.MaxValue)},
	}
}

func someHeader() batch.Header {
	fill := func(b byte) (h tree.Hash) {
		for i := range h {
			h[i] = b
		}
		return h
	}
	return batch.Header{
		Lineage: [16]byte{1, 15: 2}, Number: 2, ParentHash: fill(3), PreRoot: fill(4), PostRoot: fill(5),
		PayloadKind: batch.PayloadTransitions, PayloadHash: fill(6), Transitions: 20, FirstSequence: 101, LastSequence: 120,
		InboxFrom: 7, InboxTo: 9, InboxHash: fill(8), WithdrawalsRoot: fill(9),
		FirstTimeMs: 1_790_000_000_000, SealTimeMs: 1_790_000_000_250, ProgramVersion: 1,
	}
}

func someWithdrawals(n int) []batch.Withdrawal {
	ws := make([]batch.Withdrawal, n)
	for i := range ws {
		ws[i] = batch.Withdrawal{Index: uint64(40 + i), Asset: 2, Address: command.Address{byte(i), 19: 1}, Amount: uint64(1000 * i)}
	}
	return ws
}
