package layer1_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// plainMethods is what a plain Ethereum node serves over HTTP (ethrex's list):
// no filters, no accounts, nothing of debug, txpool, admin or of one client alone.
var plainMethods = []string{
	"eth_chainId", "eth_blockNumber", "eth_syncing", "eth_getBlockByNumber", "eth_getBlockByHash", "eth_getTransactionByHash",
	"eth_getTransactionReceipt", "eth_getTransactionCount", "eth_getBalance", "eth_getCode", "eth_getStorageAt", "eth_getLogs",
	"eth_call", "eth_estimateGas", "eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_feeHistory", "eth_blobBaseFee",
	"eth_getProof", "eth_sendRawTransaction", "net_version", "web3_clientVersion",
}

// rpcProxy stands before an endpoint. It refuses what a plain node lacks, and a
// test may answer or change single methods.
type rpcProxy struct {
	url     string
	forward *httputil.ReverseProxy

	mu      sync.Mutex // guards what follows
	refused []string   // methods that a plain node lacks and somebody called
	calls   map[string]int
	// answer, if set, gives the body for a call instead: `"result":…` or `"error":…`; empty forwards.
	answer func(method string, params []json.RawMessage) string
	// edit, if set, changes the answer of a call that was forwarded.
	edit func(method string, params []json.RawMessage, body []byte) []byte
}

func newRPCProxy(t *testing.T, to string) *rpcProxy {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	p := &rpcProxy{forward: httputil.NewSingleHostReverseProxy(target), calls: map[string]int{}}
	p.forward.ErrorLog = log.New(io.Discard, "", 0)
	p.forward.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	s := httptest.NewServer(p)
	p.url = s.URL
	t.Cleanup(s.Close)
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.refused) > 0 {
			t.Errorf("methods that a plain node lacks were called: %v", p.refused)
		}
	})
	return p
}

func (p *rpcProxy) set(edit func(*rpcProxy)) {
	p.mu.Lock()
	edit(p)
	p.mu.Unlock()
}

func (p *rpcProxy) count(method string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[method]
}

func (p *rpcProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	var req struct {
		ID     json.RawMessage   `json:"id"`
		Method string            `json:"method"`
		Params []json.RawMessage `json:"params"`
	}
	if err != nil || json.Unmarshal(raw, &req) != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.calls[req.Method]++
	answer, edit, body := p.answer, p.edit, ""
	if !slices.Contains(plainMethods, req.Method) {
		p.refused = append(p.refused, req.Method)
		body = `"error":{"code":-32601,"message":"the method does not exist"}`
	}
	p.mu.Unlock()
	if body == "" && answer != nil {
		body = answer(req.Method, req.Params)
	}
	if body != "" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,%s}`, req.ID, body)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	if edit == nil {
		p.forward.ServeHTTP(w, r)
		return
	}
	r.Header.Del("Accept-Encoding")
	rec := httptest.NewRecorder()
	p.forward.ServeHTTP(rec, r)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(rec.Code)
	_, _ = w.Write(edit(req.Method, req.Params, rec.Body.Bytes()))
}

// param is a parameter's text.
func param(params []json.RawMessage, i int) string {
	if i >= len(params) {
		return ""
	}
	return strings.Trim(string(params[i]), `"`)
}

// facts/environment: the proxy refuses what a plain node lacks, so that the suite
// behind it proves something.
func TestPlainProxyRefuses(t *testing.T) {
	chain := startChain(t, embedded.Config{})
	p := newRPCProxy(t, chain.URL())
	for _, method := range []string{"eth_accounts", "eth_sendTransaction", "eth_newBlockFilter", "eth_getRawTransactionByHash", "debug_traceTransaction", "txpool_content", "eth_subscribe"} {
		resp, err := http.Post(p.url, "application/json", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":[]}`))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.Body.Close() != nil || !bytes.Contains(body, []byte("-32601")) {
			t.Errorf("%s: %s, %v", method, body, err)
		}
	}
	p.set(func(p *rpcProxy) {
		if len(p.refused) != 7 {
			t.Errorf("refused %v", p.refused)
		}
		p.refused = nil
	})
}
