package contract_test

import (
	"bytes"
	"fmt"
	"math/big"
	"reflect"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto/kzg4844"
	"github.com/ethereum/go-ethereum/params"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// layers.md: a batch is taken only on its predecessor; what is stored and emitted is the contract's own hash of the
// header; the journal that proofs are checked against is the guest's, byte for byte.
func TestCommitAndVerify(t *testing.T) {
	w := newWorld(t, 0)
	hs := w.tip.run(3, 1)
	receipt := w.commit(hs...)
	committed := events(receipt, w.binding.UnpackBatchCommittedEvent)
	if len(committed) != 3 {
		t.Fatalf("%d events, want one per batch", len(committed))
	}
	for i, h := range hs {
		seen := w.inspect(h.Number)
		if seen.HeaderHash != h.Hash() {
			t.Errorf("batch %d stored under %x, want %x", h.Number, seen.HeaderHash, h.Hash())
		}
		e := committed[i]
		if e.Number != h.Number || e.PostRoot != h.PostRoot || e.HeaderHash != h.Hash() || !reflect.DeepEqual(e.Ref, archived(hs...)[i]) {
			t.Errorf("event %d = %+v", i, e)
		}
		journal, err := w.binding.UnpackJournal(w.view(w.binding.PackJournal(h.Append(nil))))
		if err != nil || !bytes.Equal(journal, w.journal(h)) {
			t.Errorf("journal of batch %d: %x, %v; want %x", h.Number, journal, err, w.journal(h))
		}
	}
	last := hs[2]
	got := w.inspect(9)
	if s := got.State; s.Lineage != lineage || s.Epoch != epoch || s.LastCommitted != 3 || s.LastVerified != 0 || s.LastHash != last.Hash() ||
		s.LastRoot != last.PostRoot || s.PausedSince != 0 || s.Submitter != addr(w.submitter) || s.Prover != addr(w.prover) ||
		s.Guardian != addr(w.guardian) || s.Owner != addr(w.owner) || got.HeaderHash != [32]byte{} {
		t.Errorf("state %+v", got)
	}
	receipt = w.verify(hs[:2]...)
	verified := events(receipt, w.binding.UnpackBatchVerifiedEvent)
	if len(verified) != 2 || verified[1].Number != 2 || verified[1].PostRoot != hs[1].PostRoot || verified[1].HeaderHash != hs[1].Hash() {
		t.Errorf("events %+v", verified)
	}
	if s := w.inspect(0).State; s.LastCommitted != 3 || s.LastVerified != 2 {
		t.Errorf("last committed, verified = %d, %d; want 3, 2", s.LastCommitted, s.LastVerified)
	}
	w.refuse("verify without its header", w.prover, w.packVerify(hs[1]), &contract.HoldfastNotNext{Expected: 3, Given: 2})
}

// layers.md: one transaction carries several batches and their envelopes over several blobs. What package da lays out
// the contract takes, in a transaction that really carries the blobs; and the same without them it does not.
func TestBlobTransaction(t *testing.T) {
	w := newWorld(t, 0)
	var envelopes []da.Envelope
	for _, size := range []int{40_000, da.BlobCapacity - 40_000 - 2*da.EnvelopeHeaderSize, 7, da.BlobCapacity} {
		envelopes = append(envelopes, da.Envelope{Codec: 1, Size: uint32(size), Data: bytes.Repeat([]byte{3}, size)})
	}
	made := map[da.Blob]*sealedBlob{}
	var blobs []*sealedBlob
	cargo, err := da.LoadBlobs(envelopes, da.MaxBlobs, func(b *da.Blob) ([32]byte, error) {
		if made[*b] == nil {
			made[*b] = sealBlob(t, kzg4844.Blob(*b))
		}
		blobs = append(blobs, made[*b])
		return sidecar(made[*b]).BlobHashes()[0], nil
	})
	if err != nil || len(cargo.Refs) != 4 || len(cargo.Blobs) != 3 {
		t.Fatalf("%d references, %d blobs, %v", len(cargo.Refs), len(cargo.Blobs), err)
	}
	hs := w.tip.run(4, 1)
	data := w.binding.PackCommitBatches(epoch, packed(hs...), packRefs(cargo.Refs))
	w.refuse("without the last blob", w.submitter, data, &contract.HoldfastBlobMissing{Number: 4, Blob: big.NewInt(2)}, sent{hashes: sidecar(blobs[:2]...).BlobHashes()})
	receipt := w.do(w.submitter, data, sent{sidecar: sidecar(blobs...)})
	if receipt.BlobGasUsed != 3*params.BlobTxBlobGasPerBlob {
		t.Errorf("the transaction used %d blob gas", receipt.BlobGasUsed)
	}
	for i, e := range events(receipt, w.binding.UnpackBatchCommittedEvent) {
		if !reflect.DeepEqual(e.Ref, packRefs(cargo.Refs)[i]) {
			t.Errorf("batch %d: reference %+v, want %+v", e.Number, e.Ref, packRefs(cargo.Refs)[i])
		}
	}
}

// The same for call data: the envelopes lie behind the call's arguments.
func TestCalldataTransaction(t *testing.T) {
	w := newWorld(t, 0)
	var envelopes []da.Envelope
	for _, size := range []int{1000, 1, 31_000} {
		envelopes = append(envelopes, da.Envelope{Codec: 1, Size: uint32(size), Data: bytes.Repeat([]byte{3}, size)})
	}
	cargo, err := da.LoadCalldata(envelopes, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	hs := w.tip.run(3, 1)
	data := append(w.binding.PackCommitBatches(epoch, packed(hs...), packRefs(cargo.Refs)), cargo.Tail...)
	if got := w.try(w.submitter, data[:len(data)-1]); got == nil {
		t.Error("taken with an envelope that lacks a byte")
	}
	changed := bytes.Clone(data)
	changed[len(changed)-1]++
	if _, is := w.try(w.submitter, changed).(*contract.HoldfastCommitmentMismatch); !is {
		t.Error("taken with a byte changed")
	}
	w.do(w.submitter, data)
}

func packRefs(refs []cursor.Ref) []contract.DaRef {
	out := make([]contract.DaRef, len(refs))
	for i, r := range refs {
		out[i] = contract.DaRef{Provider: r.Provider, Codec: r.Codec, Commitment: r.Commitment, Size: r.Bytes, Extra: r.Extra}
	}
	return out
}

// layers.md: revert takes back only unverified batches, emits what it cleared, and clears all that recommitting needs
// cleared: other batches with other withdrawals and other deposits fit where the old ones stood.
func TestRevertAndRecommit(t *testing.T) {
	w := newWorld(t, 0)
	w.listTokens()
	w.depositETH(w.stranger, addr(w.stranger), ether(2))
	rolled := state.InboxHash([32]byte{}, 0, [20]byte{}, [20]byte(addr(w.stranger)), 2e8)
	ws := []batch.Withdrawal{{Index: 0, Asset: assetETH, Address: [20]byte(addr(w.stranger)), Amount: 5}}
	w.commit(w.tip.run(1, 1)...)
	before := w.tip
	consume := func(h *batch.Header) { h.InboxTo, h.InboxHash = 1, rolled }
	withdraw := func(h *batch.Header) { h.WithdrawalsRoot = batch.WithdrawalsRoot(ws) }
	next := w.tip
	old := []batch.Header{next.next(1, consume), next.next(1, withdraw)}
	old = append(old, next.run(300, 1)...)
	w.commit(old[:150]...)
	w.commit(old[150:]...)
	if s := w.inspect(0).State; s.InboxConsumed != 1 || s.InboxLength != 1 {
		t.Errorf("inbox %d of %d consumed", s.InboxConsumed, s.InboxLength)
	}
	receipt := w.do(w.guardian, w.binding.PackRevertBatches(2, w.headers[0].Append(nil)))
	t.Logf("302 batches reverted for %d gas", receipt.GasUsed)
	reverted := events(receipt, w.binding.UnpackBatchRevertedEvent)
	if len(reverted) != len(old) {
		t.Fatalf("%d events, want %d", len(reverted), len(old))
	}
	for i, h := range old {
		if reverted[i].Number != h.Number || reverted[i].HeaderHash != h.Hash() || w.inspect(h.Number).HeaderHash != [32]byte{} {
			t.Fatalf("batch %d: event %+v, stored %x", h.Number, reverted[i], w.inspect(h.Number).HeaderHash)
		}
	}
	if s := w.inspect(0).State; s.LastCommitted != 1 || s.LastHash != before.hash || s.LastRoot != before.root || s.InboxConsumed != 0 {
		t.Errorf("state %+v", s)
	}
	w.tip = before
	another := before
	fresh := another.next(2, consume, withdraw)
	w.commit(fresh)
	w.verify(w.headers...)
	w.claim(w.owner, fresh, ws, 0)
	// The first batch goes as well, and with it everything.
	w = newWorld(t, 0)
	w.commit(w.tip.run(2, 1)...)
	w.do(w.guardian, w.binding.PackRevertBatches(1, nil))
	if s := w.inspect(0).State; s.LastCommitted != 0 || s.LastHash != [32]byte{} || s.LastRoot != genesisRoot {
		t.Errorf("state %+v", s)
	}
	w.tip = tip{root: genesisRoot}
	w.commit(w.tip.run(1, 2)...)
}

// layers.md: after a take-over what the old lineage had pending reverts, even once the new one has taken the same
// epoch's counter; the new one begins to count anew; and a lineage never comes back.
func TestTakeOver(t *testing.T) {
	w := newWorld(t, 0)
	w.commit(w.tip.run(2, 1)...)
	pending := w.packCommit(w.tip.run(1, 1)...)
	fresh := [16]byte{9}
	receipt := w.do(w.guardian, w.binding.PackTakeOver(fresh, 2, w.tip.hash))
	taken := events(receipt, w.binding.UnpackTakenOverEvent)
	if len(taken) != 1 || taken[0].From != lineage || taken[0].To != fresh || taken[0].LastCommitted != 2 || taken[0].HeaderHash != w.tip.hash {
		t.Errorf("events %+v", taken)
	}
	if s := w.inspect(0).State; s.Lineage != fresh || s.Epoch != 0 || s.LastCommitted != 2 || s.LastHash != w.tip.hash {
		t.Errorf("state %+v", s)
	}
	w.refuse("the old lineage", w.submitter, pending, &contract.HoldfastLineageMismatch{Registered: fresh, Given: lineage})
	h := w.tip.next(3, func(h *batch.Header) { h.Lineage = fresh })
	w.do(w.submitter, w.binding.PackCommitBatches(1, packed(h), archived(h)))
	w.refuse("the old lineage at a later epoch", w.submitter, w.packCommit(w.tip.run(1, 1)...), &contract.HoldfastLineageMismatch{Registered: fresh, Given: lineage})
	w.refuse("back", w.guardian, w.binding.PackTakeOver(lineage, 3, w.tip.hash), &contract.HoldfastLineageReused{Lineage: lineage})
	w.refuse("on what was last before", w.guardian, w.binding.PackTakeOver([16]byte{8}, 2, h.ParentHash), &contract.HoldfastNumberMismatch{Expected: 3, Given: 2})
	// Before the first commit a lineage may be named too; the first commit then must be of it.
	w = newWorld(t, 0)
	w.do(w.guardian, w.binding.PackTakeOver(fresh, 0, [32]byte{}))
	w.refuse("a first commit of another lineage", w.submitter, w.packCommit(w.tip.run(1, 1)...), &contract.HoldfastLineageMismatch{Registered: fresh, Given: lineage})
}

// layers.md: the epoch never falls within a lineage.
func TestEpoch(t *testing.T) {
	w := newWorld(t, 0)
	for i, counter := range []uint64{3, 3, 8} {
		h := w.tip.next(1)
		receipt := w.do(w.submitter, w.binding.PackCommitBatches(counter, packed(h), archived(h)))
		if n := len(events(receipt, w.binding.UnpackEpochAdvancedEvent)); n != []int{1, 0, 1}[i] || w.inspect(0).State.Epoch != counter {
			t.Errorf("epoch %d: %d events, state %d", counter, n, w.inspect(0).State.Epoch)
		}
	}
	h := w.tip.run(1, 1)[0]
	w.refuse("an older epoch", w.submitter, w.binding.PackCommitBatches(7, packed(h), archived(h)), &contract.HoldfastEpochTooOld{Last: 8, Given: 7})
}

// Header hash, journal, rolling hash and withdrawals root are one thing in Go and on the chain.
func TestVectors(t *testing.T) {
	w := newWorld(t, 0)
	w.listTokens()
	var rolled [32]byte
	rapid.Check(t, func(rt *rapid.T) {
		bytes32 := func(name string) tree.Hash { return tree.Hash(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(rt, name)) }
		h := batch.Header{
			Lineage: lineage, Number: rapid.Uint64().Draw(rt, "number"),
			ParentHash: bytes32("parent"), PreRoot: bytes32("pre"), PostRoot: bytes32("post"),
			PayloadKind: batch.PayloadKind(rapid.Byte().Draw(rt, "kind")), PayloadHash: bytes32("payload"),
			InboxFrom: rapid.Uint64().Draw(rt, "from"), InboxTo: rapid.Uint64().Draw(rt, "to"),
			InboxHash: bytes32("inbox"), WithdrawalsRoot: bytes32("withdrawals"), ProgramVersion: rapid.Uint32().Draw(rt, "program"),
		}
		got, err := w.binding.UnpackJournal(w.view(w.binding.PackJournal(h.Append(nil))))
		if err != nil || !bytes.Equal(got, w.journal(h)) {
			rt.Fatalf("journal %x, %v; want %x", got, err, w.journal(h))
		}
	})
	for i, d := range []struct {
		asset  uint32
		amount *big.Int
		units  uint64
	}{{assetETH, ether(1), 1e8}, {assetToken, units(77), 77}, {assetSilent, big.NewInt(5), 5}, {assetETH, big.NewInt(1e10), 1}} {
		account := addr(newKey(fmt.Sprint(i)))
		token := [20]byte{}
		var receipt *types.Receipt
		if d.asset == assetETH {
			receipt = w.depositETH(w.stranger, account, d.amount)
		} else {
			token = [20]byte(w.tokens[d.asset].address)
			receipt = w.depositToken(d.asset, w.stranger, account, d.amount)
		}
		rolled = state.InboxHash(rolled, uint64(i), token, [20]byte(account), d.units)
		es := events(receipt, w.binding.UnpackDepositedEvent)
		if len(es) != 1 || es[0].Index != uint64(i) || es[0].Account != account || es[0].Token != token || es[0].Amount != d.units || es[0].InboxHash != rolled {
			t.Errorf("deposit %d: %+v, want hash %x", i, es, rolled)
		}
		kept, err := w.binding.UnpackInboxHashes(w.view(w.binding.PackInboxHashes(uint64(i) + 1)))
		if err != nil || kept != rolled {
			t.Errorf("hash after %d deposits: %x, %v", i+1, kept, err)
		}
	}
}
