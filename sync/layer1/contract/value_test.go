package contract_test

import (
	"context"
	"crypto/ecdsa"
	"encoding/binary"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// The tokens that tests list.
const (
	assetETH    = 1 // 10^10 wei to the listed unit: 8 of 18 decimals
	assetToken  = 2 // a standard ERC-20 of 18 decimals, 6 of them listed
	assetSilent = 3 // one that returns nothing, every decimal listed
	scaleETH    = 10
	scaleToken  = 12
)

// How TestToken deviates.
const (
	modeStandard uint8 = iota
	modeSilent
	modeRefusing
	modeTaxing
	modeGarbled
	modeReverting
)

// units is an amount of assetToken in its smallest units.
func units(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1e12)) }

// fixture is one contract of testdata/Fixtures.sol on the chain.
type fixture struct {
	w       *world
	abi     abi.ABI
	address common.Address
}

func (w *world) fixture(name string) *fixture {
	w.t.Helper()
	c := readArtifact(w.t, "testdata/Fixtures.json").Contracts["testdata/Fixtures.sol:"+name]
	parsed, err := abi.JSON(strings.NewReader(string(c.ABI)))
	if err != nil {
		w.t.Fatal(err)
	}
	return &fixture{w: w, abi: parsed, address: w.deploy(common.FromHex(c.Bin))}
}

func (f *fixture) pack(method string, args ...any) []byte {
	f.w.t.Helper()
	data, err := f.abi.Pack(method, args...)
	if err != nil {
		f.w.t.Fatal(err)
	}
	return data
}

func (f *fixture) send(key *ecdsa.PrivateKey, method string, args ...any) {
	f.w.t.Helper()
	if r := f.w.transact(key, &f.address, f.pack(method, args...), sent{}); r.Status != types.ReceiptStatusSuccessful {
		f.w.t.Fatalf("%s failed", method)
	}
}

func ask[T any](f *fixture, method string, args ...any) T {
	f.w.t.Helper()
	out, err := f.w.backend.Client().CallContract(context.Background(), ethereum.CallMsg{To: &f.address, Data: f.pack(method, args...)}, nil)
	if err != nil {
		f.w.t.Fatal(err)
	}
	values, err := f.abi.Unpack(method, out)
	if err != nil {
		f.w.t.Fatal(err)
	}
	return values[0].(T)
}

// listTokens lists ether and two tokens, which the stranger holds and has approved.
func (w *world) listTokens() {
	w.t.Helper()
	w.do(w.owner, w.binding.PackListToken(assetETH, common.Address{}, scaleETH))
	w.tokens = map[uint32]*fixture{assetToken: w.fixture("TestToken"), assetSilent: w.fixture("TestToken")}
	w.tokens[assetSilent].send(w.owner, "setMode", modeSilent)
	for _, asset := range []uint32{assetToken, assetSilent} {
		f := w.tokens[asset]
		w.do(w.owner, w.binding.PackListToken(asset, f.address, map[uint32]uint8{assetToken: scaleToken}[asset]))
		f.send(w.owner, "mint", addr(w.stranger), ether(1000))
		f.send(w.stranger, "approve", w.address, ether(1000))
	}
}

func (w *world) depositETH(key *ecdsa.PrivateKey, account common.Address, wei *big.Int) *types.Receipt {
	w.t.Helper()
	return w.do(key, w.binding.PackDepositETH(account), sent{value: wei})
}

func (w *world) depositToken(asset uint32, key *ecdsa.PrivateKey, account common.Address, amount *big.Int) *types.Receipt {
	w.t.Helper()
	return w.do(key, w.binding.PackDepositToken(w.tokens[asset].address, account, amount))
}

// packFund is a call that funds an amount of an asset's token.
func (w *world) packFund(asset uint32, amount *big.Int, before uint64) ([]byte, sent) {
	if asset == assetETH {
		return w.binding.PackFundETH(before), sent{value: amount}
	}
	return w.binding.PackFundToken(w.tokens[asset].address, amount, before), sent{}
}

// withdraw commits and verifies a batch with these withdrawals.
func (w *world) withdraw(ws []batch.Withdrawal) batch.Header {
	w.t.Helper()
	t := w.tip
	h := t.next(ws[0].Index, func(h *batch.Header) { h.WithdrawalsRoot = batch.WithdrawalsRoot(ws) })
	w.commit(h)
	w.verify(h)
	return h
}

