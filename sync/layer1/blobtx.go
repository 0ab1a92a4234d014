package layer1

// The cursor holds a blob transaction without its blobs; what is sent is the same
// transaction with a sidecar that is built again from the batches' payloads. The
// transaction names its blobs by hash, so a sidecar either fits or is refused
// here. Which form of proofs the chain's fork wants is no part of the hash.

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto/kzg4844"
	"github.com/holiman/uint256"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// Blobs gives back the blobs of the batches first to last as one transaction
// carries them, given their versioned hashes.
type Blobs func(ctx context.Context, first, last uint64, hashes [][32]byte) ([]da.Blob, error)

// ErrPoolConflict: blob and plain transactions of one account exclude each other
// in the pools, so one kind waits until the other has landed.
var ErrPoolConflict = errors.New("L1: the account has transactions of the other pool in flight")

// SidecarError means that the blobs which a recorded transaction names cannot be
// had, so it cannot be sent again.
type SidecarError struct {
	TxHash [32]byte
	Err    error
}

func (e *SidecarError) Error() string {
	return fmt.Sprintf("L1 blob transaction %x cannot be sent without its blobs: %v", e.TxHash, e.Err)
}

func (e *SidecarError) Unwrap() error { return e.Err }

var errOtherBlobs = errors.New("the payloads give other blobs than the transaction names")

// BlobHash is the versioned hash of a blob (EIP-4844). It is a [da.BlobHasher].
func BlobHash(b *da.Blob) ([32]byte, error) {
	commitment, err := kzg4844.BlobToCommitment((*kzg4844.Blob)(b))
	if err != nil {
		return [32]byte{}, fmt.Errorf("KZG commitment: %w", err)
	}
	return kzg4844.CalcBlobHashV1(sha256.New(), &commitment), nil
}

// content is what a transaction does, without nonce, fees and signature.
type content struct {
	to    common.Address
	data  []byte
	gas   uint64
	blobs []common.Hash // versioned; none for a plain transaction
}

func contentOf(tx *types.Transaction) content {
	c := content{data: tx.Data(), gas: tx.Gas(), blobs: tx.BlobHashes()}
	if tx.To() != nil {
		c.to = *tx.To()
	}
	return c
}

// transaction is the unsigned transaction.
func (c content) transaction(chainID *big.Int, nonce uint64, f fees) *types.Transaction {
	if len(c.blobs) == 0 {
		return types.NewTx(&types.DynamicFeeTx{
			ChainID: chainID, Nonce: nonce, GasTipCap: f.tip, GasFeeCap: f.fee, Gas: c.gas, To: &c.to, Data: c.data,
		})
	}
	return types.NewTx(&types.BlobTx{
		ChainID: uint256.MustFromBig(chainID), Nonce: nonce, GasTipCap: uint256.MustFromBig(f.tip),
		GasFeeCap: uint256.MustFromBig(f.fee), Gas: c.gas, To: c.to, Data: c.data,
		BlobFeeCap: uint256.MustFromBig(f.blob), BlobHashes: c.blobs,
	})
}

// samePool refuses content of the other pool than that of the pending anchors.
func (m *TxManager) samePool(pending []cursor.Anchor, blobs bool) error {
	for _, a := range pending {
		if a.Account != m.signer.Address() {
			continue
		}
		tx, err := decodeAttempt(a.Attempts[len(a.Attempts)-1])
		if err != nil {
			return err
		}
		if (len(tx.BlobHashes()) > 0) != blobs {
			return fmt.Errorf("account %x, nonce %d: %w", a.Account, a.Nonce, ErrPoolConflict)
		}
	}
	return nil
}

// sidecar is the part of a blob transaction that is on no block, with the proofs
// of each version once they were needed.
type sidecar struct {
	hashes      []common.Hash
	blobs       []kzg4844.Blob
	commitments []kzg4844.Commitment
	proofs      [2][]kzg4844.Proof // by version
}

