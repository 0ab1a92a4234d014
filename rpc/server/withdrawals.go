package server

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A withdrawal's proof leads to the root in its batch's header, and is checked
// here before it is given: a replica's defect costs a claimant no gas.

// Bounds of one list of withdrawals.
const (
	defaultWithdrawals = 100
	maxWithdrawals     = 1000
)

// Archive gives batches that a replica no longer keeps.
type Archive interface {
	// Archived is the batch with a header hash, checked against it.
	Archived(ctx context.Context, headerHash [32]byte) (batch.Header, []byte, error)
}

func (v *verifier) ListWithdrawals(_ context.Context, req *pb.ListWithdrawalsRequest) (*pb.ListWithdrawalsResponse, error) {
	if n := len(req.GetAddress()); n != 0 && n != len(command.Address{}) {
		return nil, &wire.FieldError{Field: "address", Problem: fmt.Sprintf("has %d bytes; must have 20, or be empty", n)}
	}
	if req.GetLimit() > maxWithdrawals {
		return nil, &wire.FieldError{Field: "limit", Problem: fmt.Sprintf("is %d; at most %d", req.GetLimit(), maxWithdrawals)}
	}
	limit := int(orDefault(req.GetLimit(), defaultWithdrawals))
	n, err := v.batchOf(pb.Head_HEAD_SEALED, 0)
	if err != nil {
		return nil, err
	}
	resp := &pb.ListWithdrawalsResponse{}
	err = v.readBatch(n, true, func(src source) error {
		resp.Position = positionProto(src.position)
		return state.AscendWithdrawals(src.view, req.GetFirst(), func(w state.Withdrawal) bool {
			if len(req.GetAddress()) == 0 || slices.Equal(req.GetAddress(), w.Address[:]) {
				resp.Withdrawals = append(resp.Withdrawals, &pb.Withdrawal{Index: w.Index, Asset: w.Asset, Address: w.Address[:], Amount: w.Amount})
			}
			return len(resp.GetWithdrawals()) < limit
		})
	})
	if err != nil {
		return nil, err
	}
	for _, w := range resp.GetWithdrawals() {
		if b, err := v.holding(w.GetIndex()); err == nil {
			w.Batch, w.Head = b.Header.Number, v.headOf(b.Header.Number)
		}
	}
	return resp, nil
}

// headOf is the furthest head that has reached a batch.
func (v *verifier) headOf(n uint64) pb.Head {
	heads := v.cfg.Machine.Status().Heads
	for h := pb.Head_HEAD_FINALIZED; h > pb.Head_HEAD_SEALED; h-- {
		if at, ok := headBatch(heads, h); ok && at >= n {
			return h
		}
	}
	return pb.Head_HEAD_SEALED
}

// holding is the batch kept here that holds a withdrawal.
func (v *verifier) holding(index uint64) (*fsm.SealedBatch, error) {
	newest := v.cfg.Machine.Position().Batch
	for n := newest; n > 0; n-- {
		b, err := v.cfg.Machine.SealedHeader(n)
		if errors.Is(err, fsm.ErrVersionReleased) {
			return nil, fail(wire.ReasonVersionReleased,
				"withdrawal %d is in a batch before %d, which is no longer kept here: name its batch, as its receipt says", index, n+1)
		}
		if err != nil {
			return nil, err
		}
		if b.FirstWithdrawal <= index {
			return b, nil
		}
	}
	return nil, notWithdrawn(index)
}

func notWithdrawn(index uint64) error {
	return fail(wire.ReasonNotFound, "no sealed batch holds withdrawal %d", index)
}

func (v *verifier) ProveWithdrawal(ctx context.Context, req *pb.ProveWithdrawalRequest) (*pb.ProveWithdrawalResponse, error) {
	header, ws, err := v.withdrawalsOf(ctx, req.GetIndex(), req.GetBatch())
	if err != nil {
		return nil, err
	}
	position := slices.IndexFunc(ws, func(w batch.Withdrawal) bool { return w.Index == req.GetIndex() })
	if position < 0 {
		return nil, notWithdrawn(req.GetIndex())
	}
	w := &ws[position]
	proof, err := batch.ProveWithdrawal(ws, position)
	if err != nil {
		return nil, err
	}
	if err := batch.VerifyWithdrawal(header.WithdrawalsRoot, w, &proof); err != nil {
		return nil, fmt.Errorf("assert the proof of withdrawal %d: %w", w.Index, err)
	}
	return &pb.ProveWithdrawalResponse{
		Withdrawal: &pb.Withdrawal{
			Index: w.Index, Asset: w.Asset, Address: w.Address[:], Amount: w.Amount, Batch: header.Number, Head: v.headOf(header.Number),
		},
		Header: header.Append(nil), Proof: proof.Append(nil), Position: positionProto(v.cfg.Machine.Position()),
	}, nil
}

