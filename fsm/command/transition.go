package command

// The numbers in this file are wire-stable: a value is never given another
// meaning, only new ones are added.

import "strconv"

// Kind says what a transition does.
type Kind uint8

// The kinds of transition.
const (
	Place Kind = 1 + iota
	Cancel
	CancelAll
	Amend
	Deposit
	Withdraw
	RegisterAsset
	CreateMarket
	UpdateMarket
	ImportAccount
	ImportBalance
	ImportOrder
	EndImport
)

// MaxKind is the highest kind there is; 0 is none.
const MaxKind = EndImport

// Side of the book.
type Side uint8

// The two sides.
const (
	Bid Side = 0
	Ask Side = 1
)

// Opposite returns the side that s trades with.
func (s Side) Opposite() Side { return s ^ 1 }

// OrderType tells a limit order from a market order.
type OrderType uint8

// The order types.
const (
	Limit  OrderType = 0
	Market OrderType = 1
)

// TIF is an order's time in force.
type TIF uint8

// The times in force.
const (
	GTC      TIF = 0 // rests until filled or cancelled
	IOC      TIF = 1 // what does not fill at once is dropped
	FOK      TIF = 2 // fills whole at once or is rejected
	PostOnly TIF = 3 // rests without taking or is rejected
)

// STP is what happens when an order would trade with its own account's.
type STP uint8

// The self-trade prevention modes. The taker's mode decides.
const (
	STPOff          STP = 0 // the orders trade
	STPCancelNewest STP = 1 // what is left of the taker is cancelled
	STPCancelOldest STP = 2 // the resting order is cancelled, the taker goes on
	STPCancelBoth   STP = 3 // both are cancelled
	STPDecrement    STP = 4 // both shrink by the smaller size, without a fill
)

// MarketStatus says what a market accepts.
type MarketStatus uint8

// The market statuses.
const (
	Open       MarketStatus = 0 // everything
	Halted     MarketStatus = 1 // nothing, cancels neither
	CancelOnly MarketStatus = 2 // cancels, and amends that reduce in place
)

// Address is an L1 address.
type Address [20]byte

// Transition is one input to the order book. It is flat so that a columnar
// codec can lay its fields out as columns; doc.go lists which kinds use which.
type Transition struct {
	Kind     Kind
	Side     Side
	Type     OrderType
	TIF      TIF
	STP      STP
	Status   MarketStatus
	Decimals uint8 // RegisterAsset: digits of one whole unit

	MakerFee, TakerFee uint16 // in 1/100 bp (millionths) of the quote amount

	Market, Asset, Quote uint32 // Asset is CreateMarket's base

	Account  uint64
	Order    uint64 // Cancel, Amend: the order's id; 0 = by ClientID
	ClientID uint64 // 0 = none; unique among an account's live orders

	Price  uint64 // quote units for 10^decimals(base) base units
	Size   uint64 // base units
	Amount uint64 // units of Asset

	Tick, Lot uint64 // smallest step of Price and of Size

	Inbox   uint64  // Deposit: index in the L1 queue, from 0
	Address Address // the account's, the token's (RegisterAsset), or the destination (Withdraw)
}

// Submission is a transition with its place in a client's session.
type Submission struct {
	Session    uint64
	Sequence   uint64 // contiguous from 1 per session
	Transition Transition
}

// Ack tells that a client needs no receipt of its session up to Low any more.
type Ack struct {
	Session, Low uint64
}

// Entry is a group of submissions as the leader proposes it, with its time.
// fsm/batch encodes it.
type Entry struct {
	TimeMs      int64
	Submissions []Submission
	Acks        []Ack
}

func (k Kind) String() string {
	switch k {
	case Place:
		return "place"
	case Cancel:
		return "cancel"
	case CancelAll:
		return "cancel_all"
	case Amend:
		return "amend"
	case Deposit:
		return "deposit"
	case Withdraw:
		return "withdraw"
	case RegisterAsset:
		return "register_asset"
	case CreateMarket:
		return "create_market"
	case UpdateMarket:
		return "update_market"
	case ImportAccount:
		return "import_account"
	case ImportBalance:
		return "import_balance"
	case ImportOrder:
		return "import_order"
	case EndImport:
		return "end_import"
	}
	return "kind_" + strconv.Itoa(int(k))
}

func (s Side) String() string {
	switch s {
	case Bid:
		return "bid"
	case Ask:
		return "ask"
	}
	return "side_" + strconv.Itoa(int(s))
}

func (o OrderType) String() string {
	switch o {
	case Limit:
		return "limit"
	case Market:
		return "market"
	}
	return "type_" + strconv.Itoa(int(o))
}

func (t TIF) String() string {
	switch t {
	case GTC:
		return "gtc"
	case IOC:
		return "ioc"
	case FOK:
		return "fok"
	case PostOnly:
		return "post_only"
	}
	return "tif_" + strconv.Itoa(int(t))
}

func (s STP) String() string {
	switch s {
	case STPOff:
		return "off"
	case STPCancelNewest:
		return "cancel_newest"
	case STPCancelOldest:
		return "cancel_oldest"
	case STPCancelBoth:
		return "cancel_both"
	case STPDecrement:
		return "decrement"
	}
	return "stp_" + strconv.Itoa(int(s))
}

func (m MarketStatus) String() string {
	switch m {
	case Open:
		return "open"
	case Halted:
		return "halted"
	case CancelOnly:
		return "cancel_only"
	}
	return "status_" + strconv.Itoa(int(m))
}
