// Package flow generates seeded transitions that exercise every rule of the
// state-transition function, valid and invalid ones mixed, for tests on
// several platforms. It resembles no market. The same seed and the same
// receipts give the same flow everywhere. One user at a time.
package flow

import (
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// Sizes of the small world that a flow plays in; ids run from 1, and one more
// than exists is drawn now and then.
const (
	Assets   = 3
	Markets  = 3
	Accounts = 6
)

// Flow is a seeded stream of transitions.
type Flow struct {
	seed      uint64
	setup     []command.Transition
	inbox     uint64
	sequence  uint64
	recent    [24]resting // orders that rested at some time
	next      int
	importing int // import orders to come
}

type resting struct {
	order, account, clientID uint64
	market                   uint32
}

// New returns the flow of a seed.
func New(seed uint64) *Flow {
	f := &Flow{seed: seed*0x9E3779B97F4A7C15 + 1, importing: 30}
	for i := range uint32(Assets) {
		f.setup = append(f.setup, command.Transition{
			Kind: command.RegisterAsset, Asset: i + 1, Decimals: uint8(2 * i), Address: command.Address{byte(i)},
		})
	}
	f.setup = append(f.setup,
		command.Transition{
			Kind: command.CreateMarket, Market: 1, Asset: 1, Quote: 2, Tick: 1, Lot: 1, MakerFee: 150, TakerFee: 2500,
		},
		command.Transition{
			Kind: command.CreateMarket, Market: 2, Asset: 2, Quote: 3, Tick: 50, Lot: 10, MakerFee: 9000, TakerFee: 300,
		},
		command.Transition{Kind: command.CreateMarket, Market: 3, Asset: 3, Quote: 1, Tick: 10_000, Lot: 3},
	)
	for a := range uint64(Accounts - 1) {
		f.setup = append(f.setup, command.Transition{
			Kind: command.ImportAccount, Account: a + 1, Address: address(a + 1),
		})
		for i := range uint32(Assets) {
			f.setup = append(f.setup, command.Transition{
				Kind: command.ImportBalance, Account: a + 1, Asset: i + 1, Amount: 5_000 + f.draw(50_000),
			})
		}
	}
	return f
}

func address(account uint64) command.Address { return command.Address{19: byte(account)} }

// draw returns a number below n (xorshift64*).
func (f *Flow) draw(n uint64) uint64 {
	f.seed ^= f.seed >> 12
	f.seed ^= f.seed << 25
	f.seed ^= f.seed >> 27
	return (f.seed * 0x2545F4914F6CDD1D >> 20) % n
}

func (f *Flow) rarely() bool { return f.draw(24) == 0 }

// Observe tells the flow what became of the last transition.
func (f *Flow) Observe(t *command.Transition, r *state.Receipt) {
	if r.Code != state.Accepted {
		return
	}
	f.sequence = r.Sequence
	if t.Kind == command.Deposit {
		f.inbox++
	}
	if r.Remaining > 0 && t.Kind != command.Amend {
		f.recent[f.next%len(f.recent)] = resting{r.Order, t.Account, t.ClientID, t.Market}
		f.next++
	}
}

// Next returns the next transition.
func (f *Flow) Next() command.Transition {
	if len(f.setup) > 0 {
		t := f.setup[0]
		f.setup = f.setup[1:]
		return t
	}
	if f.importing > 0 {
		f.importing--
		t := f.place(command.ImportOrder)
		if t.Price > 6*50 && t.Market == 2 || t.Price > 6 && t.Market == 1 {
			t.Side = command.Ask
		}
		return t
	}
	switch n := f.draw(100); {
	case n < 58:
		return f.place(command.Place)
	case n < 70:
		return f.named(command.Cancel)
	case n < 82:
		t := f.named(command.Amend)
		if f.draw(2) == 0 {
			t.Price = f.price(t.Market)
		}
		t.Size = f.size(t.Market)
		t.STP = command.STP(f.draw(5))
		return t
	case n < 84:
		return command.Transition{Kind: command.CancelAll, Account: f.account(), Market: uint32(f.draw(Markets + 2))}
	case n < 89:
		return f.deposit()
	case n < 93:
		return f.withdraw()
	default:
		return f.admin()
	}
}

func (f *Flow) account() uint64 {
	if f.rarely() {
		return f.draw(Accounts + 3)
	}
	return 1 + f.draw(Accounts)
}

func (f *Flow) market() uint32 {
	if f.rarely() {
		return uint32(f.draw(Markets + 2))
	}
	return 1 + uint32(f.draw(Markets))
}

func (f *Flow) price(market uint32) uint64 {
	tick := [...]uint64{1, 1, 50, 10_000, 1}[market%5]
	switch p := (1 + f.draw(12)) * tick; {
	case f.rarely():
		return p + f.draw(2)
	case f.rarely():
		return ^uint64(0) / (1 + f.draw(1<<20))
	default:
		return p
	}
}

func (f *Flow) size(market uint32) uint64 {
	lot := [...]uint64{1, 1, 10, 3, 1}[market%5]
	switch s := (1 + f.draw(60)) * lot; {
	case f.rarely():
		return s + f.draw(3) - 1
	case f.rarely():
		return ^uint64(0) / (1 + f.draw(1<<20))
	default:
		return s
	}
}

func (f *Flow) place(kind command.Kind) command.Transition {
	t := command.Transition{
		Kind: kind, Market: f.market(), Account: f.account(), Side: command.Side(f.draw(2)),
		STP: command.STP(f.draw(5)),
	}
	t.Price, t.Size = f.price(t.Market), f.size(t.Market)
	if f.draw(3) == 0 {
		t.TIF = command.TIF(f.draw(4))
	}
	if f.draw(8) == 0 {
		t.Type = command.Market
	}
	if f.draw(3) == 0 {
		t.ClientID = 1 + f.draw(20)
	}
	if f.draw(300) == 0 {
		t.Side, t.TIF, t.STP = command.Side(f.draw(4)), command.TIF(f.draw(6)), command.STP(f.draw(7))
	}
	return t
}

// named makes a cancel or an amend of an order that may rest.
func (f *Flow) named(kind command.Kind) command.Transition {
	o := f.recent[f.draw(uint64(len(f.recent)))]
	t := command.Transition{Kind: kind, Account: o.account, Market: o.market, Order: o.order}
	switch f.draw(8) {
	case 0:
		t.Order, t.ClientID = 0, f.draw(21)
	case 1, 2:
		t.Order, t.ClientID = 0, o.clientID
	case 3:
		t.Order, t.Account = f.draw(f.sequence+2), f.account()
	}
	return t
}

func (f *Flow) amount() uint64 {
	if f.rarely() {
		return ^uint64(0) / (1 + f.draw(4))
	}
	return f.draw(20_000)
}

func (f *Flow) deposit() command.Transition {
	t := command.Transition{
		Kind: command.Deposit, Account: f.account(), Asset: uint32(f.draw(Assets+1)) + 1, Amount: f.amount(), Inbox: f.inbox,
	}
	t.Address = address(t.Account)
	if f.rarely() {
		t.Address[0]++
	}
	if f.rarely() {
		t.Inbox += f.draw(3) - 1
	}
	return t
}

func (f *Flow) withdraw() command.Transition {
	t := command.Transition{
		Kind: command.Withdraw, Account: f.account(), Asset: uint32(f.draw(Assets+1)) + 1, Amount: f.draw(2_000),
		Address: address(1),
	}
	if f.draw(4) == 0 {
		t.Account, t.Amount = state.FeeAccount, 1+f.draw(20)
	}
	if f.rarely() {
		t.Address, t.Amount = command.Address{}, f.amount()
	}
	return t
}

func (f *Flow) admin() command.Transition {
	switch f.draw(16) {
	case 0:
		return command.Transition{
			Kind: command.RegisterAsset, Asset: uint32(f.draw(Assets + 2)), Decimals: uint8(f.draw(20)),
		}
	case 1:
		return command.Transition{
			Kind: command.CreateMarket, Market: uint32(f.draw(Markets + 3)), Asset: uint32(f.draw(Assets + 2)),
			Quote: uint32(f.draw(Assets + 2)), Tick: f.draw(101) * 100, Lot: f.draw(3), Status: command.MarketStatus(f.draw(4)),
		}
	case 2:
		return command.Transition{Kind: command.EndImport}
	case 3:
		return command.Transition{Kind: command.ImportAccount, Account: f.account(), Address: address(9)}
	case 4:
		return command.Transition{Kind: command.ImportBalance, Account: f.account(), Asset: 1, Amount: f.amount()}
	case 5:
		t := f.place(command.ImportOrder)
		t.Type, t.TIF, t.STP = 0, 0, 0
		return t
	case 6:
		return command.Transition{Kind: command.Kind(f.draw(256))}
	default:
		t := command.Transition{
			Kind: command.UpdateMarket, Market: f.market(),
			MakerFee: uint16(f.draw(20_000)), TakerFee: uint16(f.draw(65_536)),
		}
		if f.draw(4) == 0 {
			t.Status = command.MarketStatus(f.draw(4))
		}
		return t
	}
}
