package cluster

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// layers.md: lag beyond a limit slows intake, bounded. Without lag, or without a limit, nothing is refused.
func TestIntakeSlowsBeyondALimit(t *testing.T) {
	now := time.Unix(1000, 0)
	for name, c := range map[string]struct {
		config  Config
		backlog backlog
		why     string // empty: not slowed
	}{
		"level":           {Config{MaxUnexecuted: 4, MaxUncommitted: 8}, backlog{}, ""},
		"below both":      {Config{MaxUnexecuted: 4, MaxUncommitted: 8}, backlog{3, 7}, ""},
		"execution at it": {Config{MaxUnexecuted: 4, MaxUncommitted: 8}, backlog{4, 4}, "zkVM layer is 4 transitions"},
		"anchoring at it": {Config{MaxUnexecuted: 4, MaxUncommitted: 8}, backlog{1, 8}, "anchoring is 8 transitions"},
		"no limits":       {Config{}, backlog{1 << 40, 1 << 40}, ""},
		"without L1":      {Config{MaxUnexecuted: 4}, backlog{0, 1 << 40}, ""},
	} {
		c.config.SlowRate = 1000
		in := newIntake(c.config)
		var refused, admitted int
		for i := range 2000 { // 2000 in a second
			err := in.admit(c.backlog, 1, now.Add(time.Duration(i)*time.Second/2000))
			if over, ok := errors.AsType[*OverloadError](err); ok {
				if refused++; !strings.Contains(over.Reason, c.why) || c.why == "" || over.RetryAfter < minRetry || over.RetryAfter > maxRetry {
					t.Fatalf("%s: %v", name, err)
				}
				continue
			}
			admitted++
		}
		if c.why == "" && refused > 0 || c.why != "" && (admitted < 900 || admitted > 1001) {
			t.Errorf("%s: %d admitted and %d refused of 2000 in a second, slowed to 1000", name, admitted, refused)
		}
		if in.refused.Load() != uint64(refused) {
			t.Errorf("%s: %d counted of %d refused", name, in.refused.Load(), refused)
		}
	}
}

// history is a cursor of one sealed batch of 100 transitions, which nobody has executed, and more in the open batch.
func history(applied uint64) *cursor.Cursor {
	c := cursor.New()
	c.SetApplied(applied)
	c.Seal(cursor.Batch{Number: 1, FirstSequence: 1, LastSequence: 100})
	return c
}

// Lag counts from the first sealed transition that a layer has not reached; what is only open is no layer's lag.
func TestBacklog(t *testing.T) {
	open := cursor.New()
	open.SetApplied(50)
	for name, c := range map[string]struct {
		cursor *cursor.Cursor
		want   backlog
	}{
		"nothing":        {cursor.New(), backlog{}},
		"only open":      {open, backlog{}},
		"a batch":        {history(100), backlog{100, 100}},
		"batch and more": {history(130), backlog{130, 130}},
	} {
		if got := backlogOf(c.cursor); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// A group larger than the rate is taken, and paid for by the wait of the next.
func TestIntakeTakesLargeGroups(t *testing.T) {
	in := newIntake(Config{MaxUnexecuted: 1, SlowRate: 100})
	h, now := backlog{unexecuted: 5}, time.Unix(1000, 0)
	if err := in.admit(h, 1000, now); err != nil {
		t.Fatal(err)
	}
	if in.admit(h, 1, now.Add(9999*time.Millisecond)) == nil {
		t.Fatal("taken within the ten seconds that the first paid for")
	}
	if err := in.admit(h, 1, now.Add(10*time.Second)); err != nil {
		t.Fatal(err)
	}
}

// layers.md: announced by a typed error, and over by itself when the layer has caught up; nothing leaks.
func TestSlowedIntakeOfANode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newMeshGroup(t, 3, func(c *Config) { c.MaxUnexecuted, c.SlowRate = 150, 10 })
		l := g.leader()
		submit := func(seq uint64) error {
			_, _, err := l.node.Submit(t.Context(), []command.Submission{submission(1, seq)}, nil)
			return err
		}
		l.ledger.cursor.Store(history(150))
		if err := submit(1); err != nil {
			t.Fatalf("the slowed rate is not 0: %v", err)
		}
		var over *OverloadError
		if err := submit(2); !errors.As(err, &over) {
			t.Fatalf("beyond the slowed rate: %v", err)
		}
		if s := l.node.Status(); s.Slowed == "" || s.SlowedTotal != 1 || s.InFlight != 0 {
			t.Fatalf("slowed %q, %d refused, %d in flight", s.Slowed, s.SlowedTotal, s.InFlight)
		}
		time.Sleep(over.RetryAfter)
		if err := submit(2); err != nil {
			t.Fatalf("after the delay that it named: %v", err)
		}
		l.ledger.cursor.Store(history(149))
		for seq := uint64(3); seq < 10; seq++ {
			if err := submit(seq); err != nil {
				t.Fatalf("caught up: %v", err)
			}
		}
		if s := l.node.Status(); s.Slowed != "" || g.followers(l)[0].node.Status().Slowed != "" {
			t.Fatalf("still slowed: %q", s.Slowed)
		}
	})
}
