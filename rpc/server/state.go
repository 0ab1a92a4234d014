package server

import (
	"bytes"
	"context"
	"errors"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Records are read from the source's tree alone, so that what is returned is
// what a proof shows; only ids are looked up in the local index.

// Bounds of lists.
const (
	defaultList = 20
	maxList     = 1000
)

type stateReads struct {
	pb.UnimplementedStateServiceServer
	*Server
}

// limit is how many a list may have.
func limit(field string, n uint32) (int, error) {
	if n > maxList {
		return 0, &wire.FieldError{Field: field, Problem: "must be at most 1000"}
	}
	if n == 0 {
		return defaultList, nil
	}
	return int(n), nil
}

func (s *stateReads) GetAsset(ctx context.Context, req *pb.GetAssetRequest) (*pb.GetAssetResponse, error) {
	resp := &pb.GetAssetResponse{}
	err := s.read(ctx, req.GetRead(), func(src source) error {
		a, ok, err := state.ReadAsset(src.state, req.GetAsset())
		if err != nil {
			return err
		}
		if !ok {
			err = src.missing("there is no asset %d", req.GetAsset())
		} else {
			resp.Asset = &pb.Asset{Id: req.GetAsset(), Decimals: uint32(a.Decimals), Token: bytes.Clone(a.Token[:]), Supply: a.Supply}
		}
		if err != nil {
			return err
		}
		resp.Position = positionProto(src.position)
		resp.Proof, err = src.proof(state.AppendAssetKey(nil, req.GetAsset()))
		return err
	})
	return resp, err
}

func (s *stateReads) GetMarket(ctx context.Context, req *pb.GetMarketRequest) (*pb.GetMarketResponse, error) {
	resp := &pb.GetMarketResponse{}
	err := s.read(ctx, req.GetRead(), func(src source) error {
		m, ok, err := state.ReadMarket(src.state, req.GetMarket())
		if err != nil {
			return err
		}
		if !ok {
			err = src.missing("there is no market %d", req.GetMarket())
		} else {
			resp.Market = &pb.Market{
				Id: req.GetMarket(), Base: m.Base, Quote: m.Quote, Tick: m.Tick, Lot: m.Lot,
				MakerFee: uint32(m.MakerFee), TakerFee: uint32(m.TakerFee), Status: wire.StatusProto(m.Status),
			}
		}
		if err != nil {
			return err
		}
		resp.Position = positionProto(src.position)
		resp.Proof, err = src.proof(state.AppendMarketKey(nil, req.GetMarket()))
		return err
	})
	return resp, err
}

func (s *stateReads) GetAccount(ctx context.Context, req *pb.GetAccountRequest) (*pb.GetAccountResponse, error) {
	resp := &pb.GetAccountResponse{}
	err := s.read(ctx, req.GetRead(), func(src source) error {
		a, ok, err := state.ReadAccount(src.state, req.GetAccount())
		if err != nil {
			return err
		}
		if !ok {
			err = src.missing("there is no account %d", req.GetAccount())
		} else {
			resp.Account = &pb.Account{Id: req.GetAccount(), Address: bytes.Clone(a.Address[:])}
		}
		if err != nil {
			return err
		}
		resp.Position = positionProto(src.position)
		resp.Proof, err = src.proof(state.AppendAccountKey(nil, req.GetAccount()))
		return err
	})
	return resp, err
}

func (s *stateReads) ListBalances(ctx context.Context, req *pb.ListBalancesRequest) (*pb.ListBalancesResponse, error) {
	resp := &pb.ListBalancesResponse{}
	err := s.read(ctx, req.GetRead(), func(src source) error {
		err := state.AscendBalances(src.state, req.GetAccount(), func(asset uint32, b state.Balance) bool {
			resp.Balances = append(resp.Balances, &pb.Balance{Asset: asset, Available: b.Available, Locked: b.Locked})
			return true
		})
		if err != nil {
			return err
		}
		resp.Position = positionProto(src.position)
		resp.Proof, err = src.rangeProof(state.AppendBalancePrefix(nil, req.GetAccount()))
		return err
	})
	return resp, err
}

// locate finds an order's place in the book by the local index of now.
func (s *stateReads) locate(req *pb.GetOrderRequest) (key state.OrderKey, found bool, err error) {
	if (req.GetOrderId() == 0) == (req.GetClientOrderId() == 0) {
		return key, false, &wire.FieldError{Field: "order_id", Problem: "give exactly one of order_id and client_order_id"}
	}
	if req.GetClientOrderId() != 0 && req.GetAccount() == 0 {
		return key, false, &wire.FieldError{Field: "account", Problem: "must be given with client_order_id"}
	}
	err = s.cfg.Machine.Read(func(r *fsm.Reader) error {
		key, found = findOrder(r, req)
		return nil
	})
	return key, found, err
}

func findOrder(r *fsm.Reader, req *pb.GetOrderRequest) (state.OrderKey, bool) {
	id := req.GetOrderId()
	if id == 0 {
		var ok bool
		if id, ok = r.ClientOrder(req.GetAccount(), req.GetClientOrderId()); !ok {
			return state.OrderKey{}, false
		}
	}
	key, _, ok := r.Order(id)
	return key, ok
}

func (s *stateReads) GetOrder(ctx context.Context, req *pb.GetOrderRequest) (*pb.GetOrderResponse, error) {
	if err := s.freshen(ctx, req.GetRead()); err != nil {
		return nil, err
	}
	key, found, err := s.locate(req)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fail(wire.ReasonNotFound, "no such order rests now; an order that is gone cannot be located by its id")
	}
	// A second barrier would only make it fresher: the state was fresh when the order was located.
	o := &pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_LOCAL}
	if req.GetRead().GetConsistency() == pb.Consistency_CONSISTENCY_ANCHORED {
		o = req.GetRead()
	}
	resp := &pb.GetOrderResponse{}
	return resp, s.read(ctx, o, func(src source) error {
		order, ok, err := state.ReadOrder(src.state, key)
		if err != nil {
			return err
		}
		if !ok {
			err = src.missing("order %d does not rest in this state", key.ID)
		} else {
			resp.Order = orderProto(key, order)
		}
		if err != nil {
			return err
		}
		resp.Position = positionProto(src.position)
		resp.Proof, err = src.proof(state.AppendOrderKey(nil, key))
		return err
	})
}

