package layer1_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/layer1/counterpart"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

const (
	ownerKey = iota
	submitterKey
	proverKey
	guardianKey
	depth          = 2
	safeDepth      = 3
	finalizedDepth = 6
	programVersion = 1
	// patience of a request on a machine that may be busy, and of one that is
	// meant to time out.
	patience   = time.Minute
	impatience = time.Second / 2
)

var (
	genesisRoot = [32]byte{} // the empty state's: what a first commit costs depends on it
	lineage     = [16]byte{0xaa, 1}
)

// replicated stands for the replicated state machine: it takes events in their
// encoded form, as the Raft log would bring them.
type replicated struct {
	mu      sync.Mutex
	cur     *cursor.Cursor
	index   uint64
	fail    error                    // what record answers instead, if set
	refuse  func(cursor.Event) error // the same, by event
	headers []batch.Header
	intents int
	reorgs  int
}

func newReplicated() *replicated {
	r := &replicated{cur: cursor.New()}
	if err := r.cur.Genesis(lineage, r.context()); err != nil {
		panic(err)
	}
	r.newEpoch(0)
	return r
}

func (r *replicated) context() cursor.Context {
	r.index++
	return cursor.Context{Index: r.index, TimeMs: int64(r.index)}
}

func (r *replicated) newEpoch(contractCounter uint64) {
	if _, err := r.cur.NewEpoch(contractCounter, 1, [32]byte{1}, r.context()); err != nil {
		panic(err)
	}
}

