package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// writeBook writes a book of one market with so many bids.
func writeBook(t *testing.T, bids int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("holdfast book 1\nasset,1,0,0x0000000000000000000000000000000000000000,100\nasset,2,0,0x00000000000000000000000000000000000000a2,1000000\n")
	b.WriteString("market,1,1,2,1,1,10,20,open\naccount,7,0x0000000000000000000000000000000000000007\nbalance,7,1,100\nbalance,7,2,1000000\n")
	for i := range bids {
		fmt.Fprintf(&b, "order,1,7,bid,%d,1,0\n", 10+i)
	}
	fmt.Fprintf(&b, "end,%d\n", 6+bids)
	path := filepath.Join(t.TempDir(), "book")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// issue: an existing order book imported at genesis with its root anchored. The contract holds the book's root before the
// first batch, batches that follow it become final, its orders are on the book under the ids of their records; everything
// lost comes back from L1 and the archive by itself, and without the book nothing begins anew. What its accounts own is paid
// on L1 once it is funded.
func TestBeginWithABook(t *testing.T) {
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 100 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	dir, key, book := filepath.Join(t.TempDir(), "c"), writeKey(t, embedded.DevKey(0)), writeBook(t, 50)
	deploying := []string{
		"--base-port", strconv.Itoa(basePort(t)), "--replicas", "1", "--l1", chain.URL(),
		"--submitter-key", key, "--prover-key", writeKey(t, embedded.DevKey(1)), "--book", book,
	}
	report := mustRun(t, append([]string{"init", "--dir", dir, "--owner", addressText(embedded.DevAddress(ownerKey))}, deploying...)...)
	endpoint, file, contract := report["endpoints"].([]any)[0].(string), report["configs"].([]any)[0].(string), report["contract"].(string)
	root := report["book"].(map[string]any)["root"].(string)
	if on := mustRun(t, "contract", "inspect", "--config", file); on["last_root"] != root || on["last_committed"].(float64) != 0 {
		t.Fatalf("the contract %v, the book's root %s", on, root)
	}
	// A second cluster may begin on a contract that was created with its book, and on no other.
	if _, code, _ := runJSON(t, append([]string{"init", "--dir", dir + "2", "--contract", contract}, append(deploying[:len(deploying)-1:len(deploying)-1], writeBook(t, 49))...)...); code != exitUsage {
		t.Errorf("another book on the contract: status %d", code)
	}
	mustRun(t, append([]string{"init", "--dir", dir + "3", "--contract", contract}, deploying...)...)

	// Empty replicas do not begin without the book, though L1 holds no batch yet.
	cfg, err := config.Load(config.Sources{File: file, Set: []string{"node.data_dir=" + filepath.Join(t.TempDir(), "empty")}})
	if err != nil {
		t.Fatal(err)
	}
	err = node.Run(context.WithoutCancel(t.Context()), node.Options{Config: cfg, Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if !errors.Is(err, cluster.ErrHistoryExists) {
		t.Fatalf("an empty replica: %v", err)
	}

	stop := runNode(t, file, filepath.Join(dir, "node1", "data"))
	mustRun(t, "asset", "register", "--asset", "9", "--token", "0x00000000000000000000000000000000000000a9", "--decimals", "0", "--endpoints", endpoint)
	claimTheBook(t, &anchoring{chain: chain, endpoint: endpoint, config: file, contract: contract}, book)
	before := reachFinalized(t, endpoint, 1)
	best := fmt.Sprintf("order/1/bid/%d/%d", 10+49, 6+50) // the last record
	mustRun(t, "prove", best, "--at", "finalized", "--endpoints", endpoint)
	stop()

	// Everything is lost. Without the book in the archive nothing comes back, and its file is enough.
	if err = os.RemoveAll(filepath.Join(dir, "archive", "checkpoints")); err != nil {
		t.Fatal(err)
	}
	command := []string{"recover", "l1", "--config", file, "--dir", filepath.Join(t.TempDir(), "new"), "--dry-run"}
	if _, code, errs := runJSON(t, command...); code != exitNotFound || !strings.Contains(errs, "holdfast book archive") {
		t.Errorf("without the book: status %d, %s", code, errs)
	}
	if _, code, _ := runJSON(t, "book", "archive", writeBook(t, 49), "--config", file); code != exitInconsistent {
		t.Errorf("another book: status %d", code)
	}
	mustRun(t, "book", "archive", book, "--config", file)
	if plan := mustRun(t, command...); plan["from_batch"].(float64) != 0 || plan["batches"].(float64) < 1 {
		t.Errorf("plan %v", plan)
	}
	stop = runNode(t, file, filepath.Join(t.TempDir(), "again"), "recovery.automatic=true")
	defer stop()
	after := reachFinalized(t, endpoint, 1)
	if rootAt(after) != rootAt(before) {
		t.Errorf("root %s after the recovery, was %s", rootAt(after), rootAt(before))
	}
	mustRun(t, "prove", best, "--at", "finalized", "--endpoints", endpoint)
}

func rootAt(status map[string]any) string {
	return status["replicas"].([]any)[0].(map[string]any)["status"].(map[string]any)["position"].(map[string]any)["root"].(string)
}