func orderProto(k state.OrderKey, o state.Order) *pb.Order {
	return &pb.Order{
		Id: k.ID, Market: k.Market, Side: wire.SideProto(k.Side), Price: k.Price,
		Account: o.Account, Remaining: o.Remaining, ClientOrderId: o.ClientID, PostOnly: o.PostOnly,
	}
}

func (s *stateReads) GetDepth(ctx context.Context, req *pb.GetDepthRequest) (*pb.GetDepthResponse, error) {
	n, err := limit("levels", req.GetLevels())
	if err != nil {
		return nil, err
	}
	if req.GetRead().GetWithProof() {
		return nil, &wire.FieldError{Field: "read.with_proof", Problem: "depth is proved by VerifyService.Prove with a range of the book"}
	}
	resp := &pb.GetDepthResponse{}
	err = s.read(ctx, req.GetRead(), func(src source) error {
		resp.Position = positionProto(src.position)
		return depth(src, req.GetMarket(), n, resp)
	})
	return resp, err
}

func depth(src source, market uint32, n int, resp *pb.GetDepthResponse) error {
	if _, ok, err := state.ReadMarket(src.state, market); err != nil {
		return err
	} else if !ok {
		return src.missing("there is no market %d", market)
	}
	for side, into := range map[command.Side]*[]*pb.Level{command.Bid: &resp.Bids, command.Ask: &resp.Asks} {
		levels, err := state.Depth(src.state, market, side, n)
		if err != nil {
			return err
		}
		for _, l := range levels {
			*into = append(*into, &pb.Level{Price: l.Price, Size: l.Size, Orders: uint32(l.Orders)})
		}
	}
	return nil
}

func (s *stateReads) GetBatch(ctx context.Context, req *pb.GetBatchRequest) (*pb.GetBatchResponse, error) {
	resp := &pb.GetBatchResponse{}
	newest, err := s.newest(ctx, req.GetRead(), req.GetNumber(), &resp.Position)
	if err != nil {
		return nil, err
	}
	resp.Batch, err = s.batch(newest)
	return resp, err
}

// newest is the batch n, or the newest sealed for 0, after the read is fresh enough.
func (s *Server) newest(ctx context.Context, o *pb.ReadOptions, n uint64, at **pb.Position) (uint64, error) {
	err := s.readOpen(ctx, o, func(r *fsm.Reader) error {
		*at = positionProto(r.Position())
		if n == 0 {
			n = r.Position().Batch
		}
		return nil
	})
	if err == nil && n == 0 {
		err = fail(wire.ReasonNotSealed, "no batch is sealed yet")
	}
	return n, err
}

