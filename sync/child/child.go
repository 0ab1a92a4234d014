// Package child starts programs that end with the process that started them, however that ends: L1s of other makes, and the
// replicas of a devnet and of tests.
//
// Linux sends a program its parent-death signal, prctl(2) PR_SET_PDEATHSIG, when the thread that started it ends, not the
// process. Threads of a Go program do end: each that a goroutine leaves locked, as those of executions are. So the thread
// that starts a program here waits for its end, and does nothing else meanwhile. Elsewhere than on Linux nothing ends a
// program but its parent.
package child

import (
	"os/exec"
	"runtime"
)

// Start starts a program as [exec.Cmd.Start] does, waits for its end beside the caller and calls ended then, with what
// [exec.Cmd.Wait] answered; nobody else may call that. A program that runs costs a thread.
func Start(cmd *exec.Cmd, ended func(error)) error {
	endWithParent(cmd)
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread() // the program has ended, and the thread is as any other
		err := cmd.Start()
		started <- err
		if err == nil {
			ended(cmd.Wait())
		}
	}()
	return <-started
}
