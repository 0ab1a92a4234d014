package main

// An alert here has the name and the meaning of its Prometheus rule, as far as one look at the replicas can tell; the
// runbook is the same. A rule that needs the past (a head that does not move, a rate) is Prometheus's.

import (
	"fmt"
	"slices"
	"time"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// alert is something that an operator must see.
type alert struct {
	Name string `json:"alert"`
	Text string `json:"text"`
}

// Limits of the rules for heads that lag.
const (
	layerLag  = 30 * time.Second // executed, published
	anchorLag = 3 * time.Minute  // committed, proven
	finalLag  = time.Hour
	behind    = 5000 // Raft entries
)

// alerts are those of one look.
func (s *topSample) alerts() (out []alert) {
	add := func(name, format string, args ...any) {
		if x := (alert{name, fmt.Sprintf(format, args...)}); !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	if err := s.judge(); err != nil {
		add("HoldfastNoLeader", "%v", err)
	}
	for _, r := range s.Replicas {
		if r.Error != "" {
			add("HoldfastReplicaDown", "%s does not answer: %s", r.Endpoint, r.Error)
			continue
		}
		if why := r.reply.GetDisk().GetRefuses(); why != "" {
			add("HoldfastDiskFull", "%s: %s", r.reply.GetId(), why)
		}
		for _, h := range r.reply.GetHalts() {
			name := "HoldfastAnchoringHalted"
			if haltsIntake(h) {
				name = "HoldfastIntakeHalted"
			}
			add(name, "%s", h)
		}
	}
	s.memberAlerts(add)
	for _, v := range s.verdicts.GetVerdicts() {
		if name := verdictAlert(v.GetKind()); name != "" {
			add(name, "%s %s at batch %d: %s", v.GetLayers(), enumName(v.GetKind().Descriptor(), v.GetKind().Number()), v.GetBatch(), v.GetDetail())
		}
	}
	s.lagAlerts(add)
	return out
}

func (s *topSample) memberAlerts(add func(name, format string, args ...any)) {
	if m := s.members; m.GetVoters() > 1 && m.GetFailureTolerance() == 0 {
		add("HoldfastQuorumAtRisk", "%d of %d voters are healthy: the next loss stops writes", m.GetHealthyVoters(), m.GetVoters())
	}
	for _, m := range s.members.GetMembers() {
		if m.GetLag() > behind {
			add("HoldfastReplicaBehind", "%s has yet to apply %d entries", m.GetId(), m.GetLag())
		}
	}
}

func verdictAlert(k pb.VerdictKind) string {
	switch k { //nolint:exhaustive // the others are well, or go by themselves
	case pb.VerdictKind_VERDICT_KIND_DIVERGENT, pb.VerdictKind_VERDICT_KIND_FOREIGN, pb.VerdictKind_VERDICT_KIND_REVERTED:
		return "HoldfastDivergence"
	case pb.VerdictKind_VERDICT_KIND_MISSING:
		return "HoldfastDataMissing"
	case pb.VerdictKind_VERDICT_KIND_UNKNOWN:
		return "HoldfastLayerUnreadable"
	}
	return ""
}

func (s *topSample) lagAlerts(add func(name, format string, args ...any)) {
	for _, lag := range s.layers.GetLags() {
		limit := layerLag
		switch lag.GetHead() { //nolint:exhaustive // the others are layers without an L1
		case pb.Head_HEAD_COMMITTED, pb.Head_HEAD_PROVEN:
			limit = anchorLag
		case pb.Head_HEAD_FINALIZED:
			limit = finalLag
		}
		anchored := lag.GetHead() != pb.Head_HEAD_EXECUTED && lag.GetHead() != pb.Head_HEAD_PUBLISHED
		age := time.Duration(lag.GetAgeMs()) * time.Millisecond
		if age > limit && (!anchored || s.anchors()) {
			add("HoldfastHeadLagging", "%s is %d batches behind, the oldest for %v",
				enumName(lag.GetHead().Descriptor(), lag.GetHead().Number()), lag.GetBatches(), age.Round(time.Second))
		}
	}
}