func prove(tb rapid.TB, ws []batch.Withdrawal, i int) (contract.Withdrawal, contract.WithdrawalProof) {
	tb.Helper()
	p, err := batch.ProveWithdrawal(ws, i)
	if err != nil {
		tb.Fatal(err)
	}
	return packWithdrawal(ws[i]), packProof(p)
}

func packWithdrawal(x batch.Withdrawal) contract.Withdrawal {
	return contract.Withdrawal{Index: x.Index, Asset: x.Asset, Account: common.Address(x.Address), Amount: x.Amount}
}

func packProof(p batch.WithdrawalProof) contract.WithdrawalProof {
	out := contract.WithdrawalProof{Position: p.Position, Count: p.Count, Siblings: [][32]byte{}}
	for _, s := range p.Siblings {
		out.Siblings = append(out.Siblings, s)
	}
	return out
}

func (w *world) packClaim(h batch.Header, ws []batch.Withdrawal, i int) []byte {
	w.t.Helper()
	x, p := prove(w.t, ws, i)
	return w.binding.PackClaim(h.Append(nil), x, p, x.Account)
}

func (w *world) claim(key *ecdsa.PrivateKey, h batch.Header, ws []batch.Withdrawal, i int) *types.Receipt {
	w.t.Helper()
	return w.do(key, w.packClaim(h, ws, i))
}

// Property: value is conserved. Whatever is deposited, funded and claimed, by whomever, in ether and two tokens of which one
// is no standard one: of each, the contract holds what came in less what it paid, a withdrawal is paid once and to its
// account, never more is paid than was deposited and funded, and what was funded stands in nobody's queue.
func TestValueConserved(t *testing.T) {
	w := newWorld(t, 0)
	w.listTokens()
	b := &bank{w: w, held: map[uint32]uint64{}, funded: map[uint32]uint64{}, paid: map[common.Address]map[uint32]uint64{}, claimed: map[uint64]bool{}}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(rt, "deposits") {
			b.deposit(rt)
		}
		for range rapid.IntRange(0, 2).Draw(rt, "funds") {
			b.fund(rt)
		}
		b.batch(rt)
		for range rapid.IntRange(1, 8).Draw(rt, "claims") {
			b.claim(rt)
		}
		b.compare(rt)
	})
	if len(b.claimed) < 20 || b.refused < 20 || len(b.funded) == 0 {
		t.Errorf("%d withdrawals paid, %d refused, %d assets funded: too few were tried", len(b.claimed), b.refused, len(b.funded))
	}
}

// bank is what the contract owes and has.
type bank struct {
	w       *world
	held    map[uint32]uint64
	funded  map[uint32]uint64
	queued  uint64
	paid    map[common.Address]map[uint32]uint64
	claimed map[uint64]bool
	headers []batch.Header
	batches [][]batch.Withdrawal
	next    uint64
	refused int
}

var listedUnit = map[uint32]*big.Int{assetETH: big.NewInt(1e10), assetToken: big.NewInt(1e12), assetSilent: big.NewInt(1)}

func wei(asset uint32, n uint64) *big.Int {
	return new(big.Int).Mul(new(big.Int).SetUint64(n), listedUnit[asset])
}

// drawAmount draws n listed units of an asset, sometimes with dust, which is no whole unit.
func drawAmount(rt *rapid.T) (asset uint32, n uint64, amount *big.Int, dust bool) {
	asset = rapid.Uint32Range(assetETH, assetSilent).Draw(rt, "asset")
	n = rapid.Uint64Range(0, 1000).Draw(rt, "amount")
	amount = wei(asset, n)
	dust = rapid.IntRange(0, 5).Draw(rt, "dust") == 0 && asset != assetSilent
	if dust {
		amount.Add(amount, big.NewInt(1))
	}
	return asset, n, amount, dust
}

func (b *bank) deposit(rt *rapid.T) {
	asset, n, amount, dust := drawAmount(rt)
	data, with := b.w.binding.PackDepositETH(addr(b.w.stranger)), sent{value: amount}
	if asset != assetETH {
		data, with = b.w.binding.PackDepositToken(b.w.tokens[asset].address, addr(b.w.stranger), amount), sent{}
	}
	r := b.w.transact(b.w.stranger, &b.w.address, data, with)
	if taken := r.Status == types.ReceiptStatusSuccessful; taken != (n != 0 && !dust) {
		rt.Fatalf("deposit of %d wei of asset %d: taken %t", amount, asset, taken)
	}
	if n != 0 && !dust {
		b.held[asset] += n
		b.queued++
	}
}

