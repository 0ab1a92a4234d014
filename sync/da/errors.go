package da

import (
	"errors"
	"fmt"
)

// The ways in which reading or writing a payload ends. Compare with errors.Is; what was attempted, and with which
// provider, stands in the wrapping.
var (
	// ErrAbsent: the provider does not hold the payload. Bytes that do not match the commitment count as absent
	// (WrongBytesError matches ErrAbsent), because whoever reads may not tell a damaged copy from none.
	ErrAbsent = errors.New("da: payload is absent")
	// ErrConflict: the provider already holds something else under this name, and it was left untouched.
	ErrConflict = errors.New("da: another object stands under this name")
	// ErrMalformed: bytes that are no envelope or no archive object.
	ErrMalformed = errors.New("da: malformed")
	// ErrUnknownCodec: the codec id is none that this program knows.
	ErrUnknownCodec = errors.New("da: unknown codec")
	// ErrTooLarge: a declared or actual size is above the reader's limit. Nothing was allocated for it.
	ErrTooLarge = errors.New("da: above the size limit")
	// ErrForeignReference: a reference was given to a provider that did not issue it.
	ErrForeignReference = errors.New("da: reference belongs to another provider")
	// ErrNoProvider: a Reader was asked for a reference that no configured provider serves.
	ErrNoProvider = errors.New("da: no provider serves this reference")
	// ErrRebuild: the retained payloads do not give the blobs of a signed transaction again.
	ErrRebuild = errors.New("da: a transaction's blobs cannot be rebuilt")
)

// WrongBytesError says that a provider answered with bytes that do not match the commitment. It matches ErrAbsent.
type WrongBytesError struct {
	Provider string   // provider's name
	Object   string   // what was asked for
	Want     [32]byte // commitment
	Got      [32]byte // what the bytes hash to; zero when they could not be decoded at all
	Cause    error    // why they could not be decoded, or nil
}

func (e *WrongBytesError) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("da: %s: %s: wrong bytes, want %x: %v", e.Provider, e.Object, e.Want, e.Cause)
	}
	return fmt.Sprintf("da: %s: %s: wrong bytes, want %x, got %x", e.Provider, e.Object, e.Want, e.Got)
}

// Is reports that wrong bytes are absent bytes.
func (e *WrongBytesError) Is(target error) bool { return target == ErrAbsent }

// Unwrap gives the decoding error, if there was one.
func (e *WrongBytesError) Unwrap() error { return e.Cause }

// ConflictError says that the provider holds another content under the name. It matches ErrConflict.
type ConflictError struct {
	Provider string
	Object   string
	Cause    error // why the existing object was not taken for ours
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("da: %s: %s exists with other content: %v", e.Provider, e.Object, e.Cause)
}

// Is matches ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// Unwrap gives what was found wrong with the existing object.
func (e *ConflictError) Unwrap() error { return e.Cause }
