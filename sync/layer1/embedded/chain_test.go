package embedded_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

func call(ctx context.Context, url, body string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewBufferString(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	raw, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return answer{}, err
	}
	if resp.StatusCode != http.StatusOK {
		return answer{}, errors.New(resp.Status)
	}
	var a answer
	return a, json.Unmarshal(raw, &a)
}

func start(t *testing.T, cfg embedded.Config) *embedded.Chain {
	t.Helper()
	c, err := embedded.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func tag(t *testing.T, c *embedded.Chain, tag string) (number string, failed bool) {
	t.Helper()
	a, err := call(t.Context(), c.URL(), `{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["`+tag+`",false]}`)
	if err != nil {
		t.Fatal(err)
	}
	if a.Error != nil || string(a.Result) == "null" {
		return "", true
	}
	var b struct{ Number string }
	if err := json.Unmarshal(a.Result, &b); err != nil {
		t.Fatal(err)
	}
	return b.Number, false
}

// The tags trail the head by the configured depths, and there is no finalized
// block before the chain is long enough.
func TestTagsTrailTheHead(t *testing.T) {
	c := start(t, embedded.Config{SafeDepth: 2, FinalizedDepth: 4})
	if _, err := c.Mine(3); err != nil {
		t.Fatal(err)
	}
	if _, failed := tag(t, c, "finalized"); !failed {
		t.Error("finalized answered before first finality")
	}
	if n, _ := tag(t, c, "safe"); n != "0x1" {
		t.Errorf("safe = %s, want 0x1", n)
	}
	if _, err := c.Mine(3); err != nil {
		t.Fatal(err)
	}
	if n, _ := tag(t, c, "finalized"); n != "0x2" {
		t.Errorf("finalized = %s, want 0x2", n)
	}
	if n, _ := tag(t, c, "latest"); n != "0x6" {
		t.Errorf("latest = %s, want 0x6", n)
	}
}

// A side branch is invisible until it is adopted; a reorg replaces the hashes.
func TestForkAndReorg(t *testing.T) {
	c := start(t, embedded.Config{})
	head, err := c.Mine(4)
	if err != nil {
		t.Fatal(err)
	}
	side, err := c.Fork(2, 3, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Head(); got.Hash != head.Hash {
		t.Fatal("building a side branch moved the head")
	}
	if err = c.Adopt(side.Hash); err != nil {
		t.Fatal(err)
	}
	if got := c.Head(); got.Hash != side.Hash || got.Number != 5 {
		t.Fatalf("head after adopt = %d %x", got.Number, got.Hash)
	}
	shorter, err := c.Reorg(3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if shorter.Number != 4 || c.Head().Hash != shorter.Hash {
		t.Fatalf("head after the shorter reorg = %d, want 4", c.Head().Number)
	}
	if _, err := c.Reorg(99, 1); !errors.Is(err, embedded.ErrUnknownBlock) {
		t.Errorf("reorg beyond genesis: %v", err)
	}
}

// The block loop builds blocks by itself, stops when stalled and goes on after.
func TestLoopAndStall(t *testing.T) {
	c := start(t, embedded.Config{Interval: 20 * time.Millisecond})
	grown := func(beyond uint64) {
		t.Helper()
		deadline := time.Now().Add(time.Minute)
		for c.Head().Number <= beyond {
			if time.Now().After(deadline) {
				t.Fatalf("chain stands at %d", c.Head().Number)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	grown(2)
	c.Stall(true)
	at := c.Head().Number
	time.Sleep(100 * time.Millisecond)
	if c.Head().Number != at {
		t.Error("a stalled chain moved")
	}
	c.Stall(false)
	grown(at)
}

// Each fault of the endpoint shows as its kind of failure, and heals.
// What is dropped stays so, also when a node that tracks what it was sent first looks after it (10 s after its start).
func TestDropPendingHolds(t *testing.T) {
	t.Parallel()
	c := start(t, embedded.Config{})
	secret := embedded.DevKey(0)
	key, err := crypto.ToECDSA(secret[:])
	if err != nil {
		t.Fatal(err)
	}
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(new(big.Int).SetUint64(c.ChainID())), &types.DynamicFeeTx{
		ChainID: new(big.Int).SetUint64(c.ChainID()), GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(1e11), Gas: 21_000, To: &common.Address{1},
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := tx.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	known := func() bool {
		a, err := call(t.Context(), c.URL(), fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"eth_getTransactionByHash","params":[%q]}`, tx.Hash()))
		if err != nil {
			t.Fatal(err)
		}
		return a.Error == nil && string(a.Result) != "null" // an unknown one may also be told as "indexing is in progress"
	}
	if _, err := call(t.Context(), c.URL(), fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":["0x%x"]}`, raw)); err != nil {
		t.Fatal(err)
	}
	if !known() {
		t.Fatal("the transaction is not in the pool")
	}
	c.DropPending()
	for end := time.Now().Add(11 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if known() {
			t.Fatal("a transaction that was dropped is back")
		}
	}
}

func TestFaults(t *testing.T) {
	c := start(t, embedded.Config{})
	const body = `{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}`
	for _, f := range []embedded.Fault{embedded.FaultRefuse, embedded.FaultHang, embedded.FaultSwallow, embedded.FaultUnavailable} {
		c.SetFault(f)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if _, err := call(ctx, c.URL(), body); err == nil {
			t.Errorf("fault %d: the endpoint answered", f)
		}
		cancel()
		c.SetFault(embedded.FaultNone)
		if a, err := call(t.Context(), c.URL(), body); err != nil || string(a.Result) != `"0x539"` {
			t.Errorf("after fault %d: %s %v", f, a.Result, err)
		}
	}
}

// Config, AllStates: the state of every block is kept where that is asked for, and of the newest ones otherwise.
func TestStatesOfOldBlocks(t *testing.T) {
	const body = `{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":["0x0000000000000000000000000000000000000001","0x1"]}`
	for _, all := range []bool{false, true} {
		c := start(t, embedded.Config{AllStates: all})
		if _, err := c.Mine(160); err != nil {
			t.Fatal(err)
		}
		a, err := call(t.Context(), c.URL(), body)
		if err != nil || (string(a.Result) == `"0x0"`) != all {
			t.Errorf("all states %t: the state of block 1 of 160 is %s, %v", all, a.Result, err)
		}
	}
}

// A chain on disk goes on where it ended.
func TestDataDir(t *testing.T) {
	dir := t.TempDir()
	c, err := embedded.Start(t.Context(), embedded.Config{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	head, err := c.Mine(5)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Mine(1); !errors.Is(err, embedded.ErrClosed) {
		t.Errorf("mined on a closed chain: %v", err)
	}
	again := start(t, embedded.Config{DataDir: dir})
	if got := again.Head(); got.Hash != head.Hash {
		t.Fatalf("restarted at block %d, want %d", got.Number, head.Number)
	}
	if _, err := again.Mine(1); err != nil {
		t.Error(err)
	}
}

// A taken port is an error of Start, not a panic later.
func TestPortInUse(t *testing.T) {
	c := start(t, embedded.Config{})
	var port int
	for i, d := range []byte(c.URL()) {
		if i > len("http://127.0.0.1") {
			port = port*10 + int(d-'0')
		}
	}
	if _, err := embedded.Start(t.Context(), embedded.Config{Port: port}); err == nil {
		t.Fatal("two chains on one port")
	}
}

// Configuration faults are reported all at once.
func TestConfigValidate(t *testing.T) {
	cfg := embedded.Config{Port: -1, Interval: -1, SafeDepth: 2}
	var joined interface{ Unwrap() []error }
	if err := cfg.Validate(); !errors.As(err, &joined) || len(joined.Unwrap()) != 3 {
		t.Fatalf("got %v, want three faults", err)
	}
}
