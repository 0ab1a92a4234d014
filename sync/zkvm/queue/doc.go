// Package queue hands out batches to be proved and keeps account of who proves which.
//
// # What it is
//
// A [Queue] holds leases and what is known of each prover, and nothing else. Which batches wait for a proof is asked of
// the caller each time ([Config].Waiting) and follows from replicated state alone, so nothing of the queue is
// replicated: a new leader begins with an empty one, and leases of the leader before end by themselves.
//
// # Rules
//
//   - The oldest batch that nobody holds is handed out first. No batch is ever held by two workers.
//   - A lease ends when it is released, when its proof was recorded, when its batch waits no longer (a rollback, or a
//     proof that came another way), when it was not extended for [Config].Lease, and, however often it is extended,
//     after [Config].MaxHold: who keeps a batch for ever without proving it loses it.
//   - A worker holds one lease at most; asking again gives the same one, so that a lost answer costs nothing.
//   - A lease names the leader's term. One of another term is refused as [Stale]; a worker that has the proof already
//     asks for its batch by number under the new leader.
//   - A proof that does not hold, or an expired lease, is a strike against the prover: it waits [Config].FirstBackoff, then
//     twice as long for each further strike, up to [Config].MaxBackoff. A recorded proof ends that. Others get its batch
//     at once.
//   - One prover holds at most [Config].MaxLeases batches, and at most [Config].MaxProvers provers are known; those that
//     have been silent longest and hold nothing are forgotten first.
//
// # Verification
//
// The queue verifies nothing. [Queue.Claim] begins a submission: until [Queue.Finish] the lease neither expires nor takes a second
// submission, so one lease costs one verification at a time, and a wrong proof costs its prover the lease. Submissions of
// a lease that has its proof recorded answer [ErrRecorded].
//
// # Names
//
// A lease is its worker's: only who names the worker's random bytes extends or ends it, so no prover can end another's by
// guessing numbers. Provers are told apart by name. Without identities on the wire a name is a claim: whoever may call can take many and
// hold as many batches. Proofs stay safe from that, their pace does not; give provers certificates.
//
// # Concurrency
//
// All methods may be called concurrently. Waiting is called with the queue's lock held, so that no lease is compared with
// an older list than the one it was given from. Time is the process's clock.
package queue
