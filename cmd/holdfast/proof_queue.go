package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

func newProofQueue(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "queue", Short: "Show the batches that wait for a proof, who holds them, and the provers", Args: noArgs,
		Long: "Queue asks the leader. Provers and their counts are those since it began to lead: a new leader begins with none.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var resp *pb.ProofQueueResponse
			err := a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) (err error) {
				resp, err = c.ProofQueue(ctx)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(document(resp), func(w io.Writer) { queueTable(w, resp) })
		},
	}
}

func queueTable(w io.Writer, q *pb.ProofQueueResponse) {
	row(w, "proofs", cmp.Or(config.Caveat(q.GetProofPolicy()), q.GetProofPolicy()))
	if q.GetProofPolicy() == config.ProofsExecution {
		return
	}
	row(w, "leader", fmt.Sprintf("%s, term %d", q.GetLeader(), q.GetTerm()))
	row(w, "waiting", q.GetWaitingTotal())
	row(w, "proved, not verified on L1", q.GetProved())
	_, _ = fmt.Fprintln(w)
	row(w, "BATCH", "HEADER", "AGE", "PROVER", "HELD", "EXPIRES IN", "FAILURES")
	for _, x := range q.GetWaiting() {
		holder, held, expires := "-", "-", "-"
		if x.GetProver() != "" {
			holder, held, expires = x.GetProver(), milliseconds(x.GetHeldMs()), milliseconds(x.GetExpiresMs())
		}
		row(w, x.GetBatch(), short(x.GetHeaderHash()), milliseconds(x.GetAgeMs()), holder, held, expires, x.GetFailures())
	}
	if len(q.GetWaiting()) == 0 {
		row(w, "no batch waits")
	}
	_, _ = fmt.Fprintln(w)
	row(w, "PROVER", "LEASES", "PROVED", "INVALID", "MALFORMED", "EXPIRED", "BACK-OFF")
	for _, p := range q.GetProvers() {
		row(w, p.GetProver(), p.GetLeases(), p.GetProved(), p.GetRefusedInvalid(), p.GetRefusedMalformed(), p.GetExpired(), milliseconds(p.GetBackoffMs()))
	}
	if len(q.GetProvers()) == 0 {
		row(w, "no prover was heard of")
	}
}

// milliseconds is a time in milliseconds, for people.
func milliseconds(ms uint64) string {
	if ms == 0 {
		return "-"
	}
	d := time.Duration(ms) * time.Millisecond
	if d > 10*time.Second {
		d = d.Round(time.Second)
	}
	return d.String()
}
