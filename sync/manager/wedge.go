package manager

// What must hold here: a duty that hangs in a step does not keep its layer standing for as long as its leader lives.

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	// wedgeLimit is longer than any step takes that gets on: the longest writes a checkpoint of a large state.
	wedgeLimit = time.Hour
	wedgeLook  = time.Minute
)

// watchSteps hands leadership over when a step hangs, and tries again as long as it does. Then the step's context ends; one
// that ignores that takes the process down (cluster.ErrDutyWedged).
func (m *Manager) watchSteps(ctx context.Context) {
	for {
		pause(ctx, wedgeLook, nil)
		if ctx.Err() != nil {
			return
		}
		for _, s := range m.board.all() {
			if s.Step.IsZero() || time.Since(s.Step) < wedgeLimit {
				continue
			}
			why := fmt.Sprintf("a step of duty %s has not returned for %v", s.Name, time.Since(s.Step).Round(time.Second))
			if err := m.parts.Cluster.Yield(ctx, why); err != nil && ctx.Err() == nil {
				m.log.ErrorContext(ctx, "duty hangs and no other replica can lead", slog.String("duty", s.Name), slog.Any("error", err))
			}
		}
	}
}
