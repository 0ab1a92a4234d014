package fsm

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/book"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// A book that is exported holds everything that anybody owns or has on offer at the end of one sealed batch, and nothing
// that came after it.

// ErrUnsealed says that a snapshot holds transitions that no batch has yet: its book would lose them.
var ErrUnsealed = errors.New("fsm: the snapshot holds accepted transitions that are not sealed")

// ErrFees says that the fees which were collected have no heir: a book cannot give the fee account anything.
var ErrFees = errors.New("fsm: the fee account holds fees, and no account of the book is named that gets them")

// ExportBook writes the book at the newest batch of a snapshot, which it verifies like VerifySnapshot, and says which
// batch that is. It refuses one with anything behind that batch: ErrUnsealed. The fees that were collected go to the
// account heir; ErrFees if there are any and it is no account. What a book does not carry is counters,
// sessions, withdrawals and the L1 queue, which belong to the history that ends; orders get new ids, in the same priority,
// and lose being post-only, which a resting order has no more use for.
func ExportBook(config Config, snapshot io.Reader, heir uint64, out io.Writer) (Position, error) {
	r, err := New(config).load(snapshot)
	if err != nil {
		return Position{}, err
	}
	at := Position{Lineage: r.genesis.Lineage, Index: r.index, Batch: r.newest.batch, Root: r.newest.root}
	if n := len(r.open.transitions); n > 0 || r.sealing != nil {
		return at, fmt.Errorf("behind batch %d: %w", r.newest.batch, ErrUnsealed)
	}
	v, err := r.tree.View(r.newest.version)
	if err != nil {
		return at, err
	}
	defer v.Close()
	if err := writeBook(v, heir, out); err != nil {
		return at, fmt.Errorf("export the book of batch %d: %w", at.Batch, err)
	}
	return at, nil
}

// writeBook writes what a state holds, each record behind what it names.
func writeBook(v *tree.View, heir uint64, out io.Writer) error {
	w := book.NewWriter(out)
	var failed error
	write := func(supply uint64, t command.Transition) bool {
		if failed == nil {
			failed = w.Write(book.Record{Transition: t, Supply: supply})
		}
		return failed == nil
	}
	var accounts []uint64
	err := errors.Join(
		state.AscendAssets(v, func(id uint32, a state.Asset) bool {
			return write(a.Supply, command.Transition{Kind: command.RegisterAsset, Asset: id, Decimals: a.Decimals, Address: a.Token})
		}),
		state.AscendMarkets(v, func(id uint32, m state.Market) bool {
			return write(0, command.Transition{
				Kind: command.CreateMarket, Market: id, Asset: m.Base, Quote: m.Quote, Tick: m.Tick, Lot: m.Lot,
				MakerFee: m.MakerFee, TakerFee: m.TakerFee, Status: m.Status,
			})
		}),
		state.AscendAccounts(v, func(id uint64, a state.Account) bool {
			accounts = append(accounts, id)
			return write(0, command.Transition{Kind: command.ImportAccount, Account: id, Address: a.Address})
		}),
	)
	balances := func(of, to uint64) error {
		return state.AscendBalances(v, of, func(asset uint32, b state.Balance) bool {
			return write(0, command.Transition{Kind: command.ImportBalance, Account: to, Asset: asset, Amount: b.Available + b.Locked})
		})
	}
	for _, id := range accounts {
		err = errors.Join(err, balances(id, id))
	}
	_, _, fees, feesErr := v.First(state.AppendBalancePrefix(nil, state.FeeAccount))
	if _, known := slices.BinarySearch(accounts, heir); fees && !known {
		feesErr = errors.Join(feesErr, ErrFees)
	}
	err = errors.Join(err, feesErr, balances(state.FeeAccount, heir))
	err = errors.Join(err, state.AscendOrders(v, func(k state.OrderKey, o state.Order) bool {
		return write(0, command.Transition{
			Kind: command.ImportOrder, Market: k.Market, Account: o.Account, Side: k.Side, Price: k.Price, Size: o.Remaining, ClientID: o.ClientID,
		})
	}))
	return errors.Join(err, failed, w.Close())
}
