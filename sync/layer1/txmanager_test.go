package layer1_test

import (
	"bytes"
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

var errCrash = errors.New("crash")

func committed(n uint64) func(cursor.Heads) bool {
	return func(h cursor.Heads) bool { return h.Committed == n }
}

// layers.md: several in flight in order, bounded; commit, verification and
// finality move the heads, each with its own account.
func TestPipeline(t *testing.T) {
	r := newRig(t)
	const n = 20
	r.rep.seal(t, n)
	for b := uint64(1); b <= 16; b++ {
		r.mustCommit(b, b)
	}
	if err := r.commit(17, 17); !errors.Is(err, layer1.ErrPipelineFull) {
		t.Fatalf("anchor 17: %v, want a full pipeline", err)
	}
	if r.commits.Free() != 0 {
		t.Errorf("%d free places in a full pipeline", r.commits.Free())
	}
	r.mine(1)
	r.poll()
	if got := r.nonce(submitterKey); got != 16 {
		t.Fatalf("%d of 16 anchors landed in one block", got)
	}
	r.mustCommit(17, n) // several batches in one anchor
	r.settle("committed", committed(n))
	if err := r.verify(1, 10); err != nil {
		t.Fatal(err)
	}
	if err := r.verify(11, n); err != nil {
		t.Fatal(err)
	}
	r.settle("proven", func(h cursor.Heads) bool { return h.Proven == n })
	r.settle("finalized", func(h cursor.Heads) bool { return h.Finalized == n })
	r.checkContract(n)
	if s, p := r.nonce(submitterKey), r.nonce(proverKey); s != 17 || p != 2 {
		t.Errorf("%d commits and %d verifications on L1, want 17 and 2", s, p)
	}
	if left := r.rep.cursors().InFlight(); len(left) != 0 {
		t.Errorf("%d anchors left after finality", len(left))
	}
	r.noAlarms()
}

// l1.md 1, 2: the intent is recorded with the signed bytes; another replica
// sends exactly these after a crash before the send.
func TestCrashBetweenIntentAndSend(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 3)
	r.setFence(func() error { return errCrash })
	for b := uint64(1); b <= 3; b++ {
		if err := r.commit(b, b); !errors.Is(err, layer1.ErrFenced) || !errors.Is(err, errCrash) {
			t.Fatalf("commit with a failing fence: %v", err)
		}
	}
	r.mine(1)
	if r.nonce(submitterKey) != 0 {
		t.Fatal("sent although leadership was not confirmed")
	}
	before := [][]byte{r.anchorAt(0).Attempts[0].RawTx, r.anchorAt(1).Attempts[0].RawTx, r.anchorAt(2).Attempts[0].RawTx}
	r.setFence(nil)
	r.failover(nil)
	r.maintain()
	r.mine(1)
	r.poll()
	for i, raw := range before {
		a := r.anchorAt(uint64(i))
		if a.Status != cursor.StatusIncluded || len(a.Attempts) != 1 || !bytes.Equal(a.Attempts[0].RawTx, raw) {
			t.Errorf("nonce %d: status %d with %d attempts", i, a.Status, len(a.Attempts))
		}
	}
	r.settle("committed", committed(3))
	r.checkContract(3)
	if r.rep.intents != 3 || r.nonce(submitterKey) != 3 {
		t.Errorf("%d intents, %d transactions; want 3 and 3", r.rep.intents, r.nonce(submitterKey))
	}
}

// A crash after the send and before anything else was recorded: the next
// leader neither sends twice nor takes another nonce.
func TestCrashAfterSend(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	r.mine(1) // landed, and nobody looked
	r.failover(nil)
	r.maintain()
	r.settle("committed", committed(1))
	if r.nonce(submitterKey) != 1 || r.rep.intents != 1 || len(r.anchorAt(0).Attempts) != 1 {
		t.Errorf("sent again: %d transactions, %s", r.nonce(submitterKey), describe(r.rep.cursors()))
	}
}

