//go:build linux

package process_test

// The checks start from L1's events and the archive's bytes. Replicas are
// compared with those, and only then believed.

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"sort"
	"testing"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// awaitDrained waits until everything accepted is in batches that are final on every replica.
func (c *cluster) awaitDrained() {
	c.t.Helper()
	await(c.t, "everything to be finalized", func(ctx context.Context) error {
		for _, r := range c.replicas {
			s, err := c.status(ctx, r)
			if err != nil {
				return fmt.Errorf("%s: %w", r.id, err)
			}
			h := s.GetHeads()
			if open := s.GetOpenBatch(); open.GetTransitions() > 0 || open.GetNumber() != h.GetSealed()+1 || h.GetSealed() == 0 || h.GetFinalized() != h.GetSealed() {
				return fmt.Errorf("%s has open batch %v and heads %v", r.id, open, h)
			}
		}
		return nil
	})
}

// anchored is one batch as L1 and the archive have it, with its decoded payload.
type anchored struct {
	header  batch.Header
	payload []command.Transition
}

// anchoredChain reads what L1 committed and checks that it is one chain, each
// batch once and in order.
func (c *cluster) anchoredChain() []anchored {
	t := c.t
	t.Helper()
	events, err := c.contract.Commits(t.Context(), 0, c.l1.Head().Number)
	must(t, err)
	archiveURL := url.URL{Scheme: "file", Path: filepath.Join(c.home, "archive")}
	archive, err := da.OpenArchive(t.Context(), archiveURL.String(), da.ArchiveOptions{})
	must(t, err)
	defer archive.Close() //nolint:errcheck // only read from
	var chain []anchored
	for i, e := range events {
		if e.Number != uint64(i)+1 {
			t.Fatalf("L1's commit event %d is of batch %d: a batch is missing, doubled or out of order", i+1, e.Number)
		}
		object, err := archive.Load(t.Context(), e.HeaderHash)
		if err != nil {
			t.Fatalf("batch %d is on L1 and not in the archive: %v", e.Number, err)
		}
		h := object.Header
		if h.Number != e.Number || h.PostRoot != e.PostRoot {
			t.Fatalf("batch %d on L1 is batch %d in the archive, or has another root", e.Number, h.Number)
		}
		if i > 0 {
			follows := h.Follows
			if c.recovered {
				follows = h.Continues
			}
			if broken := follows(chain[i-1].header); broken != nil {
				t.Fatalf("batch %d does not follow batch %d: %v", e.Number, i, broken)
			}
		}
		payload, err := batch.DecodePayload(object.Payload, batch.DefaultLimits())
		must(t, err)
		if len(payload) != int(h.Transitions) || h.LastSequence-h.FirstSequence+1 != uint64(len(payload)) {
			t.Fatalf("batch %d has %d transitions, its header says %d", h.Number, len(payload), h.Transitions)
		}
		chain = append(chain, anchored{header: h, payload: payload})
	}
	return chain
}

// verify is every check of the package comment but the reads under faults.
func (c *cluster) verify(l *load) {
	c.t.Helper()
	chain := c.anchoredChain()
	c.checkRoots(chain)
	c.checkReceipts(chain, l.histories())
	exchange := checkModel(c.t, chain, l.histories())
	c.checkBooks(exchange, l)
	l.checkFlows()
	c.checkAskedAgain(l)
	c.checkConsistent()
	c.t.Logf("%d batches, %d transitions accepted, reads checked %v", len(chain), chain[len(chain)-1].header.LastSequence, l.reads)
}

// checkRoots demands that every replica states the chain's root for each batch.
func (c *cluster) checkRoots(chain []anchored) {
	t := c.t
	t.Helper()
	for _, r := range c.replicas {
		s := c.statusOf(r)
		last := chain[len(chain)-1].header
		if s.GetHeads().GetSealed() != last.Number || s.GetHeads().GetApplied() != last.LastSequence {
			t.Errorf("%s has heads %v, L1 has %d batches with %d transitions", r.id, s.GetHeads(), last.Number, last.LastSequence)
		}
		stated := 0
		for _, a := range chain {
			got, refused := insist(c, r, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.GetRootResponse, error) {
				return pb.NewStateServiceClient(conn).GetRoot(ctx, &pb.GetRootRequest{
					Number: a.header.Number, Read: &pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_LOCAL},
				})
			}, wire.ReasonVersionReleased, wire.ReasonNotFound)
			if refused != nil {
				continue
			}
			stated++
			if [32]byte(got.GetRoot()) != a.header.PostRoot {
				t.Errorf("%s states root %x for batch %d, the anchored one is %x", r.id, got.GetRoot(), a.header.Number, a.header.PostRoot)
			}
		}
		if stated == 0 {
			t.Errorf("%s states no root at all", r.id)
		}
	}
}

// owner is the session and sequence whose receipt accounts for a transition.
type owner struct {
	history *history
	at      int // index in sent and receipts
}

func (o owner) receipt() *pb.Receipt          { return o.history.receipts[o.at] }
func (o owner) submitted() command.Transition { return o.history.sent[o.at] }

