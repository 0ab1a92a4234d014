package tree

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// forged is a tree that no honest insertion makes: its root commits to it all
// the same, so only the structure rules can refuse it.
type forged struct {
	label    int // 0xFFFF: leaf
	kid      [2]*forged
	key, val string
	raw      []byte // a leaf's block, if not the canonical one
	pruned   bool
}

func leafOf(key, val string) *forged { return &forged{label: 0xFFFF, key: key, val: val} }

func branchOf(label int, l, r *forged) *forged { return &forged{label: label, kid: [2]*forged{l, r}} }

func (f *forged) cutOff() *forged {
	g := *f
	g.pruned = true
	return &g
}

func (f *forged) commit() (c Hash) {
	in := f.raw
	if in == nil && f.kid[0] != nil {
		l, r := f.kid[0].commit(), f.kid[1].commit()
		in = append(append(in, l[:]...), r[:]...)
	} else if in == nil {
		in = make([]byte, 64)
		in[0], in[32], in[33] = byte(len(f.key)), 1, byte(len(f.val))
		copy(in[1:], f.key)
		copy(in[34:], f.val)
	}
	sum := sha256.Sum256(in)
	c[0], c[1] = byte(f.label>>8), byte(f.label)
	copy(c[2:], sum[:30])
	return c
}

func (f *forged) encode() []byte {
	if f.pruned {
		c := f.commit()
		return c[:]
	}
	if f.kid[0] == nil {
		out := append([]byte{1, byte(len(f.key))}, f.key...)
		return append(append(out, byte(len(f.val))), f.val...)
	}
	return slices.Concat([]byte{2, byte(f.label)}, f.kid[0].encode(), f.kid[1].encode())
}

// state.md, "Verifiers enforce": every forged proof has the root it is checked
// against and is refused for its structure alone.
func TestForgedProofsAreRefused(t *testing.T) {
	a, b, c := leafOf("\x10a", "1"), leafOf("\x10b", "2"), leafOf("\x80c", "3") // a and b split at 14, c at 0
	bad := leafOf("\x10a", "1")
	bad.raw = make([]byte, 64)
	copy(bad.raw, "\x02\x10a")
	copy(bad.raw[32:], "\x01\x011\x00x") // a byte in the padding
	asBranch := leafOf("\x10a", "1")
	block := make([]byte, 64)
	copy(block, "\x02\x10a")
	copy(block[32:], "\x01\x011")
	for name, f := range map[string]struct {
		root *forged
		enc  []byte
		key  string
	}{
		"split too high":         {root: branchOf(13, a.cutOff(), b), key: "\x10f"}, // f leads right, b does not
		"split too low":          {root: branchOf(15, a.cutOff(), b), key: "\x10b"},
		"split beyond the key":   {root: branchOf(17, a, b.cutOff()), key: "\x10a"},
		"both shown, wrong bit":  {root: branchOf(0, branchOf(13, a, b), c.cutOff()), key: "\x10a"},
		"swapped children":       {root: branchOf(0, c, branchOf(14, a, b.cutOff()).cutOff()), key: "\x10a"},
		"labels do not increase": {root: branchOf(14, branchOf(0, a, c.cutOff()), b.cutOff()), key: "\x10a"},
		"label repeats":          {root: branchOf(14, branchOf(14, a, b.cutOff()), c.cutOff()), key: "\x10a"},
		"pruned label not above": {root: branchOf(14, a, branchOf(14, b, c).cutOff()), key: "\x10a"},
		"padded value":           {root: bad, enc: a.encode(), key: "\x10a"},
		"longer value":           {root: a, enc: leafOf("\x10a", "1\x00").encode(), key: "\x10a"},
		"leaf as branch":         {root: asBranch, enc: append([]byte{2, 0}, block...), key: "\x10a"},
		"key of no bytes":        {root: leafOf("", "1"), key: "\x10a"},
		"key of 32 bytes":        {root: leafOf(string(make([]byte, 32)), ""), key: "\x10a"},
		"value of 31 bytes":      {root: leafOf("\x10a", string(make([]byte, 30))), enc: leafOf("\x10a", string(make([]byte, 31))).encode(), key: "\x10a"},
		"another key's path":     {root: branchOf(0, branchOf(14, a, b), c), enc: branchOf(0, branchOf(14, a.cutOff(), b), c.cutOff()).encode(), key: "\x10a"},
		"too much shown":         {root: branchOf(14, a, b), key: "\x10a"},
		"nothing shown":          {root: branchOf(14, a, b).cutOff(), key: "\x10a"},
		"trailing byte":          {root: a, enc: append(a.encode(), 0), key: "\x10a"},
		"empty for a full tree":  {root: a, enc: []byte{}, key: "\x10a"},
	} {
		if f.enc == nil {
			f.enc = f.root.encode()
		}
		_, _, err := Verify(f.root.commit(), []byte(f.key), Proof{enc: f.enc})
		if !errors.Is(err, ErrProof) {
			t.Errorf("%s: accepted (%v)", name, err)
		}
		p, err := UnmarshalProof(f.enc)
		if err == nil {
			_, _, err = Verify(f.root.commit(), []byte(f.key), p)
		}
		if err == nil {
			t.Errorf("%s: accepted after decoding", name)
		}
	}
	good := branchOf(0, branchOf(14, a, b.cutOff()), c.cutOff())
	if v, ok, err := Verify(good.commit(), []byte("\x10a"), Proof{enc: good.encode()}); err != nil || !ok || string(v) != "1" {
		t.Fatal("the honest form is refused", err)
	}
}

