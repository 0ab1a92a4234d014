package models_test

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
)

// README.md, invariant 7: a trade takes from one what it gives to another, and
// a balance that differs by one unit is found, missing ones too.
func TestLedger(t *testing.T) {
	l := models.NewLedger()
	l.Accept(&command.Transition{Kind: command.CreateMarket, Market: 7, Asset: 2, Quote: 1})
	l.Accept(&command.Transition{Kind: command.ImportBalance, Account: 10, Asset: 1, Amount: 1000})
	l.Accept(&command.Transition{Kind: command.Deposit, Account: 11, Asset: 2, Amount: 50})
	l.Accept(&command.Transition{Kind: command.Withdraw, Account: 11, Asset: 2, Amount: 5})
	l.Trade(models.Trade{Market: 7, Maker: 11, Taker: 10, TakerSide: command.Bid, Size: 20, Quote: 200, MakerFee: 1, TakerFee: 2})
	l.Trade(models.Trade{Market: 7, Maker: 10, Taker: 11, TakerSide: command.Ask, Size: 5, Quote: 60, MakerFee: 3, TakerFee: 4})
	want := func() map[models.Holding]uint64 {
		return map[models.Holding]uint64{
			{Account: 10, Asset: 1}: 1000 - 202 - 63, {Account: 10, Asset: 2}: 25,
			{Account: 11, Asset: 1}: 199 + 56, {Account: 11, Asset: 2}: 20,
			{Account: 0, Asset: 1}: 10,
		}
	}
	if err := l.Compare(want()); err != nil {
		t.Fatal(err)
	}
	for h := range want() {
		off, none := want(), want()
		off[h]++
		delete(none, h)
		if l.Compare(off) == nil || l.Compare(none) == nil {
			t.Errorf("%+v is off and nobody says so", h)
		}
	}
	more := want()
	more[models.Holding{Account: 12, Asset: 1}] = 1
	if l.Compare(more) == nil {
		t.Error("money out of nowhere is not found")
	}
}
