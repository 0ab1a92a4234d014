package state_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// twin is the slow, dumb exchange that the transition function is compared
// with: maps, one unsorted list of orders, big integers, locked funds summed
// from scratch whenever they are asked for. It shares no code with the package.
type twin struct {
	assets    map[uint32]twinAsset
	markets   map[uint32]*twinMarket
	accounts  map[uint64]command.Address
	owned     map[twinHolding]*big.Int // available and locked together
	orders    []*twinOrder
	out       []state.Withdrawal
	seq       uint64
	inbox     uint64
	inboxHash [32]byte
	closed    bool
}

type (
	twinAsset struct {
		decimals uint8
		token    command.Address
	}
	twinMarket struct {
		base, quote  uint32
		tick, lot    uint64
		maker, taker uint16
		status       command.MarketStatus
	}
	twinHolding struct {
		account uint64
		asset   uint32
	}
	twinOrder struct {
		id, account, client, price, left uint64
		market                           uint32
		side                             command.Side
		postOnly                         bool
		rate                             uint16
	}
	// twinResult is a receipt with the number of sequence numbers consumed.
	twinResult struct {
		state.Receipt
		consumed uint64
	}
)

func newTwin() *twin {
	return &twin{
		assets: map[uint32]twinAsset{}, markets: map[uint32]*twinMarket{},
		accounts: map[uint64]command.Address{}, owned: map[twinHolding]*big.Int{},
	}
}

func num(v uint64) *big.Int { return new(big.Int).SetUint64(v) }

func fits(v *big.Int) bool { return v.IsUint64() }

func (w *twin) holding(account uint64, asset uint32) *big.Int {
	if w.owned[twinHolding{account, asset}] == nil {
		w.owned[twinHolding{account, asset}] = new(big.Int)
	}
	return w.owned[twinHolding{account, asset}]
}

func (w *twin) move(account uint64, asset uint32, delta *big.Int) {
	h := w.holding(account, asset)
	h.Add(h, delta)
}

func (w *twin) supply(asset uint32) *big.Int {
	sum := new(big.Int)
	for at, v := range w.owned {
		if at.asset == asset {
			sum.Add(sum, v)
		}
	}
	return sum
}

// cost is price x size in quote units.
func (w *twin) cost(m *twinMarket, price, size uint64) *big.Int {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(w.assets[m.base].decimals)), nil)
	q, r := new(big.Int).QuoRem(new(big.Int).Mul(num(price), num(size)), scale, new(big.Int))
	if r.Sign() != 0 {
		panic("a quote amount is not whole")
	}
	return q
}

func twinFee(q *big.Int, rate uint16) *big.Int {
	n := new(big.Int).Mul(q, big.NewInt(int64(rate)))
	n.Add(n, big.NewInt(999_999))
	return n.Quo(n, big.NewInt(1_000_000))
}

// bidNeeds is the most a bid can cost: every lot traded by itself.
func (w *twin) bidNeeds(m *twinMarket, price, size uint64, rate uint16) *big.Int {
	lot := w.cost(m, price, m.lot)
	each := new(big.Int).Add(lot, twinFee(lot, rate))
	return each.Mul(each, num(size/m.lot))
}

func (w *twin) locked(account uint64, asset uint32) *big.Int {
	sum := new(big.Int)
	for _, o := range w.orders {
		m := w.markets[o.market]
		switch {
		case o.account != account:
		case o.side == command.Ask && m.base == asset:
			sum.Add(sum, num(o.left))
		case o.side == command.Bid && m.quote == asset:
			sum.Add(sum, w.bidNeeds(m, o.price, o.left, o.rate))
		}
	}
	return sum
}

func (w *twin) available(account uint64, asset uint32) *big.Int {
	return new(big.Int).Sub(w.holding(account, asset), w.locked(account, asset))
}

