package manager

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// recovery.md, "L1 unreachable": however long an outage lasts, a duty with a limit goes on within that limit, and one
// that fails never runs without a pause.
func TestDutiesGoOnSoonAfterTheLongestOutage(t *testing.T) {
	const poll = time.Second
	cases := []struct{ limit, want time.Duration }{
		{poll, poll},
		{0, maxDelay},
		{10 * time.Millisecond, 10 * time.Millisecond},
	}
	for _, c := range cases {
		t.Run(c.limit.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &Manager{log: slog.New(slog.DiscardHandler), board: board{statuses: map[string]DutyStatus{}}}
				ctx, cancel := context.WithCancel(t.Context())
				began, last := time.Now(), time.Now()
				returned := began.Add(time.Hour)
				calls := 0
				m.run(ctx, duty{name: "follow", idle: poll, limit: c.limit, step: func(context.Context) (bool, error) {
					calls++
					if calls > 1 && !time.Now().After(last) {
						t.Fatal("a failing step ran again without a pause")
					}
					last = time.Now()
					if last.Before(returned) {
						return false, errors.New("no endpoint answered")
					}
					cancel()
					return false, nil
				}})
				if late := last.Sub(returned); late > c.want {
					t.Errorf("went on %v after the outage, want at most %v", late, c.want)
				}
			})
		})
	}
}
