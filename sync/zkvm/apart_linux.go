package zkvm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// apart gives a process a session of its own: signals from a terminal are the replica's, which ends the process, and
// where the kernel divides processor time among sessions, the replica's share is not spent on executions.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// idlePolicy is Linux's SCHED_IDLE: such a thread makes way at once for every other that wakes up, which one of the
// lowest nice value does not.
const idlePolicy = 5

// lowest is the nice value of a session that gets what others leave.
const lowest = "19"

// StandBack makes this process one that runs when nothing else wants to, and the first to go when memory is short. It
// is for the executor's process alone. Threads have their policy from those that begin them; what the runtime has begun
// already is gone through until none is left.
func StandBack() error {
	var errs []error
	for name, value := range map[string]string{"autogroup": lowest, "oom_score_adj": "1000"} {
		err := os.WriteFile("/proc/self/"+name, []byte(value), 0)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.EAGAIN) { // not known here, or just set by another
			errs = append(errs, err)
		}
	}
	for left := true; left; {
		left = false
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			errs = append(errs, err)
		}
		for _, t := range threads {
			id, err := strconv.Atoi(t.Name())
			if err != nil {
				continue
			}
			now, err := unix.SchedGetAttr(id, 0)
			if err != nil || now.Policy == idlePolicy {
				continue // it has ended, or has it already
			}
			if err := unix.SchedSetAttr(id, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: idlePolicy}, 0); err != nil {
				return fmt.Errorf("zkvm: lower the priority: %w", errors.Join(append(errs, err)...))
			}
			left = true
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("zkvm: lower the priority: %w", err)
	}
	return nil
}
