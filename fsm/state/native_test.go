package state_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/state/internal/flow"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// pair runs the native store beside the tree store, which is the reference. The native store's net
// changes go to a tree of its own.
type pair struct {
	ref      *world
	native   *state.Native
	tree     *tree.Tree
	receipt  state.Receipt
	payload  []command.Transition
	changes  []tree.Change
	buf      []byte
	versions []kept // of the tree, newest last
	seed     uint64
}

type kept struct {
	ref, native tree.Version
	flow        flow.Flow
	payload     int
}

func newPair(seed uint64) *pair {
	p := &pair{ref: newWorld(), native: state.NewNative(seed), tree: tree.New(tree.Options{}), seed: seed}
	return p
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// apply gives one transition to both stores and compares what they say.
func (p *pair) apply(t failer, in command.Transition) *state.Receipt {
	t.Helper()
	recorded, mine := len(p.ref.payload), len(p.payload)
	want := p.ref.apply(in)
	p.payload = state.Apply(p.native, &in, &p.receipt, p.payload)
	if err := errors.Join(p.native.Err(), p.ref.store.Err()); err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	if !sameReceipt(want, &p.receipt) {
		t.Fatalf("%+v: receipt (-tree +native):\n%s", in, gocmp.Diff(want, &p.receipt, cmpopts.EquateEmpty()))
	}
	if !slices.Equal(p.ref.payload[recorded:], p.payload[mine:]) {
		t.Fatalf("%+v: recorded %+v, tree store %+v", in, p.payload[mine:], p.ref.payload[recorded:])
	}
	return want
}

func sameReceipt(a, b *state.Receipt) bool {
	x, y := *a, *b
	x.Fills, y.Fills = nil, nil
	return slices.Equal(a.Fills, b.Fills) && gocmp.Equal(x, y)
}

// seal ends the batch on both and compares the roots. No change is one that changes nothing.
func (p *pair) seal(t failer, f *flow.Flow) {
	t.Helper()
	if err := p.native.Audit(); err != nil {
		t.Fatalf("audit before the seal: %v", err)
	}
	p.changes, p.buf = p.native.Changes(p.changes[:0], p.buf[:0])
	tree.Sort(p.changes)
	for i, c := range p.changes {
		before, ok, err := p.tree.Get(c.Key)
		if err != nil || c.Delete && !ok || !c.Delete && ok && bytes.Equal(before, c.Value) {
			t.Fatalf("%x changes nothing (%v)", c.Key, err)
		}
		if i > 0 && bytes.Equal(p.changes[i-1].Key, c.Key) {
			t.Fatalf("%x changes twice", c.Key)
		}
	}
	if err := p.tree.Apply(p.changes); err != nil {
		t.Fatalf("apply the changes: %v", err)
	}
	theirs, want := p.ref.tree.Seal()
	mine, got := p.tree.Seal()
	if got != want {
		t.Fatalf("root %x, tree store's %x", got, want)
	}
	k := kept{ref: theirs, native: mine, payload: len(p.payload)}
	if f != nil {
		k.flow = *f
	}
	p.versions = append(p.versions, k)
	if err := p.native.Audit(); err != nil {
		t.Fatalf("audit after the seal: %v", err)
	}
}

// rewind takes both back to a kept version; the native store by the diff.
func (p *pair) rewind(t failer, to int) flow.Flow {
	t.Helper()
	k, newest := p.versions[to], p.versions[len(p.versions)-1]
	diff := difference(t, p.tree, newest.native, k.native)
	if err := p.native.Rewind(diff); err != nil {
		t.Fatalf("rewind: %v", err)
	}
	if err := errors.Join(p.tree.Rollback(k.native), p.ref.tree.Rollback(k.ref)); err != nil {
		t.Fatalf("roll back: %v", err)
	}
	p.rebuildReference(t)
	p.versions = p.versions[:to+1]
	p.payload, p.ref.payload = p.payload[:k.payload], p.ref.payload[:k.payload]
	if err := p.native.Audit(); err != nil {
		t.Fatalf("audit after the rewind: %v", err)
	}
	return k.flow
}

func (p *pair) rebuildReference(t failer) {
	t.Helper()
	index, err := state.RebuildIndex(p.ref.tree)
	if err != nil {
		t.Fatalf("rebuild the index: %v", err)
	}
	p.ref.index, p.ref.store = index, state.NewTreeStore(p.ref.tree, index)
}

// reload replaces the native store by one that is made from the newest version.
func (p *pair) reload(t failer) {
	t.Helper()
	p.seed++
	n, err := state.LoadNative(p.seed, p.tree)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	p.native = n
	if err := n.Audit(); err != nil {
		t.Fatalf("audit after the load: %v", err)
	}
}

func difference(t failer, of *tree.Tree, from, to tree.Version) (diff []tree.Change) {
	t.Helper()
	a, err := of.View(from)
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	defer a.Close()
	b, err := of.View(to)
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	defer b.Close()
	err = tree.Diff(a, b, func(key, _, after []byte) error {
		diff = append(diff, tree.Change{Key: bytes.Clone(key), Value: bytes.Clone(after), Delete: after == nil})
		return nil
	})
	if err != nil {
		t.Fatalf("diff: %v", err)
	}
	return diff
}

// compareReads asks both stores everything that a transition or a reader may ask.
func (p *pair) compareReads(t failer) {
	t.Helper()
	p.compareRecords(t)
	n, ref := p.native, p.ref.store
	if n.Counters() != ref.Counters() || n.Inbox() != ref.Inbox() || n.Len() != p.ref.index.Len() {
		t.Fatalf("counters, inbox or the number of orders differ")
	}
	for id := range uint32(flow.Assets + 3) {
		a, ok := n.Asset(id)
		if b, there := ref.Asset(id); a != b || ok != there {
			t.Fatalf("asset %d: %+v, %+v", id, a, b)
		}
	}
	for account := range uint64(flow.Accounts + 3) {
		p.compareAccount(t, account)
	}
	for id := range uint32(flow.Markets + 4) {
		a, ok := n.Market(id)
		if b, there := ref.Market(id); a != b || ok != there {
			t.Fatalf("market %d: %+v, %+v", id, a, b)
		}
		for side := range command.Ask + 1 {
			p.compareBook(t, id, side)
		}
	}
}

func (p *pair) compareAccount(t failer, account uint64) {
	t.Helper()
	n, ref := p.native, p.ref.store
	a, ok := n.Account(account)
	if b, there := ref.Account(account); a != b || ok != there {
		t.Fatalf("account %d: %+v, %+v", account, a, b)
	}
	for asset := range uint32(flow.Assets + 3) {
		if x, y := n.Balance(account, asset), ref.Balance(account, asset); x != y {
			t.Fatalf("balance %d of account %d: %+v, %+v", asset, account, x, y)
		}
	}
	if x, y := n.AccountOrders(account), ref.AccountOrders(account); !slices.Equal(x, y) {
		t.Fatalf("orders of account %d: %v, %v", account, x, y)
	}
	for client := range uint64(22) {
		x, ok := n.ClientOrder(account, client)
		if y, there := ref.ClientOrder(account, client); x != y || ok != there {
			t.Fatalf("client id %d of account %d: %d, %d", client, account, x, y)
		}
	}
}

func (p *pair) compareBook(t failer, market uint32, side command.Side) {
	t.Helper()
	n, ref := p.native, p.ref.store
	k, o, ok := n.Best(market, side)
	x, y, there := ref.Best(market, side)
	for ; ok && there; k, o, ok = n.After(k) {
		at, same, found := n.Order(k.ID)
		if k != x || o != y || at != k || same != o || !found {
			t.Fatalf("market %d, side %d: %+v %+v, tree store %+v %+v", market, side, k, o, x, y)
		}
		x, y, there = ref.After(x)
	}
	if ok != there {
		t.Fatalf("market %d, side %d: a book is longer", market, side)
	}
	want, err := state.Depth(p.ref.tree, market, side, 5)
	got, failed := state.Depth(n, market, side, 5)
	if err != nil || failed != nil || !slices.Equal(got, want) {
		t.Fatalf("market %d, side %d: depth %+v (%v), want %+v (%v)", market, side, got, failed, want, err)
	}
}

// compareRecords reads both stores by key, and in order of key where withdrawals are not meant.
func (p *pair) compareRecords(t failer) {
	t.Helper()
	prefixes := [][]byte{{1}, {2}, {3}, {4}, {5}, {7}, {7, 1}, {8}, {9}}
	for a := range uint64(flow.Accounts + 2) {
		prefixes = append(prefixes, state.AppendBalancePrefix(nil, a))
	}
	for m := range uint32(flow.Markets + 2) {
		prefixes = append(prefixes, state.AppendBookPrefix(nil, m, command.Bid), state.AppendBookPrefix(nil, m, command.Ask),
			state.AppendMarketKey(nil, m))
	}
	for _, prefix := range prefixes {
		got, want := records(t, p.native, prefix, nil), records(t, p.ref.tree, prefix, nil)
		if !slices.EqualFunc(got, want, sameRecord) {
			t.Fatalf("records under %x: %x, want %x", prefix, got, want)
		}
		for i, r := range want {
			if v, ok, err := p.native.Get(r.Key); err != nil || !ok || !bytes.Equal(v, r.Value) {
				t.Fatalf("get %x: %x, %t (%v), want %x", r.Key, v, ok, err, r.Value)
			}
			if i%16 != 0 {
				continue
			}
			if got := records(t, p.native, prefix, r.Key); !slices.EqualFunc(got, want[i:], sameRecord) {
				t.Fatalf("records under %x from %x: %x, want %x", prefix, r.Key, got, want[i:])
			}
		}
	}
	for _, missing := range [][]byte{{}, {1, 0, 0, 0, 99}, {4}, {5, 0, 0, 0, 1, 0}, state.AppendOrderKey(nil, state.OrderKey{Market: 1, ID: 1, Price: 77})} {
		if v, ok, err := p.native.Get(missing); ok || err != nil {
			t.Fatalf("get %x: %x, %t (%v)", missing, v, ok, err)
		}
	}
	if _, _, err := p.native.Get(state.AppendWithdrawalKey(nil, 0, 1)); !errors.Is(err, state.ErrNotHeld) {
		t.Fatalf("get of a withdrawal: %v", err)
	}
	if err := p.native.Ascend(nil, nil, func(_, _ []byte) bool { return true }); !errors.Is(err, state.ErrNotHeld) {
		t.Fatalf("ascend over withdrawals: %v", err)
	}
}

func sameRecord(a, b tree.KV) bool { return bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value) }

