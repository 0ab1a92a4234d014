package main

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// layers.md: the artifact and its SHA-256 are committed; CI rebuilds and compares.
func TestCommittedGuestIsWhatTheSourceGives(t *testing.T) {
	manifest, err := zkvm.ReadManifest(zkvm.ProgramVersion)
	if err != nil {
		t.Fatal(err)
	}
	if manifest.GoVersion != runtime.Version() {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the committed guest was built by %s, CI has %s", manifest.GoVersion, runtime.Version())
		}
		t.Skipf("the committed guest was built by %s, this is %s", manifest.GoVersion, runtime.Version())
	}
	built, _, err := compile(t.Context(), wasip1)
	if err != nil {
		t.Fatal(err)
	}
	if built != manifest {
		t.Fatalf("the source gives %+v, committed is %+v: run `go generate ./sync/zkvm`", built, manifest)
	}
	if _, _, err := zkvm.Program(zkvm.ProgramVersion); err != nil {
		t.Fatal(err)
	}
}

// What generate writes is what the package embeds and reads.
func TestGenerateWritesTheArtifact(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "program", "1")
	var out strings.Builder
	if err := generate(t.Context(), dir, &out); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "guest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest zkvm.Manifest
	if err = json.Unmarshal(b, &manifest); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(filepath.Join(dir, "guest.wasm.zst"))
	if err != nil || len(packed) == 0 || manifest.Bytes <= len(packed) {
		t.Fatalf("%d bytes packed, manifest %+v, %v", len(packed), manifest, err)
	}
	if !strings.Contains(out.String(), manifest.SHA256) {
		t.Fatalf("printed %q", out.String())
	}
}

// layers.md: the guest stays free of anything that linux/mipsle, which provers execute, could not do.
func TestGuestBuildsForMIPSProvers(t *testing.T) {
	_, program, err := compile(t.Context(), mipsle)
	if err != nil {
		t.Fatal(err)
	}
	if len(program) < 4 || string(program[:4]) != "\x7fELF" {
		t.Fatal("not an executable")
	}
}

// README (layout): the guest imports pure packages only: no time, randomness, goroutines, I/O or logging.
func TestGuestImportsPurePackagesOnly(t *testing.T) {
	const module = "github.com/holdfast-rollup/holdfast/"
	allowed := []string{
		"bytes", "crypto/sha256", "encoding/binary", "errors", "fmt",
		module + "fsm/batch", module + "fsm/command", module + "fsm/state", module + "fsm/tree",
	}
	files, err := filepath.Glob("../guest/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(allowed, path) {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
