package da

// Invariants of this file: a batch is in the archive before anything else is told of it; what a commit transaction
// carries follows from payloads and configuration alone.

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Bounds of what one commit transaction carries as call data, in bytes. Nodes refuse transactions above 128 KiB.
const (
	defaultCalldataBytes = 100_000
	maxCalldataBytes     = 120_000
)

// ParseProvider reads a provider's name as ProviderID.String writes it.
func ParseProvider(name string) (ProviderID, error) {
	for _, p := range []ProviderID{ProviderArchive, ProviderBlob, ProviderCalldata, ProviderAltDA} {
		if p.String() == name {
			return p, nil
		}
	}
	return 0, fmt.Errorf("da: %q is none of archive, blob, calldata and altda", name)
}

// Config says where payloads go and are read.
type Config struct {
	// Primary is where envelopes go beside the archive; ProviderArchive means nowhere else.
	Primary ProviderID
	// Codec of everything that is published.
	Codec Codec
	// LimitBytes is the largest payload that is published or read; 0 means DefaultLimitBytes.
	LimitBytes int
	// ArchiveURL is the archive's bucket. Every batch goes there first.
	ArchiveURL string
	// MaxBlobs that one commit transaction carries, 1 to 6; 0 means 6.
	MaxBlobs int
	// MaxCalldataBytes of envelopes that one commit transaction carries; 0 means 100,000.
	MaxCalldataBytes int
	// Beacon is where blobs are read back. Needed if the primary is blob; otherwise it serves to read batches that
	// were committed with blobs before.
	Beacon BeaconConfig
	// AltDA is the alt-DA server. Needed if the primary is altda; otherwise as Beacon. Its codec and limit are those
	// above.
	AltDA AltDAConfig
}

// Validate reports everything that is wrong with the configuration.
func (c *Config) Validate() error {
	var errs []error
	if c.Primary < ProviderArchive || c.Primary > ProviderAltDA {
		errs = append(errs, fmt.Errorf("unknown primary %s", c.Primary))
	}
	if _, err := Pack(c.Codec, nil); err != nil {
		errs = append(errs, err)
	}
	if c.LimitBytes < 0 {
		errs = append(errs, fmt.Errorf("limit of %d bytes", c.LimitBytes))
	}
	if c.ArchiveURL == "" {
		errs = append(errs, errors.New("no archive: every batch is archived before it is committed"))
	}
	if c.MaxBlobs < 0 || c.MaxBlobs > MaxBlobs {
		errs = append(errs, fmt.Errorf("%d blobs in one transaction, 1 to %d are possible", c.MaxBlobs, MaxBlobs))
	}
	if c.MaxCalldataBytes < 0 || c.MaxCalldataBytes > maxCalldataBytes {
		errs = append(errs, fmt.Errorf("%d bytes of envelopes in call data, at most %d are possible", c.MaxCalldataBytes, maxCalldataBytes))
	}
	if c.Primary == ProviderBlob || len(c.Beacon.Endpoints) > 0 {
		errs = append(errs, c.Beacon.Validate())
	}
	if c.Primary == ProviderAltDA || c.AltDA.URL != "" {
		errs = append(errs, c.AltDA.Validate())
	}
	return errors.Join(errs...)
}

// Set is all providers of a configuration. It may be used concurrently.
type Set struct {
	// Reader asks the archive first, because it is near and checks as strictly, and then what the chain carries and
	// the alt-DA server.
	Reader *Reader
	// Primary reads from the primary alone: what was published there is fetched and decoded before it counts.
	Primary *Reader

	config  Config
	archive *Archive
	altda   *AltDA // nil without one
	hash    BlobHasher
}

// Open opens the configured providers. chain finds commit transactions and hash makes versioned hashes; without an L1
// both are nil, and the primary can then be archive or altda alone. Close closes the archive.
func Open(ctx context.Context, config Config, chain Chain, hash BlobHasher) (*Set, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("da: configuration: %w", err)
	}
	if config.Primary.Carried() && (chain == nil || hash == nil) {
		return nil, fmt.Errorf("da: configuration: %s needs an L1", config.Primary)
	}
	if config.MaxBlobs == 0 {
		config.MaxBlobs = MaxBlobs
	}
	if config.MaxCalldataBytes == 0 {
		config.MaxCalldataBytes = defaultCalldataBytes
	}
	config.LimitBytes = limitOr(config.LimitBytes)
	config.AltDA.Codec, config.AltDA.LimitBytes = config.Codec, config.LimitBytes
	s := &Set{config: config, hash: hash}
	fetchers, err := s.remote(chain)
	if err != nil {
		return nil, err
	}
	s.archive, err = OpenArchive(ctx, config.ArchiveURL, ArchiveOptions{Codec: config.Codec, LimitBytes: config.LimitBytes})
	if err != nil {
		return nil, err
	}
	fetchers = append([]Fetcher{s.archive}, fetchers...)
	s.Reader = NewReader(fetchers...)
	s.Primary = NewReader(slices.DeleteFunc(slices.Clone(fetchers), func(f Fetcher) bool { return f.ID() != config.Primary })...)
	return s, nil
}

// remote makes the fetchers beside the archive.
func (s *Set) remote(chain Chain) ([]Fetcher, error) {
	var out []Fetcher
	if chain != nil && s.hash != nil && len(s.config.Beacon.Endpoints) > 0 {
		beacon, err := NewBeacon(s.config.Beacon, s.hash)
		if err != nil {
			return nil, err
		}
		out = append(out, NewBlobs(chain, beacon, s.config.LimitBytes))
	}
	if chain != nil {
		out = append(out, NewCalldata(chain, s.config.LimitBytes))
	}
	if s.config.AltDA.URL != "" {
		var err error
		if s.altda, err = NewAltDA(s.config.AltDA); err != nil {
			return nil, err
		}
		out = append(out, s.altda)
	}
	return out, nil
}

