package proof

// RISC Zero's digests: of a receipt's claim, which is what the proof states, and of a verifier's parameters, of which
// the selector is the beginning. Both are tagged SHA-256 structures.

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

// tagged is SHA-256(SHA-256(tag), parts, count as u16 little-endian), where data stands between parts and count.
func tagged(tag string, data []byte, parts ...[32]byte) [32]byte {
	t := sha256.Sum256([]byte(tag))
	buf := t[:]
	for _, p := range parts {
		buf = append(buf, p[:]...)
	}
	buf = append(buf, data...)
	return sha256.Sum256(binary.LittleEndian.AppendUint16(buf, uint16(len(parts))))
}

// claimDigest of a run of the program that halted with code 0, assumed nothing and wrote a journal.
func claimDigest(program [32]byte, journal []byte) [32]byte {
	var none [32]byte
	post := tagged("risc0.SystemState", make([]byte, 4), none) // a halted machine: program counter and memory are zero
	output := tagged("risc0.Output", nil, sha256.Sum256(journal), none)
	exit := make([]byte, 8) // system and user code, u32 each
	return tagged("risc0.ReceiptClaim", exit, none, program, post, output)
}

func parametersDigest(controlRoot, key [32]byte) [32]byte {
	return tagged("risc0.Groth16ReceiptVerifierParameters", nil, controlRoot, bn254ControlID(), key)
}

// keyDigest of a verifying key; its input points are a list of pairs of head and tail.
func keyDigest(p *points) [32]byte {
	g1 := func(q *bn254.G1Affine) [32]byte {
		x, y := q.X.Bytes(), q.Y.Bytes()
		return sha256.Sum256(slices.Concat(x[:], y[:]))
	}
	g2 := func(q *bn254.G2Affine) [32]byte {
		x1, x0, y1, y0 := q.X.A1.Bytes(), q.X.A0.Bytes(), q.Y.A1.Bytes(), q.Y.A0.Bytes()
		return sha256.Sum256(slices.Concat(x1[:], x0[:], y1[:], y0[:]))
	}
	var list [32]byte
	for i := range slices.Backward(p.inputs) {
		list = tagged("risc0_groth16.VerifyingKey.IC", nil, g1(&p.inputs[i]), list)
	}
	return tagged("risc0_groth16.VerifyingKey", nil, g1(&p.alpha), g2(&p.beta), g2(&p.gamma), g2(&p.delta), list)
}

// split makes two public inputs of a digest: its bytes reversed, the low 128 bits first.
func split(digest [32]byte) (low, high fr.Element) {
	slices.Reverse(digest[:])
	low.SetBytes(digest[16:])
	high.SetBytes(digest[:16])
	return low, high
}
