//go:build !linux

package devnet

import (
	"errors"
	"math"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return nil }

const unlimited = math.MaxUint64

func limitFiles(int, uint64) error { return errors.ErrUnsupported }
