package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// Every change names the configuration that was looked at: the one of --index, or else the one that the command itself
// reads before it begins. What changed in between refuses it.

func newMembers(a *app) *cobra.Command {
	return group("members", "List, add, promote, demote, remove and replace the members of the cluster",
		newMembersList(a), newMembersAdd(a), newMembersPromote(a), newMembersDemote(a), newMembersRemove(a), newMembersReplace(a))
}

// memberFlags are those of changes.
type memberFlags struct {
	index   uint64
	force   bool
	wait    time.Duration
	id      string // of replace: the new one's
	address string
	promote bool
}

func (f *memberFlags) seen(c *cobra.Command) {
	c.Flags().Uint64Var(&f.index, "index", 0, "index of the configuration that you looked at, as `members list` shows it; without it the one of this moment")
}

func (f *memberFlags) forced(c *cobra.Command) {
	c.Flags().BoolVar(&f.force, "force", false, "do it although quorum would be lost")
}

func (f *memberFlags) waits(c *cobra.Command) {
	c.Flags().DurationVar(&f.wait, "wait", 30*time.Minute, "how long it may take to catch up")
}

func listMembers(ctx context.Context, c *client.Client) (*pb.ListMembersResponse, error) {
	return client.Ask(ctx, c, pb.NewMembersServiceClient, pb.MembersServiceClient.ListMembers, &pb.ListMembersRequest{})
}

// look is the index that a change names.
func (a *app) look(ctx context.Context, c *client.Client, f *memberFlags) (uint64, error) {
	if f.index != 0 {
		return f.index, nil
	}
	resp, err := listMembers(ctx, c)
	return resp.GetConfigurationIndex(), err
}

// changed prints what a change led to.
func (a *app) changed(index uint64, format string, args ...any) error {
	return a.print(map[string]any{"configuration_index": index}, func(w io.Writer) {
		row(w, fmt.Sprintf(format, args...))
		row(w, "configuration", index)
	})
}

