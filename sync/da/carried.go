package da

// Invariants of this file: what the chain carries is read from the transaction that the canonical chain holds now, never
// from what was meant to be sent; a payload leaves only after it matched the reference and the header.

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Carrier is a commit transaction as the canonical chain holds it.
type Carrier struct {
	TxHash [32]byte
	Block  cursor.BlockRef
	Hashes [][32]byte // versioned hashes of its blobs, in order
	Input  []byte     // call data
}

// Chain finds the transactions that carry envelopes. Implementations may be called concurrently.
type Chain interface {
	// Carrier returns the transaction by which the batch of this header stands committed on the canonical chain now;
	// ErrAbsent if there is none.
	Carrier(ctx context.Context, header batch.Header) (Carrier, error)
}

// BlobSource reads blobs that an L1 block's transactions carry: *Beacon. It may be called concurrently.
type BlobSource interface {
	// Blobs returns the blobs with these versioned hashes, in this order, checked against them. ErrAbsent if the
	// source does not have them all.
	Blobs(ctx context.Context, at cursor.BlockRef, hashes [][32]byte) ([]Blob, error)
}

// openEnvelope unpacks the encoded envelope that ref names and checks the payload. Whatever does not match is a
// WrongBytesError of the named provider.
func openEnvelope(provider, object string, ref cursor.Ref, header batch.Header, encoded []byte, limit int) ([]byte, error) {
	wrong := &WrongBytesError{Provider: provider, Object: object, Want: header.PayloadHash}
	e, err := DecodeEnvelope(encoded)
	switch {
	case err != nil:
		wrong.Cause = err
	case uint8(e.Codec) != ref.Codec || uint64(len(e.Data)) != uint64(ref.Bytes):
		wrong.Cause = fmt.Errorf("%w: envelope of %s with %d bytes, the reference says %s with %d",
			ErrMalformed, e.Codec, len(e.Data), Codec(ref.Codec), ref.Bytes)
	default:
		var payload []byte
		if payload, err = Unpack(e, limit); err == nil {
			err = checkPayload(header, payload)
		}
		if err == nil {
			return payload, nil
		}
		wrong.Cause = err
	}
	return nil, wrong
}

// carrierOf is the object name of what batch header's commit transaction carries.
func carrierOf(c Carrier) string { return fmt.Sprintf("transaction %x", c.TxHash) }

// Blobs is the Fetcher of envelopes that ride in the blobs of their commit transactions. LoadBlobs makes the cargo.
type Blobs struct {
	chain  Chain
	source BlobSource
	limit  int

	mu     sync.Mutex // guards recent; nothing is called out while it is held
	recent []recentBlob
}

// recentBlob is a blob that was read of a block: consecutive batches share blobs.
type recentBlob struct {
	block, hash [32]byte
	blob        *Blob
}

// NewBlobs reads transactions from chain and blobs from source; payloads above limitBytes are refused (0 means
// DefaultLimitBytes).
func NewBlobs(chain Chain, source BlobSource, limitBytes int) *Blobs {
	return &Blobs{chain: chain, source: source, limit: limitOr(limitBytes)}
}

func limitOr(bytes int) int {
	if bytes == 0 {
		return DefaultLimitBytes
	}
	return bytes
}

// ID implements Fetcher.
func (p *Blobs) ID() ProviderID { return ProviderBlob }

// Name implements Fetcher.
func (p *Blobs) Name() string { return ProviderBlob.String() }

