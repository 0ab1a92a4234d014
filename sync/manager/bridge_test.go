package manager_test

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/manager"
)

// Assets of the bridge's tests: a listed unit of ether is a gwei, of the token its smallest unit.
const (
	ether     = 1
	coin      = 2
	gweiScale = 9
	gwei      = 1_000_000_000
)

// Development accounts that no anchor uses.
const (
	aliceKey = 5 + iota
	bobKey
)

// bridge is a rig whose contract lists ether and an ERC-20.
type bridge struct {
	*rig
	bank  *layer1.Contract
	token [20]byte
}

func newBridge(t *testing.T, depth uint32) *bridge {
	t.Helper()
	return newBridgeOn(newRigAt(t, depth))
}

func newBridgeOn(r *rig) *bridge {
	r.t.Helper()
	b := &bridge{rig: r}
	ctx := r.t.Context()
	b.bank = layer1.NewContract(b.client, b.contract)
	b.token = b.deployToken()
	for _, o := range []layer1.Order{b.bank.ListTokenOrder(ether, [20]byte{}, gweiScale), b.bank.ListTokenOrder(coin, b.token, 0)} {
		_, err := b.bank.Send(ctx, b.signer(0), o)
		b.check(err)
	}
	b.openSession()
	b.send([]command.Transition{
		{Kind: command.RegisterAsset, Asset: ether, Decimals: 9},
		{Kind: command.RegisterAsset, Asset: coin, Decimals: 6, Address: b.token},
		{Kind: command.CreateMarket, Market: 1, Asset: ether, Quote: coin, Tick: 1_000, Lot: 1_000_000, MakerFee: 100, TakerFee: 200},
	})
	mint := append([]byte{0x40, 0xc1, 0x0f, 0x19}, word(embedded.DevAddress(bobKey))...) // mint(address,uint256)
	_, err := layer1.Transact(ctx, b.client, b.signer(0), &b.token, nil, append(mint, big.NewInt(1e15).FillBytes(make([]byte, 32))...))
	b.check(err)
	b.check(b.bank.Approve(ctx, b.signer(bobKey), b.token, big.NewInt(1e15)))
	return b
}

func word(a [20]byte) []byte { return append(make([]byte, 12), a[:]...) }

func (b *bridge) deployToken() [20]byte {
	b.t.Helper()
	raw, err := os.ReadFile("../layer1/contract/testdata/Fixtures.json")
	b.check(err)
	var artifact struct {
		Contracts map[string]struct {
			Bin string `json:"bin"`
		} `json:"contracts"`
	}
	b.check(json.Unmarshal(raw, &artifact))
	code, err := hex.DecodeString(artifact.Contracts["testdata/Fixtures.sol:TestToken"].Bin)
	b.check(err)
	r, err := layer1.Transact(b.t.Context(), b.client, b.signer(0), nil, nil, code)
	b.check(err)
	return r.Contract
}

// deposit queues an amount in listed units for the key's own address.
func (b *bridge) deposit(key int, asset uint32, units int64) (index, block uint64) {
	b.t.Helper()
	token, amount := b.token, big.NewInt(units)
	if asset == ether {
		token, amount = [20]byte{}, new(big.Int).Mul(amount, big.NewInt(gwei))
	}
	index, receipt, err := b.bank.Deposit(b.t.Context(), b.signer(key), token, embedded.DevAddress(key), amount)
	b.check(err)
	return index, receipt.Block
}

// credited waits until entries of the queue up to index are credited on every replica that runs.
func (b *bridge) credited(index uint64) {
	b.t.Helper()
	b.eventually("deposits credited", func() bool {
		for _, x := range b.replicas {
			if x.node != nil && x.machine.Status().Deposits <= index {
				return false
			}
		}
		return true
	})
}

// account finds the account of a key's address.
func (b *bridge) account(key int) (id uint64) {
	b.t.Helper()
	b.check(b.leader().machine.Read(func(r *fsm.Reader) error {
		return state.AscendAccounts(r.Records(), func(n uint64, a state.Account) bool {
			if a.Address == embedded.DevAddress(key) {
				id = n
			}
			return true
		})
	}))
	if id == 0 {
		b.t.Fatalf("no account of key %d", key)
	}
	return id
}

