// Package process holds no code but tests: a cluster of three processes of the
// holdfast binary, with real TCP and real disks, an L1 in the test's own
// process, and faults that need no privileges while an order flow goes on.
// Linux only.
//
// # The cluster
//
// The configurations are what `holdfast init` writes. Where a test partitions
// replicas, the addresses in them are those of relays (package relay), one in
// front of each replica; a relay knows the dialler of a connection by the hello
// that every connection between replicas begins with. Cutting every link from
// and to a replica therefore partitions it from its peers in both directions,
// while clients and L1 still reach it: the hardest case for a leader that does
// not know yet. The one RPC path between replicas, forwarding, stays open.
//
// # The faults
//
//	kill       SIGKILL of the leader, and a restart once another one leads
//	pause      SIGSTOP of the leader for a few seconds, then SIGCONT
//	partition  every link of the leader cut (resets) or held (silence), then healed
//	mixed      a seeded sequence of all of them, at the leader or any other replica
//
// # The procedures
//
// With HOLDFAST_RUNBOOKS=1 the commands of the pages under deploy/runbooks are run as they stand there: keys are rotated
// while orders flow and a new file is broken; a replica that lost its disk is replaced, and all are restarted one after
// the other; a cluster begins, loses its majority or every disk, has a damaged node, or goes over to another endpoint of
// L1 or another contract; and two builds whose versions differ by one take turns until the newer one's version comes
// into use.
//
// # The checks
//
// When all is healed and drained to finalized, what counts is what L1 and the
// archive hold, decoded here, never what a replica says about itself:
//
//   - L1's commit events name every batch once and in order, and the archived
//     batches of these header hashes form a chain.
//   - Every accepted receipt's transition stands in the payload at the sequence
//     number of the receipt, and every transition of the payloads has exactly one
//     receipt: nothing lost, nothing twice.
//   - Asked again, a (session, sequence) gives its first receipt or the answer
//     that it was acknowledged, and moves nothing.
//   - jepsen/models, fed with the payloads, accepts every transition, fills what
//     the receipts say was filled, and ends with the books of every replica.
//   - All replicas state the same root for each batch, which is the payload
//     chain's and L1's.
//   - While the faults go on, a linearizable read at any replica sees every write
//     that was acknowledged before the read began.
//
// # Figures
//
// TestFailover measures the time from SIGKILL of the leader to the first
// accepted write and prints one line; HOLDFAST_FAILOVER_ROUNDS says how often
// (3 without it). HOLDFAST_PROCESS_SEED repeats a mixed sequence. If
// HOLDFAST_PROCESS_KEEP names a directory, configurations, data and logs of each
// test are copied there when it ends.
package process
