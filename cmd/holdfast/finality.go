package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

const subjectHelp = `What is asked about is named submission/SESSION/SEQUENCE, transition/NUMBER (of the
accepted transition, as its receipt says) or batch/NUMBER.`

func newFinality(a *app) *cobra.Command {
	var wait string
	c := &cobra.Command{
		Use: "finality SUBJECT", Short: "Show which head a transition or a batch has reached, or wait for one", Args: exactArgs("SUBJECT, the name of a transition or batch"),
		Long: subjectHelp + `
With --wait it ends when that head is reached, or with status 1 when a rollback has
removed what was named, or when --timeout is over.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			of, err := subjectNamed(args[0])
			if err != nil {
				return err
			}
			head, err := waitHead(wait)
			if err != nil {
				return err
			}
			return a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) error {
				resp, err := c.WaitFor(ctx, of, head)
				return a.printFinality(args[0], head, resp, err)
			})
		},
	}
	c.Flags().StringVar(&wait, "wait", "applied", "head to wait for: applied, sealed, executed, published, committed, proven or finalized")
	return c
}

func waitHead(name string) (pb.Head, error) {
	head, ok := headNamed(name)
	if !ok {
		return 0, usage("--wait is %q; must be applied, sealed, executed, published, committed, proven or finalized", name)
	}
	return head, nil
}

func subjectNamed(name string) (*pb.FinalityRequest, error) {
	parts := strings.Split(name, "/")
	var numbers []uint64
	for _, part := range parts[1:] {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil || n == 0 {
			return nil, usage("%q names nothing: %q is not a number above 0\n%s", name, part, subjectHelp)
		}
		numbers = append(numbers, n)
	}
	switch {
	case parts[0] == "submission" && len(numbers) == 2:
		return client.OfSubmission(numbers[0], numbers[1]), nil
	case parts[0] == "transition" && len(numbers) == 1:
		return client.OfAccepted(numbers[0]), nil
	case parts[0] == "batch" && len(numbers) == 1:
		return client.OfBatch(numbers[0]), nil
	default:
		return nil, usage("%q names nothing\n%s", name, subjectHelp)
	}
}

// printFinality shows what is known, also where the wait ended otherwise.
func (a *app) printFinality(name string, head pb.Head, resp *pb.FinalityResponse, err error) error {
	f := resp.GetFinality()
	if f != nil {
		perr := a.print(document(resp), func(w io.Writer) {
			row(w, name, enumName(f.GetOutcome().Descriptor(), f.GetOutcome().Number()))
			row(w, "head", headName(f.GetHead()))
			row(w, "batch", dashZero(f.GetBatch()))
			row(w, "header hash", hex.EncodeToString(f.GetHeaderHash()))
			if f.GetRemovals() > 0 {
				row(w, "rollbacks that removed this number", f.GetRemovals())
			}
		})
		if perr != nil {
			return perr
		}
	}
	switch {
	case errors.Is(err, client.ErrUnknownTransition):
		return &exitError{exitNotFound, err}
	case errors.Is(err, context.DeadlineExceeded) && f != nil:
		return fmt.Errorf("%s has not reached %s within --timeout; it is at %s", name, headName(head), headName(f.GetHead()))
	default:
		return err
	}
}
