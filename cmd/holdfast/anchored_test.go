package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/manager"
)

// mustRun runs a command and gives its JSON.
func mustRun(t *testing.T, args ...string) map[string]any {
	t.Helper()
	doc, code, text := runJSON(t, args...)
	if code != exitOK {
		t.Fatalf("%s: status %d: %s", strings.Join(args, " "), code, text)
	}
	return doc
}

func runJSON(t *testing.T, args ...string) (doc map[string]any, code int, text string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), append(args, "-o", "json"), &out, &errs)
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
			t.Fatalf("%s: %v in %s", strings.Join(args, " "), err, out.String())
		}
	}
	return doc, code, errs.String()
}

func writeKey(t *testing.T, key [32]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(hex.EncodeToString(key[:])), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkMetrics wants every promised metric, named by Prometheus' conventions.
func checkMetrics(t *testing.T, addr string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.New(bytes.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	for _, want := range []string{
		`holdfast_head_batch{head="finalized"} `, `holdfast_head_lag_seconds{head="proven"} `, `holdfast_head_lag_batches{head="executed"} `,
		`holdfast_submit_duration_seconds_count{outcome="receipt"} `, `holdfast_rpc_duration_seconds_bucket{`, `holdfast_raft_state{state="Leader"} 1`,
		"holdfast_raft_term ", "holdfast_raft_voters 1", "holdfast_raft_voters_reachable 1", "holdfast_sessions 1", "holdfast_divergences 0",
		`holdfast_verdict{finding="consistent",layers="local_l1"} `, `holdfast_anchors{kind="commit",status="pending"} `, `holdfast_da_bytes{provider="1"} `, `holdfast_da_row_bytes{provider="1"} `,
		`holdfast_l1_block{level="finalized"} `, `holdfast_transitions_total{result="accepted"} `, `holdfast_duty_failures{duty="seal"} 0`,
	} {
		if !strings.Contains(string(text), "\n"+want) {
			t.Errorf("no metric %s", want)
		}
	}
}

// startNode runs a replica in its own data directory until the test ends, and gives its HTTP address.
func startNode(t *testing.T, file string) (httpAddr string) {
	t.Helper()
	cfg, err := config.Load(config.Sources{File: file})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(cfg.Node.DataDir, 0o750); err != nil {
		t.Fatal(err)
	}
	runNode(t, file, cfg.Node.DataDir)
	return cfg.HTTP.Bind
}

// refusesOtherProofs wants that a replica does not start whose proofs the contract, which takes executions, would not take.
func refusesOtherProofs(t *testing.T, file string) {
	t.Helper()
	cfg, err := config.Load(config.Sources{File: file, Set: []string{"zkvm.proofs=development", "node.data_dir=" + t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = node.Run(ctx, node.Options{Config: cfg, Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if _, mismatch := errors.AsType[*manager.ProgramMismatchError](err); !mismatch || !strings.Contains(err.Error(), "zkvm.program") {
		t.Errorf("a replica with other proofs than the contract takes: %v", err)
	}
}

// The whole way: init deploys the contract, a replica anchors what was submitted,
// and the command line verifies a balance against L1 without trusting the replica.
func TestFromInitToAVerifiedBalance(t *testing.T) {
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 200 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	dir := filepath.Join(t.TempDir(), "c")
	report := mustRun(t, "init", "--dir", dir, "--replicas", "1", "--base-port", strconv.Itoa(basePort(t)), "--l1", chain.URL(),
		"--submitter-key", writeKey(t, embedded.DevKey(0)), "--prover-key", writeKey(t, embedded.DevKey(1)))
	contract := report["contract"].(string)
	endpoint := report["endpoints"].([]any)[0].(string)
	file := report["configs"].([]any)[0].(string)
	refusesOtherProofs(t, file)
	metrics := startNode(t, file)
	mustRun(t, "bench", "submit", "--endpoints", endpoint, "--duration", "1s", "--rate", "1000", "--accounts", "20", "--markets", "1")

	deadline := time.Now().Add(60 * time.Second)
	finalized := 0.0
	for finalized < 1 && time.Now().Before(deadline) {
		layers := mustRun(t, "status", "--endpoints", endpoint)["layers"].(map[string]any)
		finalized = layers["heads"].(map[string]any)["finalized"].(float64)
		time.Sleep(100 * time.Millisecond) // the chain's blocks come on the real clock
	}
	if finalized < 1 {
		t.Fatalf("nothing was finalized: %v", mustRun(t, "status", "--endpoints", endpoint))
	}

	l1 := []string{"--l1", chain.URL(), "--contract", contract, "--endpoints", endpoint}
	for _, level := range []string{"latest", "finalized"} {
		v := mustRun(t, append([]string{"verify", "record", "balance/1/1", "account/12345", "--at", "finalized", "--level", level}, l1...)...)
		records := v["records"].([]any)
		if v["verified"] != true || records[0].(map[string]any)["present"] != true || records[1].(map[string]any)["present"] != false {
			t.Errorf("%s: %v", level, v)
		}
	}
	if v := mustRun(t, append([]string{"verify", "batch", "1"}, l1...)...); v["replicas"].([]any)[0].(map[string]any)["matches"] != true {
		t.Errorf("batch 1: %v", v)
	}
	if _, code, text := runJSON(t, append([]string{"verify", "batch", "1", "--timeout", "2s"}, append(l1[:4:4], "--endpoints", freeAddress(t))...)...); code != exitUnreachable {
		t.Errorf("nobody to compare with: status %d: %s", code, text)
	}
	if v := mustRun(t, "verify", "batch", "1", "--endpoints", endpoint); v["matches"] != true || v["finalized"] != true {
		t.Errorf("batch 1 as the replica says: %v", v)
	}

	// A kept proof is checked without a replica; a changed one is status 5.
	file = filepath.Join(t.TempDir(), "proof.json")
	mustRun(t, "prove", "balance/1/1", "--batch", "1", "--proof-out", file, "--endpoints", endpoint)
	offline := append([]string{"verify", "proof", file}, l1[:4]...)
	mustRun(t, offline...)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var proof map[string]any
	if err = json.Unmarshal(b, &proof); err != nil {
		t.Fatal(err)
	}
	proof["keys"] = []any{base64.StdEncoding.EncodeToString([]byte("another"))}
	if b, err = json.Marshal(proof); err != nil {
		t.Fatal(err)
	}
	if err = os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, code, text := runJSON(t, offline...); code != exitInconsistent {
		t.Errorf("a changed proof: status %d: %s", code, text)
	}
	mustRun(t, "consistency", "--endpoints", endpoint)
	checkMetrics(t, metrics)
}

// basePort finds one that init's offsets fit to, for three replicas.
func basePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		base := freePort(t)
		fits := true
		for _, offset := range []int{0, 100, 200} {
			for i := 1; i <= 3; i++ {
				fits = fits && free(base+offset+i)
			}
		}
		if fits {
			return base
		}
	}
	t.Fatal("no free ports")
	return 0
}
