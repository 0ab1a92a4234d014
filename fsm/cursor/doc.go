// Package cursor is the layer-sync cursor: the replicated record of how far
// every layer (local, DA, zkVM, L1) has come, and of the evidence for it.
//
// # What it holds
//
//   - the [Heads] of the layers;
//   - one [Batch] record per batch that is not finalized, and the newest
//     finalized one: header hash and root, the zkVM's statement, DA references, the proof,
//     the commit and verify inclusion on L1, the roots that replicas reported;
//   - the in-flight [Anchor]s with the nonce and every signed transaction, per
//     account and kind; among them fillers, which carry no batches and close a
//     gap in the nonces;
//   - the L1 follow point with a ring of recent block hashes;
//   - the [Inbox]: the entries of the L1 queue that no finalized batch has consumed,
//     each with its rolling hash and its block, at most [MaxInbox];
//   - the anchor [Epoch], the last [Verdict] per pair of layers, halts,
//     quarantines and a bounded, digested audit trail;
//   - the newest [Reconciliation]: its plan and its last step.
//
// # What it assumes and what callers must do
//
// The package is pure: the same calls in the same order give the same bytes on
// every replica. Every fact about another layer enters as an [Event] that came
// through the Raft log, with its evidence. [Cursor.Apply] either takes the event
// whole or returns an [*IllegalError], counts it and changes nothing else. An
// event that repeats what the cursor already holds is no error: duties resend
// after a failover.
//
// A Cursor has one writer. [Cursor.Clone] is cheap (copy on write: records are
// immutable once stored) and must be called by the writer; the clone may be read
// by any number of goroutines as long as nobody mutates it.
//
// # Invariants
//
// After each mutation [Cursor] asserts the order of heads (README invariant 2):
//
//	sealed >= executed >= committed >= proven >= finalized
//	sealed >= published >= committed
//
// No head moves back except by [Cursor.RollbackTo] or an [L1Reorg], each of
// which leaves an audit entry; finalized never moves back. A broken invariant
// panics with [*InvariantError], which poisons the replica.
//
// # Encoding
//
// [Cursor.Append] and [Append] (events) write the canonical binary form of
// fsm/command: minimal uvarints, big-endian fixed-width integers and
// length-prefixed bytes, in the order of the struct fields. There is exactly one
// encoding of a cursor; [Decode] and [DecodeEvent] refuse every other.
package cursor