// book lists the orders of a side, best first.
func (w *twin) book(market uint32, side command.Side) []*twinOrder {
	var list []*twinOrder
	for _, o := range w.orders {
		if o.market == market && o.side == side {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *twinOrder) int {
		c := cmp.Compare(a.price, b.price)
		if side == command.Bid {
			c = -c
		}
		return cmp.Or(c, cmp.Compare(a.id, b.id))
	})
	return list
}

func (w *twin) drop(o *twinOrder) {
	w.orders = slices.DeleteFunc(w.orders, func(x *twinOrder) bool { return x == o })
}

func (w *twin) apply(t command.Transition) state.Receipt {
	res := w.dispatch(t)
	if res.Code != state.Accepted {
		return state.Receipt{Code: res.Code}
	}
	w.seq += res.consumed
	res.Sequence = w.seq
	switch t.Kind {
	case command.Place, command.Cancel, command.CancelAll, command.Amend,
		command.Deposit, command.Withdraw, command.EndImport:
		w.closed = true
	default:
	}
	return res.Receipt
}

func no(c state.Code) twinResult { return twinResult{Receipt: state.Receipt{Code: c}} }

func yes() twinResult { return twinResult{consumed: 1} }

func (w *twin) dispatch(t command.Transition) twinResult {
	importing := t.Kind >= command.ImportAccount && t.Kind <= command.EndImport
	if importing && w.closed {
		return no(state.ImportClosed)
	}
	switch t.Kind {
	case command.Place, command.ImportOrder:
		return w.place(t)
	case command.Cancel:
		return w.cancel(t)
	case command.CancelAll:
		return w.cancelAll(t)
	case command.Amend:
		return w.amend(t)
	case command.Deposit:
		return w.deposit(t)
	case command.Withdraw:
		return w.withdraw(t)
	case command.EndImport:
		return yes()
	default:
		return w.admin(t)
	}
}

func (w *twin) admin(t command.Transition) twinResult {
	_, haveAsset := w.assets[t.Asset]
	_, haveQuote := w.assets[t.Quote]
	m, haveMarket := w.markets[t.Market]
	_, haveAccount := w.accounts[t.Account]
	switch t.Kind {
	case command.RegisterAsset:
		switch {
		case t.Asset == 0:
			return no(state.InvalidID)
		case t.Decimals > 18:
			return no(state.InvalidDecimals)
		case haveAsset:
			return no(state.AssetExists)
		}
		w.assets[t.Asset] = twinAsset{t.Decimals, t.Address}
	case command.CreateMarket:
		switch {
		case t.Status > 2:
			return no(state.Malformed)
		case t.Market == 0:
			return no(state.InvalidID)
		case haveMarket:
			return no(state.MarketExists)
		case !haveAsset || !haveQuote:
			return no(state.UnknownAsset)
		}
		step := new(big.Int).Mul(num(t.Tick), num(t.Lot))
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(w.assets[t.Asset].decimals)), nil)
		if step.Sign() == 0 || new(big.Int).Rem(step, scale).Sign() != 0 || t.Asset == t.Quote {
			return no(state.InvalidMarket)
		}
		w.markets[t.Market] = &twinMarket{t.Asset, t.Quote, t.Tick, t.Lot, t.MakerFee, t.TakerFee, t.Status}
	case command.UpdateMarket:
		switch {
		case t.Status > 2:
			return no(state.Malformed)
		case !haveMarket:
			return no(state.UnknownMarket)
		}
		m.maker, m.taker, m.status = t.MakerFee, t.TakerFee, t.Status
	case command.ImportAccount:
		switch {
		case t.Account == 0:
			return no(state.InvalidID)
		case haveAccount:
			return no(state.AccountExists)
		}
		w.accounts[t.Account] = t.Address
	case command.ImportBalance:
		switch {
		case !haveAsset:
			return no(state.UnknownAsset)
		case !haveAccount:
			return no(state.UnknownAccount)
		case t.Amount == 0:
			return no(state.InvalidAmount)
		case !fits(new(big.Int).Add(w.supply(t.Asset), num(t.Amount))):
			return no(state.Overflow)
		}
		w.move(t.Account, t.Asset, num(t.Amount))
	default:
		return no(state.Malformed)
	}
	return yes()
}