// Close closes the archive.
func (s *Set) Close() error { return s.archive.Close() }

// PrimaryID is the configured primary.
func (s *Set) PrimaryID() ProviderID { return s.config.Primary }

// Archive is the archive, for recovery by header hash.
func (s *Set) Archive() *Archive { return s.archive }

// Publish keeps a batch in the archive and then, if that is the primary, on the alt-DA server, and returns a reference
// of each. It may return the archive's together with an error of the other: the batch is then archived, and Publish is
// to be called again before it is committed. What rides in the commit transaction is published by sending that.
func (s *Set) Publish(ctx context.Context, header batch.Header, payload []byte) ([]cursor.Ref, error) {
	ref, err := s.archive.Publish(ctx, header, payload)
	if err != nil {
		return nil, err
	}
	refs := []cursor.Ref{ref}
	if s.config.Primary != ProviderAltDA {
		return refs, nil
	}
	ref, err = s.altda.Publish(ctx, header, payload)
	if err != nil {
		return refs, err
	}
	return append(refs, ref), nil
}

// Parcel is a batch that waits to be committed.
type Parcel struct {
	Header  batch.Header
	Payload []byte
	Refs    []cursor.Ref // what Publish gave
}

// Load makes what a commit transaction of consecutive batches carries, with a reference for each batch that it can
// commit: as many of the parcels, from the first, as fit. A batch whose envelope is too large for any transaction is
// committed alone, by its archive reference, so that it does not stand in the way of those that follow.
func (s *Set) Load(parcels []Parcel) (Cargo, error) {
	if !s.config.Primary.Carried() {
		var c Cargo
		for _, p := range parcels {
			ref, err := p.ref(s.config.Primary)
			if err != nil {
				return Cargo{}, err
			}
			c.Refs = append(c.Refs, ref)
		}
		return c, nil
	}
	envelopes, err := s.pack(parcels)
	if err != nil {
		return Cargo{}, err
	}
	var c Cargo
	if s.config.Primary == ProviderBlob {
		c, err = LoadBlobs(envelopes, s.config.MaxBlobs, s.hash)
	} else {
		c, err = LoadCalldata(envelopes, s.config.MaxCalldataBytes)
	}
	if errors.Is(err, ErrTooLarge) {
		ref, rerr := parcels[0].ref(ProviderArchive)
		return Cargo{Refs: []cursor.Ref{ref}}, rerr
	}
	return c, err
}

func (p Parcel) ref(of ProviderID) (cursor.Ref, error) {
	for _, r := range p.Refs {
		if ProviderID(r.Provider) == of {
			return r, nil
		}
	}
	return cursor.Ref{}, fmt.Errorf("%w: batch %d has no reference of %s", ErrNoProvider, p.Header.Number, of)
}

// pack packs as many parcels as one transaction could possibly carry.
func (s *Set) pack(parcels []Parcel) ([]Envelope, error) {
	var envelopes []Envelope
	limit, total := s.config.MaxBlobs*BlobCapacity, 0
	if s.config.Primary == ProviderCalldata {
		limit = s.config.MaxCalldataBytes
	}
	for _, p := range parcels {
		e, err := Pack(s.config.Codec, p.Payload)
		if err != nil {
			return nil, fmt.Errorf("da: pack batch %d: %w", p.Header.Number, err)
		}
		envelopes = append(envelopes, e)
		if total += EnvelopeHeaderSize + len(e.Data); total > limit {
			break
		}
	}
	return envelopes, nil
}

// Rebuild gives the blobs of a signed commit transaction of these batches again, whose versioned hashes are hashes:
// from the payloads packed as configured now, or by another codec that was configured then, and where another release
// packs otherwise from the envelopes as they were archived. ErrRebuild says that none gives the transaction's blobs.
func (s *Set) Rebuild(ctx context.Context, parcels []Parcel, hashes [][32]byte) ([]Blob, error) {
	var failed error
	try := func(envelope func(p Parcel) (Envelope, error)) []Blob {
		envelopes := make([]Envelope, len(parcels))
		for i, p := range parcels {
			var err error
			if envelopes[i], err = envelope(p); err != nil {
				failed = errors.Join(failed, fmt.Errorf("batch %d: %w", p.Header.Number, err))
				return nil
			}
		}
		cargo, err := LoadBlobs(envelopes, MaxBlobs, s.hash)
		if err != nil {
			failed = errors.Join(failed, err)
			return nil
		}
		if len(cargo.Refs) != len(parcels) || !slices.Equal(cargo.Hashes, hashes) {
			return nil
		}
		return cargo.Blobs
	}
	for _, codec := range []Codec{s.config.Codec, CodecRange, CodecZstd, CodecRaw} {
		if blobs := try(func(p Parcel) (Envelope, error) { return Pack(codec, p.Payload) }); blobs != nil {
			return blobs, nil
		}
	}
	blobs := try(func(p Parcel) (Envelope, error) {
		object, err := s.archive.Load(ctx, p.Header.Hash())
		return object.Envelope, err
	})
	if blobs != nil {
		return blobs, nil
	}
	return nil, errors.Join(fmt.Errorf("%w: %d batches, %d blobs", ErrRebuild, len(parcels), len(hashes)), failed)
}
