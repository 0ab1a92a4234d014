package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/prover"
	"github.com/holdfast-rollup/holdfast/rpc/client"
)

// What happens to jobs goes to standard output as it happens; what a prover program says, to standard error.

type workerFlags struct {
	name, prover, exec string
	parallel, jobs     int
}

func newProveWorker(a *app) *cobra.Command {
	var f workerFlags
	c := &cobra.Command{
		Use: "prove-worker", Short: "Prove batches: lease, prove, submit, until interrupted", Args: noArgs,
		Long: `Prove-worker takes jobs from the cluster's prover queue, the oldest batch first.

--prover development executes the guest and makes a development proof: for clusters
with zkvm.proofs: development alone. It proves nothing to anybody.

--exec attaches a real prover. The program is run once per job, without a shell:
  standard input   the guest's input
  standard output  the proof's bytes, selector first, and nothing else
  environment      HOLDFAST_BATCH, HOLDFAST_HEADER_HASH, HOLDFAST_SYSTEM,
                   HOLDFAST_PROGRAM, HOLDFAST_PROGRAM_VERSION,
                   HOLDFAST_PUBLIC_VALUES, HOLDFAST_MAX_PROOF_BYTES
                   (hashes and public values in hexadecimal)
  exit status      0 with a proof; any other gives the job back
It gets SIGTERM when its job is lost, and SIGKILL 10 s later.

A lease that is lost with its leader is taken anew, and a proof that is finished by
then is not made twice. Interrupted, the worker gives its jobs back and ends. With
-o json each event is one line of JSON.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.proveWorker(cmd.Context(), f) },
	}
	c.Flags().StringVar(&f.name, "name", proverName(os.Hostname()), "name of the prover, by which refusals and back-offs are counted")
	c.Flags().StringVar(&f.prover, "prover", "", "prover of this program: development")
	c.Flags().StringVar(&f.exec, "exec", "", "prover program and its arguments, separated by spaces")
	c.Flags().IntVar(&f.parallel, "parallel", 1, "jobs at a time, 1 to 16")
	c.Flags().IntVar(&f.jobs, "jobs", 0, "end after so many proofs (default: never)")
	return c
}

// proverName makes a prover's name of a host's.
func proverName(host string, err error) string {
	name := strings.Trim(regexp.MustCompile(`[^A-Za-z0-9._-]+`).ReplaceAllString(host, "-"), "-._")
	if err != nil || name == "" {
		return "prover"
	}
	return name[:min(len(name), 64)]
}

func (f workerFlags) make(a *app) (prover.Prover, error) {
	switch {
	case (f.prover == "") == (f.exec == ""):
		return nil, usage("give one of --prover and --exec; see `holdfast prove-worker --help`")
	case f.exec != "":
		command := strings.Fields(f.exec)
		if len(command) == 0 {
			return nil, usage("--exec names no program")
		}
		return prover.Exec{Command: command, Stderr: a.err}, nil
	case f.prover != "development":
		return nil, usage("--prover is %q; must be development: others are attached with --exec", f.prover)
	default:
		return prover.Development{}, nil
	}
}

func (a *app) proveWorker(ctx context.Context, f workerFlags) (err error) {
	p, err := f.make(a)
	if err != nil {
		return err
	}
	if f.parallel < 1 || f.parallel > 16 || f.jobs < 0 {
		return usage("--parallel must be 1 to 16, and --jobs not negative")
	}
	dial, err := a.dialOptions()
	if err != nil {
		return err
	}
	c, err := client.New(client.Config{Endpoints: a.endpoints, DialOptions: dial, TryTimeout: max(a.timeout/3, time.Second)})
	if err != nil {
		return usage("%v; give --endpoints host:port", err)
	}
	defer func() {
		if cerr := c.Close(); err == nil {
			err = cerr
		}
	}()
	_, err = prover.Run(ctx, c, prover.Config{
		Name: f.name, Parallel: f.parallel, Jobs: f.jobs, Prover: p, Report: a.proverEvent,
	})
	return err
}

// proverEvent prints one event.
func (a *app) proverEvent(e prover.Event) {
	if a.format == "json" {
		_ = json.NewEncoder(a.out).Encode(e) // nobody is left to read an error
		return
	}
	line := e.Event
	if e.Batch > 0 {
		line += fmt.Sprintf(" batch %d", e.Batch)
	}
	if e.System == "development" && e.Event == prover.Proved {
		line += " (development proof)"
	}
	if e.TookMs > 0 {
		line += fmt.Sprintf(" in %v", time.Duration(e.TookMs)*time.Millisecond)
	}
	if e.Detail != "" {
		line += ": " + e.Detail
	}
	_, _ = fmt.Fprintln(a.out, line)
}
