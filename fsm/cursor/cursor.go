package cursor

import (
	"cmp"
	"crypto/sha256"
	"math"
	"slices"
)

// The heads never break their order and never move back unnoticed; every
// mutation either happens whole or not at all. Records behind pointers are
// immutable: a change stores a new record, so that clones may share them.

// Bounds of what the cursor keeps.
const (
	MaxRing     = 256     // recent L1 blocks
	MaxAudit    = 512     // audit entries in memory; the digest covers all
	MaxText     = 4 << 10 // bytes of any text
	MaxDetail   = 2 << 10 // bytes of what a statement of the zkVM layer says of a difference
	MaxEvidence = 1 << 20
	MaxRawTx    = 256 << 10
	MaxRange    = 1 << 10 // batches in one anchor
)

// Heads says how far each layer has come. All but Applied are batch numbers.
type Heads struct {
	Applied   uint64 // newest accepted transition's sequence number
	Sealed    uint64
	Executed  uint64 // the zkVM stated the same root
	Published uint64 // readable from at least one DA provider
	Committed uint64 // commit transaction on L1 at depth
	Proven    uint64 // verification on L1 at depth
	Finalized uint64 // both in finalized L1 blocks
}

// Context is where in the replicated log an event stands.
type Context struct {
	Index  uint64 // Raft index
	TimeMs int64  // clamped log time
}

// Execution is the zkVM layer's statement about a batch.
type Execution struct {
	Root, HeaderHash, JournalHash Hash
	Node                          string
	Detail                        string // where it differs from the sealed batch; empty if nowhere
}

// Inclusion is where an anchor of a batch stands on L1.
type Inclusion struct {
	Account Account
	Nonce   uint64
	TxHash  Hash
	Block   BlockRef
	AtDepth bool
}

// Report is a replica's statement about a batch.
type Report struct {
	Node         string
	Root, Digest Hash
}

// Batch is what the cursor knows of one batch. Records are immutable.
type Batch struct {
	Number                      uint64
	HeaderHash, Root            Hash
	FirstSequence, LastSequence uint64
	SealedMs                    int64
	InboxTo                     uint64      // how far the L1 queue was consumed at its end
	Execution                   *Execution  // nil until the zkVM agreed
	Mismatches                  []Execution // statements that did not agree
	Refs                        []Ref
	Proof                       *Proof     // nil until one was verified; kept until the batch is final
	Commit, Verify              *Inclusion // nil until included
	Reports                     []Report   // sorted by node
}

// Status is where an anchor stands.
type Status uint8

// Statuses of an anchor.
const (
	StatusPending  Status = 1 + iota // signed, perhaps sent, not seen in a block
	StatusIncluded                   // in a block
	StatusAtDepth                    // in a block that is deep enough
	StatusFailed                     // the nonce was consumed without effect
)

// ReasonCancelled is the reason of an anchor that a cancellation or a filler ended.
const ReasonCancelled = "cancelled"

// Attempt is one signed transaction at an anchor's nonce.
type Attempt struct {
	TxHash Hash
	RawTx  []byte
	Cancel bool // only consumes the nonce
	Stale  bool // carries content that a rollback removed
}

// Anchor is one in-flight L1 transaction. Records are immutable.
type Anchor struct {
	Epoch        uint64
	Kind         Kind
	First, Last  uint64 // both 0 for a filler, which carries no batches
	HeaderHashes []Hash
	Account      Account
	Nonce        uint64
	Attempts     []Attempt // oldest first; any of them may land
	Status       Status
	Stale        bool     // its content was rolled back; the nonce is still open
	TxHash       Hash     // the attempt that landed; zero if none did and the nonce is consumed
	Block        BlockRef // where it landed, or by which the nonce was consumed
	Reason       string   // why it failed
	IntentMs     int64
}

// attempt returns the attempt with this hash.
func (a *Anchor) attempt(tx Hash) (Attempt, bool) {
	for _, at := range a.Attempts {
		if at.TxHash == tx {
			return at, true
		}
	}
	return Attempt{}, false
}

// filler says whether the anchor is one that carries no batches.
func (a *Anchor) filler() bool {
	return a.Last == 0 && !slices.ContainsFunc(a.Attempts, func(at Attempt) bool { return !at.Cancel })
}

// lost says whether the nonce was consumed by none of the attempts, as far as is
// known.
func (a *Anchor) lost() bool { return a.Status == StatusFailed && a.TxHash == Hash{} }

// landed says whether the nonce is consumed.
func (a *Anchor) landed() bool { return a.Status != StatusPending }

// live says whether the anchor's own content is on its way or on L1.
func (a *Anchor) live() bool {
	if a.Stale || a.Status == StatusFailed {
		return false
	}
	if !a.landed() {
		last := a.Attempts[len(a.Attempts)-1]
		return !last.Cancel
	}
	at, _ := a.attempt(a.TxHash)
	return !at.Stale && !at.Cancel
}