func (b *bridge) balance(key int, asset uint32) uint64 {
	b.t.Helper()
	var have uint64
	id := b.account(key)
	b.check(b.leader().machine.Read(func(r *fsm.Reader) error {
		x := r.Balance(id, asset)
		have = x.Available + x.Locked
		return nil
	}))
	return have
}

// one submits a transition that must be accepted.
func (b *bridge) one(t command.Transition) session.Receipt {
	b.t.Helper()
	b.sequence++
	r := b.sendGroup([]command.Submission{{Session: b.session, Sequence: b.sequence, Transition: t}})[0]
	if r.Code != state.Accepted {
		b.t.Fatalf("%s: %s", t.Kind, r.Code)
	}
	b.accepted++
	return r
}

// trade has alice sell size of ether to bob.
func (b *bridge) trade(price, size uint64) {
	b.t.Helper()
	ask := b.one(command.Transition{Kind: command.Place, Side: command.Ask, Market: 1, Account: b.account(aliceKey), Price: price, Size: size})
	if bid := b.one(command.Transition{Kind: command.Place, Side: command.Bid, Market: 1, Account: b.account(bobKey), Price: price, Size: size}); bid.Filled != size {
		b.t.Fatalf("filled %d of %d against order %d", bid.Filled, size, ask.Order)
	}
}

func (b *bridge) withdraw(key int, asset uint32, amount uint64) (index uint64) {
	b.t.Helper()
	return b.one(command.Transition{
		Kind: command.Withdraw, Account: b.account(key), Asset: asset, Amount: amount, Address: embedded.DevAddress(key),
	}).Order
}

// proof finds the withdrawal in the batches that the leader holds.
func (b *bridge) proof(index uint64) (batch.Header, batch.Withdrawal, batch.WithdrawalProof) {
	b.t.Helper()
	m := b.leader().machine
	for n := m.Position().Batch; n > 0; n-- {
		sealed, err := m.Sealed(n)
		b.check(err)
		ws, err := sealed.Withdrawals()
		b.check(err)
		if len(ws) > 0 && index >= ws[0].Index && index-ws[0].Index < uint64(len(ws)) {
			p, err := batch.ProveWithdrawal(ws, int(index-ws[0].Index))
			b.check(err)
			return sealed.Header, ws[index-ws[0].Index], p
		}
	}
	b.t.Fatalf("no batch holds withdrawal %d", index)
	panic("unreachable")
}

// claim has a withdrawal paid and checks what arrived; anybody may send the claim.
func (b *bridge) claim(index uint64) {
	b.t.Helper()
	ctx := b.t.Context()
	header, w, p := b.proof(index)
	listed, err := b.bank.Token(ctx, w.Asset, layer1.Latest)
	b.check(err)
	before, err := b.client.TokenBalance(ctx, listed.Address, w.Address, layer1.Latest)
	b.check(err)
	_, err = b.bank.Claim(ctx, b.signer(0), header, w, p, w.Address)
	b.check(err)
	after, err := b.client.TokenBalance(ctx, listed.Address, w.Address, layer1.Latest)
	b.check(err)
	want := new(big.Int).Mul(new(big.Int).SetUint64(w.Amount), listed.Unit)
	if got := after.Sub(after, before); got.Cmp(want) != 0 {
		b.t.Errorf("withdrawal %d paid %s, want %s", index, got, want)
	}
	if _, err := b.bank.Claim(ctx, b.signer(0), header, w, p, w.Address); err == nil {
		b.t.Errorf("withdrawal %d was paid twice", index)
	}
}

