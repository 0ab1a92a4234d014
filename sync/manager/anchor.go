package manager

// What must hold here: no anchor is sent before this leadership has an epoch that is above the contract's, and before
// what earlier leaders left in flight was looked after once.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"sync/atomic"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// L1Config says where and how batches are anchored.
type L1Config struct {
	Client   *layer1.Client
	Contract [20]byte
	// Submitter signs commits, Prover verifications: two accounts, the same on every voter.
	Submitter, Prover layer1.Signer
	PollInterval      time.Duration
	Depth             uint64   // blocks that must follow an anchor's block
	MaxFeePerGas      *big.Int // wei; nil means the transaction manager's default
	AnchorsInFlight   int      // of one kind; 0 means the transaction manager's default
	// BatchesPerAnchor bounds how many batches one transaction carries; 0 means 8.
	BatchesPerAnchor int
	MaxBlobFeePerGas *big.Int // wei per blob gas; nil means the transaction manager's default
	// Wait bounds the wait for cheaper blobs; its zero value never waits.
	Wait cost.Limits
	// Sidecars computes and remembers what blob transactions carry; nil makes one.
	Sidecars *kzg.Prover
}

const defaultBatchesPerAnchor = 8

// ErrSuperseded says that the contract is of another cluster's history.
var ErrSuperseded = errors.New("superseded: the contract belongs to another lineage")

// l1 is everything that speaks to the chain.
type l1 struct {
	config            L1Config
	contract          *layer1.Contract
	follower          *layer1.Follower
	commits, verifies *layer1.TxManager
	alarms            atomic.Uint64
	counters          layer1.Counters

	// Of the anchor duty alone:
	claimed    uint64    // term in which the epoch was claimed
	maintained time.Time // when what is in flight was last looked after
	waiting    time.Time // until when a commit waits for cheaper blobs; the market is not asked before

	orders chan order
	costs  costs
}

func newL1(m *Manager, config L1Config) (*l1, error) {
	config.BatchesPerAnchor = cmp.Or(config.BatchesPerAnchor, defaultBatchesPerAnchor)
	if config.Sidecars == nil {
		config.Sidecars = kzg.NewProver()
	}
	x := &l1{config: config, contract: layer1.NewContract(config.Client, config.Contract), orders: make(chan order)}
	alarm := func(error) { x.alarms.Add(1) } // the follower and the managers log it themselves
	var err error
	x.follower, err = layer1.NewFollower(layer1.FollowerConfig{
		Contract: config.Contract, Interval: config.PollInterval, Depth: config.Depth,
		Readable: m.readable, Counters: &x.counters, Alarm: alarm, Logger: m.log,
	}, config.Client, m.parts.Machine.Cursor, m.record)
	if err != nil {
		return nil, err
	}
	tx := layer1.TxConfig{
		Kind: cursor.Commit, Contract: config.Contract, MaxInFlight: config.AnchorsInFlight,
		MaxFeePerGas: config.MaxFeePerGas, MaxBlobFeePerGas: config.MaxBlobFeePerGas, Depth: config.Depth,
		Blobs: m.blobs, Prover: config.Sidecars, Counters: &x.counters, Alarm: alarm, Logger: m.log,
		Failpoint: m.anchorSteps(cursor.Commit),
	}
	if x.commits, err = layer1.NewTxManager(tx, config.Client, config.Submitter, m.parts.Machine.Cursor, m.record, m.fence); err != nil {
		return nil, err
	}
	tx.Kind, tx.Failpoint = cursor.Verify, m.anchorSteps(cursor.Verify)
	if x.verifies, err = layer1.NewTxManager(tx, config.Client, config.Prover, m.parts.Machine.Cursor, m.record, m.fence); err != nil {
		return nil, err
	}
	return x, nil
}

// LastCommitted implements consistency.L1.
func (x *l1) LastCommitted(ctx context.Context) (number, block uint64, err error) {
	seen, err := x.contract.Inspect(ctx, 0, layer1.Latest)
	return seen.State.LastCommitted, seen.Block.Number, err
}

// Anchored implements consistency.L1.
func (x *l1) Anchored(ctx context.Context, number uint64) (consistency.Anchored, error) {
	seen, err := x.contract.Inspect(ctx, number, layer1.Latest)
	if err != nil || !seen.Committed() {
		return consistency.Anchored{}, err
	}
	root, err := x.contract.PostRoot(ctx, seen)
	return consistency.Anchored{HeaderHash: seen.HeaderHash, Root: root}, err
}

// BlockHash implements consistency.L1.
func (x *l1) BlockHash(ctx context.Context, number uint64) (cursor.Hash, error) {
	b, err := x.config.Client.Block(ctx, layer1.AtNumber(number))
	return b.Hash, err
}

