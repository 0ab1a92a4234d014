package layer1_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

var blockHash = regexp.MustCompile(`"hash":"0x[0-9a-f]{64}"`)

// otherHashes makes an endpoint state another hash for every block.
func otherHashes(p *rpcProxy, mark byte) {
	p.set(func(p *rpcProxy) {
		p.edit = func(method string, _ []json.RawMessage, body []byte) []byte {
			if method == "eth_getBlockByNumber" {
				return blockHash.ReplaceAll(body, []byte(fmt.Sprintf(`"hash":"0x%x"`, [32]byte{mark})))
			}
			return body
		}
	})
}

func honest(p *rpcProxy) { p.set(func(p *rpcProxy) { p.edit, p.answer = nil, nil }) }

// layers.md: optional quorum: n of m endpoints must agree on a block's hash. One
// that lies changes nothing; where no quorum is left, nothing is recorded.
func TestQuorum(t *testing.T) {
	r := newRig(t)
	var ps [3]*rpcProxy
	var urls []string
	for i := range ps {
		ps[i] = newRPCProxy(t, r.chain.URL())
		urls = append(urls, ps[i].url)
	}
	r.through(2, urls...)
	r.rep.seal(t, 3)
	otherHashes(ps[0], 1) // the preferred one
	r.mustCommit(1, 1)
	r.settle("committed", committed(1))
	r.noAlarms()
	if got := r.rep.cursors().Follow().Latest; got.Hash != r.chain.Head().Hash || r.rep.reorgs != 0 {
		t.Fatalf("recorded %x, %d reorganizations", got.Hash, r.rep.reorgs)
	}
	before := r.rep.index
	otherHashes(ps[1], 2) // three opinions
	r.mine(1)
	var none *layer1.QuorumError
	if err := r.follower.Poll(t.Context()); !errors.As(err, &none) || !none.Split || none.Need != 2 || len(none.Stated) != 3 {
		t.Errorf("poll: %v", err)
	}
	if _, ok := alarmed[*layer1.QuorumError](r); !ok {
		t.Errorf("alarms: %v", r.alarms)
	}
	honest(ps[0])
	honest(ps[1])
	r.poll()
	for _, p := range ps[1:] { // silence of two of three
		p.set(func(p *rpcProxy) {
			p.answer = func(string, []json.RawMessage) string { return `"error":{"code":-32005,"message":"limit exceeded"}` }
		})
	}
	r.mine(1)
	if err := r.follower.Poll(t.Context()); !errors.As(err, &none) || none.Split {
		t.Errorf("poll: %v", err)
	}
	if r.rep.index != before+1 {
		t.Errorf("%d records without a quorum", r.rep.index-before-1)
	}
	honest(ps[2])
	r.mustCommit(2, 3)
	r.settle("committed", committed(3))
	r.checkContract(3)
	if _, err := layer1.NewClient(layer1.ClientConfig{Endpoints: urls, ChainID: 1337, Quorum: 4}); err == nil {
		t.Error("a quorum of four among three endpoints")
	}
}

