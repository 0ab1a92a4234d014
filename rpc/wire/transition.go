package wire

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// Every field that a kind uses is checked for range here; every enum that must
// be given is refused when it is not, so that zero is never a silent choice.

// MaxDecimals is the most decimals of an asset.
const MaxDecimals = 18

// MaxGroup is the most submissions of one request.
const MaxGroup = 2048

// MaxFee is the highest fee that fits its field, in hundredths of a basis point.
const MaxFee = 1<<16 - 1

// FieldError says which field of a message is wrong and what would be right.
type FieldError struct {
	Field   string
	Problem string
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Problem }

// Under puts the path of the enclosing message before the field.
func (e *FieldError) Under(path string) *FieldError {
	return &FieldError{Field: path + "." + e.Field, Problem: e.Problem}
}

// checker keeps the first fault; later checks of the same message are still safe to call.
type checker struct{ err *FieldError }

func (c *checker) fail(field, format string, args ...any) {
	if c.err == nil {
		c.err = &FieldError{Field: field, Problem: fmt.Sprintf(format, args...)}
	}
}

func (c *checker) notZero(field string, v uint64) {
	if v == 0 {
		c.fail(field, "must not be 0")
	}
}

func (c *checker) fee(field string, v uint32) uint16 {
	if v > MaxFee {
		c.fail(field, "is %d; at most %d hundredths of a basis point", v, MaxFee)
	}
	return uint16(v & MaxFee)
}

func (c *checker) address(field string, b []byte) (a command.Address) {
	if len(b) != len(a) {
		c.fail(field, "has %d bytes; an address has 20", len(b))
		return a
	}
	return command.Address(b)
}

// orderID takes exactly one of the two ways to name an order.
func (c *checker) orderID(order, client uint64) {
	if (order == 0) == (client == 0) {
		c.fail("order_id", "give exactly one of order_id and client_order_id")
	}
}

// enum takes a given value of an enumeration whose core value is one less.
func enum[T ~uint8, E ~int32](c *checker, field string, v, last E) T {
	if v <= 0 || v > last {
		c.fail(field, "is %d; must be a known value", int32(v))
		return 0
	}
	return T(v - 1)
}

func (c *checker) stp(field string, v pb.SelfTradePrevention) command.STP {
	if v == pb.SelfTradePrevention_SELF_TRADE_PREVENTION_UNSPECIFIED {
		return command.STPOff
	}
	return enum[command.STP](c, field, v, pb.SelfTradePrevention_SELF_TRADE_PREVENTION_DECREMENT)
}

func (c *checker) side(v pb.Side) command.Side {
	return enum[command.Side](c, "side", v, pb.Side_SIDE_ASK)
}

func (c *checker) status(v pb.MarketStatus) command.MarketStatus {
	return enum[command.MarketStatus](c, "status", v, pb.MarketStatus_MARKET_STATUS_CANCEL_ONLY)
}

// Transition checks m and gives its core value. The error is a *FieldError.
func Transition(m *pb.Transition) (command.Transition, error) {
	c := &checker{}
	t := transition(c, m)
	if c.err != nil {
		return command.Transition{}, c.err
	}
	return t, nil
}

func transition(c *checker, m *pb.Transition) command.Transition {
	switch k := m.GetKind().(type) {
	case *pb.Transition_Place:
		return place(c, k.Place)
	case *pb.Transition_Cancel:
		return cancel(c, k.Cancel)
	case *pb.Transition_CancelAll:
		c.notZero("account", k.CancelAll.GetAccount())
		return command.Transition{Kind: command.CancelAll, Account: k.CancelAll.GetAccount(), Market: k.CancelAll.GetMarket()}
	case *pb.Transition_Amend:
		return amend(c, k.Amend)
	case *pb.Transition_Deposit:
		return deposit(c, k.Deposit)
	case *pb.Transition_Withdraw:
		return withdraw(c, k.Withdraw)
	case *pb.Transition_RegisterAsset:
		return registerAsset(c, k.RegisterAsset)
	case *pb.Transition_CreateMarket:
		return createMarket(c, k.CreateMarket)
	case *pb.Transition_UpdateMarket:
		return updateMarket(c, k.UpdateMarket)
	case *pb.Transition_ImportAccount:
		c.notZero("account", k.ImportAccount.GetAccount())
		return command.Transition{
			Kind: command.ImportAccount, Account: k.ImportAccount.GetAccount(),
			Address: c.address("address", k.ImportAccount.GetAddress()),
		}
	case *pb.Transition_ImportBalance:
		return importBalance(c, k.ImportBalance)
	case *pb.Transition_ImportOrder:
		return importOrder(c, k.ImportOrder)
	case *pb.Transition_EndImport:
		return command.Transition{Kind: command.EndImport}
	default:
		c.fail("kind", "must be given; this server knows place to end_import")
		return command.Transition{}
	}
}

func place(c *checker, m *pb.Place) command.Transition {
	t := command.Transition{
		Kind: command.Place, Market: m.GetMarket(), Account: m.GetAccount(), Side: c.side(m.GetSide()),
		Type:  enum[command.OrderType](c, "type", m.GetType(), pb.OrderType_ORDER_TYPE_MARKET),
		TIF:   enum[command.TIF](c, "time_in_force", m.GetTimeInForce(), pb.TimeInForce_TIME_IN_FORCE_POST_ONLY),
		STP:   c.stp("self_trade_prevention", m.GetSelfTradePrevention()),
		Price: m.GetPrice(), Size: m.GetSize(), ClientID: m.GetClientOrderId(),
	}
	c.notZero("market", uint64(t.Market))
	c.notZero("account", t.Account)
	c.notZero("size", t.Size)
	if t.Type == command.Limit {
		c.notZero("price", t.Price)
		return t
	}
	if t.Price != 0 {
		c.fail("price", "must be 0 for a market order")
	}
	if t.TIF == command.PostOnly {
		c.fail("time_in_force", "a market order never rests and cannot be post-only")
	}
	return t
}

