package fast

import (
	"bytes"
	"sync"
	"testing"
	"unsafe"
)

// No byte is given twice, from however many goroutines it is asked for, and all are zero and aligned.
func TestPiecesAreDisjointZeroAndAligned(t *testing.T) {
	sizes := []int{512 << 10, 256 << 10, 32 << 10, 1, 100, 128 << 10, 3 << 20}
	var p Memory
	var wg sync.WaitGroup
	pieces := make([][]byte, 8*len(sizes))
	for g := range 8 {
		wg.Go(func() {
			for i, n := range sizes {
				b := p.Take(n)
				if len(b) != n || cap(b) != n || uintptr(unsafe.Pointer(&b[0]))%align != 0 {
					t.Errorf("%d bytes of %d, aligned to %d", len(b), n, uintptr(unsafe.Pointer(&b[0]))&-uintptr(unsafe.Pointer(&b[0])))
				}
				if bytes.Count(b, []byte{0}) != n {
					t.Errorf("a piece of %d bytes is not zero", n)
				}
				for j := range b {
					b[j] = byte(1 + g*len(sizes) + i)
				}
				pieces[g*len(sizes)+i] = b
			}
		})
	}
	wg.Wait()
	for i, b := range pieces {
		if bytes.Count(b, []byte{byte(1 + i)}) != len(b) {
			t.Errorf("piece %d was written by another's owner", i)
		}
	}
}

// What is taken is given to the last byte, if the sizes fit.
func TestRestsAreUsed(t *testing.T) {
	var p Memory
	p.Take(slab - 100<<10)
	p.Take(1 << 20) // does not fit: a second slab
	if got, want := p.Spare(), 100<<10+slab-1<<20; got != want {
		t.Fatalf("%d bytes to spare, want %d", got, want)
	}
	p.Take(100 << 10)
	p.Take(slab - 1<<20)
	if p.Spare() != 0 || len(p.rests) != 0 {
		t.Fatalf("%d bytes to spare in %d rests", p.Spare(), len(p.rests))
	}
}

func TestSizesOutOfRangePanic(t *testing.T) {
	for _, n := range []int{-1, 0, slab + 1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("took %d bytes", n)
				}
			}()
			new(Memory).Take(n)
		}()
	}
}
