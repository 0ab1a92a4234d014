package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/queue"
)

// The queue is the leader's. Inputs are the same on every replica, and so large that they are not passed on: each
// replica answers with its own.

// Prover hands out batches to be proved and takes proofs; *manager.Manager is one. All but ProofInput answer
// *cluster.NotLeaderError on a replica that does not lead.
type Prover interface {
	LeaseProof(prover string, worker queue.Worker, resume uint64) (queue.Assignment, error)
	ExtendProofLease(id queue.ID) (queue.Lease, error)
	ReleaseProofLease(id queue.ID) error
	SubmitProof(ctx context.Context, id queue.ID, proof []byte) (batch uint64, duplicate bool, err error)
	ProofInput(k inputs.Key) (input []byte, digest [32]byte, err error)
	ProofQueue() (state queue.State, proofs bool)
}

const (
	maxFetches    = 4 // inputs on their way at a time
	fetchLimit    = 10 * time.Minute
	inputChunk    = 256 << 10
	maxShownQueue = 1024
	busyDelay     = 200 * time.Millisecond
)

type prover struct {
	pb.UnimplementedProverServiceServer
	*Server
	fetches chan struct{}
}

func newProver(s *Server) *prover {
	return &prover{Server: s, fetches: make(chan struct{}, maxFetches)}
}

// provers is who is asked here.
func (p *prover) provers() (Prover, error) {
	if p.cfg.Prover == nil {
		return nil, refused(queue.ErrNoProofs)
	}
	return p.cfg.Prover, nil
}

// proverError gives errors of the queue the form in which they leave.
func proverError(err error) error {
	if lost, ok := errors.AsType[*queue.LeaseError](err); ok {
		return &failure{reason: wire.ReasonLeaseLost, message: err.Error(), meta: map[string]string{wire.MetaEnd: lost.End.String()}}
	}
	if no, ok := errors.AsType[*queue.RefusedError](err); ok {
		kind := "malformed"
		if no.Outcome == queue.Invalid {
			kind = "invalid"
		}
		return &failure{reason: wire.ReasonProofRefused, message: err.Error(), meta: map[string]string{wire.MetaProof: kind}}
	}
	switch {
	case errors.Is(err, queue.ErrBusy):
		return &cluster.OverloadError{RetryAfter: busyDelay}
	case errors.Is(err, queue.ErrName):
		return &wire.FieldError{Field: "prover", Problem: err.Error()}
	case errors.Is(err, queue.ErrRecorded):
		return &failure{reason: wire.ReasonLeaseLost, message: err.Error(), meta: map[string]string{wire.MetaEnd: queue.Gone.String()}}
	case errors.Is(err, queue.ErrNoProofs), errors.Is(err, queue.ErrProgramUnknown):
		return refused(err)
	case errors.Is(err, inputs.ErrAbsent), errors.Is(err, inputs.ErrDamaged):
		return fail(wire.ReasonNotFound, "%v", err)
	case errors.Is(err, cursor.ErrHeaderMismatch), errors.Is(err, cursor.ErrUnknownBatch):
		return refused(err)
	default:
		return err
	}
}

func (p *prover) LeaseJob(ctx context.Context, req *pb.LeaseJobRequest) (*pb.LeaseJobResponse, error) {
	if len(req.GetWorker()) != len(queue.Worker{}) {
		return nil, &wire.FieldError{Field: "worker", Problem: fmt.Sprintf("has %d bytes; must be 16 random bytes", len(req.GetWorker()))}
	}
	provers, err := p.provers()
	if err != nil {
		return nil, err
	}
	if !p.cfg.Cluster.IsLeader() {
		return forward(ctx, p.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.LeaseJobResponse, error) {
			return pb.NewProverServiceClient(c).LeaseJob(ctx, req)
		})
	}
	name := req.GetProver()
	if c := callerOf(ctx); c.proven {
		name = c.who
	}
	a, err := provers.LeaseProof(name, queue.Worker(req.GetWorker()), req.GetResumeBatch())
	if wait, ok := errors.AsType[*queue.WaitError](err); ok {
		return &pb.LeaseJobResponse{RetryAfterMs: ms(wait.After)}, nil
	}
	if err != nil {
		return nil, proverError(err)
	}
	return &pb.LeaseJobResponse{
		Job: &pb.ProofJob{
			Batch: a.Job.Batch, HeaderHash: hashBytes(a.Job.HeaderHash), System: a.System.String(), Program: hashBytes(a.Program),
			ProgramVersion: a.ProgramVersion, PublicValues: a.Public, MaxProofBytes: cursor.MaxProof,
		},
		Lease: leaseProto(a.ID), ExpiresMs: ms(a.Expires.Sub(p.cfg.Now())),
	}, nil
}

// ms is a time to wait in whole milliseconds, rounded up: what has not passed is never 0.
func ms(d time.Duration) uint64 { return uint64(max(0, d+time.Millisecond-1) / time.Millisecond) }

func leaseProto(id queue.ID) *pb.ProofLease {
	return &pb.ProofLease{Term: id.Term, Number: id.Number, Worker: id.Worker[:]}
}

func leaseOf(l *pb.ProofLease) (queue.ID, error) {
	if l.GetTerm() == 0 || l.GetNumber() == 0 || len(l.GetWorker()) != len(queue.Worker{}) {
		return queue.ID{}, &wire.FieldError{Field: "lease", Problem: "must be one that LeaseJob gave"}
	}
	return queue.ID{Term: l.GetTerm(), Number: l.GetNumber(), Worker: queue.Worker(l.GetWorker())}, nil
}

