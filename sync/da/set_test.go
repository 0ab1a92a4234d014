package da_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/da/altserver"
)

// quickHash stands in for KZG where only identity matters.
func quickHash(b *da.Blob) ([32]byte, error) {
	h := sha256.Sum256(b[:])
	h[0] = 1
	return h, nil
}

// chain is an L1 in memory: it holds commit transactions and their blobs. It is a da.Chain and a da.BlobSource.
type chain struct {
	carriers map[uint64]da.Carrier
	blobs    map[[32]byte]da.Blob
	asked    int
	err      error
}

func newChain() *chain {
	return &chain{carriers: map[uint64]da.Carrier{}, blobs: map[[32]byte]da.Blob{}}
}

func (c *chain) Carrier(_ context.Context, h batch.Header) (da.Carrier, error) {
	carrier, ok := c.carriers[h.Number]
	if c.err == nil && !ok {
		return da.Carrier{}, da.ErrAbsent
	}
	return carrier, c.err
}

func (c *chain) Blobs(_ context.Context, _ cursor.BlockRef, hashes [][32]byte) ([]da.Blob, error) {
	c.asked++
	var out []da.Blob
	for _, h := range hashes {
		b, ok := c.blobs[h]
		if !ok {
			return nil, da.ErrAbsent
		}
		out = append(out, b)
	}
	return out, nil
}

// include mines a commit transaction.
func (c *chain) include(block byte, cargo da.Cargo, parcels []da.Parcel) {
	for _, p := range parcels[:len(cargo.Refs)] {
		c.carriers[p.Header.Number] = da.Carrier{
			TxHash: [32]byte{block}, Block: cursor.BlockRef{Hash: [32]byte{block}}, Hashes: cargo.Hashes,
			Input: append([]byte("the contract's call"), cargo.Tail...),
		}
	}
	for i, h := range cargo.Hashes {
		c.blobs[h] = cargo.Blobs[i]
	}
}

func open(t *testing.T, config da.Config, c da.Chain) *da.Set {
	t.Helper()
	if config.ArchiveURL == "" {
		config.ArchiveURL = "file://" + t.TempDir()
	}
	s, err := da.Open(t.Context(), config, c, quickHash)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// published archives batches with payloads of these sizes.
func published(t *testing.T, s *da.Set, sizes ...int) []da.Parcel {
	t.Helper()
	var out []da.Parcel
	for i, size := range sizes {
		header, payload := sealed(uint64(i)+1, size)
		refs, err := s.Publish(t.Context(), header, payload)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, da.Parcel{Header: header, Payload: payload, Refs: refs})
	}
	return out
}

// layers.md: archive before commit, and to the primary; reading tries all in order and says which one served; each
// mode's content comes back from its primary.
func TestSetCarriesEveryMode(t *testing.T) {
	for _, mode := range []da.ProviderID{da.ProviderArchive, da.ProviderCalldata, da.ProviderAltDA} {
		t.Run(mode.String(), func(t *testing.T) {
			l1 := newChain()
			config := da.Config{Primary: mode, MaxCalldataBytes: 1000}
			if mode == da.ProviderAltDA {
				config.AltDA = da.AltDAConfig{URL: serve(t, altserver.New(altserver.Options{})), Web: da.WebOptions{Timeout: 20 * time.Second}}
			}
			s := open(t, config, l1)
			parcels := published(t, s, 400, 500, 90)
			cargo, err := s.Load(parcels)
			if err != nil {
				t.Fatal(err)
			}
			if want := map[bool]int{true: 2, false: 3}[mode == da.ProviderCalldata]; len(cargo.Refs) != want {
				t.Fatalf("%d references", len(cargo.Refs))
			}
			l1.include(1, cargo, parcels)
			for i, ref := range cargo.Refs {
				got, err := s.Primary.Fetch(t.Context(), parcels[i].Header, []cursor.Ref{ref})
				if err != nil || got.Provider != mode.String() || !bytes.Equal(got.Payload, parcels[i].Payload) {
					t.Fatalf("batch %d from %s: %v", i+1, got.Provider, err)
				}
				got, err = s.Reader.Fetch(t.Context(), parcels[i].Header, append(slices.Clone(parcels[i].Refs), ref))
				if err != nil || got.Provider != "archive" {
					t.Fatalf("batch %d: served by %s, %v", i+1, got.Provider, err)
				}
			}
		})
	}
}