// NonceMark is the next nonce that an account has never used for a kind.
type NonceMark struct {
	Kind    Kind
	Account Account
	Next    uint64
}

// Follow is the L1 follow point.
type Follow struct{ Latest, Safe, Finalized BlockRef }

// Epoch says who may anchor: (lineage, counter) with the evidence for it.
type Epoch struct {
	Lineage         [16]byte
	Counter         uint64
	ContractCounter uint64 // what the contract held when the counter was chosen
	L1Block         uint64
	L1Hash          Hash
}

// Cursor is the replicated record. See the package comment for its rules.
type Cursor struct {
	heads       Heads
	batches     []*Batch  // consecutive numbers
	anchors     []*Anchor // sorted by kind, account, nonce
	nonces      []NonceMark
	follow      Follow
	ring        []BlockRef // consecutive numbers, newest last
	epoch       Epoch
	verdicts    []VerdictRecord // sorted by pair
	halts       []HaltRecord    // sorted by scope
	quarantines []QuarantineRecord
	rollbacks   []RollbackRecord
	audit       []AuditEntry // newest last, at most MaxAudit
	auditCount  uint64
	auditDigest Hash // SHA-256 chain over every entry ever made
	illegal     uint64
	inboxFrom   uint64     // entries of the L1 queue below are consumed for good
	inboxHash   Hash       // the queue's rolling hash there
	inbox       []*Deposit // consecutive indices from inboxFrom on, at most MaxInbox
	revertedAck uint64     // rollbacks whose content nobody needs any more

	reconciliation *Reconciliation // the newest one; replaced, never written

	shared bool // slices above are shared with a clone: copy before writing
}

// New returns the cursor of an empty history.
func New() *Cursor { return &Cursor{} }

// Heads returns how far each layer has come.
func (c *Cursor) Heads() Heads { return c.heads }

// Batch returns the record of batch n. Records exist for the newest finalized
// batch and all that are not finalized.
func (c *Cursor) Batch(n uint64) (Batch, bool) {
	if i, ok := c.batchIndex(n); ok {
		return *c.batches[i], true
	}
	return Batch{}, false
}

// InFlight returns the anchors whose block is not finalized on L1, sorted by
// kind, account and nonce.
func (c *Cursor) InFlight() []Anchor {
	out := make([]Anchor, len(c.anchors))
	for i, a := range c.anchors {
		out[i] = *a
	}
	return out
}

// NextNonce returns the lowest nonce that no intent of this account has used.
func (c *Cursor) NextNonce(kind Kind, account Account) (next uint64, known bool) {
	for _, m := range c.nonces {
		if m.Kind == kind && m.Account == account {
			return m.Next, true
		}
	}
	return 0, false
}

// NextAnchor returns where the next intent of a kind must begin, the first batch that no live anchor covers, and where
// it must end at the latest: before the next live anchor, if a later one outlived an anchor that failed.
func (c *Cursor) NextAnchor(kind Kind) (first, last uint64) {
	first = c.heads.Committed + 1
	if kind == Verify {
		first = c.heads.Proven + 1
	}
	for moved := true; moved; {
		moved, last = false, math.MaxUint64
		for _, a := range c.anchors {
			switch {
			case a.Kind != kind || !a.live() || a.Last < first:
			case a.First <= first:
				first, moved = a.Last+1, true
			default:
				last = min(last, a.First-1)
			}
		}
	}
	return first, last
}

// Follow returns the L1 follow point.
func (c *Cursor) Follow() Follow { return c.follow }

// Ring returns the recent L1 blocks, oldest first. The caller must not change it.
func (c *Cursor) Ring() []BlockRef { return c.ring }

// Block returns the observed L1 block at a height, if the ring still has it.
func (c *Cursor) Block(number uint64) (BlockRef, bool) {
	if len(c.ring) == 0 || number < c.ring[0].Number || number > c.ring[len(c.ring)-1].Number {
		return BlockRef{}, false
	}
	return c.ring[number-c.ring[0].Number], true
}

// Epoch returns the anchor epoch.
func (c *Cursor) Epoch() Epoch { return c.epoch }

// Illegal returns how many events were refused.
func (c *Cursor) Illegal() uint64 { return c.illegal }

// SetApplied records the newest accepted transition's sequence number. It moves
// back only by [Cursor.RollbackTo].
func (c *Cursor) SetApplied(sequence uint64) {
	if sequence < c.heads.Applied {
		panic(&InvariantError{Rule: "applied moves back without a rollback", Heads: c.heads})
	}
	c.heads.Applied = sequence
}

