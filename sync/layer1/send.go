package layer1

// Sign, record, fence, send, in this order and in no other. What is signed is what
// was asked for, or it is refused; what was sent is unknown until the chain says.

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// SignerError is a signer that does not sign: it is down, refuses, or answers
// something else than what it was asked to sign.
type SignerError struct {
	Account [20]byte
	Err     error
}

func (e *SignerError) Error() string {
	return fmt.Sprintf("L1 signer of account %x: %v", e.Account, e.Err)
}

func (e *SignerError) Unwrap() error { return e.Err }

// sign returns hash and encoding of the signed transaction, without blobs.
func (m *TxManager) sign(ctx context.Context, unsigned *types.Transaction) (hash [32]byte, raw []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, m.cfg.SignTimeout)
	defer cancel()
	account := m.signer.Address()
	signed, err := m.signer.Sign(ctx, unsigned, m.client.ChainID())
	if err != nil {
		return hash, nil, &SignerError{Account: account, Err: err}
	}
	signer := types.LatestSignerForChainID(new(big.Int).SetUint64(m.client.ChainID()))
	if signer.Hash(signed) != signer.Hash(unsigned) {
		return hash, nil, &SignerError{Account: account, Err: errors.New("the signer changed the transaction")}
	}
	from, err := types.Sender(signer, signed)
	if err != nil || from != common.Address(account) {
		return hash, nil, &SignerError{Account: account, Err: errors.New("signed by another account")}
	}
	if raw, err = signed.WithoutBlobTxSidecar().MarshalBinary(); err != nil {
		return hash, nil, fmt.Errorf("encode transaction: %w", err)
	}
	return signed.Hash(), raw, nil
}

// probe asks the signer for a signature that nobody can use: no transaction has
// the highest nonce (EIP-2681).
func (m *TxManager) probe(ctx context.Context) error {
	c := content{to: m.signer.Address()}
	_, _, err := m.sign(ctx, c.transaction(new(big.Int).SetUint64(m.client.ChainID()), ^uint64(0), fees{tip: new(big.Int), fee: new(big.Int)}))
	return err
}

// send fences and sends an attempt. Only a failed fence is an error: what became
// of the transaction is for the chain to say, and Maintain repeats it until it
// does. blobs are those of a blob transaction, if they are at hand.
func (m *TxManager) send(ctx context.Context, a cursor.Anchor, attempt cursor.Attempt, blobs []da.Blob) error {
	raw := attempt.RawTx
	tx, err := decodeAttempt(attempt)
	if err != nil {
		return err
	}
	if contentOf(tx).blobs() { // before the fence: proofs take their time
		whole, serr := m.withSidecar(ctx, a, attempt.Cancel, tx, blobs)
		if serr != nil {
			m.alarm(fmt.Errorf("nonce %d is not sent: %w", a.Nonce, serr))
			return nil
		}
		if raw, err = whole.MarshalBinary(); err != nil {
			return fmt.Errorf("encode transaction: %w", err)
		}
	}
	if err = m.fence(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrFenced, err)
	}
	if err = m.cfg.Failpoint.at(StepFenced); err != nil {
		return err
	}
	m.cfg.Counters.Sent.Add(1)
	err = m.client.SendRaw(ctx, raw)
	var answer *AnswerError
	switch {
	case err == nil:
		m.log.Debug("L1 anchor sent", "kind", uint8(m.cfg.Kind), "nonce", a.Nonce)
	case errors.As(err, &answer) && harmless(answer.Message):
		m.log.Debug("L1 anchor is known to the node", "nonce", a.Nonce, "answer", answer.Message)
	case errors.As(err, &answer):
		m.alarm(fmt.Errorf("nonce %d is not taken: %w", a.Nonce, err))
	default:
		m.log.Warn("L1 send has an unknown outcome, will be repeated", "nonce", a.Nonce, "error", err)
	}
	return m.cfg.Failpoint.at(StepSent)
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
