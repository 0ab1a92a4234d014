package develop

// The prover is the honest one of the paper, except that it computes in the exponent: the trapdoor is public, so it
// needs no proving key. Nothing but the assertion would keep it from proving with wires that break the constraints.

import (
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
)

// Program is the name that a program, given by the SHA-256 of its code, has in development statements: a field element,
// so it lacks the top three bits.
func Program(id [32]byte) [32]byte {
	id[0] &= 0x1f
	return id
}

// Prove makes the development proof of a statement, the same one each time. It refuses a program that is not below the
// field's modulus (see Program). It does not execute anything: whether the statement is true is the caller's matter.
func Prove(s proof.Statement) ([]byte, error) {
	var program, digest fr.Element
	if err := program.SetBytesCanonical(s.Program[:]); err != nil {
		return nil, fmt.Errorf("develop: program %x is not below the field's modulus", s.Program)
	}
	public := proof.PublicDigest(s.Public)
	digest.SetBytes(public[:])
	set := newSetup()
	z := assign(program, digest)
	if !satisfied(&z) {
		panic("develop: the wires break a constraint")
	}
	a, b, c := set.prove(&z, hashed("r", s.Program[:], public[:]), hashed("s", s.Program[:], public[:]))
	selector := Selector()
	out := selector[:]
	pa, pb, pc := g1(&a), g2(&b), g1(&c)
	for _, e := range []interface{ Bytes() [32]byte }{&pa.X, &pa.Y, &pb.X.A1, &pb.X.A0, &pb.Y.A1, &pb.Y.A0, &pc.X, &pc.Y} {
		w := e.Bytes()
		out = append(out, w[:]...)
	}
	return out, nil
}

// prove returns the discrete logarithms of A, B and C for the randomizers r and s.
func (s *setup) prove(z *[wires]fr.Element, r, t fr.Element) (a, b, c fr.Element) {
	var left, right, out, term fr.Element
	for w := range wires {
		left.Add(&left, term.Mul(&z[w], &s.left[w]))
		right.Add(&right, term.Mul(&z[w], &s.right[w]))
		out.Add(&out, term.Mul(&z[w], &s.out[w]))
	}
	a.Add(&s.alpha, &left)
	a.Add(&a, term.Mul(&r, &s.delta))
	b.Add(&s.beta, &right)
	b.Add(&b, term.Mul(&t, &s.delta))

	// The private wires, and the quotient times the vanishing polynomial, over delta.
	c.Mul(&left, &right)
	c.Sub(&c, &out)
	for w := publicWires; w < wires; w++ {
		term = s.combined(w)
		c.Add(&c, term.Mul(&term, &z[w]))
	}
	c.Div(&c, &s.delta)
	c.Add(&c, term.Mul(&t, &a))
	c.Add(&c, term.Mul(&r, &b))
	term.Mul(&r, &t)
	c.Sub(&c, term.Mul(&term, &s.delta))
	return a, b, c
}
