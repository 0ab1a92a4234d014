package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
)

// The root comes from L1, the key from the caller, the proof alone from a
// replica: nothing else that a replica says takes part in the decision.

// AnchorReader is the client's own view of L1; *anchor.Reader is one.
type AnchorReader interface {
	Batch(ctx context.Context, n uint64, level anchor.Level) (anchor.Batch, error)
}

var (
	// ErrNoL1 says that the client has no L1 endpoint of its own.
	ErrNoL1 = errors.New("no L1 endpoint was given: nothing can be verified")
	// ErrProofFailed says that a replica's proof does not hold. The replica lies or is broken.
	ErrProofFailed = errors.New("proof does not hold")
)

// Verified is what was verified, and against what.
type Verified struct {
	// Records are what the proof shows.
	Records []wire.Record
	// Anchor is what L1 holds for the batch.
	Anchor anchor.Batch
}

// Record is the verified record of key, or that it is absent.
func (v *Verified) Record(key []byte) (value []byte, present bool, err error) {
	for _, r := range v.Records {
		if bytes.Equal(r.Key, key) {
			return r.Value, r.Present, nil
		}
	}
	return nil, false, fmt.Errorf("%w: it is not about the key %x", ErrProofFailed, key)
}

// VerifyProof checks a proof that came from anywhere against the root that L1
// holds, at the level, for the batch the proof names.
func (c *Client) VerifyProof(ctx context.Context, p *pb.Proof, level anchor.Level) (*Verified, error) {
	if c.cfg.L1 == nil {
		return nil, ErrNoL1
	}
	if p.GetBatch() == 0 {
		return nil, fmt.Errorf("%w: it names no batch", ErrProofFailed)
	}
	a, err := c.cfg.L1.Batch(ctx, p.GetBatch(), level)
	if err != nil {
		return nil, fmt.Errorf("read batch %d from L1: %w", p.GetBatch(), err)
	}
	records, err := wire.CheckProof(a.PostRoot, p)
	if err != nil {
		return nil, fmt.Errorf("%w under the root %x that L1 holds for batch %d: %w", ErrProofFailed, a.PostRoot, p.GetBatch(), err)
	}
	return &Verified{Records: records, Anchor: a}, nil
}

// At names a batch: a head's, or an exact one if Batch is not 0. How far a head is says the replica that is asked, and
// one that lies can name an older batch; Verified.Anchor says which one it was. An exact batch is the one that is proved.
type At struct {
	Head  pb.Head
	Batch uint64
}

// Prove asks a replica for a proof and verifies it against L1. The keys are
// raw; package fsm/state has the functions that make them.
func (c *Client) Prove(ctx context.Context, at At, level anchor.Level, keys ...[]byte) (*Verified, error) {
	req := &pb.ProveRequest{Head: at.Head, Batch: at.Batch}
	for _, k := range keys {
		req.Keys = append(req.Keys, &pb.RecordKey{Record: &pb.RecordKey_Raw{Raw: k}})
	}
	p, err := c.askProof(ctx, req)
	if err != nil {
		return nil, err
	}
	v, err := c.VerifyProof(ctx, p, level)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if _, _, err := v.Record(k); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (c *Client) askProof(ctx context.Context, req *pb.ProveRequest) (*pb.Proof, error) {
	resp, err := Ask(ctx, c, pb.NewVerifyServiceClient, pb.VerifyServiceClient.Prove, req)
	if err != nil {
		return nil, fmt.Errorf("ask for proof: %w", err)
	}
	if p := resp.GetProof(); req.GetBatch() != 0 && p.GetBatch() != req.GetBatch() {
		return nil, fmt.Errorf("%w: it is of batch %d, batch %d was asked for", ErrProofFailed, p.GetBatch(), req.GetBatch())
	}
	return resp.GetProof(), nil
}

// ProveRange is Prove for all records in [from, to); what it gives is all there is.
func (c *Client) ProveRange(ctx context.Context, at At, level anchor.Level, from, to []byte) (*Verified, error) {
	p, err := c.askProof(ctx, &pb.ProveRequest{Head: at.Head, Batch: at.Batch, Range: &pb.KeyRange{From: from, To: to}})
	if err != nil {
		return nil, err
	}
	if k := p.GetKeys(); p.GetKind() != pb.ProofKind_PROOF_KIND_RANGE || len(k) != 2 || !bytes.Equal(k[0], from) || !bytes.Equal(k[1], to) {
		return nil, fmt.Errorf("%w: it is not about the range that was asked for", ErrProofFailed)
	}
	return c.VerifyProof(ctx, p, level)
}

// Balance is an account's verified balance of an asset; zero if L1's root shows that there is none.
func (c *Client) Balance(ctx context.Context, account uint64, asset uint32, at At, level anchor.Level) (state.Balance, *Verified, error) {
	key := state.AppendBalanceKey(nil, account, asset)
	v, err := c.Prove(ctx, at, level, key)
	if err != nil {
		return state.Balance{}, nil, err
	}
	value, present, err := v.Record(key)
	if err != nil || !present {
		return state.Balance{}, v, err
	}
	b, err := state.DecodeBalance(value)
	return b, v, err
}

// Balances are all verified balances of an account.
func (c *Client) Balances(ctx context.Context, account uint64, at At, level anchor.Level) (map[uint32]state.Balance, *Verified, error) {
	prefix := state.AppendBalancePrefix(nil, account)
	v, err := c.ProveRange(ctx, at, level, prefix, tree.PrefixEnd(prefix))
	if err != nil {
		return nil, nil, err
	}
	out := make(map[uint32]state.Balance, len(v.Records))
	for _, r := range v.Records {
		_, asset, err := state.DecodeBalanceKey(r.Key)
		if err != nil {
			return nil, nil, err
		}
		if out[asset], err = state.DecodeBalance(r.Value); err != nil {
			return nil, nil, err
		}
	}
	return out, v, nil
}

var _ AnchorReader = (*anchor.Reader)(nil)
