package workload

// The generator never looks at an answer: which of its orders are live is what it believes.

import (
	"encoding/binary"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Flow is a sequence of transitions.
type Flow interface {
	// Setup returns what must be executed before the first Next: assets, markets, accounts and their funds.
	Setup() []command.Transition
	// Next overwrites its argument with the next transition and returns false when there is none.
	Next(t *command.Transition) bool
}

// Options of the generator. Zero fields take the defaults.
type Options struct {
	Accounts    int    // 10,000; at most 1,000,000
	Markets     int    // 4; at most 1,000
	Live        int    // 20,000: how many orders are believed live before the oldest is cancelled
	Transitions uint64 // how many Next gives; 0 = without end
}

// OptionError says which option is out of range.
type OptionError struct {
	Option string
	Value  int
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("workload: %s %d is out of range", e.Option, e.Value)
}

// Ids, decimals and scales of the generator's assets and markets.
const (
	quoteAsset    = 1
	quoteDecimals = 6
	baseDecimals  = 8
	tick          = 10_000 // 0.01 quote
	lot           = 10_000 // 0.0001 base
	makerFee      = 100    // 1 bp
	takerFee      = 500    // 5 bp
)

// believed is an order that the flow believes live.
type believed struct {
	account, clientID uint64
	lots              uint64
	market            uint32 // from 0
	side              command.Side
}

// Market is the generated flow.
type Market struct {
	options  Options
	random   random
	accounts weights
	markets  weights
	ids      []uint32 // account id by rank
	clients  []uint32 // last client id by account id
	mids     []uint64 // in ticks, by market
	start    []uint64
	live     []believed // a ring: the oldest at first
	first    int
	count    int
	left     uint64
	offset   uint64 // added to every account id
}

// complete fills in defaults and refuses what is out of range.
func (o Options) complete() (Options, error) {
	fill := func(name string, v *int, standard, most int) error {
		if *v == 0 {
			*v = standard
		}
		if *v < 1 || *v > most {
			return &OptionError{Option: name, Value: *v}
		}
		return nil
	}
	if err := fill("accounts", &o.Accounts, 10_000, 1_000_000); err != nil {
		return o, err
	}
	if err := fill("markets", &o.Markets, 4, 1_000); err != nil {
		return o, err
	}
	return o, fill("live orders", &o.Live, 20_000, 10_000_000)
}

// Generator returns the flow of a seed. The package comment describes it.
func Generator(seed uint64, o Options) (*Market, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	m := &Market{
		options: o, random: random{state: seed},
		accounts: zipf(o.Accounts, 8), markets: zipf(o.Markets, 2),
		ids: make([]uint32, o.Accounts), clients: make([]uint32, o.Accounts+1),
		live: make([]believed, o.Live), left: o.Transitions,
	}
	for i := range m.ids {
		j := m.random.below(uint64(i + 1))
		m.ids[i], m.ids[j] = m.ids[j], uint32(i+1)
	}
	for range o.Markets {
		mid := 100_000 + m.random.below(900_000) // 1,000.00 to 10,000.00
		m.mids, m.start = append(m.mids, mid), append(m.start, mid)
	}
	return m, nil
}

// address derives an L1 address from a domain and a number. It is nobody's.
func address(domain byte, n uint64) command.Address {
	r := random{state: uint64(domain)<<56 ^ n}
	var a command.Address
	a[0] = domain
	binary.BigEndian.PutUint64(a[4:], r.next())
	binary.BigEndian.PutUint64(a[12:], n)
	return a
}

// Domains of derived addresses.
const (
	tokenDomain       = 0x70
	accountDomain     = 0xac
	destinationDomain = 0xde
)

// Setup returns assets, markets, accounts and their funds.
func (m *Market) Setup() []command.Transition {
	ts := make([]command.Transition, 0, 2+2*m.options.Markets+m.options.Accounts*(m.options.Markets+2))
	ts = append(ts, command.Transition{Kind: command.RegisterAsset, Asset: quoteAsset, Decimals: quoteDecimals, Address: address(tokenDomain, quoteAsset)})
	for i := range m.options.Markets {
		base := uint32(quoteAsset + 1 + i)
		ts = append(ts,
			command.Transition{Kind: command.RegisterAsset, Asset: base, Decimals: baseDecimals, Address: address(tokenDomain, uint64(base))},
			command.Transition{
				Kind: command.CreateMarket, Market: uint32(i + 1), Asset: base, Quote: quoteAsset,
				Tick: tick, Lot: lot, MakerFee: makerFee, TakerFee: takerFee,
			})
	}
	// The totals stay below 2^63 with a million accounts.
	const quoteFunds, baseFunds = 5_000_000_000_000, 100_000_000_000 // 5,000,000 quote, 1,000 base
	for account := uint64(1); account <= uint64(m.options.Accounts); account++ {
		ts = append(ts, command.Transition{Kind: command.ImportAccount, Account: account, Address: address(accountDomain, account)},
			command.Transition{Kind: command.ImportBalance, Account: account, Asset: quoteAsset, Amount: quoteFunds})
		for i := range m.options.Markets {
			ts = append(ts, command.Transition{Kind: command.ImportBalance, Account: account, Asset: uint32(quoteAsset + 1 + i), Amount: baseFunds})
		}
	}
	return append(ts, command.Transition{Kind: command.EndImport})
}

// Shares of the kinds, in 1/20,000.
const (
	shares      = 20_000
	cancels     = 8_200
	amends      = cancels + 600
	withdrawals = amends + 10
	cancelAlls  = withdrawals + 1
)

// Next gives the next transition.
func (m *Market) Next(t *command.Transition) bool {
	if m.options.Transitions > 0 {
		if m.left == 0 {
			return false
		}
		m.left--
	}
	*t = command.Transition{}
	draw := m.random.below(shares)
	switch {
	case m.count == len(m.live):
		m.cancelOldest(t)
	case draw < cancels && m.count > 0:
		m.cancel(t)
	case draw < amends && m.count > 0:
		m.amend(t)
	case draw >= amends && draw < withdrawals:
		account := m.account()
		*t = command.Transition{
			Kind: command.Withdraw, Account: account, Asset: quoteAsset,
			Amount: 1_000_000 * (1 + m.random.below(50)), Address: address(destinationDomain, account),
		}
	case draw >= withdrawals && draw < cancelAlls:
		*t = command.Transition{Kind: command.CancelAll, Account: m.account()}
	default:
		m.place(t)
	}
	return true
}

func (m *Market) account() uint64 {
	return m.offset + uint64(m.ids[m.accounts.draw(&m.random)])
}

// recent picks how far back among the believed orders, 0 being the newest.
func (m *Market) recent() int {
	return int(m.random.tail(7, 20)) % m.count
}

// at is the believed order that is back from the newest.
func (m *Market) at(back int) *believed {
	return &m.live[(m.first+m.count-1-back)%len(m.live)]
}

// forget takes an order out; the newest goes to its place.
func (m *Market) forget(back int) {
	*m.at(back) = *m.at(0)
	m.count--
}

func (m *Market) cancel(t *command.Transition) {
	back := m.recent()
	b := m.at(back)
	t.Kind, t.Account, t.ClientID = command.Cancel, b.account, b.clientID
	m.forget(back)
}

func (m *Market) cancelOldest(t *command.Transition) {
	b := &m.live[m.first]
	t.Kind, t.Account, t.ClientID = command.Cancel, b.account, b.clientID
	m.first = (m.first + 1) % len(m.live)
	m.count--
}

func (m *Market) amend(t *command.Transition) {
	b := m.at(m.recent())
	t.Kind, t.Account, t.ClientID = command.Amend, b.account, b.clientID
	if m.random.below(3) == 0 {
		t.Price = tick * m.price(b.market, b.side, false)
	} else {
		b.lots = (b.lots + 1) / 2
	}
	t.Size = lot * b.lots
}

// price draws a limit price in ticks: off the mid, or across it.
func (m *Market) price(market uint32, side command.Side, across bool) uint64 {
	off := m.random.tail(3, 12)
	if (side == command.Bid) == across {
		return m.mids[market] + off
	}
	return m.mids[market] - off
}

// walk moves a mid price by a tick once in a while, within a factor of two of where it began.
func (m *Market) walk(market uint32) {
	step := m.random.below(16)
	if step > 1 {
		return
	}
	mid := m.mids[market] + 2*step - 1
	if mid > m.start[market]/2 && mid < m.start[market]*2 {
		m.mids[market] = mid
	}
}

// lots draws a size: clustered at round numbers.
func (m *Market) lots() uint64 {
	round := [...]uint64{1, 1, 1, 2, 5, 5, 10, 10, 10, 20, 25, 50, 100, 100, 100, 200, 250, 500, 1000}
	if m.random.below(10) < 7 {
		return round[m.random.below(uint64(len(round)))]
	}
	return 1 + m.random.tail(5, 11)
}

func (m *Market) place(t *command.Transition) {
	market := uint32(m.markets.draw(&m.random))
	m.walk(market)
	account := m.account()
	client := &m.clients[account-m.offset]
	*client++
	t.Kind, t.Market, t.Account, t.ClientID = command.Place, market+1, account, uint64(*client)
	t.Side = command.Side(m.random.below(2))
	lots := m.lots()
	t.Size = lot * lots
	if account%4 != 0 {
		t.STP = command.STPCancelNewest
	}
	across := false
	switch draw := m.random.below(100); {
	case draw < 6:
		t.Type, t.TIF = command.Market, command.IOC
		return
	case draw < 11:
		t.TIF, across = command.IOC, true
	case draw < 12:
		t.TIF, t.STP, across = command.FOK, command.STPOff, true
	case draw < 30:
		t.TIF = command.PostOnly
	case draw < 34:
		across = true
	}
	t.Price = tick * m.price(market, t.Side, across)
	if t.TIF == command.GTC || t.TIF == command.PostOnly {
		m.live[(m.first+m.count)%len(m.live)] = believed{account: account, clientID: t.ClientID, lots: lots, market: market, side: t.Side}
		m.count++
	}
}