func records(t failer, v state.Ascender, prefix, from []byte) (out []tree.KV) {
	t.Helper()
	err := v.Ascend(prefix, from, func(key, value []byte) bool {
		out = append(out, tree.KV{Key: bytes.Clone(key), Value: bytes.Clone(value)})
		return true
	})
	if err != nil {
		t.Fatalf("ascend %x: %v", prefix, err)
	}
	return out
}

// state.md: the native store is the tree store, whatever the batch cuts, rollbacks, reloads and
// discarded batches: same receipts, same normalised payload, same roots, same answers.
func TestNativeIsTheTreeStore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := flow.New(rapid.Uint64().Draw(t, "seed"))
		p := newPair(rapid.Uint64().Draw(t, "hash seed"))
		p.seal(t, source)
		for range rapid.IntRange(1, 12).Draw(t, "batches") {
			for range rapid.IntRange(0, 150).Draw(t, "transitions") {
				in := source.Next()
				source.Observe(&in, p.apply(t, in))
			}
			switch rapid.IntRange(0, 5).Draw(t, "then") {
			case 0:
				*source = p.rewind(t, rapid.IntRange(0, len(p.versions)-1).Draw(t, "to"))
			case 1:
				p.seal(t, source)
				p.reload(t)
			case 2:
				p.discard(t)
				*source = p.versions[len(p.versions)-1].flow
			default:
				p.seal(t, source)
			}
			p.compareReads(t)
		}
		p.seal(t, source)
		if err := state.Check(p.tree); err != nil {
			t.Fatal(err)
		}
	})
}