// Commits implements consistency.L1.
func (x *l1) Commits(ctx context.Context, block uint64) ([]consistency.Committed, error) {
	events, err := x.contract.Commits(ctx, block, block)
	out := make([]consistency.Committed, len(events))
	for i, e := range events {
		out[i] = consistency.Committed{Number: e.Number, HeaderHash: e.HeaderHash, Ref: e.Ref}
	}
	return out, err
}

// Commit implements consistency.L1.
func (x *l1) Commit(ctx context.Context, number uint64) (consistency.Committed, error) {
	seen, err := x.contract.Inspect(ctx, number, layer1.Latest)
	if err != nil {
		return consistency.Committed{}, err
	}
	e, err := x.contract.CommitOf(ctx, seen)
	return consistency.Committed{Number: e.Number, HeaderHash: e.HeaderHash, Ref: e.Ref}, err
}

// Tip implements consistency.View. An endpoint without finality tags has finalized nothing.
func (x *l1) Tip(ctx context.Context) (latest, finalized cursor.BlockRef, err error) {
	l, err := x.config.Client.Block(ctx, layer1.Latest)
	if err != nil {
		return latest, finalized, err
	}
	f, err := x.config.Client.Block(ctx, layer1.Finalized)
	if _, refused := errors.AsType[*layer1.AnswerError](err); refused {
		return l.Ref(), finalized, nil
	}
	return l.Ref(), f.Ref(), err
}

// fence confirms, right before a send, that a quorum still knows this node as the leader of the duties' term.
func (m *Manager) fence(ctx context.Context) error {
	term, err := m.parts.Cluster.ConfirmLeadership(ctx)
	if err != nil {
		return err
	}
	if want := m.term.Load(); term != want {
		return fmt.Errorf("duties of term %d, the quorum is in term %d", want, term)
	}
	return nil
}

// followStep looks at the chain once. What no waiting heals halts anchoring.
func (m *Manager) followStep(ctx context.Context) (bool, error) {
	err := m.l1.follower.Poll(ctx)
	_, fork := errors.AsType[*layer1.InboxForkError](err)
	if fork || errors.Is(err, layer1.ErrFinalityReorg) || errors.Is(err, layer1.ErrDeepReorg) {
		return false, errors.Join(err, m.haltAnchoring(ctx, err.Error(), layer1.ReorgExit))
	}
	if err != nil {
		return false, err
	}
	return false, m.measure(ctx)
}

// creditStep has the deposits credited that stand deep enough on L1. A deposit that cannot be credited keeps those
// behind it waiting: the queue has one order.
func (m *Manager) creditStep(ctx context.Context) (bool, error) {
	if m.parts.Machine.Cursor().Halted(command.ScopeIntake) {
		return false, nil
	}
	c := m.parts.Machine.Creditable()
	if c.To == c.From {
		return false, c.Blocked
	}
	credit := command.Credit{From: c.From, To: c.To, TimeMs: time.Now().UnixMilli()}
	err := m.propose(ctx, command.TypeCredit, credit.Append(nil))
	if err != nil && !errors.Is(err, fsm.ErrStaleCredit) { // of which the state machine has seen to the rest
		return false, fmt.Errorf("credit deposits %d to %d: %w", c.From, c.To-1, err)
	}
	return true, nil
}

// anchorStep claims the epoch, looks after what is in flight, and sends what may go out.
func (m *Manager) anchorStep(ctx context.Context) (bool, error) {
	if m.obey(ctx) {
		return true, nil
	}
	if m.parts.Machine.Cursor().Halted(command.ScopeAnchoring) {
		// Content that a rollback removed must not land while somebody looks for the cause of the halt.
		return false, errors.Join(m.l1.commits.CancelStale(ctx), m.l1.verifies.CancelStale(ctx))
	}
	if term := m.term.Load(); m.l1.claimed != term {
		if err := m.claimEpoch(ctx); err != nil {
			return false, err
		}
		m.l1.claimed, m.l1.maintained = term, time.Time{}
	}
	if time.Since(m.l1.maintained) >= m.l1.config.PollInterval {
		seen, err := m.l1.contract.Inspect(ctx, 0, layer1.Latest)
		if err != nil {
			return false, fmt.Errorf("ask whose the contract is: %w", err)
		}
		if err = m.ours(ctx, seen); err != nil {
			return false, err
		}
		if err := errors.Join(m.l1.commits.Maintain(ctx), m.l1.verifies.Maintain(ctx)); err != nil {
			return false, fmt.Errorf("look after anchors in flight: %w", err)
		}
		m.l1.maintained = time.Now()
	}
	committed, err := m.commitNext(ctx)
	if err != nil {
		return committed, fmt.Errorf("commit: %w", err)
	}
	verified, err := m.verifyNext(ctx)
	if err != nil {
		return committed, fmt.Errorf("verify: %w", err)
	}
	return committed || verified, nil
}

