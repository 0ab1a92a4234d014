package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// The queue holds every group that has no receipts yet, in order. A broken
// connection sends it again from its head; answers come in the order of the
// queue, so that the head is what an answer belongs to. A group leaves the queue
// once, with its receipts.

// StreamConfig shapes a Stream.
type StreamConfig struct {
	// Window is how many groups may be without receipts; 0 for 32.
	Window int
	// StallTimeout is how long a stream with groups in flight may stay silent before
	// another connection is tried; 0 for the client's TryTimeout.
	StallTimeout time.Duration
}

// Result is one group's receipts.
type Result struct {
	// Receipts are one for each transition of the group, in order.
	Receipts []*pb.Receipt
	// Position is the state after the group; nil if it came from an earlier try.
	Position *pb.Position
	// Leader is the name of the replica that answered.
	Leader string
	// Latency is the time from Send to the receipts, failovers included.
	Latency time.Duration
}

// Stream is a pipelined session. One goroutine sends; results come on another.
type Stream struct {
	session *Session
	cfg     StreamConfig
	results func(Result)
	ctx     context.Context //nolint:containedctx // the stream's own life, ended by Close
	cancel  context.CancelCauseFunc
	done    chan struct{} // closed when the worker ended

	mu     sync.Mutex // guards what follows; nothing blocks under it
	queue  []*queued
	flying int           // transitions in the queue
	room   chan struct{} // closed and made anew when the queue shrinks
	sent   int           // groups of the queue that the current connection has sent
	acked  uint64        // every receipt up to here was delivered
	more   chan struct{} // capacity 1: the queue grew, or closing
	closed bool
	err    error // why the worker ended
	reopen int   // connections beyond the first
}

type queued struct {
	first, last uint64
	count       int
	subs        []byte // encoded
	since       time.Time
}

// Stream starts a stream. results is called for each group, in order, from one
// goroutine; it must not call the Stream. The session must not be used
// otherwise until Close has returned.
func (s *Session) Stream(ctx context.Context, cfg StreamConfig, results func(Result)) *Stream {
	cfg.Window = orDefault(cfg.Window, 32)
	cfg.StallTimeout = orDefault(cfg.StallTimeout, s.client.cfg.TryTimeout)
	ctx, cancel := context.WithCancelCause(ctx)
	st := &Stream{
		session: s, cfg: cfg, results: results, ctx: ctx, cancel: cancel,
		done: make(chan struct{}), more: make(chan struct{}, 1), room: make(chan struct{}),
		acked: s.state.Next - 1,
	}
	go st.run()
	return st
}

// typicalSubmission is about the size of an encoded submission.
const typicalSubmission = 40

