package node

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// bucket is an S3 bucket in memory, of what an archive asks: conditional puts and gets of whole objects.
type bucket struct {
	mu      sync.Mutex // guards the fields below
	objects map[string][]byte
	blind   int // puts without a condition
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	name := strings.TrimPrefix(r.URL.Path, "/bucket/")
	stored, ok := b.objects[name]
	switch {
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if r.Header.Get("If-None-Match") != "*" {
			b.blind++
		}
		if ok {
			refused(w, http.StatusPreconditionFailed, "PreconditionFailed")
			return
		}
		b.objects[name] = body
		w.Header().Set("ETag", fmt.Sprintf("%q", sha256.Sum256(body)))
	case !ok:
		refused(w, http.StatusNotFound, "NoSuchKey")
	default:
		w.Header().Set("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT")
		w.Header().Set("Content-Length", fmt.Sprint(len(stored)))
		if r.Method == http.MethodGet {
			w.Write(stored) //nolint:errcheck // the client notices
		}
	}
}

func refused(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code></Error>`, code) //nolint:errcheck // the client notices
}

// layers.md: the archive on an object store: objects are created only if absent, by the store's own condition, and a
// damaged one is left alone and stands in nobody's way.
func TestArchiveOnS3(t *testing.T) {
	store := &bucket{objects: map[string][]byte{}}
	server := httptest.NewServer(store)
	t.Cleanup(server.Close)
	query := url.Values{
		"endpoint": {server.URL}, "region": {"none"}, "use_path_style": {"true"}, "anonymous": {"true"},
		"request_checksum_calculation": {"when_required"}, "response_checksum_validation": {"when_required"},
	}
	archive, err := da.OpenArchive(t.Context(), "s3://bucket?"+query.Encode(), da.ArchiveOptions{Codec: da.CodecZstd})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cerr := archive.Close(); cerr != nil {
			t.Error(cerr)
		}
	})
	for n := range uint64(2) {
		payload := binary.BigEndian.AppendUint64(bytes.Repeat([]byte("payload"), 1000), n)
		h := batch.Header{
			Lineage: [16]byte{1}, Number: n + 1, PayloadKind: batch.PayloadTransitions, PayloadHash: sha256.Sum256(payload),
			Transitions: 1, FirstSequence: n + 1, LastSequence: n + 1, FirstTimeMs: 1, SealTimeMs: 2, ProgramVersion: 1,
		}
		if _, err = archive.Load(t.Context(), h.Hash()); !errors.Is(err, da.ErrAbsent) {
			t.Fatalf("before publishing: %v", err)
		}
		if n == 1 {
			store.mu.Lock()
			store.objects[da.ObjectName(h.Hash())] = []byte("damaged")
			store.mu.Unlock()
		}
		for range 2 {
			ref, perr := archive.Publish(t.Context(), h, payload)
			if perr != nil {
				t.Fatal(perr)
			}
			if got, ferr := archive.Fetch(t.Context(), ref, h); ferr != nil || !bytes.Equal(got, payload) {
				t.Fatalf("fetched %d bytes, %v", len(got), ferr)
			}
		}
	}
	store.mu.Lock()
	defer store.mu.Unlock()
	if store.blind != 0 || len(store.objects) != 3 {
		t.Fatalf("%d puts without a condition, %d objects", store.blind, len(store.objects))
	}
}
