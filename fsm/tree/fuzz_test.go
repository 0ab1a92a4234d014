package tree

import (
	"bytes"
	"errors"
	"testing"
)

// fuzzTree is a small fixed tree with long and short keys.
func fuzzTree(tb testing.TB) (*View, twin) {
	tb.Helper()
	x, m := New(Options{}), twin{}
	for i := range 24 {
		k := []byte{4, byte(i * 29), byte(i)}
		if i%3 == 0 {
			k = append([]byte{5, byte(i)}, bytes.Repeat([]byte{byte(i)}, 20)...)
		}
		v := bytes.Repeat([]byte{byte(i)}, i)
		m[string(k)] = string(v)
		if err := x.Put(k, v); err != nil {
			tb.Fatal(err)
		}
	}
	return sealed(tb, x), m
}

// Whatever bytes come: no proof of the fixed root says anything untrue.
func FuzzProof(f *testing.F) {
	v, m := fuzzTree(f)
	for _, k := range []string{"\x04\x1d\x01", "\x04\x1d\x02", "\x05", "\xFF"} {
		p, err := v.Prove([]byte(k))
		if err != nil {
			f.Fatal(err)
		}
		q, err := v.ProveRange([]byte(k), nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(k), p.Marshal())
		f.Add([]byte(k), q.Marshal())
	}
	f.Fuzz(func(t *testing.T, key, enc []byte) {
		p, err := UnmarshalProof(enc)
		if err != nil {
			if !errors.Is(err, ErrEncoding) {
				t.Fatal(err)
			}
			p = Proof{enc: enc}
		} else if !bytes.Equal(p.Marshal(), enc) {
			t.Fatal("not canonical")
		}
		if val, ok, err := Verify(v.Root(), key, p); err == nil {
			if want, there := m[string(key)]; there != ok || want != string(val) {
				t.Fatalf("%x: %x %v", key, val, ok)
			}
		}
		if kvs, err := VerifyRange(v.Root(), key, nil, p); err == nil && len(kvs) != len(m.ascend(nil, key)) {
			t.Fatalf("range from %x: %d records", key, len(kvs))
		}
	})
}

// Whatever bytes come: a witness of the fixed root answers truly or not at all.
func FuzzWitness(f *testing.F) {
	v, m := fuzzTree(f)
	for _, k := range []string{"\x04\x1d\x01", "\x05", "\xFF"} {
		fork := v.Fork(Options{})
		if err := fork.Put([]byte(k+"zzz"), nil); err != nil && !errors.Is(err, ErrPrefixKey) {
			f.Fatal(err)
		}
		f.Add([]byte(k), fork.Witness())
	}
	f.Add([]byte{4}, []byte{})
	f.Fuzz(func(t *testing.T, key, w []byte) {
		x, root, err := FromWitness(w, Options{})
		if err != nil {
			if !errors.Is(err, ErrEncoding) {
				t.Fatal(err)
			}
			return
		}
		val, ok, err := x.Get(key)
		if root == v.Root() && err == nil {
			if want, there := m[string(key)]; there != ok || want != string(val) {
				t.Fatalf("%x: %x %v", key, val, ok)
			}
		}
		// Of any root: nothing panics.
		_, _, _, _ = x.Next(nil, key)
		_ = x.Put(key, nil)
		_, _ = x.Delete(key)
		x.Seal()
	})
}

// Whatever bytes come: a stream that loads is a tree, and writes the same
// records again.
func FuzzStream(f *testing.F) {
	v, _ := fuzzTree(f)
	f.Add(streamOf(f, v))
	f.Add(append(frameOf("a", "b"), trailer(2)...))
	f.Add(trailer(0))
	f.Fuzz(func(t *testing.T, in []byte) {
		x := New(Options{})
		if err := x.Load(bytes.NewReader(in)); err != nil {
			return
		}
		m := twin{}
		if err := x.Ascend(nil, nil, func(k, v []byte) bool {
			m[string(k)] = string(v)
			return true
		}); err != nil {
			t.Fatal(err)
		}
		w := sealed(t, x)
		if w.Root() != m.root() || w.Len() != uint64(len(m)) {
			t.Fatal("loaded tree differs from its records")
		}
		y := New(Options{})
		if err := y.Load(bytes.NewReader(streamOf(t, w))); err != nil || y.Root() != w.Root() {
			t.Fatal("written again it differs", err)
		}
	})
}
