// Package fsm is the replicated state machine: what every committed Raft entry
// does to the order book, the batches, the sessions and the cursor.
//
// # What it is
//
// [Machine] implements raft.BatchingFSM and raft.FSM. It is thin: the rules stand
// in the pure packages below it (command, state, session, tree, batch, cursor).
// Here they are put in order: frame → clamp of the log's time → command → result
// with the [Position] it was applied at.
//
// # What must hold
//
//   - Equal logs give equal state: roots, headers, receipts, digests. Nothing here
//     reads a clock, a random number or a map's order. What bounds sessions and
//     retention decides replicated state: it comes with the genesis, and no
//     replica's configuration changes it.
//   - A committed entry that cannot be decoded, a panic, or a store that fails
//     poisons the machine: the entry answers [ErrPoisoned] without receipts, so
//     that nobody is acknowledged, every later entry does too, [Config.OnFatal]
//     is called once, and no snapshot is taken any more. Raft answers an Apply
//     future even after a panic (facts of raft), hence the recover inside.
//   - Each command's time is clamped to be no earlier than the one before.
//   - A replica never goes back: a snapshot older than its state is refused.
//   - Batch numbers have no gaps, and a header follows its parent; asserted at each
//     seal.
//
// # Callers' duties
//
// The response of an Apply future is always a *[Result]. An Err in it is a typed
// refusal that changed nothing, except when it wraps ErrPoisoned: then the outcome
// is unknown and the process must exit. Submissions never fail; their receipts
// say what became of them.
//
// Apply, ApplyBatch, Snapshot and Restore belong to Raft's FSM goroutine. All
// other methods may be called from any goroutine. A [tree.View] must be closed.
//
// # Seals
//
// A batch is sealed by two commands. Cut closes it: its net changes are taken from
// the native store, and one goroutine applies them to the tree, hashes, encodes the
// payload and computes the header, beside Apply of what follows. Seal makes the
// header part of the state; it waits for that goroutine, so whoever proposes it
// calls [Machine.WaitSealing] first. A Seal without a Cut does both at once. Between
// the two nothing of the sealing shows, whenever it is done: positions, cursor and
// digests are functions of the log. What fails beside Apply poisons at the command
// that joins it: the Seal, or a Rollback, which removes the cut batch as it does
// the open one. A snapshot between the two holds the cut batch as it was cut.
//
// # Versions and retention
//
// The versions of all batches from the newest one that is finalized on are kept, but
// for those far behind the newest, which are thinned out (tree.Retain), and so are the
// genesis's RecentVersions newest. The recent ones, and those that the zkVM has not
// executed past, are versions of the tree. Older ones are folded (tree.Fold) by the
// next sealing: a tenth of the memory, and [Machine.View] takes its time. The root is
// compared whenever one is unfolded. What is older than the finalized one's answers
// [ErrVersionReleased], as does what was thinned out.
//
// A batch's payload is kept while it is recent or not finalized, and where the finalized
// batch's version was thinned out, from the nearest older kept version on. Above the
// genesis's RetainedBytes of payloads, payloads of committed batches go first, oldest
// first; those of uncommitted ones never go. What is gone answers [ErrVersionReleased].
//
// # Rollback
//
// A rollback to batch n, at or above the finalized head, takes the tree back to
// version n, or to the nearest older kept version, from which payloads are
// replayed and every root is checked. Every (session, sequence) of the removed
// batches and of the open one answers REVERTED for ever. Numbers above n are given
// again, under new headers; tree versions are not.
//
// What it removed is kept ([Machine.Reverted]) until the sequencer has acknowledged
// it (cursor.RevertedAcked).
//
// # Adoption
//
// Adopt brings a batch that L1 holds and this history does not: its header and, in
// pieces that a log entry holds, its payload of transitions. With the last piece every
// replica executes it on the newest sealed state and seals it under exactly that
// header: number, parent, pre-root, post-root, counts, inbox and its hash, withdrawals
// root all come out, or the batch is refused whole ([*DerivationError]) and the state
// is what it was. Nothing may be open: a rollback comes first. Its deposits are those
// of the cursor's record, as deep on L1 as for a Credit. A net diff has nothing to
// execute and is never adopted.
//
// An adopted batch has no submissions here: no session's sequence, no receipt and no
// origin belongs to it. A client whose own submission a rollback removed is answered
// REVERTED for ever, also where the adopted batch holds the same transition again:
// what took effect then is the batch's, and is read from the batch.
//
// [Replayer] does the same offline, from the empty state, a snapshot, or above a kept
// version on a scratch tree. There a net diff is taken, if it leads to the root.
//
// # Genesis from a book
//
// A history begins at batch 0: the empty state, or a book that exists already, which
// [ImportBook] executes record by record on the empty state. The contract is created
// with that root, and batch 1 begins at it. No payload holds batch 0: replicas begin
// with it as a snapshot ([Replayer.WriteGenesis]), and who replays from L1 needs that
// snapshot too. The records have the sequence numbers before the first batch's.
//
// # Deposits
//
// Nobody submits a deposit. The cursor records the L1 queue as the chain shows it,
// and a Credit names entries of that record by their positions: each replica takes
// what they are from its own record, checks their depth on L1 (finalized, or the
// genesis's DepositDepth), their asset and the queue's rolling hash, and credits
// all or none. The position is the queue's own, so an entry is credited once,
// whoever proposes it and how often. An entry goes to the lowest account that has
// its address; without one an account is made, numbered by the entry.
//
// A reorganization that takes entries out of the record rolls the state back, in
// the same command, to the newest batch that consumed none of them. With deposits
// credited at finality alone there never is one.
//
// # Snapshot
//
// One stream of frames, each
//
//	kind u8 | length u32 BE | bytes
//
// in this order:
//
//	1 head      "HOLDFAST" | format u16 (=5) | meta: lineage, chain, contract, versions, clock, index
//	2 version   batch uv | root 32                      the newest version, then
//	3 leaves    chunks of tree.View.WriteTo, then one empty frame
//	            and for each older version that is kept, newest first:
//	2 version   batch uv | root 32
//	4 fold      frames of tree.Fold, which lead from the version before, then one empty frame
//	11 cut      time of sealing i64 | versions below which batch it folds u64; only if a batch is being sealed, whose frames 5 and 6 follow
//	5 open      the open batch's transitions as payload columns, in chunks, then one empty frame
//	6 origins   first time i64 | origins of the open batch
//	7 session   the records of session.Capture
//	8 cursor    the cursor
//	9 batch     one retained batch: header 274 | index u64 | payload | diff | first withdrawal u64 | origins
//	12 reverted one removed batch: rollback u64 | number u64 | first sequence u64 | transitions u64 | payload | origins
//	13 adoption header 274 | bytes of the payload u32 | those that have come; only while a batch is being adopted
//	10 trailer  lineage | index | clock | minimum version | digests of sessions, cursor, cut and open batch, removed
//	            batches, adoption | newest root
//
// and after the trailer's frame 32 bytes: SHA-256 of everything before. Restore
// builds a fresh state beside the old one, recomputes and compares the root of
// the newest version, re-applies the open batch, compares every digest and refuses
// the snapshot with a [*SnapshotError] at the first difference; the old state then
// stays as it was. It takes no memory for a declared length before the bytes are
// there.
//
// The idea of a poisoned replica is TigerBeetle's and cockroachdb's (an assertion
// that stays on); the position in every reply is litefs's.
package fsm
