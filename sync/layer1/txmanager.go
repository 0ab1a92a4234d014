package layer1

// Nothing is sent that the cursor does not hold: intent first, then the fence,
// then the send. What is in flight is read from the cursor alone, so any
// replica's manager finishes what another one began, at the same nonces with the
// same bytes. A failed send is unknown until the chain says otherwise.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// Fence confirms leadership in the current term; it is called right before each
// send. An error keeps the transaction from being sent.
type Fence func(ctx context.Context) error

// Gas limits: generous constants, because a transaction behind others in the
// pipeline cannot be estimated on a chain that does not have them yet. What is
// not used is not paid. The floor price of calldata (EIP-7623) is 40 per byte.
const (
	gasBase          = 200_000
	gasPerBatch      = 150_000
	gasPerProof      = 500_000
	gasPerByte       = 40
	gasCancel        = 21_000
	gasMost          = 1 << 24   // of one transaction (EIP-7825)
	maxTransaction   = 128 << 10 // bytes without blobs; pools refuse longer ones
	maxReplacements  = 32        // the cursor holds a bounded number of attempts
	defaultInFlight  = 16
	defaultReplaceAt = 5
	defaultSign      = 10 * time.Second
)

// TxConfig of a transaction manager.
type TxConfig struct {
	// Kind of the anchors; each kind has a manager and an account of its own.
	Kind cursor.Kind
	// Contract that the anchors go to.
	Contract [20]byte
	// MaxInFlight anchors may be unconfirmed at a time; 0 means 16.
	MaxInFlight int
	// ReplaceAfter is how many L1 blocks an anchor may wait with one set of
	// fees before it is replaced; 0 means 5.
	ReplaceAfter uint64
	// MaxFeePerGas is the hard cap in wei; nil means 500 gwei.
	MaxFeePerGas *big.Int
	// MaxBlobFeePerGas is the hard cap in wei per blob gas; nil means 100 gwei.
	MaxBlobFeePerGas *big.Int
	// Depth is how many blocks must follow a foreign use of the account before
	// it is believed: that of the follower.
	Depth uint64
	// SignTimeout bounds one signature; 0 means 10 s.
	SignTimeout time.Duration
	// Blobs is asked for the blobs of a recorded transaction before it is sent
	// again; it may be nil where no anchor carries blobs.
	Blobs Blobs
	// Prover makes the sidecars; nil makes one.
	Prover *kzg.Prover
	// Counters are added to; nil makes some.
	Counters *Counters
	// Failpoint is called at each step; for tests.
	Failpoint Failpoint
	// Alarm is called with every condition that an operator must see; it must
	// not block. nil: logged only.
	Alarm func(error)
	// Logger; nil discards.
	Logger *slog.Logger
}

// Validate reports everything that is wrong with the configuration.
func (c *TxConfig) Validate() error {
	var errs []error
	if c.Kind != cursor.Commit && c.Kind != cursor.Verify {
		errs = append(errs, fmt.Errorf("unknown kind of anchor %d", c.Kind))
	}
	if c.Contract == ([20]byte{}) {
		errs = append(errs, errors.New("no contract address"))
	}
	if c.MaxInFlight < 0 {
		errs = append(errs, fmt.Errorf("%d anchors in flight", c.MaxInFlight))
	}
	if c.MaxFeePerGas != nil && c.MaxFeePerGas.Sign() <= 0 {
		errs = append(errs, errors.New("the fee cap must be positive"))
	}
	if c.MaxBlobFeePerGas != nil && c.MaxBlobFeePerGas.Sign() <= 0 {
		errs = append(errs, errors.New("the blob fee cap must be positive"))
	}
	if c.SignTimeout < 0 {
		errs = append(errs, fmt.Errorf("%s for a signature", c.SignTimeout))
	}
	return errors.Join(errs...)
}

