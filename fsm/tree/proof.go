package tree

// What must always hold here: for one root and one question there is one proof,
// and it reveals exactly what the package comment says it must.

import "fmt"

// A Proof answers one question about one root: a key, several keys, or a range.
// The zero Proof is that of anything in the empty tree.
type Proof struct {
	enc []byte
}

// Marshal returns the proof's canonical encoding, at most MaxProof bytes.
func (p Proof) Marshal() []byte { return append([]byte{}, p.enc...) }

// UnmarshalProof decodes what Marshal returned. It checks that the encoding is
// well formed and keeps a copy; whether the proof holds is for Verify.
func UnmarshalProof(b []byte) (Proof, error) {
	if len(b) > MaxProof {
		return Proof{}, malformed("longer than MaxProof")
	}
	if len(b) > 0 {
		d := decoder{b: b}
		if err := d.skip(-1); err != nil {
			return Proof{}, err
		}
		if err := d.end(); err != nil {
			return Proof{}, err
		}
	}
	return Proof{enc: append([]byte{}, b...)}, nil
}

func (d *decoder) skip(above int) error {
	n, err := d.node(above)
	if err != nil || n.kind != nodeBranch {
		return err
	}
	for range 2 {
		if err := d.skip(int(n.label)); err != nil {
			return err
		}
	}
	return nil
}

// Prove shows that key is there with its value, or that it is not.
func (v *View) Prove(key []byte) (Proof, error) { return v.ProveMulti([][]byte{key}) }

// ProveMulti shows the same for several keys at once. Order and repetition of
// the keys do not matter.
func (v *View) ProveMulti(keys [][]byte) (Proof, error) {
	qs, err := queries(keys)
	if err != nil || v.ver.root == 0 {
		return Proof{}, err
	}
	out, err := v.t.provePaths(nil, v.ver.root, qs)
	return bounded(out, err)
}

func bounded(enc []byte, err error) (Proof, error) {
	if err == nil && len(enc) > MaxProof {
		err = fmt.Errorf("tree: proof of %d bytes: %w", len(enc), ErrProof)
	}
	if err != nil {
		return Proof{}, err
	}
	return Proof{enc: enc}, nil
}

func queries(keys [][]byte) ([]block, error) {
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: no key is asked for", ErrKeyLength)
	}
	qs := make([]block, len(keys))
	for i, k := range keys {
		if err := qs[i].setKey(k); err != nil {
			return nil, err
		}
	}
	return qs, nil
}

// part moves the queries whose bit is 0 to the front and says how many they are.
func part(qs []block, label uint8) int {
	n := 0
	for i := range qs {
		if qs[i].bit(label) == 0 {
			qs[i], qs[n] = qs[n], qs[i]
			n++
		}
	}
	return n
}

func (t *Tree) provePaths(dst []byte, h handle, qs []block) ([]byte, error) {
	if len(qs) == 0 {
		return append(dst, t.commit(h)[:]...), nil
	}
	h, err := t.follow(h)
	if err != nil {
		return nil, err
	}
	if h.isLeaf() {
		return appendLeaf(dst, t.blocks.at(h)), nil
	}
	b := t.nodes.at(h)
	n := part(qs, b.label)
	dst, err = t.provePaths(append(dst, nodeBranch, b.label), b.kid[0], qs[:n])
	if err != nil {
		return nil, err
	}
	return t.provePaths(dst, b.kid[1], qs[n:])
}

// A span is a range of keys [from, to), compared as zero padded.
type span struct {
	from, to block
	open     bool // no upper end
}

func newSpan(from, to []byte) (s span, err error) {
	if len(from) > MaxKey || len(to) > MaxKey {
		return s, fmt.Errorf("%w: end of a range", ErrKeyLength)
	}
	s.from.setPrefix(from)
	s.to.setPrefix(to)
	s.open = to == nil
	return s, nil
}

func (s *span) holds(l *block) bool {
	return s.from.order(l) <= 0 && (s.open || l.order(&s.to) < 0)
}

// meets says whether a key may lie in the span that agrees with l before the
// label and has the given bit there.
func (s *span) meets(l *block, label, bit uint8) bool {
	var lo, hi block
	n := 1 + int(label)/8
	copy(lo[1:n], l[1:n])
	keep := byte(0xFF) << (8 - label%8)
	lo[n] = l[n]&keep | bit<<(7-label%8)
	hi = lo
	hi[n] |= byte(0x7F) >> (label % 8)
	for i := n + 1; i < tagAt; i++ {
		hi[i] = 0xFF
	}
	return s.from.order(&hi) <= 0 && (s.open || lo.order(&s.to) < 0)
}

// wants is the rule of range proofs: which children of a branch are revealed. l
// is any leaf below it.
func (s *span) wants(l *block, label uint8) (want [2]bool) {
	want = [2]bool{s.meets(l, label, 0), s.meets(l, label, 1)}
	if !want[0] && !want[1] {
		want[s.from.bit(label)] = true
	}
	return want
}

// ProveRange shows all records with from <= key < to, in which keys and ends
// compare as zero padded; a nil to is no upper end.
func (v *View) ProveRange(from, to []byte) (Proof, error) {
	s, err := newSpan(from, to)
	if err != nil || v.ver.root == 0 {
		return Proof{}, err
	}
	l, err := v.t.leftmost(v.ver.root)
	if err != nil {
		return Proof{}, err
	}
	out, err := v.t.proveSpan(nil, v.ver.root, &s, l)
	return bounded(out, err)
}

// proveSpan reveals h, whose first leaf is l.
func (t *Tree) proveSpan(dst []byte, h handle, s *span, l *block) ([]byte, error) {
	h, err := t.follow(h)
	if err != nil {
		return nil, err
	}
	if h.isLeaf() {
		return appendLeaf(dst, l), nil
	}
	if len(dst) > MaxProof {
		return nil, fmt.Errorf("%w: longer than MaxProof", ErrProof)
	}
	b := t.nodes.at(h)
	want := s.wants(l, b.label)
	dst = append(dst, nodeBranch, b.label)
	for side, k := range b.kid {
		if !want[side] {
			dst = append(dst, t.commit(k)[:]...)
			continue
		}
		first := l
		if side == 1 {
			if first, err = t.leftmost(k); err != nil {
				return nil, err
			}
		}
		if dst, err = t.proveSpan(dst, k, s, first); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// PrefixEnd returns the first string after all that begin with prefix, nil if
// there is none: a range proof of [prefix, PrefixEnd(prefix)) shows all records
// under the prefix.
func PrefixEnd(prefix []byte) []byte {
	end := append([]byte{}, prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}
