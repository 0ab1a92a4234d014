package client_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
)

func within(tb testing.TB, d time.Duration) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), d)
	tb.Cleanup(cancel)
	return ctx
}

// openWith opens a session and submits transitions that must all be accepted.
func openWith(tb testing.TB, c *client.Client, ts ...command.Transition) *client.Session {
	tb.Helper()
	ctx := within(tb, time.Minute)
	s, err := c.OpenSession(ctx, "test")
	if err != nil {
		tb.Fatal(err)
	}
	for i := range ts {
		mustAccept(tb, s, ts[i])
	}
	return s
}

func mustAccept(tb testing.TB, s *client.Session, x command.Transition) *pb.Receipt {
	tb.Helper()
	r, err := s.Submit(within(tb, time.Minute), x)
	if err != nil {
		tb.Fatal(err)
	}
	if !client.Accepted(r) {
		tb.Fatalf("%v was not accepted: %v", x.Kind, r)
	}
	return r
}

// on calls one replica directly.
func on[R any](tb testing.TB, c *client.Client, addr string, fn func(ctx context.Context, conn grpc.ClientConnInterface) (R, error)) (R, error) {
	tb.Helper()
	var out R
	err := c.At(within(tb, time.Minute), addr, func(ctx context.Context, conn grpc.ClientConnInterface) (err error) {
		out, err = fn(ctx, conn)
		return err
	})
	return out, err
}

// interfaces.md: any replica takes any call, and the reply names the leader.
func TestWritesOnAFollowerAreForwarded(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	f, l := g.follower(), g.leader()
	c := g.client(nil, f.rpc)
	s := openWith(t, c, setup()...)
	id := s.State().ID
	sub, err := wire.SubmissionProto(&command.Submission{Session: id, Sequence: s.State().Next, Transition: bid(100, 5, 77)})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := on(t, c, f.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.SubmitOneResponse, error) {
		return pb.NewSequencerServiceClient(conn).SubmitOne(ctx, &pb.SubmitOneRequest{Session: id, Submission: sub})
	})
	if err != nil {
		t.Fatal(err)
	}
	if resp.GetLeader() != l.id || resp.GetReceipt().GetCode() != 0 {
		t.Errorf("reply %v, want leader %s", resp, l.id)
	}
	// linearizable on a follower: the read that comes after the acknowledgement sees it.
	for _, r := range g.replicas {
		o, err := on(t, c, r.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.GetOrderResponse, error) {
			return pb.NewStateServiceClient(conn).GetOrder(ctx, &pb.GetOrderRequest{Account: 1, ClientOrderId: 77})
		})
		if err != nil {
			t.Fatalf("%s: %v", r.id, err)
		}
		if o.GetOrder().GetId() != resp.GetReceipt().GetOrderId() || o.GetOrder().GetRemaining() != 5 {
			t.Errorf("%s has order %v", r.id, o.GetOrder())
		}
	}
}

// A stream through a follower is joined with one to the leader, in order, with every receipt once.
func TestStreamThroughAFollower(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	c := g.client(nil, g.follower().rpc)
	s := openWith(t, c, setup()...)
	checkStream(t, s, 40, 25, nil)
}

// checkStream sends groups and checks that every receipt comes once, in order, accepted.
func checkStream(t *testing.T, s *client.Session, groups, size int, during func(i int)) *client.Stream {
	t.Helper()
	ctx := within(t, 90*time.Second)
	next := s.State().Next
	bad := 0
	st := s.Stream(ctx, client.StreamConfig{Window: 8, StallTimeout: 10 * time.Second}, func(r client.Result) {
		for _, x := range r.Receipts {
			if x.GetSequence() != next || !client.Accepted(x) {
				bad++
				t.Logf("receipt %v, want sequence %d", x, next)
			}
			next++
		}
	})
	for i := range groups {
		ts := make([]command.Transition, size)
		for j := range ts {
			ts[j] = bid(uint64(1+i%50), 1, 0)
		}
		if err := st.Send(ctx, ts); err != nil {
			t.Fatal(err)
		}
		if during != nil {
			during(i)
		}
	}
	if err := st.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if bad > 0 || next != s.State().Next {
		t.Errorf("%d bad receipts; next is %d, want %d", bad, next, s.State().Next)
	}
	return st
}

