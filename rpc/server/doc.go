// Package server serves the protocol of package holdfastv1 over one replica:
// thin adapters that check what needs no state, ask the replica, and translate
// the answer.
//
// # Any replica takes any call
//
// Reads are answered here, as fresh as the caller asked. Writes on a follower
// are forwarded to the leader over one kept connection, once: a forwarded call
// that meets a follower again fails with NOT_LEADER, so that two replicas that
// believe in each other cannot play ping-pong. The reply names the leader.
//
// # Errors
//
// One table (errors.go) maps domain errors to a status code, a reason
// (wire.Reason in a google.rpc.ErrorInfo) and details: who leads, when to try
// again, which field is wrong. A business rejection is a receipt, never an error.
//
//	reason             code                  repeat?
//	NOT_LEADER         UNAVAILABLE           at the leader named
//	NOT_APPLIED        UNAVAILABLE           here
//	OVERLOADED         RESOURCE_EXHAUSTED    after the delay
//	DISK_FULL          RESOURCE_EXHAUSTED    after the delay
//	UNKNOWN_OUTCOME    ABORTED               with the same session and sequence
//	SHUTTING_DOWN      UNAVAILABLE           elsewhere
//	BROKEN             UNAVAILABLE           elsewhere
//	STALE              UNAVAILABLE           elsewhere, or wait
//	INVALID            INVALID_ARGUMENT      no
//	NOT_FOUND          NOT_FOUND             no
//	NOT_SEALED         OUT_OF_RANGE          later
//	VERSION_RELEASED   OUT_OF_RANGE          no
//	MARK_RELEASED      OUT_OF_RANGE          no
//	PROOF_NEEDS_BATCH  FAILED_PRECONDITION   with the batch named
//	LINEAGE_CHANGED    FAILED_PRECONDITION   no
//	REFUSED            FAILED_PRECONDITION   no
//	LEASE_LOST         FAILED_PRECONDITION   with a new lease
//	PROOF_REFUSED      FAILED_PRECONDITION   no
//	L1_UNAVAILABLE     UNAVAILABLE           later
//	TOO_SLOW           RESOURCE_EXHAUSTED    from the last mark
//	UNAUTHENTICATED    UNAUTHENTICATED       no
//	DENIED             PERMISSION_DENIED     no
//
// # Who may
//
// With credentials every connection is mutual TLS and every caller has an
// identity (package cluster/mtls). Roles come from the configuration's table, or
// else from the organizational units of the caller's certificate; the table in
// roles.go says which role a method needs, and a method without a row is refused.
// A follower that passes a call on names the caller in headers, which the leader
// believes of members of the cluster alone: the same headers from anybody else
// end the call. Methods that change the cluster run only after the call is in the
// replicated audit trail (AuditService). Without credentials, which is for
// loopback, everybody may do everything, and the trail says "plaintext".
//
// Each identity has a rate of messages and of bytes: beyond it unary calls are
// refused as OVERLOADED and streams are read more slowly. Methods that have no
// need of large requests refuse them.
//
// # The busy way
//
// Submit and SubmitOne pass gRPC in their encoded form (wire.Raw) and are
// decoded and encoded by hand where they have the usual shape; a follower passes
// them on without looking inside. A stream that meets an overload waits for
// room, and so slows its caller down by HTTP/2's flow control, before the
// overload ends it.
//
// # Concurrency
//
// Everything may be called concurrently. Run owns the background work (the fill
// history and readiness) and must be running while the services are used.
package server
