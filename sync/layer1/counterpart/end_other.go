//go:build !linux

package counterpart

import "syscall"

// endWithParent does nothing where the kernel has no such thing: Close ends the program.
func endWithParent() *syscall.SysProcAttr { return nil }
