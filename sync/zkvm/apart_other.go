//go:build !linux

package zkvm

import "os/exec"

func apart(*exec.Cmd) {}

// StandBack lowers this process's priority where that is known how.
func StandBack() error { return nil }
