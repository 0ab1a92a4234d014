package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/devnet"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// What the live view shows goes to standard error; the summary, and nothing else, to standard output.

// defaultSpeed is a rate that two cores carry with everything on: three replicas, the L1, the executor and the flow.
const defaultSpeed = 2000

func newDevnet(a *app) *cobra.Command {
	var o devnet.Options
	var speed, logLevel, book string
	c := &cobra.Command{
		Use: "devnet", Short: "Run a whole cluster with an L1 and an order flow, and audit it", Args: noArgs,
		Long: `Devnet starts an L1 (in this process, or --l1 URL for a development chain of
your own), deploys the contract, starts the replicas, and runs an order flow
through the public API until --duration has passed, the flow ends, or it is
interrupted. Then it waits until everything sealed is final, audits the run by
what L1 and the archive hold, and prints a summary.

With --book the history begins with an order book, as with ` + "`holdfast init --book`" + `,
and the flow has what the book has: the markets from 1 to --markets, with asset 1 as
quote and asset N+1 as base of market N, and the accounts from 1 to --accounts, as a
book that ` + "`holdfast book export`" + ` makes of such a run.

The exit status is 5 if an invariant broke.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			perSecond, err := parseSpeed(speed, o.Flow)
			if err != nil {
				return err
			}
			o.Speed = perSecond
			return a.devnet(cmd.Context(), o, book, logLevel)
		},
	}
	f := c.Flags()
	f.IntVar(&o.Replicas, "replicas", 3, "number of replicas: 1, 3 or 5")
	f.StringVar(&o.Dir, "dir", "", "empty directory for everything the run writes; kept afterwards (default: a temporary one, removed)")
	f.StringVar(&o.LogStore, "log-store", "boltdb", "Raft log of the replicas: boltdb or wal")
	f.StringVar(&o.L1, "l1", "", "JSON-RPC URL of a development chain (default: a chain in this process)")
	f.Uint64Var(&o.ChainID, "chain-id", 1337, "chain id of --l1")
	f.StringVar(&o.SubmitterKey, "submitter-key", "", "with --l1: file with a funded development key that deploys and commits")
	f.StringVar(&o.ProverKey, "prover-key", "", "with --l1: file with another funded development key, which verifies")
	f.StringVar(&o.DA, "da", "archive", "where payloads go beside the archive: blob, calldata, altda, or archive for nowhere else")
	f.StringVar(&o.Proofs, "proofs", config.ProofsExecution, "what finality rests on: execution, or development for development proofs, which prove nothing, by a prover in this process")
	f.StringVar(&o.Beacon, "beacon", "", "with --l1 and --da blob: URL of the Beacon API (default: the URL of --l1)")
	f.BoolVar(&o.BeaconSlotIsBlock, "beacon-slot-is-block", false, "with --beacon or --l1: its slots are block numbers, as anvil's are")
	f.StringVar(&o.AltDA, "altda", "", "with --da altda: URL of an alt-DA server (default: a server in this process)")
	f.DurationVar(&o.BlockTime, "block-time", time.Second, "time between blocks of the chain in this process")
	f.StringVar(&o.Flow, "flow", workload.FlowMarket, "order flow: market (seeded generator) or bitstamp:FILE (recorded events, CSV or CSV.xz)")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of the generator")
	f.IntVar(&o.Accounts, "accounts", 1000, "accounts of the generator")
	f.IntVar(&o.Markets, "markets", 4, "markets of the generator")
	f.StringVar(&book, "book", "", "file with the order book to begin with, whose markets and accounts the flow trades on")
	f.StringVar(&speed, "speed", "", "transitions per second, or max (default: "+strconv.Itoa(defaultSpeed)+" for the generator, max for a recording)")
	f.DurationVar(&o.Duration, "duration", 0, "how long the flow runs (default: until it ends or is interrupted)")
	f.DurationVar(&o.Drain, "drain", time.Minute, "how long everything may take to become final afterwards")
	f.StringVar(&o.BookOut, "book-out", "", "with a recorded flow: CSV file for the final book, proved against L1's root")
	f.BoolVar(&o.Processes, "processes", false, "run the replicas as processes")
	f.DurationVar(&o.KillLeaderEvery, "kill-leader-every", 0, "with --processes: kill the leader (SIGKILL) at this interval")
	f.StringVar(&logLevel, "log-level", "", "show the replicas' log lines from this level on: debug, info, warn or error (default: none)")
	return c
}

// parseSpeed reads --speed; 0 is max.
func parseSpeed(speed, flow string) (int, error) {
	if speed == "" {
		if flow == workload.FlowMarket {
			return defaultSpeed, nil
		}
		return 0, nil
	}
	if speed == "max" {
		return 0, nil
	}
	n, err := strconv.Atoi(speed)
	if err != nil || n < 1 {
		return 0, usage("--speed is %q; must be max or a number of transitions per second", speed)
	}
	return n, nil
}

func (a *app) devnet(ctx context.Context, o devnet.Options, book, logLevel string) error {
	if err := o.Validate(); err != nil {
		return usage("%v; see `holdfast devnet --help`", err)
	}
	if book != "" {
		state, what, err := a.readBook(book)
		if err != nil {
			return err
		}
		o.Beginning = &devnet.Beginning{Root: what.Root, Write: (&beginning{state, what}).write}
	}
	o.Logger = slog.New(slog.DiscardHandler)
	if logLevel != "" {
		log, err := newLogger(a.err, config.Log{Level: logLevel, Format: "text"})
		if err != nil {
			return usage("--log-level: %v", err)
		}
		o.Logger = log
	}
	o.Version = programVersion()
	if o.Processes {
		exe, err := os.Executable()
		if err != nil {
			return fmt.Errorf("find this program for the replicas' processes: %w", err)
		}
		o.Executable = exe
	}
	view := &liveView{painter: painter{w: a.err}, live: terminal(a.err)}
	o.View = view.show
	_, _ = fmt.Fprintf(a.err, "starting %d replicas and an L1\n", o.Replicas)
	stop := context.AfterFunc(ctx, func() {
		_, _ = fmt.Fprintln(a.err, "\ninterrupted: ending the flow and draining, at most", o.Drain, "(interrupt again to stop at once)")
		signal.Reset(os.Interrupt)
	})
	defer stop()
	summary, err := devnet.Run(ctx, o)
	if err != nil {
		return err
	}
	if a.format == "json" {
		if err := json.NewEncoder(a.out).Encode(summary); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
		summary.WriteTable(w)
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if len(summary.Broken) > 0 {
		return inconsistent("devnet: %s", strings.Join(summary.Broken, "; "))
	}
	return nil
}

// liveView repaints itself on a terminal, and writes a line every few seconds elsewhere.
type liveView struct {
	painter
	live    bool
	written time.Duration // when the last line was
}

// plainEvery is how often a line is written where nothing can be repainted.
const plainEvery = 5 * time.Second

func (v *liveView) show(s devnet.Sample) {
	if !v.live {
		if s.Elapsed-v.written >= plainEvery {
			v.written = s.Elapsed
			h := leaderHeads(s)
			_, _ = fmt.Fprintf(v.w, "%4.0fs  %d acknowledged  %.0f/s  p99 %.1f ms  sealed %d executed %d committed %d finalized %d  DA %s  %s\n",
				s.Elapsed.Seconds(), s.Acknowledged, s.PerSecond, s.Latency.P99,
				h.GetSealed(), h.GetExecuted(), h.GetCommitted(), h.GetFinalized(), s.DA, verdictText(s))
		}
		return
	}
	v.paint(v.picture(s))
}

func (v *liveView) picture(s devnet.Sample) []string {
	var b strings.Builder
	phase := "running"
	if s.Draining {
		phase = "draining"
	}
	fmt.Fprintf(&b, "%s %.0f s   %d acknowledged   %.0f/s   commit p50 %.1f ms p99 %.1f ms\n\n",
		phase, s.Elapsed.Seconds(), s.Acknowledged, s.PerSecond, s.Latency.P50, s.Latency.P99)
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	row(w, "replica", "state", "sealed", "executed", "published", "committed", "proven", "finalized")
	for _, r := range s.Replicas {
		if r.Err != nil {
			row(w, r.ID, "does not answer", "", "", "", "", "", "")
			continue
		}
		h := r.Heads
		row(w, r.ID, strings.ToLower(r.State), h.GetSealed(), h.GetExecuted(), h.GetPublished(), h.GetCommitted(), h.GetProven(), h.GetFinalized())
	}
	h := leaderHeads(s)
	row(w, "lag", "", "", h.GetSealed()-h.GetExecuted(), h.GetSealed()-h.GetPublished(), h.GetSealed()-h.GetCommitted(),
		h.GetSealed()-h.GetProven(), h.GetSealed()-h.GetFinalized())
	_ = w.Flush() // into memory
	fmt.Fprintf(&b, "\nDA %s   %s", s.DA, verdictText(s))
	if caveat := config.Caveat(s.ProofPolicy); caveat != "" {
		b.WriteString("   (proven: " + caveat + ")")
	}
	return strings.Split(b.String(), "\n")
}

func leaderHeads(s devnet.Sample) *pb.Heads {
	var heads *pb.Heads
	for _, r := range s.Replicas {
		if r.Err == nil && (heads == nil || r.Leader) {
			heads = r.Heads
		}
	}
	return heads
}

// verdictText is "consistent", or what is not.
func verdictText(s devnet.Sample) string {
	var out []string
	if text := verdictsText(s.Verdicts); text != "consistent" {
		out = append(out, text)
	}
	for _, r := range s.Replicas {
		if r.Leader {
			out = append(out, r.Halts...)
		}
	}
	if len(out) == 0 {
		return "consistent"
	}
	return strings.Join(out, "; ")
}
