package gnark

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// With HOLDFAST_EXPORTED, the contracts that gnark exports from the keys are compiled and written to that file, as
// {"system version": creation code}; the test TestExportedVerifiers in sync/layer1/contract puts them on a chain.
func TestExport(t *testing.T) {
	file := os.Getenv("HOLDFAST_EXPORTED")
	if file == "" {
		t.Skip("HOLDFAST_EXPORTED names no file")
	}
	sources := map[string]string{}
	for _, s := range specimens(t) {
		var text bytes.Buffer
		if err := fromWords(t, s.Key).ExportSolidity(&text); err != nil {
			t.Fatal(err)
		}
		sources[fmt.Sprintf("%s %s", s.System, s.Name)] = text.String()
	}
	input, err := json.Marshal(sources)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "compile.mjs")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), os.Stderr
	code, err := cmd.Output()
	if err != nil {
		t.Fatalf("compile (needs Node, and `npm ci` in sync/layer1/contract): %v", err)
	}
	if err := os.WriteFile(file, code, 0o600); err != nil {
		t.Fatal(err)
	}
}
