package kzg_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto/kzg4844"

	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// layers.md: both sidecar versions; the library's own verification accepts what was made, and what a cargo calls a
// blob is what the chain will call it.
func TestSidecarsOfBothVersionsVerify(t *testing.T) {
	envelope, err := da.Pack(da.CodecRaw, make([]byte, da.BlobCapacity+100))
	if err != nil {
		t.Fatal(err)
	}
	prover := kzg.NewProver()
	cargo, err := da.LoadBlobs([]da.Envelope{envelope}, da.MaxBlobs, prover.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if len(cargo.Blobs) != 2 {
		t.Fatalf("%d blobs", len(cargo.Blobs))
	}
	for _, version := range []byte{kzg.Version0, kzg.Version1} {
		s, err := prover.Sidecar(t.Context(), version, cargo.Blobs)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range s.BlobHashes() {
			if h != cargo.Hashes[i] {
				t.Fatalf("blob %d is %x in the sidecar and %x in the cargo", i, h, cargo.Hashes[i])
			}
		}
		if version == kzg.Version0 {
			for i := range s.Blobs {
				if err = kzg4844.VerifyBlobProof(&s.Blobs[i], s.Commitments[i], s.Proofs[i]); err != nil {
					t.Fatalf("blob %d: %v", i, err)
				}
			}
		} else if err = kzg4844.VerifyCellProofs(s.Blobs, s.Commitments, s.Proofs); err != nil {
			t.Fatal(err)
		}
		again, err := prover.Sidecar(t.Context(), version, cargo.Blobs)
		if err != nil || !same(s, again) {
			t.Fatalf("what is remembered differs from what was computed (%v)", err)
		}
	}
}

func TestSidecarErrorsAreTyped(t *testing.T) {
	prover := kzg.NewProver()
	if _, err := prover.Sidecar(t.Context(), 2, make([]da.Blob, 1)); !errors.Is(err, kzg.ErrVersion) {
		t.Fatalf("version 2: %v", err)
	}
	for _, n := range []int{0, da.MaxBlobs + 1} {
		if _, err := prover.Sidecar(t.Context(), kzg.Version0, make([]da.Blob, n)); err == nil {
			t.Fatalf("%d blobs", n)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := prover.Sidecar(ctx, kzg.Version0, make([]da.Blob, 1)); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
	var wild da.Blob
	wild[0] = 0xff // no field element
	if _, err := prover.Hash(&wild); err == nil {
		t.Fatal("committed to a blob that is none")
	}
}

func same(a, b *types.BlobTxSidecar) bool {
	if len(a.Blobs) != len(b.Blobs) || len(a.Proofs) != len(b.Proofs) {
		return false
	}
	for i := range a.Proofs {
		if a.Proofs[i] != b.Proofs[i] {
			return false
		}
	}
	return true
}
