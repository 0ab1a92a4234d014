package da

// Invariants of this file: every blob that leaves hashes to a versioned hash that was asked for; that a blob is absent
// is said only if every endpoint said so.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// BeaconConfig says where a consensus client's Beacon API is served.
type BeaconConfig struct {
	// Endpoints are base URLs, in order of preference.
	Endpoints []string
	// SlotIsBlock is for development nodes that call a block's number its slot, such as anvil. Otherwise a block's
	// slot follows from its timestamp and the chain's genesis time and slot duration.
	SlotIsBlock bool
	Web         WebOptions
}

// Validate reports everything that is wrong with the configuration.
func (c *BeaconConfig) Validate() error {
	var errs []error
	if len(c.Endpoints) == 0 {
		errs = append(errs, errors.New("no beacon endpoint"))
	}
	for i, e := range c.Endpoints {
		if _, err := newWeb(e, c.Web); err != nil {
			errs = append(errs, fmt.Errorf("beacon endpoint %d is %w", i, err))
		}
	}
	return errors.Join(append(errs, c.Web.Validate())...)
}

// Beacon reads blobs from consensus clients. It may be used concurrently.
type Beacon struct {
	config    BeaconConfig
	hash      BlobHasher
	endpoints []*beaconEndpoint
}

type beaconEndpoint struct {
	web *web

	mu    sync.Mutex // guards clock; not held while the endpoint is asked
	clock slotClock  // zero until the endpoint stated it
}

// slotClock is how an L1 counts slots.
type slotClock struct{ genesisMs, slotMs int64 }

// slot of a block with this timestamp.
func (c slotClock) slot(timeMs int64) (uint64, error) {
	since := timeMs - c.genesisMs
	if since < 0 || since%c.slotMs != 0 {
		return 0, fmt.Errorf("da: no slot begins at %d ms: genesis is at %d ms and a slot has %d ms; the beacon endpoint serves another chain",
			timeMs, c.genesisMs, c.slotMs)
	}
	return uint64(since / c.slotMs), nil
}

// NewBeacon makes a reader; it asks nobody yet.
func NewBeacon(config BeaconConfig, hash BlobHasher) (*Beacon, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("da: beacon configuration: %w", err)
	}
	b := &Beacon{config: config, hash: hash}
	for _, e := range config.Endpoints {
		w, err := newWeb(e, config.Web)
		if err != nil {
			return nil, fmt.Errorf("da: beacon endpoint: %w", err)
		}
		b.endpoints = append(b.endpoints, &beaconEndpoint{web: w})
	}
	return b, nil
}

// Blobs returns the blobs with these versioned hashes, in this order, of the L1 block at. If no endpoint gives all of
// them, the error is a *FetchError.
func (b *Beacon) Blobs(ctx context.Context, at cursor.BlockRef, hashes [][32]byte) ([]Blob, error) {
	var failed FetchError
	for _, e := range b.endpoints {
		blobs, err := b.ask(ctx, e, at, hashes)
		if err == nil {
			return blobs, nil
		}
		failed.Attempts = append(failed.Attempts, Attempt{Provider: e.web.host(), Err: err})
		if ctx.Err() != nil {
			break
		}
	}
	return nil, &failed
}

// ask asks one endpoint: the newer way first, and if it does not know that, the older one.
func (b *Beacon) ask(ctx context.Context, e *beaconEndpoint, at cursor.BlockRef, hashes [][32]byte) ([]Blob, error) {
	slot, err := b.slot(ctx, e, at)
	if err != nil {
		return nil, err
	}
	id := strconv.FormatUint(slot, 10)
	newer := request{
		method: http.MethodGet, path: "/eth/v1/beacon/blobs/" + id,
		query: map[string][]string{"versioned_hashes": {}}, accept: "application/octet-stream;q=1,application/json;q=0.9",
	}
	for _, h := range hashes {
		newer.query["versioned_hashes"] = append(newer.query["versioned_hashes"], fmt.Sprintf("0x%x", h))
	}
	var wanted *collection
	err = e.web.do(ctx, newer, func(contentType string, body io.Reader) error {
		wanted = newCollection(b.hash, hashes)
		return decodeBlobs(contentType, body, wanted.take)
	})
	if status, ok := errors.AsType[*StatusError](err); ok && status.unknown() {
		err = e.web.do(ctx, request{
			method: http.MethodGet, path: "/eth/v1/beacon/blob_sidecars/" + id, accept: "application/json",
		}, func(_ string, body io.Reader) error {
			wanted = newCollection(b.hash, hashes)
			return decodeSidecars(body, wanted.take)
		})
		if older, ok := errors.AsType[*StatusError](err); ok && older.unknown() &&
			(older.Status == http.StatusNotFound || status.Status == http.StatusNotFound) {
			return nil, fmt.Errorf("%w: %s knows no block in slot %d", ErrAbsent, e.web.host(), slot)
		}
	}
	if err != nil {
		return nil, err
	}
	return wanted.blobs(e.web.host(), slot)
}

// unknown says whether a Beacon API has no such block or no such way to ask.
func (e *StatusError) unknown() bool {
	return slices.Contains([]int{
		http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusGone, http.StatusNotImplemented,
	}, e.Status)
}

func (b *Beacon) slot(ctx context.Context, e *beaconEndpoint, at cursor.BlockRef) (uint64, error) {
	if b.config.SlotIsBlock {
		return at.Number, nil
	}
	e.mu.Lock()
	clock := e.clock
	e.mu.Unlock()
	if clock.slotMs == 0 {
		for path, read := range map[string]func(io.Reader) error{
			"/eth/v1/beacon/genesis": func(r io.Reader) (err error) { clock.genesisMs, err = decodeGenesis(r); return err },
			"/eth/v1/config/spec":    func(r io.Reader) (err error) { clock.slotMs, err = decodeSpec(r); return err },
		} {
			err := e.web.do(ctx, request{method: http.MethodGet, path: path, accept: "application/json"},
				func(_ string, body io.Reader) error { return read(body) })
			if err != nil {
				return 0, fmt.Errorf("how slots are counted: %w", err)
			}
		}
		e.mu.Lock()
		e.clock = clock
		e.mu.Unlock()
	}
	return clock.slot(at.TimeMs)
}

// collection picks the wanted blobs out of an answer.
type collection struct {
	hash   BlobHasher
	hashes [][32]byte
	found  []Blob
	have   []bool
	left   int
}

func newCollection(hash BlobHasher, hashes [][32]byte) *collection {
	return &collection{
		hash: hash, hashes: hashes, found: make([]Blob, len(hashes)), have: make([]bool, len(hashes)), left: len(hashes),
	}
}

// take is a seen. A blob that claims a commitment nobody asked for is not looked at; one that nobody asked for is
// another rollup's.
func (c *collection) take(b *Blob, commitment []byte) error {
	if c.left == 0 || commitment != nil && !slices.Contains(c.hashes, versionedHash(commitment)) {
		return nil
	}
	h, err := c.hash(b)
	if err != nil {
		return nil //nolint:nilerr // bytes that are no blob are not the wanted blob
	}
	for i := range c.hashes {
		if c.hashes[i] == h && !c.have[i] {
			c.found[i], c.have[i] = *b, true
			c.left--
		}
	}
	return nil
}

func (c *collection) blobs(host string, slot uint64) ([]Blob, error) {
	for i, have := range c.have {
		if !have {
			return nil, fmt.Errorf("%w: %s gives no blob %x in slot %d", ErrAbsent, host, c.hashes[i], slot)
		}
	}
	return c.found, nil
}
