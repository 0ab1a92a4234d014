package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/rpc/client"
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
			value, ok := pb.HaltScope_value["HALT_SCOPE_"+strings.ToUpper(scope)]
			if !ok || value == 0 {
				return usage("--scope is %q; must be intake or anchoring", scope)
			}
			if strings.TrimSpace(reason) == "" {
				return usage("--reason must say why it may go on; the audit trail keeps it")
			}
			var resp *pb.ResumeResponse
			err := a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) error {
				// Repeating it is harmless, so any replica that answers will do.
				return c.Read(ctx, func(ctx context.Context, conn grpc.ClientConnInterface) (err error) {
					resp, err = pb.NewAdminServiceClient(conn).Resume(ctx, &pb.ResumeRequest{Scope: pb.HaltScope(value), Reason: reason})
					return err
				})
			})
			if err != nil {
				return err
			}
			return a.print(document(resp), func(w io.Writer) {
				if resp.GetResumed() {
					row(w, scope+" goes on")
				} else {
					row(w, scope+" was not halted")
				}
				for _, h := range resp.GetHalts() {
					row(w, h)
				}
			})
		},
	}
	c.Flags().StringVar(&scope, "scope", "", "what goes on: intake or anchoring")
	c.Flags().StringVar(&reason, "reason", "", "why it may; kept in the audit trail")
	return c
}