// layers.md: optional quorum. Facts are made of receipts and of the contract's state too: an endpoint that tells the
// truth about blocks cannot invent either, nor hide them.
func TestQuorumOfEvidence(t *testing.T) {
	status, result := regexp.MustCompile(`"status":"0x1"`), regexp.MustCompile(`"result":"0x[0-9a-f]{64,}"`)
	for what, edit := range map[string]func(method string, body []byte) []byte{
		"a failure": func(method string, body []byte) []byte {
			if method == "eth_getTransactionReceipt" {
				return status.ReplaceAll(body, []byte(`"status":"0x0"`))
			}
			return body
		},
		"no receipt": func(method string, body []byte) []byte {
			if method == "eth_getTransactionReceipt" {
				return []byte(`{"jsonrpc":"2.0","id":` + string(regexp.MustCompile(`"id":([0-9]+)`).FindSubmatch(body)[1]) + `,"result":null}`)
			}
			return body
		},
		"an empty contract": func(method string, body []byte) []byte {
			if method == "eth_call" {
				return result.ReplaceAllFunc(body, func(b []byte) []byte {
					return []byte(`"result":"0x` + strings.Repeat("0", len(b)-len(`"result":"0x"`)) + `"`)
				})
			}
			return body
		},
	} {
		t.Run(what, func(t *testing.T) {
			r := newRig(t)
			liar := newRPCProxy(t, r.chain.URL())
			r.through(2, liar.url, r.proxy.url, newRPCProxy(t, r.chain.URL()).url)
			r.rep.seal(t, 2)
			r.mustCommit(1, 1)
			liar.set(func(p *rpcProxy) {
				p.edit = func(method string, _ []json.RawMessage, body []byte) []byte { return edit(method, body) }
			})
			r.settle("committed", committed(1))
			r.mustCommit(2, 2)
			r.settle("committed", committed(2))
			r.checkContract(2)
			r.noAlarms()
			if used := r.used(submitterKey); used != 2 {
				t.Errorf("%d transactions for 2 batches", used)
			}
		})
	}
}

// A quorum's finality tags are those that so many endpoints have reached; one that
// has none does not take them back.
func TestQuorumFinality(t *testing.T) {
	r := newRig(t)
	silent := newRPCProxy(t, r.chain.URL())
	silent.set(func(p *rpcProxy) {
		p.answer = func(method string, params []json.RawMessage) string {
			if method == "eth_getBlockByNumber" && (param(params, 0) == "safe" || param(params, 0) == "finalized") {
				return `"result":null`
			}
			return ""
		}
	})
	r.through(2, silent.url, r.proxy.url, newRPCProxy(t, r.chain.URL()).url)
	r.mine(10)
	r.poll()
	if f, head := r.rep.cursors().Follow(), r.chain.Head().Number; f.Finalized.Number != head-finalizedDepth || f.Safe.Number != head-safeDepth {
		t.Errorf("follow point %+v at %d", f, head)
	}
	r.through(3, silent.url, r.proxy.url, newRPCProxy(t, r.chain.URL()).url)
	if _, err := r.client.Block(t.Context(), layer1.Finalized); !errors.Is(err, layer1.ErrNoFinality) {
		t.Errorf("finality that one of three does not have: %v", err)
	}
}

