package layer1_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

var nullResult = regexp.MustCompile(`"result":\s*null`)

// Geth shows a receipt a moment before its block is the head: a deployment is over
// when the contract can be read there.
func TestDeployWaitsForTheHead(t *testing.T) {
	chain := startChain(t, embedded.Config{})
	p := newRPCProxy(t, chain.URL())
	genesis := chain.Head()
	receipts, behind := 0, 0
	p.set(func(p *rpcProxy) {
		p.edit = func(method string, _ []json.RawMessage, body []byte) []byte {
			if method == "eth_getTransactionReceipt" && !nullResult.Match(body) {
				receipts++
			}
			return body
		}
		p.answer = func(method string, params []json.RawMessage) string {
			if method != "eth_getBlockByNumber" || param(params, 0) != "latest" || receipts == 0 || behind == 3 {
				return ""
			}
			behind++
			return fmt.Sprintf(`"result":{"number":"0x0","hash":"0x%x","parentHash":"0x%x","timestamp":"0x1"}`, genesis.Hash, [32]byte{})
		}
	})
	deploy(t, chain, newClient(t, chain.ChainID(), p.url))
	if behind != 3 {
		t.Errorf("the head lagged %d times", behind)
	}
}
