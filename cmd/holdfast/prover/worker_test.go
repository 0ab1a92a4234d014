package prover_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/prover"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/queue"
)

// cluster is a queue behind the client's interface, of one leader at a time. It knows nothing of proofs: what begins with
// "good" holds.
type cluster struct {
	t *testing.T
	q *queue.Queue

	mu        sync.Mutex // guards what follows
	jobs      []queue.Job
	submitted []string
	fetched   int
	spoil     func([]byte) []byte // of the input
	resumed   []uint64
}

func header(n uint64) batch.Header { return batch.Header{Number: n} }

func newCluster(t *testing.T, n uint64) *cluster {
	t.Helper()
	c := &cluster{t: t}
	for i := uint64(1); i <= n; i++ {
		c.jobs = append(c.jobs, queue.Job{Batch: i, HeaderHash: header(i).Hash(), Ready: true})
	}
	c.q = queue.New(queue.Config{Lease: time.Minute, Waiting: func() []queue.Job {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.jobs
	}})
	c.q.Begin(1)
	return c
}

// refusal is an error as a replica's client gets it.
func refusal(reason wire.Reason, key, value string) error {
	st, err := status.New(codes.FailedPrecondition, value).WithDetails(
		&errdetails.ErrorInfo{Reason: string(reason), Domain: wire.Domain, Metadata: map[string]string{key: value}})
	if err != nil {
		return err
	}
	return fmt.Errorf("call: %w", st.Err())
}

func answer(err error) error {
	if lost, ok := errors.AsType[*queue.LeaseError](err); ok {
		return refusal(wire.ReasonLeaseLost, wire.MetaEnd, lost.End.String())
	}
	return err
}

func id(l *pb.ProofLease) queue.ID {
	return queue.ID{Term: l.GetTerm(), Number: l.GetNumber(), Worker: queue.Worker(l.GetWorker())}
}

func (c *cluster) LeaseJob(ctx context.Context, req *pb.LeaseJobRequest) (*pb.LeaseJobResponse, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	c.mu.Lock()
	c.resumed = append(c.resumed, req.GetResumeBatch())
	c.mu.Unlock()
	l, err := c.q.Take(req.GetProver(), queue.Worker(req.GetWorker()), req.GetResumeBatch())
	if wait, ok := errors.AsType[*queue.WaitError](err); ok {
		return &pb.LeaseJobResponse{RetryAfterMs: uint64(wait.After.Milliseconds()) + 1}, nil
	}
	if err != nil {
		return nil, err
	}
	return &pb.LeaseJobResponse{
		Job: &pb.ProofJob{
			Batch: l.Job.Batch, HeaderHash: l.Job.HeaderHash[:], System: "development", Program: make([]byte, 32),
			ProgramVersion: 1, PublicValues: []byte("public"), MaxProofBytes: 64,
		},
		Lease:     &pb.ProofLease{Term: l.ID.Term, Number: l.ID.Number, Worker: l.ID.Worker[:]},
		ExpiresMs: uint64(time.Until(l.Expires).Milliseconds()),
	}, nil
}

func (c *cluster) ExtendLease(_ context.Context, l *pb.ProofLease) (*pb.ExtendLeaseResponse, error) {
	held, err := c.q.Extend(id(l))
	if err != nil {
		return nil, answer(err)
	}
	return &pb.ExtendLeaseResponse{ExpiresMs: uint64(time.Until(held.Expires).Milliseconds())}, nil
}

func (c *cluster) ReleaseLease(_ context.Context, l *pb.ProofLease) error {
	return answer(c.q.Release(id(l)))
}

