package contract_test

import (
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
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

// withdraw commits and verifies a batch with these withdrawals.
func (w *world) withdraw(ws []batch.Withdrawal) batch.Header {
	w.t.Helper()
	t := w.tip
	h := t.next(ws[0].Index, func(h *batch.Header) { h.WithdrawalsRoot = batch.WithdrawalsRoot(ws) })
	w.commit(h)
	w.verify(h)
	return h
}

func prove(tb testing.TB, ws []batch.Withdrawal, i int) (contract.Withdrawal, contract.WithdrawalProof) {
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

type artifact struct {
	Version   string
	Settings  json.RawMessage
	Contracts map[string]struct {
		ABI        json.RawMessage
		Bin        string
		BinRuntime string `json:"bin-runtime"`
	}
}

func readArtifact(tb testing.TB, path string) artifact {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var a artifact
	if err := json.Unmarshal(raw, &a); err != nil {
		tb.Fatal(err)
	}
	return a
}

func runtimeCode(tb testing.TB, name string) []byte {
	tb.Helper()
	code, err := hex.DecodeString(readArtifact(tb, "Holdfast.json").Contracts["Verifiers.sol:"+name].BinRuntime)
	if err != nil || len(code) == 0 {
		tb.Fatalf("no runtime code of %s: %v", name, err)
	}
	return code
}
