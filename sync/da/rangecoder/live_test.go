package rangecoder

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Rank and row determine each other, as in a sorted list of the members.
func TestLiveTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const rows = 300
		l := newLive(rows)
		var twin []int // ascending
		for i := range rows {
			if rapid.Bool().Draw(t, "add") {
				l.add(i)
				twin = append(twin, i)
			}
			if len(twin) > 0 && rapid.IntRange(0, 2).Draw(t, "remove") == 0 {
				at := rapid.IntRange(0, len(twin)-1).Draw(t, "at")
				l.remove(twin[at])
				twin = slices.Delete(twin, at, at+1)
			}
			for at, row := range twin {
				rank := uint32(len(twin) - 1 - at)
				if !l.has(uint64(row)) || l.rank(row) != rank || l.row(rank) != row {
					t.Fatalf("row %d: rank %d, want %d; row of it %d", row, l.rank(row), rank, l.row(rank))
				}
			}
		}
		if int(l.size) != len(twin) || l.has(rows+1000) || l.has(1<<64-1) {
			t.Fatal("size, or members that are none")
		}
	})
}

// The coder gives back any bits under any probabilities, carries through runs of 0xFF included, and ends where its
// input ends.
func TestCoderTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Uint64(), 0, 200).Draw(t, "values")
		numbers := rapid.SliceOfN(rapid.Uint64Range(0, 70), len(values), len(values)).Draw(t, "shifts")
		enc := stream{coder: encodeTo(nil), tables: newTables()}
		code := func(s *stream, take func(i int) uint64) []uint64 {
			m := newModel(6)
			var out []uint64
			for i := range values {
				switch v := take(i); i % 4 {
				case 0:
					out = append(out, s.number(v, m, 1, 2))
				case 1:
					out = append(out, s.fresh(v, m, 3))
				case 2:
					out = append(out, s.symbol(v&0xff, 8, m, 4, 5))
				default:
					out = append(out, uint64(s.even(uint32(v&0xff), 8)))
				}
			}
			return out
		}
		want := code(&enc, func(i int) uint64 { return values[i] >> numbers[i] })
		b := enc.finish()
		dec := stream{coder: decodeFrom(b), tables: newTables()}
		if got := code(&dec, func(int) uint64 { return 0 }); !slices.Equal(got, want) || dec.over > 0 || len(dec.in) > 0 {
			t.Fatalf("%d bytes: got %x, want %x; %d over, %d left", len(b), got, want, dec.over, len(dec.in))
		}
	})
}

// The logistic function and its inverse belong together, and neither outcome of a bit is ever impossible.
func TestTables(t *testing.T) {
	tables := newTables()
	middle := len(tables.squash) / 2
	if !slices.IsSorted(tables.squash[:]) || !slices.IsSorted(tables.stretch[:]) || tables.squash[0] == 0 {
		t.Error("a table is not monotone, or starts at never")
	}
	if tables.squash[middle] != 1<<15 || tables.squash[middle+logisticUnit] != 47910 { // 65536/(1+1/e)
		t.Errorf("logistic function: %d at 0, %d at 1", tables.squash[middle], tables.squash[middle+logisticUnit])
	}
	for p, x := range tables.stretch {
		if back := int(tables.squash[middle+int(x)]); back < 40<<4 || back > 65536-40<<4 {
			continue // clipped, or steep
		} else if d := back - p<<4; d < 0 || d > 64+8 {
			t.Errorf("stretch(%d/4096) = %d, squash of it %d/65536", p, x, back)
		}
	}
}
