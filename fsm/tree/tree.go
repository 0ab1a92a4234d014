package tree

// What must always hold here: one goroutine calls the methods of a Tree (View
// apart); every operation that fails leaves the working version as it was, Apply
// and Load apart, after which the tree is broken until a Rollback.

import (
	"errors"
	"fmt"
	"sync"
)

// MaxKey and MaxValue are the longest key and value, in bytes. A key has at
// least one byte, a value may be empty.
const (
	MaxKey   = 31
	MaxValue = 30
)

// Errors of the package; match them with errors.Is.
var (
	ErrKeyLength       = errors.New("tree: key length out of range")
	ErrValueLength     = errors.New("tree: value too long")
	ErrPrefixKey       = errors.New("tree: a key is a prefix of another")
	ErrUnsorted        = errors.New("tree: keys are not strictly increasing")
	ErrVersionReleased = errors.New("tree: version is not kept")
	ErrPruned          = errors.New("tree: subtree is known by its commitment alone")
	ErrProof           = errors.New("tree: proof does not hold")
	ErrEncoding        = errors.New("tree: malformed encoding")
	ErrNotEmpty        = errors.New("tree: load needs a new tree")
	ErrFull            = errors.New("tree: arena is full")
	ErrBroken          = errors.New("tree: working version is half changed, roll back")
)

// A Hash is a node's commitment: 2 bytes label, 30 bytes of SHA-256. The zero
// Hash is the root of the empty tree.
type Hash [32]byte

// A Hasher writes n digests of 32 bytes for n blocks of 64 bytes. It must be
// SHA-256 and may be called from several goroutines at once.
type Hasher func(digests, blocks []byte)

// Parallel calls fn(0) to fn(n-1), possibly side by side, and returns when all
// have returned. A panic in fn must reach the caller of Parallel.
type Parallel func(n int, fn func(i int))

// Version names a sealed version of one Tree. Numbers strictly increase and are
// never used again, not even after Rollback. They are local: replicas that seal
// at the same places have the same ones, but nothing is committed to them.
type Version uint64

// Memory returns n bytes, zeroed, aligned to 64 bytes and used for nothing else,
// in which a tree keeps a part of its tables for as long as it is reachable. It
// may be called from several goroutines at once.
type Memory func(n int) []byte

// Options may be zero: crypto/sha256 on one goroutine, memory from make.
type Options struct {
	Hasher   Hasher
	Parallel Parallel
	Memory   Memory
}

// A Change is one entry of a batch. Value is ignored if Delete is set.
type Change struct {
	Key, Value []byte
	Delete     bool
}

// A KV is a record.
type KV struct{ Key, Value []byte }

// VersionInfo describes a kept version. Leaves counts its records; of a tree
// made by FromWitness it counts only those that are known.
type VersionInfo struct {
	Version Version
	Root    Hash
	Leaves  uint64
}

// A Tree is the ordered map: a working version and the sealed ones that are
// kept. See the package comment for who may call what.
type Tree struct {
	nodes   table[branch]
	blocks  table[block]
	born    table[uint32]  // births of leaves
	commits [4]table[Hash] // by kind; the fourth is never used
	branchs pool
	leafs   pool

	hasher   Hasher
	parallel Parallel
	memory   Memory // nil is Go's

	root   handle
	leaves uint64
	cur    uint32 // the version being built
	broken error  // why the working version may only be rolled back
	used   bool   // something was put or sealed: Load refuses
	main   *worker
	part   *partial // nil unless a fork or made from a witness

	spareMu sync.Mutex // guards spare; nothing is called while it is held
	spare   []*worker

	packed []block // Apply's batch
	sorted []block // where ApplyAny orders it

	mu    sync.Mutex // guards what follows against View and Close; only the writer changes kept
	kept  []*version // ascending by number, those released but pinned included
	dead  deadSet    // what the working version stopped using, collected from the workers
	limbo []limbo
}

// New makes an empty tree. It takes about a megabyte and a half.
func New(o Options) *Tree {
	t := &Tree{hasher: o.Hasher, parallel: o.Parallel, memory: o.Memory, cur: 1}
	if t.hasher == nil {
		t.hasher = SHA256
	}
	// Index 0 of every kind stays unused: handle 0 is none.
	t.branchs = pool{next: refill, grow: t.growBranches}
	t.leafs = pool{next: refill, grow: t.growLeaves}
	t.growBranches(0)
	t.growLeaves(0)
	t.main = newWorker(t)
	return t
}

