package counterpart

import "syscall"

// endWithParent makes the kernel end a program with the process that started it,
// however that ends.
func endWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
