package main

// What may lose data is asked for by name, after the plan has said what; nothing is written over what there is.

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

const recoverHelp = `The plan comes first: --dry-run prints where the state would come from, how much is
read, how long that takes and what cannot be brought back. A recovery that is
interrupted goes on where it was when it is run again. It makes one new data
directory; give each voter a copy of it, and start them all.`

func newRecover(a *app) *cobra.Command {
	c := group("recover", "Bring a lost cluster, or a stretch of time, back",
		newRecoverL1(a), newRecoverCheckpoint(a), newRecoverDA(a), newRecoverQuorum(a), newRecoverRange(a))
	c.Long = "Recover brings back a cluster that was lost, or reads a stretch of time without one.\n\n" + recoverHelp
	return c
}

// recoverFlags are those of every recovery.
type recoverFlags struct {
	file, dir, evidence string
	dry, accept         bool
	unfinal             bool
	sign                signerFlags
}

func (f *recoverFlags) add(c *cobra.Command, takesOver bool) {
	c.Flags().StringVar(&f.file, "config", "", "a voter's configuration: its sections l1, da and raft say where everything is")
	c.Flags().StringVar(&f.dir, "dir", "", "data directory to make; must hold no node's state")
	c.Flags().BoolVar(&f.dry, "dry-run", false, "print the plan and do nothing")
	c.Flags().BoolVar(&f.accept, "accept-data-loss", false, "go on although what the report calls lost may be lost for good")
	if takesOver {
		f.sign.add(c)
		c.Flags().BoolVar(&f.unfinal, "no-wait-final", false, "do not wait until the contract's take-over is final on L1")
	}
}

// needsDir refuses a recovery that has no place.
func (f *recoverFlags) needsDir() error {
	if f.dir == "" && !f.dry {
		return usage("--dir must name the data directory to make")
	}
	return nil
}

// stores are what a recovery reads.
type stores struct {
	config   recovery.Config
	holdings *holdings // nil without an L1
	set      *da.Set
}

func (s *stores) close() error {
	if s.holdings != nil {
		return s.holdings.close()
	}
	return s.set.Close()
}

