// Package cluster runs one replica of the Raft group.
//
// # What it is
//
// A [Node] owns a data directory, one TCP listener, a hashicorp/raft instance
// over the replicated state machine, and the peer service (term confirmation,
// root exchange, executions, status). It groups transitions into Raft entries, classifies
// every outcome, serves linearizable reads on any replica, and runs the
// leader's duties in a context that ends with leadership. There is no second
// election and no second term: Raft's term is the only one.
//
// # What it assumes
//
//   - fsync is durable, and a vote that was written stays written. A replica
//     that restarts with empty or damaged stores has forgotten its votes, and takes no
//     Raft message until that does no harm (see Emptied replicas).
//   - The network may lose, delay, reorder and duplicate; clocks may differ.
//     Safety never depends on a clock. Only the leader's timestamps come from
//     one, and they never go back within one leadership.
//   - Whoever can reach the listener is trusted when it is plaintext, which is
//     why plaintext is refused beyond loopback unless the configuration says so.
//     With [Config.TLS] every connection is mutual TLS (package mtls), and a
//     node is the one that its certificate names.
//   - Members do not guard against each other: a member may send any Raft
//     message, but calls of the peer service only in its own name (claim.go).
//
// # The caller's duties
//
//   - Pass [SealFeed.Add] to the state machine as its seal callback, and the
//     feed in [Config.Seals], or replicas do not exchange roots.
//   - End the process in OnFatal. It may be called from any goroutine, more
//     than once, and must not block for long; the node is of no use afterwards.
//   - Retry an [UnknownOutcomeError] with the same session and sequence, and
//     nothing else. A [NotLeaderError], [OverloadError] or [ErrClosed] says
//     that nothing was applied and nothing will be.
//   - Call [Node.ConfirmLeadership] immediately before each effect outside the
//     cluster; the duties' context alone may end too late.
//
// # Outcomes
//
// Applied: a receipt (a business rejection is one too). Definitely not applied:
// NotLeaderError, OverloadError, DiskError, TooLargeError, ErrClosed, or an error that
// wraps [ErrNotApplied]. Unknown: UnknownOutcomeError, after leadership was
// lost, at shutdown, or after a store error. Nothing waits on a Raft future
// without a context of its own: Raft drops futures at shutdown.
//
// # Overload
//
// Admission is bounded by what is in flight and by how far the state machine is
// behind the log. Beyond that an OverloadError says when to come again. While
// the zkVM layer or L1 is too many transitions behind, intake is slowed to [Config.SlowRate], which is not 0: no other layer stops trading.
//
// # Disks
//
// A replica looks at the room of its data directory twice a second, and after every 8 MiB
// that it writes ([Config.DiskReserve], [Config.DiskBudget], [Config.LogBudget]). Below the
// reserve a leader refuses transitions with a [DiskError], which says what is short, and
// hands leadership to a voter that has room, if a majority has; a leader with room refuses
// them while so many voters have none that what it took would not be committed. Reads and
// the commands of its duties go on. Below a quarter of the reserve neither the log nor a
// snapshot takes a byte: what is left is for terms and votes. A snapshot that would not
// fit, going by the newest one, is not begun. After a write that failed, whatever the file
// system says of its room, transitions are refused until a trial write succeeds. All of
// it ends by itself, from a quarter above the reserve on.
//
// Half of the log's budget calls for a snapshot, after which the newest entries that fit
// into a quarter of it are kept; the whole of it refuses transitions.
//
// A leader all of whose writes have taken [Config.DiskSlowLimit] for four looks, or that has
// committed nothing of what waits for [Config.StallLimit], hands over as well, to a voter
// whose disk has room and is not slow; if there is none it stays. Nothing of Raft's hangs
// in a connection: a message of which nothing moves for [Config.TransferIdleLimit] ends it.
//
// # Reads
//
// [Node.ReadBarrier] follows the ReadIndex scheme (Ongaro's thesis, section
// 6.4), with a confirmation of our own. Raft's VerifyLeader counts a heartbeat
// answer that was sent before the call, and so can succeed on a leader that has
// been replaced. Here the leader, whose term T has a committed term marker,
// takes its commit index and then asks the voters for their current term. A
// voter raises its term before it votes. If a majority, the leader included, is
// still at a term <= T after the question was asked, no leader of a later term
// had been elected when it was asked, and the commit index covers every write
// that was acknowledged and every state that was read before. Reads that arrive
// while a round runs share the next one; an index is never used for a second
// attempt.
//
// # Membership
//
// Who belongs to the group is Raft's newest configuration; [Config.Peers] only begins
// it, and says where a node that joins finds it. What runs between two members (status,
// roots, vigils) follows it. A change names the configuration index that its caller saw;
// none leaves fewer voters that answer than a majority, unless it is forced, and no
// replica goes that installs a snapshot. A vote is given after a round of catching up
// that was short (Ongaro's thesis, section 4.2.1). Replicas more than one version of the
// state machine apart do not work together.
//
// # Emptied replicas
//
// A replica with empty stores may bear a voter's name and has forgotten its promises.
// Two such of three would be a majority: their new log, of a higher term, would cut what
// the third one holds. So it takes no Raft message, and confirms no term to a reader,
// until one of two things is so (invitation.go).
//
// The leader has taken its vote, and that change is committed. A replica whose stores are
// damaged sets them aside and comes back like this by itself; so does one whose directory
// is gone. The leader demotes it, fills it, and promotes it again once it has caught up;
// what a new leader finds half done it finishes, because the replica says until its vote
// is back that it wants it (REFILL). Before it holds what was committed when it was
// invited it gives no vote, to nobody: of five, two that are filled at the same time, and one
// that knows of neither change, would be a majority of the old ones. Without a majority that remembers nobody leads, and
// all wait for whoever is missing or for an operator. With [Config.Join] the operator
// decides when ([Node.AddNonvoter], [Node.Replace]).
//
// Or all that [Config.Peers] names were empty at one moment: then there is no history. Each
// directory has a number; who finds every other one empty in two rounds of questions, under
// the same numbers, knows of a moment between them (a double collect; Afek et al., 1993),
// and tells the others with which directories it began. Silent ones are waited for, unless
// [Config.BeginWithoutSilent].
//
// # Timeouts
//
// A short heartbeat timeout finds a dead leader soon and deposes a busy one for
// nothing. So the two are kept apart.
//
// A dead process: its kernel closes its connections and refuses new ones. Each
// node keeps a vigil, an idle connection, to every other. When the leader's
// breaks, the node dials again; if it is refused, it asks the other voters
// whether they are refused as well. If a majority of all voters is, the one
// with the longest log (then the smallest id) sends itself Raft's TimeoutNow
// and is elected. That takes a few round trips and the election's three small
// synced writes, and no timer. A single node with a broken path to the leader
// deposes nobody.
//
// Everything else (a host that is gone, a partition, a paused process) is
// noticed by Raft's own timers: a follower starts an election when a timer,
// drawn from [H, 2H], finds the last contact older than H, and with pre-vote
// the others refuse until their own timers say the same: about 2.1 H in the
// median, 3 H at most. H = 300 ms is for hosts whose processors are all taken.
// Stalls of a disk do not delay heartbeats: the leader sends them from
// goroutines of their own, at intervals of H/10 to H/5, and followers answer
// them beside the log writes.
//
// A write to the log that does not return keeps heartbeats going as well, and
// nobody would ever be elected: the watchdog calls OnFatal when a write takes
// longer than [Config.DiskHangLimit].
//
// # Audits
//
// Replicas tell each other in their status what they found when they compared the leader's record of L1 with their own
// endpoints ([Node.SetAudit], [Node.Audits]). Nothing here decides by it.
//
// # Data directory
//
//	LOCK              flock, held while the node is open; names the process that holds it
//	VERSION           JSON: layout version, node id, cluster, lineage, log store, numbers of empty directories
//	MEMBERS           JSON: the members, as last seen: whom to ask when the stores are gone
//	REFILL            JSON: the others fill this replica: why, from which index on it may vote, whether it is to have one again
//	QUARANTINED       JSON: why this replica may not start again
//	raft.db           stable store, and the log of the boltdb store
//	wal/              the log of the wal store
//	snapshots/        Raft snapshots
//	damaged/          snapshots that could not be restored, when an older one could;
//	                  refill-N/: stores that were set aside, at most three times
//
// Left-over *.tmp here and among the snapshots are removed at open.
//
// Each record of the log carries a checksum, and all are read at open, once and in order,
// which the log's budget bounds: a record that is not what was written is named
// ([RecordError]) before anything is served, and the stores are set aside.
// [OpenOffline] reads a directory without its node, [Seed] makes one that a recovered
// cluster begins with.
//
// # Wire
//
// Every connection begins with a hello, all integers big-endian:
//
//	kind u8 ('R' Raft, 'G' gRPC, 'V' vigil) | version u8 = 1 | cluster 16 | lineage 16 |
//	length u8 | node id
//
// where cluster is the start of the SHA-256 of the cluster's name, and a lineage
// of zeroes means not known yet. The answer is status u8 | lineage 16; zero
// accepts. Replicas of different lineages so never exchange a Raft message.
//
// With TLS all of that is inside the connection, whose protocol (ALPN) is
// "holdfast-peer/1": the certificate must be of the node that the hello names,
// and of the member at the address that was dialled. A hello in plaintext to such
// a listener is answered with status 5. Connections that have not said hello are
// bounded; when there are too many, the oldest goes.
//
// # Concurrency
//
// All methods of Node may be called concurrently, Close included.
package cluster
