package wire_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

func drawTransition(t *rapid.T) command.Transition {
	u64 := rapid.OneOf(rapid.Just(uint64(1)), rapid.Just(uint64(math.MaxUint64)), rapid.Uint64Min(1))
	u32 := rapid.Uint32Min(1)
	var address command.Address
	copy(address[:], rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "address"))
	x := command.Transition{Kind: command.Kind(rapid.Uint8Range(1, uint8(command.MaxKind)).Draw(t, "kind"))}
	account := func() { x.Account = u64.Draw(t, "account") }
	market := func() { x.Market = u32.Draw(t, "market") }
	asset := func() { x.Asset = u32.Draw(t, "asset") }
	amount := func() { x.Amount = u64.Draw(t, "amount") }
	size := func() { x.Size = u64.Draw(t, "size") }
	order := func() {
		if rapid.Bool().Draw(t, "by client id") {
			x.ClientID = u64.Draw(t, "client")
		} else {
			x.Order = u64.Draw(t, "order")
		}
	}
	fees := func() {
		x.MakerFee, x.TakerFee = rapid.Uint16().Draw(t, "maker"), rapid.Uint16().Draw(t, "taker")
		x.Status = command.MarketStatus(rapid.Uint8Range(0, 2).Draw(t, "status"))
	}
	stp := func() { x.STP = command.STP(rapid.Uint8Range(0, 4).Draw(t, "stp")) }
	side := func() { x.Side = command.Side(rapid.Uint8Range(0, 1).Draw(t, "side")) }
	switch x.Kind {
	case command.Place:
		account()
		market()
		size()
		side()
		stp()
		x.ClientID = rapid.Uint64().Draw(t, "client")
		if rapid.Bool().Draw(t, "market order") {
			x.Type, x.TIF = command.Market, command.TIF(rapid.Uint8Range(0, 2).Draw(t, "tif"))
		} else {
			x.Price, x.TIF = u64.Draw(t, "price"), command.TIF(rapid.Uint8Range(0, 3).Draw(t, "tif"))
		}
	case command.Cancel:
		account()
		order()
	case command.CancelAll:
		account()
		x.Market = rapid.Uint32().Draw(t, "market")
	case command.Amend:
		account()
		order()
		size()
		stp()
		x.Price = rapid.Uint64().Draw(t, "price")
	case command.Deposit:
		account()
		asset()
		amount()
		x.Address, x.Inbox = address, rapid.Uint64().Draw(t, "inbox")
	case command.Withdraw:
		account()
		asset()
		amount()
		x.Address = address
	case command.RegisterAsset:
		asset()
		x.Address, x.Decimals = address, rapid.Uint8Range(0, wire.MaxDecimals).Draw(t, "decimals")
	case command.CreateMarket:
		market()
		fees()
		x.Asset = rapid.Uint32Range(1, math.MaxUint32-1).Draw(t, "base")
		x.Quote = x.Asset + 1
		x.Tick, x.Lot = u64.Draw(t, "tick"), u64.Draw(t, "lot")
	case command.UpdateMarket:
		market()
		fees()
	case command.ImportAccount:
		account()
		x.Address = address
	case command.ImportBalance:
		account()
		asset()
		amount()
	case command.ImportOrder:
		account()
		market()
		size()
		side()
		x.Price, x.ClientID = u64.Draw(t, "price"), rapid.Uint64().Draw(t, "client")
	case command.EndImport:
	}
	return x
}

