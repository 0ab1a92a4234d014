package inputs

import (
	"crypto/sha256"
	"testing"
)

// Decoders: no panic, and nothing is an input that was not written as one.
func FuzzDecode(f *testing.F) {
	input := []byte("an input")
	digest := sha256.Sum256(input)
	whole := append(append([]byte(magic), digest[:]...), input...)
	f.Add(whole)
	f.Add(whole[:head])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, sum, err := decode(b)
		if err != nil {
			return
		}
		if string(b) != magic+string(sum[:])+string(got) || sha256.Sum256(got) != sum {
			t.Errorf("%x reads as %x", b, got)
		}
	})
}

// A file's name is that of one input.
func FuzzParse(f *testing.F) {
	f.Add(Key{Batch: 7, HeaderHash: [32]byte{1}}.file())
	f.Add("7-00.hfi")
	f.Fuzz(func(t *testing.T, name string) {
		if k, ok := parse(name); ok && k.file() != name {
			t.Errorf("%q is taken for %q", name, k.file())
		}
	})
}
