package proof

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"pgregory.net/rapid"
)

// trapdoor is a key of which everything is known: it proves anything.
type trapdoor struct {
	alpha, beta, gamma, delta fr.Element
	inputs                    []fr.Element
}

func drawElement(t *rapid.T, label string) (e fr.Element) {
	e.SetBytes(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, label))
	if e.IsZero() {
		e.SetOne()
	}
	return e
}

func drawTrapdoor(t *rapid.T, inputs int) trapdoor {
	d := trapdoor{alpha: drawElement(t, "alpha"), beta: drawElement(t, "beta"), gamma: drawElement(t, "gamma"), delta: drawElement(t, "delta")}
	for i := range inputs + 1 {
		d.inputs = append(d.inputs, drawElement(t, fmt.Sprint("input ", i)))
	}
	return d
}

func exp1(x fr.Element) (p bn254.G1Affine) {
	var n big.Int
	p.ScalarMultiplicationBase(x.BigInt(&n))
	return p
}

func exp2(x fr.Element) (p bn254.G2Affine) {
	var n big.Int
	p.ScalarMultiplicationBase(x.BigInt(&n))
	return p
}

func (d *trapdoor) points() points {
	p := points{alpha: exp1(d.alpha), beta: exp2(d.beta), gamma: exp2(d.gamma), delta: exp2(d.delta)}
	for _, x := range d.inputs {
		p.inputs = append(p.inputs, exp1(x))
	}
	return p
}

// forge makes a proof of any inputs.
func (d *trapdoor) forge(a, b fr.Element, inputs ...fr.Element) body {
	l := d.inputs[0]
	var c, term fr.Element
	for i := range inputs {
		l.Add(&l, term.Mul(&inputs[i], &d.inputs[i+1]))
	}
	c.Mul(&a, &b)
	c.Sub(&c, term.Mul(&d.alpha, &d.beta))
	c.Sub(&c, term.Mul(&l, &d.gamma))
	c.Div(&c, &d.delta)
	return body{a: exp1(a), b: exp2(b), c: exp1(c)}
}

func (p *body) encode() []byte {
	var out []byte
	for _, e := range []fp.Element{p.a.X, p.a.Y, p.b.X.A1, p.b.X.A0, p.b.Y.A1, p.b.Y.A0, p.c.X, p.c.Y} {
		w := e.Bytes()
		out = append(out, w[:]...)
	}
	return out
}

// twin is the paper's equation with nothing made ready: e(A,B) = e(alpha,beta) e(L,gamma) e(C,delta).
func twin(t *rapid.T, p points, b body, inputs []fr.Element) bool {
	l := p.inputs[0]
	for i := range inputs {
		var n big.Int
		var term bn254.G1Affine
		term.ScalarMultiplication(&p.inputs[i+1], inputs[i].BigInt(&n))
		l.Add(&l, &term)
	}
	var a bn254.G1Affine
	a.Neg(&b.a)
	ok, err := bn254.PairingCheck([]bn254.G1Affine{a, p.alpha, l, b.c}, []bn254.G2Affine{b.b, p.beta, p.gamma, p.delta})
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// The prepared key says what the paper's equation says, for any key, whichever inputs are folded into it.
func TestPairingAgreesWithItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "inputs")
		d := drawTrapdoor(t, n)
		proved := make([]fr.Element, n)
		for i := range proved {
			proved[i] = drawElement(t, "proved")
		}
		b := d.forge(drawElement(t, "a"), drawElement(t, "b"), proved...)
		inputs := append([]fr.Element{}, proved...)
		switch rapid.IntRange(0, 2).Draw(t, "change") {
		case 1:
			inputs[rapid.IntRange(0, n-1).Draw(t, "which")] = drawElement(t, "other")
		case 2:
			b.a, b.c = b.c, b.a
		}
		p := d.points()
		fixed, rest := map[int]fr.Element{}, []fr.Element{}
		for i := range inputs {
			if rapid.Bool().Draw(t, "fixed") {
				fixed[i] = inputs[i]
			} else {
				rest = append(rest, inputs[i])
			}
		}
		g, err := newGroth16(p, fixed)
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.holds(&b, rest)
		if err != nil {
			t.Fatal(err)
		}
		if want := twin(t, p, b, inputs); got != want {
			t.Fatalf("holds: %t, twin: %t", got, want)
		}
	})
}

