package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"holdfast": main})
}

// Scripts are the commands as people type them.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"RAFT", "RPC", "HTTP"} {
				e.Setenv(name, freeAddress(t))
			}
			base := basePort(t)
			e.Setenv("BASE_PORT", strconv.Itoa(base))
			for i := 1; i <= 3; i++ { // where init puts its replicas
				e.Setenv("RAFT"+strconv.Itoa(i), net.JoinHostPort("127.0.0.1", strconv.Itoa(base+i)))
				e.Setenv("RPC"+strconv.Itoa(i), net.JoinHostPort("127.0.0.1", strconv.Itoa(base+100+i)))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"answers": waitForAnswer, "exits": exits, "field": field, "flip": flip, "l1": startL1, "offers": offers,
		},
	})
}

func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := loopback.Listen()
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func freeAddress(tb testing.TB) string {
	tb.Helper()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(tb)))
}

// scriptPatience bounds every wait of a script: it is for a machine that others use as well.
const scriptPatience = 3 * time.Minute

// waitForAnswer is the script command `answers ENDPOINT`: it waits until the replica has a leader.
func waitForAnswer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: answers ENDPOINT")
	}
	deadline := time.Now().Add(scriptPatience)
	for time.Now().Before(deadline) {
		var out, errs bytes.Buffer
		if run(context.Background(), []string{"status", "--endpoints", args[0], "--timeout", "3s"}, &out, &errs) == exitOK {
			return
		}
		time.Sleep(50 * time.Millisecond) // another process starts on the real clock
	}
	ts.Fatalf("%s does not answer", args[0])
}

// exits is the script command `exits STATUS ARGS...`: holdfast with these arguments ends with this status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("holdfast", args[1:]...)
	var ended *exec.ExitError
	switch {
	case err == nil && want == exitOK:
	case !errors.As(err, &ended):
		ts.Fatalf("holdfast did not end with a status: %v", err)
	case ended.ExitCode() != want:
		ts.Fatalf("status %d, want %d", ended.ExitCode(), want)
	}
}

// field is the script command `field NAME FILE PATH`: it sets the variable NAME to what stands at PATH (names and indices,
// with dots) in a JSON document.
func field(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: field NAME FILE PATH")
	}
	var doc any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &doc))
	for step := range strings.SplitSeq(args[2], ".") {
		switch at := doc.(type) {
		case map[string]any:
			doc = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if ts.Check(err); i >= len(at) {
				ts.Fatalf("%s has no %s", args[1], args[2])
			}
			doc = at[i]
		default:
			ts.Fatalf("%s has no %s", args[1], args[2])
		}
	}
	ts.Setenv(args[0], fmt.Sprint(doc))
}

// offers is the script command `offers LINE ARGS...`: completion of the arguments offers the line. It is asked again, since
// it gives up on whoever does not answer at once.
func offers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: offers LINE ARGS...")
	}
	for deadline := time.Now().Add(scriptPatience); time.Now().Before(deadline); {
		ts.Check(ts.Exec("holdfast", append([]string{"__complete"}, args[1:]...)...))
		if slices.Contains(strings.Split(ts.ReadFile("stdout"), "\n"), args[0]) {
			return
		}
	}
	ts.Fatalf("%q is not offered", args[0])
}

// startL1 is the script command `l1`: it starts a chain that lives as long as the script, sets L1 to its URL, and writes two
// funded keys, submitter.key and prover.key.
func startL1(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: l1")
	}
	chain, err := embedded.Start(context.Background(), embedded.Config{Interval: 100 * time.Millisecond, SafeDepth: 1, FinalizedDepth: 2})
	ts.Check(err)
	ts.Defer(func() { _ = chain.Close() })
	ts.Setenv("L1", chain.URL())
	for i, name := range []string{"submitter.key", "prover.key"} {
		ts.Check(layer1.WriteRawKey(ts.MkAbs(name), embedded.DevKey(i)))
	}
}

// flip is the script command `flip FILE`: one bit in the middle of the file turns.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flip FILE")
	}
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	b[len(b)/2] ^= 4
	ts.Check(os.WriteFile(name, b, 0o600))
}

