package server

import (
	"context"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Bounds of one proof.
const (
	maxProveKeys  = 256
	maxProveRange = 10_000
)

type verifier struct {
	pb.UnimplementedVerifyServiceServer
	*Server
}

// RecordKey is the raw key that k names.
func RecordKey(k *pb.RecordKey) ([]byte, error) {
	switch r := k.GetRecord().(type) {
	case *pb.RecordKey_Raw:
		if len(r.Raw) == 0 || len(r.Raw) > tree.MaxKey {
			return nil, &wire.FieldError{Field: "raw", Problem: fmt.Sprintf("has %d bytes; must have 1 to %d", len(r.Raw), tree.MaxKey)}
		}
		return r.Raw, nil
	case *pb.RecordKey_Asset:
		return state.AppendAssetKey(nil, r.Asset), nil
	case *pb.RecordKey_Market:
		return state.AppendMarketKey(nil, r.Market), nil
	case *pb.RecordKey_Account:
		return state.AppendAccountKey(nil, r.Account), nil
	case *pb.RecordKey_Balance:
		return state.AppendBalanceKey(nil, r.Balance.GetAccount(), r.Balance.GetAsset()), nil
	case *pb.RecordKey_Order:
		if s := r.Order.GetSide(); s != pb.Side_SIDE_BID && s != pb.Side_SIDE_ASK {
			return nil, &wire.FieldError{Field: "order.side", Problem: "must be BID or ASK"}
		}
		return state.AppendOrderKey(nil, state.OrderKey{
			Market: r.Order.GetMarket(), Side: command.Side(r.Order.GetSide() - 1), Price: r.Order.GetPrice(), ID: r.Order.GetOrderId(),
		}), nil
	default:
		return nil, &wire.FieldError{Field: "record", Problem: "must be given"}
	}
}

func (v *verifier) Prove(_ context.Context, req *pb.ProveRequest) (*pb.ProveResponse, error) {
	if (len(req.GetKeys()) == 0) == (req.GetRange() == nil) {
		return nil, &wire.FieldError{Field: "keys", Problem: "give either keys or a range"}
	}
	if len(req.GetKeys()) > maxProveKeys {
		return nil, &wire.FieldError{Field: "keys", Problem: fmt.Sprintf("has %d; at most %d", len(req.GetKeys()), maxProveKeys)}
	}
	keys := make([][]byte, len(req.GetKeys()))
	for i, k := range req.GetKeys() {
		var err error
		if keys[i], err = RecordKey(k); err != nil {
			return nil, fmt.Errorf("keys[%d]: %w", i, err)
		}
	}
	n, err := v.keptAt(req.GetHead(), req.GetBatch())
	if err != nil {
		return nil, err
	}
	resp := &pb.ProveResponse{}
	err = v.readBatch(n, true, func(src source) error {
		resp.Position = positionProto(src.position)
		resp.Proof, err = prove(src, keys, req.GetRange())
		return err
	})
	if err != nil {
		return nil, err
	}
	hash, err := v.headerHash(n)
	if err != nil {
		return nil, err
	}
	resp.HeaderHash = hashBytes(hash)
	return resp, nil
}

func prove(src source, keys [][]byte, r *pb.KeyRange) (*pb.Proof, error) {
	if r != nil {
		if err := boundedRange(src.view, r); err != nil {
			return nil, err
		}
		p, err := src.view.ProveRange(r.GetFrom(), r.GetTo())
		return proofProto(pb.ProofKind_PROOF_KIND_RANGE, src.position, p, r.GetFrom(), r.GetTo()), err
	}
	if len(keys) == 1 {
		p, err := src.view.Prove(keys[0])
		return proofProto(pb.ProofKind_PROOF_KIND_SINGLE, src.position, p, keys[0]), err
	}
	p, err := src.view.ProveMulti(keys)
	return proofProto(pb.ProofKind_PROOF_KIND_MULTI, src.position, p, keys...), err
}

// boundedRange refuses a range that would give an unreasonable proof, before it is made.
func boundedRange(view *tree.View, r *pb.KeyRange) error {
	from, to := r.GetFrom(), r.GetTo()
	if len(from) > tree.MaxKey || len(to) > tree.MaxKey {
		return &wire.FieldError{Field: "range", Problem: fmt.Sprintf("keys have at most %d bytes", tree.MaxKey)}
	}
	if len(to) > 0 && string(from) >= string(to) {
		return &wire.FieldError{Field: "range", Problem: "from must be below to"}
	}
	count := 0
	err := view.Ascend(nil, from, func(key, _ []byte) bool {
		if len(to) > 0 && string(key) >= string(to) {
			return false
		}
		count++
		return count <= maxProveRange
	})
	if err != nil {
		return err
	}
	if count > maxProveRange {
		return &wire.FieldError{Field: "range", Problem: fmt.Sprintf("holds more than %d records", maxProveRange)}
	}
	return nil
}

// headerHash is this replica's header hash of batch n.
func (s *Server) headerHash(n uint64) ([32]byte, error) {
	if rec, ok := s.cfg.Machine.Cursor().Batch(n); ok {
		return rec.HeaderHash, nil
	}
	sealed, err := s.cfg.Machine.Sealed(n)
	if err != nil {
		return [32]byte{}, err
	}
	return sealed.Hash, nil
}

func (v *verifier) VerifyProof(_ context.Context, req *pb.VerifyProofRequest) (*pb.VerifyProofResponse, error) {
	n := req.GetProof().GetBatch()
	if n == 0 {
		return nil, &wire.FieldError{Field: "proof.batch", Problem: "must not be 0"}
	}
	root, err := v.root(n)
	if err != nil {
		return nil, err
	}
	at := v.cfg.Machine.Position()
	at.Index, at.Batch, at.Root = 0, n, root
	resp := &pb.VerifyProofResponse{Position: positionProto(at)}
	records, err := wire.CheckProof(root, req.GetProof())
	if err != nil {
		resp.Reason = err.Error()
		return resp, nil //nolint:nilerr // that a proof does not hold is the answer
	}
	resp.Valid = true
	for _, r := range records {
		resp.Records = append(resp.Records, &pb.ProvenRecord{Key: r.Key, Present: r.Present, Value: r.Value})
	}
	return resp, nil
}

func (v *verifier) VerifyAnchor(ctx context.Context, req *pb.VerifyAnchorRequest) (*pb.VerifyAnchorResponse, error) {
	if v.cfg.L1 == nil {
		return nil, fail(wire.ReasonUnavailableL1, "this replica is configured without L1 (l1.endpoints)")
	}
	n := req.GetBatch()
	if n == 0 {
		var err error
		if n, err = v.batchOf(pb.Head_HEAD_COMMITTED, 0); err != nil {
			return nil, err
		}
	}
	root, err := v.root(n)
	if err != nil {
		return nil, err
	}
	hash, err := v.headerHash(n)
	if err != nil {
		return nil, err
	}
	a, err := v.cfg.L1.Anchored(ctx, n)
	if err != nil {
		return nil, fail(wire.ReasonUnavailableL1, "L1 could not be asked for batch %d: %v", n, err)
	}
	return &pb.VerifyAnchorResponse{
		Batch: n, Committed: a.Committed, Verified: a.Verified, Finalized: a.Finalized,
		Matches:      a.Committed && a.HeaderHash == hash && a.Root == root,
		L1HeaderHash: hashBytes(a.HeaderHash), L1Root: hashBytes(a.Root),
		LocalHeaderHash: hashBytes(hash), LocalRoot: hashBytes(root),
		L1Block: a.Block, Position: positionProto(v.cfg.Machine.Position()),
	}, nil
}

func (v *verifier) Consistency(context.Context, *pb.ConsistencyRequest) (*pb.ConsistencyResponse, error) {
	resp := &pb.ConsistencyResponse{
		Consistent: true, ProofPolicy: v.cfg.ProofPolicy, Position: positionProto(v.cfg.Machine.Position()),
	}
	for _, r := range v.cfg.Machine.Cursor().Verdicts() {
		resp.Verdicts = append(resp.Verdicts, &pb.Verdict{
			Layers: r.Pair.String(), Batch: r.Batch, Kind: pb.VerdictKind(r.Finding), Detail: r.Detail,
			Cause: r.Cause.String(), Fatal: r.Cause.Fatal(),
			SinceMs: r.FirstMs, SinceIndex: r.FirstIndex, ChangedMs: r.TimeMs, ChangedIndex: r.Index,
		})
		if r.Finding.Stops() {
			resp.Consistent = false
		}
	}
	return resp, nil
}

func (v *verifier) Layers(context.Context, *pb.LayersRequest) (*pb.LayersResponse, error) {
	c := v.cfg.Machine.Cursor()
	heads, follow := v.cfg.Machine.Status().Heads, c.Follow()
	resp := &pb.LayersResponse{
		Heads: headsProto(heads), ProofPolicy: v.cfg.ProofPolicy, Position: positionProto(v.cfg.Machine.Position()),
		L1Latest: blockProto(follow.Latest), L1Safe: blockProto(follow.Safe), L1Finalized: blockProto(follow.Finalized),
	}
	for h := pb.Head_HEAD_EXECUTED; h <= pb.Head_HEAD_FINALIZED; h++ {
		at, _ := headBatch(heads, h)
		l := &pb.Lag{Head: h, Batches: heads.Sealed - min(heads.Sealed, at)}
		if rec, ok := c.Batch(at + 1); ok && l.GetBatches() > 0 {
			l.AgeMs = max(0, v.nowMs()-rec.SealedMs)
		}
		resp.Lags = append(resp.Lags, l)
	}
	for _, a := range c.InFlight() {
		resp.Anchors = append(resp.Anchors, anchorProto(&a))
	}
	return resp, nil
}

func blockProto(b cursor.BlockRef) *pb.BlockRef {
	return &pb.BlockRef{Number: b.Number, Hash: hashBytes(b.Hash), TimeMs: b.TimeMs}
}

func anchorProto(a *cursor.Anchor) *pb.Anchor {
	m := &pb.Anchor{
		Kind: a.Kind.String(), FirstBatch: a.First, LastBatch: a.Last, Nonce: a.Nonce,
		TxHash: hashBytes(a.TxHash), Block: a.Block.Number,
	}
	if a.Status == cursor.StatusPending && len(a.Attempts) > 0 {
		m.TxHash = hashBytes(a.Attempts[len(a.Attempts)-1].TxHash)
	}
	return m
}
