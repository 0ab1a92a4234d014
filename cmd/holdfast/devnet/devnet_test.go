package devnet

// A run that holds, and the same run with one thing taken from its audit: an audit that cannot fail shows nothing.

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

func short(t *testing.T) Options {
	t.Helper()
	return Options{
		Replicas: 3, LogStore: "boltdb", Version: "test", Dir: filepath.Join(t.TempDir(), "run"),
		BlockTime: 200 * time.Millisecond, DA: "archive", Flow: workload.FlowMarket, Seed: 1, Accounts: 100, Markets: 2, Speed: 1000,
		Duration: 3 * time.Second, Drain: 3 * time.Minute, Logger: slog.New(slog.DiscardHandler),
	}
}

// promised are the keys of the summary that scripts may rely on.
func promised() []string {
	return []string{
		"replicas", "transitions_acknowledged", "transitions_per_second", "batches_sealed", "batches_executed", "batches_published",
		"batches_committed", "batches_proven", "batches_finalized", "proof_policy", "executed_lag", "roots_equal", "divergences",
		"acknowledged_lost", "anchors_duplicated", "commit_latency_ms", "bytes_per_transition", "lineage", "da", "da_batches",
	}
}

func checkSummary(t *testing.T, s *Summary) {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	for _, key := range promised() {
		if _, ok := doc[key]; !ok {
			t.Errorf("the summary has no %s", key)
		}
	}
	if latency, ok := doc["commit_latency_ms"].(map[string]any); !ok || latency["p50"] == nil || latency["p99"] == nil {
		t.Errorf("commit_latency_ms is %v", doc["commit_latency_ms"])
	}
	if len(s.Broken) > 0 || !s.RootsEqual || s.Divergences != 0 || s.AcknowledgedLost != 0 || s.AnchorsDuplicated != 0 || !s.Drained {
		t.Errorf("does not hold: %s", b)
	}
	if s.TransitionsAcked == 0 || s.BatchesSealed == 0 || s.TransitionsAcked != s.TransitionsAccepted+s.TransitionsRejected {
		t.Errorf("did too little: %s", b)
	}
	for _, head := range []uint64{s.BatchesExecuted, s.BatchesPublished, s.BatchesCommitted, s.BatchesProven, s.BatchesFinalized} {
		if head != s.BatchesSealed {
			t.Errorf("a head is not level after the drain: %s", b)
		}
	}
}

// issue "DA": the main job with every place of payloads; what the audit reads, it reads from where L1 says that it is.
func TestRunOnEveryPrimary(t *testing.T) {
	for _, primary := range []string{"blob", "calldata", "altda"} {
		t.Run(primary, func(t *testing.T) {
			t.Parallel()
			o := short(t)
			o.DA, o.Speed = primary, 300
			s, err := Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			checkSummary(t, s)
			if s.DABatches[primary] != s.BatchesSealed || len(s.DABatches) != 1 {
				t.Errorf("%d batches, audited: %v", s.BatchesSealed, s.DABatches)
			}
		})
	}
}

