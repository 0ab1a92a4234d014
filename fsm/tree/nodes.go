package tree

// What must always hold here: a byte string decodes in at most one way, decoding
// takes memory in proportion to its length, and recursion is bounded by labels
// that strictly increase.

import "fmt"

// MaxProof is the longest encoding of a proof that is looked at, in bytes.
const MaxProof = 16 << 20

// First bytes of an encoded node. A pruned one is its commitment, which begins
// with 0x00 (a branch) or 0xFF (a leaf).
const (
	nodeLeaf   = 0x01
	nodeBranch = 0x02
	nodePruned = 0x03 // never written
)

func appendLeaf(dst []byte, l *block) []byte {
	dst = append(append(dst, nodeLeaf, l[0]), l.key()...)
	return append(append(dst, l[sizeAt]), l.value()...)
}

// A node is one decoded node; of a branch, its head.
type node struct {
	kind   uint8
	label  uint8
	commit Hash
	leaf   block
}

type decoder struct{ b []byte }

func malformed(what string) error { return fmt.Errorf("%w: %s", ErrEncoding, what) }

func (d *decoder) take(n int) ([]byte, error) {
	if len(d.b) < n {
		return nil, malformed("cut short")
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out, nil
}

func (d *decoder) end() error {
	if len(d.b) != 0 {
		return malformed("trailing bytes")
	}
	return nil
}

// node reads a node that hangs below a branch of the label above, -1 at the top.
func (d *decoder) node(above int) (n node, err error) {
	if len(d.b) == 0 {
		return n, malformed("cut short")
	}
	switch d.b[0] {
	case 0x00, 0xFF:
		p, err := d.take(32)
		if err != nil {
			return n, err
		}
		n.kind, n.commit = nodePruned, Hash(p)
		return n, checkCommitment(&n.commit, above)
	case nodeLeaf:
		n.kind = nodeLeaf
		return n, d.leaf(&n.leaf)
	case nodeBranch:
		p, err := d.take(2)
		if err != nil {
			return n, err
		}
		n.kind, n.label = nodeBranch, p[1]
		return n, checkLabel(p[1], above)
	}
	return n, malformed("unknown kind of node")
}

func checkLabel(label uint8, above int) error {
	if label >= maxBits {
		return malformed("label out of range")
	}
	if int(label) <= above {
		return malformed("labels do not increase")
	}
	return nil
}

// checkCommitment checks the label inside a commitment.
func checkCommitment(c *Hash, above int) error {
	if c[0] == 0xFF {
		if c[1] != 0xFF {
			return malformed("label out of range")
		}
		return nil
	}
	return checkLabel(c[1], above)
}

func (d *decoder) leaf(l *block) error {
	if len(d.b) < 2 {
		return malformed("cut short")
	}
	k := int(d.b[1])
	if k == 0 || k > MaxKey {
		return malformed("key length out of range")
	}
	p, err := d.take(3 + k)
	if err != nil {
		return err
	}
	n := int(p[2+k])
	if n > MaxValue {
		return malformed("value too long")
	}
	v, err := d.take(n)
	if err != nil {
		return err
	}
	return l.set(p[2:2+k], v)
}

// agree checks that leaves revealed on the sides of a branch have the label's
// bit that their side says, agree before it and are prefix-free at it. It
// returns one of them, nil if there is none.
func agree(label uint8, left, right *block) (*block, error) {
	for s, l := range [2]*block{left, right} {
		if l == nil {
			continue
		}
		if int(l.bit(label)) != s {
			return nil, malformed("a key is on the wrong side of a split")
		}
		if int(label) >= 8*int(l[0]) {
			return nil, malformed("a split lies beyond a key")
		}
	}
	switch {
	case left == nil:
		return right, nil
	case right != nil && left.split(right) != int(label):
		return nil, malformed("a split is misplaced")
	}
	return left, nil
}
