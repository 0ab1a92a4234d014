//go:build linux

package process_test

// What a session submitted and what it was answered is kept whole: the checks
// need every receipt.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// The flows of the sessions share nothing but the quote asset, so that what one
// session is answered does not depend on the others.
const (
	flows          = 3
	accountsOfFlow = 50
	marketsOfFlow  = 2
	liveOfFlow     = 500
	groupSize      = 10
	groupInterval  = 10 * time.Millisecond

	accountStride = 1000
	idStride      = 10 // of markets, and of assets other than the quote asset
	quoteAsset    = 1
	probeMarket   = 900
	probeAccount  = 900_000
	probeTick     = 10_000 // a tick times a lot must be a whole amount
	funds         = 1_000_000_000_000
)

// history is what one session submitted, by sequence from 1, and its receipts.
type history struct {
	session uint64

	mu       sync.Mutex // guards what follows
	sent     []command.Transition
	receipts []*pb.Receipt
	accepted int
}

func (h *history) add(ts ...command.Transition) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent = append(h.sent, ts...)
}

func (h *history) answer(rs ...*pb.Receipt) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.receipts = append(h.receipts, rs...)
	for _, r := range rs {
		if client.Accepted(r) {
			h.accepted++
		}
	}
}

func (h *history) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.accepted
}

// load is an order flow over several sessions, and a probe of reads.
type load struct {
	c       *cluster
	client  *client.Client
	setup   history
	flows   []*history
	setups  [][]command.Transition // what of the setup is each flow's
	probe   history
	others  []*history // of sessions that a test has beside the load
	stop    context.CancelFunc
	running sync.WaitGroup

	mu    sync.Mutex // guards what follows
	errs  []error
	reads map[string]int // checked reads by replica
}

// newLoad sets the markets and accounts up and starts the flows.
func newLoad(c *cluster, seed uint64) *load {
	c.t.Helper()
	l := &load{c: c, reads: map[string]int{}}
	var err error
	l.client, err = client.New(client.Config{Endpoints: c.client.Endpoints(), DialOptions: c.dial, TryTimeout: time.Second})
	must(c.t, err)
	c.t.Cleanup(func() { _ = l.client.Close() })
	generators := make([]*workload.Market, flows)
	for i := range generators {
		generators[i], err = workload.Generator(seed+uint64(i), workload.Options{
			Accounts: accountsOfFlow, Markets: marketsOfFlow, Live: liveOfFlow,
		})
		must(c.t, err)
	}
	l.setUp(generators)
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.t.Context()))
	l.stop = cancel
	c.t.Cleanup(func() { cancel(); l.running.Wait() })
	for i, g := range generators {
		s, refused := l.client.OpenSession(c.t.Context(), fmt.Sprintf("flow%d", i))
		must(c.t, refused)
		h := &history{session: s.State().ID}
		l.flows = append(l.flows, h)
		l.running.Go(func() { l.report(l.flow(ctx, s, h, i, g)) })
	}
	s, err := l.client.OpenSession(c.t.Context(), "probe")
	must(c.t, err)
	l.probe.session = s.State().ID
	l.running.Go(func() { l.report(l.probeReads(ctx, s)) })
	return l
}

func (l *load) report(err error) {
	if err == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = append(l.errs, err)
}

// own makes a transition of flow i one of its own markets, assets and accounts.
func own(i int, t command.Transition) command.Transition {
	if t.Market > 0 {
		t.Market += uint32(i * idStride)
	}
	if t.Asset > quoteAsset {
		t.Asset += uint32(i * idStride)
	}
	if t.Account > 0 {
		t.Account += uint64(i * accountStride)
	}
	return t
}

func (l *load) setUp(generators []*workload.Market) {
	t := l.c.t
	t.Helper()
	var all []command.Transition
	for i, g := range generators {
		var mine []command.Transition
		for _, tr := range g.Setup() {
			again := i > 0 && tr.Kind == command.RegisterAsset && tr.Asset == quoteAsset
			if tr.Kind != command.EndImport && !again {
				mine = append(mine, own(i, tr))
			}
		}
		l.setups = append(l.setups, mine)
		all = append(all, mine...)
	}
	all = append(all,
		command.Transition{Kind: command.CreateMarket, Market: probeMarket, Asset: quoteAsset + 1, Quote: quoteAsset, Tick: probeTick, Lot: probeTick},
		command.Transition{Kind: command.ImportAccount, Account: probeAccount, Address: command.Address{0xee}},
		command.Transition{Kind: command.ImportBalance, Account: probeAccount, Asset: quoteAsset, Amount: funds},
		command.Transition{Kind: command.EndImport})
	s, err := l.client.OpenSession(t.Context(), "setup")
	must(t, err)
	l.setup.session = s.State().ID
	stream := s.Stream(t.Context(), client.StreamConfig{}, func(r client.Result) { l.setup.answer(r.Receipts...) })
	for len(all) > 0 {
		n := min(200, len(all))
		l.setup.add(all[:n]...)
		must(t, stream.Send(t.Context(), all[:n]))
		all = all[n:]
	}
	must(t, stream.Close(t.Context()))
	for i, r := range l.setup.receipts {
		if !client.Accepted(r) {
			t.Fatalf("setup transition %d (%+v): %v", i, l.setup.sent[i], r)
		}
	}
}

