package prover

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// What must hold here: a worker holds one lease at most and works for no job whose lease it knows to have ended; a proof
// that was made is submitted as long as its batch wants one.

// Queue is the cluster's prover queue; *client.Client is one. Its calls last until they are answered or ctx ends.
type Queue interface {
	LeaseJob(ctx context.Context, req *pb.LeaseJobRequest) (*pb.LeaseJobResponse, error)
	ExtendLease(ctx context.Context, lease *pb.ProofLease) (*pb.ExtendLeaseResponse, error)
	ReleaseLease(ctx context.Context, lease *pb.ProofLease) error
	SubmitProof(ctx context.Context, lease *pb.ProofLease, proof []byte) (*pb.SubmitProofResponse, error)
	FetchInput(ctx context.Context, batch uint64, headerHash []byte, limit int) ([]byte, error)
}

// What an Event reports.
const (
	Leased  = "leased"
	Proved  = "proved"  // and recorded
	Refused = "refused" // the cluster did not take the proof
	Lost    = "lost"    // the lease ended; Detail says how
	Failed  = "failed"  // no proof came out
	Gave    = "released"
	Trouble = "trouble" // the cluster could not be asked
)

// Event is one thing that happened to a job.
type Event struct {
	Event  string `json:"event"`
	Batch  uint64 `json:"batch,omitempty"`
	System string `json:"system,omitempty"`
	TookMs int64  `json:"took_ms,omitempty"` // proved: from lease to record
	Detail string `json:"detail,omitempty"`
}

// Config of workers.
type Config struct {
	Name     string // of the prover
	Parallel int    // jobs at a time
	Jobs     int    // how many proofs to make; 0 for no end
	Prover   Prover
	MaxInput int         // bytes; 0 for 256 MiB
	Report   func(Event) // nil for none; called by one goroutine at a time
}

const (
	defaultMaxInput = 256 << 20
	releaseLimit    = 5 * time.Second
	firstPause      = time.Second // after a job that failed, doubling
	maxPause        = time.Minute
)

// errEnough ends the workers once they have made what they were to make.
var errEnough = errors.New("all jobs are done")

// Run proves batches until ctx ends or Jobs are done, and gives what it holds back. The error is nil then; another one says
// what no waiting heals. It returns how many proofs were recorded.
func Run(ctx context.Context, q Queue, c Config) (proved int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &run{config: c, queue: q, cancel: cancel}
	if r.config.MaxInput == 0 {
		r.config.MaxInput = defaultMaxInput
	}
	var group sync.WaitGroup
	for range max(1, c.Parallel) {
		group.Go(func() {
			w := &worker{run: r}
			_, _ = rand.Read(w.id[:]) // never fails
			if failed := w.loop(ctx); failed != nil {
				cancel(failed)
			}
		})
	}
	group.Wait()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errEnough) && !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		err = cause
	}
	return int(r.proved.Load()), err
}

type run struct {
	config Config
	queue  Queue
	cancel context.CancelCauseFunc
	proved atomic.Int64

	mu sync.Mutex // held during Report
}

func (r *run) report(e Event) {
	if r.config.Report == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.config.Report(e)
}

// worker does one job at a time.
type worker struct {
	*run
	id    [16]byte
	kept  made          // a proof whose lease ended before it was submitted
	pause time.Duration // after the next failure
}

// made is a proof and what it is of.
type made struct {
	batch      uint64
	headerHash string
	program    string
	proof      []byte
}

func (w *worker) loop(ctx context.Context) error {
	for {
		resp, err := w.queue.LeaseJob(ctx, &pb.LeaseJobRequest{Prover: w.config.Name, Worker: w.id[:], ResumeBatch: w.kept.batch})
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it was told to end; what it may hold by now expires
		}
		switch {
		case err != nil && hopeless(err):
			return err
		case err != nil:
			w.report(Event{Event: Trouble, Detail: err.Error()})
			sleep(ctx, firstPause)
		case resp.GetJob() == nil:
			sleep(ctx, max(time.Duration(resp.GetRetryAfterMs())*time.Millisecond, 10*time.Millisecond))
		default:
			if err := w.job(ctx, resp); err != nil {
				return err
			}
		}
	}
}

// hopeless says whether asking again will be answered the same.
func hopeless(err error) bool {
	reason := wire.ErrorDetails(err).Reason
	return reason == wire.ReasonInvalid || reason == wire.ReasonRefused
}

// leaseEnd is how a lease ended while its job went on.
type leaseEnd struct{ how string }

func (e *leaseEnd) Error() string { return "the lease ended: " + e.how }

// job proves and submits one batch. The error is one that no waiting heals.
func (w *worker) job(ctx context.Context, resp *pb.LeaseJobResponse) error {
	j, held := resp.GetJob(), &held{lease: resp.GetLease()}
	began := time.Now()
	w.report(Event{Event: Leased, Batch: j.GetBatch(), System: j.GetSystem()})

	work, stop := context.WithCancelCause(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { w.extend(work, stop, j, held, time.Duration(resp.GetExpiresMs())*time.Millisecond) })
	proof, err := w.prove(work, j)
	var submitted *pb.SubmitProofResponse
	if err == nil {
		submitted, err = w.queue.SubmitProof(work, held.get(), proof)
	}
	if cause := context.Cause(work); cause != nil && err != nil {
		err = errors.Join(cause, err)
	}
	stop(nil)
	beside.Wait()

	if err == nil {
		w.kept, w.pause = made{}, 0
		took := time.Since(began).Milliseconds()
		detail := ""
		if submitted.GetDuplicate() {
			detail = "it had been recorded before"
		}
		w.report(Event{Event: Proved, Batch: j.GetBatch(), System: j.GetSystem(), TookMs: took, Detail: detail})
		if n := w.proved.Add(1); w.config.Jobs > 0 && n >= int64(w.config.Jobs) {
			w.cancel(errEnough)
		}
		return nil
	}
	return w.failed(ctx, j, held.get(), err)
}

