package state

// Keys and values are the commitment's content: doc.go lists them normatively.
// Every value has exactly one encoding, and a decoder refuses all others.

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Key prefixes.
const (
	prefixAsset      = 0x01
	prefixMarket     = 0x02
	prefixAccount    = 0x03
	prefixBalance    = 0x04
	prefixOrder      = 0x05
	prefixWithdrawal = 0x06
	prefixInbox      = 0x07
	prefixCounters   = 0x08
)

// Lengths of keys and values, in bytes.
const (
	orderKeyBytes   = 1 + 4 + 1 + 8 + 8
	bookPrefixBytes = 1 + 4 + 1

	assetBytes      = 1 + 20 + 8
	marketBytes     = 4 + 4 + 8 + 8 + 2 + 2 + 1 + 1
	accountBytes    = 20 + 1
	balanceBytes    = 8 + 8
	orderBytes      = 8 + 8 + 1 + 8 + 2
	withdrawalBytes = 20 + 8
	inboxHeadBytes  = 8 + 16
	inboxTailBytes  = 16
	countersBytes   = 8 + 8 + 1
)

// FeeAccount is the account that collects fees. It has no account record,
// takes no part in trading, and is paid out by withdrawals.
const FeeAccount uint64 = 0

// ErrCorrupt reports a key or value that no accepted transition can have
// written. It is a store failure, never a rejection.
var ErrCorrupt = errors.New("state record is corrupt")

// Asset is a listed asset.
type Asset struct {
	Decimals uint8 // digits of one whole unit
	Token    command.Address
	Supply   uint64 // deposits + imports - withdrawals = sum of all balances
}

// Market is a trading pair and its rules.
type Market struct {
	Base, Quote        uint32
	Tick, Lot          uint64
	MakerFee, TakerFee uint16 // millionths of the quote amount
	Status             command.MarketStatus
	Decimals           uint8 // the base asset's
}

// Account is an account's record.
type Account struct {
	Address command.Address
}

// Balance is what an account owns of an asset.
type Balance struct{ Available, Locked uint64 }

// OrderKey is a resting order's place in the book.
type OrderKey struct {
	Market uint32
	Side   command.Side
	Price  uint64
	ID     uint64
}

// Order is a resting order.
type Order struct {
	Account   uint64
	Remaining uint64
	PostOnly  bool
	ClientID  uint64
	FeeCap    uint16 // the highest fee rate it pays, locked for
}

// Withdrawal is a recorded withdrawal.
type Withdrawal struct {
	Index   uint64
	Asset   uint32
	Address command.Address
	Amount  uint64
}

// Inbox is how far the L1 queue was consumed: Next is the index of the deposit
// to come, Hash the rolling hash over all before it.
type Inbox struct {
	Next uint64
	Hash [32]byte
}

// Counters are what accepted transitions advance.
type Counters struct {
	Sequence    uint64 // number of accepted transitions
	Withdrawals uint64 // number of withdrawals; the next one's index
	ImportEnded bool
}

// AppendAssetKey appends the key of an asset.
func AppendAssetKey(dst []byte, asset uint32) []byte {
	return binary.BigEndian.AppendUint32(append(dst, prefixAsset), asset)
}

// AppendMarketKey appends the key of a market.
func AppendMarketKey(dst []byte, market uint32) []byte {
	return binary.BigEndian.AppendUint32(append(dst, prefixMarket), market)
}

// AppendAccountKey appends the key of an account.
func AppendAccountKey(dst []byte, account uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, prefixAccount), account)
}

// AppendBalancePrefix appends the prefix of an account's balances.
func AppendBalancePrefix(dst []byte, account uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, prefixBalance), account)
}

// AppendBalanceKey appends the key of an account's balance of an asset.
func AppendBalanceKey(dst []byte, account uint64, asset uint32) []byte {
	return binary.BigEndian.AppendUint32(AppendBalancePrefix(dst, account), asset)
}

// AppendBookPrefix appends the prefix of one side of a market's book.
func AppendBookPrefix(dst []byte, market uint32, side command.Side) []byte {
	return append(binary.BigEndian.AppendUint32(append(dst, prefixOrder), market), byte(side))
}

// AppendOrderKey appends the key of a resting order.
func AppendOrderKey(dst []byte, k OrderKey) []byte {
	price := k.Price
	if k.Side == command.Bid {
		price = ^price
	}
	dst = AppendBookPrefix(dst, k.Market, k.Side)
	dst = binary.BigEndian.AppendUint64(dst, price)
	return binary.BigEndian.AppendUint64(dst, k.ID)
}

// AppendWithdrawalKey appends the key of a withdrawal.
func AppendWithdrawalKey(dst []byte, index uint64, asset uint32) []byte {
	dst = binary.BigEndian.AppendUint64(append(dst, prefixWithdrawal), index)
	return binary.BigEndian.AppendUint32(dst, asset)
}

