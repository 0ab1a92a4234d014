package server

import (
	"bytes"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Messages own their bytes: nothing here points into the replica's memory.

func hashBytes(h [32]byte) []byte { return bytes.Clone(h[:]) }

func positionProto(p fsm.Position) *pb.Position {
	return &pb.Position{Lineage: bytes.Clone(p.Lineage[:]), Index: p.Index, Batch: p.Batch, Root: hashBytes(p.Root)}
}

func headsProto(h cursor.Heads) *pb.Heads {
	return &pb.Heads{
		Applied: h.Applied, Sealed: h.Sealed, Executed: h.Executed, Published: h.Published,
		Committed: h.Committed, Proven: h.Proven, Finalized: h.Finalized,
	}
}

func fillProto(f *state.Fill) *pb.Fill {
	return &pb.Fill{
		MakerOrderId: f.Maker, TakerOrderId: f.Taker, MakerAccount: f.MakerAccount, TakerAccount: f.TakerAccount,
		Market: f.Market, Price: f.Price, Size: f.Size, Quote: f.Quote, MakerFee: f.MakerFee, TakerFee: f.TakerFee,
		TakerSide: wire.SideProto(f.TakerSide),
	}
}

func receiptStatus(s session.Status) pb.ReceiptStatus {
	switch s {
	case session.Executed:
		return pb.ReceiptStatus_RECEIPT_STATUS_EXECUTED
	case session.Duplicate:
		return pb.ReceiptStatus_RECEIPT_STATUS_DUPLICATE
	case session.Gap:
		return pb.ReceiptStatus_RECEIPT_STATUS_GAP
	case session.UnknownSession:
		return pb.ReceiptStatus_RECEIPT_STATUS_UNKNOWN_SESSION
	case session.Expired:
		return pb.ReceiptStatus_RECEIPT_STATUS_EXPIRED
	case session.Reverted:
		return pb.ReceiptStatus_RECEIPT_STATUS_REVERTED
	case session.Halted:
		return pb.ReceiptStatus_RECEIPT_STATUS_HALTED
	case session.Acknowledged:
		return pb.ReceiptStatus_RECEIPT_STATUS_ACKNOWLEDGED
	case session.WindowFull:
		return pb.ReceiptStatus_RECEIPT_STATUS_WINDOW_FULL
	default:
		return pb.ReceiptStatus_RECEIPT_STATUS_UNSPECIFIED
	}
}

// receiptProto leaves the result out of a receipt that has none.
func receiptProto(r *session.Receipt) *pb.Receipt {
	m := &pb.Receipt{Session: r.Session, Sequence: r.Sequence, Status: receiptStatus(r.Status)}
	if r.Status != session.Executed && r.Status != session.Duplicate {
		return m
	}
	m.Code, m.CodeName = uint32(r.Code), r.Code.String()
	m.OrderId, m.AcceptedSequence = r.Order, r.Receipt.Sequence
	m.Remaining, m.Filled, m.QuoteFilled = r.Remaining, r.Filled, r.QuoteFilled
	m.Index, m.Batch = r.Index, r.Batch
	if r.Code != state.Accepted {
		m.Batch = 0
	}
	if len(r.Fills) > 0 {
		m.Fills = make([]*pb.Fill, len(r.Fills))
		for i := range r.Fills {
			m.Fills[i] = fillProto(&r.Fills[i])
		}
	}
	return m
}
