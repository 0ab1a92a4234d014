package develop

// The circuit: wires are one, program, digest, s, q, c, the first three public, with
//
//	(program + 1) (digest + 2) = s
//	s s = q
//	q s = c
//
// Program and digest stand on different sides of the product, so that their input points in the key are independent of
// each other and no two statements share a proof.

import "github.com/consensys/gnark-crypto/ecc/bn254/fr"

const (
	wireOne = iota
	wireProgram
	wireDigest
	wireS
	wireQ
	wireC
	wires

	publicWires = wireS
)

// combination is a sum of wires with small coefficients.
type combination [wires]uint64

// constraints: left times right is out.
func constraints() []struct{ left, right, out combination } {
	return []struct{ left, right, out combination }{
		{combination{wireOne: 1, wireProgram: 1}, combination{wireOne: 2, wireDigest: 1}, combination{wireS: 1}},
		{combination{wireS: 1}, combination{wireS: 1}, combination{wireQ: 1}},
		{combination{wireQ: 1}, combination{wireS: 1}, combination{wireC: 1}},
	}
}

// assign gives every wire its value.
func assign(program, digest fr.Element) (z [wires]fr.Element) {
	z[wireOne].SetOne()
	z[wireProgram], z[wireDigest] = program, digest
	var right fr.Element
	two := fr.NewElement(2)
	z[wireS].Add(&program, &z[wireOne])
	z[wireS].Mul(&z[wireS], right.Add(&digest, &two))
	z[wireQ].Square(&z[wireS])
	z[wireC].Mul(&z[wireQ], &z[wireS])
	return z
}

// satisfied reports whether the wires obey every constraint.
func satisfied(z *[wires]fr.Element) bool {
	value := func(c combination) (sum fr.Element) {
		for w := range wires {
			addScaled(&sum, &z[w], c[w])
		}
		return sum
	}
	for _, row := range constraints() {
		left, right, out := value(row.left), value(row.right), value(row.out)
		if !left.Mul(&left, &right).Equal(&out) {
			return false
		}
	}
	return true
}
