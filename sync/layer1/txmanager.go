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
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
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
	bumpNumerator    = 110 // minimum bump of a replacement: 10 %
	bumpDenominator  = 100
	maxReplacements  = 32 // the cursor holds a bounded number of attempts
	defaultInFlight  = 16
	defaultReplaceAt = 5
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
// funds. A voter that cannot sign does not lead duties.
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
	return nil
}

// Free is how many more anchors may be sent now.
func (m *TxManager) Free() int { return max(0, m.cfg.MaxInFlight-len(m.pending(m.cursors()))) }

// Commit anchors batches that follow each other. A nil error means that the
// intent is recorded: whether the transaction was taken shows in the cursor
// later, and Maintain sends it again until it is. After any error nothing was
// sent, but the intent may be recorded.
func (m *TxManager) Commit(ctx context.Context, epoch uint64, headers []batch.Header, refs []cursor.Ref) error {
	if m.cfg.Kind != cursor.Commit {
		return errors.New("L1: this transaction manager does not commit")
	}
	data, err := m.contract.commitData(epoch, headers, refs)
	if err != nil {
		return err
	}
	in := cursor.Intent{Epoch: epoch, Kind: cursor.Commit, First: headers[0].Number, Last: headers[len(headers)-1].Number}
	for i := range headers {
		in.HeaderHashes = append(in.HeaderHashes, headers[i].Hash())
	}
	gas := uint64(gasBase+gasPerBatch*len(headers)) + uint64(gasPerByte*len(data))
	return m.anchor(ctx, in, data, gas)
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
	gas := uint64(gasBase+gasPerProof*len(proofs)) + uint64(gasPerByte*len(data))
	return m.anchor(ctx, in, data, gas)
}

// anchor signs, records, fences and sends.
func (m *TxManager) anchor(ctx context.Context, in cursor.Intent, data []byte, gas uint64) error {
	cur := m.cursors()
	pending := m.pending(cur)
	if len(pending) >= m.cfg.MaxInFlight {
		return ErrPipelineFull
	}
	in.Account = m.signer.Address()
	nonce, outbid, err := m.nonce(ctx, cur)
	if err != nil {
		return err
	}
	in.Nonce = nonce
	if len(pending) == 0 {
		if err = m.rehearse(ctx, data); err != nil {
			return err
		}
	}
	tip, fee, err := m.fees(ctx, outbid)
	if err != nil {
		return err
	}
	to := common.Address(m.cfg.Contract)
	if in.TxHash, in.RawTx, err = m.sign(ctx, &types.DynamicFeeTx{
		Nonce: nonce, GasTipCap: tip, GasFeeCap: fee, Gas: gas, To: &to, Data: data,
	}); err != nil {
		return err
	}
	if err := m.record(ctx, in); err != nil {
		return fmt.Errorf("record intent for batches %d to %d: %w", in.First, in.Last, err)
	}
	return m.send(ctx, nonce, in.RawTx)
}

// rehearse executes the call without sending it, so that a definite refusal
// costs neither an intent nor gas. It needs a chain that has all predecessors.
func (m *TxManager) rehearse(ctx context.Context, data []byte) error {
	from := common.Address(m.signer.Address())
	_, err := m.client.callAs(ctx, &from, m.cfg.Contract, data, Latest)
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
		// Somebody else spends from our account. The intent goes on behind.
		m.alarm(&ForeignNonceError{Account: m.signer.Address(), Nonce: next, Confirmed: confirmed})
	}
	return max(next, confirmed), nil, nil
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

// fees returns tip and fee cap for a transaction that has to outbid earlier
// attempts at its nonce, in wei per gas.
func (m *TxManager) fees(ctx context.Context, outbid []cursor.Attempt) (tip, fee *big.Int, err error) {
	baseFee, tip, err := m.client.market(ctx)
	if err != nil {
		return nil, nil, err
	}
	minTip, minFee := new(big.Int), new(big.Int)
	for _, attempt := range outbid {
		tx, err := decodeAttempt(attempt)
		if err != nil {
			return nil, nil, err
		}
		minTip = maxBig(minTip, bump(tx.GasTipCap()))
		minFee = maxBig(minFee, bump(tx.GasFeeCap()))
	}
	limit := m.cfg.MaxFeePerGas
	if baseFee.Cmp(limit) >= 0 || minFee.Cmp(limit) > 0 || minTip.Cmp(limit) > 0 {
		return nil, nil, fmt.Errorf("base fee %s, smallest replacement %s, cap %s wei per gas: %w", baseFee, minFee, limit, ErrFeeCap)
	}
	tip = maxBig(tip, minTip)
	fee = minBig(limit, maxBig(feeCap(baseFee, tip), minFee))
	return minBig(tip, fee), fee, nil
}