// open opens what the configuration names; without an L1 the archive alone.
func (f *recoverFlags) open(ctx context.Context, a *app, l1 bool) (*stores, error) {
	if f.file == "" {
		return nil, usage("--config must name a voter's configuration: its sections l1, da and raft say where everything is")
	}
	cfg, err := config.Load(config.Sources{File: f.file, Env: a.env})
	if err != nil {
		return nil, err
	}
	s := &stores{}
	if l1 {
		if s.holdings, err = openHoldings(ctx, a, f.file); err != nil {
			return nil, err
		}
		s.set = s.holdings.set
		s.config.Contract, s.config.Client = s.holdings.contract, s.holdings.client
	} else if s.set, err = openArchive(ctx, cfg); err != nil {
		return nil, err
	}
	c := &s.config
	c.Set, c.Machine, c.Directory, c.Evidence, c.Unfinal = s.set, machineConfig(), f.dir, f.evidence, f.unfinal
	c.Genesis, c.Cluster = node.Genesis(cfg), seedConfig(cfg)
	c.Progress = a.recovering()
	if f.sign.key.Given() {
		if c.TakeOver, err = f.sign.open(); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

// openArchive opens the archive without an L1.
func openArchive(ctx context.Context, cfg *config.Config) (*da.Set, error) {
	if err := archiveIsThere(cfg); err != nil {
		return nil, err
	}
	providers, err := node.DAConfig(cfg)
	if err != nil {
		return nil, err
	}
	providers.Primary, providers.Beacon, providers.AltDA = da.ProviderArchive, da.BeaconConfig{}, da.AltDAConfig{}
	return da.Open(ctx, providers, nil, nil)
}

// machineConfig is a state machine that no node runs.
func machineConfig() fsm.Config {
	return fsm.Config{Hasher: fast.Hash, Parallel: fast.Parallel, Memory: new(fast.Memory).Take}
}

func seedConfig(cfg *config.Config) cluster.SeedConfig {
	c := cluster.SeedConfig{Cluster: cfg.Node.Cluster, LogStore: cfg.Raft.LogStore}
	for _, p := range cfg.Raft.Peers {
		c.Peers = append(c.Peers, cluster.Peer{ID: p.ID, Addr: p.Address, RPCAddr: p.RPCAddress})
	}
	if len(c.Peers) == 0 {
		addr := cfg.Raft.Advertise
		if addr == "" {
			addr = cfg.Raft.Bind
		}
		c.Peers = []cluster.Peer{{ID: cfg.Node.ID, Addr: addr, RPCAddr: cfg.RPC.Bind}}
	}
	return c
}

// recovering prints how far a recovery is, once a second at most.
func (a *app) recovering() func(recovery.Progress) {
	var last time.Time
	var stage recovery.Stage
	var began time.Time
	return func(p recovery.Progress) {
		now := time.Now()
		if p.Stage != stage {
			stage, began, last = p.Stage, now, time.Time{}
		}
		if now.Sub(last) < time.Second {
			return
		}
		last = now
		text := strings.ReplaceAll(string(p.Stage), "_", "-")
		if p.Total > 0 {
			text += fmt.Sprintf(": %d of %d (%d %%)", p.Done, p.Total, p.Done*100/p.Total)
			if took := now.Sub(began); p.Done > 0 && p.Done < p.Total {
				text += fmt.Sprintf(", %v left", (took * time.Duration(p.Total-p.Done) / time.Duration(p.Done)).Round(time.Second))
			}
		}
		if p.Bytes > 0 {
			text += fmt.Sprintf(", %d bytes", p.Bytes)
		}
		if p.Transitions > 0 {
			text += fmt.Sprintf(", %d transitions", p.Transitions)
		}
		a.progress("%s", text)
	}
}

// printReport prints a report in the asked form.
func (a *app) printReport(v any, text func(io.Writer) error) error {
	if a.format == "json" {
		return a.print(v, nil)
	}
	return text(a.out)
}

// refusing says what a recovery must be told before it loses something.
func (f *recoverFlags) refusing(a *app, r *recovery.Report) error {
	if f.accept {
		return nil
	}
	_ = r.Text(a.err)
	return usage("what the plan calls lost may be lost for good; say so by --accept-data-loss, or wait for a node that still has it")
}

// runPlan prints or runs a plan.
func (f *recoverFlags) runPlan(ctx context.Context, a *app, plan *recovery.Plan) error {
	dry := plan.DryRun()
	if f.dry {
		return a.printReport(dry, dry.Text)
	}
	if err := f.refusing(a, dry); err != nil {
		return err
	}
	r, err := plan.Run(ctx)
	if err != nil {
		return onChain(recoveryError(err))
	}
	if r.TakeOver == "" && f.sign.key == (config.Key{}) && plan.Report.L1Block > 0 {
		a.progress("before they can anchor, have the guardian hand the contract over: `holdfast contract take-over --lineage %s --last %d --header-hash %s`",
			r.Lineage, r.Batch, r.HeaderHash)
	}
	return a.printReport(r, r.Text)
}

// recoveryError gives an error its exit status.
func recoveryError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, recovery.ErrNotOnL1), errors.Is(err, recovery.ErrNoCheckpoint), errors.Is(err, recovery.ErrNoRoot),
		errors.Is(err, recovery.ErrEmptySpan), errors.Is(err, recovery.ErrNothing), errors.Is(err, recovery.ErrNoBook):
		return &exitError{exitNotFound, err}
	case errors.Is(err, recovery.ErrUnanchored), errors.Is(err, recovery.ErrDamaged), errors.Is(err, cluster.ErrDamagedLog), errors.Is(err, cluster.ErrDamagedSnapshot):
		return &exitError{exitInconsistent, err}
	case errors.Is(err, recovery.ErrTarget), errors.Is(err, cluster.ErrNotEmpty):
		return &exitError{exitUsage, err}
	}
	return err
}

