package batch

// The withdrawals root commits to a batch's withdrawals in their order and to how many there are. A proof has as
// many siblings as the tree has levels, no more and no fewer, so that each withdrawal has exactly one proof.

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// Domain bytes: the first byte of every hash input of the withdrawals tree.
const (
	withdrawalLeaf   = 0x10
	withdrawalBranch = 0x11
	withdrawalRoot   = 0x12
)

// ErrWithdrawalProof is wrapped by every refusal of a withdrawal proof.
var ErrWithdrawalProof = errors.New("batch: bad withdrawal proof")

// Withdrawal is one accepted withdrawal of a batch. Index is its number in the chain's history.
type Withdrawal struct {
	Index   uint64
	Asset   uint32
	Address command.Address
	Amount  uint64
}

// WithdrawalProof shows that a withdrawal stands at Position among a batch's Count withdrawals.
// Siblings go from the leaf upwards.
type WithdrawalProof struct {
	Position uint32
	Count    uint32
	Siblings []tree.Hash
}

func (w *Withdrawal) leaf() tree.Hash {
	buf := make([]byte, 0, 41)
	buf = append(buf, withdrawalLeaf)
	buf = binary.BigEndian.AppendUint64(buf, w.Index)
	buf = binary.BigEndian.AppendUint32(buf, w.Asset)
	buf = append(buf, w.Address[:]...)
	buf = binary.BigEndian.AppendUint64(buf, w.Amount)
	return sha256.Sum256(buf)
}

func withdrawalPair(left, right tree.Hash) tree.Hash {
	var buf [65]byte
	buf[0] = withdrawalBranch
	copy(buf[1:], left[:])
	copy(buf[33:], right[:])
	return sha256.Sum256(buf[:])
}

func withdrawalTop(count uint32, top tree.Hash) tree.Hash {
	var buf [37]byte
	buf[0] = withdrawalRoot
	binary.BigEndian.PutUint32(buf[1:], count)
	copy(buf[5:], top[:])
	return sha256.Sum256(buf[:])
}

// withdrawalLevels is the number of branch levels above count leaves.
func withdrawalLevels(count uint32) int {
	if count <= 1 {
		return 0
	}
	return bits.Len32(count - 1)
}

// foldWithdrawals reduces the leaves to the top of the tree; visit, if given, sees each level before it is paired.
func foldWithdrawals(ws []Withdrawal, visit func(level []tree.Hash)) tree.Hash {
	level := make([]tree.Hash, len(ws), len(ws)+1)
	for i := range ws {
		level[i] = ws[i].leaf()
	}
	for len(level) > 1 {
		if len(level)%2 == 1 {
			level = append(level, tree.Hash{})
		}
		if visit != nil {
			visit(level)
		}
		for i := range len(level) / 2 {
			level[i] = withdrawalPair(level[2*i], level[2*i+1])
		}
		level = level[:len(level)/2]
	}
	if len(level) == 0 {
		return tree.Hash{}
	}
	return level[0]
}

// WithdrawalsRoot commits to the withdrawals of one batch, in their order. The package comment has the encoding.
func WithdrawalsRoot(ws []Withdrawal) tree.Hash {
	return withdrawalTop(uint32(len(ws)), foldWithdrawals(ws, nil))
}

// ProveWithdrawal makes the proof for ws[position]. A position outside ws is an error.
func ProveWithdrawal(ws []Withdrawal, position int) (WithdrawalProof, error) {
	if position < 0 || position >= len(ws) {
		return WithdrawalProof{}, fmt.Errorf("%w: position %d of %d withdrawals", ErrWithdrawalProof, position, len(ws))
	}
	p := WithdrawalProof{Position: uint32(position), Count: uint32(len(ws))}
	at := position
	foldWithdrawals(ws, func(level []tree.Hash) {
		p.Siblings = append(p.Siblings, level[at^1])
		at /= 2
	})
	return p, nil
}

// VerifyWithdrawal checks that root commits to w at the proof's position.
func VerifyWithdrawal(root tree.Hash, w *Withdrawal, p *WithdrawalProof) error {
	if p.Position >= p.Count || len(p.Siblings) != withdrawalLevels(p.Count) {
		return fmt.Errorf("%w: position %d of %d with %d siblings", ErrWithdrawalProof, p.Position, p.Count, len(p.Siblings))
	}
	at, hash := p.Position, w.leaf()
	for _, sibling := range p.Siblings {
		if at%2 == 0 {
			hash = withdrawalPair(hash, sibling)
		} else {
			hash = withdrawalPair(sibling, hash)
		}
		at /= 2
	}
	if withdrawalTop(p.Count, hash) != root {
		return fmt.Errorf("%w: it does not lead to root %x", ErrWithdrawalProof, root)
	}
	return nil
}

// Append appends the proof's canonical bytes: position u32, count u32, then the siblings.
func (p *WithdrawalProof) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, p.Position)
	dst = binary.BigEndian.AppendUint32(dst, p.Count)
	for i := range p.Siblings {
		dst = append(dst, p.Siblings[i][:]...)
	}
	return dst
}

// DecodeWithdrawalProof is the inverse of Append; it refuses a wrong number of siblings.
func DecodeWithdrawalProof(b []byte) (WithdrawalProof, error) {
	if len(b) < 8 {
		return WithdrawalProof{}, fmt.Errorf("%w: %d bytes", ErrWithdrawalProof, len(b))
	}
	p := WithdrawalProof{Position: binary.BigEndian.Uint32(b), Count: binary.BigEndian.Uint32(b[4:])}
	b = b[8:]
	levels := withdrawalLevels(p.Count)
	if p.Position >= p.Count || len(b) != levels*len(tree.Hash{}) {
		return WithdrawalProof{}, fmt.Errorf("%w: position %d of %d with %d bytes of siblings", ErrWithdrawalProof, p.Position, p.Count, len(b))
	}
	for range levels {
		p.Siblings = append(p.Siblings, tree.Hash(b[:32]))
		b = b[32:]
	}
	return p, nil
}
