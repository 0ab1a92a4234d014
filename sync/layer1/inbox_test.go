package layer1_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

const depositorKey = 7

// mining calls fn, which waits for its transactions, and mines a block whenever one of them waits: how many blocks there are
// is not for the machine's pace to say.
func (r *rig) mining(fn func(ctx context.Context) error) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- fn(ctx) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				r.t.Fatal(err)
			}
			return
		case <-tick.C:
			if r.waits(ownerKey) || r.waits(depositorKey) {
				r.mine(1)
			}
		}
	}
}

// waits says whether a transaction of an account waits for a block.
func (r *rig) waits(key int) bool {
	r.t.Helper()
	pending, err := r.client.Nonce(r.t.Context(), embedded.DevAddress(key), "pending")
	if err != nil {
		r.t.Fatal(err)
	}
	return pending > r.nonce(key)
}

// bank lists ether on the rig's contract, a listed unit being a gwei.
func (r *rig) bank() *layer1.Contract {
	c := layer1.NewContract(r.client, r.contract)
	r.mining(func(ctx context.Context) error {
		_, err := c.Send(ctx, signer(r.t, ownerKey), c.ListTokenOrder(1, [20]byte{}, 9))
		return err
	})
	return c
}

func (r *rig) deposit(c *layer1.Contract, gwei int64) (index uint64) {
	r.mining(func(ctx context.Context) (err error) {
		amount := new(big.Int).Mul(big.NewInt(gwei), big.NewInt(1e9))
		index, _, err = c.Deposit(ctx, signer(r.t, depositorKey), [20]byte{}, embedded.DevAddress(depositorKey), amount)
		return err
	})
	return index
}

// layers.md, "Inbox" and "Follower": the cursor gets every deposit once, with what the contract lists; a reorganization
// rewinds it, and what is mined again comes back under the same hash.
func TestDepositsAreRecorded(t *testing.T) {
	r := newRig(t)
	c := r.bank()
	if n, known, err := r.client.TokenDecimals(t.Context(), [20]byte{}, layer1.Latest); n != 18 || !known || err != nil {
		t.Errorf("decimals of ether: %d %v %v", n, known, err)
	}
	if _, known, err := r.client.TokenDecimals(t.Context(), r.contract, layer1.Latest); known || err != nil {
		t.Errorf("decimals of a contract that is no token: %v %v", known, err)
	}
	for i := range uint64(3) {
		if got := r.deposit(c, int64(i)+10); got != i {
			t.Fatalf("deposit %d has index %d", i, got)
		}
	}
	r.poll()
	r.poll()
	in := r.rep.cursors().Inbox()
	held, err := c.InboxAt(t.Context(), 3, layer1.Latest)
	if err != nil || in.To != 3 || held.Length != 3 || in.ToHash != held.Hash {
		t.Fatalf("recorded %+v, L1 has %+v: %v", in, held, err)
	}
	last, _ := r.rep.cursors().Deposit(2)
	if last.Asset != 1 || last.Amount != 12 || last.Address != embedded.DevAddress(depositorKey) || last.Block.TimeMs == 0 {
		t.Errorf("deposit %+v", last)
	}
	if n := r.proxy.count("eth_getLogs"); n > 4 {
		t.Errorf("%d queries of logs", n)
	}

	deep := r.chain.Head().Number - last.Block.Number + 1
	if _, err := r.chain.Reorg(deep, int(deep)+1); err != nil {
		t.Fatal(err)
	}
	r.poll()
	if got := r.rep.cursors().Inbox(); got.To != 2 {
		t.Errorf("%d deposits are recorded after the reorganization", got.To)
	}
	r.mine(2) // from the pool
	r.poll()
	again, _ := r.rep.cursors().Deposit(2)
	if again.Hash != last.Hash || again.Block == last.Block {
		t.Errorf("the deposit came back as %+v, was %+v", again, last)
	}
	r.noAlarms()
}

// An endpoint that leaves logs out, or whose logs are of another queue, is found out by the contract's own state: nothing
// is recorded.
func TestLogsThatLackDeposits(t *testing.T) {
	r := newRig(t)
	c := r.bank()
	r.deposit(c, 5)
	r.deposit(c, 6)
	logs := func(edit func([]map[string]any) []map[string]any) {
		r.proxy.set(func(p *rpcProxy) {
			p.edit = func(method string, _ []json.RawMessage, body []byte) []byte {
				var answer struct {
					ID      json.RawMessage  `json:"id"`
					Version string           `json:"jsonrpc"`
					Result  []map[string]any `json:"result"`
				}
				if method != "eth_getLogs" || json.Unmarshal(body, &answer) != nil {
					return body
				}
				answer.Result = edit(answer.Result)
				out, err := json.Marshal(answer)
				if err != nil {
					return body
				}
				return out
			}
		})
	}
	for name, edit := range map[string]func([]map[string]any) []map[string]any{
		"none":      func([]map[string]any) []map[string]any { return []map[string]any{} },
		"the first": func(l []map[string]any) []map[string]any { return l[1:] },
		"the last":  func(l []map[string]any) []map[string]any { return l[:len(l)-1] },
	} {
		logs(edit)
		if err := r.follower.Poll(t.Context()); !errors.Is(err, layer1.ErrInboxLogs) {
			t.Errorf("%s left out: %v", name, err)
		}
	}
	logs(func(l []map[string]any) []map[string]any {
		l[0]["transactionHash"], l[0]["blockHash"] = l[1]["transactionHash"], l[1]["blockHash"]
		return l
	})
	if err := r.follower.Poll(t.Context()); err == nil {
		t.Error("a deposit of another block was recorded")
	}
	if in := r.rep.cursors().Inbox(); in.To != 0 {
		t.Errorf("%d deposits recorded", in.To)
	}
	r.proxy.set(func(p *rpcProxy) { p.edit = nil })
	r.poll()
	if in := r.rep.cursors().Inbox(); in.To != 2 {
		t.Errorf("%d deposits recorded by an honest endpoint", in.To)
	}
}

// A crash between two events of one queue leaves it resumable; the refusals of the cursor name what is wrong.
func TestRecordingDepositsIsResumable(t *testing.T) {
	r := newRig(t)
	c := r.bank()
	r.deposit(c, 5)
	r.poll()
	r.deposit(c, 6)
	crash := errors.New("crash")
	r.rep.refuse = func(ev cursor.Event) error {
		if _, ok := ev.(cursor.Deposited); ok {
			return crash
		}
		return nil
	}
	if err := r.follower.Poll(t.Context()); !errors.Is(err, crash) {
		t.Errorf("poll: %v", err)
	}
	r.rep.refuse = nil
	r.follower = r.newFollower() // another leader
	r.poll()
	if in := r.rep.cursors().Inbox(); in.To != 2 {
		t.Errorf("%d deposits recorded", in.To)
	}
}
