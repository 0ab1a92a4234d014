package batch_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ulikunitz/xz"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// recording opens the recorded flow, or skips; in CI it must be there.
func recording(tb testing.TB) io.Reader {
	tb.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
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
	return r
}

// agree runs a flow through the state-transition function and the model, and returns what payloads record.
func agree(t *testing.T, flow workload.Flow, n int) (payload []command.Transition, rejected int) {
	t.Helper()
	store := state.NewTreeStore(tree.New(tree.Options{}), state.NewMapIndex())
	x := models.NewExchange()
	var r state.Receipt
	step := func(tr command.Transition, setup bool) {
		before := len(payload)
		payload = state.Apply(store, &tr, &r, payload)
		if err := store.Err(); err != nil {
			t.Fatal(err)
		}
		o := x.Apply(&tr)
		if o.Accepted() != (r.Code == state.Accepted) || (setup && !o.Accepted()) {
			t.Fatalf("%+v: model %q, state %v", tr, o.Reason, r.Code)
		}
		if !slices.Equal(payload[before:], o.Payload) {
			t.Fatalf("%+v: payload\n%+v, the model's\n%+v", tr, payload[before:], o.Payload)
		}
		if !o.Accepted() {
			rejected++
			return
		}
		if tr.Kind == command.Place && (r.Order != o.Order || r.Remaining != o.Remaining || r.Filled != o.Filled || len(r.Fills) != len(o.Fills)) {
			t.Fatalf("%+v: receipt %+v, the model's %+v", tr, r, o)
		}
		for i, f := range r.Fills {
			if (models.Fill{Maker: f.Maker, Taker: f.Taker, Price: f.Price, Size: f.Size}) != o.Fills[i] {
				t.Fatalf("%+v: fill %+v, the model's %+v", tr, f, o.Fills[i])
			}
		}
	}
	for _, tr := range flow.Setup() {
		step(tr, true)
	}
	setup := len(payload)
	var tr command.Transition
	for i := 0; i < n && flow.Next(&tr); i++ {
		step(tr, false)
	}
	return payload[setup:], rejected
}

// Two independent readings of the same rules agree on a market's flow, and it is what replicas record that the
// figures are of.
func TestGeneratedFlowTwin(t *testing.T) {
	m, err := workload.Generator(1, workload.Options{Accounts: 500})
	if err != nil {
		t.Fatal(err)
	}
	payload, rejected := agree(t, m, 20_000)
	t.Logf("%d transitions recorded, %d rejected", len(payload), rejected)
}

// issue: the recorded flow ends in one book whoever replays it; its payload and entry sizes are reported.
func TestRecordedFlowTwin(t *testing.T) {
	b, err := workload.Bitstamp(recording(t))
	if err != nil {
		t.Fatal(err)
	}
	payload, rejected := agree(t, b, 1<<30)
	if b.Err() != nil || uint64(rejected) != b.Mapping().Rejected {
		t.Errorf("%d rejected, the flow says %+v, %v", rejected, b.Mapping(), b.Err())
	}
	got := payloadBytes(payload, 20_000)
	t.Logf("payloads of 20000: %d.%03d bytes per transition, ratio %d thousandths", got/1000, got%1000, batch.Ratio(1000, got))
	again, err := workload.Bitstamp(recording(t))
	if err != nil {
		t.Fatal(err)
	}
	submitted, _ := recorded(t, again, 1<<30)
	for _, size := range []int{256, 1024, 4096} {
		got := entryBytes(oneSession(submitted), size)
		t.Logf("entries of %d: %d.%03d bytes per transition", size, got/1000, got%1000)
	}
}
