package gnark

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"slices"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	groth16 "github.com/consensys/gnark/backend/groth16/bn254"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/specimen"
)

const chainID = 1337

// specimens are the real proofs, and one that develop makes.
func specimens(tb testing.TB) []specimen.Specimen {
	tb.Helper()
	s := proof.Statement{Program: develop.Program([32]byte{0xaa, 1}), Public: []byte("public values")}
	p, err := develop.Prove(s)
	if err != nil {
		tb.Fatal(err)
	}
	return append(specimen.All(tb), specimen.Specimen{Name: "1", System: proof.Development, Key: develop.Key(), Statement: s, Proof: p})
}

// fromWords is a key for gnark from the words that a contract takes.
func fromWords(tb testing.TB, k proof.Key) *groth16.VerifyingKey {
	tb.Helper()
	words, err := k.Words()
	if err != nil {
		tb.Fatal(err)
	}
	next := func() (e fp.Element) {
		if err := e.SetBytesCanonical(words[0][:]); err != nil {
			tb.Fatal(err)
		}
		words = words[1:]
		return e
	}
	g1 := func() (p bn254.G1Affine) { p.X, p.Y = next(), next(); return p }
	g2 := func() (p bn254.G2Affine) {
		p.X.A1, p.X.A0 = next(), next()
		p.Y.A1, p.Y.A0 = next(), next()
		return p
	}
	vk := &groth16.VerifyingKey{}
	vk.G1.Alpha, vk.G2.Beta, vk.G2.Gamma, vk.G2.Delta = g1(), g2(), g2(), g2()
	for len(words) > 0 {
		vk.G1.K = append(vk.G1.K, g1())
	}
	if err := vk.Precompute(); err != nil {
		tb.Fatal(err)
	}
	return vk
}

// gnark's reader gives the points that package proof gives, and uses the whole file.
func TestKeysAreGnarks(t *testing.T) {
	for _, k := range append(specimen.Keys(t), develop.Key()) {
		if k.System == proof.RISC0 {
			continue // not in gnark's encoding
		}
		raw, ok := proof.DecodeText(k.File)
		if !ok {
			raw = k.File
		}
		var vk groth16.VerifyingKey
		n, err := vk.ReadFrom(bytes.NewReader(raw))
		if err != nil || n != int64(len(raw)) {
			t.Fatalf("%s: gnark reads %d of %d bytes: %v", k.System, n, len(raw), err)
		}
		var ours, theirs bytes.Buffer
		mine := fromWords(t, k)
		mine.G1.Beta, mine.G1.Delta = vk.G1.Beta, vk.G1.Delta // which are for provers
		if _, err := mine.WriteTo(&ours); err != nil {
			t.Fatal(err)
		}
		if _, err := vk.WriteTo(&theirs); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(ours.Bytes(), theirs.Bytes()) || !bytes.Equal(ours.Bytes(), raw) {
			t.Errorf("%s: the points differ", k.System)
		}
	}
}

// gnarkVerify is a verification by gnark alone: the statement's inputs are laid out here anew.
func gnarkVerify(tb testing.TB, vk *groth16.VerifyingKey, s specimen.Specimen) bool {
	tb.Helper()
	body := s.Proof[len(s.Proof)-256:]
	var p groth16.Proof
	into := []*fp.Element{&p.Ar.X, &p.Ar.Y, &p.Bs.X.A1, &p.Bs.X.A0, &p.Bs.Y.A1, &p.Bs.Y.A0, &p.Krs.X, &p.Krs.Y}
	for i, e := range into {
		if e.SetBytesCanonical(body[32*i:32*i+32]) != nil {
			return false
		}
	}
	return groth16.Verify(&p, vk, inputs(s)) == nil
}

func inputs(s specimen.Specimen) fr.Vector {
	number := func(b []byte) (e fr.Element) { e.SetBytes(b); return e }
	if s.System == proof.RISC0 {
		claim := claimOf(s)
		root := riscZeroRoots()[s.Name]
		id := fromHex("c07a65145c3cb48b6101962ea607a4dd93c753bb26975cb47feb00d3666e4404")
		slices.Reverse(claim)
		slices.Reverse(root)
		slices.Reverse(id)
		return fr.Vector{number(root[16:]), number(root[:16]), number(claim[16:]), number(claim[:16]), number(id)}
	}
	digest := sha256.Sum256(s.Statement.Public)
	n := new(big.Int).SetBytes(digest[:])
	n.Mod(n, new(big.Int).Lsh(big.NewInt(1), 253))
	v := fr.Vector{number(s.Statement.Program[:]), number(n.Bytes())}
	for at := 4; at < len(s.Proof)-256; at += 32 {
		v = append(v, number(s.Proof[at:at+32]))
	}
	return v
}

// Package proof takes what gnark takes, and refuses what gnark refuses: the real proofs, and changes of each part.
func TestVerdictsAreGnarks(t *testing.T) {
	reg, err := proof.NewRegistry(chainID, append(specimen.Keys(t), develop.Key())...)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range specimens(t) {
		vk := fromWords(t, s.Key)
		compare := func(what string, c specimen.Specimen, want bool) {
			t.Helper()
			ours, theirs := reg.Verify(c.System, c.Statement, c.Proof), gnarkVerify(t, vk, c)
			if (ours == nil) != theirs || theirs != want {
				t.Errorf("%s %s, %s: ours %v, gnark takes it: %t", s.System, s.Name, what, ours, theirs)
			}
		}
		compare("as it is", s, true)
		c := s
		c.Statement.Public = append(bytes.Clone(s.Statement.Public), 1)
		compare("other public values", c, false)
		c = s
		c.Statement.Program[31] ^= 1
		compare("another program", c, false)
		for i := range 8 {
			c = s
			c.Proof = bytes.Clone(s.Proof)
			c.Proof[len(s.Proof)-256+32*i+31] ^= 1
			compare("another coordinate", c, false)
		}
		for _, at := range []int{32, 224} { // the negations of A and C are points
			c = s
			c.Proof = bytes.Clone(s.Proof)
			var y fp.Element
			part := c.Proof[len(s.Proof)-256+at:]
			y.SetBytes(part[:32])
			neg := y.Neg(&y).Bytes()
			copy(part, neg[:])
			compare("a negated point", c, false)
		}
		compare("proved anew", randomize(s), true)
	}
}

// randomize makes another proof of the same statement, as anybody can of a Groth16 proof: (rA, B/r, C).
func randomize(s specimen.Specimen) specimen.Specimen {
	r := new(big.Int).SetUint64(0x1234567)
	body := s.Proof[len(s.Proof)-256:]
	var a bn254.G1Affine
	var b bn254.G2Affine
	for i, e := range []*fp.Element{&a.X, &a.Y, &b.X.A1, &b.X.A0, &b.Y.A1, &b.Y.A0} {
		e.SetBytes(body[32*i : 32*i+32])
	}
	a.ScalarMultiplication(&a, r)
	b.ScalarMultiplication(&b, new(big.Int).ModInverse(r, fr.Modulus()))
	out := s
	out.Proof = bytes.Clone(s.Proof[:len(s.Proof)-256])
	for _, e := range []fp.Element{a.X, a.Y, b.X.A1, b.X.A0, b.Y.A1, b.Y.A0} {
		w := e.Bytes()
		out.Proof = append(out.Proof, w[:]...)
	}
	out.Proof = append(out.Proof, body[192:]...)
	return out
}
