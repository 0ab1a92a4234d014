package main

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

// reconcileFlags are what an operator chooses.
type reconcileFlags struct {
	dryRun, acceptForeign, reanchor bool
	to                              string
	reason                          string
	wait                            time.Duration
}

func (f *reconcileFlags) request() (*pb.ReconcileRequest, error) {
	req := &pb.ReconcileRequest{DryRun: f.dryRun, AcceptForeign: f.acceptForeign, Reanchor: f.reanchor, Reason: f.reason}
	chosen := 0
	for _, c := range []bool{f.acceptForeign, f.reanchor, f.to != ""} {
		if c {
			chosen++
		}
	}
	if chosen > 1 {
		return nil, usage("--accept-foreign, --re-anchor and --to are different ways out: give one of them")
	}
	if f.to != "" {
		n, err := batchNumber(f.to)
		if err != nil {
			return nil, usage("--to: %q is not a batch's number", f.to)
		}
		req.To = &n
	}
	if chosen > 0 && !f.dryRun && strings.TrimSpace(f.reason) == "" {
		return nil, usage("--reason must say why; the audit trail keeps it")
	}
	return req, nil
}

func newReconcile(a *app) *cobra.Command {
	var f reconcileFlags
	c := &cobra.Command{
		Use: "reconcile", Short: "Remove a divergence from L1, or say how it would be removed", Args: noArgs,
		Long: "Reconcile compares this history with L1's, finds the first batch that differs and the keys that differ in it, and executes\n" +
			"what L1 holds on a copy of the state. --dry-run stops there and prints the plan, which changes nothing.\n\n" +
			"Without a choice it does what the strategy l1_wins would do: it adopts what L1 holds if this cluster sealed it, or if L1\n" +
			"verified it by a proof and an account of consistency.accepted_submitters submitted it. An operator may choose instead:\n" +
			"  --accept-foreign  adopt a batch that nobody vouches for; one whose execution does not give its root is refused all the same\n" +
			"  --re-anchor       send again, as it is, what the contract's guardian took back\n" +
			"  --to BATCH        take the state back to a batch that L1 holds or a later one\n\n" +
			"What goes back is in `holdfast reverted watch` until it is acknowledged. It ends with status 5 if the divergence is still there.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			req, err := f.request()
			if err != nil {
				return err
			}
			var result *pb.ReconcileResult
			err = a.operate(cmd.Context(), f.wait, func(ctx context.Context, c *client.Client) error {
				return c.Reconcile(ctx, req, func(m *pb.ReconcileResponse) error {
					a.told(m.GetProgress())
					if m.GetResult() != nil {
						result = m.GetResult()
					}
					return nil
				})
			})
			if err != nil {
				return err
			}
			if err = a.print(document(result), func(w io.Writer) { printReconciled(w, result, f.dryRun) }); err != nil {
				return err
			}
			if v := result.GetVerb(); v == pb.ReconcileVerb_RECONCILE_VERB_WAIT || v == pb.ReconcileVerb_RECONCILE_VERB_STOP {
				return inconsistent("%s; exit: %s", result.GetReason(), result.GetExit())
			}
			return nil
		},
	}
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "print the plan and change nothing")
	c.Flags().BoolVar(&f.acceptForeign, "accept-foreign", false, "adopt what L1 holds although nobody vouches for it")
	c.Flags().BoolVar(&f.reanchor, "re-anchor", false, "send again what the contract's guardian took back")
	c.Flags().StringVar(&f.to, "to", "", "take the state back to this batch")
	c.Flags().StringVar(&f.reason, "reason", "", "why; kept in the audit trail")
	c.Flags().DurationVar(&f.wait, "wait", 10*time.Minute, "how long it may take in all")
	return c
}

func printReconciled(w io.Writer, r *pb.ReconcileResult, dryRun bool) {
	row(w, "finding", enumName(r.GetFinding().Descriptor(), r.GetFinding().Number()))
	if r.GetFirstBatch() > 0 {
		row(w, "first batch", r.GetFirstBatch())
	}
	row(w, "reason", r.GetReason())
	if d := r.GetDifference(); d != nil {
		total := fmt.Sprint(d.GetTotal())
		if d.GetMore() {
			total += " and more"
		}
		row(w, "keys that differ", total)
		for _, k := range d.GetRanges() {
			row(w, "  "+k.GetKind(), k.GetCount(), k.GetFirst()+" to "+k.GetLast())
		}
		for _, k := range d.GetKeys() {
			row(w, "  "+k)
		}
	}
	if len(r.GetSteps()) > 0 {
		row(w, "plan", r.GetAction())
		for i, s := range r.GetSteps() {
			row(w, fmt.Sprintf("  %d. %s", i+1, s))
		}
	}
	switch {
	case r.GetDone():
		row(w, "done", "reconciliation", r.GetNumber())
	case r.GetExit() != "":
		row(w, "exit", r.GetExit())
	case dryRun && r.GetAction() != "":
		row(w, "nothing was changed", "the same command without --dry-run carries the plan out")
	case r.GetVerb() == pb.ReconcileVerb_RECONCILE_VERB_NOTHING:
		row(w, "nothing to do")
	}
}

// numbers lists batches for people.
func numbers(ns []uint64) string {
	if len(ns) == 0 {
		return "none"
	}
	text := make([]string, len(ns))
	for i, n := range ns {
		text[i] = fmt.Sprint(n)
	}
	return strings.Join(text, " ")
}