func cancel(c *checker, m *pb.Cancel) command.Transition {
	c.notZero("account", m.GetAccount())
	c.orderID(m.GetOrderId(), m.GetClientOrderId())
	return command.Transition{Kind: command.Cancel, Account: m.GetAccount(), Order: m.GetOrderId(), ClientID: m.GetClientOrderId()}
}

func amend(c *checker, m *pb.Amend) command.Transition {
	c.notZero("account", m.GetAccount())
	c.orderID(m.GetOrderId(), m.GetClientOrderId())
	c.notZero("size", m.GetSize())
	return command.Transition{
		Kind: command.Amend, Account: m.GetAccount(), Order: m.GetOrderId(), ClientID: m.GetClientOrderId(),
		Price: m.GetPrice(), Size: m.GetSize(), STP: c.stp("self_trade_prevention", m.GetSelfTradePrevention()),
	}
}

func deposit(c *checker, m *pb.Deposit) command.Transition {
	c.notZero("account", m.GetAccount())
	c.notZero("asset", uint64(m.GetAsset()))
	c.notZero("amount", m.GetAmount())
	return command.Transition{
		Kind: command.Deposit, Account: m.GetAccount(), Asset: m.GetAsset(), Amount: m.GetAmount(), Inbox: m.GetInbox(),
		Address: c.address("address", m.GetAddress()),
	}
}

func withdraw(c *checker, m *pb.Withdraw) command.Transition {
	c.notZero("account", m.GetAccount())
	c.notZero("asset", uint64(m.GetAsset()))
	c.notZero("amount", m.GetAmount())
	return command.Transition{
		Kind: command.Withdraw, Account: m.GetAccount(), Asset: m.GetAsset(), Amount: m.GetAmount(),
		Address: c.address("address", m.GetAddress()),
	}
}

func registerAsset(c *checker, m *pb.RegisterAsset) command.Transition {
	c.notZero("asset", uint64(m.GetAsset()))
	if m.GetDecimals() > MaxDecimals {
		c.fail("decimals", "is %d; at most %d", m.GetDecimals(), MaxDecimals)
	}
	return command.Transition{
		Kind: command.RegisterAsset, Asset: m.GetAsset(), Decimals: uint8(m.GetDecimals() & 0xff),
		Address: c.address("token", m.GetToken()),
	}
}

func createMarket(c *checker, m *pb.CreateMarket) command.Transition {
	c.notZero("market", uint64(m.GetMarket()))
	c.notZero("base", uint64(m.GetBase()))
	c.notZero("quote", uint64(m.GetQuote()))
	c.notZero("tick", m.GetTick())
	c.notZero("lot", m.GetLot())
	if m.GetBase() == m.GetQuote() {
		c.fail("quote", "must differ from base")
	}
	return command.Transition{
		Kind: command.CreateMarket, Market: m.GetMarket(), Asset: m.GetBase(), Quote: m.GetQuote(), Tick: m.GetTick(), Lot: m.GetLot(),
		MakerFee: c.fee("maker_fee", m.GetMakerFee()), TakerFee: c.fee("taker_fee", m.GetTakerFee()), Status: c.status(m.GetStatus()),
	}
}

func updateMarket(c *checker, m *pb.UpdateMarket) command.Transition {
	c.notZero("market", uint64(m.GetMarket()))
	return command.Transition{
		Kind: command.UpdateMarket, Market: m.GetMarket(), Status: c.status(m.GetStatus()),
		MakerFee: c.fee("maker_fee", m.GetMakerFee()), TakerFee: c.fee("taker_fee", m.GetTakerFee()),
	}
}

func importBalance(c *checker, m *pb.ImportBalance) command.Transition {
	c.notZero("account", m.GetAccount())
	c.notZero("asset", uint64(m.GetAsset()))
	c.notZero("amount", m.GetAmount())
	return command.Transition{Kind: command.ImportBalance, Account: m.GetAccount(), Asset: m.GetAsset(), Amount: m.GetAmount()}
}

func importOrder(c *checker, m *pb.ImportOrder) command.Transition {
	c.notZero("market", uint64(m.GetMarket()))
	c.notZero("account", m.GetAccount())
	c.notZero("price", m.GetPrice())
	c.notZero("size", m.GetSize())
	return command.Transition{
		Kind: command.ImportOrder, Market: m.GetMarket(), Account: m.GetAccount(), Side: c.side(m.GetSide()),
		Price: m.GetPrice(), Size: m.GetSize(), ClientID: m.GetClientOrderId(),
	}
}

// Submission checks m and gives its core value. The error is a *FieldError.
func Submission(session uint64, m *pb.Submission) (command.Submission, error) {
	s, fault := submission(session, m)
	if fault != nil {
		return command.Submission{}, fault
	}
	return s, nil
}

func submission(session uint64, m *pb.Submission) (command.Submission, *FieldError) {
	c := &checker{}
	c.notZero("sequence", m.GetSequence())
	t := transition(c, m.GetTransition())
	return command.Submission{Session: session, Sequence: m.GetSequence(), Transition: t}, c.err
}
