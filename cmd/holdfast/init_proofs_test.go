package main

import (
	"encoding/hex"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/specimen"
)

// issue: init deploys the verifier of the proof system that the operator names, and the contract, the replicas'
// configuration and the report speak of one key and one program: a replica starts only if they do.
func TestInitDeploysVerifiers(t *testing.T) {
	program := "0x" + strings.Repeat("ab", 32)
	keys := map[string]string{}
	for _, s := range specimen.All(t) {
		keys[string(s.System)+" "+s.Name] = s.KeyFile
	}
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: 100 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	client, err := layer1.NewClient(layer1.ClientConfig{Endpoints: []string{chain.URL()}, ChainID: chain.ChainID()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	base := []string{
		"init", "--replicas", "1", "--l1", chain.URL(), "--base-port", strconv.Itoa(basePort(t)),
		"--submitter-key", writeKey(t, embedded.DevKey(0)), "--prover-key", writeKey(t, embedded.DevKey(1)),
	}
	verifier := "" // that the one before deployed
	for _, c := range []struct {
		version, selector string
		kind              layer1.AdapterKind
		args              []string
	}{
		{"sp1 v6.0", "0e78f4db", layer1.AdapterSP1, []string{"--proofs", "sp1", "--proof-key", keys["sp1 v6.0"] + "," + keys["sp1 v5"]}},
		{"ziren v1.2.5", "b001ac9f", layer1.AdapterSP1, []string{"--proofs", "ziren", "--proof-key", keys["ziren v1.2.5"]}},
		{"risc0 V3_0", "73c457ba", layer1.AdapterRiscZero, []string{"--proofs", "risc0", "--proof-key", keys["risc0 V2_1"]}},
		{"risc0 V2_2", "bb001d44", layer1.AdapterRiscZero, []string{"--proofs", "risc0", "--proof-key", keys["risc0 V2_1"], "--proof-version", "V2_2", "--verifier", "the last"}},
	} {
		args := append(append(slices.Clip(base), "--dir", filepath.Join(t.TempDir(), "c"), "--program", program), c.args...)
		for i := range args {
			if args[i] == "the last" {
				args[i] = verifier
			}
		}
		report := mustRun(t, args...)
		told := report["verifier"].(map[string]any)
		cfg, err := config.Load(config.Sources{File: report["configs"].([]any)[0].(string)})
		if err != nil {
			t.Fatal(err)
		}
		p, err := layer1.NewContract(client, cfg.ContractAddress()).Program(t.Context(), zkvm.ProgramVersion)
		if err != nil {
			t.Fatal(err)
		}
		if told["version"] != c.version || hex.EncodeToString(p.Selector[:]) != c.selector || "0x"+hex.EncodeToString(p.Key[:]) != program ||
			p.Kind != c.kind || addressText(p.Adapter) != told["adapter"] || cfg.ZKVM.Program[0].Key != program {
			t.Errorf("%s: told %v, on L1 %+v, configured %+v", c.version, told, p, cfg.ZKVM)
		}
		if c.args[len(c.args)-1] == "the last" && told["verifier"] != verifier {
			t.Errorf("%s: told %v, wanted the verifier at %s", c.version, told, verifier)
		}
		verifier = told["verifier"].(string)
		if c.version == "sp1 v6.0" {
			runNode(t, report["configs"].([]any)[0].(string), filepath.Join(t.TempDir(), "data"))()
		}
	}
	// A later program's adapter stands over the same verifier, by any signer.
	made := mustRun(t, "contract", "verifier", "--l1", chain.URL(), "--key-file", writeKey(t, embedded.DevKey(2)), "--proofs", "risc0",
		"--proof-key", keys["risc0 V2_1"], "--program", "0x"+strings.Repeat("cd", 32), "--verifier", verifier)
	if made["verifier"] != verifier || made["adapter"] == verifier || made["version"] != "risc0 V3_0" {
		t.Errorf("a later program: %v", made)
	}
	report := mustRun(t, append(slices.Clip(base), "--dir", filepath.Join(t.TempDir(), "c"), "--proofs", "development")...)
	if v := report["verifier"].(map[string]any); v["version"] != "development 1" {
		t.Errorf("development proofs: %v", v)
	}
	if _, code, errs := runJSON(t, append(slices.Clip(base), "--dir", filepath.Join(t.TempDir(), "c"), "--program", program, "--proofs", "ziren", "--proof-key", keys["ziren v1.2.5"]+","+keys["sp1 v5"])...); code != exitUsage || !strings.Contains(errs, "nobody published") {
		t.Errorf("another system's key: status %d, %s", code, errs)
	}
	if _, code, errs := runJSON(t, append(slices.Clip(base), "--dir", filepath.Join(t.TempDir(), "c"), "--program", program, "--proofs", "risc0", "--proof-key", keys["risc0 V2_1"], "--proof-version", "V9")...); code != exitUsage || !strings.Contains(errs, "V2_1, V2_2, V3_0") {
		t.Errorf("an unknown version: status %d, %s", code, errs)
	}
}