// layers.md: blobs are read of the transaction that the canonical chain holds now. Batches that share blobs share the
// reading; after a reorganization they are read again.
func TestBlobsFollowTheChain(t *testing.T) {
	l1 := newChain()
	fetcher := da.NewBlobs(l1, l1, 0)
	s := open(t, da.Config{Primary: da.ProviderBlob, Beacon: da.BeaconConfig{Endpoints: []string{"http://127.0.0.1:1"}}}, l1)
	parcels := published(t, s, 100, da.BlobCapacity, 50)
	cargo, err := s.Load(parcels)
	if err != nil || len(cargo.Refs) != 3 || len(cargo.Blobs) != 2 {
		t.Fatalf("%d references, %d blobs, %v", len(cargo.Refs), len(cargo.Blobs), err)
	}
	fetch := func(i int) error {
		got, err := fetcher.Fetch(t.Context(), cargo.Refs[i], parcels[i].Header)
		if err == nil && !bytes.Equal(got, parcels[i].Payload) {
			t.Fatal("another payload")
		}
		return err
	}
	if err := fetch(0); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("before the transaction is included: %v", err)
	}
	l1.include(1, cargo, parcels)
	for i := range parcels {
		if err := fetch(i); err != nil {
			t.Fatal(err)
		}
	}
	if l1.asked != 2 { // the first blob, then the second
		t.Fatalf("asked %d times", l1.asked)
	}
	l1.include(2, cargo, parcels)
	if err := fetch(1); err != nil || l1.asked != 3 {
		t.Fatalf("in another block: asked %d times, %v", l1.asked, err)
	}
	l1.blobs = nil
	l1.include(3, da.Cargo{Refs: cargo.Refs, Hashes: nil}, parcels)
	if err := fetch(0); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("a transaction without blobs: %v", err)
	}
	other := slices.Clone(cargo.Hashes)
	other[0][5] ^= 1
	l1.carriers[1] = da.Carrier{Hashes: other}
	var wrong *da.WrongBytesError
	if err := fetch(0); !errors.As(err, &wrong) {
		t.Fatalf("a transaction with other blobs: %v", err)
	}
	l1.err = errors.New("L1 is down")
	if err := fetch(0); !errors.Is(err, l1.err) || errors.Is(err, da.ErrAbsent) {
		t.Fatalf("L1 is down: %v", err)
	}
}

// layers.md: wrong bytes are absent bytes: blobs whose envelope is another's, is damaged or is no envelope.
func TestBlobsRefuseWrongEnvelopes(t *testing.T) {
	l1 := newChain()
	fetcher := da.NewBlobs(l1, l1, 1000)
	header, payload := sealed(1, 500)
	second, secondPayload := sealed(2, 500)
	good, err := da.Pack(da.CodecRaw, payload)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := da.Pack(da.CodecRaw, secondPayload)
	if err != nil {
		t.Fatal(err)
	}
	damaged := da.Envelope{Codec: da.CodecRaw, Size: 500, Data: bytes.Clone(payload)}
	damaged.Data[77] ^= 1
	for what, e := range map[string]da.Envelope{
		"another batch's": foreign, "damaged": damaged, "unknown codec": {Codec: 99, Size: 500, Data: payload},
		"too large": {Codec: da.CodecRaw, Size: 1001, Data: make([]byte, 1001)}, "lying about its size": {Codec: da.CodecRaw, Size: 499, Data: payload},
	} {
		cargo, lerr := da.LoadBlobs([]da.Envelope{e}, 1, quickHash)
		if lerr != nil {
			t.Fatal(lerr)
		}
		l1.include(1, cargo, []da.Parcel{{Header: header}})
		var wrong *da.WrongBytesError
		if _, err = fetcher.Fetch(t.Context(), cargo.Refs[0], header); !errors.Is(err, da.ErrAbsent) || !errors.As(err, &wrong) {
			t.Errorf("%s: %v", what, err)
		}
	}
	cargo, err := da.LoadBlobs([]da.Envelope{good}, 1, quickHash)
	if err != nil {
		t.Fatal(err)
	}
	l1.include(2, cargo, []da.Parcel{{Header: header}, {Header: second}})
	if _, err := fetcher.Fetch(t.Context(), cargo.Refs[0], header); err != nil {
		t.Fatal(err)
	}
	zstd := cargo.Refs[0]
	zstd.Codec = uint8(da.CodecZstd)
	if _, err := fetcher.Fetch(t.Context(), zstd, header); !errors.Is(err, da.ErrAbsent) {
		t.Errorf("a reference with another codec: %v", err)
	}
	blob := cargo.Blobs[0]
	blob[0] = 0x40 // high bits: not our layout
	l1.blobs[cargo.Hashes[0]] = blob
	l1.carriers[1] = da.Carrier{Block: cursor.BlockRef{Hash: [32]byte{9}}, Hashes: cargo.Hashes}
	if _, err := fetcher.Fetch(t.Context(), cargo.Refs[0], header); !errors.Is(err, da.ErrAbsent) {
		t.Errorf("a blob of another layout: %v", err)
	}
}