// withdrawalsOf lists the withdrawals of the batch that holds one: of a batch kept
// here, or of one in the archive, whose header hash L1 states.
func (v *verifier) withdrawalsOf(ctx context.Context, index, n uint64) (batch.Header, []batch.Withdrawal, error) {
	var kept *fsm.SealedBatch
	var err error
	if n == 0 {
		kept, err = v.holding(index)
	} else {
		kept, err = v.cfg.Machine.SealedHeader(n)
	}
	if err == nil && kept.Payload != nil {
		ws, failed := kept.Withdrawals()
		return kept.Header, ws, failed
	}
	if kept != nil {
		n = kept.Header.Number
	}
	if err != nil && (n == 0 || !errors.Is(err, fsm.ErrVersionReleased)) {
		return batch.Header{}, nil, err
	}
	if v.cfg.L1 == nil || v.cfg.Archive == nil {
		return batch.Header{}, nil, fail(wire.ReasonVersionReleased, "batch %d is no longer kept here, and this replica has no L1 and archive to read it from", n)
	}
	anchored, err := v.cfg.L1.Anchored(ctx, n)
	if err != nil {
		return batch.Header{}, nil, fail(wire.ReasonUnavailableL1, "L1 could not be asked for batch %d: %v", n, err)
	}
	if !anchored.Committed {
		return batch.Header{}, nil, fail(wire.ReasonNotFound, "L1 does not hold batch %d", n)
	}
	header, payload, err := v.cfg.Archive.Archived(ctx, anchored.HeaderHash)
	if err != nil {
		return batch.Header{}, nil, fail(wire.ReasonVersionReleased, "batch %d could not be read from the archive: %v", n, err)
	}
	ws, err := v.numbered(ctx, &header, payload, index)
	return header, ws, err
}

// numbered finds the indices of an archived batch's withdrawals: they are those
// around the asked one, of which the state has the record, under which they give
// the header's root.
func (v *verifier) numbered(ctx context.Context, header *batch.Header, payload []byte, index uint64) ([]batch.Withdrawal, error) {
	ts, err := batch.DecodePayload(payload, batch.DefaultLimits())
	if err != nil {
		return nil, err
	}
	var ws []batch.Withdrawal
	for i := range ts {
		if t := &ts[i]; t.Kind == command.Withdraw {
			ws = append(ws, batch.Withdrawal{Asset: t.Asset, Address: t.Address, Amount: t.Amount})
		}
	}
	record, err := v.recorded(index)
	if err != nil {
		return nil, err
	}
	for p := range ws {
		if w := &ws[p]; uint64(p) > index || w.Asset != record.Asset || w.Address != record.Address || w.Amount != record.Amount {
			continue
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		for k := range ws {
			ws[k].Index = index - uint64(p) + uint64(k)
		}
		if batch.WithdrawalsRoot(ws) == header.WithdrawalsRoot {
			return ws, nil
		}
	}
	return nil, fail(wire.ReasonNotFound, "batch %d does not hold withdrawal %d", header.Number, index)
}

// recorded is the state's record of a withdrawal, which is kept for ever.
func (v *verifier) recorded(index uint64) (found state.Withdrawal, err error) {
	n, err := v.batchOf(pb.Head_HEAD_SEALED, 0)
	if err != nil {
		return found, err
	}
	known := false
	err = v.readBatch(n, true, func(src source) error {
		return state.AscendWithdrawals(src.view, index, func(w state.Withdrawal) bool {
			found, known = w, w.Index == index
			return false
		})
	})
	if err == nil && !known {
		err = notWithdrawn(index)
	}
	return found, err
}
