package main

// Every look asks the replicas anew: what is shown is what they said, never what was to be expected.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// topSample is one look at a cluster.
type topSample struct {
	*statusReport
	TimeMs int64 `json:"time_ms"` // of this machine
	// PerSecond are accepted transitions between this look and the one before; 0 at the first.
	PerSecond float64 `json:"transitions_per_second"`
	// BatchesPerSecond are sealed.
	BatchesPerSecond float64        `json:"batches_per_second"`
	Members          map[string]any `json:"members"`
	Verdicts         map[string]any `json:"verdicts"`
	Alerts           []alert        `json:"alerts"`

	members  *pb.ListMembersResponse
	verdicts *pb.ConsistencyResponse
}

// anchors reports whether the cluster follows an L1.
func (s *topSample) anchors() bool { return s.layers.GetL1Latest().GetNumber() > 0 }

func newTop(a *app) *cobra.Command {
	var every time.Duration
	var count int
	c := &cobra.Command{
		Use: "top", Short: "Watch the replicas, the heads, the lags, the throughput and the alerts", Args: noArgs,
		Long: `Top asks the replicas of --endpoints, and those that they name, every --interval, until it
is interrupted or has done so --count times. On a terminal the picture stays in place;
elsewhere one follows the other, and with -o json each is a document on a line of its own.
An alert has the name of its Prometheus rule and of its runbook, deploy/runbooks/NAME.md.

With --count it ends with status 3 if at the last look no replica answered or none knew a leader.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if every < minInterval {
				return usage("--interval is %v; must be at least %v", every, minInterval)
			}
			if count < 0 {
				return usage("--count is %d; must not be negative (0: until it is interrupted)", count)
			}
			return a.top(cmd.Context(), every, count)
		},
	}
	c.Flags().DurationVar(&every, "interval", time.Second, "time from one look to the next")
	c.Flags().IntVar(&count, "count", 0, "how often to look; 0 for until it is interrupted")
	return c
}

// minInterval keeps what is watched from being what is at work.
const minInterval = 100 * time.Millisecond

func (a *app) top(ctx context.Context, every time.Duration, count int) (err error) {
	c, err := a.client(nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	show := a.topWriter()
	tick := time.NewTicker(every)
	defer tick.Stop()
	var last *topSample
	for n := 1; ; n++ {
		s := a.sample(ctx, c, last)
		if ctx.Err() != nil {
			return nil // interrupted: what this look lacks says nothing
		}
		if err := show(s); err != nil {
			return err
		}
		if n == count {
			return s.judge()
		}
		last = s
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// sample is one look at everything.
func (a *app) sample(ctx context.Context, c *client.Client, last *topSample) *topSample {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	s := &topSample{statusReport: a.collectStatus(ctx, c), TimeMs: time.Now().UnixMilli()}
	for _, r := range s.Replicas { // the first that answers says the rest; without an answer there is none to say it
		if r.Error != "" {
			continue
		}
		var unheard, unjudged error
		s.members, unheard = client.AskAt(ctx, c, r.Endpoint, pb.NewMembersServiceClient, pb.MembersServiceClient.ListMembers, &pb.ListMembersRequest{})
		s.verdicts, unjudged = client.AskAt(ctx, c, r.Endpoint, pb.NewVerifyServiceClient, pb.VerifyServiceClient.Consistency, &pb.ConsistencyRequest{})
		if unheard == nil && unjudged == nil {
			break
		}
	}
	if s.members != nil {
		s.Members = document(s.members)
	}
	if s.verdicts != nil {
		s.Verdicts = document(s.verdicts)
	}
	if seconds := s.since(last); seconds > 0 {
		now, then := s.layers.GetHeads(), last.layers.GetHeads()
		s.PerSecond = perSecond(now.GetApplied(), then.GetApplied(), seconds)
		s.BatchesPerSecond = perSecond(now.GetSealed(), then.GetSealed(), seconds)
	}
	if s.Alerts = s.alerts(); s.Alerts == nil {
		s.Alerts = []alert{}
	}
	return s
}

// since is the time from the look before in seconds; 0 if one of them has no heads.
func (s *topSample) since(last *topSample) float64 {
	if last == nil || last.layers == nil || s.layers == nil {
		return 0
	}
	return float64(s.TimeMs-last.TimeMs) / 1000
}

// perSecond is 0 where a counter went back: a rollback removed what it counted.
func perSecond(now, then uint64, seconds float64) float64 {
	return float64(now-min(now, then)) / seconds
}

// topWriter shows samples in the asked form.
func (a *app) topWriter() func(*topSample) error {
	if a.format == "json" {
		lines := json.NewEncoder(a.out) // a document a line
		return func(s *topSample) error { return lines.Encode(s) }
	}
	if terminal(a.out) {
		p := &painter{w: a.out}
		return func(s *topSample) error { p.paint(s.picture()); return nil }
	}
	return func(s *topSample) error {
		_, err := fmt.Fprintf(a.out, "%s\n\n", strings.Join(s.picture(), "\n"))
		return err
	}
}

// picture is a look for people.
func (s *topSample) picture() []string {
	var b strings.Builder
	h := s.layers.GetHeads()
	fmt.Fprintf(&b, "%s   %.0f transitions/s   %.2f batches/s   %d accepted   leader %s, term %d   may be lost: %d\n\n",
		time.UnixMilli(s.TimeMs).UTC().Format(time.TimeOnly), s.PerSecond, s.BatchesPerSecond, h.GetApplied(), orDash(s.members.GetLeader()),
		s.members.GetTerm(), s.members.GetFailureTolerance())
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	row(w, "REPLICA", "ENDPOINT", "STATE", "APPLIED", "LAG", "CONTACT", "LAST WRITE", "SEALED", "ROOT", "READY")
	for _, r := range s.Replicas {
		s.replicaRow(w, r)
	}
	_, _ = fmt.Fprintln(w)
	row(w, "HEAD", "BATCH", "LAG", "AGE")
	headRows(w, s.layers)
	_ = w.Flush() // into memory
	fmt.Fprintf(&b, "\nL1 block %d, safe %d, finalized %d; %d anchors in flight\n",
		s.layers.GetL1Latest().GetNumber(), s.layers.GetL1Safe().GetNumber(), s.layers.GetL1Finalized().GetNumber(), len(s.layers.GetAnchors()))
	fmt.Fprintln(&b, verdictsText(s.verdicts.GetVerdicts()))
	if len(s.Alerts) == 0 {
		b.WriteString("no alerts")
	}
	for i, x := range s.Alerts {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "ALERT %s: %s", x.Name, strings.ReplaceAll(x.Text, "\n", " "))
	}
	return strings.Split(b.String(), "\n")
}

func (s *topSample) replicaRow(w io.Writer, r *replicaStatus) {
	if r.Error != "" {
		row(w, "-", r.Endpoint, "unreachable", "-", "-", "-", "-", "-", "-", "no")
		return
	}
	st := r.reply
	lag, contact, write := "-", "-", "-"
	for _, m := range s.members.GetMembers() {
		if m.GetId() == st.GetId() {
			lag, contact = fmt.Sprint(m.GetLag()), contactText(m.GetLastContactMs())
			write = (time.Duration(m.GetLastWriteUs()) * time.Microsecond).String()
		}
	}
	row(w, st.GetId(), r.Endpoint, st.GetState(), st.GetAppliedIndex(), lag, contact, write, st.GetPosition().GetBatch(),
		short(st.GetPosition().GetRoot()), yesNo(st.GetReady()))
}

// verdictsText is "consistent", or what is not.
func verdictsText(verdicts []*pb.Verdict) string {
	var out []string
	for _, v := range verdicts {
		if v.GetKind() != pb.VerdictKind_VERDICT_KIND_CONSISTENT {
			out = append(out, fmt.Sprintf("%s %s at batch %d", v.GetLayers(), enumName(v.GetKind().Descriptor(), v.GetKind().Number()), v.GetBatch()))
		}
	}
	switch {
	case len(verdicts) == 0:
		return "no verdict yet"
	case len(out) == 0:
		return "consistent"
	}
	return strings.Join(out, "; ")
}
