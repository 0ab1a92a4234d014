package da

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// The decoders of servers' answers take anything: they end, they give whole blobs, and never more than the bound.

func FuzzDecodeBlobs(f *testing.F) {
	blob := bytes.Repeat([]byte{0x2a}, BlobSize)
	f.Add("application/octet-stream", []byte{})
	f.Add("application/json", []byte(`{"execution_optimistic":false,"finalized":true,"data":[]}`))
	f.Add("application/json", []byte(`{"data":null}`))
	f.Add("application/json", []byte(`{"data":["0x"],"data":[]}`))
	f.Add("application/json; charset=utf-8", []byte(`{"message":"Not found","code":404}`))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		n := 0
		each := func(b *Blob, commitment []byte) error {
			if commitment != nil {
				t.Fatal("a commitment out of nothing")
			}
			n++
			return nil
		}
		err := decodeBlobs(contentType, bytes.NewReader(body), each)
		if n > maxBlobsPerAnswer {
			t.Fatalf("%d blobs", n)
		}
		if err == nil && contentType == "application/octet-stream" && len(body) != n*BlobSize {
			t.Fatalf("%d blobs of %d bytes", n, len(body))
		}
		// What follows whole blobs is taken or refused, never cut.
		n = 0
		err = decodeBlobs("application/octet-stream", bytes.NewReader(append(bytes.Clone(blob), body...)), each)
		if (err == nil) != (len(body)%BlobSize == 0) || n != 1+len(body)/BlobSize {
			t.Fatalf("%d blobs and %d bytes, %v", n, len(body), err)
		}
	})
}

func FuzzDecodeSidecars(f *testing.F) {
	f.Add([]byte(`{"data":[]}`))
	f.Add([]byte(`{"data":[{"index":"0","blob":"0x00","kzg_commitment":"0x00"}]}`))
	f.Add([]byte(`{"data":{}}`))
	full := fmt.Sprintf(`{"version":"deneb","data":[{"index":"0","blob":"0x%s","kzg_commitment":"0x%s"}]}`,
		strings.Repeat("2a", BlobSize), strings.Repeat("c0", 48))
	n := 0
	if err := decodeSidecars(strings.NewReader(full), func(*Blob, []byte) error { n++; return nil }); err != nil || n != 1 {
		f.Fatalf("%d sidecars, %v", n, err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n := 0
		err := decodeSidecars(bytes.NewReader(body), func(_ *Blob, commitment []byte) error {
			if n++; len(commitment) != 48 {
				t.Fatalf("commitment of %d bytes", len(commitment))
			}
			return nil
		})
		if n > len(body)/(2*BlobSize) {
			t.Fatalf("%d sidecars of %d bytes, %v", n, len(body), err)
		}
	})
}

func FuzzDecodeClock(f *testing.F) {
	f.Add([]byte(`{"data":{"genesis_time":"1795396569","SECONDS_PER_SLOT":"12"}}`))
	f.Add([]byte(`{"data":{"genesis_time":"-1","SLOT_DURATION_MS":"0"}}`))
	f.Add([]byte(`{"data":{"genesis_time":"99999999999999999999","SECONDS_PER_SLOT":"99999999999"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		genesis, err := decodeGenesis(bytes.NewReader(body))
		slot, serr := decodeSpec(bytes.NewReader(body))
		if err == nil && genesis < 0 || serr == nil && slot <= 0 {
			t.Fatalf("genesis at %d ms, slots of %d ms", genesis, slot)
		}
		if err == nil && serr == nil {
			if n, err := (slotClock{genesis, slot}).slot(genesis + 7*slot); err != nil || n != 7 {
				t.Fatalf("slot %d, %v", n, err)
			}
		}
	})
}

func FuzzAltKey(f *testing.F) {
	f.Add([]byte{}, []byte{1, 2})
	f.Add([]byte{0}, []byte("encoded"))
	f.Fuzz(func(t *testing.T, key, encoded []byte) {
		ref, err := altRef(Envelope{Data: encoded}, encoded, key)
		if err != nil {
			return
		}
		again, err := altKey(ref)
		if err != nil || !bytes.Equal(again, key) || len(key) > maxAltCommitment || ref.Commitment != keccak256(encoded) {
			t.Fatalf("key %x became %x, %v", key, again, err)
		}
	})
}
