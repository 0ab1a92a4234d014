package kzg

// Invariant of this file: everything that is kept is a function of the blob alone and is looked up by the blob's whole
// content, so a hit and a computation give the same bytes.

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto/kzg4844"

	"github.com/holdfast-rollup/holdfast/sync/da"
)

// Versions of a blob transaction's sidecar.
const (
	Version0 = types.BlobSidecarVersion0 // one proof per blob, until Osaka
	Version1 = types.BlobSidecarVersion1 // cell proofs, from Osaka on
)

// ErrVersion is a sidecar version that this program does not know.
var ErrVersion = errors.New("kzg: unknown sidecar version")

// Warm reads the trusted setup if nobody did so far and returns when it is there.
func Warm() error { return kzg4844.UseCKZG(false) }

// keptBlobs is how many blobs a Prover remembers: those of sixteen full transactions, 6 KiB of proofs each.
const keptBlobs = 16 * da.MaxBlobs

// Prover computes and remembers.
type Prover struct {
	mu   sync.Mutex // guards kept; nothing is computed while it is held
	kept []*entry   // the longest unused first
}

type entry struct {
	blob       [32]byte // SHA-256 of the blob
	commitment kzg4844.Commitment
	proofs     [2][]kzg4844.Proof // by sidecar version; nil until asked for
}

// NewProver gives a Prover that remembers nothing yet.
func NewProver() *Prover { return &Prover{} }

// Hash is the versioned hash of a blob; it is a da.BlobHasher.
func (p *Prover) Hash(b *da.Blob) ([32]byte, error) {
	e, err := p.commit(b)
	if err != nil {
		return [32]byte{}, err
	}
	return kzg4844.CalcBlobHashV1(sha256.New(), &e.commitment), nil
}

// Sidecar makes the sidecar of blobs in a version. The context is looked at between blobs.
func (p *Prover) Sidecar(ctx context.Context, version byte, blobs []da.Blob) (*types.BlobTxSidecar, error) {
	if version != Version0 && version != Version1 {
		return nil, fmt.Errorf("%w: %d", ErrVersion, version)
	}
	if len(blobs) == 0 || len(blobs) > da.MaxBlobs {
		return nil, fmt.Errorf("kzg: sidecar of %d blobs, 1 to %d are possible", len(blobs), da.MaxBlobs)
	}
	s := &types.BlobTxSidecar{Version: version}
	for i := range blobs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e, err := p.commit(&blobs[i])
		if err != nil {
			return nil, fmt.Errorf("blob %d: %w", i, err)
		}
		proofs, err := p.prove(&blobs[i], e, version)
		if err != nil {
			return nil, fmt.Errorf("blob %d: %w", i, err)
		}
		s.Blobs = append(s.Blobs, kzg4844.Blob(blobs[i]))
		s.Commitments = append(s.Commitments, e.commitment)
		s.Proofs = append(s.Proofs, proofs...)
	}
	return s, nil
}

// commit gives what is known of a blob, at least its commitment.
func (p *Prover) commit(b *da.Blob) (entry, error) {
	id := sha256.Sum256(b[:])
	if e, ok := p.find(id); ok {
		return e, nil
	}
	commitment, err := kzg4844.BlobToCommitment((*kzg4844.Blob)(b))
	if err != nil {
		return entry{}, fmt.Errorf("kzg: commit: %w", err)
	}
	e := entry{blob: id, commitment: commitment}
	p.keep(e)
	return e, nil
}

func (p *Prover) prove(b *da.Blob, e entry, version byte) ([]kzg4844.Proof, error) {
	if e.proofs[version] != nil {
		return e.proofs[version], nil
	}
	var err error
	if version == Version1 {
		e.proofs[version], err = kzg4844.ComputeCellProofs((*kzg4844.Blob)(b))
	} else {
		var proof kzg4844.Proof
		proof, err = kzg4844.ComputeBlobProof((*kzg4844.Blob)(b), e.commitment)
		e.proofs[version] = []kzg4844.Proof{proof}
	}
	if err != nil {
		return nil, fmt.Errorf("kzg: prove: %w", err)
	}
	p.keep(e)
	return e.proofs[version], nil
}

func (p *Prover) find(id [32]byte) (entry, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.kept, func(e *entry) bool { return e.blob == id })
	if i < 0 {
		return entry{}, false
	}
	e := p.kept[i]
	p.kept = append(slices.Delete(p.kept, i, i+1), e)
	return *e, true
}

// keep remembers e beside what is already remembered of its blob.
func (p *Prover) keep(e entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.IndexFunc(p.kept, func(k *entry) bool { return k.blob == e.blob }); i >= 0 {
		for v, proofs := range p.kept[i].proofs {
			if e.proofs[v] == nil {
				e.proofs[v] = proofs
			}
		}
		p.kept = slices.Delete(p.kept, i, i+1)
	}
	if len(p.kept) == keptBlobs {
		p.kept = slices.Delete(p.kept, 0, 1)
	}
	p.kept = append(p.kept, &e)
}
