package manager

// What must hold here: an audit is one replica's word about the leader's record of L1. It alarms and is recorded, and
// stops nothing: one wrong endpoint must not stop the others.

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
)

// audits counts what this replica's audits found.
type audits struct {
	agreed, disagreed, unread atomic.Uint64
	standing                  atomic.Pointer[consistency.Disagreement] // nil while there is none
}

// Audits is what this replica's audits of the leader's record of L1 found.
type Audits struct {
	Agreed, Disagreed, Unread uint64                    // since the start
	Standing                  *consistency.Disagreement // nil while there is none, and on the leader
}

// Audits returns what this replica's audits found since it started.
func (m *Manager) Audits() Audits {
	return Audits{
		Agreed: m.audits.agreed.Load(), Disagreed: m.audits.disagreed.Load(), Unread: m.audits.unread.Load(),
		Standing: m.audits.standing.Load(),
	}
}

// audit compares the leader's record of L1 with this replica's endpoints and tells the others.
func (m *Manager) audit(ctx context.Context, auditor *consistency.Auditor, report consistency.Report) {
	if m.parts.Cluster.IsLeader() {
		m.audits.standing.Store(nil)
		m.parts.Cluster.SetAudit(nil)
		return
	}
	found, err := auditor.Audit(ctx, report)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil: // who sees nothing says nothing
		m.audits.unread.Add(1)
		m.audits.standing.Store(nil)
		m.parts.Cluster.SetAudit(nil)
		return
	case found == nil:
		m.audits.agreed.Add(1)
		m.audits.standing.Store(nil)
		m.parts.Cluster.SetAudit(&cluster.Audit{Agrees: true})
		return
	}
	m.audits.disagreed.Add(1)
	if before := m.audits.standing.Swap(found); before == nil || before.What != found.What {
		m.log.ErrorContext(ctx, "this replica's L1 contradicts what the leader recorded", slog.String("record", string(found.What)),
			slog.Uint64("batch", found.Batch), slog.Uint64("block", found.Block), slog.String("detail", found.Detail))
	}
	m.parts.Cluster.SetAudit(&cluster.Audit{What: string(found.What), Batch: found.Batch, Block: found.Block, Detail: found.Detail})
}

// auditVerdict is what the other replicas' audits say of this leader's record; false while nobody audits.
func auditVerdict(leader string, said []cluster.Audit, replicas int) (cursor.Verdict, bool) {
	var agree, against []string
	v := cursor.Verdict{Pair: cursor.Audit, Finding: cursor.Consistent, Cause: cursor.CauseNone}
	for _, a := range said {
		if a.Agrees {
			agree = append(agree, a.Node)
			continue
		}
		if len(against) == 0 {
			v.Batch, v.Detail = a.Batch, fmt.Sprintf("%s: %s", a.What, a.Detail)
		}
		against = append(against, a.Node)
	}
	if len(against) == 0 {
		return v, len(agree) > 0
	}
	v.Finding, v.Cause = cursor.Divergent, cursor.CauseContradiction
	names := strings.Join(against, ", ")
	majority := replicas/2 + 1
	switch {
	case len(against) >= majority:
		v.Detail = fmt.Sprintf("the L1 of leader %s is wrong: %s contradict it; %s", leader, names, v.Detail)
	case len(agree)+1 >= majority:
		v.Detail = fmt.Sprintf("the L1 of %s is wrong: leader %s and the others agree; %s", names, leader, v.Detail)
	default:
		v.Detail = fmt.Sprintf("the L1 of leader %s or that of %s is wrong; %s", leader, names, v.Detail)
	}
	return v, true
}

// accusation is the part of an audit's verdict that says whose L1 is wrong: it changes as more replicas speak. What
// follows it moves on with the chain.
func accusation(v cursor.Verdict) string {
	if v.Pair != cursor.Audit {
		return ""
	}
	who, _, _ := strings.Cut(v.Detail, "; ")
	return who
}