func newSidecar(blobs []da.Blob) (*sidecar, error) {
	s := &sidecar{}
	for i := range blobs {
		blob := kzg4844.Blob(blobs[i])
		commitment, err := kzg4844.BlobToCommitment(&blob)
		if err != nil {
			return nil, fmt.Errorf("KZG commitment of blob %d: %w", i, err)
		}
		s.blobs, s.commitments = append(s.blobs, blob), append(s.commitments, commitment)
		s.hashes = append(s.hashes, kzg4844.CalcBlobHashV1(sha256.New(), &commitment))
	}
	return s, nil
}

// version returns the sidecar in one of the two forms: one proof per blob
// (version 0, until Osaka) or cell proofs (version 1, EIP-7594).
func (s *sidecar) version(v byte) (*types.BlobTxSidecar, error) {
	if s.proofs[v] == nil {
		for i := range s.blobs {
			if v == types.BlobSidecarVersion0 {
				proof, err := kzg4844.ComputeBlobProof(&s.blobs[i], s.commitments[i])
				if err != nil {
					return nil, fmt.Errorf("KZG proof of blob %d: %w", i, err)
				}
				s.proofs[v] = append(s.proofs[v], proof)
				continue
			}
			cells, err := kzg4844.ComputeCellProofs(&s.blobs[i])
			if err != nil {
				return nil, fmt.Errorf("KZG cell proofs of blob %d: %w", i, err)
			}
			s.proofs[v] = append(s.proofs[v], cells...)
		}
	}
	return types.NewBlobTxSidecar(v, s.blobs, s.commitments, s.proofs[v]), nil
}

// cancelSidecar holds the one empty blob that a cancellation in the blob pool
// must carry.
func (m *TxManager) cancelSidecar() (*sidecar, error) {
	if m.empty == nil {
		s, err := newSidecar(make([]da.Blob, 1))
		if err != nil {
			return nil, err
		}
		m.empty = s
	}
	return m.empty, nil
}

// sidecarOf finds or builds what a recorded blob transaction lacks.
func (m *TxManager) sidecarOf(ctx context.Context, a cursor.Anchor, attempt cursor.Attempt, tx *types.Transaction) (*sidecar, error) {
	if attempt.Cancel {
		return m.cancelSidecar()
	}
	want := tx.BlobHashes()
	for _, s := range m.sidecars {
		if slices.Equal(s.hashes, want) {
			return s, nil
		}
	}
	if m.cfg.Blobs == nil {
		return nil, errors.New("no source of blobs is configured")
	}
	hashes := make([][32]byte, len(want))
	for i := range want {
		hashes[i] = want[i]
	}
	blobs, err := m.cfg.Blobs(ctx, a.First, a.Last, hashes)
	if err != nil {
		return nil, err
	}
	s, err := newSidecar(blobs)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(s.hashes, want) {
		return nil, errOtherBlobs
	}
	m.keep(s)
	return s, nil
}

// keep remembers a sidecar for resending, of as many as can be in flight.
func (m *TxManager) keep(s *sidecar) {
	m.sidecars = append(m.sidecars, s)
	if over := len(m.sidecars) - m.cfg.MaxInFlight; over > 0 {
		m.sidecars = slices.Delete(m.sidecars, 0, over)
	}
}

// sendBlobs sends a blob transaction in the form that the chain took last, and in
// the other one if that is refused: the fork that decides shows in no header.
func (m *TxManager) sendBlobs(ctx context.Context, tx *types.Transaction, s *sidecar) error {
	err := m.sendVersion(ctx, tx, s, m.sidecarVersion)
	if !refused(err) {
		return err
	}
	other := 1 - m.sidecarVersion
	if second := m.sendVersion(ctx, tx, s, other); !refused(second) {
		m.sidecarVersion = other
		return second
	}
	return err
}

func (m *TxManager) sendVersion(ctx context.Context, tx *types.Transaction, s *sidecar, version byte) error {
	side, err := s.version(version)
	if err != nil {
		return err
	}
	raw, err := tx.WithBlobTxSidecar(side).MarshalBinary()
	if err != nil {
		return fmt.Errorf("encode transaction: %w", err)
	}
	return m.client.SendRaw(ctx, raw)
}

// refused says that a node definitely does not take a transaction that it does
// not have already.
func refused(err error) bool {
	var answer *AnswerError
	return errors.As(err, &answer) && !harmless(answer.Message)
}
