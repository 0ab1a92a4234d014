package batch

// A header is HeaderSize bytes, always, and its hash is the identity of its batch: every byte is a function of
// replicated state, none depends on a compressor's output or on the machine that computed it.

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// HeaderVersion is the only header version there is.
const HeaderVersion = 1

// HeaderSize is the length of an encoded header in bytes.
const HeaderSize = 274

// ErrHeader is wrapped by every error about a header's bytes or its values.
var ErrHeader = errors.New("batch: bad header")

// PayloadKind says what a batch's payload holds. The values are wire-stable.
type PayloadKind uint8

const (
	// PayloadTransitions is the full history: the accepted transitions, normalised (EncodePayload).
	PayloadTransitions PayloadKind = 1
	// PayloadDiff is the net difference between the pre- and the post-state (EncodeDiff).
	PayloadDiff PayloadKind = 2
)

// String names the kind as configuration and reports do.
func (k PayloadKind) String() string {
	switch k {
	case PayloadTransitions:
		return "transitions"
	case PayloadDiff:
		return "diff"
	}
	return fmt.Sprintf("payload kind %d", uint8(k))
}

// Header describes one sealed batch. Its hash is the batch's identity on every layer.
// Integers are packed big-endian in the order of the fields, without padding; the version byte comes first.
type Header struct {
	Lineage         [16]byte
	Number          uint64    // from 1, without gaps
	ParentHash      tree.Hash // hash of the header before; zero for batch 1
	PreRoot         tree.Hash
	PostRoot        tree.Hash
	PayloadKind     PayloadKind
	PayloadHash     tree.Hash // SHA-256 of the canonical uncompressed columns
	Transitions     uint32    // accepted transitions, at least one
	FirstSequence   uint64    // sequence numbers of the first and the last accepted transition, both inclusive
	LastSequence    uint64
	InboxFrom       uint64 // L1 inbox positions consumed, half-open
	InboxTo         uint64
	InboxHash       tree.Hash // rolling hash at InboxTo
	WithdrawalsRoot tree.Hash
	FirstTimeMs     int64 // clamped log time of the first transition
	SealTimeMs      int64 // clamped log time of the seal command
	ProgramVersion  uint32
}

