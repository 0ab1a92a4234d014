package da_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// What the recorded chain says of itself.
const (
	recordedGenesisMs = 1_795_396_569_000
	recordedSlotMs    = 3_000
	recordedBlobSlot  = 29
)

// fixture is a recorded answer, or skips; in CI it must be there.
func fixture(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sharedBeacon(), name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("the recorded answers of a beacon node are not beside the checkout: %v", err)
	}
	return b
}

func sharedBeacon() string {
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	return filepath.Join(shared, "fixtures", "beacon")
}

// recorded answers as the recorded beacon node did, and with 404 what nobody recorded.
func recorded(t *testing.T, asked *atomic.Int64) http.HandlerFunc {
	t.Helper()
	ssz := fixture(t, "b29.ssz")
	return func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path == fmt.Sprintf("/eth/v1/beacon/blobs/%d", recordedBlobSlot) {
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Write(ssz) //nolint:errcheck // the client notices
			return
		}
		name := strings.ReplaceAll(strings.Trim(r.URL.Path, "/"), "/", "_") + ".json"
		b, err := os.ReadFile(filepath.Join(sharedBeacon(), name))
		if err != nil {
			http.Error(w, `{"message":"Not found","code":404}`, http.StatusNotFound)
			return
		}
		at := bytes.LastIndex(b, []byte("HTTP "))
		var status int
		if _, err := fmt.Sscanf(string(b[at:]), "HTTP %d", &status); err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		w.Write(b[:at]) //nolint:errcheck // the client notices
	}
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func beacon(t *testing.T, config da.BeaconConfig) *da.Beacon {
	t.Helper()
	if config.Web.Timeout == 0 {
		config.Web.Timeout = 20 * time.Second
	}
	b, err := da.NewBeacon(config, kzg.NewProver().Hash)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func recordedBlock(slot int64) cursor.BlockRef {
	return cursor.BlockRef{Number: uint64(slot), Hash: [32]byte{byte(slot)}, TimeMs: recordedGenesisMs + slot*recordedSlotMs}
}

// sszBlobs are the two recorded blobs and their versioned hashes, computed from their content.
func sszBlobs(t *testing.T) ([]da.Blob, [][32]byte) {
	t.Helper()
	raw := fixture(t, "b29.ssz")
	if len(raw) != 2*da.BlobSize {
		t.Fatalf("%d bytes", len(raw))
	}
	blobs := []da.Blob{da.Blob(raw[:da.BlobSize]), da.Blob(raw[da.BlobSize:])}
	prover := kzg.NewProver()
	var hashes [][32]byte
	for i := range blobs {
		h, err := prover.Hash(&blobs[i])
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, h)
	}
	return blobs, hashes
}

// layers.md: blobs read back through the standard Beacon API, checked against versioned hashes; recorded answers of a
// real node: raw SSZ, a slot without blobs, an unknown slot, another chain.
func TestBeaconReadsRecordedAnswers(t *testing.T) {
	blobs, hashes := sszBlobs(t)
	var asked atomic.Int64
	b := beacon(t, da.BeaconConfig{Endpoints: []string{serve(t, recorded(t, &asked))}})
	got, err := b.Blobs(t.Context(), recordedBlock(recordedBlobSlot), hashes)
	if err != nil || len(got) != 2 || got[0] != blobs[0] || got[1] != blobs[1] {
		t.Fatalf("both: %d blobs, %v", len(got), err)
	}
	got, err = b.Blobs(t.Context(), recordedBlock(recordedBlobSlot), hashes[1:])
	if err != nil || len(got) != 1 || got[0] != blobs[1] {
		t.Fatalf("the second alone, from a node that ignores the filter: %d blobs, %v", len(got), err)
	}
	got, err = b.Blobs(t.Context(), recordedBlock(recordedBlobSlot), [][32]byte{hashes[1], hashes[0]})
	if err != nil || got[0] != blobs[1] || got[1] != blobs[0] {
		t.Fatalf("in the order of the question: %v", err)
	}
	if n := asked.Load(); n != 5 {
		t.Fatalf("%d questions: genesis and specification are asked for once", n)
	}
	for what, slot := range map[string]int64{"without blobs": 25, "unknown": 9_999_999} {
		if _, err := b.Blobs(t.Context(), recordedBlock(slot), hashes); !errors.Is(err, da.ErrAbsent) {
			t.Fatalf("slot %s: %v", what, err)
		}
	}
	if _, err := b.Blobs(t.Context(), recordedBlock(recordedBlobSlot), [][32]byte{{1, 2}}); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("a blob that the slot does not have: %v", err)
	}
	other := recordedBlock(recordedBlobSlot)
	other.TimeMs += 1_000
	if _, err := b.Blobs(t.Context(), other, hashes); err == nil || errors.Is(err, da.ErrAbsent) {
		t.Fatalf("a block at no slot's beginning: %v", err)
	}
}

