package manager

// What must hold here: every replica compares the layers, whether it leads or not; a replica that does not lead audits
// the one that does.

import (
	"context"
	"hash/fnv"
	"log/slog"
	"runtime/pprof"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// Watch runs the checker on this replica until ctx ends.
func (m *Manager) Watch(ctx context.Context) {
	if m.config.SealOnly {
		<-ctx.Done()
		return
	}
	events := make(chan struct{}, 1)
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { m.listen(ctx, events) })
	if m.prover != nil {
		beside.Go(func() { m.keepInputs(ctx) })
	}
	var auditor *consistency.Auditor
	var audited time.Time
	if m.l1 != nil {
		auditor = consistency.NewAuditor(m.parts.Machine, m.l1)
	}
	pprof.Do(ctx, pprof.Labels(profiled, "verify"), func(ctx context.Context) {
		consistency.Watch(ctx, consistency.New(m.comparisons()), m.config.Interval, events, func(report consistency.Report) {
			m.report.Store(&report)
			m.checks.Add(1)
			nudge(m.reported)
			if auditor != nil && time.Since(audited) >= m.config.Interval {
				audited = time.Now()
				m.audit(ctx, auditor, report)
			}
		})
	})
}

// comparisons is what the checker of this replica compares.
func (m *Manager) comparisons() consistency.Config {
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(m.config.NodeID)) // never fails
	config := consistency.Config{
		Local: m.parts.Machine, Replicas: m.roots, Tolerance: m.config.Tolerance, Seed: seed.Sum64(),
		Barrier: func(ctx context.Context) error {
			_, err := m.parts.Cluster.ReadBarrier(ctx)
			return err
		},
	}
	if m.parts.DA != nil {
		config.DA, config.Headers = m.parts.DA.Reader, m.archivedHeader
	}
	if m.l1 != nil {
		config.L1 = m.l1
	}
	return config
}

// archivedHeader finds a header by its hash (consistency.Headers).
func (m *Manager) archivedHeader(ctx context.Context, hash cursor.Hash) (batch.Header, cursor.Ref, error) {
	object, err := m.parts.DA.Archive().Load(ctx, hash)
	return object.Header, da.ArchiveRef(object.Header), err
}

// eventBuffer lets a burst of entries pass.
const eventBuffer = 1024

// listen nudges the checker when something happened that it should look at, or was missed.
func (m *Manager) listen(ctx context.Context, events chan<- struct{}) {
	err := fsm.Follow(ctx, m.parts.Machine.Subscribe, eventBuffer, func() { nudge(events) }, func(ev fsm.Event) {
		if matters(ev) {
			nudge(events)
		}
	})
	if err != nil { // a poisoned replica: its process is about to end
		m.log.WarnContext(ctx, "no more events: the layers are compared at every interval alone", slog.Any("error", err))
	}
}

// matters says whether layers may compare otherwise after an event than before.
func matters(ev fsm.Event) bool {
	switch e := ev.(type) {
	case fsm.Sealed, fsm.HeadsMoved, fsm.RolledBack, fsm.Halted, fsm.Restored:
		return true
	case fsm.Recorded:
		switch e.Fact.(type) {
		case cursor.Executed, cursor.Published, cursor.Included, cursor.Failed, cursor.AtDepth, cursor.L1Observed, cursor.L1Reorg,
			cursor.ReplicaRoot:
			return true
		}
	}
	return false
}

func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// roots are the roots that replicas stated for a batch (consistency.Replicas).
func (m *Manager) roots(n uint64, sealed cursor.Hash) map[string][32]byte {
	out := map[string][32]byte{}
	stated, hash := m.stated(n)
	if hash != sealed {
		return out // a rollback removed it during the check
	}
	for node, root := range stated {
		out[node] = root.Root
	}
	return out
}

// Interval returns the time between two checks.
func (m *Manager) Interval() time.Duration { return m.config.Interval }