// bump is the smallest fee that replaces v: 10 % more, rounded up, and never
// the same.
func bump(v *big.Int) *big.Int {
	b := new(big.Int).Mul(v, big.NewInt(bumpNumerator))
	b.Add(b, big.NewInt(bumpDenominator-1))
	b.Div(b, big.NewInt(bumpDenominator))
	if b.Cmp(v) <= 0 {
		b.Add(v, big.NewInt(1))
	}
	return b
}

func maxBig(a, b *big.Int) *big.Int {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

func minBig(a, b *big.Int) *big.Int {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

// sign fills in the chain and returns hash and encoded transaction. A signer
// that changed anything is refused.
func (m *TxManager) sign(ctx context.Context, inner *types.DynamicFeeTx) (hash [32]byte, raw []byte, err error) {
	chainID := new(big.Int).SetUint64(m.client.ChainID())
	inner.ChainID = chainID
	unsigned := types.NewTx(inner)
	signed, err := m.signer.Sign(ctx, unsigned, m.client.ChainID())
	if err != nil {
		return hash, nil, fmt.Errorf("sign: %w", err)
	}
	signer := types.LatestSignerForChainID(chainID)
	if signer.Hash(signed) != signer.Hash(unsigned) {
		return hash, nil, errors.New("sign: the signer changed the transaction")
	}
	from, err := types.Sender(signer, signed)
	if err != nil || from != common.Address(m.signer.Address()) {
		return hash, nil, fmt.Errorf("sign: not by account %x", m.signer.Address())
	}
	raw, err = signed.MarshalBinary()
	if err != nil {
		return hash, nil, fmt.Errorf("encode transaction: %w", err)
	}
	return signed.Hash(), raw, nil
}

// send fences and sends. Only a failed fence is an error: what became of the
// transaction is for the chain to say, and Maintain repeats it until it does.
func (m *TxManager) send(ctx context.Context, nonce uint64, raw []byte) error {
	if err := m.fence(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrFenced, err)
	}
	err := m.client.SendRaw(ctx, raw)
	var answer *AnswerError
	switch {
	case err == nil:
		m.log.Debug("L1 anchor sent", "kind", uint8(m.cfg.Kind), "nonce", nonce)
	case errors.As(err, &answer) && harmless(answer.Message):
		m.log.Debug("L1 anchor is known to the node", "nonce", nonce, "answer", answer.Message)
	case errors.As(err, &answer):
		m.alarm(fmt.Errorf("nonce %d is not taken: %w", nonce, err))
	default:
		m.log.Warn("L1 send has an unknown outcome, will be repeated", "nonce", nonce, "error", err)
	}
	return nil
}

// harmless are the answers to a send that is not needed any more. JSON-RPC has
// no codes for them, so nodes are told apart by their words.
func harmless(message string) bool {
	message = strings.ToLower(message)
	for _, words := range []string{"already known", "already imported", "known transaction", "already exists", "nonce too low"} {
		if strings.Contains(message, words) {
			return true
		}
	}
	return false
}

// Maintain looks after everything in flight once: it sends again what the node
// does not have (also what an earlier leader recorded and never sent), and
// replaces what waits for too long. Stale content is never sent again. Call it
// at every poll interval, and first of all after a failover.
func (m *TxManager) Maintain(ctx context.Context) error {
	pending := m.pending(m.cursors())
	if len(pending) == 0 {
		return nil
	}
	head, err := m.client.Block(ctx, Latest)
	if err != nil {
		return err
	}
	open, err := m.unconfirmed(ctx, pending)
	if err != nil {
		return err
	}
	late := m.late(open, head.Number)
	for i, a := range open {
		last, err := decodeAttempt(a.Attempts[len(a.Attempts)-1])
		if err != nil {
			return err
		}
		// Once the oldest is late, everything that the market left behind is too.
		if late && (i == 0 || last.GasFeeCap().Cmp(head.BaseFee) < 0) {
			err = m.replace(ctx, a, last)
		} else {
			err = m.resend(ctx, a)
		}
		if err != nil {
			return fmt.Errorf("anchor of batches %d to %d at nonce %d: %w", a.First, a.Last, a.Nonce, err)
		}
	}
	return nil
}

// unconfirmed drops the anchors whose nonce is consumed (the follower finds out
// by which attempt) and those that wait for new content.
func (m *TxManager) unconfirmed(ctx context.Context, pending []cursor.Anchor) ([]cursor.Anchor, error) {
	var open []cursor.Anchor
	confirmed := map[cursor.Account]uint64{}
	for _, a := range pending {
		next, ok := confirmed[a.Account]
		if !ok {
			var err error
			if next, err = m.client.Nonce(ctx, a.Account, Latest); err != nil {
				return nil, err
			}
			confirmed[a.Account] = next
		}
		if a.Nonce >= next && !a.Stale {
			open = append(open, a)
		}
	}
	return open, nil
}

// late reports whether the oldest attempt has waited for too many L1 blocks. A
// chain that stands still makes nobody late.
func (m *TxManager) late(open []cursor.Anchor, head uint64) bool {
	if len(open) == 0 {
		return false
	}
	last := open[0].Attempts[len(open[0].Attempts)-1].TxHash
	if m.oldest.tx != last || head < m.oldest.block {
		m.oldest.tx, m.oldest.block = last, head
	}
	return head-m.oldest.block >= m.cfg.ReplaceAfter
}

// resend sends an anchor's newest attempt if the node does not have it.
func (m *TxManager) resend(ctx context.Context, a cursor.Anchor) error {
	last := a.Attempts[len(a.Attempts)-1]
	known, err := m.client.Known(ctx, last.TxHash)
	if err != nil || known {
		return err
	}
	return m.send(ctx, a.Nonce, last.RawTx)
}

// replace sends the same content at the same nonce with higher fees. Where that
// is not possible the newest attempt is kept alive.
func (m *TxManager) replace(ctx context.Context, a cursor.Anchor, last *types.Transaction) error {
	var err error
	switch {
	case a.Account != m.signer.Address():
		err = &AccountError{Nonce: a.Nonce, Have: m.signer.Address(), Want: a.Account}
	case len(a.Attempts) > maxReplacements:
		err = fmt.Errorf("nonce %d has %d attempts: %w", a.Nonce, len(a.Attempts), ErrFeeCap)
	default:
		cancel := a.Attempts[len(a.Attempts)-1].Cancel
		err = m.substitute(ctx, a, &types.DynamicFeeTx{Nonce: a.Nonce, Gas: last.Gas(), To: last.To(), Data: last.Data()}, cancel)
	}
	var account *AccountError
	if errors.Is(err, ErrFeeCap) || errors.As(err, &account) {
		m.alarm(err)
		m.oldest.tx = [32]byte{} // patience starts anew, the alarm is repeated then
		return m.resend(ctx, a)
	}
	return err
}

// Cancel replaces a pending anchor by a transaction that only uses its nonce:
// what a rollback needs where no new content follows.
func (m *TxManager) Cancel(ctx context.Context, nonce uint64) error {
	pending := m.pending(m.cursors())
	i := slices.IndexFunc(pending, func(a cursor.Anchor) bool { return a.Nonce == nonce && a.Account == m.signer.Address() })
	if i < 0 {
		return fmt.Errorf("cancel nonce %d: %w", nonce, ErrNotFound)
	}
	self := common.Address(m.signer.Address())
	return m.substitute(ctx, pending[i], &types.DynamicFeeTx{Nonce: nonce, Gas: gasCancel, To: &self}, true)
}

// substitute records and sends another transaction at an anchor's nonce.
func (m *TxManager) substitute(ctx context.Context, a cursor.Anchor, inner *types.DynamicFeeTx, cancel bool) error {
	tip, fee, err := m.fees(ctx, a.Attempts)
	if err != nil {
		return err
	}
	inner.GasTipCap, inner.GasFeeCap = tip, fee
	hash, raw, err := m.sign(ctx, inner)
	if err != nil {
		return err
	}
	ev := cursor.Replaced{Kind: a.Kind, Account: a.Account, Nonce: a.Nonce, TxHash: hash, RawTx: raw, Cancel: cancel}
	if err := m.record(ctx, ev); err != nil {
		return fmt.Errorf("record replacement: %w", err)
	}
	m.log.Info("L1 anchor replaced", "nonce", a.Nonce, "attempt", len(a.Attempts)+1, "fee_cap_wei", fee.String())
	return m.send(ctx, a.Nonce, raw)
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

// decodeAttempt reads a recorded transaction and checks that it is the one that
// its hash names.
func decodeAttempt(a cursor.Attempt) (*types.Transaction, error) {
	var tx types.Transaction
	if err := tx.UnmarshalBinary(a.RawTx); err != nil {
		return nil, fmt.Errorf("recorded transaction %x: %w", a.TxHash, err)
	}
	if tx.Hash() != common.Hash(a.TxHash) {
		return nil, fmt.Errorf("recorded transaction has hash %x, the record says %x", tx.Hash(), a.TxHash)
	}
	return &tx, nil
}
