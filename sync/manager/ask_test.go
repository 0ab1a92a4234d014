package manager

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// others are the replicas beside one that executes nothing itself.
type others struct {
	*alone
	began     time.Time
	reachable func(after time.Duration) []string
	answers   map[string]func(ctx context.Context) error // nil: a statement

	mu    sync.Mutex // guards asked
	asked []string
}

func (o *others) Reachable() []string { return o.reachable(time.Since(o.began)) }

func (o *others) Execute(ctx context.Context, node string, n uint64, sealed [32]byte) (cluster.Execution, error) {
	o.mu.Lock()
	o.asked = append(o.asked, node)
	o.mu.Unlock()
	return cluster.Execution{Node: node, Batch: n, Sealed: sealed}, o.answers[node](ctx)
}

func newOthers(t *testing.T, answers map[string]func(ctx context.Context) error) (*others, *Manager) {
	t.Helper()
	a, m := newAlone(t)
	a.sealedTo(1)
	o := &others{alone: a, began: time.Now(), answers: answers}
	m.parts.Cluster, m.parts.Machine = o, o
	m.config.NodeID, m.config.ExecutorPaused = "self", true
	return o, m
}

func silence(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// Whoever comes back is asked at the next patience, although all that were there have been asked.
func TestAReplicaThatComesBackIsAskedToExecute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, m := newOthers(t, map[string]func(context.Context) error{
			"a": silence, "b": func(context.Context) error { return nil },
		})
		o.reachable = func(after time.Duration) []string {
			if after < executionPatience*3/2 {
				return []string{"a"}
			}
			return []string{"a", "b"}
		}
		stated, err := m.askExecution(t.Context(), 1, [32]byte{1})
		if took := time.Since(o.began); err != nil || stated.Node != "b" || took != 2*executionPatience {
			t.Errorf("%+v after %v: %v", stated, took, err)
		}
	})
}

// Where nobody gives a statement, each is asked once and the step fails with what each said.
func TestAnExecutionThatNobodyGivesFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("refused")
		o, m := newOthers(t, map[string]func(context.Context) error{
			"a": silence, "b": func(context.Context) error { return refused },
		})
		o.reachable = func(time.Duration) []string { return []string{"a", "b"} }
		_, err := m.askExecution(t.Context(), 1, [32]byte{1})
		if !errors.Is(err, refused) || !errors.Is(err, errPaused) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("failed with %v", err)
		}
		if took := time.Since(o.began); len(o.asked) != 2 || took > executionLimit+executionPatience {
			t.Errorf("asked %v in %v", o.asked, took)
		}
	})
}

// A batch that a rollback removed while somebody was silent about it does not hold up the one that takes its number.
func TestNobodyWaitsForARemovedBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, m := newOthers(t, map[string]func(context.Context) error{"a": silence})
		o.reachable = func(after time.Duration) []string {
			if after > 0 {
				o.cursor = cursor.New()
			}
			return []string{"a"}
		}
		record, _ := o.Cursor().Batch(1)
		if err := m.executeBatch(t.Context(), record); err != nil {
			t.Error(err)
		}
		if took := time.Since(o.began); o.events != 0 || took > 2*executionPatience {
			t.Errorf("%d events after %v", o.events, took)
		}
	})
}
