// Package session holds client sessions and their receipts: the memory that
// makes a submission take effect at most once and gives every retry the first
// receipt (README invariant 8). It is replicated, and outside the root.
//
// # Rules
//
//   - A session is opened by a command and numbered from 1; a number is never
//     given twice. A retried open with the same nonce finds the first session.
//   - A session's sequence numbers are contiguous from 1. [Table.Check] lets
//     exactly the next one through; a lower one is answered from its receipt, a
//     higher one is a [Gap].
//   - At most MaxInFlight receipts are unacknowledged (next - low <= MaxInFlight
//     after the submission), else [WindowFull].
//   - Receipts are kept until the client acknowledges them ([Table.Ack]) or the
//     session expires: ExpiryMs of log time without a command. What was
//     acknowledged answers [Acknowledged], an expired or closed session
//     [Expired], one that never was [UnknownSession]. None is re-created.
//   - What a rollback removes ([Table.Revert]) answers [Reverted] for ever: the
//     ranges outlive receipts, expiry and close.
//
// # Callers' duties
//
// The package is pure: time comes in as the log's clamped time. A [Table] has one
// writer. [Table.Capture] costs one copy of the slice of session pointers and
// gives a picture that another goroutine may stream while the table goes on
// (copy on write, per session). Limits must be equal on every replica.
//
// # Digest
//
// [Table.Digest] is SHA-256 over the table's own fields and the sum modulo 2^256
// of SHA-256(session record), after Bellare and Micciancio's additive set hash
// (AdHash, 1997): only sessions that changed since the last call are hashed
// again. It finds replicas that differ by a defect; it is no commitment against
// somebody who chooses the content.
//
// # Encoding
//
// Records are written with the primitives of fsm/command, the first of them the
// table's own:
//
//	table:   version u8 (=1) | next id uv | sessions uv | reverted sessions uv | per reverted session:
//	         id uv | ranges uv | per range: from uv | to uv
//	session: id uv | nonce 16 | owner string | next uv | low uv | last active i64 | receipts uv | receipts
//	receipt: status u8 | code u16 | order uv | state sequence uv | remaining uv | filled uv | quote filled uv |
//	         index uv | batch uv | fills uv | per fill: maker uv | taker uv | maker account uv | taker account uv |
//	         market uv | price uv | size uv | quote uv | maker fee uv | taker fee uv | taker side u8
//
// A receipt's session and sequence follow from its place: the last receipt's
// sequence is next - 1.
package session
