package cursor

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// What an operator or a reconciler did stays visible: every such action makes an
// audit entry, and the running digest covers entries that are no longer kept.

// Bounds of lists inside records.
const (
	maxMismatches = 8
	maxRefs       = 16
	maxAttempts   = 64
	maxReports    = 32
)

// Scopes of a halt.
const (
	ScopeIntake    = command.ScopeIntake
	ScopeAnchoring = command.ScopeAnchoring
)

// AuditKind says what an audit entry records. Wire-stable.
type AuditKind uint8

// Kinds of audit entries.
const (
	AuditGenesis AuditKind = 1 + iota
	AuditEpoch
	AuditRollback
	AuditReorg
	AuditHalt
	AuditResume
	AuditQuarantine
	AuditVerdict
	AuditActivation
	AuditAnchorFailed
	AuditOrder    // an operator had an anchor retried or cancelled
	AuditOperator // somebody called a method that changes the cluster
	AuditAdoption // a batch became part of the state that was sealed elsewhere
	AuditReconciliation
	AuditTakenBack // L1 no longer holds batches that it held
)

// AuditEntry is one line of the audit trail.
type AuditEntry struct {
	Number  uint64 // from 1, without gaps
	Index   uint64
	TimeMs  int64
	Kind    AuditKind
	Batch   uint64 // batch it concerns, 0 if none
	Subject string // node, scope or layers
	Detail  string
}

// HaltRecord is a halt that stands.
type HaltRecord struct {
	Scope        command.Scope // one scope
	Reason, Exit string        // why, and what ends it
	Index        uint64
	TimeMs       int64
}

// By says whether the halt was made by a verdict about a pair of layers.
func (h HaltRecord) By(p Pair) bool { return strings.HasPrefix(h.Reason, p.String()+" ") }

// QuarantineRecord is a replica that was found to be wrong.
type QuarantineRecord struct {
	Node     string
	Batch    uint64
	Evidence []byte
	Index    uint64
	TimeMs   int64
}

// RollbackRecord is kept for ever: it explains every REVERTED answer.
type RollbackRecord struct {
	Number        uint64 // from 1
	To, From      uint64 // newest batch after and before
	AppliedTo     uint64 // newest accepted sequence after
	AppliedFrom   uint64 // and before
	RemovedHashes []Hash // header hashes of batches To+1 to From
	Reason        string
	Evidence      []byte
	Index         uint64
	TimeMs        int64
}

// Halts returns the halts that stand, sorted by scope.
func (c *Cursor) Halts() []HaltRecord { return slices.Clone(c.halts) }

// Halted says whether a scope is halted.
func (c *Cursor) Halted(scope command.Scope) bool { return c.halted(scope) }

// Quarantines returns the quarantined replicas in the order of their records.
func (c *Cursor) Quarantines() []QuarantineRecord { return slices.Clone(c.quarantines) }

// Quarantined says whether a replica is quarantined.
func (c *Cursor) Quarantined(node string) bool {
	return slices.ContainsFunc(c.quarantines, func(q QuarantineRecord) bool { return q.Node == node })
}

// Rollbacks returns every rollback of this history.
func (c *Cursor) Rollbacks() []RollbackRecord { return slices.Clone(c.rollbacks) }

// Audit returns the newest audit entries, oldest first, how many were ever made,
// and the running digest over all of them.
func (c *Cursor) Audit() (entries []AuditEntry, count uint64, digest Hash) {
	return slices.Clone(c.audit), c.auditCount, c.auditDigest
}

// Genesis records the lineage. A second lineage is refused.
func (c *Cursor) Genesis(lineage [16]byte, at Context) error {
	if c.epoch.Lineage != ([16]byte{}) {
		return c.refuse("genesis", 0, ErrLineage)
	}
	c.own()
	c.epoch.Lineage = lineage
	c.note(at, AuditGenesis, 0, fmt.Sprintf("%x", lineage), "")
	return nil
}

