package tree

// What must always hold here: the schedule is a function of its arguments alone,
// so replicas that pass the same ones keep the same versions.

import "math/bits"

// Retain is the retention schedule: of the kept numbers (batches, in any order)
// it returns those to release, in the order given. It keeps the recent newest
// ones, at least one; then ever fewer, about recent/2 for each doubling of the age: a
// number whose age is in [recent*2^k, recent*2^(k+1)) stays if 2^(k+1) divides
// it, so that what was let go is never missed later; and whatever need says. A
// nil need needs nothing. Numbers above newest are kept.
func Retain(kept []uint64, newest uint64, need func(n uint64) bool, recent int) (release []uint64) {
	r := uint64(max(1, recent))
	for _, n := range kept {
		if n > newest || newest-n < r || (need != nil && need(n)) {
			continue
		}
		octave := bits.Len64((newest - n) / r) // at least 1
		if bits.TrailingZeros64(n) < octave {
			release = append(release, n)
		}
	}
	return release
}
