//go:build !linux

package floor

import "os"

// datasync is a whole sync where the system has no fdatasync, as the log stores do it there.
func datasync(f *os.File) error { return f.Sync() }