// flow submits until ctx ends, and then waits for every receipt.
func (l *load) flow(ctx context.Context, s *client.Session, h *history, i int, g *workload.Market) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("flow %d: %w", i, err)
		}
	}()
	background := context.WithoutCancel(ctx)
	stream := s.Stream(background, client.StreamConfig{}, func(r client.Result) { h.answer(r.Receipts...) })
	defer func() {
		bounded, cancel := context.WithTimeout(background, patience)
		defer cancel()
		err = errors.Join(err, stream.Close(bounded))
	}()
	tick := time.NewTicker(groupInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		group := make([]command.Transition, groupSize)
		for k := range group {
			g.Next(&group[k])
			group[k] = own(i, group[k])
		}
		err := stream.Send(ctx, group)
		if ctx.Err() != nil && err != nil {
			return nil // not queued
		}
		if err != nil {
			return err
		}
		h.add(group...)
	}
}

// probeReads places and cancels an order, and after each acknowledgement reads
// it at every replica.
func (l *load) probeReads(ctx context.Context, s *client.Session) error {
	background := context.WithoutCancel(ctx)
	for n := uint64(1); ctx.Err() == nil; n++ {
		size := probeTick * (1 + n%100)
		placed, err := l.submit(background, s, command.Transition{
			Kind: command.Place, Market: probeMarket, Account: probeAccount, Price: probeTick, Size: size,
		})
		if err != nil {
			return err
		}
		l.readEverywhere(background, placed.GetOrderId(), size)
		if _, err := l.submit(background, s, command.Transition{Kind: command.Cancel, Account: probeAccount, Order: placed.GetOrderId()}); err != nil {
			return err
		}
		l.readEverywhere(background, placed.GetOrderId(), 0)
	}
	return nil
}

func (l *load) submit(ctx context.Context, s *client.Session, t command.Transition) (*pb.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	l.probe.add(t)
	r, err := s.Submit(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	l.probe.answer(r)
	if !client.Accepted(r) {
		return nil, fmt.Errorf("probe: %+v was rejected: %v", t, r)
	}
	return r, nil
}

// readEverywhere demands that every replica that answers shows the order with
// this remaining size, or none for 0.
func (l *load) readEverywhere(ctx context.Context, order, want uint64) {
	var all sync.WaitGroup
	for _, r := range l.c.replicas {
		all.Go(func() {
			got, err := ask(ctx, l.c, r, func(ctx context.Context, conn grpc.ClientConnInterface) (*pb.GetOrderResponse, error) {
				return pb.NewStateServiceClient(conn).GetOrder(ctx, &pb.GetOrderRequest{
					OrderId: order, Read: &pb.ReadOptions{Consistency: pb.Consistency_CONSISTENCY_LINEARIZABLE},
				})
			})
			if err != nil && wire.ErrorDetails(err).Reason != wire.ReasonNotFound {
				return // no answer is no wrong answer
			}
			if remaining := got.GetOrder().GetRemaining(); remaining != want {
				l.report(fmt.Errorf("stale read: %s shows order %d with %d, acknowledged before was %d", r.id, order, remaining, want))
			}
			l.mu.Lock()
			l.reads[r.id]++
			l.mu.Unlock()
		})
	}
	all.Wait()
}

// awaitProgress waits until every flow has accepted receipts that it had not when it began.
func (l *load) awaitProgress() {
	l.c.t.Helper()
	before := make([]int, len(l.flows))
	for i, h := range l.flows {
		before[i] = h.count()
	}
	await(l.c.t, "every flow to go on", func(context.Context) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if err := errors.Join(l.errs...); err != nil {
			return err
		}
		for i, h := range l.flows {
			if h.count() < before[i]+groupSize {
				return fmt.Errorf("flow %d stands at %d accepted", i, h.count())
			}
		}
		return nil
	})
}

// finish ends the flows, with a receipt for everything that was submitted.
func (l *load) finish() {
	t := l.c.t
	t.Helper()
	l.stop()
	l.running.Wait()
	for _, err := range l.errs {
		t.Error(err)
	}
	for _, h := range l.histories() {
		if len(h.sent) != len(h.receipts) {
			t.Errorf("session %d: %d submitted, %d receipts", h.session, len(h.sent), len(h.receipts))
		}
	}
	for _, r := range l.c.replicas {
		if l.reads[r.id] == 0 {
			t.Errorf("no linearizable read at %s was checked", r.id)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

func (l *load) histories() []*history {
	return slices.Concat([]*history{&l.setup, &l.probe}, l.flows, l.others)
}
