package state_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/holdfast-rollup/holdfast/fsm/state/internal/flow"
)

// verification.md: native and wasm builds of the pure core agree on the same inputs, bit for bit:
// receipts, normalised payloads and roots of seeded flows.
func TestNativeAndWasmAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a wasm program")
	}
	program, err := os.ReadFile(buildAgree(t, "GOOS=wasip1", "GOARCH=wasm"))
	if err != nil {
		t.Fatalf("read the program: %v", err)
	}
	ctx := t.Context()
	machine := wazero.NewRuntime(ctx)
	t.Cleanup(func() {
		if closeErr := machine.Close(ctx); closeErr != nil {
			t.Errorf("close the runtime: %v", closeErr)
		}
	})
	wasi_snapshot_preview1.MustInstantiate(ctx, machine)
	module, err := machine.CompileModule(ctx, program)
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	for seed := 1; seed <= 4; seed++ {
		args, want := nativeDigest(t, seed)
		var stdout, stderr bytes.Buffer
		config := wazero.NewModuleConfig().WithName("").WithStdout(&stdout).WithStderr(&stderr).
			WithArgs(append([]string{"agree"}, args...)...)
		instance, err := machine.InstantiateModule(ctx, module, config)
		var exit *sys.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 0) {
			t.Fatalf("seed %d: wasm: %v\n%s", seed, err, stderr.Bytes())
		}
		if instance != nil {
			if err := instance.Close(ctx); err != nil {
				t.Errorf("close the instance: %v", err)
			}
		}
		if got := stdout.String(); got != want {
			t.Errorf("seed %d: wasm prints %q, native %q", seed, got, want)
		}
	}
}

// The MIPS guests have words of 32 bits; so has the one such build that runs on the usual machine.
func TestBuildWithShortWordsAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("needs linux/amd64, which runs linux/386 programs")
	}
	program := buildAgree(t, "GOOS=linux", "GOARCH=386")
	args, want := nativeDigest(t, 5)
	got, err := exec.CommandContext(t.Context(), program, args...).Output()
	if err != nil || string(got) != want {
		t.Errorf("386 prints %q (%v), native %q", got, err, want)
	}
}

// buildAgree builds the program that prints a flow's digest for another platform.
func buildAgree(t *testing.T, platform ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "agree")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./internal/agree")
	build.Env = append(append(os.Environ(), platform...), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build for %v: %v\n%s", platform, err, out)
	}
	return program
}

// nativeDigest returns the program's arguments for a seed and what it must print.
func nativeDigest(t *testing.T, seed int) (args []string, want string) {
	t.Helper()
	const transitions, every = 3000, 250
	digest, err := flow.Digest(uint64(seed), transitions, every)
	if err != nil {
		t.Fatalf("seed %d: native: %v", seed, err)
	}
	return []string{strconv.Itoa(seed), strconv.Itoa(transitions), strconv.Itoa(every)}, fmt.Sprintf("%x\n", digest)
}
