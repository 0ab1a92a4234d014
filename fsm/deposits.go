package fsm

import (
	"errors"
	"fmt"
	"math"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// A deposit is credited once, in the queue's order, as the cursor's record of the
// L1 queue has it, and only while it stands there: what a reorganization takes
// out of the record, the state gives back in the same command.

// firstQueueAccount is the lowest id that the queue gives to accounts it creates:
// the queue's index above it. Imported accounts have ids of their own choice.
const firstQueueAccount = 1 << 32

// DepositError is a deposit that cannot be credited now. It wraps the reason.
type DepositError struct {
	Index  uint64 // in the L1 queue
	Reason error
}

func (e *DepositError) Error() string { return fmt.Sprintf("fsm: deposit %d: %v", e.Index, e.Reason) }

func (e *DepositError) Unwrap() error { return e.Reason }

// Creditable are the entries From to To, half-open, of the L1 queue that may be
// credited now, by one command.
type Creditable struct {
	From, To uint64
	// Blocked says why the entry at To is not among them although it stands deep
	// enough on L1; nil if there is no such entry.
	Blocked error
}

// Creditable returns which deposits may be credited now.
func (m *Machine) Creditable() Creditable {
	m.mu.RLock()
	defer m.mu.RUnlock()
	r := m.r
	c := Creditable{From: r.store.Inbox().Next}
	c.To = c.From
	deep := min(r.cursor.Creditable(r.genesis.DepositDepth), c.From+command.MaxCredit)
	if deep <= c.From {
		return c
	}
	_, c.Blocked = r.credits(c.From, deep)
	c.To = deep
	if blocked, ok := errors.AsType[*DepositError](c.Blocked); ok {
		c.To = blocked.Index
	}
	return c
}

// credits are the recorded deposits From to To if all of them can be credited.
func (r *replica) credits(from, to uint64) ([]cursor.Deposit, error) {
	inbox := r.store.Inbox()
	hash, supply := inbox.Hash, map[uint32]uint64{}
	deposits := make([]cursor.Deposit, 0, to-from)
	for i := from; i < to; i++ {
		d, ok := r.cursor.Deposit(i)
		if !ok {
			return nil, &DepositError{i, ErrDepositUnknown}
		}
		asset, ok := r.store.Asset(d.Asset)
		if !ok || asset.Token != d.Token {
			return nil, &DepositError{i, fmt.Errorf("asset %d, token %x: %w", d.Asset, d.Token, ErrDepositAsset)}
		}
		if _, seen := supply[d.Asset]; !seen {
			supply[d.Asset] = asset.Supply
		}
		if d.Amount > math.MaxUint64-supply[d.Asset] {
			return nil, &DepositError{i, fmt.Errorf("asset %d: %w", d.Asset, ErrDepositSupply)}
		}
		supply[d.Asset] += d.Amount
		if hash = state.InboxHash(hash, i, d.Token, d.Address, d.Amount); hash != d.Hash {
			return nil, &DepositError{i, ErrDepositFork}
		}
		deposits = append(deposits, d)
	}
	return deposits, nil
}

// applyCredit credits deposits: all that the command names, or none.
func (m *Machine) applyCredit(c command.Credit, result *Result) error {
	r := m.r
	deposits, refusal := r.mayCredit(c)
	if refusal != nil {
		result.Err = refusal
		return nil //nolint:nilerr // the refusal stands in the result
	}
	r.clamp(c.TimeMs)
	if len(r.open.transitions) == 0 {
		r.open.firstTimeMs = r.clockMs
	}
	for i := range deposits {
		if err := r.credit(&deposits[i]); err != nil {
			return fmt.Errorf("credit deposit %d: %w", deposits[i].Index, err)
		}
	}
	m.stats.Deposits.Add(uint64(len(deposits)))
	r.cursor.SetApplied(r.store.Counters().Sequence)
	return nil
}

func (r *replica) mayCredit(c command.Credit) ([]cursor.Deposit, error) {
	next := r.store.Inbox().Next
	switch {
	case !r.hasGenesis():
		return nil, ErrNoLineage
	case r.cursor.Halted(cursor.ScopeIntake):
		return nil, ErrIntakeHalted
	case c.From != next:
		return nil, fmt.Errorf("credit from %d, next is %d: %w", c.From, next, ErrStaleCredit)
	case len(r.open.transitions)+int(c.To-c.From) > MaxOpenTransitions:
		return nil, ErrBatchFull
	}
	if c.To > r.cursor.Inbox().To {
		return nil, &DepositError{r.cursor.Inbox().To, ErrDepositUnknown}
	}
	if deep := r.cursor.Creditable(r.genesis.DepositDepth); c.To > deep {
		return nil, &DepositError{deep, ErrDepositShallow}
	}
	return r.credits(c.From, c.To)
}

// credit executes one deposit that credits has checked.
func (r *replica) credit(d *cursor.Deposit) error {
	account, known := r.addresses.find(r.store, d.Address)
	if !known {
		account = firstQueueAccount + d.Index
		for _, taken := r.store.Account(account); taken; _, taken = r.store.Account(account) {
			account++
		}
		r.addresses.add(d.Address, account)
	}
	t := command.Transition{
		Kind: command.Deposit, Account: account, Asset: d.Asset, Amount: d.Amount, Inbox: d.Index, Address: d.Address,
	}
	var receipt state.Receipt
	r.open.transitions = state.Apply(r.store, &t, &receipt, r.open.transitions)
	if err := r.store.Err(); err != nil {
		return err
	}
	if receipt.Code != state.Accepted || r.store.Inbox().Hash != d.Hash {
		return fmt.Errorf("assert that it is accepted: %s: %w", receipt.Code, errDepositRefused)
	}
	return nil
}

var errDepositRefused = errors.New("the state refuses a deposit that was checked")

// orphanExit names what ends a halt after deposits were orphaned that cannot be taken back.
const orphanExit = "wait until L1 has queued the same deposits again, then `holdfast resume --scope intake` and " +
	"`holdfast resume --scope anchoring`; if it never does, recover from L1 as a new lineage"

// giveBackOrphans rolls back to the newest batch that consumed no deposit which a
// reorganization has taken out of the record.
func (m *Machine) giveBackOrphans(ev cursor.L1Reorg) error {
	r := m.r
	recorded, consumed := r.cursor.Inbox().To, r.store.Inbox().Next
	if consumed <= recorded {
		return nil
	}
	reason := fmt.Sprintf("an L1 reorganization to block %d took back deposits %d to %d", ev.Ancestor.Number, recorded, consumed-1)
	refusal, err := m.rollBack(command.Rollback{
		ToBatch: r.cursor.ConsumedWithin(recorded), Reason: reason, Evidence: cursor.Append(nil, ev), TimeMs: r.clockMs,
	})
	if err != nil || refusal == nil {
		return err
	}
	r.cursor.Halt(cursor.ScopeIntake|cursor.ScopeAnchoring, reason+": "+refusal.Error(), orphanExit, r.at())
	m.effects.events = append(m.effects.events, Halted{Halts: r.cursor.Halts()})
	return nil
}

// addressBook finds accounts by their L1 address. It knows every account that
// exists and perhaps some that a rollback removed: what it finds is looked up. So
// its answers are a function of the state, whatever happened before.
type addressBook struct {
	lowest map[command.Address]uint64
	others map[command.Address]map[uint64]struct{} // of addresses with several accounts, by import
}

func newAddressBook() *addressBook {
	return &addressBook{lowest: map[command.Address]uint64{}, others: map[command.Address]map[uint64]struct{}{}}
}

// loadAddressBook lists the accounts of a state.
func loadAddressBook(v state.Ascender) (*addressBook, error) {
	b := newAddressBook()
	err := state.AscendAccounts(v, func(id uint64, a state.Account) bool {
		b.add(a.Address, id)
		return true
	})
	return b, err
}

// apply adds the accounts that transitions made.
func (b *addressBook) apply(ts []command.Transition) {
	for i := range ts {
		if t := &ts[i]; t.Kind == command.ImportAccount || t.Kind == command.Deposit {
			b.add(t.Address, t.Account)
		}
	}
}

// add takes constant time: an import may give all accounts one address.
func (b *addressBook) add(address command.Address, id uint64) {
	lowest, known := b.lowest[address]
	if !known || id <= lowest {
		b.lowest[address] = id
	}
	if !known || id == lowest {
		return
	}
	if b.others[address] == nil {
		b.others[address] = map[uint64]struct{}{}
	}
	b.others[address][max(id, lowest)] = struct{}{}
}

// find returns the lowest account with an address.
func (b *addressBook) find(s *state.Native, address command.Address) (id uint64, found bool) {
	has := func(id uint64) bool {
		a, ok := s.Account(id)
		return ok && a.Address == address
	}
	lowest, known := b.lowest[address]
	if !known || has(lowest) {
		return lowest, known
	}
	for other := range b.others[address] { // a rollback removed the lowest
		if (!found || other < id) && has(other) {
			id, found = other, true
		}
	}
	return id, found
}