// facts l1.md 11: endpoints ignore or lack finality tags, by null, by errors of
// several kinds, or by the head itself. Following goes on, and nothing is final
// before a chain says so.
func TestFinalityTags(t *testing.T) {
	for name, answer := range map[string]string{
		"null":           `"result":null`,
		"unknown block":  `"error":{"code":-39001,"message":"Unknown block"}`,
		"not finalized":  `"error":{"code":-32000,"message":"finalized block not found"}`,
		"invalid params": `"error":{"code":-32602,"message":"invalid block tag"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.proxy.set(func(p *rpcProxy) {
				p.answer = func(method string, params []json.RawMessage) string {
					if method == "eth_getBlockByNumber" && (param(params, 0) == "finalized" || param(params, 0) == "safe") {
						return answer
					}
					return ""
				}
			})
			r.mine(10)
			r.poll()
			if f := r.rep.cursors().Follow(); f.Latest.Hash != r.chain.Head().Hash || f.Finalized != (cursor.BlockRef{}) {
				t.Fatalf("follow point %+v", f)
			}
			r.rep.seal(t, 1)
			r.mustCommit(1, 1)
			r.settle("committed", committed(1))
			honest(r.proxy)
			r.mine(1)
			r.poll()
			if f := r.rep.cursors().Follow(); f.Finalized.Number != r.chain.Head().Number-finalizedDepth {
				t.Errorf("follow point %+v once the tags are there", f)
			}
		})
	}
}

// freeze makes an endpoint's head stand at a block.
func freeze(p *rpcProxy, at uint64) {
	p.set(func(p *rpcProxy) {
		p.edit = nil
		p.answer = func(method string, params []json.RawMessage) string {
			n, err := hexutil.DecodeUint64(param(params, 0))
			if method == "eth_getBlockByNumber" && err == nil && n > at {
				return `"result":null`
			}
			return ""
		}
	})
}

// An L1 endpoint that is behind is left for one that is not.
func TestLaggingEndpointIsLeft(t *testing.T) {
	r := newRig(t)
	behind := newRPCProxy(t, r.chain.URL())
	r.mine(5)
	r.poll()
	old, err := r.chain.BlockAt(r.chain.Head().Number - 3)
	if err != nil {
		t.Fatal(err)
	}
	tip := r.rep.cursors().Follow().Latest
	replay := newRPCProxy(t, r.chain.URL())
	replay.set(func(p *rpcProxy) { // "latest" is an old block
		p.answer = func(method string, params []json.RawMessage) string {
			if method != "eth_getBlockByNumber" || param(params, 0) != "latest" {
				return ""
			}
			parent, perr := r.chain.BlockAt(old.Number - 1)
			if perr != nil {
				t.Error(perr)
			}
			return fmt.Sprintf(`"result":{"number":"%s","hash":"0x%x","parentHash":"0x%x","timestamp":"%s","baseFeePerGas":"0x1"}`,
				hexutil.EncodeUint64(old.Number), old.Hash, parent.Hash, hexutil.EncodeUint64(uint64(old.TimeMs)/1000))
		}
	})
	r.through(0, replay.url, behind.url)
	r.mine(2)
	r.poll() // sees the lag and leaves
	if got := r.rep.cursors().Follow().Latest; got != tip || r.rep.reorgs != 0 {
		t.Fatalf("an endpoint that lags moved the follow point to %d", got.Number)
	}
	r.poll()
	if got := r.rep.cursors().Follow().Latest; got.Hash != r.chain.Head().Hash {
		t.Errorf("follow point at %d, head %d", got.Number, r.chain.Head().Number)
	}
	// Backends of one endpoint that are not in step: the head of one, the blocks of
	// another that is behind. It is no reorganization either.
	freeze(behind, r.chain.Head().Number-2)
	r.mine(1)
	r.poll()
	if r.rep.reorgs != 0 {
		t.Errorf("%d reorganizations recorded on one chain", r.rep.reorgs)
	}
}

// A head that stands still makes the follower turn to the next endpoint.
func TestStalledEndpointIsLeft(t *testing.T) {
	r := newRig(t)
	good := r.chain
	r.mine(1)
	r.poll()
	head := r.rep.cursors().Follow().Latest
	still := newRPCProxy(t, good.URL())
	parent, err := good.BlockAt(head.Number - 1)
	if err != nil {
		t.Fatal(err)
	}
	still.set(func(p *rpcProxy) {
		p.answer = func(method string, params []json.RawMessage) string {
			if method == "eth_getBlockByNumber" && param(params, 0) == "latest" {
				return fmt.Sprintf(`"result":{"number":"%s","hash":"0x%x","parentHash":"0x%x","timestamp":"%s"}`,
					hexutil.EncodeUint64(head.Number), head.Hash, parent.Hash, hexutil.EncodeUint64(uint64(head.TimeMs)/1000))
			}
			return ""
		}
	})
	also := newRPCProxy(t, good.URL()) // stands at the same head
	also.set(func(p *rpcProxy) { p.answer = still.answer })
	r.through(0, still.url, also.url, r.proxy.url)
	r.poll()
	r.mine(3)
	r.poll()
	if got := r.rep.cursors().Follow().Latest; got != head {
		t.Fatalf("follow point at %d", got.Number)
	}
	for range 2 { // one stall per endpoint that stands still
		r.mu.Lock()
		r.now = r.now.Add(2 * time.Minute)
		r.mu.Unlock()
		r.poll()
	}
	if _, ok := alarmed[*layer1.StalledError](r); !ok || len(r.alarms) != 2 {
		t.Errorf("alarms: %v", r.alarms)
	}
	r.poll()
	if got := r.rep.cursors().Follow().Latest; got.Hash != good.Head().Hash {
		t.Errorf("follow point at %d after the stall, head %d", got.Number, good.Head().Number)
	}
}

// An endpoint that takes a transaction and keeps it to itself does not stop
// anchoring: a send goes to all of them.
func TestSendsReachEveryEndpoint(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	keeper := newRPCProxy(t, r.chain.URL())
	keeper.set(func(p *rpcProxy) {
		p.answer = func(method string, _ []json.RawMessage) string {
			if method == "eth_sendRawTransaction" {
				return fmt.Sprintf(`"result":"0x%x"`, [32]byte{1})
			}
			return ""
		}
	})
	r.through(0, keeper.url, r.proxy.url)
	r.mustCommit(1, 1)
	r.settle("committed", committed(1))
	r.noAlarms()
}

// prune makes an endpoint forget the blocks, receipts and states below a block.
func prune(p *rpcProxy, below uint64, answer string) {
	old := func(text string) bool {
		n, err := hexutil.DecodeUint64(text)
		return err == nil && n < below
	}
	p.set(func(p *rpcProxy) {
		p.answer = func(method string, params []json.RawMessage) string {
			switch {
			case method == "eth_getBlockByNumber" && old(param(params, 0)):
				return answer
			case (method == "eth_call" || method == "eth_getTransactionCount") && old(param(params, 1)):
				return `"error":{"code":-32000,"message":"missing trie node"}`
			}
			return ""
		}
		p.edit = func(method string, _ []json.RawMessage, body []byte) []byte {
			var a struct {
				ID     json.RawMessage
				Result struct{ BlockNumber string }
			}
			if method == "eth_getTransactionReceipt" && json.Unmarshal(body, &a) == nil && old(a.Result.BlockNumber) {
				return []byte(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":null}`, a.ID))
			}
			return body
		}
	})
}

