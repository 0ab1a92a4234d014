package wire

import (
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
)

// Domain is the domain of every ErrorInfo.
const Domain = "holdfast"

// Reason says in one word why a call failed; it is the ErrorInfo's reason and
// does not change between versions. The table in rpc/server maps domain errors
// to reasons and status codes.
type Reason string

// The reasons. The first group is safe to repeat with the same session and sequence.
const (
	// ReasonNotLeader: definitely not applied; the metadata name the leader if one is known.
	ReasonNotLeader Reason = "NOT_LEADER"
	// ReasonOverloaded: definitely not applied; RetryInfo says when to try again.
	ReasonOverloaded Reason = "OVERLOADED"
	// ReasonDiskFull: definitely not applied for want of room on disks; RetryInfo says when to try again, the message what is short.
	ReasonDiskFull Reason = "DISK_FULL"
	// ReasonUnknownOutcome: perhaps applied; repeat with the same session and sequence to learn.
	ReasonUnknownOutcome Reason = "UNKNOWN_OUTCOME"
	// ReasonNotApplied: definitely not applied, for a passing cause; the message says which.
	ReasonNotApplied Reason = "NOT_APPLIED"
	// ReasonShuttingDown: this replica is going away; ask another.
	ReasonShuttingDown Reason = "SHUTTING_DOWN"
	// ReasonStale: this replica is too far behind for the read; ask another or wait.
	ReasonStale Reason = "STALE"

	// ReasonInvalid: the request is malformed; BadRequest names the fields.
	ReasonInvalid Reason = "INVALID"
	// ReasonNotFound: there is no such thing in the state that was read.
	ReasonNotFound Reason = "NOT_FOUND"
	// ReasonNotSealed: the batch does not exist yet.
	ReasonNotSealed Reason = "NOT_SEALED"
	// ReasonVersionReleased: the batch's state is no longer kept here.
	ReasonVersionReleased Reason = "VERSION_RELEASED"
	// ReasonProofNeedsBatch: proofs exist at sealed batches only; the metadata name the newest.
	ReasonProofNeedsBatch Reason = "PROOF_NEEDS_BATCH"
	// ReasonMarkReleased: fills before the mark are no longer kept here.
	ReasonMarkReleased Reason = "MARK_RELEASED"
	// ReasonLineageChanged: the cluster began a new history; sessions and marks of the old one are void.
	ReasonLineageChanged Reason = "LINEAGE_CHANGED"
	// ReasonSessionLimit: no more sessions may be opened now.
	ReasonSessionLimit Reason = "SESSION_LIMIT"
	// ReasonRefused: the cluster refused the command; the message says why.
	ReasonRefused Reason = "REFUSED"
	// ReasonUnavailableL1: L1 could not be asked.
	ReasonUnavailableL1 Reason = "L1_UNAVAILABLE"
	// ReasonTooSlow: a watcher did not keep up; resume from its last mark.
	ReasonTooSlow Reason = "TOO_SLOW"
	// ReasonLeaseLost: the lease on a proof's batch is not held any more; the metadata say how it ended. Lease anew.
	ReasonLeaseLost Reason = "LEASE_LOST"
	// ReasonProofRefused: the proof does not hold, or is none; the metadata say which. The lease is lost.
	ReasonProofRefused Reason = "PROOF_REFUSED"
	// ReasonUnauthenticated: the caller has no identity that can be believed.
	ReasonUnauthenticated Reason = "UNAUTHENTICATED"
	// ReasonDenied: the caller's identity may not do this; the message says which role may.
	ReasonDenied Reason = "DENIED"
	// ReasonBroken: this replica stopped itself; see its log.
	ReasonBroken Reason = "BROKEN"
)

// Metadata keys of an ErrorInfo.
const (
	// MetaLeader is the leader's name.
	MetaLeader = "leader"
	// MetaLeaderAddress is the address of the leader's RPC listener.
	MetaLeaderAddress = "leader_address"
	// MetaBatch is a batch number in decimal.
	MetaBatch = "batch"
	// MetaEnd says how a lease ended: "stale", "expired", "gone", "released", "refused" or "unknown".
	MetaEnd = "end"
	// MetaProof is "invalid" (a proof that does not hold) or "malformed" (no proof).
	MetaProof = "proof"
	// MetaRoot is a root in hex.
	MetaRoot = "root"
)

// Details are what an error of the protocol says beside code and message.
type Details struct {
	Reason     Reason
	Metadata   map[string]string
	RetryAfter time.Duration
}

// ErrorDetails reads the details of a gRPC error; zero if there are none.
func ErrorDetails(err error) Details {
	var d Details
	for _, m := range status.Convert(err).Details() {
		switch m := m.(type) {
		case *errdetails.ErrorInfo:
			if m.GetDomain() == Domain {
				d.Reason, d.Metadata = Reason(m.GetReason()), m.GetMetadata()
			}
		case *errdetails.RetryInfo:
			d.RetryAfter = m.GetRetryDelay().AsDuration()
		}
	}
	return d
}
