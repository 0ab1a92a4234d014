// Package recovery is every way back: to the state of a batch that L1 anchors, from
// what L1, the DA providers and the archive hold, or from what a survivor's disk
// holds; and to a stretch of time, without touching the cluster.
//
// # What must hold
//
//   - A recovered state is handed over only if each batch's payload gave its header,
//     each header names its parent, and the newest header hash is the one that the
//     contract holds ([Plan.Run]). Without an L1 the state is handed over halted.
//   - Nothing is recovered over what there is: the target directory must hold no
//     node's state (cluster.Seed).
//   - A cluster that was recovered from outside Raft goes on under a lineage of its
//     own. Its first anchor needs the contract's takeOver, which names the batch that
//     it stands on; where that is asked for, it is final before the state is written.
//   - What is damaged is named, left alone and counted, and the next source is tried.
//   - What cannot be recovered is stated: exactly where an old node's directory is
//     given as evidence, else by the newest signed [Mark], else as unknown.
//
// # Sources
//
// A [Plan] names them before anything is done: the newest checkpoint that is at or
// below the target and whose header hash is L1's, else the state at batch 0; then the
// payloads of every batch up to the target, from whichever provider gives each back
// intact. A checkpoint that turns out to be damaged is set down in the report, and
// the next older one is tried. Of a checkpoint only the newest sealed version counts,
// whose root L1 anchors; what was open, and its sessions, nobody vouches for.
//
// The state at batch 0 is the empty one, or a book that the contract was created with: its root is the contract's, and
// its content a checkpoint of batch 0 in the archive, which retention never takes away.
//
// # Interruption
//
// A recovery keeps its state in a work directory beside its target: the state after
// some batch (state), the lineage that it has drawn (lineage.json). A second run goes
// on there, and draws no second lineage; when it is done the directory goes. A stretch of
// time is written there too, and gets its own name when it is whole and proved.
//
// # Checkpoints
//
// A checkpoint is a Raft snapshot in the archive: chunks named by their SHA-256,
// cut where the content says so (after Muthitacharoen et al., LBFS, 2001, with the
// gear hash of Xia et al.), and a manifest in JSON, written last:
//
//	checkpoints/<lineage>-<batch, 16 hex digits>-<index, 16 hex digits>.json
//	chunks/<first byte>/<SHA-256>
//	marks/<lineage>/<term, 16 hex digits>
//
// So an interrupted transfer goes on where it was, and a checkpoint costs only what
// differs from those before.
//
// Any number of processes make and read checkpoints of an archive at the same time, a node
// and a command beside it; none of them prunes meanwhile (da.Archive.Hold). An object store
// has no such lock. There, what protects a checkpoint that is being made are the retention's
// grace, for new chunks, and a last look at those that it shares with others: if one is gone
// the manifest is taken back, with an error; a reader finds the chunk missing. So prune an
// object store by the node's schedule alone, or while no checkpoint is made.
//
// # Concurrency
//
// A Plan is for one goroutine; Checkpoints may be used concurrently. Functions that
// end with their context leave nothing that a second run does not go on from.
package recovery
