package zkvm_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

var deployment = guest.Deployment{ChainID: 1337, Contract: command.Address{1, 2, 3}}

// ledger is the local layer at its smallest: it applies transitions to a full tree and seals batches as the machine
// does. It is a zkvm.Source.
type ledger struct {
	tree       *tree.Tree
	store      *state.TreeStore
	kind       batch.PayloadKind
	versions   []tree.Version // by batch number
	batches    []*fsm.SealedBatch
	normalized []command.Transition
	accepted   int
	rejected   int
}

func newLedger(kind batch.PayloadKind) *ledger {
	l := &ledger{tree: tree.New(tree.Options{}), kind: kind, batches: []*fsm.SealedBatch{nil}}
	l.store = state.NewTreeStore(l.tree, state.NewMapIndex())
	v, _ := l.tree.Seal()
	l.versions = []tree.Version{v}
	return l
}

func (l *ledger) apply(t *command.Transition) *state.Receipt {
	var r state.Receipt
	l.normalized = state.Apply(l.store, t, &r, l.normalized)
	if l.store.Err() != nil {
		panic(l.store.Err())
	}
	if r.Code == state.Accepted {
		l.accepted++
	} else {
		l.rejected++
	}
	return &r
}

// seal closes the batch that apply filled.
func (l *ledger) seal(tb testing.TB) *fsm.SealedBatch {
	tb.Helper()
	number := uint64(len(l.batches))
	pre := must(l.View(number - 1))
	defer pre.Close()
	before, inbox := must(state.ReadCounters(pre)), must(state.ReadInbox(pre))
	v, root := l.tree.Seal()
	l.versions = append(l.versions, v)
	post := must(l.View(number))
	defer post.Close()
	after, consumed := must(state.ReadCounters(post)), must(state.ReadInbox(post))
	var withdrawals []batch.Withdrawal
	check(state.AscendWithdrawals(post, before.Withdrawals, func(w state.Withdrawal) bool {
		withdrawals = append(withdrawals, batch.Withdrawal(w))
		return true
	}))
	payload := batch.EncodePayload(nil, l.normalized)
	hashed := payload
	if l.kind == batch.PayloadDiff {
		var changes []tree.Change
		check(tree.Diff(pre, post, func(key, _, value []byte) error {
			changes = append(changes, tree.Change{Key: key, Value: value, Delete: value == nil})
			return nil
		}))
		hashed = batch.EncodeDiff(nil, changes)
	}
	h := batch.Header{
		Lineage: [16]byte{9}, Number: number, PreRoot: pre.Root(), PostRoot: root,
		PayloadKind: l.kind, PayloadHash: sha256.Sum256(hashed), Transitions: uint32(len(l.normalized)),
		FirstSequence: before.Sequence + 1, LastSequence: after.Sequence,
		InboxFrom: inbox.Next, InboxTo: consumed.Next, InboxHash: consumed.Hash,
		WithdrawalsRoot: batch.WithdrawalsRoot(withdrawals),
		FirstTimeMs:     int64(number), SealTimeMs: int64(number) + 1, ProgramVersion: guest.ProgramVersion,
	}
	if number > 1 {
		h.ParentHash = l.batches[number-1].Header.Hash()
	}
	if err := h.Validate(); err != nil {
		tb.Fatalf("the test's own header: %v", err)
	}
	sealed := &fsm.SealedBatch{Header: h, Hash: h.Hash(), Payload: payload}
	l.batches = append(l.batches, sealed)
	l.normalized = l.normalized[:0]
	return sealed
}

// Sealed implements zkvm.Source.
func (l *ledger) Sealed(n uint64) (*fsm.SealedBatch, error) {
	if n == 0 || n >= uint64(len(l.batches)) {
		return nil, errors.New("no such batch")
	}
	return l.batches[n], nil
}

// View implements zkvm.Source.
func (l *ledger) View(n uint64) (*tree.View, error) {
	if n >= uint64(len(l.versions)) {
		return nil, errors.New("no such version")
	}
	return l.tree.View(l.versions[n])
}

// traders is a seeded flow: accounts with money, one market whose mid wanders, limit orders around it that rest, trade
// and are cancelled or amended, now and then a deposit or a withdrawal.
type traders struct {
	rng      *rand.Rand
	accounts uint64
	mid      uint64
	inbox    uint64
	resting  []resting
	markets  uint32
}