// TxManager sends the anchors of one kind from one account. Its methods are for
// one goroutine at a time: the leader's duty.
type TxManager struct {
	cfg      TxConfig
	client   *Client
	contract *Contract
	signer   Signer
	cursors  Cursors
	record   Record
	fence    Fence
	log      *slog.Logger

	// oldest is the attempt at the lowest unconfirmed nonce and the L1 block at
	// which this manager first saw it there. It may be lost: a new leader only
	// starts its patience anew.
	oldest struct {
		tx    [32]byte
		block uint64
	}
	// gap is the lowest nonce that the chain waits for and no anchor has, and
	// since which block; foreign is the last foreign use that was counted.
	gap struct {
		seen         bool
		nonce, block uint64
	}
	foreign uint64
}

// NewTxManager makes a manager; it sends nothing yet.
func NewTxManager(cfg TxConfig, client *Client, signer Signer, cursors Cursors, record Record, fence Fence) (*TxManager, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("L1 transaction manager configuration: %w", err)
	}
	if cfg.MaxInFlight == 0 {
		cfg.MaxInFlight = defaultInFlight
	}
	if cfg.ReplaceAfter == 0 {
		cfg.ReplaceAfter = defaultReplaceAt
	}
	if cfg.MaxFeePerGas == nil {
		cfg.MaxFeePerGas = big.NewInt(500_000_000_000)
	}
	if cfg.MaxBlobFeePerGas == nil {
		cfg.MaxBlobFeePerGas = big.NewInt(100_000_000_000)
	}
	if cfg.SignTimeout == 0 {
		cfg.SignTimeout = defaultSign
	}
	if cfg.Prover == nil {
		cfg.Prover = kzg.NewProver()
	}
	if cfg.Counters == nil {
		cfg.Counters = &Counters{}
	}
	m := &TxManager{
		cfg: cfg, client: client, contract: NewContract(client, cfg.Contract), signer: signer,
		cursors: cursors, record: record, fence: fence, log: cfg.Logger,
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	return m, nil
}

// RoleError is a signer whose account does not have the role on the contract.
type RoleError struct {
	Kind      cursor.Kind
	Have, Got [20]byte // the signer's account, the contract's
}

func (e *RoleError) Error() string {
	role := "submitter"
	if e.Kind == cursor.Verify {
		role = "prover"
	}
	return fmt.Sprintf("L1 account %x is not the contract's %s, which is %x", e.Have, role, e.Got)
}

// ErrNoFunds means that the account cannot pay for anything.
var ErrNoFunds = errors.New("L1: the account has no funds")

// Check asks whether this replica could anchor now: chain id, contract, role,
// funds, and a signature that nobody can use. A voter that cannot sign does not lead duties.
func (m *TxManager) Check(ctx context.Context) error {
	if err := m.client.CheckChain(ctx); err != nil {
		return err
	}
	seen, err := m.contract.Inspect(ctx, 0, Latest)
	if err != nil {
		return err
	}
	role := seen.State.Submitter
	if m.cfg.Kind == cursor.Verify {
		role = seen.State.Prover
	}
	if role != m.signer.Address() {
		return &RoleError{Kind: m.cfg.Kind, Have: m.signer.Address(), Got: role}
	}
	balance, err := m.client.Balance(ctx, role, Latest)
	if err != nil {
		return err
	}
	if balance.Sign() == 0 {
		return fmt.Errorf("account %x: %w", role, ErrNoFunds)
	}
	return m.probe(ctx)
}

// Free is how many more anchors may be sent now.
func (m *TxManager) Free() int {
	cur := m.cursors()
	pending := m.pending(cur)
	if m.draining(cur, pending) {
		return 0
	}
	return max(0, m.cfg.MaxInFlight-len(pending))
}

// draining says that the contract refused the newest anchor that landed: what is
// in flight lands first, and then the next one is rehearsed, because a pipeline
// that fails again and again pays each time.
func (m *TxManager) draining(cur *cursor.Cursor, pending []cursor.Anchor) bool {
	if len(pending) == 0 {
		return false
	}
	refused := false
	for _, a := range cur.InFlight() {
		if a.Kind == m.cfg.Kind && a.Status != cursor.StatusPending {
			refused = a.Status == cursor.StatusFailed && a.TxHash != cursor.Hash{} && a.First != 0 && a.Reason != cursor.ReasonCancelled
		}
	}
	return refused
}