// leased does what concerns a lease at the leader, which has the queue.
func leased[Req interface{ GetLease() *pb.ProofLease }, Resp any](
	ctx context.Context, p *prover, req Req,
	there func(pb.ProverServiceClient, context.Context, Req, ...grpc.CallOption) (*Resp, error),
	here func(Prover, queue.ID) (*Resp, error),
) (*Resp, error) {
	id, err := leaseOf(req.GetLease())
	if err != nil {
		return nil, err
	}
	provers, err := p.provers()
	if err != nil {
		return nil, err
	}
	if !p.cfg.Cluster.IsLeader() {
		return forward(ctx, p.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*Resp, error) {
			return there(pb.NewProverServiceClient(c), ctx, req)
		})
	}
	resp, err := here(provers, id)
	if err != nil {
		return nil, proverError(err)
	}
	return resp, nil
}

func (p *prover) ExtendLease(ctx context.Context, req *pb.ExtendLeaseRequest) (*pb.ExtendLeaseResponse, error) {
	return leased(ctx, p, req, pb.ProverServiceClient.ExtendLease, func(provers Prover, id queue.ID) (*pb.ExtendLeaseResponse, error) {
		lease, err := provers.ExtendProofLease(id)
		return &pb.ExtendLeaseResponse{ExpiresMs: ms(lease.Expires.Sub(p.cfg.Now()))}, err
	})
}

func (p *prover) ReleaseLease(ctx context.Context, req *pb.ReleaseLeaseRequest) (*pb.ReleaseLeaseResponse, error) {
	return leased(ctx, p, req, pb.ProverServiceClient.ReleaseLease, func(provers Prover, id queue.ID) (*pb.ReleaseLeaseResponse, error) {
		return &pb.ReleaseLeaseResponse{}, provers.ReleaseProofLease(id)
	})
}

func (p *prover) SubmitProof(ctx context.Context, req *pb.SubmitProofRequest) (*pb.SubmitProofResponse, error) {
	return leased(ctx, p, req, pb.ProverServiceClient.SubmitProof, func(provers Prover, id queue.ID) (*pb.SubmitProofResponse, error) {
		batch, duplicate, err := provers.SubmitProof(ctx, id, req.GetProof())
		return &pb.SubmitProofResponse{Batch: batch, Duplicate: duplicate}, err
	})
}

func (p *prover) FetchInput(req *pb.FetchInputRequest, stream grpc.ServerStreamingServer[pb.FetchInputResponse]) error {
	if len(req.GetHeaderHash()) != 32 {
		return &wire.FieldError{Field: "header_hash", Problem: fmt.Sprintf("has %d bytes; must have 32", len(req.GetHeaderHash()))}
	}
	provers, err := p.provers()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(stream.Context(), fetchLimit)
	defer cancel()
	select {
	case p.fetches <- struct{}{}:
		defer func() { <-p.fetches }()
	case <-ctx.Done():
		return ctx.Err()
	}
	input, digest, err := provers.ProofInput(inputs.Key{Batch: req.GetBatch(), HeaderHash: [32]byte(req.GetHeaderHash())})
	if err != nil {
		return proverError(err)
	}
	first := &pb.FetchInputResponse{Size: uint64(len(input)), Sha256: digest[:]}
	step := min(inputChunk, p.cfg.MaxMessageBytes/2)
	for more := true; more; more = len(input) > 0 {
		n := min(step, len(input))
		first.Chunk, input = input[:n], input[n:]
		if err := stream.Send(first); err != nil {
			return err
		}
		first = &pb.FetchInputResponse{}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (p *prover) ProofQueue(ctx context.Context, req *pb.ProofQueueRequest) (*pb.ProofQueueResponse, error) {
	if !p.cfg.Cluster.IsLeader() {
		return forward(ctx, p.Server, func(ctx context.Context, c grpc.ClientConnInterface) (*pb.ProofQueueResponse, error) {
			return pb.NewProverServiceClient(c).ProofQueue(ctx, req)
		})
	}
	resp := &pb.ProofQueueResponse{ProofPolicy: p.cfg.ProofPolicy, Leader: p.cfg.NodeID, Term: p.cfg.Cluster.Status().Term}
	if p.cfg.Prover == nil {
		return resp, nil
	}
	s, proofs := p.cfg.Prover.ProofQueue()
	if !proofs {
		return resp, nil
	}
	now := p.cfg.Now()
	resp.WaitingTotal = uint64(len(s.Waiting))
	for _, w := range s.Waiting[:min(len(s.Waiting), maxShownQueue)] {
		m := &pb.QueuedProof{
			Batch: w.Batch, HeaderHash: hashBytes(w.HeaderHash), AgeMs: uint64(max(0, now.UnixMilli()-w.SealedMs)), Failures: w.Failures,
		}
		if l := w.Lease; l != nil {
			m.Prover, m.HeldMs, m.ExpiresMs = l.Prover, ms(now.Sub(l.Began)), ms(l.Expires.Sub(now))
		}
		resp.Waiting = append(resp.Waiting, m)
	}
	cur := p.cfg.Machine.Cursor()
	for n := cur.Heads().Proven + 1; n <= cur.Heads().Executed; n++ {
		if b, ok := cur.Batch(n); ok && b.Proof != nil {
			resp.Proved++
		}
	}
	for _, x := range s.Provers {
		resp.Provers = append(resp.Provers, &pb.ProverRecord{
			Prover: x.Name, Leases: uint32(x.Leases), Proved: x.Proved, RefusedInvalid: x.Invalid, RefusedMalformed: x.Malformed,
			Expired: x.Expired, BackoffMs: ms(x.Backoff),
		})
	}
	return resp, nil
}
