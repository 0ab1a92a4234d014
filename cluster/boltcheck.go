package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
)

// bbolt maps its file into memory; a file that is shorter than its meta pages
// say ends the process with SIGBUS when a page beyond the end is touched. So
// the length is checked before bbolt sees the file.

const (
	boltMagic      = 0xED0CDAED
	boltPageHeader = 16
	boltMetaSize   = 64 // of which the last 8 bytes are FNV-1a of the rest
)

// checkBolt refuses a file that is shorter than the newest valid meta page
// says, or has no valid meta page. An absent or empty file is refused only if
// it must exist.
func checkBolt(path string, mustExist bool) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if mustExist {
			return fmt.Errorf("%w: %s is missing", ErrDamagedLog, path)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("cluster: open Raft store: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("cluster: stat Raft store: %w", err)
	}
	if info.Size() == 0 {
		if mustExist {
			return fmt.Errorf("%w: %s is empty", ErrDamagedLog, path)
		}
		return nil
	}
	need, err := boltExtent(f)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamagedLog, path, err)
	}
	if info.Size() < need {
		return fmt.Errorf("%w: %s is truncated: %d bytes, %d needed", ErrDamagedLog, path, info.Size(), need)
	}
	return nil
}

// boltExtent returns how many bytes the newest valid meta page refers to.
func boltExtent(r io.ReaderAt) (int64, error) {
	var newest uint64
	need := int64(-1)
	// The second meta page begins at the page size, which the first one states
	// if it is whole; otherwise the usual sizes are tried.
	offsets := []int64{0, 4096, 8192, 16384, 65536}
	for _, at := range offsets {
		var page [boltPageHeader + boltMetaSize]byte
		if _, err := r.ReadAt(page[:], at); err != nil {
			continue
		}
		m := page[boltPageHeader:]
		if binary.NativeEndian.Uint32(m) != boltMagic {
			continue
		}
		sum := fnv.New64a()
		_, _ = sum.Write(m[:boltMetaSize-8])
		if sum.Sum64() != binary.NativeEndian.Uint64(m[boltMetaSize-8:]) {
			continue
		}
		pageSize := binary.NativeEndian.Uint32(m[8:])
		pages, tx := binary.NativeEndian.Uint64(m[40:]), binary.NativeEndian.Uint64(m[48:])
		if pages > 1<<40 || (need >= 0 && tx < newest) {
			continue
		}
		newest, need = tx, int64(pages)*int64(pageSize)
	}
	if need < 0 {
		return 0, errors.New("no valid meta page")
	}
	return need, nil
}
