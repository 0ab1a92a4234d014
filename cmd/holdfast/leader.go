package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A leadership is asked once to end, and none that is where it should be.

// leaderPoll is how often a transfer looks who leads.
const leaderPoll = 20 * time.Millisecond

// leaderReport is who leads, and after a transfer who did before.
type leaderReport struct {
	Leader  string `json:"leader"`
	Address string `json:"address"`
	From    string `json:"from,omitempty"`
	TookMs  int64  `json:"took_ms,omitempty"`
}

func newLeader(a *app) *cobra.Command {
	return group("leader", "Show who leads, or hand leadership over", newLeaderShow(a), newLeaderTransfer(a))
}

func newLeaderShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "show", Short: "Show who leads", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) (err error) {
				var r leaderReport
				if r.Leader, r.Address, err = c.FindLeader(ctx); err != nil {
					return err
				}
				return a.print(r, func(w io.Writer) { row(w, r.Leader, r.Address) })
			})
		},
	}
}

func newLeaderTransfer(a *app) *cobra.Command {
	var to string
	c := &cobra.Command{
		Use: "transfer", Short: "Hand leadership to another replica", Args: noArgs,
		Long: "Transfer hands leadership to the replica of --to, or to the one that is furthest, and waits until it leads.\n" +
			"Writes that are under way get their outcome first; new ones are refused for a moment and clients repeat them.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) error {
				r, err := transferLeadership(ctx, c, to)
				if err != nil {
					return err
				}
				return a.print(r, func(w io.Writer) {
					if r.From == r.Leader {
						row(w, r.Leader+" leads already")
						return
					}
					row(w, fmt.Sprintf("%s leads, in place of %s", r.Leader, r.From), fmt.Sprintf("after %d ms", r.TookMs))
				})
			})
		},
	}
	c.Flags().StringVar(&to, "to", "", "id of the replica that shall lead; without one, the one that is furthest")
	return c
}

// transferLeadership asks each leadership once, until the right replica leads: a transfer may end with an election that
// somebody else wins, or the same leader again.
func transferLeadership(ctx context.Context, c *client.Client, to string) (*leaderReport, error) {
	from, address, err := c.FindLeader(ctx)
	if err != nil {
		return nil, err
	}
	r := &leaderReport{Leader: from, Address: address, From: from}
	start, asked := time.Now(), uint64(0)
	tick := time.NewTicker(leaderPoll)
	defer tick.Stop()
	for {
		st, err := leading(ctx, c)
		switch {
		case err != nil: // nobody leads for a moment
		case st.GetId() == to || to == "" && st.GetId() != from:
			r.Leader, r.Address, r.TookMs = st.GetId(), st.GetLeaderAddress(), time.Since(start).Milliseconds()
			return r, nil
		case st.GetTerm() > asked:
			asked = st.GetTerm()
			if err := askTransfer(ctx, c, st.GetLeaderAddress(), to); err != nil {
				return nil, err
			}
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(errors.New("the transfer was begun and did not end yet; see `holdfast leader show`"), context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// leading is the status of the replica that says itself that it leads.
func leading(ctx context.Context, c *client.Client) (*pb.StatusResponse, error) {
	_, address, err := c.FindLeader(ctx)
	if err != nil {
		return nil, err
	}
	st, err := client.AskAt(ctx, c, address, pb.NewAdminServiceClient, pb.AdminServiceClient.Status, &pb.StatusRequest{})
	if err == nil && (st.GetState() != "leader" || st.GetLeaderAddress() != address) {
		err = fmt.Errorf("%s does not lead any more", st.GetId())
	}
	return st, err
}

// askTransfer passes over what only says that this leadership has ended by now.
func askTransfer(ctx context.Context, c *client.Client, address, to string) error {
	req := &pb.TransferLeadershipRequest{To: to}
	_, err := client.AskAt(ctx, c, address, pb.NewAdminServiceClient, pb.AdminServiceClient.TransferLeadership, req)
	switch wire.ErrorDetails(err).Reason { //nolint:exhaustive // all others are the caller's to see
	case wire.ReasonNotLeader, wire.ReasonNotApplied, wire.ReasonUnknownOutcome:
		return nil
	}
	return err
}
