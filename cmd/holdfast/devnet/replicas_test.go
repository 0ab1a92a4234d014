package devnet

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

func keyFiles(t *testing.T, dir string) (submitter, prover string) {
	t.Helper()
	submitter, prover = filepath.Join(dir, "submitter.key"), filepath.Join(dir, "prover.key")
	for i, path := range []string{submitter, prover} {
		if err := layer1.WriteRawKey(path, embedded.DevKey(i)); err != nil {
			t.Fatal(err)
		}
	}
	return submitter, prover
}

// A replica that cannot be started is an error, and what was started before it still ends.
func TestReplicaThatDoesNotStart(t *testing.T) {
	dir := t.TempDir()
	chain := &l1{url: "http://127.0.0.1:1", chainID: 1337, contract: [20]byte{1}}
	chain.submitter, chain.prover = keyFiles(t, dir)
	o := Options{Replicas: 3, LogStore: "boltdb", Processes: true, Executable: filepath.Join(dir, "no-such-program")}
	r, err := newReplicas(o, dir, chain, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.startAll(); err == nil {
		t.Error("started a program that is not there")
	}
	closed := make(chan error, 1)
	go func() { closed <- r.close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Errorf("close: %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("close waits for a replica that never started")
	}
}
