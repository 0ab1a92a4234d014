package client_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/queue"
)

// provers is the queue of whichever replica leads. A proof holds if it is the word "good".
type provers struct {
	*queue.Queue

	mu     sync.Mutex // guards what follows
	jobs   []queue.Job
	asked  map[string]int // about leases, by replica
	inputs map[string]map[inputs.Key][]byte
}

func newProvers(batches ...uint64) *provers {
	p := &provers{asked: map[string]int{}, inputs: map[string]map[inputs.Key][]byte{}}
	for _, n := range batches {
		p.jobs = append(p.jobs, queue.Job{Batch: n, HeaderHash: [32]byte{byte(n)}, Ready: true})
	}
	p.Queue = queue.New(queue.Config{Waiting: func() []queue.Job {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.jobs
	}})
	return p
}

func (p *provers) keep(node string, n uint64, input []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inputs[node] == nil {
		p.inputs[node] = map[inputs.Key][]byte{}
	}
	p.inputs[node][inputs.Key{Batch: n, HeaderHash: [32]byte{byte(n)}}] = input
}

// at is one replica's part.
type proversAt struct {
	*provers
	node string
}

func (p proversAt) note() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[p.node]++
}

func (p proversAt) LeaseProof(name string, w queue.Worker, resume uint64) (queue.Assignment, error) {
	p.note()
	l, err := p.Take(name, w, resume)
	return queue.Assignment{Lease: l, System: cursor.ProofSP1, Program: [32]byte{9}, ProgramVersion: 2, Public: []byte("public")}, err
}

func (p proversAt) ExtendProofLease(id queue.ID) (queue.Lease, error) { p.note(); return p.Extend(id) }

func (p proversAt) ReleaseProofLease(id queue.ID) error { p.note(); return p.Release(id) }

func (p proversAt) ProofQueue() (queue.State, bool) { p.note(); return p.State(), true }

func (p proversAt) SubmitProof(_ context.Context, id queue.ID, proof []byte) (uint64, bool, error) {
	p.note()
	l, err := p.Claim(id)
	if errors.Is(err, queue.ErrRecorded) {
		return l.Job.Batch, true, nil
	}
	if err != nil {
		return 0, false, err
	}
	outcome := queue.Recorded
	switch string(proof) {
	case "good":
	case "junk":
		outcome = queue.Malformed
	default:
		outcome = queue.Invalid
	}
	if outcome == queue.Recorded {
		p.mu.Lock()
		p.jobs = slices.DeleteFunc(slices.Clone(p.jobs), func(j queue.Job) bool { return j.HeaderHash == l.Job.HeaderHash })
		p.mu.Unlock()
	}
	p.Finish(l, outcome)
	if outcome != queue.Recorded {
		return 0, false, &queue.RefusedError{Outcome: outcome, Err: errors.New("no")}
	}
	return l.Job.Batch, false, nil
}

func (p proversAt) ProofInput(k inputs.Key) (input []byte, digest [32]byte, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	input, ok := p.inputs[p.node][k]
	if !ok {
		return nil, digest, fmt.Errorf("batch %d: %w", k.Batch, inputs.ErrAbsent)
	}
	return input, sha256.Sum256(input), nil
}

func (p *provers) group(t *testing.T, replicas int) *group {
	t.Helper()
	g := startGroup(t, options{replicas: replicas, server: func(c *server.Config) {
		c.Prover, c.ProofPolicy = proversAt{p, c.NodeID}, "sp1"
	}})
	p.Begin(5)
	return g
}

