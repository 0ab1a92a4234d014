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
		config Config
		heads  cursor.Heads
		why    string // empty: not slowed
	}{
		"level":             {Config{MaxExecutedLag: 4, MaxCommittedLag: 8}, cursor.Heads{Sealed: 9, Executed: 9, Committed: 9}, ""},
		"below both":        {Config{MaxExecutedLag: 4, MaxCommittedLag: 8}, cursor.Heads{Sealed: 9, Executed: 6, Committed: 2}, ""},
		"execution at it":   {Config{MaxExecutedLag: 4, MaxCommittedLag: 8}, cursor.Heads{Sealed: 9, Executed: 5, Committed: 5}, "zkVM layer is 4 batches"},
		"anchoring at it":   {Config{MaxExecutedLag: 4, MaxCommittedLag: 8}, cursor.Heads{Sealed: 9, Executed: 8, Committed: 1}, "anchoring is 8 batches"},
		"no limits":         {Config{}, cursor.Heads{Sealed: 1 << 40}, ""},
		"only the executor": {Config{MaxExecutedLag: 4}, cursor.Heads{Sealed: 90, Executed: 90}, ""},
	} {
		c.config.SlowRate = 1000
		in := newIntake(c.config)
		var refused, admitted int
		for i := range 2000 { // 2000 in a second
			err := in.admit(c.heads, 1, now.Add(time.Duration(i)*time.Second/2000))
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

// A group larger than the rate is taken, and paid for by the wait of the next.
func TestIntakeTakesLargeGroups(t *testing.T) {
	in := newIntake(Config{MaxExecutedLag: 1, SlowRate: 100})
	h, now := cursor.Heads{Sealed: 5}, time.Unix(1000, 0)
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
		g := newMeshGroup(t, 3, func(c *Config) { c.MaxExecutedLag, c.SlowRate = 2, 10 })
		l := g.leader()
		submit := func(seq uint64) error {
			_, _, err := l.node.Submit(t.Context(), []command.Submission{submission(1, seq)}, nil)
			return err
		}
		l.ledger.heads.Store(&cursor.Heads{Sealed: 3, Executed: 1})
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
		l.ledger.heads.Store(&cursor.Heads{Sealed: 3, Executed: 2})
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
