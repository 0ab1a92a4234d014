// Package devnet runs the main job in one command: an L1, a cluster of replicas, an order flow through the public API,
// and an audit of what came of it.
//
// The replicas are the ones of production: package node's, in this process or as processes of their own, with real TCP
// and real disks. The flow goes through rpc/client, so failover and retry are the client's. The L1 is an Ethereum chain
// in this process with real JSON-RPC, or any development chain by its URL.
//
// # What a run is
//
//  1. the L1 starts and the contract is deployed;
//  2. the replicas start, with the book of Options.Beginning if there is one, and elect a leader;
//  3. the flow's setup is submitted (a book stands for it), then the flow, for Options.Duration, until it ends, or until
//     the context ends;
//  4. everything is drained: a run ends when all that was sealed is finalized on every replica, or after Options.Drain;
//  5. the run is audited, by what L1 and the archive hold and not by what the replicas say.
//
// # The audit
//
// For each batch the contract names a header hash; the archive's object of that name is decoded, and every transition
// that was acknowledged as accepted must stand in it at the sequence number of its receipt. Commits are counted by the
// contract's events. Roots are compared across all replicas, the zkVM's statements and the contract, and the root that
// batch 1 follows with the book's that the run began with.
//
// # Drills
//
// A drill is a run whose replicas are processes and to which one fault is done, again and again, while the flow goes on.
// Each round begins when all layers agree, and ends when what was sealed at the end of the fault is final on every replica
// and no checker finds anything. The time to the first write is a client's: from the fault to a receipt. The audit at the
// end is the run's.
//
//	leader-kill      SIGKILL; started again a second after another replica has taken a write
//	leader-transfer  the leader is asked to hand over
//	partition        a relay before each replica resets every connection from and to the leader; clients and L1 reach it
//	l1-outage        JSON-RPC and Beacon API answer 503 for three seconds
//	l1-reorg         the newest four blocks are replaced by five empty ones
//	disk-full        no replica has as much room as it keeps, so that writes are refused with DISK_FULL; then all but the
//	                 leader get room, which makes it hand over, and in the end the leader too
//	disk-failing     the leader's files may not grow (prlimit(2), RLIMIT_FSIZE 0): every write fails; Linux only
//	replace-node     a follower is killed, its data directory removed, and it starts again
//	cluster-loss     every replica is killed and every data directory removed; `holdfast recover l1` brings the state back
//	                 from L1 and the archive, with the guardian's key, and the replicas start on copies of it
//
// After the loss of a cluster no write is taken before it is back, so the time to the first write is that of the whole
// recovery, and the flow goes on in a new session. What was acknowledged and had not reached L1 is lost with the disks; the
// report counts it apart, and everything else is audited as always.
//
// On a running cluster only leader-transfer is done, and what is written there is the cancellation of an order that cannot
// exist: the book does not change.
//
// # Memory
//
// The audit needs every acknowledgement, so a run keeps 16 bytes of each accepted transition (115 MB an hour at 2,000 a
// second), and some 50 while it audits. A run without an end is for watching, not for days.
package devnet
