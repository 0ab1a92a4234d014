//go:build !amd64

package tree

import "unsafe"

func prefetch(unsafe.Pointer) {}

func prefetchWrite(unsafe.Pointer) {}
