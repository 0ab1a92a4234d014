package fsm

import (
	"log/slog"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Retention bounds what is kept of sealed batches.
type Retention struct {
	Recent   int   // newest versions that are always kept
	MaxBytes int64 // payload bytes above which versions are thinned
}

// Sessions bounds client sessions. It must be the same on every replica.
type Sessions struct {
	MaxInFlight int   // unacknowledged receipts per session
	MaxSessions int   // open sessions
	ExpiryMs    int64 // idle time by the log's clock
}

// Config is what a replica brings along. Retention and Sessions must be equal on
// every replica of a cluster: they decide replicated state.
type Config struct {
	Hasher    tree.Hasher   // nil: crypto/sha256
	Parallel  tree.Parallel // nil: serial
	Logger    *slog.Logger  // nil: discards
	Retention Retention
	Sessions  Sessions
	NodeID    string
	OnSeal    func(SealInfo) // on the FSM goroutine; must not block
	OnFatal   func(error)    // once, when the machine poisons itself; must not block
}

// SealInfo is what replicas exchange after each seal.
type SealInfo struct {
	Lineage    [16]byte
	Index      uint64
	Batch      uint64
	Root       [32]byte
	HeaderHash [32]byte
	Digest     [32]byte // of everything replicated outside the root
}

// Position says which state a reply speaks of.
type Position struct {
	Lineage [16]byte
	Index   uint64   // newest applied Raft index
	Batch   uint64   // newest sealed batch
	Root    [32]byte // its root
}

// Result is the response of every applied command.
type Result struct {
	Position
	Receipts []session.Receipt // one per submission of an entry, in order
	Session  uint64            // of a session-open command
	Epoch    uint64            // of an epoch command: the new counter
	Err      error             // typed refusal of a command, or ErrPoisoned
}

// Origin says which sequences of a session a batch holds, inclusive.
type Origin struct{ Session, From, To uint64 }

// SealedBatch is a batch that is retained. It is immutable.
type SealedBatch struct {
	Header  batch.Header
	Hash    [32]byte // header hash
	Payload []byte   // canonical columns of the transitions
	Origins []Origin // sorted by session, then by sequence
	Index   uint64   // Raft index of the seal
}
