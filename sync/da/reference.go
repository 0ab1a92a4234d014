package da

// Invariant of this file: a reference that is accepted here names a range that exists in what its provider can hold,
// so that nobody indexes or allocates by a number that a stranger wrote.

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/sha3"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// ProviderID says who issued a reference. The ids stand in DA references on L1 and are never reused.
type ProviderID uint8

// Provider ids.
const (
	ProviderArchive  ProviderID = 1 // an object store, by header hash
	ProviderBlob     ProviderID = 2 // the blobs of the commit transaction
	ProviderCalldata ProviderID = 3 // the call data of the commit transaction
	ProviderAltDA    ProviderID = 4 // a server that speaks OP's alt-DA interface
)

// String names the provider as the configuration does.
func (p ProviderID) String() string {
	switch p {
	case ProviderArchive:
		return "archive"
	case ProviderBlob:
		return "blob"
	case ProviderCalldata:
		return "calldata"
	case ProviderAltDA:
		return "altda"
	default:
		return fmt.Sprintf("provider(%d)", uint8(p))
	}
}

// Carried says whether the provider's envelopes ride in the commit transaction itself.
func (p ProviderID) Carried() bool { return p == ProviderBlob || p == ProviderCalldata }

// keccak256 is the EVM's hash over the concatenation of parts.
func keccak256(parts ...[]byte) (sum [32]byte) {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

// hashesCommitment is the commitment of a blob reference: keccak256 over the versioned hashes of the span's blobs. The
// contract computes the same from blobhash.
func hashesCommitment(hashes [][32]byte) [32]byte {
	parts := make([][]byte, len(hashes))
	for i := range hashes {
		parts[i] = hashes[i][:]
	}
	return keccak256(parts...)
}

// encodedSize is the length of the encoded envelope that ref describes.
func encodedSize(ref cursor.Ref) int { return EnvelopeHeaderSize + int(ref.Bytes) }

// blobRef is the reference of the envelope that lies at span, whose blobs have these versioned hashes.
func blobRef(e Envelope, span BlobSpan, hashes [][32]byte) cursor.Ref {
	extra := binary.BigEndian.AppendUint32([]byte{span.First, span.Count}, span.Offset)
	return cursor.Ref{
		Provider: uint8(ProviderBlob), Codec: uint8(e.Codec), Commitment: hashesCommitment(hashes),
		Bytes: uint32(len(e.Data)), Extra: extra,
	}
}

// SpanOf reads where a blob reference points. A range that no transaction can have is ErrMalformed.
func SpanOf(ref cursor.Ref) (BlobSpan, error) {
	if ProviderID(ref.Provider) != ProviderBlob {
		return BlobSpan{}, fmt.Errorf("%w: %s", ErrForeignReference, ProviderID(ref.Provider))
	}
	if len(ref.Extra) != blobSpanSize {
		return BlobSpan{}, fmt.Errorf("%w: blob reference with %d extra bytes", ErrMalformed, len(ref.Extra))
	}
	s := BlobSpan{First: ref.Extra[0], Count: ref.Extra[1], Offset: binary.BigEndian.Uint32(ref.Extra[2:])}
	if s.Offset >= BlobCapacity || ref.Bytes > MaxBlobs*BlobCapacity || int(s.First)+int(s.Count) > MaxBlobs ||
		s != blobSpan(int(s.First)*BlobCapacity+int(s.Offset), encodedSize(ref)) {
		return BlobSpan{}, fmt.Errorf("%w: blob reference to %d bytes at %+v", ErrMalformed, ref.Bytes, s)
	}
	return s, nil
}

// calldataRef is the reference of the envelope whose encoding begins fromEnd bytes before the call data's end.
func calldataRef(e Envelope, encoded []byte, fromEnd int) cursor.Ref {
	return cursor.Ref{
		Provider: uint8(ProviderCalldata), Codec: uint8(e.Codec), Commitment: keccak256(encoded),
		Bytes: uint32(len(e.Data)), Extra: binary.BigEndian.AppendUint32(nil, uint32(fromEnd)),
	}
}

// cutCalldata returns the encoded envelope that a calldata reference names in the transaction's call data.
func cutCalldata(ref cursor.Ref, input []byte) ([]byte, error) {
	if len(ref.Extra) != 4 {
		return nil, fmt.Errorf("%w: calldata reference with %d extra bytes", ErrMalformed, len(ref.Extra))
	}
	fromEnd := uint64(binary.BigEndian.Uint32(ref.Extra))
	size := uint64(EnvelopeHeaderSize) + uint64(ref.Bytes)
	if fromEnd > uint64(len(input)) || size > fromEnd {
		return nil, fmt.Errorf("%w: calldata reference to %d bytes, %d before the end of %d", ErrMalformed, size, fromEnd, len(input))
	}
	at := uint64(len(input)) - fromEnd
	return input[at : at+size], nil
}

// The forms of OP's alt-DA commitments, which their first byte states.
const (
	altKeccak  = 0 // keccak256 of the input follows
	altGeneric = 1 // opaque bytes of the server follow
)

// maxAltCommitment bounds an encoded alt-DA commitment in bytes: it stands in call data and in the replicated cursor.
const maxAltCommitment = 256

// altRef is the reference of an encoded envelope that a server holds under key, an encoded alt-DA commitment. The
// commitment is keccak256 of the encoded envelope in both forms, so that a generic one binds the server too; Extra is
// the key where it is generic, and empty where the commitment gives it.
func altRef(e Envelope, encoded, key []byte) (cursor.Ref, error) {
	ref := cursor.Ref{
		Provider: uint8(ProviderAltDA), Codec: uint8(e.Codec), Commitment: keccak256(encoded), Bytes: uint32(len(e.Data)),
	}
	if len(key) > 0 && key[0] == altGeneric {
		ref.Extra = key
	}
	want, err := altKey(ref)
	if err != nil {
		return cursor.Ref{}, err
	}
	if string(want) != string(key) {
		return cursor.Ref{}, fmt.Errorf("%w: the alt-DA server calls %x what hashes to %x", ErrMalformed, key, ref.Commitment)
	}
	return ref, nil
}

// altKey is the encoded alt-DA commitment under which a server holds what ref names.
func altKey(ref cursor.Ref) ([]byte, error) {
	switch n := len(ref.Extra); {
	case n == 0:
		return append([]byte{altKeccak}, ref.Commitment[:]...), nil
	case n < 2 || n > maxAltCommitment || ref.Extra[0] != altGeneric:
		return nil, fmt.Errorf("%w: alt-DA commitment of %d bytes that is not generic or too long", ErrMalformed, n)
	default:
		return ref.Extra, nil
	}
}
