package devnet

import "syscall"

// dieWithParent has the kernel end a replica when this process dies without a farewell. The replica is a process group
// of its own, so that an interrupt at the terminal reaches this process alone.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
