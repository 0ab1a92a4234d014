package manager

// What must hold here: a proof is recorded only after it was verified against a statement that this replica made itself,
// and sent to L1 only after this leader has verified it.

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/queue"
)

// Verifier verifies proofs: *proof.Registry.
type Verifier interface {
	Verify(system proof.System, s proof.Statement, p []byte) error
}

// ProofsConfig is what finality needs beside an execution.
type ProofsConfig struct {
	System cursor.ProofSystem
	// Programs are the keys of the program versions: verifying keys' hashes or image ids.
	Programs map[uint32][32]byte
	Verifier Verifier
	// Inputs keeps what provers need of batches that wait.
	Inputs *inputs.Store
	// Lease is how long a prover keeps a job without a word; 0 for a minute.
	Lease time.Duration
	// Proved is called with the time from a job's lease to its recorded proof; nil for none. It must not block.
	Proved func(took time.Duration)
}

// maxVerifications is how many proofs are verified at a time: a flood of them takes no more of the machine.
const maxVerifications = 2

// maxDistrusted bounds what is remembered; what is forgotten is verified anew.
const maxDistrusted = 1 << 12

// maxProofsPerAnchor keeps a verification within the gas of one transaction.
const maxProofsPerAnchor = 32

// prover is the manager's part in proofs.
type prover struct {
	config ProofsConfig
	queue  *queue.Queue
	slots  chan struct{} // of verifications

	mu    sync.Mutex            // guards wrong
	wrong map[[32]byte][32]byte // digests of recorded proofs that do not hold, by header hash

	scheduled map[uint32]bool // of the anchor duty alone: the versions that were compared with the contract
}

func (m *Manager) newProver(config ProofsConfig) *prover {
	p := &prover{config: config, slots: make(chan struct{}, maxVerifications), scheduled: map[uint32]bool{}, wrong: map[[32]byte][32]byte{}}
	p.queue = queue.New(queue.Config{Waiting: m.unproved, Lease: config.Lease})
	return p
}

// unproved are the executed batches without a proof that the contract would take, oldest first; those that stand on L1
// are ready to be handed out.
func (m *Manager) unproved() []queue.Job {
	cur := m.parts.Machine.Cursor()
	heads := cur.Heads()
	var jobs []queue.Job
	for n := heads.Proven + 1; n <= heads.Executed; n++ {
		record, ok := cur.Batch(n)
		if !ok || record.Verify != nil || record.Proof != nil && m.accepted(record) && m.prover.replaces(record) == (cursor.Hash{}) {
			continue
		}
		jobs = append(jobs, queue.Job{Batch: n, HeaderHash: record.HeaderHash, SealedMs: record.SealedMs, Ready: n <= heads.Committed})
	}
	return jobs
}

// replaces is the digest of a batch's recorded proof if it does not hold; zero otherwise.
func (p *prover) replaces(record cursor.Batch) cursor.Hash {
	p.mu.Lock()
	defer p.mu.Unlock()
	if wrong, known := p.wrong[record.HeaderHash]; known && record.Proof != nil && record.Proof.Digest() == wrong {
		return wrong
	}
	return cursor.Hash{}
}

// accepted says whether a batch's recorded proof is of the system and one of the programs that are configured.
func (m *Manager) accepted(record cursor.Batch) bool {
	for _, program := range m.prover.config.Programs {
		if record.Proof.Of(m.prover.config.System, program) {
			return true
		}
	}
	return false
}

// LeaseProof hands out a batch to be proved; see queue.Queue.Take for its errors. A follower answers
// *cluster.NotLeaderError, here and below.
func (m *Manager) LeaseProof(name string, worker queue.Worker, resume uint64) (queue.Assignment, error) {
	if m.prover == nil {
		return queue.Assignment{}, queue.ErrNoProofs
	}
	lease, err := m.prover.queue.Take(name, worker, resume)
	if err != nil {
		return queue.Assignment{}, led(err)
	}
	header, err := m.header(lease.Job)
	if err == nil {
		var s proof.Statement
		if s, err = m.statement(header); err == nil {
			return queue.Assignment{
				Lease: lease, System: m.prover.config.System, Program: s.Program, ProgramVersion: header.ProgramVersion, Public: s.Public,
			}, nil
		}
	}
	return queue.Assignment{}, errors.Join(fmt.Errorf("batch %d: %w", lease.Job.Batch, err), m.prover.queue.Release(lease.ID))
}

// led gives the queue's word for a follower the cluster's form.
func led(err error) error {
	if errors.Is(err, queue.ErrNotLeading) {
		return &cluster.NotLeaderError{}
	}
	return err
}

