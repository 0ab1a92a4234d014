package main

import "github.com/spf13/cobra"

func newBench(a *app) *cobra.Command {
	return group("bench", "Put load on a cluster and measure", newBenchSubmit(a))
}
