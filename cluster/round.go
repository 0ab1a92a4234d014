package cluster

import (
	"context"
	"sync"
	"time"
)

// A caller only ever gets the result of a round that began after the call.

// rounds shares runs of one question among concurrent callers: at most one run
// at a time, and whoever arrives during a run takes part in the next one.
type rounds[T any] struct {
	run     func(ctx context.Context) (T, error)
	timeout time.Duration
	spawn   func(func()) // starts a goroutine that its owner waits for

	mu      sync.Mutex // guards running and next
	running bool
	next    *round[T]
}

type round[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// do waits for a round that begins now or later.
func (r *rounds[T]) do(ctx context.Context) (T, error) {
	r.mu.Lock()
	if r.next == nil {
		r.next = &round[T]{done: make(chan struct{})}
	}
	mine := r.next
	if !r.running {
		r.running = true
		r.spawn(r.loop)
	}
	r.mu.Unlock()
	select {
	case <-mine.done:
		return mine.value, mine.err
	case <-ctx.Done():
		var zero T
		return zero, context.Cause(ctx)
	}
}

// loop runs rounds until nobody waits.
func (r *rounds[T]) loop() {
	for {
		r.mu.Lock()
		cur := r.next
		r.next = nil
		if cur == nil {
			r.running = false
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), r.timeout)
		cur.value, cur.err = r.run(ctx)
		cancel()
		close(cur.done)
	}
}
