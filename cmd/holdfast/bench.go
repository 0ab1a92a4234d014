package main

import "github.com/spf13/cobra"

func newBench(a *app) *cobra.Command {
	return group("bench", "Measure this machine, or put load on a cluster",
		newBenchState(a), newBenchViews(a), newBenchTree(a), newBenchCodec(a), newBenchReplicate(a), newBenchRestore(a), newBenchStalls(a), newBenchSubmit(a), newBenchDuties(a))
}
