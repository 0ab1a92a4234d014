package develop

// The setup is a function of labels, and so is the key. Nothing here is secret.

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
)

// setup is the trapdoor with what follows from it: the polynomials of the constraints at tau, by wire. The constraints
// stand at 1, 2 and 3.
type setup struct {
	alpha, beta, gamma, delta fr.Element
	left, right, out          [wires]fr.Element
}

func newSetup() *setup {
	s := &setup{alpha: hashed("alpha"), beta: hashed("beta"), gamma: hashed("gamma"), delta: hashed("delta")}
	tau := hashed("tau")
	rows := constraints()
	for i := range rows {
		basis := lagrange(&tau, i, len(rows))
		for w := range wires {
			addScaled(&s.left[w], &basis, rows[i].left[w])
			addScaled(&s.right[w], &basis, rows[i].right[w])
			addScaled(&s.out[w], &basis, rows[i].out[w])
		}
	}
	return s
}

// lagrange is the polynomial that is 1 at i+1 and 0 at the others of 1 to n, at x.
func lagrange(x *fr.Element, i, n int) fr.Element {
	above, below := fr.One(), fr.One()
	for j := range n {
		if j == i {
			continue
		}
		var factor fr.Element
		at, self := fr.NewElement(uint64(j+1)), fr.NewElement(uint64(i+1))
		above.Mul(&above, factor.Sub(x, &at))
		below.Mul(&below, factor.Sub(&self, &at))
	}
	var out fr.Element
	return *out.Div(&above, &below)
}

func addScaled(sum, x *fr.Element, by uint64) {
	k := fr.NewElement(by)
	sum.Add(sum, k.Mul(&k, x))
}

// hashed is a field element of a label and more.
func hashed(label string, more ...[]byte) (e fr.Element) {
	h := sha256.New()
	h.Write([]byte("holdfast development proofs, no security: " + label))
	for _, m := range more {
		h.Write(m)
	}
	e.SetBytes(h.Sum(nil))
	return e
}

func g1(x *fr.Element) bn254.G1Affine {
	var n big.Int
	var p bn254.G1Affine
	p.ScalarMultiplicationBase(x.BigInt(&n))
	return p
}

func g2(x *fr.Element) bn254.G2Affine {
	var n big.Int
	var p bn254.G2Affine
	p.ScalarMultiplicationBase(x.BigInt(&n))
	return p
}

// combined is beta left + alpha right + out of one wire.
func (s *setup) combined(wire int) fr.Element {
	var sum, term fr.Element
	sum.Mul(&s.beta, &s.left[wire])
	sum.Add(&sum, term.Mul(&s.alpha, &s.right[wire]))
	sum.Add(&sum, &s.out[wire])
	return sum
}

// key is the verifying key in gnark's encoding.
func (s *setup) key() []byte {
	var out []byte
	put1 := func(x *fr.Element) { p := g1(x); b := p.Bytes(); out = append(out, b[:]...) }
	put2 := func(x *fr.Element) { p := g2(x); b := p.Bytes(); out = append(out, b[:]...) }
	put1(&s.alpha)
	put1(&s.beta)
	put2(&s.beta)
	put2(&s.gamma)
	put1(&s.delta)
	put2(&s.delta)
	out = binary.BigEndian.AppendUint32(out, publicWires)
	for w := range publicWires {
		x := s.combined(w)
		put1(x.Div(&x, &s.gamma))
	}
	return append(out, make([]byte, 8)...) // no commitments
}

// Key of the development system, always the same.
func Key() proof.Key { return proof.Key{System: proof.Development, File: newSetup().key()} }

// Selector that development proofs begin with.
func Selector() [4]byte {
	hash := sha256.Sum256(Key().File)
	return [4]byte(hash[:4])
}
