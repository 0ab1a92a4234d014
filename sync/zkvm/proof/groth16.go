package proof

// Groth16 over BN254 (Groth, EUROCRYPT 2016): e(A, B) = e(alpha, beta) e(L, gamma) e(C, delta), where L is the sum of
// the key's input points, each times its public input. What must hold here: no point enters a pairing that is not in
// its group, and no field element is reduced silently.

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

// bodySize is the length of the three points.
const bodySize = 8 * fp.Bytes

var (
	errCanonical = errors.New("not below the field's modulus")
	errCurve     = errors.New("not on the curve")
	errSubgroup  = errors.New("not in the subgroup")
	errInfinity  = errors.New("the point at infinity")
	errLength    = errors.New("wrong length")
)

// points of a verifying key, without any extension for commitments.
type points struct {
	alpha              bn254.G1Affine
	beta, gamma, delta bn254.G2Affine
	inputs             []bn254.G1Affine // the first stands alone, the others are one for each public input
}

type lines = [2][len(bn254.LoopCounter)]bn254.LineEvaluationAff

// groth16 is a key made ready. Public inputs that a version fixes are folded in.
type groth16 struct {
	alphaBeta bn254.GT
	fixed     [2]lines // of -gamma and -delta
	base      bn254.G1Jac
	inputs    []bn254.G1Jac
}

// newGroth16 folds the inputs named in fixed (by their place among the public inputs, from 0).
func newGroth16(p points, fixed map[int]fr.Element) (*groth16, error) {
	g := &groth16{}
	var err error
	if g.alphaBeta, err = bn254.Pair([]bn254.G1Affine{p.alpha}, []bn254.G2Affine{p.beta}); err != nil {
		return nil, fmt.Errorf("pair alpha with beta: %w", err)
	}
	var neg bn254.G2Affine
	g.fixed[0] = bn254.PrecomputeLines(*neg.Neg(&p.gamma))
	g.fixed[1] = bn254.PrecomputeLines(*neg.Neg(&p.delta))
	g.base.FromAffine(&p.inputs[0])
	for i := range p.inputs[1:] {
		var at bn254.G1Jac
		at.FromAffine(&p.inputs[i+1])
		if x, ok := fixed[i]; ok {
			g.base.AddAssign(multiply(&at, &x))
			continue
		}
		g.inputs = append(g.inputs, at)
	}
	return g, nil
}

func multiply(p *bn254.G1Jac, x *fr.Element) *bn254.G1Jac {
	var scalar big.Int
	var out bn254.G1Jac
	return out.ScalarMultiplication(p, x.BigInt(&scalar))
}

// body is a decoded proof.
type body struct {
	a, c bn254.G1Affine
	b    bn254.G2Affine
}

// decodeBody reads A.x A.y B.x1 B.x0 B.y1 B.y0 C.x C.y, big-endian, the imaginary limb first. what names the part that
// is wrong.
func decodeBody(raw []byte) (p body, what string, err error) {
	if len(raw) != bodySize {
		return p, "body", fmt.Errorf("%w: %d bytes, want %d", errLength, len(raw), bodySize)
	}
	names := [...]string{"A.x", "A.y", "B.x1", "B.x0", "B.y1", "B.y0", "C.x", "C.y"}
	into := [...]*fp.Element{&p.a.X, &p.a.Y, &p.b.X.A1, &p.b.X.A0, &p.b.Y.A1, &p.b.Y.A0, &p.c.X, &p.c.Y}
	for i, e := range into {
		if err := e.SetBytesCanonical(raw[i*fp.Bytes : (i+1)*fp.Bytes]); err != nil {
			return p, names[i], errCanonical
		}
	}
	if err := checkG1(&p.a); err != nil {
		return p, "A", err
	}
	if err := checkG2(&p.b); err != nil {
		return p, "B", err
	}
	if err := checkG1(&p.c); err != nil {
		return p, "C", err
	}
	return p, "", nil
}

// checkG1: every point of the curve is in the group.
func checkG1(p *bn254.G1Affine) error {
	switch {
	case p.IsInfinity():
		return errInfinity
	case !p.IsOnCurve():
		return errCurve
	}
	return nil
}

func checkG2(p *bn254.G2Affine) error {
	switch {
	case p.IsInfinity():
		return errInfinity
	case !p.IsOnCurve():
		return errCurve
	case !p.IsInSubGroup():
		return errSubgroup
	}
	return nil
}

// holds reports whether p proves the inputs, which are those that the key does not fix.
func (g *groth16) holds(p *body, inputs []fr.Element) (bool, error) {
	if len(inputs) != len(g.inputs) {
		panic(fmt.Sprintf("proof: %d public inputs for a key of %d", len(inputs), len(g.inputs)))
	}
	sum := g.base
	for i := range inputs {
		sum.AddAssign(multiply(&g.inputs[i], &inputs[i]))
	}
	var l bn254.G1Affine
	l.FromJacobian(&sum)
	left, err := bn254.MillerLoop([]bn254.G1Affine{p.a}, []bn254.G2Affine{p.b})
	if err != nil {
		return false, fmt.Errorf("pair A with B: %w", err)
	}
	fixed := g.fixed // a copy: MillerLoopFixedQ evaluates the lines in place
	right, err := bn254.MillerLoopFixedQ([]bn254.G1Affine{l, p.c}, fixed[:])
	if err != nil {
		return false, fmt.Errorf("pair with the key: %w", err)
	}
	product := bn254.FinalExponentiation(&left, &right)
	return product.Equal(&g.alphaBeta), nil
}

// element reads a public input.
func element(raw []byte) (e fr.Element, err error) {
	if err := e.SetBytesCanonical(raw); err != nil {
		return e, errCanonical
	}
	return e, nil
}