// README "a failover": clients retry with the same session and sequence and get the same receipt;
// nothing acknowledged is lost and nothing runs twice.
func TestStreamSurvivesTheLeader(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	c := g.client(nil)
	s := openWith(t, c, setup()...)
	st := checkStream(t, s, 60, 20, func(i int) {
		if i == 20 {
			g.kill(g.leader())
		}
	})
	if st.Reconnects() == 0 {
		t.Error("the stream did not begin again although its leader is gone")
	}
	// 60 groups of 20 orders of size 1: every one rests exactly once.
	resp, err := on(t, c, g.leader().rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.GetDepthResponse, error) {
		return pb.NewStateServiceClient(conn).GetDepth(ctx, &pb.GetDepthRequest{Market: 1, Levels: 100})
	})
	if err != nil {
		t.Fatal(err)
	}
	total := uint64(0)
	for _, l := range resp.GetBids() {
		total += l.GetSize()
	}
	if total != 60*20 {
		t.Errorf("%d units rest, want %d", total, 60*20)
	}
}

// Transfer of leadership under a session: the next submit goes on at the new leader.
func TestTransferLeadership(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	old := g.leader()
	c := g.client(nil, g.follower().rpc, old.rpc)
	s := openWith(t, c, setup()...)
	to := g.follower()
	r, err := on(t, c, to.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.TransferLeadershipResponse, error) {
		return pb.NewAdminServiceClient(conn).TransferLeadership(ctx, &pb.TransferLeadershipRequest{To: to.id})
	})
	if err != nil || r.GetFrom() != old.id {
		t.Fatalf("%v, %v", r, err)
	}
	mustAccept(t, s, bid(10, 1, 0))
	if _, err := on(t, c, to.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.TransferLeadershipResponse, error) {
		return pb.NewAdminServiceClient(conn).TransferLeadership(ctx, &pb.TransferLeadershipRequest{To: "nobody"})
	}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("transfer to nobody: %v", err)
	}
}

// README invariant 8: a sequence takes effect at most once and a retry gets the first receipt;
// gaps and unknown sessions are refused without effect.
func TestReplayedAndOutOfOrderSubmissions(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c := g.client(nil)
	s := openWith(t, c, setup()...)
	id, next := s.State().ID, s.State().Next
	submit := func(session, sequence uint64, x command.Transition) (*pb.Receipt, error) {
		m, err := wire.SubmissionProto(&command.Submission{Session: session, Sequence: sequence, Transition: x})
		if err != nil {
			t.Fatal(err)
		}
		r, err := on(t, c, g.replicas[0].rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.SubmitOneResponse, error) {
			return pb.NewSequencerServiceClient(conn).SubmitOne(ctx, &pb.SubmitOneRequest{Session: session, Submission: m})
		})
		return r.GetReceipt(), err
	}
	first, err := submit(id, next, bid(100, 7, 0))
	if err != nil || !client.Accepted(first) {
		t.Fatal(first, err)
	}
	again, err := submit(id, next, bid(100, 7, 0))
	if err != nil {
		t.Fatal(err)
	}
	if again.GetStatus() != pb.ReceiptStatus_RECEIPT_STATUS_DUPLICATE {
		t.Errorf("status %v", again.GetStatus())
	}
	again.Status = first.GetStatus()
	if !proto.Equal(first, again) {
		t.Errorf("the retry got %v, the first %v", again, first)
	}
	other, err := submit(id, next, ask(1, 1, 0)) // another transition under a used number: the first receipt, no effect
	if err != nil || other.GetOrderId() != first.GetOrderId() {
		t.Errorf("%v, %v", other, err)
	}
	for name, c := range map[string]struct {
		session, sequence uint64
		want              pb.ReceiptStatus
	}{
		"gap":             {id, next + 2, pb.ReceiptStatus_RECEIPT_STATUS_GAP},
		"unknown session": {id + 1000, 1, pb.ReceiptStatus_RECEIPT_STATUS_UNKNOWN_SESSION},
		"acknowledged":    {id, 1, pb.ReceiptStatus_RECEIPT_STATUS_ACKNOWLEDGED},
	} {
		r, submitErr := submit(c.session, c.sequence, bid(100, 7, 0))
		if submitErr != nil || r.GetStatus() != c.want {
			t.Errorf("%s: %v, %v", name, r, submitErr)
		}
	}
	kept, err := on(t, c, g.replicas[0].rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.GetReceiptResponse, error) {
		return pb.NewStateServiceClient(conn).GetReceipt(ctx, &pb.GetReceiptRequest{Session: id, Sequence: next})
	})
	if err != nil || kept.GetReceipt().GetOrderId() != first.GetOrderId() {
		t.Errorf("the kept receipt is %v, %v", kept, err)
	}
	rested := uint64(0)
	err = g.replicas[0].machine.Read(func(r *fsm.Reader) error {
		levels, depthErr := r.Depth(1, command.Bid, 10)
		for _, l := range levels {
			rested += l.Size
		}
		return depthErr
	})
	if err != nil || rested != 7 {
		t.Errorf("%d units rest, want 7 (%v)", rested, err)
	}
}

