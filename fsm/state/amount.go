package state

// Amounts are unsigned 64-bit; products are taken in 128 bits. Nothing here
// wraps: what does not fit says so.

import "math/bits"

// MaxDecimals is the most decimals that an asset may have: 18 is what tokens
// have at most in practice, and 10^18 fits 64 bits with room.
const MaxDecimals = 18

// feeUnit is what fee rates are parts of: 1/100 of a basis point.
const feeUnit = 1_000_000

// pow10 returns 10^n for n <= MaxDecimals.
func pow10(n uint8) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

func add(a, b uint64) (sum uint64, ok bool) {
	sum, carry := bits.Add64(a, b, 0)
	return sum, carry == 0
}

func mul(a, b uint64) (product uint64, ok bool) {
	hi, lo := bits.Mul64(a, b)
	return lo, hi == 0
}

func saturatingAdd(a, b uint64) uint64 {
	if sum, ok := add(a, b); ok {
		return sum
	}
	return ^uint64(0)
}

// fee returns amount x rate / 1,000,000, rounded up. It never exceeds amount,
// because a rate is below one.
func fee(amount uint64, rate uint16) uint64 {
	hi, lo := bits.Mul64(amount, uint64(rate))
	q, r := bits.Div64(hi, lo, feeUnit)
	if r > 0 {
		q++
	}
	return q
}

// lotQuote returns the quote amount of one lot at price, which is a multiple
// of the tick: a whole number, by the market's rule.
func (m *Market) lotQuote(price uint64) (amount uint64, ok bool) {
	hi, lo := bits.Mul64(price, m.Lot)
	scale := pow10(m.Decimals)
	if hi >= scale {
		return 0, false
	}
	amount, _ = bits.Div64(hi, lo, scale)
	return amount, true
}

// bidLock returns what a bid of size at price locks in quote units: for each
// lot its quote amount and the fee it would pay if it traded by itself. Fees
// round up per fill, so no way of cutting the order into fills costs more.
func (m *Market) bidLock(price, size uint64, feeCap uint16) (amount uint64, ok bool) {
	q, ok := m.lotQuote(price)
	if !ok {
		return 0, false
	}
	each, ok := add(q, fee(q, feeCap))
	if !ok {
		return 0, false
	}
	return mul(each, size/m.Lot)
}

// quote returns the quote amount of size at price, exactly.
func (m *Market) quote(price, size uint64) (amount uint64, ok bool) {
	q, ok := m.lotQuote(price)
	if !ok {
		return 0, false
	}
	return mul(q, size/m.Lot)
}

// affordable returns the largest size that budget pays for at price, taker fee
// included. From k x q + ceil(k x q x f) <= budget follows, in whole numbers,
// k x q <= floor(budget x unit / (unit + f)).
func (m *Market) affordable(price, budget uint64) uint64 {
	q, ok := m.lotQuote(price)
	if !ok || q == 0 {
		return 0
	}
	hi, lo := bits.Mul64(budget, feeUnit)
	spend, _ := bits.Div64(hi, lo, feeUnit+uint64(m.TakerFee))
	size, ok := mul(spend/q, m.Lot)
	if !ok {
		return ^uint64(0) - ^uint64(0)%m.Lot
	}
	return size
}

// validTerms reports whether a market may be created: every price and size
// that keeps to tick and lot has a whole quote amount.
func (m *Market) validTerms() bool {
	if m.Base == m.Quote || m.Tick == 0 || m.Lot == 0 {
		return false
	}
	hi, lo := bits.Mul64(m.Tick, m.Lot)
	return bits.Rem64(hi, lo, pow10(m.Decimals)) == 0
}

// feeCap is the highest rate that an order entered now can pay.
func (m *Market) feeCap() uint16 { return max(m.MakerFee, m.TakerFee) }
