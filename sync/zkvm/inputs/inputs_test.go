package inputs_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
)

func open(t *testing.T, dir string) *inputs.Store { t.Helper(); return openWith(t, dir, 0) }

func count(s *inputs.Store) int { n, _ := s.Kept(); return n }

func bytesOf(s *inputs.Store) int64 { _, b := s.Kept(); return b }

func openWith(t *testing.T, dir string, limit int64) *inputs.Store {
	t.Helper()
	s, err := inputs.Open(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func key(n uint64) inputs.Key { return inputs.Key{Batch: n, HeaderHash: [32]byte{byte(n), 0xee}} }

func save(t *testing.T, s *inputs.Store, k inputs.Key, input []byte) {
	t.Helper()
	if err := s.Save(k, input); err != nil {
		t.Fatal(err)
	}
}

func loads(t *testing.T, s *inputs.Store, k inputs.Key, want []byte) {
	t.Helper()
	got, digest, err := s.Load(k)
	if err != nil || !bytes.Equal(got, want) || digest != sha256.Sum256(want) {
		t.Errorf("batch %d: %x, %x, %v", k.Batch, got, digest, err)
	}
}

// Load gives what Save was given, also after a restart; what is under another header is another input.
func TestInputsSurviveRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inputs")
	s := open(t, dir)
	large := bytes.Repeat([]byte{1, 2, 3}, 1<<16)
	save(t, s, key(1), large)
	save(t, s, key(1), large)
	save(t, s, key(2), nil)
	s = open(t, dir)
	loads(t, s, key(1), large)
	loads(t, s, key(2), []byte{})
	other := key(1)
	other.HeaderHash[0] ^= 1
	if _, _, err := s.Load(other); !errors.Is(err, inputs.ErrAbsent) || s.Has(other) || count(s) != 2 {
		t.Errorf("an input under another header: %v", err)
	}
}

// What nobody waits for any more goes; what is wanted stays.
func TestKeep(t *testing.T) {
	s := open(t, t.TempDir())
	for n := range uint64(5) {
		save(t, s, key(n), []byte{byte(n)})
	}
	if err := s.Keep(func(k inputs.Key) bool { return k.Batch >= 3 }); err != nil {
		t.Fatal(err)
	}
	if count(s) != 2 || s.Has(key(2)) || !s.Has(key(3)) {
		t.Errorf("%d inputs are kept", count(s))
	}
	loads(t, s, key(4), []byte{4})
	if _, _, err := s.Load(key(0)); !errors.Is(err, inputs.ErrAbsent) {
		t.Error(err)
	}
}

// Every changed or cut file is damaged, never another input, and is removed so that it can be made anew; a file that a
// crash left half written is no input.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	want := []byte("the input")
	save(t, s, key(7), want)
	files, err := filepath.Glob(filepath.Join(dir, "*.hfi"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(b []byte) {
		t.Helper()
		if err := os.WriteFile(files[0], b, 0o600); err != nil {
			t.Fatal(err)
		}
		s = open(t, dir)
		if got, _, err := s.Load(key(7)); !errors.Is(err, inputs.ErrDamaged) {
			t.Fatalf("%x reads as %x, %v", b, got, err)
		}
		if _, _, err := s.Load(key(7)); !errors.Is(err, inputs.ErrAbsent) {
			t.Fatalf("a damaged input is still there: %v", err)
		}
	}
	for i := range whole {
		b := bytes.Clone(whole)
		b[i] ^= 0x10
		damaged(b)
		damaged(whole[:i])
	}
	damaged(append(bytes.Clone(whole), 0))
	if err := os.WriteFile(files[0], whole, 0o600); err != nil {
		t.Fatal(err)
	}
	loads(t, open(t, dir), key(7), want)

	part := filepath.Join(dir, filepath.Base(files[0])+".123"+durable.Suffix)
	if err := os.WriteFile(part, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if s = open(t, dir); count(s) != 1 {
		t.Errorf("%d inputs are kept", count(s))
	}
	if _, err := os.Stat(part); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a half-written file stays: %v", err)
	}
}

// No more than the limit is kept, however often it is opened; what is removed, or replaced, makes room or takes none.
func TestLimit(t *testing.T) {
	dir := t.TempDir()
	s := openWith(t, dir, 300)
	input := make([]byte, 100) // 136 with its head
	for n := range uint64(3) {
		save(t, s, key(n), input)
		save(t, s, key(n), input)
	}
	if bytesOf(s) != 3*136 || !s.Full(key(3)) || s.Full(key(2)) {
		t.Fatalf("%d bytes are kept, full: %v", bytesOf(s), s.Full(key(3)))
	}
	s = openWith(t, dir, 300)
	if err := s.Save(key(3), nil); !errors.Is(err, inputs.ErrFull) || s.Has(key(3)) || bytesOf(s) != 3*136 {
		t.Fatalf("beyond the limit: %v, %d bytes", err, bytesOf(s))
	}
	if err := s.Keep(func(k inputs.Key) bool { return k.Batch > 0 }); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(key(0)); err != nil || bytesOf(s) != 2*136 || s.Full(key(3)) {
		t.Fatalf("%v, %d bytes after one was removed", err, bytesOf(s))
	}
	save(t, s, key(3), nil)
	if bytesOf(s) != 2*136+36 || !s.Full(key(4)) {
		t.Errorf("%d bytes, full: %v", bytesOf(s), s.Full(key(4)))
	}
}

// Later batches keep no earlier one out: it would never be executed, and so they never proved.
func TestTheOldestIsAlwaysTaken(t *testing.T) {
	s := openWith(t, t.TempDir(), 100)
	input := make([]byte, 200)
	for _, n := range []uint64{9, 7, 5, 2} {
		save(t, s, key(n), input)
		for later := n + 1; later < 12; later++ {
			if err := s.Save(key(later), input); s.Has(key(later)) != (err == nil) {
				t.Errorf("batch %d: %v", later, err)
			} else if err != nil && !errors.Is(err, inputs.ErrFull) {
				t.Error(err)
			}
		}
	}
	if count(s) != 4 || s.Full(key(1)) {
		t.Errorf("%d are kept", count(s))
	}
}
