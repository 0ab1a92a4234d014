package wire

import (
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// A proof is checked against the root that the caller brings, never against the
// one it carries.

// Record is one record that a proof shows.
type Record struct {
	Key     []byte
	Present bool
	Value   []byte
}

// ErrProofShape says that a proof message is not of a known form.
var ErrProofShape = errors.New("malformed proof message")

// CheckProof checks p against root and gives what it shows. For a range, the
// records are all that exist within it.
func CheckProof(root [32]byte, p *pb.Proof) ([]Record, error) {
	proof, err := tree.UnmarshalProof(p.GetEncoding())
	if err != nil {
		return nil, err
	}
	keys := p.GetKeys()
	switch p.GetKind() {
	case pb.ProofKind_PROOF_KIND_SINGLE:
		if len(keys) != 1 {
			return nil, fmt.Errorf("%w: a single proof has one key, this has %d", ErrProofShape, len(keys))
		}
		value, present, err := tree.Verify(root, keys[0], proof)
		if err != nil {
			return nil, err
		}
		return []Record{{Key: keys[0], Present: present, Value: value}}, nil
	case pb.ProofKind_PROOF_KIND_MULTI:
		kvs, err := tree.VerifyMulti(root, keys, proof)
		if err != nil {
			return nil, err
		}
		return records(kvs, func(kv tree.KV) bool { return kv.Value != nil }), nil
	case pb.ProofKind_PROOF_KIND_RANGE:
		if len(keys) != 2 {
			return nil, fmt.Errorf("%w: a range proof has two keys, this has %d", ErrProofShape, len(keys))
		}
		to := keys[1]
		if len(to) == 0 {
			to = nil // without end
		}
		kvs, err := tree.VerifyRange(root, keys[0], to, proof)
		if err != nil {
			return nil, err
		}
		return records(kvs, func(tree.KV) bool { return true }), nil
	default:
		return nil, fmt.Errorf("%w: kind %v is not known", ErrProofShape, p.GetKind())
	}
}

func records(kvs []tree.KV, present func(tree.KV) bool) []Record {
	out := make([]Record, len(kvs))
	for i, kv := range kvs {
		out[i] = Record{Key: kv.Key, Present: present(kv), Value: kv.Value}
	}
	return out
}