// state.md: "labels from 248 up, 0xFFFF aside, are refused", in a branch and in
// a commitment.
func TestLabelsFrom248Up(t *testing.T) {
	a := leafOf("\x10a", "1")
	for label := 248; label <= 0xFFFF; label++ {
		if label > 520 && label < 0xFEF0 && label%0x100 != 0 {
			continue
		}
		stub := &forged{label: label, key: "x", pruned: true}
		f := branchOf(3, stub, a) // bit 3 of 0x10 is 1
		_, _, err := Verify(f.commit(), []byte("\x10a"), Proof{enc: f.encode()})
		if (err == nil) != (label == 0xFFFF) {
			t.Fatalf("pruned node of label %d: %v", label, err)
		}
		if _, _, err := FromWitness(f.encode(), Options{}); (err == nil) != (label == 0xFFFF) {
			t.Fatalf("witness with label %d: %v", label, err)
		}
		if label < 256 {
			f = branchOf(label, a, leafOf("\x10b", ""))
			if _, err := UnmarshalProof(f.encode()); !errors.Is(err, ErrEncoding) {
				t.Fatalf("branch of label %d: %v", label, err)
			}
		}
	}
}

// state.md: "a pruned subtree is accepted only if the prefix known from a
// revealed leaf below its parent, plus its side, lies outside the range".
func TestRangeProofMustShowWhatIsInRange(t *testing.T) {
	l := func(k byte) *forged { return leafOf(string([]byte{k, 0xFF}), string([]byte{k})) }
	a, b, c, d := l(0x00), l(0x40), l(0x80), l(0xC0)
	whole := branchOf(0, branchOf(1, a, b), branchOf(1, c, d))
	root := whole.commit()
	verify := func(f *forged, from, to []byte) ([]KV, error) {
		return VerifyRange(root, from, to, Proof{enc: f.encode()})
	}
	honest := branchOf(0, branchOf(1, a.cutOff(), b), branchOf(1, c, d.cutOff()))
	if kvs, err := verify(honest, []byte{0x40}, []byte{0xC0}); err != nil || len(kvs) != 2 {
		t.Fatal(kvs, err)
	}
	for name, f := range map[string]*forged{
		"pruned leaf in range":            branchOf(0, branchOf(1, a.cutOff(), b), branchOf(1, c, d).cutOff()),
		"pruned leaf beside a shown one":  branchOf(0, branchOf(1, a, b.cutOff()), branchOf(1, c, d.cutOff())),
		"branch with nothing shown below": branchOf(0, branchOf(1, a.cutOff(), b.cutOff()), branchOf(1, c, d.cutOff())),
		"root pruned":                     whole.cutOff(),
		"more than needed":                whole,
	} {
		if kvs, err := verify(f, []byte{0x40}, []byte{0xC0}); !errors.Is(err, ErrProof) {
			t.Errorf("%s: %v %v", name, kvs, err)
		}
	}
	// Nothing in range: the path of the lower end is shown, and no other.
	if kvs, err := verify(branchOf(0, branchOf(1, a.cutOff(), b), whole.kid[1].cutOff()), []byte{0x41}, []byte{0x42}); err != nil || len(kvs) != 0 {
		t.Fatal(kvs, err)
	}
	if _, err := verify(branchOf(0, branchOf(1, a, b.cutOff()), whole.kid[1].cutOff()), []byte{0x41}, []byte{0x42}); !errors.Is(err, ErrProof) {
		t.Fatal("another path shows that a range is empty:", err)
	}
	// Neither child of the lower branch can hold 0x51: bit 3 of it decides.
	e := l(0x10)
	whole = branchOf(0, branchOf(3, a, e), d)
	root = whole.commit()
	if kvs, err := verify(branchOf(0, branchOf(3, a.cutOff(), e), d.cutOff()), []byte{0x51}, []byte{0x52}); err != nil || len(kvs) != 0 {
		t.Fatal(kvs, err)
	}
	if _, err := verify(branchOf(0, branchOf(3, a, e.cutOff()), d.cutOff()), []byte{0x51}, []byte{0x52}); !errors.Is(err, ErrProof) {
		t.Fatal("the other side shows that a range is empty:", err)
	}
}

