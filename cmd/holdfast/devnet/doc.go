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
//  2. the replicas start, and elect a leader;
//  3. the flow's setup is submitted, then the flow, for Options.Duration, until it ends, or until the context ends;
//  4. everything is drained: a run ends when all that was sealed is finalized on every replica, or after Options.Drain;
//  5. the run is audited, by what L1 and the archive hold and not by what the replicas say.
//
// # The audit
//
// For each batch the contract names a header hash; the archive's object of that name is decoded, and every transition
// that was acknowledged as accepted must stand in it at the sequence number of its receipt. Commits are counted by the
// contract's events. Roots are compared across all replicas, the zkVM's statements and the contract.
//
// # Memory
//
// The audit needs every acknowledgement, so a run keeps 16 bytes of each accepted transition (115 MB an hour at 2,000 a
// second), and some 50 while it audits. A run without an end is for watching, not for days.
package devnet
