package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/client"
)

// app is what all commands share: where to write, and the global flags.
type app struct {
	out, err io.Writer
	env      []string

	format    string // "table" or "json"
	endpoints []string
	// credentials is the directory of the client's certificate; empty for plaintext.
	credentials string
	timeout     time.Duration
}

func newRoot(a *app) *cobra.Command {
	root := newBare(a)
	strictDefaults(root)
	addCompletions(a, root)
	return root
}

// newBare is the tree of all commands of this program.
func newBare(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "holdfast",
		Short:         "Keep an order book, its zkVM execution and its L1 anchors the same",
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if !slices.Contains([]string{"table", "json"}, a.format) {
				return usage("--output is %q; must be table or json", a.format)
			}
			return nil
		},
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%v; see `%s --help`", err, c.CommandPath())
	})
	f := root.PersistentFlags()
	f.StringVarP(&a.format, "output", "o", "table", "how to print: table or json")
	f.StringSliceVar(&a.endpoints, "endpoints", defaultEndpoints(a.env), "RPC addresses of replicas (or HOLDFAST_ENDPOINTS)")
	f.StringVar(&a.credentials, "credentials", environmentValue(a.env, "HOLDFAST_CREDENTIALS"), "directory with tls.crt, tls.key and ca.crt, for replicas with TLS (or HOLDFAST_CREDENTIALS)")
	f.DurationVar(&a.timeout, "timeout", 10*time.Second, "how long a call may take in all")
	for _, part := range parts(a) {
		root.AddGroup(&cobra.Group{ID: part.title, Title: part.title + ":"})
		for _, c := range part.commands {
			c.GroupID = part.title
			root.AddCommand(c)
		}
	}
	return root
}

// part is a heading of the help.
type part struct {
	title    string
	commands []*cobra.Command
}

// parts are all commands, in the order of the help.
func parts(a *app) []part {
	return []part{
		{"Run a cluster", []*cobra.Command{
			newInit(a), newBook(a), newConfig(a), newTLS(a), newNode(a), newExecutor(a), newProveWorker(a), newDevnet(a),
		}},
		{"See how it is", []*cobra.Command{
			newStatus(a), newTop(a), newConsistency(a), newVerify(a), newProve(a), newFinality(a), newBatch(a), newAudit(a), newVersion(a),
		}},
		{"Operate it", []*cobra.Command{
			newMembers(a), newLeader(a), newUpgrade(a), newHalt(a), newResume(a), newSynchronize(a), newReconcile(a), newDrill(a), newBench(a),
		}},
		{"Layers, assets and L1", []*cobra.Command{
			newAnchor(a), newContract(a), newDA(a), newProof(a), newEvidence(a), newAsset(a), newDeposit(a), newWithdrawals(a), newClaim(a), newReverted(a),
		}},
		{"Bring it back", []*cobra.Command{newRecover(a), newCheckpoint(a), newSnapshot(a), newLog(a)}},
	}
}

// strictDefaults makes the commands that cobra adds refuse what they do not know, with the status of a wrong command line.
func strictDefaults(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			c.Args, c.RunE = cobra.ArbitraryArgs, needsCommand
		case "help":
			c.Run, c.RunE = nil, func(_ *cobra.Command, args []string) error {
				about, rest, err := root.Find(args)
				if err != nil || len(rest) > 0 {
					return usage("there is no command %q; see `%s --help`", strings.Join(args, " "), root.Name())
				}
				return about.Help()
			}
		}
	}
}

func defaultEndpoints(env []string) []string {
	if v := environmentValue(env, "HOLDFAST_ENDPOINTS"); v != "" {
		return strings.Split(v, ",")
	}
	return []string{config.Default().RPC.Bind}
}

// environmentValue is the first value of a variable.
func environmentValue(env []string, name string) string {
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			return v
		}
	}
	return ""
}

// noArgs is cobra.NoArgs with the exit status of a wrong command line.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no arguments, got %q", c.CommandPath(), args)
	}
	return nil
}

// exactArgs wants n arguments, named for the message.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usage("%s takes %s; see `%s --help`", c.CommandPath(), strings.Join(names, " "), c.CommandPath())
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, RunE: needsCommand,
	}
	c.AddCommand(subs...)
	return c
}

// needsCommand is what a command that only holds others answers.
func needsCommand(c *cobra.Command, args []string) error {
	var names []string
	for _, s := range c.Commands() {
		names = append(names, s.Name())
	}
	if len(args) > 0 {
		return usage("%s has no command %q; it has %s", c.CommandPath(), args[0], strings.Join(names, ", "))
	}
	return usage("%s needs one of %s", c.CommandPath(), strings.Join(names, ", "))
}

// client makes a client of the endpoints.
func (a *app) client(l1 client.AnchorReader) (*client.Client, error) {
	dial, err := a.dialOptions()
	if err != nil {
		return nil, err
	}
	c, err := client.New(client.Config{Endpoints: a.endpoints, DialOptions: dial, L1: l1, TryTimeout: max(a.timeout/3, time.Second)})
	if err != nil {
		return nil, usage("%v; give --endpoints host:port", err)
	}
	return c, nil
}

// withClient runs fn with a client of the endpoints, within the timeout.
func (a *app) withClient(ctx context.Context, l1 client.AnchorReader, fn func(ctx context.Context, c *client.Client) error) (err error) {
	c, err := a.client(l1)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := c.Close(); err == nil {
			err = cerr
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	return fn(ctx, c)
}

// ask asks some replica of the endpoints, within the timeout: the method must be safe to repeat.
func ask[S, Q, A any](ctx context.Context, a *app, service func(grpc.ClientConnInterface) S, method client.Method[S, Q, A], req *Q) (resp *A, err error) {
	err = a.withClient(ctx, nil, func(ctx context.Context, c *client.Client) (err error) {
		resp, err = client.Ask(ctx, c, service, method, req)
		return err
	})
	return resp, err
}

// progress is a line for people, on standard error.
func (a *app) progress(format string, args ...any) {
	_, _ = fmt.Fprintf(a.err, format+"\n", args...)
}

// terminal reports whether w is one.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isTerminal(int(f.Fd()))
}
