package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// bridging is a chain and one replica that credits deposits one block deep, under a contract with an owner of its own.
type bridging struct {
	*anchoring
	owner, trader string // key files
}

const (
	ownerKey = 3 + iota
	traderKey
)

func startBridging(t *testing.T) *bridging {
	t.Helper()
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 100 * time.Millisecond, SafeDepth: 20, FinalizedDepth: 40})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	x := &bridging{
		anchoring: &anchoring{chain: chain, keys: [2]string{writeKey(t, embedded.DevKey(0)), writeKey(t, embedded.DevKey(1))}},
		owner:     writeKey(t, embedded.DevKey(ownerKey)), trader: writeKey(t, embedded.DevKey(traderKey)),
	}
	report := mustRun(t, "init", "--dir", filepath.Join(t.TempDir(), "c"), "--replicas", "1", "--base-port", strconv.Itoa(basePort(t)),
		"--l1", chain.URL(), "--submitter-key", x.keys[0], "--prover-key", x.keys[1], "--owner", addressText(embedded.DevAddress(ownerKey)))
	x.contract, x.endpoint = report["contract"].(string), report["endpoints"].([]any)[0].(string)
	x.config = report["configs"].([]any)[0].(string)
	cfg, err := config.Load(config.Sources{File: x.config})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Risk.ShallowDeposits, cfg.Risk.DepositDepth = true, 1
	text, err := cfg.FileYAML()
	if err != nil {
		t.Fatal(err)
	}
	if err = os.WriteFile(x.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	startNode(t, x.config)
	return x
}

// on is a command with the L1, the contract, the replica and a key.
func (x *bridging) on(key string, args ...string) []string {
	return append(args, "--config", x.config, "--endpoints", x.endpoint, "--key-file", key)
}

// withdraw submits a withdrawal until it is accepted: the deposit, whose account is the first that the queue made, may not
// be credited yet.
func (x *bridging) withdraw(t *testing.T, amount uint64) {
	t.Helper()
	s := openSession(t, x.endpoint)
	what := command.Transition{Kind: command.Withdraw, Account: 1 << 32, Asset: 1, Amount: amount, Address: embedded.DevAddress(traderKey)}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		r, err := s.Submit(t.Context(), what)
		if err != nil {
			t.Fatal(err)
		}
		if client.Accepted(r) {
			return
		}
		time.Sleep(50 * time.Millisecond) // the chain's blocks come on the real clock
	}
	t.Fatal("the deposit is not credited")
}

// issue "CLI": an asset is registered and listed, deposited, withdrawn, proved and claimed by the command line, and every
// refusal says what to do next.
func TestBridgeByCommand(t *testing.T) {
	x := startBridging(t)
	list := func(key string, more ...string) []string {
		return x.on(key, append([]string{"contract", "list-token", "--asset", "1"}, more...)...)
	}
	eth := []string{"--token", "eth", "--scale", "9"}
	register := []string{"asset", "register", "--asset", "1", "--token", "eth", "--decimals", "9", "--endpoints", x.endpoint}
	x.refused(t, exitNotFound, "asset register", list(x.owner, eth...)...)
	mustRun(t, register...)
	x.refused(t, exitFailed, "asset 1", register...)
	x.refused(t, exitUsage, "--scale is 8; must be 9", list(x.owner, "--token", "eth", "--scale", "8")...)
	x.refused(t, exitUsage, "with token eth", list(x.owner, "--token", x.contract, "--scale", "9")...)
	x.refused(t, exitFailed, "NotOwner", list(x.trader, eth...)...)
	x.refused(t, exitNotFound, "list-token", x.on(x.trader, "deposit", "1000", "--asset", "1")...)
	if dry := mustRun(t, list(x.owner, append(eth, "--dry-run")...)...); dry["gas"].(float64) == 0 {
		t.Errorf("%v", dry)
	}
	mustRun(t, list(x.owner, eth...)...)
	x.refused(t, exitFailed, "listed already, with token eth", list(x.owner, eth...)...)

	x.refused(t, exitUsage, "submitter's key", x.on(x.keys[0], "deposit", "1000", "--asset", "1")...)
	x.refused(t, exitFailed, "nothing was sent", x.on(x.trader, "deposit", "18000000000000000000", "--asset", "1")...)
	if d := mustRun(t, x.on(x.trader, "deposit", "1000", "--asset", "1")...); d["index"].(float64) != 0 {
		t.Errorf("%v", d)
	}
	x.withdraw(t, 400)
	x.refused(t, exitNotFound, "9", "withdrawals", "prove", "9", "--endpoints", x.endpoint)
	x.withdrawn(t, 0, "proven", "finalized")
	listed := mustRun(t, "withdrawals", "list", "--endpoints", x.endpoint)["withdrawals"].([]any)
	if w := listed[0].(map[string]any); len(listed) != 1 || w["amount"].(float64) != 400 {
		t.Fatalf("%v", listed)
	}
	proof := mustRun(t, "withdrawals", "prove", "0", "--endpoints", x.endpoint)
	claimed := mustRun(t, x.on(x.trader, "claim", "0")...)
	if claimed["batch"] != proof["batch"] || "0x"+claimed["paid_to"].(string) != addressText(embedded.DevAddress(traderKey)) {
		t.Errorf("claimed %v, proved %v", claimed, proof)
	}
	x.refused(t, exitFailed, "paid already", x.on(x.trader, "claim", "0")...)
	x.refused(t, exitNotFound, "holdfast: no sealed batch holds withdrawal 9", x.on(x.trader, "claim", "9")...)
	x.chain.SetFault(embedded.FaultRefuse)
	x.refused(t, exitUnreachable, "check --l1", x.on(x.trader, "deposit", "1", "--asset", "1")...)
	x.refused(t, exitUnreachable, "check --l1", list(x.owner, append(eth, "--wait", "2s")...)...)
	x.chain.SetFault(embedded.FaultNone)

	x.rollBack(t)
}

