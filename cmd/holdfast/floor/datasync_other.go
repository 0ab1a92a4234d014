//go:build !linux

package floor

import (
	"errors"
	"os"
)

// datasync is a whole sync where the system has no fdatasync, as the log stores do it there.
func datasync(f *os.File) error { return f.Sync() }

func openDirect(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func uncache(*os.File) {}
