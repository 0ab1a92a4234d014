package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Every call about a lease may be repeated: a worker holds one lease at most, and a proof is recorded once.

// LeaseJob asks for a batch to be proved.
func (c *Client) LeaseJob(ctx context.Context, req *pb.LeaseJobRequest) (*pb.LeaseJobResponse, error) {
	resp, err := ask(ctx, c.write, pb.NewProverServiceClient, pb.ProverServiceClient.LeaseJob, req)
	return resp, about("lease a job", err)
}

// ExtendLease says that a worker is alive.
func (c *Client) ExtendLease(ctx context.Context, lease *pb.ProofLease) (*pb.ExtendLeaseResponse, error) {
	resp, err := ask(ctx, c.write, pb.NewProverServiceClient, pb.ProverServiceClient.ExtendLease, &pb.ExtendLeaseRequest{Lease: lease})
	return resp, about("extend the lease", err)
}

// ReleaseLease gives a job back.
func (c *Client) ReleaseLease(ctx context.Context, lease *pb.ProofLease) error {
	_, err := ask(ctx, c.write, pb.NewProverServiceClient, pb.ProverServiceClient.ReleaseLease, &pb.ReleaseLeaseRequest{Lease: lease})
	return about("release the lease", err)
}

// SubmitProof hands a proof over.
func (c *Client) SubmitProof(ctx context.Context, lease *pb.ProofLease, proof []byte) (*pb.SubmitProofResponse, error) {
	resp, err := ask(ctx, c.write, pb.NewProverServiceClient, pb.ProverServiceClient.SubmitProof, &pb.SubmitProofRequest{Lease: lease, Proof: proof})
	return resp, about("submit the proof", err)
}

// ProofQueue reports the leader's queue.
func (c *Client) ProofQueue(ctx context.Context) (*pb.ProofQueueResponse, error) {
	resp, err := ask(ctx, c.write, pb.NewProverServiceClient, pb.ProverServiceClient.ProofQueue, &pb.ProofQueueRequest{})
	return resp, about("ask for the prover queue", err)
}

// ErrInputDamaged says that a replica's input is not what it says itself, or is too long.
var ErrInputDamaged = errors.New("the input is damaged")

// FetchInput reads the guest's input of a batch, at most limit bytes, from whichever replica has it.
func (c *Client) FetchInput(ctx context.Context, batch uint64, headerHash []byte, limit int) ([]byte, error) {
	addrs := c.Endpoints()
	if leader := c.target(true); leader != "" {
		addrs = append([]string{leader}, addrs...)
	}
	var errs []error
	for i, addr := range addrs {
		if i > 0 && addr == addrs[0] {
			continue
		}
		input, err := c.fetchInput(ctx, addr, &pb.FetchInputRequest{Batch: batch, HeaderHash: headerHash}, limit)
		if err == nil {
			return input, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		errs = append(errs, fmt.Errorf("%s: %w", addr, err))
	}
	return nil, fmt.Errorf("no replica gives the input of batch %d: %w", batch, errors.Join(errs...))
}

func (c *Client) fetchInput(ctx context.Context, addr string, req *pb.FetchInputRequest, limit int) ([]byte, error) {
	conn, err := c.conn(addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := pb.NewProverServiceClient(conn).FetchInput(ctx, req)
	if err != nil {
		return nil, err
	}
	first, err := stream.Recv()
	if err != nil {
		return nil, err
	}
	if first.GetSize() > uint64(limit) {
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d", ErrInputDamaged, first.GetSize(), limit)
	}
	input := append(make([]byte, 0, first.GetSize()), first.GetChunk()...)
	for uint64(len(input)) <= first.GetSize() {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		input = append(input, m.GetChunk()...)
	}
	if digest := sha256.Sum256(input); uint64(len(input)) != first.GetSize() || !bytes.Equal(digest[:], first.GetSha256()) {
		return nil, fmt.Errorf("%w: %d of %d bytes", ErrInputDamaged, len(input), first.GetSize())
	}
	return input, nil
}

// LeaseEnded says how a lease ended, if err is that it did: "stale", "expired", "gone", "released", "refused" or
// "unknown"; of a proof that was refused, "invalid" or "malformed". It is "" for every other error.
func LeaseEnded(err error) string {
	d := wire.ErrorDetails(err)
	switch d.Reason {
	case wire.ReasonLeaseLost:
		return d.Metadata[wire.MetaEnd]
	case wire.ReasonProofRefused:
		return d.Metadata[wire.MetaProof]
	default:
		return ""
	}
}

// about says what was attempted; the status stays readable.
func about(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