// batch is batch n with how far it came.
func (s *Server) batch(n uint64) (*pb.Batch, error) {
	sealed, err := s.cfg.Machine.Sealed(n)
	if err != nil {
		return nil, err
	}
	h := &sealed.Header
	b := &pb.Batch{
		Number: h.Number, Header: h.Append(nil), HeaderHash: hashBytes(sealed.Hash),
		PreRoot: hashBytes(h.PreRoot), PostRoot: hashBytes(h.PostRoot), PayloadHash: hashBytes(h.PayloadHash),
		Transitions: h.Transitions, FirstSequence: h.FirstSequence, LastSequence: h.LastSequence,
		FirstTimeMs: h.FirstTimeMs, SealTimeMs: h.SealTimeMs,
	}
	c := s.cfg.Machine.Cursor()
	b.Head = furthest(c.Heads().Sealed, n)
	for _, head := range []pb.Head{
		pb.Head_HEAD_EXECUTED, pb.Head_HEAD_PUBLISHED, pb.Head_HEAD_COMMITTED, pb.Head_HEAD_PROVEN, pb.Head_HEAD_FINALIZED,
	} {
		if at, ok := headBatch(c.Heads(), head); ok && at >= n {
			b.Head = head
		}
	}
	if rec, ok := c.Batch(n); ok {
		for _, r := range rec.Refs {
			b.Da = append(b.Da, &pb.DaReference{
				Provider: uint32(r.Provider), Codec: uint32(r.Codec), Commitment: hashBytes(r.Commitment), Length: uint64(r.Bytes), Extra: r.Extra,
			})
		}
		if rec.Commit != nil {
			b.CommitTx, b.CommitBlock = hashBytes(rec.Commit.TxHash), rec.Commit.Block.Number
			b.CommitBlockHash = hashBytes(rec.Commit.Block.Hash)
		}
		if rec.Verify != nil {
			b.VerifyTx, b.VerifyBlock = hashBytes(rec.Verify.TxHash), rec.Verify.Block.Number
			b.VerifyBlockHash = hashBytes(rec.Verify.Block.Hash)
		}
		if p := rec.Proof; p != nil {
			b.Proof = &pb.BatchProof{
				System: p.System.String(), Program: hashBytes(p.Program), Prover: p.Prover, Proof: p.Proof, RecordedTimeMs: p.TimeMs,
			}
		}
		for _, r := range rec.Reports {
			b.ReportedBy = append(b.ReportedBy, r.Node)
		}
	}
	return b, nil
}

func furthest(sealed, n uint64) pb.Head {
	if sealed >= n {
		return pb.Head_HEAD_SEALED
	}
	return pb.Head_HEAD_UNSPECIFIED
}

func (s *stateReads) ListBatches(ctx context.Context, req *pb.ListBatchesRequest) (*pb.ListBatchesResponse, error) {
	count, err := limit("limit", req.GetLimit())
	if err != nil {
		return nil, err
	}
	resp := &pb.ListBatchesResponse{}
	newest, err := s.newest(ctx, req.GetRead(), req.GetNewest(), &resp.Position)
	var none *failure
	if errors.As(err, &none) && none.reason == wire.ReasonNotSealed {
		return resp, nil
	}
	if err != nil {
		return nil, err
	}
	for n := newest; n > 0 && len(resp.GetBatches()) < count; n-- {
		b, err := s.batch(n)
		if errors.Is(err, fsm.ErrVersionReleased) || errors.Is(err, fsm.ErrUnknownBatch) && n < newest {
			break
		}
		if err != nil {
			return nil, err
		}
		resp.Batches = append(resp.Batches, b)
	}
	return resp, nil
}

func (s *stateReads) GetRoot(ctx context.Context, req *pb.GetRootRequest) (*pb.GetRootResponse, error) {
	resp := &pb.GetRootResponse{}
	n, err := s.newest(ctx, req.GetRead(), req.GetNumber(), &resp.Position)
	if err != nil {
		return nil, err
	}
	root, err := s.root(n)
	if err != nil {
		return nil, err
	}
	resp.Number, resp.Root = n, hashBytes(root)
	return resp, nil
}

// root is this replica's root of batch n, from the batch, the kept version or the cursor.
func (s *Server) root(n uint64) ([32]byte, error) {
	if at := s.cfg.Machine.Position(); at.Batch == n {
		return at.Root, nil
	}
	if rec, ok := s.cfg.Machine.Cursor().Batch(n); ok {
		return rec.Root, nil
	}
	sealed, err := s.cfg.Machine.Sealed(n)
	if err != nil {
		return [32]byte{}, err
	}
	return sealed.Header.PostRoot, nil
}

func (s *stateReads) GetReceipt(ctx context.Context, req *pb.GetReceiptRequest) (*pb.GetReceiptResponse, error) {
	if req.GetSession() == 0 || req.GetSequence() == 0 {
		return nil, &wire.FieldError{Field: "sequence", Problem: "session and sequence must not be 0"}
	}
	resp := &pb.GetReceiptResponse{}
	err := s.readOpen(ctx, req.GetRead(), func(r *fsm.Reader) error {
		receipt := r.Receipt(req.GetSession(), req.GetSequence())
		if receipt.Status == session.UnknownSession || receipt.Status == session.Gap {
			return fail(wire.ReasonNotFound, "session %d has no sequence %d", req.GetSession(), req.GetSequence())
		}
		resp.Receipt, resp.Position = receiptProto(&receipt), positionProto(r.Position())
		return nil
	})
	return resp, err
}
