package main

import (
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

func newUpgrade(a *app) *cobra.Command {
	return group("upgrade", "Show which versions are in use, and bring new ones into use", newUpgradeStatus(a), newUpgradeActivate(a))
}

func newUpgradeStatus(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show which versions are in use", Args: noArgs,
		Long: "Status shows what is in use and what the program of the replica that answers has. `holdfast members list` shows the\n" +
			"version of every member.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			resp, err := ask(cmd.Context(), a, pb.NewUpgradeServiceClient, pb.UpgradeServiceClient.Versions, &pb.VersionsRequest{})
			if err != nil {
				return err
			}
			return a.print(document(resp), func(w io.Writer) {
				programs := make([]string, len(resp.GetPrograms()))
				for i, v := range resp.GetPrograms() {
					programs[i] = strconv.FormatUint(uint64(v), 10)
				}
				row(w, resp.GetId()+" runs", "version "+strconv.FormatUint(uint64(resp.GetVersion()), 10)+", programs "+strings.Join(programs, ", "))
				row(w, "minimum version", resp.GetMinimumVersion())
				row(w, "open batch", resp.GetOpenBatch(), "program", resp.GetProgramVersion())
				for _, x := range resp.GetActivations() {
					activationRow(w, x)
				}
			})
		},
	}
}

func activationRow(w io.Writer, x *pb.Activation) {
	row(w, "from batch", x.GetAtBatch(), "program", x.GetProgramVersion(), "minimum version", x.GetMinimumVersion())
}

func newUpgradeActivate(a *app) *cobra.Command {
	var req pb.ActivateRequest
	c := &cobra.Command{
		Use: "activate", Short: "Raise the minimum version, and switch the program version from a batch on", Args: noArgs,
		Long: `Activate commits that no older program serves any more, and which program version
executes from a batch on. It cannot be taken back. Every member must be healthy and run
a program that has the version, and the contract must verify it already
(` + "`holdfast contract program schedule`" + `); otherwise it is refused and says who or what is missing.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// A second one changes nothing more, so any replica that answers will do.
			resp, err := ask(cmd.Context(), a, pb.NewUpgradeServiceClient, pb.UpgradeServiceClient.Activate, &req)
			if err != nil {
				return err
			}
			return a.print(document(resp), func(w io.Writer) { activationRow(w, resp.GetActivation()) })
		},
	}
	c.Flags().Uint32Var(&req.ProgramVersion, "program", 0, "program version; without it the one in use stays")
	c.Flags().Uint64Var(&req.AtBatch, "at-batch", 0, "first batch that it executes; without it the one after the open batch")
	c.Flags().Uint32Var(&req.MinimumVersion, "minimum", 0, "minimum version of the state machine; without it the leader's own")
	return c
}
