package layer1

// What is read of the contract in one call is of one block: State and Stored of
// an Inspection never mix two.

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// State of the contract. Lineage is zero before the first commit.
type State struct {
	Lineage                            [16]byte
	Epoch                              uint64
	LastCommitted, LastVerified        uint64 // batch numbers
	Paused                             bool
	Owner, Submitter, Prover, Guardian [20]byte
}

// Stored is what the contract keeps of one batch; the zero value means that it
// is not committed.
type Stored struct {
	HeaderHash, PostRoot [32]byte
	JournalDigest        [32]byte // SHA-256 of the journal that verification demands
	ProgramVersion       uint32
	Epoch                uint64
	CommittedBlock       uint64
}

// Inspection is the contract's state and one batch at one block.
type Inspection struct {
	Block  Block
	Number uint64
	State  State
	Stored Stored
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

// Inspect reads the contract's state and batch n at a block. The read is by
// number, so it is checked that the block is still canonical afterwards.
func (c *Contract) Inspect(ctx context.Context, n uint64, at Tag) (Inspection, error) {
	block, err := c.client.Block(ctx, at)
	if err != nil {
		return Inspection{}, fmt.Errorf("inspect contract: %w", err)
	}
	out, err := c.client.Call(ctx, c.address, c.binding.PackInspect(n), AtNumber(block.Number))
	if err != nil {
		return Inspection{}, fmt.Errorf("inspect contract: %w", c.reason(err))
	}
	if len(out) == 0 {
		return Inspection{}, fmt.Errorf("inspect contract %x: %w", c.address, ErrNoContract)
	}
	r, err := c.binding.UnpackInspect(out)
	if err != nil {
		return Inspection{}, fmt.Errorf("inspect contract %x: %w: %w", c.address, ErrNoContract, err)
	}
	again, err := c.client.Block(ctx, AtNumber(block.Number))
	if err != nil {
		return Inspection{}, fmt.Errorf("inspect contract: %w", err)
	}
	if again.Hash != block.Hash {
		return Inspection{}, fmt.Errorf("inspect contract: block %d: %w", block.Number, errMoved)
	}
	return Inspection{
		Block: block, Number: n,
		State: State{
			Lineage: r.State.Lineage, Epoch: r.State.Epoch,
			LastCommitted: r.State.LastCommitted, LastVerified: r.State.LastVerified, Paused: r.State.Paused,
			Owner: r.State.Owner, Submitter: r.State.Submitter, Prover: r.State.Prover, Guardian: r.State.Guardian,
		},
		Stored: Stored{
			HeaderHash: r.Batch.HeaderHash, PostRoot: r.Batch.PostRoot, JournalDigest: r.Batch.JournalDigest,
			ProgramVersion: r.Batch.ProgramVersion, Epoch: r.Batch.Epoch, CommittedBlock: r.Batch.CommittedBlock,
		},
	}, nil
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
	if len(headers) == 0 || len(headers) != len(refs) {
		return nil, fmt.Errorf("L1 commit of %d headers with %d DA references", len(headers), len(refs))
	}
	hs := make([]contract.Header, len(headers))
	rs := make([]contract.DaRef, len(refs))
	for i := range headers {
		if err := headers[i].Validate(); err != nil {
			return nil, fmt.Errorf("L1 commit of batch %d: %w", headers[i].Number, err)
		}
		hs[i] = packHeader(&headers[i])
		rs[i] = contract.DaRef{
			Provider: refs[i].Provider, Codec: refs[i].Codec, Commitment: refs[i].Commitment,
			Size: refs[i].Bytes, Extra: refs[i].Extra,
		}
	}
	return c.binding.TryPackCommitBatches(epoch, hs, rs)
}

func packHeader(h *batch.Header) contract.Header {
	return contract.Header{
		Version: batch.HeaderVersion, Lineage: h.Lineage, Number: h.Number,
		ParentHash: h.ParentHash, PreRoot: h.PreRoot, PostRoot: h.PostRoot,
		PayloadKind: uint8(h.PayloadKind), PayloadHash: h.PayloadHash,
		Transitions: h.Transitions, FirstSequence: h.FirstSequence, LastSequence: h.LastSequence,
		InboxFrom: h.InboxFrom, InboxTo: h.InboxTo, InboxHash: h.InboxHash, WithdrawalsRoot: h.WithdrawalsRoot,
		FirstTimeMs: uint64(h.FirstTimeMs), SealTimeMs: uint64(h.SealTimeMs), ProgramVersion: h.ProgramVersion,
	}
}

// verifyData is the call data of a verification.
func (c *Contract) verifyData(first uint64, proofs [][]byte) ([]byte, error) {
	if first == 0 || len(proofs) == 0 || uint64(len(proofs)) > math.MaxUint64-first {
		return nil, fmt.Errorf("L1 verification of %d batches from %d", len(proofs), first)
	}
	return c.binding.TryPackVerifyBatches(first, proofs)
}
