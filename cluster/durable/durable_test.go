package durable_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A file has the content and the mode that it was given, and nothing stays beside it.
func TestFilesAreReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for i, mode := range []fs.FileMode{0o600, 0o644, 0o400} {
		content := []byte{byte('a' + i)}
		if err := durable.WriteFile(path, content, mode); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != mode || read(t, path) != string(content) {
			t.Errorf("mode %v, %q, %v", info.Mode(), read(t, path), err)
		}
	}
	if got := names(t, dir); !slices.Equal(got, []string{"file"}) {
		t.Errorf("%q", got)
	}
}

// What fails on the way leaves what there was, and nothing beside it.
func TestAFailureLeavesTheOldContent(t *testing.T) {
	dir := t.TempDir()
	path, taken := filepath.Join(dir, "file"), filepath.Join(dir, "taken")
	if err := errors.Join(durable.WriteFile(path, []byte("old"), 0o600), os.Mkdir(taken, 0o700)); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("failed")
	err := durable.Write(path, 0o600, func(w io.Writer) error {
		_, err := w.Write([]byte("half of the new"))
		return errors.Join(err, failed)
	})
	if !errors.Is(err, failed) || read(t, path) != "old" {
		t.Errorf("%v, %q", err, read(t, path))
	}
	if err = durable.WriteFile(taken, []byte("x"), 0o600); err == nil {
		t.Error("a directory was replaced by a file")
	}
	if err = durable.WriteFile(filepath.Join(dir, "none", "file"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
	if err = durable.Rename(filepath.Join(dir, "nothing"), path); !errors.Is(err, fs.ErrNotExist) || read(t, path) != "old" {
		t.Errorf("renamed nothing: %v, %q", err, read(t, path))
	}
	if got := names(t, dir); !slices.Equal(got, []string{"file", "taken"}) {
		t.Errorf("%q", got)
	}
}

// Whoever reads while others write finds one of their contents, whole.
func TestReadersSeeWholeFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	contents := make([][]byte, 3)
	for i := range contents {
		contents[i] = bytes.Repeat([]byte{byte('a' + i)}, 1+i*100_000)
	}
	if err := durable.WriteFile(path, contents[0], 0o600); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for _, content := range contents {
		writers.Go(func() {
			for range 10 {
				if err := durable.WriteFile(path, content, 0o600); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		if got := read(t, path); !slices.ContainsFunc(contents, func(c []byte) bool { return string(c) == got }) {
			t.Fatalf("%d bytes that nobody wrote", len(got))
		}
	}
}

// What a crash left is swept, file or directory, and nothing else is.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	func() {
		defer func() { _ = recover() }()
		_ = durable.Write(path, 0o600, func(io.Writer) error { panic("the process ends here") })
	}()
	left := names(t, dir)
	if len(left) != 1 || filepath.Ext(left[0]) != durable.Suffix {
		t.Fatalf("%q", left)
	}
	half := filepath.Join(dir, "half"+durable.Suffix)
	if err := errors.Join(durable.WriteFile(path, nil, 0o600), os.MkdirAll(filepath.Join(half, "a", "b"), 0o700)); err != nil {
		t.Fatal(err)
	}
	removed, err := durable.Sweep(dir)
	if want := []string{filepath.Join(dir, left[0]), half}; err != nil || !slices.Equal(removed, want) {
		t.Errorf("%q, %v, want %q", removed, err, want)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"file"}) {
		t.Errorf("%q", got)
	}
	if removed, err = durable.Sweep(filepath.Join(dir, "none")); err != nil || len(removed) > 0 {
		t.Errorf("no directory: %q, %v", removed, err)
	}
}