// NewEpoch chooses the next anchor epoch of this lineage: one above its own and
// the contract's counter. It returns the counter.
func (c *Cursor) NewEpoch(contractCounter, l1Block uint64, l1Hash Hash, at Context) (uint64, error) {
	next := max(c.epoch.Counter, contractCounter)
	if c.epoch.Lineage == ([16]byte{}) || next == ^uint64(0) {
		return 0, c.refuse("epoch", 0, ErrMalformed)
	}
	c.own()
	next++
	c.epoch.Counter, c.epoch.ContractCounter, c.epoch.L1Block, c.epoch.L1Hash = next, contractCounter, l1Block, l1Hash
	c.note(at, AuditEpoch, 0, fmt.Sprintf("%d", next), fmt.Sprintf("contract %d at L1 block %d %x", contractCounter, l1Block, l1Hash))
	return next, nil
}

// Activation notes a replicated activation in the audit trail.
func (c *Cursor) Activation(batch uint64, detail string, at Context) {
	c.own()
	c.note(at, AuditActivation, batch, "", detail)
}

// Adoption notes that a batch became part of the state that was sealed elsewhere.
func (c *Cursor) Adoption(batch uint64, headerHash Hash, reason string, at Context) {
	c.own()
	c.note(at, AuditAdoption, batch, fmt.Sprintf("%x", headerHash), reason)
}

// Halt stops the scopes; a scope that is halted already keeps its first reason.
func (c *Cursor) Halt(scope command.Scope, reason, exit string, at Context) {
	c.own()
	c.halt(scope, reason, exit, at)
}

// Exit names what ends a halt that the verdict makes.
func (v Verdict) Exit() string {
	switch {
	case v.Pair == LocalL1 && v.Finding == Reverted:
		return "`holdfast reconcile --re-anchor`, or `holdfast reconcile --to BATCH`"
	case v.Pair == LocalL1:
		return "`holdfast reconcile --dry-run` says what can be done: `holdfast reconcile [--accept-foreign]`, or a revert by the contract's guardian"
	}
	return haltExit
}

// haltExit names what ends a halt of anchoring.
const haltExit = "find and remove the cause, then `holdfast resume --scope anchoring`"

func (c *Cursor) halt(scope command.Scope, reason, exit string, at Context) {
	for _, s := range []command.Scope{ScopeIntake, ScopeAnchoring} {
		if scope&s == 0 || c.halted(s) {
			continue
		}
		c.halts = append(c.halts, HaltRecord{Scope: s, Reason: clip(reason), Exit: clip(exit), Index: at.Index, TimeMs: at.TimeMs})
		slices.SortFunc(c.halts, func(a, b HaltRecord) int { return int(a.Scope) - int(b.Scope) })
		c.note(at, AuditHalt, 0, scopeName(s), reason)
	}
}

// Resume ends the halts of the scopes.
func (c *Cursor) Resume(scope command.Scope, reason string, at Context) error {
	if !slices.ContainsFunc(c.halts, func(h HaltRecord) bool { return h.Scope&scope != 0 }) {
		return c.refuse("resume", 0, ErrNothingHalted)
	}
	c.own()
	for _, h := range slices.Clone(c.halts) {
		if h.Scope&scope != 0 {
			c.note(at, AuditResume, 0, scopeName(h.Scope), reason)
		}
	}
	c.halts = slices.DeleteFunc(c.halts, func(h HaltRecord) bool { return h.Scope&scope != 0 })
	return nil
}

// Quarantine records that a replica was found to be wrong at a batch.
func (c *Cursor) Quarantine(node string, batch uint64, evidence []byte, at Context) error {
	switch {
	case node == "" || len(evidence) > MaxEvidence || len(c.quarantines) >= maxReports:
		return c.refuse("quarantine", batch, ErrMalformed)
	case c.Quarantined(node):
		return nil
	}
	c.own()
	c.quarantines = append(c.quarantines, QuarantineRecord{
		Node: node, Batch: batch, Evidence: slices.Clone(evidence), Index: at.Index, TimeMs: at.TimeMs,
	})
	c.note(at, AuditQuarantine, batch, node, "")
	return nil
}