// main.go "exit status": each means what its comment says.
func TestExitStatus(t *testing.T) {
	nobody := freeAddress(t)
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("rpc: {bind: nowhere}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		want int
		says string
	}{
		{"version", exitOK, ""},
		{"config check", exitOK, ""},
		{"nonsense", exitUsage, "unknown command"},
		{"version --nonsense", exitUsage, "--nonsense"},
		{"version extra", exitUsage, "takes no arguments"},
		{"-o xml version", exitUsage, "table or json"},
		{"batch", exitUsage, "list, show"},
		{"batch show", exitUsage, "NUMBER"},
		{"batch show seven", exitUsage, "not a batch number"},
		{"config check --config " + bad, exitUsage, "rpc.bind"},
		{"config check --config " + bad + ".not", exitNotFound, "no such file"},
		{"node --set node.id=", exitUsage, "node.id"},
		{"prove", exitUsage, "at least one record"},
		{"prove balance/x/1", exitUsage, "is not a record"},
		{"prove --at applied account/1", exitUsage, "--at"},
		{"finality", exitUsage, "name"},
		{"finality moon/1", exitUsage, "submission/SESSION/SEQUENCE"},
		{"finality batch/1 --wait moon", exitUsage, "--wait"},
		{"prove --at moon account/1", exitUsage, "--at"},
		{"verify record account/1", exitUsage, "--l1 URL"},
		{"verify proof nowhere.json", exitNotFound, "no such file"},
		{"init --replicas 2", exitUsage, "1, 3 or 5"},
		{"init --l1 http://127.0.0.1:1 --chain-id 1", exitUsage, "development chain"},
		{"init --l1 http://127.0.0.1:1 --chain-id 1 --proofs development", exitUsage, "development chain"},
		{"init --l1 http://127.0.0.1:1 --proofs moon", exitUsage, "--proofs"},
		{"init --l1 http://127.0.0.1:1 --proofs sp1", exitUsage, "--proof-key"},
		{"init --l1 http://127.0.0.1:1 --proofs sp1 --proof-key x --program 12", exitUsage, "64 hex"},
		{"init --l1 http://127.0.0.1:1 --program 12", exitUsage, "sp1, risc0 or ziren"},
		{"init --proofs sp1 --proof-key x --program 12", exitUsage, "is for --l1"},
		{"book", exitUsage, "archive, check"},
		{"contract verifier", exitUsage, "--proofs"},
		{"bench submit --group 0", exitUsage, "--group"},
		{"anchor", exitUsage, "list, retry, show"},
		{"anchor show commit", exitUsage, "KIND NONCE"},
		{"anchor show moon 1", exitUsage, "commit or verify"},
		{"anchor retry commit x", exitUsage, "anchor list"},
		{"anchor cancel commit 1", exitUsage, "--reason"},
		{"anchor list --timeout 1s --endpoints " + nobody, exitUnreachable, nobody},
		{"anchor cancel commit 1 --reason x --timeout 1s --endpoints " + nobody, exitUnreachable, nobody},
		{"members", exitUsage, "promote, remove, replace"},
		{"members add node4", exitUsage, "NAME ADDRESS"},
		{"members replace node3 --with node4", exitUsage, "--address"},
		{"members list --timeout 1s --endpoints " + nobody, exitUnreachable, nobody},
		{"members remove node3 --timeout 1s --endpoints " + nobody, exitUnreachable, nobody},
		{"leader", exitUsage, "show, transfer"},
		{"leader show --timeout 1s --endpoints " + nobody, exitUnreachable, nobody},
		{"leader transfer --to x --timeout 1s --endpoints " + nobody, exitUnreachable, nobody},
		{"contract", exitUsage, "deploy, fund, inspect"},
		{"contract inspect", exitUsage, "--config FILE"},
		{"contract inspect --l1 http://" + nobody + " --contract 0x12", exitUsage, "40 hexadecimal digits"},
		{"contract inspect --wait 1s --l1 http://" + nobody + " --contract 0x" + strings.Repeat("12", 20), exitUnreachable, "ask the L1"},
		{"contract inspect --l1 nowhere --contract 0x" + strings.Repeat("12", 20), exitUsage, "--l1"},
		{"contract inspect --level moon", exitUsage, "--level"},
		{"contract inspect --config " + bad, exitUsage, "rpc.bind"},
		{"contract pause --l1 http://" + nobody, exitUsage, "--key-file"},
		{"contract pause --key-file " + bad + ".not --l1 http://" + nobody, exitNotFound, "no such file"},
		{"contract pause --key-file " + bad + " --l1 http://" + nobody, exitFailed, "64 hexadecimal digits"},
		{"contract pause --key-file 0x" + strings.Repeat("ab", 32), exitUsage, "looks like a key"},
		{"contract pause --key-file a --keystore b", exitUsage, "one of"},
		{"contract pause --web3signer http://" + nobody, exitUsage, "account"},
		{"contract revert --from 0", exitUsage, "--from"},
		{"contract roles", exitUsage, "--offer-ownership"},
		{"contract take-over --lineage x", exitUsage, "--lineage"},
		{"contract list-token --token eth --scale 9", exitUsage, "--asset"},
		{"contract list-token --asset 1 --scale 9", exitUsage, "--token"},
		{"contract list-token --asset 1 --token eth", exitUsage, "--scale"},
		{"contract list-token --asset 1 --token ether --scale 9", exitUsage, "eth or the token's address"},
		{"contract list-token --asset 1 --token eth --scale 37", exitUsage, "0 to 36"},
		{"contract list-token --asset 1 --token 0x" + strings.Repeat("00", 20) + " --scale 0", exitUsage, "say eth"},
		{"asset register --asset 1 --token eth", exitUsage, "--decimals"},
		{"init --owner 0x12 --l1 http://" + nobody, exitUsage, "--owner"},
		{"deposit 5 --asset 1 --l1 http://" + nobody, exitUsage, "--key-file"},
		{"deposit 0x5 --asset 1", exitUsage, "AMOUNT"},
		{"claim x", exitUsage, "index"},
		{"da check", exitUsage, "--config"},
		{"da check --from 3 --to 2", exitUsage, "above"},
		{"da fetch 1 --config " + bad, exitUsage, "--out"},
		{"da fetch 1 --out x --provider moon", exitUsage, "--provider"},
		{"da fetch x --out x", exitUsage, "not a batch number"},
		{"devnet --da moon", exitUsage, "archive, blob, calldata and altda"},
		{"devnet --da blob --altda http://x", exitUsage, "altda"},
		{"status --timeout 1s --endpoints " + nobody, exitUnreachable, "no replica answered"},
		{"batch list --timeout 1s --endpoints " + nobody, exitUnreachable, nobody},
	} {
		var out, errs bytes.Buffer
		got := run(t.Context(), strings.Fields(c.args), &out, &errs)
		if got != c.want || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: status %d, want %d, saying %q: %s", c.args, got, c.want, c.says, errs.String())
		}
	}
}

