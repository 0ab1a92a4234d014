package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// runNode runs a replica until stop is called.
func runNode(t *testing.T, file, dataDir string, set ...string) (stop func()) {
	t.Helper()
	cfg, err := config.Load(config.Sources{File: file, Set: append([]string{
		"batches.max_age=300ms", "l1.poll_interval=100ms", "node.data_dir=" + dataDir,
	}, set...)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() {
		done <- node.Run(ctx, node.Options{
			Config: cfg, Version: "test", Logger: slog.New(slog.DiscardHandler), Ready: func(*node.Replica) { close(ready) },
		})
	}()
	select {
	case <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("replica: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func reachHead(t *testing.T, endpoint, head string, atLeast float64) map[string]any {
	t.Helper()
	var status map[string]any
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) { // real blocks
		var code int
		if status, code, _ = runJSON(t, "status", "--endpoints", endpoint); code != exitOK {
			continue
		}
		if status["layers"].(map[string]any)["heads"].(map[string]any)[head].(float64) >= atLeast {
			return status
		}
	}
	t.Fatalf("%s does not reach %v: %v", head, atLeast, status)
	return nil
}

// recovery.md by its commands: a checkpoint is made, listed, verified and exported; snapshots and log are inspected and
// verified on disk; everything is lost and comes back from L1 with the guardian's key; what is damaged is named.
func TestRecoverByCommand(t *testing.T) {
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 200 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	dir := filepath.Join(t.TempDir(), "c")
	key := writeKey(t, embedded.DevKey(0)) // deploys, and so is owner and guardian
	report := mustRun(t, "init", "--dir", dir, "--replicas", "1", "--base-port", strconv.Itoa(basePort(t)), "--l1", chain.URL(),
		"--submitter-key", key, "--prover-key", writeKey(t, embedded.DevKey(1)))
	endpoint, file := report["endpoints"].([]any)[0].(string), report["configs"].([]any)[0].(string)
	first := filepath.Join(t.TempDir(), "first")
	stop := runNode(t, file, first)
	mustRun(t, "bench", "submit", "--endpoints", endpoint, "--duration", "1s", "--rate", "500", "--accounts", "20", "--markets", "1")
	reachHead(t, endpoint, "finalized", 1)

	made := mustRun(t, "checkpoint", "create", "--endpoints", endpoint, "--timeout", "60s")
	name := made["checkpoint"].(map[string]any)["name"].(string)
	if list := mustRun(t, "checkpoint", "list", "--config", file)["checkpoints"].([]any); list[0].(map[string]any)["name"] != name {
		t.Errorf("list %v, made %s", list, name)
	}
	mustRun(t, "checkpoint", "inspect", name, "--config", file)
	if v := mustRun(t, "checkpoint", "verify", name, "--config", file); v["l1"] != "the same on L1" {
		t.Errorf("verify %v", v)
	}
	exported := filepath.Join(t.TempDir(), "snapshot")
	mustRun(t, "checkpoint", "export", name, "--config", file, "--out", exported)
	mustRun(t, "snapshot", "verify", "--file", exported)
	mustRun(t, "bench", "submit", "--setup=false", "--endpoints", endpoint, "--duration", "1s", "--rate", "500", "--accounts", "20", "--markets", "1")
	reachHead(t, endpoint, "finalized", made["checkpoint"].(map[string]any)["batch"].(float64)+1)
	stop()

	mustRun(t, "snapshot", "inspect", "--data-dir", first)
	if doc := mustRun(t, "log", "verify", "--data-dir", first); doc["records"].(float64) < 5 || len(doc["damaged"].([]any)) != 0 {
		t.Errorf("log %v", doc)
	}
	flipFile(t, exported)
	if _, code, _ := runJSON(t, "snapshot", "inspect", "--file", exported); code != exitInconsistent {
		t.Errorf("a flipped bit in a snapshot: status %d", code)
	}

	second := filepath.Join(t.TempDir(), "second")
	command := []string{"recover", "l1", "--config", file, "--dir", second, "--evidence", first, "--key-file", key}
	plan := mustRun(t, append(command, "--dry-run")...)
	if plan["dry_run"] != true || plan["from"] != "checkpoint "+name {
		t.Errorf("plan %v", plan)
	}
	if _, code, _ := runJSON(t, command...); code != exitUsage {
		t.Errorf("a loss that nobody accepted: status %d", code)
	}
	done := mustRun(t, append(command, "--accept-data-loss")...)
	if done["lost"].(map[string]any)["basis"] != "evidence" || done["take_over"] == nil {
		t.Errorf("report %v", done)
	}
	stop = runNode(t, file, second)
	reachHead(t, endpoint, "sealed", done["batch"].(float64))
	mustRun(t, "bench", "submit", "--setup=false", "--endpoints", endpoint, "--duration", "1s", "--rate", "500", "--accounts", "20", "--markets", "1")
	reachHead(t, endpoint, "finalized", done["batch"].(float64)+1)
	stop()

	out := filepath.Join(t.TempDir(), "range")
	span := mustRun(t, "recover", "range", "--config", file, "--from", "1", "--to", strconv.FormatInt(time.Now().UnixMilli(), 10), "--out", out)
	if span["first_batch"].(float64) != 1 || span["receipts"].(float64) == 0 {
		t.Errorf("range %v", span)
	}
	third := filepath.Join(t.TempDir(), "third")
	mustRun(t, "recover", "quorum", "--config", file, "--survivor", second, "--dir", third, "--key-file", key, "--accept-data-loss")
	stop = runNode(t, file, third)
	defer stop()
	reachHead(t, endpoint, "finalized", done["batch"].(float64)+1)
	mustRun(t, "checkpoint", "prune", "--config", file, "--keep", "1", "--grace", "0s")
}

func flipFile(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/3] ^= 4
	if err = os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
