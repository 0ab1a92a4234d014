package da

// Invariant of this file: DecodeObject accepts only bytes that EncodeObject could have written, whose payload is the
// one that the header in them names.

import (
	"crypto/sha256"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
)

const (
	objectMagic   = "HFDA"
	objectVersion = 1
	// objectOverhead is what an archive object has beside its envelope.
	objectOverhead = len(objectMagic) + 1 + batch.HeaderSize + sha256.Size
)

// Object is a batch as the archive stores it, readable without any other source:
//
//	"HFDA" | object version u8 = 1 | header 274 | envelope | SHA-256 of everything before
type Object struct {
	Header   batch.Header
	Envelope Envelope
	Payload  []byte // unpacked and checked against Header.PayloadHash
}

// ObjectHead is how many bytes of an archive object hold its header.
const ObjectHead = len(objectMagic) + 1 + batch.HeaderSize

// DecodeObjectHead reads the header at the beginning of an archive object. Nothing vouches for it but the caller, who
// compares its hash.
func DecodeObjectHead(b []byte) (batch.Header, error) {
	if len(b) < ObjectHead || string(b[:len(objectMagic)]) != objectMagic || b[len(objectMagic)] != objectVersion {
		return batch.Header{}, fmt.Errorf("%w: not an archive object", ErrMalformed)
	}
	header, err := batch.DecodeHeader(b[len(objectMagic)+1 : ObjectHead])
	if err != nil {
		return batch.Header{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return header, nil
}

// EncodeObject packs payload with codec and appends the object to dst. The payload has to be the header's.
func EncodeObject(dst []byte, header batch.Header, codec Codec, payload []byte) ([]byte, error) {
	if err := checkPayload(header, payload); err != nil {
		return nil, err
	}
	envelope, err := Pack(codec, payload)
	if err != nil {
		return nil, err
	}
	start := len(dst)
	dst = append(dst, objectMagic...)
	dst = append(dst, objectVersion)
	dst = header.Append(dst)
	dst = envelope.Append(dst)
	sum := sha256.Sum256(dst[start:])
	return append(dst, sum[:]...), nil
}

// DecodeObject reads an object that fills b exactly and unpacks its payload, at most limit bytes. Which batch it
// is says the header; the caller compares its hash with what it looked for.
func DecodeObject(b []byte, limit int) (Object, error) {
	if len(b) < objectOverhead+EnvelopeHeaderSize {
		return Object{}, fmt.Errorf("%w: object of %d bytes", ErrMalformed, len(b))
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if string(body[:len(objectMagic)]) != objectMagic {
		return Object{}, fmt.Errorf("%w: not an archive object", ErrMalformed)
	}
	if v := body[len(objectMagic)]; v != objectVersion {
		return Object{}, fmt.Errorf("%w: object version %d", ErrMalformed, v)
	}
	if got := sha256.Sum256(body); string(got[:]) != string(sum) {
		return Object{}, fmt.Errorf("%w: object hashes to %x and says %x", ErrMalformed, got, sum)
	}
	body = body[len(objectMagic)+1:]
	header, err := batch.DecodeHeader(body[:batch.HeaderSize])
	if err != nil {
		return Object{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	envelope, err := DecodeEnvelope(body[batch.HeaderSize:])
	if err != nil {
		return Object{}, err
	}
	payload, err := Unpack(envelope, limit)
	if err != nil {
		return Object{}, err
	}
	if err := checkPayload(header, payload); err != nil {
		return Object{}, err
	}
	return Object{Header: header, Envelope: envelope, Payload: payload}, nil
}
