package devnet

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownGroup makes a replica a process group of its own, so that an interrupt at the terminal reaches this process alone.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

const unlimited = unix.RLIM_INFINITY

// limitFiles sets how long a file may become by the writes of a process: prlimit(2), soft limit of RLIMIT_FSIZE.
func limitFiles(pid int, bytes uint64) error {
	err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: unlimited}, nil)
	if errors.Is(err, unix.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}