// issue "bad input": what depends on the state is a receipt with a code, and changes nothing.
func TestBusinessRejectionsAreReceipts(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	s := openWith(t, g.client(nil), setup()...)
	const huge = ^uint64(0)
	for name, c := range map[string]struct {
		x    command.Transition
		want state.Code
	}{
		"unknown market":  {command.Transition{Kind: command.Place, Market: 9, Account: 1, Price: 1, Size: 1}, state.UnknownMarket},
		"unknown account": {command.Transition{Kind: command.Place, Market: 1, Account: 99, Price: 1, Size: 1}, state.UnknownAccount},
		"unknown order":   {command.Transition{Kind: command.Cancel, Account: 1, Order: 12345}, state.UnknownOrder},
		"overflow":        {bid(huge, huge, 0), state.Overflow},
		"too dear":        {bid(1_000_000, 1_000_000, 0), state.InsufficientBalance},
		"after import":    {command.Transition{Kind: command.ImportBalance, Account: 1, Asset: 1, Amount: huge}, state.ImportClosed},
	} {
		r, err := s.Submit(within(t, time.Minute), c.x)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.GetStatus() != pb.ReceiptStatus_RECEIPT_STATUS_EXECUTED || state.Code(r.GetCode()) != c.want {
			t.Errorf("%s: %v, want code %v", name, r, c.want)
		}
	}
}

// issue "bad input": malformed and oversized requests are refused with a clear error before they reach the log.
func TestBadRequests(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c := g.client(nil)
	s := openWith(t, c)
	addr := g.replicas[0].rpc
	good := &pb.Submission{Sequence: 1, Transition: &pb.Transition{Kind: &pb.Transition_EndImport{EndImport: &pb.EndImport{}}}}
	stream := func(req *pb.SubmitRequest) error {
		_, err := on(t, c, addr, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.SubmitResponse, error) {
			st, err := pb.NewSequencerServiceClient(conn).Submit(ctx)
			if err != nil {
				return nil, err
			}
			if err := st.Send(req); err != nil {
				return nil, err
			}
			return st.Recv()
		})
		return err
	}
	deposit := &pb.Submission{Sequence: 1, Transition: &pb.Transition{Kind: &pb.Transition_Deposit{
		Deposit: &pb.Deposit{Account: 1, Asset: 1, Amount: 1, Address: make([]byte, 20)},
	}}}
	many := make([]*pb.Submission, wire.MaxGroup+1)
	for i := range many {
		many[i] = &pb.Submission{Sequence: uint64(i + 1), Transition: good.GetTransition()}
	}
	for name, err := range map[string]error{
		"no session":      stream(&pb.SubmitRequest{Submissions: []*pb.Submission{good}}),
		"no submissions":  stream(&pb.SubmitRequest{Session: s.State().ID}),
		"too many":        stream(&pb.SubmitRequest{Session: s.State().ID, Submissions: many}),
		"not rising":      stream(&pb.SubmitRequest{Session: s.State().ID, Submissions: []*pb.Submission{good, good}}),
		"empty":           stream(&pb.SubmitRequest{Session: s.State().ID, Submissions: []*pb.Submission{{Sequence: 1}}}),
		"deposit":         stream(&pb.SubmitRequest{Session: s.State().ID, Submissions: []*pb.Submission{deposit}}),
		"acks its future": stream(&pb.SubmitRequest{Session: s.State().ID, Submissions: []*pb.Submission{good}, Acknowledged: 1}),
	} {
		if status.Code(err) != codes.InvalidArgument || wire.ErrorDetails(err).Reason != wire.ReasonInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := on(t, c, addr, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.OpenSessionResponse, error) {
		return pb.NewSequencerServiceClient(conn).OpenSession(ctx, &pb.OpenSessionRequest{Nonce: []byte{1}})
	})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("short nonce: %v", err)
	}
	if err := stream(&pb.SubmitRequest{Session: s.State().ID, Submissions: []*pb.Submission{good}}); err != nil {
		t.Errorf("the good one after all: %v", err)
	}
}

