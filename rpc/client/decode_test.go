package client

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

func drawResponse(t *rapid.T) *pb.SubmitResponse {
	n := rapid.OneOf(rapid.Just(uint64(0)), rapid.Uint64Max(300), rapid.Uint64())
	m := &pb.SubmitResponse{Leader: rapid.SampledFrom([]string{"", "node1", "nöde"}).Draw(t, "leader")}
	if rapid.Bool().Draw(t, "has position") {
		m.Position = &pb.Position{
			Lineage: rapid.SliceOfN(rapid.Byte(), 0, 16).Draw(t, "lineage"), Index: n.Draw(t, "index"), Batch: n.Draw(t, "batch"),
			Root: rapid.SliceOfN(rapid.Byte(), 0, 32).Draw(t, "root"),
		}
	}
	for range rapid.IntRange(0, 4).Draw(t, "receipts") {
		r := &pb.Receipt{
			Session: n.Draw(t, "session"), Sequence: n.Draw(t, "sequence"), Status: pb.ReceiptStatus(rapid.Int32().Draw(t, "status")),
			Code: rapid.Uint32().Draw(t, "code"), CodeName: rapid.SampledFrom([]string{"", "accepted", "naïve"}).Draw(t, "name"),
			OrderId: n.Draw(t, "order"), AcceptedSequence: n.Draw(t, "accepted"), Remaining: n.Draw(t, "remaining"),
			Filled: n.Draw(t, "filled"), QuoteFilled: n.Draw(t, "quote"), Index: n.Draw(t, "at"), Batch: n.Draw(t, "of"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "fills") {
			r.Fills = append(r.Fills, &pb.Fill{
				MakerOrderId: n.Draw(t, "1"), TakerOrderId: n.Draw(t, "2"), MakerAccount: n.Draw(t, "3"), TakerAccount: n.Draw(t, "4"),
				Market: rapid.Uint32().Draw(t, "5"), Price: n.Draw(t, "6"), Size: n.Draw(t, "7"), Quote: n.Draw(t, "8"),
				MakerFee: n.Draw(t, "9"), TakerFee: n.Draw(t, "10"), TakerSide: pb.Side(rapid.Int32().Draw(t, "11")),
			})
		}
		m.Receipts = append(m.Receipts, r)
	}
	return m
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// decode.go: whatever the bytes, the hand-written decoder and the generated code agree.
func compareAnswer(t failer, b []byte, n int) {
	t.Helper()
	want := &pb.SubmitResponse{}
	bad := proto.Unmarshal(b, want)
	got, err := decodeResponse(b, n, "node1")
	if (err == nil) != (bad == nil) {
		t.Fatalf("%x: %v, the generated code: %v", b, err, bad)
	}
	if err != nil {
		return
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Fatalf("%x: %s", b, diff)
	}
}

func TestAnswerAgainstGeneratedCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawResponse(t)
		b, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		compareAnswer(t, b, len(m.GetReceipts()))
		for range 4 { // a byte changed, dropped or doubled
			i := rapid.IntRange(0, len(b)).Draw(t, "at")
			broken := append(append([]byte{}, b[:i]...), rapid.SliceOfN(rapid.Byte(), 0, 2).Draw(t, "instead")...)
			broken = append(broken, b[min(len(b), i+rapid.IntRange(0, 2).Draw(t, "dropped")):]...)
			compareAnswer(t, broken, rapid.IntRange(0, 3).Draw(t, "asked"))
		}
	})
}

// Any bytes: both decoders agree.
func FuzzDecodeAnswer(f *testing.F) {
	b, err := proto.Marshal(&pb.SubmitResponse{
		Receipts: []*pb.Receipt{{Session: 1, Sequence: 300, Status: 1, CodeName: "accepted", Fills: []*pb.Fill{{Price: 1 << 40}}}, {Code: 9}},
		Position: &pb.Position{Lineage: make([]byte, 16), Index: 9, Root: make([]byte, 32)}, Leader: "node1",
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{0x0a, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) { compareAnswer(t, b, 1) })
}

// BenchmarkAnswer is an answer with 256 receipts, decoded by the client, per transition.
func BenchmarkAnswer(b *testing.B) {
	const group = 256
	m := &pb.SubmitResponse{Position: &pb.Position{Lineage: make([]byte, 16), Index: 1, Root: make([]byte, 32)}, Leader: "node1"}
	for i := range uint64(group) {
		m.Receipts = append(m.Receipts, &pb.Receipt{
			Session: 7, Sequence: i + 1000, Status: pb.ReceiptStatus_RECEIPT_STATUS_EXECUTED, CodeName: "accepted",
			OrderId: i + 5_000_000, AcceptedSequence: i + 5_000_000, Remaining: 250_000, Index: 12345, Batch: 99,
		})
	}
	raw, err := proto.Marshal(m)
	if err != nil {
		b.Fatal(err)
	}
	run := func(name string, decode func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := decode(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/group, "ns/transition")
		})
	}
	run("decode", func() error { _, err := decodeResponse(raw, group, "node1"); return err })
	run("decode/generated", func() error { return proto.Unmarshal(raw, &pb.SubmitResponse{}) })
}
