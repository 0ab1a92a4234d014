package floor

import (
	"errors"
	"fmt"
	"os"
	"time"
	"unsafe"
)

const (
	streamBlock = 1 << 20
	streamAlign = 4096 // of memory and lengths, for writes past the page cache
)

// Stream writes n bytes, rounded up to 1 MiB, one after the other to a new file in dir (empty: the directory for temporary
// files), past the page cache where the system lets it, and syncs. It returns bytes a second.
func Stream(dir string, n int64) (rate float64, err error) {
	file, err := os.CreateTemp(dir, "holdfast-bench-")
	if err != nil {
		return 0, fmt.Errorf("measure a stream: %w", err)
	}
	name := file.Name()
	defer func() { err = errors.Join(err, os.Remove(name)) }()
	if direct, failed := openDirect(name); failed == nil {
		err, file = file.Close(), direct
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err != nil {
		return 0, fmt.Errorf("measure a stream: %w", err)
	}
	block := make([]byte, streamBlock+streamAlign)
	block = block[streamAlign-uintptr(unsafe.Pointer(unsafe.SliceData(block)))%streamAlign:][:streamBlock]
	start, written := time.Now(), int64(0)
	for ; written < n; written += streamBlock {
		if _, err := file.Write(block); err != nil {
			return 0, fmt.Errorf("measure a stream: %w", err)
		}
	}
	if err := file.Sync(); err != nil {
		return 0, fmt.Errorf("measure a stream: %w", err)
	}
	return float64(written) / time.Since(start).Seconds(), nil
}

// Uncached opens a file that was synced, with none of it in the page cache where the system can let go of it.
func Uncached(name string) (*os.File, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open past the cache: %w", err)
	}
	uncache(file)
	return file, nil
}
