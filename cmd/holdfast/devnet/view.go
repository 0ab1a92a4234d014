package devnet

// The view reads what any client can read.

import (
	"context"
	"fmt"
	"time"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// Sample is what a run shows while it goes on.
type Sample struct {
	Elapsed      time.Duration
	Draining     bool
	Acknowledged uint64
	PerSecond    float64
	Latency      Latency
	Replicas     []ReplicaSample
	Verdicts     []*pb.Verdict
	ProofPolicy  string
	DA           string // where payloads go beside the archive
}

// ReplicaSample is one replica's state; Err if it does not answer.
type ReplicaSample struct {
	ID     string
	State  string
	Heads  *pb.Heads
	Halts  []string
	Err    error
	Leader bool
}

const (
	viewEvery  = 500 * time.Millisecond
	drainEvery = 200 * time.Millisecond
	askLimit   = 2 * time.Second
)

// watch shows the run until ctx ends, and notes the executed lag halfway.
func (r *run) watch(ctx context.Context) {
	tick := time.NewTicker(viewEvery)
	defer tick.Stop()
	half := make(<-chan time.Time)
	if r.o.Duration > 0 {
		half = time.After(r.o.Duration / 2)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-half:
			if h, err := r.heads(ctx); err == nil {
				r.halfway = h.GetSealed() - h.GetExecuted()
			}
		case <-tick.C:
			r.show(ctx, false)
		}
	}
}

func (r *run) show(ctx context.Context, draining bool) {
	accepted, rejected, _ := r.load.counts()
	s := Sample{
		Elapsed: time.Since(r.began), Draining: draining, Acknowledged: accepted + rejected, Latency: r.load.latency(), DA: r.o.DA,
	}
	s.PerSecond = float64(r.load.measured()) / s.Elapsed.Seconds()
	for _, m := range r.replicas.members {
		st, err := r.status(ctx, m.config.RPC.Bind)
		s.Replicas = append(s.Replicas, ReplicaSample{
			ID: m.config.Node.ID, State: st.GetState(), Heads: st.GetHeads(), Halts: st.GetHalts(), Err: err,
			Leader: err == nil && st.GetLeader() == m.config.Node.ID,
		})
		s.ProofPolicy = st.GetProofPolicy()
	}
	if resp, err := r.consistency(ctx); err == nil {
		s.Verdicts = resp.GetVerdicts()
	}
	if r.o.View != nil {
		r.o.View(s)
	}
}

func (r *run) status(ctx context.Context, addr string) (*pb.StatusResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	resp, err := client.AskAt(ctx, r.client, addr, pb.NewAdminServiceClient, pb.AdminServiceClient.Status, &pb.StatusRequest{})
	if err != nil {
		return nil, fmt.Errorf("status of %s: %w", addr, err)
	}
	return resp, nil
}

func (r *run) statuses(ctx context.Context) ([]*pb.StatusResponse, error) {
	var out []*pb.StatusResponse
	for _, addr := range r.replicas.endpoints() {
		st, err := r.status(ctx, addr)
		if err != nil {
			return nil, err
		}
		out = append(out, st)
	}
	return out, nil
}

// heads are the heads of the first replica that answers.
func (r *run) heads(ctx context.Context) (*pb.Heads, error) {
	var last error
	for _, addr := range r.replicas.endpoints() {
		st, err := r.status(ctx, addr)
		if err == nil {
			return st.GetHeads(), nil
		}
		last = err
	}
	return nil, last
}

func (r *run) consistency(ctx context.Context) (*pb.ConsistencyResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	resp, err := client.Ask(ctx, r.client, pb.NewVerifyServiceClient, pb.VerifyServiceClient.Consistency, &pb.ConsistencyRequest{})
	r.note(resp.GetVerdicts())
	return resp, err
}

// note keeps the verdicts that are divergences: what stood at any moment of the run counts, also when it has ended.
func (r *run) note(verdicts []*pb.Verdict) {
	for _, v := range verdicts {
		switch v.GetKind() { //nolint:exhaustive // lag, silence and missing data are no divergence
		case pb.VerdictKind_VERDICT_KIND_DIVERGENT, pb.VerdictKind_VERDICT_KIND_FOREIGN, pb.VerdictKind_VERDICT_KIND_REVERTED:
			r.diverged[divergence{v.GetLayers(), v.GetBatch()}] = true
		}
	}
}

// divergence is two layers that differ at a batch.
type divergence struct {
	layers string
	batch  uint64
}

// drain waits until everything acknowledged is sealed and final on every replica.
func (r *run) drain(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, r.o.Drain)
	defer cancel()
	tick := time.NewTicker(drainEvery)
	defer tick.Stop()
	shown := time.Now()
	for {
		if done, err := r.final(ctx); done || err != nil {
			return done, err
		}
		if time.Since(shown) >= viewEvery {
			r.show(ctx, true)
			shown = time.Now()
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-tick.C:
		}
	}
}

func (r *run) final(ctx context.Context) (bool, error) {
	if err := r.failure(); err != nil {
		return false, err
	}
	status, err := r.statuses(ctx)
	if err != nil {
		return false, nil //nolint:nilerr // a replica that has just started does not answer yet
	}
	for _, st := range status {
		h, open := st.GetHeads(), st.GetOpenBatch()
		// a batch that was cut and is not sealed is in neither of the two
		if open.GetTransitions() > 0 || open.GetNumber() != h.GetSealed()+1 || h.GetFinalized() != h.GetSealed() || h.GetSealed() != status[0].GetHeads().GetSealed() {
			return false, nil
		}
	}
	return true, nil
}
