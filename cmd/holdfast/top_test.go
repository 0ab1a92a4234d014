package main

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// lookAt is a look at a cluster of three that is well.
func lookAt() *topSample {
	s := &topSample{
		statusReport: &statusReport{layers: &pb.LayersResponse{
			Heads: &pb.Heads{Applied: 100, Sealed: 9, Executed: 8}, L1Latest: &pb.BlockRef{Number: 7},
			Lags: []*pb.Lag{{Head: pb.Head_HEAD_EXECUTED, Batches: 1, AgeMs: 500}, {Head: pb.Head_HEAD_FINALIZED, Batches: 9, AgeMs: 600_000}},
		}},
		members:  &pb.ListMembersResponse{Leader: "node1", Voters: 3, HealthyVoters: 3, FailureTolerance: 1},
		verdicts: &pb.ConsistencyResponse{Verdicts: []*pb.Verdict{{Layers: "local-l1", Kind: pb.VerdictKind_VERDICT_KIND_LAGGING}}},
	}
	for _, id := range []string{"node1", "node2", "node3"} {
		s.Replicas = append(s.Replicas, &replicaStatus{Endpoint: id + ":1", reply: &pb.StatusResponse{Id: id, Leader: "node1"}})
		s.members.Members = append(s.members.Members, &pb.Member{Id: id, Voter: true, Healthy: true})
	}
	return s
}

// interfaces.md "holdfast top": what an operator must see has the name of its rule, whose runbook says what to do; what is
// well, or goes by itself, is no alert.
func TestTopAlerts(t *testing.T) {
	if got := lookAt().alerts(); len(got) > 0 {
		t.Errorf("of a cluster that is well: %v", got)
	}
	verdict := func(k pb.VerdictKind) func(*topSample) {
		return func(s *topSample) { s.verdicts.Verdicts[0].Kind = k }
	}
	lag := func(h pb.Head, age time.Duration) func(*topSample) {
		return func(s *topSample) { s.layers.Lags[0] = &pb.Lag{Head: h, Batches: 1, AgeMs: age.Milliseconds()} }
	}
	cases := []struct {
		want  string // of the rule; empty for none
		spoil func(*topSample)
	}{
		{"HoldfastNoLeader", func(s *topSample) {
			for _, r := range s.Replicas {
				r.reply.Leader = ""
			}
		}},
		{"HoldfastReplicaDown", func(s *topSample) { s.Replicas[2].Error, s.Replicas[2].reply = "refused", nil }},
		{"HoldfastIntakeHalted", func(s *topSample) { s.Replicas[0].reply.Halts = []string{"intake halted: x"} }},
		{"HoldfastAnchoringHalted", func(s *topSample) { // said by all, shown once
			for _, r := range s.Replicas {
				r.reply.Halts = []string{"anchoring halted: x"}
			}
		}},
		{"HoldfastDiskFull", func(s *topSample) { s.Replicas[1].reply.Disk = &pb.Disk{Refuses: "1 GB is left"} }},
		{"HoldfastQuorumAtRisk", func(s *topSample) { s.members.FailureTolerance = 0 }},
		{"", func(s *topSample) { s.members.FailureTolerance, s.members.Voters = 0, 1 }},
		{"HoldfastReplicaBehind", func(s *topSample) { s.members.Members[1].Lag = 5001 }},
		{"HoldfastDivergence", verdict(pb.VerdictKind_VERDICT_KIND_DIVERGENT)},
		{"HoldfastDivergence", verdict(pb.VerdictKind_VERDICT_KIND_FOREIGN)},
		{"HoldfastDivergence", verdict(pb.VerdictKind_VERDICT_KIND_REVERTED)},
		{"HoldfastDataMissing", verdict(pb.VerdictKind_VERDICT_KIND_MISSING)},
		{"HoldfastLayerUnreadable", verdict(pb.VerdictKind_VERDICT_KIND_UNKNOWN)},
		{"", verdict(pb.VerdictKind_VERDICT_KIND_STALLED)},
		{"HoldfastHeadLagging", lag(pb.Head_HEAD_EXECUTED, 31*time.Second)},
		{"HoldfastHeadLagging", lag(pb.Head_HEAD_COMMITTED, 181*time.Second)},
		{"HoldfastHeadLagging", lag(pb.Head_HEAD_FINALIZED, 3601*time.Second)},
		{"", lag(pb.Head_HEAD_PROVEN, 179*time.Second)},
		{"", func(s *topSample) { // nothing is anchored
			s.layers.L1Latest = nil
			lag(pb.Head_HEAD_COMMITTED, time.Hour)(s)
		}},
	}
	rules := alerts(t)
	for _, c := range cases {
		s := lookAt()
		c.spoil(s)
		got := s.alerts()
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0].Name != c.want) {
			t.Errorf("%v, want %q", got, c.want)
		}
		if c.want != "" && !slices.ContainsFunc(rules, func(r alertRule) bool { return r.Alert == c.want }) {
			t.Errorf("no rule is called %s", c.want)
		}
	}
}

// A cluster of which nothing is known is shown as that, and not as one that is well.
func TestTopWithoutAnAnswer(t *testing.T) {
	s := &topSample{statusReport: &statusReport{Replicas: []*replicaStatus{{Endpoint: "a:1", Error: "refused"}}}}
	s.Alerts = s.alerts()
	text := strings.Join(s.picture(), "\n")
	for _, want := range []string{"unreachable", "no verdict yet", "ALERT HoldfastNoLeader: no replica answered", "leader -"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if exitCode(s.judge()) != exitUnreachable {
		t.Error(errors.Unwrap(s.judge()))
	}
}

// Throughput is what was accepted between two looks; a rollback is no negative one.
func TestTopThroughput(t *testing.T) {
	before, after := lookAt(), lookAt()
	before.TimeMs, after.TimeMs = 1000, 3000
	if got := perSecond(300, 100, after.since(before)); got != 100 {
		t.Errorf("%v a second", got)
	}
	if got := perSecond(50, 100, 2); got != 0 {
		t.Errorf("%v a second after a rollback", got)
	}
	before.layers = nil
	if after.since(before) != 0 || after.since(nil) != 0 {
		t.Error("there is no time since a look that saw nothing")
	}
}

// A picture takes the place of the one before it: up by as many lines as that had, each line whole, nothing left below.
func TestPainter(t *testing.T) {
	var out bytes.Buffer
	p := painter{w: &out}
	p.paint([]string{"one", strings.Repeat("é", 100)})
	if got := out.String(); strings.Contains(got, "A\x1b") || strings.Count(got, "é") != 80 {
		t.Errorf("first picture %q", got)
	}
	out.Reset()
	p.paint(slices.Repeat([]string{"x"}, 50))
	if got := out.String(); !strings.HasPrefix(got, "\x1b[2A") || strings.Count(got, "\n") != 23 || !strings.HasSuffix(got, "\x1b[J") {
		t.Errorf("second picture %q", got)
	}
	out.Reset()
	if p.paint(nil); out.String() != "\x1b[23A\x1b[J" {
		t.Errorf("an empty picture %q", out.String())
	}
}
