package server

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// busy is a cluster without room until a moment.
type busy struct {
	Cluster
	until time.Time
	calls int
}

func (b *busy) SubmitAsync(context.Context, []command.Submission, []command.Ack, func(cluster.Outcome)) error {
	if b.calls++; time.Now().Before(b.until) {
		return &cluster.OverloadError{RetryAfter: 50 * time.Millisecond, Reason: "test"}
	}
	return nil
}

// submit.go: a stream waits for room instead of ending; what takes longer than its patience is told to the caller, with
// the typed refusal.
func TestStreamWaitsForRoom(t *testing.T) {
	for name, c := range map[string]struct {
		busy time.Duration
		ok   bool
	}{
		"room at once": {0, true},
		"room soon":    {streamPatience / 2, true},
		"no room":      {time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				b := &busy{until: start.Add(c.busy)}
				q := &sequencer{Server: &Server{cfg: Config{Cluster: b}}}
				err := q.submitPatiently(t.Context(), &group{started: start})
				var over *cluster.OverloadError
				if c.ok != (err == nil) || !c.ok && !errors.As(err, &over) {
					t.Fatalf("%v after %v", err, time.Since(start))
				}
				if took := time.Since(start); took > min(c.busy, streamPatience)+streamPoll || b.calls < 1 {
					t.Fatalf("took %v, %d calls", took, b.calls)
				}
			})
		})
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	q := &sequencer{Server: &Server{cfg: Config{Cluster: &busy{until: time.Now().Add(time.Hour)}}}}
	if err := q.submitPatiently(ctx, &group{started: time.Now()}); err == nil {
		t.Fatal("a caller that left waits for room")
	}
}