// layers.md: every halt has an exit, on any replica; repeating it is harmless.
func TestResumeEndsAHalt(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	c := g.client(nil)
	halt := command.Halt{Scope: command.ScopeAnchoring, Reason: "a test", Exit: "resume", TimeMs: 1}
	if r, err := g.leader().node.Propose(within(t, time.Minute), command.TypeHalt, halt.Append(nil)); err != nil || r.Err != nil {
		t.Fatal(err, r)
	}
	resume := func(addr string, scope pb.HaltScope, reason string) (*pb.ResumeResponse, error) {
		return on(t, c, addr, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.ResumeResponse, error) {
			return pb.NewAdminServiceClient(conn).Resume(ctx, &pb.ResumeRequest{Scope: scope, Reason: reason})
		})
	}
	for _, r := range g.replicas {
		for name, bad := range map[string]struct {
			scope  pb.HaltScope
			reason string
		}{
			"no scope": {0, "why"}, "unknown scope": {9, "why"}, "no reason": {pb.HaltScope_HALT_SCOPE_ANCHORING, ""},
			"long reason": {pb.HaltScope_HALT_SCOPE_ANCHORING, strings.Repeat("x", command.MaxReason+1)},
		} {
			if _, err := resume(r.rpc, bad.scope, bad.reason); wire.ErrorDetails(err).Reason != wire.ReasonInvalid {
				t.Errorf("%s at %s: %v", name, r.id, err)
			}
		}
	}
	if r, err := resume(g.replicas[0].rpc, pb.HaltScope_HALT_SCOPE_INTAKE, "why"); err != nil || r.GetResumed() || len(r.GetHalts()) != 1 {
		t.Errorf("resume of what is not halted: %v, %v", r, err)
	}
	for i, r := range g.replicas { // whoever leads, two of them forward
		resp, err := resume(r.rpc, pb.HaltScope_HALT_SCOPE_ANCHORING, "the cause is gone")
		if err != nil || resp.GetResumed() != (i == 0) {
			t.Errorf("resume at %s: %v, %v", r.id, resp, err)
		}
	}
	if h := g.leader().machine.Cursor().Halts(); len(h) > 0 {
		t.Errorf("still halted: %v", h)
	}
}

// layers.md: a halt that somebody asked for stops that scope on whichever replica it is asked, once, names its exit, and is
// none that a reconciliation ends.
func TestHaltStopsUntilItIsResumed(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	c := g.client(nil)
	halt := func(addr string, scope pb.HaltScope, reason string) (*pb.HaltResponse, error) {
		return on(t, c, addr, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.HaltResponse, error) {
			return pb.NewAdminServiceClient(conn).Halt(ctx, &pb.HaltRequest{Scope: scope, Reason: reason})
		})
	}
	for name, bad := range map[string]struct {
		scope  pb.HaltScope
		reason string
	}{
		"no scope": {0, "why"}, "unknown scope": {9, "why"}, "no reason": {pb.HaltScope_HALT_SCOPE_INTAKE, ""},
		"long reason": {pb.HaltScope_HALT_SCOPE_INTAKE, strings.Repeat("x", 513)},
	} {
		if _, err := halt(g.leader().rpc, bad.scope, bad.reason); wire.ErrorDetails(err).Reason != wire.ReasonInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	reason := "local/l1 divergent " + strings.Repeat("y", 400) // what the reason says is not what made the halt
	for i, r := range g.replicas {
		resp, err := halt(r.rpc, pb.HaltScope_HALT_SCOPE_INTAKE, reason)
		if err != nil || resp.GetHalted() != (i == 0) || len(resp.GetHalts()) != 1 {
			t.Fatalf("halt at %s: %v, %v", r.id, resp, err)
		}
		if h := resp.GetHalts()[0]; !strings.Contains(h, reason) || !strings.Contains(h, "holdfast resume --scope intake") {
			t.Errorf("halt %q", h)
		}
	}
	cur := g.leader().machine.Cursor()
	if h := cur.Halts()[0]; !strings.HasPrefix(h.Reason, "operator: ") || cur.Halted(command.ScopeAnchoring) {
		t.Errorf("halts %v", cur.Halts())
	}
	s := openWith(t, c)
	receipt, err := on(t, c, g.leader().rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.SubmitOneResponse, error) {
		m, err := wire.SubmissionProto(&command.Submission{
			Session: s.State().ID, Sequence: 1, Transition: command.Transition{Kind: command.RegisterAsset, Asset: 1, Decimals: 2},
		})
		if err != nil {
			return nil, err
		}
		return pb.NewSequencerServiceClient(conn).SubmitOne(ctx, &pb.SubmitOneRequest{Session: s.State().ID, Submission: m})
	})
	if err != nil || receipt.GetReceipt().GetStatus() != pb.ReceiptStatus_RECEIPT_STATUS_HALTED {
		t.Errorf("a submission while intake is halted: %v, %v", receipt, err)
	}
}

// An oversized message is refused by the transport's limit, and the connection lives on.
func TestOversizedMessage(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c, err := client.New(client.Config{Endpoints: g.endpoints(), MaxMessageBytes: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_, err = on(t, c, g.replicas[0].rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.VerifyProofResponse, error) {
		return pb.NewVerifyServiceClient(conn).VerifyProof(ctx, &pb.VerifyProofRequest{Proof: &pb.Proof{Batch: 1, Encoding: make([]byte, 5<<20)}})
	})
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("got %v", err)
	}
	openWith(t, c, setup()...)
}

