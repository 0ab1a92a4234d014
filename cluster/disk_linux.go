package cluster

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// spaceOf asks the file system for what a process without privileges may still write.
func spaceOf(dir string) (free, total uint64, err error) {
	var s unix.Statfs_t
	if err = unix.Statfs(dir, &s); err != nil {
		return 0, 0, fmt.Errorf("cluster: ask for free space: %w", err)
	}
	size := uint64(max(s.Bsize, 0))
	return s.Bavail * size, s.Blocks * size, nil
}
