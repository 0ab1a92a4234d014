package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// anchoring is a chain and one replica that commits by call data, with something committed.
type anchoring struct {
	chain    *embedded.Chain
	config   string
	contract string
	endpoint string
	archive  string
	keys     [2]string
}

func startAnchoring(t *testing.T) *anchoring {
	t.Helper()
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 200 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	x := &anchoring{chain: chain, keys: [2]string{writeKey(t, embedded.DevKey(0)), writeKey(t, embedded.DevKey(1))}}
	dir := filepath.Join(t.TempDir(), "c")
	report := mustRun(t, "init", "--dir", dir, "--replicas", "1", "--base-port", strconv.Itoa(basePort(t)), "--l1", chain.URL(),
		"--submitter-key", x.keys[0], "--prover-key", x.keys[1])
	x.contract, x.endpoint = report["contract"].(string), report["endpoints"].([]any)[0].(string)
	x.config, x.archive = report["configs"].([]any)[0].(string), filepath.Join(dir, "archive")
	cfg, err := config.Load(config.Sources{File: x.config})
	if err != nil {
		t.Fatal(err)
	}
	cfg.DA.Primary = "calldata"
	text, err := cfg.FileYAML()
	if err != nil {
		t.Fatal(err)
	}
	if err = os.WriteFile(x.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	startNode(t, x.config)
	mustRun(t, "bench", "submit", "--endpoints", x.endpoint, "--duration", "1s", "--rate", "500", "--accounts", "20", "--markets", "1")
	x.waits(t, "committed")
	return x
}

// waits until everything that was sealed so far has reached a head.
func (x *anchoring) waits(t *testing.T, head string) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); {
		layers := mustRun(t, "status", "--endpoints", x.endpoint)["layers"].(map[string]any)
		heads := layers["heads"].(map[string]any)
		if at := heads[head].(float64); at > 0 && at == heads["sealed"].(float64) {
			return
		}
		time.Sleep(50 * time.Millisecond) // the chain's blocks come on the real clock
	}
	t.Fatalf("not everything is %s", head)
}

func (x *anchoring) refused(t *testing.T, status int, says string, args ...string) {
	t.Helper()
	if _, code, text := runJSON(t, args...); code != status || !strings.Contains(text, says) {
		t.Errorf("%s: status %d, want %d, saying %q: %s", strings.Join(args, " "), code, status, says, text)
	}
}