const takeOverHelp = `

The new cluster goes on under a lineage of its own. With the guardian's key
(--key-file and the like) the contract is handed to it at once, and that is waited
for until it is final; the old cluster then anchors nothing any more. Without one,
the report says what the guardian is to send.`

func newRecoverL1(a *app) *cobra.Command {
	var f recoverFlags
	var to string
	c := &cobra.Command{
		Use: "l1", Short: "Bring a lost cluster back from L1 and DA", Args: noArgs,
		Long: `L1 reads the anchors from the contract, fetches the payloads from the archive or
from where L1 names them, executes every batch and compares each root, and writes
the state as a data directory. It begins at the newest checkpoint that L1 anchors,
if there is one.

` + recoverHelp + takeOverHelp,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.fromL1(cmd.Context(), a, to, "")
		},
	}
	f.add(c, true)
	c.Flags().StringVar(&to, "to", "latest", `state to bring back: latest, finalized, "batch N", "block N" (of L1) or "root 0x..."`)
	c.Flags().StringVar(&f.evidence, "evidence", "", "an old node's data directory, which says exactly what is lost")
	return c
}

func newRecoverCheckpoint(a *app) *cobra.Command {
	var f recoverFlags
	var to string
	c := &cobra.Command{
		Use: "checkpoint NAME", Short: "Bring a lost cluster back from one checkpoint, completed from DA", Args: exactArgs("NAME"),
		Long: `Checkpoint is recover l1 that begins at the named checkpoint or not at all.
` + "`holdfast checkpoint list`" + ` names them.

` + recoverHelp + takeOverHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.fromL1(cmd.Context(), a, to, args[0])
		},
	}
	f.add(c, true)
	c.Flags().StringVar(&to, "to", "latest", `state to bring back: latest, finalized, "batch N", "block N" (of L1) or "root 0x..."`)
	c.Flags().StringVar(&f.evidence, "evidence", "", "an old node's data directory, which says exactly what is lost")
	return c
}

func (f *recoverFlags) fromL1(ctx context.Context, a *app, to, from string) (err error) {
	target, err := recovery.ParseTarget(to)
	if err != nil {
		return usage("--to: %v", err)
	}
	if err = f.needsDir(); err != nil {
		return err
	}
	s, err := f.open(ctx, a, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	plan, err := recovery.PlanL1(ctx, s.config, target, from)
	if err != nil {
		return onChain(recoveryError(err))
	}
	return f.runPlan(ctx, a, plan)
}

func newRecoverDA(a *app) *cobra.Command {
	var f recoverFlags
	var root string
	c := &cobra.Command{
		Use: "da", Short: "Bring a state back from the archive alone, while L1 is down", Args: noArgs,
		Long: `DA walks the archive's headers by their parents from the batch that ends at --root,
and brings that state back without asking L1. Nobody confirms then that L1 anchors
it: the cluster begins with intake and anchoring halted, for reading. When L1 answers,
recover from it into a new directory.

` + recoverHelp,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			b, err := hex.DecodeString(strings.TrimPrefix(root, "0x"))
			if err != nil || len(b) != 32 {
				return usage("--root must be 64 hexadecimal digits: the root of the state to bring back")
			}
			if err = f.needsDir(); err != nil {
				return err
			}
			s, err := f.open(cmd.Context(), a, false)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.close()) }()
			plan, err := recovery.PlanDA(cmd.Context(), s.config, [32]byte(b), "")
			if err != nil {
				return recoveryError(err)
			}
			return f.runPlan(cmd.Context(), a, plan)
		},
	}
	f.add(c, false)
	c.Flags().StringVar(&root, "root", "", "root of the state to bring back")
	c.Flags().StringVar(&f.evidence, "evidence", "", "an old node's data directory, which says exactly what is lost")
	return c
}

