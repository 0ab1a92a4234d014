package command

import (
	"fmt"
	"strconv"
)

// FrameVersion is the frame version that this package writes and reads.
const FrameVersion = 1

// Type says what a frame's body holds. Wire-stable.
type Type uint8

// The frame types.
const (
	TypeEntry Type = 1 + iota
	TypeTermMarker
	TypeGenesis
	TypeSeal
	TypeSessionOpen
	TypeSessionClose
	TypeCursor
	TypeRollback
	TypeHalt
	TypeResume
	TypeQuarantine
	TypeEpoch
	TypeActivate
	TypeCut
	TypeCredit
	TypeAdopt
)

const maxType = TypeAdopt

func (t Type) String() string {
	names := [...]string{
		"", "entry", "term_marker", "genesis", "seal", "session_open", "session_close",
		"cursor", "rollback", "halt", "resume", "quarantine", "epoch", "activate", "cut", "credit", "adopt",
	}
	if t == 0 || int(t) >= len(names) {
		return "type_" + strconv.Itoa(int(t))
	}
	return names[t]
}

// VersionError reports a frame of a version that this binary does not know.
type VersionError struct{ Got uint8 }

func (e *VersionError) Error() string {
	return fmt.Sprintf("frame version %d is unknown (this binary knows %d)", e.Got, FrameVersion)
}

// TypeError reports a frame of a type that this binary does not know.
type TypeError struct{ Got Type }

func (e *TypeError) Error() string { return fmt.Sprintf("frame type %d is unknown", uint8(e.Got)) }

// EncodeFrame appends the frame of body to dst.
func EncodeFrame(dst []byte, t Type, body []byte) []byte {
	dst = append(dst, FrameVersion, uint8(t))
	return append(dst, body...)
}

// DecodeFrame splits a frame. The body points into b. Errors: ErrTruncated,
// *VersionError, *TypeError.
func DecodeFrame(b []byte) (Type, []byte, error) {
	if len(b) < 2 {
		return 0, nil, fmt.Errorf("frame of %d bytes: %w", len(b), ErrTruncated)
	}
	if b[0] != FrameVersion {
		return 0, nil, &VersionError{Got: b[0]}
	}
	t := Type(b[1])
	if t == 0 || t > maxType {
		return 0, nil, &TypeError{Got: t}
	}
	return t, b[2:], nil
}