// changeMember runs one change within the timeout, or within wait if that is longer.
func (a *app) changeMember(ctx context.Context, f *memberFlags, said string, fn func(ctx context.Context, c *client.Client, seen uint64) (uint64, error)) error {
	var index uint64
	err := a.operate(ctx, f.wait, func(ctx context.Context, c *client.Client) error {
		seen, err := a.look(ctx, c, f)
		if err == nil {
			index, err = fn(ctx, c, seen)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.changed(index, "%s", said)
}

func newMembersList(a *app) *cobra.Command {
	var wait time.Duration
	c := &cobra.Command{
		Use: "list", Short: "Show the members, how they are, and how many may be lost", Args: noArgs,
		Long: "List asks the leader. With --wait it asks until every member is healthy, and ends with status 1 if that takes longer:\n" +
			"what to do between two steps of a rolling restart.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			began := time.Now()
			return a.operate(cmd.Context(), wait, func(ctx context.Context, c *client.Client) error {
				resp, err := listMembers(ctx, c)
				if err == nil && wait > 0 {
					resp, err = a.awaitHealth(ctx, c, began, wait, resp)
				}
				if resp == nil {
					return err
				}
				return errors.Join(a.print(document(resp), func(w io.Writer) { membersTable(w, resp) }), err)
			})
		},
	}
	c.Flags().DurationVar(&wait, "wait", 0, "ask until every member is healthy, for so long")
	return c
}

// healthPoll is how often --wait asks.
const healthPoll = 250 * time.Millisecond

// awaitHealth asks again until every member is healthy and there is a leader. What a member said of itself before the
// question does not count: it may have been started again since.
func (a *app) awaitHealth(ctx context.Context, c *client.Client, began time.Time, wait time.Duration, resp *pb.ListMembersResponse) (*pb.ListMembersResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	tick := time.NewTicker(healthPoll)
	defer tick.Stop()
	for {
		var ill []string
		for _, m := range resp.GetMembers() {
			switch {
			case !m.GetHealthy():
				ill = append(ill, m.GetId()+" ("+m.GetProblem()+")")
			case m.GetId() != resp.GetObserver() && time.Since(began).Milliseconds() <= m.GetLastContactMs():
				ill = append(ill, m.GetId()+" (has said nothing yet)")
			}
		}
		if resp.GetLeader() != "" && len(ill) == 0 {
			return resp, nil
		}
		select {
		case <-ctx.Done():
			return resp, &exitError{exitFailed, fmt.Errorf("not healthy after %s: %s", wait, strings.Join(append(ill, "leader "+orDash(resp.GetLeader())), ", "))}
		case <-tick.C:
		}
		if next, err := listMembers(ctx, c); err == nil {
			resp = next
		}
	}
}

func membersTable(w io.Writer, r *pb.ListMembersResponse) {
	row(w, "MEMBER", "RAFT", "RPC", "VOTES", "LEADS", "CONTACT", "TERM", "APPLIED", "LAG", "LAST WRITE", "VERSION", "HEALTH")
	for _, m := range r.GetMembers() {
		health := "good"
		if !m.GetHealthy() {
			health = m.GetProblem()
		}
		row(w, m.GetId(), m.GetAddress(), orDash(m.GetRpcAddress()), yesNo(m.GetVoter()), yesNo(m.GetLeader()), contactText(m.GetLastContactMs()), m.GetTerm(),
			m.GetAppliedIndex(), m.GetLag(), time.Duration(m.GetLastWriteUs())*time.Microsecond, m.GetVersion(), health)
	}
	_, _ = fmt.Fprintln(w)
	row(w, "configuration", r.GetConfigurationIndex())
	row(w, "leader", orDash(r.GetLeader()), "as seen by "+r.GetObserver())
	row(w, "voters", fmt.Sprintf("%d, of which %d are healthy", r.GetVoters(), r.GetHealthyVoters()))
	row(w, "may be lost", r.GetFailureTolerance())
}

// contactText is the time since a member was last heard of.
func contactText(ms int64) string {
	if ms < 0 {
		return "never"
	}
	return (time.Duration(ms) * time.Millisecond).String()
}

func newMembersAdd(a *app) *cobra.Command {
	var f memberFlags
	c := &cobra.Command{
		Use: "add NAME ADDRESS", Short: "Invite a replica, which does not vote yet", Args: exactArgs("NAME", "ADDRESS"),
		Long: `Add makes the replica NAME, which speaks Raft on ADDRESS, a member without a vote. Start it
with an empty data directory, raft.join: true, and raft.peers of the members and itself; it
waits for this invitation. Then give it its vote with members promote, or with --promote at once.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			said := args[0] + " is a member and does not vote"
			if f.promote {
				said = args[0] + " is a member and votes"
			} else {
				f.wait = 0
			}
			return a.changeMember(cmd.Context(), &f, said, func(ctx context.Context, c *client.Client, seen uint64) (uint64, error) {
				req := &pb.AddMemberRequest{Id: args[0], Address: args[1], ConfigurationIndex: seen}
				resp, err := client.Ask(ctx, c, pb.NewMembersServiceClient, pb.MembersServiceClient.AddMember, req)
				if err != nil || !f.promote {
					return resp.GetConfigurationIndex(), err
				}
				return a.promote(ctx, c, &pb.PromoteMemberRequest{Id: args[0], ConfigurationIndex: resp.GetConfigurationIndex(), Force: f.force})
			})
		},
	}
	f.seen(c)
	f.forced(c)
	f.waits(c)
	c.Flags().BoolVar(&f.promote, "promote", false, "wait until it has caught up, and give it its vote")
	return c
}

func (a *app) promote(ctx context.Context, c *client.Client, req *pb.PromoteMemberRequest) (index uint64, err error) {
	err = c.PromoteMember(ctx, req, func(m *pb.PromoteMemberResponse) error {
		a.catchUp(m.GetProgress())
		index = m.GetConfigurationIndex()
		return nil
	})
	return index, err
}

func (a *app) catchUp(c *pb.CatchUp) {
	if c != nil {
		a.progress("%s", c.GetText())
	}
}

func newMembersPromote(a *app) *cobra.Command {
	var f memberFlags
	c := &cobra.Command{
		Use: "promote NAME", Short: "Wait until a member has caught up, and give it its vote", Args: exactArgs("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeMember(cmd.Context(), &f, args[0]+" votes", func(ctx context.Context, c *client.Client, seen uint64) (uint64, error) {
				return a.promote(ctx, c, &pb.PromoteMemberRequest{Id: args[0], ConfigurationIndex: seen, Force: f.force})
			})
		},
	}
	f.seen(c)
	f.forced(c)
	f.waits(c)
	return c
}

func newMembersDemote(a *app) *cobra.Command {
	var f memberFlags
	c := &cobra.Command{
		Use: "demote NAME", Short: "Take a member's vote; it stays a member", Args: exactArgs("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeMember(cmd.Context(), &f, args[0]+" does not vote", func(ctx context.Context, c *client.Client, seen uint64) (uint64, error) {
				req := &pb.DemoteMemberRequest{Id: args[0], ConfigurationIndex: seen, Force: f.force}
				resp, err := client.Ask(ctx, c, pb.NewMembersServiceClient, pb.MembersServiceClient.DemoteMember, req)
				return resp.GetConfigurationIndex(), err
			})
		},
	}
	f.seen(c)
	f.forced(c)
	return c
}

func newMembersRemove(a *app) *cobra.Command {
	var f memberFlags
	c := &cobra.Command{
		Use: "remove NAME", Short: "End a membership", Args: exactArgs("NAME"),
		Long: "Remove takes NAME out of the cluster. Stop its process as well, and take it out of raft.peers of the others.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeMember(cmd.Context(), &f, args[0]+" is not a member", func(ctx context.Context, c *client.Client, seen uint64) (uint64, error) {
				req := &pb.RemoveMemberRequest{Id: args[0], ConfigurationIndex: seen, Force: f.force}
				resp, err := client.Ask(ctx, c, pb.NewMembersServiceClient, pb.MembersServiceClient.RemoveMember, req)
				return resp.GetConfigurationIndex(), err
			})
		},
	}
	f.seen(c)
	f.forced(c)
	return c
}

func newMembersReplace(a *app) *cobra.Command {
	var f memberFlags
	c := &cobra.Command{
		Use: "replace NAME", Short: "Put a replica with an empty disk in a member's place", Args: exactArgs("NAME"),
		Long: `Replace takes NAME's vote and membership, invites what takes its place, waits until that has
caught up, and gives it its vote. That is NAME itself with an empty data directory, or with --with
and --address another replica, which votes before NAME goes. Start it with raft.join: true.
After an interruption the same command goes on where it stopped.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if (f.id == "") != (f.address == "") {
				return usage("--with and --address go together: the name and the Raft address of the replica that takes %s's place", args[0])
			}
			return a.changeMember(cmd.Context(), &f, args[0]+" is replaced", func(ctx context.Context, c *client.Client, seen uint64) (index uint64, err error) {
				err = c.ReplaceMember(ctx, &pb.ReplaceMemberRequest{
					Id: args[0], NewId: f.id, NewAddress: f.address, ConfigurationIndex: seen, Force: f.force,
				}, func(m *pb.ReplaceMemberResponse) error {
					a.catchUp(m.GetProgress())
					index = m.GetConfigurationIndex()
					return nil
				})
				return index, err
			})
		},
	}
	f.seen(c)
	f.forced(c)
	f.waits(c)
	c.Flags().StringVar(&f.id, "with", "", "name of the replica that takes the place; without it the same name")
	c.Flags().StringVar(&f.address, "address", "", "where that one speaks Raft, host:port")
	return c
}
