package da

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// The layout and the references stand on L1 for ever: they do not change unnoticed. The figures are those of the first
// release; the contract and readers of other releases rely on them.
func TestWhatStandsOnL1DoesNotChange(t *testing.T) {
	pattern := make([]byte, BlobCapacity+1000)
	for i := range pattern {
		pattern[i] = byte(i*7 + i>>8)
	}
	envelopes := []Envelope{
		{Codec: CodecRaw, Size: 1000, Data: pattern[:1000]},
		{Codec: CodecZstd, Size: 5, Data: pattern[1000:]},
	}
	cargo, err := LoadBlobs(envelopes, 2, sumHasher)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for i := range cargo.Blobs {
		sum.Write(cargo.Blobs[i][:])
	}
	got := map[string]string{
		"blobs": hex.EncodeToString(sum.Sum(nil)),
		"first": hex.EncodeToString(cargo.Refs[0].Extra), "second": hex.EncodeToString(cargo.Refs[1].Extra),
		"commitment": hex.EncodeToString(cargo.Refs[1].Commitment[:]),
	}
	calldata, err := LoadCalldata(envelopes[:1], 2000)
	if err != nil {
		t.Fatal(err)
	}
	got["calldata"] = hex.EncodeToString(calldata.Refs[0].Extra)
	got["calldata commitment"] = hex.EncodeToString(calldata.Refs[0].Commitment[:])
	for what, want := range map[string]string{
		"blobs":               "a51536442d94be8a49c9edb3af480a408088a5774c805045ac8d77121dd57a41",
		"first":               "000100000000",
		"second":              "0002000003f1",
		"commitment":          "2519eb372c19c0df02103bb5a995b8c5b4e94bcda49e922275da83eeb6a55078",
		"calldata":            "000003f1",
		"calldata commitment": "53697fe1569c5f55f33a41989c88d73f1069ca1b621a50fcfce7b4149bfe6d91",
	} {
		if got[what] != want {
			t.Errorf("%s: %s, want %s", what, got[what], want)
		}
	}
}

// A range that no transaction can have is refused, whichever of its numbers is wrong.
func TestSpansOutOfRangeAreRefused(t *testing.T) {
	for what, ref := range map[string]cursor.Ref{
		"beyond the sixth blob":  {Bytes: 10, Extra: []byte{6, 1, 0, 0, 0, 0}},
		"ends beyond the sixth":  {Bytes: 2 * BlobCapacity, Extra: []byte{4, 3, 0, 0, 0, 0}},
		"too few blobs":          {Bytes: BlobCapacity, Extra: []byte{0, 1, 0, 0, 0, 0}},
		"too many blobs":         {Bytes: 10, Extra: []byte{0, 2, 0, 0, 0, 0}},
		"no blobs":               {Bytes: 10, Extra: []byte{0, 0, 0, 0, 0, 0}},
		"offset beyond the blob": {Bytes: 10, Extra: []byte{0, 1, 0, 2, 0, 0}},
		"huge":                   {Bytes: 1<<32 - 1, Extra: []byte{0, 6, 0, 0, 0, 0}},
		"short":                  {Bytes: 10, Extra: []byte{0, 1, 0, 0, 0}},
		"long":                   {Bytes: 10, Extra: bytes.Repeat([]byte{0}, 7)},
	} {
		ref.Provider = uint8(ProviderBlob)
		if s, err := SpanOf(ref); err == nil {
			t.Errorf("%s: %+v", what, s)
		}
	}
	if _, err := SpanOf(cursor.Ref{Provider: uint8(ProviderArchive), Extra: []byte{0, 1, 0, 0, 0, 0}}); err == nil {
		t.Error("another provider's reference")
	}
}
