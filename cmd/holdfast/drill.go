package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/devnet"
)

func newDrill(a *app) *cobra.Command {
	var o devnet.DrillOptions
	var named bool
	var logLevel string
	var about strings.Builder
	for _, d := range devnet.DrillText() {
		fmt.Fprintf(&about, "  %-16s %s\n", d[0], d[1])
	}
	c := &cobra.Command{
		Use: "drill NAME", Short: "Do a fault to a cluster under load and measure how it comes back", Args: exactArgs("NAME"),
		ValidArgs: devnet.Drills(),
		Long: `Drill starts a devnet whose replicas are processes, submits an order flow, and
does one fault --rounds times: from a cluster whose layers agree to one whose
layers agree again. Then it drains and audits the run like devnet. Drills:

` + about.String() + `
With --named it drills the cluster of --endpoints instead, and only what is
safe there: leader-transfer, under submissions that change nothing.

The exit status is 5 if an invariant broke.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			if named {
				return a.namedDrill(cmd.Context(), o)
			}
			return a.drill(cmd.Context(), o, logLevel)
		},
	}
	f := c.Flags()
	f.IntVar(&o.Rounds, "rounds", 3, "how often the fault is done")
	f.IntVar(&o.Replicas, "replicas", 3, "number of replicas of the devnet: 3 or 5")
	f.StringVar(&o.LogStore, "log-store", "boltdb", "Raft log of the replicas: boltdb or wal")
	f.StringVar(&o.Dir, "dir", "", "empty directory for everything the drill writes; kept afterwards (default: a temporary one, removed)")
	f.DurationVar(&o.BlockTime, "block-time", time.Second, "time between blocks of the L1")
	f.IntVar(&o.Speed, "speed", 500, "transitions per second while the faults are done")
	f.DurationVar(&o.Settle, "settle", 2*time.Minute, "how long the layers may take to agree again after a fault")
	f.BoolVar(&named, "named", false, "drill the running cluster of --endpoints")
	f.StringVar(&logLevel, "log-level", "", "show log lines from this level on: debug, info, warn or error (default: none)")
	return c
}

func (a *app) drill(ctx context.Context, o devnet.DrillOptions, logLevel string) error {
	if err := o.Validate(); err != nil {
		return usage("%v; see `holdfast drill --help`", err)
	}
	o.Logger = slog.New(slog.DiscardHandler)
	if logLevel != "" {
		log, err := newLogger(a.err, config.Log{Level: logLevel, Format: "text"})
		if err != nil {
			return usage("--log-level: %v", err)
		}
		o.Logger = log
	}
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program for the replicas' processes: %w", err)
	}
	o.Executable, o.Version = exe, programVersion()
	o.Event = a.drillEvent
	a.progress("starting %d replicas and an L1", o.Replicas)
	report, err := devnet.Drill(ctx, o)
	if err != nil {
		return err
	}
	return a.drilled(report)
}

// namedDrill drills a cluster that is not ours.
func (a *app) namedDrill(ctx context.Context, o devnet.DrillOptions) error {
	if o.Rounds < 1 {
		return usage("%d rounds: want 1 or more", o.Rounds)
	}
	if !devnet.Safe(o.Name) {
		return usage("drill %s is not done to a named cluster: only %s is safe there; without --named it runs on a devnet of its own", o.Name, devnet.SafeDrill)
	}
	dial, err := a.dialOptions()
	if err != nil {
		return err
	}
	report, err := devnet.DrillNamed(ctx, devnet.NamedOptions{
		Endpoints: a.endpoints, Dial: dial, Rounds: o.Rounds, Settle: o.Settle, Event: a.drillEvent,
	})
	if err != nil {
		return err
	}
	return a.drilled(report)
}

func (a *app) drillEvent(e devnet.DrillEvent) {
	a.progress("%8.3f s  round %d: %s", float64(e.AtMs)/1000, e.Round, e.Event)
}

func (a *app) drilled(report *devnet.DrillReport) error {
	if err := a.print(report, report.WriteTable); err != nil {
		return err
	}
	if len(report.Broken) > 0 {
		return inconsistent("drill %s: %s", report.Drill, strings.Join(report.Broken, "; "))
	}
	return nil
}
