package contract_test

import (
	"bytes"
	"reflect"
	"testing"

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
