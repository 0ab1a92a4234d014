package models

// Money is neither made nor lost: each entry of the ledger takes from one
// account what it gives to another, but for what crosses the border.

import (
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Holding names one account's balance of one asset.
type Holding struct {
	Account uint64
	Asset   uint32
}

// Trade is a fill with its money, in smallest units; fees are in quote units.
type Trade struct {
	Market             uint32
	Maker, Taker       uint64 // accounts
	TakerSide          command.Side
	Size, Quote        uint64
	MakerFee, TakerFee uint64
}

// Ledger keeps what every account owns, locked or not, by what receipts say.
// Account 0 collects the fees. It checks neither prices nor rights.
type Ledger struct {
	markets map[uint32][2]uint32 // base, quote
	owned   map[Holding]uint64   // modulo 2^64, so that the order of a trade's legs is free
}

// NewLedger returns an empty ledger.
func NewLedger() *Ledger {
	return &Ledger{markets: map[uint32][2]uint32{}, owned: map[Holding]uint64{}}
}

// Accept books an accepted transition that moves money by itself.
func (l *Ledger) Accept(t *command.Transition) {
	switch t.Kind { //nolint:exhaustive // the others move money by trades alone
	case command.CreateMarket:
		l.markets[t.Market] = [2]uint32{t.Asset, t.Quote}
	case command.Deposit, command.ImportBalance:
		l.owned[Holding{t.Account, t.Asset}] += t.Amount
	case command.Withdraw:
		l.owned[Holding{t.Account, t.Asset}] -= t.Amount
	}
}

// Trade books a fill.
func (l *Ledger) Trade(f Trade) {
	pair := l.markets[f.Market]
	buyer, seller, buyerFee, sellerFee := f.Taker, f.Maker, f.TakerFee, f.MakerFee
	if f.TakerSide == command.Ask {
		buyer, seller, buyerFee, sellerFee = f.Maker, f.Taker, f.MakerFee, f.TakerFee
	}
	l.owned[Holding{buyer, pair[0]}] += f.Size
	l.owned[Holding{seller, pair[0]}] -= f.Size
	l.owned[Holding{buyer, pair[1]}] -= f.Quote + buyerFee
	l.owned[Holding{seller, pair[1]}] += f.Quote - sellerFee
	l.owned[Holding{0, pair[1]}] += buyerFee + sellerFee
}

// Compare says where balances, available and locked together, differ from the
// ledger's. A missing one is zero.
func (l *Ledger) Compare(balances map[Holding]uint64) error {
	for h, want := range l.owned {
		if got := balances[h]; got != want {
			return fmt.Errorf("account %d has %d of asset %d, by its receipts %d", h.Account, got, h.Asset, want)
		}
	}
	for h, got := range balances {
		if _, known := l.owned[h]; !known && got != 0 {
			return fmt.Errorf("account %d has %d of asset %d, by its receipts nothing", h.Account, got, h.Asset)
		}
	}
	return nil
}

// SameOrders says where two lists of resting orders of one market, in order of
// priority, differ.
func SameOrders(got, want []Order) error {
	if i := slices.IndexFunc(want, func(o Order) bool { return !slices.Contains(got, o) }); i >= 0 {
		return fmt.Errorf("lacks %+v", want[i])
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("holds %+v, the model %+v", got, want)
	}
	return nil
}