func (w *twin) deposit(t command.Transition) twinResult {
	asset, haveAsset := w.assets[t.Asset]
	address, haveAccount := w.accounts[t.Account]
	switch {
	case !haveAsset:
		return no(state.UnknownAsset)
	case t.Account == 0:
		return no(state.UnknownAccount)
	case t.Inbox != w.inbox:
		return no(state.InboxGap)
	case haveAccount && address != t.Address:
		return no(state.AddressMismatch)
	case !fits(new(big.Int).Add(w.supply(t.Asset), num(t.Amount))):
		return no(state.Overflow)
	}
	w.accounts[t.Account] = t.Address
	w.move(t.Account, t.Asset, num(t.Amount))
	b := slices.Clone(w.inboxHash[:])
	b = binary.BigEndian.AppendUint64(b, w.inbox)
	b = append(append(b, asset.token[:]...), t.Address[:]...)
	w.inboxHash = sha256.Sum256(binary.BigEndian.AppendUint64(b, t.Amount))
	w.inbox++
	return yes()
}

func (w *twin) withdraw(t command.Transition) twinResult {
	_, haveAccount := w.accounts[t.Account]
	if _, ok := w.assets[t.Asset]; !ok {
		return no(state.UnknownAsset)
	}
	switch {
	case t.Account != 0 && !haveAccount:
		return no(state.UnknownAccount)
	case t.Amount == 0:
		return no(state.InvalidAmount)
	case t.Address == command.Address{}:
		return no(state.InvalidAddress)
	case w.available(t.Account, t.Asset).Cmp(num(t.Amount)) < 0:
		return no(state.InsufficientBalance)
	}
	w.move(t.Account, t.Asset, new(big.Int).Neg(num(t.Amount)))
	res := yes()
	res.Order = uint64(len(w.out))
	w.out = append(w.out, state.Withdrawal{Index: res.Order, Asset: t.Asset, Address: t.Address, Amount: t.Amount})
	return res
}

func (w *twin) find(t command.Transition) *twinOrder {
	for _, o := range w.orders {
		if o.account == t.Account && (t.Order != 0 && o.id == t.Order ||
			t.Order == 0 && t.ClientID != 0 && o.client == t.ClientID) {
			return o
		}
	}
	return nil
}

func (w *twin) cancel(t command.Transition) twinResult {
	o := w.find(t)
	if o == nil {
		return no(state.UnknownOrder)
	}
	if w.markets[o.market].status == command.Halted {
		return no(state.MarketHalted)
	}
	w.drop(o)
	res := yes()
	res.Order = o.id
	return res
}

func (w *twin) cancelAll(t command.Transition) twinResult {
	if _, ok := w.accounts[t.Account]; !ok {
		return no(state.UnknownAccount)
	}
	if t.Market != 0 {
		m := w.markets[t.Market]
		if m == nil {
			return no(state.UnknownMarket)
		}
		if m.status == command.Halted {
			return no(state.MarketHalted)
		}
	}
	var res twinResult
	for _, o := range slices.Clone(w.orders) {
		if o.account == t.Account && (t.Market == 0 || o.market == t.Market) &&
			w.markets[o.market].status != command.Halted && res.consumed < state.MaxTouched {
			w.drop(o)
			res.consumed++
		}
	}
	if res.consumed == 0 {
		return no(state.NothingToCancel)
	}
	return res
}

