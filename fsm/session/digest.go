package session

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// The digest is a function of the content alone: not of the order of writes, of
// captures, or of when it was asked for.

// sum is a 256-bit number, least significant word first.
type sum [4]uint64

func words(h [32]byte) (w sum) {
	for i := range w {
		w[i] = binary.BigEndian.Uint64(h[24-8*i:])
	}
	return w
}

func (s *sum) add(h [32]byte) {
	var carry uint64
	for i, w := range words(h) {
		s[i], carry = bits.Add64(s[i], w, carry)
	}
}

func (s *sum) sub(h [32]byte) {
	var borrow uint64
	for i, w := range words(h) {
		s[i], borrow = bits.Sub64(s[i], w, borrow)
	}
}

// Digest returns the digest of the whole table.
func (t *Table) Digest() [32]byte {
	for _, id := range t.dirty {
		i, ok := t.find(id)
		if !ok {
			continue
		}
		r := t.sessions[i]
		t.sum.sub(r.digest)
		r.refresh()
		t.sum.add(r.digest)
	}
	t.dirty = t.dirty[:0]
	if !t.revertedFresh {
		w := &command.Writer{}
		writeReverted(w, t.reverted)
		t.revertedDigest, t.revertedFresh = sha256.Sum256(w.Buf), true
	}
	w := &command.Writer{}
	w.Uvarint(t.next)
	w.Uvarint(uint64(len(t.sessions)))
	w.Fixed(t.revertedDigest[:])
	for _, word := range t.sum {
		w.U64(word)
	}
	return sha256.Sum256(w.Buf)
}

// refresh computes the record's contribution. A dirty record belongs to the
// writer alone, unless a capture came between: then its cached hashes are equal
// for both, and the capture does not read them.
func (r *record) refresh() {
	w := &command.Writer{}
	r.writeHead(w)
	for i := range r.receipts {
		s := &r.receipts[i]
		if !s.hashed {
			body := &command.Writer{}
			writeReceipt(body, &s.Receipt)
			s.hash, s.hashed = sha256.Sum256(body.Buf), true
		}
		w.Fixed(s.hash[:])
	}
	r.digest, r.dirty = sha256.Sum256(w.Buf), false
}