// AppendInboxHeadKey appends the key of the inbox record's first half: a value
// holds 30 bytes at most.
func AppendInboxHeadKey(dst []byte) []byte { return append(dst, prefixInbox, 0) }

// AppendInboxTailKey appends the key of the inbox record's second half.
func AppendInboxTailKey(dst []byte) []byte { return append(dst, prefixInbox, 1) }

// AppendCountersKey appends the key of the counters.
func AppendCountersKey(dst []byte) []byte { return append(dst, prefixCounters) }

// DecodeOrderKey decodes what AppendOrderKey wrote.
func DecodeOrderKey(key []byte) (OrderKey, error) {
	if len(key) != orderKeyBytes || key[0] != prefixOrder || key[5] > byte(command.Ask) {
		return OrderKey{}, fmt.Errorf("order key %x: %w", key, ErrCorrupt)
	}
	k := OrderKey{
		Market: binary.BigEndian.Uint32(key[1:]),
		Side:   command.Side(key[5]),
		Price:  binary.BigEndian.Uint64(key[6:]),
		ID:     binary.BigEndian.Uint64(key[14:]),
	}
	if k.Side == command.Bid {
		k.Price = ^k.Price
	}
	return k, nil
}

// DecodeBalanceKey decodes what AppendBalanceKey wrote.
func DecodeBalanceKey(key []byte) (account uint64, asset uint32, err error) {
	if len(key) != 13 || key[0] != prefixBalance {
		return 0, 0, fmt.Errorf("balance key %x: %w", key, ErrCorrupt)
	}
	return binary.BigEndian.Uint64(key[1:]), binary.BigEndian.Uint32(key[9:]), nil
}

// DecodeAssetKey decodes what AppendAssetKey wrote.
func DecodeAssetKey(key []byte) (uint32, error) {
	if len(key) != 5 || key[0] != prefixAsset {
		return 0, fmt.Errorf("asset key %x: %w", key, ErrCorrupt)
	}
	return binary.BigEndian.Uint32(key[1:]), nil
}

// DecodeMarketKey decodes what AppendMarketKey wrote.
func DecodeMarketKey(key []byte) (uint32, error) {
	if len(key) != 5 || key[0] != prefixMarket {
		return 0, fmt.Errorf("market key %x: %w", key, ErrCorrupt)
	}
	return binary.BigEndian.Uint32(key[1:]), nil
}

// DecodeAccountKey decodes what AppendAccountKey wrote.
func DecodeAccountKey(key []byte) (uint64, error) {
	if len(key) != 9 || key[0] != prefixAccount {
		return 0, fmt.Errorf("account key %x: %w", key, ErrCorrupt)
	}
	return binary.BigEndian.Uint64(key[1:]), nil
}

// Append appends the value.
func (a Asset) Append(dst []byte) []byte {
	dst = append(append(dst, a.Decimals), a.Token[:]...)
	return binary.BigEndian.AppendUint64(dst, a.Supply)
}

// DecodeAsset decodes an asset's value.
func DecodeAsset(v []byte) (Asset, error) {
	if len(v) != assetBytes || v[0] > MaxDecimals {
		return Asset{}, fmt.Errorf("asset value %x: %w", v, ErrCorrupt)
	}
	return Asset{Decimals: v[0], Token: command.Address(v[1:21]), Supply: binary.BigEndian.Uint64(v[21:])}, nil
}

// Append appends the value.
func (m Market) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, m.Base)
	dst = binary.BigEndian.AppendUint32(dst, m.Quote)
	dst = binary.BigEndian.AppendUint64(dst, m.Tick)
	dst = binary.BigEndian.AppendUint64(dst, m.Lot)
	dst = binary.BigEndian.AppendUint16(dst, m.MakerFee)
	dst = binary.BigEndian.AppendUint16(dst, m.TakerFee)
	return append(dst, byte(m.Status), m.Decimals)
}

// DecodeMarket decodes a market's value.
func DecodeMarket(v []byte) (Market, error) {
	if len(v) != marketBytes || v[28] > byte(command.CancelOnly) || v[29] > MaxDecimals {
		return Market{}, fmt.Errorf("market value %x: %w", v, ErrCorrupt)
	}
	m := Market{
		Base:     binary.BigEndian.Uint32(v),
		Quote:    binary.BigEndian.Uint32(v[4:]),
		Tick:     binary.BigEndian.Uint64(v[8:]),
		Lot:      binary.BigEndian.Uint64(v[16:]),
		MakerFee: binary.BigEndian.Uint16(v[24:]),
		TakerFee: binary.BigEndian.Uint16(v[26:]),
		Status:   command.MarketStatus(v[28]),
		Decimals: v[29],
	}
	if m.Tick == 0 || m.Lot == 0 {
		return Market{}, fmt.Errorf("market value %x: %w", v, ErrCorrupt)
	}
	return m, nil
}

// Append appends the value.
func (a Account) Append(dst []byte) []byte { return append(append(dst, a.Address[:]...), 0) }

