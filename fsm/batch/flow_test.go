package batch_test

import (
	"fmt"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// Figures are of the generator's default flow at seed 1, from its first transition after Setup on.
const (
	flowSessions = 8       // clients that submit it side by side
	flowLength   = 100_000 // transitions
)

// generated gives the flow as clients submit it and as payloads record it.
func generated(tb testing.TB, n int) (submitted []command.Submission, accepted []command.Transition) {
	tb.Helper()
	m, err := workload.Generator(1, workload.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return recorded(tb, m, n)
}

// recorded runs a flow through the model. Accounts keep to one session each.
func recorded(tb testing.TB, flow workload.Flow, n int) (submitted []command.Submission, accepted []command.Transition) {
	tb.Helper()
	x := models.NewExchange()
	for _, t := range flow.Setup() {
		if o := x.Apply(&t); !o.Accepted() {
			tb.Fatalf("setup: %+v: %s", t, o.Reason)
		}
	}
	var sequence [flowSessions]uint64
	var t command.Transition
	for i := 0; i < n && flow.Next(&t); i++ {
		session := t.Account % flowSessions
		sequence[session]++
		submitted = append(submitted, command.Submission{Session: 1000 + session, Sequence: sequence[session], Transition: t})
		accepted = append(accepted, x.Apply(&t).Payload...)
	}
	return submitted, accepted
}

func flowEntry(subs []command.Submission) command.Entry {
	return command.Entry{TimeMs: 1_790_000_000_000, Submissions: subs, Acks: []command.Ack{{Session: 1001, Low: subs[0].Sequence}}}
}

// entryBytes is the mean encoded length per transition in entries of the given size, in thousandths of a byte.
func entryBytes(subs []command.Submission, size int) int {
	var enc batch.Encoder
	var b []byte
	total, n := 0, 0
	for ; len(subs) >= size; subs = subs[size:] {
		e := flowEntry(subs[:size])
		b = enc.Entry(b[:0], &e)
		total += len(b)
		n += size
	}
	return 1000 * total / n
}

func payloadBytes(ts []command.Transition, size int) int {
	var enc batch.Encoder
	var b []byte
	total, n := 0, 0
	for ; len(ts) >= size; ts = ts[size:] {
		b = enc.Payload(b[:0], ts[:size])
		total += len(b)
		n += size
	}
	return 1000 * total / n
}

// issue: an entry takes at most 10 bytes per transition with session data, payload columns at most 7, on the
// generator's flow.
func TestBytesPerTransition(t *testing.T) {
	submitted, accepted := generated(t, flowLength)
	for _, size := range []int{256, 1024, 4096} {
		got := entryBytes(submitted, size)
		t.Logf("entries of %d: %d.%03d bytes per transition, %d.%03d with one session", size, got/1000, got%1000,
			entryBytes(oneSession(submitted), size)/1000, entryBytes(oneSession(submitted), size)%1000)
		if got > 10_000 {
			t.Errorf("entries of %d: %d.%03d bytes per transition, at most 10", size, got/1000, got%1000)
		}
	}
	const size = 20_000
	got := payloadBytes(accepted, size)
	t.Logf("payloads of %d: %d.%03d bytes per transition, ratio %d thousandths", size, got/1000, got%1000, batch.Ratio(1000, got))
	if got > 7_000 {
		t.Errorf("payloads of %d: %d.%03d bytes per transition, at most 7", size, got/1000, got%1000)
	}
}

func oneSession(subs []command.Submission) []command.Submission {
	out := make([]command.Submission, len(subs))
	for i, s := range subs {
		out[i] = command.Submission{Session: 1000, Sequence: uint64(i + 1), Transition: s.Transition}
	}
	return out
}

// Where the bytes of a payload are.
func TestColumnSizes(t *testing.T) {
	submitted, accepted := generated(t, 40_000)
	e := flowEntry(submitted[:4096])
	for name, b := range map[string][]byte{"payload": batch.EncodePayload(nil, accepted[:20_000]), "entry": batch.EncodeEntry(nil, &e)} {
		_, cols, err := batch.Columns(b, batch.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, c := range cols {
			t.Logf("%s column %d: %d bytes", name, c.ID, len(c.Data))
			total += len(c.Data)
		}
		if len(b)-total > 100 {
			t.Errorf("%s: the directory takes %d bytes", name, len(b)-total)
		}
	}
}

func BenchmarkEntry(b *testing.B) {
	submitted, _ := generated(b, 8192)
	for _, size := range []int{256, 1024, 4096} {
		e := flowEntry(submitted[:size])
		encoded := batch.EncodeEntry(nil, &e)
		b.Run(fmt.Sprintf("encode/%d", size), func(b *testing.B) {
			var enc batch.Encoder
			var buf []byte
			for b.Loop() {
				buf = enc.Entry(buf[:0], &e)
			}
			report(b, len(buf), size)
		})
		b.Run(fmt.Sprintf("decode/%d", size), func(b *testing.B) {
			var dec batch.Decoder
			var into command.Entry
			b.ReportAllocs()
			for b.Loop() {
				if err := dec.Entry(encoded, &into, batch.DefaultLimits()); err != nil {
					b.Fatal(err)
				}
			}
			report(b, len(encoded), size)
		})
	}
}

func BenchmarkPayload(b *testing.B) {
	_, accepted := generated(b, 30_000)
	accepted = accepted[:20_000]
	encoded := batch.EncodePayload(nil, accepted)
	b.Run("encode", func(b *testing.B) {
		var enc batch.Encoder
		var buf []byte
		for b.Loop() {
			buf = enc.Payload(buf[:0], accepted)
		}
		report(b, len(buf), len(accepted))
	})
	b.Run("decode", func(b *testing.B) {
		var dec batch.Decoder
		var into []command.Transition
		var err error
		for b.Loop() {
			if into, err = dec.Payload(into, encoded, batch.DefaultLimits()); err != nil {
				b.Fatal(err)
			}
		}
		report(b, len(encoded), len(accepted))
	})
}

// BenchmarkRow is what the columns are beside.
func BenchmarkRow(b *testing.B) {
	_, accepted := generated(b, 30_000)
	accepted = accepted[:20_000]
	var buf []byte
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			buf = buf[:0]
			for i := range accepted {
				buf = batch.AppendRow(buf, 0, uint64(i+1), &accepted[i])
			}
		}
		report(b, len(buf), len(accepted))
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			for at := 0; at < len(buf); at += batch.RowWidth {
				if _, _, _, err := batch.DecodeRow(buf[at : at+batch.RowWidth]); err != nil {
					b.Fatal(err)
				}
			}
		}
		report(b, len(buf), len(accepted))
	})
}

func report(b *testing.B, bytes, transitions int) {
	b.Helper()
	b.ReportMetric(float64(bytes)/float64(transitions), "bytes/transition")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(transitions), "ns/transition")
}
