package client_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

func (g *group) rollBack(to uint64) {
	g.t.Helper()
	body := command.Rollback{ToBatch: to, Reason: "test", Evidence: []byte{1}, TimeMs: time.Now().UnixMilli()}.Append(nil)
	r, err := g.leader().node.Propose(g.t.Context(), command.TypeRollback, body)
	if err != nil || r.Err != nil {
		g.t.Fatalf("roll back to %d: %v %v", to, err, r)
	}
}

var errEnough = errors.New("enough")

// entries reads n entries after a mark.
func entries(tb testing.TB, c *client.Client, after *pb.RevertedMark, n int) (out []*pb.WatchRevertedResponse) {
	tb.Helper()
	err := c.WatchReverted(within(tb, time.Minute), after, nil, func(m *pb.WatchRevertedResponse) error {
		if out = append(out, m); len(out) == n {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		tb.Fatalf("after %d of %d entries: %v", len(out), n, err)
	}
	return out
}

// layers.md: the Reverted stream is rebuilt from replicated rollback records and retained payloads, resumes by (rollback
// id, offset) on any replica, and is kept until the sequencer acknowledges it.
func TestWatchRevertedResumesAnywhereUntilAcknowledged(t *testing.T) {
	g := startGroup(t, options{replicas: 3})
	c := g.client(nil)
	s := openWith(t, c, setup()...)
	g.seal()
	mustAccept(t, s, bid(5, 10, 1)) // 9, in the batch that goes
	mustAccept(t, s, bid(6, 10, 2))
	g.seal()
	mustAccept(t, s, ask(9, 10, 3)) // open
	g.rollBack(1)

	// The rollback, one run and two transitions of batch 2, one run and one transition of the open batch.
	all := entries(t, g.client(nil, g.leader().rpc), nil, 6)
	head := all[0].GetRollback()
	if head.GetToBatch() != 1 || head.GetFromBatch() != 2 || head.GetFromSequence()-head.GetToSequence() != 3 || head.GetEntries() != 5 {
		t.Errorf("rollback %v", head)
	}
	for i, batch := range map[int]uint64{1: 2, 4: 3} {
		if run := all[i].GetSubmissions(); run.GetBatch() != batch || run.GetSession() != s.State().ID {
			t.Errorf("entry %d: %v", i, all[i])
		}
	}
	for i, price := range map[int]uint64{2: 5, 3: 6, 5: 9} {
		x := all[i].GetTransition()
		if x.GetTransition().GetPlace().GetPrice() != price {
			t.Errorf("entry %d: %v", i, all[i])
		}
	}
	if from := all[2].GetTransition().GetAcceptedSequence(); from != head.GetToSequence()+1 || all[5].GetTransition().GetAcceptedSequence() != from+2 {
		t.Errorf("sequences %d and %d", from, all[5].GetTransition().GetAcceptedSequence())
	}

	// At another replica it goes on behind any mark, with the same entries.
	other := g.client(nil, g.follower().rpc)
	for i := range all[:5] {
		if rest := entries(t, other, all[i].GetMark(), 5-i); !proto.Equal(rest[0], all[i+1]) || !proto.Equal(rest[len(rest)-1], all[5]) {
			t.Errorf("behind entry %d: %v", i, rest)
		}
	}

	// A watcher that is there sees the next rollback; after the acknowledgement the first is gone everywhere.
	mustAccept(t, s, bid(7, 10, 4))
	if err := c.AcknowledgeReverted(within(t, time.Minute), 1); err != nil {
		t.Fatal(err)
	}
	g.rollBack(1)
	if next := entries(t, other, all[5].GetMark(), 3); next[0].GetMark().GetRollback() != 2 || next[2].GetTransition().GetTransition().GetPlace().GetPrice() != 7 {
		t.Errorf("the second rollback: %v", next)
	}
	if first := entries(t, g.client(nil, g.leader().rpc), nil, 1)[0]; first.GetMark().GetRollback() != 2 {
		t.Errorf("an acknowledged rollback comes again: %v", first)
	}
	for _, r := range g.replicas {
		if _, err := r.machine.Reverted(1); !errors.Is(err, fsm.ErrRevertedReleased) {
			t.Errorf("%s keeps what was acknowledged: %v", r.id, err)
		}
	}
	if err := c.AcknowledgeReverted(within(t, time.Minute), 9); wire.ErrorDetails(err).Reason != wire.ReasonRefused {
		t.Errorf("acknowledged what never was: %v", err)
	}
	wrong := proto.CloneOf(all[0].GetMark())
	wrong.Lineage[0] ^= 1
	if err := c.WatchReverted(within(t, time.Minute), wrong, nil, func(*pb.WatchRevertedResponse) error { return nil }); wire.ErrorDetails(err).Reason != wire.ReasonLineageChanged {
		t.Errorf("a mark of another lineage: %v", err)
	}
}

// shelf is an archive, and an L1 that holds the same batches.
type shelf map[uint64]*fsm.SealedBatch

func (s shelf) Archived(_ context.Context, hash [32]byte) (batch.Header, []byte, error) {
	for _, b := range s {
		if b.Hash == hash {
			return b.Header, b.Payload, nil
		}
	}
	return batch.Header{}, nil, errors.New("nothing here")
}

func (s shelf) Anchored(_ context.Context, n uint64) (server.Anchored, error) {
	if b := s[n]; b != nil {
		return server.Anchored{Committed: true, Verified: true, HeaderHash: b.Hash, Root: b.Header.PostRoot}, nil
	}
	return server.Anchored{}, nil
}

// layers.md, "Withdrawals": every withdrawal of a batch can be proved under its header, of an old batch too, and the
// client checks it.
func TestWithdrawalsAreProved(t *testing.T) {
	old := shelf{}
	g := startGroup(t, options{replicas: 1, server: func(c *server.Config) { c.Archive, c.L1 = old, old }})
	c := g.client(nil)
	s := openWith(t, c, setup()...)
	out := func(amount uint64) *pb.Receipt {
		return mustAccept(t, s, command.Transition{Kind: command.Withdraw, Account: 1, Asset: 1, Amount: amount, Address: command.Address{0xa}})
	}
	out(7)
	g.seal()
	receipts := []*pb.Receipt{out(7), out(7), out(8)} // alike but for their indices
	sealed := g.seal()
	old[sealed.Header.Number] = sealed
	check := func(number uint64) {
		t.Helper()
		for i, r := range receipts {
			claim, err := c.ProveWithdrawal(within(t, time.Minute), r.GetOrderId(), number)
			if err != nil {
				t.Fatalf("withdrawal %d: %v", r.GetOrderId(), err)
			}
			if claim.Withdrawal.Index != uint64(i)+1 || claim.Header != sealed.Header || int(claim.Proof.Position) != i || claim.Proof.Count != 3 {
				t.Errorf("withdrawal %d: %+v", r.GetOrderId(), claim)
			}
		}
	}
	check(0)
	check(receipts[0].GetBatch())
	for _, bad := range [][2]uint64{{4, 0}, {0, 2}, {1, 1}, {1, 9}} {
		if _, err := c.ProveWithdrawal(within(t, time.Minute), bad[0], bad[1]); err == nil {
			t.Errorf("withdrawal %d of batch %d was proved", bad[0], bad[1])
		}
	}
}
