package contract_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/params"

	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

type artifact struct {
	Version   string
	Settings  json.RawMessage
	Contracts map[string]struct {
		ABI        json.RawMessage
		Bin        string
		BinRuntime string `json:"bin-runtime"`
	}
}

func readArtifact(tb testing.TB, path string) artifact {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var a artifact
	if err := json.Unmarshal(raw, &a); err != nil {
		tb.Fatal(err)
	}
	return a
}

func runtimeCode(tb testing.TB, name string) []byte {
	tb.Helper()
	code, err := hex.DecodeString(readArtifact(tb, "Holdfast.json").Contracts["Verifiers.sol:"+name].BinRuntime)
	if err != nil || len(code) == 0 {
		tb.Fatalf("no runtime code of %s: %v", name, err)
	}
	return code
}

// The committed artifact, the bindings and the pinned compiler agree, and every contract fits on a chain.
func TestArtifactAndBindingsAgree(t *testing.T) {
	a := readArtifact(t, "Holdfast.json")
	var pkg struct{ DevDependencies map[string]string }
	raw, err := os.ReadFile("package.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &pkg); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(a.Version, pkg.DevDependencies["solc"]+"+") {
		t.Errorf("artifact by solc %s, package.json pins %s", a.Version, pkg.DevDependencies["solc"])
	}
	bound := map[string]*bind.MetaData{
		"Holdfast.sol:Holdfast":               &contract.HoldfastMetaData,
		"Verifiers.sol:ExecutionOnlyVerifier": &contract.ExecutionOnlyVerifierMetaData,
		"Verifiers.sol:SP1Adapter":            &contract.SP1AdapterMetaData,
		"Verifiers.sol:RiscZeroAdapter":       &contract.RiscZeroAdapterMetaData,
		"Verifiers.sol:Groth16Verifier":       &contract.Groth16VerifierMetaData,
		"Verifiers.sol:SP1Verifier":           &contract.SP1VerifierMetaData,
		"Verifiers.sol:RiscZeroVerifier":      &contract.RiscZeroVerifierMetaData,
		"Verifiers.sol:DevelopmentVerifier":   &contract.DevelopmentVerifierMetaData,
	}
	if len(a.Contracts) != len(bound) {
		t.Errorf("%d contracts in the artifact, %d bound", len(a.Contracts), len(bound))
	}
	for name, meta := range bound {
		c, ok := a.Contracts[name]
		if !ok {
			t.Errorf("%s is not in the artifact", name)
			continue
		}
		if "0x"+c.Bin != meta.Bin {
			t.Errorf("%s: creation code of bindings and artifact differ", name)
		}
		if len(c.BinRuntime)/2 > params.MaxCodeSize {
			t.Errorf("%s: %d bytes, a chain takes %d", name, len(c.BinRuntime)/2, params.MaxCodeSize)
		}
		if canonical(t, c.ABI) != canonical(t, []byte(meta.ABI)) {
			t.Errorf("%s: ABI of bindings and artifact differ", name)
		}
	}
}

// canonical ignores white space everywhere: abigen drops it inside strings too.
func canonical(tb testing.TB, raw []byte) string {
	tb.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		tb.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return strings.ReplaceAll(string(out), " ", "")
}
