package inputs

// What must hold here: Load gives the bytes that Save was given, or an error; of the oldest batch that
// waits an input is always taken, whatever the limit.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

const (
	magic  = "HFI1"
	suffix = ".hfi"
	head   = len(magic) + sha256.Size
)

// ErrAbsent says that no input of the batch is kept here.
var ErrAbsent = errors.New("no input of this batch is kept here")

// ErrFull says that no more inputs are taken before some are removed.
var ErrFull = errors.New("the inputs that wait for provers have reached their limit")

// ErrDamaged says that a file is not what was written.
var ErrDamaged = errors.New("the kept input is damaged")

// Key names an input.
type Key struct {
	Batch      uint64
	HeaderHash [32]byte
}

func (k Key) file() string {
	return fmt.Sprintf("%020d-%x%s", k.Batch, k.HeaderHash, suffix)
}

// parse is the inverse of file.
func parse(name string) (Key, bool) {
	number, hash, ok := strings.Cut(strings.TrimSuffix(name, suffix), "-")
	n, err := strconv.ParseUint(number, 10, 64)
	raw, herr := hex.DecodeString(hash)
	if !ok || err != nil || herr != nil || len(raw) != 32 {
		return Key{}, false
	}
	k := Key{Batch: n, HeaderHash: [32]byte(raw)}
	return k, k.file() == name
}

// Store is a directory of inputs.
type Store struct {
	dir   string
	limit int64 // bytes; 0 for none

	mu    sync.Mutex    // guards kept and bytes
	kept  map[Key]int64 // sizes of files
	bytes int64         // their sum
}

// Open makes the directory if it is not there, and removes what a crash left half written. An input is taken while those
// of earlier batches have less than limit bytes; 0 is no limit.
func Open(dir string, limit int64) (*Store, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("inputs: %w", err)
	}
	if _, err := durable.Sweep(dir); err != nil {
		return nil, fmt.Errorf("inputs: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("inputs: %w", err)
	}
	s := &Store{dir: dir, limit: limit, kept: map[Key]int64{}}
	for _, e := range entries {
		if k, ok := parse(e.Name()); ok {
			info, err := e.Info()
			if err != nil {
				return nil, fmt.Errorf("inputs: %w", err)
			}
			s.note(k, info.Size())
		}
	}
	return s, nil
}

// Has says whether an input is kept.
func (s *Store) Has(k Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.kept[k]
	return ok
}

// Kept is how many inputs are kept, and the bytes of their files.
func (s *Store) Kept() (count int, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.kept), s.bytes
}

// Full says whether Save does not take an input now. Later batches never keep out an earlier one: what it waits for, the
// proofs of those before it, they wait for too.
func (s *Store) Full(k Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.kept[k]; ok || s.limit == 0 {
		return false
	}
	earlier := int64(0)
	for other, size := range s.kept {
		if other.Batch < k.Batch {
			earlier += size
		}
	}
	return earlier >= s.limit
}

// note takes account of a file. The caller holds mu, or alone has s.
func (s *Store) note(k Key, size int64) {
	s.bytes += size - s.kept[k]
	s.kept[k] = size
}

// Save keeps an input. Saving it again is harmless. Errors are ErrFull or the file system's.
func (s *Store) Save(k Key, input []byte) error {
	if s.Full(k) {
		return fmt.Errorf("inputs: batch %d: %w", k.Batch, ErrFull)
	}
	digest := sha256.Sum256(input)
	err := durable.Write(filepath.Join(s.dir, k.file()), 0o600, func(w io.Writer) error {
		for _, part := range [][]byte{[]byte(magic), digest[:], input} {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("inputs: keep batch %d: %w", k.Batch, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(k, int64(head+len(input)))
	return nil
}

// Load gives an input and its SHA-256. Errors are ErrAbsent, ErrDamaged or the file system's.
func (s *Store) Load(k Key) (input []byte, digest [32]byte, err error) {
	if !s.Has(k) {
		return nil, digest, fmt.Errorf("inputs: batch %d: %w", k.Batch, ErrAbsent)
	}
	b, err := os.ReadFile(filepath.Join(s.dir, k.file()))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, digest, fmt.Errorf("inputs: batch %d: %w", k.Batch, errors.Join(ErrAbsent, s.Remove(k)))
	}
	if err != nil {
		return nil, digest, fmt.Errorf("inputs: batch %d: %w", k.Batch, err)
	}
	if input, digest, err = decode(b); err != nil {
		return nil, digest, fmt.Errorf("inputs: batch %d: %w", k.Batch, errors.Join(err, s.Remove(k)))
	}
	return input, digest, nil
}

// decode checks a file.
func decode(b []byte) (input []byte, digest [32]byte, err error) {
	if len(b) < head || !bytes.HasPrefix(b, []byte(magic)) {
		return nil, digest, ErrDamaged
	}
	copy(digest[:], b[len(magic):])
	if sha256.Sum256(b[head:]) != digest {
		return nil, digest, ErrDamaged
	}
	return b[head:], digest, nil
}

// Remove keeps an input no longer.
func (s *Store) Remove(k Key) error {
	s.mu.Lock()
	s.bytes -= s.kept[k]
	delete(s.kept, k)
	s.mu.Unlock()
	return removed(os.Remove(filepath.Join(s.dir, k.file())))
}

// Keep removes every input that wanted does not want.
func (s *Store) Keep(wanted func(Key) bool) error {
	s.mu.Lock()
	var drop []Key
	for k := range s.kept {
		if !wanted(k) {
			drop = append(drop, k)
		}
	}
	s.mu.Unlock()
	var errs []error
	for _, k := range drop {
		errs = append(errs, s.Remove(k))
	}
	return errors.Join(errs...)
}

func removed(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
