package consistency_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
)

// Target of layers.md: a divergence is detected within one L1 block time and one interval, whenever it comes about, and
// wherever: by L1's next block, by the zkVM layer or by a replica.
func TestDivergenceIsDetectedWithinABlockAndAnInterval(t *testing.T) {
	const blockTime, interval = 12 * time.Second, time.Second
	for name, diverge := range map[string]func(*testing.T, *world) cursor.Pair{
		"on L1": func(_ *testing.T, w *world) cursor.Pair {
			for n := uint64(2); n <= 3; n++ { // a header binds its parent
				w.l1[n] = consistency.Anchored{HeaderHash: digest("foreign", n), Root: digest("foreign", n)}
			}
			return cursor.LocalL1
		},
		"in the zkVM": func(t *testing.T, w *world) cursor.Pair {
			t.Helper()
			w.apply(t, cursor.Executed{Batch: 2, Sealed: digest("header", 2), Root: digest("wrong", 2), HeaderHash: digest("header", 2), Node: "b"})
			return cursor.LocalZKVM
		},
		"of a replica": func(_ *testing.T, w *world) cursor.Pair {
			w.roots[2] = map[string][32]byte{"b": digest("wrong", 2)}
			return cursor.Replicas
		},
	} {
		for _, after := range []time.Duration{0, time.Millisecond, 333 * time.Millisecond, 999 * time.Millisecond, 5 * time.Second} {
			t.Run(name+" after "+after.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(3)
					w.anchor(3)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					found := make(chan time.Time, 1)
					var want cursor.Pair // w.mu guards it
					go consistency.Watch(ctx, w.checker(), interval, make(chan struct{}), func(r consistency.Report) {
						w.change(func() {
							if worst := r.Worst(); worst.Finding.Stops() && worst.Pair == want {
								found <- time.Now()
								cancel()
							}
						})
					})
					synctest.Wait()
					time.Sleep(after)
					synctest.Wait()
					began := time.Now()
					time.Sleep(blockTime) // until the block that shows it: nobody can know before
					synctest.Wait()
					w.change(func() { want = diverge(t, w) })
					select {
					case at := <-found:
						if took := at.Sub(began); took > blockTime+interval {
							t.Errorf("detected after %v, a block and an interval are %v", took, blockTime+interval)
						}
					case <-time.After(time.Hour):
						t.Error("not detected within an hour")
					}
				})
			})
		}
	}
}

// An event is looked at long before the interval has passed, and many make one check.
func TestEventsStartAnEarlyCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const interval = 10 * time.Second
		w := newWorld(3)
		w.anchor(3)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events := make(chan struct{}, 1)
		var checks []time.Duration
		began := time.Now()
		go consistency.Watch(ctx, w.checker(), interval, events, func(consistency.Report) {
			checks = append(checks, time.Since(began))
		})
		nudge := func() {
			select {
			case events <- struct{}{}:
			default:
			}
		}
		time.Sleep(3 * time.Second)
		for range 20 {
			nudge()
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(14 * time.Second)
		synctest.Wait()
		if len(checks) != 3 || checks[0] != 0 || checks[1] < 5*time.Second || checks[1] > 7*time.Second || checks[2] != checks[1]+interval {
			t.Errorf("checks at %v; want one at once, one two to four seconds after the events, one an interval later", checks)
		}
	})
}