// Commit anchors batches that follow each other, as many as the cargo has
// references for, with what rides in the transaction. A nil error means that the
// intent is recorded: whether the transaction was taken shows in the cursor
// later, and Maintain sends it again until it is. After any error nothing was
// sent, but the intent may be recorded.
func (m *TxManager) Commit(ctx context.Context, epoch uint64, headers []batch.Header, cargo da.Cargo) error {
	if m.cfg.Kind != cursor.Commit {
		return errors.New("L1: this transaction manager does not commit")
	}
	data, err := m.contract.commitData(epoch, headers, cargo.Refs)
	if err != nil {
		return err
	}
	data = append(data, cargo.Tail...)
	in := cursor.Intent{Epoch: epoch, Kind: cursor.Commit, First: headers[0].Number, Last: headers[len(headers)-1].Number}
	for i := range headers {
		in.HeaderHashes = append(in.HeaderHashes, headers[i].Hash())
	}
	c := content{to: m.cfg.Contract, data: data, gas: gasLimit(gasPerBatch, len(headers), len(data))}
	for _, h := range cargo.Hashes {
		c.hashes = append(c.hashes, h)
	}
	return m.anchor(ctx, in, c, cargo.Blobs)
}

// Verify anchors the verification of batches that follow each other, one proof
// each (empty ones for the execution-only adapter). See Commit about errors.
func (m *TxManager) Verify(ctx context.Context, epoch uint64, headers []batch.Header, proofs [][]byte) error {
	if m.cfg.Kind != cursor.Verify {
		return errors.New("L1: this transaction manager does not verify")
	}
	data, err := m.contract.verifyData(headers, proofs)
	if err != nil {
		return err
	}
	in := cursor.Intent{Epoch: epoch, Kind: cursor.Verify, First: headers[0].Number, Last: headers[len(headers)-1].Number}
	for i := range headers {
		in.HeaderHashes = append(in.HeaderHashes, headers[i].Hash())
	}
	c := content{to: m.cfg.Contract, data: data, gas: gasLimit(gasPerProof, len(proofs), len(data))}
	return m.anchor(ctx, in, c, nil)
}

// gasLimit of a transaction for so many batches. It is generous, so what lies above the chain's own limit is cut off.
func gasLimit(each, batches, bytes int) uint64 {
	return min(uint64(gasBase+each*batches+gasPerByte*bytes), gasMost)
}

// anchor signs, records, fences and sends.
func (m *TxManager) anchor(ctx context.Context, in cursor.Intent, c content, blobs []da.Blob) error {
	cur := m.cursors()
	pending := m.pending(cur)
	if len(pending) >= m.cfg.MaxInFlight {
		return ErrPipelineFull
	}
	if m.draining(cur, pending) {
		return fmt.Errorf("the contract refused the anchor before: %w", ErrPipelineFull)
	}
	if err := m.samePool(pending, c.blobs()); err != nil {
		return err
	}
	in.Account = m.signer.Address()
	nonce, outbid, err := m.nonce(ctx, cur)
	if err != nil {
		return err
	}
	in.Nonce = nonce
	if len(pending) == 0 {
		if err = m.rehearse(ctx, c); err != nil {
			return err
		}
	}
	f, err := m.fees(ctx, outbid, c.blobs())
	if err != nil {
		return err
	}
	if err = m.cfg.Failpoint.at(StepChosen); err != nil {
		return err
	}
	if in.TxHash, in.RawTx, err = m.sign(ctx, c.transaction(m.chainID(), nonce, f)); err != nil {
		return err
	}
	if len(in.RawTx) > maxTransaction { // once recorded it would block its nonce for good
		return fmt.Errorf("batches %d to %d: a transaction of %d bytes, %d are possible: %w", in.First, in.Last, len(in.RawTx), maxTransaction, ErrTooLarge)
	}
	if err = m.cfg.Failpoint.at(StepSigned); err != nil {
		return err
	}
	if err = m.record(ctx, in); err != nil {
		return fmt.Errorf("record intent for batches %d to %d: %w", in.First, in.Last, err)
	}
	if err = m.cfg.Failpoint.at(StepRecorded); err != nil {
		return err
	}
	a := cursor.Anchor{Kind: in.Kind, First: in.First, Last: in.Last, Account: in.Account, Nonce: in.Nonce}
	return m.send(ctx, a, cursor.Attempt{TxHash: in.TxHash, RawTx: in.RawTx}, blobs)
}

