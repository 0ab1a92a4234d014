package config_test

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "node.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// faults loads and gives the paths of all faults, sorted.
func faults(t *testing.T, src config.Sources) []string {
	t.Helper()
	_, err := config.Load(src)
	var e *config.FaultsError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a FaultsError", err)
	}
	var paths []string
	for _, f := range e.Faults {
		paths = append(paths, f.Path)
	}
	slices.Sort(paths)
	return paths
}

// interfaces.md: an empty file runs a single node.
func TestEmptyFileIsTheDefault(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "rpc:\n"} {
		path := write(t, text)
		got, err := config.Load(config.Sources{File: path})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want := config.Default()
		want.Node.DataDir = filepath.Join(filepath.Dir(path), "data")
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// interfaces.md: all faults reported at once with the key's path.
func TestAllFaultsAtOnce(t *testing.T) {
	path := write(t, `
node: {id: "Has Spaces", colour: red}
raft:
  log_store: sqlite
  heartbeat_timeout: fast
  stall_limit: 10ms
  transfer_idle_limit: -1s
  peers:
    - {id: a, address: 127.0.0.1:1, rpc_address: 127.0.0.1:2, weight: 3}
    - {id: a, address: 127.0.0.1:1, rpc_address: nowhere}
rpc: {bind: 0.0.0.0:7101, max_streams: -1}
log: loud
l1:
  endpoints: ["ftp://x"]
  contract: "0x12"
  chain_id: 1
  submitter_key: "deadbeef"
  prover_key: {keystore: k, web3signer: "http://s", account: "0x1"}
  quorum: 2
  blob_patience: 1001
da: {primary: blob, altda: "ws://h", max_blobs: 7, beacon: []}
unknown: 1
`)
	got := faults(t, config.Sources{File: path, Env: []string{"HOLDFAST_BATCHES_MAX_AGE=0s"}, Set: []string{"nope=1", "rpc=2", "bare"}})
	want := []string{
		"bare", "batches.max_age", "da.altda", "da.beacon", "da.max_blobs", "l1.blob_patience", "l1.contract", "l1.endpoints[0]",
		"l1.prover_key", "l1.quorum", "l1.submitter_key", "log", "node.colour", "node.id", "nope",
		"raft.heartbeat_timeout", "raft.log_store",
		"raft.peers", "raft.peers", "raft.peers[0].weight", "raft.peers[1].address", "raft.peers[1].id", "raft.peers[1].rpc_address",
		"raft.stall_limit", "raft.transfer_idle_limit",
		"rpc", "rpc.bind", "rpc.max_streams", "unknown", "zkvm.proofs",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEnvironmentOverFileAndFlagsOverEnvironment(t *testing.T) {
	path := write(t, "node: {id: file}\nrpc: {stream_window: 3, call_timeout: 3s}\n")
	c, err := config.Load(config.Sources{
		File: path,
		Env:  []string{"HOLDFAST_NODE_ID=env", "HOLDFAST_RPC_STREAM_WINDOW=5", "HOLDFAST_L1_ENDPOINTS=[http://a:1, http://b:2]", "HOLDFAST_L1_CONTRACT=0x" + strings.Repeat("ab", 20), "OTHER=1", "HOLDFAST_SHARED=/x"},
		Set:  []string{"node.id=flag", "raft.heartbeat_timeout=70ms"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Node.ID != "flag" || c.RPC.StreamWindow != 5 || c.RPC.CallTimeout != 3*time.Second || c.Raft.HeartbeatTimeout != 70*time.Millisecond {
		t.Errorf("got %+v %+v %+v", c.Node, c.RPC, c.Raft)
	}
	if len(c.L1.Endpoints) != 2 || c.L1.Endpoints[1] != "http://b:2" {
		t.Errorf("endpoints %v", c.L1.Endpoints)
	}
}

// interfaces.md: secrets only by file or environment reference, and `config print` masks.
func TestSecretsAreNeverRepeated(t *testing.T) {
	const secret = "s3cr3tvalue"
	for _, text := range []string{
		"l1: {submitter_key: " + secret + "}",
		"l1: {submitter_key: {hex: " + secret + "}}",
		"l1: {submitter_key: {web3signer: 'http://h/', account: " + secret + "}}",
		"l1: {submitter_key: {clef: 'ftp://" + secret + "', account: '0x12'}}",
		"da: {altda: 'ftp://" + secret + "@h/'}",
		"da: {beacon: ['ws://" + secret + "@h/']}",
		"l1: {submitter_key: [" + secret + "]}",
		"l1: {endpoints: ['ftp://" + secret + "@h/']}",
		"l1: {endpoints: ['http://h:x/" + secret + "']}",
	} {
		_, err := config.Load(config.Sources{File: write(t, text)})
		if err == nil {
			t.Errorf("%s: accepted", text)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("the error repeats the secret: %v", err)
		}
	}
	path := write(t, "l1:\n  endpoints: ['https://u:"+secret+"@h1/', 'https://h2/v3/"+secret+"', 'http://h3:8545', 'env:URL']\n"+
		"  contract: '0x"+strings.Repeat("00", 20)+"'\n  submitter_key: {file: key}\n"+
		"  prover_key: {web3signer: 'https://h4/"+secret+"', account: '0x"+strings.Repeat("01", 20)+"'}\n"+
		"da: {archive: 's3://k:"+secret+"@bucket', primary: blob, beacon: ['https://h5/"+secret+"'], altda: 'https://"+secret+"@h6'}\n")
	c, err := config.Load(config.Sources{File: path})
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, secret) || !strings.Contains(text, "http://h3:8545") || !strings.Contains(text, "env:URL") {
		t.Errorf("printed:\n%s", text)
	}
	if want := filepath.Join(filepath.Dir(path), "key"); c.L1.SubmitterKey.File != want {
		t.Errorf("key file %q, want %q", c.L1.SubmitterKey.File, want)
	}
}

// What config print shows must be a configuration that means the same.
func TestPrintedConfigurationLoads(t *testing.T) {
	c := config.Default()
	c.Node.DataDir = "/d"
	c.Raft.Peers = []config.Peer{{ID: "node1", Address: "127.0.0.1:1", RPCAddress: "127.0.0.1:2"}}
	c.ZKVM.Proofs, c.ZKVM.Keys = "sp1", []string{"/k"}
	c.ZKVM.Program = []config.Program{{Version: 1, Key: "0x" + strings.Repeat("0a", 32)}}
	text, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(config.Sources{File: write(t, text)})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(&c, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestSecretRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	if err := os.WriteFile(path, []byte(" abc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := (config.Secret{File: path}).Read(); err != nil || got != "abc" {
		t.Errorf("got %q, %v", got, err)
	}
	t.Setenv("HOLDFAST_TEST_KEY", "")
	if _, err := (config.Secret{Env: "HOLDFAST_TEST_KEY"}).Read(); err == nil {
		t.Error("an empty secret was accepted")
	}
	t.Setenv("HOLDFAST_TEST_URL", "http://h:1")
	if got, err := config.Endpoint("env:HOLDFAST_TEST_URL").Resolve(); err != nil || got != "http://h:1" {
		t.Errorf("got %q, %v", got, err)
	}
}

// A configuration comes from people and templates: whatever it is, Load answers and does not fall.
func FuzzLoad(f *testing.F) {
	f.Add("node: {id: a}\nraft:\n  peers: [{id: a}]\n", "rpc.bind=x")
	f.Add("a: &a [*a]", "=")
	f.Add("l1: {submitter_key: {file: [1]}}", "l1.submitter_key={env: X}")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, set string) {
		path := filepath.Join(dir, "f.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Skip(err)
		}
		c, err := config.Load(config.Sources{File: path, Set: []string{set}})
		if err == nil && c.Validate() != nil {
			t.Error("Load gave what Validate refuses")
		}
	})
}

// Issue 5, proofs: what needs no proof that the world believes is for development chains alone, and a real system needs
// its keys and programs.
func TestProofsConfiguration(t *testing.T) {
	const anchoring = `
l1:
  endpoints: ["http://127.0.0.1:1"]
  contract: "0x0101010101010101010101010101010101010101"
  submitter_key: {file: a}
  prover_key: {file: b}
`
	key := "0x" + strings.Repeat("0a", 32)
	for _, c := range []struct {
		name, yaml string
		want       []string
	}{
		{"execution on a development chain", anchoring, nil},
		{"development on a development chain", anchoring + "zkvm: {proofs: development}\n", nil},
		{"development on mainnet", anchoring + "  chain_id: 1\nzkvm: {proofs: development}\n", []string{"zkvm.proofs"}},
		{"execution on mainnet", anchoring + "  chain_id: 1\n", []string{"zkvm.proofs"}},
		{"a system without keys", anchoring + "  chain_id: 1\nzkvm: {proofs: sp1}\n", []string{"zkvm.keys", "zkvm.program"}},
		{"a system with keys", anchoring + "  chain_id: 1\nzkvm: {proofs: risc0, keys: [k], program: [{version: 1, key: \"" + key + "\"}]}\n", nil},
		{"keys that nothing uses", "zkvm: {keys: [k]}\n", []string{"zkvm.proofs"}},
		{
			"wrong keys", "zkvm: {proofs: sp1, lease: 0s, keys: [k], program: [{version: 0, key: 0x12}, {version: 2, key: \"" + key + "\"}, {version: 2, key: \"" + key[2:] + "\"}]}\n",
			[]string{"zkvm.lease", "zkvm.program[0].key", "zkvm.program[0].version", "zkvm.program[2].key", "zkvm.program[2].version"},
		},
		{"no such system", "zkvm: {proofs: plonk}\n", []string{"zkvm.keys", "zkvm.program", "zkvm.proofs"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.yaml)
			if c.want == nil {
				if _, err := config.Load(config.Sources{File: path}); err != nil {
					t.Error(err)
				}
				return
			}
			if diff := cmp.Diff(c.want, faults(t, config.Sources{File: path})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The files with keys are relative to the configuration, and a program's key reads as the 32 bytes that it is.
func TestProofKeys(t *testing.T) {
	key := strings.Repeat("0a", 32)
	path := write(t, "zkvm: {proofs: sp1, keys: [sp1.key, /abs.key], program: [{version: 3, key: \"0x"+key+"\"}]}\n")
	c, err := config.Load(config.Sources{File: path})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{filepath.Join(filepath.Dir(path), "sp1.key"), "/abs.key"}; !slices.Equal(c.ZKVM.Keys, want) {
		t.Errorf("keys %q, want %q", c.ZKVM.Keys, want)
	}
	if h, err := c.ZKVM.Program[0].Hash(); err != nil || hex.EncodeToString(h[:]) != key || c.ZKVM.System() != cursor.ProofSP1 {
		t.Errorf("program %x, %v, system %v", h, err, c.ZKVM.System())
	}
}