// An L1 that has pruned what happened during an outage: neither the followed
// blocks nor the receipts are there any more. The contract's state at depth is the
// evidence for what landed, and nothing goes out twice.
func TestPrunedHistory(t *testing.T) {
	for name, answer := range map[string]string{
		"null": `"result":null`, "error": `"error":{"code":4444,"message":"pruned history unavailable"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.rep.seal(t, 3)
			r.mustCommit(1, 1)
			if err := func() error { r.settle("committed", committed(1)); return r.verify(1, 1) }(); err != nil {
				t.Fatal(err)
			}
			r.settle("finalized", func(h cursor.Heads) bool { return h.Finalized == 1 })
			r.mustCommit(2, 2)
			for r.nonce(submitterKey) < 2 {
				r.mine(1)
			}
			r.mine(150)
			prune(r.proxy, r.chain.Head().Number-100, answer)
			r.failover(nil)
			r.finish()
			if b, ok := r.rep.cursors().Batch(2); !ok || b.Commit == nil || len(r.rep.headers) != 3 {
				t.Errorf("batch 2: %+v", b)
			}
			if r.nonce(submitterKey) != 3 {
				t.Errorf("%d commits on L1 for three batches", r.nonce(submitterKey))
			}
		})
	}
}

// lie changes what an endpoint states as nonces.
func lie(p *rpcProxy, change func(at string, n uint64) uint64) {
	p.set(func(p *rpcProxy) {
		p.edit = func(method string, params []json.RawMessage, body []byte) []byte {
			var a struct {
				ID     json.RawMessage
				Result hexutil.Uint64
			}
			if method != "eth_getTransactionCount" || json.Unmarshal(body, &a) != nil {
				return body
			}
			return []byte(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":"%s"}`, a.ID, hexutil.EncodeUint64(change(param(params, 1), uint64(a.Result)))))
		}
	})
}

