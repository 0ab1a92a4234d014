package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// Whatever halts the cluster names this command as its exit.

func newResume(a *app) *cobra.Command {
	var scope, reason string
	c := &cobra.Command{
		Use: "resume", Short: "End a halt once its cause is removed", Args: noArgs,
		Long: "Resume lets the cluster go on after a halt. `holdfast status` shows what is halted and why.\n" +
			"The cause must be removed first: if it is still there, the cluster halts again.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			which, err := scopes(scope)
			if err != nil {
				return err
			}
			if strings.TrimSpace(reason) == "" {
				return usage("--reason must say why it may go on; the audit trail keeps it")
			}
			return a.resume(cmd.Context(), which, reason)
		},
	}
	c.Flags().StringVar(&scope, "scope", "", "what goes on: intake, anchoring or all")
	c.Flags().StringVar(&reason, "reason", "", "why it may; kept in the audit trail")
	return c
}

// resume ends the halts of what is given, and answers as the last of them does.
func (a *app) resume(ctx context.Context, which []pb.HaltScope, reason string) error {
	var resp *pb.ResumeResponse
	ended := false
	for _, scope := range which {
		// Repeating it is harmless, so any replica that answers will do.
		var err error
		resp, err = ask(ctx, a, pb.NewAdminServiceClient, pb.AdminServiceClient.Resume, &pb.ResumeRequest{Scope: scope, Reason: reason})
		if err != nil {
			return err
		}
		if resp.GetResumed() {
			ended = true
			a.progress("%s goes on", scopeText(scope))
		} else {
			a.progress("%s was not halted", scopeText(scope))
		}
	}
	resp.Resumed = ended
	return a.print(document(resp), func(w io.Writer) {
		if len(resp.GetHalts()) == 0 {
			row(w, "nothing is halted")
		}
		for _, h := range resp.GetHalts() {
			row(w, h)
		}
	})
}
