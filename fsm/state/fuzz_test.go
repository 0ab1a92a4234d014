package state_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/state/internal/flow"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// fuzzed turns bytes into transitions: what a flow of the seed would do next, with one field of it
// replaced by the fuzzer's choice.
func fuzzed(t command.Transition, field byte, value uint64) command.Transition {
	switch field % 20 {
	case 0:
		t.Kind = command.Kind(value)
	case 1:
		t.Side = command.Side(value)
	case 2:
		t.Type = command.OrderType(value)
	case 3:
		t.TIF = command.TIF(value)
	case 4:
		t.STP = command.STP(value)
	case 5:
		t.Status = command.MarketStatus(value)
	case 6:
		t.Decimals = uint8(value)
	case 7:
		t.MakerFee, t.TakerFee = uint16(value), uint16(value>>16)
	case 8:
		t.Market = uint32(value)
	case 9:
		t.Asset = uint32(value)
	case 10:
		t.Quote = uint32(value)
	case 11:
		t.Account = value
	case 12:
		t.Order = value
	case 13:
		t.ClientID = value
	case 14:
		t.Price = value
	case 15:
		t.Size = value
	case 16:
		t.Amount = value
	case 17:
		t.Tick = value
	case 18:
		t.Lot = value
	case 19:
		t.Inbox = value
	}
	return t
}

// state.md: conservation, no panic, order of the book, and a rejection that changes nothing, for any
// transitions whatever; verification.md: what was accepted replays to the same root.
func FuzzApply(f *testing.F) {
	f.Add(uint64(1), []byte{})
	f.Add(uint64(2), bytes.Repeat([]byte{0xff}, 45))
	f.Add(uint64(3), bytes.Repeat([]byte{14, 0xff, 0, 0, 0, 0, 0, 0, 0, 15, 1, 0, 0, 0, 0, 0, 0, 0x80}, 8))
	f.Fuzz(func(t *testing.T, seed uint64, edits []byte) {
		w, source := newWorld(), flow.New(seed)
		edits = edits[:min(len(edits), 9*64)]
		for i := range 90 + len(edits)/9 {
			in := source.Next()
			if i >= 90 {
				edit := edits[(i-90)*9:]
				in = fuzzed(in, edit[0], binary.LittleEndian.Uint64(edit[1:9]))
			}
			before, recorded := w.tree.Root(), len(w.payload)
			r := w.apply(in)
			if err := w.store.Err(); err != nil {
				t.Fatalf("%+v: %v", in, err)
			}
			if r.Code != state.Accepted && (w.tree.Root() != before || len(w.payload) != recorded) {
				t.Fatalf("%+v: rejected with %s, yet something changed", in, r.Code)
			}
			source.Observe(&in, r)
		}
		if err := state.Check(w.tree); err != nil {
			t.Fatal(err)
		}
		again := newWorld()
		if err := state.Replay(again.store, w.payload); err != nil || again.tree.Root() != w.tree.Root() {
			t.Fatalf("replay: root %x, want %x: %v", again.tree.Root(), w.tree.Root(), err)
		}
	})
}

// A state that no transition wrote, as a forged witness could hold, may fail the store, never panic.
func FuzzApplyOnForgedState(f *testing.F) {
	f.Add(uint64(1), []byte("\x00\x01\x02"))
	f.Add(uint64(9), bytes.Repeat([]byte{7, 3, 0x80}, 40))
	f.Fuzz(func(t *testing.T, seed uint64, edits []byte) {
		w, source := newWorld(), flow.New(seed)
		for range 120 {
			in := source.Next()
			source.Observe(&in, w.apply(in))
		}
		var leaves []tree.Change
		if err := w.tree.Ascend(nil, nil, func(key, value []byte) bool {
			leaves = append(leaves, tree.Change{Key: bytes.Clone(key), Value: bytes.Clone(value)})
			return true
		}); err != nil {
			t.Fatal(err)
		}
		for ; len(edits) >= 3; edits = edits[3:] {
			leaf := &leaves[int(edits[0])*len(leaves)/256]
			leaf.Value[int(edits[1])%len(leaf.Value)] ^= edits[2]
		}
		if err := w.tree.Apply(leaves); err != nil {
			t.Fatal(err)
		}
		index, err := state.RebuildIndex(w.tree)
		if err != nil {
			return
		}
		w.store = state.NewTreeStore(w.tree, index)
		for range 60 {
			in := source.Next()
			r := w.apply(in)
			if (w.store.Err() != nil) != (r.Code == state.StoreFailed) {
				t.Fatalf("code %s, store: %v", r.Code, w.store.Err())
			}
			source.Observe(&in, r)
		}
	})
}

// Every byte string decodes to hints that encode to it, or is refused.
func FuzzDecodeHints(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte{1, 1, 2, 5})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		hints, err := state.DecodeHints(b, 1<<16)
		if err == nil && !bytes.Equal(state.AppendHints(nil, hints), b) {
			t.Fatalf("%x decodes to %v, which encodes otherwise", b, hints)
		}
	})
}

// Every key and value decodes to a record that encodes to it, or is refused.
func FuzzDecodeRecords(f *testing.F) {
	f.Add([]byte{5, 22: 0}, []byte{26: 0})
	f.Fuzz(func(t *testing.T, key, value []byte) {
		same := func(what string, err error, encoded, input []byte) {
			if err == nil && !bytes.Equal(encoded, input) {
				t.Errorf("%s %x encodes to %x", what, input, encoded)
			}
		}
		k, err := state.DecodeOrderKey(key)
		same("order key", err, state.AppendOrderKey(nil, k), key)
		account, asset, err := state.DecodeBalanceKey(key)
		same("balance key", err, state.AppendBalanceKey(nil, account, asset), key)
		w, err := state.DecodeWithdrawal(key, value)
		same("withdrawal key", err, state.AppendWithdrawalKey(nil, w.Index, w.Asset), key)
		same("withdrawal", err, w.Append(nil), value)
		a, err := state.DecodeAsset(value)
		same("asset", err, a.Append(nil), value)
		m, err := state.DecodeMarket(value)
		same("market", err, m.Append(nil), value)
		c, err := state.DecodeAccount(value)
		same("account", err, c.Append(nil), value)
		b, err := state.DecodeBalance(value)
		same("balance", err, b.Append(nil), value)
		o, err := state.DecodeOrder(value)
		same("order", err, o.Append(nil), value)
		if n, err := state.DecodeCounters(value); len(value) > 0 {
			same("counters", err, n.Append(nil), value)
		}
	})
}
