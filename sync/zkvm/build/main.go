// Command build compiles cmd/guest for wasip1/wasm and writes the artifact with its manifest into the directory of its
// program version in sync/zkvm/program. Those of earlier versions stay as they are.
// The build is reproducible: the same source and Go version give the same bytes, in any directory on any machine.
// It runs as `go generate ./sync/zkvm`.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

func main() { os.Exit(run(context.Background(), os.Stdout, os.Stderr)) }

func run(ctx context.Context, stdout, stderr io.Writer) int {
	dir := filepath.Join("program", strconv.Itoa(zkvm.ProgramVersion))
	if err := generate(ctx, dir, stdout); err != nil {
		_, _ = fmt.Fprintln(stderr, "build:", err) // there is nowhere left to say that it failed
		return 1
	}
	return 0
}

// generate writes guest.wasm.zst and guest.json into dir, which it makes.
func generate(ctx context.Context, dir string, stdout io.Writer) error {
	manifest, wasm, err := compile(ctx, wasip1)
	if err != nil {
		return err
	}
	encoded, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the manifest: %w", err)
	}
	if err = os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("directory of the artifact: %w", err)
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("zstd encoder: %w", err)
	}
	if err = os.WriteFile(filepath.Join(dir, "guest.wasm.zst"), encoder.EncodeAll(wasm, nil), 0o644); err != nil {
		return fmt.Errorf("write the artifact: %w", err)
	}
	if err = os.WriteFile(filepath.Join(dir, "guest.json"), append(encoded, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	_, err = fmt.Fprintf(stdout, "guest.wasm: %d bytes, %s, %s\n", len(wasm), manifest.SHA256, manifest.GoVersion)
	return err
}

// target is what the guest is built for, as settings of the go command.
type target []string

var (
	wasip1 = target{"GOOS=wasip1", "GOARCH=wasm", "GOWASM="}
	mipsle = target{"GOOS=linux", "GOARCH=mipsle", "GOMIPS=softfloat"} // provers that execute MIPS
)

// compile builds the guest and gives its bytes. Settings of the caller's environment that
// change the output are overridden.
func compile(ctx context.Context, t target) (m zkvm.Manifest, program []byte, err error) {
	dir, err := os.MkdirTemp("", "holdfast-guest-")
	if err != nil {
		return m, nil, fmt.Errorf("temporary directory: %w", err)
	}
	defer func() {
		if removeErr := os.RemoveAll(dir); err == nil {
			err = removeErr
		}
	}()
	version, err := goCommand(ctx, t, "env", "GOVERSION")
	if err != nil {
		return m, nil, err
	}
	out := filepath.Join(dir, "guest")
	if _, err = goCommand(ctx, t, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=",
		"-o", out, "github.com/holdfast-rollup/holdfast/cmd/guest"); err != nil {
		return m, nil, err
	}
	if program, err = os.ReadFile(out); err != nil {
		return m, nil, fmt.Errorf("read what was built: %w", err)
	}
	id := sha256.Sum256(program)
	return zkvm.Manifest{
		SHA256: hex.EncodeToString(id[:]), Bytes: len(program), GoVersion: strings.TrimSpace(version), Version: zkvm.ProgramVersion,
	}, program, nil
}

func goCommand(ctx context.Context, t target, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GODEBUG=")
	cmd.Env = append(cmd.Env, t...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return stdout.String(), nil
}
