package layer1

import (
	"errors"
	"fmt"
	"strings"
)

// Sentinels of this package.
var (
	// ErrNotFound: the node answered that it has no such thing.
	ErrNotFound = errors.New("L1: not found")
	// ErrNoFinality: the chain has no safe or finalized block yet.
	ErrNoFinality = errors.New("L1: no such finality yet")
	// ErrNoContract: there is no Holdfast contract at the address.
	ErrNoContract = errors.New("L1: no contract at the address")
	// ErrDeepReorg: no common ancestor with the ring of observed blocks, and
	// nothing was finalized that the chain could be taken back to.
	ErrDeepReorg = errors.New("L1: reorganization deeper than the observed ring")
	// ErrFinalityReorg: the chain contradicts a block that was finalized.
	ErrFinalityReorg = errors.New("L1: reorganization below the finalized block")
	// ErrPipelineFull: as many anchors are in flight as are allowed.
	ErrPipelineFull = errors.New("L1: pipeline full")
	// ErrTooLarge: no node would take a transaction for so many batches, or for what they carry.
	ErrTooLarge = errors.New("L1: transaction too large")
	// ErrFeeCap: a replacement would cost more than the hard fee cap.
	ErrFeeCap = errors.New("L1: fee cap reached")
	// ErrFenced: leadership was not confirmed right before a send.
	ErrFenced = errors.New("L1: leadership not confirmed, nothing was sent")
)

// ReorgExit is what ends a halt for [ErrFinalityReorg] or [ErrDeepReorg].
const ReorgExit = "compare the finalized block with sources that you trust; if an endpoint lies, take it out of l1.endpoints " +
	"and `holdfast resume --scope anchoring`; if the chain itself went back, recover from L1 as a new lineage"

// AnswerError is an error that the node answered with: definite.
type AnswerError struct {
	Endpoint string // host
	Method   string
	Code     int // JSON-RPC error code
	Message  string
	Data     []byte // revert data, if any
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("L1 %s answered %s with error %d: %s", e.Endpoint, e.Method, e.Code, e.Message)
}

// TransportError means that no endpoint answered: whether the request was
// executed is unknown. Causes has one error per endpoint that was tried.
type TransportError struct {
	Method string
	Causes []error
}

func (e *TransportError) Error() string {
	return fmt.Sprintf("L1 %s: no endpoint answered, outcome unknown: %v", e.Method, errors.Join(e.Causes...))
}

// Unwrap returns the causes, so that a wrong chain id can be told from silence.
func (e *TransportError) Unwrap() []error { return e.Causes }

// WrongChainError is an endpoint that serves another chain than configured.
type WrongChainError struct {
	Endpoint  string
	Want, Got uint64
}

func (e *WrongChainError) Error() string {
	return fmt.Sprintf("L1 endpoint %s serves chain %d, the configuration says %d: check the endpoint's URL or l1.chain_id", e.Endpoint, e.Got, e.Want)
}

// ForeignNonceError is a nonce of our account that was consumed by a transaction that
// the cursor does not know.
type ForeignNonceError struct {
	Account   [20]byte
	Nonce     uint64 // lowest nonce in question
	Confirmed uint64 // the chain's next nonce
}

func (e *ForeignNonceError) Error() string {
	return fmt.Sprintf("L1 account %x: nonce %d was used by a transaction without an intent (chain's next nonce: %d)", e.Account, e.Nonce, e.Confirmed)
}

// RevertError is a transaction or call that the contract refused with one of
// its custom errors. Reason is one of package contract's error types.
type RevertError struct{ Reason any }

func (e *RevertError) Error() string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", e.Reason), "*contract.Holdfast")
	return fmt.Sprintf("L1 contract refused: %s%s", name, strings.TrimPrefix(fmt.Sprintf("%+v", e.Reason), "&"))
}

// StatusError is a mined transaction whose receipt has status 0.
type StatusError struct {
	TxHash [32]byte
	Block  uint64
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("L1 transaction %x failed in block %d", e.TxHash, e.Block)
}

// answered reports whether err is a definite answer of a node.
func answered(err error) bool {
	var a *AnswerError
	return errors.As(err, &a)
}
