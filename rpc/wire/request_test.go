package wire_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// twinSubmit decodes with the generated code alone.
func twinSubmit(b []byte) (wire.Request, bool) {
	m := &pb.SubmitRequest{}
	if proto.Unmarshal(b, m) != nil {
		return wire.Request{}, false
	}
	return twinRequest(m.GetSession(), m.GetSubmissions(), m.GetAcknowledged(), m.GetWaitFor(), m.GetWaitMs())
}

func twinSubmitOne(b []byte) (wire.Request, bool) {
	m := &pb.SubmitOneRequest{}
	if proto.Unmarshal(b, m) != nil {
		return wire.Request{}, false
	}
	return twinRequest(m.GetSession(), []*pb.Submission{m.GetSubmission()}, m.GetAcknowledged(), m.GetWaitFor(), m.GetWaitMs())
}

func twinRequest(session uint64, subs []*pb.Submission, acknowledged uint64, head pb.Head, waitMs int64) (wire.Request, bool) {
	waits := head >= pb.Head_HEAD_SEALED && head <= pb.Head_HEAD_FINALIZED
	if head < 0 || head > pb.Head_HEAD_APPLIED || waitMs < 0 || waitMs > 0 && !waits {
		return wire.Request{}, false
	}
	r := wire.Request{Session: session, Acknowledged: acknowledged, WaitMs: waitMs}
	if waits {
		r.WaitFor = head
	}
	for _, m := range subs {
		s, err := wire.Submission(session, m)
		if err != nil {
			return r, false
		}
		r.Submissions = append(r.Submissions, s)
	}
	return r, len(subs) <= wire.MaxGroup
}

// request.go: whatever the bytes, the hand-written decoder and the generated code agree; what is refused is a FieldError.
func compareDecoders(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, b []byte,
) {
	t.Helper()
	for name, pair := range map[string]struct {
		hand func([]byte) (wire.Request, error)
		twin func([]byte) (wire.Request, bool)
	}{"Submit": {wire.DecodeSubmit, twinSubmit}, "SubmitOne": {wire.DecodeSubmitOne, twinSubmitOne}} {
		got, err := pair.hand(b)
		want, ok := pair.twin(b)
		var fault *wire.FieldError
		if err != nil && (!errors.As(err, &fault) || fault.Field == "") {
			t.Fatalf("%s of %x: not a clear fault: %v", name, b, err)
		}
		if (err == nil) != ok {
			t.Fatalf("%s of %x: %v, the generated code accepts: %v", name, b, err, ok)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); ok && diff != "" {
			t.Fatalf("%s of %x: %s", name, b, diff)
		}
	}
}

func drawRequest(t *rapid.T) (session, acknowledged uint64, subs []command.Submission) {
	session, acknowledged = rapid.Uint64().Draw(t, "session"), rapid.Uint64().Draw(t, "acknowledged")
	for i := range rapid.IntRange(0, 6).Draw(t, "group") {
		subs = append(subs, command.Submission{Session: session, Sequence: uint64(i + 1), Transition: drawTransition(t)})
	}
	return session, acknowledged, subs
}

// request.go: what the client appends is what the generated code marshals, byte for byte, and comes back unchanged.
func TestRequestAgainstGeneratedCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		session, acknowledged, subs := drawRequest(t)
		var body []byte
		m := &pb.SubmitRequest{Session: session, Acknowledged: acknowledged}
		for i := range subs {
			var err error
			if body, err = wire.AppendSubmission(body, &subs[i]); err != nil {
				t.Fatal(err)
			}
			one, err := wire.SubmissionProto(&subs[i])
			if err != nil {
				t.Fatal(err)
			}
			m.Submissions = append(m.Submissions, one)
		}
		got := wire.AppendRequest(nil, session, body, acknowledged)
		want, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("appended\n%x, the generated code marshals\n%x", got, want)
		}
		compareDecoders(t, got)
		back, err := wire.DecodeSubmit(got)
		if diff := cmp.Diff(subs, back.Submissions, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		for range 4 { // a byte changed, dropped or doubled
			i := rapid.IntRange(0, len(got)).Draw(t, "at")
			broken := append(append([]byte{}, got[:i]...), rapid.SliceOfN(rapid.Byte(), 0, 2).Draw(t, "instead")...)
			compareDecoders(t, append(broken, got[min(len(got), i+rapid.IntRange(0, 2).Draw(t, "dropped")):]...))
		}
	})
}

