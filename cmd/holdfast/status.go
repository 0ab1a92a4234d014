package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// replicaStatus is what one endpoint said, or why it said nothing.
type replicaStatus struct {
	Endpoint string         `json:"endpoint"`
	Error    string         `json:"error,omitempty"`
	Status   map[string]any `json:"status,omitempty"`

	reply *pb.StatusResponse
}

type statusReport struct {
	Replicas []*replicaStatus `json:"replicas"`
	Layers   map[string]any   `json:"layers"`

	layers *pb.LayersResponse
}

func newStatus(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show the replicas, the heads of all layers and their lags", Args: noArgs,
		Long: "Status asks every endpoint, and those that they name, for their state.\nIt ends with status 3 if no replica answers or none knows a leader.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) error {
				r := a.collectStatus(ctx, c)
				if err := a.print(r, func(w io.Writer) { statusTable(w, r) }); err != nil {
					return err
				}
				return r.judge()
			})
		},
	}
}

// collectStatus asks all endpoints side by side, then the replicas that the first answer names.
func (a *app) collectStatus(ctx context.Context, c *client.Client) *statusReport {
	r := &statusReport{}
	asked := map[string]bool{}
	ask := func(addrs []string) {
		g := errgroup.Group{}
		for _, addr := range addrs {
			if asked[addr] || addr == "" {
				continue
			}
			asked[addr] = true
			rs := &replicaStatus{Endpoint: addr}
			r.Replicas = append(r.Replicas, rs)
			g.Go(func() error { askStatus(ctx, c, rs); return nil })
		}
		_ = g.Wait()
	}
	ask(a.endpoints)
	var named []string
	for _, rs := range r.Replicas {
		for _, p := range rs.reply.GetPeers() {
			named = append(named, p.GetRpcAddress())
		}
	}
	ask(named)
	for _, rs := range r.Replicas {
		if rs.Error == "" && r.layers == nil {
			r.layers, _ = client.AskAt(ctx, c, rs.Endpoint, pb.NewVerifyServiceClient, pb.VerifyServiceClient.Layers, &pb.LayersRequest{})
		}
	}
	if r.layers != nil {
		r.Layers = document(r.layers)
	}
	return r
}

func askStatus(ctx context.Context, c *client.Client, rs *replicaStatus) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	var err error
	rs.reply, err = client.AskAt(ctx, c, rs.Endpoint, pb.NewAdminServiceClient, pb.AdminServiceClient.Status, &pb.StatusRequest{})
	if err != nil {
		rs.Error = status.Convert(err).Message()
		return
	}
	rs.Status = document(rs.reply)
}

// judge gives the exit status: a cluster without a leader takes no writes.
func (r *statusReport) judge() error {
	answered := false
	for _, rs := range r.Replicas {
		if rs.Error == "" {
			answered = true
			if rs.reply.GetLeader() != "" {
				return nil
			}
		}
	}
	if !answered {
		return &exitError{exitUnreachable, errors.New("no replica answered")}
	}
	return &exitError{exitUnreachable, errors.New("no replica knows a leader: fewer than a majority are up, or an election is running")}
}

func statusTable(w io.Writer, r *statusReport) {
	row(w, "REPLICA", "ENDPOINT", "STATE", "TERM", "LEADER", "APPLIED", "COMMIT", "SEALED", "ROOT", "SESSIONS", "READY")
	for _, rs := range r.Replicas {
		if rs.Error != "" {
			row(w, "-", rs.Endpoint, "unreachable", "-", "-", "-", "-", "-", "-", "-", "no")
			continue
		}
		s := rs.reply
		row(w, s.GetId(), rs.Endpoint, s.GetState(), s.GetTerm(), orDash(s.GetLeader()), s.GetAppliedIndex(), s.GetCommitIndex(),
			s.GetPosition().GetBatch(), short(s.GetPosition().GetRoot()), s.GetSessions(), yesNo(s.GetReady()))
	}
	for _, rs := range r.Replicas {
		for _, h := range rs.reply.GetHalts() {
			row(w, "\n"+rs.reply.GetId()+": "+h)
		}
	}
	disksTable(w, r)
	if r.layers != nil {
		layersTable(w, r.layers)
	}
}

func layersTable(w io.Writer, l *pb.LayersResponse) {
	_, _ = fmt.Fprintln(w)
	row(w, "HEAD", "BATCH", "LAG", "AGE")
	headRows(w, l)
	row(w, "accepted transitions", l.GetHeads().GetApplied())
	_, _ = fmt.Fprintln(w)
	row(w, "L1", "BLOCK", "HASH")
	row(w, "latest", l.GetL1Latest().GetNumber(), short(l.GetL1Latest().GetHash()))
	row(w, "safe", l.GetL1Safe().GetNumber(), short(l.GetL1Safe().GetHash()))
	row(w, "finalized", l.GetL1Finalized().GetNumber(), short(l.GetL1Finalized().GetHash()))
	for _, an := range l.GetAnchors() {
		row(w, an.GetKind()+" anchor", fmt.Sprintf("batches %d-%d", an.GetFirstBatch(), an.GetLastBatch()),
			"nonce "+fmt.Sprint(an.GetNonce()), "tx "+short(an.GetTxHash()))
	}
}

// headRows are the heads with their lags.
func headRows(w io.Writer, l *pb.LayersResponse) {
	h := l.GetHeads()
	row(w, "sealed", h.GetSealed(), "-", "-")
	at := map[pb.Head]uint64{
		pb.Head_HEAD_EXECUTED: h.GetExecuted(), pb.Head_HEAD_PUBLISHED: h.GetPublished(), pb.Head_HEAD_COMMITTED: h.GetCommitted(),
		pb.Head_HEAD_PROVEN: h.GetProven(), pb.Head_HEAD_FINALIZED: h.GetFinalized(),
	}
	for _, lag := range l.GetLags() {
		name := enumName(lag.GetHead().Descriptor(), lag.GetHead().Number())
		if caveat := config.Caveat(l.GetProofPolicy()); lag.GetHead() == pb.Head_HEAD_PROVEN && caveat != "" {
			name += " (" + caveat + ")"
		}
		row(w, name, at[lag.GetHead()], lag.GetBatches(), time.Duration(lag.GetAgeMs())*time.Millisecond)
	}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
