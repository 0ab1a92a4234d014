package devnet

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// issue "drills": what a report says, for scripts and for people, and that a drill that was cut short is no success.
func TestDrillReport(t *testing.T) {
	d := &drill{
		kind: drillKind{name: "leader-kill"}, o: DrillOptions{Rounds: 3, Replicas: 3},
		firsts:     []time.Duration{300 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond},
		consistent: []time.Duration{time.Second, 3 * time.Second, 2 * time.Second},
		timeline:   []DrillEvent{{AtMs: 1500, Round: 1, Event: "node1 killed"}},
	}
	rep := d.report(&Summary{Broken: []string{}})
	if rep.TimeToFirstWriteMs.MedianMs < 199 || rep.TimeToFirstWriteMs.MaximumMs != 300 || rep.TimeToConsistentMs.MaximumMs != 3000 || len(rep.Broken) != 0 {
		t.Errorf("report %+v", rep)
	}
	doc, err := json.Marshal(rep)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"drill":"leader-kill"`, `"rounds":3`, `"time_to_first_write_ms":{`, `"median":`, `"p90":`, `"maximum":300`, `"time_to_consistent_ms":{`,
		`"acknowledged_lost":0,"lost_beyond_l1":0`, `"anchors_doubled":0`, `"timeline":[{"at_ms":1500,"round":1,"event":"node1 killed"}]`, `"broken":[]`,
	} {
		if !strings.Contains(string(doc), want) {
			t.Errorf("no %s in %s", want, doc)
		}
	}
	var text bytes.Buffer
	rep.WriteTable(&text)
	if !strings.Contains(text.String(), "1.500 s\tround 1: node1 killed") {
		t.Errorf("table:\n%s", &text)
	}
	d.consistent = d.consistent[:2]
	if rep = d.report(&Summary{}); !slices.Contains(rep.Broken, "2 of 3 rounds were done") {
		t.Errorf("broken: %v", rep.Broken)
	}
	if rep = d.report(&Summary{Broken: []string{"acknowledged transitions are lost"}}); len(rep.Broken) != 2 {
		t.Errorf("broken: %v", rep.Broken)
	}
}

// issue "drills": of a cluster that was lost whole, what is newer than what came back is counted and called lost, and no
// acknowledgement that the recovered state holds goes unaudited; a state older than L1's finality is a defect.
func TestReportOfALostCluster(t *testing.T) {
	l := &load{accepted: []acknowledged{{1, 11}, {2, 12}, {3, 13}, {4, 14}}}
	d := &drill{kind: drillKind{name: "cluster-loss", fatal: true}, o: DrillOptions{Rounds: 1}, consistent: []time.Duration{1}}
	if d.lost = l.forget(2); d.lost != 2 || !slices.Equal(l.accepted, []acknowledged{{1, 11}, {2, 12}}) {
		t.Errorf("lost %d, still audited %v", d.lost, l.accepted)
	}
	if again := l.forget(2); again != 0 {
		t.Errorf("%d of them twice", again)
	}
	if rep := d.report(&Summary{AcknowledgedLost: 1}); rep.AcknowledgedLost != 3 || rep.LostBeyondL1 != 2 || len(rep.Broken) != 0 {
		t.Errorf("report %+v", rep)
	}
	d.unanchored = append(d.unanchored, "batch 9 was final on L1 and batch 8 came back")
	if rep := d.report(&Summary{}); len(rep.Broken) != 1 {
		t.Errorf("broken %v", rep.Broken)
	}
	if got := string(lastLine([]byte("a\nb: c\n"))); got != "b: c" {
		t.Errorf("last line %q", got)
	}
}

// issue "drills": the safe drill on a cluster that is not the drill's own. It changes nothing that is traded.
func TestDrillOnANamedCluster(t *testing.T) {
	o := short(t)
	r := newRun(o)
	defer func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	}()
	dir, _, err := directory(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if err = r.start(context.WithoutCancel(t.Context()), dir); err != nil {
		t.Fatal(err)
	}
	events := 0
	rep, err := DrillNamed(t.Context(), NamedOptions{
		Endpoints: r.replicas.endpoints(), Rounds: 2, Settle: 2 * time.Minute, Event: func(DrillEvent) { events++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(rep.Broken) != 0 || rep.AcknowledgedLost != 0 || rep.TimeToFirstWriteMs.Rounds != 2 || rep.Replicas != 3 || events != 6 || len(rep.Timeline) != events {
		t.Errorf("%+v", rep)
	}
	heads, err := r.heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if heads.GetApplied() != 0 {
		t.Errorf("%d transitions were accepted by a drill on somebody's cluster", heads.GetApplied())
	}
}
