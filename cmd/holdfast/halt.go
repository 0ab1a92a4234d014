package main

// Whatever halts the cluster names `holdfast resume` as its exit, also what an operator halts here.

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// haltReport is what is halted, and how far the layers came before anchoring was.
type haltReport struct {
	Halted []string       `json:"halted"` // scopes that this command halted
	Halts  []string       `json:"halts"`  // everything that is halted
	Heads  map[string]any `json:"heads,omitempty"`
}

// scopes reads --scope; intake comes before anchoring.
func scopes(text string) ([]pb.HaltScope, error) {
	switch text {
	case "intake":
		return []pb.HaltScope{pb.HaltScope_HALT_SCOPE_INTAKE}, nil
	case "anchoring":
		return []pb.HaltScope{pb.HaltScope_HALT_SCOPE_ANCHORING}, nil
	case "all":
		return []pb.HaltScope{pb.HaltScope_HALT_SCOPE_INTAKE, pb.HaltScope_HALT_SCOPE_ANCHORING}, nil
	}
	return nil, usage("--scope is %q; must be intake, anchoring or all", text)
}

func scopeText(s pb.HaltScope) string { return enumName(s.Descriptor(), s.Number()) }

func newHalt(a *app) *cobra.Command {
	var scope, reason, drain string
	var wait time.Duration
	c := &cobra.Command{
		Use: "halt", Short: "Stop taking transitions, bring what was accepted to L1, and stop anchoring", Args: noArgs,
		Long: `Halt stops intake: submissions are answered with "halted", which clients try again on,
and deposits wait. Then it drains: it waits until everything that was accepted has
reached the layer of --drain. With --scope all it then stops anchoring as well, so that
nothing is sent to L1 any more. The replicas go on serving reads. Ending the command
ends nothing but the wait. ` + "`holdfast resume`" + ` ends the halt.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			which, err := scopes(scope)
			if err != nil {
				return err
			}
			if strings.TrimSpace(reason) == "" {
				return usage("--reason must say why; the audit trail keeps it, and `holdfast status` shows it")
			}
			until, err := drainTo(drain)
			if err != nil {
				return err
			}
			return a.halt(cmd.Context(), which, reason, until, wait)
		},
	}
	c.Flags().StringVar(&scope, "scope", "all", "what stops: intake, anchoring or all")
	c.Flags().StringVar(&reason, "reason", "", "why; kept in the audit trail")
	c.Flags().StringVar(&drain, "drain", "auto", "the layer that everything accepted shall reach: sealed, executed, published, committed, proven, finalized, none, or auto for finalized (without an L1: executed)")
	c.Flags().DurationVar(&wait, "wait", time.Hour, "how long the drain may take")
	return c
}

// What --drain is beside the heads.
const (
	drainAuto = pb.Head_HEAD_UNSPECIFIED
	drainNone = pb.Head_HEAD_APPLIED
)

func drainTo(text string) (pb.Head, error) {
	switch text {
	case "auto":
		return drainAuto, nil
	case "none":
		return drainNone, nil
	}
	head, ok := layerFlag(text)
	if !ok {
		return 0, usage("--drain is %q; must be sealed, executed, published, committed, proven, finalized, auto or none", text)
	}
	return head, nil
}

func (a *app) halt(ctx context.Context, which []pb.HaltScope, reason string, until pb.Head, wait time.Duration) error {
	r := haltReport{Halted: []string{}}
	for _, scope := range which {
		if err := a.haltScope(ctx, scope, reason, &r); err != nil {
			return err
		}
		if scope == pb.HaltScope_HALT_SCOPE_INTAKE && until != drainNone {
			heads, err := a.drain(ctx, until, wait)
			if err != nil {
				return fmt.Errorf("intake is halted, and not everything has drained: %w; the replicas go on with it, the same command waits again, and `holdfast resume --scope intake` ends the halt", err)
			}
			r.Heads = document(heads)
		}
	}
	return a.print(r, func(w io.Writer) {
		for _, scope := range r.Halted {
			row(w, scope+" is halted")
		}
		for _, h := range r.Halts {
			row(w, h)
		}
		if r.Heads != nil {
			row(w, "sealed", r.Heads["sealed"])
			row(w, "executed", r.Heads["executed"])
			row(w, "finalized", r.Heads["finalized"])
		}
	})
}

func (a *app) haltScope(ctx context.Context, scope pb.HaltScope, reason string, r *haltReport) error {
	// Repeating it is harmless, so any replica that answers will do.
	resp, err := ask(ctx, a, pb.NewAdminServiceClient, pb.AdminServiceClient.Halt, &pb.HaltRequest{Scope: scope, Reason: reason})
	if err != nil {
		return err
	}
	r.Halts = resp.GetHalts()
	if resp.GetHalted() {
		r.Halted = append(r.Halted, scopeText(scope))
	}
	a.progress("%s is halted", scopeText(scope))
	return nil
}

// drain waits until what was accepted has reached a head.
func (a *app) drain(ctx context.Context, until pb.Head, wait time.Duration) (heads *pb.Heads, err error) {
	err = a.operate(ctx, wait, func(ctx context.Context, c *client.Client) (err error) {
		if until == drainAuto {
			layers, failed := client.Ask(ctx, c, pb.NewVerifyServiceClient, pb.VerifyServiceClient.Layers, &pb.LayersRequest{})
			if failed != nil {
				return failed
			}
			until = pb.Head_HEAD_FINALIZED
			if layers.GetL1Latest().GetNumber() == 0 { // nothing is anchored
				until = pb.Head_HEAD_EXECUTED
			}
		}
		heads, err = a.synchronize(ctx, c, until)
		return err
	})
	return heads, err
}
