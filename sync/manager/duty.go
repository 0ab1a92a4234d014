package manager

// What must hold here: a duty returns soon after its context ends, and never for another reason.

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	firstDelay = 50 * time.Millisecond
	maxDelay   = 5 * time.Second
)

// maxExecuteDelay is longer: an execution that fails for want of memory fails again, and costs a core meanwhile.
const maxExecuteDelay = 30 * time.Second

// profiled is the label of a profile's samples that says for which duty the time was spent; the checker's is "verify".
const profiled = "duty"

// DutyStatus says how a duty fares.
type DutyStatus struct {
	Name     string
	Steps    uint64    // that made progress
	Failures uint64    // in a row
	Err      error     // of the last step; nil when it went well
	Step     time.Time // when the step began that runs now; zero if none does
}

// duty is one loop. A step reports whether it made progress: it is then run again at once, otherwise after idle. After
// an error it is run again after a delay that doubles up to limit (0: maxDelay). What comes on wake ends either wait.
// What a step begins and does not end itself ends with its context.
type duty struct {
	name  string
	idle  time.Duration
	limit time.Duration
	wake  <-chan struct{} // nil: nothing does
	step  func(ctx context.Context) (progress bool, err error)
	end   func() // if set, waits for what the steps began
}

// board keeps the last status of every duty, also after leadership has ended.
type board struct {
	mu       sync.Mutex // guards statuses; nothing is called while it is held
	statuses map[string]DutyStatus
}

func (b *board) update(name string, edit func(*DutyStatus)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.statuses[name]
	s.Name = name
	edit(&s)
	b.statuses[name] = s
}

func (b *board) all() []DutyStatus {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.SortedFunc(maps.Values(b.statuses), func(x, y DutyStatus) int { return strings.Compare(x.Name, y.Name) })
}

// run loops until the context ends.
func (m *Manager) run(ctx context.Context, d duty) {
	pprof.Do(ctx, pprof.Labels(profiled, d.name), func(ctx context.Context) { m.loop(ctx, d) })
}

func (m *Manager) loop(ctx context.Context, d duty) {
	if d.end != nil {
		defer d.end()
	}
	limit := cmp.Or(d.limit, maxDelay)
	first := min(firstDelay, limit)
	delay := first
	for ctx.Err() == nil {
		m.board.update(d.name, func(s *DutyStatus) { s.Step = time.Now() })
		progress, err := d.step(ctx)
		m.board.update(d.name, func(s *DutyStatus) { s.Step = time.Time{} })
		if ctx.Err() != nil {
			return
		}
		wait := d.idle
		if err != nil {
			m.failed(ctx, d.name, err)
			wait, delay = delay, min(2*delay, limit)
		} else {
			m.succeeded(ctx, d.name, progress)
			delay = first
			if progress {
				continue
			}
		}
		pause(ctx, wait, d.wake)
	}
}

func (m *Manager) failed(ctx context.Context, name string, err error) {
	var before error
	m.board.update(name, func(s *DutyStatus) {
		before = s.Err
		s.Failures++
		s.Err = err
	})
	if before == nil || before.Error() != err.Error() {
		m.log.WarnContext(ctx, "duty step failed, it is tried again", slog.String("duty", name), slog.Any("error", err))
	}
}

func (m *Manager) succeeded(ctx context.Context, name string, progress bool) {
	var before error
	m.board.update(name, func(s *DutyStatus) {
		before = s.Err
		s.Failures, s.Err = 0, nil
		if progress {
			s.Steps++
		}
	})
	if before != nil {
		m.log.InfoContext(ctx, "duty goes on", slog.String("duty", name))
	}
}

// pause waits for d, for what comes on wake, or for the end of ctx.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
	}
}
