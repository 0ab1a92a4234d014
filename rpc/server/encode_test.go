package server

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

func drawReceipt(t *rapid.T) session.Receipt {
	n := rapid.OneOf(rapid.Just(uint64(0)), rapid.Uint64Max(300), rapid.Uint64())
	r := session.Receipt{
		Session: n.Draw(t, "session"), Sequence: n.Draw(t, "sequence"), Index: n.Draw(t, "index"), Batch: n.Draw(t, "batch"),
		Status: session.Status(rapid.Uint8Range(0, uint8(session.WindowFull)+1).Draw(t, "status")),
	}
	r.Code = state.Code(rapid.Uint8().Draw(t, "code"))
	r.Order, r.Receipt.Sequence = n.Draw(t, "order"), n.Draw(t, "accepted")
	r.Remaining, r.Filled, r.QuoteFilled = n.Draw(t, "remaining"), n.Draw(t, "filled"), n.Draw(t, "quote filled")
	for range rapid.IntRange(0, 4).Draw(t, "fills") {
		r.Fills = append(r.Fills, state.Fill{
			Maker: n.Draw(t, "maker"), Taker: n.Draw(t, "taker"), MakerAccount: n.Draw(t, "a"), TakerAccount: n.Draw(t, "b"),
			Market: rapid.Uint32().Draw(t, "market"), Price: n.Draw(t, "price"), Size: n.Draw(t, "size"), Quote: n.Draw(t, "quote"),
			MakerFee: n.Draw(t, "maker fee"), TakerFee: n.Draw(t, "taker fee"), TakerSide: command.Side(rapid.Uint8Range(0, 1).Draw(t, "side")),
		})
	}
	return r
}

// encode.go: byte for byte what the generated code makes of the same values.
func TestAnswerAgainstGeneratedCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var receipts []session.Receipt
		want := &pb.SubmitResponse{Leader: rapid.StringMatching("[a-z0-9]{0,12}").Draw(t, "leader")}
		for range rapid.IntRange(0, 5).Draw(t, "receipts") {
			receipts = append(receipts, drawReceipt(t))
			want.Receipts = append(want.Receipts, receiptProto(&receipts[len(receipts)-1]))
		}
		p := fsm.Position{Index: rapid.Uint64().Draw(t, "index"), Batch: rapid.Uint64().Draw(t, "batch")}
		p.Lineage[3], p.Root[31] = rapid.Byte().Draw(t, "lineage"), rapid.Byte().Draw(t, "root")
		want.Position = positionProto(p)
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendResponse(nil, receipts, p, want.GetLeader()); !bytes.Equal(got, b) {
			t.Fatalf("encoded\n%x, the generated code\n%x", got, b)
		}
	})
}

// BenchmarkAnswer is an answer with 256 receipts, per transition.
func BenchmarkAnswer(b *testing.B) {
	const group = 256
	receipts := make([]session.Receipt, group)
	for i := range receipts {
		receipts[i] = session.Receipt{Session: 7, Sequence: uint64(i + 1000), Index: 12345, Batch: 99, Status: session.Executed}
		receipts[i].Order, receipts[i].Receipt.Sequence, receipts[i].Remaining = uint64(i+5_000_000), uint64(i+5_000_000), 250_000
	}
	per := func(b *testing.B) {
		b.Helper()
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/group, "ns/transition")
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			appendResponse(make([]byte, 0, responseSize(receipts)), receipts, fsm.Position{Index: 1}, "node1")
		}
		per(b)
	})
	b.Run("encode/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := &pb.SubmitResponse{Position: positionProto(fsm.Position{Index: 1}), Leader: "node1"}
			for i := range receipts {
				m.Receipts = append(m.Receipts, receiptProto(&receipts[i]))
			}
			if _, err := proto.Marshal(m); err != nil {
				b.Fatal(err)
			}
		}
		per(b)
	})
}