func (w *twin) amend(t command.Transition) twinResult {
	if t.STP > 4 {
		return no(state.Malformed)
	}
	o := w.find(t)
	if o == nil {
		return no(state.UnknownOrder)
	}
	m := w.markets[o.market]
	price := t.Price
	if price == 0 {
		price = o.price
	}
	switch {
	case m.status == command.Halted:
		return no(state.MarketHalted)
	case price%m.tick != 0:
		return no(state.InvalidPrice)
	case t.Size == 0 || t.Size%m.lot != 0:
		return no(state.InvalidSize)
	case price == o.price && t.Size == o.left:
		return no(state.NoChange)
	case price == o.price && t.Size < o.left:
		o.left = t.Size
		res := yes()
		res.Order, res.Remaining = o.id, o.left
		return res
	case m.status != command.Open:
		return no(state.MarketCancelOnly)
	}
	anew := command.Transition{
		Kind: command.Place, Market: o.market, Account: o.account, Side: o.side, ClientID: o.client,
		Price: price, Size: t.Size, STP: t.STP,
	}
	if o.postOnly {
		anew.TIF = command.PostOnly
	}
	at := slices.Index(w.orders, o)
	w.drop(o)
	res := w.enter(anew, m, true)
	if res.Code != state.Accepted {
		w.orders = slices.Insert(w.orders, at, o)
	}
	return res
}

func (w *twin) place(t command.Transition) twinResult {
	if t.Kind == command.ImportOrder {
		t.Type, t.TIF, t.STP = command.Limit, command.PostOnly, command.STPOff
	}
	if t.Side > 1 || t.Type > 1 || t.TIF > 3 || t.STP > 4 {
		return no(state.Malformed)
	}
	m := w.markets[t.Market]
	if m == nil {
		return no(state.UnknownMarket)
	}
	if _, ok := w.accounts[t.Account]; !ok {
		return no(state.UnknownAccount)
	}
	if t.Size == 0 || t.Size%m.lot != 0 {
		return no(state.InvalidSize)
	}
	if t.Kind == command.Place && m.status == command.Halted {
		return no(state.MarketHalted)
	}
	if t.Kind == command.Place && m.status == command.CancelOnly {
		return no(state.MarketCancelOnly)
	}
	if t.Type == command.Market && t.TIF == command.PostOnly {
		return no(state.InvalidTIF)
	}
	if t.Type == command.Limit && (t.Price == 0 || t.Price%m.tick != 0) {
		return no(state.InvalidPrice)
	}
	mayRest := t.Type == command.Limit && (t.TIF == command.GTC || t.TIF == command.PostOnly)
	if mayRest && t.ClientID != 0 && w.find(command.Transition{Account: t.Account, ClientID: t.ClientID}) != nil {
		return no(state.DuplicateClientID)
	}
	return w.enter(t, m, false)
}

func crossing(t command.Transition, price uint64) bool {
	return t.Type == command.Market || t.Side == command.Bid && price <= t.Price || t.Side == command.Ask && price >= t.Price
}

// enter matches on a copy when it only asks, so that fill-or-kill needs no
// second algorithm.
func (w *twin) enter(t command.Transition, m *twinMarket, removed bool) twinResult {
	rate := max(m.maker, m.taker)
	budget := w.available(t.Account, m.quote)
	need, have := num(t.Size), w.available(t.Account, m.base)
	if t.Type == command.Limit {
		worst := w.bidNeeds(m, t.Price, t.Size, rate)
		if !fits(worst) || !fits(w.cost(m, t.Price, m.lot)) {
			return no(state.Overflow)
		}
		if t.Side == command.Bid {
			need, have = worst, budget
		}
	}
	if (t.Side == command.Ask || t.Type == command.Limit) && have.Cmp(need) < 0 {
		return no(state.InsufficientBalance)
	}
	opposite := w.book(t.Market, 1-t.Side)
	if t.TIF == command.PostOnly && len(opposite) > 0 && crossing(t, opposite[0].price) {
		return no(state.WouldCross)
	}
	if t.TIF == command.FOK {
		trial := w.clone()
		res, left, stopped, _ := trial.match(t, trial.markets[t.Market], new(big.Int).Set(budget))
		if left > 0 || stopped || res.Filled != t.Size {
			return no(state.Unfillable)
		}
	}
	res, left, stopped, why := w.match(t, m, budget)
	rests := left > 0 && !stopped && t.Type == command.Limit && (t.TIF == command.GTC || t.TIF == command.PostOnly)
	if !rests && why != state.Accepted && !removed {
		return no(why)
	}
	res.consumed, res.Order = 1, w.seq+1
	if rests {
		res.Remaining = left
		w.orders = append(w.orders, &twinOrder{
			id: w.seq + 1, account: t.Account, client: t.ClientID, price: t.Price, left: left, market: t.Market,
			side: t.Side, postOnly: t.TIF == command.PostOnly && t.Kind == command.Place, rate: rate,
		})
	}
	return res
}

