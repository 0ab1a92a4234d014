package cost

// Invariant of this file: an estimate never depends on anything but the transaction's own bytes and the number of its
// batches, so any replica computes the same one from a recorded intent.

import (
	"bytes"
	"math/big"
)

const (
	gasTransaction = 21_000
	gasZeroByte    = 4
	gasByte        = 16
	gasFloorToken  = 10 // EIP-7623; a zero byte is one token, another byte four
	tokensPerByte  = 4
	blobGasPerBlob = 1 << 17
	gasCommit      = 23_600 // a commit beside its batches
	gasCommitBatch = 30_200 // the header hash stored, its checks, its event
	gasCommitBlob  = 300    // blobhash, and its part of the commitment
	gasCommitFirst = 77_600 // the lineage registered, slots used for the first time: the empty state's root is zero
	gasVerify      = 13_400
	gasVerifyBatch = 7_170
	gasProof       = 250_000 // a Groth16 proof: four pairings and what its adapter does around them
	gasTailPerWord = 12      // call data copied, hashed and its memory paid
	callPerBatch   = 640     // bytes of call data for a batch's header and reference
)

// Estimate is what a transaction will use.
type Estimate struct{ Gas, BlobGas uint64 }

// Prices of the block that a transaction lands in, in wei per gas. A nil price is 0.
type Prices struct{ BaseFee, Tip, BlobFee *big.Int }

// Wei is what the estimated transaction costs at these prices.
func (e Estimate) Wei(p Prices) *big.Int {
	total := new(big.Int)
	add := func(gas uint64, price *big.Int) {
		if price != nil {
			total.Add(total, new(big.Int).Mul(new(big.Int).SetUint64(gas), price))
		}
	}
	add(e.Gas, p.BaseFee)
	add(e.Gas, p.Tip)
	add(e.BlobGas, p.BlobFee)
	return total
}

// Commit estimates a transaction with this call data, its tail included, that commits so many batches and carries so
// many blobs. first says that it is the contract's very first commit.
func Commit(data []byte, batches, blobs int, first bool) Estimate {
	execution := uint64(gasCommit + gasCommitBatch*batches + gasCommitBlob*blobs)
	if first {
		execution += gasCommitFirst
	}
	// Call data beyond what headers and references take is envelopes, which the contract hashes.
	if tail := len(data) - batches*callPerBatch; tail > 0 {
		execution += uint64(tail / 32 * gasTailPerWord)
	}
	return Transaction(data, blobs, execution)
}

// Verify estimates a transaction with this call data that verifies a batch by each of these proofs; the execution-only
// adapter's are empty.
func Verify(data []byte, proofs [][]byte) Estimate {
	execution := uint64(gasVerify)
	for _, p := range proofs {
		execution += gasVerifyBatch
		if len(p) > 0 {
			execution += gasProof
		}
	}
	return Transaction(data, 0, execution)
}

// Transaction estimates any transaction from what its code takes.
func Transaction(data []byte, blobs int, execution uint64) Estimate {
	zeros := uint64(bytes.Count(data, []byte{0}))
	others := uint64(len(data)) - zeros
	gas := gasTransaction + gasZeroByte*zeros + gasByte*others + execution
	floor := gasTransaction + gasFloorToken*(zeros+tokensPerByte*others)
	return Estimate{Gas: max(gas, floor), BlobGas: uint64(blobs) * blobGasPerBlob}
}

// PerMille is an estimated amount in thousandths of the one that a receipt states: 1000 is exact.
func PerMille(estimated, used uint64) uint64 {
	if used == 0 {
		return 0
	}
	return estimated * 1000 / used
}