func (c *cluster) SubmitProof(_ context.Context, l *pb.ProofLease, proof []byte) (*pb.SubmitProofResponse, error) {
	claimed, err := c.q.Claim(id(l))
	if err != nil {
		return nil, answer(err)
	}
	c.mu.Lock()
	c.submitted = append(c.submitted, string(proof))
	holds := bytes.HasPrefix(proof, []byte("good"))
	if holds {
		c.jobs = slices.DeleteFunc(slices.Clone(c.jobs), func(j queue.Job) bool { return j.HeaderHash == claimed.Job.HeaderHash })
	}
	c.mu.Unlock()
	if !holds {
		c.q.Finish(claimed, queue.Invalid)
		return nil, refusal(wire.ReasonProofRefused, wire.MetaProof, "invalid")
	}
	c.q.Finish(claimed, queue.Recorded)
	return &pb.SubmitProofResponse{Batch: claimed.Job.Batch}, nil
}

func (c *cluster) FetchInput(_ context.Context, n uint64, headerHash []byte, _ int) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fetched++
	h := header(n)
	if hash := h.Hash(); !bytes.Equal(hash[:], headerHash) {
		return nil, errors.New("no such input")
	}
	in := guest.Input{Header: h.Append(nil)}
	input := in.Append(nil)
	if c.spoil != nil {
		input = c.spoil(input)
	}
	return input, nil
}

func (c *cluster) proofs() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.submitted)
}

// script is a prover that does what the test says.
type script func(ctx context.Context, job prover.Job) ([]byte, error)

func (s script) Prove(ctx context.Context, job prover.Job) ([]byte, error) { return s(ctx, job) }

// slow proves in an hour, unless it is told to end.
func slow() script {
	return func(ctx context.Context, job prover.Job) ([]byte, error) {
		select {
		case <-time.After(time.Hour):
			return fmt.Appendf(nil, "good %d", job.Batch), nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// log collects events.
type log struct {
	mu     sync.Mutex
	events []prover.Event
}

func (l *log) add(e prover.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

func (l *log) kinds() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, e := range l.events {
		out = append(out, fmt.Sprintf("%s %d", e.Event, e.Batch))
	}
	return strings.Join(out, ", ")
}

// The worker proves what waits, the oldest first, in heartbeats as long as it takes, and ends after so many proofs.
func TestWorkerProves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := newCluster(t, 3), &log{}
		n, err := prover.Run(t.Context(), c, prover.Config{Name: "w", Jobs: 2, Prover: slow(), Report: l.add})
		if err != nil || n != 2 {
			t.Fatalf("%d proofs, %v", n, err)
		}
		if got := l.kinds(); got != "leased 1, proved 1, leased 2, proved 2" {
			t.Error(got)
		}
		synctest.Wait()
		s := c.q.State()
		if len(s.Waiting) != 1 || s.Waiting[0].Lease != nil || s.Totals.Expired != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// A proof outlives the leader that ordered it: the lease is taken anew while the proof is being made.
func TestWorkerGoesOnUnderTheNextLeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := newCluster(t, 2), &log{}
		go func() {
			time.Sleep(10 * time.Minute)
			c.q.Begin(2)
		}()
		started := 0
		counted := script(func(ctx context.Context, job prover.Job) ([]byte, error) {
			started++
			return slow()(ctx, job)
		})
		if n, err := prover.Run(t.Context(), c, prover.Config{Name: "w", Jobs: 1, Prover: counted, Report: l.add}); err != nil || n != 1 {
			t.Fatalf("%d proofs, %v", n, err)
		}
		if started != 1 || l.kinds() != "leased 1, proved 1" {
			t.Errorf("proved %d times: %s", started, l.kinds())
		}
	})
}

// A proof that is finished when its lease is lost is kept and submitted under a new one, not made twice.
func TestWorkerKeepsItsProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := newCluster(t, 2), &log{}
		started := 0
		p := script(func(_ context.Context, job prover.Job) ([]byte, error) {
			started++
			c.q.Begin(2) // the leader changes while the proof is finished
			return fmt.Appendf(nil, "good %d", job.Batch), nil
		})
		if n, err := prover.Run(t.Context(), c, prover.Config{Name: "w", Jobs: 1, Prover: p, Report: l.add}); err != nil || n != 1 {
			t.Fatalf("%d proofs, %v", n, err)
		}
		if started != 1 || l.kinds() != "leased 1, lost 1, leased 1, proved 1" || c.resumed[len(c.resumed)-1] != 1 {
			t.Errorf("proved %d times: %s; asked to resume %v", started, l.kinds(), c.resumed)
		}
	})
}

