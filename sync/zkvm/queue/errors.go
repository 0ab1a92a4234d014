package queue

import (
	"errors"
	"fmt"
	"time"
)

// ErrNotLeading says that this replica hands out nothing.
var ErrNotLeading = errors.New("prover queue: this replica does not lead")

// ErrRecorded says that the lease's proof was recorded already.
var ErrRecorded = errors.New("prover queue: the proof is recorded already")

// ErrBusy says that a submission of the same lease is being verified.
var ErrBusy = errors.New("prover queue: another submission of this lease is being verified")

// ErrNoProofs says that finality needs no proofs here.
var ErrNoProofs = errors.New("no proofs are wanted: zkvm.proofs is execution")

// ErrProgramUnknown says that the configuration names no program of a batch's version.
var ErrProgramUnknown = errors.New("zkvm.program names no key of this program version")

// RefusedError is a proof that was not taken. It ended its lease.
type RefusedError struct {
	Outcome Outcome // Invalid or Malformed
	Err     error
}

func (e *RefusedError) Error() string { return "the proof is refused: " + e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

// End is why a lease is no more.
type End uint8

// Ends of a lease.
const (
	Stale    End = 1 + iota // of a leader before, or after, this one
	Expired                 // not extended in time, or held for too long
	Gone                    // its batch waits for no proof any more
	Released                // given back
	Refused                 // its proof did not hold
	Unknown                 // never given, or long ended
)

func (e End) String() string {
	switch e {
	case Stale:
		return "stale"
	case Expired:
		return "expired"
	case Gone:
		return "gone"
	case Released:
		return "released"
	case Refused:
		return "refused"
	case Unknown:
		return "unknown"
	default:
		return fmt.Sprintf("end_%d", uint8(e))
	}
}

// LeaseError is a lease that is not held.
type LeaseError struct {
	ID   ID
	End  End
	Term uint64 // of the current leader
}

func (e *LeaseError) Error() string {
	switch e.End {
	case Stale:
		return fmt.Sprintf("lease %s was given in another term than the current one, %d: ask for a job again, naming the batch if it is proved already", e.ID, e.Term)
	case Expired:
		return fmt.Sprintf("lease %s expired: it was not extended in time, or held for too long", e.ID)
	case Gone:
		return fmt.Sprintf("lease %s: its batch waits for no proof any more", e.ID)
	case Released:
		return fmt.Sprintf("lease %s was given back", e.ID)
	case Refused:
		return fmt.Sprintf("lease %s ended with a proof that was refused", e.ID)
	default:
		return fmt.Sprintf("lease %s is not known", e.ID)
	}
}

// WaitError says that a prover gets no job now.
type WaitError struct {
	After  time.Duration
	Reason string
}

func (e *WaitError) Error() string {
	return fmt.Sprintf("no job for %v: %s", e.After.Round(time.Millisecond), e.Reason)
}