func (r *replicated) record(ctx context.Context, ev cursor.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	if r.refuse != nil {
		if err := r.refuse(ev); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	decoded, err := cursor.DecodeEvent(cursor.Append(nil, ev))
	if err != nil {
		return err
	}
	switch decoded.(type) {
	case cursor.Intent, cursor.Filler:
		r.intents++
	case cursor.L1Reorg:
		r.reorgs++
	}
	return r.cur.Apply(decoded, r.context())
}

func (r *replicated) cursors() *cursor.Cursor {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cur.Clone()
}

// seal adds n batches that are executed and published.
func (r *replicated) seal(t *testing.T, n int) {
	t.Helper()
	for range n {
		h := batch.Header{
			Lineage: lineage, Number: uint64(len(r.headers)) + 1, PreRoot: genesisRoot,
			PayloadKind: batch.PayloadTransitions, Transitions: 2, FirstSequence: 1, LastSequence: 2,
			FirstTimeMs: 1_700_000_000_000, SealTimeMs: 1_700_000_001_000, ProgramVersion: programVersion,
		}
		if len(r.headers) > 0 {
			p := r.headers[len(r.headers)-1]
			h.ParentHash, h.PreRoot = p.Hash(), p.PostRoot
			h.FirstSequence, h.LastSequence = p.LastSequence+1, p.LastSequence+2
		}
		h.PayloadHash = sha256.Sum256(binary.BigEndian.AppendUint64(nil, r.index))
		h.PostRoot = sha256.Sum256(h.PayloadHash[:])
		r.headers = append(r.headers, h)
		r.mu.Lock()
		r.cur.Seal(cursor.Batch{Number: h.Number, HeaderHash: h.Hash(), Root: h.PostRoot, FirstSequence: h.FirstSequence, LastSequence: h.LastSequence})
		r.mu.Unlock()
		for _, ev := range []cursor.Event{
			cursor.Executed{Batch: h.Number, Sealed: h.Hash(), Root: h.PostRoot, HeaderHash: h.Hash(), Node: "n1"},
			cursor.Published{Batch: h.Number, Sealed: h.Hash(), Ref: daRef(h.Number)},
		} {
			if err := r.record(t.Context(), ev); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func daRef(n uint64) cursor.Ref {
	return cursor.Ref{Provider: 1, Codec: 1, Commitment: sha256.Sum256([]byte{byte(n)}), Bytes: 100, Extra: []byte("x")}
}

// rig is one cluster's view of one embedded L1.
type rig struct {
	t        *testing.T
	chain    counterpart.Chain
	proxy    *rpcProxy // everything goes through it
	client   *layer1.Client
	truth    *layer1.Client // past the proxy
	contract [20]byte
	rep      *replicated
	follower *layer1.Follower
	commits  *layer1.TxManager
	verifies *layer1.TxManager
	counters layer1.Counters
	prover   *kzg.Prover // of a rig with blobs
	foreigns int         // transactions that were sent behind the managers' backs

	mu     sync.Mutex // guards what follows
	alarms []error
	fence  func() error // nil: leadership is confirmed
	now    time.Time
}

func signer(t *testing.T, i int) *layer1.KeySigner {
	t.Helper()
	s, err := layer1.NewKeySigner(embedded.DevKey(i))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newClient(t *testing.T, chainID uint64, endpoints ...string) *layer1.Client {
	t.Helper()
	return newClientWith(t, patience, chainID, endpoints...)
}

func newClientWith(t *testing.T, timeout time.Duration, chainID uint64, endpoints ...string) *layer1.Client {
	t.Helper()
	c, err := layer1.NewClient(layer1.ClientConfig{Endpoints: endpoints, ChainID: chainID, Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// startChain starts an L1 of the kind that the environment names.
func startChain(t *testing.T, cfg embedded.Config) counterpart.Chain {
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
		if err := chain.Close(); err != nil {
			t.Error(err)
		}
	})
	return capable{chain, t}
}

// capable skips a test for an L1 that cannot do what the test needs.
type capable struct {
	counterpart.Chain
	t *testing.T
}

// unlike skips a test of something that a kind of L1 does not have.
func unlike(t *testing.T, chain counterpart.Chain, kind counterpart.Kind, because string) {
	t.Helper()
	if chain.Kind() == kind {
		t.Skip(because)
	}
}

func (c capable) or(err error) error {
	c.t.Helper()
	if errors.Is(err, counterpart.ErrCannot) {
		c.t.Skip(err)
	}
	return err
}

func (c capable) Fork(parent uint64, length int, fill bool) (embedded.Block, error) {
	c.t.Helper()
	b, err := c.Chain.Fork(parent, length, fill)
	return b, c.or(err)
}

func (c capable) Adopt(tip [32]byte) error {
	c.t.Helper()
	return c.or(c.Chain.Adopt(tip))
}

func (c capable) Reorg(depth uint64, length int) (embedded.Block, error) {
	c.t.Helper()
	b, err := c.Chain.Reorg(depth, length)
	return b, c.or(err)
}

func deploy(t *testing.T, chain counterpart.Chain, client *layer1.Client) (d layer1.Deployment) {
	t.Helper()
	whileMining(t, chain, func(ctx context.Context) (err error) {
		d, err = layer1.Deploy(ctx, client, signer(t, ownerKey), layer1.DeployParams{
			Owner: embedded.DevAddress(ownerKey), Submitter: embedded.DevAddress(submitterKey), Prover: embedded.DevAddress(proverKey),
			Guardian: embedded.DevAddress(guardianKey), GenesisRoot: genesisRoot, ProgramVersion: programVersion,
		})
		return err
	})
	return d
}

// whileMining runs send, which waits for its transactions, while blocks come.
func whileMining(t *testing.T, chain counterpart.Chain, send func(ctx context.Context) error) {
	t.Helper()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				if _, err := chain.Mine(1); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := send(ctx)
	close(stop)
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigOn(t, embedded.Config{SafeDepth: safeDepth, FinalizedDepth: finalizedDepth})
}

func newRigOn(t *testing.T, cfg embedded.Config) *rig {
	t.Helper()
	chain := startChain(t, cfg)
	plain := newRPCProxy(t, chain.URL())
	client := newClient(t, chain.ChainID(), plain.url)
	r := &rig{t: t, chain: chain, proxy: plain, client: client, contract: deploy(t, chain, client).Contract}
	r.reset()
	return r
}

// reset forgets the replicated state, for a rig that has not anchored yet.
func (r *rig) reset() {
	r.rep, r.now = newReplicated(), time.Unix(1_700_000_000, 0)
	r.follower = r.newFollower()
	r.failover(nil)
}

func (r *rig) newFollower() *layer1.Follower {
	r.t.Helper()
	return r.newFollowerWith(func(*layer1.FollowerConfig) {})
}

func (r *rig) newFollowerWith(edit func(*layer1.FollowerConfig)) *layer1.Follower {
	r.t.Helper()
	cfg := layer1.FollowerConfig{
		Contract: r.contract, Depth: depth, Interval: 10 * time.Millisecond, StallAfter: time.Minute, Counters: &r.counters, Alarm: r.alarm, Now: r.clock,
	}
	edit(&cfg)
	f, err := layer1.NewFollower(cfg, r.client, r.rep.cursors, r.rep.record)
	if err != nil {
		r.t.Fatal(err)
	}
	return f
}

// through lets follower and managers use these endpoints from now on.
func (r *rig) through(quorum int, endpoints ...string) {
	r.t.Helper()
	c, err := layer1.NewClient(layer1.ClientConfig{Endpoints: endpoints, ChainID: r.chain.ChainID(), Quorum: quorum, Timeout: patience})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(c.Close)
	r.client = c
	r.follower = r.newFollower()
	r.failover(nil)
}

// failover makes new managers that know nothing but the cursor.
func (r *rig) failover(edit func(*layer1.TxConfig)) {
	r.t.Helper()
	r.commits = r.newManager(cursor.Commit, submitterKey, edit)
	r.verifies = r.newManager(cursor.Verify, proverKey, edit)
}

func (r *rig) newManager(kind cursor.Kind, key int, edit func(*layer1.TxConfig)) *layer1.TxManager {
	r.t.Helper()
	return r.newManagerWith(signer(r.t, key), kind, edit)
}

func (r *rig) newManagerWith(s layer1.Signer, kind cursor.Kind, edit func(*layer1.TxConfig)) *layer1.TxManager {
	r.t.Helper()
	cfg := layer1.TxConfig{Kind: kind, Contract: r.contract, ReplaceAfter: 3, Depth: depth, Counters: &r.counters, Alarm: r.alarm}
	if edit != nil {
		edit(&cfg)
	}
	m, err := layer1.NewTxManager(cfg, r.client, s, r.rep.cursors, r.rep.record, func(context.Context) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.fence != nil {
			return r.fence()
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

// impatiently runs f with managers and a follower whose requests time out soon.
func (r *rig) impatiently(f func()) {
	r.t.Helper()
	patient := r.client
	use := func(c *layer1.Client) {
		r.client = c
		r.follower = r.newFollower()
		r.failover(nil)
	}
	use(newClientWith(r.t, impatience, r.chain.ChainID(), r.proxy.url))
	f()
	use(patient)
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) setFence(f func() error) {
	r.mu.Lock()
	r.fence = f
	r.mu.Unlock()
}

func (r *rig) alarm(err error) {
	r.mu.Lock()
	r.alarms = append(r.alarms, err)
	r.mu.Unlock()
}

// alarmed reports whether an alarm as target was raised.
func alarmed[T error](r *rig) (T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var zero T
	for _, a := range r.alarms {
		if e, ok := errors.AsType[T](a); ok {
			return e, true
		}
	}
	return zero, false
}

func (r *rig) noAlarms() {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.alarms) > 0 {
		r.t.Errorf("alarms: %v", r.alarms)
	}
}

func (r *rig) mine(n int) {
	r.t.Helper()
	if _, err := r.chain.Mine(n); err != nil {
		r.t.Fatal(err)
	}
}

// mineEmpty builds blocks that take nothing from the pool.
func (r *rig) mineEmpty(n int) {
	r.t.Helper()
	if _, err := r.chain.Reorg(0, n); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) poll() {
	r.t.Helper()
	if err := r.follower.Poll(r.t.Context()); err != nil {
		r.t.Fatalf("poll: %v", err)
	}
}

func (r *rig) maintain() {
	r.t.Helper()
	for _, m := range []*layer1.TxManager{r.commits, r.verifies} {
		if err := m.Maintain(r.t.Context()); err != nil {
			r.t.Fatalf("maintain: %v", err)
		}
	}
}

// commit sends batches first to last in one anchor.
func (r *rig) commit(first, last uint64) error {
	hs := r.rep.headers[first-1 : last]
	refs := make([]cursor.Ref, len(hs))
	for i := range hs {
		refs[i] = daRef(hs[i].Number)
	}
	return r.commits.Commit(r.t.Context(), r.rep.cursors().Epoch().Counter, hs, da.Cargo{Refs: refs})
}

func (r *rig) mustCommit(first, last uint64) {
	r.t.Helper()
	if err := r.commit(first, last); err != nil {
		r.t.Fatalf("commit %d to %d: %v", first, last, err)
	}
}

func (r *rig) verify(first, last uint64) error {
	return r.verifies.Verify(r.t.Context(), r.rep.cursors().Epoch().Counter, r.rep.headers[first-1:last], make([][]byte, last-first+1))
}

// anchorAt returns the in-flight anchor at a nonce of the submitter.
func (r *rig) anchorAt(nonce uint64) cursor.Anchor {
	r.t.Helper()
	for _, a := range r.rep.cursors().InFlight() {
		if a.Kind == cursor.Commit && a.Nonce == nonce {
			return a
		}
	}
	r.t.Fatalf("no anchor at nonce %d", nonce)
	return cursor.Anchor{}
}

func (r *rig) inspect(n uint64) layer1.Inspection {
	r.t.Helper()
	seen, err := layer1.NewContract(r.client, r.contract).Inspect(r.t.Context(), n, layer1.Latest)
	if err != nil {
		r.t.Fatal(err)
	}
	return seen
}

func (r *rig) nonce(key int) uint64 {
	r.t.Helper()
	n, err := r.client.Nonce(r.t.Context(), embedded.DevAddress(key), layer1.Latest)
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// settle drives blocks, follower and managers until a condition holds.
func (r *rig) settle(what string, done func(cursor.Heads) bool) {
	r.t.Helper()
	for range 60 {
		r.poll()
		if done(r.rep.cursors().Heads()) {
			return
		}
		r.maintain()
		r.mine(1)
	}
	r.t.Fatalf("never %s: heads %+v, in flight %s", what, r.rep.cursors().Heads(), describe(r.rep.cursors()))
}

func describe(c *cursor.Cursor) string {
	var s string
	for _, a := range c.InFlight() {
		s += fmt.Sprintf("[kind %d nonce %d batches %d-%d status %d attempts %d stale %t]", a.Kind, a.Nonce, a.First, a.Last, a.Status, len(a.Attempts), a.Stale)
	}
	return s
}

// checkContract asserts that L1 holds exactly our batches.
func (r *rig) checkContract(last uint64) {
	r.t.Helper()
	for n := uint64(1); n <= last; n++ {
		seen := r.inspect(n)
		if seen.State.LastCommitted != last {
			r.t.Fatalf("contract is at batch %d, want %d", seen.State.LastCommitted, last)
		}
		if h := r.rep.headers[n-1]; seen.HeaderHash != h.Hash() {
			r.t.Errorf("contract holds another batch %d", n)
		}
	}
}

// foreignTx spends from an account behind the manager's back.
func (r *rig) foreignTx(key int, to [20]byte, data []byte) {
	r.t.Helper()
	r.foreign(key, r.nonce(key), to, data)
}

// foreignTxAt does nothing at a nonce of an account.
func (r *rig) foreignTxAt(key int, nonce uint64) {
	r.t.Helper()
	r.foreign(key, nonce, embedded.DevAddress(ownerKey), nil)
}

func (r *rig) foreign(key int, nonce uint64, to [20]byte, data []byte) {
	r.t.Helper()
	if err := r.client.SendRaw(r.t.Context(), r.signForeign(key, nonce, to, data)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) signForeign(key int, nonce uint64, to [20]byte, data []byte) []byte {
	r.t.Helper()
	k := embedded.DevKey(key)
	ecdsaKey, err := crypto.ToECDSA(k[:])
	if err != nil {
		r.t.Fatal(err)
	}
	address := common.Address(to)
	tx, err := types.SignNewTx(ecdsaKey, types.LatestSignerForChainID(new(big.Int).SetUint64(r.chain.ChainID())), &types.DynamicFeeTx{
		ChainID: new(big.Int).SetUint64(r.chain.ChainID()), Nonce: nonce, To: &address, Data: data,
		Gas: 500_000, GasTipCap: big.NewInt(2e9), GasFeeCap: big.NewInt(50e9),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	raw, err := tx.MarshalBinary()
	if err != nil {
		r.t.Fatal(err)
	}
	return raw
}

// used is how many transactions of an account the chain has, whatever an endpoint
// says.
func (r *rig) used(key int) uint64 {
	r.t.Helper()
	if r.truth == nil {
		r.truth = newClient(r.t, r.chain.ChainID(), r.chain.URL())
	}
	n, err := r.truth.Nonce(r.t.Context(), embedded.DevAddress(key), layer1.Latest)
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func (r *rig) pause(on bool) {
	r.t.Helper()
	b := contract.NewHoldfast()
	if on {
		r.foreignTx(guardianKey, r.contract, b.PackPause())
	} else {
		r.foreignTx(ownerKey, r.contract, b.PackUnpause())
	}
}
