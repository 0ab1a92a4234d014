package state_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	binary := filepath.Join(t.TempDir(), "agree.wasm")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./internal/agree")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build for wasip1/wasm: %v\n%s", err, out)
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		t.Fatalf("read the program: %v", err)
	}
	ctx := t.Context()
	runtime := wazero.NewRuntime(ctx)
	t.Cleanup(func() {
		if closeErr := runtime.Close(ctx); closeErr != nil {
			t.Errorf("close the runtime: %v", closeErr)
		}
	})
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	module, err := runtime.CompileModule(ctx, program)
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	for seed := 1; seed <= 4; seed++ {
		const transitions, every = 3000, 250
		want, err := flow.Digest(uint64(seed), transitions, every)
		if err != nil {
			t.Fatalf("seed %d: native: %v", seed, err)
		}
		var stdout, stderr bytes.Buffer
		config := wazero.NewModuleConfig().WithName("").WithStdout(&stdout).WithStderr(&stderr).
			WithArgs("agree", strconv.Itoa(seed), strconv.Itoa(transitions), strconv.Itoa(every))
		instance, err := runtime.InstantiateModule(ctx, module, config)
		var exit *sys.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 0) {
			t.Fatalf("seed %d: wasm: %v\n%s", seed, err, stderr.Bytes())
		}
		if instance != nil {
			if err := instance.Close(ctx); err != nil {
				t.Errorf("close the instance: %v", err)
			}
		}
		if got := stdout.String(); got != fmt.Sprintf("%x\n", want) {
			t.Errorf("seed %d: wasm prints %q, native %x", seed, got, want)
		}
	}
}
