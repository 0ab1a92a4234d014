package cursor

// The heads never break their order and never move back unnoticed; every
// mutation either happens whole or not at all.

// Heads says how far each layer has come. All but Applied are batch numbers.
type Heads struct {
	Applied   uint64 // newest accepted transition's sequence number
	Sealed    uint64
	Executed  uint64 // the zkVM stated the same root
	Published uint64 // readable from at least one DA provider
	Committed uint64 // commit transaction on L1 at depth
	Proven    uint64 // verification on L1 at depth
	Finalized uint64 // both in finalized L1 blocks
}

// Context is where in the replicated log an event stands.
type Context struct {
	Index  uint64 // Raft index
	TimeMs int64  // clamped log time
}

// Execution is the zkVM layer's statement about a batch.
type Execution struct {
	Root, HeaderHash, JournalHash Hash
	Node                          string
}

// Inclusion is where an anchor of a batch stands on L1.
type Inclusion struct {
	Nonce   uint64
	TxHash  Hash
	Block   BlockRef
	AtDepth bool
}

// Report is a replica's statement about a batch.
type Report struct {
	Node         string
	Root, Digest Hash
}

// Batch is what the cursor knows of one batch. Records are immutable.
type Batch struct {
	Number                      uint64
	HeaderHash, Root            Hash
	FirstSequence, LastSequence uint64
	SealedMs                    int64
	Execution                   *Execution  // nil until the zkVM agreed
	Mismatches                  []Execution // statements that did not agree
	Refs                        []Ref
	Commit, Verify              *Inclusion // nil until included
	Reports                     []Report   // sorted by node
}

// Status is where an anchor stands.
type Status uint8

// Statuses of an anchor.
const (
	StatusPending  Status = 1 + iota // signed, perhaps sent, not seen in a block
	StatusIncluded                   // in a block
	StatusAtDepth                    // in a block that is deep enough
	StatusFailed                     // the nonce was consumed without effect
)

// Attempt is one signed transaction at an anchor's nonce.
type Attempt struct {
	TxHash Hash
	RawTx  []byte
	Cancel bool // only consumes the nonce
	Stale  bool // carries content that a rollback removed
}

// Anchor is one in-flight L1 transaction. Records are immutable.
type Anchor struct {
	Epoch        uint64
	Kind         Kind
	First, Last  uint64
	HeaderHashes []Hash
	Account      Account
	Nonce        uint64
	Attempts     []Attempt // oldest first; any of them may land
	Status       Status
	Stale        bool     // its content was rolled back; the nonce is still open
	TxHash       Hash     // the attempt that landed
	Block        BlockRef // where it landed
	Reason       string   // why it failed
	IntentMs     int64
}

// Cursor is the replicated record. See the package comment for its rules.
type Cursor struct {
	heads Heads
}