// rehearse executes the call without sending it, so that a definite refusal
// costs neither an intent nor gas. It needs a chain that has all predecessors.
func (m *TxManager) rehearse(ctx context.Context, c content) error {
	from := common.Address(m.signer.Address())
	_, err := m.client.callWith(ctx, callArgs{From: &from, To: &c.to, Data: c.data, BlobHashes: c.hashes}, Latest)
	return m.contract.reason(err)
}

// nonce chooses the nonce of a new intent and the attempts it has to outbid.
// Content that was rolled back gives its nonce to the new content.
func (m *TxManager) nonce(ctx context.Context, cur *cursor.Cursor) (nonce uint64, outbid []cursor.Attempt, err error) {
	for _, a := range cur.InFlight() {
		if a.Kind == m.cfg.Kind && a.Stale && a.Status == cursor.StatusPending {
			if a.Account != m.signer.Address() {
				return 0, nil, &AccountError{Nonce: a.Nonce, Have: m.signer.Address(), Want: a.Account}
			}
			return a.Nonce, a.Attempts, nil
		}
	}
	confirmed, err := m.client.Nonce(ctx, m.signer.Address(), Latest)
	if err != nil {
		return 0, nil, err
	}
	next, known := cur.NextNonce(m.cfg.Kind, m.signer.Address())
	if known && confirmed > next {
		if err = m.foreignUse(ctx, next, confirmed); err != nil {
			return 0, nil, err
		}
	}
	return max(next, confirmed), nil, nil
}

// foreignUse is called when the chain's next nonce lies above every nonce that we
// ever used. Somebody else spends from our account, or the endpoint invents it:
// an intent above a nonce that is not consumed would wait behind it. So it is
// believed at depth and from every endpoint alone.
func (m *TxManager) foreignUse(ctx context.Context, next, confirmed uint64) error {
	foreign := &ForeignNonceError{Account: m.signer.Address(), Nonce: next, Confirmed: confirmed}
	if m.foreign != confirmed {
		m.foreign = confirmed
		m.cfg.Counters.ForeignNonce.Add(1)
		m.alarm(foreign)
	}
	head, err := m.client.Block(ctx, Latest)
	if err != nil {
		return err
	}
	deep, _, err := m.client.NonceRange(ctx, m.signer.Address(), AtNumber(head.Number-min(head.Number, m.cfg.Depth)))
	if err != nil {
		return err
	}
	if deep <= next {
		return foreign
	}
	return nil // the intent goes on behind
}

// AccountError is an anchor that another account sent: only that account can
// change what is at its nonce.
type AccountError struct {
	Nonce      uint64
	Have, Want [20]byte
}

func (e *AccountError) Error() string {
	return fmt.Sprintf("L1 nonce %d belongs to account %x, this signer is %x", e.Nonce, e.Want, e.Have)
}

// pending returns this kind's anchors that no block is known to hold, lowest
// nonce first.
func (m *TxManager) pending(cur *cursor.Cursor) []cursor.Anchor {
	return slices.DeleteFunc(cur.InFlight(), func(a cursor.Anchor) bool {
		return a.Kind != m.cfg.Kind || a.Status != cursor.StatusPending
	})
}

func (m *TxManager) alarm(err error) {
	m.log.Error("L1 alarm", "error", err)
	if m.cfg.Alarm != nil {
		m.cfg.Alarm(err)
	}
}
