// Package latency keeps latencies for percentiles in bounded memory, however long a load runs.
//
// A Histogram has 256 buckets for each power of two of microseconds (the layout of HdrHistogram), so that a percentile is
// at most 0.4 % below the latency that it stands for; below 512 µs and at 100 % it is exact. It is not safe for
// concurrent use.
package latency

import (
	"math/bits"
	"time"
)

const (
	linear = 512 // microseconds with a bucket each
	steps  = 256 // buckets of each power of two above
)

// Histogram counts latencies. The zero value is empty.
type Histogram struct {
	counts []uint64 // grows to the largest bucket used: at most 55 * steps
	total  uint64
	max    uint64 // microseconds
}

// Add counts one latency. A negative one counts as 0.
func (h *Histogram) Add(d time.Duration) {
	us := uint64(max(d, 0).Microseconds())
	i := bucket(us)
	if i >= len(h.counts) {
		h.counts = append(h.counts, make([]uint64, i+1-len(h.counts))...)
	}
	h.counts[i]++
	h.total++
	h.max = max(h.max, us)
}

// Merge adds what other counted.
func (h *Histogram) Merge(other *Histogram) {
	if n := len(other.counts); n > len(h.counts) {
		h.counts = append(h.counts, make([]uint64, n-len(h.counts))...)
	}
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
	h.max = max(h.max, other.max)
}

// Percentile returns the p-th percentile in milliseconds, 0 <= p <= 100; 0 of nothing.
func (h *Histogram) Percentile(p int) float64 {
	if h.total == 0 {
		return 0
	}
	if p >= 100 {
		return float64(h.max) / 1000
	}
	rank := (h.total - 1) * uint64(max(p, 0)) / 100 // of the latency that is asked for, from 0
	for i, n := range h.counts {
		if rank < n {
			return float64(least(i)) / 1000
		}
		rank -= n
	}
	return float64(h.max) / 1000
}

func bucket(us uint64) int {
	if us < linear {
		return int(us)
	}
	shift := bits.Len64(us) - bits.Len64(linear-1)
	return shift*steps + int(us>>shift)
}

// least is the smallest latency of a bucket, in microseconds.
func least(bucket int) uint64 {
	if bucket < linear {
		return uint64(bucket)
	}
	shift := bucket/steps - 1
	return uint64(bucket-shift*steps) << shift
}
