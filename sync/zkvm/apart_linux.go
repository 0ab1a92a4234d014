package zkvm

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// apart gives a process a group of its own: signals from a terminal are the replica's, which ends the process.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// StandBack makes this process one that runs when nothing else wants to, and the first to go when memory is short. The
// priority is set for all threads of a process group at once, and those that they begin have it from them: it does nothing
// in a process that shares its group with others, which the executor's process never does.
func StandBack() error {
	if unix.Getpgrp() != unix.Getpid() {
		return nil
	}
	if err := unix.Setpriority(unix.PRIO_PGRP, 0, 19); err != nil {
		return fmt.Errorf("zkvm: lower the priority: %w", err)
	}
	if err := os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0); err != nil {
		return fmt.Errorf("zkvm: go first when memory is short: %w", err)
	}
	return nil
}
