package durable

// What must hold here: nothing gets its name before it is synced, and nobody is told that it has
// it before the directory is.

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Suffix is what the names of files end with that are not whole yet.
const Suffix = ".tmp"

// WriteFile gives the file at path a content and a mode.
func WriteFile(path string, content []byte, mode fs.FileMode) error {
	return Write(path, mode, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// Write gives the file at path what write writes, and a mode. An error of write leaves what there was.
func Write(path string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"+Suffix)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			if left := os.Remove(f.Name()); !errors.Is(left, fs.ErrNotExist) {
				err = errors.Join(err, left)
			}
		}
	}()
	if err = write(f); err == nil {
		err = errors.Join(f.Chmod(mode), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return Rename(f.Name(), path)
}

// Rename gives a file or a directory, whose content is synced, its name for good.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncDirectory(filepath.Dir(to))
}

// SyncDirectory makes what was made, renamed or removed in a directory last. One that may be changed and not read
// cannot be synced; what was done in it is done.
func SyncDirectory(dir string) error {
	d, err := os.Open(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Sweep removes what a crash left in a directory that was not whole, files and directories alike, and returns their
// paths. That there is no such directory is success.
func Sweep(dir string) (removed []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), Suffix) {
			continue
		}
		left := filepath.Join(dir, e.Name())
		if err := os.RemoveAll(left); err != nil {
			return removed, err
		}
		removed = append(removed, left)
	}
	return removed, nil
}
