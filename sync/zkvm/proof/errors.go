package proof

// Every refusal of a proof is one of two types: it was no proof at all, or it was one that does not hold. A refusal of
// an operator's key file is a third. None of them depends on time or on the machine.

import (
	"errors"
	"fmt"
)

// What a MalformedError or an InvalidError may wrap.
var (
	// ErrUnsupported: the selector is published, but its verifier is not here: PLONK proofs, and RISC Zero's versions
	// before V2_1 and after V3_0.
	ErrUnsupported = errors.New("not supported")
	// ErrNoKey: the version is known, its verifying key is not installed.
	ErrNoKey = errors.New("no verifying key installed")
	// ErrFakeReceipt: a receipt of RISC Zero's development mode, which proves nothing. Package develop has what
	// development chains need.
	ErrFakeReceipt = errors.New("a fake receipt, which proves nothing")
	// ErrPairing: well formed, but the pairing equation does not hold: another key, program or public values, or no
	// proof of anything.
	ErrPairing = errors.New("the pairing equation does not hold")
)

// MalformedError says that bytes are no proof, or a statement none that the system can make: wrong length, unknown
// selector, a coordinate or input that is no canonical field element, a point that is not in its group.
type MalformedError struct {
	System System
	What   string // which part
	Err    error
}

func (e *MalformedError) Error() string {
	return fmt.Sprintf("%s proof malformed: %s: %v", e.System, e.What, e.Err)
}

func (e *MalformedError) Unwrap() error { return e.Err }

// InvalidError says that a well-formed proof does not prove the statement.
type InvalidError struct {
	Version Version
	Err     error
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("%s proof does not hold: %v", e.Version, e.Err)
}

func (e *InvalidError) Unwrap() error { return e.Err }

// KeyError says why a key file was not taken.
type KeyError struct {
	System System
	Err    error
}

func (e *KeyError) Error() string { return fmt.Sprintf("%s verifying key: %v", e.System, e.Err) }
func (e *KeyError) Unwrap() error { return e.Err }
