package counterpart_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/sync/layer1/counterpart"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

const safeDepth, finalizedDepth = 3, 6

func start(t *testing.T, cfg embedded.Config) counterpart.Chain {
	t.Helper()
	kind, err := counterpart.Chosen()
	if err != nil {
		t.Fatal(err)
	}
	chain, err := counterpart.Start(context.Background(), kind, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(chain.Close(), chain.Close()); err != nil {
			t.Error(err)
		}
	})
	if chain.Kind() != kind || chain.ChainID() != embedded.DefaultChainID {
		t.Fatalf("a chain %d of kind %s", chain.ChainID(), chain.Kind())
	}
	return chain
}

// ask sends a request through the front.
func ask(url, method string, params ...any) (json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: 20 * time.Second}
	resp, err := client.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	var answer struct{ Result, Error json.RawMessage }
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("HTTP %d: %s: %w", resp.StatusCode, text, err)
	}
	if answer.Error != nil {
		return nil, fmt.Errorf("%s: %s", method, answer.Error)
	}
	return answer.Result, nil
}

func number(t *testing.T, chain counterpart.Chain, tag string) uint64 {
	t.Helper()
	var b struct{ Number hexutil.Uint64 }
	raw, err := ask(chain.URL(), "eth_getBlockByNumber", tag, false)
	if err == nil {
		err = json.Unmarshal(raw, &b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return uint64(b.Number)
}

func send(t *testing.T, chain counterpart.Chain, nonce uint64) {
	t.Helper()
	secret := embedded.DevKey(0)
	key, err := crypto.ToECDSA(secret[:])
	if err != nil {
		t.Fatal(err)
	}
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(new(big.Int).SetUint64(chain.ChainID())), &types.DynamicFeeTx{
		Nonce: nonce, GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(1e11), Gas: 21_000, To: &common.Address{1},
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := tx.MarshalBinary()
	if err == nil {
		_, err = ask(chain.URL(), "eth_sendRawTransaction", hexutil.Encode(raw))
	}
	if err != nil {
		t.Fatal(err)
	}
	// A pool answers before the transaction is ready for a block.
	for ready := hexutil.Uint64(0); uint64(ready) <= nonce; {
		raw, err = ask(chain.URL(), "eth_getTransactionCount", crypto.PubkeyToAddress(key.PublicKey), "pending")
		if err == nil {
			err = json.Unmarshal(raw, &ready)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func must(t *testing.T) func(embedded.Block, error) embedded.Block {
	t.Helper()
	return func(b embedded.Block, err error) embedded.Block {
		t.Helper()
		if errors.Is(err, counterpart.ErrCannot) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// chain.go: blocks come when they are asked for, with what waits in the pool; the
// marks trail them; a reorganization leaves the transactions to the pool.
func TestChainDoesAsItIsTold(t *testing.T) {
	chain := start(t, embedded.Config{SafeDepth: safeDepth, FinalizedDepth: finalizedDepth})
	must(t)(chain.Mine(10))
	if l, s, f := number(t, chain, "latest"), number(t, chain, "safe"), number(t, chain, "finalized"); l != 10 || s != l-safeDepth || f != l-finalizedDepth {
		t.Fatalf("latest %d, safe %d, finalized %d", l, s, f)
	}
	send(t, chain, 0)
	send(t, chain, 1)
	full := must(t)(chain.Mine(1))
	if full.Transactions != 2 || chain.Head() != full {
		t.Fatalf("mined %+v, head %+v", full, chain.Head())
	}
	must(t)(chain.Mine(2))
	tip := must(t)(chain.Reorg(3, 2)) // shorter than what it replaces
	if tip.Number != 12 || tip.Transactions != 0 || chain.Head().Hash != tip.Hash {
		t.Fatalf("after the reorganization: %+v, head %+v", tip, chain.Head())
	}
	at, err := chain.BlockAt(11)
	if err != nil || at.Hash == full.Hash || at.Transactions != 0 {
		t.Fatalf("block 11 is %+v, %v", at, err)
	}
	if again := must(t)(chain.Mine(1)); again.Transactions != 2 {
		t.Fatalf("%d of two transactions are mined again", again.Transactions)
	}
	send(t, chain, 2)
	chain.DropPending()
	if b := must(t)(chain.Mine(1)); b.Transactions != 0 {
		t.Fatal("a transaction that was forgotten is mined")
	}
	send(t, chain, 2)
	if b := must(t)(chain.Reorg(0, 2)); b.Transactions != 0 || b.Number != 16 {
		t.Fatalf("empty blocks end in %+v", b)
	}
	if b := must(t)(chain.Mine(1)); b.Transactions != 1 {
		t.Fatal("what waited behind empty blocks is not mined")
	}
	if _, err := chain.BlockAt(1000); !errors.Is(err, embedded.ErrUnknownBlock) {
		t.Errorf("block 1000: %v", err)
	}
}

// chain.go: a branch is built beside the chain and adopted when that is asked for.
func TestSideBranches(t *testing.T) {
	chain := start(t, embedded.Config{SafeDepth: 40, FinalizedDepth: 50})
	head := must(t)(chain.Mine(45))
	tip := must(t)(chain.Fork(3, 40, false)) // deeper than geth would go by itself
	if chain.Head().Hash != head.Hash {
		t.Fatal("building a branch moved the head")
	}
	if err := chain.Adopt(tip.Hash); err != nil {
		t.Fatal(err)
	}
	if chain.Head().Hash != tip.Hash || number(t, chain, "latest") != 43 {
		t.Fatalf("head %+v", chain.Head())
	}
	if err := chain.Adopt(head.Hash); err != nil || chain.Head().Hash != head.Hash {
		t.Fatalf("back: %v", err)
	}
	if err := chain.Adopt([32]byte{1}); !errors.Is(err, embedded.ErrUnknownBlock) {
		t.Errorf("adopted nothing: %v", err)
	}
}

// doc.go: every chain has the faults of package embedded, on each of its two ways.
func TestFaults(t *testing.T) {
	chain := start(t, embedded.Config{})
	must(t)(chain.Mine(1))
	beacon := func() error {
		resp, err := http.Get(chain.BeaconURL() + "/eth/v1/beacon/genesis")
		if err != nil {
			return err
		}
		if resp.StatusCode != http.StatusOK {
			err = errors.New(resp.Status)
		}
		return errors.Join(err, resp.Body.Close())
	}
	chain.SetFault(embedded.FaultUnavailable)
	if _, err := ask(chain.URL(), "eth_chainId"); err == nil || !strings.Contains(err.Error(), "503") || beacon() != nil {
		t.Errorf("JSON-RPC: %v, Beacon API: %v", err, beacon())
	}
	chain.SetFault(embedded.FaultNone)
	chain.SetBeaconFault(embedded.FaultRefuse)
	if _, err := ask(chain.URL(), "eth_chainId"); err != nil || beacon() == nil {
		t.Errorf("JSON-RPC: %v, Beacon API: %v", err, beacon())
	}
	if err := chain.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := chain.Mine(1); !errors.Is(err, embedded.ErrClosed) {
		t.Errorf("mined on a closed chain: %v", err)
	}
	if _, err := ask(chain.URL(), "eth_chainId"); err == nil {
		t.Error("a closed chain answers")
	}
}

// chain.go: blocks come by themselves where the configuration says so.
func TestInterval(t *testing.T) {
	chain := start(t, embedded.Config{Interval: 20 * time.Millisecond})
	for began := time.Now(); number(t, chain, "latest") < 3; {
		if time.Since(began) > time.Minute {
			t.Fatal("no blocks")
		}
	}
}

// chain.go: a kind or a program that is not there is named.
func TestWhatIsNotThere(t *testing.T) {
	t.Setenv(counterpart.KindEnv, "nonsense")
	if _, err := counterpart.Chosen(); err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("chosen: %v", err)
	}
	t.Setenv(counterpart.GethEnv, "/nonexistent/geth")
	if _, err := counterpart.Start(t.Context(), counterpart.Geth, embedded.Config{}); err == nil || !strings.Contains(err.Error(), counterpart.GethEnv) {
		t.Errorf("geth: %v", err)
	}
	t.Setenv(counterpart.AnvilEnv, "/bin/true") // ends at once
	if _, err := counterpart.Start(t.Context(), counterpart.Anvil, embedded.Config{}); err == nil {
		t.Error("a program that is no anvil was taken for one")
	}
}
