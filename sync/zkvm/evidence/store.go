package evidence

// Invariant of this file: a name that ends in the extension belongs to a whole file.

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// Extension of an evidence file's name.
const Extension = ".hfe"

// Defaults of Limits.
const (
	DefaultFiles = 64
	DefaultBytes = 1 << 30
)

// maxPerHeader is how many different answers about one header are kept.
const maxPerHeader = 9

// Limits of a store.
type Limits struct {
	Files int   // 0 = DefaultFiles
	Bytes int64 // of all files together; 0 = DefaultBytes
}

// Store is a directory of evidence. Its methods may be called concurrently.
type Store struct {
	dir    string
	limits Limits

	mu sync.Mutex // one Write at a time
}

// NewStore returns the store in dir, which the first Write makes.
func NewStore(dir string, limits Limits) *Store {
	return &Store{dir: dir, limits: Limits{Files: cmp.Or(limits.Files, DefaultFiles), Bytes: cmp.Or(limits.Bytes, DefaultBytes)}}
}

// Info describes one file.
type Info struct {
	Name    string
	Path    string
	Batch   uint64
	Bytes   int64
	Written time.Time
}

// Write keeps a mismatch and returns its file's name. What is kept already, but for the time, is not written again.
func (s *Store) Write(m *Mismatch) (string, error) {
	task, err := m.Task()
	if err != nil {
		return "", err
	}
	content := m.Append(nil)
	if int64(len(content)) > min(s.limits.Bytes, MaxFile) {
		return "", fmt.Errorf("%w: %d bytes", ErrTooLarge, len(content))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err = os.MkdirAll(s.dir, 0o750); err != nil {
		return "", fmt.Errorf("evidence: make the directory: %w", err)
	}
	if _, err = durable.Sweep(s.dir); err != nil {
		return "", fmt.Errorf("evidence: %w", err)
	}
	hash := task.Header.Hash()
	base := fmt.Sprintf("%d-%x", task.Header.Number, hash[:4])
	name := base + Extension
	for i := 2; ; i++ {
		known, err := Read(filepath.Join(s.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err == nil && known.answers(m) || i > maxPerHeader {
			return name, nil
		}
		name = fmt.Sprintf("%s-%d%s", base, i, Extension)
	}
	if err := s.makeRoom(int64(len(content))); err != nil {
		return "", err
	}
	if err := durable.WriteFile(filepath.Join(s.dir, name), content, 0o600); err != nil {
		return "", fmt.Errorf("evidence: write: %w", err)
	}
	return name, nil
}

// answers says whether two mismatches of one header are the same but for when they were.
func (m *Mismatch) answers(o *Mismatch) bool {
	same := *o
	same.TimeMs = m.TimeMs
	return string(m.Append(nil)) == string(same.Append(nil))
}

// makeRoom drops the oldest files until one of so many bytes fits.
func (s *Store) makeRoom(size int64) error {
	files, err := List(s.dir)
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, b Info) int { return cmp.Or(a.Written.Compare(b.Written), cmp.Compare(a.Batch, b.Batch)) })
	total := size
	for _, f := range files {
		total += f.Bytes
	}
	for len(files) > 0 && (len(files) >= s.limits.Files || total > s.limits.Bytes) {
		if err := os.Remove(files[0].Path); err != nil {
			return fmt.Errorf("evidence: drop the oldest: %w", err)
		}
		total -= files[0].Bytes
		files = files[1:]
	}
	return nil
}

// Read reads one file.
func Read(path string) (*Mismatch, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	if info.Size() > MaxFile {
		return nil, fmt.Errorf("%w: %s has %d bytes", ErrTooLarge, path, info.Size())
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return Decode(content)
}

// List gives the files in a directory in the order of their batches; none if there is no such directory.
func List(dir string) ([]Info, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	var out []Info
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "-")
		n, malformed := strconv.ParseUint(number, 10, 64)
		if malformed != nil || e.IsDir() || filepath.Ext(e.Name()) != Extension {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // dropped meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("evidence: %w", err)
		}
		out = append(out, Info{Name: e.Name(), Path: filepath.Join(dir, e.Name()), Batch: n, Bytes: info.Size(), Written: info.ModTime()})
	}
	slices.SortFunc(out, func(a, b Info) int { return cmp.Or(cmp.Compare(a.Batch, b.Batch), cmp.Compare(a.Name, b.Name)) })
	return out, nil
}