// claimEpoch reads the contract and takes the next epoch counter above its and our own.
func (m *Manager) claimEpoch(ctx context.Context) error {
	if err := errors.Join(m.l1.commits.Check(ctx), m.l1.verifies.Check(ctx)); err != nil {
		return fmt.Errorf("this replica cannot anchor: %w", err)
	}
	seen, err := m.l1.contract.Inspect(ctx, 0, layer1.Latest)
	if err != nil {
		return fmt.Errorf("claim epoch: %w", err)
	}
	if err := m.ours(ctx, seen); err != nil {
		return err
	}
	claim := command.Epoch{
		Counter:         max(m.parts.Machine.Cursor().Epoch().Counter, seen.State.Epoch) + 1,
		ContractCounter: seen.State.Epoch, L1Block: seen.Block.Number, L1Hash: seen.Block.Hash,
		TimeMs: time.Now().UnixMilli(),
	}
	if err := m.propose(ctx, command.TypeEpoch, claim.Append(nil)); err != nil {
		return fmt.Errorf("claim epoch: %w", err)
	}
	m.log.InfoContext(ctx, "anchor epoch claimed", slog.Uint64("counter", claim.Counter), slog.Uint64("l1_block", claim.L1Block))
	return nil
}

// ours halts anchoring when the contract was handed to another lineage.
func (m *Manager) ours(ctx context.Context, seen layer1.Inspection) error {
	lineage := m.parts.Machine.Status().Lineage
	if seen.State.Lineage == ([16]byte{}) || seen.State.Lineage == lineage {
		return nil
	}
	err := fmt.Errorf("%w: contract %x has %x, this cluster is %x", ErrSuperseded, m.l1.config.Contract, seen.State.Lineage, lineage)
	return errors.Join(err, m.haltAnchoring(ctx, err.Error(), "stop this cluster, or give it a contract of its own"))
}

// commitNext sends one commit of all batches that may go out, if there are any.
func (m *Manager) commitNext(ctx context.Context) (bool, error) {
	cur := m.parts.Machine.Cursor()
	heads := cur.Heads()
	first, limit := cur.NextAnchor(cursor.Commit)
	last := min(heads.Executed, heads.Published, limit, first+uint64(m.l1.config.BatchesPerAnchor)-1)
	if first > last || m.l1.commits.Free() == 0 || time.Now().Before(m.l1.waiting) {
		return false, nil
	}
	var headers []batch.Header
	var parcels []da.Parcel
	for n := first; n <= last; n++ {
		record, ok := cur.Batch(n)
		if !ok || !m.kept(record) || !m.majorityStates(cur, record) {
			break
		}
		sealed, err := m.parts.Machine.Sealed(n)
		if err != nil {
			return false, fmt.Errorf("batch %d: %w", n, err)
		}
		headers, parcels = append(headers, sealed.Header), append(parcels, parcel(sealed, record.Refs))
	}
	if len(headers) == 0 {
		return false, nil
	}
	cargo, err := m.parts.DA.Load(parcels)
	if err != nil {
		return false, err
	}
	headers = headers[:len(cargo.Refs)]
	worth, err := m.worthIt(ctx, cur, headers, cargo)
	if err != nil || !worth {
		return false, err
	}
	err = m.l1.commits.Commit(ctx, cur.Epoch().Counter, headers, cargo)
	if errors.Is(err, layer1.ErrPoolConflict) {
		return false, nil // the account's transactions of the other pool land first
	}
	return true, err
}

// majorityStates says whether a majority of the replicas stated the root that is sealed here for a batch: to each other, or,
// before they were restarted, on record.
func (m *Manager) majorityStates(cur *cursor.Cursor, record cursor.Batch) bool {
	if stated, ok := m.parts.Cluster.MajorityRoot(record.Number); ok {
		return stated.Root == record.Root && stated.HeaderHash == record.HeaderHash
	}
	agree := 0
	for _, r := range record.Reports {
		if r.Root == record.Root && !cur.Quarantined(r.Node) {
			agree++
		}
	}
	return agree > m.parts.Cluster.Replicas()/2
}

// verifyNext sends one verification of all committed batches that have none on the way and may have one. Under the
// execution policy proofs are empty: the contract's development adapter takes them, on development chains alone.
func (m *Manager) verifyNext(ctx context.Context) (bool, error) {
	cur := m.parts.Machine.Cursor()
	first, limit := cur.NextAnchor(cursor.Verify)
	last := min(cur.Heads().Committed, limit, first+uint64(m.l1.config.BatchesPerAnchor)-1)
	if first > last || m.l1.verifies.Free() == 0 {
		return false, nil
	}
	headers, proofs, err := m.provedRow(ctx, cur, first, last)
	if err != nil || len(headers) == 0 {
		return false, err
	}
	return true, m.l1.verifies.Verify(ctx, cur.Epoch().Counter, headers, proofs)
}