// An intent that could not be recorded is not sent.
func TestNoIntentNoSend(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.rep.fail = errors.New("not the leader")
	if err := r.commit(1, 1); !errors.Is(err, r.rep.fail) {
		t.Fatalf("got %v", err)
	}
	r.mine(1)
	if r.nonce(submitterKey) != 0 {
		t.Fatal("sent without an intent")
	}
}

// layers.md: a failed send is unknown. The node takes the transaction and never
// answers; nothing is doubled.
func TestSwallowedAnswer(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 2)
	r.setFence(func() error { r.chain.SetFault(embedded.FaultSwallow); return nil })
	r.impatiently(func() { r.mustCommit(1, 1) })
	r.setFence(nil)
	r.chain.SetFault(embedded.FaultNone)
	r.mustCommit(2, 2)
	r.maintain()
	r.settle("committed", committed(2))
	r.checkContract(2)
	if r.nonce(submitterKey) != 2 || r.rep.intents != 2 {
		t.Errorf("%d transactions of %d intents, want 2 of 2", r.nonce(submitterKey), r.rep.intents)
	}
	r.noAlarms()
}

func attemptFees(t *testing.T, a cursor.Attempt) (tip, fee *big.Int) {
	t.Helper()
	var tx types.Transaction
	if err := tx.UnmarshalBinary(a.RawTx); err != nil {
		t.Fatal(err)
	}
	return tx.GasTipCap(), tx.GasFeeCap()
}

// layers.md: replacement at the same nonce with the protocol's minimum bumps,
// recorded before it is sent.
func TestReplacement(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 2)
	r.mustCommit(1, 1)
	r.mustCommit(2, 2)
	r.maintain()
	r.mineEmpty(3)
	r.maintain()
	first, second := r.anchorAt(0), r.anchorAt(1)
	if len(first.Attempts) != 2 || len(second.Attempts) != 1 {
		t.Fatalf("want the oldest replaced and nothing else: %s", describe(r.rep.cursors()))
	}
	tip0, fee0 := attemptFees(t, first.Attempts[0])
	tip1, fee1 := attemptFees(t, first.Attempts[1])
	for _, pair := range [][2]*big.Int{{tip0, tip1}, {fee0, fee1}} {
		least := new(big.Int).Mul(pair[0], big.NewInt(110))
		if new(big.Int).Mul(pair[1], big.NewInt(100)).Cmp(least) < 0 {
			t.Errorf("bumped from %s to %s: less than 10 %%", pair[0], pair[1])
		}
	}
	r.settle("committed", committed(2))
	if got := r.anchorAt(0).TxHash; got != first.Attempts[1].TxHash {
		t.Errorf("landed %x, want the replacement", got)
	}
	r.checkContract(2)
	r.noAlarms()
}

// l1.md 2: the receipt may belong to an earlier attempt.
func TestEarlierAttemptLands(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	r.maintain()
	r.mineEmpty(3)
	r.setFence(func() error { return errCrash })
	if err := r.commits.Maintain(t.Context()); !errors.Is(err, layer1.ErrFenced) {
		t.Fatalf("maintain: %v", err)
	}
	r.setFence(nil)
	a := r.anchorAt(0)
	if len(a.Attempts) != 2 {
		t.Fatalf("the replacement was not recorded before it was sent: %s", describe(r.rep.cursors()))
	}
	r.mine(1) // the pool has the first attempt alone
	r.settle("committed", committed(1))
	if got := r.anchorAt(0).TxHash; got != a.Attempts[0].TxHash {
		t.Errorf("landed %x, want the first attempt", got)
	}
}

// layers.md: a hard fee cap. Beyond it the anchor stays alive and alarms.
func TestFeeCap(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	_, fee := attemptFees(t, r.anchorAt(0).Attempts[0])
	r.failover(func(c *layer1.TxConfig) { c.MaxFeePerGas = fee })
	r.maintain()
	r.mineEmpty(3)
	r.maintain()
	if len(r.anchorAt(0).Attempts) != 1 {
		t.Error("replaced above the cap")
	}
	if len(r.alarms) == 0 || !errors.Is(r.alarms[0], layer1.ErrFeeCap) {
		t.Errorf("alarms: %v, want the fee cap", r.alarms)
	}
	r.chain.DropPending()
	r.maintain()
	r.settle("committed", committed(1))

	r.failover(func(c *layer1.TxConfig) { c.MaxFeePerGas = big.NewInt(1) })
	r.rep.seal(t, 1)
	if err := r.commit(2, 2); !errors.Is(err, layer1.ErrFeeCap) {
		t.Errorf("commit on a market above the cap: %v", err)
	}
	if r.rep.intents != 1 {
		t.Error("an intent was recorded for what cannot be sent")
	}
}

