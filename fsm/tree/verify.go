package tree

// What must always hold here: nothing is believed of a proof but what the root
// commits to; a proof that shows more or less than its question asks is refused.

import (
	"crypto/sha256"
	"fmt"
)

func refused(why string) error { return fmt.Errorf("%w: %s", ErrProof, why) }

func (n *node) leafCommitment() Hash {
	d := sha256.Sum256(n.leaf[:])
	return commitment(leafLabel, d[:])
}

func branchCommitment(label uint8, kids *[2]Hash) Hash {
	var in [blockLen]byte
	copy(in[:32], kids[0][:])
	copy(in[32:], kids[1][:])
	d := sha256.Sum256(in[:])
	return commitment(uint16(label), d[:])
}

// Verify checks a proof of one key against a root that the caller trusts. It
// returns the value, or present false if the proof shows that the key is absent.
func Verify(root Hash, key []byte, p Proof) (value []byte, present bool, err error) {
	kvs, err := VerifyMulti(root, [][]byte{key}, p)
	if err != nil {
		return nil, false, err
	}
	return kvs[0].Value, kvs[0].Value != nil, nil
}

// VerifyMulti checks a proof of several keys. The result is in the order of
// keys; Value is nil for an absent key and never for a present one.
func VerifyMulti(root Hash, keys [][]byte, p Proof) ([]KV, error) {
	qs, err := queries(keys)
	if err != nil {
		return nil, err
	}
	out := make([]KV, len(keys))
	for i, k := range keys {
		out[i].Key = append([]byte{}, k...)
	}
	if empty, failed := p.empty(root); empty || failed != nil {
		return out, failed
	}
	v := pathVerifier{d: decoder{b: p.enc}, qs: qs, out: out}
	asked := make([]int, len(qs))
	for i := range asked {
		asked[i] = i
	}
	c, _, err := v.node(-1, asked)
	if err == nil {
		err = v.d.end()
	}
	if err == nil && c != root {
		err = refused("another root")
	}
	if err != nil {
		return nil, wrapProof(err)
	}
	return out, nil
}

// wrapProof makes every reason to refuse a proof an ErrProof.
func wrapProof(err error) error { return fmt.Errorf("%w: %w", ErrProof, err) }

// empty says whether the proof and the root are those of the empty tree.
func (p Proof) empty(root Hash) (bool, error) {
	if len(p.enc) > MaxProof {
		return false, refused("longer than MaxProof")
	}
	if (root == Hash{}) != (len(p.enc) == 0) {
		return false, refused("another root")
	}
	return len(p.enc) == 0, nil
}

type pathVerifier struct {
	d   decoder
	qs  []block
	out []KV
}

// node checks the next node, to which the asked keys lead.
func (v *pathVerifier) node(above int, asked []int) (c Hash, some *block, err error) {
	n, err := v.d.node(above)
	if err != nil {
		return c, nil, err
	}
	if (n.kind == nodePruned) != (len(asked) == 0) {
		return c, nil, refused("it shows more or less than was asked")
	}
	switch n.kind {
	case nodePruned:
		return n.commit, nil, nil
	case nodeLeaf:
		l := n.leaf // a copy, so that other nodes stay off the heap
		for _, i := range asked {
			if l.sameKey(&v.qs[i]) {
				v.out[i].Value = append([]byte{}, l.value()...)
			}
		}
		return n.leafCommitment(), &l, nil
	}
	left := 0
	for j, i := range asked {
		if v.qs[i].bit(n.label) == 0 {
			asked[j], asked[left] = asked[left], i
			left++
		}
	}
	sides := [2][]int{asked[:left], asked[left:]}
	var kids [2]Hash
	var leaves [2]*block
	for s := range kids {
		if kids[s], leaves[s], err = v.node(int(n.label), sides[s]); err != nil {
			return c, nil, err
		}
	}
	some, err = agree(n.label, leaves[0], leaves[1])
	return branchCommitment(n.label, &kids), some, err
}

// VerifyRange checks a proof of all records with from <= key < to, compared as
// zero padded, and returns them in order. A nil to is no upper end.
func VerifyRange(root Hash, from, to []byte, p Proof) ([]KV, error) {
	s, err := newSpan(from, to)
	if err != nil {
		return nil, err
	}
	if empty, failed := p.empty(root); empty || failed != nil {
		return nil, failed
	}
	v := spanVerifier{d: decoder{b: p.enc}, span: s}
	c, some, err := v.node(-1)
	if err == nil {
		err = v.d.end()
	}
	if err == nil && some == nil {
		err = refused("it shows no record")
	}
	if err == nil && c != root {
		err = refused("another root")
	}
	if err != nil {
		return nil, wrapProof(err)
	}
	return v.out, nil
}

type spanVerifier struct {
	d    decoder
	span span
	out  []KV
}

func (v *spanVerifier) node(above int) (c Hash, some *block, err error) {
	n, err := v.d.node(above)
	if err != nil {
		return c, nil, err
	}
	switch n.kind {
	case nodePruned:
		return n.commit, nil, nil
	case nodeLeaf:
		l := n.leaf // a copy, so that other nodes stay off the heap
		if v.span.holds(&l) {
			v.out = append(v.out, KV{l.key(), l.value()})
		}
		return n.leafCommitment(), &l, nil
	}
	var kids [2]Hash
	var leaves [2]*block
	for s := range kids {
		if kids[s], leaves[s], err = v.node(int(n.label)); err != nil {
			return c, nil, err
		}
	}
	if some, err = agree(n.label, leaves[0], leaves[1]); err != nil {
		return c, nil, err
	}
	if some == nil {
		return c, nil, refused("a branch is shown with nothing below it")
	}
	want := v.span.wants(some, n.label)
	for s := range kids {
		if (leaves[s] != nil) != want[s] {
			return c, nil, refused("it shows more or less than was asked")
		}
	}
	return branchCommitment(n.label, &kids), some, nil
}
