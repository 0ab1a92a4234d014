// Package fast is what a tree may use where the whole machine is at hand: the vectorised hasher, all cores and huge pages. It stands
// beside package tree, which is built for guests as well, where neither exists.
package fast

import (
	"fmt"
	"sync"

	"github.com/prysmaticlabs/gohashtree"
)

// Hash is the vectorised two-to-one hasher (tree.Hasher). It panics if the lengths do not fit.
func Hash(digests, blocks []byte) {
	if err := gohashtree.HashByteSlice(digests, blocks); err != nil {
		panic(fmt.Sprintf("hash %d bytes into %d: %v", len(blocks), len(digests), err))
	}
}

// Parallel spreads work over goroutines (tree.Parallel); the runtime bounds what runs at a time.
func Parallel(n int, fn func(i int)) {
	var wg sync.WaitGroup
	for i := 1; i < n; i++ {
		wg.Go(func() { fn(i) })
	}
	if n > 0 {
		fn(0)
	}
	wg.Wait()
}
