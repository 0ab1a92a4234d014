package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

func newContractVerifier(a *app) *cobra.Command {
	var chain chainFlags
	var sign signerFlags
	var f policyFlags
	c := &cobra.Command{
		Use: "verifier", Short: "Deploy the verifier of a proof system's proofs of one program, and its adapter", Args: noArgs,
		Long: `Verifier deploys what ` + "`holdfast init --proofs`" + ` deploys, by any signer and on any chain: the
proof system's verifier under its published key, or none where --verifier names one,
and the adapter for --program. The adapter's address is what --verifier of ` + "`holdfast contract deploy`" + `
and ` + "`holdfast contract program schedule`" + ` take.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.system == config.ProofsExecution {
				return usage("--proofs must name a proof system: sp1, risc0, ziren or development")
			}
			// Whether the chain is for development the chain itself says.
			if err := f.validate("given", "", 1337); err != nil {
				return err
			}
			signer, err := sign.open()
			if err != nil {
				return err
			}
			return chain.withChain(cmd.Context(), a, false, func(ctx context.Context, client *layer1.Client, _ *layer1.Contract) error {
				if err := f.configure(&config.ZKVM{}, client.ChainID()); err != nil {
					return err
				}
				doc, _, err := f.deploy(ctx, a, client, signer)
				if err != nil {
					return err
				}
				return a.print(doc, func(w io.Writer) {
					row(w, "version", fmt.Sprintf("%s, selector %s", doc.Version, doc.Selector))
					row(w, "program", doc.Program)
					row(w, "verifier", doc.Verifier)
					row(w, "adapter", doc.Adapter)
				})
			})
		},
	}
	chain.add(c, false)
	sign.add(c)
	f.add(c)
	return c
}
