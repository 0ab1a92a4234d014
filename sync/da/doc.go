// Package da keeps payloads available outside the cluster and gets them back.
//
// A Provider takes a batch's payload and gives a reference; with the reference and the batch's header it gives the
// payload back. Everything that a provider returns is checked against the commitment in the reference and the payload
// hash in the header before it leaves this package: wrong bytes are absent bytes, with a typed error that says so.
// A Reader asks several providers in order and names the one that served.
//
// # Envelope
//
// What a provider stores is not the payload but an Envelope of it: codec id, size and packed bytes. The codec is the
// publisher's choice and part of no commitment; the batch's identity does not depend on a compressor. Unpacking is
// bounded by the caller's limit, which declared sizes are compared with before memory is taken. The codecs
// are raw, zstd (RFC 8878, one frame with its content size), and range (sync/da/rangecoder), which packs smallest and
// never adds more than a byte: a limit on a batch's payload bounds its envelope.
//
// # References
//
// A reference (cursor.Ref, and DaRef of the contract) says where one provider holds a batch's envelope. Bytes is the
// length of the envelope's data, to which its header adds EnvelopeHeaderSize. By provider id:
//
//	1 archive   commitment = the header's payload hash; no extra
//	2 blob      commitment = keccak256(versioned hashes of the blobs that the envelope touches, in order);
//	            extra = first blob u8 | count u8 | offset u32 (BlobSpan)
//	3 calldata  commitment = keccak256(encoded envelope); extra = distance u32 from the envelope's first byte to the
//	            end of the transaction's call data
//	4 alt-DA    commitment = keccak256(encoded envelope); extra = the server's encoded commitment where it is
//	            generic (0x01 ...), empty where it is the keccak commitment (0x00 | commitment)
//
// A commit transaction carries what Cargo says: for blob, the envelopes of its batches one behind the other over the
// data of 1 to 6 blobs (Blob has the layout over field elements); for calldata, the envelopes one behind the other
// after the contract's own call data, which ignores what follows its arguments. No envelope spans transactions. The
// same envelopes in the same order give the same cargo, so any replica rebuilds it.
//
// # Archive
//
// The archive is the provider that every batch is written to before it is committed on L1. It stands on
// gocloud.dev/blob: a directory by default, object stores with their drivers. One object per batch, named by the
// header hash in hexadecimal with the suffix ".batch", self-describing (Object has the layout), created only if
// absent. A paused old leader therefore cannot replace what its successor wrote. Nothing is ever overwritten, moved or
// removed: where an object's bytes turn out not to match its name, the batch is written again under its next name
// ("<hash>.1.batch", ...), also only if absent, and readers take the first copy that is intact. That needs no right to
// delete and leaves no moment at which an intact object is away; an operator may remove damaged objects at any time. (In a directory the check and the
// rename are two steps; a writer stopped between them can replace an object only by one with the same header and the
// same payload, because both were checked against the name beforehand.) A file and its directory are synced before
// Publish returns. A crash in the middle of a write leaves a temporary file beside the objects, which nothing reads.
//
// Other objects may be removed, and so need an order between processes: Archive.Hold for who reads or writes some that
// belong together, Archive.HoldAlone for who removes some; a flock on the file archive.lock of a directory, nothing elsewhere.
//
// # Carried by L1
//
// Blobs and call data ride in the commit transaction: LoadBlobs and LoadCalldata make what it carries, sending it
// publishes, and Blobs and Calldata read it back from the transaction that the canonical chain holds, which a Chain
// finds (layer1.Contract). Blobs come from consensus clients through the standard Beacon API: Beacon asks
// /eth/v1/beacon/blobs/{slot} and, of clients that do not know it, /eth/v1/beacon/blob_sidecars/{slot}, and hashes every
// blob. KZG comes in as a BlobHasher (layer1/kzg), whose first use takes seconds: warm it up at start.
//
// # Alt-DA
//
// AltDA speaks the HTTP interface of OP's alt-DA servers, with keccak256 and generic commitments; of both, the keccak256
// of the encoded envelope is what binds the server.
//
// # Duties of callers
//
// Open gives all providers of a configuration as one Set. Publish before the commit is signed; Load what the transaction
// carries; after inclusion, fetch from Set.Primary before the batch counts as committed. Note a Census of what is
// sampled in a Tally and show it.
//
// Give Publish the header that the cluster sealed, together with its payload; keep the reference it returns in the
// cursor. Contexts bound all waiting. Providers and Readers may be used concurrently. Errors: see errors.go; errors
// that match none of those sentinels are the store's own and say nothing about the payload.
package da
