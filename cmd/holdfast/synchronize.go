package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// operate runs a call that may take as long as wait.
func (a *app) operate(ctx context.Context, wait time.Duration, fn func(ctx context.Context, c *client.Client) error) error {
	patient := *a
	patient.timeout = max(a.timeout, wait)
	return patient.withClient(ctx, nil, fn)
}

// told prints how far an operation has come, on standard error.
func (a *app) told(p *pb.Progress) {
	switch {
	case p == nil:
	case p.GetTotal() > 0:
		a.progress("%s %d/%d: %s", p.GetStage(), p.GetDone(), p.GetTotal(), p.GetText())
	default:
		a.progress("%s: %s", p.GetStage(), p.GetText())
	}
}

func newSynchronize(a *app) *cobra.Command {
	var until string
	var wait time.Duration
	c := &cobra.Command{
		Use: "synchronize", Short: "Bring every layer as far as what was accepted until now", Args: noArgs,
		Long: "Synchronize seals what is open and waits until the layer that --until names has reached it. The leader brings the\n" +
			"layers there by itself all the time; this says when that is done, or what stands in the way and how to end it.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			head, ok := layerFlag(until)
			if !ok {
				return usage("--until is %q; must be sealed, executed, published, committed, proven or finalized", until)
			}
			var heads *pb.Heads
			err := a.operate(cmd.Context(), wait, func(ctx context.Context, c *client.Client) (err error) {
				heads, err = a.synchronize(ctx, c, head)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(document(heads), func(w io.Writer) { printHeads(w, heads) })
		},
	}
	c.Flags().StringVar(&until, "until", "committed", "the layer to wait for: sealed, executed, published, committed, proven or finalized")
	c.Flags().DurationVar(&wait, "wait", 5*time.Minute, "how long it may take in all")
	return c
}

// layerFlag reads the name of a layer that can be waited for.
func layerFlag(text string) (pb.Head, bool) {
	head, ok := pb.Head_value["HEAD_"+strings.ToUpper(text)]
	return pb.Head(head), ok && head != 0 && pb.Head(head) != pb.Head_HEAD_APPLIED
}

// synchronize waits until everything accepted has reached a head, and says how far it is.
func (a *app) synchronize(ctx context.Context, c *client.Client, until pb.Head) (heads *pb.Heads, err error) {
	err = c.Synchronize(ctx, &pb.SynchronizeRequest{Until: until}, func(m *pb.SynchronizeResponse) error {
		a.told(m.GetProgress())
		if m.GetHeads() != nil {
			heads = m.GetHeads()
		}
		return nil
	})
	return heads, err
}

func printHeads(w io.Writer, h *pb.Heads) {
	row(w, "HEAD", "BATCH")
	row(w, "sealed", h.GetSealed())
	row(w, "executed", h.GetExecuted())
	row(w, "published", h.GetPublished())
	row(w, "committed", h.GetCommitted())
	row(w, "proven", h.GetProven())
	row(w, "finalized", h.GetFinalized())
}

func newVerifyLayers(a *app) *cobra.Command {
	var wait time.Duration
	c := &cobra.Command{
		Use: "layers", Short: "Have a replica compare all layers now", Args: noArgs,
		Long: "Layers compares, on the replica that answers, its state with the zkVM's, with DA, with L1 and with the other replicas'.\n" +
			"It ends with status 5 if a batch diverges, is foreign or was reverted; lag is no inconsistency.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var result *pb.VerifyResult
			err := a.operate(cmd.Context(), wait, func(ctx context.Context, c *client.Client) error {
				return c.Verify(ctx, func(m *pb.VerifyResponse) error {
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
			err = a.print(document(result), func(w io.Writer) {
				row(w, "LAYERS", "BATCH", "VERDICT", "DETAIL")
				for _, v := range result.GetVerdicts() {
					row(w, v.GetLayers(), v.GetBatch(), enumName(v.GetKind().Descriptor(), v.GetKind().Number()), v.GetDetail())
				}
			})
			if err == nil && !result.GetConsistent() {
				err = inconsistent("the layers do not state the same; `holdfast reconcile --dry-run` says what can be done")
			}
			return err
		},
	}
	c.Flags().DurationVar(&wait, "wait", time.Minute, "how long it may take in all")
	return c
}

func newVerifyRecoverable(a *app) *cobra.Command {
	var wait time.Duration
	c := &cobra.Command{
		Use: "recoverable", Short: "Say from what this history could be recovered now", Args: noArgs,
		Long: "Recoverable asks every DA provider for the newest committed batches, which any recovery needs beside a checkpoint or L1.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var result *pb.RecoverStatusResult
			err := a.operate(cmd.Context(), wait, func(ctx context.Context, c *client.Client) error {
				return c.RecoverStatus(ctx, func(m *pb.RecoverStatusResponse) error {
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
			err = a.print(document(result), func(w io.Writer) {
				row(w, "finalized on L1", result.GetFinalized())
				row(w, "committed on L1", result.GetCommitted())
				row(w, "batches checked", result.GetChecked())
				row(w, "held by nobody", numbers(result.GetMissing()))
				row(w, "held by one provider", numbers(result.GetAlone()))
				if result.GetReconciliation() > 0 {
					row(w, "last reconciliation", result.GetReconciliation(), result.GetOutcome(), result.GetDetail())
				}
			})
			if err == nil && len(result.GetMissing()) > 0 {
				err = inconsistent("no provider has batches %s: put them back into the archive from a replica's data while one keeps them", numbers(result.GetMissing()))
			}
			return err
		},
	}
	c.Flags().DurationVar(&wait, "wait", 5*time.Minute, "how long it may take in all")
	return c
}
