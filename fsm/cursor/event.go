package cursor

// Events carry facts about other layers into the cursor. They are wire-stable:
// a new fact gets a new number, and no number is ever reused.

// Hash is a 32-byte digest.
type Hash = [32]byte

// Account is an L1 address of a submitter.
type Account = [20]byte

// Kind is what an anchor does on L1.
type Kind uint8

// Kinds of anchors.
const (
	Commit Kind = 1
	Verify Kind = 2
)

// BlockRef names an L1 block by number and hash.
type BlockRef struct {
	Number uint64
	Hash   Hash
	TimeMs int64 // the block's timestamp, milliseconds since the Unix epoch
}

// Ref says where one DA provider holds a batch's envelope.
type Ref struct {
	Provider   uint8
	Codec      uint8 // codec of the envelope (sync/da)
	Commitment Hash  // content commitment that every fetch is checked against
	Bytes      uint32
	Extra      []byte // provider-specific, for example blob versioned hashes
}

// Event is one fact about another layer. The set of implementations is closed.
type Event interface{ eventType() eventType }

// Executed states what the zkVM layer computed for a batch. A guest that refused
// the batch states zero hashes.
type Executed struct {
	Batch       uint64
	Sealed      Hash // header hash of what was executed: a statement about what a rollback removed is none about its successor
	Root        Hash
	HeaderHash  Hash
	JournalHash Hash
	Node        string // replica whose executor states it
	Detail      string // where it differs from what the replica computed itself: at most MaxDetail bytes; empty if nowhere
}

// Published states that a DA provider holds a batch and gave it back intact.
type Published struct {
	Batch  uint64
	Sealed Hash // header hash of the batch: another may have its number by now
	Ref    Ref
}

// Intent is the promise to send one anchor, written before it is sent.
type Intent struct {
	Epoch        uint64
	Kind         Kind
	First, Last  uint64 // batches, inclusive
	HeaderHashes []Hash // one per batch
	Account      Account
	Nonce        uint64
	TxHash       Hash
	RawTx        []byte // signed, without blob sidecars (rebuilt from payloads)
}

// Replaced is a further signed transaction at an anchor's nonce: higher fees, or
// with Cancel a transaction that only consumes the nonce.
type Replaced struct {
	Kind    Kind
	Account Account
	Nonce   uint64
	TxHash  Hash
	RawTx   []byte
	Cancel  bool
}

// Included states that a transaction at the nonce was mined with status 1 and
// that the contract's own state agrees.
type Included struct {
	Kind    Kind
	Account Account
	Nonce   uint64
	TxHash  Hash
	Block   BlockRef
}

// Filler is a signed transaction that only consumes a nonce below the next one
// at which no anchor stands: without it nothing above that nonce is ever mined. A
// reorganization can take back a foreign use of the account and leave such a gap.
type Filler struct {
	Kind    Kind
	Account Account
	Nonce   uint64
	TxHash  Hash
	RawTx   []byte
}

// Failed states that the nonce was consumed without effect: with status 0, or,
// with a zero TxHash, by a transaction that is none of the anchor's attempts. The
// latter is a conclusion from what is missing, so a receipt may still correct it.
type Failed struct {
	Kind    Kind
	Account Account
	Nonce   uint64
	TxHash  Hash
	Block   BlockRef
	Reason  string
}

// AtDepth states that the anchor's block is deep enough to count.
type AtDepth struct {
	Kind    Kind
	Account Account
	Nonce   uint64
}

// L1Observed advances the follow point. Ring holds the blocks that are new since
// the last observation, in order; the last of them is Latest. Consecutive
// numbers continue the ring; a gap (after a long outage) restarts it.
type L1Observed struct {
	Latest, Safe, Finalized BlockRef
	Ring                    []BlockRef
}

// L1Reorg takes back every block above Ancestor. Head is the new branch's head
// as it was seen; its blocks come with the next L1Observed.
type L1Reorg struct {
	Ancestor BlockRef
	Head     BlockRef
}

// ReplicaRoot is one replica's report of its root and digest at a batch.
type ReplicaRoot struct {
	Node   string
	Batch  uint64
	Sealed Hash // header hash of the batch here: another may have its number by now
	Root   Hash
	Digest Hash
}

// Deposited continues the record of the L1 queue by what blocks up to the follow
// point hold, in the order of the queue.
type Deposited struct{ Deposits []Deposit }

// RevertedAcked states that the sequencer has read what the rollbacks up to this
// one removed: it is kept no longer.
type RevertedAcked struct{ Rollback uint64 }

type eventType uint8

const (
	typeExecuted eventType = 1 + iota
	typePublished
	typeIntent
	typeReplaced
	typeIncluded
	typeFailed
	typeAtDepth
	typeL1Observed
	typeL1Reorg
	typeVerdict
	typeReplicaRoot
	typeFiller
	typeDeposited
	typeRevertedAcked
)

func (Executed) eventType() eventType    { return typeExecuted }
func (Published) eventType() eventType   { return typePublished }
func (Intent) eventType() eventType      { return typeIntent }
func (Replaced) eventType() eventType    { return typeReplaced }
func (Included) eventType() eventType    { return typeIncluded }
func (Failed) eventType() eventType      { return typeFailed }
func (AtDepth) eventType() eventType     { return typeAtDepth }
func (L1Observed) eventType() eventType  { return typeL1Observed }
func (L1Reorg) eventType() eventType     { return typeL1Reorg }
func (Verdict) eventType() eventType     { return typeVerdict }
func (ReplicaRoot) eventType() eventType { return typeReplicaRoot }
func (Filler) eventType() eventType      { return typeFiller }
func (Deposited) eventType() eventType   { return typeDeposited }

func (RevertedAcked) eventType() eventType { return typeRevertedAcked }