// A job whose batch waits no longer is given up at the next heartbeat: a rollback removed it, or somebody else proved it.
func TestWorkerGivesUpWhatNobodyWants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := newCluster(t, 2), &log{}
		go func() {
			time.Sleep(10 * time.Minute)
			c.mu.Lock()
			c.jobs = c.jobs[1:]
			c.mu.Unlock()
		}()
		start := time.Now()
		if n, err := prover.Run(t.Context(), c, prover.Config{Name: "w", Jobs: 1, Prover: slow(), Report: l.add}); err != nil || n != 1 {
			t.Fatalf("%d proofs, %v", n, err)
		}
		if took := time.Since(start); l.kinds() != "leased 1, lost 1, leased 2, proved 2" || took > 75*time.Minute {
			t.Errorf("%s in %v", l.kinds(), took)
		}
	})
}

// Interrupted, a worker ends its prover, gives its job back at once, and ends without an error.
func TestWorkerGivesBackWhatItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := newCluster(t, 3), &log{}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		if n, err := prover.Run(ctx, c, prover.Config{Name: "w", Parallel: 2, Prover: slow(), Report: l.add}); err != nil || n != 0 {
			t.Fatalf("%d proofs, %v", n, err)
		}
		for _, w := range c.q.State().Waiting {
			if w.Lease != nil {
				t.Errorf("batch %d is still held", w.Batch)
			}
		}
		if s := c.q.State(); s.Totals.Released != 2 || s.Totals.Expired != 0 {
			t.Errorf("%+v", s.Totals)
		}
	})
}

// A prover that fails, or whose proof is refused, is not run without a pause; its job goes back.
func TestWorkerPausesAfterFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := newCluster(t, 1), &log{}
		var at []time.Time
		p := script(func(_ context.Context, job prover.Job) ([]byte, error) {
			at = append(at, time.Now())
			switch len(at) {
			case 1, 2:
				return nil, errors.New("out of memory")
			case 3:
				return []byte("bad"), nil
			default:
				return fmt.Appendf(nil, "good %d", job.Batch), nil
			}
		})
		if n, err := prover.Run(t.Context(), c, prover.Config{Name: "w", Jobs: 1, Prover: p, Report: l.add}); err != nil || n != 1 {
			t.Fatalf("%d proofs, %v", n, err)
		}
		if l.kinds() != "leased 1, failed 1, leased 1, failed 1, leased 1, refused 1, leased 1, proved 1" {
			t.Error(l.kinds())
		}
		for i, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			if got := at[i+1].Sub(at[i]); got < want {
				t.Errorf("pause %d was %v, want %v", i, got, want)
			}
		}
		if got := c.proofs(); !slices.Equal(got, []string{"bad", "good 1"}) {
			t.Errorf("submitted %q", got)
		}
	})
}

// A worker believes no input that is not of the batch that it leased.
func TestWorkerChecksItsInput(t *testing.T) {
	for name, spoil := range map[string]func([]byte) []byte{
		"another batch": func([]byte) []byte {
			in := guest.Input{Header: header(9).Append(nil)}
			return in.Append(nil)
		},
		"cut":     func(b []byte) []byte { return b[:len(b)-1] },
		"nothing": func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, l := newCluster(t, 1), &log{}
				c.spoil = spoil
				ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
				defer cancel()
				never := script(func(context.Context, prover.Job) ([]byte, error) {
					t.Error("a proof of a wrong input was asked for")
					return nil, errors.New("no")
				})
				if _, err := prover.Run(ctx, c, prover.Config{Name: "w", Prover: never, Report: l.add}); err != nil {
					t.Fatal(err)
				}
				if l.kinds() != "leased 1, failed 1" {
					t.Error(l.kinds())
				}
			})
		})
	}
}

