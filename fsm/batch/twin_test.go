package batch_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ulikunitz/xz"
	"pgregory.net/rapid"

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

// failer is what *testing.T and *rapid.T have in common here.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// agree runs a flow through the state-transition function and the model, and returns what payloads record.
func agree(t failer, flow workload.Flow, n int) (payload []command.Transition, rejected int) {
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

// random is a flow of everything that orders can do, in a space small enough that most of it interacts.
type random struct {
	t    *rapid.T
	left int
}

func (r *random) Setup() []command.Transition {
	ts := []command.Transition{
		{Kind: command.RegisterAsset, Asset: 1, Address: command.Address{1}},
		{Kind: command.RegisterAsset, Asset: 2, Address: command.Address{2}},
		{Kind: command.CreateMarket, Market: 1, Asset: 1, Quote: 2, Tick: 1, Lot: 1, MakerFee: 10, TakerFee: 2000},
		{Kind: command.CreateMarket, Market: 2, Asset: 2, Quote: 1, Tick: 2, Lot: 3},
	}
	for account := uint64(1); account <= 3; account++ {
		ts = append(ts, command.Transition{Kind: command.ImportAccount, Account: account, Address: command.Address{3, byte(account)}})
		for asset := uint32(1); asset <= 2; asset++ {
			ts = append(ts, command.Transition{Kind: command.ImportBalance, Account: account, Asset: asset, Amount: 1 << 40})
		}
	}
	return append(ts, command.Transition{Kind: command.EndImport})
}

func (r *random) Next(t *command.Transition) bool {
	if r.left--; r.left < 0 {
		return false
	}
	*t = command.Transition{
		Kind: rapid.SampledFrom([]command.Kind{
			command.Place, command.Place, command.Place, command.Place, command.Cancel, command.Amend, command.Amend,
			command.CancelAll, command.UpdateMarket,
		}).Draw(r.t, "kind"),
		Market: uint32(rapid.IntRange(1, 2).Draw(r.t, "market")), Account: rapid.Uint64Range(1, 3).Draw(r.t, "account"),
	}
	small := func(name string, most uint64) uint64 { return rapid.Uint64Range(0, most).Draw(r.t, name) }
	switch t.Kind {
	case command.Place:
		t.ClientID, t.Side, t.Type = small("client", 6), command.Side(small("side", 1)), command.OrderType(small("type", 5)/5)
		t.TIF, t.STP, t.Price, t.Size = command.TIF(small("tif", 3)), command.STP(small("stp", 4)), small("price", 8), small("size", 12)
		if t.TIF == command.FOK {
			t.STP = command.STPOff
		}
	case command.Cancel, command.Amend:
		t.Market, t.ClientID = 0, small("client", 6)
		if t.Kind == command.Amend {
			t.Price, t.Size, t.STP = small("price", 8), small("size", 12), command.STP(small("stp", 4))
		}
	case command.CancelAll:
		t.Market = uint32(small("of market", 2))
	default:
		t.MakerFee, t.TakerFee, t.Account = 5, 7, 0
		t.Status = command.MarketStatus(max(small("status", 6), 4) - 4)
	}
	return true
}

// Two independent readings of the same rules agree on whatever orders can do.
func TestRandomFlowTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agree(t, &random{t: t, left: rapid.IntRange(1, 60).Draw(t, "steps")}, 1<<30)
	})
}
