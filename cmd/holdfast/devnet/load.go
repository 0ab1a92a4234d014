package devnet

// A transition counts as acknowledged when its receipt reached this process, and not before.

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/latency"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

const (
	groupSize = 256
	// pace is how often a flow with a rate sends a group: the group is what came due since.
	pace   = 10 * time.Millisecond
	window = 64
)

// acknowledged is an accepted transition whose receipt has come.
type acknowledged struct {
	sequence uint64 // its number in the state
	print    uint64 // fingerprint of what was submitted
}

// load submits a flow through one session and keeps what came back.
type load struct {
	flow   workload.Flow
	stream *client.Stream
	seed   maphash.Seed
	// renew opens another session when the cluster has lost this one; nil where that is a defect.
	renew func(context.Context) (*client.Session, error)

	mu        sync.Mutex // guards what follows
	queue     [][]uint64 // fingerprints of the groups in flight, in order
	accepted  []acknowledged
	rejected  uint64
	refused   uint64 // receipts that are no execution: a defect of this run
	latencies latency.Histogram
	measure   bool   // whether results count for the figures: not during setup
	within    uint64 // transitions acknowledged while measuring
	leader    string
	waiting   func(client.Result) // told of each result until it is reset
}

func newLoad(flow workload.Flow) *load { return &load{flow: flow, seed: maphash.MakeSeed()} }

func (l *load) open(ctx context.Context, session *client.Session) {
	l.stream = session.Stream(ctx, client.StreamConfig{Window: window}, l.result)
}

func (l *load) result(r client.Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	prints := l.queue[0]
	l.queue = l.queue[1:]
	for i, receipt := range r.Receipts {
		switch {
		case client.Accepted(receipt):
			l.accepted = append(l.accepted, acknowledged{receipt.GetAcceptedSequence(), prints[i]})
		case receipt.GetStatus() == pb.ReceiptStatus_RECEIPT_STATUS_EXECUTED, receipt.GetStatus() == pb.ReceiptStatus_RECEIPT_STATUS_DUPLICATE:
			l.rejected++
		default:
			l.refused++
		}
	}
	if l.measure {
		l.within += uint64(len(r.Receipts))
		l.latencies.Add(r.Latency)
	}
	l.leader = r.Leader
	if l.waiting != nil {
		l.waiting(r)
	}
}

// firstWrite gives, once, the time of the first result from now on that fits. stop must be called.
func (l *load) firstWrite(fits func(client.Result) bool) (at <-chan time.Time, stop func()) {
	first := make(chan time.Time, 1)
	watch := func(fn func(client.Result)) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.waiting = fn
	}
	watch(func(r client.Result) {
		if fits(r) {
			select {
			case first <- time.Now():
			default:
			}
		}
	})
	return first, func() { watch(nil) }
}

func (l *load) send(ctx context.Context, ts []command.Transition) error {
	prints := make([]uint64, len(ts))
	for i := range ts {
		prints[i] = l.fingerprint(&ts[i])
	}
	l.mu.Lock()
	l.queue = append(l.queue, prints)
	l.mu.Unlock()
	if err := l.stream.Send(ctx, ts); err != nil {
		l.mu.Lock()
		l.queue = l.queue[:len(l.queue)-1]
		l.mu.Unlock()
		return err
	}
	return nil
}

// setup submits what the flow needs before its first transition.
func (l *load) setup(ctx context.Context) error {
	for group := range slices.Chunk(l.flow.Setup(), groupSize) {
		if err := l.send(ctx, group); err != nil {
			return fmt.Errorf("submit the flow's setup: %w", err)
		}
	}
	return nil
}

// run submits the flow at perSecond transitions a second (0: as fast as they are taken) until it ends or ctx does.
func (l *load) run(ctx context.Context, perSecond int) error {
	l.mu.Lock()
	l.measure = true
	l.mu.Unlock()
	size := groupSize
	limiter := rate.NewLimiter(rate.Inf, groupSize)
	if perSecond > 0 {
		limiter = rate.NewLimiter(rate.Limit(perSecond), groupSize)
		size = min(groupSize, max(1, perSecond*int(pace)/int(time.Second)))
	}
	for {
		group := make([]command.Transition, 0, size)
		var t command.Transition
		for len(group) < size && l.flow.Next(&t) {
			group = append(group, t)
		}
		if len(group) == 0 {
			return nil
		}
		if err := limiter.WaitN(ctx, len(group)); err != nil {
			return nil //nolint:nilerr // the only error is the end of ctx, which is the flow's
		}
		if err := l.send(ctx, group); err != nil {
			if l.renew != nil && errors.Is(err, client.ErrSessionLost) {
				err = l.again(ctx)
			}
			if ctx.Err() != nil {
				return nil //nolint:nilerr // the same
			}
			if err != nil {
				return fmt.Errorf("submit: %w", err)
			}
		}
	}
}

// fingerprint covers what a transition keeps from submission to payload. The payload names orders by id alone and says
// what a cancel-all cancelled, so of cancels and amends only the kind is compared.
func (l *load) fingerprint(t *command.Transition) uint64 {
	kind := t.Kind
	if kind == command.CancelAll {
		kind = command.Cancel
	}
	b := []byte{byte(kind)}
	if kind != command.Cancel && kind != command.Amend {
		b = binary.BigEndian.AppendUint64(b, t.Account)
	}
	if kind == command.Place {
		b = append(b, byte(t.Side), byte(t.Type))
		b = binary.BigEndian.AppendUint32(b, t.Market)
		b = binary.BigEndian.AppendUint64(b, t.Size)
	}
	return maphash.Bytes(l.seed, b)
}

// counts are what came back so far.
func (l *load) counts() (accepted, rejected, refused uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.accepted)), l.rejected, l.refused
}

// measured counts what was acknowledged since the setup.
func (l *load) measured() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.within
}

// latency returns two percentiles of what was measured, in milliseconds.
func (l *load) latency() Latency {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Latency{P50: l.latencies.Percentile(50), P99: l.latencies.Percentile(99)}
}
