// Package manager is the multi-layer state manager: the leader's duties that bring every layer as far as it can come,
// and the checker that every replica runs.
//
// # Duties
//
// [Manager.Duties] runs once per leadership, in a context that ends with it. Each duty is a loop of small idempotent
// steps: it reads the replicated cursor, does one thing outside, and records the fact as one cursor event with its
// evidence. Nothing a duty needs lives in this process alone, so a crash between any two steps leaves the batch where
// the cursor says it is, and the next leader goes on from there.
//
//	seal     proposes a seal when the open batch is full or old enough
//	publish  sealed -> archive, and the alt-DA server if that is the primary -> Published
//	execute  sealed -> a replica's statement of what the guest made of it -> Executed, several batches at a time; another
//	         result or a refusal is asked for once more elsewhere, and if it stays anchoring halts until somebody resumes it
//	report   the replicas' roots of a batch -> ReplicaRoot (an intent wants a majority)
//	follow   L1 blocks, reorganizations, inclusions -> L1Observed, L1Reorg, Deposited, Included, Failed, AtDepth
//	credit   deposits that stand deep enough on L1 -> Credit, which names them; what they are the cursor says
//	anchor   epoch first; then in-flight intents are resolved; then Intent -> send, for commits and verifications
//	census   asks every DA provider for the newest committed batches in turn; archives again what the archive lost
//	mark     every second, how far this history has come -> the archive, signed by the submitter
//	checkpoint  when one is due: a snapshot -> the archive; those beyond the retention go
//	reconcile  a divergence from L1 -> Planned; then halt, Rollback, Adopt, Held, TakenBack, resume, each -> Stepped
//	verdict  verdicts that changed, and the other replicas' audits -> Verdict; what forbids anchoring halts it, and the
//	         halt names its exit
//
// A commit carries as many batches as are ready, up to a limit of number and of what fits into its blobs or call data. It
// waits for cheaper blobs up to a limit of lag (sync/layer1/cost). Before it counts as committed, what L1 names as its
// payloads is fetched from the primary and decoded; that is Published once more, with L1's reference.
//
// An operator's orders about an anchor ([Manager.RetryAnchor], [Manager.CancelAnchor]) are done by the anchor duty
// between two steps, after they are in the audit trail.
//
// Without an L1 the first four run, and batches stay executed and published.
//
// Samples of a processor profile carry the duty that they were taken in as the label "duty", the checker's as "verify":
// go tool pprof -tagfocus duty=verify.
//
// # Proofs
//
// Where finality needs proofs ([Config].Proofs), provers outside pull jobs: committed batches without a proof, the oldest
// first (package queue; [Manager.LeaseProof] and what follows). A proof that comes in is verified against the journal that
// this replica makes of the header, as the contract does, and only then recorded as Proved. Replicas believe the record,
// so the next leader needs no prover for it; it verifies once more what it sends to L1 (a recorded proof that
// does not hold is replaced by the next one), after it has compared the
// contract's schedule of programs with its configuration. Leases live in the leader's memory and end with it. What provers
// need of a batch, its input, every replica keeps in files while the batch waits (package inputs), because the versions
// that it is made of are released long before a proof comes; whoever executes a batch keeps its input before it states the
// result. Any replica gives it out. Where they have reached their limit, no batch is executed until a proof makes room,
// and intake slows down as for any lag of the zkVM layer. A proof whose proposal is unknown
// may be submitted again: a batch has one proof, whichever of several comes first.
//
// # Where a duty may die
//
// A duty commits each step through one function of the Manager, which has a named place before and behind it
// ([Failpoint]); a new duty has its places by that. A test ends the leadership at every one of them.
//
// # Executions
//
// Any replica executes ([Manager.Execute]): the leader asks the others in turn by the batch's number, itself last, and
// the next as well when one fails or is silent for the patience. While its own is silent too, it asks the others again.
// Whoever has stated another result of a batch that is not final is asked last. A statement names the header that was executed, so that it never counts for a batch that took
// the number after a rollback; one that differs names fields and keys, and leaves an evidence file on the replica that
// made it (sync/zkvm/evidence).
//
// # On every replica
//
// [Manager.Watch] compares the layers, leader or not. A replica that does not lead also audits the leader's record of L1 by
// its own endpoints; what it finds travels with its status to the leader (cluster.Audit), and is a metric of its own.
//
// # Errors
//
// A step that fails is logged once per change of its error, kept for [Manager.Status] and tried again after a delay
// that doubles up to a limit (for what asks L1: the poll interval); no duty gives up. Only the end of leadership, or a machine that has poisoned itself,
// ends them. A step that has not returned for an hour has the leader hand over (cluster.Node.Yield).
//
// # Trust
//
// A statement that agrees is believed: a replica that makes one without executing is not found out by the others, as its
// root of the state would be. A batch is anchored only when the zkVM layer stated the same root, a provider gave the payload back, and a majority
// of the replicas reported the same root. The cursor refuses an intent without that evidence; the duty only avoids
// asking.
package manager