// An RPC that lies about nonces: too high at the head, too high everywhere, and
// too low. No batch is lost or doubled, and all goes on by itself.
func TestNonceLies(t *testing.T) {
	t.Run("too high at the head", func(t *testing.T) {
		r := newRig(t)
		r.rep.seal(t, 2)
		r.mustCommit(1, 1)
		lie(r.proxy, func(at string, n uint64) uint64 {
			if at == "latest" {
				return n + 3
			}
			return n
		})
		var foreign *layer1.ForeignNonceError
		if err := r.commit(2, 2); !errors.As(err, &foreign) || foreign.Nonce != 1 || foreign.Confirmed != 3 {
			t.Errorf("commit: %v", err)
		}
		if r.rep.intents != 1 {
			t.Error("an intent above a gap that an endpoint invented")
		}
		honest(r.proxy)
		r.finish()
	})
	t.Run("too high everywhere", func(t *testing.T) {
		r := newRig(t)
		r.rep.seal(t, 2)
		r.mustCommit(1, 1)
		lie(r.proxy, func(_ string, n uint64) uint64 { return n + 3 })
		r.mineEmpty(depth + 1)
		r.poll() // believes that nonce 0 is lost
		if a := r.anchorAt(0); a.Status != cursor.StatusFailed || a.TxHash != (cursor.Hash{}) {
			t.Fatalf("nonce 0 has status %s", a.Status)
		}
		r.mustCommit(1, 1) // behind the nonces that are said to be used
		if a := r.anchorAt(3); a.First != 1 {
			t.Fatalf("in flight: %s", describe(r.rep.cursors()))
		}
		honest(r.proxy)
		r.finish() // nonce 0 lands after all, 1 and 2 are filled, 3 reverts
		if got := r.counters.Cancelled.Load(); got != 2 {
			t.Errorf("%d nonces filled, want 2", got)
		}
	})
	t.Run("taken for lost and forgotten by the pool", func(t *testing.T) {
		r := newRig(t)
		r.rep.seal(t, 2)
		r.mustCommit(1, 1)
		lie(r.proxy, func(_ string, n uint64) uint64 { return n + 2 })
		r.mineEmpty(finalizedDepth + depth + 1)
		r.poll()
		if a := r.anchorAt(0); a.Status != cursor.StatusFailed {
			t.Fatalf("nonce 0 has status %s", a.Status)
		}
		r.mustCommit(1, 1)
		r.chain.DropPending()
		honest(r.proxy)
		r.finish() // nonce 0 is sent again
	})
	t.Run("too low", func(t *testing.T) {
		r := newRig(t)
		r.rep.seal(t, 3)
		r.mustCommit(1, 1)
		lie(r.proxy, func(string, uint64) uint64 { return 0 })
		r.mine(1)
		r.mustCommit(2, 2)
		r.mustCommit(3, 3)
		r.settle("committed although the endpoint denies it", committed(3))
		honest(r.proxy)
		r.finish()
	})
}

// A reorganization takes back a foreign use of the account that anchors already
// stand above: the gap is filled, and what stands above lands.
func TestReorgOfAForeignUse(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 2)
	r.mustCommit(1, 1)
	r.settle("committed", committed(1))
	r.settle("final", func(cursor.Heads) bool { return r.rep.cursors().Follow().Finalized.Number > r.anchorBlock(1) })
	r.foreignTx(submitterKey, embedded.DevAddress(ownerKey), nil)
	r.mine(1 + depth)
	r.poll()
	r.mustCommit(2, 2) // behind the foreign use
	if a := r.anchorAt(2); a.First != 2 {
		t.Fatalf("in flight: %s", describe(r.rep.cursors()))
	}
	if _, err := r.chain.Reorg(1+depth, 2+depth); err != nil {
		t.Fatal(err)
	}
	r.chain.DropPending()
	r.finish()
	if got := r.counters.Cancelled.Load(); got != 1 {
		t.Errorf("%d fillers, want 1", got)
	}
	if r.nonce(submitterKey) != 3 {
		t.Errorf("next nonce %d, want 3", r.nonce(submitterKey))
	}
}

