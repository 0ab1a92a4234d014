package guest

import (
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Code says why an input was refused. The values are stable: host and guest may be of different versions.
type Code uint32

// Reasons for a refusal.
const (
	CodeInternal   Code = iota // none of the others; a defect
	CodeInput                  // the input, or a part of it, does not decode
	CodeWitness                // the witness does not decode
	CodePreRoot                // the witness has another root than the header's pre-root
	CodePruned                 // the witness lacks a node that the execution needs
	CodeTransition             // a transition was not accepted
	CodeState                  // the state, or what follows from it, breaks a rule of its own
)

// String names the reason.
func (c Code) String() string {
	switch c {
	case CodeInput:
		return "malformed input"
	case CodeWitness:
		return "malformed witness"
	case CodePreRoot:
		return "witness of another state"
	case CodePruned:
		return "incomplete witness"
	case CodeTransition:
		return "transition not accepted"
	case CodeState:
		return "inconsistent state"
	case CodeInternal:
		return "internal"
	default:
		return fmt.Sprintf("code %d", uint32(c))
	}
}

// refusal is an error with its reason.
type refusal struct {
	code  Code
	cause error
}

func (r *refusal) Error() string { return r.cause.Error() }
func (r *refusal) Unwrap() error { return r.cause }

// refuse gives cause the reason code, unless the cause is a missing node: that one always shows.
func refuse(code Code, cause error) error {
	if errors.Is(cause, tree.ErrPruned) {
		code = CodePruned
	}
	return &refusal{code: code, cause: cause}
}

// CodeOf gives the reason of an error that Run returned.
func CodeOf(err error) Code {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.code
	}
	return CodeInternal
}
