package tree

// What must always hold here: dropping byte positions at which all keys agree
// changes no comparison.

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// maxVarying is how many byte positions a short key has.
const maxVarying = 16

// A short key is a key's bytes at the positions where the keys of a batch
// differ, its length, and where it stands.
type short struct {
	hi, lo uint64
	n, i   uint32
}

func (a short) compare(b short) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	if c := cmp.Compare(a.lo, b.lo); c != 0 {
		return c
	}
	if c := cmp.Compare(a.n, b.n); c != 0 {
		return c
	}
	return cmp.Compare(a.i, b.i)
}

func shortOf(w *[maxVarying]byte, n, i int) short {
	return short{binary.BigEndian.Uint64(w[:8]), binary.BigEndian.Uint64(w[8:]), uint32(n), uint32(i)}
}

// Sort orders changes by key, as Apply wants them.
func Sort(changes []Change) {
	if len(changes) < 2 {
		return
	}
	pos, ok := varying(changes)
	if !ok {
		slices.SortStableFunc(changes, func(a, b Change) int { return bytes.Compare(a.Key, b.Key) })
		return
	}
	keys := make([]short, len(changes))
	for i := range changes {
		var w [maxVarying]byte
		k := changes[i].Key
		for j, p := range pos {
			if p < len(k) {
				w[j] = k[p]
			}
		}
		keys[i] = shortOf(&w, len(k), i)
	}
	slices.SortFunc(keys, short.compare)
	out := make([]Change, len(changes))
	for i := range keys {
		out[i] = changes[keys[i].i]
	}
	copy(changes, out)
}

// varying lists the byte positions at which the keys, zero padded, differ. Only
// they decide the order. It fails if there are more than maxVarying.
func varying(changes []Change) (pos []int, ok bool) {
	var first, diff [MaxKey + 1]byte
	copy(first[:], changes[0].Key)
	for i := range changes {
		k := changes[i].Key
		if len(k) > MaxKey {
			return nil, false
		}
		for j, c := range k {
			diff[j] |= c ^ first[j]
		}
		for j := len(k); j < len(changes[0].Key) && j < MaxKey; j++ {
			diff[j] |= first[j]
		}
	}
	pos = make([]int, 0, maxVarying)
	for j, d := range diff {
		if d == 0 {
			continue
		}
		if len(pos) == maxVarying {
			return nil, false
		}
		pos = append(pos, j)
	}
	return pos, true
}

// sortPacked orders the packed changes.
func (t *Tree) sortPacked() error {
	n := len(t.packed)
	if n == 0 {
		return nil
	}
	t.sorted = slices.Grow(t.sorted[:0], n)[:n]
	parts := t.partsOf(n)
	pos, ok := t.varyingPacked(parts)
	if !ok {
		slices.SortFunc(t.packed, func(a, b block) int { return a.compare(&b) })
	} else {
		keys := t.sortShort(pos, parts)
		t.run(parts, func(p int) {
			for i := p * n / parts; i < (p+1)*n/parts; i++ {
				t.sorted[i] = t.packed[keys[i].i]
			}
		})
		t.packed, t.sorted = t.sorted, t.packed
	}
	for i := 1; i < n; i++ {
		if t.packed[i-1].sameKey(&t.packed[i]) {
			return fmt.Errorf("%w: key %x repeats", ErrUnsorted, t.packed[i].key())
		}
	}
	return nil
}

// varyingPacked is varying for the packed changes.
func (t *Tree) varyingPacked(parts int) (pos []int, ok bool) {
	n := len(t.packed)
	diffs := make([][tagAt / 8]uint64, parts)
	t.run(parts, func(p int) {
		d := &diffs[p]
		for i := p * n / parts; i < (p+1)*n/parts; i++ {
			for j := range d {
				d[j] |= binary.BigEndian.Uint64(t.packed[i][j*8:]) ^ binary.BigEndian.Uint64(t.packed[0][j*8:])
			}
		}
	})
	for at := 1; at < tagAt; at++ { // byte 0 is the length
		var d byte
		for p := range diffs {
			d |= byte(diffs[p][at/8] >> (56 - at%8*8))
		}
		if d == 0 {
			continue
		}
		if len(pos) == maxVarying {
			return nil, false
		}
		pos = append(pos, at)
	}
	return pos, true
}

// sortShort returns the packed changes' short keys in order: parts are sorted
// side by side, then merged in pairs. parts is a power of two.
func (t *Tree) sortShort(pos []int, parts int) []short {
	n := len(t.packed)
	keys, spare := make([]short, n), make([]short, n)
	t.run(parts, func(p int) {
		lo, hi := p*n/parts, (p+1)*n/parts
		for i := lo; i < hi; i++ {
			var w [maxVarying]byte
			for j, at := range pos {
				w[j&(maxVarying-1)] = t.packed[i][at&(tagAt-1)]
			}
			keys[i] = shortOf(&w, int(t.packed[i][0]), i)
		}
		slices.SortFunc(keys[lo:hi], short.compare)
	})
	for ; parts > 1; parts /= 2 {
		t.run(parts/2, func(p int) {
			lo, mid, hi := 2*p*n/parts, (2*p+1)*n/parts, (2*p+2)*n/parts
			merge(spare[lo:hi], keys[lo:mid], keys[mid:hi])
		})
		keys, spare = spare, keys
	}
	return keys
}

func merge(dst, a, b []short) {
	for i := range dst {
		if len(b) == 0 || len(a) > 0 && a[0].compare(b[0]) <= 0 {
			dst[i], a = a[0], a[1:]
		} else {
			dst[i], b = b[0], b[1:]
		}
	}
}
