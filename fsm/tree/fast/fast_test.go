package fast_test

import (
	"bytes"
	"sync/atomic"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
)

// tree.Hasher: it is SHA-256, whatever the number of blocks; lengths that do not fit panic.
func TestHash(t *testing.T) {
	for n := range 40 {
		blocks := make([]byte, 64*n)
		for i := range blocks {
			blocks[i] = byte(i * 7)
		}
		got, want := make([]byte, 32*n), make([]byte, 32*n)
		tree.SHA256(want, blocks)
		if n > 0 {
			fast.Hash(got, blocks)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d blocks hash otherwise than by SHA-256", n)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("32 bytes for two blocks were taken")
		}
	}()
	fast.Hash(make([]byte, 32), make([]byte, 128))
}

// tree.Parallel: every number once, and all have returned.
func TestParallel(t *testing.T) {
	for _, n := range []int{0, 1, 100} {
		var calls, sum atomic.Int64
		fast.Parallel(n, func(i int) { calls.Add(1); sum.Add(int64(i)) })
		if calls.Load() != int64(n) || sum.Load() != int64(n*(n-1)/2) {
			t.Errorf("%d: %d calls, sum %d", n, calls.Load(), sum.Load())
		}
	}
}
