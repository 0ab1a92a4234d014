package manager

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
)

// alone is a cluster of one that applies what is proposed to a cursor.
type alone struct {
	Machine
	Cluster

	t      *testing.T
	cursor *cursor.Cursor
	events int
	audits []cluster.Audit
}

func (a *alone) Cursor() *cursor.Cursor { return a.cursor.Clone() }

func (a *alone) Propose(_ context.Context, kind command.Type, body []byte) (*fsm.Result, error) {
	a.t.Helper()
	if kind != command.TypeCursor {
		a.t.Fatalf("proposed %v", kind)
	}
	event, err := cursor.DecodeEvent(body)
	if err != nil {
		a.t.Fatal(err)
	}
	a.events++
	return &fsm.Result{Err: a.cursor.Apply(event, cursor.Context{})}, nil
}

func newAlone(t *testing.T) (*alone, *Manager) {
	t.Helper()
	a := &alone{t: t, cursor: cursor.New()}
	return a, &Manager{log: slog.New(slog.DiscardHandler), parts: Parts{Machine: a, Cluster: a}}
}

// sealedTo seals batches up to last in a cluster of one.
func (a *alone) sealedTo(last uint64) {
	a.t.Helper()
	if err := a.cursor.Genesis([16]byte{1}, cursor.Context{}); err != nil {
		a.t.Fatal(err)
	}
	for n := uint64(1); n <= last; n++ {
		a.cursor.Seal(cursor.Batch{Number: n, HeaderHash: [32]byte{byte(n)}, Root: [32]byte{byte(n)}, FirstSequence: n, LastSequence: n})
	}
}

func (a *alone) Audits(uint64) []cluster.Audit { return a.audits }
func (a *alone) Replicas() int                 { return 3 }

