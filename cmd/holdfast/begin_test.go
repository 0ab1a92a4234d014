package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// recovery.md: empty replicas never begin a history beside one that L1 holds. By themselves they bring it back only
// where that is allowed, and every voter has answered that it is empty.
func TestEmptyReplicasDoNotBeginAnew(t *testing.T) {
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 200 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	report := mustRun(t, "init", "--dir", filepath.Join(t.TempDir(), "c"), "--replicas", "1", "--base-port", strconv.Itoa(basePort(t)), "--l1", chain.URL(),
		"--submitter-key", writeKey(t, embedded.DevKey(0)), "--prover-key", writeKey(t, embedded.DevKey(1)))
	endpoint, file := report["endpoints"].([]any)[0].(string), report["configs"].([]any)[0].(string)
	stop := runNode(t, file, filepath.Join(t.TempDir(), "first"))
	mustRun(t, "bench", "submit", "--endpoints", endpoint, "--duration", "1s", "--rate", "500", "--accounts", "20", "--markets", "1")
	before := reachFinalized(t, endpoint, 1)
	stop()

	cfg, err := config.Load(config.Sources{File: file, Set: []string{"node.data_dir=" + filepath.Join(t.TempDir(), "second")}})
	if err != nil {
		t.Fatal(err)
	}
	err = node.Run(context.WithoutCancel(t.Context()), node.Options{Config: cfg, Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if !errors.Is(err, cluster.ErrHistoryExists) {
		t.Fatalf("an empty replica: %v", err)
	}

	stop = runNode(t, file, filepath.Join(t.TempDir(), "third"), "recovery.automatic=true")
	defer stop()
	finalized := before["layers"].(map[string]any)["heads"].(map[string]any)["finalized"].(float64)
	after := reachFinalized(t, endpoint, finalized)
	if after["layers"].(map[string]any)["heads"].(map[string]any)["sealed"].(float64) < finalized {
		t.Errorf("recovered %v", after)
	}
}
