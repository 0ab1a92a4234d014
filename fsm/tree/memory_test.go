package tree

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// Where a tree lies changes no root, and Stats counts what the tables were given.
func TestMemoryChangesNoRoot(t *testing.T) {
	l := workload.NewLeaves(11, 20_000)
	var memory fast.Memory
	given := uint64(0) // asked for by one goroutine
	x := New(Options{Memory: func(n int) []byte { given += uint64(n); return memory.Take(n) }})
	y := New(Options{})
	for i := range 4 {
		changes := changesOf(l, l.Pick(5_000))
		if i == 0 {
			changes = changesOf(l, l.Keys)
		}
		for _, z := range []*Tree{x, y} {
			if err := z.ApplyAny(changes); err != nil {
				t.Fatal(err)
			}
		}
		_, a := x.Seal()
		if _, b := y.Seal(); a != b {
			t.Fatalf("roots %x and %x", a, b)
		}
	}
	if x.Stats() != y.Stats() {
		t.Errorf("%+v in memory of its own, %+v without", x.Stats(), y.Stats())
	}
	x.packed, x.sorted = nil, nil // leave little beside the tables
	if counted := x.Stats().Bytes; counted < given || counted > given+given/4 {
		t.Errorf("counts %d bytes, was given %d", counted, given)
	}
	checkSlots(t, x)
}

// A table that lay in less memory than it needs would be somebody else's.
func TestTooLittleMemoryPanics(t *testing.T) {
	for name, m := range map[string]Memory{
		"short": func(n int) []byte { return make([]byte, n-1) },
		"askew": func(n int) []byte { return make([]byte, n+64)[1:] },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: taken", name)
				}
			}()
			New(Options{Memory: m})
		}()
	}
}
