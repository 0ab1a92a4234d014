package state

// A rejected transition has written nothing. An accepted one is exactly its
// normalised form: applying that form to the same state writes the same.

import (
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Apply executes one transition, fills r (reusing r.Fills' memory) and appends
// to normalized what the payload records: one transition for each sequence
// number consumed, none on rejection. When the store fails, r.Code is
// StoreFailed, nothing is appended, and the store's content is to be thrown
// away.
func Apply(s Store, t *command.Transition, r *Receipt, normalized []command.Transition) []command.Transition {
	e := engine{s: s, t: t, r: r, out: normalized}
	return e.apply()
}

// ErrNotNormalized reports a payload entry that no Apply would have recorded.
var ErrNotNormalized = errors.New("transition is not in normalised form")

// ReplayError reports a payload entry that was not accepted.
type ReplayError struct {
	Index int // in the payload, from 0
	Code  Code
	Err   error // the store's error, or ErrNotNormalized; nil for a rejection
}

func (e *ReplayError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("replay transition %d: %v", e.Index, e.Err)
	}
	return fmt.Sprintf("replay transition %d: rejected: %s", e.Index, e.Code)
}

func (e *ReplayError) Unwrap() error { return e.Err }

// Replay executes a normalised payload. Every transition must be accepted and
// be its own normalised form; the first that is not ends it with a
// *ReplayError, and the store's content is then to be thrown away.
func Replay(s Store, payload []command.Transition) error {
	return ReplayEach(s, payload, nil)
}

// ReplayEach is Replay that hands each receipt to fn, which may not keep it; a nil fn
// wants none.
func ReplayEach(s Store, payload []command.Transition, fn func(i int, r *Receipt)) error {
	var (
		r   Receipt
		out []command.Transition
	)
	for i := range payload {
		e := engine{s: s, t: &payload[i], r: &r, out: out[:0], replay: true}
		out = e.apply()
		switch {
		case s.Err() != nil:
			return &ReplayError{Index: i, Code: StoreFailed, Err: s.Err()}
		case r.Code != Accepted:
			return &ReplayError{Index: i, Code: r.Code}
		case len(out) != 1 || out[0] != payload[i]:
			return &ReplayError{Index: i, Err: ErrNotNormalized}
		}
		if fn != nil {
			fn(i, &r)
		}
	}
	return nil
}

// engine is one transition under way.
type engine struct {
	s      Store
	t      *command.Transition
	r      *Receipt
	out    []command.Transition
	c      Counters
	replay bool // t comes from a payload: an account is implied by the order
}

func (e *engine) apply() []command.Transition {
	n := len(e.out)
	e.r.reset()
	e.c = e.s.Counters()
	code := e.dispatch()
	if code == Accepted {
		e.c.Sequence += uint64(len(e.out) - n)
		e.c.ImportEnded = e.c.ImportEnded || endsImport(e.t.Kind)
		e.s.PutCounters(e.c)
		e.r.Sequence = e.c.Sequence
	}
	if e.s.Err() != nil {
		code = StoreFailed
	}
	if code != Accepted {
		e.r.reset()
		e.r.Code = code
		return e.out[:n]
	}
	return e.out
}

// record appends a normalised transition.
func (e *engine) record(t command.Transition) { e.out = append(e.out, t) }

// corrupt fails the store for a state that no accepted transition leads to.
func (e *engine) corrupt(what string) {
	e.s.Fail(fmt.Errorf("%s: %w", what, ErrCorrupt))
}

func endsImport(k command.Kind) bool {
	switch k {
	case command.RegisterAsset, command.CreateMarket, command.UpdateMarket,
		command.ImportAccount, command.ImportBalance, command.ImportOrder:
		return false
	case command.Place, command.Cancel, command.CancelAll, command.Amend,
		command.Deposit, command.Withdraw, command.EndImport:
		return true
	}
	return true
}

func (e *engine) dispatch() Code {
	switch e.t.Kind {
	case command.Place:
		return e.place()
	case command.Cancel:
		return e.cancel()
	case command.CancelAll:
		return e.cancelAll()
	case command.Amend:
		return e.amend()
	case command.Deposit:
		return e.deposit()
	case command.Withdraw:
		return e.withdraw()
	case command.RegisterAsset:
		return e.registerAsset()
	case command.CreateMarket:
		return e.createMarket()
	case command.UpdateMarket:
		return e.updateMarket()
	case command.ImportAccount, command.ImportBalance, command.ImportOrder, command.EndImport:
		if e.c.ImportEnded {
			return ImportClosed
		}
		return e.importGenesis()
	}
	return Malformed
}

func (e *engine) importGenesis() Code {
	switch e.t.Kind {
	case command.ImportAccount:
		return e.importAccount()
	case command.ImportBalance:
		return e.importBalance()
	case command.ImportOrder:
		return e.importOrder()
	default:
		e.record(command.Transition{Kind: command.EndImport})
		return Accepted
	}
}

// credit adds to an account's available balance. The asset's supply bounds the
// sum of all balances, so that it cannot overflow in a sound state.
func (e *engine) credit(account uint64, asset uint32, amount uint64) {
	if amount == 0 {
		return
	}
	b := e.s.Balance(account, asset)
	available, ok := add(b.Available, amount)
	if !ok {
		e.corrupt("balances exceed the supply")
		return
	}
	b.Available = available
	e.s.PutBalance(account, asset, b)
}

// unlock moves amount out of an account's locked balance and adds returned, a
// part of it, to what is available. The rest goes to somebody else.
func (e *engine) unlock(account uint64, asset uint32, amount, returned uint64) {
	b := e.s.Balance(account, asset)
	available, ok := add(b.Available, returned)
	if b.Locked < amount || returned > amount || !ok {
		e.corrupt("an order's funds are not locked")
		return
	}
	b.Locked -= amount
	b.Available = available
	e.s.PutBalance(account, asset, b)
}

// debit takes spent out of an account's available balance and moves locked
// from there into the locked one.
func (e *engine) debit(account uint64, asset uint32, spent, locked uint64) {
	if spent == 0 && locked == 0 {
		return
	}
	b := e.s.Balance(account, asset)
	total, ok := add(spent, locked)
	sum, fits := add(b.Locked, locked)
	if !ok || !fits || b.Available < total {
		e.corrupt("funds were not checked")
		return
	}
	b.Available -= total
	b.Locked = sum
	e.s.PutBalance(account, asset, b)
}
