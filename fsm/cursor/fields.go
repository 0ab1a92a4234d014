package cursor

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// The order of fields here is the wire layout.

func (c *codec) executedEvent(e *Executed) {
	c.uint(&e.Batch)
	c.hash(&e.Sealed)
	c.hash(&e.Root)
	c.hash(&e.HeaderHash)
	c.hash(&e.JournalHash)
	c.text(&e.Node)
	c.text(&e.Detail)
}

func (c *codec) publishedEvent(e *Published) {
	c.uint(&e.Batch)
	c.hash(&e.Sealed)
	c.ref(&e.Ref)
}

func (c *codec) ref(r *Ref) {
	c.u8(&r.Provider)
	c.u8(&r.Codec)
	c.hash(&r.Commitment)
	c.u32(&r.Bytes)
	c.bytes(&r.Extra, MaxText)
}

func (c *codec) intentEvent(e *Intent) {
	c.uint(&e.Epoch)
	enum(c, &e.Kind, Verify)
	c.uint(&e.First)
	c.uint(&e.Last)
	list(c, &e.HeaderHashes, MaxRange, 32, (*codec).hash)
	c.fixed(e.Account[:])
	c.uint(&e.Nonce)
	c.hash(&e.TxHash)
	c.bytes(&e.RawTx, MaxRawTx)
}

func (c *codec) replacedEvent(e *Replaced) {
	enum(c, &e.Kind, Verify)
	c.fixed(e.Account[:])
	c.uint(&e.Nonce)
	c.hash(&e.TxHash)
	c.bytes(&e.RawTx, MaxRawTx)
	c.flag(&e.Cancel)
}

func (c *codec) includedEvent(e *Included) {
	enum(c, &e.Kind, Verify)
	c.fixed(e.Account[:])
	c.uint(&e.Nonce)
	c.hash(&e.TxHash)
	c.block(&e.Block)
}

func (c *codec) failedEvent(e *Failed) {
	enum(c, &e.Kind, Verify)
	c.fixed(e.Account[:])
	c.uint(&e.Nonce)
	c.hash(&e.TxHash)
	c.block(&e.Block)
	c.text(&e.Reason)
}

func (c *codec) atDepthEvent(e *AtDepth) {
	enum(c, &e.Kind, Verify)
	c.fixed(e.Account[:])
	c.uint(&e.Nonce)
}

func (c *codec) block(b *BlockRef) {
	c.uint(&b.Number)
	c.hash(&b.Hash)
	c.ms(&b.TimeMs)
}

func (c *codec) observedEvent(e *L1Observed) {
	c.block(&e.Latest)
	c.block(&e.Safe)
	c.block(&e.Finalized)
	list(c, &e.Ring, MaxRing, 41, (*codec).block)
}

func (c *codec) reorgEvent(e *L1Reorg) {
	c.block(&e.Ancestor)
	c.block(&e.Head)
}

func (c *codec) replicaRootEvent(e *ReplicaRoot) {
	c.text(&e.Node)
	c.uint(&e.Batch)
	c.hash(&e.Sealed)
	c.hash(&e.Root)
	c.hash(&e.Digest)
}

func (c *codec) fillerEvent(e *Filler) {
	enum(c, &e.Kind, Verify)
	c.fixed(e.Account[:])
	c.uint(&e.Nonce)
	c.hash(&e.TxHash)
	c.bytes(&e.RawTx, MaxRawTx)
}

func (c *codec) execution(e *Execution) {
	c.hash(&e.Root)
	c.hash(&e.HeaderHash)
	c.hash(&e.JournalHash)
	c.text(&e.Node)
	c.text(&e.Detail)
}

func (c *codec) inclusion(in *Inclusion) {
	c.fixed(in.Account[:])
	c.uint(&in.Nonce)
	c.hash(&in.TxHash)
	c.block(&in.Block)
	c.flag(&in.AtDepth)
}

func (c *codec) report(r *Report) {
	c.text(&r.Node)
	c.hash(&r.Root)
	c.hash(&r.Digest)
}

func (c *codec) batch(b *Batch) {
	c.uint(&b.Number)
	c.hash(&b.HeaderHash)
	c.hash(&b.Root)
	c.uint(&b.FirstSequence)
	c.uint(&b.LastSequence)
	c.ms(&b.SealedMs)
	c.uint(&b.InboxTo)
	optional(c, &b.Execution, (*codec).execution)
	list(c, &b.Mismatches, maxMismatches, 98, (*codec).execution)
	list(c, &b.Refs, maxRefs, 39, (*codec).ref)
	optional(c, &b.Proof, (*codec).proof)
	optional(c, &b.Commit, (*codec).inclusion)
	optional(c, &b.Verify, (*codec).inclusion)
	list(c, &b.Reports, maxReports, 65, (*codec).report)
}

func (c *codec) attempt(a *Attempt) {
	c.hash(&a.TxHash)
	c.bytes(&a.RawTx, MaxRawTx)
	c.flag(&a.Cancel)
	c.flag(&a.Stale)
}

func (c *codec) anchorRecord(a *Anchor) {
	c.uint(&a.Epoch)
	enum(c, &a.Kind, Verify)
	c.uint(&a.First)
	c.uint(&a.Last)
	list(c, &a.HeaderHashes, MaxRange, 32, (*codec).hash)
	c.fixed(a.Account[:])
	c.uint(&a.Nonce)
	list(c, &a.Attempts, maxAttempts, 35, (*codec).attempt)
	enum(c, &a.Status, StatusFailed)
	c.flag(&a.Stale)
	c.hash(&a.TxHash)
	c.block(&a.Block)
	c.text(&a.Reason)
	c.ms(&a.IntentMs)
}

