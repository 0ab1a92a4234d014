package batch

// The row encoding is what ratios are measured against: a fixed-width record as a hand-written protocol would lay it
// out. A row keeps the fields that its kind uses and no others.

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// RowWidth is the length of one transition in the row encoding, in bytes.
const RowWidth = 96

// ErrRow is wrapped by every refusal of a row.
var ErrRow = errors.New("batch: bad row")

// RowSize is the length of n transitions in the row encoding, in bytes.
func RowSize(n int) int { return n * RowWidth }

// Ratio is how many times smaller encoded bytes are than the rows of n transitions, in thousandths.
func Ratio(n, encoded int) int {
	if encoded <= 0 {
		return 0
	}
	return RowSize(n) * 1000 / encoded
}

// Offsets in a row. Three places are shared by fields that no kind uses together.
const (
	rowMarket   = 12
	rowAccount  = 24
	rowOrder    = 32 // and the address, 20 bytes, of kinds that have one
	rowPrice    = 56 // and the tick (CreateMarket) and the inbox index (Deposit)
	rowSize     = 64 // and the lot (CreateMarket)
	rowAmount   = 72
	rowSession  = 80
	rowSequence = 88
)

func rowHasAddress(k command.Kind) bool {
	switch k {
	case command.Deposit, command.Withdraw, command.RegisterAsset, command.ImportAccount:
		return true
	default:
		return false
	}
}

// AppendRow appends the RowWidth bytes of one transition to dst. A payload's rows have session 0 and the accepted
// sequence number; an entry's have the client's.
func AppendRow(dst []byte, session, sequence uint64, t *command.Transition) []byte {
	var row [RowWidth]byte
	copy(row[:], []byte{byte(t.Kind), byte(t.Side), byte(t.Type), byte(t.TIF), byte(t.STP), byte(t.Status), t.Decimals})
	binary.BigEndian.PutUint16(row[8:], t.MakerFee)
	binary.BigEndian.PutUint16(row[10:], t.TakerFee)
	binary.BigEndian.PutUint32(row[rowMarket:], t.Market)
	binary.BigEndian.PutUint32(row[rowMarket+4:], t.Asset)
	binary.BigEndian.PutUint32(row[rowMarket+8:], t.Quote)
	binary.BigEndian.PutUint64(row[rowAccount:], t.Account)
	if rowHasAddress(t.Kind) {
		copy(row[rowOrder:], t.Address[:])
	} else {
		binary.BigEndian.PutUint64(row[rowOrder:], t.Order)
		binary.BigEndian.PutUint64(row[rowOrder+8:], t.ClientID)
	}
	price, size := t.Price, t.Size
	switch t.Kind {
	case command.CreateMarket:
		price, size = t.Tick, t.Lot
	case command.Deposit:
		price = t.Inbox
	default:
	}
	binary.BigEndian.PutUint64(row[rowPrice:], price)
	binary.BigEndian.PutUint64(row[rowSize:], size)
	binary.BigEndian.PutUint64(row[rowAmount:], t.Amount)
	binary.BigEndian.PutUint64(row[rowSession:], session)
	binary.BigEndian.PutUint64(row[rowSequence:], sequence)
	return append(dst, row[:]...)
}

// DecodeRow is the inverse of AppendRow.
func DecodeRow(row []byte) (session, sequence uint64, t command.Transition, err error) {
	if len(row) != RowWidth {
		return 0, 0, t, fmt.Errorf("%w: %d bytes, want %d", ErrRow, len(row), RowWidth)
	}
	t = command.Transition{
		Kind: command.Kind(row[0]), Side: command.Side(row[1]), Type: command.OrderType(row[2]), TIF: command.TIF(row[3]),
		STP: command.STP(row[4]), Status: command.MarketStatus(row[5]), Decimals: row[6],
		MakerFee: binary.BigEndian.Uint16(row[8:]),
		TakerFee: binary.BigEndian.Uint16(row[10:]),
		Market:   binary.BigEndian.Uint32(row[rowMarket:]),
		Asset:    binary.BigEndian.Uint32(row[rowMarket+4:]),
		Quote:    binary.BigEndian.Uint32(row[rowMarket+8:]),
		Account:  binary.BigEndian.Uint64(row[rowAccount:]),
		Amount:   binary.BigEndian.Uint64(row[rowAmount:]),
	}
	spare := row[rowOrder+16 : rowPrice]
	if rowHasAddress(t.Kind) {
		spare = spare[copy(t.Address[:], row[rowOrder:])-16:]
	} else {
		t.Order, t.ClientID = binary.BigEndian.Uint64(row[rowOrder:]), binary.BigEndian.Uint64(row[rowOrder+8:])
	}
	price, size := binary.BigEndian.Uint64(row[rowPrice:]), binary.BigEndian.Uint64(row[rowSize:])
	switch t.Kind {
	case command.CreateMarket:
		t.Tick, t.Lot = price, size
	case command.Deposit:
		t.Inbox, t.Size = price, size
	default:
		t.Price, t.Size = price, size
	}
	for _, b := range append([]byte{row[7]}, spare...) {
		if b != 0 {
			return 0, 0, command.Transition{}, fmt.Errorf("%w: padding is not zero", ErrRow)
		}
	}
	return binary.BigEndian.Uint64(row[rowSession:]), binary.BigEndian.Uint64(row[rowSequence:]), t, nil
}