// Whatever an endpoint answers is recorded in bounded, printable form: an error page must not take the leader down.
func TestVerdictsOfLongErrorsAreRecorded(t *testing.T) {
	a, m := newAlone(t)
	page := "502 Bad Gateway: \xff" + strings.Repeat("\u00e9", cursor.MaxText)
	m.report.Store(&consistency.Report{Verdicts: []cursor.Verdict{{Pair: cursor.LocalL1, Finding: cursor.Unknown, Cause: cursor.CauseUnreachable, Detail: page}}})
	if _, err := m.verdictStep(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, ok := a.cursor.LastVerdict(cursor.LocalL1)
	if !ok || v.Finding != cursor.Unknown || !utf8.ValidString(v.Detail) || !strings.HasPrefix(v.Detail, "502 Bad Gateway: ?") {
		t.Errorf("recorded %v %+v", ok, v)
	}
}

// layers.md: verdicts are persisted when they change, not at every check.
func TestVerdictsAreRecordedWhenTheyChange(t *testing.T) {
	a, m := newAlone(t)
	say := func(v cursor.Verdict, events int) {
		t.Helper()
		m.report.Store(&consistency.Report{Verdicts: []cursor.Verdict{v}})
		before := a.events
		for range 3 {
			if _, err := m.verdictStep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if a.events-before != events {
			t.Errorf("%v at batch %d: recorded %d times, want %d", v.Finding, v.Batch, a.events-before, events)
		}
	}
	say(cursor.Verdict{Pair: cursor.LocalL1, Batch: 1, Finding: cursor.Consistent, Cause: cursor.CauseNone}, 1)
	say(cursor.Verdict{Pair: cursor.LocalL1, Batch: 2, Finding: cursor.Consistent, Cause: cursor.CauseNone}, 0)
	say(cursor.Verdict{Pair: cursor.LocalL1, Finding: cursor.Unknown, Cause: cursor.CauseUnreachable, Detail: "a"}, 1)
	say(cursor.Verdict{Pair: cursor.LocalL1, Finding: cursor.Unknown, Cause: cursor.CauseUnreachable, Detail: "b"}, 0)
	say(cursor.Verdict{Pair: cursor.LocalL1, Batch: 2, Finding: cursor.Lagging, Cause: cursor.CauseLag}, 1)
	say(cursor.Verdict{Pair: cursor.LocalL1, Batch: 3, Finding: cursor.Consistent, Cause: cursor.CauseNone}, 1)
}

// README invariant 1: among replicas the majority is right. A minority's root is a verdict and does not stop anchoring:
// it would stay for ever, because the batch that shows it could never become final.
func TestMinorityOfReplicasDoesNotHaltAnchoring(t *testing.T) {
	a, m := newAlone(t)
	for _, pair := range []cursor.Pair{cursor.Replicas, cursor.LocalZKVM} {
		m.report.Store(&consistency.Report{Verdicts: []cursor.Verdict{{Pair: pair, Batch: 1, Finding: cursor.Divergent, Cause: cursor.CauseContradiction}}})
		if _, err := m.verdictStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if v, ok := a.cursor.LastVerdict(pair); !ok || v.Finding != cursor.Divergent || a.cursor.Halted(command.ScopeAnchoring) {
			t.Errorf("%v: verdict %+v, halts %+v", pair, v, a.cursor.Halts())
		}
	}
	m.report.Store(&consistency.Report{Verdicts: []cursor.Verdict{{Pair: cursor.LocalL1, Batch: 1, Finding: cursor.Divergent, Cause: cursor.CauseContradiction}}})
	if _, err := m.verdictStep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !a.cursor.Halted(command.ScopeAnchoring) {
		t.Error("a divergence from L1 does not halt anchoring")
	}
}

// A halt that was ended stays ended until a check that began afterwards finds its cause again.
func TestReportFromBeforeAResumeDoesNotHaltAgain(t *testing.T) {
	a, m := newAlone(t)
	step := func(what string, halted bool) {
		t.Helper()
		if _, err := m.verdictStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a.cursor.Halted(command.ScopeAnchoring) != halted {
			t.Errorf("%s: halts %+v", what, a.cursor.Halts())
		}
	}
	say := func(batch uint64, f cursor.Finding) {
		cause := cursor.CauseNone
		if f.Stops() {
			cause = cursor.CauseContradiction
		}
		m.report.Store(&consistency.Report{Verdicts: []cursor.Verdict{{Pair: cursor.LocalL1, Batch: batch, Finding: f, Cause: cause}}})
	}
	say(1, cursor.Foreign)
	step("a foreign batch", true)
	step("still", true)
	if err := a.cursor.Resume(command.ScopeAnchoring, "reverted by the guardian", cursor.Context{}); err != nil {
		t.Fatal(err)
	}
	step("the report from before", false)
	m.checks.Add(1)
	step("the check that was under way", false)
	m.checks.Add(1)
	say(1, cursor.Consistent)
	step("the cause is gone", false)
	say(2, cursor.Foreign)
	step("another cause", true)
}

// What a replica found before it led may be of a history that was rolled back since: it had not applied everything.
func TestReportFromBeforeALeadershipDoesNotHalt(t *testing.T) {
	a, m := newAlone(t)
	m.checks.Store(7)
	m.term.Store(3)
	m.report.Store(&consistency.Report{Verdicts: []cursor.Verdict{
		{Pair: cursor.LocalL1, Batch: 1, Finding: cursor.Divergent, Cause: cursor.CauseContradiction},
	}})
	for checks, halted := range []bool{false, false, true} {
		if _, err := m.verdictStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a.cursor.Halted(command.ScopeAnchoring) != halted {
			t.Errorf("after %d checks: halts %+v", checks, a.cursor.Halts())
		}
		m.checks.Add(1)
	}
}

// layers.md, "transient and fatal causes are kept apart": what may go by itself is recorded once it has stood for an
// interval; what no waiting heals, and that all is well again, at once.
func TestTransientFindingsAreRecordedOnceTheyStand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, m := newAlone(t)
		m.config.Interval = time.Second
		say := func(v cursor.Verdict, events int) {
			t.Helper()
			m.report.Store(&consistency.Report{Verdicts: []cursor.Verdict{v}})
			before := a.events
			if _, err := m.verdictStep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if a.events-before != events {
				t.Errorf("%v for %v: recorded %d times, want %d", v.Finding, v.Cause, a.events-before, events)
			}
		}
		well := cursor.Verdict{Pair: cursor.LocalL1, Finding: cursor.Consistent, Cause: cursor.CauseNone}
		silent := cursor.Verdict{Pair: cursor.LocalL1, Finding: cursor.Unknown, Cause: cursor.CauseUnreachable}
		foreign := cursor.Verdict{Pair: cursor.LocalL1, Batch: 2, Finding: cursor.Foreign, Cause: cursor.CauseContradiction}
		say(well, 1)
		say(silent, 0)
		time.Sleep(900 * time.Millisecond)
		say(silent, 0)
		say(well, 0)
		say(silent, 0)
		time.Sleep(900 * time.Millisecond)
		say(silent, 0) // it was well in between
		time.Sleep(100 * time.Millisecond)
		say(silent, 1)
		say(foreign, 1)
		say(well, 1)
	})
}

