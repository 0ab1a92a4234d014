package tree

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func streamOf(t failer, v *View) []byte {
	var out bytes.Buffer
	n, err := v.WriteTo(&out)
	if err != nil || n != int64(out.Len()) {
		t.Fatalf("WriteTo: %d of %d bytes, %v", n, out.Len(), err)
	}
	return out.Bytes()
}

// A stream restores the records and the root, and is read to its end and not
// beyond, so that it may stand inside a longer one.
func TestStream(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x, m := randomTree(r)
		v := sealed(r, x)
		enc := streamOf(r, v)
		in := bytes.NewReader(append(slices.Clone(enc), "more"...))
		y := New(Options{Parallel: goroutines})
		if err := y.Load(in); err != nil {
			r.Fatal(err)
		}
		if in.Len() != 4 {
			r.Fatalf("%d bytes left", in.Len())
		}
		checkAgainst(r, y, m, nil, nil)
		in.Reset(append(slices.Clone(enc), "more"...))
		var want, got [][2]string
		if err := v.Ascend(nil, nil, func(k, v []byte) bool { want = append(want, [2]string{string(k), string(v)}); return true }); err != nil {
			r.Fatal(err)
		}
		if err := Records(in, func(k, v []byte) error { got = append(got, [2]string{string(k), string(v)}); return nil }); err != nil {
			r.Fatal(err)
		}
		if !slices.Equal(got, want) || in.Len() != 4 {
			r.Fatalf("records %q, want %q; %d bytes left", got, want, in.Len())
		}
		w := sealed(r, y)
		checkSlots(r, y)
		if !bytes.Equal(streamOf(r, w), enc) {
			r.Fatal("written again it differs")
		}
		if err := y.Load(bytes.NewReader(enc)); !errors.Is(err, ErrNotEmpty) {
			r.Fatal(err)
		}
	})
}

// A large stream crosses frames and hashes in parallel.
func TestLongStream(t *testing.T) {
	x := New(Options{})
	for i := range 20_000 {
		k := binary.BigEndian.AppendUint32([]byte{7}, uint32(i)*2654435761)
		if err := x.Put(k, k); err != nil {
			t.Fatal(err)
		}
	}
	v := sealed(t, x)
	y := New(Options{Parallel: goroutines})
	if err := y.Load(bytes.NewReader(streamOf(t, v))); err != nil {
		t.Fatal(err)
	}
	if _, root := y.Seal(); root != v.Root() {
		t.Fatal("root")
	}
	if err := x.Put([]byte{1}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := v.WriteTo(shortWriter{}); !errors.Is(err, io.ErrShortWrite) {
		t.Fatal(err)
	}
}

type shortWriter struct{}

func (shortWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func frameOf(records ...string) []byte {
	var body []byte
	for _, r := range records {
		body = append(body, byte(len(r)), 0)
		body = append(body, r...)
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

func trailer(n uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 4), n) }

// Bad streams are refused, each with its reason.
func TestBadStreams(t *testing.T) {
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"empty":           {nil, ErrEncoding},
		"no trailer":      {frameOf("ab"), ErrEncoding},
		"cut trailer":     {append(frameOf("ab"), trailer(1)[:11]...), ErrEncoding},
		"cut frame":       {frameOf("ab")[:5], ErrEncoding},
		"wrong count":     {append(frameOf("ab"), trailer(2)...), ErrEncoding},
		"frame too long":  {binary.BigEndian.AppendUint32(nil, maxFrame+1), ErrEncoding},
		"record crosses":  {append([]byte{0, 0, 0, 3, 2, 0, 'a'}, trailer(1)...), ErrEncoding},
		"half a head":     {append([]byte{0, 0, 0, 1, 2}, trailer(1)...), ErrEncoding},
		"key of no bytes": {append([]byte{0, 0, 0, 2, 0, 0}, trailer(1)...), ErrKeyLength},
		"key of 32 bytes": {append(frameOf(string(make([]byte, 32))), trailer(1)...), ErrKeyLength},
		"long value":      {append(append([]byte{0, 0, 0, 34, 1, 31}, make([]byte, 32)...), trailer(1)...), ErrValueLength},
		"unsorted":        {append(frameOf("b", "a"), trailer(2)...), ErrUnsorted},
		"repeating":       {append(frameOf("a", "a"), trailer(2)...), ErrUnsorted},
		"prefix":          {append(frameOf("a", "ab"), trailer(2)...), ErrPrefixKey},
		"zero padded":     {append(frameOf("a", "a\x00"), trailer(2)...), ErrPrefixKey},
	} {
		x := New(Options{})
		if err := x.Load(bytes.NewReader(c.in)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		err := Records(bytes.NewReader(c.in), func(_, _ []byte) error { return nil })
		if (errors.Is(c.want, ErrEncoding) || errors.Is(c.want, ErrUnsorted)) && !errors.Is(err, c.want) {
			t.Errorf("%s: records: %v", name, err)
		}
		if err := x.Put([]byte("k"), nil); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: the tree goes on: %v", name, err)
		}
	}
}

// One flipped bit never yields the same root.
func TestFlippedStream(t *testing.T) {
	x := New(Options{})
	for i := range 20 {
		if err := x.Put([]byte{7, byte(i * 11)}, []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	v := sealed(t, x)
	enc := streamOf(t, v)
	for i := range enc {
		flipped := bytes.Clone(enc)
		flipped[i] ^= 1 << (i % 8)
		y := New(Options{})
		if err := y.Load(bytes.NewReader(flipped)); err == nil && y.Root() == v.Root() {
			t.Fatalf("byte %d", i)
		}
		if err := New(Options{}).Load(bytes.NewReader(enc[:i])); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
}
