package cluster

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Intake never stops because another layer lags; it slows down, to a rate that is not 0, and whoever is refused learns
// why and when to try again.

// minRetry and maxRetry bound what a caller is told to wait.
const (
	minRetry = 5 * time.Millisecond
	maxRetry = time.Second
)

// intake slows admission while the zkVM layer or L1 is too far behind. Lag is counted in transitions: batches differ in
// size, and the smaller they are the less of them a layer takes in a second. As the layer comes on, as much is admitted as
// it has done, so that in the long run intake is as fast as the slowest layer.
type intake struct {
	maxUnexecuted, maxUncommitted uint64 // transitions; 0 for no limit
	perTransition                 time.Duration

	mu   sync.Mutex // guards next
	next time.Time  // when the slowed rate allows more; generic cell rate algorithm

	refused atomic.Uint64 // transitions
}

func newIntake(c Config) *intake {
	return &intake{
		maxUnexecuted: c.MaxUnexecuted, maxUncommitted: c.MaxUncommitted,
		perTransition: time.Second / time.Duration(c.SlowRate),
	}
}

// backlog counts the accepted transitions that a layer has not reached, from the first of its next sealed batch on.
type backlog struct{ unexecuted, uncommitted uint64 }

func backlogOf(c *cursor.Cursor) backlog {
	h := c.Heads()
	beyond := func(head uint64) uint64 {
		if next, ok := c.Batch(head + 1); ok && head < h.Sealed {
			return h.Applied + 1 - min(h.Applied+1, next.FirstSequence)
		}
		return 0
	}
	return backlog{unexecuted: beyond(h.Executed), uncommitted: beyond(h.Committed)}
}

// behind says which layer is beyond its limit; empty if none is.
func (in *intake) behind(b backlog) string {
	switch {
	case in.maxUnexecuted > 0 && b.unexecuted >= in.maxUnexecuted:
		return fmt.Sprintf("the zkVM layer is %d transitions behind", b.unexecuted)
	case in.maxUncommitted > 0 && b.uncommitted >= in.maxUncommitted:
		return fmt.Sprintf("anchoring is %d transitions behind", b.uncommitted)
	}
	return ""
}

// admit takes n transitions or says when to come again. One call may exceed the slowed rate, the following ones wait for
// it.
func (in *intake) admit(b backlog, n int, now time.Time) error {
	why := in.behind(b)
	if why == "" {
		return nil
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if wait := in.next.Sub(now); wait > 0 {
		in.refused.Add(uint64(n))
		return &OverloadError{
			RetryAfter: min(max(wait, minRetry), maxRetry),
			Reason:     fmt.Sprintf("%s, intake is slowed to %d transitions per second", why, time.Second/in.perTransition),
		}
	}
	in.next = now.Add(time.Duration(n) * in.perTransition)
	return nil
}
