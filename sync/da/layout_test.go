package da

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// sumHasher stands in for KZG where only identity matters.
func sumHasher(b *Blob) ([32]byte, error) {
	h := sha256.Sum256(b[:])
	h[0] = 1
	return h, nil
}

// EIP-4844: each field element is below the modulus, whatever the data; what was laid out is read back.
func TestBlobHoldsItsCapacity(t *testing.T) {
	modulus, ok := new(big.Int).SetString("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16)
	if !ok {
		t.Fatal("modulus")
	}
	for name, data := range map[string][]byte{
		"empty": {}, "one": {0xff}, "body but one": bytes.Repeat([]byte{0xff}, blobBody-1),
		"body": bytes.Repeat([]byte{0xff}, blobBody), "body and one": bytes.Repeat([]byte{0xff}, blobBody+1),
		"full but one": bytes.Repeat([]byte{0xa5}, BlobCapacity-1), "full": bytes.Repeat([]byte{0xff}, BlobCapacity),
	} {
		t.Run(name, func(t *testing.T) {
			var b Blob
			b.fill(data)
			for e := range blobElements {
				if new(big.Int).SetBytes(b[e*32:(e+1)*32]).Cmp(modulus) >= 0 {
					t.Fatalf("element %d is not canonical", e)
				}
			}
			got, err := b.AppendData(nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != BlobCapacity || !bytes.Equal(got[:len(data)], data) || bytes.ContainsFunc(got[len(data):], func(r rune) bool { return r != 0 }) {
				t.Fatal("data changed")
			}
		})
	}
}

// Every bit pattern with clear high bits is the layout of exactly one data, so a blob has no second reading.
func TestBlobLayoutIsOneToOne(t *testing.T) {
	var b, again Blob
	seed := sha256.Sum256(nil)
	for i := range b {
		if i%32 == 0 {
			seed = sha256.Sum256(seed[:])
		}
		b[i] = seed[i%32]
		if i%32 == 0 {
			b[i] &= 0x3f
		}
	}
	data, err := b.AppendData(nil)
	if err != nil {
		t.Fatal(err)
	}
	again.fill(data)
	if again != b {
		t.Fatal("another blob")
	}
	b[32*77] |= 0x40
	if _, err := b.AppendData(nil); !errors.Is(err, ErrMalformed) {
		t.Fatalf("seven bits: %v", err)
	}
}

// layers.md: one transaction carries one or more whole batches and their envelopes over 1 to 6 blobs; each envelope is
// found again by its own reference and the span's blobs alone.
func TestCargoGivesEveryEnvelopeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		envelopes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Envelope {
			n := rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(0, 2*BlobCapacity),
				rapid.SampledFrom([]int{BlobCapacity - EnvelopeHeaderSize, 6*BlobCapacity - EnvelopeHeaderSize})).Draw(t, "bytes")
			fill := rapid.Byte().Draw(t, "fill")
			return Envelope{Codec: CodecZstd, Size: uint32(n), Data: bytes.Repeat([]byte{fill}, n)}
		}), 1, 8).Draw(t, "envelopes")
		maxBlobs := rapid.IntRange(1, MaxBlobs).Draw(t, "max")
		cargo, err := LoadBlobs(envelopes, maxBlobs, sumHasher)
		if errors.Is(err, ErrTooLarge) {
			if EnvelopeHeaderSize+len(envelopes[0].Data) <= maxBlobs*BlobCapacity {
				t.Fatal("the first envelope fits")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(cargo.Blobs) > maxBlobs || len(cargo.Hashes) != len(cargo.Blobs) || len(cargo.Tail) != 0 {
			t.Fatalf("%d blobs, %d hashes", len(cargo.Blobs), len(cargo.Hashes))
		}
		total := 0
		for i, ref := range cargo.Refs {
			span, err := SpanOf(ref)
			if err != nil {
				t.Fatal(err)
			}
			size := encodedSize(ref)
			total += size
			hashes := cargo.Hashes[span.First : span.First+span.Count]
			if ref.Commitment != hashesCommitment(hashes) || ref.Codec != uint8(CodecZstd) {
				t.Fatalf("reference %+v", ref)
			}
			got, err := span.cut(cargo.Blobs[span.First:span.First+span.Count], size)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, envelopes[i].Append(nil)) {
				t.Fatalf("envelope %d changed", i)
			}
		}
		if n := len(cargo.Refs); n < len(envelopes) && total+EnvelopeHeaderSize+len(envelopes[n].Data) <= maxBlobs*BlobCapacity {
			t.Fatal("one more envelope fits")
		}
	})
}