func leases(t *testing.T, c *client.Client, name string, worker byte) *pb.LeaseJobResponse {
	t.Helper()
	resp, err := c.LeaseJob(t.Context(), &pb.LeaseJobRequest{Prover: name, Worker: bytes.Repeat([]byte{worker}, 16)})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// Issue 5, proofs: any replica takes the call and passes it to the leader, and each way in which a lease ends has its typed
// refusal.
func TestProverCallsThroughAFollower(t *testing.T) {
	p := newProvers(3, 4)
	g := p.group(t, 3)
	c := g.client(nil, g.follower().rpc)

	got := leases(t, c, "a", 1)
	j := got.GetJob()
	if j.GetBatch() != 3 || j.GetSystem() != "sp1" || string(j.GetPublicValues()) != "public" || j.GetProgramVersion() != 2 ||
		j.GetMaxProofBytes() != cursor.MaxProof || got.GetExpiresMs() == 0 || got.GetLease().GetTerm() != 5 {
		t.Fatalf("got %v", got)
	}
	if again := leases(t, c, "a", 1); again.GetLease().GetNumber() != got.GetLease().GetNumber() {
		t.Errorf("asked again, a worker got %v", again)
	}
	if r, err := c.ExtendLease(t.Context(), got.GetLease()); err != nil || r.GetExpiresMs() == 0 {
		t.Errorf("extend: %v, %v", r, err)
	}
	_, err := c.SubmitProof(t.Context(), got.GetLease(), []byte("bad"))
	if client.LeaseEnded(err) != "invalid" || status.Code(err) != codes.FailedPrecondition {
		t.Errorf("a wrong proof: %v", err)
	}
	if _, err = c.ExtendLease(t.Context(), got.GetLease()); client.LeaseEnded(err) != "refused" {
		t.Errorf("the lease of a refused proof: %v", err)
	}
	if waits := leases(t, c, "a", 1); waits.GetJob() != nil || waits.GetRetryAfterMs() == 0 {
		t.Errorf("the prover of a wrong proof got %v", waits)
	}
	next := leases(t, c, "b", 2)
	if _, err = c.SubmitProof(t.Context(), next.GetLease(), []byte("junk")); client.LeaseEnded(err) != "malformed" {
		t.Errorf("junk: %v", err)
	}
	next = leases(t, c, "c", 3)
	for _, duplicate := range []bool{false, true} {
		if r, serr := c.SubmitProof(t.Context(), next.GetLease(), []byte("good")); serr != nil || r.GetBatch() != 3 || r.GetDuplicate() != duplicate {
			t.Errorf("a proof that holds: %v, %v", r, serr)
		}
	}
	stale := &pb.ProofLease{Term: 4, Number: 1, Worker: make([]byte, 16)}
	if _, err = c.ExtendLease(t.Context(), stale); client.LeaseEnded(err) != "stale" {
		t.Errorf("a lease of another term: %v", err)
	}
	if err = c.ReleaseLease(t.Context(), leases(t, c, "d", 4).GetLease()); err != nil {
		t.Error(err)
	}

	q, err := c.ProofQueue(t.Context())
	if err != nil || q.GetProofPolicy() != "sp1" || q.GetLeader() != g.leader().id || q.GetWaitingTotal() != 1 || len(q.GetProvers()) != 4 {
		t.Fatalf("%v, %v", q, err)
	}
	if a := q.GetProvers()[0]; a.GetProver() != "a" || a.GetRefusedInvalid() != 1 || a.GetBackoffMs() == 0 {
		t.Errorf("%v", a)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) != 1 || p.asked[g.leader().id] == 0 {
		t.Errorf("asked were %v, the leader is %s", p.asked, g.leader().id)
	}
}

// What is no request of a prover is refused as such.
func TestProverRequestsAreChecked(t *testing.T) {
	g := newProvers(1).group(t, 1)
	c := g.client(nil)
	conn := func(fn func(pb.ProverServiceClient) error) error {
		return c.Read(t.Context(), func(_ context.Context, conn grpc.ClientConnInterface) error {
			return fn(pb.NewProverServiceClient(conn))
		})
	}
	for name, call := range map[string]func(pb.ProverServiceClient) error{
		"a short worker": func(p pb.ProverServiceClient) error {
			_, err := p.LeaseJob(t.Context(), &pb.LeaseJobRequest{Prover: "a", Worker: make([]byte, 15)})
			return err
		},
		"no name": func(p pb.ProverServiceClient) error {
			_, err := p.LeaseJob(t.Context(), &pb.LeaseJobRequest{Worker: make([]byte, 16)})
			return err
		},
		"no lease": func(p pb.ProverServiceClient) error {
			_, err := p.SubmitProof(t.Context(), &pb.SubmitProofRequest{Proof: []byte{1}})
			return err
		},
		"a lease without its worker": func(p pb.ProverServiceClient) error {
			_, err := p.ExtendLease(t.Context(), &pb.ExtendLeaseRequest{Lease: &pb.ProofLease{Term: 5, Number: 1}})
			return err
		},
		"a short hash": func(p pb.ProverServiceClient) error {
			s, err := p.FetchInput(t.Context(), &pb.FetchInputRequest{Batch: 1, HeaderHash: make([]byte, 31)})
			if err == nil {
				_, err = s.Recv()
			}
			return err
		},
	} {
		if err := conn(call); wire.ErrorDetails(err).Reason != wire.ReasonInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Junk is bounded by size before anybody looks at it.
	huge := bytes.Repeat([]byte{1}, 5<<20)
	if _, err := c.SubmitProof(t.Context(), &pb.ProofLease{Term: 5, Number: 1, Worker: make([]byte, 16)}, huge); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("a proof of 5 MiB: %v", err)
	}
}

// An input comes from whichever replica has it, whole or not at all.
func TestInputFromAnyReplica(t *testing.T) {
	p := newProvers(1, 2)
	g := p.group(t, 3)
	input := make([]byte, 900<<10) // several messages
	for i := range input {
		input[i] = byte(i * 7)
	}
	p.keep(g.follower().id, 1, input)
	p.keep(g.leader().id, 2, nil)
	c := g.client(nil)
	hash := func(n byte) []byte { return append([]byte{n}, make([]byte, 31)...) }
	got, err := c.FetchInput(t.Context(), 1, hash(1), 1<<20)
	if err != nil || !bytes.Equal(got, input) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if got, err = c.FetchInput(t.Context(), 2, hash(2), 1<<20); err != nil || len(got) != 0 {
		t.Errorf("an empty input: %d bytes, %v", len(got), err)
	}
	if _, err = c.FetchInput(t.Context(), 1, hash(1), len(input)-1); !errors.Is(err, client.ErrInputDamaged) {
		t.Errorf("an input above the limit: %v", err)
	}
	if _, err = c.FetchInput(t.Context(), 1, hash(2), 1<<20); err == nil {
		t.Error("an input under another header")
	}
}

// Where no proofs are wanted, nobody gets a job, and the queue says what finality rests on.
func TestNoProofsAreWanted(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c := g.client(nil)
	if _, err := c.LeaseJob(t.Context(), &pb.LeaseJobRequest{Prover: "a", Worker: make([]byte, 16)}); wire.ErrorDetails(err).Reason != wire.ReasonRefused {
		t.Error(err)
	}
	if q, err := c.ProofQueue(t.Context()); err != nil || q.GetProofPolicy() != "execution" || q.GetWaitingTotal() != 0 {
		t.Errorf("%v, %v", q, err)
	}
}

// A recorded proof is shown with its batch, as what it is.
func TestBatchShowsItsProof(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c := g.client(nil)
	session, err := c.OpenSession(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range setup() {
		if _, err = session.Submit(t.Context(), tr); err != nil {
			t.Fatal(err)
		}
	}
	b := g.seal()
	for _, ev := range []cursor.Event{
		cursor.Executed{Batch: 1, Sealed: b.Hash, Root: b.Header.PostRoot, HeaderHash: b.Hash, Node: "n1"},
		cursor.Proved{Batch: 1, HeaderHash: b.Hash, System: cursor.ProofDevelopment, Program: [32]byte{7}, Prover: "p", Proof: []byte("proof")},
	} {
		r, perr := g.leader().node.Propose(t.Context(), command.TypeCursor, cursor.Append(nil, ev))
		if perr != nil || r.Err != nil {
			t.Fatalf("%T: %v, %v", ev, perr, r.Err)
		}
	}
	err = c.Read(t.Context(), func(ctx context.Context, conn grpc.ClientConnInterface) error {
		resp, rerr := pb.NewStateServiceClient(conn).GetBatch(ctx, &pb.GetBatchRequest{Number: 1})
		if p := resp.GetBatch().GetProof(); rerr == nil && (p.GetSystem() != "development" || p.GetProgram()[0] != 7 || p.GetProver() != "p" ||
			string(p.GetProof()) != "proof" || p.GetRecordedTimeMs() == 0) {
			t.Errorf("shown as %v", p)
		}
		return rerr
	})
	if err != nil {
		t.Fatal(err)
	}
}