// The window of a session: a stream that is faster than its acknowledgements is slowed down, not broken.
func TestStreamKeepsWithinTheSessionsWindow(t *testing.T) {
	g := startGroup(t, options{replicas: 1, limits: limits(32, 4, 60_000)})
	s := openWith(t, g.client(nil), setup()...)
	if st := checkStream(t, s, 50, 8, nil); st.Reconnects() > 0 {
		t.Errorf("the stream began again %d times", st.Reconnects())
	}
}

// Sessions are bounded, and an unknown one is refused for good.
func TestSessionsAreBoundedAndLost(t *testing.T) {
	g := startGroup(t, options{replicas: 1, limits: limits(32, 2, 3_600_000)})
	c := g.client(nil)
	a := openWith(t, c, setup()...)
	openWith(t, c)
	if _, err := c.OpenSession(within(t, time.Minute), "third"); wire.ErrorDetails(errors.Unwrap(err)).Reason != wire.ReasonSessionLimit {
		t.Errorf("third session: %v", err)
	}
	if err := a.Close(within(t, time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Submit(within(t, time.Minute), bid(1, 1, 0)); !errors.Is(err, client.ErrSessionLost) {
		t.Errorf("submit on a closed session: %v", err)
	}
}

// A watcher sees every fill once and in order, also across the loss of the replica that it watches.
func TestWatchFillsResumes(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	writer := g.client(nil)
	s := openWith(t, writer, setup()...)
	watched := g.follower()
	others := slices.DeleteFunc(g.endpoints(), func(e string) bool { return e == watched.rpc })
	watcher := g.client(nil, append([]string{watched.rpc}, others...)...)
	ctx, cancel := context.WithCancel(within(t, 60*time.Second))
	var mu sync.Mutex
	var seen []uint64
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() {
		done <- watcher.WatchFills(ctx, 1, nil, func() { close(ready) }, func(_ *pb.FillMark, f *pb.Fill) error {
			mu.Lock()
			defer mu.Unlock()
			if seen = append(seen, f.GetSize()); len(seen) == 20 {
				cancel()
			}
			return nil
		})
	}()
	<-ready
	for i := uint64(1); i <= 20; i++ {
		mustAccept(t, s, ask(100, i, 0))
		mustAccept(t, s, bid(100, i, 0))
		if i == 10 {
			g.kill(watched)
		}
	}
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for i, size := range seen {
		if size != uint64(i+1) {
			t.Fatalf("saw %v", seen)
		}
	}
}

// The heads now, then each change.
func TestWatchHeads(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c := g.client(nil)
	openWith(t, c, setup()...)
	stop := errors.New("enough")
	var sealed []uint64
	err := c.WatchHeads(within(t, time.Minute), nil, nil, func(m *pb.WatchHeadsResponse) error {
		sealed = append(sealed, m.GetHeads().GetSealed())
		if len(sealed) == 1 {
			g.seal()
		}
		if m.GetHeads().GetSealed() == 1 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || sealed[0] != 0 {
		t.Errorf("%v, %v", sealed, err)
	}
}

// state.md: proofs are given at sealed batches; with linearizable they are an error that names the newest.
func TestProofsNeedABatch(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c := g.client(nil)
	openWith(t, c, setup()...)
	b := g.seal()
	addr := g.replicas[0].rpc
	get := func(o *pb.ReadOptions) (*pb.GetAccountResponse, error) {
		return on(t, c, addr, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.GetAccountResponse, error) {
			return pb.NewStateServiceClient(conn).GetAccount(ctx, &pb.GetAccountRequest{Account: 1, Read: o})
		})
	}
	_, err := get(&pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_LINEARIZABLE, WithProof: true})
	d := wire.ErrorDetails(err)
	if d.Reason != wire.ReasonProofNeedsBatch || d.Metadata[wire.MetaBatch] != "1" || d.Metadata[wire.MetaRoot] != fmt.Sprintf("%x", b.Header.PostRoot) {
		t.Errorf("%v %v", err, d)
	}
	r, err := get(&pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_ANCHORED, WithProof: true})
	if err != nil {
		t.Fatal(err)
	}
	records, err := wire.CheckProof(b.Header.PostRoot, r.GetProof())
	if err != nil || len(records) != 1 || !records[0].Present || r.GetPosition().GetBatch() != 1 {
		t.Errorf("%v, %v", records, err)
	}
	for name, o := range map[string]*pb.ReadOptions{
		"finalized": {Consistency: pb.Consistency_CONSISTENCY_ANCHORED, Head: pb.Head_HEAD_FINALIZED},
		"beyond":    {Consistency: pb.Consistency_CONSISTENCY_ANCHORED, Batch: 99},
	} {
		if _, err := get(o); wire.ErrorDetails(err).Reason != wire.ReasonNotSealed {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, o := range map[string]*pb.ReadOptions{
		"head without anchored": {Head: pb.Head_HEAD_SEALED},
		"bounded without bound": {Consistency: pb.Consistency_CONSISTENCY_BOUNDED},
		"unknown level":         {Consistency: 17},
	} {
		if _, err := get(o); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, o := range []*pb.ReadOptions{
		{Consistency: pb.Consistency_CONSISTENCY_BOUNDED, MaxStalenessMs: 5000}, {Consistency: pb.Consistency_CONSISTENCY_LOCAL, MinIndex: 1},
	} {
		if r, err := get(o); err != nil || r.GetPosition().GetIndex() == 0 {
			t.Errorf("%v: %v, %v", o, r, err)
		}
	}
}

// The client trusts no node: whatever a replica changes in a proof, the client notices.
func TestClientVerifiesAgainstItsOwnL1(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	l1 := &scriptedL1{}
	c := g.client(l1)
	s := openWith(t, c, setup()...)
	mustAccept(t, s, bid(100, 5, 1))
	b := g.seal()
	ctx := within(t, time.Minute)
	at := client.At{Head: pb.Head_HEAD_SEALED}
	if _, _, err := c.Balance(ctx, 1, 1, at, anchor.Latest); !errors.Is(err, anchor.ErrNotAnchored) {
		t.Errorf("before the anchor: %v", err)
	}
	l1.put(b)
	got, v, err := c.Balance(ctx, 1, 1, at, anchor.Latest)
	if err != nil || got != (state.Balance{Available: 1_000_000_000 - 500, Locked: 500}) || v.Anchor.HeaderHash != b.Hash {
		t.Errorf("%+v, %v", got, err)
	}
	if got, _, err = c.Balance(ctx, 1, 9, at, anchor.Latest); err != nil || got != (state.Balance{}) {
		t.Errorf("an absent balance: %+v, %v", got, err)
	}
	all, _, err := c.Balances(ctx, 1, at, anchor.Latest)
	if err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
	honest, err := on(t, c, g.replicas[0].rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.ProveResponse, error) {
		return pb.NewVerifyServiceClient(conn).Prove(ctx, &pb.ProveRequest{Keys: []*pb.RecordKey{
			{Record: &pb.RecordKey_Balance{Balance: &pb.BalanceKey{Account: 1, Asset: 1}}}, {Record: &pb.RecordKey_Account{Account: 5}},
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := c.VerifyProof(ctx, honest.GetProof(), anchor.Latest); err != nil || len(v.Records) != 2 {
		t.Errorf("%v, %v", v, err)
	}
	for i := range honest.GetProof().GetEncoding() {
		p := proto.CloneOf(honest.GetProof())
		p.Encoding[i] ^= 1
		if _, err := c.VerifyProof(ctx, p, anchor.Latest); !errors.Is(err, client.ErrProofFailed) {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
	}
	// A replica whose whole state is another: its proof holds under the root it states, not under L1's.
	other := *b
	other.Header.PostRoot[0] ^= 1
	l1.put(&other)
	if _, err := c.VerifyProof(ctx, honest.GetProof(), anchor.Latest); !errors.Is(err, client.ErrProofFailed) {
		t.Errorf("L1 holds another root: %v", err)
	}
	if _, _, err := c.Balance(ctx, 1, 1, at, anchor.Latest); !errors.Is(err, client.ErrProofFailed) {
		t.Errorf("L1 holds another root: %v", err)
	}
	l1.put(b)
	forged := proto.CloneOf(honest.GetProof())
	forged.Keys[0] = state.AppendBalanceKey(nil, 2, 1)
	if _, err := c.VerifyProof(ctx, forged, anchor.Latest); !errors.Is(err, client.ErrProofFailed) {
		t.Errorf("another key: %v", err)
	}
	if _, err := g.client(nil).VerifyProof(ctx, honest.GetProof(), anchor.Latest); !errors.Is(err, client.ErrNoL1) {
		t.Errorf("without L1: %v", err)
	}
}

// staleVerifier answers every question with one proof.
type staleVerifier struct {
	pb.UnimplementedVerifyServiceServer

	proof *pb.Proof
}

func (v *staleVerifier) Prove(context.Context, *pb.ProveRequest) (*pb.ProveResponse, error) {
	return &pb.ProveResponse{Proof: v.proof}, nil
}

// A replica that answers for an older batch than the one that was asked for is caught, though its proof holds.
func TestProofOfAnotherBatchIsCaught(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	l1 := &scriptedL1{}
	c := g.client(l1)
	s := openWith(t, c, setup()...)
	old := g.seal()
	l1.put(old)
	mustAccept(t, s, bid(100, 5, 1))
	l1.put(g.seal())
	ctx := within(t, time.Minute)
	prefix := state.AppendBalancePrefix(nil, 1)
	key, end := state.AppendBalanceKey(nil, 1, 1), tree.PrefixEnd(prefix)
	ask := func(req *pb.ProveRequest) *pb.Proof {
		resp, err := on(t, c, g.replicas[0].rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.ProveResponse, error) {
			return pb.NewVerifyServiceClient(conn).Prove(ctx, req)
		})
		if err != nil {
			t.Fatal(err)
		}
		return resp.GetProof()
	}
	serve := func(p *pb.Proof) *client.Client {
		server := grpc.NewServer()
		pb.RegisterVerifyServiceServer(server, &staleVerifier{proof: p})
		l := listener(t)
		go func() { _ = server.Serve(l) }()
		t.Cleanup(server.Stop)
		return g.client(l1, l.Addr().String())
	}
	n := old.Header.Number
	one := serve(ask(&pb.ProveRequest{Batch: n, Keys: []*pb.RecordKey{{Record: &pb.RecordKey_Raw{Raw: key}}}}))
	if _, err := one.Prove(ctx, client.At{Batch: n}, anchor.Latest, key); err != nil {
		t.Errorf("the batch that was asked for: %v", err)
	}
	if _, err := one.Prove(ctx, client.At{Batch: n + 1}, anchor.Latest, key); !errors.Is(err, client.ErrProofFailed) {
		t.Errorf("an older batch: %v", err)
	}
	all := serve(ask(&pb.ProveRequest{Batch: n, Range: &pb.KeyRange{From: prefix, To: end}}))
	if _, err := all.ProveRange(ctx, client.At{Batch: n + 1}, anchor.Latest, prefix, end); !errors.Is(err, client.ErrProofFailed) {
		t.Errorf("a range of an older batch: %v", err)
	}
}

// Every read of the state and the batches, once.
func TestReads(t *testing.T) {
	g := startGroup(t, options{replicas: 1})
	c := g.client(nil)
	s := openWith(t, c, setup()...)
	order := mustAccept(t, s, bid(100, 5, 42))
	mustAccept(t, s, bid(99, 2, 0))
	mustAccept(t, s, ask(101, 3, 0))
	b := g.seal()
	ctx := within(t, time.Minute)
	err := c.Read(ctx, func(ctx context.Context, conn grpc.ClientConnInterface) error {
		st := pb.NewStateServiceClient(conn)
		anchored := &pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_ANCHORED, WithProof: true}
		for _, o := range []*pb.ReadOptions{nil, anchored} {
			asset, err := st.GetAsset(ctx, &pb.GetAssetRequest{Asset: 1, Read: o})
			if err != nil || asset.GetAsset().GetDecimals() != 6 || asset.GetAsset().GetSupply() != 1_000_000_000 {
				t.Errorf("%v, %v", asset, err)
			}
			market, err := st.GetMarket(ctx, &pb.GetMarketRequest{Market: 1, Read: o})
			if err != nil || market.GetMarket().GetBase() != 2 || market.GetMarket().GetStatus() != pb.MarketStatus_MARKET_STATUS_OPEN {
				t.Errorf("%v, %v", market, err)
			}
			balances, err := st.ListBalances(ctx, &pb.ListBalancesRequest{Account: 1, Read: o})
			if err != nil || len(balances.GetBalances()) != 1 || balances.GetBalances()[0].GetLocked() != 698 {
				t.Errorf("%v, %v", balances, err)
			}
			got, err := st.GetOrder(ctx, &pb.GetOrderRequest{OrderId: order.GetOrderId(), Read: o})
			if err != nil || got.GetOrder().GetClientOrderId() != 42 || got.GetOrder().GetSide() != pb.Side_SIDE_BID {
				t.Errorf("%v, %v", got, err)
			}
			if _, err := st.GetMarket(ctx, &pb.GetMarketRequest{Market: 8, Read: o}); (o == nil) != (status.Code(err) == codes.NotFound) {
				t.Errorf("absent market (proof %v): %v", o != nil, err)
			}
		}
		depth, err := st.GetDepth(ctx, &pb.GetDepthRequest{Market: 1})
		if err != nil || len(depth.GetBids()) != 2 || depth.GetBids()[0].GetPrice() != 100 || len(depth.GetAsks()) != 1 {
			t.Errorf("%v, %v", depth, err)
		}
		one, err := st.GetBatch(ctx, &pb.GetBatchRequest{})
		if err != nil || string(one.GetBatch().GetHeaderHash()) != string(b.Hash[:]) || one.GetBatch().GetHead() != pb.Head_HEAD_SEALED {
			t.Errorf("%v, %v", one, err)
		}
		list, err := st.ListBatches(ctx, &pb.ListBatchesRequest{})
		if err != nil || len(list.GetBatches()) != 1 {
			t.Errorf("%v, %v", list, err)
		}
		root, err := st.GetRoot(ctx, &pb.GetRootRequest{Number: 1})
		if err != nil || string(root.GetRoot()) != string(b.Header.PostRoot[:]) {
			t.Errorf("%v, %v", root, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What operators and checkers ask: status, layers, verdicts, configuration, health.
func TestStatusLayersAndHealth(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	c := g.client(nil)
	openWith(t, c, setup()...)
	g.seal()
	f := g.follower()
	if err := f.machine.WaitApplied(within(t, time.Minute), g.leader().machine.AppliedIndex()); err != nil {
		t.Fatal(err)
	}
	_, err := on(t, c, f.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (struct{}, error) {
		hc := healthpb.NewHealthClient(conn)
		for ctx.Err() == nil { // ready means caught up, which a follower is soon
			h, err := hc.Check(ctx, &healthpb.HealthCheckRequest{Service: pb.StateService_ServiceDesc.ServiceName})
			if err != nil {
				return struct{}{}, err
			}
			if h.GetStatus() == healthpb.HealthCheckResponse_SERVING {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		st, err := pb.NewAdminServiceClient(conn).Status(ctx, &pb.StatusRequest{})
		if err != nil || !st.GetReady() || st.GetLeader() != g.leader().id || len(st.GetPeers()) != 2 || st.GetSessions() != 1 {
			t.Errorf("%v, %v", st, err)
		}
		cfg, err := pb.NewAdminServiceClient(conn).Config(ctx, &pb.ConfigRequest{})
		if err != nil || cfg.GetYaml() == "" {
			t.Errorf("%v, %v", cfg, err)
		}
		l, err := pb.NewVerifyServiceClient(conn).Layers(ctx, &pb.LayersRequest{})
		if err != nil || l.GetHeads().GetSealed() != 1 || l.GetLags()[0].GetBatches() != 1 || l.GetProofPolicy() != "execution" {
			t.Errorf("%v, %v", l, err)
		}
		v, err := pb.NewVerifyServiceClient(conn).Consistency(ctx, &pb.ConsistencyRequest{})
		if err != nil || !v.GetConsistent() {
			t.Errorf("%v, %v", v, err)
		}
		if _, err := pb.NewVerifyServiceClient(conn).VerifyAnchor(ctx, &pb.VerifyAnchorRequest{Batch: 1}); wire.ErrorDetails(err).Reason != wire.ReasonUnavailableL1 {
			t.Errorf("anchor without L1: %v", err)
		}
		return struct{}{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// cluster.md "nothing waits without the caller's context": without a majority, a write ends as unknown
// or refused when its context does, and a linearizable read does not answer.
func TestWithoutAMajority(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	c := g.client(nil)
	s := openWith(t, c, setup()...)
	left := g.follower()
	for _, r := range slices.Clone(g.replicas) {
		if r != left {
			g.kill(r)
		}
	}
	if _, err := s.Submit(within(t, 3*time.Second), bid(1, 1, 0)); !errors.Is(err, client.ErrUnknownOutcome) {
		t.Errorf("a write: %v", err)
	}
	read := func(level pb.Consistency, d time.Duration) error {
		ctx := within(t, d)
		return c.At(ctx, left.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) error {
			_, err := pb.NewStateServiceClient(conn).GetAccount(ctx, &pb.GetAccountRequest{
				Account: 1, Read: &pb.ReadOptions{Consistency: level, MaxStalenessMs: 100},
			})
			return err
		})
	}
	if err := read(pb.Consistency_CONSISTENCY_LINEARIZABLE, time.Second); err == nil {
		t.Error("a linearizable read was answered without a majority")
	}
	if err := read(pb.Consistency_CONSISTENCY_BOUNDED, time.Minute); wire.ErrorDetails(err).Reason != wire.ReasonStale {
		t.Errorf("a bounded read: %v", err)
	}
	if err := read(pb.Consistency_CONSISTENCY_LOCAL, time.Minute); err != nil {
		t.Errorf("a local read: %v", err)
	}
}

func BenchmarkStream(b *testing.B) {
	g := startGroup(b, options{replicas: 3, limits: limits(65536, 64, 3_600_000)})
	s := openWith(b, g.client(nil), setup()...)
	for _, size := range []int{1, 64, 512} {
		b.Run("group="+strconv.Itoa(size), func(b *testing.B) {
			st := s.Stream(b.Context(), client.StreamConfig{}, func(client.Result) {})
			ts := make([]command.Transition, size)
			for i := range ts {
				ts[i] = command.Transition{Kind: command.Cancel, Account: 1, Order: 1 << 60} // rejected: the state stays small
			}
			for b.Loop() {
				if err := st.Send(b.Context(), ts); err != nil {
					b.Fatal(err)
				}
			}
			if err := st.Close(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "transitions/s")
		})
	}
}