// conserved checks, of each asset, that what the contract holds is what the state's balances, the withdrawals that
// nobody claimed and the deposits that are not credited sum up to, and that the contract really has it.
func (b *bridge) conserved() {
	b.t.Helper()
	ctx, m := b.t.Context(), b.leader().machine
	sum := map[uint32]uint64{}
	b.check(m.Read(func(r *fsm.Reader) error {
		for asset := range map[uint32]bool{ether: true, coin: true} {
			sum[asset] += r.Balance(state.FeeAccount, asset).Available
		}
		for i := r.Inbox().Next; ; i++ {
			d, waits := r.Cursor().Deposit(i)
			if !waits {
				break
			}
			sum[d.Asset] += d.Amount
		}
		return state.AscendAccounts(r.Records(), func(id uint64, _ state.Account) bool {
			for _, asset := range []uint32{ether, coin} {
				x := r.Balance(id, asset)
				sum[asset] += x.Available + x.Locked
			}
			return true
		})
	}))
	view, err := m.View(m.Position().Batch)
	b.check(err)
	defer view.Close()
	b.check(state.AscendWithdrawals(view, 0, func(w state.Withdrawal) bool {
		claimed, err := b.bank.IsClaimed(ctx, w.Index, layer1.Latest)
		b.check(err)
		if !claimed {
			sum[w.Asset] += w.Amount
		}
		return true
	}))
	for _, asset := range []uint32{ether, coin} {
		listed, err := b.bank.Token(ctx, asset, layer1.Latest)
		b.check(err)
		has, err := b.client.TokenBalance(ctx, listed.Address, b.contract, layer1.Latest)
		b.check(err)
		if want := new(big.Int).Mul(new(big.Int).SetUint64(listed.Held), listed.Unit); has.Cmp(want) != 0 {
			b.t.Errorf("asset %d: the contract has %s and counts %s", asset, has, want)
		}
		if listed.Held != sum[asset] {
			b.t.Errorf("asset %d: L1 holds %d, balances, withdrawals and waiting deposits sum to %d", asset, listed.Held, sum[asset])
		}
	}
}

// layers.md, "Inbox": deposits are credited once finalized, traded, withdrawn and claimed against a finalized batch,
// and no value is made or lost over reorganizations, with and without orphaned deposits, and failovers.
func TestDepositTradeWithdrawClaim(t *testing.T) {
	t.Parallel()
	b := newBridge(t, 0)
	_, block := b.deposit(aliceKey, ether, 5*gwei) // 5 ether
	last, _ := b.deposit(bobKey, coin, 900_000_000)
	if s := b.leader().machine.Status(); s.Deposits > 0 && b.leader().machine.Cursor().Follow().Finalized.Number < block {
		t.Errorf("%d deposits are credited before their blocks are final", s.Deposits)
	}
	b.failover()
	b.credited(last)
	if got := b.balance(aliceKey, ether); got != 5*gwei {
		t.Errorf("alice has %d gwei", got)
	}

	// A reorganization takes a deposit out of its block before it is final; it is mined again, and credited once.
	last, _ = b.deposit(aliceKey, ether, gwei)
	_, err := b.chain.Reorg(2, 3)
	b.check(err)
	b.trade(100_000_000, gwei)
	b.credited(last)
	// Another one is gone for good: its nonce is used by something else on the new branch.
	lost, _ := b.deposit(bobKey, coin, 77)
	_, err = b.chain.Reorg(2, 3)
	b.check(err)
	b.chain.DropPending()
	b.failover()
	again, _ := b.deposit(aliceKey, ether, gwei/2)
	b.credited(max(lost, again))

	eth, coins := b.withdraw(bobKey, ether, gwei/4), b.withdraw(aliceKey, coin, 50_000_000)
	kept := b.withdraw(bobKey, ether, gwei/8)
	_, err = b.chain.Reorg(2, 3)
	b.check(err)
	b.failover()
	b.drain()
	b.conserved()
	b.claim(eth)
	b.claim(coins)
	b.conserved()
	b.trade(90_000_000, gwei/10)
	b.failover()
	b.drain()
	b.claim(kept)
	b.conserved()
	b.consistent()
	for _, x := range b.replicas {
		if n := len(x.machine.Cursor().Rollbacks()); n != 0 {
			t.Errorf("%s: %d rollbacks although deposits are credited at finality", x.id, n)
		}
	}
}