func (w *twin) clone() *twin {
	c := newTwin()
	c.assets, c.seq = w.assets, w.seq
	for id, m := range w.markets {
		n := *m
		c.markets[id] = &n
	}
	for at, v := range w.owned {
		c.owned[at] = new(big.Int).Set(v)
	}
	for _, o := range w.orders {
		n := *o
		c.orders = append(c.orders, &n)
	}
	return c
}

// match returns why nothing changed, or Accepted if something did.
func (w *twin) match(t command.Transition, m *twinMarket, budget *big.Int) (
	res twinResult, left uint64, stopped bool, why state.Code,
) {
	left, why = t.Size, state.NoLiquidity
	for touched := 0; left > 0; touched++ {
		book := w.book(t.Market, 1-t.Side)
		if len(book) == 0 || !crossing(t, book[0].price) {
			return res, left, false, why
		}
		if touched == state.MaxTouched {
			return res, left, true, why
		}
		o := book[0]
		size := min(left, o.left)
		if o.account == t.Account && t.STP != command.STPOff {
			switch t.STP {
			case command.STPCancelNewest:
				if why != state.Accepted {
					why = state.SelfTrade
				}
				return res, left, true, why
			case command.STPCancelBoth:
				w.drop(o)
				return res, left, true, state.Accepted
			case command.STPCancelOldest:
				w.drop(o)
			default:
				o.left -= size
				left -= size
				if o.left == 0 {
					w.drop(o)
				}
			}
			why = state.Accepted
			continue
		}
		if t.Type == command.Market && t.Side == command.Bid {
			for size > 0 {
				q := w.cost(m, o.price, size)
				if q.Add(q, twinFee(q, m.taker)).Cmp(budget) <= 0 {
					break
				}
				size -= m.lot
			}
			if size == 0 {
				if why != state.Accepted {
					why = state.InsufficientBalance
				}
				return res, left, false, why
			}
		}
		w.trade(t, m, o, size, budget, &res)
		left, why = left-size, state.Accepted
	}
	return res, left, false, why
}

func (w *twin) trade(t command.Transition, m *twinMarket, o *twinOrder, size uint64, budget *big.Int, res *twinResult) {
	q := w.cost(m, o.price, size)
	makerFee, takerFee := twinFee(q, min(m.maker, o.rate)), twinFee(q, m.taker)
	buyer, seller, buyerFee, sellerFee := t.Account, o.account, takerFee, makerFee
	if t.Side == command.Ask {
		buyer, seller, buyerFee, sellerFee = seller, buyer, makerFee, takerFee
	}
	w.move(buyer, m.base, num(size))
	w.move(seller, m.base, new(big.Int).Neg(num(size)))
	w.move(buyer, m.quote, new(big.Int).Neg(new(big.Int).Add(q, buyerFee)))
	w.move(seller, m.quote, new(big.Int).Sub(q, sellerFee))
	w.move(0, m.quote, new(big.Int).Add(makerFee, takerFee))
	budget.Sub(budget, new(big.Int).Add(q, takerFee))
	o.left -= size
	if o.left == 0 {
		w.drop(o)
	}
	res.Filled += size
	res.QuoteFilled += q.Uint64()
	res.Fills = append(res.Fills, state.Fill{
		Maker: o.id, Taker: w.seq + 1, MakerAccount: o.account, TakerAccount: t.Account, Market: t.Market,
		Price: o.price, Size: size, Quote: q.Uint64(), MakerFee: makerFee.Uint64(), TakerFee: takerFee.Uint64(),
		TakerSide: t.Side,
	})
}
