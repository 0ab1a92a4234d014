package manager

// What must hold here: a verdict is recorded when it changes and not before it was compared; a halt that somebody ended
// is not made again by a report from before its end.

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
)

// verdictStep records the verdicts that changed and halts anchoring on those that forbid it.
func (m *Manager) verdictStep(ctx context.Context) (bool, error) {
	checks := m.checks.Load() // before the report, which is then at least as new
	report, ok := m.Report()
	if !ok {
		return false, nil
	}
	cur := m.parts.Machine.Cursor()
	// Whoever ended a halt has removed its cause since the last check, perhaps: a report from before must not halt again.
	// The check under way may have begun before the end; the one after it has not.
	halted := cur.Halted(command.ScopeAnchoring)
	if m.halted && !halted {
		m.fresh = m.checks.Load() + 2
	}
	m.halted = halted
	if checks < m.fresh {
		return false, nil
	}
	for _, v := range report.Verdicts {
		v.Detail = clip(v.Detail, cursor.MaxText)
		if last, known := cur.LastVerdict(v.Pair); known && last.Finding == v.Finding &&
			(v.Finding == cursor.Consistent || last.Batch == v.Batch) {
			continue
		}
		if err := m.record(ctx, v); err != nil {
			return false, fmt.Errorf("record verdict: %w", err)
		}
		if v.Finding != cursor.Consistent {
			m.log.WarnContext(ctx, "layers disagree", slog.String("pair", v.Pair.String()), slog.Uint64("batch", v.Batch),
				slog.String("finding", v.Finding.String()), slog.String("detail", v.Detail))
		}
	}
	// About the zkVM the cursor decides by itself: it halts when a second execution states another root too. Among the
	// replicas the cluster decides: the majority goes on, and without one it halts. The statement of a quarantined
	// minority stays until its batch is final, which it would never be if it halted anchoring.
	report.Verdicts = slices.DeleteFunc(slices.Clone(report.Verdicts), func(v cursor.Verdict) bool {
		return v.Pair == cursor.LocalZKVM || v.Pair == cursor.Replicas
	})
	if worst := report.Worst(); consistency.StopsAnchoring(worst.Finding) {
		reason := fmt.Sprintf("%s at batch %d between %s: %s", worst.Finding, worst.Batch, worst.Pair, worst.Detail)
		return false, m.haltAnchoring(ctx, reason, haltExit)
	}
	return false, nil
}

// haltExit names what ends a halt of anchoring.
const haltExit = "find and remove the cause, then `holdfast resume --scope anchoring`"
