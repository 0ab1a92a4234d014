package client_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// executed records that the zkVM layer states the same as a batch.
func (g *group) executed(b *fsm.SealedBatch) {
	g.t.Helper()
	ev := cursor.Executed{Batch: b.Header.Number, Sealed: b.Hash, Root: b.Header.PostRoot, HeaderHash: b.Hash, Node: "a"}
	r, err := g.leader().node.Propose(g.t.Context(), command.TypeCursor, cursor.Append(nil, ev))
	if err != nil || r.Err != nil {
		g.t.Fatalf("execute batch %d: %v %v", b.Header.Number, err, r)
	}
}

type waited struct {
	resp *pb.FinalityResponse
	err  error
}

// wait waits at one replica, beside the test.
func (g *group) wait(addr string, of *pb.FinalityRequest, head pb.Head) <-chan waited {
	c, ctx := g.client(nil, addr), within(g.t, 60*time.Second)
	out := make(chan waited, 1)
	go func() {
		resp, err := c.WaitFor(ctx, of, head)
		out <- waited{resp, err}
	}()
	return out
}

func (g *group) settled(of <-chan waited, head pb.Head, batch uint64) {
	g.t.Helper()
	w := <-of
	f := w.resp.GetFinality()
	if w.err != nil || f.GetOutcome() != pb.FinalityOutcome_FINALITY_OUTCOME_REACHED || f.GetBatch() != batch || f.GetHead() < head {
		g.t.Errorf("%v, %v; want head %v of batch %d", f, w.err, head, batch)
	}
}

// Issue, finality: per transition and per batch, on any replica, waiting until the head is there.
func TestWaitsForHeadsOnAnyReplica(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	s := openWith(t, g.client(nil), setup()...)
	r := mustAccept(t, s, bid(5, 1, 1))
	later := mustAccept(t, s, bid(5, 1, 2))
	var sealed, executed []<-chan waited
	for _, x := range g.replicas {
		for _, of := range []*pb.FinalityRequest{client.OfReceipt(r), client.OfAccepted(r.GetAcceptedSequence()), client.OfBatch(1)} {
			sealed = append(sealed, g.wait(x.rpc, of, pb.Head_HEAD_SEALED))
			executed = append(executed, g.wait(x.rpc, of, pb.Head_HEAD_EXECUTED))
		}
		applied, err := g.client(nil, x.rpc).WaitFor(within(t, time.Minute), client.OfReceipt(later), pb.Head_HEAD_APPLIED)
		if err != nil || applied.GetFinality().GetHead() != pb.Head_HEAD_APPLIED || applied.GetFinality().GetBatch() != 1 {
			t.Errorf("%s: applied: %v, %v", x.id, applied, err)
		}
	}
	b := g.seal()
	for _, w := range sealed {
		g.settled(w, pb.Head_HEAD_SEALED, 1)
	}
	for _, w := range executed {
		select {
		case early := <-w:
			t.Errorf("executed before it is: %v, %v", early.resp, early.err)
		default:
		}
	}
	// An acknowledged receipt takes nothing away from those who wait.
	mustAccept(t, s, bid(5, 1, 3))
	g.executed(b)
	for _, w := range executed {
		g.settled(w, pb.Head_HEAD_EXECUTED, 1)
	}
}

// README invariant 6 and the finality: a rollback that removes the transition ends every wait for it with
// REVERTED, on every replica, and so does each later question, also when its numbers are in use again.
func TestWaitsEndWithRevertedWhenARollbackRemovesIt(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	s := openWith(t, g.client(nil), setup()...)
	g.seal()
	kept := mustAccept(t, s, bid(5, 1, 1))
	g.seal()
	lost := mustAccept(t, s, bid(5, 1, 2))
	var waits, stays []<-chan waited
	for _, x := range g.replicas {
		for _, of := range []*pb.FinalityRequest{client.OfReceipt(lost), client.OfAccepted(lost.GetAcceptedSequence())} {
			waits = append(waits, g.wait(x.rpc, of, pb.Head_HEAD_EXECUTED))
		}
		stays = append(stays, g.wait(x.rpc, client.OfReceipt(kept), pb.Head_HEAD_SEALED))
		// so that the wait has begun before the rollback: a wait by number knows of removals since then alone
		if _, err := g.client(nil, x.rpc).Finality(within(t, time.Minute), client.OfReceipt(lost)); err != nil {
			t.Fatal(err)
		}
	}
	sealed := g.seal()
	g.rollBack(2)
	for _, w := range waits {
		out := <-w
		if _, reverted := errors.AsType[*client.RevertedError](out.err); !reverted || out.resp.GetFinality().GetOutcome() != pb.FinalityOutcome_FINALITY_OUTCOME_REVERTED {
			t.Errorf("%v, %v", out.resp, out.err)
		}
	}
	for _, w := range stays {
		g.settled(w, pb.Head_HEAD_SEALED, 2)
	}
	again := mustAccept(t, s, bid(7, 1, 3)) // takes the numbers of the lost one
	if again.GetAcceptedSequence() != lost.GetAcceptedSequence() || again.GetBatch() != sealed.Header.Number {
		t.Fatalf("%v after %v", again, lost)
	}
	for _, x := range g.replicas {
		c := g.client(nil, x.rpc)
		_, err := c.WaitFor(within(t, time.Minute), client.OfReceipt(lost), pb.Head_HEAD_APPLIED)
		if _, reverted := errors.AsType[*client.RevertedError](err); !reverted {
			t.Errorf("%s: asked later: %v", x.id, err)
		}
		of := client.OfAccepted(again.GetAcceptedSequence())
		of.MinIndex = again.GetIndex()
		f, err := c.WaitFor(within(t, time.Minute), of, pb.Head_HEAD_APPLIED)
		if err != nil || f.GetFinality().GetRemovals() != 1 {
			t.Errorf("%s: the number that is used again: %v, %v", x.id, f, err)
		}
	}
}