// -o json is one JSON document on standard output, and nothing else.
func TestJSONIsOneDocument(t *testing.T) {
	for _, args := range []string{"version", "config check", "config print"} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), append(strings.Fields(args), "-o", "json"), &out, &errs); code != exitOK {
			t.Errorf("%s: status %d: %s", args, code, errs.String())
		}
		var doc map[string]any
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
			t.Errorf("%s: %v in %s", args, err, out.String())
		}
	}
}

// A record's name and its key: what people type is what is proved.
func TestRecordNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{
		"asset/1", "market/1", "account/1", "balance/1/1", "order/1/bid/5/9", "order/1/ask/5/9", "raw/0f", "account/18446744073709551615",
	} {
		key, err := recordKey(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := state.KeyName(key); got != name {
			t.Errorf("%s is called %s", name, got)
		}
		if other, ok := seen[string(key)]; ok {
			t.Errorf("%s and %s have the same key", name, other)
		}
		seen[string(key)] = name
	}
	for _, name := range []string{
		"", "asset", "asset/", "asset/1/2", "asset/4294967296", "balance/1", "balance/1/4294967296", "order/1/left/5/9",
		"order/1/bid/5", "raw/", "raw/zz", "raw/" + strings.Repeat("00", 32), "account/-1", "moon/1",
	} {
		if key, err := recordKey(name); err == nil {
			t.Errorf("%q became %x", name, key)
		}
	}
}

func free(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