// What no waiting heals ends the workers: no proofs are wanted, or of a system that the prover does not make.
func TestWorkerEndsWhereNothingHelps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 1)
		wrong := script(func(context.Context, prover.Job) ([]byte, error) { return nil, prover.ErrWrongSystem })
		if _, err := prover.Run(t.Context(), c, prover.Config{Name: "w", Prover: wrong}); !errors.Is(err, prover.ErrWrongSystem) {
			t.Error(err)
		}
		if s := c.q.State(); s.Waiting[0].Lease != nil {
			t.Error("the job was not given back")
		}
		none := noProofs{c}
		if _, err := prover.Run(t.Context(), none, prover.Config{Name: "w", Prover: wrong}); wire.ErrorDetails(err).Reason != wire.ReasonRefused {
			t.Error(err)
		}
	})
}

type noProofs struct{ *cluster }

func (noProofs) LeaseJob(context.Context, *pb.LeaseJobRequest) (*pb.LeaseJobResponse, error) {
	return nil, refusal(wire.ReasonRefused, "", "")
}

// The contract of --exec: input on standard input, what is asked for in the environment, the proof on standard output.
func TestExec(t *testing.T) {
	job := prover.Job{
		Batch: 7, HeaderHash: [32]byte{0xab}, System: "sp1", Program: [32]byte{0xcd}, ProgramVersion: 3, Public: []byte{1, 2},
		MaxProofBytes: 260, Input: []byte("the input"),
	}
	run := func(sh string) ([]byte, string, error) {
		var stderr bytes.Buffer
		p, err := prover.Exec{Command: []string{"sh", "-c", sh}, Stderr: &stderr}.Prove(t.Context(), job)
		return p, stderr.String(), err
	}
	got, said, err := run(`echo working >&2; cat; printf ' %s %s %s %s %s %s %s' $HOLDFAST_BATCH ${HOLDFAST_HEADER_HASH%%0000*} $HOLDFAST_SYSTEM ` +
		`${HOLDFAST_PROGRAM%%0000*} $HOLDFAST_PROGRAM_VERSION $HOLDFAST_PUBLIC_VALUES $HOLDFAST_MAX_PROOF_BYTES`)
	if want := "the input 7 ab sp1 cd 3 0102 260"; err != nil || string(got) != want || said != "working\n" {
		t.Errorf("%q, %q, %v; want %q", got, said, err, want)
	}
	for name, sh := range map[string]string{
		"a status that is not 0": "cat; exit 3", "no proof": "cat >/dev/null", "too much": "head -c 261 /dev/zero; cat >/dev/null", "no program": "exec /no/such/program",
	} {
		if p, _, err := run(sh); err == nil {
			t.Errorf("%s gives the proof %x", name, p)
		}
	}
	if _, err := (prover.Exec{Command: []string{"/no/such/program"}}).Prove(t.Context(), job); err == nil {
		t.Error("a program that does not exist proves")
	}
}

// A program is told to end when its job is lost.
func TestExecEndsWithItsJob(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	began := make(chan struct{})
	var once sync.Once
	stderr := writer(func(b []byte) (int, error) {
		once.Do(func() { close(began) })
		return len(b), nil
	})
	go func() {
		<-began
		cancel()
	}()
	_, err := prover.Exec{Command: []string{"sh", "-c", "trap 'kill $!; exit 0' TERM; echo up >&2; sleep 600 & wait"}, Stderr: stderr}.Prove(ctx, prover.Job{MaxProofBytes: 9})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// The development prover executes: it proves neither another system's jobs nor what its own execution contradicts.
func TestDevelopmentProverExecutes(t *testing.T) {
	in := guest.Input{Header: header(1).Append(nil)}
	input := in.Append(nil)
	if _, err := (prover.Development{}).Prove(t.Context(), prover.Job{System: "sp1", Input: input}); !errors.Is(err, prover.ErrWrongSystem) {
		t.Error(err)
	}
	if p, err := (prover.Development{}).Prove(t.Context(), prover.Job{System: "development", Input: input, Public: make([]byte, sha256.Size)}); err == nil {
		t.Errorf("an input that the guest refuses was proved: %x", p)
	}
}
