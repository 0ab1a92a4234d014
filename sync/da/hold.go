package da

// What must hold here: while anybody holds the archive shared, in whatever process, nobody holds it alone. The system
// takes the lock back from a process that ends.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// ErrInUse says that somebody holds the archive in a way that rules out what was asked for. Nothing was done.
var ErrInUse = errors.New("da: the archive is in use")

const (
	holdFile  = "archive.lock"        // in an archive's directory; a flock, without content
	holdAgain = 50 * time.Millisecond // between two attempts
)

// Hold keeps others from removing objects until release is called, for who writes or reads objects that belong together.
// It waits for one that removes some, at most for the archive's timeout: ErrInUse. Only an archive on a file system can
// be held; elsewhere, and where the file system has no locks or may only be read, Hold does nothing.
func (a *Archive) Hold(ctx context.Context) (release func() error, err error) {
	if a.dir == "" {
		return nothing, nil
	}
	waiting, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	lock := a.lock()
	held, err := lock.TryRLockContext(waiting, holdAgain)
	switch {
	case held:
		return lock.Unlock, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("da: hold the archive: %w", context.Cause(ctx))
	case waiting.Err() != nil:
		return nil, fmt.Errorf("%w: objects have been removed from it for %v", ErrInUse, a.timeout)
	case errors.Is(err, errors.ErrUnsupported), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return nothing, nil
	}
	return nil, fmt.Errorf("da: hold the archive: %w", err)
}

// HoldAlone is for who removes objects. It does not wait for those who hold the archive: ErrInUse. Where an archive
// cannot be held it does nothing.
func (a *Archive) HoldAlone() (release func() error, err error) {
	if a.dir == "" {
		return nothing, nil
	}
	lock := a.lock()
	held, err := lock.TryLock()
	switch {
	case held:
		return lock.Unlock, nil
	case errors.Is(err, errors.ErrUnsupported):
		return nothing, nil
	case err != nil:
		return nil, fmt.Errorf("da: hold the archive: %w", err)
	}
	return nil, fmt.Errorf("%w: objects of it are being read or written", ErrInUse)
}

// lock is a holder's own; others may read the file, to lock it, whoever made it.
func (a *Archive) lock() *flock.Flock {
	return flock.New(filepath.Join(a.dir, holdFile), flock.SetPermissions(0o644))
}

func nothing() error { return nil }