// layers.md, follower audit: whose L1 is wrong is named by the majority, and an audit stops nothing.
func TestAuditsNameWhoseL1IsWrong(t *testing.T) {
	agrees := func(node string) cluster.Audit { return cluster.Audit{Node: node, Agrees: true} }
	against := func(node string) cluster.Audit {
		return cluster.Audit{Node: node, What: "follow_point", Batch: 3, Block: 9, Detail: "block 9 is x, not y"}
	}
	for _, c := range []struct {
		name    string
		said    []cluster.Audit
		finding cursor.Finding
		detail  string
	}{
		{"nobody audits", nil, 0, ""},
		{"all agree", []cluster.Audit{agrees("b"), agrees("c")}, cursor.Consistent, ""},
		{"two against the leader", []cluster.Audit{against("b"), against("c")}, cursor.Divergent, "the L1 of leader a is wrong: b, c contradict it"},
		{"one against the others", []cluster.Audit{against("b"), agrees("c")}, cursor.Divergent, "the L1 of b is wrong: leader a and the others agree"},
		{"one alone", []cluster.Audit{against("c")}, cursor.Divergent, "the L1 of leader a or that of c is wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, m := newAlone(t)
			m.config.NodeID, a.audits = "a", c.said
			m.report.Store(&consistency.Report{})
			if _, err := m.verdictStep(t.Context()); err != nil {
				t.Fatal(err)
			}
			v, _ := a.cursor.LastVerdict(cursor.Audit)
			if v.Finding != c.finding || !strings.HasPrefix(v.Detail, c.detail) || a.cursor.Halted(command.ScopeAnchoring) {
				t.Errorf("verdict %+v, halts %+v", v, a.cursor.Halts())
			}
		})
	}
}

// An accusation is corrected as soon as more replicas have spoken; what it is about moves on with the chain and is not
// recorded again and again.
func TestAnAccusationIsCorrected(t *testing.T) {
	said := func(node string, block string) cluster.Audit {
		return cluster.Audit{Node: node, Agrees: block == "", What: "follow_point", Batch: 3, Detail: block}
	}
	a, m := newAlone(t)
	m.config.NodeID = "a"
	m.report.Store(&consistency.Report{})
	for _, c := range []struct {
		said   []cluster.Audit
		detail string
		events int
	}{
		{[]cluster.Audit{said("b", "block 9 is x")}, "the L1 of leader a or that of b is wrong", 1},
		{[]cluster.Audit{said("b", "block 10 is y")}, "the L1 of leader a or that of b is wrong", 0},
		{[]cluster.Audit{said("b", "block 11 is z"), said("c", "")}, "the L1 of b is wrong", 1},
		{[]cluster.Audit{said("b", "block 12 is z"), said("c", "block 12 is z")}, "the L1 of leader a is wrong", 1},
		{[]cluster.Audit{said("b", "block 13 is z"), said("c", "block 13 is z")}, "the L1 of leader a is wrong", 0},
	} {
		a.audits = c.said
		before := a.events
		if _, err := m.verdictStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		v, _ := a.cursor.LastVerdict(cursor.Audit)
		if !strings.HasPrefix(v.Detail, c.detail) || a.events-before != c.events {
			t.Errorf("%d events, %q; want %d, %q", a.events-before, v.Detail, c.events, c.detail)
		}
	}
}
