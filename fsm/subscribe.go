package fsm

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// Apply never waits for a subscriber: one whose buffer is full is dropped with
// ErrSlowSubscriber and reads what it missed from the state.

// Event is what a subscription delivers. The set is closed: Sealed, Fills,
// HeadsMoved, Recorded, RolledBack, Halted, Restored.
type Event interface{ event() }

type (
	// Sealed says that a batch was sealed.
	Sealed struct{ SealInfo }
	// Fills are the trades of one entry, in order.
	Fills struct {
		Position
		Fills []state.Fill
	}
	// HeadsMoved says that a command moved heads, or took accepted transitions back; once for each such command, behind
	// its other events.
	HeadsMoved struct {
		Position
		Heads cursor.Heads
	}
	// Recorded is a fact about another layer that the cursor took.
	Recorded struct {
		Position
		Fact cursor.Event
	}
	// RolledBack says that batches above Record.To were removed.
	RolledBack struct {
		Position
		Record cursor.RollbackRecord
	}
	// Halted says that a scope was halted or resumed; Halts are those that stand.
	Halted struct {
		Position
		Halts []cursor.HaltRecord
	}
	// Restored says that the state was replaced by a snapshot: what happened in
	// between was not delivered.
	Restored struct{ Position }
)

func (Sealed) event()     {}
func (Fills) event()      {}
func (HeadsMoved) event() {}
func (Recorded) event()   {}
func (RolledBack) event() {}
func (Halted) event()     {}
func (Restored) event()   {}

// at gives an event its position.
func at(ev Event, p Position) Event {
	switch e := ev.(type) {
	case Fills:
		e.Position = p
		return e
	case HeadsMoved:
		e.Position = p
		return e
	case Recorded:
		e.Position = p
		return e
	case RolledBack:
		e.Position = p
		return e
	case Halted:
		e.Position = p
		return e
	default:
		return ev
	}
}

// hub hands events to subscriptions.
type hub struct {
	mu      sync.Mutex // guards subs and each subscription's end
	subs    []*Subscription
	closed  error
	dropped atomic.Uint64
}

// Subscription is a bounded stream of events.
type Subscription struct {
	hub   *hub
	c     chan Event
	err   error
	ended bool
}

// Follow gives each event of a machine to a reader until the context ends, which is no error, or until the machine will
// have no more. begin reads the state: it is called once the stream stands, so that nothing happens in between, and again
// whenever events were missed because the reader was too slow.
func Follow(ctx context.Context, subscribe func(buffer int) *Subscription, buffer int, begin func(), each func(Event)) error {
	for {
		sub := subscribe(buffer)
		begin()
		err := sub.read(ctx, each)
		sub.Close()
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the end of the context is a clean end, whatever the subscription says
		}
		if !errors.Is(err, ErrSlowSubscriber) {
			return err
		}
	}
}

// Subscribe begins a stream of the events from now on. The caller closes it.
func (m *Machine) Subscribe(buffer int) *Subscription {
	s := &Subscription{hub: &m.hub, c: make(chan Event, max(buffer, 1))}
	m.hub.mu.Lock()
	defer m.hub.mu.Unlock()
	if m.hub.closed != nil {
		s.end(m.hub.closed)
		return s
	}
	m.hub.subs = append(m.hub.subs, s)
	return s
}

// C delivers the events in order; it is closed when the subscription ends.
func (s *Subscription) C() <-chan Event { return s.c }

// Err says why the stream ended: ErrSlowSubscriber, a *PoisonError, or nil after
// Close and while it goes on.
func (s *Subscription) Err() error {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return s.err
}

// read gives each event until there is no more.
func (s *Subscription) read(ctx context.Context, each func(Event)) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case ev, ok := <-s.c:
			if !ok {
				return s.Err()
			}
			each(ev)
		}
	}
}

// Close ends the stream. It may be called more than once.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.end(nil)
	s.hub.subs = slices.DeleteFunc(s.hub.subs, func(x *Subscription) bool { return x == s })
}

// end closes the channel; the hub's lock is held.
func (s *Subscription) end(err error) {
	if !s.ended {
		s.ended, s.err = true, err
		close(s.c)
	}
}

func (h *hub) send(ev Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.subs {
		select {
		case s.c <- ev:
		default:
			s.end(ErrSlowSubscriber)
			h.dropped.Add(1)
		}
	}
	h.subs = slices.DeleteFunc(h.subs, func(s *Subscription) bool { return s.ended })
}

func (h *hub) closeAll(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = err
	for _, s := range h.subs {
		s.end(err)
	}
	h.subs = nil
}
