package consistency

// What must hold here: whatever happens is looked at within one interval, and many events at once make one check.

import (
	"context"
	"math/rand/v2"
	"time"
)

// gatherShare of the interval is how long a check that an event called for waits for others, and how much longer it may wait
// by lot: every replica has the same event at once, and they need not all read and ask at once.
const gatherShare = 5

// Watch checks every interval, and soon after each event, until ctx ends. report is called with each result.
func Watch(ctx context.Context, c *Checker, interval time.Duration, events <-chan struct{}, report func(Report)) {
	timer := time.NewTimer(interval)
	defer timer.Stop()
	for {
		r := c.Check(ctx)
		if ctx.Err() != nil {
			return
		}
		report(r)
		due := time.Now().Add(interval)
		timer.Reset(interval)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			continue
		case <-events:
		}
		share := interval / gatherShare
		timer.Reset(min(share+rand.N(share+1), time.Until(due)))
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		select { // of what came meanwhile the check to come knows
		case <-events:
		default:
		}
	}
}