// l1.md 3: a receipt without status 1 is not success. The nonce is consumed, the
// batch goes out again at the next one, and the reason is told.
func TestStatusZero(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 2)
	r.setFence(func() error { return errCrash })
	for b := uint64(1); b <= 2; b++ {
		if err := r.commit(b, b); !errors.Is(err, layer1.ErrFenced) {
			t.Fatal(err)
		}
	}
	r.setFence(nil)
	r.pause(true)
	r.mine(1)
	r.maintain()
	r.mine(1)
	r.poll()
	if a := r.anchorAt(0); a.Status != cursor.StatusPending {
		t.Fatalf("status %d before the failure is deep", a.Status)
	}
	r.mine(depth)
	r.poll()
	a := r.anchorAt(0)
	if a.Status != cursor.StatusFailed || !bytes.Contains([]byte(a.Reason), []byte("IsPaused")) {
		t.Fatalf("status %d, reason %q", a.Status, a.Reason)
	}
	var revert *layer1.RevertError
	if err := r.commit(1, 1); !errors.As(err, &revert) {
		t.Fatalf("commit while paused: %v, %s", err, describe(r.rep.cursors()))
	} else if _, ok := revert.Reason.(*contract.HoldfastIsPaused); !ok {
		t.Fatalf("refused for %T", revert.Reason)
	}
	if r.rep.intents != 2 {
		t.Error("a definite refusal cost an intent")
	}
	r.pause(false)
	r.mine(1)
	r.poll()
	r.mustCommit(1, 1) // rehearsed
	if err := r.commit(2, 2); !errors.Is(err, layer1.ErrPipelineFull) || r.commits.Free() != 0 {
		t.Errorf("a pipeline before the contract has taken one anchor again: %v", err)
	}
	r.settle("committed", committed(1))
	r.mustCommit(2, 2)
	r.settle("committed", committed(2))
	r.checkContract(2)
	if got := r.anchorAt(2); got.First != 1 {
		t.Errorf("batch 1 went out again at another nonce than 2: %s", describe(r.rep.cursors()))
	}
}

// l1.md: pools refuse transactions above 128 KiB, and chains those with more gas than 2^24 (EIP-7825). What no node
// would take must not be recorded: it would hold its nonce for good.
func TestNothingThatNoNodeTakes(t *testing.T) {
	r := newRig(t)
	const n = 40
	r.rep.seal(t, n)
	tail := da.Cargo{Refs: []cursor.Ref{daRef(1)}, Tail: make([]byte, 128<<10)}
	if err := r.commits.Commit(t.Context(), r.rep.cursors().Epoch().Counter, r.rep.headers[:1], tail); !errors.Is(err, layer1.ErrTooLarge) {
		t.Errorf("too long: %v", err)
	}
	if r.rep.intents != 0 {
		t.Error("an intent that cannot be sent")
	}
	r.mustCommit(1, n)
	r.settle("committed", committed(n))
	if err := r.verify(1, n); err != nil {
		t.Fatal(err)
	}
	for _, a := range r.rep.cursors().InFlight() {
		if gas := decodeRaw(t, a.Attempts[0].RawTx).Gas(); gas > 1<<24 {
			t.Errorf("kind %d with a limit of %d gas", a.Kind, gas)
		}
	}
	r.settle("proven", func(h cursor.Heads) bool { return h.Proven == n })
}

