package workload

// Integer arithmetic only: the same numbers on every machine.

import "math/bits"

// random is SplitMix64.
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0x9E3779B97F4A7C15
	z := r.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// below draws from [0, n) (n > 0), with a bias below n/2^64.
func (r *random) below(n uint64) uint64 {
	high, _ := bits.Mul64(r.next(), n)
	return high
}

// tail draws from a heavy tail: below 2^k with k falling by half each time, k at most limit.
func (r *random) tail(shift, limit int) uint64 {
	k := min(shift+bits.TrailingZeros64(r.next()|1<<63), limit)
	return r.below(1 << k)
}

// weights draws ranks by Zipf's law with exponent 1: rank k weighs 1/(k+offset).
type weights struct {
	upTo  []uint64 // cumulated
	guide []uint32 // first rank for each 1024th of the total
}

const guides = 1024

func zipf(n int, offset uint64) weights {
	const one = 1 << 40
	w := weights{upTo: make([]uint64, n), guide: make([]uint32, guides)}
	total := uint64(0)
	for k := range n {
		total += one / (uint64(k) + offset)
		w.upTo[k] = total
	}
	rank := 0
	for g := range w.guide {
		for w.upTo[rank] <= total/guides*uint64(g) {
			rank++
		}
		w.guide[g] = uint32(rank)
	}
	return w
}

func (w *weights) draw(r *random) int {
	total := w.upTo[len(w.upTo)-1]
	v := r.below(total)
	low, high := int(w.guide[min(v/(total/guides), guides-1)]), len(w.upTo)-1
	if g := v/(total/guides) + 1; g < guides {
		high = int(w.guide[g])
	}
	for low < high {
		if mid := (low + high) / 2; w.upTo[mid] > v {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}
