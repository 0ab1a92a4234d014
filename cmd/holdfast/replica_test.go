package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/rpc/client"
)

// runNode runs a replica of a configuration in this process until stop is called, or the test ends.
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

// reachFinalized waits for a finalized head, and gives the status that shows it.
func reachFinalized(t *testing.T, endpoint string, atLeast float64) map[string]any {
	t.Helper()
	var status map[string]any
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) { // real blocks
		var code int
		if status, code, _ = runJSON(t, "status", "--endpoints", endpoint); code != exitOK {
			continue
		}
		if status["layers"].(map[string]any)["heads"].(map[string]any)["finalized"].(float64) >= atLeast {
			return status
		}
	}
	t.Fatalf("batch %v does not become final: %v", atLeast, status)
	return nil
}

// openSession opens a session for a test.
func openSession(t *testing.T, endpoint string) *client.Session {
	t.Helper()
	c, err := client.New(client.Config{Endpoints: []string{endpoint}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	s, err := c.OpenSession(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}