// Append appends the HeaderSize bytes of h to dst. It does not judge the values; Validate does.
func (h Header) Append(dst []byte) []byte {
	dst = append(dst, HeaderVersion)
	dst = append(dst, h.Lineage[:]...)
	dst = binary.BigEndian.AppendUint64(dst, h.Number)
	dst = append(dst, h.ParentHash[:]...)
	dst = append(dst, h.PreRoot[:]...)
	dst = append(dst, h.PostRoot[:]...)
	dst = append(dst, byte(h.PayloadKind))
	dst = append(dst, h.PayloadHash[:]...)
	dst = binary.BigEndian.AppendUint32(dst, h.Transitions)
	dst = binary.BigEndian.AppendUint64(dst, h.FirstSequence)
	dst = binary.BigEndian.AppendUint64(dst, h.LastSequence)
	dst = binary.BigEndian.AppendUint64(dst, h.InboxFrom)
	dst = binary.BigEndian.AppendUint64(dst, h.InboxTo)
	dst = append(dst, h.InboxHash[:]...)
	dst = append(dst, h.WithdrawalsRoot[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(h.FirstTimeMs))
	dst = binary.BigEndian.AppendUint64(dst, uint64(h.SealTimeMs))
	return binary.BigEndian.AppendUint32(dst, h.ProgramVersion)
}

// Hash is the SHA-256 of the encoded header: the batch's identity, as the contract computes it too.
func (h Header) Hash() tree.Hash {
	var buf [HeaderSize]byte
	return sha256.Sum256(h.Append(buf[:0]))
}

// Validate reports every rule that a header on its own must keep and h does not. Rules that need the batch before
// (parent, pre-root, number, sequence) are the caller's; Follows checks them.
func (h Header) Validate() error {
	var errs []error
	rule := func(kept bool, format string, args ...any) {
		if !kept {
			errs = append(errs, fmt.Errorf("%w: "+format, append([]any{ErrHeader}, args...)...))
		}
	}
	rule(h.Number >= 1, "batch number 0")
	rule(h.Number != 1 || h.ParentHash == tree.Hash{}, "batch 1 has a parent")
	rule(h.PayloadKind == PayloadTransitions || h.PayloadKind == PayloadDiff, "%v", h.PayloadKind)
	rule(h.Transitions >= 1, "no transitions")
	rule(h.FirstSequence >= 1 && h.FirstSequence <= math.MaxUint64-uint64(h.Transitions)+1 &&
		h.LastSequence == h.FirstSequence+uint64(h.Transitions)-1,
		"sequences %d to %d for %d transitions", h.FirstSequence, h.LastSequence, h.Transitions)
	rule(h.InboxFrom <= h.InboxTo, "inbox from %d to %d", h.InboxFrom, h.InboxTo)
	rule(h.FirstTimeMs >= 0 && h.FirstTimeMs <= h.SealTimeMs, "times %d and %d", h.FirstTimeMs, h.SealTimeMs)
	return errors.Join(errs...)
}

// Follows reports whether h may stand directly after parent in one lineage.
func (h Header) Follows(parent Header) error {
	if h.Lineage != parent.Lineage {
		return fmt.Errorf("%w: lineage %x after %x", ErrHeader, h.Lineage, parent.Lineage)
	}
	return h.Continues(parent)
}

// Continues is Follows across a recovery, which goes on under another lineage: numbers, roots, sequences and inbox
// positions without a gap, and a seal time no earlier than the one before.
func (h Header) Continues(parent Header) error {
	switch {
	case parent.Number == math.MaxUint64 || h.Number != parent.Number+1:
		return fmt.Errorf("%w: batch %d after %d", ErrHeader, h.Number, parent.Number)
	case h.ParentHash != parent.Hash():
		return fmt.Errorf("%w: batch %d names parent %x, which is %x", ErrHeader, h.Number, h.ParentHash, parent.Hash())
	case h.PreRoot != parent.PostRoot:
		return fmt.Errorf("%w: batch %d starts from root %x, the one before ends at %x", ErrHeader, h.Number, h.PreRoot, parent.PostRoot)
	case parent.LastSequence == math.MaxUint64 || h.FirstSequence != parent.LastSequence+1:
		return fmt.Errorf("%w: batch %d starts at sequence %d after %d", ErrHeader, h.Number, h.FirstSequence, parent.LastSequence)
	case h.InboxFrom != parent.InboxTo:
		return fmt.Errorf("%w: batch %d consumes the inbox from %d after %d", ErrHeader, h.Number, h.InboxFrom, parent.InboxTo)
	case h.SealTimeMs < parent.SealTimeMs:
		return fmt.Errorf("%w: batch %d is sealed at %d, before its parent at %d", ErrHeader, h.Number, h.SealTimeMs, parent.SealTimeMs)
	}
	return nil
}

// DecodeHeader reads exactly HeaderSize bytes and accepts only what Validate accepts.
func DecodeHeader(b []byte) (Header, error) {
	if len(b) != HeaderSize {
		return Header{}, fmt.Errorf("%w: %d bytes, want %d", ErrHeader, len(b), HeaderSize)
	}
	if b[0] != HeaderVersion {
		return Header{}, fmt.Errorf("%w: version %d", ErrHeader, b[0])
	}
	var h Header
	b = b[1+copy(h.Lineage[:], b[1:]):]
	u64 := func() uint64 { v := binary.BigEndian.Uint64(b); b = b[8:]; return v }
	u32 := func() uint32 { v := binary.BigEndian.Uint32(b); b = b[4:]; return v }
	hash := func() (v tree.Hash) { b = b[copy(v[:], b):]; return v }
	h.Number = u64()
	h.ParentHash, h.PreRoot, h.PostRoot = hash(), hash(), hash()
	h.PayloadKind, b = PayloadKind(b[0]), b[1:]
	h.PayloadHash = hash()
	h.Transitions = u32()
	h.FirstSequence, h.LastSequence = u64(), u64()
	h.InboxFrom, h.InboxTo = u64(), u64()
	h.InboxHash, h.WithdrawalsRoot = hash(), hash()
	h.FirstTimeMs, h.SealTimeMs = int64(u64()), int64(u64())
	h.ProgramVersion = u32()
	if err := h.Validate(); err != nil {
		return Header{}, err
	}
	return h, nil
}
