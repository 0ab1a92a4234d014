package proof_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/specimen"
)

const development = 1337 // a development chain's id

// specimens are the real proofs and a development proof in their midst.
func specimens(tb testing.TB) []specimen.Specimen {
	tb.Helper()
	s := proof.Statement{Program: develop.Program([32]byte{0xff, 2, 3}), Public: []byte("a statement of our own")}
	p, err := develop.Prove(s)
	if err != nil {
		tb.Fatal(err)
	}
	return append(specimen.All(tb), specimen.Specimen{Name: "1", System: proof.Development, Key: develop.Key(), Statement: s, Proof: p})
}

func registry(tb testing.TB, keys ...proof.Key) *proof.Registry {
	tb.Helper()
	r, err := proof.NewRegistry(development, keys...)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func everyKey(tb testing.TB) *proof.Registry {
	tb.Helper()
	return registry(tb, append(specimen.Keys(tb), develop.Key())...)
}

// refused fails unless err is one of the two types that refuse a proof.
func refused(err error) bool {
	var malformed *proof.MalformedError
	var invalid *proof.InvalidError
	return errors.As(err, &malformed) != errors.As(err, &invalid)
}

// layers.md: every real proof holds under its own key and under a registry of all, and in no other system.
func TestRealProofsHold(t *testing.T) {
	all := everyKey(t)
	for _, s := range specimens(t) {
		v, err := proof.Identify(s.System, s.Proof)
		if err != nil || v.Name != s.Name || v.System != s.System || v.Selector != [4]byte(s.Proof) {
			t.Errorf("%s %s is identified as %v: %v", s.System, s.Name, v, err)
		}
		for what, r := range map[string]*proof.Registry{"its own key": registry(t, s.Key), "every key": all} {
			if err := r.Verify(s.System, s.Statement, s.Proof); err != nil {
				t.Errorf("%s %s with %s: %v", s.System, s.Name, what, err)
			}
		}
		for _, other := range []proof.System{proof.SP1, proof.RISC0, proof.Ziren, proof.Development, "moon"} {
			if other != s.System && !refused(all.Verify(other, s.Statement, s.Proof)) {
				t.Errorf("%s %s holds as a proof of %s", s.System, s.Name, other)
			}
		}
	}
}

// issue: every single-byte change of proof, public values and program id is refused. A changed body is nearly always off
// its curve, so that all 255 changes of each byte are tried; what changes the inputs alone costs a pairing each: two
// values of each byte, and every value where HOLDFAST_EVERY_BYTE is set. -short tries every bit, and one of those.
func TestEveryByteCounts(t *testing.T) {
	all := everyKey(t)
	var every []byte
	for x := 1; x < 256; x++ {
		every = append(every, byte(x))
	}
	some := []byte{1, 128}
	switch {
	case os.Getenv("HOLDFAST_EVERY_BYTE") != "":
		some = every
	case testing.Short():
		every, some = []byte{1, 2, 4, 8, 16, 32, 64, 128}, []byte{1}
	}
	for _, s := range specimens(t) {
		t.Run(string(s.System)+" "+s.Name, func(t *testing.T) {
			t.Parallel()
			try := func(part string, b []byte, changes func(at int) []byte, verify func() error) {
				for at := range b {
					for _, x := range changes(at) {
						b[at] ^= x
						if err := verify(); !refused(err) {
							t.Errorf("%s, byte %d changed by %02x: %v", part, at, x, err)
						}
						b[at] ^= x
					}
				}
				if err := verify(); err != nil {
					t.Fatalf("%s restored: %v", part, err)
				}
			}
			st := proof.Statement{Program: s.Statement.Program, Public: bytes.Clone(s.Statement.Public)}
			p := bytes.Clone(s.Proof)
			verify := func() error { return all.Verify(s.System, st, p) }
			try("proof", p, func(at int) []byte {
				if len(p) == 356 && at >= 68 && at < 100 { // the nonce of SP1 v6 is an input
					return some
				}
				return every
			}, verify)
			try("public values", st.Public, func(int) []byte { return some }, verify)
			try("program", st.Program[:], func(int) []byte { return some }, verify)
			if err := all.Verify(s.System, proof.Statement{Program: st.Program, Public: append(st.Public, 0)}, p); !refused(err) {
				t.Errorf("a byte more of public values: %v", err)
			}
		})
	}
}

// Lengths are exact: a proof cut anywhere, or with a byte behind it, is malformed.
func TestLengthIsExact(t *testing.T) {
	all := everyKey(t)
	for _, s := range specimens(t) {
		for n := range len(s.Proof) + 40 {
			p := append(bytes.Clone(s.Proof), make([]byte, 40)...)[:n]
			var malformed *proof.MalformedError
			if err := all.Verify(s.System, s.Statement, p); n != len(s.Proof) && !errors.As(err, &malformed) {
				t.Errorf("%s %s of %d bytes: %v", s.System, s.Name, n, err)
			}
		}
	}
}

// A coordinate or an input has one encoding: adding the modulus is malformed, not the same.
func TestFieldElementsAreCanonical(t *testing.T) {
	all := everyKey(t)
	plus := func(b []byte, modulus *big.Int) bool {
		n := new(big.Int).Add(new(big.Int).SetBytes(b), modulus)
		if n.BitLen() > 256 {
			return false
		}
		n.FillBytes(b)
		return true
	}
	tried := 0
	for _, s := range specimens(t) {
		body := len(s.Proof) - 256
		expect := func(part string, st proof.Statement, p []byte) {
			tried++
			var malformed *proof.MalformedError
			if err := all.Verify(s.System, st, p); !errors.As(err, &malformed) {
				t.Errorf("%s %s, %s with the modulus added: %v", s.System, s.Name, part, err)
			}
		}
		for i := range 8 {
			p := bytes.Clone(s.Proof)
			if plus(p[body+32*i:body+32*i+32], fp.Modulus()) {
				expect("a coordinate", s.Statement, p)
			}
		}
		for at := 4; at < body; at += 32 { // v6: exit code, root, nonce
			p := bytes.Clone(s.Proof)
			if plus(p[at:at+32], fr.Modulus()) {
				expect("an input", s.Statement, p)
			}
		}
		st := s.Statement
		if s.System != proof.RISC0 && plus(st.Program[:], fr.Modulus()) {
			expect("the program", st, s.Proof)
		}
	}
	if tried < 6*8 {
		t.Errorf("only %d tried", tried)
	}
}

// A point outside its group never reaches a pairing: off the curve, on the twist but outside the subgroup, at infinity.
func TestPointsAreChecked(t *testing.T) {
	all := everyKey(t)
	outside := twistPoint(t)
	for _, s := range specimens(t) {
		body := len(s.Proof) - 256
		for what, edit := range map[string]func(b []byte){
			"A at infinity": func(b []byte) { clear(b[:64]) },
			"B at infinity": func(b []byte) { clear(b[64:192]) },
			"C at infinity": func(b []byte) { clear(b[192:]) },
			"all zero":      func(b []byte) { clear(b) },
			"A off curve":   func(b []byte) { clear(b[:63]); b[31], b[63] = 1, 3 },
			"B no subgroup": func(b []byte) { copy(b[64:], outside) },
			"all ones":      func(b []byte) { copy(b, bytes.Repeat([]byte{0xff}, 256)) },
		} {
			p := bytes.Clone(s.Proof)
			edit(p[body:])
			var malformed *proof.MalformedError
			if err := all.Verify(s.System, s.Statement, p); !errors.As(err, &malformed) {
				t.Errorf("%s %s, %s: %v", s.System, s.Name, what, err)
			}
		}
		// The negation of a point is a point, and the proof with it is none.
		for at, what := range map[int]string{32: "A", 224: "C"} {
			p := bytes.Clone(s.Proof)
			var y fp.Element
			y.SetBytes(p[body+at : body+at+32])
			neg := y.Neg(&y).Bytes()
			copy(p[body+at:], neg[:])
			if err := all.Verify(s.System, s.Statement, p); !errors.Is(err, proof.ErrPairing) {
				t.Errorf("%s %s, %s negated: %v", s.System, s.Name, what, err)
			}
		}
	}
}

// twistPoint is a point of the twist that is not in the subgroup, encoded.
func twistPoint(t *testing.T) []byte {
	t.Helper()
	for x := uint64(1); ; x++ {
		var p bn254.G2Affine
		p.X.A0.SetUint64(x)
		var right, b bn254.E2
		// The twist's constant, from the generator: y² - x³.
		_, _, _, g := bn254.Generators()
		right.Square(&g.X)
		right.Mul(&right, &g.X)
		b.Square(&g.Y)
		b.Sub(&b, &right)
		right.Square(&p.X)
		right.Mul(&right, &p.X)
		right.Add(&right, &b)
		if right.Legendre() != 1 {
			continue
		}
		p.Y.Sqrt(&right)
		if !p.IsOnCurve() {
			t.Fatal("not on the twist")
		}
		if p.IsInSubGroup() {
			continue
		}
		var out []byte
		for _, e := range []fp.Element{p.X.A1, p.X.A0, p.Y.A1, p.Y.A0} {
			w := e.Bytes()
			out = append(out, w[:]...)
		}
		return out
	}
}

// layers.md: fake receipts are refused on every chain, PLONK and withdrawn versions are named and refused, and a known
// version without a key is said to be that.
func TestSelectors(t *testing.T) {
	all := everyKey(t)
	for _, c := range []struct {
		system   proof.System
		selector string
		want     error
		invalid  bool
	}{
		{proof.RISC0, "ffffffff", proof.ErrFakeReceipt, true},
		{proof.SP1, "1b34fe11", proof.ErrUnsupported, false},
		{proof.SP1, "d4e8ecd2", proof.ErrUnsupported, false},
		{proof.SP1, "bb1a6f29", proof.ErrUnsupported, false},
		{proof.SP1, "5a093a2f", proof.ErrUnsupported, false},
		{proof.RISC0, "9f39696c", proof.ErrUnsupported, false},
		{proof.Ziren, "602ac8e9", proof.ErrUnsupported, false},
		{proof.Ziren, "00cd9faf", proof.ErrNoKey, true},
		{proof.SP1, "ffffffff", nil, false},
		{proof.SP1, "12345678", nil, false},
	} {
		b, err := hex.DecodeString(c.selector)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{32, 256} {
			err = all.Verify(c.system, proof.Statement{}, append(bytes.Clone(b), make([]byte, n)...))
			var invalid *proof.InvalidError
			if !refused(err) || errors.As(err, &invalid) != c.invalid || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%s %s: %v", c.system, c.selector, err)
			}
		}
	}
	if r := registry(t); !errors.Is(r.Verify(proof.SP1, proof.Statement{}, specimen.All(t)[0].Proof), proof.ErrNoKey) {
		t.Error("a registry without keys has one")
	}
}