func (c *codec) nonceMark(m *NonceMark) {
	enum(c, &m.Kind, Verify)
	c.fixed(m.Account[:])
	c.uint(&m.Next)
}

func (c *codec) haltRecord(h *HaltRecord) {
	enum(c, &h.Scope, ScopeAnchoring)
	c.text(&h.Reason)
	c.text(&h.Exit)
	c.uint(&h.Index)
	c.ms(&h.TimeMs)
}

func (c *codec) quarantineRecord(q *QuarantineRecord) {
	c.text(&q.Node)
	c.uint(&q.Batch)
	c.bytes(&q.Evidence, MaxEvidence)
	c.uint(&q.Index)
	c.ms(&q.TimeMs)
}

func (c *codec) rollbackRecord(r *RollbackRecord) {
	c.uint(&r.Number)
	c.uint(&r.To)
	c.uint(&r.From)
	c.uint(&r.AppliedTo)
	c.uint(&r.AppliedFrom)
	list(c, &r.RemovedHashes, maxBatches, 32, (*codec).hash)
	c.text(&r.Reason)
	c.bytes(&r.Evidence, MaxEvidence)
	c.uint(&r.Index)
	c.ms(&r.TimeMs)
}

func (c *codec) auditEntry(e *AuditEntry) {
	c.uint(&e.Number)
	c.uint(&e.Index)
	c.ms(&e.TimeMs)
	enum(c, &e.Kind, AuditTakenBack)
	c.uint(&e.Batch)
	c.text(&e.Subject)
	c.text(&e.Detail)
}

func (c *codec) cursor(x *Cursor) {
	for _, h := range []*uint64{
		&x.heads.Applied, &x.heads.Sealed, &x.heads.Executed, &x.heads.Published,
		&x.heads.Committed, &x.heads.Proven, &x.heads.Finalized,
	} {
		c.uint(h)
	}
	pointers(c, &x.batches, maxBatches, 80, (*codec).batch)
	pointers(c, &x.anchors, maxAnchors, 100, (*codec).anchorRecord)
	list(c, &x.nonces, maxAnchors, 22, (*codec).nonceMark)
	c.block(&x.follow.Latest)
	c.block(&x.follow.Safe)
	c.block(&x.follow.Finalized)
	list(c, &x.ring, MaxRing, 41, (*codec).block)
	c.fixed(x.epoch.Lineage[:])
	c.uint(&x.epoch.Counter)
	c.uint(&x.epoch.ContractCounter)
	c.uint(&x.epoch.L1Block)
	c.hash(&x.epoch.L1Hash)
	list(c, &x.verdicts, int(Audit), 22, (*codec).verdictRecord)
	list(c, &x.halts, 2, 12, (*codec).haltRecord)
	list(c, &x.quarantines, maxReports, 12, (*codec).quarantineRecord)
	list(c, &x.rollbacks, maxRollbacks, 16, (*codec).rollbackRecord)
	list(c, &x.audit, MaxAudit, 14, (*codec).auditEntry)
	c.uint(&x.auditCount)
	c.hash(&x.auditDigest)
	c.inboxRecord(x)
	optional(c, &x.reconciliation, (*codec).reconciliationRecord)
	c.uint(&x.illegal)
}

// wellFormed checks what the decoder's field walk cannot: order and invariants.
func (c *Cursor) wellFormed() error {
	h := c.heads
	if h.Sealed < h.Executed || h.Executed < h.Committed || h.Committed < h.Proven || h.Proven < h.Finalized ||
		h.Sealed < h.Published || h.Published < h.Committed {
		return fmt.Errorf("heads out of order: %w", command.ErrValue)
	}
	for i, b := range c.batches {
		if b.Number != c.batches[0].Number+uint64(i) {
			return fmt.Errorf("batch records out of order: %w", command.ErrValue)
		}
		if b.Proof != nil && len(b.Proof.Proof) == 0 {
			return fmt.Errorf("an empty proof: %w", command.ErrValue)
		}
	}
	oldest := max(h.Finalized, 1)
	switch n := uint64(len(c.batches)); {
	case h.Sealed == 0 && n == 0:
	case n == 0 || c.batches[0].Number != oldest || c.batches[n-1].Number != h.Sealed:
		return fmt.Errorf("batch records do not match the heads: %w", command.ErrValue)
	}
	for _, a := range c.anchors {
		if len(a.Attempts) == 0 || a.First > a.Last || a.First == 0 && !a.filler() {
			return fmt.Errorf("anchor without content: %w", command.ErrValue)
		}
	}
	sorted := slices.IsSortedFunc(c.anchors, func(a, b *Anchor) int { return compareAnchor(a, b.Kind, b.Account, b.Nonce) }) &&
		c.verdictsWellFormed() &&
		slices.IsSortedFunc(c.ring, func(a, b BlockRef) int { return cmp.Compare(a.Number, b.Number) })
	if !sorted {
		return fmt.Errorf("records out of order: %w", command.ErrValue)
	}
	for i, b := range c.ring {
		if b.Number != c.ring[0].Number+uint64(i) {
			return fmt.Errorf("ring with a gap: %w", command.ErrValue)
		}
	}
	if uint64(len(c.audit)) > c.auditCount {
		return fmt.Errorf("more audit entries than were made: %w", command.ErrValue)
	}
	return c.inboxWellFormed()
}