// ExtendProofLease says that a prover is alive.
func (m *Manager) ExtendProofLease(id queue.ID) (queue.Lease, error) {
	if m.prover == nil {
		return queue.Lease{}, queue.ErrNoProofs
	}
	lease, err := m.prover.queue.Extend(id)
	return lease, led(err)
}

// ReleaseProofLease gives a job back.
func (m *Manager) ReleaseProofLease(id queue.ID) error {
	if m.prover == nil {
		return queue.ErrNoProofs
	}
	return led(m.prover.queue.Release(id))
}

// ProofInput gives the guest's input of a batch that wants a proof, as this replica keeps it, whether it leads or not.
// Errors are inputs.ErrAbsent and inputs.ErrDamaged.
func (m *Manager) ProofInput(k inputs.Key) (input []byte, digest [32]byte, err error) {
	if m.prover == nil {
		return nil, digest, queue.ErrNoProofs
	}
	return m.prover.config.Inputs.Load(k)
}

// ProofQueue shows the queue; false where finality needs no proofs.
func (m *Manager) ProofQueue() (queue.State, bool) {
	if m.prover == nil {
		return queue.State{}, false
	}
	return m.prover.queue.State(), true
}

// ProofInputs is how many inputs this replica keeps, and their bytes.
func (m *Manager) ProofInputs() (count int, bytes int64) {
	if m.prover == nil {
		return 0, 0
	}
	return m.prover.config.Inputs.Kept()
}

// SubmitProof verifies a proof and records it. duplicate says that one was recorded before. Besides those of
// queue.Queue.Claim, errors are *queue.RefusedError, which ended the lease, and errors that leave it: the same proof may be
// submitted again.
func (m *Manager) SubmitProof(ctx context.Context, id queue.ID, p []byte) (batch uint64, duplicate bool, err error) {
	if m.prover == nil {
		return 0, false, queue.ErrNoProofs
	}
	q := m.prover.queue
	lease, err := q.Claim(id)
	if errors.Is(err, queue.ErrRecorded) {
		return lease.Job.Batch, true, nil
	}
	if err != nil {
		return 0, false, led(err)
	}
	outcome := queue.Failed
	defer func() { q.Finish(lease, outcome) }()
	select {
	case m.prover.slots <- struct{}{}:
		defer func() { <-m.prover.slots }()
	case <-ctx.Done():
		return 0, false, ctx.Err()
	}
	began := time.Now()
	s, err := m.check(lease.Job, p)
	if refused, ok := errors.AsType[*queue.RefusedError](err); ok {
		outcome = refused.Outcome
		m.log.WarnContext(ctx, "a proof is refused", slog.Uint64("batch", lease.Job.Batch), slog.String("prover", lease.Prover),
			slog.String("lease", id.String()), slog.Any("error", refused.Err))
	}
	if err != nil {
		return 0, false, err
	}
	took := time.Since(began)
	before, _ := m.parts.Machine.Cursor().Batch(lease.Job.Batch)
	err = m.record(ctx, cursor.Proved{
		Batch: lease.Job.Batch, HeaderHash: lease.Job.HeaderHash, System: m.prover.config.System, Program: s.Program,
		Prover: lease.Prover, Proof: p, Replaces: m.prover.replaces(before),
	})
	if err != nil {
		return 0, false, fmt.Errorf("record the proof of batch %d: %w", lease.Job.Batch, err)
	}
	outcome = queue.Recorded
	if m.prover.config.Proved != nil {
		m.prover.config.Proved(time.Since(lease.Began))
	}
	m.log.InfoContext(ctx, "a batch is proved", slog.Uint64("batch", lease.Job.Batch), slog.String("prover", lease.Prover),
		slog.String("system", m.prover.config.System.String()), slog.Duration("verification", took))
	return lease.Job.Batch, false, nil
}

// check verifies a proof of a job. The error is a *queue.RefusedError if it is the proof's fault: a key that this replica
// lacks is not.
func (m *Manager) check(job queue.Job, p []byte) (proof.Statement, error) {
	if len(p) > cursor.MaxProof {
		return proof.Statement{}, &queue.RefusedError{Outcome: queue.Malformed, Err: fmt.Errorf("%d bytes, no proof has more than %d", len(p), cursor.MaxProof)}
	}
	header, err := m.header(job)
	if err != nil {
		return proof.Statement{}, err
	}
	s, err := m.statement(header)
	if err != nil {
		return s, err
	}
	err = m.prover.config.Verifier.Verify(proof.System(m.prover.config.System.String()), s, p)
	if _, invalid := errors.AsType[*proof.InvalidError](err); invalid && !errors.Is(err, proof.ErrNoKey) {
		return s, &queue.RefusedError{Outcome: queue.Invalid, Err: err}
	}
	if _, malformed := errors.AsType[*proof.MalformedError](err); malformed {
		return s, &queue.RefusedError{Outcome: queue.Malformed, Err: err}
	}
	return s, err
}