// README "devnet": order flow in, anchored roots out, and nothing acknowledged is lost. Then each thing that the audit
// is there for goes wrong once.
func TestRunHoldsAndItsAuditCanFail(t *testing.T) {
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
	ctx := context.Background()
	if err = r.start(ctx, dir); err != nil {
		t.Fatal(err)
	}
	if err = r.submit(ctx); err != nil {
		t.Fatal(err)
	}
	drained, err := r.drain(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.summarize(ctx, drained)
	if err != nil {
		t.Fatal(err)
	}
	checkSummary(t, s)
	checkAlertMetrics(t, r.replicas)

	summaryBreaks := func(why string) {
		t.Helper()
		again, failed := r.summarize(ctx, drained)
		if failed != nil {
			t.Fatal(failed)
		}
		if !slices.ContainsFunc(again.Broken, func(b string) bool { return strings.Contains(b, why) }) {
			t.Errorf("nothing says %q: %v", why, again.Broken)
		}
	}
	held := r.load.accepted
	r.load.accepted = append(slices.Clone(held), acknowledged{sequence: 1 << 40, print: held[0].print})
	summaryBreaks("acknowledged transitions are lost") // a receipt for what the archive does not hold
	place := slices.IndexFunc(held, func(a acknowledged) bool { return a.print != held[0].print })
	r.load.accepted = slices.Clone(held)
	r.load.accepted[0].print = held[place].print
	summaryBreaks("acknowledged transitions are lost") // it holds another one under the number
	r.load.accepted = held
	r.load.refused = 1
	summaryBreaks("refused")
	r.load.refused = 0

	root, err := hex.DecodeString(s.Root)
	if err != nil {
		t.Fatal(err)
	}
	for _, equal := range []bool{true, false} {
		if got, err := rootsEqual(ctx, r.client, s.BatchesSealed, [32]byte(root)); err != nil || got != equal {
			t.Errorf("roots equal %v, want %v: %v", got, equal, err)
		}
		root[7] ^= 1
	}
	takeArchive(t, dir)
	if _, err := r.summarize(ctx, drained); err == nil {
		t.Error("a summary was made without the archive's payloads")
	}
}

// A name of a metric; a job's name has a hyphen and does not match.
var metricName = regexp.MustCompile(`\bholdfast_[a-z0-9_]+`)

// interfaces.md "alerts": an alert on a metric that no replica exports never fires. With a leader and its followers all
// metrics are there.
func checkAlertMetrics(t *testing.T, r *replicas) {
	t.Helper()
	exported := map[string]bool{}
	for _, m := range r.members {
		for line := range strings.Lines(scrape(t, m.config.HTTP.Bind)) {
			exported[metricName.FindString(line)] = exported[metricName.FindString(line)] || !strings.HasPrefix(line, "#")
		}
	}
	rules, err := os.ReadFile(filepath.Join("..", "..", "..", "deploy", "prometheus", "rules", "holdfast.yml"))
	if err != nil {
		t.Fatal(err)
	}
	wanted := metricName.FindAllString(string(rules), -1)
	if len(wanted) < 20 {
		t.Fatalf("%d metrics in the rules", len(wanted))
	}
	for _, name := range wanted {
		if !exported[name] && !strings.HasPrefix(name, "holdfast_tls_") { // of replicas with TLS: jepsen/process reads them
			t.Errorf("the alert rules name %s, which no replica exports", name)
		}
	}
}

func scrape(t *testing.T, addr string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// takeArchive empties every object of the archive.
func takeArchive(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, "archive"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Truncate(path, 0)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// layers.md "at most one commit takes effect per batch number": every event beyond the row 1, 2, 3 is counted.
func TestDuplicatedAnchorsAreCounted(t *testing.T) {
	for _, c := range []struct {
		numbers []uint64
		want    uint64
	}{
		{nil, 0},
		{[]uint64{1, 2, 3}, 0},
		{[]uint64{1, 2, 2, 3}, 1},
		{[]uint64{1, 1, 1}, 2},
		{[]uint64{1, 3}, 1},
		{[]uint64{2}, 1},
		{[]uint64{1, 2, 1, 2, 3}, 2},
	} {
		var events []layer1.CommitEvent
		for _, n := range c.numbers {
			events = append(events, layer1.CommitEvent{Number: n})
		}
		if got := duplicated(events); got != c.want {
			t.Errorf("%v: %d, want %d", c.numbers, got, c.want)
		}
	}
}

// Each invariant of a summary is a reason of its own.
func TestBrokenNamesEveryInvariant(t *testing.T) {
	good := Summary{RootsEqual: true, Drained: true}
	if b := broken(&good, 0); len(b) > 0 {
		t.Errorf("a good summary is broken: %v", b)
	}
	for name, spoil := range map[string]func(*Summary){
		"different roots": func(s *Summary) { s.RootsEqual = false },
		"divergence":      func(s *Summary) { s.Divergences = 1 },
		"lost":            func(s *Summary) { s.AcknowledgedLost = 1 },
		"twice":           func(s *Summary) { s.AnchorsDuplicated = 1 },
		"final in time":   func(s *Summary) { s.Drained = false },
	} {
		s := good
		spoil(&s)
		if b := broken(&s, 0); len(b) != 1 || !strings.Contains(b[0], name) {
			t.Errorf("%s: %v", name, b)
		}
	}
}

// The recorded flow: every message is consumed, and the book that L1's root proves is the one of an independent replay.
func TestRecordedFlow(t *testing.T) {
	if testing.Short() {
		t.Skip("replays the whole recording")
	}
	o := short(t)
	o.Flow, o.Speed, o.Duration = workload.FlowBitstamp+recording(t), 0, 0
	o.BookOut = filepath.Join(t.TempDir(), "book.csv")
	s, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	checkSummary(t, s)
	m := s.Recording
	if m == nil || m.Messages != 50_414 || m.Created+m.Changed+m.Deleted+m.NotSubmitted != m.Messages {
		t.Errorf("the recording has 50,414 messages: %+v", m)
	}
	if m != nil && s.TransitionsRejected != m.Rejected {
		t.Errorf("%d were rejected; the recording has %d that must be", s.TransitionsRejected, m.Rejected)
	}
	got, err := os.ReadFile(o.BookOut)
	if err != nil {
		t.Fatal(err)
	}
	if want := replay(t, o.Flow); want != string(got) {
		t.Errorf("the cluster's final book (%d lines) is not the replay's (%d lines)",
			strings.Count(string(got), "\n"), strings.Count(want, "\n"))
	}
}

// replay is the model's final book.
func replay(t *testing.T, flow string) string {
	t.Helper()
	f, done, err := workload.Open(flow, 0, workload.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	}()
	recorded := f.(*workload.Recorded)
	var transition command.Transition
	for recorded.Next(&transition) {
	}
	rows := recorded.Replay()
	if err := recorded.Err(); err != nil || len(rows) < 100 {
		t.Fatalf("%d orders rest: %v", len(rows), err)
	}
	var b strings.Builder
	if err := models.WriteCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// recording is the recorded flow's file, or skips; in CI it must be there.
func recording(t *testing.T) string {
	t.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "..", "shared")
	}
	path := filepath.Join(shared, "orderflow", "orders.csv.xz")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("the recorded order flow is not beside the checkout: %v", err)
	}
	return path
}

// A divergence that stood at any moment of the run counts, once; lag, silence and missing data do not.
func TestDivergencesOfTheWholeRunCount(t *testing.T) {
	r := newRun(Options{})
	foreign := &pb.Verdict{Layers: "local-L1", Batch: 3, Kind: pb.VerdictKind_VERDICT_KIND_FOREIGN}
	r.note([]*pb.Verdict{foreign, {Layers: "local-DA", Batch: 3, Kind: pb.VerdictKind_VERDICT_KIND_MISSING}})
	r.note([]*pb.Verdict{foreign, {Layers: "local-L1", Batch: 4, Kind: pb.VerdictKind_VERDICT_KIND_STALLED}})
	r.note(nil)
	if len(r.diverged) != 1 {
		t.Errorf("%d divergences counted, want 1", len(r.diverged))
	}
}
