package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/figures"
)

// The other bench commands need no cluster: package figures measures, and this file names the flags.

// figure prints what a measurement reports.
func figure[O any, R interface{ WriteTable(w io.Writer) }](a *app, measure func(context.Context, O, figures.Progress) (R, error), o *O) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		report, err := measure(cmd.Context(), *o, a.progress)
		if _, wrong := errors.AsType[*figures.OptionError](err); wrong {
			return usage("%v; see `%s --help`", err, cmd.CommandPath())
		}
		if err != nil {
			return err
		}
		return a.print(report, report.WriteTable)
	}
}

func newBenchState(a *app) *cobra.Command {
	o := figures.DefaultState()
	c := &cobra.Command{
		Use: "state", Short: "Measure the state-transition function", Args: noArgs,
		Long: `State executes the generated order flow, with balances, matching and receipts,
on the native store that replicas trade on and on the tree store of verifiers,
turn by turn. It prints the median time and the allocations of a transition;
seals are not counted. Both stores must reach the same roots.`,
		RunE: figure(a, figures.State, &o),
	}
	f := c.Flags()
	f.IntVar(&o.Rounds, "rounds", o.Rounds, "rounds that are measured, after one that fills the book")
	f.IntVar(&o.Transitions, "transitions", o.Transitions, "transitions in a round")
	f.IntVar(&o.Batch, "batch", o.Batch, "transitions between two seals")
	f.IntVar(&o.Accounts, "accounts", o.Accounts, "accounts that trade")
	f.IntVar(&o.Markets, "markets", o.Markets, "markets")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "seed of the flow")
	return c
}

func newBenchViews(a *app) *cobra.Command {
	o := figures.DefaultViews()
	c := &cobra.Command{
		Use: "views", Short: "Measure the memory of all layers' views of the state", Args: noArgs,
		Long: `Views fills a state with about a million records and prints what it takes in
memory: the native store and one version of the tree, and then the same with what
is kept of unfinalized batches, of each its version, its payload and its record,
which is all that the zkVM, DA and L1 are asked and compared about.`,
		RunE: figure(a, figures.Views, &o),
	}
	f := c.Flags()
	f.IntVar(&o.Batches, "batches", o.Batches, "unfinalized batches")
	f.IntVar(&o.Transitions, "transitions", o.Transitions, "transitions in a batch")
	f.IntVar(&o.Recent, "recent", o.Recent, "newest versions, which are in the tree (versions.recent); older ones are folded")
	f.IntVar(&o.Accounts, "accounts", o.Accounts, "accounts that trade; each has a record and its balances")
	f.IntVar(&o.Markets, "markets", o.Markets, "markets")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "seed of the flow")
	return c
}

func newBenchTree(a *app) *cobra.Command {
	o := figures.DefaultTree()
	c := &cobra.Command{
		Use: "tree", Short: "Measure the ordered Merkle tree", Args: noArgs,
		Long: `Tree builds a tree of records shaped like a state's and prints medians: how many
changes a second it takes with the root after each batch, how long taking a
batch back lasts, what a proof costs and weighs, what a leaf takes in memory
with all kept versions, and the longest pause of the garbage collector.`,
		RunE: figure(a, figures.Tree, &o),
	}
	f := c.Flags()
	f.IntVar(&o.Rounds, "rounds", o.Rounds, "rounds that are measured")
	f.IntVar(&o.Leaves, "leaves", o.Leaves, "records")
	f.IntVar(&o.Changes, "changes", o.Changes, "changes in a batch")
	f.IntVar(&o.Versions, "versions", o.Versions, "versions that are kept")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "seed of the records")
	return c
}

func newBenchCodec(a *app) *cobra.Command {
	o := figures.DefaultCodec()
	c := &cobra.Command{
		Use: "codec", Short: "Measure the bytes and the speed of batches", Args: noArgs,
		Long: `Codec turns accepted transitions of a flow into one batch's columns and packs
them with each envelope codec, and back. It prints bytes and nanoseconds per
transition, beside rows of 96 bytes; the codecs' times are those beyond the
columns'.`,
		RunE: figure(a, figures.Codec, &o),
	}
	f := c.Flags()
	f.IntVar(&o.Rounds, "rounds", o.Rounds, "rounds that are measured")
	f.IntVar(&o.Batch, "batch", o.Batch, "transitions in the batch at most")
	f.StringVar(&o.Flow, "flow", o.Flow, "order flow: market (seeded generator) or bitstamp:FILE (recorded events, CSV or CSV.xz)")
	f.IntVar(&o.Accounts, "accounts", o.Accounts, "accounts of the generator")
	f.IntVar(&o.Markets, "markets", o.Markets, "markets of the generator")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "seed of the generator")
	return c
}