// acceptedReceipts are all accepted receipts by their accepted sequence.
func acceptedReceipts(t *testing.T, histories []*history) []owner {
	t.Helper()
	var all []owner
	for _, h := range histories {
		for i, r := range h.receipts {
			if r.GetSession() != h.session || r.GetSequence() != uint64(i)+1 {
				t.Fatalf("session %d got the receipt %v for sequence %d", h.session, r, i+1)
			}
			if client.Accepted(r) {
				all = append(all, owner{h, i})
			}
		}
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].receipt().GetAcceptedSequence() < all[j].receipt().GetAcceptedSequence()
	})
	return all
}

// checkReceipts demands that receipts and payload transitions account for each
// other exactly: none is lost, none stands twice, none came from nowhere.
func (c *cluster) checkReceipts(chain []anchored, histories []*history) {
	t := c.t
	t.Helper()
	sequence := uint64(0) // accounted for
	number := 0           // index into chain
	for _, o := range acceptedReceipts(t, histories) {
		r, sent := o.receipt(), o.submitted()
		at := r.GetAcceptedSequence()
		for number < len(chain) && chain[number].header.LastSequence < at {
			number++
		}
		if number == len(chain) {
			t.Fatalf("lost: %v was acknowledged, the last anchored sequence is %d", r, chain[number-1].header.LastSequence)
		}
		in := chain[number]
		if r.GetBatch() != in.header.Number {
			t.Fatalf("%v names batch %d, its sequence is in batch %d", r, r.GetBatch(), in.header.Number)
		}
		if at <= sequence || (at != sequence+1 && sent.Kind != command.CancelAll) {
			t.Fatalf("%v: the accepted sequence before it is %d", r, sequence)
		}
		if err := sameTransition(sent, in.payload[at-in.header.FirstSequence], r); err != nil {
			t.Fatalf("session %d, sequence %d, accepted as %d: %v", r.GetSession(), r.GetSequence(), at, err)
		}
		sequence = at
	}
	if last := chain[len(chain)-1].header.LastSequence; sequence != last {
		t.Fatalf("%d transitions are anchored, receipts account for %d", last, sequence)
	}
}

// sameTransition compares what was submitted with its normalised form.
func sameTransition(sent, recorded command.Transition, r *pb.Receipt) error {
	var same bool
	switch sent.Kind {
	case command.Place:
		same = recorded.Kind == command.Place && recorded.Market == sent.Market && recorded.Account == sent.Account &&
			recorded.Side == sent.Side && recorded.Size == sent.Size && recorded.Price == sent.Price
	case command.Cancel:
		same = recorded.Kind == command.Cancel && recorded.Order == r.GetOrderId()
	case command.CancelAll:
		same = recorded.Kind == command.Cancel
	case command.Amend:
		same = recorded.Kind == command.Amend && recorded.Size == sent.Size
	default:
		same = recorded.Kind == sent.Kind && recorded.Account == sent.Account && recorded.Asset == sent.Asset && recorded.Amount == sent.Amount
	}
	if !same {
		return fmt.Errorf("submitted %+v, recorded %+v", sent, recorded)
	}
	return nil
}

// checkModel replays the payloads: each transition must be accepted and fill
// what its receipt says.
func checkModel(t *testing.T, chain []anchored, histories []*history) *models.Exchange {
	t.Helper()
	receipts := acceptedReceipts(t, histories)
	exchange := models.NewExchange()
	for _, a := range chain {
		for i := range a.payload {
			r, tr := receipts[0].receipt(), a.payload[i]
			if tr.Kind == command.Cancel || tr.Kind == command.Amend {
				tr.Account = receipts[0].submitted().Account // the id suffices for the cluster, the model wants the owner
			}
			o := exchange.Apply(&tr)
			if !o.Accepted() {
				t.Fatalf("the model rejects the recorded %+v: %s", tr, o.Reason)
			}
			if exchange.Sequence() < r.GetAcceptedSequence() {
				continue // within a cancel-all
			}
			receipts = receipts[1:]
			if o.Filled != r.GetFilled() || len(o.Fills) != len(r.GetFills()) {
				t.Fatalf("the model fills %d in %d trades, the receipt says %v", o.Filled, len(o.Fills), r)
			}
			for k, f := range o.Fills {
				if g := r.GetFills()[k]; g.GetMakerOrderId() != f.Maker || g.GetTakerOrderId() != f.Taker || g.GetPrice() != f.Price || g.GetSize() != f.Size {
					t.Fatalf("the model's fill is %+v, the receipt's %v", f, g)
				}
			}
		}
	}
	return exchange
}

// checkBooks compares each market's book with the model's, on every replica.
func (c *cluster) checkBooks(exchange *models.Exchange, l *load) {
	t := c.t
	t.Helper()
	for _, setup := range l.setups {
		for _, tr := range setup {
			if tr.Kind != command.CreateMarket {
				continue
			}
			bids, asks := levels(exchange.Book(tr.Market))
			for _, r := range c.replicas {
				got, _ := insist(c, r, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.GetDepthResponse, error) {
					return pb.NewStateServiceClient(conn).GetDepth(ctx, &pb.GetDepthRequest{
						Market: tr.Market, Levels: 1000, Read: &pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_LINEARIZABLE},
					})
				})
				if !sameLevels(bids, got.GetBids()) || !sameLevels(asks, got.GetAsks()) {
					t.Errorf("%s: the book of market %d is not the model's:\n%v\n%v\nmodel:\n%v\n%v", r.id, tr.Market, got.GetBids(), got.GetAsks(), bids, asks)
				}
			}
		}
	}
}

