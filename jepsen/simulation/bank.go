package simulation

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// What the contract holds is what was there for the import, and deposited, and not
// paid out. It pays a withdrawal once, against a verified batch's root.

// transfer is a transaction of somebody who is no submitter: a deposit, or a claim
// if claim is set.
type transfer struct {
	deposit cursor.Deposit // asset, token, address and amount alone
	claim   *claim
}

type claim struct {
	number     uint64 // of the batch
	withdrawal batch.Withdrawal
	proof      batch.WithdrawalProof
}

// bank is the part of the contract's state that is money.
type bank struct {
	queue []cursor.Deposit
	held  map[uint32]uint64           // by asset
	paid  map[uint64]batch.Withdrawal // by index
	short error                       // a claim that holds and cannot be paid
}

func newBank(funds map[uint32]uint64) bank {
	return bank{held: maps.Clone(funds), paid: map[uint64]batch.Withdrawal{}}
}

// rolled is the queue's rolling hash, by code of its own.
func rolled(before cursor.Hash, d cursor.Deposit) cursor.Hash {
	b := binary.BigEndian.AppendUint64(before[:], d.Index)
	b = append(append(b, d.Token[:]...), d.Address[:]...)
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, d.Amount))
}

// queued says whether the queue had this hash after to deposits.
func (b *bank) queued(to uint64, hash cursor.Hash) bool {
	if to == 0 {
		return hash == cursor.Hash{}
	}
	return to <= uint64(len(b.queue)) && b.queue[to-1].Hash == hash
}

// move executes a transfer; a claim that does not hold does nothing.
func (c *contract) move(t transfer, at cursor.BlockRef) {
	b := &c.bank
	if t.claim == nil {
		d := t.deposit
		var before cursor.Hash
		if n := len(b.queue); n > 0 {
			before = b.queue[n-1].Hash
		}
		d.Index, d.Block = uint64(len(b.queue)), at
		d.Hash = rolled(before, d)
		b.queue = append(b.queue, d)
		b.held[d.Asset] += d.Amount
		return
	}
	w := t.claim.withdrawal
	root := c.committed[t.claim.number].header.WithdrawalsRoot
	if _, paid := b.paid[w.Index]; paid || t.claim.number > c.verified || batch.VerifyWithdrawal(root, &w, &t.claim.proof) != nil {
		return
	}
	if b.held[w.Asset] < w.Amount {
		b.short = fmt.Errorf("invariant 7: L1 holds %d of asset %d and owes %d to withdrawal %d", b.held[w.Asset], w.Asset, w.Amount, w.Index)
		return
	}
	b.held[w.Asset] -= w.Amount
	b.paid[w.Index] = w
}

// transact puts a transfer into the pool.
func (l *l1) transact(t transfer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moves = append(l.moves, t)
}

// forget puts what a reorganization took out of a block back into the pool, in
// another order, but for what nobody sends again. Where deposits are credited
// before they are final, they come back with other amounts: what the cluster takes
// back can then never fit the contract again, and nobody has to reconcile.
func (l *l1) forget(moves []transfer) {
	for _, t := range moves {
		if l.dice.chance(30) {
			continue
		}
		if l.shallow {
			t.deposit.Amount++
		}
		at := l.dice.below(len(l.moves) + 1)
		l.moves = slices.Insert(l.moves, at, t)
	}
}

// carry has a block take transfers from the pool.
func (l *l1) carry(c *contract, b *block) {
	var left []transfer
	for _, t := range l.moves {
		if l.dice.chance(20) {
			left = append(left, t)
			continue
		}
		c.move(t, b.ref)
		b.moves = append(b.moves, t)
	}
	l.moves = left
}

// queue is what stands in the queue and can never be taken back; nil if shallow, where nobody waits for that.
func (l *l1) queue() []cursor.Deposit {
	if l.shallow {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	all := append([]cursor.Deposit{}, l.now.bank.queue...)
	for len(all) > 0 && all[len(all)-1].Block.Number+finalityDepth >= uint64(len(l.blocks)) {
		all = all[:len(all)-1]
	}
	return all
}

// depositing says whether a deposit waits for a block.
func (l *l1) depositing() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.moves, func(t transfer) bool { return t.claim == nil })
}

// traders know the assets and who has an account.
type traders struct {
	assets   map[uint32]command.Address // their tokens
	accounts []command.Address
	funds    map[uint32]uint64 // imported, by asset
}

func newTraders(setup []command.Transition) traders {
	t := traders{assets: map[uint32]command.Address{}, funds: map[uint32]uint64{}}
	for i := range setup {
		switch s := &setup[i]; s.Kind { //nolint:exhaustive // the rest is not about them
		case command.RegisterAsset:
			t.assets[s.Asset] = s.Address
		case command.ImportAccount:
			t.accounts = append(t.accounts, s.Address)
		case command.ImportBalance:
			t.funds[s.Asset] += s.Amount
		}
	}
	return t
}

// bring deposits until ctx ends: to accounts there are, and to addresses that get one by it.
func (s *simulation) bring(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.dice.upTo(600 * time.Millisecond)):
		}
		d := cursor.Deposit{Asset: uint32(1 + s.dice.below(len(s.traders.assets))), Amount: uint64(s.dice.below(1_000_000_000))}
		d.Token = s.traders.assets[d.Asset]
		if d.Address = s.traders.accounts[s.dice.below(len(s.traders.accounts))]; s.dice.chance(40) {
			d.Address = command.Address{0xd0, byte(s.dice.below(8))}
		}
		s.chain.transact(transfer{deposit: d})
	}
}

// withdrawal makes some of the clients' transitions one: of an account that trades, of one that a deposit created, or
// of the fees.
func (s *simulation) withdrawal(t *command.Transition) {
	if !s.dice.chance(6) {
		return
	}
	account := uint64(s.dice.below(1 + len(s.traders.accounts)))
	if some := s.checks.credited(); len(some) > 0 && s.dice.chance(40) {
		account = some[s.dice.below(len(some))]
	}
	*t = command.Transition{
		Kind: command.Withdraw, Account: account, Asset: uint32(1 + s.dice.below(len(s.traders.assets))),
		Amount: uint64(1 + s.dice.below(400_000_000)), Address: command.Address{0xde, byte(account)},
	}
}

// take claims what is withdrawn until ctx ends, some of it twice, and again what is not paid.
func (s *simulation) take(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(2*blockTime + s.dice.upTo(blockTime)):
		}
		v, err := s.chain.read()
		if err != nil {
			continue
		}
		for _, c := range s.checks.owed(v.state) {
			for range 1 + s.dice.below(2) {
				s.chain.transact(transfer{claim: c})
			}
		}
	}
}
