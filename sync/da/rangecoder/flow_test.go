package rangecoder_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/da/rangecoder"
)

// accepted runs a flow through the model until n transitions are in its payload or it ends.
func accepted(tb testing.TB, flow workload.Flow, n int) []command.Transition {
	tb.Helper()
	x := models.NewExchange()
	for _, t := range flow.Setup() {
		if o := x.Apply(&t); !o.Accepted() {
			tb.Fatalf("setup: %+v: %s", t, o.Reason)
		}
	}
	var out []command.Transition
	var t command.Transition
	for len(out) < n && flow.Next(&t) {
		out = append(out, x.Apply(&t).Payload...)
	}
	return out[:min(n, len(out))]
}

func generated(tb testing.TB, n int) []command.Transition {
	tb.Helper()
	m, err := workload.Generator(1, workload.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return accepted(tb, m, n)
}

func recorded(tb testing.TB) []command.Transition {
	tb.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "..", "shared")
	}
	packed, err := os.ReadFile(filepath.Join(shared, "orderflow", "orders.csv.xz"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatal(err)
		}
		tb.Skipf("the recorded order flow is not beside the checkout: %v", err)
	}
	r, err := xz.NewReader(bytes.NewReader(packed))
	if err != nil {
		tb.Fatal(err)
	}
	flow, err := workload.Bitstamp(r)
	if err != nil {
		tb.Fatal(err)
	}
	return accepted(tb, flow, math.MaxInt)
}

// entropy is the order-0 entropy of a column's symbols, in bytes, as the package comment defines it.
func entropy(c batch.Column) float64 {
	counts := make(map[uint64]int)
	n := 0
	for b := c.Data; len(b) > 0; n++ {
		symbol, size := uint64(b[0]), 1
		if c.ID != batch.ColumnShapes && c.ID != batch.ColumnAddress {
			symbol, size = binary.Uvarint(b)
		}
		counts[symbol]++
		b = b[size:]
	}
	bits := 0.0
	for _, k := range counts {
		bits -= float64(k) * math.Log2(float64(k)/float64(n))
	}
	return bits / 8
}

func zstdSize(tb testing.TB, b []byte) int {
	tb.Helper()
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() {
		if err := enc.Close(); err != nil {
			tb.Error(err)
		}
	}()
	return len(enc.EncodeAll(b, nil))
}

type figures struct {
	coded, bound, zstd float64 // bytes
	rows               int
}

// measure packs ts in batches of size and logs the columns of the last.
func measure(t *testing.T, name string, ts []command.Transition, size int) figures {
	t.Helper()
	var f figures
	for ; len(ts) >= size; ts = ts[size:] {
		payload := batch.EncodePayload(nil, ts[:size])
		packed := rangecoder.Encode(nil, payload)
		got, err := rangecoder.Decode(packed, len(payload))
		if err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("%s: does not come back: %v", name, err)
		}
		_, columns, err := batch.Columns(payload, batch.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		costs := rangecoder.Costs(payload)
		if len(costs) != len(columns) {
			t.Fatalf("%s: %d costs of %d columns", name, len(costs), len(columns))
		}
		last, sum := len(ts) < 2*size, 0
		for i, c := range columns {
			h := entropy(c)
			f.bound += h
			sum += costs[i].Coded
			if last {
				t.Logf("%s, %d transitions, column %2d: %8d bytes, order-0 entropy %8.0f, coded %8d", name, size, c.ID, len(c.Data), h, costs[i].Coded)
			}
		}
		if d := len(packed) - sum; d < 0 || d > 100 {
			t.Errorf("%s: columns cost %d of %d bytes", name, sum, len(packed))
		}
		f.coded += float64(len(packed))
		f.zstd += float64(zstdSize(t, payload))
		f.rows += size
	}
	n := float64(f.rows)
	t.Logf("%s, %d transitions a batch: %.3f bytes per transition, %.3f times the order-0 entropy of %.3f; zstd %.3f; %.1f times smaller than rows",
		name, size, f.coded/n, f.coded/f.bound, f.bound/n, f.zstd/n, batch.RowWidth*n/f.coded)
	return f
}

// issue: at most 1.2 times the order-0 entropy of the columns on both flows, at most 3.6 bytes per transition on the
// generator's in batches of 20,000 and more, and at least ten times smaller than rows at 20,000 and 200,000.
func TestSizes(t *testing.T) {
	check := func(name string, f figures, most float64) {
		n := float64(f.rows)
		if f.coded > 1.2*f.bound {
			t.Errorf("%s: %.3f times the order-0 entropy", name, f.coded/f.bound)
		}
		if f.coded > most*n {
			t.Errorf("%s: %.3f bytes per transition, at most %.1f", name, f.coded/n, most)
		}
		if f.coded > f.zstd {
			t.Errorf("%s: larger than zstd", name)
		}
	}
	t.Run("generator", func(t *testing.T) {
		ts := generated(t, 200_000)
		for _, size := range []int{20_000, 200_000} {
			check("generator", measure(t, "generator", ts, size), 3.6)
		}
		if f := measure(t, "generator", ts[:10_000], 1000); f.coded > f.zstd {
			t.Error("larger than zstd in small batches")
		}
	})
	t.Run("recorded", func(t *testing.T) {
		ts := recorded(t)
		check("recorded", measure(t, "recorded", ts, 20_000), 9.6)
		check("recorded", measure(t, "recorded", ts, len(ts)), 9.6)
	})
}

func BenchmarkEncode(b *testing.B) { benchmark(b, false) }
func BenchmarkDecode(b *testing.B) { benchmark(b, true) }

func benchmark(b *testing.B, decode bool) {
	b.Helper()
	flows := map[string][]command.Transition{"generator": generated(b, 20_000), "recorded": recorded(b)[:20_000]}
	for _, name := range []string{"generator", "recorded"} {
		n := len(flows[name])
		payload := batch.EncodePayload(nil, flows[name])
		packed := rangecoder.Encode(nil, payload)
		b.Run(name, func(b *testing.B) {
			start := time.Now()
			for b.Loop() {
				if !decode {
					packed = rangecoder.Encode(packed[:0], payload)
				} else if _, err := rangecoder.Decode(packed, len(payload)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(time.Since(start).Nanoseconds())/float64(b.N)/float64(n), "ns/transition")
			b.ReportMetric(float64(len(packed))/float64(n), "bytes/transition")
		})
	}
}