// Send queues one group, at most wire.MaxGroup transitions. It blocks while the window is full.
func (st *Stream) Send(ctx context.Context, ts []command.Transition) error {
	if len(ts) == 0 || len(ts) > wire.MaxGroup {
		return fmt.Errorf("send: a group has 1 to %d transitions, this has %d", wire.MaxGroup, len(ts))
	}
	g := &queued{first: st.session.state.Next, count: len(ts), subs: make([]byte, 0, typicalSubmission*len(ts)), since: time.Now()}
	for i := range ts {
		var err error
		sub := command.Submission{Session: st.session.state.ID, Sequence: g.first + uint64(i), Transition: ts[i]}
		if g.subs, err = wire.AppendSubmission(g.subs, &sub); err != nil {
			return fmt.Errorf("send: transition %d: %w", i, err)
		}
	}
	g.last = g.first + uint64(len(ts)) - 1
	for {
		wait := st.enqueue(g)
		if wait == nil {
			st.session.state.Next = g.last + 1
			st.nudge()
			return nil
		}
		select {
		case <-wait:
		case <-st.done:
			return st.failure()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// enqueue takes g if the window has room, else gives what to wait for. At most
// half of what the session may have unacknowledged is in flight: an
// acknowledgement travels with the next group, so the other half may be
// delivered and not yet told.
func (st *Stream) enqueue(g *queued) (wait <-chan struct{}) {
	st.mu.Lock()
	defer st.mu.Unlock()
	limit := st.session.window / 2
	full := len(st.queue) >= st.cfg.Window || limit > 0 && st.flying+g.count > limit
	if full && len(st.queue) > 0 {
		return st.room
	}
	st.queue = append(st.queue, g)
	st.flying += g.count
	return nil
}

func (st *Stream) nudge() {
	select {
	case st.more <- struct{}{}:
	default:
	}
}

// Close waits until every group has its receipts, and ends the stream. When ctx
// ends first, what is still queued has an unknown outcome.
func (st *Stream) Close(ctx context.Context) error {
	st.mu.Lock()
	st.closed = true
	st.mu.Unlock()
	st.nudge()
	select {
	case <-st.done:
	case <-ctx.Done():
		st.cancel(context.Cause(ctx))
		<-st.done
	}
	st.cancel(nil)
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.err == nil && len(st.queue) == 0 {
		return nil
	}
	if len(st.queue) > 0 {
		first := st.queue[0].first
		st.session.state.Next = first
		return fmt.Errorf("%w: sequences from %d on: %w", ErrUnknownOutcome, first, st.err)
	}
	return st.err
}

// Reconnects is how often the stream had to begin again.
func (st *Stream) Reconnects() int {
	st.mu.Lock()
	defer st.mu.Unlock()
	return max(0, st.reopen-1)
}

func (st *Stream) failure() error {
	st.mu.Lock()
	defer st.mu.Unlock()
	return fmt.Errorf("the stream ended: %w", st.err)
}

// run keeps a connection up until everything is answered or nothing helps.
func (st *Stream) run() {
	defer close(st.done)
	c := st.session.client
	for n := 0; ; n++ {
		addr := c.target(true)
		before := st.delivered()
		err := st.connect(addr)
		if err == nil {
			return
		}
		if st.delivered() > before {
			n = 0 // it worked for a while: begin with the shortest wait again
		}
		if !retryable(err) && st.ctx.Err() == nil {
			st.end(err)
			return
		}
		c.failed(addr, err)
		c.log.DebugContext(st.ctx, "stream broke", "address", addr, "error", err)
		if werr := c.wait(st.ctx, n, err); werr != nil {
			st.end(fmt.Errorf("%w (last: %w)", werr, err))
			return
		}
	}
}

func (st *Stream) delivered() uint64 {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.acked
}

func (st *Stream) end(err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.err = err
}

// clientStream is gRPC's, with messages in their encoded form.
type clientStream interface {
	SendMsg(m any) error
	RecvMsg(m any) error
	CloseSend() error
}

// connect runs one connection: nil when the stream was closed and all is answered.
func (st *Stream) connect(addr string) error {
	conn, err := st.session.client.conn(addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(st.ctx)
	defer cancel(nil)
	desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	up, err := conn.NewStream(ctx, desc, pb.SequencerService_Submit_FullMethodName, st.session.client.codec, grpc.StaticMethod())
	if err != nil {
		return err
	}
	st.mu.Lock()
	st.sent = 0
	st.reopen++
	st.mu.Unlock()
	var heard atomic.Int64 // number of answers
	var owned sync.WaitGroup
	owned.Go(func() { st.sendAll(ctx, up) })
	owned.Go(func() { st.watchStall(ctx, cancel, &heard) })
	err = st.receiveAll(up, &heard)
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errStalled) {
		err = cause
	}
	cancel(nil)
	owned.Wait()
	return err
}

// errStalled says that a connection was silent with groups in flight.
var errStalled = status.Error(codes.Unavailable, "no answer in time")

// watchStall ends a connection that gave no answer for StallTimeout although
// groups were in flight all the time.
func (st *Stream) watchStall(ctx context.Context, cancel context.CancelCauseFunc, heard *atomic.Int64) {
	tick := time.NewTicker(st.cfg.StallTimeout / 2)
	defer tick.Stop()
	last, silent := int64(-1), 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		st.mu.Lock()
		waiting := st.sent > 0
		st.mu.Unlock()
		now := heard.Load()
		if !waiting || now != last {
			last, silent = now, 0
			continue
		}
		if silent++; silent >= 2 {
			cancel(errStalled)
			return
		}
	}
}

// sendAll sends the queue from its head, and what comes behind it, until ctx ends.
func (st *Stream) sendAll(ctx context.Context, up clientStream) {
	for {
		req, closing := st.next()
		switch {
		case req != nil:
			if up.SendMsg(req) != nil {
				return // the receiver learns why
			}
		case closing:
			_ = up.CloseSend()
			return
		default:
			select {
			case <-ctx.Done():
				return
			case <-st.more:
			}
		}
	}
}

// next is the next group that this connection has to send.
func (st *Stream) next() (req *wire.Raw, closing bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.sent == len(st.queue) {
		return nil, st.closed
	}
	g := st.queue[st.sent]
	st.sent++
	raw := wire.Raw(wire.AppendRequest(make([]byte, 0, len(g.subs)+24), st.session.state.ID, g.subs, st.acked))
	return &raw, false
}

func (st *Stream) receiveAll(up clientStream, heard *atomic.Int64) error {
	for {
		var raw wire.Raw
		err := up.RecvMsg(&raw)
		if errors.Is(err, io.EOF) {
			if st.idle() {
				return nil
			}
			return status.Error(codes.Unavailable, "the stream ended early")
		}
		if err != nil {
			return err
		}
		heard.Add(1)
		if err := st.deliver(raw); err != nil {
			return err
		}
	}
}

func (st *Stream) idle() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.closed && len(st.queue) == 0
}

// deliver gives the head of the queue its receipts.
func (st *Stream) deliver(raw []byte) error {
	st.mu.Lock()
	if len(st.queue) == 0 {
		st.mu.Unlock()
		return errors.New("the server answered what was not asked")
	}
	g := st.queue[0]
	st.mu.Unlock()
	resp, err := decodeResponse(raw, g.count, st.session.leader)
	if err != nil {
		return err
	}
	st.session.leader = resp.GetLeader()
	receipts := resp.GetReceipts()
	if len(receipts) != g.count {
		return fmt.Errorf("the server gave %d receipts for %d submissions", len(receipts), g.count)
	}
	for i, r := range receipts {
		if r.GetSequence() != g.first+uint64(i) || r.GetSession() != st.session.state.ID {
			return fmt.Errorf("the server gave a receipt of session %d, sequence %d for session %d, sequence %d",
				r.GetSession(), r.GetSequence(), st.session.state.ID, g.first+uint64(i))
		}
		if err := freeStatus(r); err != nil {
			return err
		}
		if err := settled(r); err != nil {
			return err
		}
	}
	st.mu.Lock()
	st.queue[0] = nil
	st.queue = st.queue[1:]
	st.sent--
	st.flying -= g.count
	st.acked = g.last
	close(st.room)
	st.room = make(chan struct{})
	st.mu.Unlock()
	st.results(Result{Receipts: receipts, Position: resp.GetPosition(), Leader: resp.GetLeader(), Latency: time.Since(g.since)})
	return nil
}