func randomTree(r *rapid.T) (*Tree, twin) {
	x, m := New(Options{}), twin{}
	for range rapid.IntRange(0, 30).Draw(r, "records") {
		k, v := genKey(r), genValue(r)
		m[string(k)] = string(v)
		if err := x.Put(k, v); err != nil {
			r.Fatal(err)
		}
	}
	return x, m
}

func sealed(r failer, x *Tree) *View {
	v, _ := x.Seal()
	view, err := x.View(v)
	if err != nil {
		r.Fatal(err)
	}
	return view
}

// Proofs of presence, absence, several keys and ranges hold; no other root and
// no flipped bit does.
func TestProofs(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x, m := randomTree(r)
		v := sealed(r, x)
		keys := [][]byte{genKey(r), genKey(r), genKey(r)}
		if all := m.keys(); len(all) > 0 {
			keys = append(keys, []byte(rapid.SampledFrom(all).Draw(r, "present")))
		}
		p, err := v.ProveMulti(keys)
		if err != nil {
			r.Fatal(err)
		}
		if p, err = UnmarshalProof(p.Marshal()); err != nil {
			r.Fatal(err)
		}
		kvs, err := VerifyMulti(v.Root(), keys, p)
		if err != nil {
			r.Fatal(err)
		}
		for i, kv := range kvs {
			want, there := m[string(keys[i])]
			if there != (kv.Value != nil) || string(kv.Value) != want || !bytes.Equal(kv.Key, keys[i]) {
				r.Fatalf("key %x: %x", keys[i], kv.Value)
			}
			single, failed := v.Prove(keys[i])
			if failed != nil {
				r.Fatal(failed)
			}
			if got, ok, refusal := Verify(v.Root(), keys[i], single); refusal != nil || ok != there || string(got) != want {
				r.Fatalf("key %x: %x %v %v", keys[i], got, ok, refusal)
			}
		}
		from, to := genKey(r), genKey(r)
		if rapid.Bool().Draw(r, "open") {
			to = nil
		}
		if p, err = v.ProveRange(from, to); err != nil {
			r.Fatal(err)
		}
		got, err := VerifyRange(v.Root(), from, to, p)
		if err != nil {
			r.Fatal(err)
		}
		want := slices.DeleteFunc(m.ascend(nil, from), func(kv KV) bool { return to != nil && pad(kv.Key) >= pad(to) })
		if !slices.EqualFunc(got, want, func(a, b KV) bool { return bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value) }) {
			r.Fatalf("range [%x, %x): %x, want %x", from, to, got, want)
		}
		if enc := p.Marshal(); len(enc) > 0 {
			enc[rapid.IntRange(0, len(enc)-1).Draw(r, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(r, "bit")
			if _, err := VerifyRange(v.Root(), from, to, Proof{enc: enc}); !errors.Is(err, ErrProof) {
				r.Fatal("a flipped bit is accepted")
			}
		}
	})
}

// Every byte of a proof counts.
func TestFlippedProof(t *testing.T) {
	x := New(Options{})
	for i := range 100 {
		if err := x.Put([]byte{4, byte(i * 37), byte(i)}, []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	v := sealed(t, x)
	key := []byte{4, byte(42 * 37 % 256), 42}
	p, err := v.Prove(key)
	if err != nil {
		t.Fatal(err)
	}
	enc := p.Marshal()
	for i := range enc {
		for bit := range 8 {
			flipped := bytes.Clone(enc)
			flipped[i] ^= 1 << bit
			if _, _, err := Verify(v.Root(), key, Proof{enc: flipped}); !errors.Is(err, ErrProof) {
				t.Fatalf("byte %d bit %d: %v", i, bit, err)
			}
		}
		if _, _, err := Verify(v.Root(), key, Proof{enc: enc[:i]}); !errors.Is(err, ErrProof) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := UnmarshalProof(make([]byte, MaxProof+1)); !errors.Is(err, ErrEncoding) {
		t.Fatal("an overlong proof is decoded")
	}
}

func TestPrefixEnd(t *testing.T) {
	for in, want := range map[string]string{"\x01": "\x02", "\x01\xFF": "\x02", "\xFF": "", "": "", "a\xFFb": "a\xFFc"} {
		if got := PrefixEnd([]byte(in)); string(got) != want || (want == "") != (got == nil) {
			t.Errorf("PrefixEnd(%x) = %x", in, got)
		}
	}
}
