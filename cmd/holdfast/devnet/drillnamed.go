package devnet

// On a cluster that is not ours nothing is submitted that the book takes: every write is the cancellation of an order that
// does not exist. It is replicated, applied and answered like any other.

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// SafeDrill is the drill that a running cluster can stand.
const SafeDrill = "leader-transfer"

// Safe says whether a drill may be done to a running cluster.
func Safe(name string) bool { return name == SafeDrill }

// NamedOptions are for a drill on a running cluster.
type NamedOptions struct {
	Endpoints []string
	Dial      []grpc.DialOption // credentials; none for plaintext
	Rounds    int
	Settle    time.Duration // how long everything may take after each round
	Event     func(DrillEvent)
}

// named is a drill on a running cluster.
type named struct {
	o       NamedOptions
	client  *client.Client
	session *client.Session
	began   time.Time
	report  *DrillReport
	probes  []*pb.Receipt // by sequence from 1
}

// DrillNamed hands leadership over, Rounds times, and measures each with writes that change nothing. What is lost is
// counted by asking for every receipt again; anchors are not counted.
func DrillNamed(ctx context.Context, o NamedOptions) (_ *DrillReport, err error) {
	c, err := client.New(client.Config{Endpoints: o.Endpoints, DialOptions: o.Dial})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	d := &named{o: o, client: c, began: time.Now(), report: &DrillReport{Drill: SafeDrill, Rounds: o.Rounds, Replicas: len(o.Endpoints), Broken: []string{}}}
	if d.session, err = c.OpenSession(ctx, "drill"); err != nil {
		return nil, fmt.Errorf("open a session: %w", err)
	}
	defer func() { err = errors.Join(err, d.session.Close(context.WithoutCancel(ctx))) }()
	var firsts, consistent []time.Duration
	for round := 1; round <= o.Rounds; round++ {
		first, settled, rerr := d.once(ctx, round)
		if rerr != nil {
			return nil, fmt.Errorf("round %d: %w", round, rerr)
		}
		firsts, consistent = append(firsts, first), append(consistent, settled)
	}
	d.report.TimeToFirstWriteMs, d.report.TimeToConsistentMs = failovers(firsts), failovers(consistent)
	d.report.Audited = fmt.Sprintf("%d acknowledged submissions, each asked for again; anchors are not counted on a named cluster", len(d.probes))
	return d.report, d.auditProbes(ctx)
}

func (d *named) event(round int, format string, args ...any) {
	e := DrillEvent{AtMs: time.Since(d.began).Milliseconds(), Round: round, Event: fmt.Sprintf(format, args...)}
	d.report.Timeline = append(d.report.Timeline, e)
	if d.o.Event != nil {
		d.o.Event(e)
	}
}

func (d *named) once(ctx context.Context, round int) (first, settled time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, d.o.Settle)
	defer cancel()
	if err = d.probe(ctx); err != nil { // the client knows the leader from here on
		return 0, 0, err
	}
	began := time.Now()
	if err = transfer(ctx, d.client); err != nil {
		return 0, 0, fmt.Errorf("hand leadership over: %w", err)
	}
	d.event(round, "leadership was asked to be handed over")
	if err = d.probe(ctx); err != nil {
		return 0, 0, err
	}
	first = time.Since(began)
	d.event(round, "first write acknowledged after %v", first.Round(time.Millisecond))
	if err = d.agree(ctx); err != nil {
		return 0, 0, err
	}
	settled = time.Since(began)
	d.event(round, "consistent after %v", settled.Round(time.Millisecond))
	return first, settled, nil
}

// probe is one write.
func (d *named) probe(ctx context.Context) error {
	r, err := d.session.Submit(ctx, noOrder())
	if err != nil {
		return fmt.Errorf("submit: %w", err)
	}
	if client.Accepted(r) {
		return errors.New("the cancellation of an order that cannot exist was accepted")
	}
	d.probes = append(d.probes, r)
	return nil
}

func noOrder() command.Transition {
	return command.Transition{Kind: command.Cancel, Account: math.MaxInt64, Order: math.MaxInt64}
}

// agree waits until every replica answers and knows the same leader, and no checker finds anything.
func (d *named) agree(ctx context.Context) error {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		err := d.agreed(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not consistent within %v: %w", d.o.Settle, err)
		case <-tick.C:
		}
	}
}

func (d *named) agreed(ctx context.Context) error {
	leader := ""
	for _, addr := range d.client.Endpoints() {
		st, err := client.AskAt(ctx, d.client, addr, pb.NewAdminServiceClient, pb.AdminServiceClient.Status, &pb.StatusRequest{})
		if err != nil {
			return fmt.Errorf("ask %s for its status: %w", addr, err)
		}
		found, err := client.AskAt(ctx, d.client, addr, pb.NewVerifyServiceClient, pb.VerifyServiceClient.Consistency, &pb.ConsistencyRequest{})
		if err != nil {
			return fmt.Errorf("ask %s for the verdicts: %w", addr, err)
		}
		if !st.GetReady() || st.GetLeader() == "" || leader != "" && st.GetLeader() != leader {
			return fmt.Errorf("%s: ready %v, leader %q, others say %q", st.GetId(), st.GetReady(), st.GetLeader(), leader)
		}
		leader = st.GetLeader()
		for _, v := range found.GetVerdicts() {
			if k := v.GetKind(); k != pb.VerdictKind_VERDICT_KIND_CONSISTENT && k != pb.VerdictKind_VERDICT_KIND_LAGGING {
				return fmt.Errorf("%s: %s is %s at batch %d", st.GetId(), v.GetLayers(), k, v.GetBatch())
			}
		}
	}
	return nil
}

// auditProbes submits every sequence again: it must be known, and must not be executed once more.
func (d *named) auditProbes(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, d.o.Settle)
	defer cancel()
	for i, first := range d.probes {
		t := noOrder()
		s := command.Submission{Session: first.GetSession(), Sequence: first.GetSequence(), Transition: t}
		m, err := wire.SubmissionProto(&s)
		if err != nil {
			return err
		}
		req := &pb.SubmitOneRequest{Session: s.Session, Submission: m}
		again, err := client.Ask(ctx, d.client, pb.NewSequencerServiceClient, pb.SequencerServiceClient.SubmitOne, req)
		if err != nil {
			return fmt.Errorf("ask for receipt %d again: %w", i+1, err)
		}
		switch again.GetReceipt().GetStatus() {
		case pb.ReceiptStatus_RECEIPT_STATUS_DUPLICATE, pb.ReceiptStatus_RECEIPT_STATUS_ACKNOWLEDGED:
		default:
			d.report.AcknowledgedLost++
		}
	}
	if d.report.AcknowledgedLost > 0 {
		d.report.Broken = append(d.report.Broken, "acknowledged submissions are lost")
	}
	return nil
}