// failed sees to a job without a recorded proof.
func (w *worker) failed(ctx context.Context, j *pb.ProofJob, lease *pb.ProofLease, err error) error {
	how := client.LeaseEnded(err)
	if end, ok := errors.AsType[*leaseEnd](err); ok {
		how = end.how
	}
	event := Event{Event: Failed, Batch: j.GetBatch(), System: j.GetSystem(), Detail: err.Error()}
	switch how {
	case "invalid", "malformed":
		event.Event = Refused
		w.kept = made{}
	case "gone":
		event.Event = Lost
		w.kept = made{}
	case "":
		w.release(ctx, lease)
		if ctx.Err() != nil {
			event.Event, event.Detail = Gave, ""
		}
	default:
		event.Event = Lost
	}
	w.report(event)
	if errors.Is(err, ErrWrongSystem) {
		return err
	}
	if event.Event == Failed || event.Event == Refused {
		w.pause = min(max(2*w.pause, firstPause), maxPause)
		sleep(ctx, w.pause)
	}
	return nil
}

// release gives a job back, also after ctx has ended.
func (w *worker) release(ctx context.Context, lease *pb.ProofLease) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseLimit)
	defer cancel()
	if err := w.queue.ReleaseLease(ctx, lease); err != nil && client.LeaseEnded(err) == "" {
		w.report(Event{Event: Trouble, Detail: err.Error()})
	}
}

// prove gives the proof that is there already, or makes one and keeps it.
func (w *worker) prove(ctx context.Context, j *pb.ProofJob) ([]byte, error) {
	hash, program := string(j.GetHeaderHash()), string(j.GetProgram())
	if k := w.kept; k.proof != nil && k.headerHash == hash && k.program == program {
		return k.proof, nil
	}
	w.kept = made{}
	if len(hash) != 32 || len(program) != 32 {
		return nil, errors.New("the job's hashes have not 32 bytes")
	}
	input, err := w.queue.FetchInput(ctx, j.GetBatch(), j.GetHeaderHash(), w.config.MaxInput)
	if err != nil {
		return nil, err
	}
	decoded, err := guest.DecodeInput(input)
	if err != nil {
		return nil, fmt.Errorf("the input of batch %d: %w", j.GetBatch(), err)
	}
	if sha256.Sum256(decoded.Header) != [32]byte(j.GetHeaderHash()) {
		return nil, fmt.Errorf("the input is of another batch than %d", j.GetBatch())
	}
	proof, err := w.config.Prover.Prove(ctx, Job{
		Batch: j.GetBatch(), HeaderHash: [32]byte(j.GetHeaderHash()), System: j.GetSystem(), Program: [32]byte(j.GetProgram()),
		ProgramVersion: j.GetProgramVersion(), Public: j.GetPublicValues(), MaxProofBytes: int(j.GetMaxProofBytes()), Input: input,
	})
	if err != nil {
		return nil, err
	}
	w.kept = made{batch: j.GetBatch(), headerHash: hash, program: program, proof: proof}
	return proof, nil
}

// held is the lease of a job, which a new leader replaces.
type held struct {
	mu    sync.Mutex // guards lease
	lease *pb.ProofLease
}

func (h *held) get() *pb.ProofLease {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lease
}

func (h *held) set(lease *pb.ProofLease) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lease = lease
}

// extend keeps the lease until ctx ends. Where it was lost with its leader, or by silence, it takes the batch anew; if
// that cannot be had any more, it ends the work.
func (w *worker) extend(ctx context.Context, stop context.CancelCauseFunc, j *pb.ProofJob, h *held, left time.Duration) {
	for {
		sleep(ctx, left/3)
		if ctx.Err() != nil {
			return
		}
		resp, err := w.queue.ExtendLease(ctx, h.get())
		how := client.LeaseEnded(err)
		if how == "stale" || how == "expired" {
			if again := w.again(ctx, j); again != nil {
				h.set(again.GetLease())
				left = time.Duration(again.GetExpiresMs()) * time.Millisecond
				continue
			}
		}
		switch {
		case ctx.Err() != nil:
			return
		case how != "":
			stop(&leaseEnd{how})
			return
		case err == nil:
			left = time.Duration(resp.GetExpiresMs()) * time.Millisecond
		}
	}
}

// again leases the batch of a job once more; nil if it is not to be had.
func (w *worker) again(ctx context.Context, j *pb.ProofJob) *pb.LeaseJobResponse {
	for {
		resp, err := w.queue.LeaseJob(ctx, &pb.LeaseJobRequest{Prover: w.config.Name, Worker: w.id[:], ResumeBatch: j.GetBatch()})
		switch {
		case err != nil || ctx.Err() != nil:
			return nil
		case resp.GetJob() == nil && resp.GetRetryAfterMs() > 0:
			sleep(ctx, time.Duration(resp.GetRetryAfterMs())*time.Millisecond)
		case bytes.Equal(resp.GetJob().GetHeaderHash(), j.GetHeaderHash()) && bytes.Equal(resp.GetJob().GetProgram(), j.GetProgram()):
			return resp
		default: // another batch: the loop will ask for it when there is a hand free
			w.release(ctx, resp.GetLease())
			return nil
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