func newBenchReplicate(a *app) *cobra.Command {
	o := figures.DefaultReplicate()
	c := &cobra.Command{
		Use: "replicate", Short: "Measure commits by replicas on this machine", Args: noArgs,
		Long: `Replicate starts replicas in this process, over TCP on loopback and with every
write synced, and has callers submit one transition at a time each, below the
API: bench submit measures with it. It prints medians of throughput and latency
for each log store, beside the floor of a commit, two fdatasyncs and a round
trip, measured in the same run. Nothing is sealed, executed or anchored.`,
		RunE: figure(a, figures.Replicate, &o),
	}
	f := c.Flags()
	f.IntVar(&o.Rounds, "rounds", o.Rounds, "rounds that are measured, each with new clusters")
	f.IntVar(&o.Replicas, "replicas", o.Replicas, "replicas: 1, 3 or 5")
	f.StringSliceVar(&o.LogStores, "log-store", o.LogStores, "log stores: boltdb, wal")
	f.IntSliceVar(&o.Callers, "callers", o.Callers, "how many callers have a transition outstanding")
	f.DurationVar(&o.Duration, "duration", o.Duration, "how long each load runs")
	f.StringVar(&o.Dir, "dir", "", "directory to write in, whose disk is measured; emptied again (default: the one for temporary files)")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "seed of the flow")
	return c
}

func newBenchRestore(a *app) *cobra.Command {
	o := figures.DefaultRestore()
	c := &cobra.Command{
		Use: "restore", Short: "Measure snapshots, restores and a restart", Args: noArgs,
		Long: `Restore fills a state with about a million records on a node in this process and
prints medians: how fast its snapshot is written and restored, with every root and
digest checked, beside the disk's own rate in the same run; how long the node is
away that starts again with it, to its first linearizable read; and the memory
that a snapshot and a restore take at the most, by the state's.`,
		RunE: figure(a, figures.Restore, &o),
	}
	f := c.Flags()
	f.IntVar(&o.Rounds, "rounds", o.Rounds, "rounds that are measured")
	f.IntVar(&o.Accounts, "accounts", o.Accounts, "accounts that trade; each has a record and its balances")
	f.IntVar(&o.Batches, "batches", o.Batches, "batches that are not final")
	f.IntVar(&o.Transitions, "transitions", o.Transitions, "transitions in each, and in the log behind the snapshot")
	f.StringVar(&o.Dir, "dir", "", "directory to write in, whose disk is measured; emptied again (default: the one for temporary files)")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "seed of the flow")
	return c
}

func newBenchStalls(a *app) *cobra.Command {
	o := figures.DefaultStalls()
	c := &cobra.Command{
		Use: "stalls", Short: "Count the elections that stalling disks cause", Args: noArgs,
		Long: `Stalls starts replicas in this process with the shipped timeouts, puts all the
load on them that the callers can, and lets a write to each log stall now and
then, as a disk does that is busy with something else. It prints how many
elections that caused and what submissions took.`,
		RunE: figure(a, figures.Stalls, &o),
	}
	f := c.Flags()
	f.IntVar(&o.Replicas, "replicas", o.Replicas, "replicas: 1, 3 or 5")
	f.StringVar(&o.LogStore, "log-store", o.LogStore, "log store: boltdb or wal")
	f.IntVar(&o.Callers, "callers", o.Callers, "how many callers have a transition outstanding")
	f.DurationVar(&o.Duration, "duration", o.Duration, "how long the load runs")
	f.DurationVar(&o.Stall, "stall", o.Stall, "how long a write stalls")
	f.DurationVar(&o.Every, "every", o.Every, "how often one does on each replica, on average")
	f.StringVar(&o.Dir, "dir", "", "directory to write in; emptied again (default: the one for temporary files)")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "seed of the flow")
	return c
}