// spike multiplies what the market asks for.
func spike(p *rpcProxy, times int64) {
	fee := regexp.MustCompile(`"baseFeePerGas":"(0x[0-9a-f]+)"`)
	tip := regexp.MustCompile(`"result":"(0x[0-9a-f]+)"`)
	p.set(func(p *rpcProxy) {
		p.edit = func(method string, _ []json.RawMessage, body []byte) []byte {
			expr := fee
			if method == "eth_maxPriorityFeePerGas" || method == "eth_blobBaseFee" {
				expr = tip
			} else if method != "eth_getBlockByNumber" {
				return body
			}
			return expr.ReplaceAllFunc(body, func(m []byte) []byte {
				parts := strings.Split(string(m), `"`)
				v, err := hexutil.DecodeBig(parts[3])
				if err != nil {
					return m
				}
				return []byte(fmt.Sprintf(`"%s":"%s"`, parts[1], hexutil.EncodeBig(v.Mul(v, big.NewInt(times)))))
			})
		}
	})
}

// layers.md: replacement with a market floor under a hard fee cap. A spike of
// 100 times below the cap is paid at once; above it nothing new goes out, what is
// in flight stays, and anchoring goes on when it is over.
func TestFeeSpike(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 3)
	r.mustCommit(1, 1)
	before, err := r.client.Block(t.Context(), layer1.Latest)
	if err != nil {
		t.Fatal(err)
	}
	r.failover(func(c *layer1.TxConfig) { c.MaxFeePerGas = new(big.Int).Mul(before.BaseFee, big.NewInt(20)) })
	r.maintain()
	spike(r.proxy, 100)
	r.mineEmpty(3)
	r.maintain()
	if err = r.commit(2, 2); !errors.Is(err, layer1.ErrFeeCap) || r.rep.intents != 1 {
		t.Errorf("commit above the cap: %v, %d intents", err, r.rep.intents)
	}
	if len(r.anchorAt(0).Attempts) != 1 || len(r.alarms) == 0 || !errors.Is(r.alarms[0], layer1.ErrFeeCap) {
		t.Errorf("replaced above the cap: %s, alarms %v", describe(r.rep.cursors()), r.alarms)
	}
	r.failover(nil) // a cap above the spike
	r.maintain()
	r.mineEmpty(3)
	r.maintain()
	a := r.anchorAt(0)
	if len(a.Attempts) != 2 {
		t.Fatalf("not replaced: %s", describe(r.rep.cursors()))
	}
	market, err := r.client.Block(t.Context(), layer1.Latest)
	if err != nil {
		t.Fatal(err)
	}
	if tip, fee := attemptFees(t, a.Attempts[1]); fee.Cmp(market.BaseFee) <= 0 || tip.Cmp(fee) > 0 {
		t.Errorf("bid %s with a tip of %s on a base fee of %s", fee, tip, market.BaseFee)
	}
	honest(r.proxy)
	r.failover(nil)
	r.finish()
}

// A deployment is looked at in its receipt's block, which a lagging backend of the endpoint gets later than the receipt.
func TestDeployBehindALaggingBackend(t *testing.T) {
	r := newRig(t)
	lags := newRPCProxy(t, r.chain.URL())
	var missing int
	lags.set(func(p *rpcProxy) {
		p.answer = func(method string, params []json.RawMessage) string {
			if method == "eth_getBlockByNumber" && param(params, 0) != "latest" && missing < 2 {
				missing++
				return `"result":null`
			}
			return ""
		}
	})
	if d := deploy(t, r.chain, newClient(t, r.chain.ChainID(), lags.url)); d.Contract == ([20]byte{}) || missing != 2 {
		t.Errorf("deployed at %x, %d answers without the block", d.Contract, missing)
	}
}
