package fsm

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Everything in a replica is a function of the log. The transitions of the batch
// that is being sealed and of the open one, applied to the newest version, give
// what the native store holds.

// Origin says which sequences of a session a batch holds, inclusive.
type Origin struct{ Session, From, To uint64 }

// SealedBatch is a batch that is retained. It is immutable.
type SealedBatch struct {
	Header  batch.Header
	Hash    [32]byte // header hash
	Payload []byte   // canonical columns of the transitions, whatever the payload kind
	Diff    []byte   // canonical columns of the net diff; nil under transitions payloads
	Origins []Origin // sorted by session, then by sequence
	Index   uint64   // Raft index of the seal

	FirstWithdrawal uint64 // index that its first withdrawal has, or would have

	Digest [32]byte // of everything replicated outside the root, when it was sealed
}

// Content returns the bytes that the header's payload hash speaks of: what is
// published.
func (b *SealedBatch) Content() []byte {
	if b.Header.PayloadKind == batch.PayloadDiff {
		return b.Diff
	}
	return b.Payload
}

func (b *SealedBatch) bytes() int64 { return int64(len(b.Payload) + len(b.Diff)) }

// keptVersion is a batch whose version is kept: in the tree, or folded onto the next kept one.
type keptVersion struct {
	batch   uint64
	version tree.Version // 0 if it is folded
	root    tree.Hash
	folds   []*tree.Fold // for tree.Join; replaced, never written
}

func (v keptVersion) folded() bool { return v.version == 0 }

// openBatch is what was accepted since the last seal.
type openBatch struct {
	transitions []command.Transition // append only: captures share its prefix
	origins     []Origin             // in the order of the log, runs joined
	firstTimeMs int64
}

// sealedState is what the next header needs of the state at the newest seal.
type sealedState struct {
	counters state.Counters
	inbox    state.Inbox
}

// replica is the replicated state.
type replica struct {
	config *Config

	index       uint64
	clockMs     int64
	genesis     command.Genesis
	minVersion  uint32
	activations []command.Activate // by AtBatch

	tree      *tree.Tree    // written by the sealing while there is one
	beside    bool          // that goes on beside Apply
	store     *state.Native // the state now
	addresses *addressBook  // of its accounts
	sessions  *session.Table
	cursor    *cursor.Cursor

	open        openBatch
	sealing     *sealing      // of the batch that was cut and is not sealed; nil if there is none
	changes     []tree.Change // memory for the next cut, as is changeBytes
	changeBytes []byte
	releases    []tree.Version // to be freed by whoever writes the tree next
	size        tree.Stats     // of the tree at the newest seal
	base        sealedState
	newest      keptVersion      // of the newest sealed batch, always kept
	versions    []keptVersion    // ascending, newest last; those that are folded come first
	folded      uint64           // versions below are folded on every replica, others on those that were restored
	sealed      []*SealedBatch   // consecutive numbers, newest last; payloads may be gone
	encoder     batch.Encoder    // the sealing's while there is one
	reverted    []*RevertedBatch // by rollback, then in order
	adopting    *adoption        // the pieces so far of a batch that is being adopted; replaced, never written

	kept          []uint64 // batches of versions; replaced, never written
	retainedBytes int64
	foldedBytes   uint64
}

func newReplica(config *Config) *replica {
	r := bareReplica(config)
	version, root := r.tree.Seal() // batch 0 is the empty state
	r.newest = keptVersion{version: version, root: root}
	r.versions = []keptVersion{r.newest}
	r.summarize()
	return r
}

// bareReplica has an empty tree without any version.
func bareReplica(config *Config) *replica {
	r := &replica{
		config: config,
		store:  state.NewNative(config.Seed),
		cursor: cursor.New(), addresses: newAddressBook(),
	}
	o := tree.Options{Hasher: config.Hasher, Memory: config.Memory}
	if config.Parallel != nil {
		o.Parallel = r.spread
	}
	r.tree = tree.New(o)
	r.sessions = session.New(sessionLimits(r.genesis.Limits)) // nothing is let in before the genesis sets them
	return r
}

// cores is how many this process may use. What is added to GOMAXPROCS later is no core more.
var cores = runtime.GOMAXPROCS(0)

// spread divides the tree's work among cores; beside Apply it leaves Apply one.
func (r *replica) spread(n int, fn func(i int)) {
	if !r.beside || cores > 2 {
		r.config.Parallel(n, fn)
		return
	}
	for i := range n {
		fn(i)
	}
}

func sessionLimits(l command.Limits) session.Limits {
	return session.Limits{MaxInFlight: int(l.SessionInFlight), MaxSessions: int(l.Sessions), ExpiryMs: l.SessionExpiryMs}
}

// clamp moves the clock to a command's time, never back.
func (r *replica) clamp(timeMs int64) { r.clockMs = max(r.clockMs, timeMs) }