// discard takes the open batch back on both.
func (p *pair) discard(t failer) {
	t.Helper()
	k := p.versions[len(p.versions)-1]
	p.native.Discard()
	if err := p.ref.tree.Rollback(k.ref); err != nil {
		t.Fatalf("roll back: %v", err)
	}
	p.rebuildReference(t)
	p.payload, p.ref.payload = p.payload[:k.payload], p.ref.payload[:k.payload]
	if err := p.native.Audit(); err != nil {
		t.Fatalf("audit after the discard: %v", err)
	}
}

// The same by the fuzzer's choice: edits of transitions as in FuzzApply, and after each run of them a
// seal, a rewind, a reload or a discard.
func FuzzNative(f *testing.F) {
	f.Add(uint64(1), []byte{})
	f.Add(uint64(2), bytes.Repeat([]byte{14, 0xff, 0, 0, 0, 0, 0, 0, 0x10, 3}, 12))
	f.Add(uint64(3), bytes.Repeat([]byte{15, 1, 0, 0, 0, 0, 0, 0, 0x80, 0x41, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0x22}, 6))
	f.Fuzz(func(t *testing.T, seed uint64, edits []byte) {
		source, p := flow.New(seed), newPair(seed)
		p.seal(t, source)
		for range 60 {
			in := source.Next()
			source.Observe(&in, p.apply(t, in))
		}
		p.seal(t, source)
		for edits = edits[:min(len(edits), 10*64)]; len(edits) >= 10; edits = edits[10:] {
			in := fuzzed(source.Next(), edits[0], binary.LittleEndian.Uint64(edits[1:9]))
			source.Observe(&in, p.apply(t, in))
			for range edits[9] >> 4 {
				next := source.Next()
				source.Observe(&next, p.apply(t, next))
			}
			switch edits[9] & 7 {
			case 0:
				p.seal(t, source)
			case 1:
				*source = p.rewind(t, int(edits[9]>>3)%len(p.versions))
			case 2:
				p.seal(t, source)
				p.reload(t)
			case 3:
				p.discard(t)
				*source = p.versions[len(p.versions)-1].flow
			}
		}
		p.seal(t, source)
		p.compareReads(t)
		if err := state.Check(p.tree); err != nil {
			t.Fatal(err)
		}
	})
}