// header is the header of a job, if the batch still has it.
func (m *Manager) header(job queue.Job) (batch.Header, error) {
	sealed, err := m.parts.Machine.SealedHeader(job.Batch)
	if err != nil {
		return batch.Header{}, err
	}
	if sealed.Hash != job.HeaderHash {
		return batch.Header{}, fmt.Errorf("batch %d was rolled back: %w", job.Batch, cursor.ErrHeaderMismatch)
	}
	return sealed.Header, nil
}

// statement is what a proof of a batch must be of: the program that is configured for its version wrote the journal that
// the contract rebuilds from what it stores.
func (m *Manager) statement(h batch.Header) (proof.Statement, error) {
	program, ok := m.prover.config.Programs[h.ProgramVersion]
	if !ok {
		return proof.Statement{}, fmt.Errorf("version %d: %w", h.ProgramVersion, queue.ErrProgramUnknown)
	}
	genesis := m.parts.Machine.Status().Genesis
	journal := zkvm.Expected(h, guest.Deployment{ChainID: genesis.ChainID, Contract: genesis.Contract})
	return proof.Statement{Program: program, Public: journal.Append(nil)}, nil
}

// provedRow is what a verification of batches from first on carries: as many as have what finality needs in a row, each
// proof verified by this leader.
func (m *Manager) provedRow(ctx context.Context, cur *cursor.Cursor, first, last uint64) (headers []batch.Header, proofs [][]byte, err error) {
	for n := first; n <= min(last, first+maxProofsPerAnchor-1); n++ {
		sealed, err := m.parts.Machine.SealedHeader(n)
		if err != nil {
			return nil, nil, fmt.Errorf("batch %d: %w", n, err)
		}
		var p []byte
		if m.prover != nil {
			record, ok := cur.Batch(n)
			if p, err = m.recorded(ctx, sealed, record.Proof); err != nil {
				return nil, nil, err
			}
			if !ok || p == nil {
				break
			}
		}
		headers, proofs = append(headers, sealed.Header), append(proofs, p)
	}
	return headers, proofs, nil
}