// A client that serves sidecars alone (Deneb to Electra), in JSON; a sidecar that lies about its commitment is not taken.
func TestBeaconReadsTheOlderEndpoint(t *testing.T) {
	blobs, hashes := sszBlobs(t)
	lying := atomic.Bool{}
	mux := http.NewServeMux()
	for _, path := range []string{"/eth/v1/beacon/genesis", "/eth/v1/config/spec"} {
		mux.HandleFunc(path, recorded(t, new(atomic.Int64)))
	}
	mux.HandleFunc(fmt.Sprintf("/eth/v1/beacon/blob_sidecars/%d", recordedBlobSlot), func(w http.ResponseWriter, _ *http.Request) {
		var sidecars []map[string]any
		prover := kzg.NewProver()
		for i := range blobs {
			s, err := prover.Sidecar(context.Background(), kzg.Version0, blobs[i:i+1])
			if err != nil {
				panic(err)
			}
			content := blobs[i]
			if lying.Load() {
				content = blobs[1-i]
			}
			sidecars = append(sidecars, map[string]any{
				"index": fmt.Sprint(i), "blob": fmt.Sprintf("0x%x", content[:]),
				"kzg_commitment": fmt.Sprintf("0x%x", s.Commitments[0]), "kzg_proof": fmt.Sprintf("0x%x", s.Proofs[0]),
				"kzg_commitment_inclusion_proof": []string{"0x00"},
			})
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"version": "deneb", "data": sidecars, "finalized": true}) //nolint:errcheck,errchkjson // the client notices
	})
	b := beacon(t, da.BeaconConfig{Endpoints: []string{serve(t, mux)}})
	got, err := b.Blobs(t.Context(), recordedBlock(recordedBlobSlot), hashes)
	if err != nil || got[0] != blobs[0] || got[1] != blobs[1] {
		t.Fatalf("sidecars: %v", err)
	}
	lying.Store(true)
	if _, err := b.Blobs(t.Context(), recordedBlock(recordedBlobSlot), hashes[:1]); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("a blob under another's commitment: %v", err)
	}
}

// facts: anvil calls the block number the slot, serves blobs in JSON, and answers 410 for sidecars.
func TestBeaconReadsAnvil(t *testing.T) {
	blobs, hashes := sszBlobs(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/eth/v1/beacon/blobs/7", func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.Query()["versioned_hashes"]; len(got) != 1 || got[0] != fmt.Sprintf("0x%x", hashes[1]) {
			http.Error(w, "not the filter", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		fmt.Fprintf(w, `{"execution_optimistic":false,"data":["0x%x"]}`, blobs[1][:]) //nolint:errcheck // the client notices
	})
	mux.HandleFunc("/eth/v1/beacon/blobs/8", http.NotFound)
	mux.HandleFunc("/eth/v1/beacon/blob_sidecars/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "deprecated", http.StatusGone)
	})
	mux.HandleFunc("/eth/v1/beacon/blobs/9", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "bad id", http.StatusBadRequest)
	})
	b := beacon(t, da.BeaconConfig{Endpoints: []string{serve(t, mux)}, SlotIsBlock: true})
	got, err := b.Blobs(t.Context(), cursor.BlockRef{Number: 7}, hashes[1:])
	if err != nil || got[0] != blobs[1] {
		t.Fatalf("blobs: %v", err)
	}
	if _, err := b.Blobs(t.Context(), cursor.BlockRef{Number: 8}, hashes); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("unknown block: %v", err)
	}
	var status *da.StatusError
	if _, err := b.Blobs(t.Context(), cursor.BlockRef{Number: 9}, hashes); errors.Is(err, da.ErrAbsent) || !errors.As(err, &status) || status.Status != http.StatusBadRequest {
		t.Fatalf("status 400 says nothing about the blob: %v", err)
	}
}

// layers.md: failover; who could not be asked may have it.
func TestBeaconAsksTheNextEndpoint(t *testing.T) {
	blobs, hashes := sszBlobs(t)
	down := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "secret", http.StatusServiceUnavailable)
	}))
	var asked atomic.Int64
	good := serve(t, recorded(t, &asked))
	pruned := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/blobs/") {
			w.Write([]byte(`{"data":[]}`)) //nolint:errcheck // the client notices
			return
		}
		recorded(t, new(atomic.Int64))(w, r)
	}))
	at := recordedBlock(recordedBlobSlot)
	got, err := beacon(t, da.BeaconConfig{Endpoints: []string{down, pruned, good}}).Blobs(t.Context(), at, hashes)
	if err != nil || got[0] != blobs[0] {
		t.Fatalf("the third has it: %v", err)
	}
	_, err = beacon(t, da.BeaconConfig{Endpoints: []string{down, pruned}}).Blobs(t.Context(), at, hashes)
	var failed *da.FetchError
	if !errors.As(err, &failed) || len(failed.Attempts) != 2 || errors.Is(err, da.ErrAbsent) {
		t.Fatalf("one down, one without it: %v", err)
	}
	if _, err = beacon(t, da.BeaconConfig{Endpoints: []string{pruned}}).Blobs(t.Context(), at, hashes); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("expired: %v", err)
	}
}

// Overload is asked again, a definite answer is not, and a context ends the waiting.
func TestBeaconRetriesOverload(t *testing.T) {
	_, hashes := sszBlobs(t)
	var asked, overloaded atomic.Int64
	handler := recorded(t, &asked)
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if overloaded.Add(1)%2 == 1 {
			http.Error(w, "slow down", http.StatusTooManyRequests)
			return
		}
		handler(w, r)
	}))
	web := da.WebOptions{Retries: 1, Pause: time.Millisecond}
	if _, err := beacon(t, da.BeaconConfig{Endpoints: []string{url}, Web: web}).Blobs(t.Context(), recordedBlock(recordedBlobSlot), hashes); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	hung := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	if _, err := beacon(t, da.BeaconConfig{Endpoints: []string{hung, url}, Web: web}).Blobs(ctx, recordedBlock(1), hashes); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
}

func TestBeaconConfigReportsEverything(t *testing.T) {
	config := da.BeaconConfig{Endpoints: []string{"ftp://x", "http://"}, Web: da.WebOptions{Timeout: -1, Retries: 11, Pause: -1}}
	_, err := da.NewBeacon(config, nil)
	for _, part := range []string{"endpoint 0", "endpoint 1", "timeout", "retries", "pause"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is missing in %v", part, err)
		}
	}
	if _, err := da.NewBeacon(da.BeaconConfig{}, nil); err == nil {
		t.Error("no endpoint")
	}
}