type resting struct{ account, order uint64 }

const (
	tick = 10
	lot  = 100
)

func newTraders(seed, accounts uint64, markets uint32) *traders {
	return &traders{rng: rand.New(rand.NewPCG(seed, 7)), accounts: accounts, mid: 50_000, markets: markets}
}

// setup registers assets and markets and funds every account.
func (f *traders) setup() []command.Transition {
	ts := []command.Transition{{Kind: command.RegisterAsset, Asset: 1, Decimals: 2, Address: command.Address{1}}}
	ts = append(ts, command.Transition{Kind: command.RegisterAsset, Asset: 2, Decimals: 2, Address: command.Address{2}})
	for m := range f.markets {
		ts = append(ts, command.Transition{
			Kind: command.CreateMarket, Market: m + 1, Asset: 1, Quote: 2, Tick: tick, Lot: lot, MakerFee: 100, TakerFee: 500,
		})
	}
	for a := range f.accounts {
		ts = append(ts,
			command.Transition{Kind: command.ImportAccount, Account: a + 1, Address: address(a + 1)},
			command.Transition{Kind: command.ImportBalance, Account: a + 1, Asset: 1, Amount: 1 << 40},
			command.Transition{Kind: command.ImportBalance, Account: a + 1, Asset: 2, Amount: 1 << 46})
	}
	return append(ts, command.Transition{Kind: command.EndImport})
}

func address(account uint64) (a command.Address) {
	binary.BigEndian.PutUint64(a[12:], account)
	return a
}

func (f *traders) account() uint64 { return 1 + f.rng.Uint64N(f.accounts) }

func (f *traders) next() command.Transition {
	n := f.rng.IntN(100)
	if n < 45 && len(f.resting) > 0 {
		i := f.rng.IntN(len(f.resting))
		r := f.resting[i]
		f.resting[i] = f.resting[len(f.resting)-1]
		f.resting = f.resting[:len(f.resting)-1]
		if n < 5 {
			return command.Transition{Kind: command.Amend, Account: r.account, Order: r.order, Size: lot}
		}
		return command.Transition{Kind: command.Cancel, Account: r.account, Order: r.order}
	}
	switch n {
	case 97:
		f.inbox++
		account := f.account()
		return command.Transition{Kind: command.Deposit, Account: account, Asset: 1, Amount: 1000, Inbox: f.inbox - 1, Address: address(account)}
	case 98:
		return command.Transition{Kind: command.Withdraw, Account: f.account(), Asset: 2, Amount: 1 + f.rng.Uint64N(99), Address: command.Address{8}}
	case 99:
		return command.Transition{Kind: command.CancelAll, Account: f.account()}
	}
	f.mid += tick * (f.rng.Uint64N(3) - 1)
	side := command.Side(f.rng.IntN(2))
	away := tick * f.rng.Uint64N(200)
	price := f.mid/tick*tick + away
	if side == command.Bid {
		price = f.mid/tick*tick - away
	}
	return command.Transition{
		Kind: command.Place, Side: side, Market: 1 + f.rng.Uint32N(f.markets), Account: f.account(),
		Price: price, Size: lot * (1 + f.rng.Uint64N(20)), ClientID: f.rng.Uint64N(2) * f.rng.Uint64(),
	}
}

// observe learns of orders that rest.
func (f *traders) observe(t *command.Transition, r *state.Receipt) {
	if r.Code == state.Accepted && r.Remaining > 0 && (t.Kind == command.Place || t.Kind == command.Amend) {
		f.resting = append(f.resting, resting{t.Account, r.Order})
	}
}

// fill applies n transitions of the flow.
func (l *ledger) fill(f *traders, n int) {
	for range n {
		t := f.next()
		f.observe(&t, l.apply(&t))
	}
}

// play applies n transitions of a workload.
func (l *ledger) play(f workload.Flow, n int) {
	var t command.Transition
	for range n {
		if !f.Next(&t) {
			panic("test: the flow ended")
		}
		l.apply(&t)
	}
}

func (l *ledger) applyAll(tb testing.TB, ts []command.Transition) {
	tb.Helper()
	for i := range ts {
		if r := l.apply(&ts[i]); r.Code != state.Accepted {
			tb.Fatalf("setup: %+v: %v", ts[i], r.Code)
		}
	}
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(fmt.Sprintf("test: %v", err))
	}
}