// layers.md: keys are accepted only when their hash is the published one; the development key on development chains.
func TestKeys(t *testing.T) {
	keys := append(specimen.Keys(t), develop.Key())
	var names []string
	for _, v := range registry(t, keys...).Versions() {
		names = append(names, v.String())
	}
	want := []string{"sp1 v4", "sp1 v5", "sp1 v6.0", "sp1 v6.1-v6.4", "risc0 V2_1", "risc0 V2_2", "risc0 V3_0", "ziren v1.2.5", "development 1"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("versions: %s", diff)
	}
	refuse := func(what string, chain uint64, keys ...proof.Key) {
		t.Helper()
		var e *proof.KeyError
		if r, err := proof.NewRegistry(chain, keys...); !errors.As(err, &e) || r != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, k := range keys {
		raw, text := proof.DecodeText(k.File)
		for _, file := range [][]byte{raw, append([]byte(" 0x"), bytes.TrimSpace(k.File)...), []byte(hex.EncodeToString(raw))} {
			if text { // hexadecimal and raw are the same key
				registry(t, proof.Key{System: k.System, File: file})
			}
		}
		if !text {
			raw = k.File
		}
		refuse("twice", development, k, proof.Key{System: k.System, File: raw})
		for _, other := range []proof.System{proof.SP1, proof.RISC0, proof.Ziren, proof.Development, "moon"} {
			if other != k.System {
				refuse("as a key of "+string(other), development, proof.Key{System: other, File: k.File})
			}
		}
		refuse("cut", development, proof.Key{System: k.System, File: raw[:len(raw)-1]})
		refuse("empty", development, proof.Key{System: k.System})
		for at := range raw {
			changed := bytes.Clone(raw)
			changed[at] ^= 1
			if k.System != proof.RISC0 {
				refuse("changed", development, proof.Key{System: k.System, File: changed})
			}
		}
	}
	for _, chain := range []uint64{0, 1, 1336, 31338, 11155111} {
		refuse("the development key elsewhere", chain, develop.Key())
	}
	if _, err := proof.NewRegistry(31337, develop.Key()); err != nil {
		t.Error(err)
	}
	if _, err := proof.NewRegistry(1, specimen.Keys(t)...); err != nil {
		t.Error(err)
	}
}

// The key of RISC Zero is what its numbers say: any digit changed, a number missing or a member more is refused.
func TestRISC0Key(t *testing.T) {
	i := slices.IndexFunc(specimen.Keys(t), func(k proof.Key) bool { return k.System == proof.RISC0 })
	file := specimen.Keys(t)[i].File
	numbers, _, _ := bytes.Cut(file, []byte("_source"))
	tried := 0
	for at := range numbers {
		if file[at] < '0' || file[at] > '9' || file[at-1] < '0' || file[at-1] > '9' {
			continue // inside of a number
		}
		changed := bytes.Clone(file)
		changed[at] = '0' + (changed[at]-'0'+1)%10
		var e *proof.KeyError
		if _, err := proof.NewRegistry(development, proof.Key{System: proof.RISC0, File: changed}); !errors.As(err, &e) {
			t.Fatalf("byte %d changed: %v", at, err)
		}
		tried++
	}
	if tried < 1000 {
		t.Errorf("%d digits tried", tried)
	}
	for what, file := range map[string][]byte{
		"a member more": bytes.Replace(file, []byte(`{`), []byte(`{"IC6x": "1",`), 1),
		"a member less": bytes.Replace(file, []byte(`"IC5y"`), []byte(`"_IC5y"`), 1),
		"a leading 0":   bytes.Replace(file, []byte(`"alphax": "`), []byte(`"alphax": "0`), 1),
		"an array":      []byte("[]"), "null": []byte("null"), "two documents": append(bytes.Clone(file), file...),
	} {
		var e *proof.KeyError
		if _, err := proof.NewRegistry(development, proof.Key{System: proof.RISC0, File: file}); !errors.As(err, &e) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A key of points that are each right but not the published ones is refused by its digest.
func TestRISC0KeyIsPublished(t *testing.T) {
	i := slices.IndexFunc(specimen.Keys(t), func(k proof.Key) bool { return k.System == proof.RISC0 })
	try := func(edit func(m map[string]any)) error {
		var m map[string]any
		if err := json.Unmarshal(specimen.Keys(t)[i].File, &m); err != nil {
			t.Fatal(err)
		}
		edit(m)
		file, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		_, err = proof.NewRegistry(development, proof.Key{System: proof.RISC0, File: file})
		return err
	}
	if err := try(func(map[string]any) {}); err != nil {
		t.Fatal(err)
	}
	swap := func(m map[string]any, a, b string) { m[a], m[b] = m[b], m[a] }
	for what, edit := range map[string]func(m map[string]any){
		"two inputs swapped": func(m map[string]any) { swap(m, "IC1x", "IC2x"); swap(m, "IC1y", "IC2y") },
		"gamma for delta": func(m map[string]any) {
			for _, c := range []string{"x1", "x2", "y1", "y2"} {
				swap(m, "gamma"+c, "delta"+c)
			}
		},
		"alpha negated": func(m map[string]any) {
			y, _ := new(big.Int).SetString(m["alphay"].(string), 10)
			m["alphay"] = new(big.Int).Sub(fp.Modulus(), y).String()
		},
	} {
		var e *proof.KeyError
		if err := try(edit); !errors.As(err, &e) || !strings.Contains(err.Error(), "digest") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Whatever comes in, the answer is nil or one of the two types; and what holds is nothing but the seeds.
func FuzzVerify(f *testing.F) {
	s := proof.Statement{Program: develop.Program([32]byte{7}), Public: []byte("public")}
	p, err := develop.Prove(s)
	if err != nil {
		f.Fatal(err)
	}
	reg, err := proof.NewRegistry(development, develop.Key())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(proof.Development), s.Program[:], s.Public, p)
	f.Add(string(proof.SP1), s.Program[:], s.Public, p)
	f.Add(string(proof.RISC0), s.Program[:], []byte{}, []byte{255, 255, 255, 255})
	f.Add(string(proof.SP1), s.Program[:], []byte{}, append([]byte{0x0e, 0x78, 0xf4, 0xdb}, make([]byte, 352)...))
	f.Fuzz(func(t *testing.T, system string, program, public, raw []byte) {
		if len(program) != 32 {
			return
		}
		st := proof.Statement{Program: [32]byte(program), Public: public}
		err := reg.Verify(proof.System(system), st, raw)
		if err != nil {
			if !refused(err) {
				t.Fatalf("neither malformed nor invalid: %v", err)
			}
			return
		}
		if system != string(proof.Development) || st.Program != s.Program || !bytes.Equal(public, s.Public) || !bytes.Equal(raw, p) {
			t.Fatal("somebody found another proof")
		}
	})
}

// What is text is told by its digits alone, and spells one string of bytes.
func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("0x00ff\n"))
	f.Add([]byte(" a b\tC d "))
	f.Add([]byte("0x"))
	f.Add([]byte{0, 1, 2})
	f.Fuzz(func(t *testing.T, b []byte) {
		out, ok := proof.DecodeText(b)
		if !ok {
			return
		}
		again, ok := proof.DecodeText([]byte("0x" + hex.EncodeToString(out)))
		if !ok || !bytes.Equal(out, again) {
			t.Fatalf("%q spells %x, and that %x", b, out, again)
		}
	})
}

// issue: proof verification takes 2 ms at most.
func BenchmarkVerify(b *testing.B) {
	all := everyKey(b)
	for _, s := range specimens(b) {
		b.Run(string(s.System)+"-"+s.Name, func(b *testing.B) {
			for b.Loop() {
				if err := all.Verify(s.System, s.Statement, s.Proof); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewRegistry(b *testing.B) {
	keys := append(specimen.Keys(b), develop.Key())
	for b.Loop() {
		if _, err := proof.NewRegistry(development, keys...); err != nil {
			b.Fatal(err)
		}
	}
}
