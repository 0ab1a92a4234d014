package layer1

// A step is a place where a process may die. Whatever happens there, the cursor
// and the chain alone must be enough to go on; the tests die at each of them.

import "sync/atomic"

// Step names a place in the life of an anchor.
type Step string

// Steps of the transaction manager and of the follower, in their order.
const (
	// StepChosen: a nonce is chosen, nothing is signed.
	StepChosen Step = "chosen"
	// StepSigned: a transaction is signed, nothing is recorded.
	StepSigned Step = "signed"
	// StepRecorded: the cursor holds the transaction, leadership is not confirmed.
	StepRecorded Step = "recorded"
	// StepFenced: leadership is confirmed, nothing is sent.
	StepFenced Step = "fenced"
	// StepSent: an endpoint answered or did not; nothing further happened.
	StepSent Step = "sent"
	// StepReorged: the cursor went back to the common block, and no further.
	StepReorged Step = "reorged"
	// StepObserved: the follow point is recorded, no evidence about anchors is.
	StepObserved Step = "observed"
	// StepQueued: some deposits are recorded, more are not.
	StepQueued Step = "queued"
	// StepFound: evidence about an anchor is found and not recorded.
	StepFound Step = "found"
)

// Failpoint is called at each step; an error ends the operation there, as a crash
// would. Tests alone set one.
type Failpoint func(Step) error

func (f Failpoint) at(s Step) error {
	if f == nil {
		return nil
	}
	return f(s)
}

// Counters count what this process did and saw on L1 since it started. A follower
// and the transaction managers of one contract share them.
type Counters struct {
	Sent         atomic.Uint64 // transactions handed to an endpoint, repetitions included
	Replaced     atomic.Uint64 // replacements with the same content and higher fees
	Cancelled    atomic.Uint64 // cancellations and fillers
	Included     atomic.Uint64 // anchors found in a block
	Reverted     atomic.Uint64 // anchors found with status 0
	ForeignNonce atomic.Uint64 // uses of our nonces by transactions without an intent
}