// Fetch implements Fetcher. The blobs are those of the transaction that carries the batch on the canonical chain now:
// after a reorganization they are read again.
func (p *Blobs) Fetch(ctx context.Context, ref cursor.Ref, header batch.Header) ([]byte, error) {
	span, err := SpanOf(ref)
	if err != nil {
		return nil, fmt.Errorf("da: batch %d: %w", header.Number, err)
	}
	carrier, err := p.chain.Carrier(ctx, header)
	if err != nil {
		return nil, fmt.Errorf("da: transaction of batch %d: %w", header.Number, err)
	}
	end := int(span.First) + int(span.Count)
	if len(carrier.Hashes) < end {
		return nil, &WrongBytesError{
			Provider: p.Name(), Object: carrierOf(carrier), Want: ref.Commitment,
			Cause: fmt.Errorf("%w: the transaction has %d blobs, the reference is to %d to %d", ErrMalformed, len(carrier.Hashes), span.First, end-1),
		}
	}
	hashes := carrier.Hashes[span.First:end]
	if got := hashesCommitment(hashes); got != ref.Commitment {
		return nil, &WrongBytesError{Provider: p.Name(), Object: carrierOf(carrier), Want: ref.Commitment, Got: got}
	}
	blobs, err := p.read(ctx, carrier.Block, hashes)
	if err != nil {
		return nil, fmt.Errorf("da: blobs of batch %d: %w", header.Number, err)
	}
	encoded, err := span.cut(blobs, encodedSize(ref))
	if err != nil {
		return nil, &WrongBytesError{Provider: p.Name(), Object: carrierOf(carrier), Want: ref.Commitment, Cause: err}
	}
	return openEnvelope(p.Name(), carrierOf(carrier), ref, header, encoded, p.limit)
}

// read gives blobs of a block, asking the source for those that were not read of this block just before.
func (p *Blobs) read(ctx context.Context, at cursor.BlockRef, hashes [][32]byte) ([]Blob, error) {
	blobs := make([]Blob, len(hashes))
	var missing [][32]byte
	var where []int
	p.mu.Lock()
	for i, h := range hashes {
		j := slices.IndexFunc(p.recent, func(r recentBlob) bool { return r.block == at.Hash && r.hash == h })
		if j < 0 {
			missing, where = append(missing, h), append(where, i)
			continue
		}
		blobs[i] = *p.recent[j].blob
	}
	p.mu.Unlock()
	if len(missing) == 0 {
		return blobs, nil
	}
	read, err := p.source.Blobs(ctx, at, missing)
	if err != nil {
		return nil, err
	}
	if len(read) != len(missing) {
		return nil, fmt.Errorf("da: %d blobs were asked for and %d came", len(missing), len(read))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range read {
		blobs[where[i]] = read[i]
		p.recent = append(p.recent, recentBlob{block: at.Hash, hash: missing[i], blob: &read[i]})
	}
	p.recent = slices.Delete(p.recent, 0, max(0, len(p.recent)-MaxBlobs))
	return blobs, nil
}

// Calldata is the Fetcher of envelopes that ride in the call data of their commit transactions. LoadCalldata makes the
// cargo.
type Calldata struct {
	chain Chain
	limit int
}

// NewCalldata reads transactions from chain; payloads above limitBytes are refused (0 means DefaultLimitBytes).
func NewCalldata(chain Chain, limitBytes int) *Calldata {
	return &Calldata{chain: chain, limit: limitOr(limitBytes)}
}

// ID implements Fetcher.
func (p *Calldata) ID() ProviderID { return ProviderCalldata }

// Name implements Fetcher.
func (p *Calldata) Name() string { return ProviderCalldata.String() }

// Fetch implements Fetcher.
func (p *Calldata) Fetch(ctx context.Context, ref cursor.Ref, header batch.Header) ([]byte, error) {
	if ProviderID(ref.Provider) != ProviderCalldata {
		return nil, fmt.Errorf("%w: %s", ErrForeignReference, ProviderID(ref.Provider))
	}
	carrier, err := p.chain.Carrier(ctx, header)
	if err != nil {
		return nil, fmt.Errorf("da: transaction of batch %d: %w", header.Number, err)
	}
	wrong := &WrongBytesError{Provider: p.Name(), Object: carrierOf(carrier), Want: ref.Commitment}
	encoded, err := cutCalldata(ref, carrier.Input)
	if err != nil {
		wrong.Cause = err
		return nil, wrong
	}
	if wrong.Got = keccak256(encoded); wrong.Got != ref.Commitment {
		return nil, wrong
	}
	return openEnvelope(p.Name(), carrierOf(carrier), ref, header, encoded, p.limit)
}
