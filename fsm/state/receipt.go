package state

import (
	"strconv"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Code says whether a transition was accepted, or why not. Wire-stable: a
// number is never given another meaning.
type Code uint16

// The codes.
const (
	Accepted            Code = 0
	Malformed           Code = 1  // a kind, side, type, mode or status that does not exist
	UnknownMarket       Code = 2  // no such market
	UnknownAsset        Code = 3  // no such asset
	UnknownAccount      Code = 4  // no such account, or the reserved account 0
	UnknownOrder        Code = 5  // no such resting order of this account
	MarketHalted        Code = 6  // the market accepts nothing
	MarketCancelOnly    Code = 7  // the market accepts cancels only
	InvalidPrice        Code = 8  // zero or not a multiple of the tick
	InvalidSize         Code = 9  // zero or not a multiple of the lot
	InvalidAmount       Code = 10 // zero
	InvalidTIF          Code = 11 // a market order cannot be post-only
	InsufficientBalance Code = 12 // the account has not enough available
	Overflow            Code = 13 // an amount exceeds 64 bits
	DuplicateClientID   Code = 14 // a live order of the account has this client id
	WouldCross          Code = 15 // a post-only or imported order would trade
	Unfillable          Code = 16 // a fill-or-kill order cannot fill whole
	NoLiquidity         Code = 17 // an order that cannot rest found nothing to trade with
	SelfTrade           Code = 18 // self-trade prevention left nothing of the order
	NoChange            Code = 19 // an amend to what the order already is
	NothingToCancel     Code = 20 // cancel-all found no order that it may cancel
	InvalidID           Code = 21 // the reserved id 0
	AssetExists         Code = 22 // registered before
	MarketExists        Code = 23 // created before
	AccountExists       Code = 24 // imported before
	InvalidDecimals     Code = 25 // more than MaxDecimals
	InvalidMarket       Code = 26 // base and quote alike, zero tick or lot, or tick x lot is no whole quote amount
	InvalidAddress      Code = 27 // a withdrawal to the zero address
	AddressMismatch     Code = 28 // the account has another L1 address
	InboxGap            Code = 29 // not the next index of the L1 queue
	ImportClosed        Code = 30 // the genesis import has ended
	NotSubmittable      Code = 31 // a deposit by a client: the L1 queue alone brings them; given by package fsm

	// StoreFailed stands in a receipt that means nothing because the store
	// failed (Store.Err). It is never replicated.
	StoreFailed Code = 65535
)

var codeNames = [...]string{
	"accepted", "malformed", "unknown_market", "unknown_asset", "unknown_account", "unknown_order",
	"market_halted", "market_cancel_only", "invalid_price", "invalid_size", "invalid_amount", "invalid_tif",
	"insufficient_balance", "overflow", "duplicate_client_id", "would_cross", "unfillable", "no_liquidity",
	"self_trade", "no_change", "nothing_to_cancel", "invalid_id", "asset_exists", "market_exists",
	"account_exists", "invalid_decimals", "invalid_market", "invalid_address", "address_mismatch",
	"inbox_gap", "import_closed", "not_submittable",
}

func (c Code) String() string {
	switch {
	case int(c) < len(codeNames):
		return codeNames[c]
	case c == StoreFailed:
		return "store_failed"
	}
	return "code_" + strconv.Itoa(int(c))
}

// Fill is one trade between a resting order (maker) and an incoming one
// (taker), at the maker's price. Quote = Price x Size / 10^decimals(base),
// exactly; fees are in quote units, each rounded up.
type Fill struct {
	Maker, Taker               uint64 // order ids
	MakerAccount, TakerAccount uint64
	Market                     uint32
	Price, Size, Quote         uint64
	MakerFee, TakerFee         uint64
	TakerSide                  command.Side
}

// Receipt is what one transition did. On rejection all but Code is zero.
type Receipt struct {
	Code Code
	// Order is the id of the order placed, cancelled or amended (the new id
	// where an amend lost its priority); for Withdraw the withdrawal's index.
	Order uint64
	// Sequence is the number of the accepted transition; a cancel-all consumes
	// one per order, and this is the last.
	Sequence uint64
	// Remaining is the size that rests under Order afterwards.
	Remaining uint64
	// Filled and QuoteFilled sum the fills, fees apart.
	Filled, QuoteFilled uint64
	// Fills stand in order of execution. Apply reuses the slice's memory.
	Fills []Fill
}

func (r *Receipt) reset() { *r = Receipt{Fills: r.Fills[:0]} }