// CanRollBackTo says whether batch n is at or above the finalized head and not
// above the sealed one.
func (c *Cursor) CanRollBackTo(n uint64) error {
	switch {
	case n < c.heads.Finalized:
		return c.refuse("rollback", n, fmt.Errorf("finalized is %d: %w", c.heads.Finalized, ErrFinalized))
	case n > c.heads.Sealed:
		return c.refuse("rollback", n, ErrUnknownBatch)
	}
	return nil
}

// RollbackTo takes every head back to at most batch n, whose newest accepted
// sequence is applied, and drops the records above. Anchors that carry any
// removed batch become stale: their nonces stay open until something else, or
// the old content, has landed there. Check CanRollBackTo first.
func (c *Cursor) RollbackTo(n, applied uint64, reason string, evidence []byte, at Context) (RollbackRecord, error) {
	if err := c.CanRollBackTo(n); err != nil {
		return RollbackRecord{}, err
	}
	c.own()
	rec := RollbackRecord{
		Number: uint64(len(c.rollbacks)) + 1, To: n, From: c.heads.Sealed, AppliedTo: applied, AppliedFrom: c.heads.Applied,
		Reason: reason, Evidence: slices.Clone(evidence), Index: at.Index, TimeMs: at.TimeMs,
	}
	for _, b := range c.batches {
		if b.Number > n {
			rec.RemovedHashes = append(rec.RemovedHashes, b.HeaderHash)
		}
	}
	c.rollbacks = append(c.rollbacks, rec)
	for i, a := range c.anchors {
		if a.Last > n {
			c.makeStale(i, n)
		}
	}
	c.batches = slices.DeleteFunc(c.batches, func(b *Batch) bool { return b.Number > n })
	h := &c.heads
	h.Applied, h.Sealed, h.Executed, h.Published = applied, n, min(h.Executed, n), min(h.Published, n)
	h.Committed, h.Proven = min(h.Committed, n), min(h.Proven, n)
	c.advance()
	c.note(at, AuditRollback, n, "", fmt.Sprintf("from batch %d, sequence %d to %d: %s", rec.From, rec.AppliedFrom, applied, reason))
	return rec, nil
}

// makeStale marks an anchor whose content a rollback to n removed. Batches of
// the anchor that stay lose its inclusion only if nothing has landed: what L1
// holds is for the reconciler to judge.
func (c *Cursor) makeStale(i int, n uint64) {
	c.editAnchor(i, func(a *Anchor) {
		a.Stale = true
		a.Attempts = slices.Clone(a.Attempts)
		for k := range a.Attempts {
			a.Attempts[k].Stale = a.Attempts[k].Stale || !a.Attempts[k].Cancel
		}
	})
	a := c.anchors[i]
	for k := a.First; k <= min(a.Last, n); k++ {
		if k <= c.heads.Committed || c.record(k) == nil {
			continue
		}
		c.editBatch(k, func(b *Batch) { *b.inclusion(a.Kind) = nil })
	}
}

func (c *Cursor) halted(scope command.Scope) bool {
	return slices.ContainsFunc(c.halts, func(h HaltRecord) bool { return h.Scope&scope != 0 })
}

func (c *Cursor) note(at Context, kind AuditKind, batch uint64, subject, detail string) {
	c.auditCount++
	e := AuditEntry{
		Number: c.auditCount, Index: at.Index, TimeMs: at.TimeMs, Kind: kind, Batch: batch,
		Subject: clip(subject), Detail: clip(detail),
	}
	enc := encoder(c.auditDigest[:])
	enc.auditEntry(&e)
	c.auditDigest = sha256.Sum256(enc.w.Buf)
	if len(c.audit) >= MaxAudit {
		c.audit = slices.Delete(c.audit, 0, len(c.audit)-MaxAudit+1)
	}
	c.audit = append(c.audit, e)
}

func (c *Cursor) refuse(event string, batch uint64, reason error) error {
	c.illegal++
	return &IllegalError{Event: event, Batch: batch, Reason: reason}
}

func clip(s string) string {
	if len(s) > MaxText {
		return strings.ToValidUTF8(s[:MaxText], "") // a rune that the limit cuts in two goes
	}
	return s
}

func scopeName(s command.Scope) string {
	if s == ScopeIntake {
		return "intake"
	}
	return "anchoring"
}
