package cursor_test

import (
	"bytes"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

func proved(n uint64, content byte) cursor.Proved {
	return cursor.Proved{
		Batch: n, HeaderHash: hash(1000 + n), System: cursor.ProofSP1, Program: hash(5), Prover: "p",
		Proof: bytes.Repeat([]byte{content}, 260),
	}
}

// A proof is recorded for an executed batch, under the header that it proves, and the first one stays.
func TestProofIsRecorded(t *testing.T) {
	w := newWorld(t, 2)
	w.refused(proved(1, 1), cursor.ErrNotExecuted)
	w.refused(proved(3, 1), cursor.ErrUnknownBatch)
	w.refused(proved(0, 1), cursor.ErrUnknownBatch)
	w.ready(2)
	for _, spoil := range []func(*cursor.Proved){
		func(e *cursor.Proved) { e.Proof = nil },
		func(e *cursor.Proved) { e.Proof = make([]byte, cursor.MaxProof+1) },
		func(e *cursor.Proved) { e.System = 0 },
		func(e *cursor.Proved) { e.System = cursor.ProofDevelopment + 1 },
	} {
		e := proved(1, 1)
		spoil(&e)
		w.refused(e, cursor.ErrMalformed)
	}
	other := proved(1, 1)
	other.HeaderHash[0] ^= 1
	w.refused(other, cursor.ErrHeaderMismatch)

	w.must(proved(1, 1))
	before := w.c.Append(nil)
	w.must(proved(1, 1), proved(1, 2)) // a repeat, and another proof of the same: proofs are randomized
	if !bytes.Equal(w.c.Append(nil), before) {
		t.Error("a second proof of the same program changed the cursor")
	}
	b, _ := w.c.Batch(1)
	if p := b.Proof; !p.Of(cursor.ProofSP1, hash(5)) || p.Proof[0] != 1 || p.Prover != "p" || p.TimeMs != w.at.TimeMs-10 {
		t.Errorf("recorded %+v", b.Proof)
	}
	if b, _ = w.c.Batch(2); b.Proof.Of(cursor.ProofSP1, hash(5)) {
		t.Error("a batch without a proof has one")
	}
}

// A program key that was replaced makes its proofs worthless: a proof of the new one takes their place.
func TestProofOfAnotherProgramReplaces(t *testing.T) {
	w := newWorld(t, 1)
	w.ready(1)
	w.must(proved(1, 1))
	next := proved(1, 2)
	next.Program = hash(6)
	w.must(next)
	b, _ := w.c.Batch(1)
	if !b.Proof.Of(cursor.ProofSP1, hash(6)) || b.Proof.Proof[0] != 2 {
		t.Errorf("recorded %+v", b.Proof)
	}
}

// A recorded proof that turns out not to hold is replaced by an event that names it, and by no other.
func TestWrongProofIsReplacedByName(t *testing.T) {
	w := newWorld(t, 1)
	w.ready(1)
	w.must(proved(1, 1))
	next := proved(1, 2)
	next.Replaces = hash(9)
	w.must(next)
	b, _ := w.c.Batch(1)
	if b.Proof.Proof[0] != 1 {
		t.Fatal("a proof was replaced that was not named")
	}
	next.Replaces = b.Proof.Digest()
	w.must(next)
	w.must(proved(1, 1), next) // late repeats
	if b, _ = w.c.Batch(1); b.Proof.Proof[0] != 2 {
		t.Errorf("recorded %+v", b.Proof)
	}
}

// A proof goes with its batch, and the batch that takes its number begins without one: the old proof does not fit it.
func TestRollbackDropsProofs(t *testing.T) {
	w := newWorld(t, 2)
	w.ready(2)
	w.must(proved(1, 1), proved(2, 1))
	if _, err := w.c.RollbackTo(1, 1, "r", nil, w.at); err != nil {
		t.Fatal(err)
	}
	w.c.Seal(cursor.Batch{Number: 2, HeaderHash: hash(7), Root: hash(8), FirstSequence: 2, LastSequence: 2})
	w.must(cursor.Executed{Batch: 2, Sealed: hash(7), Root: hash(8), HeaderHash: hash(7), Node: "a"})
	if b, _ := w.c.Batch(2); b.Proof != nil {
		t.Errorf("the new batch has the proof of the removed one: %+v", b.Proof)
	}
	w.refused(proved(2, 1), cursor.ErrHeaderMismatch)
	if b, _ := w.c.Batch(1); b.Proof == nil {
		t.Error("the batch that stays lost its proof")
	}
}

// A proof stays while L1 takes the commit of its batch back, and is forgotten when the batch is final.
func TestProofSurvivesReorganization(t *testing.T) {
	w := newWorld(t, 2)
	w.ready(2)
	w.anchor(cursor.Commit, 1, 2, 1, 100)
	w.must(proved(1, 1), proved(2, 1))
	w.must(cursor.L1Reorg{Ancestor: block(99, 0), Head: block(100, 1)})
	if b, _ := w.c.Batch(1); b.Proof == nil || b.Commit != nil {
		t.Errorf("after the reorganization: %+v", b)
	}
	decoded, err := cursor.Decode(w.c.Append(nil))
	if err != nil || decoded.Digest() != w.c.Digest() {
		t.Fatalf("a snapshot loses proofs: %v", err)
	}
}

// The decoder refuses what the encoder never writes.
func TestDecodeRefusesEmptyProof(t *testing.T) {
	w := newWorld(t, 1)
	w.ready(1)
	e := proved(1, 0xC5)
	e.Proof = []byte{0xC5}
	w.must(e)
	enc := w.c.Append(nil)
	i := bytes.Index(enc, []byte{1, 0xC5})
	if i < 0 {
		t.Fatal("the proof is not in the encoding")
	}
	if _, err := cursor.Decode(append(append(bytes.Clone(enc[:i]), 0), enc[i+2:]...)); err == nil {
		t.Error("a record with an empty proof was decoded")
	}
}
