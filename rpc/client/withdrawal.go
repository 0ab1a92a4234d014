package client

import (
	"context"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// Claim is what the L1 contract takes for a withdrawal. Its proof holds under the
// header; that the header is the batch's, the contract says.
type Claim struct {
	Header     batch.Header
	Withdrawal batch.Withdrawal
	Proof      batch.WithdrawalProof
	Head       pb.Head // furthest that the replica says has reached the batch
}

// ProveWithdrawal asks for the proof of a withdrawal, by its index and, if the
// batch is an old one, by its batch (0: one that replicas still keep), and checks
// it. ErrProofFailed is a proof that does not hold.
func (c *Client) ProveWithdrawal(ctx context.Context, index, number uint64) (Claim, error) {
	req := &pb.ProveWithdrawalRequest{Index: index, Batch: number}
	resp, err := Ask(ctx, c, pb.NewVerifyServiceClient, pb.VerifyServiceClient.ProveWithdrawal, req)
	if err != nil {
		return Claim{}, err
	}
	header, err := batch.DecodeHeader(resp.GetHeader())
	if err != nil {
		return Claim{}, fmt.Errorf("%w: %w", ErrProofFailed, err)
	}
	proof, err := batch.DecodeWithdrawalProof(resp.GetProof())
	if err != nil {
		return Claim{}, fmt.Errorf("%w: %w", ErrProofFailed, err)
	}
	w := resp.GetWithdrawal()
	out := Claim{Header: header, Proof: proof, Head: w.GetHead(), Withdrawal: batch.Withdrawal{Index: w.GetIndex(), Asset: w.GetAsset(), Amount: w.GetAmount()}}
	if w.GetIndex() != index || len(w.GetAddress()) != len(command.Address{}) {
		return Claim{}, fmt.Errorf("%w: it is of withdrawal %d to %x", ErrProofFailed, w.GetIndex(), w.GetAddress())
	}
	copy(out.Withdrawal.Address[:], w.GetAddress())
	if err := batch.VerifyWithdrawal(header.WithdrawalsRoot, &out.Withdrawal, &out.Proof); err != nil {
		return Claim{}, fmt.Errorf("%w: %w", ErrProofFailed, err)
	}
	return out, nil
}
