package fast

// What must always hold here: no byte is given twice, and what is given begins at
// a multiple of 64 bytes.

import (
	"slices"
	"sync"
)

const (
	// slab is how much is taken from Go at a time: a large object, which begins at
	// a page of the heap.
	slab  = 8 << 20
	align = 64
)

// A Memory gives trees memory that the system backs with huge pages where it can:
// a change of a large tree touches lines all over its tables, and with pages of
// 4 KiB nearly each of them needs a walk of the page tables as well.
//
// It is Go's own memory: the collector frees it when nothing refers to it any
// more, and it counts into the heap. The system is only asked (on Linux,
// madvise(2) with MADV_HUGEPAGE and MADV_COLLAPSE): one that has no huge pages
// gives small ones, and all but the speed is the same.
//
// The zero value is ready. Any number of goroutines and trees may share one.
type Memory struct {
	mu    sync.Mutex // guards rests; nothing is called while it is held, but the system
	rests [][]byte   // ends of slabs, not yet given
}

// Take returns n zeroed bytes, from 1 to 8 MiB (tree.Memory).
func (m *Memory) Take(n int) []byte {
	if n < 1 || n > slab {
		panic("fast: a piece has from 1 byte to a slab")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	size := (n + align - 1) &^ (align - 1)
	for i, r := range m.rests {
		if len(r) >= size {
			return m.cut(i, n, size)
		}
	}
	b := make([]byte, slab)
	advise(b)
	m.rests = append(m.rests, b)
	return m.cut(len(m.rests)-1, n, size)
}

// cut gives the beginning of a rest.
func (m *Memory) cut(i, n, size int) []byte {
	b := m.rests[i][:n:n]
	m.rests[i] = m.rests[i][size:]
	if len(m.rests[i]) == 0 {
		m.rests = slices.Delete(m.rests, i, i+1)
	}
	return b
}

// Spare is how many bytes are taken from Go and given to nobody yet.
func (m *Memory) Spare() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rests {
		n += len(r)
	}
	return n
}
