package da

// Invariants of this file: an envelope rides in one transaction whole; the same envelopes, in the same order, give the
// same bytes on every replica.

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Cargo is what one commit transaction carries for the batches it commits, beside the contract's call.
type Cargo struct {
	// Refs has one reference per batch, in order: of as many batches as fitted.
	Refs []cursor.Ref
	// Blobs that the transaction carries, in order, and their versioned hashes; none unless the provider is blob.
	Blobs  []Blob
	Hashes [][32]byte
	// Tail is appended to the contract's call data, which ignores it; empty unless the provider is calldata.
	Tail []byte
}

// BlobHasher gives a blob's versioned hash (EIP-4844): the version byte and SHA-256 of its KZG commitment. It is a
// function of the blob alone and may be called concurrently.
type BlobHasher func(*Blob) ([32]byte, error)

// LoadBlobs lays the envelopes of consecutive batches over at most maxBlobs blobs: as many whole envelopes, from the
// first, as fit. ErrTooLarge says that the first alone does not.
func LoadBlobs(envelopes []Envelope, maxBlobs int, hash BlobHasher) (Cargo, error) {
	if maxBlobs < 1 || maxBlobs > MaxBlobs {
		return Cargo{}, fmt.Errorf("da: %d blobs in one transaction, 1 to %d are possible", maxBlobs, MaxBlobs)
	}
	data, taken, err := concatenate(envelopes, maxBlobs*BlobCapacity)
	if err != nil {
		return Cargo{}, err
	}
	c := Cargo{Blobs: fillBlobs(data)}
	for i := range c.Blobs {
		h, err := hash(&c.Blobs[i])
		if err != nil {
			return Cargo{}, fmt.Errorf("da: hash blob %d: %w", i, err)
		}
		c.Hashes = append(c.Hashes, h)
	}
	start := 0
	for _, e := range envelopes[:taken] {
		size := EnvelopeHeaderSize + len(e.Data)
		span := blobSpan(start, size)
		c.Refs = append(c.Refs, blobRef(e, span, c.Hashes[span.First:span.First+span.Count]))
		start += size
	}
	return c, nil
}

// LoadCalldata puts the envelopes of consecutive batches one behind the other into at most maxBytes bytes: as many
// whole envelopes, from the first, as fit. ErrTooLarge says that the first alone does not.
func LoadCalldata(envelopes []Envelope, maxBytes int) (Cargo, error) {
	tail, taken, err := concatenate(envelopes, maxBytes)
	if err != nil {
		return Cargo{}, err
	}
	c := Cargo{Tail: tail}
	start := 0
	for _, e := range envelopes[:taken] {
		size := EnvelopeHeaderSize + len(e.Data)
		c.Refs = append(c.Refs, calldataRef(e, tail[start:start+size], len(tail)-start))
		start += size
	}
	return c, nil
}

// concatenate encodes as many envelopes, from the first, as fit into limit bytes.
func concatenate(envelopes []Envelope, limit int) (data []byte, taken int, err error) {
	total := 0
	for _, e := range envelopes {
		size := EnvelopeHeaderSize + len(e.Data)
		if total+size > limit {
			break
		}
		total += size
		taken++
	}
	if taken == 0 && len(envelopes) > 0 {
		return nil, 0, fmt.Errorf("%w: envelope of %d bytes, one transaction carries %d",
			ErrTooLarge, EnvelopeHeaderSize+len(envelopes[0].Data), limit)
	}
	data = make([]byte, 0, total)
	for _, e := range envelopes[:taken] {
		data = e.Append(data)
	}
	return data, taken, nil
}