// issue "CLI": what L1 and DA hold of a batch is asked for and checked by the command line itself.
func TestDAAndBatchEvidence(t *testing.T) {
	x := startAnchoring(t)
	doc := mustRun(t, "batch", "show", "1", "--config", x.config, "--endpoints", x.endpoint)
	found := doc["evidence"].(map[string]any)
	if found["committed"] != true || found["matches"] != true || found["provider_named_by_l1"] != "calldata" || len(found["holders"].([]any)) != 2 {
		t.Errorf("evidence %v", found)
	}
	if refs := doc["batch"].(map[string]any)["da"].([]any); len(refs) != 2 {
		t.Errorf("published %v", refs)
	}
	checked := mustRun(t, "da", "check", "--config", x.config, "--endpoints", x.endpoint)["batches"].([]any)
	for _, b := range checked {
		if holders := b.(map[string]any)["holders"].([]any); len(holders) != 2 {
			t.Errorf("%v", b)
		}
	}
	out := filepath.Join(t.TempDir(), "payload")
	doc = mustRun(t, "da", "fetch", "1", "--provider", "calldata", "--out", out, "--config", x.config, "--endpoints", x.endpoint)
	payload, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(payload); doc["payload_hash"] != hex.EncodeToString(sum[:]) || doc["provider"] != "calldata" {
		t.Errorf("%v, SHA-256 %x", doc, sum)
	}
	x.refused(t, exitFailed, "exists", "da", "fetch", "1", "--out", out, "--config", x.config)
	x.refused(t, exitNotFound, "does not name blob", "da", "fetch", "1", "--provider", "blob", "--out", out+"2", "--config", x.config)
	x.refused(t, exitNotFound, "no batch 999", "da", "fetch", "999", "--out", out+"2", "--config", x.config)
	x.refused(t, exitNotFound, "asked for 998 to 999", "da", "check", "--from", "998", "--to", "999", "--config", x.config)

	// Bytes that are wrong are no bytes; what is left is said, and nothing left is status 5.
	objects, err := filepath.Glob(filepath.Join(x.archive, "*.batch"))
	if err != nil || len(objects) == 0 {
		t.Fatalf("%v %v", objects, err)
	}
	for _, o := range objects {
		if err = os.WriteFile(o, []byte("damaged"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	doc = mustRun(t, "da", "check", "--from", "1", "--to", "1", "--config", x.config, "--endpoints", x.endpoint)
	if b := doc["batches"].([]any)[0].(map[string]any); len(b["holders"].([]any)) != 1 || b["failed"].(map[string]any)["archive"] == nil {
		t.Errorf("%v", b)
	}
	x.refused(t, exitNotFound, "archive", "da", "fetch", "1", "--provider", "archive", "--out", out+"2", "--config", x.config, "--endpoints", x.endpoint)

	x.chain.SetFault(embedded.FaultRefuse)
	x.refused(t, exitUnreachable, "L1", "da", "check", "--config", x.config)
	x.refused(t, exitUnreachable, "L1", "contract", "inspect", "--config", x.config, "--wait", "3s")
	x.chain.SetFault(embedded.FaultNone)
}

// interfaces.md: anchors are listed, shown, sent again and cancelled; what is refused says why and what to do.
func TestAnchorsByCommand(t *testing.T) {
	x := startAnchoring(t)
	x.waits(t, "finalized")
	x.chain.Stall(true)
	mustRun(t, "bench", "submit", "--endpoints", x.endpoint, "--duration", "200ms", "--rate", "100", "--accounts", "20", "--markets", "1", "--setup=false")
	var pending map[string]any
	for deadline := time.Now().Add(time.Minute); pending == nil && time.Now().Before(deadline); {
		for _, a := range mustRun(t, "anchor", "list", "--endpoints", x.endpoint)["anchors"].([]any) {
			if m := a.(map[string]any); m["kind"] == "commit" && m["status"] == "pending" {
				pending = m
			}
		}
		time.Sleep(50 * time.Millisecond) // another process's worth of duties
	}
	if pending == nil {
		t.Fatal("no pending commit")
	}
	nonce := strconv.FormatFloat(pending["nonce"].(float64), 'f', -1, 64)
	order := func(what string) []string {
		return []string{"anchor", what, "commit", nonce, "--reason", "test", "--endpoints", x.endpoint}
	}
	if shown := mustRun(t, "anchor", "show", "commit", nonce, "--endpoints", x.endpoint); shown["estimated_gas"].(float64) == 0 {
		t.Errorf("%v", shown)
	}
	if a := mustRun(t, order("retry")...); len(a["attempts"].([]any)) != 2 {
		t.Errorf("retried: %v", a)
	}
	if a := mustRun(t, order("cancel")...); len(a["attempts"].([]any)) != 3 {
		t.Errorf("cancelled: %v", a)
	}
	x.refused(t, exitFailed, "being cancelled already", order("cancel")...)
	x.refused(t, exitFailed, "never goes out again", order("retry")...)
	x.refused(t, exitFailed, "anchor list", "anchor", "retry", "commit", "9999", "--reason", "test", "--endpoints", x.endpoint)
	x.refused(t, exitNotFound, "anchor list", "anchor", "show", "commit", "9999", "--endpoints", x.endpoint)
	x.chain.Stall(false)
	x.waits(t, "finalized")
}

// layers.md, contract: separate roles, pause, revert and take-over, each estimated before it is sent.
func TestContractByCommand(t *testing.T) {
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 100 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	x := &anchoring{chain: chain}
	owner, other := writeKey(t, embedded.DevKey(0)), writeKey(t, embedded.DevKey(3))
	l1 := []string{"--l1", chain.URL()}
	deploy := append([]string{
		"contract", "deploy", "--key-file", owner, "--submitter", addressText(embedded.DevAddress(1)), "--prover", addressText(embedded.DevAddress(2)),
	}, l1...)
	dry := mustRun(t, append(deploy, "--dry-run")...)
	if dry["gas"].(float64) < 100_000 || !strings.HasPrefix(dry["call_data"].(string), "0x60") {
		t.Errorf("dry run: %.200v", dry)
	}
	deployed := mustRun(t, deploy...)
	at := append(l1, "--contract", deployed["contract"].(string))
	on := func(key string, args ...string) []string {
		return append(append(append([]string{"contract"}, args...), "--key-file", key), at...)
	}
	inspect := func() map[string]any { return mustRun(t, append([]string{"contract", "inspect"}, at...)...) }
	if doc := mustRun(t, on(owner, "pause", "--dry-run")...); doc["gas"].(float64) == 0 || inspect()["paused_since"].(float64) != 0 {
		t.Errorf("a dry run sent something: %v", doc)
	}
	mustRun(t, on(owner, "pause")...)
	if inspect()["paused_since"].(float64) == 0 {
		t.Error("not paused")
	}
	x.refused(t, exitFailed, "NotOwner", on(other, "unpause")...)
	mustRun(t, on(owner, "unpause")...)
	mustRun(t, on(owner, "roles", "--guardian", addressText(embedded.DevAddress(3)))...)
	if doc := inspect(); doc["guardian"] != addressText(embedded.DevAddress(3)) || doc["prover"] != addressText(embedded.DevAddress(2)) {
		t.Errorf("roles %v", doc)
	}
	x.refused(t, exitFailed, "NotGuardian", on(owner, "pause")...)
	mustRun(t, on(owner, "roles", "--offer-ownership", addressText(embedded.DevAddress(3)))...)
	mustRun(t, on(other, "roles", "--accept-ownership")...)
	if doc := inspect(); doc["owner"] != addressText(embedded.DevAddress(3)) {
		t.Errorf("owner %v", doc["owner"])
	}
	zero := strings.Repeat("00", 32)
	lineage := strings.Repeat("ab", 16)
	x.refused(t, exitFailed, "NumberMismatch", on(other, "take-over", "--lineage", lineage, "--last", "7", "--header-hash", zero)...)
	mustRun(t, on(other, "take-over", "--lineage", lineage, "--last", "0", "--header-hash", zero)...)
	if doc := inspect(); doc["lineage"] != lineage {
		t.Errorf("lineage %v", doc["lineage"])
	}
	x.refused(t, exitFailed, "NotCommitted", on(other, "revert", "--from", "1")...)
	x.refused(t, exitNotFound, "no batch 4", on(other, "revert", "--from", "5")...)
	x.refused(t, exitNotFound, "check --contract", "contract", "inspect", "--l1", chain.URL(), "--contract", addressText(embedded.DevAddress(5)))
	x.refused(t, exitUsage, "--chain-id", "contract", "inspect", "--l1", chain.URL(), "--chain-id", "7", "--contract", deployed["contract"].(string))
}
