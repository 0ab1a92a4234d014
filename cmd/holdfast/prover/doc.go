// Package prover is the reference client of the prover queue: a Worker leases a batch, fetches the guest's input, has it
// proved, and submits the proof.
//
// # What proves
//
// [Development] executes the guest natively and makes a development proof of what came out. [Exec] runs any program, which
// is how a prover of SP1, RISC Zero or Ziren is attached; its contract:
//
//	standard input     the guest's input (package guest has its layout)
//	environment        HOLDFAST_BATCH            number of the batch
//	                   HOLDFAST_HEADER_HASH      hash of its header, 64 hex digits
//	                   HOLDFAST_SYSTEM           sp1, risc0, ziren or development
//	                   HOLDFAST_PROGRAM          verifying key's hash or image id, 64 hex digits
//	                   HOLDFAST_PROGRAM_VERSION  program version
//	                   HOLDFAST_PUBLIC_VALUES    what the program must write (public values, journal), hex
//	                   HOLDFAST_MAX_PROOF_BYTES  longest proof that is taken
//	standard output    the proof's bytes, selector first, and nothing else
//	standard error     for people; it is passed on
//	exit status        0 with a proof; any other gives the job back
//	SIGTERM            the job is lost or the worker ends; SIGKILL follows after 10 s
//
// # Rules
//
// The lease is extended at a third of its time while the job lasts; a lease that ended ends the job, unless the proof is
// there already: then it is kept, and submitted under a new lease. So a proof outlives the leader that ordered it. A
// worker that is told to end gives its job back. It believes no input that is not of the batch that it leased.
//
// Workers of one process have one name and each an id of its own. Run ends with its context, after so many recorded
// proofs, or with an error that no waiting heals.
package prover