// layers.md: an unexpected use of our nonce is an alert, and heals.
func TestForeignNonce(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 2)
	r.setFence(func() error { return errCrash })
	if err := r.commit(1, 1); !errors.Is(err, layer1.ErrFenced) {
		t.Fatal(err)
	}
	r.setFence(nil)
	r.foreignTx(submitterKey, embedded.DevAddress(ownerKey), nil)
	r.mine(1)
	r.poll()
	if _, ok := alarmed[*layer1.ForeignNonceError](r); ok {
		t.Error("alarm before the foreign transaction is deep")
	}
	r.mine(depth)
	r.poll()
	if e, ok := alarmed[*layer1.ForeignNonceError](r); !ok || e.Nonce != 0 || e.Account != embedded.DevAddress(submitterKey) {
		t.Fatalf("alarms: %v", r.alarms)
	}
	r.mustCommit(1, 1)
	r.settle("committed", committed(1))

	// While nothing is in flight: the next intent goes on behind, with an alarm.
	r.alarms = nil
	r.foreignTx(submitterKey, embedded.DevAddress(ownerKey), nil)
	r.mine(1)
	var foreign *layer1.ForeignNonceError
	if err := r.commit(2, 2); !errors.As(err, &foreign) {
		t.Errorf("commit above a foreign use that is not deep: %v", err)
	}
	if e, ok := alarmed[*layer1.ForeignNonceError](r); !ok || e.Nonce != 2 || e.Confirmed != 3 {
		t.Errorf("alarms: %v", r.alarms)
	}
	r.mine(depth)
	r.mustCommit(2, 2)
	if got := r.counters.ForeignNonce.Load(); got != 2 {
		t.Errorf("counted %d foreign uses, want 2", got)
	}
	r.settle("committed", committed(2))
	r.checkContract(2)
}

// rolledBack is a rig with batches 1 and 2 in flight, of which a rollback removed
// the second.
func rolledBack(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	r.rep.seal(t, 2)
	r.mustCommit(1, 1)
	r.mustCommit(2, 2)
	r.rollBack(1)
	return r
}

func (r *rig) rollBack(to uint64) {
	r.t.Helper()
	r.rep.mu.Lock()
	_, err := r.rep.cur.RollbackTo(to, to, "test", nil, r.rep.context())
	r.rep.mu.Unlock()
	if err != nil {
		r.t.Fatal(err)
	}
	r.rep.headers = r.rep.headers[:to]
}

// layers.md: after a rollback the new content goes out at the old content's
// nonce, outbidding it and its cancellation, and the old content is never sent
// again.
func TestRolledBackContentGivesItsNonce(t *testing.T) {
	r := rolledBack(t)
	old := r.anchorAt(1).Attempts[0]
	r.chain.DropPending()
	r.maintain() // sends batch 1 again, and a cancellation in place of batch 2
	r.rep.seal(t, 1)
	r.mustCommit(2, 2)
	a := r.anchorAt(1)
	if len(a.Attempts) != 3 || a.Attempts[0].TxHash != old.TxHash || !a.Attempts[1].Cancel || a.HeaderHashes[0] != r.rep.headers[1].Hash() {
		t.Fatalf("new content is not at nonce 1: %s", describe(r.rep.cursors()))
	}
	for i := 1; i < 3; i++ {
		_, fee0 := attemptFees(t, a.Attempts[i-1])
		_, fee1 := attemptFees(t, a.Attempts[i])
		if fee1.Cmp(fee0) <= 0 {
			t.Errorf("attempt %d bids %s, the one before %s", i, fee1, fee0)
		}
	}
	r.settle("committed", committed(2))
	r.checkContract(2)
	if r.nonce(submitterKey) != 2 {
		t.Errorf("%d transactions for two batches", r.nonce(submitterKey))
	}
}

