package cursor

import "fmt"

// A lineage that goes on from another one begins with what L1 holds of it, and with
// nothing that was under way: whatever the old lineage had in flight fits the
// contract no more.

// Standing is how far a history stands on L1 when another lineage goes on from it.
type Standing struct {
	Lineage [16]byte // the new one
	// Batches are consecutive, from max(Finalized, 1) to the newest sealed. Those up to
	// Committed have their evidence: Execution, Refs, Commit and, up to Proven, Verify.
	Batches                      []Batch
	Applied                      uint64 // newest accepted transition
	Committed, Proven, Finalized uint64
	InboxNext                    uint64 // deposits that the state has consumed
	InboxHash                    Hash   // the queue's rolling hash there
	Detail                       string // where it stands, for the audit trail
}

// Renew makes the cursor that of a new lineage. The audit trail, halts, quarantines
// and rollbacks stay; anchors, verdicts and the follow point go.
func (c *Cursor) Renew(s Standing, at Context) error {
	if s.Lineage == ([16]byte{}) || s.Lineage == c.epoch.Lineage {
		return fmt.Errorf("renew as %x: %w", s.Lineage, ErrLineage)
	}
	next := &Cursor{
		epoch: Epoch{Lineage: s.Lineage}, halts: c.halts, quarantines: c.quarantines, rollbacks: c.rollbacks,
		audit: c.audit, auditCount: c.auditCount, auditDigest: c.auditDigest, illegal: c.illegal,
		revertedAck: c.revertedAck, inboxFrom: s.InboxNext, inboxHash: s.InboxHash,
		heads: Heads{
			Applied: s.Applied, Executed: s.Committed, Published: s.Committed, Committed: s.Committed,
			Proven: s.Proven, Finalized: s.Finalized,
		},
	}
	for i := range s.Batches {
		b := s.Batches[i]
		if b.Number <= s.Committed && b.Number > s.Finalized &&
			(b.Execution == nil || len(b.Refs) == 0 || b.Commit == nil || b.Number <= s.Proven && b.Verify == nil) {
			return fmt.Errorf("renew: batch %d stands on L1 without evidence: %w", b.Number, ErrMalformed)
		}
		next.batches = append(next.batches, &b)
		next.heads.Sealed = b.Number
	}
	if err := next.wellFormed(); err != nil {
		return fmt.Errorf("renew: %w", err)
	}
	before := c.epoch.Lineage
	*c = *next
	c.shared = true // what stayed is shared with earlier clones
	c.own()
	c.note(at, AuditGenesis, s.Committed, fmt.Sprintf("%x", s.Lineage), fmt.Sprintf("goes on from lineage %x: %s", before, s.Detail))
	return nil
}
