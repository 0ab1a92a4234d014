package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// Property: whatever came in, was funded and was claimed, of an asset is owed what the book holds and was deposited, less
// what was claimed; and what is held lacks of it what is missing, or is above it by what was funded too much.
func TestWhatIsOwed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		supply := rapid.Uint64Range(0, fsm.MaxImportedSupply).Draw(rt, "supply")
		funded := rapid.Uint64Range(0, fsm.MaxImportedSupply).Draw(rt, "funded")
		deposited := rapid.Uint64Range(0, fsm.MaxImportedSupply-funded).Draw(rt, "deposited")
		claimed := rapid.Uint64Range(0, min(supply+deposited, funded+deposited)).Draw(rt, "claimed")
		h := holding{layer1.Listing{Token: layer1.Token{Held: funded + deposited - claimed}, Funded: funded}, supply}
		owed, err := h.owed()
		if err != nil || owed != supply+deposited-claimed {
			rt.Fatalf("owed %d, %v; want %d", owed, err, supply+deposited-claimed)
		}
		if got, want := h.missing(), max(owed, h.Held)-h.Held; got != want {
			rt.Fatalf("missing %d, want %d", got, want)
		}
	})
	h := holding{layer1.Listing{Token: layer1.Token{Held: 1}, Funded: 5}, 3}
	if _, err := h.owed(); err == nil || exitCode(err) != exitInconsistent {
		t.Errorf("more was claimed than anybody had: %v", err)
	}
}

// financed is a chain with a token and the account that pays.
type financed struct {
	*anchoring
	client      *layer1.Client
	owner, rich layer1.Signer
	token       [20]byte
	key, book   string // file of the account that pays; the book
}

// startFinanced makes a contract that was created with a book of four assets: ether, a token, one of which nobody holds
// anything, and one that is not listed.
func startFinanced(t *testing.T) *financed {
	t.Helper()
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 50 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	x := &financed{anchoring: &anchoring{chain: chain}, key: writeKey(t, embedded.DevKey(traderKey))}
	if x.client, err = layer1.NewClient(layer1.ClientConfig{Endpoints: []string{chain.URL()}, ChainID: embedded.DefaultChainID}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.client.Close)
	x.owner, x.rich = signerOf(t, ownerKey), signerOf(t, traderKey)
	x.token = x.deployToken(t)
	x.book = filepath.Join(t.TempDir(), "book")
	text := fmt.Sprintf("holdfast book 1\nasset,1,9,%s,700\nasset,2,6,%s,500\nasset,3,0,%s,0\nasset,4,0,%s,9\naccount,7,%s\n"+
		"balance,7,1,700\nbalance,7,2,500\nbalance,7,4,9\nend,8\n",
		addressText([20]byte{}), addressText(x.token), addressText([20]byte{3}), addressText([20]byte{4}), addressText([20]byte{7}))
	if err = os.WriteFile(x.book, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	x.contract = x.deploy(t, mustRun(t, "book", "check", x.book)["root"].(string))
	return x
}

func signerOf(t *testing.T, key int) layer1.Signer {
	t.Helper()
	s, err := layer1.NewKeySigner(embedded.DevKey(key))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (x *financed) deploy(t *testing.T, root string) string {
	t.Helper()
	return mustRun(t, "contract", "deploy", "--l1", x.chain.URL(), "--key-file", writeKey(t, embedded.DevKey(ownerKey)), "--genesis-root", root,
		"--submitter", addressText(embedded.DevAddress(0)), "--prover", addressText(embedded.DevAddress(1)))["contract"].(string)
}

// deployToken puts a token on the chain, of which the account that pays has 1,000 units.
func (x *financed) deployToken(t *testing.T) [20]byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "sync", "layer1", "contract", "testdata", "Fixtures.json"))
	if err != nil {
		t.Fatal(err)
	}
	var artifact struct {
		Contracts map[string]struct{ Bin string }
	}
	if err = json.Unmarshal(raw, &artifact); err != nil {
		t.Fatal(err)
	}
	code, err := hex.DecodeString(artifact.Contracts["testdata/Fixtures.sol:TestToken"].Bin)
	if err != nil {
		t.Fatal(err)
	}
	r, err := layer1.Transact(t.Context(), x.client, x.owner, nil, nil, code)
	if err != nil {
		t.Fatal(err)
	}
	to := embedded.DevAddress(traderKey)
	mint := append([]byte{0x40, 0xc1, 0x0f, 0x19}, append(make([]byte, 12), to[:]...)...) // mint(address,uint256)
	if _, err = layer1.Transact(t.Context(), x.client, x.owner, &r.Contract, nil, append(mint, big.NewInt(1000).FillBytes(make([]byte, 32))...)); err != nil {
		t.Fatal(err)
	}
	return r.Contract
}

