// Package specimen reads, for tests, real proofs of other programs: of each proof system that package proof verifies,
// with the keys that they hold under. They are data beside the checkout (HOLDFAST_SHARED names another place) and never
// copied into it; a test skips where they are not, unless CI=true.
//
// No prover of these systems runs where this project is tested, so no proof of its own program is among them.
package specimen

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
)

// Specimen is one real proof with what it proves.
type Specimen struct {
	Name      string // the version, as proof.Version has it
	System    proof.System
	Key       proof.Key
	Statement proof.Statement
	Proof     []byte

	// ProofFile has all of it as JSON; KeyFile is the key's.
	ProofFile, KeyFile string
}

// All returns every specimen.
func All(tb testing.TB) []Specimen {
	tb.Helper()
	dir := Directory(tb)
	var out []Specimen
	for _, s := range []struct {
		name       string
		system     proof.System
		proof, key string
	}{
		{"v4", proof.SP1, "sp1_v4.0.0_groth16.json", "sp1_v4.0.0_groth16_vk.hex"},
		{"v5", proof.SP1, "sp1_v5.0.0_groth16.json", "sp1_v5.0.0_groth16_vk.hex"},
		{"v6.0", proof.SP1, "sp1_v6.0.0_groth16.json", "sp1_v6.0.0_groth16_vk.hex"},
		{"V2_1", proof.RISC0, "risc0_V2_1_receipt.json", "risc0_groth16_vk.json"},
		{"V2_2", proof.RISC0, "risc0_V2_2_receipt.json", "risc0_groth16_vk.json"},
		{"v1.2.5", proof.Ziren, "ziren_v1.2.5_groth16.json", "ziren_v1.2.5_groth16_vk.hex"},
	} {
		out = append(out, read(tb, Specimen{
			Name: s.name, System: s.system, Key: proof.Key{System: s.system, File: file(tb, filepath.Join(dir, s.key))},
			ProofFile: filepath.Join(dir, s.proof), KeyFile: filepath.Join(dir, s.key),
		}))
	}
	return out
}

// Keys returns every key, each once, also those that no specimen holds under.
func Keys(tb testing.TB) []proof.Key {
	tb.Helper()
	dir := Directory(tb)
	var out []proof.Key
	for _, k := range []struct {
		system proof.System
		file   string
	}{
		{proof.SP1, "sp1_v4.0.0_groth16_vk.hex"},
		{proof.SP1, "sp1_v5.0.0_groth16_vk.hex"},
		{proof.SP1, "sp1_v6.0.0_groth16_vk.hex"},
		{proof.SP1, "sp1_v6.1.0_groth16_vk.hex"},
		{proof.RISC0, "risc0_groth16_vk.json"},
		{proof.Ziren, "ziren_v1.2.5_groth16_vk.hex"},
	} {
		out = append(out, proof.Key{System: k.system, File: file(tb, filepath.Join(dir, k.file))})
	}
	return out
}

// Directory is where the specimens are.
func Directory(tb testing.TB) string {
	tb.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		_, here, _, _ := runtime.Caller(0)
		shared = filepath.Join(filepath.Dir(here), "..", "..", "..", "..", "..", "shared")
	}
	dir := filepath.Join(shared, "fixtures", "zkvm")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatal(err)
		}
		tb.Skipf("the real proofs are not beside the checkout: %v", err)
	}
	return dir
}

func read(tb testing.TB, s Specimen) Specimen {
	tb.Helper()
	var doc struct{ Proof, PublicValues, VKey, Seal, Journal, ImageID string }
	if err := json.Unmarshal(file(tb, s.ProofFile), &doc); err != nil {
		tb.Fatal(err)
	}
	s.Proof = unhex(tb, doc.Proof+doc.Seal)
	s.Statement.Public = unhex(tb, doc.PublicValues+doc.Journal)
	s.Statement.Program = [32]byte(unhex(tb, doc.VKey+doc.ImageID))
	return s
}

func file(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func unhex(tb testing.TB, text string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}