// A submission can itself wait: for a head, or until its deadline, and the receipt comes in any case. What would wait for
// ever is refused before anything happens.
func TestSubmissionsWaitForAHead(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	c := g.client(nil)
	s := openWith(t, c, setup()...)
	id, next := s.State().ID, s.State().Next
	submit := func(x command.Transition, sequence uint64, head pb.Head, waitMs int64) (*pb.SubmitOneResponse, error) {
		sub, err := wire.SubmissionProto(&command.Submission{Session: id, Sequence: sequence, Transition: x})
		if err != nil {
			t.Fatal(err)
		}
		return on(t, c, g.follower().rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.SubmitOneResponse, error) {
			return pb.NewSequencerServiceClient(conn).SubmitOne(ctx, &pb.SubmitOneRequest{Session: id, Submission: sub, WaitFor: head, WaitMs: waitMs})
		})
	}
	resp, err := submit(bid(5, 1, 1), next, pb.Head_HEAD_SEALED, 50)
	if f := resp.GetFinality(); err != nil || f.GetOutcome() != pb.FinalityOutcome_FINALITY_OUTCOME_PENDING ||
		f.GetHead() != pb.Head_HEAD_APPLIED || resp.GetReceipt().GetAcceptedSequence() == 0 {
		t.Fatalf("nothing was sealed: %v, %v", resp, err)
	}
	g.seal()
	if resp, err = submit(bid(5, 1, 1), next, pb.Head_HEAD_SEALED, 0); err != nil || // the same again, until the deadline
		resp.GetFinality().GetOutcome() != pb.FinalityOutcome_FINALITY_OUTCOME_REACHED || resp.GetFinality().GetBatch() != 1 ||
		len(resp.GetFinality().GetHeaderHash()) != 32 {
		t.Errorf("sealed: %v, %v", resp, err)
	}
	if resp, err = submit(bid(1<<40, 1<<20, 9), next+1, pb.Head_HEAD_FINALIZED, 0); err != nil || resp.GetReceipt().GetCode() == 0 ||
		resp.GetFinality().GetOutcome() != pb.FinalityOutcome_FINALITY_OUTCOME_REJECTED {
		t.Errorf("rejected: %v, %v", resp, err)
	}
	if resp, err = submit(bid(5, 1, 2), next+2, pb.Head_HEAD_UNSPECIFIED, 0); err != nil || resp.GetFinality() != nil {
		t.Errorf("without a wait: %v, %v", resp, err)
	}
	for name, bad := range map[string]struct {
		head pb.Head
		ms   int64
	}{"an unknown head": {99, 1}, "less than nothing": {pb.Head_HEAD_SEALED, -1}, "no head": {pb.Head_HEAD_UNSPECIFIED, 1}} {
		if _, err := submit(bid(5, 1, 3), next+3, bad.head, bad.ms); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// WatchHeads resumes behind its mark on any replica, without a change missed or repeated, and says why heads moved; a
// rollback is one of its changes.
func TestWatchHeadsResumesAnywhere(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	s := openWith(t, g.client(nil), setup()...)
	watch := func(addr string, after *pb.HeadsMark, n int) (out []*pb.WatchHeadsResponse) {
		t.Helper()
		err := g.client(nil, addr).WatchHeads(within(t, time.Minute), after, nil, func(m *pb.WatchHeadsResponse) error {
			if out = append(out, m); len(out) == n {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			t.Fatalf("after %d of %d changes: %v", len(out), n, err)
		}
		return out
	}
	start := watch(g.replicas[0].rpc, nil, 1)[0]
	if start.GetMove() != pb.HeadsMove_HEADS_MOVE_CURRENT || start.GetGap() {
		t.Fatalf("first: %v", start)
	}
	g.executed(g.seal())
	mustAccept(t, s, bid(5, 1, 1))
	g.seal()
	g.rollBack(1)
	mustAccept(t, s, bid(5, 1, 2))
	g.seal()
	type change struct {
		sealed, executed, rollbacks uint64
		move                        pb.HeadsMove
	}
	want := []change{
		{1, 0, 0, pb.HeadsMove_HEADS_MOVE_ADVANCED},
		{1, 1, 0, pb.HeadsMove_HEADS_MOVE_ADVANCED},
		{2, 1, 0, pb.HeadsMove_HEADS_MOVE_ADVANCED},
		{1, 1, 1, pb.HeadsMove_HEADS_MOVE_ROLLED_BACK},
		{2, 1, 1, pb.HeadsMove_HEADS_MOVE_ADVANCED},
	}
	mark := start.GetMark()
	for i, w := range want { // each at another replica
		m := watch(g.replicas[i%3].rpc, mark, 1)[0]
		got := change{m.GetHeads().GetSealed(), m.GetHeads().GetExecuted(), m.GetRollbacks(), m.GetMove()}
		if got != w || m.GetGap() {
			t.Fatalf("change %d: %v, want %+v", i, m, w)
		}
		mark = m.GetMark()
	}
	if all := watch(g.replicas[1].rpc, start.GetMark(), len(want)); all[len(want)-1].GetMark().GetIndex() != mark.GetIndex() {
		t.Errorf("all at once: %v", all)
	}
	foreign := &pb.HeadsMark{Lineage: make([]byte, 16), Index: 5}
	err := g.client(nil).WatchHeads(within(t, time.Minute), foreign, nil, func(*pb.WatchHeadsResponse) error { return errEnough })
	if wire.ErrorDetails(err).Reason != wire.ReasonLineageChanged {
		t.Errorf("a mark of another history: %v", err)
	}
}

// Issue, reads at a head: the state as of the newest batch at that head that is kept, with a proof, on every replica, also
// where its version is folded.
func TestReadsAtAHead(t *testing.T) {
	few := limits(64, 8, 1_000_000)
	few.RecentVersions = 2
	g := startGroup(t, options{replicas: 3, limits: few})
	c := g.client(nil)
	s := openWith(t, c, setup()...)
	for n := uint64(1); n <= 7; n++ {
		b := g.seal() // batch 1 has the setup, batch n the orders 1 to n-1
		g.executed(b)
		if n <= 5 {
			ev := cursor.Published{Batch: n, Sealed: b.Hash, Ref: cursor.Ref{Provider: 1, Commitment: b.Hash}}
			if r, err := g.leader().node.Propose(t.Context(), command.TypeCursor, cursor.Append(nil, ev)); err != nil || r.Err != nil {
				t.Fatalf("publish %d: %v %v", n, err, r)
			}
		}
		mustAccept(t, s, bid(1, 100, 0))
	}
	last := mustAccept(t, s, bid(1, 100, 0))
	for _, x := range g.replicas {
		for head, batch := range map[pb.Head]uint64{pb.Head_HEAD_SEALED: 7, pb.Head_HEAD_EXECUTED: 7, pb.Head_HEAD_PUBLISHED: 5} {
			options := client.AtHead(head, true)
			options.MinIndex = last.GetIndex()
			resp, err := on(t, c, x.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.ListBalancesResponse, error) {
				return pb.NewStateServiceClient(conn).ListBalances(ctx, &pb.ListBalancesRequest{Account: 1, Read: options})
			})
			if err != nil {
				t.Fatalf("%s at %v: %v", x.id, head, err)
			}
			want := 100 * (batch - 1) // locked by one order for each batch
			if p := resp.GetPosition(); p.GetBatch() != batch || resp.GetBalances()[0].GetLocked() != want {
				t.Errorf("%s at %v: batch %d, %v; want batch %d with %d locked", x.id, head, p.GetBatch(), resp.GetBalances(), batch, want)
			}
			if records, err := wire.CheckProof([32]byte(resp.GetPosition().GetRoot()), resp.GetProof()); err != nil || len(records) != len(resp.GetBalances()) {
				t.Errorf("%s at %v: %v, %v", x.id, head, records, err)
			}
		}
	}
}