// recorded gives a batch's proof as it goes to L1; nil if there is none that the contract would take.
func (m *Manager) recorded(ctx context.Context, b *fsm.SealedBatch, p *cursor.Proof) ([]byte, error) {
	version := b.Header.ProgramVersion
	program, known := m.prover.config.Programs[version]
	if !known || !p.Of(m.prover.config.System, program) {
		return nil, nil
	}
	if err := m.checkProgram(ctx, version); err != nil {
		return nil, err
	}
	_, err := m.check(queue.Job{Batch: b.Header.Number, HeaderHash: b.Hash}, p.Proof)
	if refused, ok := errors.AsType[*queue.RefusedError](err); ok {
		if m.prover.distrust(b.Hash, p.Digest()) {
			m.log.ErrorContext(ctx, "a recorded proof does not hold, its batch waits for another one", slog.Uint64("batch", b.Header.Number),
				slog.String("prover", p.Prover), slog.Any("error", refused.Err))
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the recorded proof of batch %d: %w", b.Header.Number, err)
	}
	return p.Proof, nil
}

// distrust notes a recorded proof that does not hold; it says whether that is new.
func (p *prover) distrust(headerHash, digest [32]byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wrong[headerHash] == digest {
		return false
	}
	if len(p.wrong) >= maxDistrusted {
		clear(p.wrong)
	}
	p.wrong[headerHash] = digest
	return true
}

// ProgramMismatchError says that the contract verifies the proofs of a program version otherwise than configured.
type ProgramMismatchError struct {
	Scheduled layer1.Program
	System    cursor.ProofSystem
	Key       [32]byte
}

func (e *ProgramMismatchError) Error() string {
	if e.Scheduled.Kind == layer1.AdapterNone {
		return fmt.Sprintf("the contract has no verifier for program version %d: schedule one for %s with key %x (`holdfast contract program`)",
			e.Scheduled.Version, e.System, e.Key)
	}
	return fmt.Sprintf("the contract verifies program version %d as %s with key %x (adapter %x), the configuration says %s with key %x: "+
		"correct zkvm.proofs and zkvm.program, or schedule another version", e.Scheduled.Version, e.Scheduled.Kind, e.Scheduled.Key,
		e.Scheduled.Adapter, e.System, e.Key)
}

// CheckProgram compares what the contract has scheduled for a program version with what is configured.
func CheckProgram(scheduled layer1.Program, system cursor.ProofSystem, key [32]byte) error {
	want := layer1.AdapterSP1
	if system == cursor.ProofRiscZero {
		want = layer1.AdapterRiscZero
	}
	if scheduled.Kind != want || scheduled.Key != key {
		return &ProgramMismatchError{Scheduled: scheduled, System: system, Key: key}
	}
	return nil
}

// checkProgram asks the contract once per version: a version's adapter never changes.
func (m *Manager) checkProgram(ctx context.Context, version uint32) error {
	if m.prover.scheduled[version] {
		return nil
	}
	scheduled, err := m.l1.contract.Program(ctx, version)
	if err != nil {
		return err
	}
	if err := CheckProgram(scheduled, m.prover.config.System, m.prover.config.Programs[version]); err != nil {
		return err
	}
	m.prover.scheduled[version] = true
	return nil
}

// roomFor says whether the input of a batch is kept or can be. A batch without is not executed: it could not be proved.
func (m *Manager) roomFor(k inputs.Key) error {
	if m.prover == nil || !m.prover.config.Inputs.Full(k) {
		return nil
	}
	return fmt.Errorf("batch %d waits until provers have caught up: %w", k.Batch, inputs.ErrFull)
}

// keepExecuted keeps the input of a batch before its execution is stated: versions are let go of behind the executed head,
// so a batch that counts as executed has its input on one replica at least, however far the others are behind.
func (m *Manager) keepExecuted(k inputs.Key, input []byte) error {
	if m.prover == nil || m.prover.config.Inputs.Has(k) {
		return nil
	}
	return m.prover.config.Inputs.Save(k, input)
}

// keepInputs writes down the inputs of batches that want a proof, on every replica, until ctx ends.
func (m *Manager) keepInputs(ctx context.Context) {
	const every = 100 * time.Millisecond
	failed := map[inputs.Key]time.Time{}
	for ctx.Err() == nil {
		m.keepInputsOnce(ctx, failed)
		pause(ctx, every, nil)
	}
}

// inputRetry is how long an input that could not be kept is left alone: making it takes a part of a second, and a disk
// that is full stays so for a while.
const inputRetry = 5 * time.Second

// keepInputsOnce writes what is missing; failed are the batches whose input could not be kept, each logged once, with when
// that was tried last.
func (m *Manager) keepInputsOnce(ctx context.Context, failed map[inputs.Key]time.Time) {
	store := m.prover.config.Inputs
	cur := m.parts.Machine.Cursor()
	heads := cur.Heads()
	wanted, full := map[inputs.Key]bool{}, false
	for n := heads.Proven + 1; n <= heads.Sealed && ctx.Err() == nil; n++ {
		record, ok := cur.Batch(n)
		if !ok {
			continue
		}
		k := inputs.Key{Batch: n, HeaderHash: record.HeaderHash}
		wanted[k] = true
		last, before := failed[k]
		if full || store.Has(k) || before && time.Since(last) < inputRetry {
			continue
		}
		if full = store.Full(k); full {
			continue // and so it is for those after it
		}
		if err := m.keepInput(k); err != nil && !errors.Is(err, inputs.ErrFull) && ctx.Err() == nil {
			if !before {
				m.log.WarnContext(ctx, "the input of a batch cannot be kept for provers", slog.Uint64("batch", n), slog.Any("error", err))
			}
			failed[k] = time.Now()
		}
	}
	if ctx.Err() != nil {
		return
	}
	for k := range failed {
		if !wanted[k] {
			delete(failed, k)
		}
	}
	_, before := store.Kept()
	now := m.parts.Machine.Cursor() // making inputs takes time: what was executed meanwhile is kept already
	err := store.Keep(func(k inputs.Key) bool {
		record, ok := now.Batch(k.Batch)
		return k.Batch > now.Heads().Sealed || ok && k.Batch > now.Heads().Proven && record.HeaderHash == k.HeaderHash
	})
	if err != nil {
		m.log.WarnContext(ctx, "inputs that nobody waits for cannot be removed", slog.Any("error", err))
	}
	if _, after := store.Kept(); after < before {
		nudge(m.room)
	}
}

func (m *Manager) keepInput(k inputs.Key) error {
	genesis := m.parts.Machine.Status().Genesis
	input, err := zkvm.InputOf(m.parts.Machine, k.Batch, guest.Deployment{ChainID: genesis.ChainID, Contract: genesis.Contract})
	if err != nil {
		return err
	}
	decoded, err := guest.DecodeInput(input)
	if err != nil {
		return err
	}
	if sha256.Sum256(decoded.Header) != k.HeaderHash {
		return nil // rolled back meanwhile: the next look sees the new batch
	}
	return m.prover.config.Inputs.Save(k, input)
}
