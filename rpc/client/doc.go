// Package client is the Go client of a Holdfast cluster.
//
// A Client knows some replicas' addresses, finds the leader, and moves on when a
// replica fails. Reads go to any replica. Writes belong to a Session: every
// transition gets the session's next sequence number, and whatever the outcome
// of a try (unknown, refused for load, no leader) it is repeated with the same
// number, so that it takes effect at most once and its first receipt comes back.
//
// What has no method of its own here is asked by Ask (any replica) and AskAt
// (exactly one), with the generated services of package holdfastv1.
//
// A Stream keeps many groups in flight. Send blocks while the window is full:
// that is the backpressure. Receipts come back in order, each exactly once,
// across failovers.
//
// # Trust
//
// Nothing a replica says about itself is evidence. Verify and Verified* check
// Merkle proofs in this process against roots that the client's own L1 endpoint
// holds (Config.L1). What such a check shows: the record is under the root that
// L1 has for the batch. What it does not: that traders consented, and, on a
// chain with policy "execution", that the batch was proven.
//
// # Errors
//
// Three kinds are kept apart. A rejection is a receipt with a code, not an
// error. Definite failures are returned at once (*status.Status errors, with
// wire.ErrorDetails; ErrSessionLost). What may have happened is repeated until
// the caller's context ends; then the error matches ErrUnknownOutcome, and
// repeating the same sequence later is safe.
//
// A Client may be used concurrently; a Session and a Stream have one sender.
package client