func newRecoverQuorum(a *app) *cobra.Command {
	var f recoverFlags
	var survivor string
	c := &cobra.Command{
		Use: "quorum", Short: "Go on with one survivor after the majority is lost for good", Args: noArgs,
		Long: `Quorum takes everything that a survivor's log holds as decided, what was perhaps
never committed included, and begins a new lineage with it. What the others held
beyond is lost, and no survivor can know whether they did: run it on the survivor
with the furthest log, which --dry-run shows. The survivor must be stopped; its
directory is read and kept as it is.

` + recoverHelp + takeOverHelp,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if survivor == "" {
				return usage("--survivor must name the data directory of the node with the furthest log")
			}
			if err = f.needsDir(); err != nil {
				return err
			}
			return f.quorum(cmd.Context(), a, survivor)
		},
	}
	f.add(c, true)
	c.Flags().StringVar(&survivor, "survivor", "", "data directory of the stopped survivor with the furthest log")
	return c
}

func (f *recoverFlags) quorum(ctx context.Context, a *app, survivor string) (err error) {
	cfg, err := config.Load(config.Sources{File: f.file, Env: a.env})
	if err != nil {
		return err
	}
	s, err := f.open(ctx, a, cfg.Anchoring())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	plan, err := recovery.PlanQuorum(ctx, s.config, survivor)
	if err != nil {
		return onChain(recoveryError(err))
	}
	defer plan.Close()
	if f.dry {
		plan.Report.DryRun = true
		return a.printReport(plan.Report, plan.Report.Text)
	}
	if err = f.refusing(a, &plan.Report); err != nil {
		return err
	}
	r, err := plan.Run(ctx)
	if err != nil {
		return onChain(recoveryError(err))
	}
	return a.printReport(r, r.Text)
}

func newRecoverRange(a *app) *cobra.Command {
	var f recoverFlags
	var from, to, out string
	c := &cobra.Command{
		Use: "range", Short: "Read a stretch of time with its proofs, without the cluster", Args: noArgs,
		Long: `Range writes the batches, transitions and receipts from one time to another, the
states at both ends, and what binds each batch to L1, into --out. It touches no
cluster, and reads no more of DA than the stretch and the way to it from the nearest
checkpoint. Times are RFC 3339 or milliseconds since the Unix epoch, by the log's
clock. Under payloads that are net differences there are the states alone.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			fromMs, err := parseTime("--from", from)
			if err != nil {
				return err
			}
			toMs, err := parseTime("--to", to)
			if err != nil {
				return err
			}
			if out == "" && !f.dry {
				return usage("--out must name a new directory")
			}
			return f.span(cmd.Context(), a, fromMs, toMs, out)
		},
	}
	c.Flags().StringVar(&f.file, "config", "", "a voter's configuration: its sections l1 and da say where everything is")
	c.Flags().BoolVar(&f.dry, "dry-run", false, "print the plan and do nothing")
	c.Flags().StringVar(&from, "from", "", "first time")
	c.Flags().StringVar(&to, "to", "", "last time")
	c.Flags().StringVar(&out, "out", "", "directory to write into")
	return c
}

func (f *recoverFlags) span(ctx context.Context, a *app, fromMs, toMs int64, out string) (err error) {
	s, err := f.open(ctx, a, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	plan, err := recovery.PlanSpan(ctx, s.config, fromMs, toMs, out)
	if err != nil {
		return onChain(recoveryError(err))
	}
	r := plan.DryRun()
	if !f.dry {
		if r, err = plan.Run(ctx); err != nil {
			return onChain(recoveryError(err))
		}
	}
	return a.printReport(r, r.Text)
}

func parseTime(flag, text string) (int64, error) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return ms, nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, usage("%s is %q; must be a time as 2026-01-02T15:04:05Z or milliseconds since the Unix epoch", flag, text)
	}
	return at.UnixMilli(), nil
}
