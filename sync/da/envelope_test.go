package da_test

import (
	"bytes"
	"errors"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/sync/da"
)

// state.md: the envelope is a packing of the payload; packing and unpacking lose nothing, whatever the codec.
func TestPackUnpackIsTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payload := rapid.SliceOfN(rapid.Byte(), 0, 4096).Draw(t, "payload")
		repeat := rapid.IntRange(1, 40).Draw(t, "repeat")
		payload = bytes.Repeat(payload, repeat)
		codec := rapid.SampledFrom([]da.Codec{da.CodecRaw, da.CodecZstd, da.CodecRange}).Draw(t, "codec")
		packed, err := da.Pack(codec, payload)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := da.DecodeEnvelope(packed.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		got, err := da.Unpack(decoded, len(payload))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, payload) {
			t.Fatal("payload changed")
		}
		if len(payload) > 0 {
			if _, err := da.Unpack(decoded, len(payload)-1); !errors.Is(err, da.ErrTooLarge) {
				t.Fatalf("limit one below the size: %v", err)
			}
		}
	})
}

// state.md: declared sizes are checked before memory is taken; a bomb is an error.
func TestUnpackRefusesBombs(t *testing.T) {
	const size = 64 << 20
	bomb, err := da.Pack(da.CodecZstd, make([]byte, size))
	if err != nil {
		t.Fatal(err)
	}
	if len(bomb.Data) > size/1000 {
		t.Fatalf("the bomb is no bomb: %d bytes", len(bomb.Data))
	}
	understated := bomb
	understated.Size = 1 << 10 // the frame inside still declares 64 MiB
	streamed := streamedFrame(t, make([]byte, size))

	for name, test := range map[string]struct {
		envelope da.Envelope
		want     error
	}{
		"honest about its size": {bomb, da.ErrTooLarge},
		"understates its size":  {understated, da.ErrMalformed},
		"range, honest":         {da.Envelope{Codec: da.CodecRange, Size: size, Data: []byte{1}}, da.ErrTooLarge},
		"range, nothing in it":  {da.Envelope{Codec: da.CodecRange, Size: 1 << 20, Data: []byte{1}}, da.ErrMalformed},
		"frame without a size":  {da.Envelope{Codec: da.CodecZstd, Size: 1 << 10, Data: streamed}, da.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := da.Unpack(test.envelope, 1<<20)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 4<<20 {
				t.Fatalf("took %d bytes to refuse", taken)
			}
		})
	}
}

// A frame whose header is honest about a small size but whose blocks go beyond it.
func TestUnpackRefusesAFrameLongerThanItDeclares(t *testing.T) {
	e, err := da.Pack(da.CodecZstd, bytes.Repeat([]byte{7}, 200))
	if err != nil {
		t.Fatal(err)
	}
	var h zstd.Header
	if err := h.Decode(e.Data); err != nil || h.HeaderSize != 6 {
		t.Fatalf("header of %d bytes, %v: the patch below assumes magic, descriptor, one size byte", h.HeaderSize, err)
	}
	forged := bytes.Clone(e.Data)
	forged[5] = 100
	if _, err := da.Unpack(da.Envelope{Codec: da.CodecZstd, Size: 100, Data: forged}, 1000); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("got %v", err)
	}
	twice := append(bytes.Clone(e.Data), e.Data...)
	if _, err := da.Unpack(da.Envelope{Codec: da.CodecZstd, Size: 200, Data: twice}, 1000); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("two frames: %v", err)
	}
}

// Codecs are told by the names that the configuration uses.
func TestCodecNames(t *testing.T) {
	for _, codec := range []da.Codec{da.CodecRaw, da.CodecZstd, da.CodecRange} {
		if got, err := da.ParseCodec(codec.String()); got != codec || err != nil {
			t.Errorf("%s: %s, %v", codec, got, err)
		}
	}
	for _, name := range []string{"", "codec(3)", "Range"} {
		if _, err := da.ParseCodec(name); !errors.Is(err, da.ErrUnknownCodec) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestEnvelopeErrorsAreTyped(t *testing.T) {
	if _, err := da.Pack(da.Codec(3), nil); !errors.Is(err, da.ErrUnknownCodec) {
		t.Fatalf("pack: %v", err)
	}
	if _, err := da.Unpack(da.Envelope{Codec: 3}, 10); !errors.Is(err, da.ErrUnknownCodec) {
		t.Fatalf("unpack: %v", err)
	}
	if _, err := da.Unpack(da.Envelope{Codec: da.CodecRaw, Size: 3, Data: []byte{1}}, 10); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("raw size: %v", err)
	}
	if _, err := da.Unpack(da.Envelope{Codec: da.CodecRaw}, -1); !errors.Is(err, da.ErrTooLarge) {
		t.Fatalf("negative limit: %v", err)
	}
	e, err := da.Pack(da.CodecRaw, []byte("abc"))
	if err != nil {
		t.Fatal(err)
	}
	encoded := e.Append(nil)
	for n := range len(encoded) {
		if _, err := da.DecodeEnvelope(encoded[:n]); !errors.Is(err, da.ErrMalformed) {
			t.Fatalf("prefix of %d bytes: %v", n, err)
		}
	}
	if _, err := da.DecodeEnvelope(append(encoded, 0)); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("trailing byte: %v", err)
	}
}

func FuzzUnpack(f *testing.F) {
	for _, payload := range [][]byte{nil, []byte("payload"), make([]byte, 5000)} {
		for _, codec := range []da.Codec{da.CodecRaw, da.CodecZstd, da.CodecRange} {
			e, err := da.Pack(codec, payload)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(e.Append(nil))
		}
	}
	const limit = 1 << 16
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := da.DecodeEnvelope(b)
		if err != nil {
			return
		}
		if !bytes.Equal(e.Append(nil), b) {
			t.Fatal("the encoding of an envelope is not unique")
		}
		payload, err := da.Unpack(e, limit)
		if err != nil {
			return
		}
		if len(payload) > limit || len(payload) != int(e.Size) {
			t.Fatalf("%d bytes, declared %d", len(payload), e.Size)
		}
	})
}

// streamedFrame is a zstd frame that does not declare its content size.
func streamedFrame(t *testing.T, payload []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(payload); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