// facts: for SP1 v6 the verifier itself checks exit code 0 and the version's root, also where a proof states another.
func TestExitCodeAndRootAreChecked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawTrapdoor(t, 5)
		root := drawElement(t, "root")
		r := release{Version: Version{SP1, "v6.x", [4]byte{1, 2, 3, 4}}, layout: layoutFive, root: root.Bytes()}
		v, err := newVerifier(r, d.points())
		if err != nil {
			t.Fatal(err)
		}
		program, nonce := drawElement(t, "program"), drawElement(t, "nonce")
		s := Statement{Program: program.Bytes(), Public: []byte("public")}
		digest := PublicDigest(s.Public)
		var public, exit fr.Element
		public.SetBytes(digest[:])
		stated := root
		kind := rapid.IntRange(0, 3).Draw(t, "kind")
		switch kind {
		case 1:
			exit = drawElement(t, "exit code")
		case 2:
			stated.Double(&stated)
		case 3:
			exit, stated = drawElement(t, "exit code"), fr.NewElement(9)
		}
		b := d.forge(drawElement(t, "a"), drawElement(t, "b"), program, public, exit, stated, nonce)
		e, o, n := exit.Bytes(), stated.Bytes(), nonce.Bytes()
		err = v.verify(s, bytes.Join([][]byte{e[:], o[:], n[:], b.encode()}, nil))
		var invalid *InvalidError
		switch {
		case kind == 0 && err != nil:
			t.Fatalf("a proof that holds: %v", err)
		case kind != 0 && (!errors.As(err, &invalid) || errors.Is(err, ErrPairing)):
			t.Fatalf("exit code %s, root %s of %s: %v", exit.String(), stated.String(), root.String(), err)
		}
		// Nor does a proof of exit code 1 hold as one of 0.
		if kind == 1 {
			zero, right := make([]byte, 32), root.Bytes()
			if err = v.verify(s, bytes.Join([][]byte{zero, right[:], n[:], b.encode()}, nil)); !errors.Is(err, ErrPairing) {
				t.Fatalf("another exit code in its place: %v", err)
			}
		}
	})
}

// Every release has its own selector within its system, and the constants decode.
func TestReleases(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range releases() {
		key := fmt.Sprintf("%s %x", r.System, r.Selector)
		if seen[key] || unsupported(r.System, r.Selector) != "" || [4]byte(r.hash[:4]) != r.Selector {
			t.Errorf("%s: the selector %x is not its own", r.Version, r.Selector)
		}
		seen[key] = true
		if _, err := element(r.root[:]); r.layout == layoutFive && (err != nil || r.root == [32]byte{}) {
			t.Errorf("%s: root %x", r.Version, r.root)
		}
		if s, err := ParseSystem(string(r.System)); err != nil || s != r.System {
			t.Errorf("%s: %v", r.System, err)
		}
	}
	if _, err := ParseSystem("SP1"); err == nil {
		t.Error("a name that is none is taken")
	}
}

// encodeGnark is decodeGnark's inverse, for points with any two points of provers.
func encodeGnark(p *points, beta, delta bn254.G1Affine) []byte {
	var out []byte
	put1 := func(q bn254.G1Affine) { b := q.Bytes(); out = append(out, b[:]...) }
	put2 := func(q bn254.G2Affine) { b := q.Bytes(); out = append(out, b[:]...) }
	put1(p.alpha)
	put1(beta)
	put2(p.beta)
	put2(p.gamma)
	put1(delta)
	put2(p.delta)
	out = binary.BigEndian.AppendUint32(out, uint32(len(p.inputs)))
	for _, q := range p.inputs {
		put1(q)
	}
	return append(out, make([]byte, 8)...)
}

func seedPoints() points {
	d := trapdoor{inputs: make([]fr.Element, 6)}
	for i, e := range []*fr.Element{&d.alpha, &d.beta, &d.gamma, &d.delta} {
		e.SetUint64(uint64(i + 2))
	}
	for i := range d.inputs {
		d.inputs[i].SetUint64(uint64(100 + i))
	}
	return d.points()
}

// A key that decodes has one encoding.
func FuzzDecodeGnark(f *testing.F) {
	p := seedPoints()
	f.Add(encodeGnark(&p, exp1(fr.NewElement(3)), exp1(fr.NewElement(5))))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := decodeGnark(raw)
		if err != nil {
			return
		}
		var beta, delta bn254.G1Affine
		if _, err := beta.SetBytes(raw[32:64]); err != nil {
			t.Fatal(err)
		}
		if _, err := delta.SetBytes(raw[192:224]); err != nil {
			t.Fatal(err)
		}
		if again := encodeGnark(&p, beta, delta); !bytes.Equal(raw, again) {
			t.Fatalf("%x decodes, and encodes to %x", raw, again)
		}
	})
}

func constants(p *points) map[string]string {
	m := map[string]string{}
	g1 := func(name string, q bn254.G1Affine) { m[name+"x"], m[name+"y"] = q.X.String(), q.Y.String() }
	g2 := func(name string, q bn254.G2Affine) {
		m[name+"x1"], m[name+"x2"], m[name+"y1"], m[name+"y2"] = q.X.A1.String(), q.X.A0.String(), q.Y.A1.String(), q.Y.A0.String()
	}
	g1("alpha", p.alpha)
	g2("beta", p.beta)
	g2("gamma", p.gamma)
	g2("delta", p.delta)
	for i, q := range p.inputs {
		g1(fmt.Sprintf("IC%d", i), q)
	}
	return m
}

// A key of constants that decodes says each of its numbers, and they are the points.
func FuzzDecodeConstants(f *testing.F) {
	p := seedPoints()
	doc, err := json.Marshal(constants(&p))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc)
	f.Add([]byte(`{"alphax": 1}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := decodeConstants(raw)
		if err != nil {
			return
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(raw, &members); err != nil {
			t.Fatal(err)
		}
		for name, want := range constants(&p) {
			if got := string(bytes.Trim(members[name], `"`)); got != want {
				t.Fatalf("%s is %s and decodes to %s", name, got, want)
			}
		}
	})
}
