package state

// Administration, deposits, withdrawals and the genesis import: what changes
// an asset's supply, and what exists at all.

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// InboxHash extends the rolling hash over the L1 queue by one deposit (doc.go
// has the layout). The first deposit extends 32 zero bytes.
func InboxHash(previous [32]byte, index uint64, token, address command.Address, amount uint64) [32]byte {
	var b [32 + 8 + 20 + 20 + 8]byte
	copy(b[:], previous[:])
	binary.BigEndian.PutUint64(b[32:], index)
	copy(b[40:], token[:])
	copy(b[60:], address[:])
	binary.BigEndian.PutUint64(b[80:], amount)
	return sha256.Sum256(b[:])
}

func (e *engine) registerAsset() Code {
	t := e.t
	if t.Asset == 0 {
		return InvalidID
	}
	if t.Decimals > MaxDecimals {
		return InvalidDecimals
	}
	if _, ok := e.s.Asset(t.Asset); ok {
		return AssetExists
	}
	e.s.PutAsset(t.Asset, Asset{Decimals: t.Decimals, Token: t.Address})
	e.record(command.Transition{
		Kind: command.RegisterAsset, Asset: t.Asset, Decimals: t.Decimals, Address: t.Address,
	})
	return Accepted
}

func (e *engine) createMarket() Code {
	t := e.t
	if t.Status > command.CancelOnly {
		return Malformed
	}
	if t.Market == 0 {
		return InvalidID
	}
	if _, ok := e.s.Market(t.Market); ok {
		return MarketExists
	}
	base, ok := e.s.Asset(t.Asset)
	if !ok {
		return UnknownAsset
	}
	if _, ok := e.s.Asset(t.Quote); !ok {
		return UnknownAsset
	}
	m := Market{
		Base: t.Asset, Quote: t.Quote, Tick: t.Tick, Lot: t.Lot,
		MakerFee: t.MakerFee, TakerFee: t.TakerFee, Status: t.Status, Decimals: base.Decimals,
	}
	if !m.validTerms() {
		return InvalidMarket
	}
	e.s.PutMarket(t.Market, m)
	e.record(command.Transition{
		Kind: command.CreateMarket, Market: t.Market, Asset: t.Asset, Quote: t.Quote, Tick: t.Tick, Lot: t.Lot,
		MakerFee: t.MakerFee, TakerFee: t.TakerFee, Status: t.Status,
	})
	return Accepted
}

func (e *engine) updateMarket() Code {
	t := e.t
	if t.Status > command.CancelOnly {
		return Malformed
	}
	m, ok := e.s.Market(t.Market)
	if !ok {
		return UnknownMarket
	}
	m.MakerFee, m.TakerFee, m.Status = t.MakerFee, t.TakerFee, t.Status
	e.s.PutMarket(t.Market, m)
	e.record(command.Transition{
		Kind: command.UpdateMarket, Market: t.Market, MakerFee: t.MakerFee, TakerFee: t.TakerFee, Status: t.Status,
	})
	return Accepted
}

// deposit consumes the next entry of the L1 queue. A zero amount is accepted:
// what L1 queued cannot be refused without stopping the queue.
func (e *engine) deposit() Code {
	t := e.t
	asset, ok := e.s.Asset(t.Asset)
	if !ok {
		return UnknownAsset
	}
	if t.Account == FeeAccount {
		return UnknownAccount
	}
	inbox := e.s.Inbox()
	if t.Inbox != inbox.Next {
		return InboxGap
	}
	account, known := e.s.Account(t.Account)
	if known && account.Address != t.Address {
		return AddressMismatch
	}
	supply, ok := add(asset.Supply, t.Amount)
	next, fits := add(inbox.Next, 1)
	if !ok || !fits {
		return Overflow
	}
	if !known {
		e.s.PutAccount(t.Account, Account{Address: t.Address})
	}
	e.credit(t.Account, t.Asset, t.Amount)
	asset.Supply = supply
	e.s.PutAsset(t.Asset, asset)
	e.s.PutInbox(Inbox{Next: next, Hash: InboxHash(inbox.Hash, t.Inbox, asset.Token, t.Address, t.Amount)})
	e.record(command.Transition{
		Kind: command.Deposit, Account: t.Account, Asset: t.Asset, Amount: t.Amount, Inbox: t.Inbox, Address: t.Address,
	})
	return Accepted
}

// withdraw records a withdrawal. The fee account may withdraw too: that is how
// fees are paid out.
func (e *engine) withdraw() Code {
	t := e.t
	asset, ok := e.s.Asset(t.Asset)
	if !ok {
		return UnknownAsset
	}
	if t.Account != FeeAccount {
		if _, ok := e.s.Account(t.Account); !ok {
			return UnknownAccount
		}
	}
	if t.Amount == 0 {
		return InvalidAmount
	}
	if t.Address == (command.Address{}) {
		return InvalidAddress
	}
	if e.s.Balance(t.Account, t.Asset).Available < t.Amount {
		return InsufficientBalance
	}
	if asset.Supply < t.Amount {
		e.corrupt("balances exceed the supply")
		return StoreFailed
	}
	e.debit(t.Account, t.Asset, t.Amount, 0)
	asset.Supply -= t.Amount
	e.s.PutAsset(t.Asset, asset)
	index := e.c.Withdrawals
	e.s.PutWithdrawal(Withdrawal{Index: index, Asset: t.Asset, Address: t.Address, Amount: t.Amount})
	e.c.Withdrawals++
	e.r.Order = index
	e.record(command.Transition{
		Kind: command.Withdraw, Account: t.Account, Asset: t.Asset, Amount: t.Amount, Address: t.Address,
	})
	return Accepted
}

func (e *engine) importAccount() Code {
	t := e.t
	if t.Account == FeeAccount {
		return InvalidID
	}
	if _, ok := e.s.Account(t.Account); ok {
		return AccountExists
	}
	e.s.PutAccount(t.Account, Account{Address: t.Address})
	e.record(command.Transition{Kind: command.ImportAccount, Account: t.Account, Address: t.Address})
	return Accepted
}

func (e *engine) importBalance() Code {
	t := e.t
	asset, ok := e.s.Asset(t.Asset)
	if !ok {
		return UnknownAsset
	}
	if _, known := e.s.Account(t.Account); !known {
		return UnknownAccount
	}
	if t.Amount == 0 {
		return InvalidAmount
	}
	supply, ok := add(asset.Supply, t.Amount)
	if !ok {
		return Overflow
	}
	e.credit(t.Account, t.Asset, t.Amount)
	asset.Supply = supply
	e.s.PutAsset(t.Asset, asset)
	e.record(command.Transition{
		Kind: command.ImportBalance, Account: t.Account, Asset: t.Asset, Amount: t.Amount,
	})
	return Accepted
}
