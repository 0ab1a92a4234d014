package manager

// What must hold here: a verdict is recorded when it changes and not before it was compared; what may go by itself is
// recorded once it has stood for an interval; a halt that somebody ended is not made again by a report from before its
// end.

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
)

// verdicts is what the verdict duty knows of its steps before.
type verdicts struct {
	term   uint64 // of the leadership that this is of
	halted bool   // whether anchoring was halted at the last step
	fresh  uint64 // the check from which on a report was begun after this leadership, and after the end of the last halt
	since  map[cursor.Pair]standing
}

// standing is how long a pair has been found so.
type standing struct {
	finding cursor.Finding
	since   time.Time
}

// verdictStep records the verdicts that changed and halts anchoring on those that forbid it.
func (m *Manager) verdictStep(ctx context.Context) (bool, error) {
	checks := m.checks.Load() // before the report, which is then at least as new
	report, ok := m.Report()
	if !ok {
		return false, nil
	}
	cur := m.parts.Machine.Cursor()
	// A replica that was behind has compared what a rollback removed since: as leader it has applied everything.
	if term := m.term.Load(); term != m.verdicts.term {
		m.verdicts = verdicts{term: term, fresh: m.checks.Load() + 2}
	}
	// Whoever ended a halt has removed its cause since the last check, perhaps: a report from before must not halt again.
	// The check under way may have begun before the end; the one after it has not.
	halted := cur.Halted(command.ScopeAnchoring)
	if m.verdicts.halted && !halted {
		m.verdicts.fresh = m.checks.Load() + 2
	}
	m.verdicts.halted = halted
	if checks < m.verdicts.fresh {
		return false, nil
	}
	all := slices.Clone(report.Verdicts)
	if v, audited := auditVerdict(m.config.NodeID, m.parts.Cluster.Audits(m.term.Load()), m.parts.Cluster.Replicas()); audited {
		all = append(all, v)
	}
	for _, v := range all {
		if err := m.recordVerdict(ctx, cur, v); err != nil {
			return false, err
		}
	}
	return false, m.haltOn(ctx, report)
}

// recordVerdict records what changed.
func (m *Manager) recordVerdict(ctx context.Context, cur *cursor.Cursor, v cursor.Verdict) error {
	v.Detail = clip(v.Detail, cursor.MaxText)
	last, known := cur.LastVerdict(v.Pair)
	if known && last.Finding == v.Finding && last.Cause == v.Cause && (v.Finding == cursor.Consistent || last.Batch == v.Batch && accusation(last.Verdict) == accusation(v)) {
		delete(m.verdicts.since, v.Pair)
		return nil
	}
	if !m.settled(v) {
		return nil
	}
	if err := m.record(ctx, v); err != nil {
		return fmt.Errorf("record verdict: %w", err)
	}
	if v.Finding != cursor.Consistent {
		m.log.WarnContext(ctx, "layers disagree", slog.String("pair", v.Pair.String()), slog.Uint64("batch", v.Batch),
			slog.String("finding", v.Finding.String()), slog.String("cause", v.Cause.String()), slog.String("detail", v.Detail))
	}
	return nil
}

// settled says whether a finding is one to record: at once if no waiting heals it, or if all is well again; else when
// it has stood for an interval.
func (m *Manager) settled(v cursor.Verdict) bool {
	if v.Cause == cursor.CauseNone || v.Cause.Fatal() {
		delete(m.verdicts.since, v.Pair)
		return true
	}
	s, known := m.verdicts.since[v.Pair]
	if !known || s.finding != v.Finding {
		if m.verdicts.since == nil {
			m.verdicts.since = map[cursor.Pair]standing{}
		}
		s = standing{finding: v.Finding, since: time.Now()}
		m.verdicts.since[v.Pair] = s
	}
	return time.Since(s.since) >= m.config.Interval
}

// haltOn halts anchoring on what this replica found itself. About the zkVM the cursor decides by itself: it halts when a
// second execution states another root too. Among the replicas the cluster decides: the majority goes on, and without one
// it halts. The statement of a quarantined minority stays until its batch is final, which it would never be if it halted
// anchoring.
func (m *Manager) haltOn(ctx context.Context, report consistency.Report) error {
	report.Verdicts = slices.DeleteFunc(slices.Clone(report.Verdicts), func(v cursor.Verdict) bool {
		return v.Pair == cursor.LocalZKVM || v.Pair == cursor.Replicas
	})
	worst := report.Worst()
	if !worst.Finding.Stops() {
		return nil
	}
	return m.haltAnchoring(ctx, fmt.Sprintf("%s %s at batch %d: %s", worst.Pair, worst.Finding, worst.Batch, worst.Detail), worst.Exit())
}