// rollBack has L1 take a credited deposit back: what that removed is watched and acknowledged.
func (x *bridging) rollBack(t *testing.T) {
	t.Helper()
	block := uint64(mustRun(t, x.on(x.trader, "deposit", "5000", "--asset", "1")...)["block"].(float64))
	x.withdraw(t, 4000)
	depth := x.chain.Head().Number - block + 1
	if _, err := x.chain.Reorg(depth, int(depth)+2); err != nil {
		t.Fatal(err)
	}
	watch := func(timeout string) string {
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"reverted", "watch", "--timeout", timeout, "--endpoints", x.endpoint}, &out, &errs); code != exitOK {
			t.Fatalf("status %d: %s", code, errs.String())
		}
		return out.String()
	}
	var removed string
	for deadline := time.Now().Add(time.Minute); removed == "" && time.Now().Before(deadline); {
		removed = watch("1s")
	}
	if !strings.Contains(removed, `"4000"`) {
		t.Fatalf("the withdrawal of a deposit that L1 took back is not on the stream: %s", removed)
	}
	x.refused(t, exitUsage, "not a rollback", "reverted", "ack", "0", "--endpoints", x.endpoint)
	x.refused(t, exitNotFound, "reverted watch", "reverted", "ack", "99", "--endpoints", x.endpoint)
	mustRun(t, "reverted", "ack", "1", "--endpoints", x.endpoint)
	if again := watch("1s"); strings.Contains(again, `"4000"`) {
		t.Errorf("an acknowledged rollback comes again: %s", again)
	}
}

// layers.md, contract: program versions are scheduled and retired by the owner.
func TestProgramsByCommand(t *testing.T) {
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 100 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	x := &anchoring{chain: chain}
	owner := writeKey(t, embedded.DevKey(0))
	l1 := []string{"--l1", chain.URL(), "--key-file", owner}
	deployed := mustRun(t, append([]string{
		"contract", "deploy", "--submitter", addressText(embedded.DevAddress(1)), "--prover", addressText(embedded.DevAddress(2)),
	}, l1...)...)
	program := func(args ...string) []string {
		return append(append([]string{"contract", "program"}, args...), append(l1, "--contract", deployed["contract"].(string))...)
	}
	schedule := program("schedule", "--version", "9", "--verifier", deployed["verifier"].(string))
	mustRun(t, schedule...)
	x.refused(t, exitFailed, "ProgramExists", schedule...)
	mustRun(t, program("retire", "--version", "9")...)
	x.refused(t, exitFailed, "ProgramUnknown", program("retire", "--version", "10")...)
	x.refused(t, exitUsage, "--verifier", program("schedule", "--version", "10")...)
	x.refused(t, exitUsage, "--version", program("retire")...)
}