// DecodeAccount decodes an account's value.
func DecodeAccount(v []byte) (Account, error) {
	if len(v) != accountBytes || v[20] != 0 {
		return Account{}, fmt.Errorf("account value %x: %w", v, ErrCorrupt)
	}
	return Account{Address: command.Address(v[:20])}, nil
}

// Append appends the value. A zero balance has no record.
func (b Balance) Append(dst []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(dst, b.Available), b.Locked)
}

// DecodeBalance decodes a balance's value.
func DecodeBalance(v []byte) (Balance, error) {
	if len(v) != balanceBytes {
		return Balance{}, fmt.Errorf("balance value %x: %w", v, ErrCorrupt)
	}
	b := Balance{Available: binary.BigEndian.Uint64(v), Locked: binary.BigEndian.Uint64(v[8:])}
	if b == (Balance{}) {
		return Balance{}, fmt.Errorf("zero balance: %w", ErrCorrupt)
	}
	return b, nil
}

const orderPostOnly = 1

// Append appends the value.
func (o Order) Append(dst []byte) []byte {
	var flags byte
	if o.PostOnly {
		flags = orderPostOnly
	}
	dst = binary.BigEndian.AppendUint64(dst, o.Account)
	dst = binary.BigEndian.AppendUint64(dst, o.Remaining)
	dst = binary.BigEndian.AppendUint64(append(dst, flags), o.ClientID)
	return binary.BigEndian.AppendUint16(dst, o.FeeCap)
}

// DecodeOrder decodes a resting order's value.
func DecodeOrder(v []byte) (Order, error) {
	if len(v) != orderBytes || v[16]&^orderPostOnly != 0 {
		return Order{}, fmt.Errorf("order value %x: %w", v, ErrCorrupt)
	}
	o := Order{
		Account:   binary.BigEndian.Uint64(v),
		Remaining: binary.BigEndian.Uint64(v[8:]),
		PostOnly:  v[16]&orderPostOnly != 0,
		ClientID:  binary.BigEndian.Uint64(v[17:]),
		FeeCap:    binary.BigEndian.Uint16(v[25:]),
	}
	if o.Account == FeeAccount || o.Remaining == 0 {
		return Order{}, fmt.Errorf("order value %x: %w", v, ErrCorrupt)
	}
	return o, nil
}

// Append appends the value; index and asset stand in the key.
func (w Withdrawal) Append(dst []byte) []byte {
	return binary.BigEndian.AppendUint64(append(dst, w.Address[:]...), w.Amount)
}

// DecodeWithdrawal decodes a withdrawal's key and value.
func DecodeWithdrawal(key, v []byte) (Withdrawal, error) {
	if len(key) != 13 || key[0] != prefixWithdrawal || len(v) != withdrawalBytes {
		return Withdrawal{}, fmt.Errorf("withdrawal %x = %x: %w", key, v, ErrCorrupt)
	}
	return Withdrawal{
		Index:   binary.BigEndian.Uint64(key[1:]),
		Asset:   binary.BigEndian.Uint32(key[9:]),
		Address: command.Address(v[:20]),
		Amount:  binary.BigEndian.Uint64(v[20:]),
	}, nil
}

// AppendHead appends the value of the first half.
func (i Inbox) AppendHead(dst []byte) []byte {
	return append(binary.BigEndian.AppendUint64(dst, i.Next), i.Hash[:16]...)
}

// AppendTail appends the value of the second half.
func (i Inbox) AppendTail(dst []byte) []byte { return append(dst, i.Hash[16:]...) }

// DecodeInbox decodes the two halves. Before the first deposit neither exists.
func DecodeInbox(head, tail []byte) (Inbox, error) {
	if len(head) == 0 && len(tail) == 0 {
		return Inbox{}, nil
	}
	if len(head) != inboxHeadBytes || len(tail) != inboxTailBytes {
		return Inbox{}, fmt.Errorf("inbox value %x %x: %w", head, tail, ErrCorrupt)
	}
	i := Inbox{Next: binary.BigEndian.Uint64(head)}
	copy(i.Hash[:16], head[8:])
	copy(i.Hash[16:], tail)
	return i, nil
}

// Append appends the value.
func (c Counters) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint64(dst, c.Sequence)
	dst = binary.BigEndian.AppendUint64(dst, c.Withdrawals)
	if c.ImportEnded {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// DecodeCounters decodes the counters' value. In the empty state there is none.
func DecodeCounters(v []byte) (Counters, error) {
	if len(v) == 0 {
		return Counters{}, nil
	}
	if len(v) != countersBytes || v[16] > 1 {
		return Counters{}, fmt.Errorf("counters value %x: %w", v, ErrCorrupt)
	}
	return Counters{
		Sequence:    binary.BigEndian.Uint64(v),
		Withdrawals: binary.BigEndian.Uint64(v[8:]),
		ImportEnded: v[16] == 1,
	}, nil
}