// AppendSubmission refuses what the server would refuse, and says the same.
func TestAppendSubmissionChecks(t *testing.T) {
	good := command.Submission{Session: 1, Sequence: 1, Transition: command.Transition{Kind: command.Cancel, Account: 1, Order: 2}}
	for name, change := range map[string]func(*command.Submission){
		"no sequence":  func(s *command.Submission) { s.Sequence = 0 },
		"no account":   func(s *command.Submission) { s.Transition.Account = 0 },
		"both ids":     func(s *command.Submission) { s.Transition.ClientID = 3 },
		"unknown side": func(s *command.Submission) { s.Transition = command.Transition{Kind: command.Place, Side: 255} },
	} {
		s := good
		change(&s)
		var fault *wire.FieldError
		if _, err := wire.AppendSubmission(nil, &s); !errors.As(err, &fault) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if b, err := wire.AppendSubmission([]byte{7}, &good); err != nil || b[0] != 7 {
		t.Errorf("%x, %v", b, err)
	}
}

// A group has at most MaxGroup submissions, however it is encoded.
func TestGroupIsBounded(t *testing.T) {
	var body []byte
	most := 0
	for i := range uint64(wire.MaxGroup + 1) {
		s := command.Submission{Sequence: i + 1, Transition: command.Transition{Kind: command.Cancel, Account: 1, Order: 2}}
		most = len(body)
		var err error
		if body, err = wire.AppendSubmission(body, &s); err != nil {
			t.Fatal(err)
		}
	}
	var fault *wire.FieldError
	if _, err := wire.DecodeSubmit(wire.AppendRequest(nil, 1, body, 0)); !errors.As(err, &fault) || fault.Field != "submissions" {
		t.Errorf("one too many: %v", err)
	}
	r, err := wire.DecodeSubmit(wire.AppendRequest(nil, 1, body[:most], 0))
	if err != nil || len(r.Submissions) != wire.MaxGroup {
		t.Errorf("%d, %v", len(r.Submissions), err)
	}
}

// A request that claims more submissions than a group has is refused before they take memory.
func TestTooManySubmissionsTakeNoMemory(t *testing.T) {
	hostile := bytes.Repeat([]byte{2<<3 | 2, 0}, 1<<20) // empty ones, which the known shape has not
	allocations := testing.AllocsPerRun(1, func() {
		var fault *wire.FieldError
		if _, err := wire.DecodeSubmit(hostile); !errors.As(err, &fault) || fault.Field != "submissions" {
			t.Errorf("a million submissions: %v", err)
		}
	})
	if allocations > 100 {
		t.Errorf("%.0f allocations", allocations)
	}
}

// Close finds room for any length.
func TestOpenAndClose(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 129, 16383, 16384, 70000} {
		content := bytes.Repeat([]byte{0xab}, n)
		b, outer := wire.Open([]byte{1, 2}, 2<<3|2)
		b, inner := wire.Open(b, 1<<3|2)
		b = wire.Close(wire.Close(append(b, content...), inner), outer)
		s := wire.NewScan(b[2:])
		if !s.Is(2<<3 | 2) {
			t.Fatal("no outer field")
		}
		field := wire.NewScan(s.Bytes())
		if !field.Is(1<<3|2) || !bytes.Equal(field.Bytes(), content) || !field.Done() || !s.Done() {
			t.Errorf("%d bytes do not come back", n)
		}
	}
}

// Any bytes: both decoders agree.
func FuzzDecodeRequest(f *testing.F) {
	var body []byte
	for i, kind := range []command.Transition{
		{Kind: command.Place, Market: 1, Account: 2, Price: 3, Size: 4, ClientID: 5},
		{Kind: command.Cancel, Account: 2, ClientID: 5},
		{Kind: command.Amend, Account: 2, Order: 9, Size: 4},
		{Kind: command.EndImport},
	} {
		s := command.Submission{Sequence: uint64(i + 1), Transition: kind}
		var err error
		if body, err = wire.AppendSubmission(body, &s); err != nil {
			f.Fatal(err)
		}
		f.Add(wire.AppendRequest(nil, 300, body, 1<<40))
	}
	f.Add([]byte{0x12, 0x00})
	f.Add([]byte{0x0a, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) { compareDecoders(t, b) })
}

// Raw passes the codec as it is, and messages as gRPC's own codec has them.
func TestCodec(t *testing.T) {
	c := wire.NewCodec()
	raw := wire.Raw{1, 2, 3}
	data, err := c.Marshal(&raw)
	if err != nil || !bytes.Equal(data.Materialize(), raw) {
		t.Fatal(data, err)
	}
	var back wire.Raw
	if err = c.Unmarshal(mem.BufferSlice{mem.SliceBuffer{1}, mem.SliceBuffer{2, 3}}, &back); err != nil || !bytes.Equal(back, raw) {
		t.Fatal(back, err)
	}
	m := &pb.CloseSessionRequest{Session: 9}
	if data, err = c.Marshal(m); err != nil {
		t.Fatal(err)
	}
	got := &pb.CloseSessionRequest{}
	if err = c.Unmarshal(data, got); err != nil || got.GetSession() != 9 {
		t.Fatal(got, err)
	}
	if _, err = c.Marshal(3); err == nil || c.Unmarshal(nil, 3) == nil {
		t.Fatal("what is no message passes")
	}
	if c.Name() != "proto" {
		t.Fatal(c.Name())
	}
}

// BenchmarkRequest is a group of 256 orders, per transition: encoded by the client, decoded by the server, and the
// generated code for comparison.
func BenchmarkRequest(b *testing.B) {
	const group = 256
	var body []byte
	m := &pb.SubmitRequest{Session: 7}
	subs := make([]command.Submission, group)
	for i := range subs {
		subs[i] = command.Submission{Session: 7, Sequence: uint64(i + 1000), Transition: command.Transition{
			Kind: command.Place, Market: 2, Account: uint64(i%50 + 1), Price: 4_321_000_000, Size: 250_000, ClientID: uint64(i + 1),
		}}
		var err error
		if body, err = wire.AppendSubmission(body, &subs[i]); err != nil {
			b.Fatal(err)
		}
		one, err := wire.SubmissionProto(&subs[i])
		if err != nil {
			b.Fatal(err)
		}
		m.Submissions = append(m.Submissions, one)
	}
	raw := wire.AppendRequest(nil, 7, body, 0)
	per := func(b *testing.B) {
		b.Helper()
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/group, "ns/transition")
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			body = body[:0]
			for i := range subs {
				body, _ = wire.AppendSubmission(body, &subs[i])
			}
		}
		per(b)
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := wire.DecodeSubmit(raw); err != nil {
				b.Fatal(err)
			}
		}
		per(b)
	})
	b.Run("decode/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := twinSubmit(raw); !ok {
				b.Fatal("refused")
			}
		}
		per(b)
	})
}