// layers.md: wrong bytes are absent bytes, in call data too.
func TestCalldataRefusesWrongEnvelopes(t *testing.T) {
	l1 := newChain()
	fetcher := da.NewCalldata(l1, 0)
	header, payload := sealed(1, 500)
	e, err := da.Pack(da.CodecRaw, payload)
	if err != nil {
		t.Fatal(err)
	}
	cargo, err := da.LoadCalldata([]da.Envelope{e}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	l1.include(1, cargo, []da.Parcel{{Header: header}})
	if got, err := fetcher.Fetch(t.Context(), cargo.Refs[0], header); err != nil || !bytes.Equal(got, payload) {
		t.Fatal(err)
	}
	input := l1.carriers[1].Input
	for what, changed := range map[string][]byte{
		"cut": input[:len(input)-1], "longer": append(bytes.Clone(input), 0), "without a tail": input[:10], "empty": nil,
	} {
		l1.carriers[1] = da.Carrier{Input: changed}
		if _, err := fetcher.Fetch(t.Context(), cargo.Refs[0], header); !errors.Is(err, da.ErrAbsent) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := fetcher.Fetch(t.Context(), cursor.Ref{Provider: 1}, header); !errors.Is(err, da.ErrForeignReference) {
		t.Errorf("foreign reference: %v", err)
	}
}

// issue 4: nothing stops anchoring for good: a batch too large for any transaction is committed by its archive
// reference, alone, and those that follow go on.
func TestSetCommitsWhatIsTooLargeByItsArchive(t *testing.T) {
	s := open(t, da.Config{Primary: da.ProviderCalldata, MaxCalldataBytes: 300}, newChain())
	parcels := published(t, s, 400, 100, 100)
	cargo, err := s.Load(parcels)
	if err != nil || len(cargo.Refs) != 1 || cargo.Refs[0].Provider != uint8(da.ProviderArchive) || len(cargo.Tail) != 0 {
		t.Fatalf("%+v, %v", cargo, err)
	}
	cargo, err = s.Load(parcels[1:])
	if err != nil || len(cargo.Refs) != 2 || cargo.Refs[0].Provider != uint8(da.ProviderCalldata) {
		t.Fatalf("%+v, %v", cargo.Refs, err)
	}
	parcels[0].Refs = nil
	if _, err := s.Load(parcels[:1]); !errors.Is(err, da.ErrNoProvider) {
		t.Fatalf("not archived: %v", err)
	}
}

// layers.md: blob sidecars are rebuilt from the retained payloads, so any replica can send the same bytes again:
// whatever codec is configured there, and from the archive where its release packs otherwise.
func TestSetRebuildsBlobs(t *testing.T) {
	dir := "file://" + t.TempDir()
	blob := da.Config{Primary: da.ProviderBlob, Codec: da.CodecZstd, ArchiveURL: dir, Beacon: da.BeaconConfig{Endpoints: []string{"http://127.0.0.1:1"}}}
	leader := open(t, blob, newChain())
	parcels := published(t, leader, 300, da.BlobCapacity, 20)
	cargo, err := leader.Load(parcels)
	if err != nil {
		t.Fatal(err)
	}
	blob.Codec = da.CodecRaw
	successor := open(t, blob, newChain())
	again, err := successor.Rebuild(t.Context(), parcels, cargo.Hashes)
	if err != nil || !slices.Equal(again, cargo.Blobs) {
		t.Fatalf("another codec: %v", err)
	}

	// Another release packs a fourth batch otherwise than this one does, whatever the codec.
	header, payload := sealed(4, 5000)
	parcels = []da.Parcel{{Header: header, Payload: payload}}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithSingleSegment(true), zstd.WithEncoderCRC(true))
	if err != nil {
		t.Fatal(err)
	}
	foreign := da.Envelope{Codec: da.CodecZstd, Size: 5000, Data: encoder.EncodeAll(payload, nil)}
	if cargo, err = da.LoadBlobs([]da.Envelope{foreign}, 1, quickHash); err != nil {
		t.Fatal(err)
	}
	if _, err = successor.Rebuild(t.Context(), parcels, cargo.Hashes); !errors.Is(err, da.ErrRebuild) || !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("neither packed so nor archived: %v", err)
	}
	object := foreign.Append(header.Append([]byte("HFDA\x01")))
	sum := sha256.Sum256(object)
	name := filepath.Join(strings.TrimPrefix(dir, "file://"), da.ObjectName(header.Hash()))
	if err = os.WriteFile(name, append(object, sum[:]...), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err = successor.Rebuild(t.Context(), parcels, cargo.Hashes); err != nil || !slices.Equal(again, cargo.Blobs) {
		t.Fatalf("as archived: %v", err)
	}
}

func TestSetConfigReportsEverything(t *testing.T) {
	bad := da.Config{
		Primary: 9, Codec: 99, LimitBytes: -1, MaxBlobs: 7, MaxCalldataBytes: 1 << 20,
		Beacon: da.BeaconConfig{Endpoints: []string{"nonsense"}}, AltDA: da.AltDAConfig{URL: "nonsense"},
	}
	_, err := da.Open(t.Context(), bad, nil, nil)
	for _, part := range []string{"primary", "codec", "limit", "archive", "7 blobs", "call data", "beacon endpoint 0", "alt-DA server"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is missing in %v", part, err)
		}
	}
	for _, p := range []da.ProviderID{da.ProviderBlob, da.ProviderAltDA} {
		if err := (&da.Config{Primary: p, ArchiveURL: "file:///x"}).Validate(); err == nil {
			t.Errorf("%s without its endpoint", p)
		}
	}
	if _, err := da.Open(t.Context(), da.Config{Primary: da.ProviderCalldata, ArchiveURL: "file:///x"}, nil, nil); err == nil {
		t.Error("calldata without an L1")
	}
	for _, p := range []da.ProviderID{da.ProviderArchive, da.ProviderBlob, da.ProviderCalldata, da.ProviderAltDA} {
		if got, err := da.ParseProvider(p.String()); err != nil || got != p {
			t.Errorf("%s: %v, %v", p, got, err)
		}
	}
	if _, err := da.ParseProvider("nowhere"); err == nil {
		t.Error("parsed an unknown provider")
	}
}

// issue 4.5: alt-DA is down: the batch is archived, its error says what is missing, and publishing again completes it.
func TestSetPublishesAgainWhenThePrimaryWasDown(t *testing.T) {
	var down atomic.Bool
	server := altserver.New(altserver.Options{})
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		server.ServeHTTP(w, r)
	}))
	s := open(t, da.Config{Primary: da.ProviderAltDA, AltDA: da.AltDAConfig{URL: url, Web: da.WebOptions{Timeout: 20 * time.Second}}}, nil)
	header, payload := sealed(1, 100)
	down.Store(true)
	refs, err := s.Publish(t.Context(), header, payload)
	if err == nil || len(refs) != 1 || refs[0].Provider != uint8(da.ProviderArchive) {
		t.Fatalf("%+v, %v", refs, err)
	}
	down.Store(false)
	if refs, err = s.Publish(t.Context(), header, payload); err != nil || len(refs) != 2 {
		t.Fatalf("%+v, %v", refs, err)
	}
}
