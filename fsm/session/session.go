package session

import "github.com/holdfast-rollup/holdfast/fsm/state"

// Status is what became of one submission.
type Status uint8

// Statuses. Only Executed and Duplicate carry a state receipt that counts.
const (
	Executed       Status = 1 + iota // took effect now; the receipt's code says how
	Duplicate                        // took effect before: this is the first receipt
	Gap                              // the sequence is beyond the next one; not executed
	UnknownSession                   // no such session was ever opened here
	Expired                          // the session expired or was closed; not executed
	Reverted                         // was removed by a rollback, never executed again
	Halted                           // intake is halted; not executed, retry later
	Acknowledged                     // took effect, but the client acknowledged the receipt away
	WindowFull                       // too many unacknowledged receipts; not executed
)

// Receipt is the answer to one submission.
type Receipt struct {
	state.Receipt
	Session, Sequence uint64 // the session's; Receipt.Sequence is the root's
	Index             uint64 // Raft index at which it took effect
	Batch             uint64 // batch that holds it, or will (the open batch's number)
	Status            Status
}

// Info describes one session.
type Info struct {
	ID           uint64
	Owner        string
	Next         uint64 // next sequence number
	Low          uint64 // newest acknowledged sequence number
	LastActiveMs int64
}
