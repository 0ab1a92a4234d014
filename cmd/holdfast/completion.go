package main

// Completion never fails and never waits long: who asks is in the middle of a line. What cannot be had is not offered.

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// completionPatience bounds what completion asks replicas or an archive.
const completionPatience = 2 * time.Second

// completions say what can stand in a place. Places are "--flag" of every command that has such a flag with words for
// values, "command --flag", and "command" for its arguments; the longer name counts.
func completions(a *app) map[string]cobra.CompletionFunc {
	layers := []string{"sealed", "executed", "published", "committed", "proven", "finalized"}
	var roles []string
	for _, r := range server.Roles() {
		roles = append(roles, string(r))
	}
	words := func(list ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)
	}
	targets := cobra.FixedCompletions([]string{"latest", "finalized", "batch ", "block ", "root 0x"}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace)
	out := map[string]cobra.CompletionFunc{
		"--output": words("table", "json"), "--scope": words("intake", "anchoring", "all"),
		"--until": words(layers...), "--at": words(layers...), "--drain": words(append([]string{"auto", "none"}, layers...)...),
		"--wait": words(append([]string{"applied"}, layers...)...), "--level": words("latest", "safe", "finalized"),
		"--log-store": words("boltdb", "wal"), "--log-level": words("debug", "info", "warn", "error"), "--mode": words("stream", "unary"),
		"--da": words("archive", "blob", "calldata", "altda"), "--provider": words("archive", "blob", "calldata", "altda"),
		"--proofs": words(config.ProofsExecution, config.ProofsDevelopment), "--prover": words("development"),
		"--system": words("sp1", "risc0", "ziren"), "--encoding": words("auto", "hex", "json", "raw"),
		"--executor": words("run", "paused", "none"), "--role": words(roles...),
		"contract deploy --prover": words(), "contract roles --prover": words(), // addresses
		"--config":        cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt),
		"recover l1 --to": targets, "recover checkpoint --to": targets, "leader transfer --to": a.completeMembers,
	}
	for _, flag := range []string{"--dir", "--data-dir", "--credentials", "--survivor", "--evidence", "--authority", "--cache", "--profile"} {
		out[flag] = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	}
	for _, command := range []string{"tls authority", "tls inspect", "tls rotate", "tls trust"} {
		out[command] = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	}
	for _, command := range []string{"verify proof", "evidence list", "evidence show", "evidence replay", "book check", "book archive"} {
		out[command] = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)
	}
	for _, command := range []string{"members promote", "members demote", "members remove", "members replace"} {
		out[command] = a.completeMembers
	}
	for _, command := range []string{"checkpoint inspect", "checkpoint verify", "checkpoint export", "recover checkpoint"} {
		out[command] = a.completeCheckpoints
	}
	records := cobra.FixedCompletions([]string{"asset/", "market/", "account/", "balance/", "order/", "raw/"}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace)
	out["prove"], out["verify record"] = records, records
	out["finality"] = cobra.FixedCompletions([]string{"submission/", "transition/", "batch/"}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace)
	return out
}

// addCompletions gives each command what can be completed, and returns the places that were found.
func addCompletions(a *app, root *cobra.Command) (used map[string]bool) {
	table, used := completions(a), map[string]bool{}
	places := slices.Sorted(maps.Keys(table))
	slices.Reverse(places) // "command --flag" before "--flag": a flag keeps the first
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		path := strings.TrimPrefix(strings.TrimPrefix(c.CommandPath(), root.Name()), " ")
		for _, place := range places {
			command, name, isFlag := strings.Cut(place, "--")
			if !isFlag || command != "" && command != path+" " {
				continue
			}
			if f := c.LocalFlags().Lookup(name); f == nil || !strings.HasPrefix(f.Value.Type(), "string") {
				continue
			}
			used[place] = true
			_ = c.RegisterFlagCompletionFunc(name, table[place]) // fails for a flag that has one
		}
		switch fn, ok := table[path]; {
		case ok:
			used[path], c.ValidArgsFunction = true, fn
		case len(c.ValidArgs) == 0 && c.ValidArgsFunction == nil && !c.HasSubCommands():
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return used
}

// completeMembers are the names of the cluster's members.
func (a *app) completeMembers(c *cobra.Command, args []string, _ string) (names []cobra.Completion, d cobra.ShellCompDirective) {
	d = cobra.ShellCompDirectiveNoFileComp
	if len(args) > 0 {
		return nil, d
	}
	hasty := *a
	hasty.timeout = completionPatience
	_ = hasty.withClient(c.Context(), nil, func(ctx context.Context, c *client.Client) error {
		resp, err := listMembers(ctx, c)
		for _, m := range resp.GetMembers() {
			what := "votes"
			if !m.GetVoter() {
				what = "does not vote"
			}
			names = append(names, cobra.CompletionWithDesc(m.GetId(), what))
		}
		return err
	})
	return names, d
}

// completeCheckpoints are the names of those in the archive of --config.
func (a *app) completeCheckpoints(c *cobra.Command, args []string, _ string) (names []cobra.Completion, d cobra.ShellCompDirective) {
	d = cobra.ShellCompDirectiveNoFileComp
	file, err := c.Flags().GetString("config")
	if err != nil || file == "" || len(args) > 0 {
		return nil, d
	}
	ctx, cancel := context.WithTimeout(c.Context(), completionPatience)
	defer cancel()
	_ = a.withCheckpoints(ctx, file, func(_ *config.Config, cs *recovery.Checkpoints) error {
		list, err := cs.List(ctx)
		for _, m := range list {
			names = append(names, m.Name)
		}
		return err
	})
	return names, d
}
