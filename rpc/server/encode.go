package server

import (
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// The busy answers are encoded by hand, straight from the core's values: byte for byte what the generated code makes of
// receiptProto and positionProto.

// Field numbers and wire types.
const (
	wireVarint = 0
	wireBytes  = 2

	responseReceipts = 1<<3 | wireBytes // SubmitResponse; of SubmitOneResponse the only receipt
	responsePosition = 2<<3 | wireBytes
	responseLeader   = 3<<3 | wireBytes
	responseFinality = 4<<3 | wireBytes
)

// responseSize is about the size of an answer.
func responseSize(receipts []session.Receipt) int {
	const rest, receipt, fill = 96, 64, 72
	n := rest + receipt*len(receipts)
	for i := range receipts {
		n += fill * len(receipts[i].Fills)
	}
	return n
}

func appendResponse(dst []byte, receipts []session.Receipt, p fsm.Position, leader string) []byte {
	for i := range receipts {
		var at int
		dst, at = wire.Open(dst, responseReceipts)
		dst = wire.Close(appendReceipt(dst, &receipts[i]), at)
	}
	dst, at := wire.Open(dst, responsePosition)
	dst = wire.Close(appendPosition(dst, p), at)
	return wire.AppendBytes(dst, responseLeader, leader)
}

func appendPosition(dst []byte, p fsm.Position) []byte {
	dst = wire.AppendBytes(dst, 1<<3|wireBytes, p.Lineage[:])
	dst = wire.AppendUvarint(dst, 2<<3|wireVarint, p.Index)
	dst = wire.AppendUvarint(dst, 3<<3|wireVarint, p.Batch)
	return wire.AppendBytes(dst, 4<<3|wireBytes, p.Root[:])
}

func appendReceipt(dst []byte, r *session.Receipt) []byte {
	dst = wire.AppendUvarint(dst, 1<<3|wireVarint, r.Session)
	dst = wire.AppendUvarint(dst, 2<<3|wireVarint, r.Sequence)
	dst = wire.AppendUvarint(dst, 3<<3|wireVarint, uint64(receiptStatus(r.Status)))
	if r.Status != session.Executed && r.Status != session.Duplicate {
		return dst
	}
	dst = wire.AppendUvarint(dst, 4<<3|wireVarint, uint64(r.Code))
	dst = wire.AppendBytes(dst, 5<<3|wireBytes, r.Code.String())
	dst = wire.AppendUvarint(dst, 6<<3|wireVarint, r.Order)
	dst = wire.AppendUvarint(dst, 7<<3|wireVarint, r.Receipt.Sequence)
	dst = wire.AppendUvarint(dst, 8<<3|wireVarint, r.Remaining)
	dst = wire.AppendUvarint(dst, 9<<3|wireVarint, r.Filled)
	dst = wire.AppendUvarint(dst, 10<<3|wireVarint, r.QuoteFilled)
	for i := range r.Fills {
		var at int
		dst, at = wire.Open(dst, 11<<3|wireBytes)
		dst = wire.Close(appendFill(dst, &r.Fills[i]), at)
	}
	dst = wire.AppendUvarint(dst, 12<<3|wireVarint, r.Index)
	if r.Code == state.Accepted {
		dst = wire.AppendUvarint(dst, 13<<3|wireVarint, r.Batch)
	}
	return dst
}

func appendFill(dst []byte, f *state.Fill) []byte {
	for i, v := range [...]uint64{
		f.Maker, f.Taker, f.MakerAccount, f.TakerAccount, uint64(f.Market), f.Price, f.Size, f.Quote, f.MakerFee, f.TakerFee,
		uint64(wire.SideProto(f.TakerSide)),
	} {
		dst = wire.AppendUvarint(dst, byte(i+1)<<3|wireVarint, v)
	}
	return dst
}
