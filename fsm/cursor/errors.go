package cursor

import (
	"errors"
	"fmt"
)

// Reasons for which an event is illegal. They are wrapped in [*IllegalError].
var (
	ErrMalformed         = errors.New("malformed event")
	ErrUnknownBatch      = errors.New("no record of this batch")
	ErrUnknownAnchor     = errors.New("no anchor at this nonce")
	ErrUnknownTx         = errors.New("the anchor has no such transaction")
	ErrOutOfOrder        = errors.New("not the next batch")
	ErrCovered           = errors.New("another live anchor carries the batch")
	ErrNotExecuted       = errors.New("the zkVM has not stated the same root")
	ErrNotPublished      = errors.New("not readable from any DA provider")
	ErrNotCommitted      = errors.New("not committed on L1 at depth")
	ErrHeaderMismatch    = errors.New("header hash is not the batch's")
	ErrStaleEpoch        = errors.New("not the current anchor epoch")
	ErrAnchoringHalted   = errors.New("anchoring is halted")
	ErrNonceUsed         = errors.New("the nonce is taken or lies below the next one")
	ErrNonceOpen         = errors.New("a rolled-back anchor's nonce must be used first")
	ErrNoGap             = errors.New("no gap below the next nonce")
	ErrStatus            = errors.New("the anchor's status does not allow this")
	ErrBlockMismatch     = errors.New("the block is not the one that was observed at this number")
	ErrUnobserved        = errors.New("the block lies above the follow point")
	ErrFinalityViolation = errors.New("contradicts a finalized L1 block")
	ErrReplicasDisagree  = errors.New("no majority of the reporting replicas has this root")
	ErrContradiction     = errors.New("contradicts what the same source stated before")
	ErrFinalized         = errors.New("reaches below the finalized head")
	ErrNothingHalted     = errors.New("nothing of this scope is halted")
	ErrInboxGap          = errors.New("not the next entry of the L1 queue")
	ErrInboxHash         = errors.New("the rolling hash of the L1 queue is another")
	ErrInboxFull         = errors.New("too many deposits that no finalized batch has consumed")
	ErrUnknownRollback   = errors.New("no such rollback")
	ErrLineage           = errors.New("the lineage is set already")
)

// IllegalError is an event that the cursor refused. The refusal is counted; apart
// from that the cursor is unchanged.
type IllegalError struct {
	Event  string // which kind of event
	Batch  uint64 // batch it speaks of, 0 if none
	Nonce  uint64 // nonce it speaks of, 0 if none
	Reason error  // one of this package's sentinels, perhaps wrapped
}

func (e *IllegalError) Error() string {
	return fmt.Sprintf("cursor: illegal %s (batch %d, nonce %d): %v", e.Event, e.Batch, e.Nonce, e.Reason)
}

func (e *IllegalError) Unwrap() error { return e.Reason }

// InvariantError is the panic value of a broken invariant: a defect of this
// program, never of its input.
type InvariantError struct {
	Rule  string
	Heads Heads
}

func (e *InvariantError) Error() string {
	return fmt.Sprintf("cursor: invariant broken: %s: %+v", e.Rule, e.Heads)
}
