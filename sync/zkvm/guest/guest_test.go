package guest_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// contracts: the journal has one fixed layout.
func TestJournalComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), guest.JournalSize, guest.JournalSize).Draw(t, "journal")
		j, err := guest.DecodeJournal(b)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(j.Append(nil), b) {
			t.Fatal("bytes changed")
		}
	})
	for _, n := range []int{0, guest.JournalSize - 1, guest.JournalSize + 1} {
		if _, err := guest.DecodeJournal(make([]byte, n)); err == nil {
			t.Fatalf("decoded %d bytes", n)
		}
	}
}

func TestInputComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SliceOfN(rapid.Byte(), 0, 300)
		in := guest.Input{
			Deployment:  guest.Deployment{ChainID: rapid.Uint64().Draw(t, "chain")},
			Header:      rapid.SliceOfN(rapid.Byte(), batch.HeaderSize, batch.HeaderSize).Draw(t, "header"),
			Transitions: part.Draw(t, "transitions"), Hints: part.Draw(t, "hints"), Witness: part.Draw(t, "witness"),
		}
		encoded := in.Append(nil)
		got, err := guest.DecodeInput(encoded)
		if err != nil || !bytes.Equal(got.Append(nil), encoded) {
			t.Fatalf("did not come back (%v)", err)
		}
		if _, err := guest.DecodeInput(encoded[:len(encoded)-1]); err == nil {
			t.Fatal("decoded a prefix")
		}
		if _, err := guest.DecodeInput(append(encoded, 0)); err == nil {
			t.Fatal("decoded with a trailing byte")
		}
	})
}

// seedInput is a small honest input: a market, two accounts, an order that rests before the batch and is cancelled in
// it, and one that trades.
func seedInput(tb testing.TB) []byte {
	tb.Helper()
	t := tree.New(tree.Options{})
	store := state.NewTreeStore(t, state.NewMapIndex())
	apply := func(ts []command.Transition) (payload []command.Transition) {
		for i := range ts {
			var r state.Receipt
			payload = state.Apply(store, &ts[i], &r, payload)
			if r.Code != state.Accepted {
				tb.Fatalf("%+v: %v", ts[i], r.Code)
			}
		}
		return payload
	}
	before := apply([]command.Transition{
		{Kind: command.RegisterAsset, Asset: 1},
		{Kind: command.RegisterAsset, Asset: 2},
		{Kind: command.CreateMarket, Market: 1, Asset: 1, Quote: 2, Tick: 1, Lot: 1},
		{Kind: command.ImportAccount, Account: 1, Address: command.Address{1}},
		{Kind: command.ImportAccount, Account: 2, Address: command.Address{2}},
		{Kind: command.ImportBalance, Account: 1, Asset: 1, Amount: 1000},
		{Kind: command.ImportBalance, Account: 2, Asset: 2, Amount: 1000},
		{Kind: command.EndImport},
		{Kind: command.Place, Side: command.Ask, Market: 1, Account: 1, Price: 3, Size: 5},
	})
	v, root := t.Seal()
	payload := apply([]command.Transition{
		{Kind: command.Place, Side: command.Bid, Market: 1, Account: 2, Price: 3, Size: 2},
		{Kind: command.Cancel, Account: 1, Order: uint64(len(before))},
		{Kind: command.Deposit, Account: 1, Asset: 1, Amount: 3, Address: command.Address{1}},
		{Kind: command.Withdraw, Account: 2, Asset: 2, Amount: 1, Address: command.Address{5}},
	})
	view, err := t.View(v)
	if err != nil {
		tb.Fatal(err)
	}
	defer view.Close()
	hints, err := state.CollectHints(view, payload)
	if err != nil {
		tb.Fatal(err)
	}
	fork := view.Fork(tree.Options{})
	if _, err := guest.Execute(fork, state.NewHintIndex(hints), payload, nil); err != nil {
		tb.Fatal(err)
	}
	header := batch.Header{
		Number: 2, PreRoot: root, PayloadKind: batch.PayloadTransitions, Transitions: uint32(len(payload)),
		FirstSequence: uint64(len(before)) + 1, LastSequence: uint64(len(before) + len(payload)), ProgramVersion: 1,
	}
	in := guest.Input{
		Header: header.Append(nil), Transitions: batch.EncodePayload(nil, payload),
		Hints: state.AppendHints(nil, hints), Witness: fork.Witness(),
	}
	return in.Append(nil)
}

// style: fuzz where bytes come in. Whatever they are, Run neither panics nor states a pre-root that its witness does
// not have.
func FuzzRun(f *testing.F) {
	seed := seedInput(f)
	if _, err := guest.Run(seed, guest.Host{}); err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, input []byte) {
		output, err := guest.Run(input, guest.Host{})
		if err != nil {
			if guest.CodeOf(err) == guest.CodeInternal {
				t.Fatalf("an error without a reason: %v", err)
			}
			return
		}
		in, err := guest.DecodeInput(input)
		if err != nil {
			t.Fatal(err)
		}
		header, err := batch.DecodeHeader(in.Header)
		if err != nil {
			t.Fatal(err)
		}
		journal, err := guest.DecodeJournal(output[:guest.JournalSize])
		if err != nil || journal.PreRoot != header.PreRoot {
			t.Fatalf("%v, pre-root %x", err, journal.PreRoot)
		}
		if _, err := batch.DecodeDiff(output[guest.JournalSize:], batch.DefaultLimits()); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzRunWitness fuzzes behind the root check: the header's pre-root is whatever root the witness has.
func FuzzRunWitness(f *testing.F) {
	in, err := guest.DecodeInput(seedInput(f))
	if err != nil {
		f.Fatal(err)
	}
	header, err := batch.DecodeHeader(in.Header)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(in.Transitions, in.Hints, in.Witness)
	f.Fuzz(func(t *testing.T, transitions, hints, witness []byte) {
		_, root, err := tree.FromWitness(witness, tree.Options{})
		if err != nil {
			return
		}
		own := header
		own.PreRoot = root
		forged := guest.Input{Header: own.Append(nil), Transitions: transitions, Hints: hints, Witness: witness}
		if _, err := guest.Run(forged.Append(nil), guest.Host{}); err != nil && guest.CodeOf(err) == guest.CodeInternal {
			t.Fatalf("an error without a reason: %v", err)
		}
	})
}
