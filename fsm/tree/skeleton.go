// Package tree is the ordered Merkle tree (skeleton: bodies follow).
package tree

import (
	"errors"
	"io"
)

// MaxKey and MaxValue are the longest key and value, in bytes.
const (
	MaxKey   = 31
	MaxValue = 30
)

// Errors of the package; all are matched with errors.Is.
var (
	ErrKeyLength       = errors.New("tree: key length out of range")
	ErrValueLength     = errors.New("tree: value too long")
	ErrPrefixKey       = errors.New("tree: a key is a prefix of another")
	ErrUnsorted        = errors.New("tree: keys are not strictly increasing")
	ErrVersionReleased = errors.New("tree: version is not kept")
	ErrPruned          = errors.New("tree: subtree is known by its commitment alone")
	ErrProof           = errors.New("tree: proof does not hold")
	ErrEncoding        = errors.New("tree: malformed encoding")
	ErrNotEmpty        = errors.New("tree: load needs an empty tree")
	ErrFull            = errors.New("tree: arena is full")
	ErrBroken          = errors.New("tree: working version is half changed, roll back")
)

type (
	// Hash is a commitment.
	Hash [32]byte
	// Hasher writes n digests of 32 bytes for n blocks of 64.
	Hasher func(digests, blocks []byte)
	// Parallel calls fn(0) to fn(n-1), possibly side by side, and returns when all have returned.
	Parallel func(n int, fn func(i int))
	// Version is a local handle: strictly increasing, never used again.
	Version uint64
	// Options may be zero.
	Options struct {
		Hasher   Hasher
		Parallel Parallel
	}
	// Change is one entry of a batch.
	Change struct {
		Key, Value []byte
		Delete     bool
	}
	// KV is a pair.
	KV struct{ Key, Value []byte }
	// VersionInfo describes a kept version.
	VersionInfo struct {
		Version Version
		Root    Hash
		Leaves  uint64
	}
	// Tree has one writer.
	Tree struct{ _ int }
	// View is a pinned version.
	View struct{ _ int }
	// Proof proves presence, absence, a range or several keys.
	Proof struct{ _ int }
)

func SHA256(digests, blocks []byte)                                       { panic("todo") }
func New(Options) *Tree                                                   { panic("todo") }
func (*Tree) Get(key []byte) (value []byte, ok bool, err error)           { panic("todo") }
func (*Tree) Put(key, value []byte) error                                 { panic("todo") }
func (*Tree) Delete(key []byte) (existed bool, err error)                 { panic("todo") }
func (*Tree) First(prefix []byte) (key, value []byte, ok bool, err error) { panic("todo") }
func (*Tree) Next(prefix, after []byte) (key, value []byte, ok bool, err error) {
	panic("todo")
}
func (*Tree) Ascend(prefix, from []byte, fn func(key, value []byte) bool) error { panic("todo") }
func (*Tree) Len() uint64                                                       { panic("todo") }
func Sort(changes []Change)                                                     { panic("todo") }
func (*Tree) Apply(changes []Change) error                                      { panic("todo") }
func (*Tree) Seal() (Version, Hash)                                             { panic("todo") }
func (*Tree) Root() Hash                                                        { panic("todo") }
func (*Tree) Rollback(v Version) error                                          { panic("todo") }
func (*Tree) Release(v Version) error                                           { panic("todo") }
func (*Tree) Versions() []VersionInfo                                           { panic("todo") }
func (*Tree) View(v Version) (*View, error)                                     { panic("todo") }
func (*View) Version() Version                                                  { panic("todo") }
func (*View) Root() Hash                                                        { panic("todo") }
func (*View) Len() uint64                                                       { panic("todo") }
func (*View) Get(key []byte) (value []byte, ok bool, err error)                 { panic("todo") }
func (*View) First(prefix []byte) (key, value []byte, ok bool, err error)       { panic("todo") }
func (*View) Next(prefix, after []byte) (key, value []byte, ok bool, err error) { panic("todo") }
func (*View) Ascend(prefix, from []byte, fn func(key, value []byte) bool) error { panic("todo") }
func (*View) Close()                                                            { panic("todo") }
func (*View) Prove(key []byte) (Proof, error)                                   { panic("todo") }
func (*View) ProveRange(from, to []byte) (Proof, error)                         { panic("todo") }
func (*View) ProveMulti(keys [][]byte) (Proof, error)                           { panic("todo") }

// Marshal returns the proof's canonical encoding.
func (p Proof) Marshal() []byte { panic("todo") }

// UnmarshalProof decodes a proof.
func UnmarshalProof(b []byte) (Proof, error) { panic("todo") }

func Verify(root Hash, key []byte, p Proof) (value []byte, present bool, err error) { panic("todo") }
func VerifyRange(root Hash, from, to []byte, p Proof) ([]KV, error)                 { panic("todo") }

// VerifyMulti returns the pairs of keys that are present, in the order of keys; an absent key has a nil Value.
func VerifyMulti(root Hash, keys [][]byte, p Proof) ([]KV, error) { panic("todo") }

// PrefixEnd returns the first key after all that have the prefix, nil if there is none: ProveRange(prefix, PrefixEnd(prefix)).
func PrefixEnd(prefix []byte) []byte { panic("todo") }

func (*View) Fork(Options) *Tree                                          { panic("todo") }
func (*Tree) Witness() []byte                                             { panic("todo") }
func FromWitness(w []byte, o Options) (*Tree, Hash, error)                { panic("todo") }
func Diff(from, to *View, fn func(key, before, after []byte) error) error { panic("todo") }
func (*View) WriteTo(w io.Writer) (int64, error)                          { panic("todo") }
func (*Tree) Load(r io.Reader) error                                      { panic("todo") }
func Retain(kept []uint64, newest uint64, need func(n uint64) bool, recent int) (release []uint64) {
	panic("todo")
}