// layers.md: calldata; every envelope is found again in the transaction's input, whatever stands before the tail.
func TestCalldataCargoGivesEveryEnvelopeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		datas := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 200), 1, 6).Draw(t, "datas")
		limit := rapid.IntRange(9, 1000).Draw(t, "limit")
		call := rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(t, "call")
		var envelopes []Envelope
		for _, d := range datas {
			envelopes = append(envelopes, Envelope{Codec: CodecRaw, Size: uint32(len(d)), Data: d})
		}
		cargo, err := LoadCalldata(envelopes, limit)
		if errors.Is(err, ErrTooLarge) && EnvelopeHeaderSize+len(datas[0]) > limit {
			return
		}
		if err != nil || len(cargo.Tail) > limit || len(cargo.Refs) == 0 {
			t.Fatalf("%d bytes, %d references, %v", len(cargo.Tail), len(cargo.Refs), err)
		}
		input := append(bytes.Clone(call), cargo.Tail...)
		for i, ref := range cargo.Refs {
			got, err := cutCalldata(ref, input)
			if err != nil || !bytes.Equal(got, envelopes[i].Append(nil)) || keccak256(got) != ref.Commitment {
				t.Fatalf("envelope %d: %v", i, err)
			}
		}
	})
}

func TestCargoLimitsAreTyped(t *testing.T) {
	e := Envelope{Data: make([]byte, BlobCapacity)}
	if _, err := LoadBlobs([]Envelope{e}, 1, sumHasher); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("too long for one blob: %v", err)
	}
	for _, n := range []int{-1, 0, MaxBlobs + 1} {
		if _, err := LoadBlobs([]Envelope{e}, n, sumHasher); err == nil {
			t.Fatalf("%d blobs", n)
		}
	}
	down := errors.New("no KZG")
	if _, err := LoadBlobs([]Envelope{e}, 2, func(*Blob) ([32]byte, error) { return [32]byte{}, down }); !errors.Is(err, down) {
		t.Fatalf("hasher: %v", err)
	}
	if _, err := LoadCalldata([]Envelope{e}, 100); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("calldata: %v", err)
	}
}

// keccak256 of nothing and of "abc" (the original Keccak padding, not SHA3-256's).
func TestKeccakIsTheEVMs(t *testing.T) {
	for in, want := range map[string]string{
		"":    "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
		"abc": "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
	} {
		n, _ := new(big.Int).SetString(want, 16)
		if got := keccak256([]byte(in)); new(big.Int).SetBytes(got[:]).Cmp(n) != 0 {
			t.Fatalf("%q: %x", in, got)
		}
	}
}

func FuzzSpanOf(f *testing.F) {
	f.Add([]byte{0, 1, 0, 0, 0, 0}, uint32(100))
	f.Add([]byte{2, 3, 0, 1, 0xfc, 0}, uint32(300_000))
	blobs := make([]Blob, MaxBlobs)
	f.Fuzz(func(t *testing.T, extra []byte, size uint32) {
		s, err := SpanOf(cursor.Ref{Provider: uint8(ProviderBlob), Bytes: size, Extra: extra})
		if err != nil {
			return
		}
		got, err := s.cut(blobs[s.First:s.First+s.Count], EnvelopeHeaderSize+int(size))
		if err != nil || len(got) != EnvelopeHeaderSize+int(size) {
			t.Fatalf("%+v: %d bytes, %v", s, len(got), err)
		}
	})
}

func FuzzBlobData(f *testing.F) {
	f.Add([]byte("envelope"), uint32(0), byte(0))
	f.Add(bytes.Repeat([]byte{0xff}, 200), uint32(64), byte(0x40))
	f.Fuzz(func(t *testing.T, data []byte, at uint32, flip byte) {
		var b, again Blob
		b.fill(data[:min(len(data), BlobCapacity)])
		b[at%BlobSize] ^= flip
		got, err := b.AppendData(nil)
		if err != nil {
			if at%BlobSize%elementSize != 0 || flip < 0x40 {
				t.Fatalf("refused a blob with clear high bits: %v", err)
			}
			return
		}
		if again.fill(got); again != b {
			t.Fatal("a second blob gives the same data")
		}
	})
}

func FuzzCutCalldata(f *testing.F) {
	f.Add([]byte{0, 0, 0, 12}, uint32(3), bytes.Repeat([]byte{1}, 20))
	f.Fuzz(func(t *testing.T, extra []byte, size uint32, input []byte) {
		got, err := cutCalldata(cursor.Ref{Bytes: size, Extra: extra}, input)
		if err == nil && len(got) != EnvelopeHeaderSize+int(size) {
			t.Fatalf("%d bytes", len(got))
		}
	})
}
