package zkvm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// Outcomes of an execution that say nothing about the batch. See also RefusalError and DivergenceError, which do.
var (
	// ErrInputTooLarge: the input is above the executor's cap and was not executed.
	ErrInputTooLarge = errors.New("zkvm: input above the cap")
	// ErrProgramVersion: the header names a program version that this executor does not have. Another release has it.
	ErrProgramVersion = errors.New("zkvm: no guest of this program version")
	// ErrMemory: the guest needed more memory than the executor's cap. A larger cap may execute the input.
	ErrMemory = errors.New("zkvm: guest needs more memory than its cap")
	// ErrCrashed: the guest ended without output or refusal. It is a defect of guest or executor.
	ErrCrashed = errors.New("zkvm: guest crashed")

	errOutside     = errors.New("zkvm: guest passed memory outside its own")
	errOutputTwice = errors.New("zkvm: guest gave a second output")
)

// RefusalError says that the guest did not execute the input: it is malformed, its witness does not belong to the
// pre-root or misses a node, or a transition of the payload was not accepted. Without a defect or a forgery it does
// not happen to an input that Witness made of a sealed batch, so callers treat it like a divergence.
type RefusalError struct {
	Code    guest.Code
	Message string
}

func (e *RefusalError) Error() string {
	return fmt.Sprintf("zkvm: guest refused the input (%s): %s", e.Code, e.Message)
}

// DivergenceError says that the guest executed the batch with another result than the replica's. Both sides are given;
// Fields names what differs, in journal order and with "diff" at the end.
type DivergenceError struct {
	Batch     uint64
	Fields    []string
	Header    batch.Header  // what the sealing replica computed
	Journal   guest.Journal // what the guest computed
	Keys      []Difference  // the first keys that differ, at most MaxDifferences; none without the replica's own diff
	Differing int           // how many differ
}

func (e *DivergenceError) Error() string {
	return fmt.Sprintf("zkvm: batch %d diverges in %s: local post-root %x, zkVM post-root %x, local header %x, zkVM header %x",
		e.Batch, e.Detail(), e.Header.PostRoot, e.Journal.PostRoot, e.Header.Hash(), e.Journal.HeaderHash)
}

// Detail names the fields and the first keys that differ, in at most 1.5 KiB.
func (e *DivergenceError) Detail() string {
	text := strings.Join(e.Fields, ", ")
	if e.Differing == 0 {
		return text
	}
	names := make([]string, len(e.Keys))
	for i, d := range e.Keys {
		names[i] = d.Name()
	}
	text += fmt.Sprintf("; %d keys: %s", e.Differing, strings.Join(names, ", "))
	if more := e.Differing - len(e.Keys); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
