package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

func newConsistency(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "consistency", Short: "Show the verdicts about the layers", Args: noArgs,
		Long: "Consistency shows the last verdict about each pair of layers.\nIt ends with status 5 if a batch diverges, is foreign or was reverted; lag is no inconsistency.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			resp, err := ask(cmd.Context(), a, pb.NewVerifyServiceClient, pb.VerifyServiceClient.Consistency, &pb.ConsistencyRequest{})
			if err != nil {
				return err
			}
			err = a.print(document(resp), func(w io.Writer) {
				row(w, "LAYERS", "BATCH", "VERDICT", "CAUSE", "SINCE", "DETAIL")
				for _, v := range resp.GetVerdicts() {
					row(w, v.GetLayers(), v.GetBatch(), enumName(v.GetKind().Descriptor(), v.GetKind().Number()),
						causeName(v), clock(v.GetSinceMs()), v.GetDetail())
				}
				if len(resp.GetVerdicts()) == 0 {
					row(w, "no verdict yet")
				}
				if caveat := config.Caveat(resp.GetProofPolicy()); caveat != "" {
					row(w, caveat)
				}
			})
			if err == nil && !resp.GetConsistent() {
				err = inconsistent("the layers do not state the same; the detail of each verdict says how to end it")
			}
			return err
		},
	}
}

// causeName says as well whether waiting helps.
func causeName(v *pb.Verdict) string {
	switch {
	case v.GetKind() == pb.VerdictKind_VERDICT_KIND_CONSISTENT:
		return "-"
	case v.GetFatal():
		return v.GetCause() + " (does not go by itself)"
	default:
		return v.GetCause()
	}
}
