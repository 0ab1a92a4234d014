package manager

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// yielding is a cluster that hands over at the second request.
type yielding struct {
	Cluster
	asked []time.Duration // since began
	began time.Time
	hand  context.CancelFunc
}

func (y *yielding) Yield(context.Context, string) error {
	y.asked = append(y.asked, time.Since(y.began))
	if len(y.asked) < 2 {
		return errors.New("no other replica")
	}
	y.hand()
	return nil
}

// cluster.md "Leadership": a leader whose duties wedge steps down, and asks again if it cannot; steps that get on, however
// many and however slow, are left alone.
func TestWedgedStepHandsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		y := &yielding{began: time.Now(), hand: cancel}
		m := &Manager{log: slog.New(slog.DiscardHandler), board: board{statuses: map[string]DutyStatus{}}}
		m.parts.Cluster = y
		go m.run(ctx, duty{name: "checkpoint", step: func(ctx context.Context) (bool, error) {
			pause(ctx, wedgeLimit*9/10, nil)
			return true, nil
		}})
		const healthy = 5 * wedgeLimit
		go m.run(ctx, duty{name: "anchor", step: func(ctx context.Context) (bool, error) {
			if time.Since(y.began) < healthy {
				pause(ctx, time.Minute, nil)
				return true, nil
			}
			<-ctx.Done()
			return false, nil
		}})
		m.watchSteps(ctx)
		if len(y.asked) != 2 || y.asked[0] < healthy+wedgeLimit || y.asked[0] > healthy+wedgeLimit+2*wedgeLook {
			t.Errorf("asked to hand over after %v, the step hangs from %v on", y.asked, healthy)
		}
	})
}