func (t *Tree) growBranches(chunk handle) {
	t.nodes.grow(chunk, t.memory)
	t.commits[branchKind].grow(chunk, t.memory)
}

func (t *Tree) growLeaves(chunk handle) {
	t.blocks.grow(chunk, t.memory)
	t.born.grow(chunk, t.memory)
	t.commits[leafKind].grow(chunk, t.memory)
}

func (t *Tree) commit(h handle) *Hash { return t.commits[h.kind()].at(h) }

// check fails while the working version is half changed.
func (t *Tree) check() error {
	if t.broken != nil {
		return fmt.Errorf("%w: %w", ErrBroken, t.broken)
	}
	return nil
}

// Put sets key to value in the working version.
func (t *Tree) Put(key, value []byte) error {
	var c block
	if err := c.set(key, value); err != nil {
		return err
	}
	_, err := t.single(&c)
	return err
}

// Delete removes key from the working version and says whether it was there.
func (t *Tree) Delete(key []byte) (existed bool, err error) {
	var c block
	if err := c.setKey(key); err != nil {
		return false, err
	}
	c[tagAt] = tagDelete
	return t.single(&c)
}

func (t *Tree) single(c *block) (existed bool, err error) {
	if t.broken != nil {
		return false, t.check()
	}
	t.used = true
	w := t.main
	existed, _, err = w.change(c)
	t.root = w.root
	t.leaves = uint64(int64(t.leaves) + w.delta)
	w.delta = 0
	return existed, err
}

// Len is how many records the working version has, as VersionInfo counts them.
func (t *Tree) Len() uint64 { return t.leaves }

// Get returns key's value in the working version. The value may be read until
// the next change of the tree.
func (t *Tree) Get(key []byte) (value []byte, ok bool, err error) {
	if t.broken != nil {
		return nil, false, t.check()
	}
	return t.get(t.root, key)
}

// First returns the first record whose key begins with prefix, in the working
// version. What it returns may be read until the next change of the tree.
func (t *Tree) First(prefix []byte) (key, value []byte, ok bool, err error) {
	if t.broken != nil {
		return nil, nil, false, t.check()
	}
	return t.first(t.root, prefix)
}

// Next returns the first record whose key begins with prefix and comes after
// the given one, which need not exist. Keys compare as zero padded.
func (t *Tree) Next(prefix, after []byte) (key, value []byte, ok bool, err error) {
	if t.broken != nil {
		return nil, nil, false, t.check()
	}
	return t.next(t.root, prefix, after)
}

// Ascend calls fn in key order for the records of the working version whose
// keys begin with prefix and are not before from, until fn says false. fn must
// not change the tree.
func (t *Tree) Ascend(prefix, from []byte, fn func(key, value []byte) bool) error {
	if t.broken != nil {
		return t.check()
	}
	return t.ascend(t.root, prefix, from, fn)
}

// Stats says what the tree holds and takes.
type Stats struct {
	Bytes    uint64 // tables, free lists, dead lists and lists for hashing
	Branches uint64 // slots in use, of all versions
	Leaves   uint64
	Versions int
}

// Stats may be called by the writer.
func (t *Tree) Stats() Stats {
	const perBranch, perLeaf = 16 + 32, blockLen + 4 + 32
	s := Stats{Versions: len(t.kept)}
	bytes := t.branchs.chunks()*chunkLen*perBranch + t.leafs.chunks()*chunkLen*perLeaf
	free := [2]int{len(t.branchs.free), len(t.leafs.free)}
	lists := cap(t.branchs.free) + cap(t.leafs.free) + t.dead.room()
	for _, v := range t.kept {
		lists += v.dead.room()
	}
	for _, w := range t.workers() {
		free[0] += len(w.freeBranch)
		free[1] += len(w.freeLeaf)
		lists += w.room()
	}
	s.Bytes = uint64(bytes + 4*lists + blockLen*(cap(t.packed)+cap(t.sorted)))
	s.Branches = uint64(int(t.branchs.next) - refill - free[0])
	s.Leaves = uint64(int(t.leafs.next) - refill - free[1])
	return s
}

func (t *Tree) workers() []*worker { return append([]*worker{t.main}, t.spare...) }
