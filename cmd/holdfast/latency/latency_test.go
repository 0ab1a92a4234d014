package latency_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/latency"
)

// A percentile is that of the sorted latencies, at most 0.4 % too low; the maximum is exact.
func TestPercentilesAgainstSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		us := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 300).Draw(t, "microseconds")
		var h, other latency.Histogram
		split := rapid.IntRange(0, len(us)).Draw(t, "split")
		for i, v := range us {
			if i < split {
				h.Add(time.Duration(v) * time.Microsecond)
			} else {
				other.Add(time.Duration(v) * time.Microsecond)
			}
		}
		h.Merge(&other)
		slices.Sort(us)
		p := rapid.IntRange(0, 100).Draw(t, "p")
		want := float64(us[(len(us)-1)*p/100]) / 1000
		got := h.Percentile(p)
		if got > want || got < want*(1-1./256) || p == 100 && got != want || want < 0.512 && got != want {
			t.Fatalf("percentile %d of %d: %v, sorted %v", p, len(us), got, want)
		}
	})
}

func TestEmpty(t *testing.T) {
	var h latency.Histogram
	if h.Percentile(50) != 0 || h.Percentile(100) != 0 {
		t.Error("an empty histogram has percentiles")
	}
	h.Add(-time.Second)
	if h.Percentile(99) != 0 {
		t.Error("a clock that ran back is counted as more than nothing")
	}
}