type level struct {
	price, size uint64
	orders      uint32
}

func levels(orders []models.Order) (bids, asks []level) {
	for _, o := range orders {
		side := &bids
		if o.Side == command.Ask {
			side = &asks
		}
		if n := len(*side); n == 0 || (*side)[n-1].price != o.Price {
			*side = append(*side, level{price: o.Price})
		}
		last := &(*side)[len(*side)-1]
		last.size += o.Remaining
		last.orders++
	}
	return bids, asks
}

func sameLevels(want []level, got []*pb.Level) bool {
	return slices.EqualFunc(want, got, func(w level, g *pb.Level) bool {
		return w.price == g.GetPrice() && w.size == g.GetSize() && w.orders == g.GetOrders()
	})
}

// checkFlows runs each flow through a model of its own: what a session is
// answered follows from its order alone, whatever happened in between.
func (l *load) checkFlows() {
	t := l.c.t
	t.Helper()
	for i, h := range l.flows {
		exchange := models.NewExchange()
		for k := range l.setups[i] {
			exchange.Apply(&l.setups[i][k])
		}
		for k := range h.sent {
			o, r := exchange.Apply(&h.sent[k]), h.receipts[k]
			if o.Accepted() != client.Accepted(r) || o.Filled != r.GetFilled() {
				t.Fatalf("flow %d: %+v: the model says %+v, the receipt %v", i, h.sent[k], o, r)
			}
		}
	}
}

// checkAskedAgain submits old sequences again: nothing moves, and the answer is the first one or that it was acknowledged.
func (c *cluster) checkAskedAgain(l *load) {
	t := c.t
	t.Helper()
	kept := 0
	for _, h := range l.histories() {
		n := len(h.sent)
		for _, k := range []int{0, n / 2, n - 2, n - 1} {
			first := h.receipts[k]
			sub := command.Submission{Session: h.session, Sequence: uint64(k) + 1, Transition: h.sent[k]}
			again := c.submitAgain(sub)
			switch again.GetStatus() {
			case pb.ReceiptStatus_RECEIPT_STATUS_DUPLICATE:
				kept++
				if again.GetAcceptedSequence() != first.GetAcceptedSequence() || again.GetOrderId() != first.GetOrderId() ||
					again.GetCode() != first.GetCode() || again.GetFilled() != first.GetFilled() {
					t.Errorf("asked again, the receipt is %v, the first was %v", again, first)
				}
			case pb.ReceiptStatus_RECEIPT_STATUS_ACKNOWLEDGED:
			default:
				t.Errorf("asked again, the receipt is %v, the first was %v", again, first)
			}
		}
	}
	if kept == 0 {
		t.Error("no receipt was kept: the check of repeated receipts saw nothing")
	}
	before := c.anchoredChain()
	s := c.statusOf(c.awaitLeader())
	if last := before[len(before)-1].header.LastSequence; s.GetHeads().GetApplied() != last {
		t.Errorf("asking again executed something: %d transitions applied, %d anchored", s.GetHeads().GetApplied(), last)
	}
}

func (c *cluster) submitAgain(sub command.Submission) *pb.Receipt {
	c.t.Helper()
	m, err := wire.SubmissionProto(&sub)
	must(c.t, err)
	var r *pb.Receipt
	err = c.client.Read(c.t.Context(), func(ctx context.Context, conn grpc.ClientConnInterface) error {
		resp, refused := pb.NewSequencerServiceClient(conn).SubmitOne(ctx, &pb.SubmitOneRequest{Session: sub.Session, Submission: m})
		r = resp.GetReceipt()
		return refused
	})
	must(c.t, err)
	return r
}

// checkConsistent demands that no replica's checker ever found a divergence.
func (c *cluster) checkConsistent() {
	t := c.t
	t.Helper()
	for _, r := range c.replicas {
		await(t, r.id+" to call its layers consistent", func(ctx context.Context) error {
			got, err := ask(ctx, c, r, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.ConsistencyResponse, error) {
				return pb.NewVerifyServiceClient(conn).Consistency(ctx, &pb.ConsistencyRequest{})
			})
			if err != nil {
				return err
			}
			for _, v := range got.GetVerdicts() {
				if v.GetKind() == pb.VerdictKind_VERDICT_KIND_DIVERGENT || v.GetKind() == pb.VerdictKind_VERDICT_KIND_FOREIGN {
					t.Fatalf("%s: %v", r.id, v)
				}
			}
			if !got.GetConsistent() {
				return errors.New(hex.EncodeToString(got.GetPosition().GetRoot()) + fmt.Sprint(": ", got.GetVerdicts()))
			}
			return nil
		})
	}
}
