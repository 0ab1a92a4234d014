package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// followInterval is how often --follow asks.
const followInterval = time.Second

func newAudit(a *app) *cobra.Command {
	var after uint64
	var limit uint32
	var follow bool
	c := &cobra.Command{
		Use: "audit", Short: "Show the replicated audit trail: administrative calls, and what happened to the layers", Args: noArgs,
		Long: "Audit shows who called which administrative method (kind operator), and every halt, rollback, reorganization,\n" +
			"verdict and other event that the cluster recorded. The newest entries are kept; the digest covers all that were\n" +
			"ever made and is the same on every replica. With --follow it goes on with new ones until it is interrupted; as\n" +
			"JSON, one entry a line.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if follow {
				return a.followAudit(cmd.Context(), after)
			}
			resp, err := a.audit(cmd.Context(), after, limit)
			if err != nil {
				return err
			}
			return a.print(document(resp), func(w io.Writer) {
				auditRows(w, resp.GetEntries(), true)
				row(w)
				row(w, strconv.FormatUint(resp.GetCount(), 10)+" entries ever made", "digest "+hex.EncodeToString(resp.GetDigest()))
			})
		},
	}
	c.Flags().Uint64Var(&after, "after", 0, "only entries after this number")
	c.Flags().Uint32Var(&limit, "limit", 0, "at most so many, the oldest first; 0 for all that are kept")
	c.Flags().BoolVar(&follow, "follow", false, "go on with new entries")
	return c
}

func (a *app) audit(ctx context.Context, after uint64, limit uint32) (*pb.AuditResponse, error) {
	return ask(ctx, a, pb.NewAuditServiceClient, pb.AuditServiceClient.Audit, &pb.AuditRequest{After: after, Limit: limit})
}

// followAudit ends with its context, which is no error.
func (a *app) followAudit(ctx context.Context, after uint64) error {
	tick := time.NewTicker(followInterval)
	defer tick.Stop()
	for first := true; ; first = false {
		resp, err := a.audit(ctx, after, 0)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := a.auditLines(resp.GetEntries(), first); err != nil {
			return err
		}
		if n := len(resp.GetEntries()); n > 0 {
			after = resp.GetEntries()[n-1].GetNumber()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (a *app) auditLines(entries []*pb.AuditEntry, heading bool) error {
	if a.format == "json" {
		lines := json.NewEncoder(a.out)
		for _, e := range entries {
			if err := lines.Encode(document(e)); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	auditRows(w, entries, heading)
	return w.Flush()
}

func auditRows(w io.Writer, entries []*pb.AuditEntry, heading bool) {
	if heading {
		row(w, "NUMBER", "TIME", "KIND", "BATCH", "SUBJECT", "DETAIL")
	}
	for _, e := range entries {
		at := "-"
		if e.GetTimeMs() > 0 {
			at = time.UnixMilli(e.GetTimeMs()).UTC().Format(time.RFC3339)
		}
		of := "-"
		if e.GetBatch() > 0 {
			of = strconv.FormatUint(e.GetBatch(), 10)
		}
		row(w, e.GetNumber(), at, e.GetKind(), of, e.GetSubject(), e.GetDetail())
	}
}