func (r *replica) at() cursor.Context { return cursor.Context{Index: r.index, TimeMs: r.clockMs} }

func (r *replica) hasGenesis() bool { return r.genesis.Lineage != [16]byte{} }

// openNumber is the number that the open batch will have.
func (r *replica) openNumber() uint64 {
	if r.sealing != nil {
		return r.sealing.number + 1
	}
	return r.newest.batch + 1
}

// programVersion is the version that executes a batch.
func (r *replica) programVersion(n uint64) uint32 {
	version := r.genesis.ProgramVersion
	for _, a := range r.activations {
		if a.AtBatch <= n {
			version = a.ProgramVersion
		}
	}
	return version
}

// findSealed returns the retained record of a batch.
func (r *replica) findSealed(n uint64) (*SealedBatch, error) {
	if n == 0 || n > r.newest.batch {
		return nil, fmt.Errorf("batch %d of %d: %w", n, r.newest.batch, ErrUnknownBatch)
	}
	if len(r.sealed) == 0 || n < r.sealed[0].Header.Number {
		return nil, fmt.Errorf("batch %d: %w", n, ErrVersionReleased)
	}
	return r.sealed[n-r.sealed[0].Header.Number], nil
}

// findVersion returns the newest kept version at or below a batch.
func (r *replica) findVersion(n uint64) (keptVersion, bool) {
	i, exact := slices.BinarySearchFunc(r.versions, n, func(v keptVersion, n uint64) int {
		switch {
		case v.batch < n:
			return -1
		case v.batch > n:
			return 1
		default:
			return 0
		}
	})
	if exact {
		return r.versions[i], true
	}
	if i == 0 {
		return keptVersion{}, false
	}
	return r.versions[i-1], true
}

// readBase reads what the next header needs; the tree must stand at a seal.
func (r *replica) readBase() error {
	counters, err := state.ReadCounters(r.tree)
	if err != nil {
		return fmt.Errorf("read counters: %w", err)
	}
	inbox, err := state.ReadInbox(r.tree)
	if err != nil {
		return fmt.Errorf("read inbox: %w", err)
	}
	r.base = sealedState{counters: counters, inbox: inbox}
	return nil
}

// retainPayloads lets go of batches before a kept version's, and then of payloads up to the committed batch that are too
// much.
func (r *replica) retainPayloads(base, committed uint64) {
	recent := uint64(r.genesis.Limits.RecentVersions)
	drop := 0
	for drop < len(r.sealed)-1 {
		n := r.sealed[drop].Header.Number
		if n >= base || n+recent > r.newest.batch {
			break
		}
		drop++
	}
	if drop > 0 {
		r.sealed = slices.Clone(r.sealed[drop:])
	}
	total := uint64(0)
	for _, b := range r.sealed {
		total += uint64(b.bytes())
	}
	for i, b := range r.sealed {
		if total <= r.genesis.Limits.RetainedBytes || b.Header.Number > committed {
			break
		}
		if b.bytes() == 0 {
			continue
		}
		total -= uint64(b.bytes())
		thin := *b
		thin.Payload, thin.Diff = nil, nil
		r.sealed = slices.Clone(r.sealed)
		r.sealed[i] = &thin
	}
}

// summarize refreshes what status pages want of versions and payloads. The old
// slice may be in a published picture and is not written.
func (r *replica) summarize() {
	r.kept, r.retainedBytes, r.foldedBytes = make([]uint64, len(r.versions)), 0, 0
	for i, v := range r.versions {
		r.kept[i] = v.batch
		for _, f := range v.folds {
			r.foldedBytes += f.Bytes()
		}
	}
	for _, b := range r.sealed {
		r.retainedBytes += b.bytes()
	}
}

// digest is over the open batch.
func (o *openBatch) digest() [32]byte {
	w := command.Writer{}
	w.I64(o.firstTimeMs)
	writeOrigins(&w, o.origins)
	w.Buf = batch.EncodePayload(w.Buf, o.transitions)
	return sha256.Sum256(w.Buf)
}

// digest is over everything that is replicated outside the root but the open
// batch, for which its own header will stand. Replicas compare it after each seal.
func (r *replica) digest() [32]byte {
	w := command.Writer{}
	r.writeMeta(&w)
	for _, d := range [][32]byte{r.sessions.Digest(), r.cursor.Digest()} {
		w.Fixed(d[:])
	}
	for _, v := range r.versions {
		w.Uvarint(v.batch)
		w.Fixed(v.root[:])
	}
	for _, b := range r.sealed {
		w.Fixed(b.Hash[:])
		w.Bool(b.Payload != nil)
	}
	w.Uvarint(uint64(len(r.reverted)))
	return sha256.Sum256(w.Buf)
}