// layers.md: after a rollback while the old commit sits in the mempool, every
// nonce from it on is cancelled at once; where the cancellation lands before new
// content, that waits for its finality and takes a new nonce.
func TestRolledBackWhileInTheMempool(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 4)
	for n := uint64(1); n <= 4; n++ {
		r.mustCommit(n, n)
	}
	r.rollBack(1)
	r.maintain()
	r.mine(1)
	r.poll()
	if r.nonce(submitterKey) != 4 || r.inspect(1).State.LastCommitted != 1 {
		t.Fatalf("contract at batch %d after %d transactions", r.inspect(1).State.LastCommitted, r.nonce(submitterKey))
	}
	if got := r.counters.Cancelled.Load(); got != 3 {
		t.Errorf("%d cancellations, want 3", got)
	}
	r.rep.seal(t, 3)
	var illegal *cursor.IllegalError
	if err := r.commit(2, 2); !errors.As(err, &illegal) || !errors.Is(err, cursor.ErrNonceOpen) {
		t.Fatalf("new content while the cancellation may be reorganized away: %v", err)
	}
	r.mine(finalizedDepth)
	r.poll()
	r.mustCommit(2, 4)
	r.settle("committed", committed(4))
	r.checkContract(4)
}

// layers.md: the rollback is known, and nobody may sign or pay: the old content is
// not sent again all the same.
func TestStaleContentIsNeverSent(t *testing.T) {
	r := rolledBack(t)
	r.failover(func(c *layer1.TxConfig) { c.MaxFeePerGas = big.NewInt(1) })
	r.chain.DropPending()
	r.maintain()
	r.mine(1)
	if r.nonce(submitterKey) != 1 {
		t.Fatal("stale content was sent again")
	}
	if len(r.alarms) == 0 || !errors.Is(r.alarms[0], layer1.ErrFeeCap) {
		t.Errorf("alarms: %v", r.alarms)
	}
}

// A nonce without new content can be used up by a cancellation.
func TestCancel(t *testing.T) {
	r := newRig(t)
	r.rep.seal(t, 1)
	r.mustCommit(1, 1)
	if err := r.commits.Cancel(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if err := r.commits.Cancel(t.Context(), 7); !errors.Is(err, layer1.ErrNotFound) {
		t.Errorf("cancel of a nonce that is not in flight: %v", err)
	}
	r.mine(1)
	r.poll()
	if a := r.anchorAt(0); a.Status != cursor.StatusFailed {
		t.Fatalf("status %d after the cancellation landed", a.Status)
	}
	if r.inspect(1).Committed() {
		t.Fatal("the cancelled content landed")
	}
	r.mustCommit(1, 1)
	r.settle("committed", committed(1))
}

// The start-up check names what is wrong: role, chain, contract.
func TestCheck(t *testing.T) {
	r := newRig(t)
	if err := r.commits.Check(t.Context()); err != nil {
		t.Errorf("a manager that can anchor: %v", err)
	}
	var role *layer1.RoleError
	if err := r.newManager(cursor.Commit, proverKey, nil).Check(t.Context()); !errors.As(err, &role) || role.Got != embedded.DevAddress(submitterKey) {
		t.Errorf("signer without the role: %v", err)
	}
	nowhere := r.newManager(cursor.Commit, submitterKey, func(c *layer1.TxConfig) { c.Contract = [20]byte{1} })
	if err := nowhere.Check(t.Context()); !errors.Is(err, layer1.ErrNoContract) {
		t.Errorf("no contract at the address: %v", err)
	}
}

// The gas limits leave room at every size of an anchor, and the figures are
// shown with -v.
func TestGas(t *testing.T) {
	r := newRig(t)
	next := uint64(1)
	for _, n := range []uint64{1, 1, 4, 16} {
		r.rep.seal(t, int(n))
		nonce := r.nonce(submitterKey)
		r.mustCommit(next, next+n-1)
		next += n
		r.mine(1)
		r.poll()
		a := r.anchorAt(nonce)
		var tx types.Transaction
		if err := tx.UnmarshalBinary(a.Attempts[0].RawTx); err != nil {
			t.Fatal(err)
		}
		receipt, err := r.client.Receipt(t.Context(), a.TxHash)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("commit of %2d: %7d gas used of %8d", n, receipt.GasUsed, tx.Gas())
		if receipt.GasUsed*10 > tx.Gas()*9 {
			t.Errorf("commit of %d batches uses %d of %d gas: too close", n, receipt.GasUsed, tx.Gas())
		}
	}
}
