package guest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// JournalSize is the length of an encoded journal.
const JournalSize = 6*32 + 1 + 3*8 + 8 + 20 + 4

// Journal is what one execution states in public. Its encoding, which a verifier on L1 rebuilds from what the
// contract stored, is fixed (integers big-endian):
//
//	header hash 32 | pre-root 32 | post-root 32 | payload kind u8 | payload hash 32 | inbox from u64 | inbox to u64 |
//	inbox hash 32 | withdrawals root 32 | batch u64 | chain id u64 | contract 20 | program version u32
//
// Every field is computed by the guest from what it executed, except the batch number, which identifies the claim
// and is bound by the header hash, and chain id, contract and program version, which bind the journal to one
// deployment. HeaderHash is the hash of the header that the guest composed from its own results: it equals the
// sealed header's hash only if all of them agree.
type Journal struct {
	HeaderHash      [32]byte
	PreRoot         [32]byte
	PostRoot        [32]byte
	PayloadKind     uint8
	PayloadHash     [32]byte
	InboxFrom       uint64
	InboxTo         uint64
	InboxHash       [32]byte
	WithdrawalsRoot [32]byte
	Batch           uint64
	ChainID         uint64
	Contract        [20]byte
	ProgramVersion  uint32
}

// Append appends j's encoding to dst.
func (j *Journal) Append(dst []byte) []byte {
	dst = append(dst, j.HeaderHash[:]...)
	dst = append(dst, j.PreRoot[:]...)
	dst = append(dst, j.PostRoot[:]...)
	dst = append(dst, j.PayloadKind)
	dst = append(dst, j.PayloadHash[:]...)
	dst = binary.BigEndian.AppendUint64(dst, j.InboxFrom)
	dst = binary.BigEndian.AppendUint64(dst, j.InboxTo)
	dst = append(dst, j.InboxHash[:]...)
	dst = append(dst, j.WithdrawalsRoot[:]...)
	dst = binary.BigEndian.AppendUint64(dst, j.Batch)
	dst = binary.BigEndian.AppendUint64(dst, j.ChainID)
	dst = append(dst, j.Contract[:]...)
	return binary.BigEndian.AppendUint32(dst, j.ProgramVersion)
}

// Hash is the SHA-256 of the encoding, which the cursor records as evidence.
func (j *Journal) Hash() [32]byte { return sha256.Sum256(j.Append(nil)) }

// DecodeJournal reads a journal that fills b exactly.
func DecodeJournal(b []byte) (Journal, error) {
	if len(b) != JournalSize {
		return Journal{}, fmt.Errorf("guest: journal of %d bytes, want %d", len(b), JournalSize)
	}
	var j Journal
	take := func(n int) []byte {
		field := b[:n]
		b = b[n:]
		return field
	}
	copy(j.HeaderHash[:], take(32))
	copy(j.PreRoot[:], take(32))
	copy(j.PostRoot[:], take(32))
	j.PayloadKind = take(1)[0]
	copy(j.PayloadHash[:], take(32))
	j.InboxFrom = binary.BigEndian.Uint64(take(8))
	j.InboxTo = binary.BigEndian.Uint64(take(8))
	copy(j.InboxHash[:], take(32))
	copy(j.WithdrawalsRoot[:], take(32))
	j.Batch = binary.BigEndian.Uint64(take(8))
	j.ChainID = binary.BigEndian.Uint64(take(8))
	copy(j.Contract[:], take(20))
	j.ProgramVersion = binary.BigEndian.Uint32(take(4))
	return j, nil
}