// wire's rule: a transition that is accepted survives the way there and back unchanged.
func TestTransitionSurvivesTheWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := command.Submission{Session: 7, Sequence: rapid.Uint64Min(1).Draw(t, "sequence"), Transition: drawTransition(t)}
		m, err := wire.SubmissionProto(&want)
		if err != nil {
			t.Fatal(err)
		}
		b, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		back := &pb.Submission{}
		if err = proto.Unmarshal(b, back); err != nil {
			t.Fatal(err)
		}
		got, err := wire.Submission(7, back)
		if err != nil {
			t.Fatalf("%+v: %v", want, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestUnknownKindIsNotEncoded(t *testing.T) {
	for _, k := range []command.Kind{0, command.MaxKind + 1, 255} {
		if _, err := wire.TransitionProto(&command.Transition{Kind: k}); err == nil {
			t.Errorf("kind %d was encoded", k)
		}
	}
}

func goodPlace() *pb.Place {
	return &pb.Place{
		Market: 1, Account: 1, Side: pb.Side_SIDE_BID, Type: pb.OrderType_ORDER_TYPE_LIMIT,
		TimeInForce: pb.TimeInForce_TIME_IN_FORCE_GTC, Price: 1, Size: 1,
	}
}

// issue "bad input": what is malformed is refused with the field's name, before it costs anything.
func TestMalformedIsRefusedByField(t *testing.T) {
	addr := make([]byte, 20)
	placed := func(change func(*pb.Place)) *pb.Transition {
		p := goodPlace()
		change(p)
		return &pb.Transition{Kind: &pb.Transition_Place{Place: p}}
	}
	cases := map[string]struct {
		m     *pb.Transition
		field string
	}{
		"nothing":             {nil, "kind"},
		"no kind":             {&pb.Transition{}, "kind"},
		"nil body":            {&pb.Transition{Kind: &pb.Transition_Place{}}, "side"},
		"no market":           {placed(func(p *pb.Place) { p.Market = 0 }), "market"},
		"no account":          {placed(func(p *pb.Place) { p.Account = 0 }), "account"},
		"no side":             {placed(func(p *pb.Place) { p.Side = 0 }), "side"},
		"unknown side":        {placed(func(p *pb.Place) { p.Side = 3 }), "side"},
		"negative side":       {placed(func(p *pb.Place) { p.Side = -1 }), "side"},
		"wrapping side":       {placed(func(p *pb.Place) { p.Side = 257 }), "side"},
		"unknown type":        {placed(func(p *pb.Place) { p.Type = 9 }), "type"},
		"no time in force":    {placed(func(p *pb.Place) { p.TimeInForce = 0 }), "time_in_force"},
		"unknown stp":         {placed(func(p *pb.Place) { p.SelfTradePrevention = 6 }), "self_trade_prevention"},
		"zero size":           {placed(func(p *pb.Place) { p.Size = 0 }), "size"},
		"zero price":          {placed(func(p *pb.Place) { p.Price = 0 }), "price"},
		"priced market order": {placed(func(p *pb.Place) { p.Type = 2; p.TimeInForce = 2 }), "price"},
		"resting market":      {placed(func(p *pb.Place) { p.Type = 2; p.Price = 0; p.TimeInForce = 4 }), "time_in_force"},
		"cancel by nothing":   {&pb.Transition{Kind: &pb.Transition_Cancel{Cancel: &pb.Cancel{Account: 1}}}, "order_id"},
		"cancel by both":      {&pb.Transition{Kind: &pb.Transition_Cancel{Cancel: &pb.Cancel{Account: 1, OrderId: 1, ClientOrderId: 1}}}, "order_id"},
		"amend to zero":       {&pb.Transition{Kind: &pb.Transition_Amend{Amend: &pb.Amend{Account: 1, OrderId: 1}}}, "size"},
		"short address":       {&pb.Transition{Kind: &pb.Transition_Withdraw{Withdraw: &pb.Withdraw{Account: 1, Asset: 1, Amount: 1, Address: addr[:19]}}}, "address"},
		"long address":        {&pb.Transition{Kind: &pb.Transition_ImportAccount{ImportAccount: &pb.ImportAccount{Account: 1, Address: append(addr, 0)}}}, "address"},
		"zero amount":         {&pb.Transition{Kind: &pb.Transition_ImportBalance{ImportBalance: &pb.ImportBalance{Account: 1, Asset: 1}}}, "amount"},
		"decimals":            {&pb.Transition{Kind: &pb.Transition_RegisterAsset{RegisterAsset: &pb.RegisterAsset{Asset: 1, Decimals: 256, Token: addr}}}, "decimals"},
		"fee":                 {&pb.Transition{Kind: &pb.Transition_UpdateMarket{UpdateMarket: &pb.UpdateMarket{Market: 1, Status: 1, MakerFee: 65536}}}, "maker_fee"},
		"same assets":         {&pb.Transition{Kind: &pb.Transition_CreateMarket{CreateMarket: &pb.CreateMarket{Market: 1, Base: 2, Quote: 2, Tick: 1, Lot: 1, Status: 1}}}, "quote"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := wire.Transition(c.m)
			var fe *wire.FieldError
			if !errors.As(err, &fe) {
				t.Fatalf("got %v, want a FieldError", err)
			}
			if fe.Field != c.field {
				t.Errorf("blames %q (%s), want %q", fe.Field, fe.Problem, c.field)
			}
		})
	}
	if _, err := wire.Transition(&pb.Transition{Kind: &pb.Transition_Place{Place: goodPlace()}}); err != nil {
		t.Errorf("the good one is refused: %v", err)
	}
	if _, err := wire.Submission(1, &pb.Submission{Transition: &pb.Transition{Kind: &pb.Transition_EndImport{}}}); err == nil {
		t.Error("sequence 0 was accepted")
	}
}

// Any bytes: refused with a FieldError, or accepted and then stable under a second round.
func FuzzSubmission(f *testing.F) {
	good, err := proto.Marshal(&pb.Submission{Sequence: 1, Transition: &pb.Transition{Kind: &pb.Transition_Place{Place: goodPlace()}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{0x12, 0x02, 0x6a, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		m := &pb.Submission{}
		if proto.Unmarshal(b, m) != nil {
			return
		}
		s, err := wire.Submission(3, m)
		var fe *wire.FieldError
		if err != nil {
			if !errors.As(err, &fe) || fe.Field == "" || fe.Problem == "" {
				t.Fatalf("not a clear fault: %v", err)
			}
			return
		}
		again, err := wire.SubmissionProto(&s)
		if err != nil {
			t.Fatal(err)
		}
		s2, err := wire.Submission(3, again)
		if err != nil || s2 != s {
			t.Fatalf("%+v became %+v (%v)", s, s2, err)
		}
	})
}
