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

// intake slows admission while the zkVM layer or L1 is too far behind the sealed head.
type intake struct {
	maxExecutedLag, maxCommittedLag uint64 // batches; 0 for no limit
	perTransition                   time.Duration

	mu   sync.Mutex // guards next
	next time.Time  // when the slowed rate allows more; generic cell rate algorithm

	refused atomic.Uint64 // transitions
}

func newIntake(c Config) *intake {
	return &intake{
		maxExecutedLag: c.MaxExecutedLag, maxCommittedLag: c.MaxCommittedLag,
		perTransition: time.Second / time.Duration(c.SlowRate),
	}
}

// behind says which layer is beyond its limit; empty if none is.
func (in *intake) behind(h cursor.Heads) string {
	lag := func(head uint64) uint64 { return h.Sealed - min(h.Sealed, head) }
	switch {
	case in.maxExecutedLag > 0 && lag(h.Executed) >= in.maxExecutedLag:
		return fmt.Sprintf("the zkVM layer is %d batches behind", lag(h.Executed))
	case in.maxCommittedLag > 0 && lag(h.Committed) >= in.maxCommittedLag:
		return fmt.Sprintf("anchoring is %d batches behind", lag(h.Committed))
	}
	return ""
}

// admit takes n transitions or says when to come again. One call may exceed the slowed rate, the following ones wait for
// it.
func (in *intake) admit(h cursor.Heads, n int, now time.Time) error {
	why := in.behind(h)
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