// layers.md, "Inbox" and "Follower": with risk.shallow_deposits, batches that consumed orphaned deposits roll back with
// the local state, their transitions are kept for the Reverted stream, and no value is made or lost. A leader is killed
// between the reorganization and the rollback, while a commit of what goes back is on its way; the two after it behind the
// rollback, before and after they have recorded what goes out at that commit's nonce instead.
func TestOrphanedDepositsRollBack(t *testing.T) {
	t.Parallel()
	r := &rig{t: t, depth: 1, death: &death{seen: map[string]bool{}}}
	b := newBridgeOn(newRigFrom(r, nil))
	first, _ := b.deposit(bobKey, coin, 900_000_000)
	b.credited(first)
	b.drain() // on L1, final
	orphan, block := b.deposit(aliceKey, ether, 2*gwei)
	b.credited(orphan)
	b.chain.Stall(true)
	b.trade(100_000_000, gwei)
	traded := b.sequence
	b.eventually("a commit of the trade is on its way", func() bool {
		s := b.leader().machine.Status()
		return s.AllSealed() && slices.ContainsFunc(b.leader().machine.Cursor().InFlight(), func(a cursor.Anchor) bool {
			return a.Kind == cursor.Commit && a.Status == cursor.StatusPending && a.Last == s.Heads.Sealed
		})
	})
	removed := b.leader().machine.Position().Batch

	// The deposit's block goes, and its transaction with it.
	b.killInTurn(append([]string{"l1_reorg" + manager.Unrecorded}, beside("replaced")...), func() {
		deep := b.chain.Head().Number - block + 1
		_, err := b.chain.Reorg(deep, int(deep)+2)
		b.check(err)
		b.chain.DropPending()
	})
	b.chain.Stall(false)
	b.eventually("rolled back", func() bool { return len(b.leader().machine.Cursor().Rollbacks()) == 1 })
	for _, x := range b.replicas {
		b.eventually("rolled back everywhere", func() bool { return len(x.machine.Cursor().Rollbacks()) == 1 })
		if got := x.machine.Status().Deposits; got != first+1 {
			t.Errorf("%s: %d deposits are credited after the rollback", x.id, got)
		}
		b.reverted(x, traded)
	}
	if n := b.leader().machine.Cursor().Rollbacks()[0]; n.From < removed && n.AppliedFrom == n.AppliedTo {
		t.Errorf("nothing was removed: %+v", n)
	}
	answer, _, err := b.leader().node.Submit(t.Context(), []command.Submission{{
		Session: b.session, Sequence: traded, Transition: command.Transition{Kind: command.CancelAll, Account: b.account(bobKey)},
	}}, nil)
	b.check(err)
	if answer[0].Status != session.Reverted {
		t.Errorf("a removed submission answers %v", answer[0].Status)
	}

	again, _ := b.deposit(aliceKey, ether, 3*gwei)
	b.credited(again)
	if got := b.balance(aliceKey, ether); got != 3*gwei {
		t.Errorf("alice has %d gwei", got)
	}
	b.trade(100_000_000, gwei)
	w := b.withdraw(bobKey, ether, gwei/2)
	b.drain()
	b.conserved()
	b.claim(w)
	b.conserved()
	b.consistent()
}

// reverted checks that a replica has kept what its first rollback removed: the deposit and the two orders.
func (b *bridge) reverted(x *replica, sequence uint64) {
	b.t.Helper()
	kept, err := x.machine.Reverted(1)
	b.check(err)
	kinds := map[command.Kind]int{}
	covered := false
	for _, removed := range kept.Batches {
		ts, err := removed.Decode()
		b.check(err)
		for i := range ts {
			kinds[ts[i].Kind]++
		}
		for _, o := range removed.Origins {
			covered = covered || o.Session == b.session && o.From <= sequence && sequence <= o.To
		}
	}
	if kinds[command.Deposit] != 1 || kinds[command.Place] != 2 || !covered {
		b.t.Errorf("%s keeps %v of rollback %+v", x.id, kinds, kept.Record)
	}
}
