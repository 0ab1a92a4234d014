package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

func newReverted(a *app) *cobra.Command {
	return group("reverted", "Read what rollbacks removed, and acknowledge it", newRevertedWatch(a), newRevertedAck(a))
}

func newRevertedWatch(a *app) *cobra.Command {
	var rollback uint64
	c := &cobra.Command{
		Use: "watch", Short: "Print what rollbacks removed, as it happens, one JSON line for each entry", Args: noArgs,
		Long: "Watch begins at the oldest rollback that is not acknowledged, and ends with --timeout or ^C. A transition that it\n" +
			"prints is no part of the history any more: its submission answers REVERTED, and has to be made again under a new number.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) error {
				return c.WatchReverted(ctx, nil, nil, func(m *pb.WatchRevertedResponse) error {
					if m.GetMark().GetRollback() < rollback {
						return nil
					}
					return a.line(m)
				})
			})
			if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		},
	}
	c.Flags().Uint64Var(&rollback, "from", 0, "first rollback to print")
	return c
}

// line prints a message as one line of JSON.
func (a *app) line(m proto.Message) error {
	b, err := protojson.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode entry: %w", err)
	}
	_, err = fmt.Fprintf(a.out, "%s\n", b)
	return err
}

func newRevertedAck(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "ack ROLLBACK", Short: "Say that everything up to this rollback was read; it is kept no longer", Args: exactArgs("ROLLBACK"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := batchNumber(args[0])
			if err != nil || n == 0 {
				return usage("%q is not a rollback's number", args[0])
			}
			err = a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) error { return c.AcknowledgeReverted(ctx, n) })
			if wire.ErrorDetails(err).Reason == wire.ReasonRefused {
				return &exitError{exitNotFound, fmt.Errorf("there was no rollback %d: `holdfast reverted watch` prints those to acknowledge", n)}
			}
			if err != nil {
				return err
			}
			return a.print(map[string]any{"acknowledged": n}, func(w io.Writer) { row(w, "acknowledged", n) })
		},
	}
}
