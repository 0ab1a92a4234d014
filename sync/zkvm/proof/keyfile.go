package proof

// Key files are the operator's; what they may hold is decided by the published hashes alone. The readers are strict all
// the same: each gives the one key that the bytes mean, or an error.

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
)

// Key is an operator's verifying-key file.
//
// Of SP1, Ziren and the development system it is the compressed Groth16 verifying key in gnark's encoding, which SP1 and
// Ziren publish as groth16_vk.bin, raw or as hexadecimal text. Of RISC Zero it is a JSON object with the constants of the
// published Groth16Verifier contract as decimal strings: alphax, alphay, betax1 to deltay2 (1 is the imaginary part),
// IC0x to IC5y, and, if given, the moduli q and r; members whose names begin with an underscore are comments.
type Key struct {
	System System
	File   []byte
}

// DecodeText returns the bytes that b spells, if all of it is hexadecimal digits in pairs, with or without 0x before them
// and white space anywhere; otherwise false.
func DecodeText(b []byte) ([]byte, bool) {
	text := bytes.TrimSpace(b)
	if rest, ok := bytes.CutPrefix(text, []byte("0x")); ok {
		text = rest
	} else if len(text) == 0 {
		return nil, false
	}
	text = bytes.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	out := make([]byte, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(out, text); err != nil {
		return nil, false
	}
	return out, true
}

// Words are the key's points as the pairing precompile of EIP-197 takes them: alpha, beta, gamma, delta and the input
// points, each coordinate a big-endian word, imaginary limbs first. The key must be a published one.
func (k Key) Words() ([][32]byte, error) {
	p, _, err := k.read()
	if err != nil {
		return nil, err
	}
	var out [][32]byte
	g1 := func(q *bn254.G1Affine) { out = append(out, q.X.Bytes(), q.Y.Bytes()) }
	g1(&p.alpha)
	for _, q := range []*bn254.G2Affine{&p.beta, &p.gamma, &p.delta} {
		out = append(out, q.X.A1.Bytes(), q.X.A0.Bytes(), q.Y.A1.Bytes(), q.Y.A0.Bytes())
	}
	for i := range p.inputs {
		g1(&p.inputs[i])
	}
	return out, nil
}

// read gives the key's points and the releases that it is the key of; never none.
func (k Key) read() (points, []release, error) {
	if k.System == RISC0 {
		return k.readRISC0()
	}
	raw, text := DecodeText(k.File)
	if !text {
		raw = k.File
	}
	hash := sha256.Sum256(raw)
	var known []string
	for _, r := range releases() {
		if r.System != k.System {
			continue
		}
		if r.hash != hash {
			known = append(known, fmt.Sprintf("%s %x", r.Name, r.hash))
			continue
		}
		p, err := decodeGnark(raw)
		if err != nil {
			return points{}, nil, &KeyError{k.System, err}
		}
		return p, []release{r}, nil
	}
	if len(known) == 0 {
		return points{}, nil, &KeyError{k.System, errors.New("no such proof system")}
	}
	return points{}, nil, &KeyError{k.System, fmt.Errorf("its SHA-256 is %x, which nobody published; known are %s",
		hash, strings.Join(known, ", "))}
}

func (k Key) readRISC0() (points, []release, error) {
	p, err := decodeConstants(k.File)
	if err != nil {
		return points{}, nil, &KeyError{k.System, err}
	}
	digest := keyDigest(&p)
	var of []release
	for _, r := range releases() {
		if r.System == RISC0 && parametersDigest(r.root, digest) == r.hash {
			of = append(of, r)
		}
	}
	if len(of) == 0 {
		return points{}, nil, &KeyError{k.System, fmt.Errorf("its digest %x is in no published verifier's parameters", digest)}
	}
	return p, of, nil
}

// decodeGnark reads gnark's compressed verifying key: alpha, beta (G1), beta, gamma (G2), delta (G1), delta (G2), a
// count and that many input points, then two counts of an extension that must be zero.
func decodeGnark(raw []byte) (points, error) {
	const head = 3*bn254.SizeOfG1AffineCompressed + 3*bn254.SizeOfG2AffineCompressed + 4
	if len(raw) < head {
		return points{}, fmt.Errorf("%w: %d bytes", errLength, len(raw))
	}
	n := binary.BigEndian.Uint32(raw[head-4:])
	if n < 2 || uint64(len(raw)) != head+uint64(n)*bn254.SizeOfG1AffineCompressed+8 {
		return points{}, fmt.Errorf("%w: %d bytes with %d input points", errLength, len(raw), n)
	}
	var p points
	var unused bn254.G1Affine // beta and delta of G1 serve provers
	var errs []error
	g1 := func(q *bn254.G1Affine) {
		used, err := q.SetBytes(raw[:bn254.SizeOfG1AffineCompressed])
		if err == nil && used != bn254.SizeOfG1AffineCompressed {
			err = errors.New("a point is not compressed")
		}
		if err == nil {
			err = checkG1(q)
		}
		errs, raw = append(errs, err), raw[bn254.SizeOfG1AffineCompressed:]
	}
	g2 := func(q *bn254.G2Affine) {
		used, err := q.SetBytes(raw[:bn254.SizeOfG2AffineCompressed])
		if err == nil && used != bn254.SizeOfG2AffineCompressed {
			err = errors.New("a point is not compressed")
		}
		if err == nil {
			err = checkG2(q)
		}
		errs, raw = append(errs, err), raw[bn254.SizeOfG2AffineCompressed:]
	}
	g1(&p.alpha)
	g1(&unused)
	g2(&p.beta)
	g2(&p.gamma)
	g1(&unused)
	g2(&p.delta)
	raw = raw[4:]
	p.inputs = make([]bn254.G1Affine, n)
	for i := range p.inputs {
		g1(&p.inputs[i])
	}
	if !bytes.Equal(raw, make([]byte, 8)) {
		errs = append(errs, errors.New("the key has commitments"))
	}
	return p, errors.Join(errs...)
}

// decodeConstants reads RISC Zero's key.
func decodeConstants(file []byte) (points, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(file, &members); err != nil {
		return points{}, fmt.Errorf("not a JSON object: %w", err)
	}
	var errs []error
	number := func(name string) *big.Int {
		text := strings.Trim(string(members[name]), `"`)
		delete(members, name)
		n, ok := new(big.Int).SetString(text, 10)
		if !ok || n.Sign() < 0 || n.String() != text {
			errs = append(errs, fmt.Errorf("%s is not a decimal number", name))
			return new(big.Int)
		}
		return n
	}
	coordinate := func(e *fp.Element, name string) {
		n := number(name)
		if n.Cmp(fp.Modulus()) >= 0 {
			errs = append(errs, fmt.Errorf("%s: %w", name, errCanonical))
		}
		e.SetBigInt(n)
	}
	g1 := func(q *bn254.G1Affine, name string) {
		coordinate(&q.X, name+"x")
		coordinate(&q.Y, name+"y")
		if err := checkG1(q); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	g2 := func(q *bn254.G2Affine, name string) {
		coordinate(&q.X.A1, name+"x1")
		coordinate(&q.X.A0, name+"x2")
		coordinate(&q.Y.A1, name+"y1")
		coordinate(&q.Y.A0, name+"y2")
		if err := checkG2(q); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	p := points{inputs: make([]bn254.G1Affine, 6)}
	g1(&p.alpha, "alpha")
	g2(&p.beta, "beta")
	g2(&p.gamma, "gamma")
	g2(&p.delta, "delta")
	for i := range p.inputs {
		g1(&p.inputs[i], fmt.Sprintf("IC%d", i))
	}
	errs = append(errs, checkRest(members)...)
	return p, errors.Join(errs...)
}

// checkRest: besides the points, the moduli may be there, and comments.
func checkRest(members map[string]json.RawMessage) (errs []error) {
	for _, m := range []struct {
		name string
		want *big.Int
	}{{"q", fp.Modulus()}, {"r", bn254.ID.ScalarField()}} {
		if given, ok := members[m.name]; ok && strings.Trim(string(given), `"`) != m.want.String() {
			errs = append(errs, fmt.Errorf("%s is not the modulus of BN254", m.name))
		}
		delete(members, m.name)
	}
	for name := range members {
		if !strings.HasPrefix(name, "_") {
			errs = append(errs, fmt.Errorf("unknown member %q", name))
		}
	}
	return errs
}
