package layer1_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// node answers JSON-RPC methods with prepared bodies: `"result":…` or `"error":…`.
func node(t *testing.T, answers map[string]string) (url string, calls *atomic.Int64) {
	t.Helper()
	calls = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var req struct {
			ID     json.RawMessage
			Method string
		}
		raw, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(raw, &req) != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		calls.Add(1)
		a, ok := answers[req.Method]
		if !ok {
			a = `"error":{"code":-32601,"message":"the method does not exist"}`
		}
		w.Header().Set("Content-Type", "application/json")
		if _, err := fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,%s}`, req.ID, a); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, calls
}

// A wrong chain id is named, by configuration and answer, before anything else
// is asked of that endpoint.
func TestWrongChain(t *testing.T) {
	url, calls := node(t, map[string]string{"eth_chainId": `"result":"0x1"`})
	c := newClient(t, 1337, url)
	var wrong *layer1.WrongChainError
	if err := c.CheckChain(t.Context()); !errors.As(err, &wrong) || wrong.Want != 1337 || wrong.Got != 1 {
		t.Errorf("check: %v", err)
	}
	if _, err := c.Block(t.Context(), layer1.Latest); !errors.As(err, &wrong) {
		t.Errorf("read: %v", err)
	}
	if err := c.SendRaw(t.Context(), []byte{1}); !errors.As(err, &wrong) {
		t.Errorf("send: %v", err)
	}
	if calls.Load() != 3 {
		t.Errorf("%d requests reached the wrong chain, want eth_chainId three times", calls.Load())
	}
	good := startChain(t, embedded.Config{})
	both := newClient(t, 1337, url, good.URL())
	if _, err := both.Block(t.Context(), layer1.Latest); err != nil {
		t.Errorf("with a second, right endpoint: %v", err)
	}
	if err := both.CheckChain(t.Context()); !errors.As(err, &wrong) {
		t.Errorf("the start-up check hides the wrong endpoint: %v", err)
	}
}

// Requests fail over between endpoints and stay with the one that answers.
func TestFailover(t *testing.T) {
	a, b := startChain(t, embedded.Config{}), startChain(t, embedded.Config{})
	if _, err := b.Mine(2); err != nil {
		t.Fatal(err)
	}
	c := newClientWith(t, 4*impatience, 1337, a.URL(), b.URL())
	height := func(want uint64) {
		t.Helper()
		got, err := c.Block(t.Context(), layer1.Latest)
		if err != nil || got.Number != want {
			t.Fatalf("block %d, %v; want %d", got.Number, err, want)
		}
	}
	height(0)
	for _, fault := range []embedded.Fault{embedded.FaultRefuse, embedded.FaultUnavailable, embedded.FaultHang} {
		a.SetFault(fault)
		height(2)
		a.SetFault(embedded.FaultNone)
		height(2) // stays
		b.SetFault(fault)
		height(0)
		b.SetFault(embedded.FaultNone)
	}
	a.SetFault(embedded.FaultRefuse)
	b.SetFault(embedded.FaultRefuse)
	var silent *layer1.TransportError
	if _, err := c.Block(t.Context(), layer1.Latest); !errors.As(err, &silent) || len(silent.Causes) != 2 {
		t.Errorf("all endpoints down: %v", err)
	}
}

// An error answer is definite and does not fail over; being throttled does.
func TestDefiniteAnswers(t *testing.T) {
	const id = `"result":"0x539"`
	url, _ := node(t, map[string]string{
		"eth_chainId":               id,
		"eth_sendRawTransaction":    `"error":{"code":-32000,"message":"nonce too low"}`,
		"eth_call":                  `"error":{"code":3,"message":"execution reverted","data":"0x01020304"}`,
		"eth_getTransactionReceipt": `"result":null`, "eth_getBlockByNumber": `"error":{"code":-39001,"message":"unknown block"}`,
	})
	other, calls := node(t, map[string]string{"eth_chainId": id})
	c := newClient(t, 1337, url, other)
	var answer *layer1.AnswerError
	if err := c.SendRaw(t.Context(), []byte{1}); !errors.As(err, &answer) || answer.Code != -32000 || answer.Message != "nonce too low" {
		t.Errorf("send: %v", err)
	}
	if _, err := c.Call(t.Context(), [20]byte{}, nil, layer1.Latest); !errors.As(err, &answer) || string(answer.Data) != "\x01\x02\x03\x04" {
		t.Errorf("call: %v", err)
	}
	if _, err := c.Receipt(t.Context(), [32]byte{}); !errors.Is(err, layer1.ErrNotFound) {
		t.Errorf("receipt: %v", err)
	}
	if _, err := c.Block(t.Context(), layer1.Finalized); !errors.Is(err, layer1.ErrNoFinality) {
		t.Errorf("finalized: %v", err)
	}
	if _, err := c.Block(t.Context(), layer1.Latest); errors.Is(err, layer1.ErrNoFinality) || !errors.As(err, &answer) {
		t.Errorf("latest: %v", err)
	}
	if calls.Load() != 3 { // the send goes to every endpoint, and a receipt that one lacks is looked for at the others
		t.Errorf("%d requests to the other endpoint: a definite answer failed over", calls.Load())
	}
	throttled, _ := node(t, map[string]string{"eth_chainId": id, "eth_getTransactionCount": `"error":{"code":-32005,"message":"limit exceeded"}`})
	good, _ := node(t, map[string]string{"eth_chainId": id, "eth_getTransactionCount": `"result":"0x7"`})
	if n, err := newClient(t, 1337, throttled, good).Nonce(t.Context(), [20]byte{}, layer1.Latest); err != nil || n != 7 {
		t.Errorf("throttled: %d, %v", n, err)
	}
	broken, _ := node(t, map[string]string{
		"eth_chainId": id, "eth_getTransactionCount": `"error":{"code":-32603,"message":"internal error"}`,
		"eth_call": `"error":{"code":-32603,"message":"reverted","data":"0x01020304"}`,
	})
	if n, err := newClient(t, 1337, broken, good).Nonce(t.Context(), [20]byte{}, layer1.Latest); err != nil || n != 7 {
		t.Errorf("out of order: %d, %v", n, err)
	}
	if _, err := newClient(t, 1337, broken, throttled).Nonce(t.Context(), [20]byte{}, layer1.Latest); !errors.As(err, &answer) || answer.Code != -32603 {
		t.Errorf("nobody in order: %v", err)
	}
	if _, err := newClient(t, 1337, broken, good).Call(t.Context(), [20]byte{}, nil, layer1.Latest); !errors.As(err, &answer) || len(answer.Data) != 4 {
		t.Errorf("a revert that is called an internal error: %v", err)
	}
}

// An endpoint, or a signer, must not choose whom this machine asks.
func TestNoRedirects(t *testing.T) {
	var asked atomic.Int64
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer inner.Close()
	away := httptest.NewServer(http.RedirectHandler(inner.URL, http.StatusTemporaryRedirect))
	defer away.Close()
	var silent *layer1.TransportError
	if _, err := newClient(t, 1337, away.URL).Block(t.Context(), layer1.Latest); !errors.As(err, &silent) {
		t.Errorf("endpoint: %v", err)
	}
	for _, client := range []*http.Client{nil, {}} {
		cfg := layer1.ExternalSigner{URL: away.URL, Account: [20]byte{1}, HTTP: client}
		web3, err := layer1.NewWeb3Signer(cfg)
		if err != nil {
			t.Fatal(err)
		}
		clef, err := layer1.NewClefSigner(cfg)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []layer1.Signer{web3, clef} {
			if _, err := s.Sign(t.Context(), types.NewTx(&types.DynamicFeeTx{ChainID: big.NewInt(1337)}), 1337); err == nil {
				t.Errorf("%v signed", s)
			}
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests to where the servers pointed", n)
	}
}

// Answers that are no JSON-RPC, or lack fields, are errors and no panics.
func TestMalformedAnswers(t *testing.T) {
	for _, body := range []string{``, `null`, `[]`, `{"jsonrpc":"2.0","id":1}`, `<html>`, `{"jsonrpc":"2.0","id":1,"result":7}`, strings.Repeat("[", 1000)} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if _, err := io.WriteString(w, body); err != nil {
				t.Error(err)
			}
		}))
		if _, err := newClient(t, 1337, s.URL).Block(t.Context(), layer1.Latest); err == nil {
			t.Errorf("took %.20q", body)
		}
		s.Close()
	}
	const id = `"result":"0x539"`
	for _, result := range []string{`{}`, `{"number":"0x1"}`, `{"number":"1"}`, `{"number":"0x1","hash":"0x00","parentHash":"0x00","timestamp":"0x1"}`, `7`} {
		url, _ := node(t, map[string]string{"eth_chainId": id, "eth_getBlockByNumber": `"result":` + result, "eth_getTransactionReceipt": `"result":` + result})
		c := newClient(t, 1337, url)
		if _, err := c.Block(t.Context(), layer1.Latest); err == nil {
			t.Errorf("took the block %s", result)
		}
		if _, err := c.Receipt(t.Context(), [32]byte{}); err == nil {
			t.Errorf("took the receipt %s", result)
		}
	}
}

// An URL may carry a provider's secret: no error repeats it.
func TestErrorsHideEndpointSecrets(t *testing.T) {
	c := newClient(t, 1337, "http://user:hunter2@127.0.0.1:1/v3/sesame")
	_, err := c.Block(t.Context(), layer1.Latest)
	if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "sesame") {
		t.Errorf("got %v", err)
	}
	_, err = layer1.NewClient(layer1.ClientConfig{Endpoints: []string{"sesame://hunter2"}})
	var joined interface{ Unwrap() []error }
	if err == nil || strings.Contains(err.Error(), "hunter2") || !errors.As(err, &joined) || len(joined.Unwrap()) != 2 {
		t.Errorf("got %v, want two faults", err)
	}
}

// A caller's deadline ends a request, whatever the endpoint does.
func TestContextEndsRequests(t *testing.T) {
	chain := startChain(t, embedded.Config{})
	chain.SetFault(embedded.FaultHang)
	ctx, cancel := context.WithTimeout(t.Context(), impatience/8)
	defer cancel()
	var silent *layer1.TransportError
	_, err := newClient(t, 1337, chain.URL(), chain.URL()).Block(ctx, layer1.Latest)
	if !errors.As(err, &silent) || len(silent.Causes) != 1 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
