package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// bench_halt.go: a load ends when intake stays halted and nothing is acknowledged; neither a halt that is over soon nor one
// beside which something is acknowledged ends it.
func TestAwaitHalt(t *testing.T) {
	for name, c := range map[string]struct {
		looks        []bool // whether intake is halted when it is asked
		acknowledges int    // looks before which something is acknowledged
		want         time.Duration
	}{
		"halted":               {[]bool{true, true, true}, 0, haltPatience * haltPoll},
		"not halted":           {nil, 0, 0},
		"halted for a moment":  {[]bool{true, true, false, true, true}, 0, 0},
		"halted later":         {[]bool{false, false, true, true, true}, 0, (2 + haltPatience) * haltPoll},
		"acknowledged at last": {[]bool{true, true, true}, 4, (4 + haltPatience) * haltPoll},
		"always acknowledged":  {[]bool{true, true, true}, 1000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began, acknowledged := time.Now(), 0
				got := awaitHalt(ctx, func() uint64 {
					if acknowledged <= c.acknowledges {
						acknowledged++
					}
					return uint64(acknowledged)
				}, func(context.Context) []string {
					if len(c.looks) == 0 {
						return nil
					}
					halted := c.looks[0]
					c.looks = c.looks[1:]
					if halted {
						return []string{"intake halted"}
					}
					return nil
				})
				if took := time.Since(began); (got != nil) != (c.want > 0) || got != nil && took != c.want {
					t.Errorf("%v after %v, want an end after %v", got, took, c.want)
				}
			})
		})
	}
}
