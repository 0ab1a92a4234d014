package tree

import "unsafe"

// prefetch asks for the cache line of p and does not wait for it. A load in its
// place would hold up everything behind it.
//
//go:noescape
func prefetch(p unsafe.Pointer)

// prefetchWrite asks for the line in order to overwrite it.
//
//go:noescape
func prefetchWrite(p unsafe.Pointer)