func (x *financed) command(args ...string) []string {
	return append(append([]string{"contract"}, args...), "--l1", x.chain.URL(), "--contract", x.contract)
}

func (x *financed) fund(args ...string) []string {
	return x.command(append([]string{"fund", "--key-file", x.key}, args...)...)
}

// assets is what inspect shows of each asset, without what does not change.
func (x *financed) assets(t *testing.T, args ...string) (out []string) {
	t.Helper()
	for _, row := range mustRun(t, x.command(append([]string{"inspect"}, args...)...)...)["assets"].([]any) {
		r := row.(map[string]any)
		out = append(out, fmt.Sprint(r["asset"], " held ", r["held"], " funded ", r["funded"], " owed ", r["owed"], " missing ", r["missing"], " listed ", r["listed"]))
	}
	return out
}

func (x *financed) shows(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", when, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// issue "recovery", an imported book: what its accounts own and nobody deposited is funded by the command line, no unit more
// and however often the command is run, and inspect shows what is held, owed and missing.
func TestFundABook(t *testing.T) {
	x := startFinanced(t)
	ctx := t.Context()
	x.refused(t, exitNotFound, "list-token", x.fund("--book", x.book)...)
	address, err := hex.DecodeString(strings.TrimPrefix(x.contract, "0x"))
	if err != nil {
		t.Fatal(err)
	}
	c := layer1.NewContract(x.client, [20]byte(address))
	for _, o := range []layer1.Order{c.ListTokenOrder(1, [20]byte{}, 9), c.ListTokenOrder(2, x.token, 0)} {
		if _, err = c.Send(ctx, x.owner, o); err != nil {
			t.Fatal(err)
		}
	}
	x.shows(t, "without the book", x.assets(t),
		"1 held 0 funded 0 owed <nil> missing <nil> listed true", "2 held 0 funded 0 owed <nil> missing <nil> listed true")
	x.shows(t, "before", x.assets(t, "--book", x.book),
		"1 held 0 funded 0 owed 700 missing 700 listed true", "2 held 0 funded 0 owed 500 missing 500 listed true",
		"3 held 0 funded 0 owed 0 missing 0 listed false", "4 held 0 funded 0 owed 9 missing 9 listed false")

	x.refused(t, exitUsage, "--book FILE", x.fund()...)
	x.refused(t, exitUsage, "--book FILE", x.fund("--book", x.book, "--amount", "5")...)
	x.refused(t, exitInconsistent, "another book", x.fund("--book", writeBook(t, 1))...)
	x.refused(t, exitInconsistent, "another book", x.command("inspect", "--book", writeBook(t, 1))...)
	x.refused(t, exitUsage, "500 units are missing", x.fund("--book", x.book, "--asset", "2", "--amount", "501")...)
	x.refused(t, exitNotFound, "list-token", x.fund("--book", x.book)...) // the fourth asset; nothing is paid for the others
	x.refused(t, exitNotFound, "list-token", x.fund("--asset", "8", "--amount", "1")...)
	x.refused(t, exitFailed, "nothing was sent", x.command("fund", "--key-file", writeKey(t, embedded.DevKey(ownerKey)), "--book", x.book, "--asset", "2")...)
	dry := func(asset string) map[string]any {
		return mustRun(t, x.fund("--book", x.book, "--asset", asset, "--dry-run")...)["funded"].([]any)[0].(map[string]any)
	}
	if d := dry("1"); d["gas"].(float64) < 21_000 || d["amount"] != "700000000000" || d["transaction"] != nil {
		t.Errorf("dry run for ether: %v", d)
	}
	if d := dry("2"); d["gas"] != nil || d["amount"] != "500" {
		t.Errorf("dry run for a token that the contract may not take yet: %v", d)
	}
	x.shows(t, "after refusals", x.assets(t)[:1], "1 held 0 funded 0 owed <nil> missing <nil> listed true")

	// A part, then what is missing yet, then nothing. An allowance for another amount is in the way.
	mustRun(t, x.fund("--book", x.book, "--asset", "2", "--amount", "100")...)
	if err = c.Approve(ctx, x.rich, x.token, big.NewInt(7)); err != nil {
		t.Fatal(err)
	}
	for asset, want := range map[string]string{"2": "400", "1": "700000000000"} {
		paid := mustRun(t, x.fund("--book", x.book, "--asset", asset)...)["funded"].([]any)
		if p := paid[0].(map[string]any); len(paid) != 1 || p["amount"] != want || p["transaction"] == nil {
			t.Errorf("paid %v, want %s", paid, want)
		}
		if again := mustRun(t, x.fund("--book", x.book, "--asset", asset)...)["funded"].([]any); len(again) != 0 {
			t.Errorf("paid again: %v", again)
		}
	}
	if left, err := c.Allowance(ctx, x.token, embedded.DevAddress(traderKey)); err != nil || left.Sign() != 0 {
		t.Errorf("the contract may still take %d, %v", left, err)
	}
	x.shows(t, "after", x.assets(t, "--book", x.book)[:2],
		"1 held 700 funded 700 owed 700 missing 0 listed true", "2 held 500 funded 500 owed 500 missing 0 listed true")
	mustRun(t, x.fund("--asset", "2", "--amount", "3")...)
	x.shows(t, "after too much", x.assets(t, "--book", x.book)[1:2], "2 held 503 funded 503 owed 500 missing 0 listed true")

	x.contract = x.deploy(t, "")
	x.refused(t, exitUsage, "began empty", x.fund("--asset", "1", "--amount", "1")...)
	x.refused(t, exitUsage, "began empty", x.fund("--book", x.book)...)
}

// claimTheBook has an account of the book withdraw what nobody deposited: it is paid once the contract is funded.
func claimTheBook(t *testing.T, x *anchoring, book string) {
	t.Helper()
	on := func(key int, args ...string) []string {
		return append(args, "--config", x.config, "--endpoints", x.endpoint, "--key-file", writeKey(t, embedded.DevKey(key)))
	}
	mustRun(t, on(ownerKey, "contract", "list-token", "--asset", "1", "--token", "eth", "--scale", "18")...)
	s := openSession(t, x.endpoint)
	r, err := s.Submit(t.Context(), command.Transition{Kind: command.Withdraw, Account: 7, Asset: 1, Amount: 60, Address: command.Address{0xaf}})
	if err != nil || !client.Accepted(r) {
		t.Fatalf("withdrawal of an imported balance: %v, %v", r, err)
	}
	x.withdrawn(t, 0, "proven", "finalized")
	x.refused(t, exitFailed, "HeldTooLittle", on(traderKey, "claim", "0")...)
	mustRun(t, on(traderKey, "contract", "fund", "--book", book, "--asset", "1")...)
	mustRun(t, on(traderKey, "claim", "0")...)
	doc := mustRun(t, "contract", "inspect", "--config", x.config, "--book", book)["assets"].([]any)[0].(map[string]any)
	for field, want := range map[string]float64{"held": 40, "funded": 100, "owed": 40, "missing": 0} {
		if doc[field] != want {
			t.Errorf("%s %v, want %v", field, doc[field], want)
		}
	}
	x.withdrawn(t, 0, "finalized")
}

// withdrawn waits until the batch of a withdrawal has come so far, or further: before its seal no batch holds it.
func (x *anchoring) withdrawn(t *testing.T, index int, heads ...string) {
	t.Helper()
	var doc map[string]any
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		doc, _, _ = runJSON(t, "withdrawals", "list", "--endpoints", x.endpoint)
		if listed, _ := doc["withdrawals"].([]any); len(listed) > index && slices.Contains(heads, listed[index].(map[string]any)["head"].(string)) {
			return
		}
		time.Sleep(50 * time.Millisecond) // the chain's blocks come on the real clock
	}
	t.Fatalf("withdrawal %d is not %v: %v", index, heads, doc)
}