// fund adds to what is held, whoever pays; sent twice, or with dust, it is refused.
func (b *bank) fund(rt *rapid.T) {
	asset, n, amount, dust := drawAmount(rt)
	before := rapid.Uint64Range(b.funded[asset]-min(b.funded[asset], 1), b.funded[asset]).Draw(rt, "before")
	data, with := b.w.packFund(asset, amount, before)
	fits := n != 0 && !dust && before == b.funded[asset]
	r := b.w.transact(b.w.stranger, &b.w.address, data, with)
	if taken := r.Status == types.ReceiptStatusSuccessful; taken != fits {
		rt.Fatalf("funds of %d wei of asset %d after %d of %d: taken %t", amount, asset, before, b.funded[asset], taken)
	}
	if fits {
		b.held[asset] += n
		b.funded[asset] += n
	}
}

// batch puts a batch of withdrawals on L1, verified; their amounts need not be covered.
func (b *bank) batch(rt *rapid.T) {
	var ws []batch.Withdrawal
	for range rapid.IntRange(1, 9).Draw(rt, "withdrawals") {
		ws = append(ws, batch.Withdrawal{
			Index: b.next, Asset: rapid.Uint32Range(assetETH, assetSilent).Draw(rt, "asset"), Amount: rapid.Uint64Range(0, 1500).Draw(rt, "amount"),
			Address: [20]byte{0xaa, rapid.ByteRange(1, 3).Draw(rt, "account")},
		})
		b.next++
	}
	b.headers, b.batches = append(b.headers, b.w.withdraw(ws)), append(b.batches, ws)
}

func (b *bank) claim(rt *rapid.T) {
	of := rapid.IntRange(max(0, len(b.batches)-3), len(b.batches)-1).Draw(rt, "batch")
	ws := b.batches[of]
	i := rapid.IntRange(0, len(ws)-1).Draw(rt, "withdrawal")
	x, p := prove(rt, ws, i)
	under := b.headers[of]
	fits := !b.claimed[x.Index] && x.Amount <= b.held[x.Asset]
	switch rapid.IntRange(0, 7).Draw(rt, "fault") {
	case 0:
		x.Amount++
		fits = false
	case 1:
		x.Account[19]++
		fits = false
	case 2:
		x.Index += 256
		fits = false
	case 3:
		under = b.headers[0]
		fits = fits && of == 0
	}
	r := b.w.transact(b.w.owner, &b.w.address, b.w.binding.PackClaim(under.Append(nil), x, p, x.Account), sent{})
	if taken := r.Status == types.ReceiptStatusSuccessful; taken != fits {
		rt.Fatalf("claim of %+v: taken %t, held %d, claimed before %t", x, taken, b.held[x.Asset], b.claimed[x.Index])
	}
	if !fits {
		b.refused++
		return
	}
	b.claimed[x.Index] = true
	b.held[x.Asset] -= x.Amount
	if b.paid[x.Account] == nil {
		b.paid[x.Account] = map[uint32]uint64{}
	}
	b.paid[x.Account][x.Asset] += x.Amount
}

func (b *bank) compare(rt *rapid.T) {
	if queued := b.w.inspect(0).State.InboxLength; queued != b.queued {
		rt.Fatalf("%d deposits are queued, %d were made", queued, b.queued)
	}
	for asset := uint32(assetETH); asset <= assetSilent; asset++ {
		row, err := b.w.binding.UnpackTokens(b.w.view(b.w.binding.PackTokens(asset)))
		if err != nil || row.Held != b.held[asset] {
			rt.Fatalf("asset %d: the contract says %d, %v; %d came in and stayed", asset, row.Held, err, b.held[asset])
		}
		if total, err := b.w.binding.UnpackFunded(b.w.view(b.w.binding.PackFunded(asset))); err != nil || total != b.funded[asset] {
			rt.Fatalf("asset %d: the contract says that %d were funded, %v; %d were", asset, total, err, b.funded[asset])
		}
		if got := b.w.balance(asset, b.w.address); got.Cmp(wei(asset, b.held[asset])) != 0 {
			rt.Fatalf("asset %d: balance %d, held %d", asset, got, wei(asset, b.held[asset]))
		}
		for account, amounts := range b.paid {
			if got := b.w.balance(asset, account); got.Cmp(wei(asset, amounts[asset])) != 0 {
				rt.Fatalf("account %x got %d of asset %d, claims were %d", account, got, asset, wei(asset, amounts[asset]))
			}
		}
	}
}