// Seal adds the record of the next batch. Only its first six fields count.
func (c *Cursor) Seal(b Batch) {
	if b.Number != c.heads.Sealed+1 {
		panic(&InvariantError{Rule: "batch numbers have no gaps", Heads: c.heads})
	}
	c.own()
	c.batches = append(c.batches, &Batch{
		Number: b.Number, HeaderHash: b.HeaderHash, Root: b.Root,
		FirstSequence: b.FirstSequence, LastSequence: b.LastSequence, SealedMs: b.SealedMs,
		InboxTo: b.InboxTo,
	})
	c.heads.Sealed = b.Number
	c.check()
}

// Clone returns an independent copy. The writer calls it; see the package comment.
func (c *Cursor) Clone() *Cursor {
	c.shared = true
	clone := *c
	return &clone
}

// Digest returns the SHA-256 of the canonical encoding.
func (c *Cursor) Digest() Hash { return sha256.Sum256(c.Append(nil)) }

// own makes the slices this cursor's own before the first write after a Clone.
func (c *Cursor) own() {
	if !c.shared {
		return
	}
	c.batches = slices.Clone(c.batches)
	c.anchors = slices.Clone(c.anchors)
	c.nonces = slices.Clone(c.nonces)
	c.ring = slices.Clone(c.ring)
	c.verdicts = slices.Clone(c.verdicts)
	c.halts = slices.Clone(c.halts)
	c.quarantines = slices.Clone(c.quarantines)
	c.rollbacks = slices.Clone(c.rollbacks)
	c.audit = slices.Clone(c.audit)
	c.inbox = slices.Clone(c.inbox)
	c.shared = false
}

func (c *Cursor) batchIndex(n uint64) (int, bool) {
	if len(c.batches) == 0 || n < c.batches[0].Number || n > c.batches[len(c.batches)-1].Number {
		return 0, false
	}
	return int(n - c.batches[0].Number), true
}

// editBatch stores a changed copy of a record that exists.
func (c *Cursor) editBatch(n uint64, edit func(*Batch)) {
	i, _ := c.batchIndex(n)
	b := *c.batches[i]
	edit(&b)
	c.batches[i] = &b
}

func compareAnchor(a *Anchor, kind Kind, account Account, nonce uint64) int {
	return cmp.Or(cmp.Compare(a.Kind, kind), slices.Compare(a.Account[:], account[:]), cmp.Compare(a.Nonce, nonce))
}

func (c *Cursor) anchorIndex(kind Kind, account Account, nonce uint64) (int, bool) {
	return slices.BinarySearchFunc(c.anchors, nonce, func(a *Anchor, nonce uint64) int {
		return compareAnchor(a, kind, account, nonce)
	})
}

// advance moves every head as far as the evidence carries and drops what
// finality makes superfluous.
func (c *Cursor) advance() {
	h := &c.heads
	for b := c.record(h.Executed + 1); b != nil && b.Execution != nil; b = c.record(h.Executed + 1) {
		h.Executed++
	}
	for b := c.record(h.Published + 1); b != nil && len(b.Refs) > 0; b = c.record(h.Published + 1) {
		h.Published++
	}
	for b := c.record(h.Committed + 1); b != nil && b.Commit != nil && b.Commit.AtDepth; b = c.record(h.Committed + 1) {
		h.Committed++
	}
	for b := c.record(h.Proven + 1); b != nil && h.Proven < h.Committed && b.Verify != nil && b.Verify.AtDepth; b = c.record(h.Proven + 1) {
		h.Proven++
	}
	final := c.follow.Finalized.Number
	for b := c.record(h.Finalized + 1); b != nil && h.Finalized < h.Proven &&
		b.Commit.Block.Number <= final && b.Verify.Block.Number <= final; b = c.record(h.Finalized + 1) {
		h.Finalized++
	}
	c.settleInbox()
	if i, ok := c.batchIndex(h.Finalized); ok && i > 0 {
		c.batches = slices.Delete(c.batches, 0, i)
	}
	c.anchors = slices.DeleteFunc(c.anchors, func(a *Anchor) bool {
		consumed := a.Status == StatusAtDepth || a.Status == StatusFailed || a.landed() && !a.live()
		if a.lost() && !a.Stale && a.Last > h.Finalized {
			return false // it may have landed after all, and nobody else would know
		}
		return consumed && a.Block.Number <= final
	})
	c.check()
}

func (c *Cursor) record(n uint64) *Batch {
	if i, ok := c.batchIndex(n); ok {
		return c.batches[i]
	}
	return nil
}

// check asserts README invariant 2.
func (c *Cursor) check() {
	h := c.heads
	switch {
	case h.Sealed < h.Executed || h.Executed < h.Committed || h.Committed < h.Proven || h.Proven < h.Finalized:
		panic(&InvariantError{Rule: "sealed >= executed >= committed >= proven >= finalized", Heads: h})
	case h.Sealed < h.Published || h.Published < h.Committed:
		panic(&InvariantError{Rule: "sealed >= published >= committed", Heads: h})
	}
}
