package layer1

// What is read of the contract in one call is of one block: an Inspection never
// mixes two.

import (
	"context"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// State of the contract. Lineage is zero before the first commit.
type State struct {
	Lineage                            [16]byte
	Epoch                              uint64
	LastCommitted, LastVerified        uint64   // batch numbers
	LastHash, LastRoot                 [32]byte // of the last committed batch; before the first, zero and the genesis root
	InboxConsumed, InboxLength         uint64   // deposits that the last committed batch reached, and queued so far
	PausedSince                        uint64   // seconds since the Unix epoch; 0 while it runs
	Owner, Submitter, Prover, Guardian [20]byte
}

// Inspection is the contract's state and one batch at one block. HeaderHash is
// all that the contract stores of a batch; it is zero of one that is not
// committed. What else a header holds its hash binds.
type Inspection struct {
	Block      Block
	Number     uint64
	State      State
	HeaderHash [32]byte
}

// Committed reports whether the inspected batch is committed.
func (i Inspection) Committed() bool { return i.Number >= 1 && i.Number <= i.State.LastCommitted }

// Verified reports whether the inspected batch is verified.
func (i Inspection) Verified() bool { return i.Number >= 1 && i.Number <= i.State.LastVerified }

// Contract reads the Holdfast contract at an address.
type Contract struct {
	client  *Client
	address [20]byte
	binding *contract.Holdfast
}

// NewContract reads through client; it sends nothing yet.
func NewContract(client *Client, address [20]byte) *Contract {
	return &Contract{client: client, address: address, binding: contract.NewHoldfast()}
}

// Address of the contract.
func (c *Contract) Address() [20]byte { return c.address }

// Inspect reads the contract's state and batch n at a block.
func (c *Contract) Inspect(ctx context.Context, n uint64, at Tag) (Inspection, error) {
	block, err := c.client.Block(ctx, at)
	if err != nil {
		return Inspection{}, fmt.Errorf("inspect contract: %w", err)
	}
	r, err := readAt(ctx, c, block, c.binding.PackInspect(n), c.binding.UnpackInspect)
	if err != nil {
		return Inspection{}, fmt.Errorf("inspect contract: %w", err)
	}
	return Inspection{
		Block: block, Number: n,
		State: State{
			Lineage: r.State.Lineage, Epoch: r.State.Epoch,
			LastCommitted: r.State.LastCommitted, LastVerified: r.State.LastVerified,
			LastHash: r.State.LastHash, LastRoot: r.State.LastRoot,
			InboxConsumed: r.State.InboxConsumed, InboxLength: r.State.InboxLength, PausedSince: r.State.PausedSince,
			Owner: r.State.Owner, Submitter: r.State.Submitter, Prover: r.State.Prover, Guardian: r.State.Guardian,
		},
		HeaderHash: r.HeaderHash,
	}, nil
}

// readAt asks the contract at a block. The read is by number, so it is checked that the block is still canonical afterwards.
func readAt[T any](ctx context.Context, c *Contract, block Block, data []byte, unpack func([]byte) (T, error)) (r T, err error) {
	out, err := c.client.Call(ctx, c.address, data, AtNumber(block.Number))
	if err != nil {
		return r, c.reason(err)
	}
	if len(out) == 0 {
		return r, fmt.Errorf("contract %x: %w", c.address, ErrNoContract)
	}
	if r, err = unpack(out); err != nil {
		return r, fmt.Errorf("contract %x: %w: %w", c.address, ErrNoContract, err)
	}
	again, err := c.client.Block(ctx, AtNumber(block.Number))
	if err != nil {
		return r, err
	}
	if again.Hash != block.Hash {
		return r, fmt.Errorf("block %d: %w", block.Number, errMoved)
	}
	return r, nil
}

var errMoved = errors.New("L1: the chain was reorganized while it was read")

// reason decodes the contract's custom error, if err carries one.
func (c *Contract) reason(err error) error {
	var a *AnswerError
	if errors.As(err, &a) && len(a.Data) >= 4 {
		if decoded, uerr := c.binding.UnpackError(a.Data); uerr == nil {
			return fmt.Errorf("%w: %w", &RevertError{Reason: decoded}, err)
		}
	}
	return err
}

// commitData is the call data of a commit.
func (c *Contract) commitData(epoch uint64, headers []batch.Header, refs []cursor.Ref) ([]byte, error) {
	if len(headers) != len(refs) {
		return nil, fmt.Errorf("L1 commit of %d headers with %d DA references", len(headers), len(refs))
	}
	hs, err := packHeaders(headers)
	if err != nil {
		return nil, fmt.Errorf("L1 commit: %w", err)
	}
	rs := make([]contract.DaRef, len(refs))
	for i := range refs {
		rs[i] = contract.DaRef{
			Provider: refs[i].Provider, Codec: refs[i].Codec, Commitment: refs[i].Commitment,
			Size: refs[i].Bytes, Extra: refs[i].Extra,
		}
	}
	return c.binding.TryPackCommitBatches(epoch, hs, rs)
}

// verifyData is the call data of a verification.
func (c *Contract) verifyData(headers []batch.Header, proofs [][]byte) ([]byte, error) {
	if len(headers) != len(proofs) {
		return nil, fmt.Errorf("L1 verification of %d batches with %d proofs", len(headers), len(proofs))
	}
	hs, err := packHeaders(headers)
	if err != nil {
		return nil, fmt.Errorf("L1 verification: %w", err)
	}
	return c.binding.TryPackVerifyBatches(headers[0].Number, hs, proofs)
}

func packHeaders(headers []batch.Header) ([][]byte, error) {
	if len(headers) == 0 {
		return nil, errors.New("no headers")
	}
	hs := make([][]byte, len(headers))
	for i := range headers {
		if err := headers[i].Validate(); err != nil {
			return nil, fmt.Errorf("batch %d: %w", headers[i].Number, err)
		}
		hs[i] = headers[i].Append(nil)
	}
	return hs, nil
}