func (w *world) balance(asset uint32, account common.Address) *big.Int {
	w.t.Helper()
	if asset != assetETH {
		return ask[*big.Int](w.tokens[asset], "balanceOf", account)
	}
	n, err := w.backend.Client().BalanceAt(context.Background(), account, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// Rule: the balances of a book that the history began with are paid out of what was funded, to the last unit and no
// further, with deposits closed too; what was funded shows in the listings and in its events.
func TestBooksBalancesAreFunded(t *testing.T) {
	w := newWorld(t, 0)
	w.listTokens()
	to := common.Address{0xad}
	var ws []batch.Withdrawal
	for i := range 6 {
		ws = append(ws, batch.Withdrawal{Index: uint64(i), Asset: uint32(assetETH + i%3), Address: [20]byte(to), Amount: []uint64{500, 1}[i/3]})
	}
	h := w.withdraw(ws)
	for i, asset := range []uint32{assetETH, assetToken, assetSilent} {
		w.do(w.owner, w.binding.PackOpenDeposits(asset, false))
		w.fund(asset, 0, 200)
		w.refuse("more than was funded", w.owner, w.packClaim(h, ws, i), &contract.HoldfastHeldTooLittle{Asset: asset, Held: 200, Amount: 500})
		w.fund(asset, 200, 300)
		w.claim(w.owner, h, ws, i)
		w.refuse("a unit more than was funded", w.owner, w.packClaim(h, ws, i+3), &contract.HoldfastHeldTooLittle{Asset: asset, Amount: 1})
		w.fund(asset, 500, 2)
		if paid, left := w.balance(asset, to), w.balance(asset, w.address); paid.Cmp(wei(asset, 500)) != 0 || left.Cmp(wei(asset, 2)) != 0 {
			t.Errorf("asset %d: paid %d, left %d", asset, paid, left)
		}
	}
	got, err := w.binding.UnpackListings(w.view(w.binding.PackListings()))
	want := []contract.HoldfastListing{
		{Asset: assetETH, Scale: scaleETH, Held: 2, Funded: 502},
		{Asset: assetToken, Token: w.tokens[assetToken].address, Scale: scaleToken, Held: 2, Funded: 502},
		{Asset: assetSilent, Token: w.tokens[assetSilent].address, Held: 2, Funded: 502},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("listings %+v, %v; want %+v", got, err, want)
	}
	if s := w.inspect(0).State; s.InboxLength != 0 {
		t.Errorf("%d deposits are queued: somebody would be credited", s.InboxLength)
	}
}

// fund has the stranger fund an asset, and wants the event of it.
func (w *world) fund(asset uint32, before, n uint64) *types.Receipt {
	w.t.Helper()
	data, with := w.packFund(asset, wei(asset, n), before)
	r := w.do(w.stranger, data, with)
	got := events(r, w.binding.UnpackFundedEvent)
	if len(got) != 1 || got[0].Asset != asset || got[0].By != addr(w.stranger) || got[0].Amount != n || got[0].Total != before+n {
		w.t.Errorf("events of %d after %d units of asset %d: %+v", n, before, asset, got)
	}
	return r
}

// A token that begins to misbehave after deposits: claims that cannot be paid are not spent, and pay once they can be.
func TestClaimSurvivesItsToken(t *testing.T) {
	w := newWorld(t, 0)
	w.listTokens()
	token := w.tokens[assetToken]
	w.depositToken(assetToken, w.stranger, addr(w.stranger), units(10))
	to := common.Address{0xab}
	h := w.withdraw([]batch.Withdrawal{{Index: 0, Asset: assetToken, Address: [20]byte(to), Amount: 4}})
	ws := []batch.Withdrawal{{Index: 0, Asset: assetToken, Address: [20]byte(to), Amount: 4}}
	for _, mode := range []uint8{modeRefusing, modeGarbled, modeReverting} {
		token.send(w.owner, "setMode", mode)
		w.refuse("while the token fails", w.owner, w.packClaim(h, ws, 0), &contract.HoldfastTransferFailed{Token: token.address})
	}
	// A fee that the token keeps is the recipient's loss, not the other depositors'.
	token.send(w.owner, "setMode", modeTaxing)
	w.claim(w.owner, h, ws, 0)
	if got, held := w.balance(assetToken, to), w.balance(assetToken, w.address); held.Cmp(units(6)) != 0 || got.Cmp(units(4)) >= 0 {
		t.Errorf("recipient got %d, contract holds %d", got, held)
	}
}

// The account of a withdrawal may have it paid elsewhere: an account that cannot take ether is not locked out.
func TestClaimToAnotherRecipient(t *testing.T) {
	w := newWorld(t, 0)
	w.listTokens()
	w.depositETH(w.stranger, addr(w.stranger), ether(1))
	account := w.fixture("TestRecipient")
	account.send(w.owner, "set", true, common.Address{}, []byte{})
	ws := []batch.Withdrawal{{Index: 70_000, Asset: assetETH, Address: [20]byte(account.address), Amount: 7}}
	h := w.withdraw(ws)
	x, p := prove(t, ws, 0)
	to := common.Address{0xac}
	account.send(w.stranger, "act", w.address, w.binding.PackClaim(h.Append(nil), x, p, to))
	if got := w.balance(assetETH, to); got.Cmp(wei(assetETH, 7)) != 0 {
		t.Errorf("paid %d", got)
	}
	for index, want := range map[uint64]bool{70_000: true, 70_001: false, 70_000 - 256: false} {
		if got, err := w.binding.UnpackIsClaimed(w.view(w.binding.PackIsClaimed(index))); err != nil || got != want {
			t.Errorf("withdrawal %d claimed: %t, %v", index, got, err)
		}
	}
}

// FuzzClaimProof: the contract takes a withdrawal with a proof exactly if package batch does.
func FuzzClaimProof(f *testing.F) {
	w := newWorld(f, 0)
	w.listTokens()
	w.depositETH(w.stranger, addr(w.stranger), ether(1))
	rows := map[int][]batch.Withdrawal{}
	headers := map[int]batch.Header{}
	counts := []int{1, 2, 3, 5, 8, 13}
	for _, n := range counts {
		for i := range n {
			rows[n] = append(rows[n], batch.Withdrawal{Index: uint64(n*100 + i), Asset: assetETH, Address: [20]byte{1, byte(i)}, Amount: uint64(i) + 1})
		}
		headers[n] = w.withdraw(rows[n])
	}
	for which, n := range counts {
		for i := range n {
			p, err := batch.ProveWithdrawal(rows[n], i)
			if err != nil {
				f.Fatal(err)
			}
			x := rows[n][i]
			f.Add(byte(which), x.Index, x.Asset, x.Address[:], x.Amount, p.Append(nil))
			f.Add(byte(which), x.Index, x.Asset, x.Address[:], x.Amount+1, p.Append(nil))
			f.Add(byte(which+1), x.Index, x.Asset, x.Address[:], x.Amount, p.Append(nil))
			q := p
			q.Position ^= 1
			f.Add(byte(which), x.Index, x.Asset, x.Address[:], x.Amount, q.Append(nil))
			q = p
			q.Count++
			f.Add(byte(which), x.Index, x.Asset, x.Address[:], x.Amount, q.Append(nil))
		}
	}
	f.Fuzz(func(t *testing.T, which byte, index uint64, asset uint32, account []byte, amount uint64, proof []byte) {
		if len(account) != 20 || len(proof) < 8 || [20]byte(account) == [20]byte{} {
			return
		}
		x := batch.Withdrawal{Index: index, Asset: asset, Address: [20]byte(account), Amount: amount}
		p := batch.WithdrawalProof{Position: binary.BigEndian.Uint32(proof), Count: binary.BigEndian.Uint32(proof[4:])}
		for s := proof[8:]; len(s) >= 32 && len(p.Siblings) < 64; s = s[32:] {
			p.Siblings = append(p.Siblings, tree.Hash(s[:32]))
		}
		h := headers[counts[int(which)%len(counts)]]
		want := batch.VerifyWithdrawal(h.WithdrawalsRoot, &x, &p)
		on := *w
		on.t = t
		got := on.try(w.owner, w.binding.PackClaim(h.Append(nil), packWithdrawal(x), packProof(p), common.Address(x.Address)))
		if (want == nil) != (got == nil) {
			t.Fatalf("contract: %s; package batch: %v", text(got), want)
		}
	})
}
